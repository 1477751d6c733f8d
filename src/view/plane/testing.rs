//! Draws a picture without a window, on the CPU, so that tests can look at it.

use std::collections::HashMap;

use eframe::egui::epaint::{ImageData, Primitive, Vertex};
use eframe::egui::{
    Context, Event, FullOutput, Modifiers, PointerButton, Pos2, RawInput, Rect, TextureId, Theme,
    Ui, Vec2, pos2,
};

use crate::widget::theme;

/// A window without a screen: frames are shown one by one, the last is drawn.
pub struct Stage {
    pub ctx: Context,
    pub size: Vec2,
    textures: HashMap<TextureId, Texture>,
    last: Option<FullOutput>,
    time: f64,
}

struct Texture {
    size: [usize; 2],
    pixels: Vec<[f32; 4]>,
}

impl Stage {
    pub fn new(size: [f32; 2], theme: Theme, pixels_per_point: f32) -> Self {
        let ctx = Context::default();
        ctx.set_theme(theme);
        theme::install(&ctx, 1.0, true);
        ctx.set_pixels_per_point(pixels_per_point);
        let mut stage = Stage {
            ctx,
            size: size.into(),
            textures: HashMap::new(),
            last: None,
            time: 0.0,
        };
        // The zoom takes effect with the next frame.
        stage.frame(Vec::new(), Modifiers::NONE, |_| {});
        stage
    }

    pub fn frame(
        &mut self,
        mut events: Vec<Event>,
        modifiers: Modifiers,
        mut ui: impl FnMut(&mut Ui),
    ) {
        self.time += 0.1;
        events.insert(0, Event::ModifiersChanged(modifiers));
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, self.size)),
            time: Some(self.time),
            events,
            ..Default::default()
        };
        let mut output = self.ctx.run_ui(input, |root| ui(root));
        for (id, deltas) in std::mem::take(&mut output.textures_delta.set) {
            for delta in deltas {
                let ImageData::Color(image) = &delta.image;
                let pixels = image
                    .pixels
                    .iter()
                    .map(|c| c.to_array().map(|v| f32::from(v) / 255.0));
                match delta.pos {
                    None => {
                        let pixels = pixels.collect();
                        let size = image.size;
                        self.textures.insert(id, Texture { size, pixels });
                    }
                    Some([left, top]) => {
                        let texture = self.textures.get_mut(&id).expect("a part of a texture");
                        for (i, pixel) in pixels.enumerate() {
                            let (x, y) = (left + i % image.size[0], top + i / image.size[0]);
                            texture.pixels[y * texture.size[0] + x] = pixel;
                        }
                    }
                }
            }
        }
        output.textures_delta.clear();
        self.last = Some(output);
    }

    /// The last frame as 8-bit RGB.
    pub fn draw(&mut self) -> ([usize; 2], Vec<u8>) {
        let ppp = self.ctx.pixels_per_point();
        let output = self.last.take().expect("a frame");
        let [w, h] = [self.size.x, self.size.y].map(|v| (v * ppp).round() as usize);
        let mut pixels = vec![[0.0f32; 3]; w * h];
        for clipped in self.ctx.tessellate(output.shapes, ppp) {
            let Primitive::Mesh(mesh) = clipped.primitive else {
                continue;
            };
            let Some(texture) = self.textures.get(&mesh.texture_id) else {
                panic!("a mesh without its texture");
            };
            let clip = clipped.clip_rect * ppp;
            let within = |v: f32, most: usize| v.round().clamp(0.0, most as f32) as i64;
            let clip = [
                within(clip.min.x, w),
                within(clip.max.x, w),
                within(clip.min.y, h),
                within(clip.max.y, h),
            ];
            for t in mesh.indices.chunks_exact(3) {
                let corners = [0, 1, 2].map(|i| mesh.vertices[t[i] as usize]);
                triangle(&mut pixels, w, clip, corners, ppp, texture);
            }
        }
        let bytes = pixels
            .into_iter()
            .flatten()
            .map(|v| (v * 255.0 + 0.5) as u8)
            .collect();
        ([w, h], bytes)
    }

    /// Draws the last frame into a file in the directory for temporary files.
    pub fn save(&mut self, name: &str) {
        let (size, pixels) = self.draw();
        save_png(name, size, &pixels);
    }
}

