//! 1 DATA: files and generators become a [`Table`]: typed, immutable columns.

mod table;

pub use table::{Column, Kind, Mask, Table, TableBuilder, Values};
