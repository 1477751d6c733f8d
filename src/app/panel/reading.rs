//! How the present file was read: what the reader guessed, which can be changed, and what it found.

use eframe::egui::{Frame as Paint, Margin, ScrollArea, Ui};

use super::left::{LeftMemory, small};
use crate::app::act::Act;
use crate::app::frame::Frame;
use crate::data::ReadOptions;
use crate::widget::combo::Combo;
use crate::widget::disclosure::disclosure;
use crate::widget::format;

const DELIMITERS: [(u8, &str); 5] = [
    (b',', "comma"),
    (b';', "semicolon"),
    (b'\t', "tab"),
    (b'|', "bar"),
    (b' ', "blanks"),
];

pub fn show(ui: &mut Ui, frame: &Frame<'_>, memory: &mut LeftMemory, acts: &mut Vec<Act>) {
    let table = &frame.desk.project().table;
    let is_file = frame
        .catalog
        .current
        .and_then(|at| frame.catalog.items.get(at))
        .is_some_and(|item| item.is_file);
    let Some(guesses) = table.guesses().filter(|_| is_file) else {
        return;
    };
    let notes = table.notes();
    let words = match notes.len() {
        0 => "How the file was read".to_owned(),
        n => format!(
            "How the file was read · {}",
            format::counted(n, "note", "notes")
        ),
    };
    let inside = Paint::new().inner_margin(Margin::symmetric(8, 0));
    inside.show(ui, |ui| {
        if disclosure(ui, &words, memory.notes_open) {
            memory.notes_open = !memory.notes_open;
        }
        if !memory.notes_open {
            return;
        }
        let options = frame.catalog.options_of(frame.catalog.spec_of(table));
        let width = (ui.available_width() - 8.0).min(260.0);
        ui.spacing_mut().item_spacing.y = 4.0;
        let mut read = |change: &dyn Fn(&mut ReadOptions)| {
            let mut options = options.clone();
            change(&mut options);
            acts.push(Act::ReadWith(options));
        };
        let names = DELIMITERS.map(|(_, name)| name);
        let at = DELIMITERS
            .iter()
            .position(|(d, _)| *d == guesses.delimiter)
            .unwrap_or(usize::MAX);
        if let Some(new) = Combo::new("Delimiter").width(width).show(ui, &names, at) {
            read(&|o| o.delimiter = Some(DELIMITERS[new].0));
        }
        let names = ["names of columns", "values"];
        let at = usize::from(!guesses.header);
        if let Some(new) = Combo::new("First line").width(width).show(ui, &names, at) {
            read(&|o| o.header = Some(new == 0));
        }
        let names = ["point", "comma"];
        let at = usize::from(guesses.decimal_comma);
        if let Some(new) = Combo::new("Decimals").width(width).show(ui, &names, at) {
            read(&|o| o.decimal_comma = Some(new == 1));
        }
        ScrollArea::vertical()
            .id_salt("notes")
            .max_height(96.0)
            .auto_shrink([false, true])
            .show(ui, |ui| {
                small(ui, frame, &format!("Encoding: {}", guesses.encoding));
                for note in notes {
                    small(ui, frame, &note.to_string());
                }
            });
        ui.add_space(6.0);
    });
}
