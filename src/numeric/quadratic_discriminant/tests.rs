use super::*;
use crate::base::Halt;
use crate::numeric::reference::{moved, near, three, x};

fn proba(x: &Matrix, reg_param: f64, uniform: bool) -> [f64; 9] {
    let cancel = Cancel::new();
    let fit = QuadraticDiscriminant::fit(x, &three(), 3, reg_param, uniform, &cancel).unwrap();
    let mut out = [0.0; 9];
    fit.predict_proba(&x.values()[..12], &mut out);
    out
}

#[test]
fn agrees_with_scikit_learn() {
    let expected = [
        0.2321239860371454,
        0.5897470945629413,
        0.17812891939991338,
        4.2547677575710775e-12,
        2.634427396643125e-73,
        0.9999999999957452,
        7.657129989172944e-35,
        7.5694758328397455e-115,
        1.0,
    ];
    near(&proba(&x(), 0.0, false), &expected, 1e-10);
    near(&proba(&moved(&x(), 1e6), 0.0, false), &expected, 1e-6);
    let expected = [
        0.5203933740025103,
        0.3142554496547608,
        0.16535117634272892,
        0.01675982016761088,
        0.008093637371316974,
        0.9751465424610721,
        2.7975605997729736e-07,
        9.159583358499317e-06,
        0.9999905606605816,
    ];
    near(&proba(&x(), 0.3, true), &expected, 1e-10);
}

#[test]
fn flat_classes_are_told_unless_regularised() {
    let cancel = Cancel::new();
    let x = Matrix::new(
        6,
        2,
        vec![0.0, 1.0, 1.0, 1.0, 2.0, 1.0, 0.0, 5.0, 1.0, 3.0, 4.0, 4.0],
    );
    let codes = [0, 0, 0, 1, 1, 1];
    let fit = |codes: &[u32], reg| QuadraticDiscriminant::fit(&x, codes, 2, reg, false, &cancel);
    let Err(Halt::Failed(problem)) = fit(&codes, 0.0) else {
        panic!("the second column of the first class never changes");
    };
    assert!(problem.what.contains("do not vary"), "{problem}");
    let regularised = fit(&codes, 0.1).unwrap();
    let mut out = [0.0; 4];
    regularised.predict_proba(&[1.0, 1.0, 2.0, 4.0], &mut out);
    assert!(out[0] > 0.9 && out[3] > 0.9, "{out:?}");
    let alone = fit(&[0, 0, 0, 0, 0, 1], 0.5);
    assert!(
        matches!(alone, Err(Halt::Failed(problem)) if problem.what.contains("one training row"))
    );
    let huge = Matrix::new(4, 1, vec![1e300, -1e300, 1e300, 5.0]);
    assert!(QuadraticDiscriminant::fit(&huge, &[0, 0, 1, 1], 2, 0.1, false, &cancel).is_err());
}
