//! The selected model's plane, or its curve over one feature, and what a click on it does.

use std::sync::Arc;

use eframe::egui::{Id, Ui};

use super::marks::marks;
use super::rows::{fitted_values, wrong_rows};
use super::said::{made_up_says, tooltip};
use crate::app::act::Act;
use crate::app::frame::Frame;
use crate::app::panel::Memory;
use crate::app::scene::Scene;
use crate::project::Entry;
use crate::view::plane::{
    BoxSelection, CurvePicture, Marks, PlanePicture, PlaneResponse, PointSet, RowSet, SINGLE_POINTS,
};
use crate::widget::format;

/// More support vectors than this are not framed.
const MOST_HELD: usize = 250;

/// The selected model's plane, or its curve over one feature; fills the room that is left.
pub fn picture(
    ui: &mut Ui,
    frame: &Frame<'_>,
    scene: &Arc<Scene>,
    memory: &mut Memory,
    scale: f32,
) -> Option<PlaneResponse> {
    let model = frame.selected();
    let entry = model.and_then(|m| frame.desk.entry(m.id));
    let drawn = model
        .and_then(|m| frame.pictures.drawn(m.id))
        .filter(|d| same_plane(d, scene))
        // What a model said of other data says nothing of these, on which it cannot run.
        .filter(|_| entry.is_none_or(|e| e.problem.is_none()));
    let empty = RowSet::default();
    let wrong = entry
        .map(|e| wrong_rows(frame, scene, e, memory))
        .unwrap_or_default();
    let waiting = entry.is_none_or(|e| e.surface.is_none() && e.problem.is_none());
    let stale = waiting
        && drawn.is_some()
        && entry
            .and_then(|e| e.started)
            .is_some_and(|s| s.elapsed().as_millis() > 150);
    let legend = scene.legend(frame.palette);
    let hover = |row: u32| tooltip(frame, scene, entry, row);
    let density = frame
        .pictures
        .density
        .as_ref()
        .map(|(_, d)| d)
        .filter(|_| scene.points.len() > SINGLE_POINTS);
    // On the page What if the plane is cut at its row.
    let others = match frame.look.is_what_if() && memory.evaluate.made_up_row(frame).is_some() {
        true if !scene.others.is_empty() => "The others as in it. ",
        _ => &scene.others,
    };
    let mut caption = caption(frame, scene, entry, others);
    if scene.is_line {
        let fitted = entry
            .map(|e| fitted_values(scene, e, memory))
            .unwrap_or_default();
        let picture = CurvePicture {
            id: Id::unique("curve picture"),
            tokens: frame.tokens,
            palette: frame.palette,
            x: &scene.x,
            y: &scene.y,
            view: frame.look.view,
            fit: scene.fit,
            points: &scene.points,
            selected: &frame.look.selection,
            lit: frame.look.hovered,
            curve: drawn.map(|d| &d.painted.curve),
            colour: frame.tokens.model(model.map_or(0, |m| m.letter)),
            fitted: (fitted.len() == scene.points.len() && !fitted.is_empty())
                .then_some(&fitted[..]),
            density,
            stale,
            caption: Some(&caption),
            hover_text: &hover,
            tool: frame.look.tool,
            scale,
        };
        let response = picture.show(ui);
        memory.density_size = Some(response.pixels);
        return Some(response);
    }
    let mut marks = match (model, entry) {
        (Some(model), Some(entry)) => marks(frame, scene, model, entry, memory),
        _ => Marks::default(),
    };
    if !marks.held.is_empty() {
        let rows = format::counted(marks.held.len(), "support vector", "support vectors");
        // Squares around very many rows say nothing and hide the surface.
        if marks.held.len() * 2 > scene.points.len() || marks.held.len() > MOST_HELD {
            marks.held.clear();
            let of = format::count(scene.points.len());
            caption = format!("{rows} of {of} rows, too many to be framed. {caption}");
        } else {
            let holds = match scene.classes.names.is_empty() {
                true => "which the surface leans on",
                false => "which hold the boundary",
            };
            caption = format!("In squares: {rows}, {holds}. {caption}");
        }
    }
    if let Some(entry) = entry.filter(|e| !marks.ways.is_empty() && frame.is_scrubbed(e)) {
        let words = match entry.moving_to(frame.look.scrub.share()) {
            Some(_) => "The centres move to the middle of their rows.",
            None => "Each row goes to the centre that it is nearest to.",
        };
        caption = format!("{words} {caption}");
    }
    if marks.probe.is_some() {
        let says = entry.and_then(|entry| made_up_says(frame, scene, entry, memory));
        let says = says.map_or(String::new(), |says| format!(", {says}"));
        caption = format!("The diamond: the row of What if{says}. {caption}");
    }
    if let Some(spokes) = &marks.spokes {
        let rows = format::counted(spokes.to.len(), "row", "rows");
        caption = format!("Joined: the {rows} that decide at the pointer. {caption}");
    } else if marks.joins {
        // The line stays, so that the picture does not grow and shrink under the pointer.
        caption = format!("Point anywhere: the rows that decide there are joined to it. {caption}");
    }
    let picture = PlanePicture {
        id: Id::unique("plane picture"),
        tokens: frame.tokens,
        palette: frame.palette,
        x: &scene.x,
        y: &scene.y,
        view: frame.look.view,
        fit: scene.fit,
        points: &scene.points,
        wrong: if scene.points.len() > SINGLE_POINTS {
            &empty
        } else {
            &wrong
        },
        selected: &frame.look.selection,
        lit: frame.look.hovered,
        surface: drawn.map(|d| &d.plane),
        boundary: drawn.map(|d| &d.painted.boundary),
        density,
        marks: &marks,
        stale,
        legend: &legend,
        caption: Some(&caption),
        hover_text: &hover,
        tool: frame.look.tool,
        scale,
    };
    let response = picture.show(ui);
    memory.density_size = Some(response.pixels);
    if memory.model.marks.point(response.pointer) {
        ui.ctx().request_repaint();
    }
    Some(response)
}

