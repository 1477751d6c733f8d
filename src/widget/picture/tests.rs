use std::sync::Arc;

use eframe::egui::epaint::{CircleShape, Mesh, PathShape};
use eframe::egui::{
    Align2, Color32, ColorImage, Context, CornerRadius, FontFamily, FontId, LayerId, Pos2,
    RawInput, Rect, Shape, Stroke, StrokeKind, TextureHandle, TextureOptions, pos2, vec2,
};

use super::textures::Stamp;
use super::*;
use crate::widget::{icons, theme};

const NAME: &str = "<script>&\"'\u{202e}";

/// A frame in which everything is drawn that a picture may hold; taken without its first 20 points.
fn taken() -> Picture {
    let ctx = Context::default();
    theme::install(&ctx, 1.0, true);
    let mut kept: Vec<TextureHandle> = Vec::new();
    let mut picture = None;
    for _ in 0..2 {
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, vec2(300.0, 200.0))),
            ..RawInput::default()
        };
        let mut output = ctx.run_ui(input, |ui| {
            let ctx = ui.ctx().clone();
            let painter = ui.painter();
            let surface = ColorImage::filled([2, 2], Color32::from_rgb(1, 2, 3));
            let surface = textures::load(&ctx, "surface", surface, TextureOptions::LINEAR);
            let masks = ColorImage::filled([4, 4], Color32::WHITE);
            let masks = textures::load(&ctx, "masks", masks, TextureOptions::LINEAR);
            let half = Rect::from_min_max(pos2(0.0, 0.0), pos2(0.5, 1.0));
            let disc = Stamp {
                uv: half,
                shape: CircleShape::filled(Pos2::ZERO, 4.0, Color32::WHITE).into(),
            };
            textures::set_stamps(&ctx, &masks, Arc::new([disc]));
            let all = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
            let at = |x, y| Rect::from_min_size(pos2(x, y), vec2(30.0, 20.0));
            painter.image(surface.id(), at(40.0, 40.0), all, Color32::WHITE);
            let mut points = Mesh::with_texture(masks.id());
            points.add_rect_with_uv(at(100.0, 100.0), half, Color32::RED);
            painter.add(Shape::mesh(points));
            let mut mesh = Mesh::default();
            mesh.add_colored_rect(at(200.0, 50.0), Color32::BLUE);
            painter.add(Shape::mesh(mesh));
            let line = Stroke::new(2.0, Color32::GREEN);
            painter.line_segment([pos2(30.0, 30.0), pos2(60.0, 90.0)], line);
            let points = vec![pos2(30.0, 30.0), pos2(60.0, 90.0), pos2(90.0, 30.0)];
            painter.add(PathShape::closed_line(points, line));
            let round = CornerRadius {
                nw: 4,
                ne: 0,
                sw: 2,
                se: 3,
            };
            painter.rect(
                at(150.0, 150.0),
                round,
                Color32::GRAY,
                line,
                StrokeKind::Inside,
            );
            painter.rect_filled(at(150.0, 120.0), 3.0, Color32::from_black_alpha(100));
            let font = FontId::new(13.0, FontFamily::Proportional);
            let ink = Color32::BLACK;
            painter.text(pos2(40.0, 150.0), Align2::LEFT_TOP, NAME, font.clone(), ink);
            painter.text(pos2(40.0, 170.0), Align2::LEFT_TOP, icons::FILE, font, ink);
            // Outside of what is taken.
            painter.circle_filled(pos2(5.0, 5.0), 3.0, Color32::YELLOW);
            let area = Rect::from_min_max(pos2(20.0, 20.0), pos2(300.0, 200.0));
            let layer: LayerId = ui.layer_id();
            picture = Picture::take(&ctx, layer, area, Color32::WHITE, NAME);
            kept.extend([surface, masks]);
        });
        // Nobody paints this frame.
        output.textures_delta.clear();
    }
    picture.expect("a picture")
}

