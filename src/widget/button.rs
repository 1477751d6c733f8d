//! Buttons: primary, secondary and quiet ones with words, and icons with a name.
use super::text;
use super::theme::{self, RADIUS_SMALL};
use super::tokens::Tokens;
use eframe::egui::{
    Align2, Color32, CornerRadius, FontId, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui,
    Widget, WidgetInfo, pos2, vec2,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    Primary,
    Secondary,
    Quiet,
    /// Words in the accent colour, as on a toast.
    Link,
}

/// A button with words; 28 points high.
#[must_use = "a button has to be added to a Ui"]
pub struct Button<'a> {
    look: Look,
    text: &'a str,
    icon: Option<&'a str>,
    filled: bool,
    tooltip: Option<&'a str>,
    disabled_because: Option<&'a str>,
    min_width: f32,
}

/// The one thing to do here.
pub fn primary(text: &str) -> Button<'_> {
    Button::new(Look::Primary, text)
}

/// One choice among several.
pub fn secondary(text: &str) -> Button<'_> {
    Button::new(Look::Secondary, text)
}

/// The least of the choices: no edge until hovered.
pub fn quiet(text: &str) -> Button<'_> {
    Button::new(Look::Quiet, text)
}

/// Words in the accent colour.
pub fn link(text: &str) -> Button<'_> {
    Button::new(Look::Link, text)
}

impl<'a> Button<'a> {
    fn new(look: Look, text: &'a str) -> Self {
        Self {
            look,
            text,
            icon: None,
            filled: false,
            tooltip: None,
            disabled_because: None,
            min_width: 0.0,
        }
    }

    pub fn icon(mut self, icon: &'a str) -> Self {
        self.icon = Some(icon);
        self
    }

    /// Takes the icon from the filled set: play, stop, pause.
    pub fn filled_icon(mut self, icon: &'a str) -> Self {
        self.icon = Some(icon);
        self.filled = true;
        self
    }

    pub fn tooltip(mut self, text: &'a str) -> Self {
        self.tooltip = Some(text);
        self
    }

    /// `Some(reason)` makes the button unusable; the tooltip gives the reason.
    pub fn disabled_because(mut self, reason: Option<&'a str>) -> Self {
        self.disabled_because = reason;
        self
    }

    pub fn min_width(mut self, width: f32) -> Self {
        self.min_width = width;
        self
    }

    /// How wide it will be.
    pub fn width(&self, ui: &Ui) -> f32 {
        let s = theme::scale(ui);
        let words = text::line(
            ui,
            self.text,
            text::button(ui),
            Color32::WHITE,
            f32::INFINITY,
        );
        let icon = if self.icon.is_some() { 22.0 * s } else { 0.0 };
        (words.size().x + icon + 20.0 * s)
            .ceil()
            .max(self.min_width)
    }

    fn paint(&self, ui: &Ui, response: &Response, s: f32) {
        let t = Tokens::of(ui);
        let (fill, edge, ink) = self.colours(ui, response, t);
        let rect = response.rect;
        ui.painter().rect(
            rect,
            CornerRadius::same(RADIUS_SMALL),
            fill,
            Stroke::new(1.0, edge),
            StrokeKind::Inside,
        );
        let galley = text::line(ui, self.text, text::button(ui), ink, rect.width());
        let icon_width = if self.icon.is_some() { 22.0 * s } else { 0.0 };
        let mut x = rect.center().x - (galley.size().x + icon_width) / 2.0;
        if let Some(icon) = self.icon {
            let at = pos2(x + 8.0 * s, rect.center().y);
            if self.filled {
                text::filled_icon(ui.painter(), at, icon, 14.0 * s, ink);
            } else {
                text::icon(ui.painter(), at, icon, 16.0 * s, ink);
            }
            x += icon_width;
        }
        let at = pos2(x, rect.center().y);
        text::paint(ui.painter(), at, Align2::LEFT_CENTER, galley);
    }

    fn colours(&self, ui: &Ui, response: &Response, t: &Tokens) -> (Color32, Color32, Color32) {
        let none = Color32::TRANSPARENT;
        let pressed = response.is_pointer_button_down_on();
        let hovered = response.hovered();
        let ground = match (pressed, hovered) {
            (true, _) => t.pressed,
            (false, true) => t.hover,
            _ => none,
        };
        if !ui.is_enabled() {
            let edge = if matches!(self.look, Look::Quiet | Look::Link) {
                none
            } else {
                t.control
            };
            // egui fades what is disabled on top of this.
            return (none, edge, t.weak);
        }
        match self.look {
            Look::Primary => {
                let fill = match (pressed, hovered) {
                    (true, _) => t.accent.lerp_to_gamma(t.strong, 0.25),
                    (false, true) => t.accent.lerp_to_gamma(t.strong, 0.12),
                    _ => t.accent,
                };
                (fill, none, t.on_accent)
            }
            Look::Secondary if ground == none => (t.card, t.control, t.strong),
            Look::Secondary => (ground, t.control, t.strong),
            Look::Quiet => (ground, none, t.text),
            Look::Link => (ground, none, t.accent),
        }
    }
}

