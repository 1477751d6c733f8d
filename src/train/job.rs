//! An immutable snapshot of all that decides a result.

use crate::base::{Hash128, Hasher128};
use crate::data::Table;
use crate::model::{Params, Task};
use crate::prepare::{Project, Recipe, Roles, Scaling, SplitScheme};

/// What is fitted, on what, and how it is tested. Two jobs with one key have one result.
#[derive(Clone, Debug)]
pub struct Job {
    pub table: Table,
    pub roles: Roles,
    pub recipe: Recipe,
    pub params: Params,
    pub split: SplitScheme,
    pub seed: u64,
    /// The rows of `SplitScheme::File`.
    pub test: Option<Table>,
}

impl Job {
    pub fn task(&self) -> Task {
        self.params.algorithm().task
    }

    /// The recipe's scaling, `auto` decided by the algorithm's tag, and by a projection: the directions in
    /// which rows differ most are otherwise those of the largest unit.
    pub fn scaling(&self) -> Scaling {
        let projected = matches!(
            self.recipe.project,
            Project::Pca { .. } | Project::Lda { .. }
        );
        let needs = projected || self.params.algorithm().tags.needs_scaling;
        self.recipe.scale.resolve(needs)
    }

    /// The key of the result cache.
    pub fn key(&self) -> Hash128 {
        let mut hasher = Hasher128::new();
        hasher.hash(self.data_key());
        self.params.hash(&mut hasher);
        hasher.finish()
    }

    /// Names rows, preparation, folds and seed: what a knob of the model does not touch.
    pub fn data_key(&self) -> Hash128 {
        let mut hasher = Hasher128::new();
        hasher.hash(self.table.fingerprint());
        self.roles.hash(&mut hasher);
        self.recipe.hash(&mut hasher);
        hasher.word(self.scaling() as u64);
        hasher.word(self.task() as u64);
        hasher.text(&self.split.to_string());
        hasher.word(self.seed);
        if let Some(test) = &self.test {
            hasher.hash(test.fingerprint());
        }
        hasher.finish()
    }
}
