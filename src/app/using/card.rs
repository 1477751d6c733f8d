//! The cards of opened model files, below the models of the project.

use eframe::egui::{Align, Frame, Label, Layout, Margin, RichText, Stroke, TextStyle, Ui};

use super::{OpenFile, Use, about};
use crate::app::act::Act;
use crate::app::frame;
use crate::base::problem::visible;
use crate::widget::button::{self, IconButton};
use crate::widget::{format, icons};

pub fn show(ui: &mut Ui, frame: &frame::Frame<'_>, file: &OpenFile, acts: &mut Vec<Act>) {
    let t = frame.tokens;
    let trained = &file.model.about.trained_on;
    Frame::new()
        .fill(t.card)
        .stroke(Stroke::new(1.0, t.line))
        .corner_radius(6)
        .inner_margin(Margin::symmetric(12, 10))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = 3.0;
            ui.horizontal(|ui| {
                ui.label(RichText::new(icons::FILE).size(16.0).color(t.weak));
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    let name = format!("Close {}", file.name);
                    let close = IconButton::new(icons::X, &name, "Close this model file").small();
                    if ui.add(close).clicked() {
                        acts.push(Act::Use(Use::CloseFile(file.number)));
                    }
                    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                        let name = RichText::new(&file.name)
                            .text_style(TextStyle::Name("strong".into()))
                            .color(t.strong);
                        ui.add(Label::new(name).truncate());
                    });
                });
            });
            let what = format!(
                "{}, predicts {}",
                about::algorithm_name(&file.model.about),
                about::predicts(&file.model)
            );
            let on = format!(
                "Trained on {}, {}, {}",
                visible(&trained.data),
                format::counted(trained.fitted_rows, "row", "rows"),
                visible(trained.date.split(' ').next().unwrap_or_default()),
            );
            for words in [what, on] {
                ui.add(Label::new(RichText::new(words).color(t.text)).wrap());
            }
            if let Some(score) = about::expected(&file.model) {
                let words = format!("{score}, as the file says");
                ui.add(Label::new(RichText::new(words).small().color(t.weak)).wrap());
            }
            ui.add_space(4.0);
            let predict = button::secondary("Predict…")
                .icon(icons::TABLE)
                .tooltip("Lets this model predict the rows of a table.");
            if ui.add(predict).clicked() {
                acts.push(Act::Use(Use::File(file.number)));
            }
        });
}
