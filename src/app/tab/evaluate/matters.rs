//! The second page: which columns matter to the selected model, how its answer follows one of them,
//! and what is inside it: the tree, or the weights.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use eframe::egui::{Align2, Rect, ScrollArea, Sense, Ui, Vec2, vec2};

use super::{
    EvaluateMade, child, chosen_class, class_names, fitted, key_of, network, slot, tree, weak,
    weights,
};
use crate::app::frame::Frame;
use crate::app::panel::Memory;
use crate::app::tab::{TabMade, Wanted};
use crate::base::{Cancel, Halt, Hash128, Problem, so_many_of};
use crate::data::Kind;
use crate::model::{Inside, Model};
use crate::project::{Entry, ModelEntry};
use crate::train::{
    Dependence, Fitted, dependence_grid, partial_dependence, permutation_importance,
};
use crate::view::importance::{Weight, importance};
use crate::view::lines::{Guide, Line, Lines, lines};
use crate::view::parts::{badge, number, text};
use crate::widget::{button, format, icons, picture};

#[derive(Default)]
pub struct MattersMemory {
    /// The feature whose dependence is shown, by name.
    feature: Option<String>,
    all: bool,
    /// The importances of a job, the largest first.
    sorted: Option<(Hash128, Arc<[Weight]>)>,
    /// Jobs whose columns have been shuffled, or are being.
    asked: HashMap<Hash128, Cancel>,
    /// Those that were stopped: they start again by the button alone.
    stopped: HashSet<Hash128>,
    dependence_asked: Option<DependenceKey>,
    dependence: Option<(DependenceKey, Result<Drawn, String>)>,
    /// What is inside a model, read once.
    inside: Option<(Arc<dyn Model>, Arc<Inside>)>,
}

/// Names what a dependence is of; holds the model, so that no address is used twice.
#[derive(Clone)]
pub struct DependenceKey {
    model: Arc<dyn Model>,
    feature: usize,
    class: usize,
}

impl DependenceKey {
    fn same(&self, other: &DependenceKey) -> bool {
        Arc::ptr_eq(&self.model, &other.model)
            && self.feature == other.feature
            && self.class == other.class
    }
}

/// A dependence as lines.
pub struct Drawn {
    mean: Vec<[f64; 2]>,
    single: Vec<Vec<[f64; 2]>>,
    /// Of a category.
    names: Vec<String>,
    /// Of a date.
    dates: bool,
    rows: usize,
    /// Of everything that the lines reach.
    y: (f64, f64),
}

pub enum MattersMade {
    /// None: it was stopped.
    Importance(Hash128, Option<Result<Vec<(String, f64, f64)>, Problem>>),
    Dependence(DependenceKey, Result<Drawn, String>),
}

type Importances = (Hash128, Result<Vec<(String, f64, f64)>, Problem>);

impl MattersMemory {
    /// Importances go where the cards look for them.
    pub fn take(&mut self, made: MattersMade) -> Option<Importances> {
        match made {
            MattersMade::Importance(key, values) => Some((key, values?)),
            MattersMade::Dependence(key, drawn) => {
                if self.dependence_asked.as_ref().is_some_and(|a| a.same(&key)) {
                    self.dependence = Some((key, drawn));
                }
                None
            }
        }
    }
}

/// Rows that a dependence is the mean of, and those drawn one by one, at most.
const ROWS: usize = 500;
const SINGLE: usize = 100;
const STEPS: usize = 40;
/// Of a column of text, which is many words at once.
const NO_VALUES: &str = "It has no single values along which the answer could be followed.";
/// Columns are shuffled without being asked where it takes about so long.
const QUICK_SECONDS: f64 = 2.0;

pub fn show(ui: &mut Ui, frame: &Frame<'_>, memory: &mut Memory) {
    let Some(model) = frame.selected() else {
        return weak(ui, frame, "Select a model at the right.");
    };
    let entry = frame.desk.entry(model.id);
    let Some((entry, fitted)) = entry.and_then(|e| Some((e, fitted(frame, e)?))) else {
        let why = entry
            .and_then(|e| e.problem.as_ref())
            .map(|p| p.to_string());
        return weak(
            ui,
            frame,
            why.unwrap_or_else(|| "The model is being fitted.".to_owned()),
        );
    };
    let inside = inside(memory, fitted);
    let area = ui.available_rect_before_wrap();
    let lower =
        inside.tree().is_some() || inside.coefficients.is_some() || inside.network.is_some();
    let top = if lower {
        (area.height() * 0.46).floor()
    } else {
        area.height().min(440.0)
    };
    let half = ((area.width() - 16.0) / 2.0).floor();
    let left = Rect::from_min_size(area.min, vec2(half, top));
    let right = Rect::from_min_size(area.min + vec2(half + 16.0, 0.0), vec2(half, top));
    picture::show(ui.ctx(), "What the score loses without a column", left);
    child(ui, 20, left, |ui| {
        which(ui, frame, memory, model, entry, fitted, left.size())
    });
    child(ui, 21, right, |ui| {
        dependence(ui, frame, memory, model, fitted, right.size())
    });
    if lower {
        let below = area.with_min_y(area.top() + top + 14.0);
        child(ui, 22, below, |ui| match (inside.tree(), &inside.network) {
            (Some(tree), _) => tree::show(ui, frame, memory, model, fitted, tree, below.size()),
            (None, Some(found)) => {
                network::show(ui, frame, memory, model, fitted, found, below.size())
            }
            (None, None) => weights::show(ui, frame, memory, model, fitted, below.size()),
        });
    }
    ui.advance_cursor_after_rect(area);
}

