//! What is inside the selected model, as marks on the plane: centres and their way, the rows that hold
//! the boundary, the rows that decide at the pointer.

use std::sync::Arc;

use crate::app::frame::Frame;
use crate::app::panel::Memory;
use crate::app::scene::Scene;
use crate::app::tab::{TabMade, Wanted, slots};
use crate::base::{Cancel, Hash128};
use crate::model::Model;
use crate::project::{Entry, ModelEntry};
use crate::train::{Fitted, place_on_plane, row_on_plane};
use crate::view::plane::{Marks, SINGLE_POINTS, Spokes};

/// The rows of the table that a job's fit on all rows has learned from, in its own order.
pub struct FitRows {
    key: Hash128,
    rows: Option<Arc<[u32]>>,
}

#[derive(Default)]
pub struct MarksMemory {
    /// Where the pointer was in the last frame.
    pointer: Option<[f64; 2]>,
    rows: Option<FitRows>,
    asked: Option<Hash128>,
    /// Made once for a model and a scene.
    kept: Option<(Arc<dyn Model>, Arc<Scene>, Kept)>,
}

#[derive(Clone, Default)]
struct Kept {
    ways: Vec<Vec<[f64; 2]>>,
    held: Vec<[f64; 2]>,
}

impl MarksMemory {
    /// The rows that a worker has found.
    pub fn take(&mut self, rows: FitRows) {
        self.kept = None;
        self.rows = Some(rows);
    }

    /// The pointer of this frame; whether it has moved.
    pub(super) fn point(&mut self, pointer: Option<[f64; 2]>) -> bool {
        let moved = self.pointer != pointer;
        self.pointer = pointer;
        moved
    }

    fn rows_of(&self, key: Hash128) -> Option<&Arc<[u32]>> {
        let found = self.rows.as_ref().filter(|rows| rows.key == key)?;
        found.rows.as_ref()
    }
}

/// Ways and rows of the shown step, and the neighbours of the pointer.
pub(super) fn marks(
    frame: &Frame<'_>,
    scene: &Arc<Scene>,
    model: &ModelEntry,
    entry: &Entry,
    memory: &mut Memory,
) -> Marks {
    let shown = frame.snapshot(entry).map(|s| &s.fitted).or(entry.fitted());
    let (Some(fitted), Some(key)) = (shown, frame.desk.key(model.id)) else {
        return Marks::default();
    };
    let next = entry.moving_to(frame.look.scrub.share());
    let goal = next.map_or(&fitted.model, |next| &next.fitted.model);
    let known = memory.model.marks.kept.as_ref();
    let known = known.filter(|(of, on, _)| Arc::ptr_eq(of, goal) && Arc::ptr_eq(on, scene));
    let kept = match known {
        Some((_, _, kept)) => kept.clone(),
        None => {
            let kept = Kept {
                ways: ways(
                    frame,
                    scene,
                    entry,
                    next.map_or(fitted, |next| &next.fitted),
                ),
                held: held(frame, scene, model, fitted, key, memory),
            };
            let state = &mut memory.model.marks;
            state.kept = Some((goal.clone(), scene.clone(), kept.clone()));
            kept
        }
    };
    Marks {
        moving: next.is_some(),
        ways: kept.ways,
        arrows: Vec::new(),
        held: kept.held,
        joins: fitted.is_exact()
            && !scene.is_one_feature()
            && model.params.algorithm().parameter("n_neighbors").is_some(),
        spokes: spokes(frame, scene, model, fitted, key, memory),
        probe: probe(frame, scene, fitted, memory),
    }
}

