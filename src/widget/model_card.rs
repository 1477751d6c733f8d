//! The card of a model: who it is, how its fit stands, what it scores, and its knobs.
//!
//! ```text
//!  +--------------------------------------------+
//!  | [B] Random forest           (o) Fitting  : |   24
//!  | 0.948 ± 0.036   ---|-----------------(|)-  |   56
//!  | =============-----------  62 of 100 trees # |   86, once it ran
//!  +--------------------------------------------+  106
//!  |   knobs                                    |
//! ```
//! Closed it is 80 points high, 106 where it was seen to run or was stopped.
use super::badge;
use super::button::IconButton;
use super::card_data::{Card, CardAction, CardState};
use super::combo::{MenuRow, menu_line};
use super::empty::dashed_frame;
use super::icons;
use super::notice::{buttons, calm_buttons};
use super::text::{self, Rich};
use super::theme::{self, RADIUS_CARD};
use super::tokens::{Tokens, model_letter};
use eframe::egui::{
    Align2, Color32, CornerRadius, Frame, Margin, Popup, Rect, Response, Role, Sense, Stroke,
    StrokeKind, Ui, UiBuilder, WidgetInfo, pos2, vec2,
};

const HEAD: f32 = 38.0;
const CLOSED: f32 = 80.0;
const RUNNING: f32 = 106.0;

/// Draws the card over the available width; `knobs` draws its parameters when it is open.
///
/// For screen readers and tests it is called by letter and name: "B Random forest".
pub fn model_card(ui: &mut Ui, card: &Card, knobs: impl FnOnce(&mut Ui)) -> Option<CardAction> {
    let builder = UiBuilder::new()
        .id_salt(("model card", card.key))
        .sense(Sense::click());
    ui.scope_builder(builder, |ui| {
        let response = ui.response();
        describe(ui, &response, card);
        let ground = ui.painter().add(eframe::egui::Shape::Noop);
        let edge = ui.painter().add(eframe::egui::Shape::Noop);
        ui.spacing_mut().item_spacing.y = 0.0;
        let width = ui.available_width();
        let s = theme::scale(ui);
        let blocked_by = match &card.state {
            CardState::CannotRun { reason, fixes } | CardState::Asks { reason, fixes } => {
                Some((reason, fixes))
            }
            CardState::Failed { detail, fixes, .. } => Some((detail, fixes)),
            _ => None,
        };
        let mut action = match blocked_by {
            // The knobs stay where they are under a hand that has turned one too far.
            Some(_) if !card.open => head_alone(ui, width, card, s),
            _ => fitted(ui, width, card, s),
        };
        if card.open {
            body(ui, s, knobs);
        }
        if let Some((why, fixes)) = blocked_by {
            action = action.or(reason(ui, width, why, fixes));
        }
        let rect = ui.min_rect();
        paint_ground(ui, rect, card, ground, edge);
        theme::focus_ring(ui, &response.clone().with_new_rect(rect), Tokens::of(ui));
        if response.clicked() {
            action = action.or(Some(CardAction::Select));
        }
        if response.double_clicked() {
            action = Some(CardAction::ToggleOpen);
        }
        let menu = Popup::context_menu(&response)
            .accessible_name(card.name.as_str())
            .show(|ui| menu(ui, card))
            .and_then(|shown| shown.inner);
        action.or(menu)
    })
    .inner
}

fn describe(ui: &Ui, response: &Response, card: &Card) {
    response.widget_info(|| {
        let name = format!("{} {}", model_letter(card.model), card.name);
        let role = Role::ListBoxOption;
        let mut info = WidgetInfo::selected(role, ui.is_enabled(), card.selected, name);
        let mut says = state_words(card).to_owned();
        if let Some((mean, spread)) = &card.score {
            says = format!("{says}, {mean} {spread}");
        }
        if let Some(progress) = &card.progress {
            says = format!("{says}, {}", progress.words);
        }
        info.current_text_value = Some(says);
        info
    });
}

fn paint_ground(
    ui: &Ui,
    rect: Rect,
    card: &Card,
    ground: eframe::egui::layers::ShapeIdx,
    edge: eframe::egui::layers::ShapeIdx,
) {
    use eframe::egui::Shape;
    let t = Tokens::of(ui);
    let radius = CornerRadius::same(RADIUS_CARD);
    let blocked = matches!(card.state, CardState::CannotRun { .. });
    let fill = if blocked { t.panel } else { t.card };
    ui.painter()
        .set(ground, Shape::rect_filled(rect, radius, fill));
    if blocked && !card.selected {
        dashed_frame(ui, rect);
        return;
    }
    let stroke = match (card.selected, &card.state) {
        (true, _) => Stroke::new(2.0, t.accent),
        (_, CardState::Failed { .. }) => Stroke::new(1.0, t.fail_line),
        _ => Stroke::new(1.0, t.line),
    };
    let shape = Shape::rect_stroke(rect, radius, stroke, StrokeKind::Inside);
    ui.painter().set(edge, shape);
}

