//! Density-based clusters (Ester, Kriegel, Sander and Xu, KDD 1996), with Euclidean distances.
//!
//! The pairs of near rows are counted, core rows that are near are put together, and border rows go
//! where they are near. The pairs are kept where they are few, else sought anew. Labels as scikit-learn's `DBSCAN` gives them: clusters in
//! the order of their first core row; a row at the border belongs to the first that reaches it.

use super::Matrix;
use super::centre::{centred_blocks, column_means};
use super::dense::dot;
use super::radius::Radius;
use crate::base::{Cancel, Outcome, Problem};

/// The label of rows that belong to no cluster.
pub const NOISE: u32 = u32::MAX;

/// Pairs that are kept: 64 MB.
const MOST_KEPT: usize = 1 << 23;

/// What was found on the training rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Dbscan {
    /// The cluster of each row, or [`NOISE`].
    pub labels: Vec<u32>,
    /// Whether a row has enough near rows.
    pub core: Vec<bool>,
    pub clusters: usize,
}

impl Dbscan {
    /// A row is core if `min_samples` rows, itself among them, lie within `eps`.
    pub fn fit(x: &Matrix, eps: f64, min_samples: usize, cancel: &Cancel) -> Outcome<Self> {
        let rows = x.rows();
        let means = column_means(x, cancel)?;
        let (mut values, mut squares) = (Vec::with_capacity(x.values().len()), 0.0);
        centred_blocks(x, &means, cancel, |_, block| {
            squares += dot(block, block);
            values.extend_from_slice(block);
            Ok(())
        })?;
        if !f64::is_finite(squares) {
            return Err(Problem::new("The numbers are too large for distances")
                .fix("Scale the features")
                .into());
        }
        let centred = Matrix::new(rows, x.columns(), values);
        let radius = Radius::new(&centred, cancel)?;
        // Every row is near itself.
        let mut near = vec![1usize; rows];
        let mut pairs = Pairs {
            radius: &radius,
            eps,
            kept: None,
        };
        let mut kept = Some(Vec::new());
        pairs.each(cancel, &mut |a, b| {
            near[a as usize] += 1;
            near[b as usize] += 1;
            match &mut kept {
                Some(pairs) if pairs.len() < MOST_KEPT => pairs.push((a, b)),
                all => *all = None,
            }
        })?;
        pairs.kept = kept;
        let core: Vec<bool> = near.iter().map(|near| *near >= min_samples).collect();
        let mut sets = Sets::new(rows);
        pairs.each(cancel, &mut |a, b| {
            if core[a as usize] && core[b as usize] {
                sets.join(a, b);
            }
        })?;
        let (mut labels, mut clusters) = (vec![NOISE; rows], 0);
        for row in 0..rows as u32 {
            if core[row as usize] {
                // The root is the lowest row of its set.
                let root = sets.root(row);
                if root == row {
                    labels[row as usize] = clusters;
                    clusters += 1;
                } else {
                    labels[row as usize] = labels[root as usize];
                }
            }
        }
        let of_core = labels.clone();
        pairs.each(cancel, &mut |a, b| {
            for (row, other) in [(a as usize, b as usize), (b as usize, a as usize)] {
                if !core[row] && core[other] {
                    labels[row] = labels[row].min(of_core[other]);
                }
            }
        })?;
        Ok(Dbscan {
            labels,
            core,
            clusters: clusters as usize,
        })
    }
}

/// The pairs of near rows, each once.
struct Pairs<'a> {
    radius: &'a Radius<'a>,
    eps: f64,
    kept: Option<Vec<(u32, u32)>>,
}

impl Pairs<'_> {
    fn each(&self, cancel: &Cancel, each: &mut impl FnMut(u32, u32)) -> Outcome<()> {
        let Some(kept) = &self.kept else {
            return self.radius.pairs(self.eps, cancel, each);
        };
        for pairs in kept.chunks(1 << 16) {
            cancel.check()?;
            pairs.iter().for_each(|&(a, b)| each(a, b));
        }
        Ok(())
    }
}

/// Sets of rows that grow together; the lowest row stands for all.
struct Sets {
    parent: Vec<u32>,
}

impl Sets {
    fn new(rows: usize) -> Self {
        Sets {
            parent: (0..rows as u32).collect(),
        }
    }

    fn root(&mut self, mut row: u32) -> u32 {
        while self.parent[row as usize] != row {
            let above = self.parent[self.parent[row as usize] as usize];
            self.parent[row as usize] = above;
            row = above;
        }
        row
    }

    fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        self.parent[a.max(b) as usize] = a.min(b);
    }
}

#[cfg(test)]
mod tests;
