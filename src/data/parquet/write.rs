//! A table as Parquet: numbers, instants, flags and texts in the types that other programs know them
//! by; the order of levels, for which the format has no place, in the file's own notes.

use std::io::Write;
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use serde_json::{Map, Value};

use super::LEVELS_KEY;
use crate::base::{Outcome, Problem};
use crate::data::{Column, Kind, Table, Writing};

/// Rows of a row group.
const GROUP: usize = 1 << 18;

fn failed(error: ParquetError) -> Problem {
    Problem::new(format!("the table could not be written ({error})"))
}

/// Writes the rows given, all where `None`.
pub fn write(
    table: &Table,
    rows: Option<&[u32]>,
    to: impl Write + Send,
    writing: &Writing,
) -> Outcome<()> {
    let fields: Result<Vec<Arc<Type>>, ParquetError> = table
        .columns()
        .iter()
        .map(|column| Ok(Arc::new(field(column)?)))
        .collect();
    let schema = Type::group_type_builder("table")
        .with_fields(fields.map_err(failed)?)
        .build()
        .map_err(failed)?;
    let mut levels = Map::new();
    for column in table.columns() {
        if !column.levels().is_empty() && !is_flag(column) {
            let order = column.levels().iter().cloned().map(Value::String).collect();
            levels.insert(column.title(), order);
        }
    }
    let note = KeyValue::new(LEVELS_KEY.to_owned(), Value::Object(levels).to_string());
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_key_value_metadata(Some(vec![note]))
        .build();
    let mut writer =
        SerializedFileWriter::new(to, Arc::new(schema), Arc::new(properties)).map_err(failed)?;
    let all: Vec<u32>;
    let rows = match rows {
        Some(rows) => rows,
        None => {
            all = (0..table.rows() as u32).collect();
            &all
        }
    };
    let groups = rows.chunks(GROUP);
    let parts = groups.len() * table.columns().len();
    let mut part = 0;
    for rows in groups {
        let mut group = writer.next_row_group().map_err(failed)?;
        for column in table.columns() {
            writing.at(part, parts)?;
            part += 1;
            let Some(mut to) = group.next_column().map_err(failed)? else {
                break;
            };
            write_column(column, rows, to.untyped()).map_err(failed)?;
            to.close().map_err(failed)?;
        }
        group.close().map_err(failed)?;
    }
    writer.close().map_err(failed)?;
    Ok(())
}

/// Stored as a boolean: the levels are those that a reader gives it again.
fn is_flag(column: &Column) -> bool {
    column.kind == Kind::YesNo && column.levels() == ["false", "true"]
}

fn field(column: &Column) -> Result<Type, ParquetError> {
    let (physical, logical) = match column.kind {
        Kind::Number => (Physical::DOUBLE, None),
        Kind::Date => (
            Physical::INT64,
            Some(LogicalType::timestamp(true, TimeUnit::MICROS)),
        ),
        _ if is_flag(column) => (Physical::BOOLEAN, None),
        _ => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
    };
    Type::primitive_type_builder(&column.title(), physical)
        .with_logical_type(logical)
        .with_repetition(Repetition::OPTIONAL)
        .build()
}

fn write_column(
    column: &Column,
    rows: &[u32],
    to: &mut ColumnWriter<'_>,
) -> Result<(), ParquetError> {
    let is_there =
        |row: u32| (row as usize) < column.len() && !column.missing.is_missing(row as usize);
    let levels: Vec<i16> = rows.iter().map(|&row| i16::from(is_there(row))).collect();
    let present = rows
        .iter()
        .copied()
        .filter(|&row| is_there(row))
        .map(|row| row as usize);
    match to {
        ColumnWriter::DoubleColumnWriter(to) => {
            let values: Vec<f64> = present.filter_map(|row| column.number(row)).collect();
            to.write_batch(&values, Some(&levels), None)?;
        }
        ColumnWriter::Int64ColumnWriter(to) => {
            let seconds = present.filter_map(|row| column.number(row));
            let values: Vec<i64> = seconds.map(|s| (s * 1e6).round() as i64).collect();
            to.write_batch(&values, Some(&levels), None)?;
        }
        ColumnWriter::BoolColumnWriter(to) => {
            let values: Vec<bool> = present.map(|row| column.code(row) == Some(1)).collect();
            to.write_batch(&values, Some(&levels), None)?;
        }
        ColumnWriter::ByteArrayColumnWriter(to) => {
            let text = |row| ByteArray::from(column.cell(row).into_owned().into_bytes());
            let values: Vec<ByteArray> = present.map(text).collect();
            to.write_batch(&values, Some(&levels), None)?;
        }
        _ => return Err(ParquetError::General("an unexpected type".to_owned())),
    }
    Ok(())
}
