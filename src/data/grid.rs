//! Cells that come with a type each (spreadsheets, databases, JSON) to the columns of a [`Table`].
//!
//! A column whose cells are all numbers, dates or flags is taken as it is. One with texts among them
//! goes the way of a column of delimited text, since numbers and dates are often kept as text.

use std::borrow::Cow;

use super::csv::{self, Texts};
use super::reading::Reading;
use super::{Column, Kind, ReadOptions, Table, TableBuilder, date, number, parallel};
use crate::base::{Halt, Outcome, Problem};

/// One cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell<'a> {
    Missing,
    Number(f64),
    /// Seconds since 1970-01-01 00:00 UTC.
    Date(f64),
    Flag(bool),
    Text(Cow<'a, str>),
}

impl Cell<'_> {
    /// Beyond 2^53 neighbours are the same `f64`: such a number is a name.
    pub(super) fn integer(value: i64) -> Cell<'static> {
        match value.unsigned_abs() <= 1 << 53 {
            true => Cell::Number(value as f64),
            false => Cell::Text(value.to_string().into()),
        }
    }

    pub(super) fn text(&self) -> Cow<'_, str> {
        match self {
            Cell::Missing => Cow::Borrowed(""),
            Cell::Number(value) => number::format(*value).into(),
            Cell::Date(seconds) => date::format(*seconds).into(),
            Cell::Flag(flag) => Cow::Borrowed(if *flag { "true" } else { "false" }),
            Cell::Text(text) => Cow::Borrowed(text),
        }
    }

    pub(super) fn into_owned(self) -> Cell<'static> {
        match self {
            Cell::Missing => Cell::Missing,
            Cell::Number(value) => Cell::Number(value),
            Cell::Date(seconds) => Cell::Date(seconds),
            Cell::Flag(flag) => Cell::Flag(flag),
            Cell::Text(text) => Cell::Text(text.into_owned().into()),
        }
    }
}

/// A column as long as the last row in which it has a cell.
#[derive(Debug)]
enum Store {
    /// So many missing cells.
    Empty(usize),
    /// NaN is missing.
    Numbers(Vec<f64>),
    Dates(Vec<f64>),
    /// `u32::MAX` is missing.
    Flags(Vec<u32>),
    /// `mixed` where cells of other types are among them, spelt out.
    Texts {
        texts: Texts,
        mixed: bool,
    },
}

impl Store {
    fn len(&self) -> usize {
        match self {
            Store::Empty(rows) => *rows,
            Store::Numbers(values) | Store::Dates(values) => values.len(),
            Store::Flags(codes) => codes.len(),
            Store::Texts { texts, .. } => texts.len(),
        }
    }

    fn push(&mut self, cell: &Cell<'_>) -> Result<(), Problem> {
        match (&mut *self, cell) {
            (Store::Empty(rows), Cell::Missing) => *rows += 1,
            (Store::Numbers(values) | Store::Dates(values), Cell::Missing) => values.push(f64::NAN),
            (Store::Flags(codes), Cell::Missing) => codes.push(u32::MAX),
            (Store::Numbers(values), Cell::Number(value)) => values.push(*value),
            (Store::Dates(values), Cell::Date(seconds)) => values.push(*seconds),
            (Store::Flags(codes), Cell::Flag(flag)) => codes.push(u32::from(*flag)),
            (Store::Texts { texts, mixed }, cell) => {
                *mixed |= !matches!(cell, Cell::Text(_) | Cell::Missing);
                texts.push(&cell.text())?;
            }
            (Store::Empty(rows), _) => {
                let rows = *rows;
                *self = match cell {
                    Cell::Number(_) => Store::Numbers(vec![f64::NAN; rows]),
                    Cell::Date(_) => Store::Dates(vec![f64::NAN; rows]),
                    Cell::Flag(_) => Store::Flags(vec![u32::MAX; rows]),
                    _ => Store::Texts {
                        texts: Texts::missing(rows),
                        mixed: false,
                    },
                };
                self.push(cell)?;
            }
            _ => {
                self.spell_out()?;
                self.push(cell)?;
            }
        }
        Ok(())
    }

