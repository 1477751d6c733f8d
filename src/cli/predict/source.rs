//! The rows to predict: delimited text in blocks, or a table that is in memory anyway.

use std::borrow::Cow;
use std::path::Path;

use crate::base::{Cancel, Halt, Outcome, Problem};
use crate::cli::setup;
use crate::data::csv::{Asked, Block, Blocks};
use crate::data::{ReadAs, ReadOptions, Table};
use crate::train::apply::{Applier, Pipeline, SourceColumn};

pub struct Source {
    data: Data,
    /// What the applier wants: features and, last where it is there, the target.
    wanted: Vec<(usize, SourceColumn)>,
    has_target: bool,
}

enum Data {
    Text {
        blocks: Box<Blocks>,
        /// The names by which the model may know the columns.
        names: Vec<String>,
        asked: Vec<Asked>,
    },
    Table {
        table: Table,
        given: bool,
    },
}

/// Some rows: what the model asks for, and all cells as they stand.
pub struct Part {
    pub features: Vec<ReadAs>,
    pub target: Option<ReadAs>,
    pub rows: Rows,
}

pub enum Rows {
    Block(Block),
    Table(Table),
}

impl Rows {
    pub fn len(&self) -> usize {
        match self {
            Rows::Block(block) => block.rows(),
            Rows::Table(table) => table.rows(),
        }
    }

    pub fn cell(&self, row: usize, column: usize) -> Cow<'_, str> {
        match self {
            Rows::Block(block) => block.cell(row, column),
            Rows::Table(table) => table.columns()[column].cell(row),
        }
    }
}

/// Endings of delimited text; a name without an ending is taken for it too.
const TEXT: [&str; 6] = ["csv", "tsv", "tab", "txt", "dat", "data"];

impl Source {
    /// Delimited text about which nothing is said goes through in blocks, all else is read whole.
    pub fn open(data: &str, read: &ReadOptions, pipeline: &Pipeline) -> Result<Source, Problem> {
        let columns = pipeline.columns.iter().chain(&pipeline.target);
        let known: Vec<&str> = columns.map(|column| column.name.as_str()).collect();
        let path = Path::new(data);
        let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase());
        let is_text = ending.is_none_or(|ending| TEXT.contains(&ending.as_str()));
        let blocks = if *read != ReadOptions::default() {
            None
        } else if data == "-" {
            let from = Box::new(std::io::stdin());
            Some(Blocks::open("standard input".to_owned(), from, &known))
        } else if is_text && path.is_file() {
            Some(Blocks::open_file(path, &known))
        } else {
            None
        };
        let data = match blocks {
            Some(blocks) => {
                let blocks = blocks.map_err(|halt| problem(halt, data))?;
                let is_known = |name: &str| known.contains(&name);
                let columns = 0..blocks.names().len();
                Data::Text {
                    names: columns
                        .map(|column| blocks.known_name(column, is_known).to_owned())
                        .collect(),
                    asked: Vec::new(),
                    blocks: Box::new(blocks),
                }
            }
            None => Data::Table {
                table: setup::open(data, read)?,
                given: false,
            },
        };
        Ok(Source {
            data,
            wanted: Vec::new(),
            has_target: false,
        })
    }

    /// What the columns are called, for the model to find its own.
    pub fn names(&self) -> Vec<String> {
        match &self.data {
            Data::Text { names, .. } => names.clone(),
            Data::Table { table, .. } => table
                .columns()
                .iter()
                .map(|column| column.name.clone())
                .collect(),
        }
    }

    /// What stands above the columns.
    pub fn titles(&self) -> Vec<String> {
        match &self.data {
            Data::Text { blocks, .. } => blocks.names().to_vec(),
            Data::Table { table, .. } => table.columns().iter().map(|c| c.title()).collect(),
        }
    }

    /// Where columns are not there because the first line was taken for values.
    pub fn explain(&self, problem: Problem) -> Problem {
        match &self.data {
            Data::Text { blocks, .. } if !blocks.has_header() => problem
                .fix("The file's first line holds no names: add a line with the columns' names"),
            _ => problem,
        }
    }

    /// From now on the columns that this applier asks for are read.
    pub fn want(&mut self, applier: &mut Applier) {
        let places = applier.places().clone();
        let pipeline = applier.pipeline();
        let features = places.columns.iter().zip(&pipeline.columns);
        let mut wanted: Vec<(usize, SourceColumn)> = features
            .filter_map(|(at, column)| Some(((*at)?, column.clone())))
            .collect();
        if let (Some(at), Some(target)) = (places.target, &pipeline.target) {
            wanted.push((at, target.clone()));
            self.has_target = true;
        }
        match &mut self.data {
            Data::Text { asked, blocks, .. } => {
                for (place, at) in places.columns.iter().enumerate() {
                    applier.of_unit(place, at.and_then(|at| blocks.unit(at)));
                }
                let ask = |(at, column): &(usize, SourceColumn)| {
                    Asked::new(*at, column.name.clone(), column.kind)
                };
                *asked = wanted.iter().map(ask).collect();
            }
            Data::Table { table, .. } => {
                for (place, at) in places.columns.iter().enumerate() {
                    if let Some(at) = at {
                        let column = &table.columns()[*at];
                        applier.of_kind(place, column.kind);
                        applier.of_unit(place, column.unit.as_deref());
                    }
                }
            }
        }
        self.wanted = wanted;
    }

    pub fn next(&mut self, cancel: &Cancel) -> Outcome<Option<Part>> {
        let (mut columns, rows) = match &mut self.data {
            Data::Text { blocks, asked, .. } => {
                let Some(block) = blocks.next(cancel)? else {
                    return Ok(None);
                };
                (block.read(asked, cancel)?, Rows::Block(block))
            }
            Data::Table { given: true, .. } => return Ok(None),
            Data::Table { table, given } => {
                *given = true;
                let read = |(at, column): &(usize, SourceColumn)| {
                    ReadAs::of(&table.columns()[*at], column.kind)
                };
                let columns = self
                    .wanted
                    .iter()
                    .map(read)
                    .collect::<Result<Vec<_>, _>>()?;
                (columns, Rows::Table(table.clone()))
            }
        };
        let target = if self.has_target { columns.pop() } else { None };
        Ok(Some(Part {
            features: columns,
            target,
            rows,
        }))
    }

    /// What the reader guessed or left out.
    pub fn notes(&self) -> Vec<String> {
        match &self.data {
            Data::Text { blocks, .. } => blocks.notes().iter().map(Problem::to_string).collect(),
            Data::Table { table, .. } => table.notes().iter().map(Problem::to_string).collect(),
        }
    }
}

fn problem(halt: Halt, data: &str) -> Problem {
    match halt {
        Halt::Failed(problem) => problem,
        Halt::Cancelled => Problem::new("the reading was stopped").at(data),
    }
}
