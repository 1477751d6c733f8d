//! A part of the window as a picture of its own: taken as the shapes that egui was given, and drawn anew
//! as PNG at any scale or as SVG.
//!
//! ```text
//! frame's shapes in an area --take--> Picture --png(scale)--> pixels
//!                                             --svg---------> text
//! ```
//!
//! Points and rings, which the window stamps from small textures, become shapes again; texts are laid out
//! anew at the scale: nothing is a magnified screen pixel but surfaces and densities, which are images.

mod png;
mod shapes;
mod svg;
#[cfg(test)]
mod tests;
pub mod textures;

use std::collections::HashMap;

use eframe::egui::epaint::{ClippedShape, TextOptions};
use eframe::egui::{Color32, Context, FontDefinitions, Id, LayerId, Rect, TextureId, Vec2};

use self::textures::Content;

/// What is drawn in an area, moved so that its corner is (0, 0); sizes in points.
pub struct Picture {
    pub title: String,
    pub size: Vec2,
    ground: Color32,
    shapes: Vec<ClippedShape>,
    textures: HashMap<TextureId, Content>,
    fonts: FontDefinitions,
    text: TextOptions,
}

impl Picture {
    /// What has been drawn in this frame on a layer within an area. None where that is nothing.
    pub fn take(
        ctx: &Context,
        layer: LayerId,
        area: Rect,
        ground: Color32,
        title: impl Into<String>,
    ) -> Option<Picture> {
        let area = area.round();
        let shapes: Vec<ClippedShape> = ctx.graphics(|graphics| {
            let list = graphics.get(layer)?;
            let inside = list.all_entries().filter(|entry| {
                entry.clip_rect.intersects(area)
                    && entry.shape.visual_bounding_rect().intersects(area)
            });
            Some(inside.cloned().collect())
        })?;
        let (fonts, text) = ctx.fonts(|f| (f.definitions().clone(), *f.options()));
        let mut picture = Picture {
            title: title.into(),
            size: area.size(),
            ground,
            shapes,
            textures: textures::contents(ctx),
            fonts,
            text,
        };
        let by = -area.min.to_vec2();
        for entry in &mut picture.shapes {
            entry.clip_rect = entry.clip_rect.intersect(area).translate(by);
            entry.shape.translate(by);
        }
        (!picture.shapes.is_empty()).then_some(picture)
    }
}

/// The pictures that the frame shows, for whoever wants one of them alone.
type Shown = Vec<(String, Rect)>;

fn shown_id() -> Id {
    Id::unique("pictures of the frame")
}

/// Says where a picture stands in this frame.
pub fn show(ctx: &Context, title: &str, area: Rect) {
    ctx.data_mut(|data| {
        let shown = data.get_temp_mut_or_default::<Shown>(shown_id());
        if !shown.iter().any(|(known, _)| known == title) {
            shown.push((title.to_owned(), area));
        }
    });
}

/// At a frame's begin: gives those of the last.
pub fn begin(ctx: &Context) -> Vec<(String, Rect)> {
    ctx.data_mut(|data| std::mem::take(data.get_temp_mut_or_default::<Shown>(shown_id())))
}
