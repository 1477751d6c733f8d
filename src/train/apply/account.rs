//! What was found of a model's columns in other data, for the person to see.

use super::{Pipeline, Places};
use crate::base::Problem;
use crate::data::Kind;

/// What became of one of the model's columns.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnAccount {
    pub name: String,
    /// As the model wants it.
    pub kind: Kind,
    /// Its name in the data; None: it is not there.
    pub found: Option<String>,
    /// Its kind in the data where that is another.
    pub other_kind: Option<Kind>,
    /// Its unit in the data where both have one and they differ.
    pub other_unit: Option<String>,
    /// Cells without a value, unreadable ones not counted.
    pub missing: usize,
    /// Cells that are not of the model's kind, and the first of them. They count as missing.
    pub unreadable: usize,
    pub first_unreadable: Option<String>,
    /// Rows whose category the training data did not have.
    pub unseen_rows: usize,
    /// Those categories and their rows, at most [`MOST_UNSEEN`] of them.
    pub unseen: Vec<(String, usize)>,
}

/// So many unseen categories of a column are named.
pub const MOST_UNSEEN: usize = 100;

/// What was found of the model's columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Account {
    pub rows: usize,
    pub columns: Vec<ColumnAccount>,
    /// Columns that the model does not know.
    pub extra: Vec<String>,
    /// The target's name in the data, where it is there.
    pub target: Option<String>,
    /// Rows that have no target.
    pub without_target: usize,
    /// Rows whose class the model does not know: they are predicted, not scored.
    pub unknown_classes: usize,
}

impl Account {
    pub(super) fn new(pipeline: &Pipeline, names: &[&str], places: &Places) -> Account {
        let name = |at: Option<usize>| at.map(|at| names[at].to_owned());
        let columns = pipeline.columns.iter().zip(&places.columns);
        Account {
            columns: columns
                .map(|(column, at)| ColumnAccount {
                    name: column.name.clone(),
                    kind: column.kind,
                    found: name(*at),
                    other_kind: None,
                    other_unit: None,
                    missing: 0,
                    unreadable: 0,
                    first_unreadable: None,
                    unseen_rows: 0,
                    unseen: Vec::new(),
                })
                .collect(),
            extra: places
                .extra
                .iter()
                .map(|&at| names[at].to_owned())
                .collect(),
            target: name(places.target),
            ..Account::default()
        }
    }

    /// The columns that are not there.
    pub fn lacking(&self) -> impl Iterator<Item = &ColumnAccount> {
        self.columns.iter().filter(|column| column.found.is_none())
    }

    /// Whether some of the model's columns are there, so that the others can count as missing.
    pub fn can_be_filled(&self) -> bool {
        self.columns.iter().any(|column| column.found.is_some())
    }

    /// Why nothing can be predicted: columns are not there.
    pub fn problem(&self) -> Option<Problem> {
        let names: Vec<&str> = self.lacking().map(|column| column.name.as_str()).collect();
        let shown = names
            .iter()
            .take(10)
            .copied()
            .collect::<Vec<_>>()
            .join(", ");
        let more = if names.len() > 10 { ", ..." } else { "" };
        let what = match names.len() {
            0 => return None,
            1 => format!("the data has no column {shown}, which the model needs"),
            n => format!("the data has none of {n} columns that the model needs: {shown}{more}"),
        };
        Some(Problem::new(what).fix("Add them, or rename the columns that hold them"))
    }

    /// One sentence for everything that was not as in training.
    pub fn warnings(&self) -> Vec<String> {
        let mut all = Vec::new();
        let mut say = |name: &str, what: String| {
            all.push(Problem::new(what).at(format!("Column {name}")).to_string());
        };
        for column in &self.columns {
            if column.found.is_none() {
                let what = "it is not in the data and counts as missing in every row: expect worse predictions";
                say(&column.name, what.to_owned());
            }
            if let Some(found) = column.found.as_ref().filter(|found| **found != column.name) {
                say(&column.name, format!("“{found}” is taken for it"));
            }
            if let Some(kind) = column.other_kind {
                let (here, there) = (kind.name(), column.kind.name());
                say(
                    &column.name,
                    format!("it is {here} here and read as {there}, as in training"),
                );
            }
            if let Some(unit) = &column.other_unit {
                say(
                    &column.name,
                    format!(
                        "its unit is {unit} here and was another in training; the numbers are taken as they are"
                    ),
                );
            }
            if let Some(first) = &column.first_unreadable {
                let (count, kind) = (column.unreadable, column.kind.name());
                say(
                    &column.name,
                    format!(
                        "{count} of its values are no {kind} and count as missing, “{first}” is the first"
                    ),
                );
            }
            if let Some((first, _)) = column.unseen.first() {
                let rows = column.unseen_rows;
                say(
                    &column.name,
                    format!(
                        "{rows} rows have a category that the training data does not have, such as “{first}”"
                    ),
                );
            }
        }
        if self.unknown_classes > 0 {
            let rows = self.unknown_classes;
            say(
                self.target.as_deref().unwrap_or_default(),
                format!("{rows} rows have a class that the model does not know and are not scored"),
            );
        }
        all
    }
}
