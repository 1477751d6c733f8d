//! What a column is, from a look at a few thousand of its cells. The parser then reads all of them and
//! comes back where a cell beyond the look disagrees.

use std::borrow::Cow;

use super::super::number;
use super::cell::{is_missing, is_placeholder};
use super::tokenise::Field;
use crate::data::date::{self, Order};

/// One column's cells in the text.
#[derive(Clone, Copy)]
pub(super) struct Cells<'a> {
    pub text: &'a str,
    /// Of the whole table, row after row.
    pub fields: &'a [Field],
    pub columns: usize,
    pub column: usize,
    /// What the person counts as missing.
    pub missing: &'a [String],
}

impl<'a> Cells<'a> {
    pub(super) fn rows(&self) -> usize {
        self.fields.len() / self.columns
    }

    /// The amount that a cell can be nothing but: no name of digits, and finite.
    #[inline]
    pub(super) fn amount(&self, row: usize) -> Option<f64> {
        let (start, end) = self.fields[row * self.columns + self.column].plain()?;
        let text = self.text.as_bytes();
        if let Some([b'0', b'0'..=b'9']) = text.get(start..end.min(start + 2)) {
            return None;
        }
        let value = number::parse_within(text, start, end)?;
        (value.abs() < 9_007_199_254_740_992.0).then_some(value)
    }

    /// Trimmed.
    #[inline]
    pub(super) fn get(&self, row: usize) -> Cow<'a, str> {
        let cell = match self.fields[row * self.columns + self.column].text(self.text) {
            Cow::Borrowed(text) => Cow::Borrowed(trim(text)),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
        };
        if !self.missing.is_empty() && self.missing.iter().any(|m| *m == *cell) {
            return Cow::Borrowed("");
        }
        cell
    }
}

/// `str::trim` with a quick way out for what needs none.
#[inline]
fn trim(text: &str) -> &str {
    match text.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        [only] if only.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

/// What a column could be, most special first.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Guess {
    Empty,
    Number {
        unit: Option<String>,
    },
    Date(Order),
    /// Times of day.
    Time,
    /// Category, yes/no or text: the parser counts the distinct values.
    Words,
}

/// Rows looked at: a third at the start, in the middle and at the end.
const SAMPLE: usize = 3000;

pub(super) fn guess(cells: &Cells<'_>, decimal_comma: bool) -> Guess {
    let rows = cells.rows();
    let mut sample = Vec::new();
    let mut take = |row: usize| {
        let text = cells.get(row);
        if !is_missing(&text) && !is_placeholder(&text) {
            sample.push(text);
        }
    };
    if rows <= SAMPLE {
        (0..rows).for_each(&mut take);
    } else {
        let third = SAMPLE / 3;
        for from in [0, rows / 2 - third / 2, rows - third] {
            (from..from + third).for_each(&mut take);
        }
    }
    if sample.is_empty() && rows > SAMPLE {
        // Nearly empty: the values that there are, wherever they stand.
        sample = (0..rows)
            .map(|row| cells.get(row))
            .filter(|text| !is_missing(text) && !is_placeholder(text))
            .take(SAMPLE)
            .collect();
    }
    if sample.is_empty() {
        return Guess::Empty;
    }
    // Most of them must agree; the parser is stricter.
    let most = |count: usize| count * 2 > sample.len();
    let is_number = |text: &str| number::parse(text, decimal_comma).is_some();
    if most(sample.iter().filter(|text| is_number(text)).count()) {
        return Guess::Number { unit: None };
    }
    if let Some(unit) = common_unit(&sample, decimal_comma) {
        return Guess::Number { unit: Some(unit) };
    }
    let (mut day_first, mut month_first) = (0, 0);
    for text in &sample {
        let (day, month) = date::votes(text);
        day_first += usize::from(day);
        month_first += usize::from(month);
    }
    if most(day_first.max(month_first)) {
        return Guess::Date(if month_first > day_first {
            Order::MonthFirst
        } else {
            Order::DayFirst
        });
    }
    if most(
        sample
            .iter()
            .filter(|text| date::parse_time_of_day(text).is_some())
            .count(),
    ) {
        return Guess::Time;
    }
    Guess::Words
}

/// Whether a comma is the decimal mark in most of the numbers that one of the two marks stands in.
pub(super) fn has_decimal_comma(cells: &Cells<'_>) -> bool {
    let (mut comma, mut point) = (0, 0);
    for row in 0..cells.rows().min(SAMPLE) {
        let text = cells.get(row);
        let number = number::split_unit(&text).map_or(&*text, |(number, _)| number);
        comma += usize::from(number::parse(number, true).is_some());
        point += usize::from(number::parse(number, false).is_some());
    }
    comma > point
}

/// The unit that stands beside nearly every number.
fn common_unit(sample: &[Cow<'_, str>], decimal_comma: bool) -> Option<String> {
    let units = sample.iter().filter_map(|text| {
        let (number, unit) = number::split_unit(text)?;
        number::parse(number, decimal_comma).map(|_| unit)
    });
    let mut first = None;
    let mut count = 0;
    for unit in units {
        count += usize::from(*first.get_or_insert(unit) == unit);
    }
    // Three of them: `4D` alone may well be a name.
    let enough = count * 20 >= sample.len() * 19 && (count >= 3 || first == Some("%"));
    if enough {
        first.map(str::to_owned)
    } else {
        None
    }
}

/// `5 kg` without `kg`; text without the unit stays as it is.
pub(super) fn strip_unit<'t>(text: &'t str, unit: &str) -> &'t str {
    match text.strip_suffix(unit).or_else(|| text.strip_prefix(unit)) {
        Some(number) => number.trim(),
        None => text,
    }
}
