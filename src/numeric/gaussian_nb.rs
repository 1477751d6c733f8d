//! Gaussian naive Bayes: a mean and a variance a class and column.
//!
//! Agrees with scikit-learn's `GaussianNB`; variances in two passes, so that columns far from zero
//! lose no digits.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Matrix;
use super::centre::{centred_blocks, column_means};
use super::dense::add_scaled;
use super::exp::softmax_rows;
use crate::base::{Cancel, Outcome, Problem};

/// A fitted classifier.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GaussianNb {
    pub classes: usize,
    pub columns: usize,
    /// Shares of the classes; 0 for one without rows.
    pub priors: Vec<f64>,
    /// Class after class.
    pub means: Vec<f64>,
    /// Class after class, smoothing added.
    pub variances: Vec<f64>,
    /// ln prior - sum of ln(2 pi variance) / 2, a class.
    offsets: Vec<f64>,
}

impl GaussianNb {
    /// `codes` are below `classes`, one a row. `var_smoothing` times the greatest variance of a
    /// column is added to all variances. `priors`, one a class, replace the shares of the rows; they
    /// must add up to 1.
    pub fn fit(
        x: &Matrix,
        codes: &Arc<[u32]>,
        classes: usize,
        var_smoothing: f64,
        priors: Option<&[f64]>,
        cancel: &Cancel,
    ) -> Outcome<Self> {
        assert_eq!(x.rows(), codes.len(), "one class a row");
        if x.rows() == 0 {
            return Err(Problem::new("There are no rows to fit").into());
        }
        if let Some(priors) = priors {
            let sum: f64 = priors.iter().sum();
            let each = priors.iter().all(|p| (0.0..=1.0).contains(p));
            if priors.len() != classes || !each || (sum - 1.0).abs() > 1e-8 {
                return Err(
                    Problem::new(format!("{classes} priors that add up to 1 are needed"))
                        .at("priors")
                        .fix("Give a share for each class")
                        .into(),
                );
            }
        }
        let (rows, columns) = (x.rows(), x.columns());
        let grand = column_means(x, cancel)?;
        let mut counts = vec![0.0; classes];
        codes.iter().for_each(|code| counts[*code as usize] += 1.0);

        // Class means of the centred rows.
        let mut means = vec![0.0; classes * columns];
        let mut spread = vec![0.0; columns];
        centred_blocks(x, &grand, cancel, |first, block| {
            for (row, code) in block.chunks_exact(columns).zip(&codes[first..]) {
                let start = *code as usize * columns;
                add_scaled(&mut means[start..start + columns], 1.0, row);
                spread.iter_mut().zip(row).for_each(|(s, v)| *s += v * v);
            }
            Ok(())
        })?;
        divide(&mut means, &counts, columns);
        let mut variances = vec![0.0; classes * columns];
        centred_blocks(x, &grand, cancel, |first, block| {
            for (row, code) in block.chunks_exact(columns).zip(&codes[first..]) {
                let start = *code as usize * columns;
                let means = &means[start..start + columns];
                let sums = &mut variances[start..start + columns];
                for ((sum, value), mean) in sums.iter_mut().zip(row).zip(means) {
                    *sum += (value - mean) * (value - mean);
                }
            }
            Ok(())
        })?;
        divide(&mut variances, &counts, columns);
        let widest = spread.iter().copied().fold(0.0, f64::max) / rows as f64;
        let smoothing = var_smoothing * widest;
        variances
            .iter_mut()
            .for_each(|variance| *variance += smoothing);
        if variances.iter().any(|variance| !variance.is_finite()) {
            return Err(Problem::new("The numbers are too large for variances")
                .fix("Scale the features")
                .into());
        }
        let priors: Vec<f64> = match priors {
            Some(priors) => priors.to_vec(),
            None => counts.iter().map(|count| count / rows as f64).collect(),
        };
        for means in means.chunks_exact_mut(columns.max(1)) {
            add_scaled(means, 1.0, &grand);
        }
        let priors = priors.iter().zip(&counts);
        let priors = priors.map(|(prior, count)| if *count > 0.0 { *prior } else { 0.0 });
        GaussianNb::from_parts(columns, priors.collect(), means, variances)
    }

