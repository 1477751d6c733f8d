//! 2 PREPARE: roles of columns, the target, the split into folds, and the recipe that is fitted on
//! training rows and turns a [`Table`](crate::data::Table) into a
//! [`Matrix`](crate::numeric::Matrix).
//!
//! ```text
//! Table -> Roles -> Target (rows that have a target) -> SplitScheme::folds
//!                                                              | training rows
//!                          Recipe::fit(table, features, rows) -+-> FittedRecipe::apply -> Matrix
//!                          (then `reduced`, where columns are selected or projected)
//! ```
//!
//! There is no other road from a table to a matrix, so nothing of the held-out rows can leak into
//! what is learned.

mod bag;
mod dates;
mod encode;
mod fitted;
mod folds;
mod impute;
mod plane;
mod recipe;
mod reduce;
mod roles;
mod scale;
mod split;
mod stop_words;
mod target;
mod text;

pub use dates::Dates;
pub use fitted::{FittedRecipe, OutputColumn};
pub use folds::{Fold, Folds};
pub use impute::{ImputeCategories, ImputeNumbers};
pub use plane::{PlaneBase, PointValue};
pub use recipe::Recipe;
pub use reduce::{Project, Projection, Reduction, Select, Threshold};
pub use roles::{Role, Roles};
pub use scale::{Affine, Scale, Scaling};
pub use split::SplitScheme;
pub use target::Target;
pub use text::{Documents, StopWords, TextFeatures, Weights};
