//! Equivalent data give equivalent models, where the method promises it.

use std::sync::Arc;

use seefit::base::{Hasher128, Random};
use seefit::model::{Engine, Params, Samples, Task};
use seefit::numeric::{Labels, Matrix};

use super::samples::{model, predictions};
use super::subject::{NotForIt, Passes, Subject, Verdict, assert_same};

fn samples(x: Matrix, y: Option<Labels>, name: u64) -> Arc<Samples> {
    let mut hasher = Hasher128::new();
    hasher.word(name);
    Arc::new(Samples {
        x,
        y,
        key: hasher.finish(),
    })
}

fn select(s: &Subject, rows: &[u32], name: u64) -> Arc<Samples> {
    let y = s.samples.y.as_ref().map(|y| y.select(rows));
    samples(s.samples.x.select(rows), y, name)
}

fn same_as_own(s: &Subject, other: &Arc<Samples>, what: &str) {
    let own = predictions(&*s.model, &s.samples.x);
    let others = predictions(&*model(other, &s.params), &s.samples.x);
    assert_same(s, &own, &others, what);
}

pub fn the_order_of_rows_does_not_matter(s: &Subject) -> Verdict {
    if s.draws() {
        return NotForIt;
    }
    let mut rows: Vec<u32> = (0..s.samples.x.rows() as u32).collect();
    Random::new(3).shuffle(&mut rows);
    same_as_own(s, &select(s, &rows, 1), "other order");
    Passes
}

/// Where a row counts by its share of all rows, all rows twice change nothing.
pub fn all_rows_twice_change_nothing(s: &Subject) -> Verdict {
    // A penalty weighs against a sum over rows, a neighbour and a smoothed count are one row each, an
    // unbiased variance divides by rows less one, a density counts rows, and a Newton step needs a least sum of
    // second derivatives in a leaf.
    let counts_rows = [
        "ridge",
        "polynomial",
        "logistic",
        "svm",
        "knn",
        "bernoulli",
        "multinomial",
        "complement",
        "categorical",
        "lda",
        "qda",
        "dbscan",
        "agglomerative",
        "boosting_classifier",
    ];
    if s.draws() || s.is_any(&counts_rows) || s.engine == Engine::Smartcore {
        return NotForIt;
    }
    let rows: Vec<u32> = (0..2 * s.samples.x.rows() as u32)
        .map(|row| row / 2)
        .collect();
    same_as_own(s, &select(s, &rows, 2), "rows twice");
    Passes
}

/// Class names and their order are labels: turned around, the answers turn with them.
pub fn the_order_of_classes_does_not_matter(s: &Subject) -> Verdict {
    let (codes, count) = s.samples.classes();
    // Of equally frequent classes it names the first.
    if s.task() != Task::Classification || s.draws() || s.is("dummy") {
        return NotForIt;
    }
    let turned = codes.iter().map(|code| (code + 1) % count as u32).collect();
    let y = Labels::Classes {
        codes: turned,
        count,
    };
    let other = model(&samples(s.samples.x.clone(), Some(y), 3), &s.params);
    let others = predictions(&*other, &s.samples.x);
    let back: Vec<f64> = others
        .chunks(count)
        .flat_map(|row| (0..count).map(|class| row[(class + 1) % count]))
        .collect();
    assert_same(
        s,
        &predictions(&*s.model, &s.samples.x),
        &back,
        "classes turned",
    );
    Passes
}

fn columns(s: &Subject, of: impl Fn(&[f64]) -> Vec<f64>, name: u64) -> Arc<Samples> {
    let x = &s.samples.x;
    let values: Vec<f64> = (0..x.rows()).flat_map(|row| of(x.row(row))).collect();
    let width = values.len() / x.rows();
    samples(
        Matrix::new(x.rows(), width, values),
        s.samples.y.clone(),
        name,
    )
}

fn same_with_columns(s: &Subject, other: &Arc<Samples>, what: &str) {
    let own = predictions(&*s.model, &s.samples.x);
    let others = predictions(&*model(other, &s.params), &other.x);
    assert_same(s, &own, &others, what);
}

pub fn the_order_of_columns_does_not_matter(s: &Subject) -> Verdict {
    // Of two columns that split equally well the first is taken.
    if s.draws() || s.is("boosting_classifier") {
        return NotForIt;
    }
    let back = |row: &[f64]| row.iter().rev().copied().collect();
    same_with_columns(s, &columns(s, back, 4), "columns reversed");
    Passes
}

