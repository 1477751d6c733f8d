//! A table as bytes and back, exact to the last bit: the same fingerprint.
//!
//! ```text
//! SEEFIT-1 | length of the head, u32 | head (JSON) | columns, one after the other
//! a column: the mask (1 bit a row, where values are missing), then
//!   numbers    8 bytes each, IEEE 754
//!   categories 4 bytes each, the level's place
//!   texts      4 bytes each, its length; then all texts
//! ```
//! All numbers are little-endian. What is missing is written as 0.

use serde::{Deserialize, Serialize};

use crate::base::Problem;
use crate::data::{Column, Kind, Mask, Table, TableBuilder, Values};

const MAGIC: &[u8; 8] = b"SEEFIT-1";

#[derive(Serialize, Deserialize)]
struct Head {
    name: String,
    rows: u64,
    columns: Vec<HeadColumn>,
    #[serde(default)]
    target: Option<String>,
    #[serde(default)]
    axes: Option<(String, String)>,
    #[serde(default)]
    features: Option<Vec<String>>,
    #[serde(default)]
    set_aside: Vec<String>,
    /// What, where, what to do.
    #[serde(default)]
    notes: Vec<(String, String, String)>,
}

#[derive(Serialize, Deserialize)]
struct HeadColumn {
    name: String,
    #[serde(default)]
    unit: Option<String>,
    kind: Kind,
    missing: bool,
    #[serde(default)]
    levels: Vec<String>,
}

pub fn table_to_bytes(table: &Table) -> Vec<u8> {
    let columns = table.columns().iter();
    let head = Head {
        name: table.name().to_owned(),
        rows: table.rows() as u64,
        columns: columns
            .map(|c| HeadColumn {
                name: c.name.clone(),
                unit: c.unit.clone(),
                kind: c.kind,
                missing: c.missing.count() > 0,
                levels: c.levels().to_vec(),
            })
            .collect(),
        target: table.suggested_target().map(str::to_owned),
        axes: table
            .suggested_axes()
            .map(|(x, y)| (x.to_owned(), y.to_owned())),
        features: table.suggested_features().map(<[String]>::to_vec),
        set_aside: table.set_aside().to_vec(),
        notes: table
            .notes()
            .iter()
            .map(|n| (n.what.clone(), n.place.clone(), n.fix.clone()))
            .collect(),
    };
    // Plain strings and numbers: this cannot fail.
    let head = serde_json::to_vec(&head).unwrap_or_default();
    let mut bytes = Vec::with_capacity(head.len() + size(table));
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&(head.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&head);
    for column in table.columns() {
        push_column(&mut bytes, column);
    }
    bytes
}

/// About how many bytes a table takes.
pub fn size(table: &Table) -> usize {
    let columns = table.columns().iter().map(|column| match &column.values {
        Values::Number(values) => values.len() * 8,
        Values::Category { codes, .. } => codes.len() * 4,
        Values::Text(texts) => texts.iter().map(|t| t.len() + 4).sum(),
    });
    4096 + columns.sum::<usize>() + table.columns().len() * table.rows() / 8
}

fn push_column(bytes: &mut Vec<u8>, column: &Column) {
    let missing = &column.missing;
    if missing.count() > 0 {
        for first in (0..column.len()).step_by(8) {
            let rows = first..(first + 8).min(column.len());
            let byte = rows.fold(0, |byte, row| {
                byte | u8::from(missing.is_missing(row)) << (row - first)
            });
            bytes.push(byte);
        }
    }
    let present = |row: usize| !missing.is_missing(row);
    match &column.values {
        Values::Number(values) => {
            for (row, value) in values.iter().enumerate() {
                let value = if present(row) { *value } else { 0.0 };
                bytes.extend_from_slice(&value.to_le_bytes());
            }
        }
        Values::Category { codes, .. } => {
            for (row, code) in codes.iter().enumerate() {
                let code = if present(row) { *code } else { 0 };
                bytes.extend_from_slice(&code.to_le_bytes());
            }
        }
        Values::Text(texts) => {
            let text = |row: usize| if present(row) { &*texts[row] } else { "" };
            for row in 0..texts.len() {
                bytes.extend_from_slice(&(text(row).len() as u32).to_le_bytes());
            }
            for row in 0..texts.len() {
                bytes.extend_from_slice(text(row).as_bytes());
            }
        }
    }
}

