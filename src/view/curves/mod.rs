//! Training curves of all shown models, or a score over a parameter's values.
//!
//! ```text
//! Training curves [Score|Loss]        —— validation ± spread  - - training
//! 1.0 |    ____---------------------|A
//! 0.8 | __/        o B              |
//! 0.6 |/·····················0.442··|
//!     0     20     40     60    100 trees
//! ```

mod layout;
mod paint;

use eframe::egui;
use std::sync::Arc;

use eframe::egui::{
    Align2, EventFilter, Key, Rangef, Rect, Response, Role, Sense, Ui, WidgetInfo, vec2,
};

pub use layout::XScale;

use super::parts::badge::ModelKey;
use super::parts::{number, segmented, text};
use crate::widget::picture;
use crate::widget::theme::{Tokens, focus_ring};

/// One step's values; what is not known is NaN.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CurvePoint {
    /// The step (tree, epoch, iteration) or the parameter's value.
    pub x: f64,
    /// Mean over the folds' held-out rows, and its standard deviation over the folds.
    pub validation: f64,
    pub std: f64,
    /// Mean over the folds' training rows.
    pub training: f64,
}

/// One model's curve, points in the order of x.
#[derive(Clone, Debug)]
pub struct CurveLine {
    pub model: ModelKey,
    pub points: Arc<[CurvePoint]>,
    /// How many steps are planned.
    pub planned: f64,
    /// What a step is, in the plural: "trees".
    pub unit: Arc<str>,
    pub running: bool,
    /// The value that the model has now, on a curve over a parameter.
    pub marker: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    Score,
    Loss,
    /// Of clusterings, over a parameter: what falls with every cluster more.
    Elbow,
    Silhouette,
}

/// What can be chosen between for models with scores.
pub const SCORE_OR_LOSS: &[(&str, Measure)] = &[("Score", Measure::Score), ("Loss", Measure::Loss)];

#[derive(Clone, Debug, PartialEq)]
pub enum CurveKind {
    /// Over the steps of training.
    Training,
    /// Over a parameter's values, such as k of k nearest neighbours.
    Validation { parameter: String, log: bool },
}

/// Steps of training, or a parameter's values: names of both, and which is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct AlongChoice {
    pub labels: [String; 2],
    pub parameter: bool,
}

/// What `curves` draws.
#[derive(Clone, Debug)]
pub struct CurveSet {
    pub kind: CurveKind,
    pub measure: Measure,
    /// The measures that can be chosen between, with their labels.
    pub choices: &'static [(&'static str, Measure)],
    /// What the curves may run along, where there is a choice.
    pub along: Option<AlongChoice>,
    pub lines: Vec<CurveLine>,
    /// What a clustering makes smaller, where its steps are shown.
    pub objective: Option<&'static str>,
    /// The rows that the solid lines are of: `validation`, or `all rows` where nothing is held out.
    pub rows: &'static str,
    /// The rows that the dashed lines are of: `training`, or a sample of them.
    pub training: &'static str,
    /// The dummy model's value of the shown measure.
    pub baseline: Option<f64>,
    /// Where the scrubber stands, in the axis' own values (steps, or a share from 0 to 1).
    pub scrub: Option<f64>,
    /// 1 at the desk, 1.75 on the projector, where the lines carry their names instead of a header.
    pub scale: f32,
    /// What is said where there is no line.
    pub empty: &'static str,
}

impl CurveSet {
    /// How much larger than the theme's own sizes the words are: the projector's theme is larger too.
    pub(super) fn font_scale(&self, ui: &Ui) -> f32 {
        self.scale / crate::widget::theme::scale(ui)
    }

    /// What the x axis counts.
    pub fn x_scale(&self) -> XScale {
        layout::x_scale(self)
    }
}

/// What the person did.
#[derive(Clone, Debug)]
pub struct CurveResponse {
    pub measure: Option<Measure>,
    /// Along the parameter from now on; false: along the steps.
    pub along: Option<bool>,
    /// Under the pointer, in the axis' values.
    pub hovered: Option<f64>,
    /// Training curves: go to this step (or share).
    pub scrub: Option<f64>,
    /// Curves over a parameter: set it to this value.
    pub chosen: Option<f64>,
    /// What was chosen with the pointer or a key stands: the next choice is another one.
    pub ended: bool,
    /// From where to where the axis runs on the screen; the scrubber lies exactly under it.
    pub axis: Rangef,
}

const HEADER: f32 = 34.0;

