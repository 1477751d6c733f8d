//! The registry in families of methods that share their code.

/// Name, and parts of the ids of its members.
pub const FAMILIES: &[(&str, &[&str])] = &[
    (
        "linear",
        &[
            "logistic_regression",
            "linear_regression",
            "ridge",
            "lasso",
            "elastic_net",
            "polynomial_regression",
        ],
    ),
    (
        "descent",
        &[
            "sgd_classifier",
            "sgd_regressor",
            "mlp_classifier",
            "mlp_regressor",
        ],
    ),
    ("discriminants", &["lda_classifier", "qda_classifier"]),
    ("neighbours", &["knn_classifier", "knn_regressor"]),
    (
        "trees",
        &["decision_tree_classifier", "decision_tree_regressor"],
    ),
    (
        "forests",
        &[
            "random_forest_classifier",
            "random_forest_regressor",
            "extra_trees_classifier",
            "extra_trees_regressor",
        ],
    ),
    (
        "boosting",
        &[
            "gradient_boosting_classifier",
            "gradient_boosting_regressor",
        ],
    ),
    ("vectors", &["svm_classifier", "svm_regressor"]),
    (
        "bayes",
        &[
            "gaussian_nb",
            "bernoulli_nb",
            "multinomial_nb",
            "complement_nb",
            "categorical_nb",
        ],
    ),
    (
        "clusters",
        &["kmeans", "gaussian_mixture", "dbscan", "agglomerative"],
    ),
    ("dummies", &["dummy_classifier", "dummy_regressor"]),
];

/// Every algorithm is in one family, and what a family names is there.
#[test]
fn families_are_the_registry() {
    let mut named: Vec<&str> = FAMILIES
        .iter()
        .flat_map(|(_, ids)| ids.iter().copied())
        .collect();
    let mut known: Vec<&str> = seefit::model::ALGORITHMS.iter().map(|a| a.id).collect();
    named.sort_unstable();
    known.sort_unstable();
    assert_eq!(named, known);
}
