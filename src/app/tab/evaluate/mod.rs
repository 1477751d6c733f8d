//! The tab Evaluate: how good predictions are beyond one score, what they rest on, and what a row of
//! other values would get. All numbers of the first page are of rows that were held out.
//!
//! ```text
//! follow: what is shown names what is needed -> a worker makes it -> take
//! pages:  quality (curves | errors), matters, what_if
//! ```

mod curves;
mod dendrogram;
mod errors;
mod follow;
mod matters;
mod network;
mod threshold;
mod tree;
mod weights;
mod what_if;

use eframe::egui::{
    self, Align, CentralPanel, Label, Layout, Margin, Panel, RichText, ScrollArea, Ui, UiBuilder,
    Vec2, vec2,
};

use super::slots;
use crate::app::act::{Act, Page};
use crate::app::frame::Frame;
use crate::app::panel::{Memory, ground};
use crate::model::Task;
use crate::project::{Entry, ModelEntry};
use crate::train::Fitted;
use crate::view::parts::badge::ModelKey;
use crate::view::parts::marker::ClassKey;
use crate::widget::choice;
use crate::widget::combo::Combo;
use crate::widget::empty::{Empty, EmptyAction, empty};
use crate::widget::icons;

/// What the tab keeps between frames.
#[derive(Default)]
pub struct EvaluateMemory {
    /// The class that stands against the rest, as chosen.
    class: Option<usize>,
    curves: curves::CurvesMemory,
    dendrogram: dendrogram::DendrogramMemory,
    threshold: threshold::ThresholdMemory,
    errors: errors::ErrorsMemory,
    matters: matters::MattersMemory,
    weights: weights::WeightsMemory,
    network: network::NetworkMemory,
    tree: tree::TreeMemory,
    what_if: what_if::WhatIfMemory,
}

impl EvaluateMemory {
    /// The row that the knobs of What if have made up, one value a feature.
    pub fn made_up_row(&self, frame: &Frame<'_>) -> Option<&[crate::prepare::PointValue]> {
        let project = frame.desk.project();
        match frame.look.is_what_if() {
            // There also while it is still the typical row.
            true => self.what_if.point(project),
            false => self.what_if.made_up(project),
        }
    }

    /// Where the plane through these columns is cut because of that row.
    pub fn plane_base(
        &mut self,
        project: &crate::project::Project,
        shown: [Option<usize>; 2],
    ) -> Option<std::sync::Arc<[crate::prepare::PointValue]>> {
        self.what_if.base(project, shown)
    }
}

/// A worker's answer.
pub enum EvaluateMade {
    Curves(curves::CurvesMade),
    Errors(errors::ErrorsMade),
    Matters(matters::MattersMade),
    Weights(weights::WeightsMade),
    Network(network::NetworkMade),
    WhatIf(what_if::WhatIfMade),
}

/// Puts what a worker made where its page finds it.
pub fn take(memory: &mut Memory, made: EvaluateMade) {
    let evaluate = &mut memory.evaluate;
    match made {
        EvaluateMade::Curves(made) => evaluate.curves.take(made),
        EvaluateMade::Errors(made) => evaluate.errors.take(made),
        EvaluateMade::Matters(made) => {
            if let Some((key, values)) = evaluate.matters.take(made) {
                memory.importance.insert(key, values);
            }
        }
        EvaluateMade::Weights(made) => evaluate.weights.take(made),
        EvaluateMade::Network(made) => evaluate.network.take(made),
        EvaluateMade::WhatIf(made) => evaluate.what_if.take(made),
    }
}

/// Slots of the tab's workers.
mod slot {
    use super::slots::EVALUATE;
    pub const CURVES: u64 = EVALUATE;
    pub const ERRORS: u64 = EVALUATE + 1;
    pub const IMPORTANCE: u64 = EVALUATE + 2;
    pub const DEPENDENCE: u64 = EVALUATE + 3;
    pub const WEIGHTS: u64 = EVALUATE + 4;
    pub const RANGES: u64 = EVALUATE + 5;
    pub const ANSWERS: u64 = EVALUATE + 6;
    pub const NEAREST: u64 = EVALUATE + 7;
    pub const NETWORK: u64 = EVALUATE + 8;
}

