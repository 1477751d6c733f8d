//! Logistic regression: binary, and multinomial by softmax; L2 penalty.
//!
//! Minimises `mean(loss) + |w|^2 / (2 C n)`, the intercepts unpenalised: scikit-learn's
//! `LogisticRegression` (lbfgs) with the same C and, on the same scale, the same `tol`. Two classes
//! have one row of coefficients, for the second; more have one row each.

use std::sync::Arc;

use faer::Accum;
use serde::{Deserialize, Serialize};

use super::dense::{add_scaled, dot, multiply, rows_per_block, view, view_mut};
use super::exp::{exp, softmax_rows};
use super::lbfgs::{Lbfgs, Step};
use super::{Advance, Matrix};
use crate::base::{Cancel, Outcome, Problem};

/// What a logistic fit may be told.
#[derive(Clone, Debug)]
pub struct LogisticParameters {
    /// Inverse strength of the penalty; none: no penalty.
    pub c: Option<f64>,
    pub fit_intercept: bool,
    /// Greatest entry of the gradient of the mean loss at which the fit has converged.
    pub tol: f64,
    pub max_iter: usize,
    /// Rows of a class weigh n / (classes n_class): all classes alike (scikit-learn's `balanced`).
    pub balanced: bool,
}

impl Default for LogisticParameters {
    fn default() -> Self {
        LogisticParameters {
            c: Some(1.0),
            fit_intercept: true,
            tol: 1e-4,
            max_iter: 100,
            balanced: false,
        }
    }
}

/// A fitted logistic regression.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogisticFit {
    pub classes: usize,
    pub columns: usize,
    /// Row after row, one row for two classes, else one a class.
    pub coefficients: Vec<f64>,
    /// One a row of `coefficients`.
    pub intercepts: Vec<f64>,
}

impl LogisticFit {
    /// Probabilities, `classes` a row, of rows given one after the other.
    pub fn predict_proba(&self, rows: &[f64], out: &mut [f64]) {
        let (columns, outputs) = (self.columns, self.intercepts.len());
        let count = out.len() / self.classes.max(1);
        if self.classes == 2 {
            for (index, out) in out.chunks_exact_mut(2).enumerate() {
                let row = &rows[index * columns..(index + 1) * columns];
                let z = self.intercepts[0] + dot(row, &self.coefficients);
                // The smaller of the two directly, so that neither loses digits.
                let e = exp(-z.abs());
                let (small, large) = (e / (1.0 + e), 1.0 / (1.0 + e));
                (out[0], out[1]) = if z > 0.0 {
                    (small, large)
                } else {
                    (large, small)
                };
            }
            return;
        }
        scores(rows, count, &self.coefficients, &self.intercepts, out);
        softmax_rows(out, outputs);
    }
}

/// `x w' + b` for a block of rows.
fn scores(rows: &[f64], count: usize, weights: &[f64], intercepts: &[f64], out: &mut [f64]) {
    let outputs = intercepts.len();
    for row in out.chunks_exact_mut(outputs) {
        row.copy_from_slice(intercepts);
    }
    let columns = weights.len() / outputs;
    if columns > 0 {
        let weights = view(weights, outputs, columns).transpose();
        let out = view_mut(out, count, outputs);
        multiply(out, Accum::Add, view(rows, count, columns), weights);
    }
}

/// A fit under way: one step is one iterate of L-BFGS.
pub struct Logistic {
    problem: Loss,
    parameters: LogisticParameters,
    search: Option<Lbfgs>,
    iterations: usize,
    progress: Advance,
}

/// The function that is minimised.
struct Loss {
    x: Matrix,
    codes: Arc<[u32]>,
    classes: usize,
    outputs: usize,
    /// 1 / (C n), or 0.
    penalty: f64,
    fit_intercept: bool,
    /// Of the rows of each class; empty where all weigh 1. They add up to the number of rows.
    weights: Vec<f64>,
}

impl Logistic {
    /// `codes` are below `classes`, one a row; at least two classes and one row of each are needed.
    pub fn new(
        x: &Matrix,
        codes: &Arc<[u32]>,
        classes: usize,
        parameters: &LogisticParameters,
    ) -> Outcome<Self> {
        assert_eq!(x.rows(), codes.len(), "one class a row");
        if codes.iter().all(|code| *code == codes[0]) {
            return Err(
                Problem::new("Logistic regression needs rows of two classes")
                    .fix("Choose another target, or rows of more classes")
                    .into(),
            );
        }
        let rows = x.rows() as f64;
        Ok(Logistic {
            problem: Loss {
                x: x.clone(),
                codes: Arc::clone(codes),
                classes,
                outputs: if classes == 2 { 1 } else { classes },
                penalty: parameters.c.map_or(0.0, |c| 1.0 / (c * rows)),
                fit_intercept: parameters.fit_intercept,
                weights: if parameters.balanced {
                    balanced(codes, classes)
                } else {
                    Vec::new()
                },
            },
            parameters: parameters.clone(),
            search: None,
            iterations: 0,
            progress: Advance::More,
        })
    }

