//! The tab Table: every row and column as read, what the selected model said of each row when it was
//! held out, and which rows are selected.

use std::sync::Arc;

use eframe::egui::{Margin, Ui};

use super::{TabMade, Wanted, slots};
use crate::app::act::Act;
use crate::app::frame::Frame;
use crate::app::panel::Memory;
use crate::app::scene::Scene;
use crate::base::{Cancel, Hash128};
use crate::data::{Column, Kind, Table};
use crate::prepare::Role;
use crate::train::HeldOut;
use crate::view::data_table::{
    Cell, DataTable, SelectHow, Source, TableAction, TableColumn, TableState, data_cell,
    data_table, exact, filter_order, sort_order,
};
use crate::view::parts::badge::ModelKey;
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

#[derive(Clone, PartialEq)]
struct ColumnsOf {
    table: Hash128,
    target: Option<usize>,
    model: Option<ModelKey>,
    answers: Answers,
}

/// What a selected model can say of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Answers {
    None,
    Classes { probabilities: bool },
    Numbers,
    Clusters,
}

/// What the rows shown depend on. Holds what it names, so that no address is used twice.
#[derive(Clone)]
struct Question {
    table: Hash128,
    sort: Option<(Content, bool)>,
    held_out: Option<Arc<HeldOut>>,
    clusters: Option<Arc<[u32]>>,
    only: Option<Arc<RowSet>>,
}

impl Question {
    fn same(&self, other: &Question) -> bool {
        let only = match (&self.only, &other.only) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (a, b) => a.is_none() && b.is_none(),
        };
        only && self.same_but_selection(other)
    }

    fn same_but_selection(&self, other: &Question) -> bool {
        let held_out = match (&self.held_out, &other.held_out) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (a, b) => a.is_none() && b.is_none(),
        };
        let clusters = match (&self.clusters, &other.clusters) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (a, b) => a.is_none() && b.is_none(),
        };
        self.table == other.table
            && self.sort == other.sort
            && held_out
            && clusters
            && self.only.is_some() == other.only.is_some()
    }
}

/// A worker's answer.
pub struct Order {
    question: Question,
    order: Option<Arc<[u32]>>,
}

impl TableMemory {
    pub fn take(&mut self, order: Order) {
        if self.asked.as_ref().is_some_and(|a| a.same(&order.question)) {
            self.order = order.order;
        }
    }
}

/// The selected model's answers by row.
#[derive(Clone, Default)]
struct Said {
    held_out: Option<Arc<HeldOut>>,
    clusters: Option<Arc<[u32]>>,
}

