//! Naive Bayes for counts and for yes or no: a weight a class and column, added up.
//!
//! Agrees with scikit-learn's `BernoulliNB`, `MultinomialNB` and `ComplementNB` (Rennie et al., Tackling
//! the poor assumptions of naive Bayes text classifiers, 2003). Priors come from the rows or are alike.

mod categorical;

use serde::{Deserialize, Serialize};

use super::Matrix;
use super::dense::{add_scaled, dot, rows_per_block};
use super::discriminant::NO_SHARE;
use super::exp::softmax_rows;
use crate::base::{Cancel, Halt, Outcome, Problem};
pub use categorical::CategoricalNb;

/// Which distribution a class has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CountNbKind {
    /// Above the threshold or not.
    Bernoulli {
        binarize: f64,
    },
    Multinomial,
    /// The counts of all other classes, turned round; `norm` divides weights by their sum.
    Complement {
        norm: bool,
    },
}

/// A fitted classifier.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CountNb {
    pub classes: usize,
    pub columns: usize,
    /// Class after class.
    pub weights: Vec<f64>,
    /// Far below 0 for a class without rows.
    pub offsets: Vec<f64>,
    /// Values above count as 1 and others as 0.
    pub binarize: Option<f64>,
}

impl CountNb {
    /// `codes` are below `classes`, one a row; `alpha`, above 0, is added to all counts. Counts must
    /// not be negative.
    pub fn fit(
        x: &Matrix,
        codes: &[u32],
        classes: usize,
        kind: CountNbKind,
        alpha: f64,
        fit_prior: bool,
        cancel: &Cancel,
    ) -> Outcome<Self> {
        assert_eq!(x.rows(), codes.len(), "one class a row");
        if x.rows() == 0 {
            return Err(Problem::new("There are no rows to fit").into());
        }
        let mut rows_of = vec![0.0; classes];
        codes.iter().for_each(|code| rows_of[*code as usize] += 1.0);
        let counts = count(x, codes, classes, kind, cancel)?;
        CountNb::from_counts(&counts, &rows_of, kind, alpha, fit_prior)
    }

    /// A classifier from sums, class after class, and the rows of each class.
    pub fn from_counts(
        counts: &[f64],
        rows_of: &[f64],
        kind: CountNbKind,
        alpha: f64,
        fit_prior: bool,
    ) -> Outcome<Self> {
        let classes = rows_of.len();
        let columns = counts.len() / classes.max(1);
        let priors = log_priors(rows_of, fit_prior);
        let class = |k: usize| &counts[k * columns..(k + 1) * columns];
        let mut fit = CountNb {
            classes,
            columns,
            weights: Vec::with_capacity(classes * columns),
            offsets: priors.clone(),
            binarize: None,
        };
        match kind {
            CountNbKind::Bernoulli { binarize } => {
                for k in 0..classes {
                    let all = rows_of[k] + 2.0 * alpha;
                    let yes: Vec<f64> = class(k).iter().map(|c| (c + alpha) / all).collect();
                    let rest = class(k).iter().map(|c| (rows_of[k] - c + alpha) / all);
                    let no: Vec<f64> = rest.map(f64::ln).collect();
                    fit.weights
                        .extend(yes.iter().zip(&no).map(|(y, n)| y.ln() - n));
                    fit.offsets[k] += no.iter().sum::<f64>();
                }
                fit.binarize = Some(binarize);
            }
            CountNbKind::Multinomial => {
                for k in 0..classes {
                    let all: f64 = class(k).iter().map(|c| c + alpha).sum();
                    fit.weights
                        .extend(class(k).iter().map(|c| (c + alpha).ln() - all.ln()));
                }
            }
            CountNbKind::Complement { norm } => {
                let mut total = vec![0.0; columns];
                (0..classes).for_each(|k| add_scaled(&mut total, 1.0, class(k)));
                for k in 0..classes {
                    let others = total.iter().zip(class(k));
                    // Rounding must not take a count below 0.
                    let others: Vec<f64> = others
                        .map(|(all, own)| (all - own).max(0.0) + alpha)
                        .collect();
                    let all: f64 = others.iter().sum();
                    let logs: Vec<f64> = others.iter().map(|c| (c / all).ln()).collect();
                    let sum: f64 = logs.iter().sum();
                    let divisor = if norm && sum != 0.0 { sum } else { -1.0 };
                    fit.weights.extend(logs.iter().map(|log| log / divisor));
                }
                // The prior has no say, but a class without rows is no answer.
                let without = |prior: &f64| if *prior == NO_SHARE { NO_SHARE } else { 0.0 };
                fit.offsets = priors.iter().map(without).collect();
            }
        }
        let mut all = fit.weights.iter().chain(&fit.offsets);
        if all.any(|value| !value.is_finite()) {
            return Err(too_large());
        }
        Ok(fit)
    }

