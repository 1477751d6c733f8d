//! Projector mode: the selected model alone, its surface, its curve, one knob and its score, large; or
//! any other tab's picture over the same slider.

use std::cell::RefCell;

use eframe::egui::{CentralPanel, Frame as Paint, Ui};

use super::act::{Act, Tab};
use super::frame::Frame;
use super::panel::{self, Memory, bottom};
use super::tab;
use crate::evaluate::Metric;
use crate::model::{Parameter, ParameterKind, Value};
use crate::project::{Command, ModelEntry};
use crate::view::parts::badge::ModelKey;
use crate::view::projector::{BigSlider, Projected, projector};
use crate::widget::combo::{MenuRow, menu_line};
use crate::widget::empty::{Empty, EmptyAction, empty};
use crate::widget::icons;
use crate::widget::slider::LEAST_SHARE;

/// How much larger pictures are drawn than at the desk.
pub const SCALE: f32 = 1.75;

pub fn show(ui: &mut Ui, frame: &Frame<'_>, memory: &mut Memory, acts: &mut Vec<Act>) {
    CentralPanel::default().frame(Paint::NONE).show(ui, |ui| {
        match (frame.selected(), frame.scene) {
            (Some(model), Some(_)) => stage(ui, frame, model, memory, acts),
            _ => nothing(ui, acts),
        }
    });
}

fn nothing(ui: &mut Ui, acts: &mut Vec<Act>) {
    let shown = Empty {
        title: "Nothing to show yet",
        sentence: "The projector shows the selected model.",
        ghosts: 1,
        primary: Some((icons::CARET_LEFT, "Back to the desk")),
        secondary: None,
        note: "",
    };
    if let Some(EmptyAction::Primary) = empty(ui, &shown) {
        acts.push(Act::Projector(false));
    }
}

fn stage(
    ui: &mut Ui,
    frame: &Frame<'_>,
    model: &ModelEntry,
    memory: &mut Memory,
    acts: &mut Vec<Act>,
) {
    let parameter = parameter(model, memory);
    let (score_name, score, spread, baseline) = score(frame, model);
    let data = Projected {
        model: model.params.algorithm().name,
        score_name: &score_name,
        score,
        spread,
        baseline,
        slider: parameter.map(|p| slider(model, p)),
        beside: frame.look.tab == Tab::Model,
    };
    // The parts are drawn one after the other and push into the same lists.
    let shared = RefCell::new((&mut *memory, &mut *acts));
    let moved = projector(
        ui,
        frame.tokens,
        &data,
        |ui| {
            let (memory, acts) = &mut *shared.borrow_mut();
            if frame.look.tab != Tab::Model {
                panel::picture(ui, frame, memory, acts);
            } else if let Some(scene) = frame.scene
                && let Some(response) = tab::model::picture(ui, frame, scene, memory, SCALE)
            {
                tab::model::carry_out(frame, response, acts);
            }
        },
        |ui| {
            let mut set = bottom::curve_set(frame, SCALE);
            // One model, one line; the curve of another would only be in its way.
            let key = ModelKey::of(model.letter, model.params.algorithm().name);
            bottom::keep_one(frame, &mut set, &key);
            if set.lines.is_empty() {
                return;
            }
            let response = crate::view::curves::curves(ui, frame.tokens, &set);
            let (memory, acts) = &mut *shared.borrow_mut();
            bottom::carry_out(frame, memory, &set, &response, acts);
        },
        |ui| {
            let (_, acts) = &mut *shared.borrow_mut();
            what(ui, frame, model, acts);
        },
        |ui| {
            let (memory, _) = &mut *shared.borrow_mut();
            knobs(ui, model, parameter, memory);
        },
    );
    if let (Some(new), Some(parameter)) = (moved, parameter)
        && let Some(value) = value_at(parameter, new)
    {
        let command = Command::SetParameter {
            id: model.id,
            name: parameter.name,
            value,
        };
        acts.push(Act::Drag(command, memory.gesture));
    }
    if ui.input(|i| i.pointer.any_released()) {
        memory.gesture += 1;
        acts.push(Act::EndGesture);
    }
}

/// Tables are for the desk.
pub fn is_picture(tab: Tab) -> bool {
    !matches!(tab, Tab::Table | Tab::Log)
}

/// The pictures and the models that can be shown.
fn what(ui: &mut Ui, frame: &Frame<'_>, model: &ModelEntry, acts: &mut Vec<Act>) {
    for tab in Tab::ALL.into_iter().filter(|tab| is_picture(*tab)) {
        let shown = tab == frame.look.tab;
        if MenuRow::new(tab.name()).selected(shown).show(ui) {
            acts.push(Act::Tab(tab));
        }
    }
    menu_line(ui);
    for other in frame.desk.shown() {
        let name = other.params.algorithm().name;
        let words = format!(
            "{}  {name}",
            crate::widget::tokens::model_letter(other.letter)
        );
        if MenuRow::new(&words).selected(other.id == model.id).show(ui) {
            acts.push(Act::SelectModel(other.id));
        }
    }
}

