//! Rows and cells to the clipboard, as a spreadsheet takes them: fields between tabs, one row a line.

use eframe::egui::{Context, Event, Ui};

use super::TableMemory;
use crate::app::frame::Frame;
use crate::app::panel::Memory;
use crate::app::tab::{OWN_THREAD, TabMade, Wanted, slots};
use crate::base::Cancel;
use crate::data::Table;
use crate::widget::format;

/// What is to be copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    SelectedRows,
    /// By row, and column of the table.
    Cell(u32, usize),
}

/// A worker's answer: the text, and how many rows it holds; None where it would be too long.
pub struct Copied {
    text: Option<String>,
    rows: usize,
}

/// More than this does not go to a clipboard.
const MOST_BYTES: usize = 64 << 20;

impl TableMemory {
    pub fn take_copied(&mut self, ctx: &Context, copied: Copied) {
        match copied.text {
            Some(text) => {
                ctx.copy_text(text);
                let rows = format::counted(copied.rows, "row", "rows");
                self.to_say = Some(format!("{rows} copied."));
            }
            None => {
                let words = "That is more than 64 MB: save the table instead.";
                self.to_say = Some(words.to_owned());
            }
        }
    }
}

/// Ctrl C copies the selected rows, or without any the cell that was clicked last.
pub fn keys(ui: &Ui, frame: &Frame<'_>, kept: &mut TableMemory) {
    let asked = ui.input(|i| i.events.iter().any(|e| matches!(e, Event::Copy)));
    if !asked || ui.ctx().text_edit_focused() {
        return;
    }
    if !frame.look.selection.is_empty() {
        kept.copy = Some(What::SelectedRows);
    }
}

/// Has what was asked for written by a worker.
pub fn follow(ui: &Ui, frame: &Frame<'_>, table: &Table, memory: &mut Memory) {
    match memory.table.copy.take() {
        None => {}
        Some(What::Cell(row, column)) => {
            if let Some(column) = table.columns().get(column) {
                ui.ctx().copy_text(column.cell(row as usize).into_owned());
                memory.table.to_say = Some("Cell copied.".to_owned());
            }
        }
        Some(What::SelectedRows) => {
            let (table, rows) = (table.clone(), frame.look.selection.clone());
            memory.wanted.push(Wanted {
                slot: slots::COPIED,
                priority: OWN_THREAD,
                make: Box::new(move || {
                    let text = written(&table, rows.iter(), &Cancel::new());
                    TabMade::Copied(Copied {
                        text,
                        rows: rows.len(),
                    })
                }),
            });
        }
    }
}

/// A line of names, then a line a row; None where it is longer than the clipboard takes.
fn written(table: &Table, rows: impl Iterator<Item = u32>, cancel: &Cancel) -> Option<String> {
    let mut text = String::new();
    let field = |text: &mut String, at: usize, cell: &str| {
        if at > 0 {
            text.push('\t');
        }
        // As spreadsheets do it: quotes around what would break the line.
        if cell.contains(['\t', '\n', '\r', '"']) {
            text.push('"');
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(cell);
        }
    };
    for (at, column) in table.columns().iter().enumerate() {
        field(&mut text, at, &column.name);
    }
    text.push('\n');
    for row in rows {
        if cancel.is_cancelled() || text.len() > MOST_BYTES {
            return None;
        }
        for (at, column) in table.columns().iter().enumerate() {
            field(&mut text, at, &column.cell(row as usize));
        }
        text.push('\n');
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Column, TableBuilder};

    #[test]
    fn rows_are_written_as_spreadsheets_take_them() {
        let table = TableBuilder::new("t")
            .column(Column::numbers("x", vec![1.5, f64::NAN, 3.0]))
            .column(Column::texts(
                "a\tb",
                vec![Some("plain".into()), Some("say \"so\"\n".into()), None],
            ))
            .build()
            .unwrap();
        let text = written(&table, [0, 1, 2].into_iter(), &Cancel::new()).unwrap();
        assert_eq!(
            text,
            "x\t\"a\tb\"\n1.5\tplain\n\t\"say \"\"so\"\"\n\"\n3\t\n"
        );
        let stopped = Cancel::new();
        stopped.cancel();
        assert_eq!(written(&table, [0].into_iter(), &stopped), None);
    }
}
