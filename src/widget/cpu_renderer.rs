//! Draws what egui tessellated into an image, on the CPU: for screenshots and window tests.
//!
//! It follows the rules of a GPU: vertices in 8-bit fixed-point pixels, the top-left rule (so that two
//! triangles that share an edge draw each of its pixels once), texels filtered by four taps, wrapped as the
//! texture asks, and blended premultiplied in gamma space as egui's painters do. It matched a picture of a
//! software Vulkan driver within 0.6 of 255 per pixel. Mip maps and paint callbacks are not drawn.
use super::raster::{Frame, Texture};
use crate::base::Problem;
use eframe::egui::epaint::{ImageData, Primitive, textures::TexturesDelta};
use eframe::egui::{ClippedPrimitive, Color32, ColorImage, TextureId};
use std::collections::HashMap;
use std::path::Path;

/// The textures of one egui context, and the drawing of its frames.
#[derive(Default)]
pub struct CpuRenderer {
    textures: HashMap<TextureId, Texture>,
    /// Freed after the frame that last used them.
    to_free: Vec<TextureId>,
}

impl CpuRenderer {
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes over the changes to the textures; call once a frame, before [`Self::render`].
    pub fn update_textures(&mut self, delta: &mut TexturesDelta) {
        for id in self.to_free.drain(..) {
            self.textures.remove(&id);
        }
        for (id, changes) in delta.set.drain() {
            for change in changes {
                let ImageData::Color(image) = &change.image;
                match change.pos {
                    None => {
                        self.textures
                            .insert(id, Texture::new(image, change.options));
                    }
                    Some(corner) => {
                        if let Some(texture) = self.textures.get_mut(&id) {
                            texture.overwrite(corner, image);
                        }
                    }
                }
            }
        }
        self.to_free.extend(delta.free.drain());
    }

    /// Draws tessellated shapes on a ground of one colour; `size` in pixels.
    ///
    /// The pixels are premultiplied, as everywhere in egui; on an opaque background they are opaque.
    pub fn render(
        &self,
        primitives: &[ClippedPrimitive],
        size: [usize; 2],
        pixels_per_point: f32,
        background: Color32,
    ) -> ColorImage {
        let mut frame = Frame::new(size, background);
        for ClippedPrimitive {
            clip_rect,
            primitive,
        } in primitives
        {
            let Primitive::Mesh(mesh) = primitive else {
                continue;
            };
            let Some(texture) = self.textures.get(&mesh.texture_id) else {
                continue;
            };
            frame.draw(mesh, texture, *clip_rect, pixels_per_point);
        }
        frame.into_image()
    }
}

/// The image as rows of red, green, blue, alpha; not premultiplied, as PNG wants it.
pub fn to_rgba(image: &ColorImage) -> Vec<u8> {
    image
        .pixels
        .iter()
        .flat_map(Color32::to_srgba_unmultiplied)
        .collect()
}

/// Encodes `width` x `height` pixels of four bytes as PNG.
///
/// # Errors
/// When `rgba` has another length than `4 * width * height`, or the picture has no pixels.
pub fn encode_png(width: usize, height: usize, rgba: &[u8]) -> Result<Vec<u8>, Problem> {
    let failed =
        |e: &dyn std::fmt::Display| Problem::new(format!("The picture was not encoded: {e}"));
    if rgba.len() != 4 * width * height {
        return Err(failed(&"its length and its size disagree"));
    }
    let side = |n: usize| u32::try_from(n).map_err(|e| failed(&e));
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, side(width)?, side(height)?);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    encoder
        .write_header()
        .and_then(|mut writer| {
            writer.write_image_data(rgba)?;
            writer.finish()
        })
        .map_err(|e| failed(&e))?;
    Ok(bytes)
}

