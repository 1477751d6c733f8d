//! A column's cells to its values.
//!
//! The rule for cells that do not fit: where at most one in a hundred of a column's values is no number
//! (or date), those are read as missing and a note names the first; where it is more, the column is a
//! category or text. A kind that the person chose always holds.

use super::super::date::{self, Order};
use super::super::number;
use super::super::{Column, Kind, Mask, Values};
use super::cell::{is_missing, is_placeholder};
use super::infer::{Cells, Guess, guess, strip_unit};
use super::remark::{Remark, Rows, shortened};
use super::words::words;
use crate::base::{Cancel, Outcome};

pub(super) struct Parsed {
    pub column: Column,
    pub remarks: Vec<Remark>,
}

/// How the file writes its cells, and what the person said about this column.
#[derive(Clone, Copy)]
pub(super) struct Style {
    pub decimal_comma: bool,
    pub month_first: Option<bool>,
    pub kind: Option<Kind>,
}

pub(super) const LOOK_AT_ROWS: usize = 4096;

pub(super) fn parse(
    cells: &Cells<'_>,
    name: &str,
    style: Style,
    cancel: &Cancel,
) -> Outcome<Parsed> {
    let guessed = guess(cells, style.decimal_comma);
    let mut remarks = Vec::new();
    let column = match style.kind {
        Some(Kind::Number) => {
            let unit = match guessed {
                Guess::Number { unit } => unit,
                _ => None,
            };
            numbers(cells, unit, style, cancel, &mut remarks)?
        }
        Some(Kind::Date) => dates(cells, Order::DayFirst, style, cancel, &mut remarks)?,
        Some(_) => None,
        None => match guessed {
            Guess::Empty => {
                let missing = Mask::from_rows((0..cells.rows()).map(|_| true));
                let values = vec![0.0; cells.rows()];
                Some((Kind::Number, Values::Number(values.into()), missing, None))
            }
            Guess::Number { unit } => numbers(cells, unit, style, cancel, &mut remarks)?,
            Guess::Date(order) => dates(cells, order, style, cancel, &mut remarks)?,
            Guess::Time => times(cells, style, cancel, &mut remarks)?,
            Guess::Words => None,
        },
    };
    let (kind, values, missing, unit) = match column {
        Some(column) => column,
        None => words(cells, style, cancel, &mut remarks)?,
    };
    Ok(Parsed {
        column: Column {
            name: name.to_owned(),
            unit,
            kind,
            values,
            missing,
        },
        remarks,
    })
}

pub(super) type Read = (Kind, Values, Mask, Option<String>);

/// Nothing where the column turns out to be of words.
fn numbers(
    cells: &Cells<'_>,
    unit: Option<String>,
    style: Style,
    cancel: &Cancel,
    remarks: &mut Vec<Remark>,
) -> Outcome<Option<Read>> {
    let rows = cells.rows();
    let mut values = Vec::with_capacity(rows);
    let (mut misfits, mut infinite) = (Rows::default(), Rows::default());
    let (mut grouped, mut placeholders, mut missing) = (Rows::default(), Rows::default(), 0);
    for row in 0..rows {
        if row % LOOK_AT_ROWS == 0 {
            cancel.check()?;
        }
        let text = cells.get(row);
        let text = match &unit {
            Some(unit) => strip_unit(&text, unit),
            None => &*text,
        };
        let parsed = number::parse(text, style.decimal_comma);
        if style.kind.is_none() && is_identifier(text, parsed.map(|n| n.value)) {
            remarks.push(Remark {
                row: Some(row),
                what: format!("“{}” is read as a name, not as an amount", shortened(text)),
                fix: "Change the column's kind to number if it holds amounts",
            });
            return Ok(None);
        }
        values.push(match parsed {
            Some(number) if number.value.is_finite() => {
                if number.grouped {
                    grouped.add(row);
                }
                number.value
            }
            Some(_) => {
                infinite.add(row);
                f64::NAN
            }
            None => {
                if is_missing(text) {
                    missing += 1;
                } else if is_placeholder(text) {
                    missing += 1;
                    placeholders.add(row);
                } else {
                    misfits.add(row);
                }
                f64::NAN
            }
        });
    }
    let present = rows - missing;
    if !misfits.judge(present, "number", cells, style, remarks) {
        return Ok(None);
    }
    placeholders.remark_missing(cells, remarks);
    if let Some(row) = infinite.first() {
        remarks.push(Remark {
            row: Some(row),
            what: format!("{} read as missing", infinite.counted("infinite value")),
            fix: "",
        });
    }
    if let Some(row) = grouped.first() {
        remarks.push(Remark {
            row: Some(row),
            what: format!(
                "“{}” and the like are read with thousands separators",
                shortened(&cells.get(row))
            ),
            fix: "If they are decimals, switch the decimal comma",
        });
    }
    let mask = Mask::from_rows(values.iter().map(|v| v.is_nan()));
    Ok(Some((
        Kind::Number,
        Values::Number(values.into()),
        mask,
        unit,
    )))
}

