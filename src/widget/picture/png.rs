//! A picture as pixels, drawn on the CPU at any scale.

use eframe::egui::epaint::text::Fonts;
use eframe::egui::epaint::textures::{TextureOptions, TexturesDelta};
use eframe::egui::epaint::{ClippedShape, ImageDelta, TessellationOptions, Tessellator};
use eframe::egui::{Color32, ColorImage, Rect, Shape, TextureId, Vec2};

use super::textures::Content;
use super::{Picture, shapes};
use crate::base::Problem;
use crate::widget::cpu_renderer::{CpuRenderer, encode_png, to_rgba};

/// The longest side of an image, in pixels.
const MOST: f32 = 16_000.0;

impl Picture {
    /// The pixels at so many a point.
    pub fn image(&self, scale: f32) -> ColorImage {
        let longest = self.size.max_elem().max(1.0);
        let scale = scale.clamp(0.25, (MOST / longest).max(0.25));
        let mut fonts = Fonts::new(self.text, self.fonts.clone());
        let flat = shapes::flat(&self.shapes, &self.textures);
        self.draw(flat, &mut fonts, self.size, scale, self.ground)
    }

    /// The bytes of a PNG file.
    pub fn png(&self, scale: f32) -> Result<Vec<u8>, Problem> {
        let image = self.image(scale);
        encode_png(image.size[0], image.size[1], &to_rgba(&image))
    }

    pub(super) fn draw(
        &self,
        mut flat: Vec<ClippedShape>,
        fonts: &mut Fonts,
        size: Vec2,
        scale: f32,
        ground: Color32,
    ) -> ColorImage {
        shapes::laid_out(&mut flat, fonts, scale);
        let mut delta = TexturesDelta::default();
        delta.push(
            TextureId::default(),
            ImageDelta::full(fonts.image(), TextureOptions::LINEAR),
        );
        for (id, content) in &self.textures {
            if let Content::Image(image, options) = content
                && flat.iter().any(|entry| shows(&entry.shape, *id))
            {
                delta.push(*id, ImageDelta::full(image.clone(), *options));
            }
        }
        let mut renderer = CpuRenderer::new();
        renderer.update_textures(&mut delta);
        let mut tessellator = Tessellator::new(
            scale,
            TessellationOptions::default(),
            fonts.font_image_size(),
            fonts.texture_atlas().prepared_discs(),
        );
        let primitives = tessellator.tessellate_shapes(flat);
        let pixels = [size.x, size.y].map(|side| (side * scale).round().max(1.0) as usize);
        renderer.render(&primitives, pixels, scale, ground)
    }

    /// What of these shapes is in a place, on nothing.
    pub(super) fn cut(
        &self,
        shape: &Shape,
        place: Rect,
        fonts: &mut Fonts,
        scale: f32,
    ) -> ColorImage {
        let mut shape = shape.clone();
        shape.translate(-place.min.to_vec2());
        let entry = ClippedShape {
            clip_rect: Rect::EVERYTHING,
            shape,
            transform_after_tessellation: Default::default(),
        };
        self.draw(
            vec![entry],
            fonts,
            place.size(),
            scale,
            Color32::TRANSPARENT,
        )
    }
}

/// Whether a shape is drawn with this texture.
fn shows(shape: &Shape, id: TextureId) -> bool {
    match shape {
        Shape::Mesh(mesh) => mesh.texture_id == id,
        Shape::Rect(rect) => rect.brush.as_ref().is_some_and(|b| b.fill_texture_id == id),
        _ => false,
    }
}