    /// The next iterate; a cancelled one can be taken again. Once done, steps change nothing.
    pub fn step(&mut self, cancel: &Cancel) -> Outcome<Advance> {
        if self.progress.is_done() {
            return Ok(self.progress);
        }
        let problem = &self.problem;
        let mut objective = |w: &[f64], g: &mut [f64]| problem.evaluate(w, g, cancel);
        let search = match &mut self.search {
            Some(search) => search,
            none => {
                let start = vec![0.0; problem.outputs * (problem.x.columns() + 1)];
                none.insert(Lbfgs::new(start, &mut objective)?)
            }
        };
        if !search.value.is_finite() || search.gradient.iter().any(|g| !g.is_finite()) {
            return Err(
                Problem::new("The loss is not a number: the features are too large")
                    .fix("Scale the features")
                    .into(),
            );
        }
        let mut flat = false;
        if search.greatest_gradient() > self.parameters.tol {
            flat = search.step(&mut objective)? == Step::Flat;
            self.iterations += 1;
        }
        self.progress = if flat || search.greatest_gradient() <= self.parameters.tol {
            Advance::Converged
        } else if self.iterations >= self.parameters.max_iter {
            Advance::Exhausted
        } else {
            Advance::More
        };
        Ok(self.progress)
    }

    pub fn iterations(&self) -> usize {
        self.iterations
    }

    pub fn converged(&self) -> bool {
        self.progress == Advance::Converged
    }

    /// The value that is minimised, mean loss and penalty; ln(classes) before the first step.
    pub fn loss(&self) -> f64 {
        match &self.search {
            Some(search) => search.value,
            None => (self.problem.classes as f64).ln(),
        }
    }

    /// The mean loss alone: the log loss on the training rows.
    pub fn log_loss(&self) -> f64 {
        let Some(search) = &self.search else {
            return self.loss();
        };
        let weights = &search.at[..self.problem.outputs * self.problem.x.columns()];
        search.value - 0.5 * self.problem.penalty * dot(weights, weights)
    }

    /// The fit as it stands; all zeros before the first step.
    pub fn coefficients(&self) -> LogisticFit {
        let (outputs, columns) = (self.problem.outputs, self.problem.x.columns());
        let at = match &self.search {
            Some(search) => search.at.clone(),
            None => vec![0.0; outputs * (columns + 1)],
        };
        LogisticFit {
            classes: self.problem.classes,
            columns,
            coefficients: at[..outputs * columns].to_vec(),
            intercepts: at[outputs * columns..].to_vec(),
        }
    }
}

impl Loss {
    /// Weights row after row, then intercepts; the gradient likewise. Sums run over fixed blocks.
    fn evaluate(&self, at: &[f64], gradient: &mut [f64], cancel: &Cancel) -> Outcome<f64> {
        let columns = self.x.columns();
        let (weights, intercepts) = at.split_at(self.outputs * columns);
        gradient.fill(0.0);
        let (slopes, offsets) = gradient.split_at_mut(self.outputs * columns);
        let block = rows_per_block(columns).min(self.x.rows());
        let mut left = vec![0.0; block * self.outputs];
        let mut sum = 0.0;
        for (index, codes) in self.codes.chunks(block).enumerate() {
            cancel.check()?;
            let count = codes.len();
            let start = index * block * columns;
            let rows = &self.x.values()[start..start + count * columns];
            let left = &mut left[..count * self.outputs];
            sum += if self.outputs == 1 {
                self.binary(rows, codes, weights, intercepts[0], left, slopes)
            } else {
                self.multinomial(rows, codes, weights, intercepts, left, slopes)
            };
            for left in left.chunks_exact(self.outputs) {
                add_scaled(offsets, 1.0, left);
            }
        }
        let inverse = 1.0 / self.x.rows() as f64;
        gradient.iter_mut().for_each(|g| *g *= inverse);
        let (slopes, offsets) = gradient.split_at_mut(self.outputs * columns);
        add_scaled(slopes, self.penalty, weights);
        if !self.fit_intercept {
            offsets.fill(0.0);
        }
        Ok(sum * inverse + 0.5 * self.penalty * dot(weights, weights))
    }

