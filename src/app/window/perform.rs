//! Acts of panels and keys are carried out here, and nowhere else.

use super::*;
use crate::app::act::Dialog;
use crate::app::keeping::After;
use crate::base::Halt;
use crate::project::file::is_project;
use crate::train::{HeldOut, permutation_importance};
use crate::view::plane::PointSet;
use crate::view::scrubber::SPEEDS;

impl Window {
    pub fn perform(&mut self, ctx: &Context, act: Act) {
        match act {
            Act::Do(command) => self.apply(command, None),
            Act::Drag(command, gesture) => self.apply(command, Some(gesture)),
            Act::EndGesture => {
                self.desk.history.end_gesture();
                self.catalog.refresh(&self.desk.project().table);
            }
            Act::Undo => {
                let line = self.desk.undo();
                self.after_time_travel(ctx, line.map(|l| format!("Undone: {l}")));
            }
            Act::Redo => {
                let line = self.desk.redo();
                self.after_time_travel(ctx, line.map(|l| format!("Redone: {l}")));
            }
            Act::GoTo(by) => {
                if self.desk.go(by).is_some() {
                    self.after_time_travel(ctx, None);
                }
            }
            Act::History => self.memory.top.open_history = true,
            Act::Save => {
                self.commit_drafts(ctx);
                self.save(None);
            }
            Act::Answer(answer) => self.answer(ctx, answer),
            Act::RestoreWork => self.unless_unsaved(ctx, After::Restore),
            Act::DiscardWork => self.discard_offer(),
            Act::CloseNotes => self.keeping.notes = None,
            Act::RestoreRow(number) => self.restore_row(ctx, number),
            Act::NoteRow(number, note) => self.desk.log.set_note(number, &note),
            Act::RemoveRow(number) => {
                if let Some(row) = self.desk.log.remove(number) {
                    let words = format!("Experiment {number} removed");
                    let back = Some(("Undo".to_owned(), Act::ReturnRow(Box::new(row))));
                    self.toasts.push(self.now(ctx), Tone::Info, words, back);
                }
            }
            Act::ReturnRow(row) => self.desk.log.put_back(*row),
            Act::SelectModel(id) => {
                // The cells were those of the other model's matrix; their rows stay selected.
                if self.desk.project().selected().map(|m| m.id) != Some(id) {
                    self.look.cells.clear();
                }
                self.desk.select(id);
            }
            Act::OpenCard(id, open) => {
                self.look.open_cards.retain(|c| *c != id);
                if open {
                    self.look.open_cards.push(id);
                }
            }
            Act::Stop(id) => self.desk.stop(id),
            Act::Continue(id) => self.desk.resume(id),
            Act::StartOver(id) => self.desk.start_over(id),
            Act::Allow(id) => self.desk.allow(id),
            Act::StopAll => {
                let ids: Vec<ModelId> = self.desk.shown().map(|m| m.id).collect();
                ids.into_iter().for_each(|id| self.desk.stop(id));
            }
            Act::Open(path) if is_project(&path) => self.unless_unsaved(ctx, After::Open(path)),
            Act::Open(spec) => self.open(spec),
            Act::Step(by) => {
                // Several steps at once go on from what is being opened.
                let from = self.loading.as_ref().map(|l| l.spec.as_str());
                if let Some(spec) = self.catalog.step(from, by).map(str::to_owned) {
                    self.perform(ctx, Act::Open(spec));
                }
            }
            Act::Tab(tab) => {
                self.look.projector &= crate::app::projector::is_picture(tab);
                self.look.tab = tab;
                self.settings.tab = tab;
            }
            Act::Page(page) => {
                self.look.page = page;
                self.perform(ctx, Act::Tab(Tab::Evaluate));
            }
            Act::SelectRows(rows, add) => {
                let before = if add {
                    self.look.selection.iter().collect()
                } else {
                    Vec::new()
                };
                self.look.selection = Arc::new(RowSet::from_rows(before.into_iter().chain(rows)));
                self.look.cells.clear();
            }
            Act::SelectInside { points, x, y, add } => self.select_inside(points, x, y, add),
            Act::SelectCell {
                actual,
                predicted,
                add,
            } => self.select_cell(actual, predicted, add),
            Act::HoverRow(row) => self.look.hovered = row,
            Act::CutAt(row) => self.look.cut = row,
            Act::View(view) => self.look.view = view,
            Act::Fit => {
                if let Some(scene) = &self.scene {
                    self.look.view = scene.fit;
                }
            }
            Act::Tool(tool) => self.look.tool = tool,
            Act::Scrub(scrub) => {
                self.look.playing = false;
                self.set_scrub(scrub);
            }
            Act::Play(playing) => self.look.playing = playing,
            Act::Measure(measure) => self.look.measure = measure,
            Act::Along(along) => {
                self.look.along = along;
                self.look.playing = false;
                self.set_scrub(Scrub::Live);
            }
            Act::Speed(speed) => self.look.speed = speed.clamp(SPEEDS[0], SPEEDS[SPEEDS.len() - 1]),
            Act::Shares(shares) => self.look.shares = shares,
            Act::Theme(theme) => {
                if self.look.projector {
                    self.settings.projector_dark = theme == ThemeChoice::Dark;
                } else {
                    self.settings.theme = theme;
                }
            }
            Act::Zoom(zoom) => self.settings.zoom = zoom.clamp(0.75, 2.5),
            Act::TextLarger => self.settings.zoom = (self.settings.zoom + 0.1).min(2.5),
            Act::TextSmaller => self.settings.zoom = (self.settings.zoom - 0.1).max(0.75),
            Act::TextNormal => self.settings.zoom = 1.0,
            Act::ToggleLeft if panel::left::is_narrow(ctx) => self.memory.left.toggle_over(),
            Act::ToggleLeft => {
                self.look.left_open = !self.look.left_open;
                self.settings.left_open = self.look.left_open;
            }
            Act::ToggleBottom => {
                self.look.bottom_open = !self.look.bottom_open;
                self.settings.bottom_open = self.look.bottom_open;
            }
            Act::Projector(on) => {
                self.look.projector = on;
                // Where there is no picture the model's is shown, and the way back leads there again.
                if on && !crate::app::projector::is_picture(self.look.tab) {
                    self.projector_from = Some(self.look.tab);
                    self.look.tab = Tab::Model;
                } else if let Some(from) = self.projector_from.take()
                    && !on
                    && self.look.tab == Tab::Model
                {
                    self.look.tab = from;
                }
                let words = "Esc leaves the projector.";
                if !on {
                    self.toasts.take_back(words);
                } else if !self.options.still {
                    self.toasts.push(self.now(ctx), Tone::Info, words, None);
                }
            }
            Act::Palette(open) => {
                // Quick hands type on in the frame of the key.
                let typed = |event: &egui::Event| match event {
                    egui::Event::Text(text) => Some(text.clone()),
                    _ => None,
                };
                let query: Option<String> = (open && !ctx.text_edit_focused())
                    .then(|| ctx.input(|i| i.events.iter().filter_map(typed).collect()));
                let query = query.or(open.then(String::new));
                self.palette_box.open_with(query.as_deref());
            }
            Act::Help(open) => self.memory.help_open = open,
            Act::AddModelMenu(open) => self.palette_box.open_with(open.then_some("Add ")),
            Act::ReduceMotion(still) => {
                self.settings.reduce_motion = still;
                self.applied = None;
            }
            Act::NeutraliseFormulas(on) => self.settings.neutralise_formulas = on,
            Act::NextPanel => {
                self.place = self.place.next();
                self.memory.focus = Some(self.place);
            }
            Act::ScrubBy(steps) => self.scrub_by(steps),
            Act::Generate(spec, gesture) => self.generate(spec, gesture),
            Act::Draw(edit, canvas, gesture) => self.edit_rows(ctx, &edit, canvas, gesture),
            Act::DeleteSelected => self.delete_selected(ctx),
            Act::Blank => self.draw_anew(),
            Act::SearchTable => {
                self.memory.table.focus_search = true;
                self.perform(ctx, Act::Tab(Tab::Table));
            }
            Act::AskPaste => ctx.send_viewport_cmd(egui::ViewportCommand::RequestPaste),
            Act::Paste(text) => self.paste(text, ReadOptions::default()),
            Act::Import(spec) => {
                let options = self.catalog.options_of(&spec);
                self.begin_import(import::Source::File(spec), options, None);
            }
            Act::ImportPasted => {
                if let Some(text) = self.pasted.clone() {
                    let source = import::Source::Pasted(text);
                    self.begin_import(source, ReadOptions::default(), None);
                }
            }
            Act::Imported(decided) => self.imported(decided),
            Act::StopOpening => self.stop_opening(self.now(ctx)),
            Act::StopSaving(at) => {
                if let Some(saving) = self.savings.get(at) {
                    saving.writing.cancel.cancel();
                }
            }
            Act::ReadAs(column, kind) => self.read_as(column, kind),
            Act::ReadWith(options) => self.read_with(options),
            Act::FitAllQuick => self.fit_all_quick(),
            Act::Dialog(dialog) => {
                // A name that is asked for by itself leads on to nothing.
                self.keeping.after_name = None;
                let mut dialogs = std::mem::take(&mut self.dialogs);
                dialogs.open(self, dialog);
                self.dialogs = dialogs;
            }
            Act::Chosen(dialog, path) if dialogs::completed(dialog, path.clone()) != path => {
                let whole = dialogs::completed(dialog, path);
                self.perform(ctx, Act::Chosen(dialog, whole));
            }
            Act::Chosen(Dialog::OpenData, path) if is_project(&path.to_string_lossy()) => {
                let path = path.to_string_lossy().into_owned();
                self.unless_unsaved(ctx, After::Open(path));
            }
            Act::Chosen(Dialog::SaveModel(id), path) => self.save_model(self.now(ctx), id, path),
            Act::Chosen(dialog, path) => dialogs::chosen(self, dialog, path),
            Act::Take(what) => self.take(what),
            Act::Use(what) => self.use_model(self.now(ctx), what),
            Act::CloseProblem => self.problem = None,
            Act::Say(text) => self.toasts.push(self.now(ctx), Tone::Info, text, None),
            Act::Importance(id) => self.ask_importance(id),
            Act::FullScreen => {
                let full = ctx.input(|i| i.viewport().fullscreen.unwrap_or(false));
                ctx.send_viewport_cmd(egui::ViewportCommand::Fullscreen(!full));
            }
            Act::Quit => {
                self.commit_drafts(ctx);
                ctx.send_viewport_cmd(egui::ViewportCommand::Close);
            }
        }
        ctx.request_repaint();
    }