pub(super) fn inside(memory: &mut Memory, fitted: &Fitted) -> Arc<Inside> {
    let kept = &mut memory.evaluate.matters.inside;
    if let Some((model, inside)) = kept
        && Arc::ptr_eq(model, &fitted.model)
    {
        return inside.clone();
    }
    let inside = Arc::new(fitted.model.inside());
    *kept = Some((fitted.model.clone(), inside.clone()));
    inside
}

/// "A  Words", as heads of the page's parts.
pub fn head(ui: &mut Ui, frame: &Frame<'_>, model: &ModelEntry, words: &str, width: f32) {
    let t = frame.tokens;
    let (rect, _) = ui.allocate_exact_size(vec2(width, 22.0), Sense::empty());
    let centre = rect.left_center() + vec2(9.0, 0.0);
    badge::paint(ui, ui.painter(), t, centre, 18.0, &key_of(model));
    let title = text::line(
        ui.painter(),
        words,
        text::strong(ui),
        t.strong,
        width - 30.0,
    );
    let at = rect.left_center() + vec2(26.0, 0.0);
    text::place(ui.painter(), at, Align2::LEFT_CENTER, title);
}

fn which(
    ui: &mut Ui,
    frame: &Frame<'_>,
    memory: &mut Memory,
    model: &ModelEntry,
    entry: &Entry,
    fitted: &Fitted,
    size: Vec2,
) {
    head(
        ui,
        frame,
        model,
        "What the score loses without a column",
        size.x,
    );
    let Some(key) = frame.desk.key(model.id) else {
        return;
    };
    match memory.importance.get(&key) {
        Some(Ok(values)) => {
            let weights = in_order(&mut memory.evaluate.matters.sorted, key, values);
            let metric = if class_names(frame).is_empty() {
                "R²"
            } else {
                "accuracy"
            };
            // The other pictures are of the step that is shown.
            let of = match frame.is_scrubbed(entry) {
                true => "Of the finished model: drop",
                false => "Drop",
            };
            let words = format!(
                "{of} of {metric} on held-out rows when the column is shuffled, mean ± standard deviation over the folds. Click a column to see its dependence."
            );
            weak(ui, frame, words);
            let room = ui.available_height();
            ScrollArea::vertical()
                .id_salt("importances")
                .max_height(room)
                .auto_shrink([false, false])
                .show(ui, |ui| {
                    ui.set_max_width(ui.available_width() - 10.0);
                    let all = memory.evaluate.matters.all;
                    let top = ((room / 24.0) as usize).saturating_sub(1).max(3);
                    let response = importance(ui, frame.tokens, &weights, top, all);
                    if response.toggle_all {
                        memory.evaluate.matters.all = !all;
                    }
                    if let Some(name) = response.clicked {
                        memory.evaluate.matters.feature = Some(name);
                    }
                });
        }
        Some(Err(problem)) => {
            weak(ui, frame, problem.to_string());
        }
        None => ask(ui, frame, memory, model, entry, fitted, key),
    }
}

/// The largest first, put in order once.
fn in_order(
    kept: &mut Option<(Hash128, Arc<[Weight]>)>,
    key: Hash128,
    values: &[(String, f64, f64)],
) -> Arc<[Weight]> {
    if let Some((of, weights)) = kept
        && *of == key
        && weights.len() == values.len()
    {
        return weights.clone();
    }
    let weights = values.iter().map(|(name, value, std)| Weight {
        name: name.clone(),
        value: *value,
        std: *std,
        bar: true,
    });
    // What the score loses most without comes first, what it gains without last.
    let mut weights: Vec<Weight> = weights.collect();
    weights.sort_by(|a, b| b.value.total_cmp(&a.value));
    let weights: Arc<[Weight]> = weights.into();
    *kept = Some((key, weights.clone()));
    weights
}

