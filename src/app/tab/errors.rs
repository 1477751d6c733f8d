//! A regression's errors in the tab Model: predicted against actual, and residuals, of the rows when
//! they were held out. Collected on a worker; from 2,000 rows on the points are a density.

use std::sync::Arc;

use eframe::egui::{ColorImage, Context, TextureHandle, TextureOptions, Ui};

use super::{TabMade, Wanted, slots};
use crate::app::act::Act;
use crate::app::frame::Frame;
use crate::app::panel::Memory;
use crate::app::scene::Scene;
use crate::project::Entry;
use crate::train::HeldOut;
use crate::view::plane::{Palette, PointSet, Targets, View, density};
use crate::view::regression::{Density, Errors, MOST_POINTS, Shown, errors};
use crate::widget::picture::textures;

/// What the tab Model shows of a regression.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Side {
    #[default]
    Surface,
    Predicted,
    Residuals,
}

impl Side {
    pub const ALL: [Side; 3] = [Side::Surface, Side::Predicted, Side::Residuals];
    pub const NAMES: [&str; 3] = ["Surface", "Predicted", "Residuals"];
}

#[derive(Default)]
pub struct ErrorsMemory {
    pub side: Side,
    /// Held-out predictions, scene and colours that were asked for; kept, so that their addresses
    /// stay theirs.
    asked: Option<(Arc<HeldOut>, Arc<Scene>, Arc<Palette>)>,
    kept: Option<Kept>,
}

struct Kept {
    pairs: Pairs,
    textures: Option<[(TextureHandle, View); 2]>,
}

/// A worker's answer.
pub struct ErrorsMade {
    held_out: Arc<HeldOut>,
    pairs: Pairs,
    densities: Option<[(ColorImage, View); 2]>,
}

#[derive(Default)]
struct Pairs {
    actual: Vec<f64>,
    predicted: Vec<f64>,
    rows: Vec<u32>,
    /// Of the residuals, n - 1 below.
    spread: f64,
}

impl ErrorsMemory {
    pub fn take(&mut self, ctx: &Context, made: ErrorsMade) {
        let asked = self.asked.as_ref();
        if asked.is_none_or(|(held_out, ..)| !Arc::ptr_eq(held_out, &made.held_out)) {
            return;
        }
        let textures = made.densities.map(|both| {
            both.map(|(image, view)| {
                let texture = textures::load(ctx, "errors", image, TextureOptions::LINEAR);
                (texture, view)
            })
        });
        self.kept = Some(Kept {
            pairs: made.pairs,
            textures,
        });
    }
}

/// Fills the room that is left.
pub fn show(
    ui: &mut Ui,
    frame: &Frame<'_>,
    scene: &Arc<Scene>,
    entry: Option<&Entry>,
    shown: Shown,
    memory: &mut Memory,
    acts: &mut Vec<Act>,
) {
    let Some(held_out) = entry.and_then(|e| super::model::held_out(frame, e)) else {
        memory.model.errors.kept = None;
        memory.model.errors.asked = None;
        ui.centered_and_justified(|ui| {
            ui.colored_label(frame.tokens.weak, "No row has been held out yet.");
        });
        return;
    };
    follow(frame, scene, &held_out, memory);
    let state = &memory.model.errors;
    let Some(kept) = &state.kept else {
        return;
    };
    let densities = kept.textures.as_ref().map(|both| {
        [0, 1].map(|i| {
            let (texture, view) = &both[i];
            Density {
                texture: texture.id(),
                x: (view.x[0], view.x[1]),
                y: (view.y[0], view.y[1]),
            }
        })
    });
    let target = scene.target.as_ref();
    let title = match target.and_then(|t| t.unit()) {
        Some(unit) => format!("{} ({unit})", target.map_or("", |t| t.name())),
        None => target.map_or(String::new(), |t| t.name().to_owned()),
    };
    let selection = &frame.look.selection;
    let is_selected = |row: u32| selection.contains(row);
    let data = Errors {
        actual: &kept.pairs.actual,
        predicted: &kept.pairs.predicted,
        rows: &kept.pairs.rows,
        selected: (!selection.is_empty()).then_some(&is_selected as &dyn Fn(u32) -> bool),
        spread: kept.pairs.spread,
        title: &title,
        densities,
        shown,
    };
    let response = errors(ui, frame.tokens, &data);
    if response.hovered != frame.look.hovered {
        acts.push(Act::HoverRow(response.hovered));
    }
    if let Some(row) = response.clicked {
        let add = ui.input(|i| i.modifiers.shift || i.modifiers.command);
        acts.push(Act::SelectRows(vec![row], add));
    }
}