pub fn table_from_bytes(bytes: &[u8]) -> Result<Table, Problem> {
    let damaged = || Problem::new("the data are damaged");
    let mut rest = bytes;
    if take(&mut rest, MAGIC.len())? != MAGIC {
        return Err(damaged());
    }
    let length = u32::from_le_bytes(words(take(&mut rest, 4)?)) as usize;
    let head: Head = serde_json::from_slice(take(&mut rest, length)?).map_err(|_| damaged())?;
    let rows = usize::try_from(head.rows).map_err(|_| damaged())?;
    // Row numbers are u32 everywhere; what follows holds so many rows or fails.
    if rows >= u32::MAX as usize {
        return Err(damaged());
    }
    let mut builder = TableBuilder::new(head.name);
    for column in head.columns {
        builder = builder.column(read_column(&mut rest, column, rows)?);
    }
    if !rest.is_empty() {
        return Err(damaged());
    }
    if let Some(target) = head.target {
        builder = builder.target(target);
    }
    if let Some((x, y)) = head.axes {
        builder = builder.axes(x, y);
    }
    if let Some(features) = head.features {
        builder = builder.features(features);
    }
    if !head.set_aside.is_empty() {
        builder = builder.set_aside(head.set_aside);
    }
    for (what, place, fix) in head.notes {
        builder = builder.note(Problem { what, place, fix });
    }
    builder.build()
}

/// The next so many bytes, if there are so many.
fn take<'a>(rest: &mut &'a [u8], count: usize) -> Result<&'a [u8], Problem> {
    let (taken, behind) = rest
        .split_at_checked(count)
        .ok_or_else(|| Problem::new("the data end too early"))?;
    *rest = behind;
    Ok(taken)
}

/// Of so many bytes; never asked for less.
fn words<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.try_into().unwrap_or([0; N])
}

fn read_column(rest: &mut &[u8], head: HeadColumn, rows: usize) -> Result<Column, Problem> {
    let damaged = || Problem::new("the data are damaged").at(format!("Column {}", head.name));
    let bits = if head.missing {
        take(rest, rows.div_ceil(8))?
    } else {
        &[]
    };
    let is_missing = |row: usize| bits.get(row / 8).is_some_and(|b| b >> (row % 8) & 1 == 1);
    let of_length = |size: usize| rows.checked_mul(size).ok_or_else(damaged);
    let values = match head.kind {
        Kind::Number | Kind::Date => {
            let numbers = take(rest, of_length(8)?)?.chunks_exact(8);
            let numbers = numbers.enumerate().map(|(row, b)| {
                let value = f64::from_le_bytes(words(b));
                match is_missing(row) {
                    true => Some(f64::NAN),
                    false => value.is_finite().then_some(value),
                }
            });
            Values::Number(numbers.collect::<Option<_>>().ok_or_else(damaged)?)
        }
        Kind::Category | Kind::YesNo => {
            let levels = head.levels.len();
            let codes = take(rest, of_length(4)?)?.chunks_exact(4);
            let codes = codes.enumerate().map(|(row, b)| {
                let code = u32::from_le_bytes(words(b));
                match is_missing(row) {
                    true => Some(u32::MAX),
                    false => ((code as usize) < levels).then_some(code),
                }
            });
            let codes = codes.collect::<Option<_>>().ok_or_else(damaged)?;
            let mut names = std::collections::HashSet::new();
            let twice = head.levels.iter().any(|level| !names.insert(level));
            if twice || head.kind == Kind::YesNo && levels > 2 {
                return Err(damaged());
            }
            Values::Category {
                codes,
                levels: head.levels.clone().into(),
            }
        }
        Kind::Text => {
            let lengths = take(rest, of_length(4)?)?.chunks_exact(4);
            let mut texts = Vec::new();
            for length in lengths {
                let text = take(rest, u32::from_le_bytes(words(length)) as usize)?;
                let text = std::str::from_utf8(text).map_err(|_| damaged())?;
                texts.push(Box::from(text));
            }
            Values::Text(texts.into())
        }
    };
    Ok(Column {
        missing: Mask::from_rows((0..rows).map(is_missing)),
        name: head.name,
        unit: head.unit,
        kind: head.kind,
        values,
    })
}
