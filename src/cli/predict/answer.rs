//! What `seefit predict` says: an account of the columns, scores beside the expected ones, first rows.

use std::path::Path;

use serde_json::{Map, Value as Json, json};

use super::source::Rows;
use crate::base::Problem;
use crate::base::problem::visible;
use crate::cli::report_text::score;
use crate::cli::text::{self, count, optional, significant};
use crate::project::model_file::ModelFile;
use crate::train::apply::{Applied, Pipeline, Predictions};

/// Rows, columns of the data and classes that are shown.
const ROWS: usize = 20;
const COLUMNS: usize = 6;
const CLASSES: usize = 6;

/// The first rows with their predictions.
pub struct First {
    columns: usize,
    lines: Vec<Vec<String>>,
}

impl First {
    pub fn new(mut titles: Vec<String>, pipeline: &Pipeline) -> First {
        titles.truncate(COLUMNS);
        let columns = titles.len();
        titles.extend(pipeline.added_names().into_iter().take(1 + CLASSES));
        First {
            columns,
            lines: vec![titles],
        }
    }

    pub fn take(&mut self, rows: &Rows, predictions: &Predictions, pipeline: &Pipeline) {
        for row in 0..rows.len() {
            if self.lines.len() > ROWS {
                return;
            }
            let mut line: Vec<String> = (0..self.columns)
                .map(|c| rows.cell(row, c).into_owned())
                .collect();
            let outputs = predictions.row(row);
            line.push(pipeline.label(outputs));
            if pipeline.has_probabilities() {
                let shown = outputs.iter().take(CLASSES);
                line.extend(shown.map(|probability| format!("{probability:.3}")));
            }
            self.lines.push(line);
        }
    }
}

pub struct Answer<'a> {
    pub file: &'a ModelFile,
    pub data: &'a str,
    pub out: Option<&'a Path>,
    pub applied: Applied,
    pub first: First,
    /// Of the reader and the writer.
    pub notes: Vec<String>,
}

impl Answer<'_> {
    fn warnings(&self) -> Vec<String> {
        let mut all = self.notes.clone();
        all.extend(self.applied.account.warnings());
        let scores = self.applied.scores.iter();
        all.extend(scores.flat_map(|s| &s.warnings).map(Problem::to_string));
        all
    }

    pub fn json(&self) -> Json {
        let (account, about) = (&self.applied.account, &self.file.about);
        let mut object = Map::new();
        let mut put = |name: &str, value: Json| object.insert(name.to_owned(), value);
        put("model", json!(about.algorithm));
        put("task", json!(self.file.pipeline.task.name()));
        put("rows", json!(account.rows));
        let columns = account.columns.iter().map(|column| {
            let unseen: Map<String, Json> = column
                .unseen
                .iter()
                .map(|(name, rows)| (name.clone(), json!(rows)))
                .collect();
            json!({
                "name": column.name,
                "kind": column.kind.name(),
                "found": column.found,
                "kind_in_data": column.other_kind.map(|kind| kind.name()),
                "unit_in_data": column.other_unit,
                "missing": column.missing,
                "unreadable": column.unreadable,
                "unseen_rows": column.unseen_rows,
                "unseen": unseen,
            })
        });
        put("columns", columns.collect());
        put("extra_columns", json!(account.extra));
        put("target", json!(account.target));
        if let Some(scores) = &self.applied.scores {
            let each = scores.values.iter().map(|(metric, value)| {
                let expected = about.score(*metric).map(|expected| {
                    json!({
                        "mean": expected.mean,
                        "std": expected.std,
                        "pooled": expected.pooled,
                    })
                });
                let value = json!({ "pooled": value, "expected": expected });
                (metric.name().to_owned(), value)
            });
            put("metrics", Json::Object(each.collect()));
        }
        if let Some(confusion) = &self.applied.confusion {
            put(
                "confusion",
                crate::cli::report_json::confusion_matrix(confusion),
            );
        }
        put(
            "out",
            json!(self.out.map(|path| path.display().to_string())),
        );
        put("warnings", json!(self.warnings()));
        Json::Object(object)
    }

    pub fn text(&self) -> String {
        let (account, about) = (&self.applied.account, &self.file.about);
        let trained = &about.trained_on;
        let rows = count(account.rows, "row", "rows");
        let mut out = format!(
            "{} of {}, trained on {} ({})\n{}: {rows}\n\n",
            visible(&about.algorithm),
            visible(&trained.date),
            visible(&trained.data),
            count(trained.fitted_rows, "row", "rows"),
            visible(self.data),
        );
        match self.out {
            Some(path) => out.push_str(&format!(
                "Written to {}\n",
                visible(&path.display().to_string())
            )),
            None => {
                out.push_str(&text::table(&self.first.lines, &[]));
                let more = account.rows.saturating_sub(self.first.lines.len() - 1);
                if more > 0 {
                    let more = count(more, "more row", "more rows");
                    out.push_str(&format!("and {more}; --out FILE.csv writes all\n"));
                }
            }
        }
        if let Some(scores) = &self.applied.scores {
            let head = ["", "here", "expected", "std"].map(str::to_owned).to_vec();
            let mut lines = vec![head];
            for (metric, value) in &scores.values {
                let expected = about.score(*metric);
                let write = |value| score(*metric, value);
                lines.push(vec![
                    metric.name().to_owned(),
                    optional(*value, write),
                    optional(expected.and_then(|e| e.mean), write),
                    optional(expected.and_then(|e| e.std), |std| significant(std, 2)),
                ]);
            }
            out.push_str(&format!("\n{}", text::table(&lines, &[1, 2, 3])));
        }
        let warnings = self.warnings();
        if !warnings.is_empty() {
            out.push('\n');
        }
        for warning in warnings {
            out.push_str(&format!("Note: {}\n", visible(&warning)));
        }
        out
    }
}
