//! A regression's errors: predicted against actual, and residuals against predicted.
//!
//! ```text
//! |        .·/          |  ·   ·
//! |     ·./·            |--·-·---·----- 0
//! |  ·./.               |    ·     ·
//! | ./·  actual ->      |   predicted ->
//! ```

use eframe::egui::{
    Align2, Painter, Pos2, Rect, Sense, Shape, Stroke, TextureId, Ui, WidgetInfo, pos2, vec2,
};

use super::parts::axis::{Axis, Frame};
use super::parts::{colour, number, text};
use crate::widget::picture;
use crate::widget::theme::Tokens;

/// A density image of one plot, made off the window's thread, and the values that it spans.
#[derive(Clone, Copy, Debug)]
pub struct Density {
    pub texture: TextureId,
    pub x: (f64, f64),
    pub y: (f64, f64),
}

/// What is drawn. Up to 2,000 points are drawn singly; beyond that both densities are given.
#[derive(Clone, Copy)]
pub struct Errors<'a> {
    /// Held-out predictions; equal lengths.
    pub actual: &'a [f64],
    pub predicted: &'a [f64],
    /// The table's row of each point.
    pub rows: &'a [u32],
    pub selected: Option<&'a dyn Fn(u32) -> bool>,
    /// The residuals' standard deviation.
    pub spread: f64,
    /// The target with its unit.
    pub title: &'a str,
    /// Of (actual, predicted) and of (predicted, residual).
    pub densities: Option<[Density; 2]>,
    pub shown: Shown,
}

/// Which of the two plots is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shown {
    #[default]
    Both,
    Fit,
    Residuals,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct ErrorsResponse {
    pub hovered: Option<u32>,
    /// The row that was clicked.
    pub clicked: Option<u32>,
}

/// Points beyond this many are not drawn singly.
pub const MOST_POINTS: usize = 2000;

/// Draws both plots into all the space that `ui` has: side by side, or under each other where narrow.
pub fn errors(ui: &mut Ui, t: &Tokens, data: &Errors<'_>) -> ErrorsResponse {
    let (area, _) =
        ui.allocate_exact_size(ui.available_size().max(vec2(150.0, 120.0)), Sense::empty());
    let parts = if data.shown != Shown::Both {
        [area; 2]
    } else if area.width() >= 460.0 {
        let half = area.width() / 2.0 - 6.0;
        [
            Rect::from_min_size(area.min, vec2(half, area.height())),
            Rect::from_min_max(pos2(area.right() - half, area.top()), area.max),
        ]
    } else {
        let half = area.height() / 2.0 - 4.0;
        [
            Rect::from_min_size(area.min, vec2(area.width(), half)),
            Rect::from_min_max(pos2(area.left(), area.bottom() - half), area.max),
        ]
    };
    let n = data.actual.len().min(data.predicted.len()).min(MOST_POINTS);
    let fit: Vec<(f64, f64)> = (0..n)
        .map(|i| (data.actual[i], data.predicted[i]))
        .collect();
    let residuals: Vec<(f64, f64)> = fit
        .iter()
        .map(|(actual, predicted)| (*predicted, actual - predicted))
        .collect();
    let mut out = ErrorsResponse::default();
    for (kind, points, rect) in [
        (Kind::Fit, &fit, parts[0]),
        (Kind::Residuals, &residuals, parts[1]),
    ] {
        let other = match kind {
            Kind::Fit => Shown::Residuals,
            Kind::Residuals => Shown::Fit,
        };
        if data.shown == other {
            continue;
        }
        plot(ui, t, data, kind, points, rect, &mut out);
    }
    out
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Fit,
    Residuals,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Fit => "Predicted against actual",
            Kind::Residuals => "Residuals against predicted",
        }
    }
}

fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values
        .filter(|v| v.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| {
            (l.min(v), h.max(v))
        })
}

fn widened((low, high): (f64, f64)) -> (f64, f64) {
    let air = (high - low) * 0.04;
    (low - air, high + air)
}

/// The values that a plot spans: one range on both axes against actual values, as much below as
/// above zero for residuals.
fn spans(kind: Kind, points: &[(f64, f64)], density: Option<Density>) -> [(f64, f64); 2] {
    if let Some(density) = density {
        return [density.x, density.y];
    }
    let x = range(points.iter().map(|p| p.0));
    let y = range(points.iter().map(|p| p.1));
    match kind {
        Kind::Fit => {
            let both = widened((x.0.min(y.0), x.1.max(y.1)));
            [both, both]
        }
        Kind::Residuals => {
            let far = y.0.abs().max(y.1.abs()) * 1.06;
            [widened(x), (-far, far)]
        }
    }
}

