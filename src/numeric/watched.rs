//! The handle through which smartcore reads our matrix.
//!
//! Every handle counts its reads and looks at the cancel flag of the fit every 65,536; a set flag
//! unwinds with `Cancelled`, which `guarded` turns into `Halt::Cancelled`. Products and moments are
//! overridden, with faer and in two passes; the solvers are in `watched_solvers`.

use std::fmt;
use std::ops::Range;
use std::panic;
use std::sync::atomic::{AtomicU32, Ordering};

use faer::{Accum, MatRef};
use smartcore::linalg::basic::arrays::{
    Array, Array2, ArrayView1, ArrayView2, MutArray, MutArrayView2,
};

use super::Matrix;
use super::dense::{multiply, view, view_mut};
use super::guarded::{Cancelled, current_cancel};
use super::watched_views::{View, ViewMut, across_mut};
use crate::base::Cancel;

const READS_PER_LOOK: u32 = 1 << 16;

/// Counts reads and looks at the flag now and then. The count need not be exact when two threads
/// read: a lost count only moves the next look.
struct Watch {
    cancel: Cancel,
    left: AtomicU32,
}

impl Watch {
    fn new(cancel: Cancel) -> Self {
        Watch {
            cancel,
            left: AtomicU32::new(READS_PER_LOOK),
        }
    }

    #[inline(always)]
    fn count(&self) {
        let left = self.left.load(Ordering::Relaxed);
        if left == 0 {
            self.left.store(READS_PER_LOOK, Ordering::Relaxed);
            self.look();
        } else {
            self.left.store(left - 1, Ordering::Relaxed);
        }
    }

    #[cold]
    fn look(&self) {
        if self.cancel.is_cancelled() {
            panic::resume_unwind(Box::new(Cancelled));
        }
    }
}

enum Store {
    Shared(Matrix),
    Owned(Vec<f64>),
}

/// A matrix for smartcore: ours, read where it lies, or values that smartcore made itself.
/// Writing to a shared one copies it first.
pub struct Watched {
    rows: usize,
    columns: usize,
    store: Store,
    /// The stored rows are the columns of this matrix.
    transposed: bool,
    watch: Watch,
}

impl Watched {
    /// A handle on `matrix` that stops the fit once `cancel` is set; use it inside `guarded`.
    pub fn new(matrix: &Matrix, cancel: &Cancel) -> Self {
        Watched {
            rows: matrix.rows(),
            columns: matrix.columns(),
            store: Store::Shared(matrix.clone()),
            transposed: false,
            watch: Watch::new(cancel.clone()),
        }
    }

    /// Owned row-major values that look at the flag of the guarded work on this thread.
    pub(super) fn owned(rows: usize, columns: usize, values: Vec<f64>) -> Self {
        assert_eq!(values.len(), rows * columns, "{rows} x {columns}");
        Watched {
            rows,
            columns,
            store: Store::Owned(values),
            transposed: false,
            watch: Watch::new(current_cancel()),
        }
    }

    pub(super) fn from_faer(values: MatRef<'_, f64>) -> Self {
        let (rows, columns) = (values.nrows(), values.ncols());
        let mut own = Vec::with_capacity(rows * columns);
        for row in 0..rows {
            own.extend((0..columns).map(|column| values[(row, column)]));
        }
        Watched::owned(rows, columns, own)
    }

    fn copy_of(other: &dyn ArrayView2<f64>) -> Self {
        let (rows, columns) = other.shape();
        Watched::owned(rows, columns, other.iterator(0).copied().collect())
    }

    /// The values as smartcore sees them, row after row.
    /// Without a look at the flag, which outside `guarded` would unwind into whoever reads.
    pub fn to_matrix(&self) -> Matrix {
        match &self.store {
            Store::Shared(matrix) if !self.transposed => matrix.clone(),
            _ => {
                let values = self.values();
                let rows = (0..self.rows)
                    .flat_map(|row| (0..self.columns).map(move |column| self.place(row, column)));
                let read = rows.map(|place| values[place]).collect();
                Matrix::new(self.rows, self.columns, read)
            }
        }
    }

    /// The same, without a copy where the values lie row after row.
    pub(super) fn into_matrix(self) -> Matrix {
        match self.store {
            Store::Owned(values) if !self.transposed => {
                Matrix::new(self.rows, self.columns, values)
            }
            _ => self.to_matrix(),
        }
    }

