//! Targets at the edges: one class, a class of one row, many classes, constant and huge numbers.

use std::sync::Arc;

use seefit::base::{Halt, Outcome, Random};
use seefit::model::{Engine, Samples, Task};
use seefit::numeric::{Labels, Matrix};

use super::samples::{context, facts, fit, of_task, predict};
use super::subject::{NotForIt, Passes, Subject, Verdict};

const ROWS: u32 = 40;

fn x() -> Matrix {
    let mut random = Random::new(5);
    let values = (0..2 * ROWS).map(|_| random.normal().abs());
    Matrix::new(ROWS as usize, 2, values.collect())
}

fn run(s: &Subject, samples: &Arc<Samples>) -> Outcome<Vec<f64>> {
    let fit = fit(samples, &s.params, &context(1), 60)?;
    predict(&*fit.model(), &samples.x)
}

fn holds(s: &Subject, samples: &Arc<Samples>) -> Verdict {
    match run(s, samples) {
        Ok(predicted) => assert!(predicted.iter().all(|v| v.is_finite())),
        Err(Halt::Failed(problem)) => assert!(!problem.what.is_empty()),
        Err(Halt::Cancelled) => panic!("cancelled by nobody"),
    }
    Passes
}

fn classes(s: &Subject, code: impl Fn(u32) -> u32) -> Option<Arc<Samples>> {
    let codes = (0..ROWS).map(code).collect();
    (s.task() == Task::Classification).then(|| of_task(s.task(), x(), codes, Vec::new()))
}

fn numbers(s: &Subject, number: impl Fn(u32) -> f64) -> Option<Arc<Samples>> {
    let numbers = (0..ROWS).map(number).collect();
    (s.task() == Task::Regression).then(|| of_task(s.task(), x(), Vec::new(), numbers))
}

fn if_for_it(s: &Subject, samples: Option<Arc<Samples>>) -> Verdict {
    samples.map_or(NotForIt, |samples| holds(s, &samples))
}

/// Refused by the check, before anything is fitted, or answered with that class for certain.
pub fn one_class(s: &Subject) -> Verdict {
    let Some(samples) = classes(s, |_| 0) else {
        return NotForIt;
    };
    match (s.algorithm.check)(&facts(&samples), &s.params) {
        Err(problem) => assert!(problem.what.contains("one class"), "{problem}"),
        Ok(()) => {
            let predicted = run(s, &samples).expect("one class is allowed");
            assert!(predicted.iter().all(|p| *p == 1.0));
        }
    }
    Passes
}

pub fn a_class_of_one_row(s: &Subject) -> Verdict {
    if_for_it(s, classes(s, |i| u32::from(i == 0)))
}

pub fn a_class_a_row(s: &Subject) -> Verdict {
    if_for_it(s, classes(s, |i| i))
}

/// A fold may lack a class that the target has.
pub fn a_class_without_rows(s: &Subject) -> Verdict {
    let Some(samples) = classes(s, |i| i % 2) else {
        return NotForIt;
    };
    let codes = samples.classes().0.iter().map(|code| code * 2).collect();
    let samples = Arc::new(Samples {
        y: Some(Labels::Classes { codes, count: 4 }),
        ..(*samples).clone()
    });
    let predicted = match run(s, &samples) {
        Ok(predicted) => predicted,
        // smartcore's logistic regression needs rows of every class, and says so.
        Err(Halt::Failed(problem)) if s.engine == Engine::Smartcore => {
            assert!(problem.what.contains("every class"), "{problem}");
            return Passes;
        }
        Err(halt) => panic!("{halt:?}"),
    };
    for row in predicted.chunks(4) {
        assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{row:?}");
        // One that answers all classes alike does not look; smoothing may leave a little.
        assert!(row[1] < 0.26 && row[3] < 0.26, "{row:?}");
    }
    Passes
}

pub fn classes_of_very_different_size(s: &Subject) -> Verdict {
    if_for_it(s, classes(s, |i| u32::from(i % 20 == 7)))
}

pub fn a_constant_target(s: &Subject) -> Verdict {
    let Some(samples) = numbers(s, |_| 7.0) else {
        return NotForIt;
    };
    match run(s, &samples) {
        Ok(predicted) => {
            let off = predicted
                .iter()
                .map(|p| (p - 7.0).abs())
                .fold(0.0, f64::max);
            // A search of its own may end a little beside it.
            assert!(off < 0.5, "{off} beside 7");
        }
        Err(halt) => panic!("{halt:?}"),
    }
    Passes
}

pub fn a_huge_target(s: &Subject) -> Verdict {
    if_for_it(s, numbers(s, |i| 1e100 * f64::from(i)))
}

pub fn a_target_near_the_largest(s: &Subject) -> Verdict {
    let sign = |i: u32| if i.is_multiple_of(2) { 1.0 } else { -1.0 };
    if_for_it(s, numbers(s, |i| sign(i) * 1.7e308))
}

pub fn a_tiny_target(s: &Subject) -> Verdict {
    if_for_it(s, numbers(s, |i| 1e-200 * f64::from(i)))
}

pub fn a_denormal_target(s: &Subject) -> Verdict {
    if_for_it(s, numbers(s, |i| 5e-324 * f64::from(i % 4)))
}

/// Far from zero no digits are lost: the fit is that of the centred target, moved.
pub fn an_offset_target(s: &Subject) -> Verdict {
    if s.draws() || s.is("svm") || !matches!(s.task(), Task::Regression) {
        return NotForIt;
    }
    let y: Vec<f64> = s.samples.numbers().iter().map(|y| y + 1e8).collect();
    let moved = Arc::new(Samples {
        y: Some(Labels::Numbers(y.into())),
        key: seefit::base::Hash128(8),
        ..(*s.samples).clone()
    });
    let (near, far) = match (run(s, &s.samples), run(s, &moved)) {
        (Ok(near), Ok(far)) => (near, far),
        other => panic!("{other:?}"),
    };
    for (near, far) in near.iter().zip(&far) {
        assert!((far - 1e8 - near).abs() < 1e-4, "{near} and {far}");
    }
    Passes
}
