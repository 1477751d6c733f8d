//! What the window knows of the file that it works on: its name, what of it is saved, the journal, and
//! what the person is being asked.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::catalog;
use super::desk::Desk;
use crate::base::{Cancel, Halt, Hash128, Problem, Stamp};
use crate::data::{self, ReadOptions};
use crate::project::file::{self, Elsewhere, Opened, Origin, Whence, Work};
use crate::project::journal::{Abandoned, Journal};

/// What follows once the unsaved work is seen to.
#[derive(Clone, Debug, PartialEq)]
pub enum After {
    Close,
    /// A project, as a path.
    Open(String),
    /// What an earlier window left.
    Restore,
}

/// What the person is asked.
pub enum Question {
    /// Save before this happens?
    Unsaved(After),
    /// May this file be read, which a project names as its data?
    Data {
        source: Source,
        opened: Box<Opened>,
        data: Box<Elsewhere>,
    },
}

/// How a question was answered.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    Save,
    DoNotSave,
    ReadData,
    /// Other data than those that the project names.
    OtherData,
    /// Puts what is only in this window to work, and asks where to save it.
    SaveLoose,
    Cancel,
}

/// Where a project comes from.
#[derive(Debug)]
pub enum Source {
    /// A file, as it was before it was read.
    File(PathBuf, Option<Stamp>),
    Journal(Box<Abandoned>),
}

impl Source {
    pub fn file(path: PathBuf) -> Self {
        let stamp = Stamp::of(&path);
        Source::File(path, stamp)
    }

    pub fn name(&self) -> String {
        match self {
            Source::File(path, _) => stem(path),
            Source::Journal(left) => left
                .file
                .as_deref()
                .map_or_else(|| "Unsaved work".into(), stem),
        }
    }
}

/// A project that was read, as far as it went.
pub enum Read {
    Work(Box<Work>, Vec<Problem>),
    /// Its data lie in a file of the person's.
    Asks(Box<Opened>, Box<Elsewhere>),
}

/// A saving on its way: what is saved once it is done.
pub struct Saving {
    pub number: u64,
    pub holds: String,
    pub table: Hash128,
    pub state: u64,
    pub notes: u64,
    pub after: Option<After>,
}

/// A project that is being read, and the work that it is to take the place of.
pub struct Awaited {
    pub number: u64,
    pub state: u64,
    pub notes: u64,
}

/// A data set that exists in this window alone.
#[derive(Clone, Debug, PartialEq)]
pub struct Loose {
    pub spec: String,
    pub name: String,
    /// It goes along when the project is saved.
    pub at_work: bool,
}

#[derive(Default)]
pub struct Keeping {
    /// The project file; None: it has none yet.
    pub file: Option<PathBuf>,
    /// How the file was when it was opened or saved: what changed meanwhile is not written over.
    pub(super) stamp: Option<Stamp>,
    /// The data set that the file holds: another one does not take its place unasked.
    pub(super) holds: Option<String>,
    /// The data set at work, where it is another.
    pub other: Option<String>,
    /// The state of the history, and the notes of the log, that the file holds.
    pub(super) saved: (u64, u64),
    /// Nothing of it is in a file of its name: it was restored.
    pub(super) restored: bool,
    /// On their way, the oldest first.
    pub(super) savings: Vec<Saving>,
    /// Writes the newest of them: one file after the other, in the order in which they were asked for.
    /// It gives the file and how it is, once it has written it.
    pub(super) writer: Option<std::thread::JoinHandle<Option<(PathBuf, Stamp)>>>,
    pub(super) awaited: Option<Awaited>,
    /// Tables that lie in a project or in a file of their own.
    pub(super) in_files: HashSet<Hash128>,
    /// Pasted or drawn data that do not; the question before the end names them.
    pub loose: Vec<Loose>,
    /// All else is saved.
    pub(super) only_loose: bool,
    /// What follows once a name was chosen.
    pub(super) after_name: Option<After>,
    pub question: Option<Question>,
    /// What earlier windows left, the newest first.
    pub offers: Vec<Abandoned>,
    /// What to know about the file that was opened: its name, and sentences.
    pub notes: Option<(String, Vec<Problem>)>,
    pub(super) journal: Option<Journal>,
    /// The last thing that the journal was told.
    pub(super) journaled: Option<(u64, u64, bool)>,
    /// Goes once the own journal has what it held: its number there.
    pub(super) restoring: Option<(Abandoned, u64)>,
    pub(super) told_trouble: bool,
    /// Where embedded tables came from.
    pub(super) origins: HashMap<Hash128, Origin>,
    pub(super) title: String,
    pub(super) may_close: bool,
}

