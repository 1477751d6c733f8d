//! The confusion matrix: rows actual, columns predicted.
//!
//! ```text
//!            Ad.  Ch.  Ge.
//! Adelie     146    3    3
//! Chinstrap    7   59    2
//! Gentoo       1    2  121
//! ```

mod grid;

use eframe::egui::{self, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2};

use self::grid::Grid;
use super::parts::marker::ClassKey;
use super::parts::{number, segmented};
use crate::widget::picture;
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
    picture::show(ui.ctx(), "Confusion matrix", area);
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
