//! Saving, opening and restoring projects; the journal and the log follow what is done.

use super::*;
use crate::app::act::{Dialog, Tab};
use crate::app::keeping::{
    self, After, Answer, Awaited, Keeping, Loose, Question, Read, Saving, Source, read, read_with,
};
use crate::app::made::ProjectSaved;
use crate::base::Stamp;
use crate::project::file::{self, Elsewhere, Opened, Origin, View, Work, is_project};
use crate::project::journal::{self, Journal};

/// A setting that stands for so long is an experiment.
const STANDS: Duration = Duration::from_secs(1);

impl Keeping {
    /// With a journal below `root`; what earlier windows left there is looked for on a worker.
    pub(super) fn start(root: Option<&PathBuf>, sender: &Sender<Made>, wake: &Context) -> Self {
        let Some(root) = root else {
            return Keeping::default();
        };
        let (sender, wake, folder) = (sender.clone(), wake.clone(), root.clone());
        let look = move || {
            let _ = sender.send(Made::Abandoned(journal::abandoned(&folder)));
            wake.request_repaint();
        };
        let _ = std::thread::Builder::new()
            .name("seefit-journals".into())
            .spawn(look);
        Keeping {
            journal: Some(Journal::start(root.clone())),
            ..Keeping::default()
        }
    }
}

impl Window {
    /// All that a project file holds.
    pub fn work(&self) -> Work {
        let project = self.desk.project();
        let table = &project.table;
        let origin = self.keeping.origins.get(&table.fingerprint()).cloned();
        let origin = origin.unwrap_or_else(|| {
            let spec = self.catalog.spec_of(table);
            // What is only in this window has no place to be read from again.
            if spec == "-" || is_project(spec) || self.catalog.is_kept(spec) {
                return Origin::default();
            }
            // From wherever the program is started next.
            let path = std::path::absolute(spec).ok().filter(|p| p.is_file());
            Origin {
                spec: path.map_or_else(|| spec.to_owned(), |p| p.to_string_lossy().into_owned()),
                options: self.catalog.options_of(spec),
            }
        });
        let tab = serde_json::to_value(self.look.tab).unwrap_or_default();
        let mut view = View {
            tab: tab.as_str().unwrap_or_default().to_owned(),
            open_cards: self.look.open_cards.iter().map(|id| id.0).collect(),
            cut: self.look.cut,
            ..View::default()
        };
        view.set_selection(self.look.selection.iter());
        Work {
            project: project.clone(),
            view,
            origin,
            log: self.desk.log.rows().clone(),
            results: self.desk.saved_scores(),
        }
    }

    /// Saves under the project's name, or asks for one: also where another data set is at work than the
    /// one that the file holds.
    pub(super) fn save(&mut self, after: Option<After>) {
        match self.keeping.own_file(&self.desk).cloned() {
            Some(path) => self.save_as(path, after, self.keeping.stamp),
            None => self.ask_for_name(after),
        }
    }

    fn ask_for_name(&mut self, after: Option<After>) {
        self.keeping.after_name = after;
        let mut dialogs = std::mem::take(&mut self.dialogs);
        dialogs.open(self, Dialog::SaveProject);
        self.dialogs = dialogs;
    }

    pub(in crate::app) fn save_named(&mut self, path: PathBuf) {
        let after = self.keeping.after_name.take();
        // A file of this name may be replaced: the sheet has asked.
        self.save_as(path, after, None);
    }

