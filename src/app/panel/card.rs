//! One model's card: what it says of the model, and what is done with it.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use eframe::egui::Ui;

use super::Memory;
use crate::app::act::Act;
use crate::app::frame::Frame;
use crate::app::knobs;
use crate::app::using::Use;
use crate::evaluate::{Metric, Spread};
use crate::model::Task;
use crate::prepare::{Recipe, Scale, SplitScheme};
use crate::project::{Command, Entry, ModelEntry, ModelId};
use crate::train::Pace;
use crate::widget::card_data::{Card, CardAction, CardState, Engines, Progress};
use crate::widget::disclosure::disclosure;
use crate::widget::score_track::Track;
use crate::widget::text::Rich;
use crate::widget::{format, model_card};

/// What the cards keep between frames.
#[derive(Default)]
pub struct CardMemory {
    /// Cards whose rare parameters are shown.
    more: HashSet<ModelId>,
    /// Cards whose model is opened.
    inside: HashSet<ModelId>,
    counted: Counted,
}

/// Which cards have a row for their progress.
#[derive(Default)]
struct Counted {
    /// The name of the table that they are of.
    table: String,
    /// Since when a card counts; of one that has counted for long, none.
    since: HashMap<ModelId, Option<Instant>>,
}

impl Counted {
    /// Whether the card has the row at `now`: once it counted for long it keeps it on this table.
    fn keeps_row(&mut self, table: &str, id: ModelId, counts: bool, now: Instant) -> bool {
        if self.table != table {
            table.clone_into(&mut self.table);
            self.since.clear();
        }
        match (self.since.get(&id), counts) {
            (Some(None), _) => true,
            (Some(Some(since)), true) => {
                let long = now.duration_since(*since) >= WORTH_COUNTING;
                if long {
                    self.since.insert(id, None);
                }
                long
            }
            (None, true) => {
                self.since.insert(id, Some(now));
                false
            }
            (_, false) => {
                self.since.remove(&id);
                false
            }
        }
    }
}

pub(super) fn is_running(entry: Option<&Entry>) -> bool {
    entry.is_some_and(|e| e.report.is_none() && e.problem.is_none())
}

pub(super) fn is_stopped(entry: Option<&Entry>) -> bool {
    entry.is_some_and(|e| e.report.as_ref().is_some_and(|r| r.stopped))
}

const WORTH_COUNTING: Duration = Duration::from_millis(500);

/// Answers to a model that cannot run: with its parameters,
const RESET: &str = "Reset parameters";
/// or with numbers below zero.
const SCALE: &str = "Scale from 0 to 1 instead";
/// or with more folds than rows.
const ONE_BY_ONE: &str = "Hold out row by row";

/// Draws a model's card and says what was done with it.
pub fn show(
    ui: &mut Ui,
    frame: &Frame<'_>,
    memory: &mut Memory,
    model: &ModelEntry,
    acts: &mut Vec<Act>,
) {
    let selected = frame.selected().map(|m| m.id) == Some(model.id);
    let open = selected || frame.look.open_cards.contains(&model.id);
    let mut data = card_data(frame, model, selected, open);
    let counts = data.progress.is_some() && data.state == CardState::Fitting;
    let table = frame.desk.project().table.name();
    // Pictures do not depend on how long something took.
    data.keeps_row = !frame.still
        && (memory.right.card.counted).keeps_row(table, model.id, counts, Instant::now());
    // What takes less than half a second needs no bar, and what stands below it must not jump.
    if data.state == CardState::Fitting && !data.keeps_row && !frame.still {
        data.progress = None;
        ui.ctx().request_repaint_after(WORTH_COUNTING);
    }
    if data.keeps_row && data.state == CardState::Done {
        data.progress = done(frame, model);
    }
    let state = data.state.clone();
    let mut inner = Vec::new();
    let action = model_card::model_card(ui, &data, |ui| {
        let more = memory.right.card.more.contains(&model.id);
        knobs::show(ui, frame, model, more, &mut memory.gesture, &mut inner);
        let rare = model
            .params
            .iter()
            .filter(|(p, _)| !p.common && model.params.is_visible(p))
            .count();
        if rare > 0 {
            let words = if more {
                "Fewer parameters".to_owned()
            } else {
                format::counted(rare, "more parameter", "more parameters")
            };
            if disclosure(ui, &words, more) {
                if more {
                    memory.right.card.more.remove(&model.id);
                } else {
                    memory.right.card.more.insert(model.id);
                }
            }
        }
        let scored = frame
            .desk
            .entry(model.id)
            .is_some_and(|e| e.report.is_some());
        let inside = memory.right.card.inside.contains(&model.id);
        if scored && disclosure(ui, "What is inside", inside) {
            if inside {
                memory.right.card.inside.remove(&model.id);
            } else {
                memory.right.card.inside.insert(model.id);
            }
        }
        if scored && inside {
            knobs::inside(ui, frame, model, &memory.importance, &mut inner);
        }
    });
    acts.extend(inner);
    if let Some(action) = action {
        carry_out(frame, model, action, &state, acts);
    }
}

