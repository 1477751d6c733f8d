//! The same work on each column of a table, on as many threads as help.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::base::Outcome;

/// Below this many cells, starting threads costs more than it saves.
const WORTH_THREADS: usize = 50_000;

/// `work` for `0..columns`, results in that order: the same whatever the number of threads.
pub(super) fn columns<T: Send>(
    columns: usize,
    rows: usize,
    work: impl Fn(usize) -> Outcome<T> + Sync,
) -> Outcome<Vec<T>> {
    if columns.saturating_mul(rows) < WORTH_THREADS {
        return (0..columns).map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let done = Mutex::new((0..columns).map(|_| None).collect::<Vec<_>>());
    let run = || {
        loop {
            let column = next.fetch_add(1, Ordering::Relaxed);
            if column >= columns {
                break;
            }
            let result = work(column);
            let mut done = done.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            done[column] = Some(result);
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get());
    std::thread::scope(|scope| {
        for number in 1..threads.min(columns) {
            let name = format!("columns {number}");
            // Where no thread can be had, this one does all the work.
            let _ = std::thread::Builder::new()
                .name(name)
                .spawn_scoped(scope, run);
        }
        run();
    });
    let done = done
        .into_inner()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    done.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Halt;

    #[test]
    fn results_come_in_order_and_a_halt_comes_through() {
        let squares = columns(300, 1000, |at| Ok(at * at)).unwrap();
        assert!(
            squares
                .iter()
                .enumerate()
                .all(|(at, &square)| square == at * at)
        );
        let halted = columns(300, 1000, |at| {
            if at == 7 {
                Err(Halt::Cancelled)
            } else {
                Ok(at)
            }
        });
        assert_eq!(halted, Err(Halt::Cancelled));
        assert_eq!(columns(0, 5, Ok), Ok(Vec::new()));
    }
}
