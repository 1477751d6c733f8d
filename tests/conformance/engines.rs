//! Where both engines have an algorithm, they say the same wherever smartcore is right.

use seefit::model::{ALGORITHMS, Algorithm, Task};

use super::samples::{model, ordinary, predictions, score, title, with_engine};

enum Agreement {
    /// One solution: predictions differ at most by this part of their range.
    Predictions(f64),
    /// Random or stopped early: accuracy or R2 differ at most by this.
    Score(f64),
    /// Not compared, for a reason.
    No,
}

/// Deterministic methods agree to 1e-6 unless something else is said here.
fn agreement(algorithm: &Algorithm) -> Agreement {
    match algorithm.id {
        // Stops at a gradient of 1e-3 or so, by a rule of its own.
        "logistic_regression" => Agreement::Predictions(0.02),
        // Each draws its own rows and columns.
        id if id.contains("forest") || id.contains("extra_trees") || id.contains("boosting") => {
            Agreement::Score(0.1)
        }
        // smartcore's classification trees skip splits between tied values.
        id if id.contains("tree") => Agreement::Score(0.1),
        // smartcore breaks ties between equally near rows by its own order.
        id if id.contains("knn") => Agreement::Score(0.05),
        // smartcore stops after a few passes, long before the optimum.
        id if id.contains("svm") || id.contains("sgd") => Agreement::Score(0.15),
        // smartcore's interior point method and coordinate descent stop by different rules.
        "lasso" | "elastic_net" => Agreement::Predictions(0.01),
        // Start from different centres, and labels have no order.
        _ if algorithm.task == Task::Clustering => Agreement::No,
        _ => Agreement::Predictions(1e-6),
    }
}

#[test]
fn engines_agree() {
    for algorithm in ALGORITHMS.iter().filter(|a| a.engines.available.len() > 1) {
        let samples = ordinary(algorithm.task);
        let results: Vec<(String, Vec<f64>)> = algorithm
            .engines
            .available
            .iter()
            .map(|engine| {
                let params = with_engine(algorithm, *engine);
                (
                    title(&params),
                    predictions(&*model(&samples, &params), &samples.x),
                )
            })
            .collect();
        let (first_title, first) = &results[0];
        for (title, other) in &results[1..] {
            let shown = format!("{first_title} and {title}");
            match agreement(algorithm) {
                Agreement::No => {}
                Agreement::Predictions(most) => {
                    let largest = first.iter().fold(1.0f64, |m, v| m.max(v.abs()));
                    let apart = first
                        .iter()
                        .zip(other)
                        .map(|(a, b)| (a - b).abs())
                        .fold(0.0, f64::max);
                    assert!(apart <= most * largest, "{shown}: {apart} apart");
                }
                Agreement::Score(most) => {
                    let (a, b) = (
                        score(&samples, first).unwrap(),
                        score(&samples, other).unwrap(),
                    );
                    assert!((a - b).abs() <= most, "{shown}: {a} and {b}");
                }
            }
        }
    }
}
