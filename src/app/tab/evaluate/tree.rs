//! The tree of a decision-tree model: as many layers as fit or are asked for, the selected row's way
//! lit.

use std::sync::Arc;

use eframe::egui::{Align, Layout, ScrollArea, Ui, Vec2, vec2};

use super::matters::head;
use super::{class_keys, class_names};
use crate::app::frame::Frame;
use crate::app::panel::Memory;
use crate::data::{Column, Kind};
use crate::model::Model;
use crate::numeric::Tree;
use crate::prepare::FittedRecipe;
use crate::project::ModelEntry;
use crate::train::{Fitted, best};
use crate::view::tree::{TreeNode, TreePicture, ZOOM, size as size_of, tree};
use crate::widget::button::IconButton;
use crate::widget::combo::Combo;
use crate::widget::{format, icons};

#[derive(Default)]
pub struct TreeMemory {
    /// Layers below the root, as chosen; None: as many as fit.
    depth: Option<usize>,
    /// None: at full size.
    zoom: Option<f32>,
    /// The zoom at which all that is shown fits.
    whole: f32,
    /// Made once for a model, depth and row.
    kept: Option<(Key, Vec<TreeNode>)>,
}

type Key = (Arc<dyn Model>, usize, Option<u32>);

/// Layers that are never exceeded: a thousand leaves side by side.
const DEEPEST: usize = 10;
/// Layers that are shown at most without being asked for.
const FIRST_DEPTH: usize = 4;

pub fn show(
    ui: &mut Ui,
    frame: &Frame<'_>,
    memory: &mut Memory,
    model: &ModelEntry,
    fitted: &Fitted,
    found: &Tree,
    size: Vec2,
) {
    let whole = found.depth();
    let deepest = whole.min(DEEPEST);
    let row = frame.look.selection.iter().next();
    let kept = memory.evaluate.tree.depth;
    let depth = kept.unwrap_or_else(|| fitting(found, size.x)).min(deepest);
    let line = Layout::left_to_right(Align::Center);
    ui.allocate_ui_with_layout(vec2(size.x, 28.0), line, |ui| {
        let words = match row {
            Some(row) => format!("The tree, and the way of row {}", row + 1),
            None => "The tree; select a row to see its way".to_owned(),
        };
        head(ui, frame, model, &words, size.x - 310.0);
        let options: Vec<String> = (0..=deepest)
            .map(|d| format!("{d} of {}", format::counted(whole, "layer", "layers")))
            .collect();
        let options: Vec<&str> = options.iter().map(String::as_str).collect();
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let combo = Combo::new("Shown").tooltip("How many layers below the root are drawn.");
            if let Some(chosen) = combo.show(ui, &options, depth) {
                memory.evaluate.tree.depth = Some(chosen);
            }
            let zoom = memory.evaluate.tree.zoom.unwrap_or(1.0);
            for (icon, name, help, new) in [
                (
                    icons::FIT,
                    "Show the whole tree",
                    "Makes the tree as small as it must be to fit.",
                    memory.evaluate.tree.whole,
                ),
                (
                    icons::ZOOM_IN,
                    "Zoom in",
                    "Also Ctrl and the mouse's wheel over the tree.",
                    zoom * 1.25,
                ),
                (
                    icons::ZOOM_OUT,
                    "Zoom out",
                    "Also Ctrl and the mouse's wheel over the tree.",
                    zoom / 1.25,
                ),
            ] {
                if ui.add(IconButton::new(icon, name, help)).clicked() {
                    memory.evaluate.tree.zoom = Some(new);
                }
            }
        });
    });
    let key: Key = (fitted.model.clone(), depth, row);
    let same = |k: &Key| Arc::ptr_eq(&k.0, &key.0) && (k.1, k.2) == (key.1, key.2);
    if !memory
        .evaluate
        .tree
        .kept
        .as_ref()
        .is_some_and(|(k, _)| same(k))
    {
        let way = row
            .map(|row| way(frame, fitted, found, row))
            .unwrap_or_default();
        let made = nodes(frame, &fitted.recipe, found, depth, &way);
        memory.evaluate.tree.kept = Some((key, made));
    }
    let Some((_, nodes)) = &memory.evaluate.tree.kept else {
        return;
    };
    let room = ui.available_size() - Vec2::splat(12.0);
    let wanted = size_of(nodes);
    let whole = (room.x / wanted.x).min(room.y / wanted.y).min(1.0);
    memory.evaluate.tree.whole = whole;
    let by_hand = memory.evaluate.tree.zoom;
    let zoom = by_hand.unwrap_or(1.0).clamp(*ZOOM.start(), *ZOOM.end());
    let looks: Vec<usize> = class_keys(frame).iter().map(|c| c.look).collect();
    let looks = if found.outputs > 1 { &looks[..] } else { &[] };
    let shown = ScrollArea::both()
        .id_salt("tree")
        .auto_shrink([false, false])
        .scroll_source(eframe::egui::scroll_area::ScrollSource::ALL)
        .show(ui, |ui| {
            tree(ui, frame.tokens, &TreePicture { nodes, looks, zoom });
        });
    let over = ui.rect_contains_pointer(shown.inner_rect);
    let turned = ui.input(|i| i.zoom_delta());
    if over && turned != 1.0 {
        let new = (zoom * turned).clamp(*ZOOM.start(), *ZOOM.end());
        memory.evaluate.tree.zoom = Some(new);
    }
}

