//! Runs a job to its end for a command.

use std::io::{IsTerminal as _, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use super::Failure;
use crate::base::{Cancel, Halt, Outcome, Problem};
use crate::model::{Context, Facts};
use crate::train::{After, CurvePoint, Emit, Event, Job, PreparedCache, Report, Run};

/// What a job found out.
pub struct Done {
    pub report: Arc<Report>,
    /// The curve over a parameter, where it was asked for and the model has one.
    pub over_parameter: Vec<CurvePoint>,
    /// Mean numbers of rows trained and tested on.
    pub train_rows: f64,
    pub test_rows: f64,
}

/// Fits and scores. Input that cannot be fitted fails with code 2, work that goes wrong with code 1.
pub fn run(
    job: &Arc<Job>,
    cache: &PreparedCache,
    context: Context,
    with_curve: bool,
) -> Result<Done, Failure> {
    let cancel = Cancel::new();
    let (train_rows, test_rows) =
        check(job, cache, &cancel).map_err(|halt| Failure::input(problem(halt)))?;
    let work = || work(job, cache, context, with_curve, &cancel);
    let outcome = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| {
        let what = crate::train::panic_text(payload.as_ref());
        Err(Problem::new(format!("the fit broke down ({what})"))
            .at(job.params.algorithm().id)
            .fix("This is a defect of Seefit: please report it with the data and the command")
            .into())
    });
    let (report, over_parameter) = outcome.map_err(|halt| Failure::work(problem(halt)))?;
    Ok(Done {
        report,
        over_parameter,
        train_rows,
        test_rows,
    })
}

pub fn problem(halt: Halt) -> Problem {
    match halt {
        Halt::Failed(problem) => problem,
        Halt::Cancelled => Problem::new("the work was stopped before its end"),
    }
}

/// All that can be said before the fit: target, folds, preparation, the model's own check.
/// Gives the mean sizes of the folds' training and test parts.
fn check(job: &Job, cache: &PreparedCache, cancel: &Cancel) -> Outcome<(f64, f64)> {
    let prepared = cache.get(job, cancel)?;
    let part = prepared.full(cancel)?;
    let facts = Facts {
        rows: prepared.smallest_training(),
        columns: part.samples.x.columns(),
        classes: prepared.class_names().len(),
    };
    (job.params.algorithm().check)(&facts, &job.params)?;
    if job.test.is_some() {
        prepared.fold(0, cancel)?;
    }
    let folds = &prepared.folds.folds;
    let mean = |sizes: usize| sizes as f64 / folds.len().max(1) as f64;
    Ok((
        mean(folds.iter().map(|fold| fold.train.len()).sum()),
        mean(folds.iter().map(|fold| fold.test.len()).sum()),
    ))
}

fn work(
    job: &Arc<Job>,
    cache: &PreparedCache,
    context: Context,
    with_curve: bool,
    cancel: &Cancel,
) -> Outcome<(Arc<Report>, Vec<CurvePoint>)> {
    let (sender, events) = channel();
    let emit = Emit::new(sender, || {});
    let after = After {
        curve: with_curve,
        growth: false,
    };
    let mut run = Run::new(job.clone(), cache.clone(), context, emit, after);
    let mut status = Status::new(job.params.algorithm().name);
    let mut report = None;
    let mut over_parameter = Vec::new();
    while !run.is_done() {
        run.advance(Some(Instant::now() + SLICE), cancel)?;
        // Drained as it goes: snapshots are large, and nobody keeps them here.
        for event in events.try_iter() {
            match event {
                Event::Finished {
                    report: finished, ..
                } => report = Some(finished),
                Event::CurvePoint {
                    point,
                    over_parameter: true,
                    ..
                } => over_parameter.push(point),
                Event::Progress { pace, .. } => status.show(&pace.text),
                _ => {}
            }
        }
    }
    report
        .map(|report| (report, over_parameter))
        .ok_or(Halt::Cancelled)
}

const SLICE: Duration = Duration::from_millis(20);

/// One line on a terminal that says how far the work is, once it takes longer than a moment.
struct Status {
    name: &'static str,
    next: Instant,
    shown: bool,
    terminal: bool,
}

impl Status {
    fn new(name: &'static str) -> Self {
        Status {
            name,
            next: Instant::now() + Duration::from_secs(1),
            shown: false,
            terminal: std::io::stderr().is_terminal(),
        }
    }

    fn show(&mut self, text: &str) {
        if self.terminal && Instant::now() >= self.next {
            self.next = Instant::now() + Duration::from_millis(200);
            self.shown = true;
            let _ = write!(
                std::io::stderr(),
                "\r{:<78}",
                format!("{}: {text}", self.name)
            );
        }
    }
}

impl Drop for Status {
    fn drop(&mut self) {
        if self.shown {
            let _ = write!(std::io::stderr(), "\r{:<78}\r", "");
        }
    }
}
