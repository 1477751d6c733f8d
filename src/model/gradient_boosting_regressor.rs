//! Gradient boosting for numbers.

use super::gradient_boosting::{
    L2_REGULARIZATION, LEARNING_RATE, MAX_DEPTH, MAX_LEAF_NODES, MIN_SAMPLES_LEAF, N_ESTIMATORS,
    N_ITER_NO_CHANGE, SUBSAMPLE, TAGS, TOL, VALIDATION_FRACTION, check, start,
};
use super::parameter::{Default, Parameter, ParameterKind};
use super::{Algorithm, Engine, Engines, Tags, Task};

pub static ALGORITHM: Algorithm = Algorithm {
    id: "gradient_boosting_regressor",
    name: "Gradient boosting",
    task: Task::Regression,
    summary: "Adds small trees one after another, each correcting what the sum of those before gets wrong.",
    tags: Tags {
        probabilities: false,
        ..TAGS
    },
    engines: Engines {
        available: &[Engine::Seefit, Engine::Smartcore],
        reason: "Our own sorts no column twice and has every loss and early stopping; smartcore's has the squared error only and took as long as scikit-learn's exact boosting, ours a hundredth of it.",
    },
    parameters: &[
        N_ESTIMATORS,
        LEARNING_RATE,
        MAX_DEPTH,
        MIN_SAMPLES_LEAF,
        Parameter::new(
            "loss",
            "Loss",
            ParameterKind::Choice(&[
                ("squared_error", "Squared error"),
                ("absolute_error", "Absolute error"),
                ("huber", "Huber"),
                ("quantile", "Quantile"),
            ]),
            Default::Choice("squared_error"),
            "What an error costs: squared for the mean, absolute for the median, Huber for means that shrug off outliers, quantile for an upper or lower bound.",
        )
        .only(Engine::Seefit),
        Parameter::new(
            "alpha",
            "Quantile",
            ParameterKind::Real {
                min: 0.01,
                max: 0.99,
                log: false,
            },
            Default::Real(0.9),
            "The quantile to learn, or the share of the errors that Huber's loss squares.",
        )
        .visible_if("loss", &["huber", "quantile"])
        .only(Engine::Seefit),
        MAX_LEAF_NODES,
        SUBSAMPLE,
        L2_REGULARIZATION,
        N_ITER_NO_CHANGE,
        VALIDATION_FRACTION,
        TOL,
    ],
    curve: None,
    sweep: None,
    check,
    start,
};

#[cfg(test)]
mod tests {
    use super::super::sample::{fitted, near, numbers, predictions, run};
    use super::super::separable::assert_plane_agrees;
    use super::*;

    #[test]
    fn learns_and_paints_on_both_engines() {
        let samples = numbers(150);
        let y = samples.numbers();
        let mean = y.iter().sum::<f64>() / 150.0;
        let spread: f64 = y.iter().map(|y| (y - mean).powi(2)).sum::<f64>() / 150.0;
        for engine in ["seefit", "smartcore"] {
            let settings = [("engine", engine), ("n_estimators", "60")];
            let fit = run(&ALGORITHM, &samples, &settings).unwrap();
            let model = fit.model();
            let out = predictions(&*model, &samples);
            let error: f64 = out.iter().zip(y).map(|(a, b)| (a - b).powi(2)).sum::<f64>() / 150.0;
            assert!(error < 0.02 * spread, "{engine}: {error} of {spread}");
            assert!((fit.loss().unwrap() - error).abs() < 1e-9 * spread);
            assert_plane_agrees(&*model, 3);
            let importances = model.inside().importances.unwrap();
            assert!((importances.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            assert!(importances.iter().all(|share| *share > 0.0));
        }
    }

    /// With fewer distinct values than bins both try the same splits.
    #[test]
    fn the_engines_agree_stage_by_stage() {
        let samples = numbers(150);
        for trees in ["1", "3"] {
            let model = |engine| {
                let settings = [("engine", engine), ("n_estimators", trees)];
                predictions(&*fitted(&ALGORITHM, &samples, &settings), &samples)
            };
            near(&model("seefit"), &model("smartcore"), 1e-5);
        }
    }

    #[test]
    fn every_loss_learns_what_it_says() {
        let samples = numbers(200);
        let below = |out: &[f64]| {
            let rows = out.iter().zip(samples.numbers());
            rows.filter(|(out, y)| *out >= *y).count() as f64 / 200.0
        };
        for (loss, alpha, low, high) in [
            ("absolute_error", "0.9", 0.35, 0.65),
            ("huber", "0.9", 0.35, 0.65),
            ("quantile", "0.9", 0.85, 0.99),
            ("quantile", "0.1", 0.01, 0.15),
        ] {
            let settings = [("loss", loss), ("alpha", alpha), ("min_samples_leaf", "20")];
            let model = fitted(&ALGORITHM, &samples, &settings);
            let share = below(&predictions(&*model, &samples));
            assert!((low..=high).contains(&share), "{loss} {alpha}: {share}");
        }
    }

    #[test]
    fn a_constant_target_is_its_constant() {
        let mut samples = (*numbers(20)).clone();
        samples.y = Some(crate::numeric::Labels::Numbers(vec![7.0; 20].into()));
        let samples = std::sync::Arc::new(samples);
        for engine in ["seefit", "smartcore"] {
            let model = fitted(
                &ALGORITHM,
                &samples,
                &[("engine", engine), ("n_estimators", "3")],
            );
            assert_eq!(predictions(&*model, &samples), vec![7.0; 20]);
        }
    }
}
