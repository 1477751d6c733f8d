//! Every model beside scikit-learn on nine data sets: numbers, categories, gaps, more columns than rows,
//! many rows, rare classes, columns that follow from others, numbers far from zero, counts. The values and
//! how each kind is compared are written by `tests/reference/models.py`.

use std::collections::BTreeMap;
use std::sync::Arc;

use seefit::base::{Cancel, Halt, Hasher128, Outcome};
use seefit::data::{Column, Table, TableBuilder};
use seefit::evaluate::clustering::adjusted_rand;
use seefit::evaluate::regression::r2;
use seefit::model::{ALGORITHMS, Algorithm, Context, Model, Params, Samples, Task};
use seefit::numeric::{Labels, Matrix};
use seefit::prepare::{Recipe, Scale};
use seefit::train::best;
use serde::Deserialize;

use super::samples::{self, predict};

const VALUES: &str = include_str!("../reference/models.json");
const SEEDS: u64 = 10;
/// What a single answer of a method that rounds otherwise may be off: about one of the rows held out.
const NEAR: f64 = 0.04;

#[derive(Deserialize)]
struct File {
    sets: Vec<Set>,
}

#[derive(Deserialize)]
struct Set {
    name: String,
    columns: Vec<Values>,
    label: Vec<u32>,
    number: Vec<f64>,
    models: BTreeMap<String, Reference>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Values {
    Numbers(Vec<Option<f64>>),
    Words(Vec<Option<String>>),
}

#[derive(Deserialize)]
struct Reference {
    compared: String,
    set: BTreeMap<String, String>,
    #[serde(default)]
    values: Vec<f64>,
    #[serde(default)]
    classes: Vec<u32>,
    #[serde(default)]
    clusters: Vec<i64>,
    #[serde(default)]
    scores: Vec<f64>,
}

impl Set {
    fn table(&self) -> Table {
        let mut table = TableBuilder::new(self.name.as_str());
        for (at, values) in self.columns.iter().enumerate() {
            let name = format!("x{at}");
            table = table.column(match values {
                Values::Numbers(values) => {
                    let values = values.iter().map(|v| v.unwrap_or(f64::NAN));
                    Column::numbers(name, values.collect())
                }
                Values::Words(words) => {
                    let mut levels: Vec<String> = words.iter().flatten().cloned().collect();
                    levels.sort();
                    levels.dedup();
                    let code = |word: &Option<String>| {
                        let at = word.as_ref().map(|word| levels.binary_search(word));
                        at.map_or(u32::MAX, |at| at.expect("a level") as u32)
                    };
                    let codes = words.iter().map(code).collect();
                    Column::categories(name, codes, levels)
                }
            });
        }
        table.build().expect("a table")
    }

