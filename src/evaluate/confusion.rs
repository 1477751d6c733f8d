//! Which class was taken for which.

use std::sync::Arc;

/// Counts of rows by actual (rows) and predicted class (columns).
#[derive(Clone, Debug, PartialEq)]
pub struct Confusion {
    pub labels: Arc<[String]>,
    /// Row-major, K x K.
    pub counts: Vec<u64>,
}

impl Confusion {
    pub fn empty(labels: Arc<[String]>) -> Self {
        Confusion {
            counts: vec![0; labels.len() * labels.len()],
            labels,
        }
    }

    /// Rows whose actual or predicted code is not a class are left out.
    pub fn new(labels: Arc<[String]>, actual: &[u32], predicted: &[u32]) -> Self {
        let mut confusion = Confusion::empty(labels);
        count(
            &mut confusion.counts,
            confusion.labels.len(),
            actual,
            predicted,
        );
        confusion
    }

    /// Adds the rows of another fold of the same classes.
    pub fn add(&mut self, other: &Confusion) {
        for (mine, others) in self.counts.iter_mut().zip(&other.counts) {
            *mine += others;
        }
    }

    pub fn classes(&self) -> usize {
        self.labels.len()
    }

    pub fn count(&self, actual: usize, predicted: usize) -> u64 {
        self.counts[actual * self.classes() + predicted]
    }

    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Rows of this actual class.
    pub fn actual(&self, class: usize) -> u64 {
        (0..self.classes()).map(|p| self.count(class, p)).sum()
    }

    /// Rows predicted as this class.
    pub fn predicted(&self, class: usize) -> u64 {
        (0..self.classes()).map(|a| self.count(a, class)).sum()
    }

    /// From 0 to 100; `None` where the class has no rows.
    pub fn percent_of_actual(&self, actual: usize, predicted: usize) -> Option<f64> {
        percent(self.count(actual, predicted), self.actual(actual))
    }

    /// From 0 to 100; `None` where the class was never predicted.
    pub fn percent_of_predicted(&self, actual: usize, predicted: usize) -> Option<f64> {
        percent(self.count(actual, predicted), self.predicted(predicted))
    }
}

fn percent(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| 100.0 * part as f64 / whole as f64)
}

/// Adds to row-major `classes` x `classes` counts; codes that are no class are left out.
pub(super) fn count(counts: &mut [u64], classes: usize, actual: &[u32], predicted: &[u32]) {
    for (&actual, &predicted) in actual.iter().zip(predicted) {
        let (actual, predicted) = (actual as usize, predicted as usize);
        if actual < classes && predicted < classes {
            counts[actual * classes + predicted] += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_actual_and_columns_predicted() {
        let labels: Arc<[String]> = ["a", "b", "c"].map(str::to_owned).into();
        let mut confusion = Confusion::new(
            labels.clone(),
            &[0, 0, 0, 1, u32::MAX, 1],
            &[0, 1, 1, 1, 0, u32::MAX],
        );
        assert_eq!(confusion.counts, [1, 2, 0, 0, 1, 0, 0, 0, 0]);
        assert_eq!((confusion.count(0, 1), confusion.total()), (2, 4));
        assert_eq!(confusion.percent_of_actual(1, 1), Some(100.0));
        assert_eq!(confusion.percent_of_predicted(0, 1), Some(200.0 / 3.0));
        assert_eq!(confusion.percent_of_actual(2, 0), None);
        assert_eq!(confusion.percent_of_predicted(0, 2), None);
        confusion.add(&Confusion::new(labels, &[2], &[0]));
        assert_eq!((confusion.total(), confusion.actual(2)), (5, 1));
    }
}
