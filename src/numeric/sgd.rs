//! Linear models by stochastic gradient descent, one epoch a step.
//!
//! Follows scikit-learn's `SGDClassifier` and `SGDRegressor` (sklearn/linear_model/_sgd_fast.pyx.tp):
//! the same losses, rates, penalties (L1 by the truncated gradient of Tsuruoka, Tsujii and Ananiadou,
//! 2009) and rules for stopping; without shuffling it takes the very same steps. More than two classes
//! are fitted one against all, each with its own end. Two differences: rows are drawn by our own random
//! numbers, in one order for all classes, and the regressor's target is standardised for the fit and
//! put back afterwards, so that rate, epsilon and tol mean the same in every unit.

mod line;
mod loss;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::centre::mean;
use super::dense::dot;
use super::{Advance, Labels, Matrix};
use crate::base::{Cancel, Halt, Outcome, Problem, Random};
use line::Line;
pub use loss::SgdLoss;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SgdPenalty {
    None,
    L2,
    L1,
    ElasticNet,
}

/// How the length of a step changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SgdRate {
    /// 1 / (alpha (t + t0)), t0 by Bottou's heuristic.
    Optimal,
    /// eta0 / t^power_t
    InvScaling,
    Constant,
    /// eta0, a fifth of it whenever nothing improves any more.
    Adaptive,
}

/// What a fit may be told; the defaults are scikit-learn's for classes.
#[derive(Clone, Debug)]
pub struct SgdParameters {
    pub loss: SgdLoss,
    pub penalty: SgdPenalty,
    pub alpha: f64,
    pub l1_ratio: f64,
    pub rate: SgdRate,
    pub eta0: f64,
    pub power_t: f64,
    pub fit_intercept: bool,
    /// Epochs.
    pub max_iter: usize,
    pub tol: f64,
    pub n_iter_no_change: usize,
    pub early_stopping: bool,
    pub validation_fraction: f64,
    pub shuffle: bool,
    pub seed: u64,
}

impl Default for SgdParameters {
    fn default() -> Self {
        SgdParameters {
            loss: SgdLoss::Hinge,
            penalty: SgdPenalty::L2,
            alpha: 1e-4,
            l1_ratio: 0.15,
            rate: SgdRate::Optimal,
            eta0: 0.01,
            power_t: 0.5,
            fit_intercept: true,
            max_iter: 1000,
            tol: 1e-3,
            n_iter_no_change: 5,
            early_stopping: false,
            validation_fraction: 0.1,
            shuffle: true,
            seed: 0,
        }
    }
}

/// What scores stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SgdLink {
    /// Class scores, of which only the greatest counts.
    Greatest,
    /// Log odds.
    Logistic,
    /// Scores from -1 to 1 (Zhang, 2004).
    ModifiedHuber,
    /// The number itself.
    Number,
}

/// A fitted linear model: one row of coefficients for two classes or a number, else one a class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SgdFit {
    /// Classes, or 1 for a number.
    pub outputs: usize,
    pub columns: usize,
    pub coefficients: Vec<f64>,
    pub intercepts: Vec<f64>,
    pub link: SgdLink,
}

impl SgdFit {
    /// Probabilities (0 and 1 for `Greatest`) or the number, `outputs` a row.
    pub fn predict(&self, rows: &[f64], out: &mut [f64]) {
        let columns = self.columns;
        for (index, out) in out.chunks_exact_mut(self.outputs.max(1)).enumerate() {
            let row = &rows[index * columns..(index + 1) * columns];
            let score = |k: usize| {
                let weights = &self.coefficients[k * columns..(k + 1) * columns];
                dot(weights, row) + self.intercepts[k]
            };
            if self.outputs == 2 {
                out[1] = score(0);
            } else {
                out.iter_mut()
                    .enumerate()
                    .for_each(|(k, out)| *out = score(k));
            }
            self.finish(out);
        }
    }

    /// Whether the arrays fit together: for models read from a file.
    pub fn is_sound(&self) -> bool {
        let lines = if self.outputs == 2 { 1 } else { self.outputs };
        let mut all = self.coefficients.iter().chain(&self.intercepts);
        lines > 0
            && (self.link == SgdLink::Number) == (self.outputs == 1)
            && self.intercepts.len() == lines
            && lines.checked_mul(self.columns) == Some(self.coefficients.len())
            && all.all(|value| value.is_finite())
    }

