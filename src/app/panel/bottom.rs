//! Training curves of all shown models, and the scrubber under them.

use std::sync::Arc;

use eframe::egui::{Panel, Ui};

use super::{Memory, ground};
use crate::app::act::{Act, Scrub};
use crate::app::desk::Along;
use crate::app::frame::Frame;
use crate::evaluate::Spread;
use crate::model::Value;
use crate::project::{Command, Entry, ModelEntry};
use crate::train::{CurvePoint as TrainPoint, TRAIN_SCORE_ROWS};
use crate::view::curves::{
    AlongChoice, CurveKind, CurveLine, CurvePoint, CurveSet, Measure, SCORE_OR_LOSS, XScale, curves,
};
use crate::view::parts::badge::ModelKey;
use crate::view::scrubber::{ScrubAction, ScrubState, scrubber};
use crate::widget::format;

pub fn show(ui: &mut Ui, frame: &Frame<'_>, memory: &mut Memory, acts: &mut Vec<Act>) {
    let height = match ui.ctx().content_rect().height() {
        low if low < 700.0 => 160.0,
        high if high >= 1000.0 => 280.0,
        _ => 230.0,
    };
    Panel::bottom("bottom")
        .default_size(height)
        .size_range(140.0..=360.0)
        .frame(ground(frame.tokens.panel, 0))
        .show(ui, |ui| {
            ui.expand_to_include_rect(ui.max_rect());
            let set = curve_set(frame, 1.0);
            let scrubs = set.kind == CurveKind::Training && !set.lines.is_empty();
            let mut area = ui
                .available_rect_before_wrap()
                .shrink2(eframe::egui::vec2(12.0, 0.0));
            let below = area.split_top_bottom_at_y(area.bottom() - if scrubs { 36.0 } else { 8.0 });
            area = below.0;
            let mut axis = None;
            ui.scope_builder(eframe::egui::UiBuilder::new().max_rect(area), |ui| {
                let response = curves(ui, frame.tokens, &set);
                axis = Some(response.axis);
                carry_out(frame, memory, &set, &response, acts);
            });
            if let Some(axis) = axis.filter(|_| scrubs) {
                ui.scope_builder(eframe::egui::UiBuilder::new().max_rect(below.1), |ui| {
                    scrub(ui, frame, &set, axis, acts);
                });
            }
        });
}

/// What was done in the picture of the curves.
pub fn carry_out(
    frame: &Frame<'_>,
    memory: &mut Memory,
    set: &CurveSet,
    response: &crate::view::curves::CurveResponse,
    acts: &mut Vec<Act>,
) {
    if let Some(measure) = response.measure {
        acts.push(Act::Measure(measure));
    }
    if let Some(along) = response.along {
        acts.push(Act::Along(match along {
            true => Along::Parameter,
            false => Along::Steps,
        }));
    }
    if let Some(at) = response.scrub {
        acts.push(Act::Scrub(Scrub::At((at / end_of(set)).clamp(0.0, 1.0))));
    }
    if let (Some(value), Some(model)) = (response.chosen, frame.selected())
        && let Some(curve) = &model.params.algorithm().curve
        && let Some(parameter) = model.params.algorithm().parameter(curve.parameter)
        && let Some(value) = parameter.value_of(value)
    {
        let command = Command::SetParameter {
            id: model.id,
            name: parameter.name,
            value,
        };
        acts.push(Act::Drag(command, memory.gesture));
    }
    if response.ended && matches!(set.kind, CurveKind::Validation { .. }) {
        memory.gesture += 1;
        acts.push(Act::EndGesture);
    }
}