fn ask(
    ui: &mut Ui,
    frame: &Frame<'_>,
    memory: &mut Memory,
    model: &ModelEntry,
    entry: &Entry,
    fitted: &Fitted,
    key: Hash128,
) {
    let state = &mut memory.evaluate.matters;
    if let Some(cancel) = state.asked.get(&key) {
        weak(ui, frame, "Shuffling the columns …");
        let stop = button::secondary("Stop shuffling").icon(icons::STOP);
        if ui.add(stop).clicked() {
            cancel.cancel();
            state.asked.remove(&key);
            state.stopped.insert(key);
        }
        return;
    }
    let stopped = state.stopped.contains(&key);
    let Some(report) = entry.report.as_ref().filter(|r| !r.stopped) else {
        return weak(
            ui,
            frame,
            "The columns are shuffled once the model has its score.",
        );
    };
    let seconds = report.fit_seconds * report.folds.min(5) as f64;
    if stopped {
        weak(ui, frame, "It was stopped.");
    }
    if seconds > QUICK_SECONDS {
        weak(
            ui,
            frame,
            format!(
                "The folds are fitted anew for it: about {}.",
                format::seconds(seconds)
            ),
        );
    }
    let by_hand = stopped || seconds > QUICK_SECONDS;
    if by_hand && !ui.add(button::secondary("Shuffle the columns")).clicked() {
        return;
    }
    let Some(job) = frame.desk.job(model.id).cloned() else {
        return;
    };
    let cancel = Cancel::new();
    memory.evaluate.matters.stopped.remove(&key);
    memory.evaluate.matters.asked.insert(key, cancel.clone());
    let (cache, fitted) = (frame.desk.live().prepared(), fitted.clone());
    memory.wanted.push(Wanted {
        slot: slot::IMPORTANCE,
        priority: 40,
        make: Box::new(move || {
            let values = match permutation_importance(&job, &fitted, &cache, &cancel) {
                Ok(values) => Some(Ok(values)),
                Err(Halt::Failed(problem)) => Some(Err(problem)),
                Err(Halt::Cancelled) => None,
            };
            TabMade::Evaluate(EvaluateMade::Matters(MattersMade::Importance(key, values)))
        }),
    });
}

fn problem(halt: Halt) -> Problem {
    match halt {
        Halt::Failed(problem) => problem,
        Halt::Cancelled => Problem::new("it was stopped"),
    }
}

/// The chosen feature, else the most important one that is known, else the first.
fn chosen_feature(
    frame: &Frame<'_>,
    memory: &Memory,
    model: &ModelEntry,
    fitted: &Fitted,
) -> usize {
    let recipe = &fitted.recipe;
    let by_name =
        |name: &str| (0..recipe.feature_count()).find(|f| recipe.feature_name(*f) == name);
    let chosen = memory.evaluate.matters.feature.as_deref().and_then(by_name);
    let most = || {
        let key = frame.desk.key(model.id)?;
        let values = memory.importance.get(&key)?.as_ref().ok()?;
        let largest = values.iter().rev().max_by(|a, b| a.1.total_cmp(&b.1))?;
        by_name(&largest.0)
    };
    chosen.or_else(most).unwrap_or(0)
}

fn dependence(
    ui: &mut Ui,
    frame: &Frame<'_>,
    memory: &mut Memory,
    model: &ModelEntry,
    fitted: &Fitted,
    size: Vec2,
) {
    let feature = chosen_feature(frame, memory, model, fitted);
    let class = chosen_class(frame, memory);
    let classes = class_names(frame);
    let key = DependenceKey {
        model: fitted.model.clone(),
        feature,
        class: if classes.is_empty() { 0 } else { class },
    };
    follow(frame, memory, fitted, &key);
    let outputs = &fitted.recipe.outputs()[fitted.recipe.outputs_of(feature)];
    let column = outputs.first();
    let column = column.and_then(|o| frame.desk.project().table.columns().get(o.source));
    let title = column.map_or(String::new(), |c| c.title());
    let said = match (
        classes.get(class),
        frame.scene.and_then(|s| s.target.as_ref()),
    ) {
        (Some(class), _) => format!("probability of {class}"),
        (None, Some(target)) => match target.unit() {
            Some(unit) => format!("predicted {} ({unit})", target.name()),
            None => format!("predicted {}", target.name()),
        },
        _ => String::new(),
    };
    let kept = memory.evaluate.matters.dependence.as_ref();
    let kept = kept.filter(|(k, _)| k.feature == key.feature && k.class == key.class);
    let model_key = key_of(model);
    let mut empty = String::new();
    let drawn = match kept {
        Some((_, Ok(drawn))) => Some(drawn),
        Some((_, Err(sentence))) => {
            empty = sentence.clone();
            None
        }
        None => None,
    };
    let line: Vec<Line<'_>> = drawn
        .iter()
        .map(|drawn| Line {
            model: &model_key,
            points: &drawn.mean,
            band: &[],
            dots: !drawn.names.is_empty(),
            label: format!("mean of {} rows", number::count(drawn.rows as u64)),
            selected: true,
            mark: None,
        })
        .collect();
    let x = match drawn {
        Some(drawn) if !drawn.names.is_empty() => (-0.5, drawn.names.len() as f64 - 0.5),
        Some(drawn) => match (drawn.mean.first(), drawn.mean.last()) {
            (Some(first), Some(last)) => (first[0], last[0]),
            _ => (0.0, 1.0),
        },
        None => (0.0, 1.0),
    };
    let single = drawn.map_or(0, |d| d.single.len());
    let data = Lines {
        title: "Partial dependence",
        x_title: &format!("{title}; thin lines: {single} single rows"),
        y_title: &said,
        x,
        y: match (classes.is_empty(), drawn) {
            (true, Some(drawn)) => drawn.y,
            _ => (0.0, 1.02),
        },
        lines: &line,
        single: drawn.map_or(&[], |d| &d.single),
        names: drawn.map_or(&[], |d| &d.names),
        dates: drawn.is_some_and(|d| d.dates),
        guide: Guide::None,
        corner: Align2::RIGHT_TOP,
        counts: None,
        empty: &empty,
    };
    let tip = |_: usize, p: usize| {
        drawn.map_or(String::new(), |drawn| {
            let [x, y] = drawn.mean[p];
            let at = match drawn.names.get(p) {
                Some(name) => name.clone(),
                None if drawn.dates => crate::data::format_date(x),
                None => number::short(x),
            };
            format!("{at}: {} in the mean", number::short(y))
        })
    };
    lines(ui, frame.tokens, size, &data, &tip);
}

