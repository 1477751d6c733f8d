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
    /// What the job was wanted with.
    priority: AtomicU8,
    /// How far it is: see `Reached`.
    reached: AtomicU8,
    lanes: LaneHandle,
    emit: Emit,
    gate: Gate,
    state: Mutex<State>,
}

/// What a job has shown so far; those that have shown less go first, and of those that have shown as
/// much the selected one, else all in turns.
#[derive(Clone, Copy)]
enum Reached {
    Nothing,
    Model,
    Score,
    /// What is left is a curve over a parameter.
    Report,
}

impl Reached {
    /// The priority of a job that was wanted with `wanted`: over 100 that is the selected model's.
    fn priority(reached: u8, wanted: u8) -> u8 {
        let most = match (reached, wanted > 100) {
            (r, _) if r == Reached::Nothing as u8 => 255,
            (r, true) if r == Reached::Model as u8 => 80,
            (r, false) if r == Reached::Model as u8 => 70,
            (r, true) if r == Reached::Score as u8 => 65,
            (r, false) if r == Reached::Score as u8 => 60,
            _ => 50,
        };
        wanted.min(most)
    }
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
            reached: AtomicU8::new(Reached::Nothing as u8),
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
        let wanted = self.priority.load(Ordering::Relaxed);
        let priority = Reached::priority(self.reached.load(Ordering::Relaxed), wanted);
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
        let reached = match (run.is_scored(), run.has_score(), run.has_model()) {
            (true, _, _) => Reached::Report,
            (_, true, _) => Reached::Score,
            (_, _, true) => Reached::Model,
            _ => Reached::Nothing,
        };
        self.reached.store(reached as u8, Ordering::Relaxed);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_shown_less_goes_first() {
        use Reached::{Model, Nothing, Report, Score};
        let priority = |reached: Reached, wanted| Reached::priority(reached as u8, wanted);
        // The selected model is wanted with 200, the others with 100 and less.
        let falling = [
            priority(Nothing, 200),
            priority(Nothing, 100),
            priority(Nothing, 90),
            priority(Model, 200),
            priority(Model, 90),
            priority(Score, 200),
            priority(Score, 90),
            priority(Report, 200),
        ];
        assert!(falling.windows(2).all(|w| w[0] > w[1]), "{falling:?}");
        // In turns, whatever their order.
        assert_eq!(priority(Score, 100), priority(Score, 90));
    }
}
