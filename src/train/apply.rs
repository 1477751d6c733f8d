//! A fitted pipeline on other data: which of its columns are there, what it predicts, how well.
//!
//! ```text
//! Pipeline (recipe + model)   names --find--> Places     which column of the data is which
//! columns as the model's kinds --Applier::block--> Predictions, block after block
//!                              --Applier::finish--> Account (what was found), Scores
//! ```

mod account;
mod joined;
mod pipeline;

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::best;
use crate::base::{Cancel, Halt, Outcome, Problem};
use crate::data::{Column, Kind, ReadAs, Table, TableBuilder, Values, as_known};
use crate::evaluate::{Confusion, RunningClasses, RunningNumbers, Scores};
use crate::model::Task;

pub use account::{Account, ColumnAccount, MOST_UNSEEN};
pub use joined::joined;
pub use pipeline::{Pipeline, Places, SourceColumn, number};

/// Rows x outputs of the model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Predictions {
    pub outputs: usize,
    pub values: Vec<f64>,
}

impl Predictions {
    pub fn rows(&self) -> usize {
        self.values.len() / self.outputs.max(1)
    }

    pub fn row(&self, row: usize) -> &[f64] {
        &self.values[row * self.outputs..(row + 1) * self.outputs]
    }
}

/// What is known once all rows are through.
#[derive(Clone, Debug)]
pub struct Applied {
    pub account: Account,
    /// Where the target is there.
    pub scores: Option<Scores>,
    pub confusion: Option<Confusion>,
}

enum Running {
    Classes(RunningClasses),
    Numbers(RunningNumbers),
}

/// A pipeline at work on some data.
pub struct Applier {
    pipeline: Pipeline,
    places: Places,
    account: Account,
    running: Option<Running>,
    class_of: HashMap<String, u32>,
    /// The categories that each feature had in training.
    known: Vec<HashSet<String>>,
    threads: usize,
    done: Arc<AtomicUsize>,
}

impl Applier {
    /// For data with columns of these names. Its results do not depend on the number of threads.
    /// Fails where a column of the model is not there.
    pub fn new(pipeline: Pipeline, names: &[&str], threads: usize) -> Result<Applier, Problem> {
        let applier = Applier::of_what_is_there(pipeline, names, threads);
        match applier.account.problem() {
            Some(problem) => Err(problem),
            None => Ok(applier),
        }
    }

    /// As [`Applier::new`], but a column that is not there counts as missing in every row. Fails where
    /// none of the model's columns is there.
    pub fn filling(pipeline: Pipeline, names: &[&str], threads: usize) -> Result<Applier, Problem> {
        let applier = Applier::of_what_is_there(pipeline, names, threads);
        match applier.account.problem() {
            Some(problem) if !applier.account.can_be_filled() => Err(problem),
            _ => Ok(applier),
        }
    }

    /// One that can look at the data, though it may not be able to predict them.
    fn of_what_is_there(pipeline: Pipeline, names: &[&str], threads: usize) -> Applier {
        let places = pipeline.find(names);
        let account = Account::new(&pipeline, names, &places);
        let running = places.target.and_then(|_| match pipeline.task {
            Task::Classification => {
                let probabilities = pipeline.has_probabilities();
                let running = RunningClasses::new(pipeline.classes.len(), probabilities);
                Some(Running::Classes(running))
            }
            Task::Regression => Some(Running::Numbers(RunningNumbers::default())),
            Task::Clustering => None,
        });
        let classes = pipeline.classes.iter().enumerate();
        let features = 0..pipeline.columns.len();
        let levels = |feature| {
            pipeline
                .recipe
                .feature_levels(feature)
                .iter()
                .cloned()
                .collect()
        };
        Applier {
            known: features.map(levels).collect(),
            class_of: classes
                .map(|(class, name)| (name.clone(), class as u32))
                .collect(),
            pipeline,
            places,
            account,
            running,
            threads: threads.max(1),
            done: Arc::default(),
        }
    }

