//! The third page: one row's values as knobs, what every shown model says of it, and what would have
//! to change for another answer.

use std::sync::Arc;

use eframe::egui::{self, Label, Rect, RichText, ScrollArea, Ui, pos2};

use super::matters::head;
use super::{EvaluateMade, child, class_keys, class_names, fitted, key_of, slot, weak};
use crate::app::act::Act;
use crate::app::frame::Frame;
use crate::app::panel::Memory;
use crate::app::tab::{TabMade, Wanted};
use crate::base::{Cancel, Halt, Hash128};
use crate::data::Kind;
use crate::model::Model;
use crate::prepare::PointValue;
use crate::project::{ModelEntry, ModelId};
use crate::train::{Change, FeatureRange, Fitted, Nearest, best, feature_ranges, nearest_change};
use crate::view::answers::{Answer, Answers, answers};
use crate::widget::combo::Combo;
use crate::widget::knob::{Knob, KnobKind, KnobValue};
use crate::widget::parameter_row::parameter_row;
use crate::widget::{button, format, theme};

#[derive(Default)]
pub struct WhatIfMemory {
    ranges_asked: Option<RangesKey>,
    ranges: Option<Ranges>,
    point: Vec<PointValue>,
    /// Where the knobs were set to: a row, or the typical values.
    start: Vec<PointValue>,
    from: Option<u32>,
    answers_asked: Option<Asked>,
    answers: Vec<(ModelId, Vec<f64>)>,
    wanted: Option<usize>,
    search: Option<Search>,
    found: Option<(SearchKey, Result<Nearest, String>)>,
}

/// A knob's row and the gap above it.
const ROW: f32 = 30.0;

/// Table and features.
type RangesKey = (Hash128, Vec<usize>);
/// The point, and the models that are asked about it.
type Asked = (Vec<PointValue>, Vec<(ModelId, Arc<dyn Model>)>);

struct Ranges {
    key: RangesKey,
    names: Vec<String>,
    titles: Vec<String>,
    /// Features that have a knob: words have none.
    turned: Vec<usize>,
    ranges: Arc<Vec<FeatureRange>>,
    typical: Vec<PointValue>,
}

struct Search {
    key: SearchKey,
    cancel: Cancel,
}

#[derive(Clone)]
pub struct SearchKey {
    model: Arc<dyn Model>,
    point: Vec<PointValue>,
    wanted: Option<usize>,
}

impl SearchKey {
    fn same(&self, other: &SearchKey) -> bool {
        Arc::ptr_eq(&self.model, &other.model)
            && self.point == other.point
            && self.wanted == other.wanted
    }
}

pub enum WhatIfMade {
    Ranges {
        key: (Hash128, Vec<usize>),
        ranges: Vec<FeatureRange>,
        typical: Vec<PointValue>,
    },
    Answers {
        point: Vec<PointValue>,
        answers: Vec<(ModelId, Vec<f64>)>,
    },
    Nearest(SearchKey, Result<Nearest, String>),
}

impl WhatIfMemory {
    /// The row that the knobs have made up of the present features; None where none was turned.
    pub fn made_up(&self, frame: &Frame<'_>) -> Option<&[PointValue]> {
        let now = ranges_key(frame);
        let ranges = self.ranges.as_ref().filter(|r| r.key == now)?;
        let turned = self.point.len() == ranges.typical.len() && self.point != ranges.typical;
        turned.then_some(&self.point)
    }

    pub fn take(&mut self, made: WhatIfMade) {
        match made {
            WhatIfMade::Ranges {
                key,
                ranges,
                typical,
            } => {
                if self.ranges_asked.as_ref() == Some(&key) {
                    self.point = typical.clone();
                    self.start = typical.clone();
                    self.from = None;
                    self.answers.clear();
                    self.ranges = Some(Ranges {
                        key,
                        names: Vec::new(),
                        titles: Vec::new(),
                        turned: Vec::new(),
                        ranges: Arc::new(ranges),
                        typical,
                    });
                }
            }
            WhatIfMade::Answers { point, answers } => {
                // An older answer is better than none while a knob is turned.
                if self
                    .answers_asked
                    .as_ref()
                    .is_some_and(|a| a.0.len() == point.len())
                {
                    self.answers = answers;
                }
            }
            WhatIfMade::Nearest(key, found) => {
                if self.search.as_ref().is_some_and(|s| s.key.same(&key)) {
                    self.search = None;
                    self.found = Some((key, found));
                }
            }
        }
    }

