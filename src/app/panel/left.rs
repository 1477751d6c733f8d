//! Data sets, the columns of the present one, and the preparation.

use eframe::egui::{
    Align, Align2, Area, Context, EventFilter, Frame as Paint, Id, Key, Layout, Margin, Modifiers,
    Order, Panel, Popup, RichText, ScrollArea, Sense, Stroke, Ui, WidgetInfo, pos2, vec2,
};

use super::preparation;
use super::{Memory, columns, ground, reading};
use crate::app::act::{Act, Dialog, Place};
use crate::app::catalog::{Item, id_of};
use crate::app::frame::Frame;
use crate::data::generate::{self, Generator, Knobs};
use crate::widget::button::IconButton;
use crate::widget::combo::{MenuRow, menu_line};
use crate::widget::data_row::{data_row, data_thumbnail};
use crate::widget::knob::{Knob, KnobKind, KnobValue};
use crate::widget::parameter_row::parameter_row;
use crate::widget::thumbnail::{Dots, Thumbnail};
use crate::widget::{icons, text, theme};

/// Below this width the panel is a rail and opens over the picture.
const NARROW: f32 = 1100.0;
const RAIL: f32 = 48.0;
/// From this width on the data sets stand in two columns.
const TWO_COLUMNS: f32 = 300.0;

#[derive(Default)]
pub struct LeftMemory {
    /// The column whose row is marked.
    pub column: Option<usize>,
    /// Opened over the picture, from the rail.
    over: bool,
    /// The data set that the strip scrolled to last, and how often: a list that is not laid out yet
    /// does not scroll.
    current: (Option<usize>, u8),
    /// Where the strip is scrolled to.
    offset: f32,
    /// The row of the present data set takes the focus.
    follow: bool,
    /// Knobs of a generator whose table is on its way.
    turned: Option<String>,
    pub(super) preparation_open: Option<bool>,
    pub(super) notes_open: bool,
    pub(super) reading: crate::app::import::choices::Typing,
}

impl LeftMemory {
    /// Where a list of rows this high must be scrolled to, so that the present data set is seen: for
    /// some frames after it has come to another place, since the list's height follows the table.
    fn scroll_to(&mut self, at: usize, row: f32, place: usize, height: f32) -> Option<f32> {
        if self.current.0 != Some(at) {
            self.current = (Some(at), 0);
        }
        if self.current.1 >= 8 {
            return None;
        }
        self.current.1 += 1;
        let top = row * place as f32;
        let seen = top >= self.offset && top + row <= self.offset + height;
        // Whole rows: none is cut at the top.
        let above = ((height / row - 1.0) / 2.0).floor().max(0.0);
        (!seen).then(|| (top - row * above).max(0.0))
    }

    pub fn toggle_over(&mut self) {
        self.over = !self.over;
    }
}

/// Whether the window is too narrow for the panel beside the picture.
pub fn is_narrow(ctx: &Context) -> bool {
    ctx.content_rect().width() < NARROW
}

pub fn show(ui: &mut Ui, frame: &Frame<'_>, memory: &mut Memory, acts: &mut Vec<Act>) {
    let narrow = is_narrow(ui.ctx());
    if !narrow {
        memory.left.over = false;
    }
    if frame.look.left_open && !narrow {
        let wide = ui.ctx().content_rect().width() >= 1800.0;
        // A window that was made wide or narrow keeps a width of its own for each.
        Panel::left(if wide { "left, wide" } else { "left" })
            .default_size(if wide { 320.0 } else { 264.0 })
            .size_range(200.0..=400.0)
            .frame(ground(frame.tokens.panel, 0))
            .show(ui, |ui| content(ui, frame, memory, acts));
        return;
    }
    let place = Panel::left("rail")
        .exact_size(RAIL)
        .resizable(false)
        .frame(ground(frame.tokens.panel, 0))
        .show(ui, |ui| rail(ui, frame, memory, acts))
        .response
        .rect;
    if memory.left.over {
        over(ui, frame, memory, acts, place);
    }
}

