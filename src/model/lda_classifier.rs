//! Linear discriminant analysis.

use std::sync::Arc;

use super::checks::two_classes;
use super::logistic_regression::LogisticModel;
use super::parameter::{Default, Parameter, ParameterKind};
use super::{Algorithm, Engine, Engines, Model, OneStep, Tags, Task, ValidationCurve};
use crate::numeric::{LdaSolver, lda};

pub static ALGORITHM: Algorithm = Algorithm {
    id: "lda_classifier",
    name: "Linear discriminant analysis",
    task: Task::Classification,
    summary: "A bell curve for each class, all of one shape: the boundaries between them are straight.",
    tags: Tags {
        needs_scaling: false,
        probabilities: true,
        steps: None,
        ends_early: false,
        objective: None,
        grows: None,
        coarse_rows: 10_000,
        row_limit: usize::MAX,
    },
    engines: Engines {
        available: &[Engine::Seefit],
        reason: "smartcore's only projects the features, and stops at constant or dependent columns.",
    },
    parameters: &[
        Parameter::new(
            "solver",
            "Solver",
            ParameterKind::Choice(&[("svd", "Whitening"), ("lsqr", "Covariance")]),
            Default::Choice("svd"),
            "Whitening leaves out directions in which no class varies; the covariance can be shrunk.",
        )
        .common(),
        Parameter::new(
            "shrinkage",
            "Shrinkage",
            ParameterKind::Real {
                min: 0.0,
                max: 1.0,
                log: false,
            },
            Default::Real(0.0),
            "How far the common shape is drawn towards a ball: helps where there are few rows for the columns.",
        )
        .common()
        .visible_if("solver", &["lsqr"]),
        Parameter::new(
            "priors",
            "Priors",
            ParameterKind::Choice(&[("none", "As in the data"), ("uniform", "All alike")]),
            Default::Choice("none"),
            "How frequent classes are taken to be before a row is seen.",
        ),
    ],
    curve: Some(ValidationCurve {
        parameter: "shrinkage",
        log: false,
        values: |_| (0..=10).map(|tenth| f64::from(tenth) / 10.0).collect(),
    }),
    sweep: None,
    check: |facts, _| two_classes(facts),
    start: |samples, params, _| {
        let uniform = params.choice("priors") == "uniform";
        let solver = match params.choice("solver") {
            "lsqr" => LdaSolver::Lsqr {
                shrinkage: params.real("shrinkage"),
            },
            _ => LdaSolver::Svd,
        };
        OneStep::start(move |cancel| {
            let (codes, count) = samples.classes();
            let fit = lda(&samples.x, codes, count, solver, uniform, cancel)?;
            Ok(Arc::new(LogisticModel { fit }) as Arc<dyn Model>)
        })
    },
};

#[cfg(test)]
mod tests {
    use super::super::sample::{accuracy, classes, fitted, predictions};
    use super::super::separable::assert_plane_agrees;
    use super::super::{Facts, Params, Samples};
    use super::*;

    #[test]
    fn learns_and_paints_with_either_solver() {
        for count in [2, 3] {
            let samples = classes(120, count);
            for solver in ["svd", "lsqr"] {
                let model = fitted(&ALGORITHM, &samples, &[("solver", solver)]);
                assert!(accuracy(&*model, &samples) > 0.65, "{solver} {count}");
                assert_plane_agrees(&*model, 3);
                let inside = model.inside().coefficients.unwrap();
                assert_eq!(inside.weights.len(), if count == 2 { 1 } else { 3 });
            }
        }
    }

    #[test]
    fn a_class_without_rows_has_no_share_and_one_class_is_refused() {
        let full = classes(120, 3);
        let (codes, _) = full.classes();
        let rows: Vec<u32> = (0..120).filter(|i| codes[*i as usize] != 1).collect();
        let part = Arc::new(Samples {
            x: full.x.select(&rows),
            y: full.y.as_ref().map(|y| y.select(&rows)),
            key: full.key,
        });
        for priors in ["none", "uniform"] {
            let model = fitted(&ALGORITHM, &part, &[("priors", priors)]);
            assert!(predictions(&*model, &part).chunks(3).all(|p| p[1] == 0.0));
        }
        let facts = Facts {
            rows: 9,
            columns: 2,
            classes: 1,
        };
        assert!((ALGORITHM.check)(&facts, &Params::defaults(&ALGORITHM)).is_err());
    }
}
