use super::*;
use crate::numeric::reference::{COLUMNS, ROWS, near, three, x};

fn sizes() -> Matrix {
    Matrix::new(
        ROWS,
        COLUMNS,
        x().values().iter().map(|v| v.abs()).collect(),
    )
}

fn fit(x: &Matrix, kind: CountNbKind, alpha: f64, fit_prior: bool) -> Outcome<CountNb> {
    CountNb::fit(x, &three(), 3, kind, alpha, fit_prior, &Cancel::new())
}

fn proba(x: &Matrix, kind: CountNbKind, alpha: f64, fit_prior: bool) -> [f64; 6] {
    let mut out = [0.0; 6];
    fit(x, kind, alpha, fit_prior)
        .unwrap()
        .predict_proba(&x.values()[..8], &mut out);
    out
}

#[test]
fn agrees_with_scikit_learn() {
    let yes = CountNbKind::Bernoulli { binarize: 0.2 };
    let expected = [
        0.33968511642774923,
        0.16888881662042013,
        0.4914260669518309,
        0.09896546463594524,
        0.18091118788614974,
        0.7201233474779049,
    ];
    near(&proba(&x(), yes, 0.7, true), &expected, 1e-12);
    let yes = CountNbKind::Bernoulli { binarize: 0.0 };
    let expected = [
        0.3289472673897605,
        0.29187689440790804,
        0.3791758382023314,
        0.12711906102227916,
        0.2696469838076409,
        0.6032339551700802,
    ];
    near(&proba(&x(), yes, 1.0, false), &expected, 1e-12);
    let expected = [
        0.3612979705285045,
        0.2878983182101588,
        0.350803711261337,
        0.41495703475010454,
        0.18399708226660366,
        0.4010458829832921,
    ];
    near(
        &proba(&sizes(), CountNbKind::Multinomial, 0.5, true),
        &expected,
        1e-12,
    );
    let complement = |norm| proba(&sizes(), CountNbKind::Complement { norm }, 1.0, true);
    let expected = [
        0.313997052010116,
        0.3514664687451425,
        0.3345364792447411,
        0.34253418312683326,
        0.29826394233597503,
        0.3592018745371917,
    ];
    near(&complement(false), &expected, 1e-12);
    let expected = [
        0.3381662112604641,
        0.3361824815724188,
        0.3256513071671173,
        0.34205819346880006,
        0.32725176704785286,
        0.33069003948334724,
    ];
    near(&complement(true), &expected, 1e-12);
}

#[test]
fn categories_agree_with_scikit_learn() {
    let counts = sizes();
    let proba = |alpha, least| {
        let fit = CategoricalNb::fit(&counts, &three(), 3, alpha, least, true, &Cancel::new());
        let mut out = [0.0; 6];
        fit.unwrap().predict_proba(&counts.values()[..8], &mut out);
        out
    };
    // Numbers are cut to whole ones, as np.floor did for the reference.
    let expected = [
        0.2355628528311645,
        0.2729140771840339,
        0.49152306998480166,
        0.025557674532753188,
        0.1591475970583909,
        0.8152947284088559,
    ];
    near(&proba(0.4, 1), &expected, 1e-12);
    let expected = [
        0.2727219125652648,
        0.22717360480238616,
        0.5001044826323492,
        0.0635335576016961,
        0.14112688069236928,
        0.7953395617059348,
    ];
    near(&proba(1.0, 6), &expected, 1e-12);
}

#[test]
fn values_that_are_no_counts_or_categories_are_told() {
    let told = |outcome: Outcome<()>| match outcome {
        Err(Halt::Failed(problem)) => problem.to_string(),
        other => panic!("{other:?}"),
    };
    let negative = Matrix::new(3, 2, vec![1.0, 2.0, 0.0, -1.5, 3.0, 0.0]);
    let codes = [0, 1, 1];
    let cancel = Cancel::new();
    for kind in [
        CountNbKind::Multinomial,
        CountNbKind::Complement { norm: false },
    ] {
        let sentence =
            told(CountNb::fit(&negative, &codes, 2, kind, 1.0, true, &cancel).map(|_| ()));
        assert!(
            sentence.contains("Feature 2") && sentence.contains("-1.5"),
            "{sentence}"
        );
    }
    let category = |x: &Matrix| CategoricalNb::fit(x, &codes, 2, 1.0, 1, true, &cancel);
    assert!(told(category(&negative).map(|_| ())).contains("Feature 2"));
    let large = Matrix::new(3, 1, vec![0.0, 1e9, 2.0]);
    assert!(told(category(&large).map(|_| ())).contains("1000000000"));
    let huge = Matrix::new(3, 2, vec![1e308; 6]);
    let kind = CountNbKind::Multinomial;
    assert!(CountNb::fit(&huge, &codes, 2, kind, 1.0, true, &cancel).is_err());
}

#[test]
fn an_unknown_category_and_a_class_without_rows_say_nothing() {
    let x = Matrix::new(4, 1, vec![0.0, 0.0, 1.0, 1.0]);
    let fit = CategoricalNb::fit(&x, &[0, 0, 2, 2], 3, 1.0, 1, true, &Cancel::new()).unwrap();
    for unknown in [7.0, -3.0, 1e300] {
        let mut out = [0.0; 3];
        fit.predict_proba(&[unknown], &mut out);
        near(&out, &[0.5, 0.0, 0.5], 1e-12);
    }
}
