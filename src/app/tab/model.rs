//! The tab Model: the selected model's surface with the rows on it; the other models beside it, and
//! the confusion matrix, or for numbers the errors.

use std::sync::Arc;

use eframe::egui::{
    self, Align, CentralPanel, Id, Layout, Panel, RichText, Sense, TextStyle, Ui, vec2,
};

use super::errors::{self, ErrorsMemory, Side};
use crate::app::act::{Act, Dialog};
use crate::app::frame::Frame;
use crate::app::panel::{Memory, ground};
use crate::app::scene::Scene;
use crate::base::Cancel;
use crate::model::{Model, Task};
use crate::prepare::Role;
use crate::project::{Axes, Command, Entry, ModelEntry};
use crate::train::HeldOut;
use crate::view::confusion::{Confusion, confusion};
use crate::view::parts::marker::ClassKey;
use crate::view::plane::{
    CurvePicture, PlanePicture, PlaneResponse, RowSet, SINGLE_POINTS, Tool, Tooltip,
};
use crate::view::regression::Shown;
use crate::widget::badge::badge;
use crate::widget::button::{self, IconButton};
use crate::widget::combo::Combo;
use crate::widget::empty::{Empty, EmptyAction, empty};
use crate::widget::{choice, format, icons};

#[derive(Default)]
pub struct ModelMemory {
    // Each beside what it was made of, which is kept: an address alone may soon be another's.
    wrong: Option<(Arc<HeldOut>, Arc<RowSet>)>,
    counts: Option<(Arc<HeldOut>, Vec<u64>)>,
    fitted: Option<(Arc<dyn Model>, Vec<f64>)>,
    pub errors: ErrorsMemory,
}

/// Rows up to which rings and the matrix follow each step on the window's thread.
const STEPWISE_ROWS: usize = 20_000;
/// Width of the column beside the picture.
const BESIDE: f32 = 172.0;

/// A matrix of many classes needs room for its numbers.
fn beside_width(scene: &Scene) -> f32 {
    BESIDE + 24.0 * scene.classes.names.len().clamp(5, 9).saturating_sub(5) as f32
}

pub fn show(ui: &mut Ui, frame: &Frame<'_>, memory: &mut Memory, acts: &mut Vec<Act>) {
    let t = frame.tokens;
    // Without features there are axes to draw on, but nothing that a model could say.
    let features = frame.desk.project().settings.roles.features();
    let Some(scene) = frame.scene.filter(|_| !features.is_empty()) else {
        return nothing(ui, frame, acts);
    };
    Panel::top("picture header")
        .exact_size(40.0)
        .resizable(false)
        .show_separator_line(false)
        .frame(ground(t.panel, 0))
        .show(ui, |ui| header(ui, frame, scene, memory, acts));
    if ui.available_width() > 560.0 {
        Panel::right("beside")
            .exact_size(beside_width(scene))
            .resizable(false)
            .show_separator_line(false)
            .frame(ground(t.panel, 0))
            .show(ui, |ui| beside(ui, frame, scene, memory, acts));
    }
    CentralPanel::default()
        .frame(egui::Frame::new().fill(t.panel).inner_margin(egui::Margin {
            left: 8,
            right: 8,
            top: 0,
            bottom: 4,
        }))
        .show(ui, |ui| {
            if side(frame, memory) != Side::Surface {
                let entry = frame.selected().and_then(|m| frame.desk.entry(m.id));
                let shown = match side(frame, memory) {
                    Side::Residuals => Shown::Residuals,
                    _ => Shown::Fit,
                };
                return errors::show(ui, frame, scene, entry, shown, memory, acts);
            }
            let response = picture(ui, frame, scene, memory, 1.0);
            if let Some(response) = response {
                carry_out(frame, response, acts);
            }
        });
}

/// Of a regression, what the person chose; else the surface.
fn side(frame: &Frame<'_>, memory: &Memory) -> Side {
    match frame.desk.project().task() {
        Task::Regression => memory.model.errors.side,
        _ => Side::Surface,
    }
}

