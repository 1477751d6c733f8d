//! Metrics of predicted classes and probabilities; values agree with `sklearn.metrics`.
//!
//! Codes are `0..classes`; rows whose actual or predicted code is none of these are left out.
//! Probabilities are row-major, rows x classes, `f64` or `f32`.

use super::confusion::count;
use super::{Metric, Scores};
use crate::base::{Cancel, Outcome, sort_by};

/// All classification metrics in one call. Without probabilities those that need them are `None`
/// (no warning: the caller knows that the model has none).
pub fn scores<P: Copy + Into<f64>>(
    actual: &[u32],
    predicted: &[u32],
    probabilities: Option<&[P]>,
    classes: usize,
    cancel: &Cancel,
) -> Outcome<Scores> {
    let mut scores = Scores::default();
    let mut counts = vec![0; classes * classes];
    count(&mut counts, classes, actual, predicted);
    let counted = Counted::new(&counts, classes);
    scores.push(Metric::Accuracy, counted.accuracy());
    let auc = match probabilities {
        Some(p) => auc(actual, p, classes, cancel)?,
        None => None,
    };
    scores.push(Metric::Auc, auc);
    let weighted = counted.weighted();
    scores.push(Metric::F1, weighted.map(|w| w.f1));
    scores.push(Metric::Precision, weighted.map(|w| w.precision));
    scores.push(Metric::Recall, weighted.map(|w| w.recall));
    scores.push(Metric::Mcc, counted.mcc());
    let loss = probabilities.and_then(|p| log_loss(actual, p, classes));
    scores.push(Metric::LogLoss, loss);
    scores.push(Metric::BalancedAccuracy, counted.balanced_accuracy());
    let kappa = counted.kappa();
    scores.push(Metric::Kappa, kappa);
    scores.push(
        Metric::Brier,
        probabilities.and_then(|p| brier(actual, p, classes)),
    );
    if counted.total == 0.0 {
        scores.warn("the metrics have", "there are no rows to score");
    } else {
        if probabilities.is_some() && auc.is_none() {
            scores.warn("AUC has", "the rows to score are of one class only");
        }
        if kappa.is_none() {
            let why = "actual and predicted rows are all of one class";
            scores.warn("Kappa has", why);
        }
    }
    Ok(scores)
}

/// Metrics of a confusion matrix (row-major, rows actual); `None` of no rows.
pub struct Counted<'a> {
    counts: &'a [u64],
    classes: usize,
    total: f64,
    actual: Vec<f64>,
    predicted: Vec<f64>,
}

/// Means over classes, weighted by their actual rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weighted {
    pub precision: f64,
    pub recall: f64,
    pub f1: f64,
}

impl<'a> Counted<'a> {
    pub fn new(counts: &'a [u64], classes: usize) -> Self {
        let cell = |a: usize, p: usize| counts[a * classes + p] as f64;
        let actual = |a: usize| (0..classes).map(|p| cell(a, p)).sum();
        let predicted = |p: usize| (0..classes).map(|a| cell(a, p)).sum();
        let actual: Vec<f64> = (0..classes).map(actual).collect();
        Counted {
            counts,
            classes,
            total: actual.iter().sum(),
            actual,
            predicted: (0..classes).map(predicted).collect(),
        }
    }

    fn right(&self, class: usize) -> f64 {
        self.counts[class * self.classes + class] as f64
    }

    fn all_right(&self) -> f64 {
        (0..self.classes).map(|class| self.right(class)).sum()
    }

    pub fn accuracy(&self) -> Option<f64> {
        (self.total > 0.0).then(|| self.all_right() / self.total)
    }

    /// The mean recall of the classes that occur.
    pub fn balanced_accuracy(&self) -> Option<f64> {
        let occurring = (0..self.classes).filter(|c| self.actual[*c] > 0.0);
        let recalls: Vec<f64> = occurring
            .map(|class| self.right(class) / self.actual[class])
            .collect();
        (!recalls.is_empty()).then(|| recalls.iter().sum::<f64>() / recalls.len() as f64)
    }

