//! The confusion matrix: rows actual, columns predicted.
//!
//! ```text
//!            Ad.  Ch.  Ge.
//! Adelie     146    3    3
//! Chinstrap    7   59    2
//! Gentoo       1    2  121
//! ```

use eframe::egui;
use eframe::egui::{
    Align2, Color32, FontId, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo,
    pos2, vec2,
};

use super::parts::marker::{self, ClassKey};
use super::parts::{colour, number, segmented, text};
use crate::widget::theme::Tokens;

/// What the cells say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shares {
    #[default]
    Counts,
    /// Of the row: how the actual members of a class were taken.
    OfActual,
    /// Of the column: who was taken for a class.
    OfPredicted,
}

impl Shares {
    pub const ALL: [Shares; 3] = [Shares::Counts, Shares::OfActual, Shares::OfPredicted];

    fn label(self, narrow: bool) -> &'static str {
        match (self, narrow) {
            (Shares::Counts, false) => "Counts",
            (Shares::OfActual, false) => "% of actual",
            (Shares::OfPredicted, false) => "% of predicted",
            (Shares::Counts, true) => "n",
            (Shares::OfActual, true) => "% row",
            (Shares::OfPredicted, true) => "% col.",
        }
    }
}

/// What is drawn. Above twenty classes the caller groups all but the nine most frequent as "other".
#[derive(Clone, Copy, Debug)]
pub struct Confusion<'a> {
    pub classes: &'a [ClassKey],
    /// Row-major, `classes.len()` squared; rows actual, columns predicted.
    pub counts: &'a [u64],
    pub shares: Shares,
    /// Cells (actual, predicted) whose rows are selected.
    pub selected: &'a [(usize, usize)],
    /// Shows the switch between counts and shares above.
    pub switch: bool,
}

impl Confusion<'_> {
    fn count(&self, actual: usize, predicted: usize) -> u64 {
        let at = actual * self.classes.len() + predicted;
        self.counts.get(at).copied().unwrap_or(0)
    }

    fn row_total(&self, actual: usize) -> u64 {
        (0..self.classes.len()).map(|p| self.count(actual, p)).sum()
    }

    fn column_total(&self, predicted: usize) -> u64 {
        (0..self.classes.len())
            .map(|a| self.count(a, predicted))
            .sum()
    }

    /// The cell's count as a share of its row or column; NaN where that is empty.
    fn share(&self, actual: usize, predicted: usize) -> f64 {
        let total = match self.shares {
            Shares::OfPredicted => self.column_total(predicted),
            _ => self.row_total(actual),
        };
        self.count(actual, predicted) as f64 / total as f64
    }

    fn cell_text(&self, actual: usize, predicted: usize) -> String {
        match self.shares {
            Shares::Counts => number::count(self.count(actual, predicted)),
            _ => {
                let share = self.share(actual, predicted) * 100.0;
                if share.is_finite() {
                    number::fixed(share, 0)
                } else {
                    "–".into()
                }
            }
        }
    }

    /// "7 Chinstrap were taken for Adelie (10.3 % of the actual Chinstrap)".
    fn sentence(&self, actual: usize, predicted: usize) -> String {
        let count = self.count(actual, predicted);
        let (a, p) = (&self.classes[actual].name, &self.classes[predicted].name);
        let were = if count == 1 { "was" } else { "were" };
        let what = if actual == predicted {
            format!("{} {a} {were} recognised", number::count(count))
        } else {
            format!("{} {a} {were} taken for {p}", number::count(count))
        };
        let share = self.share(actual, predicted);
        if !share.is_finite() {
            return what;
        }
        let of = match self.shares {
            Shares::OfPredicted => format!("of what was called {p}"),
            _ => format!("of the actual {a}"),
        };
        format!("{what} ({} {of})", number::percent(share))
    }
}

/// A click on a cell selects its rows; with Shift they are added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CellClick {
    pub actual: usize,
    pub predicted: usize,
    pub add: bool,
}

#[derive(Clone, Debug, Default)]
pub struct ConfusionResponse {
    pub shares: Option<Shares>,
    pub clicked: Option<CellClick>,
    pub hovered: Option<(usize, usize)>,
}

const GAP: f32 = 2.0;

