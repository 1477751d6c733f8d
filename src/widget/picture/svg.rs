//! A picture as SVG 1.1: shapes as shapes, texts as texts with their font named, surfaces as embedded PNG.
//!
//! All words are escaped; control and bidirectional characters, which XML does not have or which would
//! disturb what is read, are written out.

use std::fmt::Write as _;

use eframe::egui::epaint::text::Fonts;
use eframe::egui::epaint::textures::TextureFilter;
use eframe::egui::epaint::{
    ClippedShape, ColorMode, Mesh, PathShape, PathStroke, RectShape, TessellationOptions,
    Tessellator, TextShape,
};
use eframe::egui::{
    Color32, ColorImage, FontFamily, Pos2, Rect, Shape, Stroke, StrokeKind, TextureId, pos2, vec2,
};

use super::textures::Content;
use super::{Picture, shapes};
use crate::base::problem::visible;
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

    /// Each row's letters of one look as one text, at their places.
    fn text(&mut self, shape: &TextShape) {
        let turn = turned(shape.angle, shape.pos);
        let job = &shape.galley.job;
        let mut at = 0;
        for row in &shape.galley.rows {
            let origin = shape.pos + row.pos.to_vec2();
            let mut run: Option<Run> = None;
            for glyph in &row.row.glyphs {
                // What stands in the text but not in the row: line ends, blanks where it wraps.
                if let Some(skip) = job.text.get(at..).and_then(|rest| rest.find(glyph.chr)) {
                    at += skip + glyph.chr.len_utf8();
                }
                let section = section_at(shape, at.saturating_sub(1));
                if run.as_ref().is_some_and(|run| run.section != section) {
                    self.run(shape, run.take(), &turn);
                }
                let start = origin + glyph.pos.to_vec2();
                let run = run.get_or_insert_with(|| Run {
                    section,
                    start,
                    end: start.x,
                    words: String::new(),
                });
                run.words.push(glyph.chr);
                run.end = start.x + glyph.advance_width;
            }
            self.run(shape, run, &turn);
        }
    }

    fn run(&mut self, shape: &TextShape, run: Option<Run>, turn: &str) {
        let Some(run) = run.filter(|run| !run.words.trim().is_empty()) else {
            return;
        };
        let Some(section) = shape.galley.job.sections.get(run.section) else {
            return;
        };
        let format = &section.format;
        let own = match format.color {
            Color32::PLACEHOLDER => shape.fallback_color,
            colour => colour,
        };
        let colour = shape.override_text_color.unwrap_or(own);
        let colour = colour.gamma_multiply(shape.opacity_factor);
        if colour.a() == 0 {
            return;
        }
        let size = format.font_id.size;
        let is_icon = |c: char| matches!(c, '\u{e000}'..='\u{f8ff}');
        if run.words.contains(is_icon) {
            // No other computer has the icons' font.
            let mut job = shape.galley.job.as_ref().clone();
            job.text.clone_from(&run.words);
            job.sections = vec![eframe::egui::text::LayoutSection {
                leading_space: 0.0,
                byte_range: eframe::egui::text::ByteIndex(0)
                    ..eframe::egui::text::ByteIndex(run.words.len()),
                format: format.clone(),
            }];
            job.wrap = Default::default();
            let galley = self.fonts.with_pixels_per_point(FINE).layout_job(job);
            let first = galley.rows.first().and_then(|row| row.row.glyphs.first());
            let base = first.map_or(vec2(0.0, size), |glyph| glyph.pos.to_vec2());
            let place = run.start - base;
            let icon = TextShape {
                pos: place,
                galley,
                ..shape.clone()
            };
            let around = icon.visual_bounding_rect();
            self.raster(&Shape::Text(icon), around);
            return;
        }
        let (family, weight) = family(&format.font_id.family);
        let words = run.words.trim_end();
        let whole = words.len() == run.words.len();
        // The width on the screen, whatever font the reader has.
        let length = match words.chars().count() {
            0 | 1 => String::new(),
            _ if !whole => String::new(),
            _ => format!(
                " textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\"",
                num(run.end - run.start.x)
            ),
        };
        let slant = if format.italics {
            " font-style=\"italic\""
        } else {
            ""
        };
        let _ = writeln!(
            self.body,
            "<text x=\"{}\" y=\"{}\" font-family=\"{family}\" font-size=\"{}\"{weight}{slant}{}{length}{turn} xml:space=\"preserve\">{}</text>",
            num(run.start.x),
            num(run.start.y),
            num(size),
            paint("fill", colour),
            escaped(words)
        );
    }
}

/// Letters of one look in one row.
struct Run {
    section: usize,
    start: Pos2,
    end: f32,
    words: String,
}

fn section_at(shape: &TextShape, byte: usize) -> usize {
    let sections = &shape.galley.job.sections;
    let holds = |section: &eframe::egui::text::LayoutSection| section.byte_range.end.0 > byte;
    let last = sections.len().saturating_sub(1);
    sections.iter().position(holds).unwrap_or(last)
}

