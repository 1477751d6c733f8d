//! What stands over the picture: the model, its step, the axes, the tools.

use eframe::egui::{self, Align, Layout, RichText, TextStyle, Ui};

use super::super::errors::Side;
use crate::app::act::Act;
use crate::app::frame::Frame;
use crate::app::panel::Memory;
use crate::app::taking::{How, Take};
use crate::data::Kind;
use crate::model::Task;
use crate::prepare::Role;
use crate::project::{Axes, Command, Entry, ModelEntry};
use crate::view::plane::Tool;
use crate::widget::badge::badge;
use crate::widget::button::IconButton;
use crate::widget::combo::Combo;
use crate::widget::{choice, format, icons};

pub(super) fn header(ui: &mut Ui, frame: &Frame<'_>, memory: &mut Memory, acts: &mut Vec<Act>) {
    ui.add_space(6.0);
    ui.horizontal(|ui| {
        ui.add_space(12.0);
        let regression = frame.desk.project().task() == Task::Regression;
        let narrow = ui.available_width() < if regression { 900.0 } else { 640.0 };
        if let Some(model) = frame.selected() {
            badge(ui, model.letter, false);
            // Beside the switch of a regression the badge says enough: the card has the name.
            if !(narrow && regression) {
                let name = RichText::new(model.params.algorithm().name)
                    .text_style(TextStyle::Name("strong".into()))
                    .color(frame.tokens.strong);
                ui.add(egui::Label::new(name).truncate());
            }
            if !narrow && let Some(entry) = frame.desk.entry(model.id) {
                let words = RichText::new(step_words(frame, model, entry));
                let words = egui::Label::new(words.color(frame.tokens.weak)).truncate();
                // The axes and the tools come behind it.
                ui.scope(|ui| {
                    ui.set_max_width((ui.available_width() - 440.0).max(60.0));
                    ui.add(words);
                });
            }
        }
        if regression {
            let now = Side::ALL
                .iter()
                .position(|s| *s == memory.model.errors.side)
                .unwrap_or(0);
            if let Some(chosen) = choice::segmented(ui, "Picture", &Side::NAMES, now) {
                memory.model.errors.side = Side::ALL[chosen];
            }
        }
        let surface = super::side(frame, memory) == Side::Surface;
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(8.0);
            if ui
                .add(IconButton::new(
                    icons::DOWNLOAD,
                    "Save picture",
                    "Saves this picture as a PNG file; the menu at the tabs' right has more.",
                ))
                .clicked()
            {
                let mut titles = memory.shown.iter().map(|(title, _)| title);
                // What stands beside and under the picture has been drawn before it.
                let around = ["Confusion matrix", "Training curves"];
                let title = titles.find(|t| !around.contains(&t.as_str())).cloned();
                let how = How::Png(2);
                acts.push(Act::Take(Take::Picture { how, title }));
            }
            if !surface {
                return;
            }
            if ui
                .add(IconButton::new(
                    icons::FIT,
                    "Show all rows",
                    "Fits the view to all rows; a double click does the same.",
                ))
                .clicked()
            {
                acts.push(Act::Fit);
            }
            let select = frame.look.tool == Tool::Select;
            if ui
                .add(
                    IconButton::new(
                        icons::SELECTION,
                        "Select rows",
                        "Drag a box to select rows; Shift adds. Off: a drag moves the plane.",
                    )
                    .on(select),
                )
                .clicked()
            {
                acts.push(Act::Tool(if select { Tool::Pan } else { Tool::Select }));
            }
            let draws = frame.look.tool == Tool::Draw;
            let pencil = IconButton::new(
                icons::PENCIL,
                "Draw rows",
                "Draw, erase and move rows on the picture; the models follow.",
            );
            if ui.add(pencil.on(draws)).clicked() {
                acts.push(Act::Tool(if draws { Tool::Pan } else { Tool::Draw }));
            }
            axes_ui(ui, frame, acts);
        });
    });
}

