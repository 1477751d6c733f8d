//! The top bar: menus, undo and redo, the way into the palette, seed, projector, theme.

use eframe::egui::{
    Align, Align2, CornerRadius, Id, Layout, Panel, Popup, PopupCloseBehavior, Rect, Role,
    ScrollArea, Sense, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo, pos2, vec2,
};

use super::{Memory, ground};
use crate::app::act::{Act, Place, ThemeChoice};
use crate::app::action::{self, Action, Menu};
use crate::app::frame::Frame;
use crate::project::Command;
use crate::widget::button::{self, IconButton};
use crate::widget::combo::{MenuRow, menu_line};
use crate::widget::number_field::number_field;
use crate::widget::{format, icons, text, theme};

/// Below this width the six menus become one.
const ONE_MENU: f32 = 700.0;

#[derive(Default)]
pub struct TopMemory {
    /// A menu was open in the last frame: the pointer then opens the others by passing over them.
    menu_open: bool,
    /// The list of what was done is to be opened.
    pub open_history: bool,
}

pub fn show(ui: &mut Ui, frame: &Frame<'_>, memory: &mut Memory, acts: &mut Vec<Act>) {
    Panel::top("top")
        .exact_size(40.0)
        .resizable(false)
        .frame(ground(frame.tokens.panel, 0))
        .show(ui, |ui| bar(ui, frame, memory, acts));
}

fn bar(ui: &mut Ui, frame: &Frame<'_>, memory: &mut Memory, acts: &mut Vec<Act>) {
    let area = ui.max_rect().shrink2(vec2(8.0, 6.0));
    let whole = area.width();
    let inside = |layout| UiBuilder::new().max_rect(area).layout(layout);
    let left = ui
        .scope_builder(inside(Layout::left_to_right(Align::Center)), |ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            if whole < ONE_MENU {
                one_menu(ui, frame, acts);
            } else {
                menus(ui, frame, memory, acts);
            }
            divider(ui, frame);
            history(ui, frame, acts);
            let open = std::mem::take(&mut memory.top.open_history);
            super::history::button(ui, frame, open, acts);
            ui.min_rect().right()
        })
        .inner;
    let right = ui
        .scope_builder(inside(Layout::right_to_left(Align::Center)), |ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            switches(ui, frame, whole >= 1000.0, acts);
            ui.min_rect().left()
        })
        .inner;
    let room = Rect::from_x_y_ranges(left + 12.0..=right - 12.0, area.y_range());
    if room.width() > 40.0 {
        let width = room.width().min(300.0);
        let middle = ui
            .max_rect()
            .center()
            .x
            .clamp(room.left() + width / 2.0, room.right() - width / 2.0);
        let place =
            Rect::from_center_size(pos2(middle, area.center().y), vec2(width, area.height()));
        search_box(ui, frame, memory, place, acts);
    }
}

fn menus(ui: &mut Ui, frame: &Frame<'_>, memory: &mut Memory, acts: &mut Vec<Act>) {
    let was_open = std::mem::take(&mut memory.top.menu_open);
    for menu in Menu::ALL {
        let response = ui.add(button::quiet(menu.name()));
        let id = Popup::default_response_id(&response);
        if was_open && response.hovered() && !Popup::is_id_open(ui.ctx(), id) {
            Popup::open_id(ui.ctx(), id);
        }
        Popup::menu(&response)
            .accessible_name(menu.name())
            .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
            .show(|ui| rows(ui, frame, menu, acts));
        memory.top.menu_open |= Popup::is_id_open(ui.ctx(), id);
    }
}

fn rows(ui: &mut Ui, frame: &Frame<'_>, menu: Menu, acts: &mut Vec<Act>) {
    ui.set_min_width(220.0);
    let mut group = None;
    for action in action::of(frame, menu) {
        if group.is_some_and(|g| g != action.group) {
            menu_line(ui);
        }
        group = Some(action.group);
        let shortcut = action.shortcut();
        let mut row = MenuRow::new(&action.name)
            .shortcut(&shortcut)
            .selected(action.on)
            .disabled_because(action.why_not.as_deref());
        // A row without an icon keeps its words in line with the others.
        row = row.icon(action.icon.unwrap_or(" "));
        if row.show(ui) {
            acts.push(action.act.clone());
        }
    }
}

/// All menus under one icon, for windows too narrow for their names.
fn one_menu(ui: &mut Ui, frame: &Frame<'_>, acts: &mut Vec<Act>) {
    let response = ui.add(IconButton::new(icons::LIST, "Menu", "All commands"));
    let menu = Popup::menu(&response).close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    menu.show(|ui| {
        let height = ui.ctx().content_rect().height() - 80.0;
        ScrollArea::vertical().max_height(height).show(ui, |ui| {
            for (i, menu) in Menu::ALL.into_iter().enumerate() {
                if i > 0 {
                    menu_line(ui);
                }
                ui.weak(menu.name());
                rows(ui, frame, menu, acts);
            }
        });
    });
}

fn divider(ui: &mut Ui, frame: &Frame<'_>) {
    let (rect, _) = ui.allocate_exact_size(vec2(17.0, 20.0), Sense::empty());
    let stroke = Stroke::new(1.0, frame.tokens.line);
    ui.painter().vline(rect.center().x, rect.y_range(), stroke);
}

