//! Grows one tree of a forest on binned features: histograms in large nodes, sorted codes in small.

use super::Tree;
use super::bins::BinnedColumn;
use super::criterion::{Criterion, SquaredError};
use super::forest::{ForestPlan, Splitter};
use crate::base::{Cancel, Outcome, Random};

/// Up to so many rows sorting their codes beats a histogram; less than 256.
const SMALL: usize = 128;

/// A row of the tree's sample.
#[derive(Clone, Copy)]
struct Sample<T> {
    row: u32,
    /// How often it was drawn.
    weight: u32,
    target: T,
}

/// What the rows of each bin add up to.
pub(super) trait Bins<C: Criterion> {
    fn clear(&mut self, bins: usize);
    fn add(&mut self, bin: u8, target: C::Target, weight: u32);
    /// Distinct rows in a bin.
    fn rows(&self, bin: usize) -> u32;
    fn move_left(&self, bin: usize, criterion: &mut C);
}

/// Counts of the classes in each bin.
pub(super) struct ClassBins {
    classes: usize,
    counts: Vec<u32>,
    rows: [u32; 256],
}

impl ClassBins {
    pub fn new(classes: usize) -> Self {
        ClassBins {
            classes,
            counts: Vec::new(),
            rows: [0; 256],
        }
    }
}

impl<C: Criterion<Target = u32>> Bins<C> for ClassBins {
    fn clear(&mut self, bins: usize) {
        self.counts.clear();
        self.counts.resize(bins * self.classes, 0);
        self.rows[..bins].fill(0);
    }

    #[inline(always)]
    fn add(&mut self, bin: u8, class: u32, weight: u32) {
        self.counts[bin as usize * self.classes + class as usize] += weight;
        self.rows[bin as usize] += 1;
    }

    #[inline(always)]
    fn rows(&self, bin: usize) -> u32 {
        self.rows[bin]
    }

    #[inline(always)]
    fn move_left(&self, bin: usize, criterion: &mut C) {
        let counts = &self.counts[bin * self.classes..(bin + 1) * self.classes];
        for (class, &count) in counts.iter().enumerate() {
            criterion.take(class as u32, count);
        }
    }
}

/// Sums of the numbers in each bin.
pub(super) struct NumberBins {
    bins: [NumberBin; 256],
}

#[derive(Clone, Copy, Default)]
struct NumberBin {
    sum: f64,
    weight: u32,
    rows: u32,
}

impl NumberBins {
    pub fn new() -> Self {
        NumberBins {
            bins: [NumberBin::default(); 256],
        }
    }
}

impl Bins<SquaredError> for NumberBins {
    fn clear(&mut self, bins: usize) {
        self.bins[..bins].fill(NumberBin::default());
    }

    #[inline(always)]
    fn add(&mut self, bin: u8, target: f64, weight: u32) {
        let bin = &mut self.bins[bin as usize];
        bin.sum += target * f64::from(weight);
        bin.weight += weight;
        bin.rows += 1;
    }

    #[inline(always)]
    fn rows(&self, bin: usize) -> u32 {
        self.bins[bin].rows
    }

    #[inline(always)]
    fn move_left(&self, bin: usize, criterion: &mut SquaredError) {
        criterion.take_sum(self.bins[bin].sum, self.bins[bin].weight);
    }
}

/// The best split of a node so far: bins up to `lower` go left; `threshold` says the same in numbers.
#[derive(Clone, Copy)]
struct Split {
    feature: usize,
    score: f64,
    lower: u8,
    threshold: f64,
}

/// A node that will be split, and how.
struct Open {
    node: usize,
    start: usize,
    end: usize,
    split: Split,
}

pub(super) struct Grower<'a, C: Criterion, B> {
    plan: &'a ForestPlan,
    cancel: &'a Cancel,
    random: Random,
    criterion: C,
    bins: B,
    samples: Vec<Sample<C::Target>>,
    spare: Vec<Sample<C::Target>>,
    codes: Vec<u8>,
    /// Codes in the upper byte, places in the node in the lower.
    keys: Vec<u16>,
    features: Vec<u32>,
    wanted: usize,
    tree: Tree,
}