    fn stop(&mut self) {
        if let Some(search) = self.search.take() {
            search.cancel.cancel();
        }
    }
}

/// Which row the knobs begin at, in the header.
pub fn start_ui(ui: &mut Ui, frame: &Frame<'_>, memory: &mut Memory) {
    let selected = frame.look.selection.iter().next();
    let state = &mut memory.evaluate.what_if;
    let Some(typical) = state.ranges.as_ref().map(|r| r.typical.clone()) else {
        return;
    };
    let row_words = selected.map(|row| format!("row {}", row + 1));
    let mut options = vec!["a typical row"];
    options.extend(row_words.as_deref());
    let now = usize::from(state.from.is_some() && state.from == selected);
    let words = match state.from {
        Some(row) => format!("row {}", row + 1),
        None => "a typical row".to_owned(),
    };
    let tip = "Medians and most frequent values; or the selected row: select one in the tab Model or Table.";
    let combo = Combo::new("Begin at").tooltip(tip);
    let picked = combo.show_menu(ui, &words, |ui| {
        let mut picked = None;
        for (i, option) in options.iter().enumerate() {
            let row = crate::widget::combo::MenuRow::new(option).selected(i == now);
            if row.show(ui) {
                picked = Some(i);
            }
        }
        picked
    });
    match picked.1.flatten() {
        Some(0) => {
            state.point = typical.clone();
            state.start = typical;
            state.from = None;
        }
        Some(_) => begin_at(frame, memory, selected),
        None => {}
    }
}

fn begin_at(frame: &Frame<'_>, memory: &mut Memory, row: Option<u32>) {
    let Some((row, recipe)) = row.zip(any_fitted(frame).map(|f| &f.recipe)) else {
        return;
    };
    let table = &frame.desk.project().table;
    let state = &mut memory.evaluate.what_if;
    let Some(ranges) = state
        .ranges
        .as_ref()
        .filter(|_| (row as usize) < table.rows())
    else {
        return;
    };
    let point = recipe.point_of_row(table, row);
    // A knob stands somewhere: what is missing begins at the typical value.
    let filled = point
        .into_iter()
        .zip(&ranges.typical)
        .map(|(value, typical)| match value {
            PointValue::Missing => *typical,
            value => value,
        });
    state.point = filled.collect();
    state.start = state.point.clone();
    state.from = Some(row);
}

fn any_fitted<'a>(frame: &Frame<'a>) -> Option<&'a Fitted> {
    let selected = frame.selected().into_iter();
    let mut models = selected.chain(frame.desk.shown());
    models.find_map(|m| fitted(frame, frame.desk.entry(m.id)?))
}

pub fn show(ui: &mut Ui, frame: &Frame<'_>, memory: &mut Memory, acts: &mut Vec<Act>) {
    follow_ranges(frame, memory);
    let state = &memory.evaluate.what_if;
    let key = ranges_key(frame);
    if state.ranges.as_ref().is_none_or(|r| r.key != key) {
        return weak(ui, frame, "The model is being fitted.");
    }
    // A newly selected row is what the person wants to know about.
    let selected = frame.look.selection.iter().next();
    if selected.is_some() && selected != memory.evaluate.what_if.from {
        let same = ui.data(|d| d.get_temp::<u32>(egui::Id::unique("what if row"))) == selected;
        if !same {
            begin_at(frame, memory, selected);
        }
    }
    ui.data_mut(|d| match selected {
        Some(row) => {
            d.insert_temp(egui::Id::unique("what if row"), row);
        }
        None => d.remove::<u32>(egui::Id::unique("what if row")),
    });
    follow_answers(frame, memory);
    let area = ui.available_rect_before_wrap();
    let narrow = area.width() < 560.0;
    let width = if narrow {
        area.width()
    } else {
        (area.width() * 0.5).floor().min(520.0)
    };
    let (left, right) = if narrow {
        let middle = area.center().y;
        (area.with_max_y(middle - 6.0), area.with_min_y(middle + 6.0))
    } else {
        (
            Rect::from_min_max(area.min, pos2(area.left() + width, area.bottom())),
            Rect::from_min_max(pos2(area.left() + width + 24.0, area.top()), area.max),
        )
    };
    child(ui, 30, left, |ui| knobs(ui, frame, memory));
    let right = right.with_max_x(right.right().min(right.left() + 560.0));
    child(ui, 31, right, |ui| {
        ScrollArea::vertical()
            .id_salt("answers")
            .auto_shrink([false, false])
            .show(ui, |ui| {
                ui.set_max_width(ui.available_width() - 10.0);
                said(ui, frame, memory, acts);
                change(ui, frame, memory);
            });
    });
    ui.advance_cursor_after_rect(area);
}

