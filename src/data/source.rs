//! The one door through which data comes in: a file, standard input, a shipped set or a generator.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use super::near::near;
use super::shipped::{shipped, shipped_named};
use super::{ReadOptions, Table, csv, generate};
use crate::base::{Cancel, Outcome, Problem};

/// Opens DATA: a path that exists, `-` for standard input, a shipped set's name, or a generator with its
/// knobs (`moons:n=400,noise=0.2,seed=1`). A path that exists beats a name.
pub fn open(what: &str, options: &ReadOptions, cancel: &Cancel) -> Outcome<Table> {
    if what == "-" {
        let bytes = read_all(io::stdin().lock(), "standard input", cancel)?;
        return csv::read("standard input", bytes, options, cancel);
    }
    let path = Path::new(what);
    if path.exists() {
        return open_file(path, options, cancel);
    }
    if let Some(set) = shipped_named(what) {
        return Ok(set.load_with(options)?);
    }
    let id = what.split(':').next().unwrap_or(what);
    if generate::generator(id).is_some() {
        let (generator, knobs) = generate::parse(what)?;
        return Ok(generator.make(&knobs)?);
    }
    Err(unknown(what).into())
}

/// Reads a file by what its name ends in; where that says nothing, as delimited text.
pub fn open_file(path: &Path, options: &ReadOptions, cancel: &Cancel) -> Outcome<Table> {
    let shown = path.display().to_string();
    let unreadable = |error: io::Error| {
        let what = match error.kind() {
            io::ErrorKind::NotFound => "there is no such file".to_owned(),
            io::ErrorKind::PermissionDenied => "you have no permission to read the file".to_owned(),
            _ => format!("the file cannot be read ({error})"),
        };
        Problem::new(what).at(shown.clone())
    };
    if fs::metadata(path).map_err(unreadable)?.is_dir() {
        return Err(Problem::new("this is a folder")
            .at(shown)
            .fix("Choose a file inside it")
            .into());
    }
    if let Some(format) = foreign_format(path) {
        return Err(Problem::new(format!("this is {format}"))
            .at(shown)
            .fix("Save it as CSV and open that")
            .into());
    }
    let file = File::open(path).map_err(unreadable)?;
    let bytes = read_all(file, &shown, cancel)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    csv::read(&name, bytes, options, cancel)
}

/// What cannot be read yet, by the ending of its name.
fn foreign_format(path: &Path) -> Option<&'static str> {
    let ending = path.extension()?.to_string_lossy().to_lowercase();
    Some(match ending.as_str() {
        "xlsx" | "xlsm" | "xlsb" | "xls" => "an Excel file",
        "ods" => "a LibreOffice file",
        "numbers" => "a Numbers file",
        "parquet" => "a Parquet file",
        "feather" | "arrow" => "a Feather file",
        "sqlite" | "sqlite3" | "db" => "an SQLite database",
        "json" | "jsonl" | "ndjson" => "a JSON file",
        "gz" | "zst" | "zip" | "bz2" | "xz" | "7z" => "a compressed file",
        "arff" => "a Weka file",
        "sav" | "dta" | "sas7bdat" | "rds" | "rdata" | "mat" | "h5" | "hdf5" | "npy" | "npz"
        | "pkl" => "a file of another program's own format",
        "pdf" => "a PDF",
        "png" | "jpg" | "jpeg" | "gif" | "webp" | "svg" => "a picture",
        _ => return None,
    })
}

/// In pieces, with a look at `cancel` before each.
fn read_all(mut from: impl Read, shown: &str, cancel: &Cancel) -> Outcome<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        cancel.check()?;
        let piece = from.by_ref().take(8 << 20).read_to_end(&mut bytes);
        match piece {
            Ok(0) => return Ok(bytes),
            Ok(_) => {}
            Err(error) => {
                return Err(Problem::new(format!("reading stopped half-way ({error})"))
                    .at(shown)
                    .into());
            }
        }
    }
}

fn unknown(what: &str) -> Problem {
    let looks_like_path = what.contains(['/', '\\']) || Path::new(what).extension().is_some();
    if looks_like_path {
        return Problem::new("there is no such file")
            .at(what)
            .fix("Check the folder and the spelling");
    }
    let sets = shipped().iter().map(|set| set.id.as_str());
    let generators = generate::generators().iter().map(|g| g.id);
    let id = what.split(':').next().unwrap_or(what);
    Problem::new(format!("there is no file, data set or generator “{what}”"))
        .fix(near(id, sets.chain(generators)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Halt;

    fn problem(what: &str) -> String {
        match open(what, &ReadOptions::default(), &Cancel::new()) {
            Err(Halt::Failed(problem)) => problem.to_string(),
            other => panic!("{what}: {other:?}"),
        }
    }

    #[test]
    fn names_generators_and_paths_open() {
        let rows = |what: &str| {
            open(what, &ReadOptions::default(), &Cancel::new())
                .unwrap()
                .rows()
        };
        assert_eq!(rows("iris"), 150);
        assert_eq!(rows("Old Faithful"), 272);
        assert_eq!(rows("moons:n=50,noise=0"), 50);
        assert_eq!(rows("circles"), 400);
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/sample_data/iris.csv");
        let table = open(path, &ReadOptions::default(), &Cancel::new()).unwrap();
        assert_eq!(
            (table.name(), table.rows(), table.suggested_target()),
            ("iris.csv", 150, None)
        );
        assert_eq!(table.column("species").map(|c| c.levels().len()), Some(3));
    }

    #[test]
    fn what_cannot_be_opened_is_one_sentence_with_a_way_out() {
        for (what, part) in [
            ("irsi", "Try iris"),
            ("moon", "moons"),
            ("moons:n=x", "takes a number"),
            ("no/such.csv", "no such file"),
            (env!("CARGO_MANIFEST_DIR"), "folder"),
            (
                concat!(env!("CARGO_MANIFEST_DIR"), "/sample_data"),
                "folder",
            ),
            ("", "there is no file"),
        ] {
            assert!(problem(what).contains(part), "{what}: {}", problem(what));
        }
        let folder = std::env::temp_dir().join(format!("seefit-source-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        for (name, bytes, part) in [
            (
                "a.xlsx",
                &b"PK\x03\x04"[..],
                "an Excel file. Save it as CSV",
            ),
            ("b.csv", b"PK\x03\x04", "zip archive"),
            ("c.csv", b"", "empty"),
            ("d", b"\x7fELF\x01\x02", "program"),
        ] {
            let path = folder.join(name);
            fs::write(&path, bytes).unwrap();
            let found = problem(&path.display().to_string());
            assert!(found.contains(part), "{found}");
        }
        fs::remove_dir_all(&folder).unwrap();
    }
}