    pub(super) fn faer(&self) -> MatRef<'_, f64> {
        if self.transposed {
            view(self.values(), self.columns, self.rows).transpose()
        } else {
            view(self.values(), self.rows, self.columns)
        }
    }

    /// Unwinds if the flag is set.
    pub(super) fn look(&self) {
        self.watch.look();
    }

    pub(super) fn cancel(&self) -> &Cancel {
        &self.watch.cancel
    }

    #[inline(always)]
    pub(super) fn values(&self) -> &[f64] {
        match &self.store {
            Store::Shared(matrix) => matrix.values(),
            Store::Owned(values) => values,
        }
    }

    pub(super) fn values_mut(&mut self) -> &mut [f64] {
        if let Store::Shared(matrix) = &self.store {
            self.store = Store::Owned(matrix.values().to_vec());
        }
        match &mut self.store {
            Store::Owned(values) => values,
            Store::Shared(_) => &mut [],
        }
    }

    #[inline(always)]
    pub(super) fn place(&self, row: usize, column: usize) -> usize {
        if self.transposed {
            column * self.rows + row
        } else {
            row * self.columns + column
        }
    }

    /// Values in one stored line.
    fn line(&self) -> usize {
        if self.transposed {
            self.rows
        } else {
            self.columns
        }
    }

    fn window(&self, rows: Range<usize>, columns: Range<usize>) -> View<'_> {
        assert!(rows.end <= self.rows && columns.end <= self.columns);
        let start = if rows.is_empty() || columns.is_empty() {
            0
        } else {
            self.place(rows.start, columns.start)
        };
        let steps = if self.transposed {
            (1, self.rows)
        } else {
            (self.columns, 1)
        };
        View::new(&self.values()[start..], rows.len(), columns.len(), steps)
    }

    fn product(a: MatRef<'_, f64>, b: MatRef<'_, f64>) -> Self {
        assert_eq!(a.ncols(), b.nrows(), "the inner sides of a product");
        let mut out = vec![0.0; a.nrows() * b.ncols()];
        let into = view_mut(&mut out, a.nrows(), b.ncols());
        multiply(into, Accum::Replace, a, b);
        Watched::owned(a.nrows(), b.ncols(), out)
    }

    /// Mean and population variance of the stored lines' places (`across`) or of each stored line.
    fn moments(&self, across: bool) -> (Vec<f64>, Vec<f64>) {
        let line = self.line().max(1);
        let values = self.values();
        if !across {
            return values
                .chunks_exact(line)
                .map(|line| {
                    self.look();
                    let count = line.len() as f64;
                    let mean = line.iter().sum::<f64>() / count;
                    let squares: f64 = line.iter().map(|v| (v - mean) * (v - mean)).sum();
                    (mean, squares / count)
                })
                .unzip();
        }
        let count = (values.len() / line) as f64;
        let (mut mean, mut variance) = (vec![0.0; line], vec![0.0; line]);
        for row in values.chunks_exact(line) {
            self.watch.count();
            mean.iter_mut().zip(row).for_each(|(mean, v)| *mean += v);
        }
        mean.iter_mut().for_each(|mean| *mean /= count);
        for row in values.chunks_exact(line) {
            self.watch.count();
            for ((variance, mean), v) in variance.iter_mut().zip(&mean).zip(row) {
                *variance += (v - mean) * (v - mean);
            }
        }
        variance.iter_mut().for_each(|variance| *variance /= count);
        (mean, variance)
    }
}

impl Clone for Watched {
    fn clone(&self) -> Self {
        Watched {
            rows: self.rows,
            columns: self.columns,
            store: match &self.store {
                Store::Shared(matrix) => Store::Shared(matrix.clone()),
                Store::Owned(values) => Store::Owned(values.clone()),
            },
            transposed: self.transposed,
            watch: Watch::new(self.watch.cancel.clone()),
        }
    }
}

/// smartcore's models name their matrix in their type, so their writers ask for this; they hold no
/// matrix, and nothing of one is written.
impl serde::Serialize for Watched {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

impl fmt::Debug for Watched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Watched {} x {}", self.rows, self.columns)
    }
}

impl Array<f64, (usize, usize)> for Watched {
    #[inline(always)]
    fn get(&self, (row, column): (usize, usize)) -> &f64 {
        self.watch.count();
        &self.values()[self.place(row, column)]
    }

    fn shape(&self) -> (usize, usize) {
        (self.rows, self.columns)
    }

    fn is_empty(&self) -> bool {
        self.values().is_empty()
    }

    fn iterator<'b>(&'b self, axis: u8) -> Box<dyn Iterator<Item = &'b f64> + 'b> {
        self.look();
        let (values, line) = (self.values(), self.line());
        if (axis == 0) != self.transposed {
            return Box::new(values.iter());
        }
        Box::new((0..line).flat_map(move |start| {
            self.look();
            values.iter().skip(start).step_by(line)
        }))
    }
}

impl MutArray<f64, (usize, usize)> for Watched {
    fn set(&mut self, (row, column): (usize, usize), value: f64) {
        let place = self.place(row, column);
        self.values_mut()[place] = value;
    }