    /// What is typed into a note or a cell counts, although its field was not left.
    pub(super) fn commit_drafts(&mut self, ctx: &Context) {
        let mut acts = Vec::new();
        let note = self.memory.log.take_draft();
        acts.extend(note.map(|(number, words)| Act::NoteRow(number, words)));
        let table = self.desk.project().table.clone();
        self.memory.table.commit(&table, &mut acts);
        for act in acts {
            self.perform(ctx, act);
        }
    }

    pub(super) fn apply(&mut self, command: Command, gesture: Option<u64>) {
        let knob = match &command {
            Command::SetParameter { id, .. } => Some(*id),
            _ => None,
        };
        if matches!(command, Command::SetParameter { .. }) && self.look.scrub != Scrub::Live {
            self.look.scrub = Scrub::Live;
        }
        let changed = self.desk.apply(command, gesture).is_some();
        if let Some(key) = knob.filter(|_| changed).and_then(|id| self.desk.key(id)) {
            self.timings.knob(key);
        }
    }

    pub(super) fn after_time_travel(&mut self, ctx: &Context, line: Option<String>) {
        if let Some(line) = line {
            self.toasts.push(self.now(ctx), Tone::Info, line, None);
        }
        // The strip follows where a step led to another data set.
        self.catalog.follow(&self.desk.project().table);
    }

