//! Linear discriminant analysis: as a classifier, one bell curve a class, all of one shape; as a
//! projection, the directions along which the classes lie apart.
//!
//! Follows scikit-learn's `LinearDiscriminantAnalysis`: `svd` whitens the pooled within-class spread
//! and leaves out what has none (constant and dependent columns do no harm), `lsqr` solves with the
//! covariance, which may be shrunk. The spread comes from a Gram matrix of class-centred columns,
//! each brought to at most 1 first, so that no unit over- or underflows; Hastie, Tibshirani and
//! Friedman, The Elements of Statistical Learning, 2nd ed., 4.3.

mod directions;
mod moments;
mod whitening;

use super::dense::{add_scaled, dot, multiply_all, view};
use super::pca::eigen;
use super::{LogisticFit, Matrix};
use crate::base::{Cancel, Halt, Outcome, Problem};
pub use directions::Discriminants;
use moments::ClassMoments;
use whitening::{Axes, Whitening};

/// Singular values below this part of a column's own deviation are taken for 0, as scikit-learn does.
const TOL: f64 = 1e-4;

/// Stands for the logarithm of no share at all; unlike an infinity it can be written and added.
pub(super) const NO_SHARE: f64 = -1e300;

/// How the within-class spread is turned round.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LdaSolver {
    Svd,
    /// Shrinkage from 0 (the covariance as it is) to 1 (its mean variance in all directions).
    Lsqr {
        shrinkage: f64,
    },
}

/// Fits the classifier. `codes` are below `classes`, one a row. Without `uniform`, priors are the
/// shares of the rows; a class without rows never gets a share. The result has a logistic form: one
/// row of coefficients for two classes, else one a class.
pub fn lda(
    x: &Matrix,
    codes: &[u32],
    classes: usize,
    solver: LdaSolver,
    uniform: bool,
    cancel: &Cancel,
) -> Outcome<LogisticFit> {
    assert_eq!(x.rows(), codes.len(), "one class a row");
    if x.rows() == 0 {
        return Err(Problem::new("There are no rows to fit").into());
    }
    let moments = ClassMoments::new(x, codes, classes, cancel)?;
    let priors = moments.priors(uniform);
    // In units of each column's span, around the columns' means.
    let (weights, offsets) = match solver {
        LdaSolver::Svd => by_svd(x, codes, &moments, &priors, cancel)?,
        LdaSolver::Lsqr { shrinkage } => {
            by_covariance(x, codes, &moments, &priors, shrinkage, cancel)?
        }
    };
    finish(&moments, &priors, weights, offsets)
}

/// Back to the units of the rows; two classes become one difference.
fn finish(
    moments: &ClassMoments,
    priors: &[f64],
    mut weights: Vec<f64>,
    mut offsets: Vec<f64>,
) -> Outcome<LogisticFit> {
    let (classes, columns) = (priors.len(), moments.means.len());
    for (class, offset) in offsets.iter_mut().enumerate() {
        let weights = &mut weights[class * columns..(class + 1) * columns];
        for (weight, inverse) in weights.iter_mut().zip(&moments.inverse_spans) {
            *weight *= inverse;
        }
        *offset = if priors[class] > 0.0 {
            *offset + priors[class].ln() - dot(weights, &moments.means)
        } else {
            NO_SHARE
        };
    }
    if classes == 2 {
        let (first, second) = weights.split_at(columns);
        let difference: Vec<f64> = second.iter().zip(first).map(|(b, a)| b - a).collect();
        weights = difference;
        offsets = vec![offsets[1] - offsets[0]];
    }
    let mut all = weights.iter().chain(&offsets);
    if all.any(|value| !value.is_finite()) {
        return Err(too_large());
    }
    Ok(LogisticFit {
        classes,
        columns,
        coefficients: weights,
        intercepts: offsets,
    })
}

/// Weights class after class, and the constant part of each score but for the prior.
type Scores = (Vec<f64>, Vec<f64>);

