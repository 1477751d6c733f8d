//! The whole road from a table with gaps, categories and strangers to a report.

use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Instant;

use seefit::base::{Cancel, Halt};
use seefit::data::{Column, Table, TableBuilder};
use seefit::evaluate::{Metric, MetricTask};
use seefit::model::{Context, Params, Task};
use seefit::prepare::{Recipe, Role, Roles, SplitScheme};
use seefit::train::{After, Emit, Event, Job, PreparedCache, Report, Run, run_to_end};

use super::samples::predict;
use super::subject::{NotForIt, Passes, Subject, Verdict};

const ROWS: usize = 60;

/// Two of the ordinary numbers, a category, and the target of the task as the last column.
fn columns(s: &Subject) -> Vec<Column> {
    let x = &s.samples.x;
    let number = |column: usize| x.column(column).take(ROWS).collect::<Vec<f64>>();
    // Every class has every side.
    let level = |row: usize| (row / 3 % 3) as u32;
    let levels = ["east", "north", "west"].map(str::to_owned).to_vec();
    let mut columns = vec![
        Column::numbers("a", number(0)),
        Column::numbers("count", number(2)),
        Column::categories("side", (0..ROWS).map(level).collect(), levels),
    ];
    columns.push(match s.task() {
        Task::Regression => Column::numbers("y", s.samples.numbers()[..ROWS].to_vec()),
        _ => {
            let codes = (0..ROWS as u32).map(|row| row % 3).collect();
            let names = ["one", "two", "three"].map(str::to_owned).to_vec();
            Column::categories("y", codes, names)
        }
    });
    columns
}

fn table(columns: Vec<Column>) -> Table {
    let builder = columns
        .into_iter()
        .fold(TableBuilder::new("t"), TableBuilder::column);
    builder.build().expect("a table")
}

fn job(table: Table, params: &Params) -> Arc<Job> {
    let target = table.columns().len() - 1;
    let (mut roles, _) = Roles::guess(&table, Some(target));
    (0..target).for_each(|column| roles.set(column, Role::Feature));
    Arc::new(Job {
        table,
        roles,
        recipe: Recipe::default(),
        params: params.clone(),
        split: SplitScheme::KFold { k: 3 },
        seed: 42,
        test: None,
    })
}

fn own_job(s: &Subject) -> Arc<Job> {
    job(table(columns(s)), &quick(s))
}

/// Dummies of a category depend on each other, which quadratic discriminants bear with a little ridge alone.
fn quick(s: &Subject) -> Params {
    if s.is("qda") {
        s.with(&[("reg_param", "0.1")])
    } else {
        s.quick.clone()
    }
}

fn context(threads: usize) -> Context {
    super::samples::context(threads)
}

fn report(job: &Arc<Job>, cache: &PreparedCache, threads: usize) -> Arc<Report> {
    match run_to_end(job.clone(), cache, context(threads), &Cancel::new()) {
        Ok(report) => report,
        Err(halt) => panic!("{halt:?}"),
    }
}

/// What of a report does not tell the time.
fn told(report: &Report) -> String {
    format!(
        "{:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?}",
        report.metrics,
        report.confusion,
        report.curve,
        report.clusters,
        report.held_out,
        report.inertia,
        report.warnings,
        report
            .fitted
            .as_ref()
            .and_then(|fitted| fitted.model.save()),
    )
}

pub fn its_report_has_finite_scores(s: &Subject) -> Verdict {
    let report = report(&own_job(s), &PreparedCache::default(), 1);
    if s.task() == Task::Clustering {
        assert_eq!(report.clusters.len(), ROWS);
        assert_eq!(
            report.sizes.iter().sum::<usize>() + report.noise.unwrap_or(0),
            ROWS
        );
        return Passes;
    }
    let task = match s.task() {
        Task::Classification => MetricTask::Classification,
        _ => MetricTask::Regression,
    };
    let spread = report
        .score(Metric::leading(task))
        .expect("a leading score");
    assert!(spread.mean.is_some_and(f64::is_finite) && spread.pooled.is_some_and(f64::is_finite));
    assert_eq!(spread.per_fold.len(), 3);
    assert_eq!(report.held_out.values.len(), ROWS * report.held_out.outputs);
    assert!(report.held_out.values.iter().all(|v| v.is_finite()));
    Passes
}

pub fn its_report_names_the_classes(s: &Subject) -> Verdict {
    if s.task() != Task::Classification {
        return NotForIt;
    }
    let report = report(&own_job(s), &PreparedCache::default(), 1);
    assert_eq!(report.class_names, ["one", "two", "three"]);
    let confusion = report.confusion.as_ref().expect("a confusion");
    assert_eq!(confusion.total() as usize, ROWS);
    assert!((0..3).all(|class| confusion.actual(class) == 20));
    Passes
}

pub fn threads_do_not_show_in_its_report(s: &Subject) -> Verdict {
    let job = own_job(s);
    let one = report(&job, &PreparedCache::default(), 1);
    let three = report(&job, &PreparedCache::default(), 3);
    assert_eq!(told(&one), told(&three));
    Passes
}

