//! The first principal components of wide rows without all the others: block power iteration from a
//! seeded start (Halko, Martinsson and Tropp 2011, algorithm 4.4).

use faer::Accum;

use super::centre::{centred_blocks, column_means};
use super::dense::{add_scaled, dot, multiply, view, view_mut};
use super::pca::eigen;
use super::{Matrix, Pca};
use crate::base::{Cancel, Outcome, Problem, Random};

/// Directions that go along, so that the wanted ones stand apart from the next.
const BESIDE: usize = 8;
const ROUNDS: usize = 7;
const SEED: u64 = 0x9ca;

impl Pca {
    /// As [`Pca::fit`] where few of many components are wanted, to about four digits: exact where rows or
    /// columns are no more than those that go along. Needs two rows.
    pub fn leading(x: &Matrix, n_components: usize, cancel: &Cancel) -> Outcome<Self> {
        let (rows, columns) = (x.rows(), x.columns());
        let width = n_components + BESIDE;
        if rows.min(columns) <= width {
            return Pca::fit(x, n_components, cancel);
        }
        let means = column_means(x, cancel)?;
        let (mut centred, mut total) = (Vec::with_capacity(rows * columns), 0.0);
        centred_blocks(x, &means, cancel, |_, block| {
            total += dot(block, block);
            centred.extend_from_slice(block);
            Ok(())
        })?;
        if !total.is_finite() {
            return Err(
                Problem::new("The numbers are too large for principal components")
                    .fix("Scale the features")
                    .into(),
            );
        }
        let centred = view(&centred, rows, columns);
        let mut random = Random::new(SEED);
        let start = (0..width * columns).map(|_| random.normal());
        // Directions, one a row; and where the rows lie along them.
        let mut directions: Vec<f64> = start.collect();
        let mut along = vec![0.0; rows * width];
        for round in 0..=ROUNDS {
            cancel.check()?;
            orthonormal(&mut directions, columns);
            let all = view(&directions, width, columns).transpose();
            let into = view_mut(&mut along, rows, width);
            multiply(into, Accum::Replace, centred, all);
            if round < ROUNDS {
                cancel.check()?;
                let into = view_mut(&mut directions, width, columns);
                let along = view(&along, rows, width).transpose();
                multiply(into, Accum::Replace, along, centred);
            }
        }
        let mut gram = vec![0.0; width * width];
        let of = view(&along, rows, width);
        multiply(
            view_mut(&mut gram, width, width),
            Accum::Replace,
            of.transpose(),
            of,
        );
        let (squares, vectors) = eigen(&gram, width, n_components, cancel)?;
        let mut components = vec![0.0; n_components * columns];
        for (component, weights) in components
            .chunks_exact_mut(columns)
            .zip(vectors.chunks_exact(width))
        {
            for (weight, direction) in weights.iter().zip(directions.chunks_exact(columns)) {
                add_scaled(component, *weight, direction);
            }
            let larger = |top: f64, v: &f64| if v.abs() > top.abs() { *v } else { top };
            if component.iter().fold(0.0, larger) < 0.0 {
                component.iter_mut().for_each(|v| *v = -*v);
            }
        }
        let squares = &squares[..n_components];
        let share = |s: &f64| if total > 0.0 { s / total } else { 0.0 };
        Ok(Pca {
            columns,
            means,
            components,
            explained_variance: squares.iter().map(|s| s / (rows - 1) as f64).collect(),
            explained_variance_ratio: squares.iter().map(share).collect(),
            singular_values: squares.iter().map(|s| s.sqrt()).collect(),
        })
    }
}

/// Gram and Schmidt, twice; a direction that the others hold becomes an axis that they do not.
fn orthonormal(directions: &mut [f64], columns: usize) {
    for index in 0..directions.len() / columns {
        let (before, here) = directions.split_at_mut(index * columns);
        let here = &mut here[..columns];
        for axis in std::iter::once(None).chain((0..columns).map(Some)) {
            if let Some(axis) = axis {
                here.fill(0.0);
                here[axis] = 1.0;
            }
            let largest = here.iter().fold(0.0, |most: f64, v| most.max(v.abs()));
            if largest > 0.0 {
                here.iter_mut().for_each(|v| *v /= largest);
            }
            let length = dot(here, here).sqrt();
            for _ in 0..2 {
                for other in before.chunks_exact(columns) {
                    let share = dot(here, other);
                    add_scaled(here, -share, other);
                }
            }
            let left = dot(here, here).sqrt();
            if left > 1e-10 * length {
                here.iter_mut().for_each(|v| *v /= left);
                break;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows that vary by 30, 10 and 1 along three directions, and by noise along all.
    fn rows(count: usize, columns: usize) -> Matrix {
        let mut random = Random::new(5);
        let mut normal = |n: usize| (0..n).map(|_| random.normal()).collect::<Vec<f64>>();
        let directions = [30.0, 10.0, 1.0].map(|size| (size, normal(columns)));
        let mut values = Vec::new();
        for _ in 0..count {
            let mut row = normal(columns);
            for (size, direction) in &directions {
                add_scaled(&mut row, size * normal(1)[0] / 10.0, direction);
            }
            values.extend(row.iter().map(|v| v + 7.0));
        }
        Matrix::new(count, columns, values)
    }

    #[test]
    fn the_first_components_are_those_of_the_whole_decomposition() {
        for (count, columns) in [(60, 300), (300, 60), (90, 90)] {
            let x = rows(count, columns);
            let whole = Pca::fit(&x, 2, &Cancel::new()).unwrap();
            let found = Pca::leading(&x, 2, &Cancel::new()).unwrap();
            assert_eq!(found.len(), 2);
            for index in 0..2 {
                let of = |pca: &Pca| pca.components[index * columns..][..columns].to_vec();
                assert!(
                    dot(&of(&whole), &of(&found)) > 1.0 - 1e-6,
                    "{count} {index}"
                );
                let ratios = (
                    whole.explained_variance_ratio[index],
                    found.explained_variance_ratio[index],
                );
                assert!((ratios.0 - ratios.1).abs() < 1e-6, "{ratios:?}");
            }
        }
    }

    #[test]
    fn few_or_equal_rows_are_fine() {
        let few = rows(5, 300);
        let whole = Pca::fit(&few, 2, &Cancel::new()).unwrap();
        assert_eq!(Pca::leading(&few, 2, &Cancel::new()), Ok(whole));
        let equal = Matrix::new(40, 50, vec![3.0; 40 * 50]);
        let found = Pca::leading(&equal, 2, &Cancel::new()).unwrap();
        assert_eq!(found.explained_variance_ratio, [0.0, 0.0]);
        assert!(found.components.iter().all(|v| v.is_finite()));
        let cancel = Cancel::new();
        cancel.cancel();
        assert!(Pca::leading(&rows(60, 60), 2, &cancel).is_err());
    }
}
