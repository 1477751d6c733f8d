//! The first page for classes: ROC, precision and recall, calibration, and a threshold; one class
//! against the rest, of all shown models.

use std::sync::Arc;

use eframe::egui::{Align2, Ui, Vec2};

use super::follow::{Subject, same, subjects};
use super::{EvaluateMade, chosen_class, class_names, four, slot, threshold, weak};
use crate::app::act::Act;
use crate::app::frame::Frame;
use crate::app::panel::Memory;
use crate::app::tab::{TabMade, Wanted};
use crate::base::{Cancel, Halt};
use crate::evaluate::{Band, Spread};
use crate::project::ModelId;
use crate::train::{OneAgainstRest, one_against_rest};
use crate::view::lines::{Counts, Guide, Line, Lines, LinesResponse, lines};
use crate::view::parts::number;
use crate::widget::format;

#[derive(Default)]
pub struct CurvesMemory {
    asked: Option<(Vec<Subject>, usize)>,
    kept: Option<CurvesMade>,
}

/// One model's curves, ready to draw.
pub struct ModelCurves {
    pub id: ModelId,
    pub of: Arc<OneAgainstRest>,
    /// False against true positive rate; the thresholds beside.
    roc: Vec<[f64; 2]>,
    roc_at: Vec<f64>,
    band: Vec<[f64; 3]>,
    /// Recall against precision, in steps.
    precision: Vec<[f64; 2]>,
    precision_band: Vec<[f64; 3]>,
    precision_at: Vec<f64>,
    calibration: Vec<[f64; 2]>,
    bins: Vec<(f64, f64, u64)>,
}

pub struct CurvesMade {
    subjects: Vec<Subject>,
    class: usize,
    curves: Vec<Result<Arc<ModelCurves>, String>>,
}

impl CurvesMemory {
    pub fn take(&mut self, made: CurvesMade) {
        let asked = self.asked.as_ref();
        if asked.is_some_and(|(s, class)| *class == made.class && same(s, &made.subjects)) {
            self.kept = Some(made);
        }
    }

    /// What has been made of a model, for the class that is shown.
    pub fn of(&self, id: ModelId, class: usize) -> Option<&Arc<ModelCurves>> {
        let kept = self.kept.as_ref().filter(|k| k.class == class)?;
        let mut curves = kept.curves.iter().flatten();
        curves.find(|c| c.id == id)
    }
}

pub fn show(ui: &mut Ui, frame: &Frame<'_>, memory: &mut Memory, acts: &mut Vec<Act>) {
    let class = chosen_class(frame, memory);
    let (subjects, mut sentences) = subjects(frame);
    follow(frame, memory, subjects, class);
    let kept = memory.evaluate.curves.kept.as_ref();
    let kept = kept.filter(|k| k.class == class);
    for made in kept.into_iter().flat_map(|k| &k.curves) {
        match made {
            Ok(made) => sentences.extend(made.of.notes.iter().cloned()),
            Err(sentence) => sentences.push(sentence.clone()),
        }
    }
    sentences.sort();
    sentences.dedup();
    caption(ui, frame, kept, &sentences);
    ui.add_space(4.0);
    let name = class_names(frame).get(class).cloned().unwrap_or_default();
    four(ui, |ui, place, size| match place {
        0 => roc(ui, frame, memory, class, &name, size),
        1 => precision(ui, frame, memory, class, &name, size),
        2 => calibration(ui, frame, memory, class, &name, size),
        _ => threshold::show(ui, frame, memory, class, size, acts),
    });
}

fn caption(ui: &mut Ui, frame: &Frame<'_>, kept: Option<&CurvesMade>, sentences: &[String]) {
    let first = kept.and_then(|k| k.curves.iter().flatten().next());
    let mut words = match first {
        Some(made) => {
            let rows = made.of.calibration.iter().map(|b| b.rows).sum();
            let band = match made.of.auc.per_fold.iter().flatten().count() {
                0 | 1 => String::new(),
                folds => format!(" Band and ±: mean and standard deviation over {folds} folds."),
            };
            format!(
                "Lines: {} held-out rows together.{band}",
                number::count(rows)
            )
        }
        None => String::new(),
    };
    for sentence in sentences.iter().take(2) {
        words = format!("{words} {sentence}");
    }
    let more = sentences.len().saturating_sub(2);
    if more > 0 {
        words = format!("{words} {more} more to say.");
    }
    weak(
        ui,
        frame,
        if words.is_empty() {
            " ".to_owned()
        } else {
            words
        },
    );
}

