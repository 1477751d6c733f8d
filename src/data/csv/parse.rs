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
use super::words::words;
use crate::base::{Cancel, Outcome};

/// A note about a column; the reader adds the line and the column's name.
#[derive(Debug)]
pub(super) struct Remark {
    /// Where in the text, if at one place.
    pub offset: Option<usize>,
    pub what: String,
    pub fix: &'static str,
}

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
    let (mut grouped, mut missing) = (Rows::default(), 0);
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
                offset: Some(cells.offset(row)),
                what: format!("“{text}” is read as a name, not as an amount"),
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
                if is_missing(text) || is_placeholder(text) {
                    missing += 1;
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
    if let Some(row) = infinite.first {
        remarks.push(Remark {
            offset: Some(cells.offset(row)),
            what: format!("{} read as missing", infinite.counted("infinite value")),
            fix: "",
        });
    }
    if let Some(row) = grouped.first {
        remarks.push(Remark {
            offset: Some(cells.offset(row)),
            what: format!(
                "“{}” and the like are read with thousands separators",
                cells.get(row)
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
            value.is_some_and(|v| v.abs() > 9_007_199_254_740_992.0)
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
    let rows = cells.rows();
    let read = |order: Order| -> Outcome<(Vec<f64>, Rows, usize)> {
        let (mut values, mut misfits, mut missing) = (Vec::with_capacity(rows), Rows::default(), 0);
        for row in 0..rows {
            if row % LOOK_AT_ROWS == 0 {
                cancel.check()?;
            }
            let text = cells.get(row);
            values.push(match date::parse(&text, order) {
                Some(seconds) => seconds,
                None => {
                    if is_missing(&text) || is_placeholder(&text) {
                        missing += 1;
                    } else {
                        misfits.add(row);
                    }
                    f64::NAN
                }
            });
        }
        Ok((values, misfits, missing))
    };
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
    if style.month_first.is_none() && found.1.count > 0 {
        let second = read(other)?;
        if second.1.count < found.1.count {
            found = second;
        }
    } else if style.month_first.is_none()
        && let Some(row) = ambiguous(cells)
        && read(other)?.1.count == 0
    {
        remarks.push(Remark {
            offset: Some(cells.offset(row)),
            what: format!(
                "“{}” could be day/month or month/day, and is read as {}",
                cells.get(row),
                date::format(found.0[row])
            ),
            fix: "Choose the order if that is wrong",
        });
    }
    let (values, misfits, missing) = found;
    if !misfits.judge(rows - missing, "date", cells, style, remarks) {
        return Ok(None);
    }
    let mask = Mask::from_rows(values.iter().map(|v| v.is_nan()));
    Ok(Some((
        Kind::Date,
        Values::Number(values.into()),
        mask,
        None,
    )))
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

/// Rows counted, the first remembered.
#[derive(Default)]
struct Rows {
    count: usize,
    first: Option<usize>,
}

impl Rows {
    fn add(&mut self, row: usize) {
        self.count += 1;
        self.first.get_or_insert(row);
    }

    fn counted(&self, what: &str) -> String {
        match self.count {
            1 => format!("1 {what} is"),
            n => format!("{n} {what}s are"),
        }
    }

    /// Whether the column may be of numbers (or dates) in spite of these misfits; says so either way.
    fn judge(
        &self,
        present: usize,
        kind: &str,
        cells: &Cells<'_>,
        style: Style,
        remarks: &mut Vec<Remark>,
    ) -> bool {
        let Some(row) = self.first else {
            return true;
        };
        let culprit = cells.get(row);
        let others = match self.count - 1 {
            0 => String::new(),
            1 => " and 1 other value".to_owned(),
            n => format!(" and {n} other values"),
        };
        let verb = if self.count == 1 { "is no" } else { "are no" };
        let accepted = self.count * 100 <= present || style.kind.is_some();
        if accepted {
            remarks.push(Remark {
                offset: Some(cells.offset(row)),
                what: format!("“{culprit}”{others} {verb} {kind}, and read as missing"),
                fix: "Read the column as text to see them",
            });
        } else if self.count * 5 <= present {
            remarks.push(Remark {
                offset: Some(cells.offset(row)),
                what: format!(
                    "“{culprit}”{others} {verb} {kind}, so the column is not read as {kind}s"
                ),
                fix: "Change its kind to read them as missing",
            });
        }
        accepted
    }
}
