//! Where what is inside a model lies on the plane that is shown, and the other way round.

use super::surface::{Plane, PlaneRequest, aligned, centers, points};
use crate::base::{Cancel, Outcome};
use crate::numeric::Matrix;
use crate::prepare::FittedRecipe;

/// Where a row of the matrix, such as a centroid, lies on the plane, in the units of its axes: its
/// shadow, since a plane of two features says nothing of the others. None where an axis is no number
/// of the matrix.
pub fn place_on_plane(recipe: &FittedRecipe, plane: &Plane, row: &[f64]) -> Option<[f64; 2]> {
    if recipe.reduction().is_some() || row.len() != recipe.width() {
        return None;
    }
    let outputs = recipe.outputs();
    match plane {
        Plane::Columns { x, y: Some(y), .. } => {
            let value = |column: usize| {
                let place = recipe.outputs_of(recipe.feature_position(column)?);
                let output = outputs.get(place.start).filter(|o| !o.dummy)?;
                (place.len() == 1).then(|| row[place.start] * output.scale + output.shift)
            };
            Some([value(*x)?, value(*y)?])
        }
        Plane::Columns { y: None, .. } => None,
        Plane::Components {
            center,
            first,
            second,
            names,
        } => {
            let [center, first, second] = aligned(recipe, names, [center, first, second]).ok()?;
            // The nearest point of the plane, in the units in which the model measures.
            let scaled = |v: &[f64], j: usize| v[j] / outputs[j].scale;
            let (mut aa, mut ab, mut bb, mut ra, mut rb) = (0.0, 0.0, 0.0, 0.0, 0.0);
            for j in 0..row.len() {
                let (a, b) = (scaled(&first, j), scaled(&second, j));
                let rest = row[j] - (center[j] - outputs[j].shift) / outputs[j].scale;
                aa += a * a;
                ab += a * b;
                bb += b * b;
                ra += rest * a;
                rb += rest * b;
            }
            let determinant = aa * bb - ab * ab;
            let at = [
                (ra * bb - rb * ab) / determinant,
                (rb * aa - ra * ab) / determinant,
            ];
            at.iter().all(|v| v.is_finite()).then_some(at)
        }
    }
}

/// The row of the matrix that a model is asked for at a point of the plane.
pub fn row_on_plane(
    recipe: &FittedRecipe,
    request: &PlaneRequest,
    [x, y]: [f64; 2],
) -> Outcome<Vec<f64>> {
    let point = points(recipe, request, &[x], &[y])?;
    let point = recipe.reduce(point, &Cancel::new())?;
    Ok(point.row(0).to_vec())
}

/// Rows of the matrix at all points of a grid over the plane, x running fastest, the lowest y first.
pub fn rows_on_plane(
    recipe: &FittedRecipe,
    request: &PlaneRequest,
    [columns, rows]: [usize; 2],
    cancel: &Cancel,
) -> Outcome<Matrix> {
    let (xs, ys) = (
        centers(request.x_range, columns),
        centers(request.y_range, rows),
    );
    recipe.reduce(points(recipe, request, &xs, &ys)?, cancel)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::prepare::{Recipe, Scaling};
    use crate::train::PlaneBase;
    use crate::train::sample::table;

    fn there_and_back(plane: Plane, scaling: Scaling) {
        let table = table(40);
        let rows: Vec<u32> = (0..40).collect();
        let cancel = Cancel::new();
        let recipe = Recipe::default()
            .fit(&table, &[0, 1], &rows, scaling, &cancel)
            .unwrap();
        let request = PlaneRequest {
            table,
            plane,
            x_range: [-1.0, 1.0],
            y_range: [-1.0, 1.0],
            coarse: [2, 2],
            full: [4, 4],
            painter: None,
        };
        for at in [[0.3, -0.8], [0.0, 0.0], [2.5, 0.1]] {
            let row = row_on_plane(&recipe, &request, at).unwrap();
            let back = place_on_plane(&recipe, &request.plane, &row).unwrap();
            assert!((back[0] - at[0]).abs() < 1e-9 && (back[1] - at[1]).abs() < 1e-9);
        }
        assert_eq!(place_on_plane(&recipe, &request.plane, &[1.0]), None);
    }

    #[test]
    fn what_is_asked_at_a_point_lies_there() {
        for scaling in [Scaling::None, Scaling::Standard, Scaling::MinMax] {
            there_and_back(
                Plane::Columns {
                    x: 1,
                    y: Some(0),
                    base: PlaneBase::Typical,
                },
                scaling,
            );
            there_and_back(
                Plane::Components {
                    center: Arc::from([0.1, 0.2]),
                    first: Arc::from([0.6, 0.8]),
                    second: Arc::from([-0.4, 0.5]),
                    names: Arc::default(),
                },
                scaling,
            );
        }
    }
}
