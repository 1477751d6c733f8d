//! ARFF to a table.

use std::collections::HashMap;

use super::date_format;
use super::lex::{Cell, cells, unquoted, word};
use crate::base::{Outcome, Problem};
use crate::data::csv::{self, decode};
use crate::data::reading::Reading;
use crate::data::{Column, Kind, ReadOptions, Table, TableBuilder, number};

#[derive(Clone, Debug, PartialEq)]
enum Type {
    Numeric,
    Nominal(Vec<String>),
    Text,
    /// With its format.
    Date(String),
}

/// One attribute and its values so far.
struct Attribute {
    name: String,
    of: Type,
    codes: HashMap<String, u32>,
    values: Store,
    /// Cells that the type cannot hold: how many, the first, its line.
    misfits: usize,
    first_misfit: Option<(usize, String)>,
}

enum Store {
    /// NaN is missing.
    Numbers(Vec<f64>),
    /// `u32::MAX` is missing.
    Codes(Vec<u32>),
    /// Nothing is missing.
    Texts(Vec<Option<Box<str>>>),
}

pub(in crate::data) fn read(
    name: &str,
    bytes: Vec<u8>,
    options: &ReadOptions,
    reading: &Reading,
) -> Outcome<Table> {
    let decoded = decode(bytes, options.encoding.as_deref()).map_err(|p| p.at(name))?;
    let mut attributes: Vec<Attribute> = Vec::new();
    let mut notes = decoded.notes;
    let mut lines = decoded.text.lines().enumerate();
    let mut has_data = false;
    for (at, line) in lines.by_ref() {
        let line = line.trim();
        let at_line = |problem: Problem| problem.at(format!("Line {}", at + 1));
        if line.is_empty() || line.starts_with('%') {
            continue;
        }
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        match word.to_ascii_lowercase().as_str() {
            "@relation" => {}
            "@attribute" => attributes.push(attribute(rest).map_err(at_line)?),
            "@data" => {
                has_data = true;
                break;
            }
            _ => {
                return Err(at_line(
                    Problem::new(
                        "a line of an ARFF header begins with @relation, @attribute or @data",
                    )
                    .fix("Mend the line, or put % before it"),
                )
                .into());
            }
        }
    }
    if attributes.is_empty() || !has_data {
        return Err(
            Problem::new("the ARFF file has no @attribute or no @data line")
                .fix("Save it again with Weka")
                .into(),
        );
    }
    let names: Vec<String> = attributes.iter().map(|a| a.name.clone()).collect();
    let (names, name_notes) = csv::column_names(&names);
    notes.extend(name_notes);
    for (attribute, name) in attributes.iter_mut().zip(names) {
        attribute.name = name;
    }
    let mut rows = 0;
    let mut ragged: Option<(usize, usize)> = None;
    for (at, line) in lines {
        let line = line.trim();
        if line.is_empty() || line.starts_with('%') {
            continue;
        }
        let at_line = |problem: Problem| problem.at(format!("Line {}", at + 1));
        if line.starts_with('{') {
            sparse(line, at + 1, &mut attributes).map_err(at_line)?;
        } else {
            let count = dense(line, at + 1, &mut attributes).map_err(at_line)?;
            if count != attributes.len() {
                ragged.get_or_insert((at + 1, 0)).1 += 1;
            }
        }
        rows += 1;
        if rows % 1024 == 0 {
            reading.at_row(rows)?;
        }
    }
    if rows == 0 {
        return Err(Problem::new("the file has a header and no rows").into());
    }
    if let Some((line, count)) = ragged {
        let verb = if count == 1 { "row has" } else { "rows have" };
        notes.push(
            Problem::new(format!(
                "{count} {verb} another number of values than there are attributes"
            ))
            .at(format!("Line {line}")),
        );
    }
    let target = target(&attributes);
    let mut columns = Vec::new();
    for (at, attribute) in attributes.into_iter().enumerate() {
        if let Some((line, cell)) = &attribute.first_misfit {
            let others = match attribute.misfits - 1 {
                0 => String::new(),
                n => format!(" and {n} more"),
            };
            notes.push(
                Problem::new(format!(
                    "“{cell}”{others} cannot be a value of this attribute, and is read as missing"
                ))
                .at(format!(
                    "Line {line}, column {} ({})",
                    at + 1,
                    attribute.name
                )),
            );
        }
        columns.push(csv::as_chosen(column(attribute), options, &mut notes));
    }
    notes.extend(csv::empty_note(columns.iter()));
    let mut builder = TableBuilder::new(name);
    if let Some(target) = target {
        builder = builder.target(target);
    }
    for note in csv::at_most(notes) {
        builder = builder.note(note);
    }
    for column in csv::with_units(columns) {
        builder = builder.column(column);
    }
    Ok(builder.build()?)
}

