//! Compressed files, unpacked within a budget: a few bytes can be made to swell without end.

use std::io::{Cursor, Read};

use super::reading::Reading;
use crate::base::{Halt, Outcome, Problem};

/// Text beyond this cannot be read anyhow.
const MOST_BYTES: u64 = u32::MAX as u64;
/// So much is always allowed.
const ALLOWED_BYTES: u64 = 256 << 20;
/// Beyond that, tables of text shrink to a hundredth at most; what swells more is no table.
const MOST_RATIO: u64 = 200;

/// How much may come out of so many packed bytes.
pub(super) fn budget(packed: u64) -> u64 {
    (packed.saturating_mul(MOST_RATIO)).clamp(ALLOWED_BYTES, MOST_BYTES)
}

fn damaged(error: &std::io::Error) -> Problem {
    Problem::new(format!(
        "the compressed file is damaged or cut short ({error})"
    ))
    .fix("Copy or download it again")
}

fn bomb(packed: u64) -> Problem {
    Problem::new(format!(
        "unpacked, the file is larger than {} MB, which no table of its size is",
        budget(packed) >> 20
    ))
    .fix("If it is a table all the same, unpack it first")
}

/// Reads `from` to its end, or to the end of the budget.
fn unpacked(mut from: impl Read, packed: u64, reading: &Reading) -> Outcome<Vec<u8>> {
    let most = budget(packed);
    let mut bytes = Vec::new();
    loop {
        reading.cancel.check()?;
        match from.by_ref().take(4 << 20).read_to_end(&mut bytes) {
            Ok(0) => return Ok(bytes),
            Ok(_) if bytes.len() as u64 > most => return Err(bomb(packed).into()),
            Ok(_) => {}
            Err(error) => return Err(damaged(&error).into()),
        }
    }
}

pub(super) fn gzip(bytes: &[u8], reading: &Reading) -> Outcome<Vec<u8>> {
    let decoder = flate2::bufread::MultiGzDecoder::new(bytes);
    unpacked(decoder, bytes.len() as u64, reading)
}

pub(super) fn zstd(bytes: &[u8], reading: &Reading) -> Outcome<Vec<u8>> {
    let mut decoder =
        zstd::stream::read::Decoder::with_buffer(bytes).map_err(|error| damaged(&error))?;
    // A window of 128 MB, as the zstd command allows without being told to.
    decoder
        .window_log_max(27)
        .map_err(|error| damaged(&error))?;
    unpacked(decoder, bytes.len() as u64, reading)
}

/// What a zip archive holds.
pub(super) enum Archive {
    Spreadsheet,
    /// The only file in it, and its name.
    File(String, Vec<u8>),
}

/// A spreadsheet, or one packed file; folders and what macOS adds do not count.
pub(super) fn zip(bytes: &[u8], reading: &Reading) -> Outcome<Archive> {
    let broken = |error: zip::result::ZipError| {
        Problem::new(format!("the zip archive cannot be read ({error})"))
            .fix("Copy or download it again")
    };
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    let mut files: Vec<(usize, String)> = Vec::new();
    for at in 0..archive.len() {
        let name = match archive.name_for_index(at) {
            Some(Ok(name)) => name.to_string(),
            _ => continue,
        };
        // Old Numbers, Word and the like are zip archives of XML as well.
        if name == "[Content_Types].xml" || name == "xl/workbook.xml" || name == "content.xml" {
            return spreadsheet(archive, bytes.len() as u64, reading);
        }
        let base = name.rsplit('/').next().unwrap_or(&name);
        if !base.is_empty() && !name.starts_with("__MACOSX/") && !base.starts_with('.') {
            files.push((at, name));
        }
    }
    let (at, name) = match files.as_slice() {
        [only] => only.clone(),
        [] => return Err(Problem::new("the zip archive is empty").into()),
        [(_, first), (_, second), ..] => {
            return Err(Problem::new(format!(
                "the zip archive holds {} files, “{first}” and “{second}” among them",
                files.len()
            ))
            .fix("Unpack it and open one of them")
            .into());
        }
    };
    let file = archive.by_index(at).map_err(broken)?;
    if file.encrypted() {
        return Err(Problem::new("the zip archive is encrypted")
            .fix("Unpack it with its password first")
            .into());
    }
    let bytes = unpacked(file, bytes.len() as u64, reading)?;
    Ok(Archive::File(name, bytes))
}