/// The layers whose leaves stand side by side in this width, two at least.
fn fitting(tree: &Tree, width: f32) -> usize {
    let leaves = |depth: usize| {
        let at = |node: &usize| tree.depth[*node] as usize;
        let shown = (0..tree.nodes()).filter(|n| at(n) <= depth);
        shown.filter(|n| at(n) == depth || tree.is_leaf(*n)).count()
    };
    let one = size_of(&[]).x;
    let fits = |depth: &usize| leaves(*depth) as f32 * one <= width * 1.15;
    (2..=FIRST_DEPTH).rev().find(fits).unwrap_or(2)
}

/// The nodes that a row goes through.
fn way(frame: &Frame<'_>, fitted: &Fitted, tree: &Tree, row: u32) -> Vec<usize> {
    let recipe = &fitted.recipe;
    let table = &frame.desk.project().table;
    if row as usize >= table.rows() {
        return Vec::new();
    }
    let x = recipe.transform_point(&recipe.point_of_row(table, row));
    let mut way = vec![0];
    let mut node = 0;
    while !tree.is_leaf(node) && x.len() == tree.columns {
        let left = x[tree.feature[node] as usize] <= tree.threshold[node];
        node = if left {
            tree.left[node]
        } else {
            tree.right[node]
        } as usize;
        way.push(node);
    }
    way
}

fn nodes(
    frame: &Frame<'_>,
    recipe: &FittedRecipe,
    tree: &Tree,
    depth: usize,
    way: &[usize],
) -> Vec<TreeNode> {
    let mut out: Vec<TreeNode> = Vec::new();
    // Tree node and its place, parents first.
    let mut open = vec![0usize];
    let mut next = 0;
    while next < open.len() {
        let node = open[next];
        next += 1;
        let leaf = tree.is_leaf(node);
        let cut = !leaf && tree.depth[node] as usize >= depth;
        let children = (!leaf && !cut).then(|| {
            let first = open.len();
            open.extend([tree.left[node] as usize, tree.right[node] as usize]);
            [first, first + 1]
        });
        let words = match children {
            Some(_) => split_words(frame, recipe, tree, node),
            None => answer_words(frame, tree.value(node)),
        };
        out.push(TreeNode {
            children,
            depth: tree.depth[node] as usize,
            words,
            rows: tree.samples[node],
            shares: shares(frame, tree.value(node)),
            cut,
            lit: way.contains(&node),
        });
    }
    out
}

fn shares(frame: &Frame<'_>, value: &[f64]) -> Vec<f64> {
    if value.len() > 1 {
        return value.to_vec();
    }
    let [low, high] = frame.scene.map_or([0.0, 1.0], |s| s.range);
    value.iter().map(|v| (v - low) / (high - low)).collect()
}

fn answer_words(frame: &Frame<'_>, value: &[f64]) -> String {
    match class_names(frame) {
        [] => value.first().map_or(String::new(), |v| {
            let unit = frame
                .scene
                .and_then(|s| s.target.as_ref())
                .and_then(|t| t.unit());
            with_unit(format::number(*v), unit)
        }),
        names => names.get(best(value).0).cloned().unwrap_or_default(),
    }
}

fn with_unit(words: String, unit: Option<&str>) -> String {
    match unit {
        Some(unit) => format!("{words} {unit}"),
        None => words,
    }
}

/// What goes left, in the units of the table: `bill_length ≤ 43.3 mm`, `island is not Dream`.
fn split_words(frame: &Frame<'_>, recipe: &FittedRecipe, tree: &Tree, node: usize) -> String {
    let Some(output) = recipe.outputs().get(tree.feature[node] as usize) else {
        return String::new();
    };
    let column = frame.desk.project().table.columns().get(output.source);
    if output.dummy {
        return match output.name.split_once('=') {
            Some((name, level)) => format!("{name} is not {level}"),
            None => output.name.clone(),
        };
    }
    let value = tree.threshold[node] * output.scale + output.shift;
    let (kind, unit) = column.map_or((Kind::Number, None), |c| (c.kind, c.unit.as_deref()));
    let words = match kind {
        // A part of a date, such as its month, is a plain number.
        Kind::Date if column.is_some_and(|c| c.name == output.name) => {
            let mut moment = Column::numbers("", vec![value]);
            moment.kind = Kind::Date;
            moment.cell(0).into_owned()
        }
        _ => format::significant(value, 4),
    };
    with_unit(format!("{} ≤ {words}", output.name), unit)
}
