//! What is inside the selected model, as marks on the plane: centres and their way, the rows that hold
//! the boundary, the rows that decide at the pointer.

use std::sync::Arc;

use crate::app::frame::Frame;
use crate::app::panel::Memory;
use crate::app::scene::Scene;
use crate::app::tab::{TabMade, Wanted, slots};
use crate::base::{Cancel, Hash128};
use crate::model::{Model, Task};
use crate::numeric::Matrix;
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
    let place =
        |fitted: &Fitted, centre: &[f64]| place_on_plane(&fitted.recipe, &scene.plane, centre);
    // What is inside a forest takes its time, and no way is among it.
    if frame.desk.project().task() != Task::Clustering {
        return Vec::new();
    }
    let Some(present) = fitted.model.inside().centroids else {
        return Vec::new();
    };
    let before = entry.snapshots.iter().map(|s| &s.fitted);
    let before = before.take_while(|f| f.step < fitted.step);
    let still = !frame.is_scrubbed(entry) && entry.is_complete();
    // At the end of the fit the way is still of interest, but of few steps only.
    let before: Vec<&Fitted> = if still && entry.snapshots.len() > MOST_LEGS {
        Vec::new()
    } else {
        before.collect()
    };
    // From the present back to the beginning: clusters are numbered anew in each step, by where they are.
    let rows = (0..present.rows()).map(|k| present.row(k));
    let mut at: Vec<Option<Vec<f64>>> = rows.map(|row| Some(row.to_vec())).collect();
    let mut ways: Vec<Vec<[f64; 2]>> = (0..present.rows())
        .map(|k| place(fitted, present.row(k)).into_iter().collect())
        .collect();
    let legs = MOST_PAIRS / (at.len() * at.len()).max(1);
    for step in before.into_iter().rev().take(legs) {
        let Some(centres) = step.model.inside().centroids else {
            break;
        };
        let from = nearest_pairs(&at, &centres);
        for ((way, at), from) in ways.iter_mut().zip(&mut at).zip(from) {
            let centre = from.map(|from| centres.row(from));
            way.extend(centre.and_then(|centre| place(step, centre)));
            *at = centre.map(<[f64]>::to_vec);
        }
    }
    ways.iter_mut().for_each(|way| way.reverse());
    ways.retain(|way| !way.is_empty());
    ways
}

/// For each centre the one of an earlier step that it was: both are each other's nearest. Where another
/// start has become the best one meanwhile, some have none.
fn nearest_pairs(now: &[Option<Vec<f64>>], earlier: &Matrix) -> Vec<Option<usize>> {
    let distance = |a: &[f64], b: &[f64]| -> f64 {
        let squares = a.iter().zip(b).map(|(a, b)| (a - b).powi(2));
        squares.sum()
    };
    let known = || {
        now.iter()
            .enumerate()
            .filter_map(|(to, at)| Some((to, at.as_ref()?)))
    };
    let nearest: Vec<Option<usize>> = (0..earlier.rows())
        .map(|from| {
            let away = |at: &[f64]| distance(at, earlier.row(from));
            let to = known().min_by(|a, b| away(a.1).total_cmp(&away(b.1)));
            to.map(|(to, _)| to)
        })
        .collect();
    let mut found = vec![None; now.len()];
    for (to, at) in known() {
        let away = |from: &usize| distance(at, earlier.row(*from));
        let from = (0..earlier.rows()).min_by(|a, b| away(a).total_cmp(&away(b)));
        found[to] = from.filter(|from| nearest[*from] == Some(to));
    }
    found
}

/// Pairs of centres that are looked at for a picture: of very many centres the last legs are shown.
const MOST_PAIRS: usize = 200_000;

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
    let holds = model.params.algorithm().parameter("kernel").is_some();
    if scene.points.len() > SINGLE_POINTS || !fitted.is_exact() || !holds {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_centre_comes_from_the_nearest_one_of_the_step_before() {
        // Numbered by their first coordinate, which has changed places.
        let at = |x: f64, y: f64| Some(vec![x, y]);
        let now = [at(0.0, 5.0), at(0.2, 0.0), at(9.0, 9.0)];
        let earlier = Matrix::new(3, 2, vec![0.1, 0.2, 0.3, 5.0, 8.0, 9.0]);
        assert_eq!(nearest_pairs(&now, &earlier), [Some(1), Some(0), Some(2)]);
        // One that was not there before begins here, and so does one whose way has ended.
        let two = Matrix::new(2, 2, vec![0.0, 4.0, 0.2, 0.1]);
        assert_eq!(nearest_pairs(&now, &two), [Some(0), Some(1), None]);
        let ended = [None, now[1].clone(), now[2].clone()];
        assert_eq!(nearest_pairs(&ended, &earlier), [None, Some(0), Some(2)]);
    }
}
