//! A decision tree for numbers.

use super::parameter::{Default, Parameter, ParameterKind};
use super::tree_growth::{
    CURVE, MAX_DEPTH, MAX_FEATURES, MAX_LEAF_NODES, MIN_SAMPLES_LEAF, MIN_SAMPLES_SPLIT, TAGS,
    check, start, sweep,
};
use super::{Algorithm, Engine, Engines, Tags, Task};

pub static ALGORITHM: Algorithm = Algorithm {
    id: "decision_tree_regressor",
    name: "Decision tree",
    task: Task::Regression,
    summary: "Asks one question about one feature after another and answers the mean of the rows that are left.",
    tags: Tags {
        probabilities: false,
        ..TAGS
    },
    engines: Engines {
        available: &[Engine::Smartcore, Engine::Seefit],
        reason: "smartcore's tree equals scikit-learn's and took about a fifth of its time.",
    },
    parameters: &[
        MAX_DEPTH,
        MIN_SAMPLES_LEAF,
        MIN_SAMPLES_SPLIT,
        MAX_FEATURES,
        MAX_LEAF_NODES,
        Parameter::new(
            "min_impurity_decrease",
            "Least gain",
            ParameterKind::Real {
                min: 0.0,
                max: 1e9,
                log: true,
            },
            Default::Real(0.0),
            "Splits that lower the variance by less, weighted by their share of the rows, are not made; in squared units of the target.",
        )
        .only(Engine::Seefit),
        Parameter::new(
            "ccp_alpha",
            "Pruning",
            ParameterKind::Real {
                min: 0.0,
                max: 1e9,
                log: true,
            },
            Default::Real(0.0),
            "What a leaf costs, in squared units of the target: branches whose gain does not pay for their leaves are cut off afterwards.",
        ),
    ],
    curve: Some(CURVE),
    sweep: Some(sweep),
    check,
    start,
};

#[cfg(test)]
mod tests {
    use super::super::sample::{fitted, near, numbers, predictions};
    use super::super::separable::assert_plane_agrees;
    use super::super::tree_growth::tests::sweep_is_every_fit;
    use super::*;

    #[test]
    fn fits_predicts_and_paints_on_both_engines() {
        let samples = numbers(120);
        for engine in ["smartcore", "seefit"] {
            let model = fitted(&ALGORITHM, &samples, &[("engine", engine)]);
            near(&predictions(&*model, &samples), samples.numbers(), 1e-12);
            assert_plane_agrees(&*model, 3);
            assert!(!model.has_probabilities());
        }
    }

    #[test]
    fn the_engines_agree() {
        let samples = numbers(120);
        for settings in [
            &[("max_depth", "1")][..],
            &[("max_depth", "2")],
            &[("min_samples_leaf", "7")],
            &[("min_samples_split", "20")],
            &[("ccp_alpha", "0.05")],
        ] {
            let own = [settings, &[("engine", "seefit")]].concat();
            let own = fitted(&ALGORITHM, &samples, &own);
            let other = fitted(&ALGORITHM, &samples, settings);
            assert_eq!(own.inside().facts, other.inside().facts, "{settings:?}");
            near(
                &predictions(&*own, &samples),
                &predictions(&*other, &samples),
                1e-9,
            );
            // Small nodes are often split as well by one feature as by another.
            if settings[0].0 == "max_depth" {
                let (own, other) = (own.inside().importances, other.inside().importances);
                near(&own.unwrap(), &other.unwrap(), 1e-9);
            }
        }
    }

    #[test]
    fn a_sweep_is_every_depth() {
        sweep_is_every_fit(&ALGORITHM, &numbers(120));
    }
}
