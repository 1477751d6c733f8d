//! k-means: Lloyd's iterations from several starts, one iteration a step.
//!
//! Starts by greedy k-means++ (Arthur and Vassilvitskii, 2007; several candidates a centre as
//! scikit-learn takes), stops by scikit-learn's rules, keeps the start of least inertia. Works on
//! centred rows, so that columns far from zero lose no digits.

use faer::Accum;
use serde::{Deserialize, Serialize};

use super::centre::{centred_blocks, column_means};
use super::dense::{add_scaled, dot, multiply, squared_distance, view, view_mut};
use super::{Matrix, Progress};
use crate::base::{Cancel, Outcome, Problem, Random};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KmeansInit {
    PlusPlus,
    /// Rows drawn without preference.
    Random,
}

/// What k-means may be told; the defaults are scikit-learn's, but for ten starts.
#[derive(Clone, Debug)]
pub struct KmeansParameters {
    pub n_clusters: usize,
    pub init: KmeansInit,
    pub n_init: usize,
    /// Iterations a start.
    pub max_iter: usize,
    /// Of the mean variance of the columns: the centres' squared shift at which a start ends.
    pub tol: f64,
    pub seed: u64,
}

impl Default for KmeansParameters {
    fn default() -> Self {
        KmeansParameters {
            n_clusters: 8,
            init: KmeansInit::PlusPlus,
            n_init: 10,
            max_iter: 300,
            tol: 1e-4,
            seed: 0,
        }
    }
}

/// Centres as they stand, with what they give on the training rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KmeansFit {
    pub columns: usize,
    /// Centre after centre.
    pub centres: Vec<f64>,
    /// Training rows of each.
    pub sizes: Vec<u32>,
    /// Sum of squared distances of the training rows to their centres.
    pub inertia: f64,
}

impl KmeansFit {
    /// The nearest centre of each of the rows given one after the other.
    pub fn predict(&self, rows: &[f64], out: &mut [u32]) {
        let columns = self.columns;
        for (index, out) in out.iter_mut().enumerate() {
            let row = &rows[index * columns..(index + 1) * columns];
            *out = (0..self.sizes.len())
                .map(|k| squared_distance(row, &self.centres[k * columns..(k + 1) * columns]))
                .enumerate()
                .fold((0, f64::INFINITY), |best, (k, d)| {
                    if d < best.1 { (k as u32, d) } else { best }
                })
                .0;
        }
    }
}

/// A fit under way.
pub struct Kmeans {
    x: Matrix,
    parameters: KmeansParameters,
    means: Vec<f64>,
    /// Squared shift at which a start ends.
    tolerance: f64,
    start: usize,
    run: Option<Run>,
    best: Option<Run>,
    progress: Progress,
}

/// One start: centred centres and what belongs to them.
#[derive(Clone)]
struct Run {
    /// Those of the next assignment.
    centres: Vec<f64>,
    labels: Vec<u32>,
    sizes: Vec<u32>,
    /// Inertia of each assignment.
    inertias: Vec<f64>,
    converged: bool,
}

/// One pass over the rows.
struct Assigned {
    labels: Vec<u32>,
    distances: Vec<f64>,
    sizes: Vec<u32>,
    sums: Vec<f64>,
    inertia: f64,
}

impl Kmeans {
    pub fn new(x: &Matrix, parameters: &KmeansParameters, cancel: &Cancel) -> Outcome<Self> {
        let wanted = parameters.n_clusters.max(1);
        if x.rows() < wanted {
            let what = format!(
                "{wanted} clusters need at least {wanted} rows, there are {}",
                x.rows()
            );
            return Err(Problem::new(what)
                .at("n_clusters")
                .fix("Ask for fewer clusters")
                .into());
        }
        let means = column_means(x, cancel)?;
        let mut squares = 0.0;
        centred_blocks(x, &means, cancel, |_, block| {
            squares += dot(block, block);
            Ok(())
        })?;
        if !squares.is_finite() {
            return Err(Problem::new("The numbers are too large for distances")
                .fix("Scale the features")
                .into());
        }
        Ok(Kmeans {
            tolerance: parameters.tol * squares / x.values().len().max(1) as f64,
            x: x.clone(),
            parameters: parameters.clone(),
            means,
            start: 0,
            run: None,
            best: None,
            progress: Progress::More,
        })
    }

