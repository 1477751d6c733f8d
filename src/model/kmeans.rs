//! k-means clustering.

use std::sync::Arc;

use smartcore::cluster::kmeans::{KMeans, KMeansParameters};

use super::checks::{at_most_rows, engine_has_all};
use super::parameter::{Default, Parameter, ParameterKind};
use super::saved::{Saved, Stored, finite};
use super::separable::{in_blocks, plane, told_if_none};
use super::{
    Algorithm, Context, Engine, Engines, Facts, Fit, Grid, Inside, Model, OneStep, Params, Samples,
    Tags, Task, ValidationCurve,
};
use crate::base::{Cancel, Outcome, Problem};
use crate::numeric::{
    Advance, Kmeans, KmeansFit, KmeansInit, KmeansParameters, Matrix, Watched, alone, guarded,
};

/// smartcore's k-means cannot be stopped: after a cancel it runs to its end, unseen. So that this is soon,
/// it takes at most so many rows, and numbers times clusters.
const SMARTCORE_ROWS: usize = 10_000;
const SMARTCORE_WORK: usize = 20_000_000;

pub static ALGORITHM: Algorithm = Algorithm {
    id: "kmeans",
    name: "k-means",
    task: Task::Clustering,
    summary: "Puts centres among the rows, gives each row to the nearest, moves each centre to the mean of its rows, and again.",
    tags: Tags {
        needs_scaling: true,
        probabilities: false,
        steps: Some("iterations"),
        ends_early: true,
        objective: Some("Inertia"),
        grows: None,
        coarse_rows: 5_000,
        row_limit: 1_000_000,
    },
    engines: Engines {
        available: &[Engine::Seefit, Engine::Smartcore],
        reason: "Our own shows every iteration, can be stopped and keeps the best of several starts; smartcore takes one start and needed 6 to 16 times scikit-learn's time.",
    },
    parameters: &[
        Parameter::new(
            "n_clusters",
            "Clusters",
            ParameterKind::Integer {
                min: 1,
                max: 100,
                log: false,
                none: false,
            },
            Default::Integer(3),
            "How many clusters to find; the inertia falls with every one more, whether it is there or not.",
        )
        .common(),
        Parameter::new(
            "init",
            "Start",
            ParameterKind::Choice(&[("k-means++", "Spread out"), ("random", "Random rows")]),
            Default::Choice("k-means++"),
            "Where the first centres lie: on rows far apart, or on any rows.",
        )
        .common()
        .only(Engine::Seefit),
        Parameter::new(
            "n_init",
            "Starts",
            ParameterKind::Integer {
                min: 1,
                max: 100,
                log: true,
                none: false,
            },
            Default::Integer(10),
            "How many starts run side by side; the one of least inertia is shown.",
        )
        .common()
        .only(Engine::Seefit),
        Parameter::new(
            "max_iter",
            "Iterations",
            ParameterKind::Integer {
                min: 1,
                max: 1_000,
                log: true,
                none: false,
            },
            Default::Integer(300),
            "The most iterations of a start.",
        ),
        Parameter::new(
            "tol",
            "Tolerance",
            ParameterKind::Real {
                min: 0.0,
                max: 0.1,
                log: true,
            },
            Default::Real(1e-4),
            "A start ends when its centres move by less, as a part of the spread of the data; 0 goes on until no row changes its cluster.",
        )
        .only(Engine::Seefit),
    ],
    curve: Some(CLUSTERS),
    sweep: None,
    check,
    start: |samples, params, context| match params.engine() {
        Engine::Seefit => Ok(Box::new(Iterations::new(samples, params, context))),
        Engine::Smartcore => {
            let (clusters, iterations) = (params.size("n_clusters"), params.size("max_iter"));
            let seed = context.seed;
            OneStep::start(move |cancel| {
                let fit = by_smartcore(&samples.x, clusters, iterations, seed, cancel)?;
                Ok(Arc::new(KmeansModel { fit }) as Arc<dyn Model>)
            })
        }
    },
};

