//! The tab Compare: every shown model on the same rows and folds, and which can be told apart.

use eframe::egui::{Margin, Ui};

use crate::app::act::Act;
use crate::app::frame::Frame;
use crate::app::panel::Memory;
use crate::app::verdict;
use crate::evaluate::{self, Metric, Spread, Verdict};
use crate::model::Task;
use crate::project::{Entry, ModelEntry};
use crate::view::compare::{
    CompareTab, Compared, Comparison, MetricName, Score, Standing, compare,
};
use crate::view::parts::badge::ModelKey;
use crate::widget::empty::{Empty, EmptyAction, empty};
use crate::widget::{format, icons};

#[derive(Default)]
pub struct CompareMemory {
    tab: CompareTab,
    /// Pixels of the small multiples, as laid out in the last frame.
    pixels: Option<[usize; 2]>,
}

/// Width over height of the small multiples.
const ASPECT: f32 = 1.6;

pub fn show(ui: &mut Ui, frame: &Frame<'_>, memory: &mut Memory, acts: &mut Vec<Act>) {
    let models: Vec<&ModelEntry> = frame.desk.shown().collect();
    if frame.scene.is_none() && !models.is_empty() {
        return super::model::nothing(ui, frame, acts);
    }
    if models.len() < 2 {
        return too_few(ui, frame, &models, acts);
    }
    let task = frame.desk.project().task();
    let metrics = metrics(frame, &models);
    let leading = frame.desk.leading_metric();
    let names: Vec<MetricName> = match task {
        Task::Clustering => ["Silhouette", "Inertia"]
            .into_iter()
            .zip([true, false])
            .map(|(name, up)| metric_name(name, up))
            .collect(),
        _ => metrics
            .iter()
            .map(|m| metric_name(m.label(), m.higher_is_better()))
            .collect(),
    };
    let pixels = memory.compare.pixels;
    let standings = standings(frame, &models, leading);
    let compared: Vec<Compared> = models
        .iter()
        .zip(standings)
        .map(|(model, standing)| compared(frame, model, standing, &metrics, leading, pixels))
        .collect();
    let baseline: Vec<Score> = metrics
        .iter()
        .map(|m| score(frame.desk.baseline_score(*m).as_ref()))
        .collect();
    let has_baseline = baseline.iter().any(|s| s.mean.is_finite());
    let tab = match memory.compare.tab {
        CompareTab::Folds if task == Task::Clustering => CompareTab::Boundaries,
        tab => tab,
    };
    let selected = frame.selected().map(|m| m.id);
    let data = Comparison {
        models: &compared,
        selected: models.iter().position(|m| Some(m.id) == selected),
        metrics: &names,
        ranking: metrics
            .iter()
            .position(|m| Some(*m) == leading)
            .unwrap_or(0),
        baseline: if has_baseline { &baseline } else { &[] },
        baseline_name: match task {
            Task::Classification => "most frequent class",
            _ => "mean of the target",
        },
        aspect: ASPECT,
        tab,
        tie_note: match task {
            Task::Clustering => "",
            _ => "p > 0.05",
        },
        has_folds: task != Task::Clustering,
    };
    let inside = eframe::egui::Frame::new()
        .fill(frame.tokens.panel)
        .inner_margin(Margin {
            left: 14,
            right: 10,
            top: 10,
            bottom: 8,
        });
    let response = inside.show(ui, |ui| compare(ui, frame.tokens, &data)).inner;
    if let Some(tab) = response.tab {
        memory.compare.tab = tab;
    }
    if let Some(model) = response.clicked.and_then(|i| models.get(i)) {
        acts.push(Act::SelectModel(model.id));
    }
    if let Some(size) = response.picture {
        let ppp = ui.ctx().pixels_per_point();
        let pixels = [
            (size.x * ppp).round() as usize,
            (size.y * ppp).round() as usize,
        ];
        memory.compare.pixels = Some(pixels);
        memory.small_sizes = Some(vec![pixels]);
    }
}

fn too_few(ui: &mut Ui, frame: &Frame<'_>, models: &[&ModelEntry], acts: &mut Vec<Act>) {
    let have = match models.first() {
        Some(model) => format!(
            "A comparison needs two models. You have one: {} {} on {}.",
            model.badge(),
            model.params.algorithm().name.to_lowercase(),
            frame.desk.project().table.name()
        ),
        None => "A comparison needs two models. None is shown.".to_owned(),
    };
    let shown = Empty {
        title: "Nothing to compare yet",
        sentence: &have,
        ghosts: 3,
        primary: Some((icons::LIGHTNING, "Fit all quick models")),
        secondary: None,
        note: "Single models are added at the right.",
    };
    if let Some(EmptyAction::Primary) = empty(ui, &shown) {
        acts.push(Act::FitAllQuick);
    }
}

fn metric_name(name: &str, higher_is_better: bool) -> MetricName {
    MetricName {
        name: name.to_owned(),
        higher_is_better,
    }
}

