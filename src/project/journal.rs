//! The autosave journal: what is not saved yet lies on the disk within a second, and is found again
//! after a crash.
//!
//! ```text
//! journals/12345-1a2b/     a window's own, 0700
//!   lock                   held by the window for as long as it lives
//!   file                   the path of the project file that is open
//!   state.seefit           a project file without its data, replaced whole
//!   <fingerprint>.table    the data it needs, each written once
//! ```

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::file::{Data, Opened, Whence, Work, pack, table_from_bytes, table_to_bytes, unpack};
use super::log::hex;
use crate::base::{Hash128, Problem};
use crate::data::Table;

/// Between two writings; a drag changes the project sixty times a second.
const BETWEEN: Duration = Duration::from_millis(250);
/// Larger data that can be had again are not copied.
const MOST_COPIED_BYTES: usize = 64 << 20;
/// A crash leaves files of at most this size.
const MOST_READ_BYTES: u64 = 4 << 30;

const LOCK: &str = "lock";
const STATE: &str = "state.seefit";
const FILE: &str = "file";

/// What is to be written next.
#[derive(Default)]
struct Inbox {
    newest: Option<Note>,
    /// The number of the newest note that was taken in.
    noted: u64,
    /// And of the newest one on the disk.
    written: u64,
    trouble: Option<Problem>,
    closed: bool,
}

enum Note {
    Keep(Box<Work>, Option<PathBuf>),
    /// All is saved in this file: there is nothing to find after a crash.
    Clear(Option<PathBuf>),
}

type Shared = Arc<(Mutex<Inbox>, Condvar)>;

/// A window's journal. Writing happens on a thread of its own.
pub struct Journal {
    shared: Shared,
    thread: Option<JoinHandle<()>>,
}

fn lock(shared: &Shared) -> MutexGuard<'_, Inbox> {
    shared.0.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Journal {
    /// A journal below `root`, which is made when there is something to write.
    pub fn start(root: PathBuf) -> Journal {
        let shared: Shared = Arc::default();
        let inbox = shared.clone();
        let write = move || work_through(&root, &inbox);
        let thread = std::thread::Builder::new().name("seefit-journal".into());
        Journal {
            thread: thread.spawn(write).ok(),
            shared,
        }
    }

    /// Keeps this from now on, instead of what was noted before; gives the note's number.
    pub fn keep(&self, work: Work, file: Option<PathBuf>) -> u64 {
        self.note(Note::Keep(Box::new(work), file))
    }

    /// Everything is saved in this file, or nothing was done. While a file is open, other windows can
    /// see that it is.
    pub fn clear(&self, file: Option<PathBuf>) -> u64 {
        self.note(Note::Clear(file))
    }

    fn note(&self, note: Note) -> u64 {
        let mut inbox = lock(&self.shared);
        inbox.newest = Some(note);
        inbox.noted += 1;
        self.shared.1.notify_one();
        inbox.noted
    }

    /// The number of the newest note that is on the disk.
    pub fn written(&self) -> u64 {
        lock(&self.shared).written
    }

    /// Why the last writing failed, once.
    pub fn take_trouble(&self) -> Option<Problem> {
        lock(&self.shared).trouble.take()
    }

    /// Ends the journal and takes it away: the person has closed the window.
    pub fn close(mut self) {
        self.end();
    }

    fn end(&mut self) {
        let mut inbox = lock(&self.shared);
        inbox.newest = Some(Note::Clear(None));
        inbox.closed = true;
        self.shared.1.notify_one();
        drop(inbox);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// A window that goes away in another manner than by being closed (a panic) keeps its journal, as a
/// killed one does.
impl Drop for Journal {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.end();
        }
    }
}

