//! SQLite databases: a table, a view or a query, read without touching the file.

use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::grid::{Cell, Finish, Grid};
use super::near::near;
use super::reading::Reading;
use super::{Parts, ReadOptions, Table, TableBuilder, csv};
use crate::base::{Halt, Outcome, Problem};

/// More rows than this of a table are not counted to find the largest.
const COUNT_ROWS: usize = 10_000;

/// A database in a file, or in memory where it was packed or came through a pipe.
pub(super) enum Database<'a> {
    File(&'a Path),
    Bytes(&'a [u8]),
}

pub(super) fn read(
    name: &str,
    database: Database<'_>,
    options: &ReadOptions,
    reading: &Reading,
) -> Outcome<Table> {
    let mut notes = Vec::new();
    let mut connection = match database {
        Database::File(path) => {
            let mut beside = path.as_os_str().to_owned();
            beside.push("-wal");
            if std::fs::metadata(&beside).is_ok_and(|file| file.len() > 0) {
                notes.push(
                    Problem::new("another program has changes that are not in the file yet")
                        .fix("Close it there to see them"),
                );
            }
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
                | OpenFlags::SQLITE_OPEN_URI
                | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            Connection::open_with_flags(uri(path), flags).map_err(|e| failed(&e))?
        }
        Database::Bytes(bytes) => {
            let mut memory = Connection::open_in_memory().map_err(|e| failed(&e))?;
            memory
                .deserialize_read_exact("main", bytes, bytes.len(), true)
                .map_err(|e| failed(&e))?;
            memory
        }
    };
    // What a query may not do in any case: change something, or run on when it is to stop.
    let cancel = reading.cancel.clone();
    connection
        .progress_handler(10_000, Some(move || cancel.is_cancelled()))
        .and_then(|()| connection.pragma_update(None, "query_only", true))
        .and_then(|()| connection.pragma_update(None, "trusted_schema", false))
        .map_err(|e| failed(&e))?;
    let stopped = |error: rusqlite::Error| match reading.cancel.is_cancelled() {
        true => Halt::Cancelled,
        false => Halt::Failed(failed(&error)),
    };
    let (query, parts) = match &options.query {
        Some(query) => (query.clone(), None),
        None => {
            let (table, names) = choose(&connection, options, &mut notes)?;
            let query = format!("SELECT * FROM {}", quoted(&table));
            let parts = Parts {
                called: "table",
                names,
                chosen: table,
            };
            (query, Some(parts))
        }
    };
    let mut statement = connection.prepare(&query).map_err(stopped)?;
    if !statement.readonly() || statement.column_count() == 0 {
        return Err(
            Problem::new("the query changes the database or gives no rows")
                .fix("Write a query that begins with SELECT")
                .into(),
        );
    }
    let mut grid = Grid::default();
    for column in statement.column_names() {
        grid.add(column);
    }
    let mut blobs = 0;
    let mut rows = statement.query([]).map_err(stopped)?;
    while let Some(row) = rows.next().map_err(stopped)? {
        for at in 0..grid.columns() {
            let cell = match row.get_ref(at).map_err(stopped)? {
                ValueRef::Null => Cell::Missing,
                ValueRef::Integer(value) => Cell::integer(value),
                ValueRef::Real(value) if value.is_finite() => Cell::Number(value),
                ValueRef::Real(_) => Cell::Missing,
                ValueRef::Text(text) => Cell::Text(String::from_utf8_lossy(text)),
                ValueRef::Blob(_) => {
                    blobs += 1;
                    Cell::Missing
                }
            };
            grid.set(at, &cell)?;
        }
        grid.end_row();
        if grid.rows % 1024 == 0 {
            reading.at_row(grid.rows)?;
        }
    }
    if blobs > 0 {
        notes.push(Problem::new(csv::binary_cells(blobs)));
    }
    let finish = Finish {
        name,
        options,
        place: &|row| format!("Row {}", row + 1),
        notes,
    };
    let table = grid.finish(finish, reading)?;
    match parts {
        Some(parts) => Ok(TableBuilder::from(&table).parts(parts).build()?),
        None => Ok(table),
    }
}

/// The table to read and all there are: the one named, else the one with most rows.
fn choose(
    connection: &Connection,
    options: &ReadOptions,
    notes: &mut Vec<Problem>,
) -> Result<(String, Vec<String>), Problem> {
    let names = tables(connection).map_err(|e| failed(&e))?;
    if let Some(wanted) = &options.table {
        let found = names.iter().find(|name| name.eq_ignore_ascii_case(wanted));
        return match found {
            Some(name) => Ok((name.clone(), names)),
            None => Err(Problem::new(format!("there is no table “{wanted}”"))
                .fix(near(wanted, names.iter().map(String::as_str)))),
        };
    }
    let count = |name: &str| -> usize {
        let query = format!(
            "SELECT count(*) FROM (SELECT 1 FROM {} LIMIT {COUNT_ROWS})",
            quoted(name)
        );
        connection
            .query_row(&query, [], |row| row.get::<_, i64>(0))
            .map_or(0, |count| count as usize)
    };
    let largest = names
        .iter()
        .enumerate()
        .max_by_key(|(at, name)| (count(name), std::cmp::Reverse(*at)));
    let Some((_, chosen)) = largest else {
        return Err(Problem::new("the database has no tables"));
    };
    if names.len() > 1 {
        let others = names.iter().filter(|name| *name != chosen).take(5);
        let listed: Vec<String> = others.map(|name| format!("“{name}”")).collect();
        notes.push(
            Problem::new(format!("the table “{chosen}” of {} is read", names.len())).fix(format!(
                "To read another, choose the table or write a query: {}{}",
                listed.join(", "),
                if names.len() > 6 { " and more" } else { "" }
            )),
        );
    }
    Ok((chosen.clone(), names))
}

/// Tables and views that a person made; not those in which an index of text or of places keeps itself.
fn tables(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare(
        "SELECT name, coalesce(sql, '') LIKE 'CREATE VIRTUAL TABLE%' FROM sqlite_master \
         WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
         ORDER BY type, name",
    )?;
    let rows = statement.query_map([], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, bool>(1)?))
    })?;
    let found = rows.collect::<Result<Vec<_>, _>>()?;
    let is_shadow = |name: &str| {
        found.iter().any(|(of, is_virtual)| {
            let rest = name.strip_prefix(of.as_str());
            let rest = rest.and_then(|rest| rest.strip_prefix('_'));
            *is_virtual && rest.is_some_and(|rest| SHADOWS.contains(&rest))
        })
    };
    let names = found.iter().map(|(name, _)| name);
    Ok(names.filter(|name| !is_shadow(name)).cloned().collect())
}

