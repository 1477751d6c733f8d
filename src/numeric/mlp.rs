//! Training of a multi-layer perceptron by Adam or momentum, one epoch a step.
//!
//! Follows scikit-learn's `MLPClassifier` and `MLPRegressor`: Glorot's start, the same losses with
//! `alpha / 2 |w|^2` over the rows of a batch, the same rules for stopping. Two differences: two
//! classes have two softmax outputs, and the regressor's target is standardised for the fit and put
//! back afterwards, so that learning rate and alpha mean the same in every unit.

mod setup;

use std::sync::Arc;

use faer::Accum;

use super::centre::mean;
use super::dense::{add_scaled, multiply, view, view_mut};
use super::exp::softmax_rows;
use super::network::{Activation, Network, Output, forward, layers};
use super::{Advance, Labels, Matrix};
use crate::base::{Cancel, Outcome, Problem, Random, units_a_look};
use setup::{hold_out, start};

/// How the weights move.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Solver {
    /// Kingma and Ba (2014), beta .9 and .999, epsilon 1e-8.
    Adam,
    /// Plain momentum, not Nesterov's.
    Sgd { momentum: f64 },
}

/// What a network may be told; the defaults are scikit-learn's.
#[derive(Clone, Debug)]
pub struct MlpParameters {
    pub hidden_layer_sizes: Vec<usize>,
    pub activation: Activation,
    pub solver: Solver,
    pub alpha: f64,
    pub learning_rate_init: f64,
    pub batch_size: usize,
    /// Epochs.
    pub max_iter: usize,
    pub tol: f64,
    pub n_iter_no_change: usize,
    pub early_stopping: bool,
    pub validation_fraction: f64,
    pub seed: u64,
}

impl Default for MlpParameters {
    fn default() -> Self {
        MlpParameters {
            hidden_layer_sizes: vec![100],
            activation: Activation::Relu,
            solver: Solver::Adam,
            alpha: 1e-4,
            learning_rate_init: 1e-3,
            batch_size: 200,
            max_iter: 200,
            tol: 1e-4,
            n_iter_no_change: 10,
            early_stopping: false,
            validation_fraction: 0.1,
            seed: 0,
        }
    }
}

/// All that an epoch changes; copied before each, so that a cancelled one leaves no trace.
#[derive(Clone)]
struct State {
    weights: Vec<f64>,
    /// Adam's first moments, or velocities.
    first: Vec<f64>,
    second: Vec<f64>,
    /// Batches so far.
    batches: i32,
    order: Vec<u32>,
    random: Random,
}

/// A network in training.
pub struct Mlp {
    x: Matrix,
    /// Class codes as numbers, or the standardised target.
    target: Arc<[f64]>,
    parameters: MlpParameters,
    sizes: Vec<usize>,
    output: Output,
    state: State,
    held_out: Vec<u32>,
    best: f64,
    best_weights: Option<Vec<f64>>,
    without_gain: usize,
    losses: Vec<f64>,
    scores: Vec<f64>,
    progress: Advance,
    scratch: Scratch,
}

/// Buffers of a batch.
#[derive(Default)]
struct Scratch {
    input: Vec<f64>,
    outputs: Vec<Vec<f64>>,
    deltas: Vec<f64>,
    deltas_before: Vec<f64>,
    gradient: Vec<f64>,
}