pub fn nothing(ui: &mut Ui, frame: &Frame<'_>, acts: &mut Vec<Act>) {
    let features = frame.desk.project().settings.roles.features();
    if features.is_empty() {
        let shown = Empty {
            title: "No features yet",
            sentence: "Tick a column at the left: the models learn from the ticked ones.",
            ghosts: 1,
            primary: Some((icons::FOLDER_OPEN, "Open data…")),
            secondary: None,
            note: "",
        };
        if let Some(EmptyAction::Primary) = empty(ui, &shown) {
            acts.push(Act::Dialog(Dialog::OpenData));
        }
    }
}

fn header(
    ui: &mut Ui,
    frame: &Frame<'_>,
    scene: &Arc<Scene>,
    memory: &mut Memory,
    acts: &mut Vec<Act>,
) {
    ui.add_space(6.0);
    ui.horizontal(|ui| {
        ui.add_space(12.0);
        let regression = frame.desk.project().task() == Task::Regression;
        let narrow = ui.available_width() < if regression { 900.0 } else { 640.0 };
        if let Some(model) = frame.selected() {
            badge(ui, model.letter, false);
            // Beside the switch of a regression the badge says enough: the card has the name.
            if !(narrow && regression) {
                let name = RichText::new(model.params.algorithm().name)
                    .text_style(TextStyle::Name("strong".into()))
                    .color(frame.tokens.strong);
                ui.add(egui::Label::new(name).truncate());
            }
            if !narrow && let Some(entry) = frame.desk.entry(model.id) {
                ui.label(RichText::new(step_words(frame, model, entry)).color(frame.tokens.weak));
            }
        }
        if regression {
            let now = Side::ALL
                .iter()
                .position(|s| *s == memory.model.errors.side)
                .unwrap_or(0);
            if let Some(chosen) = choice::segmented(ui, "Picture", &Side::NAMES, now) {
                memory.model.errors.side = Side::ALL[chosen];
            }
        }
        let surface = side(frame, memory) == Side::Surface;
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(8.0);
            if ui
                .add(IconButton::new(
                    icons::DOWNLOAD,
                    "Save picture",
                    "Saves the window's picture as a PNG file.",
                ))
                .clicked()
            {
                acts.push(Act::Dialog(Dialog::SavePicture));
            }
            if !surface {
                return;
            }
            if ui
                .add(IconButton::new(
                    icons::FIT,
                    "Show all rows",
                    "Fits the view to all rows; a double click does the same.",
                ))
                .clicked()
            {
                acts.push(Act::Fit);
            }
            let select = frame.look.tool == Tool::Select;
            if ui
                .add(
                    IconButton::new(
                        icons::SELECTION,
                        "Select rows",
                        "Drag a box to select rows; Shift adds. Off: a drag moves the plane.",
                    )
                    .on(select),
                )
                .clicked()
            {
                acts.push(Act::Tool(if select { Tool::Pan } else { Tool::Select }));
            }
            axes_ui(ui, frame, scene, acts);
        });
    });
}

fn step_words(frame: &Frame<'_>, model: &ModelEntry, entry: &Entry) -> String {
    let Some(unit) = model.params.algorithm().tags.steps else {
        return match entry.fitted() {
            Some(f) if f.rows < f.of_rows => {
                format!("a sample of {}", format::counted(f.rows, "row", "rows"))
            }
            _ => String::new(),
        };
    };
    match frame.snapshot(entry).map(|s| &s.fitted).or(entry.fitted()) {
        Some(f) if f.rows < f.of_rows => format!(
            "{} {unit}, a sample of {}",
            f.step,
            format::counted(f.rows, "row", "rows")
        ),
        Some(f) if f.step < f.planned || frame.is_scrubbed(entry) => {
            format!("{} of {} {unit}", f.step, f.planned)
        }
        Some(f) => format!("{} {unit}", f.step),
        None => String::new(),
    }
}

