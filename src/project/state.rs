//! The project: everything that decides what is fitted and shown, and that undo brings back.

use std::sync::Arc;

use crate::base::Hash128;
use crate::data::{Kind, Table};
use crate::model::{Params, Task, algorithm};
use crate::prepare::{Recipe, Role, Roles, SplitScheme};
use crate::train::Job;

/// Names a model card for as long as the project lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ModelId(pub u64);

/// A model card: an algorithm with parameters, a letter and a colour of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelEntry {
    pub id: ModelId,
    pub params: Params,
    /// Not in the pictures, not fitted.
    pub hidden: bool,
    /// 0 is A; letters and colours stay with the card when others go.
    pub letter: usize,
}

impl ModelEntry {
    /// `A`, `B`, ... `Z`, `A2`, ...
    pub fn badge(&self) -> String {
        let letter = char::from(b'A' + (self.letter % 26) as u8);
        match self.letter / 26 {
            0 => letter.to_string(),
            round => format!("{letter}{}", round + 1),
        }
    }
}

/// What the picture shows: two columns, one, or the principal components.
#[derive(Clone, Debug, PartialEq)]
pub enum Axes {
    Columns { x: usize, y: Option<usize> },
    Components,
}

/// Choices that belong to a data set and come back with it.
#[derive(Clone, Debug, PartialEq)]
pub struct DataSettings {
    pub roles: Roles,
    pub axes: Axes,
}

#[derive(Clone, Debug)]
pub struct Project {
    pub table: Table,
    pub settings: DataSettings,
    /// Of the data sets worked on before, by fingerprint.
    pub(super) earlier: Vec<(Hash128, DataSettings)>,
    pub recipe: Recipe,
    /// Chosen by the person; None takes the default of the task.
    pub split: Option<SplitScheme>,
    pub seed: u64,
    /// The test rows of `file:`.
    pub test: Option<Table>,
    /// Cards by task: classification, regression, clustering. They wait while another is at work.
    pub(super) models: [Vec<ModelEntry>; 3],
    pub(super) selected: [Option<ModelId>; 3],
    pub(super) next_id: u64,
}

/// The first start's cards for each task.
const FIRST_MODELS: [&[&str]; 3] = [
    &[
        "logistic_regression",
        "random_forest_classifier",
        "mlp_classifier",
    ],
    &[
        "linear_regression",
        "random_forest_regressor",
        "mlp_regressor",
    ],
    &["kmeans"],
];

impl Project {
    /// A new project on this table with the first start's models.
    pub fn new(table: Table) -> Self {
        let mut project = Project {
            settings: DataSettings::guess(&table),
            table,
            earlier: Vec::new(),
            recipe: Recipe::default(),
            split: None,
            seed: 42,
            test: None,
            models: Default::default(),
            selected: [None; 3],
            next_id: 1,
        };
        for ids in FIRST_MODELS {
            for algorithm in ids.iter().filter_map(|id| algorithm(id)) {
                project.add(Params::defaults(algorithm));
            }
        }
        for task in [0, 1, 2] {
            // The middle of the three: its knobs have the most to show.
            let cards = &project.models[task];
            project.selected[task] = cards.get(cards.len() / 2).map(|m| m.id);
        }
        project
    }

    /// Puts another table to work; its earlier settings come back, the models follow.
    pub fn load(&mut self, table: Table) {
        let settings = std::mem::replace(&mut self.settings, DataSettings::guess(&table));
        let old = self.table.fingerprint();
        self.earlier.retain(|(fingerprint, _)| *fingerprint != old);
        self.earlier.push((old, settings));
        let known = self.earlier.iter().find(|(f, _)| *f == table.fingerprint());
        // Those of a project file were written by anyone, for a table of any width.
        if let Some((_, settings)) = known.filter(|(_, settings)| settings.fit(&table)) {
            self.settings = settings.clone();
        }
        if matches!(&self.split, Some(SplitScheme::Group { column }) if table.column(column).is_none())
        {
            self.split = None;
        }
        if matches!(self.split, Some(SplitScheme::File { .. })) {
            self.split = None;
            self.test = None;
        }
        self.table = table;
    }