fn carry_out(
    frame: &Frame<'_>,
    model: &ModelEntry,
    action: CardAction,
    state: &CardState,
    acts: &mut Vec<Act>,
) {
    let id = model.id;
    match action {
        CardAction::Select => acts.push(Act::SelectModel(id)),
        CardAction::ToggleOpen => {
            acts.push(Act::OpenCard(id, !frame.look.open_cards.contains(&id)));
        }
        CardAction::Stop => acts.push(Act::Stop(id)),
        CardAction::Continue => acts.push(Act::Continue(id)),
        CardAction::StartOver => acts.push(Act::StartOver(id)),
        CardAction::Duplicate => acts.push(Act::Do(Command::DuplicateModel(id))),
        CardAction::ToggleHidden => acts.push(Act::Do(Command::HideModel {
            id,
            hidden: !model.hidden,
        })),
        CardAction::Colour => {
            let used: Vec<usize> = frame
                .desk
                .project()
                .models()
                .iter()
                .map(|m| m.letter)
                .collect();
            let next = (model.letter + 1..)
                .find(|l| !used.contains(l))
                .unwrap_or(model.letter);
            acts.push(Act::Do(Command::SetLetter { id, letter: next }));
        }
        CardAction::Reset => acts.push(Act::Do(Command::ResetModel(id))),
        CardAction::Engine(choice) => {
            let engine = choice
                .checked_sub(1)
                .and_then(|i| model.params.algorithm().engines.available.get(i).copied());
            acts.push(Act::Do(Command::SetEngine { id, engine }));
        }
        CardAction::SaveModel => acts.push(Act::Use(Use::Save(id))),
        CardAction::Predict => acts.push(Act::Use(Use::Card(id))),
        CardAction::Remove => acts.push(Act::Do(Command::RemoveModel(id))),
        CardAction::Fix(which) => match (state, which) {
            (CardState::Waiting | CardState::Asks { .. }, _) => acts.push(Act::Allow(id)),
            (CardState::CannotRun { fixes, .. }, which)
                if fixes.get(which).is_some_and(|f| f == SCALE) =>
            {
                let recipe = Recipe {
                    scale: Scale::MinMax,
                    ..frame.desk.project().recipe.clone()
                };
                acts.push(Act::Do(Command::SetRecipe(recipe)))
            }
            (CardState::CannotRun { fixes, .. }, which)
                if fixes.get(which).is_some_and(|f| f == ONE_BY_ONE) =>
            {
                acts.push(Act::Do(Command::SetSplit {
                    split: Some(SplitScheme::LeaveOneOut),
                    test: None,
                }))
            }
            (CardState::Failed { fixes, .. } | CardState::CannotRun { fixes, .. }, which)
                if fixes.get(which).is_some_and(|f| f == RESET) =>
            {
                acts.push(Act::Do(Command::ResetModel(id)))
            }
            _ => acts.push(Act::Do(Command::RemoveModel(id))),
        },
    }
}

fn card_data(frame: &Frame<'_>, model: &ModelEntry, selected: bool, open: bool) -> Card {
    let entry = frame.desk.entry(model.id);
    let algorithm = model.params.algorithm();
    let (spread, stale) = shown_score(frame, model);
    let metric = frame.desk.leading_metric();
    // Knobs are of use to a model that cannot run where they may be the reason.
    let by_knobs = entry
        .and_then(|e| e.problem.as_ref())
        .is_none_or(|p| p.place.starts_with("Parameter") || turned(model));
    Card {
        key: model.id.0,
        model: model.letter,
        name: algorithm.name.to_owned(),
        state: state(frame, model, entry),
        score: spread
            .as_ref()
            .and_then(score_words)
            .or_else(|| silhouette(entry)),
        track: track(frame, spread.as_ref(), metric),
        progress: entry.and_then(|entry| progress(frame, model, entry)),
        keeps_row: false,
        stale,
        engines: engines(model),
        selected,
        hidden: model.hidden,
        fitted: entry.is_some_and(|e| e.report.as_ref().is_some_and(|r| r.fitted.is_some())),
        open: open && by_knobs && !model.hidden,
    }
}

