//! Triangles into pixels: the inner loops of the CPU renderer.
//!
//! Each row of a triangle is one run of pixels, found from its three edges by division rather than by asking
//! every pixel; colour and texture coordinates are affine along the run. Runs of one colour are filled.
use eframe::egui::epaint::textures::{TextureFilter, TextureOptions, TextureWrapMode};
use eframe::egui::epaint::{Mesh, Vertex};
use eframe::egui::{Color32, ColorImage, Rect};

/// Sub-pixel steps a pixel, as Vulkan and OpenGL implementations use.
const SUB: i64 = 256;
/// Vertices farther out than this many pixels are pulled in, so that no product overflows.
const FAR: f32 = (1 << 20) as f32;
/// The longest side of a picture; OpenGL's usual limit.
const MAX_SIDE: usize = 16_384;

/// A texture: premultiplied pixels and how to read between and beyond them.
pub(super) struct Texture {
    size: [usize; 2],
    pixels: Vec<Color32>,
    options: TextureOptions,
}

impl Texture {
    pub fn new(image: &ColorImage, options: TextureOptions) -> Self {
        Self {
            size: image.size,
            pixels: image.pixels.clone(),
            options,
        }
    }

    /// Replaces the part whose upper left corner is `corner`; what lies outside is left out.
    pub fn overwrite(&mut self, corner: [usize; 2], image: &ColorImage) {
        let [width, height] = self.size;
        let columns = image.size[0].min(width.saturating_sub(corner[0]));
        let rows = image.size[1].min(height.saturating_sub(corner[1]));
        if columns == 0 {
            return;
        }
        for row in 0..rows {
            let to = (corner[1] + row) * width + corner[0];
            let from = row * image.size[0];
            self.pixels[to..to + columns].copy_from_slice(&image.pixels[from..from + columns]);
        }
    }

    fn wrap(&self, i: i64, side: usize) -> usize {
        let n = side as i64;
        let i = match self.options.wrap_mode {
            TextureWrapMode::ClampToEdge => i.clamp(0, n - 1),
            TextureWrapMode::Repeat => i.rem_euclid(n),
            TextureWrapMode::MirroredRepeat => {
                let i = i.rem_euclid(2 * n);
                if i < n { i } else { 2 * n - 1 - i }
            }
        };
        i as usize
    }

    fn at(&self, x: i64, y: i64) -> Color32 {
        self.pixels[self.wrap(y, self.size[1]) * self.size[0] + self.wrap(x, self.size[0])]
    }

    /// The texel at `uv` (0 to 1 over the texture), 0 to 1 a channel.
    fn sample(&self, uv: [f32; 2], filter: TextureFilter) -> [f32; 4] {
        if self.pixels.is_empty() {
            return [0.0; 4];
        }
        let x = uv[0] * self.size[0] as f32;
        let y = uv[1] * self.size[1] as f32;
        let unit = |c: Color32| c.to_array().map(|v| f32::from(v) / 255.0);
        if filter == TextureFilter::Nearest {
            return unit(self.at(x.floor() as i64, y.floor() as i64));
        }
        let (x, y) = (x - 0.5, y - 0.5);
        let (left, top) = (x.floor(), y.floor());
        let (fx, fy) = (x - left, y - top);
        let (ix, iy) = (left as i64, top as i64);
        let taps = [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(dx, dy)| self.at(ix + dx, iy + dy));
        if taps.iter().all(|&tap| tap == taps[0]) {
            return unit(taps[0]);
        }
        let [tl, tr, bl, br] = taps.map(unit);
        std::array::from_fn(|i| {
            let t = tl[i] + (tr[i] - tl[i]) * fx;
            let b = bl[i] + (br[i] - bl[i]) * fx;
            t + (b - t) * fy
        })
    }
}

/// The picture being drawn.
pub(super) struct Frame {
    size: [usize; 2],
    pixels: Vec<Color32>,
}

/// A pixel range, end excluded.
struct Clip {
    x: [i64; 2],
    y: [i64; 2],
}

impl Frame {
    pub fn new(size: [usize; 2], background: Color32) -> Self {
        let size = size.map(|side| side.min(MAX_SIDE));
        Self {
            size,
            pixels: vec![background; size[0] * size[1]],
        }
    }

    pub fn into_image(self) -> ColorImage {
        ColorImage::new(self.size, self.pixels)
    }

