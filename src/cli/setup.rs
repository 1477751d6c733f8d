//! From the arguments to jobs: the table, the roles of its columns, the split.

use std::path::Path;
use std::sync::Arc;

use super::arguments::DataArgs;
use super::flags::COMMANDS;
use super::spelling;
use crate::base::{Cancel, Halt, Problem};
use crate::data::near::nearest;
use crate::data::{self, Kind, ReadOptions, Table};
use crate::model::{Params, Task};
use crate::prepare::{Recipe, Role, Roles, SplitScheme};
use crate::project::file::is_project;
use crate::project::model_file::ModelFile;
use crate::project::task_of;
use crate::train::Job;

/// All that the jobs of one command share.
pub struct Setup {
    pub table: Table,
    pub roles: Roles,
    recipe: Recipe,
    validate: Option<SplitScheme>,
    seed: u64,
    test: Option<Table>,
    pub threads: usize,
    /// What the reader guessed and what was left out, for the person to see.
    pub notes: Vec<String>,
}

impl Setup {
    pub fn load(args: &DataArgs) -> Result<Self, Problem> {
        let table = open(&args.data, &args.read)?;
        if table.rows() < 2 {
            return Err(
                Problem::new("it has one row only, and nothing can be learned from that")
                    .at(table.name())
                    .fix("Choose a data set with more rows"),
            );
        }
        let target = match &args.target {
            Some(name) => Some(column(&table, name, "--target")?),
            None => table
                .suggested_target()
                .and_then(|name| table.position(name)),
        };
        let mut notes: Vec<String> = table.notes().iter().map(Problem::to_string).collect();
        let mut roles = if args.features.is_empty() {
            all_usable(&table, target, args, &mut notes)
        } else {
            chosen(&table, target, &args.features)?
        };
        use_as_said(&table, args, &mut roles)?;
        if let Some(SplitScheme::Group { column: name }) = &args.validate {
            column(&table, name, "--validate")?;
        }
        let test = match &args.validate {
            Some(SplitScheme::File { path }) => {
                let test = alike(open(path, &args.read)?, &table);
                notes.extend(test.notes().iter().map(Problem::to_string));
                Some(test)
            }
            _ => None,
        };
        let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
        Ok(Setup {
            roles,
            recipe: Recipe {
                scale: args.scale,
                select: args.select,
                project: args.project,
                texts: args.texts.iter().cloned().collect(),
                dates: args.dates.iter().cloned().collect(),
                ..Recipe::default()
            },
            validate: args.validate.clone(),
            seed: args.seed,
            test,
            threads: args.threads.unwrap_or(cores),
            notes,
            table,
        })
    }

    /// What the target asks for; without one, clustering.
    pub fn task(&self) -> Task {
        task_of(&self.table, &self.roles)
    }

    /// The job of a model, and what is to be said about it. Fails where the model needs a target
    /// and there is none, and where no column is left to learn from.
    pub fn job(&self, params: &Params) -> Result<(Arc<Job>, Vec<String>), Problem> {
        let task = params.algorithm().task;
        let mut notes = self.notes.clone();
        if task != Task::Clustering && self.roles.target().is_none() {
            return Err(
                Problem::new(format!("{} needs a target", params.algorithm().id))
                    .at(self.table.name())
                    .fix(format!(
                        "Name it with --target; {}",
                        columns_of(&self.table)
                    )),
            );
        }
        if self.roles.features().is_empty() {
            return Err(Problem::new("no column is left to learn from")
                .at(self.table.name())
                .fix("Choose a data set with a usable column besides the target, or name one with --features"));
        }
        let split = match (&self.validate, task) {
            (Some(scheme), Task::Clustering) => {
                notes.push(format!(
                    "--validate {scheme} is not used: clusterings use all rows."
                ));
                SplitScheme::Train
            }
            (None, Task::Clustering) => SplitScheme::Train,
            (Some(scheme), _) => scheme.clone(),
            (None, task) => SplitScheme::default_for(task == Task::Classification),
        };
        let job = Job {
            table: self.table.clone(),
            roles: self.roles.clone(),
            recipe: self.recipe.clone(),
            params: params.clone(),
            split,
            seed: self.seed,
            test: self.test.clone(),
        };
        Ok((Arc::new(job), notes))
    }
}

/// Opens DATA.
pub fn open(data: &str, options: &ReadOptions) -> Result<Table, Problem> {
    let path = Path::new(data);
    if is_project(data) && path.is_file() {
        let words = "this is a project of Seefit: data, models and settings in one file";
        return Err(Problem::new(words).at(data).fix(format!(
            "Open it in the window with seefit {data}, save its data there as CSV, and name that file"
        )));
    }
    if ModelFile::is_one(path) {
        let words = "this is a saved model and holds no table";
        return Err(Problem::new(words)
            .at(data)
            .fix(format!("Predict with it: seefit predict {data} DATA")));
    }
    data::open(data, options, &Cancel::new()).map_err(|halt| match halt {
        Halt::Failed(problem) => problem,
        Halt::Cancelled => Problem::new("the reading was stopped").at(data),
    })
}