    /// Writes the project, unless the file is another than `over`, where that is known.
    fn save_as(&mut self, path: PathBuf, after: Option<After>, over: Option<Stamp>) {
        let work = self.work();
        let saving = Saving {
            number: self.next_number(),
            holds: catalog::edited_name(work.project.table.name()),
            table: work.project.table.fingerprint(),
            state: self.desk.history.state(),
            notes: self.desk.log.note_revision(),
            after,
        };
        let number = saving.number;
        let (sender, wake) = (self.sender(), self.context().clone());
        let before = self.keeping.writer.take();
        let save = move || {
            // Two savings of one file must not overtake each other.
            let earlier = before.and_then(|before| before.join().ok().flatten());
            // What this window has written meanwhile is no other program's.
            let own = earlier
                .filter(|(of, _)| *of == path)
                .map(|(_, stamp)| stamp);
            let over = over.map(|stamp| own.unwrap_or(stamp));
            let now = over.and_then(|_| Stamp::of(&path));
            let result = match now.is_some() && now != over {
                true => Ok(ProjectSaved::ChangedMeanwhile),
                false => file::save(&work, &path)
                    .map(|note| ProjectSaved::Written(note, Stamp::of(&path))),
            };
            let stamp = match &result {
                Ok(ProjectSaved::Written(_, stamp)) => *stamp,
                _ => None,
            };
            let written = stamp.map(|stamp| (path.clone(), stamp));
            let _ = sender.send(Made::ProjectSaved {
                number,
                path,
                result,
            });
            wake.request_repaint();
            written
        };
        let thread = std::thread::Builder::new().name("seefit-save".into());
        match thread.spawn(save) {
            Ok(thread) => {
                self.keeping.writer = Some(thread);
                self.keeping.savings.push(saving);
            }
            Err(error) => {
                let words = format!("The project was not saved ({error}). Try again.");
                let now = self.now(&self.context.clone());
                self.toasts.push(now, Tone::Failed, words, None);
            }
        }
    }

    pub(super) fn project_saved(
        &mut self,
        ctx: &Context,
        number: u64,
        path: PathBuf,
        result: Result<ProjectSaved, Problem>,
    ) {
        let savings = &mut self.keeping.savings;
        let known = savings.iter().position(|s| s.number == number);
        let saving = known.map(|at| savings.remove(at));
        let now = self.now(ctx);
        let (note, stamp) = match result {
            Ok(ProjectSaved::Written(note, stamp)) => (note, stamp),
            Ok(ProjectSaved::ChangedMeanwhile) => {
                let words = format!(
                    "“{}” was changed by another program meanwhile and is left as it is: save under another name",
                    keeping::stem(&path)
                );
                self.toasts.push(now, Tone::Failed, words, None);
                self.ask_for_name(saving.and_then(|s| s.after));
                return;
            }
            Err(problem) => {
                let words = format!("The project was not saved. {problem}");
                self.toasts.push(now, Tone::Failed, words, None);
                return;
            }
        };
        self.settings.remember_file(&path.to_string_lossy());
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let words = format!("Saved as {name}");
        self.toasts.push(now, Tone::Done, words, None);
        let is_inside = note.is_none();
        if let Some(note) = note {
            self.toasts.push(now, Tone::Info, note.to_string(), None);
        }
        // Another project has taken its place meanwhile: nothing of that one is saved.
        let Some(saving) = saving else {
            return;
        };
        if is_inside {
            self.keeping.in_files.insert(saving.table);
        }
        self.keeping.file = Some(path);
        self.keeping.stamp = stamp;
        self.keeping.holds = Some(saving.holds);
        self.keeping.saved = (saving.state, saving.notes);
        self.keeping.restored = false;
        self.follow_loose();
        let Some(after) = saving.after else {
            return;
        };
        // The newest of several savings decides.
        if let Some(newer) = self.keeping.savings.last_mut() {
            newer.after.get_or_insert(after);
            return;
        }
        // What was changed while it was written is asked about once more.
        if self.keeping.asks_before(&after, &self.desk) {
            self.keeping.question = Some(Question::Unsaved(after));
        } else {
            self.go_on(ctx, after);
        }
    }

    /// Which pasted and drawn data lie in no file.
    pub(super) fn follow_loose(&mut self) {
        let present = self.desk.project().table.fingerprint();
        let history = &self.desk.history;
        let keeping = &mut self.keeping;
        keeping.loose.clear();
        for (spec, name, table) in self.catalog.all_kept() {
            let fingerprint = table.fingerprint();
            // What was undone is not missed; a plane without rows neither.
            let missed = table.rows() > 0 && !history.is_undone(fingerprint);
            if missed && !keeping.in_files.contains(&fingerprint) {
                keeping.loose.push(Loose {
                    spec: spec.to_owned(),
                    name: name.to_owned(),
                    at_work: fingerprint == present,
                });
            }
        }
        keeping.only_loose = !keeping.loose.is_empty() && !keeping.is_unsaved(&self.desk);
    }

    /// Does it, or asks first whether to save.
    pub(super) fn unless_unsaved(&mut self, ctx: &Context, after: After) {
        let measured = self.options.timings.is_some();
        if !measured && self.keeping.asks_before(&after, &self.desk) {
            self.keeping.question = Some(Question::Unsaved(after));
        } else {
            self.go_on(ctx, after);
        }
    }

