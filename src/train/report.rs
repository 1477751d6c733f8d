//! What a job found out: scores with their spread, what is inside the model, what to know about it.

use std::sync::Arc;

use super::event::{CurvePoint, Fitted, HeldOut};
use super::{Job, Prepared};
use crate::base::Hash128;
use crate::evaluate::{Confusion, Metric, Spread};
use crate::model::{Engine, Params, Task};

/// The result of a job. Numbers that have no value are None, with a sentence in `warnings`.
#[derive(Clone, Debug)]
pub struct Report {
    pub key: Hash128,
    pub params: Params,
    pub engine: Engine,
    /// Rows with a target.
    pub rows: usize,
    /// The table's columns that were used.
    pub features: Vec<String>,
    pub scheme: String,
    pub folds: usize,
    pub seed: u64,
    pub class_names: Vec<String>,
    pub metrics: Vec<(Metric, Spread)>,
    pub confusion: Option<Confusion>,
    /// One for numbers and two classes, else one a class.
    pub linear: Vec<LinearTerms>,
    /// Name and share of each column of the matrix.
    pub importances: Vec<(String, f64)>,
    /// Name and value, such as ("Leaves", "12").
    pub facts: Vec<(&'static str, String)>,
    /// Clusterings: rows in each cluster, by size.
    pub sizes: Vec<usize>,
    pub inertia: Option<f64>,
    pub silhouette: Option<f64>,
    /// Less is better, and more is better.
    pub davies_bouldin: Option<f64>,
    pub calinski_harabasz: Option<f64>,
    /// Rows of no cluster, where the clustering knows such.
    pub noise: Option<usize>,
    /// With the column that is the target, which a clustering does not see.
    pub agreement: Option<Agreement>,
    /// The cluster of each table row.
    pub clusters: Arc<[u32]>,
    pub curve: Vec<CurvePoint>,
    /// The model that is drawn and saved.
    pub fitted: Option<Fitted>,
    pub held_out: Arc<HeldOut>,
    /// The person stopped it: all this is of the steps taken till then.
    pub stopped: bool,
    /// Fitting the model alone, mean over the folds.
    pub fit_seconds: f64,
    pub warnings: Vec<String>,
}

/// How well clusters agree with the groups that a column names.
#[derive(Clone, Debug, PartialEq)]
pub struct Agreement {
    pub column: String,
    /// 1 is the same grouping, 0 what chance gives.
    pub adjusted_rand: f64,
    /// From 0 to 1, normalised by the mean entropy.
    pub mutual_information: f64,
}

/// A linear model in the units of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct LinearTerms {
    /// The class that these weights speak for; None where there is one set of weights.
    pub class: Option<String>,
    /// Dummies are named `column=level`.
    pub coefficients: Vec<(String, f64)>,
    pub intercept: f64,
}

impl Report {
    pub(super) fn new(job: &Job, prepared: &Prepared) -> Self {
        let columns = job.table.columns();
        let features = job.roles.features();
        Report {
            key: job.key(),
            params: job.params.clone(),
            engine: job.params.engine(),
            rows: prepared.rows.len(),
            features: features.iter().map(|&c| columns[c].name.clone()).collect(),
            scheme: prepared.folds.scheme.to_string(),
            folds: prepared.folds.folds.len(),
            seed: job.seed,
            class_names: prepared.class_names().to_vec(),
            metrics: Vec::new(),
            confusion: None,
            linear: Vec::new(),
            importances: Vec::new(),
            facts: Vec::new(),
            sizes: Vec::new(),
            inertia: None,
            silhouette: None,
            davies_bouldin: None,
            calinski_harabasz: None,
            noise: None,
            agreement: None,
            clusters: Arc::default(),
            curve: Vec::new(),
            fitted: None,
            held_out: Arc::default(),
            stopped: false,
            fit_seconds: 0.0,
            warnings: prepared.warnings.iter().map(|w| w.to_string()).collect(),
        }
    }

    pub fn task(&self) -> Task {
        self.params.algorithm().task
    }

    /// The score of a metric.
    pub fn score(&self, metric: Metric) -> Option<&Spread> {
        self.metrics
            .iter()
            .find(|(m, _)| *m == metric)
            .map(|(_, s)| s)
    }

    /// Sets the fit on all rows and reads what is inside it, in the units of the table.
    pub(super) fn set_fitted(&mut self, fitted: Fitted, job: &Job, prepared: &Prepared) {
        let inside = fitted.model.inside();
        let outputs = fitted.recipe.outputs();
        if let Some(coefficients) = inside.coefficients {
            let names = prepared.class_names();
            let several = coefficients.weights.len() > 1;
            let rows = coefficients.weights.iter().zip(&coefficients.intercepts);
            for (index, (weights, intercept)) in rows.enumerate() {
                let (weights, intercept) = fitted.recipe.original_units(weights, *intercept);
                self.linear.push(LinearTerms {
                    class: several.then(|| names.get(index).cloned()).flatten(),
                    coefficients: outputs
                        .iter()
                        .map(|o| o.name.clone())
                        .zip(weights)
                        .collect(),
                    intercept,
                });
            }
        }
        if let Some(importances) = inside.importances {
            self.importances = fitted.recipe.names().into_iter().zip(importances).collect();
        }
        self.facts = inside.facts;
        self.inertia = inside.inertia.filter(|inertia| inertia.is_finite());
        for note in fitted.recipe.notes() {
            self.warnings.push(note.to_string());
        }
        if let Some(parameter) = job.params.forced_by() {
            self.warnings.push(format!(
                "{} runs on {} because only it has {}.",
                job.params.algorithm().name,
                job.params.engine().id(),
                parameter.name
            ));
        }
        self.fitted = Some(fitted);
    }

    /// Size in memory, for the result cache.
    pub fn bytes(&self) -> usize {
        let model = self.fitted.as_ref().map_or(0, |f| f.model.bytes());
        4096 + model + self.held_out.values.len() * 8 + self.clusters.len() * 4
    }
}
