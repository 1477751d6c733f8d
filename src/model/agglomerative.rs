//! Agglomerative clustering: a tree of merges, cut where it has as many clusters as asked for.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::kmeans::CLUSTERS;
use super::labelled_points::LabelledPoints;
use super::parameter::{Default, Parameter, ParameterKind};
use super::saved::{Saved, Stored};
use super::{
    Algorithm, Context, Engine, Engines, Facts, Grid, Inside, Model, OneStep, Params, Samples,
    Tags, Task,
};
use crate::base::{Cancel, Outcome, Problem};
use crate::numeric::{Dendrogram, Linkage};

/// Time and memory grow with the square of the rows: 100 MB here.
const MOST_ROWS: usize = 5_000;

pub static ALGORITHM: Algorithm = Algorithm {
    id: "agglomerative",
    name: "Agglomerative clustering",
    task: Task::Clustering,
    summary: "Begins with every row a cluster of its own and joins the two nearest, again and again.",
    tags: Tags {
        needs_scaling: true,
        probabilities: false,
        steps: None,
        ends_early: false,
        objective: None,
        grows: None,
        coarse_rows: 1_000,
        row_limit: MOST_ROWS,
    },
    engines: Engines {
        available: &[Engine::Seefit],
        reason: "Our own has four linkages and keeps its tree, so that another number of clusters is a cut of it; smartcore has single linkage alone, keeps no tree and needed 15 times scikit-learn's time.",
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
            "How many clusters are left; fewer join what is farther apart.",
        )
        .common(),
        Parameter::new(
            "linkage",
            "Linkage",
            ParameterKind::Choice(&[
                ("ward", "Ward"),
                ("complete", "Complete"),
                ("average", "Average"),
                ("single", "Single"),
            ]),
            Default::Choice("ward"),
            "How far apart two clusters are: by how much their spread would grow, or as their farthest rows, all their pairs in the mean, or their nearest rows.",
        )
        .common(),
    ],
    curve: Some(CLUSTERS),
    sweep: None,
    check,
    start: |samples, params, context| {
        let (params, context) = (params.clone(), context.clone());
        OneStep::start(move |cancel| {
            let tree = dendrogram(&samples, &params, &context, cancel)?;
            let labels = tree.cut(params.size("n_clusters"));
            let clusters = labels.iter().max().map_or(1, |most| *most as usize + 1);
            let x = &samples.x;
            Ok(Arc::new(AgglomerativeModel {
                clusters,
                points: LabelledPoints::new(x.columns(), x.values().to_vec(), labels),
                tree,
            }) as Arc<dyn Model>)
        })
    },
};

fn check(facts: &Facts, params: &Params) -> Result<(), Problem> {
    if facts.rows > MOST_ROWS {
        let what = format!(
            "Agglomerative clustering compares every row with every other, which takes too long for more than {MOST_ROWS} rows; there are {}",
            facts.rows
        );
        return Err(Problem::new(what).fix("Take k-means or a Gaussian mixture"));
    }
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
    Ok(())
}

/// Kept: another number of clusters finds it again.
fn dendrogram(
    samples: &Samples,
    params: &Params,
    context: &Context,
    cancel: &Cancel,
) -> Outcome<Arc<Dendrogram>> {
    let linkage = match params.choice("linkage") {
        "single" => Linkage::Single,
        "complete" => Linkage::Complete,
        "average" => Linkage::Average,
        _ => Linkage::Ward,
    };
    context.reuse.get_or_make(
        samples.key,
        "dendrogram",
        linkage as u64,
        Dendrogram::bytes,
        || Dendrogram::new(&samples.x, linkage, cancel),
    )
}

/// The training rows with their clusters; a new row goes with the nearest. The tree is there for a
/// picture of it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct AgglomerativeModel {
    clusters: usize,
    points: LabelledPoints,
    tree: Arc<Dendrogram>,
}

impl Stored for AgglomerativeModel {
    const KIND: &'static str = "agglomerative";