    fn go_on(&mut self, ctx: &Context, after: After) {
        match after {
            After::Close => {
                self.keeping.may_close = true;
                ctx.send_viewport_cmd(egui::ViewportCommand::Close);
            }
            After::Open(path) => self.read_project(Source::file(PathBuf::from(path))),
            After::Restore => {
                if !self.keeping.offers.is_empty() {
                    let left = self.keeping.offers.remove(0);
                    self.read_project(Source::Journal(Box::new(left)));
                }
            }
        }
    }

    pub(super) fn answer(&mut self, ctx: &Context, answer: Answer) {
        let question = self.keeping.question.take();
        match (question, answer) {
            (Some(Question::Unsaved(after)), Answer::Save) => self.save(Some(after)),
            (Some(Question::Unsaved(after)), Answer::DoNotSave) => self.go_on(ctx, after),
            (Some(Question::Unsaved(_)), Answer::SaveLoose) => {
                if let Some(loose) = self.keeping.loose.first() {
                    let spec = loose.spec.clone();
                    self.open(spec);
                    self.perform(ctx, Act::Dialog(Dialog::SaveData));
                }
            }
            (
                Some(Question::Data {
                    source,
                    opened,
                    data,
                }),
                Answer::ReadData,
            ) => self.read_data(source, *opened, *data),
            (Some(question @ Question::Data { .. }), Answer::OtherData) => {
                // It waits behind the dialog.
                self.keeping.question = Some(question);
                let mut dialogs = std::mem::take(&mut self.dialogs);
                dialogs.open(self, Dialog::ProjectData);
                self.dialogs = dialogs;
            }
            (
                Some(Question::Data {
                    source: Source::Journal(left),
                    ..
                }),
                _,
            ) => self.keeping.offers.insert(0, *left),
            _ => {}
        }
    }

    /// Other data were chosen for the project that waits for its own.
    pub(in crate::app) fn read_other_data(&mut self, path: &std::path::Path) {
        if let Some(Question::Data {
            source,
            opened,
            mut data,
        }) = self.keeping.question.take()
        {
            data.spec = path.to_string_lossy().into_owned();
            self.read_data(source, *opened, *data);
        }
    }

    fn read_data(&mut self, source: Source, opened: Opened, data: Elsewhere) {
        self.read_on_worker(source, move |_| {
            let read = read_with(opened, &data)?;
            // Where the person agreed to read from is where they are.
            Ok(match read {
                Read::Work(mut work, lost) => {
                    work.origin.spec = data.spec;
                    Read::Work(work, lost)
                }
                asks => asks,
            })
        });
    }

    pub(super) fn read_project(&mut self, source: Source) {
        self.read_on_worker(source, read);
    }

    fn read_on_worker(
        &mut self,
        source: Source,
        work: impl FnOnce(&Source) -> Result<Read, Problem> + Send + 'static,
    ) {
        self.stop_loading();
        let loading = Loading::new(self.next_number(), source.name(), ReadOptions::default());
        self.read_project_as(loading, source, work);
    }

    /// With what the person is shown meanwhile.
    pub(super) fn read_project_as(
        &mut self,
        loading: Loading,
        source: Source,
        work: impl FnOnce(&Source) -> Result<Read, Problem> + Send + 'static,
    ) {
        let number = loading.number;
        self.loading = Some(loading);
        self.keeping.awaited = Some(Awaited {
            number,
            state: self.desk.history.state(),
            notes: self.desk.log.note_revision(),
        });
        let (sender, wake) = (self.sender(), self.context().clone());
        let journals = self.options.journals.clone();
        let read = move || {
            let result = work(&source);
            let elsewhere = match (&source, &journals) {
                (Source::File(path, _), Some(root)) => {
                    journal::is_open_elsewhere(root, path, Some(std::process::id()))
                }
                _ => false,
            };
            let _ = sender.send(Made::ProjectRead {
                number,
                source,
                result,
                elsewhere,
            });
            wake.request_repaint();
        };
        let _ = std::thread::Builder::new()
            .name("seefit-open".into())
            .spawn(read);
    }

