//! What stands on the projector: one surface, a curve, a slider, a score; readable from the last row.
//!
//! ```text
//! +-----------------+  k nearest neighbours
//! |                 |  correct on held-out rows
//! |     plane       |  0.893
//! |                 |  ± 0.043   baseline 0.500
//! |                 |  [curve]
//! +-----------------+
//!  k = 15   ======O--------
//!           1   2   5  10 ..
//! ```

use eframe::egui::{
    Align2, EventFilter, FontFamily, FontId, Key, Pos2, Rect, Response, Sense, Stroke, Ui,
    UiBuilder, WidgetInfo, pos2, vec2,
};

use super::parts::axis::Axis;
use super::parts::{number, text};
use crate::widget::icons;
use crate::widget::theme::{Tokens, focus_ring};

/// The parameter on the slider.
#[derive(Clone, Debug, PartialEq)]
pub struct BigSlider {
    /// "k", as it stands before "= 15".
    pub name: String,
    pub value: f64,
    /// What stands for the value, where that is no number: "none", "Entropy".
    pub words: Option<String>,
    /// The choices that whole numbers from 0 on stand for; else empty.
    pub choices: Vec<String>,
    pub min: f64,
    pub max: f64,
    pub log: bool,
    pub integer: bool,
}

impl BigSlider {
    fn words(&self) -> String {
        match &self.words {
            Some(words) => format!("{} = {words}", self.name),
            None => format!("{} = {}", self.name, number::short(self.value)),
        }
    }

    fn snapped(&self, value: f64) -> f64 {
        let value = if self.integer { value.round() } else { value };
        value.clamp(self.min.min(self.max), self.max.max(self.min))
    }

    /// The next value: one for whole numbers, a hundredth of the way otherwise.
    fn stepped(&self, axis: &Axis, by: f64) -> f64 {
        if self.integer {
            return self.snapped(self.value + by);
        }
        let way = axis.to - axis.from;
        let at = axis.point(self.value) + way * (by / 100.0) as f32;
        self.snapped(axis.value(at))
    }
}

/// Everything else on the screen.
#[derive(Clone, Debug, PartialEq)]
pub struct Projected<'a> {
    pub model: &'a str,
    /// What the score is, in words: "correct on held-out rows".
    pub score_name: &'a str,
    pub score: f64,
    pub spread: f64,
    pub baseline: f64,
    /// None where the model has no knob.
    pub slider: Option<BigSlider>,
    /// Score and curve stand beside the picture; else it has the whole width.
    pub beside: bool,
}

/// Draws into all the space that `ui` has, and answers the slider's new value. `plane` and `curve`
/// get a `Ui` of their place; curves are drawn with scale 1.75. `what` fills the menu of pictures and
/// models, which opens at the model's name, `knobs` that of the slider's name.
pub fn projector(
    ui: &mut Ui,
    t: &Tokens,
    data: &Projected<'_>,
    plane: impl FnOnce(&mut Ui),
    curve: impl FnOnce(&mut Ui),
    what: impl FnOnce(&mut Ui),
    knobs: impl FnOnce(&mut Ui),
) -> Option<f64> {
    let size = ui.available_size();
    let (area, _) = ui.allocate_exact_size(size, Sense::empty());
    // Sizes are of 1280 x 800 and grow with the screen.
    let scale = (area.width() / 1280.0)
        .min(area.height() / 800.0)
        .clamp(0.5, 3.0);
    let foot = if data.slider.is_some() {
        152.0 * scale
    } else {
        0.0
    };
    let body = Rect::from_min_max(area.min, area.max - vec2(0.0, foot));
    ui.painter().rect_filled(area, 0.0, t.app);
    let side = 424.0 * scale;
    let margin = 24.0 * scale;
    let left = Rect::from_min_max(
        body.min + vec2(margin, margin),
        pos2(
            body.right() - side - margin - 8.0 * scale,
            body.bottom() - margin * 0.5,
        ),
    );
    let right = Rect::from_min_max(
        pos2(body.right() - side - margin * 0.2, body.top() + margin),
        pos2(body.right() - margin, body.bottom() - margin * 0.5),
    );
    // Other pictures than the plane bring their own words: they have the whole width.
    if !data.beside {
        // The menu's caret has the right edge for itself.
        let mut whole = body.shrink2(vec2(margin * 0.5, margin * 0.25));
        whole.max.x -= 36.0 * scale;
        ui.scope_builder(UiBuilder::new().max_rect(whole).id_salt("plane"), plane);
        let corner = Rect::from_min_size(body.min, vec2(44.0, 44.0) * scale);
        let corner = corner.translate(vec2(body.width() - corner.width() - 6.0, 6.0));
        menu(
            ui,
            t,
            corner,
            "Choose picture and model",
            corner.center(),
            what,
        );
        return foot_ui(ui, t, data, area.with_min_y(body.bottom()), scale, knobs);
    }
    ui.scope_builder(UiBuilder::new().max_rect(left).id_salt("plane"), plane);
    let (name, below) = score(ui, t, data, right, scale);
    let caret = name.right_center() + vec2(22.0 * scale, 0.0);
    menu(
        ui,
        t,
        name.expand(4.0)
            .union(Rect::from_center_size(caret, vec2(32.0, 32.0) * scale)),
        "Choose picture and model",
        caret,
        what,
    );
    let rest = Rect::from_min_max(pos2(right.left(), below + 40.0 * scale), right.max);
    if rest.height() > 120.0 {
        ui.scope_builder(UiBuilder::new().max_rect(rest).id_salt("curve"), curve);
    }
    foot_ui(ui, t, data, area.with_min_y(body.bottom()), scale, knobs)
}

