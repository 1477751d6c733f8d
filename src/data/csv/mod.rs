//! Delimited text to a [`Table`], in five steps: decode, sniff, tokenise, guess each column's kind, parse
//! it column by column. Each guess is kept in [`Guesses`] and can be overruled by [`ReadOptions`].

mod cell;
mod decode;
mod delimiter;
mod header;
mod infer;
mod orange;
mod parse;
mod sample;
mod sniff;
mod tokenise;
mod words;
mod write;

use std::collections::{HashMap, HashSet};

use memchr::memchr_iter;

use super::{Column, Kind, Mask, ReadOptions, Table, TableBuilder, Values, parallel};
use crate::base::{Cancel, Outcome, Problem};
use infer::Cells;
use parse::{Parsed, Style};

pub use super::export::save;
pub(super) use decode::decode;
pub(super) use sample::most_frequent;
pub(super) use sniff::first_row_is_header;
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

/// Takes units out of the names: a unit belongs to amounts, and only where the name without it is
/// still the column's own.
pub(super) fn with_units(mut columns: Vec<Column>) -> Vec<Column> {
    let bare = |column: &Column| {
        header::split_unit(&column.name).map_or(column.name.clone(), |(bare, _)| bare.to_owned())
    };
    let mut counts: HashMap<String, usize> = HashMap::new();
    for column in &columns {
        *counts.entry(bare(column)).or_insert(0) += 1;
    }
    for column in &mut columns {
        if column.kind == Kind::Number
            && let Some((name, unit)) = header::split_unit(&column.name.clone())
            && counts.get(name) == Some(&1)
        {
            column.name = name.to_owned();
            column.unit.get_or_insert_with(|| unit.to_owned());
        }
    }
    columns
}

/// A column of a format with types, as the person wants it: stated spellings missing, the kind that was
/// chosen if it can be had, and a note where it cannot.
pub(super) fn as_chosen(column: Column, options: &ReadOptions, notes: &mut Vec<Problem>) -> Column {
    let column = match options.missing.is_empty() {
        true => column,
        false => without(column, &options.missing),
    };
    let mut chosen = options.kinds.iter().rev();
    let Some((_, kind)) = chosen.find(|(name, _)| answers_to(&column.name, name)) else {
        return column;
    };
    match column.as_kind(*kind) {
        Ok(converted) => converted,
        Err(problem) => {
            notes.push(problem);
            column
        }
    }
}

/// The same column with these values missing.
fn without(column: Column, spellings: &[String]) -> Column {
    let is_stated = |text: &str| spellings.iter().any(|stated| stated == text);
    let gone: Vec<bool> = match &column.values {
        Values::Category { codes, levels } => {
            let gone: Vec<bool> = levels.iter().map(|level| is_stated(level)).collect();
            let is_gone = |code: &u32| gone.get(*code as usize).copied().unwrap_or(false);
            codes.iter().map(is_gone).collect()
        }
        _ => (0..column.len())
            .map(|row| is_stated(&column.cell(row)))
            .collect(),
    };
    let missing = (0..column.len()).map(|row| gone[row] || column.missing.is_missing(row));
    Column {
        missing: Mask::from_rows(missing),
        ..column
    }
}

/// A category with its levels in this order; levels that the order lacks follow.
pub(super) fn in_order(column: Column, mut order: Vec<String>) -> Column {
    let Values::Category { codes, levels } = &column.values else {
        return column;
    };
    let mut known: HashSet<String> = HashSet::new();
    order.extend(levels.iter().cloned());
    order.retain(|level| known.insert(level.clone()));
    let known: HashMap<&str, u32> = order
        .iter()
        .enumerate()
        .map(|(code, level)| (level.as_str(), code as u32))
        .collect();
    let places: Vec<u32> = levels.iter().map(|level| known[level.as_str()]).collect();
    let place = |code: &u32| places.get(*code as usize).copied().unwrap_or(u32::MAX);
    Column {
        values: Values::Category {
            codes: codes.iter().map(place).collect(),
            levels: order.into(),
        },
        ..column
    }
}

