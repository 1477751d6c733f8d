//! The losses of boosting: where to start, slopes of a row, values of a leaf.
//!
//! As scikit-learn's `sklearn._loss` has them. Scores of classes are logits; for two classes there is
//! one, that of the second.

use super::boosting_tree::Slope;
use super::exp::{exp, softmax_rows};
use crate::base::{Cancel, Outcome, units_a_look};

/// What the sum of trees is to lower.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum BoostingLoss {
    LogLoss,
    SquaredError,
    AbsoluteError,
    /// Squared up to the `alpha` quantile of the absolute residuals, then straight.
    Huber {
        alpha: f64,
    },
    /// The pinball loss: the `alpha` quantile is learned.
    Quantile {
        alpha: f64,
    },
}

impl BoostingLoss {
    /// Whether all Hessians are 1.
    pub(super) fn is_even(self) -> bool {
        self != BoostingLoss::LogLoss
    }

    /// The best constant.
    pub fn start(self, targets: &[f64]) -> f64 {
        let mut sorted = targets.to_vec();
        let count = targets.len().max(1) as f64;
        match self {
            BoostingLoss::LogLoss | BoostingLoss::SquaredError => {
                // Twice, so that the mean of one number over and over is that number.
                let about: f64 = targets.iter().map(|y| y / count).sum();
                about + targets.iter().map(|y| (y - about) / count).sum::<f64>()
            }
            BoostingLoss::AbsoluteError | BoostingLoss::Huber { .. } => quantile(&mut sorted, 0.5),
            BoostingLoss::Quantile { alpha } => quantile(&mut sorted, alpha),
        }
    }

    /// The bend of Huber's loss, from the absolute residuals; 0 for the others.
    pub(super) fn bend(self, residuals: impl Iterator<Item = f64>) -> f64 {
        match self {
            BoostingLoss::Huber { alpha } => {
                let mut sizes: Vec<f64> = residuals.map(f64::abs).collect();
                ranked(&mut sizes, alpha)
            }
            _ => 0.0,
        }
    }

    /// Loss and gradient of a residual, target minus score.
    pub(super) fn of_residual(self, residual: f64, bend: f64) -> (f64, f64) {
        match self {
            BoostingLoss::LogLoss | BoostingLoss::SquaredError => (residual * residual, -residual),
            BoostingLoss::AbsoluteError => (residual.abs(), -sign(residual)),
            BoostingLoss::Huber { .. } => {
                let size = residual.abs();
                if size <= bend {
                    (0.5 * residual * residual, -residual)
                } else {
                    (bend * (size - 0.5 * bend), -bend * sign(residual))
                }
            }
            BoostingLoss::Quantile { alpha } => {
                if residual >= 0.0 {
                    (alpha * residual, -alpha)
                } else {
                    ((alpha - 1.0) * residual, 1.0 - alpha)
                }
            }
        }
    }

    /// The best value of a leaf with these residuals, where it is not the mean.
    pub(super) fn leaf(self, residuals: &mut [f64], bend: f64) -> Option<f64> {
        match self {
            BoostingLoss::LogLoss | BoostingLoss::SquaredError => None,
            BoostingLoss::AbsoluteError => Some(ranked(residuals, 0.5)),
            BoostingLoss::Quantile { alpha } => Some(ranked(residuals, alpha)),
            // Friedman (2001), one step from the median.
            BoostingLoss::Huber { .. } => {
                let median = ranked(residuals, 0.5);
                let step = |residual: &f64| (residual - median).clamp(-bend, bend);
                let steps: f64 = residuals.iter().map(step).sum();
                Some(median + steps / residuals.len().max(1) as f64)
            }
        }
    }
}

fn sign(value: f64) -> f64 {
    if value > 0.0 {
        1.0
    } else if value < 0.0 {
        -1.0
    } else {
        0.0
    }
}

/// Between the two nearest ranks, as numpy's percentile; 0 of nothing. Reorders the values.
fn quantile(values: &mut [f64], share: f64) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    let place = share * (values.len() - 1) as f64;
    let below = place as usize;
    let (_, &mut low, above) = values.select_nth_unstable_by(below, f64::total_cmp);
    let high = above.iter().copied().fold(f64::INFINITY, f64::min);
    let part = place - below as f64;
    if part > 0.0 && high.is_finite() {
        low + part * (high - low)
    } else {
        low
    }
}

/// The least value that at least this share does not exceed, as scikit-learn takes in leaves; 0 of
/// nothing. Reorders the values.
fn ranked(values: &mut [f64], share: f64) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    let place = (share * values.len() as f64).ceil() as usize;
    let place = place.clamp(1, values.len()) - 1;
    *values.select_nth_unstable_by(place, f64::total_cmp).1
}

