//! The experiment log: each score of a setting that was left standing, as a row.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::saved_params::{SavedParams, differences};
use super::{Entry, ModelEntry, ModelId, Restored};
use crate::base::{Hash128, Problem};
use crate::data::{Column, Table, TableBuilder};
use crate::evaluate::Metric;
use crate::model::{Task, algorithm};
use crate::prepare::{Recipe, Roles, SplitScheme};
use crate::train::{Job, Report};

/// A setting and what it scored.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LogRow {
    /// Names the row for as long as the log lives.
    pub number: u64,
    /// Seconds since 1970-01-01 00:00 UTC.
    pub when: u64,
    /// The job's key, in hexadecimal digits.
    pub key: String,
    pub data: String,
    /// The table's fingerprint, in hexadecimal digits.
    pub fingerprint: String,
    pub rows: usize,
    pub recipe: Recipe,
    /// In force, whether chosen or the task's default.
    pub split: SplitScheme,
    /// Of `file:`, the fingerprint of its rows; empty of other schemes.
    pub test: String,
    pub seed: u64,
    pub roles: Roles,
    pub target: String,
    pub badge: String,
    pub model: SavedParams,
    /// What does not stand at its default, for people.
    pub differences: String,
    /// `CA`, `R2`, `Silhouette`.
    pub metric: String,
    pub mean: Option<f64>,
    /// None of one split.
    pub std: Option<f64>,
    /// Fitting the model alone.
    pub seconds: f64,
    /// What the person wrote to it.
    pub note: String,
    /// Read from a file: a claim, not a result of this program's run.
    #[serde(skip)]
    pub from_file: bool,
}

impl LogRow {
    fn of(model: &ModelEntry, job: &Job, key: Hash128, report: &Report) -> Self {
        let (metric, mean, std) = score(report);
        let target = job.roles.target().and_then(|c| job.table.columns().get(c));
        LogRow {
            number: 0,
            when: now(),
            key: hex(key),
            data: job.table.name().to_owned(),
            fingerprint: hex(job.table.fingerprint()),
            rows: report.rows,
            recipe: job.recipe.clone(),
            split: job.split.clone(),
            test: job
                .test
                .as_ref()
                .map_or_else(String::new, |test| hex(test.fingerprint())),
            seed: job.seed,
            roles: job.roles.clone(),
            target: target.map_or_else(String::new, |c| c.name.clone()),
            badge: model.badge(),
            model: SavedParams::of(&job.params),
            differences: differences(&job.params),
            metric,
            mean,
            std,
            seconds: if report.fit_seconds.is_finite() {
                report.fit_seconds
            } else {
                0.0
            },
            note: String::new(),
            from_file: false,
        }
    }

    /// Of the table.
    pub fn fingerprint(&self) -> Option<Hash128> {
        unhex(&self.fingerprint)
    }

    /// The algorithm as a person calls it.
    pub fn model_name(&self) -> &str {
        algorithm(&self.model.algorithm).map_or(&self.model.algorithm, |a| a.name)
    }

    /// "mean for gaps, standard scale": how the preparation differs from the usual one.
    pub fn preparation(&self) -> String {
        let usual = Recipe::default();
        let recipe = &self.recipe;
        let mut parts = Vec::new();
        if recipe.impute_numbers != usual.impute_numbers {
            parts.push(format!("gaps {}", recipe.impute_numbers.name()));
        }
        if recipe.impute_categories != usual.impute_categories {
            parts.push(format!("gaps {}", recipe.impute_categories.name()));
        }
        if recipe.scale != usual.scale {
            parts.push(format!("scale {}", recipe.scale.name()));
        }
        if recipe.one_hot_limit != usual.one_hot_limit {
            parts.push(format!("{} levels", recipe.one_hot_limit));
        }
        parts.push(self.split.to_string());
        parts.push(format!("seed {}", self.seed));
        let mut said = parts.join(", ").replace('_', " ");
        for (name, text) in &recipe.texts {
            said.push_str(&format!(", {name} as {}", text.described()));
        }
        said
    }

    /// ISO 8601, UTC.
    pub fn time(&self) -> String {
        crate::data::format_date(self.when as f64)
    }
}

/// The metric of the task's cards.
fn score(report: &Report) -> (String, Option<f64>, Option<f64>) {
    let metric = match report.task() {
        Task::Classification => Metric::Accuracy,
        Task::Regression => Metric::R2,
        Task::Clustering => return ("Silhouette".into(), report.silhouette, None),
    };
    let spread = report.score(metric);
    (
        metric.name().to_owned(),
        spread.and_then(|s| s.mean.or(s.pooled)),
        spread.and_then(|s| s.std),
    )
}

pub(super) fn hex(hash: Hash128) -> String {
    hash.to_string()
}