/// What stands where there is no curve.
fn empty(frame: &Frame<'_>, measure: Measure) -> &'static str {
    let Some(model) = frame.selected() else {
        return "Curves appear here as they are computed";
    };
    let algorithm = model.params.algorithm();
    let can = algorithm.tags.steps.is_some()
        || algorithm.tags.grows.is_some()
        || algorithm.curve.is_some();
    let problem = frame
        .desk
        .entry(model.id)
        .is_some_and(|entry| entry.problem.is_some());
    if problem {
        "No curve: the selected model cannot run"
    } else if !can {
        "Fitted in one step, with nothing to turn: no curve"
    } else if algorithm.tags.steps.is_some()
        && let Some(entry) = frame.desk.entry(model.id)
        && entry.is_complete()
        && entry.curve.is_empty()
    {
        "Fitted in a single step: no curve"
    } else if measure == Measure::Loss
        && let Some(fitted) = frame.desk.entry(model.id).and_then(Entry::fitted)
        && fitted.model.outputs() > 1
        && !fitted.model.has_probabilities()
        && algorithm.task == crate::model::Task::Classification
    {
        "The selected model gives classes without probabilities: no log loss"
    } else if frame.desk.waits(model.id).is_some() {
        "The selected model waits for you: its card says why"
    } else {
        "Curves appear here as they are computed"
    }
}

fn place_scrub(frame: &Frame<'_>, set: &mut CurveSet) {
    if let Scrub::At(share) = frame.look.scrub {
        set.scrub = Some(share * end_of(set));
    }
}

/// Leaves the curve of one model alone, whose axis may then be another.
pub fn keep_one(frame: &Frame<'_>, set: &mut CurveSet, model: &ModelKey) {
    set.lines.retain(|line| line.model == *model);
    place_scrub(frame, set);
}

/// The curves of the shown models. A selected model with a curve over a parameter shows that one.
pub fn curve_set(frame: &Frame<'_>, scale: f32) -> CurveSet {
    let clustering = frame.desk.project().task() == crate::model::Task::Clustering;
    let selected = frame.selected();
    let iterates = |m: &ModelEntry| m.params.algorithm().tags.steps.is_some();
    let grows = |m: &ModelEntry| m.params.algorithm().tags.grows.is_some();
    let along = along(frame);
    let (choices, measure) = match (clustering, frame.look.measure) {
        (false, Measure::Loss) => (SCORE_OR_LOSS, Measure::Loss),
        (false, _) => (SCORE_OR_LOSS, Measure::Score),
        (true, asked) => clustering_measure(selected.is_some_and(iterates), asked),
    };
    // Models that train in steps show those; clusterings where they are not asked for another curve.
    let over = selected.filter(|m| {
        let steps = match clustering {
            true => iterates(m) && measure == Measure::Loss,
            false => along == Along::Steps,
        };
        m.params.algorithm().curve.is_some() && !steps
    });
    let (kind, lines) = match over {
        Some(model) => {
            let curve = model.params.algorithm().curve.as_ref();
            let parameter = curve.map_or("", |c| c.parameter);
            let label = model
                .params
                .algorithm()
                .parameter(parameter)
                .map_or(parameter, |p| p.label);
            let same = frame.desk.shown().filter(|m| {
                let asked = clustering || !iterates(m) || frame.look.along == Along::Parameter;
                asked && m.params.algorithm().curve.as_ref().map(|c| c.parameter) == Some(parameter)
            });
            let lines = same
                .filter_map(|m| sweep_line(frame, m, parameter, measure))
                .collect();
            let log = curve.is_some_and(|c| c.log);
            (
                CurveKind::Validation {
                    parameter: label.to_owned(),
                    log,
                },
                lines,
            )
        }
        None => {
            // Inertia and likelihood have no axis in common.
            let of_a_kind = |m: &&ModelEntry| {
                let kind = |m: &ModelEntry| m.params.algorithm().id;
                !clustering || selected.is_none_or(|s| kind(s) == kind(m))
            };
            let iterating = frame
                .desk
                .shown()
                .filter(of_a_kind)
                .filter(|m| iterates(m) || frame.look.along == Along::Steps && grows(m));
            (
                CurveKind::Training,
                iterating
                    .filter_map(|m| training_line(frame, m, measure))
                    .collect(),
            )
        }
    };
    let mut set = CurveSet {
        kind,
        measure,
        choices,
        along: choice_along(frame),
        lines,
        objective: selected
            .filter(|_| clustering)
            .and_then(|m| m.params.algorithm().tags.objective),
        rows: match clustering {
            true => "all rows",
            false => "validation",
        },
        // Any usual split trains on more than half of the rows.
        training: match frame.desk.project().table.rows() / 2 > TRAIN_SCORE_ROWS {
            _ if clustering => "all rows",
            true => "training, a sample",
            false => "training",
        },
        baseline: baseline(frame, measure),
        scrub: None,
        scale,
        empty: empty(frame, measure),
    };
    place_scrub(frame, &mut set);
    set
}

/// What the curves of the selected model run along.
fn along(frame: &Frame<'_>) -> Along {
    let Some(model) = frame.selected() else {
        return Along::Steps;
    };
    let algorithm = model.params.algorithm();
    let steps = algorithm.tags.steps.is_some();
    match (frame.look.along, algorithm.curve.is_some()) {
        (Along::Steps, _) if steps || algorithm.tags.grows.is_some() => Along::Steps,
        (Along::Parameter, true) => Along::Parameter,
        (_, true) if !steps => Along::Parameter,
        _ => Along::Steps,
    }
}

/// Where the selected model has curves of both kinds: what they are called, and which is shown.
fn choice_along(frame: &Frame<'_>) -> Option<AlongChoice> {
    let algorithm = frame.selected()?.params.algorithm();
    if algorithm.task == crate::model::Task::Clustering {
        return None;
    }
    let steps = algorithm.tags.steps.or(algorithm.tags.grows)?;
    let parameter = algorithm.curve.as_ref()?.parameter;
    let parameter = algorithm
        .parameter(parameter)
        .map_or(parameter, |p| p.label);
    Some(AlongChoice {
        labels: [format::capital(steps), parameter.to_owned()],
        parameter: along(frame) == Along::Parameter,
    })
}

/// The measures of a selected clustering, and the one that shows.
fn clustering_measure(
    iterates: bool,
    asked: Measure,
) -> (&'static [(&'static str, Measure)], Measure) {
    const OVER: &[(&str, Measure)] = &[
        ("Silhouette", Measure::Silhouette),
        ("Elbow", Measure::Elbow),
    ];
    const ALL: &[(&str, Measure)] = &[
        ("Steps", Measure::Loss),
        ("Silhouette", Measure::Silhouette),
        ("Elbow", Measure::Elbow),
    ];
    match (iterates, asked) {
        (true, Measure::Silhouette | Measure::Elbow) => (ALL, asked),
        (true, _) => (ALL, Measure::Loss),
        (false, Measure::Elbow) => (OVER, asked),
        (false, _) => (OVER, Measure::Silhouette),
    }
}

