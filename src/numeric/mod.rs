//! Matrix, and our own engine: one method a file. Pure numbers: knows neither tables nor the gallery.

mod labels;
mod matrix;

pub use labels::Labels;
pub use matrix::Matrix;
