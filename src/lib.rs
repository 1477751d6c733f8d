//! Seefit: see models fit.
#![forbid(unsafe_code)]

pub mod base;
pub mod data;
pub mod numeric;
#[cfg(feature = "gui")]
pub mod view;
#[cfg(feature = "gui")]
pub mod widget;