/// Draws into all the space that `ui` has.
pub fn curves(ui: &mut Ui, t: &Tokens, set: &CurveSet) -> CurveResponse {
    let mut out = CurveResponse {
        measure: None,
        along: None,
        hovered: None,
        scrub: None,
        chosen: None,
        ended: false,
        axis: Rangef::NOTHING,
    };
    let projector = set.scale > 1.2;
    let size = ui.available_size().max(vec2(120.0, 80.0));
    let (area, _) = ui.allocate_exact_size(size, Sense::empty());
    picture::show(ui.ctx(), "Training curves", area);
    let mut body = area;
    if !projector {
        let header = Rect::from_min_size(area.min, vec2(area.width(), HEADER));
        (out.measure, out.along) = header_ui(ui, t, set, header);
        body.min.y += HEADER;
    }
    let layout = layout::Layout::of(ui, t, set, body);
    out.axis = layout.plot.x_range();

    let id = ui.scope_id().with("curves");
    let response = ui.interact(layout.plot, id, Sense::click_and_drag());
    let at = |x: f32| layout.value_at(x.clamp(layout.plot.left(), layout.plot.right()));
    out.hovered = response.hover_pos().map(|p| at(p.x));
    let mut picked = response
        .interact_pointer_pos()
        .filter(|_| response.clicked() || response.dragged())
        .map(|p| at(p.x));
    if response.has_focus() {
        picked = picked.or_else(|| key_pick(ui, &response, set, &layout));
    }
    out.ended =
        response.clicked() || response.drag_stopped() || picked.is_some() && !response.dragged();
    match (&set.kind, picked) {
        (CurveKind::Training, picked) => out.scrub = picked,
        (CurveKind::Validation { .. }, Some(x)) => out.chosen = layout::nearest_x(set, x),
        (CurveKind::Validation { .. }, None) => {}
    }
    response.widget_info(|| WidgetInfo::labeled(Role::Slider, ui.is_enabled(), name(set)));

    paint::plot(ui, t, set, &layout, out.hovered);
    focus_ring(ui, &response, t);
    if let Some(x) = out.hovered
        && !response.dragged()
    {
        response.on_hover_ui_at_pointer(|ui| tooltip(ui, t, set, x));
    }
    out
}

fn name(set: &CurveSet) -> String {
    match &set.kind {
        CurveKind::Training => match set.objective {
            Some(objective) => format!("{objective} by iteration"),
            None => "Training curves".into(),
        },
        CurveKind::Validation { parameter, .. } => {
            let measure = match set.measure {
                Measure::Score => "Score",
                Measure::Loss => "Loss",
                Measure::Elbow => "Elbow",
                Measure::Silhouette => "Silhouette",
            };
            format!("{measure} over {parameter}")
        }
    }
}

/// Left and right go a point on, with Shift ten.
fn key_pick(ui: &Ui, response: &Response, set: &CurveSet, layout: &layout::Layout) -> Option<f64> {
    let filter = EventFilter {
        horizontal_arrows: true,
        ..EventFilter::default()
    };
    ui.memory_mut(|m| m.set_focus_lock_filter(response.id, filter));
    let (left, right, shift) = ui.input(|i| {
        (
            i.num_presses(Key::ArrowLeft),
            i.num_presses(Key::ArrowRight),
            i.modifiers.shift,
        )
    });
    let by = (right as f64 - left as f64) * if shift { 10.0 } else { 1.0 };
    (by != 0.0).then(|| layout::step_from(set, layout, by))
}

/// Title, switch and legend; what does not fit is left out, the legend's words first.
fn header_ui(
    ui: &mut Ui,
    t: &Tokens,
    set: &CurveSet,
    rect: Rect,
) -> (Option<Measure>, Option<bool>) {
    let (mut chosen, mut along) = (None, None);
    let mut used = rect.left();
    let mut header = ui.new_child(
        egui::UiBuilder::new()
            .max_rect(rect)
            .layout(egui::Layout::left_to_right(egui::Align::Center)),
    );
    let title = name(set);
    let font = text::strong(ui);
    let width = text::width(ui.painter(), &title, &font);
    if rect.width() > width + 150.0 {
        let galley = text::line(ui.painter(), title, font, t.strong, width + 1.0);
        text::place(
            ui.painter(),
            rect.left_center(),
            Align2::LEFT_CENTER,
            galley,
        );
        header.add_space(width + 12.0);
        used += width + 12.0;
    }
    if !set.choices.is_empty() {
        let now = set.choices.iter().position(|(_, m)| *m == set.measure);
        let now = now.unwrap_or(0);
        let labels: Vec<&str> = set.choices.iter().map(|(label, _)| *label).collect();
        let before = header.cursor().left();
        if let Some(i) = segmented::segmented(&mut header, t, "Curve", &labels, now) {
            chosen = set.choices.get(i).map(|(_, measure)| *measure);
        }
        used += header.cursor().left() - before + 8.0;
    }
    if let Some(choice) = &set.along {
        header.add_space(8.0);
        let before = header.cursor().left();
        let labels: Vec<&str> = choice.labels.iter().map(String::as_str).collect();
        let now = usize::from(choice.parameter);
        if let Some(i) = segmented::segmented(&mut header, t, "Along", &labels, now) {
            along = Some(i == 1);
        }
        used += header.cursor().left() - before + 16.0;
    }
    paint::legend(
        ui,
        t,
        set,
        Rect::from_min_max(egui::pos2(used, rect.top()), rect.max),
    );
    (chosen, along)
}

/// Every model's values at the pointer.
fn tooltip(ui: &mut Ui, t: &Tokens, set: &CurveSet, x: f64) {
    let head = match set.x_scale() {
        XScale::Steps { unit, .. } => format!("{} {unit}", number::short(x.round())),
        XScale::Share => format!("{} of the planned steps", number::percent(x)),
        XScale::Value { parameter, .. } => {
            let value = layout::nearest_x(set, x).unwrap_or(x);
            format!("{parameter} = {}", number::short(value))
        }
    };
    ui.label(
        egui::RichText::new(head)
            .font(text::strong(ui))
            .color(t.strong),
    );
    for line in &set.lines {
        let Some(point) = layout::point_at(set, line, x) else {
            continue;
        };
        let mut parts = format!(
            "{}  {}",
            line.model.letter,
            number::score_and_spread(point.validation, point.std)
        );
        if point.training.is_finite() {
            let training = number::score(point.training);
            parts.push_str(&format!("   {} {training}", set.training));
        }
        ui.label(egui::RichText::new(parts).color(t.text));
    }
}

#[cfg(test)]
mod tests;
