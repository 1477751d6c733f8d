//! All metrics against scikit-learn and SciPy; `tests/reference/metrics.py` makes the numbers.

use std::sync::Arc;

use serde_json::Value;

use super::student::two_sided;
use super::*;
use crate::base::Cancel;
use crate::numeric::Matrix;

fn reference(part: &str) -> Value {
    let text = include_str!("../../tests/reference/metrics.json");
    serde_json::from_str::<Value>(text).unwrap()[part].take()
}

fn numbers(value: &Value) -> Vec<f64> {
    let all = value.as_array().unwrap().iter();
    all.map(|number| number.as_f64().unwrap()).collect()
}

fn codes(value: &Value) -> Vec<u32> {
    numbers(value).into_iter().map(|code| code as u32).collect()
}

fn close(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= 1e-12 * expected.abs().max(1.0)
}

fn same_scores(found: &Scores, expected: &Value, case: usize) {
    for (name, expected) in expected.as_object().unwrap() {
        let found = found.get(Metric::by_name(name).unwrap());
        match (found, expected.as_f64()) {
            (Some(found), Some(expected)) => {
                assert!(
                    close(found, expected),
                    "case {case}, {name}: {found} for {expected}"
                );
            }
            (found, expected) => assert_eq!(found, expected, "case {case}, {name}"),
        }
    }
}

#[test]
fn classification_agrees_with_scikit_learn() {
    let cases = reference("classification");
    for (case, reference) in cases.as_array().unwrap().iter().enumerate() {
        let classes = reference["classes"].as_u64().unwrap() as usize;
        let (actual, predicted) = (codes(&reference["actual"]), codes(&reference["predicted"]));
        let probabilities = numbers(&reference["probabilities"]);
        let found = classification::scores(
            &actual,
            &predicted,
            Some(&probabilities[..]),
            classes,
            &Cancel::new(),
        )
        .unwrap();
        same_scores(&found, &reference["scores"], case);
        assert_eq!(
            reference["scores"].as_object().unwrap().len(),
            found.values.len()
        );
        let labels: Arc<[String]> = (0..classes).map(|class| class.to_string()).collect();
        let confusion = Confusion::new(labels, &actual, &predicted);
        let counts: Vec<f64> = confusion.counts.iter().map(|count| *count as f64).collect();
        assert_eq!(counts, numbers(&reference["confusion"]));
    }
}

#[test]
fn rows_without_a_class_change_nothing() {
    let reference = reference("classification")[0].take();
    let mut actual = codes(&reference["actual"]);
    let mut predicted = codes(&reference["predicted"]);
    let mut probabilities = numbers(&reference["probabilities"]);
    actual.insert(0, u32::MAX);
    predicted.insert(0, 1);
    probabilities.splice(0..0, [0.1, 0.8, 0.1]);
    let probabilities = Some(&probabilities[..]);
    let found =
        classification::scores(&actual, &predicted, probabilities, 3, &Cancel::new()).unwrap();
    same_scores(&found, &reference["scores"], 0);
}

#[test]
fn regression_agrees_with_scikit_learn() {
    let cases = reference("regression");
    for (case, reference) in cases.as_array().unwrap().iter().enumerate() {
        let (actual, predicted) = (
            numbers(&reference["actual"]),
            numbers(&reference["predicted"]),
        );
        let found = regression::scores(&actual, &predicted);
        same_scores(&found, &reference["scores"], case);
        assert_eq!(found.values.len(), 5);
    }
}

#[test]
fn clustering_agrees_with_scikit_learn() {
    let reference = reference("clustering");
    let x = numbers(&reference["x"]);
    let x = Matrix::new(x.len() / 2, 2, x);
    let labels = codes(&reference["labels"]);
    let found = clustering::silhouette(&x, &labels, 0, &Cancel::new()).unwrap();
    assert!(close(
        found.unwrap().mean,
        reference["silhouette"].as_f64().unwrap()
    ));
    let rand = clustering::adjusted_rand(&labels, &codes(&reference["other"])).unwrap();
    assert!(close(rand, reference["adjusted_rand"].as_f64().unwrap()));
}

#[test]
fn student_agrees_with_scipy() {
    for case in reference("student").as_array().unwrap() {
        let of = |name: &str| case[name].as_f64().unwrap();
        let (t, df, expected) = (of("t"), of("df"), of("p"));
        let found = two_sided(t, df).unwrap();
        assert_eq!(two_sided(-t, df), Some(found));
        // The logarithm of the gamma function of large numbers costs digits.
        let tolerance = 1e-12 * df.max(100.0).sqrt() * expected + 1e-300;
        assert!(
            (found - expected).abs() <= tolerance,
            "t {t}, df {df}: {found} for {expected}"
        );
    }
    // With one degree of freedom it is Cauchy's distribution.
    for t in [1e-8f64, 0.3, 7.0, 1e5] {
        let exact = 1.0 - t.atan() * std::f64::consts::FRAC_2_PI;
        assert!((two_sided(t, 1.0).unwrap() - exact).abs() < 1e-13);
    }
    assert_eq!(two_sided(f64::INFINITY, 4.0), Some(0.0));
    assert_eq!(two_sided(1e300, 4.0), Some(0.0));
    for (t, df) in [(f64::NAN, 4.0), (1.0, 0.0), (1.0, -1.0), (1.0, f64::NAN)] {
        assert_eq!(two_sided(t, df), None);
    }
}

