//! The out-of-bag score of a forest (Breiman 2001): every training row as those trees predict it that
//! did not draw it. As scikit-learn's `oob_score_`, but over the rows that some tree did not draw.

use super::Samples;
use crate::base::{Cancel, Outcome};
use crate::numeric::{ForestPlan, Labels, Tree};

/// Rows between two looks at the flag: a row takes some hundred operations, scattered in memory.
const ROWS: usize = 1 << 12;

/// Sums over the trees so far.
#[derive(Default)]
pub(super) struct OutOfBag {
    /// Rows x outputs.
    sums: Vec<f64>,
    /// How many trees did not draw a row.
    times: Vec<u32>,
    trees: usize,
    /// Of the rows that the next tree did not draw, those that are in the sums already.
    begun: usize,
}

impl OutOfBag {
    /// How many trees it has taken.
    pub fn trees(&self) -> usize {
        self.trees
    }

    /// Takes the next tree. After a halt it goes on where it was.
    pub fn follow(
        &mut self,
        plan: &ForestPlan,
        samples: &Samples,
        tree: &Tree,
        cancel: &Cancel,
    ) -> Outcome<()> {
        let (rows, outputs) = (samples.x.rows(), plan.outputs());
        self.sums.resize(rows * outputs, 0.0);
        self.times.resize(rows, 0);
        for row in plan.left_out(self.trees).into_iter().skip(self.begun) {
            if self.begun.is_multiple_of(ROWS) {
                cancel.check()?;
            }
            self.begun += 1;
            let row = row as usize;
            self.times[row] += 1;
            let sums = &mut self.sums[row * outputs..(row + 1) * outputs];
            for (sum, value) in sums.iter_mut().zip(tree.predict_row(samples.x.row(row))) {
                *sum += value;
            }
        }
        self.begun = 0;
        self.trees += 1;
        Ok(())
    }

    /// Accuracy or R2; none where every row was drawn by every tree, or all targets are alike.
    pub fn score(&self, samples: &Samples) -> Option<f64> {
        let seen = || (0..self.times.len()).filter(|row| self.times[*row] > 0);
        let count = seen().count();
        if count == 0 {
            return None;
        }
        let outputs = self.sums.len() / self.times.len();
        match samples.y.as_ref()? {
            Labels::Classes { codes, .. } => {
                let right = seen().filter(|row| {
                    let shares = &self.sums[row * outputs..(row + 1) * outputs];
                    let better = |best, at| if shares[at] > shares[best] { at } else { best };
                    (1..outputs).fold(0, better) == codes[*row] as usize
                });
                Some(right.count() as f64 / count as f64)
            }
            Labels::Numbers(numbers) => {
                let mean = seen().map(|row| numbers[row] / count as f64).sum::<f64>();
                let total: f64 = seen().map(|row| (numbers[row] - mean).powi(2)).sum();
                let error = |row: usize| numbers[row] - self.sums[row] / f64::from(self.times[row]);
                let errors: f64 = seen().map(|row| error(row).powi(2)).sum();
                let score = 1.0 - errors / total;
                score.is_finite().then_some(score)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{classes, fitted, numbers};
    use super::super::{Algorithm, Samples, algorithm};
    use std::sync::Arc;

    fn fact(
        algorithm: &'static Algorithm,
        samples: &Arc<Samples>,
        set: &[(&str, &str)],
    ) -> Option<f64> {
        let facts = fitted(algorithm, samples, set).inside().facts;
        let found = facts.iter().find(|fact| fact.0.starts_with("Out-of-bag"));
        found.map(|fact| fact.1.parse().unwrap())
    }

    #[test]
    fn rows_are_judged_by_trees_that_did_not_draw_them() {
        let forest = algorithm("random_forest_classifier").unwrap();
        let samples = classes(200, 3);
        let trees = ("n_estimators", "40");
        let score = fact(forest, &samples, &[trees]).unwrap();
        assert!(score > 0.8 && score < 1.0, "{score}");
        assert_eq!(
            fact(forest, &samples, &[trees, ("bootstrap", "false")]),
            None
        );
        // Classes that follow nothing cannot be told: a forest that knew the rows would.
        let mut mixed = Samples::clone(&samples);
        let codes = (0..200u32)
            .map(|i| i.wrapping_mul(2_654_435_761) >> 13 & 1)
            .collect();
        mixed.y = Some(crate::numeric::Labels::Classes { codes, count: 2 });
        mixed.key = crate::base::Hash128(77);
        let score = fact(forest, &Arc::new(mixed), &[trees]).unwrap();
        assert!((score - 0.5).abs() < 0.15, "{score}");
        let regressor = algorithm("random_forest_regressor").unwrap();
        let score = fact(regressor, &numbers(200), &[trees, ("engine", "seefit")]).unwrap();
        assert!(score > 0.8 && score < 1.0, "{score}");
    }
}