impl Mlp {
    pub fn new(x: &Matrix, y: &Labels, parameters: &MlpParameters) -> Outcome<Self> {
        assert_eq!(x.rows(), y.len(), "one target a row");
        if x.rows() == 0 {
            return Err(Problem::new("There are no rows to fit").into());
        }
        let mut sizes = vec![x.columns()];
        sizes.extend(&parameters.hidden_layer_sizes);
        let (target, output): (Arc<[f64]>, _) = match y {
            Labels::Classes { codes, count } => {
                sizes.push(*count);
                (
                    codes.iter().map(|code| f64::from(*code)).collect(),
                    Output::Classes,
                )
            }
            Labels::Numbers(numbers) => {
                sizes.push(1);
                let mean = mean(numbers);
                let squares: f64 = numbers.iter().map(|v| (v - mean) * (v - mean)).sum();
                let deviation = (squares / numbers.len() as f64).sqrt();
                let deviation = if deviation > 0.0 { deviation } else { 1.0 };
                let output = Output::Number { mean, deviation };
                (
                    numbers.iter().map(|v| (v - mean) / deviation).collect(),
                    output,
                )
            }
        };
        let mut random = Random::new(parameters.seed);
        let weights = start(&sizes, parameters.activation, &mut random);
        let mut order: Vec<u32> = (0..x.rows() as u32).collect();
        let mut held_out = Vec::new();
        if parameters.early_stopping {
            held_out = hold_out(&target, output, parameters.validation_fraction, &mut random);
            if held_out.is_empty() || held_out.len() >= x.rows() {
                return Err(
                    Problem::new("Too few rows to hold some out for early stopping")
                        .fix("Turn early_stopping off")
                        .into(),
                );
            }
            order.retain(|row| held_out.binary_search(row).is_err());
        }
        let zeros = vec![0.0; weights.len()];
        Ok(Mlp {
            x: x.clone(),
            target,
            parameters: parameters.clone(),
            output,
            state: State {
                first: zeros.clone(),
                second: zeros,
                weights,
                batches: 0,
                order,
                random,
            },
            held_out,
            best: f64::INFINITY,
            best_weights: None,
            without_gain: 0,
            losses: Vec::new(),
            scores: Vec::new(),
            progress: Advance::More,
            scratch: Scratch {
                outputs: vec![Vec::new(); sizes.len() - 1],
                ..Scratch::default()
            },
            sizes,
        })
    }

    /// One epoch. Looks at `cancel` once a batch; a cancelled epoch can be taken again and gives
    /// what it would have given.
    pub fn step(&mut self, cancel: &Cancel) -> Outcome<Advance> {
        if self.progress.is_done() {
            return Ok(self.progress);
        }
        let before = self.state.clone();
        let held_out = |this: &Self| match this.parameters.early_stopping {
            true => this.held_out_score(cancel).map(Some),
            false => Ok(None),
        };
        let epoch = self.epoch(cancel);
        let score = match epoch.and_then(|loss| Ok((loss, held_out(self)?))) {
            Ok((loss, score))
                if loss.is_finite() && self.state.weights.iter().all(|w| w.is_finite()) =>
            {
                self.losses.push(loss);
                score
            }
            Ok(_) => {
                self.state = before;
                return Err(Problem::new("The loss grew without bound")
                    .fix("Try a smaller learning rate")
                    .into());
            }
            Err(halt) => {
                self.state = before;
                return Err(halt);
            }
        };
        if let Some(score) = score {
            self.scores.push(score);
            self.judge(-score);
        } else {
            self.judge(self.losses[self.losses.len() - 1]);
        }
        self.progress = if self.without_gain > self.parameters.n_iter_no_change {
            if let Some(best) = self.best_weights.take() {
                self.state.weights = best;
            }
            Advance::Converged
        } else if self.losses.len() >= self.parameters.max_iter {
            if let Some(best) = self.best_weights.take() {
                self.state.weights = best;
            }
            Advance::Exhausted
        } else {
            Advance::More
        };
        Ok(self.progress)
    }

    /// Counts the epochs that did not get lower by `tol`.
    fn judge(&mut self, value: f64) {
        if value > self.best - self.parameters.tol {
            self.without_gain += 1;
        } else {
            self.without_gain = 0;
        }
        if value < self.best {
            self.best = value;
            if self.parameters.early_stopping {
                self.best_weights = Some(self.state.weights.clone());
            }
        }
    }

    pub fn epochs(&self) -> usize {
        self.losses.len()
    }

    pub fn converged(&self) -> bool {
        self.progress == Advance::Converged
    }

    /// The loss of each epoch, penalty included, measured while its batches passed.
    pub fn losses(&self) -> &[f64] {
        &self.losses
    }

    /// With early stopping: accuracy or R2 on the rows held out, after each epoch.
    pub fn validation_scores(&self) -> &[f64] {
        &self.scores
    }