    /// Prepared rows to learn from, and those held out.
    fn parts(&self, table: &Table, params: &Params) -> (Arc<Samples>, Matrix, Vec<u32>) {
        let rows = 0..self.label.len() as u32;
        let (train, test): (Vec<u32>, Vec<u32>) = rows.partition(|row| row % 5 != 4);
        let features: Vec<usize> = (0..self.columns.len()).collect();
        let scaling = Scale::Auto.resolve(params.algorithm().tags.needs_scaling);
        let cancel = Cancel::new();
        let recipe = Recipe::default().fit(table, &features, &train, scaling, &cancel);
        let recipe = recipe.expect("a recipe");
        let apply = |rows: &[u32]| recipe.apply(table, rows, &cancel).expect("rows");
        let y = match params.algorithm().task {
            Task::Clustering => None,
            Task::Regression => {
                let numbers: Vec<f64> = train.iter().map(|r| self.number[*r as usize]).collect();
                Some(Labels::Numbers(numbers.into()))
            }
            Task::Classification => {
                let codes: Vec<u32> = train.iter().map(|r| self.label[*r as usize]).collect();
                let count = self.label.iter().max().map_or(0, |most| *most as usize + 1);
                Some(Labels::Classes {
                    codes: codes.into(),
                    count,
                })
            }
        };
        let x = apply(&train);
        let mut hasher = Hasher128::new();
        for value in x.values() {
            hasher.number(*value);
        }
        let key = hasher.finish();
        let held = apply(&test);
        (Arc::new(Samples { x, y, key }), held, test)
    }
}

fn params(algorithm: &'static Algorithm, set: &BTreeMap<String, String>) -> Params {
    let mut params = Params::defaults(algorithm);
    for (name, text) in set {
        if let Err(problem) = params.set_text(name, text) {
            panic!("{}: {problem}", algorithm.id);
        }
    }
    params
}

fn fitted(samples: &Arc<Samples>, params: &Params, seed: u64) -> Outcome<Arc<dyn Model>> {
    let context = Context {
        seed,
        ..samples::context(1)
    };
    samples::fit(samples, params, &context, usize::MAX).map(|fit| fit.model())
}

/// Class or cluster of each row.
fn chosen(model: &dyn Model, predicted: &[f64]) -> Vec<u32> {
    let rows = predicted.chunks(model.outputs());
    rows.map(|row| best(row).0 as u32).collect()
}

/// Largest difference, relative where numbers are above 1.
fn furthest(found: &[f64], expected: &[f64]) -> f64 {
    if found.len() < expected.len() {
        return f64::INFINITY;
    }
    let pairs = found.iter().zip(expected);
    let apart = pairs.map(|(a, b)| (a - b).abs() / a.abs().max(b.abs()).max(1.0));
    apart.fold(
        0.0,
        |most, d| if d >= most || d.is_nan() { d } else { most },
    )
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn variance(values: &[f64]) -> f64 {
    let middle = mean(values);
    let squares: f64 = values.iter().map(|v| (v - middle).powi(2)).sum();
    squares / (values.len() as f64 - 1.0).max(1.0)
}

/// How two mean scores differ, and the variance of the difference.
struct Difference {
    set: String,
    by: f64,
    variance: f64,
}

struct Case<'a> {
    set: &'a Set,
    samples: Arc<Samples>,
    held: Matrix,
    test: Vec<u32>,
    params: Params,
    reference: &'a Reference,
}

impl Case<'_> {
    /// What is wrong with numbers, classes or clusters, if anything.
    fn wrong(&self) -> Result<Option<String>, Halt> {
        let model = fitted(&self.samples, &self.params, 0)?;
        let reference = self.reference;
        if !reference.clusters.is_empty() {
            let own = chosen(&*model, &predict(&*model, &self.samples.x)?);
            let theirs: Vec<u32> = reference.clusters.iter().map(|c| (c + 1) as u32).collect();
            let share = adjusted_rand(&own, &theirs).unwrap_or(0.0);
            // A row at the border of two clusters is fitted to the first that reaches it; asked for again, it
            // is put to the nearer one.
            let least = if self.params.algorithm().id == "dbscan" {
                0.98
            } else {
                1.0
            };
            return Ok((share < least).then(|| format!("the clusters agree by {share}")));
        }
        let predicted = predict(&*model, &self.held)?;
        if !reference.classes.is_empty() {
            let own = chosen(&*model, &predicted);
            let pairs = own.iter().zip(&reference.classes);
            let others = pairs.filter(|(a, b)| a != b).count();
            return Ok((others > 0).then(|| format!("{others} rows have another class")));
        }
        let off = furthest(&predicted, &reference.values);
        Ok((off.is_nan() || off > 1e-6).then(|| format!("numbers are {off:e} off")))
    }