    /// A classifier from what another engine has found: class after class, one prior a class, 0 for a
    /// class without rows.
    pub fn from_parts(
        columns: usize,
        priors: Vec<f64>,
        means: Vec<f64>,
        variances: Vec<f64>,
    ) -> Outcome<Self> {
        let classes = priors.len();
        assert!(means.len() == classes * columns && variances.len() == classes * columns);
        let of = |k: usize| &variances[k * columns..(k + 1) * columns];
        let flat = |k: usize| priors[k] > 0.0 && of(k).iter().any(|variance| *variance <= 0.0);
        if (0..classes).any(flat) {
            let what = "A feature never changes within a class, so its variance is 0";
            return Err(Problem::new(what)
                .at("var_smoothing")
                .fix("Leave the feature out, or give var_smoothing a positive value")
                .into());
        }
        if priors.iter().all(|prior| *prior == 0.0) {
            return Err(Problem::new("Every class with rows has the prior 0")
                .at("priors")
                .fix("Give a class with rows a positive prior")
                .into());
        }
        let offset = |k: usize| {
            if priors[k] == 0.0 {
                return f64::NEG_INFINITY;
            }
            let logs: f64 = of(k).iter().map(|v| (std::f64::consts::TAU * v).ln()).sum();
            priors[k].ln() - 0.5 * logs
        };
        let offsets = (0..classes).map(offset).collect();
        let fit = GaussianNb {
            classes,
            columns,
            priors,
            means,
            variances,
            offsets,
        };
        if !fit.is_sound() {
            let what = "the variance of a feature within a class is too large to be a number";
            let fix = "Scale the features, or leave out the rows or columns with huge values";
            return Err(Problem::new(what).fix(fix).into());
        }
        Ok(fit)
    }

    /// ln prior and the constant part of the densities, a class; `NEG_INFINITY` for prior 0.
    pub fn offsets(&self) -> &[f64] {
        &self.offsets
    }

    /// Whether the arrays fit together and give probabilities: for classifiers read from a file.
    pub fn is_sound(&self) -> bool {
        let finite = |values: &[f64]| values.iter().all(|value| value.is_finite());
        let places = self.classes.checked_mul(self.columns);
        if places != Some(self.means.len())
            || places != Some(self.variances.len())
            || self.priors.len() != self.classes
            || self.offsets.len() != self.classes
        {
            return false;
        }
        let of = |k: usize| &self.variances[k * self.columns..(k + 1) * self.columns];
        let sound = |k: usize| {
            let prior = self.priors[k];
            let offset = self.offsets[k];
            (prior == 0.0 && offset == f64::NEG_INFINITY)
                || (prior > 0.0
                    && prior <= 1.0
                    && offset.is_finite()
                    && of(k).iter().all(|variance| *variance > 0.0))
        };
        finite(&self.means)
            && finite(&self.variances)
            && (0..self.classes).all(sound)
            && self.priors.iter().any(|prior| *prior > 0.0)
    }

    /// What a value adds to the logarithm of a class's density.
    pub fn log_density(&self, class: usize, column: usize, value: f64) -> f64 {
        let place = class * self.columns + column;
        let away = value - self.means[place];
        -0.5 * away * away / self.variances[place]
    }

    /// Probabilities, `classes` a row, of rows given one after the other.
    pub fn predict_proba(&self, rows: &[f64], out: &mut [f64]) {
        let columns = self.columns;
        // Divisions once, not once a row.
        let halves: Vec<f64> = self
            .variances
            .iter()
            .map(|variance| 0.5 / variance)
            .collect();
        for (index, out) in out.chunks_exact_mut(self.classes.max(1)).enumerate() {
            let row = &rows[index * columns..(index + 1) * columns];
            for (k, out) in out.iter_mut().enumerate() {
                if self.offsets[k] == f64::NEG_INFINITY {
                    *out = f64::NEG_INFINITY;
                    continue;
                }
                let places = k * columns..(k + 1) * columns;
                let pairs = self.means[places.clone()].iter().zip(&halves[places]);
                let far: f64 = row
                    .iter()
                    .zip(pairs)
                    .map(|(value, (mean, half))| (value - mean) * (value - mean) * half)
                    .sum();
                *out = self.offsets[k] - far;
            }
        }
        softmax_rows(out, self.classes);
    }
}

/// Sums to means, class after class; a class without rows keeps its zeros.
fn divide(sums: &mut [f64], counts: &[f64], columns: usize) {
    for (sums, count) in sums.chunks_exact_mut(columns.max(1)).zip(counts) {
        let count = count.max(1.0);
        sums.iter_mut().for_each(|sum| *sum /= count);
    }
}