fn axes_ui(ui: &mut Ui, frame: &Frame<'_>, scene: &Arc<Scene>, acts: &mut Vec<Act>) {
    let project = frame.desk.project();
    let columns = project.table.columns();
    let features: Vec<usize> = (0..columns.len())
        .filter(|&c| project.settings.roles.get(c) == Role::Feature)
        .collect();
    let mut names: Vec<&str> = features.iter().map(|&c| columns[c].name.as_str()).collect();
    let many = features.len() > 1;
    let regression = project.task() == Task::Regression;
    let width = ((ui.available_width() - 60.0) / 2.0).clamp(90.0, 150.0);
    match project.settings.axes {
        Axes::Columns { x, y } => {
            let xi = features.iter().position(|&c| c == x).unwrap_or(0);
            let target = regression.then(|| scene.y.title.as_str());
            let mut y_names = names.clone();
            let mut yi = y.and_then(|y| features.iter().position(|&c| c == y));
            if regression {
                y_names.push("(target)");
                yi = yi.or(Some(y_names.len() - 1));
            }
            let _ = target;
            if many || regression {
                if let Some(chosen) =
                    Combo::new("y")
                        .width(width)
                        .show(ui, &y_names, yi.unwrap_or(0))
                {
                    let y = features.get(chosen).copied();
                    let x = if y == Some(x) {
                        features
                            .iter()
                            .copied()
                            .find(|&c| Some(c) != y)
                            .unwrap_or(x)
                    } else {
                        x
                    };
                    acts.push(Act::Do(Command::SetAxes(Axes::Columns { x, y })));
                }
                if let Some(y) = y
                    && ui
                        .add(IconButton::new(
                            icons::SWAP,
                            "Swap axes",
                            "Puts x upwards and y to the right.",
                        ))
                        .clicked()
                {
                    acts.push(Act::Do(Command::SetAxes(Axes::Columns {
                        x: y,
                        y: Some(x),
                    })));
                }
            }
            if many {
                names.push("Components");
            }
            if let Some(chosen) = Combo::new("x").width(width).show(ui, &names, xi) {
                let axes = match features.get(chosen) {
                    Some(&chosen) => Axes::Columns {
                        x: chosen,
                        y: if y == Some(chosen) { Some(x) } else { y },
                    },
                    None => Axes::Components,
                };
                acts.push(Act::Do(Command::SetAxes(axes)));
            }
        }
        Axes::Components => {
            names.insert(0, "Principal components");
            if let Some(chosen) = Combo::new("Plane").width(190.0).show(ui, &names, 0)
                && let Some(&x) = chosen.checked_sub(1).and_then(|i| features.get(i))
            {
                let y = features.iter().copied().find(|&c| c != x);
                acts.push(Act::Do(Command::SetAxes(Axes::Columns { x, y })));
            }
        }
    }
}

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
        .filter(|d| same_plane(d, scene));
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
    let caption = caption(frame, scene, entry);
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
        stale,
        legend: &legend,
        caption: Some(&caption),
        hover_text: &hover,
        tool: frame.look.tool,
        scale,
    };
    let response = picture.show(ui);
    memory.density_size = Some(response.pixels);
    Some(response)
}

/// A surface of other axes must not stand under these points.
fn same_plane(drawn: &crate::app::pictures::Drawn, scene: &Arc<Scene>) -> bool {
    let classes = scene.classes.names.len();
    let outputs = drawn.surface.outputs;
    let line = drawn.surface.rows == 1;
    line == scene.is_line && (classes == 0 || classes == outputs)
}