    fn iterator_mut<'b>(&'b mut self, axis: u8) -> Box<dyn Iterator<Item = &'b mut f64> + 'b> {
        self.look();
        let line = self.line();
        if (axis == 0) != self.transposed {
            Box::new(self.values_mut().iter_mut())
        } else {
            across_mut(self.values_mut(), line)
        }
    }
}

impl ArrayView2<f64> for Watched {
    fn mean_by(&self, axis: u8) -> Vec<f64> {
        self.moments((axis == 0) != self.transposed).0
    }

    fn variance(&self, axis: u8) -> Vec<f64> {
        self.moments((axis == 0) != self.transposed).1
    }

    fn std_dev(&self, axis: u8) -> Vec<f64> {
        self.variance(axis).into_iter().map(f64::sqrt).collect()
    }
}

impl MutArrayView2<f64> for Watched {
    fn scale_mut(&mut self, mean: &[f64], std: &[f64], axis: u8) {
        self.look();
        let line = self.line().max(1);
        let across = (axis == 0) != self.transposed;
        for (index, values) in self.values_mut().chunks_exact_mut(line).enumerate() {
            if across {
                for ((value, mean), std) in values.iter_mut().zip(mean).zip(std) {
                    *value = (*value - mean) / std;
                }
            } else {
                let (mean, std) = (mean[index], std[index]);
                values
                    .iter_mut()
                    .for_each(|value| *value = (*value - mean) / std);
            }
        }
    }
}

impl Array2<f64> for Watched {
    fn fill(rows: usize, columns: usize, value: f64) -> Self {
        Watched::owned(rows, columns, vec![value; rows * columns])
    }

    fn slice<'a>(
        &'a self,
        rows: Range<usize>,
        columns: Range<usize>,
    ) -> Box<dyn ArrayView2<f64> + 'a> {
        self.look();
        Box::new(self.window(rows, columns))
    }

    fn slice_mut<'a>(
        &'a mut self,
        rows: Range<usize>,
        columns: Range<usize>,
    ) -> Box<dyn MutArrayView2<f64> + 'a> {
        self.look();
        assert!(rows.end <= self.rows && columns.end <= self.columns);
        Box::new(ViewMut::new(self, rows, columns))
    }

    fn from_iterator<I: Iterator<Item = f64>>(
        values: I,
        rows: usize,
        columns: usize,
        axis: u8,
    ) -> Self {
        let mut own = Vec::with_capacity(rows * columns);
        own.extend(values.take(rows * columns));
        let mut out = Watched::owned(rows, columns, own);
        out.transposed = axis != 0;
        out
    }

    fn get_row<'a>(&'a self, row: usize) -> Box<dyn ArrayView1<f64> + 'a> {
        self.watch.count();
        Box::new(self.window(row..row + 1, 0..self.columns))
    }

    fn get_col<'a>(&'a self, column: usize) -> Box<dyn ArrayView1<f64> + 'a> {
        self.look();
        Box::new(self.window(0..self.rows, column..column + 1))
    }

    fn transpose(&self) -> Self {
        let mut out = self.clone();
        out.rows = self.columns;
        out.columns = self.rows;
        out.transposed = !self.transposed;
        out
    }

    fn h_stack(&self, other: &dyn ArrayView2<f64>) -> Self {
        let (rows, more) = other.shape();
        assert_eq!(rows, self.rows, "rows of matrices side by side");
        let columns = self.columns;
        let mut values = Vec::with_capacity(rows * (columns + more));
        let mut right = other.iterator(0);
        for row in 0..rows {
            self.watch.count();
            if self.transposed {
                values.extend((0..columns).map(|column| self.values()[self.place(row, column)]));
            } else {
                let start = row * columns;
                values.extend_from_slice(&self.values()[start..start + columns]);
            }
            values.extend(right.by_ref().take(more).copied());
        }
        Watched::owned(rows, columns + more, values)
    }

    fn matmul(&self, other: &dyn ArrayView2<f64>) -> Self {
        self.look();
        Watched::product(self.faer(), Watched::copy_of(other).faer())
    }

    fn ab(&self, a_transpose: bool, b: &dyn ArrayView2<f64>, b_transpose: bool) -> Self {
        self.look();
        let b = Watched::copy_of(b);
        let turn = |m, turned| if turned { MatRef::transpose(m) } else { m };
        Watched::product(turn(self.faer(), a_transpose), turn(b.faer(), b_transpose))
    }

    fn copy_col_as_vec(&self, column: usize, result: &mut Vec<f64>) {
        self.look();
        for (row, value) in result.iter_mut().enumerate().take(self.rows) {
            *value = self.values()[self.place(row, column)];
        }
    }
}

#[cfg(test)]
mod tests;
