//! The first page for numbers: predicted against actual and residuals of the selected model, and of
//! all shown models the residuals' histogram or quantiles and the error by the size of the target.

use std::sync::Arc;

use eframe::egui::{Align, Align2, Layout, Ui, Vec2, vec2};

use super::follow::{Subject, same, subjects};
use super::{EvaluateMade, four, slot, weak};
use crate::app::act::Act;
use crate::app::frame::Frame;
use crate::app::panel::Memory;
use crate::app::tab::{TabMade, Wanted};
use crate::evaluate::{ErrorGroup, errors_by_actual, histogram, quantile_pairs};
use crate::view::lines::{Guide, Line, Lines, lines};
use crate::view::parts::number;
use crate::view::regression::Shown;
use crate::widget::choice;

#[derive(Default)]
pub struct ErrorsMemory {
    asked: Option<Vec<Subject>>,
    kept: Option<ErrorsMade>,
    quantiles: bool,
}

/// One model's residuals, ready to draw.
#[derive(Default)]
struct ModelErrors {
    rows: usize,
    groups: Vec<ErrorGroup>,
    /// Mean size of the error at the middle of each group.
    by_actual: Vec<[f64; 2]>,
    /// In steps.
    histogram: Vec<[f64; 2]>,
    quantiles: Vec<[f64; 2]>,
    mean: f64,
    mean_absolute: f64,
}

pub struct ErrorsMade {
    subjects: Vec<Subject>,
    errors: Vec<Arc<ModelErrors>>,
    baseline: f64,
}

impl ErrorsMemory {
    pub fn take(&mut self, made: ErrorsMade) {
        if self.asked.as_ref().is_some_and(|s| same(s, &made.subjects)) {
            self.kept = Some(made);
        }
    }
}

const GROUPS: usize = 10;
const BINS: usize = 30;
const MOST_QUANTILES: usize = 300;

pub fn show(ui: &mut Ui, frame: &Frame<'_>, memory: &mut Memory, acts: &mut Vec<Act>) {
    let Some(scene) = frame.scene.cloned() else {
        return;
    };
    let (subjects, sentences) = subjects(frame);
    follow(frame, memory, subjects);
    let rows = memory.evaluate.errors.kept.as_ref();
    let rows = rows.and_then(|k| k.errors.first()).map_or(0, |e| e.rows);
    let points = frame.selected().map_or(String::new(), |m| m.badge());
    let mut words = format!(
        "{} held-out rows; points: {points}. Residual: actual less predicted.",
        number::count(rows as u64)
    );
    for sentence in sentences.iter().take(2) {
        words = format!("{words} {sentence}");
    }
    weak(ui, frame, words);
    ui.add_space(4.0);
    let target = scene.target.as_ref();
    let title = match target.and_then(|t| t.unit().map(|u| (t.name(), u))) {
        Some((name, unit)) => format!("{name} ({unit})"),
        None => target.map_or(String::new(), |t| t.name().to_owned()),
    };
    four(ui, |ui, place, size| match place {
        0 | 1 => {
            let shown = [Shown::Fit, Shown::Residuals][place];
            let entry = frame.selected().and_then(|m| frame.desk.entry(m.id));
            ui.set_max_size(size);
            crate::app::tab::errors::show(ui, frame, &scene, entry, shown, memory, acts);
        }
        2 => residuals(ui, frame, memory, &title, size),
        _ => by_actual(ui, frame, memory, &title, size),
    });
}

