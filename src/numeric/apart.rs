//! Work that nothing can stop, such as a decomposition of a large matrix, on a thread of its own.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Condvar, LazyLock, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crate::base::{Cancel, Halt, Outcome, Problem};

/// Matrices of more rows and columns than this take longer than a cancel may.
pub(super) const LARGE: usize = 192;

/// How often whoever waits looks at the flag.
const LOOK: Duration = Duration::from_millis(2);

/// Pieces of work that may be under way at once, those that nobody waits for any more among them: so
/// a person who turns a knob again and again does not fill the machine with work that is not wanted.
static MOST: LazyLock<usize> = LazyLock::new(|| {
    let threads = thread::available_parallelism();
    threads.map_or(2, |threads| threads.get().max(2))
});

static RUNNING: Mutex<usize> = Mutex::new(0);
static ENDED: Condvar = Condvar::new();

/// Counts itself out, also where the work panics.
struct Running;

impl Running {
    /// Waits until there is room.
    fn begin(cancel: &Cancel) -> Outcome<Running> {
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        while *running >= *MOST {
            cancel.check()?;
            let waited = ENDED.wait_timeout(running, LOOK);
            running = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        *running += 1;
        Ok(Running)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        *RUNNING.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        ENDED.notify_one();
    }
}

/// Runs `work`, on a matrix of so many rows and columns. Of a large one it runs apart: a cancel is then
/// answered at once, and the thread ends by itself, its result forgotten. The result is the same either
/// way.
pub(super) fn apart<T: Send + 'static>(
    size: usize,
    cancel: &Cancel,
    work: impl FnOnce() -> T + Send + 'static,
) -> Outcome<T> {
    if size <= LARGE {
        cancel.check()?;
        return Ok(work());
    }
    alone(cancel, work)
}

/// Runs `work` on a thread of its own. A cancel is answered at once; the thread then ends by itself,
/// its result forgotten.
pub fn alone<T: Send + 'static>(
    cancel: &Cancel,
    work: impl FnOnce() -> T + Send + 'static,
) -> Outcome<T> {
    cancel.check()?;
    let running = Running::begin(cancel)?;
    let (sender, receiver) = channel();
    let thread = thread::Builder::new()
        .name("apart".to_owned())
        .spawn(move || {
            let _running = running;
            // Nobody may be waiting any more.
            let _ = sender.send(work());
        });
    let Ok(thread) = thread else {
        return Err(Halt::Failed(Problem::new("no thread could be started")));
    };
    loop {
        match receiver.recv_timeout(LOOK) {
            Ok(result) => return Ok(result),
            Err(RecvTimeoutError::Timeout) => cancel.check()?,
            // Without a result it can only have panicked.
            Err(RecvTimeoutError::Disconnected) => {
                return match thread.join() {
                    Err(panic) => std::panic::resume_unwind(panic),
                    Ok(()) => Err(Halt::Cancelled),
                };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    #[test]
    fn a_cancel_is_answered_while_the_work_goes_on() {
        let (go, done) = (Arc::new(Mutex::new(())), Arc::new(AtomicBool::new(false)));
        let held = go.lock().unwrap();
        let cancel = Cancel::at_look(5);
        let stopped = {
            let (go, done) = (go.clone(), done.clone());
            apart(LARGE + 1, &cancel, move || {
                drop(go.lock());
                done.store(true, Ordering::SeqCst);
            })
        };
        // The work waits for this very thread: it cannot have ended.
        assert_eq!(stopped, Err(Halt::Cancelled));
        assert!(!done.load(Ordering::SeqCst));
        drop(held);
    }

    #[test]
    fn large_and_small_give_their_results() {
        let cancel = Cancel::new();
        for size in [1, LARGE, LARGE + 1] {
            assert_eq!(apart(size, &cancel, move || size * 2), Ok(size * 2));
        }
        cancel.cancel();
        for size in [1, LARGE + 1] {
            assert_eq!(apart(size, &cancel, || ()), Err(Halt::Cancelled));
        }
    }

    #[test]
    fn a_panic_comes_to_whoever_waits() {
        let caught = std::panic::catch_unwind(|| {
            apart(LARGE + 1, &Cancel::new(), || {
                std::panic::resume_unwind(Box::new(7u8))
            })
        });
        let payload = caught.map(|_: Outcome<()>| ()).unwrap_err();
        assert_eq!(payload.downcast_ref::<u8>(), Some(&7));
        // It has counted itself out.
        assert_eq!(apart(LARGE + 1, &Cancel::new(), || 1), Ok(1));
    }
}
