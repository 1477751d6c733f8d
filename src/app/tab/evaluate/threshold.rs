//! A threshold for the selected model: rows whose probability of the class is at least so much are
//! called the class; counts, rates and costs follow.

use std::sync::Arc;

use eframe::egui::{Align, Align2, Id, Label, Layout, Rect, RichText, Sense, Ui, Vec2, vec2};

use super::curves::ModelCurves;
use super::{class_keys, key_of};
use crate::app::act::Act;
use crate::app::frame::Frame;
use crate::app::panel::Memory;
use crate::evaluate::{Costs, Outcomes, Ranking};
use crate::view::confusion::{Confusion, Shares, confusion};
use crate::view::parts::marker::ClassKey;
use crate::view::parts::{badge, number, text};
use crate::widget::format;
use crate::widget::knob::{Knob, KnobKind, KnobValue};
use crate::widget::number_field::number_field;
use crate::widget::parameter_row::parameter_row;
use crate::widget::{button, tokens};

#[derive(Default)]
pub struct ThresholdMemory {
    /// By class, as far as they were moved.
    at: Vec<(usize, f64)>,
    costs: Costs,
    /// Where these costs are least on these rows.
    cheapest: Option<Cheapest>,
}

/// Each threshold is looked at, and there is one a row: found once, not in each frame.
struct Cheapest {
    of: Arc<ModelCurves>,
    costs: Costs,
    found: (f64, f64),
}

impl ThresholdMemory {
    pub fn at(&self, class: usize) -> f64 {
        let found = self.at.iter().find(|(c, _)| *c == class);
        found.map_or(0.5, |(_, at)| *at)
    }

    pub fn set(&mut self, class: usize, at: f64) {
        self.at.retain(|(c, _)| *c != class);
        self.at.push((class, at.clamp(0.0, 1.0)));
    }

    fn cheapest(&mut self, of: &Arc<ModelCurves>, ranking: &Ranking) -> (f64, f64) {
        let costs = self.costs;
        let known = self.cheapest.as_ref();
        if let Some(known) = known.filter(|k| Arc::ptr_eq(&k.of, of) && k.costs == costs) {
            return known.found;
        }
        let found = ranking.cheapest(costs);
        self.cheapest = Some(Cheapest {
            of: of.clone(),
            costs,
            found,
        });
        found
    }
}

pub fn show(
    ui: &mut Ui,
    frame: &Frame<'_>,
    memory: &mut Memory,
    class: usize,
    size: Vec2,
    acts: &mut Vec<Act>,
) {
    let t = frame.tokens;
    let keys = class_keys(frame);
    let (Some(model), Some(key)) = (frame.selected(), keys.get(class)) else {
        return;
    };
    ui.spacing_mut().item_spacing.y = 4.0;
    let (head, _) = ui.allocate_exact_size(vec2(size.x, 22.0), Sense::empty());
    let painter = ui.painter();
    let model_key = key_of(model);
    let centre = head.left_center() + vec2(9.0, 0.0);
    badge::paint(ui, painter, t, centre, 18.0, &model_key);
    let words = format!("Called {} from this probability on", key.name);
    let title = text::line(painter, words, text::strong(ui), t.strong, size.x - 28.0);
    let at = head.left_center() + vec2(26.0, 0.0);
    text::place(painter, at, Align2::LEFT_CENTER, title);

    let made = memory.evaluate.curves.of(model.id, class).cloned();
    let ranking = made
        .as_ref()
        .and_then(|made| Some((made, made.of.ranking.as_ref().ok()?)));
    let knob = Knob {
        name: "Threshold".into(),
        help: "Rows with at least this probability are called the class. Most models take the most probable class, which for two classes is 0.5.".into(),
        kind: KnobKind::Real {
            min: 0.0,
            max: 1.0,
            log: false,
        },
        value: KnobValue::Real(memory.evaluate.threshold.at(class)),
        default: KnobValue::Real(0.5),
        disabled_because: None,
    };
    if let Some(KnobValue::Real(at)) = parameter_row(ui, ("threshold", class), &knob).change {
        memory.evaluate.threshold.set(class, at);
    }
    let Some((made, ranking)) = ranking else {
        super::weak(ui, frame, "It has no held-out rows of both kinds to count.");
        return;
    };
    let at = memory.evaluate.threshold.at(class);
    let outcomes = ranking.at(at);
    let clicked = counts(ui, frame, &keys, class, outcomes, size);
    if let Some((actual, called)) = clicked {
        acts.push(Act::SelectRows(
            rows_of(frame, class, at, actual, called),
            false,
        ));
    }
    ui.add_space(2.0);
    costs(ui, frame, memory, outcomes, (made, ranking), class, size.x);
}

/// The rows of a cell: of the class or not, called so or not.
fn rows_of(frame: &Frame<'_>, class: usize, at: f64, actual: bool, called: bool) -> Vec<u32> {
    let (Some(scene), Some(model)) = (frame.scene, frame.selected()) else {
        return Vec::new();
    };
    let entry = frame.desk.entry(model.id);
    let Some(held_out) = entry.and_then(|e| crate::app::tab::model::held_out(frame, e)) else {
        return Vec::new();
    };
    let is_there = |row: &u32| {
        let outputs = held_out.row(*row as usize);
        let share = outputs.and_then(|o| o.get(class).copied());
        let of_class = scene.class_of(*row).map(|c| c == class);
        share.map(|s| s >= at) == Some(called) && of_class == Some(actual)
    };
    (0..scene.table.rows() as u32).filter(is_there).collect()
}

