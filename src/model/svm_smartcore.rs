//! smartcore's support vector machines, read out into ours: they keep their vectors to themselves and
//! borrow their parameters, but write both.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use smartcore::error::Failed;
use smartcore::linalg::basic::matrix::DenseMatrix;
use smartcore::svm::Kernels;
use smartcore::svm::svc::{SVC, SVCParameters};
use smartcore::svm::svr::{SVR, SVRParameters};

use super::svm_machine::kernel;
use super::{Facts, Params, Samples};
use crate::base::{Cancel, Halt, Outcome, Problem, Random};
use crate::numeric::{Kernel, Labels, Matrix, Panels, SvmFit, SvmMachine, guarded};

/// Above so many rows its machine for classes, which looks every kernel up in a hash map, is of no use.
pub(super) const MOST_ROWS_OF_CLASSES: usize = 1_000;

/// Its machine for numbers has no door through which it could be stopped: as many rows as end in time.
pub(super) const MOST_ROWS_OF_NUMBERS: usize = 250;

/// Passes over the rows: its default of 2 is far from the optimum.
const EPOCHS: usize = 20;

/// Stands in for the rows: the numbers of the rows are the only column that smartcore sees, and this
/// looks the kernels up. So nothing is copied, the vectors come back as numbers of rows, and a fit can
/// be stopped.
#[derive(Debug, Serialize)]
struct Looked {
    #[serde(skip)]
    x: Arc<Panels>,
    #[serde(skip)]
    kernels: Arc<Vec<f64>>,
    #[serde(skip)]
    cancel: Cancel,
}

/// The payload of the unwind that stops a fit.
struct Stop;

impl smartcore::svm::Kernel for Looked {
    fn apply(&self, a: &Vec<f64>, b: &Vec<f64>) -> Result<f64, Failed> {
        if self.cancel.is_cancelled() {
            std::panic::resume_unwind(Box::new(Stop));
        }
        let at = |v: &Vec<f64>| v.first().map_or(0, |row| *row as usize);
        let place = at(a) * self.x.rows() + at(b);
        Ok(self.kernels.get(place).copied().unwrap_or(0.0))
    }

    // What the attribute of typetag on the trait asks for; fits are never read back.
    fn typetag_name(&self) -> &'static str {
        "Looked"
    }

    fn typetag_deserialize(&self) {}
}

/// What a fit writes of itself.
#[derive(Deserialize)]
struct Written {
    instances: Option<Vec<Vec<f64>>>,
    w: Option<Vec<f64>>,
    b: Option<f64>,
}

fn read(fitted: &impl Serialize) -> Outcome<(Vec<Vec<f64>>, Vec<f64>, f64)> {
    let unread = || {
        Halt::Failed(
            Problem::new("smartcore's machine cannot be read").fix("Choose the engine seefit"),
        )
    };
    let written = serde_json::to_value(fitted).map_err(|_| unread())?;
    let written: Written = serde_json::from_value(written).map_err(|_| unread())?;
    match (written.instances, written.w, written.b) {
        (Some(vectors), Some(weights), Some(intercept)) if vectors.len() == weights.len() => {
            Ok((vectors, weights, intercept))
        }
        _ => Err(unread()),
    }
}

/// Why these rows are not for smartcore.
pub(super) fn check_rows(facts: &Facts, params: &Params) -> Result<(), Problem> {
    let numbers = facts.classes == 0;
    if numbers && facts.rows < facts.columns {
        // It would cut every row short.
        let what = "smartcore's SVR needs at least as many rows as columns";
        return Err(Problem::new(what).fix("Put the engine to auto"));
    }
    let most = if numbers {
        MOST_ROWS_OF_NUMBERS
    } else {
        MOST_ROWS_OF_CLASSES
    };
    super::checks::at_most_rows(facts, params, most)
}

pub(super) fn by_smartcore(
    samples: &Samples,
    params: &Params,
    seed: u64,
    cancel: &Cancel,
) -> Outcome<SvmFit> {
    let x = &samples.x;
    let kernel = kernel(params, x, cancel)?;
    kernel.check(x, cancel)?;
    match &samples.y {
        Some(Labels::Classes { codes, count }) => {
            pairs(x, codes, *count, kernel, params, seed, cancel)
        }
        _ => numbers(x, samples.numbers(), kernel, params, cancel),
    }
}

