//! The data strip: shipped sets, generators and opened files, each with a thumbnail.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use super::scene::{SceneInput, build};
use crate::base::{Cancel, Hash128};
use crate::data::{self, ReadOptions, Table};
use crate::model::Task;
use crate::project::{Project, file};
use crate::view::plane::Targets;
use crate::widget::format;
use crate::widget::thumbnail::{Dots, Thumbnail};
use crate::widget::tokens::class_styles;

/// Thumbnails of edited tables with at most so many cells follow each gesture.
const QUICK_CELLS: usize = 100_000;

/// A data set that can be put to work.
pub struct Item {
    /// As the command line spells it: a shipped name, a generator, a path.
    pub spec: String,
    pub name: String,
    /// "344 rows · 8 columns"; empty until it has been read.
    pub detail: String,
    pub thumbnail: Option<RefCell<Thumbnail>>,
    /// One sentence, for the tooltip.
    pub help: String,
    pub is_file: bool,
}

pub struct Catalog {
    pub items: Vec<Item>,
    /// The data set at work, by position.
    pub current: Option<usize>,
    /// How each table that was at work is spelled, a generator with its knobs.
    specs: HashMap<Hash128, String>,
    /// How files were read where the person chose it.
    pub options: HashMap<String, ReadOptions>,
    /// Data sets that exist here alone: pasted, drawn, or edited copies; each as it was last.
    kept: BTreeMap<String, Table>,
}

/// What the strip begins with; the rest follows in the order of their index.
const FIRST: [&str; 5] = ["penguins", "iris", "wine", "moons", "circles"];

impl Default for Catalog {
    fn default() -> Self {
        let mut items: Vec<Item> = Vec::new();
        for set in data::shipped() {
            items.push(item(&set.id, &set.name, &set.text));
        }
        for generator in data::generate::generators() {
            items.push(item(generator.id, generator.name, generator.help));
        }
        let rank = |item: &Item| {
            FIRST
                .iter()
                .position(|f| *f == item.spec)
                .unwrap_or(FIRST.len())
        };
        items.sort_by_key(rank);
        Catalog {
            items,
            current: None,
            specs: HashMap::new(),
            options: HashMap::new(),
            kept: BTreeMap::new(),
        }
    }
}

fn item(spec: &str, name: &str, help: &str) -> Item {
    Item {
        spec: spec.to_owned(),
        name: name.to_owned(),
        detail: String::new(),
        thumbnail: None,
        help: help.to_owned(),
        is_file: false,
    }
}

/// How the spelling of a data set begins that exists here alone; no path begins so.
const KEPT: &str = "edited:";

/// The name of the copy that an edit makes; a drawing and a copy keep theirs.
pub fn edited_name(name: &str) -> String {
    if name == "Drawing" || name.ends_with(" (edited)") {
        name.to_owned()
    } else {
        format!("{name} (edited)")
    }
}

/// The id of a data set without its knobs: `moons` of `moons:n=400`.
pub fn id_of(spec: &str) -> &str {
    let generated = spec
        .split_once(':')
        .filter(|(id, _)| data::generate::generator(id).is_some());
    generated.map_or(spec, |(id, _)| id)
}

impl Catalog {
    /// Marks a data set as the one at work; a file that is not listed yet comes first.
    pub fn set_current(&mut self, spec: &str, table: &Table) {
        let id = id_of(spec);
        let at = self
            .items
            .iter()
            .position(|i| i.spec.eq_ignore_ascii_case(id));
        let at = at.unwrap_or_else(|| {
            let mut item = item(spec, table.name(), spec);
            item.is_file = true;
            self.items.insert(0, item);
            0
        });
        let item = &mut self.items[at];
        item.detail = detail(table, data::generate::generator(id).is_some());
        self.current = Some(at);
        self.specs.insert(table.fingerprint(), spec.to_owned());
    }