    /// One iteration of the present start, its choice of centres included. Looks at `cancel` once a
    /// block of rows; a cancelled step can be taken again.
    pub fn step(&mut self, cancel: &Cancel) -> Outcome<Progress> {
        if self.progress.is_done() {
            return Ok(self.progress);
        }
        let mut run = match &self.run {
            Some(run) => run.clone(),
            None => self.begin(cancel)?,
        };
        let mut assigned = self.assign(&run.centres, cancel)?;
        run.inertias.push(assigned.inertia);
        let same = run.labels == assigned.labels;
        let next = self.move_centres(&run.centres, &mut assigned);
        let shift = squared_distance(&next, &run.centres);
        let last = run.inertias.len() >= self.parameters.max_iter.max(1);
        run.converged = same || shift <= self.tolerance;
        run.labels = assigned.labels;
        run.sizes = assigned.sizes;
        if !same {
            run.centres = next;
        }
        if (run.converged || last) && !same {
            // The rows once more, to the centres that stand.
            let settled = self.assign(&run.centres, cancel)?;
            run.inertias.push(settled.inertia);
            run.labels = settled.labels;
            run.sizes = settled.sizes;
        }
        if !(run.converged || last) {
            self.run = Some(run);
            return Ok(Progress::More);
        }
        let better = |best: &Run| run.inertias.last() < best.inertias.last();
        if self.best.as_ref().is_none_or(better) {
            self.best = Some(run);
        }
        self.run = None;
        self.start += 1;
        if self.start >= self.parameters.n_init.max(1) {
            let converged = self.best.as_ref().is_some_and(|best| best.converged);
            self.progress = if converged {
                Progress::Converged
            } else {
                Progress::Exhausted
            };
        }
        Ok(self.progress)
    }

    /// The start that is under way, from 0; the number of starts when done.
    pub fn start(&self) -> usize {
        self.start
    }

    pub fn converged(&self) -> bool {
        self.progress == Progress::Converged
    }

    /// What there is to show: the start under way, or the best when done or between two starts.
    fn shown(&self) -> Option<&Run> {
        self.run.as_ref().or(self.best.as_ref())
    }

    /// The inertia of each assignment of the start that is shown; it never rises but where a
    /// cluster had lost all its rows.
    pub fn inertias(&self) -> &[f64] {
        self.shown().map_or(&[], |run| &run.inertias)
    }

    /// The cluster of each training row; empty before the first step.
    pub fn labels(&self) -> &[u32] {
        self.shown().map_or(&[], |run| &run.labels)
    }

    /// The centres as they stand; none before the first step.
    pub fn fit(&self) -> Option<KmeansFit> {
        self.shown().map(|run| self.flat(run))
    }

    fn flat(&self, run: &Run) -> KmeansFit {
        let columns = self.x.columns();
        let centres = run.centres.iter().enumerate();
        KmeansFit {
            columns,
            centres: centres.map(|(i, v)| v + self.means[i % columns]).collect(),
            sizes: run.sizes.clone(),
            inertia: run.inertias.last().copied().unwrap_or(f64::NAN),
        }
    }

    fn begin(&self, cancel: &Cancel) -> Outcome<Run> {
        let mut random = Random::stream(self.parameters.seed, self.start as u64);
        let rows = match self.parameters.init {
            KmeansInit::PlusPlus => self.spread(&mut random, cancel)?,
            KmeansInit::Random => {
                let mut rows: Vec<usize> = (0..self.x.rows()).collect();
                random.shuffle(&mut rows);
                rows.truncate(self.parameters.n_clusters.max(1));
                rows
            }
        };
        Ok(Run {
            centres: rows.iter().flat_map(|&row| self.centred(row)).collect(),
            labels: Vec::new(),
            sizes: Vec::new(),
            inertias: Vec::new(),
            converged: false,
        })
    }

