//! Drawing on the picture: a brush for each class, an eraser, a hand that moves rows. Every model follows
//! while the pointer moves; a stroke is one step of undo.

use eframe::egui::{Align, Align2, Key, Layout, Popup, Rect, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::app::act::Act;
use crate::app::frame::Frame;
use crate::app::panel::Memory;
use crate::app::scene::Scene;
use crate::base::Random;
use crate::data::Kind;
pub use crate::data::edit::MOST_ROWS;
use crate::data::edit::{Canvas, Edit, Ink};
use crate::model::Task;
use crate::project::Axes;
use crate::view::parts::number;
use crate::view::plane::Pen;
use crate::widget::button::IconButton;
use crate::widget::combo::MenuRow;
use crate::widget::theme::{self, RADIUS_SMALL};
use crate::widget::{choice, icons, marker, slider, text};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Mode {
    #[default]
    Draw,
    Erase,
    Move,
}

impl Mode {
    const ALL: [Mode; 3] = [Mode::Draw, Mode::Erase, Mode::Move];
    const NAMES: [&str; 3] = ["Draw", "Erase", "Move"];
}

/// Reach of brush and eraser in points, at the ends of the slider.
const REACH: [f64; 2] = [0.0, 60.0];
/// The eraser takes what is at least so near.
const LEAST_ERASED: f64 = 7.0;
/// The brush leaves a row each time that the pointer has gone so many points.
const SPACING: f64 = 12.0;

pub struct DrawMemory {
    mode: Mode,
    class: usize,
    /// Of a regression: the target of drawn rows, as a share of its range.
    value: f64,
    reach: f64,
    stroke: Option<Stroke>,
}

impl DrawMemory {
    /// On an empty plane there is nothing to move yet.
    pub fn begin_with_brush(&mut self) {
        self.mode = Mode::Draw;
    }
}

impl Default for DrawMemory {
    fn default() -> Self {
        DrawMemory {
            mode: Mode::Draw,
            class: 0,
            value: 0.5,
            reach: 14.0,
            stroke: None,
        }
    }
}

impl DrawMemory {
    /// The target of drawn rows where that is a number.
    fn number(&self, scene: &Scene) -> f64 {
        let [low, high] = scene.range;
        low + (high - low) * self.value
    }
}

struct Stroke {
    gesture: u64,
    /// Rows that the hand holds.
    held: Vec<u32>,
    last: [f64; 2],
    gone: f64,
    random: Random,
}

/// The plane that can be drawn on, or why it cannot.
pub fn canvas(frame: &Frame<'_>) -> Result<Canvas, &'static str> {
    let project = frame.desk.project();
    let settings = &project.settings;
    let canvas = match settings.axes {
        Axes::Columns { x, y: Some(y) } => Canvas { x, y },
        Axes::Columns { x, y: None } if project.task() == Task::Regression => Canvas {
            x,
            y: settings.roles.target().unwrap_or(x),
        },
        _ => return Err("Choose two columns as axes to draw rows."),
    };
    let columns = project.table.columns();
    let numbers = |c: usize| columns.get(c).is_some_and(|c| c.kind == Kind::Number);
    if !numbers(canvas.x) || !numbers(canvas.y) {
        return Err("Rows can be drawn over two columns of numbers alone.");
    }
    if project.table.rows() > MOST_ROWS {
        return Err("The data set has too many rows to be drawn on.");
    }
    Ok(canvas)
}

/// What the brush gives to a drawn row.
fn ink(frame: &Frame<'_>, scene: &Scene, state: &DrawMemory, canvas: Canvas) -> Ink {
    let project = frame.desk.project();
    let Some(target) = project.settings.roles.target().filter(|t| *t != canvas.y) else {
        return Ink::None;
    };
    let column = &project.table.columns()[target];
    match column.levels() {
        [] if project.task() == Task::Classification => {
            let name = scene.classes.names.get(state.class);
            name.and_then(|n| n.parse().ok())
                .map_or(Ink::None, Ink::Number)
        }
        [] => Ink::Number(state.number(scene)),
        levels => Ink::Class(state.class.min(levels.len() - 1) as u32),
    }
}

/// Names that the brush can draw, and the style of each.
fn brushes(frame: &Frame<'_>, scene: &Scene) -> Vec<(String, usize)> {
    let project = frame.desk.project();
    let target = project.settings.roles.target();
    let levels = target.map_or(&[][..], |t| project.table.columns()[t].levels());
    let names: &[String] = match levels {
        [] => &scene.classes.names,
        levels => levels,
    };
    let styles = crate::widget::tokens::class_styles(&scene.classes.counts);
    names
        .iter()
        .enumerate()
        .map(|(i, name)| {
            let known = scene.classes.names.iter().position(|n| n == name);
            let style = known.and_then(|at| styles.get(at).copied()).unwrap_or(i);
            (name.clone(), style)
        })
        .collect()
}

/// The row of tools under the header.
pub fn bar(
    ui: &mut Ui,
    frame: &Frame<'_>,
    scene: &Scene,
    memory: &mut Memory,
    acts: &mut Vec<Act>,
) {
    let canvas = match canvas(frame) {
        Ok(canvas) => canvas,
        Err(why) => {
            ui.horizontal_centered(|ui| {
                ui.add_space(12.0);
                ui.colored_label(frame.tokens.weak, why);
            });
            return;
        }
    };
    ui.horizontal_centered(|ui| {
        ui.add_space(12.0);
        let state = &mut memory.model.draw;
        let now = Mode::ALL.iter().position(|m| *m == state.mode).unwrap_or(0);
        if let Some(chosen) = choice::segmented(ui, "What the pointer does", &Mode::NAMES, now) {
            state.mode = Mode::ALL[chosen];
        }
        ui.add_space(4.0);
        if state.mode == Mode::Draw {
            let brushes = brushes(frame, scene);
            let apart = frame.desk.project().settings.roles.target() != Some(canvas.y);
            match frame.desk.project().task() {
                Task::Regression if apart => {
                    ui.label("Value");
                    let field = slider::share(ui, "Target of drawn rows", 90.0, state.value);
                    state.value = field.unwrap_or(state.value);
                    let number = text::line(
                        ui,
                        &number::short(state.number(scene)),
                        text::body(ui),
                        frame.tokens.text,
                        60.0,
                    );
                    // As wide for every number: what follows stays where it is.
                    let (rect, _) = ui.allocate_exact_size(vec2(60.0, 26.0), Sense::hover());
                    text::paint(
                        ui.painter(),
                        rect.left_center(),
                        Align2::LEFT_CENTER,
                        number,
                    );
                }
                _ if apart && !brushes.is_empty() => classes(ui, frame, state, &brushes),
                _ => {}
            }
        }
        if state.mode != Mode::Move {
            ui.label("Width");
            let share = (state.reach - REACH[0]) / (REACH[1] - REACH[0]);
            if let Some(share) = slider::share(ui, "Width of the brush", 70.0, share) {
                state.reach = REACH[0] + (REACH[1] - REACH[0]) * share;
            }
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(8.0);
            more(ui, frame, scene, canvas, acts);
        });
    });
}

fn classes(ui: &mut Ui, frame: &Frame<'_>, state: &mut DrawMemory, brushes: &[(String, usize)]) {
    state.class = state.class.min(brushes.len() - 1);
    let room = ui.available_width() - 170.0;
    let mut used = 0.0;
    let mut left_out = false;
    for (index, (name, style)) in brushes.iter().enumerate() {
        let line = text::line(ui, name, text::body(ui), frame.tokens.text, 110.0);
        let size = vec2((line.size().x + 34.0).ceil(), 26.0);
        used += size.x + 8.0;
        if used > room && index != state.class {
            left_out = true;
            continue;
        }
        let (rect, response) = ui.allocate_exact_size(size, Sense::click());
        let on = index == state.class;
        response.widget_info(|| {
            let role = eframe::egui::Role::RadioButton;
            WidgetInfo::selected(role, ui.is_enabled(), on, format!("Draw {name}"))
        });
        let t = frame.tokens;
        if on {
            ui.painter().rect_filled(rect, RADIUS_SMALL, t.soft);
        } else if response.hovered() {
            ui.painter().rect_filled(rect, RADIUS_SMALL, t.hover);
        }
        let centre = pos2(rect.left() + 14.0, rect.center().y);
        marker::paint(ui.painter(), t, centre, *style, 5.0);
        let at = pos2(rect.left() + 26.0, rect.center().y);
        text::paint(ui.painter(), at, Align2::LEFT_CENTER, line);
        theme::focus_ring(ui, &response, t);
        if response.clicked() {
            state.class = index;
        }
    }
    if left_out {
        let all = IconButton::new(icons::CARET_DOWN, "All classes", "Classes to draw");
        let response = ui.add(all);
        Popup::menu(&response).show(|ui| {
            for (index, (name, _)) in brushes.iter().enumerate() {
                if MenuRow::new(name).show(ui) {
                    state.class = index;
                }
            }
        });
    }
}

/// What is done to the selected rows, or to all.
fn more(ui: &mut Ui, frame: &Frame<'_>, scene: &Scene, canvas: Canvas, acts: &mut Vec<Act>) {
    let selected: Vec<u32> = frame.look.selection.iter().collect();
    let (rows, which) = match selected.is_empty() {
        true => (scene.points.rows.to_vec(), "all rows"),
        false => (selected.clone(), "the selected rows"),
    };
    let tip = format!("Spreads {which} at random by a fiftieth of the picture.");
    let jitter = IconButton::new(icons::DICE, "Spread rows", &tip);
    if ui.add(jitter).clicked() {
        let span = |[low, high]: [f64; 2]| (high - low) / 50.0;
        let by = [span(scene.fit.x), span(scene.fit.y)];
        // Another spread each time, the same after an undo.
        let seed = scene.table.fingerprint().0 as u64;
        acts.push(Act::Draw(Edit::Jitter { rows, by, seed }, canvas, None));
    }
    let tip = match selected.is_empty() {
        true => "Select rows first, with the box beside the axes (Delete)",
        false => "Deletes the selected rows (Delete)",
    };
    let delete = IconButton::new(icons::TRASH, "Delete rows", tip);
    let clicked = ui.add_enabled(!selected.is_empty(), delete).clicked();
    if clicked {
        let edit = Edit::Delete { rows: selected };
        acts.push(Act::Draw(edit, canvas, None));
    }
}

/// What the pen does to the rows.
pub fn follow(
    ui: &Ui,
    frame: &Frame<'_>,
    scene: &Scene,
    pen: Option<Pen>,
    memory: &mut Memory,
    acts: &mut Vec<Act>,
) {
    let (Ok(canvas), Some(pen)) = (canvas(frame), pen) else {
        if memory.model.draw.stroke.take().is_some() {
            acts.push(Act::EndGesture);
        }
        return;
    };
    if ui.input(|i| i.key_down(Key::Escape)) {
        return;
    }
    let ink = ink(frame, scene, &memory.model.draw, canvas);
    let target = frame.desk.project().settings.roles.target();
    if pen.down {
        memory.gesture += 1;
        let held = match pen.row {
            Some(row) if frame.look.selection.contains(row) => {
                frame.look.selection.iter().collect()
            }
            row => row.into_iter().collect(),
        };
        let random = Random::new(scene.table.fingerprint().0 as u64);
        memory.model.draw.stroke = Some(Stroke {
            gesture: memory.gesture,
            held,
            last: pen.at,
            // The first row falls where the pointer is.
            gone: SPACING,
            random,
        });
    }
    let state = &mut memory.model.draw;
    let Some(stroke) = &mut state.stroke else {
        return;
    };
    let by = [pen.at[0] - stroke.last[0], pen.at[1] - stroke.last[1]];
    let points = (0..2).map(|axis| (by[axis] / pen.per_point[axis]).powi(2));
    let moved = points.sum::<f64>().sqrt();
    let gesture = Some(stroke.gesture);
    match state.mode {
        Mode::Draw => {
            stroke.gone += moved;
            let mut at = Vec::new();
            while stroke.gone >= SPACING && at.len() < 50 {
                stroke.gone -= SPACING;
                at.push(near(pen, state.reach, pen.down, &mut stroke.random));
            }
            if !at.is_empty() {
                acts.push(Act::Draw(Edit::Add { at, target, ink }, canvas, gesture));
            }
        }
        Mode::Erase => {
            let reach = state.reach.max(LEAST_ERASED);
            let inside = |index: &usize| {
                let dx = (scene.points.x[*index] - pen.at[0]) / pen.per_point[0];
                let dy = (scene.points.y[*index] - pen.at[1]) / pen.per_point[1];
                dx * dx + dy * dy <= reach * reach
            };
            let rows: Vec<u32> = (0..scene.points.len())
                .filter(inside)
                .filter_map(|index| scene.points.row(index as u32))
                .collect();
            if !rows.is_empty() {
                acts.push(Act::Draw(Edit::Delete { rows }, canvas, gesture));
            }
        }
        Mode::Move => {
            if moved > 0.0 && !stroke.held.is_empty() {
                let rows = stroke.held.clone();
                acts.push(Act::Draw(Edit::Move { rows, by }, canvas, gesture));
            }
        }
    }
    stroke.last = pen.at;
    if pen.up {
        state.stroke = None;
        acts.push(Act::EndGesture);
    }
}

/// A place within the brush; its middle where the pen is put down.
fn near(pen: Pen, reach: f64, middle: bool, random: &mut Random) -> [f64; 2] {
    if middle {
        return pen.at;
    }
    let angle = random.uniform() * std::f64::consts::TAU;
    let radius = reach * random.uniform().sqrt();
    [
        pen.at[0] + radius * angle.cos() * pen.per_point[0],
        pen.at[1] + radius * angle.sin() * pen.per_point[1],
    ]
}

/// The brush or eraser as a ring at the pointer.
pub fn ring(ui: &Ui, frame: &Frame<'_>, area: Rect, memory: &Memory) {
    let state = &memory.model.draw;
    if state.mode == Mode::Move {
        return;
    }
    let reach = match state.mode {
        Mode::Erase => state.reach.max(LEAST_ERASED),
        _ => state.reach,
    };
    if let Some(at) = ui
        .input(|i| i.pointer.hover_pos())
        .filter(|p| area.contains(*p))
    {
        let stroke = eframe::egui::Stroke::new(1.25, frame.tokens.strong.gamma_multiply(0.7));
        let painter = ui.painter().with_clip_rect(area);
        painter.circle_stroke(at, reach as f32, stroke);
    }
}
