//! Draws a view on the CPU for the tests: pictures in the temporary folder to look at, and the names
//! that a screen reader finds.

use std::collections::HashMap;
use std::path::PathBuf;

use eframe::egui::epaint::{self, ImageData, Primitive, textures::TextureFilter};
use eframe::egui::{self, Color32, Context, FullOutput, Rect, Theme, Ui, Vec2};

use crate::widget::theme::{self, DARK, LIGHT, Tokens};

/// Draws `view` in both themes into `seefit-views/NAME-light.png` and `-dark.png` of the temporary
/// folder, and gives the words in it; panics where the picture is empty.
pub fn draw(name: &str, size: Vec2, view: impl FnMut(&mut Ui, &Tokens)) -> Vec<String> {
    draw_with(name, size, &[], view)
}

/// The same with events, one a frame, such as a pointer that hovers.
pub fn draw_with(
    name: &str,
    size: Vec2,
    events: &[egui::Event],
    mut view: impl FnMut(&mut Ui, &Tokens),
) -> Vec<String> {
    let mut words = Vec::new();
    let folder = std::env::temp_dir().join("seefit-views");
    std::fs::create_dir_all(&folder).unwrap();
    for (theme, tokens, suffix) in [
        (Theme::Light, &LIGHT, "light"),
        (Theme::Dark, &DARK, "dark"),
    ] {
        let ctx = Context::default();
        theme::install(&ctx, 1.0, true);
        ctx.set_theme(theme);
        let mut renderer = Renderer::default();
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
            renderer.take(&mut output.textures_delta);
            last = Some(output);
        }
        let last = last.unwrap();
        words = last.shapes.iter().flat_map(|s| texts(&s.shape)).collect();
        let pixels = renderer.render(&ctx, &last, size);
        let colours: std::collections::HashSet<_> = pixels.iter().collect();
        assert!(colours.len() > 8, "{name}: an empty picture");
        save(&folder.join(format!("{name}-{suffix}.png")), size, &pixels);
    }
    words
}

