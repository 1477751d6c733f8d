//! Single points in the table's units, and points in the plane of two features: the rows that a
//! surface predicts, made without a table.

use super::encode::NONE;
use super::fitted::{Encoding, FittedFeature, FittedRecipe};
use crate::base::{Cancel, Outcome, Problem};
use crate::data::Table;
use crate::numeric::Matrix;

/// A value of one feature, in the units of the table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PointValue {
    /// Dates as seconds.
    Number(f64),
    /// The level's code in the table that was learned from.
    Level(u32),
    Missing,
}

/// A row of the matrix around which a plane is laid: every feature at a fixed value.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaneBase {
    row: Vec<f64>,
}

impl PlaneBase {
    /// The row with no feature varied; clone it as the `out` of `plane_point`.
    pub fn row(&self) -> &[f64] {
        &self.row
    }
}

impl FittedRecipe {
    /// The median or most frequent level of every feature over the training rows.
    pub fn typical_point(&self) -> Vec<PointValue> {
        let typical = |feature: &FittedFeature| match &feature.encoding {
            Encoding::Number(number) => PointValue::Number(number.typical),
            Encoding::Dates(dates) => PointValue::Number(dates.typical),
            Encoding::Bag(_) => PointValue::Missing,
            Encoding::Levels(levels) => levels
                .typical
                .map_or(PointValue::Missing, PointValue::Level),
        };
        self.features().iter().map(typical).collect()
    }

    /// The values of one row of the table that was learned from, one a feature. Texts are no point
    /// values and go missing: see [`transform_row`](Self::transform_row).
    pub fn point_of_row(&self, table: &Table, row: u32) -> Vec<PointValue> {
        let value = |feature: &FittedFeature| {
            let row = row as usize;
            let column = table.columns().get(feature.source);
            let number = column.and_then(|column| column.number(row));
            let level = column.and_then(|column| column.code(row));
            match (number, level) {
                (Some(number), _) => PointValue::Number(number),
                (_, Some(level)) => PointValue::Level(level),
                _ => PointValue::Missing,
            }
        };
        self.features().iter().map(value).collect()
    }

    /// The row that models see of one row of a table, its texts too. Fails as `apply` does.
    pub fn transform_row(&self, table: &Table, row: u32) -> Outcome<Vec<f64>> {
        let matrix = self.apply(table, &[row], &Cancel::new())?;
        Ok(matrix.values().to_vec())
    }

    /// The row that models see of one point; `point` has one value a feature.
    pub fn transform_point(&self, point: &[PointValue]) -> Vec<f64> {
        let row = self.encode_point(point);
        match self.reduction() {
            Some(reduction) => {
                let mut out = Vec::with_capacity(reduction.width());
                reduction.append(&row, &mut out);
                out
            }
            None => row,
        }
    }

    /// The same with all columns, before any are selected or projected.
    pub fn encode_point(&self, point: &[PointValue]) -> Vec<f64> {
        let mut out = vec![0.0; self.width()];
        for (feature, value) in self.features().iter().zip(point) {
            write(feature, *value, &mut out);
        }
        out
    }

    /// Around the medians and most frequent levels of the training rows.
    pub fn plane_base(&self) -> PlaneBase {
        self.plane_base_at(&self.typical_point())
    }

    /// Around a point of one's own, such as `point_of_row`.
    pub fn plane_base_at(&self, point: &[PointValue]) -> PlaneBase {
        PlaneBase {
            row: self.encode_point(point),
        }
    }

    /// Writes the two features at positions `ix` and `iy` (positions among the features) into
    /// `out`, a copy of the base's row, and touches nothing else. The axis of a category runs over
    /// the codes of its levels; the nearest counts.
    #[inline]
    pub fn plane_point(&self, ix: usize, x: f64, iy: usize, y: f64, out: &mut [f64]) {
        write_axis(&self.features()[ix], x, out);
        write_axis(&self.features()[iy], y, out);
    }

    /// All points of a grid with all columns, row after row of equal y: `ys.len() * xs.len()` rows.
    pub fn plane_grid(
        &self,
        base: &PlaneBase,
        (ix, xs): (usize, &[f64]),
        (iy, ys): (usize, &[f64]),
    ) -> Result<Matrix, Problem> {
        if ix.max(iy) >= self.feature_count() {
            return Err(Problem::new("the plane's feature is not in use"));
        }
        let mut out = base.row.clone();
        let mut values = Vec::with_capacity(xs.len() * ys.len() * out.len());
        for &y in ys {
            write_axis(&self.features()[iy], y, &mut out);
            for &x in xs {
                write_axis(&self.features()[ix], x, &mut out);
                values.extend_from_slice(&out);
            }
        }
        Ok(Matrix::new(xs.len() * ys.len(), self.width(), values))
    }
}

