use super::*;
use crate::base::Halt;
use crate::numeric::Matrix;
use crate::numeric::reference::{COLUMNS, ROWS, near, wide, x, y};

fn system(x: &Matrix, y: &Arc<[f64]>, fit_intercept: bool) -> Arc<GramSystem> {
    Arc::new(GramSystem::new(x, y, fit_intercept, &Cancel::new()).unwrap())
}

/// Weights, the intercept, and the sweeps that it took.
fn fit(
    x: &Matrix,
    y: &Arc<[f64]>,
    fit_intercept: bool,
    parameters: &ElasticNetParameters,
) -> (Vec<f64>, usize) {
    let cancel = Cancel::new();
    let system = system(x, y, fit_intercept);
    let mut fit = CoordinateDescent::new(&system, parameters, &cancel).unwrap();
    while !fit.step(&cancel).unwrap().is_done() {}
    let mut found = fit.fit().coefficients;
    found.push(fit.fit().intercept);
    (found, fit.sweeps())
}

/// The four columns, the sum of the first two, a constant, the third again.
fn dependent() -> Matrix {
    let values = x();
    let rows = values.values().chunks(COLUMNS);
    let row = |row: &[f64]| [row, &[row[0] + row[1], 3.7, row[2]]].concat();
    Matrix::new(ROWS, 7, rows.flat_map(row).collect())
}

#[test]
fn takes_the_very_sweeps_of_scikit_learn() {
    let net = ElasticNetParameters::default();
    let lasso = ElasticNetParameters {
        l1_ratio: 1.0,
        ..net
    };
    // lasso 0.1
    let expected = [
        1.7999767016502684,
        -0.9537534059040613,
        0.4771596475490193,
        0.0,
        0.008702268700587098,
    ];
    let parameters = ElasticNetParameters {
        alpha: 0.1,
        ..lasso
    };
    let (found, sweeps) = fit(&x(), &y(), true, &parameters);
    near(&found, &expected, 1e-8);
    assert_eq!(sweeps, 4);
    // lasso 0.01 tight
    let expected = [
        1.9775189568987421,
        -0.9944535234952585,
        0.4973935254096611,
        -0.0031066648582832117,
        0.005001496410237442,
    ];
    let parameters = ElasticNetParameters {
        alpha: 0.01,
        tol: 1e-12,
        ..lasso
    };
    let (found, sweeps) = fit(&x(), &y(), true, &parameters);
    near(&found, &expected, 1e-8);
    assert_eq!(sweeps, 8);
    // lasso no intercept
    let expected = [
        1.8004023801341174,
        -0.9536871327693863,
        0.4771646666313249,
        0.0,
        0.0,
    ];
    let parameters = ElasticNetParameters {
        alpha: 0.1,
        ..lasso
    };
    let (found, sweeps) = fit(&x(), &y(), false, &parameters);
    near(&found, &expected, 1e-8);
    assert_eq!(sweeps, 4);
    // lasso positive
    let expected = [
        1.8721221699803623,
        0.0,
        0.5125030840977232,
        0.0,
        -0.0056257843349074785,
    ];
    let parameters = ElasticNetParameters {
        alpha: 0.1,
        positive: true,
        ..lasso
    };
    let (found, sweeps) = fit(&x(), &y(), true, &parameters);
    near(&found, &expected, 1e-8);
    assert_eq!(sweeps, 3);
    // lasso dependent
    let expected = [
        1.8987458500709533,
        -0.9762725921628439,
        0.4884613492148237,
        0.0,
        0.0,
        0.0,
        1.4565738872779811e-16,
        0.006605733208266559,
    ];
    let parameters = ElasticNetParameters {
        alpha: 0.05,
        ..lasso
    };
    let (found, sweeps) = fit(&dependent(), &y(), true, &parameters);
    near(&found, &expected, 1e-8);
    assert_eq!(sweeps, 5);
    // lasso wide
    let expected = [
        2.4219875215302116,
        0.05969651207488332,
        -1.1757102802355839,
        -1.9971425662224802,
        0.0,
        0.19716723631308028,
        0.0,
        0.0,
        -0.4621488214965912,
        0.054058473076854074,
    ];
    let parameters = ElasticNetParameters {
        alpha: 0.01,
        ..lasso
    };
    let (found, sweeps) = fit(&wide(), &y()[..6].into(), true, &parameters);
    near(&found, &expected, 1e-8);
    assert_eq!(sweeps, 1000);
    // lasso 3 sweeps
    let expected = [
        1.9471398687635684,
        -1.0000330515474796,
        0.4947666779176209,
        -0.0019692158234689617,
        0.001950590778479807,
        0.0,
        2.5479566786014536e-05,
        0.005715185453480202,
    ];
    let parameters = ElasticNetParameters {
        alpha: 0.02,
        max_iter: 3,
        tol: 1e-14,
        ..lasso
    };
    let (found, sweeps) = fit(&dependent(), &y(), true, &parameters);
    near(&found, &expected, 1e-8);
    assert_eq!(sweeps, 3);
    // net 0.3 0.5
    let expected = [
        1.3124311230819106,
        -0.8735496294163149,
        0.44919205466177053,
        0.0,
        0.01948067335777081,
    ];
    let parameters = ElasticNetParameters { alpha: 0.3, ..net };
    let (found, sweeps) = fit(&x(), &y(), true, &parameters);
    near(&found, &expected, 1e-8);
    assert_eq!(sweeps, 4);
    // net 0.3 0
    let expected = [
        1.2542494769182893,
        -0.8819147828290058,
        0.4655076812063535,
        -0.006454704782509046,
        0.021153403052140224,
    ];
    let parameters = ElasticNetParameters {
        alpha: 0.3,
        l1_ratio: 0.0,
        ..net
    };
    let (found, sweeps) = fit(&x(), &y(), true, &parameters);
    near(&found, &expected, 1e-8);
    assert_eq!(sweeps, 4);
    // net wide
    let expected = [
        2.1624749143975306,
        0.1966817817604375,
        -1.2998557691602315,
        -1.8149328994952683,
        0.0,
        0.31375871701264146,
        0.0,
        -0.032818151363789023,
        -0.2604825621905879,
        0.13798442027143606,
    ];
    let parameters = ElasticNetParameters {
        alpha: 0.05,
        l1_ratio: 0.7,
        ..net
    };
    let (found, sweeps) = fit(&wide(), &y()[..6].into(), true, &parameters);
    near(&found, &expected, 1e-8);
    assert_eq!(sweeps, 75);
}

