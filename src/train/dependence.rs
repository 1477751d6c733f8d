//! Partial dependence (Friedman 2001): what a model says on average where one feature has a value and
//! all others stay as they are; and the single rows behind it (individual conditional expectation,
//! Goldstein et al. 2015). Agrees with scikit-learn's `partial_dependence(method="brute")`.

use super::Fitted;
use crate::base::{Cancel, Outcome, Problem, so_many_of};
use crate::data::Table;
use crate::numeric::Matrix;
use crate::prepare::{FittedRecipe, PointValue};

/// Of one feature.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dependence {
    /// The feature's position among the recipe's features.
    pub feature: usize,
    /// Values in the units of the table, rising; of a category the codes of its levels.
    pub grid: Vec<f64>,
    /// Classes, or 1.
    pub outputs: usize,
    /// Grid x outputs.
    pub mean: Vec<f64>,
    /// Single rows x grid x outputs.
    pub individual: Vec<f64>,
    /// The table rows of `individual`.
    pub rows: Vec<u32>,
    /// How many rows the mean is over.
    pub of_rows: usize,
}

/// The values at which a feature is tried: every level of a category that the rows have, every value
/// of a number with at most `steps` of them, else `steps` evenly from the 5th to the 95th percentile.
pub fn dependence_grid(
    table: &Table,
    recipe: &FittedRecipe,
    feature: usize,
    rows: &[u32],
    steps: usize,
) -> Vec<f64> {
    let Some(column) = recipe
        .outputs()
        .iter()
        .find(|output| output.feature == feature)
        .and_then(|output| table.columns().get(output.source))
    else {
        return Vec::new();
    };
    let value = |&row: &u32| {
        let row = row as usize;
        column
            .number(row)
            .or_else(|| column.code(row).map(f64::from))
    };
    let mut values: Vec<f64> = rows.iter().filter_map(value).collect();
    values.sort_by(f64::total_cmp);
    let mut different = values.clone();
    different.dedup();
    if !column.levels().is_empty() || different.len() <= steps {
        return different;
    }
    let (low, high) = (percentile(&values, 0.05), percentile(&values, 0.95));
    if low >= high {
        return different.into_iter().take(steps).collect();
    }
    let last = (steps.max(2) - 1) as f64;
    (0..steps.max(2))
        .map(|i| low + (high - low) * i as f64 / last)
        .collect()
}

/// Linear between the values, as `numpy.percentile`. `sorted` is not empty.
fn percentile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let (below, above) = (place.floor() as usize, place.ceil() as usize);
    sorted[below] + (sorted[above] - sorted[below]) * (place - below as f64)
}

