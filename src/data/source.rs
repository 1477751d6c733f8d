//! The one door through which data comes in: a file, standard input, a shipped set or a generator.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use super::format::{self, Format, HEAD};
use super::near::near;
use super::reading::Reading;
use super::shipped::{shipped, shipped_named};
use super::sqlite::{self, Database};
use super::unpack::{self, Archive, placed};
use super::{
    Column, ReadOptions, Table, TableBuilder, arff, csv, generate, json, parquet, pictures, sheet,
};
use crate::base::{Cancel, Outcome, Problem};

/// Opens DATA: a path that exists, `-` for standard input, a shipped set's name, or a generator with its
/// knobs (`moons:n=400,noise=0.2,seed=1`). A path that exists beats a name.
pub fn open(what: &str, options: &ReadOptions, cancel: &Cancel) -> Outcome<Table> {
    open_watched(what, options, &Reading::new(cancel))
}

/// As [`open`]; `reading` tells meanwhile how far it is.
pub fn open_watched(what: &str, options: &ReadOptions, reading: &Reading) -> Outcome<Table> {
    let table = open_all(what, options, reading)?;
    Ok(told_of_sample(without(table, options)?, options)?)
}

/// Less the columns that are left out. Where none would be left, all stay.
pub(super) fn without(table: Table, options: &ReadOptions) -> Result<Table, Problem> {
    let out = |column: &Column| options.leave_out.contains(&column.name);
    if !table.columns().iter().any(out) || table.columns().iter().all(out) {
        return Ok(table);
    }
    TableBuilder::from(&table)
        .retain(|column| !out(column))
        .build()
}

/// Where a sample was asked for and all rows were read, that is said.
fn told_of_sample(table: Table, options: &ReadOptions) -> Result<Table, Problem> {
    let drawn = |table: &Table| table.notes().iter().any(|n| n.fix == csv::SAMPLE_FIX);
    match options.sample_rows {
        Some(wanted) if table.rows() > wanted && !drawn(&table) => {
            let note = Problem::new(format!("all {} rows are read", table.rows()))
                .at("sample_rows")
                .fix(
                    "A sample is drawn of text with one record a line and the same fields in each",
                );
            TableBuilder::from(&table).note(note).build()
        }
        _ => Ok(table),
    }
}

