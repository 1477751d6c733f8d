//! The bar exactly under the curves' axis that moves every picture to a step.
//!
//! ```text
//!  ⏸ ⏮ |========O-----------| Live
//! ```

use eframe::egui::{
    Align2, Color32, EventFilter, Key, Popup, Rangef, Rect, Response, Role, Sense, Stroke, Ui,
    WidgetInfo, pos2, vec2,
};

use super::parts::{icon, text};
use crate::widget::icons;
use crate::widget::theme::{RADIUS_SMALL, Tokens, focus_ring};

/// What the scrubber shows; positions are in the axis' own values.
#[derive(Clone, Debug, PartialEq)]
pub struct ScrubState {
    pub at: f64,
    /// The end of the axis; it begins at 0.
    pub end: f64,
    /// How far models have come; the handle cannot go beyond.
    pub reached: f64,
    /// What an arrow key moves: one step, or a hundredth where the axis counts shares.
    pub step: f64,
    pub playing: bool,
    /// How fast it plays; 1 is as usual.
    pub speed: f32,
    /// The pictures follow the newest step.
    pub live: bool,
    /// Where it stands, for screen readers: "62 of 100 trees".
    pub place: String,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ScrubAction {
    Seek(f64),
    Play,
    Pause,
    /// To the first step.
    Back,
    /// Follow the newest step again.
    Live,
    /// Play at this speed from now on.
    Speed(f32),
}

/// The speeds that can be chosen; 1 goes through all steps in about six seconds.
pub const SPEEDS: [f32; 6] = [0.125, 0.25, 0.5, 1.0, 2.0, 4.0];

/// How a speed is written: `½×`.
pub fn speed_words(speed: f32) -> String {
    let number = match speed {
        0.125 => "⅛".to_owned(),
        0.25 => "¼".to_owned(),
        0.5 => "½".to_owned(),
        _ => speed.to_string(),
    };
    format!("{number}×")
}

const HEIGHT: f32 = 28.0;

/// `axis` is where the curves' axis runs; buttons stand in the gutters left and right of it.
pub fn scrubber(ui: &mut Ui, t: &Tokens, axis: Rangef, state: &ScrubState) -> Option<ScrubAction> {
    let (area, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), Sense::empty());
    let mut action = None;

    let play = Rect::from_min_size(pos2(axis.min - 46.0, area.top() + 3.0), vec2(22.0, 22.0));
    let back = play.translate(vec2(22.0, 0.0));
    let (glyph, name, act) = if state.playing {
        (icons::PAUSE, "Pause", ScrubAction::Pause)
    } else {
        (icons::PLAY, "Play", ScrubAction::Play)
    };
    let speed = speed_words(state.speed);
    let tip = format!("{name}, at {speed} the usual speed.");
    let button = icon_button(ui, t, play, glyph, name).on_hover_text(tip);
    if button.clicked() {
        action = Some(act);
    }
    button.context_menu(|ui| action = speeds(ui, state.speed).or(action));
    let first = "To the first step";
    let button = icon_button(ui, t, back, icons::SKIP_BACK, first).on_hover_text(first);
    if button.clicked() {
        action = Some(ScrubAction::Back);
    }

    let rail = Rect::from_x_y_ranges(axis, area.center().y - 10.0..=area.center().y + 10.0);
    let response = ui.interact(
        rail.expand2(vec2(8.0, 0.0)),
        ui.scope_id().with("scrubber"),
        Sense::click_and_drag(),
    );
    if let Some(p) = response.interact_pointer_pos()
        && (response.dragged() || response.clicked())
    {
        let share = f64::from((p.x - axis.min) / axis.span().max(1.0)).clamp(0.0, 1.0);
        action = Some(ScrubAction::Seek((share * state.end).min(state.reached)));
    }
    if response.has_focus() {
        action = keys(ui, &response, state).or(action);
    }
    response.widget_info(|| {
        let mut info = WidgetInfo::slider(ui.is_enabled(), state.at, "Step");
        info.current_text_value = Some(state.place.clone());
        info.role = Role::Slider;
        info
    });
    paint_rail(ui, t, rail, state, &response);

    let gutter = Rect::from_min_max(
        pos2(axis.max + 9.0, area.top() + 3.0),
        // Into the panel's margin: the two words just fit.
        pos2(area.right() + 6.0, area.bottom() - 3.0),
    );
    let (pace, live) = gutter.split_left_right_at_x(gutter.left() + 16.0);
    let button = word_button(ui, t, pace, ("Speed", &speed), t.weak);
    button.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), "Speed"));
    Popup::menu(&button)
        .accessible_name("Speed")
        .show(|ui| action = speeds(ui, state.speed).or(action));
    button.on_hover_text("How fast it plays");
    if live_button(ui, t, live, state.live).clicked() && !state.live {
        action = Some(ScrubAction::Live);
    }
    action
}

/// The speeds to choose from.
fn speeds(ui: &mut Ui, now: f32) -> Option<ScrubAction> {
    let mut action = None;
    for speed in SPEEDS {
        if ui.radio(speed == now, speed_words(speed)).clicked() {
            action = Some(ScrubAction::Speed(speed));
            ui.close();
        }
    }
    action
}

/// A small word to click.
fn word_button(
    ui: &Ui,
    t: &Tokens,
    rect: Rect,
    (id, word): (&str, &str),
    ink: Color32,
) -> Response {
    let response = ui.interact(rect, ui.scope_id().with(("scrubber", id)), Sense::click());
    if response.hovered() {
        ui.painter().rect_filled(rect, RADIUS_SMALL, t.hover);
    }
    // The handle at the end of its rail reaches into the gutter: the word alone has room beside it.
    let font = text::small(ui);
    let at = rect.right_center();
    ui.painter().text(at, Align2::RIGHT_CENTER, word, font, ink);
    focus_ring(ui, &response, t);
    response
}

