//! Small data for every task, and the way from parameters to a finished model.

use std::sync::Arc;

use seefit::base::{Cancel, Halt, Hasher128, Outcome, Random};
use seefit::model::{
    ALGORITHMS, Algorithm, Context, Engine, Facts, Fit, Model, Params, Samples, Task,
};
use seefit::numeric::{Labels, Matrix};

/// Three classes around three centres: two numbers above 0, a count and a yes/no, so that every kind of
/// naive Bayes finds something. The numbers to predict are linear in them, with a little noise.
pub fn ordinary(task: Task) -> Arc<Samples> {
    let mut random = Random::new(7);
    let rows = 120;
    let mut values = Vec::new();
    let (mut codes, mut numbers) = (Vec::new(), Vec::new());
    for i in 0..rows {
        let class = i % 3;
        let a = [2.0, 6.0, 4.0][class] + 0.5 * random.normal();
        let b = [3.0, 4.0, 8.0][class] + 0.5 * random.normal();
        let count = ([1, 4, 7][class] + random.below(3)) as f64;
        let yes = f64::from(u8::from(random.uniform() < [0.9, 0.1, 0.5][class]));
        values.extend([a.max(0.0), b.max(0.0), count, yes]);
        codes.push(class as u32);
        numbers.push(3.0 + 2.0 * a - 1.5 * b + 0.5 * count + yes + 0.1 * random.normal());
    }
    of_task(task, Matrix::new(rows, 4, values), codes, numbers)
}

/// The label that the task asks for; classes are made `0..count` without gaps.
pub fn of_task(task: Task, x: Matrix, codes: Vec<u32>, numbers: Vec<f64>) -> Arc<Samples> {
    let y = match task {
        Task::Classification => {
            let count = codes.iter().max().map_or(0, |most| *most as usize + 1);
            Some(Labels::Classes {
                codes: codes.into(),
                count,
            })
        }
        Task::Regression => Some(Labels::Numbers(numbers.into())),
        Task::Clustering => None,
    };
    let mut hasher = Hasher128::new();
    hasher.word(task as u64);
    for value in x.values() {
        hasher.number(*value);
    }
    if let Some(Labels::Numbers(numbers)) = &y {
        for number in numbers.iter() {
            hasher.number(*number);
        }
    }
    Arc::new(Samples {
        x,
        y,
        key: hasher.finish(),
    })
}

pub fn context(threads: usize) -> Context {
    Context {
        seed: 42,
        threads,
        ..Context::default()
    }
}

/// The defaults, once for each engine.
pub fn each_engine() -> impl Iterator<Item = (&'static Algorithm, Params)> {
    ALGORITHMS.iter().flat_map(|algorithm| {
        algorithm
            .engines
            .available
            .iter()
            .map(move |engine| (*algorithm, with_engine(algorithm, *engine)))
    })
}

pub fn with_engine(algorithm: &'static Algorithm, engine: Engine) -> Params {
    let mut params = Params::defaults(algorithm);
    params.ask_engine(Some(engine));
    params
}

pub fn facts(samples: &Samples) -> Facts {
    Facts {
        rows: samples.x.rows(),
        columns: samples.x.columns(),
        classes: samples.classes().1,
    }
}

/// Checks, then takes steps to the end, at most `most`.
pub fn fit(
    samples: &Arc<Samples>,
    params: &Params,
    context: &Context,
    most: usize,
) -> Outcome<Box<dyn Fit>> {
    let algorithm = params.algorithm();
    (algorithm.check)(&facts(samples), params)?;
    let mut fit = (algorithm.start)(samples.clone(), params, context)?;
    let cancel = Cancel::new();
    let mut steps = 0;
    while !fit.is_finished() && steps < most {
        fit.step(&cancel)?;
        steps += 1;
    }
    Ok(fit)
}

pub fn model(samples: &Arc<Samples>, params: &Params) -> Arc<dyn Model> {
    match fit(samples, params, &context(1), usize::MAX) {
        Ok(fit) => fit.model(),
        Err(halt) => panic!("{}: {halt:?}", title(params)),
    }
}

pub fn predict(model: &dyn Model, x: &Matrix) -> Outcome<Vec<f64>> {
    let mut out = vec![f64::NAN; x.rows() * model.outputs()];
    model.predict(x.values(), x.columns(), &mut out, &Cancel::new())?;
    Ok(out)
}

pub fn predictions(model: &dyn Model, x: &Matrix) -> Vec<f64> {
    predict(model, x).unwrap_or_else(|halt: Halt| panic!("{model:?}: {halt:?}"))
}

/// The largest difference between two predictions of the same rows, each relative to its size where
/// that is above 1.
pub fn apart(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    let differences = a
        .iter()
        .zip(b)
        .map(|(a, b)| (a - b).abs() / a.abs().max(1.0));
    differences.fold(0.0, f64::max)
}

/// `ridge on smartcore`.
pub fn title(params: &Params) -> String {
    format!("{} on {}", params.algorithm().id, params.engine().id())
}

/// Accuracy or R2 on the rows themselves; None for clusterings.
pub fn score(samples: &Samples, predicted: &[f64]) -> Option<f64> {
    match &samples.y {
        Some(Labels::Classes { codes, count }) => {
            let best = |row: &[f64]| (0..*count).rev().max_by(|a, b| row[*a].total_cmp(&row[*b]));
            let rows = codes.iter().zip(predicted.chunks(*count));
            let right = rows
                .filter(|(code, row)| best(row) == Some(**code as usize))
                .count();
            Some(right as f64 / codes.len() as f64)
        }
        Some(Labels::Numbers(numbers)) => seefit::evaluate::regression::r2(numbers, predicted),
        None => None,
    }
}
