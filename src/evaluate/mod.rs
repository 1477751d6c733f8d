//! 4 EVALUATE: how good predictions are. Pure functions of actual and predicted values, which know
//! neither models nor folds' making; what has no value is `None`, with a sentence that says why.

mod band;
mod calibration;
pub mod classification;
pub mod clustering;
mod compare;
mod confusion;
mod metric;
mod normal;
mod outcomes;
mod ranking;
#[cfg(test)]
mod reference;
pub mod regression;
mod residuals;
mod running;
mod scores;
mod student;

pub use band::{Band, precision_band, roc_band};
pub use calibration::{CalibrationBin, brier_of_class, calibration};
pub use compare::{Comparison, Verdict, compare};
pub use confusion::Confusion;
pub use metric::{Metric, MetricTask};
pub use normal::normal_quantile;
pub use outcomes::{Costs, Outcomes};
pub use ranking::{PrecisionPoint, Ranking, RocPoint};
pub use residuals::{ErrorGroup, errors_by_actual, histogram, quantile_pairs};
pub use running::{RunningClasses, RunningNumbers};
pub use scores::{Scores, Spread, spreads};
pub use student::critical_value;
