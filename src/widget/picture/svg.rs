//! A picture as SVG 1.1: shapes as shapes, texts as texts with their font named, surfaces as embedded PNG.
//!
//! All words are escaped; control and bidirectional characters, which XML does not have or which would
//! disturb what is read, are written out.

mod text;
mod words;

use std::fmt::Write as _;

use eframe::egui::epaint::text::Fonts;
use eframe::egui::epaint::textures::TextureFilter;
use eframe::egui::epaint::{
    ClippedShape, Mesh, PathShape, PathStroke, RectShape, TessellationOptions, Tessellator,
};
use eframe::egui::{Color32, ColorImage, Pos2, Rect, Shape, StrokeKind, TextureId};

use self::words::{
    NOTHING, base64, escaped, filled, mean, num, outline, paint, path, place, point, rounded,
    solid, turned,
};

use super::textures::Content;
use super::{Picture, shapes};
use crate::widget::cpu_renderer::{encode_png, to_rgba};

/// Pixels a point of what has to be an image.
const FINE: f32 = 4.0;

impl Picture {
    pub fn svg(&self) -> String {
        let mut to = Writer {
            picture: self,
            fonts: Fonts::new(self.text, self.fonts.clone()),
            body: String::new(),
            clips: Vec::new(),
            open: None,
        };
        for entry in shapes::flat(&self.shapes, &self.textures) {
            to.entry(&entry);
        }
        to.close_group();
        let (width, height) = (num(self.size.x), num(self.size.y));
        let mut svg = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" \
             width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\n\
             <title>{}</title>\n",
            escaped(&self.title)
        );
        svg.push_str("<defs>\n");
        for (at, clip) in to.clips.iter().enumerate() {
            let _ = writeln!(
                svg,
                "<clipPath id=\"c{at}\"><rect {}/></clipPath>",
                place(*clip)
            );
        }
        svg.push_str("</defs>\n");
        let whole = Rect::from_min_size(Pos2::ZERO, self.size);
        let _ = writeln!(
            svg,
            "<rect {}{}/>",
            place(whole),
            paint("fill", self.ground)
        );
        svg.push_str(&to.body);
        svg.push_str("</svg>\n");
        svg
    }
}

struct Writer<'a> {
    picture: &'a Picture,
    fonts: Fonts,
    body: String,
    clips: Vec<Rect>,
    /// The clip of the group that is open.
    open: Option<usize>,
}

