//! Ends a case that takes long by its cancel flag, and says how long the end took.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use seefit::base::Cancel;

/// A case that does not end so long after its cancel hangs; a machine at work elsewhere is given time.
const HANGS_SECS: u64 = 120;

struct Watched {
    name: String,
    cancel: Cancel,
    deadline: Instant,
    cancelled: Option<Instant>,
}

/// A thread that looks at the present case every other millisecond.
pub struct Watch {
    present: Arc<Mutex<Option<Watched>>>,
    slowest: AtomicU64,
    limit: Duration,
}

impl Watch {
    pub fn start(millis: u64) -> Self {
        let present: Arc<Mutex<Option<Watched>>> = Arc::default();
        let seen = present.clone();
        std::thread::spawn(move || {
            loop {
                std::thread::sleep(Duration::from_millis(2));
                let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
                let Some(watched) = seen.as_mut() else {
                    continue;
                };
                if watched.cancelled.is_none() && Instant::now() >= watched.deadline {
                    watched.cancel.cancel();
                    watched.cancelled = Some(Instant::now());
                }
                let since = watched.cancelled.map_or(0, |at| at.elapsed().as_secs());
                if since > HANGS_SECS {
                    // Nothing else gets out of a loop without an end.
                    eprintln!("{} does not stop", watched.name);
                    std::process::exit(101);
                }
            }
        });
        Watch {
            present,
            slowest: AtomicU64::new(0),
            limit: Duration::from_millis(millis),
        }
    }

    /// Begins a case; the flag is set once its time is over.
    pub fn begin(&self, name: &str) -> Cancel {
        let cancel = Cancel::new();
        *self.present.lock().unwrap_or_else(PoisonError::into_inner) = Some(Watched {
            name: name.to_owned(),
            cancel: cancel.clone(),
            deadline: Instant::now() + self.limit,
            cancelled: None,
        });
        cancel
    }

    /// Ends it; how many milliseconds after its cancel, where there was one.
    pub fn end(&self) -> Option<u64> {
        let ended = self
            .present
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let took = ended?.cancelled?.elapsed().as_millis() as u64;
        self.slowest.fetch_max(took, Ordering::Relaxed);
        Some(took)
    }

    pub fn slowest_stop_millis(&self) -> u64 {
        self.slowest.load(Ordering::Relaxed)
    }
}
