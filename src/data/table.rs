//! Named, typed columns behind an `Arc`, never changed in place.

use std::sync::{Arc, OnceLock};

use super::{About, Column, Guesses, Kind};
use crate::base::{Hash128, Hasher128, Problem};

#[derive(Clone, Debug)]
struct Inner {
    name: String,
    columns: Vec<Column>,
    rows: usize,
    fingerprint: Hash128,
    target: Option<String>,
    axes: Option<(String, String)>,
    features: Option<Vec<String>>,
    set_aside: Vec<String>,
    parts: Option<Parts>,
    guesses: Option<Guesses>,
    notes: Vec<Problem>,
    /// Found when it is first asked for.
    about: OnceLock<About>,
}

/// A file that holds several tables: which there are, and which was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// `sheet` or `table`, as the option of [`ReadOptions`](super::ReadOptions) is called.
    pub called: &'static str,
    pub names: Vec<String>,
    pub chosen: String,
}

/// A data set: columns of equal length. Cloning costs a counter.
#[derive(Clone, Debug)]
pub struct Table {
    inner: Arc<Inner>,
}

impl Table {
    /// What a person calls it: `Penguins`, `moons`, a file's name without its folder.
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    pub fn rows(&self) -> usize {
        self.inner.rows
    }

    pub fn columns(&self) -> &[Column] {
        &self.inner.columns
    }

    pub fn column(&self, name: &str) -> Option<&Column> {
        self.inner.columns.iter().find(|c| c.name == name)
    }

    pub fn position(&self, name: &str) -> Option<usize> {
        self.inner.columns.iter().position(|c| c.name == name)
    }

    /// Of names, kinds, units and values, not of the table's own name.
    pub fn fingerprint(&self) -> Hash128 {
        self.inner.fingerprint
    }

    /// What the columns say of themselves. Every value may have to be read when it is first asked for:
    /// whoever makes a table off the window's thread asks there.
    pub fn about(&self) -> &About {
        self.inner.about.get_or_init(|| About::of(self))
    }

    /// About how much memory is held by this table and not by the other one as well: columns at the
    /// same place may be shared.
    pub fn bytes_beside(&self, other: &Table) -> usize {
        if Arc::ptr_eq(&self.inner, &other.inner) {
            return 0;
        }
        let beside = self.columns().iter().enumerate().filter(|(at, column)| {
            let there = other.columns().get(*at);
            !there.is_some_and(|there| there.shares_values(column))
        });
        beside.map(|(_, column)| column.bytes()).sum()
    }

    /// The target that the source states (shipped sets, generators); a file has none.
    pub fn suggested_target(&self) -> Option<&str> {
        self.inner.target.as_deref()
    }

    /// The pair of features that tells most in a picture (shipped sets, generators).
    pub fn suggested_axes(&self) -> Option<(&str, &str)> {
        let (x, y) = self.inner.axes.as_ref()?;
        Some((x, y))
    }

    /// The features to begin with where all would be too many (the first start's data set).
    pub fn suggested_features(&self) -> Option<&[String]> {
        self.inner.features.as_deref()
    }

    /// Columns that the source itself keeps from learning, such as Orange's meta columns.
    pub fn set_aside(&self) -> &[String] {
        &self.inner.set_aside
    }

    /// The sheets or tables of the file that this one was chosen from.
    pub fn parts(&self) -> Option<&Parts> {
        self.inner.parts.as_ref()
    }

    /// How the reader took the file: each guess can be changed by reading again with other
    /// [`ReadOptions`](super::ReadOptions). Tables that were not read from text have none.
    pub fn guesses(&self) -> Option<&Guesses> {
        self.inner.guesses.as_ref()
    }

    /// The same table with one column read as another kind; see [`Column::as_kind`].
    pub fn with_kind(&self, name: &str, kind: Kind) -> Result<Table, Problem> {
        let at = self
            .position(name)
            .ok_or_else(|| Problem::new(format!("there is no column “{name}”")))?;
        let mut inner = Inner::clone(&self.inner);
        inner.columns[at] = inner.columns[at].as_kind(kind)?;
        inner.about = OnceLock::new();
        inner.fingerprint = fingerprint(&inner.columns, inner.rows);
        Ok(Table {
            inner: Arc::new(inner),
        })
    }

    /// What the reader guessed, changed or left out, for the person to see.
    pub fn notes(&self) -> &[Problem] {
        &self.inner.notes
    }
}

/// Collects columns of one length.
#[derive(Debug, Default)]
pub struct TableBuilder {
    name: String,
    columns: Vec<Column>,
    target: Option<String>,
    axes: Option<(String, String)>,
    features: Option<Vec<String>>,
    set_aside: Vec<String>,
    parts: Option<Parts>,
    guesses: Option<Guesses>,
    notes: Vec<Problem>,
}