fn step_words(frame: &Frame<'_>, model: &ModelEntry, entry: &Entry) -> String {
    let tags = &model.params.algorithm().tags;
    let grown = tags.grows.filter(|_| entry.grown);
    let Some(unit) = tags.steps.or(grown) else {
        return match entry.fitted() {
            Some(f) if f.rows < f.of_rows => {
                format!("a sample of {}", format::counted(f.rows, "row", "rows"))
            }
            _ => String::new(),
        };
    };
    match frame.snapshot(entry).map(|s| &s.fitted).or(entry.fitted()) {
        Some(f) if f.rows < f.of_rows => format!(
            "{}, a sample of {}",
            format::steps(f.step, unit),
            format::counted(f.rows, "row", "rows")
        ),
        Some(f) if f.step < f.planned || frame.is_scrubbed(entry) => {
            // An early step had planned for more than it took.
            let planned = entry.fitted().map_or(f.planned, |newest| newest.planned);
            format!("{} of {planned} {unit}", f.step)
        }
        Some(f) => format::steps(f.step, unit),
        None => String::new(),
    }
}

fn axes_ui(ui: &mut Ui, frame: &Frame<'_>, acts: &mut Vec<Act>) {
    let project = frame.desk.project();
    let columns = project.table.columns();
    let features: Vec<usize> = (0..columns.len())
        .filter(|&c| project.settings.roles.get(c) == Role::Feature)
        // Words have no axis of their own.
        .filter(|&c| columns[c].kind != Kind::Text)
        .collect();
    let mut names: Vec<&str> = features.iter().map(|&c| columns[c].name.as_str()).collect();
    let many = features.len() > 1;
    let regression = project.task() == Task::Regression;
    let width = ((ui.available_width() - 60.0) / 2.0).clamp(64.0, 150.0);
    match project.settings.axes {
        Axes::Columns { x, y } => {
            let xi = features.iter().position(|&c| c == x).unwrap_or(0);
            let mut y_names = names.clone();
            let mut yi = y.and_then(|y| features.iter().position(|&c| c == y));
            if regression {
                y_names.push("(target)");
                yi = yi.or(Some(y_names.len() - 1));
            }
            if many || regression {
                if let Some(chosen) =
                    Combo::new("y")
                        .width(width)
                        .show(ui, &y_names, yi.unwrap_or(0))
                {
                    let y = features.get(chosen).copied();
                    let x = if y == Some(x) {
                        features
                            .iter()
                            .copied()
                            .find(|&c| Some(c) != y)
                            .unwrap_or(x)
                    } else {
                        x
                    };
                    acts.push(Act::Do(Command::SetAxes(Axes::Columns { x, y })));
                }
                if let Some(y) = y
                    && ui
                        .add(IconButton::new(
                            icons::SWAP,
                            "Swap axes",
                            "Puts x upwards and y to the right.",
                        ))
                        .clicked()
                {
                    acts.push(Act::Do(Command::SetAxes(Axes::Columns {
                        x: y,
                        y: Some(x),
                    })));
                }
            }
            if Axes::has_components(&project.table, &project.settings.roles) {
                names.push("Components");
            }
            if let Some(chosen) = Combo::new("x").width(width).show(ui, &names, xi) {
                let axes = match features.get(chosen) {
                    Some(&chosen) => Axes::Columns {
                        x: chosen,
                        y: if y == Some(chosen) { Some(x) } else { y },
                    },
                    None => Axes::Components,
                };
                acts.push(Act::Do(Command::SetAxes(axes)));
            }
        }
        Axes::Components => {
            names.insert(0, "Principal components");
            if let Some(chosen) = Combo::new("Plane").width(190.0).show(ui, &names, 0)
                && let Some(&x) = chosen.checked_sub(1).and_then(|i| features.get(i))
            {
                let y = features.iter().copied().find(|&c| c != x);
                acts.push(Act::Do(Command::SetAxes(Axes::Columns { x, y })));
            }
        }
    }
}
