//! Gradient boosting for classes.

use super::checks::two_classes;
use super::gradient_boosting::{
    L2_REGULARIZATION, LEARNING_RATE, MAX_DEPTH, MAX_LEAF_NODES, MIN_SAMPLES_LEAF, N_ESTIMATORS,
    N_ITER_NO_CHANGE, SUBSAMPLE, TAGS, TOL, VALIDATION_FRACTION, check, start,
};
use super::{Algorithm, Engine, Engines, Task};

pub static ALGORITHM: Algorithm = Algorithm {
    id: "gradient_boosting_classifier",
    name: "Gradient boosting",
    task: Task::Classification,
    summary: "Adds small trees one after another, each correcting what the sum of those before gets wrong.",
    tags: TAGS,
    engines: Engines {
        available: &[Engine::Seefit],
        reason: "smartcore boosts trees for numbers only.",
    },
    parameters: &[
        N_ESTIMATORS,
        LEARNING_RATE,
        MAX_DEPTH,
        MIN_SAMPLES_LEAF,
        MAX_LEAF_NODES,
        SUBSAMPLE,
        L2_REGULARIZATION,
        N_ITER_NO_CHANGE,
        VALIDATION_FRACTION,
        TOL,
    ],
    curve: None,
    sweep: None,
    check: |facts, params| {
        two_classes(facts)?;
        check(facts, params)
    },
    start,
};

#[cfg(test)]
mod tests {
    use super::super::sample::{accuracy, classes, fitted, predictions, run};
    use super::super::separable::assert_plane_agrees;
    use super::*;

    #[test]
    fn learns_paints_and_says_what_mattered() {
        for count in [2, 3] {
            let samples = classes(150, count);
            let settings = [("n_estimators", "40")];
            let fit = run(&ALGORITHM, &samples, &settings).unwrap();
            let model = fit.model();
            assert!(accuracy(&*model, &samples) > 0.95, "{count} classes");
            assert_plane_agrees(&*model, 3);
            for shares in predictions(&*model, &samples).chunks(count) {
                assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            }
            let importances = model.inside().importances.unwrap();
            assert!((importances.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            assert!(importances[2] < importances[1]);
            assert!(fit.loss().unwrap() < 0.3 && fit.notes().is_empty());
        }
    }

    #[test]
    fn the_loss_is_that_of_the_predictions_and_falls() {
        for count in [2, 3] {
            let samples = classes(90, count);
            let mut before = f64::INFINITY;
            for trees in ["1", "5", "20"] {
                let fit = run(&ALGORITHM, &samples, &[("n_estimators", trees)]).unwrap();
                let out = predictions(&*fit.model(), &samples);
                let (codes, _) = samples.classes();
                let rows = out.chunks(count).zip(codes);
                let sum: f64 = rows.map(|(p, code)| -p[*code as usize].ln()).sum();
                let loss = fit.loss().unwrap();
                assert!((loss - sum / codes.len() as f64).abs() < 1e-9);
                assert!(loss < before);
                before = loss;
            }
        }
    }

    #[test]
    fn stops_early_where_it_is_told_to() {
        let samples = classes(300, 3);
        let settings = [
            ("n_estimators", "1000"),
            ("learning_rate", "0.5"),
            ("n_iter_no_change", "5"),
        ];
        let fit = run(&ALGORITHM, &samples, &settings).unwrap();
        assert!((5..500).contains(&fit.taken()), "{}", fit.taken());
        assert!(fit.notes()[0].starts_with("Stopped after"));
        assert!(accuracy(&*fit.model(), &samples) > 0.9);
    }

    #[test]
    fn drawing_rows_depends_on_the_seed_alone() {
        let samples = classes(120, 2);
        let settings = [("subsample", "0.5"), ("n_estimators", "9")];
        let once = predictions(&*fitted(&ALGORITHM, &samples, &settings), &samples);
        let again = predictions(&*fitted(&ALGORITHM, &samples, &settings), &samples);
        assert_eq!(once, again);
        let all = predictions(&*fitted(&ALGORITHM, &samples, &settings[1..]), &samples);
        assert_ne!(once, all);
    }
}
