//! Any two columns against each other, coloured by the target; no model is asked.

use std::sync::Arc;

use eframe::egui::{Id, Ui};

use super::{CloudKey, DensityKey, ExploreMade, TabMade, Wanted, slots};
use crate::app::act::Act;
use crate::app::frame::Frame;
use crate::app::panel::Memory;
use crate::app::scene::{Scene, first_every};
use crate::app::tab::model::select_boxed;
use crate::view::plane::{
    Legend, PlanePicture, PlaneResponse, PointSet, RowSet, SINGLE_POINTS, Tool, Tooltip, density,
};
use crate::widget::button::IconButton;
use crate::widget::combo::Combo;
use crate::widget::{format, icons, theme};

/// From right to left, as the header lays out.
pub fn controls(
    ui: &mut Ui,
    frame: &Frame<'_>,
    scene: &Arc<Scene>,
    memory: &mut Memory,
    acts: &mut Vec<Act>,
) {
    let kept = &mut memory.explore;
    let fit = IconButton::new(
        icons::FIT,
        "Show all rows",
        "Fits the view to all rows; a double click does the same.",
    );
    if ui.add(fit).clicked() {
        kept.view = kept.cloud.as_ref().map(|(_, c)| c.fit);
    }
    let select = frame.look.tool == Tool::Select;
    let tool = IconButton::new(
        icons::SELECTION,
        "Select rows",
        "Drag a box to select rows; Shift adds. Off: a drag moves the plane.",
    );
    if ui.add(tool.on(select)).clicked() {
        acts.push(Act::Tool(if select { Tool::Pan } else { Tool::Select }));
    }
    let columns = scene.table.columns();
    let names: Vec<&str> = columns.iter().map(|c| c.name.as_str()).collect();
    let room = ui.available_width() / theme::scale(ui);
    let width = ((room - 52.0) / 2.0).clamp(56.0, 180.0);
    if let Some(y) = Combo::new("y").width(width).show(ui, &names, kept.y) {
        (kept.y, kept.column) = (y, y);
    }
    let swap = IconButton::new(
        icons::SWAP,
        "Swap axes",
        "Puts x upwards and y to the right.",
    );
    if ui.add(swap).clicked() {
        (kept.x, kept.y) = (kept.y, kept.x);
    }
    if let Some(x) = Combo::new("x").width(width).show(ui, &names, kept.x) {
        (kept.x, kept.column) = (x, x);
    }
}

pub fn show(
    ui: &mut Ui,
    frame: &Frame<'_>,
    scene: &Arc<Scene>,
    memory: &mut Memory,
    acts: &mut Vec<Act>,
) {
    ask_cloud(scene, memory);
    let kept = &memory.explore;
    // The points of another table must not be drawn with this one's colours.
    let Some((key, cloud)) = kept.cloud.as_ref().filter(|(k, _)| k.0 == scene.colours) else {
        return;
    };
    let view = kept.view.unwrap_or(cloud.fit);
    let legend = legend(frame, scene);
    let (x, y) = (key.1, key.2);
    let hover = |row: u32| tooltip(scene, row, &[x, y]);
    let caption = caption(frame, scene, key.3, cloud.left_out);
    let nothing = RowSet::default();
    let picture = PlanePicture {
        id: Id::unique("explore scatter"),
        tokens: frame.tokens,
        palette: frame.palette,
        x: &cloud.x,
        y: &cloud.y,
        view,
        fit: cloud.fit,
        points: &cloud.points,
        wrong: &nothing,
        selected: &frame.look.selection,
        lit: frame.look.hovered,
        surface: None,
        boundary: None,
        density: kept
            .density
            .as_ref()
            .filter(|_| cloud.points.len() > SINGLE_POINTS),
        marks: &crate::view::plane::Marks::default(),
        stale: false,
        legend: &legend,
        caption: (!caption.is_empty()).then_some(caption.as_str()),
        hover_text: &hover,
        tool: match frame.look.tool {
            Tool::Draw => Tool::Pan,
            tool => tool,
        },
        scale: 1.0,
    };
    let response = picture.show(ui);
    let cloud = cloud.clone();
    let dense = (cloud.points.len() > SINGLE_POINTS).then(|| DensityKey {
        cloud,
        palette: frame.palette.clone(),
        view,
        pixels: response.pixels,
        serial: 0,
    });
    carry_out(frame, response, memory, acts);
    if let Some(key) = dense {
        ask_density(ui, key, memory);
    }
}

fn carry_out(frame: &Frame<'_>, response: PlaneResponse, memory: &mut Memory, acts: &mut Vec<Act>) {
    if response.view_changed {
        memory.explore.view = Some(response.view);
    }
    let cloud = memory.explore.cloud.as_ref();
    let points = cloud.map(|(_, cloud)| &cloud.points);
    hovered_and_selected(frame, response, points, acts);
}