#[test]
fn comparisons_agree_with_the_formula_in_numpy() {
    let verdicts = [
        Verdict::FirstIsBetter,
        Verdict::NotDistinguishable,
        Verdict::SecondIsBetter,
    ];
    for (case, verdict) in reference("compare")
        .as_array()
        .unwrap()
        .iter()
        .zip(verdicts)
    {
        let of = |name: &str| case[name].as_f64().unwrap();
        let scores = |name: &str| {
            numbers(&case[name])
                .into_iter()
                .map(Some)
                .collect::<Vec<_>>()
        };
        let (first, second) = (scores("first"), scores("second"));
        let found = compare(&first, &second, of("train"), of("test"), true);
        assert!(close(found.t.unwrap(), of("t")) && close(found.p.unwrap(), of("p")));
        assert_eq!(found.verdict, verdict, "{found:?}");
    }
}

/// `tests/reference/ranking.py` makes these.
fn ranked(part: &str) -> Value {
    let text = include_str!("../../tests/reference/ranking.json");
    serde_json::from_str::<Value>(text).unwrap()[part].take()
}

fn all_close(found: &[f64], expected: &Value, what: &str) {
    let expected: Vec<f64> = expected
        .as_array()
        .unwrap()
        .iter()
        .map(|number| number.as_f64().unwrap_or(f64::INFINITY))
        .collect();
    assert_eq!(found.len(), expected.len(), "{what}");
    for (found, expected) in found.iter().zip(&expected) {
        let same = found == expected || (found - expected).abs() < 1e-12;
        assert!(same, "{what}: {found} for {expected}");
    }
}

#[test]
fn curves_of_ranked_rows_agree_with_scikit_learn() {
    let cases = ranked("curves");
    for (case, expected) in cases.as_array().unwrap().iter().enumerate() {
        let actual = numbers(&expected["actual"]);
        let scores = numbers(&expected["scores"]);
        let scored: Vec<(f64, bool)> = scores
            .into_iter()
            .zip(actual.iter().map(|a| *a == 1.0))
            .collect();
        let ranking = Ranking::new(scored.clone(), &Cancel::new())
            .unwrap()
            .unwrap();
        let roc = ranking.roc();
        let of = |part: fn(&RocPoint) -> f64| roc.iter().map(part).collect::<Vec<_>>();
        let what = |name: &str| format!("case {case}, {name}");
        all_close(
            &of(|p| p.false_positive_rate),
            &expected["fpr"],
            &what("fpr"),
        );
        all_close(
            &of(|p| p.true_positive_rate),
            &expected["tpr"],
            &what("tpr"),
        );
        all_close(
            &of(|p| p.threshold),
            &expected["thresholds"],
            &what("thresholds"),
        );
        let curve = ranking.precision_recall();
        let of = |part: fn(&PrecisionPoint) -> f64| curve.iter().map(part).collect::<Vec<_>>();
        all_close(
            &of(|p| p.precision),
            &expected["precision"],
            &what("precision"),
        );
        all_close(&of(|p| p.recall), &expected["recall"], &what("recall"));
        let single = |name: &str| expected[name].as_f64().unwrap();
        assert!(close(ranking.auc(), single("auc")), "{}", what("auc"));
        let average = ranking.average_precision();
        assert!(
            close(average, single("average_precision")),
            "{}",
            what("ap")
        );
        assert!(close(brier_of_class(&scored).unwrap(), single("brier")));
        let bins = calibration(&scored, 10);
        let filled = || bins.iter().filter(|b| b.rows > 0);
        let fractions: Vec<f64> = filled().filter_map(|b| b.fraction).collect();
        let predicted: Vec<f64> = filled().filter_map(|b| b.mean_predicted).collect();
        all_close(&fractions, &expected["prob_true"], &what("prob_true"));
        all_close(&predicted, &expected["prob_pred"], &what("prob_pred"));
        for table in expected["table"].as_array().unwrap() {
            let at = ranking.at(table["threshold"].as_f64().unwrap());
            let counts = [
                at.true_negatives,
                at.false_positives,
                at.false_negatives,
                at.true_positives,
            ];
            all_close(
                &counts.map(|n| n as f64),
                &table["counts"],
                &what("confusion"),
            );
        }
    }
}

#[test]
fn a_band_over_folds_agrees_with_numpy() {
    let expected = ranked("band");
    let folds: Vec<Vec<RocPoint>> = expected["folds"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fold| {
            let labels = numbers(&fold["actual"]);
            let scored = numbers(&fold["scores"]).into_iter().zip(labels);
            let scored = scored.map(|(score, label)| (score, label == 1.0)).collect();
            Ranking::new(scored, &Cancel::new()).unwrap().unwrap().roc()
        })
        .collect();
    let band = roc_band(&folds, 100).unwrap();
    all_close(&band.mean, &expected["mean"], "mean");
    all_close(&band.std, &expected["std"], "std");
}

#[test]
fn quantiles_agree_with_scipy() {
    for case in ranked("normal").as_array().unwrap() {
        let found = normal_quantile(case["p"].as_f64().unwrap());
        let expected = case["z"].as_f64().unwrap();
        assert!(
            (found - expected).abs() <= 2e-9 * expected.abs().max(1.0),
            "{found} {expected}"
        );
    }
    for case in ranked("student").as_array().unwrap() {
        let found = critical_value(
            case["confidence"].as_f64().unwrap(),
            case["df"].as_f64().unwrap(),
        );
        let expected = case["t"].as_f64().unwrap();
        assert!(
            (found.unwrap() / expected - 1.0).abs() < 1e-9,
            "{found:?} {expected}"
        );
    }
    assert_eq!(critical_value(1.0, 5.0), None);
    assert_eq!(critical_value(0.95, 0.0), None);
}
