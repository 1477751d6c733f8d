//! The command palette and the shortcuts.

use eframe::egui::{Context, Ui};

use super::act::Act;
use super::frame::Frame;
use super::window::Window;

#[derive(Default)]
pub struct PaletteBox {
    pub open: bool,
}

impl PaletteBox {
    pub fn set_open(&mut self, open: bool) {
        self.open = open;
    }
}

pub fn show(_ui: &mut Ui, _frame: &Frame<'_>, _box: &mut PaletteBox, _acts: &mut Vec<Act>) {}

pub fn shortcuts(ctx: &Context, _window: &Window, acts: &mut Vec<Act>) {
    if ctx.input_mut(|i| i.consume_shortcut(&Window::command(eframe::egui::Key::Q))) {
        acts.push(Act::Quit);
    }
}
