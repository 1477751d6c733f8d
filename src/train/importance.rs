//! Permutation importance (Breiman 2001): how much the held-out score drops when one column's values
//! are shuffled among the held-out rows.

use super::measure::score_and_loss;
use super::{Fitted, Job, PreparedCache};
use crate::base::{Cancel, Outcome, Problem, Random};
use crate::model::{Context, Task};
use crate::numeric::Matrix;

/// Folds that are fitted anew for it, at most.
const FOLDS: usize = 5;
/// Held-out rows a fold, at most.
const ROWS: usize = 2_000;
/// Shuffles a column and fold.
const SHUFFLES: usize = 3;

/// Column name, mean drop and its standard deviation over the folds, in the table's order.
///
/// The drop is of accuracy or R2. Fails for clusterings, which have no score to drop.
pub fn permutation_importance(
    job: &Job,
    fitted: &Fitted,
    cache: &PreparedCache,
    cancel: &Cancel,
) -> Outcome<Vec<(String, f64, f64)>> {
    if job.task() == Task::Clustering {
        return Err(Problem::new("a clustering has no score that a column could change").into());
    }
    let prepared = cache.get(job)?;
    let features = fitted.recipe.feature_count();
    let folds = prepared.folds.folds.len().min(FOLDS);
    let mut drops = vec![Vec::with_capacity(folds); features];
    for index in 0..folds {
        let part = prepared.fold(index, cancel)?;
        let context = Context {
            seed: job.seed,
            threads: 1,
            ..Context::default()
        };
        let algorithm = job.params.algorithm();
        let mut fit = (algorithm.start)(part.train.samples.clone(), &job.params, &context)?;
        while !fit.is_finished() {
            fit.step(cancel)?;
        }
        let model = fit.model();
        let keep: Vec<u32> = (0..part.test_x.rows().min(ROWS) as u32).collect();
        let x = prepared.encoded_test(&part, cancel)?.select(&keep);
        let y = part.test_y.as_ref().map(|y| y.select(&keep));
        let score = |x: &Matrix| -> Outcome<f64> {
            let x = part.train.recipe.reduce(x.clone(), cancel)?;
            let mut values = vec![0.0; x.rows() * model.outputs()];
            model.predict(x.values(), x.columns(), &mut values, cancel)?;
            Ok(score_and_loss(&y, &values).0.unwrap_or(f64::NAN))
        };
        let whole = score(&x)?;
        let mut random = Random::stream(job.seed, 0x1a9 + index as u64);
        for (feature, drops) in drops.iter_mut().enumerate() {
            if feature >= part.train.recipe.feature_count() {
                continue;
            }
            let mut sum = 0.0;
            for _ in 0..SHUFFLES {
                cancel.check()?;
                sum += whole
                    - score(&shuffled(
                        &x,
                        part.train.recipe.outputs_of(feature),
                        &mut random,
                    ))?;
            }
            drops.push(sum / SHUFFLES as f64);
        }
    }
    let summary = drops.iter().enumerate().map(|(feature, drops)| {
        let n = drops.len().max(1) as f64;
        let mean = drops.iter().sum::<f64>() / n;
        let squares: f64 = drops.iter().map(|d| (d - mean).powi(2)).sum();
        let std = if drops.len() > 1 {
            (squares / (n - 1.0)).sqrt()
        } else {
            f64::NAN
        };
        (fitted.recipe.feature_name(feature).to_owned(), mean, std)
    });
    Ok(summary.collect())
}

/// A column's matrix columns move together, so that its dummies stay one value.
fn shuffled(x: &Matrix, columns: std::ops::Range<usize>, random: &mut Random) -> Matrix {
    let mut order: Vec<usize> = (0..x.rows()).collect();
    random.shuffle(&mut order);
    let mut values = x.values().to_vec();
    for (row, &from) in order.iter().enumerate() {
        for column in columns.clone() {
            values[row * x.columns() + column] = x.at(from, column);
        }
    }
    Matrix::new(x.rows(), x.columns(), values)
}
