//! Everything that can be done to a project, as data: views send these, nobody else changes it.

use super::state::{Axes, ModelId, Project};
use crate::base::Hash128;
use crate::data::{Kind, Table};
use crate::model::{Engine, Params, Value};
use crate::prepare::{Recipe, Role, Roles, SplitScheme, TextFeatures};

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
    /// The words of a column of text become features, in this way.
    UseWords {
        column: usize,
        how: TextFeatures,
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
    /// A setting of the log.
    Restore(Box<Restored>),
}

/// All that decided a score.
#[derive(Clone, Debug)]
pub struct Restored {
    pub table: Table,
    /// Of the card that had it: `B`.
    pub badge: String,
    pub params: Params,
    pub recipe: Recipe,
    pub split: SplitScheme,
    /// The fingerprint of the test rows of `file:`, where it is known.
    pub test: Option<Hash128>,
    pub seed: u64,
    pub roles: Roles,
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
            Command::UseWords { column, how } => use_words(project, column, how),
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
            Command::Restore(setting) => restore(project, *setting),
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
    let text = |project: &Project, at: usize| project.table.columns()[at].kind == Kind::Text;
    let former = project.settings.roles.target();
    project.settings.roles.set(column, role);
    if role == Role::Feature && text(project, column) {
        let texts = &mut project.recipe.texts;
        texts
            .entry(name.clone())
            .or_insert_with(TextFeatures::offered);
    }
    // What was the target becomes a feature; a text does so only where that was asked for.
    if let Some(former) = former
        && role == Role::Target
        && text(project, former)
    {
        project.settings.roles.set(former, Role::Ignored);
    }
    let roles = &project.settings.roles;
    let used = |c: usize| roles.get(c) == Role::Feature && !text(project, c);
    let shown = match project.settings.axes {
        Axes::Columns { x, y } => used(x) && y.is_none_or(used),
        Axes::Components => Axes::has_components(&project.table, roles),
    };
    if !shown {
        project.settings.axes = Axes::guess(&project.table, &project.settings.roles);
    }
    Some(format!("{name} is {}", role.name()))
}

fn use_words(project: &mut Project, column: usize, how: TextFeatures) -> Option<String> {
    let found = project.table.columns().get(column)?;
    if found.kind != Kind::Text {
        return None;
    }
    let name = found.name.clone();
    let before = project.recipe.texts.insert(name.clone(), how);
    let became = set_role(project, column, Role::Feature);
    if became.is_none() && before == Some(how) {
        return None;
    }
    Some(format!("Words of {name}: {}", how.described()))
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

/// The card of the same letter and algorithm takes the parameters back; where it is gone, a new one.
fn restore(project: &mut Project, setting: Restored) -> Option<String> {
    if project.table.fingerprint() != setting.table.fingerprint() {
        project.load(setting.table);
    }
    if setting.roles.len() == project.table.columns().len()
        && setting.roles != project.settings.roles
    {
        project.settings.axes = Axes::guess(&project.table, &setting.roles);
        project.settings.roles = setting.roles;
    }
    project.recipe = setting.recipe;
    project.seed = setting.seed;
    let default = SplitScheme::default_for(project.task() == crate::model::Task::Classification);
    let mut gone = None;
    match setting.split {
        SplitScheme::File { path } => {
            // Its rows are no part of the log: they are at hand, or the validation stays as it is.
            let at_hand = project.split == Some(SplitScheme::File { path: path.clone() });
            let found = project.test.as_ref().map(Table::fingerprint);
            let same = setting.test.is_none_or(|test| found == Some(test));
            if !(at_hand && found.is_some() && same) {
                gone = Some(path);
            }
        }
        split => project.split = (split != default).then_some(split),
    }
    let algorithm = setting.params.algorithm();
    let cards = project.models().iter();
    let alike = cards.filter(|m| std::ptr::eq(m.params.algorithm(), algorithm));
    let card = alike.clone().find(|m| m.badge() == setting.badge);
    let id = match card.map(|m| m.id) {
        Some(id) => {
            if let Some(model) = project.model_mut(id) {
                model.params = setting.params;
                model.hidden = false;
            }
            id
        }
        None => {
            let task = project.task();
            project.add_to(setting.params, task)
        }
    };
    project.select(id);
    let badge = project.model(id)?.badge();
    Some(match gone {
        None => format!("{badge} as in the log"),
        Some(path) => format!(
            "{badge} as in the log, but the rows to test on ({path}) are not at hand: {}",
            project.split().describe()
        ),
    })
}