    /// The network as it stands.
    pub fn weights(&self) -> Network {
        Network {
            sizes: self.sizes.clone(),
            activation: self.parameters.activation,
            output: self.output,
            weights: self.state.weights.as_slice().into(),
        }
    }

    fn epoch(&mut self, cancel: &Cancel) -> Outcome<f64> {
        let mut order = std::mem::take(&mut self.state.order);
        self.state.random.shuffle(&mut order);
        let mut sum = 0.0;
        for batch in order.chunks(self.parameters.batch_size.max(1)) {
            sum += self.gradient(batch, cancel)? * batch.len() as f64;
            self.update();
        }
        let rows = order.len() as f64;
        self.state.order = order;
        Ok(sum / rows)
    }

    /// Fills `scratch.gradient` for a batch and returns its loss.
    fn gradient(&mut self, batch: &[u32], cancel: &Cancel) -> Outcome<f64> {
        let per_row = 1.0 / batch.len() as f64;
        self.scratch.gradient.clear();
        self.scratch.gradient.resize(self.state.weights.len(), 0.0);
        let mut loss = 0.0;
        // A large batch in parts, which add up.
        for rows in batch.chunks(rows_a_look(self.state.weights.len())) {
            cancel.check()?;
            loss += self.add_slopes(rows, per_row);
        }
        loss /= batch.len() as f64;
        let alpha = self.parameters.alpha;
        let layers: Vec<_> = layers(&self.sizes, &self.state.weights).collect();
        let mut end = self.state.weights.len();
        for (_, _, matrix, biases) in layers.into_iter().rev() {
            let start = end - matrix.len() - biases.len();
            let slopes = &mut self.scratch.gradient[start..start + matrix.len()];
            end = start;
            let mut squares = 0.0;
            for (slope, weight) in slopes.iter_mut().zip(matrix) {
                *slope = (*slope + alpha * weight) * per_row;
                squares += weight * weight;
            }
            loss += 0.5 * alpha * squares * per_row;
        }
        Ok(loss)
    }

    /// Adds what rows say to `scratch.gradient`, the biases' part times `per_row`; the sum of their losses.
    fn add_slopes(&mut self, batch: &[u32], per_row: f64) -> f64 {
        let (rows, scratch) = (batch.len(), &mut self.scratch);
        let weights = &self.state.weights;
        scratch.input.clear();
        for &row in batch {
            scratch.input.extend_from_slice(self.x.row(row as usize));
        }
        let activation = self.parameters.activation;
        forward(
            &self.sizes,
            activation,
            weights,
            &scratch.input,
            rows,
            &mut scratch.outputs,
        );
        let last = &scratch.outputs[scratch.outputs.len() - 1];
        scratch.deltas.clear();
        scratch.deltas.extend_from_slice(last);
        let targets = batch.iter().map(|&row| self.target[row as usize]);
        let loss = loss_and_delta(self.output, &mut scratch.deltas, targets);
        // Backward, layer after layer; a layer's gradient lies where its weights lie.
        let layers: Vec<_> = layers(&self.sizes, weights).collect();
        let mut end = weights.len();
        for (index, (inputs, units, matrix, biases)) in layers.into_iter().enumerate().rev() {
            let start = end - matrix.len() - biases.len();
            let (slopes, offsets) = scratch.gradient[start..end].split_at_mut(matrix.len());
            end = start;
            for delta in scratch.deltas.chunks_exact(units.max(1)) {
                add_scaled(offsets, per_row, delta);
            }
            let input = match index {
                0 => &scratch.input,
                _ => &scratch.outputs[index - 1],
            };
            let deltas = view(&scratch.deltas, rows, units);
            if inputs > 0 && units > 0 {
                let x = view(input, rows, inputs).transpose();
                multiply(view_mut(slopes, inputs, units), Accum::Add, x, deltas);
            }
            if index > 0 {
                scratch.deltas_before.clear();
                scratch.deltas_before.resize(rows * inputs, 0.0);
                let into = view_mut(&mut scratch.deltas_before, rows, inputs);
                let matrix = view(matrix, inputs, units).transpose();
                multiply(into, Accum::Replace, deltas, matrix);
                activation.apply_derivative(input, &mut scratch.deltas_before);
                std::mem::swap(&mut scratch.deltas, &mut scratch.deltas_before);
            }
        }
        loss
    }