/// The panel over the picture, right of the rail; a click beside it or Esc shuts it.
fn over(
    ui: &Ui,
    frame: &Frame<'_>,
    memory: &mut Memory,
    acts: &mut Vec<Act>,
    rail: eframe::egui::Rect,
) {
    let t = frame.tokens;
    let width = 272.0_f32.min(ui.ctx().content_rect().width() - RAIL - 40.0);
    let shown = Area::new(Id::unique("left over"))
        .order(Order::Middle)
        .fixed_pos(rail.right_top())
        .movable(false)
        .show(ui.ctx(), |ui| {
            Paint::new()
                .fill(t.panel)
                .stroke(Stroke::new(1.0, t.line))
                .shadow(ui.visuals().popup_shadow)
                .show(ui, |ui| {
                    ui.set_width(width);
                    ui.set_height(rail.height());
                    ui.set_clip_rect(ui.max_rect().intersect(ui.clip_rect()));
                    content(ui, frame, memory, acts);
                });
        });
    let pressed = ui.input(|i| i.pointer.any_pressed());
    let at = ui.input(|i| i.pointer.interact_pos());
    let beside = at.is_some_and(|p| !shown.response.rect.contains(p) && !rail.contains(p));
    let free = !Popup::is_any_open(ui.ctx());
    // The key does this alone: it would stop all fits as well.
    let escape = free && ui.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Escape));
    if free && pressed && beside || escape {
        memory.left.over = false;
    }
}

fn rail(ui: &mut Ui, frame: &Frame<'_>, memory: &mut Memory, acts: &mut Vec<Act>) {
    ui.spacing_mut().item_spacing.y = 4.0;
    ui.with_layout(Layout::top_down(Align::Center), |ui| {
        ui.add_space(6.0);
        let open = IconButton::new(
            icons::SIDEBAR,
            "Data and columns",
            "Data and columns (Ctrl B)",
        )
        .on(memory.left.over);
        if ui.add(open).clicked() {
            acts.push(Act::ToggleLeft);
        }
        let add = IconButton::new(icons::FOLDER_OPEN, "Open data", "Open data… (Ctrl O)");
        if ui.add(add).clicked() {
            acts.push(Act::Dialog(Dialog::OpenData));
        }
        let mut area = ScrollArea::vertical().id_salt("rail").auto_shrink(false);
        let height = ui.available_height();
        if let Some(at) = frame.catalog.current
            && let Some(offset) = memory
                .left
                .scroll_to(at, 40.0 * theme::scale(ui), at, height)
        {
            area = area.vertical_scroll_offset(offset);
        }
        let shown = area.show(ui, |ui| {
            ui.with_layout(Layout::top_down(Align::Center), |ui| {
                for (at, item) in frame.catalog.items.iter().enumerate() {
                    let current = frame.catalog.current == Some(at);
                    let response = with_thumbnail(item, |thumbnail| {
                        data_thumbnail(ui, &item.name, &item.detail, thumbnail, current)
                    });
                    if current {
                        memory.take_focus(Place::Left, &response);
                    }
                    strip_keys(ui, &response, current, memory, acts);
                    if response.clicked() {
                        acts.push(Act::Open(item.spec.clone()));
                    }
                }
            });
        });
        memory.left.offset = shown.state.clamped_offset().y;
    });
}

fn with_thumbnail<R>(item: &Item, draw: impl FnOnce(&mut Thumbnail) -> R) -> R {
    match &item.thumbnail {
        Some(thumbnail) => draw(&mut thumbnail.borrow_mut()),
        None => draw(&mut Thumbnail::new(&[], Dots::Plain)),
    }
}

fn content(ui: &mut Ui, frame: &Frame<'_>, memory: &mut Memory, acts: &mut Vec<Act>) {
    ui.spacing_mut().item_spacing.y = 0.0;
    preparation::show(ui, frame, &mut memory.left, acts);
    head(ui, frame, acts);
    let spec = frame.catalog.spec_of(&frame.desk.project().table);
    let drawn = generate::generator(id_of(spec)).is_some();
    let knobs = drawn.then(|| generate::parse(spec).ok()).flatten();
    let count = knobs.as_ref().map_or(0, |(_, k)| k.iter().count());
    strip(ui, frame, memory, count, acts);
    if let Some((generator, knobs)) = knobs {
        generator_knobs(ui, frame, memory, generator, knobs, acts);
    }
    reading::show(ui, frame, &mut memory.left, acts);
    columns::show(ui, frame, &mut memory.left, acts);
}