fn texts(shape: &egui::Shape) -> Vec<String> {
    match shape {
        egui::Shape::Text(text) => vec![text.galley.text().to_owned()],
        egui::Shape::Vec(shapes) => shapes.iter().flat_map(texts).collect(),
        _ => Vec::new(),
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

fn save(path: &PathBuf, size: Vec2, pixels: &[[u8; 4]]) {
    let file = std::fs::File::create(path).unwrap();
    let mut encoder = png::Encoder::new(file, size.x as u32, size.y as u32);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().unwrap();
    let bytes: Vec<u8> = pixels.iter().flatten().copied().collect();
    writer.write_image_data(&bytes).unwrap();
}

struct Texture {
    width: usize,
    height: usize,
    pixels: Vec<[f32; 4]>,
    nearest: bool,
}

impl Texture {
    fn at(&self, x: i64, y: i64) -> [f32; 4] {
        let x = x.clamp(0, self.width as i64 - 1) as usize;
        let y = y.clamp(0, self.height as i64 - 1) as usize;
        self.pixels[y * self.width + x]
    }

    fn sample(&self, u: f32, v: f32) -> [f32; 4] {
        let (x, y) = (u * self.width as f32, v * self.height as f32);
        if self.nearest {
            return self.at(x.floor() as i64, y.floor() as i64);
        }
        let (x, y) = (x - 0.5, y - 0.5);
        let (ix, iy) = (x.floor() as i64, y.floor() as i64);
        let (fx, fy) = (x - x.floor(), y - y.floor());
        let (tl, tr) = (self.at(ix, iy), self.at(ix + 1, iy));
        let (bl, br) = (self.at(ix, iy + 1), self.at(ix + 1, iy + 1));
        std::array::from_fn(|i| {
            let top = tl[i] + (tr[i] - tl[i]) * fx;
            let bottom = bl[i] + (br[i] - bl[i]) * fx;
            top + (bottom - top) * fy
        })
    }
}

#[derive(Default)]
struct Renderer {
    textures: HashMap<egui::TextureId, Texture>,
}

impl Renderer {
    fn take(&mut self, delta: &mut egui::TexturesDelta) {
        let float = |c: &Color32| c.to_array().map(|v| f32::from(v) / 255.0);
        for (id, parts) in delta.set.drain() {
            for part in parts {
                let ImageData::Color(image) = &part.image;
                let [width, height] = image.size;
                if let (Some([left, top]), Some(texture)) = (part.pos, self.textures.get_mut(&id)) {
                    for y in 0..height {
                        for x in 0..width {
                            texture.pixels[(top + y) * texture.width + left + x] =
                                float(&image.pixels[y * width + x]);
                        }
                    }
                } else {
                    let texture = Texture {
                        width,
                        height,
                        pixels: image.pixels.iter().map(float).collect(),
                        nearest: part.options.magnification == TextureFilter::Nearest,
                    };
                    self.textures.insert(id, texture);
                }
            }
        }
        delta.free.clear();
    }

    fn render(&self, ctx: &Context, output: &FullOutput, size: Vec2) -> Vec<[u8; 4]> {
        let (width, height) = (size.x as usize, size.y as usize);
        let mut frame = vec![[0, 0, 0, 255]; width * height];
        for clipped in ctx.tessellate(output.shapes.clone(), 1.0) {
            let Primitive::Mesh(mesh) = &clipped.primitive else {
                continue;
            };
            let Some(texture) = self.textures.get(&mesh.texture_id) else {
                continue;
            };
            let clip = clipped.clip_rect.round();
            for triangle in mesh.indices.chunks_exact(3) {
                let corners = [0, 1, 2].map(|i| &mesh.vertices[triangle[i] as usize]);
                fill(&mut frame, width, height, clip, corners, texture);
            }
        }
        frame
    }
}

/// One triangle, sub-pixel positions in 1/256 and the top-left rule, as GPUs have them.
fn fill(
    frame: &mut [[u8; 4]],
    width: usize,
    height: usize,
    clip: Rect,
    corners: [&epaint::Vertex; 3],
    texture: &Texture,
) {
    let [mut a, mut b, c] = corners;
    let fix = |v: &epaint::Vertex| [v.pos.x, v.pos.y].map(|p| (p * 256.0).round() as i64);
    let edge = |p: [i64; 2], q: [i64; 2], r: [i64; 2]| {
        (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])
    };
    let (mut pa, mut pb, pc) = (fix(a), fix(b), fix(c));
    let mut area = edge(pa, pb, pc);
    if area == 0 {
        return;
    }
    if area < 0 {
        (a, b) = (b, a);
        (pa, pb) = (pb, pa);
        area = -area;
    }
    let bias = |p: [i64; 2], q: [i64; 2]| {
        let top_left = (p[1] == q[1] && q[0] > p[0]) || q[1] < p[1];
        if top_left { 0 } else { -1 }
    };
    let low = |axis: usize| pa[axis].min(pb[axis]).min(pc[axis]) >> 8;
    let high = |axis: usize| (pa[axis].max(pb[axis]).max(pc[axis]) >> 8) + 1;
    let xs =
        low(0).max(clip.left() as i64).max(0)..high(0).min(clip.right() as i64).min(width as i64);
    let ys =
        low(1).max(clip.top() as i64).max(0)..high(1).min(clip.bottom() as i64).min(height as i64);
    for y in ys {
        for x in xs.clone() {
            let p = [x * 256 + 128, y * 256 + 128];
            let weights = [edge(pb, pc, p), edge(pc, pa, p), edge(pa, pb, p)];
            if weights[0] + bias(pb, pc) < 0
                || weights[1] + bias(pc, pa) < 0
                || weights[2] + bias(pa, pb) < 0
            {
                continue;
            }
            let k = weights.map(|w| w as f32 / area as f32);
            let u = k[0] * a.uv.x + k[1] * b.uv.x + k[2] * c.uv.x;
            let v = k[0] * a.uv.y + k[1] * b.uv.y + k[2] * c.uv.y;
            let sample = texture.sample(u, v);
            let colors = [a.color, b.color, c.color].map(|c| c.to_array());
            let source: [f32; 4] = std::array::from_fn(|i| {
                let color: f32 = (0..3).map(|j| k[j] * f32::from(colors[j][i])).sum();
                color / 255.0 * sample[i]
            });
            let pixel = &mut frame[y as usize * width + x as usize];
            for i in 0..3 {
                let below = f32::from(pixel[i]) / 255.0;
                let mixed = source[i] + below * (1.0 - source[3]);
                pixel[i] = (mixed.clamp(0.0, 1.0) * 255.0).round() as u8;
            }
        }
    }
}
