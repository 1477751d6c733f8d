//! Small pieces that several panels share.

use eframe::egui::{Align2, CornerRadius, Rect, Response, Role, Sense, Ui, WidgetInfo, vec2};

use crate::widget::text;
use crate::widget::theme;
use crate::widget::tokens::Tokens;

/// A tab: its name, underlined with the accent where it is the shown one.
pub fn tab_button(ui: &mut Ui, name: &str, selected: bool) -> Response {
    let t = Tokens::of(ui);
    let s = theme::scale(ui);
    let font = if selected {
        text::strong(ui)
    } else {
        text::button(ui)
    };
    let ink = if selected { t.strong } else { t.text };
    let words = text::line(ui, name, font, ink, f32::INFINITY);
    let size = vec2(words.size().x + 20.0 * s, 36.0 * s);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Tab, ui.is_enabled(), selected, name));
    if response.hovered() && !selected {
        ui.painter()
            .rect_filled(rect.shrink2(vec2(2.0, 5.0)), CornerRadius::same(4), t.hover);
    }
    text::paint(ui.painter(), rect.center(), Align2::CENTER_CENTER, words);
    if selected {
        let bar = Rect::from_min_max(rect.left_bottom() - vec2(0.0, 2.0), rect.right_bottom());
        ui.painter().rect_filled(bar, 0.0, t.accent);
    }
    theme::focus_ring(ui, &response, t);
    response
}

/// A sheet over the window with a title and a cross; false once Esc, the cross or a click beside it
/// closes it.
pub fn sheet(ui: &Ui, title: &str, width: f32, add: impl FnOnce(&mut Ui)) -> bool {
    use crate::widget::button::IconButton;
    use crate::widget::icons;
    use eframe::egui::{Align, Color32, Frame, Id, Layout, Margin, Modal, RichText};
    let t = Tokens::of(ui);
    let screen = ui.ctx().content_rect();
    let frame = Frame::popup(ui.style()).inner_margin(Margin::same(16));
    let dim = Color32::from_black_alpha(48);
    let modal = Modal::new(Id::unique(title))
        .frame(frame)
        .backdrop_color(dim)
        .show(ui.ctx(), |ui| {
            ui.set_width(width.min(screen.width() - 64.0));
            let mut open = true;
            ui.horizontal(|ui| {
                ui.label(RichText::new(title).heading().color(t.strong));
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    let close = IconButton::new(icons::X, "Close", "Close").small();
                    open = !ui.add(close).clicked();
                });
            });
            ui.add_space(6.0);
            add(ui);
            open
        });
    modal.inner && !modal.should_close()
}
