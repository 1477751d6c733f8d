//! What there is to say about one column, by class: a pure function for a worker.

use std::collections::HashMap;

use crate::base::{Cancel, Halt};
use crate::data::{Column, Values};
use crate::view::histogram::{self, Bins};

/// How often work looks at its cancel flag.
const BLOCK: usize = 65_536;

/// Some rows' numbers. Without rows, and for what needs two, the values are NaN.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Group {
    /// Rows that have a value.
    pub rows: u64,
    pub mean: f64,
    /// Standard deviation, n - 1 below.
    pub std: f64,
    pub min: f64,
    pub max: f64,
}

/// Which class each row belongs to: `codes[row]`, `u32::MAX` for none; `count` classes.
#[derive(Clone, Copy, Debug)]
pub struct Classes<'a> {
    pub codes: &'a [u32],
    pub count: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ColumnSummary {
    /// All rows, with and without a value.
    pub rows: usize,
    pub missing: usize,
    /// Different values among the present ones.
    pub distinct: usize,
    pub all: Group,
    /// One a class; empty without classes.
    pub groups: Vec<Group>,
    /// eta²: the share of the variance that lies between the classes (sum of squares between over
    /// total, of the rows that have value and class). None for categories and constant columns.
    pub explained: Option<f64>,
    /// Of numbers and dates: first quartile, median, third quartile, between neighbours where they
    /// fall (numpy's default).
    pub quartiles: Option<[f64; 3]>,
    /// Of numbers: values farther from the nearer quartile than 1.5 times the distance of the
    /// quartiles (Tukey 1977, Exploratory Data Analysis).
    pub outliers: u64,
    /// Of categories and texts: the most frequent values, at most `TOP`.
    pub top: Vec<(String, u64)>,
    /// Counts for the histogram, or for the bars of a category's levels. Texts and dates have none.
    pub bins: Option<Bins>,
}

impl ColumnSummary {
    /// Of a column that says nothing.
    pub fn empty() -> Self {
        ColumnSummary {
            rows: 0,
            missing: 0,
            distinct: 0,
            all: Group::EMPTY,
            groups: Vec::new(),
            explained: None,
            quartiles: None,
            outliers: 0,
            top: Vec::new(),
            bins: None,
        }
    }

    /// About `bin_count` bins for numbers.
    pub fn compute(
        column: &Column,
        classes: Option<Classes<'_>>,
        bin_count: usize,
        cancel: &Cancel,
    ) -> Result<ColumnSummary, Halt> {
        let codes = classes.map(|c| c.codes);
        let count = classes.map_or(0, |c| c.count);
        let mut out = ColumnSummary {
            rows: column.len(),
            missing: column.missing.count(),
            distinct: 0,
            all: Group::EMPTY,
            groups: vec![Group::EMPTY; count],
            explained: None,
            quartiles: None,
            outliers: 0,
            top: Vec::new(),
            bins: None,
        };
        match &column.values {
            Values::Number(values) => {
                out.numbers(column, values, classes, cancel)?;
                let range = histogram::nice_range(values, &column.missing, bin_count, cancel)?;
                let bins = histogram::bins(values, &column.missing, codes, count, range, cancel)?;
                out.bins = Some(bins);
            }
            Values::Category { codes: own, levels } => {
                let bars =
                    histogram::bars(own, &column.missing, levels.len(), codes, count, cancel)?;
                let used = |bin: &usize| (0..bars.groups()).any(|g| bars.count(g, *bin) > 0);
                out.distinct = (0..levels.len()).filter(used).count();
                let count = |bin: usize| -> u64 {
                    (0..bars.groups())
                        .map(|g| u64::from(bars.count(g, bin)))
                        .sum()
                };
                let counts = levels
                    .iter()
                    .enumerate()
                    .map(|(at, l)| (l.as_str(), count(at)));
                out.top = most_frequent(counts.filter(|(_, rows)| *rows > 0).collect());
                out.bins = Some(bars);
                out.count_rows(column, classes, cancel)?;
            }
            Values::Text(texts) => {
                let mut seen: HashMap<&str, u64> = HashMap::new();
                for (row, text) in texts.iter().enumerate() {
                    if row % BLOCK == 0 {
                        cancel.check()?;
                    }
                    if !column.missing.is_missing(row) {
                        *seen.entry(text).or_default() += 1;
                    }
                }
                out.distinct = seen.len();
                // Where every value is another one, none is frequent.
                out.top = most_frequent(seen.into_iter().filter(|(_, rows)| *rows > 1).collect());
                out.count_rows(column, classes, cancel)?;
            }
        }
        Ok(out)
    }

