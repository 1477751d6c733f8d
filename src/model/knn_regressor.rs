//! k nearest neighbours for numbers.

use std::sync::Arc;

use super::knn_smartcore;
use super::neighbour_planes::Planes;
use super::neighbour_search::{
    CURVE, ENGINES, METRIC, N_NEIGHBORS, P, Search, TAGS, WEIGHTS, arranged, check, counts, nearest,
};
use super::neighbour_store::StoredRows;
use super::saved::{Saved, Stored, finite};
use super::separable::told_if_none;
use super::{Algorithm, Context, Engine, Grid, Model, OneStep, Params, Samples, Tags, Task};
use crate::base::{Cancel, Outcome};
use crate::numeric::knn::{Weights, means};
use crate::numeric::{Labels, Matrix, Neighbours};

pub static ALGORITHM: Algorithm = Algorithm {
    id: "knn_regressor",
    name: "k nearest neighbours",
    task: Task::Regression,
    summary: "Looks up the training rows that are nearest and answers the mean of their targets.",
    tags: Tags {
        probabilities: false,
        ..TAGS
    },
    engines: ENGINES,
    parameters: &[N_NEIGHBORS, WEIGHTS, METRIC, P],
    curve: Some(CURVE),
    sweep: Some(sweep),
    check,
    start: |samples, params, context| {
        let (params, context) = (params.clone(), context.clone());
        OneStep::start(move |cancel| match params.engine() {
            Engine::Seefit => {
                let search = Search::of(&params);
                let model = KnnRegressor::fit(&samples, search, &context, cancel)?;
                Ok(Arc::new(model) as _)
            }
            Engine::Smartcore => knn_smartcore::regressor(&samples, Search::of(&params), cancel),
        })
    },
};

/// Means of the nearest training rows.
#[derive(Debug)]
struct KnnRegressor {
    neighbours: Arc<Neighbours>,
    planes: Planes,
    x: Matrix,
    numbers: Arc<[f64]>,
    k: usize,
    weights: Weights,
}

impl KnnRegressor {
    fn fit(samples: &Samples, search: Search, context: &Context, cancel: &Cancel) -> Outcome<Self> {
        let numbers = match &samples.y {
            Some(Labels::Numbers(numbers)) => Arc::clone(numbers),
            _ => Arc::from([]),
        };
        Ok(KnnRegressor {
            neighbours: arranged(samples, search.metric, context, cancel)?,
            planes: Planes::over(samples, search.metric, context)?,
            x: samples.x.clone(),
            numbers,
            k: search.k,
            weights: search.weights,
        })
    }

    /// Means for several k, ascending: `each` gets the number of the query and one mean a k.
    fn means(
        &self,
        queries: &[f64],
        ks: &[usize],
        cancel: &Cancel,
        mut each: impl FnMut(usize, &[f64]),
    ) -> Outcome<()> {
        let most = ks.iter().copied().max().unwrap_or(0);
        let mut out = vec![0.0; ks.len()];
        let metric = self.neighbours.metric();
        self.neighbours
            .search(queries, most, cancel, &mut |query, near| {
                means(near, metric, self.weights, &self.numbers, ks, &mut out);
                each(query, &out);
            })
    }
}

impl Model for KnnRegressor {
    fn outputs(&self) -> usize {
        1
    }

    fn predict(&self, rows: &[f64], _: usize, out: &mut [f64], cancel: &Cancel) -> Outcome<()> {
        self.means(rows, &[self.k], cancel, |query, mean| out[query] = mean[0])?;
        told_if_none(out)
    }

    fn predict_grid(&self, grid: &Grid, out: &mut [f64], cancel: &Cancel) -> Outcome<()> {
        let (k, metric) = (self.k, self.neighbours.metric());
        let mut each = |point: usize, near: &[(f64, u32)]| {
            let out = &mut out[point..=point];
            means(near, metric, self.weights, &self.numbers, &[k], out);
        };
        let (planes, near) = (&self.planes, &self.neighbours);
        match self.weights {
            Weights::Uniform => planes.rows(near, grid, k, cancel, &mut each),
            Weights::Distance => planes.search(near, grid, k, cancel, &mut each),
        }?;
        told_if_none(out)
    }

    fn has_probabilities(&self) -> bool {
        false
    }

    fn deciding_rows(&self, row: &[f64]) -> Option<Vec<(u32, f64)>> {
        nearest(&self.neighbours, self.k, row)
    }

    fn bytes(&self) -> usize {
        self.neighbours.bytes() + 8 * self.numbers.len()
    }

    fn save(&self) -> Option<Saved> {
        let search = Search {
            k: self.k,
            metric: self.neighbours.metric(),
            weights: self.weights,
        };
        stored(&self.x, search, Engine::Seefit, &self.numbers)
    }
}

/// What a file holds of either engine's model.
#[derive(serde::Serialize, serde::Deserialize)]
pub(super) struct StoredKnn {
    rows: StoredRows,
    numbers: Vec<f64>,
}

