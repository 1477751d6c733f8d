//! How good a split is: Gini, entropy and squared error, kept up to date as rows move to the left.
//!
//! A higher score is a better split. For classes, scores come from whole numbers, so equal splits
//! have equal scores, whichever feature they come from and in whatever order rows are counted.

use std::sync::Arc;

/// What a node of a tree keeps while its splits are tried.
pub(super) trait Criterion {
    type Target: Copy;

    /// Takes the rows of a node: targets and how often each counts.
    fn open(&mut self, rows: impl Iterator<Item = (Self::Target, u32)> + Clone);
    /// How much the rows of the node weigh together.
    fn weight(&self) -> i64;
    /// As scikit-learn reports it: Gini in 0..1, entropy in bits, variance.
    fn impurity(&self) -> f64;
    fn is_pure(&self) -> bool;
    /// What the rows of the node weigh where they do not all count alike.
    fn mass(&self) -> Option<f64> {
        None
    }
    /// What the node predicts: shares of the classes, or the mean.
    fn predict(&self, out: &mut Vec<f64>);

    /// All rows of the node to the right.
    fn rewind(&mut self);
    /// Moves rows of one target to the left.
    fn take(&mut self, target: Self::Target, weight: u32);
    /// The score of what is left and right now; neither side is empty.
    fn score(&self) -> f64;
    /// The score of the node unsplit: `score - unsplit` is weight times decrease of impurity.
    fn unsplit(&self) -> f64;
}

/// Counts of the classes in a node and left of a split.
struct Counts {
    total: Vec<i64>,
    left: Vec<i64>,
    weight: i64,
    left_weight: i64,
}

impl Counts {
    fn new(classes: usize) -> Self {
        Counts {
            total: vec![0; classes],
            left: vec![0; classes],
            weight: 0,
            left_weight: 0,
        }
    }

    fn open(&mut self, rows: impl Iterator<Item = (u32, u32)>) {
        self.total.fill(0);
        for (class, weight) in rows {
            self.total[class as usize] += i64::from(weight);
        }
        self.weight = self.total.iter().sum();
    }

    fn is_pure(&self) -> bool {
        self.total.contains(&self.weight)
    }

    fn predict(&self, out: &mut Vec<f64>) {
        let weight = self.weight.max(1) as f64;
        out.extend(self.total.iter().map(|&count| count as f64 / weight));
    }

    fn rewind(&mut self) {
        self.left.fill(0);
        self.left_weight = 0;
    }
}

/// 1 minus the sum of squared shares. The score is the sum of squared counts over the size, of both
/// sides: n (1 - impurity).
pub(super) struct Gini {
    counts: Counts,
    squares: i64,
    left_squares: i64,
    right_squares: i64,
}

impl Gini {
    pub fn new(classes: usize) -> Self {
        Gini {
            counts: Counts::new(classes),
            squares: 0,
            left_squares: 0,
            right_squares: 0,
        }
    }
}

impl Criterion for Gini {
    type Target = u32;

    fn open(&mut self, rows: impl Iterator<Item = (u32, u32)> + Clone) {
        self.counts.open(rows);
        self.squares = self.counts.total.iter().map(|count| count * count).sum();
    }

    fn weight(&self) -> i64 {
        self.counts.weight
    }

    fn impurity(&self) -> f64 {
        let weight = self.counts.weight as f64;
        1.0 - self.squares as f64 / (weight * weight)
    }

    fn is_pure(&self) -> bool {
        self.counts.is_pure()
    }

    fn predict(&self, out: &mut Vec<f64>) {
        self.counts.predict(out);
    }

    fn rewind(&mut self) {
        self.counts.rewind();
        self.left_squares = 0;
        self.right_squares = self.squares;
    }

    #[inline(always)]
    fn take(&mut self, class: u32, weight: u32) {
        let weight = i64::from(weight);
        let left = &mut self.counts.left[class as usize];
        let right = self.counts.total[class as usize] - *left;
        self.left_squares += weight * (2 * *left + weight);
        self.right_squares -= weight * (2 * right - weight);
        *left += weight;
        self.counts.left_weight += weight;
    }

    #[inline(always)]
    fn score(&self) -> f64 {
        let left = self.counts.left_weight;
        let right = self.counts.weight - left;
        self.left_squares as f64 / left as f64 + self.right_squares as f64 / right as f64
    }

    fn unsplit(&self) -> f64 {
        self.squares as f64 / self.counts.weight as f64
    }
}

