//! What the selected model said of each row, as columns of the table.

use std::sync::Arc;

use super::Content;
use super::order::Question;
use crate::app::frame::Frame;
use crate::app::scene::Scene;
use crate::data::{Column, Kind, Table};
use crate::train::HeldOut;
use crate::view::data_table::{Cell, Source, TableColumn};
use crate::view::parts::badge::ModelKey;
use crate::view::parts::marker::ClassKey;
use crate::view::parts::number;
use crate::widget::format;

/// What a selected model can say of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Answers {
    None,
    Classes { probabilities: bool },
    Numbers,
    Clusters,
}

/// The selected model's answers by row.
#[derive(Clone, Default)]
pub(super) struct Said {
    pub held_out: Option<Arc<HeldOut>>,
    pub clusters: Option<Arc<[u32]>>,
}

pub(super) fn said(frame: &Frame<'_>) -> Said {
    let entry = frame.selected().and_then(|m| frame.desk.entry(m.id));
    Said {
        held_out: entry.and_then(|e| crate::app::tab::model::held_out(frame, e)),
        clusters: entry
            .and_then(|e| e.report.as_ref())
            .map(|r| r.clusters.clone())
            .filter(|c| !c.is_empty()),
    }
}

pub(super) fn answers(frame: &Frame<'_>, scene: &Scene, said: &Said) -> Answers {
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

fn said_name(content: Content) -> &'static str {
    match content {
        Content::Probability => "probability",
        Content::Residual => "residual",
        Content::Cluster => "cluster",
        _ => "held out",
    }
}

pub(super) fn said_head(
    content: Content,
    answers: Answers,
    model: Option<ModelKey>,
) -> TableColumn {
    let name = said_name(content);
    let width = match content {
        Content::Probability | Content::Cluster => 124.0,
        Content::Residual => 112.0,
        _ => 144.0,
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

pub(super) fn said_cell(
    scene: &Scene,
    said: &Said,
    content: Content,
    row: u32,
    classes: &[ClassKey],
) -> Cell {
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
                Some(actual) => Cell::Number(number::fixed(actual - value, decimals(scene.range))),
                None => Cell::Missing,
            },
            _ => Cell::Number(number::fixed(value, decimals(scene.range))),
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

/// Of predictions and residuals: to a ten-thousandth of the target's range, so that their points align.
fn decimals([low, high]: [f64; 2]) -> usize {
    let size = ((high - low) / 1e4).log10().floor();
    if size.is_finite() {
        (-size).clamp(0.0, 9.0) as usize
    } else {
        2
    }
}

/// What the model can say, as a column without rows: its name, and what classes there are.
pub(super) fn said_stand_in(scene: Option<&Arc<Scene>>, content: Content) -> Option<Column> {
    let names = scene?.classes.names.to_vec();
    let name = said_name(content);
    let classes = match content {
        Content::Data(_) => return None,
        Content::Prediction => !names.is_empty(),
        Content::Cluster => true,
        Content::Probability | Content::Residual => false,
    };
    Some(match classes {
        true => Column::categories(name, Vec::new(), names),
        false => Column::numbers(name, Vec::new()),
    })
}

/// What the model said as a column, to be filtered by: classes and clusters as categories.
pub(super) fn said_values(
    scene: &Scene,
    table: &Table,
    question: &Question,
    content: Content,
) -> Option<Column> {
    let names = &scene.classes.names;
    let codes: Vec<u32> = match content {
        Content::Cluster => {
            let clusters = question.clusters.as_ref()?;
            let cluster = |row: usize| clusters.get(row).copied();
            let known = |code: &u32| (*code as usize) < names.len();
            (0..table.rows())
                .map(|row| cluster(row).filter(known).unwrap_or(u32::MAX))
                .collect()
        }
        Content::Prediction if !names.is_empty() => {
            let held_out = question.held_out.as_ref()?;
            let class = |row: usize| held_out.row(row).map(|o| crate::train::best(o).0 as u32);
            (0..table.rows())
                .map(|row| class(row).unwrap_or(u32::MAX))
                .collect()
        }
        _ => return said_column(scene, table, question, content),
    };
    Some(Column::categories(
        said_name(content),
        codes,
        names.to_vec(),
    ))
}

/// What the model said as a column, to be sorted by.
pub(super) fn said_column(
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
    fn predictions_keep_the_digits_that_say_something() {
        assert_eq!(decimals([25.0, 346.0]), 2);
        assert_eq!(decimals([0.0, 1.0]), 4);
        assert_eq!(decimals([0.0, 1e6]), 0);
        assert_eq!(decimals([0.0, 1e-20]), 9);
        // Without a range, as of one value alone.
        assert_eq!(decimals([3.0, 3.0]), 2);
        assert_eq!(decimals([f64::NAN, 1.0]), 2);
    }
}
