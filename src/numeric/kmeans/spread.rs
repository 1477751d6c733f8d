//! Greedy k-means++: first centres on rows far apart.

use super::Kmeans;
use crate::base::{Cancel, Outcome, Random};
use crate::numeric::centre::centred_blocks;
use crate::numeric::dense::squared_distance;

impl Kmeans {
    /// Greedy k-means++: of a few rows, drawn by their squared distance to the centres so far, the
    /// one that leaves the least.
    pub(super) fn spread(&self, random: &mut Random, cancel: &Cancel) -> Outcome<Vec<usize>> {
        let (rows, wanted) = (self.x.rows(), self.parameters.n_clusters.max(1));
        let trials = 2 + (wanted as f64).ln() as usize;
        let mut chosen = vec![random.below(rows)];
        let mut nearest = self.distances(&chosen, None, cancel)?.remove(0);
        while chosen.len() < wanted {
            let mut total = 0.0;
            let sums: Vec<f64> = nearest
                .iter()
                .map(|d| {
                    total += d;
                    total
                })
                .collect();
            let candidates: Vec<usize> = (0..trials)
                .map(|_| {
                    let at = random.uniform() * total;
                    let row = sums.partition_point(|sum| *sum <= at).min(rows - 1);
                    if total > 0.0 { row } else { random.below(rows) }
                })
                .collect();
            let mut left = self.distances(&candidates, Some(&nearest), cancel)?;
            let potentials: Vec<f64> = left.iter().map(|left| left.iter().sum()).collect();
            let best = (0..trials).fold(0, |best, i| {
                if potentials[i] < potentials[best] {
                    i
                } else {
                    best
                }
            });
            chosen.push(candidates[best]);
            nearest = left.swap_remove(best);
        }
        Ok(chosen)
    }

    /// For each of these rows, the squared distances of all rows to it, or to what was nearer.
    fn distances(
        &self,
        to: &[usize],
        nearest: Option<&[f64]>,
        cancel: &Cancel,
    ) -> Outcome<Vec<Vec<f64>>> {
        let columns = self.x.columns();
        let targets: Vec<f64> = to.iter().flat_map(|&row| self.centred(row)).collect();
        let mut out = vec![Vec::with_capacity(self.x.rows()); to.len()];
        if columns == 0 {
            out.iter_mut()
                .for_each(|out| out.resize(self.x.rows(), 0.0));
        }
        centred_blocks(&self.x, &self.means, cancel, |first, block| {
            for (out, target) in out.iter_mut().zip(targets.chunks_exact(columns)) {
                for (index, row) in block.chunks_exact(columns).enumerate() {
                    let d = squared_distance(row, target);
                    out.push(nearest.map_or(d, |nearest| d.min(nearest[first + index])));
                }
            }
            Ok(())
        })?;
        Ok(out)
    }
}
