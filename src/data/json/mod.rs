//! JSON: an array of objects, an object of arrays, one object a line, and what pandas writes.
//!
//! ```text
//! [{"a": 1, "b": {"c": 2}}]          a, b.c            {"a": [1, 2], "b": [3, 4]}      a, b
//! {"a": 1}\n{"a": 2}                 a                 {"a": {"0": 1, "1": 2}}         a
//! [["a", "b"], [1, 2]]               a, b              {"columns": [], "data": [[]]}   split
//! ```
//!
//! Records are taken in one by one, so that an array needs little more memory than its table.

mod records;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::csv::decode;
use super::grid::Finish;
use super::reading::Reading;
use super::{ReadOptions, Table};
use crate::base::{Halt, Outcome, Problem};
use records::Records;

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
            if rows.is_multiple_of(1024)
                && matches!(self.reading.at_row(rows), Err(Halt::Cancelled))
            {
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
