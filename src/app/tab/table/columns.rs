//! The table's columns: the target first, what the model said beside it, then the data's own.

use super::said::{Answers, said_head};
use super::{Content, TableMemory};
use crate::app::frame::Frame;
use crate::base::Hash128;
use crate::data::{Column, Kind, Table};
use crate::prepare::Role;
use crate::view::data_table::{Source, TableColumn, exact};
use crate::view::parts::badge::ModelKey;

#[derive(Clone, PartialEq)]
pub(super) struct ColumnsOf {
    table: Hash128,
    target: Option<usize>,
    model: Option<ModelKey>,
    answers: Answers,
}

/// The target first, what the model said beside it, then the columns in the data's order.
pub(super) fn set_columns(
    frame: &Frame<'_>,
    table: &Table,
    answers: Answers,
    kept: &mut TableMemory,
) {
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
    if kept.of.as_ref().map(|t| t.fingerprint()) != Some(of.table) {
        kept.change(table);
    }
    if kept.columns_of.as_ref() == Some(&of) {
        return;
    }
    let target = of.target;
    let model_says: &[Content] = match answers {
        Answers::None => &[],
        Answers::Classes {
            probabilities: true,
        } => &[Content::Prediction, Content::Probability],
        Answers::Classes { .. } => &[Content::Prediction],
        Answers::Numbers => &[Content::Prediction, Content::Residual],
        Answers::Clusters => &[Content::Cluster],
    };
    let head_said = |content: &Content| said_head(*content, answers, of.model.clone());
    let same_data = |before: &ColumnsOf| (before.table, before.target) == (of.table, of.target);
    if kept.columns_of.as_ref().is_some_and(same_data) {
        // The data's own columns stay, however many they are.
        let first = usize::from(target.is_some());
        let said = kept.contents[first..].iter();
        let said = said.take_while(|c| !matches!(c, Content::Data(_))).count();
        let place = first..first + said;
        let heads = model_says.iter().map(head_said);
        kept.columns.splice(place.clone(), heads);
        kept.contents.splice(place, model_says.iter().copied());
        return finish(kept, of);
    }
    // Other classes, or other rows: what was filtered of a model is of no use any more.
    kept.filters.retain(|f| Content::said_of(f).is_none());
    let mut contents: Vec<Content> = target.map(Content::Data).into_iter().collect();
    contents.extend_from_slice(model_says);
    let others = (0..table.columns().len()).filter(|c| Some(*c) != target);
    contents.extend(others.map(Content::Data));
    // Of thousands of columns few cells each: the head is made on the window's thread.
    let looked_at = match contents.len() {
        0..=500 => 30,
        501..=2000 => 4,
        _ => 1,
    };
    let head = |content: &Content| match *content {
        Content::Data(index) => {
            let column = &table.columns()[index];
            data_head(column, roles.get(index) == Role::Target, looked_at)
        }
        other => head_said(&other),
    };
    kept.decimals.borrow_mut().clear();
    kept.columns = contents.iter().map(head).collect();
    kept.contents = contents;
    finish(kept, of);
}

/// The columns stand; what was sorted by may be gone.
fn finish(kept: &mut TableMemory, of: ColumnsOf) {
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
pub(super) fn decimals(column: &Column) -> Option<usize> {
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
pub(super) fn has_decimals(value: f64, decimals: usize) -> bool {
    let scale = 10f64.powi(decimals as i32);
    ((value * scale).round() / scale - value).abs() <= 1e-9 * value.abs()
}

/// A column's head, wide enough for its name and for what `looked_at` of its first rows hold.
pub(in crate::app) fn data_head(column: &Column, target: bool, looked_at: usize) -> TableColumn {
    let letters = column.title().chars().count() as f32;
    let room = match column.kind {
        Kind::Text => 180.0,
        Kind::Date => 108.0,
        _ => 84.0,
    };
    let levels = column.levels().iter().take(50);
    let longest = levels.map(|l| l.chars().count()).max().unwrap_or(0) as f32;
    let numbers = (0..column.len().min(looked_at)).filter_map(|row| match column.kind {
        Kind::Number => column.number(row),
        _ => None,
    });
    // With the time of the day they are longer.
    let timed = column.kind == Kind::Date
        && (0..column.len().min(looked_at))
            .filter_map(|row| column.number(row))
            .any(|seconds| seconds.rem_euclid(86_400.0) != 0.0);
    let room = if timed { 172.0 } else { room };
    let digits = numbers.map(|v| exact(v).chars().count() + 1).max();
    let words = (letters * 6.9 + 62.0)
        .max(longest * 7.0 + 40.0)
        .max(digits.unwrap_or(0) as f32 * 7.4 + 18.0);
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
}