    /// The cells so far as texts, since one of another type follows.
    fn spell_out(&mut self) -> Result<(), Problem> {
        let mut texts = Texts::default();
        let mut push = |cell: Cell<'_>| texts.push(&cell.text());
        match self {
            Store::Empty(rows) => texts = Texts::missing(*rows),
            Store::Numbers(values) => {
                for value in values {
                    push(if value.is_nan() {
                        Cell::Missing
                    } else {
                        Cell::Number(*value)
                    })?;
                }
            }
            Store::Dates(values) => {
                for value in values {
                    push(if value.is_nan() {
                        Cell::Missing
                    } else {
                        Cell::Date(*value)
                    })?;
                }
            }
            Store::Flags(codes) => {
                for code in codes {
                    push(if *code == u32::MAX {
                        Cell::Missing
                    } else {
                        Cell::Flag(*code == 1)
                    })?;
                }
            }
            Store::Texts { .. } => return Ok(()),
        }
        *self = Store::Texts { texts, mixed: true };
        Ok(())
    }
}

/// Columns that grow cell by cell.
#[derive(Debug, Default)]
pub(super) struct Grid {
    columns: Vec<(String, Store)>,
    pub rows: usize,
    /// Cells that are not missing.
    filled: usize,
}

/// Sets the table of a grid apart from others.
pub(super) struct Finish<'a> {
    pub name: &'a str,
    pub options: &'a ReadOptions,
    /// Names a row for the notes: `Row 7`.
    pub place: &'a (dyn Fn(usize) -> String + Sync),
    pub notes: Vec<Problem>,
}

impl Grid {
    pub(super) fn columns(&self) -> usize {
        self.columns.len()
    }

    /// Gives the new column's position.
    pub(super) fn add(&mut self, name: impl Into<String>) -> usize {
        self.columns.push((name.into(), Store::Empty(0)));
        self.columns.len() - 1
    }

    /// Puts a cell into the present row, which is `rows`; of two for one place the first stays.
    pub(super) fn set(&mut self, column: usize, cell: &Cell<'_>) -> Result<(), Problem> {
        let rows = self.rows;
        let Some((_, store)) = self.columns.get_mut(column) else {
            return Ok(());
        };
        if *cell == Cell::Missing || store.len() > rows {
            return Ok(());
        }
        while store.len() < rows {
            store.push(&Cell::Missing)?;
        }
        self.filled += 1;
        store.push(cell)
    }

    pub(super) fn end_row(&mut self) {
        self.rows += 1;
    }

    /// Few cells in a wide and long table would fill the memory with missing ones.
    fn refuse_padding(&self) -> Result<(), Problem> {
        let cells = self.columns.len().saturating_mul(self.rows);
        if cells > 64 * self.filled + 20_000_000 {
            return Err(Problem::new(format!(
                "the rows have {} different columns, and next to nothing in them",
                self.columns.len()
            ))
            .fix("Save the part that is a table"));
        }
        Ok(())
    }

    pub(super) fn finish(mut self, finish: Finish<'_>, reading: &Reading) -> Outcome<Table> {
        let Finish {
            name,
            options,
            place,
            mut notes,
        } = finish;
        let at_name = |problem: Problem| match problem.place.is_empty() {
            true => problem.at(name),
            false => problem,
        };
        if self.rows == 0 || self.columns.is_empty() {
            return Err(Problem::new("there are no rows in it").at(name).into());
        }
        self.refuse_padding().map_err(at_name)?;
        reading.at_row(self.rows)?;
        for (_, store) in &mut self.columns {
            while store.len() < self.rows {
                store.push(&Cell::Missing).map_err(at_name)?;
            }
        }
        let given: Vec<String> = self.columns.iter().map(|(name, _)| name.clone()).collect();
        let (names, name_notes) = csv::column_names(&given);
        notes.extend(name_notes);
        let made = parallel::columns(self.columns.len(), self.rows, |at| {
            column(
                &names[at],
                at + 1,
                &self.columns[at].1,
                options,
                place,
                reading,
            )
        })
        .map_err(|halt| match halt {
            Halt::Failed(problem) => Halt::Failed(at_name(problem)),
            halt => halt,
        })?;
        let mut columns = Vec::with_capacity(made.len());
        let mut column_notes = Vec::new();
        for (column, notes) in made {
            columns.push(column);
            column_notes.extend(notes);
        }
        notes.extend(csv::at_most(column_notes));
        notes.extend(csv::empty_note(columns.iter()));
        let mut builder = TableBuilder::new(name);
        for note in notes {
            builder = builder.note(note);
        }
        for column in csv::with_units(columns) {
            builder = builder.column(column);
        }
        Ok(builder.build().map_err(at_name)?)
    }
}

