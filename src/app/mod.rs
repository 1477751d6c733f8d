//! The window: panels in flow order, actions, palette, dialogs, settings, screenshot.

pub mod cpu_renderer;
pub mod desk;
mod raster;
