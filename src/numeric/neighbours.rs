//! Nearest rows by whichever way is quicker: a k-d tree for few features, else all rows in blocks.

use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};

use super::closest::Closest;
use super::metric::{Absolutes, Largest, Measure, Powers, Squares};
use super::{KdTree, Matrix, Metric};
use crate::base::{Cancel, Outcome};

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
}

/// Up to so many features a tree wins whatever the number of rows,
const FEW_FEATURES: usize = 8;
/// and up to so many where there are many rows.
const SOME_FEATURES: usize = 15;
const MANY_ROWS: usize = 50_000;

impl Neighbours {
    pub fn build(points: &Matrix, metric: Metric, cancel: &Cancel) -> Outcome<Neighbours> {
        let columns = points.columns();
        let by = if columns <= FEW_FEATURES
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
            By::Products(products) => 8 * (products.centred.len() + products.norms.len()),
            By::Scan(_) => 0,
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
        each: &mut dyn FnMut(usize, &[(f64, u32)]),
    ) -> Outcome<()> {
        match &self.by {
            By::Tree(tree) => tree.nearest_each(queries, k, self.metric, cancel, each),
            By::Products(products) => products.search(queries, k, cancel, each),
            By::Scan(points) => scan(points, self.metric, queries, k, cancel, each),
        }
    }
}

impl std::fmt::Debug for Neighbours {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Neighbours {} x {}", self.rows, self.columns)
    }
}

/// Queries and rows of one block: their product fits the second-level cache.
const QUERY_BLOCK: usize = 64;
const ROW_BLOCK: usize = 512;

/// Squared distances as |q|² + |x|² - 2 q·x around the mean, by matrix products. They only choose the
/// candidates, with a margin for rounding; what is kept is measured exactly.
struct Products {
    points: Matrix,
    mean: Vec<f64>,
    centred: Vec<f64>,
    norms: Vec<f64>,
}

impl Products {
    fn build(points: &Matrix, cancel: &Cancel) -> Outcome<Self> {
        let columns = points.columns();
        let mut mean = vec![0.0; columns];
        for row in 0..points.rows() {
            if row % ROW_BLOCK == 0 {
                cancel.check()?;
            }
            for (sum, value) in mean.iter_mut().zip(points.row(row)) {
                *sum += value;
            }
        }
        for sum in &mut mean {
            *sum /= points.rows().max(1) as f64;
        }
        let mut centred = Vec::with_capacity(points.values().len());
        let mut norms = Vec::with_capacity(points.rows());
        for row in 0..points.rows() {
            if row % ROW_BLOCK == 0 {
                cancel.check()?;
            }
            let start = centred.len();
            centred.extend(points.row(row).iter().zip(&mean).map(|(x, m)| x - m));
            norms.push(centred[start..].iter().map(|x| x * x).sum());
        }
        Ok(Products {
            points: points.clone(),
            mean,
            centred,
            norms,
        })
    }

    fn search(
        &self,
        queries: &[f64],
        k: usize,
        cancel: &Cancel,
        each: &mut dyn FnMut(usize, &[(f64, u32)]),
    ) -> Outcome<()> {
        let columns = self.points.columns();
        let mut closest: Vec<Closest> = (0..QUERY_BLOCK).map(|_| Closest::new(k)).collect();
        let mut products = vec![0.0; QUERY_BLOCK * ROW_BLOCK];
        let mut about = vec![0.0; ROW_BLOCK];
        let mut centred = Vec::with_capacity(QUERY_BLOCK * columns);
        // Twice the error bound of a sum of `columns` products (Higham, 2002, section 3.1), for each
        // of the three terms.
        let rounding = 8.0 * (columns as f64 + 8.0) * f64::EPSILON;
        for (block, asked) in queries.chunks(QUERY_BLOCK * columns).enumerate() {
            let count = asked.len() / columns;
            centred.clear();
            for query in asked.chunks_exact(columns) {
                centred.extend(query.iter().zip(&self.mean).map(|(x, m)| x - m));
            }
            for closest in &mut closest[..count] {
                closest.clear(f64::INFINITY);
            }
            for start in (0..self.points.rows()).step_by(ROW_BLOCK) {
                cancel.check()?;
                let end = (start + ROW_BLOCK).min(self.points.rows());
                let rows = end - start;
                matmul(
                    MatMut::from_column_major_slice_mut(&mut products[..rows * count], rows, count),
                    Accum::Replace,
                    MatRef::from_row_major_slice(
                        &self.centred[start * columns..end * columns],
                        rows,
                        columns,
                    ),
                    MatRef::from_column_major_slice(&centred, columns, count),
                    -2.0,
                    Par::Seq,
                );
                for (q, query) in asked.chunks_exact(columns).enumerate() {
                    let own = &centred[q * columns..(q + 1) * columns];
                    let norm: f64 = own.iter().map(|x| x * x).sum();
                    let norms = &self.norms[start..end];
                    let product = &products[q * rows..(q + 1) * rows];
                    // Lower bounds of the squared distances.
                    let about = &mut about[..rows];
                    for ((bound, product), x) in about.iter_mut().zip(product).zip(norms) {
                        *bound = (norm + x) * (1.0 - rounding) + product;
                    }
                    let closest = &mut closest[q];
                    if closest.worst() == f64::INFINITY && rows > 2 * k && k > 0 {
                        // The rows that look nearest first: then few others need measuring.
                        self.offer_likely(about, start, k, query, closest);
                        continue;
                    }
                    for (at, &bound) in about.iter().enumerate() {
                        // Not `<=`: what overflowed is measured.
                        if !(bound > closest.worst()) {
                            let row = start + at;
                            let distance = Squares.between(query, self.points.row(row));
                            closest.offer(distance, row as u32);
                        }
                    }
                }
            }
            for (q, closest) in closest[..count].iter_mut().enumerate() {
                each(block * QUERY_BLOCK + q, closest.sorted());
            }
        }
        Ok(())
    }

    fn offer_likely(
        &self,
        about: &[f64],
        start: usize,
        k: usize,
        query: &[f64],
        closest: &mut Closest,
    ) {
        let mut order = about.to_vec();
        let (_, &mut limit, _) = order.select_nth_unstable_by(k - 1, f64::total_cmp);
        let mut offer = |at: usize| {
            let row = start + at;
            let distance = Squares.between(query, self.points.row(row));
            closest.offer(distance, row as u32);
            closest.worst()
        };
        let mut worst = f64::INFINITY;
        for (at, &bound) in about.iter().enumerate() {
            if bound <= limit {
                worst = offer(at);
            }
        }
        for (at, &bound) in about.iter().enumerate() {
            if !(bound <= limit || bound > worst) {
                worst = offer(at);
            }
        }
    }
}

/// All rows for every query.
fn scan(
    points: &Matrix,
    metric: Metric,
    queries: &[f64],
    k: usize,
    cancel: &Cancel,
    each: &mut dyn FnMut(usize, &[(f64, u32)]),
) -> Outcome<()> {
    match metric {
        Metric::Euclidean => scan_by(points, Squares, queries, k, cancel, each),
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
    each: &mut dyn FnMut(usize, &[(f64, u32)]),
) -> Outcome<()> {
    let mut closest = Closest::new(k);
    for (number, query) in queries.chunks_exact(points.columns().max(1)).enumerate() {
        closest.clear(f64::INFINITY);
        for row in 0..points.rows() {
            if row % ROW_BLOCK == 0 {
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
