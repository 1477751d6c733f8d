//! Delimited text to a [`Table`], in five steps: decode, sniff, tokenise, guess each column's kind, parse
//! it column by column. Each guess is kept in [`Guesses`] and can be overruled by [`ReadOptions`].

mod blocks;
mod cell;
mod columns;
mod decode;
mod decoder;
mod delimiter;
mod header;
mod infer;
mod notes;
mod orange;
mod parse;
mod remark;
mod sample;
mod sniff;
mod texts;
mod tokenise;
mod words;
mod write;

use super::{Column, ReadOptions, Table, TableBuilder, parallel};
use crate::base::{Cancel, Outcome, Problem};
use infer::Cells;
use notes::{column_notes, line_of, shape_notes};
use parse::Style;

pub use super::export::save;
pub use blocks::{Asked, Block, Blocks};
pub(super) use columns::{as_chosen, column, column_names, in_order, with_units, words_column};
pub(super) use decode::decode;
pub(super) use notes::{at_most, binary_cells, empty_note};
pub(super) use sample::most_frequent;
pub(super) use sniff::first_row_is_header;
pub(super) use texts::Texts;
pub use write::write;

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
    let text = decoded.text.as_str();
    let (dialect, orange) = match orange::header(text, options) {
        Some((dialect, orange)) => (dialect, Some(orange)),
        None => (sniff::sniff(text, options), None),
    };
    let has_header = dialect.header.is_some();
    let columns = dialect.columns;
    let (names, name_notes) = header::names(dialect.header.as_deref(), columns);
    let tokens = tokenise::tokenise(text, dialect.start, dialect.delimiter, columns, cancel)?;
    if tokens.rows == 0 {
        return Err(Problem::new("the file has a header and no rows")
            .at(name)
            .fix("Add rows, or switch the header off")
            .into());
    }
    let mut notes = decoded.notes;
    notes.extend(dialect.notes);
    notes.extend(name_notes);
    notes.extend(shape_notes(text, &tokens, columns, has_header));
    for (chosen, _) in &options.kinds {
        if !names.iter().any(|name| answers_to(name, chosen)) {
            notes.push(Problem::new(format!(
                "there is no column “{chosen}” to set a kind for"
            )));
        }
    }
    // A delimiter at the end of every line, the header's too, makes a column of nothing.
    let unnamed_last = dialect
        .header
        .as_ref()
        .is_some_and(|h| columns > 1 && h.len() == columns && h[columns - 1].is_empty());
    let cells = |column| Cells {
        text,
        fields: &tokens.fields,
        columns,
        column,
        missing: &options.missing,
    };
    let drop_last = unnamed_last && {
        let last = cells(columns - 1);
        (0..tokens.rows).all(|row| last.get(row).is_empty())
    };
    let kept = columns - usize::from(drop_last);
    if drop_last {
        notes.retain(|note| !note.what.contains(&names[columns - 1]));
        notes.push(Problem::new(
            "each line ends with a delimiter; the empty column behind it is left out",
        ));
    }
    let parsed = parallel::columns(kept, tokens.rows, |column| {
        let name = names[column].as_str();
        let kind = options
            .kinds
            .iter()
            .rev()
            .find(|(chosen, _)| answers_to(name, chosen));
        let stated = orange.as_ref().and_then(|orange| orange.kind(column));
        let style = Style {
            decimal_comma: dialect.decimal_comma,
            month_first: options.month_first,
            kind: kind.map(|(_, kind)| *kind).or(stated),
        };
        parse::parse(&cells(column), name, style, cancel)
    })?;
    let unnamed = dialect.header.as_ref().is_some_and(|h| h[0].is_empty());
    let is_index = unnamed
        && parsed
            .first()
            .is_some_and(|first| counts_rows(&first.column))
        && !names.iter().any(|name| name == "index");
    if is_index {
        for note in &mut notes {
            note.what = note.what.replace("called column_1", "called index");
        }
    }
    let mut builder = TableBuilder::new(name).guesses(Guesses {
        encoding: decoded.encoding,
        delimiter: dialect.delimiter,
        header: has_header,
        decimal_comma: dialect.decimal_comma,
    });
    let place = |column: usize, row: usize| {
        let field = |column: usize| tokens.fields[row * columns + column].offset();
        // A field that a short record lacks stands nowhere; its record begins with the first field.
        let offset = match field(column) {
            0 => field(0),
            offset => offset,
        };
        format!("Line {}", line_of(text, offset))
    };
    notes.extend(column_notes(&parsed, &place));
    for note in notes {
        builder = builder.note(note);
    }
    let mut columns: Vec<Column> = parsed.into_iter().map(|parsed| parsed.column).collect();
    if is_index {
        columns[0].name = "index".to_owned();
    }
    if let Some(orange) = &orange {
        let ordered = |(at, column)| orange.ordered(at, column);
        columns = columns.into_iter().enumerate().map(ordered).collect();
    }
    let columns = with_units(columns);
    if let Some(orange) = &orange {
        builder = orange.roles(builder, &columns);
    }
    for column in columns {
        builder = builder.column(column);
    }
    Ok(builder.build().map_err(at_name)?)
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
