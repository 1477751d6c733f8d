//! Projector mode.

use eframe::egui::Ui;

use super::act::Act;
use super::frame::Frame;
use super::panel::Memory;

pub fn show(_ui: &mut Ui, _frame: &Frame<'_>, _memory: &mut Memory, _acts: &mut Vec<Act>) {}
