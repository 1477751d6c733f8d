//! Directions along which rows spread by 1 around the means of their classes, and how the classes lie
//! along them: the two steps of scikit-learn's solver `svd`, of the classifier as of the projection.

use faer::linalg::solvers::Svd;

use super::{ClassMoments, TOL, too_large};
use crate::base::{Cancel, Outcome};
use crate::numeric::Matrix;
use crate::numeric::apart::apart;
use crate::numeric::dense::{add_scaled, multiply_all, view};
use crate::numeric::pca::eigen;

pub(super) struct Whitening {
    /// Directions, greatest spread first; those of none are left out.
    pub rank: usize,
    /// Rank x columns, in units of the columns' spans.
    pub vectors: Vec<f64>,
}

impl Whitening {
    pub fn new(
        x: &Matrix,
        codes: &[u32],
        moments: &ClassMoments,
        cancel: &Cancel,
    ) -> Outcome<Whitening> {
        let (rows, columns) = (x.rows(), x.columns());
        // Each column by its own within-class deviation; one without any drops out.
        let deviations = moments.deviations();
        let inverse = |each: f64| {
            let of = deviations
                .iter()
                .map(move |d| if *d > 0.0 { each / d } else { 0.0 });
            of.collect::<Vec<f64>>()
        };
        let factors = inverse(1.0 / (rows as f64).sqrt());
        let (squares, mut vectors) = if columns <= rows {
            let weights = vec![1.0; moments.counts.len()];
            let mut gram = moments.gram(x, codes, &weights, cancel)?;
            for i in 0..columns {
                for j in 0..=i {
                    gram[i * columns + j] *= factors[i] * factors[j];
                }
            }
            eigen(&gram, columns, columns, cancel)?
        } else {
            let centred = moments.centred(x, codes, cancel)?;
            right_vectors(centred, columns, &factors, cancel)?
        };
        let rank = squares.iter().take_while(|s| s.sqrt() > TOL).count();
        let rank = rank.min(vectors.len() / columns.max(1));
        vectors.truncate(rank * columns);
        let back = inverse(1.0);
        for (vector, square) in vectors.chunks_exact_mut(columns.max(1)).zip(&squares) {
            for (value, back) in vector.iter_mut().zip(&back) {
                *value *= back / square.sqrt();
            }
        }
        Ok(Whitening { rank, vectors })
    }

    /// Class means seen from their mean by `priors`, along the directions: classes x rank; zeros for a
    /// class without a share.
    pub fn means(
        &self,
        moments: &ClassMoments,
        priors: &[f64],
        cancel: &Cancel,
    ) -> Outcome<Vec<f64>> {
        let (classes, columns) = (priors.len(), moments.means.len());
        let centre = moments.centre(priors);
        let mut away = moments.class_means.clone();
        for (class, away) in away.chunks_exact_mut(columns.max(1)).enumerate() {
            add_scaled(away, -1.0, &centre);
            if priors[class] == 0.0 {
                away.fill(0.0);
            }
        }
        let mut along = vec![0.0; classes * self.rank];
        if self.rank > 0 {
            let directions = view(&self.vectors, self.rank, columns);
            let away = view(&away, classes, columns);
            multiply_all(&mut along, away, directions.transpose(), cancel)?;
        }
        Ok(along)
    }
}

/// The axes along which class means lie farthest apart.
pub(super) struct Axes {
    /// How far, greatest first.
    pub values: Vec<f64>,
    /// Axis after axis, in the directions of a whitening.
    pub vectors: Vec<f64>,
}

impl Axes {
    /// Of means along `rank` directions, each counting by its prior; at least one direction.
    pub fn of(
        along: &[f64],
        rank: usize,
        priors: &[f64],
        rows: usize,
        cancel: &Cancel,
    ) -> Outcome<Axes> {
        let classes = priors.len();
        let present = priors.iter().filter(|prior| **prior > 0.0).count();
        let free = present.saturating_sub(1).max(1) as f64;
        let mut between = along.to_vec();
        for (row, prior) in between.chunks_exact_mut(rank).zip(priors) {
            let factor = (rows as f64 * prior / free).sqrt();
            row.iter_mut().for_each(|value| *value *= factor);
        }
        if between.iter().any(|value| !value.is_finite()) {
            return Err(too_large());
        }
        apart(classes.min(rank), cancel, move || {
            let svd = Svd::new_thin(view(&between, classes, rank)).map_err(|_| too_large())?;
            let (values, v) = (svd.S().column_vector(), svd.V());
            let axis = |i: usize| (0..rank).map(move |row| v[(row, i)]);
            Ok(Axes {
                values: (0..values.nrows()).map(|i| values[i]).collect(),
                vectors: (0..values.nrows()).flat_map(axis).collect(),
            })
        })?
    }
}

/// Squared singular values and right singular vectors of wide rows, through the Gram matrix of rows.
fn right_vectors(
    mut centred: Vec<f64>,
    columns: usize,
    factors: &[f64],
    cancel: &Cancel,
) -> Outcome<(Vec<f64>, Vec<f64>)> {
    let rows = centred.len() / columns;
    for row in centred.chunks_exact_mut(columns) {
        row.iter_mut().zip(factors).for_each(|(v, f)| *v *= f);
    }
    let all = view(&centred, rows, columns);
    let mut gram = vec![0.0; rows * rows];
    multiply_all(&mut gram, all, all.transpose(), cancel)?;
    let (squares, left) = eigen(&gram, rows, rows, cancel)?;
    let kept = squares.iter().take_while(|s| s.sqrt() > TOL).count();
    let mut right = vec![0.0; kept * columns];
    multiply_all(
        &mut right,
        view(&left[..kept * rows], kept, rows),
        all,
        cancel,
    )?;
    for (vector, square) in right.chunks_exact_mut(columns).zip(&squares) {
        let length = square.sqrt();
        vector.iter_mut().for_each(|v| *v /= length);
    }
    Ok((squares, right))
}
