//! Rows of another table behind those of this one, matched by the columns' names.

use crate::base::{Cancel, Problem};
use crate::data::describe::duplicates;
use crate::data::{Column, Kind, Mask, Table, TableBuilder, Values, as_known};

/// The longer table, and what did not fit, as sentences.
#[derive(Clone, Debug)]
pub struct Appended {
    pub table: Table,
    pub notes: Vec<String>,
}

/// Puts the rows of `more` behind those of `table`. A column that only `table` has is missing in the
/// new rows; one that only `more` has is left out; one of another kind is read as the kind that is
/// there. Each of these is said.
///
/// Fails where no column has the same name.
pub fn append(table: &Table, more: &Table, name: &str) -> Result<Appended, Problem> {
    let same = |name: &str| {
        let exact = more.position(name);
        exact.or_else(|| {
            let alike = |c: &Column| c.name.trim().eq_ignore_ascii_case(name.trim());
            more.columns().iter().position(alike)
        })
    };
    let matched: Vec<Option<usize>> = table.columns().iter().map(|c| same(&c.name)).collect();
    if matched.iter().all(Option::is_none) {
        let names = |t: &Table| {
            let names: Vec<&str> = t
                .columns()
                .iter()
                .take(5)
                .map(|c| c.name.as_str())
                .collect();
            names.join(", ")
        };
        return Err(Problem::new("no column has the same name")
            .at(more.name())
            .fix(format!(
                "The rows need columns such as {}; the file has {}",
                names(table),
                names(more)
            )));
    }
    let mut notes = Vec::new();
    let mut builder = TableBuilder::from(table).named(name);
    let mut absent = Vec::new();
    for (at, (column, found)) in table.columns().iter().zip(&matched).enumerate() {
        let new = match found {
            Some(found) => fitting(column, &more.columns()[*found], &mut notes),
            None => {
                absent.push(column.name.as_str());
                None
            }
        };
        let mut joined = joined(column, new.as_ref(), more.rows());
        if joined.kind == Kind::YesNo && joined.levels().len() > 2 {
            joined.kind = Kind::Category;
            notes.push(format!(
                "{} has {} different values now and is a category, no longer {}.",
                joined.name,
                joined.levels().len(),
                Kind::YesNo.name()
            ));
        }
        builder = builder.replaced(at, joined);
    }
    let extra: Vec<&str> = (0..more.columns().len())
        .filter(|at| !matched.contains(&Some(*at)))
        .map(|at| more.columns()[at].name.as_str())
        .collect();
    if !absent.is_empty() {
        notes.push(format!("{} missing in the new rows.", listed(&absent)));
    }
    if !extra.is_empty() {
        notes.push(format!(
            "{} left out: the table has no such column.",
            listed(&extra)
        ));
    }
    let longer = builder.build()?;
    notes.extend(again(table, &longer));
    Ok(Appended {
        table: longer,
        notes,
    })
}

/// Of rows that were added twice each model would learn twice as much.
fn again(table: &Table, longer: &Table) -> Option<String> {
    let count = |table: &Table| duplicates(table, &Cancel::new()).unwrap_or(0);
    let new = longer.rows() - table.rows();
    let words = match count(longer).saturating_sub(count(table)) {
        0 => return None,
        1 if new == 1 => "The new row is the same as an earlier one.".to_owned(),
        all if all == new => format!("All {new} new rows are the same as earlier ones."),
        1 => format!("1 of the {new} new rows is the same as an earlier one."),
        some => format!("{some} of the {new} new rows are the same as earlier ones."),
    };
    Some(words)
}

/// "a, b and 3 more are".
fn listed(names: &[&str]) -> String {
    match names {
        [one] => format!("{one} is"),
        [a, b] => format!("{a} and {b} are"),
        [a, b, rest @ ..] => format!("{a}, {b} and {} more are", rest.len()),
        [] => String::new(),
    }
}

