//! Draws a view on the CPU for the tests: pictures in the temporary folder to look at, and the names
//! that a screen reader finds.

use std::collections::HashSet;

use eframe::egui::{self, Context, Rect, Theme, Ui, Vec2};

use crate::app::cpu_renderer::{self, CpuRenderer};
use crate::widget::theme::{self, DARK, LIGHT, Tokens};

/// Draws `view` in both themes into `seefit-views/NAME-light.png` and `-dark.png` of the temporary
/// folder; panics where the picture is empty.
pub fn draw(name: &str, size: Vec2, view: impl FnMut(&mut Ui, &Tokens)) {
    draw_with(name, size, &[], view);
}

/// The same with events, one a frame, such as a pointer that hovers.
pub fn draw_with(
    name: &str,
    size: Vec2,
    events: &[egui::Event],
    mut view: impl FnMut(&mut Ui, &Tokens),
) {
    let folder = std::env::temp_dir().join("seefit-views");
    std::fs::create_dir_all(&folder).unwrap();
    for (theme, tokens, suffix) in [
        (Theme::Light, &LIGHT, "light"),
        (Theme::Dark, &DARK, "dark"),
    ] {
        let ctx = Context::default();
        theme::install(&ctx, 1.0, true);
        ctx.set_theme(theme);
        let mut renderer = CpuRenderer::new();
        let mut last = None;
        // Two frames more than events: sizes settle, tooltips open.
        for frame in 0..events.len() + 3 {
            let input = egui::RawInput {
                screen_rect: Some(Rect::from_min_size(egui::Pos2::ZERO, size)),
                time: Some(frame as f64),
                events: events.get(frame).cloned().into_iter().collect(),
                ..egui::RawInput::default()
            };
            let mut output = ctx.run_ui(input, |ui| {
                ui.painter().rect_filled(ui.max_rect(), 0.0, tokens.panel);
                let inside = ui.max_rect().shrink(12.0);
                ui.scope_builder(egui::UiBuilder::new().max_rect(inside), |ui| {
                    view(ui, tokens)
                });
            });
            renderer.update_textures(&mut output.textures_delta);
            last = Some(output);
        }
        let primitives = ctx.tessellate(last.unwrap().shapes, 1.0);
        let pixels = [size.x as usize, size.y as usize];
        let image = renderer.render(&primitives, pixels, 1.0, tokens.panel);
        let colours: HashSet<_> = image.pixels.iter().collect();
        assert!(colours.len() > 8, "{name}: an empty picture");
        let path = folder.join(format!("{name}-{suffix}.png"));
        cpu_renderer::save_png(&path, pixels[0], pixels[1], &cpu_renderer::to_rgba(&image))
            .unwrap();
    }
}

/// A harness around `view` with the theme's fonts: `get_by_label`, `click`, `key_press`; it panics
/// where an input has no name.
pub fn harness<'a>(
    size: Vec2,
    mut view: impl FnMut(&mut Ui, &Tokens) + 'a,
) -> egui_kittest::Harness<'a> {
    let mut harness = egui_kittest::Harness::builder()
        .with_size(size)
        .with_theme(Theme::Light)
        .with_context_setup(|ctx| theme::install(ctx, 1.0, true))
        .build_ui(move |ui| view(ui, &LIGHT));
    harness.run_steps(2);
    harness.check_accessibility();
    harness
}
