//! Seefit: see models fit.
//!
//! ```text
//! base                          problems, cancel, seeds, hashes
//! 1 data      files, generators -> Table
//!   numeric   Matrix and our own engine
//! 2 prepare   Table -> split -> Recipe (fitted on training rows only) -> Matrix
//! 3 model     the registry: one algorithm a file; start -> Fit -> Model
//! 4 evaluate  metrics: pure functions
//! 5 train     jobs, workers, folds, cancel, events, curves
//!   project   what the user works on
//!   cli       the core without a window
//! 6 widget, view, app   the window (feature `gui`)
//! ```
#![forbid(unsafe_code)]

#[cfg(feature = "gui")]
pub mod app;
pub mod base;
pub mod cli;
pub mod data;
pub mod evaluate;
pub mod model;
pub mod numeric;
pub mod prepare;
pub mod project;
pub mod train;
#[cfg(feature = "gui")]
pub mod view;
#[cfg(feature = "gui")]
pub mod widget;
