//! The engine room under quick changes of mind.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use super::*;
use crate::model::{Algorithm, Engine, Engines, Fit, Model, Params, Tags, Task};
use crate::train::sample::{self, long_fit, params};
use crate::train::surface::{Plane, PlaneBase};

/// A deadline for what must come some time; nothing here waits for a time to pass.
const LONGEST: Duration = Duration::from_secs(60);

const AFTER: After = After {
    curve: true,
    growth: false,
};

fn job(params: Params, rows: usize) -> Arc<Job> {
    sample::shared(sample::table(rows), params)
}

fn wanted(job: &Arc<Job>) -> Wanted {
    Wanted {
        slot: 1,
        job: job.clone(),
        selected: true,
        scored: false,
        after: AFTER,
    }
}

fn live() -> (Live, Receiver<Event>) {
    let (sender, events) = channel();
    (Live::new(Emit::new(sender, || {})), events)
}

/// The events up to the first for which `last` holds.
fn until(events: &Receiver<Event>, last: impl Fn(&Event) -> bool) -> Vec<Event> {
    let end = Instant::now() + LONGEST;
    let mut all = Vec::new();
    loop {
        let left = end.saturating_duration_since(Instant::now());
        match events.recv_timeout(left) {
            Ok(event) => {
                all.push(event);
                if last(&all[all.len() - 1]) {
                    return all;
                }
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                panic!("it did not come; what came: {all:?}")
            }
        }
    }
}

fn finished(key: Hash128, stopped: bool) -> impl Fn(&Event) -> bool {
    move |event| matches!(event, Event::Finished { key: k, report } if *k == key && report.stopped == stopped)
}

#[test]
fn a_job_wanted_again_has_one_curve() {
    let (live, events) = live();
    let a = job(long_fit(), 60);
    let b = job(params("gaussian_nb", &[]), 60);
    for _ in 0..5 {
        live.want(&[wanted(&a)]);
        until(
            &events,
            |e| matches!(e, Event::CurvePoint { key, .. } if *key == a.key()),
        );
        live.want(&[wanted(&b)]);
    }
    live.want(&[wanted(&a)]);
    let all = until(&events, finished(a.key(), false));
    let started = |e: &Event| matches!(e, Event::Started { key } if *key == a.key());
    let last = all.iter().rposition(started).unwrap();
    let steps = all[last..].iter().filter_map(|e| match e {
        Event::CurvePoint { key, point, .. } if *key == a.key() => Some(point.x),
        _ => None,
    });
    let steps: Vec<f64> = steps.collect();
    assert_eq!(steps[0], 1.0);
    assert!(steps.windows(2).all(|w| w[0] < w[1]), "{steps:?}");
}

#[test]
fn what_was_ended_is_silent() {
    let (live, events) = live();
    let a = job(long_fit(), 60);
    live.want(&[wanted(&a)]);
    until(&events, |e| matches!(e, Event::CurvePoint { .. }));
    live.want(&[]);
    // All that it sent is in the channel by now.
    let _ = events.try_iter().count();
    let b = job(params("gaussian_nb", &[]), 60);
    live.want(&[wanted(&b)]);
    for event in until(&events, finished(b.key(), false)) {
        let of_run = match event {
            Event::Started { key } | Event::Progress { key, .. } => Some(key),
            Event::CurvePoint { key, .. } | Event::Snapshot { key, .. } => Some(key),
            Event::Finished { key, .. } | Event::Failed { key, .. } => Some(key),
            _ => None,
        };
        assert_ne!(of_run, Some(a.key()));
    }
}

#[test]
fn stop_and_resume_in_any_order_lose_nothing() {
    let (live, events) = live();
    let a = job(long_fit(), 60);
    live.want(&[wanted(&a)]);
    for round in 0..40 {
        live.stop(a.key());
        if round % 4 == 0 {
            // Also from where it stands still.
            until(&events, finished(a.key(), true));
        }
        live.resume(a.key());
    }
    until(&events, finished(a.key(), false));
}

#[test]
fn what_is_stopped_before_it_began_says_so_and_goes_on() {
    let (live, events) = live();
    // The first keeps the lane busy; on several cores both may begin at once.
    let (a, b) = (job(long_fit(), 200), job(long_fit(), 60));
    let second = Wanted {
        slot: 2,
        selected: false,
        ..wanted(&b)
    };
    live.want(&[wanted(&a), second]);
    live.stop(b.key());
    until(&events, finished(b.key(), true));
    live.resume(b.key());
    live.stop(a.key());
    until(&events, finished(b.key(), false));
}

#[test]
fn a_stop_after_the_score_leaves_the_score_complete() {
    let (live, events) = live();
    let a = job(params("knn_classifier", &[]), 400);
    live.want(&[wanted(&a)]);
    until(&events, finished(a.key(), false));
    live.stop(a.key());
    live.resume(a.key());
    let rest = until(&events, |e| {
        matches!(
            e,
            Event::CurvePoint {
                over_parameter: true,
                ..
            }
        )
    });
    assert!(!rest.iter().any(|e| matches!(e, Event::Finished { .. })));
}

#[test]
fn a_missing_curve_over_a_parameter_is_made_without_another_fit() {
    let (live, events) = live();
    let a = job(params("knn_classifier", &[]), 100);
    live.want(&[Wanted {
        scored: true,
        ..wanted(&a)
    }]);
    let all = until(&events, |e| {
        matches!(
            e,
            Event::CurvePoint {
                over_parameter: true,
                ..
            }
        )
    });
    assert_eq!(all.len(), 1, "{all:?}");
}