fn work_through(root: &Path, shared: &Shared) {
    let mut own: Option<Own> = None;
    loop {
        let mut inbox = lock(shared);
        while inbox.newest.is_none() && !inbox.closed {
            inbox = shared.1.wait(inbox).unwrap_or_else(PoisonError::into_inner);
        }
        let (note, number, closed) = (inbox.newest.take(), inbox.noted, inbox.closed);
        drop(inbox);
        let done = match note {
            Some(Note::Keep(work, file)) => {
                made(root, &mut own).and_then(|own| own.keep(&work, file.as_deref()))
            }
            Some(Note::Clear(None)) => {
                if let Some(own) = own.take() {
                    own.remove();
                }
                Ok(())
            }
            Some(Note::Clear(Some(file))) => made(root, &mut own).and_then(|own| own.clear(&file)),
            None => Ok(()),
        };
        let mut inbox = lock(shared);
        match done {
            Ok(()) => inbox.written = number,
            Err(error) => inbox.trouble = Some(unwritten(root, &error)),
        }
        if closed {
            return;
        }
        // Whatever comes meanwhile waits, and only the newest of it is written.
        let wait = |inbox: &mut Inbox| !inbox.closed;
        let paused = shared.1.wait_timeout_while(inbox, BETWEEN, wait);
        drop(paused);
    }
}

fn unwritten(root: &Path, error: &io::Error) -> Problem {
    Problem::new(format!("unsaved changes cannot be kept safe ({error})"))
        .at(root.display().to_string())
        .fix("Save the project")
}

fn made<'a>(root: &Path, own: &'a mut Option<Own>) -> io::Result<&'a mut Own> {
    match own {
        Some(own) => Ok(own),
        None => Ok(own.insert(Own::make(root)?)),
    }
}

/// A journal's folder, locked.
struct Own {
    folder: PathBuf,
    _lock: File,
    tables: Vec<Hash128>,
    file: Option<PathBuf>,
}

impl Own {
    fn make(root: &Path) -> io::Result<Own> {
        private_folder(root)?;
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let mut moment = since.map_or(0, |s| s.as_nanos() as u64);
        let folder = loop {
            let folder = root.join(format!("{}-{moment:x}", std::process::id()));
            match new_folder(&folder) {
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => moment += 1,
                made => break made.map(|()| folder)?,
            }
        };
        let lock = private_file(&folder.join(LOCK))?;
        // A system without locks still keeps the journal.
        let _ = lock.try_lock();
        Ok(Own {
            folder,
            _lock: lock,
            tables: Vec::new(),
            file: None,
        })
    }

    fn keep(&mut self, work: &Work, file: Option<&Path>) -> io::Result<()> {
        let project = &work.project;
        let mut needed = Vec::new();
        // What is new of the data comes first: a state never names data that are not there.
        for table in std::iter::once(&project.table).chain(&project.test) {
            let again =
                !work.origin.spec.is_empty() && super::file::table_size(table) > MOST_COPIED_BYTES;
            if again {
                continue;
            }
            let fingerprint = table.fingerprint();
            needed.push(fingerprint);
            if !self.tables.contains(&fingerprint) {
                self.write(&table_name(fingerprint), &table_to_bytes(table))?;
                self.tables.push(fingerprint);
            }
        }
        self.write_file(file)?;
        let bytes = pack(work, None, Data::Apart).map_err(io::Error::other)?;
        self.write(STATE, &bytes)?;
        // Undo may ask for a table again: it is written anew then.
        let folder = &self.folder;
        self.tables.retain(|fingerprint| {
            let keep = needed.contains(fingerprint);
            if !keep {
                let _ = fs::remove_file(folder.join(table_name(*fingerprint)));
            }
            keep
        });
        Ok(())
    }

    /// Only the name of the file stays.
    fn clear(&mut self, file: &Path) -> io::Result<()> {
        let _ = fs::remove_file(self.folder.join(STATE));
        for table in self.tables.drain(..) {
            let _ = fs::remove_file(self.folder.join(table_name(table)));
        }
        self.write_file(Some(file))
    }

    fn write_file(&mut self, file: Option<&Path>) -> io::Result<()> {
        if self.file.as_deref() != file {
            let path = file.map_or_else(String::new, |f| f.to_string_lossy().into_owned());
            self.write(FILE, path.as_bytes())?;
            self.file = file.map(Path::to_path_buf);
        }
        Ok(())
    }

    /// Whole or not at all.
    fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let new = self.folder.join("new");
        let _ = fs::remove_file(&new);
        let mut file = private_file(&new)?;
        file.write_all(bytes)?;
        file.sync_data()?;
        fs::rename(&new, self.folder.join(name))
    }

    fn remove(self) {
        let Own { folder, _lock, .. } = self;
        // Without its state it is nothing to be found; then the rest, which a lock may hold back.
        let _ = fs::remove_file(folder.join(STATE));
        drop(_lock);
        let _ = fs::remove_dir_all(&folder);
    }
}

