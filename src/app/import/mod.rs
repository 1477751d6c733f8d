//! The sheet that opens a file with choices: its first rows follow each of them at once, each guess says
//! why it was made, and columns may be left out or read as another kind.
//!
//! ```text
//!  Delimiter  semicolon v   | [x] species   category v      3 columns of 3
//!  First line names     v   | [x] length    number   v
//!  Decimals   comma     v   | species | length | ...        first 1 000 rows
//!  Encoding   UTF-8     v   | setosa  |    5.1 | ...
//!                                                    [Cancel] [Open]
//! ```

pub mod choices;
mod columns;

use std::path::Path;
use std::sync::Arc;

use eframe::egui::{Align, Key, Layout, RichText, Ui, vec2};

use self::choices::Typing;
use super::act::Act;
use super::made::Made;
use super::parts;
use super::tab::table::columns::data_head;
use super::window::Window;
use crate::base::{Cancel, Halt, Problem};
use crate::data::{self, ReadOptions, Table};
use crate::view::data_table::{DataTable, Offers, TableColumn, TableState, data_cell, table_with};
use crate::widget::tokens::Tokens;
use crate::widget::{button, format};

/// So much of a text is read for the preview.
const FIRST_BYTES: usize = 256 << 10;

/// Where the table comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// As the command line spells it.
    File(String),
    Pasted(Arc<str>),
}

/// A preview that a worker made.
pub struct Preview {
    number: u64,
    result: Result<Table, Problem>,
}

#[derive(Default)]
pub struct Import {
    open: Option<Open>,
    number: u64,
}

struct Open {
    source: Source,
    options: ReadOptions,
    /// The first rows as the newest options that were read make them.
    table: Option<Table>,
    problem: Option<Problem>,
    /// The preview on its way.
    asked: Option<(u64, Cancel)>,
    /// What made the sheet open by itself.
    why: Option<String>,
    state: TableState,
    typing: Typing,
    find: String,
}

/// What the person decided.
#[derive(Clone, Debug)]
pub enum Decided {
    Open(Source, Box<ReadOptions>),
    Cancel,
}

/// What makes a guess so unsure that the person is asked; a sentence.
pub fn unsure(table: &Table) -> Option<String> {
    let notes = table.notes().iter();
    let mut dates = notes.filter(|note| note.what.contains("could be day/month or month/day"));
    dates.next().map(Problem::to_string)
}

impl Import {
    pub fn is_open(&self) -> bool {
        self.open.is_some()
    }

    pub fn close(&mut self) {
        if let Some(open) = self.open.take()
            && let Some((_, cancel)) = open.asked
        {
            cancel.cancel();
        }
    }

    /// Opens the sheet; `why` says what made it open by itself.
    pub fn begin(
        &mut self,
        window: &Window,
        source: Source,
        options: ReadOptions,
        why: Option<String>,
    ) {
        self.close();
        self.open = Some(Open {
            source,
            options,
            table: None,
            problem: None,
            asked: None,
            why,
            state: TableState::default(),
            typing: Typing::default(),
            find: String::new(),
        });
        self.read(window);
    }

    /// Has the first rows read with the present options.
    fn read(&mut self, window: &Window) {
        let Some(open) = &mut self.open else { return };
        if let Some((_, former)) = open.asked.take() {
            former.cancel();
        }
        self.number += 1;
        let (number, cancel) = (self.number, Cancel::new());
        open.asked = Some((number, cancel.clone()));
        let (source, mut options) = (open.source.clone(), open.options.clone());
        // Columns that are left out can be taken back.
        options.leave_out.clear();
        let (sender, wake) = (window.sender(), window.context().clone());
        let read = move || {
            let made = first_rows(&source, &options, &cancel);
            let result = match made {
                Ok(table) => Ok(table),
                Err(Halt::Failed(problem)) => Err(problem),
                Err(Halt::Cancelled) => return,
            };
            let _ = sender.send(Made::ImportPreview(Preview { number, result }));
            wake.request_repaint();
        };
        let thread = std::thread::Builder::new().name("seefit-preview".into());
        // Without a thread the preview stays as it was.
        let _ = thread.spawn(read);
    }

    pub fn take(&mut self, preview: Preview) {
        let Some(open) = &mut self.open else { return };
        if open.asked.as_ref().map(|(number, _)| *number) != Some(preview.number) {
            return;
        }
        open.asked = None;
        match preview.result {
            Ok(table) => {
                open.table = Some(table);
                open.problem = None;
            }
            // The former preview stays, so that another choice can be made.
            Err(problem) => open.problem = Some(problem),
        }
    }

    pub fn show(&mut self, ui: &mut Ui, window: &Window, acts: &mut Vec<Act>) {
        let Some(open) = &mut self.open else { return };
        let title = match &open.source {
            Source::File(spec) => {
                let name = Path::new(spec).file_name().unwrap_or_default();
                format!("Open {}", name.to_string_lossy())
            }
            Source::Pasted(_) => "Open the pasted table".to_owned(),
        };
        let before = open.options.clone();
        let mut decided = None;
        let stays = parts::sheet(ui, &title, 940.0, |ui| {
            // A list that is open takes these keys first.
            let free = !eframe::egui::Popup::is_any_open(ui.ctx());
            let typing = ui.ctx().text_edit_focused();
            decided = open.ui(ui);
            if free && !typing && ui.input(|i| i.key_pressed(Key::Enter)) && decided.is_none() {
                decided = open.accept();
            }
        });
        let changed = open.options.clone();
        let without = |mut options: ReadOptions| {
            options.leave_out.clear();
            options
        };
        if let Some(decided) = decided {
            acts.push(Act::Imported(decided));
        } else if !stays {
            acts.push(Act::Imported(Decided::Cancel));
        } else if without(changed) != without(before) {
            self.read(window);
        }
    }
}

