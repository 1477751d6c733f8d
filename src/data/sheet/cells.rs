//! What a cell of a spreadsheet holds: numbers, flags, texts, and days since 1899-12-30.

use calamine::{Data, DataRef, ExcelDateTime};

use crate::data::date;
use crate::data::grid::Cell;

pub(super) fn of_ref<'a>(value: &'a DataRef<'_>, dates_1904: bool) -> Cell<'a> {
    match value {
        DataRef::Int(value) => Cell::integer(*value),
        DataRef::Float(value) => Cell::Number(*value),
        DataRef::String(text) => text_cell(text),
        DataRef::SharedString(text) => text_cell(text),
        DataRef::Bool(flag) => Cell::Flag(*flag),
        DataRef::DateTime(value) => moment(value, dates_1904),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => iso(text),
        DataRef::Error(_) | DataRef::Empty => Cell::Missing,
    }
}

pub(super) fn of_data(value: &Data, dates_1904: bool) -> Cell<'_> {
    match value {
        Data::Int(value) => Cell::integer(*value),
        Data::Float(value) => Cell::Number(*value),
        Data::String(text) => text_cell(text),
        Data::Bool(flag) => Cell::Flag(*flag),
        Data::DateTime(value) => moment(value, dates_1904),
        Data::DateTimeIso(text) | Data::DurationIso(text) => iso(text),
        Data::Error(_) | Data::Empty => Cell::Missing,
    }
}

fn text_cell(text: &str) -> Cell<'_> {
    match text.trim() {
        "" => Cell::Missing,
        text => Cell::Text(text.into()),
    }
}

/// Days since 1899-12-30 (or 1904-01-01) to seconds since 1970; a time of day or a duration as text.
fn moment(value: &ExcelDateTime, dates_1904: bool) -> Cell<'static> {
    let days = value.as_f64() + if dates_1904 { 1462.0 } else { 0.0 };
    if value.is_duration() || (0.0..1.0).contains(&value.as_f64()) {
        let seconds = (value.as_f64() * 86_400.0).round();
        if !(0.0..8.64e9).contains(&seconds) {
            return Cell::Number(value.as_f64());
        }
        let s = seconds as u64;
        return Cell::Text(format!("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60).into());
    }
    // Excel believes in 29 February 1900 (day 60), as Lotus did.
    let days = if days < 60.0 && !dates_1904 {
        days + 1.0
    } else {
        days
    };
    let milliseconds = ((days - 25_569.0) * 86_400_000.0).round();
    match milliseconds.abs() < 8.0e15 {
        true => Cell::Date(milliseconds / 1000.0),
        false => Cell::Missing,
    }
}

/// OpenDocument's `2024-01-02T10:30:00` and `PT10H30M00S`.
fn iso(text: &str) -> Cell<'_> {
    if let Some(seconds) = date::parse(text, date::Order::DayFirst) {
        return Cell::Date(seconds);
    }
    let clock = || {
        let (hours, rest) = text.strip_prefix("PT")?.split_once('H')?;
        let (minutes, rest) = rest.split_once('M')?;
        let seconds = rest.strip_suffix('S')?.split(['.', ',']).next()?;
        let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
        let seconds: u32 = seconds.parse().ok()?;
        Some(format!("{hours}:{minutes:02}:{seconds:02}"))
    };
    match clock() {
        Some(time) => Cell::Text(time.into()),
        None => Cell::Text(text.into()),
    }
}
