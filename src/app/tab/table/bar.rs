//! The lines above the table: how many rows, the search, the filters as chips.

use std::sync::Arc;
use std::time::Duration;

use eframe::egui::{Align, Id, Layout, Popup, RichText, Sense, TextEdit, Ui, vec2};

use super::said::said_stand_in;
use super::{Content, TableMemory, copy};
use crate::app::act::{Act, Dialog};
use crate::app::frame::Frame;
use crate::app::scene::Scene;
use crate::data::Table;
use crate::view::parts::number;
use crate::widget::button::{self, IconButton};
use crate::widget::chip::chip;
use crate::widget::combo::{MenuRow, menu_line};
use crate::widget::{format, icons, model_card};

/// A search that takes no longer shows no progress.
const SOON: Duration = Duration::from_millis(150);

pub fn show(
    ui: &mut Ui,
    frame: &Frame<'_>,
    table: &Table,
    scene: Option<&Arc<Scene>>,
    kept: &mut TableMemory,
    acts: &mut Vec<Act>,
) {
    let t = frame.tokens;
    ui.horizontal(|ui| {
        ui.label(RichText::new(words(frame, table, kept)).color(t.weak));
        progress(ui, frame, kept);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            menu(ui, frame, table, kept, acts);
            let enabled = !frame.look.selection.is_empty() || kept.only;
            ui.add_enabled_ui(enabled, |ui| {
                ui.checkbox(&mut kept.only, "Selected rows only");
            });
            search(ui, kept);
        });
    });
    if kept.filters.is_empty() {
        return;
    }
    ui.add_space(2.0);
    ui.horizontal_wrapped(|ui| {
        let mut gone = None;
        for (at, filter) in kept.filters.iter().enumerate() {
            let words = match Content::said_of(filter) {
                Some(said) => said_stand_in(scene, said).map(|column| filter.words(&column)),
                None => {
                    let column = table.columns().get(filter.column);
                    column.map(|column| filter.words(column))
                }
            };
            if words.is_some_and(|words| chip(ui, &words)) {
                gone = Some(at);
            }
        }
        if let Some(at) = gone {
            kept.filters.remove(at);
        }
        if kept.filters.len() > 1 && ui.add(button::link("Clear all")).clicked() {
            kept.filters.clear();
        }
    });
    ui.add_space(2.0);
}

/// "42 of 150 rows · 3 selected".
fn words(frame: &Frame<'_>, table: &Table, kept: &TableMemory) -> String {
    let rows = number::count(table.rows() as u64);
    let filtered = !kept.filters.is_empty() || !kept.search.trim().is_empty();
    let mut words = match &kept.order {
        Some(order) if filtered => format!("{} of {rows} rows", number::count(order.len() as u64)),
        _ => format::counted(table.rows(), "row", "rows"),
    };
    let selected = frame.look.selection.len();
    if selected > 0 {
        words.push_str(&format!(" · {} selected", number::count(selected as u64)));
    }
    words
}

fn progress(ui: &mut Ui, frame: &Frame<'_>, kept: &mut TableMemory) {
    let Some(finding) = &kept.finding else { return };
    let waits = finding.since.elapsed();
    if waits < SOON && !frame.still {
        ui.ctx().request_repaint_after(SOON.saturating_sub(waits));
        return;
    }
    ui.ctx().request_repaint_after(Duration::from_millis(50));
    let words = match finding.sorts {
        true => "Sorting",
        false => "Looking through the rows",
    };
    ui.label(RichText::new(words).color(frame.tokens.weak));
    let (rect, _) = ui.allocate_exact_size(vec2(72.0, 4.0), Sense::hover());
    model_card::bar(ui, rect, finding.watch.share(), frame.tokens.accent);
    let stop = IconButton::new(icons::STOP, "Stop", "Stop, and show the rows as before");
    if ui.add(stop.small()).clicked() {
        kept.stop_finding();
    }
}

fn search(ui: &mut Ui, kept: &mut TableMemory) {
    let width = (ui.available_width() - 8.0).clamp(60.0, 190.0);
    let id = Id::unique("search the table");
    if !kept.search.is_empty() {
        let clear = IconButton::new(icons::X, "Clear the search", "Clear the search").small();
        if ui.add(clear).clicked() {
            kept.search.clear();
        }
    }
    let cross = if kept.search.is_empty() { 0.0 } else { 28.0 };
    let edit = TextEdit::singleline(&mut kept.search)
        .id(id)
        .hint_text("Search (Ctrl F)")
        .desired_width(width - cross)
        .margin(eframe::egui::Margin::symmetric(8, 6));
    let field = ui.add(edit).accessible_name("Search the table");
    if std::mem::take(&mut kept.focus_search) {
        field.request_focus();
    }
    field.on_hover_text("Rows of which a cell holds this text or these digits.");
}

fn menu(
    ui: &mut Ui,
    frame: &Frame<'_>,
    table: &Table,
    kept: &mut TableMemory,
    acts: &mut Vec<Act>,
) {
    let more = IconButton::new(icons::DOTS, "Table menu", "Copy, save, add rows");
    let response = ui.add(more);
    Popup::menu(&response)
        .accessible_name("Table menu")
        .show(|ui| {
            let none = frame.look.selection.is_empty();
            let why = none.then_some("No row is selected.");
            if MenuRow::new("Copy the selected rows")
                .icon(icons::COPY)
                .shortcut("Ctrl C")
                .disabled_because(why)
                .show(ui)
            {
                kept.copy = Some(copy::What::SelectedRows);
            }
            if MenuRow::new("Select the rows shown")
                .icon(icons::SELECTION)
                .show(ui)
            {
                let rows = match &kept.order {
                    Some(order) => order.to_vec(),
                    None => (0..table.rows() as u32).collect(),
                };
                kept.own_click = kept.only;
                acts.push(Act::SelectRows(rows, false));
            }
            menu_line(ui);
            if MenuRow::new("Save table…").icon(icons::SAVE).show(ui) {
                acts.push(Act::Dialog(Dialog::SaveData));
            }
            if MenuRow::new("Add rows from…").icon(icons::PLUS).show(ui) {
                acts.push(Act::Dialog(Dialog::AddRows));
            }
            if MenuRow::new("Paste table")
                .icon(icons::CLIPBOARD)
                .shortcut("Ctrl V")
                .show(ui)
            {
                acts.push(Act::AskPaste);
            }
        });
}
