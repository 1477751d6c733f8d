//! smartcore's boosted regression trees, one a stage: a boosting of one tree on what the stages before
//! left over is the next stage of the whole.

use serde::Deserialize;
use smartcore::xgboost::xgb_regressor::{XGRegressor, XGRegressorParameters};

use super::{Params, Samples};
use crate::base::{Cancel, Outcome, Problem, Random};
use crate::numeric::{BoostingLoss, LEAF, Matrix, Tree, Watched, guarded};

/// Rows that are asked for between two looks at the flag.
const ROWS: usize = 4096;

/// What the stages so far left over.
pub(super) struct Residuals {
    x: Matrix,
    /// Less the start, divided by the scale.
    residuals: Vec<f64>,
    start: f64,
    scale: f64,
    seed: u64,
    stages: usize,
    params: Params,
}

/// A node as smartcore writes it.
#[derive(Deserialize)]
struct Node {
    left: Option<Box<Node>>,
    right: Option<Box<Node>>,
    value: f64,
    threshold: f64,
    split_feature_idx: u64,
    /// Twice the gain is what our own trees call a gain.
    split_score: f64,
}

#[derive(Deserialize)]
struct Boosted {
    regressors: Option<Vec<Node>>,
}

impl Residuals {
    pub fn new(samples: &Samples, params: &Params, seed: u64) -> Outcome<Self> {
        let numbers = samples.numbers();
        let start = BoostingLoss::SquaredError.start(numbers);
        let far = numbers
            .iter()
            .map(|y| (y - start).abs())
            .fold(0.0, f64::max);
        let scale = if far > 0.0 { far } else { 1.0 };
        if numbers.is_empty() || !(1.0 / scale).is_finite() || !scale.is_finite() {
            let problem = Problem::new("The numbers of the target are too far apart");
            return Err(problem.fix("Divide the target by a large number").into());
        }
        Ok(Residuals {
            x: samples.x.clone(),
            residuals: numbers.iter().map(|y| (y - start) / scale).collect(),
            start,
            scale,
            seed,
            stages: 0,
            params: params.clone(),
        })
    }

    pub fn start(&self) -> f64 {
        self.start
    }

    /// The mean squared error of the training rows.
    pub fn loss(&self) -> Option<f64> {
        let count = self.residuals.len().max(1) as f64;
        let sum: f64 = self.residuals.iter().map(|r| r * r).sum();
        let loss = sum / count * self.scale * self.scale;
        (self.stages > 0 && loss.is_finite()).then_some(loss)
    }

    pub fn step(&mut self, cancel: &Cancel) -> Outcome<Tree> {
        let params = &self.params;
        let parameters = XGRegressorParameters {
            n_estimators: 1,
            learning_rate: 1.0,
            max_depth: params
                .limit("max_depth")
                .map_or(u16::MAX, |depth| depth as u16),
            min_child_weight: params.size("min_samples_leaf"),
            lambda: params.real("l2_regularization"),
            gamma: 0.0,
            base_score: 0.0,
            subsample: params.real("subsample"),
            seed: Random::stream(self.seed, self.stages as u64).word() >> 1,
            ..XGRegressorParameters::default()
        };
        let x = Watched::new(&self.x, cancel);
        let fit: XGRegressor<f64, f64, Watched, Vec<f64>> =
            guarded(cancel, || XGRegressor::fit(&x, &self.residuals, parameters))?;
        let unread =
            || Problem::new("smartcore's tree cannot be read").fix("Choose the engine seefit");
        let written = serde_json::to_value(&fit).map_err(|_| unread())?;
        let boosted: Boosted = serde_json::from_value(written).map_err(|_| unread())?;
        let root = boosted.regressors.and_then(|mut trees| trees.pop());
        let mut tree = flat(&root.ok_or_else(unread)?, self.x.columns());
        if !tree.is_sound() {
            return Err(unread().into());
        }
        let rate = params.real("learning_rate");
        tree.values.iter_mut().for_each(|value| *value *= rate);
        let mut values = vec![0.0; self.residuals.len()];
        let block = ROWS * self.x.columns().max(1);
        for (rows, values) in self.x.values().chunks(block).zip(values.chunks_mut(ROWS)) {
            cancel.check()?;
            tree.add_predictions(rows, values);
        }
        for (residual, value) in self.residuals.iter_mut().zip(values) {
            *residual -= value;
        }
        tree.values
            .iter_mut()
            .for_each(|value| *value *= self.scale);
        self.stages += 1;
        Ok(tree)
    }
}

/// The nodes as arrays, parents first. Impurities say what each split gained; rows are not known.
fn flat(root: &Node, columns: usize) -> Tree {
    let mut tree = Tree {
        columns,
        outputs: 1,
        feature: Vec::new(),
        threshold: Vec::new(),
        left: Vec::new(),
        right: Vec::new(),
        depth: Vec::new(),
        impurity: Vec::new(),
        samples: Vec::new(),
        weights: Vec::new(),
        values: Vec::new(),
    };
    // A node, its depth, and the place of its parent that waits for its number.
    let mut waiting = vec![(root, 0, None)];
    while let Some((node, depth, parent)) = waiting.pop() {
        let number = tree.feature.len();
        match parent {
            Some((parent, true)) => tree.left[parent as usize] = number as u32,
            Some((parent, false)) => tree.right[parent as usize] = number as u32,
            None => {}
        }
        let inner = node.left.as_deref().zip(node.right.as_deref());
        tree.feature
            .push(inner.map_or(LEAF, |_| node.split_feature_idx as u32));
        tree.threshold.push(inner.map_or(0.0, |_| node.threshold));
        tree.left.push(0);
        tree.right.push(0);
        tree.depth.push(depth);
        tree.impurity
            .push(inner.map_or(0.0, |_| 2.0 * node.split_score));
        tree.samples.push(1);
        tree.values.push(node.value);
        if let Some((left, right)) = inner {
            waiting.push((right, depth + 1, Some((number as u32, false))));
            waiting.push((left, depth + 1, Some((number as u32, true))));
        }
    }
    // A node's lowering is its impurity less its children's: add up from below.
    for node in (0..tree.feature.len()).rev() {
        if tree.feature[node] != LEAF {
            let (left, right) = (tree.left[node] as usize, tree.right[node] as usize);
            tree.impurity[node] += tree.impurity[left] + tree.impurity[right];
        }
    }
    tree
}