pub fn show(ui: &mut Ui, frame: &Frame<'_>, memory: &mut Memory, acts: &mut Vec<Act>) {
    let t = frame.tokens;
    let features = frame.desk.project().settings.roles.features();
    if features.is_empty() {
        return super::model::nothing(ui, frame, acts);
    }
    if dendrogram::show(ui, frame, memory) {
        return;
    }
    if let Some(shown) = nothing_to_evaluate(frame) {
        if let Some(EmptyAction::Primary) = empty(ui, &shown) {
            acts.push(Act::FitAllQuick);
        }
        return;
    }
    if frame.scene.is_none() {
        return;
    }
    Panel::top("evaluate header")
        .exact_size(44.0)
        .resizable(false)
        .show_separator_line(false)
        .frame(ground(t.panel, 0))
        .show(ui, |ui| header(ui, frame, memory, acts));
    let inside = egui::Frame::new().fill(t.panel).inner_margin(Margin {
        left: 14,
        right: 10,
        top: 4,
        bottom: 8,
    });
    CentralPanel::default().frame(inside).show(ui, |ui| {
        let classes = frame.desk.project().task() == Task::Classification;
        match frame.look.page {
            Page::Quality if classes => curves::show(ui, frame, memory, acts),
            Page::Quality => errors::show(ui, frame, memory, acts),
            Page::Matters => matters::show(ui, frame, memory),
            Page::WhatIf => what_if::show(ui, frame, memory, acts),
        }
    });
}

fn nothing_to_evaluate(frame: &Frame<'_>) -> Option<Empty<'static>> {
    if frame.desk.project().task() == Task::Clustering {
        return Some(Empty {
            title: "Nothing to check clusters against",
            sentence: "A clustering has no true answers; of an agglomerative one the dendrogram is drawn here. Make a column the target at the left, and models that predict it can be evaluated.",
            ghosts: 2,
            ..Empty::default()
        });
    }
    frame.desk.shown().next().is_none().then_some(Empty {
        title: "No model is shown",
        sentence: "Curves, thresholds and explanations are of the models on the cards at the right.",
        ghosts: 2,
        primary: Some((icons::LIGHTNING, "Fit all quick models")),
        secondary: None,
        note: "",
    })
}

/// The switch of the pages, and what all of a page's pictures share.
fn header(ui: &mut Ui, frame: &Frame<'_>, memory: &mut Memory, acts: &mut Vec<Act>) {
    ui.add_space(8.0);
    ui.horizontal(|ui| {
        ui.add_space(14.0);
        let page = frame.look.page;
        let now = Page::ALL.iter().position(|p| *p == page).unwrap_or(0);
        if let Some(chosen) = choice::segmented(ui, "Page", &Page::NAMES, now) {
            acts.push(Act::Page(Page::ALL[chosen]));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(10.0);
            match page {
                Page::Quality | Page::Matters => class_ui(ui, frame, memory),
                Page::WhatIf => what_if::start_ui(ui, frame, memory),
            }
        });
    });
}

fn class_ui(ui: &mut Ui, frame: &Frame<'_>, memory: &mut Memory) {
    let names = class_names(frame);
    if names.len() < 2 {
        return;
    }
    let class = chosen_class(frame, memory);
    let mut labels: Vec<&str> = names.iter().map(String::as_str).collect();
    labels.truncate(100);
    let label = if names.len() == 2 {
        "Class"
    } else {
        "One class against the rest"
    };
    let narrow = ui.available_width() < 300.0;
    let combo = Combo::new(label)
        .tooltip("The class that curves and thresholds are about: its rows are the positive ones.");
    let combo = if narrow { combo.without_label() } else { combo };
    if let Some(chosen) = combo.show(ui, &labels, class) {
        memory.evaluate.class = Some(chosen);
    }
}

