//! Linear discriminants (Fisher 1936; Rao 1948): directions along which classes lie far apart for how
//! far they spread. As scikit-learn's `LinearDiscriminantAnalysis.transform` with the solver `svd`: the
//! spread within classes is 1 along each; by eigenvectors of the two scatter matrices.

use faer::Side;
use faer::linalg::solvers::SelfAdjointEigen;

use super::Matrix;
use super::centre::{centred_blocks, column_means};
use super::dense::{add_gram, dot, view};
use crate::base::{Cancel, Halt, Outcome, Problem};

/// Fitted directions, of greatest separation first.
#[derive(Clone, Debug, PartialEq)]
pub struct Discriminants {
    pub means: Vec<f64>,
    /// Direction after direction, each as long as there are columns; its greatest weight positive.
    pub directions: Vec<f64>,
    /// Shares of the separation.
    pub explained_variance_ratio: Vec<f64>,
}

/// Directions of less variance within the classes, all columns having 1, are left out.
const RANK: f64 = 1e-8;

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
        let means = column_means(x, cancel)?;
        let mut sizes = vec![0usize; count];
        let mut centres = vec![0.0; count * columns];
        centred_blocks(x, &means, cancel, |first, block| {
            for (row, code) in block.chunks_exact(columns).zip(&codes[first..]) {
                let code = *code as usize;
                sizes[code] += 1;
                let centre = &mut centres[code * columns..(code + 1) * columns];
                centre.iter_mut().zip(row).for_each(|(sum, v)| *sum += v);
            }
            Ok(())
        })?;
        let classes = sizes.iter().filter(|size| **size > 0).count();
        if classes < 2 || rows <= classes {
            return Err(
                Problem::new("Discriminants need two classes and more rows than classes").into(),
            );
        }
        for (centre, size) in centres.chunks_exact_mut(columns).zip(&sizes) {
            let size = (*size).max(1) as f64;
            centre.iter_mut().for_each(|sum| *sum /= size);
        }
        let mut within = vec![0.0; columns * columns];
        let mut away = Vec::new();
        centred_blocks(x, &means, cancel, |first, block| {
            away.clear();
            for (row, code) in block.chunks_exact(columns).zip(&codes[first..]) {
                let code = *code as usize;
                let centre = &centres[code * columns..(code + 1) * columns];
                away.extend(row.iter().zip(centre).map(|(v, c)| v - c));
            }
            add_gram(&mut within, view(&away, block.len() / columns, columns));
            Ok(())
        })?;
        // As many as there are rows, where scikit-learn before 1.9 took the classes off.
        let free = rows as f64;
        // Each column by its spread within classes; what does not spread there is left out.
        let spread = |column: usize| (within[column * columns + column] / free).sqrt();
        let most = (0..columns).map(spread).fold(0.0, f64::max);
        let inverse: Vec<f64> = (0..columns)
            .map(|column| match spread(column) {
                spread if spread > most * 1e-12 => 1.0 / spread,
                _ => 0.0,
            })
            .collect();
        for row in 0..columns {
            for column in 0..=row {
                within[row * columns + column] *= inverse[row] * inverse[column] / free;
            }
        }
        let (spreads, axes) = eigen(&within, columns, cancel)?;
        let rank = spreads.iter().filter(|spread| **spread > RANK).count();
        if rank == 0 {
            return Err(Problem::new("No column spreads within the classes")
                .fix("Choose other features")
                .into());
        }
        // Axis after axis; the spread along each becomes 1.
        let mut whitening = axes[..rank * columns].to_vec();
        for (axis, spread) in whitening.chunks_exact_mut(columns).zip(&spreads) {
            let root = spread.sqrt();
            axis.iter_mut()
                .zip(&inverse)
                .for_each(|(v, inverse)| *v *= inverse / root);
        }
        let mut between = vec![0.0; rank * rank];
        let mut moved = Vec::with_capacity(count * rank);
        for (centre, size) in centres.chunks_exact(columns).zip(&sizes) {
            let root = (*size as f64 / (classes - 1) as f64).sqrt();
            moved.extend(
                whitening
                    .chunks_exact(columns)
                    .map(|a| root * dot(a, centre)),
            );
        }
        add_gram(&mut between, view(&moved, count, rank));
        let (squares, turns) = eigen(&between, rank, cancel)?;
        let kept = n_components.min(classes - 1).min(rank);
        let total: f64 = squares.iter().take(classes - 1).sum();
        let mut directions = vec![0.0; kept * columns];
        for (direction, turn) in directions
            .chunks_exact_mut(columns)
            .zip(turns.chunks_exact(rank))
        {
            for (axis, share) in whitening.chunks_exact(columns).zip(turn) {
                direction
                    .iter_mut()
                    .zip(axis)
                    .for_each(|(v, a)| *v += share * a);
            }
            let top = direction.iter().fold(
                0.0,
                |top: f64, v| {
                    if v.abs() > top.abs() { *v } else { top }
                },
            );
            if top < 0.0 {
                direction.iter_mut().for_each(|v| *v = -*v);
            }
        }
        let share = |square: &f64| if total > 0.0 { square / total } else { 0.0 };
        Ok(Discriminants {
            means,
            directions,
            explained_variance_ratio: squares[..kept].iter().map(share).collect(),
        })
    }
}

/// Eigenvalues of a symmetric matrix given by its lower half, greatest first, none below 0, and the
/// eigenvectors one after the other.
fn eigen(matrix: &[f64], size: usize, cancel: &Cancel) -> Outcome<(Vec<f64>, Vec<f64>)> {
    if matrix.iter().any(|value| !value.is_finite()) {
        return Err(too_large());
    }
    cancel.check()?;
    let found =
        SelfAdjointEigen::new(view(matrix, size, size), Side::Lower).map_err(|_| too_large())?;
    cancel.check()?;
    let (values, vectors) = (found.S().column_vector(), found.U());
    let squares = (0..size).rev().map(|i| values[i].max(0.0)).collect();
    let order = (0..size).rev();
    let each = order.flat_map(|index| (0..size).map(move |row| vectors[(row, index)]));
    Ok((squares, each.collect()))
}

fn too_large() -> Halt {
    Problem::new("The numbers are too large for discriminants")
        .fix("Scale the features")
        .into()
}

#[cfg(test)]
mod tests {
    use super::super::reference::{near, three, x};
    use super::*;

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
        let huge = Matrix::new(5, 1, vec![1e300, -1e300, 1e299, 0.0, 1e300]);
        assert!(fit(&huge, &codes).is_err());
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
        let wide = super::super::reference::wide();
        let found = Discriminants::fit(&wide, &[0, 1, 0, 1, 0, 1], 2, 1, &Cancel::new());
        assert!(found.unwrap().directions.iter().all(|v| v.is_finite()));
        let stop = Cancel::new();
        stop.cancel();
        assert!(Discriminants::fit(&x(), &three(), 3, 1, &stop).is_err());
    }
}
