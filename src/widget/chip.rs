//! A chip: a few words that stand for a condition, and a cross that takes it away.
use super::icons;
use super::text;
use super::theme::{self, RADIUS_SMALL};
use super::tokens::Tokens;
use eframe::egui::{
    Align2, CornerRadius, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

/// Draws the chip, 24 points high and at most 280 wide; true when its cross was clicked.
pub fn chip(ui: &mut Ui, words: &str) -> bool {
    let t = Tokens::of(ui);
    let s = theme::scale(ui);
    let line = text::line(ui, words, text::body(ui), t.strong, 240.0 * s);
    let cut = line.elided;
    let size = vec2((line.size().x + 36.0 * s).ceil(), 24.0 * s);
    let (rect, body) = ui.allocate_exact_size(size, Sense::hover());
    let stroke = Stroke::new(1.0, t.accent.gamma_multiply(0.5));
    let radius = CornerRadius::same(RADIUS_SMALL);
    ui.painter()
        .rect(rect, radius, t.soft, stroke, StrokeKind::Inside);
    let at = pos2(rect.left() + 8.0 * s, rect.center().y);
    text::paint(ui.painter(), at, Align2::LEFT_CENTER, line);
    let place = Rect::from_center_size(
        pos2(rect.right() - 13.0 * s, rect.center().y),
        vec2(20.0, 20.0) * s,
    );
    let cross = ui.interact(place, body.id.with("cross"), Sense::click());
    cross.widget_info(|| {
        WidgetInfo::labeled(Role::Button, ui.is_enabled(), format!("Remove {words}"))
    });
    if cross.hovered() {
        ui.painter().rect_filled(place, radius, t.hover);
    }
    text::icon(ui.painter(), place.center(), icons::X, 13.0 * s, t.text);
    theme::focus_ring(ui, &cross, t);
    if cut {
        body.on_hover_text(words);
    }
    cross.clicked()
}
