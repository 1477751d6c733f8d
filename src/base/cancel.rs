//! A flag that stops work, and the two ways in which work ends early.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::Problem;

/// Shared by whoever may stop a piece of work and whoever does it. A look costs under a nanosecond:
/// look once a block of rows, a node or an iteration, at the latest after some million operations.
#[derive(Clone, Debug, Default)]
pub struct Cancel {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    flag: AtomicBool,
    /// Whether looks are counted.
    counted: bool,
    looks: AtomicU64,
    /// The look that sets the flag; 0 is none.
    last: u64,
}

impl Cancel {
    pub fn new() -> Self {
        Cancel::default()
    }

    /// A flag that counts how often it is looked at, and that the look of this number sets (0: none
    /// does). So it can be shown without a clock how soon work stops.
    pub fn at_look(last: u64) -> Self {
        Cancel {
            shared: Arc::new(Shared {
                counted: true,
                last,
                ..Shared::default()
            }),
        }
    }

    pub fn cancel(&self) {
        self.shared.flag.store(true, Ordering::Relaxed);
    }

    #[inline]
    pub fn is_cancelled(&self) -> bool {
        if self.shared.counted {
            self.count();
        }
        self.shared.flag.load(Ordering::Relaxed)
    }

    #[cold]
    fn count(&self) {
        let look = self.shared.looks.fetch_add(1, Ordering::Relaxed) + 1;
        if look == self.shared.last {
            self.cancel();
        }
    }

    /// How often a flag made by [`Cancel::at_look`] was looked at; 0 of any other.
    pub fn looks(&self) -> u64 {
        self.shared.looks.load(Ordering::Relaxed)
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

/// How many units of work may lie between two looks at the flag, where one takes so many simple
/// operations: about a millisecond's worth, and at least one.
pub fn units_a_look(operations: usize) -> usize {
    ((1 << 20) / operations.max(1)).max(1)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_look_of_a_number_sets_the_flag() {
        let cancel = Cancel::at_look(3);
        let same = cancel.clone();
        assert_eq!((cancel.check(), same.check()), (Ok(()), Ok(())));
        assert_eq!(cancel.check(), Err(Halt::Cancelled));
        assert!(same.is_cancelled());
        assert_eq!(cancel.looks(), 4);
        let never = Cancel::at_look(0);
        assert!((0..100).all(|_| !never.is_cancelled()));
        assert_eq!((never.looks(), Cancel::new().looks()), (100, 0));
        never.cancel();
        assert!(never.is_cancelled());
    }

    #[test]
    fn dear_units_are_looked_after_one_by_one() {
        assert_eq!(units_a_look(0), 1 << 20);
        assert_eq!(units_a_look(1 << 10), 1 << 10);
        assert_eq!(units_a_look(usize::MAX), 1);
    }
}
