//! Rows ranked by the probability of one class: the ROC curve, precision against recall, and what
//! any threshold makes of the rows. Values agree with `sklearn.metrics`.

use super::{Costs, Outcomes};
use crate::base::{Cancel, Outcome, Problem, sort_by};

/// The rows of one class against the rest, by falling score; ties stand together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ranking {
    /// Different scores, falling.
    scores: Vec<f64>,
    /// Rows of the class, and of the others, that score at least so much.
    found: Vec<u32>,
    taken: Vec<u32>,
}

/// At a threshold: rows that score at least so much are called the class.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RocPoint {
    pub false_positive_rate: f64,
    pub true_positive_rate: f64,
    /// Infinite at the curve's start, where no row is called the class.
    pub threshold: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PrecisionPoint {
    pub recall: f64,
    pub precision: f64,
    /// Infinite at the curve's start.
    pub threshold: f64,
}

impl Ranking {
    /// From (score, is of the class); rows whose score is no number are left out. A sentence instead
    /// where all rows are of one kind: no curve has a value then.
    pub fn new(mut scored: Vec<(f64, bool)>, cancel: &Cancel) -> Outcome<Result<Self, Problem>> {
        scored.retain(|(score, _)| !score.is_nan());
        sort_by(&mut scored, |a, b| b.0.total_cmp(&a.0), cancel)?;
        let mut ranking = Ranking::default();
        let (mut found, mut taken) = (0, 0);
        for tied in scored.chunk_by(|a, b| a.0 == b.0) {
            let positives = tied.iter().filter(|(_, positive)| *positive).count() as u32;
            found += positives;
            taken += tied.len() as u32 - positives;
            ranking.scores.push(tied[0].0);
            ranking.found.push(found);
            ranking.taken.push(taken);
        }
        Ok(match (found, taken) {
            (0, 0) => Err(Problem::new("no row was held out")),
            (0, _) => Err(Problem::new("no held-out row is of the class")),
            (_, 0) => Err(Problem::new("every held-out row is of the class")),
            _ => Ok(ranking),
        })
    }

    /// Rows of the class.
    pub fn positives(&self) -> u64 {
        self.found.last().map_or(0, |n| u64::from(*n))
    }

    /// All other rows.
    pub fn negatives(&self) -> u64 {
        self.taken.last().map_or(0, |n| u64::from(*n))
    }

    /// The part of the rows that is of the class: the precision of guessing.
    pub fn prevalence(&self) -> f64 {
        self.positives() as f64 / (self.positives() + self.negatives()) as f64
    }

    /// From (0, 0) to (1, 1), as `roc_curve(drop_intermediate=False)`.
    pub fn roc(&self) -> Vec<RocPoint> {
        let (positives, negatives) = (self.positives() as f64, self.negatives() as f64);
        let start = RocPoint {
            false_positive_rate: 0.0,
            true_positive_rate: 0.0,
            threshold: f64::INFINITY,
        };
        let points = (0..self.scores.len()).map(|i| RocPoint {
            false_positive_rate: f64::from(self.taken[i]) / negatives,
            true_positive_rate: f64::from(self.found[i]) / positives,
            threshold: self.scores[i],
        });
        std::iter::once(start).chain(points).collect()
    }

    /// By rising recall, from recall 0 and precision 1, as `precision_recall_curve` backwards.
    pub fn precision_recall(&self) -> Vec<PrecisionPoint> {
        let start = PrecisionPoint {
            recall: 0.0,
            precision: 1.0,
            threshold: f64::INFINITY,
        };
        let points = (0..self.scores.len()).map(|i| {
            let (found, taken) = (f64::from(self.found[i]), f64::from(self.taken[i]));
            PrecisionPoint {
                recall: found / self.positives() as f64,
                precision: found / (found + taken),
                threshold: self.scores[i],
            }
        });
        std::iter::once(start).chain(points).collect()
    }

    /// The area under the ROC curve; ties count half.
    pub fn auc(&self) -> f64 {
        let roc = self.roc();
        let strips = roc.windows(2).map(|pair| {
            let width = pair[1].false_positive_rate - pair[0].false_positive_rate;
            width * (pair[1].true_positive_rate + pair[0].true_positive_rate) / 2.0
        });
        strips.sum()
    }

