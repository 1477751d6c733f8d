//! Numbers that other programs give too.

use serde_json::Value;

use super::run::json;

fn number(value: &Value) -> f64 {
    value
        .as_f64()
        .unwrap_or_else(|| panic!("{value} is no number"))
}

fn near(found: &Value, expected: f64, digits: i32) {
    let found = number(found);
    let most = expected.abs() * 10f64.powi(-digits);
    assert!(
        (found - expected).abs() <= most,
        "{found} is not {expected}"
    );
}

/// tests/reference/cli.py: LinearRegression().fit(*load_diabetes(return_X_y=True)).
#[test]
fn least_squares_on_diabetes_are_those_of_scikit_learn() {
    const COEFFICIENTS: [(&str, f64); 10] = [
        ("age", -10.009_866_299_811),
        ("sex", -239.815_643_672_422),
        ("bmi", 519.845_920_054_460),
        ("bp", 324.384_645_502_322),
        ("s1", -792.175_638_552_230),
        ("s2", 476.739_021_005_258),
        ("s3", 101.043_267_938_034),
        ("s4", 177.063_237_671_346),
        ("s5", 751.273_699_557_103),
        ("s6", 67.626_692_183_704),
    ];
    for engine in ["auto", "smartcore", "seefit"] {
        let engine = format!("engine={engine}");
        let report = json(&[
            "train",
            "diabetes",
            "--target",
            "target",
            "--model",
            "linear_regression",
            "--set",
            &engine,
        ]);
        let found = report["coefficients"].as_object().unwrap();
        assert_eq!(found.len(), COEFFICIENTS.len());
        for (name, expected) in COEFFICIENTS {
            near(&found[name], expected, 6);
        }
        near(&report["intercept"], 152.133_484_162_896, 6);
    }
}

/// Scikit-learn's forests score .94 to .967 here, depending on the seed.
#[test]
fn a_random_forest_knows_iris() {
    let report = json(&[
        "train",
        "iris",
        "--target",
        "species",
        "--model",
        "random_forest_classifier",
        "--validate",
        "stratified:5",
    ]);
    let accuracy = number(&report["metrics"]["CA"]["pooled"]);
    assert!((0.93..=0.98).contains(&accuracy), "{accuracy}");
    assert_eq!(report["validation"]["folds"], 5);
    assert_eq!(report["rows"], 150);
}

/// tests/reference/cli.py: one neighbour, min-max scaling within each fold, each row held out alone.
#[test]
fn one_neighbour_gets_143_of_150_irises_right() {
    let report = json(&[
        "train",
        "iris",
        "--target",
        "species",
        "--model",
        "knn_classifier",
        "--set",
        "n_neighbors=1",
        "--scale",
        "min_max",
        "--validate",
        "leave_one_out",
    ]);
    let counts = report["confusion"]["counts"].as_array().unwrap();
    let right: u64 = (0..3)
        .map(|class| counts[class][class].as_u64().unwrap())
        .sum();
    assert_eq!(right, 143);
    near(&report["metrics"]["CA"]["pooled"], 143.0 / 150.0, 12);
    // One row has no area under a curve: null, and a sentence says so.
    assert!(report["metrics"]["AUC"]["mean"].is_null());
    let warnings = report["warnings"].to_string();
    assert!(warnings.contains("AUC"), "{warnings}");
}

/// tests/reference/cli.py: KMeans(n_clusters=3, n_init=10), unscaled.
#[test]
fn three_clusters_of_iris_have_the_known_inertia() {
    let report = json(&[
        "train",
        "iris",
        "--model",
        "kmeans",
        "--set",
        "n_clusters=3",
        "--scale",
        "none",
    ]);
    near(&report["inertia"], 78.851_441_426_146, 6);
    let mut sizes: Vec<u64> = report["sizes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|n| n.as_u64().unwrap())
        .collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [38, 50, 62]);
    near(&report["silhouette"], 0.552_819, 5);
    // A target that the data set states is not among the features.
    assert_eq!(report["features"].as_array().unwrap().len(), 4);
}
