//! Parquet to a table, one leaf of the schema a task.

use bytes::Bytes;
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType, FixedLenByteArray};
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader as _, SerializedFileReader};

use super::LEVELS_KEY;
use super::kinds::{Meaning, big_endian, half, meaning};
use super::pages::{self, End};
use crate::base::{Halt, Outcome, Problem};
use crate::data::csv::{self, Gathered};
use crate::data::reading::Reading;
use crate::data::{Column, Kind, ReadOptions, Table, TableBuilder, parallel};

/// Records taken at once.
const BATCH: usize = 8192;
/// A file of so many columns and rows holds more than any memory does.
const MOST_CELLS: i64 = 4_000_000_000;

pub(super) fn damaged(error: ParquetError) -> Problem {
    let said = error.to_string();
    if said.contains("isabled feature") || said.to_lowercase().contains("not supported") {
        return Problem::new(format!("the file uses what is not supported ({said})"))
            .fix("Save it with the compression snappy or zstd");
    }
    Problem::new(format!("the Parquet file is damaged ({said})")).fix("Save it again")
}

pub(in crate::data) fn read(
    name: &str,
    bytes: Vec<u8>,
    options: &ReadOptions,
    reading: &Reading,
) -> Outcome<Table> {
    let size = bytes.len() as i64;
    let file = SerializedFileReader::new(Bytes::from(bytes)).map_err(damaged)?;
    let about = file.metadata().file_metadata();
    let schema = about.schema_descr();
    let groups = file.metadata().row_groups();
    // What the groups say, since it is they that are read.
    let rows = groups
        .iter()
        .map(|group| group.num_rows().max(0))
        .sum::<i64>();
    if rows == 0 || schema.num_columns() == 0 {
        return Err(Problem::new("the file has no rows or no columns").into());
    }
    let cells = rows.saturating_mul(schema.num_columns() as i64);
    // Run lengths shrink a constant column to nothing, but not a whole table to a few bytes.
    if cells > MOST_CELLS || rows > (size + 1024).saturating_mul(20_000) {
        return Err(Problem::new(format!("the file claims to have {rows} rows"))
            .fix("Take a sample of its rows")
            .into());
    }
    let rows = rows as usize;
    let mut notes = Vec::new();
    let mut leaves = Vec::new();
    let mut left_out = Vec::new();
    for at in 0..schema.num_columns() {
        let leaf = schema.column(at);
        let name = leaf.path().parts().join(".");
        if leaf.max_rep_level() > 0 {
            left_out.push((schema.get_column_root(at).name().to_owned(), "lists"));
        } else if let Meaning::Unreadable(what) = meaning(&leaf) {
            left_out.push((name, what));
        } else {
            leaves.push((at, name));
        }
    }
    left_out.dedup();
    for (name, what) in left_out {
        notes.push(
            Problem::new(format!("it holds {what} and is left out")).at(format!("Column {name}")),
        );
    }
    if leaves.is_empty() {
        return Err(Problem::new("no column of the file can be shown as a table").into());
    }
    let given: Vec<String> = leaves.iter().map(|(_, name)| name.clone()).collect();
    let (names, name_notes) = csv::column_names(&given);
    notes.extend(name_notes);
    let made = parallel::columns(leaves.len(), rows, |at| {
        let leaf = Leaf {
            file: &file,
            at: leaves[at].0,
            rows,
            meaning: meaning(&schema.column(leaves[at].0)),
        };
        leaf.column(&names[at], options, reading)
    })?;
    reading.at_row(rows)?;
    let levels = stated_levels(about.key_value_metadata().map_or(&[], Vec::as_slice));
    let mut columns = Vec::with_capacity(made.len());
    for (column, problems) in made {
        notes.extend(problems);
        let column = match levels
            .get(&column.name)
            .and_then(serde_json::Value::as_array)
        {
            Some(order) => {
                let order = order.iter().filter_map(|l| l.as_str().map(str::to_owned));
                csv::in_order(column, order.collect())
            }
            None => column,
        };
        columns.push(csv::as_chosen(column, options, &mut notes));
    }
    notes.extend(csv::empty_note(columns.iter()));
    let mut builder = TableBuilder::new(name);
    for note in csv::at_most(notes) {
        builder = builder.note(note);
    }
    for column in csv::with_units(columns) {
        builder = builder.column(column);
    }
    Ok(builder.build()?)
}

fn stated_levels(
    notes: &[parquet::file::metadata::KeyValue],
) -> serde_json::Map<String, serde_json::Value> {
    let note = notes.iter().find(|note| note.key == LEVELS_KEY);
    let text = note.and_then(|note| note.value.as_deref());
    text.and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default()
}

