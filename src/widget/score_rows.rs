//! What stands below the cards: the baseline's score, and whether the models can be told apart.
use super::badge;
use super::icons;
use super::text::{self, Rich};
use super::theme;
use super::tokens::{Tokens, model_letter};
use eframe::egui::{Align2, Rect, Response, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

/// The baseline: what it predicts, and its score; 40 points high.
pub fn baseline_row(ui: &mut Ui, what: &str, score: (&str, &str)) -> Response {
    let t = Tokens::of(ui);
    let s = theme::scale(ui);
    let size = vec2(ui.available_width(), 40.0 * s);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let says = format!("Baseline, {what}: {} {}", score.0, score.1);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &says));
    let y = rect.center().y;
    let stroke = Stroke::new(2.0, t.weak);
    let half = 5.0 * s;
    ui.painter()
        .vline(rect.left() + 20.0 * s, y - half..=y + half, stroke);
    let left = rect.left() + 38.0 * s;
    let spread = text::line(ui, score.1, text::body(ui), t.weak, f32::INFINITY);
    let right = rect.right() - 12.0 * s;
    let at = text::paint(ui.painter(), pos2(right, y), Align2::RIGHT_CENTER, spread);
    let mean = text::line(ui, score.0, text::strong(ui), t.strong, f32::INFINITY);
    let at = pos2(at.left() - 4.0 * s, y);
    let at = text::paint(ui.painter(), at, Align2::RIGHT_CENTER, mean);
    let room = at.left() - left - 8.0 * s;
    let name = text::line(ui, "Baseline", text::body(ui), t.text, room);
    text::paint(
        ui.painter(),
        pos2(left, y - 8.0 * s),
        Align2::LEFT_CENTER,
        name,
    );
    let what = text::line(ui, what, text::small(ui), t.weak, room);
    text::paint(
        ui.painter(),
        pos2(left, y + 8.0 * s),
        Align2::LEFT_CENTER,
        what,
    );
    response
}

/// What the comparison says, under a line, with the sign of a tie or of a winner.
pub fn verdict(ui: &mut Ui, tie: bool, words: &Rich) {
    let t = Tokens::of(ui);
    let s = theme::scale(ui);
    ui.add_space(4.0 * s);
    let (line, _) = ui.allocate_exact_size(vec2(ui.available_width(), 9.0 * s), Sense::hover());
    let stroke = Stroke::new(1.0, t.line);
    ui.painter().hline(line.x_range(), line.center().y, stroke);
    ui.horizontal_top(|ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(30.0, 18.0) * s, Sense::hover());
        let icon = if tie {
            icons::APPROXIMATE
        } else {
            icons::TROPHY
        };
        let at = pos2(rect.left() + 20.0 * s, rect.center().y);
        text::icon(ui.painter(), at, icon, 16.0 * s, t.text);
        ui.vertical(|ui| {
            ui.set_width((ui.available_width() - 8.0 * s).max(40.0));
            words.show(ui)
        });
    });
}

/// A model on a rail of 48: its badge with the score below (".957"); clicked to select it.
pub fn rail_model(ui: &mut Ui, model: usize, name: &str, score: &str, selected: bool) -> Response {
    let t = Tokens::of(ui);
    let s = theme::scale(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(44.0, 46.0) * s, Sense::click());
    response.widget_info(|| {
        let name = format!("{} {name}", model_letter(model));
        let role = Role::ListBoxOption;
        let mut info = WidgetInfo::selected(role, ui.is_enabled(), selected, name);
        info.current_text_value = Some(score.to_owned());
        info
    });
    super::data_row::ground(ui, rect, &response, selected, true);
    let centre = pos2(rect.center().x, rect.top() + 15.0 * s);
    let square = Rect::from_center_size(centre, vec2(20.0, 20.0) * s);
    badge::paint(ui, square, model, false);
    let short = score.strip_prefix('0').unwrap_or(score);
    let line = text::line(ui, short, text::small(ui), t.text, rect.width());
    let at = pos2(rect.center().x, rect.top() + 35.0 * s);
    text::paint(ui.painter(), at, Align2::CENTER_CENTER, line);
    theme::focus_ring(ui, &response, t);
    response.on_hover_text(format!("{name}\n{score}"))
}

/// What a model's score is, beside the best one's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    Best,
    Tie,
    /// By how much it is worse, in words: "−0.050".
    Behind(String),
}

/// The mark of a comparison's cell: "best" or "≈ tie" in a frame, or the difference.
pub fn standing(ui: &mut Ui, standing: &Standing) -> Response {
    let t = Tokens::of(ui);
    let s = theme::scale(ui);
    let (icon, words, ink) = match standing {
        Standing::Best => (icons::TROPHY, "best", t.done),
        Standing::Tie => (icons::APPROXIMATE, "tie", t.text),
        Standing::Behind(words) => ("", words.as_str(), t.text),
    };
    let line = text::line(ui, words, text::small(ui), ink, f32::INFINITY);
    let framed = !icon.is_empty();
    let around = if framed { 25.0 * s } else { 0.0 };
    let size = vec2(line.size().x + around, 20.0 * s);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, words));
    if framed {
        let edge = if *standing == Standing::Best {
            t.done
        } else {
            t.control
        };
        ui.painter().rect_stroke(
            rect,
            eframe::egui::CornerRadius::same(theme::RADIUS_SMALL),
            Stroke::new(1.0, edge),
            eframe::egui::StrokeKind::Inside,
        );
        let at = pos2(rect.left() + 11.0 * s, rect.center().y);
        text::icon(ui.painter(), at, icon, 13.0 * s, ink);
    }
    let right = rect.right() - if framed { 5.0 * s } else { 0.0 };
    let at = pos2(right, rect.center().y);
    text::paint(ui.painter(), at, Align2::RIGHT_CENTER, line);
    response
}