/// Minus the sum of p log2 p over the shares. The score is the sum of c log2 c over the counts less
/// n log2 n of the size, of both sides: -n times impurity. In fixed point, so that sums do not drift.
pub(super) struct Entropy {
    counts: Counts,
    table: Arc<EntropyTable>,
    sum: i64,
    left_sum: i64,
    right_sum: i64,
}

/// c log2 c of whole numbers in fixed point.
pub(super) struct EntropyTable {
    values: Vec<i64>,
    unit: f64,
}

impl EntropyTable {
    /// For nodes that weigh at most `weight`.
    pub fn new(weight: usize) -> Self {
        let log = |count: usize| (count as f64) * (count.max(1) as f64).log2();
        // The largest sum stays below 2^60.
        let shift = 59.0 - log(weight).max(1.0).log2().ceil();
        let scale = shift.exp2();
        EntropyTable {
            values: (0..=weight).map(|c| (log(c) * scale) as i64).collect(),
            unit: 1.0 / scale,
        }
    }
}

impl Entropy {
    pub fn new(classes: usize, table: Arc<EntropyTable>) -> Self {
        Entropy {
            counts: Counts::new(classes),
            table,
            sum: 0,
            left_sum: 0,
            right_sum: 0,
        }
    }
}

impl Criterion for Entropy {
    type Target = u32;

    fn open(&mut self, rows: impl Iterator<Item = (u32, u32)> + Clone) {
        self.counts.open(rows);
        let table = &self.table.values;
        self.sum = self.counts.total.iter().map(|&c| table[c as usize]).sum();
    }

    fn weight(&self) -> i64 {
        self.counts.weight
    }

    fn impurity(&self) -> f64 {
        let weight = self.counts.weight;
        if self.is_pure() {
            return 0.0;
        }
        (self.table.values[weight as usize] - self.sum) as f64 * self.table.unit / weight as f64
    }

    fn is_pure(&self) -> bool {
        self.counts.is_pure()
    }

    fn predict(&self, out: &mut Vec<f64>) {
        self.counts.predict(out);
    }

    fn rewind(&mut self) {
        self.counts.rewind();
        self.left_sum = 0;
        self.right_sum = self.sum;
    }

    #[inline(always)]
    fn take(&mut self, class: u32, weight: u32) {
        let weight = i64::from(weight);
        let left = &mut self.counts.left[class as usize];
        let right = self.counts.total[class as usize] - *left;
        let table = &self.table.values;
        self.left_sum += table[(*left + weight) as usize] - table[*left as usize];
        self.right_sum += table[(right - weight) as usize] - table[right as usize];
        *left += weight;
        self.counts.left_weight += weight;
    }

    #[inline(always)]
    fn score(&self) -> f64 {
        let left = self.counts.left_weight as usize;
        let right = self.counts.weight as usize - left;
        let sums = self.left_sum + self.right_sum;
        (sums - self.table.values[left] - self.table.values[right]) as f64 * self.table.unit
    }

    fn unsplit(&self) -> f64 {
        (self.sum - self.table.values[self.counts.weight as usize]) as f64 * self.table.unit
    }
}

/// Gini or entropy of classes that do not count alike. Scores are made of whole counts anew each time,
/// so that equal splits have equal scores here too.
pub(super) struct Weighted {
    counts: Counts,
    weights: Arc<[f64]>,
    entropy: bool,
}

impl Weighted {
    /// `weights` has one for each class.
    pub fn new(weights: Arc<[f64]>, entropy: bool) -> Self {
        Weighted {
            counts: Counts::new(weights.len()),
            weights,
            entropy,
        }
    }

    /// Minus weight times impurity of rows with these counts, up to a part that splits do not change.
    fn part(&self, counts: impl Iterator<Item = i64>) -> f64 {
        let (mut mass, mut sum) = (0.0, 0.0);
        for (count, weight) in counts.zip(self.weights.iter()) {
            let of_class = count as f64 * weight;
            mass += of_class;
            if !self.entropy {
                sum += of_class * of_class;
            } else if of_class > 0.0 {
                sum += of_class * of_class.log2();
            }
        }
        match (mass > 0.0, self.entropy) {
            (false, _) => 0.0,
            (true, true) => sum - mass * mass.log2(),
            (true, false) => sum / mass,
        }
    }

    fn total(&self) -> f64 {
        let pairs = self.counts.total.iter().zip(self.weights.iter());
        pairs.map(|(count, weight)| *count as f64 * weight).sum()
    }
}

impl Criterion for Weighted {
    type Target = u32;

    fn open(&mut self, rows: impl Iterator<Item = (u32, u32)> + Clone) {
        self.counts.open(rows);
    }

