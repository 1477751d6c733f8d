//! Scores in a project file: what its models had got when it was saved. Whoever opens it takes them for
//! claims, shows them as such, and fits the models.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::base::Hash128;
use crate::evaluate::{Metric, Spread};
use crate::project::log::{hex, unhex};

/// More are not read from a file.
const MOST: usize = 1000;

/// The scores of one job.
#[derive(Clone, Debug, PartialEq)]
pub struct SavedScores {
    pub key: Hash128,
    /// Without the folds' own scores.
    pub scores: Vec<(Metric, Spread)>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Part {
    /// Of the job, in hexadecimal digits.
    key: String,
    scores: Vec<ScorePart>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct ScorePart {
    /// As in [`Metric::name`].
    metric: String,
    mean: Option<f64>,
    std: Option<f64>,
    pooled: Option<f64>,
}

impl SavedScores {
    pub fn new(key: Hash128, scores: &[(Metric, Spread)]) -> Self {
        let finite = |value: Option<f64>| value.filter(|v| v.is_finite());
        let scores = scores.iter().map(|(metric, spread)| {
            let kept = Spread {
                mean: finite(spread.mean),
                std: finite(spread.std),
                pooled: finite(spread.pooled),
                per_fold: Vec::new(),
            };
            (*metric, kept)
        });
        SavedScores {
            key,
            scores: scores.collect(),
        }
    }

    pub fn score(&self, metric: Metric) -> Option<&Spread> {
        let found = self.scores.iter().find(|(known, _)| *known == metric);
        found.map(|(_, spread)| spread)
    }
}

pub fn to_json(results: &[SavedScores]) -> Vec<Value> {
    let part = |saved: &SavedScores| Part {
        key: hex(saved.key),
        scores: saved
            .scores
            .iter()
            .map(|(metric, spread)| ScorePart {
                metric: metric.name().to_owned(),
                mean: spread.mean,
                std: spread.std,
                pooled: spread.pooled,
            })
            .collect(),
    };
    results
        .iter()
        .filter_map(|saved| serde_json::to_value(part(saved)).ok())
        .collect()
}

/// What can be read, and how many could not.
pub fn from_json(values: Vec<Value>) -> (Vec<SavedScores>, usize) {
    let count = values.len();
    let results: Vec<SavedScores> = values.into_iter().take(MOST).filter_map(read).collect();
    let gone = count - results.len();
    (results, gone)
}

fn read(value: Value) -> Option<SavedScores> {
    let part: Part = serde_json::from_value(value).ok()?;
    let mut scores: Vec<(Metric, Spread)> = Vec::new();
    for score in part.scores.into_iter().take(Metric::ALL.len()) {
        let metric = Metric::by_name(&score.metric)?;
        if scores.iter().any(|(known, _)| *known == metric) {
            return None;
        }
        let spread = Spread {
            mean: score.mean,
            // No spread is below 0.
            std: score.std.filter(|std| *std >= 0.0),
            pooled: score.pooled,
            per_fold: Vec::new(),
        };
        scores.push((metric, spread));
    }
    Some(SavedScores {
        key: unhex(&part.key)?,
        scores,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn scores_come_back_as_they_were() {
        let spread = Spread {
            mean: Some(0.1 + 0.2),
            std: None,
            pooled: Some(f64::NAN),
            per_fold: vec![Some(1.0)],
        };
        let saved = SavedScores::new(Hash128(77), &[(Metric::Accuracy, spread)]);
        assert_eq!(saved.scores[0].1.pooled, None);
        let (back, gone) = from_json(to_json(std::slice::from_ref(&saved)));
        assert_eq!((back, gone), (vec![saved], 0));
    }

    #[test]
    fn what_makes_no_sense_is_left_out_and_counted() {
        let key = hex(Hash128(1));
        let twice = json!({"key": key, "scores": [{"metric": "CA"}, {"metric": "CA"}]});
        let unknown = json!({"key": key, "scores": [{"metric": "Luck", "mean": 1.0}]});
        let no_key = json!({"key": "zz", "scores": []});
        let other = json!(3);
        let good = json!({"key": key, "scores": [{"metric": "CA", "mean": 0.5, "std": -1.0}]});
        let (read, gone) = from_json(vec![twice, unknown, no_key, other, good]);
        assert_eq!((read.len(), gone), (1, 4));
        assert_eq!(read[0].scores[0].1.std, None);
        let (read, gone) = from_json(vec![json!({"key": key}); MOST + 5]);
        assert_eq!((read.len(), gone), (MOST, 5));
    }
}