fn foot_ui(
    ui: &mut Ui,
    t: &Tokens,
    data: &Projected<'_>,
    bar: Rect,
    scale: f32,
    knobs: impl FnOnce(&mut Ui),
) -> Option<f64> {
    let slider = data.slider.as_ref()?;
    let (name, new) = slider_ui(ui, t, slider, bar, scale);
    let caret = name.center_bottom() + vec2(0.0, 12.0 * scale);
    menu(ui, t, name.expand(4.0), "Choose the knob", caret, knobs);
    new
}

/// A part of the screen that opens a menu; a caret says so.
fn menu(ui: &mut Ui, t: &Tokens, rect: Rect, name: &str, caret: Pos2, fill: impl FnOnce(&mut Ui)) {
    let response = ui.interact(rect, ui.scope_id().with(name), Sense::click());
    response
        .widget_info(|| WidgetInfo::labeled(eframe::egui::Role::ComboBox, ui.is_enabled(), name));
    let ink = if response.hovered() { t.accent } else { t.weak };
    let glyph = super::parts::icon::filled(20.0);
    ui.painter()
        .text(caret, Align2::CENTER_CENTER, icons::CARET_DOWN, glyph, ink);
    focus_ring(ui, &response, t);
    let response = response.on_hover_text(name);
    eframe::egui::Popup::menu(&response)
        .accessible_name(name)
        .show(fill);
}

/// At least 20 points, whatever the scale.
fn font(size: f32, scale: f32, family: FontFamily) -> FontId {
    FontId::new((size * scale).max(20.0).min(size * 3.0), family)
}

/// Model, what the score is, the score; answers where the name stands and where all ends.
fn score(ui: &Ui, t: &Tokens, data: &Projected<'_>, rect: Rect, scale: f32) -> (Rect, f32) {
    let painter = ui.painter();
    let semibold = text::strong(ui).family;
    let regular = text::body(ui).family;
    let mut y = rect.top();
    let mut write = |words: &str, size: f32, family: &FontFamily, ink, gap: f32| {
        let mut font = font(size, scale, family.clone());
        // A long name shrinks before it is cut; there is a caret behind it.
        let room = rect.width() - 36.0 * scale;
        while text::width(painter, words, &font) > room && font.size > 20.0 {
            font.size -= 1.0;
        }
        let galley = text::line(painter, words, font, ink, rect.width());
        let placed = text::place(painter, pos2(rect.left(), y), Align2::LEFT_TOP, galley);
        y = placed.bottom() + gap * scale;
        placed
    };
    let name = write(data.model, 31.0, &semibold, t.strong, 10.0);
    write(data.score_name, 22.0, &regular, t.weak, 0.0);
    write(&number::score(data.score), 84.0, &semibold, t.strong, 0.0);
    let mut last = String::new();
    if data.spread.is_finite() {
        last.push_str(&format!("± {}    ", number::score(data.spread)));
    }
    let baseline = if data.baseline.is_finite() {
        format!("baseline {}", number::score(data.baseline))
    } else {
        String::new()
    };
    let line = font(27.0, scale, regular);
    let pieces = [
        (last.as_str(), line.clone(), t.text),
        (baseline.as_str(), line, t.weak),
    ];
    let galley = text::pieces(painter, &pieces, rect.width());
    let placed = text::place(painter, pos2(rect.left(), y), Align2::LEFT_TOP, galley);
    (name, placed.bottom())
}

