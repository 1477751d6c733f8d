//! Rows changed by hand: drawn, moved, deleted, given another value. A table is never changed in place:
//! each edit makes a new one, and what it does not touch is as it was.

mod append;
mod cell;

pub use append::{Appended, append};
pub use cell::{Typed, typed};

use std::collections::BTreeMap;

use super::{Column, Kind, Mask, Table, TableBuilder, Values};
use crate::base::{Problem, Random};

/// More rows than this are not edited: every edit copies them.
pub const MOST_ROWS: usize = 20_000;

/// The columns of a plane on which rows are drawn, by position.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Canvas {
    pub x: usize,
    pub y: usize,
}

/// What a drawn row has in the target's column.
#[derive(Clone, Debug, PartialEq)]
pub enum Ink {
    /// The code of a level.
    Class(u32),
    Number(f64),
    /// Nothing, or what the plane itself says (the target is one of its axes).
    None,
}

#[derive(Clone, Debug)]
pub enum Edit {
    /// New rows at the end; columns beside the plane and the target have no value there.
    Add {
        at: Vec<[f64; 2]>,
        target: Option<usize>,
        ink: Ink,
    },
    Move {
        rows: Vec<u32>,
        by: [f64; 2],
    },
    Delete {
        rows: Vec<u32>,
    },
    /// Another target for rows that are there.
    Paint {
        rows: Vec<u32>,
        target: usize,
        ink: Ink,
    },
    /// Spreads rows at random, by a normal distribution with these standard deviations.
    Jitter {
        rows: Vec<u32>,
        by: [f64; 2],
        seed: u64,
    },
    /// Another value for one cell; any table, whatever its size and its axes.
    Cell {
        row: u32,
        column: usize,
        value: Typed,
        line: String,
    },
}

impl Edit {
    /// A line of a lab book.
    pub fn words(&self) -> String {
        self.words_after(0)
    }

    /// The same of an edit that goes on with a stroke in which so many rows were drawn or deleted before.
    pub fn words_after(&self, before: usize) -> String {
        let rows = |n: usize| match n {
            1 => "1 row".to_owned(),
            n => format!("{n} rows"),
        };
        match self {
            Edit::Add { at, .. } => format!("{} drawn", rows(before + at.len())),
            Edit::Move { rows: r, .. } => format!("{} moved", rows(r.len())),
            Edit::Delete { rows: r } => format!("{} deleted", rows(before + r.len())),
            Edit::Paint { rows: r, .. } => format!("{} given another target", rows(r.len())),
            Edit::Jitter { rows: r, .. } => format!("{} spread", rows(r.len())),
            Edit::Cell { line, .. } => line.clone(),
        }
    }

    /// How many rows it draws or deletes.
    pub fn count(&self) -> usize {
        match self {
            Edit::Add { at, .. } => at.len(),
            Edit::Delete { rows } => rows.len(),
            _ => 0,
        }
    }

    /// Whether a row keeps its number.
    pub fn keeps_numbers(&self) -> bool {
        !matches!(self, Edit::Delete { .. })
    }
}

/// The edited table under another name; roles and axes that the source suggested stay.
///
/// Fails where a column of the plane does not hold numbers, or the table is too long.
pub fn edit(table: &Table, canvas: Canvas, edit: &Edit, name: &str) -> Result<Table, Problem> {
    if let Edit::Cell {
        row, column, value, ..
    } = edit
    {
        return cell::with_cell(table, *row, *column, value, name);
    }
    let added = match edit {
        Edit::Add { at, .. } => at.len(),
        _ => 0,
    };
    if table.rows() + added > MOST_ROWS {
        let text = format!("a table of more than {MOST_ROWS} rows cannot be drawn on");
        return Err(Problem::new(text).fix("Draw on a smaller one, or on a sample of it"));
    }
    for column in [canvas.x, canvas.y] {
        let numbers = |c: &Column| c.kind == Kind::Number;
        if !table.columns().get(column).is_some_and(numbers) {
            return Err(
                Problem::new("rows can be drawn over two columns of numbers alone")
                    .fix("Choose two numbers as axes"),
            );
        }
    }
    // What is not touched is shared with the old table: undo keeps many of them.
    let touched = |at: &usize| match edit {
        Edit::Add { .. } | Edit::Delete { .. } => true,
        Edit::Move { .. } | Edit::Jitter { .. } => [canvas.x, canvas.y].contains(at),
        Edit::Paint { target, .. } => at == target,
        Edit::Cell { .. } => false,
    };
    let mut columns: BTreeMap<usize, Draft> = (0..table.columns().len())
        .filter(touched)
        .map(|at| (at, Draft::of(&table.columns()[at])))
        .collect();
    match edit {
        Edit::Add { at, target, ink } => {
            let finite = at.iter().filter(|p| p.iter().all(|v| v.is_finite()));
            for (row, point) in (table.rows()..).zip(finite) {
                columns.values_mut().for_each(Draft::push_missing);
                for (column, value) in [(canvas.x, point[0]), (canvas.y, point[1])] {
                    if let Some(draft) = columns.get_mut(&column) {
                        draft.set_number(row, value);
                    }
                }
                if let Some(target) = target.and_then(|t| columns.get_mut(&t)) {
                    target.paint(row, ink);
                }
            }
        }
        Edit::Move { rows, by } => {
            for (column, by) in [(canvas.x, by[0]), (canvas.y, by[1])] {
                if let Some(draft) = columns.get_mut(&column) {
                    rows.iter().for_each(|&row| draft.shift(row as usize, by));
                }
            }
        }
        Edit::Delete { rows } => {
            let mut gone = vec![false; table.rows()];
            for row in rows {
                if let Some(gone) = gone.get_mut(*row as usize) {
                    *gone = true;
                }
            }
            columns.values_mut().for_each(|column| column.drop(&gone));
        }
        Edit::Paint { rows, target, ink } => {
            if let Some(target) = columns.get_mut(target) {
                rows.iter().for_each(|&row| target.paint(row as usize, ink));
            }
        }
        Edit::Jitter { rows, by, seed } => {
            let mut random = Random::stream(*seed, 0);
            for &row in rows {
                for (column, by) in [(canvas.x, by[0]), (canvas.y, by[1])] {
                    let by = by * random.normal();
                    if let Some(draft) = columns.get_mut(&column) {
                        draft.shift(row as usize, by);
                    }
                }
            }
        }
        Edit::Cell { .. } => {}
    }
    let mut builder = TableBuilder::new(name);
    for (at, column) in table.columns().iter().enumerate() {
        builder = builder.column(match columns.remove(&at) {
            Some(draft) => draft.finish(column),
            None => column.clone(),
        });
    }
    if let Some(target) = table.suggested_target() {
        builder = builder.target(target);
    }
    if let Some((x, y)) = table.suggested_axes() {
        builder = builder.axes(x, y);
    }
    if let Some(features) = table.suggested_features() {
        builder = builder.features(features.to_vec());
    }
    builder.build()
}