/// A card with a score, or one on the way.
fn fitted(ui: &mut Ui, width: f32, card: &Card, s: f32) -> Option<CardAction> {
    let stopped = matches!(card.state, CardState::Stopped { .. });
    let runs = matches!(card.state, CardState::Fitting);
    let counts = card.progress.is_some() && (stopped || runs || card.keeps_row);
    let height = if counts || card.keeps_row {
        RUNNING
    } else {
        CLOSED
    };
    let (rect, _) = ui.allocate_exact_size(vec2(width, height * s), Sense::hover());
    let mut action = head(ui, rect, card, s);
    score_row(ui, rect, card, s);
    if counts {
        action = action.or(progress_row(ui, rect, card, runs, s));
    }
    if let CardState::Stopped { detail } = &card.state {
        let words = Rich::from(detail.as_str());
        let fixes = ["Continue", "Start over", "Remove"].map(str::to_owned);
        let picked = sentence_and(ui, width, &words, |ui| buttons(ui, &fixes));
        let answers = [
            CardAction::Continue,
            CardAction::StartOver,
            CardAction::Remove,
        ];
        action = action.or(picked.and_then(|i| answers.get(i).copied()));
    }
    action
}

/// A closed card without a score.
fn head_alone(ui: &mut Ui, width: f32, card: &Card, s: f32) -> Option<CardAction> {
    let (rect, _) = ui.allocate_exact_size(vec2(width, HEAD * s), Sense::hover());
    head(ui, rect, card, s)
}

/// Why there is no score, and what would help.
fn reason(ui: &mut Ui, width: f32, why: &Rich, fixes: &[String]) -> Option<CardAction> {
    let picked = sentence_and(ui, width, why, |ui| calm_buttons(ui, fixes));
    picked.map(CardAction::Fix)
}

fn sentence_and<R>(ui: &mut Ui, width: f32, words: &Rich, below: impl FnOnce(&mut Ui) -> R) -> R {
    let margin = Margin {
        left: 12,
        right: 12,
        top: 0,
        bottom: 10,
    };
    Frame::new()
        .inner_margin(margin)
        .show(ui, |ui| {
            ui.set_width(width - 24.0);
            ui.spacing_mut().item_spacing = vec2(8.0, 8.0);
            words.show(ui);
            below(ui)
        })
        .inner
}

/// Badge, name, state and the menu's dots; what the menu asked for.
fn head(ui: &mut Ui, rect: Rect, card: &Card, s: f32) -> Option<CardAction> {
    let t = Tokens::of(ui);
    let y = rect.top() + 24.0 * s;
    let dim = matches!(card.state, CardState::CannotRun { .. });
    let left = rect.left() + 12.0 * s;
    let square = Align2::LEFT_CENTER.anchor_size(pos2(left, y), vec2(18.0, 18.0) * s);
    badge::paint(ui, square, card.model, dim);

    let dots = Rect::from_center_size(pos2(rect.right() - 16.0 * s, y), vec2(20.0, 24.0) * s);
    let name_left = square.right() + 8.0 * s;
    let font = text::strong(ui);
    let whole = text::line(ui, &card.name, font.clone(), t.strong, f32::INFINITY);
    let eye = if card.hidden { 22.0 * s } else { 0.0 };
    let room = dots.left() - 15.0 * s - name_left - eye - whole.size().x;
    let state_left = paint_state(ui, pos2(dots.left() - 7.0 * s, y), card, room, s);
    let room = state_left - name_left - 8.0 * s - eye;
    let ink = if dim || card.hidden { t.weak } else { t.strong };
    let name = text::line(ui, &card.name, font, ink, room);
    let cut = name.elided;
    let at = text::paint(ui.painter(), pos2(name_left, y), Align2::LEFT_CENTER, name);
    if card.hidden {
        let at = pos2(at.right() + 14.0 * s, y);
        text::icon(ui.painter(), at, icons::EYE_SLASH, 15.0 * s, t.weak);
    }
    if cut {
        let id = ui.scope_id().with("name");
        ui.interact(at, id, Sense::hover())
            .on_hover_text(&card.name);
    }
    let name = format!("Menu of {}", card.name);
    let button = IconButton::new(icons::DOTS, &name, "More").small();
    let response = button.at(ui, dots);
    Popup::menu(&response)
        .accessible_name(name.as_str())
        .show(|ui| menu(ui, card))
        .and_then(|shown| shown.inner)
}

