//! What both k-nearest-neighbour models share: parameters, checks, one search for many k.

use std::sync::Arc;

use super::checks::{at_most_rows, engine_has_all};
use super::parameter::{Default, Parameter, ParameterKind};
use super::{Context, Engine, Engines, Facts, Grid, Params, Samples, Tags, ValidationCurve};
use crate::base::{Cancel, Hasher128, Outcome, Problem};
use crate::numeric::knn::Weights;
use crate::numeric::{Matrix, Metric, Neighbours};

/// smartcore looks at every row for every prediction.
const SMARTCORE_ROWS: usize = 10_000;

pub(super) const TAGS: Tags = Tags {
    needs_scaling: true,
    probabilities: true,
    steps: None,
    ends_early: false,
    objective: None,
    grows: None,
    // The first search over a new sample, a tree and all, is part of the 50 ms.
    coarse_rows: 4_000,
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
        ("cosine", "Cosine"),
    ]),
    Default::Choice("euclidean"),
    "How far apart two rows are: as the crow flies, by city blocks, by the largest difference, by any power between, or by the angle between them alone.",
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
        let fitting = all.into_iter().filter(|&k| k as usize <= rows);
        fitting.map(f64::from).collect()
    },
};

pub(super) fn metric(params: &Params) -> Metric {
    match params.choice("metric") {
        "manhattan" => Metric::Manhattan,
        "chebyshev" => Metric::Chebyshev,
        "minkowski" => Metric::minkowski(params.real("p")),
        "cosine" => Metric::Cosine,
        _ => Metric::Euclidean,
    }
}

pub(super) fn weights(params: &Params) -> Weights {
    match params.choice("weights") {
        "distance" => Weights::Distance,
        _ => Weights::Uniform,
    }
}

/// What decides which rows have a say, and how much.
#[derive(Clone, Copy, Debug, serde::Serialize, serde::Deserialize)]
pub(super) struct Search {
    pub k: usize,
    pub metric: Metric,
    pub weights: Weights,
}

impl Search {
    pub fn of(params: &Params) -> Search {
        Search {
            k: params.size("n_neighbors"),
            metric: metric(params),
            weights: weights(params),
        }
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
            Metric::Cosine => {
                return Err(
                    Problem::new("Cosine distances are measured by our own engine")
                        .at("Parameter metric")
                        .fix("Choose another distance, or put the engine to auto"),
                );
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

/// The rows arranged for searching; kept, so that another k or other weights find them again.
pub(super) fn arranged(
    samples: &Samples,
    metric: Metric,
    context: &Context,
    cancel: &Cancel,
) -> Outcome<Arc<Neighbours>> {
    let mut hasher = Hasher128::new();
    metric.hash_into(&mut hasher);
    let variant = hasher.finish().0 as u64;
    let make = || Neighbours::build(&samples.x, metric, cancel);
    context.reuse.get_or_make(
        samples.key,
        "neighbours",
        variant,
        |made: &Neighbours| made.bytes() + 8 * samples.x.values().len(),
        make,
    )
}

/// The rows as a plane sees them, and its points: along the two shown columns, and how far the row is
/// from the plane in all others together. Distances are the same up to rounding, in three columns
/// instead of many.
pub(super) fn projected(
    x: &Matrix,
    metric: Metric,
    grid: &Grid,
    cancel: &Cancel,
) -> Outcome<(Neighbours, Matrix)> {
    let shown: Vec<usize> = [Some(grid.x_column), grid.y_column]
        .into_iter()
        .flatten()
        .collect();
    let columns = shown.len() + 1;
    let mut values = Vec::with_capacity(x.rows() * columns);
    let mut others = vec![0.0; x.columns()];
    for row in 0..x.rows() {
        if row % 1024 == 0 {
            cancel.check()?;
        }
        others.copy_from_slice(x.row(row));
        for &column in &shown {
            values.push(others[column]);
            others[column] = grid.base[column];
        }
        values.push(metric.distance(metric.between(&others, &grid.base)));
    }
    let rows = Matrix::new(x.rows(), columns, values);
    let mut points = Vec::with_capacity(grid.len() * columns);
    for y in &grid.y_values {
        for x in &grid.x_values {
            points.push(*x);
            points.extend(grid.y_column.map(|_| *y));
            points.push(0.0);
        }
    }
    let points = Matrix::new(grid.len(), columns, points);
    Ok((Neighbours::build(&rows, metric, cancel)?, points))
}

/// Whether a plane is searched more quickly in its own columns.
pub(super) fn is_worth_projecting(grid: &Grid, k: usize) -> bool {
    grid.base.len() > 3 && grid.y_column != Some(grid.x_column) && grid.len() > 100 && k < 1000
}

/// The values of the swept parameter as counts, ascending as they come.
pub(super) fn counts(values: &[f64]) -> Vec<usize> {
    values.iter().map(|&k| k.max(1.0) as usize).collect()
}
/// Numbers that one search may look at on the window's thread, where no tree shortens it.
const QUICK_CELLS: usize = 2_000_000;

/// The rows that answer one query, with their distances.
pub(super) fn nearest(neighbours: &Neighbours, k: usize, row: &[f64]) -> Option<Vec<(u32, f64)>> {
    let cells = neighbours.rows().saturating_mul(neighbours.columns());
    if row.len() != neighbours.columns() || cells > QUICK_CELLS || k > MOST_DECIDING {
        return None;
    }
    let metric = neighbours.metric();
    let mut found = Vec::new();
    let searched = neighbours.search(row, k, &Cancel::new(), &mut |_, nearest| {
        let told = nearest.iter();
        found.extend(told.map(|&(reduced, row)| (row, metric.distance(reduced))));
    });
    searched.ok().map(|()| found)
}

/// More rows than these are not told one by one.
const MOST_DECIDING: usize = 200;