fn plot(
    ui: &Ui,
    t: &Tokens,
    data: &Errors<'_>,
    kind: Kind,
    points: &[(f64, f64)],
    area: Rect,
    out: &mut ErrorsResponse,
) {
    let painter = ui.painter();
    let font = text::small(ui);
    let density = data
        .densities
        .map(|d| d[usize::from(kind == Kind::Residuals)]);
    let [(x_low, x_high), (y_low, y_high)] = spans(kind, points, density);
    let mut rect = area;
    rect.min.y += font.size + 14.0;
    rect.max.y -= 2.0 * font.size + 12.0;
    let mut frame = Frame {
        y_ticks: f64::from(rect.height() / 36.0).clamp(2.0, 7.0),
        ..Frame::new(t, font.clone())
    };
    let y = Axis::y(y_low, y_high, rect);
    rect.min.x += (frame.y_label_width(painter, &y) + 10.0).round();
    rect.max.x -= 8.0;
    frame.x_ticks = f64::from(rect.width() / 52.0).clamp(2.0, 8.0);
    let x = Axis::x(x_low, x_high, false, rect);

    let title = text::line(
        painter,
        kind.name(),
        text::strong(ui),
        t.strong,
        area.width(),
    );
    text::place(painter, area.min, Align2::LEFT_TOP, title);
    picture::show(ui.ctx(), kind.name(), area);
    frame.ground(painter, rect, &x, &y);
    let inside = painter.with_clip_rect(rect.intersect(painter.clip_rect()));
    if let Some(density) = density {
        let uv = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
        inside.image(density.texture, rect, uv, eframe::egui::Color32::WHITE);
    }
    guides(&inside, t, data, kind, &x, &y);
    if density.is_none() {
        dots(&inside, t, data, kind, points, &x, &y);
    }
    frame.edge_and_labels(painter, rect, &x, &y);
    let below = match kind {
        Kind::Fit => format!("actual {}", data.title),
        Kind::Residuals => format!("predicted {}", data.title),
    };
    let galley = text::line(painter, below, font.clone(), t.text, rect.width());
    text::place(
        painter,
        pos2(rect.center().x, area.bottom()),
        Align2::CENTER_BOTTOM,
        galley,
    );

    let response = ui.interact(rect, ui.scope_id().with(kind.name()), Sense::click());
    response.widget_info(|| {
        WidgetInfo::labeled(eframe::egui::Role::Button, ui.is_enabled(), kind.name())
    });
    let Some(pointer) = response.hover_pos() else {
        return;
    };
    let places = points.iter().map(|p| pos2(x.point(p.0), y.point(p.1)));
    let nearest = nearest(places, pointer, 10.0).filter(|_| density.is_none());
    let Some((i, at)) = nearest else {
        return;
    };
    let row = data.rows.get(i).copied().unwrap_or(i as u32);
    out.hovered = Some(row);
    if response.clicked() {
        out.clicked = Some(row);
    }
    crosshair(&inside, t, at);
    let (actual, predicted) = (data.actual[i], data.predicted[i]);
    response.on_hover_ui_at_pointer(|ui| {
        ui.strong(format!("Row {}", number::count(u64::from(row) + 1)));
        let off = predicted - actual;
        ui.label(format!(
            "actual {}, held out the model said {}: {} too {}",
            number::short(actual),
            number::short(predicted),
            number::short(off.abs()),
            if off > 0.0 { "high" } else { "low" },
        ));
    });
}

/// The diagonal or the zero line, and one residual standard deviation to both sides.
fn guides(painter: &Painter, t: &Tokens, data: &Errors<'_>, kind: Kind, x: &Axis, y: &Axis) {
    let line = |shift: f64| {
        [x.low, x.high].map(|v| {
            let base = if kind == Kind::Fit { v } else { 0.0 };
            pos2(x.point(v), y.point(base + shift))
        })
    };
    if data.spread.is_finite() && data.spread > 0.0 {
        for shift in [-data.spread, data.spread] {
            let stroke = Stroke::new(1.0, t.weak);
            painter.extend(Shape::dashed_line(&line(shift), stroke, 4.0, 3.0));
        }
        if kind == Kind::Residuals {
            spread_label(painter, t, data.spread, line(data.spread)[1]);
        }
    }
    painter.line_segment(line(0.0), Stroke::new(1.25, t.strong.gamma_multiply(0.7)));
}

fn spread_label(painter: &Painter, t: &Tokens, spread: f64, end: Pos2) {
    let font = eframe::egui::FontId::proportional(11.0);
    let label = format!("± {}", number::short(spread));
    let galley = text::line(painter, label, font, t.weak, 100.0);
    let at = end - vec2(5.0, 2.0);
    let ground = Align2::RIGHT_BOTTOM.anchor_size(at, galley.size());
    painter.rect_filled(
        ground.expand2(vec2(2.0, 0.0)),
        2.0,
        t.plot.gamma_multiply(0.8),
    );
    text::place(painter, at, Align2::RIGHT_BOTTOM, galley);
}

