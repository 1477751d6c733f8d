//! Matrix, and our own engine: one method a file. Pure numbers: knows neither tables nor the gallery.

mod matrix;

pub use matrix::Matrix;