/// Every metric that a shown model has, in the metrics' own order; the leading one at least.
fn metrics(frame: &Frame<'_>, models: &[&ModelEntry]) -> Vec<Metric> {
    let leading = frame.desk.leading_metric();
    let has = |metric: Metric| {
        Some(metric) == leading
            || models.iter().any(|m| {
                let report = frame.desk.entry(m.id).and_then(|e| e.report.as_ref());
                report.is_some_and(|r| r.score(metric).is_some())
            })
    };
    let known = leading.is_some();
    let mut all: Vec<Metric> = Metric::ALL
        .into_iter()
        .filter(|m| known && has(*m))
        .collect();
    // What ranks comes first.
    all.sort_by_key(|m| Some(*m) != leading);
    all
}

fn score(spread: Option<&Spread>) -> Score {
    let number = |value: Option<f64>| value.unwrap_or(f64::NAN);
    spread.map_or(Score::NONE, |s| Score {
        mean: number(s.mean.or(s.pooled)),
        std: number(s.std),
    })
}

/// How each model stands to the best of those that are scored to the end.
fn standings(frame: &Frame<'_>, models: &[&ModelEntry], leading: Option<Metric>) -> Vec<Standing> {
    let mut standings = vec![Standing::Open; models.len()];
    let Some(metric) = leading else {
        return standings;
    };
    let up = metric.higher_is_better();
    let scored: Vec<(usize, f64, &Spread)> = models
        .iter()
        .enumerate()
        .filter_map(|(i, m)| {
            let report = frame.desk.entry(m.id)?.report.as_ref()?;
            let spread = report.score(metric)?;
            Some((i, spread.mean?, spread))
        })
        .collect();
    let worth = |mean: f64| if up { mean } else { -mean };
    let best = scored
        .iter()
        .rev()
        .max_by(|a, b| worth(a.1).total_cmp(&worth(b.1)));
    let Some(&(first, top, folds)) = best.filter(|_| scored.len() > 1) else {
        return standings;
    };
    let (train, test) = verdict::fold_rows(frame, models[first].id);
    standings[first] = Standing::Best;
    for &(i, mean, spread) in scored.iter().filter(|(i, ..)| *i != first) {
        let result = evaluate::compare(&folds.per_fold, &spread.per_fold, train, test, up);
        standings[i] = match result.verdict {
            _ if mean == top => Standing::Best,
            Verdict::NotDistinguishable => Standing::Tie,
            _ => Standing::Worse(mean - top),
        };
    }
    standings
}

fn compared(
    frame: &Frame<'_>,
    model: &ModelEntry,
    standing: Standing,
    metrics: &[Metric],
    leading: Option<Metric>,
    pixels: Option<[usize; 2]>,
) -> Compared {
    let entry = frame.desk.entry(model.id);
    let report = entry.and_then(|e| e.report.as_ref());
    let spread = leading.and_then(|m| frame.desk.score(model.id, m));
    let picture = pixels.and_then(|p| frame.pictures.small_or_other(model.id, p));
    let clustering = leading.is_none();
    let single = |value: Option<f64>| Score {
        mean: value.unwrap_or(f64::NAN),
        std: f64::NAN,
    };
    let silhouette = single(report.and_then(|r| r.silhouette));
    Compared {
        model: ModelKey::of(model.letter, model.params.algorithm().name),
        picture: picture.map(|p| p.id()),
        score: if clustering {
            silhouette
        } else {
            score(spread.as_ref())
        },
        standing,
        metrics: if clustering {
            vec![silhouette, single(report.and_then(|r| r.inertia))]
        } else {
            let of = |m: &Metric| score(report.and_then(|r| r.score(*m)));
            metrics.iter().map(of).collect()
        },
        folds: spread.map_or(Vec::new(), |s| {
            s.per_fold.iter().map(|v| v.unwrap_or(f64::NAN)).collect()
        }),
        progress: progress(frame, model, entry),
        problem: entry
            .and_then(|e| e.problem.as_ref())
            .map(|p| p.to_string())
            .or_else(|| frame.desk.waits(model.id)),
        waits: entry.is_none_or(|e| e.problem.is_none()) && frame.desk.waits(model.id).is_some(),
        note: report
            .filter(|_| clustering)
            .map(|r| sizes(&r.sizes, r.rows)),
    }
}

/// "silhouette, 3 clusters: 62, 50, 38"; rows in no cluster are said to be left out of it.
fn sizes(sizes: &[usize], rows: usize) -> String {
    let mut words = format!(
        "silhouette, {}",
        format::counted(sizes.len(), "cluster", "clusters")
    );
    for (i, size) in sizes.iter().take(6).enumerate() {
        words.push_str(if i == 0 { ": " } else { ", " });
        words.push_str(&format::count(*size));
    }
    if sizes.len() > 6 {
        words.push_str(", …");
    }
    match rows.saturating_sub(sizes.iter().sum()) {
        0 => {}
        left_out => words.push_str(&format!("; {} in none", format::count(left_out))),
    }
    words
}

fn progress(frame: &Frame<'_>, model: &ModelEntry, entry: Option<&Entry>) -> Option<(f32, String)> {
    if frame.desk.waits(model.id).is_some() {
        return None;
    }
    let Some(entry) = entry else {
        return Some((0.0, "waiting".to_owned()));
    };
    if entry.report.is_some() || entry.problem.is_some() {
        return None;
    }
    Some(match &entry.pace {
        Some(pace) => (pace.fraction as f32, pace.text.clone()),
        None => (0.0, "starting".to_owned()),
    })
}