/// As slow workers get it done, in slices of one unit, and as a quick one does, at once.
pub fn the_size_of_slices_does_not_show(s: &Subject) -> Verdict {
    let job = own_job(s);
    let small = report(&job, &PreparedCache::default(), 1);
    let (mut run, events) = run_of(&job, &PreparedCache::default());
    run.advance(None, &Cancel::new()).expect("a run");
    let large = events().into_iter().find_map(finished).expect("a report");
    assert_eq!(told(&small), told(&large));
    Passes
}

fn run_of(job: &Arc<Job>, cache: &PreparedCache) -> (Run, impl Fn() -> Vec<Event> + use<>) {
    let (sender, events) = channel();
    let emit = Emit::new(sender, || {});
    let run = Run::new(
        job.clone(),
        cache.clone(),
        context(1),
        emit,
        After::default(),
    );
    (run, move || events.try_iter().collect())
}

fn finished(event: Event) -> Option<Arc<Report>> {
    match event {
        Event::Finished { report, .. } if !report.stopped => Some(report),
        _ => None,
    }
}

/// Stopped before every unit and asked to go on, the run comes to the same end; so does one that shares
/// its preparation afterwards.
pub fn a_stopped_run_goes_on_to_the_same_end(s: &Subject) -> Verdict {
    let (job, cache) = (own_job(s), PreparedCache::default());
    let stopped = Cancel::new();
    stopped.cancel();
    let (mut run, events) = run_of(&job, &cache);
    while !run.is_done() {
        assert_eq!(
            run.advance(Some(Instant::now()), &stopped),
            Err(Halt::Cancelled)
        );
        run.advance(Some(Instant::now()), &Cancel::new())
            .expect("a unit");
    }
    let resumed = events().into_iter().find_map(finished).expect("a report");
    let whole = report(&job, &PreparedCache::default(), 1);
    assert_eq!(told(&resumed), told(&whole));
    assert_eq!(told(&report(&job, &cache, 1)), told(&whole));
    Passes
}

/// Whoever stops it gets what there is; going on is not disturbed.
pub fn a_report_of_a_stopped_run_is_sound(s: &Subject) -> Verdict {
    let job = own_job(s);
    let (mut run, events) = run_of(&job, &PreparedCache::default());
    let mut stopped = 0;
    while !run.is_done() {
        if stopped < 4 && !run.is_scored() {
            run.report_stopped(&Cancel::new()).expect("a report");
            stopped += 1;
        }
        run.advance(Some(Instant::now()), &Cancel::new())
            .expect("a unit");
    }
    let mut whole = None;
    for event in events() {
        if let Event::Finished { report, .. } = &event {
            let all = report.metrics.iter().filter_map(|(_, spread)| spread.mean);
            assert!(all.into_iter().all(f64::is_finite));
            assert!(report.fitted.as_ref().is_none_or(|fitted| fitted.step > 0));
        }
        whole = finished(event).or(whole);
    }
    let undisturbed = report(&job, &PreparedCache::default(), 1);
    assert_eq!(told(&whole.expect("a report")), told(&undisturbed));
    Passes
}

pub fn its_progress_only_grows(s: &Subject) -> Verdict {
    let (mut run, events) = run_of(&own_job(s), &PreparedCache::default());
    run.advance(None, &Cancel::new()).expect("a run");
    let mut before = 0.0;
    let mut seen = 0;
    for event in events() {
        if let Event::Progress { pace, .. } = event {
            let fraction = pace.fraction;
            assert!((0.0..=1.0).contains(&fraction), "{fraction}");
            assert!(
                fraction >= before,
                "{before}, then {fraction} ({})",
                pace.text
            );
            assert!(!pace.text.is_empty());
            before = fraction;
            seen += 1;
        }
    }
    if seen == 0 { NotForIt } else { Passes }
}

/// One point a scored step, from left to right, each finite and with a value a fold.
pub fn its_curve_is_finite_and_runs_forward(s: &Subject) -> Verdict {
    let report = report(&own_job(s), &PreparedCache::default(), 1);
    if report.curve.is_empty() {
        return NotForIt;
    }
    assert!(report.curve.is_sorted_by(|a, b| a.x < b.x));
    for point in &report.curve {
        let all = [
            &point.validation,
            &point.training,
            &point.validation_loss,
            &point.training_loss,
        ];
        assert!(
            all.into_iter().flatten().flatten().all(|v| v.is_finite()),
            "{point:?}"
        );
        assert!(s.task() == Task::Clustering || point.validation.len() == 3);
    }
    Passes
}

