//! Grows one tree of a boosting stage on binned features, by sums of gradients and Hessians.
//!
//! Chen and Guestrin, "XGBoost" (2016), equations 6 and 7; Ke et al., "LightGBM" (2017): only the
//! smaller child is counted, the larger is what is left of its parent.

use super::Tree;
use super::bins::BinnedColumn;
use crate::base::{Cancel, Outcome};

/// The least sum of Hessians in a child, as in scikit-learn's histogram boosting: below it a Newton
/// step is a guess.
const LEAST_HESSIAN: f64 = 1e-3;

/// Histograms kept for subtraction may take so much; beyond, both children are counted.
const KEPT_BYTES: usize = 128 << 20;

/// First and second derivative of the loss of a row by its score.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Slope {
    pub gradient: f32,
    pub hessian: f32,
}

/// Limits of a tree; names and meanings are scikit-learn's.
#[derive(Clone, Debug, PartialEq)]
pub struct BoostingLimits {
    pub max_depth: Option<usize>,
    pub max_leaf_nodes: Option<usize>,
    pub min_samples_leaf: usize,
    pub l2_regularization: f64,
}

/// What rows add up to, in a bin or a node.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    gradient: f64,
    hessian: f64,
    rows: f64,
}

impl Sums {
    fn less(self, other: Sums) -> Sums {
        Sums {
            gradient: self.gradient - other.gradient,
            hessian: self.hessian - other.hessian,
            rows: self.rows - other.rows,
        }
    }
}

#[derive(Clone, Copy)]
struct Split {
    gain: f64,
    feature: usize,
    /// Bins up to this one go left.
    lower: u8,
    threshold: f64,
    left: Sums,
}

/// A node that may be split, and how.
struct Open {
    node: usize,
    start: usize,
    end: usize,
    sums: Sums,
    split: Split,
    histogram: Option<Vec<Sums>>,
}

/// A tree and where the rows of its leaves stand.
pub(super) struct GrownTree {
    /// Every node predicts the Newton step of its rows.
    pub tree: Tree,
    /// The rows it was grown on, those of a leaf together.
    pub rows: Vec<u32>,
    /// Node, start and end within `rows` of each leaf.
    pub leaves: Vec<(usize, usize, usize)>,
}

pub(super) struct Grower<'a> {
    columns: &'a [BinnedColumn],
    /// Where the bins of each column start in a histogram.
    offsets: Vec<usize>,
    slopes: &'a [Slope],
    /// All Hessians are 1.
    even: bool,
    limits: &'a BoostingLimits,
    cancel: &'a Cancel,
    rows: Vec<u32>,
    /// The rows are all there are, in order: no need to look them up.
    all: bool,
    spare: Vec<u32>,
    gathered: Vec<Slope>,
    free: Vec<Vec<Sums>>,
    made: usize,
    tree: Tree,
}

impl<'a> Grower<'a> {
    /// `slopes` has one entry a row of the columns; `rows` are those to grow on, ascending.
    pub fn new(
        columns: &'a [BinnedColumn],
        slopes: &'a [Slope],
        even: bool,
        rows: Vec<u32>,
        limits: &'a BoostingLimits,
        cancel: &'a Cancel,
    ) -> Self {
        let mut offsets = vec![0];
        for column in columns {
            offsets.push(offsets[offsets.len() - 1] + column.bins());
        }
        Grower {
            columns,
            offsets,
            slopes,
            even,
            limits,
            cancel,
            all: rows.len() == slopes.len(),
            rows,
            spare: Vec::new(),
            gathered: Vec::new(),
            free: Vec::new(),
            made: 0,
            tree: Tree::new(columns.len(), 1),
        }
    }

