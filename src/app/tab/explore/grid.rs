//! All columns as histograms by class; only the visible ones are computed and drawn.

use std::sync::Arc;

use eframe::egui::{
    Align2, Rect, Role, ScrollArea, Sense, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo, pos2,
    vec2,
};

use crate::app::frame::Frame;
use crate::app::panel::Memory;
use crate::app::scene::Scene;
use crate::app::tab::table::class_keys;
use crate::data::Kind;
use crate::view::histogram::{Arrangement, Histogram, histogram};
use crate::view::parts::marker::ClassKey;
use crate::view::parts::{icon, text};
use crate::widget::{format, picture, theme};

const NARROWEST: f32 = 200.0;
const HEIGHT: f32 = 164.0;
const HEAD: f32 = 26.0;
const GAP: f32 = 8.0;

pub fn show(ui: &mut Ui, frame: &Frame<'_>, scene: &Arc<Scene>, memory: &mut Memory) {
    let n = scene.table.columns().len();
    let room = ui.available_width() - 10.0;
    let across = (((room + GAP) / (NARROWEST + GAP)).floor() as usize).clamp(1, n.max(1));
    let across = across.min(6);
    let width = ((room - GAP * (across - 1) as f32) / across as f32).floor();
    let classes = class_keys(scene);
    ui.spacing_mut().item_spacing = vec2(GAP, GAP);
    ScrollArea::vertical()
        .id_salt("histograms")
        .auto_shrink(false)
        .show_rows(ui, HEIGHT, n.div_ceil(across), |ui, rows| {
            for row in rows {
                ui.horizontal(|ui| {
                    for column in row * across..((row + 1) * across).min(n) {
                        cell(ui, frame, scene, memory, column, width, &classes);
                    }
                });
            }
        });
}

fn cell(
    ui: &mut Ui,
    frame: &Frame<'_>,
    scene: &Arc<Scene>,
    memory: &mut Memory,
    index: usize,
    width: f32,
    classes: &[ClassKey],
) {
    let t = frame.tokens;
    let column = &scene.table.columns()[index];
    let (_, rect) = ui.allocate_space(vec2(width, HEIGHT));
    let id = ui.scope_id().with(("histogram of", index, &column.name));
    let response = ui.interact(rect, id, Sense::click());
    let chosen = memory.explore.column == index;
    response.widget_info(|| {
        let name = format!("Column {}", column.name);
        WidgetInfo::selected(Role::Button, ui.is_enabled(), chosen, name)
    });
    let ground = if chosen {
        t.soft
    } else if response.hovered() {
        t.hover
    } else {
        t.card
    };
    ui.painter().rect(
        rect,
        theme::RADIUS_CARD,
        ground,
        Stroke::new(1.0, if chosen { t.accent } else { t.line }),
        StrokeKind::Inside,
    );
    let inside = rect.shrink2(vec2(8.0, 4.0));
    let summary = super::summary(memory, scene, index);
    let missing = summary
        .as_ref()
        .filter(|s| s.missing > 0 && s.rows > 0)
        .map(|s| format::percent(s.missing as f64 / s.rows as f64));
    let mut right = inside.right();
    let middle = inside.top() + HEAD / 2.0 - 2.0;
    if let Some(missing) = &missing {
        let words = format!("{missing} missing");
        let galley = text::line(ui.painter(), words, text::small(ui), t.warn, 110.0);
        let at = pos2(right, middle);
        right = text::place(ui.painter(), at, Align2::RIGHT_CENTER, galley).left() - 8.0;
    }
    let glyph = format!("{} ", icon::of_kind(column.kind));
    let unit = column
        .unit_beside_name()
        .map_or(String::new(), |u| format!(" {u}"));
    let pieces = [
        (glyph.as_str(), text::body(ui), t.weak),
        (column.name.as_str(), text::strong(ui), t.strong),
        (unit.as_str(), text::body(ui), t.weak),
    ];
    let galley = text::pieces(ui.painter(), &pieces, right - inside.left());
    let at = pos2(inside.left(), middle);
    text::place(ui.painter(), at, Align2::LEFT_CENTER, galley);
    let mut clicked = response.clicked();
    theme::focus_ring(ui, &response, t);
    let Some(summary) = summary else {
        return;
    };
    let plot = Rect::from_min_max(inside.min + vec2(0.0, HEAD), inside.max);
    match &summary.bins {
        Some(bins) if bins.count > 0 => {
            let classes = if summary.groups.len() == classes.len() {
                classes
            } else {
                &[]
            };
            let data = Histogram {
                bins,
                classes,
                means: &[],
                levels: column.levels(),
                dates: column.kind == Kind::Date,
            };
            let title = format!("Histogram of {}", column.name);
            picture::show(ui.ctx(), &title, rect.intersect(ui.clip_rect()));
            let builder = UiBuilder::new().max_rect(plot).id_salt(("plot", index));
            ui.scope_builder(builder, |ui| {
                let bin = histogram(ui, t, &data, Arrangement::Stacked, plot.height());
                clicked |= bin.is_some();
            });
        }
        _ => {
            let words = format!(
                "{}, none of them counted",
                format::counted(summary.distinct, "different value", "different values")
            );
            let galley = text::wrapped(ui.painter(), words, text::small(ui), t.weak, plot.width());
            text::place(ui.painter(), plot.center(), Align2::CENTER_CENTER, galley);
        }
    }
    if clicked {
        memory.explore.column = index;
        memory.left.column = Some(index);
        memory.explore.listed = Some(index);
    }
}
