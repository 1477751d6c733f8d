//! The tab Table.

use eframe::egui::Ui;

use crate::app::act::Act;
use crate::app::frame::Frame;
use crate::app::panel::Memory;

#[derive(Default)]
pub struct TableMemory {}

pub fn show(_ui: &mut Ui, _frame: &Frame<'_>, _memory: &mut Memory, _acts: &mut Vec<Act>) {}