/// Counts what would come out of a spreadsheet's parts before another library unpacks them all.
fn spreadsheet(
    mut archive: zip::ZipArchive<Cursor<&[u8]>>,
    packed: u64,
    reading: &Reading,
) -> Outcome<Archive> {
    // Deflate's most is 1032 to 1: small files need no count.
    if packed.saturating_mul(1032) < ALLOWED_BYTES {
        return Ok(Archive::Spreadsheet);
    }
    let most = budget(packed);
    let mut total = 0;
    let mut buffer = vec![0; 1 << 16];
    for at in 0..archive.len() {
        let Ok(mut file) = archive.by_index(at) else {
            continue;
        };
        // What is damaged the spreadsheet's reader says better.
        while let Ok(count @ 1..) = file.read(&mut buffer) {
            total += count as u64;
            if total > most {
                return Err(bomb(packed).into());
            }
            reading.cancel.check()?;
        }
    }
    Ok(Archive::Spreadsheet)
}

/// Adds the file's name where a problem has no place yet.
pub(super) fn placed(halt: Halt, name: &str) -> Halt {
    match halt {
        Halt::Failed(problem) if problem.place.is_empty() => Halt::Failed(problem.at(name)),
        halt => halt,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn gz(bytes: &[u8]) -> Vec<u8> {
        let mut to = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        to.write_all(bytes).unwrap();
        to.finish().unwrap()
    }

    fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            to.start_file(*name, zip::write::SimpleFileOptions::default())
                .unwrap();
            to.write_all(bytes).unwrap();
        }
        to.finish().unwrap().into_inner()
    }

    #[test]
    fn what_was_packed_comes_out() {
        let reading = Reading::default();
        assert_eq!(gzip(&gz(b"a,b"), &reading).unwrap(), b"a,b");
        // Several members, one after the other.
        let two = [gz(b"a,b\n"), gz(b"1,2\n")].concat();
        assert_eq!(gzip(&two, &reading).unwrap(), b"a,b\n1,2\n");
        let packed = ::zstd::encode_all(&b"a,b"[..], 3).unwrap();
        assert_eq!(zstd(&packed, &reading).unwrap(), b"a,b");
        match zip(
            &zipped(&[("x/", b""), ("x/a.csv", b"1"), ("__MACOSX/x", b"2")]),
            &reading,
        ) {
            Ok(Archive::File(name, bytes)) => {
                assert_eq!((name.as_str(), &bytes[..]), ("x/a.csv", &b"1"[..]))
            }
            _ => panic!("one file"),
        }
    }

    #[test]
    fn damage_swelling_and_several_files_are_one_sentence() {
        let reading = Reading::default();
        let said = |outcome: Outcome<Vec<u8>>| match outcome {
            Err(Halt::Failed(problem)) => problem.to_string(),
            other => panic!("{:?}", other.map(|bytes| bytes.len())),
        };
        let whole = gz(&vec![b'x'; 100_000]);
        assert!(said(gzip(&whole[..whole.len() / 2], &reading)).contains("damaged"));
        let packed = ::zstd::encode_all(&vec![0; 300 << 20][..], 1).unwrap();
        assert!(said(zstd(&packed, &reading)).contains("256 MB"));
        let Err(Halt::Failed(problem)) = zip(&zipped(&[("a", b"1"), ("b", b"2")]), &reading) else {
            panic!("two files")
        };
        assert!(problem.what.contains("2 files"));
        assert!(zip(&zipped(&[]), &reading).is_err());
    }
}
