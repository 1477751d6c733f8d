//! Quadratic discriminant analysis: one bell curve a class, each of its own shape.
//!
//! Follows scikit-learn's `QuadraticDiscriminantAnalysis`: variances along the principal axes of each
//! class become `(1 - reg_param) variance + reg_param`, and a class that still has an axis without
//! variance is refused. With `reg_param` above 0 a class may have fewer rows than there are columns,
//! which scikit-learn refuses.

use faer::Accum;
use serde::{Deserialize, Serialize};

use super::Matrix;
use super::dense::{add_gram, add_scaled, multiply, rows_per_block, view, view_mut};
use super::discriminant::{NO_SHARE, too_large};
use super::exp::softmax_rows;
use super::pca::eigen;
use crate::base::{Cancel, Halt, Outcome, Problem};

/// Variances at or below this are none, as in scikit-learn.
const TOL: f64 = 1e-4;

/// How far shapes are drawn towards a ball where nobody said so and one is flat. With less, a class in which a
/// level does not occur would be so narrow there that it drew in rows of other classes.
pub const DRAWN: f64 = 0.1;

/// A fitted classifier.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QuadraticDiscriminant {
    pub classes: usize,
    pub columns: usize,
    /// Class after class.
    pub means: Vec<f64>,
    /// Class after class a matrix columns x columns: `(row - mean) axes` has variance 1 all round.
    pub axes: Vec<f64>,
    /// ln prior and the constant part of the densities, a class; far below 0 for one without rows.
    pub offsets: Vec<f64>,
}

impl QuadraticDiscriminant {
    /// Without regularisation. Where a class is flat although it has more rows than there are columns (the
    /// columns of a category add up to 1; a level does not occur in it), all shapes are drawn by [`DRAWN`]:
    /// what is flat in every class then tells nothing, and a level that a class has never had tells much.
    /// Whether they were is told.
    pub fn fit_or_drawn(
        x: &Matrix,
        codes: &[u32],
        classes: usize,
        uniform: bool,
        cancel: &Cancel,
    ) -> Outcome<(Self, bool)> {
        let refused = match Self::fit(x, codes, classes, 0.0, uniform, cancel) {
            Err(Halt::Failed(problem)) => problem,
            other => return Ok((other?, false)),
        };
        let mut rows_of = vec![0usize; classes];
        for code in codes {
            rows_of[*code as usize] += 1;
        }
        if rows_of.iter().any(|rows| (1..=x.columns()).contains(rows)) {
            return Err(refused.into());
        }
        Ok((Self::fit(x, codes, classes, DRAWN, uniform, cancel)?, true))
    }

    /// `codes` are below `classes`, one a row. Without `uniform`, priors are the shares of the rows.
    pub fn fit(
        x: &Matrix,
        codes: &[u32],
        classes: usize,
        reg_param: f64,
        uniform: bool,
        cancel: &Cancel,
    ) -> Outcome<Self> {
        assert_eq!(x.rows(), codes.len(), "one class a row");
        let columns = x.columns();
        let mut rows_of = vec![Vec::new(); classes];
        for (row, code) in codes.iter().enumerate() {
            rows_of[*code as usize].push(row as u32);
        }
        let present = rows_of.iter().filter(|rows| !rows.is_empty()).count();
        if present == 0 {
            return Err(Problem::new("There are no rows to fit").into());
        }
        let mut fit = QuadraticDiscriminant {
            classes,
            columns,
            means: vec![0.0; classes * columns],
            axes: vec![0.0; classes * columns * columns],
            offsets: vec![NO_SHARE; classes],
        };
        for (class, rows) in rows_of.iter().enumerate() {
            if rows.is_empty() {
                continue;
            }
            if rows.len() == 1 {
                let what = "A class has one training row only, which says nothing of its spread";
                return Err(Problem::new(what)
                    .fix("Leave that class out, or use fewer folds")
                    .into());
            }
            let mean = class_mean(x, rows, cancel)?;
            let covariance = covariance(x, rows, &mean, cancel)?;
            let (mut variances, vectors) = eigen(&covariance, columns, columns, cancel)?;
            for variance in &mut variances {
                *variance = (1.0 - reg_param) * *variance + reg_param;
            }
            if variances.iter().any(|variance| !(*variance > TOL)) {
                return Err(no_full_rank(rows.len(), columns, reg_param).into());
            }
            let axes = &mut fit.axes[class * columns * columns..(class + 1) * columns * columns];
            for (axis, vector) in vectors.chunks_exact(columns.max(1)).enumerate() {
                let inverse = 1.0 / variances[axis].sqrt();
                for (row, value) in vector.iter().enumerate() {
                    axes[row * columns + axis] = value * inverse;
                }
            }
            fit.means[class * columns..(class + 1) * columns].copy_from_slice(&mean);
            let prior = if uniform {
                1.0 / present as f64
            } else {
                rows.len() as f64 / codes.len() as f64
            };
            let logs: f64 = variances.iter().map(|v| v.ln()).sum();
            fit.offsets[class] = prior.ln() - 0.5 * logs;
        }
        let mut all = fit.means.iter().chain(&fit.axes).chain(&fit.offsets);
        if all.any(|value| !value.is_finite()) {
            return Err(too_large());
        }
        Ok(fit)
    }