    /// Turns the scores of one row into its prediction; of two classes only the second is read.
    pub fn finish(&self, out: &mut [f64]) {
        if self.outputs == 2 {
            let positive = match self.link {
                SgdLink::Logistic => sigmoid(out[1]),
                SgdLink::ModifiedHuber => (out[1].clamp(-1.0, 1.0) + 1.0) / 2.0,
                SgdLink::Greatest | SgdLink::Number => f64::from(u8::from(out[1] > 0.0)),
            };
            (out[0], out[1]) = (1.0 - positive, positive);
            return;
        }
        match self.link {
            SgdLink::Number => return,
            SgdLink::Greatest => {
                let best =
                    (0..out.len()).fold(0, |best, k| if out[k] > out[best] { k } else { best });
                out.fill(0.0);
                out[best] = 1.0;
                return;
            }
            SgdLink::Logistic => out.iter_mut().for_each(|score| *score = sigmoid(*score)),
            SgdLink::ModifiedHuber => out
                .iter_mut()
                .for_each(|score| *score = (score.clamp(-1.0, 1.0) + 1.0) / 2.0),
        }
        let sum: f64 = out.iter().sum();
        if sum > 0.0 {
            out.iter_mut().for_each(|share| *share /= sum);
        } else {
            let alike = 1.0 / out.len() as f64;
            out.fill(alike);
        }
    }
}

fn sigmoid(score: f64) -> f64 {
    let e = (-score.abs()).exp();
    if score > 0.0 {
        1.0 / (1.0 + e)
    } else {
        e / (1.0 + e)
    }
}

/// A fit under way.
pub struct Sgd {
    x: Matrix,
    target: Target,
    parameters: SgdParameters,
    /// One for each class against all, or the only one.
    lines: Vec<Line>,
    /// Rows to learn from, and the order of the epoch.
    rows: Vec<u32>,
    order: Vec<u32>,
    held_out: Vec<u32>,
    epochs: usize,
    progress: Advance,
}

enum Target {
    Classes(Arc<[u32]>, usize),
    /// Standardised.
    Number {
        values: Vec<f64>,
        mean: f64,
        deviation: f64,
    },
}

impl Target {
    /// 1 for rows of the line's class and -1 for others, or the number.
    #[inline]
    fn of(&self, line: usize, row: usize) -> f64 {
        match self {
            Target::Classes(codes, count) => {
                let class = if *count == 2 { 1 } else { line as u32 };
                if codes[row] == class { 1.0 } else { -1.0 }
            }
            Target::Number { values, .. } => values[row],
        }
    }
}

impl Sgd {
    /// Needs rows; classes need two that have some.
    pub fn new(x: &Matrix, y: &Labels, parameters: &SgdParameters) -> Outcome<Self> {
        assert_eq!(x.rows(), y.len(), "one target a row");
        if x.rows() == 0 {
            return Err(Problem::new("There are no rows to fit").into());
        }
        let (target, lines) = match y {
            Labels::Classes { codes, count } => {
                if codes.iter().all(|code| *code == codes[0]) {
                    return Err(Problem::new("The training rows are all of one class")
                        .fix("Choose another target, or rows of more classes")
                        .into());
                }
                let lines = if *count == 2 { 1 } else { *count };
                (Target::Classes(Arc::clone(codes), *count), lines)
            }
            Labels::Numbers(numbers) => {
                let mean = mean(numbers);
                let squares: f64 = numbers.iter().map(|v| (v - mean) * (v - mean)).sum();
                let deviation = (squares / numbers.len() as f64).sqrt();
                if !deviation.is_finite() {
                    return Err(too_large());
                }
                let deviation = if deviation > 0.0 { deviation } else { 1.0 };
                let values = numbers.iter().map(|v| (v - mean) / deviation).collect();
                let target = Target::Number {
                    values,
                    mean,
                    deviation,
                };
                (target, 1)
            }
        };
        let mut rows: Vec<u32> = (0..x.rows() as u32).collect();
        let mut held_out = Vec::new();
        if parameters.early_stopping {
            held_out = hold_out(y, parameters);
            if held_out.is_empty() || held_out.len() >= x.rows() {
                return Err(
                    Problem::new("Too few rows to hold some out for early stopping")
                        .fix("Turn early_stopping off")
                        .into(),
                );
            }
            rows.retain(|row| held_out.binary_search(row).is_err());
        }
        let line = Line::new(x.columns(), parameters);
        Ok(Sgd {
            x: x.clone(),
            target,
            parameters: parameters.clone(),
            lines: vec![line; lines],
            order: rows.clone(),
            rows,
            held_out,
            epochs: 0,
            progress: Advance::More,
        })
    }

    /// One epoch of every line that is not done. Looks at `cancel` every 256 rows; a cancelled epoch
    /// can be taken again and gives what it would have given.
    pub fn step(&mut self, cancel: &Cancel) -> Outcome<Advance> {
        if self.progress.is_done() {
            return Ok(self.progress);
        }
        let before = self.lines.clone();
        let scores = match self.epoch(cancel).and_then(|()| self.scores(cancel)) {
            Ok(scores) => scores,
            Err(halt) => {
                self.lines = before;
                return Err(halt);
            }
        };
        self.epochs += 1;
        for (line, score) in self.lines.iter_mut().zip(scores) {
            line.judge(&self.parameters, self.order.len(), score);
        }
        self.progress = if self.lines.iter().all(|line| line.done) {
            Advance::Converged
        } else if self.epochs >= self.parameters.max_iter {
            Advance::Exhausted
        } else {
            Advance::More
        };
        Ok(self.progress)
    }

