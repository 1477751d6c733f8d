//! What the user works on: state that undo restores, commands that change it, results by job, the
//! log of experiments, and the files and journals that keep all of it.

mod command;
pub mod file;
mod history;
pub mod journal;
pub mod log;
pub mod model_file;
mod results;
mod saved_params;
mod state;

pub use command::{Command, Restored};
pub use history::History;
pub use log::{Log, LogRow};
pub use results::{Entry, Results};
pub use saved_params::SavedParams;
pub use state::{Axes, DataSettings, ModelEntry, ModelId, Project, task_of};
