//! The colours of both themes: every other file takes them from here.
//!
//! Classes are Okabe and Ito's palette in a fixed order, with a marker shape each, then brown and indigo,
//! chosen to stay apart from the eight under simulated colour blindness (Machado et al. 2009; CIEDE2000 of
//! at least 13 to each of the others in both themes).
use eframe::egui::{Color32, Context, Theme, Ui};

/// One theme's colours; every other file takes them from here.
pub struct Tokens {
    pub app: Color32,
    pub panel: Color32,
    pub card: Color32,
    pub plot: Color32,
    pub input: Color32,
    pub hover: Color32,
    pub pressed: Color32,
    pub line: Color32,
    pub control: Color32,
    pub strong: Color32,
    pub text: Color32,
    pub weak: Color32,
    pub off: Color32,
    pub accent: Color32,
    pub on_accent: Color32,
    pub soft: Color32,
    pub done: Color32,
    pub warn: Color32,
    pub warn_fill: Color32,
    pub warn_line: Color32,
    pub fail: Color32,
    pub fail_fill: Color32,
    pub fail_line: Color32,
    pub rail: Color32,
    /// Letters on a model's badge.
    pub on_model: Color32,
    /// Okabe-Ito in class order, then brown and indigo; read them by [`Tokens::class_fill`].
    fills: [Color32; CLASS_STYLES],
    /// Marker outlines and class text; read them by [`Tokens::class_ink`].
    inks: [Color32; CLASS_STYLES],
    models: [Color32; MODEL_COLOURS],
    pub sequential: [Color32; 5],
    /// How much of the class colour a fully certain surface pixel takes.
    pub surface_tint: f32,
    pub shadow_alpha: u8,
}

/// How many classes have a colour and a marker shape of their own.
pub const CLASS_STYLES: usize = 10;
/// How many models have a colour of their own; from there on the badge is hollow.
pub const MODEL_COLOURS: usize = 5;
/// The class style of everything that is "other": grey, hexagon.
pub const OTHER: usize = 7;

impl Tokens {
    /// The colours of the theme that `ui` is drawn in.
    pub fn of(ui: &Ui) -> &'static Self {
        if ui.visuals().dark_mode {
            &DARK
        } else {
            &LIGHT
        }
    }

    /// The colours of the theme that the window is in.
    pub fn of_ctx(ctx: &Context) -> &'static Self {
        match ctx.theme() {
            Theme::Dark => &DARK,
            Theme::Light => &LIGHT,
        }
    }

    /// Fill of class style `i` (see [`class_styles`]); beyond the tenth it is the grey of "other".
    pub fn class_fill(&self, i: usize) -> Color32 {
        self.fills.get(i).copied().unwrap_or(self.fills[OTHER])
    }

    /// Outline and text colour of class style `i`.
    pub fn class_ink(&self, i: usize) -> Color32 {
        self.inks.get(i).copied().unwrap_or(self.inks[OTHER])
    }

    /// Colour of the `i`-th model; [`model_is_hollow`] tells the later ones apart.
    pub fn model(&self, i: usize) -> Color32 {
        self.models[i % MODEL_COLOURS]
    }

    /// The sequential map at `t` in 0..=1, for numbers, densities and matrices.
    pub fn sequential(&self, t: f32) -> Color32 {
        let last = self.sequential.len() - 1;
        let at = t.clamp(0.0, 1.0) * last as f32;
        let i = (at.floor() as usize).min(last - 1);
        self.sequential[i].lerp_to_gamma(self.sequential[i + 1], at - i as f32)
    }
}

/// Whether the `i`-th model has a hollow badge.
pub fn model_is_hollow(i: usize) -> bool {
    i >= MODEL_COLOURS
}

/// The letter of the `i`-th model: A to Z, then AA, AB, ...
pub fn model_letter(i: usize) -> String {
    let letter = char::from(b'A' + (i % 26) as u8);
    match i / 26 {
        0 => letter.to_string(),
        n => format!("{}{letter}", model_letter(n - 1)),
    }
}

