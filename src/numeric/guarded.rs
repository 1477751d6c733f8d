//! Runs smartcore where its panics can do no harm, and where it can be stopped.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

use smartcore::error::Failed;

use crate::base::{Cancel, Halt, Outcome, Problem};

/// The payload of the unwind that a tripped cancel flag starts.
pub(super) struct Cancelled;

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
    static CURRENT: RefCell<Option<Cancel>> = const { RefCell::new(None) };
}

/// The flag of the guarded work on this thread: matrices that smartcore makes on its own look at it.
pub(super) fn current_cancel() -> Cancel {
    CURRENT.with_borrow(|cancel| cancel.clone().unwrap_or_default())
}

/// Runs `work`, which calls smartcore. A `Watched` matrix that finds `cancel` set ends it with
/// `Halt::Cancelled`; an error or a panic of smartcore's becomes a `Problem`. Nothing is printed.
///
/// It cannot hold a stack overflow or a failed allocation: NaN, infinities and huge numbers must be
/// kept from smartcore beforehand.
pub fn guarded<T>(cancel: &Cancel, work: impl FnOnce() -> Result<T, Failed>) -> Outcome<T> {
    cancel.check()?;
    quiet_panics();
    let outer = CURRENT.replace(Some(cancel.clone()));
    let was_quiet = QUIET.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    QUIET.set(was_quiet);
    CURRENT.replace(outer);
    match result {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(failed)) => Err(stopped(&failed.to_string())),
        Err(payload) if payload.is::<Cancelled>() => Err(Halt::Cancelled),
        Err(payload) => Err(stopped(message(payload.as_ref()))),
    }
}

fn stopped(why: &str) -> Halt {
    Problem::new(format!("smartcore stopped: {why}"))
        .fix("Choose the engine seefit")
        .into()
}

fn message(payload: &(dyn Any + Send)) -> &str {
    payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("it gave no reason")
}

/// Puts a hook before the present one, once: panics inside `guarded` are caught and told as a
/// `Problem`, so they print nothing.
fn quiet_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let others = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                others(info);
            }
        }));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panics_and_errors_become_problems() {
        let cancel = Cancel::new();
        let Err(Halt::Failed(problem)) = guarded::<()>(&cancel, || panic!("no {}", "rows")) else {
            panic!("a panic must fail");
        };
        assert!(problem.what.contains("smartcore stopped: no rows"));
        let Err(Halt::Failed(problem)) = guarded::<()>(&cancel, || Err(Failed::fit("too short")))
        else {
            panic!("an error must fail");
        };
        assert!(problem.what.contains("too short"));
        assert_eq!(guarded(&cancel, || Ok(3)), Ok(3));
        assert!(!QUIET.get());
    }

    #[test]
    fn a_set_flag_ends_it() {
        let cancel = Cancel::new();
        let unwound = guarded::<()>(&cancel, || panic::resume_unwind(Box::new(Cancelled)));
        assert_eq!(unwound, Err(Halt::Cancelled));
        cancel.cancel();
        assert_eq!(guarded(&cancel, || Ok(3)), Err(Halt::Cancelled));
    }
}
