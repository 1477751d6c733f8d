//! Weka's ARFF (its documentation, "Attribute-Relation File Format"): columns are declared, so nothing
//! needs to be guessed.

mod date_format;
mod lex;
mod read;
mod write;

pub(super) use read::read;
pub use write::write;
