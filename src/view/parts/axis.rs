//! An axis: values to points and back, ticks at 1, 2 or 5 times a power of ten, a framed plot.

use eframe::egui::{Align2, Color32, FontId, Painter, Pos2, Rect, Stroke, StrokeKind, pos2};

use super::{number, text};
use crate::widget::theme::Tokens;

/// Maps values to points along one direction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Axis {
    pub low: f64,
    pub high: f64,
    /// Logarithmic: both ends are above zero.
    pub log: bool,
    /// Where `low` and `high` lie, in points; a y axis runs from bottom to top.
    pub from: f32,
    pub to: f32,
}

impl Axis {
    /// Across `points`; without width in the values, one is made around them.
    pub fn new(low: f64, high: f64, log: bool, from: f32, to: f32) -> Self {
        let (mut low, mut high) = if low.is_finite() && high.is_finite() {
            (low.min(high), low.max(high))
        } else {
            (0.0, 1.0)
        };
        let log = log && low > 0.0;
        if log {
            if high / low < 1.000_001 {
                (low, high) = (low / 2.0, high * 2.0);
            }
        } else if high - low <= 1e-12 * high.abs().max(low.abs()) || high == low {
            let half = if high == 0.0 { 0.5 } else { high.abs() * 0.05 };
            (low, high) = (low - half, high + half);
        }
        Axis {
            low,
            high,
            log,
            from,
            to,
        }
    }

    pub fn x(low: f64, high: f64, log: bool, rect: Rect) -> Self {
        Axis::new(low, high, log, rect.left(), rect.right())
    }

    pub fn y(low: f64, high: f64, rect: Rect) -> Self {
        Axis::new(low, high, false, rect.bottom(), rect.top())
    }

    /// 0 at `low`, 1 at `high`.
    pub fn share(&self, value: f64) -> f64 {
        if self.log {
            (value.max(f64::MIN_POSITIVE) / self.low).ln() / (self.high / self.low).ln()
        } else {
            (value - self.low) / (self.high - self.low)
        }
    }

    pub fn point(&self, value: f64) -> f32 {
        let share = self.share(value).clamp(-100.0, 100.0) as f32;
        self.from + (self.to - self.from) * share
    }

    pub fn value(&self, point: f32) -> f64 {
        let share = f64::from((point - self.from) / (self.to - self.from));
        if self.log {
            self.low * (self.high / self.low).powf(share)
        } else {
            self.low + (self.high - self.low) * share
        }
    }

    pub fn contains(&self, value: f64) -> bool {
        (-1e-9..=1.0 + 1e-9).contains(&self.share(value))
    }

    /// Some `count` ticks inside, and the step between them (0 on a logarithmic axis).
    pub fn ticks(&self, count: f64) -> (Vec<f64>, f64) {
        if self.log {
            return (self.log_ticks(count), 0.0);
        }
        let raw = (self.high - self.low) / count.max(1.0);
        if !raw.is_finite() || raw <= 0.0 {
            return (Vec::new(), 0.0);
        }
        let power = 10f64.powf(raw.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0]
            .into_iter()
            .map(|m| m * power)
            .find(|s| *s >= raw * 0.999_999)
            .unwrap_or(raw);
        let first = (self.low / step - 1e-6).ceil();
        let last = (self.high / step + 1e-6).floor();
        // Far from zero the step may drown in the values' rounding: then there is nothing to mark.
        if !(last - first).is_finite() || last - first > 100.0 || first.abs() > 1e15 {
            return (Vec::new(), 0.0);
        }
        let ticks = (0..=(last - first).max(-1.0) as i64)
            .map(|i| (first + i as f64) * step)
            .take_while(|v| *v <= self.high + step * 1e-6)
            .collect();
        (ticks, step)
    }

    fn log_ticks(&self, count: f64) -> Vec<f64> {
        let decades = (self.high / self.low).log10();
        let factors: &[f64] = if decades * 3.0 <= count * 1.3 {
            &[1.0, 2.0, 5.0]
        } else if decades * 2.0 <= count * 1.3 {
            &[1.0, 5.0]
        } else {
            &[1.0]
        };
        let every = (decades / count).ceil().max(1.0) as i32;
        let first = self.low.log10().floor() as i32;
        let last = self.high.log10().ceil() as i32;
        (first..=last)
            .filter(|power| power % every == 0)
            .flat_map(|power| factors.iter().map(move |f| f * 10f64.powi(power)))
            .filter(|v| self.contains(*v))
            .collect()
    }

    pub fn label(&self, value: f64, step: f64) -> String {
        if self.log || step == 0.0 {
            number::short(value)
        } else {
            number::tick(
                if value.abs() < step * 1e-9 {
                    0.0
                } else {
                    value
                },
                step,
            )
        }
    }
}

/// How a plot's frame and axes are drawn.
pub struct Frame<'a> {
    pub tokens: &'a Tokens,
    pub font: FontId,
    /// About how many ticks along each axis; 0 for none.
    pub x_ticks: f64,
    pub y_ticks: f64,
    /// Behind the number of each x tick, such as " %".
    pub x_suffix: &'a str,
    /// Before the first x tick's number, such as "k = ", and behind the last one's, such as " trees".
    pub x_first: &'a str,
    pub x_last: &'a str,
}

impl<'a> Frame<'a> {
    /// Seven ticks across, five up, plain numbers.
    pub fn new(tokens: &'a Tokens, font: FontId) -> Self {
        Frame {
            tokens,
            font,
            x_ticks: 7.0,
            y_ticks: 5.0,
            x_suffix: "",
            x_first: "",
            x_last: "",
        }
    }

