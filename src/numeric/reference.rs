//! Data for the tests beside the engines; tests/reference/linear.py makes the same by the same
//! formulas and prints the values that scikit-learn gives for them.

use std::sync::Arc;

use super::Matrix;

pub(super) const ROWS: usize = 60;
pub(super) const COLUMNS: usize = 4;

pub(super) fn x() -> Matrix {
    let at = |i: usize, j: usize| {
        let (i, j) = (i as f64, j as f64);
        (0.7 * (i + 1.0) * (j + 1.0) + j).sin() * (1.0 + j)
    };
    let values = (0..ROWS * COLUMNS).map(|k| at(k / COLUMNS, k % COLUMNS));
    Matrix::new(ROWS, COLUMNS, values.collect())
}

pub(super) fn y() -> Arc<[f64]> {
    let x = x();
    (0..ROWS)
        .map(|i| 2.0 * x.at(i, 0) - x.at(i, 1) + 0.5 * x.at(i, 2) + 0.3 * (3.1 * i as f64).cos())
        .collect()
}

fn score(i: usize) -> f64 {
    x().at(i, 0) - 0.5 * x().at(i, 1) + 0.8 * (1.3 * i as f64).cos()
}

pub(super) fn three() -> Arc<[u32]> {
    let class = |s: f64| u32::from(s >= -0.5) + u32::from(s >= 0.5);
    (0..ROWS).map(|i| class(score(i))).collect()
}

pub(super) fn two() -> Arc<[u32]> {
    (0..ROWS).map(|i| u32::from(score(i) > 0.0)).collect()
}

/// Six rows of nine columns.
pub(super) fn wide() -> Matrix {
    let at = |k: usize| (0.37 * (k / 9 + 1) as f64 * (k % 9 + 2) as f64).sin();
    Matrix::new(6, 9, (0..54).map(at).collect())
}

/// Some columns moved far from zero.
pub(super) fn moved(x: &Matrix, by: f64) -> Matrix {
    Matrix::new(
        x.rows(),
        x.columns(),
        x.values().iter().map(|v| v + by).collect(),
    )
}

#[track_caller]
pub(super) fn near(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (index, (a, b)) in found.iter().zip(expected).enumerate() {
        assert!((a - b).abs() <= tolerance, "at {index}: {a}, expected {b}");
    }
}

/// Three groups in three columns that overlap a little; as `rows` in tests/reference/clusters.py.
pub(super) fn groups(count: usize) -> Matrix {
    let row = |i: usize| {
        let (t, group) = (i as f64, (i % 3) as f64);
        let (a, b) = (0.6 * (1.7 * t).sin(), 0.5 * (2.3 * t).cos());
        [group + a, -1.5 * group + b, 2.0 * (0.9 * t).sin()]
    };
    Matrix::new(count, 3, (0..count).flat_map(row).collect())
}

/// Three groups far apart, of different sizes and shapes; as `apart` there.
pub(super) fn apart(count: usize) -> Matrix {
    let row = |i: usize| {
        let (t, group) = (i as f64, [0, 0, 1, 2, 2][i % 5]);
        let (a, b) = (0.6 * (1.7 * t).sin(), 0.5 * (2.3 * t).cos());
        let across = if group == 1 { -3.0 } else { 0.0 };
        let group = f64::from(group);
        [
            4.0 * group + a,
            across + b + 0.5 * a,
            (1.0 + group) * (0.9 * t).sin(),
        ]
    };
    Matrix::new(count, 3, (0..count).flat_map(row).collect())
}