pub(super) fn unhex(text: &str) -> Option<Hash128> {
    let digits = text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit());
    digits.then(|| u128::from_str_radix(text, 16).ok().map(Hash128))?
}

/// Seconds since 1970.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}

/// A card whose score may become a row.
pub struct Standing<'a> {
    pub model: &'a ModelEntry,
    pub job: &'a Job,
    pub key: Hash128,
    pub entry: Option<&'a Entry>,
}

/// All rows, the oldest first. Not a part of what undo brings back: an experiment that was made stays
/// made.
#[derive(Clone, Debug, Default)]
pub struct Log {
    rows: Arc<Vec<LogRow>>,
    /// Keys of the rows that are or were there; true: only as a claim of a file.
    known: HashMap<Hash128, bool>,
    since: HashMap<ModelId, (Hash128, Instant)>,
    last: u64,
    revision: u64,
    note_revision: u64,
}

/// A log longer than this loses its oldest rows.
pub const MOST_ROWS: usize = 10_000;
/// A note is cut behind so many characters.
pub const LONGEST_NOTE: usize = 2_000;

impl Log {
    /// The log of a file; its rows are claims until they are scored again.
    pub fn from_rows(mut rows: Vec<LogRow>) -> Self {
        let surplus = rows.len().saturating_sub(MOST_ROWS);
        rows.drain(..surplus);
        for (at, row) in rows.iter_mut().enumerate() {
            row.number = at as u64 + 1;
            row.from_file = true;
            row.note = row.note.chars().take(LONGEST_NOTE).collect();
        }
        Log {
            known: rows
                .iter()
                .filter_map(|r| Some((unhex(&r.key)?, true)))
                .collect(),
            last: rows.len() as u64,
            rows: Arc::new(rows),
            ..Log::default()
        }
    }

    pub fn rows(&self) -> &Arc<Vec<LogRow>> {
        &self.rows
    }

    /// Goes up with every change.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Goes up with what the person wrote.
    pub fn note_revision(&self) -> u64 {
        self.note_revision
    }

    /// Takes in the scores of settings that have stood for `stands`. Gives how long until it is worth
    /// looking again, where a score waits for that.
    pub fn follow<'a>(
        &mut self,
        now: Instant,
        stands: Duration,
        standing: impl Iterator<Item = Standing<'a>>,
    ) -> Option<Duration> {
        let mut wait: Option<Duration> = None;
        for card in standing {
            let since = self.since.entry(card.model.id).or_insert((card.key, now));
            if since.0 != card.key {
                *since = (card.key, now);
            }
            let stood = now.saturating_duration_since(since.1);
            let report = card.entry.filter(|e| e.is_complete());
            let Some(report) = report.and_then(|e| e.report.as_ref()) else {
                continue;
            };
            if self.known.get(&card.key) == Some(&false) {
                continue;
            }
            if stood < stands {
                let rest = stands - stood;
                wait = Some(wait.map_or(rest, |w| w.min(rest)));
                continue;
            }
            self.known.insert(card.key, false);
            self.push(LogRow::of(card.model, card.job, card.key, report));
        }
        wait
    }

    fn push(&mut self, mut row: LogRow) {
        self.revision += 1;
        let rows = Arc::make_mut(&mut self.rows);
        if let Some(claim) = rows.iter_mut().find(|r| r.key == row.key && r.from_file) {
            // The same experiment, made here: what it scores is no claim any more.
            row.number = claim.number;
            row.note = std::mem::take(&mut claim.note);
            *claim = row;
            return;
        }
        self.last += 1;
        row.number = self.last;
        rows.push(row);
        if rows.len() > MOST_ROWS {
            rows.remove(0);
        }
    }

    pub fn row(&self, number: u64) -> Option<&LogRow> {
        self.rows.iter().find(|r| r.number == number)
    }

    pub fn set_note(&mut self, number: u64, note: &str) {
        let rows = Arc::make_mut(&mut self.rows);
        let Some(row) = rows.iter_mut().find(|r| r.number == number) else {
            return;
        };
        let note: String = note.chars().take(LONGEST_NOTE).collect();
        if row.note != note {
            row.note = note;
            self.revision += 1;
            self.note_revision += 1;
        }
    }

    /// Gives the row, where there was one.
    pub fn remove(&mut self, number: u64) -> Option<LogRow> {
        let at = self.rows.iter().position(|r| r.number == number)?;
        self.revision += 1;
        self.note_revision += 1;
        // Its key stays known: what was thrown away does not come back by itself.
        Some(Arc::make_mut(&mut self.rows).remove(at))
    }

    /// A row that was removed stands at its place again.
    pub fn put_back(&mut self, row: LogRow) {
        // Of another log, or back already.
        if row.number > self.last || self.row(row.number).is_some() {
            return;
        }
        let at = self.rows.partition_point(|r| r.number < row.number);
        Arc::make_mut(&mut self.rows).insert(at, row);
        self.revision += 1;
        self.note_revision += 1;
    }

    /// What brings a row's setting back; `find` knows tables by their fingerprints.
    pub fn restored(
        &self,
        number: u64,
        find: impl Fn(Hash128) -> Option<Table>,
    ) -> Result<Restored, Problem> {
        let row = self
            .row(number)
            .ok_or_else(|| Problem::new("there is no such row in the log"))?;
        let Some(table) = row.fingerprint().and_then(find) else {
            let problem = Problem::new(format!("this row is of other data, {}", row.data));
            return Err(problem.fix(format!("Open {} first", row.data)));
        };
        let (params, lost) = row.model.params()?;
        if let Some(problem) = lost.into_iter().next() {
            return Err(problem);
        }
        Ok(Restored {
            table,
            badge: row.badge.clone(),
            params,
            recipe: row.recipe.clone().checked(),
            split: row.split.clone(),
            test: unhex(&row.test),
            seed: row.seed,
            roles: row.roles.clone(),
        })
    }
}

