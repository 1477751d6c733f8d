//! A multi-layer perceptron: its shape and weights, and the way forward through it.

use std::sync::Arc;

use faer::Accum;
use serde::{Deserialize, Serialize};

use super::dense::{multiply, view, view_mut};
use super::exp::{exp, softmax_rows};

/// What a hidden unit does with its sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Activation {
    Relu,
    Tanh,
    Logistic,
    Identity,
}

impl Activation {
    fn apply(self, values: &mut [f64]) {
        match self {
            Activation::Relu => values.iter_mut().for_each(|v| *v = v.max(0.0)),
            // tanh x = 1 - 2 / (1 + exp 2x); close to 0 that would lose digits.
            Activation::Tanh => values.iter_mut().for_each(|v| {
                let far = 1.0 - 2.0 / (1.0 + exp(2.0 * *v));
                let near = *v - *v * *v * *v / 3.0;
                *v = if v.abs() < 1e-4 { near } else { far };
            }),
            Activation::Logistic => values.iter_mut().for_each(|v| *v = 1.0 / (1.0 + exp(-*v))),
            Activation::Identity => {}
        }
    }

    /// Multiplies `deltas` by the derivative, told from the unit's output.
    pub(super) fn apply_derivative(self, outputs: &[f64], deltas: &mut [f64]) {
        let pairs = deltas.iter_mut().zip(outputs);
        match self {
            Activation::Relu => pairs.for_each(|(d, o)| *d = if *o > 0.0 { *d } else { 0.0 }),
            Activation::Tanh => pairs.for_each(|(d, o)| *d *= 1.0 - o * o),
            Activation::Logistic => pairs.for_each(|(d, o)| *d *= o * (1.0 - o)),
            Activation::Identity => {}
        }
    }
}

/// What the last layer's sums mean.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Output {
    /// Softmax over the classes.
    Classes,
    /// One number, in units of the training target's deviation from its mean.
    Number { mean: f64, deviation: f64 },
}

/// A fitted or growing network; a clone costs a counter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Network {
    /// Inputs, units of each hidden layer, outputs.
    pub sizes: Vec<usize>,
    pub activation: Activation,
    pub output: Output,
    /// Layer after layer: weights row-major, a row an input, then one bias a unit.
    pub weights: Arc<[f64]>,
}

/// Weights a network of these sizes has.
pub(super) fn weight_count(sizes: &[usize]) -> usize {
    sizes.windows(2).map(|pair| (pair[0] + 1) * pair[1]).sum()
}

/// `(inputs, units, weights, biases)` for each layer.
pub(super) fn layers<'a>(
    sizes: &'a [usize],
    weights: &'a [f64],
) -> impl Iterator<Item = (usize, usize, &'a [f64], &'a [f64])> {
    let mut rest = weights;
    sizes.windows(2).map(move |pair| {
        let (layer, after) = rest.split_at((pair[0] + 1) * pair[1]);
        rest = after;
        let (matrix, biases) = layer.split_at(pair[0] * pair[1]);
        (pair[0], pair[1], matrix, biases)
    })
}

/// Runs `rows` rows through; `outputs[l]` receives what layer l gives, the last one its plain sums.
pub(super) fn forward(
    sizes: &[usize],
    activation: Activation,
    weights: &[f64],
    input: &[f64],
    rows: usize,
    outputs: &mut [Vec<f64>],
) {
    let last = sizes.len() - 2;
    for (index, (inputs, units, matrix, biases)) in layers(sizes, weights).enumerate() {
        let (before, here) = outputs.split_at_mut(index);
        let input = before.last().map_or(input, |values| &values[..]);
        let out = &mut here[0];
        out.clear();
        for _ in 0..rows {
            out.extend_from_slice(biases);
        }
        if inputs > 0 && units > 0 {
            let x = view(&input[..rows * inputs], rows, inputs);
            let into = view_mut(out, rows, units);
            multiply(into, Accum::Add, x, view(matrix, inputs, units));
        }
        if index < last {
            activation.apply(out);
        }
    }
}

const ROWS_A_TIME: usize = 256;

impl Network {
    /// Whether sizes and weights fit together: for networks read from a file.
    pub fn is_sound(&self) -> bool {
        let weights = self.sizes.windows(2).try_fold(0usize, |sum, pair| {
            let layer = pair[0].checked_add(1)?.checked_mul(pair[1])?;
            sum.checked_add(layer)
        });
        let output = match self.output {
            Output::Classes => true,
            Output::Number { mean, deviation } => {
                mean.is_finite() && deviation.is_finite() && self.outputs() == 1
            }
        };
        output
            && self.sizes.len() >= 2
            && !self.sizes.contains(&0)
            && weights == Some(self.weights.len())
            && self.weights.iter().all(|weight| weight.is_finite())
    }

