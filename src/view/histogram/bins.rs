//! Counting rows into bins: pure functions for a worker.

use crate::base::{Cancel, Halt};
use crate::data::Mask;

/// Equal bins: `count` of them from `low`, each `width` wide.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    pub low: f64,
    pub width: f64,
    pub count: usize,
}

/// Rows counted by bin and group: one group a class, and a last one of rows without a class where
/// there are such.
#[derive(Clone, Debug, PartialEq)]
pub struct Bins {
    pub low: f64,
    pub width: f64,
    pub count: usize,
    /// `counts[group * count + bin]`.
    counts: Vec<u32>,
}

impl Bins {
    pub fn groups(&self) -> usize {
        self.counts.len() / self.count.max(1)
    }

    pub fn count(&self, group: usize, bin: usize) -> u32 {
        self.counts[group * self.count + bin]
    }

    pub fn total(&self) -> u64 {
        self.counts.iter().map(|c| u64::from(*c)).sum()
    }

    pub fn high(&self) -> f64 {
        self.low + self.width * self.count as f64
    }

    /// The last group is that of the rows without a class; empty, it is dropped.
    fn drop_empty_rest(mut self, classes: usize) -> Self {
        let rest = classes * self.count;
        if classes > 0 && self.counts[rest..].iter().all(|c| *c == 0) {
            self.counts.truncate(rest);
        }
        self
    }
}

/// About `count` bins around all present values. Whole numbers get bins of whole width, so that no
/// bin holds more of them than its neighbours merely by where it lies.
pub fn nice_range(
    values: &[f64],
    missing: &Mask,
    count: usize,
    cancel: &Cancel,
) -> Result<Range, Halt> {
    let (mut low, mut high, mut whole) = (f64::INFINITY, f64::NEG_INFINITY, true);
    for (row, value) in values.iter().enumerate() {
        if row % 65_536 == 0 {
            cancel.check()?;
        }
        if !missing.is_missing(row) && value.is_finite() {
            low = low.min(*value);
            high = high.max(*value);
            whole &= value.fract() == 0.0;
        }
    }
    let count = count.max(1);
    if low > high {
        return Ok(Range {
            low: 0.0,
            width: 1.0,
            count: 1,
        });
    }
    if whole && high - low < 1e9 {
        let width = ((high - low + 1.0) / count as f64).ceil().max(1.0);
        let bins = ((high - low + 1.0) / width).ceil() as usize;
        return Ok(Range {
            low: low - 0.5,
            width,
            count: bins,
        });
    }
    // Halves before the difference: the range of huge values stays finite.
    let width = high / count as f64 - low / count as f64;
    if width <= 0.0 || low + width == low {
        let width = (low.abs() * 0.1).max(1e-9);
        return Ok(Range {
            low: low - width / 2.0,
            width,
            count: 1,
        });
    }
    Ok(Range { low, width, count })
}

/// Counts present values into bins by class (`classes[row]`, `u32::MAX` is none). Values at the upper
/// end belong to the last bin; values outside the range are left out.
pub fn bins(
    values: &[f64],
    missing: &Mask,
    classes: Option<&[u32]>,
    class_count: usize,
    range: Range,
    cancel: &Cancel,
) -> Result<Bins, Halt> {
    let Range { low, width, count } = range;
    let count = count.max(1);
    let high = low + width * count as f64;
    let bin = |row: usize| {
        let value = values[row];
        let inside = !missing.is_missing(row) && value >= low && value <= high;
        inside.then(|| (((value - low) / width) as usize).min(count - 1))
    };
    tally(
        values.len(),
        bin,
        classes,
        class_count,
        Range { count, ..range },
        cancel,
    )
}

/// Counts category codes by class; one bar a level, centred on its code.
pub fn bars(
    codes: &[u32],
    missing: &Mask,
    levels: usize,
    classes: Option<&[u32]>,
    class_count: usize,
    cancel: &Cancel,
) -> Result<Bins, Halt> {
    let range = Range {
        low: -0.5,
        width: 1.0,
        count: levels.max(1),
    };
    let bin = |row: usize| {
        let code = codes[row] as usize;
        (!missing.is_missing(row) && code < levels).then_some(code)
    };
    tally(codes.len(), bin, classes, class_count, range, cancel)
}