#[cfg(test)]
mod tests {
    use super::super::reference::{moved, near, three, x};
    use super::*;
    use crate::base::Halt;

    #[test]
    fn variances_beyond_the_numbers_are_refused() {
        for variance in [f64::INFINITY, f64::NAN, f64::MAX] {
            let parts = GaussianNb::from_parts(1, vec![1.0], vec![0.0], vec![variance]);
            let Err(Halt::Failed(problem)) = parts else {
                panic!("{variance}: {parts:?}");
            };
            assert!(problem.what.contains("too large"), "{problem}");
        }
    }

    #[test]
    fn agrees_with_scikit_learn() {
        let fit = GaussianNb::fit(&x(), &three(), 3, 1e-9, None, &Cancel::new()).unwrap();
        let means = [
            -0.3283442031811247,
            -0.0028656399599930344,
            -0.510558099578637,
            0.6501552573603369,
        ];
        let variances = [
            0.3488732264357835,
            1.602200630291141,
            4.8718689909335025,
            5.703049808780834,
        ];
        near(&fit.means[4..8], &means, 1e-14);
        near(&fit.variances[4..8], &variances, 1e-13);
        let mut out = [0.0; 9];
        fit.predict_proba(&x().values()[..12], &mut out);
        let expected = [
            0.38147646375752753,
            0.23774472504936103,
            0.3807788111931115,
            0.013514806568653923,
            0.05550508834210965,
            0.9309801050892368,
            0.009288336912789054,
            0.014447829572792661,
            0.9762638335144187,
        ];
        near(&out, &expected, 1e-13);
        let priors = [0.2, 0.5, 0.3];
        let fit = GaussianNb::fit(&x(), &three(), 3, 0.1, Some(&priors), &Cancel::new()).unwrap();
        fit.predict_proba(&x().values()[..8], &mut out[..6]);
        let expected = [
            0.23903842188416144,
            0.5317662343135829,
            0.22919534380225592,
            0.07375329000220995,
            0.421000896019431,
            0.5052458139783591,
        ];
        near(&out[..6], &expected, 1e-13);
    }

    #[test]
    fn an_offset_of_1e8_changes_little() {
        let close = GaussianNb::fit(&x(), &three(), 3, 1e-9, None, &Cancel::new()).unwrap();
        let far = moved(&x(), 1e8);
        let fit = GaussianNb::fit(&far, &three(), 3, 1e-9, None, &Cancel::new()).unwrap();
        near(&fit.variances, &close.variances, 1e-6);
        let (mut a, mut b) = ([0.0; 30], [0.0; 30]);
        close.predict_proba(&x().values()[..40], &mut a);
        fit.predict_proba(&far.values()[..40], &mut b);
        near(&a, &b, 1e-6);
    }

    #[test]
    fn edges() {
        let cancel = Cancel::new();
        let codes: Arc<[u32]> = Arc::from([0, 0, 2, 2]);
        let x = Matrix::new(4, 2, vec![1.0, 5.0, 2.0, 5.0, 3.0, 5.0, 4.0, 5.0]);
        // A constant column says nothing; a class without rows has no share.
        let fit = GaussianNb::fit(&x, &codes, 3, 1e-9, None, &cancel).unwrap();
        let mut out = [0.0; 3];
        fit.predict_proba(&[1.5, 5.0], &mut out);
        assert!(out[0] > 0.99 && out[1] == 0.0 && (out.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        // Far from all: still probabilities.
        fit.predict_proba(&[1e6, -1e6], &mut out);
        assert!((out.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!(GaussianNb::fit(&x, &codes, 3, 0.0, None, &cancel).is_err());
        assert!(GaussianNb::fit(&x, &codes, 3, 1e-9, Some(&[0.5, 0.5]), &cancel).is_err());
        assert!(GaussianNb::fit(&x, &codes, 3, 1e-9, Some(&[0.0, 1.0, 0.0]), &cancel).is_err());
        let none = Matrix::new(0, 2, vec![]);
        assert!(GaussianNb::fit(&none, &Arc::from([]), 2, 1e-9, None, &cancel).is_err());
        cancel.cancel();
        let stopped = GaussianNb::fit(&x, &codes, 3, 1e-9, None, &cancel);
        assert_eq!(stopped, Err(Halt::Cancelled));
    }
}