fn pairs(
    x: &Matrix,
    codes: &[u32],
    count: usize,
    kernel: Kernel,
    params: &Params,
    seed: u64,
    cancel: &Cancel,
) -> Outcome<SvmFit> {
    let mut members = vec![Vec::new(); count];
    for (row, &code) in codes.iter().enumerate() {
        members[code as usize].push(row as u32);
    }
    let present: Vec<usize> = (0..count).filter(|&c| !members[c].is_empty()).collect();
    let mut found = Vec::new();
    for (at, &first) in present.iter().enumerate() {
        for &second in &present[at + 1..] {
            let rows = [&members[first][..], &members[second]].concat();
            let firsts = members[first].len();
            let panels = Arc::new(panels(x, &rows));
            let mut kernels = vec![0.0; rows.len() * rows.len()];
            for (row, kernels) in rows.iter().zip(kernels.chunks_exact_mut(rows.len())) {
                cancel.check()?;
                panels.kernels(kernel, x.row(*row as usize), kernels);
            }
            let looked = Looked {
                x: panels,
                kernels: Arc::new(kernels),
                cancel: cancel.clone(),
            };
            let parameters = SVCParameters::default()
                .with_c(params.real("C"))
                .with_tol(params.real("tol"))
                .with_epoch(EPOCHS)
                .with_seed(Some(Random::stream(seed, found.len() as u64).word() >> 1))
                .with_kernel(looked);
            let numbers = (0..rows.len()).map(|row| row as f64).collect();
            let column = DenseMatrix::new(rows.len(), 1, numbers, false);
            // Its decision values are above 0 for the greater label.
            let labels: Vec<u32> = (0..rows.len()).map(|at| u32::from(at < firsts)).collect();
            let solved = guarded(cancel, || {
                let column = column?;
                let fit = SVC::fit(&column, &labels, &parameters)?;
                Ok(read(&fit))
            });
            // An unwind of the kernel's is told as a failure.
            cancel.check()?;
            let (vectors, weights, intercept) = solved??;
            let beta: Vec<(u32, f64)> = vectors
                .iter()
                .zip(weights)
                .filter_map(|(vector, weight)| {
                    let at = vector.first().map(|at| *at as usize)?;
                    rows.get(at).map(|row| (*row, weight))
                })
                .collect();
            found.push(((first, second), beta, intercept));
        }
    }
    let mut chosen = vec![Vec::new(); count];
    for (_, beta, _) in &found {
        for (row, _) in beta {
            chosen[codes[*row as usize] as usize].push(*row);
        }
    }
    let mut starts = vec![0];
    for class in &mut chosen {
        class.sort_unstable();
        class.dedup();
        starts.push(starts[starts.len() - 1] + class.len());
    }
    let machines = found.into_iter().map(|((first, second), beta, intercept)| {
        let stretches = [first, second].map(|class| (starts[class], starts[class + 1]));
        let length = chosen[first].len();
        let mut coefficients = vec![0.0; length + chosen[second].len()];
        for (row, weight) in &beta {
            let class = codes[*row as usize] as usize;
            let offset = if class == first { 0 } else { length };
            if let Ok(place) = chosen[class].binary_search(row) {
                coefficients[offset + place] += weight;
            }
        }
        machine(
            (first, second),
            stretches,
            coefficients,
            intercept,
            weights(x, kernel, &beta),
        )
    });
    let machines = machines.collect();
    let rows = chosen.concat();
    Ok(SvmFit {
        kernel,
        classes: count.max(1),
        vectors: panels(x, &rows),
        rows,
        machines,
        only: present.first().copied().unwrap_or(0),
        break_ties: false,
    })
}

fn numbers(
    x: &Matrix,
    y: &[f64],
    kernel: Kernel,
    params: &Params,
    cancel: &Cancel,
) -> Outcome<SvmFit> {
    let theirs = match kernel {
        Kernel::Linear => Kernels::linear(),
        Kernel::Rbf { gamma } => Kernels::rbf().with_gamma(gamma),
        Kernel::Poly {
            gamma,
            degree,
            coef0,
        } => Kernels::polynomial()
            .with_gamma(gamma)
            .with_degree(f64::from(degree))
            .with_coef0(coef0),
        Kernel::Sigmoid { gamma, coef0 } => Kernels::sigmoid().with_gamma(gamma).with_coef0(coef0),
    };
    let parameters = SVRParameters::default()
        .with_c(params.real("C"))
        .with_eps(params.real("epsilon"))
        .with_tol(params.real("tol"))
        .with_kernel(theirs);
    let own = DenseMatrix::new(x.rows(), x.columns(), x.values().to_vec(), false);
    let y = y.to_vec();
    let solved = guarded(cancel, || {
        let own = own?;
        let fit = SVR::fit(&own, &y, &parameters)?;
        Ok(read(&fit))
    });
    let (vectors, found, intercept) = solved??;
    // The vectors come in the order of the rows; equal rows are as good as each other.
    let mut next = 0;
    let mut beta = Vec::new();
    for (vector, weight) in vectors.iter().zip(found) {
        while next < x.rows() && x.row(next) != &vector[..] {
            next += 1;
        }
        if next == x.rows() || !weight.is_finite() {
            let problem = Problem::new("smartcore's machine cannot be read");
            return Err(problem.fix("Choose the engine seefit").into());
        }
        beta.push((next as u32, weight));
        next += 1;
    }
    let rows: Vec<u32> = beta.iter().map(|(row, _)| *row).collect();
    let stretches = [(0, rows.len()), (rows.len(), rows.len())];
    let coefficients = beta.iter().map(|(_, weight)| *weight).collect();
    Ok(SvmFit {
        kernel,
        classes: 0,
        vectors: panels(x, &rows),
        machines: vec![machine(
            (0, 0),
            stretches,
            coefficients,
            intercept,
            weights(x, kernel, &beta),
        )],
        rows,
        only: 0,
        break_ties: false,
    })
}

fn panels(x: &Matrix, rows: &[u32]) -> Panels {
    Panels::new(x.columns(), rows.iter().map(|&row| x.row(row as usize)))
}

fn weights(x: &Matrix, kernel: Kernel, beta: &[(u32, f64)]) -> Vec<f64> {
    if kernel != Kernel::Linear {
        return Vec::new();
    }
    let mut weights = vec![0.0; x.columns()];
    for (row, beta) in beta {
        for (weight, value) in weights.iter_mut().zip(x.row(*row as usize)) {
            *weight += beta * value;
        }
    }
    weights
}

fn machine(
    pair: (usize, usize),
    stretches: [(usize, usize); 2],
    coefficients: Vec<f64>,
    intercept: f64,
    weights: Vec<f64>,
) -> SvmMachine {
    SvmMachine {
        pair,
        stretches,
        coefficients,
        intercept,
        weights,
        sigmoid: None,
    }
}
