//! Marker shapes as small coverage masks: drawn once, then stamped, on the screen through one texture and
//! in small multiples straight into the image.
//!
//! A stamped marker costs two quads however round it is; a tessellated circle with an outline costs fifty
//! vertices, which a software renderer feels at two thousand points.

use std::collections::HashMap;

use eframe::egui::{Color32, ColorImage, Rect, pos2};

/// The shape of a class, in class order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Marker {
    Circle,
    Up,
    Square,
    Diamond,
    Down,
    Left,
    Right,
    Hexagon,
    Pentagon,
    Cross,
}

impl Marker {
    pub const ALL: [Marker; 10] = [
        Marker::Circle,
        Marker::Up,
        Marker::Square,
        Marker::Diamond,
        Marker::Down,
        Marker::Left,
        Marker::Right,
        Marker::Hexagon,
        Marker::Pentagon,
        Marker::Cross,
    ];

    /// Corners around the centre for radius 1, sized so that all shapes weigh about the same. Empty for
    /// the circle.
    pub fn corners(self) -> Vec<[f32; 2]> {
        let polygon = |corners: usize, radius: f32, first: f32| -> Vec<[f32; 2]> {
            (0..corners)
                .map(|i| {
                    let turn = first + i as f32 / corners as f32;
                    let (sin, cos) = (turn * std::f32::consts::TAU).sin_cos();
                    [cos * radius, sin * radius]
                })
                .collect()
        };
        // Triangles stand a little off their centroid, so that their bounding circle is centred less.
        let triangle = |first: f32, shift: [f32; 2]| -> Vec<[f32; 2]> {
            polygon(3, 1.42, first)
                .into_iter()
                .map(|[x, y]| [x + shift[0], y + shift[1]])
                .collect()
        };
        match self {
            Marker::Circle => Vec::new(),
            Marker::Up => triangle(0.75, [0.0, 0.15]),
            Marker::Down => triangle(0.25, [0.0, -0.15]),
            Marker::Left => triangle(0.5, [0.15, 0.0]),
            Marker::Right => triangle(0.0, [-0.15, 0.0]),
            Marker::Square => polygon(4, 1.27, 0.125),
            Marker::Diamond => polygon(4, 1.25, 0.0),
            Marker::Hexagon => polygon(6, 1.1, 0.0),
            Marker::Pentagon => polygon(5, 1.15, 0.75),
            Marker::Cross => {
                let (arm, half) = (1.2, 0.42);
                vec![
                    [-half, -arm],
                    [half, -arm],
                    [half, -half],
                    [arm, -half],
                    [arm, half],
                    [half, half],
                    [half, arm],
                    [-half, arm],
                    [-half, half],
                    [-arm, half],
                    [-arm, -half],
                    [-half, -half],
                ]
            }
        }
    }
}

/// Coverage 0..=255 of a marker's fill and of its outline, `side * side` pixels each.
#[derive(Clone, Debug)]
pub struct Stamp {
    pub side: usize,
    pub fill: Vec<u8>,
    pub outline: Vec<u8>,
}

impl Stamp {
    /// All measures in pixels; the outline lies inside the shape. `shift` moves the marker off the centre
    /// of the stamp by a part of a pixel.
    pub fn new(marker: Marker, radius: f32, outline: f32, shift: [f32; 2]) -> Self {
        let corners: Vec<[f32; 2]> = marker
            .corners()
            .into_iter()
            .map(|c| c.map(|v| v * radius))
            .collect();
        let corners = match shift {
            [0.0, 0.0] => crisp(marker, corners),
            _ => corners,
        };
        Self::draw(radius * 1.45, shift, |p| {
            let distance = if corners.is_empty() {
                p[0].hypot(p[1]) - radius * 1.04
            } else {
                polygon_distance(&corners, p)
            };
            let whole = (0.5 - distance).clamp(0.0, 1.0);
            let inner = (0.5 - distance - outline).clamp(0.0, 1.0);
            let fill = (0.5 - distance - outline / 2.0).clamp(0.0, 1.0);
            [fill, if outline > 0.0 { whole - inner } else { 0.0 }]
        })
    }

