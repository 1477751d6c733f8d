//! A line that opens and shuts what is below it: "6 more parameters".
use super::icons;
use super::text;
use super::theme;
use super::tokens::Tokens;
use eframe::egui::{Align2, Color32, CornerRadius, Role, Sense, Ui, WidgetInfo, pos2, vec2};

/// Draws the line, 28 points high, over the available width; true when it was clicked.
pub fn disclosure(ui: &mut Ui, words: &str, open: bool) -> bool {
    let t = Tokens::of(ui);
    let s = theme::scale(ui);
    let size = vec2(ui.available_width(), 28.0 * s);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| {
        WidgetInfo::selected(Role::DisclosureTriangle, ui.is_enabled(), open, words)
    });
    let ground = if response.hovered() {
        t.hover
    } else {
        Color32::TRANSPARENT
    };
    ui.painter()
        .rect_filled(rect, CornerRadius::same(4), ground);
    let icon = if open {
        icons::CARET_DOWN
    } else {
        icons::CARET_RIGHT
    };
    let at = pos2(rect.left() + 7.0 * s, rect.center().y);
    text::icon(ui.painter(), at, icon, 14.0 * s, t.text);
    let line = text::line(ui, words, text::body(ui), t.text, rect.width() - 20.0 * s);
    let at = pos2(rect.left() + 19.0 * s, rect.center().y);
    text::paint(ui.painter(), at, Align2::LEFT_CENTER, line);
    theme::focus_ring(ui, &response, t);
    response.clicked()
}
