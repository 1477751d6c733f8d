//! All metrics of one set of predictions, and their spread over folds.

use super::Metric;
use crate::base::Problem;

/// Metrics of one set of predictions, in the order of `Metric::ALL`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scores {
    pub values: Vec<(Metric, Option<f64>)>,
    /// Why a metric has no value.
    pub warnings: Vec<Problem>,
}

impl Scores {
    /// `None` also for a metric of another task.
    pub fn get(&self, metric: Metric) -> Option<f64> {
        let found = self.values.iter().find(|(m, _)| *m == metric);
        found.and_then(|(_, value)| *value)
    }

    /// A value that is no finite number counts as none.
    pub(super) fn push(&mut self, metric: Metric, value: Option<f64>) {
        let value = value.filter(|value| value.is_finite());
        self.values.push((metric, value));
    }

    pub(super) fn warn(&mut self, metrics: &str, why: &str) {
        let warning = Problem::new(format!("{metrics} no value: {why}"));
        self.warnings.push(warning);
    }
}

/// A metric over the folds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spread {
    /// Over the folds that have a value.
    pub mean: Option<f64>,
    /// Divided by n - 1; `None` with fewer than two values, as from one split.
    pub std: Option<f64>,
    /// Computed once over the held-out predictions of all folds together.
    pub pooled: Option<f64>,
    pub per_fold: Vec<Option<f64>>,
}

impl Spread {
    pub fn new(per_fold: Vec<Option<f64>>, pooled: Option<f64>) -> Self {
        let (mean, std) = Spread::mean_and_std(&per_fold);
        Spread {
            mean,
            std,
            pooled,
            per_fold,
        }
    }

    /// Mean and standard deviation alone: a curve asks for those of every point in every frame.
    pub fn mean_and_std(per_fold: &[Option<f64>]) -> (Option<f64>, Option<f64>) {
        let values = || per_fold.iter().flatten();
        let count = values().count();
        let n = count as f64;
        let mean = (count > 0).then(|| values().sum::<f64>() / n);
        // Sums and squares of huge scores overflow: what is no number counts as none.
        let mean = mean.filter(|mean| mean.is_finite());
        let std = mean.filter(|_| count > 1).map(|mean| {
            let squares: f64 = values().map(|value| (value - mean).powi(2)).sum();
            (squares / (n - 1.0)).sqrt()
        });
        (mean, std.filter(|std| std.is_finite()))
    }
}

/// The spread of every metric that the pooled scores or a fold has, in the order of `Metric::ALL`.
pub fn spreads(folds: &[Scores], pooled: &Scores) -> Vec<(Metric, Spread)> {
    let known = |metric: Metric| {
        let mut all = folds.iter().chain([pooled]);
        all.any(|scores| scores.values.iter().any(|(m, _)| *m == metric))
    };
    let spread = |metric: Metric| {
        let per_fold = folds.iter().map(|fold| fold.get(metric)).collect();
        (metric, Spread::new(per_fold, pooled.get(metric)))
    };
    let metrics = Metric::ALL.into_iter();
    metrics.filter(|m| known(*m)).map(spread).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_divides_by_n_minus_one_and_skips_what_has_no_value() {
        let spread = Spread::new(vec![Some(1.0), None, Some(3.0)], Some(1.5));
        assert_eq!(spread.mean, Some(2.0));
        assert_eq!(spread.std, Some(2.0f64.sqrt()));
        let one = Spread::new(vec![Some(0.9)], None);
        assert_eq!((one.mean, one.std), (Some(0.9), None));
        let none = Spread::new(vec![None, None], None);
        assert_eq!((none.mean, none.std), (None, None));
    }

    #[test]
    fn spreads_cover_the_metrics_of_the_task() {
        let mut fold = Scores::default();
        fold.push(Metric::R2, Some(0.5));
        fold.push(Metric::Mse, Some(f64::INFINITY));
        let spreads = spreads(&[fold.clone(), fold.clone()], &fold);
        let metrics: Vec<Metric> = spreads.iter().map(|(metric, _)| *metric).collect();
        assert_eq!(metrics, [Metric::R2, Metric::Mse]);
        assert_eq!(spreads[0].1.std, Some(0.0));
        assert_eq!(spreads[1].1.mean, None);
    }
}