    /// A ring: as fill its halo, as outline the ring itself. Outer radius of the ring in pixels.
    pub fn ring(radius: f32, width: f32, halo: f32) -> Self {
        Self::draw(radius + halo + 1.0, [0.0; 2], |p| {
            let middle = (p[0].hypot(p[1]) - (radius - width / 2.0)).abs();
            let band = |half: f32| (0.5 + half - middle).clamp(0.0, 1.0);
            [band(width / 2.0 + halo), band(width / 2.0)]
        })
    }

    fn draw(reach: f32, shift: [f32; 2], cover: impl Fn([f32; 2]) -> [f32; 2]) -> Self {
        let half = (reach + 1.0).ceil().max(1.0) as usize;
        let side = 2 * half + 1;
        let mut stamp = Stamp {
            side,
            fill: Vec::with_capacity(side * side),
            outline: Vec::with_capacity(side * side),
        };
        for y in 0..side {
            for x in 0..side {
                let p = [
                    x as f32 - half as f32 - shift[0],
                    y as f32 - half as f32 - shift[1],
                ];
                let [fill, outline] = cover(p).map(|c| (c * 255.0 + 0.5) as u8);
                stamp.fill.push(fill);
                stamp.outline.push(outline);
            }
        }
        stamp
    }
}

/// Moves straight edges onto the border between two pixels, where they are sharp. A stamp's middle is the
/// middle of a pixel, so borders lie at halves.
fn crisp(marker: Marker, corners: Vec<[f32; 2]>) -> Vec<[f32; 2]> {
    let border = |v: f32| (v.abs() - 0.5).round().max(0.0) + 0.5;
    let most = |axis: usize| corners.iter().fold(0.0, |m: f32, c| m.max(c[axis]));
    let least = |axis: usize| corners.iter().fold(0.0, |m: f32, c| m.min(c[axis]));
    let moved = |axis: usize, by: f32| -> Vec<[f32; 2]> {
        let shift = |mut c: [f32; 2]| {
            c[axis] += by;
            c
        };
        corners.iter().map(|&c| shift(c)).collect()
    };
    match marker {
        Marker::Up => moved(1, border(most(1)) - most(1)),
        Marker::Down => moved(1, -border(least(1)) - least(1)),
        Marker::Left => moved(0, border(most(0)) - most(0)),
        Marker::Right => moved(0, -border(least(0)) - least(0)),
        Marker::Square => {
            let scale = border(most(0)) / most(0);
            corners.iter().map(|c| c.map(|v| v * scale)).collect()
        }
        _ => corners,
    }
}

/// Signed distance to a polygon, negative inside (Inigo Quilez, "2D distance functions").
fn polygon_distance(corners: &[[f32; 2]], p: [f32; 2]) -> f32 {
    let (mut least, mut inside) = (f32::INFINITY, false);
    let mut before = corners[corners.len() - 1];
    for &corner in corners {
        let edge = [before[0] - corner[0], before[1] - corner[1]];
        let to = [p[0] - corner[0], p[1] - corner[1]];
        let share = ((to[0] * edge[0] + to[1] * edge[1]) / (edge[0] * edge[0] + edge[1] * edge[1]))
            .clamp(0.0, 1.0);
        let off = [to[0] - edge[0] * share, to[1] - edge[1] * share];
        least = least.min(off[0] * off[0] + off[1] * off[1]);
        let crosses = (corner[1] > p[1]) != (before[1] > p[1]);
        if crosses && p[0] < edge[0] * (p[1] - corner[1]) / edge[1] + corner[0] {
            inside = !inside;
        }
        before = corner;
    }
    if inside { -least.sqrt() } else { least.sqrt() }
}

/// What one texture of masks holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mask {
    Fill(Marker),
    Outline(Marker),
    Halo,
    Ring,
}

/// All masks of one marker size in one white image, to be tinted by vertex colours.
#[derive(Clone, Debug)]
pub struct MarkerSheet {
    pub image: ColorImage,
    /// Side in pixels and place in the image of each mask.
    places: HashMap<Mask, (usize, Rect)>,
}

