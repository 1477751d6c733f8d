//! A run of a column's cells, read by a plan. A file read whole has one run a column, one read in chunks
//! has many, joined in their order; what the cells say about the plan is judged once all are there.

use super::super::date::{self, Order};
use super::super::number;
use super::super::{Kind, Mask, Values};
use super::cell::{is_missing, is_placeholder};
use super::infer::{Cells, Guess, strip_unit};
use super::parse::{LOOK_AT_ROWS, Read, Style};
use super::remark::{Remark, Rows, shortened};
use super::words::Words;
use crate::base::{Cancel, Outcome};

/// What a column's cells are read as.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Plan {
    Number {
        unit: Option<String>,
    },
    /// `settled` once the other order of day and month has been thought of.
    Date {
        order: Order,
        settled: bool,
    },
    /// `10:30` and `5:30 PM`: hours since midnight, an amount that a model can use.
    Time,
    Words,
    /// No value was seen that could tell.
    Open,
}

impl Plan {
    pub(super) fn of(guess: Guess, style: Style) -> Plan {
        let date = |guessed| Plan::Date {
            order: match style.month_first {
                Some(true) => Order::MonthFirst,
                Some(false) => Order::DayFirst,
                None => guessed,
            },
            settled: style.month_first.is_some(),
        };
        match (style.kind, guess) {
            (Some(Kind::Number) | None, Guess::Number { unit }) => Plan::Number { unit },
            (Some(Kind::Number), _) => Plan::Number { unit: None },
            (Some(Kind::Date), _) => date(Order::DayFirst),
            (Some(_), _) => Plan::Words,
            (None, Guess::Date(order)) => date(order),
            (None, Guess::Time) => Plan::Time,
            (None, Guess::Words) => Plan::Words,
            (None, Guess::Empty) => Plan::Open,
        }
    }
}

pub(super) enum Piece {
    Numbers(Numbers),
    Words(Words),
}

pub(super) enum Finished {
    Column(Read),
    /// The cells contradict the plan; they are to be read anew by this one.
    Again(Plan),
}

impl Piece {
    /// Reads all of these cells. `rows`: how many the whole column has, or more.
    pub(super) fn gather(
        cells: &Cells<'_>,
        plan: &Plan,
        style: Style,
        rows: usize,
        cancel: &Cancel,
    ) -> Outcome<Piece> {
        Ok(match plan {
            Plan::Number { unit } => {
                Piece::Numbers(Numbers::gather(cells, unit.as_deref(), style, cancel)?)
            }
            Plan::Date { order, settled } => {
                Piece::Numbers(Numbers::dates(cells, *order, *settled, cancel)?)
            }
            Plan::Time => Piece::Numbers(Numbers::through(cells, cancel, |text| {
                date::parse_time_of_day(text).map(|seconds| seconds / 3600.0)
            })?),
            Plan::Words | Plan::Open => Piece::Words(Words::gather(cells, style, rows, cancel)?),
        })
    }

    /// Nothing yet, with room for so many rows.
    pub(super) fn with_capacity(plan: &Plan, rows: usize) -> Piece {
        match plan {
            Plan::Words | Plan::Open => Piece::Words(Words::default()),
            _ => Piece::Numbers(Numbers {
                values: Vec::with_capacity(rows),
                ..Numbers::default()
            }),
        }
    }

    /// Adds the cells that follow, read by the same plan.
    pub(super) fn append(&mut self, other: Piece, style: Style) {
        match (self, other) {
            (Piece::Numbers(numbers), Piece::Numbers(other)) => numbers.append(other),
            (Piece::Words(words), Piece::Words(other)) => words.append(other, style),
            // One plan makes one sort of piece.
            _ => {}
        }
    }

    /// Whether these cells alone contradict the plan.
    pub(super) fn refutes(&self) -> bool {
        matches!(self, Piece::Numbers(numbers) if numbers.identifier.is_some())
    }

