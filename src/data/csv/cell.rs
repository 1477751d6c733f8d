//! What a single cell looks like, before its column is known.

use super::super::date::{self, Order};
use super::super::number;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    Missing,
    Number,
    Date,
    YesNo,
    Text,
}

impl Look {
    /// Whether a header cell would not look like this.
    pub(super) fn is_typed(self) -> bool {
        matches!(self, Look::Number | Look::Date)
    }
}

/// `text` is trimmed.
pub(super) fn look(text: &str, decimal_comma: bool) -> Look {
    if is_missing(text) {
        Look::Missing
    } else if number::parse(text, decimal_comma).is_some() || has_unit(text, decimal_comma) {
        Look::Number
    } else if date::parse(text, Order::DayFirst).is_some()
        || date::parse(text, Order::MonthFirst).is_some()
        || date::parse_time_of_day(text).is_some()
    {
        Look::Date
    } else if ["true", "false", "yes", "no"]
        .iter()
        .any(|word| text.eq_ignore_ascii_case(word))
    {
        Look::YesNo
    } else {
        Look::Text
    }
}

/// `5%`, `3 kg`; not `a4`.
fn has_unit(text: &str, decimal_comma: bool) -> bool {
    number::split_unit(text).is_some_and(|(n, _)| number::parse(n, decimal_comma).is_some())
}

/// The spellings of a missing value that hold in every column. `None` is Python's, `NaT` pandas', `\N` MySQL's
/// and PostgreSQL's, those with `!` Excel's.
#[inline]
pub(super) fn is_missing(text: &str) -> bool {
    match text.as_bytes() {
        [] => true,
        // The quick way out for numbers.
        [b'0'..=b'9', ..] => false,
        _ => matches!(
            text,
            "NA" | "N/A"
                | "n/a"
                | "NaN"
                | "nan"
                | "NAN"
                | "-nan"
                | "-NaN"
                | "NaT"
                | "null"
                | "NULL"
                | "Null"
                | "None"
                | "missing"
                | "Missing"
                | "MISSING"
                | "#N/A"
                | "#NA"
                | "<NA>"
                | "<null>"
                | "(null)"
                | "\\N"
                | "N.A."
                | "n.a."
                | "#NULL!"
                | "#DIV/0!"
                | "#VALUE!"
                | "#REF!"
                | "#NAME?"
                | "#NUM!"
        ),
    }
}

/// What stands for missing only where the rest of the column is of numbers or dates.
pub(super) fn is_placeholder(text: &str) -> bool {
    matches!(
        text,
        "?" | "-"
            | "--"
            | "---"
            | "–"
            | "—"
            | "."
            | ".."
            | "..."
            | "*"
            | "/"
            | "na"
            | "Na"
            | "nd"
            | "ND"
            | "n.d."
            | "nil"
            | "none"
            | "NONE"
            | "unknown"
            | "Unknown"
            | "k.A."
            | "k. A."
            | "#"
    )
}
