//! The tab Table: every row and column as read, what the selected model said of each row when it was
//! held out, and which rows are selected.

mod bar;
pub mod columns;
mod copy;
mod editing;
mod menus;
mod order;
mod said;

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use eframe::egui::{Margin, Rect, Ui};

use self::columns::{ColumnsOf, decimals, has_decimals, set_columns};
pub use self::copy::Copied;
use self::editing::Editing;
pub use self::order::Order;
use self::order::{Finding, Question, follow};
use self::said::{Answers, answers, said, said_cell, said_stand_in};
use crate::app::act::Act;
use crate::app::frame::Frame;
use crate::app::panel::Memory;
use crate::app::panel::columns::spark;
use crate::app::scene::Scene;
use crate::base::Hash128;
use crate::data::{Column, ColumnSummary, Kind, Table};
use crate::view::data_table::{
    Cell, DataTable, Filter, Head, Offers, SelectHow, TableAction, TableColumn, TableState,
    data_cell, table_with,
};
use crate::view::parts::marker::ClassKey;
use crate::view::parts::number;
use crate::view::plane::RowSet;
use crate::widget::format;

/// What stands in a column.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Content {
    Data(usize),
    /// The class or number that was said when the row was held out.
    Prediction,
    /// Of the predicted class.
    Probability,
    /// The actual number less the predicted one.
    Residual,
    Cluster,
}

/// What a model says has no place among the data's columns: filters count it from the far end.
const SAID: [Content; 4] = [
    Content::Prediction,
    Content::Probability,
    Content::Residual,
    Content::Cluster,
];

impl Content {
    /// What a filter calls it.
    fn filtered_as(self) -> usize {
        match self {
            Content::Data(index) => index,
            said => {
                let at = SAID.iter().position(|c| *c == said).unwrap_or(0);
                usize::MAX - at
            }
        }
    }

    /// What of a model a filter is about.
    fn said_of(filter: &Filter) -> Option<Content> {
        SAID.get(usize::MAX - filter.column).copied()
    }
}

#[derive(Default)]
pub struct TableMemory {
    state: TableState,
    /// The table that all else is of.
    of: Option<Table>,
    columns: Vec<TableColumn>,
    contents: Vec<Content>,
    /// Of the columns that were seen: the decimals that their numbers share, so that points align.
    decimals: RefCell<HashMap<usize, Option<usize>>>,
    /// What the columns were made for.
    columns_of: Option<ColumnsOf>,
    sort: Option<(Content, bool)>,
    only: bool,
    filters: Vec<Filter>,
    search: String,
    /// The search takes the focus when it is drawn next.
    pub focus_search: bool,
    typing: menus::Typing,
    editing: Option<Editing>,
    copy: Option<copy::What>,
    /// A sentence for the person, once.
    to_say: Option<String>,
    asked: Option<Question>,
    /// What the rows shown were asked for with; None while all stand in the data's order.
    answered: Option<Question>,
    finding: Option<Finding>,
    order: Option<Arc<[u32]>>,
    /// The table whose rows these are.
    order_of: Option<Hash128>,
    sorted: Option<(Question, Arc<[u32]>)>,
    /// The next selection is the table's own: the rows shown stay.
    own_click: bool,
}

impl TableMemory {
    pub fn take(&mut self, order: Order) {
        if let Some(sorted) = order.sorted {
            self.sorted = Some((order.question.clone(), sorted));
        }
        if self.asked.as_ref().is_some_and(|a| a.same(&order.question)) {
            self.order = order.order;
            self.order_of = Some(order.question.table);
            self.answered = Some(order.question);
            self.finding = None;
        }
    }

    /// Rows are being sorted or found.
    pub fn is_finding(&self) -> bool {
        self.finding.is_some()
    }

    /// Back to what was asked for before.
    fn stop_finding(&mut self) {
        let Some(finding) = self.finding.take() else {
            return;
        };
        finding.watch.cancel.cancel();
        let before = self.answered.clone();
        self.sort = before.as_ref().and_then(|b| b.sort);
        self.only = before.as_ref().is_some_and(|b| b.only.is_some());
        self.filters = (before.as_ref()).map_or_else(Vec::new, |b| b.filters.clone());
        self.search = (before.as_ref()).map_or_else(String::new, |b| b.search.clone());
        self.asked = before;
    }

    /// The rows shown of this table, where these are not all in the data's order.
    pub fn shown(&self, table: &Table) -> Option<Arc<[u32]>> {
        let same = self.order_of == Some(table.fingerprint());
        self.order.clone().filter(|_| same)
    }

