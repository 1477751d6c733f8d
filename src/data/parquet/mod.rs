//! Parquet, column by column, without arrow. Nothing is guessed: the file states its types.

mod kinds;
mod pages;
mod read;
mod write;

pub(super) use read::read;
pub use write::write;

/// Where the file's own notes hold the order of levels, as JSON: `{"column": ["low", "high"]}`.
const LEVELS_KEY: &str = "seefit.levels";
