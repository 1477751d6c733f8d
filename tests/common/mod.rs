//! What window tests share: a harness that draws on the CPU.
#![allow(dead_code, reason = "every test file uses its own part")]
use eframe::egui;
use egui_kittest::TestRenderer;
use seefit::app::cpu_renderer::CpuRenderer;

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
        let rgba = seefit::app::cpu_renderer::to_rgba(&image);
        image::RgbaImage::from_raw(size[0] as u32, size[1] as u32, rgba)
            .ok_or_else(|| "the picture has another size than its pixels".to_owned())
    }
}
