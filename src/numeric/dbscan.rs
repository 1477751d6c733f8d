//! Density-based clusters (Ester, Kriegel, Sander and Xu, KDD 1996), with Euclidean distances.
//!
//! Two passes over the pairs of near rows, none of which are kept: the first counts them, the second
//! puts core rows that are near together. Labels as scikit-learn's `DBSCAN` gives them: clusters in
//! the order of their first core row; a row at the border belongs to the first that reaches it.

use super::Matrix;
use super::centre::{centred_blocks, column_means};
use super::dense::dot;
use super::radius::Radius;
use crate::base::{Cancel, Outcome, Problem};

/// The label of rows that belong to no cluster.
pub const NOISE: u32 = u32::MAX;

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
        let mut near = vec![0usize; rows];
        radius.pairs(eps, cancel, |row, _| near[row as usize] += 1)?;
        let core: Vec<bool> = near.iter().map(|near| *near >= min_samples).collect();
        let mut sets = Sets::new(rows);
        radius.pairs(eps, cancel, |a, b| {
            if a < b && core[a as usize] && core[b as usize] {
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
        radius.pairs(eps, cancel, |row, other| {
            let (row, other) = (row as usize, other as usize);
            if !core[row] && core[other] {
                labels[row] = labels[row].min(of_core[other]);
            }
        })?;
        Ok(Dbscan {
            labels,
            core,
            clusters: clusters as usize,
        })
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
