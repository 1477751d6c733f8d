//! k nearest neighbours for classes.

use std::sync::Arc;

use super::knn_smartcore;
use super::neighbour_planes::Planes;
use super::neighbour_search::{
    CURVE, ENGINES, METRIC, N_NEIGHBORS, P, Search, TAGS, WEIGHTS, arranged, check, counts, nearest,
};
use super::neighbour_store::StoredRows;
use super::saved::{Saved, Stored};
use super::separable::told_if_none;
use super::{Algorithm, Context, Engine, Grid, Model, OneStep, Params, Samples, Task};
use crate::base::{Cancel, Outcome};
use crate::numeric::knn::{Weights, class_shares};
use crate::numeric::{Labels, Matrix, Neighbours};

pub static ALGORITHM: Algorithm = Algorithm {
    id: "knn_classifier",
    name: "k nearest neighbours",
    task: Task::Classification,
    summary: "Looks up the training rows that are nearest and lets them vote.",
    tags: TAGS,
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
                let model = KnnClassifier::fit(&samples, search, &context, cancel)?;
                Ok(Arc::new(model) as _)
            }
            Engine::Smartcore => knn_smartcore::classifier(&samples, Search::of(&params), cancel),
        })
    },
};

/// Votes of the nearest training rows.
#[derive(Debug)]
struct KnnClassifier {
    neighbours: Arc<Neighbours>,
    planes: Planes,
    x: Matrix,
    codes: Arc<[u32]>,
    count: usize,
    k: usize,
    weights: Weights,
}

impl KnnClassifier {
    fn fit(samples: &Samples, search: Search, context: &Context, cancel: &Cancel) -> Outcome<Self> {
        let (codes, count) = match &samples.y {
            Some(Labels::Classes { codes, count }) => (Arc::clone(codes), *count),
            _ => (Arc::from([]), 0),
        };
        Ok(KnnClassifier {
            neighbours: arranged(samples, search.metric, context, cancel)?,
            planes: Planes::over(samples, search.metric, context)?,
            x: samples.x.clone(),
            codes,
            count,
            k: search.k,
            weights: search.weights,
        })
    }

    /// Shares of the classes for several k, ascending: `each` gets the number of the query and k times
    /// classes.
    fn shares(
        &self,
        queries: &[f64],
        ks: &[usize],
        cancel: &Cancel,
        mut each: impl FnMut(usize, &[f64]),
    ) -> Outcome<()> {
        let most = ks.iter().copied().max().unwrap_or(0);
        let mut shares = vec![0.0; ks.len() * self.count];
        let metric = self.neighbours.metric();
        self.neighbours
            .search(queries, most, cancel, &mut |query, near| {
                let (codes, count) = (&self.codes, self.count);
                class_shares(near, metric, self.weights, codes, count, ks, &mut shares);
                each(query, &shares);
            })
    }
}

impl Model for KnnClassifier {
    fn outputs(&self) -> usize {
        self.count
    }

    fn predict(&self, rows: &[f64], _: usize, out: &mut [f64], cancel: &Cancel) -> Outcome<()> {
        let count = self.count;
        self.shares(rows, &[self.k], cancel, |query, shares| {
            out[query * count..(query + 1) * count].copy_from_slice(shares);
        })?;
        told_if_none(out)
    }

    fn predict_grid(&self, grid: &Grid, out: &mut [f64], cancel: &Cancel) -> Outcome<()> {
        let (k, count, metric) = (self.k, self.count, self.neighbours.metric());
        let mut each = |point: usize, near: &[(f64, u32)]| {
            let shares = &mut out[point * count..(point + 1) * count];
            class_shares(near, metric, self.weights, &self.codes, count, &[k], shares);
        };
        let (planes, near) = (&self.planes, &self.neighbours);
        match self.weights {
            Weights::Uniform => planes.rows(near, grid, k, cancel, &mut each),
            Weights::Distance => planes.search(near, grid, k, cancel, &mut each),
        }?;
        told_if_none(out)
    }

    fn deciding_rows(&self, row: &[f64]) -> Option<Vec<(u32, f64)>> {
        nearest(&self.neighbours, self.k, row)
    }

    fn bytes(&self) -> usize {
        self.neighbours.bytes() + 4 * self.codes.len()
    }

    fn save(&self) -> Option<Saved> {
        let search = Search {
            k: self.k,
            metric: self.neighbours.metric(),
            weights: self.weights,
        };
        stored(&self.x, search, Engine::Seefit, &self.codes, self.count)
    }
}

/// What a file holds of either engine's model.
#[derive(serde::Serialize, serde::Deserialize)]
pub(super) struct StoredKnn {
    rows: StoredRows,
    codes: Vec<u32>,
    classes: usize,
}

pub(super) fn stored(
    x: &Matrix,
    search: Search,
    engine: Engine,
    codes: &[u32],
    classes: usize,
) -> Option<Saved> {
    let stored = StoredKnn {
        rows: StoredRows::new(x, search, engine),
        codes: codes.to_vec(),
        classes,
    };
    Some(Saved::of(&stored)?.with_rows(x.rows()))
}

impl Stored for StoredKnn {
    const KIND: &'static str = "knn_classifier";

