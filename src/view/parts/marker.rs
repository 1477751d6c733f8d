//! Class markers: colour and shape together, never one without the other.
//!
//! Okabe-Ito in class order: ● ▲ ■ ◆ ▼ ◀ ▶ ⬢, then a pentagon and a cross.

use eframe::egui;

use eframe::egui::{Color32, Pos2, Shape, Stroke, pos2};

use crate::widget::theme::Tokens;

/// A class as pictures name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassKey {
    pub name: String,
    /// Which of the ten looks, from 0, as `tokens::class_styles` deals them; "other" is the grey.
    pub look: usize,
}

impl ClassKey {
    pub fn new(name: impl Into<String>, look: usize) -> Self {
        ClassKey {
            name: name.into(),
            look,
        }
    }
}

/// The colour that fills a class's markers and bars.
pub fn fill(t: &Tokens, look: usize) -> Color32 {
    t.class_fill(look)
}

/// The colour that outlines a class's markers and writes its text.
pub fn ink(t: &Tokens, look: usize) -> Color32 {
    t.class_ink(look)
}

/// A marker of this radius in the class's fill with its outline.
pub fn shape(t: &Tokens, center: Pos2, radius: f32, look: usize) -> Shape {
    outlined(
        center,
        radius,
        look,
        fill(t, look),
        Stroke::new(1.25, ink(t, look)),
    )
}

/// The class's shape in any fill and outline. Areas are about equal, so that no class looks louder.
pub fn outlined(center: Pos2, radius: f32, look: usize, fill: Color32, stroke: Stroke) -> Shape {
    let ring = |corners: usize, first_degrees: f32, radius: f32| {
        let points = (0..corners)
            .map(|i| {
                let angle = (first_degrees + 360.0 * i as f32 / corners as f32).to_radians();
                center + radius * egui::vec2(angle.cos(), angle.sin())
            })
            .collect();
        Shape::convex_polygon(points, fill, stroke)
    };
    match look {
        0 => Shape::Circle(egui::epaint::CircleShape {
            center,
            radius,
            fill,
            stroke,
        }),
        1 => ring(3, -90.0, radius * 1.3),
        2 => ring(4, 45.0, radius * 1.25),
        3 => ring(4, 0.0, radius * 1.3),
        4 => ring(3, 90.0, radius * 1.3),
        5 => ring(3, 180.0, radius * 1.3),
        6 => ring(3, 0.0, radius * 1.3),
        8 => ring(5, -90.0, radius * 1.15),
        9 => cross(center, radius * 1.1, fill, stroke),
        // The eighth class, and "other".
        _ => ring(6, 0.0, radius * 1.1),
    }
}

/// Two bars; a concave shape, so the outline is drawn apart from the fill.
fn cross(center: Pos2, r: f32, fill: Color32, stroke: Stroke) -> Shape {
    let w = r * 0.4;
    let bar = |half: egui::Vec2| {
        Shape::rect_filled(egui::Rect::from_center_size(center, 2.0 * half), 0.0, fill)
    };
    let corners = [
        (-w, -r),
        (w, -r),
        (w, -w),
        (r, -w),
        (r, w),
        (w, w),
        (w, r),
        (-w, r),
        (-w, w),
        (-r, w),
        (-r, -w),
        (-w, -w),
    ]
    .map(|(x, y)| pos2(center.x + x, center.y + y));
    Shape::Vec(vec![
        bar(egui::vec2(w, r)),
        bar(egui::vec2(r, w)),
        Shape::closed_line(corners.to_vec(), stroke),
    ])
}
