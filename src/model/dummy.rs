//! The baseline: what a model scores that looks at no feature.

use std::sync::Arc;

use super::parameter::{Default, Parameter, ParameterKind};
use super::saved::{Saved, Stored, finite};
use super::separable::{in_blocks, told_if_none};
use super::{Algorithm, Engine, Engines, Model, OneStep, Tags, Task};
use crate::base::{Cancel, Hasher128, Outcome, Random};

const TAGS: Tags = Tags {
    needs_scaling: false,
    probabilities: true,
    steps: None,
    ends_early: false,
    objective: None,
    grows: None,
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
            ("stratified", "Drawn by frequency"),
            ("uniform", "All alike"),
        ]),
        Default::Choice("prior"),
        "What it answers: the most frequent class for certain, the shares of the classes, a class drawn for each row by its share, or all classes alike.",
    )
    .common()],
    curve: None,
    sweep: None,
    check: |_, _| Ok(()),
    start: |samples, params, context| {
        let strategy = params.choice("strategy");
        let seed = context.seed;
        OneStep::start(move |_| {
            let (codes, count) = samples.classes();
            let mut shares = vec![0.0; count];
            for &code in codes {
                shares[code as usize] += 1.0;
            }
            // Counts first: parts added up one by one may come to more than 1.
            shares.iter_mut().for_each(|share| *share /= codes.len() as f64);
            let most = (0..count).rev().max_by(|&a, &b| shares[a].total_cmp(&shares[b]));
            let answer = match strategy {
                "stratified" => return Ok(Arc::new(Drawn { shares, seed }) as Arc<dyn Model>),
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
    summary: "Ignores the features and always answers the same number, such as the mean of the target.",
    tags: TAGS,
    engines: ENGINES,
    parameters: &[
        Parameter::new(
            "strategy",
            "Strategy",
            ParameterKind::Choice(&[
                ("mean", "Mean"),
                ("median", "Median"),
                ("quantile", "Quantile"),
            ]),
            Default::Choice("mean"),
            "Which number of the training rows' target it answers.",
        )
        .common(),
        Parameter::new(
            "quantile",
            "Quantile",
            ParameterKind::Real {
                min: 0.0,
                max: 1.0,
                log: false,
            },
            Default::Real(0.5),
            "The share of the training rows that lie below the answer.",
        )
        .common()
        .visible_if("strategy", &["quantile"]),
    ],
    curve: None,
    sweep: None,
    check: |_, _| Ok(()),
    start: |samples, params, _| {
        let strategy = params.choice("strategy");
        let quantile = params.real("quantile");
        OneStep::start(move |_| {
            let mut numbers = samples.numbers().to_vec();
            let n = numbers.len();
            let middle = if n == 0 {
                0.0
            } else if strategy == "median" {
                numbers.sort_by(f64::total_cmp);
                (numbers[(n - 1) / 2] + numbers[n / 2]) / 2.0
            } else if strategy == "quantile" {
                numbers.sort_by(f64::total_cmp);
                // Between two rows their weighted mean, as numpy's percentile has it.
                let place = quantile * (n - 1) as f64;
                let (below, part) = (place as usize, place.fract());
                let above = numbers[(below + 1).min(n - 1)];
                numbers[below] * (1.0 - part) + above * part
            } else {
                numbers.iter().sum::<f64>() / n as f64
            };
            told_if_none(&[middle])?;
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

/// A class drawn for each row. The draw depends on the seed and the row's values alone, so that a row
/// gets one answer wherever it stands.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(super) struct Drawn {
    shares: Vec<f64>,
    seed: u64,
}

impl Stored for Drawn {
    const KIND: &'static str = "drawn";

    fn open(self, _: usize) -> Option<Arc<dyn Model>> {
        let sound = self
            .shares
            .iter()
            .all(|share| share.is_finite() && *share >= 0.0)
            && self.shares.iter().any(|share| *share > 0.0);
        sound.then(|| Arc::new(self) as _)
    }
}

impl Model for Drawn {
    fn outputs(&self) -> usize {
        self.shares.len()
    }

    fn predict(
        &self,
        rows: &[f64],
        columns: usize,
        out: &mut [f64],
        cancel: &Cancel,
    ) -> Outcome<()> {
        let classes = self.shares.len();
        in_blocks(rows, columns, classes, out, cancel, |rows, out| {
            for (index, out) in out.chunks_exact_mut(classes.max(1)).enumerate() {
                let mut hasher = Hasher128::new();
                for value in &rows[index * columns..(index + 1) * columns] {
                    hasher.number(*value);
                }
                let row = hasher.finish().0 as u64;
                let mut left = Random::stream(self.seed, row).uniform();
                let drawn = self.shares.iter().position(|share| {
                    left -= share;
                    left < 0.0
                });
                // Rounding may leave a little beyond the last share.
                let last = self.shares.iter().rposition(|share| *share > 0.0);
                out.fill(0.0);
                if let Some(class) = drawn.or(last) {
                    out[class] = 1.0;
                }
            }
        })
    }

    fn has_probabilities(&self) -> bool {
        false
    }

    fn bytes(&self) -> usize {
        self.shares.len() * 8
    }

    fn save(&self) -> Option<Saved> {
        Saved::of(self)
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{classes, fitted, near, numbers, predictions};
    use super::*;

    #[test]
    fn drawn_classes_come_by_their_shares() {
        let samples = classes(300, 3);
        let model = fitted(&CLASSIFIER, &samples, &[("strategy", "stratified")]);
        let out = predictions(&*model, &samples);
        assert!(out.iter().all(|v| *v == 0.0 || *v == 1.0) && !model.has_probabilities());
        for class in 0..3 {
            let drawn: f64 = out.iter().skip(class).step_by(3).sum();
            let codes = samples.classes().0.iter();
            let share = codes.filter(|code| **code as usize == class).count() as f64;
            assert!((drawn - share).abs() < 40.0, "{class}: {drawn} for {share}");
        }
        assert_eq!(out, predictions(&*model, &samples));
    }

    #[test]
    fn quantiles_lie_between_the_rows() {
        let samples = numbers(5);
        let mut sorted = samples.numbers().to_vec();
        sorted.sort_by(f64::total_cmp);
        for (quantile, expected) in [
            ("0", sorted[0]),
            ("1", sorted[4]),
            ("0.5", sorted[2]),
            ("0.3", 0.8 * sorted[1] + 0.2 * sorted[2]),
        ] {
            let settings = [("strategy", "quantile"), ("quantile", quantile)];
            let out = predictions(&*fitted(&REGRESSOR, &samples, &settings), &samples);
            near(&out, &[expected; 5], 1e-12);
        }
    }
}
