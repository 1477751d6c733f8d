//! k-means: Lloyd's iterations from several starts, one iteration of each a step.
//!
//! Starts by greedy k-means++ (Arthur and Vassilvitskii, 2007; several candidates a centre as
//! scikit-learn takes), stops by scikit-learn's rules, keeps the start of least inertia. Works on
//! centred rows, so that columns far from zero lose no digits.

mod spread;

use std::cmp::Ordering;

use faer::Accum;
use serde::{Deserialize, Serialize};

use super::centre::{centred_blocks, column_means};
use super::dense::{add_scaled, dot, multiply, rows_per_block, squared_distance, view, view_mut};
use super::wide::{Loop, wide};
use super::{Advance, Matrix};
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
    /// Starts are shared out among so many; the result does not depend on it.
    pub threads: usize,
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
            threads: 1,
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
    /// Centres that another engine has found, with the sizes and the inertia that they have on `x`.
    pub fn of(x: &Matrix, centres: Vec<f64>, cancel: &Cancel) -> Outcome<Self> {
        let columns = x.columns();
        let clusters = centres.len() / columns.max(1);
        let mut order: Vec<&[f64]> = centres.chunks_exact(columns.max(1)).collect();
        order.sort_by(|a, b| by_coordinates(a, b));
        let mut fit = KmeansFit {
            columns,
            centres: order.concat(),
            sizes: vec![0; clusters],
            inertia: 0.0,
        };
        let block = rows_per_block(columns);
        let mut labels = vec![0; block];
        for rows in x.values().chunks(block * columns.max(1)) {
            cancel.check()?;
            let labels = &mut labels[..rows.len() / columns];
            fit.predict(rows, labels);
            for (row, label) in rows.chunks_exact(columns).zip(labels) {
                let k = *label as usize;
                fit.sizes[k] += 1;
                fit.inertia += squared_distance(row, &fit.centres[k * columns..(k + 1) * columns]);
            }
        }
        Ok(fit)
    }

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

/// The order of centres: by their first coordinate, then the second, and so on.
fn by_coordinates(a: &[f64], b: &[f64]) -> Ordering {
    let pairs = a.iter().zip(b);
    pairs.fold(Ordering::Equal, |order, (a, b)| order.then(a.total_cmp(b)))
}

/// Numbers read in a step from which on a thread pays.
const WORTH_A_THREAD: usize = 1 << 17;

/// A fit under way. The starts advance together, so that after each step the best of them is shown
/// and its inertia never rises from step to step.
pub struct Kmeans {
    x: Matrix,
    parameters: KmeansParameters,
    means: Vec<f64>,
    /// Squared shift at which a start ends.
    tolerance: f64,
    runs: Vec<Run>,
    steps: usize,
    inertias: Vec<f64>,
}

