//! Extra trees for classes.

use super::forest_growth::{
    ForestFit, MAX_FEATURES, MAX_SAMPLES, N_ESTIMATORS, NO_BOOTSTRAP, TAGS, check,
};
use super::tree_growth::{CLASS_WEIGHT, CRITERION, MAX_DEPTH, MIN_SAMPLES_LEAF, MIN_SAMPLES_SPLIT};
use super::{Algorithm, Engine, Engines, Task};
use crate::numeric::Splitter;

pub static ALGORITHM: Algorithm = Algorithm {
    id: "extra_trees_classifier",
    name: "Extra trees",
    task: Task::Classification,
    summary: "Grows many trees whose thresholds are drawn by chance and lets them vote.",
    tags: TAGS,
    engines: Engines {
        available: &[Engine::Seefit],
        reason: "smartcore has extra trees for numbers only.",
    },
    parameters: &[
        N_ESTIMATORS,
        MAX_DEPTH,
        MAX_FEATURES,
        MIN_SAMPLES_LEAF,
        MIN_SAMPLES_SPLIT,
        CRITERION,
        NO_BOOTSTRAP,
        MAX_SAMPLES,
        CLASS_WEIGHT,
    ],
    curve: None,
    sweep: None,
    check,
    start: |samples, params, context| ForestFit::start(samples, params, context, Splitter::Random),
};

#[cfg(test)]
mod tests {
    use super::super::forest_growth::tests::steps_threads_and_sums;
    use super::super::sample::{accuracy, classes, fitted, predictions};
    use super::super::separable::assert_plane_agrees;
    use super::*;

    #[test]
    fn fits_predicts_and_paints() {
        let samples = classes(120, 3);
        for engine in ["seefit"] {
            let settings = [("engine", engine), ("n_estimators", "30")];
            let model = fitted(&ALGORITHM, &samples, &settings);
            assert!(accuracy(&*model, &samples) > 0.95, "{engine}");
            assert_plane_agrees(&*model, 3);
            for shares in predictions(&*model, &samples).chunks(3) {
                assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            }
            let importances = model.inside().importances;
            assert_eq!(importances.is_some(), engine == "seefit");
        }
    }

    #[test]
    fn steps_threads_and_sums_agree() {
        steps_threads_and_sums(&ALGORITHM, &classes(120, 3));
    }
}
