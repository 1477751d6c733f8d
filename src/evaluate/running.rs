//! Scores of predictions that come block after block, in memory that does not grow with the rows, but
//! for the area under the ROC curve, which needs every probability: 8 bytes a row and class.

use super::classification::Counted;
use super::confusion::count;
use super::{Metric, Scores};

/// The same metrics as `classification::scores`.
#[derive(Clone, Debug)]
pub struct RunningClasses {
    classes: usize,
    probabilities: bool,
    counts: Vec<u64>,
    rows: u64,
    log_loss: f64,
    brier: f64,
    /// For each class that AUC looks at, the probability of every row; negative where the row is of
    /// the class.
    signed: Vec<Vec<f64>>,
}

impl RunningClasses {
    /// `probabilities`: whether there are any, rather than certainties.
    pub fn new(classes: usize, probabilities: bool) -> Self {
        // Of two classes the second says it all.
        let looked_at = if classes == 2 { 1 } else { classes };
        RunningClasses {
            classes,
            probabilities,
            counts: vec![0; classes * classes],
            rows: 0,
            log_loss: 0.0,
            brier: 0.0,
            signed: vec![Vec::new(); if probabilities { looked_at } else { 0 }],
        }
    }

    /// Rows whose actual code is no class are left out. `probabilities` are rows x classes.
    pub fn add(&mut self, actual: &[u32], predicted: &[u32], probabilities: &[f64]) {
        count(&mut self.counts, self.classes, actual, predicted);
        if !self.probabilities {
            return;
        }
        let first = self.classes - self.signed.len();
        let rows = probabilities.chunks_exact(self.classes.max(1));
        for (&code, row) in actual.iter().zip(rows) {
            let code = code as usize;
            if code >= self.classes {
                continue;
            }
            self.rows += 1;
            let own = row[code].clamp(f64::EPSILON, 1.0 - f64::EPSILON);
            self.log_loss -= own.ln();
            for (class, probability) in row.iter().enumerate() {
                let outcome = f64::from(u8::from(class == code));
                self.brier += (outcome - probability).powi(2);
            }
            for (place, signed) in self.signed.iter_mut().enumerate() {
                let class = first + place;
                let probability = row[class].abs();
                signed.push(if class == code {
                    -probability
                } else {
                    probability
                });
            }
        }
    }

    /// Row-major classes x classes, rows actual.
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    pub fn finish(mut self) -> Scores {
        let mut scores = Scores::default();
        let counted = Counted::new(&self.counts, self.classes);
        let total: u64 = self.counts.iter().sum();
        let mean = |sum: f64| (self.rows > 0).then(|| sum / self.rows as f64);
        let weighted = counted.weighted();
        scores.push(Metric::Accuracy, counted.accuracy());
        let auc = auc(&mut self.signed);
        scores.push(Metric::Auc, auc);
        scores.push(Metric::F1, weighted.map(|w| w.f1));
        scores.push(Metric::Precision, weighted.map(|w| w.precision));
        scores.push(Metric::Recall, weighted.map(|w| w.recall));
        scores.push(Metric::Mcc, counted.mcc());
        scores.push(Metric::LogLoss, mean(self.log_loss));
        scores.push(Metric::BalancedAccuracy, counted.balanced_accuracy());
        let kappa = counted.kappa();
        scores.push(Metric::Kappa, kappa);
        let halves = if self.classes <= 2 { 2.0 } else { 1.0 };
        scores.push(Metric::Brier, mean(self.brier / halves));
        if total == 0 {
            scores.warn("the metrics have", "there are no rows to score");
        } else {
            if self.probabilities && auc.is_none() {
                scores.warn("AUC has", "the rows to score are of one class only");
            }
            if kappa.is_none() {
                let why = "actual and predicted rows are all of one class";
                scores.warn("Kappa has", why);
            }
        }
        scores
    }
}

/// Each class against the rest, weighted by its rows.
fn auc(signed: &mut [Vec<f64>]) -> Option<f64> {
    let (mut sum, mut weight) = (0.0, 0.0);
    for signed in signed {
        let positives = signed.iter().filter(|p| p.is_sign_negative()).count();
        if positives > 0 {
            sum += positives as f64 * signed_auc(signed)?;
            weight += positives as f64;
        }
    }
    (weight > 0.0).then(|| sum / weight)
}

/// As `classification::binary_auc`, the sign telling the positive rows.
fn signed_auc(signed: &mut [f64]) -> Option<f64> {
    signed.sort_unstable_by(|a, b| a.abs().total_cmp(&b.abs()));
    let (mut below, mut twice_pairs) = (0u128, 0u128);
    for tied in signed.chunk_by(|a, b| a.abs() == b.abs()) {
        let positives = tied.iter().filter(|p| p.is_sign_negative()).count() as u128;
        let negatives = tied.len() as u128 - positives;
        twice_pairs += positives * (2 * below + negatives);
        below += negatives;
    }
    let positives = signed.len() as u128 - below;
    (positives > 0 && below > 0).then(|| twice_pairs as f64 / 2.0 / (positives * below) as f64)
}

/// The same metrics as `regression::scores`, up to rounding.
#[derive(Clone, Debug, Default)]
pub struct RunningNumbers {
    rows: u64,
    absolute: f64,
    relative: f64,
    squares: f64,
    /// Mean and squared deviations of the actual values (Welford, 1962).
    mean: f64,
    deviations: f64,
    first: Option<f64>,
    varies: bool,
    zeros: bool,
    endless: bool,
}

