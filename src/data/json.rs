//! JSON: an array of objects, an object of arrays, one object a line, and what pandas writes.
//!
//! ```text
//! [{"a": 1, "b": {"c": 2}}]          a, b.c            {"a": [1, 2], "b": [3, 4]}      a, b
//! {"a": 1}\n{"a": 2}                 a                 {"a": {"0": 1, "1": 2}}         a
//! [["a", "b"], [1, 2]]               a, b              {"columns": [], "data": [[]]}   split
//! ```
//!
//! Records are taken in one by one, so that an array needs little more memory than its table.

use std::collections::HashMap;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::csv::decode;
use super::grid::{Cell, Finish, Grid};
use super::reading::Reading;
use super::{ReadOptions, Table};
use crate::base::{Halt, Outcome, Problem};

/// `lines` where the name says that each line is a record; otherwise the text decides.
pub(super) fn read(
    name: &str,
    bytes: Vec<u8>,
    lines: bool,
    options: &ReadOptions,
    reading: &Reading,
) -> Outcome<Table> {
    let decoded = decode(bytes, options.encoding.as_deref()).map_err(|p| p.at(name))?;
    reading.cancel.check()?;
    let text = decoded.text.as_str();
    let mut records = Records::new(options);
    records.notes = decoded.notes;
    let lines = lines || has_record_lines(text);
    if lines {
        by_lines(text, &mut records, reading)?;
    } else {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let whole = Whole {
            records: &mut records,
            reading,
        };
        let parsed = whole
            .deserialize(&mut deserializer)
            .and_then(|()| deserializer.end());
        if let Err(error) = parsed {
            reading.cancel.check()?;
            return Err(broken(&error).into());
        }
    }
    let place = |row: usize| match lines {
        true => format!("Line {}", row + 1),
        false => format!("Record {}", row + 1),
    };
    let lines = std::mem::take(&mut records.lines);
    let of_line = |row: usize| match lines.get(row) {
        Some(line) => format!("Line {line}"),
        None => place(row),
    };
    let finish = Finish {
        name,
        options,
        place: &of_line,
        notes: records.closing_notes(),
    };
    records.grid.finish(finish, reading)
}

fn broken(error: &serde_json::Error) -> Problem {
    if error.is_data() {
        return Problem::new(
            error
                .to_string()
                .split(" at line ")
                .next()
                .unwrap_or_default(),
        )
        .fix("Save the table as an array of objects");
    }
    let what = match error.to_string().contains("recursion limit") {
        true => "arrays or objects stand in each other more than 128 deep".to_owned(),
        false => {
            let said = error.to_string();
            let why = said.split(" at line ").next().unwrap_or_default();
            format!("this is no valid JSON ({why})")
        }
    };
    Problem::new(what)
        .at(format!("Line {}, column {}", error.line(), error.column()))
        .fix("Save it again, or open it as text")
}

/// Whether the first of several lines is an object by itself.
fn has_record_lines(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let (Some(first), Some(second)) = (lines.next(), lines.next()) else {
        return false;
    };
    first.starts_with('{')
        && first.ends_with('}')
        && second.starts_with('{')
        && serde_json::from_str::<Map<String, Value>>(first).is_ok()
}

/// A few lines that are none are left out and named; more are no such file.
fn by_lines(text: &str, records: &mut Records<'_>, reading: &Reading) -> Outcome<()> {
    let mut first_bad = None;
    let mut bad = 0;
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        match serde_json::from_str::<Value>(line) {
            Ok(value) => {
                records.add(&value)?;
                records.lines.push(at as u32 + 1);
            }
            Err(error) => {
                bad += 1;
                first_bad.get_or_insert((at + 1, error));
            }
        }
        if at % 1024 == 0 {
            reading.at_row(records.grid.rows)?;
        }
    }
    if let Some((line, error)) = first_bad {
        if bad * 20 > records.grid.rows {
            let place = format!("Line {line}, column {}", error.column());
            return Err(broken(&error).at(place).into());
        }
        let verb = if bad == 1 { "line is" } else { "lines are" };
        records.notes.push(
            Problem::new(format!("{bad} {verb} no valid JSON and left out"))
                .at(format!("Line {line}")),
        );
    }
    Ok(())
}