/// The first rows of text, or the whole of what can only be read as a whole.
fn first_rows(source: &Source, options: &ReadOptions, cancel: &Cancel) -> Result<Table, Halt> {
    match source {
        Source::Pasted(text) => {
            let mut end = text.len().min(FIRST_BYTES);
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            data::open_text("Pasted table", &text[..end], options, cancel)
        }
        Source::File(spec) => {
            match data::open_first(Path::new(spec), options, FIRST_BYTES, cancel)? {
                Some(table) => Ok(table),
                None => data::open(spec, options, cancel),
            }
        }
    }
}

impl Open {
    fn accept(&self) -> Option<Decided> {
        let ready = self.table.is_some() && self.problem.is_none();
        ready.then(|| Decided::Open(self.source.clone(), Box::new(self.options.clone())))
    }

    fn ui(&mut self, ui: &mut Ui) -> Option<Decided> {
        let t = Tokens::of(ui);
        let height = (ui.ctx().content_rect().height() - 190.0).clamp(240.0, 520.0);
        if let Some(why) = &self.why {
            ui.label(RichText::new(why).color(t.warn));
            ui.add_space(4.0);
        }
        let width = ui.available_width();
        let left = (width * 0.32).clamp(200.0, 300.0);
        ui.horizontal_top(|ui| {
            ui.allocate_ui_with_layout(vec2(left, height), Layout::top_down(Align::Min), |ui| {
                ui.set_min_size(vec2(left, height));
                self.left(ui);
            });
            ui.add_space(8.0);
            let right = vec2(ui.available_width(), height);
            ui.allocate_ui_with_layout(right, Layout::top_down(Align::Min), |ui| {
                ui.set_min_size(right);
                self.right(ui);
            });
        });
        ui.add_space(8.0);
        let mut decided = None;
        ui.horizontal(|ui| {
            ui.label(RichText::new(self.status()).color(t.weak));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let why = (self.accept().is_none()).then_some("There are no rows to open yet.");
                if ui
                    .add(button::primary("Open").disabled_because(why))
                    .clicked()
                {
                    decided = self.accept();
                }
                if ui.add(button::quiet("Cancel")).clicked() {
                    decided = Some(Decided::Cancel);
                }
            });
        });
        decided
    }

    fn left(&mut self, ui: &mut Ui) {
        let Some(table) = self.table.clone() else {
            return;
        };
        let area = eframe::egui::ScrollArea::vertical()
            .id_salt("choices")
            .auto_shrink(false);
        area.show(ui, |ui| {
            let changed = choices::choices(ui, &table, &self.options, &mut self.typing, true);
            if let Some(options) = changed {
                self.options = options;
            }
            for note in table.notes().iter().take(12) {
                let t = Tokens::of(ui);
                let words = format::capital(&note.to_string());
                ui.label(RichText::new(words).small().color(t.text));
            }
        });
    }

    fn right(&mut self, ui: &mut Ui) {
        let t = Tokens::of(ui);
        if let Some(problem) = &self.problem {
            ui.label(RichText::new(problem.to_string()).color(t.fail));
            ui.add_space(4.0);
        }
        let Some(table) = self.table.clone() else {
            if self.problem.is_none() {
                ui.label(RichText::new("Reading the first rows").color(t.weak));
            }
            return;
        };
        let height = ui.available_height();
        let list = (height * 0.42).max(90.0);
        let area = vec2(ui.available_width(), list);
        ui.allocate_ui_with_layout(area, Layout::top_down(Align::Min), |ui| {
            ui.set_min_size(area);
            columns::show(ui, &table, &mut self.options, &mut self.find);
        });
        ui.add_space(6.0);
        preview(ui, &table, &self.options, &mut self.state);
    }

    /// "4 of 5 columns · the first 1 000 rows are shown".
    fn status(&self) -> String {
        let Some(table) = &self.table else {
            return String::new();
        };
        let all = table.columns().len();
        let out = |c: &&data::Column| self.options.leave_out.contains(&c.name);
        let out = table.columns().iter().filter(out).count();
        let columns = match out {
            0 => format::counted(all, "column", "columns"),
            _ => format!(
                "{} of {} columns",
                format::count(all - out),
                format::count(all)
            ),
        };
        let rows = format::counted(table.rows(), "row", "rows");
        let reading = if self.asked.is_some() {
            " · reading"
        } else {
            ""
        };
        format!("{columns} · {rows} in the preview{reading}")
    }
}

/// The first rows, less the columns that are left out.
fn preview(ui: &mut Ui, table: &Table, options: &ReadOptions, state: &mut TableState) {
    let t = Tokens::of(ui);
    let shown: Vec<usize> = (0..table.columns().len())
        .filter(|at| !options.leave_out.contains(&table.columns()[*at].name))
        .collect();
    let looked_at = if shown.len() > 500 { 4 } else { 30 };
    let head = |at: &usize| data_head(&table.columns()[*at], false, looked_at);
    let heads: Vec<TableColumn> = shown.iter().map(head).collect();
    let cell = |row: u32, at: usize| data_cell(&table.columns()[shown[at]], row as usize, None);
    let data = DataTable {
        columns: &heads,
        rows: table.rows(),
        order: None,
        sort: None,
        selected: &|_| false,
        selected_count: 0,
        only_selected: false,
        cell: &cell,
    };
    table_with(ui, t, &data, state, &mut Offers::default());
}
