//! Phosphor's code points that the pictures use (both its regular and its filled face).

use eframe::egui;

pub const APPROXIMATE: char = '\u{edaa}';
pub const ARROW_DOWN: char = '\u{e03e}';
pub const ARROW_UP: char = '\u{e08e}';
pub const BROADCAST: char = '\u{e0f2}';
pub const CALENDAR: char = '\u{e10a}';
pub const HASH: char = '\u{e2a2}';
pub const PAUSE: char = '\u{e39e}';
pub const PLAY: char = '\u{e3d0}';
pub const SKIP_BACK: char = '\u{e5a4}';
pub const TAG: char = '\u{e478}';
pub const TARGET: char = '\u{e47c}';
pub const TEXT: char = '\u{e48a}';
pub const TOGGLE: char = '\u{e674}';
pub const TROPHY: char = '\u{e67e}';
pub const WARNING: char = '\u{e4e0}';

/// The family of the filled face; the regular one is the fallback of every text family.
pub fn filled(size: f32) -> egui::FontId {
    egui::FontId::new(size, egui::FontFamily::Name("icons-fill".into()))
}

/// The icon of a column's kind.
pub fn of_kind(kind: crate::data::Kind) -> char {
    use crate::data::Kind;
    match kind {
        Kind::Number => HASH,
        Kind::Category => TAG,
        Kind::Text => TEXT,
        Kind::Date => CALENDAR,
        Kind::YesNo => TOGGLE,
    }
}
