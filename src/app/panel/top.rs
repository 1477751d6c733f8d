//! The top bar.

use eframe::egui::{Panel, Ui};

use super::{Memory, ground};
use crate::app::act::Act;
use crate::app::frame::Frame;

pub fn show(ui: &mut Ui, frame: &Frame<'_>, _memory: &mut Memory, _acts: &mut Vec<Act>) {
    Panel::top("top")
        .exact_size(40.0)
        .resizable(false)
        .frame(ground(frame.tokens.panel, 8))
        .show(ui, |_ui| {});
}