/// Slopes of two classes from the score of the second; the sum of the losses. Rows of class -1 (held
/// out) have neither.
pub(super) fn two_classes(scores: &[f64], classes: &[i32], slopes: &mut [Slope]) -> f64 {
    let mut loss = 0.0;
    let rows = scores.chunks(16).zip(classes.chunks(16));
    for ((scores, classes), slopes) in rows.zip(slopes.chunks_mut(16)) {
        // ln of a product instead of a sum of logarithms; each factor is at most 2.
        let mut product = 1.0;
        for ((&score, &class), slope) in scores.iter().zip(classes).zip(slopes) {
            let small = exp(-score.abs());
            let share = 1.0 / (1.0 + small);
            let second = if score >= 0.0 { share } else { small * share };
            let target = f64::from(class);
            slope.gradient = (second - target) as f32;
            slope.hessian = (share * (small * share)) as f32;
            if class >= 0 {
                product *= 1.0 + small;
                loss += score.max(0.0) - target * score;
            }
        }
        loss += product.ln();
    }
    loss
}

/// Log loss summed over these rows, from the scores of the second class.
pub(super) fn loss_of_two(scores: &[f64], classes: &[u32], rows: &[u32]) -> f64 {
    let of = |&row: &u32| {
        let (score, class) = (scores[row as usize], f64::from(classes[row as usize]));
        score.max(0.0) - class * score + exp(-score.abs()).ln_1p()
    };
    rows.iter().map(of).sum()
}

/// Log loss summed over these rows, from the scores of all classes, rows x count.
pub(super) fn loss_of_many(
    scores: &[f64],
    classes: &[u32],
    count: usize,
    rows: &[u32],
    cancel: &Cancel,
) -> Outcome<f64> {
    let (mut sum, mut shares) = (0.0, Vec::new());
    for rows in rows.chunks(units_a_look(32 * count)) {
        cancel.check()?;
        shares.clear();
        for &row in rows {
            let row = row as usize;
            shares.extend_from_slice(&scores[row * count..(row + 1) * count]);
        }
        softmax_rows(&mut shares, count);
        for (shares, &row) in shares.chunks_exact(count).zip(rows) {
            sum -= shares[classes[row as usize] as usize].max(1e-300).ln();
        }
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_numpys() {
        let values = [5.0, 1.0, 4.0, 2.0];
        for (share, expected) in [(0.0, 1.0), (0.5, 3.0), (0.9, 4.7), (1.0, 5.0)] {
            let found = quantile(&mut values.to_vec(), share);
            assert!((found - expected).abs() < 1e-12, "{share}: {found}");
        }
        assert_eq!(quantile(&mut [], 0.5), 0.0);
        for (share, expected) in [(0.0, 1.0), (0.25, 1.0), (0.5, 2.0), (0.51, 4.0), (1.0, 5.0)] {
            assert_eq!(ranked(&mut values.to_vec(), share), expected, "{share}");
        }
    }

    #[test]
    fn gradients_are_slopes_of_the_losses() {
        let losses = [
            BoostingLoss::AbsoluteError,
            BoostingLoss::Huber { alpha: 0.9 },
            BoostingLoss::Quantile { alpha: 0.2 },
        ];
        for loss in losses {
            for residual in [-3.0, -0.4, 0.3, 2.0] {
                let at = |residual| loss.of_residual(residual, 1.5).0;
                let slope = (at(residual - 1e-6) - at(residual + 1e-6)) / 2e-6;
                let (_, gradient) = loss.of_residual(residual, 1.5);
                assert!((slope - gradient).abs() < 1e-6, "{loss:?} {residual}");
            }
        }
    }

    #[test]
    fn two_classes_by_one_score() {
        let scores = [-2.0, 0.0, 0.7, 800.0, -800.0, 1.0];
        let classes = [0, 1, 0, 1, 1, -1];
        let mut slopes = [Slope::default(); 6];
        let sum = two_classes(&scores, &classes, &mut slopes);
        let codes = [0, 1, 0, 1, 1, 0];
        let again = loss_of_two(&scores, &codes, &[0, 1, 2, 3, 4]);
        assert!((sum - again).abs() < 1e-9 && sum.is_finite());
        assert!((again - 800.0 - 0.126_928 - std::f64::consts::LN_2 - 1.103_186).abs() < 1e-5);
        assert!((slopes[2].gradient - 0.668_187_8).abs() < 1e-6);
        assert!((slopes[2].hessian - 0.221_712_87).abs() < 1e-6);
        let both: Vec<f64> = scores.iter().flat_map(|s| [0.0, *s]).collect();
        let many = loss_of_many(&both, &codes, 2, &[0, 1, 2, 3], &Cancel::new()).unwrap();
        assert!((many - loss_of_two(&scores, &codes, &[0, 1, 2, 3])).abs() < 1e-9);
    }
}
