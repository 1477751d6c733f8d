//! The baseline: what a model scores that looks at no feature.

use std::sync::Arc;

use super::parameter::{Default, Parameter, ParameterKind};
use super::saved::{Saved, Stored, finite};
use super::{Algorithm, Engine, Engines, Model, OneStep, Tags, Task};
use crate::base::{Cancel, Outcome};

const TAGS: Tags = Tags {
    needs_scaling: false,
    probabilities: true,
    steps: None,
    coarse_rows: 10_000,
    row_limit: usize::MAX,
};

const ENGINES: Engines = Engines {
    available: &[Engine::Seefit],
    reason: "smartcore has no baseline.",
};

pub static CLASSIFIER: Algorithm = Algorithm {
    id: "dummy_classifier",
    name: "Baseline",
    task: Task::Classification,
    summary: "Ignores the features and answers from the class frequencies alone.",
    tags: TAGS,
    engines: ENGINES,
    parameters: &[Parameter::new(
        "strategy",
        "Strategy",
        ParameterKind::Choice(&[
            ("most_frequent", "Most frequent class"),
            ("prior", "Class frequencies"),
            ("uniform", "All alike"),
        ]),
        Default::Choice("prior"),
        "What it answers: always the most frequent class, its share as probability or as certainty, or all classes alike.",
    )
    .common()],
    curve: None,
    sweep: None,
    check: |_, _| Ok(()),
    start: |samples, params, _| {
        let strategy = params.choice("strategy");
        OneStep::start(move |_| {
            let (codes, count) = samples.classes();
            let mut shares = vec![0.0; count];
            for &code in codes {
                shares[code as usize] += 1.0 / codes.len() as f64;
            }
            let most = (0..count).rev().max_by(|&a, &b| shares[a].total_cmp(&shares[b]));
            let answer = match strategy {
                "uniform" => vec![1.0 / count as f64; count],
                "most_frequent" => (0..count).map(|c| f64::from(Some(c) == most)).collect(),
                _ => shares,
            };
            Ok(Arc::new(Constant { answer }))
        })
    },
};

pub static REGRESSOR: Algorithm = Algorithm {
    id: "dummy_regressor",
    name: "Baseline",
    task: Task::Regression,
    summary: "Ignores the features and always answers the middle of the target.",
    tags: TAGS,
    engines: ENGINES,
    parameters: &[Parameter::new(
        "strategy",
        "Strategy",
        ParameterKind::Choice(&[("mean", "Mean"), ("median", "Median")]),
        Default::Choice("mean"),
        "Which middle of the training rows' target it answers.",
    )
    .common()],
    curve: None,
    sweep: None,
    check: |_, _| Ok(()),
    start: |samples, params, _| {
        let strategy = params.choice("strategy");
        OneStep::start(move |_| {
            let mut numbers = samples.numbers().to_vec();
            let n = numbers.len();
            let middle = if n == 0 {
                0.0
            } else if strategy == "median" {
                numbers.sort_by(f64::total_cmp);
                (numbers[(n - 1) / 2] + numbers[n / 2]) / 2.0
            } else {
                numbers.iter().sum::<f64>() / n as f64
            };
            Ok(Arc::new(Constant {
                answer: vec![middle],
            }))
        })
    },
};

/// Always the same answer.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(super) struct Constant {
    answer: Vec<f64>,
}

impl Stored for Constant {
    const KIND: &'static str = "constant";

    fn open(self, _: usize) -> Option<Arc<dyn Model>> {
        let sound = !self.answer.is_empty() && finite(&self.answer);
        sound.then(|| Arc::new(self) as _)
    }
}

impl Model for Constant {
    fn outputs(&self) -> usize {
        self.answer.len()
    }

    fn predict(&self, _: &[f64], _: usize, out: &mut [f64], _: &Cancel) -> Outcome<()> {
        for row in out.chunks_exact_mut(self.answer.len().max(1)) {
            row.copy_from_slice(&self.answer);
        }
        Ok(())
    }

    fn bytes(&self) -> usize {
        self.answer.len() * 8
    }

    fn save(&self) -> Option<Saved> {
        Saved::of(self)
    }
}