    /// Rows or columns have other numbers than before an edit.
    fn change(&mut self, table: &Table) {
        let same_columns = self.of.as_ref().is_some_and(|of| {
            let old = of.columns().iter().map(|c| (&c.name, c.kind));
            old.eq(table.columns().iter().map(|c| (&c.name, c.kind)))
        });
        let before = std::mem::take(self);
        if let Some(finding) = &before.finding {
            finding.watch.cancel.cancel();
        }
        if same_columns {
            self.state = before.state;
            self.sort = before.sort;
            self.only = before.only;
            self.filters = before.filters;
            self.search = before.search;
            self.to_say = before.to_say;
            let longest = before.of.as_ref().map_or(0, Table::rows);
            // Until the new order is there: the former one, where it names rows that there are.
            self.order = before.order.filter(|_| longest <= table.rows());
            self.order_of = before.order_of;
            self.answered = before.answered;
        }
        self.of = Some(table.clone());
    }
}

pub fn show(ui: &mut Ui, frame: &Frame<'_>, memory: &mut Memory, acts: &mut Vec<Act>) {
    // The scene of many rows takes its time; the rows themselves need not wait for it.
    let scene = frame.scene;
    let table = &frame.desk.project().table;
    if frame.loading.is_some_and(|l| l.alone) && table.rows() == 0 {
        return;
    }
    let said = said(frame);
    let answers = scene.map_or(Answers::None, |scene| answers(frame, scene, &said));
    set_columns(frame, table, answers, &mut memory.table);
    copy::keys(ui, frame, &mut memory.table);
    copy::follow(ui, frame, table, memory);
    follow(frame, scene, &said, memory);
    let kept = &mut memory.table;
    acts.extend(kept.to_say.take().map(Act::Say));
    let inside = eframe::egui::Frame::new()
        .fill(frame.tokens.panel)
        .inner_margin(Margin {
            left: 12,
            right: 8,
            top: 8,
            bottom: 8,
        });
    inside.show(ui, |ui| {
        bar::show(ui, frame, table, scene, kept, acts);
        body(ui, frame, scene, &said, kept, acts);
    });
    if kept.state.hovered != frame.look.hovered {
        acts.push(Act::HoverRow(kept.state.hovered));
    }
}

fn body(
    ui: &mut Ui,
    frame: &Frame<'_>,
    scene: Option<&Arc<Scene>>,
    said: &said::Said,
    kept: &mut TableMemory,
    acts: &mut Vec<Act>,
) {
    let classes = scene.map(|scene| class_keys(scene)).unwrap_or_default();
    let target = frame.desk.project().settings.roles.target();
    let contents = &kept.contents;
    let all_decimals = &kept.decimals;
    let table = &frame.desk.project().table;
    let cell = |row: u32, column: usize| match contents.get(column) {
        Some(Content::Data(index)) => {
            let column = &table.columns()[*index];
            let named = Some(*index) == target && column.kind != Kind::Number;
            let named = (named && !classes.is_empty()).then_some(&classes);
            let shared = || {
                let mut all = all_decimals.borrow_mut();
                *all.entry(*index).or_insert_with(|| decimals(column))
            };
            match data_cell(column, row as usize, named.map(|c| &c[..])) {
                Cell::Number(words) => match (column.number(row as usize), shared()) {
                    (Some(value), Some(decimals)) if has_decimals(value, decimals) => {
                        Cell::Number(number::fixed(value, decimals))
                    }
                    _ => Cell::Number(words),
                },
                cell => cell,
            }
        }
        Some(content) => scene.map_or(Cell::Missing, |scene| {
            said_cell(scene, said, *content, row, &classes)
        }),
        None => Cell::Missing,
    };
    let data_column = |at: usize| match contents.get(at) {
        Some(Content::Data(index)) => Some(*index),
        _ => None,
    };
    let selection = &frame.look.selection;
    let sort = kept.sort.and_then(|(content, up)| {
        let at = contents.iter().position(|c| *c == content)?;
        Some((at, up))
    });
    let data = DataTable {
        columns: &kept.columns,
        rows: table.rows(),
        order: kept.order.as_deref(),
        sort,
        selected: &|row| selection.contains(row),
        selected_count: selection.len(),
        only_selected: kept.only && kept.filters.is_empty() && kept.search.is_empty(),
        cell: &cell,
    };
    let heads = |at: usize| {
        let index = data_column(at)?;
        let summary = frame.summary?.columns.get(index)?;
        Some(head(
            frame,
            &table.columns()[index],
            summary,
            Some(index) == target,
        ))
    };
    let filters = &kept.filters;
    let filter_of = |index: usize| filters.iter().find(|f| f.column == index);
    let filtered = |at: usize| {
        let content = contents.get(at)?;
        let known = matches!(content, Content::Data(_)) || scene.is_some();
        known.then(|| filter_of(content.filtered_as()).is_some())
    };
    let mut asked = None;
    let mut asked_of_filter = None;
    let mut left = None;
    let typing = &mut kept.typing;
    let mut cell_menu = |ui: &mut Ui, row: u32, at: usize| {
        let chosen = match data_column(at) {
            Some(index) => menus::cell(ui, table, row, index),
            None => menus::rows(ui),
        };
        asked = chosen.or(asked.take());
    };
    let mut filter_menu = |ui: &mut Ui, at: usize| {
        let Some(content) = contents.get(at) else {
            return;
        };
        let index = content.filtered_as();
        let now = filter_of(index);
        asked_of_filter = match content {
            Content::Data(index) => {
                let column = &table.columns()[*index];
                let missing = Some(column.missing.count());
                menus::filter(ui, column, *index, missing, now, typing)
            }
            said => said_stand_in(scene, *said)
                .and_then(|column| menus::filter(ui, &column, index, None, now, typing)),
        };
    };
    let editing = &mut kept.editing;
    let place = editing.as_ref().and_then(|editing| {
        let column = contents
            .iter()
            .position(|c| *c == Content::Data(editing.column))?;
        let position = match &kept.order {
            None => editing.row as usize,
            Some(order) => order.iter().position(|row| *row == editing.row)?,
        };
        Some((position, column))
    });
    let mut field = |ui: &mut Ui, rect: Rect| {
        if let Some(editing) = editing {
            left = editing::field(ui, editing, rect);
        }
    };
    let mut offers = Offers {
        heads: Some(&heads),
        cell_menu: Some(&mut cell_menu),
        filter_menu: Some(&mut filter_menu),
        filtered: Some(&filtered),
        editor: place.map(|(position, column)| {
            let field: &mut dyn FnMut(&mut Ui, Rect) = &mut field;
            (position, column, field)
        }),
        empty: (!kept.filters.is_empty() || !kept.search.is_empty())
            .then_some("No row fits what is asked for above"),
    };
    let mut state = kept.state;
    let action = table_with(ui, frame.tokens, &data, &mut state, &mut offers);
    kept.state = state;
    if let Some(asked) = asked.or(asked_of_filter) {
        kept.asked_for(table, asked);
    }
    if let Some(left) = left {
        kept.finish(table, left, acts);
    }
    if let Some((row, at)) = state.opened
        && let Some(index) = kept.data_column(at)
    {
        kept.edit(table, row, index);
    }
    if let Some(action) = action {
        carry_out(frame, action, kept, acts);
    }
}