    /// Counts the rows that are predicted into `done`, for whoever watches.
    pub fn counting(mut self, done: Arc<AtomicUsize>) -> Applier {
        self.done = done;
        self
    }

    pub fn pipeline(&self) -> &Pipeline {
        &self.pipeline
    }

    pub fn places(&self) -> &Places {
        &self.places
    }

    pub fn account(&self) -> &Account {
        &self.account
    }

    /// Remembers what unit a feature has in the data.
    pub fn of_unit(&mut self, feature: usize, unit: Option<&str>) {
        let trained = self.pipeline.columns[feature].unit.as_deref();
        let other = unit.filter(|unit| trained.is_some_and(|trained| trained != *unit));
        self.account.columns[feature].other_unit = other.map(str::to_owned);
    }

    /// Remembers what kind a feature is of in the data.
    pub fn of_kind(&mut self, feature: usize, kind: Kind) {
        let account = &mut self.account.columns[feature];
        account.other_kind = Some(kind).filter(|kind| ReadAs::is_other(*kind, account.kind));
    }

    /// Predicts some rows: the features that are there in the pipeline's order, each as the pipeline's
    /// kind, and the target, where there is one. Looks at `cancel` every few milliseconds.
    pub fn block(
        &mut self,
        features: Vec<ReadAs>,
        target: Option<&ReadAs>,
        cancel: &Cancel,
    ) -> Outcome<Predictions> {
        let mut builder = TableBuilder::new("");
        let rows = features.first().map_or(0, |read| read.column.len());
        let mut features = features.into_iter();
        for place in 0..self.pipeline.columns.len() {
            let found = self.places.columns[place].and_then(|_| features.next());
            let read = found.unwrap_or_else(|| self.pipeline.columns[place].missing(rows));
            self.check(place, &read)?;
            builder = builder.column(self.adapted(place, read));
        }
        let table = builder.build()?;
        let predictions = self.predict(&table, cancel)?;
        self.account.rows += table.rows();
        if let Some(target) = target {
            self.score(&target.column, &predictions);
        }
        Ok(predictions)
    }

    pub fn finish(self) -> Applied {
        let labels = self.pipeline.classes.clone();
        let confusion = match &self.running {
            Some(Running::Classes(running)) => Some(Confusion {
                labels,
                counts: running.counts().to_vec(),
            }),
            _ => None,
        };
        Applied {
            account: self.account,
            scores: self.running.map(|running| match running {
                Running::Classes(running) => running.finish(),
                Running::Numbers(running) => running.finish(),
            }),
            confusion,
        }
    }

    /// A column that says something else from the start is another one.
    fn check(&self, place: usize, read: &ReadAs) -> Result<(), Problem> {
        let rows = read.column.len();
        let present = rows - read.column.missing.count() + read.unreadable;
        if self.account.rows > 0 || read.unreadable * 2 <= present {
            return Ok(());
        }
        let column = &self.account.columns[place];
        let first = read.first.as_deref().unwrap_or_default();
        Err(Problem::new(format!(
            "{} of the first {present} values cannot be read as {}, “{first}” is the first",
            read.unreadable,
            column.kind.name()
        ))
        .at(format!("Column {}", column.name))
        .fix("The model was fitted on another kind of column: rename or convert it"))
    }

