//! Products of columns up to a degree, in the order of scikit-learn's `PolynomialFeatures` (without
//! the column of ones).

use serde::{Deserialize, Serialize};

use super::Matrix;
use super::dense::rows_per_block;
use crate::base::{Cancel, Outcome};

const NONE: u32 = u32::MAX;

/// The terms, each a column times an earlier term.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Polynomial {
    columns: usize,
    /// The term that is multiplied; the greatest number for none.
    parents: Vec<u32>,
    factors: Vec<u32>,
}

impl Polynomial {
    /// How many terms there are, or none above `most`.
    pub fn count(
        columns: usize,
        degree: usize,
        interaction_only: bool,
        most: usize,
    ) -> Option<usize> {
        let (mut all, mut exact) = (0u128, 1u128);
        for k in 1..=degree as u128 {
            let columns = columns as u128;
            // Ways to choose k of the columns: each once, or as often as one likes.
            let ways = if interaction_only {
                (columns + 1).saturating_sub(k)
            } else {
                columns + k - 1
            };
            exact = exact * ways / k;
            all += exact;
            if all > most as u128 {
                return None;
            }
        }
        Some(all as usize)
    }

    /// All products of up to `degree` columns; with `interaction_only` no column twice. `count` says
    /// how many: ask it first.
    pub fn new(columns: usize, degree: usize, interaction_only: bool) -> Self {
        let mut terms = Polynomial {
            columns,
            parents: vec![NONE; columns],
            factors: (0..columns as u32).collect(),
        };
        // Terms of one degree follow each other, ordered by their columns.
        let mut last = 0..terms.parents.len();
        for _ in 1..degree {
            let start = terms.parents.len();
            for parent in last {
                let first = terms.factors[parent] + u32::from(interaction_only);
                for factor in first..columns as u32 {
                    terms.parents.push(parent as u32);
                    terms.factors.push(factor);
                }
            }
            last = start..terms.parents.len();
        }
        terms
    }

    pub fn len(&self) -> usize {
        self.parents.len()
    }

    pub fn is_empty(&self) -> bool {
        self.parents.is_empty()
    }

    /// Columns of the rows that are expanded.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Whether every term is made of columns that there are and of an earlier term: for terms read from a
    /// file.
    pub fn is_sound(&self) -> bool {
        let each = self.parents.iter().zip(&self.factors).enumerate();
        self.parents.len() == self.factors.len()
            && each.into_iter().all(|(term, (parent, factor))| {
                (*parent == NONE || (*parent as usize) < term) && (*factor as usize) < self.columns
            })
    }

    /// Size in memory.
    pub fn bytes(&self) -> usize {
        8 * self.parents.len()
    }

    /// Writes the terms of one row to `out`, `len()` long.
    pub fn expand_row(&self, row: &[f64], out: &mut [f64]) {
        for (term, (parent, factor)) in self.parents.iter().zip(&self.factors).enumerate() {
            let value = row[*factor as usize];
            out[term] = match *parent {
                NONE => value,
                parent => out[parent as usize] * value,
            };
        }
    }

    /// Terms in a row that multiply one earlier term by columns in a row.
    fn runs(&self) -> Vec<TermRun> {
        let mut runs: Vec<TermRun> = Vec::new();
        for (term, (&parent, &factor)) in self.parents.iter().zip(&self.factors).enumerate() {
            match runs.last_mut() {
                Some(run) if run.parent == parent && run.factor + run.length == factor as usize => {
                    run.length += 1;
                }
                _ => runs.push(TermRun {
                    parent,
                    factor: factor as usize,
                    start: term,
                    length: 1,
                }),
            }
        }
        runs
    }

    /// The terms of all rows.
    pub fn expand(&self, x: &Matrix, cancel: &Cancel) -> Outcome<Matrix> {
        let (rows, width) = (x.rows(), self.len());
        let block = rows_per_block(width);
        let runs = self.runs();
        Matrix::filled(rows, width, |values| {
            for (index, out) in values.chunks_mut((block * width).max(1)).enumerate() {
                cancel.check()?;
                for (row, out) in out.chunks_exact_mut(width.max(1)).enumerate() {
                    let row = x.row(index * block + row);
                    for run in &runs {
                        run.expand(row, out);
                    }
                }
            }
            Ok(())
        })
    }
}