    pub fn grow(mut self) -> Outcome<GrownTree> {
        let end = self.rows.len();
        let mut sums = Sums::default();
        for &row in &self.rows {
            let slope = self.slopes[row as usize];
            sums.gradient += f64::from(slope.gradient);
            sums.hessian += f64::from(slope.hessian);
        }
        sums.rows = end as f64;
        let mut leaves = Vec::new();
        let mut open = Vec::new();
        let root = self.push(0, sums);
        if self.may_split(0, sums) {
            let mut histogram = self.histogram();
            self.count(0, end, &mut histogram)?;
            self.offer(root, 0, end, sums, histogram, &mut open, &mut leaves)?;
        } else {
            leaves.push((root, 0, end));
        }
        let most = self.limits.max_leaf_nodes.unwrap_or(usize::MAX);
        while leaves.len() + open.len() < most {
            let Some(next) = self.next(&mut open) else {
                break;
            };
            self.split(next, &mut open, &mut leaves)?;
        }
        leaves.extend(open.iter().map(|o| (o.node, o.start, o.end)));
        Ok(GrownTree {
            tree: self.tree,
            rows: self.rows,
            leaves,
        })
    }

    /// The one that gains most where leaves are counted; else the last, which keeps few waiting.
    fn next(&self, open: &mut Vec<Open>) -> Option<Open> {
        if self.limits.max_leaf_nodes.is_none() {
            return open.pop();
        }
        let gains = open.iter().enumerate();
        let (best, _) = gains.max_by(|(_, a), (_, b)| {
            let by_gain = a.split.gain.total_cmp(&b.split.gain);
            by_gain.then(b.node.cmp(&a.node))
        })?;
        Some(open.swap_remove(best))
    }

    fn push(&mut self, depth: u32, sums: Sums) -> usize {
        let score = self.score(sums);
        // Such that lowering of impurity, weighted by rows, is what the split gained.
        let impurity = -score / sums.rows.max(1.0);
        let node = self.tree.push(depth, impurity, sums.rows as u32);
        self.tree.values.push(newton(sums, self.limits));
        node
    }

    fn score(&self, sums: Sums) -> f64 {
        let weight = sums.hessian + self.limits.l2_regularization;
        if weight > 0.0 {
            sums.gradient * sums.gradient / weight
        } else {
            0.0
        }
    }

    fn may_split(&self, depth: u32, sums: Sums) -> bool {
        sums.rows >= 2.0 * self.limits.min_samples_leaf.max(1) as f64
            && sums.hessian >= 2.0 * LEAST_HESSIAN
            && self
                .limits
                .max_depth
                .is_none_or(|most| (depth as usize) < most)
    }

    fn histogram(&mut self) -> Vec<Sums> {
        self.made += 1;
        let bins = self.offsets[self.columns.len()];
        self.free
            .pop()
            .unwrap_or_else(|| vec![Sums::default(); bins])
    }

    fn give_back(&mut self, histogram: Vec<Sums>) {
        self.made -= 1;
        self.free.push(histogram);
    }

    fn split(
        &mut self,
        next: Open,
        open: &mut Vec<Open>,
        leaves: &mut Vec<(usize, usize, usize)>,
    ) -> Outcome<()> {
        let Open {
            node,
            start,
            end,
            sums,
            split,
            histogram: parent,
        } = next;
        let middle = self.part(start, end, &split);
        let depth = self.tree.depth[node] + 1;
        let (left_sums, right_sums) = (split.left, sums.less(split.left));
        self.tree.feature[node] = split.feature as u32;
        self.tree.threshold[node] = split.threshold;
        let left = self.push(depth, left_sums);
        let right = self.push(depth, right_sums);
        self.tree.left[node] = left as u32;
        self.tree.right[node] = right as u32;
        let mut children = [
            (left, start, middle, left_sums, None),
            (right, middle, end, right_sums, None),
        ];
        let splits = children.each_ref().map(|c| self.may_split(depth, c.3));
        let small = usize::from(end - middle < middle - start);
        match parent {
            Some(mut parent) if splits[0] || splits[1] => {
                let mut counted = self.histogram();
                let (_, from, to, ..) = children[small];
                self.count(from, to, &mut counted)?;
                if splits[1 - small] {
                    for (all, small) in parent.iter_mut().zip(&counted) {
                        *all = all.less(*small);
                    }
                    children[1 - small].4 = Some(parent);
                } else {
                    self.give_back(parent);
                }
                children[small].4 = Some(counted);
            }
            Some(parent) => self.give_back(parent),
            None => {
                for which in [0, 1] {
                    if splits[which] {
                        let mut counted = self.histogram();
                        let (_, from, to, ..) = children[which];
                        self.count(from, to, &mut counted)?;
                        children[which].4 = Some(counted);
                    }
                }
            }
        }
        for ((node, start, end, sums, histogram), splits) in children.into_iter().zip(splits) {
            match histogram {
                Some(histogram) if splits => {
                    self.offer(node, start, end, sums, histogram, open, leaves)?;
                }
                histogram => {
                    if let Some(histogram) = histogram {
                        self.give_back(histogram);
                    }
                    leaves.push((node, start, end));
                }
            }
        }
        Ok(())
    }

