//! Data that are not quite those of training.

use super::super::run::{Folder, json, seefit, sentence, with_input};

/// A number with a unit, a category, a yes/no and a class.
fn training() -> String {
    let mut text = "length (mm),colour,wild,kind\n".to_owned();
    for i in 0..60 {
        let colour = ["red", "green", "blue"][i % 3];
        let wild = ["no", "yes"][i % 2];
        let kind = if i % 7 > 3 { "long" } else { "short" };
        text.push_str(&format!("{},{colour},{wild},{kind}\n", i % 7 * 10));
    }
    text
}

fn model(folder: &Folder, id: &str, target: &str) -> String {
    let data = folder.file("training.csv", training());
    let path = format!("{}/model-{id}", folder.path());
    let ended = seefit(&[
        "train", &data, "--target", target, "--model", id, "--save", &path,
    ]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    path
}

#[test]
fn columns_in_another_order_under_other_names_with_odd_cells() {
    let folder = Folder::new("odd-cells");
    let model = model(&folder, "decision_tree_classifier", "kind");
    let data = folder.file(
        "data.csv",
        "note;WILD; Length ;colour\n=1+1;YES;60,5;red\nb;No;0,5;pink\nc;;lots;pink\n\"d;e\";yes;;blue\n",
    );
    let out = format!("{}/out.csv", folder.path());
    let answer = json(&["predict", &model, &data, "--out", &out]);
    assert_eq!(answer["rows"], 4);
    let columns = &answer["columns"];
    assert_eq!(columns[0]["name"], "length");
    assert_eq!(columns[0]["found"], "Length");
    assert_eq!(columns[0]["unreadable"], 1);
    assert_eq!(columns[0]["missing"], 1);
    assert_eq!(columns[1]["unseen"]["pink"], 2);
    assert_eq!(columns[2]["found"], "WILD");
    assert_eq!(columns[2]["unseen_rows"], 0);
    assert_eq!(columns[2]["missing"], 1);
    assert_eq!(answer["extra_columns"][0], "note");
    assert!(answer["target"].is_null() && answer.get("metrics").is_none());
    let warnings = answer["warnings"].to_string();
    for part in ["“lots” is the first", "“pink”", "“WILD” is taken for it"] {
        assert!(warnings.contains(part), "{part}: {warnings}");
    }
    let written = std::fs::read_to_string(&out).unwrap();
    let lines: Vec<&str> = written.lines().collect();
    assert_eq!(
        lines[0],
        "note,WILD,Length,colour,prediction,probability long,probability short"
    );
    assert_eq!(lines[1], "=1+1,YES,\"60,5\",red,long,1,0");
    assert_eq!(lines[2], "b,No,\"0,5\",pink,short,0,1");
    assert!(lines[4].starts_with("d;e,yes,,blue,"));
    let inches = folder.file("inches.csv", "length (in),colour,wild\n1,red,no\n");
    let warnings = json(&["predict", &model, &inches])["warnings"].to_string();
    assert!(warnings.contains("its unit is in here"), "{warnings}");
    let safe = [
        "predict",
        &model,
        &data,
        "--out",
        &out,
        "--neutralise-formulas",
    ];
    assert_eq!(seefit(&safe).code, 0);
    assert!(
        std::fs::read_to_string(&out)
            .unwrap()
            .contains("\n'=1+1,YES")
    );
}

#[test]
fn lacking_columns_and_other_kinds_are_refused() {
    let folder = Folder::new("lacking");
    let model = model(&folder, "gaussian_nb", "kind");
    let out = format!("{}/out.csv", folder.path());
    let refused = |name: &str, text: &str, part: &str| {
        let data = folder.file(name, text);
        let said = sentence(&["predict", &model, &data, "--out", &out], 2);
        assert!(said.contains(part), "{said}");
        assert!(!std::path::Path::new(&out).exists());
    };
    refused("one.csv", "length,wild\n1,yes\n", "colour");
    refused("none.csv", "a,b\n1,2\n", "length, colour, wild");
    refused(
        "head.csv",
        "10,red,yes\n20,red,no\n30,blue,no\n",
        "first line holds no names",
    );
    refused(
        "kind.csv",
        "length,colour,wild\nx,red,yes\ny,red,no\n",
        "cannot be read as number",
    );
    refused("empty.csv", "", "empty");
}

#[test]
fn a_lacking_column_counts_as_missing_where_that_is_asked_for() {
    let folder = Folder::new("filled");
    let model = model(&folder, "decision_tree_classifier", "kind");
    let lacking = folder.file("lacking.csv", "length,wild\n60,yes\n0,no\n");
    let missing = folder.file("missing.csv", "length,colour,wild\n60,,yes\n0,,no\n");
    let predicted = |data: &str, flags: &[&str]| {
        let out = format!("{}/out.csv", folder.path());
        let mut arguments = vec!["predict", &model, data, "--out", &out];
        arguments.extend(flags);
        let answer = json(&arguments);
        let written = std::fs::read_to_string(&out).unwrap();
        // The prediction and its probabilities stand last.
        let last = |line: &str| {
            let cells: Vec<String> = line.split(',').map(str::to_owned).collect();
            cells[cells.len() - 3..].to_vec()
        };
        (answer, written.lines().map(last).collect::<Vec<_>>())
    };
    let (answer, filled) = predicted(&lacking, &["--fill-missing-columns"]);
    assert_eq!(filled, predicted(&missing, &[]).1);
    let warnings = answer["warnings"].to_string();
    assert!(warnings.contains("Column colour"), "{warnings}");
    assert!(warnings.contains("counts as missing"), "{warnings}");
    // Nothing to predict from stays an error.
    let none = folder.file("none.csv", "a,b\n1,2\n");
    sentence(&["predict", &model, &none, "--fill-missing-columns"], 2);
}

#[test]
fn the_target_is_scored_and_unknown_classes_are_not() {
    let folder = Folder::new("scored");
    let path = model(&folder, "decision_tree_classifier", "kind");
    let text = training() + "10,red,no,huge\n20,red,no,\n";
    let answer = json(&["predict", &path, &folder.file("more.csv", text)]);
    assert_eq!(answer["rows"], 62);
    assert_eq!(answer["metrics"]["CA"]["pooled"], 1.0);
    assert!(answer["metrics"]["CA"]["expected"]["mean"].is_number());
    let counts = &answer["confusion"]["counts"];
    let sum: u64 = (0..4).filter_map(|i| counts[i / 2][i % 2].as_u64()).sum();
    assert_eq!(sum, 60);
    assert!(
        answer["warnings"]
            .to_string()
            .contains("1 rows have a class")
    );

    let numbers = model(&folder, "ridge", "length");
    let answer = json(&["predict", &numbers, &folder.file("again.csv", training())]);
    assert!(answer["metrics"]["R2"]["pooled"].is_number());
    // From standard input, and a column called prediction.
    let input = training().replace("kind", "prediction");
    let out = format!("{}/out.csv", folder.path());
    let ended = with_input(&["predict", &path, "-", "--out", &out, "--json"], &input);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));
    let head = std::fs::read_to_string(&out).unwrap();
    assert!(head.starts_with("length (mm),colour,wild,prediction,prediction_,"));
    assert!(ended.out.contains("prediction_"));
}

