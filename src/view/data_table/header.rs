//! The table's fixed head: kind, name, unit, sort arrow.

use eframe::egui::{
    Align2, Painter, Popup, PopupCloseBehavior, Rect, Role, Sense, Stroke, Ui, UiBuilder,
    WidgetInfo, pos2, vec2,
};

use super::scroll::BAR;
use super::{DataTable, HEADER, Head, Offers, Source, TableAction, TableColumn};
use crate::view::parts::{badge, icon, text};
use crate::widget::icons;
use crate::widget::theme::{Tokens, focus_ring};

/// Draws the heads of the visible columns; a click sorts: ascending, descending, not at all.
#[expect(
    clippy::too_many_arguments,
    reason = "all of it is where the head stands"
)]
pub fn show(
    ui: &mut Ui,
    t: &Tokens,
    data: &DataTable<'_>,
    rect: Rect,
    gutter: f32,
    left: f32,
    columns: &[(usize, f32)],
    offers: &mut Offers<'_>,
) -> Option<TableAction> {
    let painter = &ui.painter().clone();
    let across = Rect::from_min_max(rect.min, rect.max + vec2(BAR, 0.0));
    painter.rect_filled(across, 2.0, t.panel);
    let corner = text::line(painter, "row", text::small(ui), t.weak, gutter);
    let at = pos2(rect.left() + gutter - 10.0, rect.top() + HEADER / 2.0);
    text::place(painter, at, Align2::RIGHT_CENTER, corner);
    let room = Rect::from_min_max(pos2(rect.left() + gutter, rect.top()), rect.max);
    let clipped = painter.with_clip_rect(room.intersect(ui.clip_rect()));
    let mut action = None;
    for &(index, edge) in columns {
        let column = &data.columns[index];
        let min = pos2(room.left() + edge - left, rect.top());
        let cell = Rect::from_min_size(min, vec2(column.width, rect.height()));
        let id = ui.scope_id().with(("head", index, &column.name));
        let hit = cell.intersect(room);
        let response = ui.interact(hit, id, Sense::click());
        let sorted = data.sort.filter(|(by, _)| *by == index).map(|(_, up)| up);
        response.widget_info(|| {
            let how = match sorted {
                Some(true) => ", ascending",
                Some(false) => ", descending",
                None => "",
            };
            let label = format!("Sort by {}{how}", column.name);
            WidgetInfo::labeled(Role::Button, ui.is_enabled(), label)
        });
        if response.hovered() {
            clipped.rect_filled(cell, 0.0, t.hover);
        }
        let inside = cell.shrink2(vec2(8.0, 0.0));
        let mut name = inside.with_max_y(inside.top() + HEADER);
        let filtered = offers.filtered.and_then(|filtered| filtered(index));
        let funnel = filtered.filter(|on| *on || ui.rect_contains_pointer(hit));
        if filtered.is_some() {
            name.max.x -= 18.0;
        }
        let cut = paint(ui, &clipped, t, column, name, sorted);
        let head = offers.heads.and_then(|heads| heads(index));
        if let Some(head) = &head {
            let below = inside.with_min_y(name.bottom() - 3.0);
            more(ui, &clipped, t, head, below);
        }
        let x = cell.right() - 0.5;
        clipped.vline(
            x,
            cell.shrink2(vec2(0.0, 6.0)).y_range(),
            Stroke::new(1.0, t.line),
        );
        if response.clicked() {
            action = Some(match sorted {
                None => TableAction::Sort {
                    column: index,
                    ascending: true,
                },
                Some(true) => TableAction::Sort {
                    column: index,
                    ascending: false,
                },
                Some(false) => TableAction::Unsort,
            });
        }
        focus_ring(ui, &response, t);
        match &head {
            Some(head) => {
                response.on_hover_text(format!("{}\n{}", column.name, head.tooltip));
            }
            None if cut => {
                response.on_hover_text(&column.name);
            }
            None => {}
        }
        if filtered.is_some()
            && let Some(menu) = &mut offers.filter_menu
        {
            let place = Rect::from_center_size(
                pos2(inside.right() - 6.0, name.center().y),
                vec2(20.0, 20.0),
            );
            let place = place.intersect(room);
            if place.width() > 10.0 {
                filter_button(ui, t, place, (index, &column.name), funnel, menu);
            }
        }
    }
    painter.hline(
        rect.x_range(),
        rect.bottom() - 0.5,
        Stroke::new(1.0, t.control.gamma_multiply(0.55)),
    );
    action
}