struct Leaf<'a> {
    file: &'a SerializedFileReader<Bytes>,
    at: usize,
    rows: usize,
    meaning: Meaning,
}

impl Leaf<'_> {
    fn column(
        &self,
        name: &str,
        options: &ReadOptions,
        reading: &Reading,
    ) -> Outcome<(Column, Vec<Problem>)> {
        let mut notes = Vec::new();
        let column = match self.meaning {
            Meaning::Text | Meaning::Uuid => self.texts(name, options, reading, &mut notes)?,
            _ => {
                let mut rounded = false;
                let values = self.numbers(&mut rounded, reading)?;
                match self.meaning {
                    // Neighbours beyond 2^53 are the same number: they are names, not amounts.
                    Meaning::Number | Meaning::Unsigned if rounded => {
                        notes.push(
                            Problem::new("its numbers have more digits than can be calculated with, and are read as text")
                                .at(format!("Column {name}")),
                        );
                        self.texts(name, options, reading, &mut notes)?
                    }
                    Meaning::Flag => {
                        let codes = values
                            .iter()
                            .map(|v| if v.is_nan() { u32::MAX } else { *v as u32 })
                            .collect();
                        let levels = vec!["false".to_owned(), "true".to_owned()];
                        Column {
                            kind: Kind::YesNo,
                            ..Column::categories(name, codes, levels)
                        }
                    }
                    Meaning::Day | Meaning::Moment(_) | Meaning::Int96 => Column {
                        kind: Kind::Date,
                        ..Column::numbers(name, values)
                    },
                    Meaning::Time(_) => Column::numbers(name, values).with_unit("h"),
                    _ => Column::numbers(name, values),
                }
            }
        };
        if column.len() != self.rows {
            return Err(Problem::new(format!(
                "the Parquet file is damaged (the column has {} of {} rows)",
                column.len(),
                self.rows
            ))
            .at(format!("Column {name}"))
            .fix("Save it again")
            .into());
        }
        Ok((column, notes))
    }

    /// NaN is missing. `rounded` tells whether an integer was too large for `f64`.
    fn numbers(&self, rounded: &mut bool, reading: &Reading) -> Outcome<Vec<f64>> {
        let mut values = Vec::with_capacity(self.rows.min(1 << 24));
        let meaning = self.meaning;
        let mut whole = |integer: i128| -> f64 {
            *rounded |= integer.unsigned_abs() > 1 << 53;
            integer as f64
        };
        let scale = |value: f64| match meaning {
            Meaning::Decimal(scale) => value / 10f64.powi(scale),
            Meaning::Day => value * 86_400.0,
            Meaning::Moment(unit) | Meaning::Time(unit) => value / unit,
            _ => value,
        };
        for group in 0..self.file.num_row_groups() {
            let group = self.file.get_row_group(group).map_err(damaged)?;
            let mut put = |value: Option<f64>| values.push(value.unwrap_or(f64::NAN));
            match group.get_column_reader(self.at).map_err(damaged)? {
                ColumnReader::BoolColumnReader(mut reader) => each(&mut reader, reading, |v| {
                    put(v.map(|v| f64::from(u8::from(*v))));
                    Ok(())
                })?,
                ColumnReader::Int32ColumnReader(mut reader) => each(&mut reader, reading, |v| {
                    put(v.map(|&v| match meaning {
                        Meaning::Unsigned => f64::from(v as u32),
                        _ => scale(f64::from(v)),
                    }));
                    Ok(())
                })?,
                ColumnReader::Int64ColumnReader(mut reader) => each(&mut reader, reading, |v| {
                    put(v.map(|&v| match meaning {
                        Meaning::Unsigned => whole(i128::from(v as u64)),
                        Meaning::Number => whole(i128::from(v)),
                        _ => scale(v as f64),
                    }));
                    Ok(())
                })?,
                ColumnReader::Int96ColumnReader(mut reader) => each(&mut reader, reading, |v| {
                    put(v.map(|v| {
                        let data = v.data();
                        let nanoseconds = u64::from(data[0]) | u64::from(data[1]) << 32;
                        (f64::from(data[2]) - 2_440_588.0) * 86_400.0 + nanoseconds as f64 / 1e9
                    }));
                    Ok(())
                })?,
                ColumnReader::FloatColumnReader(mut reader) => each(&mut reader, reading, |v| {
                    // By its shortest digits: 0.1 in single precision is meant as 0.1.
                    put(v.map(|v| short(*v)));
                    Ok(())
                })?,
                ColumnReader::DoubleColumnReader(mut reader) => each(&mut reader, reading, |v| {
                    put(v.copied());
                    Ok(())
                })?,
                ColumnReader::ByteArrayColumnReader(mut reader) => {
                    each(&mut reader, reading, |v: Option<&ByteArray>| {
                        put(v.map(|v| scale(big_endian(v.data()))));
                        Ok(())
                    })?;
                }
                ColumnReader::FixedLenByteArrayColumnReader(mut reader) => {
                    each(&mut reader, reading, |v: Option<&FixedLenByteArray>| {
                        put(v.map(|v| match (meaning, v.data()) {
                            (Meaning::Half, [low, high]) => half([*low, *high]),
                            (_, bytes) => scale(big_endian(bytes)),
                        }));
                        Ok(())
                    })?;
                }
            }
        }
        Ok(values)
    }

    /// Texts, and integers too long for a number.
    fn texts(
        &self,
        name: &str,
        options: &ReadOptions,
        reading: &Reading,
        notes: &mut Vec<Problem>,
    ) -> Outcome<Column> {
        let schema = self.file.metadata().file_metadata().schema_descr();
        let most_level = schema.column(self.at).max_def_level();
        let mut words = Gathered::new(self.rows, &options.missing);
        let (mut bad, mut done) = (0, 0);
        let mut put = |bytes: Option<&[u8]>| -> Result<(), Problem> {
            match bytes {
                None => words.push_missing(),
                Some(bytes) => bad += usize::from(!words.push(bytes)?),
            }
            Ok(())
        };
        for group in 0..self.file.num_row_groups() {
            let group = self.file.get_row_group(group).map_err(damaged)?;
            match group.get_column_reader(self.at).map_err(damaged)? {
                ColumnReader::ByteArrayColumnReader(mut reader) => {
                    let pages = group.get_column_page_reader(self.at).map_err(damaged)?;
                    let cancel = &reading.cancel;
                    let left = self.rows.saturating_sub(done);
                    let end = pages::byte_arrays(pages, most_level, left, cancel, &mut put)?;
                    if let End::After(cells) = end {
                        reader.skip_records(cells).map_err(damaged)?;
                        each(&mut reader, reading, |v: Option<&ByteArray>| {
                            put(v.map(|v| v.data()))
                        })?;
                    }
                }
                ColumnReader::FixedLenByteArrayColumnReader(mut reader) => {
                    each(
                        &mut reader,
                        reading,
                        |v: Option<&FixedLenByteArray>| match v {
                            Some(v) if self.meaning == Meaning::Uuid => {
                                put(Some(uuid(v.data()).as_bytes()))
                            }
                            v => put(v.map(|v| v.data())),
                        },
                    )?;
                }
                ColumnReader::Int64ColumnReader(mut reader) => {
                    each(&mut reader, reading, |v: Option<&i64>| {
                        let text = v.map(|v| match self.meaning {
                            Meaning::Unsigned => (*v as u64).to_string(),
                            _ => v.to_string(),
                        });
                        put(text.as_deref().map(str::as_bytes))
                    })?;
                }
                _ => return Err(Problem::new("the Parquet file is damaged").into()),
            }
            done += group.metadata().num_rows().max(0) as usize;
        }
        if bad > 0 {
            notes.push(Problem::new(csv::binary_cells(bad)).at(format!("Column {name}")));
        }
        Ok(words.finish(name))
    }
}

