//! The table to a file: which rows, in which format, and whether the predictions go along.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use eframe::egui::Ui;

use super::export::{self, Scored};
use super::saving;
use super::window::Window;
use crate::base::Problem;
use crate::data::{self, Table};
use crate::widget::choice;
use crate::widget::combo::Combo;
use crate::widget::format;

/// What file names end in, for the system's dialog.
pub const ENDINGS: [&str; data::FORMATS.len()] = {
    let mut endings = [""; data::FORMATS.len()];
    let mut at = 0;
    while at < endings.len() {
        endings[at] = data::FORMATS[at].1;
        at += 1;
    }
    endings
};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Rows {
    #[default]
    All,
    /// As the tab Table shows them.
    Shown,
    Selected,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    rows: Rows,
    predictions: bool,
}

/// Draws the choices; the format stands in the name's ending.
pub fn choices(ui: &mut Ui, window: &Window, path: &mut String, choices: &mut Choices) {
    ui.horizontal(|ui| {
        let now = Path::new(path.as_str()).extension().unwrap_or_default();
        let now = now.to_string_lossy().to_lowercase();
        let at = data::FORMATS.iter().position(|(_, ending)| *ending == now);
        let names = data::FORMATS.map(|(name, _)| name);
        if let Some(new) = Combo::new("Format").show(ui, &names, at.unwrap_or(0)) {
            let ending = data::FORMATS[new].1;
            *path = Path::new(path.as_str())
                .with_extension(ending)
                .to_string_lossy()
                .into_owned();
        }
        let all = window.desk.project().table.rows();
        let table = &window.desk.project().table;
        let shown = window.memory.table.shown(table);
        let shown = shown.map(|order| order.len());
        let selected = window.look.selection.len();
        let mut offered = vec![(Rows::All, format!("all {}", format::count(all)))];
        if let Some(shown) = shown {
            offered.push((Rows::Shown, format!("the {} shown", format::count(shown))));
        }
        if selected > 0 {
            let words = format!("the {} selected", format::count(selected));
            offered.push((Rows::Selected, words));
        }
        let names: Vec<&str> = offered.iter().map(|(_, words)| words.as_str()).collect();
        let at = offered.iter().position(|(rows, _)| *rows == choices.rows);
        if let Some(new) = Combo::new("Rows").show(ui, &names, at.unwrap_or(0)) {
            choices.rows = offered[new].0;
        }
    });
    if let Some(on) = choice::checkbox(
        ui,
        "With the predictions of the shown models",
        choices.predictions,
    ) {
        choices.predictions = on;
    }
}

/// Writes what was chosen.
pub fn save(window: &mut Window, path: PathBuf, scored: Vec<Scored>) {
    let Choices { rows, predictions } = window.dialogs.table;
    let table = window.desk.project().table.clone();
    let shown = window.memory.table.shown(&table);
    let whole = (rows == Rows::All).then_some(table.fingerprint());
    let selection = window.look.selection.clone();
    saving::begin(window, "Table", path, whole, move || {
        let rows: Option<Arc<[u32]>> = match rows {
            Rows::All => None,
            Rows::Shown => shown,
            Rows::Selected => Some(selection.iter().collect()),
        };
        let table = match predictions && !scored.is_empty() {
            true => with_predictions(&table, &scored)?,
            false => table,
        };
        Ok((table, rows))
    });
}

/// The data's columns, and behind them what each model said of the rows when they were held out.
fn with_predictions(table: &Table, scored: &[Scored]) -> Result<Table, Problem> {
    let said = export::predictions(table, None, scored)?;
    let mut builder = data::TableBuilder::new(table.name());
    for column in table.columns() {
        builder = builder.column(column.clone());
    }
    // The first of them is the row's number, which the rows themselves say.
    for column in said.columns().iter().skip(1) {
        builder = builder.column(column.clone());
    }
    builder.build()
}
