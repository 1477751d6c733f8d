//! What each command answers.

use std::collections::HashSet;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::run::{Folder, json, seefit, sentence, with_input};

fn keys(value: &Value) -> Vec<&str> {
    value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

#[test]
fn models_lists_the_registry() {
    let listed = json(&["models"]);
    let models = listed["models"].as_array().unwrap();
    let (models, projections) = models.split_at(seefit::model::ALGORITHMS.len());
    let ids: Vec<&str> = projections
        .iter()
        .filter_map(|p| p["id"].as_str())
        .collect();
    assert_eq!(ids, ["pca", "svd", "lda"]);
    assert!(projections.iter().all(|p| p["task"] == "projection"));
    for (model, algorithm) in models.iter().zip(seefit::model::ALGORITHMS) {
        assert_eq!(model["id"], algorithm.id);
        assert_eq!(model["task"], algorithm.task.name());
        assert_eq!(
            model["engines"].as_array().unwrap().len(),
            algorithm.engines.available.len()
        );
        for (parameter, declared) in model["parameters"]
            .as_array()
            .unwrap()
            .iter()
            .zip(algorithm.parameters)
        {
            assert_eq!(parameter["name"], declared.name);
            let expected = ["name", "kind", "min", "max", "values", "default", "help"];
            assert!(keys(parameter).starts_with(&expected), "{parameter}");
        }
    }
    let text = seefit(&["models"]).out;
    for algorithm in seefit::model::ALGORITHMS {
        assert!(
            text.lines().any(|line| line == algorithm.id),
            "{}",
            algorithm.id
        );
    }
}

#[test]
fn describe_tells_kinds_gaps_and_distributions() {
    let described = json(&["describe", "penguins"]);
    assert_eq!(described["rows"], 344);
    let columns = described["columns"].as_array().unwrap();
    let column = |name: &str| columns.iter().find(|c| c["name"] == name).unwrap();
    assert_eq!(column("species")["kind"], "category");
    assert_eq!(column("species")["distinct"], 3);
    assert_eq!(column("species")["values"][0]["count"], 152);
    assert_eq!(column("bill_length_mm")["missing"], 2);
    assert_eq!(column("bill_length_mm")["min"], 32.1);
    assert_eq!(column("sex")["missing"], 11);
    assert!(described["warnings"].is_array());
    let text = seefit(&["describe", "penguins"]).out;
    assert!(
        text.contains("Adelie 152, Gentoo 124, Chinstrap 68"),
        "{text}"
    );
}

#[test]
fn describe_reads_standard_input() {
    let ended = with_input(
        &["describe", "-", "--json"],
        "when,x\n2024-01-31,1\n2024-02-29,2\n2024-03-01,\n",
    );
    assert_eq!(ended.code, 0, "{}", ended.err);
    let described: Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!(described["rows"], 3);
    assert_eq!(described["columns"][0]["kind"], "date");
    assert!(
        described["columns"][0]["min"]
            .as_str()
            .unwrap()
            .starts_with("2024-01-31")
    );
    assert_eq!(described["columns"][1]["missing"], 1);
}

#[test]
fn train_answers_with_stable_names() {
    let report = json(&[
        "train",
        "iris",
        "--target",
        "species",
        "--model",
        "logistic_regression",
        "--curve",
    ]);
    let expected = [
        "model",
        "engine",
        "task",
        "params",
        "rows",
        "features",
        "validation",
        "metrics",
        "confusion",
        "coefficients",
        "intercept",
        "curve_parameter",
        "curve",
        "fit_seconds",
        "warnings",
    ];
    let found = keys(&report);
    let listed: Vec<&str> = found
        .iter()
        .copied()
        .filter(|k| expected.contains(k))
        .collect();
    assert_eq!(listed, expected);
    assert_eq!(report["task"], "classification");
    assert_eq!(report["validation"]["scheme"], "stratified:5");
    assert_eq!(report["validation"]["seed"], 42);
    assert_eq!(
        keys(&report["metrics"])[..7],
        ["CA", "AUC", "F1", "Prec", "Recall", "MCC", "LogLoss"]
    );
    assert_eq!(keys(&report["metrics"]["CA"]), ["mean", "std", "pooled"]);
    assert_eq!(
        report["confusion"]["labels"],
        serde_json::json!(["setosa", "versicolor", "virginica"])
    );
    // Several classes: coefficients by class, then by feature.
    assert_eq!(
        keys(&report["coefficients"]),
        ["setosa", "versicolor", "virginica"]
    );
    assert_eq!(keys(&report["coefficients"]["setosa"]).len(), 4);
    assert_eq!(keys(&report["intercept"]).len(), 3);
    let curve = report["curve"].as_array().unwrap();
    assert!(curve.len() > 2 && curve[0]["step"] == 1.0, "{curve:?}");
    let last = curve.last().unwrap()["validation"].as_f64().unwrap();
    assert!((last - report["metrics"]["CA"]["mean"].as_f64().unwrap()).abs() < 1e-12);
}

#[test]
fn two_classes_have_one_set_of_coefficients_and_dummies_their_level() {
    let report = json(&[
        "train",
        "titanic",
        "--target",
        "Survival",
        "--model",
        "logistic_regression",
    ]);
    let names = keys(&report["coefficients"]);
    assert!(
        names.contains(&"Sex=female") || names.contains(&"Sex=male") || names.contains(&"Sex"),
        "{names:?}"
    );
    assert!(
        names.contains(&"Age") && report["intercept"].is_number(),
        "{names:?}"
    );
    let warnings = report["warnings"].to_string();
    assert!(
        warnings.contains("Age") && warnings.contains("Name"),
        "{warnings}"
    );
}

#[test]
fn the_same_seed_gives_the_same_report_with_any_number_of_threads() {
    let report = |threads: &str, seed: &str| {
        let mut report = json(&[
            "train",
            "wine",
            "--target",
            "class",
            "--model",
            "mlp_classifier",
            "--set",
            "max_iter=20",
            "--threads",
            threads,
            "--seed",
            seed,
        ]);
        report["fit_seconds"] = Value::Null;
        report
    };
    assert_eq!(report("1", "7"), report("3", "7"));
    assert_ne!(report("1", "7")["metrics"], report("1", "8")["metrics"]);
}

#[test]
fn features_scale_and_settings_reach_the_model() {
    let report = json(&[
        "train",
        "diabetes",
        "--target",
        "target",
        "--model",
        "ridge",
        "--features",
        "bmi,bp",
        "--features",
        "s5",
        "--set",
        "alpha=0.5",
        "--validate",
        "train",
    ]);
    assert_eq!(report["features"], serde_json::json!(["bmi", "bp", "s5"]));
    assert_eq!(report["params"]["alpha"], 0.5);
    assert_eq!(keys(&report["coefficients"]), ["bmi", "bp", "s5"]);
    assert_eq!(report["validation"]["scheme"], "train");
    assert!(report["metrics"]["R2"]["std"].is_null());
    assert!(report["warnings"].to_string().contains("one split"));
}

#[test]
fn a_second_file_is_tested_on() {
    let folder = Folder::new("second-file");
    let rows = |from: usize, to: usize| -> String {
        let row = |i: usize| format!("{i},{},{}\n", i % 7, 3 * i + 2 * (i % 7) + 1);
        "a,b,y\n".to_owned() + &(from..to).map(row).collect::<String>()
    };
    let train = folder.file("train.csv", rows(0, 40));
    let test = format!("file:{}", folder.file("test.csv", rows(40, 60)));
    let report = json(&[
        "train",
        &train,
        "--target",
        "y",
        "--model",
        "linear_regression",
        "--validate",
        &test,
    ]);
    assert!(report["metrics"]["R2"]["pooled"].as_f64().unwrap() > 0.999_999);
    assert_eq!(report["validation"]["folds"], 1);
    let gone = format!("file:{}/none.csv", folder.path());
    sentence(
        &[
            "train",
            &train,
            "--target",
            "y",
            "--model",
            "linear_regression",
            "--validate",
            &gone,
        ],
        2,
    );
}

#[test]
fn compare_ranks_and_lists_what_cannot_run() {
    let compared = json(&[
        "compare",
        "iris",
        "--target",
        "species",
        "--models",
        "dummy_classifier,ridge,logistic_regression,gaussian_nb",
    ]);
    let results = compared["results"].as_array().unwrap();
    assert_eq!(results.len(), 4);
    let score = |i: usize| results[i]["metrics"]["CA"]["mean"].as_f64().unwrap();
    assert!(score(0) >= score(1) && score(1) > score(2), "{results:?}");
    assert_eq!(results[2]["model"], "dummy_classifier");
    assert_eq!(results[2]["behind_best"]["distinguishable"], true);
    assert_eq!(results[3]["model"], "ridge");
    assert!(results[3]["error"].as_str().unwrap().contains("species"));
    let text = seefit(&[
        "compare",
        "iris",
        "--target",
        "species",
        "--models",
        "dummy_classifier,ridge",
    ])
    .out;
    assert!(
        text.contains("Not run: ridge") && text.contains("0.333"),
        "{text}"
    );
    // Nothing at all can run: that is an error of the command.
    sentence(
        &[
            "compare", "iris", "--target", "species", "--models", "ridge",
        ],
        2,
    );
}

#[test]
fn compare_takes_all_models_of_the_task() {
    let compared = json(&[
        "compare",
        "moons:n=60",
        "--models",
        "all",
        "--validate",
        "holdout:0.3",
    ]);
    let results = compared["results"].as_array().unwrap();
    let listed: HashSet<&str> = results
        .iter()
        .map(|r| r["model"].as_str().unwrap())
        .collect();
    let task = seefit::model::Task::Classification;
    let expected: HashSet<&str> = seefit::model::ALGORITHMS
        .iter()
        .filter(|a| a.task == task)
        .map(|a| a.id)
        .collect();
    assert_eq!(listed, expected);
}

#[test]
fn help_and_version_tell_all_commands() {
    let help = seefit(&["--help"]);
    assert_eq!(help.code, 0);
    for command in ["models", "describe", "train", "compare", "screenshot"] {
        assert!(help.out.contains(&format!("seefit {command}")), "{command}");
        let own = seefit(&["help", command]);
        assert_eq!((own.code, own.out), (0, seefit(&[command, "--help"]).out));
    }
    assert_eq!(
        seefit(&["--version"]).out,
        format!("seefit {}\n", env!("CARGO_PKG_VERSION"))
    );
}

/// The test runs the program without DISPLAY and WAYLAND_DISPLAY.
#[cfg(all(unix, not(target_os = "macos")))]
#[test]
fn without_a_display_the_window_says_what_needs_none() {
    let said = sentence(&[], 2);
    for command in ["train", "compare", "describe", "models", "screenshot"] {
        assert!(said.contains(command), "{said}");
    }
    assert_eq!(sentence(&["iris"], 2), said);
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_seefit"))
        .args(["models"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty());
}

fn numbers(value: &Value) -> Vec<f64> {
    let all = value.as_array().unwrap().iter();
    all.map(|v| v.as_f64().unwrap()).collect()
}

#[track_caller]
fn near(found: &Value, expected: &[f64]) {
    let found = match found {
        Value::Array(_) => numbers(found),
        one => vec![one.as_f64().unwrap()],
    };
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!(
            (found - expected).abs() < 1e-7 * expected.abs().max(1.0),
            "{found}"
        );
    }
}

/// Values of scikit-learn on iris, unscaled: tests/reference/iris.py.
#[test]
fn projections_tell_shares_and_singular_values() {
    let of = |model: &str| json(&["train", "iris", "--model", model, "--scale", "none"]);
    let pca = of("pca");
    near(
        &pca["explained_variance_ratio"],
        &[0.9246187232017341, 0.05306648311706383],
    );
    near(
        &pca["singular_values"],
        &[25.099960442183793, 6.013147382308468],
    );
    assert_eq!(pca["task"], "projection");
    assert_eq!(keys(&pca["components"]), ["pca1", "pca2"]);
    assert_eq!(keys(&pca["components"]["pca1"]).len(), 4);
    let svd = of("svd");
    near(
        &svd["explained_variance_ratio"],
        &[0.5287536135475994, 0.44845575569504614],
    );
    near(
        &svd["singular_values"],
        &[95.95991387196455, 17.761033657328564],
    );
    let lda = of("lda");
    near(
        &lda["explained_variance_ratio"],
        &[0.9912126049653671, 0.008787395034632784],
    );
    assert!(lda["singular_values"].is_null());
    let all = json(&["train", "iris", "--model", "pca", "--set", "n_components=9"]);
    assert_eq!(numbers(&all["explained_variance_ratio"]).len(), 4);
    assert!(all["warnings"][0].as_str().unwrap().contains("only 4"));
    for set in ["n_components=0", "n_components=x", "depth=2"] {
        let ended = seefit(&["train", "iris", "--model", "pca", "--set", set]);
        assert_eq!(ended.code, 2, "{set}: {}", ended.err);
    }
    let blind = seefit(&["train", "blobs:n=30", "--model", "lda", "--target", "x"]);
    assert_eq!(blind.code, 2, "{}", blind.err);
}

#[test]
fn clusterings_are_measured_as_scikit_learn_does() {
    let report = json(&[
        "train",
        "iris",
        "--model",
        "agglomerative",
        "--scale",
        "none",
    ]);
    assert_eq!(report["sizes"], serde_json::json!([50, 64, 36]));
    near(&report["silhouette"], &[0.5543236611296419]);
    near(&report["davies_bouldin"], &[0.6562564540642021]);
    near(&report["calinski_harabasz"], &[558.0580408128307]);
    let agreement = &report["agreement"];
    assert_eq!(agreement["column"], "species");
    near(&agreement["adjusted_rand"], &[0.7311985567707746]);
    near(
        &agreement["normalized_mutual_information"],
        &[0.770083661648787],
    );
    let noisy = json(&["train", "iris", "--model", "dbscan", "--set", "eps=0.8"]);
    assert_eq!(noisy["sizes"], serde_json::json!([49, 97]));
    assert_eq!(noisy["noise"], 4);
    let elbow = json(&[
        "train", "iris", "--model", "kmeans", "--scale", "none", "--curve",
    ]);
    assert_eq!(elbow["second_curve_parameter"], "n_clusters");
    assert_eq!(elbow["second_curve"].as_array().unwrap().len(), 11);
    near(&elbow["second_curve"][1]["train"], &[78.851441426146]);
    assert_eq!(elbow["curve_parameter"], "step");
}

#[test]
fn columns_are_selected_and_projected_within_the_folds() {
    let report = json(&[
        "train",
        "wine",
        "--model",
        "logistic_regression",
        "--select",
        "5",
        "--project",
        "pca:2",
    ]);
    assert_eq!(report["columns"], serde_json::json!(["pca1", "pca2"]));
    assert_eq!(numbers(&report["explained_variance_ratio"]).len(), 2);
    assert!(report["metrics"]["CA"]["mean"].as_f64().unwrap() > 0.85);
    // Weights are of the table's own columns: those selected.
    let classes = report["coefficients"].as_object().unwrap();
    for weights in classes.values() {
        let weights = weights.as_object().unwrap().values();
        let used = weights.filter(|weight| weight.as_f64() != Some(0.0));
        assert_eq!(used.count(), 5);
    }
    let ridge = json(&["train", "diabetes", "--model", "ridge", "--curve"]);
    assert_eq!(ridge["curve_parameter"], "alpha");
    let blind = seefit(&["train", "iris", "--model", "kmeans", "--select", "2"]);
    assert_eq!(blind.code, 2, "{}", blind.err);
    assert!(blind.err.contains("F test"), "{}", blind.err);
}
