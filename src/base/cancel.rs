//! A flag that stops work, and the two ways in which work ends early.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::Problem;

/// Shared by whoever may stop a piece of work and whoever does it. A look costs under a nanosecond:
/// look once a block of rows, a node or an iteration.
#[derive(Clone, Debug, Default)]
pub struct Cancel {
    flag: Arc<AtomicBool>,
}

impl Cancel {
    pub fn new() -> Self {
        Cancel::default()
    }

    pub fn cancel(&self) {
        self.flag.store(true, Ordering::Relaxed);
    }

    #[inline]
    pub fn is_cancelled(&self) -> bool {
        self.flag.load(Ordering::Relaxed)
    }

    /// `Err(Halt::Cancelled)` once `cancel` was called; for use with `?`.
    #[inline]
    pub fn check(&self) -> Result<(), Halt> {
        if self.is_cancelled() {
            Err(Halt::Cancelled)
        } else {
            Ok(())
        }
    }
}

/// Why work ended without a result.
#[derive(Clone, Debug, PartialEq)]
pub enum Halt {
    /// Somebody asked it to stop.
    Cancelled,
    /// It cannot be done; the problem says why.
    Failed(Problem),
}

impl From<Problem> for Halt {
    fn from(problem: Problem) -> Self {
        Halt::Failed(problem)
    }
}
