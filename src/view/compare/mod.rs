//! All models on one data set, side by side: boundaries, a table of scores, scores by fold.
//!
//! ```text
//! [Boundaries|Scores|Folds]        ♛ best  ≈ tie  −0.050 worse by
//! A Logistic    B 5 neighbours   C SVM
//! [picture]     [picture]        [picture]
//! 0.864 ±0.045  0.914 ±0.028 ♛   fitting 9 of 15
//! ```

mod boundaries;
mod folds;
mod scores;

use eframe::egui::{
    Align2, Color32, Pos2, Rect, Sense, Stroke, StrokeKind, TextureId, Ui, UiBuilder, Vec2, pos2,
    vec2,
};

use super::parts::badge::ModelKey;
use super::parts::{number, segmented, text};
use crate::widget::icons;
use crate::widget::picture;
use crate::widget::theme::{RADIUS_SMALL, Tokens};

/// Which question is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CompareTab {
    #[default]
    Boundaries,
    Scores,
    Folds,
}

impl CompareTab {
    pub const ALL: [CompareTab; 3] = [
        CompareTab::Boundaries,
        CompareTab::Scores,
        CompareTab::Folds,
    ];

    pub fn label(self) -> &'static str {
        match self {
            CompareTab::Boundaries => "Boundaries",
            CompareTab::Scores => "Scores",
            CompareTab::Folds => "Folds",
        }
    }
}

/// How a model stands to the best one.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Standing {
    Best,
    /// Not distinguishable from the best.
    Tie,
    /// Worse by this much, the score's difference to the best as it is shown: negative where higher
    /// is better.
    Worse(f64),
    /// Nothing to say yet, or nothing to compare with.
    #[default]
    Open,
}

/// A mean over folds and its standard deviation; NaN is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    pub mean: f64,
    pub std: f64,
}

impl Score {
    pub const NONE: Score = Score {
        mean: f64::NAN,
        std: f64::NAN,
    };
}

/// One model of the comparison.
#[derive(Clone, Debug)]
pub struct Compared {
    pub model: ModelKey,
    /// The boundary's picture, drawn off the window's thread.
    pub picture: Option<TextureId>,
    /// The score that ranks.
    pub score: Score,
    pub standing: Standing,
    /// In the order of `Comparison::metrics`.
    pub metrics: Vec<Score>,
    /// The ranking score of each fold; NaN where it is not there yet.
    pub folds: Vec<f64>,
    /// While it fits: done, planned, and in words: "9 of 15 fits".
    pub progress: Option<(f32, String)>,
    /// Why it cannot run.
    pub problem: Option<String>,
    /// It could, but waits for a click: the problem says why.
    pub waits: bool,
    /// Stands behind the score where no spread does: "silhouette, 3 clusters".
    pub note: Option<String>,
}

/// A metric's name and direction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetricName {
    pub name: String,
    pub higher_is_better: bool,
}

/// What is compared.
#[derive(Clone, Copy, Debug)]
pub struct Comparison<'a> {
    pub models: &'a [Compared],
    /// Index into `models`.
    pub selected: Option<usize>,
    pub metrics: &'a [MetricName],
    /// Which of `metrics` ranks.
    pub ranking: usize,
    /// The dummy model's scores in the order of `metrics`; empty is none.
    pub baseline: &'a [Score],
    /// "most frequent class".
    pub baseline_name: &'a str,
    /// Width over height of the pictures.
    pub aspect: f32,
    pub tab: CompareTab,
    /// "p > 0.05": what a tie means. Empty where nothing is tested.
    pub tie_note: &'a str,
    /// Without folds there is no such picture.
    pub has_folds: bool,
}

