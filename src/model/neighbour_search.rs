//! What both k-nearest-neighbour models share: parameters, checks, one search for many k.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::checks::{at_most_rows, engine_has_all};
use super::parameter::{Default, Parameter, ParameterKind};
use super::{Context, Engine, Engines, Facts, Grid, Params, Samples, Tags, ValidationCurve};
use crate::base::{Cancel, Hash128, Hasher128, Outcome, Problem};
use crate::numeric::knn::Weights;
use crate::numeric::{Metric, Neighbours};

/// smartcore looks at every row for every prediction.
const SMARTCORE_ROWS: usize = 10_000;

pub(super) const TAGS: Tags = Tags {
    needs_scaling: true,
    probabilities: true,
    steps: None,
    coarse_rows: 10_000,
    row_limit: usize::MAX,
};

pub(super) const ENGINES: Engines = Engines {
    available: &[Engine::Seefit, Engine::Smartcore],
    reason: "Our own search took a twentieth to a half of scikit-learn's time and serves every k at once; smartcore's took six times it on 10,000 x 20, and its cover tree breaks on huge values.",
};

pub(super) const N_NEIGHBORS: Parameter = Parameter::new(
    "n_neighbors",
    "Neighbours",
    ParameterKind::Integer {
        min: 1,
        max: 500,
        log: true,
        none: false,
    },
    Default::Integer(5),
    "How many nearest rows have a say; more make the picture smoother and blur small groups.",
)
.common();

pub(super) const WEIGHTS: Parameter = Parameter::new(
    "weights",
    "Weights",
    ParameterKind::Choice(&[("uniform", "All alike"), ("distance", "Nearer counts more")]),
    Default::Choice("uniform"),
    "Whether every neighbour counts the same, or by the inverse of its distance.",
)
.common();

pub(super) const METRIC: Parameter = Parameter::new(
    "metric",
    "Distance",
    ParameterKind::Choice(&[
        ("euclidean", "Euclidean"),
        ("manhattan", "Manhattan"),
        ("chebyshev", "Chebyshev"),
        ("minkowski", "Minkowski"),
    ]),
    Default::Choice("euclidean"),
    "How far apart two rows are: as the crow flies, by city blocks, by the largest difference, or by any power between.",
)
.common();

pub(super) const P: Parameter = Parameter::new(
    "p",
    "Power",
    ParameterKind::Real {
        min: 1.0,
        max: 10.0,
        log: false,
    },
    Default::Real(2.0),
    "The power of the Minkowski distance: 1 is Manhattan, 2 Euclidean, more comes near Chebyshev.",
)
.visible_if("metric", &["minkowski"]);

pub(super) const CURVE: ValidationCurve = ValidationCurve {
    parameter: "n_neighbors",
    log: true,
    values: |rows| {
        let all = [
            1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 40, 50, 70, 100, 150, 200, 300, 500,
        ];
        all.into_iter().filter(|&k| k as usize <= rows).collect()
    },
};

pub(super) fn metric(params: &Params) -> Metric {
    match params.choice("metric") {
        "manhattan" => Metric::Manhattan,
        "chebyshev" => Metric::Chebyshev,
        "minkowski" => Metric::minkowski(params.real("p")),
        _ => Metric::Euclidean,
    }
}

pub(super) fn weights(params: &Params) -> Weights {
    match params.choice("weights") {
        "distance" => Weights::Distance,
        _ => Weights::Uniform,
    }
}

pub(super) fn check(facts: &Facts, params: &Params) -> Result<(), Problem> {
    engine_has_all(params)?;
    let k = params.size("n_neighbors");
    if k > facts.rows {
        let what = format!(
            "{k} neighbours are more than the {} training rows of the smallest fold",
            facts.rows
        );
        return Err(Problem::new(what)
            .at("Parameter n_neighbors")
            .fix("Ask for fewer neighbours"));
    }
    if params.engine() == Engine::Smartcore {
        at_most_rows(facts, params, SMARTCORE_ROWS)?;
        match metric(params) {
            Metric::Chebyshev => {
                return Err(Problem::new("smartcore has no Chebyshev distance")
                    .at("Parameter metric")
                    .fix("Choose another distance, or put the engine to auto"));
            }
            Metric::Minkowski(p) if p.fract() != 0.0 => {
                return Err(Problem::new(
                    "smartcore takes whole powers of the Minkowski distance only",
                )
                .at("Parameter p")
                .fix("Choose a whole number, or put the engine to auto"));
            }
            _ => {}
        }
    }
    Ok(())
}

/// The rows arranged for searching, and the neighbours of the planes that were drawn last.
pub(super) struct Arranged {
    neighbours: Neighbours,
    planes: Mutex<Vec<(Hash128, Arc<Nearest>)>>,
}

/// The nearest rows of every point of a plane, nearest first.
struct Nearest {
    k: usize,
    rows: Vec<u32>,
}