/// The knobs that the slider can be.
fn knobs(ui: &mut Ui, model: &ModelEntry, now: Option<&'static Parameter>, memory: &mut Memory) {
    for parameter in sliders(model) {
        let chosen = now.is_some_and(|now| now.name == parameter.name);
        if MenuRow::new(parameter.label).selected(chosen).show(ui) {
            let id = model.params.algorithm().id;
            memory.projected.insert(id, parameter.name);
        }
    }
}

/// What a slider can turn: numbers, choices and switches.
fn sliders(model: &ModelEntry) -> impl Iterator<Item = &'static Parameter> {
    let can = |p: &&Parameter| {
        !matches!(p.kind, ParameterKind::Integers { .. }) && model.params.is_visible(p)
    };
    model.params.algorithm().parameters.iter().filter(can)
}

/// The chosen knob, else that of the model's curve, else its first common number.
fn parameter(model: &ModelEntry, memory: &Memory) -> Option<&'static Parameter> {
    let algorithm = model.params.algorithm();
    let by_name = |name: &str| sliders(model).find(|p| p.name == name);
    let chosen = memory.projected.get(algorithm.id);
    let curve = || algorithm.curve.as_ref().and_then(|c| by_name(c.parameter));
    let is_number = |p: &&Parameter| {
        matches!(
            p.kind,
            ParameterKind::Integer { .. } | ParameterKind::Real { .. }
        )
    };
    let common = || sliders(model).filter(|p| p.common).find(is_number);
    chosen
        .and_then(|name| by_name(name))
        .or_else(curve)
        .or_else(common)
}

/// What the slider's place means; at its upper end "no limit", where there is that value.
fn value_at(parameter: &'static Parameter, at: f64) -> Option<Value> {
    match parameter.kind {
        ParameterKind::Integer {
            max, none: true, ..
        } if at >= max as f64 => Some(Value::None),
        ParameterKind::Choice(options) => {
            let place = options.get(at.round() as usize)?;
            Some(Value::Choice(place.0))
        }
        ParameterKind::Switch => Some(Value::Switch(at >= 0.5)),
        _ => parameter.value_of(at),
    }
}

fn slider(model: &ModelEntry, parameter: &'static Parameter) -> BigSlider {
    let (min, max, log, integer) = match parameter.kind {
        ParameterKind::Integer { min, max, log, .. } => (min as f64, max as f64, log, true),
        // Decades have no zero.
        ParameterKind::Real { min, max, log } if log && min == 0.0 => {
            (max * LEAST_SHARE, max, log, false)
        }
        ParameterKind::Real { min, max, log } => (min, max, log, false),
        ParameterKind::Choice(options) => (0.0, options.len() as f64 - 1.0, false, true),
        _ => (0.0, 1.0, false, true),
    };
    let choices: Vec<String> = match parameter.kind {
        ParameterKind::Choice(options) => options.iter().map(|(_, l)| (*l).to_owned()).collect(),
        ParameterKind::Switch => vec!["off".to_owned(), "on".to_owned()],
        _ => Vec::new(),
    };
    let set = model.params.get(parameter.name);
    let value = match (set, parameter.kind) {
        (Value::Integer(v), _) => *v as f64,
        (Value::Real(v), _) => *v,
        (Value::Switch(on), _) => f64::from(u8::from(*on)),
        (Value::Choice(chosen), ParameterKind::Choice(options)) => {
            let at = options.iter().position(|(value, _)| value == chosen);
            at.unwrap_or(0) as f64
        }
        // No limit.
        _ => max,
    };
    BigSlider {
        name: parameter.label.to_owned(),
        value,
        words: match set {
            Value::None => Some("none".to_owned()),
            _ => choices.get(value as usize).cloned(),
        },
        choices,
        min,
        max,
        log,
        integer,
    }
}

/// What the score is, the score, its spread, the baseline's; NaN where there is none.
fn score(frame: &Frame<'_>, model: &ModelEntry) -> (String, f64, f64, f64) {
    let Some(metric) = frame.desk.leading_metric() else {
        let report = frame.desk.entry(model.id).and_then(|e| e.report.as_ref());
        let silhouette = report.and_then(|r| r.silhouette);
        return (
            "silhouette".to_owned(),
            silhouette.unwrap_or(f64::NAN),
            f64::NAN,
            f64::NAN,
        );
    };
    let name = match metric {
        Metric::Accuracy => "correct on held-out rows",
        _ => "R² on held-out rows",
    };
    let baseline = frame.desk.baseline_score(metric).and_then(|s| s.mean);
    // Where the scrubber stands the score is of its step.
    if let Some((fitted, spread)) = frame.scrubbed_score(model.id) {
        return (
            format!("{name}, step {}", fitted.step),
            spread.mean.unwrap_or(f64::NAN),
            spread.std.unwrap_or(f64::NAN),
            baseline.unwrap_or(f64::NAN),
        );
    }
    let spread = frame.desk.score(model.id, metric).or_else(|| {
        let old = frame.desk.stale_entry(model.id)?;
        old.report.as_ref()?.score(metric).cloned()
    });
    let mean = spread.as_ref().and_then(|s| s.mean.or(s.pooled));
    let std = spread.as_ref().and_then(|s| s.std);
    (
        name.to_owned(),
        mean.unwrap_or(f64::NAN),
        std.unwrap_or(f64::NAN),
        baseline.unwrap_or(f64::NAN),
    )
}
