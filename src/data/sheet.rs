//! Spreadsheets (`.xlsx`, `.xlsm`, `.xlsb`, `.xls`, `.ods`): which sheet, where its table begins, what
//! names the columns. Cells come one by one where the format allows it, so that a sheet with one cell in
//! its last corner takes no memory.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Sheets};

use super::csv;
use super::grid::{Cell, Finish, Grid};
use super::near::near;
use super::reading::Reading;
use super::{Parts, ReadOptions, Table, TableBuilder, date};
use crate::base::{Halt, Outcome, Problem};

type Book<'a> = Sheets<Cursor<&'a [u8]>>;

/// Rows looked at for titles and names of columns.
const HEAD_ROWS: usize = 100;

pub(super) fn read(
    name: &str,
    bytes: &[u8],
    options: &ReadOptions,
    reading: &Reading,
) -> Outcome<Table> {
    let mut book = calamine::open_workbook_auto_from_rs(Cursor::new(bytes))
        .map_err(|error| unreadable(&error))?;
    let sheets: Vec<(String, bool)> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .map(|sheet| (sheet.name.clone(), sheet.visible == SheetVisible::Visible))
        .collect();
    let names: Vec<String> = sheets.iter().map(|(name, _)| name.clone()).collect();
    if names.is_empty() {
        return Err(Problem::new("the workbook has no sheet with cells").into());
    }
    if let Some(wanted) = &options.sheet {
        let chosen = chosen(&names, wanted)?;
        let table = sheet(name, &mut book, &chosen, options, reading)?;
        return Ok(with_parts(table, names, chosen, &[])?);
    }
    // The first sheet that anybody sees and that holds a table; a note on its first sheet is none.
    let mut first = None;
    let visible = sheets.iter().filter(|(_, visible)| *visible);
    for (candidate, _) in visible.chain(sheets.iter().filter(|(_, visible)| !visible)) {
        match sheet(name, &mut book, candidate, options, reading) {
            Ok(table) if table.rows() > 1 && table.columns().len() > 1 => {
                first = Some((candidate.clone(), Ok(table)));
                break;
            }
            Err(Halt::Cancelled) => return Err(Halt::Cancelled),
            found => {
                let better = !matches!(&first, Some((_, Ok(_))));
                if better && (found.is_ok() || first.is_none()) {
                    first = Some((candidate.clone(), found));
                }
            }
        }
    }
    let (chosen, table) = first.ok_or_else(|| Problem::new("the workbook has no sheet"))?;
    let others: Vec<String> = names.iter().filter(|n| **n != chosen).cloned().collect();
    Ok(with_parts(table?, names, chosen, &others)?)
}

fn unreadable(error: &calamine::Error) -> Problem {
    let said = error.to_string();
    if said.to_lowercase().contains("password") || said.contains("EncryptedPackage") {
        return Problem::new("the workbook is protected by a password")
            .fix("Save it without the password");
    }
    Problem::new(format!(
        "the workbook is damaged or of an unknown kind ({said})"
    ))
    .fix("Open it in a spreadsheet program and save it again, or as CSV")
}

/// By name, else by number from 1.
fn chosen(names: &[String], wanted: &str) -> Result<String, Problem> {
    let by_name = names.iter().find(|name| *name == wanted);
    let by_case = || names.iter().find(|name| name.eq_ignore_ascii_case(wanted));
    let by_number = || names.get(wanted.parse::<usize>().ok()?.checked_sub(1)?);
    let found = by_name.or_else(by_case).or_else(by_number);
    found.cloned().ok_or_else(|| {
        Problem::new(format!("there is no sheet “{wanted}”"))
            .fix(near(wanted, names.iter().map(String::as_str)))
    })
}

fn with_parts(
    table: Table,
    names: Vec<String>,
    chosen: String,
    others: &[String],
) -> Result<Table, Problem> {
    let mut builder = TableBuilder::from(&table);
    if !others.is_empty() {
        let listed: Vec<String> = others.iter().take(5).map(|n| format!("“{n}”")).collect();
        let more = if others.len() > 5 { " and more" } else { "" };
        builder = builder.note(
            Problem::new(format!("the sheet “{chosen}” of {} is read", names.len())).fix(format!(
                "To read another, name the sheet: {}{more}",
                listed.join(", ")
            )),
        );
    }
    let parts = Parts {
        called: "sheet",
        names,
        chosen,
    };
    builder.parts(parts).build()
}