fn follow(frame: &Frame<'_>, scene: &Arc<Scene>, held_out: &Arc<HeldOut>, memory: &mut Memory) {
    let now = (held_out, scene, frame.palette);
    let same = memory.model.errors.asked.as_ref().is_some_and(|(h, s, p)| {
        Arc::ptr_eq(h, now.0) && Arc::ptr_eq(s, now.1) && Arc::ptr_eq(p, now.2)
    });
    if same {
        return;
    }
    let now = (held_out.clone(), scene.clone(), frame.palette.clone());
    memory.model.errors.asked = Some(now.clone());
    memory.wanted.push(Wanted {
        slot: slots::ERRORS,
        priority: 240,
        make: Box::new(move || {
            let (held_out, scene, palette) = now;
            let pairs = pairs(&scene, &held_out);
            let densities = (pairs.rows.len() > MOST_POINTS).then(|| paint(&pairs, &palette));
            TabMade::Errors(ErrorsMade {
                held_out,
                pairs,
                densities,
            })
        }),
    });
}

fn pairs(scene: &Scene, held_out: &HeldOut) -> Pairs {
    let mut out = Pairs::default();
    let Some(target) = &scene.target else {
        return out;
    };
    let Some(numbers) = target.numbers() else {
        return out;
    };
    for &row in target.rows().iter() {
        let said = held_out.row(row as usize).and_then(|o| o.first());
        if let (Some(actual), Some(said)) = (numbers.get(row as usize), said) {
            out.actual.push(*actual);
            out.predicted.push(*said);
            out.rows.push(row);
        }
    }
    let n = out.rows.len() as f64;
    let residuals = || out.actual.iter().zip(&out.predicted).map(|(a, p)| a - p);
    let mean = residuals().sum::<f64>() / n;
    let squares: f64 = residuals().map(|r| (r - mean).powi(2)).sum();
    out.spread = (squares / (n - 1.0)).sqrt();
    out
}

/// Pixels of a density; shown at whatever size.
const PIXELS: [usize; 2] = [560, 420];

fn paint(pairs: &Pairs, palette: &Palette) -> [(ColorImage, View); 2] {
    let residuals: Vec<f64> = pairs
        .actual
        .iter()
        .zip(&pairs.predicted)
        .map(|(a, p)| a - p)
        .collect();
    let extent = |values: &[f64]| {
        let finite = values.iter().filter(|v| v.is_finite());
        let (low, high) = finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| {
            (l.min(*v), h.max(*v))
        });
        if low < high {
            [low, high]
        } else {
            [low - 0.5, low + 0.5]
        }
    };
    let (a, p, r) = (
        extent(&pairs.actual),
        extent(&pairs.predicted),
        extent(&residuals),
    );
    let both = [a[0].min(p[0]), a[1].max(p[1])];
    let far = r[0].abs().max(r[1].abs());
    let one = |x: &[f64], y: &[f64], view: View| {
        let points = PointSet::new(x.into(), y.into(), Targets::None, pairs.rows.clone().into());
        let dot = density::dot_size(x.len(), 1.0);
        (density::paint(&points, view, PIXELS, dot, palette), view)
    };
    [
        one(&pairs.actual, &pairs.predicted, View::around(both, both)),
        one(&pairs.predicted, &residuals, View::around(p, [-far, far])),
    ]
}