    /// The same rows with other kinds or names: roles go along where columns still exist.
    pub fn replace_table(&mut self, table: Table) {
        let old = std::mem::replace(&mut self.table, table);
        let guessed = DataSettings::guess(&self.table);
        let mut settings = guessed;
        for (index, column) in self.table.columns().iter().enumerate() {
            // Mostly the columns stand where they stood: of thousands none is searched for then.
            let same_place = old.columns().get(index).filter(|c| c.name == column.name);
            let before = match same_place {
                Some(_) => Some(index),
                None => old.position(&column.name),
            };
            if let Some(before) = before {
                let role = self.settings.roles.get(before);
                let usable = column.kind != Kind::Text
                    || role != Role::Feature
                    || self.recipe.texts.contains_key(&column.name);
                if usable {
                    settings.roles.set(index, role);
                }
            }
        }
        if old.columns().len() == self.table.columns().len()
            && self.settings.axes.show_no_text(&self.table)
        {
            settings.axes = self.settings.axes.clone();
        }
        self.settings = settings;
    }

    /// What the target asks for; without one, clustering.
    pub fn task(&self) -> Task {
        task_of(&self.table, &self.settings.roles)
    }

    /// The cards of the present task.
    pub fn models(&self) -> &[ModelEntry] {
        &self.models[self.task() as usize]
    }

    pub fn model(&self, id: ModelId) -> Option<&ModelEntry> {
        self.models.iter().flatten().find(|m| m.id == id)
    }

    pub(super) fn model_mut(&mut self, id: ModelId) -> Option<&mut ModelEntry> {
        self.models.iter_mut().flatten().find(|m| m.id == id)
    }

    pub fn selected(&self) -> Option<&ModelEntry> {
        let id = self.selected[self.task() as usize]?;
        self.models().iter().find(|m| m.id == id)
    }

    pub fn select(&mut self, id: ModelId) {
        if self.models().iter().any(|m| m.id == id) {
            self.selected[self.task() as usize] = Some(id);
        }
    }

    /// Adds a card behind those of its task and selects it. A card of another task than the
    /// present one is added here all the same, and says why it cannot run.
    pub fn add(&mut self, params: Params) -> ModelId {
        let task = params.algorithm().task;
        self.add_to(params, task)
    }

    pub(super) fn add_to(&mut self, params: Params, task: Task) -> ModelId {
        let id = ModelId(self.next_id);
        self.next_id += 1;
        let cards = &mut self.models[task as usize];
        let letter = (0..)
            .find(|l| cards.iter().all(|m| m.letter != *l))
            .unwrap_or(0);
        cards.push(ModelEntry {
            id,
            params,
            hidden: false,
            letter,
        });
        self.selected[task as usize] = Some(id);
        id
    }

    pub(super) fn remove(&mut self, id: ModelId) {
        for (cards, selected) in self.models.iter_mut().zip(&mut self.selected) {
            if let Some(at) = cards.iter().position(|m| m.id == id) {
                cards.remove(at);
                if *selected == Some(id) {
                    *selected = cards
                        .get(at.min(cards.len().saturating_sub(1)))
                        .map(|m| m.id);
                }
            }
        }
    }

    /// Replaces the cards of the present task.
    pub fn set_models(&mut self, params: Vec<Params>) {
        let task = self.task();
        self.models[task as usize].clear();
        for params in params {
            self.add_to(params, task);
        }
        self.selected[task as usize] = self.models[task as usize].first().map(|m| m.id);
    }

    /// The split in force: the chosen one, else the default of the task.
    pub fn split(&self) -> SplitScheme {
        match &self.split {
            Some(split) => split.clone(),
            None => SplitScheme::default_for(self.task() == Task::Classification),
        }
    }

    /// The job of a card's parameters on the present data.
    pub fn job(&self, params: &Params) -> Arc<Job> {
        // How the texts of other tables, or of columns that are left out, are used decides nothing.
        let mut recipe = self.recipe.clone();
        recipe.texts.retain(|name, _| {
            let column = self.table.position(name);
            column.is_some_and(|column| self.settings.roles.get(column) == Role::Feature)
        });
        Arc::new(Job {
            table: self.table.clone(),
            roles: self.settings.roles.clone(),
            recipe,
            params: params.clone(),
            split: self.split(),
            seed: self.seed,
            test: self.test.clone(),
        })
    }