/// One row with a cell at least: its number from 0, and its cells by column.
type Row = (u32, BTreeMap<u32, Cell<'static>>);

fn sheet(
    name: &str,
    book: &mut Book<'_>,
    sheet: &str,
    options: &ReadOptions,
    reading: &Reading,
) -> Outcome<Table> {
    let mut taken = Taken::new(options);
    let mut row: Row = (0, BTreeMap::new());
    let mut errors = 0;
    let mut put = |at: (u32, u32), cell: Cell<'_>| -> Outcome<()> {
        if at.0 != row.0 {
            taken.row(std::mem::replace(&mut row, (at.0, BTreeMap::new())))?;
            if at.0 % 1024 == 0 {
                reading.at_row(at.0 as usize)?;
            }
        }
        if cell != Cell::Missing {
            row.1.entry(at.1).or_insert(cell.into_owned());
        }
        Ok(())
    };
    let mut broken = None;
    match book {
        Sheets::Xlsx(book) => {
            let dates_1904 = book.has_1904_epoch();
            let mut cells = book
                .worksheet_cells_reader(sheet)
                .map_err(|error| unreadable(&error.into()))?;
            loop {
                match cells.next_cell() {
                    Ok(Some(cell)) => {
                        errors += usize::from(matches!(cell.get_value(), DataRef::Error(_)));
                        put(cell.get_position(), of_ref(cell.get_value(), dates_1904))?;
                    }
                    Ok(None) => break,
                    Err(error) => {
                        broken = Some(error.to_string());
                        break;
                    }
                }
            }
        }
        Sheets::Xlsb(book) => {
            let dates_1904 = book.has_1904_epoch();
            let mut cells = book
                .worksheet_cells_reader(sheet)
                .map_err(|error| unreadable(&error.into()))?;
            loop {
                match cells.next_cell() {
                    Ok(Some(cell)) => {
                        errors += usize::from(matches!(cell.get_value(), DataRef::Error(_)));
                        put(cell.get_position(), of_ref(cell.get_value(), dates_1904))?;
                    }
                    Ok(None) => break,
                    Err(error) => {
                        broken = Some(error.to_string());
                        break;
                    }
                }
            }
        }
        Sheets::Xls(_) | Sheets::Ods(_) => {
            let dates_1904 = matches!(book, Sheets::Xls(book) if book.has_1904_epoch());
            let range = book
                .worksheet_range(sheet)
                .map_err(|error| unreadable(&error))?;
            let (top, left) = range.start().unwrap_or((0, 0));
            for (r, c, value) in range.used_cells() {
                errors += usize::from(matches!(value, Data::Error(_)));
                put(
                    (top + r as u32, left + c as u32),
                    of_data(value, dates_1904),
                )?;
            }
        }
    }
    taken.row(row)?;
    let mut notes = Vec::new();
    if let Some(why) = broken {
        let place = format!("Sheet {sheet}");
        if taken.grid.rows == 0 && taken.head.is_empty() {
            return Err(Problem::new(format!("the sheet is damaged ({why})"))
                .at(place)
                .into());
        }
        notes.push(
            Problem::new(format!(
                "the sheet is damaged, and read as far as it goes ({why})"
            ))
            .at(place),
        );
    }
    if errors > 0 {
        let verb = if errors == 1 {
            "1 cell holds an error"
        } else {
            "cells hold errors"
        };
        let count = if errors == 1 {
            String::new()
        } else {
            format!("{errors} ")
        };
        notes.push(Problem::new(format!(
            "{count}{verb} such as #N/A or #DIV/0!, read as missing"
        )));
    }
    let (grid, numbers, more) = taken.finish()?;
    notes.extend(more);
    let place = |row: usize| format!("Row {}", numbers.get(row).map_or(0, |n| n + 1));
    let finish = Finish {
        name,
        options,
        place: &place,
        notes,
    };
    grid.finish(finish, reading)
}

fn of_ref<'a>(value: &'a DataRef<'_>, dates_1904: bool) -> Cell<'a> {
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

fn of_data(value: &Data, dates_1904: bool) -> Cell<'_> {
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

/// Rows on their way into the grid: the first ones wait until it is known what names the columns.
struct Taken<'a> {
    options: &'a ReadOptions,
    head: Vec<Row>,
    grid: Grid,
    /// The grid's column of each column of the sheet.
    columns: BTreeMap<u32, usize>,
    /// The sheet's row of each row of the grid.
    numbers: Vec<u32>,
    notes: Vec<Problem>,
    decided: bool,
}

impl<'a> Taken<'a> {
    fn new(options: &'a ReadOptions) -> Self {
        Taken {
            options,
            head: Vec::new(),
            grid: Grid::default(),
            columns: BTreeMap::new(),
            numbers: Vec::new(),
            notes: Vec::new(),
            decided: false,
        }
    }

