//! How far a table on its way into a file is.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::base::{Cancel, Halt};

/// Shared by who writes and who watches.
#[derive(Clone, Debug, Default)]
pub struct Writing {
    pub cancel: Cancel,
    /// In millionths.
    done: Arc<AtomicU32>,
}

const MILLION: f32 = 1e6;

impl Writing {
    pub fn new(cancel: &Cancel) -> Self {
        Writing {
            cancel: cancel.clone(),
            ..Writing::default()
        }
    }

    /// From 0 to 1.
    pub fn share(&self) -> f32 {
        self.done.load(Ordering::Relaxed) as f32 / MILLION
    }

    /// So many of all parts are written; fails once it was cancelled.
    pub(super) fn at(&self, done: usize, all: usize) -> Result<(), Halt> {
        let share = done as f32 / all.max(1) as f32;
        self.done.store((share * MILLION) as u32, Ordering::Relaxed);
        self.cancel.check()
    }
}
