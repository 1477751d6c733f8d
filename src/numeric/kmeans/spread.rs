//! Greedy k-means++: first centres on rows far apart.

use super::Kmeans;
use crate::base::{Cancel, Outcome, Random};
use crate::numeric::dense::{rows_per_block, squared_distance};
use crate::numeric::wide::{Loop, wide};

impl Kmeans {
    /// Greedy k-means++: of a few rows, drawn by their squared distance to the centres so far, the
    /// one that leaves the least.
    pub(super) fn spread(&self, random: &mut Random, cancel: &Cancel) -> Outcome<Vec<usize>> {
        let (rows, wanted) = (self.x.rows(), self.parameters.n_clusters.max(1));
        let trials = 2 + (wanted as f64).ln() as usize;
        let mut chosen = vec![random.below(rows)];
        let mut nearest = vec![f64::INFINITY; rows];
        let mut left = vec![vec![0.0; rows]; trials];
        self.distances(&chosen, &nearest, &mut left[..1], cancel)?;
        std::mem::swap(&mut nearest, &mut left[0]);
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
            let potentials = self.distances(&candidates, &nearest, &mut left, cancel)?;
            let best = (0..trials).fold(0, |best, i| {
                if potentials[i] < potentials[best] {
                    i
                } else {
                    best
                }
            });
            chosen.push(candidates[best]);
            std::mem::swap(&mut nearest, &mut left[best]);
        }
        Ok(chosen)
    }

    /// For each of these rows, the squared distances of all rows to it, or to what was nearer, and
    /// their sum.
    fn distances(
        &self,
        to: &[usize],
        nearest: &[f64],
        out: &mut [Vec<f64>],
        cancel: &Cancel,
    ) -> Outcome<Vec<f64>> {
        let columns = self.x.columns();
        let mut sums = vec![0.0; to.len()];
        if columns == 0 {
            out.iter_mut().for_each(|out| out.fill(0.0));
            return Ok(sums);
        }
        // Differences lose no digits far from zero: nothing needs centring.
        let block = rows_per_block(columns);
        for (index, rows) in self.x.values().chunks(block * columns).enumerate() {
            cancel.check()?;
            let first = index * block;
            let places = first..first + rows.len() / columns;
            for ((out, sum), &target) in out.iter_mut().zip(&mut sums).zip(to) {
                *sum += wide(Distances {
                    rows,
                    target: self.x.row(target),
                    nearest: &nearest[places.clone()],
                    out: &mut out[places.clone()],
                });
            }
        }
        Ok(sums)
    }
}

/// The squared distances of a block of rows, or what was less; gives their sum.
struct Distances<'a> {
    rows: &'a [f64],
    target: &'a [f64],
    nearest: &'a [f64],
    out: &'a mut [f64],
}

impl Loop for Distances<'_> {
    type Output = f64;

    #[inline(always)]
    fn run(self) -> f64 {
        let rows = self.rows.chunks_exact(self.target.len());
        let mut sum = 0.0;
        for ((out, row), nearest) in self.out.iter_mut().zip(rows).zip(self.nearest) {
            let distance = squared_distance(row, self.target);
            *out = if distance < *nearest {
                distance
            } else {
                *nearest
            };
            sum += *out;
        }
        sum
    }
}