/// The class style of every class, given how many rows each has.
///
/// Up to ten classes keep their order. From eleven on, the nine most frequent (the earlier one among
/// equals) take the styles other than grey, in class order, and all others are [`OTHER`].
pub fn class_styles(rows: &[usize]) -> Vec<usize> {
    if rows.len() <= CLASS_STYLES {
        return (0..rows.len()).collect();
    }
    let mut by_size: Vec<usize> = (0..rows.len()).collect();
    by_size.sort_by_key(|&class| std::cmp::Reverse(rows[class]));
    by_size.truncate(CLASS_STYLES - 1);
    by_size.sort_unstable();
    let mut styles = vec![OTHER; rows.len()];
    let own = (0..CLASS_STYLES).filter(|&style| style != OTHER);
    for (class, style) in by_size.into_iter().zip(own) {
        styles[class] = style;
    }
    styles
}

const fn hex(rgb: u32) -> Color32 {
    Color32::from_rgb((rgb >> 16) as u8, (rgb >> 8) as u8, rgb as u8)
}

pub const LIGHT: Tokens = Tokens {
    app: hex(0xe9ecf0),
    panel: hex(0xf5f6f8),
    card: hex(0xffffff),
    plot: hex(0xffffff),
    input: hex(0xffffff),
    hover: hex(0xe8ecf2),
    pressed: hex(0xd9dfe8),
    line: hex(0xdde2e8),
    control: hex(0x7c8694),
    strong: hex(0x131c27),
    text: hex(0x2a3542),
    weak: hex(0x566170),
    off: hex(0x8b95a2),
    accent: hex(0x1f5bd1),
    on_accent: hex(0xffffff),
    soft: hex(0xe1ebfc),
    done: hex(0x17703d),
    warn: hex(0x845300),
    warn_fill: hex(0xfff4d9),
    warn_line: hex(0xe3bc62),
    fail: hex(0xb3261e),
    fail_fill: hex(0xfdecea),
    fail_line: hex(0xe7a19b),
    rail: hex(0xd3dae3),
    on_model: hex(0xffffff),
    fills: [
        hex(0x0072b2),
        hex(0xe69f00),
        hex(0x009e73),
        hex(0xcc79a7),
        hex(0xd55e00),
        hex(0x56b4e9),
        hex(0xf0e442),
        hex(0x6b7480),
        hex(0x7a4f28),
        hex(0x3b1f6b),
    ],
    inks: [
        hex(0x005a8e),
        hex(0x8a5600),
        hex(0x006a4d),
        hex(0x96396f),
        hex(0xa04300),
        hex(0x1d6c9b),
        hex(0x716800),
        hex(0x454d57),
        hex(0x55361a),
        hex(0x24104a),
    ],
    models: [
        hex(0x6545d2),
        hex(0xb8236f),
        hex(0x7a5f00),
        hex(0x7c1f12),
        hex(0x1f2b38),
    ],
    sequential: [
        hex(0xeff2f6),
        hex(0xc9d3df),
        hex(0x94a7bc),
        hex(0x587391),
        hex(0x24405f),
    ],
    surface_tint: 0.38,
    shadow_alpha: 36,
};

pub const DARK: Tokens = Tokens {
    app: hex(0x101317),
    panel: hex(0x181c21),
    card: hex(0x20252c),
    plot: hex(0x14181c),
    input: hex(0x14181c),
    hover: hex(0x2a3039),
    pressed: hex(0x363e49),
    line: hex(0x2e353f),
    control: hex(0x717d8c),
    strong: hex(0xf3f6fa),
    text: hex(0xd3dae3),
    weak: hex(0x9da8b6),
    off: hex(0x66717f),
    accent: hex(0x84b2ff),
    on_accent: hex(0x0c1b33),
    soft: hex(0x1d3153),
    done: hex(0x62cc90),
    warn: hex(0xf3bf55),
    warn_fill: hex(0x33280f),
    warn_line: hex(0x7a6124),
    fail: hex(0xff9289),
    fail_fill: hex(0x3a1c1a),
    fail_line: hex(0x87443f),
    rail: hex(0x39424e),
    on_model: hex(0x10141a),
    fills: [
        hex(0x3a9fe0),
        hex(0xf0ac1c),
        hex(0x2cc497),
        hex(0xe39bc5),
        hex(0xf5823c),
        hex(0x8cd0f7),
        hex(0xf0e442),
        hex(0x7f8893),
        hex(0x8f6544),
        hex(0x7a5ad0),
    ],
    inks: [
        hex(0x7cc1f0),
        hex(0xf6c355),
        hex(0x5ad6b0),
        hex(0xedb6d5),
        hex(0xffa569),
        hex(0xa9dcfa),
        hex(0xf4eb74),
        hex(0xa9b2be),
        hex(0xd3ae85),
        hex(0xcdbfff),
    ],
    models: [
        hex(0xae9bff),
        hex(0xff8cc3),
        hex(0xd0c44a),
        hex(0xf0633c),
        hex(0xe6ecf3),
    ],
    sequential: [
        hex(0x1e242c),
        hex(0x33475c),
        hex(0x54779a),
        hex(0x8cb0cf),
        hex(0xdcebf7),
    ],
    surface_tint: 0.44,
    shadow_alpha: 128,
};