/// Where a clustering is asked for so many clusters: the elbow.
pub(super) const CLUSTERS: ValidationCurve = ValidationCurve {
    parameter: "n_clusters",
    log: false,
    values: |rows| {
        (2..=rows.clamp(2, 12))
            .map(|clusters| clusters as f64)
            .collect()
    },
};

fn check(facts: &Facts, params: &Params) -> Result<(), Problem> {
    engine_has_all(params)?;
    let clusters = params.size("n_clusters");
    if facts.rows < clusters {
        let what = format!(
            "{clusters} clusters need at least {clusters} rows, there are {}",
            facts.rows
        );
        return Err(Problem::new(what)
            .at("Parameter n_clusters")
            .fix("Ask for fewer clusters"));
    }
    if params.engine() == Engine::Smartcore {
        let each = facts.columns.saturating_mul(clusters).max(1);
        at_most_rows(facts, params, SMARTCORE_ROWS.min(SMARTCORE_WORK / each))?;
        if clusters < 2 {
            return Err(Problem::new("smartcore's k-means needs two clusters")
                .at("Parameter n_clusters")
                .fix("Ask for more clusters, or put the engine to auto"));
        }
    }
    Ok(())
}

/// Our own, one iteration of every start a step. It begins with the first step.
struct Iterations {
    samples: Arc<Samples>,
    parameters: KmeansParameters,
    fit: Option<Kmeans>,
    taken: usize,
    advance: Advance,
}

impl Iterations {
    fn new(samples: Arc<Samples>, params: &Params, context: &Context) -> Self {
        Iterations {
            samples,
            parameters: KmeansParameters {
                n_clusters: params.size("n_clusters"),
                init: match params.choice("init") {
                    "random" => KmeansInit::Random,
                    _ => KmeansInit::PlusPlus,
                },
                n_init: params.size("n_init"),
                max_iter: params.size("max_iter"),
                tol: params.real("tol"),
                seed: context.seed,
                threads: context.threads,
            },
            fit: None,
            taken: 0,
            advance: Advance::More,
        }
    }
}

impl Fit for Iterations {
    fn planned(&self) -> usize {
        self.parameters.max_iter
    }

    fn taken(&self) -> usize {
        self.taken
    }

    fn is_finished(&self) -> bool {
        self.advance.is_done()
    }

    fn step(&mut self, cancel: &Cancel) -> Outcome<()> {
        if self.is_finished() {
            return Ok(());
        }
        let fit = match &mut self.fit {
            Some(fit) => fit,
            none => none.insert(Kmeans::new(&self.samples.x, &self.parameters, cancel)?),
        };
        self.advance = fit.step(cancel)?;
        self.taken += 1;
        Ok(())
    }

    fn model(&self) -> Arc<dyn Model> {
        let columns = self.samples.x.columns();
        let unfitted = || KmeansFit {
            columns,
            centres: vec![0.0; columns],
            sizes: vec![0],
            inertia: 0.0,
        };
        let fit = self.fit.as_ref().and_then(Kmeans::fit);
        Arc::new(KmeansModel {
            fit: fit.unwrap_or_else(unfitted),
        })
    }

    fn loss(&self) -> Option<f64> {
        self.fit.as_ref()?.inertias().last().copied()
    }

    fn notes(&self) -> Vec<String> {
        if self.advance == Advance::Exhausted {
            let steps = self.parameters.max_iter;
            vec![format!(
                "k-means did not settle in {steps} iterations: raise max_iter."
            )]
        } else {
            Vec::new()
        }
    }
}

/// The rows in whole numbers up to 2^40, centred. smartcore halves the box around its rows again and again,
/// until the stack overflows where no number lies between two others; between whole numbers one always does.
struct WholeGrid {
    x: Matrix,
    middles: Vec<f64>,
    unit: f64,
}

const WHOLE: f64 = (1u64 << 40) as f64;