fn ranges_key(frame: &Frame<'_>) -> RangesKey {
    let project = frame.desk.project();
    (
        project.table.fingerprint(),
        project.settings.roles.features(),
    )
}

fn follow_ranges(frame: &Frame<'_>, memory: &mut Memory) {
    let key = ranges_key(frame);
    let state = &mut memory.evaluate.what_if;
    if state.ranges_asked.as_ref() != Some(&key)
        && let (Some(fitted), Some(scene)) = (any_fitted(frame), frame.scene)
    {
        state.stop();
        state.found = None;
        state.ranges_asked = Some(key.clone());
        let (fitted, scene) = (fitted.clone(), scene.clone());
        memory.wanted.push(Wanted {
            slot: slot::RANGES,
            priority: 250,
            make: Box::new(move || {
                let rows: Vec<u32> = match &scene.target {
                    Some(target) => target.rows().to_vec(),
                    None => (0..scene.table.rows() as u32).collect(),
                };
                TabMade::Evaluate(EvaluateMade::WhatIf(WhatIfMade::Ranges {
                    key,
                    ranges: feature_ranges(&scene.table, &fitted.recipe, &rows),
                    typical: fitted.recipe.typical_point(),
                }))
            }),
        });
    }
    let unnamed = memory.evaluate.what_if.ranges.as_mut();
    let unnamed = unnamed.filter(|ranges| ranges.names.is_empty());
    if let Some((ranges, fitted)) = unnamed.zip(any_fitted(frame)) {
        let recipe = &fitted.recipe;
        let columns = frame.desk.project().table.columns();
        let title = |f: usize| {
            let output = recipe.outputs().get(recipe.outputs_of(f).start);
            let column = output.and_then(|o| columns.get(o.source));
            column.map_or(String::new(), |c| c.title())
        };
        let all = 0..recipe.feature_count();
        let is_turned = |f: &usize| recipe.feature_kind(*f) != Kind::Text;
        ranges.turned = all.clone().filter(is_turned).collect();
        ranges.titles = all.clone().map(title).collect();
        ranges.names = all.map(|f| recipe.feature_name(f).to_owned()).collect();
    }
}

fn follow_answers(frame: &Frame<'_>, memory: &mut Memory) {
    let models: Vec<(ModelId, Fitted)> = frame
        .desk
        .shown()
        .filter_map(|m| Some((m.id, fitted(frame, frame.desk.entry(m.id)?)?.clone())))
        .filter(|(_, f)| f.recipe.feature_count() == memory.evaluate.what_if.point.len())
        .collect();
    let state = &mut memory.evaluate.what_if;
    let same = state.answers_asked.as_ref().is_some_and(|(point, asked)| {
        *point == state.point
            && asked.len() == models.len()
            && asked
                .iter()
                .zip(&models)
                .all(|(a, m)| a.0 == m.0 && Arc::ptr_eq(&a.1, &m.1.model))
    });
    if same {
        return;
    }
    let point = state.point.clone();
    let asked = models.iter().map(|(id, f)| (*id, f.model.clone()));
    state.answers_asked = Some((point.clone(), asked.collect()));
    memory.wanted.push(Wanted {
        slot: slot::ANSWERS,
        priority: 252,
        make: Box::new(move || {
            let ask = |(id, fitted): &(ModelId, Fitted)| {
                let x = fitted.recipe.transform_point(&point);
                let mut out = vec![0.0; fitted.model.outputs()];
                let cancel = Cancel::new();
                fitted.model.predict(&x, x.len(), &mut out, &cancel).ok()?;
                Some((*id, out))
            };
            let answers = models.iter().filter_map(ask).collect();
            TabMade::Evaluate(EvaluateMade::WhatIf(WhatIfMade::Answers { point, answers }))
        }),
    });
}