/// Gaps and infinities are filled from the training rows, and said so.
pub fn missing_values_are_filled(s: &Subject) -> Verdict {
    let mut columns = columns(s);
    let mut values: Vec<f64> = s.samples.x.column(0).take(ROWS).collect();
    (values[3], values[17], values[40]) = (f64::NAN, f64::INFINITY, f64::NEG_INFINITY);
    columns[0] = Column::numbers("a", values);
    let report = report(
        &job(table(columns), &quick(s)),
        &PreparedCache::default(),
        1,
    );
    assert_eq!(report.rows, ROWS);
    let told = report
        .warnings
        .iter()
        .any(|w| w.contains("Column a") && w.contains("3 missing"));
    assert!(told, "{:?}", report.warnings);
    Passes
}

/// Rows without a target cannot be learned from; they are left out, and said so.
pub fn rows_without_a_target_are_left_out(s: &Subject) -> Verdict {
    if s.task() == Task::Clustering {
        return NotForIt;
    }
    let mut columns = columns(s);
    columns[3] = match s.task() {
        Task::Regression => {
            let mut y = s.samples.numbers()[..ROWS].to_vec();
            (y[0], y[30]) = (f64::NAN, f64::INFINITY);
            Column::numbers("y", y)
        }
        _ => {
            let gap = |row: u32| {
                if row.is_multiple_of(30) {
                    u32::MAX
                } else {
                    row % 3
                }
            };
            let names = ["one", "two", "three"].map(str::to_owned).to_vec();
            Column::categories("y", (0..ROWS as u32).map(gap).collect(), names)
        }
    };
    let report = report(
        &job(table(columns), &quick(s)),
        &PreparedCache::default(),
        1,
    );
    assert_eq!(report.rows, ROWS - 2);
    assert!(!report.warnings.is_empty());
    Passes
}

fn refused(s: &Subject, columns: Vec<Column>, role: Option<Role>) -> String {
    let mut job = Job::clone(&job(table(columns), &quick(s)));
    if let Some(role) = role {
        job.roles.set(3, role);
    }
    let (job, cache) = (Arc::new(job), PreparedCache::default());
    match run_to_end(job, &cache, context(1), &Cancel::new()) {
        Err(Halt::Failed(problem)) => problem.to_string(),
        other => panic!("{other:?}"),
    }
}

pub fn without_a_target_it_says_so(s: &Subject) -> Verdict {
    if s.task() == Task::Clustering {
        return NotForIt;
    }
    let sentence = refused(s, columns(s), Some(Role::Ignored));
    assert!(sentence.contains("target"), "{sentence}");
    let mut columns = columns(s);
    columns[3] = Column::numbers("y", vec![f64::NAN; ROWS]);
    let sentence = refused(s, columns, None);
    assert!(!sentence.is_empty());
    Passes
}

pub fn a_target_of_another_kind_is_refused(s: &Subject) -> Verdict {
    let mut columns = columns(s);
    columns[3] = match s.task() {
        Task::Clustering => return NotForIt,
        Task::Regression => {
            let names = ["low", "high"].map(str::to_owned).to_vec();
            Column::categories("y", (0..ROWS as u32).map(|row| row % 2).collect(), names)
        }
        Task::Classification => {
            Column::numbers("y", (0..ROWS).map(|row| 0.1 + row as f64).collect())
        }
    };
    let sentence = refused(s, columns, None);
    assert!(sentence.contains('y'), "{sentence}");
    Passes
}

/// A level that the training rows do not have, a gap, and an extreme number.
pub fn unseen_categories_are_predicted(s: &Subject) -> Verdict {
    let report = report(&own_job(s), &PreparedCache::default(), 1);
    let fitted = report.fitted.as_ref().expect("a model");
    let levels = ["east", "south", "west"].map(str::to_owned).to_vec();
    let other = table(vec![
        Column::numbers("a", vec![2.0, f64::NAN, 4.0]),
        Column::numbers("count", vec![1.0, 2.0, 3.0]),
        Column::categories("side", vec![1, u32::MAX, 0], levels),
    ]);
    let cancel = Cancel::new();
    let x = fitted
        .recipe
        .apply(&other, &[0, 1, 2], &cancel)
        .expect("a matrix");
    let predicted = match predict(&*fitted.model, &x) {
        Ok(predicted) => predicted,
        Err(halt) => panic!("{halt:?}"),
    };
    assert_eq!(predicted.len(), 3 * fitted.model.outputs());
    assert!(predicted.iter().all(|v| v.is_finite()));
    // No rows, no predictions.
    let none = fitted.recipe.apply(&other, &[], &cancel).expect("no rows");
    assert_eq!(predict(&*fitted.model, &none), Ok(Vec::new()));
    Passes
}

/// A job says of itself all that decides its result.
pub fn its_key_changes_with_the_seed_and_the_split(s: &Subject) -> Verdict {
    let job = own_job(s);
    let mut other = Job::clone(&job);
    other.seed = 43;
    assert_ne!(other.key(), job.key());
    let mut other = Job::clone(&job);
    other.split = SplitScheme::KFold { k: 4 };
    assert_ne!(other.key(), job.key());
    assert_eq!(Job::clone(&job).key(), job.key());
    Passes
}