pub fn save_png(name: &str, [w, h]: [usize; 2], rgb: &[u8]) {
    let folder = std::env::temp_dir().join("seefit-pictures");
    std::fs::create_dir_all(&folder).expect("a folder for pictures");
    let file = std::fs::File::create(folder.join(name)).expect("a file for the picture");
    let mut encoder = png::Encoder::new(std::io::BufWriter::new(file), w as u32, h as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().expect("a PNG header");
    writer.write_image_data(rgb).expect("PNG data");
}

/// Moves the pointer, presses or releases it.
pub fn moved(x: f32, y: f32) -> Event {
    Event::PointerMoved(pos2(x, y))
}

pub fn button(x: f32, y: f32, pressed: bool, modifiers: Modifiers) -> Event {
    Event::PointerButton {
        pos: pos2(x, y),
        button: PointerButton::Primary,
        pressed,
        modifiers,
    }
}

fn triangle(
    pixels: &mut [[f32; 3]],
    width: usize,
    [left, right, top, bottom]: [i64; 4],
    mut v: [Vertex; 3],
    ppp: f32,
    texture: &Texture,
) {
    // Positions with 8 bits below the pixel and the top-left rule, as graphics processors do it.
    let fixed = |v: &Vertex| [v.pos.x, v.pos.y].map(|c| (c * ppp * 256.0).round() as i64);
    let edge = |a: [i64; 2], b: [i64; 2], p: [i64; 2]| {
        (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])
    };
    let mut p = [fixed(&v[0]), fixed(&v[1]), fixed(&v[2])];
    let mut area = edge(p[0], p[1], p[2]);
    if area == 0 {
        return;
    }
    if area < 0 {
        v.swap(0, 1);
        p.swap(0, 1);
        area = -area;
    }
    let bias =
        |a: [i64; 2], b: [i64; 2]| i64::from(!((a[1] == b[1] && b[0] > a[0]) || b[1] < a[1]));
    let least = |axis: usize| p.iter().map(|c| c[axis]).min().unwrap_or(0) >> 8;
    let most = |axis: usize| (p.iter().map(|c| c[axis]).max().unwrap_or(0) >> 8) + 1;
    for y in least(1).max(top)..most(1).min(bottom) {
        for x in least(0).max(left)..most(0).min(right) {
            let at = [x * 256 + 128, y * 256 + 128];
            let w = [
                edge(p[1], p[2], at),
                edge(p[2], p[0], at),
                edge(p[0], p[1], at),
            ];
            let outside =
                w[0] < bias(p[1], p[2]) || w[1] < bias(p[2], p[0]) || w[2] < bias(p[0], p[1]);
            if outside {
                continue;
            }
            let k = w.map(|w| w as f32 / area as f32);
            let uv = [0, 1].map(|axis| {
                (0..3)
                    .map(|i| k[i] * [v[i].uv.x, v[i].uv.y][axis])
                    .sum::<f32>()
            });
            let sample = texture.sample(uv);
            let colour: [f32; 4] = std::array::from_fn(|c| {
                let tint: f32 = (0..3)
                    .map(|i| k[i] * f32::from(v[i].color.to_array()[c]) / 255.0)
                    .sum();
                tint * sample[c]
            });
            let pixel = &mut pixels[y as usize * width + x as usize];
            for c in 0..3 {
                pixel[c] = (colour[c] + pixel[c] * (1.0 - colour[3])).clamp(0.0, 1.0);
            }
        }
    }
}

impl Texture {
    fn at(&self, x: i64, y: i64) -> [f32; 4] {
        let x = x.clamp(0, self.size[0] as i64 - 1) as usize;
        let y = y.clamp(0, self.size[1] as i64 - 1) as usize;
        self.pixels[y * self.size[0] + x]
    }

    fn sample(&self, uv: [f32; 2]) -> [f32; 4] {
        let [x, y] = [0, 1].map(|i| uv[i] * self.size[i] as f32 - 0.5);
        let (left, top) = (x.floor(), y.floor());
        let (fx, fy) = (x - left, y - top);
        let at = |dx: i64, dy: i64| self.at(left as i64 + dx, top as i64 + dy);
        let (a, b, c, d) = (at(0, 0), at(1, 0), at(0, 1), at(1, 1));
        std::array::from_fn(|i| {
            let upper = a[i] + (b[i] - a[i]) * fx;
            let lower = c[i] + (d[i] - c[i]) * fx;
            upper + (lower - upper) * fy
        })
    }
}