fn table_name(fingerprint: Hash128) -> String {
    format!("{}.table", hex(fingerprint))
}

#[cfg(unix)]
fn new_folder(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().mode(0o700).create(path)
}

#[cfg(not(unix))]
fn new_folder(path: &Path) -> io::Result<()> {
    fs::create_dir(path)
}

fn private_folder(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    match new_folder(path) {
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        made => made,
    }
}

/// A new file for this person alone.
fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)
}

/// A journal whose window is gone. Held locked: no other window offers it too.
#[derive(Debug)]
pub struct Abandoned {
    folder: PathBuf,
    lock: File,
    /// The project file that was open.
    pub file: Option<PathBuf>,
    /// When the last change was written.
    pub when: SystemTime,
}

impl Abandoned {
    /// What was kept.
    pub fn read(&self) -> Result<Opened, Problem> {
        let place = self.folder.display().to_string();
        let read = |name: &str| -> Result<Vec<u8>, Problem> {
            let problem = |e: io::Error| Problem::new(format!("it cannot be read ({e})"));
            let file = File::open(self.folder.join(name)).map_err(problem)?;
            let mut bytes = Vec::new();
            io::Read::read_to_end(&mut io::Read::take(file, MOST_READ_BYTES), &mut bytes)
                .map_err(problem)?;
            Ok(bytes)
        };
        let mut opened = unpack(&read(STATE)?, None).map_err(|p| p.at(place))?;
        let table = |fingerprint: Option<Hash128>| -> Option<Table> {
            let table = table_from_bytes(&read(&table_name(fingerprint?)).ok()?).ok()?;
            (Some(table.fingerprint()) == fingerprint).then_some(table)
        };
        if let Some(table) = table(opened.fingerprint()) {
            opened.whence = Whence::Inside(table);
        }
        opened.test = table(opened.test_fingerprint());
        Ok(opened)
    }

    /// Takes it away: the person does not want it, or has it.
    pub fn discard(self) {
        let Abandoned { folder, lock, .. } = self;
        let _ = fs::remove_file(folder.join(STATE));
        drop(lock);
        let _ = fs::remove_dir_all(&folder);
    }
}

/// Journals below `root` whose windows are gone, the newest first. Locks them.
pub fn abandoned(root: &Path) -> Vec<Abandoned> {
    let mut found = Vec::new();
    for folder in folders(root) {
        let Some(lock) = locked(&folder) else {
            continue;
        };
        let written = fs::metadata(folder.join(STATE)).and_then(|m| m.modified());
        let Ok(when) = written else {
            // Nothing was unsaved there.
            drop(lock);
            let _ = fs::remove_dir_all(&folder);
            continue;
        };
        found.push(Abandoned {
            file: file_of(&folder),
            folder,
            lock,
            when,
        });
    }
    found.sort_by_key(|a| std::cmp::Reverse(a.when));
    found
}

/// The lock of a folder whose window is gone.
fn locked(folder: &Path) -> Option<File> {
    // A window makes its lock and takes it at once: without a state nobody else reaches for it.
    let idle = folder.join(STATE).is_file() || folder.join(FILE).is_file();
    let mut options = File::options();
    options.read(true).write(true);
    let lock = idle.then(|| options.open(folder.join(LOCK)).ok())??;
    lock.try_lock().is_ok().then_some(lock)
}

/// Whether a window, other than that of the process `but`, works on this project file at the moment.
pub fn is_open_elsewhere(root: &Path, file: &Path, but: Option<u32>) -> bool {
    let same = |other: PathBuf| match (fs::canonicalize(&other), fs::canonicalize(file)) {
        (Ok(a), Ok(b)) => a == b,
        _ => other == file,
    };
    let own = but.map(|process| format!("{process}-"));
    let others = folders(root).into_iter().filter(|folder| {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        !own.as_deref().is_some_and(|own| name.starts_with(own))
    });
    others.into_iter().any(|folder| {
        file_of(&folder).is_some_and(same) && {
            let lock = File::options()
                .read(true)
                .write(true)
                .open(folder.join(LOCK));
            lock.is_ok_and(|lock| matches!(lock.try_lock(), Err(TryLockError::WouldBlock)))
        }
    })
}

