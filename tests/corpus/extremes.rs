//! What no person writes, but a program does: enormous cells, very wide tables, pipes and folders.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use seefit::base::{Cancel, Halt};
use seefit::data::{self, Kind, ReadOptions, Table};

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path =
            std::env::temp_dir().join(format!("seefit-extremes-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.0.join(name);
        fs::write(&path, bytes).unwrap();
        path.display().to_string()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn open(path: &str) -> Result<Table, String> {
    data::open(path, &ReadOptions::default(), &Cancel::new()).map_err(|halt| match halt {
        Halt::Failed(problem) => problem.to_string(),
        Halt::Cancelled => "cancelled".to_owned(),
    })
}

#[test]
fn enormous_cells_are_cells() {
    let folder = Folder::new("cells");
    let long = "x".repeat(100_000);
    let digits = "1".repeat(100_000);
    for (name, text) in [
        ("a.csv", format!("a,b\n{long},1\ny,2\n")),
        (
            "b.json",
            format!("[{{\"a\":\"{long}\",\"b\":1}},{{\"a\":\"y\",\"b\":2}}]"),
        ),
        (
            "c.arff",
            format!(
                "@relation r\n@attribute a string\n@attribute b numeric\n@data\n{long},1\ny,2\n"
            ),
        ),
    ] {
        let table = open(&folder.file(name, text)).unwrap();
        assert_eq!(table.columns()[0].kind, Kind::Text, "{name}");
        assert_eq!(table.columns()[0].cell(0).len(), 100_000, "{name}");
        assert_eq!(table.columns()[1].number(1), Some(2.0), "{name}");
    }
    // A number of 100,000 digits is a name, and a note does not repeat it whole.
    let table = open(&folder.file("d.csv", format!("a,b\n{digits},1\n2,2\n"))).unwrap();
    assert_eq!(table.columns()[0].cell(0).len(), 100_000);
    assert!(
        table
            .notes()
            .iter()
            .all(|note| note.to_string().len() < 1000)
    );
}

#[test]
fn very_wide_tables_are_tables() {
    let folder = Folder::new("wide");
    let columns = 100_000;
    let mut text = String::new();
    for row in 0..3 {
        for column in 0..columns {
            let comma = if column > 0 { "," } else { "" };
            match row {
                0 => write!(text, "{comma}c{column}").unwrap(),
                _ => write!(text, "{comma}{column}").unwrap(),
            }
        }
        text.push('\n');
    }
    let table = open(&folder.file("wide.csv", &text)).unwrap();
    assert_eq!((table.columns().len(), table.rows()), (columns, 2));
    assert_eq!(
        table.columns()[columns - 1].number(1),
        Some(columns as f64 - 1.0)
    );
    // A wide first line above short ones would be all padding.
    let mut desert = text.lines().next().unwrap().to_owned() + "\n";
    desert.push_str(&"1,2\n".repeat(5000));
    let said = open(&folder.file("desert.csv", &desert))
        .map(|_| ())
        .unwrap_err();
    assert!(
        said.contains("columns, nearly all rows have fewer"),
        "{said}"
    );
}

#[test]
fn folders_and_pipes_are_one_sentence() {
    let folder = Folder::new("pipes");
    let said = open(&folder.0.display().to_string()).unwrap_err();
    assert!(said.contains("folder"), "{said}");
    if cfg!(unix) {
        let pipe = folder.0.join("pipe");
        if Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .is_ok_and(|status| status.success())
        {
            let said = open(&pipe.display().to_string()).unwrap_err();
            assert!(
                said.contains("pipe") && said.contains("standard input"),
                "{said}"
            );
        }
        let said = open("/dev/null").unwrap_err();
        assert!(said.contains("device"), "{said}");
    }
}

/// A database of another program is not touched: no journal, no lock, the same bytes.
#[test]
fn a_database_is_left_as_it_is() {
    let folder = Folder::new("database");
    let source = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/corpus/files/one_table.sqlite"
    );
    let bytes = fs::read(source).unwrap();
    let path = folder.file("odd name?#%.sqlite", &bytes);
    let parts = open(&path).unwrap().parts().cloned().unwrap();
    assert_eq!((parts.called, parts.chosen.as_str()), ("table", "cities"));
    assert_eq!(fs::read(&path).unwrap(), bytes);
    assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 1);
}