    pub(super) fn project_read(
        &mut self,
        number: u64,
        source: Source,
        result: Result<Read, Problem>,
        elsewhere: bool,
    ) {
        let loading = self.loading.take_if(|l| l.number == number);
        let awaited = self.keeping.awaited.take_if(|a| a.number == number);
        let (Some(loading), Some(awaited)) = (loading, awaited) else {
            // It was stopped, or something else was opened. What was to be restored waits on.
            if let Source::Journal(left) = source {
                self.keeping.offers.insert(0, *left);
            }
            return;
        };
        let now = (self.desk.history.state(), self.desk.log.note_revision());
        let moved = (awaited.state, awaited.notes) != now;
        let measured = self.options.timings.is_some();
        if result.is_ok() && moved && !measured && self.keeping.is_unsaved(&self.desk) {
            // Done while it was read: that is asked about, and then it is read again.
            self.keeping.question = Some(Question::Unsaved(match source {
                Source::File(path, _) => After::Open(path.to_string_lossy().into_owned()),
                Source::Journal(left) => {
                    self.keeping.offers.insert(0, *left);
                    After::Restore
                }
            }));
            return;
        }
        if !matches!(result, Ok(Read::Work(..))) {
            self.begin_with_something(&loading);
        }
        match result {
            Ok(Read::Work(work, lost)) => {
                self.adopt(source, *work, lost);
                if elsewhere {
                    let name = self.keeping.name().unwrap_or_default();
                    let what = "another window has this project open too: the one that is saved \
                                second is asked for another name";
                    let problem = Problem::new(what).fix("Close one of them");
                    let notes = self.keeping.notes.get_or_insert((name, Vec::new()));
                    notes.1.insert(0, problem);
                }
            }
            Ok(Read::Asks(opened, data)) => {
                self.keeping.question = Some(Question::Data {
                    source,
                    opened,
                    data,
                });
            }
            Err(problem) => {
                self.problem = Some((source.name(), problem));
                // It may be read by a later program, or by hand: nobody throws it away unasked.
                if let Source::Journal(left) = source {
                    self.keeping.offers.push(*left);
                }
            }
        }
    }

    /// Makes this the work of the window.
    pub(super) fn adopt(&mut self, source: Source, work: Work, lost: Vec<Problem>) {
        let Work {
            project,
            view,
            origin,
            log,
            results,
        } = work;
        let table = project.table.clone();
        self.problem = None;
        // What is still being written is another project's.
        self.keeping.savings.clear();
        self.drawing.forget();
        self.forget_rows();
        self.desk.replace(project, &log);
        self.desk.set_claims(results);
        let spec = self.spec_in_strip(&source, &origin);
        self.catalog.set_current(&spec, &table);
        if let Source::File(path, _) = &source {
            self.settings.remember_file(&path.to_string_lossy());
        }
        self.keeping.origins.insert(table.fingerprint(), origin);
        if matches!(source, Source::File(..)) {
            self.keeping.in_files.insert(table.fingerprint());
        }
        self.rows_of = Some((
            table.fingerprint(),
            self.catalog.spec_of(&table).to_owned(),
            table.rows(),
        ));
        if let Ok(tab) = serde_json::from_value::<Tab>(view.tab.clone().into()) {
            self.look.tab = tab;
        }
        self.look.selection = Arc::new(RowSet::from_rows(view.selected(table.rows())));
        self.look.open_cards = view.open_cards();
        self.look.cut = view.cut;
        let whole = lost.is_empty();
        self.keeping.notes = (!whole).then(|| (source.name(), lost));
        self.keeping.saved = (self.desk.history.state(), self.desk.log.note_revision());
        self.keeping.holds = Some(catalog::edited_name(self.desk.project().table.name()));
        self.keeping.journaled = None;
        self.keeping.question = None;
        match source {
            Source::File(path, stamp) => {
                // A damaged file is not written over: its work is an untitled copy.
                self.keeping.file = whole.then_some(path);
                self.keeping.stamp = stamp;
                self.keeping.restored = false;
            }
            Source::Journal(left) => {
                self.keeping.file = left.file.clone();
                self.keeping.stamp = left.file.as_deref().and_then(Stamp::of);
                self.keeping.restored = true;
                self.follow_journal();
                match &self.keeping.journal {
                    Some(journal) => {
                        let number = journal.keep(self.work(), self.keeping.file.clone());
                        self.keeping.restoring = Some((*left, number));
                    }
                    None => left.discard(),
                }
            }
        }
    }