    /// Millions of rows are found and marked by a worker.
    fn select_inside(&self, points: Arc<PointSet>, x: [f64; 2], y: [f64; 2], add: bool) {
        let before = add.then(|| self.look.selection.clone());
        let table = self.desk.project().table.fingerprint();
        let (sender, wake) = (self.sender.clone(), self.context.clone());
        self.desk.live().picture(slots::INSIDE, 240, move || {
            let before = before.iter().flat_map(|rows| rows.iter());
            let rows = RowSet::from_rows(before.chain(points.rows_inside(x, y)));
            let rows = Arc::new(rows);
            let _ = sender.send(Made::Inside { table, rows });
            wake.request_repaint();
        });
    }

    pub(super) fn select_cell(&mut self, actual: usize, predicted: usize, add: bool) {
        let cell = (actual, predicted);
        if add {
            if let Some(at) = self.look.cells.iter().position(|c| *c == cell) {
                self.look.cells.remove(at);
            } else {
                self.look.cells.push(cell);
            }
        } else if self.look.cells == [cell] {
            self.look.cells.clear();
        } else {
            self.look.cells = vec![cell];
        }
        self.select_rows_of_cells();
    }

    /// Selects the rows of the selected cells of the selected model's confusion matrix, as the scrubber
    /// shows it: of few rows at once, of many a worker finds them.
    fn select_rows_of_cells(&mut self) {
        let selected = self.desk.project().selected().map(|m| m.id);
        let entry = selected.and_then(|id| self.desk.entry(id));
        let held_out = entry.and_then(|e| e.held_out_at(self.look.scrub.share()));
        let (Some(scene), Some(held_out)) = (self.scene.clone(), held_out) else {
            self.look.selection = Arc::default();
            return;
        };
        let cells = self.look.cells.clone();
        if scene.table.rows() <= SINGLE_POINTS {
            self.look.selection = Arc::new(rows_of_cells(&scene, &held_out, &cells));
            return;
        }
        let (sender, wake) = (self.sender.clone(), self.context.clone());
        self.desk.live().picture(slots::CELLS, 240, move || {
            let rows = Arc::new(rows_of_cells(&scene, &held_out, &cells));
            let _ = sender.send(Made::Cells { cells, rows });
            wake.request_repaint();
        });
    }

