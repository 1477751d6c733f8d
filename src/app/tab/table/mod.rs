//! The tab Table: every row and column as read, what the selected model said of each row when it was
//! held out, and which rows are selected.

mod columns;
mod order;
mod said;

use std::sync::Arc;

use eframe::egui::{Margin, Ui};

use self::columns::{ColumnsOf, has_decimals, set_columns};
pub use self::order::Order;
use self::order::{Question, follow};
use self::said::{answers, said, said_cell};
use crate::app::act::Act;
use crate::app::frame::Frame;
use crate::app::panel::Memory;
use crate::app::scene::Scene;
use crate::base::Hash128;
use crate::data::Kind;
use crate::view::data_table::{
    Cell, DataTable, SelectHow, TableAction, TableColumn, TableState, data_cell, data_table,
};
use crate::view::parts::marker::ClassKey;
use crate::view::parts::number;
use crate::view::plane::RowSet;

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

#[derive(Default)]
pub struct TableMemory {
    state: TableState,
    of: Option<Hash128>,
    columns: Vec<TableColumn>,
    contents: Vec<Content>,
    /// Of each column of the table: the decimals that its numbers share, so that points align.
    decimals: Vec<Option<usize>>,
    /// What the columns were made for.
    columns_of: Option<ColumnsOf>,
    sort: Option<(Content, bool)>,
    only: bool,
    asked: Option<Question>,
    order: Option<Arc<[u32]>>,
    /// The next selection is the table's own: the rows shown stay.
    own_click: bool,
}

impl TableMemory {
    pub fn take(&mut self, order: Order) {
        if self.asked.as_ref().is_some_and(|a| a.same(&order.question)) {
            self.order = order.order;
        }
    }
}

pub fn show(ui: &mut Ui, frame: &Frame<'_>, memory: &mut Memory, acts: &mut Vec<Act>) {
    let Some(scene) = frame.scene else {
        return crate::app::tab::model::nothing(ui, frame, acts);
    };
    let said = said(frame);
    let answers = answers(frame, scene, &said);
    set_columns(frame, scene, answers, &mut memory.table);
    follow(frame, scene, &said, memory);
    let kept = &mut memory.table;
    let classes = class_keys(scene);
    let target = frame.desk.project().settings.roles.target();
    let contents = &kept.contents;
    let decimals = &kept.decimals;
    let cell = |row: u32, column: usize| match contents.get(column) {
        Some(Content::Data(index)) => {
            let column = &scene.table.columns()[*index];
            let named = (Some(*index) == target && column.kind != Kind::Number).then_some(&classes);
            match (
                data_cell(column, row as usize, named.map(|c| &c[..])),
                decimals[*index],
            ) {
                (Cell::Number(words), Some(decimals)) => match column.number(row as usize) {
                    Some(value) if has_decimals(value, decimals) => {
                        Cell::Number(number::fixed(value, decimals))
                    }
                    _ => Cell::Number(words),
                },
                (cell, _) => cell,
            }
        }
        Some(content) => said_cell(scene, &said, *content, row, &classes),
        None => Cell::Missing,
    };
    let selection = &frame.look.selection;
    let sort = kept.sort.and_then(|(content, up)| {
        let at = contents.iter().position(|c| *c == content)?;
        Some((at, up))
    });
    let data = DataTable {
        columns: &kept.columns,
        rows: scene.table.rows(),
        order: kept.order.as_deref(),
        sort,
        selected: &|row| selection.contains(row),
        selected_count: selection.len(),
        only_selected: kept.only,
        cell: &cell,
    };
    let inside = eframe::egui::Frame::new()
        .fill(frame.tokens.panel)
        .inner_margin(Margin {
            left: 12,
            right: 8,
            top: 8,
            bottom: 8,
        });
    let mut state = kept.state;
    let action = inside
        .show(ui, |ui| data_table(ui, frame.tokens, &data, &mut state))
        .inner;
    kept.state = state;
    if state.hovered != frame.look.hovered {
        acts.push(Act::HoverRow(state.hovered));
    }
    if let Some(action) = action {
        carry_out(frame, action, kept, acts);
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
