//! DBSCAN: clusters where rows lie dense.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::labelled_points::LabelledPoints;
use super::parameter::{Default, Parameter, ParameterKind};
use super::saved::{Saved, Stored};
use super::{
    Algorithm, Engine, Engines, Grid, Inside, Model, OneStep, Tags, Task, ValidationCurve,
};
use crate::base::{Cancel, Halt, Outcome, Problem};
use crate::numeric::{Dbscan, Matrix};

/// More clusters cannot be told apart, and every row has an output for each.
const MOST_CLUSTERS: usize = 100;

pub static ALGORITHM: Algorithm = Algorithm {
    id: "dbscan",
    name: "DBSCAN",
    task: Task::Clustering,
    summary: "Starts at rows with enough others nearby and spreads from neighbour to neighbour; what is left over is noise.",
    tags: Tags {
        needs_scaling: true,
        probabilities: false,
        steps: None,
        ends_early: false,
        objective: None,
        grows: None,
        coarse_rows: 3_000,
        row_limit: 50_000,
    },
    engines: Engines {
        available: &[Engine::Seefit],
        reason: "Our own can be stopped; smartcore's overflows the stack on huge values and predicts other clusters than it has found.",
    },
    parameters: &[
        Parameter::new(
            "eps",
            "Radius",
            ParameterKind::Real {
                min: 1e-3,
                max: 1e3,
                log: true,
            },
            Default::Real(0.5),
            "How near two rows must be to count as neighbours; a larger one joins clusters and leaves less noise.",
        )
        .common(),
        Parameter::new(
            "min_samples",
            "Rows nearby",
            ParameterKind::Integer {
                min: 1,
                max: 1_000,
                log: true,
                none: false,
            },
            Default::Integer(5),
            "How many rows, itself among them, a row needs within the radius to spread its cluster; more make clusters denser and leave more noise.",
        )
        .common(),
    ],
    curve: Some(ValidationCurve {
        parameter: "eps",
        log: true,
        values: |_| {
            let all = [0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.3, 1.7, 2.0, 3.0];
            all.to_vec()
        },
    }),
    sweep: None,
    check: |_, _| Ok(()),
    start: |samples, params, _| {
        let (eps, min_samples) = (params.real("eps"), params.size("min_samples"));
        OneStep::start(move |cancel| {
            let fit = Dbscan::fit(&samples.x, eps, min_samples, cancel)?;
            if fit.clusters > MOST_CLUSTERS {
                return Err(too_many(fit.clusters));
            }
            Ok(Arc::new(DbscanModel::new(&samples.x, &fit, eps)) as Arc<dyn Model>)
        })
    },
};

fn too_many(clusters: usize) -> Halt {
    let what = format!("There are {clusters} clusters, more than {MOST_CLUSTERS}");
    Problem::new(what)
        .at("Parameter eps")
        .fix("Raise eps or min_samples")
        .into()
}

/// The core rows; a new row belongs to the nearest of them within the radius. The last output is
/// noise.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct DbscanModel {
    eps: f64,
    clusters: usize,
    noise: usize,
    core: LabelledPoints,
}

impl DbscanModel {
    fn new(x: &Matrix, fit: &Dbscan, eps: f64) -> Self {
        let rows = || (0..x.rows()).filter(|row| fit.core[*row]);
        let points = rows().flat_map(|row| x.row(row).iter().copied()).collect();
        let labels = rows().map(|row| fit.labels[row]).collect();
        let noise = |label: &&u32| **label == crate::numeric::NOISE;
        DbscanModel {
            eps,
            clusters: fit.clusters,
            noise: fit.labels.iter().filter(noise).count(),
            core: LabelledPoints::new(x.columns(), points, labels),
        }
    }
}

impl DbscanModel {
    fn all_noise(&self, out: &mut [f64]) {
        out.fill(0.0);
        let rows = out.chunks_exact_mut(self.outputs());
        rows.for_each(|out| out[self.clusters] = 1.0);
    }