fn follow(frame: &Frame<'_>, memory: &mut Memory, subjects: Vec<Subject>, class: usize) {
    let state = &mut memory.evaluate.curves;
    let asked = state.asked.as_ref();
    if asked.is_some_and(|(s, c)| *c == class && same(s, &subjects)) {
        return;
    }
    state.asked = Some((subjects.clone(), class));
    let cache = frame.desk.live().prepared();
    // What has not changed is not made anew.
    let mut known: Vec<(Subject, Arc<ModelCurves>)> = Vec::new();
    if let Some(kept) = state.kept.as_ref().filter(|k| k.class == class) {
        for (subject, made) in kept.subjects.iter().zip(&kept.curves) {
            known.extend(made.iter().map(|made| (subject.clone(), made.clone())));
        }
    }
    memory.wanted.push(Wanted {
        slot: slot::CURVES,
        priority: 240,
        make: Box::new(move || {
            let curves = subjects.iter().map(|subject| {
                if let Some((_, made)) = known.iter().find(|(s, _)| s.same(subject)) {
                    return Ok(made.clone());
                }
                let cancel = Cancel::new();
                cache
                    .get(&subject.job, &cancel)
                    .and_then(|p| one_against_rest(&p, &subject.held_out, class, &cancel))
                    .map(|of| Arc::new(drawn(subject.id, of)))
                    .map_err(|halt| match halt {
                        Halt::Failed(problem) => format!("{}: {problem}", subject.key.letter),
                        Halt::Cancelled => String::new(),
                    })
            });
            let curves = curves.collect();
            TabMade::Evaluate(EvaluateMade::Curves(CurvesMade {
                subjects,
                class,
                curves,
            }))
        }),
    });
}

/// Points nearer than this to the last one are left out: none of them would be seen.
const NEAR: f64 = 1.0 / 600.0;

/// Keeps first and last points, and those that are seen.
fn thinned(points: Vec<([f64; 2], f64)>) -> (Vec<[f64; 2]>, Vec<f64>) {
    let last = points.len().saturating_sub(1);
    let mut kept: Vec<([f64; 2], f64)> = Vec::new();
    for (i, (point, at)) in points.into_iter().enumerate() {
        let far = kept.last().is_none_or(|(k, _)| {
            (k[0] - point[0]).abs() >= NEAR || (k[1] - point[1]).abs() >= NEAR
        });
        if far || i == last {
            kept.push((point, at));
        }
    }
    kept.into_iter().unzip()
}

fn drawn(id: ModelId, of: OneAgainstRest) -> ModelCurves {
    let mut roc: Vec<([f64; 2], f64)> = Vec::new();
    let mut precision: Vec<([f64; 2], f64)> = Vec::new();
    if let Ok(ranking) = &of.ranking {
        let points = ranking.roc().into_iter();
        roc = points
            .map(|p| ([p.false_positive_rate, p.true_positive_rate], p.threshold))
            .collect();
        // Precision holds from one recall to the next: steps, as average precision sums them.
        for point in ranking.precision_recall() {
            if let Some(&([recall, _], _)) = precision.last() {
                precision.push(([recall, point.precision], point.threshold));
            }
            precision.push(([point.recall, point.precision], point.threshold));
        }
    }
    let (roc, roc_at) = thinned(roc);
    let (precision, precision_at) = thinned(precision);
    let edges = |band: &Band| -> Vec<[f64; 3]> {
        let edges = band.x.iter().zip(&band.mean).zip(&band.std);
        edges
            .map(|((x, mean), std)| [*x, (mean - std).max(0.0), (mean + std).min(1.0)])
            .collect()
    };
    let band = of.band.as_ref().map_or(Vec::new(), edges);
    let precision_band = of.precision_band.as_ref().map_or(Vec::new(), edges);
    let filled = of.calibration.iter();
    let calibration = filled
        .filter_map(|b| Some([b.mean_predicted?, b.fraction?]))
        .collect();
    let bins = of.calibration.iter().map(|b| (b.low, b.high, b.rows));
    ModelCurves {
        id,
        roc,
        roc_at,
        band,
        precision_band,
        precision,
        precision_at,
        calibration,
        bins: bins.collect(),
        of: Arc::new(of),
    }
}

/// The shown models with what has been made of them, in the order of the cards.
fn shown(memory: &Memory, class: usize) -> Vec<(&Subject, &ModelCurves)> {
    let kept = memory.evaluate.curves.kept.as_ref();
    let Some(kept) = kept.filter(|k| k.class == class) else {
        return Vec::new();
    };
    let pairs = kept.subjects.iter().zip(&kept.curves);
    pairs
        .filter_map(|(subject, made)| Some((subject, made.as_ref().ok()?.as_ref())))
        .collect()
}