    fn row(&mut self, row: Row) -> Result<(), Problem> {
        if row.1.is_empty() {
            return Ok(());
        }
        if !self.decided {
            self.head.push(row);
            if self.head.len() == HEAD_ROWS {
                self.decide()?;
            }
            return Ok(());
        }
        for (column, cell) in &row.1 {
            let at = match self.columns.get(column) {
                Some(at) => *at,
                None => {
                    let at = self.grid.add("");
                    self.columns.insert(*column, at);
                    at
                }
            };
            self.grid.set(at, cell)?;
        }
        self.grid.end_row();
        self.numbers.push(row.0);
        Ok(())
    }

    /// Titles away, names taken, the rest into the grid.
    fn decide(&mut self) -> Result<(), Problem> {
        self.decided = true;
        let mut head = std::mem::take(&mut self.head);
        let titles = titles(&head);
        if titles > 0 {
            head.drain(..titles);
            self.notes.push(Problem::new(format!(
                "{titles} {} above the table left out",
                if titles == 1 { "row is" } else { "rows are" }
            )));
        }
        let mut columns: Vec<u32> = head.iter().flat_map(|row| row.1.keys().copied()).collect();
        columns.sort_unstable();
        columns.dedup();
        let texts: Vec<Vec<String>> = head
            .iter()
            .map(|row| {
                let text = |c: &u32| {
                    row.1
                        .get(c)
                        .map_or(String::new(), |cell| cell.text().into())
                };
                columns.iter().map(text).collect()
            })
            .collect();
        let two = self.options.header != Some(false) && has_two_headers(&head, &columns);
        let one = two
            || self
                .options
                .header
                .unwrap_or_else(|| csv::first_row_is_header(&texts));
        let names: Vec<String> = match (two, one) {
            (true, _) => {
                self.notes.push(Problem::new(
                    "two rows name the columns; their names are joined",
                ));
                joined(&texts[0], &texts[1])
            }
            (_, true) => texts.first().cloned().unwrap_or_default(),
            _ => {
                self.notes.push(
                    Problem::new("the first row holds values, so columns are numbered")
                        .fix("If it holds names, switch the header on"),
                );
                (1..=columns.len()).map(|n| format!("column_{n}")).collect()
            }
        };
        for (column, name) in columns.iter().zip(names) {
            let at = self.grid.add(name);
            self.columns.insert(*column, at);
        }
        let skip = if two { 2 } else { usize::from(one) };
        head.into_iter()
            .skip(skip)
            .try_for_each(|row| self.row(row))
    }

    fn finish(mut self) -> Result<(Grid, Vec<u32>, Vec<Problem>), Problem> {
        if !self.decided {
            self.decide()?;
        }
        Ok((self.grid, self.numbers, self.notes))
    }
}

/// Rows with one text at the left above rows of several cells: a report's title.
fn titles(head: &[Row]) -> usize {
    let width = csv::most_frequent(head.iter().map(|row| row.1.len()));
    let left = head.iter().filter_map(|row| row.1.keys().next()).min();
    if width < 2 {
        return 0;
    }
    let is_title = |row: &&Row| {
        let narrow = row.1.len() == 1 || (row.1.len() == 2 && width >= 5);
        let text = matches!(row.1.values().next(), Some(Cell::Text(_)));
        narrow && text && row.1.keys().next() == left
    };
    let count = head.iter().take_while(is_title).count();
    if count > 10 || count == head.len() {
        0
    } else {
        count
    }
}

/// A row of names with gaps, as merged cells leave them, above a row that fills them, above values.
fn has_two_headers(head: &[Row], columns: &[u32]) -> bool {
    let [first, second, below @ ..] = head else {
        return false;
    };
    let is_text = |row: &Row| row.1.values().all(|cell| matches!(cell, Cell::Text(_)));
    let covered = columns
        .iter()
        .all(|c| first.1.contains_key(c) || second.1.contains_key(c));
    let typed = second.1.keys().any(|c| {
        let mut cells = below.iter().filter_map(|row| row.1.get(c)).peekable();
        cells.peek().is_some() && cells.all(|cell| !matches!(cell, Cell::Text(_)))
    });
    first.1.len() < columns.len()
        && second.1.len() > 1
        && second.0 == first.0 + 1
        && is_text(first)
        && is_text(second)
        && covered
        && typed
}

/// `2023` above `Q1` and `Q2` names `2023 Q1` and `2023 Q2`.
fn joined(first: &[String], second: &[String]) -> Vec<String> {
    let mut over: Cow<'_, str> = Cow::Borrowed("");
    let mut names = Vec::new();
    for (above, below) in first.iter().zip(second) {
        if !above.is_empty() {
            over = Cow::Borrowed(above);
        }
        names.push(match (over.as_ref(), below.as_str()) {
            (above, "") => above.to_owned(),
            ("", below) => below.to_owned(),
            (above, below) => format!("{above} {below}"),
        });
    }
    names
}
