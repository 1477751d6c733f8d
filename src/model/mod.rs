//! 3 MODEL: the registry. One algorithm a file: its declaration, its checks, its engines.
//!
//! ```text
//! Algorithm (a `static`: id, task, tags, engines, parameters, check, start)
//!     check(facts, params)                 one clear sentence before anything runs
//!     start(samples, params, context) -> Fit   a resumable machine: step() until finished()
//!     Fit::model() -> Model                flat, shared, predicts rows
//! ```
//!
//! To add an algorithm: write `model/<id>.rs` with `pub static ALGORITHM: Algorithm`, add its `mod`
//! line and one line in [`ALGORITHMS`]. The conformance suite loops over the list and takes good and
//! bad values from the declarations.

mod algorithm;
mod context;
mod fit;
pub mod parameter;
mod params;

mod agglomerative;
mod checks;
mod dbscan;
mod decision_tree_classifier;
mod decision_tree_regressor;
mod dummy;
mod extra_trees_classifier;
mod extra_trees_regressor;
mod forest_growth;
mod gaussian_mixture;
mod gaussian_nb;
mod kmeans;
mod knn_classifier;
mod knn_regressor;
mod knn_smartcore;
mod labelled_points;
mod linear_model;
mod linear_regression;
mod logistic_regression;
mod mlp;
mod neighbour_planes;
mod neighbour_search;
mod out_of_bag;
mod random_forest_classifier;
mod random_forest_regressor;
mod ridge;
#[cfg(test)]
mod sample;
mod separable;
mod smartcore_trees;
mod tree_growth;
mod tree_model;

pub use algorithm::{Algorithm, Engine, Engines, Facts, Sweep, Tags, Task, ValidationCurve};
pub use context::{Context, Reuse, Samples};
pub use fit::{Coefficients, Fit, Grid, Inside, Model, OneStep, Running};
pub use parameter::{Parameter, ParameterKind, Value};
pub use params::Params;

/// The gallery, in the order in which it is shown.
pub static ALGORITHMS: &[&Algorithm] = &[
    &logistic_regression::ALGORITHM,
    &knn_classifier::ALGORITHM,
    &decision_tree_classifier::ALGORITHM,
    &random_forest_classifier::ALGORITHM,
    &extra_trees_classifier::ALGORITHM,
    &gaussian_nb::ALGORITHM,
    &mlp::CLASSIFIER,
    &dummy::CLASSIFIER,
    &linear_regression::ALGORITHM,
    &ridge::ALGORITHM,
    &knn_regressor::ALGORITHM,
    &decision_tree_regressor::ALGORITHM,
    &random_forest_regressor::ALGORITHM,
    &extra_trees_regressor::ALGORITHM,
    &mlp::REGRESSOR,
    &dummy::REGRESSOR,
    &kmeans::ALGORITHM,
    &gaussian_mixture::ALGORITHM,
    &dbscan::ALGORITHM,
    &agglomerative::ALGORITHM,
];

/// The algorithm with this id.
pub fn algorithm(id: &str) -> Option<&'static Algorithm> {
    ALGORITHMS.iter().copied().find(|a| a.id == id)
}