    fn score(&self, seed: u64) -> Outcome<f64> {
        let model = fitted(&self.samples, &self.params, seed)?;
        Ok(match self.params.algorithm().task {
            Task::Clustering => {
                let own = chosen(&*model, &predict(&*model, &self.samples.x)?);
                let rows = 0..self.set.label.len();
                let truth: Vec<u32> = rows
                    .filter(|row| row % 5 != 4)
                    .map(|r| self.set.label[r])
                    .collect();
                adjusted_rand(&own, &truth).unwrap_or(0.0)
            }
            Task::Regression => {
                let truth: Vec<f64> = self
                    .test
                    .iter()
                    .map(|r| self.set.number[*r as usize])
                    .collect();
                r2(&truth, &predict(&*model, &self.held)?).unwrap_or(0.0)
            }
            Task::Classification => {
                let own = chosen(&*model, &predict(&*model, &self.held)?);
                let rows = self.test.iter().zip(&own);
                let right = rows.filter(|(row, class)| self.set.label[**row as usize] == **class);
                right.count() as f64 / own.len() as f64
            }
        })
    }

    fn difference(&self) -> Outcome<Difference> {
        let theirs = &self.reference.scores;
        let seeds = if self.reference.compared == "near" {
            1
        } else {
            SEEDS
        };
        let own = (0..seeds).map(|seed| self.score(seed));
        let own = own.collect::<Outcome<Vec<f64>>>()?;
        let variance = match seeds {
            1 => variance(theirs),
            _ => variance(&own) / own.len() as f64 + variance(theirs) / theirs.len() as f64,
        };
        Ok(Difference {
            set: self.set.name.clone(),
            by: mean(&own) - mean(theirs),
            variance,
        })
    }
}

/// Whether a method scores as scikit-learn's over all sets, and nowhere much worse or better.
fn judge(id: &str, near: bool, differences: &[Difference], wrong: &mut Vec<String>) {
    let slack = if near { NEAR } else { 1e-3 };
    for one in differences {
        let most = 4.0 * one.variance.sqrt() + slack;
        if one.by.is_nan() || one.by.abs() > most {
            wrong.push(format!(
                "{id} on {}: the score is {:+.4} off, at most {most:.4}",
                one.set, one.by
            ));
        }
    }
    let count = differences.len() as f64;
    let by = differences.iter().map(|d| d.by).sum::<f64>() / count;
    let deviation = differences.iter().map(|d| d.variance).sum::<f64>().sqrt() / count;
    let most = 2.0 * deviation + slack / count.sqrt();
    if by.is_nan() || by.abs() > most {
        wrong.push(format!(
            "{id} over all sets: the score is {by:+.4} off, at most {most:.4}"
        ));
    }
}

#[test]
fn every_model_answers_as_scikit_learn() {
    let file: File = serde_json::from_str(VALUES).expect("reference values");
    assert!(file.sets.len() >= 8);
    let tables: Vec<Table> = file.sets.iter().map(Set::table).collect();
    let mut wrong = Vec::new();
    for algorithm in ALGORITHMS.iter().copied() {
        let (mut differences, mut near, mut compared) = (Vec::new(), false, 0);
        for (set, table) in file.sets.iter().zip(&tables) {
            let Some(reference) = set.models.get(algorithm.id) else {
                continue;
            };
            let params = params(algorithm, &reference.set);
            let (samples, held, test) = set.parts(table, &params);
            let case = Case {
                set,
                samples,
                held,
                test,
                params,
                reference,
            };
            compared += 1;
            let what = format!("{} on {}", algorithm.id, set.name);
            if reference.scores.is_empty() {
                match case.wrong() {
                    Ok(None) => {}
                    Ok(Some(how)) => wrong.push(format!("{what}: {how}")),
                    Err(halt) => wrong.push(format!("{what}: {halt:?}")),
                }
            } else {
                near = reference.compared == "near";
                match case.difference() {
                    Ok(difference) => differences.push(difference),
                    Err(halt) => wrong.push(format!("{what}: {halt:?}")),
                }
            }
        }
        assert!(compared > 0, "{} is compared nowhere", algorithm.id);
        if !differences.is_empty() {
            judge(algorithm.id, near, &differences, &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
