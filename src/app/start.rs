//! The two doors into the window: with a display, and without one into a picture.

use std::path::PathBuf;

use crate::cli::arguments::ScreenshotArgs;
use crate::cli::{WRONG, fail, no_window};

/// Opens the window on DATA (the first start's data set without one) and gives the exit code when it
/// is closed. `timings`: where to write at exit how quick it was.
pub fn open_window(data: Option<String>, timings: Option<PathBuf>) -> i32 {
    let _ = (data, timings);
    fail(&no_window(), WRONG)
}

/// Draws the window into a picture file and gives the exit code.
pub fn screenshot(args: ScreenshotArgs) -> i32 {
    let _ = args;
    fail(&no_window(), WRONG)
}
