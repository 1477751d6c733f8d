//! How data comes into the window: opened, drawn anew, read otherwise; always on a worker.

use std::sync::Arc;

use super::act::Scrub;
use super::catalog;
use super::made::Made;
use super::using::UseMade;
use super::window::Window;
use crate::base::{Cancel, Halt, Problem};
use crate::data::{self, Kind, ReadOptions, Table};
use crate::project::Command;
use crate::project::model_file::ModelFile;
use crate::widget::format;
use crate::widget::toast::Tone;

/// A generator's table on its way, and what was asked for after it.
#[derive(Default)]
pub struct Drawing {
    under_way: bool,
    next: Option<(String, Option<u64>)>,
}

impl Drawing {
    pub fn is_under_way(&self) -> bool {
        self.under_way
    }
}

/// The present rows in another form.
pub struct Reread {
    pub spec: String,
    pub gesture: Option<u64>,
    /// How a file was read, to be kept for the next time.
    pub options: Option<ReadOptions>,
    /// The column whose kind was changed.
    pub column: Option<usize>,
    pub result: Result<Table, Problem>,
}

/// A model file, whatever its name: only its first bytes are looked at where it is none.
pub(super) fn model_file(spec: &str) -> Option<Made> {
    let path = std::path::PathBuf::from(spec);
    ModelFile::is_one(&path).then(|| {
        Made::Use(UseMade::Opened {
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

    /// Opens DATA; small shipped sets come within a frame or two.
    pub fn open(&mut self, spec: String) {
        if let Some(table) = self.catalog.kept(&spec) {
            self.loading = None;
            self.problem = None;
            return self.put_to_work(&spec, table);
        }
        self.loading = Some(spec.clone());
        let options = self.catalog.options_of(&spec);
        self.read(move || {
            if let Some(result) = model_file(&spec) {
                return result;
            }
            let result = data::open(&spec, &options, &Cancel::new()).map_err(problem);
            Made::Loaded { spec, result }
        });
    }

    pub(super) fn loaded(&mut self, spec: &str, result: Result<Table, Problem>) {
        // Of several clicks the last counts, whichever comes first.
        if self.loading.as_deref() != Some(spec) {
            return;
        }
        self.loading = None;
        match result {
            Ok(table) => {
                self.problem = None;
                self.put_to_work(spec, table);
            }
            Err(problem) => self.problem = Some((spec.to_owned(), problem)),
        }
    }

    /// Makes this table the one at work.
    pub fn put_to_work(&mut self, spec: &str, table: Table) {
        self.forget_rows();
        self.catalog.set_current(spec, &table);
        if !self.catalog.is_kept(spec)
            && data::shipped_named(spec).is_none()
            && data::generate::generator(catalog::id_of(spec)).is_none()
        {
            self.settings.remember_file(spec);
        }
        if !self.catalog.is_kept(spec) {
            self.settings.data = spec.to_owned();
        }
        self.memory.plane_axes = None;
        self.desk.load(table);
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
                gesture,
                options: None,
                column: None,
                result: open.map_err(problem),
                spec,
            })
        });
    }

    pub(super) fn read_as(&mut self, column: usize, kind: Kind) {
        let table = self.desk.project().table.clone();
        let spec = self.catalog.spec_of(&table).to_owned();
        let Some(name) = table.columns().get(column).map(|c| c.name.clone()) else {
            return;
        };
        self.read(move || {
            Made::Reread(Reread {
                spec,
                gesture: None,
                options: None,
                column: Some(column),
                result: table.with_kind(&name, kind),
            })
        });
    }

    pub(super) fn read_with(&mut self, options: ReadOptions) {
        let spec = self.catalog.spec_of(&self.desk.project().table).to_owned();
        self.read(move || {
            let open = data::open(&spec, &options, &Cancel::new());
            Made::Reread(Reread {
                gesture: None,
                options: Some(options),
                column: None,
                result: open.map_err(problem),
                spec,
            })
        });
    }

    pub(super) fn reread(&mut self, now: f64, made: Reread) {
        let drawn = made.options.is_none() && made.column.is_none();
        if drawn {
            self.drawing.under_way = false;
            if let Some((spec, gesture)) = self.drawing.next.take() {
                self.generate(spec, gesture);
            }
        }
        let table = match made.result {
            Ok(table) => table,
            Err(problem) => {
                let text = problem.to_string();
                self.toasts.push(now, Tone::Failed, text, None);
                return;
            }
        };
        // Another data set was chosen while this was on its way.
        let present = self.catalog.spec_of(&self.desk.project().table);
        if catalog::id_of(present) != catalog::id_of(&made.spec) {
            return;
        }
        if let Some(column) = made.column {
            let missing = |t: &Table| t.columns().get(column).map_or(0, |c| c.missing.count());
            let before = missing(&self.desk.project().table);
            let lost = missing(&table).saturating_sub(before);
            if lost > 0 {
                let text = format!(
                    "{} cannot be read so and count as missing now.",
                    format::counted(lost, "value", "values")
                );
                self.toasts.push(now, Tone::Info, text, None);
            }
        } else {
            self.forget_rows();
        }
        if let Some(options) = made.options {
            self.catalog.options.insert(made.spec.clone(), options);
        }
        self.catalog.set_current(&made.spec, &table);
        self.settings.data = made.spec;
        self.desk.apply(Command::Reread(table), made.gesture);
    }
}
