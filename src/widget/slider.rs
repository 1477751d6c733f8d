//! A slider of our own: a rail, the part up to the value in the accent colour, a round handle.
//!
//! egui's slider paints rail and handle in one colour; ours has a card-coloured handle with an accent edge,
//! a size for the projector, ticks, and "none" at its right end for limits that may be absent.
use super::format;
use super::text;
use super::theme;
use super::tokens::Tokens;
use eframe::egui::accesskit::{Action, ActionData};
use eframe::egui::{
    Align2, Event, EventFilter, Id, Key, PointerButton, Pos2, Rect, Response, Role, Sense, Stroke,
    Ui, WidgetInfo, emath, pos2, vec2,
};

/// How values lie along the rail.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    pub min: f64,
    pub max: f64,
    /// Every decade takes as much room as the next; where `min` is zero the left end alone is.
    pub log: bool,
    pub integer: bool,
    /// The right end means "no limit".
    pub none_at_max: bool,
}

/// The share of the rail that values take where its end means "none".
const UP_TO_NONE: f64 = 0.92;
/// Where decades begin on a rail whose left end is zero.
const FROM_ZERO: f64 = 0.06;
/// The least value beside zero, as a share of the largest: twelve decades hold every tolerance and penalty.
pub const LEAST_SHARE: f64 = 1e-12;

impl Scale {
    /// Where the decades begin, and the share of the rail before them, which means zero.
    fn decades(&self) -> Option<(f64, f64)> {
        let wide = self.log && self.max > self.min;
        match (wide, self.min > 0.0, self.min == 0.0) {
            (true, true, _) => Some((self.min, 0.0)),
            (true, _, true) if self.integer => (self.max > 1.0).then_some((1.0, FROM_ZERO)),
            (true, _, true) => Some((self.max * LEAST_SHARE, FROM_ZERO)),
            _ => None,
        }
    }

    /// Where `value` lies, 0 to 1; `None` is no limit.
    pub fn share(&self, value: Option<f64>) -> f64 {
        let Some(value) = value else { return 1.0 };
        let value = value.clamp(self.min.min(self.max), self.max.max(self.min));
        let share = match self.decades() {
            Some((_, zero)) if value <= 0.0 && zero > 0.0 => 0.0,
            Some((least, zero)) => {
                let share = (value / least).ln() / (self.max / least).ln();
                zero + (1.0 - zero) * share.max(0.0)
            }
            None => (value - self.min) / (self.max - self.min),
        };
        let share = if share.is_finite() { share } else { 0.0 };
        share * self.values_end()
    }

    /// The value at `share` of the rail, 0 to 1.
    pub fn value(&self, share: f64) -> Option<f64> {
        let end = self.values_end();
        if self.none_at_max && share > (1.0 + end) / 2.0 {
            return None;
        }
        let share = (share / end).clamp(0.0, 1.0);
        let value = match self.decades() {
            Some((_, zero)) if share < zero / 2.0 => 0.0,
            Some((least, zero)) => {
                let share = ((share - zero) / (1.0 - zero)).max(0.0);
                least * (self.max / least).powf(share)
            }
            None => self.min + (self.max - self.min) * share,
        };
        Some(self.snap(value))
    }

    /// The value nearest to `share` with the fewest digits that a handle's step of `half` can tell apart.
    fn value_near(&self, share: f64, half: f64) -> Option<f64> {
        let value = self.value(share)?;
        if self.integer {
            return Some(value);
        }
        let end = self.values_end();
        match (
            self.value(share - half),
            self.value((share + half).min(end)),
        ) {
            (Some(low), Some(high)) if share - half > 0.0 && share + half < end => {
                Some(emath::smart_aim::best_in_range_f64(low, high))
            }
            _ => Some(value),
        }
    }

    /// Into the range, and onto a whole number where it has to be one.
    pub fn snap(&self, value: f64) -> f64 {
        let value = if self.integer { value.round() } else { value };
        value.clamp(self.min.min(self.max), self.max.max(self.min))
    }

