//! The parameters of a card as knobs, made from the declaration; and what is inside its model.

use std::collections::HashMap;

use eframe::egui::Ui;

use super::act::Act;
use super::frame::Frame;
use crate::base::{Hash128, Problem};
use crate::model::{ALGORITHMS, Engine, Parameter, ParameterKind, Value};
use crate::project::{Command, ModelEntry};
use crate::view::importance;
use crate::widget::button;
use crate::widget::format;
use crate::widget::knob::{Knob, KnobKind, KnobValue};
use crate::widget::parameter_row::parameter_row;

/// The rows of the common parameters, and of all with `more`.
pub fn show(
    ui: &mut Ui,
    frame: &Frame<'_>,
    model: &ModelEntry,
    more: bool,
    gesture: &mut u64,
    acts: &mut Vec<Act>,
) {
    for (parameter, value) in model.params.iter() {
        if !model.params.is_visible(parameter) || !(parameter.common || more) {
            continue;
        }
        row(ui, model, parameter, value, gesture, acts);
    }
    let _ = frame;
}

/// One parameter as a knob.
pub fn knob(model: &ModelEntry, parameter: &'static Parameter, value: &Value) -> Knob {
    let asked = model.params.asked_engine();
    let other = parameter.engine.filter(|e| asked.is_some_and(|a| a != *e));
    Knob {
        name: parameter.label.to_owned(),
        help: parameter.help.to_owned(),
        kind: kind(parameter, value),
        value: shown(parameter, value),
        default: shown(parameter, &parameter.default_value()),
        disabled_because: other.map(|e: Engine| format!("Only the engine {} has it.", e.id())),
    }
}

fn row(
    ui: &mut Ui,
    model: &ModelEntry,
    parameter: &'static Parameter,
    value: &Value,
    gesture: &mut u64,
    acts: &mut Vec<Act>,
) {
    let knob = knob(model, parameter, value);
    let action = parameter_row(ui, (model.id.0, parameter.name), &knob);
    if let Some(value) = action.change.as_ref().and_then(|v| taken(parameter, v)) {
        let command = Command::SetParameter {
            id: model.id,
            name: parameter.name,
            value,
        };
        if action.dragging || action.released {
            acts.push(Act::Drag(command, *gesture));
        } else {
            acts.push(Act::Do(command));
        }
    }
    acts.extend(action.refused.map(Act::Say));
    if action.released {
        *gesture += 1;
        acts.push(Act::EndGesture);
    }
}

/// Hidden layers are chosen among usual ones.
const LAYERS: [&str; 14] = [
    "2", "3", "4", "8", "16", "32", "64", "100", "128", "4,4", "8,8", "16,16", "32,32", "64,32",
];

fn kind(parameter: &Parameter, value: &Value) -> KnobKind {
    match parameter.kind {
        ParameterKind::Integer {
            min,
            max,
            log,
            none,
        } => KnobKind::Integer {
            min,
            max,
            log,
            none_at_max: none,
        },
        ParameterKind::Real { min, max, log } => KnobKind::Real { min, max, log },
        ParameterKind::Choice(options) => KnobKind::Choice {
            options: options
                .iter()
                .map(|(v, l)| ((*v).to_owned(), (*l).to_owned()))
                .collect(),
        },
        ParameterKind::Switch => KnobKind::Switch,
        ParameterKind::Integers { .. } => {
            let mut options: Vec<String> = LAYERS.iter().map(|s| (*s).to_owned()).collect();
            if !options.contains(&value.to_string()) {
                options.insert(0, value.to_string());
            }
            KnobKind::Choice {
                options: options
                    .into_iter()
                    .map(|o| (o.clone(), o.replace(',', ", ")))
                    .collect(),
            }
        }
    }
}

fn shown(parameter: &Parameter, value: &Value) -> KnobValue {
    match (parameter.kind, value) {
        (_, Value::Integer(v)) => KnobValue::Integer(*v),
        (_, Value::Real(v)) => KnobValue::Real(*v),
        (_, Value::Switch(v)) => KnobValue::Switch(*v),
        (_, Value::None) => KnobValue::None,
        (_, Value::Choice(v)) => KnobValue::Choice((*v).to_owned()),
        (_, Value::Integers(_)) => KnobValue::Choice(value.to_string()),
    }
}

/// A knob's value as the parameter's, if it is allowed.
pub fn taken(parameter: &'static Parameter, value: &KnobValue) -> Option<Value> {
    let taken = match value {
        KnobValue::Integer(v) => Value::Integer(*v),
        KnobValue::Real(v) => Value::Real(*v),
        KnobValue::Switch(v) => Value::Switch(*v),
        KnobValue::None => Value::None,
        KnobValue::Choice(v) => return parameter.parse(v),
    };
    parameter.allows(&taken).then_some(taken)
}

