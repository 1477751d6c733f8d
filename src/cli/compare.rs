//! `seefit compare`: several models on the same folds, best first.

use serde_json::{Map, Value as Json, json};

use super::arguments::CompareArgs;
use super::fitting::{self, Done};
use super::report_text::score;
use super::setup::Setup;
use super::text::{self, optional, significant};
use super::{Failure, report_json, train};
use crate::base::problem::visible;
use crate::base::{Problem, Progress};
use crate::evaluate::{Comparison, Metric, Verdict, compare};
use crate::model::{ALGORITHMS, Algorithm, Context, Params, Reuse, Task};
use crate::prepare::SplitScheme;
use crate::train::PreparedCache;

/// What one model came to.
struct Entry {
    algorithm: &'static Algorithm,
    result: Result<(Done, Vec<String>), Failure>,
}

pub fn run(args: &CompareArgs) -> Result<String, Failure> {
    let setup = Setup::load(&args.data)?;
    let algorithms = chosen(args, &setup)?;
    let cache = PreparedCache::default();
    let reuse = Reuse::default();
    let all = args.models.is_none();
    let mut entries: Vec<Entry> = algorithms
        .into_iter()
        .map(|algorithm| Entry {
            algorithm,
            result: fit(algorithm, &setup, &cache, &reuse, all),
        })
        .collect();
    // Stable: models with the same score stay in the registry's order.
    entries.sort_by(|a, b| b.rank().total_cmp(&a.rank()));
    if entries.iter().all(|entry| entry.result.is_err()) {
        return Err(all_failed(entries));
    }
    Ok(if args.json {
        json_text(&entries)
    } else {
        human_text(&entries, &setup)
    })
}

/// The models named; else all of the target's task.
fn chosen(args: &CompareArgs, setup: &Setup) -> Result<Vec<&'static Algorithm>, Problem> {
    match &args.models {
        Some(ids) => ids.iter().map(|id| train::find(id)).collect(),
        None => {
            let task = setup.task();
            Ok(ALGORITHMS
                .iter()
                .copied()
                .filter(|algorithm| algorithm.task == task)
                .collect())
        }
    }
}

fn fit(
    algorithm: &'static Algorithm,
    setup: &Setup,
    cache: &PreparedCache,
    reuse: &Reuse,
    all: bool,
) -> Result<(Done, Vec<String>), Failure> {
    let (job, mut notes) = setup.job(&Params::defaults(algorithm))?;
    let limit = algorithm.tags.row_limit;
    if all && setup.table.rows() > limit {
        let problem = Problem::new(format!(
            "it would take long on more than {limit} rows and is left out"
        ))
        .at(algorithm.id)
        .fix(format!("Fit it with --models {}", algorithm.id));
        return Err(Failure::input(problem));
    }
    let context = Context {
        seed: job.seed,
        threads: setup.threads,
        progress: Progress::new(),
        reuse: reuse.clone(),
    };
    let done = fitting::run(&job, cache, context, false)?;
    notes.extend(report_json::missing_values(&done.report));
    Ok((done, notes))
}

/// One model, or all for the same reason, that cannot run: that is the command's failure.
fn all_failed(entries: Vec<Entry>) -> Failure {
    let failures: Vec<Failure> = entries
        .into_iter()
        .filter_map(|entry| entry.result.err())
        .collect();
    match failures.as_slice() {
        [] => Failure::input(Problem::new("no model is there to compare")),
        [first, rest @ ..] if rest.iter().all(|failure| failure.problem == first.problem) => {
            first.clone()
        }
        [first, ..] => {
            let code = failures
                .iter()
                .map(|failure| failure.code)
                .min()
                .unwrap_or(first.code);
            let problem = Problem::new(format!(
                "none of the models can run; the first says: {}",
                first.problem
            ));
            Failure { problem, code }
        }
    }
}

impl Entry {
    fn leading(&self) -> Option<Metric> {
        match self.algorithm.task {
            Task::Classification => Some(Metric::Accuracy),
            Task::Regression => Some(Metric::R2),
            Task::Clustering => None,
        }
    }

    /// By CA or R2, clusterings by silhouette; what has no score comes after, what failed last.
    fn rank(&self) -> f64 {
        let Ok((done, _)) = &self.result else {
            return f64::NEG_INFINITY;
        };
        let score = match self.leading() {
            Some(metric) => done
                .report
                .score(metric)
                .and_then(|spread| spread.mean.or(spread.pooled)),
            None => done.report.silhouette,
        };
        score.unwrap_or(f64::MIN)
    }

    /// The best model's lead over this one, over the folds that both have.
    fn behind(&self, best: &Entry) -> Option<Comparison> {
        let metric = self
            .leading()
            .filter(|metric| best.leading() == Some(*metric))?;
        let (Ok((mine, _)), Ok((theirs, _))) = (&self.result, &best.result) else {
            return None;
        };
        let (a, b) = (theirs.report.score(metric)?, mine.report.score(metric)?);
        if a.per_fold.len() != b.per_fold.len() {
            return None;
        }
        Some(compare(
            &a.per_fold,
            &b.per_fold,
            theirs.train_rows,
            theirs.test_rows,
            metric.higher_is_better(),
        ))
    }
}

