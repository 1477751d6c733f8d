//! Rows within a distance: by a k-d tree for few features, else all rows in blocks.

use faer::Accum;

use super::dense::{multiply, rows_per_block, view, view_mut};
use super::metric::{Measure as _, Squares};
use super::wide::{Loop, wide};
use super::{KdTree, Matrix};
use crate::base::{Cancel, Outcome};

/// With more features a tree does not pay.
const FEW_FEATURES: usize = 8;

/// Rows of a block, and of a group that is passed over at once where all are too far.
const BLOCK: usize = 256;
const GROUP: usize = 16;

/// Whether any row of a group may be near one row.
struct Near<'a> {
    norm: f64,
    /// What is left of a squared distance by the worst of rounding.
    share: f64,
    norms: &'a [f64],
    products: &'a [f64],
    within: f64,
}

impl Loop for Near<'_> {
    type Output = [bool; BLOCK / GROUP];

    #[inline(always)]
    fn run(self) -> Self::Output {
        let mut near = [false; BLOCK / GROUP];
        let groups = self.products.chunks(GROUP).zip(self.norms.chunks(GROUP));
        for (near, (products, norms)) in near.iter_mut().zip(groups) {
            let mut any = 0u64;
            for (product, norm) in products.iter().zip(norms) {
                let low = (self.norm + norm) * self.share - 2.0 * product;
                any |= u64::from(low <= self.within);
            }
            *near = any != 0;
        }
        near
    }
}

/// Rows arranged for asking which lie within a Euclidean distance.
pub(super) struct Radius<'a> {
    points: &'a Matrix,
    tree: Option<KdTree>,
    /// Squared lengths, for products.
    norms: Vec<f64>,
}

impl<'a> Radius<'a> {
    /// Of rows that are centred: squared distances come from products first.
    pub fn new(points: &'a Matrix, cancel: &Cancel) -> Outcome<Self> {
        let few = points.columns() <= FEW_FEATURES;
        let tree = if few {
            Some(KdTree::build(points, cancel)?)
        } else {
            None
        };
        let mut norms = Vec::new();
        for row in 0..if few { 0 } else { points.rows() } {
            if row % BLOCK == 0 {
                cancel.check()?;
            }
            norms.push(points.row(row).iter().map(|v| v * v).sum());
        }
        Ok(Radius {
            points,
            tree,
            norms,
        })
    }

    /// `each` gets every two rows whose distance is at most `eps`, the lower first, each pair once, in
    /// no order. Looks at `cancel` often.
    pub fn pairs(&self, eps: f64, cancel: &Cancel, each: &mut impl FnMut(u32, u32)) -> Outcome<()> {
        let within = eps * eps;
        let rows = self.points.rows();
        let Some(tree) = &self.tree else {
            return self.by_products(within, cancel, each);
        };
        for row in 0..rows {
            if row % 64 == 0 {
                cancel.check()?;
            }
            tree.within(self.points.row(row), within, cancel, &mut |other| {
                if row < other as usize {
                    each(row as u32, other);
                }
            })?;
        }
        Ok(())
    }

    /// |a|² + |b|² - 2 a·b chooses, with a margin for rounding; what is near the edge is measured.
    fn by_products(
        &self,
        within: f64,
        cancel: &Cancel,
        each: &mut impl FnMut(u32, u32),
    ) -> Outcome<()> {
        let (rows, columns) = (self.points.rows(), self.points.columns());
        let block = rows_per_block(columns).min(BLOCK);
        let mut products = vec![0.0; block * block];
        let rounding = 8.0 * (columns as f64 + 8.0) * f64::EPSILON;
        let of = |start: usize, end: usize| {
            let values = &self.points.values()[start * columns..end * columns];
            view(values, end - start, columns)
        };
        for start in (0..rows).step_by(block) {
            let end = (start + block).min(rows);
            for other in (start..rows).step_by(block) {
                cancel.check()?;
                let other_end = (other + block).min(rows);
                let width = other_end - other;
                let products = &mut products[..(end - start) * width];
                let out = view_mut(products, end - start, width);
                let across = of(other, other_end);
                multiply(out, Accum::Replace, of(start, end), across.transpose());
                for (a, products) in (start..end).zip(products.chunks_exact(width)) {
                    let groups = wide(Near {
                        norm: self.norms[a],
                        share: 1.0 - rounding,
                        norms: &self.norms[other..other_end],
                        products,
                        within,
                    });
                    for group in (0..width.div_ceil(GROUP)).filter(|group| groups[*group]) {
                        let first = group * GROUP;
                        let last = (first + GROUP).min(width);
                        // Each pair once, and no row with itself.
                        for at in first.max((a + 1).saturating_sub(other))..last {
                            let b = other + at;
                            let lengths = self.norms[a] + self.norms[b];
                            let about = lengths - 2.0 * products[at];
                            let margin = rounding * lengths;
                            let near = about <= within - margin
                                || (about <= within + margin
                                    && Squares.between(self.points.row(a), self.points.row(b))
                                        <= within);
                            if near {
                                each(a as u32, b as u32);
                            }
                        }
                    }
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Random;

    /// On whole coordinates many distances are the radius itself.
    #[test]
    fn both_ways_find_what_a_plain_loop_finds() {
        let mut random = Random::new(3);
        for columns in [1, 2, 5, 9, 20] {
            let values = (0..300 * columns).map(|_| random.below(5) as f64 - 2.0);
            let x = Matrix::new(300, columns, values.collect());
            for eps in [0.0, 1.0, 2.0, 3.5, 100.0] {
                let mut found = Vec::new();
                let radius = Radius::new(&x, &Cancel::new()).unwrap();
                let mut each = |a, b| found.push((a, b));
                radius.pairs(eps, &Cancel::new(), &mut each).unwrap();
                found.sort_unstable();
                let mut expected = Vec::new();
                for a in 0..300 {
                    let near = |b: &usize| Squares.between(x.row(a), x.row(*b)) <= eps * eps;
                    expected.extend((a + 1..300).filter(near).map(|b| (a as u32, b as u32)));
                }
                assert_eq!(found, expected, "{columns} columns, {eps}");
            }
        }
    }

    #[test]
    fn it_stops() {
        let cancel = Cancel::new();
        for columns in [2, 9] {
            let x = Matrix::new(4, columns, vec![1.0; 4 * columns]);
            let radius = Radius::new(&x, &Cancel::new()).unwrap();
            cancel.cancel();
            assert!(radius.pairs(1.0, &cancel, &mut |_, _| ()).is_err());
        }
    }
}
