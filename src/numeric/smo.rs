//! Sequential minimal optimisation: the dual of support vector machines, two rows at a time.
//!
//! Fan, Chen and Lin, "Working set selection using second order information" (2005), as in libsvm.
//! Classification and regression are one problem here: maximise
//!
//! ```text
//! sum of (target beta - epsilon |beta|) - 1/2 beta' K beta,  low <= beta <= high,  sum of beta = 0
//! ```
//!
//! with targets of 1 and -1 and epsilon 0 for classes. A row has one beta; where epsilon is not 0, the
//! bend at beta = 0 stands for libsvm's two variables a row.

use super::kernel::{Kernel, Panels};
use super::smo_cache::RowCache;
use super::wide::{Loop, wide};
use crate::base::{Cancel, Outcome, units_a_look};

/// The least curvature, for kernels that are not positive definite (libsvm's TAU).
const LEAST_CURVATURE: f64 = 1e-12;

/// Rows whose best are compared at once.
const BLOCK: usize = 256;

/// What is to be solved.
pub struct SmoProblem {
    pub kernel: Kernel,
    pub rows: Panels,
    pub targets: Vec<f64>,
    /// The bounds of each beta; 0 lies between them.
    pub low: Vec<f64>,
    pub high: Vec<f64>,
    pub epsilon: f64,
    /// The violation of the optimality conditions that is small enough.
    pub tol: f64,
    /// For rows of the kernel matrix.
    pub cache_bytes: usize,
}

/// A solution on its way.
pub struct Smo {
    problem: SmoProblem,
    beta: Vec<f64>,
    /// Target less the sum of beta times kernel.
    residual: Vec<f64>,
    /// What the slope of |beta| adds upwards and downwards; infinite where a bound forbids.
    up: Vec<f64>,
    down: Vec<f64>,
    diagonal: Vec<f64>,
    cache: RowCache,
    iterations: usize,
    /// The steepest way up, its row, and the flattest way down.
    steepest: (f64, usize, f64),
    done: bool,
}

impl Smo {
    pub fn new(problem: SmoProblem, cancel: &Cancel) -> Outcome<Smo> {
        let rows = problem.targets.len();
        let mut row = Vec::new();
        let mut diagonal = vec![0.0; rows];
        let looks = units_a_look(4 * problem.rows.columns());
        for (at, value) in diagonal.iter_mut().enumerate() {
            if at % looks == 0 {
                cancel.check()?;
            }
            *value = if problem.kernel.of_distances() {
                0.0
            } else {
                problem.rows.row(at, &mut row);
                row.iter().map(|v| v * v).sum()
            };
        }
        problem.kernel.finish(&mut diagonal);
        let mut smo = Smo {
            beta: vec![0.0; rows],
            residual: problem.targets.clone(),
            up: vec![0.0; rows],
            down: vec![0.0; rows],
            diagonal,
            cache: RowCache::new(rows, problem.cache_bytes),
            iterations: 0,
            steepest: (0.0, 0, 0.0),
            done: rows == 0,
            problem,
        };
        for at in 0..rows {
            smo.bend(at);
        }
        smo.select();
        Ok(smo)
    }

    /// Solved, as far as it can be.
    pub fn is_done(&self) -> bool {
        self.done
    }

    pub fn iterations(&self) -> usize {
        self.iterations
    }

    /// How far the optimality conditions are violated.
    pub fn gap(&self) -> f64 {
        (self.steepest.0 - self.steepest.2).max(0.0)
    }

    pub fn beta(&self) -> &[f64] {
        &self.beta
    }

    /// What is minimised: the dual objective, in libsvm's sign.
    pub fn objective(&self) -> f64 {
        let rows = self
            .beta
            .iter()
            .zip(&self.residual)
            .zip(&self.problem.targets);
        let of = |((beta, residual), target): ((&f64, &f64), &f64)| {
            self.problem.epsilon * beta.abs() - 0.5 * beta * (target + residual)
        };
        rows.map(of).sum()
    }

