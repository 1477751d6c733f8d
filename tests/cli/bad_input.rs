//! Bad input of every kind ends with code 2 and one sentence that names the place.

use super::run::{Folder, json, seefit, sentence};

/// Says that training on this file fails, and that the sentence names all this.
fn refused(arguments: &[&str], parts: &[&str]) {
    let said = sentence(arguments, 2);
    for part in parts {
        assert!(
            said.contains(part),
            "{arguments:?}: “{part}” is not in: {said}"
        );
    }
}

fn train<'a>(file: &'a str, model: &'a str) -> [&'a str; 6] {
    ["train", file, "--target", "y", "--model", model]
}

/// Numbers a and b, and a class y.
fn classes(rows: usize) -> String {
    let row = |i: usize| format!("{},{},{}\n", i % 13, (i * 7) % 11, ["left", "right"][i % 2]);
    "a,b,y\n".to_owned() + &(0..rows).map(row).collect::<String>()
}

#[test]
fn files_that_are_none() {
    let folder = Folder::new("no-files");
    let missing = format!("{}/missing.csv", folder.path());
    refused(
        &train(&missing, "gaussian_nb"),
        &["missing.csv", "no such file"],
    );
    refused(&["describe", &missing], &["missing.csv"]);
    refused(
        &train(&folder.path(), "gaussian_nb"),
        &[&folder.path(), "folder"],
    );
    refused(
        &train(&folder.file("empty.csv", ""), "gaussian_nb"),
        &["empty.csv"],
    );
    let binary: Vec<u8> = (0..4096u32)
        .map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect();
    refused(
        &train(&folder.file("binary.csv", binary), "gaussian_nb"),
        &["binary.csv"],
    );
    refused(&["describe", "irsi"], &["irsi", "iris"]);
    let project = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/files/version-1.seefit");
    refused(
        &train(project, "gaussian_nb"),
        &[
            "version-1.seefit",
            "project of Seefit",
            "save its data there",
        ],
    );
    refused(
        &["describe", &folder.file("m", "seefit model 1\n{}\n")],
        &["saved model", "seefit predict"],
    );
    refused(&["describe", "moons:n=many"], &["n"]);
}

#[test]
fn files_that_hold_too_little() {
    let folder = Folder::new("too-little");
    refused(
        &train(&folder.file("header.csv", "a,b,y\n"), "gaussian_nb"),
        &["header.csv"],
    );
    let one_column = folder.file("column.csv", "y\nleft\nright\nleft\nright\nleft\nright\n");
    refused(
        &train(&one_column, "gaussian_nb"),
        &["column.csv", "--features"],
    );
    let one_row = folder.file("row.csv", "a,b,y\n1,2,left\n");
    refused(&train(&one_row, "gaussian_nb"), &["row.csv", "one row"]);
    let one_class = folder.file(
        "class.csv",
        "a,b,y\n1,2,left\n2,3,left\n3,1,left\n4,4,left\n",
    );
    refused(
        &train(&one_class, "gaussian_nb"),
        &["Column y", "one class"],
    );
    let no_target = folder.file("target.csv", "a,b,y\n1,2,\n2,3,\n3,1,\n4,4,\n");
    refused(&train(&no_target, "gaussian_nb"), &["y"]);
    refused(&train(&no_target, "ridge"), &["y"]);
}

#[test]
fn a_file_without_a_header_is_read_and_says_so() {
    let folder = Folder::new("headerless");
    let file = folder.file("headerless.csv", "1.5,2\n2.5,4\n3.5,5\n4.5,9\n");
    let described = json(&["describe", &file]);
    assert_eq!(described["rows"], 4);
    assert!(
        described["warnings"].to_string().contains("header"),
        "{described}"
    );
    refused(&train(&file, "ridge"), &["--target", "y"]);
}

#[test]
fn infinite_values_are_missing_and_told() {
    let folder = Folder::new("infinite");
    let row = |i: usize| {
        format!(
            "{},{},{}\n",
            if i == 3 {
                "inf".to_owned()
            } else {
                i.to_string()
            },
            i % 5,
            2 * i
        )
    };
    let file = folder.file(
        "infinite.csv",
        "a,b,y\n".to_owned() + &(0..30).map(row).collect::<String>(),
    );
    let ended = seefit(&[
        "train", &file, "--target", "y", "--model", "ridge", "--json",
    ]);
    if ended.code == 0 {
        let report: serde_json::Value = serde_json::from_str(&ended.out).unwrap();
        assert!(
            report["warnings"].to_string().contains("Column a"),
            "{report}"
        );
        assert!(report["coefficients"]["a"].is_number());
    } else {
        assert!(ended.code == 2 && ended.err.contains('a'), "{}", ended.err);
    }
}