/// The new values as the column holds them; None where they cannot be.
fn fitting(column: &Column, more: &Column, notes: &mut Vec<String>) -> Option<Column> {
    if more.kind == column.kind {
        return Some(more.clone());
    }
    match more.as_kind(column.kind) {
        Ok(read) => {
            let lost = read.missing.count().saturating_sub(more.missing.count());
            if lost > 0 {
                notes.push(format!(
                    "{lost} new values of {} cannot be read as {} and are missing.",
                    column.name,
                    column.kind.name()
                ));
            }
            Some(read)
        }
        Err(_) => {
            notes.push(format!(
                "{} holds {} there, not {}, and is missing in the new rows.",
                column.name,
                more.kind.name(),
                column.kind.name()
            ));
            None
        }
    }
}

fn joined(column: &Column, more: Option<&Column>, rows: usize) -> Column {
    let values = match (&column.values, more.map(|m| &m.values)) {
        (Values::Number(old), Some(Values::Number(new))) => {
            Values::Number(old.iter().chain(new.iter()).copied().collect())
        }
        (Values::Number(old), _) => {
            let none = std::iter::repeat_n(f64::NAN, rows);
            Values::Number(old.iter().copied().chain(none).collect())
        }
        (
            Values::Category { codes, levels },
            Some(Values::Category {
                codes: new,
                levels: named,
            }),
        ) => {
            let mut levels = levels.to_vec();
            // New levels come last: the others keep their places and their colours.
            let mut places: std::collections::HashMap<String, u32> =
                levels.iter().cloned().zip(0..).collect();
            let named = as_known(named, &levels, column.kind);
            let place = named.into_iter().map(|level| {
                *places.entry(level.clone()).or_insert_with(|| {
                    levels.push(level);
                    levels.len() as u32 - 1
                })
            });
            let place: Vec<u32> = place.collect();
            let new = new.iter().map(|code| place.get(*code as usize).copied());
            let new = new.map(|code| code.unwrap_or(u32::MAX));
            Values::Category {
                codes: codes.iter().copied().chain(new).collect(),
                levels: levels.into(),
            }
        }
        (Values::Category { codes, levels }, _) => Values::Category {
            codes: codes
                .iter()
                .copied()
                .chain(std::iter::repeat_n(u32::MAX, rows))
                .collect(),
            levels: levels.clone(),
        },
        (Values::Text(old), Some(Values::Text(new))) => {
            Values::Text(old.iter().chain(new.iter()).cloned().collect())
        }
        (Values::Text(old), _) => {
            let none = std::iter::repeat_n(Box::from(""), rows);
            Values::Text(old.iter().cloned().chain(none).collect())
        }
    };
    let old = (0..column.len()).map(|row| column.missing.is_missing(row));
    let new = (0..rows).map(|row| more.is_none_or(|m| m.missing.is_missing(row)));
    Column {
        values,
        missing: Mask::from_rows(old.chain(new).collect::<Vec<_>>().into_iter()),
        ..column.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn build(columns: Vec<Column>) -> Table {
        let build = columns
            .into_iter()
            .fold(TableBuilder::new("t"), TableBuilder::column);
        build.build().unwrap()
    }

    fn cells(table: &Table, column: usize) -> Vec<String> {
        let column = &table.columns()[column];
        (0..column.len())
            .map(|row| column.cell(row).into_owned())
            .collect()
    }

    fn levels(names: &[&str]) -> Vec<String> {
        names.iter().map(|n| (*n).to_owned()).collect()
    }

    #[test]
    fn rows_that_are_there_already_are_counted() {
        let rows = |x: &[f64]| build(vec![Column::numbers("x", x.to_vec())]);
        let said = |old: &[f64], new: &[f64]| {
            let appended = append(&rows(old), &rows(new), "t").unwrap();
            appended.notes.join(" ")
        };
        assert_eq!(said(&[1.0, 1.0, 2.0], &[3.0, 4.0]), "");
        let all = said(&[1.0, 1.0, 2.0], &[1.0, 2.0]);
        assert_eq!(all, "All 2 new rows are the same as earlier ones.");
        let one = said(&[1.0, 2.0], &[5.0, 2.0, 6.0]);
        assert_eq!(one, "1 of the 3 new rows is the same as an earlier one.");
        let alone = said(&[1.0], &[1.0]);
        assert_eq!(alone, "The new row is the same as an earlier one.");
    }

    #[test]
    fn columns_meet_by_name_and_differences_are_said() {
        let table = build(vec![
            Column::numbers("x", vec![1.0]),
            Column::categories("c", vec![1], levels(&["a", "b"])),
            Column::texts("t", vec![Some("one".into())]),
        ]);
        let more = build(vec![
            Column::categories("C", vec![0, 1], levels(&["z", "a"])),
            Column::numbers("extra", vec![0.0, 0.0]),
            Column::categories("x", vec![0, 1], levels(&["7", "8"])),
        ]);
        let Appended { table, notes } = append(&table, &more, "t (edited)").unwrap();
        assert_eq!((table.rows(), table.name()), (3, "t (edited)"));
        assert_eq!(cells(&table, 0), ["1", "7", "8"]);
        assert_eq!(cells(&table, 1), ["b", "z", "a"]);
        assert_eq!(table.columns()[1].levels(), ["a", "b", "z"]);
        assert_eq!(cells(&table, 2), ["one", "", ""]);
        let notes = notes.join(" ");
        assert!(notes.contains("t is missing in the new rows"), "{notes}");
        assert!(notes.contains("extra is left out"), "{notes}");
    }

    #[test]
    fn values_of_another_kind_are_read_or_missing() {
        let table = build(vec![
            Column::numbers("x", vec![1.0]),
            Column::numbers("y", vec![1.0]),
        ]);
        let more = build(vec![
            Column::texts(
                "x",
                vec![Some("2".into()), Some("3".into()), Some("oops".into())],
            ),
            Column::texts(
                "y",
                vec![Some("a".into()), Some("b".into()), Some("c".into())],
            ),
        ]);
        let Appended { table, notes } = append(&table, &more, "t").unwrap();
        assert_eq!(cells(&table, 0), ["1", "2", "3", ""]);
        assert_eq!(cells(&table, 1), ["1", "", "", ""]);
        assert!(notes[0].contains("1 new values of x"), "{notes:?}");
        assert!(notes[1].contains("y holds text"), "{notes:?}");
    }

    #[test]
    fn yes_and_no_go_by_their_words_and_a_third_word_makes_a_category() {
        let column = |words: &[&str], codes: &[u32]| Column {
            kind: Kind::YesNo,
            ..Column::categories("ok", codes.to_vec(), levels(words))
        };
        let table = build(vec![column(&["no", "yes"], &[0, 1])]);
        let shouted = build(vec![column(&["YES", "No"], &[0, 1, 0])]);
        let Appended { table, notes } = append(&table, &shouted, "t").unwrap();
        assert_eq!(cells(&table, 0), ["no", "yes", "yes", "no", "yes"]);
        assert_eq!(table.columns()[0].levels(), ["no", "yes"]);
        assert_eq!(notes, ["All 3 new rows are the same as earlier ones."]);
        let other = build(vec![column(&["true", "false"], &[0, 1])]);
        let Appended { table, notes } = append(&table, &other, "t").unwrap();
        assert_eq!(table.columns()[0].kind, Kind::Category);
        assert_eq!(table.columns()[0].levels(), ["no", "yes", "true", "false"]);
        assert!(notes[0].contains("ok has 4 different values"), "{notes:?}");
    }

    #[test]
    fn strangers_are_refused_and_no_rows_change_nothing() {
        let table = build(vec![Column::numbers("x", vec![1.0])]);
        let said = append(&table, &build(vec![Column::numbers("q", vec![1.0])]), "t");
        assert!(said.unwrap_err().to_string().contains("columns such as x"));
        let none = append(&table, &build(vec![Column::numbers("x", vec![])]), "t").unwrap();
        assert_eq!(none.table.rows(), 1);
        assert!(none.notes.is_empty());
    }
}