/// Draws into the width that `ui` has, at most `height` high.
pub fn confusion(
    ui: &mut Ui,
    t: &Tokens,
    matrix: &Confusion<'_>,
    height: f32,
) -> ConfusionResponse {
    let mut out = ConfusionResponse::default();
    let n = matrix.classes.len();
    let width = ui.available_width();
    if n == 0 || matrix.counts.len() < n * n {
        ui.label(egui::RichText::new("No held-out predictions yet").color(t.weak));
        return out;
    }
    let before = ui.cursor().top();
    if matrix.switch {
        let narrow = width < 300.0;
        let labels = Shares::ALL.map(|s| s.label(narrow));
        let now = Shares::ALL
            .iter()
            .position(|s| *s == matrix.shares)
            .unwrap_or(0);
        let chosen = segmented::segmented(ui, t, "Cells", &labels, now);
        out.shares = chosen.map(|i| Shares::ALL[i]);
        ui.add_space(4.0);
    }
    let used = ui.cursor().top() - before;
    let grid = Grid::of(ui, matrix, width, height - used);
    let (area, _) = ui.allocate_exact_size(vec2(width, grid.height()), Sense::empty());
    grid.headings(ui, t, matrix, area.min);
    let mut focused: Option<Response> = None;
    for actual in 0..n {
        for predicted in 0..n {
            let rect = grid.cell(area.min, actual, predicted);
            let id = ui.scope_id().with(("confusion", actual, predicted));
            let response = ui.interact(rect, id, Sense::click());
            let picked = matrix.selected.contains(&(actual, predicted));
            response.widget_info(|| {
                let sentence = matrix.sentence(actual, predicted);
                WidgetInfo::selected(Role::Button, ui.is_enabled(), picked, sentence)
            });
            grid.paint_cell(ui, t, matrix, (actual, predicted), rect);
            if picked || response.hovered() {
                let (wide, ink) = if picked {
                    (2.0, t.accent)
                } else {
                    (1.0, t.control)
                };
                ui.painter()
                    .rect_stroke(rect, 2.0, Stroke::new(wide, ink), StrokeKind::Outside);
            }
            if response.clicked() {
                out.clicked = Some(CellClick {
                    actual,
                    predicted,
                    add: ui.input(|i| i.modifiers.shift),
                });
            }
            if response.hovered() {
                out.hovered = Some((actual, predicted));
            }
            let response = response.on_hover_ui(|ui| {
                ui.label(matrix.sentence(actual, predicted));
            });
            if response.has_focus() {
                focused = Some(response);
            }
        }
    }
    if let Some(response) = focused {
        crate::widget::theme::focus_ring(ui, &response, t);
    }
    out
}

/// Sizes of the parts.
struct Grid {
    n: usize,
    label_width: f32,
    cell: Vec2,
    heading: f32,
    caption: f32,
    font: FontId,
    small: FontId,
}