/// Up to so many neighbours are kept a point; a surface of 40,000 points takes 160 kB each.
const MOST_KEPT: usize = 256;
/// Once a second k is asked for of a plane, others will be.
const LEAST_KEPT: usize = 32;
/// What all planes of one arrangement may take; a surface is kept in parts, one a thread.
const KEPT_BYTES: usize = 64 << 20;

/// Gets the number of a query and its nearest rows as (reduced distance, row).
pub(super) type Each<'a> = &'a mut dyn FnMut(usize, &[(f64, u32)]);

impl Arranged {
    pub(super) fn metric(&self) -> Metric {
        self.neighbours.metric()
    }

    pub(super) fn bytes(&self) -> usize {
        self.neighbours.bytes()
    }

    pub(super) fn search(
        &self,
        queries: &[f64],
        k: usize,
        cancel: &Cancel,
        each: Each<'_>,
    ) -> Outcome<()> {
        self.neighbours.search(queries, k, cancel, each)
    }

    /// [`Arranged::search`] of a plane's points without their distances, which come as 0: another k
    /// finds the neighbours of the last one again.
    pub(super) fn rows_over_plane(
        &self,
        grid: &Grid,
        k: usize,
        cancel: &Cancel,
        each: Each<'_>,
    ) -> Outcome<()> {
        let k = k.min(self.neighbours.rows());
        if k > MOST_KEPT || k == 0 {
            return self.search(grid.points().values(), k, cancel, each);
        }
        let nearest = self.nearest_of(grid, k, cancel)?;
        let mut near = Vec::with_capacity(k);
        for (point, rows) in nearest.rows.chunks_exact(nearest.k).enumerate() {
            if point % 1024 == 0 {
                cancel.check()?;
            }
            near.clear();
            near.extend(rows[..k].iter().map(|&row| (0.0, row)));
            each(point, &near);
        }
        Ok(())
    }

    /// At least `k` neighbours of every point.
    fn nearest_of(&self, grid: &Grid, k: usize, cancel: &Cancel) -> Outcome<Arc<Nearest>> {
        let name = name_of(grid);
        let known = self.planes().iter().find(|(n, _)| *n == name).cloned();
        if let Some((_, nearest)) = known.as_ref().filter(|(_, n)| n.k >= k) {
            return Ok(nearest.clone());
        }
        let wanted = match known {
            Some(_) => (2 * k).clamp(LEAST_KEPT, MOST_KEPT),
            None => k,
        }
        .min(self.neighbours.rows());
        let mut rows = Vec::with_capacity(grid.len() * wanted);
        self.search(grid.points().values(), wanted, cancel, &mut |_, near| {
            rows.extend(near.iter().map(|(_, row)| *row));
        })?;
        let nearest = Arc::new(Nearest { k: wanted, rows });
        let mut planes = self.planes();
        planes.retain(|(n, _)| *n != name);
        planes.push((name, nearest.clone()));
        let bytes = |(_, n): &(Hash128, Arc<Nearest>)| 4 * n.rows.len();
        while planes.len() > 1 && planes.iter().map(bytes).sum::<usize>() > KEPT_BYTES {
            planes.remove(0);
        }
        Ok(nearest)
    }

    fn planes(&self) -> MutexGuard<'_, Vec<(Hash128, Arc<Nearest>)>> {
        self.planes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Arranged {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.neighbours.fmt(f)
    }
}

fn name_of(grid: &Grid) -> Hash128 {
    let mut hasher = Hasher128::new();
    hasher
        .word(grid.x_column as u64)
        .word(grid.y_column.map_or(u64::MAX, |y| y as u64));
    for values in [&grid.base, &grid.x_values, &grid.y_values] {
        hasher.word(values.len() as u64);
        for value in values {
            hasher.number(*value);
        }
    }
    hasher.finish()
}

/// The rows arranged for searching; kept, so that another k or other weights find them again.
pub(super) fn arranged(
    samples: &Samples,
    metric: Metric,
    context: &Context,
    cancel: &Cancel,
) -> Outcome<Arc<Arranged>> {
    let mut hasher = Hasher128::new();
    match metric {
        Metric::Euclidean => hasher.word(2),
        Metric::Manhattan => hasher.word(1),
        Metric::Chebyshev => hasher.word(0),
        Metric::Minkowski(p) => hasher.word(3).number(p),
    };
    let variant = hasher.finish().0 as u64;
    let make = || -> Outcome<Arranged> {
        Ok(Arranged {
            neighbours: Neighbours::build(&samples.x, metric, cancel)?,
            planes: Mutex::default(),
        })
    };
    context.reuse.get_or_make(
        samples.key,
        "neighbours",
        variant,
        |made: &Arranged| made.bytes() + 8 * samples.x.values().len(),
        make,
    )
}

/// The values of the swept parameter as counts, ascending as they come.
pub(super) fn counts(values: &[i64]) -> Vec<usize> {
    values.iter().map(|&k| k.max(1) as usize).collect()
}
