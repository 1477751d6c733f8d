//! The steps between the table and the models, numbered as they are done.

use eframe::egui::{
    Align2, Panel, Rect, Role, Sense, Stroke, Ui, UiBuilder, WidgetInfo, pos2, vec2,
};

use super::ground;
use super::left::{LeftMemory, small};
use crate::app::act::Act;
use crate::app::frame::Frame;
use crate::prepare::{ImputeCategories, ImputeNumbers, Recipe, Scale};
use crate::project::Command;
use crate::widget::combo::Combo;
use crate::widget::{icons, text, theme};

/// Below this height of the window the section is shut until it is asked for.
const LOW: f32 = 700.0;
const COMBO: f32 = 112.0;

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
    if let Some(new) = step(ui, frame, 1, "Fill missing numbers", &words, at) {
        set(&|r| r.impute_numbers = ImputeNumbers::ALL[new]);
    }
    let at = ImputeCategories::ALL
        .iter()
        .position(|i| *i == recipe.impute_categories);
    let words = ["most frequent", "own level"];
    if let Some(new) = step(ui, frame, 2, "Fill missing categories", &words, at) {
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
    if let Some(new) = step(ui, frame, 3, "Encode categories", &words, at) {
        let limit = limits[new];
        set(&|r| r.one_hot_limit = limit);
    }
    let words = ["as needed", "standard", "min–max", "none"];
    let at = Scale::ALL.iter().position(|s| *s == recipe.scale);
    if let Some(new) = step(ui, frame, 4, "Scale numbers", &words, at) {
        set(&|r| r.scale = Scale::ALL[new]);
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
        2 => "What stands in for a missing category: the most frequent one, or a level of its own.",
        3 => {
            "A category becomes one column a level; beyond this many levels the rarer ones share one."
        }
        _ => {
            "Standard: mean 0, deviation 1. As needed: standard for methods that measure distances or take gradients, none for trees."
        }
    }
}

/// A number, what is done, and how; the index of another way.
fn step(
    ui: &mut Ui,
    frame: &Frame<'_>,
    number: usize,
    words: &str,
    ways: &[&str],
    at: Option<usize>,
) -> Option<usize> {
    let t = frame.tokens;
    let size = vec2(ui.available_width(), 28.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let y = rect.center().y;
    let line = text::line(ui, &number.to_string(), text::small(ui), t.weak, 20.0);
    text::paint(
        ui.painter(),
        pos2(rect.left() + 12.0, y),
        Align2::LEFT_CENTER,
        line,
    );
    let width = COMBO.min(rect.width() * 0.5);
    let combo = Rect::from_min_max(
        pos2(rect.right() - 10.0 - width, rect.top() + 2.0),
        pos2(rect.right() - 10.0, rect.bottom() - 2.0),
    );
    let left = rect.left() + 30.0;
    let room = combo.left() - left - 6.0;
    let line = text::line(ui, words, text::body(ui), t.text, room);
    let line = if line.elided {
        let short = words
            .trim_end_matches(" numbers")
            .trim_end_matches(" categories");
        let of = if words.ends_with("numbers") {
            "123"
        } else {
            "abc"
        };
        text::line(ui, &format!("{short} {of}"), text::body(ui), t.text, room)
    } else {
        line
    };
    text::paint(ui.painter(), pos2(left, y), Align2::LEFT_CENTER, line);
    response.on_hover_text(tooltip(number));
    let builder = UiBuilder::new().max_rect(combo).id_salt(number);
    let mut place = ui.new_child(builder);
    Combo::new(words)
        .without_label()
        .width(width)
        .height(24.0)
        .show(&mut place, ways, at.unwrap_or(0))
}