    /// The column by the name that the recipe knows, its categories too; counts what is odd.
    fn adapted(&mut self, place: usize, read: ReadAs) -> Column {
        let account = &mut self.account.columns[place];
        let mut column = read.column;
        account.unreadable += read.unreadable;
        account.missing += column.missing.count().saturating_sub(read.unreadable);
        if account.first_unreadable.is_none() {
            account.first_unreadable = read.first;
        }
        column.name.clone_from(&account.name);
        if let Values::Category { codes, levels } = &column.values {
            let spellings = self.pipeline.recipe.feature_levels(place);
            let levels = as_known(levels, spellings, account.kind);
            let known = &self.known[place];
            let new: Vec<bool> = levels.iter().map(|level| !known.contains(level)).collect();
            if new.contains(&true) {
                let mut rows = vec![0; levels.len()];
                for row in 0..column.len() {
                    if let Some(code) = column.code(row) {
                        rows[code as usize] += 1;
                    }
                }
                let unseen = (0..levels.len()).filter(|&at| new[at] && rows[at] > 0);
                for at in unseen {
                    account.unseen_rows += rows[at];
                    let told = account
                        .unseen
                        .iter()
                        .position(|(name, _)| *name == levels[at]);
                    match told {
                        Some(told) => account.unseen[told].1 += rows[at],
                        None if account.unseen.len() < MOST_UNSEEN => {
                            account.unseen.push((levels[at].clone(), rows[at]));
                        }
                        None => {}
                    }
                }
            }
            column.values = Values::Category {
                codes: codes.clone(),
                levels: levels.into(),
            };
        }
        column
    }

    fn predict(&self, table: &Table, cancel: &Cancel) -> Outcome<Predictions> {
        let (recipe, model) = (&self.pipeline.recipe, &self.pipeline.model);
        let outputs = model.outputs().max(1);
        let rows: Vec<u32> = (0..table.rows() as u32).collect();
        let mut values = vec![0.0; rows.len() * outputs];
        let pieces = Mutex::new(rows.chunks(PIECE).zip(values.chunks_mut(PIECE * outputs)));
        let failed: Mutex<Option<Halt>> = Mutex::new(None);
        let work = || {
            loop {
                let piece = pieces.lock().unwrap_or_else(PoisonError::into_inner).next();
                let Some((rows, out)) = piece else {
                    return;
                };
                let predicted = recipe
                    .apply(table, rows, cancel)
                    .and_then(|x| model.predict(x.values(), x.columns(), out, cancel));
                if let Err(halt) = predicted {
                    *failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(halt);
                    return;
                }
                self.done.fetch_add(rows.len(), Ordering::Relaxed);
            }
        };
        std::thread::scope(|scope| {
            let helpers = self
                .threads
                .min(rows.len().div_ceil(PIECE))
                .saturating_sub(1);
            for number in 0..helpers {
                let name = format!("predict {number}");
                // Where no thread can be had, this one does all the work.
                let _ = std::thread::Builder::new()
                    .name(name)
                    .spawn_scoped(scope, work);
            }
            work();
        });
        match failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Some(halt) => Err(halt),
            None => Ok(Predictions { outputs, values }),
        }
    }

    fn score(&mut self, target: &Column, predictions: &Predictions) {
        let rows = predictions.rows();
        self.account.without_target += target.missing.count();
        match &mut self.running {
            Some(Running::Classes(running)) => {
                let kind = self
                    .pipeline
                    .target
                    .as_ref()
                    .map_or(Kind::Category, |t| t.kind);
                let known = as_known(target.levels(), &self.pipeline.classes, kind);
                let class_of = &self.class_of;
                let class = |name: &str| class_of.get(name).copied().unwrap_or(u32::MAX);
                let of_level: Vec<u32> = known.iter().map(|level| class(level)).collect();
                let actual: Vec<u32> = (0..rows)
                    .map(|row| match &target.values {
                        _ if target.missing.is_missing(row) => u32::MAX,
                        Values::Category { codes, .. } => of_level[codes[row] as usize],
                        // As `Target::as_classes` names numbers.
                        Values::Number(numbers) => class(&(numbers[row] + 0.0).to_string()),
                        Values::Text(texts) => class(&texts[row]),
                    })
                    .collect();
                let unknown = actual.iter().filter(|code| **code == u32::MAX).count();
                self.account.unknown_classes += unknown.saturating_sub(target.missing.count());
                let predicted: Vec<u32> = (0..rows)
                    .map(|row| best(predictions.row(row)).0 as u32)
                    .collect();
                running.add(&actual, &predicted, &predictions.values);
            }
            Some(Running::Numbers(running)) => {
                let actual: Vec<f64> = (0..rows)
                    .map(|row| target.number(row).unwrap_or(f64::NAN))
                    .collect();
                running.add(&actual, &predictions.values);
            }
            None => {}
        }
    }
}

