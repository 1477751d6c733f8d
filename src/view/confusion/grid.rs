//! Where the matrix' cells lie and how they are drawn; names that are shortened until they fit.

use eframe::egui::{Align2, Color32, FontId, Pos2, Rect, Sense, Ui, Vec2, pos2, vec2};

use super::Confusion;
use crate::view::parts::marker::{self, ClassKey};
use crate::view::parts::{colour, text};
use crate::widget::theme::Tokens;

const GAP: f32 = 2.0;

/// Sizes of the parts.
pub struct Grid {
    n: usize,
    label_width: f32,
    cell: Vec2,
    heading: f32,
    caption: f32,
    font: FontId,
    small: FontId,
}

impl Grid {
    pub fn of(ui: &Ui, matrix: &Confusion<'_>, width: f32, height: f32) -> Self {
        let n = matrix.classes.len();
        let small = text::small(ui);
        let painter = ui.painter();
        let widest = matrix
            .classes
            .iter()
            .map(|c| text::width(painter, &c.name, &small))
            .fold(0.0, f32::max);
        let label_width = (widest + 18.0).min(width * 0.34).clamp(18.0, 140.0);
        let heading = small.size + 9.0;
        let caption = small.size + 9.0;
        let room = vec2(width - label_width, height - heading - caption);
        let cell = vec2(
            (room.x / n as f32 - GAP).clamp(6.0, 84.0),
            (room.y / n as f32 - GAP).clamp(6.0, 44.0),
        );
        // Cells a little wider than high, as their numbers are.
        let cell = vec2(cell.x, cell.y.min(cell.x * 0.85).max(cell.y.min(22.0)));
        let font = if cell.x > 60.0 {
            text::body(ui)
        } else {
            small.clone()
        };
        Grid {
            n,
            label_width,
            cell: cell.floor(),
            heading,
            caption,
            font,
            small,
        }
    }

    pub fn height(&self) -> f32 {
        self.heading + self.n as f32 * (self.cell.y + GAP) + self.caption
    }

    pub fn cell(&self, origin: Pos2, actual: usize, predicted: usize) -> Rect {
        let left = origin.x + self.label_width + predicted as f32 * (self.cell.x + GAP);
        let top = origin.y + self.heading + actual as f32 * (self.cell.y + GAP);
        Rect::from_min_size(pos2(left, top).round(), self.cell)
    }

    pub fn headings(&self, ui: &mut Ui, t: &Tokens, matrix: &Confusion<'_>, origin: Pos2) {
        for (i, class) in matrix.classes.iter().enumerate() {
            let cell = self.cell(origin, 0, i);
            let top = pos2(cell.center().x, cell.top() - 3.0);
            let room = Rect::from_center_size(
                top - vec2(0.0, self.small.size / 2.0),
                vec2(self.cell.x, self.small.size + 4.0),
            );
            self.name(ui, t, matrix, class, room, Align2::CENTER_CENTER);
            let row = self.cell(origin, i, 0);
            let room = Rect::from_min_max(
                pos2(origin.x, row.center().y - 9.0),
                pos2(row.left() - 6.0, row.center().y + 9.0),
            );
            // A row lower than its label's letters keeps its marker.
            let room = if self.cell.y < self.small.size {
                Rect::from_min_max(pos2(room.right() - 14.0, room.top()), room.max)
            } else {
                room
            };
            self.name(ui, t, matrix, class, room, Align2::LEFT_CENTER);
        }
        let last = self.cell(origin, self.n - 1, 0);
        let at = pos2(origin.x, last.bottom() + 5.0);
        let width = self.label_width + self.n as f32 * (self.cell.x + GAP);
        let mut caption = "row actual, column predicted";
        if text::width(ui.painter(), caption, &self.small) > width.max(150.0) {
            caption = "row actual, col. predicted";
        }
        let galley = text::line(
            ui.painter(),
            caption,
            self.small.clone(),
            t.weak,
            width.max(150.0),
        );
        text::place(ui.painter(), at, Align2::LEFT_TOP, galley);
    }

