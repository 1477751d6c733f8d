//! A table, or some rows of it, to CSV that reads back as it was.

use crate::base::{Cancel, Outcome, Problem};
use crate::data::Table;
use std::io::Write;

/// Writes a header and the rows given (all where `None`), with units in the header, numbers as short as
/// they read back exactly, ISO dates, and nothing for missing.
pub fn write(table: &Table, rows: Option<&[u32]>, to: impl Write, cancel: &Cancel) -> Outcome<()> {
    let mut writer = csv::Writer::from_writer(to);
    let failed =
        |error: csv::Error| Problem::new(format!("the table could not be written ({error})"));
    let titles = table.columns().iter().map(|column| column.title());
    writer.write_record(titles).map_err(failed)?;
    let count = rows.map_or(table.rows(), <[u32]>::len);
    for at in 0..count {
        if at % 1024 == 0 {
            cancel.check()?;
        }
        let row = rows.map_or(at, |rows| rows[at] as usize);
        for column in table.columns() {
            let cell = if row < table.rows() {
                column.cell(row)
            } else {
                "".into()
            };
            writer.write_field(cell.as_bytes()).map_err(failed)?;
        }
        writer.write_record(None::<&[u8]>).map_err(failed)?;
    }
    writer.flush().map_err(|error| failed(error.into()))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
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
    fn what_is_written_reads_back() {
        let mut bytes = Vec::new();
        write(&table(), None, &mut bytes, &Cancel::new()).unwrap();
        let back = read("t", bytes, &ReadOptions::default(), &Cancel::new()).unwrap();
        assert_eq!(back.fingerprint(), table().fingerprint());
        let mut bytes = Vec::new();
        write(&table(), Some(&[1]), &mut bytes, &Cancel::new()).unwrap();
        assert_eq!(bytes, b"length (mm),class,day\n1e300,\"a, b\",1970-01-02\n");
    }
}