impl Grid {
    fn of(ui: &Ui, matrix: &Confusion<'_>, width: f32, height: f32) -> Self {
        let n = matrix.classes.len();
        let small = text::small(ui);
        let painter = ui.painter();
        let widest = matrix
            .classes
            .iter()
            .map(|c| text::width(painter, &c.name, &small))
            .fold(0.0, f32::max);
        let label_width = (widest + 18.0).min(width * 0.34).min(140.0).max(18.0);
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

    fn height(&self) -> f32 {
        self.heading + self.n as f32 * (self.cell.y + GAP) + self.caption
    }

    fn cell(&self, origin: egui::Pos2, actual: usize, predicted: usize) -> Rect {
        let left = origin.x + self.label_width + predicted as f32 * (self.cell.x + GAP);
        let top = origin.y + self.heading + actual as f32 * (self.cell.y + GAP);
        Rect::from_min_size(pos2(left, top).round(), self.cell)
    }

    fn headings(&self, ui: &mut Ui, t: &Tokens, matrix: &Confusion<'_>, origin: egui::Pos2) {
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

    fn paint_cell(
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
        for font in [&self.font, &self.small] {
            if font.size + 1.0 > rect.height() {
                continue;
            }
            let mut font = font.clone();
            if actual == predicted {
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
        .map(|n| format!("{}.", all[..n].iter().collect::<String>().trim_end()))
        .find(|words| fits(words))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::test_picture;
    use egui_kittest::kittest::Queryable as _;
    use std::cell::RefCell;

    fn penguins() -> (Vec<ClassKey>, Vec<u64>) {
        let names = ["Adelie", "Chinstrap", "Gentoo"];
        let classes = names
            .iter()
            .enumerate()
            .map(|(i, n)| ClassKey::new(*n, i))
            .collect();
        (classes, vec![146, 3, 3, 7, 59, 2, 1, 2, 121])
    }

    fn digits() -> (Vec<ClassKey>, Vec<u64>) {
        let classes = (0..10)
            .map(|i| ClassKey::new(format!("digit {i}"), i))
            .collect();
        let counts = (0..100)
            .map(|i| if i / 10 == i % 10 { 170 } else { (i * 7 % 11) / 6 * 3 } as u64)
            .collect();
        (classes, counts)
    }

    #[test]
    fn it_draws_small_and_large_in_both_themes() {
        let (classes, counts) = penguins();
        let mut matrix = Confusion {
            classes: &classes,
            counts: &counts,
            shares: Shares::Counts,
            selected: &[(1, 0)],
            switch: false,
        };
        test_picture::draw("confusion-small", vec2(174.0, 150.0), |ui, t| {
            confusion(ui, t, &matrix, 126.0);
        });
        matrix.switch = true;
        matrix.shares = Shares::OfActual;
        test_picture::draw("confusion-large", vec2(420.0, 260.0), |ui, t| {
            confusion(ui, t, &matrix, 236.0);
        });
        let (classes, counts) = digits();
        let ten = Confusion {
            classes: &classes,
            counts: &counts,
            selected: &[],
            ..matrix
        };
        test_picture::draw("confusion-ten-small", vec2(174.0, 220.0), |ui, t| {
            confusion(
                ui,
                t,
                &Confusion {
                    shares: Shares::Counts,
                    ..ten
                },
                196.0,
            );
        });
        test_picture::draw("confusion-ten-large", vec2(560.0, 420.0), |ui, t| {
            confusion(
                ui,
                t,
                &Confusion {
                    shares: Shares::Counts,
                    ..ten
                },
                396.0,
            );
        });
    }

    #[test]
    fn sentences_and_shares() {
        let (classes, counts) = penguins();
        let mut matrix = Confusion {
            classes: &classes,
            counts: &counts,
            shares: Shares::Counts,
            selected: &[],
            switch: false,
        };
        assert_eq!(
            matrix.sentence(1, 0),
            "7 Chinstrap were taken for Adelie (10.3 % of the actual Chinstrap)"
        );
        assert_eq!(
            matrix.sentence(2, 0),
            "1 Gentoo was taken for Adelie (0.8 % of the actual Gentoo)"
        );
        matrix.shares = Shares::OfPredicted;
        assert_eq!(
            matrix.sentence(0, 0),
            "146 Adelie were recognised (94.8 % of what was called Adelie)"
        );
        assert_eq!(matrix.cell_text(0, 0), "95");
        let empty = Confusion {
            counts: &[0; 9],
            ..matrix
        };
        assert_eq!(empty.cell_text(0, 0), "–");
        assert_eq!(empty.sentence(1, 2), "0 Chinstrap were taken for Gentoo");
    }

    #[test]
    fn names_are_shortened_only_while_they_tell_classes_apart() {
        let (classes, _) = penguins();
        assert_eq!(letters_that_tell(&classes), 2);
        let (digits, _) = digits();
        assert_eq!(letters_that_tell(&digits), usize::MAX);
        let five = |words: &str| words.chars().count() <= 5;
        assert_eq!(shortened("Chinstrap", 2, five).as_deref(), Some("Chin."));
        assert_eq!(shortened("digit 3", usize::MAX, five), None);
        assert_eq!(shortened("Ab", 2, five).as_deref(), Some("Ab"));
    }

    #[test]
    fn cells_are_clicked_by_their_sentence() {
        let clicks = RefCell::new(Vec::new());
        let (classes, counts) = penguins();
        let mut harness = test_picture::harness(vec2(420.0, 260.0), |ui, t| {
            let matrix = Confusion {
                classes: &classes,
                counts: &counts,
                shares: Shares::Counts,
                selected: &[],
                switch: true,
            };
            let r = confusion(ui, t, &matrix, 236.0);
            clicks.borrow_mut().extend(r.clicked);
        });
        harness
            .get_by_label_contains("7 Chinstrap were taken")
            .click();
        harness.run_steps(2);
        harness
            .get_by_label_contains("2 Chinstrap were taken")
            .click_modifiers(egui::Modifiers::SHIFT);
        harness.run_steps(2);
        drop(harness);
        let click = |predicted, add| CellClick {
            actual: 1,
            predicted,
            add,
        };
        assert_eq!(clicks.into_inner(), [click(0, false), click(2, true)]);
    }
}