/// What Weka takes for the class: the attribute called so, else the last if it is nominal.
fn target(attributes: &[Attribute]) -> Option<String> {
    let called = attributes
        .iter()
        .find(|a| a.name.eq_ignore_ascii_case("class"));
    let last = || {
        attributes
            .last()
            .filter(|a| matches!(a.of, Type::Nominal(_)))
    };
    called.or_else(last).map(|a| a.name.clone())
}

/// What follows `@attribute`.
fn attribute(text: &str) -> Result<Attribute, Problem> {
    let (name, rest) = word(text.trim_start());
    let rest = rest.trim();
    let of = if let Some(list) = rest.strip_prefix('{') {
        let list = list.trim_end().strip_suffix('}').ok_or_else(|| {
            Problem::new("the list of values is not closed").fix("Close it with }")
        })?;
        let mut values = Vec::new();
        for value in cells(list) {
            let value = value?.text.into_owned();
            if !value.is_empty() && !values.contains(&value) {
                values.push(value);
            }
        }
        Type::Nominal(values)
    } else {
        let (of, format) = word(rest);
        match of.to_ascii_lowercase().as_str() {
            "numeric" | "real" | "integer" => Type::Numeric,
            "string" => Type::Text,
            "date" => Type::Date(match word(format.trim()).0.as_ref() {
                "" => date_format::ISO.to_owned(),
                format => format.to_owned(),
            }),
            "relational" => {
                return Err(
                    Problem::new("relational attributes, tables in cells, are not read")
                        .fix("Save the file without them"),
                );
            }
            other => {
                return Err(
                    Problem::new(format!("“{other}” is no type of an attribute"))
                        .fix("Write numeric, string, date or a list of values in braces"),
                );
            }
        }
    };
    let values = match &of {
        Type::Numeric | Type::Date(_) => Store::Numbers(Vec::new()),
        Type::Nominal(_) => Store::Codes(Vec::new()),
        Type::Text => Store::Texts(Vec::new()),
    };
    let levels: &[String] = match &of {
        Type::Nominal(levels) => levels,
        _ => &[],
    };
    let codes = levels
        .iter()
        .enumerate()
        .map(|(code, level)| (level.clone(), code as u32));
    Ok(Attribute {
        name: name.into_owned(),
        codes: codes.collect(),
        of,
        values,
        misfits: 0,
        first_misfit: None,
    })
}

fn refuse_weight() -> Problem {
    Problem::new("the row has a weight, and Seefit does not use weights")
        .fix("Take the {weight} at the end of the rows away")
}

/// One row with all its values; gives how many there were.
fn dense(line: &str, number: usize, attributes: &mut [Attribute]) -> Result<usize, Problem> {
    let mut count = 0;
    for cell in cells(line) {
        let cell = cell?;
        if count >= attributes.len() && !cell.quoted && cell.text.starts_with('{') {
            return Err(refuse_weight());
        }
        if let Some(attribute) = attributes.get_mut(count) {
            attribute.push(&cell, number);
        }
        count += 1;
    }
    for attribute in attributes.iter_mut().skip(count) {
        attribute.push_missing();
    }
    Ok(count)
}

