//! The steps between the table and the models, numbered as they are done.

use eframe::egui::{
    Align2, CornerRadius, Panel, Popup, Rect, Role, Sense, Stroke, Ui, UiBuilder, WidgetInfo, pos2,
    vec2,
};

use super::ground;
use super::left::{LeftMemory, small};
use super::reduction;
use crate::app::act::Act;
use crate::app::frame::Frame;
use crate::prepare::{ImputeCategories, ImputeNumbers, Recipe, Scale};
use crate::project::Command;
use crate::widget::combo::MenuRow;
use crate::widget::tokens::Tokens;
use crate::widget::{icons, text, theme};

/// Below this height of the window the section is shut until it is asked for.
const LOW: f32 = 700.0;

pub fn show(ui: &mut Ui, frame: &Frame<'_>, memory: &mut LeftMemory, acts: &mut Vec<Act>) {
    let open = memory
        .preparation_open
        .unwrap_or(ui.ctx().content_rect().height() >= LOW);
    Panel::bottom("preparation")
        .resizable(false)
        .show_separator_line(false)
        .frame(ground(frame.tokens.panel, 0))
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            if head(ui, frame, open) {
                memory.preparation_open = Some(!open);
            }
            if open {
                steps(ui, frame, acts);
            }
        });
}

fn head(ui: &mut Ui, frame: &Frame<'_>, open: bool) -> bool {
    let t = frame.tokens;
    let size = vec2(ui.available_width(), 34.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response
        .widget_info(|| WidgetInfo::selected(Role::DisclosureTriangle, true, open, "Preparation"));
    if response.hovered() {
        ui.painter().rect_filled(rect, 0.0, t.hover);
    }
    ui.painter()
        .hline(rect.x_range(), rect.top(), Stroke::new(1.0, t.line));
    let line = text::line(ui, "Preparation", text::strong(ui), t.strong, rect.width());
    let at = pos2(rect.left() + 12.0, rect.center().y);
    text::paint(ui.painter(), at, Align2::LEFT_CENTER, line);
    let caret = if open {
        icons::CARET_DOWN
    } else {
        icons::CARET_UP
    };
    let at = pos2(rect.right() - 20.0, rect.center().y);
    text::icon(ui.painter(), at, caret, 14.0, t.text);
    theme::focus_ring(ui, &response, t);
    response.clicked()
}

fn steps(ui: &mut Ui, frame: &Frame<'_>, acts: &mut Vec<Act>) {
    let recipe = &frame.desk.project().recipe;
    let mut set = |change: &dyn Fn(&mut Recipe)| {
        let mut new = recipe.clone();
        change(&mut new);
        acts.push(Act::Do(Command::SetRecipe(new)));
    };
    let words = ImputeNumbers::ALL.map(ImputeNumbers::name);
    let at = ImputeNumbers::ALL
        .iter()
        .position(|i| *i == recipe.impute_numbers);
    if let Some(new) = step(ui, frame, &Step::of(1, "Fill missing numbers"), &words, at) {
        set(&|r| r.impute_numbers = ImputeNumbers::ALL[new]);
    }
    let at = ImputeCategories::ALL
        .iter()
        .position(|i| *i == recipe.impute_categories);
    let words = ["mode", "own level"];
    if let Some(new) = step(
        ui,
        frame,
        &Step::of(2, "Fill missing categories"),
        &words,
        at,
    ) {
        set(&|r| r.impute_categories = ImputeCategories::ALL[new]);
    }
    let mut limits = vec![5, 10, 20, 50, 100];
    if !limits.contains(&recipe.one_hot_limit) {
        limits.push(recipe.one_hot_limit);
        limits.sort_unstable();
    }
    let words: Vec<String> = limits.iter().map(|n| format!("one-hot, {n}")).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let at = limits.iter().position(|n| *n == recipe.one_hot_limit);
    if let Some(new) = step(ui, frame, &Step::of(3, "Encode categories"), &words, at) {
        let limit = limits[new];
        set(&|r| r.one_hot_limit = limit);
    }
    let words = ["as needed", "standard", "min–max", "none"];
    let at = Scale::ALL.iter().position(|s| *s == recipe.scale);
    if let Some(new) = step(ui, frame, &Step::of(4, "Scale numbers"), &words, at) {
        set(&|r| r.scale = Scale::ALL[new]);
    }
    if let Some(new) = reduction::show(ui, frame, recipe) {
        acts.push(Act::Do(Command::SetRecipe(new)));
    }
    let size = vec2(ui.available_width(), 44.0);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let inside = Rect::from_min_max(rect.min + vec2(34.0, 5.0), rect.max - vec2(12.0, 4.0));
    ui.scope_builder(UiBuilder::new().max_rect(inside), |ui| {
        small(
            ui,
            frame,
            "Learned from the training rows of each fold, never from the test rows.",
        );
    });
}

fn tooltip(number: usize) -> &'static str {
    match number {
        1 => "What stands in for a missing number or date.",
        2 => {
            "What stands in for a missing category: the most frequent one (mode), or a level of its own."
        }
        3 => {
            "A category becomes one column a level; beyond this many levels the rarer ones share one."
        }
        _ => {
            "Standard: mean 0, deviation 1. As needed: standard for methods that measure distances or take gradients, none for trees."
        }
    }
}

