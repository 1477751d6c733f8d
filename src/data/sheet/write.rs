//! A table, or some rows of it, to an Excel workbook of one sheet that reads back as it was.

use std::io::Write;

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, XlsxError};

use crate::base::{Outcome, Problem};
use crate::data::{Column, Kind, Table, Values, Writing};

/// Of a sheet, and of a cell.
const MOST_ROWS: usize = 1_048_575;
const MOST_COLUMNS: usize = 16_384;
const MOST_LETTERS: usize = 32_767;
/// The workbook is made in memory.
const MOST_CELLS: usize = 10_000_000;

/// Writes a header and the rows given (all where `None`): numbers and dates as such, words as text (never
/// as formulas), nothing for missing. Dates before 1900 are text, as Excel knows none.
pub fn write(
    table: &Table,
    rows: Option<&[u32]>,
    mut to: impl Write,
    writing: &Writing,
) -> Outcome<()> {
    let count = rows.map_or(table.rows(), <[u32]>::len);
    let columns = table.columns();
    if count > MOST_ROWS || columns.len() > MOST_COLUMNS || count * columns.len() > MOST_CELLS {
        return Err(Problem::new(format!(
            "{count} rows of {} columns are too many for a workbook",
            columns.len()
        ))
        .fix("Save the table as CSV or Parquet")
        .into());
    }
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let day = Format::new().set_num_format("yyyy-mm-dd");
    let time = Format::new().set_num_format("yyyy-mm-dd hh:mm:ss");
    sheet.set_freeze_panes(1, 0).map_err(failed)?;
    for (at, column) in (0..).zip(columns) {
        sheet.write_string(0, at, column.title()).map_err(failed)?;
        let dates = column.kind == Kind::Date && is_excels(column);
        let whole_days = dates && all(column, |seconds| seconds % 86_400.0 == 0.0);
        for place in 0..count {
            if place % 1024 == 0 {
                let done = usize::from(at) * count + place;
                writing.at(done, count * columns.len())?;
            }
            let row = rows.map_or(place, |rows| rows[place] as usize);
            if row >= table.rows() || column.missing.is_missing(row) {
                continue;
            }
            let line = place as u32 + 1;
            match &column.values {
                Values::Number(values) if dates => {
                    let date = ExcelDateTime::from_timestamp(values[row] as i64);
                    let format = if whole_days { &day } else { &time };
                    let date = date.map_err(failed)?;
                    sheet.write_datetime_with_format(line, at, date, format)
                }
                Values::Number(values) if column.kind != Kind::Date => {
                    sheet.write_number(line, at, values[row])
                }
                _ => {
                    let cell = column.cell(row);
                    if cell.len() > MOST_LETTERS && cell.chars().count() > MOST_LETTERS {
                        return Err(Problem::new("a cell of a workbook holds 32,767 letters")
                            .at(format!("Row {}, column {}", row + 1, column.name))
                            .fix("Save the table as CSV or Parquet")
                            .into());
                    }
                    sheet.write_string(line, at, cell)
                }
            }
            .map_err(failed)?;
        }
    }
    let bytes = book.save_to_buffer().map_err(failed)?;
    writing.cancel.check()?;
    let written = to.write_all(&bytes).and_then(|()| to.flush());
    written
        .map_err(|error| Problem::new(format!("the table could not be written ({error})")).into())
}

fn failed(error: XlsxError) -> Problem {
    Problem::new(format!("the table could not be written ({error})"))
}

/// From March 1900, since when Excel's calendar is everybody's, in whole seconds.
fn is_excels(column: &Column) -> bool {
    let known = -2_203_891_200.0..253_402_300_800.0;
    all(column, |seconds| {
        known.contains(&seconds) && seconds.fract() == 0.0
    })
}

fn all(column: &Column, holds: impl Fn(f64) -> bool) -> bool {
    (0..column.len())
        .filter_map(|row| column.number(row))
        .all(holds)
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;
    use crate::data::reading::Reading;
    use crate::data::{ReadOptions, TableBuilder};

    #[test]
    fn what_is_written_reads_back() {
        let date = |name: &str, values: Vec<f64>| Column {
            kind: Kind::Date,
            ..Column::numbers(name, values)
        };
        let table = TableBuilder::new("t")
            .column(Column::numbers("x", vec![0.1, -1e300, f64::NAN]).with_unit("mm"))
            .column(Column::categories(
                "class",
                vec![1, 0, 1],
                vec!["=1+1".into(), "b \"<&>\" ü".into()],
            ))
            .column(date("day", vec![1e9 - 1e9 % 86_400.0, f64::NAN, 0.0]))
            .column(date("time", vec![1e9, 1e9 + 1.0, 59.0]))
            .column(date("old", vec![-5e9 - -5e9 % 86_400.0, 0.0, 86_400.0]))
            .build()
            .unwrap();
        let mut bytes = Vec::new();
        write(&table, None, &mut bytes, &Writing::default()).unwrap();
        let back = read("t", &bytes, &ReadOptions::default(), &Reading::default()).unwrap();
        for (wrote, found) in table.columns().iter().zip(back.columns()) {
            assert_eq!((&wrote.name, wrote.kind), (&found.name, found.kind));
            for row in 0..3 {
                assert_eq!(wrote.cell(row), found.cell(row), "{}", wrote.name);
            }
        }
        let mut bytes = Vec::new();
        write(&table, Some(&[2, 0]), &mut bytes, &Writing::default()).unwrap();
        let back = read("t", &bytes, &ReadOptions::default(), &Reading::default()).unwrap();
        assert_eq!((back.rows(), back.columns()[0].number(1)), (2, Some(0.1)));
    }

    #[test]
    fn what_a_workbook_cannot_hold_is_said() {
        let long = Column::texts("long", vec![Some("x".repeat(40_000).into())]);
        let table = TableBuilder::new("t").column(long).build().unwrap();
        let said = format!("{:?}", write(&table, None, Vec::new(), &Writing::default()));
        assert!(said.contains("32,767 letters"), "{said}");
        let many = Column::numbers("n", vec![0.0; MOST_ROWS + 1]);
        let table = TableBuilder::new("t").column(many).build().unwrap();
        let said = format!("{:?}", write(&table, None, Vec::new(), &Writing::default()));
        assert!(said.contains("too many for a workbook"), "{said}");
        let stopped = Writing::default();
        stopped.cancel.cancel();
        assert!(write(&table, Some(&[0]), Vec::new(), &stopped).is_err());
    }
}
