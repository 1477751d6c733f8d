//! The icons of the window: code points of Phosphor, named by what they mean here.
//!
//! Regular is a fallback of every text family, so an icon may stand inside a text; Fill shares the code
//! points and is its own family, [`crate::widget::theme::icons_fill`].

// Files and data.
/// Phosphor's `folder-open`.
pub const FOLDER_OPEN: &str = "\u{e256}";
/// Phosphor's `folder`.
pub const FOLDER: &str = "\u{e24a}";
/// Phosphor's `file`.
pub const FILE: &str = "\u{e230}";
/// Phosphor's `plus`.
pub const PLUS: &str = "\u{e3d4}";
/// Phosphor's `minus`.
pub const MINUS: &str = "\u{e32a}";
/// Phosphor's `database`.
pub const DATABASE: &str = "\u{e1de}";
/// Phosphor's `funnel`.
pub const FUNNEL: &str = "\u{e266}";
/// Phosphor's `download-simple`.
pub const DOWNLOAD: &str = "\u{e20c}";
/// Phosphor's `floppy-disk`.
pub const SAVE: &str = "\u{e248}";
/// Phosphor's `export`.
pub const EXPORT: &str = "\u{eaf0}";
/// Phosphor's `image`.
pub const IMAGE: &str = "\u{e2ca}";
/// Phosphor's `copy`.
pub const COPY: &str = "\u{e1ca}";
/// Phosphor's `clipboard-text`.
pub const CLIPBOARD: &str = "\u{e198}";
/// Phosphor's `trash`.
pub const TRASH: &str = "\u{e4a6}";

// Roles and kinds of columns.
/// Phosphor's `target`.
pub const TARGET: &str = "\u{e47c}";
/// Phosphor's `tag`.
pub const TAG: &str = "\u{e478}";
/// Phosphor's `hash`.
pub const HASH: &str = "\u{e2a2}";
/// Phosphor's `text-t`.
pub const TEXT: &str = "\u{e48a}";
/// Phosphor's `calendar`.
pub const CALENDAR: &str = "\u{e108}";
/// Phosphor's `toggle-left`.
pub const YES_NO: &str = "\u{e674}";
/// Phosphor's `clock`.
pub const CLOCK: &str = "\u{e19a}";

// States.
/// Phosphor's `check`.
pub const CHECK: &str = "\u{e182}";
/// Phosphor's `check-circle`.
pub const CHECK_CIRCLE: &str = "\u{e184}";
/// Phosphor's `circle-dashed`.
pub const CIRCLE_DASHED: &str = "\u{e602}";
/// Phosphor's `circle`.
pub const CIRCLE: &str = "\u{e18a}";
/// Phosphor's `prohibit`.
pub const PROHIBIT: &str = "\u{e3de}";
/// Phosphor's `warning`.
pub const WARNING: &str = "\u{e4e0}";
/// Phosphor's `warning-circle`.
pub const WARNING_CIRCLE: &str = "\u{e4e2}";
/// Phosphor's `info`.
pub const INFO: &str = "\u{e2ce}";
/// Phosphor's `x`.
pub const X: &str = "\u{e4f6}";
/// Phosphor's `x-circle`.
pub const X_CIRCLE: &str = "\u{e4f8}";
/// Phosphor's `trophy`.
pub const TROPHY: &str = "\u{e67e}";
/// Phosphor's `approximate-equals`.
pub const APPROXIMATE: &str = "\u{edaa}";
/// Phosphor's `lock`.
pub const LOCK: &str = "\u{e2fa}";

// Running.
/// Phosphor's `stop`.
pub const STOP: &str = "\u{e46c}";
/// Phosphor's `play`.
pub const PLAY: &str = "\u{e3d0}";
/// Phosphor's `pause`.
pub const PAUSE: &str = "\u{e39e}";
/// Phosphor's `skip-back`.
pub const SKIP_BACK: &str = "\u{e5a4}";
/// Phosphor's `skip-forward`.
pub const SKIP_FORWARD: &str = "\u{e5a6}";
/// Phosphor's `broadcast`.
pub const BROADCAST: &str = "\u{e0f2}";
/// Phosphor's `lightning`.
pub const LIGHTNING: &str = "\u{e2de}";
/// Phosphor's `timer`.
pub const TIMER: &str = "\u{e492}";
/// Phosphor's `dice-five`.
pub const DICE: &str = "\u{e1ee}";
/// Phosphor's `shuffle`.
pub const SHUFFLE: &str = "\u{e422}";