    fn numbers(
        &mut self,
        column: &Column,
        values: &[f64],
        classes: Option<Classes<'_>>,
        cancel: &Cancel,
    ) -> Result<(), Halt> {
        let mut all = Moments::default();
        let mut classed = Moments::default();
        let mut by_class = vec![Moments::default(); self.groups.len()];
        let mut sorted = Vec::with_capacity(values.len() - self.missing.min(values.len()));
        for (row, &value) in values.iter().enumerate() {
            if row % BLOCK == 0 {
                cancel.check()?;
            }
            if column.missing.is_missing(row) {
                continue;
            }
            all.add(value);
            // Zero and minus zero are one value.
            sorted.push(value + 0.0);
            if let Some(class) = class_of(classes, row) {
                by_class[class].add(value);
                classed.add(value);
            }
        }
        sort(&mut sorted, cancel)?;
        self.distinct = usize::from(!sorted.is_empty())
            + sorted.windows(2).filter(|pair| pair[0] != pair[1]).count();
        self.quartiles = quartiles(&sorted);
        if let Some([low, _, high]) = self.quartiles {
            // Halved, since the range may be beyond f64.
            let reach = 3.0 * (high / 2.0 - low / 2.0);
            let below = sorted.partition_point(|v| *v < low - reach);
            let above = sorted.len() - sorted.partition_point(|v| *v <= high + reach);
            self.outliers = (below + above) as u64;
        }
        self.all = all.group();
        self.groups = by_class.iter().map(Moments::group).collect();
        let within: f64 = by_class.iter().map(|m| m.squares).sum();
        if !by_class.is_empty() && classed.squares > 0.0 && classed.squares.is_finite() {
            self.explained = Some((1.0 - within / classed.squares).clamp(0.0, 1.0));
        }
        Ok(())
    }

    /// Rows that have a value, where there are no numbers to say more of.
    fn count_rows(
        &mut self,
        column: &Column,
        classes: Option<Classes<'_>>,
        cancel: &Cancel,
    ) -> Result<(), Halt> {
        self.all.rows = (self.rows - self.missing) as u64;
        for row in 0..self.rows {
            if row % BLOCK == 0 {
                cancel.check()?;
            }
            if let Some(class) = class_of(classes, row).filter(|_| !column.missing.is_missing(row))
            {
                self.groups[class].rows += 1;
            }
        }
        Ok(())
    }

    /// Of two classes with numbers: how many of their pooled standard deviations (weighted by
    /// degrees of freedom) their means lie apart. The pairs with the smallest and largest distance,
    /// where there are at least three classes.
    pub fn nearest_and_farthest(&self) -> Option<[(usize, usize, f64); 2]> {
        let mut pairs = Vec::new();
        for (a, one) in self.groups.iter().enumerate() {
            for (b, other) in self.groups.iter().enumerate().skip(a + 1) {
                let free = |g: &Group| g.rows.saturating_sub(1) as f64;
                let pooled = (free(one) * one.std.powi(2) + free(other) * other.std.powi(2))
                    / (free(one) + free(other));
                let apart = (one.mean - other.mean).abs() / pooled.sqrt();
                if apart.is_finite() {
                    pairs.push((a, b, apart));
                }
            }
        }
        if pairs.len() < 3 {
            return None;
        }
        let nearest = pairs.iter().min_by(|x, y| x.2.total_cmp(&y.2))?;
        let farthest = pairs.iter().max_by(|x, y| x.2.total_cmp(&y.2))?;
        Some([*nearest, *farthest])
    }
}

/// Values that are named at most.
pub const TOP: usize = 10;

/// The most frequent first, equals by their names.
fn most_frequent(mut counts: Vec<(&str, u64)>) -> Vec<(String, u64)> {
    counts.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let named = counts.into_iter().take(TOP);
    named
        .map(|(name, rows)| (name.chars().take(80).collect(), rows))
        .collect()
}