impl<'a, C: Criterion, B: Bins<C>> Grower<'a, C, B> {
    pub fn new(
        plan: &'a ForestPlan,
        criterion: C,
        bins: B,
        random: Random,
        cancel: &'a Cancel,
    ) -> Self {
        let columns = plan.columns.len();
        Grower {
            plan,
            cancel,
            random,
            criterion,
            bins,
            samples: Vec::new(),
            spare: Vec::new(),
            codes: vec![0; plan.rows],
            keys: Vec::with_capacity(SMALL),
            features: (0..columns as u32).collect(),
            wanted: plan.params.max_features.of(columns),
            tree: Tree::new(columns, plan.outputs()),
        }
    }

    /// On the rows with a weight.
    pub fn grow(mut self, weights: &[u32], target: impl Fn(usize) -> C::Target) -> Outcome<Tree> {
        let drawn = weights
            .iter()
            .enumerate()
            .filter(|(_, weight)| **weight > 0);
        self.samples.extend(drawn.map(|(row, &weight)| Sample {
            row: row as u32,
            weight,
            target: target(row),
        }));
        self.spare = self.samples.clone();
        let mut open = Vec::new();
        open.extend(self.add_node(0, 0, self.samples.len())?);
        while let Some(next) = open.pop() {
            let middle = self.part(&next);
            let node = next.node;
            let depth = self.tree.depth[node] + 1;
            self.tree.feature[node] = next.split.feature as u32;
            self.tree.threshold[node] = next.split.threshold;
            self.tree.left[node] = self.tree.nodes() as u32;
            let left = self.add_node(depth, next.start, middle)?;
            self.tree.right[node] = self.tree.nodes() as u32;
            let right = self.add_node(depth, middle, next.end)?;
            open.extend(right);
            open.extend(left);
        }
        Ok(self.tree)
    }

    /// Adds a node of these samples and finds its split, if it is to have one.
    fn add_node(&mut self, depth: u32, start: usize, end: usize) -> Outcome<Option<Open>> {
        let samples = &self.samples[start..end];
        self.criterion
            .open(samples.iter().map(|s| (s.target, s.weight)));
        let pure = self.criterion.is_pure();
        let impurity = if pure { 0.0 } else { self.criterion.impurity() };
        let node = self
            .tree
            .push(depth, impurity, self.criterion.weight() as u32);
        self.tree.weights.extend(self.criterion.mass());
        self.criterion.predict(&mut self.tree.values);
        let params = &self.plan.params;
        if pure
            || params.max_depth.is_some_and(|most| depth as usize >= most)
            || end - start < params.min_samples_split.max(2)
            || (end - start) / 2 < params.min_samples_leaf.max(1)
        {
            return Ok(None);
        }
        let mut best = None;
        let mut varying = false;
        let all = self.features.len();
        for drawn in 0..all {
            if drawn >= self.wanted && varying {
                break;
            }
            if self.wanted < all {
                let other = drawn + self.random.below(all - drawn);
                self.features.swap(drawn, other);
            }
            self.cancel.check()?;
            varying |= self.try_feature(self.features[drawn] as usize, start, end, &mut best);
        }
        Ok(best.map(|split| Open {
            node,
            start,
            end,
            split,
        }))
    }

    /// Tries a feature; false where it is constant.
    fn try_feature(
        &mut self,
        feature: usize,
        start: usize,
        end: usize,
        best: &mut Option<Split>,
    ) -> bool {
        let column = &self.plan.columns[feature];
        let codes = &mut self.codes[..end - start];
        for (code, sample) in codes.iter_mut().zip(&self.samples[start..end]) {
            *code = column.codes[sample.row as usize];
        }
        // A loop of its own, which the compiler turns into vector instructions.
        let extremes = |(low, high): (u8, u8), &code: &u8| (low.min(code), high.max(code));
        let (lowest, highest) = codes.iter().fold((u8::MAX, 0), extremes);
        if lowest == highest {
            return false;
        }
        self.criterion.rewind();
        let found = match self.plan.params.splitter {
            Splitter::Random => self.try_one(column, start, end, lowest, highest),
            Splitter::Best if end - start <= SMALL => self.try_sorted(start, end),
            Splitter::Best => self.try_histogram(start, end, lowest, highest),
        };
        if let Some((score, lower, upper, drawn)) = found
            && best.is_none_or(|old| score > old.score)
        {
            *best = Some(Split {
                feature,
                score,
                lower,
                threshold: drawn.unwrap_or_else(|| column.threshold(lower, upper)),
            });
        }
        true
    }

