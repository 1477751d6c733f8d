//! One parameter on one row of 28 points: a dot if it was changed, name, slider, field, reset.
//!
//! ```text
//!  • Rows per leaf   ====O----------  [  4 ]  ↺
//! ```
use super::button::IconButton;
use super::choice;
use super::combo::Combo;
use super::icons;
use super::knob::{Knob, KnobKind, KnobValue};
use super::number_field::number_field;
use super::slider::{self, slider};
use super::text;
use super::theme;
use super::tokens::Tokens;
use eframe::egui::{
    Align2, Frame, Id, Label, Margin, Rect, Response, RichText, Sense, Tooltip, Ui, UiBuilder,
    pos2, vec2,
};

/// What the hand did to a knob in this frame.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KnobAction {
    pub change: Option<KnobValue>,
    /// A gesture is under way: changes belong to one step of undo.
    pub dragging: bool,
    /// The gesture, or the single change, is complete.
    pub released: bool,
    /// What was typed and is not taken: "1000 is not taken: Neighbours goes from 1 to 500".
    pub refused: Option<String>,
}

impl KnobAction {
    fn once(change: Option<KnobValue>) -> Self {
        Self {
            released: change.is_some(),
            change,
            dragging: false,
            refused: None,
        }
    }

    fn or(self, later: Self) -> Self {
        Self {
            dragging: self.dragging || later.dragging,
            released: self.released || later.released,
            refused: later.refused.or(self.refused),
            change: later.change.or(self.change),
        }
    }
}

const NAME: f32 = 98.0;
const RESET: f32 = 20.0;
const GAP: f32 = 8.0;

/// Draws the row over the available width; `id` is stable, as of a model and a parameter's name.
pub fn parameter_row(
    ui: &mut Ui,
    id: impl std::hash::Hash + std::fmt::Debug,
    knob: &Knob,
) -> KnobAction {
    let id = ui.scope_id().with(id);
    let enabled = knob.disabled_because.is_none();
    ui.add_enabled_ui(enabled, |ui| {
        let s = theme::scale(ui);
        let size = vec2(ui.available_width(), 28.0 * s);
        let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
        draw(ui, id, rect, knob, s)
    })
    .inner
}

fn draw(ui: &mut Ui, id: Id, rect: Rect, knob: &Knob, s: f32) -> KnobAction {
    let y = rect.y_range();
    let column = |from: f32, to: f32| Rect::from_x_y_ranges(from..=to, y);
    let name = column(rect.left(), rect.left() + NAME * s);
    let reset = column(rect.right() - RESET * s, rect.right());
    let control = column(name.right() + GAP * s, reset.left() - GAP * s);

    name_and_help(ui, id, name, knob, s);
    let changed = match &knob.kind {
        KnobKind::Integer { .. } | KnobKind::Real { .. } | KnobKind::Day { .. } => {
            number(ui, id, control, knob, s)
        }
        KnobKind::Choice { options } => choose(ui, id, control, knob, options),
        KnobKind::Switch => {
            let on = knob.value == KnobValue::Switch(true);
            let new = choice::switch_at(ui, control, id.with("switch"), &knob.name, on);
            KnobAction::once(new.map(KnobValue::Switch))
        }
    };
    if knob.is_changed() && reset_button(ui, id, reset, knob, s) {
        return changed.or(KnobAction::once(Some(knob.default.clone())));
    }
    changed
}

fn name_and_help(ui: &Ui, id: Id, rect: Rect, knob: &Knob, s: f32) {
    let t = Tokens::of(ui);
    let ink = if ui.is_enabled() { t.text } else { t.weak };
    let line = text::line(ui, &knob.name, text::body(ui), ink, rect.width());
    text::paint(ui.painter(), rect.left_center(), Align2::LEFT_CENTER, line);
    if knob.is_changed() {
        let at = pos2(rect.left() - 6.0 * s, rect.center().y);
        ui.painter().circle_filled(at, 2.5 * s, t.accent);
    }
    let response = ui.interact(rect, id.with("name"), Sense::hover());
    explain(&response, knob);
}

/// Name, range and default, and the sentence about it.
fn explain(response: &Response, knob: &Knob) {
    // What a sheet covers says nothing over it.
    let layer = response.layer_id;
    if !response.ctx.memory(|m| m.allows_interaction(layer)) {
        return;
    }
    let mut tooltip = if response.enabled() {
        Tooltip::for_enabled(response)
    } else {
        Tooltip::for_disabled(response)
    };
    let frame = Frame::popup(&response.ctx.global_style());
    tooltip.popup = tooltip
        .popup
        .frame(frame.inner_margin(Margin::symmetric(10, 6)));
    tooltip.show(|ui| {
        let t = Tokens::of(ui);
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 5.0;
            let name = RichText::new(&knob.name)
                .font(text::strong(ui))
                .color(t.strong);
            ui.label(name);
            ui.label(RichText::new(knob.range()).color(t.weak));
        });
        ui.add(Label::new(&knob.help).wrap());
        if let Some(why) = &knob.disabled_because {
            ui.add(Label::new(RichText::new(why).color(t.warn)).wrap());
        }
    });
}