fn json_text(entries: &[Entry]) -> String {
    let mut results = Vec::new();
    for (place, entry) in entries.iter().enumerate() {
        match &entry.result {
            Ok((done, notes)) => {
                let mut object = report_json::object(done, false);
                if place > 0
                    && let Some(comparison) = entry.behind(&entries[0])
                {
                    object.insert("behind_best".to_owned(), behind_best(&comparison));
                }
                report_json::add_warnings(&mut object, notes);
                results.push(Json::Object(object));
            }
            Err(failure) => {
                let mut object = Map::new();
                object.insert("model".to_owned(), json!(entry.algorithm.id));
                object.insert("task".to_owned(), json!(entry.algorithm.task.name()));
                object.insert("error".to_owned(), json!(failure.problem.to_string()));
                results.push(Json::Object(object));
            }
        }
    }
    format!("{}\n", json!({ "results": results }))
}

/// The corrected resampled t-test against the best model; `distinguishable` is null where one split
/// tells nothing about noise.
fn behind_best(comparison: &Comparison) -> Json {
    let distinguishable = match comparison.verdict {
        Verdict::TooFewFolds => None,
        Verdict::NotDistinguishable => Some(false),
        Verdict::FirstIsBetter | Verdict::SecondIsBetter => Some(true),
    };
    json!({
        "difference": comparison.difference,
        "p": comparison.p,
        "distinguishable": distinguishable,
    })
}

fn human_text(entries: &[Entry], setup: &Setup) -> String {
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut heading = None;
    for (place, entry) in entries.iter().enumerate() {
        let Ok((done, _)) = &entry.result else {
            continue;
        };
        let report = &done.report;
        if rows.is_empty() {
            let scheme = report
                .scheme
                .parse::<SplitScheme>()
                .map_or(report.scheme.clone(), |s| s.describe());
            let scheme = if entry.leading().is_none() {
                "all rows".to_owned()
            } else {
                scheme
            };
            heading = Some(format!(
                "{}: {}, {}; {}; seed {}\n\n",
                visible(setup.table.name()),
                text::count(report.rows, "row", "rows"),
                text::count(report.features.len(), "feature", "features"),
                visible(&scheme),
                report.seed
            ));
            rows.push(head(entry));
        }
        let mut row = vec![entry.algorithm.id.to_owned()];
        match entry.leading() {
            None => row.extend([
                optional(report.silhouette, |v| format!("{v:.3}")),
                report.sizes.len().to_string(),
                optional(report.inertia, |v| significant(v, 4)),
            ]),
            Some(leading) => {
                for metric in shown(leading) {
                    let spread = report.score(*metric);
                    row.push(optional(spread.and_then(|s| s.mean.or(s.pooled)), |v| {
                        score(*metric, v)
                    }));
                    if *metric == leading {
                        row.push(match spread.and_then(|s| s.std) {
                            Some(std) => format!("± {}", score(leading, std)),
                            None if report.folds == 1 => "one split".to_owned(),
                            None => "-".to_owned(),
                        });
                    }
                }
                let behind = (place > 0).then(|| entry.behind(&entries[0])).flatten();
                row.push(behind.map_or(String::new(), |comparison| said(&comparison)));
            }
        }
        row.push(text::duration(report.fit_seconds));
        rows.push(row);
    }
    let columns: Vec<usize> = (1..rows.first().map_or(1, Vec::len)).collect();
    let mut out = heading.unwrap_or_default() + &text::table(&rows, &columns);
    out.push_str(&remarks(entries));
    out
}

fn shown(leading: Metric) -> &'static [Metric] {
    match leading {
        Metric::Accuracy => &[Metric::Accuracy, Metric::Auc, Metric::F1, Metric::LogLoss],
        _ => &[Metric::R2, Metric::Rmse, Metric::Mae],
    }
}

fn head(entry: &Entry) -> Vec<String> {
    let mut head = vec!["model".to_owned()];
    match entry.leading() {
        None => head.extend(["silhouette", "clusters", "inertia"].map(str::to_owned)),
        Some(leading) => {
            for metric in shown(leading) {
                head.push(metric.name().to_owned());
                if *metric == leading {
                    head.push("std".to_owned());
                }
            }
            head.push("behind the best".to_owned());
        }
    }
    head.push("fit".to_owned());
    head
}

fn said(comparison: &Comparison) -> String {
    let p = optional(comparison.p, |p| {
        if p < 0.001 {
            "p < 0.001".into()
        } else {
            format!("p = {p:.3}")
        }
    });
    match comparison.verdict {
        Verdict::TooFewFolds => "one split".into(),
        Verdict::NotDistinguishable => format!("not distinguishable, {p}"),
        Verdict::FirstIsBetter | Verdict::SecondIsBetter => format!("worse, {p}"),
    }
}

/// What failed, and each note once with the models that it is about.
fn remarks(entries: &[Entry]) -> String {
    let mut notes: Vec<(&str, Vec<&str>)> = Vec::new();
    let mut ran = 0;
    for entry in entries {
        let Ok((done, own)) = &entry.result else {
            continue;
        };
        ran += 1;
        for note in own
            .iter()
            .chain(done.report.warnings.iter().filter(|w| !own.contains(w)))
        {
            match notes.iter_mut().find(|(text, _)| text == note) {
                Some((_, models)) => models.push(entry.algorithm.id),
                None => notes.push((note, vec![entry.algorithm.id])),
            }
        }
    }
    let mut out = String::new();
    for entry in entries {
        if let Err(failure) = &entry.result {
            out.push_str(&format!(
                "Not run: {}: {}\n",
                entry.algorithm.id, failure.problem
            ));
        }
    }
    for (note, models) in notes {
        let of = if models.len() == ran {
            String::new()
        } else {
            format!("{}: ", models.join(", "))
        };
        out.push_str(&format!("Note: {of}{}\n", visible(note)));
    }
    if out.is_empty() {
        out
    } else {
        format!("\n{out}")
    }
}
