//! A row of joined buttons of which one is chosen.

use eframe::egui;
use eframe::egui::{
    CornerRadius, FontId, Rect, Response, Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2,
};

use super::text;
use crate::widget::theme::{RADIUS_SMALL, Tokens, focus_ring};

/// Shows `labels`, `chosen` highlighted; answers the one that was clicked. `name` says to screen
/// readers what is chosen here.
pub fn segmented(
    ui: &mut Ui,
    t: &Tokens,
    name: &str,
    labels: &[&str],
    chosen: usize,
) -> Option<usize> {
    let font: FontId = text::body(ui);
    let height = (font.size * 2.0).round();
    let widths: Vec<f32> = labels
        .iter()
        .map(|label| (text::width(ui.painter(), label, &font) + 20.0).round())
        .collect();
    let (rect, _) = ui.allocate_exact_size(vec2(widths.iter().sum(), height), Sense::empty());
    let mut clicked = None;
    let mut left = rect.left();
    let mut responses: Vec<Response> = Vec::with_capacity(labels.len());
    ui.painter().rect_filled(rect, RADIUS_SMALL, t.card);
    for (i, (label, width)) in labels.iter().zip(&widths).enumerate() {
        let cell = Rect::from_min_size(egui::pos2(left, rect.top()), vec2(*width, height));
        left += width;
        let response = ui.interact(cell, ui.scope_id().with((name, *label)), Sense::click());
        response.widget_info(|| {
            WidgetInfo::selected(
                egui::Role::RadioButton,
                ui.is_enabled(),
                i == chosen,
                format!("{name}: {label}"),
            )
        });
        let round = CornerRadius {
            nw: if i == 0 { RADIUS_SMALL } else { 0 },
            sw: if i == 0 { RADIUS_SMALL } else { 0 },
            ne: if i + 1 == labels.len() {
                RADIUS_SMALL
            } else {
                0
            },
            se: if i + 1 == labels.len() {
                RADIUS_SMALL
            } else {
                0
            },
        };
        let ground = if i == chosen {
            Some(t.soft)
        } else if response.is_pointer_button_down_on() {
            Some(t.pressed)
        } else if response.hovered() {
            Some(t.hover)
        } else {
            None
        };
        if let Some(ground) = ground {
            ui.painter().rect_filled(cell, round, ground);
        }
        if i > 0 {
            ui.painter()
                .vline(cell.left(), cell.y_range(), Stroke::new(1.0, t.control));
        }
        let ink = if i == chosen { t.strong } else { t.text };
        let galley = text::line(ui.painter(), *label, font.clone(), ink, width - 4.0);
        text::place(
            ui.painter(),
            cell.center(),
            egui::Align2::CENTER_CENTER,
            galley,
        );
        if response.clicked() {
            clicked = Some(i);
        }
        responses.push(response);
    }
    ui.painter().rect_stroke(
        rect,
        RADIUS_SMALL,
        Stroke::new(1.0, t.control),
        StrokeKind::Inside,
    );
    for response in &responses {
        focus_ring(ui, response, t);
    }
    clicked
}