    /// Outputs a row: classes, or 1.
    pub fn outputs(&self) -> usize {
        self.sizes.last().copied().unwrap_or(0)
    }

    /// What every unit says of the rows, layer by layer, rows x units each: hidden units their outputs,
    /// the last layer its plain sums.
    pub fn activations(&self, rows: &[f64]) -> Vec<Vec<f64>> {
        let count = rows.len() / self.sizes[0].max(1);
        let mut values = vec![Vec::new(); self.sizes.len() - 1];
        forward(
            &self.sizes,
            self.activation,
            &self.weights,
            rows,
            count,
            &mut values,
        );
        values
    }

    /// The weight between a unit of layer `layer` (0: the inputs) and one of the next.
    pub fn weight(&self, layer: usize, from: usize, to: usize) -> f64 {
        let before: usize = self
            .sizes
            .windows(2)
            .take(layer)
            .map(|pair| (pair[0] + 1) * pair[1])
            .sum();
        self.weights[before + from * self.sizes[layer + 1] + to]
    }

    /// Probabilities a class, or the number in its own unit, of rows given one after the other.
    pub fn predict(&self, rows: &[f64], out: &mut [f64]) {
        let (inputs, outputs) = (self.sizes[0], self.outputs().max(1));
        let mut values = vec![Vec::new(); self.sizes.len() - 1];
        for (block, out) in out.chunks_mut(ROWS_A_TIME * outputs).enumerate() {
            let count = out.len() / outputs;
            let start = block * ROWS_A_TIME * inputs;
            let input = &rows[start..start + count * inputs];
            forward(
                &self.sizes,
                self.activation,
                &self.weights,
                input,
                count,
                &mut values,
            );
            let last = &values[values.len() - 1];
            match self.output {
                Output::Classes => {
                    out.copy_from_slice(last);
                    softmax_rows(out, outputs);
                }
                Output::Number { mean, deviation } => {
                    for (out, value) in out.iter_mut().zip(last) {
                        *out = mean + deviation * value;
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_by_hand() {
        // Two inputs, two hidden units, one output.
        let network = |activation| Network {
            sizes: vec![2, 2, 1],
            activation,
            output: Output::Number {
                mean: 10.0,
                deviation: 2.0,
            },
            weights: vec![1.0, -1.0, 0.5, 2.0, 0.1, -0.2, 3.0, -4.0, 0.5].into(),
        };
        // Hidden sums at (1, 2): 1 + 1 + .1 = 2.1 and -1 + 4 - .2 = 2.8.
        let by_hand = |f: fn(f64) -> f64| 10.0 + 2.0 * (3.0 * f(2.1) - 4.0 * f(2.8) + 0.5);
        let logistic: fn(f64) -> f64 = |v| 1.0 / (1.0 + (-v).exp());
        for (activation, f) in [
            (Activation::Relu, (|v| v.max(0.0)) as fn(f64) -> f64),
            (Activation::Identity, |v| v),
            (Activation::Tanh, f64::tanh),
            (Activation::Logistic, logistic),
        ] {
            let sums = &network(activation).activations(&[1.0, 2.0])[0];
            assert!((sums[0] - f(2.1)).abs() < 1e-12 && (sums[1] - f(2.8)).abs() < 1e-12);
            assert_eq!(network(activation).weight(0, 1, 0), 0.5);
            assert_eq!(network(activation).weight(1, 1, 0), -4.0);
            let mut out = [0.0; 2];
            network(activation).predict(&[1.0, 2.0, 1.0, 2.0], &mut out);
            assert!((out[0] - by_hand(f)).abs() < 1e-12, "{activation:?}");
            assert_eq!(out[0], out[1]);
        }
    }

    #[test]
    fn tanh_keeps_its_digits_near_zero() {
        for x in [1e-12, 3e-5, 9.9e-5, 1.1e-4, 0.5, 20.0, -0.7] {
            let mut v = [x];
            Activation::Tanh.apply(&mut v);
            assert!(
                (v[0] - f64::tanh(x)).abs() <= 1e-11 * f64::tanh(x).abs(),
                "{x}"
            );
        }
    }
}
