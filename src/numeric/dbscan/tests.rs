//! Reference values: tests/reference/clusters.py.

use super::*;
use crate::numeric::reference::groups;

/// -1 is noise, as scikit-learn writes it.
fn labels(x: &Matrix, eps: f64, min_samples: usize) -> Vec<i32> {
    let found = Dbscan::fit(x, eps, min_samples, &Cancel::new()).unwrap();
    let clusters = found.labels.iter().filter(|l| **l != NOISE).max();
    assert_eq!(
        found.clusters,
        clusters.map_or(0, |most| *most as usize + 1)
    );
    found.labels.iter().map(|l| *l as i32).collect()
}

#[test]
fn labels_are_those_of_scikit_learn() {
    let x = groups(60);
    #[rustfmt::skip]
    assert_eq!(labels(&x, 0.5, 3), [-1, -1, 0, -1, -1, -1, 1, -1, -1, -1, -1, -1, -1, 2, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 2, -1, -1, -1, 0, -1, -1, -1, 1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0, -1, -1, -1, -1, -1, 0, -1, -1, -1, 1, 2, -1, -1, -1, -1]);
    #[rustfmt::skip]
    assert_eq!(labels(&x, 0.8, 4), [-1, -1, 0, -1, 3, 4, 1, -1, -1, 2, -1, 4, -1, 3, 6, 2, 5, 6, 1, -1, 4, -1, 5, 0, -1, 3, 4, -1, -1, 0, 2, -1, -1, 1, -1, 6, -1, 5, 6, 1, 3, 4, -1, 5, 0, -1, 3, -1, 1, -1, 0, -1, -1, 4, 1, 3, 6, 2, 5, 6]);
    #[rustfmt::skip]
    assert_eq!(labels(&x, 0.3, 1), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 2, 50, 51, 52, 53, 54, 55, 30, 43, 56]);
    assert_eq!(labels(&x, 1.2, 5), vec![0; 60]);
    // Columns of nothing send the search through products.
    let wide = |row: &[f64]| row.iter().copied().chain([0.0; 9]).collect::<Vec<f64>>();
    let values = x.values().chunks(3).flat_map(wide).collect();
    assert_eq!(
        labels(&Matrix::new(60, 12, values), 0.8, 4),
        labels(&x, 0.8, 4)
    );
}

#[test]
fn edges() {
    let one = Matrix::new(1, 2, vec![1.0, 2.0]);
    assert_eq!(labels(&one, 0.5, 1), [0]);
    assert_eq!(labels(&one, 0.5, 2), [-1]);
    let alike = Matrix::new(5, 2, vec![7.0; 10]);
    assert_eq!(labels(&alike, 1e-9, 5), [0; 5]);
    assert_eq!(labels(&alike, 1e-9, 6), [-1; 5]);
    // A border row that two clusters reach belongs to the first.
    let line = [0.0, 0.1, 0.2, 0.3, 1.15, 2.0, 2.1, 2.2, 2.3];
    let line = Matrix::new(9, 1, line.to_vec());
    assert_eq!(labels(&line, 0.9, 4), [0, 0, 0, 0, 0, 1, 1, 1, 1]);
    let huge = Matrix::new(3, 1, vec![1e300, -1e300, 0.0]);
    assert!(Dbscan::fit(&huge, 0.5, 1, &Cancel::new()).is_err());
    let stop = Cancel::new();
    stop.cancel();
    assert!(Dbscan::fit(&alike, 0.5, 1, &stop).is_err());
}