/// The log as a table, a row a row.
pub fn log_table(rows: &[LogRow]) -> Result<Table, Problem> {
    let texts = |name: &str, text: &dyn Fn(&LogRow) -> String| {
        let mut levels: Vec<String> = Vec::new();
        let mut codes = HashMap::new();
        let of = rows.iter().map(|row| {
            let text = text(row);
            if text.is_empty() {
                return u32::MAX;
            }
            *codes.entry(text.clone()).or_insert_with(|| {
                levels.push(text);
                levels.len() as u32 - 1
            })
        });
        let of = of.collect();
        Column::categories(name, of, levels)
    };
    let numbers = |name: &str, number: &dyn Fn(&LogRow) -> Option<f64>| {
        let values = rows.iter().map(|row| number(row).unwrap_or(f64::NAN));
        Column::numbers(name, values.collect())
    };
    let parameters = |row: &LogRow| {
        let Ok((params, _)) = row.model.params() else {
            return row.differences.clone();
        };
        let parts = params
            .changed()
            .map(|p| format!("{}={}", p.name, params.get(p.name)));
        parts.collect::<Vec<_>>().join("; ")
    };
    TableBuilder::new("log")
        .column(texts("time_utc", &LogRow::time))
        .column(texts("data", &|r| r.data.clone()))
        .column(numbers("rows", &|r| Some(r.rows as f64)))
        .column(texts("target", &|r| r.target.clone()))
        .column(texts("preparation", &LogRow::preparation))
        .column(texts("card", &|r| r.badge.clone()))
        .column(texts("model", &|r| r.model.algorithm.clone()))
        .column(texts("parameters", &parameters))
        .column(texts("metric", &|r| r.metric.clone()))
        .column(numbers("mean", &|r| r.mean))
        .column(numbers("std", &|r| r.std))
        .column(numbers("fit_seconds", &|r| Some(r.seconds)))
        .column(texts("source", &|r| {
            if r.from_file { "file" } else { "run" }.to_owned()
        }))
        .column(texts("note", &|r| r.note.clone()))
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Cancel;
    use crate::model::Context;
    use crate::project::{Command, Project, Results};
    use crate::train::sample::{params, table};
    use crate::train::{Event, PreparedCache, run_to_end};

    struct Bench {
        project: Project,
        results: Results,
        log: Log,
        begun: Instant,
    }

    impl Bench {
        fn new() -> Self {
            let mut project = Project::new(table(40));
            project.set_models(vec![params("knn_classifier", &[])]);
            Bench {
                project,
                results: Results::default(),
                log: Log::default(),
                begun: Instant::now(),
            }
        }

        fn set(&mut self, k: &str) {
            let id = self.project.models()[0].id;
            let algorithm = self.project.models()[0].params.algorithm();
            let value = algorithm.parameter("n_neighbors").unwrap().parse(k);
            let command = Command::SetParameter {
                id,
                name: "n_neighbors",
                value: value.unwrap(),
            };
            command.apply(&mut self.project);
        }

        fn score(&mut self) {
            let job = self.project.job(&self.project.models()[0].params);
            let key = job.key();
            let context = Context::default();
            let report = run_to_end(job, &PreparedCache::default(), context, &Cancel::new());
            let report = report.unwrap();
            self.results.take(Event::Finished { key, report });
        }

        fn look(&mut self, after_ms: u64) -> Option<Duration> {
            let model = &self.project.models()[0];
            let job = self.project.job(&model.params);
            let key = job.key();
            let card = Standing {
                model,
                job: &job,
                key,
                entry: self.results.get(key),
            };
            let now = self.begun + Duration::from_millis(after_ms);
            let second = Duration::from_secs(1);
            self.log.follow(now, second, std::iter::once(card))
        }
    }

    #[test]
    fn what_is_passed_through_in_a_drag_is_no_row_and_what_stands_is_one() {
        let mut bench = Bench::new();
        assert_eq!(bench.look(0), None);
        bench.score();
        assert_eq!(bench.look(400), Some(Duration::from_millis(600)));
        bench.set("7");
        bench.score();
        // Its own second begins with the frame that first shows it.
        assert_eq!(bench.look(900), Some(Duration::from_secs(1)));
        assert_eq!(bench.look(1500), Some(Duration::from_millis(400)));
        assert_eq!(bench.look(1900), None);
        assert_eq!(bench.look(9000), None);
        let rows = bench.log.rows().clone();
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].differences, "Neighbours 7");
        assert_eq!(rows[0].metric, "CA");
        assert!(rows[0].mean.is_some_and(|m| m > 0.5) && rows[0].std.is_some());
        // A setting that was not yet fitted does not count, however long it stands.
        bench.set("9");
        assert_eq!(bench.look(20_000), None);
        assert_eq!(bench.look(30_000), None);
        assert_eq!(bench.log.rows().len(), 1);
    }

    #[test]
    fn rows_of_a_file_are_claims_until_they_are_scored_again() {
        let mut bench = Bench::new();
        bench.score();
        bench.look(0);
        bench.look(1000);
        bench.log.set_note(1, "the first");
        let mut row = bench.log.rows()[0].clone();
        row.mean = Some(0.999);
        let text = serde_json::to_string(&row).unwrap();
        bench.log = Log::from_rows(vec![serde_json::from_str(&text).unwrap()]);
        assert!(bench.log.rows()[0].from_file);
        bench.look(5000);
        bench.look(6000);
        let rows = bench.log.rows();
        assert_eq!(rows.len(), 1);
        assert!(!rows[0].from_file && rows[0].mean != Some(0.999));
        assert_eq!(rows[0].note, "the first");
    }

    /// The rows of a test file are no part of the log.
    #[test]
    fn a_row_tested_on_a_file_names_no_other() {
        let mut bench = Bench::new();
        let on = |path: &str, rows: usize| Command::SetSplit {
            split: Some(SplitScheme::File { path: path.into() }),
            test: Some(table(rows)),
        };
        on("a.csv", 30).apply(&mut bench.project);
        bench.score();
        bench.look(0);
        bench.look(1000);
        let present = bench.project.table.clone();
        let restore = |bench: &mut Bench| {
            let restored = bench.log.restored(1, |_| Some(present.clone())).unwrap();
            let line = Command::Restore(Box::new(restored)).apply(&mut bench.project);
            (line.unwrap(), bench.project.split().to_string())
        };
        let (line, split) = restore(&mut bench);
        assert_eq!(
            (line.as_str(), split.as_str()),
            ("A as in the log", "file:a.csv")
        );
        // Another file, and another content of a file of the same name.
        for (path, rows) in [("b.csv", 30), ("a.csv", 20)] {
            on(path, rows).apply(&mut bench.project);
            let (line, split) = restore(&mut bench);
            assert!(line.contains("(a.csv) are not at hand"), "{line}");
            assert!(line.contains(&format!("tested on {path}")), "{line}");
            assert_eq!(split, format!("file:{path}"));
            let test = bench.project.test.as_ref().map(Table::rows);
            assert_eq!(test, Some(rows));
        }
    }

    #[test]
    fn a_row_brings_its_setting_back_on_its_own_data_alone() {
        let mut bench = Bench::new();
        bench.set("11");
        bench.project.seed = 7;
        bench.score();
        bench.look(0);
        bench.look(1000);
        bench.set("3");
        bench.project.seed = 42;
        let present = bench.project.table.clone();
        let restored = bench.log.restored(1, |_| Some(present.clone())).unwrap();
        let line = Command::Restore(Box::new(restored)).apply(&mut bench.project);
        assert_eq!(line.as_deref(), Some("A as in the log"));
        assert_eq!(bench.project.seed, 7);
        assert_eq!(bench.project.models().len(), 1);
        assert_eq!(bench.project.models()[0].params.size("n_neighbors"), 11);
        let other = bench.log.restored(1, |_| None).unwrap_err().to_string();
        assert!(other.contains("other data"), "{other}");
        assert!(bench.log.restored(9, |_| Some(present.clone())).is_err());
        let csv = log_table(bench.log.rows()).unwrap();
        let cell = |name: &str| csv.column(name).unwrap().cell(0).into_owned();
        assert_eq!(cell("parameters"), "n_neighbors=11");
        assert_eq!(cell("preparation"), "stratified:5, seed 7");
    }
}