/// One start: centred centres and what belongs to them; none before its first iteration.
#[derive(Clone, Default)]
struct Run {
    /// Those of the next assignment.
    centres: Vec<f64>,
    labels: Vec<u32>,
    sizes: Vec<u32>,
    /// Of the last assignment.
    inertia: f64,
    iterations: usize,
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
            runs: vec![Run::default(); parameters.n_init.max(1)],
            steps: 0,
            inertias: Vec::new(),
        })
    }

    /// One iteration of every start that has not ended; the first step chooses the centres too.
    /// Looks at `cancel` once a block of rows; a cancelled step goes on with the starts that it left.
    pub fn step(&mut self, cancel: &Cancel) -> Outcome<Advance> {
        if self.advance().is_done() {
            return Ok(self.advance());
        }
        let step = self.steps + 1;
        let behind = |run: &Run| !self.has_ended(run) && run.iterations < step;
        let starts = (0..self.runs.len()).filter(|&start| behind(&self.runs[start]));
        let starts: Vec<usize> = starts.collect();
        let work = |start: usize| match &self.runs[start] {
            run if run.iterations > 0 => self.iterate(run, cancel),
            _ => self.iterate(&self.begin(start, cancel)?, cancel),
        };
        let size = self.x.values().len().saturating_mul(starts.len());
        let threads = match size < WORTH_A_THREAD {
            true => 1,
            false => self.parameters.threads.clamp(1, starts.len().max(1)),
        };
        let share = |which: usize| -> Vec<(usize, Outcome<Run>)> {
            let own = starts.iter().skip(which).step_by(threads);
            own.map(|&start| (start, work(start))).collect()
        };
        let done = std::thread::scope(|scope| {
            let share = &share;
            let others = (1..threads).map(|which| scope.spawn(move || share(which)));
            let others: Vec<_> = others.collect();
            let mut done = share(0);
            for other in others {
                done.extend(
                    other
                        .join()
                        .unwrap_or_else(|p| std::panic::resume_unwind(p)),
                );
            }
            done
        });
        let mut halted = Ok(());
        for (start, run) in done {
            match run {
                Ok(run) => self.runs[start] = run,
                Err(halt) => halted = Err(halt),
            }
        }
        halted?;
        self.steps = step;
        self.inertias.extend(self.best().map(|best| best.inertia));
        Ok(self.advance())
    }

    fn has_ended(&self, run: &Run) -> bool {
        run.converged || run.iterations >= self.parameters.max_iter.max(1)
    }

    fn advance(&self) -> Advance {
        match self.best() {
            Some(best) if self.runs.iter().all(|run| self.has_ended(run)) => {
                if best.converged {
                    Advance::Converged
                } else {
                    Advance::Exhausted
                }
            }
            _ => Advance::More,
        }
    }

    /// Lloyd's two halves: rows to centres, centres to their rows.
    fn iterate(&self, run: &Run, cancel: &Cancel) -> Outcome<Run> {
        let mut assigned = self.assign(&run.centres, cancel)?;
        let same = run.labels == assigned.labels;
        let mut centres = self.move_centres(&run.centres, &mut assigned);
        let shift = squared_distance(&centres, &run.centres);
        let converged = same || shift <= self.tolerance;
        let iterations = run.iterations + 1;
        if same {
            centres.clone_from(&run.centres);
        } else if converged || iterations >= self.parameters.max_iter.max(1) {
            // The rows once more, to the centres that stand.
            assigned = self.assign(&centres, cancel)?;
        }
        Ok(Run {
            centres,
            labels: assigned.labels,
            sizes: assigned.sizes,
            inertia: assigned.inertia,
            iterations,
            converged,
        })
    }

    pub fn converged(&self) -> bool {
        self.advance() == Advance::Converged
    }

    /// The start of least inertia; the first of equals.
    fn best(&self) -> Option<&Run> {
        self.runs
            .iter()
            .filter(|run| run.iterations > 0)
            .reduce(|best, run| {
                if run.inertia < best.inertia {
                    run
                } else {
                    best
                }
            })
    }

    /// The least inertia after each step.
    pub fn inertias(&self) -> &[f64] {
        &self.inertias
    }

    /// The cluster of each training row; empty before the first step.
    pub fn labels(&self) -> Vec<u32> {
        let Some(best) = self.best() else {
            return Vec::new();
        };
        let mut place = vec![0; best.sizes.len()];
        for (new, old) in self.order(best).into_iter().enumerate() {
            place[old] = new as u32;
        }
        best.labels
            .iter()
            .map(|label| place[*label as usize])
            .collect()
    }

    /// The best centres as they stand; none before the first step. They are ordered by their
    /// coordinates, so that the same clusters have the same numbers whatever the start.
    pub fn fit(&self) -> Option<KmeansFit> {
        let best = self.best()?;
        let columns = self.x.columns();
        let order = self.order(best);
        let centre = |k: &usize| best.centres[k * columns..(k + 1) * columns].iter();
        let moved = |k| centre(k).zip(&self.means).map(|(value, mean)| value + mean);
        Some(KmeansFit {
            columns,
            centres: order.iter().flat_map(moved).collect(),
            sizes: order.iter().map(|&k| best.sizes[k]).collect(),
            inertia: best.inertia,
        })
    }

    fn order(&self, run: &Run) -> Vec<usize> {
        let columns = self.x.columns();
        let centre = |k: usize| &run.centres[k * columns..(k + 1) * columns];
        let mut order: Vec<usize> = (0..run.sizes.len()).collect();
        order.sort_by(|&a, &b| by_coordinates(centre(a), centre(b)));
        order
    }

    fn begin(&self, start: usize, cancel: &Cancel) -> Outcome<Run> {
        let mut random = Random::stream(self.parameters.seed, start as u64);
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
            inertia: f64::INFINITY,
            iterations: 0,
            converged: false,
        })
    }

    fn centred(&self, row: usize) -> impl Iterator<Item = f64> + '_ {
        let values = self.x.row(row).iter().zip(&self.means);
        values.map(|(value, mean)| value - mean)
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
            out.inertia += wide(Assign {
                block,
                columns,
                products: &products,
                norms: &norms,
                centres,
                out: &mut out,
            });
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
            // Those that are needed: the farthest, of equals the first.
            let order = |a: &u32, b: &u32| distance(b).total_cmp(&distance(a)).then(a.cmp(b));
            if empty.len() < farthest.len() {
                farthest.select_nth_unstable_by(empty.len(), order);
                farthest.truncate(empty.len());
            }
            farthest.sort_unstable_by(order);
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
            let places = k * columns..(k + 1) * columns;
            for (next, sum) in next[places.clone()].iter_mut().zip(&assigned.sums[places]) {
                *next = sum / f64::from(*size);
            }
        }
        next
    }
}

/// Puts a block of rows to their nearest centres; gives the sum of their squared distances.
struct Assign<'a> {
    block: &'a [f64],
    columns: usize,
    /// Of rows and centres.
    products: &'a [f64],
    /// Half the squared lengths of the centres.
    norms: &'a [f64],
    centres: &'a [f64],
    out: &'a mut Assigned,
}

impl Loop for Assign<'_> {
    type Output = f64;

    #[inline(always)]
    fn run(self) -> f64 {
        let (columns, out) = (self.columns, self.out);
        let rows = self.block.chunks_exact(columns);
        let mut sum = 0.0;
        for (row, products) in rows.zip(self.products.chunks_exact(self.norms.len())) {
            // |x - c|^2 / 2 = |c|^2 / 2 - x c, but for what all centres share.
            let (mut best, mut least) = (0, f64::INFINITY);
            for (k, (norm, product)) in self.norms.iter().zip(products).enumerate() {
                let away = norm - product;
                (best, least) = if away < least {
                    (k, away)
                } else {
                    (best, least)
                };
            }
            let places = best * columns..(best + 1) * columns;
            let distance = squared_distance(row, &self.centres[places.clone()]);
            for (sum, value) in out.sums[places].iter_mut().zip(row) {
                *sum += value;
            }
            out.sizes[best] += 1;
            out.labels.push(best as u32);
            out.distances.push(distance);
            sum += distance;
        }
        sum
    }
}

#[cfg(test)]
mod tests;
