//! How data comes into the window: opened, drawn anew, read otherwise; always on a worker.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use super::act::{Act, Scrub};
use super::catalog::{self, Catalog};
use super::import;
use super::made::Made;
use super::using::UseMade;
use super::window::Window;
use crate::base::problem::visible;
use crate::base::{Cancel, Halt, Hash128, Outcome, Problem};
use crate::data::{self, Kind, ReadOptions, Reading, Table};
use crate::project::file::is_project;
use crate::project::model_file::ModelFile;
use crate::project::{Command, Project};
use crate::widget::format;
use crate::widget::toast::Tone;

/// A generator's table on its way, and what was asked for after it.
#[derive(Default)]
pub struct Drawing {
    under_way: bool,
    /// What is under way is not wanted any more.
    dropped: bool,
    next: Option<(String, Option<u64>)>,
}

impl Drawing {
    pub fn is_under_way(&self) -> bool {
        self.under_way
    }

    /// Other data are at work: what is on its way is none of theirs.
    pub(super) fn forget(&mut self) {
        self.dropped = self.under_way;
        self.next = None;
    }
}

/// What is being opened.
pub struct Loading {
    /// Names it: answers of another number are dropped.
    pub number: u64,
    /// As it was asked for.
    pub spec: String,
    pub options: ReadOptions,
    pub reading: Reading,
    pub since: Instant,
    /// Its first rows, which stand in for it.
    pub first: Option<FirstRows>,
    /// Nothing was there before it: there is nothing to go back to.
    pub alone: bool,
}

/// The first rows of what is being opened are at work.
pub struct FirstRows {
    pub rows: usize,
    /// The step of undo that they are; the whole becomes part of it.
    gesture: u64,
    /// The project as they left it.
    state: u64,
}

impl Loading {
    pub fn new(number: u64, spec: String, options: ReadOptions) -> Self {
        Loading {
            number,
            spec,
            options,
            reading: Reading::default(),
            since: Instant::now(),
            first: None,
            alone: false,
        }
    }
}

/// The name of what was pasted.
const PASTED: &str = "Pasted table";

/// A longer file of text shows its first rows while the rest is read.
const LONG: u64 = 16 << 20;
/// So much of it.
const FIRST_BYTES: usize = 1 << 20;

/// What a window starts with.
pub struct Start {
    /// Empty where there is nothing yet.
    pub spec: String,
    pub table: Table,
    /// Why what was asked for is not it.
    pub problem: Option<(String, Problem)>,
    /// What is read beside the first frames, and how many rows of it are there already.
    pub waits: Option<(Loading, Option<usize>)>,
}

/// Opens what is small, the first rows of what is not, and otherwise nothing: the first frame comes at
/// once whatever the file. The window's first number is that of what is read beside it.
pub fn start(spec: String) -> Start {
    let options = ReadOptions::default();
    let brings_more = is_project(&spec) || ModelFile::is_one(Path::new(&spec));
    if brings_more || is_long(&spec) {
        let first = (!brings_more).then(|| first_rows(&spec, &options, &Cancel::new()));
        let first = first.flatten();
        let rows = first.as_ref().map(Table::rows);
        let loading = Loading {
            alone: true,
            ..Loading::new(0, spec.clone(), options)
        };
        return Start {
            spec: first.as_ref().map_or_else(String::new, |_| spec),
            table: first.unwrap_or_else(empty_table),
            problem: None,
            waits: Some((loading, rows)),
        };
    }
    let mut problem_of = None;
    let opened = match data::open(&spec, &options, &Cancel::new()) {
        Ok(table) => Some((spec, table)),
        Err(halt) => {
            problem_of = Some((spec, problem(halt)));
            let other = data::open("penguins", &options, &Cancel::new()).ok();
            other.map(|table| ("penguins".to_owned(), table))
        }
    };
    let (spec, table) = opened.unwrap_or_else(|| (String::new(), empty_table()));
    Start {
        spec,
        table,
        problem: problem_of,
        waits: None,
    }
}

fn empty_table() -> Table {
    let column = data::Column::numbers("x", Vec::new());
    data::TableBuilder::new("No data")
        .column(column)
        .build()
        .unwrap_or_else(|_| unreachable!("one column"))
}