    /// The class's name, shortened, or its marker where a short name would tell nothing.
    fn name(
        &self,
        ui: &mut Ui,
        t: &Tokens,
        matrix: &Confusion<'_>,
        class: &ClassKey,
        room: Rect,
        align: Align2,
    ) {
        let painter = ui.painter();
        let at = align.pos_in_rect(&room);
        let fits = |words: &str| text::width(painter, words, &self.small) <= room.width();
        let cut = !fits(&class.name);
        let letters = letters_that_tell(matrix.classes);
        if let Some(words) = shortened(&class.name, letters, fits) {
            let galley = text::line(
                painter,
                words,
                self.small.clone(),
                t.text,
                room.width() + 1.0,
            );
            text::place(painter, at, align, galley);
        } else {
            let radius = (room.width().min(self.cell.y).min(12.0) / 2.0 - 1.5).max(2.0);
            let center = if align == Align2::LEFT_CENTER {
                pos2(room.right() - radius - 1.0, room.center().y)
            } else {
                room.center()
            };
            painter.add(marker::shape(t, center, radius, class.look));
        }
        if cut {
            let id =
                ui.scope_id()
                    .with(("confusion name", &class.name, align == Align2::LEFT_CENTER));
            ui.interact(room, id, Sense::hover())
                .on_hover_text(&class.name);
        }
    }

    pub fn paint_cell(
        &self,
        ui: &Ui,
        t: &Tokens,
        matrix: &Confusion<'_>,
        (actual, predicted): (usize, usize),
        rect: Rect,
    ) {
        let share = matrix.share(actual, predicted) as f32;
        // Few mistakes among many rows must still be seen: the ramp rises fast at first.
        let ground: Color32 = colour::sequential(t, share.powf(0.6));
        ui.painter().rect_filled(rect, 2.0, ground);
        let words = matrix.cell_text(actual, predicted);
        let ink = colour::ink_on(t, ground);
        // A count in small figures says more than none.
        let smallest = FontId {
            size: self.small.size * 0.8,
            ..self.small.clone()
        };
        for font in [&self.font, &self.small, &smallest] {
            if font.size + 1.0 > rect.height() {
                continue;
            }
            let mut font = font.clone();
            if actual == predicted && font != smallest {
                font.family = text::strong(ui).family;
            }
            let galley = ui.painter().layout_no_wrap(words.clone(), font, ink);
            if galley.size().x + 2.0 <= rect.width() {
                text::place(ui.painter(), rect.center(), Align2::CENTER_CENTER, galley);
                return;
            }
        }
    }
}

/// How many first letters tell all classes apart, at least two.
fn letters_that_tell(classes: &[ClassKey]) -> usize {
    let longest = classes.iter().map(|c| c.name.chars().count()).max();
    (2..longest.unwrap_or(2))
        .find(|&n| {
            let starts: std::collections::BTreeSet<String> = classes
                .iter()
                .map(|c| c.name.chars().take(n).collect())
                .collect();
            starts.len() == classes.len()
        })
        .unwrap_or(usize::MAX)
}

/// The name, or as many of its first letters as fit with a full stop; none where those that fit are
/// fewer than `letters`.
fn shortened(name: &str, letters: usize, fits: impl Fn(&str) -> bool) -> Option<String> {
    if fits(name) {
        return Some(name.to_owned());
    }
    let all: Vec<char> = name.chars().collect();
    (letters..all.len())
        .rev()
        .map(|n| {
            let first: String = all[..n].iter().collect();
            // Whole words need no full stop.
            let whole = all[n].is_whitespace() || all[n - 1].is_whitespace();
            format!("{}{}", first.trim_end(), if whole { "" } else { "." })
        })
        .find(|words| fits(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_shortened_only_while_they_tell_classes_apart() {
        let keys = |names: &[&str]| -> Vec<ClassKey> {
            names.iter().map(|n| ClassKey::new(*n, 0)).collect()
        };
        let classes = keys(&["Adelie", "Chinstrap", "Gentoo"]);
        assert_eq!(letters_that_tell(&classes), 2);
        let digits = keys(&["digit 1", "digit 2"]);
        assert_eq!(letters_that_tell(&digits), usize::MAX);
        let five = |words: &str| words.chars().count() <= 5;
        assert_eq!(shortened("Chinstrap", 2, five).as_deref(), Some("Chin."));
        assert_eq!(shortened("digit 3", usize::MAX, five), None);
        assert_eq!(shortened("upper moon", 2, five).as_deref(), Some("upper"));
        assert_eq!(shortened("Ab", 2, five).as_deref(), Some("Ab"));
    }
}
