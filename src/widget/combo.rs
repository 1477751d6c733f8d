//! A combo box with its label inside ("Test on 5 folds, stratified"), and the rows of menus.
use super::icons;
use super::text;
use super::theme::{self, RADIUS_SMALL};
use super::tokens::Tokens;
use eframe::egui::{
    Align2, Color32, CornerRadius, Popup, PopupCloseBehavior, Response, Role, ScrollArea, Sense,
    Stroke, StrokeKind, TextEdit, Ui, WidgetInfo, pos2, vec2,
};

/// One choice among a few, 28 points high.
pub struct Combo<'a> {
    name: &'a str,
    label_inside: bool,
    width: Option<f32>,
    height: f32,
    tooltip: Option<&'a str>,
}

impl<'a> Combo<'a> {
    /// `name` is what is chosen: the label inside, and the name for screen readers.
    pub fn new(name: &'a str) -> Self {
        Self {
            name,
            label_inside: true,
            width: None,
            height: 28.0,
            tooltip: None,
        }
    }

    /// Leaves the label out where there is no room, or a text beside the box says it.
    pub fn without_label(mut self) -> Self {
        self.label_inside = false;
        self
    }

    /// A fixed width in points; without one the box is as wide as its words.
    pub fn width(mut self, width: f32) -> Self {
        self.width = Some(width);
        self
    }

    pub fn height(mut self, height: f32) -> Self {
        self.height = height;
        self
    }

    pub fn tooltip(mut self, tooltip: &'a str) -> Self {
        self.tooltip = Some(tooltip);
        self
    }

    /// Draws the box for plain options; the index of one newly picked.
    pub fn show(self, ui: &mut Ui, options: &[&str], selected: usize) -> Option<usize> {
        let value = options.get(selected).copied().unwrap_or("");
        self.show_menu(ui, value, |ui| {
            if options.len() > MANY {
                return long_menu(ui, options, selected);
            }
            let mut picked = None;
            for (i, option) in options.iter().enumerate() {
                if MenuRow::new(option).selected(i == selected).show(ui) && i != selected {
                    picked = Some(i);
                }
            }
            picked
        })
        .1
        .flatten()
    }

    /// Draws the box for the value shown, and whatever the caller puts into its menu.
    pub fn show_menu<R>(
        self,
        ui: &mut Ui,
        value: &str,
        menu: impl FnOnce(&mut Ui) -> R,
    ) -> (Response, Option<R>) {
        let mut response = self.draw(ui, value);
        if let Some(tooltip) = self.tooltip {
            response = response.on_hover_text(tooltip);
        }
        let width = response.rect.width();
        let inner = Popup::menu(&response)
            .accessible_name(self.name)
            // A click into the field that finds leaves it open; a row closes it.
            .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
            .width(width)
            .show(|ui| {
                ui.set_min_width(width - 8.0);
                menu(ui)
            })
            .map(|shown| shown.inner);
        (response, inner)
    }

    fn draw(&self, ui: &mut Ui, value: &str) -> Response {
        let t = Tokens::of(ui);
        let s = theme::scale(ui);
        let label = if self.label_inside { self.name } else { "" };
        let label = text::line(ui, label, text::body(ui), t.weak, f32::INFINITY);
        let label_width = if self.label_inside {
            label.size().x + 6.0 * s
        } else {
            0.0
        };
        let around = label_width + 34.0 * s;
        let width = self.width.map_or(f32::INFINITY, |width| width * s);
        let value_line = text::line(ui, value, text::button(ui), t.strong, width - around);
        let width = if width.is_finite() {
            width
        } else {
            (value_line.size().x + around).ceil()
        };
        let (rect, response) = ui.allocate_exact_size(vec2(width, self.height * s), Sense::click());
        response.widget_info(|| {
            let mut info = WidgetInfo::labeled(Role::ComboBox, ui.is_enabled(), self.name);
            info.current_text_value = Some(value.to_owned());
            info
        });
        if !ui.is_rect_visible(rect) {
            return response;
        }
        let fill = match (response.is_pointer_button_down_on(), response.hovered()) {
            (true, _) => t.pressed,
            (_, true) => t.hover,
            _ => t.card,
        };
        ui.painter().rect(
            rect,
            CornerRadius::same(RADIUS_SMALL),
            fill,
            Stroke::new(1.0, t.control),
            StrokeKind::Inside,
        );
        let y = rect.center().y;
        let x = rect.left() + 8.0 * s;
        text::paint(ui.painter(), pos2(x, y), Align2::LEFT_CENTER, label);
        let at = pos2(x + label_width, y);
        text::paint(ui.painter(), at, Align2::LEFT_CENTER, value_line);
        let at = pos2(rect.right() - 14.0 * s, y);
        text::icon(ui.painter(), at, icons::CARET_DOWN, 12.0 * s, t.strong);
        theme::focus_ring(ui, &response, t);
        response
    }
}

/// With more options than this, one is found by its name, and only those in sight are drawn.
const MANY: usize = 24;