/// Terms `start..start + length`: the parent times the columns from `factor` on.
struct TermRun {
    parent: u32,
    factor: usize,
    start: usize,
    length: usize,
}

impl TermRun {
    #[inline]
    fn expand(&self, row: &[f64], out: &mut [f64]) {
        let (before, out) = out.split_at_mut(self.start);
        let row = &row[self.factor..self.factor + self.length];
        let out = &mut out[..self.length];
        match self.parent {
            NONE => out.copy_from_slice(row),
            parent => {
                let parent = before[parent as usize];
                for (out, value) in out.iter_mut().zip(row) {
                    *out = parent * value;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::GramSystem;
    use super::super::reference::{near, x, y};
    use super::*;

    /// PolynomialFeatures(degree, interaction_only, include_bias=False) on 2, 3, 5.
    #[test]
    fn terms_stand_in_the_order_of_scikit_learn() {
        let expanded = |degree, interaction_only| {
            let terms = Polynomial::new(3, degree, interaction_only);
            let count = Polynomial::count(3, degree, interaction_only, 1000);
            assert_eq!(count, Some(terms.len()));
            let mut out = vec![0.0; terms.len()];
            terms.expand_row(&[2.0, 3.0, 5.0], &mut out);
            let row = Matrix::new(1, 3, vec![2.0, 3.0, 5.0]);
            let all = terms.expand(&row, &Cancel::new()).unwrap();
            assert_eq!(all.values(), out);
            out
        };
        assert_eq!(expanded(1, false), [2.0, 3.0, 5.0]);
        let two = [2.0, 3.0, 5.0, 4.0, 6.0, 10.0, 9.0, 15.0, 25.0];
        assert_eq!(expanded(2, false), two);
        let three = [8.0, 12.0, 20.0, 18.0, 30.0, 50.0, 27.0, 45.0, 75.0, 125.0];
        assert_eq!(expanded(3, false), [&two[..], &three].concat());
        let apart = [2.0, 3.0, 5.0, 6.0, 10.0, 15.0, 30.0];
        assert_eq!(expanded(3, true), apart);
        // A higher degree adds nothing to three columns.
        assert_eq!(expanded(5, true), apart);
    }

    #[test]
    fn too_many_terms_are_counted_without_being_made() {
        assert_eq!(Polynomial::count(100, 3, false, 5000), None);
        assert_eq!(Polynomial::count(1_000_000, 10, false, 5000), None);
        assert_eq!(Polynomial::count(1, 10, false, 5000), Some(10));
        assert_eq!(Polynomial::count(0, 3, false, 5000), Some(0));
        assert!(Polynomial::new(0, 3, true).is_empty());
    }

    /// PolynomialFeatures and Ridge(alpha=0.5) of scikit-learn.
    #[test]
    fn ridge_regression_on_the_terms_agrees_with_scikit_learn() {
        let expected = [
            (
                2,
                false,
                [
                    -1.3449486483465078,
                    2.790375224876391,
                    4.896921058369068,
                    -1.4185603297014109,
                ],
            ),
            (
                3,
                true,
                [
                    -1.026846256655148,
                    2.9407170309806245,
                    4.953209402135179,
                    -1.2993155660803022,
                ],
            ),
        ];
        let cancel = Cancel::new();
        for (degree, interaction_only, expected) in expected {
            let terms = Polynomial::new(4, degree, interaction_only);
            let expanded = terms.expand(&x(), &cancel).unwrap();
            let system = GramSystem::new(&expanded, &y(), true, &cancel).unwrap();
            let fit = system.solve(0.5, &cancel).unwrap();
            let found: Vec<f64> = (0..4)
                .map(|row| fit.predict_row(expanded.row(row)))
                .collect();
            near(&found, &expected, 1e-10);
        }
    }
}
