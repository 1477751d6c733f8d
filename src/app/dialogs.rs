//! File dialogs.

use std::path::PathBuf;

use eframe::egui::Ui;

use super::act::{Act, Dialog};
use super::window::Window;

#[derive(Default)]
pub struct Dialogs {}

impl Dialogs {
    pub fn open(&mut self, _window: &mut Window, _dialog: Dialog) {}

    pub fn picked(&mut self, _window: &mut Window, _dialog: Dialog, _path: Option<PathBuf>) {}

    pub fn show(&mut self, _ui: &mut Ui, _window: &Window, _acts: &mut Vec<Act>) {}
}