/// A row of the section; one that belongs to the row above it has no number.
pub(super) struct Step<'a> {
    pub number: Option<usize>,
    pub words: &'a str,
    pub tooltip: &'a str,
}

impl<'a> Step<'a> {
    fn of(number: usize, words: &'a str) -> Self {
        Step {
            number: Some(number),
            words,
            tooltip: tooltip(number),
        }
    }
}

/// A number, what is done, and how; the index of another way.
pub(super) fn step(
    ui: &mut Ui,
    frame: &Frame<'_>,
    row: &Step<'_>,
    ways: &[&str],
    at: Option<usize>,
) -> Option<usize> {
    let t = frame.tokens;
    let size = vec2(ui.available_width(), 28.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let y = rect.center().y;
    let words = row.words;
    if let Some(number) = row.number {
        let line = text::line(ui, &number.to_string(), text::small(ui), t.weak, 20.0);
        let at = pos2(rect.left() + 12.0, y);
        text::paint(ui.painter(), at, Align2::LEFT_CENTER, line);
    }
    let (value, picked) = value(ui, rect, words, ways, at.unwrap_or(0));
    let indent = if row.number.is_some() { 30.0 } else { 44.0 };
    let left = rect.left() + indent;
    let room = value.left() - left - 4.0;
    let line = text::line(ui, words, text::body(ui), t.text, room);
    // Where the panel is narrow, that they are filled goes without saying.
    let line = match words.strip_prefix("Fill missing ") {
        Some(rest) if line.elided => {
            let short = format!("Missing {rest}");
            text::line(ui, &short, text::body(ui), t.text, room)
        }
        _ => line,
    };
    text::paint(ui.painter(), pos2(left, y), Align2::LEFT_CENTER, line);
    response.on_hover_text(row.tooltip);
    picked
}

/// What was chosen, at the right end of the row, with a menu of the other ways.
fn value(ui: &mut Ui, row: Rect, name: &str, ways: &[&str], at: usize) -> (Rect, Option<usize>) {
    let t = Tokens::of(ui);
    let shown = ways.get(at).copied().unwrap_or_default();
    let line = text::line(ui, shown, text::body(ui), t.weak, row.width() * 0.5);
    let right = row.right() - 10.0;
    let place = Rect::from_min_max(
        pos2(right - line.size().x - 28.0, row.top() + 2.0),
        pos2(right, row.bottom() - 2.0),
    );
    let response = ui.interact(place, ui.scope_id().with(name), Sense::click());
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::ComboBox, ui.is_enabled(), name);
        info.current_text_value = Some(shown.to_owned());
        info
    });
    if response.hovered() {
        ui.painter()
            .rect_filled(place, CornerRadius::same(4), t.pressed);
    }
    let y = place.center().y;
    text::paint(
        ui.painter(),
        pos2(place.left() + 8.0, y),
        Align2::LEFT_CENTER,
        line,
    );
    let caret = pos2(place.right() - 9.0, y);
    text::icon(ui.painter(), caret, icons::CARET_DOWN, 11.0, t.weak);
    theme::focus_ring(ui, &response, t);
    let mut picked = None;
    Popup::menu(&response).accessible_name(name).show(|ui| {
        ui.set_min_width(120.0);
        for (i, way) in ways.iter().enumerate() {
            if MenuRow::new(way).selected(i == at).show(ui) && i != at {
                picked = Some(i);
            }
        }
    });
    (place, picked)
}