    /// Marks the data set of a table that was at work before.
    pub fn follow(&mut self, table: &Table) {
        let id = id_of(self.spec_of(table)).to_owned();
        let spelled = |i: &Item| i.spec.eq_ignore_ascii_case(&id);
        let named = |i: &Item| i.name == table.name();
        let at = self.items.iter().position(spelled);
        if let Some(at) = at.or_else(|| self.items.iter().position(named)) {
            self.current = Some(at);
            // A generator's knobs were turned back.
            let generated = data::generate::generator(&id).is_some();
            if generated {
                self.items[at].detail = detail(table, generated);
            }
        }
        // A kept data set has the form that the history has led to.
        let spec = self.spec_of(table).to_owned();
        if self.kept.contains_key(&spec) {
            self.keep_as(&spec, table);
            if let Some(item) = self.items.iter_mut().find(|i| i.spec == spec) {
                item.detail = detail(table, false);
            }
            self.refresh(table);
        }
    }

    /// How a table is spelled; empty where it was never at work.
    pub fn spec_of(&self, table: &Table) -> &str {
        self.specs
            .get(&table.fingerprint())
            .map_or("", String::as_str)
    }

    /// Keeps a data set that was pasted, drawn or edited, and marks it as the one at work; gives its
    /// spelling. A kept data set that `from` is takes it in, as does one that may be `replaced`;
    /// otherwise none is written over: the name gets a number.
    pub fn keep(
        &mut self,
        table: &Table,
        from: Option<&Table>,
        replaced: impl Fn(&Table) -> bool,
    ) -> String {
        let spec = self.place_for(table, from, replaced);
        self.set_current(&spec, table);
        if let Some(item) = self.current.and_then(|at| self.items.get_mut(at)) {
            item.is_file = false;
            item.name = spec.trim_start_matches(KEPT).to_owned();
            item.help = "Made by hand. Saving the project keeps it.".to_owned();
            // Of a large table it would hold the window up.
            if item.thumbnail.is_none() && table.rows() <= data::edit::MOST_ROWS {
                item.thumbnail = thumbnail(table).map(RefCell::new);
            }
        }
        self.kept.insert(spec.clone(), table.clone());
        spec
    }

    fn place_for(
        &self,
        table: &Table,
        from: Option<&Table>,
        replaced: impl Fn(&Table) -> bool,
    ) -> String {
        let own = from.map(|from| self.spec_of(from));
        let plain = format!("{KEPT}{}", table.name());
        // The copy goes by its own name, whatever number that has.
        if let Some(own) = own.filter(|own| own.starts_with(&plain) && self.kept.contains_key(*own))
        {
            return own.to_owned();
        }
        let free = |spec: &String| {
            let there = self.kept.get(spec);
            there.is_none_or(|t| t.fingerprint() == table.fingerprint() || replaced(t))
        };
        let numbered = (2u32..).map(|n| format!("{plain} {n}"));
        std::iter::once(plain.clone())
            .chain(numbered)
            .find(free)
            .unwrap_or(plain)
    }

    /// A kept data set has another form.
    pub fn keep_as(&mut self, spec: &str, table: &Table) {
        if let Some(kept) = self.kept.get_mut(spec) {
            *kept = table.clone();
        }
    }

    /// Spelling, name and table of each that exists here alone.
    pub fn all_kept(&self) -> impl Iterator<Item = (&str, &str, &Table)> {
        let each = self.kept.iter();
        each.map(|(spec, table)| (spec.as_str(), spec.trim_start_matches(KEPT), table))
    }

    /// How a later start can spell it: a shipped name, a generator with its knobs, or a file's whole
    /// path. None for what cannot be read again.
    pub fn lasting(spec: &str) -> Option<String> {
        let ours =
            data::shipped_named(spec).is_some() || data::generate::generator(id_of(spec)).is_some();
        if ours {
            return Some(spec.to_owned());
        }
        let path = std::path::absolute(spec)
            .ok()
            .filter(|path| path.is_file())?;
        Some(path.to_string_lossy().into_owned())
    }

