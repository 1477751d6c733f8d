use super::*;
use crate::base::Halt;
use crate::numeric::reference::{near, three, two, x};

fn parameters(c: Option<f64>, fit_intercept: bool) -> LogisticParameters {
    LogisticParameters {
        c,
        fit_intercept,
        tol: 1e-10,
        max_iter: 1000,
        balanced: false,
    }
}

fn fit(codes: &Arc<[u32]>, classes: usize, parameters: &LogisticParameters) -> LogisticFit {
    let mut fit = Logistic::new(&x(), codes, classes, parameters).unwrap();
    let cancel = Cancel::new();
    let mut before = fit.loss();
    while !fit.step(&cancel).unwrap().is_done() {
        assert!(fit.loss() <= before + 1e-15 && fit.log_loss() <= fit.loss());
        before = fit.loss();
    }
    assert!(fit.converged());
    fit.coefficients()
}

#[test]
fn two_classes_agree_with_scikit_learn() {
    let expected = [
        (
            Some(1.0),
            true,
            [
                1.548364175091708,
                -1.2337319775273594,
                -0.17660135035560617,
                0.018918604813425197,
                -0.3384799599863423,
            ],
        ),
        (
            Some(0.01),
            true,
            [
                0.0851807511431796,
                -0.1926626303777394,
                -0.0454378649772285,
                -0.022007376067844912,
                -0.20377935862144494,
            ],
        ),
        (
            None,
            true,
            [
                3.086278033290156,
                -2.0111903356577474,
                -0.09264743519778673,
                0.09901244559928585,
                -0.11884128356281867,
            ],
        ),
        (
            Some(1.0),
            false,
            [
                1.6197393148871007,
                -1.2317309074646405,
                -0.11140118027252416,
                -0.010907421327692502,
                0.0,
            ],
        ),
    ];
    for (c, fit_intercept, expected) in expected {
        let fit = fit(&two(), 2, &parameters(c, fit_intercept));
        near(&fit.coefficients, &expected[..4], 1e-7);
        near(&fit.intercepts, &expected[4..], 1e-7);
    }
    let fit = fit(&two(), 2, &parameters(Some(1.0), true));
    let mut out = [0.0; 6];
    fit.predict_proba(&x().values()[..12], &mut out);
    let expected = [0.3522167503793393, 0.9424966179118396, 0.9327945779443068];
    near(&[out[1], out[3], out[5]], &expected, 1e-7);
    near(&[out[0] + out[1]], &[1.0], 1e-15);
}

#[test]
fn three_classes_agree_with_scikit_learn() {
    let fitted = fit(&three(), 3, &parameters(Some(1.0), true));
    let expected = [
        -1.014902883420971,
        0.6743071179653526,
        0.09802171127857719,
        0.007759652444395487,
        -0.5923641965423283,
        0.07217140362515523,
        0.0012823811634748766,
        0.05119683067825611,
        1.6072670799632998,
        -0.7464785215905071,
        -0.099304092442052,
        -0.05895648312265258,
    ];
    near(&fitted.coefficients, &expected, 1e-7);
    near(
        &fitted.intercepts,
        &[
            0.18310600158595108,
            0.046594538953351666,
            -0.22970054053930208,
        ],
        1e-6,
    );
    let mut out = [0.0; 6];
    fitted.predict_proba(&x().values()[..8], &mut out);
    let expected = [
        0.3906289564582197,
        0.23200693895884977,
        0.37736410458293046,
        0.021143169759818316,
        0.06801672625837805,
        0.9108401039818036,
    ];
    near(&out, &expected, 1e-7);
    let fitted = fit(&three(), 3, &parameters(Some(0.05), true));
    near(
        &fitted.intercepts,
        &[
            0.19338995257683392,
            -0.21154625575589125,
            0.018156303179057344,
        ],
        1e-6,
    );
}

#[test]
fn stops_and_goes_on_without_a_trace() {
    let straight = fit(&three(), 3, &parameters(Some(1.0), true));
    let mut fit = Logistic::new(&x(), &three(), 3, &parameters(Some(1.0), true)).unwrap();
    assert_eq!(fit.coefficients().coefficients, vec![0.0; 12]);
    let (go, stop) = (Cancel::new(), Cancel::new());
    stop.cancel();
    loop {
        assert_eq!(fit.step(&stop), Err(Halt::Cancelled));
        if fit.step(&go).unwrap().is_done() {
            break;
        }
    }
    assert_eq!(fit.coefficients(), straight);
}

#[test]
fn edges() {
    let one: Arc<[u32]> = vec![1; 60].into();
    assert!(Logistic::new(&x(), &one, 2, &LogisticParameters::default()).is_err());
    let none = Matrix::new(0, 1, vec![]);
    assert!(Logistic::new(&none, &Arc::from([]), 2, &LogisticParameters::default()).is_err());
    // No columns: the shares of the classes.
    let none = Matrix::new(4, 0, vec![]);
    let codes: Arc<[u32]> = Arc::from([0, 1, 1, 1]);
    let mut fit = Logistic::new(&none, &codes, 2, &parameters(Some(1.0), true)).unwrap();
    while !fit.step(&Cancel::new()).unwrap().is_done() {}
    near(&fit.coefficients().intercepts, &[3.0_f64.ln()], 1e-8);
    // One iteration is not enough, and it says so.
    let short = LogisticParameters {
        max_iter: 1,
        ..parameters(Some(1.0), true)
    };
    let mut fit = Logistic::new(&x(), &two(), 2, &short).unwrap();
    assert_eq!(fit.step(&Cancel::new()), Ok(Advance::Exhausted));
    assert!(!fit.converged());
    // Separable and unpenalised: grows, but ends with finite numbers.
    let line = Matrix::new(4, 1, vec![-2.0, -1.0, 1.0, 2.0]);
    let codes: Arc<[u32]> = Arc::from([0, 0, 1, 1]);
    let mut fit = Logistic::new(&line, &codes, 2, &parameters(None, true)).unwrap();
    while !fit.step(&Cancel::new()).unwrap().is_done() {}
    let fitted = fit.coefficients();
    assert!(fitted.coefficients[0].is_finite() && fit.loss() < 1e-7);
    let mut out = [0.0; 2];
    fitted.predict_proba(&[1e300], &mut out);
    assert!(out[1] == 1.0 && out[0] < 1e-300);
}

#[test]
fn balanced_classes_agree_with_scikit_learn() {
    let balanced = LogisticParameters {
        balanced: true,
        ..parameters(Some(1.0), true)
    };
    let found = |codes, classes| {
        let fit = fit(&codes, classes, &balanced);
        [fit.coefficients, fit.intercepts].concat()
    };
    let expected = [
        1.5348112431030445,
        -1.2367984664634974,
        -0.19508460401686306,
        0.0198855444842822,
        -0.17035099837073212,
    ];
    near(&found(two(), 2), &expected, 1e-7);
    let expected = [
        -1.0339528700049336,
        0.6846057745009396,
        0.08989171589706951,
        -0.0013684504677276682,
        -0.6101531480111266,
        0.08485037955663569,
        -0.0016779641840378254,
        0.05144428206208152,
        1.6441060180160598,
        -0.7694561540575754,
        -0.0882137517130327,
        -0.050075831594351375,
        -0.024943720954931255,
        0.3005470870485047,
        -0.27560336609356995,
    ];
    near(&found(three(), 3), &expected, 1e-7);
}
