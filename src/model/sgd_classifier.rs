//! Linear classifiers by stochastic gradient descent.

use super::algorithm::half_decades;
use super::checks::two_classes;
use super::parameter::{Default, Parameter, ParameterKind};
use super::sgd_epochs::{
    ALPHA, EARLY_STOPPING, ENGINES, ETA0, FIT_INTERCEPT, L1_RATIO, MAX_ITER, PATIENCE, PENALTY,
    SHUFFLE, TAGS, TOL, VALIDATION_FRACTION, check, learning_rate, power_t, start,
};
use super::{Algorithm, Tags, Task, ValidationCurve};
use crate::numeric::SgdLoss;

pub static ALGORITHM: Algorithm = Algorithm {
    id: "sgd_classifier",
    name: "Stochastic gradient descent",
    task: Task::Classification,
    summary: "A weighted sum of the features for each class against all others, corrected a little at every row.",
    tags: Tags {
        probabilities: true,
        ..TAGS
    },
    engines: ENGINES,
    parameters: &[
        Parameter::new(
            "loss",
            "Loss",
            ParameterKind::Choice(&[
                ("hinge", "Hinge (support vectors)"),
                ("log_loss", "Logistic"),
                ("modified_huber", "Modified Huber"),
                ("squared_hinge", "Squared hinge"),
                ("perceptron", "Perceptron"),
            ]),
            Default::Choice("hinge"),
            "What a row on the wrong side costs; logistic and modified Huber give probabilities.",
        )
        .common(),
        ALPHA,
        learning_rate("optimal"),
        ETA0,
        power_t(0.5),
        MAX_ITER,
        PENALTY,
        L1_RATIO,
        TOL,
        PATIENCE,
        EARLY_STOPPING,
        VALIDATION_FRACTION,
        FIT_INTERCEPT,
        SHUFFLE,
    ],
    curve: Some(ValidationCurve {
        parameter: "alpha",
        log: true,
        values: |_| half_decades(-7, 1),
    }),
    sweep: None,
    check: |facts, params| {
        two_classes(facts)?;
        check(facts, params)
    },
    start: |samples, params, context| {
        let loss = match params.choice("loss") {
            "log_loss" => SgdLoss::LogLoss,
            "modified_huber" => SgdLoss::ModifiedHuber,
            "squared_hinge" => SgdLoss::SquaredHinge,
            "perceptron" => SgdLoss::Perceptron,
            _ => SgdLoss::Hinge,
        };
        start(&samples, params, context, loss)
    },
};

#[cfg(test)]
mod tests {
    use super::super::Facts;
    use super::super::sample::{accuracy, classes, fitted, params, run};
    use super::super::separable::assert_plane_agrees;
    use super::*;

    #[test]
    fn every_loss_learns_and_paints() {
        for count in [2, 3] {
            let samples = classes(120, count);
            let losses = [
                "hinge",
                "log_loss",
                "modified_huber",
                "squared_hinge",
                "perceptron",
            ];
            for loss in losses {
                let fit = run(&ALGORITHM, &samples, &[("loss", loss), ("alpha", "0.01")]).unwrap();
                let model = fit.model();
                let hit = accuracy(&*model, &samples);
                // Of three classes in a row, no line tells the middle one from both others.
                let bar = if count == 2 { 0.6 } else { 0.5 };
                assert!(hit > bar, "{loss}, {count} classes: {hit}");
                assert_plane_agrees(&*model, 3);
                let soft = ["log_loss", "modified_huber"].contains(&loss);
                assert_eq!(model.has_probabilities(), soft);
                assert!(fit.loss().unwrap().is_finite());
                let lines = model.inside().coefficients.unwrap().weights.len();
                assert_eq!(lines, if count == 2 { 1 } else { 3 });
            }
        }
    }

    #[test]
    fn rates_and_penalties_run_and_the_seed_decides() {
        let samples = classes(90, 3);
        for rate in ["invscaling", "constant", "adaptive"] {
            for penalty in ["l1", "elasticnet", "none"] {
                let settings = [
                    ("learning_rate", rate),
                    ("penalty", penalty),
                    ("eta0", "0.1"),
                    ("max_iter", "60"),
                ];
                assert!(accuracy(&*fitted(&ALGORITHM, &samples, &settings), &samples) > 0.6);
            }
        }
        let short = run(&ALGORITHM, &samples, &[("max_iter", "2")]).unwrap();
        assert!(short.notes()[0].contains("after 2 epochs"));
    }

    #[test]
    fn early_stopping_and_the_optimal_rate_ask_for_something() {
        let few = Facts {
            rows: 5,
            columns: 2,
            classes: 2,
        };
        let early = params(&ALGORITHM, &[("early_stopping", "true")]);
        assert!((ALGORITHM.check)(&few, &early).is_err());
        let samples = classes(90, 2);
        let model = fitted(&ALGORITHM, &samples, &[("early_stopping", "true")]);
        assert!(accuracy(&*model, &samples) > 0.6);
        let still = params(&ALGORITHM, &[("alpha", "0")]);
        assert!((ALGORITHM.check)(&few, &still).is_err());
        let free = [("alpha", "0"), ("learning_rate", "constant")];
        assert!((ALGORITHM.check)(&few, &params(&ALGORITHM, &free)).is_ok());
    }
}
