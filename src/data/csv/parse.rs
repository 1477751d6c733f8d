//! A column's cells to its values.
//!
//! The rule for cells that do not fit: where at most one in a hundred of a column's values is no number
//! (or date), those are read as missing and a note names the first; where it is more, the column is a
//! category or text. A kind that the person chose always holds.

use super::super::{Column, Kind, Mask, Values};
use super::infer::{Cells, guess};
use super::piece::{Finished, Piece, Plan};
use super::remark::Remark;
use crate::base::{Cancel, Outcome};

pub(super) struct Parsed {
    pub column: Column,
    pub remarks: Vec<Remark>,
}

/// How the file writes its cells, and what the person said about this column.
#[derive(Clone, Copy)]
pub(super) struct Style {
    pub decimal_comma: bool,
    pub month_first: Option<bool>,
    pub kind: Option<Kind>,
}

pub(super) const LOOK_AT_ROWS: usize = 4096;

/// Kind, values, what is missing, and the unit.
pub(super) type Read = (Kind, Values, Mask, Option<String>);

impl Parsed {
    pub(super) fn new(
        name: &str,
        (kind, values, missing, unit): Read,
        remarks: Vec<Remark>,
    ) -> Self {
        Parsed {
            column: Column {
                name: name.to_owned(),
                unit,
                kind,
                values,
                missing,
            },
            remarks,
        }
    }
}

pub(super) fn parse(
    cells: &Cells<'_>,
    name: &str,
    style: Style,
    cancel: &Cancel,
) -> Outcome<Parsed> {
    let mut remarks = Vec::new();
    let read = match Plan::of(guess(cells, style.decimal_comma), style) {
        Plan::Open => empty(cells.rows()),
        mut plan => loop {
            let piece = Piece::gather(cells, &plan, style, cells.rows(), cancel)?;
            match piece.finish(&plan, style, &mut remarks) {
                Finished::Column(read) => break read,
                Finished::Again(next) => plan = next,
            }
        },
    };
    Ok(Parsed::new(name, read, remarks))
}

/// A column without any value.
pub(super) fn empty(rows: usize) -> Read {
    let missing = Mask::from_rows((0..rows).map(|_| true));
    (
        Kind::Number,
        Values::Number(vec![0.0; rows].into()),
        missing,
        None,
    )
}
