//! Column means and blocks of centred rows, right for columns far from zero.

use super::dense::{dot, rows_per_block};
use super::wide::{Loop, wide};
use super::{LinearFit, Matrix};
use crate::base::{Cancel, Outcome};

/// The mean of each column, in two passes: the second adds the mean of what the first left over,
/// so an offset of 1e8 costs no digits. The mean of a constant column is its value exactly, so
/// that its centred values are exact zeros.
pub(super) fn column_means(x: &Matrix, cancel: &Cancel) -> Outcome<Vec<f64>> {
    let (rows, columns) = (x.rows(), x.columns());
    let mut means = vec![0.0; columns];
    if rows == 0 || columns == 0 {
        return Ok(means);
    }
    let block = rows_per_block(columns) * columns;
    // Columns that have shown one value only: few are left after some rows.
    let mut constant: Vec<usize> = (0..columns).collect();
    let first = x.row(0);
    let zeros = vec![0.0; columns];
    for rows in x.values().chunks(block) {
        cancel.check()?;
        wide(AddAway {
            rows,
            from: &zeros,
            sums: &mut means,
        });
        for row in rows.chunks_exact(columns) {
            if constant.is_empty() {
                break;
            }
            constant.retain(|&column| row[column] == first[column]);
        }
    }
    means.iter_mut().for_each(|mean| *mean /= rows as f64);
    let mut left = vec![0.0; columns];
    for rows in x.values().chunks(block) {
        cancel.check()?;
        wide(AddAway {
            rows,
            from: &means,
            sums: &mut left,
        });
    }
    for (mean, left) in means.iter_mut().zip(&left) {
        *mean += left / rows as f64;
    }
    for column in constant {
        means[column] = first[column];
    }
    Ok(means)
}

/// Adds what rows have beyond `from` to the sums, column by column.
struct AddAway<'a> {
    rows: &'a [f64],
    from: &'a [f64],
    sums: &'a mut [f64],
}

impl Loop for AddAway<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for row in self.rows.chunks_exact(self.from.len()) {
            for ((sum, value), from) in self.sums.iter_mut().zip(row).zip(self.from) {
                *sum += value - from;
            }
        }
    }
}

/// The mean of some numbers, in the same two passes; 0 for none.
pub(super) fn mean(values: &[f64]) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    if values.iter().all(|value| *value == values[0]) {
        return values[0];
    }
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    mean + values.iter().map(|value| value - mean).sum::<f64>() / count
}

/// Calls `visit(first row, rows)` for one block of rows after the other, `means` taken off.
pub(super) fn centred_blocks(
    x: &Matrix,
    means: &[f64],
    cancel: &Cancel,
    mut visit: impl FnMut(usize, &[f64]) -> Outcome<()>,
) -> Outcome<()> {
    let columns = x.columns();
    if columns == 0 {
        return Ok(());
    }
    let rows = rows_per_block(columns);
    let mut block = Vec::with_capacity(rows.min(x.rows()) * columns);
    for (index, values) in x.values().chunks(rows * columns).enumerate() {
        cancel.check()?;
        block.clear();
        for row in values.chunks_exact(columns) {
            block.extend(row.iter().zip(means).map(|(value, mean)| value - mean));
        }
        visit(index * rows, &block)?;
    }
    Ok(())
}

/// Rows and target with their means taken off, for solvers that know no intercept or lose digits
/// far from zero.
pub struct Centred {
    /// Followed by rows of zeros up to the number of rows asked for: to least squares they are nothing.
    pub x: Matrix,
    pub y: Vec<f64>,
    x_means: Vec<f64>,
    y_mean: f64,
}

impl Centred {
    pub fn new(x: &Matrix, y: &[f64], least_rows: usize, cancel: &Cancel) -> Outcome<Self> {
        assert_eq!(x.rows(), y.len(), "one target a row");
        let x_means = column_means(x, cancel)?;
        let y_mean = mean(y);
        let rows = x.rows().max(least_rows);
        let mut values = Vec::with_capacity(rows * x.columns());
        centred_blocks(x, &x_means, cancel, |_, block| {
            values.extend_from_slice(block);
            Ok(())
        })?;
        values.resize(rows * x.columns(), 0.0);
        let mut y: Vec<f64> = y.iter().map(|value| value - y_mean).collect();
        y.resize(rows, 0.0);
        Ok(Centred {
            x: Matrix::new(rows, x.columns(), values),
            y,
            x_means,
            y_mean,
        })
    }

    /// The fit for the rows as they were.
    pub fn finish(&self, coefficients: Vec<f64>) -> LinearFit {
        LinearFit {
            intercept: self.y_mean - dot(&coefficients, &self.x_means),
            coefficients,
            rank: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_of_1e8_costs_no_digits_and_constants_centre_to_zero() {
        let rows = 3000;
        let values = (0..rows)
            .flat_map(|i| [1e8 + f64::from(i % 7), 0.1])
            .collect();
        let x = Matrix::new(rows as usize, 2, values);
        let means = column_means(&x, &Cancel::new()).unwrap();
        let exact = (0..rows).map(|i| f64::from(i % 7)).sum::<f64>() / f64::from(rows);
        assert!((means[0] - 1e8 - exact).abs() < 2e-8);
        assert_eq!(means[1], 0.1);
        let mut seen = 0;
        centred_blocks(&x, &means, &Cancel::new(), |first, block| {
            assert_eq!(first, seen);
            seen += block.len() / 2;
            assert!(
                block
                    .chunks(2)
                    .all(|row| row[1] == 0.0 && row[0].abs() <= 4.0)
            );
            Ok(())
        })
        .unwrap();
        assert_eq!(seen, rows as usize);
    }
}
