//! The third page: one row's values as knobs, what every shown model says of it, and what would have
//! to change for another answer.

mod change;
mod knobs;

use std::sync::Arc;

use eframe::egui::{self, Rect, ScrollArea, Ui, pos2};

use self::change::change;
use self::knobs::knobs;
use super::{EvaluateMade, child, class_keys, class_names, fitted, key_of, slot, weak};
use crate::app::act::Act;
use crate::app::frame::Frame;
use crate::app::panel::Memory;
use crate::app::tab::{self, TabMade, Wanted};
use crate::base::{Cancel, Hash128};
use crate::data::Kind;
use crate::model::Model;
use crate::prepare::PointValue;
use crate::project::{ModelEntry, ModelId, Project};
use crate::train::{FeatureRange, Fitted, Nearest, feature_ranges};
use crate::view::answers::{Answer, Answers, answers};
use crate::widget::combo::Combo;

#[derive(Default)]
pub struct WhatIfMemory {
    ranges_asked: Option<RangesKey>,
    ranges: Option<Ranges>,
    point: Vec<PointValue>,
    /// Where the knobs were set to: a row, or the typical values.
    start: Vec<PointValue>,
    from: Option<u32>,
    /// What the plane was last cut at.
    base: Option<Arc<[PointValue]>>,
    answers_asked: Option<Asked>,
    answers: Vec<(ModelId, Vec<f64>)>,
    wanted: Option<usize>,
    search: Option<Search>,
    found: Option<(SearchKey, Result<Nearest, String>)>,
    /// What was found has not been scrolled to yet.
    unseen: bool,
}

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
    pub fn made_up(&self, project: &Project) -> Option<&[PointValue]> {
        let now = ranges_key(project);
        let ranges = self.ranges.as_ref().filter(|r| r.key == now)?;
        let turned = self.point.len() == ranges.typical.len() && self.point != ranges.typical;
        turned.then_some(&self.point)
    }

    /// The row that the knobs stand at; None until the present features are known.
    pub fn point(&self, project: &Project) -> Option<&[PointValue]> {
        let ranges = self.ranges.as_ref()?;
        let there = ranges.key == ranges_key(project) && self.point.len() == ranges.typical.len();
        there.then_some(&self.point)
    }

    /// What the plane through these columns of the table is cut at: the made-up row. The features that
    /// the plane shows do not tell planes apart; None where no other was turned.
    pub fn base(
        &mut self,
        project: &Project,
        shown: [Option<usize>; 2],
    ) -> Option<Arc<[PointValue]>> {
        let mut point = self.made_up(project)?.to_vec();
        let ranges = self.ranges.as_ref()?;
        for (at, column) in ranges.key.1.iter().enumerate().take(point.len()) {
            if shown.contains(&Some(*column)) {
                point[at] = ranges.typical[at];
            }
        }
        if point == ranges.typical {
            return None;
        }
        let known = self.base.as_ref().filter(|base| ***base == *point);
        let base = known.cloned().unwrap_or_else(|| point.into());
        Some(self.base.insert(base).clone())
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
                    self.unseen = true;
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
    let key = ranges_key(frame.desk.project());
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
    let whole = ui.available_rect_before_wrap();
    let (area, beside) = places(whole);
    if let (Some(place), Some(scene)) = (beside, frame.scene) {
        child(ui, 32, place, |ui| {
            let response = tab::model::picture(ui, frame, scene, memory, 1.0);
            if let Some(response) = response {
                tab::model::carry_out(frame, response, acts);
            }
        });
    }
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
    child(ui, 30, left, |ui| knobs(ui, frame, memory, acts));
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
    ui.advance_cursor_after_rect(whole);
}

/// Where knobs and answers are, and where the plane is with the row on it: at their right, under them, or
/// nowhere.
fn places(whole: Rect) -> (Rect, Option<Rect>) {
    const KNOBS: f32 = 820.0;
    const GAP: f32 = 24.0;
    if whole.width() >= KNOBS + GAP + 560.0 {
        let knobs = whole.with_max_x(whole.left() + KNOBS);
        let beside = whole.with_min_x(knobs.right() + GAP);
        return (knobs, Some(beside.with_max_y(whole.bottom() - 4.0)));
    }
    if whole.width() >= 560.0 && whole.height() >= 560.0 {
        let middle = whole.top() + (whole.height() * 0.56).floor();
        let below = whole.with_min_y(middle + 8.0);
        return (whole.with_max_y(middle), Some(below));
    }
    (whole, None)
}

fn ranges_key(project: &Project) -> RangesKey {
    (
        project.table.fingerprint(),
        project.settings.roles.features(),
    )
}

fn follow_ranges(frame: &Frame<'_>, memory: &mut Memory) {
    let key = ranges_key(frame.desk.project());
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
    let words = format!("What the models that have seen all rows say of {name}.");
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