/// The mean over `rows`, and at most `single` of them, evenly chosen, one by one.
pub fn partial_dependence(
    fitted: &Fitted,
    table: &Table,
    rows: &[u32],
    feature: usize,
    grid: &[f64],
    single: usize,
    cancel: &Cancel,
) -> Outcome<Dependence> {
    let recipe = &fitted.recipe;
    if feature >= recipe.feature_count() || rows.is_empty() {
        return Err(Problem::new("there is nothing to vary").into());
    }
    // With all columns: a feature is varied before columns are selected or projected.
    let x = recipe.encode(table, rows, cancel)?;
    let outputs = fitted.model.outputs();
    let columns = recipe.outputs_of(feature);
    let chosen: Vec<usize> = so_many_of(rows.len(), single).collect();
    let shown = chosen.len();
    let mut out = Dependence {
        feature,
        grid: grid.to_vec(),
        outputs,
        mean: vec![0.0; grid.len() * outputs],
        individual: vec![0.0; shown * grid.len() * outputs],
        rows: chosen.iter().map(|&i| rows[i]).collect(),
        of_rows: rows.len(),
    };
    let mut point = vec![PointValue::Missing; recipe.feature_count()];
    let mut values = x.values().to_vec();
    let mut said = vec![0.0; rows.len() * outputs];
    for (step, value) in grid.iter().enumerate() {
        point[feature] = PointValue::Number(*value);
        let written = recipe.encode_point(&point);
        for row in values.chunks_exact_mut(x.columns()) {
            row[columns.clone()].copy_from_slice(&written[columns.clone()]);
        }
        let varied = Matrix::new(rows.len(), x.columns(), values.clone());
        let varied = recipe.reduce(varied, cancel)?;
        fitted
            .model
            .predict(varied.values(), varied.columns(), &mut said, cancel)?;
        let mean = &mut out.mean[step * outputs..(step + 1) * outputs];
        for row in said.chunks_exact(outputs) {
            mean.iter_mut().zip(row).for_each(|(sum, v)| *sum += v);
        }
        mean.iter_mut().for_each(|sum| *sum /= rows.len() as f64);
        for (place, &row) in chosen.iter().enumerate() {
            let at = (place * grid.len() + step) * outputs;
            out.individual[at..at + outputs]
                .copy_from_slice(&said[row * outputs..(row + 1) * outputs]);
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{self, ReadOptions};
    use crate::prepare::{Project, Recipe, Role, Roles};
    use crate::train::sample::{job, params};
    use crate::train::{Job, PreparedCache, run_to_end};
    use std::sync::Arc;

    const GRID: [f64; 5] = [1.3, 2.5, 3.7, 4.9, 6.1];
    const MEANS: [f64; 15] = [
        0.333531349476,
        0.541882462906,
        0.124586187618,
        0.321851014512,
        0.528688345982,
        0.149460639505,
        0.000000000000,
        0.802133853442,
        0.197866146558,
        0.000000000000,
        0.659090985099,
        0.340909014901,
        0.000000000000,
        0.215809252182,
        0.784190747818,
    ];

    fn fitted(table: &Table, target: &str, model: &str) -> Fitted {
        let target = table.position(target).unwrap();
        let (mut roles, _) = Roles::guess(table, Some(target));
        for column in (0..table.columns().len()).filter(|c| *c != target) {
            roles.set(column, Role::Feature);
        }
        let job = Job {
            roles,
            ..job(table.clone(), params(model, &[]))
        };
        let cache = PreparedCache::default();
        let report = run_to_end(Arc::new(job), &cache, Default::default(), &Cancel::new());
        report.unwrap().fitted.clone().unwrap()
    }

    /// Values of `tests/reference/dependence.py`.
    #[test]
    fn means_agree_with_scikit_learn() {
        let table = data::open("iris", &ReadOptions::default(), &Cancel::new()).unwrap();
        let fitted = fitted(&table, "species", "gaussian_nb");
        let rows: Vec<u32> = (0..150).collect();
        let grid = dependence_grid(&table, &fitted.recipe, 2, &rows, 5);
        let found =
            partial_dependence(&fitted, &table, &rows, 2, &grid, 100, &Cancel::new()).unwrap();
        for (found, expected) in found.grid.iter().zip(GRID) {
            assert!((found - expected).abs() < 1e-9, "{found} for {expected}");
        }
        for (found, expected) in found.mean.iter().zip(MEANS) {
            assert!((found - expected).abs() < 1e-9, "{found} for {expected}");
        }
        assert_eq!(found.rows.len(), 100);
        assert_eq!(found.individual.len(), 100 * 5 * 3);
        let all =
            partial_dependence(&fitted, &table, &rows, 2, &grid, 999, &Cancel::new()).unwrap();
        // The mean is that of its single rows.
        for place in 0..15 {
            let of_rows: f64 = all.individual.chunks_exact(15).map(|row| row[place]).sum();
            assert!((of_rows / 150.0 - all.mean[place]).abs() < 1e-12);
        }
    }

    #[test]
    fn a_category_is_tried_at_its_levels() {
        let table = data::open("penguins", &ReadOptions::default(), &Cancel::new()).unwrap();
        let fitted = fitted(&table, "species", "decision_tree_classifier");
        let island = fitted
            .recipe
            .feature_position(table.position("island").unwrap())
            .unwrap();
        let rows: Vec<u32> = (0..table.rows() as u32).collect();
        let grid = dependence_grid(&table, &fitted.recipe, island, &rows, 50);
        assert_eq!(grid, [0.0, 1.0, 2.0]);
        let cancel = Cancel::new();
        let found = partial_dependence(&fitted, &table, &rows, island, &grid, 3, &cancel).unwrap();
        for shares in found.mean.chunks_exact(3) {
            assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        }
        assert!(partial_dependence(&fitted, &table, &[], island, &grid, 3, &cancel).is_err());
        assert!(partial_dependence(&fitted, &table, &rows, 99, &grid, 3, &cancel).is_err());
        cancel.cancel();
        assert!(partial_dependence(&fitted, &table, &rows, island, &grid, 3, &cancel).is_err());
    }

    /// A straight line of all components is a straight line of the columns: the dependence is the same.
    #[test]
    fn a_feature_is_varied_before_columns_are_projected() {
        let table = data::open("iris", &ReadOptions::default(), &Cancel::new()).unwrap();
        let (rows, cancel): (Vec<u32>, _) = ((0..150).collect(), Cancel::new());
        let means = |project: &str| {
            let (mut roles, _) = Roles::guess(&table, Some(3));
            roles.set(4, Role::Ignored);
            let job = Arc::new(Job {
                roles,
                recipe: Recipe {
                    project: Project::parse(project).unwrap(),
                    ..Recipe::default()
                },
                ..job(table.clone(), params("linear_regression", &[]))
            });
            let cache = PreparedCache::default();
            let report = run_to_end(job, &cache, Default::default(), &cancel).unwrap();
            let fitted = report.fitted.as_ref().unwrap();
            let found = partial_dependence(fitted, &table, &rows, 2, &GRID, 3, &cancel);
            found.unwrap().mean
        };
        for (plain, projected) in means("none").iter().zip(means("pca:3")) {
            assert!((plain - projected).abs() < 1e-9, "{plain} {projected}");
        }
        assert!(means("pca:1").iter().all(|v| v.is_finite()));
    }
}
