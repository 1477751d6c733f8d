//! Least squares without squaring the condition number: QR over blocks of rows, then the singular
//! values of the small triangle. Slower than the Gram matrix, and right where columns depend on
//! each other: then it gives the solution of minimum norm.
//!
//! Golub and Van Loan, Matrix Computations, 4th ed., 5.5.2 (minimum norm by SVD); Demmel et al.,
//! Communication-optimal QR (2012), for the blocks.

use faer::linalg::solvers::{Qr, Svd};

use super::apart::apart;
#[cfg(test)]
use super::dense::dot;
use super::dense::{add_scaled, rows_per_block, view};
use crate::base::{Cancel, Halt, Outcome, Problem};

/// `x = u s v'` as far as solving needs it.
pub(super) struct Orthogonal {
    columns: usize,
    /// Singular values above the noise, greatest first.
    singular: Vec<f64>,
    /// The right singular vector of each, one after the other.
    right: Vec<f64>,
    /// The target along each left singular vector.
    target: Vec<f64>,
}

impl Orthogonal {
    /// `fill(row, out)` writes one row of x and then its target: `columns + 1` numbers.
    pub(super) fn new(
        rows: usize,
        columns: usize,
        cancel: &Cancel,
        fill: impl FnMut(usize, &mut [f64]),
    ) -> Outcome<Self> {
        let width = columns + 1;
        let triangle = triangle(rows, width, cancel, fill)?;
        if triangle.iter().any(|value| !value.is_finite()) {
            return Err(too_large());
        }
        apart(columns, cancel, move || {
            Orthogonal::of_triangle(&triangle, rows, columns)
        })?
    }

    fn of_triangle(triangle: &[f64], rows: usize, columns: usize) -> Outcome<Self> {
        let width = columns + 1;
        let height = triangle.len() / width;
        let both = view(triangle, height, width);
        let svd = Svd::new_thin(both.subcols(0, columns)).map_err(|_| too_large())?;
        let (u, v) = (svd.U(), svd.V());
        let values = svd.S().column_vector();
        let greatest = if values.nrows() > 0 { values[0] } else { 0.0 };
        // What LAPACK's gelsd, and with it scikit-learn, takes for zero.
        let noise = greatest * f64::EPSILON * rows.max(columns) as f64;
        let rank = (0..values.nrows())
            .take_while(|&i| values[i] > noise)
            .count();
        let mut right = Vec::with_capacity(rank * columns);
        let mut target = Vec::with_capacity(rank);
        for i in 0..rank {
            right.extend((0..columns).map(|column| v[(column, i)]));
            target.push(
                (0..height)
                    .map(|row| u[(row, i)] * both[(row, columns)])
                    .sum(),
            );
        }
        Ok(Orthogonal {
            columns,
            singular: (0..rank).map(|i| values[i]).collect(),
            right,
            target,
        })
    }

    pub(super) fn rank(&self) -> usize {
        self.singular.len()
    }

    /// The coefficients of minimum norm that minimise `|y - x w|^2 + alpha |w|^2`.
    pub(super) fn solve(&self, alpha: f64) -> Vec<f64> {
        let mut solution = vec![0.0; self.columns];
        let vectors = self.right.chunks_exact(self.columns.max(1));
        for ((s, target), vector) in self.singular.iter().zip(&self.target).zip(vectors) {
            // s / (s^2 + alpha), which cannot overflow.
            let factor = target / (s + alpha / s);
            add_scaled(&mut solution, factor, vector);
        }
        solution
    }
}

/// R of a QR decomposition of all rows, row-major, at most `width` rows high.
fn triangle(
    rows: usize,
    width: usize,
    cancel: &Cancel,
    mut fill: impl FnMut(usize, &mut [f64]),
) -> Outcome<Vec<f64>> {
    let block = rows_per_block(width).max(width);
    let mut above: Vec<f64> = Vec::new();
    let mut row = 0;
    while row < rows {
        cancel.check()?;
        let count = block.min(rows - row);
        let kept = above.len();
        above.resize(kept + count * width, 0.0);
        for (index, out) in above[kept..].chunks_exact_mut(width).enumerate() {
            fill(row + index, out);
        }
        row += count;
        let height = above.len() / width;
        // Fewer rows than columns need no reduction: they are the triangle.
        if height > width {
            let stacked = std::mem::take(&mut above);
            above = apart(width, cancel, move || {
                let qr = Qr::new(view(&stacked, height, width));
                let r = qr.thin_R();
                let row = |i: usize| (0..width).map(move |j| if j < i { 0.0 } else { r[(i, j)] });
                (0..r.nrows()).flat_map(row).collect()
            })?;
        }
    }
    Ok(above)
}

/// The numbers overflow.
pub(super) fn too_large() -> Halt {
    Problem::new("The numbers are too large to fit by least squares")
        .fix("Scale the features and the target")
        .into()
}

/// The sum of squares of what is left over; a helper for checks.
#[cfg(test)]
pub(super) fn residual(x: &[f64], columns: usize, y: &[f64], solution: &[f64]) -> f64 {
    x.chunks_exact(columns)
        .zip(y)
        .map(|(row, y)| (y - dot(row, solution)).powi(2))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Random;

    fn solve(x: &[f64], columns: usize, y: &[f64]) -> Orthogonal {
        let fill = |row: usize, out: &mut [f64]| {
            out[..columns].copy_from_slice(&x[row * columns..(row + 1) * columns]);
            out[columns] = y[row];
        };
        Orthogonal::new(y.len(), columns, &Cancel::new(), fill).unwrap()
    }

    #[test]
    fn finds_the_exact_solution_over_many_blocks() {
        let mut random = Random::new(1);
        let x: Vec<f64> = (0..5000 * 3).map(|_| random.normal()).collect();
        let y: Vec<f64> = x
            .chunks(3)
            .map(|r| 2.0 * r[0] - r[1] + 0.5 * r[2])
            .collect();
        let system = solve(&x, 3, &y);
        assert_eq!(system.rank(), 3);
        for (found, expected) in system.solve(0.0).iter().zip([2.0, -1.0, 0.5]) {
            assert!((found - expected).abs() < 1e-12);
        }
        assert!(residual(&x, 3, &y, &system.solve(0.0)) < 1e-20);
    }

    #[test]
    fn takes_the_minimum_norm_on_dependent_and_on_too_many_columns() {
        // The same column twice shares the weight; the third is twice the first.
        let mut random = Random::new(2);
        let base: Vec<f64> = (0..40).map(|_| random.normal()).collect();
        let x: Vec<f64> = base.iter().flat_map(|&v| [v, v, 2.0 * v]).collect();
        let y: Vec<f64> = base.iter().map(|v| 6.0 * v).collect();
        let system = solve(&x, 3, &y);
        assert_eq!(system.rank(), 1);
        for (found, expected) in system.solve(0.0).iter().zip([1.0, 1.0, 2.0]) {
            assert!((found - expected).abs() < 1e-12);
        }
        // Two rows, three columns: (1, 0, 1) w = 2 and (0, 1, 0) w = 3.
        let system = solve(&[1.0, 0.0, 1.0, 0.0, 1.0, 0.0], 3, &[2.0, 3.0]);
        for (found, expected) in system.solve(0.0).iter().zip([1.0, 3.0, 1.0]) {
            assert!((found - expected).abs() < 1e-14);
        }
    }

    #[test]
    fn tells_of_overflow() {
        let fill = |row: usize, out: &mut [f64]| out.fill([1e300, f64::INFINITY][row % 2]);
        assert!(Orthogonal::new(10, 2, &Cancel::new(), fill).is_err());
    }
}
