//! Where curves lie: the axis' unit, the range of the values, the gutters. No drawing.

use std::sync::Arc;

use eframe::egui::{Pos2, Rect, Ui, pos2};

use super::{CurveKind, CurveLine, CurvePoint, CurveSet, Measure};
use crate::view::parts::axis::{Axis, Frame};
use crate::view::parts::text;
use crate::widget::theme::Tokens;

/// What the x axis counts.
#[derive(Clone, Debug, PartialEq)]
pub enum XScale {
    /// Steps in the unit that all shown models share, 0 to `end`.
    Steps { unit: Arc<str>, end: f64 },
    /// The share of each model's planned steps, 0 to 1.
    Share,
    /// A parameter's values.
    Value { parameter: String, log: bool },
}

pub fn x_scale(set: &CurveSet) -> XScale {
    if let CurveKind::Validation { parameter, log } = &set.kind {
        return XScale::Value {
            parameter: parameter.clone(),
            log: *log,
        };
    }
    let mut lines = set.lines.iter();
    match lines.next() {
        Some(first) if lines.all(|line| line.unit == first.unit) => {
            let end = set
                .lines
                .iter()
                .map(|line| line.planned)
                .filter(|p| p.is_finite())
                .fold(1.0, f64::max);
            XScale::Steps {
                unit: first.unit.clone(),
                end,
            }
        }
        _ => XScale::Share,
    }
}

/// Where a point of this line stands on the axis.
fn on_axis(scale: &XScale, line: &CurveLine, x: f64) -> f64 {
    match scale {
        XScale::Share => x / line.planned.max(1.0),
        _ => x,
    }
}

/// Everything that drawing needs to know.
pub struct Layout {
    pub scale: XScale,
    pub plot: Rect,
    pub x: Axis,
    pub y: Axis,
    /// How many columns of badges stand right of the plot.
    pub badge_columns: usize,
}

pub const BADGE: f32 = 16.0;
const BADGE_GAP: f32 = 20.0;

impl Layout {
    pub fn of(ui: &Ui, t: &Tokens, set: &CurveSet, body: Rect) -> Self {
        let scale = x_scale(set);
        let (x_low, x_high) = x_range(set, &scale);
        let (y_low, y_high) = y_range(set);
        let font = text::small(ui).size * set.font_scale(ui);
        let bottom = body.bottom() - font - 8.0;
        let top = body.top() + font / 2.0;
        let mut plot = Rect::from_min_max(pos2(body.left(), top), pos2(body.right(), bottom));
        let frame = frame(ui, t, set, plot);
        let y = Axis::y(y_low, y_high, plot);
        plot.min.x += (frame.y_label_width(ui.painter(), &y) + 10.0)
            .max(44.0)
            .round();
        let ending = set
            .lines
            .iter()
            .filter(|line| ends_right(&scale, line))
            .count();
        let in_column = (plot.height() / BADGE_GAP).floor().max(1.0) as usize;
        let badge_columns = ending.div_ceil(in_column);
        plot.max.x -= if set.scale > 1.2 {
            font
        } else {
            (8.0 + badge_columns as f32 * BADGE_GAP).max(46.0)
        };
        let log = matches!(scale, XScale::Value { log: true, .. });
        Layout {
            x: Axis::x(x_low, x_high, log, plot),
            y: Axis::y(y_low, y_high, plot),
            scale,
            plot,
            badge_columns,
        }
    }

    /// Where a value of this line lies on the screen.
    pub fn at(&self, line: &CurveLine, x: f64, value: f64) -> Pos2 {
        pos2(
            self.x.point(on_axis(&self.scale, line, x)),
            self.y.point(value),
        )
    }

    pub fn value_at(&self, point: f32) -> f64 {
        self.x.value(point)
    }
}

pub fn frame<'a>(ui: &Ui, t: &'a Tokens, set: &CurveSet, plot: Rect) -> Frame<'a> {
    let mut font = text::small(ui);
    font.size *= set.font_scale(ui);
    Frame {
        x_ticks: f64::from(plot.width() / (60.0 * set.scale)).clamp(2.0, 11.0),
        y_ticks: f64::from(plot.height() / (30.0 * set.scale)).clamp(2.0, 6.0),
        ..Frame::new(t, font)
    }
}

fn x_range(set: &CurveSet, scale: &XScale) -> (f64, f64) {
    match scale {
        XScale::Share => (0.0, 1.0),
        XScale::Steps { end, .. } => (0.0, *end),
        XScale::Value { .. } => {
            let xs = || {
                set.lines
                    .iter()
                    .flat_map(|l| [l.points.first(), l.points.last()])
                    .flatten()
            };
            let low = xs().map(|p| p.x).fold(f64::INFINITY, f64::min);
            let high = xs().map(|p| p.x).fold(f64::NEG_INFINITY, f64::max);
            (low, high)
        }
    }
}