    pub fn draw(&mut self, mesh: &Mesh, texture: &Texture, clip_rect: Rect, ppp: f32) {
        let range = |min: f32, max: f32, side: usize| {
            // A cast takes NaN to 0 and keeps infinities in range.
            [min, max].map(|v| ((v * ppp).round().clamp(0.0, side as f32)) as i64)
        };
        let clip = Clip {
            x: range(clip_rect.min.x, clip_rect.max.x, self.size[0]),
            y: range(clip_rect.min.y, clip_rect.max.y, self.size[1]),
        };
        if clip.x[0] >= clip.x[1] || clip.y[0] >= clip.y[1] {
            return;
        }
        for corners in mesh.triangles() {
            let [Some(a), Some(b), Some(c)] = corners.map(|i| mesh.vertices.get(i as usize)) else {
                continue;
            };
            if let Some(triangle) = Triangle::new([a, b, c], ppp) {
                triangle.draw(self, texture, &clip);
            }
        }
    }

    fn row(&mut self, y: i64, x: [i64; 2]) -> &mut [Color32] {
        let start = y as usize * self.size[0];
        &mut self.pixels[start + x[0] as usize..start + x[1] as usize]
    }
}

/// One edge: `value(x, y) = dx * x + dy * y + at_zero` at pixel centres is at least zero inside.
#[derive(Clone, Copy)]
struct Edge {
    dx: i64,
    dy: i64,
    at_zero: i64,
    /// Zero on top and left edges, one less elsewhere: a pixel on an edge belongs to one side.
    bias: i64,
}

impl Edge {
    fn new(p: [i64; 2], q: [i64; 2]) -> Self {
        let (ex, ey) = (q[0] - p[0], q[1] - p[1]);
        let top_left = (ey == 0 && ex > 0) || ey < 0;
        let half = SUB / 2;
        Self {
            dx: -ey * SUB,
            dy: ex * SUB,
            at_zero: ex * (half - p[1]) - ey * (half - p[0]),
            bias: if top_left { 0 } else { -1 },
        }
    }

    fn value(&self, x: i64, y: i64) -> i64 {
        self.dx * x + self.dy * y + self.at_zero
    }

    /// Narrows the run `x` of row `y` to the pixels inside this edge.
    fn narrow(&self, y: i64, x: &mut [i64; 2]) {
        let left = self.value(0, y) + self.bias;
        match self.dx.signum() {
            1 => x[0] = x[0].max(-left.div_euclid(self.dx)),
            -1 => x[1] = x[1].min(left.div_euclid(-self.dx) + 1),
            _ if left < 0 => x[1] = x[0],
            _ => {}
        }
    }
}

/// Something that is affine over the picture: its value is `at + per_x * x + per_y * y` at pixel centres.
struct Plane<const N: usize> {
    at: [f32; N],
    per_x: [f32; N],
}

struct Triangle<'a> {
    corners: [&'a Vertex; 3],
    /// Opposite to the corner of the same index.
    edges: [Edge; 3],
    area: f32,
    x: [i64; 2],
    y: [i64; 2],
    /// Texture units (0 to 1) a pixel, to tell magnified from minified.
    pixel_area: f32,
}