fn column(
    name: &str,
    number: usize,
    store: &Store,
    options: &ReadOptions,
    place: &dyn Fn(usize) -> String,
    reading: &Reading,
) -> Outcome<(Column, Vec<Problem>)> {
    let plain = match store {
        Store::Empty(rows) => Column::numbers(name, vec![f64::NAN; *rows]),
        Store::Numbers(values) => Column::numbers(name, values.clone()),
        Store::Dates(values) => Column {
            kind: Kind::Date,
            ..Column::numbers(name, values.clone())
        },
        Store::Flags(codes) => {
            let levels = vec!["false".to_owned(), "true".to_owned()];
            Column {
                kind: Kind::YesNo,
                ..Column::categories(name, codes.clone(), levels)
            }
        }
        Store::Texts { texts, mixed } => {
            let (column, mut notes) =
                csv::column(name, number, texts, options, place, &reading.cancel)?;
            let has_values = column.missing.count() < column.len();
            // Times of day have a note of their own.
            if column.kind == Kind::Number && !mixed && has_values && column.unit.is_none() {
                notes.push(
                    Problem::new("numbers that are kept as text are read as numbers")
                        .at(format!("Column {number} ({name})"))
                        .fix("Change its kind if they are names"),
                );
            }
            return Ok((column, notes));
        }
    };
    let mut notes = Vec::new();
    Ok((csv::as_chosen(plain, options, &mut notes), notes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Cancel;

    fn grid(columns: &[(&str, &[Cell<'static>])]) -> Table {
        let mut grid = Grid::default();
        for (name, _) in columns {
            grid.add(*name);
        }
        let rows = columns
            .iter()
            .map(|(_, cells)| cells.len())
            .max()
            .unwrap_or(0);
        for row in 0..rows {
            for (at, (_, cells)) in columns.iter().enumerate() {
                grid.set(at, cells.get(row).unwrap_or(&Cell::Missing))
                    .unwrap();
            }
            grid.end_row();
        }
        let finish = Finish {
            name: "t",
            options: &ReadOptions::default(),
            place: &|row| format!("Row {}", row + 2),
            notes: Vec::new(),
        };
        grid.finish(finish, &Reading::new(&Cancel::new())).unwrap()
    }

    #[test]
    fn cells_of_one_type_are_taken_as_they_are() {
        let table = grid(&[
            ("a", &[Cell::Missing, Cell::Number(1.5)]),
            ("b (kg)", &[Cell::Number(2.0)]),
            ("c", &[Cell::Flag(true), Cell::Flag(false)]),
            ("d", &[Cell::Missing, Cell::Date(86_400.0)]),
            ("e", &[]),
        ]);
        let kinds: Vec<Kind> = table.columns().iter().map(|c| c.kind).collect();
        let expected = [
            Kind::Number,
            Kind::Number,
            Kind::YesNo,
            Kind::Date,
            Kind::Number,
        ];
        assert_eq!(kinds, expected);
        assert_eq!(table.columns()[1].title(), "b (kg)");
        assert_eq!(table.columns()[1].missing.count(), 1);
        assert_eq!(table.columns()[3].cell(1), "1970-01-02");
    }

    #[test]
    fn texts_among_them_go_the_way_of_csv() {
        let text = |t: &'static str| Cell::Text(t.into());
        let table = grid(&[
            ("n", &[text("1"), text("2,5"), text("3,25")]),
            ("mixed", &[Cell::Number(1.0), text("x"), Cell::Date(0.0)]),
            (
                "big",
                &[Cell::integer(i64::MAX), Cell::integer(5), Cell::integer(6)],
            ),
            ("day", &[text("31.12.2024"), Cell::Date(0.0), Cell::Missing]),
        ]);
        assert_eq!(table.columns()[0].number(1), Some(2.5));
        assert_eq!(table.columns()[1].cell(2), "1970-01-01");
        assert_eq!(table.columns()[2].cell(0), "9223372036854775807");
        assert_eq!(table.columns()[3].kind, Kind::Date);
        assert!(
            table
                .notes()
                .iter()
                .any(|n| n.what.contains("kept as text"))
        );
    }

    #[test]
    fn a_desert_is_refused() {
        let mut grid = Grid::default();
        for row in 0..10_000 {
            let column = grid.add(format!("c{row}"));
            grid.set(column, &Cell::Number(1.0)).unwrap();
            grid.end_row();
        }
        let finish = Finish {
            name: "t",
            options: &ReadOptions::default(),
            place: &|row| row.to_string(),
            notes: Vec::new(),
        };
        assert!(grid.finish(finish, &Reading::default()).is_err());
    }
}