/// As in the theme's fonts.
fn family(family: &FontFamily) -> (&'static str, &'static str) {
    match family {
        FontFamily::Monospace => ("JetBrains Mono, monospace", ""),
        FontFamily::Name(name) if &**name == "medium" => {
            ("Inter, sans-serif", " font-weight=\"500\"")
        }
        FontFamily::Name(name) if &**name == "semibold" => {
            ("Inter, sans-serif", " font-weight=\"600\"")
        }
        _ => ("Inter, sans-serif", ""),
    }
}

const NOTHING: &str = " fill=\"none\"";

fn filled(fill: Color32, stroke: Stroke) -> String {
    let fill = match fill.a() {
        0 => NOTHING.to_owned(),
        _ => paint("fill", fill),
    };
    fill + &outline(stroke)
}

fn outline(stroke: Stroke) -> String {
    if stroke.width <= 0.0 || stroke.color.a() == 0 {
        return String::new();
    }
    let width = num(stroke.width);
    paint("stroke", stroke.color) + &format!(" stroke-width=\"{width}\"")
}

/// A stroke whose colour runs along it is written in the colour of its middle.
fn solid(stroke: &PathStroke) -> Stroke {
    let color = match &stroke.color {
        ColorMode::Solid(colour) => *colour,
        ColorMode::UV(colour) => colour(
            Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0)),
            pos2(0.5, 0.5),
        ),
    };
    Stroke {
        width: stroke.width,
        color,
    }
}

fn paint(what: &str, colour: Color32) -> String {
    let [r, g, b, a] = colour.to_srgba_unmultiplied();
    let mut words = format!(" {what}=\"#{r:02x}{g:02x}{b:02x}\"");
    if a != 255 {
        let _ = write!(words, " {what}-opacity=\"{}\"", num(f32::from(a) / 255.0));
    }
    words
}

fn mean(colours: [Color32; 3]) -> Color32 {
    if colours[0] == colours[1] && colours[1] == colours[2] {
        return colours[0];
    }
    let part = |at: usize| {
        let sum: u32 = colours.iter().map(|c| u32::from(c.to_array()[at])).sum();
        (sum / 3) as u8
    };
    Color32::from_rgba_premultiplied(part(0), part(1), part(2), part(3))
}

fn turned(angle: f32, about: Pos2) -> String {
    if angle == 0.0 {
        return String::new();
    }
    let degrees = num(angle.to_degrees());
    format!(" transform=\"rotate({degrees} {})\"", point(about))
}

fn place(rect: Rect) -> String {
    let [x, y] = [rect.left(), rect.top()].map(num);
    let [width, height] = [rect.width(), rect.height()].map(num);
    format!("x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"")
}

fn path(points: &[Pos2], closed: bool) -> String {
    let mut d = String::with_capacity(points.len() * 12);
    for (at, p) in points.iter().enumerate() {
        d.push(if at == 0 { 'M' } else { 'L' });
        d.push_str(&point(*p));
    }
    if closed {
        d.push('Z');
    }
    d
}

/// Corners from the left top, clockwise.
fn rounded(rect: Rect, radii: [f32; 4]) -> String {
    let most = rect.width().min(rect.height()) / 2.0;
    let [nw, ne, se, sw] = radii.map(|r| r.min(most).max(0.0));
    let (l, t, r, b) = (rect.left(), rect.top(), rect.right(), rect.bottom());
    let arc = |radius: f32, to: Pos2| format!("A{0} {0} 0 0 1 {1}", num(radius), point(to));
    [
        format!("M{}", point(pos2(l + nw, t))),
        format!("L{}", point(pos2(r - ne, t))),
        arc(ne, pos2(r, t + ne)),
        format!("L{}", point(pos2(r, b - se))),
        arc(se, pos2(r - se, b)),
        format!("L{}", point(pos2(l + sw, b))),
        arc(sw, pos2(l, b - sw)),
        format!("L{}", point(pos2(l, t + nw))),
        arc(nw, pos2(l + nw, t)),
        "Z".to_owned(),
    ]
    .concat()
}

fn point(p: Pos2) -> String {
    format!("{} {}", num(p.x), num(p.y))
}

/// Two decimals at most; what is no number is 0, and far away is far enough.
fn num(value: f32) -> String {
    if !value.is_finite() {
        return "0".to_owned();
    }
    let text = format!("{:.2}", value.clamp(-1e6, 1e6));
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" {
        "0".to_owned()
    } else {
        text.to_owned()
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in visible(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // Not in XML.
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let byte = |at: usize| u32::from(three.get(at).copied().unwrap_or(0));
        let all = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            if at <= three.len() {
                let six = all >> (18 - 6 * at) & 63;
                out.push(LETTERS[six as usize] as char);
            } else {
                out.push('=');
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_as_letters() {
        // RFC 4648, section 10.
        for (bytes, letters) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(bytes.as_bytes()), letters);
        }
    }

    #[test]
    fn words_and_numbers_are_harmless() {
        assert_eq!(
            escaped("<script>&\"\u{202e}\u{1}'"),
            "&lt;script&gt;&amp;&quot;\\u{202e}\\u{1}&#39;"
        );
        assert_eq!(num(f32::NAN), "0");
        assert_eq!(num(-0.001), "0");
        assert_eq!(num(12.5), "12.5");
        assert_eq!(num(f32::MAX), "1000000");
    }
}
