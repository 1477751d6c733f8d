//! What a model says over a plane: the two shown features with the others fixed, one feature alone,
//! or the first two principal components.

use std::any::Any;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::Fitted;
use super::helpers::share;
use crate::base::{Cancel, Halt, Hash128, Hasher128, Outcome, Problem};
use crate::data::Table;
use crate::model::{Grid, Model};
use crate::numeric::Matrix;
use crate::prepare::{FittedRecipe, OutputColumn, PointValue};

/// Where the features that are not shown stand.
#[derive(Clone, Debug, PartialEq)]
pub enum PlaneBase {
    /// At the median or most frequent value of the training rows.
    Typical,
    /// At the values of this table row.
    Row(u32),
    /// At these values, one a feature of the recipe; where there are others, at the typical ones.
    Point(Arc<[PointValue]>),
}

/// The plane that is cut through the space of the features.
#[derive(Clone, Debug, PartialEq)]
pub enum Plane {
    /// Two columns of the table, by position; without `y` the plane is a line.
    Columns {
        x: usize,
        y: Option<usize>,
        base: PlaneBase,
    },
    /// `center + x * first + y * second`, one number a column of the matrix, in units before scaling,
    /// so that it is one plane for models with and without scaling.
    Components {
        center: Arc<[f64]>,
        first: Arc<[f64]>,
        second: Arc<[f64]>,
        /// Of the columns, where another recipe may have others: rare levels and words are not in each
        /// sample. Empty: they are those of every recipe.
        names: Arc<[String]>,
    },
}

/// What the window shows at the moment: every new model is drawn over it.
#[derive(Clone)]
pub struct PlaneRequest {
    pub table: Table,
    pub plane: Plane,
    /// In the units of the axes.
    pub x_range: [f64; 2],
    pub y_range: [f64; 2],
    /// Points along x and y of the coarse and of the full picture.
    pub coarse: [usize; 2],
    pub full: [usize; 2],
    /// Turns a finished surface into what the subscriber shows, on the worker.
    pub painter: Option<Painter>,
}

pub type Painter = Arc<dyn Fn(&Surface) -> Arc<dyn Any + Send + Sync> + Send + Sync>;

impl PlaneRequest {
    /// Names plane, ranges and sizes; a surface carries the name of its request.
    pub fn name(&self) -> Hash128 {
        let mut hasher = Hasher128::new();
        hasher.hash(self.table.fingerprint());
        match &self.plane {
            Plane::Columns { x, y, base } => {
                let row = match base {
                    PlaneBase::Typical => u64::MAX,
                    PlaneBase::Row(row) => u64::from(*row),
                    PlaneBase::Point(point) => {
                        for value in point.iter() {
                            let (kind, value) = match value {
                                PointValue::Number(number) => (2, number.to_bits()),
                                PointValue::Level(level) => (3, u64::from(*level)),
                                PointValue::Missing => (4, 0),
                            };
                            hasher.word(kind).word(value);
                        }
                        u64::MAX - 1
                    }
                };
                hasher
                    .word(1)
                    .word(*x as u64)
                    .word(y.map_or(u64::MAX, |y| y as u64));
                hasher.word(row);
            }
            Plane::Components {
                center,
                first,
                second,
                names,
            } => {
                hasher.word(2);
                names.iter().for_each(|name| _ = hasher.text(name));
                for vector in [center, first, second] {
                    for value in vector.iter() {
                        hasher.number(*value);
                    }
                }
            }
        }
        for value in self.x_range.iter().chain(&self.y_range) {
            hasher.number(*value);
        }
        hasher.word(self.full[0] as u64).word(self.full[1] as u64);
        hasher.finish()
    }
}

/// Whether surfaces painted by these look alike.
pub fn same_painter(a: &Option<Painter>, b: &Option<Painter>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => Arc::ptr_eq(a, b),
        (a, b) => a.is_none() && b.is_none(),
    }
}

/// A grid of answers.
#[derive(Clone)]
pub struct Surface {
    /// Another for each surface of this process, from 1: names pictures made of it.
    pub number: u64,
    /// The name of the request that it answers.
    pub request: Hash128,
    pub columns: usize,
    pub rows: usize,
    pub x_range: [f64; 2],
    pub y_range: [f64; 2],
    /// Classes or clusters, or 1.
    pub outputs: usize,
    /// Grid points x outputs; x runs fastest, the lowest y first.
    pub values: Arc<[f32]>,
    /// Of the model that was asked.
    pub fitted: Fitted,
    /// What the request's painter made of it.
    pub painted: Option<Arc<dyn Any + Send + Sync>>,
    /// The request's painter.
    pub painter: Option<Painter>,
}

