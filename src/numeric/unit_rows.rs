//! Cosine distances as Euclidean ones: of rows brought to length 1, half the squared distance is 1 less
//! the cosine of the angle between them. As scikit-learn's `cosine_distances`: a row of zeros is at
//! distance 1 from every other.

use super::kd_tree::Found;
use super::{Matrix, Metric, Neighbours};
use crate::base::{Cancel, Outcome, units_a_look};

/// Distances that rounding may leave between rows of one direction; they are 0.
const ROUNDING: f64 = 1e-15;
/// Queries that are brought to length 1 at once.
const BLOCK: usize = 1024;

pub(super) struct UnitRows {
    /// Of rows of length 1, with one column more that only rows of zeros have.
    inner: Box<Neighbours>,
}

impl UnitRows {
    pub fn build(points: &Matrix, cancel: &Cancel) -> Outcome<UnitRows> {
        let columns = points.columns();
        let looks = units_a_look(4 * columns);
        let any_zero = (0..points.rows()).any(|row| points.row(row).iter().all(|v| *v == 0.0));
        let mut values = Vec::with_capacity(points.rows() * (columns + usize::from(any_zero)));
        for row in 0..points.rows() {
            if row % looks == 0 {
                cancel.check()?;
            }
            let length = push_unit(points.row(row), &mut values);
            if any_zero {
                // Half the squared distance from any row of length 1 is 1 then.
                values.push(if length { 0.0 } else { 1.0 });
            }
        }
        let width = columns + usize::from(any_zero);
        let units = Matrix::new(points.rows(), width, values);
        let inner = Box::new(Neighbours::build(&units, Metric::Euclidean, cancel)?);
        Ok(UnitRows { inner })
    }

    /// Size in memory; unlike other searches it keeps rows of its own.
    pub fn bytes(&self) -> usize {
        self.inner.bytes() + 8 * self.inner.rows() * self.inner.columns()
    }

    pub fn search(
        &self,
        queries: &[f64],
        columns: usize,
        k: usize,
        cancel: &Cancel,
        each: &mut Found<'_>,
    ) -> Outcome<()> {
        let width = self.inner.columns();
        let (mut units, mut lengths, mut near) = (Vec::new(), Vec::new(), Vec::new());
        for (block, queries) in queries.chunks(BLOCK * columns.max(1)).enumerate() {
            cancel.check()?;
            units.clear();
            lengths.clear();
            for query in queries.chunks_exact(columns.max(1)) {
                lengths.push(push_unit(query, &mut units));
                units.resize(lengths.len() * width, 0.0);
            }
            self.inner.search(&units, k, cancel, &mut |query, found| {
                near.clear();
                if lengths[query] {
                    near.extend(found.iter().map(|&(squared, row)| match squared / 2.0 {
                        rounding if rounding < ROUNDING => (0.0, row),
                        distance => (distance, row),
                    }));
                    let same = near.partition_point(|(distance, _)| *distance == 0.0);
                    near[..same].sort_unstable_by_key(|(_, row)| *row);
                } else {
                    // All are equally far.
                    near.extend((0..found.len() as u32).map(|row| (1.0, row)));
                }
                each(block * BLOCK + query, &near);
            })?;
        }
        Ok(())
    }
}

/// Appends the row at length 1, or as it is where it has no length; whether it has one.
fn push_unit(row: &[f64], units: &mut Vec<f64>) -> bool {
    // Squares of huge or tiny numbers are none: the largest is brought to 1 first.
    let top = row.iter().fold(0.0f64, |top, v| top.max(v.abs()));
    if top == 0.0 {
        units.extend_from_slice(row);
        return false;
    }
    let squares: f64 = row.iter().map(|v| (v / top) * (v / top)).sum();
    let length = squares.sqrt();
    units.extend(row.iter().map(|v| v / top / length));
    true
}

/// 1 less the cosine of the angle between two rows.
pub(super) fn cosine(a: &[f64], b: &[f64]) -> f64 {
    let mut units = Vec::with_capacity(2 * a.len());
    if !push_unit(a, &mut units) | !push_unit(b, &mut units) {
        return 1.0;
    }
    let (a, b) = units.split_at(a.len());
    let squared: f64 = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum();
    squared / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// tests/reference/neighbours.py; the row of zeros there is at distance 0 from itself alone.
    #[test]
    fn distances_are_those_of_scikit_learn() {
        let rows = [
            [1.0, 2.0, 3.0],
            [2.0, 4.0, 6.0],
            [-1.0, 0.5, 2.0],
            [3.0, -1.0, 0.0],
            [0.0, 0.0, 0.0],
            [1e200, 1e200, -1e200],
        ];
        #[rustfmt::skip]
        let expected = [
            [0.0, 0.0, 0.3001457877762348, 0.9154845745271483],
            [0.0, 0.0, 0.3001457877762348, 0.9154845745271483],
            [0.0, 0.3001457877762348, 0.3001457877762348, 1.0],
            [0.0, 0.6348516283298893, 0.9154845745271483, 0.9154845745271483],
            [1.0; 4],
            [0.0, 0.6348516283298893, 1.0, 1.0],
        ];
        let points = Matrix::new(6, 3, rows.concat());
        let unit = UnitRows::build(&points, &Cancel::new()).unwrap();
        let mut seen = 0;
        let found = unit.search(points.values(), 3, 4, &Cancel::new(), &mut |query, near| {
            for (found, expected) in near.iter().zip(expected[query]) {
                assert!((found.0 - expected).abs() < 1e-12, "{query}: {near:?}");
                let between = cosine(points.row(query), points.row(found.1 as usize));
                assert!((between - found.0).abs() < 1e-12);
            }
            if query == 4 {
                assert!(near.iter().map(|(_, row)| *row).eq(0..4));
            }
            seen += 1;
        });
        assert_eq!((found, seen), (Ok(()), 6));
    }

    #[test]
    fn many_queries_keep_their_numbers_and_can_be_stopped() {
        let value = |at: usize| ((at * 7919) % 1009) as f64 - 500.0;
        let points = Matrix::new(3000, 3, (0..9000).map(value).collect());
        let unit = UnitRows::build(&points, &Cancel::new()).unwrap();
        let mut next = 0;
        unit.search(points.values(), 3, 2, &Cancel::new(), &mut |query, near| {
            assert_eq!(query, next);
            assert_eq!(near[0].0, 0.0);
            next += 1;
        })
        .unwrap();
        assert_eq!(next, 3000);
        let cancel = Cancel::at_look(4);
        assert!(
            unit.search(points.values(), 3, 2, &cancel, &mut |_, _| {})
                .is_err()
        );
        assert_eq!(cancel.looks(), 4);
        assert!(UnitRows::build(&points, &Cancel::at_look(1)).is_err());
    }
}
