//! The sentence about a name that does not exist.

use crate::base::Problem;
use crate::data::near::{listed, nearest};

/// Names up to this many are all told where none is near.
const FEW: usize = 30;

/// Says which kind of thing there is none of, and what else it could be: the names near to it; all
/// where they are few; else where to look.
pub fn unknown<'a>(
    kind: &str,
    name: &str,
    names: impl IntoIterator<Item = &'a str>,
    where_to_look: &str,
) -> Problem {
    let names: Vec<&str> = names.into_iter().collect();
    let near = nearest(name, &names);
    let problem = Problem::new(format!("there is no {kind} “{name}”"));
    if !near.is_empty() {
        problem.fix(format!("Try {}", listed(&near)))
    } else if (1..=FEW).contains(&names.len()) {
        problem.fix(format!("Choose {}", listed(&names)))
    } else {
        problem.fix(where_to_look)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_else_few_names_else_where_to_look() {
        let ids = ["lasso", "ridge", "knn_classifier", "knn_regressor"];
        let of = |name| unknown("model", name, ids, "See the list").to_string();
        assert_eq!(of("laso"), "there is no model “laso”. Try lasso.");
        assert_eq!(
            of("knn"),
            "there is no model “knn”. Try knn_classifier or knn_regressor."
        );
        assert!(
            of("perceptron").ends_with("Choose lasso, ridge, knn_classifier or knn_regressor.")
        );
        let many: Vec<String> = (0..40).map(|i| format!("pixel_{i}")).collect();
        let far = unknown(
            "column",
            "class",
            many.iter().map(String::as_str),
            "See the list",
        );
        assert_eq!(far.to_string(), "there is no column “class”. See the list.");
    }
}