/// Hands each value, or none where it is missing, to `take`.
fn each<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    reading: &Reading,
    mut take: impl FnMut(Option<&T::T>) -> Result<(), Problem>,
) -> Outcome<()> {
    let mut values: Vec<T::T> = Vec::new();
    let mut levels: Vec<i16> = Vec::new();
    loop {
        reading.cancel.check()?;
        values.clear();
        levels.clear();
        let read = reader.read_records(BATCH, Some(&mut levels), None, &mut values);
        let (records, _, _) = read.map_err(damaged)?;
        if records == 0 {
            return Ok(());
        }
        // Without levels every value is there; with some, as many are as have the highest.
        if values.len() == records {
            values.iter().try_for_each(|value| take(Some(value)))?;
            continue;
        }
        let most = levels.iter().copied().max().unwrap_or(0);
        let present = levels.iter().filter(|&&level| level == most).count();
        let all_missing = values.is_empty();
        if !all_missing && present != values.len() {
            return Err(Halt::Failed(
                Problem::new("the Parquet file is damaged (levels and values differ)")
                    .fix("Save it again"),
            ));
        }
        let mut next = values.iter();
        for &level in &levels {
            let value = match level == most && !all_missing {
                true => next.next(),
                false => None,
            };
            take(value)?;
        }
    }
}

fn short(value: f32) -> f64 {
    let exact = f64::from(value);
    if (exact == exact.trunc() && exact.abs() < 1e7) || !exact.is_finite() {
        return exact;
    }
    format!("{value}").parse().unwrap_or(exact)
}

fn uuid(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(36);
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.push_str(&format!("{byte:02x}"));
    }
    text
}
