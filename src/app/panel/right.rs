//! The model cards: what each scores and how far it is, and the knobs of the open ones.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use eframe::egui::style::ScrollAnimation;
use eframe::egui::{Panel, Pos2, Rect, ScrollArea, Ui};

use super::{Memory, ground};
use crate::app::act::{Act, Place};
use crate::app::frame::Frame;
use crate::app::knobs;
use crate::app::using::{self, Use};
use crate::evaluate::{Metric, Spread};
use crate::model::{ALGORITHMS, Params, Task};
use crate::prepare::{Recipe, Scale, SplitScheme};
use crate::project::{Command, Entry, ModelEntry, ModelId};
use crate::train::Pace;
use crate::widget::button::{self, IconButton};
use crate::widget::card_data::{Card, CardAction, CardState, Engines, Progress};
use crate::widget::combo::{Combo, MenuRow};
use crate::widget::disclosure::disclosure;
use crate::widget::score_rows::{baseline_row, verdict};
use crate::widget::score_track::Track;
use crate::widget::text::Rich;
use crate::widget::{format, icons, model_card};

/// Cards whose rare parameters are shown.
#[derive(Default)]
pub struct RightMemory {
    more: HashSet<ModelId>,
    /// Since when cards count, and the name of the table on which they were seen to.
    counted: (String, HashMap<ModelId, Instant>),
    /// Cards whose model is opened.
    inside: HashSet<ModelId>,
    /// Where the cards stood in the last frame.
    places: Vec<(Rect, CardOf)>,
    /// The cards stand at the right also where the window is narrow.
    pub(super) cards: bool,
    /// The selected card, and for how many frames it was brought into sight.
    in_sight: (Option<ModelId>, u8),
}

/// What a card is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardOf {
    Model(ModelId),
    /// An opened model file.
    File(u64),
}

impl CardOf {
    /// Lets its model predict a file.
    pub fn predict(self, path: String) -> Act {
        Act::Use(match self {
            CardOf::Model(id) => Use::CardOn(id, path),
            CardOf::File(number) => Use::FileOn(number, path),
        })
    }
}

impl RightMemory {
    /// Whether the card has a row for its progress: once it counted for long it keeps it on this table.
    fn keeps_row(&mut self, frame: &Frame<'_>, id: ModelId, card: &Card) -> bool {
        // Pictures do not depend on how long something took.
        if frame.still {
            return false;
        }
        let (name, cards) = &mut self.counted;
        let table = frame.desk.project().table.name();
        if name != table {
            table.clone_into(name);
            cards.clear();
        }
        let counts = card.progress.is_some() && card.state == CardState::Fitting;
        let Some(since) = cards.get(&id) else {
            if counts {
                cards.insert(id, Instant::now());
            }
            return false;
        };
        let long = since.elapsed() >= WORTH_COUNTING;
        if !counts && !long {
            cards.remove(&id);
        }
        long
    }

    /// A card that has just been selected is scrolled to; its knobs unfold within some frames.
    fn keep_in_sight(&mut self, ui: &Ui, frame: &Frame<'_>, id: ModelId, card: Rect) {
        if frame.selected().map(|m| m.id) != Some(id) {
            return;
        }
        let (shown, frames) = &mut self.in_sight;
        if *shown != Some(id) {
            (*shown, *frames) = (Some(id), 0);
        }
        if *frames < 8 {
            *frames += 1;
            if !ui.clip_rect().expand(1.0).contains_rect(card) {
                let animation = ScrollAnimation::none();
                ui.scroll_to_rect_animation(card, None, animation);
            }
        }
    }

    pub fn card_at(&self, at: Pos2) -> Option<CardOf> {
        let on = self.places.iter().find(|(place, _)| place.contains(at));
        on.map(|(_, card)| *card)
    }
}

/// Where something was drawn.
fn placed(ui: &mut Ui, add: impl FnOnce(&mut Ui)) -> Rect {
    let visible = ui.clip_rect();
    ui.scope(add).response.rect.intersect(visible)
}

