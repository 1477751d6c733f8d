//! The columns of the present table: what each does, holds and lacks.

use eframe::egui::{ScrollArea, Ui};

use super::left::LeftMemory;
use crate::app::act::{Act, Tab};
use crate::app::frame::Frame;
use crate::app::palette;
use crate::data::{Column, ColumnSummary, Kind};
use crate::prepare::{Role, TextFeatures};
use crate::project::{Command, Project};
use crate::widget::column_row::{
    ColumnAction, ColumnKind, ColumnRole, ColumnRow, column_row_with, list_head,
};
use crate::widget::combo::menu_line;
use crate::widget::format;
use crate::widget::sparkline::Spark;
use crate::widget::tokens::class_styles;
use crate::widget::words::words;

/// From this width of the panel on, rows have a second line.
pub(super) const WIDE: f32 = 300.0;

pub fn show(ui: &mut Ui, frame: &Frame<'_>, memory: &mut LeftMemory, acts: &mut Vec<Act>) {
    list_head(ui, "Columns", "missing");
    let count = frame.desk.project().table.columns().len();
    let wide = ui.available_width() >= WIDE;
    let height = if wide { 40.0 } else { 26.0 };
    // In Explore a click shows the column; elsewhere there is nothing to show but the menu.
    let menu = frame.look.tab != Tab::Explore;
    ScrollArea::vertical()
        .id_salt("columns")
        .auto_shrink(false)
        .show_rows(ui, height, count, |ui, range| {
            for index in range {
                let row = row(frame, memory, index);
                let mut words = None;
                let more = |ui: &mut Ui| words = words_of(ui, frame, index);
                let draw = |ui: &mut Ui| column_row_with(ui, &row, wide, menu, more);
                if let Some(action) = ui.push_id(index, draw).inner {
                    carry_out(frame, memory, index, action, acts);
                }
                acts.extend(words.map(|how| Act::Do(Command::UseWords { column: index, how })));
            }
        });
}

/// The choices about the words of a column of text; what was chosen makes them features.
pub(in crate::app) fn words_of(
    ui: &mut Ui,
    frame: &Frame<'_>,
    index: usize,
) -> Option<TextFeatures> {
    let project = frame.desk.project();
    let column = project.table.columns().get(index)?;
    let target = project.settings.roles.target() == Some(index);
    if column.kind != Kind::Text || target {
        return None;
    }
    menu_line(ui);
    let known = project.recipe.texts.get(&column.name).copied();
    words(ui, &known.unwrap_or_else(TextFeatures::offered))
}

fn carry_out(
    frame: &Frame<'_>,
    memory: &mut LeftMemory,
    index: usize,
    action: ColumnAction,
    acts: &mut Vec<Act>,
) {
    let role = |role| {
        Act::Do(Command::SetRole {
            column: index,
            role,
        })
    };
    match action {
        ColumnAction::Select => memory.column = Some(index),
        ColumnAction::UseAsFeature(true) => acts.push(role(Role::Feature)),
        ColumnAction::UseAsFeature(false) => acts.push(role(Role::Ignored)),
        ColumnAction::MakeTarget => acts.push(role(Role::Target)),
        ColumnAction::UseAsId => acts.push(role(Role::Id)),
        ColumnAction::ShowOnX | ColumnAction::ShowOnY => {
            let [x, y] = palette::on_axes(frame, index);
            acts.push(if action == ColumnAction::ShowOnX {
                x.1
            } else {
                y.1
            });
        }
        ColumnAction::ChangeKind(kind) => acts.push(Act::ReadAs(index, kind_of(kind))),
    }
}

fn kind_of(kind: ColumnKind) -> Kind {
    match kind {
        ColumnKind::Number => Kind::Number,
        ColumnKind::Category => Kind::Category,
        ColumnKind::Text => Kind::Text,
        ColumnKind::Date => Kind::Date,
        ColumnKind::YesNo => Kind::YesNo,
    }
}

fn shown_kind(kind: Kind) -> ColumnKind {
    match kind {
        Kind::Number => ColumnKind::Number,
        Kind::Category => ColumnKind::Category,
        Kind::Text => ColumnKind::Text,
        Kind::Date => ColumnKind::Date,
        Kind::YesNo => ColumnKind::YesNo,
    }
}

fn row(frame: &Frame<'_>, memory: &LeftMemory, index: usize) -> ColumnRow {
    let project = frame.desk.project();
    let column = &project.table.columns()[index];
    let role = project.settings.roles.get(index);
    let summary = frame.summary.and_then(|s| s.columns.get(index));
    ColumnRow {
        name: column.name.clone(),
        unit: column.unit_beside_name().unwrap_or_default().to_owned(),
        kind: shown_kind(column.kind),
        role: match role {
            Role::Target => ColumnRole::Target,
            other => ColumnRole::Feature(other == Role::Feature),
        },
        spark: summary.map_or(Spark::Empty, |s| spark(frame, s, role == Role::Target)),
        missing: column.missing.count() as f64 / column.len().max(1) as f64,
        detail: detail(project, column, summary, role),
        selected: memory.column == Some(index) && frame.look.tab == Tab::Explore,
        unusable_because: None,
    }
}

/// "number, 32.1 to 59.6".
fn detail(
    project: &Project,
    column: &Column,
    summary: Option<&ColumnSummary>,
    role: Role,
) -> String {
    let kind = shown_kind(column.kind).word();
    let mut words = match (column.kind, summary) {
        (Kind::Number, Some(s)) => match &s.numbers {
            Some(n) => format!(
                "{kind}, {} to {}",
                format::number(n.min),
                format::number(n.max)
            ),
            None => format!("{kind}, no values"),
        },
        (Kind::Date, _) | (_, None) => kind.to_owned(),
        (_, Some(s)) => format!("{kind}, {}", format::counted(s.distinct, "value", "values")),
    };
    if role == Role::Id {
        words.push_str(", names the rows");
    }
    let used = project.recipe.texts.get(&column.name);
    if let Some(how) = used.filter(|_| column.kind == Kind::Text && role == Role::Feature) {
        words = format!("{kind}, {}", how.described());
    }
    words
}

/// A column's bars; the target's in the colours of its classes.
pub(in crate::app) fn spark(frame: &Frame<'_>, summary: &ColumnSummary, target: bool) -> Spark {
    if let Some(numbers) = &summary.numbers {
        return Spark::Bins(numbers.histogram.iter().map(|&n| n as f32).collect());
    }
    // The target's bars are the classes of the pictures, in their order and colours.
    if target
        && let Some(classes) = frame.scene.map(|s| &s.classes)
        && classes.names.len() > 1
    {
        let styles = class_styles(&classes.counts);
        let bars = classes.counts.iter().zip(styles);
        return Spark::Classes(bars.map(|(&n, style)| (n as f32, style)).collect());
    }
    if summary.levels.is_empty() {
        return Spark::Empty;
    }
    Spark::Bins(summary.levels.iter().map(|(_, n)| *n as f32).collect())
}
