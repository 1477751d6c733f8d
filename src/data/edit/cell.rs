//! One cell given another value: what was typed is checked against the kind of its column first.

use super::Edit;
use crate::base::Problem;
use crate::data::date::{self, Order};
use crate::data::{Column, Kind, Mask, Table, TableBuilder, Values, number};

/// What was typed, as the column holds it.
#[derive(Clone, Debug, PartialEq)]
pub enum Typed {
    Missing,
    /// Of a date in seconds since 1970.
    Number(f64),
    /// A level that there is, or a new one.
    Level(String),
    Text(Box<str>),
}

/// Reads what was typed into a cell of this column; nothing at all is a missing value.
///
/// Fails with a sentence that says what the column takes.
pub fn typed(column: &Column, text: &str) -> Result<Typed, Problem> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Ok(Typed::Missing);
    }
    let wrong = |what: &str, takes: &str| {
        Err(Problem::new(format!("“{trimmed}” is no {what}"))
            .at(format!("Column {}", column.name))
            .fix(format!("Type {takes}, or nothing for a missing value")))
    };
    match (&column.values, column.kind) {
        (Values::Number(_), Kind::Date) => match date::parse(trimmed, Order::DayFirst) {
            Some(seconds) => Ok(Typed::Number(seconds)),
            None => wrong("date", "one such as 2024-03-31"),
        },
        (Values::Number(_), _) => {
            let plain = trimmed.replace('−', "-");
            let read = number::parse(&plain, false).or_else(|| number::parse(&plain, true));
            match read.filter(|n| n.value.is_finite()) {
                Some(read) => Ok(Typed::Number(read.value)),
                None => wrong("number", "one such as 3.5"),
            }
        }
        (Values::Category { levels, .. }, kind) => {
            let alike = levels.iter().find(|level| *level == trimmed).or_else(|| {
                levels
                    .iter()
                    .find(|l| l.to_lowercase() == trimmed.to_lowercase())
            });
            match alike {
                Some(level) => Ok(Typed::Level(level.clone())),
                None if kind == Kind::YesNo && levels.len() >= 2 => {
                    let takes = format!("{} or {}", levels[0], levels[1]);
                    wrong("value of it", &takes)
                }
                None => Ok(Typed::Level(trimmed.to_owned())),
            }
        }
        (Values::Text(_), _) => Ok(Typed::Text(text.into())),
    }
}

impl Edit {
    /// The edit that gives this cell what was typed; None where it has that value already.
    pub fn cell(
        table: &Table,
        row: u32,
        column: usize,
        text: &str,
    ) -> Result<Option<Edit>, Problem> {
        let of = table.columns().get(column);
        let Some(of) = of.filter(|c| (row as usize) < c.len()) else {
            return Err(Problem::new("this cell is no longer there"));
        };
        let value = typed(of, text)?;
        let before = of.cell(row as usize);
        let after = match &value {
            Typed::Missing => String::new(),
            Typed::Number(seconds) if of.kind == Kind::Date => date::format(*seconds),
            Typed::Number(value) => number::format(*value),
            Typed::Level(text) => text.clone(),
            Typed::Text(text) => text.chars().take(40).collect(),
        };
        if *before == after {
            return Ok(None);
        }
        let said = |text: &str| match text.is_empty() {
            true => "missing".to_owned(),
            false => text.chars().take(40).collect(),
        };
        let (name, number) = (&of.name, u64::from(row) + 1);
        let line = format!(
            "{name} of row {number}: {} to {}",
            said(&before),
            said(&after)
        );
        Ok(Some(Edit::Cell {
            row,
            column,
            value,
            line,
        }))
    }
}

/// The table with this value in one cell; every other column is shared with the old one.
pub(super) fn with_cell(
    table: &Table,
    row: u32,
    column: usize,
    value: &Typed,
    name: &str,
) -> Result<Table, Problem> {
    let of = table.columns().get(column);
    let Some(of) = of.filter(|c| (row as usize) < c.len()) else {
        return Err(Problem::new("this cell is no longer there"));
    };
    let builder = TableBuilder::from(table).named(name);
    builder
        .replaced(column, changed(of, row as usize, value))
        .build()
}

