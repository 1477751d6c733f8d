//! Linear regression by stochastic gradient descent.

use super::algorithm::half_decades;
use super::parameter::{Default, Parameter, ParameterKind};
use super::sgd_epochs::{
    ALPHA, EARLY_STOPPING, ENGINES, ETA0, FIT_INTERCEPT, L1_RATIO, MAX_ITER, PATIENCE, PENALTY,
    SHUFFLE, TAGS, TOL, VALIDATION_FRACTION, check, learning_rate, power_t, start,
};
use super::{Algorithm, Task, ValidationCurve};
use crate::numeric::SgdLoss;

pub static ALGORITHM: Algorithm = Algorithm {
    id: "sgd_regressor",
    name: "Stochastic gradient descent",
    task: Task::Regression,
    summary: "A weight for each feature, corrected a little at every row. The target is standardised for the fit and put back.",
    tags: TAGS,
    engines: ENGINES,
    parameters: &[
        Parameter::new(
            "loss",
            "Loss",
            ParameterKind::Choice(&[
                ("squared_error", "Squared error"),
                ("huber", "Huber"),
                ("epsilon_insensitive", "Beyond epsilon"),
                ("squared_epsilon_insensitive", "Beyond epsilon, squared"),
            ]),
            Default::Choice("squared_error"),
            "What a residual costs; Huber and beyond epsilon follow outliers less.",
        )
        .common(),
        Parameter::new(
            "epsilon",
            "Epsilon",
            ParameterKind::Real {
                min: 0.0,
                max: 10.0,
                log: true,
            },
            Default::Real(0.1),
            "Where the loss changes, in deviations of the target: smaller residuals are squared (Huber) or cost nothing.",
        )
        .common()
        .visible_if(
            "loss",
            &["huber", "epsilon_insensitive", "squared_epsilon_insensitive"],
        ),
        ALPHA,
        learning_rate("invscaling"),
        ETA0,
        power_t(0.25),
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
    check,
    start: |samples, params, context| {
        let epsilon = params.real("epsilon");
        let loss = match params.choice("loss") {
            "huber" => SgdLoss::Huber { epsilon },
            "epsilon_insensitive" => SgdLoss::EpsilonInsensitive { epsilon },
            "squared_epsilon_insensitive" => SgdLoss::SquaredEpsilonInsensitive { epsilon },
            _ => SgdLoss::SquaredError,
        };
        start(&samples, params, context, loss)
    },
};

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::Samples;
    use super::super::sample::{numbers, predictions, run};
    use super::super::separable::assert_plane_agrees;
    use super::*;
    use crate::base::Halt;
    use crate::numeric::{Labels, Matrix};

    fn r2(predicted: &[f64], numbers: &[f64]) -> f64 {
        let mean = numbers.iter().sum::<f64>() / numbers.len() as f64;
        let left: f64 = predicted
            .iter()
            .zip(numbers)
            .map(|(a, b)| (a - b).powi(2))
            .sum();
        let all: f64 = numbers.iter().map(|b| (b - mean).powi(2)).sum();
        1.0 - left / all
    }

    #[test]
    fn every_loss_learns_in_any_unit() {
        let samples = numbers(120);
        let large: Vec<f64> = samples.numbers().iter().map(|y| 1e6 * y - 3e7).collect();
        let large = Arc::new(Samples {
            y: Some(Labels::Numbers(large.into())),
            ..(*samples).clone()
        });
        for loss in [
            "squared_error",
            "huber",
            "epsilon_insensitive",
            "squared_epsilon_insensitive",
        ] {
            for samples in [&samples, &large] {
                let settings = [("loss", loss), ("epsilon", "0.3"), ("eta0", "0.05")];
                let fit = run(&ALGORITHM, samples, &settings).unwrap();
                let model = fit.model();
                let score = r2(&predictions(&*model, samples), samples.numbers());
                assert!(score > 0.9, "{loss}: {score}");
            }
            let fit = run(&ALGORITHM, &samples, &[("loss", loss)]).unwrap();
            assert_plane_agrees(&*fit.model(), 3);
        }
    }

    #[test]
    fn weights_that_overflow_are_told() {
        let samples = numbers(60);
        let huge = Arc::new(Samples {
            x: Matrix::new(60, 1, vec![1e300; 60]),
            ..(*samples).clone()
        });
        let Err(Halt::Failed(problem)) = run(&ALGORITHM, &huge, &[]).map(|_| ()) else {
            panic!("a step along such rows is beyond all numbers");
        };
        assert!(problem.what.contains("without bound"), "{problem}");
    }
}