/// `00123`, or more digits than a number can hold.
fn is_identifier(text: &str, value: Option<f64>) -> bool {
    match text.as_bytes() {
        [b'0', second, ..] if second.is_ascii_digit() => text.bytes().all(|b| b.is_ascii_digit()),
        bytes if bytes.len() >= 16 => {
            value.is_some_and(|v| v.abs() >= 9_007_199_254_740_992.0)
                && bytes.iter().all(u8::is_ascii_digit)
        }
        _ => false,
    }
}

fn dates(
    cells: &Cells<'_>,
    guessed: Order,
    style: Style,
    cancel: &Cancel,
    remarks: &mut Vec<Remark>,
) -> Outcome<Option<Read>> {
    let read = |order: Order| read_with(cells, cancel, |text| date::parse(text, order));
    let order = match style.month_first {
        Some(true) => Order::MonthFirst,
        Some(false) => Order::DayFirst,
        None => guessed,
    };
    let other = match order {
        Order::DayFirst => Order::MonthFirst,
        Order::MonthFirst => Order::DayFirst,
    };
    let mut found = read(order)?;
    if style.month_first.is_none() && found.misfits.count > 0 {
        let second = read(other)?;
        if second.misfits.count < found.misfits.count {
            found = second;
        }
    } else if style.month_first.is_none()
        && let Some(row) = ambiguous(cells)
        && read(other)?.misfits.count == 0
    {
        remarks.push(Remark {
            row: Some(row),
            what: format!(
                "“{}” could be day/month or month/day, and is read as {}",
                cells.get(row),
                date::format(found.values[row])
            ),
            fix: "Choose the order if that is wrong",
        });
    }
    let present = cells.rows() - found.missing;
    if !found.misfits.judge(present, "date", cells, style, remarks) {
        return Ok(None);
    }
    found.placeholders.remark_missing(cells, remarks);
    Ok(Some(found.column(Kind::Date, None)))
}

/// `10:30` and `5:30 PM`: hours since midnight, an amount that a model can use.
fn times(
    cells: &Cells<'_>,
    style: Style,
    cancel: &Cancel,
    remarks: &mut Vec<Remark>,
) -> Outcome<Option<Read>> {
    let found = read_with(cells, cancel, |text| {
        date::parse_time_of_day(text).map(|seconds| seconds / 3600.0)
    })?;
    let present = cells.rows() - found.missing;
    if !found.misfits.judge(present, "time", cells, style, remarks) {
        return Ok(None);
    }
    found.placeholders.remark_missing(cells, remarks);
    remarks.push(Remark {
        row: None,
        what: "times of day are read as hours since midnight".to_owned(),
        fix: "Read the column as text to keep them as they are written",
    });
    Ok(Some(found.column(Kind::Number, Some("h".to_owned()))))
}

/// A column's cells through one function, and what it could not read.
struct Found {
    values: Vec<f64>,
    misfits: Rows,
    placeholders: Rows,
    /// Placeholders among them.
    missing: usize,
}

impl Found {
    fn column(self, kind: Kind, unit: Option<String>) -> Read {
        let mask = Mask::from_rows(self.values.iter().map(|v| v.is_nan()));
        (kind, Values::Number(self.values.into()), mask, unit)
    }
}

fn read_with(
    cells: &Cells<'_>,
    cancel: &Cancel,
    parse: impl Fn(&str) -> Option<f64>,
) -> Outcome<Found> {
    let mut found = Found {
        values: Vec::with_capacity(cells.rows()),
        misfits: Rows::default(),
        placeholders: Rows::default(),
        missing: 0,
    };
    for row in 0..cells.rows() {
        if row % LOOK_AT_ROWS == 0 {
            cancel.check()?;
        }
        let text = cells.get(row);
        let value = parse(&text);
        if value.is_none() {
            if is_missing(&text) {
                found.missing += 1;
            } else if is_placeholder(&text) {
                found.missing += 1;
                found.placeholders.add(row);
            } else {
                found.misfits.add(row);
            }
        }
        found.values.push(value.unwrap_or(f64::NAN));
    }
    Ok(found)
}

/// The first of the first thousand rows that is another date with the month first.
fn ambiguous(cells: &Cells<'_>) -> Option<usize> {
    (0..cells.rows().min(1000)).find(|&row| {
        let text = cells.get(row);
        let (day, month) = (
            date::parse(&text, Order::DayFirst),
            date::parse(&text, Order::MonthFirst),
        );
        day.is_some() && month.is_some() && day != month
    })
}
