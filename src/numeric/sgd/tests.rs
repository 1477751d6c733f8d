use super::*;
use crate::numeric::reference::{near, three, two, x, y};

fn classes(codes: Arc<[u32]>, count: usize) -> Labels {
    Labels::Classes { codes, count }
}

/// Twenty epochs in the rows' own order, whatever they bring.
fn plain() -> SgdParameters {
    SgdParameters {
        shuffle: false,
        max_iter: 20,
        tol: f64::NEG_INFINITY,
        ..SgdParameters::default()
    }
}

fn train(y: &Labels, parameters: &SgdParameters) -> Sgd {
    let mut sgd = Sgd::new(&x(), y, parameters).unwrap();
    while !sgd.step(&Cancel::new()).unwrap().is_done() {}
    sgd
}

fn found(sgd: &Sgd) -> Vec<f64> {
    let fit = sgd.fit();
    [fit.coefficients, fit.intercepts].concat()
}

#[test]
fn takes_the_very_steps_of_scikit_learn() {
    // hinge
    let expected = [
        85.87433940320594,
        -51.02460898292568,
        -7.872665446969481,
        -8.041949634180032,
        -26.408191201681834,
    ];
    let parameters = SgdParameters { ..plain() };
    near(
        &found(&train(&classes(two(), 2), &parameters)),
        &expected,
        1e-9,
    );
    // log_loss
    let expected = [
        2.330452646373226,
        -1.5533009211660262,
        -0.1333489401490482,
        0.1740835088689393,
        -0.5830285969389315,
    ];
    let parameters = SgdParameters {
        loss: SgdLoss::LogLoss,
        alpha: 0.01,
        ..plain()
    };
    near(
        &found(&train(&classes(two(), 2), &parameters)),
        &expected,
        1e-9,
    );
    // modified_huber l1
    let expected = [
        98.76486981431817,
        -58.155988173232565,
        5.638637218428869,
        5.588048623030639,
        13.239701807988446,
    ];
    let parameters = SgdParameters {
        loss: SgdLoss::ModifiedHuber,
        penalty: SgdPenalty::L1,
        alpha: 0.003,
        ..plain()
    };
    near(
        &found(&train(&classes(two(), 2), &parameters)),
        &expected,
        1e-9,
    );
    // squared_hinge net
    let expected = [
        0.6112966338665108,
        -0.4323986088692239,
        -0.05664000449695589,
        0.004386700007701268,
        -0.12318784758182684,
    ];
    let parameters = SgdParameters {
        loss: SgdLoss::SquaredHinge,
        penalty: SgdPenalty::ElasticNet,
        alpha: 0.01,
        rate: SgdRate::InvScaling,
        eta0: 0.05,
        ..plain()
    };
    near(
        &found(&train(&classes(two(), 2), &parameters)),
        &expected,
        1e-9,
    );
    // perceptron none
    let expected = [
        1.8695758368847606,
        -1.4703362707466183,
        -0.19703712940141754,
        0.0012403358947138399,
        -0.7,
    ];
    let parameters = SgdParameters {
        loss: SgdLoss::Perceptron,
        penalty: SgdPenalty::None,
        rate: SgdRate::Constant,
        eta0: 0.1,
        ..plain()
    };
    near(
        &found(&train(&classes(two(), 2), &parameters)),
        &expected,
        1e-9,
    );
}

#[test]
fn the_regressor_takes_them_on_a_standardised_target() {
    let falling = SgdParameters {
        rate: SgdRate::InvScaling,
        power_t: 0.25,
        ..plain()
    };
    // squared_error
    let expected = [
        1.5049695284103182,
        -1.0073616906850704,
        0.493338482409348,
        -0.0033659571759361378,
        0.02458290563860872,
    ];
    let parameters = SgdParameters {
        loss: SgdLoss::SquaredError,
        ..falling.clone()
    };
    near(
        &found(&train(&Labels::Numbers(y()), &parameters)),
        &expected,
        1e-9,
    );
    // huber
    let expected = [
        0.8932390891963129,
        -0.7517850960684114,
        0.4064813614928074,
        0.01839130449164983,
        -0.2619168558904059,
    ];
    let parameters = SgdParameters {
        loss: SgdLoss::Huber { epsilon: 0.3 },
        ..falling.clone()
    };
    near(
        &found(&train(&Labels::Numbers(y()), &parameters)),
        &expected,
        1e-9,
    );
    // epsilon_insensitive
    let expected = [
        2.0824137817951485,
        -0.8771150669055845,
        0.32511292698913086,
        0.534007786017878,
        0.05022736971964532,
    ];
    let parameters = SgdParameters {
        loss: SgdLoss::EpsilonInsensitive { epsilon: 0.1 },
        rate: SgdRate::Optimal,
        alpha: 0.01,
        ..falling.clone()
    };
    near(
        &found(&train(&Labels::Numbers(y()), &parameters)),
        &expected,
        1e-9,
    );
    // squared_epsilon
    let expected = [
        1.623159433102142,
        -0.99893277953547,
        0.49506456916139224,
        -0.0008879097217559618,
        0.019832050653942886,
    ];
    let parameters = SgdParameters {
        loss: SgdLoss::SquaredEpsilonInsensitive { epsilon: 0.1 },
        penalty: SgdPenalty::L1,
        alpha: 0.01,
        ..falling.clone()
    };
    near(
        &found(&train(&Labels::Numbers(y()), &parameters)),
        &expected,
        1e-9,
    );
}

