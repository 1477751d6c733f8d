//! A cell that is being edited: a field over it, and a sentence where the column cannot hold what was
//! typed. Enter takes it, Esc leaves the cell as it was.

use eframe::egui::{
    Align2, Id, Key, Margin, Rect, Stroke, StrokeKind, TextEdit, Ui, UiBuilder, vec2,
};

use super::TableMemory;
use crate::app::act::Act;
use crate::data::Table;
use crate::data::edit::{Canvas, Edit};
use crate::view::parts::text;
use crate::widget::tokens::Tokens;

pub struct Editing {
    pub row: u32,
    /// Of the table.
    pub column: usize,
    text: String,
    fresh: bool,
    /// Why what was typed is refused.
    why: Option<String>,
}

/// How the field was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    Taken,
    /// By a click beside it: taken where it can be.
    Aside,
    Dropped,
}

impl TableMemory {
    /// Opens the field over a cell.
    pub(super) fn edit(&mut self, table: &Table, row: u32, column: usize) {
        let Some(of) = table.columns().get(column) else {
            return;
        };
        self.editing = Some(Editing {
            row,
            column,
            text: of.cell(row as usize).into_owned(),
            fresh: true,
            why: None,
        });
    }

    /// Ends an edit of this table as a click beside the field does.
    pub fn commit(&mut self, table: &Table, acts: &mut Vec<Act>) {
        let of = self.of.as_ref().map(Table::fingerprint);
        if of == Some(table.fingerprint()) {
            self.finish(table, Left::Aside, acts);
        }
    }

    /// Gives the cell what was typed, or says why it cannot have it.
    pub(super) fn finish(&mut self, table: &Table, left: Left, acts: &mut Vec<Act>) {
        let Some(editing) = &mut self.editing else {
            return;
        };
        if left == Left::Dropped {
            self.editing = None;
            return;
        }
        match Edit::cell(table, editing.row, editing.column, &editing.text) {
            Ok(change) => {
                // A cell lies on no plane.
                let nowhere = Canvas { x: 0, y: 0 };
                acts.extend(change.map(|edit| Act::Draw(edit, nowhere, None)));
                self.editing = None;
            }
            Err(problem) if left == Left::Aside => {
                acts.push(Act::Say(problem.to_string()));
                self.editing = None;
            }
            Err(problem) => {
                editing.why = Some(problem.to_string());
                editing.fresh = true;
            }
        }
    }
}

/// The field in the place of the cell.
pub fn field(ui: &mut Ui, editing: &mut Editing, cell: Rect) -> Option<Left> {
    let t = Tokens::of(ui);
    let wide = cell.with_max_x(cell.right().max(cell.left() + 90.0));
    let place = wide.intersect(ui.clip_rect()).shrink(1.0);
    ui.painter().rect_filled(place, 2.0, t.input);
    let edit = TextEdit::singleline(&mut editing.text)
        .id(Id::unique("cell editor"))
        .frame(eframe::egui::Frame::NONE)
        .margin(Margin::symmetric(6, 2))
        .desired_width(place.width());
    let inside = UiBuilder::new().max_rect(place).id_salt("cell editor");
    let field = ui
        .scope_builder(inside, |ui| {
            // A cell is lower than a field.
            ui.spacing_mut().interact_size.y = place.height();
            ui.add(edit).accessible_name("Cell")
        })
        .inner;
    let ink = if editing.why.is_some() {
        t.fail
    } else {
        t.accent
    };
    let edge = Stroke::new(2.0, ink);
    ui.painter()
        .rect_stroke(place, 2.0, edge, StrokeKind::Inside);
    if std::mem::take(&mut editing.fresh) {
        field.request_focus();
        return None;
    }
    if field.changed() {
        editing.why = None;
    }
    if let Some(why) = &editing.why {
        let galley = text::wrapped(ui.painter(), why, text::body(ui), t.strong, 320.0);
        let below = place.left_bottom() + vec2(0.0, 4.0);
        let mut around = Rect::from_min_size(below, galley.size() + vec2(16.0, 10.0));
        let over = (around.bottom() - ui.clip_rect().bottom()).max(0.0);
        if over > 0.0 {
            around = around.translate(vec2(0.0, -around.height() - place.height() - 8.0));
        }
        let beyond = (around.right() - ui.clip_rect().right()).max(0.0);
        let around = around.translate(vec2(-beyond, 0.0));
        let painter = ui.ctx().layer_painter(eframe::egui::LayerId::new(
            eframe::egui::Order::Foreground,
            Id::unique("why not this cell"),
        ));
        painter.rect(
            around,
            4.0,
            t.fail_fill,
            Stroke::new(1.0, t.fail),
            StrokeKind::Inside,
        );
        text::place(
            &painter,
            around.min + vec2(8.0, 5.0),
            Align2::LEFT_TOP,
            galley,
        );
    }
    if !field.lost_focus() {
        return None;
    }
    let pressed = |key| ui.input(|i| i.key_pressed(key));
    Some(match (pressed(Key::Escape), pressed(Key::Enter)) {
        (true, _) => Left::Dropped,
        (_, true) => Left::Taken,
        _ => Left::Aside,
    })
}