/// Records to a grid.
struct Records<'a> {
    grid: Grid,
    columns: HashMap<String, usize>,
    options: &'a ReadOptions,
    notes: Vec<Problem>,
    /// Arrays that stand in cells.
    nested: usize,
    /// The line of each row, where rows are lines.
    lines: Vec<u32>,
    /// The first record, where it may be a header: an array of texts.
    held: Option<Vec<Value>>,
    headed: bool,
}

impl<'a> Records<'a> {
    fn new(options: &'a ReadOptions) -> Self {
        Records {
            grid: Grid::default(),
            columns: HashMap::new(),
            options,
            notes: Vec::new(),
            nested: 0,
            lines: Vec::new(),
            held: None,
            headed: false,
        }
    }

    fn column(&mut self, name: &str) -> usize {
        match self.columns.get(name) {
            Some(&at) => at,
            None => {
                let at = self.grid.add(name);
                self.columns.insert(name.to_owned(), at);
                at
            }
        }
    }

    /// One row: an object by its keys, an array by position, anything else as the only column.
    fn add(&mut self, record: &Value) -> Result<(), Problem> {
        match record {
            Value::Object(object) => self.object("", object)?,
            Value::Array(cells) => {
                if !self.headed {
                    self.headed = true;
                    let all_texts = cells.iter().all(Value::is_string) && !cells.is_empty();
                    if all_texts && self.options.header != Some(false) {
                        self.held = Some(cells.clone());
                        return Ok(());
                    }
                }
                if let Some(held) = self.held.take() {
                    let unlike = cells.iter().any(|cell| !cell.is_string());
                    if unlike || self.options.header == Some(true) {
                        for name in &held {
                            self.grid.add(name.as_str().unwrap_or_default());
                        }
                    } else {
                        self.array(&held)?;
                        self.grid.end_row();
                    }
                }
                self.array(cells)?;
            }
            other => {
                let at = self.column("value");
                self.set(at, other)?;
            }
        }
        self.grid.end_row();
        Ok(())
    }

    fn array(&mut self, cells: &[Value]) -> Result<(), Problem> {
        for (at, cell) in cells.iter().enumerate() {
            while self.grid.columns() <= at {
                self.grid.add(format!("column_{}", self.grid.columns() + 1));
            }
            self.set(at, cell)?;
        }
        Ok(())
    }

    /// Objects in objects are columns `a.b`.
    fn object(&mut self, prefix: &str, object: &Map<String, Value>) -> Result<(), Problem> {
        for (key, value) in object {
            let name = match prefix {
                "" => key.clone(),
                _ => format!("{prefix}.{key}"),
            };
            match value {
                Value::Object(inner) => self.object(&name, inner)?,
                value => {
                    let at = self.column(&name);
                    self.set(at, value)?;
                }
            }
        }
        Ok(())
    }

    fn set(&mut self, column: usize, value: &Value) -> Result<(), Problem> {
        let cell = match value {
            Value::Null => Cell::Missing,
            Value::Bool(flag) => Cell::Flag(*flag),
            Value::Number(number) => match number.as_i64() {
                Some(integer) => Cell::integer(integer),
                None if number.is_u64() => Cell::Text(number.to_string().into()),
                None => number.as_f64().map_or(Cell::Missing, Cell::Number),
            },
            Value::String(text) => Cell::Text(text.as_str().into()),
            Value::Array(_) | Value::Object(_) => {
                self.nested += 1;
                Cell::Text(value.to_string().into())
            }
        };
        self.grid.set(column, &cell)
    }

