//! Matrix, and our own engine: one method a file. Pure numbers: knows neither tables nor the gallery.

mod advance;
mod bins;
mod cart;
mod centre;
mod closest;
mod criterion;
mod dense;
mod exp;
mod gaussian_nb;
mod guarded;
mod forest;
mod forest_tree;
mod kd_tree;
mod kmeans;
pub mod knn;
mod labels;
mod lbfgs;
mod least_squares;
mod logistic;
mod matrix;
mod metric;
mod neighbours;
mod sorted;
mod tree;

pub use bins::{BinnedColumn, MOST_BINS};
pub use cart::{Impurity, TreeParams};
pub use forest::{ForestParams, ForestPlan, MaxFeatures, Splitter};
pub use kd_tree::KdTree;
mod mlp;
mod network;
mod orthogonal;
mod pca;
#[cfg(test)]
mod reference;
mod watched;
mod watched_solvers;
mod watched_views;

pub use advance::Advance;
pub use centre::Centred;
pub use exp::softmax_rows;
pub use gaussian_nb::GaussianNb;
pub use guarded::guarded;
pub use kmeans::{Kmeans, KmeansFit, KmeansInit, KmeansParameters};
pub use labels::Labels;
pub use least_squares::{GramSystem, LinearFit};
pub use logistic::{Logistic, LogisticFit, LogisticParameters};
pub use matrix::Matrix;
pub use metric::Metric;
pub use mlp::{Mlp, MlpParameters, Solver};
pub use neighbours::Neighbours;
pub use network::{Activation, Network, Output};
pub use pca::Pca;
pub use sorted::{Sorted, SortedColumn};
pub use tree::{LEAF, Tree};
pub use watched::Watched;