pub(super) fn stored(x: &Matrix, search: Search, engine: Engine, numbers: &[f64]) -> Option<Saved> {
    let stored = StoredKnn {
        rows: StoredRows::new(x, search, engine),
        numbers: numbers.to_vec(),
    };
    Some(Saved::of(&stored)?.with_rows(x.rows()))
}

impl Stored for StoredKnn {
    const KIND: &'static str = "knn_regressor";

    fn open(self, columns: usize) -> Option<Arc<dyn Model>> {
        if !finite(&self.numbers) {
            return None;
        }
        let (engine, search) = (self.rows.engine(), self.rows.search());
        let labels = Labels::Numbers(self.numbers.into());
        let samples = self.rows.samples(columns, labels)?;
        let cancel = Cancel::new();
        match engine {
            Engine::Smartcore => knn_smartcore::regressor(&samples, search, &cancel).ok(),
            Engine::Seefit => {
                let context = Context::default();
                let model = KnnRegressor::fit(&samples, search, &context, &cancel);
                Some(Arc::new(model.ok()?))
            }
        }
    }
}

/// One search for the largest k serves all.
fn sweep(
    samples: &Arc<Samples>,
    params: &Params,
    values: &[f64],
    queries: &Matrix,
    context: &Context,
    cancel: &Cancel,
) -> Outcome<Vec<Vec<f64>>> {
    let model = KnnRegressor::fit(samples, Search::of(params), context, cancel)?;
    let mut results = vec![vec![0.0; queries.rows()]; values.len()];
    model.means(queries.values(), &counts(values), cancel, |query, means| {
        for (result, mean) in results.iter_mut().zip(means) {
            result[query] = *mean;
        }
    })?;
    Ok(results)
}

#[cfg(test)]
mod tests {
    use super::super::Params;
    use super::super::sample::{fitted, near, numbers, predictions};
    use super::*;

    #[test]
    fn the_engines_agree() {
        let samples = numbers(120);
        for settings in [
            &[("n_neighbors", "1")][..],
            &[("n_neighbors", "7"), ("weights", "distance")],
            &[("metric", "manhattan")],
        ] {
            let own = fitted(&ALGORITHM, &samples, settings);
            let mut other = settings.to_vec();
            other.push(("engine", "smartcore"));
            let other = fitted(&ALGORITHM, &samples, &other);
            near(
                &predictions(&*own, &samples),
                &predictions(&*other, &samples),
                1e-9,
            );
        }
        let nearest = fitted(&ALGORITHM, &samples, &[("n_neighbors", "1")]);
        assert_eq!(predictions(&*nearest, &samples), samples.numbers());
    }

    #[test]
    fn a_sweep_is_every_fit() {
        let samples = numbers(90);
        let values = [1.0, 4.0, 25.0, 90.0];
        let defaults = Params::defaults(&ALGORITHM);
        let (context, cancel) = (Context::default(), Cancel::new());
        let swept = sweep(&samples, &defaults, &values, &samples.x, &context, &cancel).unwrap();
        for (k, swept) in values.iter().zip(&swept) {
            let model = fitted(&ALGORITHM, &samples, &[("n_neighbors", &k.to_string())]);
            assert_eq!(&predictions(&*model, &samples), swept);
        }
    }

    #[test]
    fn a_plane_searched_in_its_own_columns_is_the_plane_point_by_point() {
        let at = |i: u32| f64::from(i * 37 % 101) / 10.0 + (f64::from(i) * 1.7).sin();
        let samples = Arc::new(Samples {
            x: Matrix::new(200, 6, (0..1200).map(at).collect()),
            y: Some(Labels::Numbers(
                (0..200).map(|i| f64::from(i * 7 % 31)).collect(),
            )),
            key: crate::base::Hash128(1),
        });
        let axis = |count: u32| {
            (0..count)
                .map(|i| f64::from(i) * 0.83)
                .collect::<Vec<f64>>()
        };
        for metric in ["euclidean", "manhattan", "chebyshev", "minkowski", "cosine"] {
            let settings = [("metric", metric), ("p", "3"), ("weights", "distance")];
            let model = fitted(&ALGORITHM, &samples, &settings);
            for (y_column, y_values) in [(Some(1), axis(11)), (None, vec![0.0])] {
                let grid = Grid {
                    base: (0..6).map(|i| f64::from(i) + 2.0).collect(),
                    x_column: 4,
                    x_values: axis(120),
                    y_column,
                    y_values,
                };
                let (points, cancel) = (grid.points(), Cancel::new());
                let mut expected = vec![0.0; grid.len() * model.outputs()];
                let mut plane = expected.clone();
                let columns = points.columns();
                model
                    .predict(points.values(), columns, &mut expected, &cancel)
                    .unwrap();
                model.predict_grid(&grid, &mut plane, &cancel).unwrap();
                near(&plane, &expected, 1e-9);
            }
        }
    }
}
