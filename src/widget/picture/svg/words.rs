//! What SVG's attributes say: numbers, colours, paths, words.

use std::fmt::Write as _;

use eframe::egui::epaint::{ColorMode, PathStroke};
use eframe::egui::{Color32, Pos2, Rect, Stroke, pos2};

use crate::base::problem::visible;

pub(super) const NOTHING: &str = " fill=\"none\"";

pub(super) fn filled(fill: Color32, stroke: Stroke) -> String {
    let fill = match fill.a() {
        0 => NOTHING.to_owned(),
        _ => paint("fill", fill),
    };
    fill + &outline(stroke)
}

pub(super) fn outline(stroke: Stroke) -> String {
    if stroke.width <= 0.0 || stroke.color.a() == 0 {
        return String::new();
    }
    let width = num(stroke.width);
    paint("stroke", stroke.color) + &format!(" stroke-width=\"{width}\"")
}

/// A stroke whose colour runs along it is written in the colour of its middle.
pub(super) fn solid(stroke: &PathStroke) -> Stroke {
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

pub(super) fn paint(what: &str, colour: Color32) -> String {
    let [r, g, b, a] = colour.to_srgba_unmultiplied();
    let mut words = format!(" {what}=\"#{r:02x}{g:02x}{b:02x}\"");
    if a != 255 {
        let _ = write!(words, " {what}-opacity=\"{}\"", num(f32::from(a) / 255.0));
    }
    words
}

pub(super) fn mean(colours: [Color32; 3]) -> Color32 {
    if colours[0] == colours[1] && colours[1] == colours[2] {
        return colours[0];
    }
    let part = |at: usize| {
        let sum: u32 = colours.iter().map(|c| u32::from(c.to_array()[at])).sum();
        (sum / 3) as u8
    };
    Color32::from_rgba_premultiplied(part(0), part(1), part(2), part(3))
}

pub(super) fn turned(angle: f32, about: Pos2) -> String {
    if angle == 0.0 {
        return String::new();
    }
    let degrees = num(angle.to_degrees());
    format!(" transform=\"rotate({degrees} {})\"", point(about))
}

pub(super) fn place(rect: Rect) -> String {
    let [x, y] = [rect.left(), rect.top()].map(num);
    let [width, height] = [rect.width(), rect.height()].map(num);
    format!("x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"")
}

pub(super) fn path(points: &[Pos2], closed: bool) -> String {
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
pub(super) fn rounded(rect: Rect, radii: [f32; 4]) -> String {
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

pub(super) fn point(p: Pos2) -> String {
    format!("{} {}", num(p.x), num(p.y))
}

/// Two decimals at most; what is no number is 0, and far away is far enough.
pub(super) fn num(value: f32) -> String {
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

pub(super) fn escaped(text: &str) -> String {
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
pub(super) fn base64(bytes: &[u8]) -> String {
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