/// The funnel, seen while the head is pointed at or the column is filtered, and what it opens.
fn filter_button(
    ui: &mut Ui,
    t: &Tokens,
    place: Rect,
    column: (usize, &str),
    seen: Option<bool>,
    menu: &mut dyn FnMut(&mut Ui, usize),
) {
    let id = ui.scope_id().with(("funnel", column));
    let response = ui.interact(place, id, Sense::click());
    response.widget_info(|| {
        let label = format!("Filter by {}", column.1);
        WidgetInfo::selected(Role::Button, ui.is_enabled(), seen == Some(true), label)
    });
    let open = Popup::is_id_open(ui.ctx(), Popup::default_response_id(&response));
    if seen.is_some() || open || response.has_focus() {
        let mut font = text::body(ui);
        font.size += 1.0;
        let on = seen == Some(true) || open || response.hovered();
        let ink = if on { t.accent } else { t.weak };
        let galley = text::line(ui.painter(), icons::FUNNEL, font, ink, 20.0);
        text::place(ui.painter(), place.center(), Align2::CENTER_CENTER, galley);
    }
    focus_ring(ui, &response, t);
    Popup::menu(&response)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .show(|ui| {
            let inner = UiBuilder::new().id_salt(column);
            ui.scope_builder(inner, |ui| menu(ui, column.0));
        });
}

/// Bars, how many values, how many missing.
fn more(ui: &Ui, painter: &Painter, t: &Tokens, head: &Head, rect: Rect) {
    let bars = Rect::from_min_size(rect.min, vec2(rect.width(), 18.0));
    head.spark.paint(painter, bars, t);
    let line = rect.bottom() - 9.0;
    let mut room = rect.width();
    if !head.missing.is_empty() {
        let galley = text::line(painter, &head.missing, text::small(ui), t.warn, room);
        room -= galley.size().x + 6.0;
        text::place(
            painter,
            pos2(rect.right(), line),
            Align2::RIGHT_CENTER,
            galley,
        );
    }
    let galley = text::line(painter, &head.words, text::small(ui), t.weak, room);
    if !galley.elided {
        text::place(
            painter,
            pos2(rect.left(), line),
            Align2::LEFT_CENTER,
            galley,
        );
    }
}

/// Answers whether the name had to be cut.
fn paint(
    ui: &Ui,
    painter: &Painter,
    t: &Tokens,
    column: &TableColumn,
    rect: Rect,
    sorted: Option<bool>,
) -> bool {
    let middle = rect.center().y;
    let mut left = rect.left();
    let arrow_up = |ascending| match ascending {
        true => icons::ARROW_UP,
        false => icons::ARROW_DOWN,
    };
    // In a narrow column the arrow takes the place of the kind: the name needs the room.
    let narrow = sorted.filter(|_| rect.width() < 110.0);
    match &column.source {
        Source::Data { .. } if narrow.is_some() => {
            let glyph = arrow_up(narrow.unwrap_or(true));
            let galley = text::line(painter, glyph, text::body(ui), t.accent, 20.0);
            text::place(painter, pos2(left, middle), Align2::LEFT_CENTER, galley);
            left += 18.0;
        }
        Source::Data { kind, target } => {
            let glyph = if *target {
                icons::TARGET
            } else {
                icon::of_kind(*kind)
            };
            let ink = if *target { t.accent } else { t.weak };
            let mut font = text::body(ui);
            font.size += 2.0;
            let galley = text::line(painter, glyph, font, ink, 20.0);
            text::place(painter, pos2(left, middle), Align2::LEFT_CENTER, galley);
            left += 20.0;
        }
        Source::Model(model) => {
            badge::paint(ui, painter, t, pos2(left + 8.0, middle), 16.0, model);
            left += 22.0;
        }
    }
    let in_place = narrow.is_some() && matches!(column.source, Source::Data { .. });
    let sorted = sorted.filter(|_| !in_place);
    let arrow = if sorted.is_some() { 16.0 } else { 0.0 };
    let unit = column
        .unit
        .as_ref()
        .map(|u| format!(" {u}"))
        .unwrap_or_default();
    let pieces = [
        (column.name.as_str(), text::medium(ui), t.strong),
        (&unit, text::body(ui), t.weak),
    ];
    let galley = text::pieces(painter, &pieces, rect.right() - left - arrow);
    let cut = galley.elided;
    let placed = text::place(painter, pos2(left, middle), Align2::LEFT_CENTER, galley);
    if let Some(ascending) = sorted {
        let glyph = arrow_up(ascending);
        let galley = text::line(painter, glyph, text::body(ui), t.accent, 16.0);
        text::place(
            painter,
            pos2(placed.right() + 3.0, middle),
            Align2::LEFT_CENTER,
            galley,
        );
    }
    cut
}
