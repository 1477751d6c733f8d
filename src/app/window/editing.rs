//! Rows drawn and changed by hand: the data set becomes an edited copy, which the strip keeps.

use super::*;
use crate::app::act::Tab;
use crate::app::made::Edited;
use crate::app::tab::model::draw;
use crate::data::edit::{self, Canvas, Edit};
use crate::view::plane::Tool;

/// Tables of at most so many cells are edited on the window's thread: some milliseconds.
const AT_ONCE_CELLS: usize = 200_000;

impl Window {
    pub(super) fn edit_rows(
        &mut self,
        ctx: &Context,
        edit: &Edit,
        canvas: Canvas,
        gesture: Option<u64>,
    ) {
        let name = catalog::edited_name(self.desk.project().table.name());
        let table = &self.desk.project().table;
        if table.rows().saturating_mul(table.columns().len()) > AT_ONCE_CELLS {
            return self.edit_on_worker(edit.clone(), canvas, name);
        }
        match edit::edit(&self.desk.project().table, canvas, edit, &name) {
            Ok(table) => {
                let stroke = self.stroke.filter(|(of, _)| gesture == Some(*of));
                let before = stroke.map_or(0, |(_, count)| count);
                self.stroke = gesture.map(|of| (of, before + edit.count()));
                let line = edit.words_after(before);
                self.put_edited(table, line, edit.keeps_numbers(), gesture);
                if gesture.is_none() {
                    self.desk.history.end_gesture();
                }
            }
            Err(problem) => {
                let text = problem.to_string();
                self.toasts.push(self.now(ctx), Tone::Failed, text, None);
            }
        }
    }

    pub(super) fn delete_selected(&mut self, ctx: &Context) {
        let canvas = {
            let frame = self.frame_in(ctx);
            draw::canvas(&frame)
        };
        match canvas {
            Ok(canvas) => {
                let rows = self.look.selection.iter().take(draw::MOST_ROWS).collect();
                self.edit_rows(ctx, &Edit::Delete { rows }, canvas, None);
            }
            Err(why) => self.toasts.push(self.now(ctx), Tone::Failed, why, None),
        }
    }

    fn put_edited(&mut self, table: Table, line: String, kept: bool, gesture: Option<u64>) {
        self.rows_kept = kept;
        if !kept {
            self.look.hovered = None;
            self.look.selection = Arc::default();
        }
        self.keep_table(&table, true);
        self.desk.apply(Command::Edit { table, line }, gesture);
        // Rows dragged by hand are a knob like any other.
        let selected = self.desk.project().selected().map(|m| m.id);
        if let Some(key) = gesture.and(selected).and_then(|id| self.desk.key(id)) {
            self.timings.knob(key);
        }
    }

    /// Copying a large table takes longer than a frame.
    fn edit_on_worker(&self, edit: Edit, canvas: Canvas, name: String) {
        let table = self.desk.project().table.clone();
        self.work_on_table(move || {
            let line = edit.words();
            edit::edit(&table, canvas, &edit, &name).map(|table| Edited {
                table,
                line,
                notes: Vec::new(),
            })
        });
    }

    /// Has an edited copy of the present table made; it arrives as [`Made::Edited`].
    pub(in crate::app) fn work_on_table(
        &self,
        work: impl FnOnce() -> Result<Edited, Problem> + Send + 'static,
    ) {
        let of = self.desk.project().table.fingerprint();
        let (sender, wake) = (self.sender.clone(), self.context.clone());
        let make = move || {
            let result = work().inspect(|edited| _ = edited.table.about());
            let _ = sender.send(Made::Edited { of, result });
            wake.request_repaint();
        };
        let thread = std::thread::Builder::new().name("seefit-edit".into());
        // Without a thread the person sees no change and can ask again.
        let _ = thread.spawn(make);
    }

    pub(super) fn edited(&mut self, now: f64, of: Hash128, result: Result<Edited, Problem>) {
        let Edited { table, line, notes } = match result {
            Ok(edited) => edited,
            Err(problem) => {
                self.toasts
                    .push(now, Tone::Failed, problem.to_string(), None);
                return;
            }
        };
        // Another table was put to work meanwhile.
        if self.desk.project().table.fingerprint() != of {
            let text = format!("The table has changed meanwhile: not done ({line}).");
            self.toasts.push(now, Tone::Failed, text, None);
            return;
        }
        let kept = table.rows() >= self.desk.project().table.rows();
        self.put_edited(table, line, kept, None);
        self.desk.history.end_gesture();
        if !notes.is_empty() {
            self.toasts.push(now, Tone::Info, notes.join(" "), None);
        }
    }

    /// The strip keeps it; with `edited` as the present table's new form.
    pub(in crate::app) fn keep_table(&mut self, table: &Table, edited: bool) -> String {
        let present = self.desk.project().table.clone();
        let history = &self.desk.history;
        let from = edited.then_some(&present);
        // What was undone makes room for what is done instead.
        let undone = |kept: &Table| kept.rows() == 0 || history.is_undone(kept.fingerprint());
        self.catalog.keep(table, from, undone)
    }

    pub(super) fn draw_anew(&mut self) {
        let table = edit::blank();
        let spec = self.keep_table(&table, false);
        self.put_to_work(&spec, table);
        self.look.tab = Tab::Model;
        self.look.tool = Tool::Draw;
        self.memory.model.begin_with_brush();
    }
}