    /// The mean over the rows that are free to move; between the bounds' demands where none is.
    pub fn intercept(&self) -> f64 {
        let (mut sum, mut count) = (0.0, 0);
        for at in 0..self.beta.len() {
            let beta = self.beta[at];
            if beta != 0.0 && beta > self.problem.low[at] && beta < self.problem.high[at] {
                sum += self.residual[at] + self.up[at];
                count += 1;
            }
        }
        let (most, _, least) = self.steepest;
        match (most.is_finite(), least.is_finite()) {
            _ if count > 0 => sum / f64::from(count),
            (true, true) => most / 2.0 + least / 2.0,
            (true, false) => most,
            (false, true) => least,
            (false, false) => 0.0,
        }
    }

    /// Takes iterations until so many are taken in all, or it is solved. Looks at `cancel` in each;
    /// what was reached stays.
    pub fn run_to(&mut self, iterations: usize, cancel: &Cancel) -> Outcome<()> {
        while !self.done && self.iterations < iterations {
            cancel.check()?;
            self.iterate(cancel)?;
        }
        Ok(())
    }

    /// Sets what a beta may do next.
    fn bend(&mut self, at: usize) {
        let (beta, epsilon) = (self.beta[at], self.problem.epsilon);
        self.up[at] = if beta < 0.0 {
            epsilon
        } else if beta < self.problem.high[at] {
            -epsilon
        } else {
            f64::NEG_INFINITY
        };
        self.down[at] = if beta > 0.0 {
            -epsilon
        } else if beta > self.problem.low[at] {
            epsilon
        } else {
            f64::INFINITY
        };
    }

    fn iterate(&mut self, cancel: &Cancel) -> Outcome<()> {
        let (slope_up, i, least) = self.steepest;
        // NaN ends it too.
        if !(slope_up - least >= self.problem.tol) {
            self.done = true;
            return Ok(());
        }
        let row_i = self
            .cache
            .get(&self.problem.rows, self.problem.kernel, i, cancel)?;
        let Some(j) = self.partner(slope_up, i, row_i) else {
            self.done = true;
            return Ok(());
        };
        let row_j = self
            .cache
            .get(&self.problem.rows, self.problem.kernel, j, cancel)?;
        let (k_i, k_j) = (self.cache.row(row_i), self.cache.row(row_j));
        let curvature = self.diagonal[i] + self.diagonal[j] - 2.0 * f64::from(k_i[j]);
        let slope = slope_up - (self.residual[j] + self.down[j]);
        let (old_i, old_j) = (self.beta[i], self.beta[j]);
        // As far as the next bound or bend.
        let end_i = if old_i < 0.0 {
            0.0
        } else {
            self.problem.high[i]
        };
        let end_j = if old_j > 0.0 {
            0.0
        } else {
            self.problem.low[j]
        };
        let (room_i, room_j) = (end_i - old_i, old_j - end_j);
        let step = (slope / curvature.max(LEAST_CURVATURE))
            .min(room_i)
            .min(room_j);
        self.beta[i] = if step >= room_i { end_i } else { old_i + step };
        self.beta[j] = if step >= room_j { end_j } else { old_j - step };
        self.iterations += 1;
        if self.beta[i] == old_i && self.beta[j] == old_j {
            // Less than a digit: nothing would ever change again.
            self.done = true;
            return Ok(());
        }
        wide(Move {
            residual: &mut self.residual,
            step,
            k_i,
            k_j,
        });
        self.bend(i);
        self.bend(j);
        self.select();
        Ok(())
    }

    /// Finds the steepest way up and the flattest way down.
    fn select(&mut self) {
        let (most, block_of_most, least) = wide(Select {
            residual: &self.residual,
            up: &self.up,
            down: &self.down,
        });
        let start = block_of_most * BLOCK;
        let end = (start + BLOCK).min(self.residual.len());
        let at = (start..end).find(|&at| self.residual[at] + self.up[at] == most);
        self.steepest = (most, at.unwrap_or(start), least);
    }

    /// The row with which a step gains most, to second order.
    fn partner(&self, slope_up: f64, i: usize, row_i: usize) -> Option<usize> {
        wide(Partner {
            residual: &self.residual,
            down: &self.down,
            diagonal: &self.diagonal,
            k_i: self.cache.row(row_i),
            slope_up,
            own: self.diagonal[i],
        })
    }
}

/// A step's part of all residuals.
struct Move<'a> {
    residual: &'a mut [f64],
    step: f64,
    k_i: &'a [f32],
    k_j: &'a [f32],
}

