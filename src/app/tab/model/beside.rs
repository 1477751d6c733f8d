//! Beside the picture: the other models small, and the confusion matrix, the errors or the sizes.

use std::sync::Arc;

use eframe::egui::{self, Align, Layout, RichText, Sense, Ui, vec2};

use super::rows::counts;
use crate::app::act::Act;
use crate::app::frame::Frame;
use crate::app::panel::Memory;
use crate::app::scene::Scene;
use crate::model::Task;
use crate::project::{Entry, ModelEntry};
use crate::view::confusion::{Confusion, confusion};
use crate::view::parts::marker::ClassKey;
use crate::widget::badge::badge;
use crate::widget::format;

/// Width of the column beside the picture.
const BESIDE: f32 = 172.0;

/// A matrix of many classes needs room for its numbers.
pub(super) fn beside_width(scene: &Scene) -> f32 {
    BESIDE + 24.0 * scene.classes.names.len().clamp(5, 9).saturating_sub(5) as f32
}

pub(super) fn beside(
    ui: &mut Ui,
    frame: &Frame<'_>,
    scene: &Arc<Scene>,
    memory: &mut Memory,
    acts: &mut Vec<Act>,
) {
    ui.add_space(2.0);
    let width = beside_width(scene) - 20.0;
    let selected = frame.selected().map(|m| m.id);
    let others: Vec<&ModelEntry> = frame
        .desk
        .shown()
        .filter(|m| Some(m.id) != selected)
        .collect();
    let classes = scene.classes.names.len();
    let matrix = if frame.desk.project().task() == Task::Classification {
        // Title, switch, names and note; about square cells.
        let rows = classes.clamp(2, 10) as f32;
        let cell = ((width - 50.0) / rows).clamp(20.0, 36.0);
        108.0 + cell * rows
    } else {
        130.0
    };
    let room = ui.available_height() - matrix;
    let (fits, height) = fitting(room, others.len().min(4), (width * 0.68).round());
    let size = vec2(width, height);
    let ppp = ui.ctx().pixels_per_point();
    let pixels = [(size.x * ppp) as usize, (size.y * ppp) as usize];
    memory.small_sizes = Some(if scene.is_line {
        Vec::new()
    } else {
        vec![pixels]
    });
    if !scene.is_line {
        for model in others.iter().take(fits) {
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

/// How many of so many pictures fit, and how high each is: rather lower than left out.
fn fitting(room: f32, pictures: usize, high: f32) -> (usize, f32) {
    const AROUND: f32 = 36.0;
    const LEAST: f32 = 64.0;
    let fits = (1..=pictures)
        .rev()
        .find(|&n| room >= n as f32 * (LEAST + AROUND));
    match fits {
        Some(n) => (n, (room / n as f32 - AROUND).floor().clamp(LEAST, high)),
        None => (0, high),
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
    let runs = (frame.desk.entry(model.id)).is_none_or(|entry| entry.problem.is_none());
    if let Some(texture) = frame.pictures.small(model.id, pixels).filter(|_| runs) {
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

fn errors_ui(ui: &mut Ui, frame: &Frame<'_>, model: &ModelEntry, entry: &Entry) {
    let Some(report) = &entry.report else { return };
    title(ui, model, "Errors, held out");
    for (metric, spread) in &report.metrics {
        let Some((mean, std)) = crate::app::panel::card::score_words(spread) else {
            continue;
        };
        let line = Layout::left_to_right(Align::Center);
        ui.allocate_ui_with_layout(vec2(BESIDE - 20.0, 22.0), line, |ui| {
            ui.set_min_width(BESIDE - 20.0);
            ui.label(RichText::new(metric.label()).color(frame.tokens.weak))
                .on_hover_text(metric.full_name());
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.label(RichText::new(std).small().color(frame.tokens.weak));
                ui.label(mean);
            });
        });
    }
}

/// Clusters that are listed one by one.
const MOST_CLUSTERS: usize = 12;

fn sizes_ui(ui: &mut Ui, frame: &Frame<'_>, scene: &Arc<Scene>, model: &ModelEntry, entry: &Entry) {
    let Some(report) = &entry.report else { return };
    title(ui, model, "Clusters");
    // Of the step that is shown.
    let shown = scene.clusters().filter(|c| !c.is_empty());
    let sizes = match shown {
        Some(_) => &scene.classes.counts,
        None => &report.sizes,
    };
    let in_some: usize = sizes.iter().sum();
    let in_none = shown.map_or(0, |clusters| clusters.len().saturating_sub(in_some));
    let named = sizes.iter().enumerate().map(|(index, size)| {
        let name = scene.classes.names.get(index).cloned();
        let name = name.unwrap_or_else(|| format!("Cluster {}", index + 1));
        (name, *size)
    });
    let in_none = (in_none > 0).then(|| ("In no cluster".to_owned(), in_none));
    // As many as there is room for; of the others how many rows they have together.
    let more = sizes.len().saturating_sub(MOST_CLUSTERS);
    let more = (more > 0).then(|| {
        let rows = sizes[MOST_CLUSTERS..].iter().sum::<usize>();
        (format!("{more} more clusters"), rows)
    });
    for (name, size) in named.take(MOST_CLUSTERS).chain(more).chain(in_none) {
        let line = Layout::left_to_right(Align::Center);
        ui.allocate_ui_with_layout(vec2(BESIDE - 20.0, 22.0), line, |ui| {
            ui.set_min_width(BESIDE - 20.0);
            ui.label(RichText::new(name).color(frame.tokens.text));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.label(format::count(size))
            });
        });
    }
}

#[cfg(test)]
mod tests {
    use super::fitting;

    #[test]
    fn pictures_get_lower_before_one_is_left_out() {
        assert_eq!(fitting(300.0, 2, 103.0), (2, 103.0));
        assert_eq!(fitting(230.0, 2, 103.0), (2, 79.0));
        assert_eq!(fitting(190.0, 2, 103.0), (1, 103.0));
        assert_eq!(fitting(90.0, 2, 103.0).0, 0);
        assert_eq!(fitting(300.0, 0, 103.0).0, 0);
    }
}
