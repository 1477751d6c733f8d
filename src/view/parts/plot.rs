//! A plot's place: title above, axis titles at the left and below, ground, grid and numbers.

use std::f32::consts::FRAC_PI_2;

use eframe::egui::{Align2, Painter, Rect, Ui, epaint::TextShape, pos2};

use super::axis::{Axis, Frame};
use super::text;
use crate::widget::theme::Tokens;

/// What stands around the data.
#[derive(Clone, Copy, Debug)]
pub struct Around<'a> {
    pub title: &'a str,
    pub x_title: &'a str,
    pub y_title: &'a str,
    pub x: (f64, f64),
    pub y: (f64, f64),
    /// Numbers along x; without, the caller writes its own labels (of categories).
    pub x_numbers: bool,
    /// Points kept free between the plot and its x axis's title, beside the numbers.
    pub below: f32,
}

/// Where data go: draw with `painter`, then call `finish`.
pub struct Placed<'a> {
    pub rect: Rect,
    pub x: Axis,
    pub y: Axis,
    /// Clipped to the plot.
    pub painter: Painter,
    frame: Frame<'a>,
    x_numbers: bool,
}

/// Paints title, ground and grid into `area`; axis titles too.
pub fn begin<'a>(ui: &Ui, t: &'a Tokens, area: Rect, around: &Around<'_>) -> Placed<'a> {
    let painter = ui.painter();
    let font = text::small(ui);
    let line = font.size + 5.0;
    let mut rect = area;
    if !around.title.is_empty() {
        let title = text::line(
            painter,
            around.title,
            text::strong(ui),
            t.strong,
            area.width(),
        );
        text::place(painter, area.min, Align2::LEFT_TOP, title);
        rect.min.y += font.size + 14.0;
    }
    rect.max.y -= line + 4.0 + around.below;
    if !around.x_title.is_empty() {
        rect.max.y -= line;
        let galley = text::line(painter, around.x_title, font.clone(), t.text, rect.width());
        let at = pos2(rect.center().x, area.bottom());
        text::place(painter, at, Align2::CENTER_BOTTOM, galley);
    }
    rect.max.y = rect.max.y.max(rect.min.y + 20.0);
    let mut frame = Frame {
        y_ticks: f64::from(rect.height() / 36.0).clamp(2.0, 6.0),
        ..Frame::new(t, font.clone())
    };
    let y = Axis::y(around.y.0, around.y.1, rect);
    if !around.y_title.is_empty() {
        let galley = text::line(painter, around.y_title, font.clone(), t.text, rect.height());
        let at = pos2(area.left(), rect.center().y + galley.size().x / 2.0).round();
        painter.add(TextShape::new(at, galley, t.text).with_angle(-FRAC_PI_2));
        rect.min.x += line;
    }
    rect.min.x += (frame.y_label_width(painter, &y) + 8.0).round();
    rect.max.x -= 8.0;
    frame.x_ticks = if around.x_numbers {
        f64::from(rect.width() / 52.0).clamp(2.0, 8.0)
    } else {
        0.0
    };
    let x = Axis::x(around.x.0, around.x.1, false, rect);
    frame.ground(painter, rect, &x, &y);
    let inside = painter.with_clip_rect(rect.intersect(painter.clip_rect()));
    Placed {
        rect,
        x,
        y,
        painter: inside,
        frame,
        x_numbers: around.x_numbers,
    }
}

impl Placed<'_> {
    /// The edge and the numbers, over what was drawn.
    pub fn finish(&self, ui: &Ui) {
        self.frame
            .edge_and_labels(ui.painter(), self.rect, &self.x, &self.y);
    }

    /// The x axis's numbers farther down, under something that stands between.
    pub fn numbers_at(&self, ui: &Ui, bottom: f32) {
        if self.x_numbers {
            let rect = self.rect.with_max_y(bottom);
            self.frame.x_labels(ui.painter(), rect, &self.x);
        }
    }

    /// The edge and the y axis's numbers alone.
    pub fn finish_without_x(&mut self, ui: &Ui) {
        let ticks = std::mem::replace(&mut self.frame.x_ticks, 0.0);
        self.finish(ui);
        self.frame.x_ticks = ticks;
    }
}