fn follow(frame: &Frame<'_>, memory: &mut Memory, fitted: &Fitted, key: &DependenceKey) {
    let state = &mut memory.evaluate.matters;
    if state.dependence_asked.as_ref().is_some_and(|a| a.same(key)) {
        return;
    }
    state.dependence_asked = Some(key.clone());
    let Some(scene) = frame.scene.cloned() else {
        return;
    };
    let (key, fitted) = (key.clone(), fitted.clone());
    memory.wanted.push(Wanted {
        slot: slot::DEPENDENCE,
        priority: 230,
        make: Box::new(move || {
            let table = &scene.table;
            let all: Vec<u32> = match &scene.target {
                Some(target) => target.rows().to_vec(),
                None => (0..table.rows() as u32).collect(),
            };
            let rows: Vec<u32> = so_many_of(all.len(), ROWS).map(|at| all[at]).collect();
            let grid = dependence_grid(table, &fitted.recipe, key.feature, &all, STEPS);
            let cancel = Cancel::new();
            let found =
                partial_dependence(&fitted, table, &rows, key.feature, &grid, SINGLE, &cancel);
            let column = fitted
                .recipe
                .outputs()
                .iter()
                .find(|o| o.feature == key.feature);
            let source = column.and_then(|o| table.columns().get(o.source));
            let levels = source.map_or(&[][..], |c| c.levels());
            let dates = source.is_some_and(|c| c.kind == Kind::Date);
            let drawn = match found {
                _ if grid.is_empty() => Err(NO_VALUES.to_owned()),
                Ok(found) => Ok(Drawn {
                    dates,
                    ..as_lines(&found, key.class, levels)
                }),
                Err(halt) => Err(problem(halt).to_string()),
            };
            TabMade::Evaluate(EvaluateMade::Matters(MattersMade::Dependence(key, drawn)))
        }),
    });
}

fn as_lines(found: &Dependence, class: usize, levels: &[String]) -> Drawn {
    let class = class.min(found.outputs.saturating_sub(1));
    let is_level = !levels.is_empty();
    let x = |step: usize| {
        if is_level {
            step as f64
        } else {
            found.grid[step]
        }
    };
    let line = |values: &[f64]| -> Vec<[f64; 2]> {
        let steps = values.chunks_exact(found.outputs.max(1)).enumerate();
        steps
            .map(|(step, outputs)| [x(step), outputs[class]])
            .collect()
    };
    let width = (found.grid.len() * found.outputs).max(1);
    let single: Vec<Vec<[f64; 2]>> = found.individual.chunks_exact(width).map(line).collect();
    let values = single.iter().flatten().map(|p| p[1]);
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| {
        (l.min(v), h.max(v))
    });
    let air = 0.05 * (high - low);
    let name = |code: &f64| levels.get(*code as usize).cloned();
    Drawn {
        mean: line(&found.mean),
        single,
        names: if is_level {
            found.grid.iter().filter_map(name).collect()
        } else {
            Vec::new()
        },
        dates: false,
        rows: found.of_rows,
        y: (low - air, high + air),
    }
}