    /// One key press away: one for whole numbers on a straight rail, else a hundredth of the rail.
    pub fn stepped(&self, value: Option<f64>, steps: f64) -> Option<f64> {
        if steps == 0.0 {
            return value;
        }
        let Some(value) = value else {
            return if steps < 0.0 {
                Some(self.snap(self.max))
            } else {
                None
            };
        };
        if self.none_at_max && steps > 0.0 && value >= self.max {
            return None;
        }
        if self.integer && (self.decades().is_none() || value < 20.0) {
            return Some(self.snap(value + steps));
        }
        let share = self.share(Some(value)) + steps * 0.01 * self.values_end();
        let next = self
            .value_near(share.clamp(0.0, self.values_end()), 0.002)
            .unwrap_or(self.max);
        // A whole number must move by one at least.
        let next = if self.integer && next == value {
            value + steps.signum()
        } else {
            next
        };
        Some(self.snap(next))
    }

    fn values_end(&self) -> f64 {
        if self.none_at_max { UP_TO_NONE } else { 1.0 }
    }
}

/// The measures of a slider, in points at the desk.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    pub rail: f32,
    pub handle: f32,
    /// The accent edge of the handle.
    pub edge: f32,
}

/// In parameter rows and under the curves.
pub const DESK: Look = Look {
    rail: 4.0,
    handle: 14.0,
    edge: 1.5,
};
/// On the projector; given in points of the projector, not scaled again.
pub const PROJECTOR: Look = Look {
    rail: 12.0,
    handle: 44.0,
    edge: 4.0,
};

/// What the hand did to a slider in this frame.
#[derive(Clone, Debug)]
pub struct Moved {
    /// The new value where it changed; the inner `None` is "no limit".
    pub change: Option<Option<f64>>,
    /// The handle is held: a gesture is under way.
    pub dragging: bool,
    /// The gesture ended in this frame, or the change was a single step of the keyboard.
    pub released: bool,
    pub response: Response,
}

/// Draws a slider over the width of `rect`, centred in its height.
pub fn slider(
    ui: &Ui,
    id: Id,
    rect: Rect,
    name: &str,
    scale: &Scale,
    value: Option<f64>,
    look: &Look,
) -> Moved {
    let half = look.handle / 2.0;
    // The handle may stand over the rail's ends, as in the sketches; it is caught there too.
    let response = ui.interact(rect.expand2(vec2(half, 0.0)), id, Sense::click_and_drag());
    let mut new = value;
    if let Some(pointer) = held_at(ui, &response) {
        let share = f64::from((pointer.x - rect.left()) / rect.width().max(1.0));
        let step = 0.5 / f64::from(rect.width().max(1.0));
        new = scale.value_near(share, step);
    }
    let steps = keyboard_steps(ui, &response);
    new = scale.stepped(new, steps);
    for wanted in requested(ui, id) {
        new = Some(scale.snap(wanted));
    }
    let change = (new != value && ui.is_enabled()).then_some(new);
    let pressed = response.interact_pointer_pos().is_some();
    let dragging = response.is_pointer_button_down_on() || response.dragged();
    declare(ui, &response, name, scale, new);
    if ui.is_rect_visible(rect) {
        paint(ui, rect, scale.share(new) as f32, look, &response);
    }
    Moved {
        released: response.drag_stopped() || response.clicked() || change.is_some() && !pressed,
        change,
        dragging: dragging && !response.drag_stopped(),
        response,
    }
}

/// Where the pointer holds a widget: at the end of a gesture where it was let go, which may lie behind it
/// when the next frame comes.
pub fn held_at(ui: &Ui, response: &Response) -> Option<Pos2> {
    let pointer = response.interact_pointer_pos()?;
    let let_go = |event: &Event| match event {
        Event::PointerButton {
            pos,
            button: PointerButton::Primary,
            pressed: false,
            ..
        } => Some(*pos),
        _ => None,
    };
    let ends = response.drag_stopped() || response.clicked();
    let released = ui.input(|i| i.events.iter().rev().find_map(let_go));
    Some(released.filter(|_| ends).unwrap_or(pointer))
}