    pub fn grid_color(t: &Tokens) -> Color32 {
        t.text.gamma_multiply(0.1)
    }

    /// The ground and the grid. Data come between this and `edge_and_labels`.
    pub fn ground(&self, painter: &Painter, rect: Rect, x: &Axis, y: &Axis) {
        painter.rect_filled(rect, 2.0, self.tokens.plot);
        let stroke = Stroke::new(1.0, Self::grid_color(self.tokens));
        for value in x.ticks(self.x_ticks).0 {
            if self.x_ticks > 0.0 {
                let at = x.point(value);
                if at > rect.left() + 1.0 && at < rect.right() - 1.0 {
                    painter.vline(at.round() + 0.5, rect.y_range(), stroke);
                }
            }
        }
        for value in y.ticks(self.y_ticks).0 {
            if self.y_ticks > 0.0 {
                let at = y.point(value);
                if at > rect.top() + 1.0 && at < rect.bottom() - 1.0 {
                    painter.hline(rect.x_range(), at.round() + 0.5, stroke);
                }
            }
        }
    }

    /// The edge and the ticks' numbers, none running into its neighbour.
    pub fn edge_and_labels(&self, painter: &Painter, rect: Rect, x: &Axis, y: &Axis) {
        painter.rect_stroke(
            rect,
            2.0,
            Stroke::new(1.0, self.tokens.control.gamma_multiply(0.55)),
            StrokeKind::Inside,
        );
        if self.x_ticks > 0.0 {
            self.x_labels(painter, rect, x);
        }
        if self.y_ticks > 0.0 {
            self.y_labels(painter, rect, y);
        }
    }

    /// From the right, so that the last number, which carries the unit, is never the one left out.
    pub fn x_labels(&self, painter: &Painter, rect: Rect, x: &Axis) {
        let (ticks, step) = x.ticks(self.x_ticks);
        let mut free = f32::INFINITY;
        for (i, value) in ticks.iter().enumerate().rev() {
            let label = format!(
                "{}{}{}{}",
                if i == 0 { self.x_first } else { "" },
                x.label(*value, step),
                self.x_suffix,
                if i + 1 == ticks.len() {
                    self.x_last
                } else {
                    ""
                },
            );
            let galley = painter.layout_no_wrap(label, self.font.clone(), self.tokens.weak);
            let half = galley.size().x / 2.0;
            // A long unit at the end, or number at the beginning, must not run out of the window.
            let room = painter.clip_rect();
            let middle = x.point(*value).min(room.right() - 4.0 - half);
            let at = pos2(middle.max(room.left() + half), rect.bottom() + 4.0);
            if at.x + half > free - 6.0 {
                continue;
            }
            free = at.x - half;
            text::place(painter, at, Align2::CENTER_TOP, galley);
        }
    }

    fn y_labels(&self, painter: &Painter, rect: Rect, y: &Axis) {
        let (ticks, step) = y.ticks(self.y_ticks);
        for value in ticks {
            let galley =
                painter.layout_no_wrap(y.label(value, step), self.font.clone(), self.tokens.weak);
            let at = pos2(rect.left() - 6.0, y.point(value));
            text::place(painter, at, Align2::RIGHT_CENTER, galley);
        }
    }

    /// How wide the widest of the y axis's numbers is.
    pub fn y_label_width(&self, painter: &Painter, y: &Axis) -> f32 {
        let (ticks, step) = y.ticks(self.y_ticks);
        ticks
            .iter()
            .map(|v| text::width(painter, &y.label(*v, step), &self.font))
            .fold(0.0, f32::max)
    }
}

/// A point from two axes.
pub fn at(x: &Axis, y: &Axis, xv: f64, yv: f64) -> Pos2 {
    pos2(x.point(xv), y.point(yv))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_inside() {
        let axis = Axis::new(0.35, 1.02, false, 100.0, 0.0);
        let (ticks, step) = axis.ticks(4.0);
        assert_eq!(step, 0.2);
        let labels: Vec<String> = ticks.iter().map(|v| axis.label(*v, step)).collect();
        assert_eq!(labels, ["0.4", "0.6", "0.8", "1.0"]);
        let log = Axis::new(1.0, 100.0, true, 0.0, 100.0);
        assert_eq!(log.ticks(7.0).0, [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0]);
        let wide = Axis::new(1e-6, 1e6, true, 0.0, 100.0);
        assert!(wide.ticks(5.0).0.len() <= 6);
    }

    #[test]
    fn values_map_there_and_back() {
        for axis in [
            Axis::new(-3.0, 9.0, false, 10.0, 310.0),
            Axis::new(0.001, 1000.0, true, 300.0, 20.0),
        ] {
            for value in [0.01, 1.0, 7.5] {
                assert!((axis.value(axis.point(value)) - value).abs() < 1e-3 * value.max(1.0));
            }
        }
    }

    #[test]
    fn odd_ranges_give_an_axis_all_the_same() {
        for (low, high) in [
            (1.0, 1.0),
            (0.0, 0.0),
            (f64::NAN, 1.0),
            (1e300, 1e300),
            (1e16, 1e16 + 4.0),
            (f64::INFINITY, 0.0),
        ] {
            let axis = Axis::new(low, high, false, 0.0, 100.0);
            assert!(axis.high > axis.low, "{low} {high}");
            assert!(axis.ticks(5.0).0.len() < 20);
        }
        assert!(!Axis::new(0.0, 1.0, true, 0.0, 1.0).log);
    }
}
