//! Files that are written whole or not at all: what was there stays until the new one is complete.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use super::Problem;

/// Puts these bytes into `path`: into a new file beside it that then takes its place.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), Problem> {
    let mut file = NewFile::create(path)?;
    file.write_all(bytes)
        .map_err(|error| unwritable(path, &error))?;
    file.keep()
}

/// How a file was when it was read or written: another program that writes it changes this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    bytes: u64,
    modified: Option<SystemTime>,
}

impl Stamp {
    /// None where there is no such file.
    pub fn of(path: &Path) -> Option<Stamp> {
        let known = fs::metadata(path).ok()?;
        Some(Stamp {
            bytes: known.len(),
            modified: known.modified().ok(),
        })
    }
}

/// A file on its way. Dropped without [`NewFile::keep`], it leaves no trace.
#[derive(Debug)]
pub struct NewFile {
    path: PathBuf,
    /// None once it has taken its place, and for what is no file (`/dev/stdout`), which is written to
    /// directly.
    beside: Option<PathBuf>,
    to: BufWriter<File>,
}

impl NewFile {
    pub fn create(path: &Path) -> Result<NewFile, Problem> {
        let problem = |error: io::Error| unwritable(path, &error);
        // Where a link leads, so that the link stays one.
        let path_of_file = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let known = fs::metadata(&path_of_file).ok();
        if known.as_ref().is_some_and(fs::Metadata::is_dir) || path.file_name().is_none() {
            let place = path.display().to_string();
            let problem = Problem::new("this is a folder").at(place);
            return Err(problem.fix("Name a file in it"));
        }
        if known.as_ref().is_some_and(|known| !known.is_file()) {
            let file = File::options().write(true).open(path).map_err(problem)?;
            return Ok(NewFile {
                path: path.to_owned(),
                beside: None,
                to: BufWriter::with_capacity(BUFFER, file),
            });
        }
        let (beside, file) = loop {
            let beside = beside(&path_of_file);
            match File::create_new(&beside) {
                // Left behind by a process that was killed.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                file => break (beside, file.map_err(problem)?),
            }
        };
        if let Some(known) = known {
            // Who may read the old file may read the new one; a folder that does not allow this is
            // no reason to fail.
            let _ = file.set_permissions(known.permissions());
        }
        Ok(NewFile {
            path: path_of_file,
            beside: Some(beside),
            to: BufWriter::with_capacity(BUFFER, file),
        })
    }

    /// Everything is written: puts it in its place, on the disk.
    pub fn keep(mut self) -> Result<(), Problem> {
        let problem = |error: io::Error| unwritable(&self.path, &error);
        self.to.flush().map_err(problem)?;
        if let Some(beside) = &self.beside {
            self.to.get_ref().sync_all().map_err(problem)?;
            fs::rename(beside, &self.path).map_err(problem)?;
            if let Some(Ok(folder)) = self.path.parent().map(File::open) {
                // So that the new name survives a power cut; not every system can.
                let _ = folder.sync_all();
            }
            self.beside = None;
        }
        Ok(())
    }
}

const BUFFER: usize = 1 << 18;

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.to.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if let Some(beside) = &self.beside {
            // What is left of the attempt; the error that matters was told before.
            let _ = fs::remove_file(beside);
        }
    }
}

fn unwritable(path: &Path, error: &io::Error) -> Problem {
    let what = match error.kind() {
        io::ErrorKind::NotFound => "there is no such folder".to_owned(),
        io::ErrorKind::PermissionDenied => "you have no permission to write there".to_owned(),
        _ => format!("the file could not be written ({error})"),
    };
    Problem::new(what)
        .at(path.display().to_string())
        .fix("Choose another folder")
}

/// In the same folder, so that renaming does not copy; of its own for every attempt.
fn beside(path: &Path) -> PathBuf {
    static ATTEMPT: AtomicU64 = AtomicU64::new(0);
    let attempt = ATTEMPT.fetch_add(1, Ordering::Relaxed);
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}-{attempt}.part", std::process::id()));
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_there_stays_until_the_new_file_is_whole() {
        let folder = std::env::temp_dir().join(format!("seefit-atomic-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("a");
        write_atomically(&path, b"old").unwrap();
        let mut half = NewFile::create(&path).unwrap();
        half.write_all(b"ne").unwrap();
        half.flush().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"old");
        drop(half);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
        write_atomically(&path, b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
        let lost = write_atomically(&folder.join("no/such/a"), b"").unwrap_err();
        assert!(lost.to_string().contains("no such folder"), "{lost}");
        let none = write_atomically(&folder, b"").unwrap_err();
        assert!(none.to_string().contains("folder"), "{none}");
        fs::remove_dir_all(&folder).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link_and_what_is_no_file_is_not_replaced() {
        let folder = std::env::temp_dir().join(format!("seefit-links-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (file, link) = (folder.join("file"), folder.join("link"));
        fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write_atomically(&link, b"new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&file).unwrap(), b"new");
        write_atomically(Path::new("/dev/null"), b"gone").unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
        fs::remove_dir_all(&folder).unwrap();
    }
}