/// Whether reading takes so long that the window must not wait for it.
fn is_long(spec: &str) -> bool {
    std::fs::metadata(spec).is_ok_and(|about| about.len() > 2 << 20)
}

/// The first rows of a long text.
fn first_rows(spec: &str, options: &ReadOptions, cancel: &Cancel) -> Option<Table> {
    let long = std::fs::metadata(spec).is_ok_and(|about| about.len() > LONG);
    if !long {
        return None;
    }
    data::open_first(Path::new(spec), options, FIRST_BYTES, cancel).ok()?
}

/// The present rows in another form.
pub struct Reread {
    pub spec: String,
    pub how: How,
    pub result: Result<Table, Problem>,
}

/// What the other form is.
pub enum How {
    /// A generator's knobs; changes of one number are one step of undo.
    Drawn(Option<u64>),
    /// A file read otherwise, under the number of its [`Loading`].
    Read(u64, ReadOptions),
    /// A column of this table as another kind.
    Kind(Hash128, String, Kind),
}

/// A model file, whatever its name: only its first bytes are looked at where it is none.
fn model_file(number: u64, spec: &str) -> Option<Made> {
    let path = std::path::PathBuf::from(spec);
    ModelFile::is_one(&path).then(|| {
        Made::Use(UseMade::Opened {
            number: Some(number),
            result: Box::new(ModelFile::open(&path)),
            path,
        })
    })
}

fn problem(halt: Halt) -> Problem {
    match halt {
        Halt::Failed(problem) => problem,
        Halt::Cancelled => Problem::new("opening was stopped"),
    }
}

/// What the columns say of themselves is found on the thread that read them.
fn looked_at(table: Outcome<Table>) -> Result<Table, Problem> {
    table.inspect(|table| _ = table.about()).map_err(problem)
}

impl Window {
    /// Runs on a thread of its own and sends what it made.
    fn read(&self, work: impl FnOnce() -> Made + Send + 'static) {
        let (sender, wake) = (self.sender(), self.context().clone());
        let read = move || {
            let _ = sender.send(work());
            wake.request_repaint();
        };
        let thread = std::thread::Builder::new().name("seefit-open".into());
        // Without a thread the person sees no change and can ask again.
        let _ = thread.spawn(read);
    }

    /// Opens DATA; small shipped sets come within a frame or two. The present data stay at work until
    /// the new ones are there, or the first rows of a long text.
    pub fn open(&mut self, spec: String) {
        let options = self.catalog.options_of(&spec);
        // A double click asks for it once.
        let same = |l: &Loading| l.spec == spec && l.options == options;
        if self.loading.as_ref().is_some_and(same) {
            return;
        }
        self.stop_loading();
        if let Some(table) = self.catalog.kept(&spec) {
            self.problem = None;
            return self.put_to_work(&spec, table);
        }
        let loading = Loading::new(self.next_number(), spec, options);
        self.read_whole(&loading, true);
        self.loading = Some(loading);
    }

    /// Has what is being opened read; with `first` its first rows before.
    pub(super) fn read_whole(&self, loading: &Loading, first: bool) {
        let (number, spec) = (loading.number, loading.spec.clone());
        let options = loading.options.clone();
        let reading = loading.reading.clone();
        if first {
            let (spec, options, cancel) = (spec.clone(), options.clone(), reading.cancel.clone());
            self.read(move || {
                let table = first_rows(&spec, &options, &cancel);
                let table = table.inspect(|table| _ = table.about());
                Made::FirstRows {
                    number,
                    spec,
                    table,
                }
            });
        }
        self.read(move || {
            if let Some(result) = model_file(number, &spec) {
                return result;
            }
            let result = looked_at(data::open_watched(&spec, &options, &reading));
            Made::Loaded {
                number,
                spec,
                result,
            }
        });
    }

    /// Whatever is being opened is not wanted any more.
    pub(super) fn stop_loading(&mut self) -> Option<Loading> {
        let loading = self.loading.take()?;
        loading.reading.cancel.cancel();
        Some(loading)
    }

    /// Goes back to the data that were there before.
    pub(super) fn stop_opening(&mut self, now: f64) {
        let Some(loading) = self.stop_loading() else {
            return;
        };
        let Some(first) = &loading.first else {
            return self.begin_with_something(&loading);
        };
        let untouched = self.desk.history.state() == first.state;
        if loading.alone || !untouched {
            let rows = format::counted(first.rows, "row", "rows");
            let text = format!("Stopped: these are the first {rows} alone.");
            self.toasts.push(now, Tone::Info, text, None);
            return;
        }
        self.desk.undo();
        self.catalog.follow(&self.desk.project().table);
    }

