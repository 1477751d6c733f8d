//! The model cards: what each scores and how far it is, and the knobs of the open ones.

use eframe::egui::style::ScrollAnimation;
use eframe::egui::{Panel, Pos2, Rect, ScrollArea, Ui};

use super::card::{self, CardMemory, is_running, is_stopped, score_words};
use super::{Memory, ground};
use crate::app::act::{Act, Place};
use crate::app::frame::Frame;
use crate::app::using::{self, Use};
use crate::evaluate::Metric;
use crate::model::{ALGORITHMS, Params, Task};
use crate::prepare::SplitScheme;
use crate::project::{Command, ModelId};
use crate::widget::button::{self, IconButton};
use crate::widget::combo::{Combo, MenuRow};
use crate::widget::score_rows::{baseline_row, verdict};
use crate::widget::{format, icons};

#[derive(Default)]
pub struct RightMemory {
    pub(super) card: CardMemory,
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
                                        card::show(ui, frame, memory, model, acts);
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
        if let Some(metric) = frame.desk.leading_metric() {
            let score = match metric {
                Metric::Accuracy => "accuracy",
                _ => metric.label(),
            };
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
