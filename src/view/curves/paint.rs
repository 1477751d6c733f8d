//! Drawing of curves: bands, lines, end dots with letters, baseline, scrubber line, legend.

use eframe::egui::epaint::{Mesh, Vertex};
use eframe::egui::{Align2, Color32, Painter, Pos2, Rect, Shape, Stroke, Ui, Vec2, pos2, vec2};

use super::layout::{self, BADGE, Layout, XScale};
use super::{CurveKind, CurveLine, CurvePoint, CurveSet, Measure};
use crate::view::parts::{badge, colour, labels, number, text};
use crate::widget::format;
use crate::widget::theme::Tokens;

const DASH: (f32, f32) = (4.0, 3.0);

pub fn plot(ui: &Ui, t: &Tokens, set: &CurveSet, l: &Layout, hovered: Option<f64>) {
    let painter = ui.painter();
    // A curve along the edge keeps its whole width.
    let inside = painter.with_clip_rect(l.plot.expand(1.5).intersect(painter.clip_rect()));
    let mut frame = layout::frame(ui, t, set, l.plot);
    let (first, last);
    let mut ticks_x = l.x;
    match &l.scale {
        XScale::Share => {
            (ticks_x.low, ticks_x.high) = (0.0, 100.0);
            frame.x_suffix = " %";
        }
        XScale::Steps { unit, .. } => {
            last = format!(" {unit}");
            frame.x_last = &last;
            // No half steps.
            frame.x_ticks = frame.x_ticks.min(l.x.high - l.x.low).max(1.0);
        }
        XScale::Value { parameter, .. } => {
            first = format!("{parameter} = ");
            frame.x_first = &first;
        }
    }
    frame.ground(painter, l.plot, &ticks_x, &l.y);
    for line in &set.lines {
        band(&inside, t, color(t, set, line), line, l);
    }
    for line in &set.lines {
        curve(&inside, t, set, line, l);
    }
    baseline(ui, t, set, l);
    if let Some(x) = hovered {
        let at = l.x.point(x).round() + 0.5;
        inside.vline(at, l.plot.y_range(), Stroke::new(1.0, t.weak));
    }
    if let (Some(x), CurveKind::Training) = (set.scrub, &set.kind) {
        let at = l.x.point(x).round() + 0.5;
        inside.vline(at, l.plot.y_range(), Stroke::new(1.0, t.accent));
    }
    frame.edge_and_labels(painter, l.plot, &ticks_x, &l.y);
    markers(ui, t, set, l);
    if set.scale > 1.2 {
        names(ui, t, set, l);
    } else {
        ends(ui, t, set, l);
    }
    let drawn = |p: &CurvePoint| p.validation.is_finite() || p.training.is_finite();
    if !set.lines.iter().any(|line| line.points.iter().any(drawn)) {
        let galley = text::line(
            painter,
            set.empty,
            text::body(ui),
            t.weak,
            l.plot.width() - 16.0,
        );
        text::place(painter, l.plot.center(), Align2::CENTER_CENTER, galley);
    }
}

/// In the projector there is one model, and it takes the accent.
fn color(t: &Tokens, set: &CurveSet, line: &CurveLine) -> Color32 {
    if set.scale > 1.2 {
        t.accent
    } else {
        line.model.color(t)
    }
}

/// The finite stretches of one of the line's values.
fn stretches(line: &CurveLine, l: &Layout, value: impl Fn(&CurvePoint) -> f64) -> Vec<Vec<Pos2>> {
    line.points
        .split(|p| !value(p).is_finite())
        .filter(|part| !part.is_empty())
        .map(|part| layout::thin(part.iter().map(|p| l.at(line, p.x, value(p))).collect()))
        .collect()
}

/// Validation ± its standard deviation.
fn band(painter: &Painter, t: &Tokens, color: Color32, line: &CurveLine, l: &Layout) {
    let fill = colour::mix(t.plot, color, 0.16);
    let fill = fill.gamma_multiply(0.85);
    let mut mesh = Mesh::default();
    let mut open = false;
    // A step a pixel is enough.
    let mut last = f32::NEG_INFINITY;
    for p in line.points.iter() {
        if !(p.validation.is_finite() && p.std.is_finite()) {
            open = false;
            continue;
        }
        let high = l.at(line, p.x, p.validation + p.std);
        if high.x - last < 0.5 {
            continue;
        }
        last = high.x;
        let low = l.at(line, p.x, p.validation - p.std);
        let n = mesh.vertices.len() as u32;
        mesh.vertices.push(Vertex::untextured(high, fill));
        mesh.vertices.push(Vertex::untextured(low, fill));
        if open {
            mesh.add_triangle(n - 2, n - 1, n);
            mesh.add_triangle(n - 1, n, n + 1);
        }
        open = true;
    }
    if !mesh.is_empty() {
        painter.add(mesh);
    }
}

