//! One row's values as knobs, with the quartiles of the rows under them.

use eframe::egui::{self, ScrollArea, Ui};

use super::super::weak;
use crate::app::act::Act;
use crate::app::frame::Frame;
use crate::app::panel::Memory;
use crate::data::format_date;
use crate::prepare::PointValue;
use crate::train::FeatureRange;
use crate::widget::knob::{Knob, KnobKind, KnobValue};
use crate::widget::parameter_row::parameter_row;
use crate::widget::{format, theme};

/// Seconds of a day: the step in which a date is turned.
const DAY: f64 = 86_400.0;
/// A knob's row and the gap above it.
const ROW: f32 = 30.0;

pub(super) fn knobs(ui: &mut Ui, frame: &Frame<'_>, memory: &mut Memory, acts: &mut Vec<Act>) {
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
                    acts.extend(action.refused.map(Act::Say));
                    marks(ui, frame, range, before, width - knob.field_width());
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

/// Ticks at the quartiles, under the rail of the row that was drawn at `before`; `width` is that of the
/// row without its field.
fn marks(ui: &Ui, frame: &Frame<'_>, range: &FeatureRange, before: egui::Pos2, width: f32) {
    let FeatureRange::Number {
        low,
        high,
        quartiles,
        ..
    } = range
    else {
        return;
    };
    if high <= low {
        return;
    }
    // As the row lays out its slider: name 98, reset 20, gaps of 8.
    let rail = before.x + 98.0 + 8.0..=before.x + width - 20.0 - 8.0 - 8.0;
    let (from, to) = (*rail.start(), *rail.end());
    for quartile in quartiles {
        let x = from + (to - from) * ((quartile - low) / (high - low)) as f32;
        let y = before.y + 24.0;
        let stroke = egui::Stroke::new(1.0, frame.tokens.weak);
        ui.painter().vline(x.round() + 0.5, y..=y + 5.0, stroke);
    }
}

fn knob(title: &str, range: &FeatureRange, now: PointValue, start: PointValue) -> Knob {
    let day = |seconds: f64| (seconds / DAY).floor();
    let is_date = matches!(range, FeatureRange::Number { date: true, .. });
    let number = |value: PointValue, integer: bool| match value {
        PointValue::Number(v) if is_date => KnobValue::Integer(day(v) as i64),
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
            let shown = |value: f64| match *date {
                true => format_date(day(value) * DAY),
                false => format::number(value),
            };
            Knob {
                name: title.to_owned(),
                help: format!(
                    "{title}: a quarter of the rows lies below {}, a quarter above {}.",
                    shown(quartiles[0]),
                    shown(quartiles[2])
                ),
                kind: if *date {
                    KnobKind::Day {
                        min: day(*low) as i64,
                        max: day(*high) as i64,
                    }
                } else if integer {
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
                disabled_because: (high <= low).then(|| "All rows have this value.".into()),
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
        (FeatureRange::Number { date: true, .. }, KnobValue::Integer(n)) => {
            Some(PointValue::Number(*n as f64 * DAY))
        }
        (FeatureRange::Number { .. }, KnobValue::Integer(n)) => Some(PointValue::Number(*n as f64)),
        (FeatureRange::Number { .. }, KnobValue::Real(x)) => Some(PointValue::Number(*x)),
        (FeatureRange::Levels { .. }, KnobValue::Choice(code)) => {
            code.parse().ok().map(PointValue::Level)
        }
        _ => None,
    }
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
        let dates = FeatureRange::Number {
            low: 0.0,
            high: 400.5 * DAY,
            quartiles: [100.0 * DAY, 200.0 * DAY, 300.0 * DAY],
            spread: 1.0,
            integer: true,
            date: true,
        };
        let value = PointValue::Number(31.0 * DAY);
        let made = knob("day", &dates, value, value);
        assert_eq!(made.shown(&made.value), "1970-02-01");
        assert_eq!(point_value(&dates, &made.value), Some(value));
        assert!(made.disabled_because.is_none());
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