    /// Finds the best split of a node and puts it among the open ones, or among the leaves.
    fn offer(
        &mut self,
        node: usize,
        start: usize,
        end: usize,
        sums: Sums,
        histogram: Vec<Sums>,
        open: &mut Vec<Open>,
        leaves: &mut Vec<(usize, usize, usize)>,
    ) -> Outcome<()> {
        self.cancel.check()?;
        let Some(split) = self.best(sums, &histogram) else {
            self.give_back(histogram);
            leaves.push((node, start, end));
            return Ok(());
        };
        let bytes = self.made * histogram.len() * size_of::<Sums>();
        let kept = if bytes > KEPT_BYTES {
            self.made -= 1;
            None
        } else {
            Some(histogram)
        };
        open.push(Open {
            node,
            start,
            end,
            sums,
            split,
            histogram: kept,
        });
        Ok(())
    }

    /// Sums per bin of each column over these rows.
    fn count(&mut self, start: usize, end: usize, histogram: &mut [Sums]) -> Outcome<()> {
        let rows = &self.rows[start..end];
        let whole = self.all && end - start == self.slopes.len();
        if !whole {
            self.gathered.clear();
            let slopes = rows.iter().map(|&row| self.slopes[row as usize]);
            self.gathered.extend(slopes);
        }
        let mut bins = [Sums::default(); 256];
        for (column, place) in self.columns.iter().zip(self.offsets.windows(2)) {
            let count = place[1] - place[0];
            if count < 2 {
                continue;
            }
            self.cancel.check()?;
            bins[..count].fill(Sums::default());
            let codes = &column.codes;
            match (whole, self.even) {
                (true, true) => add::<true>(&mut bins, codes.iter().copied(), self.slopes),
                (true, false) => add::<false>(&mut bins, codes.iter().copied(), self.slopes),
                (false, even) => {
                    let codes = rows.iter().map(|&row| codes[row as usize]);
                    if even {
                        add::<true>(&mut bins, codes, &self.gathered);
                    } else {
                        add::<false>(&mut bins, codes, &self.gathered);
                    }
                }
            }
            histogram[place[0]..place[1]].copy_from_slice(&bins[..count]);
        }
        Ok(())
    }

