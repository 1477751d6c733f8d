//! A model's letter on its colour, 18 points square; hollow from the sixth model on.
use super::text;
use super::theme::{self, RADIUS_SMALL};
use super::tokens::{Tokens, model_is_hollow, model_letter};
use eframe::egui::{
    Align2, Color32, CornerRadius, FontId, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui,
    WidgetInfo, vec2,
};

/// Draws the badge of the `model`-th model in the flow; `dim` for one that cannot run.
pub fn badge(ui: &mut Ui, model: usize, dim: bool) -> Response {
    let side = 18.0 * theme::scale(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(side, side), Sense::hover());
    let name = format!("Model {}", model_letter(model));
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &name));
    paint(ui, rect, model, dim);
    response
}

/// Paints the badge of the `model`-th model into `rect`, in the model's own colour.
pub fn paint(ui: &Ui, rect: Rect, model: usize, dim: bool) {
    let colour = Tokens::of(ui).model(model);
    paint_as(
        ui,
        rect,
        &model_letter(model),
        colour,
        model_is_hollow(model),
        dim,
    );
}

/// Paints a badge with a letter and colour of the caller's.
pub fn paint_as(ui: &Ui, rect: Rect, letter: &str, colour: Color32, hollow: bool, dim: bool) {
    let t = Tokens::of(ui);
    let radius = CornerRadius::same(RADIUS_SMALL);
    let ink = if dim {
        let stroke = Stroke::new(1.0, t.control);
        ui.painter()
            .rect_stroke(rect, radius, stroke, StrokeKind::Inside);
        t.weak
    } else if hollow {
        let stroke = Stroke::new(1.5, colour);
        ui.painter()
            .rect(rect, radius, t.card, stroke, StrokeKind::Inside);
        colour
    } else {
        ui.painter().rect_filled(rect, radius, colour);
        t.on_model
    };
    // Two letters, from the 27th model on, have to fit as well.
    let size = if letter.len() > 1 { 9.0 } else { 12.0 } * rect.height() / 18.0;
    let font = FontId::new(size, theme::semibold());
    let line = text::line(ui, letter, font, ink, f32::INFINITY);
    text::paint(ui.painter(), rect.center(), Align2::CENTER_CENTER, line);
}