#[cfg(test)]
mod tests {
    use super::*;

    /// WCAG 2.2 contrast of two opaque colours.
    fn contrast(a: Color32, b: Color32) -> f32 {
        let luminance = |c: Color32| {
            let lin = |v: u8| {
                let v = f32::from(v) / 255.0;
                if v <= 0.04045 {
                    v / 12.92
                } else {
                    ((v + 0.055) / 1.055).powf(2.4)
                }
            };
            0.2126 * lin(c.r()) + 0.7152 * lin(c.g()) + 0.0722 * lin(c.b())
        };
        let (x, y) = (luminance(a), luminance(b));
        (x.max(y) + 0.05) / (x.min(y) + 0.05)
    }

    #[test]
    fn text_stands_out_from_every_ground() {
        for t in [&LIGHT, &DARK] {
            for ground in [t.app, t.panel, t.card, t.plot, t.hover, t.soft] {
                for text in [t.strong, t.text, t.weak, t.accent, t.done, t.warn, t.fail] {
                    assert!(contrast(text, ground) >= 4.5, "{text:?} on {ground:?}");
                }
                assert!(contrast(t.control, ground) >= 3.0, "edge on {ground:?}");
            }
            assert!(contrast(t.on_accent, t.accent) >= 4.5);
        }
    }

    #[test]
    fn inks_and_models_stand_out() {
        for t in [&LIGHT, &DARK] {
            for i in 0..CLASS_STYLES {
                assert!(contrast(t.class_ink(i), t.plot) >= 5.5, "ink {i}");
                assert_ne!(t.class_ink(i), t.class_fill(i), "outline {i}");
            }
            for i in 0..MODEL_COLOURS {
                assert!(contrast(t.model(i), t.card) >= 4.5, "model {i}");
                assert!(contrast(t.on_model, t.model(i)) >= 4.5, "letter {i}");
            }
        }
    }

    #[test]
    fn up_to_ten_classes_keep_their_order() {
        assert_eq!(class_styles(&[]), Vec::<usize>::new());
        assert_eq!(class_styles(&[1; 10]), (0..10).collect::<Vec<_>>());
    }

    #[test]
    fn many_classes_leave_grey_to_the_others() {
        let mut rows = vec![5; 12];
        rows[11] = 100;
        let styles = class_styles(&rows);
        // The largest, and the first eight among equals, in class order.
        assert_eq!(styles, [0, 1, 2, 3, 4, 5, 6, 8, OTHER, OTHER, OTHER, 9]);
    }

    #[test]
    fn letters_go_on_after_z() {
        assert_eq!(
            [0, 25, 26, 27, 52].map(model_letter),
            ["A", "Z", "AA", "AB", "BA"]
        );
        assert!(!model_is_hollow(4) && model_is_hollow(5));
    }

    #[test]
    fn the_sequential_map_ends_at_its_ends() {
        assert_eq!(LIGHT.sequential(-1.0), LIGHT.sequential[0]);
        assert_eq!(LIGHT.sequential(2.0), LIGHT.sequential[4]);
        assert_eq!(LIGHT.sequential(0.25), LIGHT.sequential[1]);
    }
}