#[test]
fn several_classes_end_one_by_one() {
    let parameters = SgdParameters {
        loss: SgdLoss::LogLoss,
        alpha: 0.01,
        shuffle: false,
        ..SgdParameters::default()
    };
    let sgd = train(&classes(three(), 3), &parameters);
    let expected = [
        -1.684798781316239,
        0.9728921492943245,
        0.07855249171118518,
        -0.07562362790697537,
        -0.9858858416277206,
        0.13398812728308496,
        -0.257931442074307,
        0.1369067494500398,
        2.641401095586204,
        -1.1724187146891076,
        -0.16692221279276315,
        0.07928948935577111,
        -0.8138595665803655,
        -1.2892879091192244,
        -1.2136839469029563,
    ];
    near(&found(&sgd), &expected, 1e-8);
    assert_eq!(sgd.epochs(), 50);
    let mut out = [0.0; 6];
    sgd.fit().predict(&x().values()[..8], &mut out);
    let expected = [
        0.4058280997897689,
        0.23875680074797764,
        0.3554150994622533,
        0.017920309157147964,
        0.11238787346204088,
        0.8696918173808112,
    ];
    near(&out, &expected, 1e-12);
    let parameters = SgdParameters {
        loss: SgdLoss::ModifiedHuber,
        max_iter: 5,
        ..plain()
    };
    train(&classes(three(), 3), &parameters)
        .fit()
        .predict(&x().values()[..8], &mut out);
    let expected = [0.0, 1.0, 0.0, 0.0, 0.0, 1.0];
    near(&out, &expected, 1e-12);
}

#[test]
fn the_adaptive_rate_falls_when_nothing_improves() {
    let parameters = SgdParameters {
        rate: SgdRate::Adaptive,
        eta0: 0.5,
        shuffle: false,
        ..SgdParameters::default()
    };
    let sgd = train(&classes(two(), 2), &parameters);
    let expected = [
        9.40786425354509,
        -5.830795159798421,
        0.03094059366902451,
        0.6170963638351086,
        0.29963904000000047,
    ];
    near(&found(&sgd), &expected, 1e-8);
    assert_eq!(sgd.epochs(), 69);
}

#[test]
fn a_cancelled_epoch_can_be_taken_again() {
    let y = classes(three(), 3);
    let parameters = SgdParameters::default();
    let whole = train(&y, &parameters);
    let (go, stop) = (Cancel::new(), Cancel::new());
    stop.cancel();
    let mut sgd = Sgd::new(&x(), &y, &parameters).unwrap();
    loop {
        assert_eq!(sgd.step(&stop), Err(Halt::Cancelled));
        if sgd.step(&go).unwrap().is_done() {
            break;
        }
    }
    assert_eq!(found(&sgd), found(&whole));
    let other = SgdParameters {
        seed: 1,
        ..parameters
    };
    assert_ne!(found(&train(&y, &other)), found(&whole));
}

#[test]
fn early_stopping_holds_rows_of_each_class_out() {
    let parameters = SgdParameters {
        early_stopping: true,
        validation_fraction: 0.2,
        ..SgdParameters::default()
    };
    let y = classes(three(), 3);
    let sgd = train(&y, &parameters);
    assert_eq!((sgd.held_out.len(), sgd.rows.len()), (12, 48));
    assert!(sgd.held_out.iter().all(|row| !sgd.rows.contains(row)));
    for class in 0..3 {
        assert!(
            sgd.held_out
                .iter()
                .any(|row| three()[*row as usize] == class)
        );
    }
    let none = SgdParameters {
        validation_fraction: 0.01,
        ..parameters
    };
    assert!(Sgd::new(&x(), &y, &none).is_err());
}
