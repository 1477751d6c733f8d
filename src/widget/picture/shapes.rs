//! Shapes on their way to a picture: stamps become shapes, texts are laid out at the picture's scale.

use std::collections::HashMap;
use std::sync::Arc;

use eframe::egui::epaint::text::Fonts;
use eframe::egui::epaint::{ClippedShape, ColorMode, Mesh, Vertex};
use eframe::egui::{Color32, Rect, Shape, TextureId};

use super::textures::{Content, Stamp};

/// Every shape alone, stamps as what they are pictures of.
pub fn flat(shapes: &[ClippedShape], textures: &HashMap<TextureId, Content>) -> Vec<ClippedShape> {
    let mut flat = Vec::with_capacity(shapes.len());
    for entry in shapes {
        each(&entry.shape, textures, &mut |shape| {
            flat.push(ClippedShape {
                shape,
                ..entry.clone()
            });
        });
    }
    flat
}

fn each(shape: &Shape, textures: &HashMap<TextureId, Content>, push: &mut dyn FnMut(Shape)) {
    match shape {
        Shape::Noop | Shape::Callback(_) => {}
        Shape::Vec(shapes) => shapes.iter().for_each(|shape| each(shape, textures, push)),
        Shape::Mesh(mesh) => match textures.get(&mesh.texture_id) {
            Some(Content::Stamps(stamps)) => {
                for quad in quads(mesh) {
                    if let Some(stamp) = stamp_at(stamps, quad.uv) {
                        let mut shape = tinted(&stamp.shape, quad.colour);
                        shape.translate(quad.place.center().to_vec2());
                        each(&shape, textures, push);
                    }
                }
            }
            _ => push(shape.clone()),
        },
        other => push(other.clone()),
    }
}

/// An upright rectangle of a mesh, in one colour.
pub struct Quad {
    pub place: Rect,
    pub uv: Rect,
    pub colour: Color32,
}

/// A mesh that is nothing but upright rectangles, as `Mesh::add_rect_with_uv` makes them; else nothing.
pub fn quads(mesh: &Mesh) -> Vec<Quad> {
    let four = mesh.vertices.chunks_exact(4);
    if mesh.vertices.is_empty() || !four.remainder().is_empty() {
        return Vec::new();
    }
    let whole = four.clone().all(is_upright) && mesh.indices.len() * 4 == mesh.vertices.len() * 6;
    if !whole {
        return Vec::new();
    }
    four.map(|v| Quad {
        place: Rect::from_two_pos(v[0].pos, v[3].pos),
        uv: Rect::from_min_max(v[0].uv, v[3].uv),
        colour: v[0].color,
    })
    .collect()
}

/// Corners: left top, right top, left bottom, right bottom.
fn is_upright(v: &[Vertex]) -> bool {
    let (a, d) = (v[0].pos, v[3].pos);
    let corners = v[1].pos.x == d.x && v[1].pos.y == a.y && v[2].pos.x == a.x && v[2].pos.y == d.y;
    corners && v.iter().all(|w| w.color == v[0].color)
}

fn stamp_at(stamps: &[Stamp], uv: Rect) -> Option<&Stamp> {
    let at = uv.center();
    stamps.iter().find(|stamp| stamp.uv.contains(at))
}

/// A white shape in a colour.
fn tinted(shape: &Shape, colour: Color32) -> Shape {
    let tint = |c: &mut Color32| {
        if *c == Color32::WHITE {
            *c = colour;
        }
    };
    let mut shape = shape.clone();
    match &mut shape {
        Shape::Vec(shapes) => {
            for one in shapes.iter_mut() {
                *one = tinted(one, colour);
            }
        }
        Shape::Circle(circle) => {
            tint(&mut circle.fill);
            tint(&mut circle.stroke.color);
        }
        Shape::Path(path) => {
            tint(&mut path.fill);
            if let ColorMode::Solid(c) = &mut path.stroke.color {
                tint(c);
            }
        }
        _ => {}
    }
    shape
}

/// Lays the texts out for so many pixels a point.
pub fn laid_out(shapes: &mut [ClippedShape], fonts: &mut Fonts, pixels_per_point: f32) {
    for entry in shapes {
        if let Shape::Text(text) = &mut entry.shape {
            let mut job = (*text.galley.job).clone();
            // Letters are a little wider or narrower at another scale: what fits still fits.
            if job.wrap.max_width.is_finite() {
                job.wrap.max_width += 1.5;
            }
            let mut fonts = fonts.with_pixels_per_point(pixels_per_point);
            text.galley = Arc::clone(&fonts.layout_job(job));
        }
    }
}