impl<'a> Triangle<'a> {
    fn new(mut corners: [&'a Vertex; 3], ppp: f32) -> Option<Self> {
        let fixed = |v: &Vertex| {
            let side = |p: f32| ((p * ppp).clamp(-FAR, FAR) * SUB as f32).round() as i64;
            [side(v.pos.x), side(v.pos.y)]
        };
        if corners.iter().any(|v| v.pos.any_nan()) {
            return None;
        }
        let mut p = corners.map(fixed);
        let area = |p: &[[i64; 2]; 3]| {
            (p[1][0] - p[0][0]) * (p[2][1] - p[0][1]) - (p[1][1] - p[0][1]) * (p[2][0] - p[0][0])
        };
        let mut twice_area = area(&p);
        if twice_area == 0 {
            return None;
        }
        if twice_area < 0 {
            corners.swap(0, 1);
            p.swap(0, 1);
            twice_area = -twice_area;
        }
        let bounds = |axis: usize| {
            let values = p.map(|v| v[axis]);
            let low = values[0].min(values[1]).min(values[2]);
            let high = values[0].max(values[1]).max(values[2]);
            [low.div_euclid(SUB), high.div_euclid(SUB) + 1]
        };
        Some(Self {
            corners,
            edges: [
                Edge::new(p[1], p[2]),
                Edge::new(p[2], p[0]),
                Edge::new(p[0], p[1]),
            ],
            area: twice_area as f32,
            x: bounds(0),
            y: bounds(1),
            pixel_area: twice_area as f32 / (SUB * SUB) as f32,
        })
    }

    fn draw(&self, frame: &mut Frame, texture: &Texture, clip: &Clip) {
        let [a, b, c] = self.corners;
        let one_texel = a.uv == b.uv && b.uv == c.uv;
        let one_colour = a.color == b.color && b.color == c.color;
        let texel = texture.sample([a.uv.x, a.uv.y], self.filter(texture));
        if one_texel && (texel == [0.0; 4] || one_colour && a.color == Color32::TRANSPARENT) {
            return;
        }
        let colour = |v: &Vertex| v.color.to_array().map(f32::from);
        let plain = multiply(colour(a), texel);
        for y in self.y[0].max(clip.y[0])..self.y[1].min(clip.y[1]) {
            let mut x = [self.x[0].max(clip.x[0]), self.x[1].min(clip.x[1])];
            for edge in &self.edges {
                edge.narrow(y, &mut x);
            }
            if x[0] >= x[1] {
                continue;
            }
            let row = frame.row(y, x);
            if one_texel && one_colour {
                fill(row, plain);
            } else if one_texel {
                let plane = self.plane(x[0], y, colour);
                for (i, pixel) in row.iter_mut().enumerate() {
                    blend(pixel, multiply(plane.value(i), texel));
                }
            } else {
                self.draw_textured(row, x[0], y, texture);
            }
        }
    }

    fn draw_textured(&self, row: &mut [Color32], x: i64, y: i64, texture: &Texture) {
        let filter = self.filter(texture);
        let colours = self.plane(x, y, |v| v.color.to_array().map(f32::from));
        let uvs = self.plane(x, y, |v| [v.uv.x, v.uv.y]);
        for (i, pixel) in row.iter_mut().enumerate() {
            let texel = texture.sample(uvs.value(i), filter);
            if texel != [0.0; 4] {
                blend(pixel, multiply(colours.value(i), texel));
            }
        }
    }

    /// `of` the corners, along row `y` from pixel `x` on.
    fn plane<const N: usize>(&self, x: i64, y: i64, of: impl Fn(&Vertex) -> [f32; N]) -> Plane<N> {
        let values = self.corners.map(of);
        let weight = self.edges.map(|e| e.value(x, y) as f32 / self.area);
        let step = self.edges.map(|e| e.dx as f32 / self.area);
        let mix =
            |w: [f32; 3], i: usize| w[0] * values[0][i] + w[1] * values[1][i] + w[2] * values[2][i];
        Plane {
            at: std::array::from_fn(|i| mix(weight, i)),
            per_x: std::array::from_fn(|i| mix(step, i)),
        }
    }

    fn filter(&self, texture: &Texture) -> TextureFilter {
        let [a, b, c] = self.corners;
        let texels = ((b.uv - a.uv).x * (c.uv - a.uv).y - (b.uv - a.uv).y * (c.uv - a.uv).x).abs()
            * (texture.size[0] * texture.size[1]) as f32;
        if texels > self.pixel_area {
            texture.options.minification
        } else {
            texture.options.magnification
        }
    }
}

impl<const N: usize> Plane<N> {
    fn value(&self, i: usize) -> [f32; N] {
        std::array::from_fn(|k| self.at[k] + self.per_x[k] * i as f32)
    }
}

fn multiply(colour: [f32; 4], texel: [f32; 4]) -> [f32; 4] {
    std::array::from_fn(|i| colour[i] * texel[i])
}

/// Lays `source` (premultiplied, 0 to 255) over the pixel, in gamma space.
fn blend(pixel: &mut Color32, source: [f32; 4]) {
    let keep = 1.0 - source[3] / 255.0;
    let under = pixel.to_array();
    // A cast from f32 keeps within 0 and 255.
    let [r, g, b, a] =
        std::array::from_fn(|i| (source[i] + f32::from(under[i]) * keep + 0.5) as u8);
    *pixel = Color32::from_rgba_premultiplied(r, g, b, a);
}

fn fill(row: &mut [Color32], source: [f32; 4]) {
    if source[3] >= 254.5 {
        let [r, g, b, a] = source.map(|v| (v + 0.5) as u8);
        row.fill(Color32::from_rgba_premultiplied(r, g, b, a));
    } else {
        for pixel in row {
            blend(pixel, source);
        }
    }
}