    /// A stroke has ended: the strip shows what was drawn.
    pub fn refresh(&mut self, table: &Table) {
        let kept = self.is_kept(self.spec_of(table));
        // A picture of many rows would hold up the window; the old one is near enough.
        let small = table.rows() * table.columns().len() <= QUICK_CELLS;
        if let Some(item) = self.current.and_then(|at| self.items.get_mut(at))
            && kept
            && (small || item.thumbnail.is_none())
        {
            item.thumbnail = thumbnail(table).map(RefCell::new);
        }
    }

    pub fn kept(&self, spec: &str) -> Option<Table> {
        self.kept.get(spec).cloned()
    }

    pub fn is_kept(&self, spec: &str) -> bool {
        spec.starts_with(KEPT)
    }

    /// How a file is to be read.
    pub fn options_of(&self, spec: &str) -> ReadOptions {
        self.options.get(spec).cloned().unwrap_or_default()
    }

    /// The spelling of the data set so many places further than `from`, or than the one at work;
    /// round the end.
    pub fn step(&self, from: Option<&str>, by: i32) -> Option<&str> {
        let n = self.items.len() as i32;
        let listed = |spec| self.items.iter().position(|i| i.spec == id_of(spec));
        let at = from.and_then(listed).or(self.current);
        let at = at.map_or(0, |c| c as i32);
        let next = (at + by).rem_euclid(n.max(1));
        self.items.get(next as usize).map(|i| i.spec.as_str())
    }
}

fn detail(table: &Table, generated: bool) -> String {
    let rows = format::counted(table.rows(), "row", "rows");
    if generated {
        format!("{rows} · generated")
    } else {
        let columns = format::counted(table.columns().len(), "column", "columns");
        format!("{rows} · {columns}")
    }
}

/// Reads a data set and draws its thumbnail; for a worker. None where it cannot be read.
pub fn preview(spec: &str) -> Option<(String, Thumbnail)> {
    let cancel = Cancel::new();
    if file::is_project(spec) {
        // The file itself is the person's choice; data that it names elsewhere are not touched.
        let opened = file::open(std::path::Path::new(spec)).ok()?;
        let file::Whence::Inside(table) = opened.whence else {
            return None;
        };
        return Some((detail(&table, false), thumbnail(&table)?));
    }
    let table = data::open(spec, &ReadOptions::default(), &cancel).ok()?;
    preview_of(spec, &table)
}

/// Rows of a thumbnail, about.
const THUMBNAIL_ROWS: usize = 5_000;

/// What the strip shows of a table that is at hand; for a worker.
pub fn preview_of(spec: &str, table: &Table) -> Option<(String, Thumbnail)> {
    let generated = data::generate::generator(id_of(spec)).is_some();
    Some((detail(table, generated), thumbnail(table)?))
}

/// A table's scatter as small as a stamp.
pub fn thumbnail(table: &Table) -> Option<Thumbnail> {
    let project = Project::new(table.clone());
    let input = SceneInput::of(&project, None, None);
    // A stamp has no room for more.
    let every = table.rows() / THUMBNAIL_ROWS;
    let scene = build(&input, every, &Cancel::new()).ok()?;
    let points: Vec<[f64; 2]> = scene
        .points
        .x
        .iter()
        .zip(scene.points.y.iter())
        .map(|(x, y)| [*x, *y])
        .collect();
    let dots = match (&scene.points.targets, input.task) {
        (Targets::Classes(codes), _) => {
            let styles = class_styles(&scene.classes.counts);
            Dots::Classes(
                codes
                    .iter()
                    .map(|&c| styles.get(c as usize).copied().unwrap_or(7))
                    .collect(),
            )
        }
        (Targets::Numbers(values), Task::Regression) => {
            let [low, high] = scene.range;
            let share =
                |v: &f64| ((v - low) / (high - low).max(f64::MIN_POSITIVE)).clamp(0.0, 1.0) as f32;
            Dots::Values(
                values
                    .iter()
                    .map(|v| if v.is_finite() { share(v) } else { 0.0 })
                    .collect(),
            )
        }
        _ => Dots::Plain,
    };
    Some(Thumbnail::new(&points, dots))
}
