//! Small helpers around row-major slices: views for faer, products, sums with a fixed order.
//!
//! faer 0.24.4 mixes up the strides in `MatMut::from_row_major_slice_with_stride_mut`; writable
//! row-major views are therefore transposed column-major ones, here and nowhere else.

use faer::linalg::matmul::matmul;
use faer::linalg::matmul::triangular::{self, BlockStructure};
use faer::{Accum, MatMut, MatRef, Par};

use crate::base::{Cancel, Outcome, units_a_look};

/// A read-only view of row-major values.
pub(super) fn view(values: &[f64], rows: usize, columns: usize) -> MatRef<'_, f64> {
    MatRef::from_row_major_slice(values, rows, columns)
}

/// A writable view of row-major values.
pub(super) fn view_mut(values: &mut [f64], rows: usize, columns: usize) -> MatMut<'_, f64> {
    MatMut::from_column_major_slice_mut(values, columns, rows).transpose_mut()
}

/// `out = a b`, or `out += a b`; on one thread, so that sums have one order.
pub(super) fn multiply(out: MatMut<'_, f64>, accum: Accum, a: MatRef<'_, f64>, b: MatRef<'_, f64>) {
    matmul(out, accum, a, b, 1.0, Par::Seq);
}

/// `out = a b` (rows x inner times inner x columns, `out` row-major), a few rows after the other, so that
/// `cancel` is looked at however large the factors are. What stands in `out` after a halt says nothing.
pub(super) fn multiply_all(
    out: &mut [f64],
    a: MatRef<'_, f64>,
    b: MatRef<'_, f64>,
    cancel: &Cancel,
) -> Outcome<()> {
    let (rows, columns) = (a.nrows(), b.ncols());
    if columns == 0 {
        return Ok(());
    }
    // A product takes far less than an operation a pair of numbers; small blocks would waste that.
    let block = units_a_look(a.ncols() * columns / 16).max(8);
    for start in (0..rows).step_by(block) {
        cancel.check()?;
        let count = block.min(rows - start);
        let part = &mut out[start * columns..(start + count) * columns];
        let into = view_mut(part, count, columns);
        multiply(into, Accum::Replace, a.subrows(start, count), b);
    }
    Ok(())
}

/// The lower half of `gram += x' x`; `gram` is columns x columns, the upper half is left alone.
pub(super) fn add_gram(gram: &mut [f64], x: MatRef<'_, f64>) {
    let columns = x.ncols();
    triangular::matmul(
        view_mut(gram, columns, columns),
        BlockStructure::TriangularLower,
        Accum::Add,
        x.transpose(),
        BlockStructure::Rectangular,
        x,
        BlockStructure::Rectangular,
        1.0,
        Par::Seq,
    );
}

/// Eight running sums, so that the compiler may use vector registers; the order is fixed.
#[inline]
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; 8];
    let (a_blocks, b_blocks) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f64 = a_blocks
        .remainder()
        .iter()
        .zip(b_blocks.remainder())
        .map(|(x, y)| x * y)
        .sum();
    for (x, y) in a_blocks.zip(b_blocks) {
        for lane in 0..8 {
            sums[lane] += x[lane] * y[lane];
        }
    }
    let [s0, s1, s2, s3, s4, s5, s6, s7] = sums;
    ((s0 + s4) + (s2 + s6)) + ((s1 + s5) + (s3 + s7)) + rest
}

/// `y += a x`
#[inline]
pub(super) fn add_scaled(y: &mut [f64], a: f64, x: &[f64]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += a * x;
    }
}

/// The squared Euclidean distance.
#[inline(always)]
pub(super) fn squared_distance(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; 4];
    let (a_blocks, b_blocks) = (a.chunks_exact(4), b.chunks_exact(4));
    let rest: f64 = a_blocks
        .remainder()
        .iter()
        .zip(b_blocks.remainder())
        .map(|(x, y)| (x - y) * (x - y))
        .sum();
    for (x, y) in a_blocks.zip(b_blocks) {
        for lane in 0..4 {
            let d = x[lane] - y[lane];
            sums[lane] += d * d;
        }
    }
    (sums[0] + sums[2]) + (sums[1] + sums[3]) + rest
}

/// Rows a block, so that a block stays near 2 MB however wide it is and a look at the cancel flag
/// comes often.
pub(super) fn rows_per_block(columns: usize) -> usize {
    ((1 << 18) / columns.max(1)).clamp(64, 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_and_sums_match_plain_loops() {
        let a: Vec<f64> = (0..21).map(|i| f64::from(i) * 0.5 - 3.0).collect();
        let b: Vec<f64> = (0..21).map(|i| (f64::from(i) * 1.7).sin()).collect();
        let plain: f64 = a.iter().zip(&b).map(|(x, y)| x * y).sum();
        assert!((dot(&a, &b) - plain).abs() < 1e-12);
        let far: f64 = a.iter().zip(&b).map(|(x, y)| (x - y).powi(2)).sum();
        assert!((squared_distance(&a, &b) - far).abs() < 1e-12);

        let mut gram = vec![0.0; 9];
        add_gram(&mut gram, view(&a, 7, 3));
        for i in 0..3 {
            for j in 0..3 {
                let expected: f64 = (0..7).map(|r| a[r * 3 + i] * a[r * 3 + j]).sum();
                let expected = if j <= i { expected } else { 0.0 };
                assert!((gram[i * 3 + j] - expected).abs() < 1e-12, "{i} {j}");
            }
        }
        let mut out = vec![0.0; 6];
        let three = &b[..9];
        multiply(
            view_mut(&mut out, 2, 3),
            Accum::Replace,
            view(&a[..6], 2, 3),
            view(three, 3, 3),
        );
        let expected: f64 = (0..3).map(|k| a[3 + k] * three[k * 3 + 2]).sum();
        assert!((out[5] - expected).abs() < 1e-12);
    }
}
