//! Who is checked: an algorithm on one of its engines, with a fit on ordinary data at hand.

use std::sync::Arc;

use seefit::model::{Algorithm, Engine, Model, Params, Samples, Task};

use super::samples::{model, ordinary, with_engine};

/// What a check says where it finds no fault; a fault is a failed assertion.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    Passes,
    /// The check asks for something that this method does not have or promise; it does not count.
    NotForIt,
}

pub use Verdict::{NotForIt, Passes};

pub struct Subject {
    pub algorithm: &'static Algorithm,
    pub engine: Engine,
    /// The defaults on this engine.
    pub params: Params,
    /// The same with at most a dozen trees, stages or epochs, for checks that fit often.
    pub quick: Params,
    pub samples: Arc<Samples>,
    /// Fitted with the defaults.
    pub model: Arc<dyn Model>,
}

impl Subject {
    pub fn new(algorithm: &'static Algorithm, engine: Engine) -> Self {
        let params = with_engine(algorithm, engine);
        let samples = ordinary(algorithm.task);
        Subject {
            algorithm,
            engine,
            quick: quick(&params),
            model: model(&samples, &params),
            params,
            samples,
        }
    }

    pub fn task(&self) -> Task {
        self.algorithm.task
    }

    pub fn is(&self, part: &str) -> bool {
        self.algorithm.id.contains(part)
    }

    pub fn is_any(&self, parts: &[&str]) -> bool {
        parts.iter().any(|part| self.is(part))
    }

    /// Rows or columns are drawn, or taken in a shuffled order: equivalent data give another model.
    pub fn draws(&self) -> bool {
        self.is_any(&[
            "forest",
            "extra_trees",
            "sgd",
            "mlp",
            "kmeans",
            "gaussian_mixture",
        ]) || (self.engine == Engine::Smartcore && self.is_any(&["svm", "boosting"]))
    }

    /// How far apart predictions of equivalent fits may be: it is exact up to rounding, unless the search
    /// ends at a tolerance.
    pub fn tolerance(&self) -> f64 {
        match self.algorithm.id {
            "logistic_regression" => 0.02,
            "lasso" | "elastic_net" => 0.01,
            id if id.contains("svm") => 0.02,
            _ => 1e-6,
        }
    }

    /// A setting that the checks know to be allowed.
    pub fn with(&self, settings: &[(&str, &str)]) -> Params {
        let mut params = self.quick.clone();
        for (name, text) in settings {
            if let Err(problem) = params.set_text(name, text) {
                panic!("{problem}");
            }
        }
        params
    }
}

fn quick(params: &Params) -> Params {
    let mut quick = params.clone();
    let algorithm = params.algorithm();
    let iterates = ["forest", "extra_trees", "boosting", "mlp", "sgd"];
    if iterates.iter().any(|part| algorithm.id.contains(part)) {
        for name in ["n_estimators", "max_iter"] {
            if algorithm.parameter(name).is_some() {
                quick.set_text(name, "12").expect("a dozen is allowed");
            }
        }
    }
    quick
}

/// Whether two predictions of the same rows say the same; clusters may have other numbers.
pub fn assert_same(subject: &Subject, a: &[f64], b: &[f64], what: &str) {
    assert_eq!(a.len(), b.len(), "{what}");
    let outputs = subject.model.outputs();
    let tolerance = subject.tolerance();
    match subject.task() {
        Task::Regression => {
            let range = a.iter().fold(1.0f64, |most, v| most.max(v.abs()));
            let apart = a
                .iter()
                .zip(b)
                .map(|(a, b)| (a - b).abs())
                .fold(0.0, f64::max);
            assert!(apart <= tolerance * range, "{what}: {apart} apart");
        }
        Task::Classification => {
            let rows = a.chunks(outputs).zip(b.chunks(outputs));
            let differs = |(a, b): &(&[f64], &[f64])| {
                let apart = a
                    .iter()
                    .zip(*b)
                    .map(|(a, b)| (a - b).abs())
                    .fold(0.0, f64::max);
                apart > tolerance
            };
            // Of hard answers a row on the boundary may fall to either side of it.
            let allowed = if tolerance > 1e-3 {
                a.len() / outputs / 30
            } else {
                0
            };
            let differ = rows.filter(differs).count();
            assert!(differ <= allowed, "{what}: {differ} rows differ");
        }
        Task::Clustering => {
            let labels = |values: &[f64]| -> Vec<u32> {
                let rows = values.chunks(outputs);
                rows.map(|row| row.iter().position(|v| *v > 0.5).unwrap_or(outputs) as u32)
                    .collect()
            };
            let agree = seefit::evaluate::clustering::adjusted_rand(&labels(a), &labels(b));
            assert!(agree.is_none_or(|agree| agree > 0.999), "{what}: {agree:?}");
        }
    }
}
