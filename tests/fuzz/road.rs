//! The whole road: table, roles, recipe, folds, fits, report, and predictions of another table.

use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Instant;

use seefit::base::{Cancel, Halt, Random};
use seefit::data::Table;
use seefit::model::{Context, Params, Task};
use seefit::prepare::{Role, Roles};
use seefit::train::{After, CurvePoint, Emit, Event, Fitted, Job, PreparedCache, Report, Run};

use super::case::{Ending, halted};
use super::direct::predictions;
use super::settings::{self, chance};
use super::sound::sound;
use super::tables;

pub fn run(
    random: &mut Random,
    params: Params,
    cancel: &Cancel,
    shown: bool,
) -> Result<Ending, String> {
    let task = params.algorithm().task;
    let rows = tables::rows(random);
    let table = tables::table(random, task, &rows).ok_or("no table")?;
    let job = Arc::new(job(random, table, params));
    if shown {
        println!("{:?} {:?} {}", job.recipe, job.roles, job.split);
        println!("{:?}", job.table);
    }
    let context = Context {
        seed: job.seed,
        threads: 1 + random.below(2),
        ..Context::default()
    };
    let (sender, events) = channel();
    let emit = Emit::new(sender, || {});
    let after = After {
        curve: chance(random, 0.1),
        growth: chance(random, 0.1),
    };
    let mut run = Run::new(job.clone(), PreparedCache::default(), context, emit, after);
    let most = 1 + random.below(200);
    let early = chance(random, 0.1).then(|| random.below(most));
    let mut seen = Seen {
        task,
        fitted: None,
        report: None,
    };
    let mut units = 0;
    let ending = loop {
        if run.is_done() {
            break Ending::Finished;
        }
        if early == Some(units) {
            cancel.cancel();
        }
        let advanced = run.advance(Some(Instant::now()), cancel);
        for event in events.try_iter() {
            seen.look(event)?;
        }
        match advanced {
            Err(Halt::Cancelled) if cancel.is_cancelled() => break Ending::Stopped,
            Err(halt) => return halted(halt, cancel.is_cancelled()),
            Ok(()) => {}
        }
        units += 1;
        if units >= most {
            break Ending::Finished;
        }
    };
    if ending == Ending::Stopped {
        return Ok(ending);
    }
    if !run.is_scored() && chance(random, 0.3) {
        // Stopped by the person: what there is, is reported.
        if let Err(halt) = run.report_stopped(cancel) {
            return halted(halt, cancel.is_cancelled());
        }
        for event in events.try_iter() {
            seen.look(event)?;
        }
    }
    let fitted = match (&seen.report, &seen.fitted) {
        (Some(report), _) if report.fitted.is_some() => report.fitted.clone(),
        (_, fitted) => fitted.clone(),
    };
    if let Some(fitted) = fitted {
        let other = tables::other(random, &job.table).ok_or("no other table")?;
        for (name, table) in [("its own", &job.table), ("another", &other)] {
            match of_table(task, &fitted, table, cancel) {
                Ok(sound) => sound.map_err(|what| format!("{what} of {name} table"))?,
                Err(halt) => return halted(halt, cancel.is_cancelled()),
            }
        }
    }
    Ok(ending)
}

fn job(random: &mut Random, table: Table, params: Params) -> Job {
    let target = table.columns().len() - 1;
    let (mut roles, _) = Roles::guess(&table, Some(target));
    match random.below(20) {
        // Also what nobody would choose: ids, dates, text, constant columns.
        0..=6 => (0..target).for_each(|column| roles.set(column, Role::Feature)),
        7 => roles.set(target, Role::Ignored),
        8 => roles.set(0, Role::Target),
        _ => {}
    }
    Job {
        table,
        roles,
        recipe: settings::recipe(random),
        params,
        split: settings::split(random),
        seed: random.word(),
        test: None,
    }
}

/// Predictions of all rows of a table; the outer error is a halt, the inner one a fault.
fn of_table(
    task: Task,
    fitted: &Fitted,
    table: &Table,
    cancel: &Cancel,
) -> Result<Result<(), String>, Halt> {
    let rows: Vec<u32> = (0..table.rows() as u32).collect();
    let x = fitted.recipe.apply(table, &rows, cancel)?;
    if let Some(value) = x.values().iter().find(|value| !value.is_finite()) {
        return Ok(Err(format!("the recipe gives {value}")));
    }
    let values = predictions(&*fitted.model, &x, cancel)?;
    Ok(sound(task, &*fitted.model, x.rows(), &values))
}

/// What the events told.
struct Seen {
    task: Task,
    fitted: Option<Fitted>,
    report: Option<Arc<Report>>,
}

impl Seen {
    fn look(&mut self, event: Event) -> Result<(), String> {
        match event {
            Event::Progress { pace, .. } => {
                if !(0.0..=1.0).contains(&pace.fraction) {
                    return Err(format!("progress is {}", pace.fraction));
                }
                if pace.seconds_left.is_some_and(|left| !(left >= 0.0)) {
                    return Err(format!("{:?} seconds are left", pace.seconds_left));
                }
            }
            Event::CurvePoint { point, .. } => finite(&point)?,
            Event::Snapshot { snapshot, .. } => {
                if snapshot.fitted.step > snapshot.fitted.planned {
                    let Fitted { step, planned, .. } = &snapshot.fitted;
                    return Err(format!("step {step} of {planned}"));
                }
                self.fitted = Some(snapshot.fitted.clone());
            }
            Event::Finished { report, .. } => {
                self.report_is_sound(&report)?;
                self.report = Some(report);
            }
            Event::Crashed { what } => return Err(format!("crashed: {what}")),
            _ => {}
        }
        Ok(())
    }

    fn report_is_sound(&self, report: &Report) -> Result<(), String> {
        for (metric, spread) in &report.metrics {
            let (low, high) = metric.range();
            let all = spread
                .per_fold
                .iter()
                .copied()
                .chain([spread.mean, spread.pooled]);
            for value in all.flatten() {
                let within = value >= low - 1e-9 && value <= high + 1e-9;
                if !value.is_finite() || !within {
                    return Err(format!("{} is {value}: {spread:?}", metric.name()));
                }
            }
            if spread.std.is_some_and(|std| !std.is_finite()) {
                return Err(format!("{} spreads by {:?}", metric.name(), spread.std));
            }
        }
        for value in [
            report.inertia,
            report.silhouette,
            report.davies_bouldin,
            report.calinski_harabasz,
        ] {
            if value.is_some_and(|value| !value.is_finite()) {
                return Err(format!("a score of the clusters is {value:?}"));
            }
        }
        if self.task == Task::Clustering && report.fitted.is_some() {
            let rows = report.sizes.iter().sum::<usize>() + report.noise.unwrap_or(0);
            if rows != report.rows {
                return Err(format!(
                    "{rows} of {} rows have a cluster or none",
                    report.rows
                ));
            }
        }
        if let Some(warning) = report.warnings.iter().find(|text| !text.ends_with('.')) {
            return Err(format!("warns “{warning}”"));
        }
        Ok(())
    }
}

fn finite(point: &CurvePoint) -> Result<(), String> {
    let all = [
        &point.validation,
        &point.training,
        &point.validation_loss,
        &point.training_loss,
    ];
    let values = all.into_iter().flatten().flatten();
    match values.chain([&point.x]).find(|value| !value.is_finite()) {
        Some(value) => Err(format!("a point of the curve is {value}: {point:?}")),
        None => Ok(()),
    }
}