fn curve(painter: &Painter, t: &Tokens, set: &CurveSet, line: &CurveLine, l: &Layout) {
    let projector = set.scale > 1.2;
    let (solid, dashed) = if projector { (4.0, 2.5) } else { (2.0, 1.2) };
    let color = color(t, set, line);
    let dash_color = if projector { t.weak } else { color };
    for points in stretches(line, l, |p| p.training) {
        painter.extend(Shape::dashed_line(
            &points,
            Stroke::new(dashed, dash_color),
            DASH.0 * set.scale,
            DASH.1 * set.scale,
        ));
    }
    for points in stretches(line, l, |p| p.validation) {
        match points[..] {
            // A single step has no line.
            [only] => dot(painter, t, only, 2.0 * solid, color),
            _ => _ = painter.line(points, Stroke::new(solid, color)),
        }
    }
}

/// Dotted, with its number; an arrow at the edge where it lies outside.
fn baseline(ui: &Ui, t: &Tokens, set: &CurveSet, l: &Layout) {
    // Without a curve there is nothing to hold against it.
    let any = set.lines.iter().any(|line| !line.points.is_empty());
    let Some(value) = set.baseline.filter(|v| any && v.is_finite()) else {
        return;
    };
    let painter = ui.painter();
    let mut font = text::small(ui);
    font.size *= set.font_scale(ui);
    let outside = !l.y.contains(value);
    let (arrow, y) = if !outside {
        ("", l.y.point(value).round() + 0.5)
    } else if value < l.y.low {
        ("↓ ", l.plot.bottom())
    } else {
        ("↑ ", l.plot.top())
    };
    if !outside {
        let ends = [pos2(l.plot.left(), y), pos2(l.plot.right(), y)];
        painter.extend(Shape::dashed_line(
            &ends,
            Stroke::new(1.2, t.weak),
            2.0,
            2.0,
        ));
    }
    let label = format!("{arrow}baseline {}", number::score(value));
    let galley = text::line(painter, label, font, t.weak, l.plot.width());
    let size = galley.size();
    // Above its line, below it under the top edge; at the right unless a curve runs there.
    let above = y - size.y - 3.0 >= l.plot.top() && !(outside && value > l.y.high);
    let top = if above { y - size.y - 2.0 } else { y + 3.0 };
    let spot = |left: f32| Rect::from_min_size(pos2(left, top), size);
    let right = spot(l.plot.right() - size.x - 5.0);
    let left = spot(l.plot.left() + 6.0);
    let rect = if crossings(set, l, right) <= crossings(set, l, left) {
        right
    } else {
        left
    };
    painter.rect_filled(
        rect.expand2(vec2(2.0, 0.0)),
        2.0,
        t.plot.gamma_multiply(0.85),
    );
    text::place(painter, rect.min, Align2::LEFT_TOP, galley);
}

/// How much of the curves lies in this rect: pieces of about five points are looked at, from some
/// hundred of each line's points.
fn crossings(set: &CurveSet, l: &Layout, rect: Rect) -> usize {
    let rect = rect.expand(3.0);
    let mut count = 0;
    for line in &set.lines {
        let every = (line.points.len() / 400).max(1);
        for value in [|p: &CurvePoint| p.validation, |p: &CurvePoint| p.training] {
            let mut last: Option<Pos2> = None;
            for p in line.points.iter().step_by(every) {
                let at = l.at(line, p.x, value(p));
                let from = last.unwrap_or(at);
                last = at.y.is_finite().then_some(at);
                let pieces = (from.distance(at) / 5.0).clamp(1.0, 100.0) as usize;
                count += (0..pieces)
                    .filter(|i| rect.contains(from.lerp(at, (i + 1) as f32 / pieces as f32)))
                    .count();
            }
        }
    }
    count
}

/// The current value on a curve over a parameter.
fn markers(ui: &Ui, t: &Tokens, set: &CurveSet, l: &Layout) {
    let painter = ui.painter();
    for line in &set.lines {
        let Some(x) = line.marker.filter(|x| x.is_finite()) else {
            continue;
        };
        if !l.x.contains(x) {
            beyond(ui, t, set, line, l, x);
            continue;
        }
        let at = l.x.point(x).round() + 0.5;
        let ink = if set.scale > 1.2 { t.strong } else { t.accent };
        painter.vline(at, l.plot.y_range(), Stroke::new(set.scale.max(1.0), ink));
        if let Some(center) = on_line(line, l, x) {
            dot(painter, t, center, 4.5 * set.scale, color(t, set, line));
        }
    }
}

