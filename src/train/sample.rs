//! Small jobs for tests.

use std::sync::Arc;

use super::Job;
use crate::data::{Column, Table, TableBuilder};
use crate::model::{Params, algorithm};
use crate::prepare::{Recipe, Role, Roles, SplitScheme};

/// Two numbers and a class of two that follows the first.
pub fn table(rows: usize) -> Table {
    classes(
        rows,
        (0..rows).map(|i| u32::from((i as f64 * 0.7).sin() > 0.2)),
    )
}

/// Two numbers, all points different, and these classes.
pub fn classes(rows: usize, codes: impl Iterator<Item = u32>) -> Table {
    let x = |phase: f64| (0..rows).map(move |i| (i as f64 * phase).sin());
    TableBuilder::new("t")
        .column(Column::numbers("a", x(0.7).collect()))
        .column(Column::numbers("b", x(1.3).collect()))
        .column(Column::categories(
            "y",
            codes.collect(),
            ["no", "yes"].map(str::to_owned).to_vec(),
        ))
        .build()
        .unwrap()
}

pub fn params(id: &str, set: &[(&str, &str)]) -> Params {
    let mut params = Params::defaults(algorithm(id).unwrap());
    for (name, value) in set {
        params.set_text(name, value).unwrap();
    }
    params
}

/// `y` from the two numbers, three folds, seed 42.
pub fn job(table: Table, params: Params) -> Job {
    let (mut roles, _) = Roles::guess(&table, Some(2));
    for column in [0, 1] {
        roles.set(column, Role::Feature);
    }
    Job {
        table,
        roles,
        recipe: Recipe::default(),
        params,
        split: SplitScheme::Stratified { k: 3 },
        seed: 42,
        test: None,
    }
}

/// Many steps, none of which takes long.
pub fn long_fit() -> Params {
    let set = [
        ("max_iter", "1000"),
        ("tol", "0"),
        ("n_iter_no_change", "1000"),
        ("hidden_layer_sizes", "8"),
    ];
    params("mlp_classifier", &set)
}

pub fn shared(table: Table, params: Params) -> Arc<Job> {
    Arc::new(job(table, params))
}