    /// Whether the arrays fit together: for classifiers read from a file.
    pub fn is_sound(&self) -> bool {
        let means = self.classes.checked_mul(self.columns);
        let axes = means.and_then(|means| means.checked_mul(self.columns));
        let mut all = self.means.iter().chain(&self.axes).chain(&self.offsets);
        self.classes > 0
            && means == Some(self.means.len())
            && axes == Some(self.axes.len())
            && self.offsets.len() == self.classes
            && all.all(|value| value.is_finite())
    }

    /// Probabilities, `classes` a row, of rows given one after the other.
    pub fn predict_proba(&self, rows: &[f64], out: &mut [f64]) {
        let (columns, classes) = (self.columns, self.classes.max(1));
        let count = out.len() / classes;
        let mut away = vec![0.0; count * columns];
        let mut along = vec![0.0; count * columns];
        for (class, offset) in self.offsets.iter().enumerate() {
            if *offset == NO_SHARE || columns == 0 {
                out.iter_mut()
                    .skip(class)
                    .step_by(classes)
                    .for_each(|out| *out = *offset);
                continue;
            }
            let mean = &self.means[class * columns..(class + 1) * columns];
            for (away, row) in away
                .chunks_exact_mut(columns)
                .zip(rows.chunks_exact(columns))
            {
                for ((away, value), mean) in away.iter_mut().zip(row).zip(mean) {
                    *away = value - mean;
                }
            }
            let axes = &self.axes[class * columns * columns..(class + 1) * columns * columns];
            let into = view_mut(&mut along, count, columns);
            let far = view(&away, count, columns);
            multiply(into, Accum::Replace, far, view(axes, columns, columns));
            for (along, out) in along
                .chunks_exact(columns)
                .zip(out.chunks_exact_mut(classes))
            {
                let far: f64 = along.iter().map(|v| v * v).sum();
                // Beyond all numbers is far enough; an infinity on all sides would be no answer.
                out[class] = (offset - 0.5 * far).max(NO_SHARE);
            }
        }
        softmax_rows(out, classes);
    }
}

/// The mean of some rows, in two passes.
fn class_mean(x: &Matrix, rows: &[u32], cancel: &Cancel) -> Outcome<Vec<f64>> {
    let columns = x.columns();
    let each = 1.0 / rows.len() as f64;
    let mut mean = vec![0.0; columns];
    for _ in 0..2 {
        let mut left = vec![0.0; columns];
        for rows in rows.chunks(rows_per_block(columns)) {
            cancel.check()?;
            for row in rows {
                for ((left, value), mean) in left.iter_mut().zip(x.row(*row as usize)).zip(&mean) {
                    *left += (value - mean) * each;
                }
            }
        }
        add_scaled(&mut mean, 1.0, &left);
    }
    Ok(mean)
}

/// The lower half of the covariance of some rows, divided by their number.
fn covariance(x: &Matrix, rows: &[u32], mean: &[f64], cancel: &Cancel) -> Outcome<Vec<f64>> {
    let columns = x.columns();
    let mut gram = vec![0.0; columns * columns];
    let mut block = Vec::new();
    if columns == 0 {
        return Ok(gram);
    }
    for rows in rows.chunks(rows_per_block(columns)) {
        cancel.check()?;
        block.clear();
        for row in rows {
            let row = x.row(*row as usize).iter().zip(mean);
            block.extend(row.map(|(value, mean)| value - mean));
        }
        add_gram(&mut gram, view(&block, rows.len(), columns));
    }
    let each = 1.0 / rows.len() as f64;
    gram.iter_mut().for_each(|value| *value *= each);
    if gram.iter().any(|value| !value.is_finite()) {
        return Err(too_large());
    }
    Ok(gram)
}

fn no_full_rank(rows: usize, columns: usize, reg_param: f64) -> Problem {
    let why = if rows <= columns {
        format!("has {rows} training rows, too few for {columns} columns")
    } else {
        "has columns that do not vary, or that depend on others".into()
    };
    let raise = if reg_param > 0.0 { "Raise" } else { "Give" };
    let value = if reg_param > 0.0 {
        ""
    } else {
        " a value such as 0.1"
    };
    Problem::new(format!("A class {why}, so its bell curve is flat"))
        .at("reg_param")
        .fix(format!(
            "{raise} reg_param{value}, leave columns out, or use lda_classifier"
        ))
}

#[cfg(test)]
mod tests;
