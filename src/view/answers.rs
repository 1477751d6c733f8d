//! What several models say of one row: a bar a class and model, or a number a model.
//!
//! ```text
//!             Adelie   ######------ 52.1 %
//! [A] Adelie  Chinstrap ####------- 40.0 %
//!             Gentoo    #----------  7.9 %
//! ```

use eframe::egui::{Align2, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use super::parts::badge::{self, ModelKey};
use super::parts::marker::{self, ClassKey};
use super::parts::{number, text};
use crate::widget::theme::Tokens;

/// One model's answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    pub model: ModelKey,
    /// One a class, or one number; empty while it is on its way.
    pub outputs: Vec<f64>,
    pub selected: bool,
}

#[derive(Clone, Debug)]
pub struct Answers<'a> {
    pub answers: &'a [Answer],
    /// Empty for a number.
    pub classes: &'a [ClassKey],
    /// Of the target, for a number's bar.
    pub range: (f64, f64),
    /// "g", for a number.
    pub unit: &'a str,
}

const ROW: f32 = 20.0;
/// Classes beyond this many: the most probable ones.
const MOST_CLASSES: usize = 6;

/// Draws into the width that `ui` has; the model whose name was clicked.
pub fn answers(ui: &mut Ui, t: &Tokens, data: &Answers<'_>) -> Option<usize> {
    let mut clicked = None;
    for (place, answer) in data.answers.iter().enumerate() {
        if head(ui, t, data, answer) {
            clicked = Some(place);
        }
        if data.classes.is_empty() {
            value(ui, t, data, answer);
        } else {
            shares(ui, t, data, answer);
        }
        ui.add_space(8.0);
    }
    clicked
}

fn best(outputs: &[f64]) -> Option<usize> {
    let largest = (0..outputs.len()).rev();
    largest.max_by(|a, b| outputs[*a].total_cmp(&outputs[*b]))
}

fn head(ui: &mut Ui, t: &Tokens, data: &Answers<'_>, answer: &Answer) -> bool {
    let width = ui.available_width();
    let (rect, response) = ui.allocate_exact_size(vec2(width, 22.0), Sense::click());
    let said = match (data.classes.is_empty(), best(&answer.outputs)) {
        (_, None) => "…".to_owned(),
        (true, Some(_)) => unit(answer.outputs[0], data.unit),
        (false, Some(class)) => data
            .classes
            .get(class)
            .map_or(String::new(), |c| c.name.clone()),
    };
    let name = format!("{} {}: {said}", answer.model.letter, answer.model.name);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), &name));
    let painter = ui.painter();
    if response.hovered() {
        painter.rect_filled(rect, 4.0, t.hover);
    }
    let centre = pos2(rect.left() + 9.0, rect.center().y);
    badge::paint(ui, painter, t, centre, 18.0, &answer.model);
    let strong = text::strong(ui);
    let ink = t.strong;
    let said = text::line(painter, said, strong, ink, width * 0.45);
    let room = width - 34.0 - said.size().x;
    text::place(painter, rect.right_center(), Align2::RIGHT_CENTER, said);
    let font = if answer.selected {
        text::strong(ui)
    } else {
        text::body(ui)
    };
    let model = text::line(painter, &answer.model.name, font, t.text, room);
    let at = pos2(rect.left() + 26.0, rect.center().y);
    text::place(painter, at, Align2::LEFT_CENTER, model);
    crate::widget::theme::focus_ring(ui, &response, t);
    response.clicked()
}

fn unit(value: f64, unit: &str) -> String {
    match unit {
        "" => number::short(value),
        unit => format!("{} {unit}", number::short(value)),
    }
}