/// A short slider in a row of tools: a share from 0 to 1; the new one where it changed.
pub fn share(ui: &mut Ui, name: &str, width: f32, value: f64) -> Option<f64> {
    let s = theme::scale(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(width, 28.0) * s, Sense::hover());
    let scale = Scale {
        min: 0.0,
        max: 1.0,
        log: false,
        integer: false,
        none_at_max: false,
    };
    let rail = rect.shrink2(vec2(8.0 * s, 0.0));
    let moved = slider(
        ui,
        ui.scope_id().with(name),
        rail,
        name,
        &scale,
        Some(value),
        &DESK,
    );
    moved.change.flatten()
}

/// Ticks and labels below a rail, as the projector has them.
pub fn ticks(ui: &Ui, rail: Rect, scale: &Scale, values: &[f64]) {
    let t = Tokens::of(ui);
    let top = rail.bottom();
    for &value in values {
        let x = rail.left() + scale.share(Some(value)) as f32 * rail.width();
        let stroke = Stroke::new(1.0, t.weak);
        ui.painter().vline(x, top..=top + 8.0, stroke);
        let label = format::number(value);
        let line = text::line(ui, &label, text::body(ui), t.weak, f32::INFINITY);
        text::paint(ui.painter(), pos2(x, top + 12.0), Align2::CENTER_TOP, line);
    }
}

fn keyboard_steps(ui: &Ui, response: &Response) -> f64 {
    let by_request = ui.input(|input| {
        input.num_accesskit_action_requests(response.id, Action::Increment) as f64
            - input.num_accesskit_action_requests(response.id, Action::Decrement) as f64
    });
    if !response.has_focus() {
        return by_request;
    }
    let filter = EventFilter {
        horizontal_arrows: true,
        vertical_arrows: true,
        ..EventFilter::default()
    };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    let keys = ui.input(|input| {
        let pressed = |key: Key| input.num_presses(key) as f64;
        let steps = pressed(Key::ArrowRight) + pressed(Key::ArrowUp)
            - pressed(Key::ArrowLeft)
            - pressed(Key::ArrowDown);
        let pages = pressed(Key::PageUp) - pressed(Key::PageDown);
        steps * if input.modifiers.shift { 10.0 } else { 1.0 } + pages * 10.0
    });
    keys + by_request
}

/// Values that a screen reader asked for.
fn requested(ui: &Ui, id: Id) -> Vec<f64> {
    ui.input(|input| {
        input
            .accesskit_action_requests(id, Action::SetValue)
            .filter_map(|request| match request.data {
                Some(ActionData::NumericValue(value)) if value.is_finite() => Some(value),
                _ => None,
            })
            .collect()
    })
}

fn declare(ui: &Ui, response: &Response, name: &str, scale: &Scale, value: Option<f64>) {
    let number = value.unwrap_or(scale.max);
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::Slider, ui.is_enabled(), name);
        info.value = Some(number);
        if value.is_none() {
            info.current_text_value = Some("none".into());
        }
        info
    });
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_min_numeric_value(scale.min);
        node.set_max_numeric_value(scale.max);
        for action in [Action::SetValue, Action::Increment, Action::Decrement] {
            node.add_action(action);
        }
    });
}

