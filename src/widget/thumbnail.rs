//! A data set at a glance: 44 x 32 points of its scatter, drawn once into a texture and kept, since a
//! strip of them as shapes was more than half of a frame's triangles.
use super::marker::{Stamp, marker};
use super::raster::{Frame, Texture};
use super::theme::RADIUS_SMALL;
use super::tokens::Tokens;
use eframe::egui::epaint::Mesh;
use eframe::egui::{
    Color32, ColorImage, CornerRadius, Pos2, Rect, Stroke, StrokeKind, TextureHandle,
    TextureOptions, Ui, Vec2, lerp, pos2,
};

/// More points than this are thinned out: at this size they would only cover each other.
const MOST: usize = 160;

/// What colours the points.
#[derive(Clone, Debug, PartialEq)]
pub enum Dots {
    /// The class style of every point.
    Classes(Vec<usize>),
    /// The share of the target's range of every point, 0 to 1.
    Values(Vec<f32>),
    Plain,
}

/// A scatter as small as a stamp.
#[derive(Clone)]
pub struct Thumbnail {
    /// 0 to 1, y upwards.
    points: Vec<[f32; 2]>,
    dots: Dots,
    drawn: Option<Drawn>,
}

#[derive(Clone)]
struct Drawn {
    /// In pixels.
    size: [usize; 2],
    dark: bool,
    texture: TextureHandle,
}

impl Thumbnail {
    /// `points` in any unit, `dots` one for each; points that are not finite are left out, and large sets
    /// thinned to every n-th.
    pub fn new(points: &[[f64; 2]], dots: Dots) -> Self {
        let stride = points.len().div_ceil(MOST).max(1);
        // One of each so many, not always the same: rows may alternate between classes.
        let one_of = |k: usize| {
            let mixed = (k as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33;
            k * stride + mixed as usize % stride
        };
        let kept: Vec<usize> = (0..points.len().div_ceil(stride))
            .map(one_of)
            .filter(|&i| i < points.len())
            .filter(|&i| points[i].iter().all(|v| v.is_finite()))
            .collect();
        let range = |axis: usize| {
            let values = kept.iter().map(|&i| points[i][axis]);
            let low = values.clone().fold(f64::INFINITY, f64::min);
            (low, values.fold(f64::NEG_INFINITY, f64::max))
        };
        let ranges = [range(0), range(1)];
        let share = |i: usize, axis: usize| {
            let (low, high) = ranges[axis];
            if high > low {
                // Halved first: the range of huge values may itself be infinite.
                ((points[i][axis] / 2.0 - low / 2.0) / (high / 2.0 - low / 2.0)) as f32
            } else {
                0.5
            }
        };
        let dots = match dots {
            Dots::Classes(styles) => Dots::Classes(
                kept.iter()
                    .map(|&i| styles.get(i).copied().unwrap_or(0))
                    .collect(),
            ),
            Dots::Values(shares) => Dots::Values(
                kept.iter()
                    .map(|&i| shares.get(i).copied().unwrap_or(0.5))
                    .collect(),
            ),
            Dots::Plain => Dots::Plain,
        };
        Self {
            points: kept.iter().map(|&i| [share(i, 0), share(i, 1)]).collect(),
            dots,
            drawn: None,
        }
    }

    /// Paints it into `rect`, on a framed ground.
    pub fn paint(&mut self, ui: &Ui, rect: Rect) {
        let t = Tokens::of(ui);
        let radius = CornerRadius::same(RADIUS_SMALL);
        ui.painter().rect(
            rect,
            radius,
            t.plot,
            Stroke::new(1.0, t.line),
            StrokeKind::Inside,
        );
        if self.points.is_empty() {
            return;
        }
        let dark = ui.visuals().dark_mode;
        let ppp = ui.pixels_per_point();
        // Within the frame, on the grid of pixels: a texel is a pixel.
        let inside = rect.shrink(1.0);
        let size = [inside.width(), inside.height()].map(|side| (side * ppp).round() as usize);
        let stale = |drawn: &Drawn| drawn.size != size || drawn.dark != dark;
        if self.drawn.as_ref().is_none_or(stale) {
            let image = self.image(size, ppp, t);
            let texture = (ui.ctx()).load_texture("thumbnail", image, TextureOptions::NEAREST);
            self.drawn = Some(Drawn {
                size,
                dark,
                texture,
            });
        }
        if let Some(drawn) = &self.drawn {
            let corner = (inside.min.to_vec2() * ppp).round() / ppp;
            let side = Vec2::new(size[0] as f32, size[1] as f32) / ppp;
            let uv = Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0));
            let at = Rect::from_min_size(corner.to_pos2(), side);
            ui.painter()
                .image(drawn.texture.id(), at, uv, Color32::WHITE);
        }
    }

    /// `size` pixels, on the ground of a plot.
    fn image(&self, size: [usize; 2], ppp: f32, t: &Tokens) -> ColorImage {
        let side = Vec2::new(size[0] as f32, size[1] as f32) / ppp;
        let rect = Rect::from_min_size(Pos2::ZERO, side);
        let white = ColorImage::filled([1, 1], Color32::WHITE);
        let mut frame = Frame::new(size, t.plot);
        let texture = Texture::new(&white, TextureOptions::NEAREST);
        frame.draw(&self.mesh(rect, t, 1.0 / ppp), &texture, rect, ppp);
        frame.into_image()
    }

    fn mesh(&self, rect: Rect, t: &Tokens, pixel: f32) -> Mesh {
        let mut mesh = Mesh::default();
        let inside = rect.shrink(2.0);
        let radius = rect.height() / 30.0 * 1.3;
        for (i, &[x, y]) in self.points.iter().enumerate() {
            let (style, colour): (usize, Color32) = match &self.dots {
                Dots::Classes(styles) => (styles[i], t.class_fill(styles[i])),
                Dots::Values(shares) => (0, t.sequential(0.25 + 0.75 * shares[i])),
                Dots::Plain => (0, t.control),
            };
            let at = pos2(lerp(inside.x_range(), x), lerp(inside.y_range(), 1.0 - y));
            Stamp::new(marker(style), radius, 0.0, pixel).append(&mut mesh, at, colour, colour);
        }
        mesh
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_and_broken_data_still_fit() {
        let mut points: Vec<[f64; 2]> = (0..1000).map(|i| [f64::from(i), 1.0]).collect();
        points[0] = [f64::NAN, 0.0];
        points[7] = [f64::MAX, -f64::MAX];
        let small = Thumbnail::new(&points, Dots::Classes(vec![1; 10]));
        assert!(small.points.len() <= MOST && small.points.len() > MOST / 2);
        let inside = |p: &[f32; 2]| p.iter().all(|v| (0.0..=1.0).contains(v));
        assert!(small.points.iter().all(inside));
        let Dots::Classes(styles) = &small.dots else {
            panic!("the colours were lost");
        };
        assert_eq!(styles.len(), small.points.len());
    }

    #[test]
    fn nothing_draws_nothing() {
        let t = &crate::widget::tokens::LIGHT;
        let rect = Rect::from_min_max(pos2(0.0, 0.0), pos2(44.0, 32.0));
        let empty = Thumbnail::new(&[], Dots::Plain);
        assert!(empty.mesh(rect, t, 1.0).is_empty());
        let one = Thumbnail::new(&[[3.0, 4.0]], Dots::Plain);
        assert_eq!(one.mesh(rect, t, 1.0).vertices[0].pos, rect.center());
    }
}