    fn best(&self, sums: Sums, histogram: &[Sums]) -> Option<Split> {
        let least = self.limits.min_samples_leaf.max(1) as f64;
        let here = self.score(sums);
        // Less is rounding.
        let mut score = here * (1.0 + 1e-10) + f64::MIN_POSITIVE;
        let mut best = None;
        for (feature, place) in self.offsets.windows(2).enumerate() {
            let bins = &histogram[place[0]..place[1]];
            if bins.len() < 2 {
                continue;
            }
            let mut left = Sums::default();
            // The best split waits for the next bin with rows, to know its threshold.
            let mut waiting = None;
            for (at, bin) in bins.iter().enumerate() {
                if bin.rows < 0.5 {
                    continue;
                }
                if let Some((lower, left)) = waiting.take() {
                    best = Some((feature, lower, at as u8, score, left));
                }
                left.gradient += bin.gradient;
                left.hessian += if self.even { bin.rows } else { bin.hessian };
                left.rows += bin.rows;
                let right = sums.less(left);
                if left.rows < least || left.hessian < LEAST_HESSIAN {
                    continue;
                }
                if right.rows < least || right.hessian < LEAST_HESSIAN {
                    break;
                }
                let new = self.score(left) + self.score(right);
                if new > score {
                    score = new;
                    waiting = Some((at as u8, left));
                }
            }
        }
        best.map(|(feature, lower, upper, score, left)| Split {
            gain: score - here,
            feature,
            lower,
            threshold: self.columns[feature].threshold(lower, upper),
            left,
        })
    }

    /// Puts the rows that go left first, in their order; returns where the others start.
    fn part(&mut self, start: usize, end: usize, split: &Split) -> usize {
        let codes = &self.columns[split.feature].codes;
        let rows = &mut self.rows[start..end];
        self.spare.resize(rows.len().max(self.spare.len()), 0);
        let (mut left, mut right) = (0, 0);
        for at in 0..rows.len() {
            let row = rows[at];
            let goes_left = usize::from(codes[row as usize] <= split.lower);
            rows[left] = row;
            self.spare[right] = row;
            left += goes_left;
            right += 1 - goes_left;
        }
        rows[left..].copy_from_slice(&self.spare[..right]);
        start + left
    }
}

#[inline(always)]
fn add<const EVEN: bool>(
    bins: &mut [Sums; 256],
    codes: impl Iterator<Item = u8>,
    slopes: &[Slope],
) {
    for (code, slope) in codes.zip(slopes) {
        let bin = &mut bins[code as usize];
        bin.gradient += f64::from(slope.gradient);
        if !EVEN {
            bin.hessian += f64::from(slope.hessian);
        }
        bin.rows += 1.0;
    }
}

