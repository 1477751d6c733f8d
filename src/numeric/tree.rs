//! A decision tree as flat arrays: predictions, cuts, pruning, importances.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use serde::{Deserialize, Serialize};

/// What `feature` says in a leaf.
pub const LEAF: u32 = u32::MAX;

/// A binary tree over rows of numbers. Node 0 is the root; children come after their parent. A row
/// goes left where `row[feature] <= threshold`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tree {
    /// How many features a row has.
    pub columns: usize,
    /// How many numbers a node predicts: one a class, or one.
    pub outputs: usize,
    /// The feature that a node asks for, [`LEAF`] in a leaf.
    pub feature: Vec<u32>,
    /// In the units of the feature; 0 in a leaf.
    pub threshold: Vec<f64>,
    /// Children; 0 in a leaf.
    pub left: Vec<u32>,
    pub right: Vec<u32>,
    /// 0 at the root.
    pub depth: Vec<u32>,
    pub impurity: Vec<f64>,
    /// How many training rows reached a node; of a bootstrap sample, each as often as drawn.
    pub samples: Vec<u32>,
    /// What those rows weigh, where classes do not count alike; else empty.
    #[serde(default)]
    pub weights: Vec<f64>,
    /// Nodes times outputs: shares of the classes among the rows of a node, or their mean. Inner nodes
    /// have them too, so that a tree can be cut anywhere.
    pub values: Vec<f64>,
}

/// A split that could come next: its gain and its node. The greatest gain first, of equals the node
/// that was made first.
struct Gain(f64, usize);

impl PartialEq for Gain {
    fn eq(&self, other: &Gain) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Gain {}

impl PartialOrd for Gain {
    fn partial_cmp(&self, other: &Gain) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Gain {
    fn cmp(&self, other: &Gain) -> Ordering {
        let gain = self.0.total_cmp(&other.0);
        gain.then_with(|| other.1.cmp(&self.1))
    }
}

impl Tree {
    pub(super) fn new(columns: usize, outputs: usize) -> Tree {
        Tree {
            columns,
            outputs,
            feature: Vec::new(),
            threshold: Vec::new(),
            left: Vec::new(),
            right: Vec::new(),
            depth: Vec::new(),
            impurity: Vec::new(),
            samples: Vec::new(),
            weights: Vec::new(),
            values: Vec::new(),
        }
    }

    /// A leaf without values: the caller adds those.
    pub(super) fn push(&mut self, depth: u32, impurity: f64, samples: u32) -> usize {
        self.feature.push(LEAF);
        self.threshold.push(0.0);
        self.left.push(0);
        self.right.push(0);
        self.depth.push(depth);
        // Squares of huge targets overflow: cut at the largest number, as an impurity is there to be shown.
        let known = if impurity.is_finite() {
            impurity
        } else {
            f64::MAX
        };
        self.impurity.push(known);
        self.samples.push(samples);
        self.feature.len() - 1
    }

    pub fn nodes(&self) -> usize {
        self.feature.len()
    }

    pub fn is_leaf(&self, node: usize) -> bool {
        self.feature[node] == LEAF
    }

    pub fn leaves(&self) -> usize {
        self.feature.iter().filter(|&&f| f == LEAF).count()
    }

    /// 0 for a root alone.
    pub fn depth(&self) -> usize {
        self.depth.iter().max().map_or(0, |&depth| depth as usize)
    }

    /// What the training rows of a node weigh.
    pub fn weight(&self, node: usize) -> f64 {
        let rows = || f64::from(self.samples[node]);
        self.weights.get(node).copied().unwrap_or_else(rows)
    }

    /// What a node predicts.
    pub fn value(&self, node: usize) -> &[f64] {
        &self.values[node * self.outputs..(node + 1) * self.outputs]
    }

