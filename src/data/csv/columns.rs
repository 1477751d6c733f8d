//! What readers of other formats share with this one: columns of texts, names, units, chosen kinds.

use std::collections::{HashMap, HashSet};

use super::parse::{self, Style};
use super::texts::Texts;
use super::{answers_to, header, infer};
use crate::base::{Cancel, Outcome, Problem};
use crate::data::{Column, Kind, Mask, ReadOptions, Values};

/// Takes units out of the names: a unit belongs to amounts, and only where the name without it is
/// still the column's own.
pub(in crate::data) fn with_units(mut columns: Vec<Column>) -> Vec<Column> {
    let bare = |column: &Column| {
        header::split_unit(&column.name).map_or(column.name.clone(), |(bare, _)| bare.to_owned())
    };
    let mut counts: HashMap<String, usize> = HashMap::new();
    for column in &columns {
        *counts.entry(bare(column)).or_insert(0) += 1;
    }
    for column in &mut columns {
        if column.kind == Kind::Number
            && let Some((name, unit)) = header::split_unit(&column.name.clone())
            && counts.get(name) == Some(&1)
        {
            column.name = name.to_owned();
            column.unit.get_or_insert_with(|| unit.to_owned());
        }
    }
    columns
}

/// A column of a format with types, as the person wants it: stated spellings missing, the kind that was
/// chosen if it can be had, and a note where it cannot.
pub(in crate::data) fn as_chosen(
    column: Column,
    options: &ReadOptions,
    notes: &mut Vec<Problem>,
) -> Column {
    let column = match options.missing.is_empty() {
        true => column,
        false => without(column, &options.missing),
    };
    let mut chosen = options.kinds.iter().rev();
    let Some((_, kind)) = chosen.find(|(name, _)| answers_to(&column.name, name)) else {
        return column;
    };
    match column.as_kind(*kind) {
        Ok(converted) => converted,
        Err(problem) => {
            notes.push(problem);
            column
        }
    }
}

/// The same column with these values missing.
fn without(column: Column, spellings: &[String]) -> Column {
    let is_stated = |text: &str| spellings.iter().any(|stated| stated == text);
    let gone: Vec<bool> = match &column.values {
        Values::Category { codes, levels } => {
            let gone: Vec<bool> = levels.iter().map(|level| is_stated(level)).collect();
            let is_gone = |code: &u32| gone.get(*code as usize).copied().unwrap_or(false);
            codes.iter().map(is_gone).collect()
        }
        _ => (0..column.len())
            .map(|row| is_stated(&column.cell(row)))
            .collect(),
    };
    let missing = (0..column.len()).map(|row| gone[row] || column.missing.is_missing(row));
    Column {
        missing: Mask::from_rows(missing),
        ..column
    }
}

/// A category with its levels in this order; levels that the order lacks follow.
pub(in crate::data) fn in_order(column: Column, mut order: Vec<String>) -> Column {
    let Values::Category { codes, levels } = &column.values else {
        return column;
    };
    let mut known: HashSet<String> = HashSet::new();
    order.extend(levels.iter().cloned());
    order.retain(|level| known.insert(level.clone()));
    let known: HashMap<&str, u32> = order
        .iter()
        .enumerate()
        .map(|(code, level)| (level.as_str(), code as u32))
        .collect();
    let places: Vec<u32> = levels.iter().map(|level| known[level.as_str()]).collect();
    let place = |code: &u32| places.get(*code as usize).copied().unwrap_or(u32::MAX);
    Column {
        values: Values::Category {
            codes: codes.iter().map(place).collect(),
            levels: order.into(),
        },
        ..column
    }
}

/// Names as [`read`](super::read) gives them to the columns of a header.
pub(in crate::data) fn column_names(header: &[String]) -> (Vec<String>, Vec<Problem>) {
    header::names(Some(header), header.len())
}

/// The column of these texts, as [`read`](super::read) would take a column of such cells: for formats that keep
/// numbers and dates as text. `place` names a row for the notes.
pub(in crate::data) fn column(
    name: &str,
    number: usize,
    texts: &Texts,
    options: &ReadOptions,
    place: &dyn Fn(usize) -> String,
    cancel: &Cancel,
) -> Outcome<(Column, Vec<Problem>)> {
    let cells = texts.cells(&options.missing);
    let chosen = options.kinds.iter().rev();
    let style = Style {
        decimal_comma: options
            .decimal_comma
            .unwrap_or_else(|| infer::has_decimal_comma(&cells)),
        month_first: options.month_first,
        kind: chosen
            .filter(|(chosen, _)| answers_to(name, chosen))
            .map(|(_, kind)| *kind)
            .next(),
    };
    let parsed = parse::parse(&cells, name, style, cancel)?;
    let notes = parsed
        .remarks
        .iter()
        .map(|remark| remark.problem(number, name, place))
        .collect();
    Ok((parsed.column, notes))
}