/// The step that lowers the loss of these rows most, to second order.
fn newton(sums: Sums, limits: &BoostingLimits) -> f64 {
    let weight = sums.hessian + limits.l2_regularization;
    // As scikit-learn: a Hessian of nothing gives no step.
    if weight.abs() < 1e-150 {
        0.0
    } else {
        -sums.gradient / weight
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Random;
    use crate::numeric::Matrix;

    fn grow(x: &Matrix, slopes: &[Slope], even: bool, limits: &BoostingLimits) -> GrownTree {
        let cancel = Cancel::new();
        let columns = BinnedColumn::all(x, &cancel).unwrap();
        let rows = (0..x.rows() as u32).collect();
        Grower::new(&columns, slopes, even, rows, limits, &cancel)
            .grow()
            .unwrap()
    }

    fn sample(rows: usize) -> (Matrix, Vec<Slope>) {
        let mut random = Random::new(4);
        let x = (0..rows * 3).map(|_| random.below(40) as f64).collect();
        let slope = |_| Slope {
            gradient: (random.uniform() - 0.5) as f32,
            hessian: (0.1 + random.uniform()) as f32,
        };
        (Matrix::new(rows, 3, x), (0..rows).map(slope).collect())
    }

    /// Every split of every node is tried anew, row by row.
    #[test]
    fn each_split_is_the_best_there_is() {
        let (x, mut slopes) = sample(300);
        for even in [false, true] {
            if even {
                slopes.iter_mut().for_each(|s| s.hessian = 1.0);
            }
            let limits = BoostingLimits {
                max_depth: Some(4),
                max_leaf_nodes: None,
                min_samples_leaf: 5,
                l2_regularization: 0.3,
            };
            let grown = grow(&x, &slopes, even, &limits);
            let tree = &grown.tree;
            assert!(tree.is_sound() && tree.depth() == 4 && tree.leaves() > 8);
            assert_eq!(grown.leaves.len(), tree.leaves());
            for node in 0..tree.nodes() {
                let mut inside: Vec<usize> = Vec::new();
                for row in 0..x.rows() {
                    let depth = tree.depth[node] as usize;
                    if tree.node_at_depth(x.row(row), depth) == node {
                        inside.push(row);
                    }
                }
                assert_eq!(inside.len(), tree.samples[node] as usize);
                let sums = |rows: &[usize]| {
                    let add = |f: fn(&Slope) -> f32| {
                        rows.iter().map(|r| f64::from(f(&slopes[*r]))).sum::<f64>()
                    };
                    (add(|s| s.gradient), add(|s| s.hessian))
                };
                let score = |rows: &[usize]| {
                    let (g, h) = sums(rows);
                    g * g / (h + 0.3)
                };
                let (g, h) = sums(&inside);
                assert!((tree.value(node)[0] + g / (h + 0.3)).abs() < 1e-9);
                if tree.is_leaf(node) {
                    continue;
                }
                let gain = |feature: usize, threshold: f64| {
                    let is_left = |row: &usize| x.at(*row, feature) <= threshold;
                    let (left, right): (Vec<usize>, Vec<usize>) =
                        inside.iter().copied().partition(is_left);
                    let allowed = left.len() >= 5 && right.len() >= 5;
                    if allowed {
                        score(&left) + score(&right)
                    } else {
                        f64::NEG_INFINITY
                    }
                };
                let own = gain(tree.feature[node] as usize, tree.threshold[node]);
                for feature in 0..3 {
                    for value in 0..40 {
                        let other = gain(feature, f64::from(value) + 0.5);
                        assert!(own >= other - 1e-9, "node {node}: {own} {other}");
                    }
                }
            }
            for (node, start, end) in grown.leaves {
                for &row in &grown.rows[start..end] {
                    assert_eq!(tree.leaf_of(x.row(row as usize)), node);
                }
            }
        }
    }

    #[test]
    fn the_best_leaves_come_first_where_they_are_counted() {
        let (x, slopes) = sample(200);
        let limits = |max_leaf_nodes| BoostingLimits {
            max_depth: None,
            max_leaf_nodes,
            min_samples_leaf: 1,
            l2_regularization: 0.0,
        };
        let gain = |tree: &Tree| -> f64 {
            let leaves = (0..tree.nodes()).filter(|&node| tree.is_leaf(node));
            let of = |node: usize| tree.impurity[node] * f64::from(tree.samples[node]);
            of(0) - leaves.map(of).sum::<f64>()
        };
        let mut before = 0.0;
        for most in [2, 5, 9, 30] {
            let tree = grow(&x, &slopes, false, &limits(Some(most))).tree;
            assert_eq!(tree.leaves(), most);
            assert!(gain(&tree) > before);
            before = gain(&tree);
        }
        let full = grow(&x, &slopes, false, &limits(None)).tree;
        assert!(full.leaves() > 100 && gain(&full) > before);
    }

    #[test]
    fn constant_columns_and_level_gradients_give_one_leaf() {
        let limits = BoostingLimits {
            max_depth: Some(3),
            max_leaf_nodes: None,
            min_samples_leaf: 1,
            l2_regularization: 0.0,
        };
        let level = vec![
            Slope {
                gradient: 0.3,
                hessian: 1.0
            };
            20
        ];
        let flat = Matrix::new(20, 2, vec![1.0; 40]);
        assert_eq!(grow(&flat, &level, true, &limits).tree.nodes(), 1);
        let rising = Matrix::new(20, 1, (0..20).map(f64::from).collect());
        assert_eq!(grow(&rising, &level, true, &limits).tree.nodes(), 1);
        let stop = Cancel::new();
        stop.cancel();
        let columns = BinnedColumn::all(&rising, &Cancel::new()).unwrap();
        let rows = (0..20).collect();
        assert!(
            Grower::new(&columns, &level, true, rows, &limits, &stop)
                .grow()
                .is_err()
        );
    }
}
