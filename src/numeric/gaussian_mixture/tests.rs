//! Reference values: tests/reference/clusters.py.

use super::*;
use crate::base::Random;
use crate::numeric::reference::{apart, groups, near};

fn fitted(x: &Matrix, parameters: &MixtureParameters) -> (Mixture, Advance) {
    let mut fit = Mixture::new(x, parameters, &Cancel::new()).unwrap();
    loop {
        let advance = fit.step(&Cancel::new()).unwrap();
        if advance.is_done() {
            return (fit, advance);
        }
    }
}

#[test]
fn every_type_agrees_with_scikit_learn() {
    type Expected = (CovarianceType, f64, f64, [f64; 3], [f64; 9]);
    let expected: [Expected; 4] = [
        (
            CovarianceType::Full,
            -3.630943903354116,
            859.7387160644779,
            [
                0.39999999999999997,
                0.19999999999999982,
                0.40000000000000013,
            ],
            [
                -0.0003167583,
                0.0169931359,
                -0.0347074048,
                4.0036789576,
                -3.0321007807,
                0.058802691,
                7.9962859354,
                0.0074115195,
                0.1389105809,
            ],
        ),
        (
            CovarianceType::Tied,
            -3.8404670385655106,
            846.3813008748997,
            [0.4, 0.19999999999999984, 0.4000000000000002],
            [
                -0.0003167583,
                0.0169931359,
                -0.0347074048,
                4.0036789576,
                -3.0321007807,
                0.058802691,
                7.9962859354,
                0.0074115195,
                0.1389105809,
            ],
        ),
        (
            CovarianceType::Diagonal,
            -3.7795829062000967,
            848.0199849597811,
            [0.4, 0.20000000000000004, 0.4],
            [
                -0.0003167583,
                0.0169931359,
                -0.0347074048,
                4.0036789576,
                -3.0321007807,
                0.058802691,
                7.9962859354,
                0.0074115195,
                0.1389105809,
            ],
        ),
        (
            CovarianceType::Spherical,
            -4.754201285130935,
            1015.3126396300203,
            [0.3999999067487346, 0.19952638603118933, 0.4004737072200762],
            [
                -0.0003168724,
                0.0169931757,
                -0.0347074573,
                4.0025729594,
                -3.0334319497,
                0.0617208832,
                7.99211343,
                0.0044800733,
                0.1373619355,
            ],
        ),
    ];
    let x = apart(100);
    for (covariance_type, score, bic, weights, means) in expected {
        let parameters = MixtureParameters {
            n_components: 3,
            covariance_type,
            tol: 1e-9,
            max_iter: 1000,
            n_init: 5,
            ..MixtureParameters::default()
        };
        let (fit, advance) = fitted(&x, &parameters);
        assert_eq!(advance, Advance::Converged);
        let found = fit.fit().unwrap();
        let likelihood = fit.score(&Cancel::new()).unwrap().unwrap();
        near(&[likelihood], &[score], 1e-7);
        let rows = x.rows() as f64;
        let own = found.parameters() as f64 * rows.ln() - 2.0 * rows * likelihood;
        near(&[own], &[bic], 1e-4);
        near(&found.weights, &weights, 1e-4);
        near(&found.means, &means, 1e-3);
    }
}

/// A plane through the space gives what its points give.
#[test]
fn planes_are_their_points() {
    let x = groups(60);
    for covariance_type in [
        CovarianceType::Full,
        CovarianceType::Tied,
        CovarianceType::Diagonal,
        CovarianceType::Spherical,
    ] {
        let parameters = MixtureParameters {
            n_components: 2,
            covariance_type,
            ..MixtureParameters::default()
        };
        let found = fitted(&x, &parameters).0.fit().unwrap();
        for y_column in [None, Some(0)] {
            let plane = found.on_plane(&[0.5, -1.0, 0.25], 2, y_column);
            for (a, b) in [(0.0, 0.0), (3.0, -2.0), (-1.5, 0.5)] {
                let row = [if y_column.is_some() { b } else { 0.5 }, -1.0, a];
                let (mut one, mut other) = ([0.0; 2], [0.0; 2]);
                found.predict(&row, &mut one);
                plane.predict(a, b, &mut other);
                near(&one, &other, 1e-9);
                near(&[one[0] + one[1]], &[1.0], 1e-12);
            }
        }
    }
}

#[test]
fn the_likelihood_rises_and_a_stop_changes_nothing() {
    let x = groups(90);
    let parameters = MixtureParameters {
        n_components: 3,
        tol: 1e-6,
        ..MixtureParameters::default()
    };
    let whole = fitted(&x, &parameters).0;
    let mut fit = Mixture::new(&x, &parameters, &Cancel::new()).unwrap();
    let (stop, mut before) = (Cancel::new(), f64::NEG_INFINITY);
    stop.cancel();
    loop {
        assert!(fit.step(&stop).is_err());
        let advance = fit.step(&Cancel::new()).unwrap();
        let now = fit.log_likelihood().unwrap();
        assert!(now >= before - 1e-9, "{now} after {before}");
        before = now;
        if advance.is_done() {
            break;
        }
    }
    assert_eq!(whole.fit(), fit.fit());
}

#[test]
fn what_has_no_density_is_told() {
    let fit = |x: &Matrix, n_components, reg_covar| {
        let parameters = MixtureParameters {
            n_components,
            reg_covar,
            ..MixtureParameters::default()
        };
        let mut fit = Mixture::new(x, &parameters, &Cancel::new())?;
        while !fit.step(&Cancel::new())?.is_done() {}
        Ok::<_, Halt>(())
    };
    let constant = Matrix::new(6, 2, vec![3.0; 12]);
    assert!(fit(&constant, 1, 1e-6).is_ok());
    let Err(Halt::Failed(problem)) = fit(&constant, 1, 0.0) else {
        panic!("a point has no density");
    };
    assert!(problem.to_string().contains("reg_covar"), "{problem}");
    assert!(fit(&constant, 7, 1e-6).is_err());
    let mut random = Random::new(1);
    let huge = Matrix::new(9, 1, (0..9).map(|_| 1e300 * random.normal()).collect());
    assert!(fit(&huge, 2, 1e-6).is_err());
}
