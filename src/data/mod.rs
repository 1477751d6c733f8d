//! 1 DATA: files and generators become a [`Table`]: typed, immutable columns.

mod column;
mod convert;
pub mod csv;
mod date;
mod mask;
mod number;
mod table;

pub use column::{Column, Kind, Values};
pub use csv::{Guesses, ReadOptions};
pub use mask::Mask;
pub use table::{Table, TableBuilder};
