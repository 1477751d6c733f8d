//! What a file is: by its first bytes, and where they do not tell, by what its name ends in.

use std::path::Path;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// Delimited text, Orange's `.tab` among it.
    Text,
    Arff,
    Json,
    /// One object a line.
    JsonLines,
    Gzip,
    Zstd,
    /// A zip archive: a spreadsheet of one of the newer kinds, or packed files.
    Zip,
    /// `.xls`.
    OldExcel,
    Parquet,
    Sqlite,
    /// What cannot be read, as a person calls it, and what to do instead.
    Foreign(&'static str, &'static str),
}

/// How much of a file [`recognise`] looks at.
pub(super) const HEAD: usize = 4096;

const AS_CSV: &str = "Save the table as CSV and open that";

/// `head` are the first [`HEAD`] bytes, `name` the file's name or empty.
pub(super) fn recognise(name: &str, head: &[u8]) -> Format {
    const MAGIC: [(&[u8], Format); 22] = [
        (b"PK\x03\x04", Format::Zip),
        (b"PK\x05\x06", Format::Zip),
        (b"\x1f\x8b", Format::Gzip),
        (b"\x28\xb5\x2f\xfd", Format::Zstd),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Format::OldExcel),
        (b"PAR1", Format::Parquet),
        (
            b"PARE",
            Format::Foreign("an encrypted Parquet file", AS_CSV),
        ),
        (b"SQLite format 3\0", Format::Sqlite),
        (
            b"ARROW1",
            Format::Foreign("a Feather file", "Save it as Parquet and open that"),
        ),
        (
            b"BZh",
            Format::Foreign("compressed with bzip2", "Unpack it first"),
        ),
        (
            b"\xfd7zXZ\0",
            Format::Foreign("compressed with xz", "Unpack it first"),
        ),
        (
            b"7z\xbc\xaf\x27\x1c",
            Format::Foreign("a 7-Zip archive", "Unpack it first"),
        ),
        (b"Rar!", Format::Foreign("a RAR archive", "Unpack it first")),
        (
            b"\0\x01\0\0Standard",
            Format::Foreign("an Access database", AS_CSV),
        ),
        (b"\x89HDF", Format::Foreign("an HDF5 file", AS_CSV)),
        (b"\x93NUMPY", Format::Foreign("a NumPy file", AS_CSV)),
        (b"$FL2", Format::Foreign("an SPSS file", AS_CSV)),
        (b"<stata_dta>", Format::Foreign("a Stata file", AS_CSV)),
        (
            b"%PDF",
            Format::Foreign("a PDF", "Open the table it was made from"),
        ),
        (b"\x89PNG", Format::Foreign("a picture", "Open a table")),
        (
            b"\xff\xd8\xff",
            Format::Foreign("a picture", "Open a table"),
        ),
        (b"\x7fELF", Format::Foreign("a program", "Open a table")),
    ];
    if let Some((_, format)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
        return *format;
    }
    let ending = Path::new(name).extension().unwrap_or_default();
    let ending = ending.to_string_lossy().to_lowercase();
    match ending.as_str() {
        "arff" => return Format::Arff,
        "json" | "geojson" => return Format::Json,
        "jsonl" | "ndjson" => return Format::JsonLines,
        "csv" | "tsv" | "tab" | "txt" | "dat" | "data" => return Format::Text,
        "parquet" | "sqlite" | "sqlite3" | "db" | "xlsx" | "xlsm" | "xlsb" | "ods" | "gz"
        | "zst" | "zip" => return mislabelled(&ending, head),
        "xls" => return old_excel(head),
        "sav" | "por" | "dta" | "sas7bdat" | "xpt" => {
            return Format::Foreign("a file of a statistics program", AS_CSV);
        }
        "rds" | "rdata" | "rda" | "pkl" | "pickle" | "mat" | "npy" | "npz" | "h5" | "hdf5" => {
            return Format::Foreign("a file of another program's own format", AS_CSV);
        }
        "mdb" | "accdb" => return Format::Foreign("an Access database", AS_CSV),
        "feather" | "arrow" => {
            return Format::Foreign("a Feather file", "Save it as Parquet and open that");
        }
        "numbers" => return Format::Foreign("a Numbers file", AS_CSV),
        _ => {}
    }
    by_text(head)
}

/// A name or none that tells nothing.
fn by_text(head: &[u8]) -> Format {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let text = head.trim_ascii_start();
    let relation = text
        .get(..9)
        .is_some_and(|start| start.eq_ignore_ascii_case(b"@relation"));
    if relation {
        return Format::Arff;
    }
    let next = text.get(1..).unwrap_or_default().trim_ascii_start().first();
    match (text.first(), next) {
        (Some(b'{'), Some(b'"' | b'}')) | (Some(b'['), Some(b'{' | b'[' | b']')) => Format::Json,
        _ => Format::Text,
    }
}

/// The name promises a binary format, the bytes are another: text is read as such, all else is damaged.
fn mislabelled(ending: &str, head: &[u8]) -> Format {
    if is_text(head) {
        return by_text(head);
    }
    match ending {
        "parquet" => Format::Foreign("called Parquet, but is none", "Save it again"),
        "sqlite" | "sqlite3" | "db" => Format::Foreign(
            "no SQLite database, or an encrypted one",
            "Open it with the program that made it and export the table as CSV",
        ),
        "gz" | "zst" | "zip" => Format::Foreign("called compressed, but is not", "Save it again"),
        _ => Format::Foreign("called a spreadsheet, but is none", "Save it again"),
    }
}

/// `.xls` files are often HTML or text under a wrong name.
fn old_excel(head: &[u8]) -> Format {
    match is_text(head) {
        true => by_text(head),
        // BIFF2 to BIFF4, before the compound files of 1993.
        false => Format::OldExcel,
    }
}

fn is_text(head: &[u8]) -> bool {
    !head.is_empty() && !head.contains(&0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_beat_names_and_names_beat_nothing() {
        for (name, head, format) in [
            ("a.csv", &b"PAR1"[..], Format::Parquet),
            ("a.csv", b"[1]", Format::Text),
            ("a", b"[{\"a\":1}]", Format::Json),
            ("a", b"{\"a\":1}\n{\"a\":2}", Format::Json),
            ("", b"@RELATION x\n", Format::Arff),
            ("a.json", b"garbage", Format::Json),
            ("a.xls", b"a\tb\n1\t2\n", Format::Text),
            ("a.db", b"a,b\n", Format::Text),
            ("a.jsonl", b"{}", Format::JsonLines),
            ("", b"a,b\n1,2\n", Format::Text),
            ("a.xlsx", b"PK\x03\x04", Format::Zip),
        ] {
            assert_eq!(recognise(name, head), format, "{name} {head:?}");
        }
        assert!(matches!(
            recognise("a.db", b"\x01\0\x02"),
            Format::Foreign(..)
        ));
        assert!(matches!(recognise("a.dta", b"x"), Format::Foreign(..)));
    }
}
