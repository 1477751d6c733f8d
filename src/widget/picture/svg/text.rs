//! Texts of a picture as SVG texts, each at its place, and icons as images.

use std::fmt::Write as _;

use eframe::egui::epaint::TextShape;
use eframe::egui::text::{ByteIndex, LayoutSection};
use eframe::egui::{Color32, FontFamily, Pos2, Shape, vec2};

use super::words::{escaped, num, paint, turned};
use super::{FINE, Writer};

impl Writer<'_> {
    /// Each row's letters of one look as one text, at their places.
    pub(super) fn text(&mut self, shape: &TextShape) {
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
            job.sections = vec![LayoutSection {
                leading_space: 0.0,
                byte_range: ByteIndex(0)..ByteIndex(run.words.len()),
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
    let holds = |section: &LayoutSection| section.byte_range.end.0 > byte;
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