impl WholeGrid {
    fn of(x: &Matrix) -> Outcome<Self> {
        let middle = |column: usize| {
            let (low, high) = x
                .column(column)
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| {
                    (low.min(v), high.max(v))
                });
            (low / 2.0 + high / 2.0, high / 2.0 - low / 2.0)
        };
        let (middles, reaches): (Vec<f64>, Vec<f64>) = (0..x.columns()).map(middle).unzip();
        let reach = reaches.iter().copied().fold(0.0, f64::max);
        let unit = if reach > 0.0 { reach / WHOLE } else { 1.0 };
        let whole = |at: usize, v: &f64| ((v - middles[at % x.columns()]) / unit).round();
        let values: Vec<f64> = x
            .values()
            .iter()
            .enumerate()
            .map(|(at, v)| whole(at, v))
            .collect();
        if !finite(&values) {
            let problem = Problem::new("smartcore's k-means cannot tell these values apart");
            return Err(problem.fix("Put the engine to auto").into());
        }
        let x = Matrix::new(x.rows(), x.columns(), values);
        Ok(WholeGrid { x, middles, unit })
    }

    fn back(&self, column: usize, whole: f64) -> f64 {
        self.middles[column] + whole * self.unit
    }
}

/// smartcore keeps its centres to itself, but writes them.
fn by_smartcore(
    x: &Matrix,
    clusters: usize,
    iterations: usize,
    seed: u64,
    cancel: &Cancel,
) -> Outcome<KmeansFit> {
    let grid = WholeGrid::of(x)?;
    let parameters = KMeansParameters {
        k: clusters,
        max_iter: iterations,
        seed: Some(seed),
    };
    let (whole, asked) = (grid.x.clone(), cancel.clone());
    let written = alone(cancel, move || {
        let watched = Watched::new(&whole, &asked);
        let fit: KMeans<f64, u32, Watched, Vec<u32>> =
            guarded(&asked, || KMeans::fit(&watched, parameters))?;
        Outcome::Ok(serde_json::to_value(&fit).unwrap_or_default())
    })??;
    let rows = written["centroids"].as_array().into_iter().flatten();
    let centres: Vec<f64> = rows
        .flat_map(|row| row.as_array().into_iter().flatten())
        .filter_map(serde_json::Value::as_f64)
        .enumerate()
        .map(|(at, whole)| grid.back(at % x.columns(), whole))
        .collect();
    if centres.len() != clusters * x.columns() {
        return Err(Problem::new("smartcore's k-means lost a cluster")
            .fix("Ask for fewer clusters, or put the engine to auto")
            .into());
    }
    let fit = KmeansFit::of(x, centres, cancel)?;
    told_if_none(&[fit.inertia])?;
    Ok(fit)
}

#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(super) struct KmeansModel {
    fit: KmeansFit,
}

impl Stored for KmeansModel {
    const KIND: &'static str = "kmeans";

    fn open(self, columns: usize) -> Option<Arc<dyn Model>> {
        let fit = &self.fit;
        let sound = fit.columns == columns
            && !fit.sizes.is_empty()
            && fit.sizes.len().checked_mul(columns) == Some(fit.centres.len())
            && finite(&fit.centres)
            && fit.inertia.is_finite();
        sound.then(|| Arc::new(self) as _)
    }
}

impl Model for KmeansModel {
    fn outputs(&self) -> usize {
        self.fit.sizes.len()
    }

    fn predict(
        &self,
        rows: &[f64],
        columns: usize,
        out: &mut [f64],
        cancel: &Cancel,
    ) -> Outcome<()> {
        let clusters = self.outputs();
        let mut labels = Vec::new();
        in_blocks(rows, columns, clusters, out, cancel, |rows, out| {
            labels.resize(out.len() / clusters, 0);
            self.fit.predict(rows, &mut labels);
            out.fill(0.0);
            for (out, label) in out.chunks_exact_mut(clusters).zip(&labels) {
                out[*label as usize] = 1.0;
            }
        })
    }

