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
    assert_eq!(models.len(), seefit::model::ALGORITHMS.len());
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