    fn weight(&self) -> i64 {
        self.counts.weight
    }

    fn impurity(&self) -> f64 {
        let mass = self.total();
        if mass <= 0.0 || self.is_pure() {
            return 0.0;
        }
        let unsplit = self.unsplit() / mass;
        if self.entropy {
            -unsplit
        } else {
            1.0 - unsplit
        }
    }

    fn is_pure(&self) -> bool {
        self.counts.is_pure()
    }

    fn mass(&self) -> Option<f64> {
        Some(self.total())
    }

    fn predict(&self, out: &mut Vec<f64>) {
        let mass = self.total();
        if mass <= 0.0 {
            return self.counts.predict(out);
        }
        let pairs = self.counts.total.iter().zip(self.weights.iter());
        out.extend(pairs.map(|(count, weight)| *count as f64 * weight / mass));
    }

    fn rewind(&mut self) {
        self.counts.rewind();
    }

    #[inline(always)]
    fn take(&mut self, class: u32, weight: u32) {
        let weight = i64::from(weight);
        self.counts.left[class as usize] += weight;
        self.counts.left_weight += weight;
    }

    fn score(&self) -> f64 {
        let both = || self.counts.total.iter().zip(&self.counts.left);
        self.part(self.counts.left.iter().copied())
            + self.part(both().map(|(total, left)| total - left))
    }

    fn unsplit(&self) -> f64 {
        self.part(self.counts.total.iter().copied())
    }
}

/// Weights under which all classes that occur count alike: rows / (classes x rows of the class), as
/// scikit-learn's `class_weight="balanced"`. 1 for classes that do not occur.
pub fn balanced_weights(codes: &[u32], count: usize) -> Arc<[f64]> {
    let mut rows = vec![0usize; count];
    for code in codes {
        rows[*code as usize] += 1;
    }
    let present = rows.iter().filter(|rows| **rows > 0).count();
    let weight = |rows: &usize| match rows {
        0 => 1.0,
        rows => codes.len() as f64 / (present * rows) as f64,
    };
    rows.iter().map(weight).collect()
}

/// Mean squared distance from the mean. The score is the squared sum over the size, of both sides:
/// what the split explains, up to a constant of the node.
pub(super) struct SquaredError {
    /// Added to every prediction; targets come less this.
    centre: f64,
    weight: i64,
    sum: f64,
    lowest: f64,
    highest: f64,
    deviations: f64,
    left_weight: i64,
    left_sum: f64,
}

impl SquaredError {
    pub fn new(centre: f64) -> Self {
        SquaredError {
            centre,
            weight: 0,
            sum: 0.0,
            lowest: 0.0,
            highest: 0.0,
            deviations: 0.0,
            left_weight: 0,
            left_sum: 0.0,
        }
    }

    /// What to take off the targets: 0 as a rule. Where they lie far from zero for their spread, a
    /// number near their mean: differences from it are then exact, and squares do not cancel.
    pub fn centre(targets: &[f64]) -> f64 {
        let count = targets.len().max(1) as f64;
        let mean = targets.iter().map(|y| y / count).sum::<f64>();
        let spread = targets
            .iter()
            .fold(0.0, |far: f64, y| far.max((y - mean).abs()));
        if mean.is_finite() && mean.abs() > 1000.0 * spread {
            mean
        } else {
            0.0
        }
    }

    /// Moves rows whose targets add up to `sum` to the left.
    #[inline(always)]
    pub fn take_sum(&mut self, sum: f64, weight: u32) {
        self.left_weight += i64::from(weight);
        self.left_sum += sum;
    }

    fn mean(&self) -> f64 {
        (self.sum / self.weight.max(1) as f64).clamp(self.lowest, self.highest)
    }
}

impl Criterion for SquaredError {
    type Target = f64;

    fn open(&mut self, rows: impl Iterator<Item = (f64, u32)> + Clone) {
        self.weight = 0;
        self.sum = 0.0;
        self.lowest = f64::INFINITY;
        self.highest = f64::NEG_INFINITY;
        for (target, weight) in rows.clone() {
            self.weight += i64::from(weight);
            self.sum += target * f64::from(weight);
            self.lowest = self.lowest.min(target);
            self.highest = self.highest.max(target);
        }
        if self.weight == 0 {
            (self.lowest, self.highest) = (0.0, 0.0);
        }
        let mean = self.mean();
        self.deviations = rows
            .map(|(target, weight)| f64::from(weight) * (target - mean) * (target - mean))
            .sum();
    }

    fn weight(&self) -> i64 {
        self.weight
    }

