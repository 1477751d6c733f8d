//! Nearest rows by whichever way is quicker: a k-d tree for few features, else all rows in blocks.

use super::closest::Closest;
use super::kd_tree::Found;
use super::metric::{Absolutes, Largest, Measure, Powers, Squares};
use super::products::Products;
use super::unit_rows::UnitRows;
use super::{KdTree, Matrix, Metric};
use crate::base::{Cancel, Outcome, units_a_look};

/// Rows arranged for searching by one metric.
pub struct Neighbours {
    metric: Metric,
    rows: usize,
    columns: usize,
    by: By,
}

enum By {
    Tree(KdTree),
    Products(Products),
    Scan(Matrix),
    Units(UnitRows),
}

/// Up to so many features a tree wins whatever the number of rows,
const FEW_FEATURES: usize = 8;
/// and up to so many where there are many rows.
const SOME_FEATURES: usize = 15;
const MANY_ROWS: usize = 50_000;

impl Neighbours {
    pub fn build(points: &Matrix, metric: Metric, cancel: &Cancel) -> Outcome<Neighbours> {
        let columns = points.columns();
        let by = if metric == Metric::Cosine {
            By::Units(UnitRows::build(points, cancel)?)
        } else if columns <= FEW_FEATURES
            || (columns <= SOME_FEATURES && points.rows() >= MANY_ROWS)
        {
            By::Tree(KdTree::build(points, cancel)?)
        } else if metric == Metric::Euclidean {
            By::Products(Products::build(points, cancel)?)
        } else {
            By::Scan(points.clone())
        };
        Ok(Neighbours {
            metric,
            rows: points.rows(),
            columns,
            by,
        })
    }

    pub fn metric(&self) -> Metric {
        self.metric
    }

    /// How many rows there are to find.
    pub fn rows(&self) -> usize {
        self.rows
    }

    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Size in memory, without the points that were given.
    pub fn bytes(&self) -> usize {
        match &self.by {
            By::Tree(tree) => tree.bytes(),
            By::Products(products) => products.bytes(),
            By::Scan(_) => 0,
            By::Units(units) => units.bytes(),
        }
    }

    /// `each` gets the number of a query and its `k` nearest rows as (reduced distance, row), nearest
    /// first, of equally near ones the lower row; all rows where there are fewer than `k`. Queries
    /// are rows of as many columns as the points, answered in their order.
    pub fn search(
        &self,
        queries: &[f64],
        k: usize,
        cancel: &Cancel,
        each: &mut Found<'_>,
    ) -> Outcome<()> {
        match &self.by {
            By::Tree(tree) => tree.nearest_each(queries, k, self.metric, cancel, each),
            By::Products(products) => products.search(queries, k, cancel, each),
            By::Scan(points) => scan(points, self.metric, queries, k, cancel, each),
            By::Units(units) => units.search(queries, self.columns, k, cancel, each),
        }
    }
}

impl std::fmt::Debug for Neighbours {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Neighbours {} x {}", self.rows, self.columns)
    }
}

/// Rows between two looks at the flag.
const ROW_BLOCK: usize = 512;

/// All rows for every query.
fn scan(
    points: &Matrix,
    metric: Metric,
    queries: &[f64],
    k: usize,
    cancel: &Cancel,
    each: &mut Found<'_>,
) -> Outcome<()> {
    match metric {
        // For cosines the rows have length 1.
        Metric::Euclidean | Metric::Cosine => scan_by(points, Squares, queries, k, cancel, each),
        Metric::Manhattan => scan_by(points, Absolutes, queries, k, cancel, each),
        Metric::Chebyshev => scan_by(points, Largest, queries, k, cancel, each),
        Metric::Minkowski(p) => scan_by(points, Powers(p), queries, k, cancel, each),
    }
}

