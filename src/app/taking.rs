//! Pictures and tables out of the window: as files, or to the clipboard.
//!
//! ```text
//! button at the tabs' right -> which picture, how fine -> taken at the frame's end -> a thread writes it
//! ```

use std::path::PathBuf;
use std::sync::Arc;

use eframe::egui::{
    Align, Id, LayerId, Layout, Order, Popup, PopupCloseBehavior, Rect, RichText, Stroke,
    StrokeKind, Ui,
};

use super::act::{Act, Dialog, Tab};
use super::export::{self, Scored};
use super::frame::Frame;
use super::made::Made;
use super::panel::Memory;
use super::window::Window;
use crate::base::{Problem, write_atomically};
use crate::data::Table;
use crate::project::log::log_table;
use crate::train::Report;
use crate::widget::button::IconButton;
use crate::widget::choice;
use crate::widget::combo::{MenuRow, menu_line};
use crate::widget::icons;
use crate::widget::picture::Picture;
use crate::widget::tokens::Tokens;

/// A table that can be taken out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableOf {
    Data,
    Predictions,
    Scores,
    Confusion,
    Curves,
    Matters,
    Weights,
    Log,
}

impl TableOf {
    /// Those that the menu "File" names; the others stand at their pictures.
    pub const IN_MENU: [TableOf; 4] = [
        TableOf::Data,
        TableOf::Predictions,
        TableOf::Scores,
        TableOf::Log,
    ];

    /// What the tab's pictures are of.
    fn of_tab(tab: Tab) -> &'static [TableOf] {
        match tab {
            Tab::Explore | Tab::Table => &[TableOf::Data],
            Tab::Model => &[TableOf::Predictions, TableOf::Confusion, TableOf::Curves],
            Tab::Evaluate => &[
                TableOf::Predictions,
                TableOf::Confusion,
                TableOf::Matters,
                TableOf::Weights,
            ],
            Tab::Compare => &[TableOf::Scores, TableOf::Curves],
            Tab::Log => &[TableOf::Log],
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            TableOf::Data => "Data",
            TableOf::Predictions => "Predictions",
            TableOf::Scores => "Scores",
            TableOf::Confusion => "Confusion matrices",
            TableOf::Curves => "Training curves",
            TableOf::Matters => "What matters",
            TableOf::Weights => "Weights",
            TableOf::Log => "Log",
        }
    }

    /// Within a sentence.
    pub fn words(self) -> &'static str {
        match self {
            TableOf::Data => "the data",
            TableOf::Predictions => "the held-out predictions",
            TableOf::Scores => "the scores",
            TableOf::Confusion => "the confusion matrices",
            TableOf::Curves => "the training curves",
            TableOf::Matters => "what matters",
            TableOf::Weights => "the weights",
            TableOf::Log => "the log",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            TableOf::Data => "Save the data",
            TableOf::Predictions => "Save predictions",
            TableOf::Scores => "Save scores",
            TableOf::Confusion => "Save the confusion matrices",
            TableOf::Curves => "Save the training curves",
            TableOf::Matters => "Save what matters",
            TableOf::Weights => "Save the weights",
            TableOf::Log => "Save the log",
        }
    }

    /// Of a file's name.
    pub fn ending(self) -> &'static str {
        match self {
            TableOf::Data => "",
            TableOf::Predictions => "-predictions",
            TableOf::Scores => "-scores",
            TableOf::Confusion => "-confusion",
            TableOf::Curves => "-curves",
            TableOf::Matters => "-what-matters",
            TableOf::Weights => "-weights",
            TableOf::Log => "-log",
        }
    }

    /// Whether there is anything of it.
    fn is_there(self, frame: &Frame<'_>, memory: &Memory) -> bool {
        let shown = || frame.desk.shown();
        let any = |what: &dyn Fn(&Report) -> bool| {
            let report = |id| frame.desk.entry(id)?.report.as_ref();
            shown().filter_map(|m| report(m.id)).any(|r| what(r))
        };
        match self {
            TableOf::Data => true,
            TableOf::Log => !frame.desk.log.rows().is_empty(),
            TableOf::Predictions | TableOf::Scores => any(&|_| true),
            TableOf::Confusion => any(&|r| r.confusion.is_some()),
            TableOf::Curves => any(&|r| !r.curve.is_empty()),
            TableOf::Weights => any(&|r| !r.linear.is_empty()),
            TableOf::Matters => shown().any(|m| {
                let key = frame.desk.key(m.id);
                key.is_some_and(|k| matches!(memory.importance.get(&k), Some(Ok(_))))
            }),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// So many pixels a point.
    Png(u8),
    Svg,
    Copy(u8),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Take {
    /// A picture by its title; None: all of the tab.
    Picture { how: How, title: Option<String> },
    /// A table to the clipboard.
    Copy(TableOf),
}

/// What the menu keeps.
pub struct TakingMemory {
    scale: u8,
    title: Option<String>,
    table: Option<TableOf>,
}

impl Default for TakingMemory {
    fn default() -> Self {
        TakingMemory {
            scale: 2,
            title: None,
            table: None,
        }
    }
}

/// What is to be taken, and what was.
#[derive(Default)]
pub struct Taking {
    asked: Option<(How, Option<String>)>,
    taken: Option<Arc<Picture>>,
}

/// The button at the right end of the tabs, and its menu.
pub fn button_ui(ui: &mut Ui, frame: &Frame<'_>, memory: &mut Memory, acts: &mut Vec<Act>) {
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        ui.add_space(8.0);
        let button = IconButton::new(
            icons::EXPORT,
            "Take out pictures and tables",
            "Saves or copies the pictures of this tab, and its table.",
        );
        let response = ui.add(button);
        Popup::menu(&response)
            .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
            .show(|ui| {
                ui.set_min_width(216.0);
                if menu(ui, frame, memory, acts) {
                    ui.close();
                }
            });
    });
}

