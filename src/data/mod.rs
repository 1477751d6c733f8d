//! 1 DATA: files and generators become a [`Table`]: typed, immutable columns.
//!
//! ```text
//! DATA --source--> a path or `-` --csv-----> Table --describe--> Summary
//!                  a name        --shipped->
//!                  id:knob=value --generate>
//! ```

mod column;
mod convert;
pub mod csv;
mod date;
pub mod describe;
pub mod generate;
mod mask;
pub(crate) mod near;
mod number;
mod parallel;
mod purpose;
mod shipped;
mod source;
mod table;
mod target;

pub use column::{Column, Kind, Values};
pub use csv::{Guesses, ReadOptions};
pub use date::format as format_date;
pub use describe::{ColumnSummary, NumberSummary, Summary, summarise};
pub use mask::Mask;
pub use purpose::Purpose;
pub use shipped::{Shipped, shipped, shipped_named};
pub use source::{open, open_file};
pub use table::{Table, TableBuilder};
pub use target::{guess_ids, guess_target};
