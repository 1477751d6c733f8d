//! Cells of a source that is no delimited text, in the form in which a column of text is parsed.

use super::infer::Cells;
use super::tokenise::{Field, MOST_BYTES};
use crate::base::Problem;

pub(super) fn too_much_text() -> Problem {
    Problem::new("the column holds more than 4 GB of text").fix("Take a sample of its rows")
}

/// One column's cells of a source that is no delimited text, gathered one by one.
#[derive(Debug, Default)]
pub(in crate::data) struct Texts {
    text: String,
    fields: Vec<Field>,
}

impl Texts {
    /// An empty cell is a missing one. Fails where the column's text grows beyond what can be held.
    pub(in crate::data) fn push(&mut self, cell: &str) -> Result<(), Problem> {
        let start = self.text.len();
        if start + cell.len() > MOST_BYTES {
            return Err(too_much_text());
        }
        self.text.push_str(cell);
        self.fields.push(Field::new(start, self.text.len()));
        Ok(())
    }

    /// So many missing cells.
    pub(in crate::data) fn missing(rows: usize) -> Self {
        Texts {
            text: String::new(),
            fields: vec![Field::new(0, 0); rows],
        }
    }

    pub(in crate::data) fn len(&self) -> usize {
        self.fields.len()
    }

    pub(super) fn cells<'a>(&'a self, missing: &'a [String]) -> Cells<'a> {
        Cells {
            text: &self.text,
            fields: &self.fields,
            columns: 1,
            column: 0,
            missing,
        }
    }
}
