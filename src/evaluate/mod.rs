//! 4 EVALUATE: how good predictions are. Pure functions of actual and predicted values, which know
//! neither models nor folds' making; what has no value is `None`, with a sentence that says why.

pub mod classification;
pub mod clustering;
mod compare;
mod confusion;
mod metric;
#[cfg(test)]
mod reference;
pub mod regression;
mod running;
mod scores;
mod student;

pub use compare::{Comparison, Verdict, compare};
pub use confusion::Confusion;
pub use metric::{Metric, MetricTask};
pub use running::{RunningClasses, RunningNumbers};
pub use scores::{Scores, Spread, spreads};
