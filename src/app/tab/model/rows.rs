//! Rows that the model got wrong, the matrix of a step, what it says of each point. Of few rows at
//! once, so that they move with the picture; of many by a worker.

use std::sync::Arc;

use super::said::held_out;
use crate::app::frame::Frame;
use crate::app::panel::Memory;
use crate::app::scene::Scene;
use crate::app::tab::{TabMade, Wanted, slots};
use crate::base::Cancel;
use crate::project::Entry;
use crate::train::HeldOut;
use crate::view::plane::{RowSet, SINGLE_POINTS};

/// The confusion matrix of a step, beside what it was counted from.
pub struct Counted {
    pub(super) held_out: Arc<HeldOut>,
    pub(super) counts: Vec<u64>,
}

/// Rows of the single points that were wrong when they were held out; none where points are a density.
pub(super) fn wrong_rows(
    frame: &Frame<'_>,
    scene: &Arc<Scene>,
    entry: &Entry,
    memory: &mut Memory,
) -> Arc<RowSet> {
    if scene.points.len() > SINGLE_POINTS || scene.target.is_none() {
        return Arc::default();
    }
    let Some(held_out) = held_out(frame, entry) else {
        return Arc::default();
    };
    if let Some((known, of, rows)) = &memory.model.wrong
        && Arc::ptr_eq(known, &held_out)
        && Arc::ptr_eq(of, scene)
    {
        return rows.clone();
    }
    let wrong = scene.points.rows.iter().copied().filter(|&row| {
        let actual = scene.class_of(row);
        let predicted = held_out.class(row as usize).map(|(c, _)| c);
        actual.is_some() && predicted.is_some() && actual != predicted
    });
    let rows = Arc::new(RowSet::from_rows(wrong));
    memory.model.wrong = Some((held_out, scene.clone(), rows.clone()));
    rows
}

/// The matrix of the shown step: the report's, or counted from that step's held-out predictions.
pub(super) fn counts(
    frame: &Frame<'_>,
    scene: &Arc<Scene>,
    entry: &Entry,
    memory: &mut Memory,
) -> Option<Vec<u64>> {
    let cells = scene.classes.names.len().pow(2);
    if !frame.is_scrubbed(entry)
        && let Some(confusion) = entry.report.as_ref().and_then(|r| r.confusion.as_ref())
    {
        return (confusion.counts.len() == cells).then(|| confusion.counts.clone());
    }
    let held_out = held_out(frame, entry)?;
    let state = &mut memory.model;
    let known = state.counted.as_ref();
    if known.is_none_or(|known| !Arc::ptr_eq(&known.held_out, &held_out)) {
        if scene.table.rows() <= SINGLE_POINTS {
            state.counted = Some(count(held_out, scene));
        } else if (state.counting.as_ref()).is_none_or(|asked| !Arc::ptr_eq(asked, &held_out)) {
            state.counting = Some(held_out.clone());
            let scene = scene.clone();
            memory.wanted.push(Wanted {
                slot: slots::COUNTS,
                priority: 240,
                make: Box::new(move || TabMade::Counts(count(held_out, &scene))),
            });
        }
    }
    // Until the worker has counted, the matrix of the step before.
    let known = memory.model.counted.as_ref();
    known
        .filter(|known| known.counts.len() == cells)
        .map(|known| known.counts.clone())
}

fn count(held_out: Arc<HeldOut>, scene: &Scene) -> Counted {
    let k = scene.classes.names.len();
    let mut counts = vec![0; k * k];
    for row in 0..scene.table.rows() as u32 {
        if let (Some(actual), Some((predicted, _))) =
            (scene.class_of(row), held_out.class(row as usize))
            && predicted < k
        {
            counts[actual * k + predicted] += 1;
        }
    }
    Counted { held_out, counts }
}

/// What the model on the screen says at each point, for residual sticks; only of few points.
pub(super) fn fitted_values(scene: &Arc<Scene>, entry: &Entry, memory: &mut Memory) -> Vec<f64> {
    if scene.points.len() > 300 {
        return Vec::new();
    }
    let Some(fitted) = entry.fitted() else {
        return Vec::new();
    };
    if let Some((known, of, values)) = &memory.model.fitted
        && Arc::ptr_eq(known, &fitted.model)
        && Arc::ptr_eq(of, scene)
    {
        return values.clone();
    }
    let cancel = Cancel::new();
    let values = fitted
        .recipe
        .apply(&scene.table, &scene.points.rows, &cancel)
        .and_then(|x| {
            let mut out = vec![0.0; x.rows()];
            fitted
                .model
                .predict(x.values(), x.columns(), &mut out, &cancel)?;
            Ok(out)
        })
        .unwrap_or_default();
    memory.model.fitted = Some((fitted.model.clone(), scene.clone(), values.clone()));
    values
}
