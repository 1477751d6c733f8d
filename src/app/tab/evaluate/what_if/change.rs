//! What would have to change for another answer of the selected model.

use eframe::egui::{self, Align, Label, Layout, RichText, Ui, vec2};

use super::super::matters::head;
use super::super::{EvaluateMade, class_names, fitted, slot, weak};
use super::{Search, SearchKey, WhatIfMade, WhatIfMemory};
use crate::app::frame::Frame;
use crate::app::panel::Memory;
use crate::app::tab::{TabMade, Wanted};
use crate::base::{Cancel, Halt};
use crate::data::format_date;
use crate::prepare::PointValue;
use crate::train::{Change, FeatureRange, best, nearest_change};
use crate::widget::combo::Combo;
use crate::widget::{button, format};

/// The search for the nearest other answer of the selected model.
pub(super) fn change(ui: &mut Ui, frame: &Frame<'_>, memory: &mut Memory) {
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
    let beside = match ui.available_width() < 360.0 {
        true => Layout::top_down(Align::Min),
        false => Layout::left_to_right(Align::Center),
    };
    let room = vec2(ui.available_width(), 28.0);
    ui.allocate_ui_with_layout(room, beside, |ui| {
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
    let begun = ui.cursor().min;
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
    if std::mem::take(&mut state.unseen) {
        let all = egui::Rect::from_two_pos(begun, ui.min_rect().max);
        ui.scroll_to_rect(all, None);
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
        (FeatureRange::Number { date: true, .. }, PointValue::Number(v)) => format_date(v),
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
