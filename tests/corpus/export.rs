//! What is written is read back as it was, and every format gives the same models.

use std::fs;
use std::process::Command;

use seefit::base::{Cancel, Random};
use seefit::data::{
    self, Column, Kind, ReadOptions, Table, TableBuilder, Values, Writing, arff, csv, parquet,
    sheet,
};

/// Numbers, categories, texts, dates and flags with whatever people put into them.
fn random_table(random: &mut Random) -> Table {
    const PIECES: [&str; 20] = [
        "a", "B", "é", " b", "'", "\"", ",", ";", "\\", "{", "}", "%", "?x", "\n", "x\ty", "ß",
        "日本", "-", "@", "#",
    ];
    let rows = 30 + random.below(30);
    let word = |random: &mut Random| {
        // A letter at both ends: blanks there and look-alikes of numbers are no part of a text's value.
        let inner: String = (0..random.below(4))
            .map(|_| PIECES[random.below(PIECES.len())])
            .collect();
        format!("w{inner}w")
    };
    let mut builder = TableBuilder::new("t");
    for at in 0..1 + random.below(5) {
        let name = format!(
            // Unlike any value: else a first row could as well be one of the rest.
            "{}_c{at}",
            word(random)
                .replace(['\n', '\t'], " ")
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
        );
        let is_missing: Vec<bool> = (0..rows)
            .map(|row| row > 1 && random.below(6) == 0)
            .collect();
        let number = |random: &mut Random, row: usize, value: f64| match is_missing[row] {
            true => f64::NAN,
            false => value * if random.below(2) == 0 { 1.0 } else { -1.0 },
        };
        let column = match random.below(5) {
            0 => {
                let values = (0..rows).map(|row| {
                    let value = random.uniform() * 10f64.powi(random.below(30) as i32 - 15);
                    number(random, row, value)
                });
                Column::numbers(name, values.collect())
            }
            1 => {
                let values = (0..rows).map(|row| {
                    let seconds = (random.below(4_000_000_000) as f64 - 2e9).round();
                    if is_missing[row] { f64::NAN } else { seconds }
                });
                Column {
                    kind: Kind::Date,
                    ..Column::numbers(name, values.collect())
                }
            }
            2 => {
                let texts = (0..rows).map(|row| match is_missing[row] {
                    true => None,
                    false => Some(format!("{}{row}", word(random)).into_boxed_str()),
                });
                Column::texts(name, texts.collect())
            }
            kind => {
                let mut levels: Vec<String> =
                    (0..2 + random.below(4)).map(|_| word(random)).collect();
                if kind == 3 {
                    levels = vec!["false".to_owned(), "true".to_owned()];
                }
                levels.sort();
                levels.dedup();
                let count = levels.len();
                let codes = (0..rows).map(|row| match is_missing[row] {
                    true => u32::MAX,
                    // Each level at least once.
                    false => {
                        (if row < count {
                            row
                        } else {
                            random.below(count)
                        }) as u32
                    }
                });
                let codes: Vec<u32> = codes.collect();
                let used: Vec<usize> = (0..count)
                    .filter(|&l| codes.contains(&(l as u32)))
                    .collect();
                let remap = |c: &u32| {
                    used.iter()
                        .position(|&l| l as u32 == *c)
                        .map_or(u32::MAX, |at| at as u32)
                };
                let codes: Vec<u32> = codes.iter().map(remap).collect();
                let levels: Vec<String> = used.iter().map(|&l| levels[l].clone()).collect();
                let kind = if levels == ["false", "true"] {
                    Kind::YesNo
                } else {
                    Kind::Category
                };
                Column {
                    kind,
                    ..Column::categories(name, codes, levels)
                }
            }
        };
        builder = builder.column(column);
    }
    builder.build().unwrap()
}

fn back(name: &str, bytes: &[u8]) -> Table {
    let path = std::env::temp_dir().join(format!("seefit-export-{}-{name}", std::process::id()));
    fs::write(&path, bytes).unwrap();
    let table = data::open(
        &path.display().to_string(),
        &ReadOptions::default(),
        &Cancel::new(),
    );
    fs::remove_file(&path).unwrap();
    table.unwrap_or_else(|halt| panic!("{name}: {halt:?}\n{}", String::from_utf8_lossy(bytes)))
}