    /// Moves a row into the cluster of its nearest core row, if that is near enough.
    fn place(&self, row: usize, label: u32, distance: f64, out: &mut [f64]) {
        if distance <= self.eps {
            let outputs = self.outputs();
            let out = &mut out[row * outputs..(row + 1) * outputs];
            out[self.clusters] = 0.0;
            out[label as usize] = 1.0;
        }
    }
}

impl Stored for DbscanModel {
    const KIND: &'static str = "dbscan";

    fn open(self, columns: usize) -> Option<Arc<dyn Model>> {
        let sound = self.eps.is_finite()
            && self.clusters <= MOST_CLUSTERS
            && self.core.is_sound(columns, self.clusters);
        sound.then(|| Arc::new(self) as _)
    }
}

impl Model for DbscanModel {
    fn outputs(&self) -> usize {
        self.clusters + 1
    }

    fn predict(&self, rows: &[f64], _: usize, out: &mut [f64], cancel: &Cancel) -> Outcome<()> {
        self.all_noise(out);
        self.core.nearest(rows, cancel, |row, label, distance| {
            self.place(row, label, distance, out);
        })
    }

    fn predict_grid(&self, grid: &Grid, out: &mut [f64], cancel: &Cancel) -> Outcome<()> {
        self.all_noise(out);
        self.core
            .nearest_of_grid(grid, cancel, |point, label, distance| {
                self.place(point, label, distance, out);
            })
    }

    fn has_probabilities(&self) -> bool {
        false
    }

    fn noise(&self) -> Option<usize> {
        Some(self.clusters)
    }

    fn inside(&self) -> Inside {
        Inside {
            facts: vec![
                ("Clusters", self.clusters.to_string()),
                ("Rows of noise", self.noise.to_string()),
            ],
            ..Inside::default()
        }
    }

    fn bytes(&self) -> usize {
        self.core.bytes()
    }

    fn save(&self) -> Option<Saved> {
        Some(Saved::of(self)?.with_rows(self.core.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{fitted, predictions, run, unlabelled};
    use super::*;

    #[test]
    fn training_rows_keep_their_clusters_and_the_rest_is_noise() {
        let samples = unlabelled(60);
        let model = fitted(
            &ALGORITHM,
            &samples,
            &[("eps", "0.8"), ("min_samples", "4")],
        );
        let found = Dbscan::fit(&samples.x, 0.8, 4, &Cancel::new()).unwrap();
        assert_eq!(model.outputs(), found.clusters + 1);
        assert_eq!(model.noise(), Some(found.clusters));
        let out = predictions(&*model, &samples);
        for (row, out) in out.chunks(model.outputs()).enumerate() {
            let label = out.iter().position(|p| *p == 1.0).unwrap();
            let expected = match found.labels[row] {
                crate::numeric::NOISE => found.clusters,
                label => label as usize,
            };
            if found.core[row] || expected == found.clusters {
                assert_eq!(label, expected, "row {row}");
            } else {
                // A border row may be nearer to another cluster than the first that reaches it.
                assert!(label < found.clusters);
            }
        }
        let mut far = vec![0.5; model.outputs()];
        let row = [50.0, 0.0, 0.0];
        model.predict(&row, 3, &mut far, &Cancel::new()).unwrap();
        assert_eq!(far[found.clusters], 1.0);
        assert_eq!(far.iter().sum::<f64>(), 1.0);
    }

    #[test]
    fn nothing_but_noise_and_too_many_clusters() {
        let samples = unlabelled(150);
        let none = fitted(&ALGORITHM, &samples, &[("eps", "0.001")]);
        assert_eq!((none.outputs(), none.noise()), (1, Some(0)));
        assert_eq!(predictions(&*none, &samples), vec![1.0; 150]);
        let settings = [("eps", "0.001"), ("min_samples", "1")];
        let Err(Halt::Failed(problem)) = run(&ALGORITHM, &samples, &settings).map(|_| ()) else {
            panic!("150 clusters");
        };
        assert!(problem.what.contains("150 clusters"), "{problem}");
    }
}