    pub fn epochs(&self) -> usize {
        self.epochs
    }

    /// The objective of the last epoch, penalty included, measured while its rows passed; the mean
    /// over the classes.
    pub fn objective(&self) -> f64 {
        let sum: f64 = self.lines.iter().map(|line| line.objective).sum();
        sum / (self.lines.len() * self.order.len().max(1)) as f64
    }

    /// The fit as it stands.
    pub fn fit(&self) -> SgdFit {
        let columns = self.x.columns();
        let mut coefficients: Vec<f64> = self.lines.iter().flat_map(Line::weights).collect();
        let mut intercepts: Vec<f64> = self.lines.iter().map(|line| line.intercept).collect();
        let (outputs, link) = match self.target {
            Target::Classes(_, count) => (count, self.parameters.loss.link()),
            Target::Number {
                mean, deviation, ..
            } => {
                coefficients.iter_mut().for_each(|w| *w *= deviation);
                intercepts[0] = intercepts[0] * deviation + mean;
                (1, SgdLink::Number)
            }
        };
        SgdFit {
            outputs,
            columns,
            coefficients,
            intercepts,
            link,
        }
    }

    fn epoch(&mut self, cancel: &Cancel) -> Outcome<()> {
        let parameters = &self.parameters;
        if parameters.shuffle {
            // From the rows' own order, so that an epoch can be taken again.
            self.order.copy_from_slice(&self.rows);
            Random::stream(parameters.seed, self.epochs as u64).shuffle(&mut self.order);
        }
        self.lines.iter_mut().for_each(Line::begin);
        for rows in self.order.chunks(256) {
            for (index, line) in self.lines.iter_mut().enumerate().filter(|(_, l)| !l.done) {
                cancel.check()?;
                for &row in rows {
                    let row = row as usize;
                    line.learn(self.x.row(row), self.target.of(index, row), parameters);
                }
            }
        }
        if self.lines.iter().all(Line::is_finite) {
            Ok(())
        } else {
            Err(too_large())
        }
    }

    /// Of each line on the rows held out, where there are some.
    fn scores(&self, cancel: &Cancel) -> Outcome<Vec<Option<f64>>> {
        let of_line = |line: usize| {
            cancel.check()?;
            let held = self.parameters.early_stopping;
            Ok(held.then(|| self.held_out_score(line)))
        };
        (0..self.lines.len()).map(of_line).collect()
    }

    /// Accuracy or R2 of one line on the rows held out.
    fn held_out_score(&self, index: usize) -> f64 {
        let line = &self.lines[index];
        let rows = self.held_out.iter().map(|row| *row as usize);
        let pairs: Vec<(f64, f64)> = rows
            .map(|row| (line.score(self.x.row(row)), self.target.of(index, row)))
            .collect();
        match self.target {
            Target::Classes(..) => {
                let right = pairs
                    .iter()
                    .filter(|(score, y)| (*score > 0.0) == (*y > 0.0));
                right.count() as f64 / pairs.len() as f64
            }
            Target::Number { .. } => {
                let centre = mean(&pairs.iter().map(|(_, y)| *y).collect::<Vec<_>>());
                let left: f64 = pairs.iter().map(|(score, y)| (score - y).powi(2)).sum();
                let all: f64 = pairs.iter().map(|(_, y)| (y - centre).powi(2)).sum();
                if all > 0.0 { 1.0 - left / all } else { -left }
            }
        }
    }
}

/// Rows to hold out, in order; of each class its share.
fn hold_out(y: &Labels, parameters: &SgdParameters) -> Vec<u32> {
    let mut rows: Vec<u32> = (0..y.len() as u32).collect();
    Random::stream(parameters.seed, u64::MAX).shuffle(&mut rows);
    if let Labels::Classes { codes, .. } = y {
        rows.sort_by_key(|row| codes[*row as usize]);
    }
    let fraction = parameters.validation_fraction;
    let next = |index: usize| ((index + 1) as f64 * fraction).floor();
    let mut held: Vec<u32> = (0..rows.len())
        .filter(|&index| next(index) > (index as f64 * fraction).floor())
        .map(|index| rows[index])
        .collect();
    held.sort_unstable();
    held
}

fn too_large() -> Halt {
    Problem::new("The weights grew without bound")
        .fix("Scale the features, or try a smaller eta0 or another learning_rate")
        .into()
}

#[cfg(test)]
mod tests;