fn state_words(card: &Card) -> &str {
    match &card.state {
        CardState::Waiting => "Waiting",
        CardState::Fitting => "Fitting",
        CardState::Done => "Done",
        CardState::Stopped { .. } => "Stopped by you",
        CardState::Failed { words, .. } => words,
        CardState::CannotRun { .. } => "Cannot run",
        CardState::Asks { .. } => "Waits for you",
    }
}

/// Paints icon and word, ending at `end`; returns where they begin.
///
/// Where the name leaves no more than `room`, "Stopped by you" and "Failed at epoch 3" become one word.
fn paint_state(ui: &Ui, end: eframe::egui::Pos2, card: &Card, room: f32, s: f32) -> f32 {
    let t = Tokens::of(ui);
    let (icon, filled, ink) = match &card.state {
        CardState::Waiting => (icons::CLOCK, false, t.weak),
        CardState::Fitting => (icons::CIRCLE_DASHED, false, t.accent),
        CardState::Done => (icons::CHECK_CIRCLE, false, t.done),
        CardState::Stopped { .. } => (icons::STOP, true, t.warn),
        CardState::Failed { .. } => (icons::WARNING_CIRCLE, true, t.fail),
        CardState::CannotRun { .. } => (icons::PROHIBIT, false, t.weak),
        CardState::Asks { .. } => (icons::CLOCK, false, t.warn),
    };
    let line = |words: &str| text::line(ui, words, text::small(ui), ink, f32::INFINITY);
    let mut words = line(state_words(card));
    if words.size().x + 18.0 * s > room {
        words = match &card.state {
            CardState::Stopped { .. } => line("Stopped"),
            CardState::Failed { .. } => line("Failed"),
            _ => words,
        };
    }
    let at = text::paint(ui.painter(), end, Align2::RIGHT_CENTER, words);
    let centre = pos2(at.left() - 10.0 * s, end.y);
    if filled {
        text::filled_icon(ui.painter(), centre, icon, 13.0 * s, ink);
    } else {
        text::icon(ui.painter(), centre, icon, 14.0 * s, ink);
    }
    centre.x - 8.0 * s
}

fn score_row(ui: &Ui, rect: Rect, card: &Card, s: f32) {
    let t = Tokens::of(ui);
    let y = rect.top() + 56.0 * s;
    let stale = card.stale.is_some();
    let (mean, spread) = match &card.score {
        Some((mean, spread)) => (mean.as_str(), spread.as_str()),
        None => (super::format::NONE, ""),
    };
    let ink = if stale || card.score.is_none() {
        t.weak
    } else {
        t.strong
    };
    let left = rect.left() + 12.0 * s;
    let mean = text::line(ui, mean, text::score(ui), ink, f32::INFINITY);
    let at = text::paint(ui.painter(), pos2(left, y), Align2::LEFT_CENTER, mean);
    let spread = text::line(ui, spread, text::body(ui), t.weak, f32::INFINITY);
    let beside = pos2(at.right() + 6.0 * s, y + 1.0 * s);
    let at = text::paint(ui.painter(), beside, Align2::LEFT_CENTER, spread);
    let right = rect.right() - 35.0 * s;
    if let Some(note) = &card.stale {
        let from = at.right() + 10.0 * s;
        let line = text::line(
            ui,
            note,
            text::small(ui),
            t.weak,
            rect.right() - 12.0 * s - from,
        );
        text::paint(
            ui.painter(),
            pos2(from, y + 1.0 * s),
            Align2::LEFT_CENTER,
            line,
        );
        return;
    }
    let from = (rect.left() + 131.0 * s).max(at.right() + 12.0 * s);
    if right - from > 24.0 * s {
        let track = Rect::from_min_max(pos2(from, y - 6.0 * s), pos2(right, y + 6.0 * s));
        card.track.paint(ui, track, t.model(card.model), false);
    }
}