impl Writer<'_> {
    fn entry(&mut self, entry: &ClippedShape) {
        let clip = entry.clip_rect;
        if !clip.is_positive() || !entry.shape.visual_bounding_rect().intersects(clip) {
            return;
        }
        let known = self.clips.iter().position(|known| *known == clip);
        let at = known.unwrap_or_else(|| {
            self.clips.push(clip);
            self.clips.len() - 1
        });
        if self.open != Some(at) {
            self.close_group();
            let _ = writeln!(self.body, "<g clip-path=\"url(#c{at})\">");
            self.open = Some(at);
        }
        self.shape(&entry.shape);
    }

    fn close_group(&mut self) {
        if self.open.take().is_some() {
            self.body.push_str("</g>\n");
        }
    }

    fn shape(&mut self, shape: &Shape) {
        match shape {
            Shape::Noop | Shape::Callback(_) | Shape::Vec(_) => {}
            Shape::Circle(c) => {
                let (x, y, r) = (num(c.center.x), num(c.center.y), num(c.radius));
                let look = filled(c.fill, c.stroke);
                self.line(
                    &format!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{r}\"{look}/>"),
                    &look,
                );
            }
            Shape::Ellipse(e) => {
                let look = filled(e.fill, e.stroke);
                let turn = turned(e.angle, e.center);
                let (x, y) = (num(e.center.x), num(e.center.y));
                let (rx, ry) = (num(e.radius.x), num(e.radius.y));
                let words =
                    format!("<ellipse cx=\"{x}\" cy=\"{y}\" rx=\"{rx}\" ry=\"{ry}\"{look}{turn}/>");
                self.line(&words, &look);
            }
            Shape::LineSegment { points, stroke } => {
                let look = outline(*stroke);
                let words = format!("<path d=\"{}\" fill=\"none\"{look}/>", path(points, false));
                self.line(&words, &look);
            }
            Shape::Path(path) => self.path(path),
            Shape::Rect(rect) => self.rect(rect),
            Shape::Text(text) => self.text(text),
            Shape::Mesh(mesh) if mesh.texture_id == TextureId::default() => self.mesh(mesh),
            Shape::Mesh(mesh) => self.textured(mesh),
            Shape::QuadraticBezier(curve) => {
                let [a, b, c] = curve.points.map(point);
                let words = format!("M{a}Q{b} {c}");
                self.curve(&words, curve.closed, curve.fill, &curve.stroke);
            }
            Shape::CubicBezier(curve) => {
                let [a, b, c, d] = curve.points.map(point);
                let words = format!("M{a}C{b} {c} {d}");
                self.curve(&words, curve.closed, curve.fill, &curve.stroke);
            }
            Shape::Band(_) => {
                // Without soft edges: whoever shows the SVG smooths them.
                let options = TessellationOptions {
                    feathering: false,
                    ..TessellationOptions::default()
                };
                let mut mesh = Mesh::default();
                let mut tessellator = Tessellator::new(1.0, options, [1, 1], Vec::new());
                tessellator.tessellate_shape(shape.clone(), &mut mesh);
                self.mesh(&mesh);
            }
        }
    }

    /// Nothing that cannot be seen is written.
    fn line(&mut self, words: &str, look: &str) {
        if !look.is_empty() && look != NOTHING {
            self.body.push_str(words);
            self.body.push('\n');
        }
    }

    fn curve(&mut self, d: &str, closed: bool, fill: Color32, stroke: &PathStroke) {
        let look = filled(fill, solid(stroke));
        let end = if closed { "Z" } else { "" };
        self.line(&format!("<path d=\"{d}{end}\"{look}/>"), &look);
    }

    fn path(&mut self, shape: &PathShape) {
        if shape.points.len() < 2 {
            return;
        }
        let look = filled(shape.fill, solid(&shape.stroke));
        let d = path(&shape.points, shape.closed);
        self.line(&format!("<path d=\"{d}\"{look}/>"), &look);
    }

    fn rect(&mut self, shape: &RectShape) {
        if let Some(brush) = &shape.brush
            && let Some(Content::Image(image, options)) =
                self.picture.textures.get(&brush.fill_texture_id)
        {
            let smooth = options.magnification == TextureFilter::Linear;
            let image = image.clone();
            self.image(&image, brush.uv, shape.rect, shape.fill, smooth);
            return;
        }
        if shape.blur_width > 0.0 {
            let place = shape.visual_bounding_rect();
            self.raster(&Shape::Rect(shape.clone()), place);
            return;
        }
        // A stroke in SVG is half inside and half outside.
        let half = shape.stroke.width / 2.0;
        let rect = match shape.stroke_kind {
            _ if shape.stroke.is_empty() => shape.rect,
            StrokeKind::Inside => shape.rect.shrink(half),
            StrokeKind::Middle => shape.rect,
            StrokeKind::Outside => shape.rect.expand(half),
        };
        if rect.width() < 0.0 || rect.height() < 0.0 {
            return;
        }
        let look = filled(shape.fill, shape.stroke);
        let turn = turned(shape.angle, shape.rect.center());
        let corners = shape.corner_radius;
        let words = if corners.is_same() {
            let round = match f32::from(corners.nw) {
                0.0 => String::new(),
                r => format!(" rx=\"{}\"", num(r)),
            };
            format!("<rect {}{round}{look}{turn}/>", place(rect))
        } else {
            let radii = [corners.nw, corners.ne, corners.se, corners.sw].map(f32::from);
            format!("<path d=\"{}\"{look}{turn}/>", rounded(rect, radii))
        };
        self.line(&words, &look);
    }

    /// Triangles, those of one colour that follow each other as one path: edges between them stay unseen.
    fn mesh(&mut self, mesh: &Mesh) {
        let mut run: Option<(Color32, String)> = None;
        for corners in mesh.indices.chunks_exact(3) {
            let found = |i: &u32| mesh.vertices.get(*i as usize);
            let (Some(a), Some(b), Some(c)) =
                (found(&corners[0]), found(&corners[1]), found(&corners[2]))
            else {
                continue;
            };
            let colour = mean([a.color, b.color, c.color]);
            if colour.a() == 0 {
                continue;
            }
            let d = path(&[a.pos, b.pos, c.pos], true);
            match &mut run {
                Some((of, all)) if *of == colour => all.push_str(&d),
                _ => {
                    self.triangles(run.replace((colour, d)));
                }
            }
        }
        self.triangles(run);
    }

    fn triangles(&mut self, run: Option<(Color32, String)>) {
        if let Some((colour, d)) = run {
            let _ = writeln!(self.body, "<path d=\"{d}\"{}/>", paint("fill", colour));
        }
    }

    fn textured(&mut self, mesh: &Mesh) {
        let quads = shapes::quads(mesh);
        match self.picture.textures.get(&mesh.texture_id) {
            Some(Content::Image(image, options)) if !quads.is_empty() && quads.len() <= 64 => {
                let smooth = options.magnification == TextureFilter::Linear;
                let image = image.clone();
                for quad in quads {
                    self.image(&image, quad.uv, quad.place, quad.colour, smooth);
                }
            }
            Some(_) => {
                let shape = Shape::from(mesh.clone());
                let place = shape.visual_bounding_rect();
                self.raster(&shape, place);
            }
            None => {}
        }
    }

    /// The part `uv` of an image in a place.
    fn image(&mut self, image: &ColorImage, uv: Rect, at: Rect, tint: Color32, smooth: bool) {
        let [width, height] = image.size;
        let pixel = |share: f32, side: usize| (share * side as f32).round().clamp(0.0, side as f32);
        let x = [pixel(uv.left(), width), pixel(uv.right(), width)];
        let y = [pixel(uv.top(), height), pixel(uv.bottom(), height)];
        let (left, right) = (x[0].min(x[1]) as usize, x[0].max(x[1]) as usize);
        let (top, bottom) = (y[0].min(y[1]) as usize, y[0].max(y[1]) as usize);
        if right == left || bottom == top {
            return;
        }
        let mut pixels = Vec::with_capacity((right - left) * (bottom - top));
        for row in top..bottom {
            let row = if y[0] <= y[1] {
                row
            } else {
                top + bottom - 1 - row
            };
            for column in left..right {
                let column = if x[0] <= x[1] {
                    column
                } else {
                    left + right - 1 - column
                };
                pixels.push(image.pixels[row * width + column] * tint);
            }
        }
        let part = ColorImage::new([right - left, bottom - top], pixels);
        self.embed(&part, at, smooth);
    }

    /// What has no likeness in SVG, as pixels.
    fn raster(&mut self, shape: &Shape, at: Rect) {
        let whole = Rect::from_min_size(Pos2::ZERO, self.picture.size);
        let at = at.expand(1.0).intersect(whole);
        if at.is_positive() {
            let image = self.picture.cut(shape, at, &mut self.fonts, FINE);
            self.embed(&image, at, true);
        }
    }

    fn embed(&mut self, image: &ColorImage, at: Rect, smooth: bool) {
        let Ok(png) = encode_png(image.size[0], image.size[1], &to_rgba(image)) else {
            return;
        };
        let style = if smooth {
            ""
        } else {
            " style=\"image-rendering:pixelated\""
        };
        let _ = writeln!(
            self.body,
            "<image {} preserveAspectRatio=\"none\"{style} xlink:href=\"data:image/png;base64,{}\"/>",
            place(at),
            base64(&png)
        );
    }
}