#[inline]
fn write_axis(feature: &FittedFeature, value: f64, out: &mut [f64]) {
    match &feature.encoding {
        Encoding::Number(number) => out[feature.first_output] = number.affine.scaled(value),
        Encoding::Levels(_) => write(feature, PointValue::Level(value.round() as u32), out),
        Encoding::Dates(_) | Encoding::Bag(_) => write(feature, PointValue::Number(value), out),
    }
}

fn write(feature: &FittedFeature, value: PointValue, out: &mut [f64]) {
    let first = feature.first_output;
    match &feature.encoding {
        Encoding::Number(number) => {
            let value = match value {
                PointValue::Number(value) if value.is_finite() => value,
                _ => number.fill,
            };
            out[first] = number.affine.scaled(value);
        }
        Encoding::Dates(dates) => {
            let value = match value {
                PointValue::Number(value) if value.is_finite() => value,
                _ => dates.fill,
            };
            dates.write(value, &mut out[first..]);
        }
        // No point has words.
        Encoding::Bag(bag) => out[first..first + bag.width()].fill(0.0),
        Encoding::Levels(levels) => {
            let place = match value {
                PointValue::Level(level) => levels.output_of(level),
                // An axis gives the code as a number.
                PointValue::Number(code) => levels.output_of(code.round() as u32),
                PointValue::Missing => levels.missing,
            };
            out[first..first + levels.width as usize].fill(0.0);
            if place != NONE {
                out[first + place as usize] = 1.0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Column, TableBuilder};
    use crate::prepare::{Recipe, Scaling};

    fn table() -> Table {
        let levels = ["a", "b"].map(str::to_owned).to_vec();
        TableBuilder::new("t")
            .column(Column::numbers("x", vec![1.0, 2.0, 9.0, f64::NAN]))
            .column(Column::categories("c", vec![1, 0, 1, 1], levels))
            .column(Column::numbers("y", vec![-1.0, 0.0, 1.0, 4.0]))
            .build()
            .unwrap()
    }

    fn fitted() -> FittedRecipe {
        let recipe = Recipe::default();
        let rows = [0, 1, 2, 3];
        recipe
            .fit(
                &table(),
                &[0, 1, 2],
                &rows,
                Scaling::Standard,
                &Cancel::new(),
            )
            .unwrap()
    }

    #[test]
    fn a_point_is_prepared_as_its_row_in_a_table() {
        let (table, fitted) = (table(), fitted());
        let matrix = fitted.apply(&table, &[0, 1, 2, 3], &Cancel::new()).unwrap();
        for row in 0..4 {
            let point = fitted.point_of_row(&table, row);
            assert_eq!(fitted.transform_point(&point), matrix.row(row as usize));
        }
    }

    #[test]
    fn the_base_is_the_median_and_the_most_frequent_level() {
        let typical = [
            PointValue::Number(2.0),
            PointValue::Level(1),
            PointValue::Number(0.5),
        ];
        assert_eq!(fitted().typical_point(), typical);
        assert_eq!(
            fitted().plane_base().row(),
            fitted().transform_point(&typical)
        );
    }

    #[test]
    fn plane_points_change_their_two_features_only() {
        let fitted = fitted();
        let base = fitted.plane_base();
        let mut out = base.row().to_vec();
        fitted.plane_point(2, 3.0, 1, 0.2, &mut out);
        let expected = [
            PointValue::Number(2.0),
            PointValue::Level(0),
            PointValue::Number(3.0),
        ];
        assert_eq!(out, fitted.transform_point(&expected));
        fitted.plane_point(2, 3.0, 1, 7.0, &mut out);
        assert_eq!(out[1..3], [0.0, 0.0], "a level that is not there");
    }

    #[test]
    fn a_grid_is_its_points() {
        let fitted = fitted();
        let base = fitted.plane_base();
        let (xs, ys) = ([0.0, 5.0, 7.0], [1.0, -1.0]);
        let grid = fitted.plane_grid(&base, (0, &xs), (2, &ys)).unwrap();
        assert_eq!((grid.rows(), grid.columns()), (6, 4));
        let mut out = base.row().to_vec();
        fitted.plane_point(0, 7.0, 2, 1.0, &mut out);
        assert_eq!(grid.row(2), out);
        fitted.plane_point(0, 0.0, 2, -1.0, &mut out);
        assert_eq!(grid.row(3), out);
        assert!(fitted.plane_grid(&base, (0, &xs), (3, &ys)).is_err());
    }
}
