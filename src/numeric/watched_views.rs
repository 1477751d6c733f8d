//! Windows on a `Watched` matrix: read-only ones by steps over its values, and a writable one.

use std::ops::Range;

use smartcore::linalg::basic::arrays::{Array, ArrayView1, ArrayView2, MutArray, MutArrayView2};

use super::watched::Watched;

/// A read-only window; as a one-dimensional array it is its one row or one column.
#[derive(Clone, Debug)]
pub(super) struct View<'a> {
    values: &'a [f64],
    rows: usize,
    columns: usize,
    /// From one row to the next, from one column to the next.
    steps: (usize, usize),
}

impl<'a> View<'a> {
    pub(super) fn new(
        values: &'a [f64],
        rows: usize,
        columns: usize,
        steps: (usize, usize),
    ) -> Self {
        View {
            values,
            rows,
            columns,
            steps,
        }
    }

    #[inline(always)]
    fn at(&self, row: usize, column: usize) -> &f64 {
        &self.values[row * self.steps.0 + column * self.steps.1]
    }

    /// Length and step of a window that is one row or one column.
    fn line(&self) -> (usize, usize) {
        if self.rows == 1 {
            (self.columns, self.steps.1)
        } else {
            (self.rows, self.steps.0)
        }
    }
}

impl Array<f64, (usize, usize)> for View<'_> {
    #[inline(always)]
    fn get(&self, (row, column): (usize, usize)) -> &f64 {
        self.at(row, column)
    }

    fn shape(&self) -> (usize, usize) {
        (self.rows, self.columns)
    }

    fn is_empty(&self) -> bool {
        self.rows * self.columns == 0
    }

    fn iterator<'b>(&'b self, axis: u8) -> Box<dyn Iterator<Item = &'b f64> + 'b> {
        if self.rows == 1 || self.columns == 1 {
            return Array::<f64, usize>::iterator(self, axis);
        }
        let (rows, columns) = (self.rows, self.columns);
        match axis {
            0 => Box::new((0..rows).flat_map(move |r| (0..columns).map(move |c| self.at(r, c)))),
            _ => Box::new((0..columns).flat_map(move |c| (0..rows).map(move |r| self.at(r, c)))),
        }
    }
}

impl Array<f64, usize> for View<'_> {
    #[inline(always)]
    fn get(&self, index: usize) -> &f64 {
        &self.values[index * self.line().1]
    }

    fn shape(&self) -> usize {
        self.line().0
    }

    fn is_empty(&self) -> bool {
        self.rows * self.columns == 0
    }

    fn iterator<'b>(&'b self, _axis: u8) -> Box<dyn Iterator<Item = &'b f64> + 'b> {
        let (length, step) = self.line();
        if step == 1 {
            return Box::new(self.values[..length].iter());
        }
        Box::new(self.values.iter().step_by(step.max(1)).take(length))
    }
}

impl ArrayView2<f64> for View<'_> {}
impl ArrayView1<f64> for View<'_> {}

/// A writable window.
#[derive(Debug)]
pub(super) struct ViewMut<'a> {
    matrix: &'a mut Watched,
    rows: Range<usize>,
    columns: Range<usize>,
}

impl<'a> ViewMut<'a> {
    pub(super) fn new(matrix: &'a mut Watched, rows: Range<usize>, columns: Range<usize>) -> Self {
        ViewMut {
            matrix,
            rows,
            columns,
        }
    }
}

impl Array<f64, (usize, usize)> for ViewMut<'_> {
    fn get(&self, (row, column): (usize, usize)) -> &f64 {
        self.matrix
            .get((self.rows.start + row, self.columns.start + column))
    }

    fn shape(&self) -> (usize, usize) {
        (self.rows.len(), self.columns.len())
    }

    fn is_empty(&self) -> bool {
        self.rows.is_empty() || self.columns.is_empty()
    }

    fn iterator<'b>(&'b self, axis: u8) -> Box<dyn Iterator<Item = &'b f64> + 'b> {
        let (rows, columns) = self.shape();
        match axis {
            0 => Box::new((0..rows).flat_map(move |r| (0..columns).map(move |c| self.get((r, c))))),
            _ => Box::new((0..columns).flat_map(move |c| (0..rows).map(move |r| self.get((r, c))))),
        }
    }
}

impl MutArray<f64, (usize, usize)> for ViewMut<'_> {
    fn set(&mut self, (row, column): (usize, usize), value: f64) {
        let (row, column) = (self.rows.start + row, self.columns.start + column);
        self.matrix.set((row, column), value);
    }

    fn iterator_mut<'b>(&'b mut self, axis: u8) -> Box<dyn Iterator<Item = &'b mut f64> + 'b> {
        let (rows, columns) = (self.rows.clone(), self.columns.clone());
        let (height, width) = self.matrix.shape();
        let all = self.matrix.iterator_mut(axis).enumerate();
        Box::new(all.filter_map(move |(index, value)| {
            let (row, column) = match axis {
                0 => (index / width, index % width),
                _ => (index % height, index / height),
            };
            (rows.contains(&row) && columns.contains(&column)).then_some(value)
        }))
    }
}

impl ArrayView2<f64> for ViewMut<'_> {}
impl MutArrayView2<f64> for ViewMut<'_> {}

/// All values, across the stored lines: the first of each line, then the second of each, ...
pub(super) fn across_mut(
    values: &mut [f64],
    line: usize,
) -> Box<dyn Iterator<Item = &mut f64> + '_> {
    let count = values.len();
    let mut lines: Vec<_> = values
        .chunks_exact_mut(line.max(1))
        .map(|line| line.iter_mut())
        .collect();
    Box::new((0..count).filter_map(move |index| {
        let which = index % lines.len();
        lines[which].next()
    }))
}
