//! A table, or some rows of it, to CSV that reads back as it was.

use super::neutralised;
use crate::base::{Outcome, Problem};
use crate::data::{Table, Values, Writing};
use std::io::Write;

/// Writes a header and the rows given (all where `None`), with units in the header, numbers as short as
/// they read back exactly, ISO dates, and nothing for missing.
pub fn write(
    table: &Table,
    rows: Option<&[u32]>,
    to: impl Write,
    writing: &Writing,
) -> Outcome<()> {
    write_with(table, rows, Formulas::AsTheyAre, to, writing)
}

/// What becomes of cells that a spreadsheet would run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Formulas {
    /// What is written reads back as it was.
    #[default]
    AsTheyAre,
    /// See [`neutralised`].
    Neutralised,
}

/// As [`write()`].
pub fn write_with(
    table: &Table,
    rows: Option<&[u32]>,
    formulas: Formulas,
    to: impl Write,
    writing: &Writing,
) -> Outcome<()> {
    let safe = formulas == Formulas::Neutralised;
    let mut writer = csv::Writer::from_writer(to);
    let failed =
        |error: csv::Error| Problem::new(format!("the table could not be written ({error})"));
    for column in table.columns() {
        let title = column.title();
        let title = if safe {
            neutralised(&title)
        } else {
            title.into()
        };
        writer.write_field(title.as_bytes()).map_err(failed)?;
    }
    writer.write_record(None::<&[u8]>).map_err(failed)?;
    let count = rows.map_or(table.rows(), <[u32]>::len);
    for at in 0..count {
        if at % 1024 == 0 {
            writing.at(at, count)?;
        }
        let row = rows.map_or(at, |rows| rows[at] as usize);
        for column in table.columns() {
            let cell = if row < table.rows() {
                column.cell(row)
            } else {
                "".into()
            };
            let number = matches!(column.values, Values::Number(_));
            let written = match safe && !number {
                true => writer.write_field(neutralised(&cell).as_bytes()),
                false => writer.write_field(cell.as_bytes()),
            };
            written.map_err(failed)?;
        }
        writer.write_record(None::<&[u8]>).map_err(failed)?;
    }
    writer.flush().map_err(|error| failed(error.into()))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Cancel;
    use crate::data::csv::read;
    use crate::data::{Column, Kind, ReadOptions, TableBuilder};

    fn table() -> Table {
        let dates = Column::numbers("day", vec![0.0, 86_400.0, f64::NAN]);
        let dates = Column {
            kind: Kind::Date,
            ..dates
        };
        TableBuilder::new("t")
            .column(Column::numbers("length", vec![0.1, 1e300, f64::NAN]).with_unit("mm"))
            .column(Column::categories(
                "class",
                vec![1, 0, u32::MAX],
                vec!["a, b".into(), "c \"d\"".into()],
            ))
            .column(dates)
            .build()
            .unwrap()
    }

    #[test]
    fn formulas_are_neutralised_where_that_is_asked_for() {
        let texts = ["=1+1", "-x", "-7", "plain"].map(|t| Some(t.into()));
        let table = TableBuilder::new("t")
            .column(Column::texts("=cmd()", texts.to_vec()))
            .column(Column::numbers("n", vec![-1.0, 1.0, 2.0, f64::NAN]))
            .build()
            .unwrap();
        let written = |formulas| {
            let mut bytes = Vec::new();
            write_with(&table, None, formulas, &mut bytes, &Writing::default()).unwrap();
            String::from_utf8(bytes).unwrap()
        };
        let plain = "=cmd(),n\n=1+1,-1\n-x,1\n-7,2\nplain,\n";
        assert_eq!(written(Formulas::AsTheyAre), plain);
        let safe = "'=cmd(),n\n'=1+1,-1\n'-x,1\n-7,2\nplain,\n";
        assert_eq!(written(Formulas::Neutralised), safe);
    }

    #[test]
    fn what_is_written_reads_back() {
        let mut bytes = Vec::new();
        write(&table(), None, &mut bytes, &Writing::default()).unwrap();
        let back = read("t", bytes, &ReadOptions::default(), &Cancel::new()).unwrap();
        assert_eq!(back.fingerprint(), table().fingerprint());
        let mut bytes = Vec::new();
        write(&table(), Some(&[1]), &mut bytes, &Writing::default()).unwrap();
        assert_eq!(bytes, b"length (mm),class,day\n1e300,\"a, b\",1970-01-02\n");
    }
}