/// Sorts in runs that are then merged, so that a cancel is seen between them.
fn sort(values: &mut [f64], cancel: &Cancel) -> Result<(), Halt> {
    for run in values.chunks_mut(16 * BLOCK) {
        cancel.check()?;
        run.sort_unstable_by(f64::total_cmp);
    }
    cancel.check()?;
    // The standard stable sort finds the runs and merges them.
    values.sort_by(f64::total_cmp);
    cancel.check()
}

fn quartiles(sorted: &[f64]) -> Option<[f64; 3]> {
    let last = sorted.len().checked_sub(1)?;
    Some([0.25, 0.5, 0.75].map(|share| {
        let at = share * last as f64;
        let (below, part) = (at.floor() as usize, at.fract());
        sorted[below] * (1.0 - part) + sorted[(below + 1).min(last)] * part
    }))
}

fn class_of(classes: Option<Classes<'_>>, row: usize) -> Option<usize> {
    let classes = classes?;
    let code = *classes.codes.get(row)? as usize;
    (code < classes.count).then_some(code)
}

impl Group {
    pub const EMPTY: Group = Group {
        rows: 0,
        mean: f64::NAN,
        std: f64::NAN,
        min: f64::NAN,
        max: f64::NAN,
    };
}

/// Mean and sum of squared distances from it in one pass (Welford 1962, Technometrics 4).
#[derive(Clone, Copy, Default)]
struct Moments {
    n: u64,
    mean: f64,
    squares: f64,
    min: f64,
    max: f64,
}

impl Moments {
    fn add(&mut self, value: f64) {
        if self.n == 0 {
            (self.min, self.max) = (value, value);
        }
        self.n += 1;
        // In two halves, so that values of opposite sign near the limit do not overflow.
        let step = value / self.n as f64 - self.mean / self.n as f64;
        let before = value - self.mean;
        self.mean += step;
        self.squares += before * (value - self.mean);
        self.min = self.min.min(value);
        self.max = self.max.max(value);
    }

    fn group(&self) -> Group {
        if self.n == 0 {
            return Group::EMPTY;
        }
        let std = if self.n > 1 {
            (self.squares / (self.n - 1) as f64).sqrt()
        } else {
            f64::NAN
        };
        Group {
            rows: self.n,
            mean: self.mean,
            std,
            min: self.min,
            max: self.max,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-12 * b.abs().max(1.0), "{a} {b}");
    }

    #[test]
    fn numbers_by_class_equal_reference_values() {
        // Worked by hand: class 0 {1, 2, 3}, class 1 {7, 9}, one row without class, one missing.
        let column = Column::numbers("x", vec![1.0, 2.0, 3.0, 7.0, 9.0, 100.0, f64::NAN]);
        let classes = Classes {
            codes: &[0, 0, 0, 1, 1, u32::MAX, 0],
            count: 2,
        };
        let s = ColumnSummary::compute(&column, Some(classes), 10, &Cancel::new()).unwrap();
        assert_eq!((s.rows, s.missing, s.distinct), (7, 1, 6));
        assert_eq!((s.all.rows, s.groups[0].rows, s.groups[1].rows), (6, 3, 2));
        close(s.groups[0].mean, 2.0);
        close(s.groups[0].std, 1.0);
        close(s.groups[1].mean, 8.0);
        close(s.groups[1].std, 2f64.sqrt());
        assert_eq!((s.groups[1].min, s.groups[1].max), (7.0, 9.0));
        // Mean 4.4; total 11.56 + 5.76 + 1.96 + 6.76 + 21.16 = 47.2, within 2 + 2 = 4.
        close(s.explained.unwrap(), 1.0 - 4.0 / 47.2);
        assert_eq!(s.bins.unwrap().total(), 6);
    }