fn head(ui: &mut Ui, frame: &Frame<'_>, acts: &mut Vec<Act>) {
    let size = vec2(ui.available_width(), 34.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(eframe::egui::Role::Heading, true, "Data"));
    let line = text::line(ui, "Data", text::strong(ui), frame.tokens.strong, 200.0);
    let at = pos2(rect.left() + 12.0, rect.center().y);
    text::paint(ui.painter(), at, Align2::LEFT_CENTER, line);
    let button = |from_right: f32| {
        eframe::egui::Rect::from_center_size(
            pos2(rect.right() - from_right, rect.center().y),
            vec2(28.0, 28.0),
        )
    };
    let open = IconButton::new(icons::FOLDER_OPEN, "Open data", "Open data… (Ctrl O)");
    if open.at(ui, button(52.0)).clicked() {
        acts.push(Act::Dialog(Dialog::OpenData));
    }
    let plus = IconButton::new(icons::PLUS, "Draw data", "Rows drawn from a formula");
    let response = plus.at(ui, button(22.0));
    Popup::menu(&response).show(|ui| {
        ui.set_min_width(190.0);
        if MenuRow::new("Open data…").icon(icons::FOLDER_OPEN).show(ui) {
            acts.push(Act::Dialog(Dialog::OpenData));
        }
        if MenuRow::new("Empty plane to draw on")
            .icon(icons::PENCIL)
            .show(ui)
        {
            acts.push(Act::Blank);
        }
        let mut purpose = None;
        for generator in generate::generators() {
            if purpose != Some(generator.purpose) {
                purpose = Some(generator.purpose);
                menu_line(ui);
            }
            if MenuRow::new(generator.name)
                .icon(icons::CHART_SCATTER)
                .show(ui)
            {
                acts.push(Act::Open(generator.id.to_owned()));
            }
        }
    });
}

fn strip(ui: &mut Ui, frame: &Frame<'_>, memory: &mut Memory, knobs: usize, acts: &mut Vec<Act>) {
    // Eight columns have room whatever the data set, so that nothing moves from one to the next; knobs and
    // notes on the reading take theirs from the data sets.
    let row = if ui.available_width() >= columns::WIDE {
        40.0
    } else {
        26.0
    };
    let knobs = 28.0 * knobs as f32;
    let reading = reading::height(ui, frame, memory.left.notes_open);
    let room = ui.available_height() - 52.0 - row * 8.0;
    let two = ui.available_width() >= TWO_COLUMNS;
    let least = if ui.available_height() >= 520.0 {
        5.0
    } else {
        2.0
    };
    let rows = (room / 44.0).floor().clamp(least, 9.0);
    let height = (44.0 * rows - knobs - reading).max(88.0);
    let beside = if two { 2 } else { 1 };
    let mut area = ScrollArea::vertical()
        .id_salt("strip")
        .max_height(height)
        .auto_shrink([false, true]);
    if let Some(at) = frame.catalog.current
        && let Some(offset) = memory.left.scroll_to(at, 44.0, at / beside, height)
    {
        area = area.vertical_scroll_offset(offset);
    }
    let shown = area.show(ui, |ui| {
        Paint::new()
            .inner_margin(Margin::symmetric(6, 0))
            .show(ui, |ui| {
                let places: Vec<usize> = (0..frame.catalog.items.len()).collect();
                let width = ui.available_width() / beside as f32;
                for line in places.chunks(beside) {
                    ui.horizontal(|ui| {
                        ui.spacing_mut().item_spacing.x = 0.0;
                        for &at in line {
                            ui.allocate_ui(vec2(width, 44.0), |ui| {
                                ui.set_max_width(width);
                                data_item(ui, frame, memory, at, two, acts);
                            });
                        }
                    });
                }
            });
    });
    memory.left.offset = shown.state.clamped_offset().y;
    ui.add_space(8.0);
}

fn data_item(
    ui: &mut Ui,
    frame: &Frame<'_>,
    memory: &mut Memory,
    at: usize,
    short: bool,
    acts: &mut Vec<Act>,
) {
    let item = &frame.catalog.items[at];
    let current = frame.catalog.current == Some(at);
    // Half as wide there is room for the rows alone.
    let detail = match item.detail.split_once(" · ") {
        Some((rows, _)) if short => rows,
        _ => &item.detail,
    };
    let response = with_thumbnail(item, |thumbnail| {
        data_row(ui, &item.name, detail, thumbnail, current)
    });
    if current {
        memory.take_focus(Place::Left, &response);
    }
    strip_keys(ui, &response, current, memory, acts);
    if response.clicked() {
        acts.push(Act::Open(item.spec.clone()));
    }
    response.on_hover_text(&item.help);
}

