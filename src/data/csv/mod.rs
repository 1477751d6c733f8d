//! Delimited text to a [`Table`], in five steps: decode, sniff, tokenise, guess each column's kind, parse
//! it column by column. Each guess is kept in [`Guesses`] and can be overruled by [`ReadOptions`].

mod blocks;
mod cell;
mod columns;
mod decode;
mod decoder;
mod delimiter;
mod feed;
mod header;
mod infer;
mod layout;
mod neutral;
mod notes;
mod opening;
mod orange;
mod parse;
mod piece;
mod remark;
mod sample;
mod sniff;
mod stream;
mod texts;
mod tokenise;
mod words;
mod write;

use super::reading::Reading;
use super::{Column, ReadOptions, Table, parallel};
use crate::base::{Cancel, Outcome, Problem};
use infer::Cells;
use layout::Layout;
use notes::line_of;

pub use super::export::save;
pub use blocks::{Asked, Block, Blocks};
pub(super) use columns::{as_chosen, column, column_names, in_order, with_units};
pub(super) use decode::decode;
pub use neutral::neutralised;
pub(super) use notes::{at_most, binary_cells, empty_note};
pub(super) use sample::most_frequent;
pub(super) use sniff::first_row_is_header;
pub(super) use stream::{Origin, SAMPLE_FIX, in_chunks};
pub(super) use texts::Texts;
pub(super) use words::Gathered;
pub use write::{Formulas, write, write_with};

/// How the reader took a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guesses {
    /// `UTF-8`, `UTF-16`, `Windows-1252`, or another name of the WHATWG encoding standard.
    pub encoding: &'static str,
    /// As in [`ReadOptions`].
    pub delimiter: u8,
    pub header: bool,
    pub decimal_comma: bool,
}

/// Reads delimited text. Fails with one sentence on what is no table; what was guessed, changed or left
/// out is among the table's notes.
pub fn read(name: &str, bytes: Vec<u8>, options: &ReadOptions, cancel: &Cancel) -> Outcome<Table> {
    if bytes.len() > tokenise::MOST_BYTES {
        return Err(Problem::new("the file is larger than 4 GB")
            .at(name)
            .fix("Take a sample of its rows")
            .into());
    }
    let at_name = |problem: Problem| {
        if problem.place.is_empty() {
            problem.at(name)
        } else {
            problem
        }
    };
    let decoded = decode::decode(bytes, options.encoding.as_deref()).map_err(at_name)?;
    cancel.check()?;
    if decoded.text.len() as u64 >= LARGE || options.sample_rows.is_some() {
        let origin = Origin::Bytes(decoded.text.as_bytes());
        let told = (decoded.encoding, decoded.notes.clone());
        if let Some(table) = in_chunks(name, &origin, told, options, &Reading::new(cancel))? {
            return Ok(table);
        }
    }
    let text = decoded.text.as_str();
    let layout = Layout::of(text, options);
    let (columns, dialect) = (layout.columns(), &layout.dialect);
    let tokens = tokenise::tokenise(text, dialect.start, dialect.delimiter, columns, cancel)?;
    if tokens.rows == 0 {
        return Err(no_rows(name).into());
    }
    let cells = |column| Cells {
        text,
        fields: &tokens.fields,
        columns,
        column,
        missing: &options.missing,
    };
    let drop_last = layout.unnamed_last() && {
        let last = cells(columns - 1);
        (0..tokens.rows).all(|row| last.get(row).is_empty())
    };
    let kept = columns - usize::from(drop_last);
    let parsed = parallel::columns(kept, tokens.rows, |column| {
        let style = layout.style(column, options);
        parse::parse(&cells(column), &layout.names[column], style, cancel)
    })?;
    let place = |column: usize, row: usize| {
        let field = |column: usize| tokens.fields[row * columns + column].offset();
        // A field that a short record lacks stands nowhere; its record begins with the first field.
        let offset = match field(column) {
            0 => field(0),
            offset => offset,
        };
        format!("Line {}", line_of(text, offset))
    };
    let line = |offset| line_of(text, offset);
    let (encoding, notes) = (decoded.encoding, decoded.notes);
    layout.table(
        name, encoding, notes, &tokens, &line, parsed, drop_last, &place, options,
    )
}

/// Text from here on is read in chunks, where it is regular enough.
pub(super) const LARGE: u64 = 4 << 20;

fn no_rows(name: &str) -> Problem {
    Problem::new("the file has a header and no rows")
        .at(name)
        .fix("Add rows, or switch the header off")
}

/// 0, 1, 2 ... or 1, 2, 3 ...: what pandas and R write before the first named column.
fn counts_rows(column: &Column) -> bool {
    let first = column.number(0);
    first.is_some_and(|first| {
        (first == 0.0 || first == 1.0)
            && (0..column.len()).all(|row| column.number(row) == Some(first + row as f64))
    })
}

/// A column may be meant with or without the unit in its name.
fn answers_to(name: &str, chosen: &str) -> bool {
    name == chosen || header::split_unit(name).is_some_and(|(bare, _)| bare == chosen)
}

#[cfg(test)]
mod tests;