/// An empty plane of two numbers and two classes, to draw on.
pub fn blank() -> Table {
    let column = |name: &str| Column::numbers(name, Vec::new());
    let levels = vec!["A".to_owned(), "B".to_owned()];
    TableBuilder::new("Drawing")
        .column(column("x"))
        .column(column("y"))
        .column(Column::categories("class", Vec::new(), levels))
        .target("class")
        .axes("x", "y")
        // Without rows nothing else tells that they are to be learned from.
        .features(vec!["x".to_owned(), "y".to_owned()])
        .build()
        .unwrap_or_else(|_| unreachable!("three names, no rows"))
}

/// The values of a column on their way into another.
struct Draft {
    values: DraftValues,
    missing: Vec<bool>,
}

enum DraftValues {
    Number(Vec<f64>),
    Codes(Vec<u32>),
    Text(Vec<Box<str>>),
}

impl Draft {
    fn of(column: &Column) -> Self {
        let values = match &column.values {
            Values::Number(v) => DraftValues::Number(v.to_vec()),
            Values::Category { codes, .. } => DraftValues::Codes(codes.to_vec()),
            Values::Text(v) => DraftValues::Text(v.to_vec()),
        };
        let missing = (0..column.len()).map(|row| column.missing.is_missing(row));
        Draft {
            values,
            missing: missing.collect(),
        }
    }

    fn push_missing(&mut self) {
        match &mut self.values {
            DraftValues::Number(v) => v.push(f64::NAN),
            DraftValues::Codes(v) => v.push(u32::MAX),
            DraftValues::Text(v) => v.push("".into()),
        }
        self.missing.push(true);
    }

    fn set_number(&mut self, row: usize, value: f64) {
        if let DraftValues::Number(values) = &mut self.values
            && let Some(slot) = values.get_mut(row)
        {
            *slot = value;
            self.missing[row] = !value.is_finite();
        }
    }

    /// Moves a number; a missing one stays missing.
    fn shift(&mut self, row: usize, by: f64) {
        let old = match &self.values {
            DraftValues::Number(values) if self.missing.get(row) == Some(&false) => values[row],
            _ => return,
        };
        if (old + by).is_finite() {
            self.set_number(row, old + by);
        }
    }

    fn paint(&mut self, row: usize, ink: &Ink) {
        match (&mut self.values, ink) {
            (DraftValues::Codes(codes), Ink::Class(code)) => {
                if let Some(slot) = codes.get_mut(row) {
                    *slot = *code;
                    self.missing[row] = false;
                }
            }
            (DraftValues::Number(_), Ink::Number(value)) => self.set_number(row, *value),
            // Classes that are numbers: the level's own number is asked for by `Ink::Number`.
            _ => {}
        }
    }

    fn drop(&mut self, gone: &[bool]) {
        fn keep<T>(values: &mut Vec<T>, gone: &[bool]) {
            let mut row = 0;
            values.retain(|_| {
                row += 1;
                !gone[row - 1]
            });
        }
        match &mut self.values {
            DraftValues::Number(v) => keep(v, gone),
            DraftValues::Codes(v) => keep(v, gone),
            DraftValues::Text(v) => keep(v, gone),
        }
        keep(&mut self.missing, gone);
    }