    /// All thresholds by sorting the codes.
    fn try_sorted(&mut self, start: usize, end: usize) -> Option<(f64, u8, u8, Option<f64>)> {
        let rows = end - start;
        let samples = &self.samples[start..end];
        self.keys.clear();
        let codes = self.codes[..rows].iter().enumerate();
        self.keys
            .extend(codes.map(|(at, &code)| u16::from(code) << 8 | at as u16));
        self.keys.sort_unstable();
        let least = self.plan.params.min_samples_leaf.max(1);
        let (mut score, mut found) = (f64::NEG_INFINITY, None);
        for at in 0..rows - least {
            let sample = samples[self.keys[at] as usize & 0xff];
            self.criterion.take(sample.target, sample.weight);
            let (lower, upper) = (self.keys[at] >> 8, self.keys[at + 1] >> 8);
            if lower != upper && at + 1 >= least {
                let new = self.criterion.score();
                if new > score {
                    score = new;
                    found = Some((score, lower as u8, upper as u8, None));
                }
            }
        }
        found
    }

    /// All thresholds by counting in bins.
    fn try_histogram(
        &mut self,
        start: usize,
        end: usize,
        lowest: u8,
        highest: u8,
    ) -> Option<(f64, u8, u8, Option<f64>)> {
        let rows = end - start;
        let bins = usize::from(highest - lowest) + 1;
        self.bins.clear(bins);
        for (&code, sample) in self.codes[..rows].iter().zip(&self.samples[start..end]) {
            self.bins.add(code - lowest, sample.target, sample.weight);
        }
        let least = self.plan.params.min_samples_leaf.max(1);
        let (mut score, mut found) = (f64::NEG_INFINITY, None);
        let mut left = 0;
        // The best split waits for the next bin with rows, to know its threshold.
        let mut waiting = None;
        for bin in 0..bins {
            let here = self.bins.rows(bin) as usize;
            if here == 0 {
                continue;
            }
            if let Some((score, lower)) = waiting.take() {
                found = Some((score, lower, lowest + bin as u8, None));
            }
            left += here;
            if rows - left < least {
                break;
            }
            self.bins.move_left(bin, &mut self.criterion);
            if left >= least {
                let new = self.criterion.score();
                if new > score {
                    score = new;
                    waiting = Some((score, lowest + bin as u8));
                }
            }
        }
        found
    }

    /// One threshold, drawn between the extremes.
    fn try_one(
        &mut self,
        column: &BinnedColumn,
        start: usize,
        end: usize,
        lowest: u8,
        highest: u8,
    ) -> Option<(f64, u8, u8, Option<f64>)> {
        let low = column.low[lowest as usize];
        let high = column.high[highest as usize];
        let share = self.random.uniform();
        let drawn = low * (1.0 - share) + high * share;
        // The last bin whose values are all on the left.
        let inside = &column.high[lowest as usize..highest as usize];
        let lower = lowest + inside.partition_point(|&h| h <= drawn).max(1) as u8 - 1;
        let (edge, next) = (column.high[lower as usize], column.low[lower as usize + 1]);
        let threshold = if edge <= drawn && drawn < next {
            drawn
        } else {
            column.threshold(lower, lower + 1)
        };
        let mut left = 0;
        for (&code, sample) in self.codes.iter().zip(&self.samples[start..end]) {
            if code <= lower {
                self.criterion.take(sample.target, sample.weight);
                left += 1;
            }
        }
        let least = self.plan.params.min_samples_leaf.max(1);
        (left >= least && end - start - left >= least)
            .then(|| (self.criterion.score(), lower, lower + 1, Some(threshold)))
    }

    /// Parts the samples of a node, keeping their order; where the right part starts.
    fn part(&mut self, open: &Open) -> usize {
        let codes = &self.plan.columns[open.split.feature].codes;
        let samples = &mut self.samples[open.start..open.end];
        let spare = &mut self.spare[..samples.len()];
        let (mut left, mut right) = (0, 0);
        for at in 0..samples.len() {
            let sample = samples[at];
            let is_left = usize::from(codes[sample.row as usize] <= open.split.lower);
            samples[left] = sample;
            spare[right] = sample;
            left += is_left;
            right += 1 - is_left;
        }
        samples[left..].copy_from_slice(&spare[..right]);
        open.start + left
    }
}