fn knobs(ui: &mut Ui, frame: &Frame<'_>, memory: &mut Memory) {
    let state = &mut memory.evaluate.what_if;
    let Some(ranges) = &state.ranges else {
        return;
    };
    weak(
        ui,
        frame,
        "Turn a value; the marks under a rail are its quartiles among the rows.",
    );
    if ranges.turned.len() < ranges.names.len() {
        let words = "Words are not turned: the answers are for a row without any of them.";
        weak(ui, frame, words);
    }
    let (ranges_of, titles, names) = (ranges.ranges.clone(), &ranges.titles, &ranges.names);
    let mut changed = None;
    ScrollArea::vertical()
        .id_salt("what if knobs")
        .auto_shrink([false, false])
        // Of thousands of features only those in sight are laid out.
        .show_rows(
            ui,
            ROW * theme::scale(ui),
            ranges.turned.len(),
            |ui, rows| {
                ui.set_max_width(ui.available_width() - 12.0);
                for &feature in &ranges.turned[rows] {
                    let (Some(range), Some(now), Some(start)) = (
                        ranges_of.get(feature),
                        state.point.get(feature),
                        state.start.get(feature),
                    ) else {
                        continue;
                    };
                    let title = titles.get(feature).cloned().unwrap_or_default();
                    let mut knob = knob(&title, range, *now, *start);
                    // The row is narrow: the unit stands in the help.
                    knob.name = names.get(feature).cloned().unwrap_or_default();
                    ui.add_space(2.0 * theme::scale(ui));
                    let id = ("what if", names.get(feature).cloned().unwrap_or_default());
                    let before = ui.cursor().min;
                    let width = ui.available_width();
                    let action = parameter_row(ui, id, &knob);
                    marks(ui, frame, range, before, width);
                    if let Some(value) = action.change.and_then(|v| point_value(range, &v)) {
                        changed = Some((feature, value));
                    }
                }
            },
        );
    if let Some((feature, value)) = changed {
        state.point[feature] = value;
        state.stop();
    }
}

/// Ticks at the quartiles, under the rail of the row that was drawn at `before`.
fn marks(ui: &Ui, frame: &Frame<'_>, range: &FeatureRange, before: egui::Pos2, width: f32) {
    let FeatureRange::Number {
        low,
        high,
        quartiles,
        date: false,
        ..
    } = range
    else {
        return;
    };
    if high <= low {
        return;
    }
    // As the row lays out its slider: name 98, field 56, reset 20, gaps of 8.
    let rail = before.x + 98.0 + 8.0..=before.x + width - 20.0 - 8.0 - 56.0 - 8.0;
    let (from, to) = (*rail.start(), *rail.end());
    for quartile in quartiles {
        let x = from + (to - from) * ((quartile - low) / (high - low)) as f32;
        let y = before.y + 24.0;
        let stroke = egui::Stroke::new(1.0, frame.tokens.weak);
        ui.painter().vline(x.round() + 0.5, y..=y + 5.0, stroke);
    }
}

fn knob(title: &str, range: &FeatureRange, now: PointValue, start: PointValue) -> Knob {
    let number = |value: PointValue, integer: bool| match value {
        PointValue::Number(v) if integer => KnobValue::Integer(v.round() as i64),
        PointValue::Number(v) => KnobValue::Real(v),
        _ => KnobValue::Real(0.0),
    };
    match range {
        FeatureRange::Number {
            low,
            high,
            quartiles,
            integer,
            date,
            ..
        } => {
            let integer = *integer && high.abs() < 1e15 && low.abs() < 1e15;
            Knob {
                name: title.to_owned(),
                help: format!(
                    "{title}: a quarter of the rows lies below {}, a quarter above {}.",
                    format::number(quartiles[0]),
                    format::number(quartiles[2])
                ),
                kind: if integer {
                    KnobKind::Integer {
                        min: *low as i64,
                        max: *high as i64,
                        log: false,
                        none_at_max: false,
                    }
                } else {
                    KnobKind::Real {
                        min: *low,
                        max: *high,
                        log: false,
                    }
                },
                value: number(now, integer),
                default: number(start, integer),
                disabled_because: match (*date, high > low) {
                    (true, _) => Some("Dates are not turned here.".into()),
                    (_, false) => Some("All rows have this value.".into()),
                    _ => None,
                },
            }
        }
        FeatureRange::Levels { names, present } => {
            let choice = |value: PointValue| match value {
                PointValue::Level(code) => KnobValue::Choice(code.to_string()),
                _ => KnobValue::Choice(String::new()),
            };
            let option = |code: &u32| {
                let name = names.get(*code as usize).cloned().unwrap_or_default();
                (code.to_string(), name)
            };
            Knob {
                name: title.to_owned(),
                help: format!("{title}: one of the values that the rows have."),
                kind: KnobKind::Choice {
                    options: present.iter().map(option).collect(),
                },
                value: choice(now),
                default: choice(start),
                disabled_because: None,
            }
        }
    }
}

