//! Trains support vector machines, a block of iterations at a time: classes one against one, numbers
//! within a tube of epsilon, and sigmoids on decision values of rows left out.

use super::centre::centred_blocks;
use super::dense::rows_per_block;
use super::kernel::{Kernel, Panels};
use super::platt::Sigmoid;
use super::smo::{Smo, SmoProblem};
use super::svm::{SvmFit, SvmMachine};
use super::{Labels, Matrix};
use crate::base::{Cancel, Outcome, Problem, Random};

/// For rows of kernel matrices, all machines of a fit together: scikit-learn's `cache_size`.
const CACHE_BYTES: usize = 200 << 20;

/// Folds for probabilities, as libsvm has them.
const FOLDS: usize = 5;

/// Parameters by scikit-learn's names and meanings.
#[derive(Clone, Debug, PartialEq)]
pub struct SvmParams {
    pub kernel: Kernel,
    pub c: f64,
    /// Half the width of the tube; for numbers.
    pub epsilon: f64,
    pub tol: f64,
    /// Classes weigh by the inverse of their rows.
    pub balanced: bool,
    pub probability: bool,
    pub break_ties: bool,
    /// Of each machine.
    pub max_iter: usize,
    pub seed: u64,
    pub threads: usize,
}

/// One machine on its rows.
struct Trained {
    pair: (usize, usize),
    /// Training rows, those of the first class first.
    rows: Vec<u32>,
    firsts: usize,
    targets: Vec<f64>,
    /// The bound of each |beta|.
    bounds: Vec<f64>,
    smo: Smo,
    /// Decision values of rows left out, and the folds in which they are.
    left_out: Vec<f64>,
    folds: Vec<u8>,
    fold: Option<Smo>,
    sigmoid: Option<Sigmoid>,
}

/// All machines of a fit.
pub struct SvmTraining {
    params: SvmParams,
    /// Centred where the kernel allows.
    x: Matrix,
    mean: Vec<f64>,
    classes: usize,
    only: usize,
    machines: Vec<Trained>,
    folds_done: usize,
}

impl SvmTraining {
    pub fn new(x: &Matrix, y: &Labels, params: SvmParams, cancel: &Cancel) -> Outcome<SvmTraining> {
        if y.is_empty() {
            return Err(Problem::new("A support vector machine needs at least one row").into());
        }
        cancel.check()?;
        // With sum of beta = 0 a linear machine is the same wherever the origin is: in the middle
        // digits are kept.
        let (x, mean) = match params.kernel {
            Kernel::Linear => centred(x, cancel)?,
            _ => (x.clone(), vec![0.0; x.columns()]),
        };
        params.kernel.check(&x, cancel)?;
        let mut training = SvmTraining {
            params,
            x,
            mean,
            classes: 0,
            only: 0,
            machines: Vec::new(),
            folds_done: 0,
        };
        match y {
            Labels::Classes { codes, count } => training.pair_up(codes, *count, cancel)?,
            Labels::Numbers(numbers) => {
                if numbers.iter().any(|y| y.abs() > 1e150) {
                    let problem = Problem::new("The numbers of the target are too large");
                    return Err(problem.fix("Divide the target by a large number").into());
                }
                let rows: Vec<u32> = (0..numbers.len() as u32).collect();
                let bounds = vec![training.params.c; rows.len()];
                let (all, targets) = (rows.len(), numbers.to_vec());
                training.add((0, 0), rows, all, targets, bounds, CACHE_BYTES, cancel)?;
            }
        }
        Ok(training)
    }

