//! Where the table of a sheet begins: titles above it, and the row or rows that name its columns.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::base::Problem;
use crate::data::grid::{Cell, Grid};
use crate::data::{ReadOptions, csv};

/// Rows looked at for titles and names of columns.
const HEAD_ROWS: usize = 100;

/// One row with a cell at least: its number from 0, and its cells by column.
pub(super) type Row = (u32, BTreeMap<u32, Cell<'static>>);

/// Rows on their way into the grid: the first ones wait until it is known what names the columns.
pub(super) struct Taken<'a> {
    options: &'a ReadOptions,
    pub head: Vec<Row>,
    pub grid: Grid,
    /// The grid's column of each column of the sheet.
    columns: BTreeMap<u32, usize>,
    /// The sheet's row of each row of the grid.
    numbers: Vec<u32>,
    notes: Vec<Problem>,
    decided: bool,
}

impl<'a> Taken<'a> {
    pub(super) fn new(options: &'a ReadOptions) -> Self {
        Taken {
            options,
            head: Vec::new(),
            grid: Grid::default(),
            columns: BTreeMap::new(),
            numbers: Vec::new(),
            notes: Vec::new(),
            decided: false,
        }
    }

    pub(super) fn row(&mut self, row: Row) -> Result<(), Problem> {
        if row.1.is_empty() {
            return Ok(());
        }
        if !self.decided {
            self.head.push(row);
            if self.head.len() == HEAD_ROWS {
                self.decide()?;
            }
            return Ok(());
        }
        for (column, cell) in &row.1 {
            let at = match self.columns.get(column) {
                Some(at) => *at,
                None => {
                    let at = self.grid.add("");
                    self.columns.insert(*column, at);
                    at
                }
            };
            self.grid.set(at, cell)?;
        }
        self.grid.end_row();
        self.numbers.push(row.0);
        Ok(())
    }

    /// Titles away, names taken, the rest into the grid.
    fn decide(&mut self) -> Result<(), Problem> {
        self.decided = true;
        let mut head = std::mem::take(&mut self.head);
        let titles = titles(&head);
        if titles > 0 {
            head.drain(..titles);
            self.notes.push(Problem::new(format!(
                "{titles} {} left out",
                match titles {
                    1 => "row above the table is",
                    _ => "rows above the table are",
                }
            )));
        }
        let mut columns: Vec<u32> = head.iter().flat_map(|row| row.1.keys().copied()).collect();
        columns.sort_unstable();
        columns.dedup();
        let texts: Vec<Vec<String>> = head
            .iter()
            .map(|row| {
                let text = |c: &u32| {
                    row.1
                        .get(c)
                        .map_or(String::new(), |cell| cell.text().into())
                };
                columns.iter().map(text).collect()
            })
            .collect();
        let two = self.options.header != Some(false) && has_two_headers(&head, &columns);
        let one = two
            || self
                .options
                .header
                .unwrap_or_else(|| csv::first_row_is_header(&texts));
        let names: Vec<String> = match (two, one) {
            (true, _) => {
                self.notes.push(Problem::new(
                    "two rows name the columns; their names are joined",
                ));
                joined(&texts[0], &texts[1])
            }
            (_, true) => texts.first().cloned().unwrap_or_default(),
            _ => {
                self.notes.push(
                    Problem::new("the first row holds values, so columns are numbered")
                        .fix("If it holds names, switch the header on"),
                );
                (1..=columns.len()).map(|n| format!("column_{n}")).collect()
            }
        };
        for (column, name) in columns.iter().zip(names) {
            let at = self.grid.add(name);
            self.columns.insert(*column, at);
        }
        let skip = if two { 2 } else { usize::from(one) };
        head.into_iter()
            .skip(skip)
            .try_for_each(|row| self.row(row))
    }

    pub(super) fn finish(mut self) -> Result<(Grid, Vec<u32>, Vec<Problem>), Problem> {
        if !self.decided {
            self.decide()?;
        }
        Ok((self.grid, self.numbers, self.notes))
    }
}

/// Rows with one text at the left above rows of several cells: a report's title.
fn titles(head: &[Row]) -> usize {
    let width = csv::most_frequent(head.iter().map(|row| row.1.len()));
    let left = head.iter().filter_map(|row| row.1.keys().next()).min();
    if width < 2 {
        return 0;
    }
    let is_title = |row: &&Row| {
        let narrow = row.1.len() == 1 || (row.1.len() == 2 && width >= 5);
        let text = matches!(row.1.values().next(), Some(Cell::Text(_)));
        narrow && text && row.1.keys().next() == left
    };
    let count = head.iter().take_while(is_title).count();
    if count > 10 || count == head.len() {
        0
    } else {
        count
    }
}

/// A row of names with gaps, as merged cells leave them, above a row that fills them, above values.
fn has_two_headers(head: &[Row], columns: &[u32]) -> bool {
    let [first, second, below @ ..] = head else {
        return false;
    };
    let is_text = |row: &Row| row.1.values().all(|cell| matches!(cell, Cell::Text(_)));
    let covered = columns
        .iter()
        .all(|c| first.1.contains_key(c) || second.1.contains_key(c));
    let typed = second.1.keys().any(|c| {
        let mut cells = below.iter().filter_map(|row| row.1.get(c)).peekable();
        cells.peek().is_some() && cells.all(|cell| !matches!(cell, Cell::Text(_)))
    });
    first.1.len() < columns.len()
        && second.1.len() > 1
        && second.0 == first.0 + 1
        && is_text(first)
        && is_text(second)
        && covered
        && typed
}

/// `2023` above `Q1` and `Q2` names `2023 Q1` and `2023 Q2`.
fn joined(first: &[String], second: &[String]) -> Vec<String> {
    let mut over: Cow<'_, str> = Cow::Borrowed("");
    let mut names = Vec::new();
    for (above, below) in first.iter().zip(second) {
        if !above.is_empty() {
            over = Cow::Borrowed(above);
        }
        names.push(match (over.as_ref(), below.as_str()) {
            (above, "") => above.to_owned(),
            ("", below) => below.to_owned(),
            (above, below) => format!("{above} {below}"),
        });
    }
    names
}
