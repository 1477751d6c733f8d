//! Projector mode: the selected model alone, its surface, its curve, one knob and its score, large.

use std::cell::RefCell;

use eframe::egui::{CentralPanel, Frame as Paint, Ui};

use super::act::Act;
use super::frame::Frame;
use super::panel::{Memory, bottom};
use super::tab;
use crate::evaluate::Metric;
use crate::model::{Parameter, ParameterKind, Value};
use crate::project::{Command, ModelEntry};
use crate::view::parts::badge::ModelKey;
use crate::view::projector::{BigSlider, Projected, projector};
use crate::widget::empty::{Empty, EmptyAction, empty};
use crate::widget::icons;

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
    let parameter = parameter(model);
    let (score_name, score, spread, baseline) = score(frame, model);
    let data = Projected {
        model: model.params.algorithm().name,
        score_name,
        score,
        spread,
        baseline,
        slider: parameter.map(|p| slider(model, p)),
    };
    // Plane and curve are drawn one after the other and push into the same lists.
    let shared = RefCell::new((&mut *memory, &mut *acts));
    let moved = projector(
        ui,
        frame.tokens,
        &data,
        |ui| {
            let (memory, acts) = &mut *shared.borrow_mut();
            if let Some(scene) = frame.scene
                && let Some(response) = tab::model::picture(ui, frame, scene, memory, SCALE)
            {
                tab::model::carry_out(frame, response, acts);
            }
        },
        |ui| {
            let mut set = bottom::curve_set(frame, SCALE);
            // One model, one line; the curve of another would only be in its way.
            let key = ModelKey::of(model.letter, model.params.algorithm().name);
            set.lines.retain(|line| line.model == key);
            if set.lines.is_empty() {
                return;
            }
            let response = crate::view::curves::curves(ui, frame.tokens, &set);
            let (memory, acts) = &mut *shared.borrow_mut();
            bottom::carry_out(frame, memory, &set, &response, acts);
        },
    );
    if let (Some(new), Some(parameter)) = (moved, parameter) {
        let value = match parameter.kind {
            ParameterKind::Real { .. } => Value::Real(new),
            _ => Value::Integer(new as i64),
        };
        if parameter.allows(&value) {
            let command = Command::SetParameter {
                id: model.id,
                name: parameter.name,
                value,
            };
            acts.push(Act::Drag(command, memory.gesture));
        }
    }
    if ui.input(|i| i.pointer.any_released()) {
        memory.gesture += 1;
        acts.push(Act::EndGesture);
    }
}

/// The knob of the model's curve, else its first common number.
fn parameter(model: &ModelEntry) -> Option<&'static Parameter> {
    let algorithm = model.params.algorithm();
    let is_number = |p: &&Parameter| {
        matches!(
            p.kind,
            ParameterKind::Integer { .. } | ParameterKind::Real { .. }
        ) && model.params.is_visible(p)
    };
    let curve = algorithm.curve.as_ref().map(|c| c.parameter);
    curve
        .and_then(|name| algorithm.parameter(name))
        .filter(is_number)
        .or_else(|| {
            algorithm
                .parameters
                .iter()
                .filter(|p| p.common)
                .find(is_number)
        })
}

fn slider(model: &ModelEntry, parameter: &'static Parameter) -> BigSlider {
    let (min, max, log, integer) = match parameter.kind {
        ParameterKind::Integer { min, max, log, .. } => (min as f64, max as f64, log, true),
        ParameterKind::Real { min, max, log } => (min, max, log, false),
        _ => (0.0, 1.0, false, false),
    };
    let value = match model.params.get(parameter.name) {
        Value::Integer(v) => *v as f64,
        Value::Real(v) => *v,
        // No limit.
        _ => max,
    };
    BigSlider {
        name: parameter.label.to_owned(),
        value,
        min,
        max,
        log,
        integer,
    }
}

/// What the score is, the score, its spread, the baseline's; NaN where there is none.
fn score(frame: &Frame<'_>, model: &ModelEntry) -> (&'static str, f64, f64, f64) {
    let Some(metric) = frame.desk.leading_metric() else {
        let report = frame.desk.entry(model.id).and_then(|e| e.report.as_ref());
        let silhouette = report.and_then(|r| r.silhouette);
        return (
            "silhouette",
            silhouette.unwrap_or(f64::NAN),
            f64::NAN,
            f64::NAN,
        );
    };
    let name = match metric {
        Metric::Accuracy => "correct on held-out rows",
        _ => "R² on held-out rows",
    };
    let spread = frame.desk.score(model.id, metric).or_else(|| {
        let old = frame.desk.stale_entry(model.id)?;
        old.report.as_ref()?.score(metric).cloned()
    });
    let baseline = frame.desk.baseline_score(metric).and_then(|s| s.mean);
    let mean = spread.as_ref().and_then(|s| s.mean.or(s.pooled));
    let std = spread.as_ref().and_then(|s| s.std);
    (
        name,
        mean.unwrap_or(f64::NAN),
        std.unwrap_or(f64::NAN),
        baseline.unwrap_or(f64::NAN),
    )
}
