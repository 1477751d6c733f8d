//! A table of a few columns in a sheet or a panel: heads that stay, rows of which only the visible are made.
//!
//! ```text
//!  Column       | Kind   | In the data  | To know
//!  ✓ x          | number | x            |
//!  ⚠ colour     | text   | Colour       | 3 rows have a category that is new
//! ```

use eframe::egui::{
    Align2, Color32, Id, Rect, Role, ScrollArea, Sense, Stroke, Ui, WidgetInfo, pos2, vec2,
};

use super::parts::text;
use crate::widget::theme::Tokens;

const ROW: f32 = 24.0;
const HEAD: f32 = 28.0;
/// Beside a cell's text.
const PAD: f32 = 8.0;

pub struct Head {
    pub name: String,
    pub width: f32,
    /// Numbers stand at the right.
    pub right: bool,
}

impl Head {
    pub fn new(name: impl Into<String>, width: f32) -> Self {
        Head {
            name: name.into(),
            width,
            right: false,
        }
    }

    pub fn right(mut self) -> Self {
        self.right = true;
        self
    }
}

/// How a cell is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ink {
    #[default]
    Plain,
    Strong,
    Weak,
    Good,
    Warn,
    Bad,
}

impl Ink {
    fn colour(self, t: &Tokens) -> Color32 {
        match self {
            Ink::Plain => t.text,
            Ink::Strong => t.strong,
            Ink::Weak => t.weak,
            Ink::Good => t.done,
            Ink::Warn => t.warn,
            Ink::Bad => t.fail,
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Part {
    /// Before the text, in the ink; the text then is plain.
    pub icon: Option<&'static str>,
    pub text: String,
    pub ink: Ink,
}

impl Part {
    pub fn new(text: impl Into<String>, ink: Ink) -> Self {
        Part {
            icon: None,
            text: text.into(),
            ink,
        }
    }
}

pub struct SmallTable<'a> {
    /// For screen readers.
    pub name: &'a str,
    pub heads: &'a [Head],
    pub rows: usize,
    pub cell: &'a dyn Fn(usize, usize) -> Part,
}

/// How high a table of so many rows is without scrolling.
pub fn height(rows: usize) -> f32 {
    HEAD + ROW * rows as f32 + 2.0
}

/// Draws into the width that there is, at most so high; rows and columns beyond it scroll.
pub fn small_table(ui: &mut Ui, t: &Tokens, table: &SmallTable<'_>, most: f32) {
    let room = ui.available_width();
    let asked: f32 = table.heads.iter().map(|head| head.width).sum();
    // The last column takes what is left.
    let wide = asked.max(room - 2.0);
    let high = height(table.rows).min(most.max(HEAD + ROW));
    let (area, _) = ui.allocate_exact_size(vec2(room, high), Sense::empty());
    ui.painter().rect_filled(area, 4.0, t.card);
    let mut inside = ui.new_child(
        eframe::egui::UiBuilder::new()
            .id_salt(("small table", table.name))
            .max_rect(area.shrink(1.0)),
    );
    ScrollArea::both()
        .id_salt(table.name)
        .auto_shrink(false)
        .show_viewport(&mut inside, |ui, view| {
            ui.set_width(wide);
            ui.set_height(HEAD + ROW * table.rows as f32);
            let origin = ui.max_rect().min;
            let top = origin.y + view.top().max(0.0);
            let first = (view.top().max(0.0) / ROW).floor() as usize;
            let last = ((view.bottom() - HEAD) / ROW).ceil().max(0.0) as usize;
            let body = ui.clip_rect().with_min_y(top + HEAD);
            let id = ui.scope_id();
            for row in first..last.min(table.rows) {
                let y = origin.y + HEAD + row as f32 * ROW;
                let rect = Rect::from_min_size(pos2(origin.x, y), vec2(wide, ROW));
                line(ui, t, table, row, rect, body, id.with(row));
            }
            heads(ui, t, table, pos2(origin.x, top), wide);
        });
    ui.painter().rect_stroke(
        area,
        4.0,
        Stroke::new(1.0, t.line),
        eframe::egui::StrokeKind::Inside,
    );
}

fn heads(ui: &Ui, t: &Tokens, table: &SmallTable<'_>, at: eframe::egui::Pos2, wide: f32) {
    let rect = Rect::from_min_size(at, vec2(wide, HEAD));
    ui.painter().rect_filled(rect, 0.0, t.card);
    let bottom = Stroke::new(1.0, t.line);
    ui.painter()
        .hline(rect.x_range(), rect.bottom() - 0.5, bottom);
    for (head, place) in table.heads.iter().zip(places(table.heads, rect)) {
        let font = text::medium(ui);
        let words = text::line(
            ui.painter(),
            head.name.as_str(),
            font,
            t.strong,
            place.width() - 2.0 * PAD,
        );
        put(ui, place, head.right, words);
    }
}

fn line(ui: &Ui, t: &Tokens, table: &SmallTable<'_>, row: usize, rect: Rect, body: Rect, id: Id) {
    let painter = ui.painter().with_clip_rect(body);
    if row > 0 {
        let faint = t.line.gamma_multiply(0.6);
        painter.hline(rect.x_range(), rect.top(), Stroke::new(1.0, faint));
    }
    let mut spoken = Vec::with_capacity(table.heads.len());
    for (column, (head, place)) in table
        .heads
        .iter()
        .zip(places(table.heads, rect))
        .enumerate()
    {
        let part = (table.cell)(row, column);
        let font = text::body(ui);
        let ink = part.ink.colour(t);
        let width = place.width() - 2.0 * PAD;
        let words = match part.icon {
            Some(icon) => {
                let icon = format!("{icon}  ");
                let pieces = [
                    (icon.as_str(), font.clone(), ink),
                    (part.text.as_str(), font, t.strong),
                ];
                text::pieces(&painter, &pieces, width)
            }
            None => text::line(&painter, part.text.as_str(), font, ink, width),
        };
        let anchor = if head.right {
            (place.right_center() - vec2(PAD, 0.0), Align2::RIGHT_CENTER)
        } else {
            (place.left_center() + vec2(PAD, 0.0), Align2::LEFT_CENTER)
        };
        text::place(&painter, anchor.0, anchor.1, words);
        if !part.text.is_empty() {
            spoken.push(part.text);
        }
    }
    let response = ui.interact(rect.intersect(body), id, Sense::hover());
    let words = spoken.join(", ");
    response.widget_info(|| WidgetInfo::labeled(Role::Row, true, &words));
}

fn put(ui: &Ui, place: Rect, right: bool, words: std::sync::Arc<eframe::egui::Galley>) {
    let (at, anchor) = if right {
        (place.right_center() - vec2(PAD, 0.0), Align2::RIGHT_CENTER)
    } else {
        (place.left_center() + vec2(PAD, 0.0), Align2::LEFT_CENTER)
    };
    text::place(ui.painter(), at, anchor, words);
}

/// Where each column's cell is in a row.
fn places(heads: &[Head], row: Rect) -> impl Iterator<Item = Rect> + '_ {
    let mut left = row.left();
    heads.iter().enumerate().map(move |(at, head)| {
        let right = if at + 1 == heads.len() && !head.right {
            row.right()
        } else {
            left + head.width
        };
        let place = Rect::from_min_max(pos2(left, row.top()), pos2(right, row.bottom()));
        left = right;
        place
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_column_takes_what_is_left() {
        let heads = [Head::new("a", 50.0), Head::new("b", 30.0)];
        let row = Rect::from_min_size(pos2(10.0, 0.0), vec2(200.0, 20.0));
        let found: Vec<_> = places(&heads, row).map(|r| (r.left(), r.right())).collect();
        assert_eq!(found, [(10.0, 60.0), (60.0, 210.0)]);
        let heads = [Head::new("a", 50.0), Head::new("b", 30.0).right()];
        let last = places(&heads, row).last().map(|r| r.right());
        assert_eq!(last, Some(90.0));
    }
}