impl Widget for Button<'_> {
    fn ui(self, ui: &mut Ui) -> Response {
        let enabled = self.disabled_because.is_none();
        let response = ui
            .add_enabled_ui(enabled, |ui| {
                let s = theme::scale(ui);
                let width = self.width(ui);
                let (_, response) = ui.allocate_exact_size(vec2(width, 28.0 * s), Sense::click());
                response
                    .widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), self.text));
                if ui.is_rect_visible(response.rect) {
                    self.paint(ui, &response, s);
                    theme::focus_ring(ui, &response, Tokens::of(ui));
                }
                response
            })
            .inner;
        explain(response, self.tooltip, self.disabled_because)
    }
}

/// A button that is an icon alone: hence a name for screen readers and a tooltip for the eye.
#[must_use = "a button has to be added to a Ui"]
pub struct IconButton<'a> {
    icon: &'a str,
    name: &'a str,
    tooltip: &'a str,
    size: f32,
    icon_size: f32,
    filled: bool,
    on: bool,
    colour: Option<Color32>,
    disabled_because: Option<&'a str>,
}

impl<'a> IconButton<'a> {
    /// 28 points square, the icon 18, as in toolbars.
    pub fn new(icon: &'a str, name: &'a str, tooltip: &'a str) -> Self {
        Self {
            icon,
            name,
            tooltip,
            size: 28.0,
            icon_size: 18.0,
            filled: false,
            on: false,
            colour: None,
            disabled_because: None,
        }
    }

    /// 20 points square, the icon 16: inside cards and rows.
    pub fn small(mut self) -> Self {
        self.size = 20.0;
        self.icon_size = 16.0;
        self
    }

    pub fn icon_size(mut self, points: f32) -> Self {
        self.icon_size = points;
        self
    }

    /// Takes the icon from the filled set.
    pub fn filled(mut self) -> Self {
        self.filled = true;
        self
    }

    /// A switch that is on.
    pub fn on(mut self, on: bool) -> Self {
        self.on = on;
        self
    }

    pub fn colour(mut self, colour: Color32) -> Self {
        self.colour = Some(colour);
        self
    }

    /// `Some(reason)` makes the button unusable; the tooltip gives the reason.
    pub fn disabled_because(mut self, reason: Option<&'a str>) -> Self {
        self.disabled_because = reason;
        self
    }

    /// Draws the button into `rect`, which the caller has set aside.
    pub fn at(self, ui: &mut Ui, rect: Rect) -> Response {
        ui.place(rect, self)
    }

    fn paint(&self, ui: &Ui, response: &Response, s: f32) {
        let t = Tokens::of(ui);
        let enabled = ui.is_enabled();
        let ground = match (
            response.is_pointer_button_down_on(),
            response.hovered(),
            self.on,
        ) {
            _ if !enabled => Color32::TRANSPARENT,
            (true, ..) => t.pressed,
            (_, true, _) => t.hover,
            (.., true) => t.soft,
            _ => Color32::TRANSPARENT,
        };
        let ink = match self.colour {
            _ if !enabled => t.weak,
            Some(colour) => colour,
            None if self.on => t.accent,
            None => t.strong,
        };
        let rect = response.rect;
        ui.painter()
            .rect_filled(rect, CornerRadius::same(RADIUS_SMALL), ground);
        if self.filled {
            text::filled_icon(
                ui.painter(),
                rect.center(),
                self.icon,
                self.icon_size * s,
                ink,
            );
        } else {
            text::icon(
                ui.painter(),
                rect.center(),
                self.icon,
                self.icon_size * s,
                ink,
            );
        }
    }
}

impl Widget for IconButton<'_> {
    fn ui(self, ui: &mut Ui) -> Response {
        let enabled = self.disabled_because.is_none();
        let response = ui
            .add_enabled_ui(enabled, |ui| {
                let s = theme::scale(ui);
                let size = vec2(self.size, self.size) * s;
                let (_, response) = ui.allocate_exact_size(size, Sense::click());
                response
                    .widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), self.name));
                if ui.is_rect_visible(response.rect) {
                    self.paint(ui, &response, s);
                    theme::focus_ring(ui, &response, Tokens::of(ui));
                }
                response
            })
            .inner;
        explain(response, Some(self.tooltip), self.disabled_because)
    }
}

/// A tooltip that gives the reason where there is one.
pub(super) fn explain(response: Response, tooltip: Option<&str>, why: Option<&str>) -> Response {
    match (why, tooltip) {
        (Some(why), _) => response.on_disabled_hover_text(why),
        (None, Some(tooltip)) => response.on_hover_text(tooltip),
        (None, None) => response,
    }
}

/// A key as it stands beside a command: a small framed word.
pub fn key_cap(ui: &mut Ui, keys: &str) -> Response {
    let t = Tokens::of(ui);
    let s = theme::scale(ui);
    let font = FontId::new(11.0 * s, theme::medium());
    let galley = text::line(ui, keys, font, t.weak, f32::INFINITY);
    let size = vec2(galley.size().x + 8.0 * s, 18.0 * s);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    ui.painter().rect_stroke(
        rect,
        CornerRadius::same(3),
        Stroke::new(1.0, t.line),
        StrokeKind::Inside,
    );
    text::paint(ui.painter(), rect.center(), Align2::CENTER_CENTER, galley);
    response
}
