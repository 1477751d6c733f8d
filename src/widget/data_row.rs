//! A data set in the strip at the left: thumbnail, name, size; 44 points high.
use super::text;
use super::theme::{self, RADIUS_SMALL};
use super::thumbnail::Thumbnail;
use super::tokens::Tokens;
use eframe::egui::{
    Align2, Color32, CornerRadius, Rect, Response, Role, Sense, Ui, WidgetInfo, pos2, vec2,
};

/// Draws the row over the available width; the response is clicked when the data set is picked.
///
/// `detail` is like "344 rows · 8 columns".
pub fn data_row(
    ui: &mut Ui,
    name: &str,
    detail: &str,
    thumbnail: &mut Thumbnail,
    selected: bool,
) -> Response {
    let s = theme::scale(ui);
    let t = Tokens::of(ui);
    let size = vec2(ui.available_width(), 44.0 * s);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    describe(ui, &response, name, detail, selected);
    if !ui.is_rect_visible(rect) {
        return response;
    }
    ground(ui, rect, &response, selected, true);
    let picture = thumbnail_rect(rect, s);
    thumbnail.paint(ui, picture);
    let left = picture.right() + 10.0 * s;
    let width = rect.right() - left - 4.0 * s;
    let font = if selected {
        text::strong(ui)
    } else {
        text::button(ui)
    };
    let words = text::line(ui, name, font, t.strong, width);
    let cut = words.elided;
    let y = rect.center().y;
    text::paint(
        ui.painter(),
        pos2(left, y - 7.0 * s),
        Align2::LEFT_CENTER,
        words,
    );
    let detail = text::line(ui, detail, text::small(ui), t.weak, width);
    text::paint(
        ui.painter(),
        pos2(left, y + 9.0 * s),
        Align2::LEFT_CENTER,
        detail,
    );
    theme::focus_ring(ui, &response, t);
    if cut {
        response.on_hover_text(name)
    } else {
        response
    }
}

/// The thumbnail alone, as on the rail of a narrow window; its tooltip says the rest.
pub fn data_thumbnail(
    ui: &mut Ui,
    name: &str,
    detail: &str,
    thumbnail: &mut Thumbnail,
    selected: bool,
) -> Response {
    let s = theme::scale(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(44.0, 36.0) * s, Sense::click());
    describe(ui, &response, name, detail, selected);
    if ui.is_rect_visible(rect) {
        let t = Tokens::of(ui);
        ground(ui, rect, &response, selected, true);
        thumbnail.paint(
            ui,
            Rect::from_center_size(rect.center(), vec2(36.0, 28.0) * s),
        );
        theme::focus_ring(ui, &response, t);
    }
    response.on_hover_text(format!("{name}\n{detail}"))
}

fn describe(ui: &Ui, response: &Response, name: &str, detail: &str, selected: bool) {
    response.widget_info(|| {
        let role = Role::ListBoxOption;
        let mut info = WidgetInfo::selected(role, ui.is_enabled(), selected, name);
        info.current_text_value = Some(detail.to_owned());
        info
    });
}

fn thumbnail_rect(row: Rect, s: f32) -> Rect {
    let at = pos2(row.left() + 6.0 * s, row.center().y);
    Align2::LEFT_CENTER.anchor_size(at, vec2(44.0, 32.0) * s)
}

/// The ground of a row in a list: soft with an accent bar when selected, a shade under the pointer.
pub(super) fn ground(ui: &Ui, rect: Rect, response: &Response, selected: bool, rounded: bool) {
    let t = Tokens::of(ui);
    let fill = match (selected, response.hovered()) {
        (true, _) => t.soft,
        (_, true) => t.hover,
        _ => Color32::TRANSPARENT,
    };
    let radius = if rounded { RADIUS_SMALL } else { 0 };
    ui.painter()
        .rect_filled(rect, CornerRadius::same(radius), fill);
    if selected {
        let bar = rect
            .with_max_x(rect.left() + 3.0)
            .shrink2(vec2(0.0, if rounded { 6.0 } else { 0.0 }));
        ui.painter()
            .rect_filled(bar, CornerRadius::same(1), t.accent);
    }
}
