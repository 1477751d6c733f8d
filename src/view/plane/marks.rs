//! What is inside a model, drawn over the rows: the centres of clusters and the way that they came,
//! rows that hold a boundary, and the rows that decide at the pointer.

use std::sync::Arc;

use eframe::egui::{
    Color32, FontFamily, FontId, Galley, Pos2, Rect, Shape, Stroke, StrokeKind, Ui, Vec2, vec2,
};
use egui_plot::{PlotPoint, PlotTransform};

use super::axis::Sizes;
use super::picture::marker_radius;
use crate::view::parts::text;
use crate::widget::theme::Tokens;

/// In the units of the axes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Marks {
    /// Of each centre where it was after each step, the present place last.
    pub ways: Vec<Vec<[f64; 2]>>,
    /// The last leg of the ways is a move that is being shown: an arrow.
    pub moving: bool,
    /// Rows that hold the boundary.
    pub held: Vec<[f64; 2]>,
    pub spokes: Option<Spokes>,
    /// Rows that decide at the pointer are joined to it, once it is there.
    pub joins: bool,
    /// The row that is made up by knobs.
    pub probe: Option<[f64; 2]>,
    /// Directions from the origin, such as those of columns in a plane of components.
    pub arrows: Vec<Arrow>,
}

/// An arrow from the origin, with a name at its head.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrow {
    pub to: [f64; 2],
    pub name: String,
}

/// The names of the arrows, laid out.
pub(super) fn names(ui: &Ui, marks: &Marks, sizes: Sizes, t: &Tokens) -> Vec<Arc<Galley>> {
    let font = FontId::new(sizes.small, FontFamily::Proportional);
    let line = |arrow: &Arrow| text::line(ui.painter(), &arrow.name, font.clone(), t.strong, 150.0);
    marks.arrows.iter().map(line).collect()
}

/// From the pointer to the rows that decide there.
#[derive(Clone, Debug, PartialEq)]
pub struct Spokes {
    pub from: [f64; 2],
    pub to: Vec<[f64; 2]>,
}

/// Squares around the rows that hold the boundary; under the rows, so that rings stay seen.
pub(super) fn held(
    marks: &Marks,
    transform: &PlotTransform,
    sizes: Sizes,
    t: &Tokens,
    strength: f32,
    shapes: &mut Vec<Shape>,
) {
    let ink = t.strong.gamma_multiply(strength);
    for &[x, y] in &marks.held {
        let at = transform.position_from_point(&PlotPoint::new(x, y));
        let half = marker_radius(sizes) * 1.8;
        frame(at, half, sizes.scale, ink, t.plot, shapes);
    }
}

pub(super) fn draw(
    marks: &Marks,
    transform: &PlotTransform,
    sizes: Sizes,
    t: &Tokens,
    strength: f32,
    names: &[Arc<Galley>],
    shapes: &mut Vec<Shape>,
) {
    let at = |[x, y]: [f64; 2]| transform.position_from_point(&PlotPoint::new(x, y));
    let (ink, ground) = (t.strong.gamma_multiply(strength), t.plot);
    let (s, radius) = (sizes.scale, marker_radius(sizes));
    for way in &marks.ways {
        let points: Vec<Pos2> = way.iter().map(|&p| at(p)).collect();
        if points.len() > 1 {
            shapes.push(Shape::line(
                points.clone(),
                Stroke::new(4.0 * s, ground.gamma_multiply(0.7)),
            ));
            shapes.push(Shape::line(points.clone(), Stroke::new(1.5 * s, ink)));
            for point in &points[..points.len() - 1] {
                shapes.push(Shape::circle_filled(*point, 2.2 * s, ink));
            }
        }
        if let (true, [.., from, to]) = (marks.moving, &points[..]) {
            arrow(*from, *to, s, ink, shapes);
        }
        if let Some(&last) = points.last() {
            cross(last, radius * 2.0, s, ink, ground, shapes);
        }
    }
    let mut taken = Vec::new();
    for (arrow, name) in marks.arrows.iter().zip(names) {
        let ends = [at([0.0, 0.0]), at(arrow.to)];
        if let Some(wished) = direction(ends, name.size(), s, t, shapes) {
            let place = free_place(wished, *transform.frame(), &taken);
            taken.push(place);
            shapes.push(Shape::rect_filled(
                place.expand(1.0),
                2.0,
                t.plot.gamma_multiply(0.8),
            ));
            shapes.push(Shape::galley(place.min, name.clone(), t.strong));
        }
    }
    if let Some(probe) = marks.probe {
        diamond(at(probe), radius * 2.2, s, t, shapes);
    }
    if let Some(spokes) = &marks.spokes {
        let from = at(spokes.from);
        for &to in &spokes.to {
            let to = at(to);
            shapes.push(Shape::line_segment([from, to], Stroke::new(1.25 * s, ink)));
            frame(to, radius * 1.6, s, ink, ground, shapes);
        }
    }
}

