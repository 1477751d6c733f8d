//! A report as text for people.

use super::fitting::Done;
use super::report_json::{over_parameter, points};
use super::text::{self, count, optional, significant};
use crate::base::problem::visible;
use crate::evaluate::{Confusion, Metric, Spread};
use crate::model::Task;
use crate::prepare::SplitScheme;
use crate::train::{CurvePoint, Report};

pub fn text(done: &Done, table: &str, with_curve: bool, notes: &[String]) -> String {
    let report = &done.report;
    let mut out = heading(report, table);
    if report.task() == Task::Clustering {
        section(&mut out, &clusters(report));
    } else {
        section(&mut out, &metrics(report));
    }
    if let Some(confusion) = &report.confusion {
        section(&mut out, &confusion_matrix(confusion));
    }
    if !report.linear.is_empty() {
        section(&mut out, &linear(report));
    } else if !report.importances.is_empty() {
        section(&mut out, &importances(&report.importances));
    }
    if !report.facts.is_empty() {
        let rows: Vec<Vec<String>> = report
            .facts
            .iter()
            .map(|(name, value)| vec![(*name).to_owned(), value.clone()])
            .collect();
        section(&mut out, &text::table(&rows, &[]));
    }
    if with_curve && !points(done).is_empty() {
        let over = over_parameter(done);
        section(
            &mut out,
            &curve(report.task(), over.unwrap_or("step"), points(done)),
        );
        // What trains in steps may have both.
        if let (None, Some(curve)) = (over, &report.params.algorithm().curve) {
            let points = &done.over_parameter;
            section(
                &mut out,
                &self::curve(report.task(), curve.parameter, points),
            );
        }
    }
    section(
        &mut out,
        &format!("Fitted in {}\n", text::duration(report.fit_seconds)),
    );
    let mut warnings: Vec<&String> = notes.iter().collect();
    warnings.extend(report.warnings.iter().filter(|w| !notes.contains(w)));
    if !warnings.is_empty() {
        let lines: Vec<String> = warnings
            .iter()
            .map(|w| format!("Note: {}\n", visible(w)))
            .collect();
        section(&mut out, &lines.concat());
    }
    out
}

fn section(out: &mut String, text: &str) {
    out.push('\n');
    out.push_str(text);
}

fn heading(report: &Report, table: &str) -> String {
    let algorithm = report.params.algorithm();
    let changed: Vec<String> = report
        .params
        .changed()
        .map(|p| format!("{}={}", p.name, report.params.get(p.name)))
        .collect();
    let changed = if changed.is_empty() {
        String::new()
    } else {
        format!(", {}", changed.join(", "))
    };
    let rows = count(report.rows, "row", "rows");
    let features = count(report.features.len(), "feature", "features");
    let tested = match report.scheme.parse::<SplitScheme>() {
        _ if report.task() == Task::Clustering => "all rows".to_owned(),
        Ok(scheme) => scheme.describe(),
        Err(_) => report.scheme.clone(),
    };
    format!(
        "{} ({}{changed}; engine {})\n{}: {rows}, {features}; {}; seed {}\n",
        algorithm.name,
        algorithm.id,
        report.engine.id(),
        visible(table),
        visible(&tested),
        report.seed
    )
}

fn metrics(report: &Report) -> String {
    let mut rows = vec![["", "mean", "std", "pooled"].map(str::to_owned).to_vec()];
    for (metric, spread) in &report.metrics {
        let write = |value| score(*metric, value);
        let std = match report.folds {
            1 => "one split".to_owned(),
            _ => optional(spread.std, write),
        };
        rows.push(vec![
            metric.name().to_owned(),
            optional(spread.mean, write),
            std,
            optional(spread.pooled, write),
        ]);
    }
    text::table(&rows, &[1, 2, 3])
}

/// Scores on a known scale with three decimals; those in the target's unit with four digits.
pub fn score(metric: Metric, value: f64) -> String {
    match metric {
        Metric::Rmse | Metric::Mae | Metric::Mse | Metric::Mape => significant(value, 4),
        _ if value.abs() < 1e4 => format!("{value:.3}"),
        _ => significant(value, 4),
    }
}

fn confusion_matrix(confusion: &Confusion) -> String {
    let classes = confusion.classes();
    if classes > MOST_CLASSES {
        return format!("The confusion matrix of {classes} classes is in --json.\n");
    }
    let mut head = vec!["actual \\ predicted".to_owned()];
    head.extend(confusion.labels.iter().cloned());
    let mut rows = vec![head];
    for (actual, label) in confusion.labels.iter().enumerate() {
        let mut row = vec![label.clone()];
        row.extend((0..classes).map(|predicted| confusion.count(actual, predicted).to_string()));
        rows.push(row);
    }
    text::table(&rows, &(1..=classes).collect::<Vec<usize>>())
}