    pub(super) fn finish(self, plan: &Plan, style: Style, remarks: &mut Vec<Remark>) -> Finished {
        match self {
            Piece::Words(words) => Finished::Column(words.finish(style, remarks)),
            Piece::Numbers(numbers) => numbers.finish(plan, style, remarks),
        }
    }
}

#[derive(Default)]
pub(super) struct Numbers {
    /// NaN where missing.
    values: Vec<f64>,
    misfits: Rows,
    infinite: Rows,
    grouped: Rows,
    placeholders: Rows,
    /// Placeholders among them.
    missing: usize,
    /// The first digits that are a name.
    identifier: Option<(usize, String)>,
    /// Dates that are none with day and month the other way round.
    other_misfits: usize,
    /// The first of the first thousand rows that is another date with the month first.
    ambiguous: Option<(usize, String)>,
}

/// Rows that are looked at for dates that could be read both ways.
const AMBIGUOUS_AMONG: usize = 1000;

impl Numbers {
    fn gather(
        cells: &Cells<'_>,
        unit: Option<&str>,
        style: Style,
        cancel: &Cancel,
    ) -> Outcome<Numbers> {
        let rows = cells.rows();
        let mut found = Numbers::default();
        let mut values = Vec::with_capacity(rows);
        let simple = unit.is_none() && !style.decimal_comma && cells.missing.is_empty();
        for row in 0..rows {
            if row % LOOK_AT_ROWS == 0 {
                cancel.check()?;
            }
            // Most cells need none of what follows.
            if simple && let Some(value) = cells.amount(row) {
                values.push(value);
                continue;
            }
            let cell = cells.get(row);
            let text = match unit {
                Some(unit) => strip_unit(&cell, unit),
                None => &*cell,
            };
            let parsed = number::parse(text, style.decimal_comma);
            if style.kind.is_none() && is_identifier(text, parsed.map(|n| n.value)) {
                found.identifier = Some((row, shortened(text)));
                break;
            }
            values.push(match parsed {
                Some(number) if number.value.is_finite() => {
                    if number.grouped {
                        found.grouped.add(row, &cell);
                    }
                    number.value
                }
                Some(_) => {
                    found.infinite.add(row, &cell);
                    f64::NAN
                }
                None => {
                    found.not_read(row, text, &cell);
                    f64::NAN
                }
            });
        }
        found.values = values;
        Ok(found)
    }

    /// A cell that is no value: `text` of it was to be read.
    fn not_read(&mut self, row: usize, text: &str, cell: &str) {
        if is_missing(text) {
            self.missing += 1;
        } else if is_placeholder(text) {
            self.missing += 1;
            self.placeholders.add(row, cell);
        } else {
            self.misfits.add(row, cell);
        }
    }

    fn dates(cells: &Cells<'_>, order: Order, settled: bool, cancel: &Cancel) -> Outcome<Numbers> {
        let other = match order {
            Order::DayFirst => Order::MonthFirst,
            Order::MonthFirst => Order::DayFirst,
        };
        let mut found = Numbers::through(cells, cancel, |text| date::parse(text, order))?;
        if settled {
            return Ok(found);
        }
        for row in 0..cells.rows() {
            if row % LOOK_AT_ROWS == 0 {
                cancel.check()?;
            }
            let text = cells.get(row);
            let value = found.values[row];
            // The year first: the order does not matter.
            if date::starts_with_year(&text) {
                found.other_misfits += usize::from(value.is_nan());
                continue;
            }
            let turned = date::parse(&text, other);
            if turned.is_none() && !is_missing(&text) && !is_placeholder(&text) {
                found.other_misfits += 1;
            }
            if row < AMBIGUOUS_AMONG
                && found.ambiguous.is_none()
                && !value.is_nan()
                && turned.is_some_and(|turned| turned != value)
            {
                found.ambiguous = Some((row, text.into_owned()));
            }
        }
        Ok(found)
    }