/// The rows under the pointer, and those clicked or boxed.
pub(super) fn hovered_and_selected(
    frame: &Frame<'_>,
    response: PlaneResponse,
    points: Option<&Arc<PointSet>>,
    acts: &mut Vec<Act>,
) {
    if response.hovered_row != frame.look.hovered {
        acts.push(Act::HoverRow(response.hovered_row));
    }
    if let Some(boxed) = response.boxed {
        acts.extend(select_boxed(boxed, points));
    } else if let Some(row) = response.clicked_row {
        acts.push(Act::SelectRows(vec![row], response.add));
    } else if response.clicked_nothing && !frame.look.selection.is_empty() {
        acts.push(Act::SelectRows(Vec::new(), false));
    }
}

fn ask_cloud(scene: &Arc<Scene>, memory: &mut Memory) {
    let kept = &mut memory.explore;
    let (colours, x, y) = (scene.colours, kept.x, kept.y);
    // Of very many rows some come first, then all.
    let there = kept.cloud.as_ref().map(|(key, _)| *key);
    let every = match there {
        Some((c, a, b, _)) if (c, a, b) == (colours, x, y) => 1,
        _ => first_every(scene.table.rows(), 3),
    };
    let key = (colours, x, y, every);
    let finer =
        |asked: CloudKey| (asked.0, asked.1, asked.2) == (colours, x, y) && asked.3 <= every;
    if kept.cloud_asked.is_some_and(finer) {
        return;
    }
    kept.cloud_asked = Some(key);
    let scene = scene.clone();
    memory.wanted.push(Wanted {
        slot: slots::CLOUD,
        priority: 248,
        make: Box::new(move || {
            let cloud = scene.cloud(key.1, key.2, key.3);
            TabMade::Explore(ExploreMade::Cloud { key, cloud })
        }),
    });
}

fn ask_density(ui: &Ui, mut key: DensityKey, memory: &mut Memory) {
    let kept = &mut memory.explore;
    if key.pixels[0] == 0 || kept.density_asked.as_ref().is_some_and(|a| a.same(&key)) {
        return;
    }
    let before = kept.density_asked.as_ref().map_or(0, |asked| asked.serial);
    key.serial = before.max(kept.density_shown) + 1;
    kept.density_asked = Some(key.clone());
    let ppp = ui.ctx().pixels_per_point();
    memory.wanted.push(Wanted {
        slot: slots::CLOUD_DENSITY,
        // Before the cloud of all rows: what is there is seen while that is made.
        priority: 250,
        make: Box::new(move || {
            let points = &key.cloud.points;
            let dot = density::dot_size(points.len(), ppp);
            let image = density::paint(points, key.view, key.pixels, dot, &key.palette);
            TabMade::Explore(ExploreMade::Density { key, image })
        }),
    });
}

pub(super) fn legend(frame: &Frame<'_>, scene: &Scene) -> Legend {
    if !scene.classes.names.is_empty() {
        Legend::of_classes(&scene.classes.names, frame.palette)
    } else if scene.target.is_some() {
        scene.scale()
    } else {
        Legend::None
    }
}

fn caption(frame: &Frame<'_>, scene: &Scene, every: usize, left_out: usize) -> String {
    let mut parts = Vec::new();
    if every > 1 {
        let all = scene.table.rows();
        let shown = format::count(all.div_ceil(every));
        parts.push(format!(
            "A first picture: {shown} of {} rows.",
            format::count(all)
        ));
    } else if left_out > 0 {
        let rows = format::counted(left_out, "row", "rows");
        parts.push(format!("{rows} without these values not shown."));
    }
    let selected = frame.look.selection.len();
    if selected > 0 {
        let rows = format::counted(selected, "row", "rows");
        parts.push(format!("{rows} selected."));
    }
    parts.join(" ")
}

pub(super) fn tooltip(scene: &Scene, row: u32, columns: &[usize]) -> Tooltip {
    let truth = match (scene.class_of(row), scene.number_of(row)) {
        (Some(class), _) => scene.classes.names.get(class).cloned(),
        (_, Some(number)) => Some(format::number(number)),
        _ => None,
    };
    let value = |&index: &usize| {
        let column = &scene.table.columns()[index];
        let unit = column
            .unit
            .as_ref()
            .map_or(String::new(), |u| format!(" {u}"));
        format!("{} {}{unit}", column.name, column.cell(row as usize))
    };
    Tooltip {
        title: match truth {
            Some(truth) => format!("Row {}: {truth}", format::count(row as usize + 1)),
            None => format!("Row {}", format::count(row as usize + 1)),
        },
        lines: columns.iter().map(value).collect(),
        notes: Vec::new(),
    }
}
