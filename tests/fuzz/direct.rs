//! The model alone: a matrix as no preparation would make it, some steps, and predictions of other rows.

use std::sync::Arc;

use seefit::base::{Cancel, Halt, Hash128, Random};
use seefit::model::{Context, Facts, Grid, Model, Params, Samples, Task, restore};
use seefit::numeric::Matrix;

use super::case::{Ending, halted, refused};
use super::settings::chance;
use super::sound::sound;
use super::tables;

pub fn run(
    random: &mut Random,
    params: &Params,
    cancel: &Cancel,
    shown: bool,
) -> Result<Ending, String> {
    let algorithm = params.algorithm();
    let task = algorithm.task;
    let rows = tables::rows(random);
    let x = tables::matrix(random, &rows);
    if x.rows() == 0 {
        // The preparation lets no table without rows through.
        return Ok(Ending::Refused);
    }
    let y = tables::labels(random, task, &x);
    let samples = Arc::new(Samples {
        x,
        y,
        key: Hash128(u128::from(random.word())),
    });
    if shown {
        println!("{samples:?}");
        (0..samples.x.rows().min(20)).for_each(|row| println!("{:?}", samples.x.row(row)));
    }
    let facts = Facts {
        rows: samples.x.rows(),
        columns: samples.x.columns(),
        classes: samples.classes().1,
    };
    if let Err(problem) = (algorithm.check)(&facts, params) {
        return refused(&problem);
    }
    let context = Context {
        seed: random.word(),
        threads: 1 + random.below(2),
        ..Context::default()
    };
    let mut fit = match (algorithm.start)(samples.clone(), params, &context) {
        Ok(fit) => fit,
        Err(halt) => return halted(halt, cancel.is_cancelled()),
    };
    let most = 1 + random.below(40);
    let early = chance(random, 0.1).then(|| random.below(most));
    for step in 0..most {
        if fit.is_finished() {
            break;
        }
        if early == Some(step) {
            cancel.cancel();
        }
        let before = fit.taken();
        if let Err(halt) = fit.step(cancel) {
            return halted(halt, cancel.is_cancelled());
        }
        if fit.taken() > fit.planned() || fit.taken() < before {
            return Err(format!(
                "{} of {} steps after {before}",
                fit.taken(),
                fit.planned()
            ));
        }
        if fit.loss().is_some_and(|loss| loss.is_nan()) {
            return Err(format!("the loss is no number after step {}", fit.taken()));
        }
        if let Some(note) = fit.notes().iter().find(|note| !note.ends_with('.')) {
            return Err(format!("notes “{note}”"));
        }
    }
    if fit.taken() == 0 {
        return Err("takes no step and is finished".into());
    }
    let model = fit.model();
    let queries = tables::queries(random, &samples.x);
    for (name, x) in [("its own", &samples.x), ("other", &queries)] {
        match predictions(&*model, x, cancel) {
            Ok(values) => sound(task, &*model, x.rows(), &values)
                .map_err(|what| format!("{what} of {name} rows"))?,
            Err(halt) => return halted(halt, cancel.is_cancelled()),
        }
    }
    if chance(random, 0.2)
        && let Err(halt) = plane(random, task, &*model, &samples.x, cancel)?
    {
        return halted(halt, cancel.is_cancelled());
    }
    if chance(random, 0.1) {
        comes_back(&*model, task, &samples.x, cancel)?;
    }
    let _ = (model.inside(), model.bytes());
    Ok(Ending::Finished)
}

pub fn predictions(model: &dyn Model, x: &Matrix, cancel: &Cancel) -> Result<Vec<f64>, Halt> {
    let mut out = vec![f64::NAN; x.rows() * model.outputs()];
    model.predict(x.values(), x.columns(), &mut out, cancel)?;
    Ok(out)
}

/// A plane through a row of the fit, in the units of its columns or far outside.
fn plane(
    random: &mut Random,
    task: Task,
    model: &dyn Model,
    x: &Matrix,
    cancel: &Cancel,
) -> Result<Result<(), Halt>, String> {
    let columns = x.columns();
    let wide = if chance(random, 0.2) { 1e300 } else { 4.0 };
    let mut axis = |count: usize| -> Vec<f64> {
        (0..count)
            .map(|_| wide * (random.uniform() - 0.5))
            .collect()
    };
    let (xs, ys) = (axis(7), axis(5));
    let y_column = (columns > 1).then_some(0);
    let grid = Grid {
        base: x.row(0).to_vec(),
        x_column: columns - 1,
        x_values: xs,
        y_column,
        y_values: if y_column.is_some() { ys } else { vec![0.0] },
    };
    let mut out = vec![f64::NAN; grid.len() * model.outputs()];
    if let Err(halt) = model.predict_grid(&grid, &mut out, cancel) {
        return Ok(Err(halt));
    }
    sound(task, model, grid.len(), &out).map_err(|what| format!("{what} of a plane"))?;
    Ok(Ok(()))
}

/// Saved and read back, it predicts the same to the last bit.
fn comes_back(model: &dyn Model, task: Task, x: &Matrix, cancel: &Cancel) -> Result<(), String> {
    let saved = model.save().ok_or("gives nothing to save")?;
    let outputs = (task != Task::Clustering).then(|| model.outputs());
    let back = restore(saved.kind, &saved.state, x.columns(), outputs)
        .map_err(|problem| format!("does not come back: {problem}"))?;
    let bits = |model: &dyn Model| {
        let values = predictions(model, x, cancel).ok()?;
        Some(values.iter().map(|v| v.to_bits()).collect::<Vec<u64>>())
    };
    if let (Some(a), Some(b)) = (bits(model), bits(&*back))
        && a != b
    {
        return Err("predicts something else once read back".into());
    }
    Ok(())
}
