//! A file becomes work: as far as it goes, with a sentence for each thing that is lost.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{Cursor, Read};
use std::path::Path;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::document::{Card, Cards, FORMAT, Head, LogPart, Models, TASKS};
use super::pack::absolute;
use super::saved_scores;
use super::{
    MOST_FILE_BYTES, MOST_PART_BYTES, MOST_TABLE_BYTES, Origin, VERSION, View, Work,
    table_from_bytes,
};
use crate::base::problem::visible;
use crate::base::{Cancel, Hash128, Outcome, Problem};
use crate::data::{self, Kind, Table, generate, shipped_named};
use crate::prepare::{Role, SplitScheme};
use crate::project::log::{LogRow, MOST_ROWS, unhex};
use crate::project::saved_params::shortened;
use crate::project::state::Axes;
use crate::project::{ModelEntry, ModelId, Project};

const PARTS: [&str; 6] = [
    "project.json",
    "models.json",
    "view.json",
    "log.json",
    "data.table",
    "test.table",
];
/// Entries of a zip that are looked at.
const MOST_ENTRIES: usize = 64;
const MOST_CARDS: usize = 200;
const MOST_EARLIER: usize = 200;
/// Ids of cards beyond this are given anew: slots of workers are counted from them.
const LARGEST_ID: u64 = 1 << 20;
const MOST_LETTERS: u64 = 26 * 10;

/// What could be read of a file.
#[derive(Debug)]
pub struct Opened {
    head: Option<Head>,
    models: Option<Models>,
    view: View,
    log: Vec<LogRow>,
    pub(in crate::project) test: Option<Table>,
    /// Where the data are.
    pub whence: Whence,
    /// What could not be read, a sentence each; empty for a whole file.
    pub lost: Vec<Problem>,
    /// The data among it: no loss where the same are found elsewhere.
    lost_data: Option<Problem>,
}

/// Where a file's data are.
#[derive(Debug)]
pub enum Whence {
    Inside(Table),
    Elsewhere(Box<Elsewhere>),
    Lost,
}

/// Data that a file refers to.
#[derive(Clone, Debug)]
pub struct Elsewhere {
    /// As the command line spells it; a path is whole.
    pub spec: String,
    /// What a person calls it.
    pub name: String,
    origin: Origin,
}

impl Elsewhere {
    /// A shipped set or a generator: nothing of the person's is touched to have it.
    pub fn is_ours(&self) -> bool {
        let id = self.spec.split(':').next().unwrap_or_default();
        shipped_named(&self.spec).is_some() || generate::generator(id).is_some()
    }

    /// Reads the data. Of a path, only once the person has agreed.
    pub fn read(&self, cancel: &Cancel) -> Outcome<Table> {
        if !self.is_ours() {
            return data::open_file(Path::new(&self.spec), &self.origin.options, cancel);
        }
        // By name and not by `open`, which would take a file of this name first.
        if let Some(set) = shipped_named(&self.spec) {
            return Ok(set.load_with(&self.origin.options)?);
        }
        let (generator, knobs) = generate::parse(&self.spec)?;
        Ok(generator.make(&knobs)?)
    }
}