fn tally(
    rows: usize,
    bin: impl Fn(usize) -> Option<usize>,
    classes: Option<&[u32]>,
    class_count: usize,
    range: Range,
    cancel: &Cancel,
) -> Result<Bins, Halt> {
    let mut counts = vec![0u32; (class_count + 1) * range.count];
    for row in 0..rows {
        if row % 65_536 == 0 {
            cancel.check()?;
        }
        let Some(bin) = bin(row) else {
            continue;
        };
        let group = classes
            .and_then(|codes| codes.get(row))
            .map_or(class_count, |code| (*code as usize).min(class_count));
        counts[group * range.count + bin] += 1;
    }
    let out = Bins {
        low: range.low,
        width: range.width,
        count: range.count,
        counts,
    };
    Ok(out.drop_empty_rest(class_count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_sum_to_the_rows_that_are_there() {
        let values = [1.0, 2.0, 2.5, f64::NAN, 10.0, 4.0];
        let missing = Mask::from_rows(values.iter().map(|v: &f64| v.is_nan()));
        let classes = [0, 0, 1, 1, 1, u32::MAX];
        let cancel = Cancel::new();
        let range = nice_range(&values, &missing, 3, &cancel).unwrap();
        assert_eq!((range.low, range.width, range.count), (1.0, 3.0, 3));
        let counted = bins(&values, &missing, Some(&classes), 2, range, &cancel).unwrap();
        assert_eq!(counted.total(), 5);
        assert_eq!(counted.groups(), 3);
        assert_eq!(counted.count(0, 0), 2);
        assert_eq!(counted.count(1, 0), 1);
        assert_eq!(counted.count(1, 2), 1);
        // The edge belongs to the upper bin.
        assert_eq!(counted.count(2, 1), 1);
        let without = bins(&values, &missing, None, 0, range, &cancel).unwrap();
        assert_eq!((without.groups(), without.total()), (1, 5));
    }

    #[test]
    fn whole_numbers_get_whole_bins() {
        let values: Vec<f64> = (0..300).map(|i| f64::from(2007 + i % 3)).collect();
        let none = Mask::default();
        let range = nice_range(&values, &none, 20, &Cancel::new()).unwrap();
        assert_eq!((range.low, range.width, range.count), (2006.5, 1.0, 3));
        let counted = bins(&values, &none, None, 0, range, &Cancel::new()).unwrap();
        assert_eq!([0, 1, 2].map(|b| counted.count(0, b)), [100, 100, 100]);
    }

    #[test]
    fn odd_columns_have_bins_too() {
        let cancel = Cancel::new();
        for values in [
            vec![],
            vec![f64::NAN],
            vec![3.25],
            vec![3.25; 10],
            vec![-1e308, 0.5, 1e308],
            vec![1e300; 3],
        ] {
            let missing = Mask::from_rows(values.iter().map(|v| v.is_nan()));
            let range = nice_range(&values, &missing, 20, &cancel).unwrap();
            let counted = bins(&values, &missing, None, 0, range, &cancel).unwrap();
            let present = (values.len() - missing.count()) as u64;
            assert_eq!(counted.total(), present, "{values:?}");
        }
    }

    #[test]
    fn categories_are_counted_and_work_stops() {
        let codes = [0, 2, 2, u32::MAX, 1];
        let missing = Mask::from_rows(codes.iter().map(|c| *c == u32::MAX));
        let counted = bars(&codes, &missing, 3, None, 0, &Cancel::new()).unwrap();
        assert_eq!([0, 1, 2].map(|b| counted.count(0, b)), [1, 1, 2]);
        let cancel = Cancel::new();
        cancel.cancel();
        assert_eq!(
            bars(&codes, &missing, 3, None, 0, &cancel),
            Err(Halt::Cancelled)
        );
    }
}