/// The range of all shown values and a little air. A loss that starts far off would flatten all that
/// follows: then the axis fits what comes after the first twentieth of each line, and a bit more.
pub fn y_range(set: &CurveSet) -> (f64, f64) {
    let over_parameter = matches!(set.kind, CurveKind::Validation { .. });
    let range = |skip: usize| {
        set.lines
            .iter()
            .flat_map(|line| line.points.iter().skip(line.points.len() * skip / 20))
            .flat_map(|p| {
                // Over a parameter the spread is half of what there is to see.
                let spread = if over_parameter { p.std } else { f64::NAN };
                let band = [p.validation - spread, p.validation + spread];
                [p.validation, p.training].into_iter().chain(band)
            })
            .filter(|v| v.is_finite())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| {
                (low.min(v), high.max(v))
            })
    };
    let (mut low, mut high) = range(0);
    if set.measure == Measure::Loss {
        let (late_low, late_high) = range(1);
        let late = late_high - late_low;
        if late > 0.0 && high - low > 4.0 * late {
            (low, high) = (late_low, late_high + 0.5 * late);
        }
    }
    if !low.is_finite() || !high.is_finite() {
        return (0.0, 1.0);
    }
    // A band as high as the plot would be a ground.
    let air = (high - low) * if over_parameter { 0.08 } else { 0.05 };
    if air == 0.0 {
        let half = (high.abs() * 0.05).max(1e-3);
        return (low - half, high + half);
    }
    (low - air, high + air)
}

/// Whether this line's last point lies at the right edge, so that its letter stands beside the plot.
pub fn ends_right(scale: &XScale, line: &CurveLine) -> bool {
    let Some(last) = line.points.last() else {
        return false;
    };
    match scale {
        XScale::Share => last.x >= line.planned * 0.97,
        XScale::Steps { end, .. } => last.x >= end * 0.97,
        XScale::Value { .. } => true,
    }
}

/// The line's point nearest to `x`, a value of the axis; none beyond the line's end.
pub fn point_at<'a>(set: &CurveSet, line: &'a CurveLine, x: f64) -> Option<&'a CurvePoint> {
    let scale = x_scale(set);
    let own = match scale {
        XScale::Share => x * line.planned,
        _ => x,
    };
    let after = line.points.partition_point(|p| p.x < own);
    let nearest = [after.checked_sub(1), Some(after)]
        .into_iter()
        .flatten()
        .filter_map(|i| line.points.get(i))
        .min_by(|a, b| (a.x - own).abs().total_cmp(&(b.x - own).abs()))?;
    let step = line.planned.max(1.0) * 0.02;
    let beyond = matches!(set.kind, CurveKind::Training)
        && after == line.points.len()
        && own - nearest.x > step.max(1.0);
    (!beyond).then_some(nearest)
}

/// The x of the point nearest to this value over all lines.
pub fn nearest_x(set: &CurveSet, x: f64) -> Option<f64> {
    set.lines
        .iter()
        .filter_map(|line| point_at(set, line, x))
        .map(|p| p.x)
        .min_by(|a, b| (a - x).abs().total_cmp(&(b - x).abs()))
}

/// Some steps on from where the scrubber or the marker stands.
pub fn step_from(set: &CurveSet, layout: &Layout, by: f64) -> f64 {
    match &layout.scale {
        XScale::Steps { end, .. } => (set.scrub.unwrap_or(*end) + by).clamp(0.0, *end),
        XScale::Share => (set.scrub.unwrap_or(1.0) + by / 100.0).clamp(0.0, 1.0),
        XScale::Value { .. } => {
            let Some(line) = set.lines.first().filter(|line| !line.points.is_empty()) else {
                return layout.x.low;
            };
            let now = line.marker.unwrap_or(line.points[0].x);
            let place = line.points.partition_point(|p| p.x < now) as f64 + by;
            let last = (line.points.len() - 1) as f64;
            line.points[place.clamp(0.0, last) as usize].x
        }
    }
}

/// Points in order of x, at most four a pixel column (first, lowest, highest, last), so that ten
/// thousand epochs cost no more than the screen is wide.
pub fn thin(points: Vec<Pos2>) -> Vec<Pos2> {
    if points.len() < 2000 {
        return points;
    }
    let mut out: Vec<Pos2> = Vec::new();
    for column in points.chunk_by(|a, b| a.x.floor() == b.x.floor()) {
        let (mut low, mut high) = (0, 0);
        for (i, p) in column.iter().enumerate() {
            if p.y < column[low].y {
                low = i;
            }
            if p.y > column[high].y {
                high = i;
            }
        }
        let mut kept = [0, low, high, column.len() - 1];
        kept.sort_unstable();
        for (i, &k) in kept.iter().enumerate() {
            if i == 0 || kept[i - 1] != k {
                out.push(column[k]);
            }
        }
    }
    out
}