fn open_all(what: &str, options: &ReadOptions, reading: &Reading) -> Outcome<Table> {
    if what == "-" {
        let name = "standard input";
        let bytes = read_all(io::stdin().lock(), Vec::new(), name, reading)?;
        return read_bytes(name, "", bytes, options, reading);
    }
    let path = Path::new(what);
    if path.exists() {
        return read_file(path, options, reading);
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

/// Reads a file of any format, told by its first bytes and then by what its name ends in.
pub fn open_file(path: &Path, options: &ReadOptions, cancel: &Cancel) -> Outcome<Table> {
    let table = read_file(path, options, &Reading::new(cancel))?;
    Ok(told_of_sample(without(table, options)?, options)?)
}

fn read_file(path: &Path, options: &ReadOptions, reading: &Reading) -> Outcome<Table> {
    let shown = path.display().to_string();
    let unreadable = |error: io::Error| {
        let what = match error.kind() {
            io::ErrorKind::NotFound => "there is no such file".to_owned(),
            io::ErrorKind::PermissionDenied => "you have no permission to read the file".to_owned(),
            _ => format!("the file cannot be read ({error})"),
        };
        Problem::new(what).at(shown.clone())
    };
    let about = fs::metadata(path).map_err(unreadable)?;
    if about.is_dir() {
        let name = path
            .file_name()
            .unwrap_or(path.as_os_str())
            .to_string_lossy();
        if let Some(table) = pictures::read(&name, path, options, reading)? {
            return Ok(table);
        }
        return Err(Problem::new("this is a folder")
            .at(shown)
            .fix(
                "Choose a file inside it, or a folder with a sub-folder of pictures for each class",
            )
            .into());
    }
    // A pipe that nobody writes to would hold the program for ever; a shell's `<(...)` is written to.
    let of_shell =
        path.starts_with("/dev/fd") || path.starts_with("/proc") || path == Path::new("/dev/stdin");
    if !about.is_file() && !of_shell {
        return Err(
            Problem::new("this is no file but a pipe, a socket or a device")
                .at(shown)
                .fix("Pass its contents on standard input as -")
                .into(),
        );
    }
    reading.expect_bytes(about.len());
    let mut file = File::open(path).map_err(unreadable)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut head = Vec::new();
    let first = file.by_ref().take(HEAD as u64).read_to_end(&mut head);
    first.map_err(unreadable)?;
    // A database is read where it lies; of all else the bytes are taken in.
    if format::recognise(&name, &head) == Format::Sqlite && about.is_file() {
        let read = careful(|| sqlite::read(&name, Database::File(path), options, reading));
        return read.map_err(|halt| placed(halt, &name));
    }
    if about.is_file()
        && (about.len() >= csv::LARGE || options.sample_rows.is_some())
        && format::recognise(&name, &head) == Format::Text
    {
        let origin = csv::Origin::File(path);
        let read = csv::in_chunks(&name, &origin, ("UTF-8", Vec::new()), options, reading);
        if let Some(table) = read.map_err(|halt| placed(halt, &name))? {
            return Ok(table);
        }
        reading.begin_again();
    }
    let bytes = read_all(file, head, &shown, reading)?;
    read_bytes(&name, &name, bytes, options, reading)
}

/// Reads what was in a file called `called`; `name` is the table's.
fn read_bytes(
    name: &str,
    called: &str,
    bytes: Vec<u8>,
    options: &ReadOptions,
    reading: &Reading,
) -> Outcome<Table> {
    let mut called = called.to_owned();
    let mut bytes = bytes;
    // A packed file may hold another format, but not a packed file.
    for packed in [false, true] {
        let format = format::recognise(&called, &bytes[..bytes.len().min(HEAD)]);
        let unpacked = match format {
            _ if packed => None,
            Format::Gzip => Some(unpack::gzip(&bytes, reading).map(|b| (inner(&called), b))),
            Format::Zstd => Some(unpack::zstd(&bytes, reading).map(|b| (inner(&called), b))),
            Format::Zip => match unpack::zip(&bytes, reading) {
                Ok(Archive::Spreadsheet) => None,
                Ok(Archive::File(inside, bytes)) => Some(Ok((inside, bytes))),
                Err(halt) => Some(Err(halt)),
            },
            _ => None,
        };
        match unpacked {
            Some(unpacked) => (called, bytes) = unpacked.map_err(|halt| placed(halt, name))?,
            None => {
                let read = read_format(name, format, bytes, options, reading);
                return read.map_err(|halt| placed(halt, name));
            }
        }
    }
    Err(twice_packed().at(name).into())
}

fn read_format(
    name: &str,
    format: Format,
    bytes: Vec<u8>,
    options: &ReadOptions,
    reading: &Reading,
) -> Outcome<Table> {
    match format {
        Format::Text => csv::read(name, bytes, options, &reading.cancel),
        Format::Arff => arff::read(name, bytes, options, reading),
        Format::Json => json::read(name, bytes, false, options, reading),
        Format::JsonLines => json::read(name, bytes, true, options, reading),
        Format::Zip => match unpack::zip(&bytes, reading)? {
            Archive::Spreadsheet => careful(|| sheet::read(name, &bytes, options, reading)),
            Archive::File(..) => Err(twice_packed().into()),
        },
        Format::OldExcel => careful(|| sheet::read(name, &bytes, options, reading)),
        Format::Parquet => careful(|| parquet::read(name, bytes, options, reading)),
        Format::Sqlite => careful(|| sqlite::read(name, Database::Bytes(&bytes), options, reading)),
        Format::Gzip | Format::Zstd => Err(twice_packed().into()),
        Format::Foreign(what, fix) => {
            Err(Problem::new(format!("the file is {what}")).fix(fix).into())
        }
    }
}

fn twice_packed() -> Problem {
    Problem::new("the file is compressed twice").fix("Unpack it first")
}

/// `a.csv.gz` holds `a.csv`.
fn inner(name: &str) -> String {
    let stem = Path::new(name).file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
}

/// Formats that other libraries read: should one of them break down over a damaged file, that is one
/// sentence and no more.
fn careful(read: impl FnOnce() -> Outcome<Table>) -> Outcome<Table> {
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(read));
    caught.unwrap_or_else(|_| {
        Err(Problem::new("the file is damaged and cannot be read")
            .fix("Save it again, or as CSV")
            .into())
    })
}

/// What is left of `from`, behind what was read of it; in pieces, with a look at `cancel` before each.
fn read_all(
    mut from: impl Read,
    head: Vec<u8>,
    shown: &str,
    reading: &Reading,
) -> Outcome<Vec<u8>> {
    let mut bytes = head;
    reading.add_bytes(bytes.len());
    // The whole at once where its length is known; where that much cannot be had, piece by piece.
    let (_, total) = reading.bytes();
    let _ = bytes.try_reserve_exact(total.min(MOST_BYTES) as usize);
    loop {
        reading.cancel.check()?;
        let piece = from.by_ref().take(8 << 20).read_to_end(&mut bytes);
        match piece {
            Ok(0) => return Ok(bytes),
            Ok(_) if bytes.len() as u64 > MOST_BYTES => {
                return Err(Problem::new("there is more of it than 8 GB")
                    .at(shown)
                    .fix("Take a sample of its rows")
                    .into());
            }
            Ok(more) => reading.add_bytes(more),
            Err(error) => {
                return Err(Problem::new(format!("reading stopped half-way ({error})"))
                    .at(shown)
                    .into());
            }
        }
    }
}

/// What is held in memory at once; text has a bound of its own.
const MOST_BYTES: u64 = 8 << 30;

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
    fn a_sample_that_could_not_be_drawn_is_said() {
        let options = ReadOptions {
            sample_rows: Some(10),
            ..ReadOptions::default()
        };
        let read = |what: &str| open(what, &options, &Cancel::new()).unwrap();
        let said = |table: &Table| table.notes().iter().any(|n| n.place == "sample_rows");
        let moons = read("moons:n=50");
        assert!(said(&moons) && moons.rows() == 50);
        assert!(!said(&read("moons:n=10")));
        let path = std::env::temp_dir().join(format!("seefit-sample-{}.csv", std::process::id()));
        let rows: String = (0..500).map(|row| format!("{row},{}\n", row % 7)).collect();
        fs::write(&path, format!("a,b\n{rows}")).unwrap();
        let drawn = read(&path.display().to_string());
        assert!(!said(&drawn) && drawn.rows() < 100, "{}", drawn.rows());
        fs::remove_file(&path).unwrap();
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
            ("a.xlsx", &b"PK\x03\x04"[..], "zip archive cannot be read"),
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
