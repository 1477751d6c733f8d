//! Models in files: from a fitted model to bytes, and from bytes that anybody may have written back to
//! a model that predicts the same to the last bit.
//!
//! ```text
//! Model::save() -> Saved { kind, state }      state: MessagePack of a `Stored` structure
//! restore(kind, state, columns) -> Model      looks the kind up in KINDS, reads, checks
//! ```
//!
//! To make a model savable:
//!
//! 1. derive `serde::Serialize` and `serde::Deserialize` for its structure, or for one that holds all
//!    that it needs (a k-d tree is built anew, smartcore's objects are fitted anew or flattened);
//! 2. implement [`Stored`] for that structure: a kind of its own, and `open`, which checks everything
//!    that `predict` relies on: lengths against each other and against `columns`, indices within their
//!    ranges, values finite ([`finite`]), counts above which memory or time would run out. A length is
//!    never to be believed before there are as many values, and products of sizes are checked ones;
//! 3. add `fn save(&self) -> Option<Saved> { Saved::of(self) }` to its `impl Model`;
//! 4. add a line to [`KINDS`].
//!
//! Names of fields and kinds are the format (docs/model-file.md): a change of meaning takes a new kind.

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Model;
use crate::base::Problem;

/// A model as it stands in a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Saved {
    /// The spelling of its type: what `restore` looks up.
    pub kind: &'static str,
    /// MessagePack, structures as maps.
    pub state: Vec<u8>,
    /// Training rows that travel inside, of models that keep them.
    pub rows: usize,
}

/// What stands in a file for a model.
pub(super) trait Stored: Serialize + DeserializeOwned {
    const KIND: &'static str;

    /// The model, for rows of so many columns. None where anything in it is not as a fit leaves it.
    fn open(self, columns: usize) -> Option<Arc<dyn Model>>;
}

impl Saved {
    pub(super) fn of<S: Stored>(stored: &S) -> Option<Saved> {
        // Fails only where a structure cannot be told in MessagePack, which the tests would show.
        let state = rmp_serde::to_vec_named(stored).ok()?;
        Some(Saved {
            kind: S::KIND,
            state,
            rows: 0,
        })
    }

    /// Says that training rows are in it.
    pub(super) fn with_rows(self, rows: usize) -> Saved {
        Saved { rows, ..self }
    }
}

type Restore = fn(&[u8], usize) -> Option<Arc<dyn Model>>;

/// Every kind of model that can be read, one a line.
const KINDS: &[(&str, Restore)] = &[
    kind::<super::agglomerative::AgglomerativeModel>(),
    kind::<super::categorical_nb::CategoricalModel>(),
    kind::<super::count_nb::CountModel>(),
    kind::<super::dbscan::DbscanModel>(),
    kind::<super::dummy::Constant>(),
    kind::<super::dummy::Drawn>(),
    kind::<super::gaussian_mixture::MixtureModel>(),
    kind::<super::gaussian_nb::BayesModel>(),
    kind::<super::gradient_boosting::BoostedModel>(),
    kind::<super::kmeans::KmeansModel>(),
    kind::<super::knn_classifier::StoredKnn>(),
    kind::<super::knn_regressor::StoredKnn>(),
    kind::<super::linear_model::LinearModel>(),
    kind::<super::logistic_regression::LogisticModel>(),
    kind::<super::mlp::NetworkModel>(),
    kind::<super::polynomial_regression::PolynomialModel>(),
    kind::<super::qda_classifier::QdaModel>(),
    kind::<super::sgd_epochs::SgdModel>(),
    kind::<super::svm_machine::SvmModel>(),
    kind::<super::tree_model::ForestModel>(),
    kind::<super::tree_model::TreeModel>(),
];

const fn kind<S: Stored>() -> (&'static str, Restore) {
    (S::KIND, |state, columns| read::<S>(state)?.open(columns))
}

/// Structures in structures; the deepest has six.
const DEEPEST: usize = 16;

fn read<S: Stored>(state: &[u8]) -> Option<S> {
    let mut reader = rmp_serde::Deserializer::from_read_ref(state);
    reader.set_max_depth(DEEPEST);
    S::deserialize(&mut reader).ok()
}

