//! The markers of the classes: a shape each, filled and outlined, cheap enough for thousands a frame.
//!
//! A [`Stamp`] computes a shape's corners once; every point then is a copy of them, moved. Edges are
//! feathered over one pixel as egui feathers its own. [`rasterise`] does the same into an image, for small
//! multiples that are drawn off the window's thread.
use super::tokens::Tokens;
use eframe::egui::epaint::{Mesh, Vertex, WHITE_UV};
use eframe::egui::{Color32, ColorImage, Painter, Pos2, Shape, Vec2, vec2};
use std::f32::consts::{FRAC_PI_2, TAU};

/// A class's shape.
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

/// In the order of the class styles.
pub const MARKERS: [Marker; 10] = [
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

/// The shape of class style `i`; beyond the tenth it is the hexagon of "other".
pub fn marker(i: usize) -> Marker {
    MARKERS.get(i).copied().unwrap_or(Marker::Hexagon)
}

/// A regular polygon: corners, the angle of the first (y grows downwards), radius for the same area as
/// a circle of 1, within what looks alike.
fn polygon(shape: Marker) -> Option<(u32, f32, f32)> {
    match shape {
        Marker::Circle | Marker::Cross => None,
        Marker::Up => Some((3, -FRAC_PI_2, 1.42)),
        Marker::Down => Some((3, FRAC_PI_2, 1.42)),
        Marker::Left => Some((3, 2.0 * FRAC_PI_2, 1.42)),
        Marker::Right => Some((3, 0.0, 1.42)),
        Marker::Square => Some((4, FRAC_PI_2 / 2.0, 1.27)),
        Marker::Diamond => Some((4, 0.0, 1.3)),
        Marker::Hexagon => Some((6, 0.0, 1.12)),
        Marker::Pentagon => Some((5, -FRAC_PI_2, 1.18)),
    }
}

/// Half the length and half the width of the cross's arms, for a radius of 1.
const CROSS: (f32, f32) = (1.2, 0.42);

/// The outline of `shape` of `radius`, moved outwards by `by`; star-shaped around the centre.
fn outline(shape: Marker, radius: f32, by: f32) -> Vec<Vec2> {
    if let Some((corners, first, size)) = polygon(shape) {
        // Moving the edges of a regular polygon outwards scales it about its centre.
        let apothem = (TAU / 2.0 / corners as f32).cos();
        let r = (radius * size + by / apothem).max(0.0);
        return (0..corners)
            .map(|i| r * Vec2::angled(first + TAU * i as f32 / corners as f32))
            .collect();
    }
    if shape == Marker::Circle {
        let corners = (10.0 + 2.0 * radius).min(48.0) as u32;
        let r = (radius + by).max(0.0);
        return (0..corners)
            .map(|i| r * Vec2::angled(TAU * i as f32 / corners as f32))
            .collect();
    }
    let (long, wide) = (
        (CROSS.0 * radius + by).max(0.0),
        (CROSS.1 * radius + by).max(0.0),
    );
    let arm = [vec2(long, -wide), vec2(long, wide), vec2(wide, wide)];
    (0..4)
        .flat_map(|turn| {
            arm.map(|corner| match turn {
                0 => corner,
                1 => vec2(-corner.y, corner.x),
                2 => -corner,
                _ => vec2(corner.y, -corner.x),
            })
        })
        .collect()
}

/// A shape's corners, computed once for many points.
#[derive(Clone, Debug)]
pub struct Stamp {
    /// From the inside out: fill, inner and outer edge of the outline, and where it has faded.
    rings: [Vec<Vec2>; 4],
}

impl Stamp {
    /// A marker of `radius` points with an outline of `stroke` points centred on its edge; `pixel` is the
    /// size of one pixel in points.
    pub fn new(shape: Marker, radius: f32, stroke: f32, pixel: f32) -> Self {
        let feather = pixel.max(1e-3) / 2.0;
        let half = (stroke / 2.0).max(0.0);
        let at = |by: f32| outline(shape, radius, by);
        let rings = [
            at(-half - feather),
            at(-half + feather.min(half)),
            at(half - feather.min(half)),
            at(half + feather),
        ];
        Self { rings }
    }

    /// Adds one marker to a mesh without texture.
    pub fn append(&self, mesh: &mut Mesh, centre: Pos2, fill: Color32, ink: Color32) {
        let corners = self.rings[0].len() as u32;
        let first = mesh.vertices.len() as u32;
        let mut add = |by: Vec2, color: Color32| {
            mesh.vertices.push(Vertex {
                pos: centre + by,
                uv: WHITE_UV,
                color,
            });
        };
        add(Vec2::ZERO, fill);
        for (ring, color) in self
            .rings
            .iter()
            .zip([fill, ink, ink, Color32::TRANSPARENT])
        {
            for &corner in ring {
                add(corner, color);
            }
        }
        for i in 0..corners {
            let next = (i + 1) % corners;
            let at = |ring: u32, i: u32| first + 1 + ring * corners + i;
            mesh.indices.extend([first, at(0, i), at(0, next)]);
            for ring in 0..3 {
                mesh.indices.extend([
                    at(ring, i),
                    at(ring + 1, i),
                    at(ring, next),
                    at(ring, next),
                    at(ring + 1, i),
                    at(ring + 1, next),
                ]);
            }
        }
    }
}

/// The ring around a point that was wrong when held out: `strong`, with a halo of the plot's colour.
#[derive(Clone, Debug)]
pub struct Ring {
    halo: [Vec<Vec2>; 4],
    line: [Vec<Vec2>; 4],
}

impl Ring {
    pub fn new(radius: f32, width: f32, pixel: f32) -> Self {
        let feather = pixel.max(1e-3) / 2.0;
        let band = |half: f32| {
            let at = |by: f32| outline(Marker::Circle, radius, by);
            [
                at(-half - feather),
                at(-half + feather.min(half)),
                at(half - feather.min(half)),
                at(half + feather),
            ]
        };
        Self {
            halo: band(width / 2.0 + 1.5),
            line: band(width / 2.0),
        }
    }

    pub fn append(&self, mesh: &mut Mesh, centre: Pos2, strong: Color32, halo: Color32) {
        for (rings, colour) in [(&self.halo, halo), (&self.line, strong)] {
            let none = Color32::TRANSPARENT;
            let first = mesh.vertices.len() as u32;
            let corners = rings[0].len() as u32;
            for (ring, color) in rings.iter().zip([none, colour, colour, none]) {
                mesh.vertices.extend(ring.iter().map(|&corner| Vertex {
                    pos: centre + corner,
                    uv: WHITE_UV,
                    color,
                }));
            }
            for i in 0..corners {
                let next = (i + 1) % corners;
                for ring in 0..3 {
                    let at = |ring: u32, i: u32| first + ring * corners + i;
                    mesh.indices.extend([
                        at(ring, i),
                        at(ring + 1, i),
                        at(ring, next),
                        at(ring, next),
                        at(ring + 1, i),
                        at(ring + 1, next),
                    ]);
                }
            }
        }
    }
}

/// Paints one marker of class style `style`, as in legends.
pub fn paint(painter: &Painter, t: &Tokens, centre: Pos2, style: usize, radius: f32) {
    let mut mesh = Mesh::default();
    let pixel = 1.0 / painter.pixels_per_point();
    Stamp::new(marker(style), radius, 1.25, pixel).append(
        &mut mesh,
        centre,
        t.class_fill(style),
        t.class_ink(style),
    );
    painter.add(Shape::mesh(mesh));
}

/// Draws one marker into `image`, centred at `x`, `y` in pixels, anti-aliased; what lies outside is cut.
pub fn rasterise(
    image: &mut ColorImage,
    [x, y]: [f32; 2],
    shape: Marker,
    fill: Color32,
    ink: Color32,
    radius: f32,
    stroke: f32,
) {
    if !(x.is_finite() && y.is_finite() && radius.is_finite()) {
        return;
    }
    let reach = radius * 1.5 + stroke + 1.0;
    let range = |at: f32, side: usize| {
        let from = (at - reach).floor().clamp(0.0, side as f32) as usize;
        let to = (at + reach).ceil().clamp(0.0, side as f32) as usize;
        from..to
    };
    let [width, height] = image.size;
    let half = stroke / 2.0;
    for row in range(y, height) {
        for column in range(x, width) {
            let from_centre = vec2(column as f32 + 0.5 - x, row as f32 + 0.5 - y);
            let outside = distance(shape, radius, from_centre);
            let whole = (0.5 - (outside - half)).clamp(0.0, 1.0);
            if whole <= 0.0 {
                continue;
            }
            let inner = (0.5 - (outside + half)).clamp(0.0, 1.0);
            let colour = ink.lerp_to_gamma(fill, inner).gamma_multiply(whole);
            let pixel = &mut image.pixels[row * width + column];
            *pixel = pixel.blend(colour);
        }
    }
}

/// How far `p` is outside the edge of the shape; negative inside. Corners are sharp.
fn distance(shape: Marker, radius: f32, p: Vec2) -> f32 {
    if let Some((corners, first, size)) = polygon(shape) {
        let step = TAU / corners as f32;
        let apothem = radius * size * (step / 2.0).cos();
        return (0..corners)
            .map(|i| p.dot(Vec2::angled(first + step * (i as f32 + 0.5))) - apothem)
            .fold(f32::NEG_INFINITY, f32::max);
    }
    if shape == Marker::Circle {
        return p.length() - radius;
    }
    let arm = |a: f32, b: f32| (a.abs() - CROSS.0 * radius).max(b.abs() - CROSS.1 * radius);
    arm(p.x, p.y).min(arm(p.y, p.x))
}

#[cfg(test)]
mod tests {
    use super::*;
    use eframe::egui::pos2;

    /// The area of the polygon, by the shoelace formula.
    fn area(outline: &[Vec2]) -> f32 {
        let next = outline.iter().cycle().skip(1);
        let twice: f32 = outline
            .iter()
            .zip(next)
            .map(|(a, b)| a.x * b.y - a.y * b.x)
            .sum();
        twice / 2.0
    }

    #[test]
    fn shapes_look_equally_large() {
        for shape in MARKERS {
            let area = area(&outline(shape, 10.0, 0.0));
            assert!((240.0..380.0).contains(&area), "{shape:?} {area}");
        }
    }

    #[test]
    fn moving_an_outline_moves_its_edges() {
        for shape in MARKERS {
            // The distance of every outer corner's edges from the shape is what it was moved by.
            for corner in outline(shape, 10.0, 2.0) {
                let off = distance(shape, 10.0, corner);
                assert!((off - 2.0).abs() < 1e-3, "{shape:?} {off}");
            }
        }
    }

    #[test]
    fn a_mesh_of_markers_is_valid_and_where_it_should_be() {
        let mut mesh = Mesh::default();
        for (i, shape) in MARKERS.into_iter().enumerate() {
            let stamp = Stamp::new(shape, 4.0, 1.25, 1.0);
            let centre = pos2(100.0 * i as f32, 50.0);
            stamp.append(&mut mesh, centre, Color32::RED, Color32::BLACK);
        }
        Ring::new(8.0, 1.5, 1.0).append(&mut mesh, pos2(0.0, 50.0), Color32::BLACK, Color32::WHITE);
        assert!(mesh.is_valid());
        let bounds = mesh.calc_bounds();
        assert!(bounds.left() > -13.0 && bounds.right() < 910.0);
        assert!((bounds.center().y - 50.0).abs() < 2.0);
    }

    #[test]
    fn rasterised_markers_are_filled_outlined_and_smooth() {
        let (white, red, black) = (Color32::WHITE, Color32::RED, Color32::BLACK);
        for shape in MARKERS {
            let mut image = ColorImage::filled([40, 40], white);
            rasterise(&mut image, [20.0, 20.0], shape, red, black, 10.0, 1.5);
            assert_eq!(image[(20, 20)], red, "{shape:?}");
            assert_eq!(image[(1, 1)], white, "{shape:?}");
            let inked = image.pixels.iter().filter(|c| c.r() < 60).count();
            assert!(inked > 20, "{shape:?} {inked}");
            let mixed = image
                .pixels
                .iter()
                .filter(|&&c| c != white && c != red && c != black);
            assert!(mixed.count() > 8, "{shape:?}");
        }
    }

    #[test]
    fn markers_at_and_beyond_the_edge_are_cut() {
        let mut image = ColorImage::filled([8, 8], Color32::WHITE);
        for at in [[0.0, 0.0], [-50.0, 3.0], [1e30, 0.0], [f32::NAN, 1.0]] {
            rasterise(
                &mut image,
                at,
                Marker::Circle,
                Color32::RED,
                Color32::RED,
                3.0,
                1.0,
            );
        }
        assert_eq!(image[(0, 0)], Color32::RED);
        assert_eq!(image[(7, 7)], Color32::WHITE);
    }
}
