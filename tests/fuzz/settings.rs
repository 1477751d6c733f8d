//! Random values of parameters: legal ones that the range allows, and illegal ones that must be refused.

use std::collections::BTreeMap;

use seefit::base::Random;
use seefit::model::{Algorithm, Parameter, ParameterKind, Params, Value};
use seefit::prepare::{
    Dates, Documents, ImputeCategories, ImputeNumbers, Project, Recipe, Scale, Select, SplitScheme,
    StopWords, TextFeatures, Threshold, Weights,
};

pub fn pick<'a, T>(random: &mut Random, from: &'a [T]) -> &'a T {
    &from[random.below(from.len())]
}

pub fn chance(random: &mut Random, of_one: f64) -> bool {
    random.uniform() < of_one
}

/// Between the two, by size: as many small ones as large ones.
fn by_size(random: &mut Random, min: f64, max: f64) -> f64 {
    let low = min.max(1e-12).ln();
    let high = max.max(1e-12).ln();
    (low + (high - low) * random.uniform())
        .exp()
        .clamp(min, max)
}

fn integer(random: &mut Random, min: i64, max: i64) -> i64 {
    match random.below(6) {
        0 => min,
        1 => max,
        2 | 3 => (min + random.below(10) as i64).min(max),
        4 if min >= 0 => (by_size(random, min as f64, max as f64) as i64).clamp(min, max),
        _ => min.saturating_add(random.below((max.saturating_sub(min)).max(1) as usize) as i64),
    }
}

/// A value that the parameter allows.
fn legal(random: &mut Random, parameter: &Parameter) -> Value {
    match parameter.kind {
        ParameterKind::Integer { none: true, .. } if chance(random, 0.2) => Value::None,
        ParameterKind::Integer { min, max, .. } => Value::Integer(integer(random, min, max)),
        ParameterKind::Real { min, max, .. } => Value::Real(match random.below(6) {
            0 => min,
            1 => max,
            2 | 3 if min >= 0.0 => by_size(random, min, max),
            _ => min + (max - min) * random.uniform(),
        }),
        ParameterKind::Choice(options) => Value::Choice(pick(random, options).0),
        ParameterKind::Switch => Value::Switch(chance(random, 0.5)),
        ParameterKind::Integers { min, max, longest } => {
            let most = if chance(random, 0.1) {
                max
            } else {
                max.min(24)
            };
            let count = 1 + random.below(longest);
            Value::Integers((0..count).map(|_| integer(random, min, most)).collect())
        }
    }
}

/// A value that it does not allow.
fn illegal(random: &mut Random, parameter: &Parameter) -> Value {
    let others = [
        Value::Real(f64::NAN),
        Value::Real(f64::INFINITY),
        Value::Real(-1e308),
        Value::Integer(i64::MIN),
        Value::Integer(i64::MAX),
        Value::Choice("no such choice"),
        Value::Integers(vec![]),
        Value::Integers(vec![0, -1, i64::MAX]),
        Value::Integers(vec![1; 9]),
        Value::None,
        Value::Switch(true),
    ];
    let start = random.below(others.len());
    let mut turned = others.iter().cycle().skip(start).take(others.len());
    match turned.find(|value| !parameter.allows(value)) {
        Some(value) => value.clone(),
        None => Value::Choice("no such choice"),
    }
}