impl Loop for Move<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let rows = self.residual.iter_mut().zip(self.k_i).zip(self.k_j);
        for ((residual, k_i), k_j) in rows {
            *residual -= self.step * f64::from(k_i - k_j);
        }
    }
}

/// The steepest slope up, the block of rows it is in, and the flattest slope down.
struct Select<'a> {
    residual: &'a [f64],
    up: &'a [f64],
    down: &'a [f64],
}

impl Loop for Select<'_> {
    type Output = (f64, usize, f64);

    #[inline(always)]
    fn run(self) -> (f64, usize, f64) {
        let (mut most, mut block_of_most, mut least) = (f64::NEG_INFINITY, 0, f64::INFINITY);
        let blocks = self.residual.chunks(BLOCK).zip(self.up.chunks(BLOCK));
        for (block, ((residual, up), down)) in blocks.zip(self.down.chunks(BLOCK)).enumerate() {
            let (high, low) = (greatest(residual, up), smallest(residual, down));
            if high > most {
                (most, block_of_most) = (high, block);
            }
            least = if low < least { low } else { least };
        }
        (most, block_of_most, least)
    }
}

/// The row with which a step gains most, to second order.
struct Partner<'a> {
    residual: &'a [f64],
    down: &'a [f64],
    diagonal: &'a [f64],
    k_i: &'a [f32],
    slope_up: f64,
    own: f64,
}

impl Loop for Partner<'_> {
    type Output = Option<usize>;

    #[inline(always)]
    fn run(self) -> Option<usize> {
        let (slope_up, own) = (self.slope_up, self.own);
        let mut gains = [0.0; BLOCK];
        let (mut most, mut best) = (0.0, None);
        for start in (0..self.residual.len()).step_by(BLOCK) {
            let end = (start + BLOCK).min(self.residual.len());
            let gains = &mut gains[..end - start];
            let residual = &self.residual[start..end];
            let down = &self.down[start..end];
            let diagonal = &self.diagonal[start..end];
            let k_i = &self.k_i[start..end];
            for at in 0..gains.len() {
                let slope = slope_up - (residual[at] + down[at]);
                let slope = if slope > 0.0 { slope } else { 0.0 };
                let curvature = own + diagonal[at] - 2.0 * f64::from(k_i[at]);
                let curvature = if curvature > LEAST_CURVATURE {
                    curvature
                } else {
                    LEAST_CURVATURE
                };
                gains[at] = slope * slope / curvature;
            }
            let high = largest(gains);
            if high > most {
                most = high;
                best = gains
                    .iter()
                    .position(|gain| *gain == high)
                    .map(|at| start + at);
            }
        }
        best
    }
}

/// The greatest of sums; eight lanes, so that the compiler may use vector registers.
#[inline(always)]
fn greatest(a: &[f64], b: &[f64]) -> f64 {
    let mut lanes = [f64::NEG_INFINITY; 8];
    let (a_blocks, b_blocks) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest = a_blocks.remainder().iter().zip(b_blocks.remainder());
    let rest = rest.map(|(a, b)| a + b).fold(f64::NEG_INFINITY, f64::max);
    for (a, b) in a_blocks.zip(b_blocks) {
        for lane in 0..8 {
            let sum = a[lane] + b[lane];
            lanes[lane] = if sum > lanes[lane] { sum } else { lanes[lane] };
        }
    }
    lanes.iter().copied().fold(rest, f64::max)
}

#[inline(always)]
fn smallest(a: &[f64], b: &[f64]) -> f64 {
    let mut lanes = [f64::INFINITY; 8];
    let (a_blocks, b_blocks) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest = a_blocks.remainder().iter().zip(b_blocks.remainder());
    let rest = rest.map(|(a, b)| a + b).fold(f64::INFINITY, f64::min);
    for (a, b) in a_blocks.zip(b_blocks) {
        for lane in 0..8 {
            let sum = a[lane] + b[lane];
            lanes[lane] = if sum < lanes[lane] { sum } else { lanes[lane] };
        }
    }
    lanes.iter().copied().fold(rest, f64::min)
}