fn by_svd(
    x: &Matrix,
    codes: &[u32],
    moments: &ClassMoments,
    priors: &[f64],
    cancel: &Cancel,
) -> Outcome<Scores> {
    let (rows, columns, classes) = (x.rows(), x.columns(), priors.len());
    let whitening = Whitening::new(x, codes, moments, cancel)?;
    let rank = whitening.rank;
    // Class means seen from their weighted mean.
    let centre = moments.centre(priors);
    let mut along = whitening.means(moments, priors, cancel)?;
    if rank > 0 && classes > 1 {
        let axes = Axes::of(&along, rank, priors, rows, cancel)?;
        keep_span(&mut along, rank, &axes);
    }
    let mut weights = vec![0.0; classes * columns];
    if rank > 0 {
        let directions = view(&whitening.vectors, rank, columns);
        multiply_all(
            &mut weights,
            view(&along, classes, rank),
            directions,
            cancel,
        )?;
    }
    let offsets = (0..classes).map(|class| {
        let along = &along[class * rank..(class + 1) * rank];
        let weights = &weights[class * columns..(class + 1) * columns];
        -0.5 * dot(along, along) - dot(weights, &centre)
    });
    Ok((weights.clone(), offsets.collect()))
}

/// Keeps of `along` (classes x rank) what lies in the space that the weighted class means span.
fn keep_span(along: &mut [f64], rank: usize, axes: &Axes) {
    let greatest = axes.values.first().copied().unwrap_or(0.0);
    let kept = axes
        .values
        .iter()
        .take_while(|value| **value > TOL * greatest);
    let kept = kept.count();
    let before = along.to_vec();
    along.fill(0.0);
    for axis in axes.vectors.chunks_exact(rank).take(kept) {
        for (row, before) in along.chunks_exact_mut(rank).zip(before.chunks_exact(rank)) {
            add_scaled(row, dot(before, axis), axis);
        }
    }
}

fn by_covariance(
    x: &Matrix,
    codes: &[u32],
    moments: &ClassMoments,
    priors: &[f64],
    shrinkage: f64,
    cancel: &Cancel,
) -> Outcome<Scores> {
    let (columns, classes) = (x.columns(), priors.len());
    // Each class's covariance, weighted by its prior.
    let counts = moments.counts.iter().zip(priors);
    let weights: Vec<f64> = counts
        .map(|(n, prior)| if *n > 0.0 { prior / n } else { 0.0 })
        .collect();
    let mut covariance = moments.gram(x, codes, &weights, cancel)?;
    // The mean variance is one of the rows' own units.
    let spans = &moments.inverse_spans;
    let trace: f64 = (0..columns)
        .map(|i| covariance[i * columns + i] / spans[i] / spans[i])
        .sum();
    let mean = trace / columns.max(1) as f64;
    for i in 0..columns {
        for j in 0..=i {
            covariance[i * columns + j] *= 1.0 - shrinkage;
        }
        if shrinkage > 0.0 {
            covariance[i * columns + i] += shrinkage * mean * spans[i] * spans[i];
        }
    }
    let (values, vectors) = eigen(&covariance, columns, columns, cancel)?;
    let noise = values.first().copied().unwrap_or(0.0) * f64::EPSILON * columns as f64;
    let mut weights = vec![0.0; classes * columns];
    let mut offsets = vec![0.0; classes];
    for class in 0..classes {
        let mean = &moments.class_means[class * columns..(class + 1) * columns];
        let weights = &mut weights[class * columns..(class + 1) * columns];
        for (vector, value) in vectors.chunks_exact(columns.max(1)).zip(&values) {
            if *value > noise {
                add_scaled(weights, dot(vector, mean) / value, vector);
            }
        }
        offsets[class] = -0.5 * dot(weights, mean);
    }
    Ok((weights, offsets))
}

pub(super) fn too_large() -> Halt {
    Problem::new("The numbers are too large or too small for discriminant analysis")
        .fix("Scale the features")
        .into()
}

#[cfg(test)]
mod tests;