/// The bar that counts, its words, and the stop button while it runs.
fn progress_row(ui: &mut Ui, rect: Rect, card: &Card, runs: bool, s: f32) -> Option<CardAction> {
    let progress = card.progress.as_ref()?;
    let t = Tokens::of(ui);
    let y = rect.top() + 86.0 * s;
    let left = rect.left() + 12.0 * s;
    let end = rect.right() - if runs { 35.0 } else { 12.0 } * s;
    let words = text::line(
        ui,
        &progress.words,
        text::small(ui),
        t.text,
        end - left - 40.0 * s,
    );
    let at = text::paint(ui.painter(), pos2(end, y), Align2::RIGHT_CENTER, words);
    // Room for words that will be longer, so that the bar does not shrink as it counts.
    let bar_end = at.left().min(end - 90.0 * s) - 10.0 * s;
    let ink = match card.state {
        CardState::Stopped { .. } => t.warn,
        _ if runs => t.accent,
        _ => t.model(card.model),
    };
    bar(
        ui,
        Rect::from_min_max(pos2(left, y - 2.0 * s), pos2(bar_end, y + 2.0 * s)),
        progress.share,
        ink,
    );
    if !runs {
        return None;
    }
    let place = Rect::from_center_size(pos2(rect.right() - 19.0 * s, y), vec2(20.0, 20.0) * s);
    let name = format!("Stop {}", card.name);
    let stop = IconButton::new(icons::STOP, &name, "Stop this fit")
        .small()
        .icon_size(13.0)
        .filled();
    stop.at(ui, place).clicked().then_some(CardAction::Stop)
}

/// A bar filled up to `share`.
pub fn bar(ui: &Ui, rect: Rect, share: f32, ink: Color32) {
    let t = Tokens::of(ui);
    let round = rect.height() / 2.0;
    ui.painter().rect_filled(rect, round, t.rail);
    let share = if share.is_finite() {
        share.clamp(0.0, 1.0)
    } else {
        0.0
    };
    if share > 0.0 {
        let width = (rect.width() * share).max(rect.height());
        let done = rect.with_max_x(rect.left() + width);
        ui.painter().rect_filled(done, round, ink);
    }
}

fn body(ui: &mut Ui, s: f32, knobs: impl FnOnce(&mut Ui)) {
    let t = Tokens::of(ui);
    let width = ui.available_width();
    let (line, _) = ui.allocate_exact_size(vec2(width, 1.0), Sense::hover());
    let stroke = Stroke::new(1.0, t.line);
    ui.painter().hline(
        line.shrink2(vec2(1.0, 0.0)).x_range(),
        line.center().y,
        stroke,
    );
    Frame::new()
        .inner_margin(Margin::symmetric(12, (6.0 * s) as i8))
        .show(ui, |ui| {
            ui.set_width(width - 24.0);
            ui.spacing_mut().item_spacing.y = 0.0;
            knobs(ui);
        });
}

fn menu(ui: &mut Ui, card: &Card) -> Option<CardAction> {
    let mut action = None;
    let mut row = |ui: &mut Ui, icon: &str, words: &str, asks: CardAction| {
        if MenuRow::new(words).icon(icon).show(ui) {
            action = Some(asks);
        }
    };
    let (eye, words) = if card.hidden {
        (icons::EYE, "Show in pictures")
    } else {
        (icons::EYE_SLASH, "Hide in pictures")
    };
    let knobs = if card.open {
        "Hide parameters"
    } else {
        "Show parameters"
    };
    row(ui, icons::SLIDERS, knobs, CardAction::ToggleOpen);
    row(ui, eye, words, CardAction::ToggleHidden);
    row(ui, icons::COPY, "Duplicate", CardAction::Duplicate);
    row(ui, icons::PALETTE, "Next colour", CardAction::Colour);
    row(ui, icons::RESET, "Reset parameters", CardAction::Reset);
    row(ui, icons::AGAIN, "Fit again", CardAction::StartOver);
    if card.fitted {
        menu_line(ui);
        row(ui, icons::TABLE, "Predict other data…", CardAction::Predict);
        row(ui, icons::SAVE, "Save model…", CardAction::SaveModel);
    }
    if card.engines.names.len() > 1 {
        menu_line(ui);
        for (i, name) in card.engines.names.iter().enumerate() {
            let chosen = i == card.engines.selected;
            let words = format!("Engine: {name}");
            if MenuRow::new(&words)
                .icon(icons::CPU)
                .selected(chosen)
                .show(ui)
                && !chosen
            {
                action = Some(CardAction::Engine(i));
            }
        }
    }
    menu_line(ui);
    if MenuRow::new("Remove").icon(icons::TRASH).show(ui) {
        action = Some(CardAction::Remove);
    }
    action
}
