//! A job under way: its run between two slices, and how it is stopped, resumed and ended.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::Run;
use super::event::{Emit, Event, Gate};
use super::lanes::{Lane, LaneHandle, panic_text};
use crate::base::{Cancel, Halt, Problem};

/// A slice of a fit before the next fit gets its turn.
const SLICE: Duration = Duration::from_millis(25);

/// A job under way, or done while somebody still looks at it.
pub struct Handle {
    priority: AtomicU8,
    lanes: LaneHandle,
    emit: Emit,
    gate: Gate,
    state: Mutex<State>,
}

struct State {
    /// The run, between two slices; None once it is done.
    run: Option<Run>,
    /// Stops the slice at work.
    cancel: Cancel,
    paused: bool,
    /// The stop has not been reported yet.
    unreported: bool,
    /// A slice waits in the lane.
    queued: bool,
    /// A slice is at work.
    working: bool,
    /// Nobody looks at the job any more.
    gone: bool,
}

impl Handle {
    /// Puts a run to work. `run` gets an emitter that falls silent when the handle ends.
    pub fn start(
        lanes: LaneHandle,
        emit: &Emit,
        priority: u8,
        run: impl FnOnce(Emit) -> Run,
    ) -> Arc<Self> {
        let gate = Gate::default();
        let emit = emit.behind(gate.clone());
        let handle = Arc::new(Handle {
            priority: AtomicU8::new(priority),
            lanes,
            emit: emit.clone(),
            gate,
            state: Mutex::new(State {
                run: Some(run(emit)),
                cancel: Cancel::new(),
                paused: false,
                unreported: false,
                queued: false,
                working: false,
                gone: false,
            }),
        });
        handle.queue(&mut handle.lock());
        handle
    }

    pub fn set_priority(&self, priority: u8) {
        self.priority.store(priority, Ordering::Relaxed);
    }

    /// Stops where it stands, also amid a step, and has the report of what there is sent.
    pub fn stop(self: &Arc<Self>) {
        let mut state = self.lock();
        if !state.paused {
            state.paused = true;
            state.unreported = true;
            state.cancel.cancel();
            self.queue(&mut state);
        }
    }

    /// Nothing is left to do.
    pub fn is_done(&self) -> bool {
        let state = self.lock();
        state.run.is_none() && !state.working
    }

    /// Goes on after `stop`.
    pub fn resume(self: &Arc<Self>) {
        let mut state = self.lock();
        if std::mem::take(&mut state.paused) {
            state.unreported = false;
            self.queue(&mut state);
        }
    }

    /// Stops for good; nothing is sent from now on.
    pub fn end(&self) {
        let run = {
            let mut state = self.lock();
            state.gone = true;
            state.cancel.cancel();
            state.run.take()
        };
        self.gate.close();
        drop(run);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has the next slice done, unless one waits already or is at work, which looks by itself.
    fn queue(self: &Arc<Self>, state: &mut State) {
        if state.queued || state.working || state.run.is_none() {
            return;
        }
        state.queued = true;
        let handle = self.clone();
        let priority = self.priority.load(Ordering::Relaxed);
        self.lanes
            .submit(Lane::Fine, priority, None, move || handle.slice());
    }

    fn slice(self: &Arc<Self>) {
        let (mut run, cancel, paused) = {
            let mut state = self.lock();
            state.queued = false;
            let Some(run) = state.run.take() else {
                return;
            };
            state.working = true;
            state.cancel = Cancel::new();
            state.unreported = false;
            (run, state.cancel.clone(), state.paused)
        };
        let had_model = run.has_model();
        let worked = catch_unwind(AssertUnwindSafe(|| {
            if paused {
                run.report_stopped(&cancel)
            } else {
                run.advance(Some(Instant::now() + SLICE), &cancel)
            }
        }));
        let outcome = worked.unwrap_or_else(|payload| {
            let what = panic_text(payload.as_ref());
            self.emit.send(Event::Crashed { what: what.clone() });
            let problem = Problem::new(format!("it broke off unexpectedly ({what})"));
            Err(problem.fix("Change a parameter, or start it over").into())
        });
        // Once it can show a model, a run lets the other models go first for a while.
        if !had_model && run.has_model() {
            self.priority.fetch_min(100, Ordering::Relaxed);
        }
        // What is left then is a curve over a parameter.
        if run.is_scored() {
            self.priority.fetch_min(50, Ordering::Relaxed);
        }
        let mut state = self.lock();
        state.working = false;
        if state.gone {
            return;
        }
        match outcome {
            // The handle stays until the job is no longer wanted, so that it does not start again
            // between its end and the moment when the subscriber hears of it.
            Ok(()) if run.is_done() => {}
            // What is missing of a job that has its score is a curve.
            Err(Halt::Failed(_)) if run.is_scored() => {}
            Err(Halt::Failed(problem)) => {
                let key = run.key();
                self.emit.send(Event::Failed { key, problem });
            }
            Ok(()) | Err(Halt::Cancelled) => {
                state.run = Some(run);
                // A stop amid the slice, also one after a resume, still has to be reported; a stopped
                // run that has been resumed meanwhile goes on.
                if !state.paused || state.unreported {
                    self.queue(&mut state);
                }
            }
        }
    }
}