pub fn a_constant_column_changes_nothing(s: &Subject) -> Verdict {
    // Counts of a further column enter the shares of all others; `gamma` looks at the number of columns.
    if s.draws() || s.is_any(&["multinomial", "complement", "svm"]) {
        return NotForIt;
    }
    // A class has no variance there; quadratic discriminants, and smartcore's bell curves, need one.
    if s.is("qda") || (s.is("gaussian_nb") && s.engine == Engine::Smartcore) {
        return NotForIt;
    }
    let more = |row: &[f64]| [row, &[0.0]].concat();
    same_with_columns(s, &columns(s, more, 5), "a constant column");
    Passes
}

/// A power of two loses no digit, so what does not measure distances sees the same.
pub fn the_unit_of_a_column_does_not_matter(s: &Subject) -> Verdict {
    let by_rank_or_least_squares = [
        "decision_tree",
        "boosting",
        "linear_regression",
        "lda",
        "gaussian_nb",
        "dummy",
    ];
    // Drawn by the row's values.
    if !s.is_any(&by_rank_or_least_squares) || s.draws() || s.is("dummy_classifier") {
        return NotForIt;
    }
    // Its smoothing is a part of the greatest variance of a column.
    if s.is("gaussian_nb") {
        return NotForIt;
    }
    let scaled = |row: &[f64]| vec![row[0] * 1024.0, row[1], row[2] / 256.0, row[3]];
    same_with_columns(s, &columns(s, scaled, 6), "other units");
    Passes
}

/// Other units of the target give the same answers in those units.
pub fn the_unit_of_the_target_does_not_matter(s: &Subject) -> Verdict {
    // Penalties on absolute weights, and tubes, are in units of the target.
    // In a forest one split that another rounding decides leads to other draws ever after.
    let bound_to_units = ["lasso", "elastic_net", "svm", "random_forest"];
    if s.task() != Task::Regression || s.is_any(&bound_to_units) {
        return NotForIt;
    }
    let y: Vec<f64> = s.samples.numbers().iter().map(|y| 8.0 * y + 64.0).collect();
    let other = samples(s.samples.x.clone(), Some(Labels::Numbers(y.into())), 7);
    let others = predictions(&*model(&other, &s.quick), &s.samples.x);
    let own = predictions(&*model(&s.samples, &s.quick), &s.samples.x);
    let range = own.iter().fold(1.0f64, |most, v| most.max(v.abs()));
    // A search that ends at a tolerance, and draws that meet other roundings, may end a little elsewhere.
    let tolerance = if s.draws() { 1e-3 } else { 1e-8 };
    for (own, other) in own.iter().zip(&others) {
        assert!(
            ((other - 64.0) / 8.0 - own).abs() <= tolerance * range,
            "{own} and {other}"
        );
    }
    Passes
}

/// Balanced weights are those of the rare classes' rows repeated.
pub fn balanced_weights_are_repeated_rows(s: &Subject) -> Verdict {
    let weighs = s.algorithm.parameter("class_weight");
    if s.draws() || weighs.is_none_or(|p| p.engine.is_some_and(|only| only != s.engine)) {
        return NotForIt;
    }
    let codes = s.samples.classes().0;
    // Of the second and third class every other row is left out.
    let few: Vec<u32> = (0..codes.len() as u32)
        .filter(|&row| codes[row as usize] == 0 || (row / 3).is_multiple_of(2))
        .collect();
    let again: Vec<u32> = few
        .iter()
        .flat_map(|&row| vec![row; if codes[row as usize] == 0 { 1 } else { 2 }])
        .collect();
    let (few, again) = (select(s, &few, 8), select(s, &again, 9));
    let mut balanced: Params = s.params.clone();
    balanced
        .set_text("class_weight", "balanced")
        .expect("a choice");
    // Weights add up to the rows there are, 80, and not to the 120 of the repetition.
    if s.algorithm.parameter("C").is_some() {
        balanced.set_text("C", "1.5").expect("allowed");
    }
    if s.is("svm") {
        balanced.set_text("gamma", "value").expect("a choice");
    }
    let mut repeated = balanced.clone();
    repeated.set_text("class_weight", "none").expect("a choice");
    if s.algorithm.parameter("C").is_some() {
        repeated.set_text("C", "1").expect("allowed");
    }
    let of = |samples: &Arc<Samples>, params: &Params| {
        predictions(&*model(samples, params), &s.samples.x)
    };
    assert_same(s, &of(&few, &balanced), &of(&again, &repeated), "weights");
    Passes
}

/// Rows that a model was fitted on are near what it says of them, if moved by nothing.
pub fn unused_keys_do_not_matter(s: &Subject) -> Verdict {
    let again = samples(s.samples.x.clone(), s.samples.y.clone(), 10);
    let own = predictions(&*s.model, &s.samples.x);
    assert!(predictions(&*model(&again, &s.params), &s.samples.x) == own);
    Passes
}