/// Opens a project file.
pub fn open(path: &Path) -> Result<Opened, Problem> {
    let place = |problem: Problem| problem.at(path.display().to_string());
    let unreadable = |error: std::io::Error| {
        let what = match error.kind() {
            std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
            std::io::ErrorKind::PermissionDenied => {
                "you have no permission to read the file".to_owned()
            }
            _ => format!("the file cannot be read ({error})"),
        };
        place(Problem::new(what))
    };
    let file = File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(MOST_FILE_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() as u64 > MOST_FILE_BYTES {
        return Err(place(Problem::new("this is too large for a project file")));
    }
    unpack(&bytes, path.parent()).map_err(place)
}

/// Reads a file's bytes; paths in it lead from `folder`.
pub fn unpack(bytes: &[u8], folder: Option<&Path>) -> Result<Opened, Problem> {
    let mut lost = Vec::new();
    let mut parts = parts(bytes, &mut lost)?;
    if parts.is_empty() {
        let what = "this is no Seefit project, or nothing of it can be read";
        return Err(Problem::new(what).fix("Choose another file, or an older copy of this one"));
    }
    let head = head(parts.remove("project.json"), &mut lost)?;
    let models = json(&mut parts, "models.json", "the models", &mut lost);
    let view = json(&mut parts, "view.json", "what was shown", &mut lost);
    let log = log(
        json(&mut parts, "log.json", "the log", &mut lost),
        &mut lost,
    );
    let data_part = head.as_ref().map(|h| h.data.clone()).unwrap_or_default();
    let mut table = |name: &str, what: &str, expected: Option<&str>| {
        let bytes = parts.remove(name);
        match bytes.map(|bytes| table_from_bytes(&bytes)) {
            Some(Ok(table)) => (Some(table), None),
            Some(Err(problem)) => (None, Some(problem)),
            None => {
                let name = expected.map(|expected| visible(&shortened(expected)));
                let lost = |name| Problem::new(format!("{what} ({name}) cannot be read"));
                (None, name.map(lost))
            }
        }
    };
    let inside = data_part.embedded.then_some(data_part.name.as_str());
    let (data, lost_data) = table("data.table", "the data", inside);
    let whence = match data {
        Some(table) => Whence::Inside(table),
        None if data_part.origin.spec.is_empty() => Whence::Lost,
        None => {
            let data = elsewhere(&data_part.name, &data_part.origin, folder);
            Whence::Elsewhere(Box::new(data))
        }
    };
    let test_part = head.as_ref().and_then(|h| h.test.as_ref());
    let inside = test_part.filter(|t| t.embedded).map(|t| t.name.clone());
    let (test, lost_test) = table("test.table", "the rows to test on", inside.as_deref());
    lost.extend(lost_test);
    Ok(Opened {
        head,
        models,
        view: view.unwrap_or_default(),
        log,
        test,
        whence,
        lost,
        lost_data,
    })
}

fn elsewhere(name: &str, origin: &Origin, folder: Option<&Path>) -> Elsewhere {
    let mut found = Elsewhere {
        spec: origin.spec.clone(),
        name: name.to_owned(),
        origin: Origin {
            spec: origin.spec.clone(),
            options: origin.options.clone().checked(),
        },
    };
    if !found.is_ours() {
        found.spec = absolute(&origin.spec, folder)
            .to_string_lossy()
            .into_owned();
    }
    found
}

/// The known parts of a zip, each as far as it is whole.
fn parts(bytes: &[u8], lost: &mut Vec<Problem>) -> Result<HashMap<&'static str, Vec<u8>>, Problem> {
    let twice = || Problem::new("two parts of this file have one name, so it is not opened");
    let mut found = HashMap::new();
    let mut broken = HashSet::new();
    match zip::ZipArchive::new(Cursor::new(bytes)) {
        Ok(mut archive) => {
            if archive.has_duplicate_names() {
                return Err(twice());
            }
            for at in 0..archive.len().min(MOST_ENTRIES) {
                let name = archive.name_for_index(at).and_then(Result::ok);
                let name = name.and_then(|name| known(&name));
                let (Some(name), Ok(mut part)) = (name, archive.by_index(at)) else {
                    broken.extend(name);
                    continue;
                };
                match bounded(name, &mut part) {
                    Some(bytes) => drop(found.insert(name, bytes)),
                    None => drop(broken.insert(name)),
                }
            }
        }
        // Its list of parts is gone, as that of a file that was cut off: each part also says at its
        // own beginning what it is.
        Err(_) => {
            let starts = memchr::memmem::find_iter(bytes, b"PK\x03\x04").take(MOST_ENTRIES);
            for start in starts {
                let mut rest = &bytes[start..];
                let part = zip::read::read_zipfile_from_stream(&mut rest);
                let Ok(Some(mut part)) = part else { continue };
                let name = part.name().ok().and_then(|name| known(&name));
                let Some(name) = name else { continue };
                match bounded(name, &mut part) {
                    Some(_) if found.contains_key(name) => return Err(twice()),
                    Some(bytes) => drop(found.insert(name, bytes)),
                    None => drop(broken.insert(name)),
                }
            }
            if !found.is_empty() {
                lost.push(Problem::new("the file is damaged or was cut off"));
            }
        }
    }
    Ok(found)
}

fn known(name: &str) -> Option<&'static str> {
    PARTS.into_iter().find(|part| *part == name)
}

/// A whole part's bytes; None where it is damaged or larger than it may be.
fn bounded(name: &str, part: &mut impl Read) -> Option<Vec<u8>> {
    let most = if name.ends_with(".table") {
        MOST_TABLE_BYTES as u64 + (1 << 20)
    } else {
        MOST_PART_BYTES
    };
    let mut bytes = Vec::new();
    // The checksum is looked at when the end is reached.
    part.take(most + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= most).then_some(bytes)
}

