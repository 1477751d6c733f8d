//! Work becomes a file: written beside the old one, read back, and only then put in its place.

use std::io::{Cursor, Write as _};
use std::path::{Component, Path, PathBuf};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::document::{self, DataPart};
use super::table_bytes::size;
use super::{MOST_DATA_BYTES, MOST_TABLE_BYTES, Origin, Work, table_to_bytes, verify};
use crate::base::{Problem, write_atomically};
use crate::data::Table;
use crate::prepare::SplitScheme;

/// What becomes of tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Data {
    /// In the file, unless they are too large for it.
    Inside,
    /// Kept by whoever asks; the file names them by their fingerprints.
    Apart,
}

/// Saves work as a file that other programs and other computers can open. Gives what the person must
/// know: large data stay where they are.
///
/// The old file stays until the new one has been read back and says the same.
pub fn save(work: &Work, path: &Path) -> Result<Option<Problem>, Problem> {
    let folder = path.parent().map(Path::to_path_buf);
    let bytes = pack(work, folder.as_deref(), Data::Inside)?;
    let note = verify::verify(work, &bytes).map_err(|p| p.at(path.display().to_string()))?;
    write_atomically(path, &bytes)?;
    Ok(note)
}

/// The file's bytes. Paths are written relative to `folder`, where there is one.
pub fn pack(work: &Work, folder: Option<&Path>, data: Data) -> Result<Vec<u8>, Problem> {
    let project = &work.project;
    let table = match data {
        Data::Inside => squeezed(&project.table),
        Data::Apart => None,
    };
    let test = project.test.as_ref();
    let squeezed_test = test.filter(|_| data == Data::Inside).and_then(squeezed);
    let mut origin = relative(&work.origin, folder);
    if table.is_none() {
        // Read as they are now, whatever a later program would guess.
        let columns = project.table.columns().iter();
        origin.options.kinds = columns.map(|c| (c.name.clone(), c.kind)).collect();
    }
    let data_part = DataPart::of(&project.table, table.is_some(), origin);
    let test_part = test.map(|test| {
        let origin = match &project.split {
            Some(SplitScheme::File { path }) => Origin {
                spec: path.clone(),
                ..Origin::default()
            },
            _ => Origin::default(),
        };
        DataPart::of(test, squeezed_test.is_some(), relative(&origin, folder))
    });
    let head = document::head(project, data_part, test_part);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    // What matters most comes first: a file that was cut off opens as far as it goes.
    json(&mut zip, "project.json", &head)?;
    json(
        &mut zip,
        "models.json",
        &document::models(project, &work.results),
    )?;
    json(&mut zip, "view.json", &work.view)?;
    json(&mut zip, "log.json", &document::log(&work.log))?;
    for (name, bytes) in [("data.table", table), ("test.table", squeezed_test)] {
        if let Some(bytes) = bytes {
            part(&mut zip, name, &bytes)?;
        }
    }
    let written = zip.finish().map_err(unwritten)?;
    Ok(written.into_inner())
}

fn unwritten(error: impl std::fmt::Display) -> Problem {
    Problem::new(format!("the project could not be packed ({error})"))
}

type Zip = ZipWriter<Cursor<Vec<u8>>>;

fn json(zip: &mut Zip, name: &str, content: &impl serde::Serialize) -> Result<(), Problem> {
    let bytes = serde_json::to_vec_pretty(content).map_err(unwritten)?;
    part(zip, name, &bytes)
}

fn part(zip: &mut Zip, name: &str, bytes: &[u8]) -> Result<(), Problem> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    zip.start_file(name, options).map_err(unwritten)?;
    zip.write_all(bytes).map_err(unwritten)
}

/// A table's bytes, if they are few enough once they are compressed.
fn squeezed(table: &Table) -> Option<Vec<u8>> {
    if size(table) > MOST_TABLE_BYTES {
        return None;
    }
    let bytes = table_to_bytes(table);
    if bytes.len() <= MOST_DATA_BYTES {
        return Some(bytes);
    }
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    part(&mut zip, "t", &bytes).ok()?;
    let packed = zip.finish().ok()?.into_inner().len();
    (packed <= MOST_DATA_BYTES).then_some(bytes)
}

/// A path below the project's folder or near it goes along with the folder when that is moved.
fn relative(origin: &Origin, folder: Option<&Path>) -> Origin {
    let path = Path::new(&origin.spec);
    let relative = || {
        let folder = std::path::absolute(folder?).ok()?;
        if !path.is_file() {
            return None;
        }
        let path = std::path::absolute(path).ok()?;
        between(&folder, &path)
    };
    Origin {
        spec: relative().unwrap_or_else(|| origin.spec.clone()),
        options: origin.options.clone(),
    }
}

/// `../data/a.csv`: how to walk from a folder to a file, with `/` on every system. None where the
/// way leads over a root, or further up than the file's own folder is worth.
fn between(folder: &Path, file: &Path) -> Option<String> {
    let from: Vec<Component> = folder.components().collect();
    let to: Vec<Component> = file.components().collect();
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = from.len() - common;
    if common < 2 || up > 3 {
        return None;
    }
    let mut parts = vec!["..".to_owned(); up];
    for part in &to[common..] {
        parts.push(part.as_os_str().to_str()?.to_owned());
    }
    Some(parts.join("/"))
}

/// Where a path of a file leads from the project's folder.
pub(super) fn absolute(spec: &str, folder: Option<&Path>) -> PathBuf {
    let path = Path::new(spec);
    match folder {
        Some(folder) if path.is_relative() => {
            let joined = folder.join(path);
            plain(&std::path::absolute(&joined).unwrap_or(joined))
        }
        _ => path.to_path_buf(),
    }
}

/// Without `..`, so that a person sees where it really leads.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(plain.pop()),
            Component::CurDir => {}
            part => plain.push(part),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_leads_from_the_project_to_its_data() {
        let way = |file: &str| between(Path::new("/home/a/work/p"), Path::new(file));
        assert_eq!(way("/home/a/work/p/d.csv").as_deref(), Some("d.csv"));
        assert_eq!(
            way("/home/a/data/d.csv").as_deref(),
            Some("../../data/d.csv")
        );
        assert_eq!(way("/mnt/d.csv"), None);
        assert_eq!(
            absolute("../x/d.csv", Some(Path::new("/home/a"))),
            PathBuf::from("/home/x/d.csv")
        );
    }
}
