//! Linear discriminants (Fisher 1936; Rao 1948): directions along which classes lie far apart for how
//! far they spread. As scikit-learn's `LinearDiscriminantAnalysis.transform` with the solver `svd`: the
//! spread within classes is 1 along each.

use super::ClassMoments;
use super::whitening::{Axes, Whitening};
use crate::base::{Cancel, Outcome, Problem};
use crate::numeric::Matrix;
use crate::numeric::dense::{multiply_all, view};

/// Fitted directions, of greatest separation first.
#[derive(Clone, Debug, PartialEq)]
pub struct Discriminants {
    pub means: Vec<f64>,
    /// Direction after direction, each as long as there are columns; its greatest weight positive.
    pub directions: Vec<f64>,
    /// Shares of the separation.
    pub explained_variance_ratio: Vec<f64>,
}

impl Discriminants {
    /// At most `n_components`, never more than classes less one or columns. `codes` has one of `count`
    /// classes for each row.
    pub fn fit(
        x: &Matrix,
        codes: &[u32],
        count: usize,
        n_components: usize,
        cancel: &Cancel,
    ) -> Outcome<Self> {
        let (rows, columns) = (x.rows(), x.columns());
        let moments = ClassMoments::new(x, codes, count, cancel)?;
        let classes = moments.counts.iter().filter(|rows| **rows > 0.0).count();
        if classes < 2 || rows <= classes {
            return Err(
                Problem::new("Discriminants need two classes and more rows than classes").into(),
            );
        }
        let priors = moments.priors(false);
        let whitening = Whitening::new(x, codes, &moments, cancel)?;
        let rank = whitening.rank;
        if rank == 0 {
            return Err(Problem::new("No column spreads within the classes")
                .fix("Choose other features")
                .into());
        }
        let along = whitening.means(&moments, &priors, cancel)?;
        let axes = Axes::of(&along, rank, &priors, rows, cancel)?;
        let squares: Vec<f64> = axes.values.iter().map(|value| value * value).collect();
        let total: f64 = squares.iter().take(classes - 1).sum();
        let kept = n_components.min(classes - 1).min(squares.len());
        let mut directions = vec![0.0; kept * columns];
        let turns = view(&axes.vectors[..kept * rank], kept, rank);
        let whitened = view(&whitening.vectors, rank, columns);
        multiply_all(&mut directions, turns, whitened, cancel)?;
        for direction in directions.chunks_exact_mut(columns) {
            for (value, inverse) in direction.iter_mut().zip(&moments.inverse_spans) {
                *value *= inverse;
            }
            let farther = |top: f64, v: &f64| if v.abs() > top.abs() { *v } else { top };
            if direction.iter().fold(0.0, farther) < 0.0 {
                direction.iter_mut().for_each(|v| *v = -*v);
            }
        }
        let share = |square: &f64| if total > 0.0 { square / total } else { 0.0 };
        Ok(Discriminants {
            means: moments.means,
            directions,
            explained_variance_ratio: squares[..kept].iter().map(share).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::reference::{near, three, wide, x};

    #[test]
    fn directions_are_those_of_scikit_learn() {
        let found = Discriminants::fit(&x(), &three(), 3, 9, &Cancel::new()).unwrap();
        #[rustfmt::skip]
        near(&found.directions, &[1.78224483692126, -0.764231195310147, -0.03799663569046988, -0.0663250122120336, 0.7068518960970401, 0.44147396585320453, 0.2873032112298648, -0.12600439387626405], 1e-9);
        near(
            &found.explained_variance_ratio,
            &[0.9576724006633656, 0.042327599336634394],
            1e-9,
        );
        let one = Discriminants::fit(&x(), &three(), 3, 1, &Cancel::new()).unwrap();
        assert_eq!(one.directions, found.directions[..4]);
    }

    #[test]
    fn edges() {
        let fit = |x: &Matrix, codes: &[u32]| Discriminants::fit(x, codes, 2, 1, &Cancel::new());
        let codes = [0, 0, 1, 1, 1];
        let constant = Matrix::new(5, 2, vec![3.0; 10]);
        assert!(fit(&constant, &codes).is_err());
        assert!(fit(&constant, &[1; 5]).is_err());
        // Every column in its own span first: nothing overflows.
        let huge = Matrix::new(5, 1, vec![1e300, -1e300, 1e299, 0.0, 1e300]);
        assert!(fit(&huge, &codes).unwrap().directions[0] > 0.0);
        // A column twice and one that does not vary: the rank is told by the columns that do.
        let rows = [
            [1.0, 1.0, 7.0],
            [2.0, 2.0, 7.0],
            [8.0, 8.0, 7.0],
            [9.0, 9.0, 7.0],
            [8.5, 8.5, 7.0],
        ];
        let found = fit(&Matrix::new(5, 3, rows.concat()), &codes).unwrap();
        assert!(found.directions.iter().all(|v| v.is_finite()));
        assert!((found.directions[0] - found.directions[1]).abs() < 1e-9);
        assert_eq!(found.directions[2], 0.0);
        let found = Discriminants::fit(&wide(), &[0, 1, 0, 1, 0, 1], 2, 1, &Cancel::new());
        assert!(found.unwrap().directions.iter().all(|v| v.is_finite()));
        let stop = Cancel::new();
        stop.cancel();
        assert!(Discriminants::fit(&x(), &three(), 3, 1, &stop).is_err());
    }
}
