//! A random forest for classes.

use super::forest_growth::{
    BOOTSTRAP, ForestFit, MAX_FEATURES, MAX_SAMPLES, N_ESTIMATORS, TAGS, check,
};
use super::tree_growth::{CLASS_WEIGHT, CRITERION, MAX_DEPTH, MIN_SAMPLES_LEAF, MIN_SAMPLES_SPLIT};
use super::{Algorithm, Engine, Engines, Task};
use crate::numeric::Splitter;

pub static ALGORITHM: Algorithm = Algorithm {
    id: "random_forest_classifier",
    name: "Random forest",
    task: Task::Classification,
    summary: "Grows many trees, each on other rows and other features, and lets them vote.",
    tags: TAGS,
    engines: Engines {
        available: &[Engine::Seefit, Engine::Smartcore],
        reason: "smartcore's forest misses splits where values are tied, gives votes instead of probabilities, and took three times scikit-learn's time; ours took a fifth.",
    },
    parameters: &[
        N_ESTIMATORS,
        MAX_DEPTH,
        MAX_FEATURES,
        MIN_SAMPLES_LEAF,
        MIN_SAMPLES_SPLIT,
        CRITERION,
        BOOTSTRAP,
        MAX_SAMPLES,
        CLASS_WEIGHT,
    ],
    curve: None,
    sweep: None,
    check,
    start: |samples, params, context| ForestFit::start(samples, params, context, Splitter::Best),
};

#[cfg(test)]
mod tests {
    use super::super::forest_growth::tests::steps_threads_and_sums;
    use super::super::sample::{accuracy, classes, fitted, predictions};
    use super::super::separable::assert_plane_agrees;
    use super::*;

    #[test]
    fn fits_predicts_and_paints_on_both_engines() {
        let samples = classes(120, 3);
        for engine in ["seefit", "smartcore"] {
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