    /// The baseline's job, where the task has one.
    pub fn baseline(&self) -> Option<Arc<Job>> {
        let id = match self.task() {
            Task::Classification => "dummy_classifier",
            Task::Regression => "dummy_regressor",
            Task::Clustering => return None,
        };
        Some(self.job(&Params::defaults(algorithm(id)?)))
    }
}

impl DataSettings {
    /// Whether there is a role for each column, and the columns of the axes are there.
    fn fit(&self, table: &Table) -> bool {
        let columns = table.columns().len();
        let axes = match self.axes {
            Axes::Columns { x, y } => x < columns && y.is_none_or(|y| y < columns),
            Axes::Components => true,
        };
        axes && self.roles.len() == columns
    }

    /// Roles from the data layer's guesses; the axes that show most: the suggested pair, else the
    /// first two features.
    pub fn guess(table: &Table) -> Self {
        let target = table.about().target;
        let (mut roles, _) = Roles::guess(table, target);
        for &column in &table.about().ids {
            if Some(column) != target {
                roles.set(column, Role::Id);
            }
        }
        if let Some(features) = table.suggested_features() {
            for (index, column) in table.columns().iter().enumerate() {
                let named = features.contains(&column.name);
                if roles.get(index) == Role::Feature && !named {
                    roles.set(index, Role::Ignored);
                } else if named && table.rows() == 0 {
                    // No value says yet that it can be learned from.
                    roles.set(index, Role::Feature);
                }
            }
        }
        let axes = Axes::guess(table, &roles);
        DataSettings { roles, axes }
    }
}

/// Above so many features the picture begins with their principal components.
const MANY_FEATURES: usize = 40;

impl Axes {
    /// Whether there are components to show: of several features, or of the words of one.
    pub fn has_components(table: &Table, roles: &Roles) -> bool {
        let features = roles.features();
        let text = |c: &usize| {
            let column = table.columns().get(*c);
            column.is_some_and(|column| column.kind == Kind::Text)
        };
        features.len() > 1 || features.iter().any(text)
    }

    /// No axis is a column of text, which has none.
    fn show_no_text(&self, table: &Table) -> bool {
        let shown = match self {
            Axes::Columns { x, y } => [Some(*x), *y],
            Axes::Components => [None, None],
        };
        let mut columns = shown
            .iter()
            .flatten()
            .filter_map(|c| table.columns().get(*c));
        columns.all(|column| column.kind != Kind::Text)
    }

    /// The suggested pair if both are features, else the first features that are numbers.
    pub fn guess(table: &Table, roles: &Roles) -> Self {
        let mut features = roles.features();
        let usable = features.len();
        // Words have no axis of their own.
        features.retain(|c| table.columns()[*c].kind != Kind::Text);
        if features.is_empty() && usable > 0 {
            return Axes::Components;
        }
        // Many alike columns, such as pixels: no pair of them shows anything.
        if features.len() > MANY_FEATURES {
            return Axes::Components;
        }
        if let Some((x, y)) = table.suggested_axes()
            && let (Some(x), Some(y)) = (table.position(x), table.position(y))
            && features.contains(&x)
            && (features.contains(&y) || roles.target() == Some(y))
        {
            let y = (roles.target() != Some(y)).then_some(y);
            return Axes::Columns { x, y };
        }
        let numbers = |c: &&usize| table.columns()[**c].kind == Kind::Number;
        let mut order: Vec<usize> = features.iter().filter(numbers).copied().collect();
        order.extend(features.iter().filter(|c| !numbers(c)));
        match order[..] {
            [] => Axes::Columns { x: 0, y: None },
            [x] => Axes::Columns { x, y: None },
            [x, y, ..] => Axes::Columns { x, y: Some(y) },
        }
    }
}

/// Classification for categories and for a number only where nothing else fits; regression for
/// numbers; clustering without a target.
pub fn task_of(table: &Table, roles: &Roles) -> Task {
    let target = roles.target().and_then(|at| table.columns().get(at));
    match target.map(|column| column.kind) {
        None => Task::Clustering,
        Some(Kind::Number | Kind::Date) => Task::Regression,
        Some(_) => Task::Classification,
    }
}
