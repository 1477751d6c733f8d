//! Fonts of the theme, and text that is cut with "…" instead of running over.

use std::sync::Arc;

use eframe::egui::text::{LayoutJob, TextFormat, TextWrapping};
use eframe::egui::{Align2, Color32, FontId, Galley, Painter, Pos2, Rect, TextStyle, Ui};

pub fn small(ui: &Ui) -> FontId {
    TextStyle::Small.resolve(ui.style())
}

pub fn body(ui: &Ui) -> FontId {
    TextStyle::Body.resolve(ui.style())
}

pub fn medium(ui: &Ui) -> FontId {
    TextStyle::Button.resolve(ui.style())
}

pub fn heading(ui: &Ui) -> FontId {
    TextStyle::Heading.resolve(ui.style())
}

pub fn strong(ui: &Ui) -> FontId {
    named(ui, "strong")
}

pub fn score(ui: &Ui) -> FontId {
    named(ui, "score")
}

/// Semibold at the small size, for letters in badges.
pub fn small_strong(ui: &Ui) -> FontId {
    FontId::new(small(ui).size, strong(ui).family)
}

/// A style of the theme; the body where the theme is not installed.
fn named(ui: &Ui, name: &str) -> FontId {
    ui.style()
        .text_styles
        .get(&TextStyle::Name(name.into()))
        .cloned()
        .unwrap_or_else(|| body(ui))
}

/// One line, at most `width` wide; `galley.elided` says whether it was cut.
pub fn line(
    painter: &Painter,
    text: impl Into<String>,
    font: FontId,
    color: Color32,
    width: f32,
) -> Arc<Galley> {
    let mut job = LayoutJob::simple_singleline(text.into(), font, color);
    job.wrap = TextWrapping::truncate_at_width(width.max(0.0));
    painter.layout_job(job)
}

/// Several lines, wrapped at `width`.
pub fn wrapped(
    painter: &Painter,
    text: impl Into<String>,
    font: FontId,
    color: Color32,
    width: f32,
) -> Arc<Galley> {
    painter.layout_job(LayoutJob::simple(text.into(), font, color, width.max(1.0)))
}

/// Pieces in different fonts and colours on one line, cut at `width`.
pub fn pieces(painter: &Painter, pieces: &[(&str, FontId, Color32)], width: f32) -> Arc<Galley> {
    let mut job = LayoutJob {
        break_on_newline: false,
        wrap: TextWrapping::truncate_at_width(width.max(0.0)),
        ..LayoutJob::default()
    };
    for (text, font, color) in pieces {
        job.append(text, 0.0, TextFormat::simple(font.clone(), *color));
    }
    painter.layout_job(job)
}

/// Draws a laid-out text with `anchor` at `at`; answers where it stands.
pub fn place(painter: &Painter, at: Pos2, anchor: Align2, galley: Arc<Galley>) -> Rect {
    let rect = anchor.anchor_size(at, galley.size());
    // Whole points keep the letters sharp.
    painter.galley(rect.min.round(), galley, Color32::PLACEHOLDER);
    rect
}

/// How wide this text would be on one line.
pub fn width(painter: &Painter, text: &str, font: &FontId) -> f32 {
    painter
        .layout_no_wrap(text.to_owned(), font.clone(), Color32::PLACEHOLDER)
        .size()
        .x
}