/// True once something was chosen that closes it.
fn menu(ui: &mut Ui, frame: &Frame<'_>, memory: &mut Memory, acts: &mut Vec<Act>) -> bool {
    let kept = &mut memory.taking;
    let there = |title: &String| memory.shown.iter().any(|(known, _)| known == title);
    if !kept.title.as_ref().is_some_and(there) {
        kept.title = None;
    }
    if !memory.shown.is_empty() {
        if MenuRow::new("All of the tab")
            .selected(kept.title.is_none())
            .stays()
            .show(ui)
        {
            kept.title = None;
        }
        for (title, _) in &memory.shown {
            let chosen = kept.title.as_ref() == Some(title);
            if MenuRow::new(title).selected(chosen).stays().show(ui) {
                kept.title = Some(title.clone());
            }
        }
        menu_line(ui);
    }
    // Where it is.
    let chosen = memory
        .shown
        .iter()
        .find(|(title, _)| Some(title) == kept.title.as_ref());
    if let Some((_, place)) = chosen {
        outline(ui, *place);
    }
    let t = frame.tokens;
    ui.horizontal(|ui| {
        ui.add_space(8.0);
        ui.label(RichText::new("Pixels").color(t.weak));
        let scales = ["1×", "2×", "3×", "4×"];
        let now = usize::from(kept.scale.clamp(1, 4)) - 1;
        if let Some(at) = choice::segmented(ui, "Pixels a point", &scales, now) {
            kept.scale = at as u8 + 1;
        }
    });
    ui.add_space(2.0);
    let mut done = false;
    for (icon, words, how) in [
        (icons::IMAGE, "Save PNG…", How::Png(kept.scale)),
        (icons::FUNCTION, "Save SVG…", How::Svg),
        (icons::COPY, "Copy picture", How::Copy(kept.scale)),
    ] {
        if MenuRow::new(words).icon(icon).show(ui) {
            let title = kept.title.clone();
            acts.push(Act::Take(Take::Picture { how, title }));
            done = true;
        }
    }
    menu_line(ui);
    let tables: Vec<TableOf> = TableOf::of_tab(frame.look.tab)
        .iter()
        .copied()
        .filter(|of| of.is_there(frame, memory))
        .collect();
    let kept = &mut memory.taking;
    let Some(&first) = tables.first() else {
        return done;
    };
    let of = kept.table.filter(|of| tables.contains(of));
    let of = of.unwrap_or(first);
    if tables.len() > 1 {
        for table in tables {
            if MenuRow::new(table.word())
                .selected(table == of)
                .stays()
                .show(ui)
            {
                kept.table = Some(table);
            }
        }
        menu_line(ui);
    }
    if MenuRow::new("Save table as CSV…")
        .icon(icons::TABLE)
        .show(ui)
    {
        acts.push(Act::Dialog(Dialog::SaveTable(of)));
        done = true;
    }
    if MenuRow::new("Copy table").icon(icons::COPY).show(ui) {
        acts.push(Act::Take(Take::Copy(of)));
        done = true;
    }
    done
}

/// A frame around the chosen picture; on a layer of its own, so that it is not part of it.
fn outline(ui: &Ui, place: Rect) {
    let t = Tokens::of(ui);
    let layer = LayerId::new(Order::Foreground, Id::unique("the chosen picture"));
    let painter = ui.ctx().layer_painter(layer);
    let line = Stroke::new(2.0, t.accent);
    painter.rect_stroke(place, 4.0, line, StrokeKind::Outside);
}

type MakeTable = Box<dyn FnOnce() -> Result<Table, Problem> + Send>;

