//! k nearest neighbours for numbers.

use std::sync::Arc;

use super::knn_smartcore;
use super::neighbour_search::{
    Arranged, CURVE, ENGINES, METRIC, N_NEIGHBORS, P, TAGS, WEIGHTS, arranged, check, counts,
    metric, weights,
};
use super::{Algorithm, Context, Engine, Grid, Model, OneStep, Params, Samples, Tags, Task};
use crate::base::{Cancel, Outcome};
use crate::numeric::knn::{Weights, means};
use crate::numeric::{Labels, Matrix};

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
            Engine::Seefit => Ok(Arc::new(KnnRegressor::fit(
                &samples, &params, &context, cancel,
            )?)),
            Engine::Smartcore => knn_smartcore::regressor(&samples, &params, cancel),
        })
    },
};

/// Means of the nearest training rows.
#[derive(Debug)]
struct KnnRegressor {
    neighbours: Arc<Arranged>,
    numbers: Arc<[f64]>,
    k: usize,
    weights: Weights,
}

impl KnnRegressor {
    fn fit(
        samples: &Samples,
        params: &Params,
        context: &Context,
        cancel: &Cancel,
    ) -> Outcome<Self> {
        let numbers = match &samples.y {
            Some(Labels::Numbers(numbers)) => Arc::clone(numbers),
            _ => Arc::from([]),
        };
        Ok(KnnRegressor {
            neighbours: arranged(samples, metric(params), context, cancel)?,
            numbers,
            k: params.size("n_neighbors"),
            weights: weights(params),
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
        self.means(rows, &[self.k], cancel, |query, mean| out[query] = mean[0])
    }

    fn predict_grid(&self, grid: &Grid, out: &mut [f64], cancel: &Cancel) -> Outcome<()> {
        if self.weights == Weights::Distance {
            let points = grid.points();
            return self.predict(points.values(), points.columns(), out, cancel);
        }
        let metric = self.neighbours.metric();
        let mut each = |point: usize, near: &[(f64, u32)]| {
            let out = &mut out[point..=point];
            means(near, metric, self.weights, &self.numbers, &[self.k], out);
        };
        self.neighbours
            .rows_over_plane(grid, self.k, cancel, &mut each)
    }

    fn has_probabilities(&self) -> bool {
        false
    }

    fn bytes(&self) -> usize {
        self.neighbours.bytes() + 8 * self.numbers.len()
    }
}

/// One search for the largest k serves all.
fn sweep(
    samples: &Arc<Samples>,
    params: &Params,
    values: &[i64],
    queries: &Matrix,
    context: &Context,
    cancel: &Cancel,
) -> Outcome<Vec<Vec<f64>>> {
    let model = KnnRegressor::fit(samples, params, context, cancel)?;
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
        let values = [1, 4, 25, 90];
        let defaults = Params::defaults(&ALGORITHM);
        let (context, cancel) = (Context::default(), Cancel::new());
        let swept = sweep(&samples, &defaults, &values, &samples.x, &context, &cancel).unwrap();
        for (k, swept) in values.iter().zip(&swept) {
            let model = fitted(&ALGORITHM, &samples, &[("n_neighbors", &k.to_string())]);
            assert_eq!(&predictions(&*model, &samples), swept);
        }
    }
}