    fn finish(self, of: &Column) -> Column {
        let values = match self.values {
            DraftValues::Number(v) => Values::Number(v.into()),
            DraftValues::Codes(v) => Values::Category {
                codes: v.into(),
                levels: of.levels().into(),
            },
            DraftValues::Text(v) => Values::Text(v.into()),
        };
        Column {
            name: of.name.clone(),
            unit: of.unit.clone(),
            kind: of.kind,
            values,
            missing: Mask::from_rows(self.missing.into_iter()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        TableBuilder::new("t")
            .column(Column::numbers("x", vec![0.0, 1.0, f64::NAN]))
            .column(Column::numbers("y", vec![5.0, 6.0, 7.0]))
            .column(Column::categories(
                "class",
                vec![0, 1, u32::MAX],
                vec!["a".into(), "b".into()],
            ))
            .target("class")
            .build()
            .unwrap()
    }

    const CANVAS: Canvas = Canvas { x: 0, y: 1 };

    #[test]
    fn drawn_rows_come_last_and_the_rest_is_as_it_was() {
        let before = table();
        let add = Edit::Add {
            at: vec![[2.0, 3.0], [f64::NAN, 0.0]],
            target: Some(2),
            ink: Ink::Class(1),
        };
        let after = edit(&before, CANVAS, &add, "t (edited)").unwrap();
        assert_eq!((before.rows(), after.rows()), (3, 4));
        assert_eq!(after.suggested_target(), Some("class"));
        for (old, new) in before.columns().iter().zip(after.columns()) {
            for row in 0..3 {
                assert_eq!(old.cell(row), new.cell(row));
            }
        }
        let drawn: Vec<_> = after.columns().iter().map(|c| c.cell(3)).collect();
        assert_eq!(drawn, ["2", "3", "b"]);
    }

    #[test]
    fn rows_move_are_painted_and_go() {
        let moved = Edit::Move {
            rows: vec![1, 2, 99],
            by: [1.0, -1.0],
        };
        let after = edit(&table(), CANVAS, &moved, "t").unwrap();
        assert_eq!(after.columns()[0].number(1), Some(2.0));
        assert_eq!(after.columns()[0].number(2), None, "missing stays missing");
        assert_eq!(after.columns()[1].number(2), Some(6.0));
        let painted = Edit::Paint {
            rows: vec![0, 2],
            target: 2,
            ink: Ink::Class(1),
        };
        let after = edit(&after, CANVAS, &painted, "t").unwrap();
        assert_eq!(after.columns()[2].missing.count(), 0);
        let gone = Edit::Delete { rows: vec![0, 7] };
        let after = edit(&after, CANVAS, &gone, "t").unwrap();
        assert_eq!(after.rows(), 2);
        assert_eq!(after.columns()[1].number(0), Some(5.0));
        let all = Edit::Delete { rows: vec![0, 1] };
        assert_eq!(edit(&after, CANVAS, &all, "t").unwrap().rows(), 0);
    }

    #[test]
    fn what_an_edit_does_not_touch_is_shared() {
        let before = table();
        let shared = |edit_of: Edit| -> Vec<bool> {
            let after = edit(&before, CANVAS, &edit_of, "t").unwrap();
            let columns = before.columns().iter().zip(after.columns());
            columns.map(|(old, new)| old.shares_values(new)).collect()
        };
        let rows = vec![0];
        let by = [1.0, 1.0];
        let moved = Edit::Move {
            rows: rows.clone(),
            by,
        };
        assert_eq!(shared(moved), [false, false, true]);
        let painted = Edit::Paint {
            rows: rows.clone(),
            target: 2,
            ink: Ink::Class(1),
        };
        assert_eq!(shared(painted), [true, true, false]);
        assert_eq!(shared(Edit::Delete { rows }), [false, false, false]);
    }

    #[test]
    fn rows_spread_by_the_same_seed_alike() {
        let spread = |seed| {
            let jitter = Edit::Jitter {
                rows: vec![0, 1],
                by: [0.1, 0.1],
                seed,
            };
            edit(&table(), CANVAS, &jitter, "t").unwrap().fingerprint()
        };
        assert_eq!(spread(1), spread(1));
        assert_ne!(spread(1), spread(2));
    }

    #[test]
    fn a_plane_of_categories_is_refused() {
        let on = Canvas { x: 0, y: 2 };
        let problem = edit(&table(), on, &Edit::Delete { rows: vec![] }, "t");
        assert!(
            problem
                .unwrap_err()
                .to_string()
                .contains("two columns of numbers")
        );
    }

    #[test]
    fn an_empty_plane_takes_its_first_row() {
        let add = Edit::Add {
            at: vec![[0.5, 0.5]],
            target: Some(2),
            ink: Ink::Class(0),
        };
        let after = edit(&blank(), CANVAS, &add, "Drawing").unwrap();
        assert_eq!(after.columns()[2].cell(0), "A");
    }
}
