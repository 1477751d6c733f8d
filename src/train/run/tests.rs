//! What a run promises: steps that are real, stops that change nothing, rows that were not seen.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;

use super::*;
use crate::base::Random;
use crate::data::Table;
use crate::evaluate::Metric;
use crate::model::Params;
use crate::prepare::SplitScheme;
use crate::train::sample::{classes, job, params, shared, table};

fn context(seed: u64) -> Context {
    Context {
        seed,
        threads: 1,
        ..Context::default()
    }
}

fn report(job: Job) -> Arc<Report> {
    let seed = job.seed;
    let cache = PreparedCache::default();
    run_to_end(Arc::new(job), &cache, context(seed), &Cancel::new()).unwrap()
}

fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|v| v.to_bits()).collect()
}

fn accuracy(report: &Report) -> f64 {
    let spread = report.score(Metric::Accuracy).unwrap();
    spread.pooled.unwrap()
}

#[test]
fn each_step_of_a_forest_is_a_forest_of_so_many_trees() {
    let forest = |trees: usize| {
        let trees = trees.to_string();
        let set = [("n_estimators", trees.as_str()), ("max_depth", "3")];
        params("random_forest_classifier", &set)
    };
    let (sender, events) = channel();
    let emit = Emit::new(sender, || {});
    let of_eight = shared(table(120), forest(8));
    let mut run = Run::new(
        of_eight,
        PreparedCache::default(),
        context(42),
        emit,
        After::default(),
    );
    run.advance(None, &Cancel::new()).unwrap();
    let events: Vec<Event> = events.try_iter().collect();
    let points: Vec<&CurvePoint> = events
        .iter()
        .filter_map(|e| match e {
            Event::CurvePoint { point, .. } => Some(point),
            _ => None,
        })
        .collect();
    let snapshots: Vec<&Arc<Snapshot>> = events
        .iter()
        .filter_map(|e| match e {
            Event::Snapshot { snapshot, .. } => Some(snapshot),
            _ => None,
        })
        .collect();
    assert_eq!((points.len(), snapshots.len()), (8, 8));
    for trees in 1..=8 {
        let fresh = report(job(table(120), forest(trees)));
        let scores = &fresh.score(Metric::Accuracy).unwrap().per_fold;
        assert_eq!(&points[trees - 1].validation, scores, "{trees} trees");
        let snapshot = snapshots[trees - 1];
        assert_eq!(snapshot.fitted.step, trees);
        assert_eq!(
            bits(&snapshot.held_out.values),
            bits(&fresh.held_out.values)
        );
    }
    // The steps are not all alike: else the above would say little.
    assert!(bits(&snapshots[0].held_out.values) != bits(&snapshots[7].held_out.values));
}

/// Interrupted amid its work after every few events, reported, and advanced again.
fn interrupted(job: Job, every: usize) -> (Arc<Report>, usize) {
    let (sender, events) = channel();
    let count = Arc::new(AtomicUsize::new(0));
    let cancel: Arc<std::sync::Mutex<Cancel>> = Arc::default();
    let taken_in = Arc::new(std::sync::OnceLock::<Emit>::new());
    let emit = {
        let (count, cancel) = (count.clone(), cancel.clone());
        let taken_in = taken_in.clone();
        Emit::new(sender, move || {
            // Every event wakes anew.
            taken_in.get().map(Emit::taken_in);
            if count.fetch_add(1, Ordering::Relaxed) == every {
                cancel.lock().unwrap().cancel();
            }
        })
    };
    let _ = taken_in.set(emit.clone());
    let seed = job.seed;
    let job = Arc::new(job);
    let mut run = Run::new(
        job,
        PreparedCache::default(),
        context(seed),
        emit,
        After::default(),
    );
    let mut stops = 0;
    while !run.is_done() {
        let flag = Cancel::new();
        *cancel.lock().unwrap() = flag.clone();
        // What a resume says of itself is one event: counted anew, every turn gets on by some steps.
        count.store(0, Ordering::Relaxed);
        assert!(stops < 5_000, "it does not get on");
        match run.advance(None, &flag) {
            Ok(()) => {}
            Err(Halt::Cancelled) => {
                stops += 1;
                let fresh = Cancel::new();
                *cancel.lock().unwrap() = Cancel::new();
                run.report_stopped(&fresh).unwrap();
            }
            Err(Halt::Failed(problem)) => panic!("{problem}"),
        }
    }
    let mut last = None;
    let mut stopped = 0;
    for event in events.try_iter() {
        if let Event::Finished { report, .. } = event {
            stopped += usize::from(report.stopped);
            last = Some(report);
        }
    }
    assert_eq!(stopped, stops);
    (last.unwrap(), stops)
}