fn follow(frame: &Frame<'_>, memory: &mut Memory, subjects: Vec<Subject>) {
    let state = &mut memory.evaluate.errors;
    if state.asked.as_ref().is_some_and(|s| same(s, &subjects)) {
        return;
    }
    let Some(target) = frame.scene.and_then(|s| s.target.clone()) else {
        return;
    };
    state.asked = Some(subjects.clone());
    memory.wanted.push(Wanted {
        slot: slot::ERRORS,
        priority: 240,
        make: Box::new(move || {
            let numbers = target.numbers().unwrap_or(&[]);
            let pairs = |subject: &Subject| -> (Vec<f64>, Vec<f64>) {
                let of_row = |&row: &u32| {
                    let said = subject.held_out.row(row as usize)?.first()?;
                    Some((*numbers.get(row as usize)?, *said))
                };
                target.rows().iter().filter_map(of_row).unzip()
            };
            let all: Vec<(Vec<f64>, Vec<f64>)> = subjects.iter().map(pairs).collect();
            // One range for all models, so that their histograms compare.
            let far = all
                .iter()
                .flat_map(|(actual, said)| actual.iter().zip(said))
                .map(|(a, p)| (a - p).abs())
                .filter(|r| r.is_finite())
                .fold(0.0, f64::max);
            let errors = all
                .iter()
                .map(|(actual, said)| Arc::new(drawn(actual, said, far)));
            let errors = errors.collect();
            let n = target.rows().len().max(1) as f64;
            let actual = || {
                target
                    .rows()
                    .iter()
                    .filter_map(|r| numbers.get(*r as usize))
            };
            let mean = actual().sum::<f64>() / n;
            let baseline = actual().map(|a| (a - mean).abs()).sum::<f64>() / n;
            TabMade::Evaluate(EvaluateMade::Errors(ErrorsMade {
                subjects,
                errors,
                baseline,
            }))
        }),
    });
}

fn drawn(actual: &[f64], said: &[f64], far: f64) -> ModelErrors {
    let residuals: Vec<f64> = actual.iter().zip(said).map(|(a, p)| a - p).collect();
    let groups = errors_by_actual(actual, said, GROUPS);
    let n = residuals.len().max(1) as f64;
    let counts = histogram(&residuals, -far, far, BINS);
    let width = 2.0 * far / BINS as f64;
    let steps = counts.iter().enumerate().flat_map(|(i, count)| {
        let left = -far + width * i as f64;
        [[left, *count as f64], [left + width, *count as f64]]
    });
    ModelErrors {
        rows: residuals.len(),
        by_actual: groups
            .iter()
            .map(|g| [(g.low + g.high) / 2.0, g.mean_absolute])
            .collect(),
        groups,
        histogram: steps.collect(),
        quantiles: quantile_pairs(&residuals, MOST_QUANTILES)
            .into_iter()
            .map(|(normal, residual)| [normal, residual])
            .collect(),
        mean: residuals.iter().sum::<f64>() / n,
        mean_absolute: residuals.iter().map(|r| r.abs()).sum::<f64>() / n,
    }
}

fn shown(memory: &Memory) -> Vec<(&Subject, &ModelErrors)> {
    let Some(kept) = &memory.evaluate.errors.kept else {
        return Vec::new();
    };
    let pairs = kept.subjects.iter().zip(&kept.errors);
    pairs
        .map(|(subject, errors)| (subject, errors.as_ref()))
        .collect()
}

fn extent<'a>(points: impl Iterator<Item = &'a [f64; 2]>, axis: usize) -> (f64, f64) {
    points
        .map(|p| p[axis])
        .filter(|v| v.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| {
            (l.min(v), h.max(v))
        })
}

