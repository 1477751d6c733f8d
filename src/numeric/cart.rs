//! Grows one decision tree exactly: every threshold of every feature is tried.
//!
//! CART (Breiman, Friedman, Olshen and Stone, 1984) on columns sorted once: a node is the same
//! stretch of every column's list, and a split parts each list in order (Mehta, Agrawal and Rissanen,
//! SLIQ, 1996). Thresholds, stopping rules and impurities agree with scikit-learn's
//! `DecisionTreeClassifier` and `DecisionTreeRegressor`. Of equally good splits the lowest feature
//! wins, then the lowest threshold (scikit-learn draws). No recursion: depth may reach the rows.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::sync::Arc;

use super::criterion::{Criterion, Entropy, EntropyTable, Gini, SquaredError, Weighted};
use super::sorted::{Sorted, between};
use super::{Labels, Tree};
use crate::base::{Cancel, Outcome, Random};

/// How impurity is measured for classes. `log_loss` in scikit-learn is entropy. Numbers always take
/// the squared error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Impurity {
    Gini,
    Entropy,
}

/// Parameters by scikit-learn's names and meanings.
#[derive(Clone, Debug, PartialEq)]
pub struct TreeParams {
    pub criterion: Impurity,
    pub max_depth: Option<usize>,
    /// Smaller nodes are not split; at least 2.
    pub min_samples_split: usize,
    /// At least 1.
    pub min_samples_leaf: usize,
    /// How many features, drawn anew in every node, are tried; all where `None`.
    pub max_features: Option<usize>,
    /// Where given, the node whose split gains most is split first.
    pub max_leaf_nodes: Option<usize>,
    pub min_impurity_decrease: f64,
    pub ccp_alpha: f64,
    /// How much a row of each class counts; all alike where `None`.
    pub class_weight: Option<Arc<[f64]>>,
    /// Only `max_features` draws.
    pub seed: u64,
}

impl Default for TreeParams {
    fn default() -> Self {
        TreeParams {
            criterion: Impurity::Gini,
            max_depth: None,
            min_samples_split: 2,
            min_samples_leaf: 1,
            max_features: None,
            max_leaf_nodes: None,
            min_impurity_decrease: 0.0,
            ccp_alpha: 0.0,
            class_weight: None,
            seed: 0,
        }
    }
}

impl Tree {
    /// Grows a tree on all rows; `y` has one label for each. Looks at `cancel` once a feature of a
    /// node.
    pub fn grow(x: &Sorted, y: &Labels, params: &TreeParams, cancel: &Cancel) -> Outcome<Tree> {
        let tree = match y {
            Labels::Classes { codes, count } => match params.criterion {
                _ if params.class_weight.is_some() => {
                    let weights = params.class_weight.iter().flat_map(|all| all.iter());
                    let entropy = params.criterion == Impurity::Entropy;
                    let criterion = Weighted::new(weights.copied().collect(), entropy);
                    Grower::new(x, criterion, *count, params, cancel).grow(|row| codes[row])?
                }
                Impurity::Gini => Grower::new(x, Gini::new(*count), *count, params, cancel)
                    .grow(|row| codes[row])?,
                Impurity::Entropy => {
                    let criterion = Entropy::new(*count, Arc::new(EntropyTable::new(x.rows)));
                    Grower::new(x, criterion, *count, params, cancel).grow(|row| codes[row])?
                }
            },
            Labels::Numbers(numbers) => {
                let centre = SquaredError::centre(numbers);
                Grower::new(x, SquaredError::new(centre), 1, params, cancel)
                    .grow(|row| numbers[row] - centre)?
            }
        };
        Ok(if params.ccp_alpha > 0.0 {
            tree.prune(params.ccp_alpha)
        } else {
            tree
        })
    }
}

/// Rows of a feature that are tried between two looks at the flag: a score by logarithms takes some
/// hundred operations.
const ROWS: usize = 1 << 13;

/// One row in the list of one feature.
#[derive(Clone, Copy)]
struct Entry<T> {
    rank: u32,
    row: u32,
    target: T,
}

/// The best split of a node.
#[derive(Clone, Copy)]
struct Split {
    feature: usize,
    score: f64,
    /// Where the right part starts in the lists.
    middle: usize,
}

/// A node that will be split, and how.
struct Open {
    node: usize,
    start: usize,
    end: usize,
    /// Decides what its draws are: the way from the root, so that a cut tree equals a shallow one.
    way: u64,
    split: Split,
    priority: f64,
}

