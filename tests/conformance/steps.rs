//! A fit goes step by step; after each there is a model.

use seefit::base::Cancel;
use seefit::model::{Fit, Running};

use super::samples::{apart, context, predictions};
use super::subject::{NotForIt, Passes, Subject, Verdict};

fn start(s: &Subject) -> Box<dyn Fit> {
    match (s.algorithm.start)(s.samples.clone(), &s.quick, &context(1)) {
        Ok(fit) => fit,
        Err(halt) => panic!("{halt:?}"),
    }
}

fn step(fit: &mut dyn Fit) {
    if let Err(halt) = fit.step(&Cancel::new()) {
        panic!("{halt:?}");
    }
}

pub fn it_begins_with_no_step_taken(s: &Subject) -> Verdict {
    let fit = start(s);
    assert_eq!(fit.taken(), 0);
    assert!(fit.planned() >= 1 && !fit.is_finished());
    Passes
}

pub fn its_steps_have_a_name(s: &Subject) -> Verdict {
    assert!(start(s).planned() == 1 || s.algorithm.tags.steps.is_some());
    Passes
}

pub fn steps_are_counted_and_end(s: &Subject) -> Verdict {
    let mut fit = start(s);
    let mut before = 0;
    while !fit.is_finished() {
        step(&mut *fit);
        let (taken, planned) = (fit.taken(), fit.planned());
        assert!(
            taken == before + 1 || fit.is_finished(),
            "{before} to {taken}"
        );
        assert!(taken <= planned, "{taken} of {planned}");
        before = taken;
    }
    Passes
}

pub fn a_step_after_the_end_changes_nothing(s: &Subject) -> Verdict {
    let mut fit = start(s);
    while !fit.is_finished() {
        step(&mut *fit);
    }
    let (taken, model) = (fit.taken(), fit.model());
    step(&mut *fit);
    assert_eq!(fit.taken(), taken);
    let x = &s.samples.x;
    assert!(predictions(&*fit.model(), x) == predictions(&*model, x));
    Passes
}

/// The state that a scrubber shows stays what it was.
pub fn a_model_stays_as_it_was_at_its_step(s: &Subject) -> Verdict {
    let mut fit = start(s);
    if fit.planned() < 2 {
        return NotForIt;
    }
    step(&mut *fit);
    let first = fit.model();
    let (saved, then) = (first.save(), predictions(&*first, &s.samples.x));
    while !fit.is_finished() {
        step(&mut *fit);
    }
    assert!(predictions(&*first, &s.samples.x) == then);
    assert!(first.save() == saved);
    Passes
}

pub fn each_step_has_a_finite_model(s: &Subject) -> Verdict {
    let mut fit = start(s);
    let outputs = s.model.outputs();
    for _ in 0..12 {
        if fit.is_finished() {
            break;
        }
        step(&mut *fit);
        let model = fit.model();
        assert!(model.outputs() == outputs || s.task() == seefit::model::Task::Clustering);
        assert!(
            predictions(&*model, &s.samples.x)
                .iter()
                .all(|v| v.is_finite())
        );
        assert!(model.bytes() > 0);
    }
    Passes
}

pub fn its_loss_is_a_number(s: &Subject) -> Verdict {
    let mut fit = start(s);
    let mut verdict = NotForIt;
    while !fit.is_finished() {
        step(&mut *fit);
        if let Some(loss) = fit.loss() {
            assert!(loss.is_finite(), "{loss} after step {}", fit.taken());
            verdict = Passes;
        }
    }
    verdict
}

/// What minimises a loss ends below where it began.
pub fn its_loss_falls(s: &Subject) -> Verdict {
    let mut fit = start(s);
    let mut losses = Vec::new();
    while !fit.is_finished() {
        step(&mut *fit);
        losses.extend(fit.loss());
    }
    let [first, .., last] = losses[..] else {
        return NotForIt;
    };
    assert!(last <= first + 1e-9 * first.abs(), "{first} to {last}");
    Passes
}

pub fn its_notes_are_sentences(s: &Subject) -> Verdict {
    let mut fit = start(s);
    while !fit.is_finished() {
        step(&mut *fit);
        for note in fit.notes() {
            assert!(note.ends_with('.') && note.trim() == note, "{note}");
        }
    }
    Passes
}

/// Held-out predictions that follow a fit step by step are those of its model.
pub fn running_predictions_are_those_of_the_model(s: &Subject) -> Verdict {
    let mut fit = start(s);
    let mut running = Running::default();
    let mut steps = 0;
    while !fit.is_finished() && steps < 25 {
        step(&mut *fit);
        steps += 1;
        if steps % 3 == 1 || fit.is_finished() {
            fit.refresh(&s.samples.x, &mut running, &Cancel::new())
                .expect("a refresh");
            let model = predictions(&*fit.model(), &s.samples.x);
            assert!(apart(&running.values, &model) < 1e-9);
            assert_eq!(running.steps, fit.taken());
        }
    }
    Passes
}

/// Whoever begins late gets the same as whoever followed from the first step.
pub fn running_predictions_may_begin_late(s: &Subject) -> Verdict {
    let mut fit = start(s);
    let (mut early, mut late) = (Running::default(), Running::default());
    while !fit.is_finished() {
        step(&mut *fit);
        fit.refresh(&s.samples.x, &mut early, &Cancel::new())
            .expect("a refresh");
    }
    fit.refresh(&s.samples.x, &mut late, &Cancel::new())
        .expect("a refresh");
    assert!(early.values == late.values);
    Passes
}
