//! One linear function in training: weights behind a common factor, so that a decay of all of them
//! costs one product.

use super::{SgdParameters, SgdPenalty, SgdRate};
use crate::numeric::dense::{add_scaled, dot};

/// Derivatives beyond are cut, as in scikit-learn.
const STEEPEST: f64 = 1e12;
/// Below, the common factor is put into the weights.
const SMALLEST: f64 = 1e-9;

#[derive(Clone)]
pub(super) struct Line {
    /// Times `scale` they are the weights.
    values: Vec<f64>,
    scale: f64,
    pub intercept: f64,
    /// Squared length of the weights, kept up to date for a pure L2 penalty.
    squares: f64,
    /// Of the truncated gradient: what each weight has paid, and what it could have.
    paid: Vec<f64>,
    due: f64,
    rate: f64,
    /// 1 / (alpha eta) at the first row, for `Optimal`.
    start: f64,
    /// Rows seen so far, and 1.
    t: f64,
    /// Sum over the rows of the last epoch.
    pub objective: f64,
    best: f64,
    without_gain: usize,
    pub done: bool,
}

impl Line {
    pub fn new(columns: usize, parameters: &SgdParameters) -> Self {
        let mut start = 0.0;
        if parameters.rate == SgdRate::Optimal {
            let typical = (1.0 / parameters.alpha.sqrt()).sqrt();
            let eta = typical / parameters.loss.slope(1.0, -typical).max(1.0);
            start = 1.0 / (eta * parameters.alpha);
        }
        let truncated = matches!(parameters.penalty, SgdPenalty::L1 | SgdPenalty::ElasticNet);
        Line {
            values: vec![0.0; columns],
            scale: 1.0,
            intercept: 0.0,
            squares: 0.0,
            paid: vec![0.0; if truncated { columns } else { 0 }],
            due: 0.0,
            rate: parameters.eta0,
            start,
            t: 1.0,
            objective: 0.0,
            best: f64::INFINITY,
            without_gain: 0,
            done: false,
        }
    }

    pub fn weights(&self) -> impl Iterator<Item = f64> + '_ {
        self.values.iter().map(|value| value * self.scale)
    }

    pub fn score(&self, row: &[f64]) -> f64 {
        dot(&self.values, row) * self.scale + self.intercept
    }

    pub fn is_finite(&self) -> bool {
        let numbers = [self.intercept, self.scale, self.objective];
        numbers.iter().all(|v| v.is_finite()) && self.weights().all(|w| w.is_finite())
    }

    pub fn begin(&mut self) {
        if !self.done {
            self.objective = 0.0;
        }
    }

    /// One row.
    #[inline]
    pub fn learn(&mut self, row: &[f64], y: f64, parameters: &SgdParameters) {
        let alpha = parameters.alpha;
        let l1_ratio = match parameters.penalty {
            SgdPenalty::L1 => 1.0,
            SgdPenalty::ElasticNet => parameters.l1_ratio,
            SgdPenalty::L2 | SgdPenalty::None => 0.0,
        };
        let mut along = dot(&self.values, row) * self.scale;
        let p = along + self.intercept;
        let rate = match parameters.rate {
            SgdRate::Optimal => 1.0 / (alpha * (self.start + self.t - 1.0)),
            SgdRate::InvScaling => parameters.eta0 / self.t.powf(parameters.power_t),
            SgdRate::Constant | SgdRate::Adaptive => self.rate,
        };
        self.objective += parameters.loss.value(y, p) + self.penalty(parameters, l1_ratio);
        let slope = parameters.loss.slope(y, p).clamp(-STEEPEST, STEEPEST);
        let update = -rate * slope;
        if parameters.penalty != SgdPenalty::None && l1_ratio < 1.0 {
            let factor = (1.0 - (1.0 - l1_ratio) * rate * alpha).max(0.0);
            self.shrink(factor);
            along *= factor;
        }
        if update != 0.0 {
            if self.paid.is_empty() {
                self.squares += update * (update * dot(row, row) + 2.0 * along);
            }
            add_scaled(&mut self.values, update / self.scale, row);
        }
        if parameters.fit_intercept {
            self.intercept += update;
        }
        if !self.paid.is_empty() {
            self.due += l1_ratio * rate * alpha;
            self.truncate();
        }
        self.t += 1.0;
    }

    fn penalty(&self, parameters: &SgdParameters, l1_ratio: f64) -> f64 {
        if parameters.penalty == SgdPenalty::None {
            return 0.0;
        }
        if self.paid.is_empty() {
            return 0.5 * parameters.alpha * self.squares;
        }
        let squares = dot(&self.values, &self.values) * self.scale * self.scale;
        let sizes: f64 = self.values.iter().map(|v| v.abs()).sum();
        parameters.alpha * ((1.0 - l1_ratio) * 0.5 * squares + l1_ratio * sizes * self.scale)
    }

    fn shrink(&mut self, factor: f64) {
        self.scale *= factor;
        self.squares *= factor * factor;
        if self.scale < SMALLEST {
            let scale = self.scale;
            self.values.iter_mut().for_each(|value| *value *= scale);
            self.scale = 1.0;
        }
    }

    /// Takes from each weight what it owes, at most down to 0.
    fn truncate(&mut self) {
        let (due, scale) = (self.due, self.scale);
        for (value, paid) in self.values.iter_mut().zip(&mut self.paid) {
            let before = *value;
            if before > 0.0 {
                *value = (before - (due + *paid) / scale).max(0.0);
            } else if before < 0.0 {
                *value = (before + (due - *paid) / scale).min(0.0);
            }
            *paid += scale * (*value - before);
        }
    }

    /// Counts epochs without gain; `score` is that of the rows held out, where there are some.
    pub fn judge(&mut self, parameters: &SgdParameters, rows: usize, score: Option<f64>) {
        if self.done {
            return;
        }
        let value = score.map_or(self.objective / rows.max(1) as f64, |score| -score);
        let gain = value <= self.best - parameters.tol;
        self.without_gain = if gain { 0 } else { self.without_gain + 1 };
        self.best = self.best.min(value);
        if self.without_gain >= parameters.n_iter_no_change {
            if parameters.rate == SgdRate::Adaptive && self.rate > 1e-6 {
                self.rate /= 5.0;
                self.without_gain = 0;
            } else {
                self.done = true;
            }
        }
    }
}
