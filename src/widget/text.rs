//! Text of the theme's styles, laid out by hand where a widget paints itself.
use super::theme;
use super::tokens::Tokens;
use eframe::egui::text::{LayoutJob, TextFormat};
use eframe::egui::{
    Align2, Color32, FontFamily, FontId, Galley, Painter, Pos2, Rect, Response, TextStyle, Ui, pos2,
};
use std::sync::Arc;

pub fn small(ui: &Ui) -> FontId {
    TextStyle::Small.resolve(ui.style())
}

pub fn body(ui: &Ui) -> FontId {
    TextStyle::Body.resolve(ui.style())
}

/// 13 medium: buttons and values.
pub fn button(ui: &Ui) -> FontId {
    TextStyle::Button.resolve(ui.style())
}

/// 13 semibold: names.
pub fn strong(ui: &Ui) -> FontId {
    TextStyle::Name("strong".into()).resolve(ui.style())
}

pub fn heading(ui: &Ui) -> FontId {
    TextStyle::Heading.resolve(ui.style())
}

pub fn score(ui: &Ui) -> FontId {
    TextStyle::Name("score".into()).resolve(ui.style())
}

/// One line, cut with "…" where it is wider than `width`.
pub fn line(ui: &Ui, text: &str, font: FontId, colour: Color32, width: f32) -> Arc<Galley> {
    let mut job = LayoutJob::simple_singleline(text.to_owned(), font, colour);
    job.wrap.max_width = width.max(0.0);
    job.wrap.max_rows = 1;
    job.wrap.break_anywhere = true;
    ui.painter().layout_job(job)
}

/// Paints a laid-out line so that `align` of it lies at `at`; returns where it lies.
pub fn paint(painter: &Painter, at: Pos2, align: Align2, galley: Arc<Galley>) -> Rect {
    // By the font's row, not by the ink, so that neighbours share a baseline.
    let rect = align.anchor_size(at, galley.size());
    let rect = Rect::from_min_size(pos2(rect.min.x.round(), rect.min.y.round()), rect.size());
    painter.galley(rect.min, galley, Color32::PLACEHOLDER);
    rect
}

/// Paints an icon centred at `at`, `size` points wide.
pub fn icon(painter: &Painter, at: Pos2, icon: &str, size: f32, colour: Color32) {
    let font = FontId::new(size, FontFamily::Proportional);
    painter.text(at, Align2::CENTER_CENTER, icon, font, colour);
}

/// Paints a filled icon centred at `at`, `size` points wide.
pub fn filled_icon(painter: &Painter, at: Pos2, icon: &str, size: f32, colour: Color32) {
    let font = FontId::new(size, theme::icons_fill());
    painter.text(at, Align2::CENTER_CENTER, icon, font, colour);
}

/// A sentence some of whose words are bold; names from the user's data may stand in it as they are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rich(Vec<(String, bool)>);

impl Rich {
    pub fn plain(mut self, text: impl Into<String>) -> Self {
        self.0.push((text.into(), false));
        self
    }

    pub fn bold(mut self, text: impl Into<String>) -> Self {
        self.0.push((text.into(), true));
        self
    }

    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|(text, _)| text.is_empty())
    }

    /// The words alone.
    pub fn text(&self) -> String {
        self.0.iter().map(|(text, _)| text.as_str()).collect()
    }

    pub fn job(&self, ui: &Ui, colour: Color32, bold: Color32) -> LayoutJob {
        let line_height = Some(18.0 * theme::scale(ui));
        let mut job = LayoutJob::default();
        for (text, is_bold) in &self.0 {
            let mut format = if *is_bold {
                TextFormat::simple(strong(ui), bold)
            } else {
                TextFormat::simple(body(ui), colour)
            };
            format.line_height = line_height;
            job.append(text, 0.0, format);
        }
        job
    }

    /// A wrapped label.
    pub fn show(&self, ui: &mut Ui) -> Response {
        let t = Tokens::of(ui);
        let job = self.job(ui, t.text, t.strong);
        ui.add(eframe::egui::Label::new(job).wrap())
    }
}

impl From<&str> for Rich {
    fn from(text: &str) -> Self {
        Self::default().plain(text)
    }
}

impl From<String> for Rich {
    fn from(text: String) -> Self {
        Self::default().plain(text)
    }
}
