//! Permutation importance (Breiman 2001): how much the held-out score drops when one column's values
//! are shuffled among the held-out rows.

use super::fold_models::each_fold_model;
use super::measure::score_and_loss;
use super::{Fitted, Job, PreparedCache};
use crate::base::{Cancel, Outcome, Problem, Random, so_many_of};
use crate::model::Task;
use crate::numeric::Matrix;
use crate::prepare::SplitScheme;

/// Folds that are fitted anew for it, at most.
const FOLDS: usize = 5;
/// Held-out rows a fold, at most, evenly chosen.
const ROWS: usize = 2_000;
/// Shuffles a column and fold.
const SHUFFLES: usize = 5;

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
    let prepared = cache.get(job, cancel)?;
    let features = fitted.recipe.feature_count();
    let folds = prepared.folds.folds.len().min(FOLDS);
    let mut drops = vec![Vec::with_capacity(folds); features];
    each_fold_model(job, &prepared, FOLDS, cancel, |index, part, model| {
        let rows = part.test_x.rows();
        if rows < 2 {
            return Err(too_few(job).into());
        }
        // Spread over all of them: a file may be sorted, and its first rows tell of one part alone.
        let keep: Vec<u32> = so_many_of(rows, ROWS).map(|row| row as u32).collect();
        let x = prepared.encoded_test(part, cancel)?.select(&keep);
        let y = part.test_y.as_ref().map(|y| y.select(&keep));
        let score = |x: &Matrix| -> Outcome<f64> {
            let x = part.train.recipe.reduce(x.clone(), cancel)?;
            let mut values = vec![0.0; x.rows() * model.outputs()];
            model.predict(x.values(), x.columns(), &mut values, cancel)?;
            Ok(score_and_loss(&y, &values, false).0.unwrap_or(f64::NAN))
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
                let columns = part.train.recipe.outputs_of(feature);
                sum += whole - score(&shuffled(&x, columns, &mut random))?;
            }
            drops.push(sum / SHUFFLES as f64);
        }
        Ok(())
    })?;
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

