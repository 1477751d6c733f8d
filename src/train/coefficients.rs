//! The weights of a linear model in the units of the table, and how sure they are: t intervals for
//! ordinary least squares, for all others their spread over the folds.

use super::fold_models::each_fold_model;
use super::{Fitted, Job, PreparedCache};
use crate::base::{Cancel, Outcome};
use crate::evaluate::critical_value;
use crate::model::Inside;
use crate::numeric::{GramSystem, Labels};
use crate::prepare::{FittedRecipe, OutputColumn};

/// The name of the row that is of no column.
pub const INTERCEPT: &str = "intercept";

/// One weight.
#[derive(Clone, Debug, PartialEq)]
pub struct WeightRow {
    /// The class that it speaks for; None where there is one set of weights.
    pub class: Option<String>,
    /// `flipper_length_mm`, `island=Torgersen`, `intercept`.
    pub name: String,
    /// In the target's unit (or log odds) a unit of the column.
    pub value: f64,
    /// Half the width of the interval, or the standard deviation over the folds; None where there is
    /// neither.
    pub plus_minus: Option<f64>,
}

/// What stands behind the plus or minus.
#[derive(Clone, Debug, PartialEq)]
pub enum Uncertainty {
    /// Student's t intervals of the fit on all rows, with this confidence.
    Interval { confidence: f64 },
    /// Standard deviation over the fits of this many folds.
    Folds { folds: usize, why: &'static str },
    /// One split only.
    Unknown,
}

#[derive(Clone, Debug, PartialEq)]
pub struct CoefficientTable {
    /// Intercept last, class after class.
    pub rows: Vec<WeightRow>,
    pub uncertainty: Uncertainty,
}

const CONFIDENCE: f64 = 0.95;
/// Folds that are fitted anew for a spread, at most.
const FOLDS: usize = 10;
/// Above, the covariances of all columns take too long.
const MOST_COLUMNS: usize = 1_000;

/// Of the fit on all rows; None where the model has no weights.
pub fn coefficients(
    job: &Job,
    fitted: &Fitted,
    cache: &PreparedCache,
    cancel: &Cancel,
) -> Outcome<Option<CoefficientTable>> {
    let prepared = cache.get(job, cancel)?;
    let Some(weights) = named(&fitted.model.inside(), &fitted.recipe) else {
        return Ok(None);
    };
    let class_names = prepared.class_names();
    let several = weights.len() > 1;
    let mut rows = Vec::new();
    for (index, set) in weights.iter().enumerate() {
        for (name, value) in set {
            rows.push(WeightRow {
                class: several.then(|| class_names.get(index).cloned()).flatten(),
                name: name.clone(),
                value: *value,
                plus_minus: None,
            });
        }
    }
    let mut why = "";
    if job.params.algorithm().id == "linear_regression" {
        match half_widths(job, fitted, cache, cancel)? {
            Some(widths) if widths.len() == rows.len() => {
                for (row, width) in rows.iter_mut().zip(widths) {
                    row.plus_minus = Some(width);
                }
                let uncertainty = Uncertainty::Interval {
                    confidence: CONFIDENCE,
                };
                return Ok(Some(CoefficientTable { rows, uncertainty }));
            }
            _ => why = "columns depend on each other, so that no interval can be told",
        }
    }
    let mut told: Vec<Vec<f64>> = vec![Vec::new(); rows.len()];
    let mut folds = 0;
    if prepared.folds.folds.len() > 1 {
        each_fold_model(job, &prepared, FOLDS, cancel, |_, part, model| {
            let Some(of_fold) = named(&model.inside(), &part.train.recipe) else {
                return Ok(());
            };
            folds += 1;
            // By name: a fold may lack a level.
            let mut at = 0;
            for (set, whole) in of_fold.iter().zip(&weights) {
                for (name, _) in whole {
                    if let Some((_, value)) = set.iter().find(|(n, _)| n == name) {
                        told[at].push(*value);
                    }
                    at += 1;
                }
            }
            Ok(())
        })?;
    }
    for (row, told) in rows.iter_mut().zip(&told) {
        row.plus_minus = deviation(told);
    }
    let uncertainty = match folds {
        0 | 1 => Uncertainty::Unknown,
        folds => Uncertainty::Folds { folds, why },
    };
    Ok(Some(CoefficientTable { rows, uncertainty }))
}

/// Name and weight in original units of every column, the intercept last; one list a set.
fn named(inside: &Inside, recipe: &FittedRecipe) -> Option<Vec<Vec<(String, f64)>>> {
    let coefficients = inside.coefficients.as_ref()?;
    let sets = coefficients.weights.iter().zip(&coefficients.intercepts);
    let in_units = sets.map(|(weights, intercept)| {
        let (weights, intercept) = recipe.original_units(weights, *intercept);
        let names = recipe.outputs().iter().map(|o| o.name.clone());
        let intercept = [(INTERCEPT.to_owned(), intercept)];
        names.zip(weights).chain(intercept).collect()
    });
    Some(in_units.collect())
}

fn deviation(values: &[f64]) -> Option<f64> {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|v| (v - mean).powi(2)).sum();
    (values.len() > 1).then(|| (squares / (n - 1.0)).sqrt())
}