    fn open(self, columns: usize) -> Option<Arc<dyn Model>> {
        if self.codes.iter().any(|&code| code as usize >= self.classes) {
            return None;
        }
        let (engine, search) = (self.rows.engine(), self.rows.search());
        let labels = Labels::Classes {
            codes: self.codes.into(),
            count: self.classes,
        };
        let samples = self.rows.samples(columns, labels)?;
        let cancel = Cancel::new();
        match engine {
            Engine::Smartcore => knn_smartcore::classifier(&samples, search, &cancel).ok(),
            Engine::Seefit => {
                let context = Context::default();
                let model = KnnClassifier::fit(&samples, search, &context, &cancel);
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
    let model = KnnClassifier::fit(samples, Search::of(params), context, cancel)?;
    let count = model.count;
    let mut results = vec![vec![0.0; queries.rows() * count]; values.len()];
    model.shares(
        queries.values(),
        &counts(values),
        cancel,
        |query, shares| {
            for (result, shares) in results.iter_mut().zip(shares.chunks_exact(count.max(1))) {
                result[query * count..(query + 1) * count].copy_from_slice(shares);
            }
        },
    )?;
    Ok(results)
}

#[cfg(test)]
mod tests {
    use super::super::sample::{accuracy, classes, fitted, near, params, predictions};
    use super::super::{Facts, Params};
    use super::*;
    use crate::base::Halt;

    #[test]
    fn the_engines_agree() {
        let samples = classes(120, 3);
        for settings in [
            &[("n_neighbors", "1")][..],
            &[("n_neighbors", "7"), ("weights", "distance")],
            &[("metric", "manhattan")],
            &[("metric", "minkowski"), ("p", "3")],
        ] {
            let own = fitted(&ALGORITHM, &samples, settings);
            let mut other = settings.to_vec();
            other.push(("engine", "smartcore"));
            let other = fitted(&ALGORITHM, &samples, &other);
            near(
                &predictions(&*own, &samples),
                &predictions(&*other, &samples),
                1e-12,
            );
        }
        let nearest = fitted(&ALGORITHM, &samples, &[("n_neighbors", "1")]);
        assert_eq!(accuracy(&*nearest, &samples), 1.0);
    }

    /// Of smartcore the weight of a distance beyond the numbers is 0: nobody would have voted.
    #[test]
    fn distances_beyond_the_numbers_are_told() {
        let samples = classes(20, 2);
        let settings = [
            ("engine", "smartcore"),
            ("weights", "distance"),
            ("metric", "manhattan"),
        ];
        let model = fitted(&ALGORITHM, &samples, &settings);
        let columns = samples.x.columns();
        let (row, mut out) = (vec![1.7e308; columns], [0.0; 2]);
        let told = model.predict(&row, columns, &mut out, &Cancel::new());
        assert!(matches!(told, Err(Halt::Failed(_))), "{told:?} {out:?}");
    }

    #[test]
    fn a_sweep_is_every_fit() {
        let samples = classes(90, 3);
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
    fn planes_are_their_points_whatever_k_came_before() {
        let samples = classes(400, 3);
        let context = Context::default();
        let steps = |n: usize| (0..n).map(|i| i as f64 * 0.37 - 2.0).collect::<Vec<_>>();
        let grid = Grid {
            base: vec![0.1; samples.x.columns()],
            x_column: 0,
            x_values: steps(9),
            y_column: Some(1),
            y_values: steps(7),
        };
        for (k, weights) in [
            ("5", "uniform"),
            ("9", "uniform"),
            ("3", "uniform"),
            ("300", "uniform"),
            ("30", "uniform"),
            ("9", "distance"),
        ] {
            let params = params(&ALGORITHM, &[("n_neighbors", k), ("weights", weights)]);
            let cancel = Cancel::new();
            let search = Search::of(&params);
            let model = KnnClassifier::fit(&samples, search, &context, &cancel).unwrap();
            let points = grid.points();
            let mut single = vec![0.0; points.rows() * model.outputs()];
            let mut plane = single.clone();
            let columns = points.columns();
            model
                .predict(points.values(), columns, &mut single, &cancel)
                .unwrap();
            model.predict_grid(&grid, &mut plane, &cancel).unwrap();
            near(&single, &plane, 1e-12);
        }
    }

    #[test]
    fn what_cannot_run_is_told() {
        let facts = Facts {
            rows: 20,
            columns: 2,
            classes: 2,
        };
        let check = |settings: &[(&str, &str)]| check(&facts, &params(&ALGORITHM, settings));
        assert!(check(&[("n_neighbors", "20")]).is_ok());
        let problem = check(&[("n_neighbors", "21")]).unwrap_err();
        assert!(problem.what.contains("21 neighbours") && problem.place.contains("n_neighbors"));
        assert!(check(&[("metric", "chebyshev")]).is_ok());
        assert!(check(&[("metric", "chebyshev"), ("engine", "smartcore")]).is_err());
        let power = [
            ("metric", "minkowski"),
            ("p", "2.5"),
            ("engine", "smartcore"),
        ];
        assert!(check(&power).is_err());
    }

    #[test]
    fn a_plane_searched_in_its_own_columns_is_the_plane_point_by_point() {
        let at = |i: u32| f64::from(i * 37 % 101) / 10.0 + (f64::from(i) * 1.7).sin();
        let samples = Arc::new(Samples {
            x: Matrix::new(200, 6, (0..1200).map(at).collect()),
            y: Some(Labels::Classes {
                codes: (0..200).map(|i| i * 7 % 3).collect(),
                count: 3,
            }),
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
