//! The small table of the column's panel, and its rules.

use eframe::egui::{Align2, FontId, Sense, Stroke, Ui, pos2, vec2};

use crate::view::parts::marker::{self, ClassKey};
use crate::view::parts::text;
use crate::widget::theme::Tokens;

pub const ROW: f32 = 22.0;

/// A small table: names at the left, right-aligned columns that share what the names leave.
pub struct Rows<'a> {
    pub titles: &'a [&'a str],
    pub rows: Vec<(Option<&'a ClassKey>, String, Vec<String>)>,
    /// The last row sums up: strong, under a line.
    pub total: bool,
}

impl Rows<'_> {
    pub fn show(&self, ui: &mut Ui, t: &Tokens) {
        ui.spacing_mut().item_spacing.y = 0.0;
        let width = ui.available_width();
        let body = FontId::new(text::body(ui).size - 1.0, text::body(ui).family);
        let strong = FontId::new(body.size, text::strong(ui).family);
        let painter = ui.painter().clone();
        let widths: Vec<f32> = (0..self.titles.len())
            .map(|i| {
                let cells = self.rows.iter().map(|(_, _, cells)| {
                    cells
                        .get(i)
                        .map_or(0.0, |cell| text::width(&painter, cell, &strong))
                });
                cells.fold(
                    text::width(&painter, self.titles[i], &text::small(ui)),
                    f32::max,
                )
            })
            .collect();
        let numbers: f32 = widths.iter().sum();
        let columns = self.titles.len() as f32;
        let names = self
            .rows
            .iter()
            .map(|(class, name, _)| {
                let marker = if class.is_some() { 18.0 } else { 0.0 };
                marker + text::width(&painter, name, &strong)
            })
            .fold(0.0, f32::max)
            .min((width - numbers - 4.0 * columns).max(width * 0.2));
        let gap = ((width - names - numbers) / columns).max(3.0);
        let mut right = names;
        let ends: Vec<f32> = widths
            .iter()
            .map(|w| {
                right += gap + w;
                right
            })
            .collect();
        let (rect, _) = ui.allocate_exact_size(vec2(width, 18.0), Sense::empty());
        for (title, end) in self.titles.iter().zip(&ends) {
            let galley = text::line(&painter, *title, text::small(ui), t.weak, width);
            let at = pos2(rect.left() + end, rect.center().y);
            text::place(&painter, at, Align2::RIGHT_CENTER, galley);
        }
        for (i, (class, name, cells)) in self.rows.iter().enumerate() {
            let sums = self.total && i + 1 == self.rows.len();
            if sums {
                line(ui, t, 0.0);
            }
            let (font, ink) = if sums {
                (&strong, t.strong)
            } else {
                (&body, t.text)
            };
            let (rect, response) = ui.allocate_exact_size(vec2(width, ROW), Sense::hover());
            let middle = rect.center().y;
            let mut left = rect.left();
            if let Some(class) = class {
                painter.add(marker::shape(t, pos2(left + 7.0, middle), 4.0, class.look));
                left += 18.0;
            }
            let room = rect.left() + names - left + 2.0;
            let galley = text::line(&painter, name, font.clone(), ink, room);
            let cut = galley.elided;
            text::place(&painter, pos2(left, middle), Align2::LEFT_CENTER, galley);
            for (cell, end) in cells.iter().zip(&ends) {
                let galley = text::line(&painter, cell, font.clone(), ink, width);
                let at = pos2(rect.left() + end, middle);
                text::place(&painter, at, Align2::RIGHT_CENTER, galley);
            }
            if cut {
                response.on_hover_text(name);
            }
        }
    }
}

/// A rule with this much room above and below.
pub fn line(ui: &mut Ui, t: &Tokens, around: f32) {
    let size = vec2(ui.available_width(), 1.0 + 2.0 * around);
    let (rect, _) = ui.allocate_exact_size(size, Sense::empty());
    let y = rect.center().y.round() + 0.5;
    ui.painter()
        .hline(rect.x_range(), y, Stroke::new(1.0, t.line));
}
