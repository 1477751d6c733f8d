//! What a model says over a plane: the two shown features with the others fixed, one feature alone,
//! or the first two principal components.

use std::any::Any;
use std::ops::Range;
use std::sync::Arc;

use super::Fitted;
use crate::base::{Cancel, Halt, Hash128, Hasher128, Outcome, Problem};
use crate::data::Table;
use crate::model::Grid;
use crate::numeric::Matrix;
use crate::prepare::FittedRecipe;

/// Where the features that are not shown stand.
#[derive(Clone, Debug, PartialEq)]
pub enum PlaneBase {
    /// At the median or most frequent value of the training rows.
    Typical,
    /// At the values of this table row.
    Row(u32),
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
            } => {
                hasher.word(2);
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

/// A grid of answers.
#[derive(Clone)]
pub struct Surface {
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
    /// Later asked, higher: two workers may finish in the other order.
    pub order: u64,
    /// What the request's painter made of it.
    pub painted: Option<Arc<dyn Any + Send + Sync>>,
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
    let asked = asked(&fitted.recipe, request, xs, ys)?;
    let lines = asked.len() / columns.max(1);
    let per_line = columns * fitted.model.outputs();
    let mut values = vec![0f32; lines * per_line];
    if threads <= 1 || asked.len() < 2 * BLOCK {
        asked.ask(fitted, 0..lines, columns, &mut values, cancel)?;
    } else {
        let share = lines.div_ceil(threads).max(1);
        std::thread::scope(|scope| -> Outcome<()> {
            let parts = values.chunks_mut((share * per_line).max(1)).enumerate();
            let workers: Vec<_> = parts
                .map(|(part, out)| {
                    let from = part * share;
                    let lines = from..(from + share).min(lines);
                    let asked = &asked;
                    scope.spawn(move || asked.ask(fitted, lines, columns, out, cancel))
                })
                .collect();
            for worker in workers {
                worker.join().unwrap_or_else(|payload| {
                    Err(Halt::Failed(Problem::new(super::lanes::panic_text(
                        payload.as_ref(),
                    ))))
                })?;
            }
            Ok(())
        })?;
    }
    let mut surface = Surface {
        request: request.name(),
        columns,
        rows: lines,
        x_range: request.x_range,
        y_range: request.y_range,
        outputs: fitted.model.outputs(),
        values: values.into(),
        fitted: fitted.clone(),
        order: 0,
        painted: None,
    };
    if let Some(painter) = &request.painter {
        cancel.check()?;
        surface.painted = Some(painter(&surface));
    }
    Ok(surface)
}

/// Points asked for at once: they and their answers stay in the cache.
const BLOCK: usize = 1024;
/// A plane is asked for in bands of at most so many numbers.
const BAND_NUMBERS: usize = 1 << 20;

/// What a model is asked.
enum Asked {
    /// Two of the matrix's columns vary: many models answer that quicker than point by point.
    Plane(Grid),
    Points(Matrix),
}

impl Asked {
    fn len(&self) -> usize {
        match self {
            Asked::Plane(grid) => grid.len(),
            Asked::Points(points) => points.rows(),
        }
    }

    /// Answers some lines of `columns` points each.
    fn ask(
        &self,
        fitted: &Fitted,
        lines: Range<usize>,
        columns: usize,
        out: &mut [f32],
        cancel: &Cancel,
    ) -> Outcome<()> {
        let (model, outputs) = (&fitted.model, fitted.model.outputs());
        let narrow = |out: &mut [f32], values: &[f64]| {
            for (out, value) in out.iter_mut().zip(values) {
                *out = *value as f32;
            }
        };
        match self {
            Asked::Plane(grid) => {
                let line = columns * grid.base.len().max(outputs).max(1);
                let most = (BAND_NUMBERS / line).max(1);
                let bands = grid.y_values[lines].chunks(most);
                for (ys, out) in bands.zip(out.chunks_mut((most * columns * outputs).max(1))) {
                    cancel.check()?;
                    let band = Grid {
                        y_values: ys.to_vec(),
                        ..grid.clone()
                    };
                    let mut values = vec![0.0; out.len()];
                    model.predict_grid(&band, &mut values, cancel)?;
                    narrow(out, &values);
                }
            }
            Asked::Points(points) => {
                let width = points.columns();
                let rows = &points.values()[lines.start * columns * width..]
                    [..lines.len() * columns * width];
                let mut block = vec![0.0; BLOCK * outputs];
                let blocks = rows.chunks((BLOCK * width).max(1));
                for (rows, out) in blocks.zip(out.chunks_mut((BLOCK * outputs).max(1))) {
                    cancel.check()?;
                    let block = &mut block[..out.len()];
                    model.predict(rows, width, block, cancel)?;
                    narrow(out, block);
                }
            }
        }
        Ok(())
    }
}

/// The middle of each of `count` equal cells of a range.
fn centers([low, high]: [f64; 2], count: usize) -> Vec<f64> {
    let step = (high - low) / count.max(1) as f64;
    (0..count).map(|i| low + (i as f64 + 0.5) * step).collect()
}

fn asked(
    recipe: &FittedRecipe,
    request: &PlaneRequest,
    xs: Vec<f64>,
    ys: Vec<f64>,
) -> Result<Asked, Problem> {
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
            let base = match base {
                PlaneBase::Typical => recipe.plane_base(),
                PlaneBase::Row(row) => {
                    recipe.plane_base_at(&recipe.point_of_row(&request.table, *row))
                }
            };
            let x = position(*x)?;
            match y {
                Some(y) => {
                    let (x, y) = ((x, &xs[..]), (position(*y)?, &ys[..]));
                    let axes = (x.0 != y.0).then(|| recipe.plane_axes(x, y)).flatten();
                    match axes {
                        Some([(x_column, x_values), (y_column, y_values)]) => {
                            Ok(Asked::Plane(Grid {
                                base: base.row().to_vec(),
                                x_column,
                                x_values,
                                y_column: Some(y_column),
                                y_values,
                            }))
                        }
                        None => recipe.plane_grid(&base, x, y).map(Asked::Points),
                    }
                }
                // A line: the same feature on both axes of a grid one point high.
                None => {
                    let mut values = Vec::with_capacity(xs.len() * recipe.width());
                    let mut row = base.row().to_vec();
                    for &value in &xs {
                        recipe.plane_point(x, value, x, value, &mut row);
                        values.extend_from_slice(&row);
                    }
                    Ok(Asked::Points(Matrix::new(xs.len(), recipe.width(), values)))
                }
            }
        }
        Plane::Components {
            center,
            first,
            second,
        } => {
            if center.len() != recipe.width() {
                return Err(Problem::new("the components belong to other columns"));
            }
            let outputs = recipe.outputs();
            let scaled = |v: &[f64], moved: f64| -> Vec<f64> {
                let columns = v.iter().zip(outputs);
                columns
                    .map(|(v, o)| (v - moved * o.shift) / o.scale)
                    .collect()
            };
            let (center, first, second) =
                (scaled(center, 1.0), scaled(first, 0.0), scaled(second, 0.0));
            let mut values = Vec::with_capacity(xs.len() * ys.len() * center.len());
            for y in &ys {
                for x in &xs {
                    let parts = center.iter().zip(&first).zip(&second);
                    values.extend(parts.map(|((c, a), b)| c + x * a + y * b));
                }
            }
            let points = Matrix::new(xs.len() * ys.len(), center.len(), values);
            Ok(Asked::Points(points))
        }
    }
}
