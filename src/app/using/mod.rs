//! Models in use: files that were opened, and what a fitted model says of other data.
//!
//! ```text
//! card or file -> Sheet: Choose -> Reading -> Checked (columns) -> Predicting -> Done (rows, scores)
//! ```
//!
//! Everything that grows with the rows is done on threads of their own; what they made comes back as
//! [`UseMade`].

mod about;
pub mod card;
mod check;
mod sheet;
mod work;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use crate::base::problem::visible;
use crate::base::{Cancel, Problem};
use crate::data::Table;
use crate::project::ModelId;
use crate::project::model_file::ModelFile;
use crate::train::apply::{Account, Applied};

pub use sheet::show;

/// What is asked of models in use.
#[derive(Clone, Debug, PartialEq)]
pub enum Use {
    /// Asks where to save a card's model.
    Save(ModelId),
    /// The sheet, with the model of a card or of an opened file.
    Card(ModelId),
    File(u64),
    CloseFile(u64),
    /// The data to predict: those at work, or a file's.
    Present,
    On(String),
    /// A file that fell on a card.
    CardOn(ModelId, String),
    FileOn(u64, String),
    Predict,
    Stop,
    /// The predictions to the clipboard.
    Copy,
    Close,
}

/// A model file that was opened, until it is closed.
pub struct OpenFile {
    pub number: u64,
    /// Without its folder, as it can be shown.
    pub name: String,
    pub path: PathBuf,
    pub model: Arc<ModelFile>,
}

/// Whose model it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum With {
    Card(ModelId),
    File,
}

/// Data that were looked at.
pub struct Data {
    pub name: String,
    pub table: Table,
    pub account: Account,
    lines: Vec<check::Line>,
}

/// What was predicted.
pub struct Predicted {
    /// The data with the predictions behind them.
    pub table: Table,
    /// Columns of the data: those behind them were predicted.
    pub columns: usize,
    pub applied: Applied,
}

pub enum Stage {
    Choose,
    Reading {
        name: String,
    },
    Checked(Arc<Data>),
    Predicting {
        data: Arc<Data>,
        done: Arc<AtomicUsize>,
    },
    Done(Arc<Data>, Box<Predicted>),
}

pub struct Sheet {
    pub with: With,
    /// "B Random forest", or a file's name.
    pub name: String,
    pub model: Arc<ModelFile>,
    pub stage: Stage,
    /// Why it did not get further.
    pub problem: Option<Problem>,
    about: Vec<(&'static str, String)>,
    /// Answers to earlier questions are dropped.
    run: u64,
    cancel: Cancel,
}

impl Sheet {
    fn data(&self) -> Option<&Arc<Data>> {
        match &self.stage {
            Stage::Choose | Stage::Reading { .. } => None,
            Stage::Checked(data) | Stage::Predicting { data, .. } | Stage::Done(data, _) => {
                Some(data)
            }
        }
    }
}

impl Drop for Sheet {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}

/// Opened files, and the sheet in which one predicts.
#[derive(Default)]
pub struct Using {
    pub files: Vec<OpenFile>,
    pub sheet: Option<Sheet>,
    /// What travels with a card's model, for the dialog that saves it.
    pub travels: Option<(ModelId, Option<String>)>,
    numbers: u64,
}

impl Using {
    fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    pub fn file(&self, number: u64) -> Option<&OpenFile> {
        self.files.iter().find(|file| file.number == number)
    }

    /// What whoever gets a card's model file will learn.
    pub fn travels_with(&self, id: ModelId) -> &str {
        match &self.travels {
            Some((of, Some(words))) if *of == id => words,
            _ => "The fitted model with its preparation, to predict with elsewhere.",
        }
    }
}

/// What threads made.
pub enum UseMade {
    Opened {
        /// Of what was being opened, where it came that way.
        number: Option<u64>,
        path: PathBuf,
        result: Box<Result<ModelFile, Problem>>,
    },
    Travels(ModelId, String),
    Checked {
        run: u64,
        result: Result<Data, Problem>,
    },
    /// None: it was stopped.
    Predicted {
        run: u64,
        result: Option<Result<Box<Predicted>, Problem>>,
    },
    /// A table as text, for the clipboard.
    Text {
        what: String,
        result: Result<String, Problem>,
    },
}

/// A file's name without its folder, as it can be shown.
fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    visible(&name.to_string_lossy())
}
