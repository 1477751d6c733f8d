//! The rows over two axes of a projection, with the columns as arrows (a biplot); beside them how much
//! each axis shows and what it is made of. No model is asked.

use std::sync::Arc;

use eframe::egui::{Id, Label, RichText, ScrollArea, Ui};

use super::scatter::{hovered_and_selected, legend, tooltip};
use super::{ExploreMade, TabMade, Wanted, slots};
use crate::app::act::Act;
use crate::app::frame::Frame;
use crate::app::panel::Memory;
use crate::app::scene::Scene;
use crate::base::{Cancel, Halt, Hash128};
use crate::prepare::Project;
use crate::train::{Projected, projected};
use crate::view::importance::{Weight, importance, sorted};
use crate::view::plane::{Arrow, Axis, Marks, PlanePicture, PointSet, RowSet, Tool, View};
use crate::widget::combo::Combo;
use crate::widget::format;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Method {
    #[default]
    Pca,
    Svd,
    Lda,
}

const METHODS: [(Method, &str); 3] = [
    (Method::Pca, "Principal components"),
    (Method::Svd, "Singular vectors"),
    (Method::Lda, "Discriminants"),
];

/// Axes that are computed at most.
const MOST: usize = 10;
/// Columns that are drawn as arrows: those that weigh most in the two axes.
const ARROWS: usize = 12;
/// Columns whose weights are listed.
const LISTED: usize = 40;

impl Method {
    fn project(self) -> Project {
        match self {
            Method::Pca => Project::Pca {
                n_components: MOST,
                whiten: false,
            },
            Method::Svd => Project::Svd { n_components: MOST },
            Method::Lda => Project::Lda { n_components: MOST },
        }
    }
}

/// What is shown: of which scene, by which method.
type Key = (Hash128, Method);

#[derive(Default)]
pub struct ComponentsMemory {
    method: Method,
    x: usize,
    y: usize,
    asked: Option<(Key, Cancel)>,
    found: Option<(Key, Result<Arc<Projected>, String>)>,
    drawn: Option<Drawn>,
    view: Option<View>,
}

/// The picture of two axes.
struct Drawn {
    of: (Key, usize, usize),
    points: Arc<PointSet>,
    x: Axis,
    y: Axis,
    fit: View,
    marks: Marks,
}

/// A worker's answer.
pub struct ComponentsMade {
    key: Key,
    found: Result<Projected, String>,
}

impl ComponentsMemory {
    pub fn take(&mut self, made: ComponentsMade) {
        if self.asked.as_ref().is_some_and(|(key, _)| *key == made.key) {
            self.found = Some((made.key, made.found.map(Arc::new)));
        }
    }

    /// Stops what is under way: another table is shown.
    pub fn stop(&self) {
        if let Some((_, cancel)) = &self.asked {
            cancel.cancel();
        }
    }
}

/// From right to left, as the header lays out.
pub fn controls(ui: &mut Ui, memory: &mut Memory) {
    let kept = &mut memory.explore.components;
    let names = match &kept.found {
        Some((_, Ok(found))) => axis_names(found),
        _ => Vec::new(),
    };
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    if names.len() > 1 {
        let last = names.len() - 1;
        if let Some(y) = Combo::new("y")
            .width(110.0)
            .show(ui, &names, kept.y.min(last))
        {
            (kept.y, kept.view) = (y, None);
        }
        if let Some(x) = Combo::new("x")
            .width(110.0)
            .show(ui, &names, kept.x.min(last))
        {
            (kept.x, kept.view) = (x, None);
        }
    }
    let room = ui.available_width() - 10.0;
    let narrow = room < 150.0;
    let methods = METHODS.map(|(method, name)| match (narrow, method) {
        (false, _) => name,
        (true, Method::Pca) => "PCA",
        (true, Method::Svd) => "SVD",
        (true, Method::Lda) => "LDA",
    });
    let at = METHODS
        .iter()
        .position(|(method, _)| *method == kept.method);
    let combo = Combo::new("Method").without_label().width(room.clamp(72.0, 160.0)).tooltip(
        "Principal components show most of what rows differ in, singular vectors the same around zero, discriminants what tells the classes apart.",
    );
    if let Some(chosen) = combo.show(ui, &methods, at.unwrap_or(0)) {
        kept.method = METHODS[chosen].0;
        (kept.x, kept.y, kept.view) = (0, 1, None);
    }
}

fn axis_names(found: &Projected) -> Vec<String> {
    let shares = found.explained_variance_ratio.iter().enumerate();
    shares
        .map(|(axis, share)| format!("{} ({})", axis + 1, format::percent(*share)))
        .collect()
}

