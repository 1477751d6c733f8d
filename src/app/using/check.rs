//! What a model needs and what the data have, as lines of a table, before anything is predicted.

use crate::base::problem::visible;
use crate::data::Kind;
use crate::train::apply::{Account, ColumnAccount};
use crate::widget::format;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Nothing can be predicted.
    Lacking,
    /// It can, and there is something to know.
    Odd,
    Good,
    /// The model does not know it.
    Extra,
}

/// A column of the model, or one that only the data have.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub state: State,
    pub name: String,
    /// As the model wants it; empty for extra columns.
    pub kind: &'static str,
    /// What it is called in the data.
    pub found: String,
    pub note: String,
}

/// So many extra columns are named.
const MOST_EXTRA: usize = 200;

/// What stops first, then what is odd, then the rest in the model's order, then what is left alone.
pub fn lines(account: &Account) -> Vec<Line> {
    let mut lines: Vec<Line> = account
        .columns
        .iter()
        .map(|column| of_column(column, account.rows))
        .collect();
    lines.sort_by_key(|line| line.state);
    let extra = account.extra.iter().take(MOST_EXTRA).map(|name| Line {
        state: State::Extra,
        name: visible(name),
        kind: "",
        found: visible(name),
        note: "not in the model: left as it is".to_owned(),
    });
    lines.extend(extra);
    lines
}

fn of_column(column: &ColumnAccount, rows: usize) -> Line {
    let mut notes = Vec::new();
    let mut state = State::Good;
    match &column.found {
        None => {
            state = State::Lacking;
            notes.push("not in the data".to_owned());
        }
        Some(found) if *found != column.name => {
            state = State::Odd;
            notes.push("taken for it, as only case or blanks differ".to_owned());
        }
        Some(_) => {}
    }
    let mut odd = |note: String| {
        state = state.min(State::Odd);
        notes.push(note);
    };
    if let Some(kind) = column.other_kind {
        odd(format!(
            "{} here, read as {}",
            kind.name(),
            column.kind.name()
        ));
    }
    if let Some(unit) = &column.other_unit {
        odd(format!("its unit is {} here", visible(unit)));
    }
    if column.unseen_rows > 0 {
        let shown: Vec<String> = column
            .unseen
            .iter()
            .take(3)
            .map(|(name, _)| format!("“{}”", visible(name)))
            .collect();
        let more = if column.unseen.len() > 3 { ", …" } else { "" };
        let rows = format::counted(column.unseen_rows, "row", "rows");
        odd(format!(
            "unseen in training: {}{more} ({rows})",
            shown.join(", ")
        ));
    }
    if column.unreadable > 0 {
        let first = column.first_unreadable.as_deref().unwrap_or_default();
        let cells = format::counted(column.unreadable, "cell", "cells");
        odd(format!(
            "{cells} not a {}: “{}”",
            kind_words(column.kind),
            visible(first)
        ));
    }
    if is_unreadable(column, rows) {
        state = State::Lacking;
    }
    if column.missing > 0 {
        notes.push(format!("{} missing", format::count(column.missing)));
    }
    Line {
        state,
        name: visible(&column.name),
        kind: column.kind.name(),
        found: column
            .found
            .as_deref()
            .map_or_else(|| "–".to_owned(), visible),
        note: notes.join("; "),
    }
}

fn kind_words(kind: Kind) -> &'static str {
    match kind {
        Kind::YesNo => "yes or no",
        other => other.name(),
    }
}

/// More of its cells cannot be read than can: predicting refuses such a column.
fn is_unreadable(column: &ColumnAccount, rows: usize) -> bool {
    let present = rows.saturating_sub(column.missing);
    column.unreadable * 2 > present
}

/// Columns are not there, and nothing else stands in the way: they can count as missing.
pub fn fillable(account: &Account) -> bool {
    account.lacking().next().is_some() && account.can_be_filled() && other_reason(account).is_none()
}

/// Why these data cannot be predicted.
pub fn why_not(account: &Account) -> Option<String> {
    let lacking = account.problem().map(|problem| problem.to_string());
    lacking.or_else(|| other_reason(account))
}