fn residuals(ui: &mut Ui, frame: &Frame<'_>, memory: &mut Memory, title: &str, size: Vec2) {
    let quantiles = memory.evaluate.errors.quantiles;
    let before = ui.cursor().top();
    ui.allocate_ui_with_layout(
        vec2(size.x, 26.0),
        Layout::left_to_right(Align::Center),
        |ui| {
            let names = ["Histogram", "Quantiles"];
            let chosen = choice::segmented(ui, "Residuals as", &names, usize::from(quantiles));
            if let Some(chosen) = chosen {
                memory.evaluate.errors.quantiles = chosen == 1;
            }
        },
    );
    ui.add_space(2.0);
    let size = size - vec2(0.0, ui.cursor().top() - before);
    let selected = frame.selected().map(|m| m.id);
    let shown = shown(memory);
    let all: Vec<Line<'_>> = shown
        .iter()
        .map(|(subject, errors)| Line {
            model: &subject.key,
            points: if quantiles {
                &errors.quantiles
            } else {
                &errors.histogram
            },
            band: &[],
            dots: false,
            label: match quantiles {
                true => subject.key.name.clone(),
                false => format!("mean {}", number::short(errors.mean)),
            },
            selected: Some(subject.id) == selected,
            mark: None,
        })
        .collect();
    let points = || all.iter().flat_map(|l| l.points);
    let (x, y) = (extent(points(), 0), extent(points(), 1));
    let x_title = match quantiles {
        true => "quantile of a normal distribution".to_owned(),
        false => format!("residual of {title}"),
    };
    let wide = |(low, high): (f64, f64)| (low - 0.04 * (high - low), high + 0.04 * (high - low));
    let data = Lines {
        title: if quantiles {
            "Residuals against a normal distribution"
        } else {
            "Residuals"
        },
        x_title: &x_title,
        y_title: if quantiles {
            "standardised residual"
        } else {
            "rows"
        },
        x: if quantiles { wide(x) } else { x },
        y: if quantiles {
            wide(y)
        } else {
            (0.0, y.1 * 1.06)
        },
        lines: &all,
        single: &[],
        names: &[],
        dates: false,
        guide: match quantiles {
            true => Guide::Diagonal("normal".to_owned()),
            false => Guide::None,
        },
        corner: if quantiles {
            Align2::LEFT_TOP
        } else {
            Align2::RIGHT_TOP
        },
        counts: None,
        empty: "No row has been held out yet.",
    };
    let tip = |l: usize, p: usize| {
        let [x, y] = all[l].points[p];
        match quantiles {
            true => format!(
                "normal {}, residual {} standard deviations",
                number::short(x),
                number::short(y)
            ),
            false => format!("{} rows near {}", number::count(y as u64), number::short(x)),
        }
    };
    lines(ui, frame.tokens, size, &data, &tip);
}

fn by_actual(ui: &mut Ui, frame: &Frame<'_>, memory: &mut Memory, title: &str, size: Vec2) {
    let selected = frame.selected().map(|m| m.id);
    let baseline = memory.evaluate.errors.kept.as_ref().map(|k| k.baseline);
    let shown = shown(memory);
    let all: Vec<Line<'_>> = shown
        .iter()
        .map(|(subject, errors)| Line {
            model: &subject.key,
            points: &errors.by_actual,
            band: &[],
            dots: true,
            label: format!("MAE {}", number::short(errors.mean_absolute)),
            selected: Some(subject.id) == selected,
            mark: None,
        })
        .collect();
    let points = || all.iter().flat_map(|l| l.points);
    let (x, y) = (extent(points(), 0), extent(points(), 1));
    let air = 0.03 * (x.1 - x.0);
    // Room for the legend over the guide.
    let top = y.1.max(baseline.unwrap_or(0.0)) * 1.4;
    let data = Lines {
        title: "Error by tenth of the rows",
        x_title: &format!("actual {title}"),
        y_title: "mean absolute error",
        x: (x.0 - air, x.1 + air),
        y: (0.0, top),
        lines: &all,
        single: &[],
        names: &[],
        dates: false,
        guide: baseline.map_or(Guide::None, |b| {
            Guide::Level(b, format!("the mean always {}", number::short(b)))
        }),
        corner: Align2::CENTER_TOP,
        counts: None,
        empty: "No row has been held out yet.",
    };
    let tip = |l: usize, p: usize| {
        shown[l].1.groups.get(p).map_or(String::new(), |g| {
            format!(
                "{} to {}, {} rows: off by {} in the mean, {} too {}",
                number::short(g.low),
                number::short(g.high),
                number::count(g.rows as u64),
                number::short(g.mean_absolute),
                number::short(g.bias.abs()),
                if g.bias > 0.0 { "high" } else { "low" },
            )
        })
    };
    lines(ui, frame.tokens, size, &data, &tip);
}
