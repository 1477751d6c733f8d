//! In which order a table shows its rows: pure functions for a worker.

use std::cmp::Ordering;
use std::sync::Arc;

use super::filter::Watch;
use crate::base::{Cancel, Halt};
use crate::data::{Column, Values};

/// Rows are sorted in runs of this many, so that a cancel is seen between them.
const RUN: usize = 32_768;

/// Row numbers (from 0) in the order of this column's values; missing ones last both ways, equal ones
/// in the data's order. Categories go by the order of their levels.
pub fn sort_order(column: &Column, ascending: bool, watch: &Watch) -> Result<Arc<[u32]>, Halt> {
    let cancel = &watch.cancel;
    let n = column.len();
    let mut present: Vec<u32> = Vec::with_capacity(n - column.missing.count().min(n));
    let mut missing: Vec<u32> = Vec::with_capacity(column.missing.count());
    for row in 0..n {
        if column.missing.is_missing(row) {
            missing.push(row as u32);
        } else {
            present.push(row as u32);
        }
    }
    cancel.check()?;
    // Falling, the keys are mirrored: equal ones stay in the data's order.
    let mirror = if ascending { 0 } else { u64::MAX };
    match &column.values {
        Values::Number(v) => sort_by_key(&mut present, |row| key(v[row]) ^ mirror, watch)?,
        Values::Category { codes, .. } => {
            sort_by_key(&mut present, |row| u64::from(codes[row]) ^ mirror, watch)?;
        }
        Values::Text(v) => {
            let directed = |order: Ordering| if ascending { order } else { order.reverse() };
            let compare = |a: u32, b: u32| directed(v[a as usize].cmp(&v[b as usize]));
            sort(&mut present, compare, watch)?;
        }
    }
    present.extend(missing);
    Ok(present.into())
}

/// The rows to show of those in `order` (all where there is none), in the same order.
pub fn filter_order(
    order: Option<&[u32]>,
    rows: usize,
    keep: impl Fn(u32) -> bool,
    cancel: &Cancel,
) -> Result<Arc<[u32]>, Halt> {
    let mut out = Vec::new();
    let count = order.map_or(rows, <[u32]>::len);
    for i in 0..count {
        if i % RUN == 0 {
            cancel.check()?;
        }
        let row = order.map_or(i as u32, |o| o[i]);
        if keep(row) {
            out.push(row);
        }
    }
    Ok(out.into())
}

/// Bits that are in the order of the numbers ([`f64::total_cmp`]).
fn key(value: f64) -> u64 {
    let bits = value.to_bits();
    match bits >> 63 {
        0 => bits | 1 << 63,
        _ => !bits,
    }
}

/// A stable radix sort from the last digit to the first; a digit that all rows share takes no pass.
fn sort_by_key(rows: &mut Vec<u32>, key: impl Fn(usize) -> u64, watch: &Watch) -> Result<(), Halt> {
    const BITS: u32 = 11;
    const DIGITS: u32 = 64_u32.div_ceil(BITS);
    const VALUES: usize = 1 << BITS;
    let n = rows.len();
    watch.begin(n * (DIGITS as usize + 1));
    let digit = |key: u64, place: u32| (key >> (place * BITS)) as usize & (VALUES - 1);
    let mut keys: Vec<u64> = Vec::with_capacity(n);
    let mut counts = vec![[0_usize; VALUES]; DIGITS as usize];
    for run in rows.chunks(RUN) {
        watch.add(run.len())?;
        for &row in run {
            let key = key(row as usize);
            for (place, counts) in (0..).zip(&mut counts) {
                counts[digit(key, place)] += 1;
            }
            keys.push(key);
        }
    }
    let (mut keys_to, mut rows_to) = (vec![0_u64; n], vec![0_u32; n]);
    for (place, counts) in (0..).zip(&mut counts) {
        if counts.contains(&n) {
            watch.add(n)?;
            continue;
        }
        let mut next = 0;
        for count in counts.iter_mut() {
            next += std::mem::replace(count, next);
        }
        for (keys, rows) in keys.chunks(RUN).zip(rows.chunks(RUN)) {
            watch.add(rows.len())?;
            for (&key, &row) in keys.iter().zip(rows) {
                let at = &mut counts[digit(key, place)];
                (keys_to[*at], rows_to[*at]) = (key, row);
                *at += 1;
            }
        }
        std::mem::swap(&mut keys, &mut keys_to);
        std::mem::swap(rows, &mut rows_to);
    }
    Ok(())
}

