//! The window: panels in flow order, actions, palette, dialogs, settings, screenshot.

pub mod cpu_renderer;
mod raster;