fn changed(of: &Column, row: usize, value: &Typed) -> Column {
    let missing = *value == Typed::Missing;
    let values = match (&of.values, value) {
        (values, Typed::Missing) => values.clone(),
        (Values::Number(values), Typed::Number(value)) => {
            let mut values = values.to_vec();
            values[row] = *value;
            Values::Number(values.into())
        }
        (Values::Category { codes, levels }, Typed::Level(level)) => {
            let mut codes = codes.to_vec();
            let mut levels = levels.to_vec();
            let known = levels.iter().position(|l| l == level);
            // A new level comes last: the others keep their places and their colours.
            let code = known.unwrap_or(levels.len());
            if known.is_none() {
                levels.push(level.clone());
            }
            codes[row] = code as u32;
            Values::Category {
                codes: codes.into(),
                levels: levels.into(),
            }
        }
        (Values::Text(values), Typed::Text(text)) => {
            let mut values = values.to_vec();
            values[row] = text.clone();
            Values::Text(values.into())
        }
        (values, _) => values.clone(),
    };
    let mask = (0..of.len()).map(|at| match at == row {
        true => missing,
        false => of.missing.is_missing(at),
    });
    Column {
        values,
        missing: Mask::from_rows(mask),
        ..of.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::edit::{Canvas, edit};

    fn table() -> Table {
        let mut day = Column::numbers("day", vec![0.0, f64::NAN]);
        day.kind = Kind::Date;
        let mut yes = Column::categories("ok", vec![0, 1], vec!["no".into(), "yes".into()]);
        yes.kind = Kind::YesNo;
        TableBuilder::new("t")
            .column(Column::numbers("x", vec![1.0, 2.0]))
            .column(Column::categories(
                "c",
                vec![0, 1],
                vec!["a".into(), "b".into()],
            ))
            .column(Column::texts("t", vec![Some("one".into()), None]))
            .column(day)
            .column(yes)
            .target("c")
            .build()
            .unwrap()
    }

    const NOWHERE: Canvas = Canvas { x: 9, y: 9 };

    fn after(row: u32, column: usize, text: &str) -> Table {
        let change = Edit::cell(&table(), row, column, text).unwrap().unwrap();
        assert!(change.keeps_numbers());
        edit(&table(), NOWHERE, &change, "t (edited)").unwrap()
    }

    #[test]
    fn each_kind_takes_what_it_can_hold() {
        for (row, column, text, cell) in [
            (0, 0, " 3,5 ", "3.5"),
            (0, 0, "−4", "-4"),
            (1, 0, "", ""),
            (0, 1, "B", "b"),
            (0, 1, "new", "new"),
            (1, 2, "two", "two"),
            (1, 3, "31.12.1970", "1970-12-31"),
            (0, 4, "YES", "yes"),
        ] {
            let table = after(row, column, text);
            assert_eq!(table.columns()[column].cell(row as usize), cell, "{text}");
            assert_eq!(table.name(), "t (edited)");
            assert_eq!(table.suggested_target(), Some("c"));
        }
        let new = after(0, 1, "new");
        assert_eq!(new.columns()[1].levels(), ["a", "b", "new"]);
        assert_eq!(new.columns()[1].cell(1), "b");
        // What was missing is there, and the other way round.
        assert_eq!(after(1, 2, "two").columns()[2].missing.count(), 0);
        assert_eq!(after(0, 0, "").columns()[0].missing.count(), 1);
    }

    #[test]
    fn what_a_kind_cannot_hold_is_said() {
        for (column, text, part) in [
            (0, "abc", "“abc” is no number"),
            (0, "inf", "no number"),
            (3, "soon", "2024-03-31"),
            (4, "maybe", "no or yes"),
        ] {
            let said = Edit::cell(&table(), 0, column, text).unwrap_err();
            assert!(said.to_string().contains(part), "{said}");
        }
        assert!(Edit::cell(&table(), 9, 0, "1").is_err());
        assert!(Edit::cell(&table(), 0, 9, "1").is_err());
        assert!(Edit::cell(&table(), 0, 0, "1").unwrap().is_none());
    }

    #[test]
    fn the_lab_book_says_what_became_of_the_cell() {
        let line = |row, text| Edit::cell(&table(), row, 0, text).unwrap().unwrap().words();
        assert_eq!(line(0, "5"), "x of row 1: 1 to 5");
        assert_eq!(line(1, ""), "x of row 2: 2 to missing");
    }
}
