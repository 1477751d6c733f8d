//! Seefit's colours, sizes and fonts, and how they become an egui 0.37 style.
use eframe::egui::style::{HandleShape, ScrollAnimation, WidgetVisuals};
use eframe::egui::{
    self, Color32, Context, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Margin,
    Response, Shadow, Stroke, StrokeKind, Style, TextStyle, Theme, Ui, Vec2, Visuals,
};
use std::sync::Arc;

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
    /// Okabe-Ito, in class order; `class_ink` outlines markers and colours class text.
    pub class_fill: [Color32; 8],
    pub class_ink: [Color32; 8],
    pub model: [Color32; 5],
    pub sequential: [Color32; 5],
    /// How much of the class colour a fully certain surface pixel takes.
    pub surface_tint: f32,
    pub shadow_alpha: u8,
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
    class_fill: [
        hex(0x0072b2),
        hex(0xe69f00),
        hex(0x009e73),
        hex(0xcc79a7),
        hex(0xd55e00),
        hex(0x56b4e9),
        hex(0xf0e442),
        hex(0x6b7480),
    ],
    class_ink: [
        hex(0x005a8e),
        hex(0x8a5600),
        hex(0x006a4d),
        hex(0x96396f),
        hex(0xa04300),
        hex(0x1d6c9b),
        hex(0x716800),
        hex(0x454d57),
    ],
    model: [
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
    class_fill: [
        hex(0x3a9fe0),
        hex(0xf0ac1c),
        hex(0x2cc497),
        hex(0xe39bc5),
        hex(0xf5823c),
        hex(0x8cd0f7),
        hex(0xf0e442),
        hex(0x7f8893),
    ],
    class_ink: [
        hex(0x7cc1f0),
        hex(0xf6c355),
        hex(0x5ad6b0),
        hex(0xedb6d5),
        hex(0xffa569),
        hex(0xa9dcfa),
        hex(0xf4eb74),
        hex(0xa9b2be),
    ],
    model: [
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

pub const RADIUS_SMALL: u8 = 4;
pub const RADIUS_CARD: u8 = 6;

fn visuals(t: &Tokens, dark: bool) -> Visuals {
    let widget = |bg: Color32, weak: Color32, edge: Color32, ink: Color32| WidgetVisuals {
        bg_fill: bg,
        weak_bg_fill: weak,
        bg_stroke: Stroke::new(1.0, edge),
        corner_radius: CornerRadius::same(RADIUS_SMALL),
        fg_stroke: Stroke::new(1.0, ink),
        expansion: 0.0,
    };
    let mut v = if dark {
        Visuals::dark()
    } else {
        Visuals::light()
    };
    let shadow = Shadow {
        offset: [0, 2],
        blur: 8,
        spread: 0,
        color: Color32::from_black_alpha(t.shadow_alpha),
    };
    v.widgets.noninteractive = widget(t.card, t.panel, t.line, t.text);
    v.widgets.inactive = widget(t.rail, t.card, t.control, t.strong);
    v.widgets.hovered = widget(t.rail, t.hover, t.control, t.strong);
    v.widgets.active = widget(t.rail, t.pressed, t.accent, t.strong);
    v.widgets.open = widget(t.rail, t.hover, t.accent, t.strong);
    v.selection.bg_fill = t.soft;
    v.selection.stroke = Stroke::new(1.0, t.accent);
    v.weak_text_color = Some(t.weak);
    v.hyperlink_color = t.accent;
    v.warn_fg_color = t.warn;
    v.error_fg_color = t.fail;
    v.panel_fill = t.panel;
    v.window_fill = t.card;
    v.window_stroke = Stroke::new(1.0, t.line);
    v.extreme_bg_color = t.plot;
    v.text_edit_bg_color = Some(t.input);
    v.faint_bg_color = t.hover;
    v.code_bg_color = t.hover;
    v.window_corner_radius = CornerRadius::same(RADIUS_CARD);
    v.menu_corner_radius = CornerRadius::same(RADIUS_CARD);
    v.window_shadow = shadow;
    v.popup_shadow = shadow;
    v.handle_shape = HandleShape::Circle;
    v.slider_trailing_fill = true;
    v.indent_has_left_vline = false;
    v.disabled_alpha = 0.6;
    v
}

/// `scale` is 1.0 at the desk and 1.75 in projector mode.
fn apply(style: &mut Style, t: &Tokens, dark: bool, scale: f32, reduce_motion: bool) {
    let semi = FontFamily::Name("semibold".into());
    style.text_styles = [
        (
            TextStyle::Small,
            FontId::new(11.0 * scale, FontFamily::Proportional),
        ),
        (
            TextStyle::Body,
            FontId::new(13.0 * scale, FontFamily::Proportional),
        ),
        (
            TextStyle::Button,
            FontId::new(13.0 * scale, FontFamily::Name("medium".into())),
        ),
        (
            TextStyle::Monospace,
            FontId::new(12.0 * scale, FontFamily::Monospace),
        ),
        (TextStyle::Heading, FontId::new(15.0 * scale, semi.clone())),
        (
            TextStyle::Name("strong".into()),
            FontId::new(13.0 * scale, semi.clone()),
        ),
        (
            TextStyle::Name("score".into()),
            FontId::new(18.0 * scale, semi),
        ),
    ]
    .into();
    style.drag_value_text_style = TextStyle::Button;
    let s = &mut style.spacing;
    s.item_spacing = Vec2::new(8.0, 4.0);
    s.button_padding = Vec2::new(10.0, 4.0);
    s.interact_size = Vec2::new(28.0, 28.0);
    s.slider_width = 96.0;
    s.slider_rail_height = 4.0;
    s.combo_width = 96.0;
    s.icon_width = 16.0;
    s.icon_width_inner = 10.0;
    s.icon_spacing = 6.0;
    s.indent = 16.0;
    s.menu_margin = Margin::same(4);
    s.window_margin = Margin::same(12);
    s.tooltip_width = 300.0;
    s.scroll = egui::style::ScrollStyle::thin();
    style.interaction.tooltip_delay = 0.4;
    style.interaction.selectable_labels = false;
    style.animation_time = if reduce_motion { 0.0 } else { 0.15 };
    style.scroll_animation = ScrollAnimation::none();
    style.visuals = visuals(t, dark);
}

pub fn install(ctx: &Context, scale: f32, reduce_motion: bool) {
    ctx.set_fonts(fonts());
    ctx.style_mut_of(Theme::Light, |s| {
        apply(s, &LIGHT, false, scale, reduce_motion)
    });
    ctx.style_mut_of(Theme::Dark, |s| apply(s, &DARK, true, scale, reduce_motion));
}

pub fn fonts() -> FontDefinitions {
    let mut f = FontDefinitions::empty();
    let files: [(&str, &'static [u8]); 6] = [
        (
            "inter",
            include_bytes!("../../assets/fonts/Inter-400Regular.ttf"),
        ),
        (
            "inter-medium",
            include_bytes!("../../assets/fonts/Inter-500Medium.ttf"),
        ),
        (
            "inter-semibold",
            include_bytes!("../../assets/fonts/Inter-600SemiBold.ttf"),
        ),
        (
            "mono",
            include_bytes!("../../assets/fonts/JetBrainsMono-Regular.ttf"),
        ),
        (
            "phosphor",
            include_bytes!("../../assets/fonts/Phosphor.ttf"),
        ),
        (
            "phosphor-fill",
            include_bytes!("../../assets/fonts/Phosphor-Fill.ttf"),
        ),
    ];
    for (name, bytes) in files {
        f.font_data
            .insert(name.into(), Arc::new(FontData::from_static(bytes)));
    }
    let chain = |first: &str| vec![first.to_owned(), "phosphor".to_owned()];
    f.families.insert(FontFamily::Proportional, chain("inter"));
    f.families.insert(FontFamily::Monospace, chain("mono"));
    f.families
        .insert(FontFamily::Name("medium".into()), chain("inter-medium"));
    f.families
        .insert(FontFamily::Name("semibold".into()), chain("inter-semibold"));
    f.families.insert(
        FontFamily::Name("icons-fill".into()),
        vec!["phosphor-fill".to_owned()],
    );
    f
}

/// The focus ring: egui shows focus as "active", which is too like a press.
pub fn focus_ring(ui: &Ui, response: &Response, t: &Tokens) {
    if response.has_focus() {
        ui.painter().rect_stroke(
            response.rect,
            CornerRadius::same(RADIUS_SMALL),
            Stroke::new(2.0, t.accent),
            StrokeKind::Outside,
        );
    }
}

/// egui takes slider and progress fills from `selection.bg_fill`; inside knobs it is the accent.
pub fn knob_scope<R>(ui: &mut Ui, t: &Tokens, add: impl FnOnce(&mut Ui) -> R) -> R {
    ui.scope(|ui| {
        ui.visuals_mut().selection.bg_fill = t.accent;
        add(ui)
    })
    .inner
}

/// About `count` grid lines, 1, 2 or 5 times a power of ten apart (egui_plot's own are powers of ten).
pub fn steps(input: egui_plot::GridInput, count: f64) -> Vec<egui_plot::GridMark> {
    let (low, high) = input.bounds;
    let raw = (high - low) / count;
    if !raw.is_finite() || raw <= 0.0 {
        return Vec::new();
    }
    let power = 10f64.powf(raw.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|m| m * power)
        .find(|s| *s >= raw)
        .unwrap_or(raw);
    let first = (low / step).ceil() as i64;
    let last = (high / step).floor() as i64;
    (first..=last)
        .map(|i| egui_plot::GridMark {
            value: i as f64 * step,
            step_size: step,
        })
        .collect()
}

/// Plots: 11 pt tick labels in the weak colour and a faint grid. The legend is ours:
/// egui_plot's shows discs instead of marker shapes.
pub fn plot_scope<R>(
    ui: &mut Ui,
    t: &Tokens,
    scale: f32,
    add: impl FnOnce(&mut Ui, egui_plot::Plot<'static>) -> R,
) -> R {
    ui.scope(|ui| {
        let ticks = |axis: egui_plot::AxisHints<'static>| {
            vec![
                axis.tick_label_font(FontId::new(11.0 * scale, FontFamily::Proportional))
                    .tick_label_color(t.weak),
            ]
        };
        ui.visuals_mut().widgets.noninteractive.bg_stroke.color = t.control.gamma_multiply(0.55);
        let plot = egui_plot::Plot::new("picture")
            .custom_x_axes(ticks(egui_plot::AxisHints::new_x()))
            .custom_y_axes(ticks(egui_plot::AxisHints::new_y()))
            .grid_color(t.text.gamma_multiply(0.1))
            .grid_spacing(egui::Rangef::new(8.0, 40.0))
            .x_grid_spacer(|input| steps(input, 7.0))
            .y_grid_spacer(|input| steps(input, 5.0));
        add(ui, plot)
    })
    .inner
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_tabular_and_icons_exist() {
        let ctx = Context::default();
        install(&ctx, 1.0, false);
        let mut widths = Vec::new();
        let mut glyphs = true;
        let mut output = ctx.run_ui(Default::default(), |ui| {
            ui.ctx().fonts_mut(|f| {
                let id = FontId::new(13.0, FontFamily::Proportional);
                widths = ["0.111", "0.888", "0.973"]
                    .map(|s| {
                        f.layout_no_wrap(s.into(), id.clone(), Color32::WHITE)
                            .size()
                            .x
                    })
                    .to_vec();
                glyphs = f.has_glyphs(&id, "Seefit ± ≈ … − × ≥ → η² é ß Ж")
                    && f.has_glyphs(&id, "\u{e108}");
            });
        });
        output.textures_delta.clear();
        println!("{widths:?}");
        assert!(widths.iter().all(|w| (w - widths[0]).abs() < 0.01));
        assert!(glyphs);
    }
}
