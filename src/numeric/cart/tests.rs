//! Reference values come from tests/reference/trees.py (scikit-learn 1.9); those that hang on its
//! drawing among equal splits are left out.

use super::*;
use crate::base::Halt;
use crate::numeric::Matrix;

/// The data of tests/reference/trees.py: features, classes, numbers.
pub(in crate::numeric) fn reference_data() -> (Matrix, Labels, Labels) {
    let mut x = Vec::new();
    let (mut codes, mut numbers) = (Vec::new(), Vec::new());
    for i in 0..300u32 {
        let row: Vec<f64> = (0..4)
            .map(|j| f64::from((i * i * (j + 3) + i * (2 * j + 37) + 11 * j) % 211) / 10.0)
            .collect();
        let class = u32::from(row[0] > 10.0) + u32::from(row[1] * row[2] > 100.0);
        codes.push(if i % 11 == 0 { (class + 1) % 3 } else { class });
        numbers.push(2.0 * row[0] - row[1] * row[2] / 4.0 + f64::from(i % 7) * 0.3);
        x.extend(row);
    }
    let classes = Labels::Classes {
        codes: codes.into(),
        count: 3,
    };
    (
        Matrix::new(300, 4, x),
        classes,
        Labels::Numbers(numbers.into()),
    )
}

fn grow(x: &Matrix, y: &Labels, params: &TreeParams) -> Tree {
    let sorted = Sorted::new(x, &Cancel::new()).unwrap();
    let tree = Tree::grow(&sorted, y, params, &Cancel::new()).unwrap();
    assert!(tree.is_sound());
    tree
}

/// Accuracy for classes, R2 for numbers, on the given rows.
pub(in crate::numeric) fn score(predictions: &[f64], y: &Labels) -> f64 {
    match y {
        Labels::Classes { codes, count } => {
            let right = predictions
                .chunks(*count)
                .zip(codes.iter())
                .filter(|(p, code)| {
                    p.iter().all(|&share| share <= p[**code as usize])
                        && p[..**code as usize].iter().all(|&s| s < p[**code as usize])
                });
            right.count() as f64 / codes.len() as f64
        }
        Labels::Numbers(numbers) => {
            let mean = numbers.iter().sum::<f64>() / numbers.len() as f64;
            let total: f64 = numbers.iter().map(|y| (y - mean).powi(2)).sum();
            let errors = numbers.iter().zip(predictions);
            1.0 - errors.map(|(y, p)| (y - p).powi(2)).sum::<f64>() / total
        }
    }
}

fn predict(tree: &Tree, x: &Matrix) -> Vec<f64> {
    let mut out = vec![0.0; x.rows() * tree.outputs];
    tree.predict(x.values(), &mut out);
    out
}

/// Leaves, depth and score for these parameters.
fn agrees(criterion: Impurity, numbers: bool, cases: [(TreeParams, usize, usize, f64); 7]) {
    let (x, classes, targets) = reference_data();
    let y = if numbers { targets } else { classes };
    for (params, leaves, depth, expected) in cases {
        let params = TreeParams {
            criterion,
            ..params
        };
        let tree = grow(&x, &y, &params);
        assert_eq!((tree.leaves(), tree.depth()), (leaves, depth), "{params:?}");
        let score = score(&predict(&tree, &x), &y);
        assert!((score - expected).abs() < 1e-8, "{score}: {params:?}");
    }
}

fn with(change: impl FnOnce(&mut TreeParams)) -> TreeParams {
    let mut params = TreeParams::default();
    change(&mut params);
    params
}

#[test]
fn gini_agrees_with_scikit_learn() {
    let cases = [
        (with(|_| ()), 59, 14, 0.943333333),
        (with(|p| p.max_depth = Some(3)), 8, 3, 0.856666667),
        (with(|p| p.min_samples_leaf = 7), 27, 7, 0.883333333),
        (with(|p| p.min_samples_split = 30), 20, 8, 0.866666667),
        (with(|p| p.max_leaf_nodes = Some(9)), 9, 4, 0.87),
        (with(|p| p.min_impurity_decrease = 0.01), 11, 4, 0.89),
        (with(|p| p.ccp_alpha = 0.008), 13, 6, 0.903333333),
    ];
    agrees(Impurity::Gini, false, cases);
}

#[test]
fn entropy_agrees_with_scikit_learn() {
    let cases = [
        (with(|_| ()), 61, 13, 0.943333333),
        (with(|p| p.max_depth = Some(3)), 8, 3, 0.856666667),
        (with(|p| p.min_samples_leaf = 7), 30, 8, 0.883333333),
        (with(|p| p.min_samples_split = 30), 18, 7, 0.86),
        (with(|p| p.max_leaf_nodes = Some(9)), 9, 4, 0.87),
        (with(|p| p.min_impurity_decrease = 0.01), 19, 6, 0.906666667),
        (with(|p| p.ccp_alpha = 0.008), 31, 8, 0.926666667),
    ];
    agrees(Impurity::Entropy, false, cases);
}

