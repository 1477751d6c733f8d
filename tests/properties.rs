//! What holds of every metric, split and recipe, whatever the data: proptest looks for a counterexample
//! and makes it small.

mod properties {
    pub mod clusters;
    pub mod metrics;
    pub mod ranking;
    pub mod recipes;
    pub mod splits;
}