type Importances = HashMap<Hash128, Result<Vec<(String, f64, f64)>, Problem>>;

/// A sentence of the engine with the names that the knobs have: "Epochs" for `max_iter`.
pub fn as_labelled(model: &ModelEntry, sentence: &str) -> String {
    let mut names: Vec<&Parameter> = model.params.algorithm().parameters.iter().collect();
    // A longer name first: one may be a part of another.
    names.sort_by_key(|p| std::cmp::Reverse(p.name.len()));
    let mut words = sentence.to_owned();
    for parameter in names {
        words = words.replace(&format!("Parameter {}", parameter.name), parameter.label);
        // Short names such as C are words of other things, too.
        if parameter.name.contains('_') {
            words = words.replace(parameter.name, &format!("“{}”", parameter.label));
        }
    }
    for algorithm in ALGORITHMS.iter().filter(|a| a.id.contains('_')) {
        words = words.replace(algorithm.id, algorithm.name);
    }
    words
}

/// Coefficients, importances on request, facts, engine and warnings of a card's model.
pub fn inside(
    ui: &mut Ui,
    frame: &Frame<'_>,
    model: &ModelEntry,
    importances: &Importances,
    acts: &mut Vec<Act>,
) {
    let Some(report) = frame.desk.entry(model.id).and_then(|e| e.report.as_ref()) else {
        return;
    };
    let t = frame.tokens;
    let mut facts: Vec<String> = report
        .facts
        .iter()
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    facts.extend(
        report
            .inertia
            .map(|i| format!("Inertia {}", format::number(i))),
    );
    small(ui, &facts.join(" · "), t.text);
    if let Some(terms) = report.linear.first() {
        let of = terms
            .class
            .as_ref()
            .map_or(String::new(), |c| format!(" for {c}"));
        bars(
            ui,
            frame,
            &format!("Coefficients{of}"),
            terms.coefficients.iter().map(|(n, v)| (&**n, *v, f64::NAN)),
        );
    }
    if report.task() != crate::model::Task::Clustering {
        match frame
            .desk
            .key(model.id)
            .and_then(|key| importances.get(&key))
        {
            Some(Ok(values)) => {
                let values = values.iter().map(|(n, v, s)| (&**n, *v, *s));
                bars(ui, frame, "Permutation importance", values);
            }
            Some(Err(problem)) => {
                ui.label(
                    eframe::egui::RichText::new(problem.to_string())
                        .small()
                        .color(t.fail),
                );
            }
            None => {
                let what = button::link("What matters?")
                    .tooltip("How much the held-out score drops when one column is shuffled.");
                if ui.add(what).clicked() {
                    acts.push(Act::Importance(model.id));
                }
            }
        }
    }
    if model.params.algorithm().engines.available.len() > 1 {
        let reason = model.params.algorithm().engines.reason;
        small(
            ui,
            &format!("Runs on {}. {reason}", report.engine.id()),
            t.weak,
        );
    }
    for warning in report.warnings.iter().take(MOST_WARNINGS) {
        // Of thousands of columns each may have its sentence: most are told apart by their place.
        let is_it = |n: &Problem| warning.starts_with(&n.place) && n.to_string() == *warning;
        let of_preparation = report
            .fitted
            .iter()
            .any(|f| f.recipe.notes().iter().any(is_it));
        let ink = if of_preparation { t.weak } else { t.warn };
        small(ui, &as_labelled(model, warning), ink);
    }
    let more = report.warnings.len().saturating_sub(MOST_WARNINGS);
    if more > 0 {
        small(ui, &format!("and {} more", format::count(more)), t.weak);
    }
}

/// Sentences about columns that a card shows.
const MOST_WARNINGS: usize = 12;
/// Bars that a card shows.
const MOST_BARS: usize = 6;

fn small(ui: &mut Ui, words: &str, ink: eframe::egui::Color32) {
    if !words.is_empty() {
        let text = eframe::egui::RichText::new(words).small().color(ink);
        ui.add(eframe::egui::Label::new(text).wrap());
    }
}

fn bars<'a>(
    ui: &mut Ui,
    frame: &Frame<'_>,
    title: &str,
    values: impl Iterator<Item = (&'a str, f64, f64)>,
) {
    ui.label(
        eframe::egui::RichText::new(title)
            .small()
            .color(frame.tokens.weak),
    );
    let (weights, total) = importance::leading(values, MOST_BARS);
    let hidden = total.saturating_sub(weights.len());
    importance::rows(ui, frame.tokens, &weights, (hidden, false));
}
