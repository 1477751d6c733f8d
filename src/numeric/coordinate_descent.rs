//! Lasso and elastic net by coordinate descent, one sweep over the columns a step.
//!
//! Minimises `|y - x w - b|^2 / (2 n) + alpha l1_ratio |w|_1 + alpha (1 - l1_ratio) |w|^2 / 2`, b
//! unpenalised, as scikit-learn's `ElasticNet` does: the same order of columns, the same duality gap to
//! stop by and the same screening (`enet_coordinate_descent` in sklearn/linear_model/_cd_fast.pyx;
//! Ndiaye et al., Gap safe screening rules, 2017), so that the iterates are its own. With no more
//! columns than rows it works on the Gram matrix, where a sweep costs no pass over the rows.

use std::sync::Arc;

use super::dense::{add_scaled, dot};
use super::least_squares::GramSystem;
use super::orthogonal::too_large;
use super::{Advance, LinearFit};
use crate::base::{Cancel, Outcome};

/// What a fit may be told; the defaults are scikit-learn's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ElasticNetParameters {
    pub alpha: f64,
    /// 1 for the lasso, 0 for ridge regression's penalty.
    pub l1_ratio: f64,
    /// Sweeps.
    pub max_iter: usize,
    /// The duality gap at which it has converged, as a part of the target's sum of squares.
    pub tol: f64,
    /// No weight below 0.
    pub positive: bool,
}

impl Default for ElasticNetParameters {
    fn default() -> Self {
        ElasticNetParameters {
            alpha: 1.0,
            l1_ratio: 0.5,
            max_iter: 1000,
            tol: 1e-4,
            positive: false,
        }
    }
}

/// A fit under way.
pub struct CoordinateDescent {
    parameters: ElasticNetParameters,
    /// Penalties in the scale of the sum over the rows.
    l1: f64,
    l2: f64,
    rows: f64,
    design: Design,
    /// Squared length of each column.
    lengths: Vec<f64>,
    /// Columns along the target, and the target's squared length.
    along_target: Vec<f64>,
    target: f64,
    x_means: Vec<f64>,
    y_mean: f64,
    state: State,
    /// Columns that may still have a weight.
    active: Vec<u32>,
    sweeps: usize,
    gap: f64,
    progress: Advance,
}

/// What a sweep changes.
#[derive(Clone)]
struct State {
    weights: Vec<f64>,
    /// On the Gram matrix: each column along what is left over; else what is left over, a row.
    left: Vec<f64>,
}

enum Design {
    /// Full, row after row.
    Gram(Vec<f64>),
    /// The centred columns, one after the other.
    Columns(Vec<f64>),
}

impl CoordinateDescent {
    /// `system` holds the centred rows; it is shared by all alphas.
    pub fn new(
        system: &Arc<GramSystem>,
        parameters: &ElasticNetParameters,
        cancel: &Cancel,
    ) -> Outcome<Self> {
        let (x, y) = system.data();
        let (x_means, y_mean) = system.means();
        let (rows, columns) = (x.rows(), x.columns());
        let centred: Vec<f64> = y.iter().map(|value| value - y_mean).collect();
        let target = dot(&centred, &centred);
        let (design, along_target, lengths, left);
        if let Some((lower, moments)) = system.gram() {
            let mut gram = lower.to_vec();
            for i in 0..columns {
                for j in 0..i {
                    gram[j * columns + i] = gram[i * columns + j];
                }
            }
            lengths = (0..columns).map(|i| gram[i * columns + i]).collect();
            along_target = moments.to_vec();
            left = moments.to_vec();
            design = Design::Gram(gram);
        } else {
            let mut values = vec![0.0; rows * columns];
            for row in 0..rows {
                cancel.check()?;
                for (column, value) in x.row(row).iter().enumerate() {
                    values[column * rows + row] = value - x_means[column];
                }
            }
            let each = || values.chunks_exact(rows.max(1));
            lengths = each().map(|column| dot(column, column)).collect();
            along_target = each().map(|column| dot(column, &centred)).collect();
            left = centred;
            design = Design::Columns(values);
        }
        let fit = CoordinateDescent {
            l1: parameters.alpha * parameters.l1_ratio * rows as f64,
            l2: parameters.alpha * (1.0 - parameters.l1_ratio) * rows as f64,
            parameters: *parameters,
            rows: rows as f64,
            active: (0..columns as u32).collect(),
            state: State {
                weights: vec![0.0; columns],
                left,
            },
            design,
            lengths,
            along_target,
            target,
            x_means: x_means.to_vec(),
            y_mean,
            sweeps: 0,
            gap: f64::INFINITY,
            progress: Advance::More,
        };
        let gram = match &fit.design {
            Design::Gram(values) | Design::Columns(values) => values,
        };
        let mut all = gram.iter().chain(&fit.lengths).chain(&fit.along_target);
        if !fit.target.is_finite() || all.any(|value| !value.is_finite()) {
            return Err(too_large());
        }
        Ok(fit)
    }

    /// One sweep; a cancelled one can be taken again. Once done, steps change nothing.
    pub fn step(&mut self, cancel: &Cancel) -> Outcome<Advance> {
        if self.progress.is_done() {
            return Ok(self.progress);
        }
        cancel.check()?;
        if self.sweeps == 0 {
            let (gap, norm) = self.measure(cancel)?;
            self.gap = gap;
            if (0.0..=self.parameters.tol * self.target).contains(&gap) {
                self.progress = Advance::Converged;
                return Ok(self.progress);
            }
            self.screen(norm, cancel)?;
        }
        let before = (self.state.clone(), self.active.clone(), self.gap);
        let taken = self.sweep_and_judge(cancel);
        if taken.is_err() {
            (self.state, self.active, self.gap) = before;
        }
        taken
    }