pub fn stem(path: &Path) -> String {
    path.file_stem()
        .map_or_else(String::new, |s| s.to_string_lossy().into_owned())
}

impl Keeping {
    /// The project's name, where it has one.
    pub fn name(&self) -> Option<String> {
        self.file.as_deref().map(stem)
    }

    /// Whether something would be lost if the window were closed.
    pub fn is_unsaved(&self, desk: &Desk) -> bool {
        let (state, notes) = (desk.history.state(), desk.log.note_revision());
        let changed = state != self.saved.0 && (self.file.is_some() || desk.history.has_work());
        self.restored || changed || notes != self.saved.1 || self.loose.iter().any(|l| l.at_work)
    }

    /// The project's file, where it is of the data set at work.
    pub fn own_file(&self, desk: &Desk) -> Option<&PathBuf> {
        let now = catalog::edited_name(desk.project().table.name());
        let other = self.holds.as_ref().is_some_and(|held| *held != now);
        self.file.as_ref().filter(|_| !other)
    }

    /// Nothing is to be saved but data that lie in no file.
    pub fn only_loose(&self) -> bool {
        self.only_loose
    }

    /// Whether to ask before this happens. The strip outlives the project, but not the window.
    pub(super) fn asks_before(&self, after: &After, desk: &Desk) -> bool {
        self.is_unsaved(desk) || *after == After::Close && !self.loose.is_empty()
    }

    /// "• study — Seefit".
    pub fn title(&self, desk: &Desk) -> String {
        let dot = if self.is_unsaved(desk) { "• " } else { "" };
        match self.name() {
            Some(name) => format!("{dot}{name} — Seefit"),
            None if dot.is_empty() => "Seefit".to_owned(),
            None => format!("{dot}Untitled — Seefit"),
        }
    }
}

/// Reads a project; its data only where nothing of the person's is touched by that. For a worker.
pub fn read(source: &Source) -> Result<Read, Problem> {
    let opened = match source {
        Source::File(path, _) => file::open(path)?,
        Source::Journal(left) => left.read()?,
    };
    let mut instead = None;
    let table = match &opened.whence {
        Whence::Inside(table) => table.clone(),
        Whence::Elsewhere(data) if data.is_ours() => table_of(data)?,
        Whence::Elsewhere(data) => {
            let data = Elsewhere::clone(data);
            return Ok(Read::Asks(Box::new(opened), Box::new(data)));
        }
        // What is left of it stands on the first start's data.
        Whence::Lost => {
            let what = "the data are not in it: what is left of the work stands on penguins";
            instead = Some(Problem::new(what).fix("Open the data, and the models follow"));
            let read = data::open("penguins", &ReadOptions::default(), &Cancel::new());
            read.map_err(halted)?
        }
    };
    let (work, mut lost) = opened.onto(table);
    lost.extend(instead);
    Ok(Read::Work(Box::new(work), lost))
}

/// The data that a project refers to, once the person has agreed. For a worker.
pub fn read_with(opened: Opened, data: &Elsewhere) -> Result<Read, Problem> {
    let table = table_of(data)?;
    let (work, lost) = opened.onto(table);
    Ok(Read::Work(Box::new(work), lost))
}

fn table_of(data: &Elsewhere) -> Result<crate::data::Table, Problem> {
    data.read(&Cancel::new()).map_err(halted)
}

fn halted(halt: Halt) -> Problem {
    match halt {
        Halt::Failed(problem) => problem,
        Halt::Cancelled => Problem::new("opening was stopped"),
    }
}

/// Where journals lie; None where the system has no place for them.
pub fn journals() -> Option<PathBuf> {
    let folders = directories::ProjectDirs::from("org", "seefit", "seefit")?;
    let state = folders
        .state_dir()
        .unwrap_or_else(|| folders.data_local_dir());
    Some(state.join("journals"))
}