/// The column of these texts as words alone: category, yes/no or text. For formats that have types for
/// numbers and dates.
pub(super) fn words_column(
    name: &str,
    texts: &Texts,
    options: &ReadOptions,
    cancel: &Cancel,
) -> Outcome<Column> {
    let style = Style {
        decimal_comma: false,
        month_first: None,
        kind: None,
    };
    let cells = texts.cells(&options.missing);
    let (kind, values, missing, _) = words::words(&cells, style, cancel, &mut Vec::new())?;
    Ok(Column {
        name: name.to_owned(),
        unit: None,
        kind,
        values,
        missing,
    })
}

/// Names as [`read`] gives them to the columns of a header.
pub(super) fn column_names(header: &[String]) -> (Vec<String>, Vec<Problem>) {
    header::names(Some(header), header.len())
}

/// The first notes on columns, and how many more there are.
pub(super) fn at_most(mut notes: Vec<Problem>) -> Vec<Problem> {
    let more = more_notes(notes.len());
    notes.truncate(MOST_NOTES);
    notes.extend(more);
    notes
}

/// The column of these texts, as [`read`] would take a column of such cells: for formats that keep
/// numbers and dates as text. `place` names a row for the notes.
pub(super) fn column(
    name: &str,
    number: usize,
    texts: &parse::Texts,
    options: &ReadOptions,
    place: &dyn Fn(usize) -> String,
    cancel: &Cancel,
) -> Outcome<(Column, Vec<Problem>)> {
    let cells = texts.cells(&options.missing);
    let chosen = options.kinds.iter().rev();
    let style = Style {
        decimal_comma: options
            .decimal_comma
            .unwrap_or_else(|| infer::has_decimal_comma(&cells)),
        month_first: options.month_first,
        kind: chosen
            .filter(|(chosen, _)| answers_to(name, chosen))
            .map(|(_, kind)| *kind)
            .next(),
    };
    let parsed = parse::parse(&cells, name, style, cancel)?;
    let notes = parsed
        .remarks
        .iter()
        .map(|remark| remark.problem(number, name, |row| place(row)))
        .collect();
    Ok((parsed.column, notes))
}

pub(super) use parse::Texts;

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
    if tokens.comments > 0 {
        notes.push(Problem::new(format!(
            "{} with # between the rows {} left out",
            if tokens.comments == 1 {
                "1 line".to_owned()
            } else {
                format!("{} lines", tokens.comments)
            },
            if tokens.comments == 1 { "is" } else { "are" },
        )));
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

/// `place` names a row of a column: `Line 7`. It looks through the text: only the first notes get one.
fn column_notes(parsed: &[Parsed], place: &dyn Fn(usize, usize) -> String) -> Vec<Problem> {
    let remarks = || {
        let parsed = parsed.iter().enumerate();
        parsed.flat_map(|(at, parsed)| parsed.remarks.iter().map(move |r| (at, r)))
    };
    let mut notes: Vec<Problem> = remarks()
        .take(MOST_NOTES)
        .map(|(at, remark)| {
            let name = &parsed[at].column.name;
            remark.problem(at + 1, name, |row| place(at, row))
        })
        .collect();
    notes.extend(more_notes(remarks().count()));
    notes.extend(empty_note(parsed.iter().map(|parsed| &parsed.column)));
    notes
}

/// How many of so many notes are not shown.
fn more_notes(count: usize) -> Option<Problem> {
    let more = count.saturating_sub(MOST_NOTES);
    (more > 0).then(|| Problem::new(format!("{more} more notes on columns are not shown")))
}

/// Which columns have no value at all.
pub(super) fn empty_note<'a>(columns: impl Iterator<Item = &'a Column>) -> Option<Problem> {
    let empty: Vec<&str> = columns
        .filter(|column| column.missing.count() == column.len())
        .map(|column| column.name.as_str())
        .collect();
    match empty.as_slice() {
        [] => None,
        [name] => Some(Problem::new("all its values are missing").at(format!("Column {name}"))),
        [name, ..] => Some(Problem::new(format!(
            "{} columns have no value at all, “{name}” is the first",
            empty.len()
        ))),
    }
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
