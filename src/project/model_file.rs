//! Model files: a fitted pipeline with what it was trained on and how well it did, to be predicted with
//! elsewhere. docs/model-file.md describes the format.
//!
//! Opening one runs nothing that stands in it: the file holds numbers and names, each of which is
//! checked before it is used, and costs memory and time in proportion to its length.

mod container;

use std::collections::HashSet;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::base::{Problem, write_atomically};
use crate::data::{Kind, Table, format_date};
use crate::evaluate::Metric;
use crate::model::{self, Engine, Params, Task};
use crate::prepare::FittedRecipe;
use crate::train::apply::{Pipeline, SourceColumn};
use crate::train::{Job, Report};

/// Larger files are refused.
pub const MOST_BYTES: u64 = 4 << 30;

/// A model file, opened or about to be saved.
#[derive(Clone, Debug)]
pub struct ModelFile {
    pub pipeline: Pipeline,
    pub about: About,
    /// Training rows that the model itself holds.
    pub rows_inside: usize,
}

/// What a file tells about its model; predicting needs none of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct About {
    /// The version that wrote the file.
    pub seefit: String,
    /// An id of the registry.
    pub algorithm: String,
    pub engine: String,
    pub params: Vec<Param>,
    pub trained_on: TrainedOn,
    pub scores: Vec<Score>,
}

/// A parameter, spelled as on the command line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Param {
    pub name: String,
    pub value: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainedOn {
    /// What the data set is called.
    pub data: String,
    /// Of the table, in hexadecimal digits.
    pub fingerprint: String,
    /// Rows that could be used.
    pub rows: usize,
    /// Of these, rows that the model was fitted on.
    pub fitted_rows: usize,
    /// Steps taken, of how many planned.
    pub step: usize,
    pub planned: usize,
    pub validation: String,
    pub folds: usize,
    pub seed: u64,
    /// Day and time, UTC.
    pub date: String,
}

/// What the validation gave; to be expected on other data like the training data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// As in [`Metric::name`].
    pub metric: String,
    pub mean: Option<f64>,
    pub std: Option<f64>,
    pub pooled: Option<f64>,
}

impl TrainedOn {
    /// Whether these are the very rows.
    pub fn is_of(&self, table: &Table) -> bool {
        self.fingerprint == table.fingerprint().to_string()
    }
}

impl About {
    /// The expected score of a metric.
    pub fn score(&self, metric: Metric) -> Option<&Score> {
        self.scores
            .iter()
            .find(|score| score.metric == metric.name())
    }

    /// The algorithm with its parameters; None where this version does not have them.
    pub fn params(&self) -> Option<Params> {
        let mut params = Params::defaults(model::algorithm(&self.algorithm)?);
        for param in &self.params {
            params.set_text(&param.name, &param.value).ok()?;
        }
        let engines = [Engine::Seefit, Engine::Smartcore];
        let engine = engines
            .into_iter()
            .find(|engine| engine.id() == self.engine)?;
        params.ask_engine(Some(engine));
        Some(params)
    }
}

/// The first part of a file, as JSON.
#[derive(Serialize, Deserialize)]
struct Header {
    about: About,
    task: String,
    target: Option<SourceColumn>,
    classes: Vec<String>,
    columns: Vec<SourceColumn>,
    recipe: FittedRecipe,
    model: ModelPart,
}

/// What follows the header.
#[derive(Serialize, Deserialize)]
struct ModelPart {
    kind: String,
    bytes: u64,
    rows: usize,
}

