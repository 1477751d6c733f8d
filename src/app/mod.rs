//! The window: panels in flow order, actions, palette, dialogs, settings, screenshot.

pub mod cpu_renderer;
pub mod desk;
mod raster;
mod start;

pub use start::{open_window, screenshot};
