//! A number typed into a small box: it takes effect on Enter or when the box is left, Escape takes it back.
use super::text;
use super::theme::RADIUS_SMALL;
use super::tokens::Tokens;
use eframe::egui::text_selection::CCursorRange;
use eframe::egui::{
    Align2, CornerRadius, Frame, Id, Key, Margin, Rect, Response, Stroke, StrokeKind, TextEdit, Ui,
    UiBuilder, text_edit::TextEditState,
};

/// What was typed, in this frame.
pub struct Typed {
    /// A new text that `read` took, committed.
    pub value: Option<f64>,
    /// What was typed last and cannot be taken.
    pub refused: Option<String>,
    /// The word for "no limit" was committed.
    pub none: bool,
    /// Steps of the up and down keys; ten with Shift.
    pub steps: f64,
    pub response: Response,
}

/// The word that stands for "no limit".
pub const NO_LIMIT: &str = "none";

/// Draws the box into `rect`; `shown` is the value in words, `may_be_none` allows [`NO_LIMIT`].
///
/// `read` makes the text a number that may be committed; without one the box has the colour of a failure.
pub fn number_field(
    ui: &mut Ui,
    id: Id,
    rect: Rect,
    name: &str,
    shown: &str,
    may_be_none: bool,
    read: impl Fn(&str) -> Option<f64>,
) -> Typed {
    let t = Tokens::of(ui);
    let focused = ui.memory(|memory| memory.has_focus(id));
    let draft: Option<String> = ui.data(|data| data.get_temp(id));
    let mut words = match &draft {
        Some(draft) => draft.clone(),
        None => shown.to_owned(),
    };
    let meaning = |words: &str| {
        let none = may_be_none && words.trim().eq_ignore_ascii_case(NO_LIMIT);
        (none, read(words))
    };
    let (none, value) = meaning(&words);
    let good = none || value.is_some();
    // The box has given up its focus for Escape by now, so the key itself is asked.
    let taken_back = ui.input(|input| input.key_pressed(Key::Escape));

    let edge = if focused && !good { t.fail } else { t.control };
    ui.painter()
        .rect_filled(rect, CornerRadius::same(RADIUS_SMALL), t.input);
    let font = text::button(ui);
    let edit = TextEdit::singleline(&mut words)
        .id(id)
        .font(font)
        .text_color(if ui.is_enabled() { t.strong } else { t.weak })
        .frame(Frame::NONE.inner_margin(Margin::symmetric(5, 0)))
        .desired_width(rect.width())
        .min_size(rect.size())
        .align(Align2::RIGHT_CENTER);
    let builder = UiBuilder::new().id_salt(id).max_rect(rect);
    let mut place = ui.new_child(builder);
    // The theme's floor on the size of what can be touched is higher than the box.
    place.spacing_mut().interact_size = rect.size();
    let response = place.add(edit).accessible_name(name);
    let (width, edge) = match (response.has_focus(), good) {
        (true, true) => (2.0, t.accent),
        (true, false) => (2.0, t.fail),
        _ => (1.0, edge),
    };
    let radius = CornerRadius::same(RADIUS_SMALL);
    let stroke = Stroke::new(width, edge);
    ui.painter()
        .rect_stroke(rect, radius, stroke, StrokeKind::Inside);

    if response.gained_focus() {
        select_all(ui, id, &words);
    }
    let mut typed = Typed {
        value: None,
        refused: None,
        none: false,
        steps: 0.0,
        response,
    };
    if typed.response.has_focus() {
        typed.steps = ui.input(|input| {
            let keys =
                input.num_presses(Key::ArrowUp) as f64 - input.num_presses(Key::ArrowDown) as f64;
            if input.modifiers.shift {
                10.0 * keys
            } else {
                keys
            }
        });
        let keep = typed.steps == 0.0 && (draft.is_some() || typed.response.changed());
        remember(ui, id, keep.then_some(words.clone()));
    }
    if typed.response.lost_focus() {
        // Only what was touched is committed: "0.123" shown for 0.12345 must not become the value.
        // Quick fingers, or a script, type and enter within one frame.
        if (draft.is_some() || typed.response.changed()) && !taken_back {
            let (none, value) = meaning(&words);
            typed.none = none;
            typed.value = value;
            if !none && value.is_none() {
                typed.refused = Some(words.clone());
            }
        }
        remember(ui, id, None);
    }
    typed
}

fn remember(ui: &Ui, id: Id, words: Option<String>) {
    ui.data_mut(|data| match words {
        Some(words) => {
            data.insert_temp(id, words);
        }
        None => data.remove::<String>(id),
    });
}

fn select_all(ui: &Ui, id: Id, words: &str) {
    if let Some(mut state) = TextEditState::load(ui.ctx(), id) {
        let range = CCursorRange::select_all_str(words);
        state.cursor.set_char_range(Some(range));
        state.store(ui.ctx(), id);
    }
}