/// Blocks of rows are predicted as all rows together would be.
#[test]
fn many_blocks_are_one_table() {
    let folder = Folder::new("blocks");
    let path = model(&folder, "random_forest_classifier", "kind");
    let body = training();
    let (head, rows) = body.split_once('\n').unwrap();
    let mut text = format!("{head}\n");
    for _ in 0..2500 {
        text.push_str(rows);
    }
    let data = folder.file("large.csv", text);
    let out = format!("{}/out.csv", folder.path());
    let answer = json(&["predict", &path, &data, "--out", &out, "--threads", "3"]);
    assert_eq!(answer["rows"], 150_000);
    let written = std::fs::read_to_string(&out).unwrap();
    let lines: Vec<&str> = written.lines().skip(1).collect();
    assert_eq!(lines.len(), 150_000);
    assert!(
        lines
            .iter()
            .enumerate()
            .all(|(row, line)| *line == lines[row % 60])
    );
}

/// What is said about the file holds, and it is then read whole.
#[test]
fn the_reading_can_be_told() {
    let folder = Folder::new("told");
    let model = model(&folder, "decision_tree_classifier", "kind");
    let data = folder.file(
        "data.txt",
        "length;colour;wild\n60,5;red;yes\n-9;green;no\n",
    );
    let plain = json(&["predict", &model, &data]);
    assert_eq!(plain["columns"][0]["missing"], 0);
    let told = json(&[
        "predict",
        &model,
        &data,
        "--read",
        "missing=-9",
        "--read",
        "decimal=comma",
    ]);
    assert_eq!(told["rows"], 2);
    assert_eq!(told["columns"][0]["missing"], 1);
    // Other formats come in by the same options.
    let lines = r#"{"length": 60.5, "colour": "red", "wild": "yes"}
{"length": null, "colour": "red", "wild": "no"}"#;
    let data = folder.file("data.jsonl", lines);
    let read = json(&["predict", &model, &data]);
    assert_eq!(
        (&read["rows"], &read["columns"][0]["missing"]),
        (&2.into(), &1.into())
    );
    let said = sentence(&["predict", &model, &data, "--read", "sheet"], 2);
    assert!(said.contains("--read sheet=2"), "{said}");
}
