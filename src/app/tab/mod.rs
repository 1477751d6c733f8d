//! The centre's tabs: one question each.

pub mod compare;
pub mod explore;
pub mod model;
pub mod table;
