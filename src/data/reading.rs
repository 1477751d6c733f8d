//! A file on its way in: how far it is, and the flag that stops it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::base::{Cancel, Halt};

/// Shared by the reader and whoever watches it. Counts what has come in so far.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    pub cancel: Cancel,
    counts: Arc<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    bytes: AtomicU64,
    total: AtomicU64,
    rows: AtomicU64,
}

impl Reading {
    pub fn new(cancel: &Cancel) -> Self {
        Reading {
            cancel: cancel.clone(),
            ..Reading::default()
        }
    }

    /// Bytes read, and how many there are; 0 where that is not known.
    pub fn bytes(&self) -> (u64, u64) {
        let bytes = self.counts.bytes.load(Ordering::Relaxed);
        (bytes, self.counts.total.load(Ordering::Relaxed))
    }

    /// Rows read; 0 while text is still being taken in.
    pub fn rows(&self) -> u64 {
        self.counts.rows.load(Ordering::Relaxed)
    }

    pub(super) fn expect_bytes(&self, total: u64) {
        self.counts.total.store(total, Ordering::Relaxed);
    }

    pub(super) fn add_bytes(&self, more: usize) {
        self.counts.bytes.fetch_add(more as u64, Ordering::Relaxed);
    }

    /// The bytes come in anew.
    pub(super) fn begin_again(&self) {
        self.counts.bytes.store(0, Ordering::Relaxed);
        self.counts.rows.store(0, Ordering::Relaxed);
    }

    /// `rows` are done. `Err(Halt::Cancelled)` where the reading is to stop.
    pub(super) fn at_row(&self, rows: usize) -> Result<(), Halt> {
        self.counts.rows.store(rows as u64, Ordering::Relaxed);
        self.cancel.check()
    }
}
