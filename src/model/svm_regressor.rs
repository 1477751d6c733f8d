//! Support vector machine for numbers: a tube of epsilon around the curve.

use super::algorithm::half_decades;
use super::checks::engine_has_all;
use super::parameter::{Default, Parameter, ParameterKind};
use super::svm_machine::{
    C, COEF0, DEGREE, GAMMA, GAMMA_VALUE, KERNEL, MAX_ITER, TAGS, TOL, start,
};
use super::svm_smartcore::check_rows;
use super::{Algorithm, Engine, Engines, Tags, Task, ValidationCurve};

pub static ALGORITHM: Algorithm = Algorithm {
    id: "svm_regressor",
    name: "Support vector machine",
    task: Task::Regression,
    summary: "Lays a tube around as flat a curve as can be: rows inside cost nothing, rows outside and on its edge, the support vectors, shape it.",
    tags: Tags {
        probabilities: false,
        ..TAGS
    },
    engines: Engines {
        available: &[Engine::Seefit, Engine::Smartcore],
        reason: "Our own shows the way to the optimum and stops at once; smartcore's cannot be stopped and needed five times scikit-learn's time.",
    },
    parameters: &[
        C,
        Parameter::new(
            "epsilon",
            "Epsilon",
            ParameterKind::Real {
                min: 0.0,
                max: 1_000.0,
                log: true,
            },
            Default::Real(0.1),
            "Half the width of the tube, in units of the target: errors below it cost nothing.",
        )
        .common(),
        KERNEL,
        GAMMA,
        GAMMA_VALUE,
        DEGREE,
        COEF0,
        TOL,
        MAX_ITER,
    ],
    curve: Some(ValidationCurve {
        parameter: "C",
        log: true,
        values: |_| half_decades(-3, 3),
    }),
    sweep: None,
    check: |facts, params| {
        engine_has_all(params)?;
        match params.engine() {
            Engine::Smartcore => check_rows(facts, params),
            Engine::Seefit => Ok(()),
        }
    },
    start,
};

#[cfg(test)]
mod tests {
    use super::super::sample::{fitted, near, numbers, predictions, run};
    use super::super::separable::assert_plane_agrees;
    use super::*;

    #[test]
    fn every_kernel_fits_and_paints() {
        let samples = numbers(120);
        for kernel in ["linear", "poly", "rbf", "sigmoid"] {
            let model = fitted(
                &ALGORITHM,
                &samples,
                &[("kernel", kernel), ("coef0", "0.5")],
            );
            assert_plane_agrees(&*model, 3);
            assert_eq!(model.inside().coefficients.is_some(), kernel == "linear");
        }
    }

    #[test]
    fn what_is_inside_the_tube_does_not_count() {
        let samples = numbers(120);
        let settings = [
            ("kernel", "linear"),
            ("epsilon", "0.15"),
            ("tol", "1e-8"),
            ("C", "10"),
        ];
        let model = fitted(&ALGORITHM, &samples, &settings);
        let inside = model.inside();
        // The target is 5 + 2 a - b + c / 2 and a wave of 0.2.
        let found = &inside.coefficients.unwrap().weights[0];
        near(found, &[2.0, -1.0, 0.5], 0.05);
        let support = inside.support.unwrap();
        let out = predictions(&*model, &samples);
        for (row, (out, y)) in out.iter().zip(samples.numbers()).enumerate() {
            if !support.contains(&(row as u32)) {
                assert!((out - y).abs() <= 0.15 + 1e-3, "row {row}");
            } else {
                assert!((out - y).abs() >= 0.15 - 1e-3, "row {row}");
            }
        }
        assert!(support.len() < 100 && support.len() > 3);
    }

    #[test]
    fn smartcore_agrees() {
        let samples = numbers(90);
        for kernel in ["rbf", "linear"] {
            let model = |engine| {
                let settings = [("engine", engine), ("kernel", kernel), ("tol", "1e-6")];
                predictions(&*fitted(&ALGORITHM, &samples, &settings), &samples)
            };
            near(&model("seefit"), &model("smartcore"), 0.05);
        }
    }

    #[test]
    fn a_tube_around_everything_needs_no_vector() {
        let samples = numbers(60);
        let fit = run(&ALGORITHM, &samples, &[("epsilon", "1000")]).unwrap();
        let inside = fit.model().inside();
        assert_eq!(inside.support.unwrap().len(), 0);
        let out = predictions(&*fit.model(), &samples);
        assert!(out.iter().all(|v| *v == out[0]));
    }
}
