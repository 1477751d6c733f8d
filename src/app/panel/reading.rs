//! How the present file was read: what the reader guessed, which can be changed, and what it found.

use eframe::egui::{Frame as Paint, Margin, ScrollArea, Ui};

use super::left::{LeftMemory, small};
use crate::app::act::Act;
use crate::app::frame::Frame;
use crate::app::import::choices::{choices, summary};
use crate::widget::disclosure::disclosure;
use crate::widget::{button, format, icons};

/// The line alone.
const CLOSED: f32 = 36.0;

/// What is open takes at most so much; the data sets above make room for it.
pub(super) fn height(ui: &Ui, frame: &Frame<'_>, open: bool) -> f32 {
    match (is_shown(frame), open) {
        (false, _) => 0.0,
        (true, false) => CLOSED,
        (true, true) => CLOSED + most(ui),
    }
}

fn most(ui: &Ui) -> f32 {
    (ui.ctx().content_rect().height() * 0.28).clamp(110.0, 260.0)
}

/// Of files alone there is something to say.
fn is_shown(frame: &Frame<'_>) -> bool {
    let catalog = frame.catalog;
    let item = catalog.current.and_then(|at| catalog.items.get(at));
    let spec = catalog.spec_of(&frame.desk.project().table);
    item.is_some_and(|item| item.is_file) && !crate::project::file::is_project(spec)
}

/// Of thousands of columns each may have its note.
const MOST_NOTES: usize = 100;

pub fn show(ui: &mut Ui, frame: &Frame<'_>, memory: &mut LeftMemory, acts: &mut Vec<Act>) {
    if !is_shown(frame) {
        return;
    }
    let table = &frame.desk.project().table;
    let notes = table.notes();
    let aside = table.set_aside();
    let spec = frame.catalog.spec_of(table);
    let options = frame.catalog.options_of(spec);
    let mut words = summary(table, &options);
    if !notes.is_empty() {
        words.push_str(" · ");
        words.push_str(&format::counted(notes.len(), "note", "notes"));
    }
    let inside = Paint::new().inner_margin(Margin::symmetric(8, 0));
    inside.show(ui, |ui| {
        if disclosure(ui, &words, memory.notes_open) {
            memory.notes_open = !memory.notes_open;
        }
        if !memory.notes_open {
            return;
        }
        ui.spacing_mut().item_spacing.y = 4.0;
        let room = most(ui);
        ScrollArea::vertical()
            .id_salt("notes")
            .max_height(room)
            .auto_shrink([false, true])
            .show(ui, |ui| {
                let typing = &mut memory.reading;
                if let Some(options) = choices(ui, table, &options, typing, false) {
                    acts.push(Act::ReadWith(options));
                }
                let more = button::quiet("Read with choices…").icon(icons::SLIDERS);
                if !spec.is_empty() && spec != "-" && ui.add(more).clicked() {
                    acts.push(Act::Import(spec.to_owned()));
                }
                if !aside.is_empty() {
                    let shown: Vec<&str> = aside.iter().take(4).map(String::as_str).collect();
                    let more = match aside.len() {
                        n if n > 4 => format!(" and {} more", n - 4),
                        _ => String::new(),
                    };
                    let kept = format!("The file keeps from learning: {}{more}.", shown.join(", "));
                    small(ui, frame, &kept);
                }
                for note in notes.iter().take(MOST_NOTES) {
                    small(ui, frame, &format::capital(&note.to_string()));
                }
                if notes.len() > MOST_NOTES {
                    let more = format::count(notes.len() - MOST_NOTES);
                    small(ui, frame, &format!("and {more} more"));
                }
            });
        ui.add_space(6.0);
    });
}