fn head(bytes: Option<Vec<u8>>, lost: &mut Vec<Problem>) -> Result<Option<Head>, Problem> {
    let value = bytes.and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    let Some(value) = value else {
        let what = "the data's roles, preparation, validation and seed cannot be read";
        lost.push(Problem::new(what));
        return Ok(None);
    };
    if value.get("format").and_then(Value::as_str) != Some(FORMAT) {
        return Err(Problem::new("this is no Seefit project"));
    }
    match value.get("version").and_then(Value::as_u64) {
        Some(version) if version > VERSION => {
            let what = format!(
                "this project was saved by a newer Seefit (file version {version}; this program \
                 reads up to {VERSION})"
            );
            let fix = "What this program does not know is left out: open it with the newer one";
            lost.push(Problem::new(what).fix(fix));
            Ok(Some(lenient(value, "project", lost)))
        }
        Some(_) => Ok(Some(lenient(value, "project", lost))),
        None => Err(Problem::new("this project does not say its version")),
    }
}

fn json<T: DeserializeOwned + Default>(
    parts: &mut HashMap<&'static str, Vec<u8>>,
    name: &'static str,
    what: &str,
    lost: &mut Vec<Problem>,
) -> Option<T> {
    let bytes = parts.remove(name);
    match bytes.and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok()) {
        Some(value) => Some(lenient(value, what, lost)),
        None => {
            lost.push(Problem::new(format!("{what} cannot be read")));
            None
        }
    }
}

/// Reads what fits; a field of another type than it should have is lost and named.
fn lenient<T: DeserializeOwned + Default>(value: Value, what: &str, lost: &mut Vec<Problem>) -> T {
    // Whole first: that is nearly always all there is to do.
    if let Ok(read) = serde_json::from_value(value.clone()) {
        return read;
    }
    let Value::Object(mut fields) = value else {
        lost.push(Problem::new(format!("{what} cannot be read")));
        return T::default();
    };
    fields.retain(|name, field| {
        let alone = Value::Object([(name.clone(), field.clone())].into_iter().collect());
        let fits = serde_json::from_value::<T>(alone).is_ok();
        if !fits {
            let name = visible(&shortened(name));
            lost.push(Problem::new(format!("{what}: “{name}” cannot be read")));
        }
        fits
    });
    serde_json::from_value(Value::Object(fields)).unwrap_or_default()
}

fn log(part: Option<LogPart>, lost: &mut Vec<Problem>) -> Vec<LogRow> {
    let values = part.unwrap_or_default().rows;
    let surplus = values.len().saturating_sub(MOST_ROWS);
    let count = values.len();
    let rows: Vec<LogRow> = values
        .into_iter()
        .skip(surplus)
        .filter_map(|row| serde_json::from_value(row).ok())
        .collect();
    let gone = count - rows.len();
    if gone > 0 {
        lost.push(Problem::new(format!(
            "{gone} rows of the log cannot be read"
        )));
    }
    rows
}

impl Opened {
    /// The fingerprint that the data had.
    pub fn fingerprint(&self) -> Option<Hash128> {
        unhex(&self.head.as_ref()?.data.fingerprint)
    }

    pub(in crate::project) fn test_fingerprint(&self) -> Option<Hash128> {
        unhex(&self.head.as_ref()?.test.as_ref()?.fingerprint)
    }

    /// The work on this table; what could not be taken over is lost and named, after what was lost
    /// already.
    pub fn onto(self, table: Table) -> (Work, Vec<Problem>) {
        let found_again = self.fingerprint() == Some(table.fingerprint());
        let mut lost = self.lost;
        lost.extend(self.lost_data.map(|problem| match found_again {
            true => Problem::new(
                "the data in the file are damaged; the very same were found where they came from",
            ),
            false => problem,
        }));
        let mut project = Project::new(table);
        let mut origin = Origin::default();
        if let Some(head) = self.head {
            origin = head.data.origin.clone();
            origin.options = origin.options.checked();
            settings(&mut project, head, self.test, &mut lost);
        }
        let mut results = Vec::new();
        if let Some(mut models) = self.models {
            let (read, gone) = saved_scores::from_json(std::mem::take(&mut models.results));
            results = read;
            if gone > 0 {
                lost.push(Problem::new(format!("{gone} saved results cannot be read")));
            }
            cards(&mut project, models, &mut lost);
        } else {
            let what = "those of a new project stand in the place of the models";
            lost.push(Problem::new(what));
        }
        let mut view = self.view;
        view.selection.truncate(1 << 20);
        view.open_cards
            .retain(|id| project.model(ModelId(*id)).is_some());
        let rows = u32::try_from(project.table.rows()).unwrap_or(u32::MAX);
        view.cut = view.cut.filter(|row| *row < rows);
        let work = Work {
            project,
            view,
            origin,
            log: self.log.into(),
            results,
        };
        (work, lost)
    }
}

