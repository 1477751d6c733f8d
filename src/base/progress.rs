//! How far a piece of work is, readable while it runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A counter shared by who works and who watches. Parts in ten thousand.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    done: Arc<AtomicU64>,
}

impl Progress {
    pub fn new() -> Self {
        Progress::default()
    }

    /// `done` of `total` units are finished.
    pub fn set(&self, done: usize, total: usize) {
        let parts = done as u128 * 10_000 / total.max(1) as u128;
        self.done.store(parts.min(10_000) as u64, Ordering::Relaxed);
    }

    /// From 0 to 1.
    pub fn fraction(&self) -> f64 {
        self.done.load(Ordering::Relaxed) as f64 / 10_000.0
    }
}