    fn update(&mut self) {
        let state = &mut self.state;
        let rate = self.parameters.learning_rate_init;
        let gradient = &self.scratch.gradient;
        state.batches = state.batches.saturating_add(1);
        match self.parameters.solver {
            Solver::Adam => {
                let (b1, b2): (f64, f64) = (0.9, 0.999);
                let t = state.batches;
                let rate = rate * (1.0 - b2.powi(t)).sqrt() / (1.0 - b1.powi(t));
                let moments = state.first.iter_mut().zip(&mut state.second);
                for ((weight, g), (m, v)) in state.weights.iter_mut().zip(gradient).zip(moments) {
                    *m = b1 * *m + (1.0 - b1) * g;
                    *v = b2 * *v + (1.0 - b2) * g * g;
                    *weight -= rate * *m / (v.sqrt() + 1e-8);
                }
            }
            Solver::Sgd { momentum } => {
                let moved = state.weights.iter_mut().zip(&mut state.first);
                for ((weight, velocity), g) in moved.zip(gradient) {
                    *velocity = momentum * *velocity - rate * g;
                    *weight += *velocity;
                }
            }
        }
    }

    /// Accuracy or R2 on the rows held out.
    fn held_out_score(&self, cancel: &Cancel) -> Outcome<f64> {
        let x = self.x.select(&self.held_out);
        let network = self.weights();
        let mut out = vec![0.0; x.rows() * network.outputs()];
        let rows = rows_a_look(network.weights.len());
        let blocks = x.values().chunks((rows * x.columns()).max(1));
        for (rows, out) in blocks.zip(out.chunks_mut(rows * network.outputs().max(1))) {
            cancel.check()?;
            network.predict(rows, out);
        }
        let targets = || self.held_out.iter().map(|&row| self.target[row as usize]);
        Ok(match self.output {
            Output::Classes => {
                let rows = out.chunks_exact(network.outputs().max(1)).zip(targets());
                let right = rows.filter(|(row, code)| argmax(row) == *code as usize);
                right.count() as f64 / x.rows() as f64
            }
            Output::Number { mean: m, deviation } => {
                let centre = mean(&targets().collect::<Vec<_>>());
                let (mut left, mut all) = (0.0, 0.0);
                for (value, target) in out.iter().zip(targets()) {
                    left += ((value - m) / deviation - target).powi(2);
                    all += (target - centre).powi(2);
                }
                if all > 0.0 { 1.0 - left / all } else { -left }
            }
        })
    }
}

/// Rows that go through so many weights between two looks at the flag; a weight takes far less than an
/// operation.
fn rows_a_look(weights: usize) -> usize {
    units_a_look(weights / 16).min(1 << 14)
}

fn argmax(row: &[f64]) -> usize {
    (0..row.len()).fold(0, |best, i| if row[i] > row[best] { i } else { best })
}

/// Sums become the loss's derivative in place; returns the sum of the losses.
fn loss_and_delta(output: Output, sums: &mut [f64], targets: impl Iterator<Item = f64>) -> f64 {
    match output {
        Output::Number { .. } => {
            let mut loss = 0.0;
            for (value, target) in sums.iter_mut().zip(targets) {
                *value -= target;
                loss += 0.5 * *value * *value;
            }
            loss
        }
        Output::Classes => {
            let codes: Vec<usize> = targets.map(|code| code as usize).collect();
            let classes = sums.len() / codes.len().max(1);
            for (row, code) in sums.chunks_exact_mut(classes.max(1)).zip(&codes) {
                let own = row[*code];
                row.iter_mut().for_each(|sum| *sum -= own);
            }
            let loss = softmax_rows(sums, classes);
            for (row, code) in sums.chunks_exact_mut(classes.max(1)).zip(&codes) {
                row[*code] -= 1.0;
            }
            loss
        }
    }
}

#[cfg(test)]
mod tests;