impl Window {
    pub(in crate::app) fn take(&mut self, what: Take) {
        match what {
            Take::Picture { how, title } => self.taking.asked = Some((how, title)),
            Take::Copy(of) => {
                if let Some(make) = self.table_of(of) {
                    self.copy_table(of.word(), make);
                }
            }
        }
    }

    /// At the frame's end, when all has been drawn.
    pub(in crate::app) fn take_picture(&mut self, ui: &Ui) {
        let Some((how, title)) = self.taking.asked.take() else {
            return;
        };
        let ctx = ui.ctx();
        let by_title = title.and_then(|title| {
            let shown = &self.memory.shown;
            shown.iter().find(|(known, _)| *known == title).cloned()
        });
        let (title, area) = match (by_title, self.memory.whole) {
            (Some(one), _) => one,
            (None, Some(whole)) if !self.look.projector => {
                (self.desk.project().table.name().to_owned(), whole)
            }
            _ => (
                self.desk.project().table.name().to_owned(),
                ctx.content_rect(),
            ),
        };
        let ground = Tokens::of(ui).panel;
        let Some(picture) = Picture::take(ctx, ui.layer_id(), area, ground, title) else {
            return;
        };
        let picture = Arc::new(picture);
        self.taking.taken = Some(picture.clone());
        match how {
            How::Png(scale) => self.perform(ctx, Act::Dialog(Dialog::SavePng(scale))),
            How::Svg => self.perform(ctx, Act::Dialog(Dialog::SaveSvg)),
            How::Copy(scale) => {
                let (sender, wake) = (self.sender(), self.context().clone());
                let draw = move || {
                    let _ = sender.send(Made::Image(picture.image(f32::from(scale))));
                    wake.request_repaint();
                };
                let thread = std::thread::Builder::new().name("seefit-picture".into());
                let _ = thread.spawn(draw);
            }
        }
    }

    /// A name was settled on for the picture that was taken.
    pub(in crate::app) fn save_taken(&mut self, dialog: Dialog, path: PathBuf) {
        let Some(picture) = self.taking.taken.clone() else {
            return;
        };
        let (sender, wake) = (self.sender(), self.context().clone());
        let write = move || {
            let bytes = match dialog {
                Dialog::SavePng(scale) => picture.png(f32::from(scale)),
                _ => Ok(picture.svg().into_bytes()),
            };
            let result = bytes.and_then(|bytes| write_atomically(&path, &bytes));
            let result = result.map(|()| path);
            let what = "Picture".to_owned();
            let _ = sender.send(Made::Saved { what, result });
            wake.request_repaint();
        };
        let thread = std::thread::Builder::new().name("seefit-picture".into());
        let _ = thread.spawn(write);
    }

    /// The shown models that have a score.
    pub(in crate::app) fn scored(&self) -> Vec<Scored> {
        let one = |m: &crate::project::ModelEntry| {
            let report = self.desk.entry(m.id)?.report.clone()?;
            let name = format!("{} {}", m.badge(), m.params.algorithm().name);
            Some(Scored { name, report })
        };
        self.desk.shown().filter_map(one).collect()
    }

    /// Of the shown models whose columns have been shuffled.
    fn importances(&self) -> Vec<export::told::Importances> {
        let one = |m: &crate::project::ModelEntry| {
            let values = self.memory.importance.get(&self.desk.key(m.id)?)?;
            let name = format!("{} {}", m.badge(), m.params.algorithm().name);
            Some((name, values.as_ref().ok()?.clone()))
        };
        self.desk.shown().filter_map(one).collect()
    }

    /// Makes a table on whatever thread; None where there is nothing of it yet.
    pub(in crate::app) fn table_of(&self, of: TableOf) -> Option<MakeTable> {
        let (project, scored) = (self.desk.project(), self.scored());
        let table = project.table.clone();
        Some(match of {
            TableOf::Data => Box::new(move || Ok(table)),
            TableOf::Log => {
                let rows = self.desk.log.rows().clone();
                Box::new(move || log_table(&rows))
            }
            TableOf::Scores if !scored.is_empty() => Box::new(move || export::scores(&scored)),
            TableOf::Predictions if !scored.is_empty() => {
                let target = project.settings.roles.target();
                Box::new(move || export::predictions(&table, target, &scored))
            }
            TableOf::Confusion if scored.iter().any(|s| s.report.confusion.is_some()) => {
                Box::new(move || export::told::confusions(&scored))
            }
            TableOf::Curves if scored.iter().any(|s| !s.report.curve.is_empty()) => {
                Box::new(move || export::told::curves(&scored))
            }
            TableOf::Weights if scored.iter().any(|s| !s.report.linear.is_empty()) => {
                Box::new(move || export::told::weights(&scored))
            }
            TableOf::Matters => {
                let known = self.importances();
                if known.is_empty() {
                    return None;
                }
                Box::new(move || export::told::importances(&known))
            }
            _ => return None,
        })
    }
}
