//! What the reader says about a table: what is odd, where, and what was done about it.

use memchr::memchr_iter;

use super::parse::Parsed;
use super::sniff::left_out;
use super::tokenise;
use crate::base::Problem;
use crate::data::Column;

/// More column notes than this are only counted.
const MOST_NOTES: usize = 40;

/// What is odd about the table as a whole. `line` says in which line a byte stands.
pub(super) fn shape_notes(
    line: &dyn Fn(usize) -> usize,
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
                .map(|&at| line(at).to_string())
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
        notes.push(left_out(tokens.comments, "with # between the rows"));
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
        notes.push(Problem::new(what).at(format!("Line {}", line(first))));
    }
    notes
}

/// `place` names a row of a column: `Line 7`. It looks through the text: only the first notes get one.
pub(super) fn column_notes(
    parsed: &[Parsed],
    place: &dyn Fn(usize, usize) -> String,
) -> Vec<Problem> {
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
pub(in crate::data) fn empty_note<'a>(
    columns: impl Iterator<Item = &'a Column>,
) -> Option<Problem> {
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

/// Of cells that hold bytes and no text.
pub(in crate::data) fn binary_cells(count: usize) -> String {
    match count {
        1 => "1 cell holds binary data, read as missing".to_owned(),
        _ => format!("{count} cells hold binary data, read as missing"),
    }
}

/// The line, from 1, in which this byte stands. CR alone ends lines only in a text without LF.
pub(super) fn line_of(text: &str, offset: usize) -> usize {
    let before = &text.as_bytes()[..offset.min(text.len())];
    let end = if memchr::memchr(b'\n', text.as_bytes()).is_some() {
        b'\n'
    } else {
        b'\r'
    };
    memchr_iter(end, before).count() + 1
}

/// The first notes on columns, and how many more there are.
pub(in crate::data) fn at_most(mut notes: Vec<Problem>) -> Vec<Problem> {
    let more = more_notes(notes.len());
    notes.truncate(MOST_NOTES);
    notes.extend(more);
    notes
}
