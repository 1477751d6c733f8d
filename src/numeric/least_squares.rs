//! Ordinary least squares and ridge regression: centred Gram matrix and Cholesky, one Gram matrix
//! for a whole path of alpha; orthogonal where columns depend on each other.
//!
//! Minimises `|y - x w - b|^2 + alpha |w|^2`, b unpenalised, as scikit-learn's `Ridge` does
//! (`LinearRegression` for alpha 0).

use std::sync::{Arc, OnceLock};

use faer::Side;
use faer::linalg::solvers::{Llt, Solve as _};
use serde::{Deserialize, Serialize};

use super::Matrix;
use super::apart::apart;
use super::centre::{centred_blocks, column_means, mean};
use super::dense::{add_gram, add_scaled, dot, view};
use super::orthogonal::{Orthogonal, too_large};
use crate::base::{Cancel, Outcome, Problem};

/// A fitted linear function.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinearFit {
    pub coefficients: Vec<f64>,
    pub intercept: f64,
    /// How many columns say something of their own; fewer than all: some depend on others, and the
    /// coefficients are the solution of minimum norm. Ridge with a positive alpha counts all. None
    /// where the solver does not tell.
    pub rank: Option<usize>,
}

impl LinearFit {
    /// Itself, or a problem where a number overflowed.
    pub fn checked(self) -> Outcome<Self> {
        let finite = self.coefficients.iter().all(|value| value.is_finite());
        if finite && self.intercept.is_finite() {
            Ok(self)
        } else {
            Err(too_large())
        }
    }

    /// The value for one row.
    pub fn predict_row(&self, row: &[f64]) -> f64 {
        self.intercept + dot(&self.coefficients, row)
    }

    /// The values for rows given one after the other, written to `out`.
    pub fn predict(&self, rows: &[f64], out: &mut [f64]) {
        if self.coefficients.is_empty() {
            out.fill(self.intercept);
            return;
        }
        for (row, out) in rows.chunks_exact(self.coefficients.len()).zip(out) {
            *out = self.predict_row(row);
        }
    }
}

/// Pivots of the Cholesky factor, as shares of the diagonal: how much of a column the others leave
/// unexplained. Below `SAFE` the orthogonal way is taken, below `REFINE` the solution is improved
/// once by its residual.
const SAFE: f64 = 1e-10;
const REFINE: f64 = 1e-5;

/// The Cholesky factor of a matrix given by its lower half, and its least pivot; none where there is no
/// factor.
fn factored(matrix: &[f64], columns: usize) -> Option<(Llt<f64>, f64)> {
    let factor = Llt::new(view(matrix, columns, columns), Side::Lower).ok()?;
    let l = factor.L();
    let pivot = |i: usize| l[(i, i)] * l[(i, i)] / matrix[i * columns + i];
    let least = (0..columns).map(pivot).fold(f64::INFINITY, |least, pivot| {
        if pivot < least || pivot.is_nan() {
            pivot
        } else {
            least
        }
    });
    (!least.is_nan()).then_some((factor, least))
}

/// Everything that does not depend on alpha.
pub struct GramSystem {
    x: Matrix,
    y: Arc<[f64]>,
    x_means: Vec<f64>,
    y_mean: f64,
    /// Lower half of the centred x'x; empty where there are more columns than rows.
    gram: Vec<f64>,
    /// Centred x'y.
    moments: Vec<f64>,
    orthogonal: OnceLock<Orthogonal>,
}

impl GramSystem {
    /// `y` has one value a row; without an intercept nothing is centred. Looks at `cancel` once a
    /// block of at most 1,024 rows.
    pub fn new(x: &Matrix, y: &Arc<[f64]>, fit_intercept: bool, cancel: &Cancel) -> Outcome<Self> {
        assert_eq!(x.rows(), y.len(), "one target a row");
        if x.rows() == 0 {
            return Err(Problem::new("There are no rows to fit").into());
        }
        cancel.check()?;
        let (rows, columns) = (x.rows(), x.columns());
        let (x_means, y_mean) = if fit_intercept {
            (column_means(x, cancel)?, mean(y))
        } else {
            (vec![0.0; columns], 0.0)
        };
        let mut gram = Vec::new();
        let mut moments = vec![0.0; columns];
        if columns <= rows {
            gram = vec![0.0; columns * columns];
            centred_blocks(x, &x_means, cancel, |first, block| {
                let count = block.len() / columns;
                add_gram(&mut gram, view(block, count, columns));
                for (row, y) in block.chunks_exact(columns).zip(&y[first..]) {
                    add_scaled(&mut moments, y - y_mean, row);
                }
                Ok(())
            })?;
        }
        Ok(GramSystem {
            x: x.clone(),
            y: Arc::clone(y),
            x_means,
            y_mean,
            gram,
            moments,
            orthogonal: OnceLock::new(),
        })
    }