#[test]
fn of_two_cards_with_one_job_the_selected_says_how_urgent_it_is() {
    let (live, events) = live();
    let a = job(params("gaussian_nb", &[]), 60);
    let second = Wanted {
        slot: 2,
        selected: false,
        ..wanted(&a)
    };
    live.want(&[wanted(&a), second]);
    let all = until(&events, finished(a.key(), false));
    let started = all.iter().filter(|e| matches!(e, Event::Started { .. }));
    assert_eq!(started.count(), 1);
}

fn plane(job: &Job, view: f64) -> PlaneRequest {
    PlaneRequest {
        table: job.table.clone(),
        plane: Plane::Columns {
            x: 0,
            y: Some(1),
            base: PlaneBase::Typical,
        },
        x_range: [-view, view],
        y_range: [-view, view],
        coarse: [10, 10],
        full: [20, 20],
        painter: None,
    }
}

#[test]
fn the_last_picture_is_of_the_last_plane_and_step() {
    let (live, events) = live();
    let a = job(params("gaussian_nb", &[]), 60);
    live.want(&[wanted(&a)]);
    let all = until(&events, finished(a.key(), false));
    let fitted = all.iter().find_map(|e| match e {
        Event::Snapshot { snapshot, .. } => Some(snapshot.fitted.clone()),
        _ => None,
    });
    let fitted = fitted.unwrap();
    let mut last = None;
    for round in 0..200 {
        // The first picture takes much longer than those after it.
        let slow = round == 0;
        let mut request = plane(&a, 1.0 + f64::from(round));
        request.full = if slow { [600, 600] } else { [4, 4] };
        live.set_plane(Some(request.clone()));
        live.draw(1, a.key(), fitted.clone(), true);
        last = Some(request.name());
    }
    let of_last =
        |e: &Event| matches!(e, Event::Surface { surface, .. } if Some(surface.request) == last);
    until(&events, of_last);
    // Whatever is still at work has ended when the lane has done this.
    let (done, end) = channel();
    for slot in [7, 8] {
        let done = done.clone();
        live.picture(slot, 0, move || done.send(()).unwrap());
    }
    for _ in [7, 8] {
        end.recv_timeout(LONGEST).unwrap();
    }
    drop(live);
    let later = events.iter().filter(|e| matches!(e, Event::Surface { .. }));
    assert_eq!(later.filter(|e| !of_last(e)).count(), 0);
}

#[test]
fn an_axis_that_the_model_does_not_know_is_a_problem_of_the_picture_alone() {
    let (live, events) = live();
    let a = job(params("gaussian_nb", &[]), 60);
    let mut request = plane(&a, 1.0);
    request.plane = Plane::Columns {
        x: 2,
        y: Some(1),
        base: PlaneBase::Typical,
    };
    live.set_plane(Some(request));
    live.want(&[wanted(&a)]);
    let mut ends = [false; 2];
    let both = until(&events, |e| finished(a.key(), false)(e));
    ends[0] = both.iter().any(|e| matches!(e, Event::NoSurface { .. }));
    if !ends[0] {
        until(&events, |e| matches!(e, Event::NoSurface { .. }));
    }
    assert!(!both.iter().any(|e| matches!(e, Event::Failed { .. })));
}

static FITS: AtomicUsize = AtomicUsize::new(0);
static BREAKS: AtomicBool = AtomicBool::new(true);

/// Breaks off in its second fit.
static BROKEN: Algorithm = Algorithm {
    id: "broken_classifier",
    name: "Broken",
    task: Task::Classification,
    summary: "Breaks off, for a test of the net.",
    tags: Tags {
        needs_scaling: false,
        probabilities: true,
        steps: None,
        ends_early: false,
        objective: None,
        grows: None,
        coarse_rows: 1,
        row_limit: usize::MAX,
    },
    engines: Engines {
        available: &[Engine::Seefit],
        reason: "There is no other.",
    },
    parameters: &[],
    curve: None,
    sweep: None,
    check: |_, _| Ok(()),
    start: |samples, _, _| {
        if samples.x.rows() == 1 {
            return Err(Problem::new("the coarse fit is none of this test").into());
        }
        Ok(Box::new(Broken))
    },
};

struct Broken;

impl Fit for Broken {
    fn planned(&self) -> usize {
        1
    }

    fn taken(&self) -> usize {
        0
    }

    fn step(&mut self, _: &Cancel) -> crate::base::Outcome<()> {
        FITS.fetch_add(1, Ordering::Relaxed);
        assert!(!BREAKS.load(Ordering::Relaxed), "a test of the net");
        Ok(())
    }

    fn model(&self) -> Arc<dyn Model> {
        unreachable!("it never has one")
    }
}

#[test]
fn a_panic_fails_its_job_and_the_others_go_on() {
    let (live, events) = live();
    let a = job(Params::defaults(&BROKEN), 60);
    live.want(&[wanted(&a)]);
    let all = until(&events, |e| matches!(e, Event::Failed { .. }));
    assert!(
        all.iter()
            .any(|e| matches!(e, Event::Crashed { what } if what == "a test of the net"))
    );
    let Some(Event::Failed { key, problem }) = all.last() else {
        unreachable!()
    };
    assert_eq!(*key, a.key());
    assert!(problem.to_string().contains("a test of the net"));
    // Wanted on, it does not start again by itself.
    let b = job(params("gaussian_nb", &[]), 60);
    let second = Wanted {
        slot: 2,
        ..wanted(&b)
    };
    live.want(&[wanted(&a), second]);
    until(&events, finished(b.key(), false));
    assert_eq!(FITS.load(Ordering::Relaxed), 1);
}