/// Rows predicted at a time. Models work in blocks of 1,024 rows: a multiple of that gives the same
/// numbers however the rows are dealt out.
const PIECE: usize = 4096;

/// Which of the model's columns a table has and what is odd about them, without predicting anything.
///
/// A column of which fewer than half of the cells can be read as the model wants counts as unreadable
/// as a whole: predicting will refuse it.
pub fn account(pipeline: &Pipeline, table: &Table) -> Account {
    let mut applier = Applier::of_what_is_there(pipeline.clone(), &names(table), 1);
    for place in 0..pipeline.columns.len() {
        let Some(at) = applier.places.columns[place] else {
            continue;
        };
        let column = &table.columns()[at];
        applier.of_kind(place, column.kind);
        applier.of_unit(place, column.unit.as_deref());
        match ReadAs::of(column, pipeline.columns[place].kind) {
            Ok(read) => drop(applier.adapted(place, read)),
            Err(_) => {
                let present = |&row: &usize| !column.missing.is_missing(row);
                let first = (0..column.len()).find(present);
                let account = &mut applier.account.columns[place];
                account.missing = column.missing.count();
                account.unreadable = column.len() - column.missing.count();
                account.first_unreadable = first.map(|row| column.cell(row).into_owned());
            }
        }
    }
    applier.account.rows = table.rows();
    if let Some(at) = applier.places.target {
        applier.account.without_target = table.columns()[at].missing.count();
    }
    applier.account
}

/// Predicts all rows of a table.
pub fn apply(
    pipeline: &Pipeline,
    table: &Table,
    threads: usize,
    cancel: &Cancel,
) -> Outcome<(Predictions, Applied)> {
    let names = names(table);
    let applier = Applier::new(pipeline.clone(), &names, threads)?;
    apply_with(applier, table, cancel)
}

/// As [`apply`], for [`Applier::filling`]; counts the rows that are predicted into `done`.
pub fn apply_filling(
    pipeline: &Pipeline,
    table: &Table,
    threads: usize,
    done: Arc<AtomicUsize>,
    cancel: &Cancel,
) -> Outcome<(Predictions, Applied)> {
    let applier = Applier::filling(pipeline.clone(), &names(table), threads)?;
    apply_with(applier.counting(done), table, cancel)
}

fn names(table: &Table) -> Vec<&str> {
    let columns = table.columns().iter();
    columns.map(|column| column.name.as_str()).collect()
}

fn apply_with(
    mut applier: Applier,
    table: &Table,
    cancel: &Cancel,
) -> Outcome<(Predictions, Applied)> {
    let pipeline = applier.pipeline().clone();
    let places = applier.places().clone();
    let mut features = Vec::new();
    for (place, at) in places.columns.iter().enumerate() {
        let (Some(at), wanted) = (at, &pipeline.columns[place]) else {
            continue;
        };
        let column = &table.columns()[*at];
        applier.of_kind(place, column.kind);
        applier.of_unit(place, column.unit.as_deref());
        features.push(ReadAs::of(column, wanted.kind)?);
    }
    let target = match (places.target, &pipeline.target) {
        (Some(at), Some(wanted)) => Some(ReadAs::of(&table.columns()[at], wanted.kind)?),
        _ => None,
    };
    let predictions = applier.block(features, target.as_ref(), cancel)?;
    Ok((predictions, applier.finish()))
}

#[cfg(test)]
mod tests;