/// A field to find an option by a part of its name, and a list that scrolls.
fn long_menu(ui: &mut Ui, options: &[&str], selected: usize) -> Option<usize> {
    let s = theme::scale(ui);
    let id = ui.scope_id().with("find an option");
    let (mut find, seen): (String, u64) = ui.data(|d| d.get_temp(id)).unwrap_or_default();
    let now = ui.ctx().cumulative_frame_nr();
    let opens = now > seen + 1;
    if opens {
        find.clear();
    }
    ui.set_min_width(180.0 * s);
    let edit = TextEdit::singleline(&mut find).hint_text("Find");
    let field = ui
        .add(edit.desired_width(f32::INFINITY))
        .accessible_name("Find");
    if opens {
        field.request_focus();
    }
    ui.data_mut(|d| d.insert_temp(id, (find.clone(), now)));
    let needle = find.trim().to_lowercase();
    let hit = |at: &usize| needle.is_empty() || options[*at].to_lowercase().contains(&needle);
    let found: Vec<usize> = (0..options.len()).filter(hit).collect();
    let mut picked = None;
    if field.lost_focus() && ui.input(|i| i.key_pressed(eframe::egui::Key::Enter)) {
        picked = found.first().copied().filter(|at| *at != selected);
        ui.close();
    }
    let height = 300.0 * s;
    let area = ScrollArea::vertical()
        .max_height(height)
        .min_scrolled_height(height.min(28.0 * s * found.len() as f32));
    area.show_rows(ui, 28.0 * s, found.len(), |ui, rows| {
        for &at in &found[rows] {
            if MenuRow::new(options[at]).selected(at == selected).show(ui) && at != selected {
                picked = Some(at);
            }
        }
    });
    picked
}

/// One row of a menu: icon, words, shortcut; 28 points high.
pub struct MenuRow<'a> {
    text: &'a str,
    icon: Option<&'a str>,
    shortcut: &'a str,
    selected: bool,
    disabled_because: Option<&'a str>,
    stays: bool,
}

impl<'a> MenuRow<'a> {
    pub fn new(text: &'a str) -> Self {
        Self {
            text,
            icon: None,
            shortcut: "",
            selected: false,
            disabled_because: None,
            stays: false,
        }
    }

    pub fn icon(mut self, icon: &'a str) -> Self {
        self.icon = Some(icon);
        self
    }

    pub fn shortcut(mut self, shortcut: &'a str) -> Self {
        self.shortcut = shortcut;
        self
    }

    pub fn selected(mut self, selected: bool) -> Self {
        self.selected = selected;
        self
    }

    /// `Some(reason)` makes the row unusable; the reason stands in its tooltip.
    pub fn disabled_because(mut self, reason: Option<&'a str>) -> Self {
        self.disabled_because = reason;
        self
    }

    /// The menu stays open: what was picked is what the rows below are about.
    pub fn stays(mut self) -> Self {
        self.stays = true;
        self
    }

    /// Draws the row over the menu's width; true when it was picked, which closes the menu.
    pub fn show(self, ui: &mut Ui) -> bool {
        let enabled = self.disabled_because.is_none();
        let response = ui.add_enabled_ui(enabled, |ui| self.draw(ui)).inner;
        let response = match self.disabled_because {
            Some(why) => response.on_disabled_hover_text(why),
            None => response,
        };
        if response.clicked() && !self.stays {
            ui.close();
        }
        response.clicked()
    }

    fn draw(&self, ui: &mut Ui) -> Response {
        let t = Tokens::of(ui);
        let s = theme::scale(ui);
        let ink = if ui.is_enabled() { t.strong } else { t.weak };
        let words = text::line(ui, self.text, text::body(ui), ink, f32::INFINITY);
        let shortcut = text::line(ui, self.shortcut, text::small(ui), t.weak, f32::INFINITY);
        let icon_width = if self.icon.is_some() { 24.0 * s } else { 0.0 };
        let gap = if self.shortcut.is_empty() {
            0.0
        } else {
            24.0 * s
        };
        let mark = 20.0 * s;
        let needed = words.size().x + shortcut.size().x + icon_width + gap + mark + 16.0 * s;
        // While the menu is measured, what is available says nothing.
        let width = if ui.is_sizing_pass() {
            needed
        } else {
            needed.max(ui.available_width())
        };
        let (rect, response) = ui.allocate_exact_size(vec2(width, 28.0 * s), Sense::click());
        response.widget_info(|| {
            let role = Role::MenuItem;
            WidgetInfo::selected(role, ui.is_enabled(), self.selected, self.text)
        });
        let ground = match (self.selected, response.hovered() || response.has_focus()) {
            (true, _) => t.soft,
            (false, true) => t.hover,
            _ => Color32::TRANSPARENT,
        };
        ui.painter()
            .rect_filled(rect, CornerRadius::same(RADIUS_SMALL), ground);
        let y = rect.center().y;
        let mut x = rect.left() + 8.0 * s;
        if let Some(icon) = self.icon {
            text::icon(ui.painter(), pos2(x + 8.0 * s, y), icon, 16.0 * s, ink);
            x += icon_width;
        }
        text::paint(ui.painter(), pos2(x, y), Align2::LEFT_CENTER, words);
        let right = rect.right() - 8.0 * s;
        if self.selected {
            let at = pos2(right - 8.0 * s, y);
            text::icon(ui.painter(), at, icons::CHECK, 14.0 * s, t.accent);
        } else {
            text::paint(ui.painter(), pos2(right, y), Align2::RIGHT_CENTER, shortcut);
        }
        theme::focus_ring(ui, &response, t);
        response
    }
}

/// A thin line between groups of rows.
pub fn menu_line(ui: &mut Ui) {
    let t = Tokens::of(ui);
    let width = if ui.is_sizing_pass() {
        0.0
    } else {
        ui.available_width()
    };
    let (rect, _) = ui.allocate_exact_size(vec2(width, 9.0), Sense::hover());
    ui.painter()
        .hline(rect.x_range(), rect.center().y, Stroke::new(1.0, t.line));
}
