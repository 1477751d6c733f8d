//! Rows drawn and changed by hand: the data set becomes an edited copy, which the strip keeps.

use super::*;
use crate::app::act::Tab;
use crate::app::tab::model::draw;
use crate::data::edit::{self, Canvas, Edit};
use crate::view::plane::Tool;

impl Window {
    pub(super) fn edit_rows(
        &mut self,
        ctx: &Context,
        edit: &Edit,
        canvas: Canvas,
        gesture: Option<u64>,
    ) {
        let name = catalog::edited_name(self.desk.project().table.name());
        match edit::edit(&self.desk.project().table, canvas, edit, &name) {
            Ok(table) => {
                self.rows_kept = edit.keeps_numbers();
                if !self.rows_kept {
                    self.look.hovered = None;
                    self.look.selection = Arc::default();
                }
                self.catalog.keep(&table);
                let line = edit.words();
                self.desk.apply(Command::Edit { table, line }, gesture);
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

    pub(super) fn draw_anew(&mut self) {
        let table = edit::blank();
        let spec = self.catalog.keep(&table);
        self.put_to_work(&spec, table);
        self.look.tab = Tab::Model;
        self.look.tool = Tool::Draw;
    }
}