pub fn show(ui: &mut Ui, frame: &Frame<'_>, memory: &mut Memory, acts: &mut Vec<Act>) {
    let t = frame.tokens;
    let wide = ui.ctx().content_rect().width() >= 1800.0;
    // A window that was made wide or narrow keeps a width of its own for each.
    Panel::right(if wide { "right, wide" } else { "right" })
        .default_size(if wide { 360.0 } else { 312.0 })
        .size_range(280.0..=420.0)
        .frame(ground(t.panel, 0))
        .show(ui, |ui| {
            Panel::bottom("models foot")
                .exact_size(44.0)
                .resizable(false)
                .frame(ground(t.panel, 8))
                .show(ui, |ui| foot(ui, frame, acts));
            Panel::top("models head")
                .resizable(false)
                .show_separator_line(false)
                .frame(ground(t.panel, 10))
                .show(ui, |ui| head(ui, frame, memory, acts));
            eframe::egui::CentralPanel::default()
                .frame(ground(t.panel, 0))
                .show(ui, |ui| {
                    // The bar lies in the margin: cards stay as wide when it comes.
                    ui.spacing_mut().scroll.floating_allocated_width = 0.0;
                    ScrollArea::vertical()
                        .id_salt("cards")
                        .auto_shrink(false)
                        .show(ui, |ui| {
                            let inside = eframe::egui::Frame::new()
                                .inner_margin(eframe::egui::Margin::symmetric(10, 2));
                            inside.show(ui, |ui| {
                                ui.spacing_mut().item_spacing.y = 8.0;
                                memory.right.places.clear();
                                for model in frame.desk.project().models() {
                                    let of = CardOf::Model(model.id);
                                    let drawn = ui.scope(|ui| {
                                        card(ui, frame, memory, model, acts);
                                    });
                                    let whole = drawn.response.rect;
                                    let place = whole.intersect(ui.clip_rect());
                                    memory.right.places.push((place, of));
                                    memory.right.keep_in_sight(ui, frame, model.id, whole);
                                }
                                below(ui, frame);
                                for file in &frame.using.files {
                                    let of = CardOf::File(file.number);
                                    let place =
                                        placed(ui, |ui| using::card::show(ui, frame, file, acts));
                                    memory.right.places.push((place, of));
                                }
                            });
                        });
                });
        });
}

fn head(ui: &mut Ui, frame: &Frame<'_>, memory: &mut Memory, acts: &mut Vec<Act>) {
    ui.horizontal(|ui| {
        ui.label(
            eframe::egui::RichText::new("Models")
                .text_style(eframe::egui::TextStyle::Name("strong".into()))
                .color(frame.tokens.strong),
        );
        ui.with_layout(
            eframe::egui::Layout::right_to_left(eframe::egui::Align::Center),
            |ui| {
                if super::rail::is_wanted(ui, frame) {
                    let fold = IconButton::new(
                        icons::CARET_RIGHT,
                        "Fold models",
                        "Folds the models' cards into a rail of their letters.",
                    );
                    if ui.add(fold).clicked() {
                        memory.right.cards = false;
                    }
                }
                add_model(ui, frame, memory, acts);
            },
        );
    });
    ui.add_space(2.0);
    ui.horizontal(|ui| {
        let schemes = schemes(frame);
        let present = frame.desk.project().split();
        let mut names: Vec<String> = schemes.iter().map(short_name).collect();
        let selected = schemes
            .iter()
            .position(|s| *s == present)
            .unwrap_or_else(|| {
                names.push(short_name(&present));
                names.len() - 1
            });
        let options: Vec<&str> = names.iter().map(String::as_str).collect();
        let combo = Combo::new("Test on").tooltip(
            "Which rows the models are scored on. More folds steady the score and take longer.",
        );
        if frame.desk.project().task() != Task::Clustering
            && let Some(chosen) = combo.show(ui, &options, selected)
            && let Some(split) = schemes.get(chosen)
        {
            acts.push(Act::Do(Command::SetSplit {
                split: Some(split.clone()),
                test: None,
            }));
        }
        // What the large numbers on the cards are.
        let score = match frame.desk.leading_metric() {
            Some(Metric::Accuracy) => "accuracy",
            Some(_) => "R²",
            None => "",
        };
        if let Some(metric) = frame.desk.leading_metric() {
            let words = eframe::egui::RichText::new(score).color(frame.tokens.weak);
            let label = eframe::egui::Label::new(words).truncate();
            let tip = format!(
                "{}: the mean of the held-out folds ± their standard deviation. {}",
                metric.full_name(),
                metric.help()
            );
            ui.add(label).on_hover_text(tip);
        }
    });
}