impl ModelFile {
    /// The model that a job ended with. Fails where there is none, or none that can be kept.
    pub fn of(job: &Job, report: &Report) -> Result<ModelFile, Problem> {
        let algorithm = report.params.algorithm();
        let Some(fitted) = &report.fitted else {
            return Err(Problem::new("there is no fitted model to save").at(algorithm.id));
        };
        let column = |at: usize| {
            let column = &job.table.columns()[at];
            SourceColumn {
                name: column.name.clone(),
                unit: column.unit.clone(),
                kind: column.kind,
            }
        };
        let recipe = &fitted.recipe;
        let features = (0..recipe.feature_count()).map(|feature| {
            let name = recipe.feature_name(feature);
            job.table
                .position(name)
                .map(column)
                .ok_or_else(|| Problem::new("it is not in the table").at(format!("Column {name}")))
        });
        let target = job
            .roles
            .target()
            .filter(|_| report.task() != Task::Clustering);
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        Ok(ModelFile {
            rows_inside: 0,
            pipeline: Pipeline {
                task: report.task(),
                recipe: fitted.recipe.clone(),
                model: fitted.model.clone(),
                columns: features.collect::<Result<_, _>>()?,
                target: target.map(column),
                classes: report.class_names.clone().into(),
            },
            about: About {
                seefit: env!("CARGO_PKG_VERSION").to_owned(),
                algorithm: algorithm.id.to_owned(),
                engine: report.engine.id().to_owned(),
                params: report
                    .params
                    .iter()
                    .map(|(parameter, value)| Param {
                        name: parameter.name.to_owned(),
                        value: value.to_string(),
                    })
                    .collect(),
                trained_on: TrainedOn {
                    data: job.table.name().to_owned(),
                    fingerprint: job.table.fingerprint().to_string(),
                    rows: report.rows,
                    fitted_rows: fitted.rows,
                    step: fitted.step,
                    planned: fitted.planned,
                    validation: report.scheme.clone(),
                    folds: report.folds,
                    seed: report.seed,
                    date: format_date(now.map_or(0.0, |now| now.as_secs() as f64)),
                },
                scores: report
                    .metrics
                    .iter()
                    .map(|(metric, spread)| Score {
                        metric: metric.name().to_owned(),
                        mean: spread.mean,
                        std: spread.std,
                        pooled: spread.pooled,
                    })
                    .collect(),
            },
        })
    }

