//! Seefit: see models fit.
#![forbid(unsafe_code)]

#[cfg(feature = "gui")]
pub mod app;
pub mod base;
pub mod data;
pub mod numeric;
#[cfg(feature = "gui")]
pub mod widget;