/// The axis' last value: steps where all count alike, else 1 for all of them.
fn end_of(set: &CurveSet) -> f64 {
    match set.x_scale() {
        XScale::Steps { .. } => set.lines.iter().map(|l| l.planned).fold(1.0, f64::max),
        _ => 1.0,
    }
}

fn baseline(frame: &Frame<'_>, measure: Measure) -> Option<f64> {
    let report = frame.desk.baseline()?.report.as_ref()?;
    let metric = match (measure, frame.desk.project().task()) {
        (Measure::Score, _) => frame.desk.leading_metric()?,
        (Measure::Elbow | Measure::Silhouette, _) => return None,
        (Measure::Loss, crate::model::Task::Classification) => crate::evaluate::Metric::LogLoss,
        (Measure::Loss, _) => crate::evaluate::Metric::Mse,
    };
    report.score(metric)?.mean
}

fn key_of(model: &ModelEntry) -> ModelKey {
    ModelKey::of(model.letter, model.params.algorithm().name)
}

fn points(curve: &[TrainPoint], measure: Measure) -> Arc<[CurvePoint]> {
    let points = curve.iter().map(|point| {
        let (validation, training) = match measure {
            Measure::Score => (&point.validation, &point.training),
            Measure::Loss => (&point.validation_loss, &point.training_loss),
            // Nothing is held out of a clustering: one line, drawn as what counts.
            Measure::Elbow => (&point.training_loss, &point.validation_loss),
            Measure::Silhouette => (&point.training, &point.validation),
        };
        let (mean, std) = Spread::mean_and_std(validation);
        CurvePoint {
            x: point.x,
            validation: mean.unwrap_or(f64::NAN),
            std: std.unwrap_or(f64::NAN),
            training: Spread::mean_and_std(training).0.unwrap_or(f64::NAN),
        }
    });
    points.collect()
}

