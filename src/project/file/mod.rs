//! The project file: all of a person's work in one file, `.seefit` (docs/project-file.md).
//!
//! ```text
//! Work --pack--> zip of project.json, models.json, view.json, log.json, data.table, test.table
//! zip --unpack--> Opened (what could be read, what is lost, where the data are) --onto(table)--> Work
//! ```
//!
//! A file is not trusted: no length in it sizes an allocation, everything is bounded, parameters pass the
//! same checks as a person's, and a path in it is not touched before the person has agreed.

mod document;
mod pack;
mod saved_scores;
mod table_bytes;
mod unpack;
mod verify;

#[cfg(test)]
mod tests;

use std::ops::Range;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::log::LogRow;
use super::{ModelId, Project};
use crate::data::ReadOptions;

pub use pack::{Data, pack, save};
pub use saved_scores::SavedScores;
pub use table_bytes::{size as table_size, table_from_bytes, table_to_bytes};
pub use unpack::{Elsewhere, Opened, Whence, open, unpack};

/// How the names of project files end.
pub const EXTENSION: &str = "seefit";
/// Goes up when an older program would read a file wrongly.
pub const VERSION: u64 = 1;

/// Larger files are not opened.
const MOST_FILE_BYTES: u64 = 256 << 20;
/// Compressed data larger than this stay where they are; the file refers to them.
const MOST_DATA_BYTES: usize = 20 << 20;
/// Data larger than this before compression are not even tried.
const MOST_TABLE_BYTES: usize = 512 << 20;
/// Of each other part, uncompressed.
const MOST_PART_BYTES: u64 = 32 << 20;

/// Whether a name is that of a project file.
pub fn is_project(path: &str) -> bool {
    let ending = Path::new(path).extension();
    ending.is_some_and(|e| e.eq_ignore_ascii_case(EXTENSION))
}

/// Where data came from, to find them again: a path, a shipped name, a generator with its knobs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Origin {
    /// As the command line spells it; empty where nobody knows.
    pub spec: String,
    pub options: ReadOptions,
}

/// What was on the screen.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct View {
    /// `model`, `explore`, ...
    pub tab: String,
    /// Selected rows, as ranges in ascending order.
    pub selection: Vec<Range<u32>>,
    pub open_cards: Vec<u64>,
    /// The row through which the plane is cut.
    pub cut: Option<u32>,
}

impl View {
    pub fn set_selection(&mut self, rows: impl Iterator<Item = u32>) {
        self.selection.clear();
        for row in rows {
            match self.selection.last_mut() {
                Some(last) if last.end == row => last.end += 1,
                _ => self.selection.push(row..row.saturating_add(1)),
            }
        }
    }

    /// The selected rows of a table with so many.
    pub fn selected(&self, rows: usize) -> impl Iterator<Item = u32> + '_ {
        let rows = u32::try_from(rows).unwrap_or(u32::MAX);
        let ranges = self.selection.iter();
        // What overlaps is counted once: a file cannot make this longer than the table.
        let mut from = 0;
        ranges.flat_map(move |range| {
            let start = range.start.max(from);
            let end = range.end.min(rows);
            from = from.max(end);
            start..end.max(start)
        })
    }

    pub fn open_cards(&self) -> Vec<ModelId> {
        self.open_cards.iter().map(|id| ModelId(*id)).collect()
    }
}

/// All that is kept of a person's work.
#[derive(Clone, Debug)]
pub struct Work {
    pub project: Project,
    pub view: View,
    /// Of the table at work.
    pub origin: Origin,
    pub log: std::sync::Arc<Vec<LogRow>>,
    /// What the shown models had got; of a file, what it claims.
    pub results: Vec<SavedScores>,
}
