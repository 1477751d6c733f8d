//! A notice: an icon, a bold fact, what it means, and what can be done about it; the best answer first.
use super::button::{self, IconButton};
use super::icons;
use super::text::{self, Rich};
use super::theme::{self, RADIUS_CARD};
use super::tokens::Tokens;
use eframe::egui::{
    Align, Color32, CornerRadius, Frame, Layout, Margin, Sense, Stroke, Ui, Vec2, vec2,
};

/// How much it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    Info,
    Warning,
    Failure,
}

impl Weight {
    fn icon(self) -> &'static str {
        match self {
            Self::Info => icons::INFO,
            Self::Warning => icons::WARNING,
            Self::Failure => icons::WARNING_CIRCLE,
        }
    }

    fn colours(self, t: &Tokens) -> [Color32; 3] {
        match self {
            Self::Info => [t.accent, t.card, t.line],
            Self::Warning => [t.warn, t.warn_fill, t.warn_line],
            Self::Failure => [t.fail, t.fail_fill, t.fail_line],
        }
    }
}

/// What a notice says and offers.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    pub weight: Weight,
    /// The fact and its detail.
    pub words: Rich,
    /// The best answer first, the one that leaves all as it is ("Keep them") last.
    pub buttons: Vec<String>,
    /// A cross at the right closes it.
    pub closable: bool,
}

/// What was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeAction {
    Button(usize),
    Close,
}

/// Draws the notice over the available width.
///
/// One button stands at the end of the line; two and more below: primary, secondary, and the last one quiet.
pub fn notice(ui: &mut Ui, notice: &Notice) -> Option<NoticeAction> {
    let t = Tokens::of(ui);
    let s = theme::scale(ui);
    let [ink, fill, edge] = notice.weight.colours(t);
    let mut action = None;
    Frame::new()
        .fill(fill)
        .stroke(Stroke::new(1.0, edge))
        .corner_radius(CornerRadius::same(RADIUS_CARD))
        .inner_margin(Margin::symmetric(12, 8))
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing = vec2(8.0, 6.0) * s;
            ui.horizontal_top(|ui| {
                filled_icon(ui, notice.weight.icon(), ink, s);
                let inline = notice.buttons.len() == 1;
                let end = end_width(ui, notice, inline, s);
                ui.vertical(|ui| {
                    ui.set_width((ui.available_width() - end).max(40.0));
                    let below = notice.buttons.len() > 1;
                    if !below {
                        ui.add_space(5.0 * s);
                    }
                    notice.words.show(ui);
                    if below {
                        action = buttons(ui, &notice.buttons).map(NoticeAction::Button);
                    }
                });
                if inline && ui.add(button::quiet(&notice.buttons[0])).clicked() {
                    action = Some(NoticeAction::Button(0));
                }
                if notice.closable {
                    let close = IconButton::new(icons::X, "Close notice", "Close").small();
                    if ui.add(close).clicked() {
                        action = Some(NoticeAction::Close);
                    }
                }
            });
        });
    action
}

/// Room that the button and the cross at the end of the line need.
fn end_width(ui: &Ui, notice: &Notice, inline: bool, s: f32) -> f32 {
    let close = if notice.closable { 28.0 * s } else { 0.0 };
    let words = match notice.buttons.first() {
        Some(first) if inline => {
            let line = text::line(ui, first, text::button(ui), Color32::WHITE, f32::INFINITY);
            line.size().x + 28.0 * s
        }
        _ => 0.0,
    };
    close + words
}

fn filled_icon(ui: &mut Ui, icon: &str, ink: Color32, s: f32) {
    let (rect, _) = ui.allocate_exact_size(vec2(22.0, 28.0) * s, Sense::hover());
    let at = rect.center() - vec2(2.0 * s, 3.0 * s);
    text::filled_icon(ui.painter(), at, icon, 17.0 * s, ink);
}

/// Primary, secondary, and from the third on quiet; the index of the one clicked.
pub fn buttons(ui: &mut Ui, words: &[String]) -> Option<usize> {
    let looks = [button::primary, button::secondary, button::quiet];
    row_of(ui, words, looks)
}

/// As [`buttons`], but none stands out: secondary first, the others quiet.
pub fn calm_buttons(ui: &mut Ui, words: &[String]) -> Option<usize> {
    let looks = [button::secondary, button::quiet, button::quiet];
    row_of(ui, words, looks)
}

type Look = fn(&str) -> button::Button<'_>;

fn row_of(ui: &mut Ui, words: &[String], looks: [Look; 3]) -> Option<usize> {
    if words.is_empty() {
        return None;
    }
    let mut clicked = None;
    let layout = Layout::left_to_right(Align::Center).with_main_wrap(true);
    let size = Vec2::new(ui.available_width(), 0.0);
    ui.allocate_ui_with_layout(size, layout, |ui| {
        for (i, words) in words.iter().enumerate() {
            if ui.add(looks[i.min(2)](words)).clicked() {
                clicked = Some(i);
            }
        }
    });
    clicked
}
