//! A stop at any moment leaves nothing behind: going on, or beginning anew, gives the same bits.

use std::time::Duration;

use seefit::base::{Cancel, Halt};
use seefit::model::{Context, Fit, Running};

use super::samples::{context, model, predictions};
use super::subject::{NotForIt, Passes, Subject, Verdict};

fn start(s: &Subject, context: &Context) -> Box<dyn Fit> {
    match (s.algorithm.start)(s.samples.clone(), &s.quick, context) {
        Ok(fit) => fit,
        Err(halt) => panic!("{halt:?}"),
    }
}

fn is_set() -> Cancel {
    let cancel = Cancel::new();
    cancel.cancel();
    cancel
}

fn finish(fit: &mut dyn Fit) {
    while !fit.is_finished() {
        if let Err(halt) = fit.step(&Cancel::new()) {
            panic!("{halt:?}");
        }
    }
}

fn is_as_undisturbed(s: &Subject, fit: &dyn Fit) {
    let whole = model(&s.samples, &s.quick);
    let x = &s.samples.x;
    assert!(predictions(&*fit.model(), x) == predictions(&*whole, x));
    assert!(fit.model().save() == whole.save());
}

pub fn a_set_flag_stops_a_step(s: &Subject) -> Verdict {
    let mut fit = start(s, &context(1));
    assert_eq!(fit.step(&is_set()), Err(Halt::Cancelled));
    assert_eq!(fit.taken(), 0);
    Passes
}

pub fn a_stopped_fit_goes_on_where_it_was(s: &Subject) -> Verdict {
    let mut fit = start(s, &context(1));
    let mut steps = 0;
    while !fit.is_finished() {
        if steps < 5 {
            let taken = fit.taken();
            assert_eq!(fit.step(&is_set()), Err(Halt::Cancelled), "at step {steps}");
            assert_eq!(fit.taken(), taken);
        }
        if let Err(halt) = fit.step(&Cancel::new()) {
            panic!("{halt:?}");
        }
        steps += 1;
    }
    is_as_undisturbed(s, &*fit);
    Passes
}

/// The flag is set by another thread at any moment; whether it comes in time or not must not show.
pub fn a_stop_at_any_moment_leaves_no_trace(s: &Subject) -> Verdict {
    let mut fit = start(s, &context(2));
    for micros in [0, 20, 60, 150, 400, 1000] {
        let cancel = Cancel::new();
        let flag = cancel.clone();
        std::thread::scope(|scope| {
            scope.spawn(move || {
                std::thread::sleep(Duration::from_micros(micros));
                flag.cancel();
            });
            while !fit.is_finished() {
                match fit.step(&cancel) {
                    Ok(()) => {}
                    Err(Halt::Cancelled) => break,
                    Err(halt) => panic!("{halt:?}"),
                }
            }
        });
    }
    finish(&mut *fit);
    is_as_undisturbed(s, &*fit);
    Passes
}

/// Looks that may come after the one that set the flag: of work that is being taken apart.
const FEW: u64 = 16;

/// Each look in turn sets the flag: the work ends at it, and goes on as if nothing had been.
pub fn a_stop_at_any_look_leaves_no_trace(s: &Subject) -> Verdict {
    let mut fit = start(s, &context(1));
    for look in [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144] {
        let cancel = Cancel::at_look(look);
        while !fit.is_finished() {
            match fit.step(&cancel) {
                Ok(()) => {}
                Err(Halt::Cancelled) => break,
                Err(halt) => panic!("{halt:?}"),
            }
        }
        let looks = cancel.looks();
        assert!(looks <= look + FEW, "{looks} looks, set at {look}");
    }
    finish(&mut *fit);
    is_as_undisturbed(s, &*fit);
    Passes
}

/// Many rows are predicted in parts, with a look at each.
pub fn a_prediction_of_many_rows_is_stopped_on_its_way(s: &Subject) -> Verdict {
    if s.algorithm.is_dummy() {
        // Its answer is there at once.
        return NotForIt;
    }
    let model = model(&s.samples, &s.quick);
    let x = &s.samples.x;
    let rows: Vec<u32> = (0..100_000).map(|row| row % x.rows() as u32).collect();
    let x = x.select(&rows);
    let mut out = vec![0.0; rows.len() * model.outputs()];
    let cancel = Cancel::at_look(3);
    let found = model.predict(x.values(), x.columns(), &mut out, &cancel);
    assert_eq!(found, Err(Halt::Cancelled), "{} looks", cancel.looks());
    assert!(cancel.looks() <= 3 + FEW);
    Passes
}

/// What a stopped fit left for reuse does no harm to the next.
pub fn a_stopped_fit_leaves_nothing_for_reuse(s: &Subject) -> Verdict {
    let shared = context(1);
    for micros in [0, 50, 300] {
        let cancel = Cancel::new();
        let flag = cancel.clone();
        let mut fit = start(s, &shared);
        std::thread::scope(|scope| {
            scope.spawn(move || {
                std::thread::sleep(Duration::from_micros(micros));
                flag.cancel();
            });
            while !fit.is_finished() && fit.step(&cancel).is_ok() {}
        });
    }
    let mut fit = start(s, &shared);
    finish(&mut *fit);
    is_as_undisturbed(s, &*fit);
    Passes
}

pub fn a_stopped_refresh_goes_on(s: &Subject) -> Verdict {
    if s.algorithm.is_dummy() {
        // Its answer is there at once.
        return NotForIt;
    }
    let mut fit = start(s, &context(1));
    let mut running = Running::default();
    while !fit.is_finished() {
        if let Err(halt) = fit.step(&Cancel::new()) {
            panic!("{halt:?}");
        }
        let x = &s.samples.x;
        assert_eq!(
            fit.refresh(x, &mut running, &is_set()),
            Err(Halt::Cancelled)
        );
        fit.refresh(x, &mut running, &Cancel::new())
            .expect("a refresh");
    }
    let mut whole = Running::default();
    fit.refresh(&s.samples.x, &mut whole, &Cancel::new())
        .expect("a refresh");
    assert!(running.values == whole.values);
    Passes
}

pub fn a_stopped_sweep_says_so(s: &Subject) -> Verdict {
    let (Some(sweep), Some(curve)) = (s.algorithm.sweep, &s.algorithm.curve) else {
        return NotForIt;
    };
    let values = (curve.values)(s.samples.x.rows());
    let x = &s.samples.x;
    let halt = sweep(&s.samples, &s.quick, &values, x, &context(1), &is_set());
    assert!(matches!(halt, Err(Halt::Cancelled)));
    Passes
}