impl MarkerSheet {
    /// For markers of this radius and outline width, rings of twice the radius; all in pixels.
    pub fn new(radius: f32, outline: f32) -> Self {
        let mut masks = Vec::new();
        for marker in Marker::ALL {
            let stamp = Stamp::new(marker, radius, outline, [0.0; 2]);
            masks.push((Mask::Fill(marker), stamp.side, stamp.fill));
            masks.push((Mask::Outline(marker), stamp.side, stamp.outline));
        }
        let ring = Stamp::ring(radius * 2.0, outline * 1.25, outline * 0.9);
        masks.push((Mask::Halo, ring.side, ring.fill));
        masks.push((Mask::Ring, ring.side, ring.outline));

        // One row; a free pixel between neighbours keeps linear filtering apart.
        let width = masks.iter().map(|(_, side, _)| side + 2).sum();
        let height = masks.iter().map(|(_, side, _)| side + 2).max().unwrap_or(1);
        let mut image = ColorImage::filled([width, height], Color32::TRANSPARENT);
        let mut places = HashMap::new();
        let mut left = 1;
        for (mask, side, cover) in masks {
            for (index, &alpha) in cover.iter().enumerate() {
                let place = (1 + index / side) * width + left + index % side;
                image.pixels[place] = Color32::from_white_alpha(alpha);
            }
            let corner =
                |x: usize, y: usize| pos2(x as f32 / width as f32, y as f32 / height as f32);
            let uv = Rect::from_min_max(corner(left, 1), corner(left + side, 1 + side));
            places.insert(mask, (side, uv));
            left += side + 2;
        }
        MarkerSheet { image, places }
    }

    /// All masks: side in pixels and place.
    pub fn masks(&self) -> impl Iterator<Item = (Mask, usize, Rect)> + '_ {
        self.places
            .iter()
            .map(|(mask, (side, uv))| (*mask, *side, *uv))
    }

    /// Side in pixels and place of a mask.
    pub fn place(&self, mask: Mask) -> (usize, Rect) {
        self.places
            .get(&mask)
            .copied()
            .unwrap_or((0, Rect::from_min_max(pos2(0.0, 0.0), pos2(0.0, 0.0))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weight(marker: Marker) -> f32 {
        let stamp = Stamp::new(marker, 10.0, 0.0, [0.0; 2]);
        stamp.fill.iter().map(|&c| f32::from(c) / 255.0).sum()
    }

    #[test]
    fn shapes_weigh_about_the_same_and_stay_on_their_stamp() {
        let circle = weight(Marker::Circle);
        assert!((circle - std::f32::consts::PI * 10.4 * 10.4).abs() < 3.0);
        for marker in Marker::ALL {
            let share = weight(marker) / circle;
            assert!((0.6..1.15).contains(&share), "{marker:?} {share}");
            let stamp = Stamp::new(marker, 10.0, 1.5, [0.4, -0.4]);
            let side = stamp.side;
            for i in 0..side {
                for edge in [i, i * side, i * side + side - 1, (side - 1) * side + i] {
                    assert_eq!(stamp.fill[edge].max(stamp.outline[edge]), 0, "{marker:?}");
                }
            }
        }
    }

    #[test]
    fn the_outline_lies_around_the_fill() {
        let stamp = Stamp::new(Marker::Square, 8.0, 2.0, [0.0; 2]);
        let middle = stamp.side / 2;
        let at = |x: usize| middle * stamp.side + x;
        assert_eq!(
            (stamp.fill[at(middle)], stamp.outline[at(middle)]),
            (255, 0)
        );
        // The square's half side is 8 * 1.27 / sqrt(2) = 7.2 pixels, moved to a pixel's border at 7.5.
        let edge: Vec<u8> = (5..=8).map(|x| stamp.outline[at(middle + x)]).collect();
        assert_eq!(edge, [0, 255, 255, 0]);
    }

    #[test]
    fn every_mask_has_a_place_of_its_own() {
        let sheet = MarkerSheet::new(3.5, 1.25);
        for marker in Marker::ALL {
            let (side, fill) = sheet.place(Mask::Fill(marker));
            let (_, outline) = sheet.place(Mask::Outline(marker));
            assert!(side > 7 && fill != outline);
        }
        assert!(sheet.place(Mask::Ring).0 > sheet.place(Mask::Fill(Marker::Circle)).0);
    }
}
