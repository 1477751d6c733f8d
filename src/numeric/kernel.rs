//! Kernels, and many rows against one: the inner loop of support vector machines.

use serde::{Deserialize, Serialize};

use super::Matrix;
use super::exp::exp;
use super::wide::{Loop, wide};
use crate::base::{Cancel, Outcome, Problem, units_a_look};

/// How alike two rows are; formulas and names are scikit-learn's.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Kernel {
    /// x·y
    Linear,
    /// exp(-gamma |x - y|²)
    Rbf { gamma: f64 },
    /// (gamma x·y + coef0)^degree
    Poly { gamma: f64, degree: u32, coef0: f64 },
    /// tanh(gamma x·y + coef0)
    Sigmoid { gamma: f64, coef0: f64 },
}

impl Kernel {
    /// Whether it is made of distances rather than products.
    pub(super) fn of_distances(self) -> bool {
        matches!(self, Kernel::Rbf { .. })
    }

    /// Squared distances, or products, into kernel values.
    pub(super) fn finish(self, values: &mut [f64]) {
        wide(Finish {
            kernel: self,
            values,
        });
    }

    #[inline(always)]
    fn finish_here(self, values: &mut [f64]) {
        match self {
            Kernel::Linear => {}
            Kernel::Rbf { gamma } => values.iter_mut().for_each(|v| *v = exp(-gamma * *v)),
            Kernel::Poly {
                gamma,
                degree,
                coef0,
            } => {
                for value in values {
                    let base = gamma * *value + coef0;
                    *value = match degree {
                        2 => base * base,
                        3 => base * base * base,
                        _ => base.powi(degree as i32),
                    };
                }
            }
            Kernel::Sigmoid { gamma, coef0 } => {
                for value in values {
                    let twice = exp(2.0 * (gamma * *value + coef0));
                    *value = 1.0 - 2.0 / (twice + 1.0);
                }
            }
        }
    }

    /// A sentence where values of these rows would not stay numbers (in single precision, which the
    /// cache keeps).
    pub fn check(self, x: &Matrix, cancel: &Cancel) -> Outcome<()> {
        let mut most = 0.0;
        for rows in x.values().chunks(blocks(x.columns())) {
            cancel.check()?;
            let squares = |row: &[f64]| row.iter().map(|v| v * v).sum::<f64>();
            let rows = rows.chunks_exact(x.columns().max(1));
            most = rows.map(squares).fold(most, f64::max);
        }
        let bound = match self {
            Kernel::Linear => most,
            Kernel::Rbf { .. } => most / 1e270,
            Kernel::Poly {
                gamma,
                degree,
                coef0,
            } => (gamma * most + coef0.abs()).powi(degree as i32),
            Kernel::Sigmoid { gamma, coef0 } => (gamma * most + coef0.abs()) / 1e270,
        };
        if bound < 1e30 {
            return Ok(());
        }
        let problem = Problem::new("The values are too large for this kernel");
        Err(problem
            .fix("Scale the features, or choose another kernel")
            .into())
    }

    /// Whether its parameters are numbers: for one read from a file.
    pub(super) fn is_sound(self) -> bool {
        match self {
            Kernel::Linear => true,
            Kernel::Rbf { gamma } => gamma.is_finite(),
            Kernel::Poly {
                gamma,
                degree,
                coef0,
            } => gamma.is_finite() && coef0.is_finite() && i32::try_from(degree).is_ok(),
            Kernel::Sigmoid { gamma, coef0 } => gamma.is_finite() && coef0.is_finite(),
        }
    }

    /// scikit-learn's gamma `scale`: 1 / (columns x variance of all values), 1 where they are alike.
    pub fn scale_gamma(x: &Matrix, cancel: &Cancel) -> Outcome<f64> {
        let count = x.values().len().max(1) as f64;
        let (mut mean, mut variance) = (0.0, 0.0);
        for values in x.values().chunks(blocks(1)) {
            cancel.check()?;
            values.iter().for_each(|v| mean += v / count);
        }
        for values in x.values().chunks(blocks(1)) {
            cancel.check()?;
            let squares = values.iter().map(|v| (v - mean) * (v - mean) / count);
            squares.for_each(|square| variance += square);
        }
        let gamma = 1.0 / (x.columns().max(1) as f64 * variance);
        Ok(if gamma.is_finite() && gamma > 0.0 {
            gamma
        } else {
            1.0
        })
    }
}

