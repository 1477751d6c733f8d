//! Means of classes, and the spread of rows around the mean of their class.

use crate::base::{Cancel, Outcome};
use crate::numeric::Matrix;
use crate::numeric::centre::{centred_blocks, column_means};
use crate::numeric::dense::{add_gram, add_scaled, rows_per_block, view};

use super::too_large;

/// In units of each column's span: values are `(value - mean) / span`, at most 1 in size.
pub(in crate::numeric) struct ClassMoments {
    /// Rows of each class.
    pub counts: Vec<f64>,
    /// Of the columns, in their own units.
    pub means: Vec<f64>,
    /// 1 / the greatest distance from the mean; 1 for a constant column.
    pub inverse_spans: Vec<f64>,
    /// Class after class, in units of the spans; zeros for a class without rows.
    pub class_means: Vec<f64>,
    /// Sum over the rows of squared distances to the mean of their class, a column; exactly 0 where
    /// rounding is all there is.
    pub squares: Vec<f64>,
}

impl ClassMoments {
    pub fn new(x: &Matrix, codes: &[u32], classes: usize, cancel: &Cancel) -> Outcome<Self> {
        let columns = x.columns();
        let means = column_means(x, cancel)?;
        let mut spans = vec![0.0f64; columns];
        let mut counts = vec![0.0; classes];
        codes.iter().for_each(|code| counts[*code as usize] += 1.0);
        centred_blocks(x, &means, cancel, |_, block| {
            for row in block.chunks_exact(columns) {
                for (span, value) in spans.iter_mut().zip(row) {
                    *span = span.max(value.abs());
                }
            }
            Ok(())
        })?;
        let inverse_spans: Vec<f64> = spans
            .iter()
            .map(|span| if *span > 0.0 { 1.0 / span } else { 1.0 })
            .collect();
        let mut finite = means.iter().chain(&spans).chain(&inverse_spans);
        if finite.any(|value| !value.is_finite()) {
            return Err(too_large());
        }
        let mut moments = ClassMoments {
            counts,
            means,
            inverse_spans,
            class_means: vec![0.0; classes * columns],
            squares: vec![0.0; columns],
        };
        // Twice: the second pass adds the mean of what the first left over.
        for _ in 0..2 {
            let mut sums = vec![0.0; classes * columns];
            moments.blocks(x, codes, cancel, |first, block| {
                for (row, code) in block.chunks_exact(columns).zip(&codes[first..]) {
                    let start = *code as usize * columns;
                    add_scaled(&mut sums[start..start + columns], 1.0, row);
                }
            })?;
            let sums = sums.chunks_exact(columns.max(1)).zip(&moments.counts);
            let means = moments.class_means.chunks_exact_mut(columns.max(1));
            for (mean, (sums, count)) in means.zip(sums) {
                add_scaled(mean, 1.0 / count.max(1.0), sums);
            }
        }
        let (mut within, mut total) = (vec![0.0; columns], vec![0.0; columns]);
        moments.blocks(x, codes, cancel, |first, block| {
            for (row, code) in block.chunks_exact(columns).zip(&codes[first..]) {
                let start = *code as usize * columns;
                let mean = &moments.class_means[start..start + columns];
                for (column, value) in row.iter().enumerate() {
                    within[column] += value * value;
                    total[column] += (value + mean[column]) * (value + mean[column]);
                }
            }
        })?;
        for (within, total) in within.iter_mut().zip(&total) {
            if *within <= 1e-26 * total {
                *within = 0.0;
            }
        }
        moments.squares = within;
        Ok(moments)
    }

    /// Shares of the classes, or all alike; 0 for one without rows.
    pub fn priors(&self, uniform: bool) -> Vec<f64> {
        let rows: f64 = self.counts.iter().sum();
        let present = self.counts.iter().filter(|count| **count > 0.0).count();
        let prior = |count: &f64| match uniform {
            true if *count > 0.0 => 1.0 / present as f64,
            _ => count / rows,
        };
        self.counts.iter().map(prior).collect()
    }

    /// Deviation of each column around the class means, in units of the spans.
    pub fn deviations(&self) -> Vec<f64> {
        let rows: f64 = self.counts.iter().sum();
        self.squares.iter().map(|s| (s / rows).sqrt()).collect()
    }

    /// The mean of the class means, weighted by priors.
    pub fn centre(&self, priors: &[f64]) -> Vec<f64> {
        let columns = self.means.len();
        let mut centre = vec![0.0; columns];
        let means = self.class_means.chunks_exact(columns.max(1));
        for (mean, prior) in means.zip(priors) {
            add_scaled(&mut centre, *prior, mean);
        }
        centre
    }

    /// The lower half of the sum over the rows of their outer products around the class mean, each
    /// times the weight of its class.
    pub fn gram(
        &self,
        x: &Matrix,
        codes: &[u32],
        weights: &[f64],
        cancel: &Cancel,
    ) -> Outcome<Vec<f64>> {
        let columns = x.columns();
        let roots: Vec<f64> = weights.iter().map(|weight| weight.sqrt()).collect();
        let weighted = weights.iter().any(|weight| *weight != 1.0);
        let mut gram = vec![0.0; columns * columns];
        let mut scaled = Vec::new();
        self.blocks(x, codes, cancel, |first, block| {
            let count = block.len() / columns;
            if !weighted {
                add_gram(&mut gram, view(block, count, columns));
                return;
            }
            scaled.clear();
            for (row, code) in block.chunks_exact(columns).zip(&codes[first..]) {
                let root = roots[*code as usize];
                scaled.extend(row.iter().map(|value| value * root));
            }
            add_gram(&mut gram, view(&scaled, count, columns));
        })?;
        Ok(gram)
    }

    /// All rows around the mean of their class.
    pub fn centred(&self, x: &Matrix, codes: &[u32], cancel: &Cancel) -> Outcome<Vec<f64>> {
        let mut all = Vec::with_capacity(x.values().len());
        self.blocks(x, codes, cancel, |_, block| all.extend_from_slice(block))?;
        Ok(all)
    }

    /// Calls `visit(first row, rows around the mean of their class)` block after block.
    fn blocks(
        &self,
        x: &Matrix,
        codes: &[u32],
        cancel: &Cancel,
        mut visit: impl FnMut(usize, &[f64]),
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
            for (row, code) in values.chunks_exact(columns).zip(&codes[index * rows..]) {
                let start = *code as usize * columns;
                let class = &self.class_means[start..start + columns];
                let scale = self.means.iter().zip(&self.inverse_spans).zip(class);
                let row = row.iter().zip(scale);
                block.extend(row.map(|(v, ((mean, inverse), class))| (v - mean) * inverse - class));
            }
            visit(index * rows, &block);
        }
        Ok(())
    }
}
