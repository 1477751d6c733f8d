//! In which order a table shows its rows: pure functions for a worker.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::base::{Cancel, Halt};
use crate::data::{Column, Values};

/// Rows are sorted in runs of this many, so that a cancel is seen between them.
const RUN: usize = 32_768;

/// Row numbers (from 0) in the order of this column's values; missing ones last both ways, equal ones
/// in the data's order. Categories go by the order of their levels.
pub fn sort_order(column: &Column, ascending: bool, cancel: &Cancel) -> Result<Arc<[u32]>, Halt> {
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
    let directed = |order: Ordering| if ascending { order } else { order.reverse() };
    match &column.values {
        Values::Number(v) => sort(
            &mut present,
            |a, b| directed(v[a as usize].total_cmp(&v[b as usize])),
            cancel,
        )?,
        Values::Category { codes, .. } => sort(
            &mut present,
            |a, b| directed(codes[a as usize].cmp(&codes[b as usize])),
            cancel,
        )?,
        Values::Text(v) => sort(
            &mut present,
            |a, b| directed(v[a as usize].cmp(&v[b as usize])),
            cancel,
        )?,
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

/// A stable bottom-up merge sort: std's cannot be stopped half way.
fn sort(
    rows: &mut Vec<u32>,
    compare: impl Fn(u32, u32) -> Ordering,
    cancel: &Cancel,
) -> Result<(), Halt> {
    for run in rows.chunks_mut(RUN) {
        cancel.check()?;
        run.sort_by(|a, b| compare(*a, *b));
    }
    let mut length = RUN;
    let mut merged = Vec::with_capacity(rows.len());
    while length < rows.len() {
        merged.clear();
        for pair in rows.chunks(2 * length) {
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
        sort_order(column, ascending, &Cancel::new())
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
        assert_eq!(order(&Column::numbers("x", values), true), expected);
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
        assert_eq!(sort_order(&column, true, &cancel), Err(Halt::Cancelled));
    }
}