    pub(super) fn first_rows_read(&mut self, number: u64, spec: &str, table: Option<Table>) {
        let waits = self.loading.as_ref();
        let waits = waits.is_some_and(|l| l.number == number && l.first.is_none());
        let Some(table) = table.filter(|_| waits) else {
            return;
        };
        self.memory.gesture += 1;
        let gesture = self.memory.gesture;
        let rows = table.rows();
        self.put_to_work_in(spec, table, Some(gesture));
        // What is done with them is a step of its own.
        self.memory.gesture += 1;
        self.first_are_shown(rows, gesture);
    }

    /// Remembers that the first rows are at work.
    pub(super) fn first_are_shown(&mut self, rows: usize, gesture: u64) {
        let state = self.desk.history.state();
        if let Some(loading) = &mut self.loading {
            loading.first = Some(FirstRows {
                rows,
                gesture,
                state,
            });
        }
    }

    pub(super) fn loaded(
        &mut self,
        now: f64,
        number: u64,
        spec: &str,
        result: Result<Table, Problem>,
    ) {
        // Of several clicks the last counts, whichever comes first.
        let Some(mut loading) = self.loading.take_if(|l| l.number == number) else {
            return;
        };
        let chosen = self.catalog.options_of(spec).kinds;
        let result = match result {
            // Kinds were chosen while only the first rows were there.
            Ok(table) if loading.first.is_some() && chosen != loading.options.kinds => {
                let spec = spec.to_owned();
                loading.options.kinds.clone_from(&chosen);
                self.loading = Some(loading);
                return self.read(move || Made::Loaded {
                    number,
                    spec,
                    result: looked_at(Ok(with_kinds(table, &chosen))),
                });
            }
            result => result,
        };
        match result {
            Ok(table) if self.asks_about(spec, &table) => {
                let options = self.catalog.options_of(spec);
                let source = import::Source::File(spec.to_owned());
                self.begin_import(source, options, import::unsure(&table));
            }
            Ok(table) if spec == PASTED => {
                self.problem = None;
                let rows = format::counted(table.rows(), "row", "rows");
                let columns = format::counted(table.columns().len(), "column", "columns");
                let words = format!("Pasted: {rows}, {columns}.");
                let more = Some(("Choices…".to_owned(), Act::ImportPasted));
                self.toasts.push(now, Tone::Done, words, more);
                let spec = self.keep_table(&table, false);
                self.put_to_work(&spec, table);
            }
            Ok(table) => {
                self.problem = None;
                // What was guessed or left out is said once; the list stays under the data sets.
                if let [first, others @ ..] = table.notes() {
                    let more = match others.len() {
                        0 => String::new(),
                        more => format!(
                            " And {} on its reading.",
                            format::counted(more, "more note", "more notes")
                        ),
                    };
                    let words = format!("{}: {first}{more}", visible(table.name()));
                    self.toasts.push(now, Tone::Info, words, None);
                }
                self.whole_read(spec, table, &loading);
            }
            Err(problem) => {
                self.begin_with_something(&loading);
                self.problem = Some((spec.to_owned(), problem));
            }
        }
    }

    /// Where the first thing that was opened does not come, a small set does: no window is empty.
    pub(super) fn begin_with_something(&mut self, loading: &Loading) {
        if !loading.alone || loading.first.is_some() {
            return;
        }
        if let Ok(table) = data::open("penguins", &ReadOptions::default(), &Cancel::new()) {
            self.whole_read("penguins", table, loading);
        }
    }

    fn whole_read(&mut self, spec: &str, table: Table, loading: &Loading) {
        match &loading.first {
            // What was done meanwhile with the first rows stays.
            Some(first) if self.desk.history.state() != first.state => {
                let spoken_of = self.catalog.spec_of(&self.desk.project().table) == spec;
                self.catalog.set_current(spec, &table);
                if spoken_of {
                    self.forget_rows();
                    self.desk.apply(Command::Reread(table), None);
                } else {
                    self.put_to_work(spec, table);
                }
            }
            _ if loading.alone => {
                self.forget_rows();
                self.note_opened(spec, &table);
                self.desk.replace(Project::new(table), &[]);
            }
            first => {
                let gesture = first.as_ref().map(|f| f.gesture);
                self.put_to_work_in(spec, table, gesture);
                self.desk.history.end_gesture();
            }
        }
    }

