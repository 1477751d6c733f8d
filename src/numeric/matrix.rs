//! The row-major matrix that every fit reads.

use std::fmt;
use std::sync::Arc;

/// Row-major `f64` values, shared and never changed: cloning costs a counter.
#[derive(Clone, PartialEq)]
pub struct Matrix {
    /// Not `Arc<[f64]>`, which a vector can only be copied into: of a large matrix that would be a long
    /// moment in which nothing looks whether to stop.
    values: Arc<Vec<f64>>,
    rows: usize,
    columns: usize,
}

impl Matrix {
    /// `values` holds `rows` times `columns` numbers, row after row; anything else is a bug of ours.
    pub fn new(rows: usize, columns: usize, values: Vec<f64>) -> Self {
        assert_eq!(
            values.len(),
            rows * columns,
            "a matrix of {rows} x {columns}"
        );
        Matrix {
            values: Arc::new(values),
            rows,
            columns,
        }
    }

    /// `rows` times `columns` numbers, zeros that `fill` may change.
    pub fn filled<E>(
        rows: usize,
        columns: usize,
        fill: impl FnOnce(&mut [f64]) -> Result<(), E>,
    ) -> Result<Self, E> {
        let mut values = vec![0.0; rows * columns];
        fill(&mut values)?;
        Ok(Matrix::new(rows, columns, values))
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    pub fn columns(&self) -> usize {
        self.columns
    }

    /// All values, row after row.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    #[inline]
    pub fn row(&self, row: usize) -> &[f64] {
        &self.values[row * self.columns..(row + 1) * self.columns]
    }

    #[inline]
    pub fn at(&self, row: usize, column: usize) -> f64 {
        self.values[row * self.columns + column]
    }

    pub fn column(&self, column: usize) -> impl Iterator<Item = f64> + '_ {
        (0..self.rows).map(move |row| self.at(row, column))
    }

    /// The rows of these numbers, in their order.
    pub fn select(&self, rows: &[u32]) -> Matrix {
        let mut values = Vec::with_capacity(rows.len() * self.columns);
        for &row in rows {
            values.extend_from_slice(self.row(row as usize));
        }
        Matrix::new(rows.len(), self.columns, values)
    }
}

impl fmt::Debug for Matrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Matrix {} x {}", self.rows, self.columns)
    }
}
