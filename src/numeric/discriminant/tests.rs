use super::*;
use crate::base::Halt;
use crate::numeric::reference::{COLUMNS, ROWS, moved, near, three, two, wide, x};

fn fit(x: &Matrix, codes: &[u32], classes: usize, solver: LdaSolver, uniform: bool) -> Vec<f64> {
    let fit = lda(x, codes, classes, solver, uniform, &Cancel::new()).unwrap();
    [fit.coefficients, fit.intercepts].concat()
}

/// The four columns, the sum of the first two, a constant, the third again.
fn dependent() -> Matrix {
    let values = x();
    let rows = values.values().chunks(COLUMNS);
    let row = |row: &[f64]| [row, &[row[0] + row[1], 3.5, row[2]]].concat();
    Matrix::new(ROWS, 7, rows.flat_map(row).collect())
}

#[test]
fn agrees_with_scikit_learn() {
    let svd = LdaSolver::Svd;
    let expected = [
        -1.9967109429146557,
        1.0381973003708267,
        0.11648053211423907,
        0.049935856861159,
        -1.4789716660288201,
        0.27519810419159635,
        -0.11425507664905482,
        0.10310796227864412,
        3.338363696208764,
        -1.3830812748463708,
        -0.05150983909551977,
        -0.13071809518321323,
        -1.6531599843207063,
        -1.676342883477806,
        -2.81848654189367,
    ];
    near(&fit(&x(), &three(), 3, svd, false), &expected, 1e-10);
    let expected = [
        -1.9509379720030857,
        1.061425923798809,
        0.1329086599910177,
        0.04249394887562905,
        -1.4331986951172493,
        0.29842672761957895,
        -0.09782694877227636,
        0.09566605429311414,
        3.384136667120334,
        -1.3598526514183877,
        -0.0350817112187413,
        -0.13816000316874316,
        -1.8350733844623206,
        -1.3882526543736842,
        -2.866868549410761,
    ];
    near(&fit(&x(), &three(), 3, svd, true), &expected, 1e-10);
    let expected = [
        2.565506964024547,
        -1.8292494291389547,
        -0.2770723383996249,
        -0.09793582056927018,
        -0.47801068177212236,
    ];
    near(&fit(&x(), &two(), 2, svd, false), &expected, 1e-10);
    let shrunk = LdaSolver::Lsqr { shrinkage: 0.3 };
    let expected = [
        0.5678669210034178,
        -0.9155617932268376,
        -0.17353703432055567,
        -0.0706208960646954,
        -0.30039219027445285,
    ];
    near(&fit(&x(), &two(), 2, shrunk, false), &expected, 1e-10);
    // Coefficients of several classes may share any part; shares cannot.
    let proba = |solver, uniform| {
        let model = lda(&x(), &three(), 3, solver, uniform, &Cancel::new()).unwrap();
        let mut proba = [0.0; 6];
        model.predict_proba(&x().values()[..8], &mut proba);
        proba
    };
    let expected = [
        0.3914711040780922,
        0.30402543786132313,
        0.3045034580605846,
        0.0013950163195545415,
        0.0071516007634199385,
        0.9914533829170256,
    ];
    near(&proba(svd, false), &expected, 1e-12);
    let expected = [
        0.47167031408972226,
        0.27994954796287286,
        0.24838013794740477,
        0.13667917836120883,
        0.23783513520973254,
        0.6254856864290586,
    ];
    near(&proba(shrunk, false), &expected, 1e-12);
    let expected = [
        0.40370050714219485,
        0.3682312269693885,
        0.22806826588841678,
        0.10483517105336362,
        0.3062756044914234,
        0.588889224455213,
    ];
    near(&proba(shrunk, true), &expected, 1e-12);
}

#[test]
fn leaves_out_directions_without_variance_as_scikit_learn_does() {
    let expected = [
        -2.209745277309555,
        0.8251629659759305,
        0.0582402660571197,
        0.04993585686115942,
        0.2130343343948972,
        0.0,
        0.05824026605711971,
        -1.4623957225488318,
        0.2917740476715868,
        -0.05712753832452728,
        0.10310796227864427,
        -0.016575943479990304,
        0.0,
        -0.057127538324527306,
        3.569991547317228,
        -1.151453423737911,
        -0.025754919547760158,
        -0.1307180951832138,
        -0.23162785110846085,
        0.0,
        -0.02575491954776016,
        -1.6531599843207077,
        -1.6763428834778065,
        -2.818486541893672,
    ];
    near(
        &fit(&dependent(), &three(), 3, LdaSolver::Svd, false),
        &expected,
        1e-9,
    );
    let expected = [
        -1.0336563056486028,
        -0.054189599889038514,
        1.0978640564314837,
        0.9657575855877581,
        4.155626533841049,
        0.31063866935022755,
        -0.0962143234341908,
        0.09093630917345036,
        -0.3323018791376716,
        0.60750243232444,
        -1.1308503750444936,
        -1.771329360527922,
        0.8717120868371803,
        -9.236472046777566,
        -0.4987989298258494,
        0.2364215587398254,
        -0.2254870497079945,
        0.5382220810569543,
        0.4261538733241627,
        1.185039974933532,
        0.6734653040964383,
        -1.8374696724249384,
        5.080845512936517,
        0.18816026047562193,
        -0.14020723530563464,
        0.13455074053454416,
        -0.20592020191928273,
        -3.0209041125373974,
        -4.760426781079384,
        -3.6584035569969986,
    ];
    let codes = [0, 1, 2, 0, 1, 2];
    near(
        &fit(&wide(), &codes, 3, LdaSolver::Svd, false),
        &expected,
        1e-8,
    );
}

#[test]
fn an_offset_and_a_unit_change_nothing_but_themselves() {
    let near_zero = fit(&x(), &three(), 3, LdaSolver::Svd, false);
    let far = fit(&moved(&x(), 1e7), &three(), 3, LdaSolver::Svd, false);
    near(&far[..12], &near_zero[..12], 1e-6);
    for unit in [1e-150, 1e150] {
        let values = x().values().iter().map(|v| v * unit).collect();
        let scaled = Matrix::new(ROWS, COLUMNS, values);
        let scaled = fit(&scaled, &three(), 3, LdaSolver::Svd, false);
        let back: Vec<f64> = scaled[..12].iter().map(|w| w * unit).collect();
        near(&back, &near_zero[..12], 1e-10);
    }
}

#[test]
fn nothing_to_tell_apart_gives_the_priors_and_cancel_ends_it() {
    let flat = Matrix::new(6, 2, vec![3.0; 12]);
    for solver in [LdaSolver::Svd, LdaSolver::Lsqr { shrinkage: 0.5 }] {
        let model = lda(&flat, &[0, 0, 0, 0, 1, 1], 2, solver, false, &Cancel::new()).unwrap();
        let mut proba = [0.0; 2];
        model.predict_proba(&[3.0, 3.0], &mut proba);
        near(&proba, &[2.0 / 3.0, 1.0 / 3.0], 1e-12);
    }
    let stop = Cancel::new();
    stop.cancel();
    let ended = lda(&x(), &three(), 3, LdaSolver::Svd, false, &stop);
    assert_eq!(ended, Err(Halt::Cancelled));
}