/// The slider with its own rail, 12 high, and a handle of 44.
fn slider_ui(
    ui: &mut Ui,
    t: &Tokens,
    slider: &BigSlider,
    bar: Rect,
    scale: f32,
) -> (Rect, Option<f64>) {
    let painter = ui.painter().clone();
    painter.rect_filled(bar, 0.0, t.panel);
    painter.hline(bar.x_range(), bar.top() + 0.5, Stroke::new(1.0, t.line));
    let words = slider.words();
    let label_width = 216.0 * scale;
    let mut big = font(56.0, scale, text::strong(ui).family);
    // As wide at its widest value, so that nothing jumps while it moves.
    let at = |value: f64, words: Option<&String>| BigSlider {
        value,
        words: words.cloned(),
        ..slider.clone()
    };
    let mut all: Vec<String> = slider
        .choices
        .iter()
        .map(|c| at(0.0, Some(c)).words())
        .collect();
    all.extend([at(slider.max, None).words(), words.clone()]);
    let width = |font: &FontId| {
        let widths = all.iter().map(|words| text::width(&painter, words, font));
        widths.fold(0.0, f32::max)
    };
    while width(&big) > label_width && big.size > 20.0 {
        big.size -= 2.0;
    }
    let middle = bar.top() + 57.0 * scale;
    let galley = text::line(&painter, words, big, t.strong, label_width + 8.0);
    let at = pos2(bar.left() + 40.0 * scale, bar.top() + 68.0 * scale);
    let name = text::place(&painter, at, Align2::LEFT_CENTER, galley);

    let from = bar.left() + 64.0 * scale + label_width;
    let to = bar.right() - 56.0 * scale;
    let axis = Axis::new(slider.min, slider.max, slider.log, from, to);
    let hit = Rect::from_min_max(
        pos2(from - 22.0 * scale, middle - 26.0 * scale),
        pos2(to + 22.0 * scale, middle + 26.0 * scale),
    );
    let response = ui.interact(
        hit,
        ui.scope_id().with("big slider"),
        Sense::click_and_drag(),
    );
    response.widget_info(|| WidgetInfo::slider(ui.is_enabled(), slider.value, &slider.name));
    let mut new = response
        .interact_pointer_pos()
        .filter(|_| response.dragged() || response.clicked())
        .map(|p: Pos2| slider.snapped(axis.value(p.x.clamp(from, to))));
    if response.has_focus() {
        new = keys(ui, &response, slider, &axis).or(new);
    }
    ticks(ui, t, slider, &axis, middle, scale);
    let rail = Rect::from_min_max(
        pos2(from, middle - 6.0 * scale),
        pos2(to, middle + 6.0 * scale),
    );
    painter.rect_filled(rail, 6.0 * scale, t.rail);
    let handle = pos2(axis.point(slider.value).clamp(from, to), middle);
    let done = Rect::from_min_max(rail.min, pos2(handle.x, rail.bottom()));
    painter.rect_filled(done, 6.0 * scale, t.accent);
    painter.circle(
        handle,
        20.0 * scale,
        t.card,
        Stroke::new(4.0 * scale, t.accent),
    );
    if response.has_focus() {
        painter.circle_stroke(handle, 27.0 * scale, Stroke::new(2.0, t.accent));
    }
    (name, new.filter(|v| *v != slider.value))
}

fn keys(ui: &Ui, response: &Response, slider: &BigSlider, axis: &Axis) -> Option<f64> {
    let filter = EventFilter {
        horizontal_arrows: true,
        ..EventFilter::default()
    };
    ui.memory_mut(|m| m.set_focus_lock_filter(response.id, filter));
    let (by, home, end) = ui.input(|i| {
        let by = i.num_presses(Key::ArrowRight) as f64 - i.num_presses(Key::ArrowLeft) as f64;
        let factor = if i.modifiers.shift { 10.0 } else { 1.0 };
        (
            by * factor,
            i.key_pressed(Key::Home),
            i.key_pressed(Key::End),
        )
    });
    if home {
        return Some(slider.min);
    }
    if end {
        return Some(slider.max);
    }
    (by != 0.0).then(|| slider.stepped(axis, by))
}

