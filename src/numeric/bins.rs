//! Features as codes of one byte: what forests and boosting read instead of numbers.

use super::Matrix;
use super::sorted::{SortedColumn, between};
use crate::base::{Cancel, Outcome};

/// A feature has at most so many bins, numbered upwards.
pub const MOST_BINS: usize = 255;

/// One feature in bins: each distinct value its own where there are few, else about equally many rows
/// in each.
#[derive(Clone, Debug, PartialEq)]
pub struct BinnedColumn {
    /// The bin of each row.
    pub codes: Vec<u8>,
    /// The smallest and the largest value in each bin.
    pub low: Vec<f64>,
    pub high: Vec<f64>,
}

impl BinnedColumn {
    pub fn new(sorted: &SortedColumn) -> BinnedColumn {
        let rows = sorted.order.len();
        let distinct = sorted.values.len();
        let mut bins = BinnedColumn {
            codes: vec![0; rows],
            low: Vec::new(),
            high: Vec::new(),
        };
        let mut at = 0;
        while at < rows {
            let first = sorted.ranks[at];
            let bin = bins.low.len();
            let mut end = at;
            if distinct <= MOST_BINS {
                while end < rows && sorted.ranks[end] == first {
                    end += 1;
                }
            } else {
                // An equal share of what is left, and then to the end of the last value; the last
                // bin takes the rest.
                end += (rows - at).div_ceil(MOST_BINS - bin);
                while end < rows && sorted.ranks[end] == sorted.ranks[end - 1] {
                    end += 1;
                }
            }
            for &row in &sorted.order[at..end] {
                bins.codes[row as usize] = bin as u8;
            }
            bins.low.push(sorted.values[first as usize]);
            bins.high
                .push(sorted.values[sorted.ranks[end - 1] as usize]);
            at = end;
        }
        bins
    }

    /// All columns of a matrix, whose values are finite.
    pub fn all(x: &Matrix, cancel: &Cancel) -> Outcome<Vec<BinnedColumn>> {
        let column = |column| Ok(BinnedColumn::new(&SortedColumn::new(x, column, cancel)?));
        (0..x.columns()).map(column).collect()
    }

    /// Size in memory.
    pub fn bytes(&self) -> usize {
        self.codes.len() + 16 * self.low.len()
    }

    pub fn bins(&self) -> usize {
        self.low.len()
    }

    /// A threshold with bin `lower` on its left and bin `upper` on its right: in the middle of the
    /// values next to it, as if the bins between them were empty.
    pub fn threshold(&self, lower: u8, upper: u8) -> f64 {
        between(self.high[lower as usize], self.low[upper as usize])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Random;

    fn binned(values: Vec<f64>) -> BinnedColumn {
        let x = Matrix::new(values.len(), 1, values);
        BinnedColumn::all(&x, &Cancel::new()).unwrap().remove(0)
    }

    #[test]
    fn few_values_have_a_bin_each() {
        let column = binned(vec![3.0, -1.0, 3.0, 7.0]);
        assert_eq!(column.codes, [1, 0, 1, 2]);
        assert_eq!(column.low, [-1.0, 3.0, 7.0]);
        assert_eq!(column.threshold(0, 1), 1.0);
        assert_eq!(column.threshold(0, 2), 3.0);
        assert_eq!(binned(vec![]).bins(), 0);
        assert_eq!(binned((0..255).map(f64::from).collect()).bins(), 255);
    }

    #[test]
    fn many_values_share_bins_of_about_equal_size() {
        let mut random = Random::new(1);
        let values: Vec<f64> = (0..5000).map(|_| random.normal()).collect();
        let column = binned(values.clone());
        assert_eq!(column.bins(), MOST_BINS);
        let mut counts = [0; MOST_BINS];
        for (value, &code) in values.iter().zip(&column.codes) {
            let bin = code as usize;
            counts[bin] += 1;
            assert!(column.low[bin] <= *value && *value <= column.high[bin]);
        }
        assert!(counts.iter().all(|&count| (19..=20).contains(&count)));
        assert!((1..MOST_BINS).all(|bin| column.high[bin - 1] < column.low[bin]));
    }

    #[test]
    fn a_value_of_most_rows_fills_one_bin() {
        let values: Vec<f64> = (0..2000).map(|i| f64::from((i - 1000).max(0))).collect();
        let column = binned(values);
        assert_eq!((column.low[0], column.high[0]), (0.0, 0.0));
        assert!(column.bins() > 200 && column.bins() <= MOST_BINS);
    }
}
