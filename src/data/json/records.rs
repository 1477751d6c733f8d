//! Records of JSON, in whatever shape they come, to a grid.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use crate::base::Problem;
use crate::data::ReadOptions;
use crate::data::grid::{Cell, Grid};

/// Records to a grid.
pub(super) struct Records<'a> {
    pub grid: Grid,
    columns: HashMap<String, usize>,
    options: &'a ReadOptions,
    pub notes: Vec<Problem>,
    /// Arrays that stand in cells.
    nested: usize,
    /// The line of each row, where rows are lines.
    pub lines: Vec<u32>,
    /// The first record, where it may be a header: an array of texts.
    held: Option<Vec<Value>>,
    headed: bool,
}

impl<'a> Records<'a> {
    pub(super) fn new(options: &'a ReadOptions) -> Self {
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
    pub(super) fn add(&mut self, record: &Value) -> Result<(), Problem> {
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
            let mut known: HashSet<&String> = HashSet::new();
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
    pub(super) fn document(&mut self, object: Map<String, Value>) -> Result<(), Problem> {
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

    pub(super) fn closing_notes(&mut self) -> Vec<Problem> {
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