pub fn show(ui: &mut Ui, frame: &Frame<'_>, memory: &mut Memory, acts: &mut Vec<Act>) {
    let Some(scene) = frame.scene else {
        return super::model::nothing(ui, frame, acts);
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

fn said(frame: &Frame<'_>) -> Said {
    let entry = frame.selected().and_then(|m| frame.desk.entry(m.id));
    Said {
        held_out: entry.and_then(|e| super::model::held_out(frame, e)),
        clusters: entry
            .and_then(|e| e.report.as_ref())
            .map(|r| r.clusters.clone())
            .filter(|c| !c.is_empty()),
    }
}

fn answers(frame: &Frame<'_>, scene: &Scene, said: &Said) -> Answers {
    if said.clusters.is_some() {
        return Answers::Clusters;
    }
    let Some(held_out) = &said.held_out else {
        return Answers::None;
    };
    match scene.classes.names.len() {
        0 => Answers::Numbers,
        k if k == held_out.outputs => Answers::Classes {
            probabilities: frame
                .selected()
                .is_some_and(|m| m.params.algorithm().tags.probabilities),
        },
        _ => Answers::None,
    }
}

/// The target first, what the model said beside it, then the columns in the data's order.
fn set_columns(frame: &Frame<'_>, scene: &Scene, answers: Answers, kept: &mut TableMemory) {
    let table = &scene.table;
    let roles = &frame.desk.project().settings.roles;
    let model = frame
        .selected()
        .filter(|_| answers != Answers::None)
        .map(|m| ModelKey::of(m.letter, m.params.algorithm().name));
    let of = ColumnsOf {
        table: table.fingerprint(),
        target: roles.target(),
        model,
        answers,
    };
    if kept.of != Some(of.table) {
        *kept = TableMemory {
            of: Some(of.table),
            ..TableMemory::default()
        };
    }
    if kept.columns_of.as_ref() == Some(&of) {
        return;
    }
    let target = of.target;
    let mut contents: Vec<Content> = target.map(Content::Data).into_iter().collect();
    contents.extend_from_slice(match answers {
        Answers::None => &[],
        Answers::Classes {
            probabilities: true,
        } => &[Content::Prediction, Content::Probability],
        Answers::Classes { .. } => &[Content::Prediction],
        Answers::Numbers => &[Content::Prediction, Content::Residual],
        Answers::Clusters => &[Content::Cluster],
    });
    let others = (0..table.columns().len()).filter(|c| Some(*c) != target);
    contents.extend(others.map(Content::Data));
    let head = |content: &Content| match *content {
        Content::Data(index) => {
            let column = &table.columns()[index];
            data_head(column, roles.get(index) == Role::Target)
        }
        other => said_head(other, answers, of.model.clone()),
    };
    kept.decimals = table.columns().iter().map(decimals).collect();
    kept.columns = contents.iter().map(head).collect();
    kept.contents = contents;
    if let Some((content, _)) = kept.sort
        && !kept.contents.contains(&content)
    {
        kept.sort = None;
    }
    kept.columns_of = Some(of);
}

/// Rows that are looked at for the decimals of a column.
const LOOKED_AT: usize = 1000;

/// As many decimals as the numbers of the first rows have; None where those differ too much for it.
fn decimals(column: &Column) -> Option<usize> {
    if column.kind != Kind::Number {
        return None;
    }
    let mut most = 0;
    for value in (0..column.len().min(LOOKED_AT)).filter_map(|r| column.number(r)) {
        if value.abs() >= 1e9 {
            return None;
        }
        let text = value.to_string();
        let after = text.split_once('.').map_or(0, |(_, after)| after.len());
        if after > 4 {
            return None;
        }
        most = most.max(after);
    }
    // Rows further down may have more.
    let step = (column.len() / LOOKED_AT).max(1);
    let fits = |v: f64| v.abs() < 1e9 && has_decimals(v, most);
    let mut sample = (0..column.len())
        .step_by(step)
        .filter_map(|r| column.number(r));
    sample.all(fits).then_some(most)
}

/// Whether the number is whole at this many decimals.
fn has_decimals(value: f64, decimals: usize) -> bool {
    let scale = 10f64.powi(decimals as i32);
    ((value * scale).round() / scale - value).abs() <= 1e-9 * value.abs()
}

fn data_head(column: &Column, target: bool) -> TableColumn {
    let letters = column.title().chars().count() as f32;
    let room = if column.kind == Kind::Text {
        180.0
    } else {
        84.0
    };
    let levels = column.levels().iter().take(50);
    let longest = levels.map(|l| l.chars().count()).max().unwrap_or(0) as f32;
    let words = (letters * 6.9 + 44.0).max(longest * 7.0 + 40.0);
    TableColumn {
        name: column.name.clone(),
        unit: column.unit_beside_name().map(str::to_owned),
        source: Source::Data {
            kind: column.kind,
            target,
        },
        numeric: column.kind == Kind::Number,
        width: words.clamp(room, 220.0).round(),
    }
}

fn said_head(content: Content, answers: Answers, model: Option<ModelKey>) -> TableColumn {
    let (name, width) = match content {
        Content::Probability => ("probability", 124.0),
        Content::Residual => ("residual", 112.0),
        Content::Cluster => ("cluster", 124.0),
        _ => ("held out", 144.0),
    };
    let source = match model {
        Some(model) => Source::Model(model),
        None => Source::Data {
            kind: Kind::Number,
            target: false,
        },
    };
    TableColumn {
        name: name.to_owned(),
        unit: None,
        source,
        numeric: answers == Answers::Numbers || content == Content::Probability,
        width,
    }
}

fn said_cell(scene: &Scene, said: &Said, content: Content, row: u32, classes: &[ClassKey]) -> Cell {
    let look = |class: usize| classes.get(class).map(|c| c.look);
    let name = |class: usize| scene.classes.names.get(class).cloned().unwrap_or_default();
    if content == Content::Cluster {
        let cluster = said.clusters.as_ref().and_then(|c| c.get(row as usize));
        return match cluster.map(|c| *c as usize) {
            Some(class) if class < classes.len() => Cell::Class {
                text: name(class),
                look: classes[class].look,
            },
            Some(_) => Cell::Text("noise".into()),
            None => Cell::Missing,
        };
    }
    let Some(outputs) = said.held_out.as_ref().and_then(|h| h.row(row as usize)) else {
        return Cell::Missing;
    };
    if classes.is_empty() {
        let value = outputs[0];
        return match content {
            Content::Residual => match scene.number_of(row) {
                Some(actual) => Cell::Number(format::number(actual - value)),
                None => Cell::Missing,
            },
            _ => Cell::Number(exact(round(value))),
        };
    }
    let (class, share) = crate::train::best(outputs);
    match content {
        Content::Probability => Cell::Number(format::score(share)),
        _ => Cell::Prediction {
            text: name(class),
            look: look(class),
            wrong: scene.class_of(row).is_some_and(|actual| actual != class),
        },
    }
}

/// A prediction's digits beyond the fifth say nothing.
fn round(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let scale = 10f64.powi(4 - value.abs().log10().floor() as i32);
    if scale.is_finite() && scale > 0.0 {
        (value * scale).round() / scale
    } else {
        value
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

/// Has the rows sorted and filtered when what decides them has changed.
fn follow(frame: &Frame<'_>, scene: &Arc<Scene>, said: &Said, memory: &mut Memory) {
    let kept = &mut memory.table;
    let sorted_by_model = matches!(kept.sort, Some((c, _)) if !matches!(c, Content::Data(_)));
    let question = Question {
        table: scene.table.fingerprint(),
        sort: kept.sort,
        held_out: said.held_out.clone().filter(|_| sorted_by_model),
        clusters: said.clusters.clone().filter(|_| sorted_by_model),
        only: kept.only.then(|| frame.look.selection.clone()),
    };
    if let Some(asked) = &mut kept.asked {
        if asked.same(&question) {
            return;
        }
        if kept.own_click && asked.same_but_selection(&question) {
            kept.own_click = false;
            asked.only = question.only;
            return;
        }
    }
    kept.own_click = false;
    kept.asked = Some(question.clone());
    if question.sort.is_none() && question.only.is_none() {
        kept.order = None;
        return;
    }
    let scene = scene.clone();
    memory.wanted.push(Wanted {
        slot: slots::ORDER,
        priority: 245,
        make: Box::new(move || {
            let order = order(&scene, &question);
            TabMade::Order(Order { question, order })
        }),
    });
}

fn order(scene: &Scene, question: &Question) -> Option<Arc<[u32]>> {
    let cancel = Cancel::new();
    let table = &scene.table;
    let sorted = match question.sort {
        None => None,
        Some((Content::Data(index), up)) => {
            let column = table.columns().get(index)?;
            Some(sort_order(column, up, &cancel).ok()?)
        }
        Some((content, up)) => {
            let column = said_column(scene, table, question, content)?;
            Some(sort_order(&column, up, &cancel).ok()?)
        }
    };
    match &question.only {
        None => sorted,
        Some(only) => filter_order(
            sorted.as_deref(),
            table.rows(),
            |r| only.contains(r),
            &cancel,
        )
        .ok(),
    }
}

/// What the model said as a column, to be sorted by.
fn said_column(
    scene: &Scene,
    table: &Table,
    question: &Question,
    content: Content,
) -> Option<Column> {
    let rows = 0..table.rows();
    let values: Vec<f64> = if content == Content::Cluster {
        let clusters = question.clusters.as_ref()?;
        rows.map(|r| clusters.get(r).map_or(f64::NAN, |c| f64::from(*c)))
            .collect()
    } else {
        let held_out = question.held_out.as_ref()?;
        let classes = !scene.classes.names.is_empty();
        let value = |row: usize| {
            let outputs = held_out.row(row)?;
            let (class, share) = crate::train::best(outputs);
            Some(match content {
                Content::Probability => share,
                Content::Residual => scene.number_of(row as u32)? - outputs[0],
                _ if classes => class as f64,
                _ => outputs[0],
            })
        };
        rows.map(|r| value(r).unwrap_or(f64::NAN)).collect()
    };
    Some(Column::numbers("said", values))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_a_column_share_their_decimals() {
        let of = |values: Vec<f64>| decimals(&Column::numbers("x", values));
        assert_eq!(of(vec![5.0, 5.1, f64::NAN, -0.25]), Some(2));
        assert_eq!(of(vec![1.0, 2.0]), Some(0));
        assert_eq!(of(vec![0.123_456]), None);
        assert_eq!(of(vec![1e12]), None);
        // A later row that has more decimals than the first ones.
        let mut late = vec![1.0; 2000];
        late[1998] = 0.5;
        assert_eq!(of(late), None);
        assert_eq!(of(vec![]), Some(0));
    }

    #[test]
    fn predictions_keep_five_digits() {
        assert_eq!(round(152.133_499), 152.13);
        assert_eq!(round(-0.000_123_456_7), -0.000_123_46);
        assert_eq!(round(0.0), 0.0);
        assert!(round(f64::NAN).is_nan());
        assert!(round(1e300).is_finite());
    }
}
