//! Scores of classes and of numbers.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use seefit::base::Cancel;
use seefit::evaluate::{
    Confusion, Metric, MetricTask, RunningClasses, RunningNumbers, Scores, Spread, Verdict,
    classification, compare, regression,
};

fn near(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0),
        (a, b) => a == b,
    }
}

/// Actual codes and probabilities of so many classes that add up to 1.
#[derive(Clone, Debug)]
struct Classes {
    count: usize,
    actual: Vec<u32>,
    probabilities: Vec<f64>,
}

impl Classes {
    fn predicted(&self) -> Vec<u32> {
        let rows = self.probabilities.chunks(self.count);
        rows.map(|row| seefit::train::best(row).0 as u32).collect()
    }

    fn scores(&self) -> Scores {
        let predicted = self.predicted();
        classification::scores(
            &self.actual,
            &predicted,
            Some(&self.probabilities[..]),
            self.count,
            &Cancel::new(),
        )
        .expect("scores")
    }
}

fn classes() -> impl Strategy<Value = Classes> {
    (2usize..5).prop_flat_map(|count| {
        // Distinct weights of a row: the first of equals would depend on the order of classes.
        let row = (0..count as u32, prop::collection::vec(1u32..1000, count));
        prop::collection::vec(row, 1..40).prop_map(move |rows| {
            let mut all = Classes {
                count,
                actual: Vec::new(),
                probabilities: Vec::new(),
            };
            for (code, weights) in rows {
                let weights = weights.iter().enumerate();
                let weights: Vec<f64> = weights
                    .map(|(at, w)| f64::from(*w) + 0.1 * at as f64)
                    .collect();
                let sum: f64 = weights.iter().sum();
                all.actual.push(code);
                all.probabilities.extend(weights.iter().map(|w| w / sum));
            }
            all
        })
    })
}