#[test]
fn squared_error_agrees_with_scikit_learn() {
    let cases = [
        (with(|_| ()), 211, 12, 0.999875966),
        (with(|p| p.max_depth = Some(3)), 8, 3, 0.759640650),
        (with(|p| p.min_samples_leaf = 7), 34, 7, 0.959327852),
        (with(|p| p.max_leaf_nodes = Some(9)), 9, 5, 0.846783521),
        (with(|p| p.min_impurity_decrease = 1.0), 29, 7, 0.978222762),
        (with(|p| p.ccp_alpha = 1.0), 29, 7, 0.978222762),
        (with(|p| p.max_depth = Some(0)), 1, 0, 0.0),
    ];
    agrees(Impurity::Gini, true, cases);
}

#[test]
fn roots_impurities_and_importances_agree_with_scikit_learn() {
    let (x, classes, numbers) = reference_data();
    let shallow = with(|p| p.max_depth = Some(3));
    let entropy = TreeParams {
        criterion: Impurity::Entropy,
        ..shallow.clone()
    };
    for (y, params, root, threshold, impurity, importances) in [
        (
            &classes,
            &shallow,
            0,
            9.95,
            0.637711111,
            [0.245694, 0.370505, 0.352668, 0.031133],
        ),
        (
            &classes,
            &entropy,
            0,
            9.95,
            1.524843016,
            [0.348994, 0.310003, 0.308952, 0.032051],
        ),
        (
            &numbers,
            &shallow,
            1,
            6.65,
            615.555664682,
            [0.160485, 0.39776, 0.441755, 0.0],
        ),
    ] {
        let tree = grow(&x, y, params);
        assert_eq!(tree.feature[0], root);
        assert!((tree.threshold[0] - threshold).abs() < 1e-12);
        assert!((tree.impurity[0] - impurity).abs() < 1e-8);
        for (got, expected) in tree.importances().iter().zip(importances) {
            assert!((got - expected).abs() < 1e-6, "{got} for {expected}");
        }
    }
}

#[test]
fn of_equal_splits_the_lowest_feature_and_threshold_win() {
    // Three copies of a feature, the second mirrored; the split at 0.5 is as good as the one at 2.5.
    let x = Matrix::new(
        4,
        3,
        [0.0, 1.0, 2.0, 3.0]
            .iter()
            .flat_map(|&v| [v, -v, v])
            .collect(),
    );
    for codes in [[0, 1, 1, 0], [1, 0, 0, 1]] {
        let y = Labels::Classes {
            codes: codes.into(),
            count: 2,
        };
        let tree = grow(&x, &y, &TreeParams::default());
        assert_eq!((tree.feature[0], tree.threshold[0]), (0, 0.5));
    }
}

#[test]
fn tied_binary_columns_split() {
    // The case that smartcore's classifier misses.
    let x = Matrix::new(4, 1, vec![0.0, 0.0, 1.0, 1.0]);
    let y = Labels::Classes {
        codes: [0, 1, 1, 1].into(),
        count: 2,
    };
    let tree = grow(&x, &y, &TreeParams::default());
    assert_eq!(tree.leaves(), 2);
    assert_eq!(tree.predict_row(&[0.0]), [0.5, 0.5]);
    assert_eq!(tree.predict_row(&[1.0]), [0.0, 1.0]);
}

#[test]
fn exclusive_or_needs_a_first_split_that_gains_nothing() {
    let x = Matrix::new(4, 2, vec![0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0]);
    let y = Labels::Classes {
        codes: [0, 1, 1, 0].into(),
        count: 2,
    };
    let tree = grow(&x, &y, &TreeParams::default());
    assert_eq!(score(&predict(&tree, &x), &y), 1.0);
}

#[test]
fn a_cut_is_the_tree_of_that_depth_even_with_drawn_features() {
    let (x, classes, numbers) = reference_data();
    for y in [&classes, &numbers] {
        for max_features in [None, Some(2)] {
            let params = |max_depth| TreeParams {
                max_depth,
                max_features,
                seed: 7,
                ..TreeParams::default()
            };
            let deep = grow(&x, y, &params(None));
            for depth in [0, 1, 2, 5, 50] {
                let shallow = grow(&x, y, &params(Some(depth)));
                let cut = deep.cut(depth);
                assert!(cut.is_sound());
                assert_eq!(cut.leaves(), shallow.leaves());
                let expected = predict(&shallow, &x);
                assert_eq!(predict(&cut, &x), expected);
                let mut out = vec![0.0; expected.len()];
                deep.predict_to_depth(x.values(), depth, &mut out);
                assert_eq!(out, expected);
            }
        }
    }
}

#[test]
fn drawn_features_follow_the_seed() {
    let (x, y, _) = reference_data();
    let params = |seed| with(|p| (p.max_features, p.seed) = (Some(1), seed));
    assert_eq!(grow(&x, &y, &params(1)), grow(&x, &y, &params(1)));
    assert_ne!(grow(&x, &y, &params(1)), grow(&x, &y, &params(2)));
}