fn silhouette(entry: Option<&Entry>) -> Option<(String, String)> {
    let report = entry?.report.as_ref()?;
    let Some(silhouette) = report.silhouette else {
        let why = match report.sizes.len() {
            _ if report.task() != Task::Clustering => return None,
            0 => "no cluster, so no silhouette",
            1 => "one cluster, so no silhouette",
            _ => return None,
        };
        return Some(("–".to_owned(), why.to_owned()));
    };
    // Rows in no cluster have no silhouette.
    let words = match report.rows.saturating_sub(report.sizes.iter().sum()) {
        0 => "silhouette".to_owned(),
        left_out => format!("silhouette, {} left out", format::count(left_out)),
    };
    Some((format::score(silhouette), words))
}

/// Mean and spread of a score in words; "one split" where there is no spread.
pub fn score_words(spread: &Spread) -> Option<(String, String)> {
    let mean = spread.mean.or(spread.pooled)?;
    Some(format::score_with_spread(mean, spread.std))
}

/// The card's score, and what to say of it where it is not its own yet: a file's claim, or the former
/// setting's score, stands in until the new one is there.
fn shown_score(frame: &Frame<'_>, model: &ModelEntry) -> (Option<Spread>, Option<String>) {
    let Some(metric) = frame.desk.leading_metric() else {
        return (None, None);
    };
    if let Some((fitted, score)) = frame.scrubbed_score(model.id) {
        let at = format!("at {} of {}", fitted.step, fitted.planned);
        return (Some(score), Some(at));
    }
    if let Some(spread) = frame.desk.score(model.id, metric) {
        return (Some(spread), None);
    }
    if let Some(claim) = frame.desk.claim(model.id, metric) {
        let failed = frame
            .desk
            .entry(model.id)
            .is_some_and(|e| e.problem.is_some());
        let words = if failed || frame.desk.waits(model.id).is_some() {
            "saved result, not checked"
        } else {
            "saved result, being checked"
        };
        return (Some(claim.clone()), Some(words.to_owned()));
    }
    let old = frame
        .desk
        .stale_entry(model.id)
        .and_then(|e| e.report.as_ref()?.score(metric).cloned());
    let words = old.is_some().then(|| "former score".to_owned());
    (old, words)
}

fn track(frame: &Frame<'_>, spread: Option<&Spread>, metric: Option<Metric>) -> Track {
    let baseline = metric
        .and_then(|m| frame.desk.baseline_score(m))
        .and_then(|s| s.mean);
    let low = match metric {
        Some(Metric::R2) => (baseline.unwrap_or(0.0) - 0.1).min(0.0),
        _ => baseline.map_or(0.0, |b| (b - 0.15).max(0.0)),
    };
    Track {
        range: [low, 1.0],
        mean: spread.and_then(|s| s.mean.or(s.pooled)),
        spread: spread.and_then(|s| s.std),
        baseline,
    }
}

fn state(frame: &Frame<'_>, model: &ModelEntry, entry: Option<&Entry>) -> CardState {
    if let Some(reason) = frame.desk.waits(model.id) {
        return CardState::Asks {
            reason: Rich::default().plain(reason),
            fixes: vec!["Fit all rows".into()],
        };
    }
    let Some(entry) = entry else {
        return CardState::Waiting;
    };
    if let Some(problem) = &entry.problem {
        let detail = Rich::default().plain(knobs::as_labelled(model, &problem.to_string()));
        let reset = turned(model).then(|| RESET.to_owned());
        // The sentence names the scaling as scripts spell it.
        let unscaled = frame.desk.project().recipe.scale != Scale::MinMax;
        let scales = unscaled && problem.fix.contains(Scale::MinMax.name());
        let scale = scales.then(|| SCALE.to_owned());
        let split = problem.fix.ends_with(" folds") && frame.desk.project().table.rows() > 1;
        let split = split.then(|| ONE_BY_ONE.to_owned());
        if entry.snapshots.is_empty() {
            let fixes = scale.into_iter().chain(split);
            let fixes = fixes.chain(reset).chain(["Remove".into()]);
            return CardState::CannotRun {
                reason: detail,
                fixes: fixes.collect(),
            };
        }
        let step = entry.fitted().map_or(0, |f| f.step);
        return CardState::Failed {
            words: format!("Failed at step {step}"),
            detail,
            fixes: reset.into_iter().chain(["Remove".into()]).collect(),
        };
    }
    match &entry.report {
        Some(report) if report.stopped => {
            let drawn = entry.fitted().map_or(0, |f| f.step);
            let scored = scored_step(entry).unwrap_or(drawn);
            let unit = model.params.algorithm().tags.steps.unwrap_or("steps");
            CardState::Stopped {
                detail: match (scored, drawn) {
                    (1, 1) => "The score and the surface are those of the first step.".to_owned(),
                    _ if scored == drawn => {
                        format!("The score and the surface are those of the first {drawn} {unit}.")
                    }
                    _ => format!(
                        "The score is that of {scored} {unit}, the surface that of {drawn}."
                    ),
                },
            }
        }
        Some(_) => CardState::Done,
        None if entry.started.is_none() && entry.coarse.is_none() => CardState::Waiting,
        None => CardState::Fitting,
    }
}

