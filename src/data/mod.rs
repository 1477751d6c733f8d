//! 1 DATA: files and generators become a [`Table`]: typed, immutable columns.
//!
//! ```text
//! DATA --source--> a path or `-` --unpack, format, a reader--> Table --describe--> Summary
//!                  a name        --shipped------------------->       --export----> a file
//!                  id:knob=value --generate------------------>
//! ```
//!
//! Readers: csv (with Orange's headers), json, arff, sheet, sqlite, parquet, pictures. Those of formats that type
//! each cell gather them in a grid.

mod about;
pub mod arff;
mod column;
mod convert;
pub mod csv;
mod date;
pub mod describe;
mod distinct;
pub mod edit;
mod export;
mod format;
pub mod generate;
mod grid;
mod json;
mod mask;
mod memory;
pub(crate) mod near;
mod number;
mod options;
mod parallel;
pub mod parquet;
mod pictures;
mod preview;
mod purpose;
mod quantiles;
mod read_as;
mod reading;
pub mod sheet;
mod shipped;
mod source;
mod sqlite;
mod table;
mod target;
mod unpack;
mod writing;

pub use about::{About, Varies};
pub use column::{Column, Kind, Values};
pub(crate) use convert::as_known;
pub use csv::Guesses;
pub use date::{format as format_date, read as read_date};
pub use describe::{ColumnSummary, NumberSummary, Summary, summarise};
pub use export::{FORMATS, save, save_with};
pub use mask::Mask;
pub(crate) use number::format as format_number;
pub use options::ReadOptions;
pub use pictures::picture_side;
pub use preview::{open_first, open_text};
pub use purpose::Purpose;
pub use read_as::ReadAs;
pub use reading::Reading;
pub use shipped::{Shipped, shipped, shipped_named};
pub use source::{open, open_file, open_watched};
pub use table::{Parts, Table, TableBuilder};
pub use target::{guess_ids, guess_target};
pub use writing::Writing;
