//! What a table's columns say of themselves at a look: which may be the target, which name the rows, which
//! tell nothing. Every value may have to be read for it, so it is found once a table.

use super::{Column, Table, Values, guess_target, parallel, target};

#[derive(Clone, Debug, PartialEq)]
pub struct About {
    /// See [`guess_target`].
    pub target: Option<usize>,
    /// See [`guess_ids`](super::guess_ids).
    pub ids: Vec<usize>,
    /// One a column.
    pub varies: Vec<Varies>,
}

/// How the values of a column differ.
#[derive(Clone, Debug, PartialEq)]
pub enum Varies {
    /// There are none.
    Nothing,
    /// All are this one, as a person reads it.
    One(String),
    /// Whole numbers one after the other, in a column whose name says that it counts rows.
    CountsRows,
    /// Each row has a category of its own.
    EachItsOwn,
    /// As those of a feature do.
    Yes,
}

/// Below this many rows a column of different values may well be a feature.
const ID_MIN_ROWS: usize = 20;

impl About {
    pub(super) fn of(table: &Table) -> About {
        let columns = table.columns();
        let found = parallel::columns(columns.len(), table.rows(), |at| {
            Ok((varies(&columns[at]), target::is_id(&columns[at])))
        });
        // Nothing in there can be stopped.
        let found = found.unwrap_or_default();
        let ids = found.iter().enumerate().filter(|(_, (_, id))| *id);
        About {
            target: guess_target(table),
            ids: ids.map(|(at, _)| at).collect(),
            varies: found.iter().map(|(varies, _)| varies.clone()).collect(),
        }
    }
}

fn varies(column: &Column) -> Varies {
    let present = column.len() - column.missing.count();
    if present == 0 {
        return Varies::Nothing;
    }
    match &column.values {
        Values::Text(_) => Varies::Yes,
        Values::Number(_) => {
            let mut values = (0..column.len()).filter_map(|row| column.number(row));
            let first = values.next().unwrap_or(0.0);
            if values.all(|value| value == first) {
                Varies::One(first.to_string())
            } else if counts_rows(column) {
                Varies::CountsRows
            } else {
                Varies::Yes
            }
        }
        Values::Category { codes, levels } => {
            let mut seen = vec![false; levels.len()];
            let mut distinct = 0;
            let all_present = present == column.len();
            for (row, &code) in codes.iter().enumerate() {
                let there = all_present || !column.missing.is_missing(row);
                if there && !std::mem::replace(&mut seen[code as usize], true) {
                    distinct += 1;
                }
                // Nothing that comes can make it one value, or each row its own.
                if distinct > 1 && row >= distinct + (column.len() - present) {
                    return Varies::Yes;
                }
            }
            if distinct <= 1 {
                let only = seen.iter().position(|seen| *seen);
                let only = only.map_or("the same", |code| levels[code].as_str());
                Varies::One(only.to_owned())
            } else if distinct == present && present >= ID_MIN_ROWS {
                Varies::EachItsOwn
            } else {
                Varies::Yes
            }
        }
    }
}

/// A column of consecutive integers is an id only if its name says so: `x = 1, 2, 3, ...` is a
/// perfectly good feature.
fn counts_rows(column: &Column) -> bool {
    let name = column.name.trim().to_lowercase();
    let named = matches!(
        name.as_str(),
        "id" | "index"
            | "row"
            | "nr"
            | "no"
            | "rowid"
            | "row_id"
            | "rownames"
            | "__index_level_0__"
    ) || name.starts_with("unnamed");
    let first = column.number(0);
    named
        && column.len() >= ID_MIN_ROWS
        && first.is_some_and(|first| {
            (0..column.len()).all(|row| column.number(row) == Some(first + row as f64))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(codes: Vec<u32>, levels: usize) -> Varies {
        let levels = (0..levels).map(|level| format!("l{level}")).collect();
        varies(&Column::categories("c", codes, levels))
    }

    #[test]
    fn categories_vary_are_one_or_are_names() {
        let none = u32::MAX;
        assert_eq!(of(vec![none; 3], 2), Varies::Nothing);
        assert_eq!(of(vec![1, none, 1], 2), Varies::One("l1".into()));
        assert_eq!(of((0..30).collect(), 30), Varies::EachItsOwn);
        let mut gaps: Vec<u32> = (0..30).collect();
        gaps.splice(3..3, [none; 7]);
        assert_eq!(of(gaps.clone(), 30), Varies::EachItsOwn);
        gaps[39 - 3] = 2;
        assert_eq!(of(gaps, 30), Varies::Yes);
        assert_eq!(of((0..19).collect(), 19), Varies::Yes);
        assert_eq!(of(vec![0, 0, 0, 0, 1], 2), Varies::Yes);
        assert_eq!(of(Vec::new(), 2), Varies::Nothing);
    }
}
