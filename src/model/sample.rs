//! Small samples for the tests beside the algorithms, and a run to the end.

use std::sync::Arc;

use super::{Algorithm, Context, Fit, Model, Params, Samples};
use crate::base::{Cancel, Halt, Hasher128, Outcome};
use crate::numeric::{Labels, Matrix};

/// Rows of three columns on three clusters, the last column of another scale; nothing is random.
fn rows(count: usize) -> Matrix {
    let at = |i: usize| {
        let t = i as f64;
        let group = (i % 3) as f64;
        [
            group + 0.6 * (1.7 * t).sin(),
            -1.5 * group + 0.5 * (2.3 * t).cos(),
            2.0 * (0.9 * t).sin(),
        ]
    };
    Matrix::new(count, 3, (0..count).flat_map(at).collect())
}

fn samples(x: Matrix, y: Option<Labels>) -> Arc<Samples> {
    let mut hasher = Hasher128::new();
    hasher.word(x.rows() as u64);
    x.values().iter().for_each(|value| {
        hasher.number(*value);
    });
    Arc::new(Samples {
        x,
        y,
        key: hasher.finish(),
    })
}

/// Classes that overlap a little.
pub(super) fn classes(rows_: usize, count: usize) -> Arc<Samples> {
    let odd = |i: usize| i.is_multiple_of(17);
    let class = |i: usize| ((i % 3 + usize::from(odd(i))) * count / 3 % count) as u32;
    let codes = (0..rows_).map(class).collect();
    samples(rows(rows_), Some(Labels::Classes { codes, count }))
}

/// A linear target and a wave.
pub(super) fn numbers(rows_: usize) -> Arc<Samples> {
    let x = rows(rows_);
    let value = |i: usize| {
        let row = x.row(i);
        5.0 + 2.0 * row[0] - row[1] + 0.5 * row[2] + 0.2 * (3.1 * i as f64).sin()
    };
    let y = (0..rows_).map(value).collect();
    samples(x.clone(), Some(Labels::Numbers(y)))
}

pub(super) fn unlabelled(rows_: usize) -> Arc<Samples> {
    samples(rows(rows_), None)
}

pub(super) fn params(algorithm: &'static Algorithm, settings: &[(&str, &str)]) -> Params {
    let mut params = Params::defaults(algorithm);
    for (name, text) in settings {
        params.set_text(name, text).unwrap();
    }
    params
}

pub(super) fn start(
    algorithm: &'static Algorithm,
    samples: &Arc<Samples>,
    settings: &[(&str, &str)],
) -> Outcome<Box<dyn Fit>> {
    (algorithm.start)(
        Arc::clone(samples),
        &params(algorithm, settings),
        &Context::default(),
    )
}

/// Steps to the end; each is first asked for with a set flag, which must leave no trace.
pub(super) fn run(
    algorithm: &'static Algorithm,
    samples: &Arc<Samples>,
    settings: &[(&str, &str)],
) -> Outcome<Box<dyn Fit>> {
    let (go, stop) = (Cancel::new(), Cancel::new());
    stop.cancel();
    let mut fit = start(algorithm, samples, settings)?;
    while !fit.is_finished() {
        let taken = fit.taken();
        assert_eq!(fit.step(&stop), Err(Halt::Cancelled), "{}", algorithm.id);
        assert_eq!(fit.taken(), taken);
        fit.step(&go)?;
        assert_eq!(fit.taken(), taken + 1);
    }
    Ok(fit)
}

pub(super) fn fitted(
    algorithm: &'static Algorithm,
    samples: &Arc<Samples>,
    settings: &[(&str, &str)],
) -> Arc<dyn Model> {
    run(algorithm, samples, settings).unwrap().model()
}

/// Predictions of the training rows.
pub(super) fn predictions(model: &dyn Model, samples: &Samples) -> Vec<f64> {
    let mut out = vec![0.0; samples.x.rows() * model.outputs()];
    let x = &samples.x;
    model
        .predict(x.values(), x.columns(), &mut out, &Cancel::new())
        .unwrap();
    out
}

/// Share of training rows whose most probable class is theirs.
pub(super) fn accuracy(model: &dyn Model, samples: &Samples) -> f64 {
    let out = predictions(model, samples);
    let rows = out.chunks_exact(model.outputs()).zip(samples.classes().0);
    let hit = rows.filter(|(row, code)| {
        let top = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        row[**code as usize] == top
    });
    hit.count() as f64 / samples.x.rows() as f64
}

#[track_caller]
pub(super) fn near(a: &[f64], b: &[f64], tolerance: f64) {
    assert_eq!(a.len(), b.len());
    for (a, b) in a.iter().zip(b) {
        assert!((a - b).abs() <= tolerance, "{a} and {b}");
    }
}