fn numbers() -> impl Strategy<Value = Vec<(f64, f64)>> {
    prop::collection::vec((-1e3..1e3, -1e3..1e3), 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn scores_of_classes_keep_their_ranges(data in classes()) {
        for (metric, value) in data.scores().values {
            let (low, high) = metric.range();
            if let Some(value) = value {
                prop_assert!(value >= low - 1e-12 && value <= high + 1e-12, "{} {value}", metric.name());
            }
        }
    }

    #[test]
    fn the_order_of_rows_does_not_matter(data in classes(), at in any::<prop::sample::Index>()) {
        let mut turned = data.clone();
        let by = at.index(data.actual.len());
        turned.actual.rotate_left(by);
        turned.probabilities.rotate_left(by * data.count);
        let (a, b) = (data.scores(), turned.scores());
        for metric in Metric::ALL {
            prop_assert!(near(a.get(metric), b.get(metric)), "{}", metric.name());
        }
    }

    /// Class names are labels: the classes in another order have the same scores.
    #[test]
    fn the_order_of_classes_does_not_matter(data in classes()) {
        let count = data.count as u32;
        let turned = Classes {
            count: data.count,
            actual: data.actual.iter().map(|code| (code + 1) % count).collect(),
            probabilities: data
                .probabilities
                .chunks(data.count)
                .flat_map(|row| { let mut row = row.to_vec(); row.rotate_right(1); row })
                .collect(),
        };
        let (a, b) = (data.scores(), turned.scores());
        for metric in Metric::ALL {
            prop_assert!(near(a.get(metric), b.get(metric)), "{}", metric.name());
        }
    }

    #[test]
    fn to_be_right_is_best(data in classes()) {
        let sure: Vec<f64> = data
            .actual
            .iter()
            .flat_map(|code| (0..data.count as u32).map(move |c| f64::from(u8::from(c == *code))))
            .collect();
        let (actual, sure) = (&data.actual, Some(&sure[..]));
        let scores = classification::scores(actual, actual, sure, data.count, &Cancel::new())
            .expect("scores");
        for metric in [Metric::Accuracy, Metric::F1, Metric::Precision, Metric::Recall, Metric::BalancedAccuracy] {
            prop_assert!(near(scores.get(metric), Some(1.0)), "{}", metric.name());
        }
        prop_assert!(scores.get(Metric::Auc).is_none_or(|auc| auc == 1.0));
        prop_assert!(scores.get(Metric::Brier) == Some(0.0));
        prop_assert!(scores.get(Metric::LogLoss).is_some_and(|loss| loss < 1e-12));
    }

    #[test]
    fn blocks_score_as_the_whole(data in classes(), at in any::<prop::sample::Index>()) {
        let by = at.index(data.actual.len());
        let predicted = data.predicted();
        let mut running = RunningClasses::new(data.count, true);
        running.add(&data.actual[..by], &predicted[..by], &data.probabilities[..by * data.count]);
        running.add(&data.actual[by..], &predicted[by..], &data.probabilities[by * data.count..]);
        let (whole, parts) = (data.scores(), running.finish());
        for metric in Metric::ALL {
            prop_assert!(near(whole.get(metric), parts.get(metric)), "{}", metric.name());
        }
    }

    #[test]
    fn a_confusion_counts_every_row_once(data in classes(), at in any::<prop::sample::Index>()) {
        let labels: std::sync::Arc<[String]> = (0..data.count).map(|c| c.to_string()).collect();
        let (by, predicted) = (at.index(data.actual.len()), data.predicted());
        let whole = Confusion::new(labels.clone(), &data.actual, &predicted);
        let mut parts = Confusion::new(labels.clone(), &data.actual[..by], &predicted[..by]);
        parts.add(&Confusion::new(labels, &data.actual[by..], &predicted[by..]));
        prop_assert_eq!(whole.total(), data.actual.len() as u64);
        let right = (0..data.count).map(|c| whole.count(c, c)).sum::<u64>() as f64;
        prop_assert!(near(data.scores().get(Metric::Accuracy), Some(right / whole.total() as f64)));
        for a in 0..data.count {
            prop_assert_eq!(whole.actual(a), data.actual.iter().filter(|c| **c as usize == a).count() as u64);
            for b in 0..data.count {
                prop_assert_eq!(whole.count(a, b), parts.count(a, b));
            }
        }
    }

    #[test]
    fn errors_of_numbers_hold_together(data in numbers()) {
        let (actual, predicted): (Vec<f64>, Vec<f64>) = data.into_iter().unzip();
        let scores = regression::scores(&actual, &predicted);
        let get = |metric| scores.get(metric);
        let (mse, rmse, mae) = (get(Metric::Mse), get(Metric::Rmse), get(Metric::Mae));
        prop_assert!(near(mse, rmse.map(|rmse| rmse * rmse)));
        prop_assert!(mae.unwrap() <= rmse.unwrap() * (1.0 + 1e-12) && mae.unwrap() >= 0.0);
        prop_assert!(get(Metric::R2).is_none_or(|r2| r2 <= 1.0));
        let exact = regression::scores(&actual, &actual);
        prop_assert_eq!(exact.get(Metric::Rmse), Some(0.0));
        prop_assert!(exact.get(Metric::R2).is_none_or(|r2| r2 == 1.0));
    }

    #[test]
    fn numbers_may_be_moved_and_scaled(data in numbers(), by in 1.0..100.0, shift in -1e3..1e3) {
        let (actual, predicted): (Vec<f64>, Vec<f64>) = data.into_iter().unzip();
        let other = |values: &[f64]| values.iter().map(|v| by * v + shift).collect::<Vec<f64>>();
        let a = regression::scores(&actual, &predicted);
        let b = regression::scores(&other(&actual), &other(&predicted));
        let tolerant = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) => (a - b).abs() <= 1e-6 * a.abs().max(1.0),
            (a, b) => a == b,
        };
        prop_assert!(tolerant(a.get(Metric::R2), b.get(Metric::R2)));
        prop_assert!(tolerant(a.get(Metric::Mae).map(|v| v * by), b.get(Metric::Mae)));
        prop_assert!(tolerant(a.get(Metric::Rmse).map(|v| v * by), b.get(Metric::Rmse)));
    }

    #[test]
    fn the_mean_explains_nothing(actual in prop::collection::vec(-1e3..1e3f64, 2..40)) {
        let mean = actual.iter().sum::<f64>() / actual.len() as f64;
        let r2 = regression::r2(&actual, &vec![mean; actual.len()]);
        prop_assert!(r2.is_none_or(|r2| r2.abs() < 1e-9), "{r2:?}");
    }

    #[test]
    fn blocks_of_numbers_score_as_the_whole(data in numbers(), at in any::<prop::sample::Index>()) {
        let (actual, predicted): (Vec<f64>, Vec<f64>) = data.into_iter().unzip();
        let by = at.index(actual.len());
        let mut running = RunningNumbers::default();
        running.add(&actual[..by], &predicted[..by]);
        running.add(&actual[by..], &predicted[by..]);
        let (whole, parts) = (regression::scores(&actual, &predicted), running.finish());
        for metric in Metric::REGRESSION {
            prop_assert!(near(whole.get(metric), parts.get(metric)), "{}", metric.name());
        }
    }

    #[test]
    fn a_spread_lies_among_its_folds(folds in prop::collection::vec(prop::option::of(-1e6..1e6f64), 0..9)) {
        let spread = Spread::new(folds.clone(), None);
        let known: Vec<f64> = folds.into_iter().flatten().collect();
        prop_assert_eq!(spread.mean.is_some(), !known.is_empty());
        prop_assert_eq!(spread.std.is_some(), known.len() > 1);
        if let Some(mean) = spread.mean {
            let low = known.iter().copied().fold(f64::INFINITY, f64::min);
            let high = known.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            prop_assert!(mean >= low - 1e-6 && mean <= high + 1e-6);
            prop_assert!(spread.std.is_none_or(|std| std >= 0.0 && std <= high - low + 1e-6));
        }
    }

    /// Whoever is compared with whom, the answer is the same, seen from the other side.
    #[test]
    fn a_comparison_can_be_turned_around(
        folds in prop::collection::vec((prop::option::of(0.0..1.0f64), prop::option::of(0.0..1.0f64)), 0..9),
        higher in any::<bool>(),
    ) {
        let (a, b): (Vec<_>, Vec<_>) = folds.into_iter().unzip();
        let (there, back) = (compare(&a, &b, 80.0, 20.0, higher), compare(&b, &a, 80.0, 20.0, higher));
        prop_assert!(near(Some(there.difference), Some(-back.difference)));
        prop_assert!(near(there.p, back.p) && there.folds == back.folds);
        let turned = match back.verdict {
            Verdict::FirstIsBetter => Verdict::SecondIsBetter,
            Verdict::SecondIsBetter => Verdict::FirstIsBetter,
            other => other,
        };
        prop_assert_eq!(there.verdict, turned);
        prop_assert_eq!(compare(&a, &a, 80.0, 20.0, higher).difference, 0.0);
    }
}

#[test]
fn metrics_know_their_task() {
    for metric in Metric::ALL {
        let numbers = Metric::REGRESSION.contains(&metric);
        assert_eq!(
            metric.task() == MetricTask::Regression,
            numbers,
            "{}",
            metric.name()
        );
        assert_eq!(Metric::by_name(metric.name()), Some(metric));
    }
}