    /// The fit for one alpha, at least 0. After the first, another alpha costs no pass over the rows
    /// unless columns nearly depend on each other.
    pub fn solve(&self, alpha: f64, cancel: &Cancel) -> Outcome<LinearFit> {
        let columns = self.x.columns();
        let solved = if columns > self.x.rows() {
            None
        } else {
            self.by_cholesky(alpha, cancel)?
        };
        let (coefficients, rank) = match solved {
            Some(solved) => solved,
            None => {
                let orthogonal = self.orthogonal(cancel)?;
                let all = alpha > 0.0;
                let rank = if all { columns } else { orthogonal.rank() };
                (orthogonal.solve(alpha), rank)
            }
        };
        let intercept = self.y_mean - dot(&coefficients, &self.x_means);
        LinearFit {
            coefficients,
            intercept,
            rank: Some(rank),
        }
        .checked()
    }

    /// The inverse of the centred x'x, columns x columns: coefficients' covariances up to the residual
    /// variance. None where columns nearly depend on each other or outnumber the rows.
    pub fn inverse_gram(&self, cancel: &Cancel) -> Outcome<Option<Vec<f64>>> {
        let columns = self.x.columns();
        cancel.check()?;
        if columns == 0 || columns >= self.x.rows() || self.gram.iter().any(|v| !v.is_finite()) {
            return Ok(None);
        }
        let gram = self.gram.clone();
        apart(columns, cancel, move || {
            let (factor, least) = factored(&gram, columns)?;
            if least < SAFE {
                return None;
            }
            let mut identity = vec![0.0; columns * columns];
            for i in 0..columns {
                identity[i * columns + i] = 1.0;
            }
            let solution = factor.solve(view(&identity, columns, columns));
            let inverse = (0..columns * columns).map(|at| solution[(at / columns, at % columns)]);
            Some(inverse.collect())
        })
    }

    /// The rows and the target as they were given.
    pub(super) fn data(&self) -> (&Matrix, &[f64]) {
        (&self.x, &self.y)
    }

    /// What was taken off the columns and the target.
    pub(super) fn means(&self) -> (&[f64], f64) {
        (&self.x_means, self.y_mean)
    }

    /// The lower half of the centred x'x, and the centred x'y; none with more columns than rows.
    pub(super) fn gram(&self) -> Option<(&[f64], &[f64])> {
        (self.x.columns() <= self.x.rows()).then_some((&self.gram, &self.moments))
    }

    /// Size in memory, for byte budgets; the rows are shared and do not count.
    pub fn bytes(&self) -> usize {
        let columns = self.x.columns();
        // The orthogonal way may yet be taken: as large as the Gram matrix.
        8 * (2 * columns * columns.min(self.x.rows()) + 4 * columns)
    }

    /// Coefficients and rank; none where the factor is not to be trusted.
    fn by_cholesky(&self, alpha: f64, cancel: &Cancel) -> Outcome<Option<(Vec<f64>, usize)>> {
        let columns = self.x.columns();
        if columns == 0 {
            return Ok(Some((Vec::new(), 0)));
        }
        cancel.check()?;
        let mut matrix = self.gram.clone();
        let mut rank = columns;
        for i in 0..columns {
            let diagonal = &mut matrix[i * columns + i];
            *diagonal += alpha;
            if *diagonal == 0.0 {
                // A constant column: any pivot will do, its moment is 0 and so its coefficient.
                *diagonal = 1.0;
                rank -= 1;
            }
        }
        if matrix.iter().any(|value| !value.is_finite()) {
            return Ok(None);
        }
        let found = apart(columns, cancel, move || factored(&matrix, columns))?;
        let Some((factor, least)) = found.filter(|(_, least)| *least >= SAFE) else {
            return Ok(None);
        };
        let solve = |moments: &[f64]| -> Vec<f64> {
            let solution = factor.solve(view(moments, columns, 1));
            (0..columns).map(|i| solution[(i, 0)]).collect()
        };
        let mut coefficients = solve(&self.moments);
        if least < REFINE {
            let step = solve(&self.left_over(&coefficients, alpha, cancel)?);
            add_scaled(&mut coefficients, 1.0, &step);
        }
        Ok(Some((coefficients, rank)))
    }

