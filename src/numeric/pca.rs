//! Principal components by the eigenvectors of the centred Gram matrix: of the columns, or of the
//! rows where there are fewer of those.

use faer::Side;
use faer::linalg::solvers::SelfAdjointEigen;
use serde::{Deserialize, Serialize};

use super::Matrix;
use super::apart::apart;
use super::centre::{centred_blocks, column_means};
use super::dense::{add_gram, add_scaled, dot, multiply_all, view};
use crate::base::{Cancel, Halt, Outcome, Problem};

/// Fitted components, of greatest variance first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pca {
    pub columns: usize,
    pub means: Vec<f64>,
    /// Component after component, each of length 1, its greatest loading positive.
    pub components: Vec<f64>,
    /// Variance along each component, divided by rows - 1.
    pub explained_variance: Vec<f64>,
    /// Shares of the total variance; zeros where there is none.
    pub explained_variance_ratio: Vec<f64>,
    /// Singular values of the centred rows.
    pub singular_values: Vec<f64>,
}

impl Pca {
    /// At most `n_components`, and never more than rows or columns. Needs two rows.
    pub fn fit(x: &Matrix, n_components: usize, cancel: &Cancel) -> Outcome<Self> {
        let (rows, columns) = (x.rows(), x.columns());
        if rows < 2 || columns == 0 {
            return Err(Problem::new("Principal components need two rows and one column").into());
        }
        let means = column_means(x, cancel)?;
        Pca::around(x, means, n_components, cancel)
    }

    /// Singular vectors of the rows as they are, as scikit-learn's `TruncatedSVD`: the means are 0, the
    /// variances those of the coordinates along the components, divided by rows.
    pub fn uncentred(x: &Matrix, n_components: usize, cancel: &Cancel) -> Outcome<Self> {
        let (rows, columns) = (x.rows(), x.columns());
        if rows < 1 || columns == 0 {
            return Err(Problem::new("Singular vectors need a row and a column").into());
        }
        let mut found = Pca::around(x, vec![0.0; columns], n_components, cancel)?;
        let means = column_means(x, cancel)?;
        let mut total = 0.0;
        centred_blocks(x, &means, cancel, |_, block| {
            total += dot(block, block) / rows as f64;
            Ok(())
        })?;
        let squares = found.singular_values.iter();
        let each = squares.zip(found.components.chunks_exact(columns));
        found.explained_variance = each
            .map(|(value, component)| {
                let mean = dot(&means, component);
                (value * value / rows as f64 - mean * mean).max(0.0)
            })
            .collect();
        let share = |variance: &f64| if total > 0.0 { variance / total } else { 0.0 };
        found.explained_variance_ratio = found.explained_variance.iter().map(share).collect();
        Ok(found)
    }

    fn around(x: &Matrix, means: Vec<f64>, n_components: usize, cancel: &Cancel) -> Outcome<Self> {
        let (rows, columns) = (x.rows(), x.columns());
        let (squares, mut components) = if columns <= rows {
            by_columns(x, &means, n_components, cancel)?
        } else {
            by_rows(x, &means, n_components, cancel)?
        };
        let total: f64 = squares.iter().sum();
        let kept = n_components.min(squares.len());
        for component in components.chunks_exact_mut(columns) {
            let top = component.iter().fold(
                0.0,
                |top: f64, v| if v.abs() > top.abs() { *v } else { top },
            );
            if top < 0.0 {
                component.iter_mut().for_each(|v| *v = -*v);
            }
        }
        let per_row = 1.0 / rows.saturating_sub(1).max(1) as f64;
        let share = |s: &f64| if total > 0.0 { s / total } else { 0.0 };
        Ok(Pca {
            columns,
            means,
            components,
            explained_variance: squares[..kept].iter().map(|s| s * per_row).collect(),
            explained_variance_ratio: squares[..kept].iter().map(share).collect(),
            singular_values: squares[..kept].iter().map(|s| s.sqrt()).collect(),
        })
    }