impl Surface {
    /// Whether it is this request's picture at full size, in its colours.
    pub fn answers(&self, request: &PlaneRequest, name: Hash128) -> bool {
        let painter = same_painter(&self.painter, &request.painter);
        self.request == name && self.columns == request.full[0] && painter
    }

    /// Whether both are of one plane in the same colours.
    pub fn answers_as(&self, other: &Surface) -> bool {
        self.request == other.request && same_painter(&self.painter, &other.painter)
    }
}

impl std::fmt::Debug for Surface {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Surface {} x {}", self.columns, self.rows)
    }
}

/// Asks the model at every point of a grid, with as many threads.
pub fn surface(
    fitted: &Fitted,
    request: &PlaneRequest,
    [columns, rows]: [usize; 2],
    threads: usize,
    cancel: &Cancel,
) -> Outcome<Surface> {
    let xs = centers(request.x_range, columns);
    let ys = centers(request.y_range, rows);
    let outputs = fitted.model.outputs();
    let (rows, values) = match grid(&fitted.recipe, request, &xs, &ys)? {
        Some(grid) => (rows, ask_grid(fitted, &grid, threads, cancel)?),
        None => {
            let line = matches!(request.plane, Plane::Columns { y: None, .. });
            let ys = if line { &ys[..rows.min(1)] } else { &ys[..] };
            // Some lines at a time: all points of a wide table would not fit the memory.
            let lines = (POINT_NUMBERS / (columns * fitted.recipe.width()).max(1)).max(1);
            let mut values = Vec::with_capacity(columns * ys.len() * outputs);
            for ys in ys.chunks(lines) {
                cancel.check()?;
                let points = points(&fitted.recipe, request, &xs, ys)?;
                let points = fitted.recipe.reduce(points, cancel)?;
                values.extend(ask_points(fitted, &points, threads, cancel)?);
            }
            (ys.len(), values)
        }
    };
    let mut surface = Surface {
        number: NUMBER.fetch_add(1, Ordering::Relaxed),
        request: request.name(),
        columns,
        rows,
        x_range: request.x_range,
        y_range: request.y_range,
        outputs,
        values: values.into(),
        fitted: fitted.clone(),
        painted: None,
        painter: request.painter.clone(),
    };
    if let Some(painter) = &request.painter {
        cancel.check()?;
        surface.painted = Some(painter(&surface));
    }
    Ok(surface)
}

/// The plane of two numbers, which models may answer quicker than its points one by one.
fn grid(
    recipe: &FittedRecipe,
    request: &PlaneRequest,
    xs: &[f64],
    ys: &[f64],
) -> Result<Option<Grid>, Problem> {
    let Plane::Columns {
        x,
        y: Some(y),
        base,
    } = &request.plane
    else {
        return Ok(None);
    };
    // Two columns of many are not two of the selected or projected ones.
    if recipe.reduction().is_some() {
        return Ok(None);
    }
    let number = |column: usize| {
        let feature = recipe.feature_position(column)?;
        let outputs = recipe.outputs_of(feature);
        let alone = outputs.len() == 1 && !recipe.outputs()[outputs.start].dummy;
        alone.then_some((feature, outputs.start))
    };
    let (Some((x, x_column)), Some((y, y_column))) = (number(*x), number(*y)) else {
        return Ok(None);
    };
    if x == y {
        return Ok(None);
    }
    let base = plane_base(recipe, request, base).row().to_vec();
    let mut row = base.clone();
    let mut scaled = |feature: usize, column: usize, values: &[f64]| -> Vec<f64> {
        let place = |value: &f64| {
            recipe.plane_point(feature, *value, feature, *value, &mut row);
            row[column]
        };
        values.iter().map(place).collect()
    };
    Ok(Some(Grid {
        x_values: scaled(x, x_column, xs),
        y_values: scaled(y, y_column, ys),
        base,
        x_column,
        y_column: Some(y_column),
    }))
}

