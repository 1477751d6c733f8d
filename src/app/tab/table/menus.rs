//! What a right click on a cell and the funnel of a column's head open.

use eframe::egui::{RichText, ScrollArea, TextEdit, Ui};

use super::{Content, TableMemory, copy};
use crate::data::edit::{Typed, typed};
use crate::data::{Column, Kind, Table, Values};
use crate::view::data_table::{Filter, Test, exact};
use crate::widget::combo::{MenuRow, menu_line};
use crate::widget::tokens::Tokens;
use crate::widget::{format, icons};

/// What was asked for in a menu.
#[derive(Clone, Debug)]
pub enum Asked {
    /// In the place of what the column was filtered by.
    Filter(Filter),
    /// The column is no longer filtered.
    Free(usize),
    Copy(copy::What),
    Edit(u32, usize),
}

/// The menu of a cell of the data.
pub fn cell(ui: &mut Ui, table: &Table, row: u32, index: usize) -> Option<Asked> {
    let column = table.columns().get(index)?;
    let mut asked = None;
    let mut offer = |ui: &mut Ui, icon: &str, filter: Filter| {
        let words = format!("Only {}", filter.words(column));
        if MenuRow::new(&words).icon(icon).show(ui) {
            asked = Some(Asked::Filter(filter));
        }
    };
    offer(ui, icons::FUNNEL, Filter::like(index, column, row as usize));
    if let Some(value) = column.number(row as usize) {
        for (low, high) in [(value, f64::INFINITY), (f64::NEG_INFINITY, value)] {
            let test = Test::Range { low, high };
            offer(
                ui,
                " ",
                Filter {
                    column: index,
                    test,
                },
            );
        }
    }
    menu_line(ui);
    let edit = MenuRow::new("Edit this cell")
        .icon(icons::PENCIL)
        .shortcut("Double click");
    if edit.show(ui) {
        asked = Some(Asked::Edit(row, index));
    }
    if MenuRow::new("Copy this cell").icon(icons::COPY).show(ui) {
        asked = Some(Asked::Copy(copy::What::Cell(row, index)));
    }
    rows(ui).or(asked)
}

/// What can be done with rows, wherever they were clicked.
pub fn rows(ui: &mut Ui) -> Option<Asked> {
    let selected = MenuRow::new("Copy the selected rows")
        .icon(icons::ROWS)
        .shortcut("Ctrl C");
    selected
        .show(ui)
        .then_some(Asked::Copy(copy::What::SelectedRows))
}

/// What is typed into the funnel's menu.
#[derive(Default)]
pub struct Typing {
    column: Option<usize>,
    low: String,
    high: String,
    find: String,
}

/// Levels beyond this are found by their name.
const MOST_LEVELS: usize = 200;

/// The funnel's menu: levels to tick, or a range. `missing` values, where it is known how many.
pub fn filter(
    ui: &mut Ui,
    column: &Column,
    index: usize,
    missing: Option<usize>,
    now: Option<&Filter>,
    typing: &mut Typing,
) -> Option<Asked> {
    if typing.column != Some(index) {
        *typing = Typing {
            column: Some(index),
            ..Typing::default()
        };
        if let Some(Test::Range { low, high }) = now.map(|f| &f.test) {
            let shown = |v: f64| match v.is_finite() {
                true if column.kind == Kind::Date => crate::data::format_date(v),
                true => exact(v),
                false => String::new(),
            };
            (typing.low, typing.high) = (shown(*low), shown(*high));
        }
    }
    ui.set_min_width(200.0);
    let mut asked = match &column.values {
        Values::Category { .. } => levels(ui, column, index, now, typing),
        Values::Number(_) => range(ui, column, index, typing),
        Values::Text(_) => None,
    };
    let counted = missing.map(|missing| format!("Missing ({})", format::count(missing)));
    for (words, test) in [
        (counted.unwrap_or_else(|| "Missing".into()), Test::Missing),
        ("Without the missing ones".to_owned(), Test::Present),
    ] {
        let why = (missing == Some(0)).then_some("No value is missing.");
        let on = now.is_some_and(|f| f.test == test);
        if MenuRow::new(&words)
            .selected(on)
            .disabled_because(why)
            .show(ui)
        {
            let filter = Filter {
                column: index,
                test,
            };
            asked = Some(if on {
                Asked::Free(index)
            } else {
                Asked::Filter(filter)
            });
        }
    }
    menu_line(ui);
    let why = now.is_none().then_some("The column is not filtered.");
    if MenuRow::new("All rows")
        .icon(icons::X)
        .disabled_because(why)
        .show(ui)
    {
        *typing = Typing::default();
        asked = Some(Asked::Free(index));
    }
    asked
}