fn class_names<'a>(frame: &'a Frame<'_>) -> &'a [String] {
    match frame.desk.project().task() {
        Task::Classification => frame.scene.map_or(&[], |s| &s.classes.names),
        _ => &[],
    }
}

/// Of two classes the second at first, as everywhere; else the first.
fn chosen_class(frame: &Frame<'_>, memory: &Memory) -> usize {
    let n = class_names(frame).len();
    let at_first = usize::from(n == 2);
    memory.evaluate.class.filter(|c| *c < n).unwrap_or(at_first)
}

fn class_keys(frame: &Frame<'_>) -> Vec<ClassKey> {
    let Some(scene) = frame.scene else {
        return Vec::new();
    };
    let styles = crate::widget::tokens::class_styles(&scene.classes.counts);
    let names = class_names(frame).iter().zip(styles);
    names
        .map(|(name, style)| ClassKey::new(name.clone(), style))
        .collect()
}

fn key_of(model: &ModelEntry) -> ModelKey {
    ModelKey::of(model.letter, model.params.algorithm().name)
}

/// The model that the scrubber shows, of a card.
fn fitted<'a>(frame: &Frame<'a>, entry: &'a Entry) -> Option<&'a Fitted> {
    let snapshot = entry.snapshot_at(frame.look.scrub.share());
    snapshot.map(|s| &s.fitted).or(entry.fitted())
}

fn weak(ui: &mut Ui, frame: &Frame<'_>, words: impl Into<String>) {
    let words = RichText::new(words).small().color(frame.tokens.weak);
    ui.add(Label::new(words).wrap());
}

/// Below this width and height of a part, the parts stand under each other and scroll.
const LEAST: Vec2 = vec2(250.0, 230.0);
const GAP: f32 = 16.0;

/// Four parts, two by two where there is room; `draw` is called with the place of each.
fn four(ui: &mut Ui, mut draw: impl FnMut(&mut Ui, usize, Vec2)) {
    let room = ui.available_size();
    let part = ((room - Vec2::splat(GAP)) / 2.0).floor();
    if part.x >= LEAST.x && part.y >= LEAST.y {
        let origin = ui.cursor().min;
        for place in 0..4 {
            let by = vec2((place % 2) as f32, (place / 2) as f32) * (part + Vec2::splat(GAP));
            child(
                ui,
                place,
                egui::Rect::from_min_size(origin + by, part),
                |ui| draw(ui, place, part),
            );
        }
        ui.advance_cursor_after_rect(egui::Rect::from_min_size(origin, room));
        return;
    }
    let two = part.x >= LEAST.x;
    ScrollArea::vertical()
        .id_salt("evaluate parts")
        .auto_shrink([false, false])
        .show(ui, |ui| {
            let width = ui.available_width() - 6.0;
            let columns = if two { 2 } else { 1 };
            let part = vec2((width - GAP * (columns - 1) as f32) / columns as f32, 290.0).floor();
            let rows = 4 / columns;
            let whole = vec2(width, rows as f32 * (part.y + GAP));
            let (area, _) = ui.allocate_exact_size(whole, egui::Sense::empty());
            for place in 0..4 {
                let at = vec2((place % columns) as f32, (place / columns) as f32);
                let min = area.min + at * (part + Vec2::splat(GAP));
                let rect = egui::Rect::from_min_size(min, part);
                child(ui, place, rect, |ui| draw(ui, place, part));
            }
        });
}

/// Draws into a place of its own.
fn child<R>(ui: &mut Ui, name: usize, rect: egui::Rect, add: impl FnOnce(&mut Ui) -> R) -> R {
    let builder = UiBuilder::new()
        .id_salt(("part", name))
        .max_rect(rect)
        .layout(Layout::top_down(Align::Min));
    let mut ui = ui.new_child(builder);
    ui.set_clip_rect(ui.clip_rect().intersect(rect.expand(12.0)));
    add(&mut ui)
}