impl RunningNumbers {
    /// Rows whose actual value is NaN are left out.
    pub fn add(&mut self, actual: &[f64], predicted: &[f64]) {
        for (&actual, &predicted) in actual.iter().zip(predicted) {
            if actual.is_nan() {
                continue;
            }
            self.rows += 1;
            let error = (actual - predicted).abs();
            self.absolute += error;
            self.relative += error / actual.abs().max(f64::EPSILON);
            self.squares += error * error;
            let away = actual - self.mean;
            self.mean += away / self.rows as f64;
            self.deviations += away * (actual - self.mean);
            self.varies |= *self.first.get_or_insert(actual) != actual;
            self.zeros |= actual == 0.0;
            self.endless |= !predicted.is_finite();
        }
    }

    pub fn rows(&self) -> u64 {
        self.rows
    }

    pub fn finish(self) -> Scores {
        let mut scores = Scores::default();
        let mean = |sum: f64| (self.rows > 0).then(|| sum / self.rows as f64);
        let mse = mean(self.squares);
        scores.push(Metric::Rmse, mse.map(f64::sqrt));
        scores.push(Metric::Mae, mean(self.absolute));
        scores.push(Metric::Mape, mean(self.relative));
        let r2 =
            (self.varies && self.deviations > 0.0).then(|| 1.0 - self.squares / self.deviations);
        scores.push(Metric::R2, r2);
        scores.push(Metric::Mse, mse);
        match self.rows {
            0 => scores.warn("the metrics have", "there are no rows to score"),
            1 => scores.warn("R2 has", "there is only one row to score"),
            _ if !self.varies => {
                scores.warn("R2 has", "the actual values to score are all the same");
            }
            _ => {}
        }
        if self.endless {
            let why = "a prediction is not a finite number";
            scores.warn("the metrics have", why);
        } else if self.rows > 0 && scores.get(Metric::Mse).is_none() {
            scores.warn(
                "RMSE, R2 and MSE have",
                "the errors are too large to be squared",
            );
        }
        if self.zeros {
            let warning = "MAPE divides by actual values of 0 and says little";
            scores.warnings.push(crate::base::Problem::new(warning));
        }
        scores
    }
}

#[cfg(test)]
mod tests {
    use super::super::{classification, regression};
    use super::*;
    use crate::base::Cancel;
    use crate::base::Random;

    fn assert_same(running: &Scores, whole: &Scores) {
        assert_eq!(running.values.len(), whole.values.len());
        for ((metric, a), (other, b)) in running.values.iter().zip(&whole.values) {
            assert_eq!(metric, other);
            match (a, b) {
                (Some(a), Some(b)) => {
                    assert!(
                        (a - b).abs() < 1e-12 * b.abs().max(1.0),
                        "{metric:?}: {a}, {b}"
                    );
                }
                _ => assert_eq!(a, b, "{metric:?}"),
            }
        }
        assert_eq!(running.warnings, whole.warnings);
    }

    #[test]
    fn blocks_of_classes_score_as_the_whole() {
        let mut random = Random::new(3);
        for classes in [2, 3, 5] {
            for (rows, occurring) in [(200, classes), (0, classes), (40, 1)] {
                let actual: Vec<u32> = (0..rows).map(|_| random.below(occurring) as u32).collect();
                let mut probabilities = Vec::new();
                for _ in 0..rows {
                    // Coarse, so that there are ties.
                    let row: Vec<f64> =
                        (0..classes).map(|_| random.below(5) as f64 + 0.5).collect();
                    let sum: f64 = row.iter().sum();
                    probabilities.extend(row.iter().map(|p| p / sum));
                }
                let predicted: Vec<u32> = (0..rows).map(|_| random.below(classes) as u32).collect();
                for has in [true, false] {
                    let mut running = RunningClasses::new(classes, has);
                    for (block, codes) in actual.chunks(7).enumerate() {
                        let from = block * 7;
                        let to = from + codes.len();
                        running.add(
                            codes,
                            &predicted[from..to],
                            &probabilities[from * classes..to * classes],
                        );
                    }
                    let whole = classification::scores(
                        &actual,
                        &predicted,
                        has.then_some(&probabilities[..]),
                        classes,
                        &Cancel::new(),
                    )
                    .unwrap();
                    assert_same(&running.finish(), &whole);
                }
            }
        }
    }

    #[test]
    fn blocks_of_numbers_score_as_the_whole_and_missing_ones_are_left_out() {
        let mut random = Random::new(4);
        for offset in [0.0, 1e6] {
            let actual: Vec<f64> = (0..300).map(|_| offset + random.normal()).collect();
            let predicted: Vec<f64> = actual.iter().map(|a| a + 0.3 * random.normal()).collect();
            let mut running = RunningNumbers::default();
            for (a, p) in actual.chunks(11).zip(predicted.chunks(11)) {
                running.add(a, p);
                running.add(&[f64::NAN], &[1e300]);
            }
            let (running, whole) = (running.finish(), regression::scores(&actual, &predicted));
            for (metric, value) in &whole.values {
                let value = value.unwrap();
                let other = running.get(*metric).unwrap();
                assert!((value - other).abs() < 1e-8 * value.abs().max(1.0));
            }
            assert_eq!(running.warnings, whole.warnings);
        }
        let mut same = RunningNumbers::default();
        same.add(&[2.0, 2.0], &[2.0, 3.0]);
        assert_eq!(same.finish().get(Metric::R2), None);
        let none = RunningNumbers::default().finish();
        assert!(none.values.iter().all(|(_, value)| value.is_none()));
    }
}