/// A scheme in the few words that a menu has room for.
fn short_name(scheme: &SplitScheme) -> String {
    match scheme {
        SplitScheme::Stratified { k } => format!("{k} folds, stratified"),
        SplitScheme::KFold { k } => format!("{k} folds"),
        SplitScheme::Repeated { repeats, k } => format!("{k} folds, {repeats} times"),
        SplitScheme::Holdout { fraction } => format!("{} held out", format::percent(*fraction)),
        SplitScheme::LeaveOneOut => "one row at a time".into(),
        SplitScheme::Train => "the training rows".into(),
        _ => scheme.describe(),
    }
}

/// The schemes of the menu; others can be given on the command line or by the data menu.
fn schemes(frame: &Frame<'_>) -> Vec<SplitScheme> {
    let spelled: &[&str] = match frame.desk.project().task() {
        Task::Classification => &[
            "stratified:5",
            "stratified:10",
            "repeated:3x5",
            "holdout:0.3",
            "leave_one_out",
            "train",
        ],
        _ => &[
            "kfold:5",
            "kfold:10",
            "repeated:3x5",
            "holdout:0.3",
            "leave_one_out",
            "train",
        ],
    };
    spelled.iter().filter_map(|s| s.parse().ok()).collect()
}

fn add_model(ui: &mut Ui, frame: &Frame<'_>, memory: &mut Memory, acts: &mut Vec<Act>) {
    let task = frame.desk.project().task();
    let button = button::secondary("Add model…")
        .icon(icons::PLUS)
        .tooltip("Puts another algorithm beside these.");
    let response = ui.add(button);
    memory.take_focus(Place::Right, &response);
    eframe::egui::Popup::menu(&response).show(|ui| {
        ui.set_min_width(230.0);
        for algorithm in ALGORITHMS
            .iter()
            .filter(|a| a.task == task && !a.is_dummy())
        {
            let row = MenuRow::new(algorithm.name).show(ui);
            if row {
                acts.push(Act::Do(Command::AddModel(Params::defaults(algorithm))));
            }
        }
    });
}

fn foot(ui: &mut Ui, frame: &Frame<'_>, acts: &mut Vec<Act>) {
    ui.horizontal(|ui| {
        let all = button::secondary("Fit all quick models")
            .icon(icons::LIGHTNING)
            .tooltip("Adds the algorithms of this task that fit in a moment and are not here yet.");
        if ui.add(all).clicked() {
            acts.push(Act::FitAllQuick);
        }
        ui.with_layout(
            eframe::egui::Layout::right_to_left(eframe::egui::Align::Center),
            |ui| {
                let running: Vec<ModelId> = frame
                    .desk
                    .shown()
                    .filter(|m| is_running(frame.desk.entry(m.id)))
                    .map(|m| m.id)
                    .collect();
                let stopped: Vec<ModelId> = frame
                    .desk
                    .shown()
                    .filter(|m| is_stopped(frame.desk.entry(m.id)))
                    .map(|m| m.id)
                    .collect();
                if running.is_empty() && !stopped.is_empty() {
                    if ui
                        .add(button::quiet("Continue").icon(icons::PLAY))
                        .clicked()
                    {
                        acts.extend(stopped.into_iter().map(Act::Continue));
                    }
                } else {
                    let why = running.is_empty().then_some("Nothing is being fitted.");
                    if ui
                        .add(
                            button::quiet("Pause")
                                .icon(icons::PAUSE)
                                .disabled_because(why),
                        )
                        .clicked()
                    {
                        acts.push(Act::StopAll);
                    }
                }
            },
        );
    });
}

