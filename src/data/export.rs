//! A table to a file: CSV, ARFF, Parquet or Excel, by what the file's name ends in.

use std::path::Path;

use super::csv::Formulas;
use super::{Table, Writing, arff, csv, parquet, sheet};
use crate::base::{Cancel, NewFile, Outcome};

/// What [`save`] writes: how a person calls it, and what the file's name ends in.
pub const FORMATS: [(&str, &str); 4] = [
    ("CSV", "csv"),
    ("Parquet", "parquet"),
    ("Excel", "xlsx"),
    ("ARFF", "arff"),
];

/// Writes the rows given (all where `None`) to `path`: whole, or not at all. They go to a file beside it
/// that then takes its place. `.arff`, `.parquet` and `.xlsx` are written so, anything else as CSV.
pub fn save(table: &Table, rows: Option<&[u32]>, path: &Path, cancel: &Cancel) -> Outcome<()> {
    let writing = Writing::new(cancel);
    save_with(table, rows, Formulas::AsTheyAre, path, &writing)
}

/// As [`save`]; of the formats CSV alone has cells that a spreadsheet would run.
pub fn save_with(
    table: &Table,
    rows: Option<&[u32]>,
    formulas: Formulas,
    path: &Path,
    writing: &Writing,
) -> Outcome<()> {
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    let mut to = NewFile::create(path)?;
    match ending.to_lowercase().as_str() {
        "arff" => arff::write(table, rows, &mut to, writing)?,
        "parquet" => parquet::write(table, rows, &mut to, writing)?,
        "xlsx" => sheet::write(table, rows, &mut to, writing)?,
        _ => csv::write_with(table, rows, formulas, &mut to, writing)?,
    }
    Ok(to.keep()?)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::base::Halt;
    use crate::data::{ReadOptions, open, open_file};

    fn table() -> Table {
        open("moons:n=20", &ReadOptions::default(), &Cancel::new()).unwrap()
    }

    #[test]
    fn a_file_is_whole_or_not_there() {
        let folder = std::env::temp_dir().join(format!("seefit-save-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("out.csv");
        save(&table(), None, &path, &Cancel::new()).unwrap();
        let cancelled = Cancel::new();
        cancelled.cancel();
        assert_eq!(
            save(&table(), None, &path, &cancelled),
            Err(Halt::Cancelled)
        );
        assert!(
            save(
                &table(),
                None,
                &folder.join("no/such/out.csv"),
                &Cancel::new()
            )
            .is_err()
        );
        for name in ["out.arff", "out.parquet", "out.xlsx"] {
            let path = folder.join(name);
            save(&table(), None, &path, &Cancel::new()).unwrap();
            let back = open_file(&path, &ReadOptions::default(), &Cancel::new()).unwrap();
            assert_eq!(back.rows(), 20);
            fs::remove_file(path).unwrap();
        }
        let names: Vec<_> = fs::read_dir(&folder)
            .unwrap()
            .map(|f| f.unwrap().file_name())
            .collect();
        assert_eq!(names, ["out.csv"]);
        fs::remove_dir_all(&folder).unwrap();
    }
}
