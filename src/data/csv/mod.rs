//! Delimited text to a [`Table`], in five steps: decode, sniff, tokenise, guess each column's kind, parse
//! it column by column. Each guess is kept in [`Guesses`] and can be overruled by [`ReadOptions`].

mod blocks;
mod cell;
mod decode;
mod decoder;
mod delimiter;
mod header;
mod infer;
mod parse;
mod sample;
mod sniff;
mod tokenise;
mod words;
mod write;

use memchr::memchr_iter;
use serde::{Deserialize, Serialize};

use super::{Column, Kind, Table, TableBuilder, parallel};
use crate::base::{Cancel, Outcome, Problem};
use infer::Cells;
use parse::{Parsed, Style};

pub use blocks::{Asked, Block, Blocks};
pub use write::{save, write};

/// What the person says about a file; `None` leaves it to the reader.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct ReadOptions {
    /// `b' '` stands for runs of blanks and tabs, 0 for one column.
    pub delimiter: Option<u8>,
    /// Whether the first line names the columns.
    pub header: Option<bool>,
    pub decimal_comma: Option<bool>,
    /// Whether `03/04/2024` is in March.
    pub month_first: Option<bool>,
    /// By the column's name.
    pub kinds: Vec<(String, Kind)>,
}

/// How the reader took a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guesses {
    /// `UTF-8`, `UTF-16` or `Windows-1252`.
    pub encoding: &'static str,
    /// As in [`ReadOptions`].
    pub delimiter: u8,
    pub header: bool,
    pub decimal_comma: bool,
}

/// More column notes than this are only counted.
const MOST_NOTES: usize = 40;

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
    let decoded = decode::decode(bytes).map_err(at_name)?;
    cancel.check()?;
    let text = decoded.text.as_str();
    let dialect = sniff::sniff(text, options);
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
        let style = Style {
            decimal_comma: dialect.decimal_comma,
            month_first: options.month_first,
            kind: kind.map(|(_, kind)| *kind),
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
    notes.extend(column_notes(text, &parsed));
    for note in notes {
        builder = builder.note(note);
    }
    let bare: Vec<&str> = names
        .iter()
        .map(|n| header::split_unit(n).map_or(n.as_str(), |s| s.0))
        .collect();
    for (at, parsed) in parsed.into_iter().enumerate() {
        let mut column = parsed.column;
        if at == 0 && is_index {
            column.name = "index".to_owned();
        }
        // A unit belongs to amounts, and only where the name without it is still the column's own.
        if column.kind == Kind::Number
            && let Some((name, unit)) = header::split_unit(&column.name.clone())
            && bare.iter().filter(|&&other| other == name).count() == 1
        {
            column.name = name.to_owned();
            column.unit.get_or_insert_with(|| unit.to_owned());
        }
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

/// What is odd about the table as a whole.
fn shape_notes(
    text: &str,
    tokens: &tokenise::Tokens,
    columns: usize,
    header: bool,
) -> Vec<Problem> {
    let mut notes = Vec::new();
    if !header {
        notes.push(
            Problem::new("the first line holds values, so columns are numbered")
                .fix("If it holds names, switch the header on"),
        );
    }
    if columns == 1 {
        notes.push(
            Problem::new("the table has one column").fix("If there are more, choose the delimiter"),
        );
    }
    if tokens.rows == 1 {
        notes.push(Problem::new("the table has one row"));
    }
    for (ragged, what) in [
        (
            &tokens.short,
            "fewer fields than there are columns; the rest is missing",
        ),
        (
            &tokens.long,
            "more fields than there are columns; what is too much is left out",
        ),
    ] {
        if ragged.count > 0 {
            let lines: Vec<String> = ragged
                .first
                .iter()
                .map(|&at| line_of(text, at).to_string())
                .collect();
            let more = if ragged.count > lines.len() {
                " and on"
            } else {
                ""
            };
            let verb = if ragged.count == 1 {
                "row has"
            } else {
                "rows have"
            };
            notes.push(
                Problem::new(format!("{} {verb} {what}", ragged.count))
                    .at(format!("Line {}{more}", lines.join(", "))),
            );
        }
    }
    if tokens.trailing > 0 {
        notes.push(Problem::new(format!(
            "{} lines end with a delimiter; nothing is behind it",
            tokens.trailing
        )));
    }
    if let Some(&first) = tokens.stray_quotes.first() {
        let count = tokens.stray_quotes.len();
        let what = match count {
            1 => "a quotation mark is opened and never closed; it is read as a plain character"
                .to_owned(),
            _ => format!(
                "{count} quotation marks are never closed; they are read as plain characters"
            ),
        };
        notes.push(Problem::new(what).at(format!("Line {}", line_of(text, first))));
    }
    notes
}

fn column_notes(text: &str, parsed: &[Parsed]) -> Vec<Problem> {
    let mut notes = Vec::new();
    let mut count = 0;
    for (at, parsed) in parsed.iter().enumerate() {
        for remark in &parsed.remarks {
            count += 1;
            if count > MOST_NOTES {
                continue;
            }
            let column = format!("column {} ({})", at + 1, parsed.column.name);
            let place = match remark.offset {
                Some(offset) => format!("Line {}, {column}", line_of(text, offset)),
                None => format!("C{}", &column[1..]),
            };
            notes.push(Problem::new(remark.what.clone()).at(place).fix(remark.fix));
        }
    }
    if count > MOST_NOTES {
        notes.push(Problem::new(format!(
            "{} more notes on columns are not shown",
            count - MOST_NOTES
        )));
    }
    let empty: Vec<&str> = parsed
        .iter()
        .filter(|p| p.column.missing.count() == p.column.len())
        .map(|p| p.column.name.as_str())
        .collect();
    match empty.as_slice() {
        [] => {}
        [name] => {
            notes.push(Problem::new("all its values are missing").at(format!("Column {name}")))
        }
        [name, ..] => notes.push(Problem::new(format!(
            "{} columns have no value at all, “{name}” is the first",
            empty.len()
        ))),
    }
    notes
}

/// The line, from 1, in which this byte stands. CR alone ends lines only in a text without LF.
fn line_of(text: &str, offset: usize) -> usize {
    let before = &text.as_bytes()[..offset.min(text.len())];
    let end = if memchr::memchr(b'\n', text.as_bytes()).is_some() {
        b'\n'
    } else {
        b'\r'
    };
    memchr_iter(end, before).count() + 1
}

#[cfg(test)]
mod tests;
