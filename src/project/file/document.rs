//! The parts of a project file that are JSON, as they stand in it. Every field may be missing.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Origin;
use super::saved_scores::{self, SavedScores};
use crate::data::{Kind, Table};
use crate::prepare::{Recipe, Role, Roles, SplitScheme};
use crate::project::log::hex;
use crate::project::state::{Axes, DataSettings};
use crate::project::{ModelEntry, Project, SavedParams};

/// The word that tells a project from any other zip.
pub const FORMAT: &str = "seefit-project";

/// `project.json`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Head {
    pub format: String,
    pub version: u64,
    /// Of the program that wrote it.
    pub program: String,
    pub data: DataPart,
    pub test: Option<DataPart>,
    pub seed: u64,
    /// As the command line spells it.
    pub split: Option<String>,
    pub recipe: Recipe,
    pub roles: Vec<(String, Role)>,
    pub axes: AxesPart,
    /// Of data sets that were at work before, by fingerprint.
    pub earlier: Vec<EarlierPart>,
}

/// A table: what it is, whether it is in the file, and where it came from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DataPart {
    pub name: String,
    pub rows: u64,
    pub columns: u64,
    pub fingerprint: String,
    pub embedded: bool,
    /// A path is relative to the project's folder where it lies below it or beside it.
    pub origin: Origin,
}

impl DataPart {
    pub fn of(table: &Table, embedded: bool, origin: Origin) -> Self {
        DataPart {
            name: table.name().to_owned(),
            rows: table.rows() as u64,
            columns: table.columns().len() as u64,
            fingerprint: hex(table.fingerprint()),
            embedded,
            origin,
        }
    }
}

/// Columns by name.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AxesPart {
    pub components: bool,
    pub x: Option<String>,
    pub y: Option<String>,
}

impl AxesPart {
    fn of(axes: &Axes, table: &Table) -> Self {
        let name = |column: usize| table.columns().get(column).map(|c| c.name.clone());
        match axes {
            Axes::Components => AxesPart {
                components: true,
                ..AxesPart::default()
            },
            Axes::Columns { x, y } => AxesPart {
                components: false,
                x: name(*x),
                y: y.and_then(name),
            },
        }
    }

    /// None where a column is not there or no feature.
    pub fn axes(&self, table: &Table, roles: &Roles) -> Option<Axes> {
        let features = roles.features();
        if self.components {
            return Axes::has_components(table, roles).then_some(Axes::Components);
        }
        let column = |name: &Option<String>| {
            let column = table.position(name.as_deref()?)?;
            let text = table.columns()[column].kind == Kind::Text;
            (!text && features.contains(&column)).then_some(column)
        };
        let x = column(&self.x)?;
        match self.y {
            Some(_) => Some(Axes::Columns {
                x,
                y: Some(column(&self.y)?),
            }),
            None => Some(Axes::Columns { x, y: None }),
        }
    }
}

/// Columns by place, as the fingerprint fixes them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EarlierPart {
    pub fingerprint: String,
    pub roles: Roles,
    pub components: bool,
    pub x: usize,
    pub y: Option<usize>,
}

impl EarlierPart {
    fn of(fingerprint: String, settings: &DataSettings) -> Self {
        let (components, x, y) = match settings.axes {
            Axes::Components => (true, 0, None),
            Axes::Columns { x, y } => (false, x, y),
        };
        EarlierPart {
            fingerprint,
            roles: settings.roles.clone(),
            components,
            x,
            y,
        }
    }

    /// None where a column is not there.
    pub fn settings(self) -> Option<DataSettings> {
        let columns = self.roles.len();
        let axes = if self.components {
            Axes::Components
        } else {
            let there = self.x < columns && self.y.is_none_or(|y| y < columns);
            there.then_some(Axes::Columns {
                x: self.x,
                y: self.y,
            })?
        };
        Some(DataSettings {
            roles: self.roles,
            axes,
        })
    }
}

/// The tasks in the order of [`crate::model::Task`].
pub const TASKS: [&str; 3] = ["classification", "regression", "clustering"];

/// `models.json`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Models {
    /// By task. Each model is read by itself, so that one that cannot be read takes no other along.
    pub tasks: serde_json::Map<String, Value>,
    /// Scores by job; each is read by itself too.
    pub results: Vec<Value>,
}

/// The cards of a task.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Cards {
    pub selected: Option<u64>,
    pub models: Vec<Value>,
}

/// A card.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Card {
    pub id: u64,
    /// 0 is A.
    pub letter: u64,
    pub hidden: bool,
    #[serde(flatten)]
    pub model: SavedParams,
}

impl Card {
    fn of(entry: &ModelEntry) -> Self {
        Card {
            id: entry.id.0,
            letter: entry.letter as u64,
            hidden: entry.hidden,
            model: SavedParams::of(&entry.params),
        }
    }
}

/// `log.json`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LogPart {
    pub rows: Vec<Value>,
}

pub fn head(project: &Project, data: DataPart, test: Option<DataPart>) -> Head {
    let table = &project.table;
    let columns = table.columns().iter().enumerate();
    let roles = columns.map(|(at, c)| (c.name.clone(), project.settings.roles.get(at)));
    let earlier = project.earlier.iter();
    Head {
        format: FORMAT.to_owned(),
        version: super::VERSION,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        data,
        test,
        seed: project.seed,
        split: project.split.as_ref().map(SplitScheme::to_string),
        recipe: project.recipe.clone(),
        roles: roles.collect(),
        axes: AxesPart::of(&project.settings.axes, table),
        earlier: earlier
            .map(|(fingerprint, settings)| EarlierPart::of(hex(*fingerprint), settings))
            .collect(),
    }
}

pub fn models(project: &Project, results: &[SavedScores]) -> Models {
    let tasks = TASKS.iter().zip(&project.models).zip(&project.selected);
    let tasks = tasks.map(|((task, cards), selected)| {
        let cards = Cards {
            selected: selected.map(|id| id.0),
            models: cards
                .iter()
                .filter_map(|m| serde_json::to_value(Card::of(m)).ok())
                .collect(),
        };
        let value = serde_json::to_value(cards).unwrap_or_default();
        ((*task).to_owned(), value)
    });
    Models {
        tasks: tasks.collect(),
        results: saved_scores::to_json(results),
    }
}

pub fn log(rows: &Arc<Vec<crate::project::LogRow>>) -> LogPart {
    let rows = rows.iter().filter_map(|row| serde_json::to_value(row).ok());
    LogPart {
        rows: rows.collect(),
    }
}