    fn pair_up(&mut self, codes: &[u32], count: usize, cancel: &Cancel) -> Outcome<()> {
        self.classes = count.max(1);
        let mut members = vec![Vec::new(); self.classes];
        for (row, &code) in codes.iter().enumerate() {
            members[code as usize].push(row as u32);
        }
        let present: Vec<usize> = (0..count).filter(|&c| !members[c].is_empty()).collect();
        self.only = present.first().copied().unwrap_or(0);
        let weight = |class: usize| {
            if self.params.balanced {
                codes.len() as f64 / (present.len() * members[class].len()) as f64
            } else {
                1.0
            }
        };
        let weights: Vec<f64> = (0..count).map(weight).collect();
        let pairs = present.len() * present.len().saturating_sub(1) / 2;
        for (at, &first) in present.iter().enumerate() {
            for &second in &present[at + 1..] {
                cancel.check()?;
                let firsts = members[first].len();
                let rows = [&members[first][..], &members[second]].concat();
                let is_first = |at: usize| at < firsts;
                let of = |at| if is_first(at) { 1.0 } else { -1.0 };
                let bound = |at| self.params.c * weights[if is_first(at) { first } else { second }];
                let targets = (0..rows.len()).map(of).collect();
                let bounds = (0..rows.len()).map(bound).collect();
                self.add(
                    (first, second),
                    rows,
                    firsts,
                    targets,
                    bounds,
                    CACHE_BYTES / pairs,
                    cancel,
                )?;
            }
        }
        Ok(())
    }

    fn add(
        &mut self,
        pair: (usize, usize),
        rows: Vec<u32>,
        firsts: usize,
        targets: Vec<f64>,
        bounds: Vec<f64>,
        cache_bytes: usize,
        cancel: &Cancel,
    ) -> Outcome<()> {
        let all: Vec<usize> = (0..rows.len()).collect();
        let smo = self.smo(&rows, &targets, &bounds, &all, cache_bytes, cancel)?;
        let mut folds = vec![0; rows.len()];
        if self.params.probability {
            let stream = (pair.0 * self.classes + pair.1) as u64;
            let mut order = all;
            Random::stream(self.params.seed, stream).shuffle(&mut order);
            for (place, at) in order.into_iter().enumerate() {
                folds[at] = (place * FOLDS / rows.len()) as u8;
            }
        }
        self.machines.push(Trained {
            pair,
            firsts,
            targets,
            bounds,
            smo,
            left_out: vec![0.0; rows.len()],
            folds,
            fold: None,
            sigmoid: None,
            rows,
        });
        Ok(())
    }

    /// A machine on some of its rows.
    fn smo(
        &self,
        rows: &[u32],
        targets: &[f64],
        bounds: &[f64],
        of: &[usize],
        cache_bytes: usize,
        cancel: &Cancel,
    ) -> Outcome<Smo> {
        cancel.check()?;
        let two_sided = self.classes == 0;
        let low = |&at: &usize| {
            if two_sided || targets[at] < 0.0 {
                -bounds[at]
            } else {
                0.0
            }
        };
        let high = |&at: &usize| {
            if two_sided || targets[at] > 0.0 {
                bounds[at]
            } else {
                0.0
            }
        };
        let rows = of.iter().map(|&at| self.x.row(rows[at] as usize));
        let rows = Panels::gathered(self.x.columns(), rows, cancel)?;
        let problem = SmoProblem {
            kernel: self.params.kernel,
            rows,
            targets: of.iter().map(|&at| targets[at]).collect(),
            low: of.iter().map(low).collect(),
            high: of.iter().map(high).collect(),
            epsilon: if two_sided { self.params.epsilon } else { 0.0 },
            tol: self.params.tol,
            cache_bytes,
        };
        Smo::new(problem, cancel)
    }

    /// All machines are solved, or have taken all their iterations.
    pub fn is_solved(&self) -> bool {
        let most = self.params.max_iter;
        self.machines
            .iter()
            .all(|m| m.smo.is_done() || m.smo.iterations() >= most)
    }

    /// Nothing is left to do.
    pub fn is_done(&self) -> bool {
        self.is_solved() && (!self.wants_folds() || self.folds_done == FOLDS)
    }

    fn wants_folds(&self) -> bool {
        self.params.probability && !self.machines.is_empty()
    }

    /// Some machine ran out of iterations.
    pub fn is_exhausted(&self) -> bool {
        self.is_solved() && self.machines.iter().any(|m| !m.smo.is_done())
    }