#[test]
fn five_hundred_classes_run_or_say_why_not() {
    let folder = Folder::new("many-classes");
    let row = |i: usize| format!("{},{},c{}\n", i % 500, i % 7, i % 500);
    let file = folder.file(
        "many.csv",
        "a,b,y\n".to_owned() + &(0..1500).map(row).collect::<String>(),
    );
    for model in ["gaussian_nb", "knn_classifier", "decision_tree_classifier"] {
        let ended = seefit(&[
            "train",
            &file,
            "--target",
            "y",
            "--model",
            model,
            "--validate",
            "kfold:3",
            "--json",
        ]);
        match ended.code {
            0 => assert!(ended.out.contains("\"CA\"")),
            2 => assert!(ended.err.contains('y'), "{}", ended.err),
            code => panic!("{model}: {code}: {}", ended.err),
        }
    }
}

#[test]
fn models_that_do_not_fit_the_task_name_one_that_does() {
    refused(
        &["train", "iris", "--target", "species", "--model", "ridge"],
        &["species", "logistic_regression"],
    );
    refused(
        &[
            "train",
            "diabetes",
            "--target",
            "target",
            "--model",
            "gaussian_nb",
        ],
        &["target", "linear_regression"],
    );
    refused(
        &[
            "train",
            "titanic",
            "--target",
            "Name",
            "--model",
            "gaussian_nb",
        ],
        // Text is read as classes; names of persons are too many of them.
        &["Name", "every row has a class of its own"],
    );
    refused(
        &["train", "old_faithful", "--model", "ridge"],
        &["--target", "eruptions"],
    );
}

#[test]
fn folds_and_neighbours_that_the_rows_do_not_give() {
    let folder = Folder::new("few-rows");
    let file = folder.file("few.csv", classes(8));
    let mut line = train(&file, "gaussian_nb").to_vec();
    line.extend(["--validate", "kfold:9"]);
    refused(&line, &["9", "8"]);
    let mut line = train(&file, "knn_classifier").to_vec();
    line.extend(["--set", "n_neighbors=20", "--validate", "kfold:4"]);
    refused(&line, &["n_neighbors", "6"]);
}

#[test]
fn options_that_are_wrong() {
    let iris = |rest: &[&'static str]| [&["train", "iris", "--target", "species"], rest].concat();
    refused(
        &iris(&["--model", "gausian_nb"]),
        &["gausian_nb", "gaussian_nb"],
    );
    refused(
        &[
            "train",
            "iris",
            "--target",
            "specis",
            "--model",
            "gaussian_nb",
        ],
        &["--target", "specis", "species"],
    );
    let model = ["--model", "logistic_regression"];
    let with = |rest: &[&'static str]| iris(&[&model, rest].concat());
    refused(
        &with(&["--features", "petal_lenght"]),
        &["--features", "petal_length"],
    );
    refused(
        &with(&["--features", "species"]),
        &["--features", "species"],
    );
    refused(&with(&["--set", "C=-1"]), &["C", "-1"]);
    refused(&with(&["--set", "c_value=1"]), &["c_value", "C"]);
    refused(
        &with(&["--set", "engine=steam"]),
        &["engine", "steam", "smartcore"],
    );
    refused(
        &with(&["--validate", "kfold:1"]),
        &["--validate", "kfold:1"],
    );
    refused(
        &with(&["--validate", "group:colour"]),
        &["--validate", "colour"],
    );
    refused(&with(&["--scale", "huge"]), &["--scale", "huge"]);
    refused(&with(&["--sead", "1"]), &["--sead", "--seed"]);
    refused(&["trian", "iris"], &["train"]);
    refused(&["trian"], &["train"]);
}

/// Quotes, names and commas as they come in files of people.
#[test]
fn names_from_a_file_do_no_harm() {
    let folder = Folder::new("names");
    let row = |i: usize| format!("{},{},{}\n", i, i % 5, 2 * i + i % 5);
    let text = "\"a,b\",\u{1b}[31mred,y\n".to_owned() + &(0..30).map(row).collect::<String>();
    let file = folder.file("names.csv", text);
    let report = json(&[
        "train",
        &file,
        "--target",
        "y",
        "--model",
        "ridge",
        "--features",
        "a,b",
    ]);
    assert_eq!(report["features"], serde_json::json!(["a,b"]));
    let ended = seefit(&["train", &file, "--target", "y", "--model", "ridge"]);
    assert_eq!(ended.code, 0);
    assert!(!ended.out.contains('\u{1b}'), "{}", ended.out);
}
