//! Which colour and marker each class takes, and the colours that pictures off the thread need.
//!
//! A palette is plain data made from the theme's tokens once a theme or a target changes, so that
//! workers can paint without asking the window.

use eframe::egui::Color32;

use super::markers::Marker;
use crate::widget::theme::Tokens;

/// How many classes have a look of their own; with more, the rarest share the grey one.
pub const CLASS_LOOKS: usize = 10;
/// The slot of the grey look, "other" when there are too many classes.
pub const OTHER_SLOT: u16 = 7;

/// Fill, outline and marker of one class.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClassLook {
    pub fill: Color32,
    pub ink: Color32,
    pub marker: Marker,
}

/// All colours of one plane picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Palette {
    /// One look a class of the target, after grouping.
    pub classes: Vec<ClassLook>,
    /// The look slot of each class: classes with the same slot are drawn as one.
    pub groups: Vec<u16>,
    /// Rows without a class: unlabelled, or noise of a clustering.
    pub unknown: ClassLook,
    /// Low and high of a number as target.
    pub range: [f64; 2],
    pub sequential: [Color32; 5],
    /// Negative and positive end of residuals; zero is `plot`.
    pub diverging: [Color32; 2],
    /// How much of the class colour a fully certain surface pixel takes.
    pub tint: f32,
    pub plot: Color32,
    pub strong: Color32,
    pub control: Color32,
}

impl Palette {
    /// For a target of classes; `counts` has the rows of each class.
    pub fn for_classes(tokens: &Tokens, counts: &[usize]) -> Self {
        let groups = class_slots(counts);
        let classes = groups.iter().map(|&slot| look(tokens, slot)).collect();
        Palette {
            classes,
            groups,
            ..Self::for_numbers(tokens, [0.0, 1.0])
        }
    }

    /// For a number as target that lies within `range`.
    pub fn for_numbers(tokens: &Tokens, range: [f64; 2]) -> Self {
        Palette {
            classes: Vec::new(),
            groups: Vec::new(),
            unknown: ClassLook {
                fill: tokens.plot,
                ink: tokens.weak,
                marker: Marker::Circle,
            },
            range,
            sequential: tokens.sequential,
            diverging: [0, 1].map(|slot| look(tokens, slot).fill),
            tint: tokens.surface_tint,
            plot: tokens.plot,
            strong: tokens.strong,
            control: tokens.control,
        }
    }

    /// The look of a class; rows without one get [`Palette::unknown`].
    #[inline]
    pub fn class(&self, class: u16) -> ClassLook {
        self.classes
            .get(class as usize)
            .copied()
            .unwrap_or(self.unknown)
    }

    /// The colour of a number as target; without a finite value, the plot colour.
    #[inline]
    pub fn number(&self, value: f64) -> Color32 {
        if !value.is_finite() {
            return self.plot;
        }
        let [low, high] = self.range;
        let share = if high > low {
            ((value - low) / (high - low)).clamp(0.0, 1.0)
        } else {
            0.5
        };
        sequential(&self.sequential, share as f32)
    }

    /// The outline of a number's marker: dark on light and light on dark, so that it shows also where the
    /// ground has the colour of its fill because the model is right.
    pub fn number_ink(&self, value: f64) -> Color32 {
        let [low, high] = self.range;
        let share = ((value - low) / (high - low)).clamp(0.0, 1.0) as f32;
        const TURN: f32 = 0.55;
        if share > TURN {
            self.plot
        } else {
            // Also where there is no value.
            mix(self.control, self.strong, (share / TURN).max(0.0))
        }
    }

    /// The outline of numbers' markers on the bare ground.
    pub fn bare_ink(&self) -> Color32 {
        mix(self.control, self.strong, 0.5)
    }

    /// The colour of a residual: blue below zero, the plot colour at zero, orange above; `largest` is
    /// the size at which the colour is full.
    pub fn residual(&self, residual: f64, largest: f64) -> Color32 {
        let share = (residual / largest.max(f64::MIN_POSITIVE)).clamp(-1.0, 1.0) as f32;
        if share.is_nan() {
            return self.plot;
        }
        let end = self.diverging[usize::from(share > 0.0)];
        mix(self.plot, end, share.abs())
    }
}