/// `{1 x, 3 5}`: what is not named is 0, or the first value of a nominal attribute.
fn sparse(line: &str, number: usize, attributes: &mut [Attribute]) -> Result<(), Problem> {
    let close = line
        .rfind('}')
        .ok_or_else(|| Problem::new("the sparse row is not closed").fix("Close it with }"))?;
    let inner = match line.find('}') {
        Some(first) if first < close && line[first + 1..].trim_start().starts_with(',') => {
            return Err(refuse_weight());
        }
        _ => &line[1..close],
    };
    let mut next = 0;
    // An index and a blank stand before each value, so quotes are looked for behind them.
    let mut rest = inner.trim();
    while !rest.is_empty() {
        let wrong = || {
            Problem::new("a sparse row names attributes by ascending numbers from 0")
                .fix("Write {1 5, 3 x}")
        };
        let (index, after) = rest.split_once(char::is_whitespace).ok_or_else(wrong)?;
        let index: usize = index.parse().map_err(|_| wrong())?;
        if index < next || index >= attributes.len() {
            return Err(wrong());
        }
        let after = after.trim_start();
        let (cell, behind) = match after.chars().next() {
            Some(quote @ ('\'' | '"')) => {
                let (text, end) = unquoted(after, quote)
                    .ok_or_else(|| Problem::new("a quotation mark is not closed"))?;
                let cell = Cell {
                    text: text.into(),
                    quoted: true,
                };
                (cell, &after[end..])
            }
            _ => {
                let end = after.find(',').unwrap_or(after.len());
                let cell = Cell {
                    text: after[..end].trim().into(),
                    quoted: false,
                };
                (cell, &after[end..])
            }
        };
        attributes[next..index]
            .iter_mut()
            .for_each(Attribute::push_zero);
        attributes[index].push(&cell, number);
        next = index + 1;
        rest = behind.trim_start().trim_start_matches(',').trim_start();
    }
    attributes[next..].iter_mut().for_each(Attribute::push_zero);
    Ok(())
}

impl Attribute {
    fn push(&mut self, cell: &Cell<'_>, line: usize) {
        if !cell.quoted && (cell.text == "?" || cell.text.is_empty()) {
            self.push_missing();
            return;
        }
        let fits = match (&mut self.values, &self.of) {
            (Store::Numbers(values), Type::Date(format)) => {
                let seconds = date_format::parse(&cell.text, format);
                values.push(seconds.unwrap_or(f64::NAN));
                seconds.is_some()
            }
            (Store::Numbers(values), _) => {
                let found = number::parse(&cell.text, false).filter(|n| n.value.is_finite());
                values.push(found.map_or(f64::NAN, |n| n.value));
                found.is_some()
            }
            (Store::Codes(codes), _) => {
                let code = self.codes.get(cell.text.as_ref());
                codes.push(code.copied().unwrap_or(u32::MAX));
                code.is_some()
            }
            (Store::Texts(texts), _) => {
                texts.push(Some(cell.text.as_ref().into()));
                true
            }
        };
        if !fits {
            self.misfits += 1;
            self.first_misfit
                .get_or_insert_with(|| (line, cell.text.to_string()));
        }
    }

    fn push_missing(&mut self) {
        match &mut self.values {
            Store::Numbers(values) => values.push(f64::NAN),
            Store::Codes(codes) => codes.push(u32::MAX),
            Store::Texts(texts) => texts.push(None),
        }
    }

    fn push_zero(&mut self) {
        match (&mut self.values, &self.of) {
            (Store::Numbers(values), _) => values.push(0.0),
            (Store::Codes(codes), Type::Nominal(levels)) if !levels.is_empty() => codes.push(0),
            _ => self.push_missing(),
        }
    }
}

