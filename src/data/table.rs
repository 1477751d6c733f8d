//! Named, typed columns behind an `Arc`, never changed in place.

use std::sync::Arc;

use crate::base::{Hash128, Hasher128, Problem};

/// What a column holds. `YesNo` is stored as a category of two levels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Number,
    Category,
    Text,
    Date,
    YesNo,
}

impl Kind {
    pub const ALL: [Kind; 5] = [
        Kind::Number,
        Kind::Category,
        Kind::Text,
        Kind::Date,
        Kind::YesNo,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Kind::Number => "number",
            Kind::Category => "category",
            Kind::Text => "text",
            Kind::Date => "date",
            Kind::YesNo => "yes/no",
        }
    }
}

/// The values of a column, one a row. What stands where the mask says missing has no meaning.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Numbers; for `Kind::Date` seconds since 1970-01-01 00:00 UTC. Always finite where present.
    Number(Arc<[f64]>),
    /// Dictionary codes: `levels[code]`. Levels are in the order in which they should be shown
    /// (sorted; numbers by value).
    Category {
        codes: Arc<[u32]>,
        levels: Arc<[String]>,
    },
    /// One text a row.
    Text(Arc<[Box<str>]>),
}

/// Which rows have no value: one bit a row, or nothing at all where every row has one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mask {
    bits: Option<Arc<[u64]>>,
    count: usize,
}

impl Mask {
    pub fn from_rows(missing: impl ExactSizeIterator<Item = bool>) -> Self {
        let mut bits = vec![0u64; missing.len().div_ceil(64)];
        let mut count = 0;
        for (row, is_missing) in missing.enumerate() {
            if is_missing {
                bits[row / 64] |= 1 << (row % 64);
                count += 1;
            }
        }
        Mask {
            bits: (count > 0).then(|| bits.into()),
            count,
        }
    }

    #[inline]
    pub fn is_missing(&self, row: usize) -> bool {
        match &self.bits {
            Some(bits) => bits[row / 64] >> (row % 64) & 1 == 1,
            None => false,
        }
    }

    /// How many rows are missing.
    pub fn count(&self) -> usize {
        self.count
    }
}

/// One column: a name that nobody changes, an optional unit, a kind, and its values.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub name: String,
    /// `mm`, `%`, `kg`; shown behind the name.
    pub unit: Option<String>,
    pub kind: Kind,
    pub values: Values,
    pub missing: Mask,
}

impl Column {
    /// Numbers, missing where not finite.
    pub fn numbers(name: impl Into<String>, values: Vec<f64>) -> Self {
        let missing = Mask::from_rows(values.iter().map(|v| !v.is_finite()));
        Column {
            name: name.into(),
            unit: None,
            kind: Kind::Number,
            values: Values::Number(values.into()),
            missing,
        }
    }

    /// Categories with levels in the order given; `u32::MAX` is missing.
    pub fn categories(name: impl Into<String>, codes: Vec<u32>, levels: Vec<String>) -> Self {
        let missing = Mask::from_rows(codes.iter().map(|&c| c == u32::MAX));
        Column {
            name: name.into(),
            unit: None,
            kind: Kind::Category,
            values: Values::Category {
                codes: codes.into(),
                levels: levels.into(),
            },
            missing,
        }
    }

    pub fn with_unit(mut self, unit: impl Into<String>) -> Self {
        self.unit = Some(unit.into());
        self
    }

    pub fn len(&self) -> usize {
        match &self.values {
            Values::Number(v) => v.len(),
            Values::Category { codes, .. } => codes.len(),
            Values::Text(v) => v.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number in this row (dates as seconds), if the column holds numbers and the row has one.
    #[inline]
    pub fn number(&self, row: usize) -> Option<f64> {
        match &self.values {
            Values::Number(v) if !self.missing.is_missing(row) => Some(v[row]),
            _ => None,
        }
    }

    /// The level's code in this row, if the column holds categories and the row has one.
    #[inline]
    pub fn code(&self, row: usize) -> Option<u32> {
        match &self.values {
            Values::Category { codes, .. } if !self.missing.is_missing(row) => Some(codes[row]),
            _ => None,
        }
    }

    /// The level names; empty unless the column holds categories.
    pub fn levels(&self) -> &[String] {
        match &self.values {
            Values::Category { levels, .. } => levels,
            _ => &[],
        }
    }

    /// `Bill length (mm)`.
    pub fn title(&self) -> String {
        match &self.unit {
            Some(unit) => format!("{} ({unit})", self.name),
            None => self.name.clone(),
        }
    }

    fn hash(&self, hasher: &mut Hasher128) {
        hasher.text(&self.name).word(self.kind as u64);
        hasher.text(self.unit.as_deref().unwrap_or(""));
        match &self.values {
            Values::Number(values) => {
                for (row, value) in values.iter().enumerate() {
                    let missing = self.missing.is_missing(row);
                    hasher.number(if missing { f64::NAN } else { *value });
                }
            }
            Values::Category { codes, levels } => {
                for level in levels.iter() {
                    hasher.text(level);
                }
                for (row, code) in codes.iter().enumerate() {
                    let missing = self.missing.is_missing(row);
                    hasher.word(if missing { u64::MAX } else { u64::from(*code) });
                }
            }
            Values::Text(values) => {
                for (row, value) in values.iter().enumerate() {
                    if self.missing.is_missing(row) {
                        hasher.word(u64::MAX);
                    } else {
                        hasher.text(value);
                    }
                }
            }
        }
    }
}

#[derive(Debug)]
struct Inner {
    name: String,
    columns: Vec<Column>,
    rows: usize,
    fingerprint: Hash128,
    target: Option<String>,
    notes: Vec<Problem>,
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

    /// The target that the source states (shipped sets, generators); a file has none.
    pub fn suggested_target(&self) -> Option<&str> {
        self.inner.target.as_deref()
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
    notes: Vec<Problem>,
}

impl TableBuilder {
    pub fn new(name: impl Into<String>) -> Self {
        TableBuilder {
            name: name.into(),
            ..TableBuilder::default()
        }
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
        let mut hasher = Hasher128::new();
        hasher.word(rows as u64);
        for column in &self.columns {
            column.hash(&mut hasher);
        }
        Ok(Table {
            inner: Arc::new(Inner {
                name: self.name,
                rows,
                fingerprint: hasher.finish(),
                columns: self.columns,
                target: self.target,
                notes: self.notes,
            }),
        })
    }
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