impl Ord for Open {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_priority = self.priority.total_cmp(&other.priority);
        by_priority.then(other.node.cmp(&self.node))
    }
}

impl PartialOrd for Open {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Open {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Open {}

struct Grower<'a, C: Criterion> {
    x: &'a Sorted,
    params: &'a TreeParams,
    cancel: &'a Cancel,
    criterion: C,
    /// One list a feature. Where a feature is constant in a node, its list is not parted any more:
    /// it stays constant in all stretches below, which is all that is asked of it.
    lists: Vec<Vec<Entry<C::Target>>>,
    /// By row: 1 where it goes left in the split at hand.
    goes_left: Vec<u8>,
    spare: Vec<Entry<C::Target>>,
    features: Vec<u32>,
    tree: Tree,
}

impl<'a, C: Criterion> Grower<'a, C> {
    fn new(
        x: &'a Sorted,
        criterion: C,
        outputs: usize,
        params: &'a TreeParams,
        cancel: &'a Cancel,
    ) -> Self {
        Grower {
            x,
            params,
            cancel,
            criterion,
            lists: Vec::with_capacity(x.columns.len()),
            goes_left: vec![0; x.rows],
            spare: Vec::new(),
            features: (0..x.columns.len() as u32).collect(),
            tree: Tree::new(x.columns.len(), outputs),
        }
    }

    fn grow(mut self, target: impl Fn(usize) -> C::Target) -> Outcome<Tree> {
        for column in &self.x.columns {
            self.cancel.check()?;
            let entries = column.order.iter().zip(&column.ranks);
            self.lists.push(
                entries
                    .map(|(&row, &rank)| Entry {
                        rank,
                        row,
                        target: target(row as usize),
                    })
                    .collect(),
            );
        }
        let rows = self.x.rows;
        self.spare = self.lists.first().cloned().unwrap_or_default();
        self.criterion.open((0..rows).map(|row| (target(row), 1)));
        let mut open = BinaryHeap::new();
        if self.add_node(0) {
            open.extend(self.find(0, 0, rows, 1)?);
        }
        let most = self.params.max_leaf_nodes.unwrap_or(usize::MAX);
        let mut leaves = 1;
        while leaves < most
            && let Some(next) = open.pop()
        {
            leaves += 1;
            let [left, right] = self.split(next)?;
            open.extend(left);
            open.extend(right);
        }
        Ok(self.tree)
    }

    /// Adds the node that the criterion holds; whether it may be split.
    fn add_node(&mut self, depth: u32) -> bool {
        let weight = self.criterion.weight() as usize;
        let pure = self.criterion.is_pure();
        let impurity = if pure { 0.0 } else { self.criterion.impurity() };
        self.tree.push(depth, impurity, weight as u32);
        self.tree.weights.extend(self.criterion.mass());
        self.criterion.predict(&mut self.tree.values);
        !pure
            && self
                .params
                .max_depth
                .is_none_or(|most| (depth as usize) < most)
            && weight >= self.params.min_samples_split.max(2)
            && weight / 2 >= self.params.min_samples_leaf.max(1)
    }

    /// The best split of a node that the criterion holds, if there is any.
    fn find(&mut self, node: usize, start: usize, end: usize, way: u64) -> Outcome<Option<Open>> {
        let all = self.lists.len();
        let wanted = self.params.max_features.unwrap_or(all).clamp(1, all.max(1));
        let mut best: Option<Split> = None;
        if wanted >= all {
            for feature in 0..all {
                self.try_feature(feature, start, end, &mut best)?;
            }
        } else {
            // Drawn until `max_features` were looked at and one of them was not constant, as in
            // scikit-learn.
            let mut random = Random::stream(self.params.seed, way);
            for (at, feature) in self.features.iter_mut().enumerate() {
                *feature = at as u32;
            }
            let mut varying = false;
            for drawn in 0..all {
                if drawn >= wanted && varying {
                    break;
                }
                self.features.swap(drawn, drawn + random.below(all - drawn));
                let feature = self.features[drawn] as usize;
                varying |= self.try_feature(feature, start, end, &mut best)?;
            }
        }
        let Some(split) = best else {
            return Ok(None);
        };
        let decrease = (split.score - self.criterion.unsplit()) / self.x.rows as f64;
        let least = self.params.min_impurity_decrease;
        if least > 0.0 && decrease + f64::EPSILON < least {
            return Ok(None);
        }
        Ok(Some(Open {
            node,
            start,
            end,
            way,
            split,
            priority: if self.params.max_leaf_nodes.is_some() {
                decrease
            } else {
                node as f64
            },
        }))
    }

