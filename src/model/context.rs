//! What a fit gets: samples, a seed, and things that earlier fits on the same samples left behind.

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::base::{Hash128, Outcome, Progress};
use crate::numeric::{Labels, Matrix};

/// Prepared training rows.
#[derive(Clone, Debug)]
pub struct Samples {
    /// Rows x outputs of the fitted recipe; finite.
    pub x: Matrix,
    /// One label a row; none for clusterings.
    pub y: Option<Labels>,
    /// Names these very rows and labels: the key under which parts of a fit can be reused.
    pub key: Hash128,
}

impl Samples {
    /// Class codes and how many classes there are; empty for other labels.
    pub fn classes(&self) -> (&[u32], usize) {
        match &self.y {
            Some(Labels::Classes { codes, count }) => (codes, *count),
            _ => (&[], 0),
        }
    }

    /// The numbers to predict; empty for other labels.
    pub fn numbers(&self) -> &[f64] {
        match &self.y {
            Some(Labels::Numbers(values)) => values,
            _ => &[],
        }
    }
}

/// Surroundings of a fit.
#[derive(Clone, Debug, Default)]
pub struct Context {
    pub seed: u64,
    /// Threads that one fit may use.
    pub threads: usize,
    pub progress: Progress,
    pub reuse: Reuse,
}

type Kept = (Arc<dyn Any + Send + Sync>, usize, u64);

/// Parts of fits that a knob does not touch (a kd-tree, a deep tree), kept by samples and kind up
/// to a byte budget; the least recently used goes first.
#[derive(Clone, Default)]
pub struct Reuse {
    kept: Arc<Mutex<Store>>,
}

#[derive(Default)]
struct Store {
    parts: HashMap<(Hash128, &'static str, u64), Kept>,
    bytes: usize,
    clock: u64,
}

const BUDGET_BYTES: usize = 512 << 20;

impl Reuse {
    /// The part of this kind for these samples and this variant (a hash of the parameters that it
    /// does depend on), made by `make` where it is not kept. `bytes` says how large it is.
    pub fn get_or_make<T: Any + Send + Sync>(
        &self,
        samples: Hash128,
        kind: &'static str,
        variant: u64,
        bytes: impl FnOnce(&T) -> usize,
        make: impl FnOnce() -> Outcome<T>,
    ) -> Outcome<Arc<T>> {
        let key = (samples, kind, variant);
        {
            let mut store = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            store.clock += 1;
            let now = store.clock;
            if let Some((part, _, used)) = store.parts.get_mut(&key)
                && let Ok(part) = Arc::clone(part).downcast::<T>()
            {
                *used = now;
                return Ok(part);
            }
        }
        // Made outside the lock: two threads may make the same part, which costs time, not truth.
        let part = Arc::new(make()?);
        let size = bytes(&part);
        let mut store = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if size <= BUDGET_BYTES / 2 {
            let now = store.clock;
            if let Some((_, old, _)) = store.parts.insert(key, (part.clone(), size, now)) {
                store.bytes -= old;
            }
            store.bytes += size;
            while store.bytes > BUDGET_BYTES {
                let oldest = store.parts.iter().min_by_key(|(_, (.., used))| *used);
                let Some(oldest) = oldest.map(|(key, _)| *key) else {
                    break;
                };
                if let Some((_, size, _)) = store.parts.remove(&oldest) {
                    store.bytes -= size;
                }
            }
        }
        Ok(part)
    }
}

impl std::fmt::Debug for Reuse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Reuse")
    }
}