// Moving about.
/// Phosphor's `caret-down`.
pub const CARET_DOWN: &str = "\u{e136}";
/// Phosphor's `caret-up`.
pub const CARET_UP: &str = "\u{e13c}";
/// Phosphor's `caret-right`.
pub const CARET_RIGHT: &str = "\u{e13a}";
/// Phosphor's `caret-left`.
pub const CARET_LEFT: &str = "\u{e138}";
/// Phosphor's `arrow-up`.
pub const ARROW_UP: &str = "\u{e08e}";
/// Phosphor's `arrow-down`.
pub const ARROW_DOWN: &str = "\u{e03e}";
/// Phosphor's `arrow-left`.
pub const ARROW_LEFT: &str = "\u{e058}";
/// Phosphor's `arrow-right`.
pub const ARROW_RIGHT: &str = "\u{e06c}";
/// Phosphor's `dots-three-vertical`.
pub const DOTS: &str = "\u{e208}";
/// Phosphor's `list`.
pub const LIST: &str = "\u{e2f0}";
/// Phosphor's `magnifying-glass`.
pub const SEARCH: &str = "\u{e30c}";
/// Phosphor's `magnifying-glass-plus`.
pub const ZOOM_IN: &str = "\u{e310}";
/// Phosphor's `magnifying-glass-minus`.
pub const ZOOM_OUT: &str = "\u{e30e}";
/// Phosphor's `sidebar-simple`.
pub const SIDEBAR: &str = "\u{ec24}";

// Editing.
/// Phosphor's `arrow-u-up-left`.
pub const UNDO: &str = "\u{e08a}";
/// Phosphor's `arrow-u-up-right`.
pub const REDO: &str = "\u{e08c}";
/// Phosphor's `arrow-counter-clockwise`.
pub const RESET: &str = "\u{e038}";
/// Phosphor's `arrow-clockwise`.
pub const AGAIN: &str = "\u{e036}";
/// Phosphor's `arrows-left-right`.
pub const SWAP: &str = "\u{e0a0}";
/// Phosphor's `pencil-simple`.
pub const PENCIL: &str = "\u{e3b4}";
/// Phosphor's `keyboard`.
pub const KEYBOARD: &str = "\u{e2d8}";
/// Phosphor's `command`.
pub const COMMAND: &str = "\u{e1c4}";
/// Phosphor's `link`.
pub const LINK: &str = "\u{e2e2}";

// Pictures.
/// Phosphor's `corners-out`.
pub const FIT: &str = "\u{e1d0}";
/// Phosphor's `selection`.
pub const SELECTION: &str = "\u{e69a}";
/// Phosphor's `lasso`.
pub const LASSO: &str = "\u{edc6}";
/// Phosphor's `crosshair`.
pub const CROSSHAIR: &str = "\u{e1d6}";
/// Phosphor's `hand`.
pub const HAND: &str = "\u{e298}";
/// Phosphor's `cursor`.
pub const CURSOR: &str = "\u{e1dc}";
/// Phosphor's `table`.
pub const TABLE: &str = "\u{e476}";
/// Phosphor's `chart-line`.
pub const CHART_LINE: &str = "\u{e154}";
/// Phosphor's `chart-bar`.
pub const CHART_BAR: &str = "\u{e150}";
/// Phosphor's `chart-scatter`.
pub const CHART_SCATTER: &str = "\u{eaac}";
/// Phosphor's `grid-four`.
pub const GRID: &str = "\u{e296}";
/// Phosphor's `tree-structure`.
pub const TREE: &str = "\u{e67c}";
/// Phosphor's `function`.
pub const FUNCTION: &str = "\u{ebe4}";
/// Phosphor's `sliders-horizontal`.
pub const SLIDERS: &str = "\u{e434}";
/// Phosphor's `scales`.
pub const SCALES: &str = "\u{e750}";
/// Phosphor's `stack`.
pub const STACK: &str = "\u{e466}";
/// Phosphor's `sort-ascending`.
pub const SORT_ASCENDING: &str = "\u{e444}";
/// Phosphor's `sort-descending`.
pub const SORT_DESCENDING: &str = "\u{e446}";
/// Phosphor's `columns`.
pub const COLUMNS: &str = "\u{e546}";
/// Phosphor's `rows`.
pub const ROWS: &str = "\u{e5a2}";

