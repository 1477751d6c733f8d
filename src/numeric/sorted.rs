//! Every column of a matrix in order: what growing a tree starts from, and what no knob touches.

use super::Matrix;
use crate::base::{Cancel, Outcome};

/// A column in ascending order.
#[derive(Clone, Debug, PartialEq)]
pub struct SortedColumn {
    /// Rows by value; equal values by row.
    pub order: Vec<u32>,
    /// For each place of `order`, which of the distinct `values` stands there.
    pub ranks: Vec<u32>,
    /// The distinct values, ascending.
    pub values: Vec<f64>,
}

/// All columns of a matrix, sorted. Values are finite.
#[derive(Clone, Debug, PartialEq)]
pub struct Sorted {
    pub rows: usize,
    pub columns: Vec<SortedColumn>,
}

impl Sorted {
    pub fn new(x: &Matrix, cancel: &Cancel) -> Outcome<Sorted> {
        let mut columns = Vec::with_capacity(x.columns());
        for column in 0..x.columns() {
            columns.push(SortedColumn::new(x, column, cancel)?);
        }
        Ok(Sorted {
            rows: x.rows(),
            columns,
        })
    }

    /// Size in memory.
    pub fn bytes(&self) -> usize {
        self.columns.iter().map(SortedColumn::bytes).sum()
    }
}

impl SortedColumn {
    /// Size in memory.
    pub fn bytes(&self) -> usize {
        8 * self.order.len() + 8 * self.values.len()
    }

    pub fn new(x: &Matrix, column: usize, cancel: &Cancel) -> Outcome<SortedColumn> {
        let mut keys: Vec<(u64, u32)> = Vec::with_capacity(x.rows());
        for (row, value) in (0u32..).zip(x.column(column)) {
            if (row as usize).is_multiple_of(ROWS) {
                cancel.check()?;
            }
            keys.push((ordered_bits(value), row));
        }
        if keys.len() < 1024 {
            keys.sort_unstable();
        } else {
            radix_sort(&mut keys, cancel)?;
        }
        let mut sorted = SortedColumn {
            order: Vec::with_capacity(keys.len()),
            ranks: Vec::with_capacity(keys.len()),
            values: Vec::new(),
        };
        let mut last = None;
        for (at, (bits, row)) in keys.into_iter().enumerate() {
            if at % ROWS == 0 {
                cancel.check()?;
            }
            if last != Some(bits) {
                last = Some(bits);
                sorted.values.push(value_of(bits));
            }
            sorted.order.push(row);
            sorted.ranks.push(sorted.values.len() as u32 - 1);
        }
        Ok(sorted)
    }
}

/// Bits that sort as the numbers do; both zeros give the same.
fn ordered_bits(value: f64) -> u64 {
    let bits = (value + 0.0).to_bits();
    if bits >> 63 == 0 {
        bits | 1 << 63
    } else {
        !bits
    }
}

fn value_of(bits: u64) -> f64 {
    f64::from_bits(if bits >> 63 == 0 {
        !bits
    } else {
        bits & !(1 << 63)
    })
}

/// Rows between two looks at the flag.
const ROWS: usize = 1 << 16;

const DIGIT: usize = 11;
const PASSES: usize = 64_usize.div_ceil(DIGIT);

/// Least significant digit first: stable, so equal keys keep the order of their rows.
fn radix_sort(keys: &mut Vec<(u64, u32)>, cancel: &Cancel) -> Outcome<()> {
    let mask = (1 << DIGIT) - 1;
    let digit = |key: u64, pass: usize| (key >> (pass * DIGIT)) as usize & mask;
    let mut counts = vec![[0u32; 1 << DIGIT]; PASSES];
    for keys in keys.chunks(ROWS) {
        cancel.check()?;
        for &(key, _) in keys {
            for (pass, counts) in counts.iter_mut().enumerate() {
                counts[digit(key, pass)] += 1;
            }
        }
    }
    let mut other = vec![(0, 0); keys.len()];
    for (pass, counts) in counts.iter_mut().enumerate() {
        cancel.check()?;
        if counts[digit(keys[0].0, pass)] as usize == keys.len() {
            continue;
        }
        let mut start = 0;
        for count in counts.iter_mut() {
            start += std::mem::replace(count, start);
        }
        for keys in keys.chunks(ROWS) {
            cancel.check()?;
            for &pair in keys {
                let place = &mut counts[digit(pair.0, pass)];
                other[*place as usize] = pair;
                *place += 1;
            }
        }
        std::mem::swap(keys, &mut other);
    }
    Ok(())
}

/// A threshold between two neighbouring values: `low <= threshold < high`, in the middle where that
/// can be written, as in scikit-learn (`node_split_best`).
pub(super) fn between(low: f64, high: f64) -> f64 {
    let middle = low / 2.0 + high / 2.0;
    if middle >= low && middle < high {
        middle
    } else {
        low
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Halt, Random};

    #[test]
    fn small_and_large_columns_are_in_order_with_ties_by_row() {
        let mut random = Random::new(1);
        for rows in [0, 1, 5, 1023, 1024, 5000] {
            for steps in [1, 7, 1 << 40] {
                let values: Vec<f64> = (0..rows)
                    .map(|_| (random.below(steps) as f64 - 3.0) * 1e-3)
                    .collect();
                let x = Matrix::new(rows, 1, values.clone());
                let sorted = SortedColumn::new(&x, 0, &Cancel::new()).unwrap();
                let mut order: Vec<u32> = (0..rows as u32).collect();
                order.sort_by(|&a, &b| values[a as usize].total_cmp(&values[b as usize]));
                assert_eq!(sorted.order, order);
                for (row, rank) in sorted.order.iter().zip(&sorted.ranks) {
                    assert_eq!(values[*row as usize], sorted.values[*rank as usize]);
                }
                assert!(sorted.values.windows(2).all(|pair| pair[0] < pair[1]));
            }
        }
    }

    #[test]
    fn both_zeros_are_one_value_and_extremes_keep_their_order() {
        let x = Matrix::new(5, 1, vec![0.0, -0.0, -1e300, f64::MAX, -5e-324]);
        let sorted = SortedColumn::new(&x, 0, &Cancel::new()).unwrap();
        assert_eq!(sorted.order, [2, 4, 0, 1, 3]);
        assert_eq!(sorted.ranks, [0, 1, 2, 2, 3]);
        assert_eq!(sorted.values, [-1e300, -5e-324, 0.0, f64::MAX]);
    }

    #[test]
    fn a_threshold_is_below_the_upper_value() {
        let next = 1.0f64.next_up();
        assert_eq!(between(1.0, 2.0), 1.5);
        assert_eq!(between(1.0, next), 1.0);
        assert_eq!(between(-f64::MAX, f64::MAX), 0.0);
        assert_eq!(between(0.0, 5e-324), 0.0);
        assert_eq!(between(-5e-324, 0.0), -5e-324);
    }

    #[test]
    fn a_cancelled_sort_stops() {
        let cancel = Cancel::new();
        cancel.cancel();
        let x = Matrix::new(2000, 1, (0..2000).map(f64::from).collect());
        assert_eq!(Sorted::new(&x, &cancel), Err(Halt::Cancelled));
    }
}