    /// The leaf that a row reaches.
    #[inline]
    pub fn leaf_of(&self, row: &[f64]) -> usize {
        let mut node = 0;
        loop {
            let feature = self.feature[node];
            if feature == LEAF {
                return node;
            }
            node = if row[feature as usize] <= self.threshold[node] {
                self.left[node]
            } else {
                self.right[node]
            } as usize;
        }
    }

    /// The node that a row reaches in the tree cut at this depth.
    #[inline]
    pub fn node_at_depth(&self, row: &[f64], depth: usize) -> usize {
        let mut node = 0;
        for _ in 0..depth {
            let feature = self.feature[node];
            if feature == LEAF {
                break;
            }
            node = if row[feature as usize] <= self.threshold[node] {
                self.left[node]
            } else {
                self.right[node]
            } as usize;
        }
        node
    }

    /// Shares of the classes, or the number, for one row.
    pub fn predict_row(&self, row: &[f64]) -> &[f64] {
        self.value(self.leaf_of(row))
    }

    /// Rows one after another in, `outputs` numbers a row out.
    pub fn predict(&self, rows: &[f64], out: &mut [f64]) {
        let rows = rows.chunks_exact(self.columns.max(1));
        for (row, out) in rows.zip(out.chunks_exact_mut(self.outputs)) {
            out.copy_from_slice(self.predict_row(row));
        }
    }

    /// The predictions of the tree cut at this depth: those of a tree grown to this `max_depth`.
    pub fn predict_to_depth(&self, rows: &[f64], depth: usize, out: &mut [f64]) {
        let rows = rows.chunks_exact(self.columns.max(1));
        for (row, out) in rows.zip(out.chunks_exact_mut(self.outputs)) {
            out.copy_from_slice(self.value(self.node_at_depth(row, depth)));
        }
    }

    /// Adds the predictions to `sums`: a forest is the sum of its trees, in their order.
    pub fn add_predictions(&self, rows: &[f64], sums: &mut [f64]) {
        let rows = rows.chunks_exact(self.columns.max(1));
        for (row, sums) in rows.zip(sums.chunks_exact_mut(self.outputs)) {
            for (sum, value) in sums.iter_mut().zip(self.predict_row(row)) {
                *sum += value;
            }
        }
    }

    /// The tree that growing to this `max_depth` gives. Exact where the tree was grown depth by depth,
    /// without `max_leaf_nodes` and pruning.
    pub fn cut(&self, depth: usize) -> Tree {
        self.without(|node| self.depth[node] as usize >= depth)
    }

    /// Minimal cost-complexity pruning (Breiman et al., 1984, chapter 3): the smallest subtree that
    /// minimises impurity of the leaves, weighted by their share of the rows, plus `ccp_alpha` times
    /// their number. Agrees with scikit-learn's `ccp_alpha`.
    pub fn prune(&self, ccp_alpha: f64) -> Tree {
        if ccp_alpha <= 0.0 || self.nodes() == 0 {
            return self.clone();
        }
        let all = self.weight(0);
        let mut cost = vec![0.0; self.nodes()];
        let mut collapse = vec![false; self.nodes()];
        for node in (0..self.nodes()).rev() {
            let alone = self.impurity[node] * self.weight(node) / all + ccp_alpha;
            cost[node] = alone;
            if !self.is_leaf(node) {
                let below = cost[self.left[node] as usize] + cost[self.right[node] as usize];
                // On a tie the smaller tree; a little more for rounding.
                collapse[node] = alone <= below * (1.0 + 1e-14);
                cost[node] = alone.min(below);
            }
        }
        self.without(|node| collapse[node])
    }