    fn through(
        cells: &Cells<'_>,
        cancel: &Cancel,
        parse: impl Fn(&str) -> Option<f64>,
    ) -> Outcome<Numbers> {
        let mut found = Numbers::default();
        let mut values = Vec::with_capacity(cells.rows());
        for row in 0..cells.rows() {
            if row % LOOK_AT_ROWS == 0 {
                cancel.check()?;
            }
            let text = cells.get(row);
            let value = parse(&text);
            if value.is_none() {
                found.not_read(row, &text, &text);
            }
            values.push(value.unwrap_or(f64::NAN));
        }
        found.values = values;
        Ok(found)
    }

    fn append(&mut self, other: Numbers) {
        let at = self.values.len();
        if self.identifier.is_some() {
            return;
        }
        self.values.extend_from_slice(&other.values);
        self.misfits.append(other.misfits, at);
        self.infinite.append(other.infinite, at);
        self.grouped.append(other.grouped, at);
        self.placeholders.append(other.placeholders, at);
        self.missing += other.missing;
        self.other_misfits += other.other_misfits;
        self.identifier = other.identifier.map(|(row, text)| (at + row, text));
        if self.ambiguous.is_none() {
            let within = other
                .ambiguous
                .filter(|(row, _)| at + row < AMBIGUOUS_AMONG);
            self.ambiguous = within.map(|(row, text)| (at + row, text));
        }
    }

    fn finish(self, plan: &Plan, style: Style, remarks: &mut Vec<Remark>) -> Finished {
        if let Some((row, text)) = self.identifier {
            remarks.push(Remark {
                row: Some(row),
                what: format!("“{text}” is read as a name, not as an amount"),
                fix: "Change the column's kind to number if it holds amounts",
            });
            return Finished::Again(Plan::Words);
        }
        let (kind, called) = match plan {
            Plan::Date { .. } => (Kind::Date, "date"),
            Plan::Time => (Kind::Number, "time"),
            _ => (Kind::Number, "number"),
        };
        if let Plan::Date {
            order,
            settled: false,
        } = plan
        {
            if self.misfits.count > 0 {
                if self.other_misfits < self.misfits.count {
                    return Finished::Again(Plan::Date {
                        order: match order {
                            Order::DayFirst => Order::MonthFirst,
                            Order::MonthFirst => Order::DayFirst,
                        },
                        settled: true,
                    });
                }
            } else if let Some((row, text)) = &self.ambiguous
                && self.other_misfits == 0
            {
                remarks.push(Remark {
                    row: Some(*row),
                    what: format!(
                        "“{text}” could be day/month or month/day, and is read as {}",
                        date::format(self.values[*row])
                    ),
                    fix: "Choose the order if that is wrong",
                });
            }
        }
        let present = self.values.len() - self.missing;
        if !self.misfits.judge(present, called, style, remarks) {
            return Finished::Again(Plan::Words);
        }
        self.placeholders.remark_missing(remarks);
        if let Some((row, _)) = self.infinite.first() {
            remarks.push(Remark {
                row: Some(row),
                what: format!(
                    "{} read as missing",
                    self.infinite.counted("infinite value")
                ),
                fix: "",
            });
        }
        if let Some((row, text)) = self.grouped.first() {
            remarks.push(Remark {
                row: Some(row),
                what: format!("“{text}” and the like are read with thousands separators"),
                fix: "If they are decimals, switch the decimal comma",
            });
        }
        let unit = match plan {
            Plan::Number { unit } => unit.clone(),
            Plan::Time => {
                remarks.push(Remark {
                    row: None,
                    what: "times of day are read as hours since midnight".to_owned(),
                    fix: "Read the column as text to keep them as they are written",
                });
                Some("h".to_owned())
            }
            _ => None,
        };
        let gaps = self.missing + self.misfits.count + self.infinite.count;
        let mask = match gaps {
            0 => Mask::default(),
            _ => Mask::from_rows(self.values.iter().map(|value| value.is_nan())),
        };
        Finished::Column((kind, Values::Number(self.values.into()), mask, unit))
    }
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
