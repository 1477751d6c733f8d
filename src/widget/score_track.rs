//! A score on its rail: where it lies, how far it spreads over the folds, where the baseline is.
//!
//! ```text
//!   ----|--------------------(==|==)---
//!    baseline                 band, mean
//! ```
use super::theme;
use super::tokens::Tokens;
use eframe::egui::{Color32, CornerRadius, Rect, Stroke, Ui, pos2, vec2};

/// What a track shows; all in the score's own unit.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Track {
    /// What the rail's ends stand for; may run downwards where less is better.
    pub range: [f64; 2],
    pub mean: Option<f64>,
    /// The standard deviation over the folds; `None` under one split.
    pub spread: Option<f64>,
    pub baseline: Option<f64>,
}

impl Track {
    /// Where `value` lies on the rail, 0 to 1; what lies outside is at the nearer end.
    fn share(&self, value: f64) -> Option<f32> {
        let share = (value - self.range[0]) / (self.range[1] - self.range[0]);
        share.is_finite().then_some(share.clamp(0.0, 1.0) as f32)
    }

    /// Paints the track into `rect`, 12 points high at the desk; `weak` for a score that is out of date.
    pub fn paint(&self, ui: &Ui, rect: Rect, colour: Color32, weak: bool) {
        let t = Tokens::of(ui);
        let s = theme::scale(ui);
        let painter = ui.painter();
        let y = rect.center().y.round();
        let bar = |from: f32, to: f32, height: f32| {
            Rect::from_min_max(pos2(from, y - height / 2.0), pos2(to, y + height / 2.0))
        };
        let round = CornerRadius::same(2);
        painter.rect_filled(bar(rect.left(), rect.right(), 4.0 * s), round, t.rail);
        let x = |share: f32| rect.left() + share * rect.width();
        let colour = if weak { t.weak } else { colour };
        if let (Some(mean), Some(spread)) = (self.mean, self.spread)
            && let (Some(a), Some(b)) = (self.share(mean - spread), self.share(mean + spread))
        {
            let band = bar(x(a.min(b)), x(a.max(b)), 6.0 * s);
            let fill = colour.gamma_multiply(0.4);
            painter.rect_filled(band, CornerRadius::same(3), fill);
        }
        if let Some(share) = self.baseline.and_then(|value| self.share(value)) {
            let stroke = Stroke::new(2.0, t.weak);
            let half = 4.0 * s;
            painter.vline(x(share).round(), y - half..=y + half, stroke);
        }
        if let Some(share) = self.mean.and_then(|value| self.share(value)) {
            let size = vec2(3.0, 12.0) * s;
            let tick = Rect::from_center_size(pos2(x(share), y), size);
            painter.rect_filled(tick, CornerRadius::same(1), colour);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_find_their_place_in_either_direction() {
        let up = Track {
            range: [0.4, 1.0],
            ..Track::default()
        };
        assert_eq!(up.share(0.7), Some(0.5));
        assert_eq!((up.share(0.0), up.share(2.0)), (Some(0.0), Some(1.0)));
        assert_eq!(up.share(f64::NAN), None);
        let down = Track {
            range: [10.0, 0.0],
            ..Track::default()
        };
        assert_eq!(down.share(2.5), Some(0.75));
        assert_eq!(Track::default().share(0.0), None);
    }
}
