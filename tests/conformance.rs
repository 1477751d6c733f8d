//! What every estimator must do, one check a line in [`suite::CHECKS`]; modelled on what scikit-learn's
//! estimator checks cover. Good and bad values come from the declarations, so a new algorithm is held to
//! all this by its line in the registry. How many checks each estimator passes:
//!
//! ```text
//! cargo test --test conformance -- --nocapture every_estimator
//! ```

mod conformance {
    pub mod bad_values;
    pub mod cancelled;
    pub mod declaration;
    pub mod edges;
    pub mod fits;
    pub mod inside;
    pub mod invariance;
    pub mod parameters;
    pub mod predictions;
    pub mod reference;
    pub mod road;
    pub mod samples;
    pub mod saved;
    pub mod steps;
    pub mod structures;
    pub mod subject;
    pub mod suite;
    pub mod targets;
}
