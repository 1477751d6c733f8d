//! Naive Bayes for categories: the share of each value, a class and column.

use serde::{Deserialize, Serialize};

use super::{finite, log_priors, negative};
use crate::base::{Cancel, Outcome, Problem};
use crate::numeric::Matrix;
use crate::numeric::dense::rows_per_block;
use crate::numeric::exp::softmax_rows;

/// Categories of a column at most, and table entries in all.
const MOST_CATEGORIES: usize = 10_000;
const MOST_ENTRIES: usize = 1 << 24;

/// A fitted classifier, as scikit-learn's `CategoricalNB`. Categories are the whole numbers from 0;
/// what is behind a decimal point is cut off. A value that the training rows did not have says
/// nothing (scikit-learn stops with an error).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CategoricalNb {
    pub classes: usize,
    pub columns: usize,
    /// Where each column begins in a class's table, and where the last ends.
    starts: Vec<usize>,
    /// Class after class: ln of the share of each category, column after column.
    logs: Vec<f64>,
    /// ln prior; far below 0 for a class without rows.
    pub offsets: Vec<f64>,
}

impl CategoricalNb {
    /// `codes` are below `classes`, one a row; `alpha`, above 0, is added to all counts; each column
    /// has at least `min_categories`.
    pub fn fit(
        x: &Matrix,
        codes: &[u32],
        classes: usize,
        alpha: f64,
        min_categories: usize,
        fit_prior: bool,
        cancel: &Cancel,
    ) -> Outcome<Self> {
        assert_eq!(x.rows(), codes.len(), "one class a row");
        if x.rows() == 0 {
            return Err(Problem::new("There are no rows to fit").into());
        }
        let columns = x.columns();
        let mut greatest = vec![0.0f64; columns];
        for row in 0..x.rows() {
            if row % rows_per_block(columns) == 0 {
                cancel.check()?;
            }
            for (column, value) in x.row(row).iter().enumerate() {
                if *value <= -1.0 {
                    return Err(negative(
                        column,
                        *value,
                        "categories from 0",
                        "Leave the feature out, or use gaussian_nb",
                    ));
                }
                greatest[column] = greatest[column].max(*value);
            }
        }
        let mut starts = vec![0];
        for (column, most) in greatest.iter().enumerate() {
            if *most >= MOST_CATEGORIES as f64 {
                return Err(Problem::new(format!(
                    "It goes up to {most}, and a category is a whole number below {MOST_CATEGORIES}"
                ))
                .at(format!("Feature {} of the prepared table", column + 1))
                .fix("Leave the feature out, or use gaussian_nb")
                .into());
            }
            starts.push(starts[column] + (*most as usize + 1).max(min_categories));
        }
        let width = starts[columns];
        if width.saturating_mul(classes) > MOST_ENTRIES {
            return Err(Problem::new(format!(
                "{width} categories times {classes} classes are too many"
            ))
            .fix("Leave features out, or use gaussian_nb")
            .into());
        }
        let mut rows_of = vec![0.0; classes];
        let mut logs = vec![0.0; classes * width];
        for (row, code) in codes.iter().enumerate() {
            if row % rows_per_block(columns) == 0 {
                cancel.check()?;
            }
            rows_of[*code as usize] += 1.0;
            let counts = &mut logs[*code as usize * width..(*code as usize + 1) * width];
            for (start, value) in starts.iter().zip(x.row(row)) {
                counts[start + *value as usize] += 1.0;
            }
        }
        for (class, rows) in rows_of.iter().enumerate() {
            for column in 0..columns {
                cancel.check()?;
                let places = class * width + starts[column]..class * width + starts[column + 1];
                let all = (rows + alpha * places.len() as f64).ln();
                for log in &mut logs[places] {
                    *log = (*log + alpha).ln() - all;
                }
            }
        }
        Ok(CategoricalNb {
            classes,
            columns,
            starts,
            logs,
            offsets: log_priors(&rows_of, fit_prior),
        })
    }

    /// What a value adds to the score of a class.
    #[inline]
    pub fn part(&self, class: usize, column: usize, value: f64) -> f64 {
        let (start, end) = (self.starts[column], self.starts[column + 1]);
        // Cut off towards 0, as scikit-learn does.
        if value > -1.0 && value < (end - start) as f64 {
            self.logs[class * self.width() + start + value as usize]
        } else {
            0.0
        }
    }

    fn width(&self) -> usize {
        self.starts.last().copied().unwrap_or(0)
    }

    /// Entries of the tables.
    pub fn len(&self) -> usize {
        self.logs.len()
    }

    pub fn is_empty(&self) -> bool {
        self.logs.is_empty()
    }

    /// Whether the tables fit together: for classifiers read from a file.
    pub fn is_sound(&self) -> bool {
        let mut all = self.logs.iter().chain(&self.offsets);
        self.classes > 0
            && self.columns.checked_add(1) == Some(self.starts.len())
            && self.starts.first() == Some(&0)
            && self.starts.is_sorted_by(|a, b| a < b)
            && self.classes.checked_mul(self.width()) == Some(self.logs.len())
            && self.offsets.len() == self.classes
            && all.all(|value| value.is_finite())
    }

    /// Probabilities, `classes` a row, of rows given one after the other.
    pub fn predict_proba(&self, rows: &[f64], out: &mut [f64]) {
        let columns = self.columns;
        for (index, out) in out.chunks_exact_mut(self.classes.max(1)).enumerate() {
            let row = &rows[index * columns..(index + 1) * columns];
            for (class, out) in out.iter_mut().enumerate() {
                let parts = row.iter().enumerate();
                let sum: f64 = parts.map(|(c, value)| self.part(class, c, *value)).sum();
                *out = self.offsets[class] + sum;
            }
            finite(out);
        }
        softmax_rows(out, self.classes);
    }
}