fn caption(frame: &Frame<'_>, scene: &Arc<Scene>, entry: Option<&Entry>) -> String {
    let mut text = scene.caption.clone();
    if let Some(problem) = entry.and_then(|e| e.no_surface.as_ref()) {
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

fn wrong_rows(
    frame: &Frame<'_>,
    scene: &Arc<Scene>,
    entry: &Entry,
    memory: &mut Memory,
) -> Arc<RowSet> {
    if scene.table.rows() > STEPWISE_ROWS || scene.target.is_none() {
        return Arc::default();
    }
    let Some(held_out) = held_out(frame, entry) else {
        return Arc::default();
    };
    if let Some((known, rows)) = &memory.model.wrong
        && Arc::ptr_eq(known, &held_out)
    {
        return rows.clone();
    }
    let wrong = (0..scene.table.rows() as u32).filter(|&row| {
        let actual = scene.class_of(row);
        let predicted = held_out.class(row as usize).map(|(c, _)| c);
        actual.is_some() && predicted.is_some() && actual != predicted
    });
    let rows = Arc::new(RowSet::from_rows(wrong));
    memory.model.wrong = Some((held_out, rows.clone()));
    rows
}

/// The held-out predictions that the scrubber shows.
pub fn held_out(frame: &Frame<'_>, entry: &Entry) -> Option<Arc<HeldOut>> {
    let of_report = entry
        .report
        .as_ref()
        .filter(|_| !frame.is_scrubbed(entry))
        .map(|r| r.held_out.clone());
    of_report
        .or_else(|| frame.snapshot(entry).map(|s| s.held_out.clone()))
        .filter(|h| !h.values.is_empty())
}

/// What the model on the screen says at each point, for residual sticks; only of few points.
fn fitted_values(scene: &Arc<Scene>, entry: &Entry, memory: &mut Memory) -> Vec<f64> {
    if scene.points.len() > 300 {
        return Vec::new();
    }
    let Some(fitted) = entry.fitted() else {
        return Vec::new();
    };
    if let Some((known, values)) = &memory.model.fitted
        && Arc::ptr_eq(known, &fitted.model)
    {
        return values.clone();
    }
    let cancel = Cancel::new();
    let values = fitted
        .recipe
        .apply(&scene.table, &scene.points.rows, &cancel)
        .and_then(|x| {
            let mut out = vec![0.0; x.rows()];
            fitted
                .model
                .predict(x.values(), x.columns(), &mut out, &cancel)?;
            Ok(out)
        })
        .unwrap_or_default();
    memory.model.fitted = Some((fitted.model.clone(), values.clone()));
    values
}

/// What a point is, what the model said held out, and what the surface says.
pub fn tooltip(frame: &Frame<'_>, scene: &Arc<Scene>, entry: Option<&Entry>, row: u32) -> Tooltip {
    let truth = match (scene.class_of(row), scene.number_of(row)) {
        (Some(class), _) => scene.classes.names.get(class).cloned().unwrap_or_default(),
        (_, Some(number)) => format::number(number),
        _ => String::new(),
    };
    let title = match truth.is_empty() {
        true => format!("Row {}", row + 1),
        false => format!("Row {}: {truth}", row + 1),
    };
    let mut lines = Vec::new();
    if let Some(entry) = entry {
        let said = held_out(frame, entry)
            .and_then(|h| h.row(row as usize).map(|o| answer(frame, scene, o)));
        let seen = surface_says(frame, scene, entry, row);
        match (said, seen) {
            (Some(held_out), Some(seen)) => {
                lines.push(format!("held out: {held_out}"));
                lines.push(format!("the surface, which has seen it: {seen}"));
            }
            (Some(held_out), None) => lines.push(format!("held out: {held_out}")),
            (None, Some(seen)) => lines.push(format!("the surface: {seen}")),
            (None, None) => {}
        }
    }
    let value = |column: usize| {
        let column = &scene.table.columns()[column];
        let unit = column
            .unit
            .as_deref()
            .map_or(String::new(), |u| format!(" {u}"));
        let cell = match (column.kind, column.number(row as usize)) {
            (crate::data::Kind::Number, Some(number)) => format::significant(number, 4),
            _ => column.cell(row as usize).into_owned(),
        };
        format!("{} {cell}{unit}", column.name)
    };
    let notes = match frame.desk.project().settings.axes {
        Axes::Columns { x, y } => {
            let mut parts = vec![value(x)];
            parts.extend(y.map(value));
            parts
        }
        Axes::Components => Vec::new(),
    };
    Tooltip {
        title,
        lines,
        notes,
    }
}

fn answer(frame: &Frame<'_>, scene: &Arc<Scene>, outputs: &[f64]) -> String {
    if scene.classes.names.is_empty() {
        return frame.answer(outputs);
    }
    let (class, share) = crate::train::best(outputs);
    let name = scene.classes.names.get(class).cloned().unwrap_or_default();
    if share > 0.0 && share < 0.9995 {
        format!("{name} ({})", format::percent(share))
    } else {
        name
    }
}

/// The fit on all rows asked at this row.
fn surface_says(frame: &Frame<'_>, scene: &Arc<Scene>, entry: &Entry, row: u32) -> Option<String> {
    let fitted = frame
        .snapshot(entry)
        .map(|s| &s.fitted)
        .or(entry.fitted())?;
    let point = fitted
        .recipe
        .transform_point(&fitted.recipe.point_of_row(&scene.table, row));
    let mut out = vec![0.0; fitted.model.outputs()];
    fitted
        .model
        .predict(&point, point.len(), &mut out, &Cancel::new())
        .ok()?;
    Some(answer(frame, scene, &out))
}

pub fn carry_out(frame: &Frame<'_>, response: PlaneResponse, acts: &mut Vec<Act>) {
    if response.hovered_row != frame.look.hovered {
        acts.push(Act::HoverRow(response.hovered_row));
    }
    if response.view_changed {
        acts.push(Act::View(response.view));
    }
    if let Some(boxed) = response.boxed {
        acts.push(Act::SelectRows(boxed.rows, boxed.add));
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

fn beside(
    ui: &mut Ui,
    frame: &Frame<'_>,
    scene: &Arc<Scene>,
    memory: &mut Memory,
    acts: &mut Vec<Act>,
) {
    ui.add_space(2.0);
    let width = beside_width(scene) - 20.0;
    let size = vec2(width, (width * 0.68).round());
    let ppp = ui.ctx().pixels_per_point();
    let pixels = [(size.x * ppp) as usize, (size.y * ppp) as usize];
    let selected = frame.selected().map(|m| m.id);
    let others: Vec<&ModelEntry> = frame
        .desk
        .shown()
        .filter(|m| Some(m.id) != selected)
        .collect();
    memory.small_sizes = Some(if scene.is_line {
        Vec::new()
    } else {
        vec![pixels]
    });
    let classes = scene.classes.names.len();
    let matrix = if frame.desk.project().task() == Task::Classification {
        66.0 + 30.0 * (classes.clamp(2, 5) as f32)
    } else {
        130.0
    };
    let room = ui.available_height() - matrix;
    let fits = ((room / (size.y + 34.0)).floor().max(1.0)) as usize;
    if !scene.is_line {
        for model in others.iter().take(fits.min(4)) {
            small(ui, frame, model, size, pixels, acts);
        }
    }
    ui.add_space(4.0);
    let Some(model) = frame.selected() else {
        return;
    };
    let Some(entry) = frame.desk.entry(model.id) else {
        return;
    };
    match frame.desk.project().task() {
        Task::Classification => matrix_ui(ui, frame, scene, model, entry, memory, width, acts),
        Task::Regression => errors_ui(ui, frame, model, entry),
        Task::Clustering => sizes_ui(ui, frame, scene, model, entry),
    }
}

fn small(
    ui: &mut Ui,
    frame: &Frame<'_>,
    model: &ModelEntry,
    size: egui::Vec2,
    pixels: [usize; 2],
    acts: &mut Vec<Act>,
) {
    ui.horizontal(|ui| {
        badge(ui, model.letter, false);
        ui.add(egui::Label::new(model.params.algorithm().name).truncate());
    });
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| {
        egui::WidgetInfo::labeled(
            egui::Role::Button,
            true,
            format!("Show {}", model.params.algorithm().name),
        )
    });
    ui.painter().rect_filled(rect, 2.0, frame.tokens.plot);
    if let Some(texture) = frame.pictures.small(model.id, pixels) {
        let uv = egui::Rect::from_min_max(egui::pos2(0.0, 0.0), egui::pos2(1.0, 1.0));
        ui.painter()
            .image(texture.id(), rect, uv, egui::Color32::WHITE);
    }
    ui.painter().rect_stroke(
        rect,
        2.0,
        egui::Stroke::new(1.0, frame.tokens.line),
        egui::StrokeKind::Inside,
    );
    if response.on_hover_text("Click to show it large.").clicked() {
        acts.push(Act::SelectModel(model.id));
    }
    ui.add_space(6.0);
}

fn title(ui: &mut Ui, model: &ModelEntry, words: &str) {
    ui.horizontal(|ui| {
        badge(ui, model.letter, false);
        ui.add(egui::Label::new(words).truncate());
    });
}

#[expect(
    clippy::too_many_arguments,
    reason = "one call, each is another part of the window"
)]
fn matrix_ui(
    ui: &mut Ui,
    frame: &Frame<'_>,
    scene: &Arc<Scene>,
    model: &ModelEntry,
    entry: &Entry,
    memory: &mut Memory,
    width: f32,
    acts: &mut Vec<Act>,
) {
    let Some(counts) = counts(frame, scene, entry, memory) else {
        return;
    };
    title(ui, model, "Confusion matrix");
    let styles = crate::widget::tokens::class_styles(&scene.classes.counts);
    let classes: Vec<ClassKey> = scene
        .classes
        .names
        .iter()
        .zip(styles)
        .map(|(n, s)| ClassKey::new(n.clone(), s))
        .collect();
    if classes.len() > 20 {
        let words = format!(
            "{} classes are too many for a matrix; the scores count all of them.",
            classes.len()
        );
        ui.add(egui::Label::new(RichText::new(words).small().color(frame.tokens.weak)).wrap());
        return;
    }
    let shown = Confusion {
        classes: &classes,
        counts: &counts,
        shares: frame.look.shares,
        selected: &frame.look.cells,
        switch: true,
    };
    let height = (ui.available_height() - 4.0).max(80.0);
    let response = ui
        .allocate_ui(vec2(width, height), |ui| {
            confusion(ui, frame.tokens, &shown, height)
        })
        .inner;
    if let Some(shares) = response.shares {
        acts.push(Act::Shares(shares));
    }
    if let Some(cell) = response.clicked {
        acts.push(Act::SelectCell {
            actual: cell.actual,
            predicted: cell.predicted,
            add: cell.add,
        });
    }
}

/// The matrix of the shown step: the report's, or counted from that step's held-out predictions.
fn counts(
    frame: &Frame<'_>,
    scene: &Arc<Scene>,
    entry: &Entry,
    memory: &mut Memory,
) -> Option<Vec<u64>> {
    if !frame.is_scrubbed(entry)
        && let Some(confusion) = entry.report.as_ref().and_then(|r| r.confusion.as_ref())
    {
        return (confusion.counts.len() == scene.classes.names.len().pow(2))
            .then(|| confusion.counts.clone());
    }
    if scene.table.rows() > STEPWISE_ROWS {
        return None;
    }
    let held_out = held_out(frame, entry)?;
    if let Some((known, counts)) = &memory.model.counts
        && Arc::ptr_eq(known, &held_out)
    {
        return Some(counts.clone());
    }
    let k = scene.classes.names.len();
    let mut counts = vec![0; k * k];
    for row in 0..scene.table.rows() as u32 {
        if let (Some(actual), Some((predicted, _))) =
            (scene.class_of(row), held_out.class(row as usize))
            && predicted < k
        {
            counts[actual * k + predicted] += 1;
        }
    }
    memory.model.counts = Some((held_out, counts.clone()));
    Some(counts)
}

fn errors_ui(ui: &mut Ui, frame: &Frame<'_>, model: &ModelEntry, entry: &Entry) {
    let Some(report) = &entry.report else { return };
    title(ui, model, "Errors, held out");
    for (metric, spread) in &report.metrics {
        let Some((mean, std)) = crate::app::panel::right::score_words(spread) else {
            continue;
        };
        let line = Layout::left_to_right(Align::Center);
        ui.allocate_ui_with_layout(vec2(BESIDE - 20.0, 22.0), line, |ui| {
            ui.set_min_width(BESIDE - 20.0);
            ui.label(RichText::new(metric.name()).color(frame.tokens.weak))
                .on_hover_text(metric.full_name());
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.label(RichText::new(std).small().color(frame.tokens.weak));
                ui.label(mean);
            });
        });
    }
}

fn sizes_ui(ui: &mut Ui, frame: &Frame<'_>, scene: &Arc<Scene>, model: &ModelEntry, entry: &Entry) {
    let Some(report) = &entry.report else { return };
    title(ui, model, "Clusters");
    for (index, size) in report.sizes.iter().enumerate().take(12) {
        let line = Layout::left_to_right(Align::Center);
        ui.allocate_ui_with_layout(vec2(BESIDE - 20.0, 22.0), line, |ui| {
            ui.set_min_width(BESIDE - 20.0);
            let name = scene
                .classes
                .names
                .get(index)
                .cloned()
                .unwrap_or_else(|| format!("Cluster {}", index + 1));
            ui.label(RichText::new(name).color(frame.tokens.text));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.label(format::count(*size))
            });
        });
    }
    let _ = button::quiet("");
}