#[test]
fn stopped_and_continued_it_ends_as_if_never_stopped() {
    let cases: [(&str, &[(&str, &str)]); 4] = [
        ("random_forest_classifier", &[("n_estimators", "12")]),
        (
            "mlp_classifier",
            &[("max_iter", "15"), ("hidden_layer_sizes", "8")],
        ),
        ("logistic_regression", &[]),
        ("knn_classifier", &[]),
    ];
    for (id, set) in cases {
        let whole = report(job(table(90), params(id, set)));
        for every in [2, 3, 4] {
            let (parts, stops) = interrupted(job(table(90), params(id, set)), every);
            assert!(stops > 0, "{id}");
            assert!(!parts.stopped);
            assert_eq!(parts.metrics, whole.metrics, "{id}");
            assert_eq!(parts.curve, whole.curve, "{id}");
            assert_eq!(parts.confusion, whole.confusion, "{id}");
            assert_eq!(bits(&parts.held_out.values), bits(&whole.held_out.values));
            assert_eq!(parts.warnings, whole.warnings);
        }
    }
}

/// Classes without any relation to the numbers.
fn noise(rows: usize) -> Table {
    let mut random = Random::stream(7, 0);
    classes(rows, (0..rows).map(move |_| random.below(2) as u32))
}

fn memorising() -> Params {
    params("knn_classifier", &[("n_neighbors", "1")])
}

#[test]
fn held_out_predictions_are_of_fits_that_did_not_see_the_row() {
    let by = |split: SplitScheme| {
        let mut job = job(noise(600), memorising());
        job.split = split;
        report(job)
    };
    assert_eq!(accuracy(&by(SplitScheme::Train)), 1.0);
    let honest = [
        SplitScheme::KFold { k: 5 },
        SplitScheme::Stratified { k: 5 },
        SplitScheme::Repeated { repeats: 2, k: 3 },
        SplitScheme::Holdout { fraction: 0.5 },
        SplitScheme::LeaveOneOut,
    ];
    for split in honest {
        let once = !matches!(split, SplitScheme::Holdout { .. });
        let report = by(split.clone());
        // By chance .5 with a standard deviation of .02 to .03.
        let chance = accuracy(&report);
        assert!((0.38..0.62).contains(&chance), "{split}: {chance}");
        let rows = (0..600).filter(|row| report.held_out.row(*row).is_some());
        assert_eq!(rows.count(), if once { 600 } else { 300 }, "{split}");
    }
}

#[test]
fn a_test_file_is_what_is_scored() {
    let rows = 80;
    let train = noise(rows);
    let flipped = {
        let mut random = Random::stream(7, 0);
        classes(rows, (0..rows).map(move |_| 1 - random.below(2) as u32))
    };
    for (test, expected) in [(noise(rows), 1.0), (flipped, 0.0)] {
        let mut job = job(train.clone(), memorising());
        job.split = SplitScheme::File {
            path: "test.csv".into(),
        };
        job.test = Some(test);
        let report = report(job);
        assert_eq!(accuracy(&report), expected);
        assert_eq!(report.confusion.as_ref().unwrap().total(), rows as u64);
        // The rows of the table on the screen were not held out.
        assert!((0..rows).all(|row| report.held_out.row(row).is_none()));
    }
}

#[test]
fn a_test_file_without_the_target_is_a_problem() {
    let mut job = job(noise(30), memorising());
    job.split = SplitScheme::File {
        path: "test.csv".into(),
    };
    let column = crate::data::Column::numbers("other", vec![1.0, 2.0]);
    let other = crate::data::TableBuilder::new("test").column(column);
    job.test = Some(other.build().unwrap());
    let cache = PreparedCache::default();
    let outcome = run_to_end(Arc::new(job), &cache, context(42), &Cancel::new());
    let Err(Halt::Failed(problem)) = outcome else {
        panic!("it has no target")
    };
    assert!(problem.to_string().contains("no column y"), "{problem}");
}

/// The losses of held-out rows in the last point of a curve over steps.
fn last_losses(params: Params) -> Vec<Option<f64>> {
    let (sender, events) = channel();
    let emit = Emit::new(sender, || {});
    let (cache, after) = (PreparedCache::default(), After::default());
    let mut run = Run::new(shared(table(120), params), cache, context(1), emit, after);
    run.advance(None, &Cancel::new()).unwrap();
    let points = events.try_iter().filter_map(|event| match event {
        Event::CurvePoint { point, .. } => Some(point),
        _ => None,
    });
    points.last().expect("a curve").validation_loss
}

#[test]
fn classes_without_probabilities_have_no_log_loss() {
    let svm = |probability| params("svm_classifier", &[("probability", probability)]);
    assert!(last_losses(svm("false")).iter().all(Option::is_none));
    assert!(last_losses(svm("true")).iter().all(Option::is_some));
    let sgd = |loss| params("sgd_classifier", &[("loss", loss)]);
    assert!(last_losses(sgd("hinge")).iter().all(Option::is_none));
    assert!(last_losses(sgd("log_loss")).iter().all(Option::is_some));
}
