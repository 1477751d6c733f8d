//! The letter badge of a model: its colour with a letter, hollow from the sixth model on.

use eframe::egui::{Align2, Color32, Painter, Pos2, Rect, Stroke, StrokeKind, Ui, Vec2};

use super::{colour, text};
use crate::widget::theme::{RADIUS_SMALL, Tokens};
use crate::widget::tokens;

/// A model as pictures name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelKey {
    pub letter: String,
    /// Which of the five model colours, from 0.
    pub color: usize,
    pub hollow: bool,
    pub name: String,
}

impl ModelKey {
    /// The key of the model at this place: A to E filled, from F on hollow.
    pub fn of(place: usize, name: impl Into<String>) -> Self {
        ModelKey {
            letter: tokens::model_letter(place),
            color: place % tokens::MODEL_COLOURS,
            hollow: tokens::model_is_hollow(place),
            name: name.into(),
        }
    }

    pub fn color(&self, t: &Tokens) -> Color32 {
        t.model(self.color)
    }
}

pub const SIZE: f32 = 18.0;

/// Draws the badge, `size` points high and wide, around `center`.
pub fn paint(ui: &Ui, painter: &Painter, t: &Tokens, center: Pos2, size: f32, model: &ModelKey) {
    let rect = Rect::from_center_size(center.round(), Vec2::splat(size));
    let color = model.color(t);
    let ink = if model.hollow {
        painter.rect(
            rect,
            RADIUS_SMALL,
            t.card,
            Stroke::new(1.5, color),
            StrokeKind::Inside,
        );
        color
    } else {
        painter.rect_filled(rect, RADIUS_SMALL, color);
        colour::ink_on(t, color)
    };
    let mut font = text::small_strong(ui);
    font.size = font.size.max(size * 0.62);
    painter.text(
        rect.center(),
        Align2::CENTER_CENTER,
        &model.letter,
        font,
        ink,
    );
}