    fn predict_grid(&self, grid: &Grid, out: &mut [f64], cancel: &Cancel) -> Outcome<()> {
        let (clusters, columns) = (self.outputs(), self.fit.columns);
        let part = |cluster: usize, column: usize, value: f64| {
            let away = value - self.fit.centres[cluster * columns + column];
            away * away
        };
        plane(
            grid,
            &vec![0.0; clusters],
            part,
            out,
            cancel,
            |scores, out| {
                out.fill(0.0);
                let points = scores
                    .chunks_exact(clusters)
                    .zip(out.chunks_exact_mut(clusters));
                for (scores, out) in points {
                    let nearer = |best, k| if scores[k] < scores[best] { k } else { best };
                    out[(1..clusters).fold(0, nearer)] = 1.0;
                }
            },
        )
    }

    fn has_probabilities(&self) -> bool {
        false
    }

    fn inside(&self) -> Inside {
        let (clusters, columns) = (self.outputs(), self.fit.columns);
        Inside {
            centroids: Some(Matrix::new(clusters, columns, self.fit.centres.clone())),
            inertia: Some(self.fit.inertia),
            ..Inside::default()
        }
    }

    fn bytes(&self) -> usize {
        8 * self.fit.centres.len() + 4 * self.fit.sizes.len()
    }

    fn save(&self) -> Option<Saved> {
        Saved::of(self)
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{fitted, near, params, predictions, run, unlabelled};
    use super::super::separable::assert_plane_agrees;
    use super::*;

    #[test]
    fn both_engines_find_the_clusters() {
        let samples = unlabelled(90);
        let own = fitted(&ALGORITHM, &samples, &[("tol", "0")]);
        let other = fitted(&ALGORITHM, &samples, &[("engine", "smartcore")]);
        let (a, b) = (own.inside(), other.inside());
        // smartcore takes one start, so it may end in a worse place, but never in a better one.
        assert!(a.inertia.unwrap() <= b.inertia.unwrap() + 1e-9);
        near(&[a.inertia.unwrap()], &[inertia(&*own, &samples)], 1e-9);
        near(&[b.inertia.unwrap()], &[inertia(&*other, &samples)], 1e-9);
        assert_plane_agrees(&*own, 3);
        assert!(!own.has_probabilities());
    }

    /// Sum of squared distances to the predicted centres.
    fn inertia(model: &dyn Model, samples: &Samples) -> f64 {
        let centres = model.inside().centroids.unwrap();
        let out = predictions(model, samples);
        let label = |p: &[f64]| p.iter().position(|p| *p == 1.0).unwrap();
        let distance = |(row, p): (usize, &[f64])| -> f64 {
            let pairs = samples.x.row(row).iter().zip(centres.row(label(p)));
            pairs.map(|(a, b)| (a - b) * (a - b)).sum()
        };
        out.chunks(model.outputs()).enumerate().map(distance).sum()
    }

    #[test]
    fn the_inertia_falls_and_the_limit_is_told() {
        let samples = unlabelled(90);
        let fit = run(&ALGORITHM, &samples, &[("init", "random")]).unwrap();
        assert!(fit.notes().is_empty() && fit.taken() > 1);
        let short = run(&ALGORITHM, &samples, &[("max_iter", "1"), ("tol", "0")]).unwrap();
        assert!(short.loss().unwrap() >= fit.loss().unwrap());
        assert!(short.notes()[0].contains("did not settle in 1 iterations"));
        let facts = Facts {
            rows: 5,
            columns: 3,
            classes: 0,
        };
        assert!((ALGORITHM.check)(&facts, &params(&ALGORITHM, &[("n_clusters", "6")])).is_err());
        let one = params(&ALGORITHM, &[("n_clusters", "1"), ("engine", "smartcore")]);
        assert!((ALGORITHM.check)(&facts, &one).is_err());
        assert_eq!(
            fitted(&ALGORITHM, &samples, &[("n_clusters", "1")]).outputs(),
            1
        );
    }
}