    /// Takes every machine to so many iterations; once all are solved, a fold of the rows left out.
    /// After a cancelled call it goes on where it was.
    pub fn run_to(&mut self, iterations: usize, cancel: &Cancel) -> Outcome<()> {
        let most = self.params.max_iter;
        let threads = self.params.threads;
        if !self.is_solved() {
            return each(&mut self.machines, threads, &|machine: &mut Trained| {
                machine.smo.run_to(iterations.min(most), cancel)
            });
        }
        if self.is_done() {
            return Ok(());
        }
        let fold = self.folds_done as u8;
        let mut machines = std::mem::take(&mut self.machines);
        let share = CACHE_BYTES / machines.len().max(1);
        let this = &*self;
        let done = each(&mut machines, threads, &|machine: &mut Trained| {
            this.leave_out(machine, fold, share, cancel)
        });
        self.machines = machines;
        done?;
        if self.folds_done + 1 == FOLDS {
            for machine in &mut self.machines {
                let positive: Vec<bool> = machine.targets.iter().map(|t| *t > 0.0).collect();
                machine.sigmoid = Some(Sigmoid::fit(&machine.left_out, &positive, cancel)?);
            }
        }
        for machine in &mut self.machines {
            machine.fold = None;
        }
        self.folds_done += 1;
        Ok(())
    }

    /// Decision values of the rows of a fold, from a machine on the others.
    fn leave_out(
        &self,
        machine: &mut Trained,
        fold: u8,
        cache_bytes: usize,
        cancel: &Cancel,
    ) -> Outcome<()> {
        let of: Vec<usize> = (0..machine.rows.len())
            .filter(|&at| machine.folds[at] != fold)
            .collect();
        let firsts = of.iter().filter(|&&at| machine.targets[at] > 0.0).count();
        // Where one class is missing, it is the other one for sure.
        let alone = match (firsts, of.len() - firsts) {
            (0, 0) => Some(0.0),
            (_, 0) => Some(1.0),
            (0, _) => Some(-1.0),
            _ => None,
        };
        let mut fit = None;
        if alone.is_none() {
            // Kept where a call was cancelled.
            let smo = match &mut machine.fold {
                Some(smo) => smo,
                None => {
                    let (targets, bounds) = (&machine.targets, &machine.bounds);
                    let smo = self.smo(&machine.rows, targets, bounds, &of, cache_bytes, cancel)?;
                    machine.fold.insert(smo)
                }
            };
            smo.run_to(self.params.max_iter, cancel)?;
            let rows: Vec<u32> = of.iter().map(|&at| machine.rows[at]).collect();
            fit = Some(self.fit_of(&[((0, 1), &rows, firsts, smo, None)]));
        }
        for at in (0..machine.rows.len()).filter(|&at| machine.folds[at] == fold) {
            machine.left_out[at] = match (alone, &fit) {
                (Some(value), _) => value,
                (None, Some(fit)) => {
                    // Already centred: so are the machine's weights.
                    let row = self.x.row(machine.rows[at] as usize);
                    fit.decisions(row, row.len(), cancel)?
                        .first()
                        .copied()
                        .unwrap_or(0.0)
                        + self.shift(&fit.machines[0].weights)
                }
                (None, None) => 0.0,
            };
        }
        Ok(())
    }

    /// What centring takes from decision values of linear machines.
    fn shift(&self, weights: &[f64]) -> f64 {
        weights.iter().zip(&self.mean).map(|(w, m)| w * m).sum()
    }

    /// The machines as they stand.
    pub fn fit(&self) -> SvmFit {
        let calibrated = self.folds_done == FOLDS;
        let machines: Vec<_> = self
            .machines
            .iter()
            .map(|m| {
                let sigmoid = m.sigmoid.filter(|_| calibrated);
                (m.pair, &m.rows[..], m.firsts, &m.smo, sigmoid)
            })
            .collect();
        self.fit_of(&machines)
    }

