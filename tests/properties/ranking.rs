//! Rows ranked by a score: areas, curves and thresholds.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use seefit::base::Cancel;
use seefit::evaluate::{Ranking, calibration, classification::binary_auc};

/// Scores with ties, of rows of both kinds.
fn scored() -> impl Strategy<Value = Vec<(f64, bool)>> {
    let row = ((0u32..20).prop_map(|s| f64::from(s) / 20.0), any::<bool>());
    prop::collection::vec(row, 2..60).prop_filter("both kinds", |rows| {
        rows.iter().any(|r| r.1) && rows.iter().any(|r| !r.1)
    })
}

fn ranked(rows: Vec<(f64, bool)>) -> Result<Ranking, seefit::base::Problem> {
    Ranking::new(rows, &Cancel::new()).expect("not stopped")
}

fn auc(rows: &[(f64, bool)]) -> f64 {
    let area = binary_auc(&mut rows.to_vec(), &Cancel::new());
    area.expect("not stopped").expect("both kinds")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    /// By its definition: pairs in which the positive row scores higher, ties counting half.
    #[test]
    fn the_area_counts_pairs(rows in scored()) {
        let (mut sum, mut pairs) = (0.0, 0.0);
        for (score, _) in rows.iter().filter(|r| r.1) {
            for (other, _) in rows.iter().filter(|r| !r.1) {
                sum += if score > other { 1.0 } else if score == other { 0.5 } else { 0.0 };
                pairs += 1.0;
            }
        }
        prop_assert!((auc(&rows) - sum / pairs).abs() < 1e-12);
    }

    #[test]
    fn reversed_scores_have_the_rest_of_the_area(rows in scored()) {
        let reversed: Vec<_> = rows.iter().map(|(score, is)| (-score, *is)).collect();
        prop_assert!((auc(&rows) + auc(&reversed) - 1.0).abs() < 1e-12);
        let others: Vec<_> = rows.iter().map(|(score, is)| (*score, !is)).collect();
        prop_assert!((auc(&rows) + auc(&others) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn only_the_order_of_scores_matters(rows in scored()) {
        let bent: Vec<_> = rows.iter().map(|(score, is)| ((3.0 * score).exp() - 7.0, *is)).collect();
        prop_assert_eq!(auc(&rows), auc(&bent));
    }

    #[test]
    fn the_curve_rises_from_corner_to_corner(rows in scored()) {
        let ranking = ranked(rows.clone()).expect("both kinds");
        let roc = ranking.roc();
        prop_assert!(roc.is_sorted_by(|a, b| a.false_positive_rate <= b.false_positive_rate
            && a.true_positive_rate <= b.true_positive_rate
            && a.threshold > b.threshold));
        let (first, last) = (roc[0], roc[roc.len() - 1]);
        prop_assert_eq!((first.false_positive_rate, first.true_positive_rate), (0.0, 0.0));
        prop_assert_eq!((last.false_positive_rate, last.true_positive_rate), (1.0, 1.0));
        let trapezoids: f64 = roc
            .windows(2)
            .map(|p| (p[1].false_positive_rate - p[0].false_positive_rate)
                * (p[1].true_positive_rate + p[0].true_positive_rate) / 2.0)
            .sum();
        prop_assert!((trapezoids - ranking.auc()).abs() < 1e-9);
        prop_assert!((ranking.auc() - auc(&rows)).abs() < 1e-12);
    }

    #[test]
    fn recall_grows_to_1(rows in scored()) {
        let ranking = ranked(rows).expect("both kinds");
        let curve = ranking.precision_recall();
        prop_assert!(curve.is_sorted_by(|a, b| a.recall <= b.recall));
        prop_assert!(curve.iter().all(|p| (0.0..=1.0).contains(&p.precision)));
        prop_assert!(curve.last().is_some_and(|p| p.recall == 1.0));
        let average = ranking.average_precision();
        prop_assert!(average > 0.0 && average <= 1.0 + 1e-12, "{average}");
    }

    #[test]
    fn a_threshold_calls_each_row_one_way(rows in scored(), threshold in -0.2..1.2f64) {
        let ranking = ranked(rows.clone()).expect("both kinds");
        let outcomes = ranking.at(threshold);
        prop_assert_eq!(outcomes.total(), rows.len() as u64);
        let called = rows.iter().filter(|(score, _)| *score >= threshold).count();
        prop_assert_eq!(outcomes.called(), called as u64);
        prop_assert_eq!(outcomes.positives(), rows.iter().filter(|r| r.1).count() as u64);
    }

    #[test]
    fn bins_hold_every_row(rows in scored(), bins in 1usize..12) {
        let found = calibration(&rows, bins);
        prop_assert_eq!(found.len(), bins);
        prop_assert_eq!(found.iter().map(|bin| bin.rows).sum::<u64>(), rows.len() as u64);
        for bin in &found {
            prop_assert_eq!(bin.rows > 0, bin.fraction.is_some());
            let within = |p: f64| p >= bin.low - 1e-12 && p <= bin.high + 1e-12;
            prop_assert!(bin.mean_predicted.is_none_or(within));
            prop_assert!(bin.fraction.is_none_or(|part| (0.0..=1.0).contains(&part)));
        }
    }
}