    /// `average="weighted"`, `zero_division=0`.
    pub fn weighted(&self) -> Option<Weighted> {
        if self.total == 0.0 {
            return None;
        }
        let ratio = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
        let mut sum = Weighted {
            precision: 0.0,
            recall: 0.0,
            f1: 0.0,
        };
        for class in 0..self.classes {
            let weight = self.actual[class] / self.total;
            let right = self.right(class);
            sum.precision += weight * ratio(right, self.predicted[class]);
            sum.recall += weight * ratio(right, self.actual[class]);
            let both = self.actual[class] + self.predicted[class];
            sum.f1 += weight * ratio(2.0 * right, both);
        }
        Some(sum)
    }

    /// Gorodkin's R_K (2004), which is Matthews' coefficient for two classes; 0 where it is 0 / 0.
    pub fn mcc(&self) -> Option<f64> {
        if self.total == 0.0 {
            return None;
        }
        let n = self.total;
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a / n * (b / n)).sum::<f64>();
        let covariance = self.all_right() / n - dot(&self.actual, &self.predicted);
        let of_actual = 1.0 - dot(&self.actual, &self.actual);
        let of_predicted = 1.0 - dot(&self.predicted, &self.predicted);
        let one_class = |sums: &[f64]| sums.contains(&n);
        if one_class(&self.actual) || one_class(&self.predicted) {
            return Some(0.0);
        }
        Some((covariance / (of_actual * of_predicted).sqrt()).clamp(-1.0, 1.0))
    }

    /// Cohen's kappa; `None` where actual and predicted are the same single class.
    pub fn kappa(&self) -> Option<f64> {
        let accuracy = self.accuracy()?;
        let n = self.total;
        let both = self.actual.iter().zip(&self.predicted);
        let expected: f64 = both.map(|(a, p)| a / n * (p / n)).sum();
        (expected < 1.0).then(|| (accuracy - expected) / (1.0 - expected))
    }
}

/// The actual class's probabilities, of the rows that have a class.
fn rows_with_class<'a, P>(
    actual: &'a [u32],
    probabilities: &'a [P],
    classes: usize,
) -> impl Iterator<Item = (usize, &'a [P])> {
    let rows = actual
        .iter()
        .zip(probabilities.chunks_exact(classes.max(1)));
    rows.map(|(&code, row)| (code as usize, row))
        .filter(move |(code, _)| *code < classes)
}

/// The mean of minus the logarithm of the actual class's probability, which is kept off 0 and 1 by
/// the machine epsilon (of `f64`), as `log_loss` does.
pub fn log_loss<P: Copy + Into<f64>>(
    actual: &[u32],
    probabilities: &[P],
    classes: usize,
) -> Option<f64> {
    let (mut sum, mut n) = (0.0, 0u64);
    for (class, row) in rows_with_class(actual, probabilities, classes) {
        let probability: f64 = row[class].into();
        sum -= probability.clamp(f64::EPSILON, 1.0 - f64::EPSILON).ln();
        n += 1;
    }
    (n > 0).then(|| sum / n as f64)
}

/// The mean squared difference between probabilities and outcome: over the second class for two
/// classes (0 to 1), summed over classes for more (0 to 2), as `brier_score_loss`.
pub fn brier<P: Copy + Into<f64>>(
    actual: &[u32],
    probabilities: &[P],
    classes: usize,
) -> Option<f64> {
    let (mut sum, mut n) = (0.0, 0u64);
    for (class, row) in rows_with_class(actual, probabilities, classes) {
        for (other, &probability) in row.iter().enumerate() {
            let probability: f64 = probability.into();
            let outcome = f64::from(u8::from(other == class));
            sum += (outcome - probability).powi(2);
        }
        n += 1;
    }
    let sum = if classes <= 2 { sum / 2.0 } else { sum };
    (n > 0).then(|| sum / n as f64)
}

/// Area under the ROC curve: of the second class for two classes; for more the mean of each class
/// against the rest, weighted by rows. `None` where one class only occurs.
pub fn auc<P: Copy + Into<f64>>(
    actual: &[u32],
    probabilities: &[P],
    classes: usize,
    cancel: &Cancel,
) -> Outcome<Option<f64>> {
    let mut scored: Vec<(f64, bool)> = Vec::with_capacity(actual.len());
    let of_class = |class: usize, scored: &mut Vec<(f64, bool)>| {
        cancel.check()?;
        scored.clear();
        let rows = rows_with_class(actual, probabilities, classes);
        scored.extend(rows.map(|(code, row)| (row[class].into(), code == class)));
        binary_auc(scored, cancel)
    };
    if classes == 2 {
        return of_class(1, &mut scored);
    }
    let mut rows = vec![0u64; classes];
    for (code, _) in rows_with_class(actual, probabilities, classes) {
        rows[code] += 1;
    }
    let (mut sum, mut weight) = (0.0, 0.0);
    for (class, &rows) in rows.iter().enumerate().filter(|(_, rows)| **rows > 0) {
        let Some(area) = of_class(class, &mut scored)? else {
            return Ok(None);
        };
        sum += rows as f64 * area;
        weight += rows as f64;
    }
    Ok((weight > 0.0).then(|| sum / weight))
}

