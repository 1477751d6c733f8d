//! How a text is laid out, found in its beginning, and the table that is built by it.

use super::header;
use super::notes::{column_notes, shape_notes};
use super::orange::{self, Orange};
use super::parse::{Parsed, Style};
use super::sniff::{self, Dialect};
use super::tokenise::Tokens;
use super::{Guesses, answers_to, counts_rows, with_units};
use crate::base::{Outcome, Problem};
use crate::data::{Column, ReadOptions, Table, TableBuilder};

pub(super) struct Layout {
    pub dialect: Dialect,
    pub names: Vec<String>,
    orange: Option<Orange>,
    name_notes: Vec<Problem>,
}

impl Layout {
    /// `text` is all of it, or some hundred records.
    pub(super) fn of(text: &str, options: &ReadOptions) -> Layout {
        let (dialect, orange) = match orange::header(text, options) {
            Some((dialect, orange)) => (dialect, Some(orange)),
            None => (sniff::sniff(text, options), None),
        };
        let (names, name_notes) = header::names(dialect.header.as_deref(), dialect.columns);
        Layout {
            dialect,
            names,
            orange,
            name_notes,
        }
    }

    pub(super) fn columns(&self) -> usize {
        self.dialect.columns
    }

    /// A delimiter at the end of every line, the header's too, makes a column of nothing.
    pub(super) fn unnamed_last(&self) -> bool {
        let columns = self.columns();
        let header = self.dialect.header.as_ref();
        header.is_some_and(|h| columns > 1 && h.len() == columns && h[columns - 1].is_empty())
    }

    pub(super) fn style(&self, column: usize, options: &ReadOptions) -> Style {
        let name = self.names[column].as_str();
        let mut chosen = options.kinds.iter().rev();
        let kind = chosen.find(|(chosen, _)| answers_to(name, chosen));
        let stated = self.orange.as_ref().and_then(|orange| orange.kind(column));
        Style {
            decimal_comma: self.dialect.decimal_comma,
            month_first: options.month_first,
            kind: kind.map(|(_, kind)| *kind).or(stated),
        }
    }

    /// The table of these columns; `notes` are of the text, `tokens` the counts of its records, `place`
    /// names the line of a column and row. Where `drop_last`, the last column is left out.
    pub(super) fn table(
        mut self,
        name: &str,
        encoding: &'static str,
        mut notes: Vec<Problem>,
        tokens: &Tokens,
        line: &dyn Fn(usize) -> usize,
        parsed: Vec<Parsed>,
        drop_last: bool,
        place: &dyn Fn(usize, usize) -> String,
        options: &ReadOptions,
    ) -> Outcome<Table> {
        let columns = self.columns();
        let has_header = self.dialect.header.is_some();
        notes.append(&mut self.dialect.notes);
        notes.append(&mut self.name_notes);
        notes.extend(shape_notes(line, tokens, columns, has_header));
        for (chosen, _) in &options.kinds {
            if !self.names.iter().any(|name| answers_to(name, chosen)) {
                notes.push(Problem::new(format!(
                    "there is no column “{chosen}” to set a kind for"
                )));
            }
        }
        if drop_last {
            notes.retain(|note| !note.what.contains(&self.names[columns - 1]));
            notes.push(Problem::new(
                "each line ends with a delimiter; the empty column behind it is left out",
            ));
        }
        let unnamed = (self.dialect.header.as_ref()).is_some_and(|h| h[0].is_empty());
        let is_index = unnamed
            && parsed
                .first()
                .is_some_and(|first| counts_rows(&first.column))
            && !self.names.iter().any(|name| name == "index");
        if is_index {
            for note in &mut notes {
                note.what = note.what.replace("called column_1", "called index");
            }
        }
        let mut builder = TableBuilder::new(name).guesses(Guesses {
            encoding,
            delimiter: self.dialect.delimiter,
            header: has_header,
            decimal_comma: self.dialect.decimal_comma,
        });
        notes.extend(column_notes(&parsed, place));
        for note in notes {
            builder = builder.note(note);
        }
        let mut columns: Vec<Column> = parsed.into_iter().map(|parsed| parsed.column).collect();
        if is_index {
            columns[0].name = "index".to_owned();
        }
        if let Some(orange) = &self.orange {
            let ordered = |(at, column)| orange.ordered(at, column);
            columns = columns.into_iter().enumerate().map(ordered).collect();
        }
        let columns = with_units(columns);
        if let Some(orange) = &self.orange {
            builder = orange.roles(builder, &columns);
        }
        for column in columns {
            builder = builder.column(column);
        }
        let at_name = |problem: Problem| match problem.place.is_empty() {
            true => problem.at(name),
            false => problem,
        };
        Ok(builder.build().map_err(at_name)?)
    }
}