fn scan_by<M: Measure>(
    points: &Matrix,
    measure: M,
    queries: &[f64],
    k: usize,
    cancel: &Cancel,
    each: &mut Found<'_>,
) -> Outcome<()> {
    let mut closest = Closest::new(k);
    // The power of a number takes about sixteen operations.
    let looks = units_a_look(16 * points.columns()).min(ROW_BLOCK);
    for (number, query) in queries.chunks_exact(points.columns().max(1)).enumerate() {
        closest.clear(f64::INFINITY);
        for row in 0..points.rows() {
            if row % looks == 0 {
                cancel.check()?;
            }
            closest.offer(measure.between(query, points.row(row)), row as u32);
        }
        each(number, closest.sorted());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Halt, Random};

    const METRICS: [Metric; 4] = [
        Metric::Euclidean,
        Metric::Manhattan,
        Metric::Chebyshev,
        Metric::Minkowski(3.0),
    ];

    /// Points on a coarse grid, so that there are duplicates and ties.
    fn grid(rows: usize, columns: usize, steps: usize, random: &mut Random) -> Matrix {
        let values = (0..rows * columns)
            .map(|_| random.below(steps) as f64 * 0.1)
            .collect();
        Matrix::new(rows, columns, values)
    }

    fn all(by: &Neighbours, queries: &[f64], k: usize) -> Vec<Vec<(f64, u32)>> {
        let mut found = Vec::new();
        by.search(queries, k, &Cancel::new(), &mut |number, near| {
            assert_eq!(number, found.len());
            found.push(near.to_vec());
        })
        .unwrap();
        found
    }

    fn sorted(points: &Matrix, metric: Metric, query: &[f64], k: usize) -> Vec<(f64, u32)> {
        let mut all: Vec<(f64, u32)> = (0..points.rows())
            .map(|row| (metric.between(query, points.row(row)), row as u32))
            .collect();
        all.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        all.truncate(k);
        all
    }

    #[test]
    fn every_way_equals_sorting_all_rows_with_ties() {
        let mut random = Random::new(5);
        for columns in [1, 2, 3, 5, 8, 9, 16, 17] {
            for steps in [2, 8, 1_000_000] {
                let points = grid(250, columns, steps, &mut random);
                let queries = grid(30, columns, 2 * steps, &mut random);
                for metric in METRICS {
                    for k in [1, 5, 60, 300] {
                        let by = Neighbours::build(&points, metric, &Cancel::new()).unwrap();
                        let found = all(&by, queries.values(), k);
                        assert_eq!(found.len(), 30);
                        for (number, near) in found.iter().enumerate() {
                            let expected = sorted(&points, metric, queries.row(number), k);
                            assert_eq!(near, &expected, "{columns} columns, {metric:?}, k {k}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn far_from_the_origin_and_over_many_blocks_products_still_find_the_nearest() {
        let mut random = Random::new(6);
        let values = (0..1500 * 20).map(|_| 1e8 + random.normal()).collect();
        let points = Matrix::new(1500, 20, values);
        let by = Neighbours::build(&points, Metric::Euclidean, &Cancel::new()).unwrap();
        let queries = &points.values()[..130 * 20];
        for (number, near) in all(&by, queries, 7).iter().enumerate() {
            let query = points.row(number);
            assert_eq!(near, &sorted(&points, Metric::Euclidean, query, 7));
        }
    }

    #[test]
    fn huge_values_overflow_to_ties_and_stay_in_order() {
        for columns in [2, 20] {
            let values = (0..30 * columns)
                .map(|i| (i as f64 - 9.0) * 1e200)
                .collect();
            let points = Matrix::new(30, columns, values);
            let by = Neighbours::build(&points, Metric::Euclidean, &Cancel::new()).unwrap();
            for near in all(&by, points.values(), 3) {
                assert_eq!(near.len(), 3);
            }
        }
    }

    #[test]
    fn distances_whose_squares_vanish_still_find_k_rows() {
        let values = (0..60).map(|i| f64::from(i) * 1e-163).collect();
        let points = Matrix::new(60, 1, values);
        let by = Neighbours::build(&points, Metric::Euclidean, &Cancel::new()).unwrap();
        for (number, near) in all(&by, points.values(), 4).iter().enumerate() {
            assert_eq!(
                near,
                &sorted(&points, Metric::Euclidean, points.row(number), 4)
            );
        }
    }

    #[test]
    fn none_one_and_equal_rows() {
        let none = Matrix::new(0, 2, vec![]);
        let by = Neighbours::build(&none, Metric::Euclidean, &Cancel::new()).unwrap();
        assert_eq!(all(&by, &[0.0, 0.0], 3), vec![vec![]]);
        let one = Matrix::new(1, 20, vec![1.0; 20]);
        let by = Neighbours::build(&one, Metric::Euclidean, &Cancel::new()).unwrap();
        assert_eq!(all(&by, &[0.0; 20], 3), vec![vec![(20.0, 0)]]);
        let equal = Matrix::new(5000, 2, vec![1.0; 10_000]);
        let by = Neighbours::build(&equal, Metric::Manhattan, &Cancel::new()).unwrap();
        assert_eq!(all(&by, &[0.0, 0.0], 2), vec![vec![(2.0, 0), (2.0, 1)]]);
    }

    #[test]
    fn large_trees_equal_sorting_too() {
        let mut random = Random::new(7);
        for steps in [3, 50, 1_000_000] {
            let points = grid(150_000, 2, steps, &mut random);
            let tree = KdTree::build(&points, &Cancel::new()).unwrap();
            let mut near = Vec::new();
            for query in grid(5, 2, steps, &mut random).values().chunks(2) {
                tree.nearest(query, 10, Metric::Euclidean, &mut near);
                assert_eq!(near, sorted(&points, Metric::Euclidean, query, 10));
            }
        }
    }

    #[test]
    fn a_cancelled_search_stops() {
        let mut random = Random::new(8);
        let cancel = Cancel::new();
        cancel.cancel();
        for (columns, metric) in [(2, METRICS[0]), (20, METRICS[0]), (20, METRICS[1])] {
            let points = grid(2000, columns, 9, &mut random);
            let by = Neighbours::build(&points, metric, &Cancel::new()).unwrap();
            let stopped = by.search(points.values(), 3, &cancel, &mut |_, _| {});
            assert_eq!(stopped, Err(Halt::Cancelled));
        }
        let points = grid(2000, 2, 9, &mut random);
        assert!(KdTree::build(&points, &cancel).is_err());
    }
}