impl TableBuilder {
    pub fn new(name: impl Into<String>) -> Self {
        TableBuilder {
            name: name.into(),
            ..TableBuilder::default()
        }
    }

    /// All that a table has, to be built again with something added.
    pub(super) fn from(table: &Table) -> Self {
        let inner = Inner::clone(&table.inner);
        TableBuilder {
            name: inner.name,
            columns: inner.columns,
            target: inner.target,
            axes: inner.axes,
            features: inner.features,
            set_aside: inner.set_aside,
            parts: inner.parts,
            guesses: inner.guesses,
            notes: inner.notes,
        }
    }

    pub(super) fn named(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }

    /// Without the columns that `keep` refuses.
    pub(super) fn retain(mut self, keep: impl Fn(&Column) -> bool) -> Self {
        self.columns.retain(keep);
        self
    }

    /// Another column in the place of this one.
    pub(super) fn replaced(mut self, at: usize, column: Column) -> Self {
        if let Some(slot) = self.columns.get_mut(at) {
            *slot = column;
        }
        self
    }

    /// Columns need one length and names of their own; the reader has seen to both.
    pub fn column(mut self, column: Column) -> Self {
        self.columns.push(column);
        self
    }

    pub fn target(mut self, name: impl Into<String>) -> Self {
        self.target = Some(name.into());
        self
    }

    pub fn axes(mut self, x: impl Into<String>, y: impl Into<String>) -> Self {
        self.axes = Some((x.into(), y.into()));
        self
    }

    pub fn features(mut self, names: Vec<String>) -> Self {
        self.features = Some(names);
        self
    }

    pub fn set_aside(mut self, names: Vec<String>) -> Self {
        self.set_aside = names;
        self
    }

    pub fn parts(mut self, parts: Parts) -> Self {
        self.parts = Some(parts);
        self
    }

    pub fn guesses(mut self, guesses: Guesses) -> Self {
        self.guesses = Some(guesses);
        self
    }

    pub fn note(mut self, note: Problem) -> Self {
        self.notes.push(note);
        self
    }

    /// Fails where columns differ in length or share a name.
    pub fn build(self) -> Result<Table, Problem> {
        let rows = self.columns.first().map_or(0, Column::len);
        let mut names = std::collections::HashSet::new();
        for column in &self.columns {
            if column.len() != rows {
                return Err(Problem::new(format!(
                    "it has {} values, the first column has {rows}",
                    column.len()
                ))
                .at(format!("Column {}", column.name)));
            }
            if !names.insert(column.name.as_str()) {
                return Err(Problem::new("two columns have this name")
                    .at(format!("Column {}", column.name))
                    .fix("Rename one of them"));
            }
        }
        Ok(Table {
            inner: Arc::new(Inner {
                name: self.name,
                rows,
                fingerprint: fingerprint(&self.columns, rows),
                columns: self.columns,
                target: self.target,
                axes: self.axes,
                features: self.features,
                set_aside: self.set_aside,
                parts: self.parts,
                guesses: self.guesses,
                notes: self.notes,
                about: OnceLock::new(),
            }),
        })
    }
}

fn fingerprint(columns: &[Column], rows: usize) -> Hash128 {
    let mut hasher = Hasher128::new();
    hasher.word(rows as u64);
    for column in columns {
        column.hash(&mut hasher);
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_is_a_mask_and_values_hash() {
        let build = |last: f64| {
            TableBuilder::new("t")
                .column(Column::numbers("a", vec![1.0, f64::NAN, last]))
                .column(Column::categories(
                    "b",
                    vec![0, 1, u32::MAX],
                    vec!["x".into(), "y".into()],
                ))
                .build()
                .unwrap()
        };
        let table = build(3.0);
        assert_eq!(table.columns()[0].number(1), None);
        assert_eq!(table.columns()[0].number(2), Some(3.0));
        assert_eq!(table.columns()[1].code(2), None);
        assert_eq!(table.columns()[1].missing.count(), 1);
        assert_eq!(table.fingerprint(), build(3.0).fingerprint());
        assert_ne!(table.fingerprint(), build(4.0).fingerprint());
    }

    #[test]
    fn unequal_lengths_and_double_names_are_refused() {
        let builder = |name: &str, n: usize| {
            TableBuilder::new("t")
                .column(Column::numbers("a", vec![0.0; 2]))
                .column(Column::numbers(name, vec![0.0; n]))
                .build()
        };
        assert!(builder("b", 2).is_ok());
        assert!(builder("b", 3).is_err());
        assert!(builder("a", 2).is_err());
    }
}