/// Why there is no line, where there is none.
fn why_empty(memory: &Memory, class: usize) -> String {
    let shown = shown(memory, class);
    let problem = shown
        .iter()
        .find_map(|(_, made)| made.of.ranking.as_ref().err());
    match problem {
        Some(problem) => {
            let words = format::capital(&problem.what);
            format!("{words}: there is no curve.")
        }
        None if shown.is_empty() => "No row has been held out yet.".to_owned(),
        None => String::new(),
    }
}

fn spread_words(name: &str, spread: &Spread) -> String {
    match (spread.mean, spread.pooled) {
        (Some(mean), _) => {
            let std = spread.std.unwrap_or(f64::NAN);
            format!("{name} {}", number::score_and_spread(mean, std))
        }
        (None, Some(pooled)) => format!("{name} {}", number::score(pooled)),
        _ => String::new(),
    }
}

/// The part of the rows that is of the class.
fn prevalence(memory: &Memory, class: usize) -> Option<f64> {
    let shown = shown(memory, class);
    shown
        .iter()
        .find_map(|(_, m)| m.of.ranking.as_ref().ok().map(|r| r.prevalence()))
}

fn roc(ui: &mut Ui, frame: &Frame<'_>, memory: &mut Memory, class: usize, name: &str, size: Vec2) {
    let selected = frame.selected().map(|m| m.id);
    let at = memory.evaluate.threshold.at(class);
    let empty = why_empty(memory, class);
    let shown = shown(memory, class);
    let all: Vec<Line<'_>> = shown
        .iter()
        .map(|(subject, made)| {
            let is_selected = Some(subject.id) == selected;
            let mark = made
                .of
                .ranking
                .as_ref()
                .ok()
                .filter(|_| is_selected)
                .and_then(|r| {
                    let o = r.at(at);
                    Some([o.false_positive_rate()?, o.recall()?])
                });
            Line {
                model: &subject.key,
                points: &made.roc,
                band: &made.band,
                dots: false,
                label: spread_words("AUC", &made.of.auc),
                selected: is_selected,
                mark,
            }
        })
        .collect();
    let data = Lines {
        title: "ROC curve",
        x_title: &format!("false positive rate: others called {name}"),
        y_title: &format!("true positive rate: {name} found"),
        x: (0.0, 1.0),
        y: (0.0, 1.02),
        lines: &all,
        single: &[],
        names: &[],
        dates: false,
        guide: Guide::Diagonal("guessing 0.500".to_owned()),
        corner: Align2::RIGHT_BOTTOM,
        counts: None,
        empty: &empty,
    };
    let tip = |l: usize, p: usize| {
        let made = shown[l].1;
        let [taken, found] = made.roc[p];
        let (found, taken) = (number::percent(found), number::percent(taken));
        format!(
            "{} {found} found, {taken} of the others taken",
            from(made.roc_at[p])
        )
    };
    let response = lines(ui, frame.tokens, size, &data, &tip);
    let clicked = threshold_of(&response, &shown, selected, |m| &m.roc_at);
    set_threshold(memory, class, clicked);
}

fn precision(
    ui: &mut Ui,
    frame: &Frame<'_>,
    memory: &mut Memory,
    class: usize,
    name: &str,
    size: Vec2,
) {
    let selected = frame.selected().map(|m| m.id);
    let at = memory.evaluate.threshold.at(class);
    let empty = why_empty(memory, class);
    let share = prevalence(memory, class);
    let shown = shown(memory, class);
    let all: Vec<Line<'_>> = shown
        .iter()
        .map(|(subject, made)| {
            let is_selected = Some(subject.id) == selected;
            let ranking = made.of.ranking.as_ref().ok();
            let mark = ranking.filter(|_| is_selected).and_then(|r| {
                let o = r.at(at);
                Some([o.recall()?, o.precision()?])
            });
            Line {
                model: &subject.key,
                points: &made.precision,
                band: &made.precision_band,
                dots: false,
                label: spread_words("AP", &made.of.average_precision),
                selected: is_selected,
                mark,
            }
        })
        .collect();
    let data = Lines {
        title: "Precision and recall",
        x_title: &format!("recall: {name} found"),
        y_title: &format!("precision: right of those called {name}"),
        x: (0.0, 1.0),
        y: (0.0, 1.02),
        lines: &all,
        single: &[],
        names: &[],
        dates: false,
        guide: share.map_or(Guide::None, |share| {
            Guide::Level(share, format!("guessing {}", number::score(share)))
        }),
        corner: Align2::LEFT_BOTTOM,
        counts: None,
        empty: &empty,
    };
    let tip = |l: usize, p: usize| {
        let made = shown[l].1;
        let [recall, precision] = made.precision[p];
        let (recall, precision) = (number::percent(recall), number::percent(precision));
        format!(
            "{} {recall} found, {precision} of them right",
            from(made.precision_at[p])
        )
    };
    let response = lines(ui, frame.tokens, size, &data, &tip);
    let clicked = threshold_of(&response, &shown, selected, |m| &m.precision_at);
    set_threshold(memory, class, clicked);
}

