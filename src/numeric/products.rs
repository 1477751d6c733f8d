//! Nearest rows by matrix products, for many features.

use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};

use super::Matrix;
use super::closest::Closest;
use super::dense::squared_distance;
use super::kd_tree::Found;
use super::metric::{Measure, Squares};
use super::wide::{Loop, wide};
use crate::base::{Cancel, Outcome, units_a_look};

/// Queries and rows of one block: their product fits the second-level cache.
const QUERY_BLOCK: usize = 128;
const ROW_BLOCK: usize = 512;

/// Rows that are passed over at once where all are too far.
const GROUP: usize = 16;

/// Squared distances as |q|² + |x|² - 2 q·x around the mean, by matrix products. They only choose the
/// candidates, with a margin for rounding; what is kept is measured exactly.
pub(super) struct Products {
    points: Matrix,
    mean: Vec<f64>,
    /// Squared distances from the mean.
    norms: Vec<f64>,
}

/// Lower bounds of the squared distances of one query, and whether any of a group is not beyond `worst`.
struct Bounds<'a> {
    norm: f64,
    share: f64,
    norms: &'a [f64],
    product: &'a [f64],
    worst: f64,
    about: &'a mut [f64],
}

impl Loop for Bounds<'_> {
    type Output = [bool; ROW_BLOCK / GROUP];

    #[inline(always)]
    fn run(self) -> Self::Output {
        let mut near = [false; ROW_BLOCK / GROUP];
        let groups = self.about.chunks_mut(GROUP).zip(self.product.chunks(GROUP));
        for ((near, (about, product)), norms) in
            near.iter_mut().zip(groups).zip(self.norms.chunks(GROUP))
        {
            let mut any = 0u64;
            for ((bound, product), x) in about.iter_mut().zip(product).zip(norms) {
                let low = (self.norm + x) * self.share + product;
                *bound = low;
                any |= u64::from(!(low > self.worst));
            }
            *near = any != 0;
        }
        near
    }
}

impl Products {
    pub fn build(points: &Matrix, cancel: &Cancel) -> Outcome<Self> {
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
        let mut norms = Vec::with_capacity(points.rows());
        for row in 0..points.rows() {
            if row % ROW_BLOCK == 0 {
                cancel.check()?;
            }
            norms.push(squared_distance(points.row(row), &mean));
        }
        Ok(Products {
            points: points.clone(),
            mean,
            norms,
        })
    }

    /// Size in memory.
    pub fn bytes(&self) -> usize {
        8 * (self.mean.len() + self.norms.len())
    }

    pub fn search(
        &self,
        queries: &[f64],
        k: usize,
        cancel: &Cancel,
        each: &mut Found<'_>,
    ) -> Outcome<()> {
        let columns = self.points.columns();
        // Wide rows in smaller blocks: a product takes far less than an operation a pair of numbers.
        let row_block = units_a_look(QUERY_BLOCK * columns / 16).clamp(2 * GROUP, ROW_BLOCK);
        let mut closest: Vec<Closest> = (0..QUERY_BLOCK).map(|_| Closest::new(k)).collect();
        let mut products = vec![0.0; QUERY_BLOCK * ROW_BLOCK];
        let mut about = vec![0.0; ROW_BLOCK];
        let mut centred = Vec::with_capacity(QUERY_BLOCK * columns);
        let mut shifted = Vec::with_capacity(ROW_BLOCK * columns);
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
            for start in (0..self.points.rows()).step_by(row_block) {
                cancel.check()?;
                let end = (start + row_block).min(self.points.rows());
                let rows = end - start;
                shifted.clear();
                for row in start..end {
                    shifted.extend(
                        self.points
                            .row(row)
                            .iter()
                            .zip(&self.mean)
                            .map(|(x, m)| x - m),
                    );
                }
                matmul(
                    MatMut::from_column_major_slice_mut(&mut products[..rows * count], rows, count),
                    Accum::Replace,
                    MatRef::from_row_major_slice(&shifted, rows, columns),
                    MatRef::from_column_major_slice(&centred, columns, count),
                    -2.0,
                    Par::Seq,
                );
                for (q, query) in asked.chunks_exact(columns).enumerate() {
                    let own = &centred[q * columns..(q + 1) * columns];
                    let norm: f64 = own.iter().map(|x| x * x).sum();
                    let norms = &self.norms[start..end];
                    let product = &products[q * rows..(q + 1) * rows];
                    let about = &mut about[..rows];
                    let closest = &mut closest[q];
                    let near = wide(Bounds {
                        norm,
                        share: 1.0 - rounding,
                        norms,
                        product,
                        worst: closest.worst(),
                        about: &mut *about,
                    });
                    if closest.worst() == f64::INFINITY && rows > 2 * k && k > 0 {
                        // The rows that look nearest first: then few others need measuring.
                        self.offer_likely(about, start, k, query, closest);
                        continue;
                    }
                    let groups = about.chunks(GROUP).enumerate();
                    for (group, about) in groups.filter(|(group, _)| near[*group]) {
                        for (at, &bound) in about.iter().enumerate() {
                            // What overflowed is measured.
                            if bound <= closest.worst() || bound.is_nan() {
                                let row = start + group * GROUP + at;
                                let distance = Squares.between(query, self.points.row(row));
                                closest.offer(distance, row as u32);
                            }
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
            if bound.is_nan() || (bound > limit && bound <= worst) {
                worst = offer(at);
            }
        }
    }
}