    fn impurity(&self) -> f64 {
        self.deviations / self.weight.max(1) as f64
    }

    fn is_pure(&self) -> bool {
        self.lowest == self.highest
    }

    fn predict(&self, out: &mut Vec<f64>) {
        out.push(self.centre + self.mean());
    }

    fn rewind(&mut self) {
        self.left_weight = 0;
        self.left_sum = 0.0;
    }

    #[inline(always)]
    fn take(&mut self, target: f64, weight: u32) {
        self.take_sum(target * f64::from(weight), weight);
    }

    #[inline(always)]
    fn score(&self) -> f64 {
        let right = self.sum - self.left_sum;
        self.left_sum * self.left_sum / self.left_weight as f64
            + right * right / (self.weight - self.left_weight) as f64
    }

    fn unsplit(&self) -> f64 {
        self.sum * self.sum / self.weight as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Weight times decrease of impurity, the slow way.
    fn decrease<C: Criterion>(criterion: &mut C, rows: &[(C::Target, u32)], left: usize) -> f64 {
        let mut part = |rows: &[(C::Target, u32)]| {
            criterion.open(rows.iter().copied());
            criterion.impurity() * criterion.weight() as f64
        };
        part(rows) - part(&rows[..left]) - part(&rows[left..])
    }

    fn scores_agree<C: Criterion>(mut criterion: C, rows: &[(C::Target, u32)]) {
        for left in 1..rows.len() {
            let expected = decrease(&mut criterion, rows, left);
            criterion.open(rows.iter().copied());
            criterion.rewind();
            for &(target, weight) in &rows[..left] {
                criterion.take(target, weight);
            }
            let got = criterion.score() - criterion.unsplit();
            assert!((got - expected).abs() < 1e-9, "{got} for {expected}");
        }
    }

    #[test]
    fn a_score_is_the_decrease_of_impurity() {
        let classes = [(0, 1), (1, 3), (1, 1), (2, 2), (0, 1), (2, 5)];
        scores_agree(Gini::new(3), &classes);
        scores_agree(Entropy::new(3, Arc::new(EntropyTable::new(13))), &classes);
        let twice: Arc<[f64]> = Arc::from([0.5, 2.0, 3.0]);
        for entropy in [false, true] {
            let mut weighted = Weighted::new(Arc::clone(&twice), entropy);
            for left in 1..classes.len() {
                let mut part = |rows: &[(u32, u32)]| {
                    weighted.open(rows.iter().copied());
                    weighted.impurity() * weighted.mass().unwrap()
                };
                let expected = part(&classes) - part(&classes[..left]) - part(&classes[left..]);
                weighted.open(classes.iter().copied());
                weighted.rewind();
                for (class, weight) in &classes[..left] {
                    weighted.take(*class, *weight);
                }
                let got = weighted.score() - weighted.unsplit();
                assert!((got - expected).abs() < 1e-9, "{got} for {expected}");
            }
        }
        let numbers = [(1.5, 1), (-2.0, 2), (0.25, 1), (7.0, 3)];
        scores_agree(SquaredError::new(0.0), &numbers);
    }

    #[test]
    fn impurities_by_hand() {
        let rows = || [(0u32, 1), (1, 1), (1, 2)].into_iter();
        let mut gini = Gini::new(2);
        gini.open(rows());
        assert_eq!(gini.impurity(), 1.0 - 1.0 / 16.0 - 9.0 / 16.0);
        let mut entropy = Entropy::new(2, Arc::new(EntropyTable::new(4)));
        entropy.open(rows());
        assert!((entropy.impurity() - 0.811_278_124_459_132_8).abs() < 1e-12);
        let mut error = SquaredError::new(0.0);
        error.open([(1.0, 1), (3.0, 1)].into_iter());
        assert_eq!(error.impurity(), 1.0);
        assert!(!error.is_pure());
    }

    #[test]
    fn targets_far_from_zero_keep_their_digits() {
        let targets = [1e9 + 1.0, 1e9 + 2.0, 1e9 + 4.0];
        let centre = SquaredError::centre(&targets);
        let mut error = SquaredError::new(centre);
        error.open(targets.iter().map(|y| (y - centre, 1)));
        assert!((error.impurity() - 14.0 / 9.0).abs() < 1e-9);
        error.open([(targets[1] - centre, 1)].into_iter());
        let mut out = Vec::new();
        error.predict(&mut out);
        assert_eq!(out, [targets[1]]);
        assert_eq!(SquaredError::centre(&[0.0, 1.0, 1.0]), 0.0);
    }
}
