//! The command palette: everything with a name, found by a few of its letters.

use eframe::egui::{
    Align2, Area, Color32, CornerRadius, Frame as Paint, Id, Key, Margin, Modal, Modifiers, Rect,
    Role, ScrollArea, Sense, TextEdit, Ui, WidgetInfo, pos2, vec2,
};

use super::act::Act;
use super::action;
use super::frame::Frame;
use crate::data::{self, Kind};
use crate::model::{ALGORITHMS, Params, Task};
use crate::prepare::Role as ColumnUse;
use crate::project::{Axes, Command};
use crate::widget::tokens::Tokens;
use crate::widget::{badge, icons, text, theme};

#[derive(Default)]
pub struct PaletteBox {
    pub open: bool,
    query: String,
    /// The row that Enter takes.
    at: usize,
    /// Nothing was drawn since it was opened.
    fresh: bool,
}

impl PaletteBox {
    /// Opens with some letters typed already; None closes.
    pub fn open_with(&mut self, query: Option<&str>) {
        *self = PaletteBox {
            open: query.is_some(),
            query: query.unwrap_or_default().to_owned(),
            at: 0,
            fresh: true,
        };
    }
}

/// One thing that can be found.
struct Item {
    text: String,
    /// Another name that finds it.
    also: &'static str,
    /// What kind of thing it is, at the right.
    hint: &'static str,
    icon: Option<&'static str>,
    /// The model whose badge stands before it.
    letter: Option<usize>,
    shortcut: String,
    why_not: Option<String>,
    act: Act,
}

const ROW: f32 = 32.0;
const WIDTH: f32 = 560.0;
/// More rows than this scroll.
const SHOWN: usize = 11;
/// Of more columns than this those are listed whose name holds one of the words typed.
const MOST_COLUMNS: usize = 3000;

pub fn show(ui: &mut Ui, frame: &Frame<'_>, state: &mut PaletteBox, acts: &mut Vec<Act>) {
    let t = frame.tokens;
    let screen = ui.ctx().content_rect();
    let width = WIDTH.min(screen.width() - 24.0);
    let top = 96.0_f32.min(screen.height() * 0.12);
    let id = Id::unique("palette");
    let area: Area = Modal::default_area(id).anchor(Align2::CENTER_TOP, vec2(0.0, top));
    let paint = Paint::popup(ui.style()).inner_margin(Margin::same(6));
    let mut picked = None;
    let modal = Modal::new(id)
        .area(area)
        .backdrop_color(Color32::TRANSPARENT)
        .frame(paint)
        .show(ui.ctx(), |ui| {
            ui.set_width(width - 12.0);
            ui.spacing_mut().item_spacing.y = 0.0;
            let keys = list_keys(ui);
            field(ui, t, state);
            let items = items(frame, &state.query);
            let found = search(&items, &state.query);
            step(state, keys, found.len());
            let room = (screen.height() - top - 90.0).max(ROW * 3.0);
            picked = rows(ui, t, state, &items, &found, keys, room);
        });
    state.fresh = false;
    if modal.should_close() {
        state.open = false;
    }
    if let Some(act) = picked {
        state.open = false;
        acts.push(act);
    }
}

/// The keys that move through the list; the field must not see them.
#[derive(Clone, Copy, Default)]
struct ListKeys {
    by: i32,
    enter: bool,
}

fn list_keys(ui: &Ui) -> ListKeys {
    ui.input_mut(|i| {
        let down = i.count_and_consume_key(Modifiers::NONE, Key::ArrowDown) as i32;
        let up = i.count_and_consume_key(Modifiers::NONE, Key::ArrowUp) as i32;
        let page = i.count_and_consume_key(Modifiers::NONE, Key::PageDown) as i32
            - i.count_and_consume_key(Modifiers::NONE, Key::PageUp) as i32;
        ListKeys {
            by: down - up + 8 * page,
            enter: i.consume_key(Modifiers::NONE, Key::Enter),
        }
    })
}

fn step(state: &mut PaletteBox, keys: ListKeys, found: usize) {
    let last = found.saturating_sub(1) as i64;
    state.at = (state.at as i64 + i64::from(keys.by)).clamp(0, last) as usize;
}