/// The step that the newest score of an iterating model is of.
fn scored_step(entry: &Entry) -> Option<usize> {
    entry.curve.last().map(|point| point.x as usize)
}

/// Whether any parameter differs from its default.
fn turned(model: &ModelEntry) -> bool {
    let mut all = model.params.iter();
    all.any(|(parameter, value)| *value != parameter.default_value())
}

fn progress(frame: &Frame<'_>, model: &ModelEntry, entry: &Entry) -> Option<Progress> {
    let pace: &Pace = entry.pace.as_ref()?;
    let share = pace.fraction as f32;
    if frame.desk.is_stopping(model.id) {
        let words = "stopping".to_owned();
        return Some(Progress { share, words });
    }
    // The score of a stopped fit is of the step that all folds have reached.
    if is_stopped(Some(entry))
        && let Some(fitted) = entry.fitted()
    {
        let unit = model.params.algorithm().tags.steps.unwrap_or("steps");
        let step = scored_step(entry).unwrap_or(fitted.step);
        return Some(Progress {
            share: step as f32 / fitted.planned.max(1) as f32,
            words: format!("{step} of {} {unit}", fitted.planned),
        });
    }
    let words = match pace.seconds_left {
        Some(left) if left >= 1.0 => {
            let left = format::seconds(left);
            match model.params.algorithm().tags.ends_early {
                true => format!("{}, up to {left}", pace.text),
                false => format!("{}, {left} left", pace.text),
            }
        }
        _ => pace.text.clone(),
    };
    Some(Progress { share, words })
}

/// What a fit that was seen to count came to.
fn done(frame: &Frame<'_>, model: &ModelEntry) -> Option<Progress> {
    let report = frame.desk.entry(model.id)?.report.as_ref()?;
    let time = match report.fit_seconds {
        secs if secs < 0.05 => "less than 0.1 s a fit".to_owned(),
        secs => format!("{} a fit", format::seconds(secs)),
    };
    let words = match (report.fitted.as_ref(), model.params.algorithm().tags.steps) {
        (Some(fitted), Some(unit)) => format!("{}, {time}", format::steps(fitted.step, unit)),
        _ => time,
    };
    Some(Progress { share: 1.0, words })
}

fn engines(model: &ModelEntry) -> Engines {
    let available = model.params.algorithm().engines.available;
    if available.len() < 2 {
        return Engines::default();
    }
    let mut names = vec![format!("Automatic ({})", available[0].id())];
    names.extend(available.iter().map(|e| e.id().to_owned()));
    let asked = model.params.asked_engine();
    Engines {
        names,
        selected: asked
            .and_then(|e| available.iter().position(|a| *a == e))
            .map_or(0, |i| i + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_of_progress_comes_late_and_stays() {
        let mut counted = Counted::default();
        let begin = Instant::now();
        let (id, quick) = (ModelId(1), ModelId(2));
        let mut at = |table: &str, id, counts, millis| {
            let now = begin + Duration::from_millis(millis);
            counted.keeps_row(table, id, counts, now)
        };
        assert!(!at("a", id, true, 0));
        assert!(!at("a", quick, true, 0));
        assert!(!at("a", quick, false, 100));
        assert!(!at("a", id, true, 499));
        assert!(at("a", id, true, 500));
        // What ended before it was worth counting has no row, however late it is looked at.
        assert!(!at("a", quick, false, 9_000));
        assert!(!at("a", quick, true, 9_001));
        assert!(at("a", id, false, 9_000));
        assert!(at("a", id, true, 9_001));
        assert!(!at("b", id, false, 9_002));
        // Ended unseen after half a second: it is not seen to count when it is looked at again.
        assert!(!at("b", quick, true, 10_000));
        assert!(!at("b", quick, false, 20_000));
    }
}
