//! 5 TRAIN: jobs, workers, folds, cancel, events, curves.
//!
//! ```text
//! Job (immutable: table, roles, recipe, parameters, split, seed; its hash is the result's key)
//!   -> Prepared   rows, folds, a recipe fitted per fold          kept per data, not per knob
//!   -> coarse     a sample, 50 ms: the first picture             lane "coarse"
//!   -> Run        lockstep over all rows and folds, in slices    lane "fine"
//!   -> Surface    the plane that the window shows                lane "picture"
//!        \-> Event ... to whoever subscribed: the window, the command line, the tests
//! ```

pub mod apply;
mod clustering;
mod coarse;
mod coefficients;
mod dependence;
mod evaluation;
mod event;
mod fold_models;
mod growth;
mod handle;
mod helpers;
mod importance;
mod job;
mod lanes;
mod live;
mod marks;
mod measure;
mod prepared;
mod projection;
mod report;
mod run;
#[cfg(test)]
pub(crate) mod sample;
mod surface;
mod sweep;
mod what_if;

pub use coefficients::{CoefficientTable, INTERCEPT, Uncertainty, WeightRow, coefficients};
pub use dependence::{Dependence, dependence_grid, partial_dependence};
pub use evaluation::{CALIBRATION_BINS, OneAgainstRest, one_against_rest};
pub use event::{CurvePoint, Emit, Event, Fitted, Gate, HeldOut, Pace, Snapshot, best};
pub use importance::permutation_importance;
pub use job::Job;
pub use lanes::{Lane, Lanes, panic_text};
pub use live::{Live, Wanted};
pub use marks::{place_on_plane, row_on_plane, rows_on_plane};
pub use prepared::{Prepared, PreparedCache};
pub use projection::{Projected, projected};
pub use report::{Agreement, LinearTerms, Report};
pub use run::{After, Run, TRAIN_SCORE_ROWS, run_to_end};
pub use surface::{Painter, Plane, PlaneBase, PlaneRequest, Surface, same_painter, surface};
pub use what_if::{Change, FeatureRange, Nearest, feature_ranges, nearest_change};
