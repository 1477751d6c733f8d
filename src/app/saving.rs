//! Tables on their way into files: each on a thread of its own, watched and stopped from the window.

use std::path::PathBuf;
use std::sync::{Arc, Weak};
use std::time::Instant;

use super::made::Made;
use super::window::Window;
use crate::base::{Halt, Hash128, Problem};
use crate::data::{self, Table, Writing};

/// A table that is being written.
pub struct Saving {
    /// The file's name.
    pub name: String,
    pub since: Instant,
    pub writing: Writing,
    /// Gone once its thread has ended.
    thread: Weak<()>,
}

impl Saving {
    pub fn is_under_way(&self) -> bool {
        self.thread.strong_count() > 0
    }
}

/// Has a table made and written: those of its rows that are named, or all. `what` is how a person calls
/// it; where it holds all of the data, `whole` names their table.
pub fn begin(
    window: &mut Window,
    what: &str,
    path: PathBuf,
    whole: Option<Hash128>,
    make: impl FnOnce() -> Result<(Table, Option<Arc<[u32]>>), Problem> + Send + 'static,
) {
    let (sender, wake, what) = (window.sender(), window.context().clone(), what.to_owned());
    let formulas = window.settings.formulas();
    let alive = Arc::new(());
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let saving = Saving {
        name: name.into_owned(),
        since: Instant::now(),
        writing: Writing::default(),
        thread: Arc::downgrade(&alive),
    };
    let writing = saving.writing.clone();
    let write = move || {
        let _alive = alive;
        let saved = make().map_err(Halt::from).and_then(|(table, rows)| {
            data::save_with(&table, rows.as_deref(), formulas, &path, &writing)
        });
        if let Some(whole) = whole.filter(|_| saved.is_ok()) {
            let _ = sender.send(Made::InFile(whole));
        }
        let made = match saved {
            Err(Halt::Cancelled) => Made::NotSaved(path),
            Err(Halt::Failed(problem)) => Made::Saved {
                what,
                result: Err(problem),
            },
            Ok(()) => Made::Saved {
                what,
                result: Ok(path),
            },
        };
        let _ = sender.send(made);
        wake.request_repaint();
    };
    let thread = std::thread::Builder::new().name("seefit-save".into());
    window.savings.retain(Saving::is_under_way);
    match thread.spawn(write) {
        Ok(_) => window.savings.push(saving),
        Err(error) => {
            let problem = Problem::new(format!("the table was not saved ({error})"));
            let _ = window.sender().send(Made::Saved {
                what: String::new(),
                result: Err(problem),
            });
        }
    }
}