const MOST_CLASSES: usize = 20;

fn linear(report: &Report) -> String {
    let classes = &report.linear;
    if classes.len() > MOST_CLASSES {
        return format!(
            "The coefficients of {} classes are in --json.\n",
            classes.len()
        );
    }
    let mut head = vec!["coefficient".to_owned()];
    head.extend(
        classes
            .iter()
            .map(|terms| terms.class.clone().unwrap_or_default()),
    );
    let mut rows = vec![head];
    let names = classes.first().map_or(&[][..], |terms| &terms.coefficients);
    for (index, (name, _)) in names.iter().enumerate() {
        let mut row = vec![name.clone()];
        row.extend(classes.iter().map(|t| {
            optional(t.coefficients.get(index).map(|(_, weight)| *weight), |w| {
                significant(w, 6)
            })
        }));
        rows.push(row);
    }
    let mut row = vec!["(intercept)".to_owned()];
    row.extend(classes.iter().map(|terms| significant(terms.intercept, 6)));
    rows.push(row);
    text::table(&rows, &(1..=classes.len()).collect::<Vec<usize>>())
}

/// The largest first.
fn importances(importances: &[(String, f64)]) -> String {
    let mut sorted: Vec<&(String, f64)> = importances.iter().collect();
    sorted.sort_by(|a, b| b.1.total_cmp(&a.1));
    let mut rows = vec![vec!["importance".to_owned(), String::new()]];
    let shown = sorted.iter().take(MOST_CLASSES);
    rows.extend(shown.map(|(name, share)| vec![name.clone(), format!("{share:.3}")]));
    let more = sorted.len().saturating_sub(MOST_CLASSES);
    let more = if more > 0 {
        format!("and {more} more\n")
    } else {
        String::new()
    };
    text::table(&rows, &[1]) + &more
}

fn clusters(report: &Report) -> String {
    let sizes: Vec<String> = report.sizes.iter().map(usize::to_string).collect();
    let mut rows = vec![
        vec!["clusters".to_owned(), report.sizes.len().to_string()],
        vec!["rows in each".to_owned(), sizes.join(", ")],
        vec![
            "inertia".to_owned(),
            optional(report.inertia, |v| significant(v, 6)),
        ],
        vec![
            "silhouette".to_owned(),
            optional(report.silhouette, |v| format!("{v:.3}")),
        ],
        vec![
            "Davies-Bouldin".to_owned(),
            optional(report.davies_bouldin, |v| format!("{v:.3}")),
        ],
        vec![
            "Calinski-Harabasz".to_owned(),
            optional(report.calinski_harabasz, |v| significant(v, 5)),
        ],
    ];
    if let Some(noise) = report.noise {
        rows.insert(2, vec!["rows of noise".to_owned(), noise.to_string()]);
    }
    if let Some(agreement) = &report.agreement {
        let (rand, mutual) = (agreement.adjusted_rand, agreement.mutual_information);
        let both = format!("adjusted Rand {rand:.3}, mutual information {mutual:.3}");
        rows.push(vec![format!("agreement with {}", agreement.column), both]);
    }
    text::table(&rows, &[])
}

fn curve(task: Task, x: &str, points: &[CurvePoint]) -> String {
    let (score, loss) = match task {
        Task::Classification => ("CA", "log loss"),
        Task::Regression => ("R2", "MSE"),
        Task::Clustering => ("", "loss"),
    };
    let x = x.to_owned();
    let mut rows = if task == Task::Clustering {
        vec![vec![x, loss.to_owned(), "silhouette".to_owned()]]
    } else {
        let name = |what: &str, rows: &str| format!("{what} {rows}");
        vec![vec![
            x,
            name(score, "train"),
            name(score, "held out"),
            name(loss, "train"),
            name(loss, "held out"),
        ]]
    };
    for point in thinned(points) {
        let mean = |values: &[Option<f64>]| {
            optional(Spread::new(values.to_vec(), None).mean, |v| {
                significant(v, 4)
            })
        };
        let mut row = vec![significant(point.x, 6)];
        if task == Task::Clustering {
            row.push(mean(&point.training_loss));
            row.push(mean(&point.training));
        } else {
            row.extend(
                [
                    &point.training,
                    &point.validation,
                    &point.training_loss,
                    &point.validation_loss,
                ]
                .map(|v| mean(v)),
            );
        }
        rows.push(row);
    }
    text::table(&rows, &[0, 1, 2, 3, 4])
}

/// At most 25 points, the first and the last among them; `--json` has all.
fn thinned(points: &[CurvePoint]) -> impl Iterator<Item = &CurvePoint> {
    const MOST: usize = 25;
    let n = points.len();
    let shown = n.min(MOST);
    (0..shown).map(move |i| {
        &points[if shown < 2 {
            i
        } else {
            i * (n - 1) / (shown - 1)
        }]
    })
}