    /// The whole file. What could not be opened again is not given out.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Problem> {
        self.packed().map(|(bytes, _)| bytes)
    }

    /// Writes it, whole or not at all. Gives the sentence that says what travels with it.
    pub fn save(&self, path: &Path) -> Result<String, Problem> {
        let (bytes, rows) = self.packed()?;
        write_atomically(path, &bytes)?;
        Ok(self.travels(rows))
    }

    /// What whoever gets the file learns of the training data: for the dialog, before it is saved.
    pub fn what_travels(&self) -> String {
        let saved = self.pipeline.model.save();
        self.travels(saved.map_or(0, |saved| saved.rows).max(self.rows_inside))
    }

    fn travels(&self, rows: usize) -> String {
        let recipe = &self.pipeline.recipe;
        let texts: Vec<&str> = (0..recipe.feature_count())
            .filter(|feature| recipe.feature_kind(*feature) == Kind::Text)
            .map(|feature| recipe.feature_name(feature))
            .collect();
        // They are what the training rows say, so they are named, however harmless most are.
        let words = match texts[..] {
            [] => String::new(),
            _ => format!(" every word learned from the texts ({}),", texts.join(", ")),
        };
        let always = format!(
            "the names of the columns, the categories of the features,{words} and the scores"
        );
        if rows > 0 {
            let all = self.about.trained_on.fitted_rows;
            let which = match rows < all {
                true => format!("{rows} of {all}"),
                false => format!("all {rows}"),
            };
            let parts = match self.pipeline.task {
                Task::Clustering => "features",
                _ => "features and target",
            };
            format!(
                "The model file holds {which} training rows ({parts}), because {} predicts from them, and {always}.",
                self.about.algorithm
            )
        } else {
            format!("The model file holds what was learned, {always}; no row of the data is in it.")
        }
    }

    /// The file's bytes, and how many training rows are in them.
    fn packed(&self) -> Result<(Vec<u8>, usize), Problem> {
        let pipeline = &self.pipeline;
        let saved = pipeline.model.save().ok_or_else(|| {
            Problem::new("a model of this kind cannot be saved").at(self.about.algorithm.clone())
        })?;
        let rows = saved.rows.max(self.rows_inside);
        let header = Header {
            about: self.about.clone(),
            task: pipeline.task.name().to_owned(),
            target: pipeline.target.clone(),
            classes: pipeline.classes.to_vec(),
            columns: pipeline.columns.clone(),
            recipe: FittedRecipe::clone(&pipeline.recipe),
            model: ModelPart {
                kind: saved.kind.to_owned(),
                bytes: saved.state.len() as u64,
                rows,
            },
        };
        let header = serde_json::to_vec(&header)
            .map_err(|error| Problem::new(format!("the model cannot be written ({error})")))?;
        let bytes = container::pack(&header, &saved.state);
        match ModelFile::from_bytes(&bytes) {
            Ok(_) if bytes.len() as u64 <= MOST_BYTES => Ok((bytes, rows)),
            Ok(_) => Err(Problem::new("the model is larger than 4 GB")),
            Err(problem) => Err(Problem::new(format!(
                "the model could not be opened again ({})",
                problem.what
            ))
            .at(self.about.algorithm.clone())
            .fix("Look for huge or infinite numbers in the data")),
        }
    }

    /// Whether a file says of itself that it is one; reads a few bytes of it.
    pub fn is_one(path: &Path) -> bool {
        let regular = path.metadata().is_ok_and(|known| known.is_file());
        let mut first = Vec::new();
        let read = |mut file: File| container::peek(&mut file, &mut first).is_ok();
        regular && File::open(path).is_ok_and(read) && container::is_marked(&first)
    }

    pub fn open(path: &Path) -> Result<ModelFile, Problem> {
        let place = path.display().to_string();
        let at = |problem: Problem| problem.at(place.clone());
        let unreadable = |error: std::io::Error| {
            at(Problem::new(match error.kind() {
                std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
                _ => format!("the file cannot be read ({error})"),
            }))
        };
        let file = File::open(path).map_err(unreadable)?;
        let known = file.metadata().map_err(unreadable)?;
        if known.is_dir() {
            return Err(at(Problem::new("this is a folder")).fix("Name a model file in it"));
        }
        if known.len() > MOST_BYTES {
            return Err(at(Problem::new("the file is larger than 4 GB")));
        }
        let mut bytes = Vec::new();
        let mut file = file.take(MOST_BYTES);
        // No more than a look at what is no model file.
        container::peek(&mut file, &mut bytes).map_err(unreadable)?;
        container::version(&bytes).map_err(at)?;
        file.read_to_end(&mut bytes).map_err(unreadable)?;
        ModelFile::from_bytes(&bytes).map_err(at)
    }

    /// Nothing of it is believed.
    pub fn from_bytes(bytes: &[u8]) -> Result<ModelFile, Problem> {
        let (header, rest) = container::unpack(bytes)?;
        let header: Header = serde_json::from_slice(header)
            .map_err(|error| damaged(&format!("its first part cannot be read: {error}")))?;
        let (state, part) = (rest, header.model);
        if state.len() as u64 != part.bytes {
            return Err(damaged("it is cut short"));
        }
        let tasks = [Task::Classification, Task::Regression, Task::Clustering];
        let task = tasks.into_iter().find(|task| task.name() == header.task);
        let Some(task) = task else {
            return Err(damaged("its task is unknown"));
        };
        check_columns(&header.columns, header.target.as_ref(), &header.recipe)?;
        if !all_differ(header.about.params.iter().map(|p| p.name.as_str())) {
            return Err(damaged("two parameters have one name"));
        }
        if !all_differ(header.about.scores.iter().map(|s| s.metric.as_str())) {
            return Err(damaged("two scores have one name"));
        }
        if !all_differ(header.classes.iter().map(String::as_str)) {
            return Err(damaged("two classes have one name"));
        }
        let outputs = match task {
            Task::Classification => Some(header.classes.len()),
            Task::Regression => Some(1),
            Task::Clustering => None,
        };
        let classes_fit = (task == Task::Classification) != header.classes.is_empty();
        let target_fits = (task == Task::Clustering) == header.target.is_none();
        if !classes_fit || !target_fits {
            return Err(damaged("its target does not fit its task"));
        }
        let model = model::restore(&part.kind, state, header.recipe.reduced_width(), outputs)?;
        Ok(ModelFile {
            rows_inside: part.rows,
            pipeline: Pipeline {
                task,
                recipe: Arc::new(header.recipe),
                model,
                columns: header.columns,
                target: header.target,
                classes: header.classes.into(),
            },
            about: header.about,
        })
    }
}

fn damaged(how: &str) -> Problem {
    Problem::new(format!("the model file is damaged: {how}")).fix("Save the model again")
}

fn all_differ<'a>(names: impl Iterator<Item = &'a str>) -> bool {
    let mut seen = HashSet::new();
    let mut names = names;
    names.all(|name| seen.insert(name))
}

/// The columns are those of the recipe, each named once.
fn check_columns(
    columns: &[SourceColumn],
    target: Option<&SourceColumn>,
    recipe: &FittedRecipe,
) -> Result<(), Problem> {
    let names = columns
        .iter()
        .chain(target)
        .map(|column| column.name.as_str());
    if !all_differ(names) {
        return Err(damaged("two columns have one name"));
    }
    let same = |(feature, column): (usize, &SourceColumn)| {
        recipe.feature_name(feature) == column.name && recipe.feature_kind(feature) == column.kind
    };
    let fit = columns.len() == recipe.feature_count() && columns.iter().enumerate().all(same);
    if fit {
        Ok(())
    } else {
        Err(damaged("its columns are not those of its preparation"))
    }
}

#[cfg(test)]
mod tests;