fn point_value(range: &FeatureRange, value: &KnobValue) -> Option<PointValue> {
    match (range, value) {
        (FeatureRange::Number { .. }, KnobValue::Integer(n)) => Some(PointValue::Number(*n as f64)),
        (FeatureRange::Number { .. }, KnobValue::Real(x)) => Some(PointValue::Number(*x)),
        (FeatureRange::Levels { .. }, KnobValue::Choice(code)) => {
            code.parse().ok().map(PointValue::Level)
        }
        _ => None,
    }
}

fn said(ui: &mut Ui, frame: &Frame<'_>, memory: &mut Memory, acts: &mut Vec<Act>) {
    let state = &memory.evaluate.what_if;
    let selected = frame.selected().map(|m| m.id);
    let models: Vec<&ModelEntry> = frame.desk.shown().collect();
    let all: Vec<Answer> = models
        .iter()
        .map(|m| Answer {
            model: key_of(m),
            outputs: state
                .answers
                .iter()
                .find(|(id, _)| *id == m.id)
                .map_or(Vec::new(), |(_, outputs)| outputs.clone()),
            selected: Some(m.id) == selected,
        })
        .collect();
    let classes = class_keys(frame);
    let number = class_names(frame).is_empty();
    let target = frame.scene.and_then(|s| s.target.as_ref());
    let range = frame.scene.map_or([0.0, 1.0], |s| s.range);
    let name = target.map_or("", |t| t.name());
    let words = format!("{name}, as the models that have seen all rows say.");
    weak(ui, frame, words);
    ui.add_space(4.0);
    let data = Answers {
        answers: &all,
        classes: if number { &[] } else { &classes },
        range: (range[0], range[1]),
        unit: target.and_then(|t| t.unit()).unwrap_or(""),
    };
    if let Some(model) = answers(ui, frame.tokens, &data).and_then(|i| models.get(i)) {
        acts.push(Act::SelectModel(model.id));
    }
}

/// The search for the nearest other answer of the selected model.
fn change(ui: &mut Ui, frame: &Frame<'_>, memory: &mut Memory) {
    let names = class_names(frame);
    if names.is_empty() {
        return;
    }
    let Some((model, fitted)) = frame
        .selected()
        .and_then(|m| Some((m, fitted(frame, frame.desk.entry(m.id)?)?)))
    else {
        return;
    };
    ui.separator();
    head(
        ui,
        frame,
        model,
        "What would have to change",
        ui.available_width(),
    );
    let state = &mut memory.evaluate.what_if;
    let now = state.answers.iter().find(|(id, _)| *id == model.id);
    let now = now.map(|(_, outputs)| best(outputs).0);
    let wanted = state.wanted.filter(|w| *w < names.len() && Some(*w) != now);
    let key = SearchKey {
        model: fitted.model.clone(),
        point: state.point.clone(),
        wanted,
    };
    if state.search.as_ref().is_some_and(|s| !s.key.same(&key)) {
        state.stop();
    }
    let mut start = false;
    ui.horizontal_wrapped(|ui| {
        if names.len() > 2 {
            let mut options = vec!["any other class"];
            options.extend(names.iter().map(String::as_str));
            let chosen = Combo::new("For").show(ui, &options, wanted.map_or(0, |w| w + 1));
            if let Some(chosen) = chosen {
                state.wanted = chosen.checked_sub(1);
            }
        }
        if state.search.is_some() {
            if ui.add(button::secondary("Stop")).clicked() {
                state.stop();
            }
            weak(ui, frame, "Searching …");
        } else {
            start = ui
                .add(button::secondary("Find the smallest change").tooltip(
                    "Searches the nearest values of one or two columns that give another answer.",
                ))
                .clicked();
        }
    });
    if start {
        let cancel = Cancel::new();
        let ranges = state
            .ranges
            .as_ref()
            .map(|r| r.ranges.clone())
            .unwrap_or_default();
        state.found = None;
        state.search = Some(Search {
            key: key.clone(),
            cancel: cancel.clone(),
        });
        let (fitted, key) = (fitted.clone(), key.clone());
        memory.wanted.push(Wanted {
            slot: slot::NEAREST,
            priority: 60,
            make: Box::new(move || {
                let found = nearest_change(&fitted, &ranges, &key.point, key.wanted, &cancel);
                let found = found.map_err(|halt| match halt {
                    Halt::Failed(problem) => problem.to_string(),
                    Halt::Cancelled => "It was stopped.".to_owned(),
                });
                TabMade::Evaluate(EvaluateMade::WhatIf(WhatIfMade::Nearest(key, found)))
            }),
        });
    }
    let state = &mut memory.evaluate.what_if;
    let Some((_, found)) = state.found.as_ref().filter(|(k, _)| k.same(&key)) else {
        return;
    };
    let found = match found {
        Ok(found) => found,
        Err(sentence) => return weak(ui, frame, sentence.clone()),
    };
    let mut taken = None;
    let both = [
        ("One column", &found.one),
        ("Two columns, nearer", &found.two),
    ];
    for (words, change) in both {
        if let Some(change) = change
            && told(ui, frame, state, names, words, change)
        {
            taken = Some(change.values.clone());
        }
    }
    if found.one.is_none() && found.two.is_none() {
        weak(
            ui,
            frame,
            "Within the range of the rows no change of one or two columns gives it.",
        );
    } else {
        weak(
            ui,
            frame,
            "Distances in standard deviations, another category counts one. A grid is searched and refined: a smaller change may exist.",
        );
    }
    for (feature, value) in taken.into_iter().flatten() {
        if let Some(place) = state.point.get_mut(feature) {
            *place = value;
        }
    }
}