pub fn show(
    ui: &mut Ui,
    frame: &Frame<'_>,
    scene: &Arc<Scene>,
    memory: &mut Memory,
    acts: &mut Vec<Act>,
) {
    let found = match follow(frame, scene, memory) {
        None => return,
        Some(Err(sentence)) => return weak(ui, frame, &sentence),
        Some(Ok(found)) => found,
    };
    let kept = &mut memory.explore.components;
    let axes = found.names.len();
    if axes < 2 {
        return weak(ui, frame, "There is one axis only, and a plane takes two.");
    }
    let (x, y) = (kept.x.min(axes - 1), kept.y.min(axes - 1));
    let key = kept.found.as_ref().map(|(key, _)| (*key, x, y));
    if kept.drawn.as_ref().map(|drawn| drawn.of) != key
        && let Some(of) = key
    {
        kept.drawn = Some(Drawn::new(of, scene, &found));
        kept.view = None;
    }
    let Some(drawn) = &kept.drawn else {
        return;
    };
    let legend = legend(frame, scene);
    let hover = |row: u32| tooltip(scene, row, &[]);
    let caption = caption(&found);
    let nothing = RowSet::default();
    let picture = PlanePicture {
        id: Id::unique("explore components"),
        tokens: frame.tokens,
        palette: frame.palette,
        x: &drawn.x,
        y: &drawn.y,
        view: kept.view.unwrap_or(drawn.fit),
        fit: drawn.fit,
        points: &drawn.points,
        wrong: &nothing,
        selected: &frame.look.selection,
        lit: frame.look.hovered,
        surface: None,
        boundary: None,
        density: None,
        marks: &drawn.marks,
        stale: false,
        legend: &legend,
        caption: Some(&caption),
        hover_text: &hover,
        tool: match frame.look.tool {
            Tool::Draw => Tool::Pan,
            tool => tool,
        },
        scale: 1.0,
    };
    let response = picture.show(ui);
    if response.view_changed {
        kept.view = Some(response.view);
    }
    hovered_and_selected(frame, response, Some(&drawn.points), acts);
}

impl Drawn {
    fn new(of: (Key, usize, usize), scene: &Scene, found: &Projected) -> Drawn {
        let (_, x, y) = of;
        let places = |axis: usize| found.places[axis].clone();
        let points = scene.points_at(places(x), places(y), found.rows.clone());
        let extent = points.index.extent().unwrap_or([[-1.0, 1.0]; 2]);
        let arrows = arrows(found, x, y, extent);
        // The origin and the heads of the arrows are seen too.
        let reach = |axis: usize| {
            let heads = arrows.iter().map(|arrow| arrow.to[axis]);
            let far = |[low, high]: [f64; 2], v: f64| [low.min(v), high.max(v)];
            heads.chain([0.0]).fold(extent[axis], far)
        };
        let title = |axis: usize| {
            let share = found
                .explained_variance_ratio
                .get(axis)
                .copied()
                .unwrap_or(0.0);
            format!("Axis {} ({})", axis + 1, format::percent(share))
        };
        Drawn {
            of,
            points: Arc::new(points),
            x: Axis::number(title(x), None),
            y: Axis::number(title(y), None),
            fit: View::around(reach(0), reach(1)),
            marks: Marks {
                arrows,
                ..Marks::default()
            },
        }
    }
}

/// The columns that weigh most in the plane, all by one factor so long that they reach as far as the rows
/// do (Gabriel 1971: only their directions and proportions say something).
fn arrows(found: &Projected, x: usize, y: usize, extent: [[f64; 2]; 2]) -> Vec<Arrow> {
    let (along, up) = (found.weights_of(x), found.weights_of(y));
    let mut order: Vec<usize> = (0..found.columns.len()).collect();
    let size = |column: &usize| along[*column].hypot(up[*column]);
    order.sort_by(|a, b| size(b).total_cmp(&size(a)));
    order.truncate(ARROWS);
    let reach = |[low, high]: [f64; 2]| low.abs().max(high.abs());
    let most = |weights: &[f64]| order.iter().map(|c| weights[*c].abs()).fold(0.0, f64::max);
    let factors = [(extent[0], along), (extent[1], up)].map(|(extent, weights)| {
        let most = most(weights);
        if most > 0.0 {
            reach(extent) / most
        } else {
            f64::INFINITY
        }
    });
    let factor = 0.8 * factors[0].min(factors[1]);
    if !factor.is_finite() || factor <= 0.0 {
        return Vec::new();
    }
    let arrow = |column: usize| Arrow {
        to: [factor * along[column], factor * up[column]],
        name: found.columns[column].clone(),
    };
    order.into_iter().map(arrow).collect()
}