    /// Tries all thresholds of a feature; false where it is constant.
    fn try_feature(
        &mut self,
        feature: usize,
        start: usize,
        end: usize,
        best: &mut Option<Split>,
    ) -> Outcome<bool> {
        let list = &self.lists[feature][start..end];
        if list[0].rank == list[list.len() - 1].rank {
            return Ok(false);
        }
        let least = self.params.min_samples_leaf.max(1);
        let criterion = &mut self.criterion;
        criterion.rewind();
        let (mut score, mut middle) = (f64::NEG_INFINITY, 0);
        for entry in &list[..least - 1] {
            criterion.take(entry.target, 1);
        }
        let (mut from, last) = (least - 1, list.len() - least);
        while from < last {
            self.cancel.check()?;
            let to = (from + ROWS).min(last);
            for at in from..to {
                criterion.take(list[at].target, 1);
                if list[at].rank != list[at + 1].rank {
                    let new = criterion.score();
                    if new > score {
                        score = new;
                        middle = at + 1;
                    }
                }
            }
            from = to;
        }
        let better =
            |old: &Split| score > old.score || (score == old.score && feature < old.feature);
        if middle > 0 && best.as_ref().is_none_or(better) {
            *best = Some(Split {
                feature,
                score,
                middle: start + middle,
            });
        }
        Ok(true)
    }

    /// Makes the children of a node and finds their splits.
    fn split(&mut self, open: Open) -> Outcome<[Option<Open>; 2]> {
        let Open {
            node, start, end, ..
        } = open;
        let Split {
            feature, middle, ..
        } = open.split;
        let list = &self.lists[feature];
        let values = &self.x.columns[feature].values;
        let low = values[list[middle - 1].rank as usize];
        let high = values[list[middle].rank as usize];
        let left = self.tree.nodes();
        self.tree.feature[node] = feature as u32;
        self.tree.threshold[node] = between(low, high);
        self.tree.left[node] = left as u32;
        self.tree.right[node] = left as u32 + 1;

        let depth = self.tree.depth[node] + 1;
        self.open(feature, start, middle);
        let split_left = self.add_node(depth);
        self.open(feature, middle, end);
        let split_right = self.add_node(depth);
        if !split_left && !split_right {
            return Ok([None, None]);
        }
        self.part(feature, start, middle, end)?;
        let way = |side: u64| {
            (open.way ^ side)
                .wrapping_mul(0xff51_afd7_ed55_8ccd)
                .rotate_left(29)
        };
        let mut found = [None, None];
        if split_left {
            self.open(feature, start, middle);
            found[0] = self.find(left, start, middle, way(0x5bd1))?;
        }
        if split_right {
            self.open(feature, middle, end);
            found[1] = self.find(left + 1, middle, end, way(0xe995))?;
        }
        Ok(found)
    }

    fn open(&mut self, feature: usize, start: usize, end: usize) {
        let list = &self.lists[feature][start..end];
        self.criterion
            .open(list.iter().map(|entry| (entry.target, 1)));
    }

    /// Parts the lists of all other features, keeping their order.
    fn part(&mut self, feature: usize, start: usize, middle: usize, end: usize) -> Outcome<()> {
        for (at, entry) in self.lists[feature][start..end].iter().enumerate() {
            self.goes_left[entry.row as usize] = u8::from(start + at < middle);
        }
        let goes_left = &self.goes_left;
        for (other, list) in self.lists.iter_mut().enumerate() {
            let list = &mut list[start..end];
            if other == feature || list[0].rank == list[list.len() - 1].rank {
                continue;
            }
            self.cancel.check()?;
            // Written to both places, counted in one: no branch to mispredict.
            let spare = &mut self.spare[..list.len()];
            let (mut left, mut right) = (0, 0);
            for at in 0..list.len() {
                let entry = list[at];
                let is_left = usize::from(goes_left[entry.row as usize]);
                list[left] = entry;
                spare[right] = entry;
                left += is_left;
                right += 1 - is_left;
            }
            list[left..].copy_from_slice(&spare[..right]);
        }
        Ok(())
    }
}

#[cfg(test)]
pub(super) mod tests;
