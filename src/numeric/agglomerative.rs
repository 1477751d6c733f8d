//! Agglomerative clustering: the two nearest clusters become one, until one is left.
//!
//! By chains of nearest neighbours (Benzécri 1982; Müllner 2011) and the update formulas of Lance and
//! Williams: time and memory grow with the square of the rows. Heights as in scipy's `linkage` and
//! scikit-learn's `AgglomerativeClustering`; Ward's are square roots. Of equally near clusters the
//! lower one merges first.

use serde::{Deserialize, Serialize};

use super::Matrix;
use super::metric::{Measure as _, Squares};
use crate::base::{Cancel, Outcome, Problem};

/// How far apart two clusters are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Linkage {
    /// As their nearest rows.
    Single,
    /// As their farthest rows.
    Complete,
    /// The mean over all pairs.
    Average,
    /// By how much the squared distances from the means grow.
    Ward,
}

/// Two clusters becoming one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Merge {
    /// Rows are 0 to rows - 1; merge `i` makes cluster rows + i. The first is the lower.
    pub clusters: [u32; 2],
    /// How far apart they were; never falls from merge to merge.
    pub height: f64,
    /// Rows of the new cluster.
    pub size: u32,
}

/// All merges of some rows, lowest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dendrogram {
    pub rows: usize,
    pub merges: Vec<Merge>,
}

impl Dendrogram {
    /// Merges the rows of `x`. Needs 4 rows² bytes; looks at `cancel` at least once a row.
    pub fn new(x: &Matrix, linkage: Linkage, cancel: &Cancel) -> Outcome<Self> {
        let rows = x.rows();
        let mut distances = Condensed::of(x, linkage, cancel)?;
        let mut found = chains(&mut distances, rows, linkage, cancel)?;
        // Chains find merges in another order; equal heights keep theirs.
        found.sort_by(|a, b| a.1.total_cmp(&b.1));
        Ok(Dendrogram {
            rows,
            merges: numbered(rows, &found, linkage),
        })
    }

    /// The cluster of each row where so many are left; clusters in the order of their first row.
    pub fn cut(&self, clusters: usize) -> Vec<u32> {
        let merged = self.rows.saturating_sub(clusters.max(1));
        let mut parent: Vec<u32> = (0..(self.rows + merged) as u32).collect();
        for (at, merge) in self.merges.iter().take(merged).enumerate() {
            for cluster in merge.clusters {
                parent[cluster as usize] = (self.rows + at) as u32;
            }
        }
        // A parent comes after its children.
        for cluster in (0..parent.len()).rev() {
            parent[cluster] = parent[parent[cluster] as usize];
        }
        let mut names = vec![u32::MAX; parent.len()];
        let mut next = 0;
        let label = |root: &u32| {
            let name = &mut names[*root as usize];
            if *name == u32::MAX {
                *name = next;
                next += 1;
            }
            *name
        };
        parent[..self.rows].iter().map(label).collect()
    }

    /// Whether the merges make one tree of all rows, so that it can be cut and drawn: for one read from a
    /// file.
    pub fn is_sound(&self) -> bool {
        if self.rows.checked_sub(1) != Some(self.merges.len()) {
            return false;
        }
        // Rows of each cluster; 0 once it is part of another.
        let mut sizes = vec![1u32; self.rows];
        let mut lowest = 0.0;
        for merge in &self.merges {
            let [a, b] = merge.clusters.map(|cluster| cluster as usize);
            let (Some(&of_a), Some(&of_b)) = (sizes.get(a), sizes.get(b)) else {
                return false;
            };
            let both = of_a > 0 && of_b > 0 && of_a + of_b == merge.size;
            if a >= b || !both || !merge.height.is_finite() || merge.height < lowest {
                return false;
            }
            (sizes[a], sizes[b]) = (0, 0);
            sizes.push(merge.size);
            lowest = merge.height;
        }
        true
    }

    /// Size in memory.
    pub fn bytes(&self) -> usize {
        size_of_val(&self.merges[..])
    }
}

/// The upper half of a symmetric matrix without its diagonal, row after row.
struct Condensed {
    rows: usize,
    values: Vec<f64>,
}

