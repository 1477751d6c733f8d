//! What a model tells of its inside holds together.

use super::samples::{apart, predictions};
use super::subject::{NotForIt, Passes, Subject, Verdict};
use seefit::model::Task;

pub fn its_facts_are_texts(s: &Subject) -> Verdict {
    let facts = s.model.inside().facts;
    for (name, value) in &facts {
        assert!(!name.is_empty() && !value.is_empty(), "{name}: {value}");
        assert!(
            !value.contains("NaN") && !value.contains("inf"),
            "{name}: {value}"
        );
    }
    if facts.is_empty() { NotForIt } else { Passes }
}

pub fn its_importances_add_up_to_1(s: &Subject) -> Verdict {
    let Some(importances) = s.model.inside().importances else {
        return NotForIt;
    };
    assert_eq!(importances.len(), s.samples.x.columns());
    assert!(importances.iter().all(|share| (0.0..=1.0).contains(share)));
    assert!((importances.iter().sum::<f64>() - 1.0).abs() < 1e-9);
    Passes
}

pub fn its_weights_fit_the_columns(s: &Subject) -> Verdict {
    let Some(coefficients) = s.model.inside().coefficients else {
        return NotForIt;
    };
    assert_eq!(coefficients.weights.len(), coefficients.intercepts.len());
    for weights in &coefficients.weights {
        assert_eq!(weights.len(), s.samples.x.columns());
        assert!(weights.iter().all(|w| w.is_finite()));
    }
    assert!(coefficients.intercepts.iter().all(|w| w.is_finite()));
    Passes
}

/// A linear model of numbers predicts what its weights say.
pub fn its_weights_are_its_predictions(s: &Subject) -> Verdict {
    let (Some(coefficients), Task::Regression) = (s.model.inside().coefficients, s.task()) else {
        return NotForIt;
    };
    let (weights, intercept) = (&coefficients.weights[0], coefficients.intercepts[0]);
    let x = &s.samples.x;
    let told: Vec<f64> = (0..x.rows())
        .map(|row| {
            intercept
                + x.row(row)
                    .iter()
                    .zip(weights)
                    .map(|(v, w)| v * w)
                    .sum::<f64>()
        })
        .collect();
    assert!(apart(&told, &predictions(&*s.model, x)) < 1e-9);
    Passes
}

pub fn its_trees_hold_together(s: &Subject) -> Verdict {
    let inside = s.model.inside();
    let trees = &inside.trees;
    for tree in trees {
        assert_eq!(tree.columns, s.samples.x.columns());
        for node in 0..tree.nodes() {
            if !tree.is_leaf(node) {
                let (left, right) = (tree.left[node] as usize, tree.right[node] as usize);
                assert!(left > node && right > node && left < tree.nodes() && right < tree.nodes());
                assert_eq!(tree.samples[node], tree.samples[left] + tree.samples[right]);
                assert!(tree.threshold[node].is_finite());
                assert!((tree.feature[node] as usize) < tree.columns);
            }
        }
    }
    if trees.is_empty() { NotForIt } else { Passes }
}

pub fn its_support_is_of_the_rows(s: &Subject) -> Verdict {
    let Some(support) = s.model.inside().support else {
        return NotForIt;
    };
    assert!(support.is_sorted_by(|a, b| a < b));
    assert!(
        support
            .iter()
            .all(|row| (*row as usize) < s.samples.x.rows())
    );
    Passes
}

pub fn its_centroids_are_finite(s: &Subject) -> Verdict {
    let Some(centroids) = s.model.inside().centroids else {
        return NotForIt;
    };
    assert_eq!(centroids.columns(), s.samples.x.columns());
    assert!(centroids.values().iter().all(|v| v.is_finite()));
    Passes
}

pub fn its_merges_lead_to_one_cluster(s: &Subject) -> Verdict {
    let Some(dendrogram) = s.model.inside().dendrogram else {
        return NotForIt;
    };
    assert_eq!(dendrogram.rows, s.samples.x.rows());
    assert_eq!(dendrogram.merges.len(), dendrogram.rows - 1);
    assert!(
        dendrogram
            .merges
            .iter()
            .all(|merge| merge.height >= 0.0 && merge.height.is_finite())
    );
    Passes
}

pub fn every_row_has_a_cluster_or_is_noise(s: &Subject) -> Verdict {
    if s.task() != Task::Clustering {
        return NotForIt;
    }
    let outputs = s.model.outputs();
    if let Some(noise) = s.model.noise() {
        assert!(noise < outputs);
    }
    for row in predictions(&*s.model, &s.samples.x).chunks(outputs) {
        assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{row:?}");
    }
    Passes
}
