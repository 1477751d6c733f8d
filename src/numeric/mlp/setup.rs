//! What training begins with: random weights, and rows held out for early stopping.

use crate::base::Random;
use crate::numeric::network::{Activation, Output, weight_count};

/// Glorot and Bengio (2010), biases included, as scikit-learn has it.
pub(super) fn start(sizes: &[usize], activation: Activation, random: &mut Random) -> Vec<f64> {
    let factor = if activation == Activation::Logistic {
        2.0
    } else {
        6.0
    };
    let mut weights = Vec::with_capacity(weight_count(sizes));
    for pair in sizes.windows(2) {
        let bound = (factor / (pair[0] + pair[1]).max(1) as f64).sqrt();
        let count = (pair[0] + 1) * pair[1];
        weights.extend((0..count).map(|_| bound * (2.0 * random.uniform() - 1.0)));
    }
    weights
}

/// Rows to hold out, in order; of each class its share.
pub(super) fn hold_out(
    target: &[f64],
    output: Output,
    fraction: f64,
    random: &mut Random,
) -> Vec<u32> {
    let mut rows: Vec<u32> = (0..target.len() as u32).collect();
    random.shuffle(&mut rows);
    if output == Output::Classes {
        rows.sort_by(|a, b| target[*a as usize].total_cmp(&target[*b as usize]));
    }
    // Every 1/fraction-th of the rows, class after class.
    let mut held: Vec<u32> = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        if ((index + 1) as f64 * fraction).floor() > (index as f64 * fraction).floor() {
            held.push(*row);
        }
    }
    held.sort_unstable();
    held
}
