//! What F1 shows: first steps in six sentences, and the keys.

use eframe::egui::{Grid, Label, RichText, ScrollArea, Ui};

use super::action;
use super::frame::Frame;
use super::parts;
use crate::widget::{button, text};

const FIRST_STEPS: [&str; 7] = [
    "Choose a data set at the left, drop a file onto the window, or paste a table that you copied from a spreadsheet.",
    "Tick the columns that the models may use, and make one the target: a category is classified, a number is predicted, and without a target the rows are grouped.",
    "Turn a knob of a model at the right and watch its surface change; every fit starts by itself.",
    "A ring marks a row that the model got wrong when that row was held out: that is what the score counts.",
    "The tab Evaluate shows what a single score hides: every threshold, which columns matter, and what another row would get.",
    "Everything can be undone, and a number is only as good as the ± behind it.",
    "Save keeps data, models and settings in one file; the Log keeps each score with the way back to it.",
];

/// Draws the sheet; false once it is to be closed.
pub fn show(ui: &mut Ui, frame: &Frame<'_>) -> bool {
    let window = ui.ctx().content_rect().size();
    // Two columns of keys where there is room for them.
    let (width, columns) = match window.x {
        narrow if narrow < 960.0 => (560.0, 1),
        _ => (860.0, 2),
    };
    parts::sheet(ui, "First steps and keys", width, |ui| {
        let t = frame.tokens;
        for (at, sentence) in FIRST_STEPS.iter().enumerate() {
            ui.horizontal_top(|ui| {
                ui.label(RichText::new(format!("{}", at + 1)).color(t.weak));
                ui.add(Label::new(*sentence).wrap());
            });
        }
        ui.add_space(10.0);
        let title = RichText::new("Keys").font(text::strong(ui)).color(t.strong);
        ui.label(title);
        let actions = action::all(frame);
        let with_keys = actions.iter().filter(|a| !a.keys.is_empty());
        let mut rows: Vec<(Vec<String>, &str)> = with_keys
            .map(|action| {
                let name = action.name.split(": ").next().unwrap_or_default();
                (action.keys.iter().map(action::words).collect(), name)
            })
            .collect();
        rows.push((
            vec!["Esc".to_owned()],
            "Leave, clear, stop: one thing at a time",
        ));
        let high = rows.len().div_ceil(columns);
        let most = (window.y - 320.0).clamp(120.0, 600.0);
        ScrollArea::vertical()
            .max_height(most)
            // A sheet tells its first frame of less room than there is.
            .min_scrolled_height(most)
            .auto_shrink([false, true])
            .show(ui, |ui| {
                // Keys are read, not touched: rows may be close.
                ui.spacing_mut().interact_size.y = 18.0;
                Grid::new("keys")
                    .num_columns(2 * columns)
                    .spacing([24.0, 4.0])
                    .show(ui, |ui| {
                        for at in 0..high {
                            for (keys, name) in rows.iter().skip(at).step_by(high) {
                                ui.horizontal(|ui| {
                                    for key in keys {
                                        button::key_cap(ui, key);
                                    }
                                });
                                ui.label(*name);
                            }
                            ui.end_row();
                        }
                    });
            });
    })
}
