//! How soon a fit or a prediction ends after it was asked to.

use std::sync::Arc;
use std::time::{Duration, Instant};

use seefit::base::{Cancel, Hash128, Outcome, Random};
use seefit::model::{ALGORITHMS, Algorithm, Context, Params, Samples, Task};
use seefit::numeric::{Labels, Matrix};

use crate::report::{Report, quantile};

const ROWS: usize = 100_000;
const COLUMNS: usize = 20;
const TRIES: usize = 16;
/// A stop comes at a random moment within this time.
const LONGEST_MS: f64 = 600.0;

pub fn measure(wanted: impl Fn(&str) -> bool, report: &mut Report) {
    let mut random = Random::new(7);
    for algorithm in ALGORITHMS
        .iter()
        .copied()
        .filter(|a| wanted(a.id) && !a.is_dummy())
    {
        let params = Params::defaults(algorithm);
        let samples = samples(algorithm.task, ROWS);
        let fit = |cancel: &Cancel| -> Outcome<()> {
            let mut fit = (algorithm.start)(samples.clone(), &params, &Context::default())?;
            while !fit.is_finished() {
                fit.step(cancel)?;
            }
            Ok(())
        };
        line(
            report,
            algorithm,
            "fit",
            &tries(&fit, LONGEST_MS, &mut random),
        );
        let small = self::samples(algorithm.task, 2_000);
        let model = (algorithm.start)(small, &params, &Context::default()).and_then(|mut fit| {
            while !fit.is_finished() {
                fit.step(&Cancel::new())?;
            }
            Ok(fit.model())
        });
        let Ok(model) = model else {
            report.note(algorithm.id, "does not fit 2000 rows");
            continue;
        };
        let predict = |cancel: &Cancel| -> Outcome<()> {
            let mut out = vec![0.0; ROWS * model.outputs()];
            model.predict(samples.x.values(), COLUMNS, &mut out, cancel)
        };
        line(
            report,
            algorithm,
            "prediction",
            &tries(&predict, LONGEST_MS, &mut random),
        );
    }
}

fn line(report: &mut Report, algorithm: &Algorithm, what: &str, tries: &Tries) {
    let words = match (quantile(&tries.ms, 0.5), quantile(&tries.ms, 0.99)) {
        (Some(p50), Some(p99)) => {
            format!("p50 {p50:.1}, p99 {p99:.1} ms of {} stops", tries.ms.len())
        }
        _ => format!("done in {:.1} ms, before any stop", tries.whole_ms),
    };
    // What is always done before it is stopped ends within its own time.
    let judged = quantile(&tries.ms, 0.99).or(Some(tries.whole_ms));
    report.line(
        &format!(
            "stop of a {what}: {}, {ROWS} rows x {COLUMNS}",
            algorithm.id
        ),
        judged,
        &words,
        [100.0, 20.0],
    );
}

struct Tries {
    ms: Vec<f64>,
    /// The whole work, or the limit where it takes longer.
    whole_ms: f64,
}

/// Does `work` on another thread and stops it at random moments.
fn tries(
    work: &(impl Fn(&Cancel) -> Outcome<()> + Sync),
    limit_ms: f64,
    random: &mut Random,
) -> Tries {
    let first = stopped_after(work, limit_ms);
    let whole_ms = first.work_ms.min(limit_ms);
    let mut ms: Vec<f64> = first.stop_ms.into_iter().collect();
    for _ in 1..TRIES {
        ms.extend(stopped_after(work, random.uniform() * whole_ms).stop_ms);
    }
    Tries { ms, whole_ms }
}

struct Try {
    /// From the stop to the end; None where the work was done before.
    stop_ms: Option<f64>,
    work_ms: f64,
}

fn stopped_after(work: &(impl Fn(&Cancel) -> Outcome<()> + Sync), after_ms: f64) -> Try {
    let cancel = Cancel::new();
    std::thread::scope(|scope| {
        let worker = scope.spawn(|| {
            let begun = Instant::now();
            let outcome = work(&cancel);
            (outcome.is_err(), begun, Instant::now())
        });
        let begun = Instant::now();
        let after = Duration::from_secs_f64(after_ms / 1e3);
        while begun.elapsed() < after && !worker.is_finished() {
            std::thread::sleep(Duration::from_micros(200));
        }
        let asked = Instant::now();
        cancel.cancel();
        let (was_stopped, begun, ended) = worker.join().expect("the work does not panic");
        let ms = |d: Duration| d.as_secs_f64() * 1e3;
        Try {
            stop_ms: was_stopped.then(|| ms(ended.duration_since(asked))),
            work_ms: ms(ended.duration_since(begun)),
        }
    })
}

/// Normal numbers, a target that half of the columns decide, some noise.
fn samples(task: Task, rows: usize) -> Arc<Samples> {
    let mut random = Random::new(1);
    let values: Vec<f64> = (0..rows * COLUMNS).map(|_| random.normal()).collect();
    let sum = |row: &[f64]| -> f64 {
        let half = &row[..COLUMNS / 2];
        half.iter().sum::<f64>() + row[0] * row[1]
    };
    let targets: Vec<f64> = values
        .chunks(COLUMNS)
        .map(|row| sum(row) + random.normal())
        .collect();
    let y = match task {
        Task::Classification => Some(Labels::Classes {
            codes: targets.iter().map(|&t| u32::from(t > 0.0)).collect(),
            count: 2,
        }),
        Task::Regression => Some(Labels::Numbers(targets.into())),
        Task::Clustering => None,
    };
    Arc::new(Samples {
        x: Matrix::new(rows, COLUMNS, values),
        y,
        key: Hash128(rows as u128),
    })
}
