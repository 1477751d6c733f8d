//! Seefit: see models fit.
#![forbid(unsafe_code)]

pub mod base;
pub mod data;
pub mod model;
pub mod numeric;
pub mod prepare;
#[cfg(feature = "gui")]
pub mod widget;
