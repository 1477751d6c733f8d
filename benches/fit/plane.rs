//! A plane of 200 x 200 and one of 50 x 50 points after a fit on 1,000 rows, by one thread.

use std::sync::Arc;

use seefit::base::{Cancel, Hash128, Random};
use seefit::model::{ALGORITHMS, Algorithm, Grid, Samples, Task};
use seefit::numeric::{Labels, Matrix};

use crate::data::processor_seconds;

const ROWS: usize = 1_000;

pub fn measure(
    columns: usize,
    models: &[&'static Algorithm],
    settings: &[(String, String)],
) -> Result<(), String> {
    let wanted = |a: &&Algorithm| models.is_empty() || models.iter().any(|m| m.id == a.id);
    for &algorithm in ALGORITHMS.iter().filter(|a| wanted(a)) {
        let samples = samples(algorithm, columns);
        let params = super::settled(algorithm, settings)?;
        let go = Cancel::new();
        let fit = match super::run(algorithm, &samples, &params, 2, &go) {
            Ok(fit) => fit,
            Err(halt) => {
                println!("{:32} {columns:3} columns: {halt:?}", algorithm.id);
                continue;
            }
        };
        let model = fit.model();
        let median = |points: usize| {
            let mut times: Vec<f64> = (0..9)
                .map(|time| {
                    let grid = grid(columns, points, 3.0 + 1e-6 * f64::from(time));
                    let mut out = vec![0.0; grid.len() * model.outputs()];
                    // Of the processor: it holds on a loaded machine.
                    let begun = processor_seconds();
                    let done = model.predict_grid(&grid, &mut out, &go);
                    let ms = 1e3 * (processor_seconds() - begun);
                    if done.is_ok() { ms } else { f64::NAN }
                })
                .collect();
            times.sort_by(f64::total_cmp);
            times[times.len() / 2]
        };
        let (full, coarse) = (median(200), median(50));
        println!(
            "{:32} {columns:3} columns: {full:8.2} ms, coarse {coarse:7.2} ms",
            algorithm.id
        );
    }
    Ok(())
}

fn grid(columns: usize, points: usize, reach: f64) -> Grid {
    let values = |count: usize| -> Vec<f64> {
        let step = 2.0 * reach / count as f64;
        (0..count)
            .map(|i| (i as f64 + 0.5) * step - reach)
            .collect()
    };
    Grid {
        base: vec![0.1; columns],
        x_column: 0,
        x_values: values(points),
        y_column: Some(1),
        y_values: values(points),
    }
}

/// Two overlapping bends in the first two columns, noise in the others; whole numbers for models of counts.
fn samples(algorithm: &Algorithm, columns: usize) -> Arc<Samples> {
    let mut random = Random::new(1);
    let counts = ["multinomial_nb", "complement_nb", "categorical_nb"].contains(&algorithm.id);
    let values: Vec<f64> = (0..ROWS * columns)
        .map(|_| random.normal())
        .map(|value| {
            if counts {
                (2.0 * value + 4.0).round().max(0.0)
            } else {
                value
            }
        })
        .collect();
    let target = |row: &[f64]| (2.0 * row[0]).sin() + row[1];
    let targets: Vec<f64> = values
        .chunks(columns)
        .map(|row| target(row) + 0.3 * random.normal())
        .collect();
    let y = match algorithm.task {
        Task::Classification => Some(Labels::Classes {
            codes: targets
                .iter()
                .map(|&t| u32::from(t > 0.0) + u32::from(t > 1.0))
                .collect(),
            count: 3,
        }),
        Task::Regression => Some(Labels::Numbers(targets.into())),
        Task::Clustering => None,
    };
    Arc::new(Samples {
        x: Matrix::new(ROWS, columns, values),
        y,
        key: Hash128(columns as u128),
    })
}