/// A single row cannot be shuffled: every column would seem to matter nothing.
fn too_few(job: &Job) -> Problem {
    let scheme = SplitScheme::default_for(job.task() == Task::Classification);
    Problem::new(format!(
        "its folds have one row each, among which nothing can be shuffled: choose {scheme}"
    ))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Column, Table, TableBuilder};
    use crate::prepare::{Role, Roles};
    use crate::train::run_to_end;
    use crate::train::sample::{job, params, table};
    use std::sync::Arc;

    /// What `tests/reference/importance.py` prints.
    const REFERENCE: [f64; 3] = [1.741585, 0.232180, -0.000122];

    /// As `tests/reference/importance.py` makes it.
    fn sums(rows: usize) -> Table {
        let mut state = 12_345_u64;
        let mut uniform = || {
            state = state.wrapping_mul(1_103_515_245).wrapping_add(12_345) % (1 << 31);
            state as f64 / f64::from(1_u32 << 31)
        };
        let mut columns = vec![Vec::new(); 4];
        for _ in 0..rows {
            let [a, b, c, noise] = [uniform(), uniform(), uniform(), uniform()];
            let y = 3.0 * a + b + 0.4 * noise;
            for (column, value) in columns.iter_mut().zip([a, b, c, y]) {
                column.push(value);
            }
        }
        let names = ["a", "b", "c", "y"].into_iter().zip(columns);
        let mut builder = TableBuilder::new("sums");
        for (name, values) in names {
            builder = builder.column(Column::numbers(name, values));
        }
        builder.build().unwrap()
    }

    #[test]
    fn drops_agree_with_scikit_learn_to_sampling_error() {
        let table = sums(400);
        let (mut roles, _) = Roles::guess(&table, Some(3));
        for column in 0..3 {
            roles.set(column, Role::Feature);
        }
        let job = Arc::new(Job {
            roles,
            split: SplitScheme::KFold { k: 5 },
            ..job(table, params("linear_regression", &[]))
        });
        let (cache, cancel) = (PreparedCache::default(), Cancel::new());
        let report = run_to_end(job.clone(), &cache, Default::default(), &cancel).unwrap();
        let fitted = report.fitted.as_ref().unwrap();
        let found = permutation_importance(&job, fitted, &cache, &cancel).unwrap();
        // Means of scikit-learn's `permutation_importance` on the held-out rows of five folds, 200
        // shuffles each; folds and shuffles differ.
        for ((name, drop, std), expected) in found.iter().zip(REFERENCE) {
            let tolerance = 0.1 * expected.abs() + 0.005;
            assert!(
                (drop - expected).abs() < tolerance,
                "{name}: {drop} for {expected}"
            );
            assert!(
                *std > 0.0 && *std < 0.5 * expected.abs() + 0.01,
                "{name}: {std}"
            );
        }
        let again = permutation_importance(&job, fitted, &cache, &cancel).unwrap();
        assert_eq!(found, again);
        cancel.cancel();
        assert!(permutation_importance(&job, fitted, &cache, &cancel).is_err());
    }

    #[test]
    fn a_column_that_decides_matters_and_the_other_does_not() {
        let job = Arc::new(job(table(150), params("decision_tree_classifier", &[])));
        let (cache, cancel) = (PreparedCache::default(), Cancel::new());
        let report = run_to_end(job.clone(), &cache, Default::default(), &cancel).unwrap();
        let found =
            permutation_importance(&job, report.fitted.as_ref().unwrap(), &cache, &cancel).unwrap();
        assert!(found[0].1 > 0.3 && found[1].1.abs() < 0.1, "{found:?}");
    }

    /// In a file sorted by a column that matters the first rows are all alike.
    #[test]
    fn rows_are_taken_from_all_over_a_sorted_file() {
        let rows = 4 * ROWS;
        let of_half = |row: usize| f64::from(u8::from(row >= rows / 2));
        let table = TableBuilder::new("sorted")
            .column(Column::numbers("x", (0..rows).map(of_half).collect()))
            .column(Column::numbers(
                "z",
                (0..rows).map(|i| (i as f64).sin()).collect(),
            ))
            .column(Column::categories(
                "y",
                (0..rows).map(|i| of_half(i) as u32).collect(),
                ["no", "yes"].map(str::to_owned).to_vec(),
            ))
            .build()
            .unwrap();
        let job = Arc::new(Job {
            split: SplitScheme::KFold { k: 2 },
            ..job(table, params("gaussian_nb", &[]))
        });
        let (cache, cancel) = (PreparedCache::default(), Cancel::new());
        let report = run_to_end(job.clone(), &cache, Default::default(), &cancel).unwrap();
        let fitted = report.fitted.as_ref().unwrap();
        let found = permutation_importance(&job, fitted, &cache, &cancel).unwrap();
        // Half of the shuffled rows get the other half's value.
        assert!((found[0].1 - 0.5).abs() < 0.03, "{found:?}");
        assert_eq!(found[1].1, 0.0);
    }

    #[test]
    fn folds_of_single_rows_are_refused_with_what_to_choose() {
        let job = Arc::new(Job {
            split: SplitScheme::LeaveOneOut,
            ..job(table(30), params("gaussian_nb", &[]))
        });
        let (cache, cancel) = (PreparedCache::default(), Cancel::new());
        let report = run_to_end(job.clone(), &cache, Default::default(), &cancel).unwrap();
        let fitted = report.fitted.as_ref().unwrap();
        let refused = permutation_importance(&job, fitted, &cache, &cancel);
        let Err(crate::base::Halt::Failed(problem)) = refused else {
            panic!("{refused:?}")
        };
        assert!(
            problem.to_string().contains("choose stratified:5"),
            "{problem}"
        );
    }
}