fn number(ui: &mut Ui, id: Id, rect: Rect, knob: &Knob, s: f32) -> KnobAction {
    let Some((scale, value)) = knob.on_scale() else {
        return KnobAction::default();
    };
    let field = rect
        .with_min_x(rect.right() - knob.field_width() * s)
        .shrink2(vec2(0.0, 2.0 * s));
    // The handle stands over the rail's ends.
    let rail = rect.with_max_x(field.left() - GAP * s);
    let look = slider::Look {
        rail: slider::DESK.rail * s,
        handle: slider::DESK.handle * s,
        edge: slider::DESK.edge * s,
    };
    let moved = slider(
        ui,
        id.with("slider"),
        rail,
        &knob.name,
        &scale,
        value,
        &look,
    );
    explain(&moved.response, knob);
    let by_slider = KnobAction {
        change: moved.change.map(|value| knob.value_on_scale(value)),
        dragging: moved.dragging,
        released: moved.released,
        refused: None,
    };

    let shown = knob.shown(&knob.value);
    let name = format!("{} value", knob.name);
    let read = |words: &str| knob.read(words);
    let none = scale.none_at_max;
    let typed = number_field(ui, id.with("field"), field, &name, &shown, none, read);
    let change = if typed.none {
        Some(KnobValue::None)
    } else if let Some(x) = typed.value {
        Some(knob.value_on_scale(Some(x)))
    } else if typed.steps != 0.0 {
        Some(knob.value_on_scale(scale.stepped(value, typed.steps)))
    } else {
        None
    };
    let refused = typed.refused.map(|words| knob.refusal(words.trim()));
    let typed = KnobAction::once(change.filter(|new| *new != knob.value));
    by_slider.or(KnobAction { refused, ..typed })
}

fn choose(
    ui: &mut Ui,
    id: Id,
    rect: Rect,
    knob: &Knob,
    options: &[(String, String)],
) -> KnobAction {
    let labels: Vec<&str> = options.iter().map(|(_, label)| label.as_str()).collect();
    let at = options
        .iter()
        .position(|(value, _)| knob.value == KnobValue::Choice(value.clone()))
        .unwrap_or(usize::MAX);
    let place = rect.shrink2(vec2(0.0, 2.0));
    let builder = UiBuilder::new().id_salt(id.with("choice")).max_rect(place);
    let s = theme::scale(ui);
    let picked = Combo::new(&knob.name)
        .without_label()
        .width(place.width() / s)
        .height(place.height() / s)
        .show(&mut ui.new_child(builder), &labels, at);
    let new = picked.and_then(|i| options.get(i));
    KnobAction::once(new.map(|(value, _)| KnobValue::Choice(value.clone())))
}

fn reset_button(ui: &mut Ui, id: Id, rect: Rect, knob: &Knob, s: f32) -> bool {
    let name = format!("Reset {}", knob.name);
    let tooltip = format!("Back to {}", knob.shown(&knob.default));
    let place = Rect::from_center_size(rect.center(), vec2(RESET, RESET) * s);
    let builder = UiBuilder::new().id_salt(id.with("reset")).max_rect(place);
    let button = IconButton::new(icons::UNDO, &name, &tooltip).small();
    ui.new_child(builder).add(button).clicked()
}

/// The knob of the projector: a rail of 12 and a handle of 44 over the width, ticks below; 100 points high.
///
/// Draws in points of the projector's own style; only numbers have this size.
pub fn projector_knob(
    ui: &mut Ui,
    id: impl std::hash::Hash + std::fmt::Debug,
    knob: &Knob,
    ticks: &[f64],
) -> KnobAction {
    let id = ui.scope_id().with(id);
    let Some((scale, value)) = knob.on_scale() else {
        return KnobAction::default();
    };
    let size = vec2(ui.available_width(), 100.0);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let look = slider::PROJECTOR;
    let rail = rect
        .with_max_y(rect.top() + look.handle)
        .shrink2(vec2(look.handle / 2.0, 0.0));
    let below = rail.translate(vec2(0.0, look.handle / 2.0 - 18.0));
    slider::ticks(ui, below, &scale, ticks);
    let moved = slider(
        ui,
        id.with("slider"),
        rail,
        &knob.name,
        &scale,
        value,
        &look,
    );
    KnobAction {
        change: moved.change.map(|value| knob.value_on_scale(value)),
        dragging: moved.dragging,
        released: moved.released,
        refused: None,
    }
}
