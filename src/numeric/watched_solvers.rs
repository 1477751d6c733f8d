//! The decompositions that smartcore asks a matrix for, by faer.

use std::panic;
use std::sync::Arc;

use faer::Side;
use faer::linalg::solvers::{Llt, Qr, SelfAdjointEigen, Solve as _};
use smartcore::error::{Failed, FailedError};
use smartcore::linalg::basic::arrays::Array as _;
use smartcore::linalg::traits::cholesky::CholeskyDecomposable;
use smartcore::linalg::traits::evd::{EVD, EVDDecomposable};
use smartcore::linalg::traits::lu::LUDecomposable;
use smartcore::linalg::traits::qr::QRDecomposable;
use smartcore::linalg::traits::svd::{SVD, SVDDecomposable};

use super::GramSystem;
use super::apart::apart;
use super::guarded::Cancelled;
use super::watched::Watched;
use crate::base::Halt;

impl Watched {
    /// The least-squares solution of `self w = b`, of minimum norm where columns depend on each
    /// other or are more than the rows.
    fn least_squares(self, b: &Watched) -> Result<Watched, Failed> {
        let (columns, targets) = (self.shape().1, b.shape().1);
        let cancel = self.cancel().clone();
        let x = self.into_matrix();
        let b = b.to_matrix();
        let mut solution = vec![0.0; columns * targets];
        for target in 0..targets {
            let y: Arc<[f64]> = b.column(target).collect();
            let fit = GramSystem::new(&x, &y, false, &cancel)
                .and_then(|system| system.solve(0.0, &cancel))
                .map_err(unwind_or_fail)?;
            for (column, value) in fit.coefficients.iter().enumerate() {
                solution[column * targets + target] = *value;
            }
        }
        Ok(Watched::owned(columns, targets, solution))
    }
}

fn unwind_or_fail(halt: Halt) -> Failed {
    match halt {
        Halt::Cancelled => panic::resume_unwind(Box::new(Cancelled)),
        Halt::Failed(problem) => Failed::because(FailedError::SolutionFailed, &problem.what),
    }
}

impl SVDDecomposable<f64> for Watched {
    /// For tall matrices R of a QR first, then smartcore's own SVD of the small R: a value of its
    /// type `SVD` cannot be built outside it.
    fn svd(&self) -> Result<SVD<f64, Self>, Failed> {
        let (rows, columns) = self.shape();
        if rows <= 2 * columns {
            return self.clone().svd_mut();
        }
        self.look();
        let qr = Qr::new(self.faer());
        self.look();
        let mut svd = Watched::from_faer(qr.thin_R()).svd_mut()?;
        let q = Watched::from_faer(qr.compute_thin_Q().as_ref());
        svd.U = smartcore::linalg::basic::arrays::Array2::matmul(&q, &svd.U);
        Ok(svd)
    }

    fn svd_solve_mut(self, b: Self) -> Result<Self, Failed> {
        self.least_squares(&b)
    }

    fn svd_solve(&self, b: Self) -> Result<Self, Failed> {
        self.clone().least_squares(&b)
    }
}

impl QRDecomposable<f64> for Watched {
    fn qr_solve_mut(self, b: Self) -> Result<Self, Failed> {
        self.least_squares(&b)
    }
}

impl CholeskyDecomposable<f64> for Watched {
    fn cholesky_solve_mut(self, b: Self) -> Result<Self, Failed> {
        let (columns, cancel) = (self.shape().1, self.cancel().clone());
        let factor = apart(columns, &cancel, move || Llt::new(self.faer(), Side::Lower));
        match factor.map_err(unwind_or_fail)? {
            Ok(factor) => Ok(Watched::from_faer(factor.solve(b.faer()).as_ref())),
            Err(_) => Err(Failed::because(
                FailedError::SolutionFailed,
                "the columns depend on each other",
            )),
        }
    }
}

impl EVDDecomposable<f64> for Watched {
    /// Symmetric ones by faer, eigenvalues greatest first as smartcore's own order them.
    fn evd_mut(self, symmetric: bool) -> Result<EVD<f64, Self>, Failed> {
        let (rows, columns) = self.shape();
        let fail = |why| Failed::because(FailedError::DecompositionFailed, why);
        if !symmetric || rows != columns {
            return Err(fail("only symmetric matrices have real eigenvalues"));
        }
        if self.values().iter().any(|value| !value.is_finite()) {
            return Err(fail("the matrix holds values that are not finite"));
        }
        self.look();
        let eigen = SelfAdjointEigen::new(self.faer(), Side::Lower)
            .map_err(|_| fail("the eigenvalues did not converge"))?;
        let values = eigen.S().column_vector();
        Ok(EVD {
            d: (0..rows).rev().map(|i| values[i]).collect(),
            e: vec![0.0; rows],
            V: Watched::from_faer(eigen.U().reverse_cols()),
        })
    }
}