impl Comparison<'_> {
    fn baseline_score(&self) -> Score {
        self.baseline
            .get(self.ranking)
            .copied()
            .unwrap_or(Score::NONE)
    }

    /// "A Logistic regression: 0.864 ± 0.045, best".
    fn spoken(&self, model: &Compared) -> String {
        let mut out = format!("{} {}", model.model.letter, model.model.name);
        if let Some(problem) = &model.problem {
            return format!("{out}: {problem}");
        }
        if model.score.mean.is_finite() {
            let score = number::score_and_spread(model.score.mean, model.score.std);
            out.push_str(&format!(": {score}"));
        }
        match model.standing {
            Standing::Best => out.push_str(", best"),
            Standing::Tie => out.push_str(", not distinguishable from the best"),
            Standing::Worse(by) => {
                out.push_str(&format!(", {} to the best", number::signed_score(by)));
            }
            Standing::Open => {}
        }
        if let Some((_, words)) = &model.progress {
            out.push_str(&format!(", {words}"));
        }
        out
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct CompareResponse {
    pub tab: Option<CompareTab>,
    /// The model that was clicked, an index into `models`.
    pub clicked: Option<usize>,
    /// The size of each picture in points, where pictures are shown: what they should be drawn at.
    pub picture: Option<Vec2>,
}

/// Draws into all the space that `ui` has.
pub fn compare(ui: &mut Ui, t: &Tokens, data: &Comparison<'_>) -> CompareResponse {
    // The switch may be wider than a narrow panel: what is below keeps to the panel.
    let room = ui.available_rect_before_wrap();
    let mut out = CompareResponse {
        tab: header(ui, t, data),
        clicked: None,
        picture: None,
    };
    ui.add_space(8.0);
    let top = ui.cursor().top();
    let below = Rect::from_min_max(pos2(room.left(), top), room.max.max(pos2(0.0, top)));
    let show = |ui: &mut Ui| match data.tab {
        CompareTab::Boundaries => boundaries::show(ui, t, data, &mut out.picture),
        CompareTab::Scores => scores::show(ui, t, data),
        CompareTab::Folds => folds::show(ui, t, data),
    };
    let clicked = ui
        .scope_builder(UiBuilder::new().max_rect(below), show)
        .inner;
    if !data.models.is_empty() {
        picture::show(ui.ctx(), data.tab.label(), below);
    }
    out.clicked = clicked;
    out
}

/// The switch at the left; at the right what the marks mean, as much of it as fits.
fn header(ui: &mut Ui, t: &Tokens, data: &Comparison<'_>) -> Option<CompareTab> {
    let mut chosen = None;
    ui.horizontal(|ui| {
        let labels = CompareTab::ALL.map(CompareTab::label);
        let labels = if data.has_folds {
            &labels[..]
        } else {
            &labels[..2]
        };
        let now = CompareTab::ALL
            .iter()
            .position(|tab| *tab == data.tab)
            .unwrap_or(0);
        chosen = segmented::segmented(ui, t, "Show", labels, now).map(|i| CompareTab::ALL[i]);
        let room = ui.available_rect_before_wrap();
        let (rect, _) = ui.allocate_exact_size(vec2(room.width(), 26.0), Sense::empty());
        if data.tab == CompareTab::Boundaries && !data.tie_note.is_empty() {
            legend(ui, t, data, rect);
        }
    });
    chosen
}

fn legend(ui: &Ui, t: &Tokens, data: &Comparison<'_>, rect: Rect) {
    let painter = ui.painter();
    let font = text::small(ui);
    let tie = format!("not distinguishable from it, {}", data.tie_note);
    let worse = number::score(-0.05);
    let full: [(Standing, &str, &str); 3] = [
        (Standing::Best, "", "best score"),
        (Standing::Tie, "", &tie),
        (Standing::Open, &worse, "worse by"),
    ];
    let short = [
        (Standing::Best, "", ""),
        (Standing::Tie, "", "not distinguishable"),
        (Standing::Open, worse.as_str(), "worse by"),
    ];
    for entries in [full, short] {
        let widths: Vec<f32> = entries
            .iter()
            .map(|(standing, number, words)| {
                let mark = match standing {
                    Standing::Open => text::width(painter, number, &font),
                    _ => mark_width(ui, *standing),
                };
                mark + 6.0 + text::width(painter, words, &font) + 14.0
            })
            .collect();
        let total: f32 = widths.iter().sum();
        if total > rect.width() {
            continue;
        }
        let mut left = rect.right() - total + 14.0;
        for ((standing, number, words), width) in entries.iter().zip(&widths) {
            let middle = rect.center().y;
            let end = if *standing == Standing::Open {
                let galley = text::line(painter, *number, text::small_strong(ui), t.strong, 80.0);
                text::place(painter, pos2(left, middle), Align2::LEFT_CENTER, galley).right()
            } else {
                let size = mark_width(ui, *standing);
                mark(ui, t, *standing, pos2(left + size, middle));
                left + size
            };
            let galley = text::line(painter, *words, font.clone(), t.text, rect.width());
            text::place(
                painter,
                pos2(end + 6.0, middle),
                Align2::LEFT_CENTER,
                galley,
            );
            left += width;
        }
        return;
    }
}

/// The words of a standing's mark: icon and text.
fn mark_text(standing: Standing) -> Option<String> {
    match standing {
        Standing::Best => Some(format!("{} best", icons::TROPHY)),
        Standing::Tie => Some("≈ tie".into()),
        Standing::Worse(by) => Some(number::signed_score(by)),
        Standing::Open => None,
    }
}

fn mark_width(ui: &Ui, standing: Standing) -> f32 {
    let Some(words) = mark_text(standing) else {
        return 0.0;
    };
    let frame = if matches!(standing, Standing::Worse(_)) {
        0.0
    } else {
        12.0
    };
    (text::width(ui.painter(), &words, &text::small_strong(ui)) + frame).ceil()
}

/// Best and tie framed, worse as its number; `at` is the right end's middle.
fn mark(ui: &Ui, t: &Tokens, standing: Standing, at: Pos2) {
    let Some(words) = mark_text(standing) else {
        return;
    };
    let painter = ui.painter();
    let width = mark_width(ui, standing);
    let (ink, edge): (Color32, Option<Color32>) = match standing {
        Standing::Best => (t.done, Some(t.done)),
        Standing::Tie => (t.text, Some(t.control)),
        _ => (t.strong, None),
    };
    let rect = Align2::RIGHT_CENTER.anchor_size(at, vec2(width, 18.0));
    if let Some(edge) = edge {
        painter.rect_stroke(
            rect.round(),
            RADIUS_SMALL,
            Stroke::new(1.0, edge),
            StrokeKind::Inside,
        );
    }
    let galley = text::line(painter, words, text::small_strong(ui), ink, width + 2.0);
    text::place(painter, rect.center(), Align2::CENTER_CENTER, galley);
}

#[cfg(test)]
mod tests;
