//! Anti-aliased stamps and lines drawn straight into an image, for pictures made off the thread.

use eframe::egui::{Color32, ColorImage};

use super::markers::Stamp;

/// An opaque image that is drawn into.
pub(super) struct Canvas {
    pub image: ColorImage,
}

impl Canvas {
    pub fn new(size: [usize; 2], ground: Color32) -> Self {
        Canvas {
            image: ColorImage::filled(size, ground),
        }
    }

    /// Lays `colour` over a pixel; `cover` in 0..=1.
    #[inline]
    pub fn blend(&mut self, x: usize, y: usize, colour: Color32, cover: f32) {
        let width = self.image.size[0];
        let pixel = &mut self.image.pixels[y * width + x];
        let share = cover * f32::from(colour.a()) / 255.0;
        let [r, g, b, _] = pixel.to_array();
        let over = |under: u8, top: u8| {
            (f32::from(under) * (1.0 - share) + f32::from(top) * cover + 0.5).min(255.0) as u8
        };
        // Colours are premultiplied: `top` carries its own opacity.
        *pixel = Color32::from_rgb(
            over(r, colour.r()),
            over(g, colour.g()),
            over(b, colour.b()),
        );
    }

    /// Stamps a mask with its middle on the pixel (x, y).
    pub fn stamp(&mut self, stamp: &Stamp, mask: &[u8], x: i64, y: i64, colour: Color32) {
        let half = stamp.side as i64 / 2;
        let [width, height] = self.image.size.map(|v| v as i64);
        for row in 0..stamp.side as i64 {
            let to_y = y - half + row;
            if !(0..height).contains(&to_y) {
                continue;
            }
            for column in 0..stamp.side as i64 {
                let cover = mask[row as usize * stamp.side + column as usize];
                let to_x = x - half + column;
                if cover > 0 && (0..width).contains(&to_x) {
                    let cover = f32::from(cover) / 255.0;
                    self.blend(to_x as usize, to_y as usize, colour, cover);
                }
            }
        }
    }

    /// Lines of a width in pixels, all of one colour. Where they cross they are no stronger.
    pub fn lines(&mut self, lines: &[Vec<[f32; 2]>], width: f32, colour: Color32) {
        let [columns, rows] = self.image.size;
        let mut cover = vec![0u8; columns * rows];
        let reach = width / 2.0 + 0.5;
        for ends in lines.iter().flat_map(|line| line.windows(2)) {
            let [[x0, y0], [x1, y1]] = [ends[0], ends[1]];
            let within = |low: f32, high: f32, end: usize| {
                let low = (low - reach).max(0.0) as usize;
                low..((high + reach + 1.0).max(0.0) as usize).min(end)
            };
            let (dx, dy) = (x1 - x0, y1 - y0);
            let length = dx * dx + dy * dy;
            for y in within(y0.min(y1), y0.max(y1), rows) {
                for x in within(x0.min(x1), x0.max(x1), columns) {
                    let (px, py) = (x as f32 + 0.5 - x0, y as f32 + 0.5 - y0);
                    let share = match length > 0.0 {
                        true => ((px * dx + py * dy) / length).clamp(0.0, 1.0),
                        false => 0.0,
                    };
                    let distance = (px - dx * share).hypot(py - dy * share);
                    let here = ((reach - distance).clamp(0.0, width.min(1.0)) * 255.0) as u8;
                    let pixel = &mut cover[y * columns + x];
                    *pixel = here.max(*pixel);
                }
            }
        }
        for (index, &cover) in cover.iter().enumerate() {
            if cover > 0 {
                let cover = f32::from(cover) / 255.0;
                self.blend(index % columns, index / columns, colour, cover);
            }
        }
    }

    /// Lays a premultiplied image of the same size over this one.
    pub fn over(&mut self, top: &ColorImage) {
        for (under, &top) in self.image.pixels.iter_mut().zip(&top.pixels) {
            if top.a() > 0 {
                *under = under.blend(top);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::plane::markers::Marker;

    #[test]
    fn a_line_covers_its_width() {
        let mut canvas = Canvas::new([9, 9], Color32::BLACK);
        let line = vec![[-5.0, 4.5], [20.0, 4.5]];
        canvas.lines(&[line.clone(), line], 1.0, Color32::WHITE);
        let column: Vec<u8> = (0..9).map(|y| canvas.image.pixels[y * 9 + 4].r()).collect();
        assert_eq!(column, [0, 0, 0, 0, 255, 0, 0, 0, 0]);
    }

    #[test]
    fn stamps_are_cut_at_the_edge() {
        let mut canvas = Canvas::new([5, 5], Color32::BLACK);
        let stamp = Stamp::new(Marker::Circle, 3.0, 0.0, [0.0; 2]);
        for (x, y) in [(0, 0), (4, 4), (-20, 3), (2, 90)] {
            canvas.stamp(&stamp, &stamp.fill, x, y, Color32::from_rgb(200, 0, 0));
        }
        assert_eq!(canvas.image.pixels[0].r(), 200);
        assert_eq!(canvas.image.pixels[24].r(), 200);
        assert_eq!(canvas.image.pixels[4].r(), 0);
    }
}