    #[test]
    fn quartiles_outliers_and_frequent_values() {
        // numpy.percentile([3, 1, 4, 1, 5, 9, 2, 6, 50], [25, 50, 75]) = [2, 4, 6].
        let values = vec![3.0, 1.0, 4.0, 1.0, f64::NAN, 5.0, 9.0, 2.0, 6.0, 50.0];
        let column = Column::numbers("x", values);
        let s = ColumnSummary::compute(&column, None, 10, &Cancel::new()).unwrap();
        assert_eq!(s.quartiles, Some([2.0, 4.0, 6.0]));
        // Beyond -4 and 12.
        assert_eq!((s.outliers, s.distinct), (1, 8));
        let texts = ["b", "a", "b", "c", "a", "b"]
            .map(|t| Some(t.into()))
            .to_vec();
        let s = ColumnSummary::compute(&Column::texts("t", texts), None, 10, &Cancel::new());
        let top = s.unwrap().top;
        assert_eq!(top, [("b".to_owned(), 3), ("a".to_owned(), 2)]);
        let levels = vec!["rare".into(), "often".into(), "never".into()];
        let column = Column::categories("c", vec![0, 1, 1], levels);
        let s = ColumnSummary::compute(&column, None, 10, &Cancel::new()).unwrap();
        assert_eq!(s.top, [("often".to_owned(), 2), ("rare".to_owned(), 1)]);
        let huge = Column::numbers("x", vec![1.7e308, -1.7e308, 1.7e308, -1.7e308]);
        let s = ColumnSummary::compute(&huge, None, 10, &Cancel::new()).unwrap();
        assert_eq!(s.outliers, 0);
    }

    #[test]
    fn far_from_zero_the_spread_keeps_its_digits() {
        let column = Column::numbers("x", (0..5).map(|i| 1e9 + f64::from(i)).collect());
        let s = ColumnSummary::compute(&column, None, 10, &Cancel::new()).unwrap();
        close(s.all.std, 2.5f64.sqrt());
        assert!(s.groups.is_empty() && s.explained.is_none());
    }

    #[test]
    fn empty_constant_and_huge_columns_have_a_summary() {
        let compute = |values: Vec<f64>| {
            let n = values.len();
            let codes: Vec<u32> = (0..n as u32).map(|i| i % 2).collect();
            let classes = Classes {
                codes: &codes,
                count: 2,
            };
            let column = Column::numbers("x", values);
            ColumnSummary::compute(&column, Some(classes), 10, &Cancel::new()).unwrap()
        };
        let empty = compute(vec![]);
        assert_eq!((empty.rows, empty.distinct, empty.all.rows), (0, 0, 0));
        assert!(empty.all.mean.is_nan());
        let one = compute(vec![5.0]);
        assert_eq!((one.all.mean, one.all.rows), (5.0, 1));
        assert!(one.all.std.is_nan() && one.groups[1].mean.is_nan());
        let constant = compute(vec![3.0; 9]);
        assert_eq!((constant.distinct, constant.explained), (1, None));
        assert_eq!(constant.all.std, 0.0);
        let huge = compute(vec![1.7e308, -1.7e308, 1.7e308]);
        assert!(huge.all.mean.is_finite());
        assert_eq!(compute(vec![0.0, -0.0]).distinct, 1);
    }

    #[test]
    fn categories_are_counted() {
        let column = Column::categories(
            "island",
            vec![0, 1, 1, u32::MAX],
            vec!["Biscoe".into(), "Dream".into(), "unused".into()],
        );
        let classes = Classes {
            codes: &[0, 0, 1, 1],
            count: 2,
        };
        let s = ColumnSummary::compute(&column, Some(classes), 10, &Cancel::new()).unwrap();
        assert_eq!((s.distinct, s.missing, s.all.rows), (2, 1, 3));
        assert_eq!((s.groups[0].rows, s.groups[1].rows), (2, 1));
        assert_eq!(s.bins.unwrap().count(0, 1), 1);
    }

    #[test]
    fn near_and_far_classes_and_cancel() {
        let values: Vec<f64> = [0.0, 2.0, 1.0, 3.0, 100.0, 102.0].to_vec();
        let classes = Classes {
            codes: &[0, 0, 1, 1, 2, 2],
            count: 3,
        };
        let column = Column::numbers("x", values);
        let s = ColumnSummary::compute(&column, Some(classes), 10, &Cancel::new()).unwrap();
        let [near, far] = s.nearest_and_farthest().unwrap();
        assert_eq!((near.0, near.1, far.0, far.1), (0, 1, 0, 2));
        close(near.2, 1.0 / 2f64.sqrt());
        let cancel = Cancel::new();
        cancel.cancel();
        let stopped = ColumnSummary::compute(&column, Some(classes), 10, &cancel);
        assert_eq!(stopped, Err(Halt::Cancelled));
    }
}