/// The current value lies outside the values that were tried: an arrow at the edge says so.
fn beyond(ui: &Ui, t: &Tokens, set: &CurveSet, line: &CurveLine, l: &Layout, x: f64) {
    if line.points.is_empty() {
        return;
    }
    let painter = ui.painter();
    let mut font = text::small(ui);
    font.size *= set.font_scale(ui);
    let value = format::number(x);
    let ink = if set.scale > 1.2 { t.strong } else { t.accent };
    let (words, align, at) = match x < l.x.low {
        true => (
            format!("← {value}"),
            Align2::LEFT_BOTTOM,
            l.plot.left_bottom() + vec2(5.0, -4.0),
        ),
        false => (
            format!("{value} →"),
            Align2::RIGHT_BOTTOM,
            l.plot.right_bottom() - vec2(5.0, 4.0),
        ),
    };
    let galley = text::line(painter, words, font, ink, l.plot.width());
    let rect = align.anchor_size(at, galley.size());
    painter.rect_filled(
        rect.expand2(vec2(2.0, 0.0)),
        2.0,
        t.plot.gamma_multiply(0.85),
    );
    text::place(painter, rect.min, Align2::LEFT_TOP, galley);
}

/// Where the drawn line passes a value, which may lie between two that were tried.
fn on_line(line: &CurveLine, l: &Layout, x: f64) -> Option<Pos2> {
    let known = line.points.iter().filter(|p| p.validation.is_finite());
    let places: Vec<Pos2> = known.map(|p| l.at(line, p.x, p.validation)).collect();
    let at = l.x.point(x);
    let after = places.iter().position(|p| p.x >= at)?;
    let to = places[after];
    let from = places[after.saturating_sub(1)];
    let share = match to.x > from.x {
        true => ((at - from.x) / (to.x - from.x)).clamp(0.0, 1.0),
        false => 1.0,
    };
    Some(from.lerp(to, share))
}

fn dot(painter: &Painter, t: &Tokens, center: Pos2, radius: f32, color: Color32) {
    painter.circle(center, radius, color, Stroke::new(1.5, t.plot));
}

/// End dots and letters: beside the plot where a line reaches its right edge, else beside the dot.
fn ends(ui: &Ui, t: &Tokens, set: &CurveSet, l: &Layout) {
    let painter = ui.painter();
    let mut outside: Vec<(&CurveLine, f32)> = Vec::new();
    let mut within: Vec<(&CurveLine, Pos2)> = Vec::new();
    for line in &set.lines {
        let Some(p) = line.points.iter().rev().find(|p| p.validation.is_finite()) else {
            continue;
        };
        let mut at = l.at(line, p.x, p.validation);
        at.y = at.y.clamp(l.plot.top(), l.plot.bottom());
        if layout::ends_right(&l.scale, line) {
            outside.push((line, at.y));
        } else {
            within.push((line, at));
        }
        if line.running || !layout::ends_right(&l.scale, line) {
            dot(painter, t, at, 4.0, line.model.color(t));
        }
    }
    // Columns beside the plot, filled in the order of the values.
    outside.sort_by(|a, b| a.1.total_cmp(&b.1));
    let columns = l.badge_columns.max(1);
    for column in 0..columns {
        let mine: Vec<_> = outside.iter().skip(column).step_by(columns).collect();
        let wishes: Vec<f32> = mine.iter().map(|(_, y)| *y).collect();
        let half = BADGE / 2.0;
        let (low, high) = (l.plot.top() - half + 2.0, l.plot.bottom() - half);
        let centers = labels::push_apart(&wishes, BADGE + 2.0, low.max(l.plot.top()), high);
        for ((line, _), y) in mine.iter().zip(centers) {
            let x = l.plot.right() + 6.0 + half + column as f32 * (BADGE + 4.0);
            badge::paint(ui, painter, t, pos2(x, y), BADGE, &line.model);
        }
    }
    let anchors: Vec<Pos2> = within.iter().map(|(_, at)| *at).collect();
    let rects = labels::beside(&anchors, Vec2::splat(BADGE), l.plot.shrink(1.0), &[]);
    for ((line, _), rect) in within.iter().zip(rects) {
        badge::paint(ui, painter, t, rect.center(), BADGE, &line.model);
    }
}