/// The look slots of classes with these row counts. Up to ten classes keep their order; beyond, the nine
/// most frequent (the earlier first among equals) take the looks other than grey, in class order.
pub fn class_slots(counts: &[usize]) -> Vec<u16> {
    if counts.len() <= CLASS_LOOKS {
        return (0..counts.len() as u16).collect();
    }
    let mut order: Vec<usize> = (0..counts.len()).collect();
    order.sort_by_key(|&class| (std::cmp::Reverse(counts[class]), class));
    let mut shown = vec![false; counts.len()];
    for &class in &order[..CLASS_LOOKS - 1] {
        shown[class] = true;
    }
    let mut slots = (0..CLASS_LOOKS as u16).filter(|&slot| slot != OTHER_SLOT);
    shown
        .into_iter()
        .map(|own| match own {
            true => slots.next().unwrap_or(OTHER_SLOT),
            false => OTHER_SLOT,
        })
        .collect()
}

/// The look in a slot of the class order.
pub fn look(tokens: &Tokens, slot: u16) -> ClassLook {
    let slot = slot as usize % CLASS_LOOKS;
    ClassLook {
        fill: tokens.class_fill(slot),
        ink: tokens.class_ink(slot),
        marker: Marker::ALL[slot],
    }
}

/// Five stops, evenly spaced; `share` in 0..=1.
#[inline]
pub fn sequential(stops: &[Color32; 5], share: f32) -> Color32 {
    let place = share.clamp(0.0, 1.0) * 4.0;
    let stop = (place as usize).min(3);
    mix(stops[stop], stops[stop + 1], place - stop as f32)
}

/// `a` where `share` is 0, `b` where it is 1; opaque colours, mixed as they are stored.
#[inline]
pub fn mix(a: Color32, b: Color32, share: f32) -> Color32 {
    let channel = |a: u8, b: u8| (f32::from(a) + (f32::from(b) - f32::from(a)) * share + 0.5) as u8;
    Color32::from_rgb(
        channel(a.r(), b.r()),
        channel(a.g(), b.g()),
        channel(a.b(), b.b()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::widget::theme::{DARK, LIGHT};

    #[test]
    fn beyond_ten_classes_the_rarest_share_the_grey() {
        let mut counts = vec![5; 12];
        counts[1] = 1;
        counts[11] = 50;
        let slots = class_slots(&counts);
        assert_eq!(slots[11], 9, "a frequent class keeps a look");
        assert_eq!(slots[1], OTHER_SLOT);
        assert_eq!(slots.iter().filter(|&&s| s == OTHER_SLOT).count(), 3);
        let mut own: Vec<u16> = slots.into_iter().filter(|&s| s != OTHER_SLOT).collect();
        own.dedup();
        assert_eq!(own, [0, 1, 2, 3, 4, 5, 6, 8, 9]);
        assert_eq!(class_slots(&[3; 10]), (0..10).collect::<Vec<u16>>());
    }

    #[test]
    fn every_class_looks_different() {
        for tokens in [&LIGHT, &DARK] {
            let palette = Palette::for_classes(tokens, &[1; 10]);
            for (i, a) in palette.classes.iter().enumerate() {
                for b in &palette.classes[..i] {
                    assert!(a.fill != b.fill && a.marker != b.marker);
                }
            }
        }
    }

    #[test]
    fn numbers_run_through_the_map() {
        let palette = Palette::for_numbers(&LIGHT, [10.0, 20.0]);
        assert_eq!(palette.number(10.0), LIGHT.sequential[0]);
        assert_eq!(palette.number(15.0), LIGHT.sequential[2]);
        assert_eq!(palette.number(99.0), LIGHT.sequential[4]);
        assert_eq!(palette.number(f64::NAN), LIGHT.plot);
        assert_eq!(palette.residual(0.0, 2.0), LIGHT.plot);
        assert_eq!(palette.residual(-2.0, 2.0), look(&LIGHT, 0).fill);
        assert_eq!(palette.residual(9.0, 2.0), look(&LIGHT, 1).fill);
        let constant = Palette::for_numbers(&LIGHT, [3.0, 3.0]);
        assert_eq!(constant.number(3.0), LIGHT.sequential[2]);
    }
}