/// The part of the pairs of a positive and a negative row in which the positive one scores higher,
/// ties counting half (Mann and Whitney). Sorts `scored` = (score, is positive).
pub fn binary_auc(scored: &mut Vec<(f64, bool)>, cancel: &Cancel) -> Outcome<Option<f64>> {
    sort_by(scored, |a, b| a.0.total_cmp(&b.0), cancel)?;
    let (mut below, mut twice_pairs) = (0u128, 0u128);
    for tied in scored.chunk_by(|a, b| a.0 == b.0) {
        let positives = tied.iter().filter(|(_, positive)| *positive).count() as u128;
        let negatives = tied.len() as u128 - positives;
        twice_pairs += positives * (2 * below + negatives);
        below += negatives;
    }
    let positives = scored.len() as u128 - below;
    let area = || twice_pairs as f64 / 2.0 / (positives * below) as f64;
    Ok((positives > 0 && below > 0).then(area))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scores<P: Copy + Into<f64>>(
        actual: &[u32],
        predicted: &[u32],
        probabilities: Option<&[P]>,
        classes: usize,
    ) -> Scores {
        super::scores(actual, predicted, probabilities, classes, &Cancel::new()).unwrap()
    }

    fn area(scored: &[(f64, bool)]) -> Option<f64> {
        binary_auc(&mut scored.to_vec(), &Cancel::new()).unwrap()
    }

    #[test]
    fn sorting_can_be_stopped() {
        let rows = 100_000u32;
        let actual: Vec<u32> = (0..rows).map(|row| row % 3).collect();
        let of = |row: u32| [row % 7, row % 11, 5].map(|v| f64::from(v) / 20.0);
        let probabilities: Vec<f64> = (0..rows).flat_map(of).collect();
        let auc = |cancel: &Cancel| super::auc(&actual, &probabilities, 3, cancel);
        let all = Cancel::at_look(0);
        assert!(auc(&all).unwrap().is_some());
        assert!(all.looks() > 3 * 10, "{} looks", all.looks());
        for look in [1, 2, 9, all.looks()] {
            let cancel = Cancel::at_look(look);
            assert!(auc(&cancel).is_err());
            assert_eq!(cancel.looks(), look);
        }
    }

    #[test]
    fn what_has_no_value_is_none_and_told() {
        let none = scores::<f64>(&[], &[], Some(&[]), 3);
        assert!(none.values.iter().all(|(_, value)| value.is_none()));
        assert_eq!(none.warnings.len(), 1);
        let one_class = scores(&[1, 1], &[1, 1], Some(&[0.0, 1.0, 0.1, 0.9]), 2);
        assert_eq!(one_class.get(Metric::Auc), None);
        assert_eq!(one_class.get(Metric::Accuracy), Some(1.0));
        assert!(one_class.warnings[0].what.contains("AUC has no value"));
        let without = scores::<f64>(&[0, 1], &[0, 1], None, 2);
        assert_eq!(without.get(Metric::LogLoss), None);
        assert_eq!(without.get(Metric::Mcc), Some(1.0));
        assert!(without.warnings.is_empty());
    }

    #[test]
    fn ties_count_half_and_precision_does_not_matter() {
        assert_eq!(area(&[(0.5, true), (0.5, false)]), Some(0.5));
        assert_eq!(area(&[(0.0, true), (-0.0, false)]), Some(0.5));
        assert_eq!(area(&[(0.1, false), (0.4, true), (0.9, true)]), Some(1.0));
        assert_eq!(area(&[(0.1, true)]), None);
        let single = [0.25f32, 0.75, 0.5, 0.5];
        let double = single.map(f64::from);
        assert_eq!(brier(&[1, 0], &single, 2), brier(&[1, 0], &double, 2));
        let found = auc(&[1, 0], &single, 2, &Cancel::new());
        assert_eq!(found, Ok(Some(1.0)));
    }
}
