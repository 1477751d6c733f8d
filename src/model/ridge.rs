//! Ridge regression: least squares with a penalty on the squared weights.

use std::sync::Arc;

use smartcore::linear::ridge_regression::{
    RidgeRegression, RidgeRegressionParameters, RidgeRegressionSolverName,
};

use super::algorithm::half_decades;
use super::checks::engine_has_all;
use super::linear_model::{LinearModel, target};
use super::parameter::{Default, Parameter, ParameterKind};
use super::{
    Algorithm, Context, Engine, Engines, Model, OneStep, Params, Samples, Tags, Task,
    ValidationCurve,
};
use crate::base::{Cancel, Outcome};
use crate::numeric::{Centred, GramSystem, LinearFit, Matrix, Watched, guarded};

pub static ALGORITHM: Algorithm = Algorithm {
    id: "ridge",
    name: "Ridge",
    task: Task::Regression,
    summary: "Linear regression that pays for large weights, so that weights of similar features share and shrink.",
    tags: Tags {
        needs_scaling: true,
        probabilities: false,
        steps: None,
        ends_early: false,
        objective: None,
        grows: None,
        coarse_rows: 10_000,
        row_limit: usize::MAX,
    },
    engines: Engines {
        available: &[Engine::Seefit, Engine::Smartcore],
        reason: "Our own keeps one matrix for all values of alpha, so that the knob answers at once; smartcore fits anew and needed up to 1.7 times scikit-learn's time.",
    },
    parameters: &[
        Parameter::new(
            "alpha",
            "Alpha",
            ParameterKind::Real {
                min: 0.0,
                max: 1e6,
                log: true,
            },
            Default::Real(1.0),
            "Strength of the penalty: 0 is plain least squares, larger values shrink the weights towards 0.",
        )
        .common(),
        Parameter::new(
            "fit_intercept",
            "Intercept",
            ParameterKind::Switch,
            Default::Switch(true),
            "Whether the line may miss the origin; the intercept is not penalised.",
        )
        .only(Engine::Seefit),
    ],
    curve: Some(ValidationCurve {
        parameter: "alpha",
        log: true,
        values: |_| half_decades(-3, 5),
    }),
    sweep: Some(sweep),
    check: |_, params| engine_has_all(params),
    start: |samples, params, context| {
        let (params, context) = (params.clone(), context.clone());
        OneStep::start(move |cancel| {
            let fit = fit(&samples, &params, params.real("alpha"), &context, cancel)?;
            Ok(Arc::new(LinearModel { fit }) as Arc<dyn Model>)
        })
    },
};

fn fit(
    samples: &Samples,
    params: &Params,
    alpha: f64,
    context: &Context,
    cancel: &Cancel,
) -> Outcome<LinearFit> {
    match params.engine() {
        Engine::Smartcore => by_smartcore(samples, alpha, cancel),
        Engine::Seefit => {
            let fit_intercept = params.switch("fit_intercept");
            system(samples, fit_intercept, context, cancel)?.solve(alpha, cancel)
        }
    }
}

/// One matrix serves all values of alpha.
fn sweep(
    samples: &Arc<Samples>,
    params: &Params,
    values: &[f64],
    queries: &Matrix,
    context: &Context,
    cancel: &Cancel,
) -> Outcome<Vec<Vec<f64>>> {
    let each = values.iter().map(|&alpha| {
        cancel.check()?;
        let fit = fit(samples, params, alpha, context, cancel)?;
        let mut out = vec![0.0; queries.rows()];
        fit.predict(queries.values(), &mut out);
        Ok(out)
    });
    each.collect()
}

/// The part that alpha does not touch, kept from fit to fit.
pub(super) fn system(
    samples: &Samples,
    fit_intercept: bool,
    context: &Context,
    cancel: &Cancel,
) -> Outcome<Arc<GramSystem>> {
    context.reuse.get_or_make(
        samples.key,
        "least squares",
        u64::from(fit_intercept),
        GramSystem::bytes,
        || {
            let y = target(samples);
            GramSystem::new(&samples.x, &y, fit_intercept, cancel)
        },
    )
}

/// Without its scaling smartcore's ridge has no intercept, so it gets centred rows; it asks for more
/// rows than columns, so rows of zeros stand in for missing ones. Its alpha is scikit-learn's.
fn by_smartcore(samples: &Samples, alpha: f64, cancel: &Cancel) -> Outcome<LinearFit> {
    let least_rows = samples.x.columns() + 1;
    let centred = Centred::new(&samples.x, samples.numbers(), least_rows, cancel)?;
    let x = Watched::new(&centred.x, cancel);
    let parameters = RidgeRegressionParameters {
        solver: RidgeRegressionSolverName::SVD,
        alpha,
        normalize: false,
    };
    let fit: RidgeRegression<f64, f64, Watched, Vec<f64>> =
        guarded(cancel, || RidgeRegression::fit(&x, &centred.y, parameters))?;
    let weights = fit.coefficients().to_matrix().values().to_vec();
    centred.finish(weights).checked()
}

#[cfg(test)]
mod tests {
    use super::super::sample::{fitted, near, numbers, params, start};
    use super::super::separable::assert_plane_agrees;
    use super::*;

    fn weights(model: &dyn Model) -> Vec<f64> {
        let inside = model.inside().coefficients.unwrap();
        let mut all = inside.weights[0].clone();
        all.extend(inside.intercepts);
        all
    }

    #[test]
    fn the_engines_agree_and_the_penalty_shrinks() {
        let samples = numbers(90);
        let mut before = f64::INFINITY;
        for alpha in ["0", "0.5", "10", "1000"] {
            let own = fitted(&ALGORITHM, &samples, &[("alpha", alpha)]);
            let settings = [("alpha", alpha), ("engine", "smartcore")];
            near(
                &weights(&*own),
                &weights(&*fitted(&ALGORITHM, &samples, &settings)),
                1e-10,
            );
            let size: f64 = weights(&*own)[..3].iter().map(|w| w * w).sum();
            assert!(size < before);
            before = size;
        }
        assert_plane_agrees(&*fitted(&ALGORITHM, &samples, &[]), 3);
    }

    #[test]
    fn another_alpha_reuses_the_matrix_and_changes_nothing() {
        let samples = numbers(50);
        let context = Context::default();
        let fit = |alpha, context: &Context| {
            let params = params(&ALGORITHM, &[("alpha", alpha)]);
            let mut fit = (ALGORITHM.start)(samples.clone(), &params, context).unwrap();
            fit.step(&Cancel::new()).unwrap();
            weights(&*fit.model())
        };
        fit("1", &context);
        let made = || -> Outcome<GramSystem> { panic!("it is kept") };
        let kept = context
            .reuse
            .get_or_make(samples.key, "least squares", 1, |_| 0, made);
        assert!(kept.is_ok());
        assert_eq!(fit("30", &context), fit("30", &Context::default()));
        assert!(start(&ALGORITHM, &samples, &[]).unwrap().taken() == 0);
    }
}
