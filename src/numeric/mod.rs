//! Matrix, and our own engine: one method a file. Pure numbers: knows neither tables nor the gallery.

mod cart;
mod closest;
mod criterion;
mod kd_tree;
pub mod knn;
mod labels;
mod matrix;
mod metric;
mod neighbours;
mod sorted;
mod tree;

pub use cart::{Impurity, TreeParams};
pub use kd_tree::KdTree;
pub use labels::Labels;
pub use matrix::Matrix;
pub use metric::Metric;
pub use neighbours::Neighbours;
pub use sorted::{Sorted, SortedColumn};
pub use tree::{LEAF, Tree};
