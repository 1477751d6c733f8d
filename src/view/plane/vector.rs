//! Markers and rings as shapes, for pictures that are drawn at another scale than the screen's.

use eframe::egui::epaint::{CircleShape, PathShape};
use eframe::egui::{Color32, Pos2, Shape, Stroke, Vec2, pos2, vec2};

use super::markers::{Marker, Mask};

const WHITE: Color32 = Color32::WHITE;

/// What a mask is a picture of: white, around (0, 0), measures as in `MarkerSheet::new` but in points.
pub(super) fn shape(mask: Mask, radius: f32, outline: f32) -> Shape {
    let circle = |radius: f32, width: f32| -> Shape {
        CircleShape::stroke(Pos2::ZERO, radius, Stroke::new(width, WHITE)).into()
    };
    // The ring of `Stamp::ring`: twice the radius, its line and halo after the outline's width.
    let (width, halo) = (outline * 1.25, outline * 0.9);
    match mask {
        Mask::Fill(marker) => fill(marker, radius, outline),
        Mask::Outline(Marker::Circle) => circle(radius * 1.04 - outline / 2.0, outline),
        Mask::Outline(marker) => {
            let line = Stroke::new(outline, WHITE);
            PathShape::closed_line(inset(&corners(marker, radius), outline / 2.0), line).into()
        }
        Mask::Ring => circle(radius * 2.0 - width / 2.0, width),
        Mask::Halo => circle(radius * 2.0 - width / 2.0, width + 2.0 * halo),
    }
}

/// Up to the middle of the outline.
fn fill(marker: Marker, radius: f32, outline: f32) -> Shape {
    let convex =
        |points: Vec<Pos2>| Shape::from(PathShape::convex_polygon(points, WHITE, Stroke::NONE));
    match marker {
        Marker::Circle => {
            CircleShape::filled(Pos2::ZERO, radius * 1.04 - outline / 2.0, WHITE).into()
        }
        // egui fills convex shapes alone: the bar, and what stands above and below it.
        Marker::Cross => {
            let c = inset(&corners(marker, radius), outline / 2.0);
            Shape::Vec(vec![
                convex(vec![c[3], c[4], c[9], c[10]]),
                convex(vec![c[0], c[1], c[2], c[11]]),
                convex(vec![c[8], c[5], c[6], c[7]]),
            ])
        }
        _ => convex(inset(&corners(marker, radius), outline / 2.0)),
    }
}

fn corners(marker: Marker, radius: f32) -> Vec<Vec2> {
    let corners = marker.corners().into_iter();
    corners.map(|[x, y]| vec2(x, y) * radius).collect()
}

/// A polygon with its edges moved inwards.
fn inset(corners: &[Vec2], by: f32) -> Vec<Pos2> {
    let count = corners.len();
    let next = |at: usize| corners[(at + 1) % count];
    let area: f32 = (0..count)
        .map(|at| corners[at].x * next(at).y - next(at).x * corners[at].y)
        .sum();
    let inwards = |from: Vec2, to: Vec2| {
        let along = (to - from).normalized();
        vec2(-along.y, along.x) * area.signum()
    };
    (0..count)
        .map(|at| {
            let (before, here) = (corners[(at + count - 1) % count], corners[at]);
            let (a, b) = (inwards(before, here), inwards(here, next(at)));
            // Where the two moved edges meet.
            let moved = here + (a + b) * (by / (1.0 + a.dot(b)).max(0.05));
            pos2(moved.x, moved.y)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::plane::markers::MarkerSheet;

    #[test]
    fn edges_move_inwards_also_where_a_shape_is_hollow() {
        let square = [
            vec2(-2.0, -2.0),
            vec2(2.0, -2.0),
            vec2(2.0, 2.0),
            vec2(-2.0, 2.0),
        ];
        for corners in [square, [square[3], square[2], square[1], square[0]]] {
            for p in inset(&corners, 0.5) {
                assert!((p.x.abs() - 1.5).abs() < 1e-5 && (p.y.abs() - 1.5).abs() < 1e-5);
            }
        }
        let cross = inset(&corners(Marker::Cross, 10.0), 0.5);
        assert!((cross[2].x - 3.7).abs() < 1e-4 && (cross[2].y + 3.7).abs() < 1e-4);
        assert!((cross[0].y + 11.5).abs() < 1e-4);
    }

    #[test]
    fn every_mask_has_a_shape_about_as_large_as_it() {
        let sheet = MarkerSheet::new(7.0, 2.0);
        for (mask, side, _) in sheet.masks() {
            let size = shape(mask, 7.0, 2.0)
                .visual_bounding_rect()
                .size()
                .max_elem();
            let room = side as f32;
            assert!(
                size > room * 0.38 && size < room + 1.0,
                "{mask:?}: {size} in {room}"
            );
        }
    }
}