/// The model of a file, for rows of so many columns and so many outputs (for clusterings as many as there
/// are). Nothing in `state` is believed: reading it takes memory and time in proportion to its length, and whatever
/// comes out predicts without a panic.
pub fn restore(
    kind: &str,
    state: &[u8],
    columns: usize,
    outputs: Option<usize>,
) -> Result<Arc<dyn Model>, Problem> {
    let Some((_, restore)) = KINDS.iter().find(|(known, _)| *known == kind) else {
        let problem = Problem::new(format!("it holds a model of the unknown kind “{kind}”"));
        return Err(problem.fix("Open it with a newer version of Seefit"));
    };
    restore(state, columns)
        .filter(|model| match outputs {
            Some(outputs) => model.outputs() == outputs,
            // Every cluster takes some bytes; a number that stands for more would take memory.
            None => model.outputs() <= state.len(),
        })
        .ok_or_else(|| Problem::new(format!("its model ({kind}) is damaged")))
}

/// Whether all of these are finite numbers.
pub(super) fn finite(values: &[f64]) -> bool {
    values.iter().all(|value| value.is_finite())
}

#[cfg(test)]
mod tests {
    use super::super::dummy::Constant;
    use super::super::tree_model::TreeModel;
    use super::*;
    use crate::numeric::{LEAF, Tree};

    fn stump() -> Tree {
        Tree {
            columns: 2,
            outputs: 1,
            feature: vec![1, LEAF, LEAF],
            threshold: vec![0.5, 0.0, 0.0],
            left: vec![1, 0, 0],
            right: vec![2, 0, 0],
            depth: vec![0, 1, 1],
            impurity: vec![1.0, 0.0, 0.0],
            samples: vec![4, 2, 2],
            weights: Vec::new(),
            values: vec![0.5, 0.0, 1.0],
        }
    }

    fn state(change: impl Fn(&mut Tree)) -> Vec<u8> {
        let mut tree = stump();
        change(&mut tree);
        let model = TreeModel {
            tree: Arc::new(tree),
            classes: false,
        };
        Saved::of(&model).unwrap().state
    }

    #[test]
    fn kinds_have_names_of_their_own() {
        let mut names: Vec<&str> = KINDS.iter().map(|(kind, _)| *kind).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), KINDS.len());
        let unknown = restore("oracle", &[], 2, None).unwrap_err().to_string();
        assert!(unknown.contains("oracle") && unknown.contains("newer"));
    }

    /// Each of these would make a prediction run out of the arrays, or for ever.
    #[test]
    fn a_tree_that_does_not_hold_together_is_refused() {
        assert!(restore("tree", &state(|_| {}), 2, Some(1)).is_ok());
        assert!(restore("tree", &state(|_| {}), 3, Some(1)).is_err());
        assert!(restore("tree", &state(|_| {}), 2, Some(2)).is_err());
        let changes: [fn(&mut Tree); 10] = [
            |tree| tree.left[0] = 0,
            |tree| tree.right[0] = 3,
            |tree| tree.feature[0] = 2,
            |tree| tree.threshold[0] = f64::NAN,
            |tree| tree.values[2] = f64::INFINITY,
            |tree| tree.values.truncate(2),
            |tree| tree.samples.truncate(2),
            |tree| tree.outputs = 0,
            |tree| tree.outputs = usize::MAX / 2,
            |tree| tree.impurity[1] = f64::NAN,
        ];
        for (number, change) in changes.into_iter().enumerate() {
            let damaged = restore("tree", &state(change), 2, Some(1));
            assert!(damaged.is_err(), "change {number}");
        }
    }

    /// A clustering has as many outputs as its model says; a row of them must not fill the memory.
    #[test]
    fn more_outputs_than_bytes_are_refused() {
        use super::super::svm_machine::SvmModel;
        let model = |classes: u64| {
            let state = serde_json::json!({
                "fit": {
                    "kernel": "Linear",
                    "classes": classes,
                    "vectors": {"rows": 0, "columns": 0, "values": []},
                    "rows": [],
                    "machines": [],
                    "only": 1,
                    "break_ties": false,
                },
                "rows": 9,
                "gap": null,
            });
            let state = rmp_serde::to_vec_named(&state).unwrap();
            restore(SvmModel::KIND, &state, 2, None).is_ok()
        };
        assert!(model(2) && !model(1) && !model(1 << 40));
    }

    #[test]
    fn lengths_that_lie_and_nesting_cost_nothing() {
        // A map of one field whose array claims four thousand million numbers.
        let mut lies = vec![0x81, 0xa6];
        lies.extend(b"answer");
        lies.extend([0xdd, 0xff, 0xff, 0xff, 0xff, 0xcb]);
        assert!(restore(Constant::KIND, &lies, 2, None).is_err());
        // Arrays in arrays in a field that nobody asked for.
        let mut deep = vec![0x81, 0xa1, b'x'];
        deep.extend([0x91; 100_000]);
        assert!(restore(Constant::KIND, &deep, 2, None).is_err());
    }
}
