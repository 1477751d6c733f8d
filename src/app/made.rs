//! What workers have made for the window, beside the events of jobs.

use std::path::PathBuf;
use std::sync::Arc;

use eframe::egui::ColorImage;

use super::scene::Scene;
use crate::base::{Hash128, Problem, Stamp};
use crate::data::{Summary, Table};
use crate::project::ModelId;
use crate::view::plane::RowSet;
use crate::widget::thumbnail::Thumbnail;

/// A table that an edit made, and how it is told.
pub struct Edited {
    pub table: Table,
    /// For the lab book.
    pub line: String,
    /// What did not go as asked, as sentences.
    pub notes: Vec<String>,
}

/// What became of a project on its way into its file.
pub enum ProjectSaved {
    /// What to know about it, and how the file is now.
    Written(Option<Problem>, Option<Stamp>),
    /// Another program has changed the file: it was left as it is.
    ChangedMeanwhile,
}

pub enum Made {
    Scene(Arc<Scene>),
    /// A scene cannot be built.
    NoScene {
        key: Hash128,
    },
    Small {
        id: ModelId,
        size: [usize; 2],
        name: u64,
        image: ColorImage,
    },
    Density {
        name: u64,
        /// Later pictures have higher ones.
        serial: u64,
        /// Scene and theme.
        of: (Hash128, bool),
        image: ColorImage,
        ranges: [[f64; 2]; 2],
    },
    /// The rows of these cells of a confusion matrix.
    Cells {
        cells: Vec<(usize, usize)>,
        rows: Arc<RowSet>,
    },
    /// The rows inside a box, of this table.
    Inside {
        table: Hash128,
        rows: Arc<RowSet>,
    },
    Preview {
        spec: String,
        detail: String,
        thumbnail: Thumbnail,
    },
    Summary {
        fingerprint: Hash128,
        summary: Arc<Summary>,
    },
    /// A data set that was asked for.
    Loaded {
        /// Of [`Loading`](super::opening::Loading): an answer to what is not waited for is dropped.
        number: u64,
        spec: String,
        result: Result<Table, Problem>,
    },
    /// The first rows of what is opened with choices.
    ImportPreview(super::import::Preview),
    /// The first rows of a long text that is being opened; None where it has none to show.
    FirstRows {
        number: u64,
        spec: String,
        table: Option<Table>,
    },
    /// The present data set in another form.
    Reread(super::opening::Reread),
    /// An edited copy of this table, or why there is none.
    Edited {
        of: Hash128,
        result: Result<Edited, Problem>,
    },
    /// Rows to test on, or why not.
    TestFile {
        number: u64,
        /// The table that they are to test.
        of: Hash128,
        path: String,
        result: Result<Table, Problem>,
    },
    /// A file was not written, as was wished.
    NotSaved(PathBuf),
    /// A file was written, or was not.
    Saved {
        what: String,
        result: Result<std::path::PathBuf, Problem>,
    },
    /// All rows of this table are in a file.
    InFile(Hash128),
    /// A project was written, or was not; what to know about it.
    ProjectSaved {
        number: u64,
        path: std::path::PathBuf,
        result: Result<ProjectSaved, Problem>,
    },
    ProjectRead {
        number: u64,
        source: super::keeping::Source,
        result: Result<super::keeping::Read, Problem>,
        /// Another window works on it.
        elsewhere: bool,
    },
    /// What earlier windows left.
    Abandoned(Vec<crate::project::journal::Abandoned>),
    /// A dialog's answer; None where it was closed, or could not be shown.
    Picked {
        dialog: super::act::Dialog,
        path: Option<std::path::PathBuf>,
    },
    /// A picture for the clipboard.
    Image(ColorImage),
    /// Of models in use.
    Use(super::using::UseMade),
    /// What a tab asked for.
    Tab {
        slot: u64,
        made: super::tab::TabMade,
    },
    /// Which columns matter, by permutation.
    Importance {
        key: Hash128,
        values: Result<Vec<(String, f64, f64)>, Problem>,
    },
}