    /// An object of arrays, of which each is a column.
    fn arrays(&mut self, columns: &Map<String, Value>) -> Result<(), Problem> {
        let length = |value: &Value| value.as_array().map_or(0, Vec::len);
        let rows = columns.values().map(length).max().unwrap_or(0);
        let shorter = columns.iter().find(|(_, value)| length(value) < rows);
        if let Some((name, value)) = shorter {
            self.notes.push(Problem::new(format!(
                "“{name}” has {} values, the longest column has {rows}; the rest is missing",
                length(value)
            )));
        }
        let places: Vec<usize> = columns.keys().map(|name| self.column(name)).collect();
        for row in 0..rows {
            for (values, &at) in columns.values().zip(&places) {
                if let Some(value) = values.get(row) {
                    self.set(at, value)?;
                }
            }
            self.grid.end_row();
        }
        Ok(())
    }

    /// `{"a": {"0": 1, "1": 2}}` as pandas writes a table; `{"ann": {"age": 3}}` has rows by name.
    fn objects(&mut self, outer: &Map<String, Value>) -> Result<(), Problem> {
        let counts = |object: &Map<String, Value>| object.keys().all(|k| k.parse::<i64>().is_ok());
        let inner = || outer.values().filter_map(Value::as_object);
        if !counts(outer) && inner().all(counts) {
            let mut rows: Vec<&String> = Vec::new();
            let mut known: std::collections::HashSet<&String> = Default::default();
            for key in inner().flat_map(Map::keys) {
                if known.insert(key) {
                    rows.push(key);
                }
            }
            let places: Vec<usize> = outer.keys().map(|name| self.column(name)).collect();
            for key in rows {
                for (values, &at) in outer.values().zip(&places) {
                    if let Some(value) = values.get(key) {
                        self.set(at, value)?;
                    }
                }
                self.grid.end_row();
            }
            return Ok(());
        }
        let named = !counts(outer);
        for (name, record) in outer {
            if named {
                let at = self.column("key");
                self.set(at, &Value::String(name.clone()))?;
            }
            self.add(record)?;
        }
        Ok(())
    }

    /// The document is one object.
    fn document(&mut self, object: Map<String, Value>) -> Result<(), Problem> {
        if let (Some(Value::Array(names)), Some(Value::Array(rows))) =
            (object.get("columns"), object.get("data"))
        {
            for name in names {
                let name = name
                    .as_str()
                    .map_or_else(|| name.to_string(), str::to_owned);
                self.grid.add(name);
            }
            self.headed = true;
            return rows.iter().try_for_each(|row| self.add(row));
        }
        let is_records = |value: &&Value| {
            value
                .as_array()
                .is_some_and(|a| !a.is_empty() && a.iter().all(Value::is_object))
        };
        let mut lists = object.iter().filter(|(_, value)| is_records(value));
        if let (Some((key, Value::Array(rows))), None) = (lists.next(), lists.next()) {
            if object.len() > 1 {
                self.notes.push(Problem::new(format!(
                    "the records under “{key}” are read, what stands beside them is left out"
                )));
            }
            return rows.iter().try_for_each(|row| self.add(row));
        }
        let all = |is: fn(&Value) -> bool| !object.is_empty() && object.values().all(is);
        if all(Value::is_array) {
            self.arrays(&object)
        } else if all(Value::is_object) {
            self.objects(&object)
        } else {
            self.add(&Value::Object(object))
        }
    }

    fn closing_notes(&mut self) -> Vec<Problem> {
        if self.nested > 0 {
            let verb = if self.nested == 1 {
                "1 cell holds"
            } else {
                "Cells hold"
            };
            self.notes.push(Problem::new(format!(
                "{verb} arrays, which are kept as text"
            )));
        }
        std::mem::take(&mut self.notes)
    }
}

/// The document: the elements of an array go to the grid one by one.
struct Whole<'a, 'r> {
    records: &'a mut Records<'r>,
    reading: &'a Reading,
}

