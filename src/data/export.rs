//! A table to a file: CSV, ARFF or Parquet, by what the file's name ends in.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::{Table, arff, csv, parquet};
use crate::base::{Cancel, Halt, Outcome, Problem};

/// Writes the rows given (all where `None`) to `path`: whole, or not at all. They go to a file beside it
/// that then takes its place. `.arff` and `.parquet` are written so, anything else as CSV.
pub fn save(table: &Table, rows: Option<&[u32]>, path: &Path, cancel: &Cancel) -> Outcome<()> {
    let problem = |error: io::Error| {
        Halt::from(
            Problem::new(format!("the file could not be written ({error})"))
                .at(path.display().to_string())
                .fix("Choose another folder"),
        )
    };
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    let beside = beside(path);
    let file = fs::File::create(&beside).map_err(problem)?;
    let mut to = BufWriter::new(file);
    let written = match ending.to_lowercase().as_str() {
        "arff" => arff::write(table, rows, &mut to, cancel),
        "parquet" => parquet::write(table, rows, &mut to, cancel),
        _ => csv::write(table, rows, &mut to, cancel),
    };
    let written = written
        .and_then(|()| to.flush().map_err(problem))
        .and_then(|()| to.get_ref().sync_all().map_err(problem))
        .and_then(|()| fs::rename(&beside, path).map_err(problem));
    if written.is_err() {
        // What is left of the attempt; the error that matters is the first.
        let _ = fs::remove_file(&beside);
    }
    written
}

/// In the same folder, so that renaming does not copy.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;
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
        for name in ["out.arff", "out.parquet"] {
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
