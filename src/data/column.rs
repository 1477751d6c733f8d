//! One column: a name, a unit, a kind, and its values.

use std::borrow::Cow;
use std::sync::Arc;

use super::{Mask, date, number};
use crate::base::Hasher128;

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

    /// Texts, missing where there is none or an empty one.
    pub fn texts(name: impl Into<String>, values: Vec<Option<Box<str>>>) -> Self {
        let values: Vec<Box<str>> = values.into_iter().map(Option::unwrap_or_default).collect();
        let missing = Mask::from_rows(values.iter().map(|text| text.is_empty()));
        Column {
            name: name.into(),
            unit: None,
            kind: Kind::Text,
            values: Values::Text(values.into()),
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

    /// About how much memory the values take.
    pub fn bytes(&self) -> usize {
        match &self.values {
            Values::Number(v) => v.len() * 8,
            Values::Category { codes, .. } => codes.len() * 4,
            Values::Text(v) => {
                // Of many texts as many as say how long they are.
                let every = (v.len() / 4096).max(1);
                let some: usize = v.iter().step_by(every).map(|text| text.len()).sum();
                some * v.len() / v.len().div_ceil(every).max(1) + v.len() * 16
            }
        }
    }

    /// Whether both read the very same memory.
    pub fn shares_values(&self, other: &Column) -> bool {
        match (&self.values, &other.values) {
            (Values::Number(a), Values::Number(b)) => Arc::ptr_eq(a, b),
            (Values::Category { codes: a, .. }, Values::Category { codes: b, .. }) => {
                Arc::ptr_eq(a, b)
            }
            (Values::Text(a), Values::Text(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
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

    /// The value as it is shown and exported: shortest numbers, ISO dates; empty where missing.
    pub fn cell(&self, row: usize) -> Cow<'_, str> {
        if self.missing.is_missing(row) {
            return Cow::Borrowed("");
        }
        match &self.values {
            Values::Number(v) if self.kind == Kind::Date => date::format(v[row]).into(),
            Values::Number(v) => number::format(v[row]).into(),
            Values::Category { codes, levels } => match levels.get(codes[row] as usize) {
                Some(level) => Cow::Borrowed(level),
                None => Cow::Borrowed(""),
            },
            Values::Text(v) => Cow::Borrowed(&v[row]),
        }
    }

    /// The unit, unless the name ends with it: `bill_length_mm`.
    pub fn unit_beside_name(&self) -> Option<&str> {
        let unit = self.unit.as_deref().filter(|unit| !unit.is_empty())?;
        let said = (self.name.strip_suffix(unit))
            .is_some_and(|rest| rest.ends_with(['_', ' ', '.', '-', '(']));
        (!said).then_some(unit)
    }

    /// `Bill length (mm)`.
    pub fn title(&self) -> String {
        match &self.unit {
            Some(unit) => format!("{} ({unit})", self.name),
            None => self.name.clone(),
        }
    }

    pub(super) fn hash(&self, hasher: &mut Hasher128) {
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