fn training_line(frame: &Frame<'_>, model: &ModelEntry, measure: Measure) -> Option<CurveLine> {
    let entry: &Entry = frame.desk.entry(model.id)?;
    if entry.curve.is_empty() {
        return None;
    }
    let clustering = model.params.algorithm().task == crate::model::Task::Clustering;
    let measure = if clustering { Measure::Loss } else { measure };
    let planned = entry.fitted().map_or(1, |f| f.planned).max(1) as f64;
    let reached = entry.curve.last().map_or(1.0, |p| p.x);
    Some(CurveLine {
        model: key_of(model),
        points: points(&entry.curve, measure),
        planned: planned.max(reached),
        unit: unit(model).into(),
        running: !entry.is_complete(),
        marker: None,
    })
}

/// What a model's steps are, in the plural.
fn unit(model: &ModelEntry) -> &'static str {
    let tags = &model.params.algorithm().tags;
    tags.steps.or(tags.grows).unwrap_or("steps")
}

fn sweep_line(
    frame: &Frame<'_>,
    model: &ModelEntry,
    parameter: &str,
    measure: Measure,
) -> Option<CurveLine> {
    let entry = frame.desk.curve_entry(model.id)?;
    let value = match model.params.get(parameter) {
        Value::Integer(v) => Some(*v as f64),
        Value::Real(v) => Some(*v),
        _ => entry.sweep.last().map(|p| p.x),
    };
    Some(CurveLine {
        model: key_of(model),
        points: points(&entry.sweep, measure),
        planned: entry.sweep.last().map_or(1.0, |p| p.x),
        unit: parameter.into(),
        running: !entry.is_complete(),
        marker: value,
    })
}

fn scrub(
    ui: &mut Ui,
    frame: &Frame<'_>,
    set: &CurveSet,
    axis: eframe::egui::Rangef,
    acts: &mut Vec<Act>,
) {
    let end = end_of(set);
    let reached = set
        .lines
        .iter()
        .map(|l| l.points.last().map_or(0.0, |p| p.x) / if end > 1.0 { 1.0 } else { l.planned })
        .fold(0.0, f64::max);
    let live = frame.look.scrub == Scrub::Live;
    let at = match frame.look.scrub {
        Scrub::Live => reached,
        Scrub::At(share) => share * end,
    };
    let clustering = frame.desk.project().task() == crate::model::Task::Clustering;
    let step = match (end > 1.0, clustering) {
        (true, true) => 0.5,
        (true, false) => 1.0,
        _ => 0.01,
    };
    let place = match set.x_scale() {
        XScale::Steps { .. } => {
            let unit = set.lines.first().map_or("steps", |l| &*l.unit);
            format!("{} of {} {unit}", (at / step).round() * step, end)
        }
        _ => crate::widget::format::percent(at),
    };
    let state = ScrubState {
        at,
        end,
        reached,
        step,
        playing: frame.look.playing,
        speed: frame.look.speed,
        live,
        place,
    };
    match scrubber(ui, frame.tokens, axis, &state) {
        Some(ScrubAction::Seek(to)) => acts.push(Act::Scrub(Scrub::At((to / end).clamp(0.0, 1.0)))),
        Some(ScrubAction::Play) => acts.push(Act::Play(true)),
        Some(ScrubAction::Pause) => acts.push(Act::Play(false)),
        Some(ScrubAction::Live) => acts.push(Act::Scrub(Scrub::Live)),
        Some(ScrubAction::Speed(speed)) => acts.push(Act::Speed(speed)),
        Some(ScrubAction::Back) => acts.push(Act::Scrub(Scrub::At(0.0))),
        None => {}
    }
}