/// What is said of a column under its name.
fn head(frame: &Frame<'_>, column: &Column, summary: &ColumnSummary, target: bool) -> Head {
    let distinct = format::counted(summary.distinct, "value", "values");
    let share = summary.missing as f64 / column.len().max(1) as f64;
    let missing = match summary.missing {
        0 => String::new(),
        _ => format!("{} missing", format::percent(share)),
    };
    let mut tooltip = format!("{}, {distinct}", column.kind.name());
    if let Some(numbers) = summary
        .numbers
        .as_ref()
        .filter(|_| column.kind == Kind::Number)
    {
        let shown = [numbers.min, numbers.median, numbers.max].map(format::number);
        let [min, median, max] = shown;
        tooltip.push_str(&format!("\n{min} to {max}, median {median}"));
    }
    match summary.missing {
        0 => tooltip.push_str("\nnone missing"),
        n => tooltip.push_str(&format!(
            "\n{} missing, {}",
            format::count(n),
            format::percent(share)
        )),
    }
    Head {
        spark: spark(frame, summary, target),
        words: distinct,
        missing,
        tooltip,
    }
}

fn carry_out(frame: &Frame<'_>, action: TableAction, kept: &mut TableMemory, acts: &mut Vec<Act>) {
    match action {
        TableAction::Sort { column, ascending } => {
            kept.sort = kept.contents.get(column).map(|c| (*c, ascending));
        }
        TableAction::Unsort => kept.sort = None,
        TableAction::OnlySelected(only) => kept.only = only,
        TableAction::Select { positions, how } => {
            let rows = frame.desk.project().table.rows();
            let row = |position: usize| match &kept.order {
                Some(order) => order.get(position).copied(),
                None => (position < rows).then_some(position as u32),
            };
            let chosen: Vec<u32> = positions.filter_map(row).collect();
            let rows = match how {
                SelectHow::Replace => chosen,
                SelectHow::Toggle => {
                    let before = &frame.look.selection;
                    let chosen = RowSet::from_rows(chosen);
                    let stay = before.iter().filter(|r| !chosen.contains(*r));
                    let come = chosen.iter().filter(|r| !before.contains(*r));
                    stay.chain(come).collect()
                }
            };
            kept.own_click = kept.only;
            acts.push(Act::SelectRows(rows, false));
        }
    }
}

/// The classes as pictures mark them.
pub fn class_keys(scene: &Scene) -> Vec<ClassKey> {
    let styles = crate::widget::tokens::class_styles(&scene.classes.counts);
    let names = scene.classes.names.iter();
    names
        .zip(styles)
        .map(|(name, style)| ClassKey::new(name.clone(), style))
        .collect()
}