    /// Makes this table the one at work.
    pub fn put_to_work(&mut self, spec: &str, table: Table) {
        self.put_to_work_in(spec, table, None);
    }

    fn put_to_work_in(&mut self, spec: &str, table: Table, gesture: Option<u64>) {
        self.drawing.forget();
        self.forget_rows();
        self.note_opened(spec, &table);
        self.desk.load_in(table, gesture);
    }

    /// The strip and the settings know what is at work.
    fn note_opened(&mut self, spec: &str, table: &Table) {
        self.catalog.set_current(spec, table);
        if !self.catalog.is_kept(spec)
            && data::shipped_named(spec).is_none()
            && data::generate::generator(catalog::id_of(spec)).is_none()
        {
            self.settings.remember_file(spec);
        }
        self.note_last(spec);
        self.memory.plane_axes = None;
    }

    /// What the next start begins with, where it can be had again.
    pub(super) fn note_last(&mut self, spec: &str) {
        if let Some(lasting) = Catalog::lasting(spec).filter(|spec| !is_project(spec)) {
            self.settings.data = lasting;
        }
    }

    /// Row numbers mean other rows from now on.
    pub(super) fn forget_rows(&mut self) {
        self.look.selection = Arc::default();
        self.look.cells.clear();
        self.look.cut = None;
        self.look.scrub = Scrub::Live;
        self.look.hovered = None;
    }

    /// Draws a generator's table. While one is on its way, only the newest wish waits.
    pub(super) fn generate(&mut self, spec: String, gesture: Option<u64>) {
        if self.drawing.under_way {
            self.drawing.next = Some((spec, gesture));
            return;
        }
        self.drawing.under_way = true;
        self.read(move || {
            let open = data::open(&spec, &ReadOptions::default(), &Cancel::new());
            Made::Reread(Reread {
                how: How::Drawn(gesture),
                result: looked_at(open),
                spec,
            })
        });
    }

    /// Text from the clipboard becomes a data set that the strip keeps.
    pub(super) fn paste(&mut self, text: String, options: ReadOptions) {
        self.stop_loading();
        let spec = PASTED.to_owned();
        let loading = Loading::new(self.next_number(), spec.clone(), options.clone());
        let number = loading.number;
        self.loading = Some(loading);
        self.pasted = Some(text.as_str().into());
        self.read(move || {
            let result = looked_at(data::open_text(PASTED, &text, &options, &Cancel::new()));
            Made::Loaded {
                number,
                spec,
                result,
            }
        });
    }

    /// A file that was opened for the first time, of which a guess is unsure.
    fn asks_about(&self, spec: &str, table: &Table) -> bool {
        let first = !self.catalog.options.contains_key(spec);
        let shown = self.catalog.spec_of(&self.desk.project().table) == spec;
        first && !shown && Path::new(spec).is_file() && import::unsure(table).is_some()
    }

    pub(super) fn begin_import(
        &mut self,
        source: import::Source,
        options: ReadOptions,
        why: Option<String>,
    ) {
        let mut import = std::mem::take(&mut self.import);
        import.begin(self, source, options, why);
        self.import = import;
    }

    pub(super) fn imported(&mut self, decided: import::Decided) {
        self.import.close();
        match decided {
            import::Decided::Cancel => {}
            import::Decided::Open(import::Source::Pasted(text), options) => {
                self.paste(text.as_ref().to_owned(), *options);
            }
            import::Decided::Open(import::Source::File(spec), options) => {
                if self.catalog.spec_of(&self.desk.project().table) == spec {
                    return self.read_again(spec, *options);
                }
                self.catalog.options.insert(spec.clone(), *options);
                self.open(spec);
            }
        }
    }

    pub(super) fn read_as(&mut self, column: usize, kind: Kind) {
        let table = self.desk.project().table.clone();
        let spec = self.catalog.spec_of(&table).to_owned();
        if let Some(name) = table.columns().get(column).map(|c| c.name.clone()) {
            self.read_named_as(spec, table, name, kind);
        }
    }