fn caption(found: &Projected) -> String {
    let mut parts = Vec::new();
    let (rows, all) = (found.rows.len(), found.of_rows);
    if rows < all {
        parts.push(format!(
            "{rows} of {}.",
            format::counted(all, "row", "rows")
        ));
    }
    let columns = found.columns.len();
    if columns > ARROWS {
        parts.push(format!(
            "Arrows: the {ARROWS} of {columns} columns that weigh most."
        ));
    } else {
        parts.push("Arrows: how the columns lie in the plane.".to_owned());
    }
    parts.join(" ")
}

/// What the axes show and are made of; the content of the panel at the right.
pub fn side(ui: &mut Ui, frame: &Frame<'_>, memory: &Memory) {
    let kept = &memory.explore.components;
    let Some((_, Ok(found))) = &kept.found else {
        return;
    };
    let of = |name: &str, value: f64| Weight {
        name: name.to_owned(),
        value,
        std: f64::NAN,
        bar: true,
    };
    ScrollArea::vertical()
        .id_salt("axes")
        .auto_shrink([false, false])
        .show(ui, |ui| {
            ui.set_max_width(ui.available_width() - 10.0);
            ui.strong("Share that each axis shows");
            let sum: f64 = found.explained_variance_ratio.iter().sum();
            let what = match kept.method {
                Method::Lda => "of what lies between the classes",
                Method::Pca | Method::Svd => "of the variance",
            };
            weak(
                ui,
                frame,
                &format!("Together {} {what}.", format::percent(sum)),
            );
            let shares = found.names.iter().zip(&found.explained_variance_ratio);
            let shares: Vec<Weight> = shares.map(|(name, share)| of(name, *share)).collect();
            ui.push_id("shares", |ui| {
                importance(ui, frame.tokens, &shares, shares.len(), true);
            });
            for (place, axis) in [kept.x, kept.y].into_iter().enumerate() {
                let Some(name) = found.names.get(axis) else {
                    continue;
                };
                ui.add_space(10.0);
                ui.strong(format!("Loadings of {name}"));
                let weights = found.columns.iter().zip(found.weights_of(axis));
                let weights = sorted(weights.map(|(name, w)| of(name, *w)).collect());
                let shown = &weights[..weights.len().min(LISTED)];
                ui.push_id(("loadings", place), |ui| {
                    importance(ui, frame.tokens, shown, shown.len(), true);
                });
                if shown.len() < weights.len() {
                    weak(
                        ui,
                        frame,
                        &format!("{} smaller ones.", weights.len() - shown.len()),
                    );
                }
            }
        });
}

/// Asks a worker for what is not there; what is there stays until it comes.
fn follow(
    frame: &Frame<'_>,
    scene: &Arc<Scene>,
    memory: &mut Memory,
) -> Option<Result<Arc<Projected>, String>> {
    let kept = &mut memory.explore.components;
    if (kept.x, kept.y) == (0, 0) {
        kept.y = 1;
    }
    let key = (scene.key, kept.method);
    if kept.asked.as_ref().is_none_or(|(asked, _)| *asked != key) {
        kept.stop();
        let cancel = Cancel::new();
        kept.asked = Some((key, cancel.clone()));
        let (scene, project) = (scene.clone(), kept.method.project());
        let features = frame.desk.project().settings.roles.features();
        memory.wanted.push(Wanted {
            slot: slots::COMPONENTS,
            priority: 245,
            make: Box::new(move || {
                let (input, target) = (scene.input(), scene.target.as_ref());
                let recipe = &input.recipe;
                let found = projected(&scene.table, &features, target, recipe, project, &cancel);
                let found = found.map_err(|halt| match halt {
                    Halt::Failed(problem) => problem.to_string(),
                    Halt::Cancelled => "It was stopped.".to_owned(),
                });
                TabMade::Explore(ExploreMade::Components(ComponentsMade { key, found }))
            }),
        });
    }
    let kept = &memory.explore.components;
    // Rows of another table must not be drawn with this one's colours.
    let of_this = |key: &Key| key.0 == scene.key;
    kept.found
        .as_ref()
        .filter(|(key, _)| of_this(key))
        .map(|(_, found)| found.clone())
}

fn weak(ui: &mut Ui, frame: &Frame<'_>, words: &str) {
    let words = RichText::new(words).small().color(frame.tokens.weak);
    ui.add(Label::new(words).wrap());
}