    /// The loss of a block; probability less target goes to `left`, its product to `slopes`.
    fn binary(
        &self,
        rows: &[f64],
        codes: &[u32],
        weights: &[f64],
        intercept: f64,
        left: &mut [f64],
        slopes: &mut [f64],
    ) -> f64 {
        let columns = weights.len();
        for (index, z) in left.iter_mut().enumerate() {
            let row = &rows[index * columns..(index + 1) * columns];
            // The margin: positive where the row is on its side.
            let side = if codes[index] == 1 { 1.0 } else { -1.0 };
            *z = side * (intercept + dot(row, weights));
        }
        if !self.weights.is_empty() {
            return self.weighted_binary(rows, codes, left, slopes);
        }
        // ln(1 + exp(-m)) = max(-m, 0) + ln(1 + exp(-|m|)); the logarithm of a product of factors
        // between 1 and 2 saves all but one logarithm in 512.
        let mut sum = 0.0;
        for margins in left.chunks_mut(512) {
            let mut product = 1.0;
            for m in margins {
                let e = exp(-m.abs());
                product *= 1.0 + e;
                sum += (-*m).max(0.0);
                // Its derivative, less than 0.
                *m = if *m > 0.0 { -e } else { -1.0 } / (1.0 + e);
            }
            sum += product.ln();
        }
        for (index, left) in left.iter_mut().enumerate() {
            let row = &rows[index * columns..(index + 1) * columns];
            if codes[index] != 1 {
                *left = -*left;
            }
            add_scaled(slopes, *left, row);
        }
        sum
    }

    /// The same with weights, from the margins in `left`.
    fn weighted_binary(
        &self,
        rows: &[f64],
        codes: &[u32],
        left: &mut [f64],
        slopes: &mut [f64],
    ) -> f64 {
        let columns = slopes.len();
        let mut sum = 0.0;
        for (index, (left, code)) in left.iter_mut().zip(codes).enumerate() {
            let (margin, weight) = (*left, self.weights[*code as usize]);
            let e = exp(-margin.abs());
            sum += weight * ((-margin).max(0.0) + e.ln_1p());
            let slope = weight * if margin > 0.0 { -e } else { -1.0 } / (1.0 + e);
            *left = if *code == 1 { slope } else { -slope };
            add_scaled(slopes, *left, &rows[index * columns..(index + 1) * columns]);
        }
        sum
    }

    fn multinomial(
        &self,
        rows: &[f64],
        codes: &[u32],
        weights: &[f64],
        intercepts: &[f64],
        left: &mut [f64],
        slopes: &mut [f64],
    ) -> f64 {
        let (count, outputs) = (codes.len(), self.outputs);
        let columns = weights.len() / outputs;
        scores(rows, count, weights, intercepts, left);
        // Scores against the row's own class: the loss is then the logarithm of the sum itself.
        for (row, code) in left.chunks_exact_mut(outputs).zip(codes) {
            let own = row[*code as usize];
            row.iter_mut().for_each(|score| *score -= own);
        }
        let mut sum = 0.0;
        if self.weights.is_empty() {
            sum = softmax_rows(left, outputs);
            for (row, code) in left.chunks_exact_mut(outputs).zip(codes) {
                row[*code as usize] -= 1.0;
            }
        } else {
            for (row, code) in left.chunks_exact_mut(outputs).zip(codes) {
                let weight = self.weights[*code as usize];
                sum += weight * softmax_rows(row, outputs);
                row[*code as usize] -= 1.0;
                row.iter_mut().for_each(|left| *left *= weight);
            }
        }
        if columns > 0 {
            let left = view(left, count, outputs).transpose();
            let slopes = view_mut(slopes, outputs, columns);
            multiply(slopes, Accum::Add, left, view(rows, count, columns));
        }
        sum
    }
}

/// n / (classes n_class), classes without rows left out of the count.
fn balanced(codes: &[u32], classes: usize) -> Vec<f64> {
    let mut counts = vec![0.0f64; classes];
    codes.iter().for_each(|code| counts[*code as usize] += 1.0);
    let present = counts.iter().filter(|count| **count > 0.0).count() as f64;
    let rows = codes.len() as f64;
    let weight = |count: &f64| rows / (present * count.max(1.0));
    counts.iter().map(weight).collect()
}

#[cfg(test)]
mod tests;