    fn read_named_as(&self, spec: String, table: Table, name: String, kind: Kind) {
        self.read(move || {
            Made::Reread(Reread {
                spec,
                result: table
                    .with_kind(&name, kind)
                    .inspect(|table| _ = table.about()),
                how: How::Kind(table.fingerprint(), name, kind),
            })
        });
    }

    pub(super) fn read_with(&mut self, options: ReadOptions) {
        let spec = self.catalog.spec_of(&self.desk.project().table).to_owned();
        self.read_again(spec, options);
    }

    /// Has a file that is at work read otherwise.
    fn read_again(&mut self, spec: String, options: ReadOptions) {
        self.stop_loading();
        let loading = Loading::new(self.next_number(), spec.clone(), options.clone());
        let (number, reading) = (loading.number, loading.reading.clone());
        self.loading = Some(loading);
        self.read(move || {
            let open = data::open_watched(&spec, &options, &reading);
            Made::Reread(Reread {
                how: How::Read(number, options),
                result: looked_at(open),
                spec,
            })
        });
    }

    pub(super) fn reread(&mut self, now: f64, made: Reread) {
        match &made.how {
            How::Drawn(_) => {
                self.drawing.under_way = false;
                let dropped = std::mem::take(&mut self.drawing.dropped);
                if let Some((spec, gesture)) = self.drawing.next.take() {
                    self.generate(spec, gesture);
                }
                if dropped {
                    return;
                }
            }
            // Somebody stopped it, or asked for something else meanwhile.
            How::Read(number, _) => {
                if self.loading.take_if(|l| l.number == *number).is_none() {
                    return;
                }
            }
            How::Kind(..) => {}
        }
        let present = self.desk.project().table.clone();
        // Another data set was chosen while this was on its way.
        let at_work = self.catalog.spec_of(&present);
        if catalog::id_of(at_work) != catalog::id_of(&made.spec) {
            return;
        }
        if let How::Kind(of, name, kind) = &made.how
            && *of != present.fingerprint()
        {
            // The same data set, which has changed meanwhile: asked of that one again.
            if let Some(column) = present.column(name).filter(|c| c.kind != *kind) {
                let name = column.name.clone();
                self.read_named_as(made.spec, present, name, *kind);
            }
            return;
        }
        let table = match made.result {
            Ok(table) => table,
            Err(problem) => {
                let text = problem.to_string();
                self.toasts.push(now, Tone::Failed, text, None);
                return;
            }
        };
        let mut gesture = None;
        match made.how {
            How::Kind(_, name, kind) => {
                self.tell_lost(now, &present, &table, &name);
                // However the file is read from now on, and when the rest of it arrives.
                if Path::new(&made.spec).is_file() {
                    let options = self.catalog.options.entry(made.spec.clone()).or_default();
                    options.kinds.retain(|(other, _)| *other != name);
                    options.kinds.push((name, kind));
                }
                self.catalog.keep_as(&made.spec, &table);
            }
            How::Read(_, options) => {
                self.forget_rows();
                self.catalog.options.insert(made.spec.clone(), options);
            }
            How::Drawn(of) => {
                self.forget_rows();
                gesture = of;
            }
        }
        self.catalog.set_current(&made.spec, &table);
        self.note_last(&made.spec);
        self.desk.apply(Command::Reread(table), gesture);
    }

    /// What the other kind cannot hold.
    fn tell_lost(&mut self, now: f64, before: &Table, after: &Table, name: &str) {
        let missing = |t: &Table| t.column(name).map_or(0, |c| c.missing.count());
        let lost = missing(after).saturating_sub(missing(before));
        if lost > 0 {
            let text = format!(
                "{} cannot be read so and count as missing now.",
                format::counted(lost, "value", "values")
            );
            self.toasts.push(now, Tone::Info, text, None);
        }
    }
}

/// With the kinds that were chosen, as far as its columns can have them.
fn with_kinds(table: Table, kinds: &[(String, Kind)]) -> Table {
    kinds.iter().fold(table, |table, (name, kind)| {
        let other = table.column(name).is_some_and(|c| c.kind != *kind);
        let changed = other.then(|| table.with_kind(name, *kind).ok()).flatten();
        changed.unwrap_or(table)
    })
}
