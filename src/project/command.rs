//! Everything that can be done to a project, as data: views send these, nobody else changes it.

use super::state::{Axes, ModelId, Project};
use crate::data::Table;
use crate::model::{Engine, Params, Value};
use crate::prepare::{Recipe, Role, SplitScheme};

#[derive(Clone, Debug)]
pub enum Command {
    /// Another data set.
    Load(Table),
    /// The same rows read otherwise (a kind changed, another delimiter).
    Reread(Table),
    /// Rows drawn, moved or deleted by hand, and how the lab book says it.
    Edit {
        table: Table,
        line: String,
    },
    SetRole {
        column: usize,
        role: Role,
    },
    SetAxes(Axes),
    SetRecipe(Recipe),
    SetSplit {
        split: Option<SplitScheme>,
        test: Option<Table>,
    },
    SetSeed(u64),
    AddModel(Params),
    DuplicateModel(ModelId),
    RemoveModel(ModelId),
    HideModel {
        id: ModelId,
        hidden: bool,
    },
    SetLetter {
        id: ModelId,
        letter: usize,
    },
    SetParameter {
        id: ModelId,
        name: &'static str,
        value: Value,
    },
    SetEngine {
        id: ModelId,
        engine: Option<Engine>,
    },
    ResetModel(ModelId),
}

impl Command {
    /// Does it, and says it as a line of a lab book: "Depth limit of B: none to 6". None where
    /// nothing changed.
    pub fn apply(self, project: &mut Project) -> Option<String> {
        match self {
            Command::Load(table) => {
                let line = format!("Data: {}", table.name());
                if table.fingerprint() == project.table.fingerprint()
                    && table.name() == project.table.name()
                {
                    return None;
                }
                project.load(table);
                Some(line)
            }
            Command::Reread(table) => {
                if table.fingerprint() == project.table.fingerprint() {
                    return None;
                }
                let line = reread_line(&project.table, &table);
                project.replace_table(table);
                Some(line)
            }
            Command::Edit { table, line } => {
                if table.fingerprint() == project.table.fingerprint() {
                    return None;
                }
                project.replace_table(table);
                Some(line)
            }
            Command::SetRole { column, role } => set_role(project, column, role),
            Command::SetAxes(axes) => {
                (project.settings.axes != axes).then(|| project.settings.axes = axes)?;
                Some("Axes".into())
            }
            Command::SetRecipe(recipe) => {
                (project.recipe != recipe).then(|| project.recipe = recipe)?;
                Some("Preparation".into())
            }
            Command::SetSplit { split, test } => {
                let same = project.split == split
                    && project.test.as_ref().map(Table::fingerprint)
                        == test.as_ref().map(Table::fingerprint);
                if same {
                    return None;
                }
                project.split = split;
                project.test = test;
                Some(format!("Test on {}", project.split().describe()))
            }
            Command::SetSeed(seed) => {
                let before = project.seed;
                (before != seed).then(|| project.seed = seed)?;
                Some(format!("Seed: {before} to {seed}"))
            }
            Command::AddModel(params) => {
                let name = params.algorithm().name;
                let task = project.task();
                project.add_to(params, task);
                Some(format!("{name} added"))
            }
            Command::DuplicateModel(id) => {
                let params = project.model(id)?.params.clone();
                let badge = project.model(id)?.badge();
                let task = project.task();
                project.add_to(params, task);
                Some(format!("{badge} duplicated"))
            }
            Command::RemoveModel(id) => {
                let badge = project.model(id)?.badge();
                project.remove(id);
                Some(format!("{badge} removed"))
            }
            Command::HideModel { id, hidden } => {
                let model = project.model_mut(id).filter(|m| m.hidden != hidden)?;
                model.hidden = hidden;
                let word = if hidden { "hidden" } else { "shown" };
                Some(format!("{} {word}", model.badge()))
            }
            Command::SetLetter { id, letter } => {
                let model = project.model_mut(id).filter(|m| m.letter != letter)?;
                let before = model.badge();
                model.letter = letter;
                Some(format!("{before} is now {}", model.badge()))
            }
            Command::SetParameter { id, name, value } => set_parameter(project, id, name, value),
            Command::SetEngine { id, engine } => {
                let model = project.model_mut(id)?;
                if model.params.asked_engine() == engine {
                    return None;
                }
                model.params.ask_engine(engine);
                let name = engine.map_or("auto", Engine::id);
                Some(format!("Engine of {}: {name}", model.badge()))
            }
            Command::ResetModel(id) => {
                let model = project.model_mut(id)?;
                let defaults = Params::defaults(model.params.algorithm());
                (model.params != defaults).then(|| model.params = defaults)?;
                Some(format!("{} reset", model.badge()))
            }
        }
    }
}

/// Which column is of another kind now; else that rows were drawn or read in another way.
fn reread_line(before: &Table, after: &Table) -> String {
    let pairs = before.columns().iter().zip(after.columns());
    let changed = pairs
        .filter(|(old, new)| old.name == new.name && old.kind != new.kind)
        .map(|(_, new)| new)
        .collect::<Vec<_>>();
    match changed[..] {
        [column] => format!("{} read as {}", column.name, column.kind.name()),
        [] if after.guesses().is_none() => format!("{} drawn anew", after.name()),
        _ => format!("{} read otherwise", after.name()),
    }
}

fn set_role(project: &mut Project, column: usize, role: Role) -> Option<String> {
    let name = project.table.columns().get(column)?.name.clone();
    if project.settings.roles.get(column) == role {
        return None;
    }
    project.settings.roles.set(column, role);
    let features = project.settings.roles.features();
    let shown = match project.settings.axes {
        Axes::Columns { x, y } => features.contains(&x) && y.is_none_or(|y| features.contains(&y)),
        Axes::Components => features.len() > 1,
    };
    if !shown {
        project.settings.axes = Axes::guess(&project.table, &project.settings.roles);
    }
    Some(format!("{name} is {}", role.name()))
}

fn set_parameter(
    project: &mut Project,
    id: ModelId,
    name: &'static str,
    value: Value,
) -> Option<String> {
    let model = project.model_mut(id)?;
    let label = model.params.algorithm().parameter(name)?.label;
    let before = model.params.get(name).clone();
    if before == value || model.params.set(name, value.clone()).is_err() {
        return None;
    }
    Some(format!("{label} of {}: {before} to {value}", model.badge()))
}
