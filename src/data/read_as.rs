//! A column read as the kind that somebody else's work needs, and what that cost.

use super::{Column, Kind};
use crate::base::Problem;

/// A column as it was asked for. Cells that could not be read so are missing.
#[derive(Clone, Debug)]
pub struct ReadAs {
    pub column: Column,
    /// Cells that hold something else.
    pub unreadable: usize,
    /// The first of them.
    pub first: Option<String>,
}

impl ReadAs {
    /// Whether reading a column of one kind as the other is worth telling: yes/no is a category of
    /// which the words are known.
    pub fn is_other(here: Kind, wanted: Kind) -> bool {
        let is_category = |kind| matches!(kind, Kind::Category | Kind::YesNo);
        here != wanted && !(is_category(here) && is_category(wanted))
    }

    /// A column of a table. Fails where fewer than half of its cells can be read so.
    pub fn of(column: &Column, kind: Kind) -> Result<ReadAs, Problem> {
        if !ReadAs::is_other(column.kind, kind) {
            return Ok(ReadAs {
                column: column.clone(),
                unreadable: 0,
                first: None,
            });
        }
        let kind = if kind == Kind::YesNo {
            Kind::Category
        } else {
            kind
        };
        let read = column.as_kind(kind)?;
        let lost = |&row: &usize| read.missing.is_missing(row) && !column.missing.is_missing(row);
        let first = (0..column.len()).find(lost);
        Ok(ReadAs {
            unreadable: read.missing.count().saturating_sub(column.missing.count()),
            first: first.map(|row| column.cell(row).into_owned()),
            column: read,
        })
    }
}