fn folders(root: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(root).into_iter().flatten().flatten();
    entries.map(|e| e.path()).filter(|p| p.is_dir()).collect()
}

fn file_of(folder: &Path) -> Option<PathBuf> {
    let path = fs::read_to_string(folder.join(FILE)).ok()?;
    (!path.is_empty()).then(|| PathBuf::from(path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::Project;
    use crate::project::file::{Origin, View};
    use crate::train::sample::table;

    fn root(name: &str) -> PathBuf {
        let folder = std::env::temp_dir();
        folder.join(format!("seefit-journal-{name}-{}", std::process::id()))
    }

    fn work(seed: u64) -> Work {
        let mut project = Project::new(table(30));
        project.seed = seed;
        Work {
            project,
            view: View::default(),
            origin: Origin::default(),
            log: Arc::default(),
            results: Vec::new(),
        }
    }

    fn wait(journal: &Journal, number: u64) {
        while journal.written() < number {
            assert!(journal.take_trouble().is_none());
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    #[test]
    fn a_journal_is_locked_while_its_window_lives_and_gone_when_it_is_closed() {
        let root = root("life");
        let journal = Journal::start(root.clone());
        let file = root.join("p.seefit");
        wait(&journal, journal.keep(work(7), Some(file.clone())));
        assert!(abandoned(&root).is_empty());
        assert!(is_open_elsewhere(&root, &file, None));
        assert!(!is_open_elsewhere(&root, &root.join("q.seefit"), None));
        assert!(!is_open_elsewhere(&root, &file, Some(std::process::id())));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |p: &Path| fs::metadata(p).unwrap().permissions().mode() & 0o777;
            let folder = folders(&root).pop().unwrap();
            assert_eq!((mode(&root), mode(&folder)), (0o700, 0o700));
            let files = fs::read_dir(&folder).unwrap().flatten();
            let modes: Vec<u32> = files.map(|f| mode(&f.path())).collect();
            assert_eq!(modes, [0o600; 4]);
        }
        wait(&journal, journal.clear(Some(file.clone())));
        assert!(is_open_elsewhere(&root, &file, None));
        assert!(abandoned(&root).is_empty());
        wait(&journal, journal.clear(None));
        assert_eq!(fs::read_dir(&root).unwrap().count(), 0);
        wait(&journal, journal.keep(work(8), None));
        journal.close();
        assert_eq!(fs::read_dir(&root).unwrap().count(), 0);
        fs::remove_dir_all(&root).unwrap();
    }

    #[test]
    fn what_a_dead_window_left_is_found_once_and_whole() {
        let root = root("dead");
        let mut own = Own::make(&root).unwrap();
        own.keep(&work(1), None).unwrap();
        own.keep(&work(2), Some(Path::new("/p.seefit"))).unwrap();
        // A process that dies leaves its files, and its locks go.
        let folder = own.folder.clone();
        drop(own);
        fs::write(folder.join("new"), b"half a sta").unwrap();
        let found = abandoned(&root).pop().unwrap();
        assert!(abandoned(&root).is_empty(), "it is held");
        assert_eq!(found.file.as_deref(), Some(Path::new("/p.seefit")));
        let opened = found.read().unwrap();
        let Whence::Inside(table) = &opened.whence else {
            panic!("{:?}", opened.whence);
        };
        let table = table.clone();
        let (again, lost) = opened.onto(table);
        assert!(lost.is_empty(), "{lost:?}");
        assert_eq!(again.project.seed, 2);
        found.discard();
        assert_eq!(fs::read_dir(&root).unwrap().count(), 0);
        fs::remove_dir_all(&root).unwrap();
    }

    #[test]
    fn where_nothing_can_be_written_it_says_so() {
        let root = root("blocked");
        fs::write(&root, b"a file where the folder should be").unwrap();
        let journal = Journal::start(root.join("journals"));
        journal.keep(work(1), None);
        let problem = loop {
            if let Some(problem) = journal.take_trouble() {
                break problem.to_string();
            }
            std::thread::sleep(Duration::from_millis(2));
        };
        assert!(problem.contains("Save the project"), "{problem}");
        drop(journal);
        fs::remove_file(&root).unwrap();
    }
}
