//! Threads that stand by for pictures: started once, so that a picture starts none.
//!
//! Whoever asks works too, and takes what no helper has taken: helpers that are busy elsewhere, or could not
//! be started, cost time only.

use std::any::Any;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};

type Task = Box<dyn FnOnce() + Send>;
type Panic = Box<dyn Any + Send>;

/// Does `work(0)` to `work(parts - 1)` on as many threads, this one among them, and gives the results in
/// order; a part that panicked gives its panic.
pub(super) fn share<T: Send + 'static>(
    parts: usize,
    work: impl Fn(usize) -> T + Send + Sync + 'static,
) -> Vec<Result<T, Panic>> {
    let job = Arc::new(Job {
        work,
        parts,
        next: AtomicUsize::new(0),
        done: Mutex::new((0..parts).map(|_| None).collect()),
        all_done: Condvar::new(),
    });
    for _ in 1..parts {
        let job = job.clone();
        pool().add(Box::new(move || job.take_parts()));
    }
    job.take_parts();
    let mut done = job.done.lock().unwrap_or_else(PoisonError::into_inner);
    while done.iter().any(Option::is_none) {
        let waited = job.all_done.wait(done);
        done = waited.unwrap_or_else(PoisonError::into_inner);
    }
    done.iter_mut().filter_map(Option::take).collect()
}

struct Job<T, W> {
    work: W,
    parts: usize,
    /// The next part that nobody has taken.
    next: AtomicUsize,
    done: Mutex<Vec<Option<Result<T, Panic>>>>,
    all_done: Condvar,
}

impl<T, W: Fn(usize) -> T> Job<T, W> {
    fn take_parts(&self) {
        loop {
            let part = self.next.fetch_add(1, Ordering::Relaxed);
            if part >= self.parts {
                return;
            }
            let result = catch_unwind(AssertUnwindSafe(|| (self.work)(part)));
            let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
            done[part] = Some(result);
            self.all_done.notify_all();
        }
    }
}

#[derive(Default)]
struct Pool {
    tasks: Mutex<VecDeque<Task>>,
    more: Condvar,
}

fn pool() -> &'static Pool {
    static POOL: OnceLock<Pool> = OnceLock::new();
    static STARTED: OnceLock<()> = OnceLock::new();
    let pool = POOL.get_or_init(Pool::default);
    STARTED.get_or_init(|| {
        let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
        for _ in 1..cores.max(2) {
            // One that cannot be started is missed by nobody.
            let _ = std::thread::Builder::new()
                .name("seefit-helper".into())
                .spawn(move || pool.serve());
        }
    });
    pool
}

impl Pool {
    fn add(&self, task: Task) {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        tasks.push_back(task);
        self.more.notify_one();
    }

    fn serve(&self) {
        loop {
            let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
            let task = loop {
                match tasks.pop_front() {
                    Some(task) => break task,
                    None => {
                        let waited = self.more.wait(tasks);
                        tasks = waited.unwrap_or_else(PoisonError::into_inner);
                    }
                }
            };
            drop(tasks);
            task();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_and_a_panic_stays_in_its_part() {
        for parts in [0, 1, 2, 7, 40] {
            let results = share(parts, |part| {
                assert!(part != 5, "the sixth");
                part * part
            });
            assert_eq!(results.len(), parts);
            for (part, result) in results.into_iter().enumerate() {
                match result {
                    Ok(square) => assert_eq!(square, part * part),
                    Err(_) => assert_eq!(part, 5),
                }
            }
        }
    }

    #[test]
    fn jobs_that_share_out_within_jobs_end() {
        let inner = |_| share(3, |part| part).into_iter().flatten().sum::<usize>();
        let sums: Vec<usize> = share(4, inner).into_iter().flatten().collect();
        assert_eq!(sums, [3; 4]);
    }
}