/// One call a thread: some models do work once a call.
fn ask_grid(fitted: &Fitted, grid: &Grid, threads: usize, cancel: &Cancel) -> Outcome<Vec<f32>> {
    let outputs = fitted.model.outputs();
    let rows = grid.y_values.len().div_ceil(threads.max(1)).max(1);
    if rows >= grid.y_values.len() {
        let mut values = vec![0.0; grid.len() * outputs];
        fitted.model.predict_grid(grid, &mut values, cancel)?;
        return Ok(values.into_iter().map(|v| v as f32).collect());
    }
    let parts: Vec<Grid> = grid
        .y_values
        .chunks(rows)
        .map(|ys| Grid {
            y_values: ys.to_vec(),
            ..grid.clone()
        })
        .collect();
    let (model, cancel) = (fitted.model.clone(), cancel.clone());
    together(share(parts.len(), move |part| -> Outcome<Vec<f32>> {
        let mut values = vec![0.0; parts[part].len() * outputs];
        model.predict_grid(&parts[part], &mut values, &cancel)?;
        Ok(values.into_iter().map(|v| v as f32).collect())
    }))
}

/// The parts' values one after the other, or what ended the first of them.
fn together(parts: Vec<Result<Outcome<Vec<f32>>, Box<dyn Any + Send>>>) -> Outcome<Vec<f32>> {
    let mut values = Vec::new();
    for part in parts {
        values.extend(part.unwrap_or_else(|payload| {
            let text = super::lanes::panic_text(payload.as_ref());
            Err(Halt::Failed(Problem::new(text)))
        })?);
    }
    Ok(values)
}

/// Asks at single points, in blocks that keep rows and answers in the cache.
fn ask_points(
    fitted: &Fitted,
    points: &Matrix,
    threads: usize,
    cancel: &Cancel,
) -> Outcome<Vec<f32>> {
    let outputs = fitted.model.outputs();
    let width = points.columns();
    let ask = move |model: &dyn Model, points: &[f64], cancel: &Cancel| -> Outcome<Vec<f32>> {
        let mut values = Vec::with_capacity(points.len() / width * outputs);
        let mut block = vec![0.0; BLOCK * outputs];
        for rows in points.chunks(BLOCK * width) {
            cancel.check()?;
            let block = &mut block[..rows.len() / width * outputs];
            model.predict(rows, width, block, cancel)?;
            values.extend(block.iter().map(|value| *value as f32));
        }
        Ok(values)
    };
    if width == 0 {
        return Ok(vec![0.0; points.rows() * outputs]);
    }
    if threads <= 1 || points.rows() < 2 * BLOCK {
        return ask(&*fitted.model, points.values(), cancel);
    }
    let part = points.rows().div_ceil(threads).max(1) * width;
    let (model, points, cancel) = (fitted.model.clone(), points.clone(), cancel.clone());
    let parts = points.values().len().div_ceil(part);
    together(share(parts, move |number| {
        let points = points.values().chunks(part).nth(number);
        ask(&*model, points.unwrap_or_default(), &cancel)
    }))
}

fn plane_base(
    recipe: &FittedRecipe,
    request: &PlaneRequest,
    base: &PlaneBase,
) -> crate::prepare::PlaneBase {
    match base {
        PlaneBase::Typical => recipe.plane_base(),
        PlaneBase::Row(row) => recipe.plane_base_at(&recipe.point_of_row(&request.table, *row)),
        PlaneBase::Point(point) if point.len() == recipe.feature_count() => {
            recipe.plane_base_at(point)
        }
        PlaneBase::Point(_) => recipe.plane_base(),
    }
}

static NUMBER: AtomicU64 = AtomicU64::new(1);

const BLOCK: usize = 1024;
/// Numbers of the points of a plane that are written out at once.
const POINT_NUMBERS: usize = 1 << 22;

/// The middle of each of `count` equal cells of a range.
pub(super) fn centers([low, high]: [f64; 2], count: usize) -> Vec<f64> {
    let step = (high - low) / count.max(1) as f64;
    (0..count).map(|i| low + (i as f64 + 0.5) * step).collect()
}