    fn sweep_and_judge(&mut self, cancel: &Cancel) -> Outcome<Advance> {
        let (moved, largest) = self.sweep(cancel)?;
        let last = self.sweeps + 1 >= self.parameters.max_iter;
        let mut progress = self.progress;
        if largest == 0.0 || moved / largest <= self.parameters.tol || last {
            let (gap, norm) = self.measure(cancel)?;
            self.gap = gap;
            if gap <= self.parameters.tol * self.target {
                progress = Advance::Converged;
            } else if last {
                progress = Advance::Exhausted;
            } else {
                self.screen(norm, cancel)?;
            }
        }
        self.sweeps += 1;
        self.progress = progress;
        Ok(progress)
    }

    pub fn sweeps(&self) -> usize {
        self.sweeps
    }

    /// The duality gap when it was last measured, a row.
    pub fn gap(&self) -> f64 {
        self.gap / self.rows
    }

    /// The value that is minimised.
    pub fn objective(&self) -> f64 {
        let w = &self.state.weights;
        let size: f64 = w.iter().map(|w| w.abs()).sum();
        (0.5 * self.left_over() + self.l1 * size + 0.5 * self.l2 * dot(w, w)) / self.rows
    }

    /// How many weights are not 0.
    pub fn kept(&self) -> usize {
        self.state.weights.iter().filter(|w| **w != 0.0).count()
    }

    /// The fit as it stands.
    pub fn fit(&self) -> LinearFit {
        LinearFit {
            coefficients: self.state.weights.clone(),
            intercept: self.y_mean - dot(&self.state.weights, &self.x_means),
            rank: None,
        }
    }

    /// The greatest change of a weight and the greatest weight.
    fn sweep(&mut self, cancel: &Cancel) -> Outcome<(f64, f64)> {
        let (mut moved, mut largest) = (0.0f64, 0.0f64);
        for index in 0..self.active.len() {
            if index % 64 == 0 {
                cancel.check()?;
            }
            let column = self.active[index] as usize;
            let length = self.lengths[column];
            if length == 0.0 {
                continue;
            }
            let before = self.state.weights[column];
            let along = self.along(column) + before * length;
            let after = if self.parameters.positive && along < 0.0 {
                0.0
            } else {
                along.signum() * (along.abs() - self.l1).max(0.0) / (length + self.l2)
            };
            if after != before {
                self.set(column, after);
            }
            moved = moved.max((after - before).abs());
            largest = largest.max(after.abs());
        }
        Ok((moved, largest))
    }

    /// A column along what is left over.
    fn along(&self, column: usize) -> f64 {
        match &self.design {
            Design::Gram(_) => self.state.left[column],
            Design::Columns(values) => {
                let rows = self.state.left.len();
                dot(
                    &values[column * rows..(column + 1) * rows],
                    &self.state.left,
                )
            }
        }
    }

    fn set(&mut self, column: usize, weight: f64) {
        let change = weight - self.state.weights[column];
        self.state.weights[column] = weight;
        let (Design::Gram(values) | Design::Columns(values)) = &self.design;
        let width = self.state.left.len();
        let line = &values[column * width..(column + 1) * width];
        add_scaled(&mut self.state.left, -change, line);
    }

    /// The squared length of what is left over.
    fn left_over(&self) -> f64 {
        let State { weights, left } = &self.state;
        match &self.design {
            // |y|^2 + w' x'x w - 2 w' x'y, where `left` is x'y - x'x w.
            Design::Gram(_) => {
                (self.target - dot(weights, left) - dot(weights, &self.along_target)).max(0.0)
            }
            Design::Columns(_) => dot(left, left),
        }
    }

    /// The duality gap, and the dual norm that screening needs.
    fn measure(&self, cancel: &Cancel) -> Outcome<(f64, f64)> {
        cancel.check()?;
        let w = &self.state.weights;
        let squares = dot(w, w);
        let left = self.left_over();
        let along_y = self.target - dot(w, &self.along_target);
        let norm = |value: f64| {
            if self.parameters.positive {
                value
            } else {
                value.abs()
            }
        };
        if self.l1 == 0.0 {
            let length: f64 = (0..w.len()).map(|j| self.along(j).powi(2)).sum();
            if self.l2 == 0.0 {
                return Ok((length, length));
            }
            let gap = left + 0.5 * self.l2 * squares - along_y + length / (2.0 * self.l2);
            return Ok((gap, length));
        }
        let start = if self.parameters.positive {
            f64::NEG_INFINITY
        } else {
            0.0
        };
        let norm = (0..w.len())
            .map(|j| norm(self.along(j) - self.l2 * w[j]))
            .fold(start, f64::max);
        let size: f64 = w.iter().map(|w| w.abs()).sum();
        let factor = if norm > self.l1 { self.l1 / norm } else { 1.0 };
        let gap = 0.5 * (1.0 + factor * factor) * (left + self.l2 * squares) + self.l1 * size
            - factor * along_y;
        Ok((gap, norm))
    }

    /// Leaves out columns whose weight must be 0 at the optimum.
    fn screen(&mut self, norm: f64, cancel: &Cancel) -> Outcome<()> {
        cancel.check()?;
        if self.l1 == 0.0 {
            return Ok(());
        }
        let radius = (2.0 * self.gap.abs()).sqrt() / self.l1;
        for column in std::mem::take(&mut self.active) {
            let j = column as usize;
            let along = self.along(j) - self.l2 * self.state.weights[j];
            let theta = along / self.l1.max(norm);
            let length = self.lengths[j];
            if length == 0.0 {
                continue;
            }
            if (1.0 - theta.abs()) / (length + self.l2).sqrt() <= radius {
                self.active.push(column);
            } else if self.state.weights[j] != 0.0 {
                self.set(j, 0.0);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