    fn centred(&self, row: usize) -> impl Iterator<Item = f64> + '_ {
        let values = self.x.row(row).iter().zip(&self.means);
        values.map(|(value, mean)| value - mean)
    }

    /// Greedy k-means++: of a few rows, drawn by their squared distance to the centres so far, the
    /// one that leaves the least.
    fn spread(&self, random: &mut Random, cancel: &Cancel) -> Outcome<Vec<usize>> {
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

    fn assign(&self, centres: &[f64], cancel: &Cancel) -> Outcome<Assigned> {
        let (rows, columns) = (self.x.rows(), self.x.columns());
        let wanted = self.parameters.n_clusters.max(1);
        let mut out = Assigned {
            labels: Vec::with_capacity(rows),
            distances: Vec::with_capacity(rows),
            sizes: vec![0; wanted],
            sums: vec![0.0; wanted * columns],
            inertia: 0.0,
        };
        if columns == 0 {
            out.labels.resize(rows, 0);
            out.distances.resize(rows, 0.0);
            out.sizes[0] = rows as u32;
            return Ok(out);
        }
        let norms: Vec<f64> = centres
            .chunks_exact(columns)
            .map(|c| 0.5 * dot(c, c))
            .collect();
        let turned = view(centres, wanted, columns).transpose();
        let mut products = Vec::new();
        centred_blocks(&self.x, &self.means, cancel, |_, block| {
            let count = block.len() / columns;
            products.resize(count * wanted, 0.0);
            let into = view_mut(&mut products, count, wanted);
            multiply(into, Accum::Replace, view(block, count, columns), turned);
            let mut sum = 0.0;
            for (row, products) in block
                .chunks_exact(columns)
                .zip(products.chunks_exact(wanted))
            {
                // |x - c|^2 / 2 = |c|^2 / 2 - x c, but for what all centres share.
                let mut best = (0, f64::INFINITY);
                for (k, (norm, product)) in norms.iter().zip(products).enumerate() {
                    if norm - product < best.1 {
                        best = (k, norm - product);
                    }
                }
                let places = best.0 * columns..(best.0 + 1) * columns;
                let distance = squared_distance(row, &centres[places.clone()]);
                add_scaled(&mut out.sums[places], 1.0, row);
                out.sizes[best.0] += 1;
                out.labels.push(best.0 as u32);
                out.distances.push(distance);
                sum += distance;
            }
            out.inertia += sum;
            Ok(())
        })?;
        Ok(out)
    }

    /// The means of the clusters. One without rows takes the row that is farthest from its centre,
    /// as in scikit-learn; where no row is off its centre it stays where it was.
    fn move_centres(&self, centres: &[f64], assigned: &mut Assigned) -> Vec<f64> {
        let columns = self.x.columns();
        let mut sizes = assigned.sizes.clone();
        let empty: Vec<usize> = (0..sizes.len()).filter(|&k| sizes[k] == 0).collect();
        if !empty.is_empty() && columns > 0 {
            let mut farthest: Vec<u32> = (0..assigned.distances.len() as u32).collect();
            let distance = |row: &u32| assigned.distances[*row as usize];
            farthest.sort_by(|a, b| distance(b).total_cmp(&distance(a)));
            for (k, row) in empty.into_iter().zip(farthest) {
                let from = assigned.labels[row as usize] as usize;
                if distance(&row) <= 0.0 || sizes[from] < 2 {
                    continue;
                }
                let row: Vec<f64> = self.centred(row as usize).collect();
                add_scaled(
                    &mut assigned.sums[from * columns..(from + 1) * columns],
                    -1.0,
                    &row,
                );
                assigned.sums[k * columns..(k + 1) * columns].copy_from_slice(&row);
                sizes[from] -= 1;
                sizes[k] = 1;
            }
        }
        let mut next = centres.to_vec();
        for (k, size) in sizes.iter().enumerate().filter(|(_, size)| **size > 0) {
            for place in k * columns..(k + 1) * columns {
                next[place] = assigned.sums[place] / f64::from(*size);
            }
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use super::super::reference::{moved, x};
    use super::*;
    use crate::base::Halt;

    fn run(x: &Matrix, parameters: &KmeansParameters) -> (KmeansFit, Vec<u32>, bool) {
        let cancel = Cancel::new();
        let mut fit = Kmeans::new(x, parameters, &cancel).unwrap();
        while !fit.step(&cancel).unwrap().is_done() {
            assert!(
                fit.inertias()
                    .windows(2)
                    .all(|pair| pair[1] <= pair[0] + 1e-9)
            );
        }
        (fit.fit().unwrap(), fit.labels().to_vec(), fit.converged())
    }

    fn three(init: KmeansInit) -> KmeansParameters {
        KmeansParameters {
            n_clusters: 3,
            init,
            n_init: 60,
            tol: 0.0,
            ..KmeansParameters::default()
        }
    }

    #[test]
    fn finds_the_best_that_scikit_learn_finds() {
        for init in [KmeansInit::PlusPlus, KmeansInit::Random] {
            let (fit, labels, converged) = run(&x(), &three(init));
            assert!(
                (fit.inertia - 337.4879742292277).abs() < 1e-9,
                "{}",
                fit.inertia
            );
            let mut sizes = fit.sizes.clone();
            sizes.sort_unstable();
            assert_eq!(sizes, [13, 20, 27]);
            assert!(converged);
            let mut predicted = vec![0; labels.len()];
            fit.predict(x().values(), &mut predicted);
            assert_eq!(predicted, labels);
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_and_an_offset_changes_little() {
        let parameters = KmeansParameters {
            n_init: 2,
            ..KmeansParameters::default()
        };
        assert_eq!(run(&x(), &parameters), run(&x(), &parameters));
        let (close, labels, _) = run(&x(), &parameters);
        let (far, moved_labels, _) = run(&moved(&x(), 1e8), &parameters);
        assert_eq!(labels, moved_labels);
        assert!((close.inertia - far.inertia).abs() < 1e-4);
    }

    #[test]
    fn duplicates_and_empty_clusters_hold_no_surprise() {
        // Two distinct rows, three clusters.
        let x = Matrix::new(6, 1, vec![0.0, 0.0, 0.0, 5.0, 5.0, 5.0]);
        let (fit, _, _) = run(&x, &three(KmeansInit::Random));
        assert!(fit.inertia == 0.0 && fit.centres.iter().all(|c| c.is_finite()));
        assert_eq!(fit.sizes.iter().sum::<u32>(), 6);
        // An empty cluster takes the farthest row.
        let x = Matrix::new(4, 1, vec![0.0, 1.0, 2.0, 30.0]);
        let fit = Kmeans::new(
            &x,
            &KmeansParameters {
                n_clusters: 2,
                ..three(KmeansInit::Random)
            },
            &Cancel::new(),
        )
        .unwrap();
        let mean = 33.0 / 4.0;
        let centres = [1.0 - mean, 1000.0];
        let mut assigned = fit.assign(&centres, &Cancel::new()).unwrap();
        assert_eq!(assigned.sizes, [4, 0]);
        let next = fit.move_centres(&centres, &mut assigned);
        assert!((next[0] - (1.0 - mean)).abs() < 1e-12 && (next[1] - (30.0 - mean)).abs() < 1e-12);
    }

    #[test]
    fn edges() {
        let cancel = Cancel::new();
        let two = Matrix::new(2, 1, vec![0.0, 1.0]);
        assert!(Kmeans::new(&two, &three(KmeansInit::PlusPlus), &cancel).is_err());
        let blank = Matrix::new(4, 0, vec![]);
        let (fit, labels, _) = run(&blank, &three(KmeansInit::PlusPlus));
        assert!(fit.inertia == 0.0 && labels == [0; 4]);
        let mut fit = Kmeans::new(&x(), &three(KmeansInit::PlusPlus), &cancel).unwrap();
        let stop = Cancel::new();
        stop.cancel();
        assert_eq!(fit.step(&stop), Err(Halt::Cancelled));
        assert!(fit.fit().is_none());
        assert_eq!(fit.step(&cancel), Ok(Progress::More));
        assert_eq!(fit.labels().len(), 60);
    }
}
