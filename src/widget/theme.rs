//! Seefit's sizes and fonts, and how they and the colours become an egui 0.37 style.
pub use super::tokens::{DARK, LIGHT, Tokens};
use eframe::egui::style::{HandleShape, ScrollAnimation, WidgetVisuals};
use eframe::egui::{
    self, Color32, Context, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Margin,
    Response, Shadow, Stroke, StrokeKind, Style, TextStyle, Theme, Ui, Vec2, Visuals,
};
use std::sync::Arc;

pub const RADIUS_SMALL: u8 = 4;
pub const RADIUS_CARD: u8 = 6;
/// Points of body text at the desk.
pub const BODY: f32 = 13.0;

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

/// Inter 500: buttons and values.
pub fn medium() -> FontFamily {
    FontFamily::Name("medium".into())
}

/// Inter 600: names, headings and scores.
pub fn semibold() -> FontFamily {
    FontFamily::Name("semibold".into())
}

/// The filled icons, under the same code points as the outlined ones.
pub fn icons_fill() -> FontFamily {
    FontFamily::Name("icons-fill".into())
}

/// How much larger than at the desk `ui` is drawn: 1 there, 1.75 on the projector.
pub fn scale(ui: &Ui) -> f32 {
    ui.style()
        .text_styles
        .get(&TextStyle::Body)
        .map_or(1.0, |font| font.size / BODY)
}

/// `scale` is 1.0 at the desk and 1.75 in projector mode.
fn apply(style: &mut Style, t: &Tokens, dark: bool, scale: f32, reduce_motion: bool) {
    let semi = semibold();
    style.text_styles = [
        (
            TextStyle::Small,
            FontId::new(11.0 * scale, FontFamily::Proportional),
        ),
        (
            TextStyle::Body,
            FontId::new(BODY * scale, FontFamily::Proportional),
        ),
        (TextStyle::Button, FontId::new(13.0 * scale, medium())),
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
    f.families.insert(medium(), chain("inter-medium"));
    f.families.insert(semibold(), chain("inter-semibold"));
    f.families
        .insert(icons_fill(), vec!["phosphor-fill".to_owned()]);
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
        assert!(widths.iter().all(|w| (w - widths[0]).abs() < 0.01));
        assert!(glyphs);
    }
}