/// Discs without a stroke are quads in the tessellator: edge and fill are two discs.
fn dots(
    painter: &Painter,
    t: &Tokens,
    data: &Errors<'_>,
    kind: Kind,
    points: &[(f64, f64)],
    x: &Axis,
    y: &Axis,
) {
    let radius = if points.len() > 600 { 3.0 } else { 4.0 };
    // Fill by actual value against the diagonal; by residual, blue below and orange above zero.
    let far = y.high.abs().max(y.low.abs()).max(f64::MIN_POSITIVE);
    let any = data
        .selected
        .is_some_and(|s| data.rows.iter().take(points.len()).any(|r| s(*r)));
    for (i, p) in points.iter().enumerate() {
        if !(p.0.is_finite() && p.1.is_finite()) {
            continue;
        }
        let at = pos2(x.point(p.0), y.point(p.1));
        let fill = match kind {
            Kind::Fit => colour::sequential(t, x.share(p.0) as f32),
            Kind::Residuals => colour::diverging(t, ((p.1 / far) as f32 * 1.6).clamp(-1.0, 1.0)),
        };
        let on = data
            .selected
            .is_none_or(|s| data.rows.get(i).is_some_and(|r| s(*r)));
        let strength = if any && !on { 0.35 } else { 1.0 };
        painter.circle_filled(at, radius, t.control.gamma_multiply(strength));
        let fill = if strength < 1.0 {
            colour::mix(t.plot, fill, 0.35)
        } else {
            fill
        };
        painter.circle_filled(at, radius - 0.9, fill);
    }
}

fn crosshair(painter: &Painter, t: &Tokens, at: Pos2) {
    let stroke = Stroke::new(1.5, t.strong);
    painter.circle_stroke(at, 7.0, stroke);
    for turn in [
        vec2(1.0, 0.0),
        vec2(-1.0, 0.0),
        vec2(0.0, 1.0),
        vec2(0.0, -1.0),
    ] {
        painter.line_segment([at + 7.0 * turn, at + 13.0 * turn], stroke);
    }
}

/// The place nearest to the pointer, at most `reach` points away.
fn nearest(places: impl Iterator<Item = Pos2>, pointer: Pos2, reach: f32) -> Option<(usize, Pos2)> {
    places
        .enumerate()
        .filter(|(_, at)| at.distance(pointer) <= reach)
        .min_by(|a, b| a.1.distance(pointer).total_cmp(&b.1.distance(pointer)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::test_picture;
    use eframe::egui;

    fn some(n: usize) -> (Vec<f64>, Vec<f64>, Vec<u32>) {
        let mut random = crate::base::Random::new(1);
        let mut noise = || (0..6).map(|_| random.uniform() - 0.5).sum::<f64>() * 700.0;
        let actual: Vec<f64> = (0..n)
            .map(|i| 2700.0 + 3600.0 * i as f64 / n as f64)
            .collect();
        let predicted = actual.iter().map(|a| a * 0.9 + 400.0 + noise()).collect();
        (actual, predicted, (0..n as u32).collect())
    }

    #[test]
    fn it_draws_in_both_themes() {
        let (actual, predicted, rows) = some(342);
        let data = Errors {
            actual: &actual,
            predicted: &predicted,
            rows: &rows,
            selected: None,
            spread: 480.0,
            title: "Body mass (g)",
            densities: None,
            shown: Shown::Both,
        };
        let hover = egui::Event::PointerMoved(pos2(180.0, 150.0));
        let events = [hover.clone(), hover];
        test_picture::draw_with("regression", vec2(704.0, 340.0), &events, |ui, t| {
            errors(ui, t, &data);
        });
        let some = |row: u32| row.is_multiple_of(9);
        let data = Errors {
            selected: Some(&some),
            ..data
        };
        test_picture::draw("regression-narrow", vec2(300.0, 520.0), |ui, t| {
            errors(ui, t, &data);
        });
        let none = Errors {
            actual: &[],
            predicted: &[],
            rows: &[],
            ..data
        };
        test_picture::harness(vec2(300.0, 300.0), |ui, t| {
            errors(ui, t, &none);
        });
    }

    #[test]
    fn spans_hold_zero_in_the_middle_and_one_range_for_both() {
        let points = [(1.0, 2.0), (5.0, -1.0)];
        let [x, y] = spans(Kind::Fit, &points, None);
        assert_eq!(x, y);
        assert!(x.0 < -1.0 && x.1 > 5.0);
        let [_, y] = spans(Kind::Residuals, &points, None);
        assert_eq!(y.0, -y.1);
        let none = nearest([pos2(0.0, 0.0)].into_iter(), pos2(20.0, 0.0), 10.0);
        assert_eq!(none, None);
    }
}
