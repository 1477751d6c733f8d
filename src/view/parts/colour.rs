//! Ramps between tokens, and text that stays readable on them.

use eframe::egui::Color32;

use super::marker;
use crate::widget::theme::Tokens;

/// Between two opaque colours; `share` 0 gives the first.
pub fn mix(from: Color32, to: Color32, share: f32) -> Color32 {
    let share = if share.is_finite() {
        share.clamp(0.0, 1.0)
    } else {
        0.0
    };
    let part = |a: u8, b: u8| (f32::from(a) + (f32::from(b) - f32::from(a)) * share).round() as u8;
    Color32::from_rgb(
        part(from.r(), to.r()),
        part(from.g(), to.g()),
        part(from.b(), to.b()),
    )
}

/// The sequential ramp at `share` of its length, 0 to 1; what is no number lies at its start.
pub fn sequential(t: &Tokens, share: f32) -> Color32 {
    t.sequential(if share.is_finite() { share } else { 0.0 })
}

/// Blue below zero, orange above, the plot's colour at zero; `share` from -1 to 1.
pub fn diverging(t: &Tokens, share: f32) -> Color32 {
    let end = if share < 0.0 {
        marker::fill(t, 0)
    } else {
        marker::fill(t, 1)
    };
    mix(t.plot, end, share.abs())
}

/// Whichever of the strong and the plot colour reads better on this ground.
pub fn ink_on(t: &Tokens, ground: Color32) -> Color32 {
    if contrast(t.strong, ground) >= contrast(t.plot, ground) {
        t.strong
    } else {
        t.plot
    }
}

/// Contrast ratio, WCAG 2.2, 1 to 21.
pub fn contrast(a: Color32, b: Color32) -> f32 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Relative luminance, WCAG 2.2.
fn luminance(c: Color32) -> f32 {
    let linear = |v: u8| {
        let v = f32::from(v) / 255.0;
        if v <= 0.04045 {
            v / 12.92
        } else {
            ((v + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * linear(c.r()) + 0.7152 * linear(c.g()) + 0.0722 * linear(c.b())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::widget::theme::{DARK, LIGHT};

    #[test]
    fn text_reads_on_the_whole_ramp() {
        for t in [&LIGHT, &DARK] {
            for step in 0..=100 {
                let ground = sequential(t, step as f32 / 100.0);
                assert!(contrast(ink_on(t, ground), ground) >= 4.0, "{step}");
            }
        }
    }

    #[test]
    fn ramps_end_where_they_should() {
        assert_eq!(sequential(&LIGHT, 0.0), LIGHT.sequential[0]);
        assert_eq!(sequential(&LIGHT, 1.0), LIGHT.sequential[4]);
        assert_eq!(sequential(&LIGHT, f32::NAN), LIGHT.sequential[0]);
        assert_eq!(diverging(&DARK, 0.0), DARK.plot);
        assert_eq!(diverging(&DARK, -1.0), DARK.class_fill(0));
        assert_eq!(diverging(&DARK, 1.0), DARK.class_fill(1));
    }
}
