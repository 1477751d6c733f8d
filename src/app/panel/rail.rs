//! The models as a rail of badges, where a window is too narrow for their cards, or a tab needs the room.

use eframe::egui::{Panel, Ui};

use super::{Memory, ground};
use crate::app::act::{Act, Tab};
use crate::app::frame::Frame;
use crate::widget::button::IconButton;
use crate::widget::icons;
use crate::widget::score_rows::rail_model;

/// Below this width the cards would leave the picture no room, in points.
const NARROW: f32 = 900.0;
/// Below this width the tab Explore needs the room for the column's summary.
const NARROW_EXPLORE: f32 = 1500.0;

/// Whether the rail stands in the cards' place unless the person has asked for the cards.
pub fn is_wanted(ui: &Ui, frame: &Frame<'_>) -> bool {
    let width = ui.ctx().content_rect().width();
    width < NARROW || frame.look.tab == Tab::Explore && width < NARROW_EXPLORE
}

/// True where the rail was shown.
pub fn show(ui: &mut Ui, frame: &Frame<'_>, memory: &mut Memory, acts: &mut Vec<Act>) -> bool {
    if !is_wanted(ui, frame) || memory.right.cards {
        return false;
    }
    Panel::right("models rail")
        .exact_size(48.0)
        .resizable(false)
        .frame(ground(frame.tokens.panel, 2))
        .show(ui, |ui| {
            ui.vertical_centered(|ui| {
                ui.add_space(4.0);
                let open = IconButton::new(
                    icons::CARET_LEFT,
                    "Show models",
                    "Shows the models' cards instead of this rail.",
                );
                if ui.add(open).clicked() {
                    memory.right.cards = true;
                }
                let selected = frame.selected().map(|m| m.id);
                for model in frame.desk.shown() {
                    let metric = frame.desk.leading_metric();
                    let score = metric
                        .and_then(|m| frame.desk.score(model.id, m))
                        .and_then(|s| super::card::score_words(&s))
                        .map_or(String::new(), |(mean, _)| mean);
                    let name = model.params.algorithm().name;
                    let on = Some(model.id) == selected;
                    if rail_model(ui, model.letter, name, &score, on).clicked() {
                        acts.push(Act::SelectModel(model.id));
                    }
                }
            });
        });
    true
}