fn levels(
    ui: &mut Ui,
    column: &Column,
    index: usize,
    now: Option<&Filter>,
    typing: &mut Typing,
) -> Option<Asked> {
    let levels = column.levels();
    if levels.len() > 12 {
        let find = TextEdit::singleline(&mut typing.find).hint_text("Find a value");
        ui.add(find.desired_width(f32::INFINITY))
            .accessible_name("Find a value");
    }
    let ticked: &[u32] = match now.map(|f| &f.test) {
        Some(Test::Levels(codes)) => codes,
        _ => &[],
    };
    let find = typing.find.to_lowercase();
    let found =
        |(_, name): &(usize, &String)| find.is_empty() || name.to_lowercase().contains(&find);
    let mut asked = None;
    ScrollArea::vertical().max_height(260.0).show(ui, |ui| {
        let mut found = levels.iter().enumerate().filter(found);
        for (code, name) in found.by_ref().take(MOST_LEVELS) {
            let code = code as u32;
            let on = ticked.contains(&code);
            // A tick leaves the menu open: several values may be wanted.
            let tick = crate::widget::choice::checkbox(ui, name, on);
            if tick.is_some() {
                let mut codes = ticked.to_vec();
                match on {
                    true => codes.retain(|c| *c != code),
                    false => codes.push(code),
                }
                codes.sort_unstable();
                asked = Some(match codes.is_empty() {
                    true => Asked::Free(index),
                    false => Asked::Filter(Filter {
                        column: index,
                        test: Test::Levels(codes),
                    }),
                });
            }
        }
        if found.next().is_some() {
            ui.label(
                RichText::new("Find the others by their names.")
                    .small()
                    .weak(),
            );
        }
    });
    menu_line(ui);
    asked
}

fn range(ui: &mut Ui, column: &Column, index: usize, typing: &mut Typing) -> Option<Asked> {
    let t = Tokens::of(ui);
    let mut changed = false;
    let mut wrong = None;
    let mut field = |ui: &mut Ui, word: &str, text: &mut String| {
        let mut value = None;
        ui.horizontal(|ui| {
            ui.label(word);
            let edit = TextEdit::singleline(text).desired_width(f32::INFINITY);
            let name = format!("{} {word}", column.name);
            changed |= ui.add(edit).accessible_name(name).changed();
            match typed(column, text) {
                Ok(Typed::Number(number)) => value = Some(number),
                Ok(_) => {}
                Err(problem) => wrong = Some(problem.what.clone()),
            }
        });
        value
    };
    let low = field(ui, "From", &mut typing.low);
    let high = field(ui, "to", &mut typing.high);
    if let Some(wrong) = &wrong {
        ui.label(RichText::new(wrong).small().color(t.fail));
    }
    menu_line(ui);
    if !changed || wrong.is_some() {
        return None;
    }
    Some(match (low, high) {
        (None, None) => Asked::Free(index),
        (low, high) => Asked::Filter(Filter {
            column: index,
            test: Test::Range {
                low: low.unwrap_or(f64::NEG_INFINITY),
                high: high.unwrap_or(f64::INFINITY),
            },
        }),
    })
}

impl TableMemory {
    /// Does what a menu was asked for.
    pub(super) fn asked_for(&mut self, table: &Table, asked: Asked) {
        match asked {
            Asked::Filter(filter) => {
                self.state.top = 0.0;
                match self.filters.iter_mut().find(|f| f.column == filter.column) {
                    Some(former) => *former = filter,
                    None => self.filters.push(filter),
                }
            }
            Asked::Free(column) => self.filters.retain(|f| f.column != column),
            Asked::Copy(what) => self.copy = Some(what),
            Asked::Edit(row, column) => self.edit(table, row, column),
        }
    }

    /// The column of the data that stands at this place.
    pub(super) fn data_column(&self, at: usize) -> Option<usize> {
        match self.contents.get(at) {
            Some(Content::Data(index)) => Some(*index),
            _ => None,
        }
    }
}