/// What FTS3 to FTS5 and R*Tree put behind the name of their table.
const SHADOWS: [&str; 11] = [
    "config", "content", "data", "docsize", "idx", "node", "parent", "rowid", "segdir", "segments",
    "stat",
];

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Immutable: no lock, no journal, nothing written beside the file.
fn uri(path: &Path) -> String {
    let mut uri = "file:".to_owned();
    for byte in path.to_string_lossy().bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri + "?mode=ro&immutable=1"
}

fn failed(error: &rusqlite::Error) -> Problem {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => {
            Problem::new("this is no SQLite database, or an encrypted one")
                .fix("Open it with the program that made it and export the table as CSV")
        }
        Some(ErrorCode::DatabaseCorrupt) => Problem::new("the database is damaged")
            .fix("Export the table as CSV with the program that made it"),
        Some(ErrorCode::ReadOnly) => Problem::new("the query changes the database")
            .fix("Write a query that begins with SELECT"),
        _ => Problem::new(format!("the database cannot be read so ({error})"))
            .fix("Check the table's name or the query"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_an_index_keeps_itself_is_no_table_to_read() {
        let connection = Connection::open_in_memory().unwrap();
        let made = connection.execute_batch(
            "CREATE TABLE plain (a); CREATE TABLE plain_data (a); CREATE TABLE words_extra (a);
             CREATE VIRTUAL TABLE words USING fts5(body); CREATE VIRTUAL TABLE old USING fts4(body);
             CREATE VIRTUAL TABLE places USING rtree(id, low, high);
             CREATE VIEW look AS SELECT a FROM plain;",
        );
        made.unwrap();
        let names = tables(&connection).unwrap();
        let expected = [
            "old",
            "places",
            "plain",
            "plain_data",
            "words",
            "words_extra",
            "look",
        ];
        assert_eq!(names, expected);
    }
}