fn paint(ui: &Ui, rect: Rect, share: f32, look: &Look, response: &Response) {
    let t = Tokens::of(ui);
    let y = rect.center().y;
    let x = rect.left() + share * rect.width();
    let rail = |from: f32, to: f32| {
        let half = look.rail / 2.0;
        Rect::from_min_max(pos2(from, y - half), pos2(to, y + half))
    };
    let round = look.rail / 2.0;
    let accent = if ui.is_enabled() { t.accent } else { t.control };
    ui.painter()
        .rect_filled(rail(rect.left(), rect.right()), round, t.rail);
    ui.painter()
        .rect_filled(rail(rect.left(), x), round, accent);
    let centre = pos2(x, y);
    let radius = look.handle / 2.0;
    let fill = if response.is_pointer_button_down_on() {
        t.soft
    } else {
        t.card
    };
    let edge = if response.hovered() && ui.is_enabled() {
        look.edge + 0.5
    } else {
        look.edge
    };
    ui.painter()
        .circle(centre, radius - edge / 2.0, fill, Stroke::new(edge, accent));
    if response.has_focus() {
        let stroke = Stroke::new(2.0, t.accent);
        let scale = theme::scale(ui);
        ui.painter()
            .circle_stroke(centre, radius + 3.0 * scale, stroke);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TREES: Scale = Scale {
        min: 1.0,
        max: 1000.0,
        log: true,
        integer: true,
        none_at_max: false,
    };
    const DEPTH: Scale = Scale {
        min: 1.0,
        max: 50.0,
        log: false,
        integer: true,
        none_at_max: true,
    };
    const C: Scale = Scale {
        min: 1e-3,
        max: 1e3,
        log: true,
        integer: false,
        none_at_max: false,
    };

    #[test]
    fn places_and_values_agree_both_ways() {
        for scale in [TREES, DEPTH, C] {
            for i in 0..=100 {
                let value = scale.value(f64::from(i) / 100.0);
                let back = scale.value(scale.share(value));
                match (value, back) {
                    (Some(a), Some(b)) => assert!((a / b - 1.0).abs() < 1e-9, "{a} {b}"),
                    other => assert_eq!(other, (None, None)),
                }
            }
        }
        assert_eq!(C.share(Some(1.0)), 0.5);
        assert_eq!(TREES.value(0.5), Some(32.0));
    }

    #[test]
    fn the_right_end_means_none_where_it_may() {
        assert_eq!(DEPTH.share(None), 1.0);
        assert_eq!(DEPTH.value(1.0), None);
        assert_eq!(DEPTH.value(UP_TO_NONE), Some(50.0));
        assert_eq!(DEPTH.stepped(Some(50.0), 1.0), None);
        assert_eq!(DEPTH.stepped(None, 1.0), None);
        assert_eq!(DEPTH.stepped(None, -1.0), Some(50.0));
        assert_eq!(TREES.value(1.0), Some(1000.0));
    }

    #[test]
    fn steps_move_and_stay_in_range() {
        assert_eq!(TREES.stepped(Some(3.0), 1.0), Some(4.0));
        assert_eq!(TREES.stepped(Some(1000.0), 1.0), Some(1000.0));
        assert_eq!(TREES.stepped(Some(1.0), -10.0), Some(1.0));
        let up = TREES.stepped(Some(30.0), 1.0);
        assert!(up > Some(30.0), "{up:?}");
        let next = C.stepped(Some(1.0), 1.0);
        assert!(next > Some(1.05) && next < Some(1.3), "{next:?}");
        assert_eq!(C.stepped(Some(1.0), 0.0), Some(1.0));
    }

    #[test]
    fn a_range_without_width_does_no_harm() {
        let point = Scale {
            min: 5.0,
            max: 5.0,
            ..C
        };
        assert_eq!(point.share(Some(5.0)), 0.0);
        assert_eq!(point.value(0.7), Some(5.0));
    }

    #[test]
    fn decades_may_begin_at_zero() {
        let alpha = Scale {
            min: 0.0,
            max: 100.0,
            ..C
        };
        assert_eq!(alpha.value(0.0), Some(0.0));
        assert_eq!(alpha.value(1.0), Some(100.0));
        assert_eq!(alpha.share(Some(0.0)), 0.0);
        let half = alpha.share(Some(1e-4));
        assert!((0.45..0.6).contains(&half), "{half}");
        assert!((alpha.value(half).unwrap() / 1e-4 - 1.0).abs() < 1e-9);
        // From zero the arrow keys lead to the first decade, and back.
        let up = alpha.stepped(Some(0.0), 10.0).unwrap();
        assert!(up > 0.0 && up < 1e-8, "{up}");
        assert_eq!(alpha.stepped(Some(up), -100.0), Some(0.0));
        let counts = Scale {
            min: 0.0,
            max: 1000.0,
            integer: true,
            ..C
        };
        assert_eq!(counts.value(0.0), Some(0.0));
        assert_eq!(counts.value(counts.share(Some(30.0))), Some(30.0));
    }

    #[test]
    fn a_drag_gives_short_numbers() {
        let value = C.value_near(0.37, 0.005);
        assert!(
            value.is_some_and(|v| format!("{v}").len() <= 5),
            "{value:?}"
        );
        assert_eq!(C.value_near(0.0, 0.005), Some(1e-3));
        assert_eq!(C.value_near(1.0, 0.005), Some(1e3));
    }
}