/// A surface of other axes must not stand under these points.
fn same_plane(drawn: &crate::app::pictures::Drawn, scene: &Arc<Scene>) -> bool {
    let classes = scene.classes.names.len();
    let outputs = drawn.surface.outputs;
    let line = drawn.surface.rows == 1;
    line == scene.is_one_feature() && (classes == 0 || classes == outputs)
}

fn caption(frame: &Frame<'_>, scene: &Arc<Scene>, entry: Option<&Entry>, others: &str) -> String {
    let mut text = format!("{others}{}", scene.caption);
    let problem = entry.and_then(|e| e.problem.as_ref().or(e.no_surface.as_ref()));
    if let Some(problem) = problem {
        text = format!("{problem} {text}");
    }
    if let Some(fitted) = entry.and_then(Entry::fitted).filter(|f| f.rows < f.of_rows) {
        text = format!(
            "Fitted on a sample of {} of {} rows. {text}",
            format::count(fitted.rows),
            format::count(fitted.of_rows)
        );
    }
    let selected = frame.look.selection.len();
    if selected > 0 {
        text.push_str(&format!(
            " {} selected.",
            format::counted(selected, "row", "rows")
        ));
    }
    text.trim().to_owned()
}

/// Selects the rows of a box over these points; of many a worker finds them.
pub fn select_boxed(boxed: BoxSelection, points: Option<&Arc<PointSet>>) -> Option<Act> {
    let BoxSelection { x, y, rows, add } = boxed;
    match rows {
        Some(rows) => Some(Act::SelectRows(rows, add)),
        None => points.map(|points| Act::SelectInside {
            points: points.clone(),
            x,
            y,
            add,
        }),
    }
}

pub fn carry_out(frame: &Frame<'_>, response: PlaneResponse, acts: &mut Vec<Act>) {
    if response.hovered_row != frame.look.hovered {
        acts.push(Act::HoverRow(response.hovered_row));
    }
    if response.view_changed {
        acts.push(Act::View(response.view));
    }
    if let Some(boxed) = response.boxed {
        let points = frame.scene.map(|scene| &scene.points);
        acts.extend(select_boxed(boxed, points));
    } else if let Some(row) = response.clicked_row {
        acts.push(Act::SelectRows(vec![row], response.add));
    } else if response.clicked_nothing && !frame.look.selection.is_empty() {
        acts.push(Act::SelectRows(Vec::new(), false));
    }
    response.response.context_menu(|ui| {
        if let Some(row) = frame.look.selection.iter().next()
            && ui
                .button(format!("Cut the plane at row {}", row + 1))
                .clicked()
        {
            acts.push(Act::CutAt(Some(row)));
        }
        if frame.look.cut.is_some() && ui.button("Cut the plane at the medians").clicked() {
            acts.push(Act::CutAt(None));
        }
        if ui.button("Show all rows").clicked() {
            acts.push(Act::Fit);
        }
    });
}