fn field(ui: &mut Ui, t: &Tokens, state: &mut PaletteBox) {
    let id = Id::unique("palette query");
    // Opened by a key or a click, it is there to be typed into at once: what is typed in the frame in which
    // it opens counts.
    ui.memory_mut(|m| {
        if !m.has_focus(id) {
            m.request_focus(id);
        }
    });
    let edit = TextEdit::singleline(&mut state.query)
        .id(id)
        .hint_text("Find a command, column or model")
        .font(text::body(ui))
        .frame(Paint::NONE.inner_margin(Margin::symmetric(10, 8)))
        .desired_width(f32::INFINITY);
    let response = ui.add(edit).accessible_name("Find");
    if response.changed() {
        state.at = 0;
    }
    let line = response.rect;
    ui.painter().hline(
        line.x_range(),
        line.bottom() + 1.0,
        eframe::egui::Stroke::new(1.0, t.line),
    );
    ui.add_space(6.0);
}

fn rows(
    ui: &mut Ui,
    t: &Tokens,
    state: &mut PaletteBox,
    items: &[Item],
    found: &[usize],
    keys: ListKeys,
    room: f32,
) -> Option<Act> {
    if found.is_empty() {
        let words = "Nothing has these letters.";
        ui.add_space(8.0);
        ui.horizontal(|ui| {
            ui.add_space(10.0);
            ui.label(eframe::egui::RichText::new(words).color(t.weak));
        });
        ui.add_space(10.0);
        return None;
    }
    let mut picked = None;
    let height = (ROW * SHOWN as f32).min(room);
    // As high as its rows need: the box begins as small as it was.
    let mut area = ScrollArea::vertical()
        .max_height(height)
        .min_scrolled_height(height.min(ROW * found.len() as f32))
        .auto_shrink([false, true]);
    if keys.by != 0 || state.fresh {
        // The chosen row stays in sight, with its neighbours where there is room.
        let at = state.at as f32 * ROW;
        area = area.vertical_scroll_offset((at - height / 2.0 + ROW / 2.0).max(0.0));
    }
    let moved = ui.input(|i| i.pointer.is_moving());
    area.show_rows(ui, ROW, found.len(), |ui, range| {
        for place in range {
            let item = &items[found[place]];
            let (rect, response) =
                ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
            let enabled = item.why_not.is_none();
            response.widget_info(|| {
                let chosen = place == state.at;
                WidgetInfo::selected(Role::ListBoxOption, enabled, chosen, &item.text)
            });
            if response.hovered() && moved {
                state.at = place;
            }
            row(ui, t, rect, item, place == state.at);
            let taken = response.clicked() || keys.enter && place == state.at;
            if taken && enabled {
                picked = Some(item.act.clone());
            }
        }
    });
    picked
}

fn row(ui: &Ui, t: &Tokens, rect: Rect, item: &Item, chosen: bool) {
    let s = theme::scale(ui);
    if chosen {
        ui.painter()
            .rect_filled(rect, CornerRadius::same(4), t.soft);
    }
    let ink = if item.why_not.is_none() {
        t.strong
    } else {
        t.weak
    };
    let y = rect.center().y;
    let at = pos2(rect.left() + 18.0 * s, y);
    if let Some(letter) = item.letter {
        let place = Rect::from_center_size(at, vec2(18.0, 18.0) * s);
        badge::paint(ui, place, letter, false);
    } else if let Some(icon) = item.icon {
        text::icon(ui.painter(), at, icon, 16.0 * s, t.weak);
    }
    let mut right = rect.right() - 10.0 * s;
    let told = match &item.why_not {
        Some(why) => why.as_str(),
        None if !item.shortcut.is_empty() => item.shortcut.as_str(),
        None => item.hint,
    };
    let words = text::line(ui, told, text::small(ui), t.weak, rect.width() * 0.55);
    let placed = text::paint(ui.painter(), pos2(right, y), Align2::RIGHT_CENTER, words);
    right = placed.left() - 12.0 * s;
    let left = rect.left() + 36.0 * s;
    let words = text::line(ui, &item.text, text::body(ui), ink, right - left);
    text::paint(ui.painter(), pos2(left, y), Align2::LEFT_CENTER, words);
}