/// Vectors over the columns called `names` as vectors over a recipe's own, by name; nothing in those that
/// are not among them.
pub(super) fn aligned<const N: usize>(
    recipe: &FittedRecipe,
    names: &[String],
    vectors: [&[f64]; N],
) -> Result<[Vec<f64>; N], Problem> {
    let outputs = recipe.outputs();
    let same = names.is_empty() && vectors.iter().all(|v| v.len() == outputs.len())
        || names.iter().eq(outputs.iter().map(|output| &output.name));
    if same {
        return Ok(vectors.map(<[f64]>::to_vec));
    }
    let places: HashMap<&str, usize> = names.iter().map(String::as_str).zip(0..).collect();
    let place = |output: &OutputColumn| places.get(output.name.as_str()).copied();
    let places: Vec<Option<usize>> = outputs.iter().map(place).collect();
    if places.iter().all(Option::is_none) {
        return Err(Problem::new("the components belong to other columns"));
    }
    let value = |vector: &[f64], at: &Option<usize>| at.and_then(|at| vector.get(at).copied());
    Ok(vectors.map(|vector| {
        let values = places.iter().map(|at| value(vector, at).unwrap_or(0.0));
        values.collect()
    }))
}

pub(super) fn points(
    recipe: &FittedRecipe,
    request: &PlaneRequest,
    xs: &[f64],
    ys: &[f64],
) -> Result<Matrix, Problem> {
    match &request.plane {
        Plane::Columns { x, y, base } => {
            let position = |column: usize| {
                recipe.feature_position(column).ok_or_else(|| {
                    Problem::new(format!(
                        "{} is not a feature of the models",
                        request
                            .table
                            .columns()
                            .get(column)
                            .map_or("it", |c| c.name.as_str())
                    ))
                    .fix("Tick it, or show another feature")
                })
            };
            let base = plane_base(recipe, request, base);
            let x = position(*x)?;
            match y {
                Some(y) => recipe.plane_grid(&base, (x, xs), (position(*y)?, ys)),
                // A line: the same feature on both axes of a grid one point high.
                None => {
                    let mut values = Vec::with_capacity(xs.len() * recipe.width());
                    let mut row = base.row().to_vec();
                    for &value in xs {
                        recipe.plane_point(x, value, x, value, &mut row);
                        values.extend_from_slice(&row);
                    }
                    Ok(Matrix::new(xs.len(), recipe.width(), values))
                }
            }
        }
        Plane::Components {
            center,
            first,
            second,
            names,
        } => {
            let [center, first, second] = aligned(recipe, names, [center, first, second])?;
            let outputs = recipe.outputs();
            let scaled = |v: &[f64], moved: f64| -> Vec<f64> {
                let columns = v.iter().zip(outputs);
                columns
                    .map(|(v, o)| (v - moved * o.shift) / o.scale)
                    .collect()
            };
            let (center, first, second) = (
                scaled(&center, 1.0),
                scaled(&first, 0.0),
                scaled(&second, 0.0),
            );
            let mut values = Vec::with_capacity(xs.len() * ys.len() * center.len());
            for y in ys {
                for x in xs {
                    let parts = center.iter().zip(&first).zip(&second);
                    values.extend(parts.map(|((c, a), b)| c + x * a + y * b));
                }
            }
            Ok(Matrix::new(xs.len() * ys.len(), center.len(), values))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prepare::{Recipe, Scaling};
    use crate::train::sample::table;

    #[test]
    fn components_of_another_sample_go_by_the_names_of_their_columns() {
        let rows: Vec<u32> = (0..40).collect();
        let recipe = Recipe::default()
            .fit(&table(40), &[0, 1], &rows, Scaling::None, &Cancel::new())
            .unwrap();
        let of = |names: &[&str], vector: &[f64]| {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            aligned(&recipe, &names, [vector]).map(|[vector]| vector)
        };
        assert_eq!(of(&[], &[1.0, 2.0]), Ok(vec![1.0, 2.0]));
        assert_eq!(of(&["a", "b"], &[1.0, 2.0]), Ok(vec![1.0, 2.0]));
        assert_eq!(of(&["b", "c", "a"], &[1.0, 2.0, 3.0]), Ok(vec![3.0, 1.0]));
        assert_eq!(of(&["c", "b"], &[1.0, 2.0]), Ok(vec![0.0, 2.0]));
        assert!(of(&["c"], &[1.0]).is_err());
        assert!(of(&[], &[1.0]).is_err());
    }
}