/// Where each centre has come from, step by step.
fn ways(frame: &Frame<'_>, scene: &Scene, entry: &Entry, fitted: &Fitted) -> Vec<Vec<[f64; 2]>> {
    let place = |fitted: &Fitted| -> Vec<Option<[f64; 2]>> {
        let Some(centres) = fitted.model.inside().centroids else {
            return Vec::new();
        };
        let rows = (0..centres.rows()).map(|k| centres.row(k));
        rows.map(|row| place_on_plane(&fitted.recipe, &scene.plane, row))
            .collect()
    };
    let present = place(fitted);
    if present.is_empty() {
        return Vec::new();
    }
    let before = entry.snapshots.iter().map(|s| &s.fitted);
    let before = before.take_while(|f| f.step < fitted.step);
    let mut ways = vec![Vec::new(); present.len()];
    let still = !frame.is_scrubbed(entry) && entry.is_complete();
    // At the end of the fit the way is still of interest, but of few steps only.
    let before: Vec<&Fitted> = if still && entry.snapshots.len() > MOST_LEGS {
        Vec::new()
    } else {
        before.collect()
    };
    for step in before.into_iter().map(place).chain([present]) {
        for (way, at) in ways.iter_mut().zip(step) {
            way.extend(at);
        }
    }
    ways.retain(|way| !way.is_empty());
    ways
}

/// Longer ways are shown only while they are gone.
const MOST_LEGS: usize = 60;

/// The rows that hold the boundary up; where rows are a density, none.
fn held(
    frame: &Frame<'_>,
    scene: &Scene,
    model: &ModelEntry,
    fitted: &Fitted,
    key: Hash128,
    memory: &mut Memory,
) -> Vec<[f64; 2]> {
    if scene.points.len() > SINGLE_POINTS || !fitted.is_exact() {
        return Vec::new();
    }
    let Some(support) = fitted.model.inside().support else {
        return Vec::new();
    };
    let Some(rows) = fit_rows(frame, model, key, memory) else {
        return Vec::new();
    };
    let places = support.iter().filter_map(|&row| {
        let row = *rows.get(row as usize)?;
        place_of(scene, row)
    });
    places.collect()
}

fn place_of(scene: &Scene, row: u32) -> Option<[f64; 2]> {
    let point = scene.points.point_of(row)? as usize;
    Some([scene.points.x[point], scene.points.y[point]])
}

/// The rows of the fit; a worker is asked for them once.
fn fit_rows(
    frame: &Frame<'_>,
    model: &ModelEntry,
    key: Hash128,
    memory: &mut Memory,
) -> Option<Arc<[u32]>> {
    if let Some(rows) = memory.model.marks.rows_of(key) {
        return Some(rows.clone());
    }
    if memory.model.marks.asked != Some(key)
        && let Some(job) = frame.desk.job(model.id).cloned()
    {
        memory.model.marks.asked = Some(key);
        let cache = frame.desk.live().prepared();
        memory.wanted.push(Wanted {
            slot: slots::FIT_ROWS,
            priority: 200,
            make: Box::new(move || {
                let cancel = Cancel::new();
                let found = cache.get(&job, &cancel).ok();
                let part = found.and_then(|prepared| prepared.full(&cancel).ok());
                let rows = part.map(|part| part.rows.clone());
                TabMade::FitRows(FitRows { key, rows })
            }),
        });
    }
    None
}

/// The rows that decide at the pointer.
fn spokes(
    frame: &Frame<'_>,
    scene: &Scene,
    model: &ModelEntry,
    fitted: &Fitted,
    key: Hash128,
    memory: &mut Memory,
) -> Option<Spokes> {
    let from = memory.model.marks.pointer?;
    if !fitted.is_exact() || scene.is_one_feature() {
        return None;
    }
    let row = row_on_plane(&fitted.recipe, frame.desk.plane()?, from).ok()?;
    let deciding = fitted.model.deciding_rows(&row)?;
    let rows = fit_rows(frame, model, key, memory)?;
    let to = deciding.iter().filter_map(|(row, _)| {
        let row = *rows.get(*row as usize)?;
        place_of(scene, row)
    });
    Some(Spokes {
        from,
        to: to.collect(),
    })
}

/// Where the row lies that the knobs of What if have made up.
fn probe(frame: &Frame<'_>, scene: &Scene, fitted: &Fitted, memory: &Memory) -> Option<[f64; 2]> {
    let point = memory.evaluate.made_up_row(frame)?;
    if point.len() != fitted.recipe.feature_count() {
        return None;
    }
    let row = fitted.recipe.transform_point(point);
    place_on_plane(&fitted.recipe, &scene.plane, &row)
}
