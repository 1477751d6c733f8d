//! What window tests share: a harness that draws on the CPU.
#![allow(dead_code, reason = "every test file uses its own part")]
pub mod window;

use eframe::egui::{self, Theme, Ui, Vec2};
use egui_kittest::{Harness, TestRenderer};
use seefit::widget::card_data::CardAction;
use seefit::widget::cpu_renderer::CpuRenderer;
use seefit::widget::knob::Knob;
use seefit::widget::parameter_row::KnobAction;
use seefit::widget::theme;
use seefit::widget::thumbnail::Thumbnail;
use seefit::widget::toast::Toasts;
use std::path::PathBuf;

/// Lets egui_kittest draw with the renderer of `seefit screenshot`.
#[derive(Default)]
pub struct Painter(CpuRenderer);

impl TestRenderer for Painter {
    fn handle_delta(&mut self, delta: &mut egui::TexturesDelta) {
        self.0.update_textures(delta);
    }

    fn render(
        &mut self,
        ctx: &egui::Context,
        output: &egui::FullOutput,
    ) -> Result<image::RgbaImage, String> {
        let ppp = ctx.pixels_per_point();
        let size = ctx.content_rect().size() * ppp;
        let size = [size.x.round() as usize, size.y.round() as usize];
        let primitives = ctx.tessellate(output.shapes.clone(), ppp);
        let background = ctx.global_style().visuals.panel_fill;
        let image = self.0.render(&primitives, size, ppp, background);
        let rgba = seefit::widget::cpu_renderer::to_rgba(&image);
        image::RgbaImage::from_raw(size[0] as u32, size[1] as u32, rgba)
            .ok_or_else(|| "the picture has another size than its pixels".to_owned())
    }
}

/// What the gallery of widgets remembers, and what its widgets asked for.
#[derive(Default)]
pub struct Gallery {
    pub thumbnails: Vec<Thumbnail>,
    pub toasts: Toasts<()>,
    pub knobs: Option<Vec<Knob>>,
    pub picked: usize,
    pub segment: usize,
    pub said: Vec<String>,
    pub turned: Vec<(String, KnobAction)>,
    pub cards: Vec<(u64, CardAction)>,
}

/// A harness of this size and theme at one pixel a point, with Seefit's fonts and no motion.
pub fn harness<S: 'static>(
    size: Vec2,
    theme: Theme,
    draw: impl FnMut(&mut Ui, &mut S) + 'static,
    state: S,
) -> Harness<'static, S> {
    harness_at_scale(size, theme, 1.0, draw, state)
}

pub fn harness_at_scale<S: 'static>(
    size: Vec2,
    theme: Theme,
    scale: f32,
    draw: impl FnMut(&mut Ui, &mut S) + 'static,
    state: S,
) -> Harness<'static, S> {
    Harness::builder()
        .with_size(size)
        .with_theme(theme)
        .with_pixels_per_point(1.0)
        .with_context_setup(move |ctx| theme::install(ctx, scale, true))
        .renderer(Painter::default())
        .build_ui_state(draw, state)
}

/// Draws the window; writes the picture where `SEEFIT_KEEP_PICTURES` says, or among the test's files.
pub fn keep_picture<S>(harness: &mut Harness<'_, S>, name: &str) -> image::RgbaImage {
    let image = harness.render().expect("a picture");
    let folder = std::env::var_os("SEEFIT_KEEP_PICTURES")
        .map_or_else(|| PathBuf::from(env!("CARGO_TARGET_TMPDIR")), PathBuf::from);
    std::fs::create_dir_all(&folder).expect("a folder for the pictures");
    let (width, height) = (image.width() as usize, image.height() as usize);
    let path = folder.join(format!("{name}.png"));
    seefit::widget::cpu_renderer::save_png(&path, width, height, &image).expect("a saved picture");
    image
}

/// Whether a drawn text holds these words; of pictures, whose words are no widgets.
pub fn is_drawn(output: &egui::FullOutput, words: &str) -> bool {
    fn look(shape: &egui::Shape, words: &str) -> bool {
        match shape {
            egui::Shape::Vec(shapes) => shapes.iter().any(|shape| look(shape, words)),
            egui::Shape::Text(text) => text.galley.job.text.contains(words),
            _ => false,
        }
    }
    let mut shapes = output.shapes.iter();
    shapes.any(|clipped| look(&clipped.shape, words))
}

/// All texts that were cut with "…", as they were before.
pub fn cut_words(output: &egui::FullOutput) -> Vec<String> {
    fn look(shape: &egui::Shape, cut: &mut Vec<String>) {
        match shape {
            egui::Shape::Vec(shapes) => shapes.iter().for_each(|shape| look(shape, cut)),
            egui::Shape::Text(text) if text.galley.elided => {
                cut.push(text.galley.job.text.clone());
            }
            _ => {}
        }
    }
    let mut cut = Vec::new();
    for clipped in &output.shapes {
        look(&clipped.shape, &mut cut);
    }
    cut
}