/// A square around a row: a ring is for what was predicted wrong.
fn frame(at: Pos2, half: f32, s: f32, ink: Color32, ground: Color32, shapes: &mut Vec<Shape>) {
    let rect = Rect::from_center_size(at, vec2(2.0, 2.0) * half);
    for (width, ink) in [(3.0, ground), (1.25, ink)] {
        let stroke = Stroke::new(width * s, ink);
        shapes.push(Shape::rect_stroke(rect, 1.0, stroke, StrokeKind::Middle));
    }
}

/// An arrow; answers where its name, of this size, stands beyond its head.
fn direction(
    [from, to]: [Pos2; 2],
    name: Vec2,
    s: f32,
    t: &Tokens,
    shapes: &mut Vec<Shape>,
) -> Option<Rect> {
    let leg = to - from;
    if leg.length() < 6.0 * s {
        return None;
    }
    let (along, across) = (leg.normalized(), leg.normalized().rot90());
    let back = to - along * 9.0 * s;
    for (width, ink) in [(4.0, t.plot.gamma_multiply(0.8)), (1.75, t.accent)] {
        shapes.push(Shape::line_segment(
            [from, back],
            Stroke::new(width * s, ink),
        ));
    }
    let head = vec![to, back + across * 4.5 * s, back - across * 4.5 * s];
    shapes.push(Shape::convex_polygon(head, t.accent, Stroke::NONE));
    let half = name / 2.0;
    // So far that the name's box just touches the head.
    let away = (half.x * along.x.abs()).max(half.y * along.y.abs()) + 5.0 * s;
    Some(Rect::from_center_size(to + along * away, name))
}

/// The place nearest to the one wished that lies in the frame and on none that is taken; the wished one,
/// in the frame, where there is none near.
fn free_place(wished: Rect, frame: Rect, taken: &[Rect]) -> Rect {
    let inside = |place: Rect| {
        let most = frame.max - place.size() - vec2(2.0, 2.0);
        let min = place.min.max(frame.min + vec2(2.0, 2.0)).min(most);
        Rect::from_min_size(min, place.size())
    };
    let free = |place: &Rect| !taken.iter().any(|t| t.intersects(place.expand(1.0)));
    let line = wished.height() + 3.0;
    let steps = [0.0, 1.0, -1.0, 2.0, -2.0, 3.0, -3.0];
    let near = steps.map(|step| inside(wished.translate(vec2(0.0, step * line))));
    near.into_iter().find(free).unwrap_or(near[0])
}

/// The made-up row: a diamond, unlike every marker of a row.
fn diamond(at: Pos2, radius: f32, s: f32, t: &Tokens, shapes: &mut Vec<Shape>) {
    let corners = [
        vec2(0.0, -1.0),
        vec2(1.0, 0.0),
        vec2(0.0, 1.0),
        vec2(-1.0, 0.0),
    ];
    let around = |r: f32| corners.map(|c| at + c * r).to_vec();
    shapes.push(Shape::convex_polygon(
        around(radius + 2.5 * s),
        t.plot,
        Stroke::NONE,
    ));
    let edge = Stroke::new(1.5 * s, t.strong);
    shapes.push(Shape::convex_polygon(around(radius), t.accent, edge));
}

/// A centre: a cross on a disc, unlike every marker of a row.
fn cross(at: Pos2, radius: f32, s: f32, ink: Color32, ground: Color32, shapes: &mut Vec<Shape>) {
    shapes.push(Shape::circle_filled(at, radius, ground));
    shapes.push(Shape::circle_stroke(at, radius, Stroke::new(1.5 * s, ink)));
    let arm = radius * 0.55;
    for by in [vec2(arm, arm), vec2(arm, -arm)] {
        shapes.push(Shape::line_segment(
            [at - by, at + by],
            Stroke::new(2.0 * s, ink),
        ));
    }
}

/// A head in the middle of the leg, which both ends may cover.
fn arrow(from: Pos2, to: Pos2, s: f32, ink: Color32, shapes: &mut Vec<Shape>) {
    let leg = to - from;
    if leg.length() < 24.0 * s {
        return;
    }
    let (along, across) = (leg.normalized(), leg.normalized().rot90());
    let tip = from + leg * 0.5 + along * 5.0 * s;
    let back = tip - along * 9.0 * s;
    let corners = vec![tip, back + across * 5.0 * s, back - across * 5.0 * s];
    shapes.push(Shape::convex_polygon(corners, ink, Stroke::NONE));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_inside_and_apart() {
        let frame = Rect::from_min_size(Pos2::ZERO, vec2(200.0, 100.0));
        let wished = Rect::from_min_size(Pos2::new(180.0, 40.0), vec2(50.0, 12.0));
        let first = free_place(wished, frame, &[]);
        assert!(frame.contains_rect(first));
        let second = free_place(wished, frame, &[first]);
        assert!(frame.contains_rect(second) && !second.intersects(first));
        let third = free_place(wished, frame, &[first, second]);
        assert!(!third.intersects(first) && !third.intersects(second));
    }
}