/// Ticks with numbers, both ends among them.
fn ticks(ui: &Ui, t: &Tokens, slider: &BigSlider, axis: &Axis, middle: f32, scale: f32) {
    let painter = ui.painter();
    let (inner, step) = axis.ticks(7.0);
    let top = middle + 26.0 * scale;
    let font = font(22.0, scale, text::body(ui).family);
    let mut taken: Vec<Rect> = Vec::new();
    // The ends first: they are never the ones left out.
    let ends = [slider.min, slider.max];
    for value in ends.into_iter().chain(inner) {
        let is_end = ends.contains(&value);
        if slider.integer && value.fract() != 0.0 {
            continue;
        }
        let choice = slider.choices.get(value as usize).filter(|_| value >= 0.0);
        let label = if let Some(choice) = choice {
            choice.clone()
        } else if is_end {
            number::short(value)
        } else {
            axis.label(value, step)
        };
        let galley = painter.layout_no_wrap(label, font.clone(), t.weak);
        let x = axis.point(value);
        let rect = Align2::CENTER_TOP.anchor_size(pos2(x, top + 12.0 * scale), galley.size());
        if taken
            .iter()
            .any(|other| other.expand(6.0 * scale).intersects(rect))
        {
            continue;
        }
        painter.vline(x, top..=top + 9.0 * scale, Stroke::new(2.0, t.control));
        text::place(painter, rect.min, Align2::LEFT_TOP, galley);
        taken.push(rect);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::test_picture;
    use egui_kittest::kittest::Queryable as _;
    use std::cell::RefCell;

    fn data() -> Projected<'static> {
        Projected {
            model: "k nearest neighbours",
            score_name: "correct on held-out rows",
            score: 0.893,
            spread: 0.043,
            baseline: 0.5,
            beside: true,
            slider: Some(BigSlider {
                name: "k".into(),
                value: 15.0,
                words: None,
                choices: Vec::new(),
                min: 1.0,
                max: 100.0,
                log: true,
                integer: true,
            }),
        }
    }

    fn block(ui: &mut Ui, t: &Tokens) {
        ui.painter().rect_filled(ui.max_rect(), 2.0, t.plot);
    }

    #[test]
    fn it_draws_in_both_themes_and_sizes() {
        for (name, size) in [
            ("projector", vec2(1280.0, 800.0)),
            ("projector-small", vec2(900.0, 640.0)),
        ] {
            test_picture::draw(name, size, |ui, t| {
                projector(
                    ui,
                    t,
                    &data(),
                    |ui| block(ui, t),
                    |ui| block(ui, t),
                    |_| {},
                    |_| {},
                );
            });
        }
    }

    #[test]
    fn keys_move_the_slider_by_whole_steps() {
        let got = RefCell::new(Vec::new());
        let mut harness = test_picture::harness(vec2(1280.0, 800.0), |ui, t| {
            got.borrow_mut()
                .extend(projector(ui, t, &data(), |_| {}, |_| {}, |_| {}, |_| {}));
        });
        harness.get_by_label("k").focus();
        harness.run_steps(2);
        harness.key_press(Key::ArrowRight);
        harness.run_steps(1);
        harness.key_press_modifiers(eframe::egui::Modifiers::SHIFT, Key::ArrowLeft);
        harness.run_steps(1);
        harness.key_press(Key::End);
        harness.run_steps(2);
        drop(harness);
        assert_eq!(got.into_inner(), [16.0, 5.0, 100.0]);
    }

    #[test]
    fn values_snap_and_stay_in_range() {
        let slider = BigSlider {
            integer: false,
            log: false,
            ..data().slider.unwrap()
        };
        let axis = Axis::new(1.0, 100.0, false, 0.0, 100.0);
        assert!((slider.stepped(&axis, 1.0) - 15.99).abs() < 1e-4);
        assert_eq!(slider.stepped(&axis, 1000.0), 100.0);
        assert_eq!(
            BigSlider {
                integer: true,
                ..slider
            }
            .snapped(7.6),
            8.0
        );
    }
}