/// Whether the window could be opened on DATA, without reading it: a word that is no data set is most
/// likely a misspelt command.
pub fn is_data(data: &str) -> Result<(), Problem> {
    let id = data.split(':').next().unwrap_or(data);
    let known = data == "-"
        || std::path::Path::new(data).exists()
        || data::shipped_named(data).is_some()
        || data::generate::generator(id).is_some();
    if known {
        return Ok(());
    }
    let commands: Vec<&str> = COMMANDS.iter().map(|command| command.name).collect();
    match nearest(data, &commands).as_slice() {
        [] => open(data, &ReadOptions::default()).map(|_| ()),
        [first, ..] => Err(
            Problem::new(format!("there is no command and no data set “{data}”"))
                .fix(format!("Try seefit {first}")),
        ),
    }
}

/// The position of a column that the person named.
pub fn column(table: &Table, name: &str, place: &str) -> Result<usize, Problem> {
    table.position(name).ok_or_else(|| {
        let names = table.columns().iter().map(|column| column.name.as_str());
        let look = format!("See seefit describe {}", table.name());
        spelling::unknown("column", name, names, &look).at(place)
    })
}

fn columns_of(table: &Table) -> String {
    let columns = table.columns();
    let names: Vec<&str> = columns
        .iter()
        .take(30)
        .map(|column| column.name.as_str())
        .collect();
    let more = if columns.len() > names.len() {
        ", ..."
    } else {
        ""
    };
    format!("the columns are {}{more}", names.join(", "))
}

/// All columns but ids, text, dates and those with one value; says which are left out.
fn all_usable(
    table: &Table,
    target: Option<usize>,
    args: &DataArgs,
    notes: &mut Vec<String>,
) -> Roles {
    let (mut roles, said) = Roles::guess(table, target);
    notes.extend(said.iter().map(Problem::to_string));
    for id in data::guess_ids(table) {
        if roles.get(id) == Role::Feature {
            roles.set(id, Role::Id);
            notes.push(format!(
                "Column {}: it names the rows and is not used as a feature.",
                table.columns()[id].name
            ));
        }
    }
    for name in table.set_aside() {
        if let Some(index) = table.position(name)
            && roles.get(index) == Role::Feature
        {
            roles.set(index, Role::Ignored);
            notes.push(format!(
                "Column {name}: the file sets it aside and it is not used as a feature."
            ));
        }
    }
    for (index, column) in table.columns().iter().enumerate() {
        let kind = match column.kind {
            Kind::Text => "text",
            Kind::Date => "a date",
            _ => continue,
        };
        let empty = column.missing.count() == column.len();
        let named = args.texts.iter().any(|(name, _)| *name == column.name)
            || args.dates.iter().any(|(name, _)| *name == column.name);
        if roles.get(index) == Role::Ignored && !empty && !named {
            notes.push(format!(
                "Column {}: it is {kind} and is not used as a feature.",
                column.name
            ));
        }
    }
    roles
}

/// Columns of which it is said how they are used are features.
fn use_as_said(table: &Table, args: &DataArgs, roles: &mut Roles) -> Result<(), Problem> {
    let texts = args
        .texts
        .iter()
        .map(|(name, _)| (name, "--text", Kind::Text));
    let dates = args
        .dates
        .iter()
        .map(|(name, _)| (name, "--dates", Kind::Date));
    for (name, place, wanted) in texts.chain(dates) {
        let at = column(table, name, place)?;
        let kind = table.columns()[at].kind;
        if kind != wanted {
            return Err(Problem::new(format!(
                "{name} is {} and not {}",
                kind.name(),
                wanted.name()
            ))
            .at(place)
            .fix(format!(
                "Read it so with --read kind={name}:{}",
                wanted.name()
            )));
        }
        if roles.get(at) == Role::Target {
            return Err(Problem::new(format!("{name} is the target"))
                .at(place)
                .fix("Leave it out, or choose another target"));
        }
        roles.set(at, Role::Feature);
    }
    Ok(())
}

fn chosen(table: &Table, target: Option<usize>, lists: &[String]) -> Result<Roles, Problem> {
    let mut roles = Roles::from(vec![Role::Ignored; table.columns().len()]);
    if let Some(target) = target {
        roles.set(target, Role::Target);
    }
    for list in lists {
        // A name may hold commas itself.
        let whole = table.position(list).is_some();
        let names: Vec<&str> = if whole {
            vec![list]
        } else {
            list.split(',').collect()
        };
        for name in names {
            let name = if table.position(name).is_some() {
                name
            } else {
                name.trim()
            };
            let feature = column(table, name, "--features")?;
            if Some(feature) == target {
                return Err(Problem::new(format!("{name} is the target"))
                    .at("--features")
                    .fix("Leave it out of the features, or choose another target"));
            }
            roles.set(feature, Role::Feature);
        }
    }
    Ok(roles)
}

/// The rows to test on, read with the kinds of the first table: a file with other rows may have led
/// the reader to other guesses. A column that cannot be read so stays as it is, and the job says why.
fn alike(mut test: Table, table: &Table) -> Table {
    for column in table.columns() {
        let other = test
            .column(&column.name)
            .is_some_and(|of_test| of_test.kind != column.kind);
        if other && let Ok(converted) = test.with_kind(&column.name, column.kind) {
            test = converted;
        }
    }
    test
}
