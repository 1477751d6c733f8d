//! What hovering shows: a crosshair around the point and a card beside it.

use eframe::egui::{
    Align2, Color32, CornerRadius, FontFamily, FontId, LayerId, Order, Painter, Pos2, Rect, Shadow,
    Shape, Stroke, StrokeKind, Ui, pos2, vec2,
};

use super::axis::{Sizes, elided};
use crate::widget::theme::{RADIUS_CARD, Tokens};

/// What a card says about one row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tooltip {
    /// "Row 340: Chinstrap"
    pub title: String,
    /// The answers: "held out: Gentoo; the surface: Chinstrap".
    pub lines: Vec<String>,
    /// The values, weaker: "Flipper 207 mm · bill 55.8 mm".
    pub notes: Vec<String>,
}

/// Four arms around a point from `inner` on, and a halo that keeps them apart from the ground.
pub(super) fn crosshair(ui: &Ui, at: Pos2, inner: f32, frame: Rect, sizes: Sizes, t: &Tokens) {
    let painter = ui.painter().with_clip_rect(frame);
    let from = inner + 2.0 * sizes.scale;
    let to = from + 8.0 * sizes.scale;
    for (width, colour) in [(3.5, t.plot.gamma_multiply(0.85)), (1.75, t.strong)] {
        let stroke = Stroke::new(width * sizes.scale, colour);
        let longer = if width > 2.0 { 1.0 } else { 0.0 };
        for side in [
            vec2(1.0, 0.0),
            vec2(-1.0, 0.0),
            vec2(0.0, 1.0),
            vec2(0.0, -1.0),
        ] {
            let ends = [at + side * (from - longer), at + side * (to + longer)];
            painter.line_segment(ends, stroke);
        }
    }
}

/// The card beside `at`, inside the window, above everything.
pub(super) fn card(ui: &Ui, at: Pos2, tooltip: &Tooltip, sizes: Sizes, t: &Tokens) {
    let layer = LayerId::new(Order::Tooltip, ui.scope_id().with("plane tooltip"));
    let painter = ui.ctx().layer_painter(layer);
    let widest = 320.0 * sizes.scale;
    let strong = FontId::new(sizes.body, FontFamily::Name("semibold".into()));
    let title = (tooltip.title.as_str(), strong, t.strong);
    let lines = tooltip.lines.iter().map(|l| (l, t.text));
    let notes = tooltip.notes.iter().map(|l| (l, t.weak));
    let rows: Vec<_> = std::iter::once(title)
        .chain(
            lines
                .chain(notes)
                .map(|(line, colour)| (line.as_str(), sizes.body_font(), colour)),
        )
        .map(|(text, font, colour)| elided(ui, text, font, colour, widest))
        .collect();
    let line = sizes.body * 1.42;
    let inner = vec2(
        rows.iter().map(|g| g.size().x).fold(0.0, f32::max),
        line * rows.len() as f32,
    );
    let margin = vec2(10.0, 7.0) * sizes.scale;
    let size = inner + margin * 2.0;
    let screen = ui.ctx().content_rect().shrink(4.0);
    let gap = vec2(16.0, -32.0) * sizes.scale;
    let mut min = at + gap;
    if min.x + size.x > screen.right() {
        min.x = at.x - 16.0 * sizes.scale - size.x;
    }
    let most = (screen.max - size).max(screen.min);
    let min = pos2(
        min.x.clamp(screen.left(), most.x),
        min.y.clamp(screen.top(), most.y),
    );
    let rect = Rect::from_min_size(min, size);
    panel(&painter, rect, 1.0, true, t);
    for (i, galley) in rows.into_iter().enumerate() {
        let centre = rect.top() + margin.y + line * (i as f32 + 0.5);
        let place = Align2::LEFT_CENTER.anchor_size(pos2(min.x + margin.x, centre), galley.size());
        painter.galley(place.min, galley, t.text);
    }
}

/// A card's ground: fill, edge and, where it floats, a shadow.
pub(super) fn panel(painter: &Painter, rect: Rect, opacity: f32, floats: bool, t: &Tokens) {
    let radius = CornerRadius::same(RADIUS_CARD);
    if floats {
        let shadow = Shadow {
            offset: [0, 2],
            blur: 8,
            spread: 0,
            color: Color32::from_black_alpha(t.shadow_alpha),
        };
        painter.add(Shape::from(shadow.as_shape(rect, radius)));
    }
    painter.rect(
        rect,
        radius,
        t.card.gamma_multiply(opacity),
        Stroke::new(1.0, t.line),
        StrokeKind::Inside,
    );
}