#[test]
fn a_cancelled_sweep_leaves_no_trace_and_a_huge_penalty_needs_none() {
    let parameters = ElasticNetParameters {
        alpha: 0.05,
        tol: 1e-12,
        ..ElasticNetParameters::default()
    };
    let (go, stop) = (Cancel::new(), Cancel::new());
    stop.cancel();
    let system = system(&x(), &y(), true);
    let mut fit = CoordinateDescent::new(&system, &parameters, &go).unwrap();
    fit.step(&go).unwrap();
    let before = (fit.fit(), fit.objective(), fit.gap());
    assert_eq!(fit.step(&stop), Err(Halt::Cancelled));
    assert_eq!((fit.fit(), fit.objective(), fit.gap()), before);
    while !fit.step(&go).unwrap().is_done() {}
    assert!(fit.gap() >= -1e-12 && fit.gap() < 1e-9 && fit.kept() == 4);
    let strong = ElasticNetParameters {
        alpha: 1e6,
        ..parameters
    };
    let mut none = CoordinateDescent::new(&system, &strong, &go).unwrap();
    assert_eq!(none.step(&go), Ok(Advance::Converged));
    assert_eq!((none.sweeps(), none.kept()), (0, 0));
}

#[test]
fn numbers_that_overflow_are_told() {
    let huge = Matrix::new(3, 1, vec![1e200, -1e200, 3e200]);
    let system = system(&huge, &[1.0, 2.0, 3.0].into(), true);
    let fit = CoordinateDescent::new(&system, &ElasticNetParameters::default(), &Cancel::new());
    assert!(fit.is_err());
}