    /// Precision weighted by the recall that is gained at each threshold, as
    /// `average_precision_score`.
    pub fn average_precision(&self) -> f64 {
        let curve = self.precision_recall();
        let steps = curve.windows(2);
        steps
            .map(|pair| (pair[1].recall - pair[0].recall) * pair[1].precision)
            .sum()
    }

    /// The counts where rows that score at least `threshold` are called the class.
    pub fn at(&self, threshold: f64) -> Outcomes {
        let above = self.scores.partition_point(|score| *score >= threshold);
        self.after(above)
    }

    /// The counts after the first `steps` different scores.
    fn after(&self, steps: usize) -> Outcomes {
        let upto = |counts: &[u32]| match steps {
            0 => 0,
            steps => u64::from(counts[steps - 1]),
        };
        let (found, taken) = (upto(&self.found), upto(&self.taken));
        Outcomes {
            true_positives: found,
            false_positives: taken,
            true_negatives: self.negatives() - taken,
            false_negatives: self.positives() - found,
        }
    }

    /// The threshold at which these errors cost least, and what they cost; among equals the highest.
    /// It lies halfway to the next lower score, so that rows a little off fall on the same side.
    pub fn cheapest(&self, costs: Costs) -> (f64, f64) {
        let mut best = (0, self.after(0).cost(costs));
        for steps in 1..=self.scores.len() {
            let cost = self.after(steps).cost(costs);
            if cost < best.1 {
                best = (steps, cost);
            }
        }
        let threshold = match best.0 {
            0 => self.scores.first().map_or(1.0, |top| (top + 1.0) / 2.0),
            steps => match self.scores.get(steps) {
                Some(below) => (self.scores[steps - 1] + below) / 2.0,
                None => 0.0,
            },
        };
        (threshold, best.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranking(scored: &[(f64, bool)]) -> Ranking {
        Ranking::new(scored.to_vec(), &Cancel::new())
            .unwrap()
            .unwrap()
    }

    #[test]
    fn ties_are_one_step_of_the_curve() {
        let tied = ranking(&[(0.5, true), (0.5, false), (0.5, false)]);
        assert_eq!(tied.roc().len(), 2);
        assert_eq!(tied.auc(), 0.5);
        assert_eq!(tied.average_precision(), 1.0 / 3.0);
        assert_eq!(tied.prevalence(), 1.0 / 3.0);
    }

    #[test]
    fn rows_of_one_kind_are_a_sentence() {
        let sentence = |scored: &[(f64, bool)]| {
            let found = Ranking::new(scored.to_vec(), &Cancel::new()).unwrap();
            found.unwrap_err().what
        };
        assert!(sentence(&[]).contains("no row was held out"));
        assert!(sentence(&[(f64::NAN, true)]).contains("no row was held out"));
        assert!(sentence(&[(0.1, true)]).contains("every held-out row is of the class"));
        assert!(sentence(&[(0.1, false)]).contains("no held-out row is of the class"));
    }

    #[test]
    fn a_threshold_moves_rows_between_the_counts() {
        let four = ranking(&[(0.9, true), (0.6, false), (0.4, true), (0.1, false)]);
        let at = |threshold| {
            let o = four.at(threshold);
            [
                o.true_positives,
                o.false_positives,
                o.true_negatives,
                o.false_negatives,
            ]
        };
        assert_eq!(at(f64::INFINITY), [0, 0, 2, 2]);
        assert_eq!(at(0.9), [1, 0, 2, 1]);
        assert_eq!(at(0.5), [1, 1, 1, 1]);
        assert_eq!(at(0.0), [2, 2, 0, 0]);
    }

    #[test]
    fn the_cheapest_threshold_follows_the_costs() {
        let four = ranking(&[(0.9, true), (0.6, false), (0.4, true), (0.1, false)]);
        let (threshold, cost) = four.cheapest(Costs::default());
        assert_eq!((threshold, cost), (0.75, 1.0));
        let missing_is_dear = Costs {
            false_positive: 1.0,
            false_negative: 5.0,
        };
        let (threshold, cost) = four.cheapest(missing_is_dear);
        assert_eq!((threshold, cost), (0.25, 1.0));
        assert_eq!(four.at(threshold).cost(missing_is_dear), cost);
        let calling_is_dear = Costs {
            false_positive: 9.0,
            false_negative: 0.0,
        };
        let (threshold, cost) = four.cheapest(calling_is_dear);
        assert_eq!((four.at(threshold).called(), cost), (0, 0.0));
    }
}