    /// How many components there are.
    pub fn len(&self) -> usize {
        self.explained_variance.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Coordinates along the components, one row of `len()` for each of the rows given.
    pub fn project(&self, rows: &[f64], out: &mut [f64]) {
        let kept = self.len();
        if kept == 0 {
            return;
        }
        let mut centred = vec![0.0; self.columns];
        for (row, out) in rows
            .chunks_exact(self.columns)
            .zip(out.chunks_exact_mut(kept))
        {
            for (centred, (value, mean)) in centred.iter_mut().zip(row.iter().zip(&self.means)) {
                *centred = value - mean;
            }
            for (out, component) in out
                .iter_mut()
                .zip(self.components.chunks_exact(self.columns))
            {
                *out = dot(&centred, component);
            }
        }
    }

    /// Rows of `columns` values from coordinates: what the components keep of them.
    pub fn back(&self, coordinates: &[f64], out: &mut [f64]) {
        let kept = self.len();
        for (index, out) in out.chunks_exact_mut(self.columns).enumerate() {
            out.copy_from_slice(&self.means);
            let row = &coordinates[index * kept..(index + 1) * kept];
            for (value, component) in row.iter().zip(self.components.chunks_exact(self.columns)) {
                add_scaled(out, *value, component);
            }
        }
    }
}

/// Squared singular values, greatest first, and as many components as asked for.
type Found = (Vec<f64>, Vec<f64>);

fn by_columns(x: &Matrix, means: &[f64], wanted: usize, cancel: &Cancel) -> Outcome<Found> {
    let columns = x.columns();
    let mut gram = vec![0.0; columns * columns];
    centred_blocks(x, means, cancel, |_, block| {
        add_gram(&mut gram, view(block, block.len() / columns, columns));
        Ok(())
    })?;
    eigen(&gram, columns, wanted, cancel)
}

fn by_rows(x: &Matrix, means: &[f64], wanted: usize, cancel: &Cancel) -> Outcome<Found> {
    let (rows, columns) = (x.rows(), x.columns());
    let mut centred = Vec::with_capacity(rows * columns);
    centred_blocks(x, means, cancel, |_, block| {
        centred.extend_from_slice(block);
        Ok(())
    })?;
    let mut gram = vec![0.0; rows * rows];
    let all = view(&centred, rows, columns);
    multiply_all(&mut gram, all, all.transpose(), cancel)?;
    let (squares, vectors) = eigen(&gram, rows, wanted, cancel)?;
    let kept = vectors.len() / rows;
    let mut components = vec![0.0; kept * columns];
    multiply_all(&mut components, view(&vectors, kept, rows), all, cancel)?;
    orthonormal(&mut components, columns, &squares, cancel)?;
    Ok((squares, components))
}

/// Components from rows have the length of their singular value; one of no variance is replaced by
/// a direction at right angles to those before.
fn orthonormal(
    components: &mut [f64],
    columns: usize,
    squares: &[f64],
    cancel: &Cancel,
) -> Outcome<()> {
    let noise = squares.first().copied().unwrap_or(0.0) * 1e-14 * columns as f64;
    let mut axis = 0;
    let kept = components.len() / columns;
    for (index, square) in squares.iter().enumerate().take(kept) {
        let (before, here) = components.split_at_mut(index * columns);
        let here = &mut here[..columns];
        if *square > noise {
            let length = dot(here, here).sqrt();
            here.iter_mut().for_each(|v| *v /= length);
            continue;
        }
        while axis < columns {
            cancel.check()?;
            here.fill(0.0);
            here[axis] = 1.0;
            axis += 1;
            for _ in 0..2 {
                for other in before.chunks_exact(columns) {
                    let share = dot(here, other);
                    add_scaled(here, -share, other);
                }
            }
            let length = dot(here, here).sqrt();
            if length > 1e-6 {
                here.iter_mut().for_each(|v| *v /= length);
                break;
            }
        }
    }
    Ok(())
}

/// Eigenvalues of a symmetric matrix, greatest first, none below 0, and the leading eigenvectors.
pub(super) fn eigen(gram: &[f64], size: usize, wanted: usize, cancel: &Cancel) -> Outcome<Found> {
    if gram.iter().any(|value| !value.is_finite()) {
        return Err(too_large());
    }
    let gram = gram.to_vec();
    apart(size, cancel, move || leading(&gram, size, wanted))?
}

fn leading(gram: &[f64], size: usize, wanted: usize) -> Outcome<Found> {
    let eigen =
        SelfAdjointEigen::new(view(gram, size, size), Side::Lower).map_err(|_| too_large())?;
    let (values, vectors) = (eigen.S().column_vector(), eigen.U());
    let squares = (0..size).rev().map(|i| values[i].max(0.0)).collect();
    let mut leading = Vec::new();
    for index in (0..size).rev().take(wanted) {
        leading.extend((0..size).map(|row| vectors[(row, index)]));
    }
    Ok((squares, leading))
}

fn too_large() -> Halt {
    Problem::new("The numbers are too large for principal components")
        .fix("Scale the features")
        .into()
}

#[cfg(test)]
mod tests {
    use super::super::reference::{moved, near, wide, x};
    use super::*;

    fn sizes(values: &[f64]) -> Vec<f64> {
        values.iter().map(|v| v.abs()).collect()
    }

