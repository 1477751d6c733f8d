//! What an axis shows, and the sizes and texts around it.

use std::sync::Arc;

use eframe::egui::text::{LayoutJob, TextFormat, TextWrapping};
use eframe::egui::{Color32, FontFamily, FontId, Galley, Ui};

use super::ticks::{Tick, ticks};

/// What the values of an axis are.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum AxisKind {
    #[default]
    Number,
    /// Seconds since 1970-01-01 00:00 UTC.
    Date,
    /// Level names; level `i` is at `i`.
    Category(Arc<[String]>),
}

/// An axis: what it shows and in which unit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Axis {
    pub title: String,
    pub unit: Option<String>,
    pub kind: AxisKind,
}

impl Axis {
    pub fn number(title: impl Into<String>, unit: Option<&str>) -> Self {
        Axis {
            title: title.into(),
            unit: unit.map(str::to_owned),
            kind: AxisKind::Number,
        }
    }

    pub(super) fn label(&self) -> String {
        match &self.unit {
            Some(unit) if !unit.is_empty() => format!("{} ({unit})", self.title),
            _ => self.title.clone(),
        }
    }
}

/// Sizes of a picture at a text scale: 1 at the desk, 1.75 at the projector.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sizes {
    pub scale: f32,
    /// Tick labels and small lines.
    pub small: f32,
    /// Axis titles and legend.
    pub body: f32,
}

impl Sizes {
    pub fn new(scale: f32) -> Self {
        // At the projector nothing is smaller than 20 points.
        let least = if scale > 1.4 { 20.0 } else { 11.0 };
        Sizes {
            scale,
            small: (11.0 * scale).max(least),
            body: (13.0 * scale).max(least),
        }
    }

    pub fn small_font(&self) -> FontId {
        FontId::new(self.small, FontFamily::Proportional)
    }

    pub fn body_font(&self) -> FontId {
        FontId::new(self.body, FontFamily::Proportional)
    }
}

/// The ticks of a range on a length in points.
pub(super) fn axis_ticks(
    axis: &Axis,
    range: [f64; 2],
    length: f32,
    sizes: Sizes,
    upright: bool,
) -> Vec<Tick> {
    let spacing = match (&axis.kind, upright) {
        (AxisKind::Category(_), true) => 18.0,
        (AxisKind::Category(_), false) => 44.0,
        (AxisKind::Date, false) => 92.0,
        (AxisKind::Number, false) => 60.0,
        (_, true) => 46.0,
    };
    ticks(
        &axis.kind,
        range,
        f64::from(length / (spacing * sizes.scale)),
    )
}

/// One line of text, ending in "…" where it is longer than its room.
pub(super) fn elided(ui: &Ui, text: &str, font: FontId, colour: Color32, room: f32) -> Arc<Galley> {
    let mut job = LayoutJob::single_section(text.to_owned(), TextFormat::simple(font, colour));
    job.wrap = TextWrapping {
        max_width: room,
        max_rows: 1,
        break_anywhere: true,
        ..Default::default()
    };
    job.break_on_newline = false;
    ui.painter().layout_job(job)
}