    pub(super) fn fit_all_quick(&mut self) {
        let task = self.desk.project().task();
        let have: Vec<&str> = self
            .desk
            .project()
            .models()
            .iter()
            .map(|m| m.params.algorithm().id)
            .collect();
        let missing: Vec<_> = crate::model::QUICK
            .iter()
            .filter(|a| a.task == task && !have.contains(&a.id))
            .collect();
        for algorithm in missing {
            self.apply(
                Command::AddModel(crate::model::Params::defaults(algorithm)),
                Some(u64::MAX),
            );
        }
        self.desk.history.end_gesture();
    }

    pub(super) fn ask_importance(&mut self, id: ModelId) {
        let (Some(key), Some(job)) = (self.desk.key(id), self.desk.job(id).cloned()) else {
            return;
        };
        let Some(fitted) = self.desk.entry(id).and_then(|e| e.fitted().cloned()) else {
            return;
        };
        let (sender, wake, cache) = (
            self.sender.clone(),
            self.context.clone(),
            self.desk.live().prepared(),
        );
        let cancel = Cancel::new();
        let stop = (key, cancel.clone());
        if let Some((_, before)) = self.importance_stops.insert(id, stop) {
            before.cancel();
        }
        self.desk
            .live()
            .picture(slots::IMPORTANCE + id.0, 40, move || {
                let values = permutation_importance(&job, &fitted, &cache, &cancel);
                let values = match values {
                    Ok(values) => Ok(values),
                    Err(Halt::Failed(problem)) => Err(problem),
                    // It can be asked for again.
                    Err(Halt::Cancelled) => return,
                };
                let _ = sender.send(Made::Importance { key, values });
                wake.request_repaint();
            });
    }

    /// Stops what was asked of a card that is another by now, or gone.
    pub(super) fn follow_importances(&mut self) {
        let desk = &self.desk;
        self.importance_stops.retain(|id, (key, cancel)| {
            let stands = desk.key(*id) == Some(*key);
            if !stands {
                cancel.cancel();
            }
            stands
        });
    }
}

fn rows_of_cells(scene: &Scene, held_out: &HeldOut, cells: &[(usize, usize)]) -> RowSet {
    let rows = (0..scene.table.rows() as u32).filter(|&row| {
        let said = held_out.class(row as usize);
        let pair = scene
            .class_of(row)
            .zip(said.map(|(predicted, _)| predicted));
        pair.is_some_and(|pair| cells.contains(&pair))
    });
    RowSet::from_rows(rows)
}
