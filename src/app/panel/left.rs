//! Data sets, columns, preparation.

use eframe::egui::{Panel, Ui};

use super::{Memory, ground};
use crate::app::act::Act;
use crate::app::frame::Frame;

#[derive(Default)]
pub struct LeftMemory {}

pub fn show(ui: &mut Ui, frame: &Frame<'_>, _memory: &mut Memory, acts: &mut Vec<Act>) {
    if !frame.look.left_open {
        return;
    }
    Panel::left("left")
        .default_size(264.0)
        .size_range(200.0..=400.0)
        .frame(ground(frame.tokens.panel, 8))
        .show(ui, |ui| {
            for item in &frame.catalog.items {
                if let Some(thumbnail) = &item.thumbnail
                    && crate::widget::data_row::data_row(
                        ui,
                        &item.name,
                        &item.detail,
                        &mut thumbnail.borrow_mut(),
                        false,
                    )
                    .clicked()
                {
                    acts.push(Act::Open(item.spec.clone()));
                }
            }
        });
}
