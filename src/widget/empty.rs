//! Where nothing is yet: the ghost of what will stand here, one sentence, one thing to do.
use super::button;
use super::text;
use super::theme::{self, RADIUS_SMALL};
use super::tokens::Tokens;
use eframe::egui::{
    Align, Layout, Pos2, Rect, RichText, Sense, Shape, Stroke, Ui, UiBuilder, pos2, vec2,
};

/// What an empty place says and offers.
#[derive(Clone, Copy, Debug, Default)]
pub struct Empty<'a> {
    pub title: &'a str,
    pub sentence: &'a str,
    /// How many ghost frames stand above, 0 to 4.
    pub ghosts: usize,
    /// Icon (may be empty) and words of the one thing to do.
    pub primary: Option<(&'a str, &'a str)>,
    pub secondary: Option<&'a str>,
    /// A weak line below.
    pub note: &'a str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmptyAction {
    Primary,
    Secondary,
}

/// Draws it in the middle of the available space.
pub fn empty(ui: &mut Ui, empty: &Empty<'_>) -> Option<EmptyAction> {
    let t = Tokens::of(ui);
    let s = theme::scale(ui);
    let rect = ui.available_rect_before_wrap();
    // About as high as it will be; a little above the middle looks like the middle.
    let ghosts = if empty.ghosts > 0 { 84.0 } else { 0.0 };
    let height = (ghosts + 130.0) * s;
    let top = (rect.center().y - height / 2.0 - 10.0 * s).max(rect.top());
    let builder = UiBuilder::new()
        .max_rect(rect.with_min_y(top))
        .layout(Layout::top_down(Align::Center));
    ui.scope_builder(builder, |ui| {
        ghost_row(ui, empty.ghosts, s);
        ui.spacing_mut().item_spacing.y = 6.0 * s;
        ui.label(
            RichText::new(empty.title)
                .font(text::heading(ui))
                .color(t.strong),
        );
        ui.scope(|ui| {
            ui.set_max_width(360.0 * s);
            ui.label(empty.sentence);
        });
        ui.add_space(8.0 * s);
        let action = answers(ui, empty, s);
        if !empty.note.is_empty() {
            ui.add_space(4.0 * s);
            ui.label(
                RichText::new(empty.note)
                    .font(text::small(ui))
                    .color(t.weak),
            );
        }
        action
    })
    .inner
}

fn ghost_row(ui: &mut Ui, count: usize, s: f32) {
    if count == 0 {
        return;
    }
    let count = count.min(4);
    let (one, gap) = (vec2(104.0, 66.0) * s, 8.0 * s);
    let width = one.x * count as f32 + gap * (count - 1) as f32;
    let (rect, _) = ui.allocate_exact_size(vec2(width, one.y), Sense::hover());
    for i in 0..count {
        let left = rect.left() + i as f32 * (one.x + gap);
        dashed_frame(ui, Rect::from_min_size(pos2(left, rect.top()), one));
    }
    ui.add_space(12.0 * s);
}

/// The dashed outline of something that is not there, or cannot run.
pub fn dashed_frame(ui: &Ui, rect: Rect) {
    let t = Tokens::of(ui);
    let outline = rounded(rect.shrink(0.5), f32::from(RADIUS_SMALL));
    let stroke = Stroke::new(1.0, t.control.gamma_multiply(0.8));
    ui.painter()
        .extend(Shape::dashed_line(&outline, stroke, 3.0, 3.0));
}

/// The corners of a rounded rectangle, closed.
fn rounded(rect: Rect, radius: f32) -> Vec<Pos2> {
    use std::f32::consts::FRAC_PI_2;
    let inner = rect.shrink(radius);
    let corners = [
        (inner.right_bottom(), 0.0),
        (inner.left_bottom(), 1.0),
        (inner.left_top(), 2.0),
        (inner.right_top(), 3.0),
    ];
    let mut points: Vec<Pos2> = corners
        .into_iter()
        .flat_map(|(corner, turn)| {
            (0..=4).map(move |i| {
                let angle = (turn + i as f32 / 4.0) * FRAC_PI_2;
                corner + radius * eframe::egui::Vec2::angled(angle)
            })
        })
        .collect();
    points.push(points[0]);
    points
}

fn answers(ui: &mut Ui, empty: &Empty<'_>, s: f32) -> Option<EmptyAction> {
    let mut action = None;
    let primary = empty.primary.map(|(icon, words)| {
        let button = button::primary(words);
        if icon.is_empty() {
            button
        } else {
            button.icon(icon)
        }
    });
    let secondary = empty.secondary.map(button::secondary);
    let widths = [
        primary.as_ref().map(|b| b.width(ui)),
        secondary.as_ref().map(|b| b.width(ui)),
    ];
    let both = if widths.iter().all(Option::is_some) {
        8.0 * s
    } else {
        0.0
    };
    let width = widths.into_iter().flatten().sum::<f32>() + both;
    if width == 0.0 {
        return None;
    }
    let layout = Layout::left_to_right(Align::Center);
    ui.allocate_ui_with_layout(vec2(width, 28.0 * s), layout, |ui| {
        ui.spacing_mut().item_spacing.x = 8.0 * s;
        if primary.is_some_and(|button| ui.add(button).clicked()) {
            action = Some(EmptyAction::Primary);
        }
        if secondary.is_some_and(|button| ui.add(button).clicked()) {
            action = Some(EmptyAction::Secondary);
        }
    });
    action
}