/// The matrix and the rates side by side; the cell that was clicked.
fn counts(
    ui: &mut Ui,
    frame: &Frame<'_>,
    keys: &[ClassKey],
    class: usize,
    outcomes: Outcomes,
    size: Vec2,
) -> Option<(bool, bool)> {
    let other = match keys.len() {
        2 => keys[1 - class].clone(),
        _ => ClassKey::new("others", tokens::OTHER),
    };
    let both = [keys[class].clone(), other];
    let counts = [
        outcomes.true_positives,
        outcomes.false_negatives,
        outcomes.false_positives,
        outcomes.true_negatives,
    ];
    let data = Confusion {
        classes: &both,
        counts: &counts,
        shares: Shares::Counts,
        selected: &[],
        switch: false,
    };
    // Room for the costs below.
    let height = (size.y - 22.0 - 32.0 - 100.0).clamp(110.0, 210.0);
    let origin = ui.cursor().min;
    let width = (size.x * if size.x < 300.0 { 0.46 } else { 0.54 }).floor();
    let left = Rect::from_min_size(origin, vec2(width, height));
    let response = super::child(ui, 10, left, |ui| {
        confusion(ui, frame.tokens, &data, height)
    });
    let right = Rect::from_min_max(
        origin + vec2(width + 14.0, 0.0),
        origin + vec2(size.x, height),
    );
    super::child(ui, 11, right, |ui| rates(ui, frame, outcomes));
    ui.advance_cursor_after_rect(Rect::from_min_size(origin, vec2(size.x, height)));
    let cell = response.clicked?;
    Some((cell.actual == 0, cell.predicted == 0))
}

fn rates(ui: &mut Ui, frame: &Frame<'_>, outcomes: Outcomes) {
    ui.spacing_mut().item_spacing.y = 0.0;
    ui.spacing_mut().interact_size.y = 18.0;
    let rows = [
        (
            "Recall",
            outcomes.recall(),
            "Of the class's rows, the part that is found (sensitivity, true positive rate).",
        ),
        (
            "Precision",
            outcomes.precision(),
            "Of what is called the class, the part that is of it.",
        ),
        (
            "Specificity",
            outcomes.specificity(),
            "Of the other rows, the part that is left alone.",
        ),
        (
            "False positives",
            outcomes.false_positive_rate(),
            "Of the other rows, the part that is called the class.",
        ),
        (
            "F1",
            outcomes.f1(),
            "The harmonic mean of precision and recall, of this class.",
        ),
        (
            "Accuracy",
            outcomes.accuracy(),
            "Of all rows, the part that is called right.",
        ),
    ];
    for (name, value, help) in rows {
        ui.horizontal(|ui| {
            ui.set_min_width(ui.available_width());
            // The number first: in a narrow window the name makes room.
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let words = value.map_or("–".to_owned(), number::score);
                ui.label(RichText::new(words).color(frame.tokens.strong));
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    let name = RichText::new(name).color(frame.tokens.weak);
                    ui.add(Label::new(name).truncate()).on_hover_text(help);
                });
            });
        });
    }
}

fn costs(
    ui: &mut Ui,
    frame: &Frame<'_>,
    memory: &mut Memory,
    outcomes: Outcomes,
    (made, ranking): (&Arc<ModelCurves>, &Ranking),
    class: usize,
    width: f32,
) {
    let costs = memory.evaluate.threshold.costs;
    ui.horizontal(|ui| {
        ui.label(RichText::new("Cost of a false").color(frame.tokens.weak));
        let narrow = width < 320.0;
        for (name, value, positive) in [
            (
                if narrow { "pos." } else { "positive" },
                costs.false_positive,
                true,
            ),
            (
                if narrow { "neg." } else { "negative" },
                costs.false_negative,
                false,
            ),
        ] {
            ui.label(RichText::new(name).color(frame.tokens.weak));
            let (rect, _) = ui.allocate_exact_size(vec2(52.0, 24.0), Sense::hover());
            let long = format!(
                "Cost of a false {}",
                if positive { "positive" } else { "negative" }
            );
            let shown = format::significant(value, 4);
            let id = Id::unique(("cost", positive));
            let read = |words: &str| format::parse(words).filter(|x| (0.0..=1e9).contains(x));
            let typed = number_field(ui, id, rect, &long, &shown, false, read);
            let stepped = (typed.steps != 0.0).then(|| (value + typed.steps).max(0.0));
            if let Some(new) = typed.value.or(stepped) {
                let costs = &mut memory.evaluate.threshold.costs;
                match positive {
                    true => costs.false_positive = new,
                    false => costs.false_negative = new,
                }
            }
        }
    });
    let (threshold, least) = memory.evaluate.threshold.cheapest(made, ranking);
    ui.horizontal(|ui| {
        let now = outcomes.cost(costs);
        let words = format!("Together {}", format::number(now));
        ui.label(RichText::new(words).color(frame.tokens.strong));
        let words = format!("least {} from {}", format::number(least), number::score(threshold));
        let why = (now <= least).then_some("No threshold costs less on these rows.");
        let take = button::link(&words)
            .tooltip("Moves the threshold to where these costs are least. It was chosen on these very rows: new ones will cost a little more.")
            .disabled_because(why);
        if ui.add(take).clicked() {
            memory.evaluate.threshold.set(class, threshold);
        }
    });
}