/// "held-out rows" and "training rows" written beside their lines, where no curve runs.
fn names(ui: &Ui, t: &Tokens, set: &CurveSet, l: &Layout) {
    let Some(line) = set.lines.first() else {
        return;
    };
    let painter = ui.painter();
    let mut font = text::strong(ui);
    font.size = text::small(ui).size * set.font_scale(ui);
    let mut taken: Option<Rect> = None;
    let what = match set.measure {
        Measure::Loss => "loss on ",
        _ => "",
    };
    let held_out = |p: &CurvePoint| p.validation;
    let training = |p: &CurvePoint| p.training;
    let lines: [(&str, _, fn(&CurvePoint) -> f64); 2] = [
        ("held-out rows", t.accent, held_out),
        ("training rows", t.weak, training),
    ];
    for (label, ink, value) in lines {
        let width = l.plot.width() - 8.0;
        let galley = text::line(painter, format!("{what}{label}"), font.clone(), ink, width);
        let (size, room) = (galley.size(), l.plot.shrink(3.0));
        let ways: Vec<Pos2> = stretches(line, l, value).into_iter().flatten().collect();
        let mut best: Option<(usize, Rect)> = None;
        for share in [0.5, 0.3, 0.7, 0.15, 0.85, 0.0, 1.0] {
            let x = room.left() + room.width() * share;
            let to = |p: &&Pos2| (p.x - x).abs();
            let Some(point) = ways.iter().min_by(|a, b| to(a).total_cmp(&to(b))) else {
                continue;
            };
            let left = (x - size.x / 2.0).clamp(room.left(), room.right() - size.x);
            for top in [
                point.y + 8.0,
                point.y - size.y - 8.0,
                point.y + 24.0,
                point.y - size.y - 24.0,
            ] {
                let rect = Rect::from_min_size(pos2(left, top), size);
                if !room.contains_rect(rect) {
                    continue;
                }
                let crossed = crossings(set, l, rect)
                    + taken.map_or(0, |other| 1000 * usize::from(other.intersects(rect)))
                    + crossed_marker(set, l, rect);
                if best.is_none_or(|(least, _)| crossed < least) {
                    best = Some((crossed, rect));
                }
            }
        }
        if let Some((_, rect)) = best {
            text::place(painter, rect.min, Align2::LEFT_TOP, galley);
            taken = Some(rect);
        }
    }
}

fn crossed_marker(set: &CurveSet, l: &Layout, rect: Rect) -> usize {
    let markers = set.lines.iter().filter_map(|line| line.marker);
    markers
        .filter(|x| rect.expand(4.0).x_range().contains(l.x.point(*x)))
        .count()
        * 100
}

/// "—— validation ± spread  - - training", at the right; shorter where room is short.
pub fn legend(ui: &Ui, t: &Tokens, set: &CurveSet, rect: Rect) {
    let painter = ui.painter();
    let font = text::small(ui);
    let any = |value: fn(&CurvePoint) -> f64| {
        let mut points = set.lines.iter().flat_map(|line| line.points.iter());
        points.any(|p| value(p).is_finite())
    };
    let (training, validation) = (any(|p| p.training), any(|p| p.validation));
    let solid = set.rows;
    let long = match any(|p| p.std) {
        true => format!("{solid} ± spread"),
        false => solid.to_owned(),
    };
    for words in [[long.as_str(), set.training], [solid, "training"]] {
        let shown = [validation || !training, training];
        let shown: Vec<(usize, &str)> = (0..2)
            .filter(|i| shown[*i])
            .map(|i| (i, words[i]))
            .collect();
        let total: f32 = shown
            .iter()
            .map(|(_, w)| text::width(painter, w, &font) + 40.0)
            .sum();
        if total > rect.width() {
            continue;
        }
        let mut left = rect.right() - total + 12.0;
        let y = rect.center().y.round() + 0.5;
        for &(i, word) in &shown {
            let ends = [pos2(left, y), pos2(left + 22.0, y)];
            if i == 0 {
                painter.line_segment(ends, Stroke::new(2.0, t.strong));
            } else {
                let stroke = Stroke::new(1.2, t.weak);
                painter.extend(Shape::dashed_line(&ends, stroke, DASH.0, DASH.1));
            }
            let galley = text::line(painter, word, font.clone(), t.text, total);
            let placed = text::place(painter, pos2(left + 28.0, y), Align2::LEFT_CENTER, galley);
            left = placed.right() + 12.0;
        }
        return;
    }
}