fn is_running(entry: Option<&Entry>) -> bool {
    entry.is_some_and(|e| e.report.is_none() && e.problem.is_none())
}

fn is_stopped(entry: Option<&Entry>) -> bool {
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
pub fn card(
    ui: &mut Ui,
    frame: &Frame<'_>,
    memory: &mut Memory,
    model: &ModelEntry,
    acts: &mut Vec<Act>,
) {
    let selected = frame.selected().map(|m| m.id) == Some(model.id);
    let open = selected || frame.look.open_cards.contains(&model.id);
    let mut data = card_data(frame, model, selected, open);
    data.keeps_row = memory.right.keeps_row(frame, model.id, &data);
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
        let more = memory.right.more.contains(&model.id);
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
                    memory.right.more.remove(&model.id);
                } else {
                    memory.right.more.insert(model.id);
                }
            }
        }
        let scored = frame
            .desk
            .entry(model.id)
            .is_some_and(|e| e.report.is_some());
        let inside = memory.right.inside.contains(&model.id);
        if scored && disclosure(ui, "What is inside", inside) {
            if inside {
                memory.right.inside.remove(&model.id);
            } else {
                memory.right.inside.insert(model.id);
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
    // Rows in no cluster have no silhouette.
    let words = match report.rows.saturating_sub(report.sizes.iter().sum()) {
        0 => "silhouette".to_owned(),
        left_out => format!("silhouette, {} left out", format::count(left_out)),
    };
    Some((format::score(report.silhouette?), words))
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
    if let Some(spread) = frame
        .desk
        .entry(model.id)
        .and_then(|e| frame.snapshot(e).filter(|_| frame.is_scrubbed(e)))
    {
        let at = format!("at {} of {}", spread.fitted.step, spread.fitted.planned);
        let score = Spread::new(spread.point.validation.clone(), None);
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
    let words = old
        .is_some()
        .then(|| "score of the former setting".to_owned());
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
            let step = entry.fitted().map_or(0, |f| f.step);
            let unit = model.params.algorithm().tags.steps.unwrap_or("steps");
            CardState::Stopped {
                detail: match step {
                    1 => "The score and the surface are those of the first step.".to_owned(),
                    _ => format!("The score and the surface are those of the first {step} {unit}."),
                },
            }
        }
        Some(_) => CardState::Done,
        None if entry.started.is_none() && entry.coarse.is_none() => CardState::Waiting,
        None => CardState::Fitting,
    }
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
        return Some(Progress {
            share: fitted.step as f32 / fitted.planned.max(1) as f32,
            words: format!("{} of {} {unit}", fitted.step, fitted.planned),
        });
    }
    let words = match pace.seconds_left {
        Some(left) if left >= 1.0 => format!("{}, {} left", pace.text, format::seconds(left)),
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

/// The baseline, and whether the models can be told apart.
fn below(ui: &mut Ui, frame: &Frame<'_>) {
    let Some(metric) = frame.desk.leading_metric() else {
        return;
    };
    if let Some((mean, spread)) = frame
        .desk
        .baseline_score(metric)
        .as_ref()
        .and_then(score_words)
    {
        let what = match frame.desk.project().task() {
            Task::Classification => "most frequent class",
            _ => "mean of the target",
        };
        baseline_row(ui, what, (&mean, &spread));
    }
    if let Some((tie, words)) = crate::app::verdict::of(frame, metric) {
        verdict(ui, tie, &words);
    }
    ui.add_space(12.0);
}