fn items(frame: &Frame<'_>, query: &str) -> Vec<Item> {
    let mut items = Vec::new();
    let new = |text: String, hint, icon, act| Item {
        text,
        also: "",
        hint,
        icon: Some(icon),
        letter: None,
        shortcut: String::new(),
        why_not: None,
        act,
    };
    for action in action::all(frame) {
        if matches!(
            action.act,
            Act::SelectModel(_) | Act::Palette(_) | Act::AddModelMenu(_)
        ) {
            continue;
        }
        items.push(Item {
            also: "",
            shortcut: action.shortcut(),
            hint: action.menu.name(),
            icon: action.icon.or(Some(icons::COMMAND)),
            letter: None,
            why_not: action.why_not,
            text: action.name,
            act: action.act,
        });
    }
    let project = frame.desk.project();
    for model in project.models() {
        let name = format!("{} {}", model.badge(), model.params.algorithm().name);
        items.push(Item {
            letter: Some(model.letter),
            ..new(name, "Model", icons::STACK, Act::SelectModel(model.id))
        });
    }
    let task = project.task();
    for algorithm in ALGORITHMS {
        if algorithm.is_dummy() {
            continue;
        }
        let add = Act::Do(Command::AddModel(Params::defaults(algorithm)));
        let mut item = new(
            format!("Add {}", algorithm.name),
            "Algorithm",
            icons::PLUS,
            add,
        );
        item.also = algorithm.id;
        if algorithm.task != task {
            item.why_not = Some(match algorithm.task {
                Task::Clustering => "Choose Find clusters first.".to_owned(),
                other => format!("For {}; this is {}.", other.name(), task.name()),
            });
        }
        items.push(item);
    }
    for set in &frame.catalog.items {
        let name = format!("Open {}", set.name);
        items.push(new(
            name,
            "Data",
            icons::DATABASE,
            Act::Open(set.spec.clone()),
        ));
    }
    columns(frame, query, &mut items, new);
    items
}

fn columns(
    frame: &Frame<'_>,
    query: &str,
    items: &mut Vec<Item>,
    new: impl Fn(String, &'static str, &'static str, Act) -> Item,
) {
    let project = frame.desk.project();
    let roles = &project.settings.roles;
    let columns = project.table.columns();
    let words: Vec<String> = query.split_whitespace().map(str::to_lowercase).collect();
    let asked_for = |(_, column): &(usize, &data::Column)| {
        let name = column.name.to_lowercase();
        columns.len() <= MOST_COLUMNS || words.iter().any(|word| name.contains(word))
    };
    let listed = columns.iter().enumerate().filter(asked_for);
    for (index, column) in listed.take(MOST_COLUMNS) {
        let name = &column.name;
        let role = roles.get(index);
        let set = |role| {
            Act::Do(Command::SetRole {
                column: index,
                role,
            })
        };
        let mut target = new(
            format!("Predict {name}"),
            "Column",
            icons::TARGET,
            set(ColumnUse::Target),
        );
        if role == ColumnUse::Target {
            target.why_not = Some("It is the target already.".into());
        }
        items.push(target);
        let text = column.kind == Kind::Text;
        if role == ColumnUse::Feature {
            for (axis, act) in on_axes(frame, index).into_iter().filter(|_| !text) {
                items.push(new(
                    format!("Show {name} on {axis}"),
                    "Column",
                    icons::CHART_SCATTER,
                    act,
                ));
            }
            let out = set(ColumnUse::Ignored);
            items.push(new(
                format!("Leave {name} out"),
                "Column",
                icons::MINUS,
                out,
            ));
        } else if role != ColumnUse::Target {
            let use_it = set(ColumnUse::Feature);
            let words = match text {
                true => format!("Use the words of {name}"),
                false => format!("Use {name}"),
            };
            items.push(new(words, "Column", icons::PLUS, use_it));
        }
    }
}

/// What puts a feature onto x and onto y.
pub fn on_axes(frame: &Frame<'_>, column: usize) -> [(&'static str, Act); 2] {
    let (x, y) = match frame.desk.project().settings.axes {
        Axes::Columns { x, y } => (x, y),
        Axes::Components => {
            let project = frame.desk.project();
            let text = |c: usize| project.table.columns()[c].kind == Kind::Text;
            let features = project.settings.roles.features();
            let mut others = features.iter().copied().filter(|c| *c != column);
            let other = others.find(|c| !text(*c));
            (other.unwrap_or(column), other)
        }
    };
    let axes = |x: usize, y: Option<usize>| Act::Do(Command::SetAxes(Axes::Columns { x, y }));
    // A column that lies on the other axis changes places with this one's.
    let on_x = axes(column, if y == Some(column) { Some(x) } else { y });
    let on_y = match y {
        Some(before) if x == column => axes(before, Some(column)),
        None if x == column => axes(column, None),
        _ => axes(x, Some(column)),
    };
    [("x", on_x), ("y", on_y)]
}