fn history(ui: &mut Ui, frame: &Frame<'_>, acts: &mut Vec<Act>) {
    let actions = action::of(frame, Menu::Edit);
    for (name, icon, of) in [
        ("Undo", icons::UNDO, Act::Undo),
        ("Redo", icons::REDO, Act::Redo),
    ] {
        let same = |a: &&Action| std::mem::discriminant(&a.act) == std::mem::discriminant(&of);
        let Some(action) = actions.iter().find(same) else {
            continue;
        };
        let tooltip = format!("{} ({})", action.name, action.shortcut());
        let button =
            IconButton::new(icon, name, &tooltip).disabled_because(action.why_not.as_deref());
        if ui.add(button).clicked() {
            acts.push(of);
        }
    }
}

/// Theme, projector, dice, seed; from the right.
fn switches(ui: &mut Ui, frame: &Frame<'_>, label: bool, acts: &mut Vec<Act>) {
    let dark = frame.settings.theme == ThemeChoice::Dark;
    let (icon, name, other) = if dark {
        (icons::SUN, "Light theme", ThemeChoice::Light)
    } else {
        (icons::MOON, "Dark theme", ThemeChoice::Dark)
    };
    if ui.add(IconButton::new(icon, name, name)).clicked() {
        acts.push(Act::Theme(other));
    }
    let projector = IconButton::new(
        icons::PROJECTOR,
        "Projector",
        "One model, large, for a room (F5); Esc leaves.",
    );
    if ui.add(projector).clicked() {
        acts.push(Act::Projector(true));
    }
    divider(ui, frame);
    let seed = frame.desk.project().seed;
    let dice = IconButton::new(
        icons::DICE,
        "Another seed",
        "Another seed: other folds, other random starts.",
    );
    if ui.add(dice).clicked() {
        acts.push(Act::Do(Command::SetSeed(action::next_seed(seed))));
    }
    let (place, _) = ui.allocate_exact_size(vec2(56.0, 24.0), Sense::hover());
    let good = |x: &f64| x.fract() == 0.0 && (0.0..=9.0e15).contains(x);
    let whole = |words: &str| format::parse(words).filter(good);
    let id = Id::unique("seed field");
    let typed = number_field(ui, id, place, "Seed", &seed.to_string(), false, whole);
    let stepped = (seed as f64 + typed.steps).max(0.0);
    let new = typed.value.or((typed.steps != 0.0).then_some(stepped));
    if let Some(new) = new.map(|x| x as u64).filter(|new| *new != seed) {
        acts.push(Act::Do(Command::SetSeed(new)));
    }
    typed
        .response
        .on_hover_text("The seed of folds and random starts: the same seed gives the same scores.");
    if label {
        ui.label("Seed");
    }
}

/// The box in the middle, which opens the palette.
fn search_box(
    ui: &mut Ui,
    frame: &Frame<'_>,
    memory: &mut Memory,
    rect: Rect,
    acts: &mut Vec<Act>,
) {
    let t = frame.tokens;
    let response = ui.interact(rect, ui.scope_id().with("search box"), Sense::click());
    response
        .widget_info(|| WidgetInfo::labeled(Role::Button, true, "Find a command, column or model"));
    memory.take_focus(Place::Top, &response);
    let edge = if response.hovered() {
        t.strong
    } else {
        t.control
    };
    let ground = if response.hovered() { t.hover } else { t.card };
    ui.painter().rect(
        rect,
        CornerRadius::same(4),
        ground,
        Stroke::new(1.0, edge.lerp_to_gamma(t.line, 0.5)),
        StrokeKind::Inside,
    );
    let y = rect.center().y;
    let icon = pos2(rect.left() + 16.0, y);
    text::icon(ui.painter(), icon, icons::SEARCH, 15.0, t.weak);
    let keys = action::words(&eframe::egui::KeyboardShortcut::new(
        eframe::egui::Modifiers::COMMAND,
        eframe::egui::Key::K,
    ));
    let mut right = rect.right() - 8.0;
    if rect.width() > 130.0 {
        let cap = text::line(ui, &keys, text::small(ui), t.weak, f32::INFINITY);
        let size = cap.size() + vec2(10.0, 4.0);
        let place = Align2::RIGHT_CENTER.anchor_size(pos2(right, y), size);
        ui.painter().rect_stroke(
            place,
            CornerRadius::same(3),
            Stroke::new(1.0, t.line),
            StrokeKind::Inside,
        );
        text::paint(ui.painter(), place.center(), Align2::CENTER_CENTER, cap);
        right = place.left() - 8.0;
    }
    let left = rect.left() + 29.0;
    // The longest sentence that fits.
    let fits = [
        "Find a command, column or model",
        "Find a command, column…",
        "Find a command",
        "Find",
    ]
    .into_iter()
    .map(|words| text::line(ui, words, text::body(ui), t.text, f32::INFINITY))
    .find(|line| line.size().x <= right - left);
    if let Some(line) = fits {
        text::paint(ui.painter(), pos2(left, y), Align2::LEFT_CENTER, line);
    }
    theme::focus_ring(ui, &response, t);
    if response.clicked() {
        acts.push(Act::Palette(true));
    }
}