    /// What a value adds to the score of a class.
    pub fn part(&self, class: usize, column: usize, value: f64) -> f64 {
        let weight = self.weights[class * self.columns + column];
        match self.binarize {
            Some(threshold) if value > threshold => weight,
            Some(_) => 0.0,
            None => weight * value,
        }
    }

    /// Whether the arrays fit together: for classifiers read from a file.
    pub fn is_sound(&self) -> bool {
        let mut all = self.weights.iter().chain(&self.offsets);
        self.classes > 0
            && self.classes.checked_mul(self.columns) == Some(self.weights.len())
            && self.offsets.len() == self.classes
            && self.binarize.is_none_or(f64::is_finite)
            && all.all(|value| value.is_finite())
    }

    /// Probabilities, `classes` a row, of rows given one after the other.
    pub fn predict_proba(&self, rows: &[f64], out: &mut [f64]) {
        let columns = self.columns;
        let mut bits = vec![0.0; columns];
        for (index, out) in out.chunks_exact_mut(self.classes.max(1)).enumerate() {
            let mut row = &rows[index * columns..(index + 1) * columns];
            if let Some(threshold) = self.binarize {
                for (bit, value) in bits.iter_mut().zip(row) {
                    *bit = f64::from(u8::from(*value > threshold));
                }
                row = &bits;
            }
            for (k, out) in out.iter_mut().enumerate() {
                let weights = &self.weights[k * columns..(k + 1) * columns];
                *out = self.offsets[k] + dot(weights, row);
            }
            finite(out);
        }
        softmax_rows(out, self.classes);
    }
}

/// Scores beyond all numbers become the greatest number, so that shares stay numbers.
pub(super) fn finite(scores: &mut [f64]) {
    for score in scores {
        *score = if score.is_nan() {
            0.0
        } else {
            score.clamp(NO_SHARE, -NO_SHARE)
        };
    }
}

/// ln of the share of each class, or of equal shares; far below 0 for a class without rows.
pub(super) fn log_priors(rows_of: &[f64], fit_prior: bool) -> Vec<f64> {
    let rows: f64 = rows_of.iter().sum();
    let present = rows_of.iter().filter(|rows| **rows > 0.0).count() as f64;
    let prior = |count: &f64| match *count {
        0.0 => NO_SHARE,
        count if fit_prior => (count / rows).ln(),
        _ => -present.ln(),
    };
    rows_of.iter().map(prior).collect()
}

/// Sums a class and column.
fn count(
    x: &Matrix,
    codes: &[u32],
    classes: usize,
    kind: CountNbKind,
    cancel: &Cancel,
) -> Outcome<Vec<f64>> {
    let columns = x.columns();
    let mut counts = vec![0.0; classes * columns];
    if columns == 0 {
        return Ok(counts);
    }
    let block = rows_per_block(columns);
    for (values, codes) in x.values().chunks(block * columns).zip(codes.chunks(block)) {
        cancel.check()?;
        for (row, code) in values.chunks_exact(columns).zip(codes) {
            let start = *code as usize * columns;
            let counts = &mut counts[start..start + columns];
            if let CountNbKind::Bernoulli { binarize } = kind {
                for (count, value) in counts.iter_mut().zip(row) {
                    *count += f64::from(u8::from(*value > binarize));
                }
                continue;
            }
            let least = row.iter().copied().fold(0.0, f64::min);
            if least < 0.0 {
                let column = row.iter().position(|value| *value < 0.0).unwrap_or(0);
                let fix = "Set the scaling to min_max, leave the feature out, or use gaussian_nb";
                return Err(negative(column, row[column], "counts", fix));
            }
            add_scaled(counts, 1.0, row);
        }
    }
    Ok(counts)
}

/// Counts and categories cannot be negative; `fix` says what else to do.
pub(super) fn negative(column: usize, value: f64, takes: &str, fix: &str) -> Halt {
    // Three digits are enough to find it.
    let short: f64 = format!("{value:.2e}").parse().unwrap_or(value);
    Problem::new(format!("{short} is below 0, and this model takes {takes}"))
        .at(format!("Feature {} of the prepared table", column + 1))
        .fix(fix)
        .into()
}

fn too_large() -> Halt {
    Problem::new("The numbers are too large to be counted")
        .fix("Set the scaling to min_max")
        .into()
}

#[cfg(test)]
mod tests;
