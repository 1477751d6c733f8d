//! The lasso: least squares with a penalty on the size of the weights.

use super::algorithm::half_decades;
use super::coordinate_sweeps::{ALPHA, FIT_INTERCEPT, MAX_ITER, POSITIVE, TAGS, TOL, check, start};
use super::{Algorithm, Engine, Engines, Task, ValidationCurve};

pub static ALGORITHM: Algorithm = Algorithm {
    id: "lasso",
    name: "Lasso",
    task: Task::Regression,
    summary: "Linear regression that pays for the size of weights, so that columns of little use get none at all.",
    tags: TAGS,
    engines: Engines {
        available: &[Engine::Seefit, Engine::Smartcore],
        reason: "Our own shows every sweep and keeps one matrix for all values of alpha; smartcore needed 20 times scikit-learn's time, and as many rows as columns.",
    },
    parameters: &[ALPHA, MAX_ITER, TOL, FIT_INTERCEPT, POSITIVE],
    curve: Some(ValidationCurve {
        parameter: "alpha",
        log: true,
        values: |_| half_decades(-4, 2),
    }),
    sweep: None,
    check,
    start: |samples, params, context| start(samples, params, context, 1.0),
};

#[cfg(test)]
mod tests {
    use super::super::sample::{fitted, near, numbers, params, predictions, run};
    use super::super::separable::assert_plane_agrees;
    use super::super::{Context, Facts};
    use super::*;
    use crate::base::Cancel;

    #[test]
    fn the_engines_agree_and_the_penalty_leaves_columns_out() {
        let samples = numbers(90);
        for alpha in ["0.01", "0.3"] {
            let own = fitted(&ALGORITHM, &samples, &[("alpha", alpha), ("tol", "1e-9")]);
            let settings = [("alpha", alpha), ("engine", "smartcore"), ("tol", "1e-7")];
            near(
                &predictions(&*own, &samples),
                &predictions(&*fitted(&ALGORITHM, &samples, &settings), &samples),
                1e-3,
            );
            assert_plane_agrees(&*own, 3);
        }
        let strong = run(&ALGORITHM, &samples, &[("alpha", "1000")]).unwrap();
        let weights = strong.model().inside().coefficients.unwrap().weights;
        assert!(weights[0].iter().all(|w| *w == 0.0) && strong.taken() == 1);
        assert!(strong.model().inside().facts[0].1.starts_with("0 of 3"));
    }

    #[test]
    fn every_sweep_lowers_the_loss_and_too_few_are_told() {
        let samples = numbers(90);
        let params = params(&ALGORITHM, &[("alpha", "0.02"), ("tol", "1e-10")]);
        let mut fit = (ALGORITHM.start)(samples.clone(), &params, &Context::default()).unwrap();
        let mut before = f64::INFINITY;
        while !fit.is_finished() {
            fit.step(&Cancel::new()).unwrap();
            let loss = fit.loss().unwrap();
            assert!(loss <= before * (1.0 + 1e-12));
            before = loss;
        }
        assert!(fit.taken() > 2 && fit.notes().is_empty());
        let settings = [("alpha", "0.02"), ("tol", "1e-10"), ("max_iter", "1")];
        let short = run(&ALGORITHM, &samples, &settings).unwrap();
        assert!(short.notes()[0].contains("in 1 sweeps"));
    }

    #[test]
    fn positive_weights_and_smartcore_s_limits() {
        let samples = numbers(90);
        let settings = [("alpha", "0.02"), ("positive", "true")];
        let weights = fitted(&ALGORITHM, &samples, &settings)
            .inside()
            .coefficients;
        assert!(weights.unwrap().weights[0].iter().all(|w| *w >= 0.0));
        let facts = Facts {
            rows: 5,
            columns: 9,
            classes: 0,
        };
        let asked = params(&ALGORITHM, &[("engine", "smartcore")]);
        assert!((ALGORITHM.check)(&facts, &asked).is_err());
        assert!((ALGORITHM.check)(&facts, &params(&ALGORITHM, &[])).is_ok());
    }
}