/// In the strip all arrows go from one data set to the next.
fn strip_keys(
    ui: &Ui,
    response: &eframe::egui::Response,
    current: bool,
    memory: &mut Memory,
    acts: &mut Vec<Act>,
) {
    if current && std::mem::take(&mut memory.left.follow) {
        response.request_focus();
    }
    if !response.has_focus() {
        return;
    }
    let filter = EventFilter {
        horizontal_arrows: true,
        vertical_arrows: true,
        ..EventFilter::default()
    };
    ui.memory_mut(|m| m.set_focus_lock_filter(response.id, filter));
    let by = ui.input(|i| {
        let presses = |key| i.num_presses(key) as i32;
        presses(Key::ArrowDown) + presses(Key::ArrowRight)
            - presses(Key::ArrowUp)
            - presses(Key::ArrowLeft)
    });
    if by != 0 {
        acts.push(Act::Step(by));
        memory.left.follow = true;
    }
}

/// What can be turned on the generator at work; the table follows while the hand moves.
fn generator_knobs(
    ui: &mut Ui,
    frame: &Frame<'_>,
    memory: &mut Memory,
    generator: &'static Generator,
    drawn: Knobs,
    acts: &mut Vec<Act>,
) {
    if !frame.drawing {
        memory.left.turned = None;
    }
    // The handle stays under the hand while its table is on the way.
    let turned = memory.left.turned.as_deref();
    let knobs = turned
        .filter(|spec| id_of(spec) == generator.id)
        .and_then(|spec| generate::parse(spec).ok())
        .map_or(drawn, |(_, knobs)| knobs);
    let inside = Paint::new().inner_margin(Margin {
        left: 16,
        right: 8,
        top: 0,
        bottom: 6,
    });
    inside.show(ui, |ui| {
        for (declared, value) in knobs.iter() {
            let knob = knob(declared, value);
            let action = parameter_row(ui, (generator.id, declared.name), &knob);
            acts.extend(action.refused.map(Act::Say));
            if let Some(new) = action.change.and_then(number) {
                let mut knobs = knobs.clone();
                if knobs.set(declared.name, new).is_ok() {
                    let spec = generator.spell(&knobs);
                    memory.left.turned = Some(spec.clone());
                    acts.push(Act::Generate(spec, Some(memory.gesture)));
                }
            }
            if action.released {
                // What is still on its way belongs to the old number, and so to this gesture.
                memory.gesture += 1;
            }
        }
    });
}

fn number(value: KnobValue) -> Option<f64> {
    match value {
        KnobValue::Integer(n) => Some(n as f64),
        KnobValue::Real(x) => Some(x),
        _ => None,
    }
}

/// A generator's knob as a row; the slider covers what is usual, and the value where it is beyond.
fn knob(declared: &'static generate::Knob, value: f64) -> Knob {
    let usual = match declared.name {
        "n" => 10_000.0,
        "seed" => 100.0,
        _ if declared.whole => declared.max,
        _ => (declared.default * 5.0).max(declared.min + 1.0),
    };
    let max = usual.min(declared.max).max(value);
    let (kind, at): (KnobKind, fn(f64) -> KnobValue) = if declared.whole {
        let kind = KnobKind::Integer {
            min: declared.min as i64,
            max: max as i64,
            log: declared.name == "n",
            none_at_max: false,
        };
        (kind, |x| KnobValue::Integer(x as i64))
    } else {
        let kind = KnobKind::Real {
            min: declared.min,
            max,
            log: false,
        };
        (kind, KnobValue::Real)
    };
    Knob {
        name: label(declared.name),
        help: declared.help.to_owned(),
        kind,
        value: at(value),
        default: at(declared.default),
        disabled_because: None,
    }
}

/// `class_sep` as "Class sep".
fn label(name: &str) -> String {
    if name == "n" {
        return "Rows".to_owned();
    }
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// Words in small grey letters, wrapped.
pub(super) fn small(ui: &mut Ui, frame: &Frame<'_>, words: &str) {
    let words = RichText::new(words).small().color(frame.tokens.weak);
    ui.add(eframe::egui::Label::new(words).wrap());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_generator_has_knobs_that_hold_their_values() {
        for generator in generate::generators() {
            for (declared, value) in generator.defaults().iter() {
                for value in [value, declared.max] {
                    let knob = knob(declared, value);
                    let inside = match (&knob.kind, &knob.value) {
                        (KnobKind::Integer { min, max, .. }, KnobValue::Integer(n)) => {
                            (min..=max).contains(&n) && min < max
                        }
                        (KnobKind::Real { min, max, .. }, KnobValue::Real(x)) => {
                            (min..=max).contains(&x) && min < max
                        }
                        _ => false,
                    };
                    assert!(inside, "{} {} {value}", generator.id, declared.name);
                }
            }
        }
        assert_eq!(label("class_sep"), "Class sep");
        assert_eq!(label("n"), "Rows");
    }
}