impl Condensed {
    fn of(x: &Matrix, linkage: Linkage, cancel: &Cancel) -> Outcome<Self> {
        let rows = x.rows();
        let mut values = Vec::with_capacity(rows * rows.saturating_sub(1) / 2);
        for a in 0..rows {
            cancel.check()?;
            let here = x.row(a);
            for b in a + 1..rows {
                let squared = Squares.between(here, x.row(b));
                values.push(match linkage {
                    Linkage::Ward => squared,
                    _ => squared.sqrt(),
                });
            }
        }
        // Sizes times sums of these must not overflow.
        let most = values.iter().copied().fold(0.0, f64::max);
        if !(most * (rows * rows) as f64 * 4.0).is_finite() {
            return Err(Problem::new("The numbers are too large for distances")
                .fix("Scale the features")
                .into());
        }
        Ok(Condensed { rows, values })
    }

    #[inline(always)]
    fn at(&self, a: usize, b: usize) -> usize {
        let (low, high) = if a < b { (a, b) } else { (b, a) };
        low * (2 * self.rows - low - 1) / 2 + high - low - 1
    }
}

/// Merges as two of the rows of their clusters and a height, in the order in which chains find them.
/// The higher of two slots goes on as the new cluster.
fn chains(
    distances: &mut Condensed,
    rows: usize,
    linkage: Linkage,
    cancel: &Cancel,
) -> Outcome<Vec<([u32; 2], f64)>> {
    let mut found = Vec::with_capacity(rows.saturating_sub(1));
    let mut sizes = vec![1u32; rows];
    // Slots that hold a cluster, ascending.
    let mut active: Vec<usize> = (0..rows).collect();
    let mut chain: Vec<usize> = Vec::new();
    while active.len() > 1 {
        if chain.is_empty() {
            chain.push(active[0]);
        }
        let (a, b, height) = loop {
            cancel.check()?;
            let top = chain[chain.len() - 1];
            // The one before in the chain wins ties, so that the chain ends.
            let before = chain.len().checked_sub(2).map(|at| chain[at]);
            let start = before.map_or((f64::INFINITY, usize::MAX), |before| {
                (distances.values[distances.at(top, before)], before)
            });
            let mut nearest = start;
            for &other in &active {
                if other != top {
                    let distance = distances.values[distances.at(top, other)];
                    if distance < nearest.0 {
                        nearest = (distance, other);
                    }
                }
            }
            if Some(nearest.1) == before {
                break (top, nearest.1, nearest.0);
            }
            chain.push(nearest.1);
        };
        chain.truncate(chain.len().saturating_sub(2));
        let (gone, kept) = if a < b { (a, b) } else { (b, a) };
        found.push(([gone as u32, kept as u32], height));
        active.retain(|slot| *slot != gone);
        let (n, m) = (f64::from(sizes[gone]), f64::from(sizes[kept]));
        for &other in &active {
            if other == kept {
                continue;
            }
            let from_gone = distances.values[distances.at(gone, other)];
            let at = distances.at(kept, other);
            let from_kept = distances.values[at];
            distances.values[at] = match linkage {
                Linkage::Single => from_gone.min(from_kept),
                Linkage::Complete => from_gone.max(from_kept),
                Linkage::Average => (n * from_gone + m * from_kept) / (n + m),
                Linkage::Ward => {
                    let k = f64::from(sizes[other]);
                    let grown = (n + k) * from_gone + (m + k) * from_kept - k * height;
                    // Rounding must not bring it below what was merged.
                    (grown / (n + m + k)).max(height)
                }
            };
        }
        sizes[kept] += sizes[gone];
    }
    Ok(found)
}

/// Rows of clusters into numbers of clusters.
fn numbered(rows: usize, found: &[([u32; 2], f64)], linkage: Linkage) -> Vec<Merge> {
    let mut parent: Vec<u32> = (0..(rows + found.len()) as u32).collect();
    let mut sizes = vec![1u32; rows + found.len()];
    let root = |parent: &mut Vec<u32>, mut at: u32| {
        while parent[at as usize] != at {
            let above = parent[parent[at as usize] as usize];
            parent[at as usize] = above;
            at = above;
        }
        at
    };
    let merge = |(at, (slots, height)): (usize, &([u32; 2], f64))| {
        let (a, b) = (root(&mut parent, slots[0]), root(&mut parent, slots[1]));
        let new = (rows + at) as u32;
        parent[a as usize] = new;
        parent[b as usize] = new;
        sizes[new as usize] = sizes[a as usize] + sizes[b as usize];
        Merge {
            clusters: [a.min(b), a.max(b)],
            height: match linkage {
                Linkage::Ward => height.sqrt(),
                _ => *height,
            },
            size: sizes[new as usize],
        }
    };
    found.iter().enumerate().map(merge).collect()
}

#[cfg(test)]
mod tests;
