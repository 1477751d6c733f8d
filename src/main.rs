//! Parses the command line; opens the window or runs a command.

use std::process::ExitCode;

use seefit::cli::arguments::{self, Command, ScreenshotArgs, WindowArgs};
use seefit::cli::{self, WRONG};

/// Keeps the pages of buffers that come and go with every frame.
#[cfg(feature = "gui")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let code = match arguments::parse(std::env::args_os().skip(1)) {
        Ok(Command::Window(args)) => open_window(args),
        Ok(Command::Screenshot(args)) => screenshot(args),
        Ok(command) => {
            // What breaks down in a fit is caught there and told in one sentence.
            std::panic::set_hook(Box::new(|_| {}));
            cli::run(&command)
        }
        Err(problem) => cli::fail(&problem, WRONG),
    };
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}

#[cfg(feature = "gui")]
fn open_window(args: WindowArgs) -> i32 {
    if let Some(Err(problem)) = args.data.as_deref().map(cli::is_data) {
        return cli::fail(&problem, WRONG);
    }
    // Told before anything starts: the window's own error would name a library.
    if !cli::has_display() {
        return cli::fail(&cli::no_display(), WRONG);
    }
    seefit::app::open_window(args.data, args.timings)
}

#[cfg(feature = "gui")]
fn screenshot(args: ScreenshotArgs) -> i32 {
    seefit::app::screenshot(args)
}

#[cfg(not(feature = "gui"))]
fn open_window(_: WindowArgs) -> i32 {
    cli::fail(&cli::no_window(), WRONG)
}

#[cfg(not(feature = "gui"))]
fn screenshot(_: ScreenshotArgs) -> i32 {
    cli::fail(&cli::no_window(), WRONG)
}