fn from(threshold: f64) -> String {
    if threshold.is_finite() {
        format!("from {} on:", number::score(threshold))
    } else {
        "nothing called:".to_owned()
    }
}

/// Where the selected model's line was clicked.
fn threshold_of(
    response: &LinesResponse,
    shown: &[(&Subject, &ModelCurves)],
    selected: Option<ModelId>,
    at: impl Fn(&ModelCurves) -> &[f64],
) -> Option<f64> {
    let (l, p) = response.clicked?;
    let (subject, made) = shown.get(l)?;
    let at = at(made).get(p).copied()?;
    (Some(subject.id) == selected).then_some(if at.is_finite() { at } else { 1.0 })
}

fn set_threshold(memory: &mut Memory, class: usize, clicked: Option<f64>) {
    if let Some(at) = clicked {
        memory.evaluate.threshold.set(class, at);
    }
}

fn calibration(
    ui: &mut Ui,
    frame: &Frame<'_>,
    memory: &mut Memory,
    class: usize,
    name: &str,
    size: Vec2,
) {
    let selected = frame.selected().map(|m| m.id);
    let share = prevalence(memory, class);
    let shown = shown(memory, class);
    let all: Vec<Line<'_>> = shown
        .iter()
        .map(|(subject, made)| Line {
            model: &subject.key,
            points: &made.calibration,
            band: &[],
            dots: true,
            label: made.of.brier.map_or(String::new(), |brier| {
                format!("Brier {}", number::score(brier))
            }),
            selected: Some(subject.id) == selected,
            mark: None,
        })
        .collect();
    let of_selected = shown.iter().find(|(s, _)| Some(s.id) == selected);
    let title = match of_selected {
        Some((subject, _)) => format!("Calibration, rows of {} below", subject.key.letter),
        None => "Calibration".to_owned(),
    };
    let guide = match share {
        // A constant probability's best Brier score.
        Some(p) => format!("ideal (guessing {})", number::score(p * (1.0 - p))),
        None => "ideal".to_owned(),
    };
    let data = Lines {
        title: &title,
        x_title: &format!("probability of {name} that was told"),
        y_title: &format!("share that is {name}"),
        x: (0.0, 1.0),
        y: (0.0, 1.02),
        lines: &all,
        single: &[],
        names: &[],
        dates: false,
        guide: Guide::Diagonal(guide),
        corner: Align2::LEFT_TOP,
        counts: of_selected.map(|(subject, made)| Counts {
            bins: &made.bins,
            model: &subject.key,
        }),
        empty: "No row has been held out yet.",
    };
    let tip = |l: usize, p: usize| {
        let made = shown[l].1;
        let filled: Vec<_> = made.of.calibration.iter().filter(|b| b.rows > 0).collect();
        filled.get(p).map_or(String::new(), |bin| {
            format!(
                "told {}: {} of {} are {name}",
                number::percent(bin.mean_predicted.unwrap_or(f64::NAN)),
                number::percent(bin.fraction.unwrap_or(f64::NAN)),
                crate::widget::format::counted(bin.rows as usize, "row", "rows"),
            )
        })
    };
    lines(ui, frame.tokens, size, &data, &tip);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thinning_keeps_the_ends_and_what_is_seen() {
        let many = (0..=10_000).map(|i| ([f64::from(i) / 10_000.0, 1.0], f64::from(i)));
        let (points, at) = thinned(many.collect());
        assert!(points.len() < 700 && points.len() > 500);
        assert_eq!((points[0], at[0]), ([0.0, 1.0], 0.0));
        assert_eq!(points.last(), Some(&[1.0, 1.0]));
        assert_eq!(thinned(Vec::new()).0.len(), 0);
    }
}