    fn fit_of(
        &self,
        machines: &[((usize, usize), &[u32], usize, &Smo, Option<Sigmoid>)],
    ) -> SvmFit {
        let classes = self.classes.max(2);
        let mut chosen = vec![Vec::new(); classes];
        for (pair, rows, firsts, smo, _) in machines {
            for (at, (&row, &beta)) in rows.iter().zip(smo.beta()).enumerate() {
                if beta != 0.0 {
                    chosen[if at < *firsts { pair.0 } else { pair.1 }].push(row);
                }
            }
        }
        let mut starts = vec![0];
        for class in &mut chosen {
            class.sort_unstable();
            class.dedup();
            starts.push(starts[starts.len() - 1] + class.len());
        }
        let fitted = machines.iter().map(|(pair, rows, firsts, smo, sigmoid)| {
            let second = if *firsts < rows.len() { pair.1 } else { pair.0 };
            let mut stretches = [(starts[pair.0], starts[pair.0 + 1]); 2];
            stretches[1] = if second == pair.0 {
                (starts[pair.0 + 1], starts[pair.0 + 1])
            } else {
                (starts[second], starts[second + 1])
            };
            let lengths = stretches.map(|(from, to)| to - from);
            let mut coefficients = vec![0.0; lengths[0] + lengths[1]];
            for (at, (&row, &beta)) in rows.iter().zip(smo.beta()).enumerate() {
                let (class, offset) = if at < *firsts {
                    (pair.0, 0)
                } else {
                    (second, lengths[0])
                };
                if beta != 0.0
                    && let Ok(place) = chosen[class].binary_search(&row)
                {
                    coefficients[offset + place] = beta;
                }
            }
            let mut weights = Vec::new();
            if self.params.kernel == Kernel::Linear {
                weights = vec![0.0; self.x.columns()];
                for (&row, &beta) in rows.iter().zip(smo.beta()).filter(|(_, b)| **b != 0.0) {
                    for (weight, value) in weights.iter_mut().zip(self.x.row(row as usize)) {
                        *weight += beta * value;
                    }
                }
            }
            SvmMachine {
                pair: *pair,
                stretches,
                coefficients,
                intercept: smo.intercept() - self.shift(&weights),
                weights,
                sigmoid: *sigmoid,
            }
        });
        let machines = fitted.collect();
        let rows = chosen.concat();
        let vectors = rows.iter().map(|&row| self.x.row(row as usize));
        SvmFit {
            kernel: self.params.kernel,
            classes: self.classes,
            vectors: Panels::new(self.x.columns(), vectors),
            rows,
            machines,
            only: self.only,
            break_ties: self.params.break_ties,
        }
    }

    /// The dual objectives, added up.
    pub fn objective(&self) -> f64 {
        self.machines.iter().map(|m| m.smo.objective()).sum()
    }

    /// The largest violation of the optimality conditions.
    pub fn gap(&self) -> f64 {
        self.machines
            .iter()
            .map(|m| m.smo.gap())
            .fold(0.0, f64::max)
    }
}

/// Less the mean of each column.
fn centred(x: &Matrix, cancel: &Cancel) -> Outcome<(Matrix, Vec<f64>)> {
    let (count, columns) = (x.rows().max(1) as f64, x.columns().max(1));
    let block = rows_per_block(columns) * columns;
    let mut mean = vec![0.0; x.columns()];
    for rows in x.values().chunks(block) {
        cancel.check()?;
        for row in rows.chunks_exact(columns) {
            mean.iter_mut().zip(row).for_each(|(m, v)| *m += v / count);
        }
    }
    let mut values = Vec::with_capacity(x.values().len());
    centred_blocks(x, &mean, cancel, |_, block| {
        values.extend_from_slice(block);
        Ok(())
    })?;
    Ok((Matrix::new(x.rows(), x.columns(), values), mean))
}

/// Does the work for each item, on so many threads; the first item that halts tells.
fn each<T: Send>(
    items: &mut [T],
    threads: usize,
    work: &(impl Fn(&mut T) -> Outcome<()> + Sync),
) -> Outcome<()> {
    let threads = threads.clamp(1, items.len().max(1));
    if threads == 1 {
        return items.iter_mut().try_for_each(work);
    }
    // Taken in turns: neighbouring pairs share their larger class.
    let mut shares: Vec<Vec<&mut T>> = (0..threads).map(|_| Vec::new()).collect();
    for (at, item) in items.iter_mut().enumerate() {
        shares[at % threads].push(item);
    }
    std::thread::scope(|scope| {
        let workers: Vec<_> = shares
            .into_iter()
            .map(|share| scope.spawn(move || share.into_iter().try_for_each(work)))
            .collect();
        let mut result = Ok(());
        for worker in workers {
            let done = match worker.join() {
                Ok(done) => done,
                Err(panic) => std::panic::resume_unwind(panic),
            };
            result = result.and(done);
        }
        result
    })
}
