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
mod bernoulli_nb;
mod categorical_nb;
mod checks;
mod complement_nb;
mod coordinate_sweeps;
mod count_nb;
mod dbscan;
mod decision_tree_classifier;
mod decision_tree_regressor;
mod dummy;
mod elastic_net;
mod extra_trees_classifier;
mod extra_trees_regressor;
mod forest_growth;
mod gaussian_mixture;
mod gaussian_nb;
mod gradient_boosting;
mod gradient_boosting_classifier;
mod gradient_boosting_regressor;
mod kmeans;
mod knn_classifier;
mod knn_regressor;
mod knn_smartcore;
mod labelled_points;
mod lasso;
mod lda_classifier;
mod linear_model;
mod linear_regression;
mod logistic_regression;
mod mlp;
mod multinomial_nb;
mod neighbour_planes;
mod neighbour_search;
mod neighbour_store;
mod out_of_bag;
mod polynomial_regression;
mod qda_classifier;
mod random_forest_classifier;
mod random_forest_regressor;
mod ridge;
#[cfg(test)]
mod sample;
mod saved;
mod separable;
mod sgd_classifier;
mod sgd_epochs;
mod sgd_regressor;
mod smartcore_boosting;
mod smartcore_trees;
mod svm_classifier;
mod svm_machine;
mod svm_regressor;
mod svm_smartcore;
mod tree_growth;
mod tree_model;

pub use algorithm::{Algorithm, Engine, Engines, Facts, Sweep, Tags, Task, ValidationCurve};
pub use context::{Context, Reuse, Samples};
pub use fit::{Coefficients, Fit, Grid, Inside, Model, OneStep, Running};
pub use parameter::{Parameter, ParameterKind, Value};
pub use params::Params;
pub use saved::{Saved, restore};

/// The gallery, in the order in which it is shown.
pub static ALGORITHMS: &[&Algorithm] = &[
    &logistic_regression::ALGORITHM,
    &sgd_classifier::ALGORITHM,
    &lda_classifier::ALGORITHM,
    &qda_classifier::ALGORITHM,
    &knn_classifier::ALGORITHM,
    &decision_tree_classifier::ALGORITHM,
    &random_forest_classifier::ALGORITHM,
    &extra_trees_classifier::ALGORITHM,
    &gradient_boosting_classifier::ALGORITHM,
    &svm_classifier::ALGORITHM,
    &gaussian_nb::ALGORITHM,
    &bernoulli_nb::ALGORITHM,
    &multinomial_nb::ALGORITHM,
    &complement_nb::ALGORITHM,
    &categorical_nb::ALGORITHM,
    &mlp::CLASSIFIER,
    &dummy::CLASSIFIER,
    &linear_regression::ALGORITHM,
    &ridge::ALGORITHM,
    &lasso::ALGORITHM,
    &elastic_net::ALGORITHM,
    &polynomial_regression::ALGORITHM,
    &sgd_regressor::ALGORITHM,
    &knn_regressor::ALGORITHM,
    &decision_tree_regressor::ALGORITHM,
    &random_forest_regressor::ALGORITHM,
    &extra_trees_regressor::ALGORITHM,
    &gradient_boosting_regressor::ALGORITHM,
    &svm_regressor::ALGORITHM,
    &mlp::REGRESSOR,
    &dummy::REGRESSOR,
    &kmeans::ALGORITHM,
    &gaussian_mixture::ALGORITHM,
    &dbscan::ALGORITHM,
    &agglomerative::ALGORITHM,
];

/// Of each task a handful that is quick and thinks in different ways: what comes when all quick models are
/// asked for. The rest of the gallery is a click each.
pub static QUICK: &[&Algorithm] = &[
    &logistic_regression::ALGORITHM,
    &knn_classifier::ALGORITHM,
    &decision_tree_classifier::ALGORITHM,
    &random_forest_classifier::ALGORITHM,
    &gradient_boosting_classifier::ALGORITHM,
    &gaussian_nb::ALGORITHM,
    &ridge::ALGORITHM,
    &polynomial_regression::ALGORITHM,
    &knn_regressor::ALGORITHM,
    &decision_tree_regressor::ALGORITHM,
    &random_forest_regressor::ALGORITHM,
    &gradient_boosting_regressor::ALGORITHM,
    &kmeans::ALGORITHM,
    &gaussian_mixture::ALGORITHM,
    &dbscan::ALGORITHM,
    &agglomerative::ALGORITHM,
];

/// The algorithm with this id.
pub fn algorithm(id: &str) -> Option<&'static Algorithm> {
    ALGORITHMS.iter().copied().find(|a| a.id == id)
}
