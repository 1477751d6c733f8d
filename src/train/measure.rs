//! From predictions of folds to scores: what the curves, the cards and the reports show.

use std::sync::Arc;

use super::event::{HeldOut, best};
use super::prepared::FoldPart;
use super::report::Report;
use crate::base::{Cancel, Outcome, so_many_of};
use crate::evaluate::{Confusion, Scores, classification, regression, spreads};
use crate::model::{Samples, Task};
use crate::numeric::{Labels, Matrix};

/// Held-out rows of a fold and what was predicted for them (rows x outputs).
pub struct Predicted<'a> {
    pub y: &'a Labels,
    pub values: &'a [f64],
}

/// Accuracy and log loss, or R2 and mean squared error. What overflows has no value; nor have answers of
/// 0 and 1 a log loss, where they are no probabilities (not `soft`).
pub fn score_and_loss(
    y: &Option<Labels>,
    values: &[f64],
    soft: bool,
) -> (Option<f64>, Option<f64>) {
    let (score, loss) = match y {
        Some(Labels::Classes { codes, count }) if !codes.is_empty() && !values.is_empty() => {
            let rows = codes.iter().zip(values.chunks_exact((*count).max(1)));
            let right = rows
                .filter(|(code, row)| best(row).0 == **code as usize)
                .count();
            let loss = soft.then(|| classification::log_loss(codes, values, *count));
            let loss = loss.flatten();
            (Some(right as f64 / codes.len() as f64), loss)
        }
        Some(Labels::Numbers(numbers)) if !numbers.is_empty() && !values.is_empty() => (
            regression::r2(numbers, values),
            regression::mse(numbers, values),
        ),
        _ => (None, None),
    };
    let known = |value: &f64| value.is_finite();
    (score.filter(known), loss.filter(known))
}

/// Predictions by table row; where a row was held out in several folds, their mean.
pub fn held_out<'a>(
    rows: usize,
    outputs: usize,
    folds: impl Iterator<Item = (&'a [u32], &'a [f64])>,
) -> HeldOut {
    let mut values = vec![f64::NAN; rows * outputs];
    let mut times = vec![0u32; rows];
    for (fold_rows, predictions) in folds {
        for (&row, prediction) in fold_rows.iter().zip(predictions.chunks_exact(outputs)) {
            let row = row as usize;
            times[row] += 1;
            let n = f64::from(times[row]);
            for (value, new) in values[row * outputs..].iter_mut().zip(prediction) {
                *value = if n == 1.0 {
                    *new
                } else {
                    *value + (new - *value) / n
                };
            }
        }
    }
    HeldOut { outputs, values }
}

/// Fills metrics, confusion and their warnings from the folds' held-out predictions.
pub fn fill(
    report: &mut Report,
    folds: &[Predicted<'_>],
    outputs: usize,
    cancel: &Cancel,
) -> Outcome<()> {
    if folds.is_empty() {
        return Ok(());
    }
    let hard = report.fitted.as_ref().is_some_and(|f| {
        report.params.algorithm().task == Task::Classification && !f.model.has_probabilities()
    });
    let of_fold = |fold: &Predicted<'_>| scores(&[fold], outputs, hard, cancel);
    let per_fold = folds
        .iter()
        .map(of_fold)
        .collect::<Outcome<Vec<Scores>>>()?;
    let together: Vec<&Predicted<'_>> = folds.iter().collect();
    let pooled = scores(&together, outputs, hard, cancel)?;
    report.metrics = spreads(&per_fold, &pooled);
    report
        .warnings
        .extend(pooled.warnings.iter().map(|w| w.to_string()));
    if report.task() == Task::Classification {
        let labels: Arc<[String]> = report.class_names.clone().into();
        let mut confusion = Confusion::empty(labels.clone());
        for fold in folds {
            cancel.check()?;
            if let Labels::Classes { codes, .. } = fold.y {
                confusion.add(&Confusion::new(
                    labels.clone(),
                    codes,
                    &classes(fold.values, outputs),
                ));
            }
        }
        report.confusion = Some(confusion);
    }
    Ok(())
}

fn classes(values: &[f64], outputs: usize) -> Vec<u32> {
    values
        .chunks_exact(outputs.max(1))
        .map(|row| best(row).0 as u32)
        .collect()
}

/// All metrics over the rows of these folds together. Without probabilities there is no AUC and no
/// log loss.
fn scores(
    folds: &[&Predicted<'_>],
    outputs: usize,
    hard: bool,
    cancel: &Cancel,
) -> Outcome<Scores> {
    cancel.check()?;
    let values: Vec<f64> = folds
        .iter()
        .flat_map(|f| f.values.iter().copied())
        .collect();
    let mut codes: Vec<u32> = Vec::new();
    let mut numbers: Vec<f64> = Vec::new();
    for fold in folds {
        match fold.y {
            Labels::Classes { codes: of_fold, .. } => codes.extend_from_slice(of_fold),
            Labels::Numbers(of_fold) => numbers.extend_from_slice(of_fold),
        }
    }
    if numbers.is_empty() {
        let predicted = classes(&values, outputs);
        let probabilities = (!hard).then_some(values.as_slice());
        cancel.check()?;
        classification::scores(&codes, &predicted, probabilities, outputs, cancel)
    } else {
        cancel.check()?;
        Ok(regression::scores(&numbers, &values))
    }
}

/// A fold cut to a size at which a curve over a parameter is quick: every so manieth row.
pub struct Sampled {
    pub train: Arc<Samples>,
    pub train_score_x: Matrix,
    pub train_score_y: Option<Labels>,
    pub test_x: Matrix,
    pub test_y: Option<Labels>,
}

impl Sampled {
    /// Rows of which none are held out.
    pub fn of_all(train: Arc<Samples>) -> Self {
        let none = Matrix::new(0, train.x.columns(), Vec::new());
        Sampled {
            train_score_x: train.x.clone(),
            train_score_y: train.y.clone(),
            test_x: none,
            test_y: None,
            train,
        }
    }

    pub fn of(part: &FoldPart, train_rows: usize, test_rows: usize) -> Self {
        let samples = &part.train.samples;
        let cut = |x: &Matrix, y: &Option<Labels>, most: usize| {
            if x.rows() <= most {
                return (x.clone(), y.clone());
            }
            let rows: Vec<u32> = so_many_of(x.rows(), most).map(|row| row as u32).collect();
            (x.select(&rows), y.as_ref().map(|y| y.select(&rows)))
        };
        let train = if samples.x.rows() > train_rows {
            let (x, y) = cut(&samples.x, &samples.y, train_rows);
            let mut hasher = crate::base::Hasher128::new();
            let key = hasher.hash(samples.key).word(train_rows as u64).finish();
            Arc::new(Samples { x, y, key })
        } else {
            samples.clone()
        };
        let (train_score_x, train_score_y) = cut(&train.x, &train.y, test_rows);
        let (test_x, test_y) = cut(&part.test_x, &part.test_y, test_rows);
        Sampled {
            train,
            train_score_x,
            train_score_y,
            test_x,
            test_y,
        }
    }
}
