//! Extra trees for numbers.

use super::forest_growth::{
    ForestFit, MAX_FEATURES_ALL, MAX_SAMPLES, N_ESTIMATORS, NO_BOOTSTRAP, TAGS, check,
};
use super::tree_growth::{MAX_DEPTH, MIN_SAMPLES_LEAF, MIN_SAMPLES_SPLIT};
use super::{Algorithm, Engine, Engines, Tags, Task};
use crate::numeric::Splitter;

pub static ALGORITHM: Algorithm = Algorithm {
    id: "extra_trees_regressor",
    name: "Extra trees",
    task: Task::Regression,
    summary: "Grows many trees whose thresholds are drawn by chance and answers the mean of theirs.",
    tags: Tags {
        probabilities: false,
        ..TAGS
    },
    engines: Engines {
        available: &[Engine::Smartcore, Engine::Seefit],
        reason: "smartcore's extra trees are as good as scikit-learn's and took about a third of its time.",
    },
    parameters: &[
        N_ESTIMATORS,
        MAX_DEPTH,
        MAX_FEATURES_ALL,
        MIN_SAMPLES_LEAF,
        MIN_SAMPLES_SPLIT,
        NO_BOOTSTRAP,
        MAX_SAMPLES,
    ],
    curve: None,
    sweep: None,
    check,
    start: |samples, params, context| ForestFit::start(samples, params, context, Splitter::Random),
};

#[cfg(test)]
mod tests {
    use super::super::forest_growth::tests::steps_threads_and_sums;
    use super::super::sample::{fitted, near, numbers, predictions};
    use super::super::separable::assert_plane_agrees;
    use super::*;

    #[test]
    fn fits_predicts_and_paints_on_both_engines() {
        let samples = numbers(120);
        for engine in ["seefit", "smartcore"] {
            let settings = [("engine", engine), ("n_estimators", "30")];
            let model = fitted(&ALGORITHM, &samples, &settings);
            near(&predictions(&*model, &samples), samples.numbers(), 1.0);
            assert_plane_agrees(&*model, 3);
            let importances = model.inside().importances.unwrap();
            assert!((importances.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            assert!(importances[0] > importances[2]);
        }
    }

    #[test]
    fn steps_threads_and_sums_agree() {
        steps_threads_and_sums(&ALGORITHM, &numbers(120));
    }
}