/// Random settings. Fails where an illegal value is taken, changes something, or is not named.
pub fn params(random: &mut Random, algorithm: &'static Algorithm) -> Result<Params, String> {
    let mut params = Params::defaults(algorithm);
    let mut engines = vec![None];
    engines.extend(algorithm.engines.available.iter().copied().map(Some));
    let engine = *pick(random, &engines);
    params.ask_engine(engine);
    let moved = *pick(random, &[0.0, 0.2, 0.5, 0.9]);
    for parameter in algorithm.parameters {
        let name = parameter.name;
        if chance(random, 0.05) {
            let (value, before) = (illegal(random, parameter), params.clone());
            match params.set(name, value.clone()) {
                Ok(()) => return Err(format!("{name} takes {value:?}")),
                Err(problem) if !problem.to_string().contains(name) => {
                    return Err(format!(
                        "{name} = {value:?} is refused without its name: {problem}"
                    ));
                }
                Err(_) if params != before => {
                    return Err(format!(
                        "{name} = {value:?} is refused and changes something"
                    ));
                }
                Err(_) => {}
            }
        }
        // What the other engine alone has is refused by the check, which is seen often enough.
        let foreign = parameter
            .engine
            .is_some_and(|only| engine.is_some_and(|e| e != only));
        if chance(random, if foreign { 0.02 } else { moved }) {
            let value = legal(random, parameter);
            if let Err(problem) = params.set(name, value.clone()) {
                return Err(format!("{name} does not take {value}: {problem}"));
            }
        }
    }
    Ok(params)
}

/// How a text is used, with limits that may leave nothing.
fn text(random: &mut Random) -> TextFeatures {
    let documents = |random: &mut Random| match random.below(3) {
        0 => Documents::Count(*pick(random, &[0, 1, 2, 1000])),
        _ => Documents::Share(Threshold(*pick(random, &[0.0, 0.3, 0.9, 1.0]))),
    };
    TextFeatures {
        weights: *pick(random, &[Weights::Counts, Weights::TfIdf]),
        ngram_range: *pick(random, &[(1, 1), (1, 2), (3, 3), (1, 3)]),
        min_df: documents(random),
        max_df: documents(random),
        max_features: *pick(random, &[None, Some(1), Some(5)]),
        stop_words: *pick(random, &[StopWords::None, StopWords::English]),
        lowercase: chance(random, 0.5),
    }
}

pub fn recipe(random: &mut Random) -> Recipe {
    // Some columns, whatever they hold: a setting for another kind must do no harm.
    let named = |random: &mut Random| format!("c{}", random.below(8));
    let (mut dates, mut texts) = (BTreeMap::new(), BTreeMap::new());
    for _ in 0..random.below(8) {
        dates.insert(named(random), *pick(random, &Dates::ALL));
        texts.insert(named(random), text(random));
    }
    let few = |random: &mut Random| 1 + random.below(4);
    Recipe {
        impute_numbers: *pick(
            random,
            &[
                ImputeNumbers::Median,
                ImputeNumbers::Mean,
                ImputeNumbers::Zero,
            ],
        ),
        impute_categories: *pick(
            random,
            &[ImputeCategories::MostFrequent, ImputeCategories::OwnLevel],
        ),
        scale: *pick(random, &Scale::ALL),
        dates,
        texts,
        one_hot_limit: *pick(random, &[0, 1, 2, 5, 20, usize::MAX]),
        select: match random.below(10) {
            0 => Select::Best(few(random)),
            1 => Select::Variance(Threshold(*pick(random, &[0.0, 0.01, 1e300]))),
            _ => Select::All,
        },
        project: match random.below(12) {
            0 => Project::Pca {
                n_components: few(random),
                whiten: chance(random, 0.5),
            },
            1 => Project::Svd {
                n_components: few(random),
            },
            2 => Project::Lda {
                n_components: few(random),
            },
            _ => Project::None,
        },
    }
}

/// Few folds: they cost as many fits.
pub fn split(random: &mut Random) -> SplitScheme {
    match random.below(9) {
        0 => SplitScheme::Train,
        1..=3 => SplitScheme::Holdout {
            fraction: *pick(random, &[0.3, 0.5, 0.01, 0.99]),
        },
        4 => SplitScheme::KFold { k: 2 },
        5 => SplitScheme::Stratified {
            k: 2 + random.below(2),
        },
        6 => SplitScheme::Repeated { repeats: 2, k: 2 },
        7 => SplitScheme::Group {
            column: format!("c{}", random.below(3)),
        },
        _ => SplitScheme::KFold { k: 3 },
    }
}
