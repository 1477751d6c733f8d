//! Fitted support vector machines: decision values of rows and of planes, votes and probabilities.

use serde::{Deserialize, Serialize};

use super::dense::dot;
use super::kernel::{Kernel, Panels};
use super::platt::{Sigmoid, couple};
use crate::base::{Cancel, Outcome};

/// Classes in pairs, or one machine for a number. Flat; vectors of a class lie together.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SvmFit {
    pub kernel: Kernel,
    /// 0 for a number.
    pub classes: usize,
    /// The support vectors.
    pub vectors: Panels,
    /// The training row of each vector.
    pub rows: Vec<u32>,
    pub machines: Vec<SvmMachine>,
    /// The class where there is no pair.
    pub only: usize,
    /// Ties of votes go to the larger sum of decision values, as scikit-learn's `break_ties`; else to
    /// the first class.
    pub break_ties: bool,
}

/// One pair of classes, or all there is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SvmMachine {
    /// A decision value above 0 votes for the first.
    pub pair: (usize, usize),
    /// Two stretches of vectors, those of each class.
    pub stretches: [(usize, usize); 2],
    /// Of the vectors in both stretches, one after the other.
    pub coefficients: Vec<f64>,
    pub intercept: f64,
    /// For a linear kernel: the weight of each column.
    pub weights: Vec<f64>,
    pub sigmoid: Option<Sigmoid>,
}

impl SvmMachine {
    /// Each stretch of vectors with its coefficients.
    pub(super) fn parts(&self) -> [((usize, usize), &[f64]); 2] {
        let [first, second] = self.stretches;
        let (a, b) = self.coefficients.split_at(first.1 - first.0);
        [(first, a), (second, b)]
    }
}

impl SvmFit {
    /// Of a fit that has not begun.
    pub fn empty() -> SvmFit {
        let none: [&[f64]; 0] = [];
        SvmFit {
            kernel: Kernel::Linear,
            classes: 1,
            vectors: Panels::new(0, none.into_iter()),
            rows: Vec::new(),
            machines: Vec::new(),
            only: 0,
            break_ties: false,
        }
    }

    /// What is needed to predict with a linear kernel: no rows.
    pub fn without_vectors(&self) -> SvmFit {
        SvmFit {
            vectors: SvmFit::empty().vectors,
            rows: self.rows.clone(),
            machines: self.machines.clone(),
            ..*self
        }
    }

    /// Whether the arrays fit together, for rows of so many columns: for machines read from a file. Those
    /// with a linear kernel need no vectors.
    pub fn is_sound(&self, columns: usize) -> bool {
        let linear = self.kernel == Kernel::Linear;
        let vectors = match linear && self.vectors.rows() == 0 {
            true => self.vectors.is_sound(0),
            false => self.vectors.is_sound(columns) && self.vectors.rows() == self.rows.len(),
        };
        let count = self.machines.len();
        let machines = match self.classes {
            0 => count == 1,
            classes if count == 0 => self.only < classes,
            _ => {
                // One for each two classes.
                let present = self.present().len();
                present * (present - 1) / 2 == count
            }
        };
        let sound = |machine: &SvmMachine| {
            let (first, second) = machine.pair;
            let fits = |(from, to): (usize, usize)| from <= to && to <= self.rows.len();
            let length = |(from, to): (usize, usize)| to - from;
            let mut all = machine.coefficients.iter().chain(&machine.weights);
            (self.classes == 0 || (first < second && second < self.classes))
                && machine.stretches.into_iter().all(fits)
                && machine.stretches.map(length).iter().sum::<usize>() == machine.coefficients.len()
                && machine.weights.len() == if linear { columns } else { 0 }
                && machine.intercept.is_finite()
                && machine
                    .sigmoid
                    .is_none_or(|s| s.a.is_finite() && s.b.is_finite())
                && all.all(|value| value.is_finite())
        };
        vectors && machines && self.kernel.is_sound() && self.machines.iter().all(sound)
    }

    pub fn has_probabilities(&self) -> bool {
        self.machines.iter().any(|m| m.sigmoid.is_some())
    }

    pub fn outputs(&self) -> usize {
        self.classes.max(1)
    }

