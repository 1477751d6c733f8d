//! Small choices: a segmented control, a check box with its words, a switch.
use super::icons;
use super::text;
use super::theme::{self, RADIUS_SMALL};
use super::tokens::Tokens;
use eframe::egui::{
    Align2, Color32, CornerRadius, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo,
    pos2, vec2,
};

/// Two to five choices side by side, 26 points high; the index of one newly picked.
///
/// `name` says what is chosen, for screen readers.
pub fn segmented(ui: &mut Ui, name: &str, options: &[&str], selected: usize) -> Option<usize> {
    let t = Tokens::of(ui);
    let s = theme::scale(ui);
    let lines: Vec<_> = options
        .iter()
        .enumerate()
        .map(|(i, option)| {
            let ink = if i == selected { t.strong } else { t.text };
            text::line(ui, option, text::button(ui), ink, f32::INFINITY)
        })
        .collect();
    let widths: Vec<f32> = lines
        .iter()
        .map(|line| (line.size().x + 22.0 * s).ceil())
        .collect();
    let size = vec2(widths.iter().sum(), 26.0 * s);
    let (rect, group) = ui.allocate_exact_size(size, Sense::hover());
    group.widget_info(|| WidgetInfo::labeled(Role::RadioGroup, ui.is_enabled(), name));
    let mut picked = None;
    let mut left = rect.left();
    let last = options.len().saturating_sub(1);
    for (i, (line, width)) in lines.into_iter().zip(widths).enumerate() {
        let segment = Rect::from_min_size(pos2(left, rect.top()), vec2(width, rect.height()));
        left += width;
        let response = ui.interact(segment, group.id.with(options[i]), Sense::click());
        response.widget_info(|| {
            WidgetInfo::selected(
                Role::RadioButton,
                ui.is_enabled(),
                i == selected,
                options[i],
            )
        });
        let ground = match (i == selected, response.hovered()) {
            (true, _) => t.soft,
            (_, true) => t.hover,
            _ => t.card,
        };
        ui.painter()
            .rect_filled(segment, rounded(i == 0, i == last), ground);
        if i > 0 {
            let stroke = Stroke::new(1.0, t.control);
            ui.painter()
                .vline(segment.left(), segment.y_range(), stroke);
        }
        text::paint(ui.painter(), segment.center(), Align2::CENTER_CENTER, line);
        theme::focus_ring(ui, &response, t);
        if response.clicked() && i != selected {
            picked = Some(i);
        }
    }
    ui.painter().rect_stroke(
        rect,
        CornerRadius::same(RADIUS_SMALL),
        Stroke::new(1.0, t.control),
        StrokeKind::Inside,
    );
    picked
}

fn rounded(left: bool, right: bool) -> CornerRadius {
    let (l, r) = (
        if left { RADIUS_SMALL } else { 0 },
        if right { RADIUS_SMALL } else { 0 },
    );
    CornerRadius {
        nw: l,
        sw: l,
        ne: r,
        se: r,
    }
}

/// A check box and its words, 24 points high; the new state when it was changed.
pub fn checkbox(ui: &mut Ui, label: &str, on: bool) -> Option<bool> {
    labelled(ui, Role::CheckBox, label, on, vec2(14.0, 14.0), paint_box)
}

/// A switch and its words, 24 points high; the new state when it was changed.
pub fn switch(ui: &mut Ui, label: &str, on: bool) -> Option<bool> {
    labelled(ui, Role::Switch, label, on, SWITCH, paint_switch)
}

/// A check box alone, in `rect`, named for screen readers.
pub fn checkbox_at(ui: &Ui, rect: Rect, response: &Response, name: &str, on: bool) {
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, ui.is_enabled(), on, name));
    paint_box(ui, rect, response, on);
    theme::focus_ring(ui, &response.clone().with_new_rect(rect), Tokens::of(ui));
}

/// A switch alone at the left of `rect`, named for screen readers; the new state when it was changed.
pub fn switch_at(ui: &Ui, rect: Rect, id: eframe::egui::Id, name: &str, on: bool) -> Option<bool> {
    let size = SWITCH * theme::scale(ui);
    let place = Rect::from_min_size(pos2(rect.left(), rect.center().y - size.y / 2.0), size);
    let response = ui.interact(place, id, Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Switch, ui.is_enabled(), on, name));
    paint_switch(ui, place, &response, on);
    theme::focus_ring(ui, &response, Tokens::of(ui));
    response.clicked().then_some(!on)
}

const SWITCH: eframe::egui::Vec2 = vec2(28.0, 16.0);

fn labelled(
    ui: &mut Ui,
    role: Role,
    label: &str,
    on: bool,
    mark: eframe::egui::Vec2,
    paint: impl FnOnce(&Ui, Rect, &Response, bool),
) -> Option<bool> {
    let t = Tokens::of(ui);
    let s = theme::scale(ui);
    let line = text::line(ui, label, text::body(ui), t.text, f32::INFINITY);
    let mark = mark * s;
    let size = vec2((mark.x + 8.0 * s + line.size().x).ceil(), 24.0 * s);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::selected(role, ui.is_enabled(), on, label));
    let left = pos2(rect.left(), rect.center().y);
    paint(
        ui,
        Align2::LEFT_CENTER.anchor_size(left, mark),
        &response,
        on,
    );
    let at = pos2(rect.left() + mark.x + 8.0 * s, rect.center().y);
    text::paint(ui.painter(), at, Align2::LEFT_CENTER, line);
    theme::focus_ring(ui, &response, t);
    response.clicked().then_some(!on)
}

fn paint_box(ui: &Ui, rect: Rect, response: &Response, on: bool) {
    let t = Tokens::of(ui);
    let (fill, edge) = match (on, response.hovered()) {
        (true, _) => (t.accent, t.accent),
        (_, true) => (t.hover, t.strong),
        _ => (t.input, t.control),
    };
    let stroke = Stroke::new(1.0, edge);
    let radius = CornerRadius::same(3);
    ui.painter()
        .rect(rect, radius, fill, stroke, StrokeKind::Inside);
    if on {
        let size = rect.width() - 2.0;
        text::icon(ui.painter(), rect.center(), icons::CHECK, size, t.on_accent);
    }
}

fn paint_switch(ui: &Ui, rect: Rect, response: &Response, on: bool) {
    let t = Tokens::of(ui);
    let fill = match (on, response.hovered()) {
        (true, _) => t.accent,
        (_, true) => t.hover,
        _ => t.input,
    };
    let edge = if on { t.accent } else { t.control };
    let radius = rect.height() / 2.0;
    let stroke = Stroke::new(1.0, edge);
    ui.painter()
        .rect(rect, radius, fill, stroke, StrokeKind::Inside);
    let x = if on {
        rect.right() - radius
    } else {
        rect.left() + radius
    };
    let knob: Color32 = if on { t.on_accent } else { t.control };
    ui.painter()
        .circle_filled(pos2(x, rect.center().y), radius - 4.0, knob);
}
