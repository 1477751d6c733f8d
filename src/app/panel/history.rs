//! The history as a list: what was done, line by line, and the way back to each.

use eframe::egui::{
    Align, Align2, CornerRadius, Popup, Rect, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2,
};

use crate::app::act::Act;
use crate::app::frame::Frame;
use crate::widget::button::IconButton;
use crate::widget::icons;
use crate::widget::text;
use crate::widget::theme;
use crate::widget::tokens::Tokens;

const ROW: f32 = 26.0;
const WIDTH: f32 = 320.0;

/// The button with the clock, and the list below it; `open` opens it from elsewhere.
pub fn button(ui: &mut Ui, frame: &Frame<'_>, open: bool, acts: &mut Vec<Act>) {
    let button = IconButton::new(
        icons::CLOCK,
        "History",
        "What was done, and the way back to it",
    );
    let response = ui.add(button);
    let id = Popup::default_response_id(&response);
    if open {
        Popup::open_id(ui.ctx(), id);
    }
    Popup::menu(&response)
        .accessible_name("History")
        .width(WIDTH)
        .show(|ui| list(ui, frame, acts));
}

fn list(ui: &mut Ui, frame: &Frame<'_>, acts: &mut Vec<Act>) {
    let t = frame.tokens;
    let history = &frame.desk.history;
    let past = history.past_lines().len();
    let future = history.future_lines().len();
    let rows = 1 + past + future;
    ui.set_width(WIDTH * theme::scale(ui));
    ui.spacing_mut().item_spacing.y = 0.0;
    let height = (ui.ctx().content_rect().height() - 140.0).clamp(ROW * 4.0, ROW * 16.0);
    ScrollArea::vertical().max_height(height).show(ui, |ui| {
        let start = std::iter::once("Start");
        let lines = start
            .chain(history.past_lines())
            .chain(history.future_lines());
        for (at, line) in lines.enumerate() {
            let step = Step {
                line,
                number: at,
                present: at == past,
                undone: at > past,
            };
            let response = step.show(ui, t);
            if step.present && rows > 12 && !response.is_pointer_button_down_on() {
                // Opened with the present in sight; then it is the person's to scroll.
                let opened = ui.data_mut(|data| {
                    let seen = data.get_temp_mut_or_insert_with(ui.scope_id(), || usize::MAX);
                    std::mem::replace(seen, past) != past
                });
                if opened {
                    response.scroll_to_me(Some(Align::Center));
                }
            }
            if response.clicked() && !step.present {
                acts.push(Act::GoTo(at as i32 - past as i32));
            }
        }
    });
}

struct Step<'a> {
    line: &'a str,
    number: usize,
    present: bool,
    undone: bool,
}

impl Step<'_> {
    fn show(&self, ui: &mut Ui, t: &Tokens) -> eframe::egui::Response {
        let s = theme::scale(ui);
        let size = vec2(ui.available_width(), ROW * s);
        let (rect, response) = ui.allocate_exact_size(size, Sense::click());
        response.widget_info(|| {
            let undone = if self.undone { ", undone" } else { "" };
            let words = format!("{}{undone}", self.line);
            WidgetInfo::selected(Role::MenuItem, true, self.present, words)
        });
        if !ui.is_rect_visible(rect) {
            return response;
        }
        let painter = ui.painter();
        if self.present {
            painter.rect_filled(rect, CornerRadius::same(4), t.soft);
            let bar = Rect::from_min_size(rect.min, vec2(3.0 * s, rect.height()));
            painter.rect_filled(bar, 0.0, t.accent);
        } else if response.hovered() {
            painter.rect_filled(rect, CornerRadius::same(4), t.hover);
        }
        let y = rect.center().y;
        let number = if self.number == 0 {
            String::new()
        } else {
            self.number.to_string()
        };
        let number = text::line(ui, &number, text::small(ui), t.weak, f32::INFINITY);
        let at = pos2(rect.left() + 32.0 * s, y);
        text::paint(painter, at, Align2::RIGHT_CENTER, number);
        let (font, ink) = match (self.present, self.undone) {
            (true, _) => (text::strong(ui), t.strong),
            (_, true) => (text::body(ui), t.weak),
            _ => (text::body(ui), t.text),
        };
        let line = text::line(ui, self.line, font, ink, rect.width() - 52.0 * s);
        let cut = line.elided;
        let at = pos2(rect.left() + 42.0 * s, y);
        text::paint(painter, at, Align2::LEFT_CENTER, line);
        theme::focus_ring(ui, &response, t);
        if cut {
            return response.on_hover_text(self.line);
        }
        response
    }
}