/// Reads XML as far as the writer uses it: nested elements, quoted attributes, escaped text. Gives each
/// element's name, attributes and text.
fn elements(xml: &str) -> Vec<(String, Vec<(String, String)>, String)> {
    let mut open: Vec<usize> = Vec::new();
    let mut found: Vec<(String, Vec<(String, String)>, String)> = Vec::new();
    let mut rest = xml
        .strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>")
        .expect("a head");
    let unescape = |text: &str| {
        assert!(!text.contains(['<', '>']), "bare brackets in {text}");
        for part in text.split('&').skip(1) {
            let name = part.split(';').next().unwrap_or_default();
            assert!(
                ["amp", "lt", "gt", "quot", "#39"].contains(&name),
                "&{part}"
            );
        }
        text.replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&#39;", "'")
            .replace("&amp;", "&")
    };
    while let Some(begin) = rest.find('<') {
        if let Some(&at) = open.last() {
            let text = unescape(&rest[..begin]);
            found[at].2.push_str(&text);
        } else {
            assert!(rest[..begin].trim().is_empty());
        }
        let end = rest.find('>').expect("the end of a tag");
        let tag = &rest[begin + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            let at = open.pop().expect("something open");
            assert_eq!(found[at].0, name);
            continue;
        }
        let (tag, closed) = match tag.strip_suffix('/') {
            Some(tag) => (tag, true),
            None => (tag, false),
        };
        let (name, mut attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        let mut pairs: Vec<(String, String)> = Vec::new();
        while !attributes.trim().is_empty() {
            let (key, after) = attributes.trim_start().split_once("=\"").expect("a value");
            let (value, after) = after.split_once('"').expect("its end");
            assert!(!pairs.iter().any(|(known, _)| known == key), "{key} twice");
            pairs.push((key.to_owned(), unescape(value)));
            attributes = after;
        }
        found.push((name.to_owned(), pairs, String::new()));
        if !closed {
            open.push(found.len() - 1);
        }
    }
    assert!(open.is_empty() && rest.trim().is_empty());
    found
}

#[test]
fn an_svg_holds_every_shape_and_no_name_breaks_out() {
    let svg = taken().svg();
    assert!(!svg.contains("<script"));
    let found = elements(&svg);
    assert_eq!(found[0].0, "svg");
    let all = |name: &'static str| found.iter().filter(move |e| e.0 == name);
    let get = |e: &(String, Vec<(String, String)>, String), key: &str| {
        let pair = e.1.iter().find(|(k, _)| k == key);
        pair.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let said = "<script>&\"'\\u{202e}";
    let texts: String = all("text").map(|e| e.2.clone()).collect();
    assert!(texts.contains("<script>"), "{texts}");
    assert!(all("title").any(|e| e.2 == said));
    let text = all("text").next().expect("a text");
    assert!(get(text, "font-family").starts_with("Inter"));
    // The point is a circle again, at its place in the picture, and nothing from outside is there.
    let circles: Vec<_> = all("circle").collect();
    assert_eq!(circles.len(), 1);
    assert_eq!(get(circles[0], "fill"), "#ff0000");
    assert_eq!(
        (get(circles[0], "cx"), get(circles[0], "cy")),
        ("95".into(), "90".into())
    );
    // The surface and the icon.
    assert_eq!(all("image").count(), 2);
    assert!(all("image").all(|e| get(e, "xlink:href").starts_with("data:image/png;base64,iVBOR")));
    assert!(all("path").any(|e| get(e, "fill") == "#0000ff"));
    assert!(all("path").any(|e| get(e, "stroke-width") == "2" && get(e, "d").ends_with('Z')));
    assert!(
        all("path").any(|e| get(e, "d").contains('A')),
        "round corners"
    );
    assert!(all("rect").any(|e| get(e, "fill-opacity") == "0.39" && get(e, "rx") == "3"));
    // Every group names a clip that is there.
    for group in all("g") {
        let clip = get(group, "clip-path");
        let id = clip.trim_start_matches("url(#").trim_end_matches(')');
        assert!(all("clipPath").any(|e| get(e, "id") == id), "{clip}");
    }
}

#[test]
fn pixels_show_the_same_at_every_scale() {
    let picture = taken();
    for scale in [1, 3] {
        let image = picture.image(scale as f32);
        assert_eq!(image.size, [280 * scale, 180 * scale]);
        let at = |x: usize, y: usize| image[((x - 20) * scale, (y - 20) * scale)];
        assert_eq!(at(55, 50), Color32::from_rgb(1, 2, 3), "the surface");
        assert_eq!(at(115, 110), Color32::RED, "the point");
        assert_eq!(at(101, 101), Color32::WHITE, "beside it");
        assert_eq!(at(215, 60), Color32::BLUE, "the mesh");
        assert_eq!(at(290, 190), Color32::WHITE, "the ground");
    }
    // Letters are there, and finer ones have more shades than a magnified picture could.
    let image = picture.image(4.0);
    let dark = image.pixels.iter().filter(|p| p.r() < 60 && p.b() < 60);
    assert!(dark.count() > 300);
    let png = picture.png(2.0).expect("a PNG");
    assert_eq!(png[..4], [0x89, b'P', b'N', b'G']);
}

#[test]
fn textures_are_known_as_long_as_they_live() {
    let ctx = Context::default();
    let image = |v| ColorImage::filled([1, 1], Color32::from_gray(v));
    let mut kept = textures::load(&ctx, "a", image(1), TextureOptions::LINEAR);
    let gone = textures::load(&ctx, "b", image(2), TextureOptions::LINEAR).id();
    let more = textures::load(&ctx, "c", image(3), TextureOptions::LINEAR);
    let contents = textures::contents(&ctx);
    assert!(contents.contains_key(&kept.id()) && contents.contains_key(&more.id()));
    assert!(!contents.contains_key(&gone));
    textures::set(&ctx, &mut kept, image(9), TextureOptions::LINEAR);
    match textures::contents(&ctx).get(&kept.id()) {
        Some(Content::Image(image, _)) => assert_eq!(image.pixels[0].r(), 9),
        _ => panic!("no image"),
    }
}
