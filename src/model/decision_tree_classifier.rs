//! A decision tree for classes.

use super::parameter::{Default, Parameter, ParameterKind};
use super::tree_growth::{
    CLASS_WEIGHT, CRITERION, CURVE, MAX_DEPTH, MAX_FEATURES, MAX_LEAF_NODES, MIN_SAMPLES_LEAF,
    MIN_SAMPLES_SPLIT, TAGS, check, start, sweep,
};
use super::{Algorithm, Engine, Engines, Task};

pub static ALGORITHM: Algorithm = Algorithm {
    id: "decision_tree_classifier",
    name: "Decision tree",
    task: Task::Classification,
    summary: "Asks one question about one feature after another until the rows that are left mostly agree.",
    tags: TAGS,
    engines: Engines {
        available: &[Engine::Seefit, Engine::Smartcore],
        reason: "smartcore's tree misses splits where values are tied, as in yes/no columns, and took seven times scikit-learn's time on 100,000 rows; ours took a fifth.",
    },
    parameters: &[
        MAX_DEPTH,
        MIN_SAMPLES_LEAF,
        CRITERION.common(),
        MIN_SAMPLES_SPLIT,
        MAX_FEATURES,
        MAX_LEAF_NODES,
        CLASS_WEIGHT,
        Parameter::new(
            "min_impurity_decrease",
            "Least gain",
            ParameterKind::Real {
                min: 0.0,
                max: 1.0,
                log: false,
            },
            Default::Real(0.0),
            "Splits that lower the impurity by less, weighted by their share of the rows, are not made.",
        )
        .only(Engine::Seefit),
        Parameter::new(
            "ccp_alpha",
            "Pruning",
            ParameterKind::Real {
                min: 0.0,
                max: 1.0,
                log: false,
            },
            Default::Real(0.0),
            "What a leaf costs: branches whose gain does not pay for their leaves are cut off afterwards.",
        ),
    ],
    curve: Some(CURVE),
    sweep: Some(sweep),
    check,
    start,
};

#[cfg(test)]
mod tests {
    use super::super::sample::{accuracy, classes, fitted, params, predictions};
    use super::super::separable::assert_plane_agrees;
    use super::super::tree_growth::tests::sweep_is_every_fit;
    use super::*;

    #[test]
    fn fits_predicts_and_paints() {
        let samples = classes(120, 3);
        let model = fitted(&ALGORITHM, &samples, &[]);
        assert_eq!(accuracy(&*model, &samples), 1.0);
        assert_plane_agrees(&*model, 3);
        let inside = model.inside();
        assert!((inside.importances.unwrap().iter().sum::<f64>() - 1.0).abs() < 1e-12);
        let stump = fitted(&ALGORITHM, &samples, &[("max_depth", "1")]);
        assert_eq!(stump.inside().facts[0], ("Leaves", "2".to_owned()));
        let pruned = fitted(&ALGORITHM, &samples, &[("ccp_alpha", "0.9")]);
        assert_eq!(pruned.inside().facts[0], ("Leaves", "1".to_owned()));
    }

    /// Without ties both find the same tree; smartcore's depth counts one more, which must not show.
    /// `min_samples_leaf` is left out: smartcore gives a node up whose best split leaves too few rows,
    /// where scikit-learn and we take the best split that leaves enough.
    #[test]
    fn the_engines_agree_without_ties() {
        let samples = classes(120, 3);
        for settings in [
            &[("max_depth", "2")][..],
            &[("max_depth", "3"), ("criterion", "entropy")],
            &[("min_samples_split", "20")],
        ] {
            let own = fitted(&ALGORITHM, &samples, settings);
            let mut other = settings.to_vec();
            other.push(("engine", "smartcore"));
            let other = fitted(&ALGORITHM, &samples, &other);
            assert_eq!(own.inside().facts, other.inside().facts, "{settings:?}");
            assert_eq!(predictions(&*own, &samples), predictions(&*other, &samples));
        }
    }

    #[test]
    fn a_sweep_is_every_depth() {
        sweep_is_every_fit(&ALGORITHM, &classes(120, 3));
    }

    #[test]
    fn pruning_works_on_both_engines_and_leaves_on_ours_alone() {
        let facts = super::super::Facts {
            rows: 9,
            columns: 2,
            classes: 2,
        };
        let leaves = params(
            &ALGORITHM,
            &[("max_leaf_nodes", "4"), ("engine", "smartcore")],
        );
        assert!(check(&facts, &leaves).is_err());
        let pruning = params(&ALGORITHM, &[("ccp_alpha", "0.1"), ("engine", "smartcore")]);
        assert_eq!(check(&facts, &pruning), Ok(()));
    }
}