fn settings(project: &mut Project, head: Head, test: Option<Table>, lost: &mut Vec<Problem>) {
    let table = project.table.clone();
    if unhex(&head.data.fingerprint).is_some_and(|saved| saved != table.fingerprint()) {
        let (name, rows) = (visible(&shortened(&head.data.name)), head.data.rows);
        let (now, rows_now) = (table.name(), table.rows());
        lost.push(Problem::new(format!(
            "the data are others than those that were saved ({name} with {rows} rows then, {now} \
             with {rows_now} rows now), so scores may differ"
        )));
    }
    for (name, role) in &head.roles {
        let Some(at) = table.position(name) else {
            let name = visible(&shortened(name));
            lost.push(Problem::new(format!(
                "the data have no column “{name}” any more"
            )));
            continue;
        };
        let text = table.columns()[at].kind == Kind::Text;
        let usable = !text || head.recipe.texts.contains_key(name);
        if usable || *role != Role::Feature {
            project.settings.roles.set(at, *role);
        }
    }
    let axes = head.axes.axes(&table, &project.settings.roles);
    project.settings.axes = axes.unwrap_or_else(|| Axes::guess(&table, &project.settings.roles));
    project.recipe = head.recipe.checked();
    project.seed = head.seed;
    project.split = head.split.and_then(|text| match text.parse() {
        Ok(SplitScheme::File { path }) => {
            if test.is_none() {
                let path = visible(&shortened(&path));
                lost.push(
                    Problem::new(format!("the rows to test on ({path}) are not in the file"))
                        .fix("Choose them again"),
                );
            }
            test.is_some().then_some(SplitScheme::File { path })
        }
        Ok(SplitScheme::Group { column }) if table.column(&column).is_none() => {
            let column = visible(&shortened(&column));
            lost.push(Problem::new(format!(
                "there is no column “{column}” to group by"
            )));
            None
        }
        Ok(split) => Some(split),
        Err(problem) => {
            let what = shortened(&problem.what);
            lost.push(Problem { what, ..problem });
            None
        }
    });
    project.test = test.filter(|_| matches!(project.split, Some(SplitScheme::File { .. })));
    let earlier = head.earlier.into_iter().take(MOST_EARLIER);
    project.earlier = earlier
        .filter_map(|part| Some((unhex(&part.fingerprint)?, part.settings()?)))
        .collect();
}

fn cards(project: &mut Project, mut models: Models, lost: &mut Vec<Problem>) {
    let mut used = HashSet::new();
    let mut next = 1;
    let mut all: Vec<(Cards, Vec<ModelEntry>)> = Vec::new();
    for task in TASKS {
        let part = models.tasks.remove(task);
        let part = part.map(|value| lenient::<Cards>(value, task, lost));
        let Some(mut part) = part else {
            lost.push(Problem::new(format!(
                "the models for {task} cannot be read"
            )));
            all.push(Default::default());
            continue;
        };
        if part.models.len() > MOST_CARDS {
            let gone = part.models.len() - MOST_CARDS;
            lost.push(Problem::new(format!("{gone} models are too many")));
            part.models.truncate(MOST_CARDS);
        }
        let mut entries = Vec::new();
        for value in std::mem::take(&mut part.models) {
            if let Some(entry) = card(value, &entries, &mut used, lost) {
                next = next.max(entry.id.0 + 1);
                entries.push(entry);
            }
        }
        all.push((part, entries));
    }
    for (at, (part, mut entries)) in all.into_iter().enumerate() {
        // Cards without an id of their own come behind all others.
        for entry in &mut entries {
            if entry.id.0 == 0 {
                entry.id = ModelId(next);
                next += 1;
            }
        }
        let selected = part.selected.map(ModelId);
        let selected = selected.filter(|id| entries.iter().any(|m| m.id == *id));
        project.selected[at] = selected.or(entries.first().map(|m| m.id));
        project.models[at] = entries;
    }
    project.next_id = next;
}

/// A card; its id is 0 where the file has none of its own for it.
fn card(
    value: Value,
    before: &[ModelEntry],
    used: &mut HashSet<u64>,
    lost: &mut Vec<Problem>,
) -> Option<ModelEntry> {
    let card: Card = lenient(value, "a model", lost);
    let (params, problems) = match card.model.params() {
        Ok(read) => read,
        Err(problem) => {
            lost.push(problem);
            return None;
        }
    };
    let known = (1..LARGEST_ID).contains(&card.id) && used.insert(card.id);
    let taken = |letter: usize| before.iter().any(|m| m.letter == letter);
    let mut letter = card.letter.min(MOST_LETTERS) as usize;
    if taken(letter) {
        letter = (0..).find(|l| !taken(*l)).unwrap_or(0);
    }
    let entry = ModelEntry {
        id: ModelId(if known { card.id } else { 0 }),
        params,
        hidden: card.hidden,
        letter,
    };
    let badge = entry.badge();
    lost.extend(problems.into_iter().map(|problem| Problem {
        place: format!("Model {badge}, {}", problem.place),
        ..problem
    }));
    Some(entry)
}
