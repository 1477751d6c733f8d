//! The core without a window: one subcommand a file.
//!
//! ```text
//! arguments   the command line -> Command
//! setup       DATA, --target, --features, ... -> Job        fitting   Job -> Report
//! models, describe, train, predict, compare                          one text or one JSON object
//! ```
//!
//! A command gives its whole output as one text; `run` alone prints, so that a closed pipe or a full
//! disk is dealt with in one place.

pub mod arguments;
mod compare;
mod describe;
mod fitting;
mod flags;
mod help;
mod models;
mod predict;
mod projection;
mod report_json;
mod report_text;
mod setup;
mod spelling;
mod text;
mod train;

use std::io::{ErrorKind, Write as _};

use crate::base::Problem;
use arguments::Command;
pub use setup::is_data;

/// The work is done.
pub const DONE: i32 = 0;
/// The work failed.
pub const FAILED: i32 = 1;
/// The command or its input is wrong.
pub const WRONG: i32 = 2;

/// A problem and the exit code that it leads to.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    pub problem: Problem,
    pub code: i32,
}

impl Failure {
    pub fn input(problem: Problem) -> Self {
        Failure {
            problem,
            code: WRONG,
        }
    }

    pub fn work(problem: Problem) -> Self {
        Failure {
            problem,
            code: FAILED,
        }
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Failure::input(problem)
    }
}

/// Runs a command that needs no window and gives the exit code. The window's own commands are
/// none of its business: `main` sends them elsewhere.
pub fn run(command: &Command) -> i32 {
    let output = match command {
        Command::Models(args) => Ok(models::run(args)),
        Command::Describe(args) => describe::run(args),
        Command::Train(args) => train::run(args),
        Command::Predict(args) => predict::run(args),
        Command::Compare(args) => compare::run(args),
        Command::Help(name) => Ok(help::help(name.and_then(flags::command))),
        Command::Version => Ok(format!("seefit {}\n", env!("CARGO_PKG_VERSION"))),
        Command::Window(_) | Command::Screenshot(_) => Err(no_window().into()),
    };
    match output {
        Ok(text) => print(&text),
        Err(failure) => fail(&failure.problem, failure.code),
    }
}

/// Writes the sentence to standard error and gives the code back.
pub fn fail(problem: &Problem, code: i32) -> i32 {
    // Nobody is left to hear of an error here.
    let _ = writeln!(std::io::stderr(), "seefit: {problem}");
    code
}

/// This build has no window.
pub fn no_window() -> Problem {
    Problem::new("this build of Seefit has no window").fix(WITHOUT_WINDOW)
}

/// The sentence where a window is asked for and the system has no display to put it on.
pub fn no_display() -> Problem {
    Problem::new("there is no display for the window (DISPLAY and WAYLAND_DISPLAY are not set)")
        .fix(WITHOUT_WINDOW)
}

const WITHOUT_WINDOW: &str = "Use seefit train, predict, compare, describe, models or screenshot, which need none; seefit --help lists them";

/// Whether a window could be shown. Only Unix systems other than macOS can be without a display.
pub fn has_display() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    cfg!(not(unix))
        || cfg!(target_os = "macos")
        || set("DISPLAY")
        || set("WAYLAND_DISPLAY")
        || set("WAYLAND_SOCKET")
}

/// A reader that closed the pipe has what it wanted.
fn print(text: &str) -> i32 {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => fail(
            &Problem::new(format!("the output cannot be written ({error})")),
            FAILED,
        ),
        _ => DONE,
    }
}
