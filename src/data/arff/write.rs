//! A table as ARFF that reads back as it was: kinds and the order of levels included.

use std::io::{self, Write};

use crate::base::{Outcome, Problem};
use crate::data::{Column, Kind, Table, Writing};

const DATES: &str = "yyyy-MM-dd HH:mm:ss";

/// Writes the rows given, all where `None`.
pub fn write(
    table: &Table,
    rows: Option<&[u32]>,
    mut to: impl Write,
    writing: &Writing,
) -> Outcome<()> {
    let failed =
        |error: io::Error| Problem::new(format!("the table could not be written ({error})"));
    let mut text = format!("@RELATION {}\n\n", quoted(table.name()));
    for column in table.columns() {
        text.push_str(&format!(
            "@ATTRIBUTE {} {}\n",
            quoted(&column.title()),
            of(column)
        ));
    }
    text.push_str("\n@DATA\n");
    let count = rows.map_or(table.rows(), <[u32]>::len);
    for at in 0..count {
        let row = rows.map_or(at, |rows| rows[at] as usize);
        for (position, column) in table.columns().iter().enumerate() {
            if position > 0 {
                text.push(',');
            }
            match row >= table.rows() || column.missing.is_missing(row) {
                true => text.push('?'),
                false => text.push_str(&cell(column, row)),
            }
        }
        text.push('\n');
        if at % 1024 == 0 {
            writing.at(at, count)?;
            to.write_all(text.as_bytes()).map_err(failed)?;
            text.clear();
        }
    }
    to.write_all(text.as_bytes()).map_err(failed)?;
    to.flush().map_err(failed)?;
    Ok(())
}

fn of(column: &Column) -> String {
    match column.kind {
        Kind::Number => "NUMERIC".to_owned(),
        Kind::Text => "STRING".to_owned(),
        Kind::Date => format!("DATE '{DATES}'"),
        Kind::Category | Kind::YesNo => {
            let levels: Vec<String> = column.levels().iter().map(|l| quoted(l)).collect();
            format!("{{{}}}", levels.join(","))
        }
    }
}

fn cell(column: &Column, row: usize) -> String {
    let text = column.cell(row);
    match column.kind {
        Kind::Number => text.into_owned(),
        Kind::Date if text.len() == 10 => format!("'{text} 00:00:00'"),
        _ => quoted(&text),
    }
}

/// Between quotes unless it is one plain word.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ':' | '/');
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    let mut out = "'".to_owned();
    for letter in text.chars() {
        match letter {
            '\'' | '\\' => out.extend(['\\', letter]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ => out.push(letter),
        }
    }
    out + "'"
}