/// A stable bottom-up merge sort: std's cannot be stopped half way.
fn sort(
    rows: &mut Vec<u32>,
    compare: impl Fn(u32, u32) -> Ordering,
    watch: &Watch,
) -> Result<(), Halt> {
    let cancel = &watch.cancel;
    let doublings = rows.len().div_ceil(RUN).next_power_of_two().ilog2() as usize;
    watch.begin(rows.len() * (doublings + 1));
    for run in rows.chunks_mut(RUN) {
        watch.add(run.len())?;
        run.sort_by(|a, b| compare(*a, *b));
    }
    let mut length = RUN;
    let mut merged = Vec::with_capacity(rows.len());
    while length < rows.len() {
        merged.clear();
        for pair in rows.chunks(2 * length) {
            watch.add(pair.len())?;
            let (left, right) = pair.split_at(length.min(pair.len()));
            let (mut i, mut j) = (0, 0);
            while i < left.len() && j < right.len() {
                if (i + j) % RUN == 0 {
                    cancel.check()?;
                }
                if compare(right[j], left[i]) == Ordering::Less {
                    merged.push(right[j]);
                    j += 1;
                } else {
                    merged.push(left[i]);
                    i += 1;
                }
            }
            merged.extend_from_slice(&left[i..]);
            merged.extend_from_slice(&right[j..]);
        }
        std::mem::swap(rows, &mut merged);
        length *= 2;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(column: &Column, ascending: bool) -> Vec<u32> {
        sort_order(column, ascending, &Watch::default())
            .unwrap()
            .to_vec()
    }

    #[test]
    fn ties_keep_the_datas_order_and_missing_comes_last() {
        let column = Column::numbers("x", vec![2.0, f64::NAN, 1.0, 2.0, -0.5, f64::NAN, 1.0]);
        assert_eq!(order(&column, true), [4, 2, 6, 0, 3, 1, 5]);
        assert_eq!(order(&column, false), [0, 3, 2, 6, 4, 1, 5]);
        let levels = vec!["low".into(), "high".into()];
        let column = Column::categories("c", vec![1, u32::MAX, 0, 1], levels);
        assert_eq!(order(&column, true), [2, 0, 3, 1]);
        assert!(order(&Column::numbers("x", vec![]), true).is_empty());
    }

    #[test]
    fn many_runs_merge_into_the_same_as_one_sort() {
        let mut random = crate::base::Random::new(7);
        let n = 3 * RUN + 17;
        let values: Vec<f64> = (0..n).map(|_| random.below(5000) as f64).collect();
        let mut expected: Vec<u32> = (0..n as u32).collect();
        expected.sort_by(|a, b| values[*a as usize].total_cmp(&values[*b as usize]));
        let texts = values.iter().map(|v| Some(format!("{v:04}").into()));
        let texts = Column::texts("t", texts.collect());
        assert_eq!(order(&Column::numbers("x", values), true), expected);
        assert_eq!(order(&texts, true), expected);
    }

    #[test]
    fn keys_are_in_the_order_of_the_numbers() {
        let values = [-1e300, -2.5, -1e-310, -0.0, 0.0, 1e-310, 0.1, 2.5, 1e300];
        assert!(values.windows(2).all(|pair| key(pair[0]) < key(pair[1])));
        let column = Column::numbers("x", values.iter().rev().copied().collect());
        assert_eq!(order(&column, true), [8, 7, 6, 5, 4, 3, 2, 1, 0]);
        assert_eq!(order(&column, false), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
    }

    #[test]
    fn filters_and_stops() {
        let even = |row: u32| row.is_multiple_of(2);
        let cancel = Cancel::new();
        let kept = filter_order(Some(&[3, 2, 0]), 4, even, &cancel).unwrap();
        assert_eq!(*kept, [2, 0]);
        assert_eq!(*filter_order(None, 4, even, &cancel).unwrap(), [0, 2]);
        cancel.cancel();
        let column = Column::numbers("x", vec![1.0]);
        let watch = Watch::default();
        watch.cancel.cancel();
        assert_eq!(sort_order(&column, true, &watch), Err(Halt::Cancelled));
    }
}
