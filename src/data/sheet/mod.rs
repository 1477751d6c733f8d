//! Spreadsheets (`.xlsx`, `.xlsm`, `.xlsb`, `.xls`, `.ods`): which sheet, where its table begins, what
//! names the columns. Cells come one by one where the format allows it, so that a sheet with one cell in
//! its last corner takes no memory.

mod cells;
mod head;
mod write;

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, DataRef, Reader, SheetType, SheetVisible, Sheets};

use super::grid::{Cell, Finish};
use super::near::near;
use super::reading::Reading;
use super::{Parts, ReadOptions, Table, TableBuilder};
use crate::base::{Halt, Outcome, Problem};
use cells::{of_data, of_ref};
use head::{Row, Taken};

pub use write::write;

type Book<'a> = Sheets<Cursor<&'a [u8]>>;

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
                "To read another, choose the sheet: {}{more}",
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
            if at.0.is_multiple_of(1024) {
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
    let place = |row: usize| format!("Row {}", numbers.get(row).map_or(0, |&n| u64::from(n) + 1));
    let finish = Finish {
        name,
        options,
        place: &place,
        notes,
    };
    grid.finish(finish, reading)
}