    fn open(self, columns: usize) -> Option<Arc<dyn Model>> {
        let sound = (1..=self.points.len()).contains(&self.clusters)
            && self.points.is_sound(columns, self.clusters)
            && self.tree.rows == self.points.len()
            && self.tree.is_sound();
        sound.then(|| Arc::new(self) as _)
    }
}

impl Model for AgglomerativeModel {
    fn outputs(&self) -> usize {
        self.clusters
    }

    fn predict(&self, rows: &[f64], _: usize, out: &mut [f64], cancel: &Cancel) -> Outcome<()> {
        out.fill(0.0);
        self.points.nearest(rows, cancel, |row, label, _| {
            out[row * self.clusters + label as usize] = 1.0;
        })
    }

    fn predict_grid(&self, grid: &Grid, out: &mut [f64], cancel: &Cancel) -> Outcome<()> {
        out.fill(0.0);
        self.points
            .nearest_of_grid(grid, cancel, |point, label, _| {
                out[point * self.clusters + label as usize] = 1.0;
            })
    }

    fn has_probabilities(&self) -> bool {
        false
    }

    fn inside(&self) -> Inside {
        let merges = &self.tree.merges;
        let next = merges.len().checked_sub(self.clusters.saturating_sub(1));
        // Between the last merge made and the first one not made the cut may lie anywhere.
        let height = |at: Option<usize>| at.and_then(|at| merges.get(at)).map(|m| m.height);
        let (below, above) = (height(next.and_then(|at| at.checked_sub(1))), height(next));
        let mut facts = vec![("Clusters", self.clusters.to_string())];
        if let Some(below) = below {
            facts.push(("Last merge at", format!("{below:.4}")));
        }
        if let Some(above) = above {
            facts.push(("Next merge at", format!("{above:.4}")));
        }
        Inside {
            facts,
            dendrogram: Some(Arc::clone(&self.tree)),
            ..Inside::default()
        }
    }

    fn bytes(&self) -> usize {
        self.points.bytes() + self.tree.bytes()
    }

    fn save(&self) -> Option<Saved> {
        Some(Saved::of(self)?.with_rows(self.points.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{fitted, params, predictions, unlabelled};
    use super::*;

    #[test]
    fn training_rows_keep_their_clusters_and_every_number_is_a_cut() {
        let samples = unlabelled(60);
        let context = Context::default();
        for clusters in ["1", "4", "60"] {
            let params = params(
                &ALGORITHM,
                &[("n_clusters", clusters), ("linkage", "average")],
            );
            let mut fit = (ALGORITHM.start)(samples.clone(), &params, &context).unwrap();
            fit.step(&Cancel::new()).unwrap();
            let model = fit.model();
            assert_eq!(model.outputs().to_string(), clusters);
            let tree = model.inside().dendrogram.unwrap();
            let labels = tree.cut(model.outputs());
            let out = predictions(&*model, &samples);
            for (out, label) in out.chunks(model.outputs()).zip(labels) {
                assert_eq!(out.iter().position(|p| *p == 1.0), Some(label as usize));
            }
        }
        let facts = fitted(&ALGORITHM, &samples, &[]).inside().facts;
        assert_eq!(facts[0], ("Clusters", "3".to_owned()));
        let height = |at: usize| facts[at].1.parse::<f64>().unwrap();
        assert!(height(1) < height(2), "{facts:?}");
    }

    #[test]
    fn what_is_too_large_or_too_small_is_told() {
        let of = |rows: usize| {
            let (columns, classes) = (2, 0);
            let facts = Facts {
                rows,
                columns,
                classes,
            };
            check(&facts, &params(&ALGORITHM, &[("n_clusters", "4")]))
        };
        assert!(of(3).unwrap_err().what.contains("4 clusters"));
        assert!(of(4).is_ok() && of(5_000).is_ok());
        assert!(of(5_001).unwrap_err().what.contains("5000 rows"));
    }
}