/// Writes `width` x `height` pixels of four bytes as a PNG file.
///
/// # Errors
/// As [`encode_png`], and when the file cannot be written.
pub fn save_png(path: &Path, width: usize, height: usize, rgba: &[u8]) -> Result<(), Problem> {
    let bytes = encode_png(width, height, rgba)?;
    std::fs::write(path, bytes).map_err(|e| {
        Problem::new(format!("The picture was not saved: {e}"))
            .at(path.display().to_string())
            .fix("Choose another folder or file name")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use eframe::egui::epaint::textures::TextureOptions;
    use eframe::egui::epaint::{ImageDelta, Mesh, Vertex};
    use eframe::egui::{Pos2, Rect, pos2, vec2};

    const BLACK: Color32 = Color32::BLACK;

    fn with_texture(size: [usize; 2], pixels: &[Color32], options: TextureOptions) -> CpuRenderer {
        let mut renderer = CpuRenderer::new();
        let image = ColorImage::new(size, pixels.to_vec());
        let mut delta = TexturesDelta::default();
        delta.push(TextureId::default(), ImageDelta::full(image, options));
        renderer.update_textures(&mut delta);
        renderer
    }

    fn white() -> CpuRenderer {
        with_texture([1, 1], &[Color32::WHITE], TextureOptions::LINEAR)
    }

    fn draw(renderer: &CpuRenderer, mesh: Mesh, size: [usize; 2], clip: Rect) -> ColorImage {
        let primitive = ClippedPrimitive {
            clip_rect: clip,
            primitive: Primitive::Mesh(mesh),
        };
        renderer.render(&[primitive], size, 1.0, BLACK)
    }

    fn quad(rect: Rect, uv: Rect, color: Color32) -> Mesh {
        let mut mesh = Mesh::default();
        mesh.add_rect_with_uv(rect, uv, color);
        mesh
    }

    fn unit() -> Rect {
        Rect::from_min_size(Pos2::ZERO, vec2(1.0, 1.0))
    }

    #[test]
    fn a_rectangle_fills_exactly_its_pixels_inside_the_clip() {
        let rect = Rect::from_min_max(pos2(1.0, 1.0), pos2(5.0, 4.0));
        let clip = Rect::from_min_max(pos2(0.0, 2.0), pos2(4.0, 9.0));
        let mesh = quad(rect, unit(), Color32::RED);
        let image = draw(&white(), mesh, [6, 6], clip);
        for y in 0..6 {
            for x in 0..6 {
                let inside = (1..4).contains(&x) && (2..4).contains(&y);
                let want = if inside { Color32::RED } else { BLACK };
                assert_eq!(image[(x, y)], want, "at {x}, {y}");
            }
        }
    }

    #[test]
    fn triangles_that_share_an_edge_blend_each_pixel_once() {
        let half = Color32::from_rgba_premultiplied(100, 0, 0, 128);
        let rect = Rect::from_min_max(pos2(0.3, 0.2), pos2(40.7, 31.6));
        let image = draw(
            &white(),
            quad(rect, unit(), half),
            [41, 32],
            Rect::EVERYTHING,
        );
        for y in 1..31 {
            for x in 1..40 {
                assert_eq!(image[(x, y)].r(), 100, "at {x}, {y}");
            }
        }
        // A pixel belongs to the rectangle when its centre does.
        assert_eq!(image[(0, 0)].r(), 100);
        assert_eq!(image[(40, 31)].r(), 100);
    }

    #[test]
    fn colours_run_straight_between_the_corners() {
        let vertex = |x, y, v| Vertex::untextured(pos2(x, y), Color32::from_gray(v));
        let mesh = Mesh {
            vertices: vec![
                vertex(0.0, 0.0, 0),
                vertex(100.0, 0.0, 200),
                vertex(0.0, 50.0, 0),
                vertex(100.0, 50.0, 200),
            ],
            indices: vec![0, 1, 2, 2, 1, 3],
            ..Mesh::default()
        };
        let image = draw(&white(), mesh, [100, 50], Rect::EVERYTHING);
        for (x, y) in [(0, 0), (49, 25), (99, 49), (10, 40)] {
            let want = (x as f32 + 0.5) * 2.0;
            let got = f32::from(image[(x, y)].r());
            assert!((got - want).abs() <= 1.0, "{got} for {want}");
        }
    }

    #[test]
    fn textures_are_filtered_and_wrapped_as_they_ask() {
        let (dark, light) = (Color32::from_gray(0), Color32::from_gray(200));
        let texels = [dark, light];
        let row = |options, uv_to: f32| -> Vec<u8> {
            let renderer = with_texture([2, 1], &texels, options);
            let rect = Rect::from_min_size(Pos2::ZERO, vec2(8.0, 1.0));
            let uv = Rect::from_min_max(Pos2::ZERO, pos2(uv_to, 1.0));
            let image = draw(
                &renderer,
                quad(rect, uv, Color32::WHITE),
                [8, 1],
                Rect::EVERYTHING,
            );
            image.pixels.iter().map(|c| c.r()).collect()
        };
        // 2 texels on 8 pixels: centres at 1/8, 3/8, ... texels.
        assert_eq!(
            row(TextureOptions::NEAREST, 1.0),
            [0, 0, 0, 0, 200, 200, 200, 200]
        );
        assert_eq!(
            row(TextureOptions::LINEAR, 1.0),
            [0, 0, 25, 75, 125, 175, 200, 200]
        );
        assert_eq!(
            row(TextureOptions::NEAREST, 2.0),
            [0, 0, 200, 200, 200, 200, 200, 200]
        );
        assert_eq!(
            row(TextureOptions::NEAREST_REPEAT, 2.0),
            [0, 0, 200, 200, 0, 0, 200, 200]
        );
        assert_eq!(
            row(TextureOptions::NEAREST_MIRRORED_REPEAT, 2.0),
            [0, 0, 200, 200, 200, 200, 0, 0]
        );
    }

    #[test]
    fn a_part_of_a_texture_changes_and_wild_input_is_harmless() {
        let mut renderer = with_texture([2, 2], &[Color32::WHITE; 4], TextureOptions::NEAREST);
        let mut delta = TexturesDelta::default();
        let dot = ColorImage::filled([1, 1], Color32::GREEN);
        delta.push(
            TextureId::default(),
            ImageDelta::partial([1, 0], dot.clone(), TextureOptions::NEAREST),
        );
        // Outside, and of a texture that does not exist.
        delta.push(
            TextureId::default(),
            ImageDelta::partial([7, 7], dot.clone(), TextureOptions::NEAREST),
        );
        delta.push(
            TextureId::Managed(9),
            ImageDelta::partial([0, 0], dot, TextureOptions::NEAREST),
        );
        renderer.update_textures(&mut delta);
        let rect = Rect::from_min_size(Pos2::ZERO, vec2(2.0, 2.0));
        let mut mesh = quad(rect, unit(), Color32::WHITE);
        // Not a number, far away, no area, an index past the end.
        let n = mesh.vertices.len() as u32;
        for (x, y) in [(f32::NAN, 0.0), (1e30, -1e30), (0.0, 0.0), (0.0, 0.0)] {
            mesh.vertices
                .push(Vertex::untextured(pos2(x, y), Color32::TRANSPARENT));
        }
        mesh.indices
            .extend([n, n + 1, n + 2, n + 1, n + 2, n + 3, n + 2, n + 3, 77]);
        let image = draw(&renderer, mesh, [2, 2], Rect::EVERYTHING);
        assert_eq!(image[(1, 0)], Color32::GREEN);
        assert_eq!(image[(0, 0)], Color32::WHITE);
        assert!(
            draw(&renderer, Mesh::default(), [0, 3], Rect::NOTHING)
                .pixels
                .is_empty()
        );
    }

    #[test]
    fn a_picture_comes_back_from_its_file() {
        let path = std::env::temp_dir().join(format!("seefit-png-{}.png", std::process::id()));
        let rgba: Vec<u8> = (0..24).collect();
        save_png(&path, 3, 2, &rgba).unwrap();
        let file = std::io::BufReader::new(std::fs::File::open(&path).unwrap());
        let mut reader = png::Decoder::new(file).read_info().unwrap();
        let mut back = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut back).unwrap();
        std::fs::remove_file(&path).unwrap();
        assert_eq!(back, rgba);
        assert!(encode_png(3, 3, &rgba).is_err());
        assert!(encode_png(0, 0, &[]).is_err());
        let nowhere = Path::new("/no such folder/picture.png");
        let problem = save_png(nowhere, 3, 2, &rgba).unwrap_err();
        assert!(problem.place.contains("picture.png"));
    }
}