fn other_reason(account: &Account) -> Option<String> {
    let unreadable = |column: &&ColumnAccount| is_unreadable(column, account.rows);
    if let Some(column) = account.columns.iter().find(unreadable) {
        let (name, kind) = (visible(&column.name), kind_words(column.kind));
        return Some(format!("Column {name} holds something else than a {kind}."));
    }
    (account.rows == 0).then(|| "The data have no rows.".to_owned())
}

/// "5 of 6 columns are there", and whether there will be scores.
pub fn summary(account: &Account, target: Option<&str>) -> String {
    let there = account.columns.iter().filter(|c| c.found.is_some()).count();
    let all = account.columns.len();
    let mut words = if there == all {
        format!(
            "All {} are there",
            format::counted(all, "column", "columns")
        )
    } else {
        format!("{there} of {all} columns are there")
    };
    match account.extra.len() {
        0 => words.push('.'),
        1 => words.push_str(", 1 other is left as it is."),
        n => words.push_str(&format!(", {n} others are left as they are.")),
    }
    match (target, &account.target) {
        (Some(_), Some(found)) => words.push_str(&format!(
            " The target {} is there too: the predictions will be scored.",
            visible(found)
        )),
        (Some(target), None) => words.push_str(&format!(
            " The target {} is not there: there will be no scores.",
            visible(target)
        )),
        (None, _) => {}
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str) -> ColumnAccount {
        ColumnAccount {
            name: name.to_owned(),
            kind: Kind::Number,
            found: Some(name.to_owned()),
            other_kind: None,
            other_unit: None,
            missing: 0,
            unreadable: 0,
            first_unreadable: None,
            unseen_rows: 0,
            unseen: Vec::new(),
        }
    }

    #[test]
    fn what_stops_comes_first_and_everything_odd_is_said() {
        let account = Account {
            rows: 10,
            columns: vec![
                column("a"),
                ColumnAccount {
                    found: Some("B ".to_owned()),
                    unseen_rows: 4,
                    unseen: vec![("<new>".to_owned(), 4)],
                    ..column("b")
                },
                ColumnAccount {
                    found: None,
                    ..column("c")
                },
            ],
            extra: vec!["x\u{202e}".to_owned()],
            target: Some("y".to_owned()),
            ..Account::default()
        };
        let lines = lines(&account);
        let names: Vec<&str> = lines.iter().map(|l| l.name.as_str()).collect();
        assert_eq!(names, ["c", "b", "a", "x\\u{202e}"]);
        assert_eq!(lines[0].state, State::Lacking);
        assert!(
            lines[1].note.contains("“<new>” (4 rows)"),
            "{}",
            lines[1].note
        );
        assert_eq!((lines[2].state, lines[2].note.as_str()), (State::Good, ""));
        assert!(why_not(&account).is_some_and(|why| why.contains("no column c")));
        assert!(fillable(&account));
        let words = summary(&account, Some("y"));
        assert!(
            words.starts_with("2 of 3 columns are there, 1 other"),
            "{words}"
        );
        assert!(
            words.ends_with("the predictions will be scored."),
            "{words}"
        );
    }

    #[test]
    fn a_column_of_something_else_stops_too() {
        let words = ColumnAccount {
            unreadable: 6,
            first_unreadable: Some("red".to_owned()),
            other_kind: Some(Kind::Category),
            ..column("a")
        };
        let mut account = Account {
            rows: 10,
            columns: vec![words],
            ..Account::default()
        };
        assert_eq!(lines(&account)[0].state, State::Lacking);
        assert!(why_not(&account).is_some_and(|why| why.contains("Column a")));
        assert!(!fillable(&account));
        account.columns[0].unreadable = 5;
        assert_eq!(lines(&account)[0].state, State::Odd);
        assert_eq!(why_not(&account), None);
        account.rows = 0;
        account.columns[0].unreadable = 0;
        assert_eq!(why_not(&account).as_deref(), Some("The data have no rows."));
    }
}
