//! Data at the edges: whatever comes, there is a finite model or one sentence, never a panic.

use std::panic::{AssertUnwindSafe, catch_unwind};

use seefit::base::{Halt, Outcome, Random};
use seefit::numeric::Matrix;

use super::samples::{context, each_engine, fit, of_task, predict, title};

/// A name and rows x columns of numbers.
fn edges() -> Vec<(&'static str, Matrix)> {
    let mut random = Random::new(3);
    let mut normal = |rows: usize, columns: usize, scale: f64, offset: f64| {
        let values = (0..rows * columns)
            .map(|_| offset + scale * random.normal())
            .collect();
        Matrix::new(rows, columns, values)
    };
    let mut half_constant = normal(40, 3, 1.0, 0.0).values().to_vec();
    half_constant.chunks_mut(3).for_each(|row| row[1] = 5.0);
    let few = normal(4, 3, 1.0, 0.0);
    let twice: Vec<u32> = (0..40).map(|i| i % 4).collect();
    let repeated_column = normal(40, 1, 1.0, 0.0);
    let repeated_column: Vec<f64> = repeated_column
        .values()
        .iter()
        .flat_map(|v| [*v, *v, 2.0 * v])
        .collect();
    vec![
        ("one feature", normal(30, 1, 1.0, 0.0)),
        ("constant columns only", Matrix::new(30, 2, vec![3.0; 60])),
        ("zeros only", Matrix::new(30, 2, vec![0.0; 60])),
        ("a constant column", Matrix::new(40, 3, half_constant)),
        ("duplicate rows", few.select(&twice)),
        ("dependent columns", Matrix::new(40, 3, repeated_column)),
        ("more columns than rows", normal(12, 40, 1.0, 0.0)),
        ("three rows", normal(3, 2, 1.0, 0.0)),
        ("huge values", normal(30, 2, 1e100, 0.0)),
        ("tiny values", normal(30, 2, 1e-200, 0.0)),
        ("offset values", normal(60, 2, 1.0, 1e9)),
        ("one huge value", outlier()),
        (
            "whole numbers",
            Matrix::new(60, 2, (0..120).map(|i| f64::from(i * 7 % 5)).collect()),
        ),
    ]
}

fn outlier() -> Matrix {
    let mut values: Vec<f64> = (0..60).map(|i| f64::from(i % 7)).collect();
    values[30] = 1e150;
    Matrix::new(30, 2, values)
}

#[test]
fn edges_give_finite_models_or_a_sentence() {
    let mut wrong = Vec::new();
    for (algorithm, params) in each_engine() {
        for (name, x) in edges() {
            let rows = x.rows();
            let codes = (0..rows as u32).map(|i| i % 2).collect();
            let numbers = (0..rows)
                .map(|i| x.at(i, 0) / 2.0 + (i % 3) as f64)
                .collect();
            let samples = of_task(algorithm.task, x, codes, numbers);
            let run = || -> Outcome<Vec<f64>> {
                let fit = fit(&samples, &params, &context(2), 60)?;
                predict(&*fit.model(), &samples.x)
            };
            let shown = format!("{}: {name}", title(&params));
            match catch_unwind(AssertUnwindSafe(run)) {
                Err(_) => wrong.push(format!("{shown}: panics")),
                Ok(Err(Halt::Cancelled)) => wrong.push(format!("{shown}: cancelled by nobody")),
                Ok(Err(Halt::Failed(problem))) if problem.what.is_empty() => {
                    wrong.push(format!("{shown}: says nothing"))
                }
                Ok(Err(Halt::Failed(_))) => {}
                Ok(Ok(predicted)) => {
                    if let Some(value) = predicted.iter().find(|v| !v.is_finite()) {
                        wrong.push(format!("{shown}: predicts {value}"));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Targets at the edges: all numbers alike, huge ones, a class with one row, many classes.
#[test]
fn targets_at_the_edges_do_no_harm() {
    let mut random = Random::new(5);
    let x = Matrix::new(40, 2, (0..80).map(|_| random.normal()).collect());
    let rows = 0..40u32;
    let targets: Vec<(&str, Vec<u32>, Vec<f64>)> = vec![
        (
            "alike",
            rows.clone().map(|i| i % 2).collect(),
            vec![7.0; 40],
        ),
        (
            "huge",
            rows.clone().map(|i| u32::from(i == 0)).collect(),
            rows.clone().map(|i| 1e100 * f64::from(i)).collect(),
        ),
        (
            "tiny",
            rows.clone().map(|i| i / 2).collect(),
            rows.clone().map(|i| 1e-200 * f64::from(i)).collect(),
        ),
    ];
    let mut wrong = Vec::new();
    for (algorithm, params) in each_engine() {
        for (name, codes, numbers) in &targets {
            let samples = of_task(algorithm.task, x.clone(), codes.clone(), numbers.clone());
            let run = || -> Outcome<Vec<f64>> {
                let fit = fit(&samples, &params, &context(1), 60)?;
                predict(&*fit.model(), &samples.x)
            };
            let fine = match catch_unwind(AssertUnwindSafe(run)) {
                Ok(Ok(predicted)) => predicted.iter().all(|v| v.is_finite()),
                Ok(Err(Halt::Failed(problem))) => !problem.what.is_empty(),
                _ => false,
            };
            if !fine {
                wrong.push(format!("{}: {name}", title(&params)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
