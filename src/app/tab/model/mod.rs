//! The tab Model: the selected model's surface with the rows on it; the other models beside it, and
//! the confusion matrix, or for numbers the errors.

mod beside;
pub mod draw;
mod header;
mod marks;
mod picture;
mod rows;
mod said;

use std::sync::Arc;

use eframe::egui::{self, CentralPanel, Panel, Ui};

use super::errors::{self, ErrorsMemory, Side};
use crate::app::act::{Act, Dialog};
use crate::app::frame::Frame;
use crate::app::panel::{Memory, ground};
use crate::app::scene::Scene;
use crate::model::{Model, Task};
use crate::train::HeldOut;
use crate::view::plane::{RowSet, Tool};
use crate::view::regression::Shown;
use crate::widget::empty::{Empty, EmptyAction, empty};
use crate::widget::icons;
use beside::{beside, beside_width};
use header::header;

pub use marks::FitRows;
pub use picture::{carry_out, picture, select_boxed};
pub use rows::Counted;
pub use said::{held_out, tooltip};

#[derive(Default)]
pub struct ModelMemory {
    // Each beside what it was made of, which is kept: an address alone may soon be another's.
    wrong: Option<(Arc<HeldOut>, Arc<Scene>, Arc<RowSet>)>,
    fitted: Option<(Arc<dyn Model>, Arc<Scene>, Vec<f64>)>,
    counted: Option<Counted>,
    /// What a worker was asked to count.
    counting: Option<Arc<HeldOut>>,
    pub errors: ErrorsMemory,
    draw: draw::DrawMemory,
    pub marks: marks::MarksMemory,
}

impl ModelMemory {
    /// On an empty plane rows are drawn first.
    pub fn begin_with_brush(&mut self) {
        self.draw.begin_with_brush();
    }

    /// A matrix that a worker has counted.
    pub fn take(&mut self, made: Counted) {
        let asked = self.counting.as_ref();
        if asked.is_some_and(|asked| Arc::ptr_eq(asked, &made.held_out)) {
            self.counted = Some(made);
            self.counting = None;
        }
    }
}

pub fn show(ui: &mut Ui, frame: &Frame<'_>, memory: &mut Memory, acts: &mut Vec<Act>) {
    let t = frame.tokens;
    // Without features there are axes to draw on, but nothing that a model could say; without rows there
    // is something to see where some can be drawn.
    let features = frame.desk.project().settings.roles.features();
    let rows = frame.desk.project().table.rows();
    let can = !features.is_empty() && (rows > 1 || draw::canvas(frame).is_ok());
    let Some(scene) = frame.scene.filter(|_| can) else {
        return nothing(ui, frame, acts);
    };
    Panel::top("picture header")
        .exact_size(40.0)
        .resizable(false)
        .show_separator_line(false)
        .frame(ground(t.panel, 0))
        .show(ui, |ui| header(ui, frame, memory, acts));
    let draws = frame.look.tool == Tool::Draw && side(frame, memory) == Side::Surface;
    if draws {
        Panel::top("drawing")
            .exact_size(36.0)
            .resizable(false)
            .show_separator_line(false)
            .frame(ground(t.panel, 0))
            .show(ui, |ui| draw::bar(ui, frame, scene, memory, acts));
    }
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
                if draws {
                    draw::follow(ui, frame, scene, response.pen, memory, acts);
                    draw::ring(ui, frame, response.frame, memory);
                }
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
    // What is being read says so above.
    if frame.loading.is_some_and(|loading| loading.alone) {
        return;
    }
    let features = frame.desk.project().settings.roles.features();
    let rows = frame.desk.project().table.rows();
    const FEW: &str = "A model learns from rows that differ: it needs two at least, and some more to be tested on.";
    const NO_FEATURE: &str = "Tick a column at the left: the models learn from the ticked ones.";
    let (title, sentence) = match rows {
        0 => ("No rows", FEW),
        1 => ("One row alone", FEW),
        _ if features.is_empty() => ("No features yet", NO_FEATURE),
        _ => return placing(ui, frame),
    };
    let shown = Empty {
        title,
        sentence,
        ghosts: 1,
        primary: Some((icons::FOLDER_OPEN, "Open data…")),
        secondary: None,
        note: "",
    };
    if let Some(EmptyAction::Primary) = empty(ui, &shown) {
        acts.push(Act::Dialog(Dialog::OpenData));
    }
}

/// Until the rows are placed the picture's room stays where it is: nothing flashes.
fn placing(ui: &mut Ui, frame: &Frame<'_>) {
    let t = frame.tokens;
    let room = ui.available_rect_before_wrap();
    let plot = egui::Rect::from_min_max(
        room.min + egui::vec2(56.0, 40.0),
        room.max - egui::vec2(180.0, 62.0),
    );
    if plot.is_positive() {
        ui.painter().rect_filled(plot, 2.0, t.plot);
        // What takes its time says so.
        let now = ui.input(|i| i.time);
        let id = egui::Id::unique("placing");
        let (since, seen): (f64, f64) = ui.data(|d| d.get_temp(id)).unwrap_or((now, now));
        let since = if now - seen > 0.3 { now } else { since };
        ui.data_mut(|d| d.insert_temp(id, (since, now)));
        ui.ctx()
            .request_repaint_after(std::time::Duration::from_millis(100));
        if now - since > 0.5 {
            let font = egui::TextStyle::Body.resolve(ui.style());
            let middle = egui::Align2::CENTER_CENTER;
            ui.painter()
                .text(plot.center(), middle, "Placing the rows", font, t.weak);
        }
        let line = egui::Stroke::new(1.0, t.line);
        ui.painter()
            .rect_stroke(plot, 2.0, line, egui::StrokeKind::Inside);
    }
}