    /// The tree after so many of its own splits, less one, the most useful at each moment first: the
    /// one that growing best first to this `max_leaf_nodes` gives. A split's use is the impurity that it
    /// takes away, weighted by the rows of its node.
    pub fn with_leaves(&self, leaves: usize) -> Tree {
        let mut splits = leaves.max(1) - 1;
        let mut split = vec![false; self.nodes()];
        let gain = |node: usize| {
            let weighted = |node: usize| self.impurity[node] * self.weight(node);
            let below = [self.left[node], self.right[node]].map(|child| weighted(child as usize));
            weighted(node) - below[0] - below[1]
        };
        let mut open = BinaryHeap::new();
        let push = |open: &mut BinaryHeap<Gain>, node: usize| {
            if !self.is_leaf(node) {
                open.push(Gain(gain(node), node));
            }
        };
        if self.nodes() > 0 {
            push(&mut open, 0);
        }
        while let Some(Gain(_, node)) = open.pop().filter(|_| splits > 0) {
            splits -= 1;
            split[node] = true;
            push(&mut open, self.left[node] as usize);
            push(&mut open, self.right[node] as usize);
        }
        self.without(|node| !split[node])
    }

    /// A copy in which these nodes are leaves.
    fn without(&self, is_leaf: impl Fn(usize) -> bool) -> Tree {
        let mut tree = Tree::new(self.columns, self.outputs);
        if self.nodes() == 0 {
            return tree;
        }
        // Where each kept node comes from, in the order of the old numbers.
        let mut place = vec![LEAF; self.nodes()];
        place[0] = 0;
        for node in 0..self.nodes() {
            if place[node] == LEAF {
                continue;
            }
            place[node] =
                tree.push(self.depth[node], self.impurity[node], self.samples[node]) as u32;
            tree.values.extend_from_slice(self.value(node));
            tree.weights.extend(self.weights.get(node));
            if !self.is_leaf(node) && !is_leaf(node) {
                place[self.left[node] as usize] = 0;
                place[self.right[node] as usize] = 0;
            }
        }
        for node in 0..self.nodes() {
            if place[node] == LEAF || self.is_leaf(node) || is_leaf(node) {
                continue;
            }
            let at = place[node] as usize;
            tree.feature[at] = self.feature[node];
            tree.threshold[at] = self.threshold[node];
            tree.left[at] = place[self.left[node] as usize];
            tree.right[at] = place[self.right[node] as usize];
        }
        tree
    }

    /// Size in memory.
    pub fn bytes(&self) -> usize {
        self.nodes() * 36 + (self.values.len() + self.weights.len()) * 8
    }

    /// How much each feature lowered the impurity, normalised to sum 1; zeros without a split.
    pub fn importances(&self) -> Vec<f64> {
        let mut importances = vec![0.0; self.columns];
        let weighted = |node: usize| self.impurity[node] * self.weight(node);
        for node in 0..self.nodes() {
            if !self.is_leaf(node) {
                let children =
                    weighted(self.left[node] as usize) + weighted(self.right[node] as usize);
                importances[self.feature[node] as usize] += weighted(node) - children;
            }
        }
        let sum: f64 = importances.iter().sum();
        if !sum.is_finite() {
            return vec![0.0; self.columns];
        }
        if sum > 0.0 {
            importances.iter_mut().for_each(|share| *share /= sum);
        }
        importances
    }

    /// Whether the arrays fit together, so that every prediction ends: for trees read from a file.
    pub fn is_sound(&self) -> bool {
        let nodes = self.nodes();
        let lengths = [
            self.threshold.len(),
            self.left.len(),
            self.right.len(),
            self.depth.len(),
            self.impurity.len(),
            self.samples.len(),
        ];
        let child = |node: usize, child: u32| child as usize > node && (child as usize) < nodes;
        nodes > 0
            && self.outputs > 0
            && lengths.iter().all(|&length| length == nodes)
            && (self.weights.is_empty() || self.weights.len() == nodes)
            && nodes.checked_mul(self.outputs) == Some(self.values.len())
            && (0..nodes).all(|node| {
                self.is_leaf(node)
                    || ((self.feature[node] as usize) < self.columns
                        && child(node, self.left[node])
                        && child(node, self.right[node]))
            })
    }
}