#[test]
fn a_constant_target_gives_its_exact_value() {
    let (x, _, _) = reference_data();
    for value in [0.1, -3.3e17, 1e-300] {
        let tree = grow(&x, &Labels::Numbers(vec![value; 300].into()), &with(|_| ()));
        assert_eq!((tree.leaves(), tree.value(0)), (1, &[value][..]));
    }
}

#[test]
fn a_chain_as_deep_as_the_rows_needs_no_stack() {
    // Each target outweighs all before it, so every split takes one row off.
    let rows = 900;
    let x = Matrix::new(rows, 1, (0..rows).map(|i| i as f64).collect());
    let y: Vec<f64> = (0..rows).map(|i| 2f64.powi(i as i32 - 450)).collect();
    let tree = grow(&x, &Labels::Numbers(y.into()), &TreeParams::default());
    assert!(tree.depth() > 400, "{}", tree.depth());
    assert!(tree.prune(1e-9).is_sound() && tree.cut(300).depth() == 300);
}

#[test]
fn few_rows_and_no_columns() {
    let none = Labels::Numbers(Vec::new().into());
    assert_eq!(
        grow(&Matrix::new(0, 2, vec![]), &none, &with(|_| ())).nodes(),
        1
    );
    let one = Labels::Numbers(vec![2.0].into());
    let tree = grow(&Matrix::new(1, 1, vec![1.0]), &one, &with(|_| ()));
    assert_eq!(tree.predict_row(&[5.0]), [2.0]);
    let two = Labels::Numbers(vec![2.0, 4.0].into());
    let tree = grow(&Matrix::new(2, 0, vec![]), &two, &with(|_| ()));
    assert_eq!(tree.predict_row(&[]), [3.0]);
}

#[test]
fn a_cancelled_growth_stops() {
    let (x, y, _) = reference_data();
    let sorted = Sorted::new(&x, &Cancel::new()).unwrap();
    let cancel = Cancel::new();
    cancel.cancel();
    let grown = Tree::grow(&sorted, &y, &TreeParams::default(), &cancel);
    assert_eq!(grown, Err(Halt::Cancelled));
}

#[test]
fn a_damaged_tree_is_told() {
    let (x, y, _) = reference_data();
    let tree = grow(&x, &y, &with(|p| p.max_depth = Some(2)));
    let damage = |change: fn(&mut Tree)| {
        let mut tree = tree.clone();
        change(&mut tree);
        assert!(!tree.is_sound());
    };
    damage(|t| t.left[0] = 0);
    damage(|t| t.right[0] = 99);
    damage(|t| t.feature[0] = 4);
    damage(|t| t.values.truncate(5));
    damage(|t| t.threshold.clear());
}

/// Leaves, depth, score and importances with `class_weight="balanced"`.
#[test]
fn balanced_classes_agree_with_scikit_learn() {
    let (x, classes, _) = reference_data();
    let Labels::Classes { codes, count } = &classes else {
        panic!("classes");
    };
    let weights = crate::numeric::balanced_weights(codes, *count);
    let (gini, entropy) = (Impurity::Gini, Impurity::Entropy);
    // Equal splits decide which of two features a small node asks for.
    type Case = (Impurity, TreeParams, usize, usize, f64, Option<[f64; 4]>);
    #[rustfmt::skip]
    let cases: [Case; 6] = [
        (gini, with(|p| p.max_depth = Some(3)), 8, 3, 0.856666667, Some([0.36419, 0.289136, 0.332966, 0.013708])),
        (gini, with(|p| p.ccp_alpha = 0.008), 13, 6, 0.903333333, None),
        (gini, with(|p| p.max_leaf_nodes = Some(9)), 9, 4, 0.876666667, None),
        (entropy, with(|p| p.max_depth = Some(3)), 8, 3, 0.816666667, Some([0.473125, 0.317516, 0.209358, 0.0])),
        (entropy, with(|p| p.ccp_alpha = 0.008), 28, 8, 0.92, None),
        (entropy, with(|p| p.max_leaf_nodes = Some(9)), 9, 4, 0.87, None),
    ];
    for (criterion, params, leaves, depth, expected, importances) in cases {
        let params = TreeParams {
            criterion,
            class_weight: Some(Arc::clone(&weights)),
            ..params
        };
        let tree = grow(&x, &classes, &params);
        assert_eq!((tree.leaves(), tree.depth()), (leaves, depth), "{params:?}");
        let score = score(&predict(&tree, &x), &classes);
        assert!((score - expected).abs() < 1e-8, "{score}: {params:?}");
        for (found, expected) in tree
            .importances()
            .iter()
            .zip(importances.into_iter().flatten())
        {
            assert!((found - expected).abs() < 2e-6, "{found}: {params:?}");
        }
        // The root weighs as many as there are rows.
        assert!((tree.weight(0) - 300.0).abs() < 1e-9);
    }
}