#[inline(always)]
fn largest(values: &[f64]) -> f64 {
    let mut lanes = [0.0; 8];
    let blocks = values.chunks_exact(8);
    let rest = blocks.remainder().iter().copied().fold(0.0, f64::max);
    for block in blocks {
        for lane in 0..8 {
            lanes[lane] = if block[lane] > lanes[lane] {
                block[lane]
            } else {
                lanes[lane]
            };
        }
    }
    lanes.iter().copied().fold(rest, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::reference::{two, x, y};

    fn problem(kernel: Kernel, c: f64, epsilon: Option<f64>) -> SmoProblem {
        let x = x();
        let targets: Vec<f64> = match epsilon {
            Some(_) => y().to_vec(),
            None => two().iter().map(|c| f64::from(*c) * 2.0 - 1.0).collect(),
        };
        let bound = |t: &f64, sign: f64| {
            if epsilon.is_some() || t * sign > 0.0 {
                sign * c
            } else {
                0.0
            }
        };
        SmoProblem {
            kernel,
            rows: Panels::new(x.columns(), (0..x.rows()).map(|row| x.row(row))),
            low: targets.iter().map(|t| bound(t, -1.0)).collect(),
            high: targets.iter().map(|t| bound(t, 1.0)).collect(),
            targets,
            epsilon: epsilon.unwrap_or(0.0),
            tol: 1e-6,
            cache_bytes: 1 << 20,
        }
    }

    /// The optimality conditions, from kernels computed anew.
    #[test]
    fn a_solution_meets_the_optimality_conditions() {
        let x = x();
        for kernel in [Kernel::Linear, Kernel::Rbf { gamma: 0.4 }] {
            for epsilon in [None, Some(0.2), Some(0.0)] {
                for cache_bytes in [0, 1 << 20] {
                    let mut problem = problem(kernel, 2.0, epsilon);
                    problem.cache_bytes = cache_bytes;
                    let targets = problem.targets.clone();
                    let (low, high) = (problem.low.clone(), problem.high.clone());
                    let mut smo = Smo::new(problem, &Cancel::new()).unwrap();
                    smo.run_to(1_000_000, &Cancel::new()).unwrap();
                    assert!(smo.is_done() && smo.gap() < 1e-6);
                    assert!(smo.beta().iter().sum::<f64>().abs() < 1e-9);
                    let panels = Panels::new(4, (0..x.rows()).map(|row| x.row(row)));
                    let mut k = vec![0.0; x.rows()];
                    for row in 0..x.rows() {
                        panels.kernels(kernel, x.row(row), &mut k);
                        let f: f64 = k.iter().zip(smo.beta()).map(|(k, b)| k * b).sum();
                        let (beta, e) = (smo.beta()[row], epsilon.unwrap_or(0.0));
                        let error = targets[row] - f - smo.intercept();
                        let near = 1e-4;
                        if beta < high[row] {
                            let bend = if beta < 0.0 { e } else { -e };
                            assert!(error + bend < near, "{kernel:?} {epsilon:?} {beta} {error}");
                        }
                        if beta > low[row] {
                            let bend = if beta > 0.0 { -e } else { e };
                            assert!(
                                error + bend > -near,
                                "{kernel:?} {epsilon:?} {beta} {error}"
                            );
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn parts_are_the_whole_and_the_objective_falls() {
        let kernel = Kernel::Rbf { gamma: 0.4 };
        let mut whole = Smo::new(problem(kernel, 1.0, None), &Cancel::new()).unwrap();
        whole.run_to(usize::MAX, &Cancel::new()).unwrap();
        let mut parts = Smo::new(problem(kernel, 1.0, None), &Cancel::new()).unwrap();
        let stop = Cancel::new();
        stop.cancel();
        let mut before = 0.0;
        while !parts.is_done() {
            let taken = parts.iterations();
            assert!(parts.run_to(taken + 3, &stop).is_err());
            parts.run_to(taken + 3, &Cancel::new()).unwrap();
            assert!(parts.objective() <= before + 1e-12);
            before = parts.objective();
        }
        assert_eq!(parts.beta(), whole.beta());
        assert_eq!(parts.intercept(), whole.intercept());
    }

    #[test]
    fn a_sigmoid_that_is_no_kernel_ends_too() {
        let kernel = Kernel::Sigmoid {
            gamma: 2.0,
            coef0: 1.0,
        };
        let mut smo = Smo::new(problem(kernel, 10.0, None), &Cancel::new()).unwrap();
        smo.run_to(100_000, &Cancel::new()).unwrap();
        assert!(smo.is_done() && smo.intercept().is_finite());
    }
}
