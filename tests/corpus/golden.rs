//! Every file of the corpus against the table beside it, which `make.py` wrote down.

use std::fs;
use std::path::{Path, PathBuf};

use seefit::base::{Cancel, Halt};
use seefit::data::{self, ReadOptions, Table};
use serde_json::Value;

/// All files, what is expected of each left out, in the order of their names.
pub fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/files");
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let is_input = |path: &PathBuf| !path.to_string_lossy().ends_with(".expected.json");
    let mut files: Vec<PathBuf> = entries.filter(is_input).collect();
    files.sort();
    files
}

fn texts(value: &Value) -> Vec<String> {
    let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter()
        .map(|v| v.as_str().unwrap().to_owned())
        .collect()
}

/// What differs; nothing where all is as expected.
fn differences(table: &Table, expected: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    let columns = expected["columns"].as_array().expect("columns");
    if table.columns().len() != columns.len() {
        let names: Vec<&str> = table.columns().iter().map(|c| c.name.as_str()).collect();
        wrong.push(format!(
            "{} columns, not {}: {names:?}",
            names.len(),
            columns.len()
        ));
    }
    for (column, expected) in table.columns().iter().zip(columns) {
        let kind = serde_json::to_value(column.kind).unwrap();
        let cells: Vec<String> = (0..column.len())
            .map(|row| column.cell(row).into_owned())
            .collect();
        for (what, found, expected) in [
            ("name", Value::from(column.name.as_str()), &expected["name"]),
            ("kind", kind, &expected["kind"]),
            ("unit", Value::from(column.unit.clone()), &expected["unit"]),
            ("cells", Value::from(cells), &expected["cells"]),
        ] {
            if found != *expected {
                wrong.push(format!(
                    "{} has the {what} {found}, not {expected}",
                    column.name
                ));
            }
        }
    }
    let notes: Vec<String> = table.notes().iter().map(ToString::to_string).collect();
    let parts = texts(&expected["notes"]);
    let mut left = notes.clone();
    for part in &parts {
        match left.iter().position(|note| note.contains(part.as_str())) {
            Some(at) => drop(left.remove(at)),
            None => wrong.push(format!("no note with “{part}” in {notes:?}")),
        }
    }
    if !left.is_empty() {
        wrong.push(format!("notes that are not expected: {left:?}"));
    }
    if table.suggested_target() != expected["target"].as_str() {
        wrong.push(format!("the target is {:?}", table.suggested_target()));
    }
    if table.set_aside() != texts(&expected["aside"]) {
        wrong.push(format!("set aside are {:?}", table.set_aside()));
    }
    wrong
}

#[test]
fn every_file_is_read_as_written_down() {
    let files = files();
    assert!(files.len() >= 180, "{} files", files.len());
    let mut wrong = Vec::new();
    for path in &files {
        let shown = path.file_name().unwrap().to_string_lossy().into_owned();
        let beside = format!("{}.expected.json", path.display());
        let expected: Value = serde_json::from_str(&fs::read_to_string(beside).unwrap()).unwrap();
        let mut options = ReadOptions::default();
        for pair in expected["options"].as_array().into_iter().flatten() {
            options
                .set_text(pair[0].as_str().unwrap(), pair[1].as_str().unwrap())
                .unwrap();
        }
        let read = data::open(&path.display().to_string(), &options, &Cancel::new());
        let found = match (&read, expected["error"].as_str()) {
            (Err(Halt::Failed(problem)), Some(part)) => {
                let said = problem.to_string();
                // The place is in the sentence, and it is one line.
                match said.contains(part) && !problem.place.is_empty() && !said.contains('\n') {
                    true => Vec::new(),
                    false => vec![format!("“{part}” is not in: {said}")],
                }
            }
            (Ok(table), None) => differences(table, &expected),
            (Ok(_), Some(part)) => vec![format!("it is read, but should fail with “{part}”")],
            (Err(halt), None) => vec![format!("{halt:?}")],
            (Err(Halt::Cancelled), Some(_)) => vec!["cancelled".to_owned()],
        };
        wrong.extend(
            found
                .into_iter()
                .map(|difference| format!("{shown}: {difference}")),
        );
    }
    assert!(
        wrong.is_empty(),
        "{} differences\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// What was told to stop does not give a table, whatever the format.
#[test]
fn a_cancelled_reading_stops() {
    let cancel = Cancel::new();
    cancel.cancel();
    for path in files() {
        let read = data::open(
            &path.display().to_string(),
            &ReadOptions::default(),
            &cancel,
        );
        assert!(read.is_err(), "{}", path.display());
    }
}
