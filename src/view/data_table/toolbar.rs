//! The line above a table that stands alone.

use eframe::egui::Ui;

use super::{DataTable, TableAction};
use crate::view::parts::number;
use crate::widget::theme::Tokens;

/// How many rows and how many of them are selected; the filter.
pub fn show(ui: &mut Ui, t: &Tokens, data: &DataTable<'_>) -> Option<TableAction> {
    let mut only = data.only_selected;
    let mut changed = false;
    ui.horizontal(|ui| {
        let mut words = format!("{} rows", number::count(data.rows as u64));
        if data.selected_count > 0 {
            words.push_str(&format!(
                " · {} selected",
                number::count(data.selected_count as u64)
            ));
        }
        ui.label(eframe::egui::RichText::new(words).color(t.weak));
        let right = eframe::egui::Layout::right_to_left(eframe::egui::Align::Center);
        ui.with_layout(right, |ui| {
            let enabled = data.selected_count > 0 || only;
            ui.add_enabled_ui(enabled, |ui| {
                changed = ui.checkbox(&mut only, "Selected rows only").changed();
            });
        });
    });
    changed.then_some(TableAction::OnlySelected(only))
}
