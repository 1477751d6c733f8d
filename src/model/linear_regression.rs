//! Linear regression by ordinary least squares.

use std::sync::Arc;

use smartcore::linear::linear_regression::LinearRegression;

use super::checks::engine_has_all;
use super::linear_model::{LinearModel, target};
use super::parameter::{Default, Parameter, ParameterKind};
use super::{Algorithm, Engine, Engines, Model, OneStep, Samples, Tags, Task};
use crate::base::{Cancel, Outcome};
use crate::numeric::{Centred, GramSystem, LinearFit, Watched, guarded};

pub static ALGORITHM: Algorithm = Algorithm {
    id: "linear_regression",
    name: "Linear regression",
    task: Task::Regression,
    summary: "A weight for each feature, chosen so that the squared residuals add up to the least.",
    tags: Tags {
        needs_scaling: false,
        probabilities: false,
        steps: None,
        ends_early: false,
        objective: None,
        grows: None,
        coarse_rows: 10_000,
        row_limit: usize::MAX,
    },
    engines: Engines {
        available: &[Engine::Smartcore, Engine::Seefit],
        reason: "smartcore is right and quick here: its time goes into one solve, which our matrix does for it.",
    },
    parameters: &[Parameter::new(
        "fit_intercept",
        "Intercept",
        ParameterKind::Switch,
        Default::Switch(true),
        "Whether the line may miss the origin; switch it off only for data that are zero together.",
    )
    .common()
    .only(Engine::Seefit)],
    curve: None,
    sweep: None,
    check: |_, params| engine_has_all(params),
    start: |samples, params, _| {
        let (engine, fit_intercept) = (params.engine(), params.switch("fit_intercept"));
        OneStep::start(move |cancel| {
            let fit = match engine {
                Engine::Smartcore => by_smartcore(&samples, cancel)?,
                Engine::Seefit => {
                    let y = target(&samples);
                    GramSystem::new(&samples.x, &y, fit_intercept, cancel)?.solve(0.0, cancel)?
                }
            };
            Ok(Arc::new(LinearModel { fit }) as Arc<dyn Model>)
        })
    },
};

/// smartcore adds a column of ones and asks for more rows than columns. Centred rows make its
/// solution the one of minimum norm without the intercept in the norm, as scikit-learn has it, and
/// keep the digits of columns far from zero; rows of zeros stand in for missing ones.
fn by_smartcore(samples: &Samples, cancel: &Cancel) -> Outcome<LinearFit> {
    let least_rows = samples.x.columns() + 1;
    let centred = Centred::new(&samples.x, samples.numbers(), least_rows, cancel)?;
    let x = Watched::new(&centred.x, cancel);
    let fit: LinearRegression<f64, f64, Watched, Vec<f64>> = guarded(cancel, || {
        LinearRegression::fit(&x, &centred.y, std::default::Default::default())
    })?;
    let weights = fit.coefficients().to_matrix().values().to_vec();
    centred.finish(weights).checked()
}

#[cfg(test)]
mod tests {
    use super::super::Params;
    use super::super::sample::{fitted, near, numbers, params, predictions};
    use super::super::separable::assert_plane_agrees;
    use super::*;
    use crate::base::Hasher128;
    use crate::numeric::{Labels, Matrix};

    fn weights(model: &dyn Model) -> Vec<f64> {
        let inside = model.inside().coefficients.unwrap();
        let mut all = inside.weights[0].clone();
        all.extend(inside.intercepts);
        all
    }

    fn both(samples: &Arc<Samples>, tolerance: f64) {
        let smartcore = fitted(&ALGORITHM, samples, &[("engine", "smartcore")]);
        let seefit = fitted(&ALGORITHM, samples, &[("engine", "seefit")]);
        near(&weights(&*smartcore), &weights(&*seefit), tolerance);
    }

    fn of(x: Matrix, y: Vec<f64>) -> Arc<Samples> {
        Arc::new(Samples {
            x,
            y: Some(Labels::Numbers(y.into())),
            key: Hasher128::new().finish(),
        })
    }

    #[test]
    fn the_engines_agree() {
        both(&numbers(90), 1e-12);
        // Dependent, constant, too many and far columns: where smartcore alone would fail or differ.
        let values = (0..40).flat_map(|i| {
            let (a, b) = ((1.3 * f64::from(i)).sin(), (0.7 * f64::from(i)).cos());
            [a, b, a + b, 4.0, (2.9 * f64::from(i)).cos() + 1e6]
        });
        let y: Vec<f64> = (0..40).map(|i| (0.3 * f64::from(i)).sin()).collect();
        both(&of(Matrix::new(40, 5, values.collect()), y), 1e-8);
        let values: Vec<f64> = (0..18).map(|i| (1.3 * f64::from(i * i)).sin()).collect();
        both(&of(Matrix::new(3, 6, values), vec![1.0, -2.0, 4.0]), 1e-12);
        both(&of(Matrix::new(3, 0, vec![]), vec![1.0, -2.0, 4.0]), 1e-12);
    }

    #[test]
    fn fits_predicts_and_paints() {
        let samples = numbers(90);
        let model = fitted(&ALGORITHM, &samples, &[]);
        near(&weights(&*model), &[2.0, -1.0, 0.5, 5.0], 0.1);
        near(&predictions(&*model, &samples), samples.numbers(), 0.3);
        assert_plane_agrees(&*model, 3);
        let through_zero = fitted(&ALGORITHM, &samples, &[("fit_intercept", "false")]);
        assert_eq!(weights(&*through_zero)[3], 0.0);
    }

    #[test]
    fn smartcore_has_no_switch_for_the_intercept() {
        let moved = params(&ALGORITHM, &[("fit_intercept", "false")]);
        assert_eq!(moved.engine(), Engine::Seefit);
        let facts = super::super::Facts {
            rows: 9,
            columns: 2,
            classes: 0,
        };
        assert_eq!((ALGORITHM.check)(&facts, &moved), Ok(()));
        let asked = params(
            &ALGORITHM,
            &[("fit_intercept", "false"), ("engine", "smartcore")],
        );
        assert!((ALGORITHM.check)(&facts, &asked).is_err());
        assert_eq!(
            (ALGORITHM.check)(&facts, &Params::defaults(&ALGORITHM)),
            Ok(())
        );
    }
}