fn assert_same(name: &str, table: &Table, read: &Table, bytes: &[u8]) {
    assert_eq!(table.columns().len(), read.columns().len(), "{name}");
    for (wrote, found) in table.columns().iter().zip(read.columns()) {
        let same_levels = wrote.levels() == found.levels();
        let same_cells = (0..wrote.len()).all(|row| wrote.cell(row) == found.cell(row));
        let same_numbers = match (&wrote.values, wrote.kind) {
            (Values::Number(_), Kind::Number) => {
                (0..wrote.len()).all(|row| wrote.number(row) == found.number(row))
            }
            _ => true,
        };
        assert!(
            (wrote.name.as_str(), wrote.kind) == (found.name.as_str(), found.kind)
                && same_levels
                && same_cells
                && same_numbers,
            "{name}: {wrote:?}\n{found:?}\n{}",
            String::from_utf8_lossy(bytes)
        );
    }
}

#[test]
fn what_is_written_reads_back_equal() {
    let mut random = Random::new(3);
    let writing = Writing::default();
    for _ in 0..150 {
        let table = random_table(&mut random);
        let mut bytes = Vec::new();
        arff::write(&table, None, &mut bytes, &writing).unwrap();
        assert_same("t.arff", &table, &back("t.arff", &bytes), &bytes);
        let mut bytes = Vec::new();
        parquet::write(&table, None, &mut bytes, &writing).unwrap();
        assert_same("t.parquet", &table, &back("t.parquet", &bytes), &[]);
        let mut bytes = Vec::new();
        csv::write(&table, None, &mut bytes, &writing).unwrap();
        assert_same("t.csv", &table, &back("t.csv", &bytes), &bytes);
        // An empty row of a sheet is no row: there is nothing in the file that would tell it.
        let empty = |row: usize| table.columns().iter().all(|c| c.missing.is_missing(row));
        if !(0..table.rows()).any(empty) {
            let mut bytes = Vec::new();
            sheet::write(&table, None, &mut bytes, &writing).unwrap();
            assert_same("t.xlsx", &table, &back("t.xlsx", &bytes), &[]);
        }
        let some: Vec<u32> = (0..table.rows() as u32).step_by(2).collect();
        let mut bytes = Vec::new();
        parquet::write(&table, Some(&some), &mut bytes, &writing).unwrap();
        assert_eq!(back("some.parquet", &bytes).rows(), some.len());
    }
}

/// The same numbers come out of `seefit train`, whatever the file was written in.
#[test]
fn models_do_not_depend_on_the_format() {
    let (cancel, writing) = (Cancel::new(), Writing::default());
    let iris = data::open("iris", &ReadOptions::default(), &cancel).unwrap();
    let folder = std::env::temp_dir().join(format!("seefit-formats-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let path = |name: &str| folder.join(name).display().to_string();
    let file = |name: &str| fs::File::create(folder.join(name)).unwrap();
    csv::write(&iris, None, file("iris.csv"), &writing).unwrap();
    arff::write(&iris, None, file("iris.arff"), &writing).unwrap();
    parquet::write(&iris, None, file("iris.parquet"), &writing).unwrap();
    let mut lines = String::new();
    for row in 0..iris.rows() {
        let cells = iris.columns().iter().map(|column| {
            let value = match column.number(row) {
                Some(number) => serde_json::json!(number),
                None => serde_json::json!(column.cell(row)),
            };
            (column.title(), value)
        });
        let object: serde_json::Map<String, serde_json::Value> = cells.collect();
        lines.push_str(&format!("{}\n", serde_json::Value::Object(object)));
    }
    fs::write(folder.join("iris.jsonl"), lines).unwrap();
    let run = |arguments: &[&str]| {
        let ended = Command::new(env!("CARGO_BIN_EXE_seefit"))
            .args(arguments)
            .output()
            .unwrap();
        assert!(
            ended.status.success(),
            "{}",
            String::from_utf8_lossy(&ended.stderr)
        );
        serde_json::from_slice::<serde_json::Value>(&ended.stdout).unwrap()
    };
    let mut first = None;
    for name in ["iris.csv", "iris.arff", "iris.parquet", "iris.jsonl"] {
        let file = path(name);
        let trained = run(&[
            "train",
            &file,
            "--target",
            "species",
            "--model",
            "gaussian_nb",
            "--json",
        ]);
        let described = run(&["describe", &file, "--json"]);
        let found = (
            trained["metrics"].clone(),
            trained["confusion"].clone(),
            described["columns"].clone(),
        );
        assert!(
            found.0.is_object()
                && found
                    .2
                    .as_array()
                    .is_some_and(|c| c.len() == iris.columns().len())
        );
        match &first {
            None => first = Some(found),
            Some(first) => assert_eq!(*first, found, "{name}"),
        }
    }
    fs::remove_dir_all(&folder).unwrap();
}
