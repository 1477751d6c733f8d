//! The first rows of a long text while the rest is still to come, and text that is no file.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use memchr::memchr2_iter;

use super::format::{self, Format, HEAD};
use super::source::without;
use super::{ReadOptions, Table, csv};
use crate::base::{Cancel, Outcome};

/// The rows that lie wholly in the first `bytes` of a file of delimited text, read with these options.
/// None where the file is of another format or packed, is not longer than that, or cannot be read: who
/// reads it whole says why.
pub fn open_first(
    path: &Path,
    options: &ReadOptions,
    bytes: usize,
    cancel: &Cancel,
) -> Outcome<Option<Table>> {
    let Some(head) = first_bytes(path, bytes) else {
        return Ok(None);
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let is_text = format::recognise(&name, &head[..head.len().min(HEAD)]) == Format::Text;
    // Text of two bytes a letter has its line ends elsewhere.
    if !is_text || head.iter().take(HEAD).any(|byte| *byte == 0) {
        return Ok(None);
    }
    match whole_records(&head) {
        0 => Ok(None),
        end => {
            let table = csv::read(&name, head[..end].to_vec(), options, cancel)?;
            Ok(Some(without(table, options)?))
        }
    }
}

/// Text that somebody typed or copied; rules as for files.
pub fn open_text(name: &str, text: &str, options: &ReadOptions, cancel: &Cancel) -> Outcome<Table> {
    let table = csv::read(name, text.as_bytes().to_vec(), options, cancel)?;
    Ok(without(table, options)?)
}

/// None where the file has no more than these.
fn first_bytes(path: &Path, bytes: usize) -> Option<Vec<u8>> {
    let about = std::fs::metadata(path).ok()?;
    if !about.is_file() || about.len() <= bytes as u64 {
        return None;
    }
    let mut head = Vec::with_capacity(bytes);
    let file = File::open(path).ok()?;
    file.take(bytes as u64).read_to_end(&mut head).ok()?;
    Some(head)
}

/// Where the last record ends that is there whole: behind a line end that no quotes are around.
fn whole_records(bytes: &[u8]) -> usize {
    let (mut end, mut quoted) = (0, false);
    for at in memchr2_iter(b'"', b'\n', bytes) {
        match bytes[at] {
            b'"' => quoted = !quoted,
            _ if !quoted => end = at + 1,
            _ => {}
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_rows_are_those_that_are_whole() {
        let path = std::env::temp_dir().join(format!("seefit-first-{}.csv", std::process::id()));
        let mut text = String::from("x;y\n");
        for row in 0..500 {
            text.push_str(&format!("{row},5;\"line\nbreak\"\n"));
        }
        std::fs::write(&path, &text).unwrap();
        let first = |bytes| {
            let options = ReadOptions::default();
            open_first(&path, &options, bytes, &Cancel::new()).unwrap()
        };
        let table = first(1000).unwrap();
        assert!((40..70).contains(&table.rows()), "{}", table.rows());
        let last = table.rows() - 1;
        assert_eq!(table.columns()[0].number(last), Some(last as f64 + 0.5));
        assert_eq!(table.columns()[1].missing.count(), 0);
        assert!(first(text.len()).is_none(), "the whole file is no preview");
        assert!(first(2).is_none(), "not even the names");
        std::fs::write(&path, vec![0u8; 5000]).unwrap();
        assert!(first(1000).is_none());
        std::fs::remove_file(&path).unwrap();
        assert!(first(1000).is_none());
    }

    #[test]
    fn pasted_text_is_a_table() {
        let options = ReadOptions::default();
        let table = open_text("Pasted", "a\tb\n1\tx\n2\ty\n", &options, &Cancel::new()).unwrap();
        assert_eq!(
            (table.name(), table.rows(), table.columns().len()),
            ("Pasted", 2, 2)
        );
        assert!(open_text("Pasted", "", &options, &Cancel::new()).is_err());
    }
}