    #[test]
    fn agrees_with_scikit_learn() {
        let fit = Pca::fit(&x(), 3, &Cancel::new()).unwrap();
        let components = [
            0.00432906134157866,
            0.014413450247521387,
            0.037603553932728295,
            0.9991794055180941,
            0.010380712997566583,
            0.0661074543578355,
            0.9970897018977201,
            0.03652631442542821,
            0.027123142602050166,
            0.9973613264914813,
            0.06523041204212213,
            0.016724619557887514,
        ];
        near(&sizes(&fit.components), &components, 1e-12);
        near(
            &fit.explained_variance,
            &[8.402302258820775, 4.553451615472395, 2.000962015729812],
            1e-12,
        );
        near(
            &fit.explained_variance_ratio,
            &[0.5432638341451355, 0.2944104493050063, 0.1293752906238247],
            1e-13,
        );
        near(
            &fit.singular_values,
            &[22.265125943286865, 16.39065725689093, 10.865392718538015],
            1e-12,
        );
        for component in fit.components.chunks(4) {
            let top = component
                .iter()
                .fold(0.0_f64, |t, v| if v.abs() > t.abs() { *v } else { t });
            assert!(top > 0.0);
        }
    }

    #[test]
    fn agrees_with_scikit_learn_on_more_columns_than_rows() {
        let fit = Pca::fit(&wide(), 6, &Cancel::new()).unwrap();
        let ratio = [
            0.32413949307894785,
            0.19894049233345554,
            0.16244894459260606,
            0.16244653481198085,
            0.1520245351830097,
        ];
        near(&fit.explained_variance_ratio[..5], &ratio, 1e-12);
        assert!(fit.len() == 6 && fit.explained_variance_ratio[5] < 1e-12);
        let first = [
            0.01919139160412469,
            0.027907194854317578,
            0.022492941706677292,
            0.02038126089238371,
            0.014371217048508973,
            0.5436976858717425,
            0.4494435725547169,
            0.46270255732839366,
            0.5348127371059441,
        ];
        near(&sizes(&fit.components[..9]), &first, 1e-11);
        // At right angles and of length 1, the one without variance too.
        for (i, a) in fit.components.chunks(9).enumerate() {
            for (j, b) in fit.components.chunks(9).enumerate() {
                let expected = f64::from(u8::from(i == j));
                assert!((dot(a, b) - expected).abs() < 1e-9, "{i} {j}");
            }
        }
    }

    #[test]
    fn goes_there_and_back() {
        for x in [x(), moved(&x(), 1e8), wide()] {
            let columns = x.columns();
            let fit = Pca::fit(&x, columns, &Cancel::new()).unwrap();
            let mut there = vec![0.0; x.rows() * fit.len()];
            fit.project(x.values(), &mut there);
            let mut back = vec![0.0; x.values().len()];
            fit.back(&there, &mut back);
            near(&back, x.values(), 1e-13 * (1.0 + x.at(0, 0).abs() * 10.0));
        }
    }

    #[test]
    fn edges() {
        let cancel = Cancel::new();
        assert!(Pca::fit(&Matrix::new(1, 2, vec![1.0, 2.0]), 1, &cancel).is_err());
        assert!(Pca::fit(&Matrix::new(3, 0, vec![]), 1, &cancel).is_err());
        let constant = Pca::fit(&Matrix::new(3, 2, vec![0.1; 6]), 2, &cancel).unwrap();
        assert_eq!(constant.explained_variance_ratio, [0.0, 0.0]);
        let huge = Matrix::new(3, 1, vec![1e200, -1e200, 1e199]);
        assert!(Pca::fit(&huge, 1, &cancel).is_err());
        cancel.cancel();
        assert_eq!(Pca::fit(&x(), 2, &cancel), Err(Halt::Cancelled));
    }

    /// tests/reference/projections.py
    #[test]
    fn singular_vectors_are_those_of_scikit_learn() {
        let x = crate::numeric::reference::x();
        let by = [1.0, 2.0, -1.0, 0.5];
        let values = x.values().iter().enumerate().map(|(at, v)| v + by[at % 4]);
        let moved = Matrix::new(60, 4, values.collect());
        let found = Pca::uncentred(&moved, 2, &Cancel::new()).unwrap();
        let near = crate::numeric::reference::near;
        #[rustfmt::skip]
        near(&found.components, &[0.22779555967119824, 0.5375092496429049, -0.4282997190913411, 0.6897480265783187, -0.19308091021752993, -0.4994490864269201, 0.4356682689046222, 0.7235077965347263], 1e-9);
        near(
            &found.singular_values,
            &[24.306309469928717, 20.979078031576417],
            1e-9,
        );
        near(
            &found.explained_variance_ratio,
            &[0.35653753788016807, 0.3775357173120661],
            1e-9,
        );
        assert_eq!(found.means, [0.0; 4]);
        assert!(Pca::uncentred(&Matrix::new(1, 2, vec![3.0, 4.0]), 2, &Cancel::new()).is_ok());
    }
}