    /// How the strip spells a project's data: never as a path that the person did not choose.
    fn spec_in_strip(&self, source: &Source, origin: &Origin) -> String {
        let id = catalog::id_of(&origin.spec);
        let ours = data::shipped_named(id).is_some() || data::generate::generator(id).is_some();
        match source {
            _ if ours => origin.spec.clone(),
            Source::File(path, _) => path.to_string_lossy().into_owned(),
            Source::Journal(_) => format!("restored.{}", file::EXTENSION),
        }
    }

    /// Title, journal, log and the question at the end follow what was done.
    pub(super) fn follow_keeping(&mut self, ctx: &Context) {
        let closing = ctx.input(|i| i.viewport().close_requested()) && !self.keeping.may_close;
        if closing {
            self.commit_drafts(ctx);
        }
        self.follow_loose();
        let own = self.keeping.own_file(&self.desk).is_some();
        let other = self.keeping.file.is_some() && !own;
        let name = || self.desk.project().table.name().to_owned();
        self.keeping.other = other.then(name);
        let measured = self.options.timings.is_some();
        if closing && !measured && self.keeping.asks_before(&After::Close, &self.desk) {
            ctx.send_viewport_cmd(egui::ViewportCommand::CancelClose);
            self.keeping.question = Some(Question::Unsaved(After::Close));
        }
        let title = self.keeping.title(&self.desk);
        if self.keeping.title != title {
            ctx.send_viewport_cmd(egui::ViewportCommand::Title(title.clone()));
            self.keeping.title = title;
        }
        let stands = if self.options.still {
            Duration::ZERO
        } else {
            STANDS
        };
        // Scores on the first rows alone are none of the data set's.
        let in_part = self.loading.as_ref().is_some_and(|l| l.first.is_some());
        if !in_part && let Some(wait) = self.desk.follow_log(stands) {
            ctx.request_repaint_after(wait);
        }
        self.follow_journal();
        let Some(journal) = &self.keeping.journal else {
            return;
        };
        if !self.keeping.told_trouble
            && let Some(problem) = journal.take_trouble()
        {
            self.keeping.told_trouble = true;
            let now = self.now(ctx);
            let words = problem.to_string();
            self.toasts.push(now, Tone::Failed, words, None);
        }
        let done = |(_, number): &(_, u64)| journal.written() >= *number;
        if self.keeping.restoring.as_ref().is_some_and(done)
            && let Some((left, _)) = self.keeping.restoring.take()
        {
            let _ = std::thread::Builder::new()
                .name("seefit-journals".into())
                .spawn(move || left.discard());
        }
    }

    /// Tells the journal what is new, or that nothing is left to keep.
    fn follow_journal(&mut self) {
        let Some(journal) = &self.keeping.journal else {
            return;
        };
        let unsaved = self.keeping.is_unsaved(&self.desk);
        let revision = if unsaved { self.desk.log.revision() } else { 0 };
        let now = (self.desk.history.state(), revision, unsaved);
        if self.keeping.journaled == Some(now) {
            return;
        }
        // A window that never had anything to keep tells nothing.
        if unsaved {
            // Who restores it must not save it into the file of other data.
            let own = self.keeping.own_file(&self.desk).cloned();
            journal.keep(self.work(), own);
        } else if self.keeping.journaled.is_some() || self.keeping.file.is_some() {
            journal.clear(self.keeping.file.clone());
        }
        self.keeping.journaled = Some(now);
    }

    /// A row of the log comes back as a step of undo.
    pub(super) fn restore_row(&mut self, ctx: &Context, number: u64) {
        match self.desk.restored(number) {
            Ok(setting) => {
                self.apply(Command::Restore(Box::new(setting)), None);
                self.catalog.follow(&self.desk.project().table);
            }
            Err(problem) => {
                let now = self.now(ctx);
                self.toasts
                    .push(now, Tone::Failed, problem.to_string(), None);
            }
        }
    }

    pub(super) fn discard_offer(&mut self) {
        if !self.keeping.offers.is_empty() {
            let left = self.keeping.offers.remove(0);
            let _ = std::thread::Builder::new()
                .name("seefit-journals".into())
                .spawn(move || left.discard());
        }
    }
}