    /// `x' (y - x w) - alpha w`, from the rows and not from the Gram matrix.
    fn left_over(&self, w: &[f64], alpha: f64, cancel: &Cancel) -> Outcome<Vec<f64>> {
        let mut left: Vec<f64> = w.iter().map(|w| -alpha * w).collect();
        centred_blocks(&self.x, &self.x_means, cancel, |first, block| {
            for (row, y) in block.chunks_exact(w.len()).zip(&self.y[first..]) {
                add_scaled(&mut left, y - self.y_mean - dot(row, w), row);
            }
            Ok(())
        })?;
        Ok(left)
    }

    fn orthogonal(&self, cancel: &Cancel) -> Outcome<&Orthogonal> {
        if let Some(ready) = self.orthogonal.get() {
            return Ok(ready);
        }
        let columns = self.x.columns();
        let made = Orthogonal::new(self.x.rows(), columns, cancel, |row, out| {
            let values = self.x.row(row).iter().zip(&self.x_means);
            for (out, (value, mean)) in out.iter_mut().zip(values) {
                *out = value - mean;
            }
            out[columns] = self.y[row] - self.y_mean;
        })?;
        Ok(self.orthogonal.get_or_init(|| made))
    }
}

#[cfg(test)]
mod tests {
    use super::super::reference::{COLUMNS, ROWS, moved, near, wide, x, y};
    use super::*;
    use crate::base::Halt;

    fn fit(x: &Matrix, y: &Arc<[f64]>, alpha: f64, fit_intercept: bool) -> Vec<f64> {
        let cancel = Cancel::new();
        let system = GramSystem::new(x, y, fit_intercept, &cancel).unwrap();
        let mut fit = system.solve(alpha, &cancel).unwrap();
        fit.coefficients.push(fit.intercept);
        fit.coefficients
    }

    #[test]
    fn agrees_with_scikit_learn() {
        let expected = [
            (
                0.0,
                true,
                [
                    1.9971838528575736,
                    -0.9990181610456801,
                    0.4996137738224818,
                    -0.004247409249209325,
                    0.004608991168346982,
                ],
            ),
            (
                0.0,
                false,
                [
                    1.9974103106237477,
                    -0.9989823639924882,
                    0.4996168929830357,
                    -0.004234289254046907,
                    0.0,
                ],
            ),
            (
                1.0,
                true,
                [
                    1.9333974911945686,
                    -0.9920308643598048,
                    0.4974004184012817,
                    -0.004471464463489248,
                    0.006071214680355756,
                ],
            ),
            (
                50.0,
                true,
                [
                    0.7564304602650742,
                    -0.7237911994635409,
                    0.41954729060651613,
                    -0.00708186400390735,
                    0.031152192599574045,
                ],
            ),
            (
                1.0,
                false,
                [
                    1.9336861765978612,
                    -0.9919842931665931,
                    0.49740439695223465,
                    -0.004454266963574148,
                    0.0,
                ],
            ),
        ];
        for (alpha, fit_intercept, expected) in expected {
            near(&fit(&x(), &y(), alpha, fit_intercept), &expected, 1e-12);
        }
    }

    /// The four columns, the sum of the first two, a constant, the third again.
    fn dependent() -> Matrix {
        let x = x();
        let mut values = Vec::new();
        for row in x.values().chunks(COLUMNS) {
            values.extend_from_slice(row);
            values.extend([row[0] + row[1], 3.7, row[2]]);
        }
        Matrix::new(ROWS, 7, values)
    }

