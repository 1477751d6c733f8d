//! Support vector machine for classes, one against one.

use super::algorithm::half_decades;
use super::checks::{engine_has_all, two_classes};
use super::parameter::{Default, Parameter, ParameterKind};
use super::svm_machine::{
    C, COEF0, DEGREE, GAMMA, GAMMA_VALUE, KERNEL, MAX_ITER, TAGS, TOL, start,
};
use super::svm_smartcore::check_rows;
use super::{Algorithm, Engine, Engines, Task, ValidationCurve};

pub static ALGORITHM: Algorithm = Algorithm {
    id: "svm_classifier",
    name: "Support vector machine",
    task: Task::Classification,
    summary: "Puts the boundary in the middle of the widest gap between the classes; the rows at the gap's edge, the support vectors, hold it.",
    tags: TAGS,
    engines: Engines {
        available: &[Engine::Seefit, Engine::Smartcore],
        reason: "Our own shows the way to the optimum, stops at once and has probabilities and class weights; smartcore's needed 35 to 62 times scikit-learn's time and ends before the optimum.",
    },
    parameters: &[
        C,
        KERNEL,
        GAMMA,
        GAMMA_VALUE,
        Parameter::new(
            "probability",
            "Probabilities",
            ParameterKind::Switch,
            Default::Switch(false),
            "Learns probabilities from rows left out, in five more fits (Platt scaling); without them a class is certain or not at all.",
        )
        .common()
        .only(Engine::Seefit),
        DEGREE,
        COEF0,
        Parameter::new(
            "class_weight",
            "Class weight",
            ParameterKind::Choice(&[("none", "Alike"), ("balanced", "Balanced")]),
            Default::Choice("none"),
            "Whether rows of rare classes cost more, so that all classes weigh alike.",
        )
        .only(Engine::Seefit),
        TOL,
        MAX_ITER,
        Parameter::new(
            "break_ties",
            "Break ties",
            ParameterKind::Switch,
            Default::Switch(false),
            "Whether classes with equally many votes are told apart by their decision values; else the first of them is taken.",
        )
        .only(Engine::Seefit),
    ],
    curve: Some(ValidationCurve {
        parameter: "C",
        log: true,
        values: |_| half_decades(-3, 3),
    }),
    sweep: None,
    check: |facts, params| {
        two_classes(facts)?;
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
    use super::super::sample::{accuracy, classes, fitted, predictions, run, start};
    use super::super::separable::assert_plane_agrees;
    use super::super::{Context, Samples};
    use super::*;
    use crate::base::{Cancel, Halt};
    use crate::numeric::Labels;
    use std::sync::Arc;

    const KERNELS: [&str; 4] = ["linear", "poly", "rbf", "sigmoid"];

    #[test]
    fn every_kernel_fits_and_paints() {
        for count in [2, 3] {
            let samples = classes(120, count);
            for kernel in KERNELS {
                for probability in ["false", "true"] {
                    let settings = [
                        ("kernel", kernel),
                        ("probability", probability),
                        ("coef0", "0.5"),
                    ];
                    let model = fitted(&ALGORITHM, &samples, &settings);
                    assert_eq!(model.has_probabilities(), probability == "true");
                    assert_plane_agrees(&*model, 3);
                    let right = accuracy(&*model, &samples);
                    let least = if kernel == "sigmoid" { 0.4 } else { 0.8 };
                    assert!(right > least, "{kernel}, {count} classes: {right}");
                    for row in predictions(&*model, &samples).chunks(count) {
                        assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-12);
                    }
                }
            }
        }
    }

    #[test]
    fn support_vectors_hold_the_boundary() {
        let samples = classes(120, 3);
        let model = fitted(&ALGORITHM, &samples, &[("tol", "1e-8")]);
        let inside = model.inside();
        let support = inside.support.unwrap();
        assert!(support.is_sorted_by(|a, b| a < b) && support.len() < 120);
        assert_eq!(inside.facts[0].1, format!("{} of 120 rows", support.len()));
        // Without the other rows the machine is the same.
        let part = Arc::new(Samples {
            x: samples.x.select(&support),
            y: samples.y.as_ref().map(|y| y.select(&support)),
            key: samples.key,
        });
        let gamma = crate::numeric::Kernel::scale_gamma(&samples.x, &Cancel::new())
            .unwrap()
            .to_string();
        let settings = [("tol", "1e-8"), ("gamma", "value"), ("gamma_value", &gamma)];
        let small = fitted(&ALGORITHM, &part, &settings);
        assert_eq!(
            predictions(&*small, &samples),
            predictions(&*model, &samples)
        );
    }

    #[test]
    fn a_file_holds_the_support_vectors_or_no_row_at_all() {
        let samples = classes(120, 3);
        for engine in ["seefit", "smartcore"] {
            let saved = |kernel| {
                let settings = [("kernel", kernel), ("engine", engine)];
                let model = fitted(&ALGORITHM, &samples, &settings);
                let support = model.inside().support.unwrap().len();
                (model.save().unwrap(), support)
            };
            let (bent, vectors) = saved("rbf");
            assert_eq!(bent.rows, vectors);
            let (straight, vectors) = saved("linear");
            assert!(straight.rows == 0 && vectors > 0);
            // No value of the training rows is in it; those of the first are such as 0.
            for value in &samples.x.values()[3..] {
                let bytes = value.to_be_bytes();
                assert!(!straight.state.windows(8).any(|part| part == bytes));
            }
            let told = samples.x.values().iter().filter(|value| {
                let bytes = value.to_be_bytes();
                bent.state.windows(8).any(|part| part == bytes)
            });
            assert!(told.count() >= 3 * bent.rows);
        }
    }

    #[test]
    fn steps_show_the_way_and_can_be_stopped_within() {
        let samples = classes(120, 3);
        let settings = [("C", "100"), ("probability", "true")];
        let mut fit = start(&ALGORITHM, &samples, &settings).unwrap();
        let (go, stop) = (Cancel::new(), Cancel::new());
        stop.cancel();
        let mut losses = Vec::new();
        while !fit.is_finished() {
            assert_eq!(fit.step(&stop), Err(Halt::Cancelled));
            fit.step(&go).unwrap();
            losses.push(fit.loss().unwrap());
            assert!(accuracy(&*fit.model(), &samples) > 0.3);
        }
        assert!(losses.len() > 8 && losses.is_sorted_by(|a, b| a >= b));
        let short = run(&ALGORITHM, &samples, &[("max_iter", "3"), ("C", "100")]).unwrap();
        assert!(short.notes()[0].contains("did not converge in 3 iterations"));
        assert_eq!((short.taken(), short.planned()), (1, 1));
    }

    #[test]
    fn smartcore_agrees_and_stops() {
        for count in [2, 3] {
            let samples = classes(120, count);
            for kernel in ["rbf", "linear"] {
                let model = |engine| {
                    fitted(
                        &ALGORITHM,
                        &samples,
                        &[("engine", engine), ("kernel", kernel)],
                    )
                };
                let (own, theirs) = (model("seefit"), model("smartcore"));
                let (a, b) = (
                    predictions(&*own, &samples),
                    predictions(&*theirs, &samples),
                );
                let apart = a.iter().zip(&b).filter(|(a, b)| a != b).count() / 2;
                assert!(apart <= 6, "{kernel}, {count} classes: {apart}");
                assert_plane_agrees(&*theirs, 3);
                assert!(theirs.inside().support.is_some_and(|s| !s.is_empty()));
            }
        }
    }

    #[test]
    fn balanced_classes_weigh_alike() {
        let full = classes(120, 2);
        let (codes, _) = full.classes();
        let mut seen = 0;
        let rows: Vec<u32> = (0..120)
            .filter(|row| {
                seen += codes[*row as usize];
                codes[*row as usize] == 0 || seen.is_multiple_of(8)
            })
            .collect();
        let samples = Arc::new(Samples {
            x: full.x.select(&rows),
            y: full.y.as_ref().map(|y| y.select(&rows)),
            key: full.key,
        });
        let found = |weight| {
            let settings = [
                ("class_weight", weight),
                ("C", "0.05"),
                ("kernel", "linear"),
            ];
            let out = predictions(&*fitted(&ALGORITHM, &samples, &settings), &samples);
            out.chunks(2).filter(|p| p[1] > 0.5).count()
        };
        assert!(found("balanced") > found("none"));
    }

    #[test]
    fn classes_without_rows_and_single_rows_do_no_harm() {
        let full = classes(60, 3);
        for rows in [vec![0], vec![0, 3, 6], vec![0, 1], (0..40).collect()] {
            for probability in ["false", "true"] {
                let samples = Arc::new(Samples {
                    x: full.x.select(&rows),
                    y: full.y.as_ref().map(|y| y.select(&rows)),
                    key: full.key,
                });
                let Some(Labels::Classes { .. }) = samples.y else {
                    panic!("classes");
                };
                let params =
                    super::super::sample::params(&ALGORITHM, &[("probability", probability)]);
                let mut fit =
                    (ALGORITHM.start)(samples.clone(), &params, &Context::default()).unwrap();
                while !fit.is_finished() {
                    fit.step(&Cancel::new()).unwrap();
                }
                let out = predictions(&*fit.model(), &samples);
                assert!(out.iter().all(|p| (0.0..=1.0).contains(p)));
            }
        }
    }
}
