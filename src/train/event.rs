//! What a running job tells its subscribers.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Report, Surface};
use crate::base::{Hash128, Problem};
use crate::model::Model;
use crate::prepare::FittedRecipe;

/// One stream for the window, the command line and the tests.
#[derive(Clone, Debug)]
pub enum Event {
    Started {
        key: Hash128,
    },
    Progress {
        key: Hash128,
        pace: Pace,
    },
    /// The first picture: fitted on a sample, or in few steps, and says so.
    Coarse {
        key: Hash128,
        fitted: Fitted,
    },
    /// One more point of the training curve, or of the curve over a parameter.
    CurvePoint {
        key: Hash128,
        point: CurvePoint,
        over_parameter: bool,
    },
    /// The state after a step: model, held-out predictions so far.
    Snapshot {
        key: Hash128,
        snapshot: Arc<Snapshot>,
    },
    /// The stages of a model that is fitted at once, its first to its last, which is the model itself.
    Growth {
        key: Hash128,
        snapshots: Vec<Arc<Snapshot>>,
    },
    /// The job has its score. Also sent for a job stopped by the person: `Report::stopped`.
    Finished {
        key: Hash128,
        report: Arc<Report>,
    },
    Failed {
        key: Hash128,
        problem: Problem,
    },
    /// The plane that was asked for, with what the subscriber's painter made of it.
    Surface {
        key: Hash128,
        surface: Arc<Surface>,
    },
    /// The plane cannot be drawn for this model; its scores are not touched by that.
    NoSurface {
        key: Hash128,
        problem: Problem,
    },
    /// A worker panicked; it lives on.
    Crashed {
        what: String,
    },
}

/// How far a job is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pace {
    /// From 0 to 1.
    pub fraction: f64,
    /// `62 of 100 trees`, `fold 2 of 5`.
    pub text: String,
    /// Estimated from the time taken so far; None in the first half second.
    pub seconds_left: Option<f64>,
}

/// A model with the recipe that leads to it.
#[derive(Clone, Debug)]
pub struct Fitted {
    pub model: Arc<dyn Model>,
    pub recipe: Arc<FittedRecipe>,
    /// Rows it was fitted on, of how many.
    pub rows: usize,
    pub of_rows: usize,
    /// Steps taken, of how many planned.
    pub step: usize,
    pub planned: usize,
}

impl Fitted {
    /// Fitted on all rows with all steps: nothing better will come.
    pub fn is_exact(&self) -> bool {
        self.rows == self.of_rows && self.step >= self.planned
    }
}

/// Loss and score after a step, or at a value of a parameter. What has no value is None.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CurvePoint {
    /// The step, or the parameter's value.
    pub x: f64,
    /// Accuracy or R2, one a fold, on held-out rows.
    pub validation: Vec<Option<f64>>,
    pub training: Vec<Option<f64>>,
    /// Log loss or mean squared error.
    pub validation_loss: Vec<Option<f64>>,
    pub training_loss: Vec<Option<f64>>,
}

/// Predictions for rows that the predicting fit had not seen; where a row was held out more than
/// once, their mean.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HeldOut {
    /// Classes, or 1.
    pub outputs: usize,
    /// Table rows x outputs; NaN where a row has not been held out.
    pub values: Vec<f64>,
}

impl HeldOut {
    /// The outputs for a row, if it was held out.
    pub fn row(&self, row: usize) -> Option<&[f64]> {
        let values = self
            .values
            .get(row * self.outputs..(row + 1) * self.outputs)?;
        values
            .first()
            .is_some_and(|v| !v.is_nan())
            .then_some(values)
    }

    /// The most probable class of a row and its probability.
    pub fn class(&self, row: usize) -> Option<(usize, f64)> {
        self.row(row).map(best)
    }
}

/// The largest of some outputs, the first among equals.
pub fn best(outputs: &[f64]) -> (usize, f64) {
    let mut best = (0, f64::NEG_INFINITY);
    for (index, value) in outputs.iter().enumerate() {
        if *value > best.1 {
            best = (index, *value);
        }
    }
    best
}

/// The state of a job after a step.
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub fitted: Fitted,
    pub held_out: Arc<HeldOut>,
    pub point: CurvePoint,
    /// Of a clustering the cluster of each table row; empty where the rows are too many to tell each
    /// step.
    pub clusters: Option<Arc<[u32]>>,
}

/// Sends events and wakes the subscriber: once, until it says that it takes them in.
#[derive(Clone)]
pub struct Emit {
    sender: Sender<Event>,
    wake: Arc<dyn Fn() + Send + Sync>,
    woken: Arc<AtomicBool>,
    gate: Option<Gate>,
}

/// Once closed, nothing passes: of a run that was stopped for good and started anew, no late event
/// comes between those of its successor.
#[derive(Clone, Debug, Default)]
pub struct Gate {
    closed: Arc<Mutex<bool>>,
}

impl Gate {
    pub fn close(&self) {
        *self.closed.lock().unwrap_or_else(PoisonError::into_inner) = true;
    }
}

impl Emit {
    pub fn new(sender: Sender<Event>, wake: impl Fn() + Send + Sync + 'static) -> Self {
        Emit {
            sender,
            wake: Arc::new(wake),
            woken: Arc::default(),
            gate: None,
        }
    }

    /// The subscriber takes in what has come: what comes from now on wakes it again.
    pub fn taken_in(&self) {
        self.woken.store(false, Ordering::SeqCst);
    }

    /// The same, as long as the gate is open.
    pub fn behind(&self, gate: Gate) -> Self {
        Emit {
            gate: Some(gate),
            ..self.clone()
        }
    }

    /// An event nobody waits for any more is dropped.
    pub fn send(&self, event: Event) {
        let sent = match &self.gate {
            None => self.sender.send(event).is_ok(),
            Some(gate) => {
                // Held while sending: what passes has passed before the gate is closed.
                let closed = gate.closed.lock().unwrap_or_else(PoisonError::into_inner);
                !*closed && self.sender.send(event).is_ok()
            }
        };
        if sent && !self.woken.swap(true, Ordering::SeqCst) {
            (self.wake)();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;
    use std::sync::mpsc::channel;

    #[test]
    fn many_events_wake_once_until_they_are_taken_in() {
        let (sender, events) = channel();
        let wakes = Arc::new(AtomicUsize::new(0));
        let counted = wakes.clone();
        let emit = Emit::new(sender, move || {
            counted.fetch_add(1, Ordering::SeqCst);
        });
        let send = || emit.send(Event::Started { key: Hash128(1) });
        (0..3).for_each(|_| send());
        assert_eq!(wakes.load(Ordering::SeqCst), 1);
        emit.taken_in();
        assert_eq!(events.try_iter().count(), 3);
        send();
        assert_eq!(wakes.load(Ordering::SeqCst), 2);
    }
}