impl<'de> DeserializeSeed<'de> for Whole<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Whole<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a table: an array of objects, or an object of arrays")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<(), A::Error> {
        while let Some(record) = sequence.next_element::<Value>()? {
            self.records.add(&record).map_err(A::Error::custom)?;
            let rows = self.records.grid.rows;
            if rows % 1024 == 0 && matches!(self.reading.at_row(rows), Err(Halt::Cancelled)) {
                return Err(A::Error::custom("stopped"));
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let mut object = Map::new();
        while let Some((key, value)) = entries.next_entry::<String, Value>()? {
            object.insert(key, value);
        }
        self.records.document(object).map_err(A::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Kind;

    fn table(text: &str) -> Table {
        let options = ReadOptions::default();
        read("t", text.into(), false, &options, &Reading::default()).unwrap()
    }

    fn cells(table: &Table) -> Vec<Vec<String>> {
        let row = |row: usize| {
            table
                .columns()
                .iter()
                .map(|c| c.cell(row).into_owned())
                .collect()
        };
        (0..table.rows()).map(row).collect()
    }

    fn names(table: &Table) -> Vec<&str> {
        table.columns().iter().map(|c| c.name.as_str()).collect()
    }

    #[test]
    fn every_shape_is_the_same_table() {
        for text in [
            r#"[{"a": 1, "b": "x"}, {"a": null, "b": "y"}]"#,
            "{\"a\": 1, \"b\": \"x\"}\n\n{\"b\": \"y\"}\n",
            r#"{"a": [1, null], "b": ["x", "y"]}"#,
            r#"{"a": {"0": 1, "1": null}, "b": {"0": "x", "1": "y"}}"#,
            r#"{"columns": ["a", "b"], "index": [0, 1], "data": [[1, "x"], [null, "y"]]}"#,
            r#"[["a", "b"], [1, "x"], [null, "y"]]"#,
            r#"{"meta": 1, "rows": [{"a": 1, "b": "x"}, {"b": "y"}]}"#,
            r#"{"5": {"a": 1, "b": "x"}, "7": {"b": "y"}}"#,
        ] {
            let table = table(text);
            assert_eq!(names(&table), ["a", "b"], "{text}");
            assert_eq!(cells(&table), [["1", "x"], ["", "y"]], "{text}");
        }
    }

    #[test]
    fn types_nesting_and_late_keys() {
        let table = table(
            r#"[{"a": {"b": true, "c": [1, 2]}, "id": 9007199254740993}, {"a": {"b": false}, "id": 4, "d": "2024-01-02"}]"#,
        );
        assert_eq!(names(&table), ["a.b", "a.c", "id", "d"]);
        assert_eq!(table.columns()[0].kind, Kind::YesNo);
        assert_eq!(table.columns()[1].cell(0), "[1,2]");
        assert_eq!(table.columns()[2].cell(0), "9007199254740993");
        assert_eq!(table.columns()[3].kind, Kind::Date);
        assert_eq!(table.columns()[3].missing.count(), 1);
    }

    #[test]
    fn what_is_no_table_is_one_sentence_with_its_line() {
        let said = |text: &str| {
            let options = ReadOptions::default();
            match read("t", text.into(), false, &options, &Reading::default()) {
                Err(Halt::Failed(problem)) => problem.to_string(),
                other => panic!("{text}: {other:?}"),
            }
        };
        assert!(said("[{\"a\": 1},\n{\"a\": }]").contains("Line 2, column"));
        assert!(said(&"[".repeat(100_000)).contains("128 deep"));
        assert!(said("[]").contains("no rows"));
        assert!(said("3").contains("an array of objects"));
        assert!(said("{\"a\": 1} x").contains("no valid JSON"));
    }

    #[test]
    fn a_broken_line_among_many_is_left_out() {
        let mut text: String = (0..50).map(|i| format!("{{\"a\": {i}}}\n")).collect();
        text.push_str("{\"a\": \n");
        let table = table(&text);
        assert_eq!(table.rows(), 50);
        assert!(
            table.notes()[0]
                .to_string()
                .contains("Line 51: 1 line is no valid JSON")
        );
    }
}