/// One change in words; whether it shall be taken over.
fn told(
    ui: &mut Ui,
    frame: &Frame<'_>,
    state: &WhatIfMemory,
    names: &[String],
    words: &str,
    change: &Change,
) -> bool {
    let Some(ranges) = &state.ranges else {
        return false;
    };
    let shown = |feature: usize, value: PointValue| match (&ranges.ranges[feature], value) {
        (FeatureRange::Levels { names, .. }, PointValue::Level(code)) => {
            names.get(code as usize).cloned().unwrap_or_default()
        }
        (_, PointValue::Number(v)) => format::significant(v, 4),
        _ => "missing".to_owned(),
    };
    let parts: Vec<String> = change
        .values
        .iter()
        .map(|(feature, value)| {
            let title = ranges.titles.get(*feature).cloned().unwrap_or_default();
            let from = shown(*feature, state.point[*feature]);
            format!("{title} from {from} to {}", shown(*feature, *value))
        })
        .collect();
    let (class, share) = best(&change.outputs);
    let class = names.get(class).cloned().unwrap_or_default();
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        ui.strong(words);
        let distance = format!("distance {}", format::number(change.distance));
        ui.label(RichText::new(distance).small().color(frame.tokens.weak));
    });
    let sentence = format!("{}: {class} ({})", parts.join(", "), format::percent(share));
    ui.add(Label::new(sentence).wrap());
    let tip = format!("Sets the knobs to it: {}", parts.join(", "));
    ui.push_id(words, |ui| {
        ui.add(button::link("Set the knobs to it").tooltip(&tip))
            .clicked()
    })
    .inner
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knobs_go_there_and_back() {
        let number = FeatureRange::Number {
            low: 0.5,
            high: 9.0,
            quartiles: [1.0, 2.0, 3.0],
            spread: 1.0,
            integer: false,
            date: false,
        };
        let value = PointValue::Number(2.5);
        let made = knob("a", &number, value, value);
        assert_eq!(point_value(&number, &made.value), Some(value));
        assert!(!made.is_changed() && made.disabled_because.is_none());
        let levels = FeatureRange::Levels {
            names: ["x", "y"].map(str::to_owned).into(),
            present: vec![1],
        };
        let made = knob("b", &levels, PointValue::Level(1), PointValue::Level(0));
        assert_eq!(
            point_value(&levels, &made.value),
            Some(PointValue::Level(1))
        );
        assert!(made.is_changed());
        assert_eq!(point_value(&levels, &KnobValue::Real(1.0)), None);
    }
}
