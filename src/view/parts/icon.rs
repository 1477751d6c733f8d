//! Icons of the pictures.

use eframe::egui;

use crate::data::Kind;
use crate::widget::icons;

/// The family of the filled face; the regular one is the fallback of every text family.
pub fn filled(size: f32) -> egui::FontId {
    egui::FontId::new(size, crate::widget::theme::icons_fill())
}

/// The icon of a column's kind.
pub fn of_kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Number => icons::HASH,
        Kind::Category => icons::TAG,
        Kind::Text => icons::TEXT,
        Kind::Date => icons::CALENDAR,
        Kind::YesNo => icons::YES_NO,
    }
}
