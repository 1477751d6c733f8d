//! What the user works on: state that undo restores, commands that change it, results by job.

mod command;
mod history;
pub mod model_file;
mod results;
mod state;

pub use command::Command;
pub use history::History;
pub use results::{Entry, Results};
pub use state::{Axes, DataSettings, ModelEntry, ModelId, Project, task_of};