impl LUDecomposable<f64> for Watched {}

#[cfg(test)]
mod tests {
    use super::super::reference::{COLUMNS, ROWS, near, x, y};
    use super::*;
    use crate::base::Cancel;
    use crate::numeric::{Matrix, guarded};
    use smartcore::linear::linear_regression::LinearRegression;
    use smartcore::linear::ridge_regression::{RidgeRegression, RidgeRegressionParameters};

    #[test]
    fn smartcores_linear_regression_through_it() {
        let cancel = Cancel::new();
        let watched = Watched::new(&x(), &cancel);
        let fit = guarded(&cancel, || {
            LinearRegression::fit(&watched, &y().to_vec(), Default::default())
        });
        let fit: LinearRegression<f64, f64, Watched, Vec<f64>> = fit.unwrap();
        // See tests/reference/linear.py: "ols".
        let expected = [
            1.9971838528575736,
            -0.9990181610456801,
            0.4996137738224818,
            -0.004247409249209325,
        ];
        near(fit.coefficients().to_matrix().values(), &expected, 1e-12);
        near(&[*fit.intercept()], &[0.004608991168346982], 1e-12);
    }

    #[test]
    fn smartcores_linear_regression_shares_the_weight_of_equal_columns() {
        let cancel = Cancel::new();
        let values = (0..20).flat_map(|i| [f64::from(i) - 9.5; 2]).collect();
        let watched = Watched::new(&Matrix::new(20, 2, values), &cancel);
        let y: Vec<f64> = (0..20).map(|i| 4.0 * (f64::from(i) - 9.5) + 1.0).collect();
        let fit = guarded(&cancel, || {
            LinearRegression::fit(&watched, &y, Default::default())
        });
        let fit: LinearRegression<f64, f64, Watched, Vec<f64>> = fit.unwrap();
        near(fit.coefficients().to_matrix().values(), &[2.0, 2.0], 1e-12);
        near(&[*fit.intercept()], &[1.0], 1e-12);
    }

    #[test]
    fn smartcores_ridge_through_it() {
        let cancel = Cancel::new();
        let watched = Watched::new(&x(), &cancel);
        let parameters = RidgeRegressionParameters::default().with_alpha(1e-9);
        let fit = guarded(&cancel, || {
            RidgeRegression::fit(&watched, &y().to_vec(), parameters.clone())
        });
        let fit: RidgeRegression<f64, f64, Watched, Vec<f64>> = fit.unwrap();
        let expected = [
            1.9971838528575736,
            -0.9990181610456801,
            0.4996137738224818,
            -0.004247409249209325,
        ];
        near(fit.coefficients().to_matrix().values(), &expected, 1e-8);
    }

    #[test]
    fn decompositions_put_the_matrix_together_again() {
        let watched = Watched::new(&x(), &Cancel::new());
        let svd = watched.svd().unwrap();
        let mut scaled = svd.U.to_matrix().values().to_vec();
        for row in scaled.chunks_mut(COLUMNS) {
            row.iter_mut().zip(&svd.s).for_each(|(u, s)| *u *= s);
        }
        let v = svd.V.to_matrix();
        for row in 0..ROWS {
            for column in 0..COLUMNS {
                let sum: f64 = (0..COLUMNS)
                    .map(|k| scaled[row * COLUMNS + k] * v.at(column, k))
                    .sum();
                assert!((sum - x().at(row, column)).abs() < 1e-12);
            }
        }
        let symmetric = Matrix::new(2, 2, vec![2.0, 1.0, 1.0, 2.0]);
        let evd = Watched::new(&symmetric, &Cancel::new()).evd(true).unwrap();
        near(&evd.d, &[3.0, 1.0], 1e-14);
        let v = evd.V.to_matrix();
        assert!((v.at(0, 0) - v.at(1, 0)).abs() < 1e-14 && (v.at(0, 1) + v.at(1, 1)).abs() < 1e-14);
    }
}