// The window.
/// Phosphor's `presentation`.
pub const PROJECTOR: &str = "\u{e654}";
/// Phosphor's `moon`.
pub const MOON: &str = "\u{e330}";
/// Phosphor's `sun`.
pub const SUN: &str = "\u{e472}";
/// Phosphor's `eye`.
pub const EYE: &str = "\u{e220}";
/// Phosphor's `eye-slash`.
pub const EYE_SLASH: &str = "\u{e224}";
/// Phosphor's `palette`.
pub const PALETTE: &str = "\u{e6c8}";
/// Phosphor's `gear`.
pub const GEAR: &str = "\u{e270}";
/// Phosphor's `question`.
pub const QUESTION: &str = "\u{e3e8}";
/// Phosphor's `cpu`.
pub const CPU: &str = "\u{e610}";

/// Every icon above; a test looks each up in both fonts.
pub const ALL: [&str; 96] = [
    FOLDER_OPEN,
    FOLDER,
    FILE,
    PLUS,
    MINUS,
    DATABASE,
    FUNNEL,
    DOWNLOAD,
    SAVE,
    EXPORT,
    IMAGE,
    COPY,
    CLIPBOARD,
    TRASH,
    TARGET,
    TAG,
    HASH,
    TEXT,
    CALENDAR,
    YES_NO,
    CLOCK,
    CHECK,
    CHECK_CIRCLE,
    CIRCLE_DASHED,
    CIRCLE,
    PROHIBIT,
    WARNING,
    WARNING_CIRCLE,
    INFO,
    X,
    X_CIRCLE,
    TROPHY,
    APPROXIMATE,
    LOCK,
    STOP,
    PLAY,
    PAUSE,
    SKIP_BACK,
    SKIP_FORWARD,
    BROADCAST,
    LIGHTNING,
    TIMER,
    DICE,
    SHUFFLE,
    CARET_DOWN,
    CARET_UP,
    CARET_RIGHT,
    CARET_LEFT,
    ARROW_UP,
    ARROW_DOWN,
    ARROW_LEFT,
    ARROW_RIGHT,
    DOTS,
    LIST,
    SEARCH,
    ZOOM_IN,
    ZOOM_OUT,
    SIDEBAR,
    UNDO,
    REDO,
    RESET,
    AGAIN,
    SWAP,
    PENCIL,
    KEYBOARD,
    COMMAND,
    LINK,
    FIT,
    SELECTION,
    LASSO,
    CROSSHAIR,
    HAND,
    CURSOR,
    TABLE,
    CHART_LINE,
    CHART_BAR,
    CHART_SCATTER,
    GRID,
    TREE,
    FUNCTION,
    SLIDERS,
    SCALES,
    STACK,
    SORT_ASCENDING,
    SORT_DESCENDING,
    COLUMNS,
    ROWS,
    PROJECTOR,
    MOON,
    SUN,
    EYE,
    EYE_SLASH,
    PALETTE,
    GEAR,
    QUESTION,
    CPU,
];

#[cfg(test)]
mod tests {
    use super::ALL;
    use crate::widget::theme;
    use eframe::egui::{Context, FontFamily, FontId};

    #[test]
    fn every_icon_is_in_both_fonts() {
        let ctx = Context::default();
        theme::install(&ctx, 1.0, false);
        let mut missing = Vec::new();
        let mut output = ctx.run_ui(Default::default(), |ui| {
            ui.ctx().fonts_mut(|fonts| {
                for family in [FontFamily::Proportional, theme::icons_fill()] {
                    let id = FontId::new(16.0, family.clone());
                    for icon in ALL {
                        if !fonts.has_glyphs(&id, icon) {
                            missing.push((family.clone(), icon));
                        }
                    }
                    // The look-up itself can say no: the last private code point is in neither font.
                    assert!(!fonts.has_glyphs(&id, "\u{f8fe}"));
                }
            });
        });
        output.textures_delta.clear();
        assert!(missing.is_empty(), "not in the fonts: {missing:?}");
    }

    #[test]
    fn names_stand_for_different_icons() {
        let distinct: std::collections::HashSet<_> = ALL.iter().collect();
        assert_eq!(distinct.len(), ALL.len());
    }
}