/// Positions of what matches, the best first; without letters everything as it is listed.
fn search(items: &[Item], query: &str) -> Vec<usize> {
    let words: Vec<Vec<char>> = query
        .split(|c: char| c.is_whitespace() || c == '-' || c == '_')
        .filter(|w| !w.is_empty())
        .map(|w| w.to_lowercase().chars().collect())
        .collect();
    let mut found: Vec<(i32, usize)> = items
        .iter()
        .enumerate()
        .filter_map(|(at, item)| {
            let text: Vec<char> = item.text.to_lowercase().chars().collect();
            let also: Vec<char> = item.also.chars().collect();
            // What stands on the row counts for more.
            let other = |word: &Vec<char>| score(&also, word).map(|s| s - 32);
            let best = |word: &Vec<char>| score(&text, word).max(other(word));
            let score: Option<i32> = words.iter().map(best).sum();
            // What cannot be done comes behind what can.
            let off = if item.why_not.is_some() { 24 } else { 0 };
            score.map(|s| (off - s, at))
        })
        .collect();
    if !words.is_empty() {
        found.sort_by_key(|(cost, at)| (*cost, *at));
    }
    found.into_iter().map(|(_, at)| at).collect()
}

/// How well `word` fits as letters of `text` in order: runs and beginnings of words count; None
/// where a letter is missing.
fn score(text: &[char], word: &[char]) -> Option<i32> {
    let starts_word = |at: usize| at == 0 || !text[at - 1].is_alphanumeric();
    let from = |start: usize| -> Option<i32> {
        // What begins with the word is meant before what has it somewhere.
        let (mut at, mut score, mut last) = (start, i32::from(start == 0), None);
        for &letter in word {
            let found = (at..text.len()).find(|&i| text[i] == letter)?;
            score += match last {
                Some(last) if found == last + 1 => 4,
                _ if starts_word(found) => 3,
                Some(last) => -((found - last) as i32).min(3),
                None => 0,
            };
            last = Some(found);
            at = found + 1;
        }
        Some(score)
    };
    let first = *word.first()?;
    let starts = (0..text.len()).filter(|&i| text[i] == first);
    let best = starts.filter_map(from).max()?;
    // Of two that fit alike, the shorter is meant.
    Some(best * 16 - (text.len() as i32 / 2).min(32))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(texts: &[&str], query: &str) -> Vec<String> {
        let items: Vec<Item> = texts
            .iter()
            .map(|text| Item {
                text: (*text).to_owned(),
                also: "",
                hint: "",
                icon: None,
                letter: None,
                shortcut: String::new(),
                why_not: None,
                act: Act::Undo,
            })
            .collect();
        let found = search(&items, query).into_iter();
        found.map(|at| items[at].text.clone()).collect()
    }

    #[test]
    fn letters_in_order_find_and_the_plainest_comes_first() {
        let texts = [
            "Add Random forest",
            "Add Ridge",
            "Dark theme",
            "Redo",
            "Predict Bill depth",
        ];
        assert_eq!(found(&texts, ""), texts);
        assert_eq!(found(&texts, "rf")[0], "Add Random forest");
        assert_eq!(found(&texts, "dark"), ["Dark theme"]);
        assert_eq!(found(&texts, "DEPTH bill"), ["Predict Bill depth"]);
        assert_eq!(found(&texts, "add ri")[0], "Add Ridge");
        assert!(found(&texts, "xyz").is_empty());
    }

    #[test]
    fn a_hyphen_parts_words_as_a_blank_does() {
        let texts = ["Add Ridge", "Add k nearest neighbours"];
        assert_eq!(found(&texts, "add k-nearest"), ["Add k nearest neighbours"]);
        assert_eq!(found(&texts, "k-NN"), ["Add k nearest neighbours"]);
    }

    #[test]
    fn a_run_of_letters_beats_scattered_ones() {
        let texts = ["Test on another file", "Theme", "The small theatre"];
        assert_eq!(found(&texts, "theme")[0], "Theme");
        let texts = ["Undo: B removed", "Remove C"];
        assert_eq!(found(&texts, "remove")[0], "Remove C");
        let texts = ["Open Linear", "Open Line"];
        assert_eq!(found(&texts, "open line")[0], "Open Line");
    }

    #[test]
    fn letters_of_other_scripts_are_letters() {
        assert_eq!(found(&["Predict Länge", "Use Höhe"], "HÖHE"), ["Use Höhe"]);
    }
}