fn shares(ui: &mut Ui, t: &Tokens, data: &Answers<'_>, answer: &Answer) {
    let mut shown: Vec<usize> = (0..data.classes.len()).collect();
    if shown.len() > MOST_CLASSES {
        let share = |class: &usize| answer.outputs.get(*class).copied().unwrap_or(0.0);
        shown.sort_by(|a, b| share(b).total_cmp(&share(a)).then(a.cmp(b)));
        shown.truncate(MOST_CLASSES);
    }
    let font = text::small(ui);
    let names = shown
        .iter()
        .map(|c| text::width(ui.painter(), &data.classes[*c].name, &font));
    let names = names.fold(0.0, f32::max).min(ui.available_width() * 0.35);
    for class in shown {
        let share = answer.outputs.get(class).copied().unwrap_or(0.0);
        let key = &data.classes[class];
        let (rect, response) =
            ui.allocate_exact_size(vec2(ui.available_width(), ROW - 3.0), Sense::hover());
        let percent = number::percent(share);
        response.widget_info(|| {
            let label = format!("{}: {} {percent}", answer.model.letter, key.name);
            WidgetInfo::labeled(Role::Label, ui.is_enabled(), label)
        });
        let painter = ui.painter();
        let y = rect.center().y;
        painter.add(marker::shape(t, pos2(rect.left() + 32.0, y), 4.0, key.look));
        let name = text::line(painter, &key.name, font.clone(), t.text, names + 1.0);
        text::place(
            painter,
            pos2(rect.left() + 42.0, y),
            Align2::LEFT_CENTER,
            name,
        );
        let numbers = 46.0;
        let rail = Rect::from_x_y_ranges(
            rect.left() + 50.0 + names..=rect.right() - numbers - 6.0,
            y - 5.0..=y + 5.0,
        );
        bar(
            ui,
            t,
            rail,
            share as f32,
            t.class_fill(key.look),
            t.class_ink(key.look),
        );
        let percent = text::line(painter, percent, font.clone(), t.strong, numbers);
        text::place(
            painter,
            pos2(rect.right(), y),
            Align2::RIGHT_CENTER,
            percent,
        );
    }
}

fn value(ui: &mut Ui, t: &Tokens, data: &Answers<'_>, answer: &Answer) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    let rail = Rect::from_x_y_ranges(
        rect.left() + 26.0..=rect.right(),
        rect.center().y - 5.0..=rect.center().y + 5.0,
    );
    let (low, high) = data.range;
    let share = answer
        .outputs
        .first()
        .map_or(0.0, |v| (v - low) / (high - low));
    let share = if share.is_finite() { share } else { 0.0 };
    let color = answer.model.color(t);
    bar(ui, t, rail, share as f32, color, color);
}

fn bar(
    ui: &Ui,
    t: &Tokens,
    rail: Rect,
    share: f32,
    fill: eframe::egui::Color32,
    ink: eframe::egui::Color32,
) {
    let painter = ui.painter();
    painter.rect_filled(rail, 2.0, t.rail);
    let filled = rail.with_max_x(rail.left() + rail.width() * share.clamp(0.0, 1.0));
    if filled.width() >= 1.0 {
        painter.rect(filled, 2.0, fill, Stroke::new(1.0, ink), StrokeKind::Inside);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::test_picture;

    #[test]
    fn it_draws_classes_and_numbers_in_both_themes() {
        let names = ["Adelie", "Chinstrap", "Gentoo"].into_iter().enumerate();
        let classes: Vec<ClassKey> = names.map(|(i, n)| ClassKey::new(n, i)).collect();
        let answer = |place, outputs: &[f64]| Answer {
            model: ModelKey::of(place, "Logistic regression"),
            outputs: outputs.to_vec(),
            selected: place == 0,
        };
        let said = [answer(0, &[0.52, 0.4, 0.08]), answer(1, &[])];
        let data = Answers {
            answers: &said,
            classes: &classes,
            range: (0.0, 1.0),
            unit: "",
        };
        test_picture::draw("answers", vec2(360.0, 240.0), |ui, t| {
            answers(ui, t, &data);
        });
        let said = [answer(0, &[4200.0]), answer(1, &[f64::NAN])];
        let data = Answers {
            answers: &said,
            classes: &[],
            range: (2700.0, 6300.0),
            unit: "g",
        };
        test_picture::draw("answers-number", vec2(360.0, 160.0), |ui, t| {
            answers(ui, t, &data);
        });
        assert_eq!(best(&[0.5, 0.5]), Some(0));
        assert_eq!(best(&[]), None);
    }
}