/// Left and right move a step, with Shift ten; space plays and pauses; Home and End go to the ends.
fn keys(ui: &Ui, response: &Response, state: &ScrubState) -> Option<ScrubAction> {
    let filter = EventFilter {
        horizontal_arrows: true,
        ..EventFilter::default()
    };
    ui.memory_mut(|m| m.set_focus_lock_filter(response.id, filter));
    ui.input(|i| {
        let presses = i.num_presses(Key::ArrowRight) as f64 - i.num_presses(Key::ArrowLeft) as f64;
        if presses != 0.0 {
            let by = presses * state.step * if i.modifiers.shift { 10.0 } else { 1.0 };
            return Some(ScrubAction::Seek((state.at + by).clamp(0.0, state.reached)));
        }
        if i.key_pressed(Key::Space) {
            return Some(if state.playing {
                ScrubAction::Pause
            } else {
                ScrubAction::Play
            });
        }
        if i.key_pressed(Key::Home) {
            return Some(ScrubAction::Back);
        }
        i.key_pressed(Key::End).then_some(ScrubAction::Live)
    })
}

fn paint_rail(ui: &Ui, t: &Tokens, rail: Rect, state: &ScrubState, response: &Response) {
    let painter = ui.painter();
    let y = rail.center().y.round();
    let at = |value: f64| {
        let share = if state.end > 0.0 {
            value / state.end
        } else {
            0.0
        };
        rail.left() + rail.width() * share.clamp(0.0, 1.0) as f32
    };
    let bar = |from: f32, to: f32| Rect::from_min_max(pos2(from, y - 2.0), pos2(to, y + 2.0));
    painter.rect_filled(bar(rail.left(), rail.right()), 2.0, t.rail);
    // What is fitted already, beyond the handle.
    let fitted = super::parts::colour::mix(t.rail, t.accent, 0.45);
    painter.rect_filled(bar(rail.left(), at(state.reached)), 2.0, fitted);
    painter.rect_filled(bar(rail.left(), at(state.at)), 2.0, t.accent);
    let edge = if response.is_pointer_button_down_on() {
        3.0
    } else {
        2.0
    };
    let center = pos2(at(state.at), y);
    painter.circle(center, 6.5, t.card, Stroke::new(edge, t.accent));
    if response.has_focus() {
        painter.circle_stroke(center, 10.0, Stroke::new(2.0, t.accent));
    }
}

fn icon_button(ui: &Ui, t: &Tokens, rect: Rect, glyph: &str, name: &str) -> Response {
    let response = ui.interact(
        rect,
        ui.scope_id().with(("scrubber", glyph)),
        Sense::click(),
    );
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), name));
    if response.hovered() {
        ui.painter().rect_filled(rect, RADIUS_SMALL, t.hover);
    }
    let font = icon::filled(16.0);
    ui.painter()
        .text(rect.center(), Align2::CENTER_CENTER, glyph, font, t.text);
    focus_ring(ui, &response, t);
    response
}

fn live_button(ui: &Ui, t: &Tokens, rect: Rect, live: bool) -> Response {
    let name = "Live: follow the newest step";
    let ink = if live { t.accent } else { t.weak };
    let response = word_button(ui, t, rect, ("Live", "Live"), ink);
    response.widget_info(|| WidgetInfo::selected(Role::Button, ui.is_enabled(), live, name));
    response.on_hover_text("Follow the newest step")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::test_picture;
    use egui_kittest::kittest::Queryable as _;
    use std::cell::RefCell;

    fn state() -> ScrubState {
        ScrubState {
            at: 40.0,
            end: 100.0,
            reached: 62.0,
            step: 1.0,
            playing: false,
            speed: 1.0,
            live: false,
            place: "40 of 100 trees".into(),
        }
    }

    #[test]
    fn it_draws_in_both_themes() {
        test_picture::draw("scrubber", vec2(704.0, 52.0), |ui, t| {
            let axis = Rangef::new(ui.max_rect().left() + 46.0, ui.max_rect().right() - 46.0);
            scrubber(ui, t, axis, &state());
        });
    }

    #[test]
    fn keys_and_buttons_answer() {
        let actions = RefCell::new(Vec::new());
        let mut harness = test_picture::harness(vec2(704.0, 52.0), |ui, t| {
            let axis = Rangef::new(ui.max_rect().left() + 46.0, ui.max_rect().right() - 46.0);
            actions.borrow_mut().extend(scrubber(ui, t, axis, &state()));
        });
        harness.get_by_label("Step").focus();
        harness.run_steps(2);
        harness.key_press(Key::ArrowRight);
        harness.run_steps(1);
        harness.key_press_modifiers(eframe::egui::Modifiers::SHIFT, Key::ArrowLeft);
        harness.run_steps(1);
        harness.key_press_modifiers(eframe::egui::Modifiers::SHIFT, Key::ArrowRight);
        harness.run_steps(1);
        harness.key_press_modifiers(eframe::egui::Modifiers::SHIFT, Key::ArrowRight);
        harness.run_steps(1);
        harness.key_press(Key::Space);
        harness.run_steps(1);
        harness.get_by_label("Play").click();
        harness.run_steps(1);
        harness.get_by_label("To the first step").click();
        harness.run_steps(1);
        harness.get_by_label("Live: follow the newest step").click();
        harness.run_steps(2);
        drop(harness);
        use ScrubAction::*;
        let got = actions.into_inner();
        assert_eq!(
            got,
            [
                Seek(41.0),
                Seek(30.0),
                Seek(50.0),
                Seek(50.0),
                Play,
                Play,
                Back,
                Live
            ]
        );
    }
}