    #[test]
    fn takes_the_minimum_norm_on_dependent_columns_as_scikit_learn_does() {
        let ols = [
            1.6644619555869427,
            -1.331740058316311,
            0.2498068869112406,
            -0.004247409249209748,
            0.3327218972706322,
            0.0,
            0.24980688691124064,
            0.004608991168346947,
        ];
        near(&fit(&dependent(), &y(), 0.0, true), &ols, 1e-12);
        let ridge = [
            1.6256384865179776,
            -1.3073608271300936,
            0.24926777873959202,
            -0.004371553775971702,
            0.31827765938772856,
            0.0,
            0.24926777873958642,
            0.005775177280953225,
        ];
        near(&fit(&dependent(), &y(), 1.0, true), &ridge, 1e-12);
        let system = GramSystem::new(&dependent(), &y(), true, &Cancel::new()).unwrap();
        assert_eq!(system.solve(0.0, &Cancel::new()).unwrap().rank, Some(4));
        // Hardly any penalty is hardly a change, though the Gram matrix is singular to rounding.
        near(&fit(&dependent(), &y(), 1e-12, true), &ols, 1e-9);
    }

    #[test]
    fn takes_the_minimum_norm_on_more_columns_than_rows() {
        let y: Arc<[f64]> = y()[..6].into();
        let ols = [
            1.7760702864753566,
            0.7347507235254518,
            -1.8907376865525316,
            -1.5914946491997468,
            -0.15214919279708253,
            0.2691122125259841,
            0.14055468962690484,
            -0.14521496137655648,
            -0.2683227401022298,
            0.3526304875763891,
        ];
        near(&fit(&wide(), &y, 0.0, true), &ols, 1e-10);
        let ridge = [
            1.5884966832752685,
            0.6571982533289153,
            -1.691249766057761,
            -1.4250587965010701,
            -0.134072821862115,
            0.252832131226718,
            0.13428276258133554,
            -0.13871411218398771,
            -0.2519948371965978,
            0.3537786002780817,
        ];
        near(&fit(&wide(), &y, 0.5, true), &ridge, 1e-12);
    }

    #[test]
    fn an_offset_of_1e8_changes_no_slope() {
        let near_zero = fit(&x(), &y(), 1.0, true);
        let far = fit(&moved(&x(), 1e8), &y(), 1.0, true);
        near(&far[..COLUMNS], &near_zero[..COLUMNS], 1e-7);
        // With an intercept of its own as a column, only the orthogonal way keeps digits.
        let nearly: Vec<f64> = x()
            .values()
            .chunks(COLUMNS)
            .flat_map(|row| [row[0], row[0] + 1e-6 * row[1]])
            .collect();
        let y: Arc<[f64]> = x().values().chunks(COLUMNS).map(|row| row[1]).collect();
        let found = fit(&Matrix::new(ROWS, 2, nearly), &y, 0.0, true);
        near(&found[..2], &[-1e6, 1e6], 1e-2);
    }

    #[test]
    fn edges() {
        let cancel = Cancel::new();
        let empty = GramSystem::new(&Matrix::new(0, 2, vec![]), &Arc::from([]), true, &cancel);
        assert!(matches!(empty, Err(Halt::Failed(_))));
        let one = fit(
            &Matrix::new(1, 2, vec![3.0, 4.0]),
            &Arc::from([5.0]),
            0.0,
            true,
        );
        near(&one, &[0.0, 0.0, 5.0], 0.0);
        let nothing = fit(
            &Matrix::new(3, 0, vec![]),
            &Arc::from([1.0, 2.0, 6.0]),
            1.0,
            true,
        );
        near(&nothing, &[3.0], 0.0);
        let constant = Matrix::new(3, 1, vec![0.1; 3]);
        near(
            &fit(&constant, &Arc::from([1.0, 2.0, 6.0]), 0.0, true),
            &[0.0, 3.0],
            0.0,
        );
        let huge = Matrix::new(3, 1, vec![1e200, -1e200, 3e200]);
        let system = GramSystem::new(&huge, &Arc::from([1.0, 2.0, 6.0]), true, &cancel).unwrap();
        match system.solve(0.0, &cancel) {
            Ok(fit) => assert!(fit.coefficients[0].is_finite()),
            Err(halt) => assert!(matches!(halt, Halt::Failed(_))),
        }
        let flag = Cancel::new();
        flag.cancel();
        let stopped = GramSystem::new(&x(), &y(), true, &flag);
        assert!(matches!(stopped, Err(Halt::Cancelled)));
        let system = GramSystem::new(&dependent(), &y(), true, &cancel).unwrap();
        assert_eq!(system.solve(0.0, &flag), Err(Halt::Cancelled));
    }
}