fn column(attribute: Attribute) -> Column {
    let name = attribute.name;
    match (attribute.values, attribute.of) {
        (Store::Numbers(values), Type::Date(_)) => Column {
            kind: Kind::Date,
            ..Column::numbers(name, values)
        },
        (Store::Numbers(values), _) => Column::numbers(name, values),
        (Store::Codes(codes), Type::Nominal(levels)) => {
            let flags = [["false", "true"], ["no", "yes"]];
            let is_flag = flags.iter().any(|pair| {
                levels.len() == 2
                    && pair
                        .iter()
                        .zip(&levels)
                        .all(|(p, l)| l.eq_ignore_ascii_case(p))
            });
            let column = Column::categories(name, codes, levels);
            Column {
                kind: if is_flag { Kind::YesNo } else { Kind::Category },
                ..column
            }
        }
        (Store::Codes(codes), _) => Column::categories(name, codes, Vec::new()),
        (Store::Texts(texts), _) => Column::texts(name, texts),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Halt;

    fn outcome(text: &str) -> Outcome<Table> {
        read(
            "t",
            text.into(),
            &ReadOptions::default(),
            &Reading::default(),
        )
    }

    const HEAD: &str = "% made by hand\n@RELATION 'a b'\n\n@attribute 'bill length' REAL\n@attribute size {small, 'very big',other}\n@attribute note string\n@attribute day date 'dd.MM.yyyy'\n@data\n";

    fn cells(table: &Table, row: usize) -> Vec<String> {
        table
            .columns()
            .iter()
            .map(|c| c.cell(row).into_owned())
            .collect()
    }

    #[test]
    fn types_quotes_missing_and_order() {
        let text = format!(
            "{HEAD}1.5,'very big','it\\'s, so',31.12.2024\n?,?,?,?\n% no row\n2 , small ,plain words,01.02.2024\n"
        );
        let table = outcome(&text).unwrap();
        let names: Vec<&str> = table.columns().iter().map(|c| c.name.as_str()).collect();
        assert_eq!(names, ["bill length", "size", "note", "day"]);
        assert_eq!(
            cells(&table, 0),
            ["1.5", "very big", "it's, so", "2024-12-31"]
        );
        assert_eq!(cells(&table, 1), [""; 4]);
        assert_eq!(
            cells(&table, 2),
            ["2", "small", "plain words", "2024-02-01"]
        );
        assert_eq!(table.columns()[1].levels(), ["small", "very big", "other"]);
        assert!(table.notes().is_empty(), "{:?}", table.notes());
    }

    #[test]
    fn sparse_rows_are_filled_with_zeros() {
        let table = outcome(&format!("{HEAD}{{0 3, 2 'x, y'}}\n{{}}\n{{1 other}}\n")).unwrap();
        assert_eq!(cells(&table, 0), ["3", "small", "x, y", "1970-01-01"]);
        assert_eq!(cells(&table, 1), ["0", "small", "", "1970-01-01"]);
        assert_eq!(cells(&table, 2)[1], "other");
    }

    #[test]
    fn what_is_wrong_names_its_line() {
        let said = |rows: &str| match outcome(&format!("{HEAD}{rows}")) {
            Err(Halt::Failed(problem)) => problem.to_string(),
            other => panic!("{rows}: {other:?}"),
        };
        assert!(said("1,small,a,31.12.2024,{5}\n").starts_with("Line 9: the row has a weight"));
        assert!(said("{0 1}, {2}\n").contains("weight"));
        assert!(said("1,'open,a\n").contains("not closed"));
        assert!(said("{9 1}\n").contains("ascending"));
        assert!(said("").contains("no rows"));
        assert!(outcome("@relation x\n@attribute a relational\n@data\n").is_err());
        assert!(outcome("@attribute a blue\n@data\n1\n").is_err());
        let table = outcome(&format!("{HEAD}x,huge,a,b\n1,small,b\n")).unwrap();
        assert_eq!(table.notes().len(), 5, "{:?}", table.notes());
    }

    #[test]
    fn the_class_is_the_target() {
        let text = "@attribute a numeric\n@attribute b {x,y}\n@data\n1,x\n2,y\n";
        assert_eq!(outcome(text).unwrap().suggested_target(), Some("b"));
    }
}