/// Numbers of whole rows between two looks at the flag.
fn blocks(columns: usize) -> usize {
    units_a_look(4 * columns).max(LANES) * columns.max(1)
}

struct Finish<'a> {
    kernel: Kernel,
    values: &'a mut [f64],
}

impl Loop for Finish<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        self.kernel.finish_here(self.values);
    }
}

struct Kernels<'a> {
    panels: &'a Panels,
    /// The first row, one that begins a block.
    from: usize,
    kernel: Kernel,
    query: &'a [f64],
    out: &'a mut [f64],
}

impl Loop for Kernels<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        if self.panels.columns == 0 {
            self.out.fill(0.0);
        } else if matches!(self.kernel, Kernel::Rbf { .. }) {
            self.panels.distances(self.from, self.query, self.out);
        } else {
            self.panels.products(self.from, self.query, self.out);
        }
        self.kernel.finish_here(self.out);
    }
}

/// Rows side by side in one block of memory.
const LANES: usize = 16;

/// Rows in blocks of sixteen, column by column within a block, so that one row meets sixteen at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Panels {
    rows: usize,
    columns: usize,
    values: Vec<f64>,
}

impl Panels {
    pub fn new<'a>(columns: usize, rows: impl ExactSizeIterator<Item = &'a [f64]>) -> Panels {
        let mut panels = Panels::zeros(columns, rows.len());
        for (at, row) in rows.enumerate() {
            panels.put(at, row);
        }
        panels
    }

    /// The same, looking at `cancel`.
    pub(super) fn gathered<'a>(
        columns: usize,
        rows: impl ExactSizeIterator<Item = &'a [f64]>,
        cancel: &Cancel,
    ) -> Outcome<Panels> {
        let mut panels = Panels::zeros(columns, rows.len());
        let looks = units_a_look(4 * columns);
        for (at, row) in rows.enumerate() {
            if at % looks == 0 {
                cancel.check()?;
            }
            panels.put(at, row);
        }
        Ok(panels)
    }

    fn zeros(columns: usize, rows: usize) -> Panels {
        Panels {
            rows,
            columns,
            values: vec![0.0; rows.div_ceil(LANES) * LANES * columns],
        }
    }

    #[inline]
    fn put(&mut self, at: usize, row: &[f64]) {
        let block = at / LANES * LANES * self.columns;
        for (column, value) in row.iter().enumerate() {
            self.values[block + column * LANES + at % LANES] = *value;
        }
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    pub(super) fn columns(&self) -> usize {
        self.columns
    }

    /// Whether there are so many finite numbers a row: for rows read from a file.
    pub(super) fn is_sound(&self, columns: usize) -> bool {
        let padded = self.rows.checked_next_multiple_of(LANES);
        let values = padded.and_then(|rows| rows.checked_mul(columns));
        self.columns == columns
            && values == Some(self.values.len())
            && self.values.iter().all(|value| value.is_finite())
    }

    #[inline]
    pub fn at(&self, row: usize, column: usize) -> f64 {
        self.values[row / LANES * LANES * self.columns + column * LANES + row % LANES]
    }

    /// Copies a row.
    pub fn row(&self, row: usize, out: &mut Vec<f64>) {
        out.clear();
        out.extend((0..self.columns).map(|column| self.at(row, column)));
    }

    /// The kernel of `query` and every row.
    pub fn kernels(&self, kernel: Kernel, query: &[f64], out: &mut [f64]) {
        wide(Kernels {
            panels: self,
            from: 0,
            kernel,
            query,
            out,
        });
    }

    /// The same, looking at `cancel` every some thousand rows; `out` has a place a row.
    pub(super) fn kernels_of_all(
        &self,
        kernel: Kernel,
        query: &[f64],
        out: &mut [f64],
        cancel: &Cancel,
    ) -> Outcome<()> {
        // A kernel takes about eight times what a product takes.
        let rows = units_a_look(self.columns + 8).next_multiple_of(LANES);
        for (block, out) in out.chunks_mut(rows).enumerate() {
            cancel.check()?;
            wide(Kernels {
                panels: self,
                from: block * rows,
                kernel,
                query,
                out,
            });
        }
        Ok(())
    }

    #[inline(always)]
    fn products(&self, from: usize, query: &[f64], out: &mut [f64]) {
        let panels = self.values[from * self.columns..].chunks_exact(LANES * self.columns);
        for (panel, out) in panels.zip(out.chunks_mut(LANES)) {
            let mut sums = [0.0; LANES];
            for (lanes, &value) in panel.chunks_exact(LANES).zip(query) {
                for lane in 0..LANES {
                    sums[lane] += lanes[lane] * value;
                }
            }
            out.copy_from_slice(&sums[..out.len()]);
        }
    }

    #[inline(always)]
    fn distances(&self, from: usize, query: &[f64], out: &mut [f64]) {
        let panels = self.values[from * self.columns..].chunks_exact(LANES * self.columns);
        for (panel, out) in panels.zip(out.chunks_mut(LANES)) {
            let mut sums = [0.0; LANES];
            for (lanes, &value) in panel.chunks_exact(LANES).zip(query) {
                for lane in 0..LANES {
                    let away = lanes[lane] - value;
                    sums[lane] += away * away;
                }
            }
            out.copy_from_slice(&sums[..out.len()]);
        }
    }

    /// Size in memory.
    pub fn bytes(&self) -> usize {
        8 * self.values.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(crate) const ALL: [Kernel; 4] = [
        Kernel::Linear,
        Kernel::Rbf { gamma: 0.3 },
        Kernel::Poly {
            gamma: 0.5,
            degree: 4,
            coef0: 1.0,
        },
        Kernel::Sigmoid {
            gamma: 0.2,
            coef0: -0.5,
        },
    ];

    #[test]
    fn panels_give_the_kernels_of_rows() {
        let x = super::super::reference::x();
        let rows = (0..x.rows()).map(|row| x.row(row));
        let panels = Panels::new(x.columns(), rows);
        let mut out = vec![0.0; x.rows()];
        for kernel in ALL {
            panels.kernels(kernel, x.row(7), &mut out);
            for row in 0..x.rows() {
                let pairs = || x.row(row).iter().zip(x.row(7));
                let dot: f64 = pairs().map(|(a, b)| a * b).sum();
                let far: f64 = pairs().map(|(a, b)| (a - b).powi(2)).sum();
                let expected = match kernel {
                    Kernel::Linear => dot,
                    Kernel::Rbf { gamma } => (-gamma * far).exp(),
                    Kernel::Poly { .. } => (0.5 * dot + 1.0).powi(4),
                    Kernel::Sigmoid { .. } => (0.2 * dot - 0.5).tanh(),
                };
                assert!((out[row] - expected).abs() < 1e-12 * expected.abs().max(1.0));
            }
        }
        let mut row = Vec::new();
        panels.row(37, &mut row);
        assert_eq!(row, x.row(37));
    }

    #[test]
    fn values_beyond_the_kernel_are_told() {
        let huge = Matrix::new(2, 1, vec![1e20, -1e20]);
        assert!(Kernel::Linear.check(&huge, &Cancel::new()).is_err());
        assert!(
            Kernel::Rbf { gamma: 1.0 }
                .check(&huge, &Cancel::new())
                .is_ok()
        );
        let beyond = Matrix::new(2, 1, vec![1e200, -1e200]);
        assert!(
            Kernel::Rbf { gamma: 1.0 }
                .check(&beyond, &Cancel::new())
                .is_err()
        );
        let scale = |x: &Matrix| Kernel::scale_gamma(x, &Cancel::new()).unwrap();
        assert_eq!(scale(&Matrix::new(3, 1, vec![2.0; 3])), 1.0);
        let x = Matrix::new(2, 2, vec![0.0, 2.0, 4.0, 6.0]);
        assert!((scale(&x) - 0.1).abs() < 1e-12);
    }
}
