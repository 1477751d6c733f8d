//! What every algorithm of the registry must do. Good and bad values come from the declarations, so a
//! new algorithm is held to all this by its line in the list.

mod conformance {
    pub mod bad_values;
    pub mod declaration;
    pub mod edges;
    pub mod engines;
    pub mod fits;
    pub mod samples;
    pub mod saved;
    pub mod structures;
}