/// Half-widths of the t intervals, one a column and one for the intercept (Draper and Smith 1998,
/// chapter 5), in original units. None where they are not determined.
fn half_widths(
    job: &Job,
    fitted: &Fitted,
    cache: &PreparedCache,
    cancel: &Cancel,
) -> Outcome<Option<Vec<f64>>> {
    let prepared = cache.get(job, cancel)?;
    let part = prepared.full(cancel)?;
    let (x, Some(Labels::Numbers(y))) = (&part.samples.x, &part.samples.y) else {
        return Ok(None);
    };
    let (n, p) = (x.rows(), x.columns());
    let with_intercept = job.params.switch("fit_intercept");
    let used = p + usize::from(with_intercept);
    if p > MOST_COLUMNS || n <= used {
        return Ok(None);
    }
    let system = GramSystem::new(x, y, with_intercept, cancel)?;
    let Some(inverse) = system.inverse_gram(cancel)? else {
        return Ok(None);
    };
    let mut said = vec![0.0; n];
    fitted
        .model
        .predict(x.values(), x.columns(), &mut said, cancel)?;
    let squares: f64 = said
        .iter()
        .zip(y.iter())
        .map(|(s, y)| (s - y).powi(2))
        .sum();
    let freedom = (n - used) as f64;
    let variance = squares / freedom;
    let Some(t) = critical_value(CONFIDENCE, freedom) else {
        return Ok(None);
    };
    let scale = |o: &OutputColumn| o.scale;
    let outputs = part.recipe.outputs();
    let mut widths: Vec<f64> = (0..p)
        .map(|i| t * (variance * inverse[i * p + i]).sqrt() / scale(&outputs[i]).abs())
        .collect();
    // The intercept's variance at the origin of the original units.
    let of_intercept = if with_intercept {
        let origin: Vec<f64> = (0..p)
            .map(|i| {
                let mean = (0..n).map(|row| x.at(row, i)).sum::<f64>() / n as f64;
                mean + outputs[i].shift / outputs[i].scale
            })
            .collect();
        let quadratic: f64 = (0..p * p)
            .map(|at| origin[at / p] * inverse[at] * origin[at % p])
            .sum();
        t * (variance * (1.0 / n as f64 + quadratic)).sqrt()
    } else {
        0.0
    };
    widths.push(of_intercept);
    Ok(Some(widths))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{self, ReadOptions, Table};
    use crate::prepare::{Role, Roles, SplitScheme};
    use crate::train::run_to_end;
    use crate::train::sample::{job, params, table};
    use std::sync::Arc;

    fn told(table: Table, target: &str, features: &[&str], model: &str) -> CoefficientTable {
        let target = table.position(target).unwrap();
        let (mut roles, _) = Roles::guess(&table, Some(target));
        for (at, column) in table.columns().iter().enumerate() {
            if at != target {
                let used = features.contains(&column.name.as_str());
                roles.set(at, if used { Role::Feature } else { Role::Ignored });
            }
        }
        let job = Job {
            roles,
            split: SplitScheme::KFold { k: 5 },
            ..job(table, params(model, &[]))
        };
        let (job, cache, cancel) = (Arc::new(job), PreparedCache::default(), Cancel::new());
        let report = run_to_end(job.clone(), &cache, Default::default(), &cancel).unwrap();
        let fitted = report.fitted.as_ref().unwrap();
        coefficients(&job, fitted, &cache, &cancel)
            .unwrap()
            .unwrap()
    }

    const REFERENCE: [(&str, f64, f64); 4] = [
        ("bmi", 603.0783574, 127.1159683),
        ("bp", 262.2720028, 123.7452018),
        ("s5", 543.8712059, 127.0013716),
        ("intercept", 152.1334842, 5.2143856),
    ];

    /// Values of `tests/reference/intervals.py`.
    #[test]
    fn intervals_agree_with_the_textbook() {
        let table = data::open("diabetes", &ReadOptions::default(), &Cancel::new()).unwrap();
        let found = told(table, "target", &["bmi", "bp", "s5"], "linear_regression");
        assert_eq!(
            found.uncertainty,
            Uncertainty::Interval { confidence: 0.95 }
        );
        for (row, (name, value, half)) in found.rows.iter().zip(REFERENCE) {
            assert_eq!(row.name, name);
            let near = |a: f64, b: f64| (a / b - 1.0).abs() < 1e-6;
            assert!(near(row.value, value), "{name}: {} for {value}", row.value);
            let found = row.plus_minus.unwrap();
            assert!(near(found, half), "{name}: ± {found} for {half}");
        }
    }

    #[test]
    fn dependent_columns_and_other_models_have_their_spread_over_folds() {
        let table = data::open("penguins", &ReadOptions::default(), &Cancel::new()).unwrap();
        let features = ["island", "flipper_length_mm"];
        let found = told(table.clone(), "body_mass_g", &features, "linear_regression");
        let Uncertainty::Folds { folds: 5, why } = found.uncertainty else {
            panic!("{:?}", found.uncertainty);
        };
        assert!(why.contains("depend on each other"));
        let ridge = told(table, "body_mass_g", &features, "ridge");
        assert!(matches!(
            ridge.uncertainty,
            Uncertainty::Folds { folds: 5, why: "" }
        ));
        let spread = |t: &CoefficientTable| t.rows.iter().all(|r| r.plus_minus.unwrap() > 0.0);
        assert!(spread(&found) && spread(&ridge));
    }

    #[test]
    fn a_tree_has_no_weights() {
        let job = Arc::new(job(table(60), params("decision_tree_classifier", &[])));
        let (cache, cancel) = (PreparedCache::default(), Cancel::new());
        let report = run_to_end(job.clone(), &cache, Default::default(), &cancel).unwrap();
        let fitted = report.fitted.as_ref().unwrap();
        assert_eq!(coefficients(&job, fitted, &cache, &cancel).unwrap(), None);
    }
}
