//! What a point is, what the model said of it held out, and what its surface says.

use std::sync::Arc;

use crate::app::frame::Frame;
use crate::app::panel::Memory;
use crate::app::scene::Scene;
use crate::base::Cancel;
use crate::prepare::PointValue;
use crate::project::{Axes, Entry};
use crate::train::{Fitted, HeldOut};
use crate::view::plane::Tooltip;
use crate::widget::format;

/// The held-out predictions that the scrubber shows.
pub fn held_out(frame: &Frame<'_>, entry: &Entry) -> Option<Arc<HeldOut>> {
    let of_report = entry
        .report
        .as_ref()
        .filter(|_| !frame.is_scrubbed(entry))
        .map(|r| r.held_out.clone());
    of_report
        .or_else(|| frame.snapshot(entry).map(|s| s.held_out.clone()))
        .filter(|h| !h.values.is_empty())
}

/// What a point is, what the model said held out, and what the surface says.
pub fn tooltip(frame: &Frame<'_>, scene: &Arc<Scene>, entry: Option<&Entry>, row: u32) -> Tooltip {
    let truth = match (scene.class_of(row), scene.number_of(row)) {
        (Some(class), _) => scene.classes.names.get(class).cloned().unwrap_or_default(),
        (_, Some(number)) => format::number(number),
        _ => String::new(),
    };
    let title = match truth.is_empty() {
        true => format!("Row {}", format::count(row as usize + 1)),
        false => format!("Row {}: {truth}", format::count(row as usize + 1)),
    };
    let mut lines = Vec::new();
    if let Some(entry) = entry {
        let said = held_out(frame, entry)
            .and_then(|h| h.row(row as usize).map(|o| answer(frame, scene, o)));
        let seen = surface_says(frame, scene, entry, row);
        match (said, seen) {
            (Some(held_out), Some(seen)) => {
                lines.push(format!("held out: {held_out}"));
                lines.push(format!("the surface, which has seen it: {seen}"));
            }
            (Some(held_out), None) => lines.push(format!("held out: {held_out}")),
            (None, Some(seen)) => lines.push(format!("the surface: {seen}")),
            (None, None) => {}
        }
    }
    let value = |column: usize| {
        let column = &scene.table.columns()[column];
        let unit = column
            .unit
            .as_deref()
            .map_or(String::new(), |u| format!(" {u}"));
        let cell = match (column.kind, column.number(row as usize)) {
            (crate::data::Kind::Number, Some(number)) => format::significant(number, 4),
            _ => column.cell(row as usize).into_owned(),
        };
        format!("{} {cell}{unit}", column.name)
    };
    let notes = match frame.desk.project().settings.axes {
        Axes::Columns { x, y } => {
            let mut parts = vec![value(x)];
            parts.extend(y.map(value));
            parts
        }
        Axes::Components => Vec::new(),
    };
    Tooltip {
        title,
        lines,
        notes,
    }
}

fn answer(frame: &Frame<'_>, scene: &Arc<Scene>, outputs: &[f64]) -> String {
    if scene.classes.names.is_empty() {
        return frame.answer(outputs);
    }
    let (class, share) = crate::train::best(outputs);
    let name = scene.classes.names.get(class).cloned().unwrap_or_default();
    if share > 0.0 && share < 0.9995 {
        format!("{name} ({})", format::percent(share))
    } else {
        name
    }
}

/// The fit on all rows asked at this row.
fn surface_says(frame: &Frame<'_>, scene: &Arc<Scene>, entry: &Entry, row: u32) -> Option<String> {
    let fitted = frame
        .snapshot(entry)
        .map(|s| &s.fitted)
        .or(entry.fitted())?;
    says(
        frame,
        scene,
        fitted,
        &fitted.recipe.point_of_row(&scene.table, row),
    )
}

/// The same at the row that the knobs of What if have made up.
pub fn made_up_says(
    frame: &Frame<'_>,
    scene: &Arc<Scene>,
    entry: &Entry,
    memory: &Memory,
) -> Option<String> {
    let shown = frame.snapshot(entry).map(|s| &s.fitted);
    let fitted = shown.or(entry.fitted())?;
    let point = memory.evaluate.made_up_row(frame)?;
    let fits = point.len() == fitted.recipe.feature_count();
    fits.then(|| says(frame, scene, fitted, point)).flatten()
}

fn says(
    frame: &Frame<'_>,
    scene: &Arc<Scene>,
    fitted: &Fitted,
    point: &[PointValue],
) -> Option<String> {
    let point = fitted.recipe.transform_point(point);
    let mut out = vec![0.0; fitted.model.outputs()];
    fitted
        .model
        .predict(&point, point.len(), &mut out, &Cancel::new())
        .ok()?;
    Some(answer(frame, scene, &out))
}
