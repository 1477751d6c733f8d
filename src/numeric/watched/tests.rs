use super::*;
use smartcore::linalg::basic::matrix::DenseMatrix;

fn sample(rows: usize, columns: usize) -> (Watched, DenseMatrix<f64>) {
    let values: Vec<f64> = (0..rows * columns)
        .map(|i| ((i * 7 + 3) % 11) as f64 - 4.5)
        .collect();
    let ours = Watched::new(&Matrix::new(rows, columns, values.clone()), &Cancel::new());
    (
        ours,
        DenseMatrix::new(rows, columns, values, false).unwrap(),
    )
}

fn all<'a>(values: Box<dyn Iterator<Item = &'a f64> + 'a>) -> Vec<f64> {
    values.copied().collect()
}

fn same(ours: &dyn ArrayView2<f64>, theirs: &dyn ArrayView2<f64>, what: &str) {
    assert_eq!(ours.shape(), theirs.shape(), "{what}");
    for axis in [0, 1] {
        let (a, b) = (all(ours.iterator(axis)), all(theirs.iterator(axis)));
        let near = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-12 * (1.0 + b.abs());
        assert!(
            a.len() == b.len() && a.iter().zip(&b).all(near),
            "{what} axis {axis}"
        );
    }
}

#[test]
fn reads_like_a_dense_matrix() {
    for (rows, columns) in [(5, 3), (1, 4), (4, 1), (2, 2)] {
        let (ours, theirs) = sample(rows, columns);
        for (ours, theirs) in [
            (ours.clone(), theirs.clone()),
            (ours.transpose(), theirs.transpose()),
        ] {
            let (rows, columns) = theirs.shape();
            same(&ours, &theirs, "whole");
            for row in 0..rows {
                let (a, b) = (ours.get_row(row), theirs.get_row(row));
                assert_eq!(all(a.iterator(0)), all(b.iterator(0)));
                assert_eq!(a.shape(), b.shape());
                assert_eq!(a.get(columns - 1), b.get(columns - 1));
            }
            for column in 0..columns {
                let (a, b) = (ours.get_col(column), theirs.get_col(column));
                assert_eq!(all(a.iterator(0)), all(b.iterator(0)));
                assert_eq!(a.get(rows - 1), b.get(rows - 1));
                let mut copied = vec![0.0; rows];
                ours.copy_col_as_vec(column, &mut copied);
                assert_eq!(copied, all(b.iterator(0)));
            }
            let window = ours.slice(rows / 2..rows, 0..columns.div_ceil(2));
            let other = theirs.slice(rows / 2..rows, 0..columns.div_ceil(2));
            same(window.as_ref(), other.as_ref(), "slice");
            let pick = [rows - 1, 0];
            same(&ours.take(&pick, 0), &theirs.take(&pick, 0), "take");
            same(
                &Watched::from_slice(window.as_ref()),
                other.as_ref(),
                "from_slice",
            );
            same(
                &ours.v_stack(&ours.clone()),
                &theirs.v_stack(&theirs.clone()),
                "v_stack",
            );
            same(
                &ours.h_stack(&ours.clone()),
                &theirs.h_stack(&theirs.clone()),
                "h_stack",
            );
            let (a, b) = (
                ours.reshape(columns * rows, 1, 0),
                theirs.reshape(columns * rows, 1, 0),
            );
            same(&a, &b, "reshape");
            assert_eq!(ours.max(0), theirs.max(0));
            for axis in [0, 1] {
                for (a, b) in ours.mean_by(axis).iter().zip(theirs.mean_by(axis)) {
                    assert!((a - b).abs() < 1e-12);
                }
                for (a, b) in ours.variance(axis).iter().zip(theirs.variance(axis)) {
                    assert!((a - b).abs() < 1e-12);
                }
            }
        }
    }
}

#[test]
fn writes_like_a_dense_matrix_and_leaves_the_shared_one_alone() {
    let (first, theirs) = sample(4, 3);
    for turned in [false, true] {
        let (mut ours, mut theirs) = match turned {
            true => (first.transpose(), theirs.transpose()),
            false => (first.clone(), theirs.clone()),
        };
        for axis in [0, 1] {
            for (i, v) in ours.iterator_mut(axis).enumerate() {
                *v += i as f64;
            }
            for (i, v) in theirs.iterator_mut(axis).enumerate() {
                *v += i as f64;
            }
            same(&ours, &theirs, "iterator_mut");
            for (i, v) in ours.slice_mut(1..3, 0..2).iterator_mut(axis).enumerate() {
                *v *= 2.0 + i as f64;
            }
            for (i, v) in theirs.slice_mut(1..3, 0..2).iterator_mut(axis).enumerate() {
                *v *= 2.0 + i as f64;
            }
            same(&ours, &theirs, "slice_mut");
            let lines = if axis == 0 {
                ours.shape().1
            } else {
                ours.shape().0
            };
            let means: Vec<f64> = (0..lines).map(|i| i as f64).collect();
            let stds: Vec<f64> = (0..lines).map(|i| 1.0 + i as f64).collect();
            ours.scale_mut(&means, &stds, axis);
            theirs.scale_mut(&means, &stds, axis);
            same(&ours, &theirs, "scale_mut");
        }
        ours.set((1, 2), 42.0);
        assert_eq!(*ours.get((1, 2)), 42.0);
        ours.sub_mut(&ours.clone());
        assert!(all(ours.iterator(0)).iter().all(|v| *v == 0.0));
    }
    assert_eq!(first.to_matrix().values(), sample(4, 3).0.values());
}

#[test]
fn multiplies_like_a_dense_matrix() {
    let (a, a_dense) = sample(5, 3);
    let (b, b_dense) = sample(3, 4);
    same(&a.matmul(&b), &a_dense.matmul(&b_dense), "matmul");
    let (bt, bt_dense) = (b.transpose(), b_dense.transpose());
    same(
        &a.ab(false, &bt, true),
        &a_dense.ab(false, &bt_dense, true),
        "a b'",
    );
    let (c, c_dense) = sample(5, 2);
    same(
        &a.ab(true, &c, false),
        &a_dense.ab(true, &c_dense, false),
        "a' b",
    );
    let (at, at_dense) = (a.transpose(), a_dense.transpose());
    same(&at.matmul(&c), &at_dense.matmul(&c_dense), "transposed");
    let x = vec![1.0, -2.0, 0.5];
    same(&a.ax(false, &x), &a_dense.ax(false, &x), "ax");
}

#[test]
fn a_set_flag_unwinds_any_reader() {
    use crate::base::Halt;
    use crate::numeric::guarded;
    let (ours, _) = sample(3, 3);
    let cancel = ours.watch.cancel.clone();
    let outcome = guarded::<f64>(&Cancel::new(), || {
        cancel.cancel();
        let mut sum = 0.0;
        for i in 0..10 * READS_PER_LOOK as usize {
            sum += *ours.get((i % 3, 0));
        }
        Ok(sum)
    });
    assert_eq!(outcome, Err(Halt::Cancelled));
    // What smartcore makes inside looks at the flag of the guarded work.
    let cancel = Cancel::new();
    let outcome = guarded::<usize>(&cancel, || {
        cancel.cancel();
        Ok(Watched::fill(2, 2, 1.0).iterator(0).count())
    });
    assert_eq!(outcome, Err(Halt::Cancelled));
    fn sync<T: Send + Sync>() {}
    sync::<Watched>();
}