    /// Decision values of rows, one a machine.
    pub fn decisions(&self, rows: &[f64], columns: usize, cancel: &Cancel) -> Outcome<Vec<f64>> {
        let count = rows.len() / columns.max(1);
        let mut decisions = Vec::with_capacity(count * self.machines.len());
        let mut kernels = vec![0.0; self.vectors.rows()];
        for row in rows.chunks_exact(columns.max(1)) {
            cancel.check()?;
            if self.kernel != Kernel::Linear {
                self.vectors.kernels(self.kernel, row, &mut kernels);
            }
            for machine in &self.machines {
                let sum = if self.kernel == Kernel::Linear {
                    dot(&machine.weights, row)
                } else {
                    let part =
                        |((from, to), c): ((usize, usize), &[f64])| dot(&kernels[from..to], c);
                    machine.parts().map(part).iter().sum()
                };
                decisions.push(sum + machine.intercept);
            }
        }
        Ok(decisions)
    }

    /// Decision values into outputs: a number, probabilities, or 1 for the class with most votes.
    pub fn finish(&self, decisions: &[f64], out: &mut [f64]) {
        if self.classes == 0 {
            out.copy_from_slice(decisions);
            return;
        }
        let classes = self.classes;
        let machines = self.machines.len();
        if machines == 0 {
            for out in out.chunks_exact_mut(classes) {
                out.fill(0.0);
                out[self.only] = 1.0;
            }
            return;
        }
        let probable = self.has_probabilities();
        let present = self.present();
        let mut pairs = vec![0.5; present.len() * present.len()];
        let mut shares = vec![0.0; present.len()];
        let mut votes = vec![(0.0, 0.0); classes];
        let rows = decisions
            .chunks_exact(machines)
            .zip(out.chunks_exact_mut(classes));
        for (decisions, out) in rows {
            out.fill(0.0);
            if !probable {
                out[self.winner(decisions, &mut votes)] = 1.0;
                continue;
            }
            let mut which = 0;
            for i in 0..present.len() {
                for j in i + 1..present.len() {
                    let sigmoid = self.machines[which].sigmoid;
                    let p = sigmoid.map_or(0.5, |s| s.apply(decisions[which]));
                    let p = p.clamp(1e-7, 1.0 - 1e-7);
                    pairs[i * present.len() + j] = p;
                    pairs[j * present.len() + i] = 1.0 - p;
                    which += 1;
                }
            }
            if let [first, second] = present[..] {
                out[first] = pairs[1];
                out[second] = 1.0 - pairs[1];
                continue;
            }
            couple(&pairs, &mut shares);
            for (class, share) in present.iter().zip(&shares) {
                out[*class] = *share;
            }
        }
    }

    /// The classes that had rows, ascending; machines are their pairs in order.
    fn present(&self) -> Vec<usize> {
        let mut present: Vec<usize> = self
            .machines
            .iter()
            .flat_map(|m| [m.pair.0, m.pair.1])
            .collect();
        present.sort_unstable();
        present.dedup();
        present
    }

    /// `votes` has a place a class: its votes, and the sum of its decision values.
    fn winner(&self, decisions: &[f64], votes: &mut [(f64, f64)]) -> usize {
        if let ([machine], [decision]) = (&self.machines[..], decisions) {
            return if *decision > 0.0 {
                machine.pair.0
            } else {
                machine.pair.1
            };
        }
        votes.fill((0.0, 0.0));
        for (machine, decision) in self.machines.iter().zip(decisions) {
            let (first, second) = machine.pair;
            votes[if *decision > 0.0 { first } else { second }].0 += 1.0;
            votes[first].1 += decision;
            votes[second].1 -= decision;
        }
        if self.break_ties {
            // scikit-learn's `_ovr_decision_function`.
            for (vote, sum) in votes.iter_mut() {
                *vote += *sum / (3.0 * (sum.abs() + 1.0));
            }
        }
        // Of equals the first, which has rows.
        let mut best = self.machines[0].pair.0;
        for class in 0..self.classes {
            if votes[class].0 > votes[best].0 {
                best = class;
            }
        }
        best
    }

    /// Size in memory.
    pub fn bytes(&self) -> usize {
        let of = |m: &SvmMachine| 8 * (m.coefficients.len() + m.weights.len() + 8);
        self.vectors.bytes() + 4 * self.rows.len() + self.machines.iter().map(of).sum::<usize>()
    }
}
