//! The score of every fold: a row a model, lines join the same fold, so that a fold that is hard for
//! all is seen as such.

use eframe::egui::{
    Align2, Pos2, Rect, Role, ScrollArea, Sense, Stroke, Ui, WidgetInfo, pos2, vec2,
};

use super::Comparison;
use crate::view::parts::axis::{Axis, Frame};
use crate::view::parts::{badge, number, text};
use crate::widget::theme::{Tokens, focus_ring};

pub fn show(ui: &mut Ui, t: &Tokens, data: &Comparison<'_>) -> Option<usize> {
    let n = data.models.len();
    if n == 0 {
        ui.label(eframe::egui::RichText::new("Add a model to compare").color(t.weak));
        return None;
    }
    let mut clicked = None;
    let room = ui.available_size();
    let row = ((room.y - 40.0) / n as f32).clamp(34.0, 64.0);
    ScrollArea::vertical()
        .id_salt("folds")
        .auto_shrink([false, false])
        .show(ui, |ui| {
            let size = vec2(ui.available_width() - 8.0, row * n as f32 + 40.0);
            let (area, _) = ui.allocate_exact_size(size, Sense::empty());
            let names = (area.width() * 0.28).clamp(110.0, 220.0);
            let plot = Rect::from_min_max(
                pos2(area.left() + names, area.top()),
                pos2(area.right() - 10.0, area.top() + row * n as f32),
            );
            let x = axis(data, plot);
            ground(ui, t, data, plot, &x, area.bottom());
            clicked = rows(ui, t, data, area, plot, row, names);
            dots(ui, t, data, plot, row, &x);
        });
    clicked
}

/// All folds and the baseline, where it does not push the folds together.
fn axis(data: &Comparison<'_>, plot: Rect) -> Axis {
    let (low, high) = data
        .models
        .iter()
        .flat_map(|m| m.folds.iter().copied())
        .filter(|v| v.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| {
            (l.min(v), h.max(v))
        });
    let air = (high - low) * 0.06;
    Axis::x(low - air, high + air, false, plot)
}

fn ground(ui: &Ui, t: &Tokens, data: &Comparison<'_>, plot: Rect, x: &Axis, bottom: f32) {
    let painter = ui.painter();
    let frame = Frame {
        x_ticks: f64::from(plot.width() / 70.0).clamp(2.0, 9.0),
        y_ticks: 0.0,
        ..Frame::new(t, text::small(ui))
    };
    let y = Axis::y(0.0, 1.0, plot);
    frame.ground(painter, plot, x, &y);
    frame.edge_and_labels(painter, plot, x, &y);
    let name = data
        .metrics
        .get(data.ranking)
        .map_or("score", |m| m.name.as_str());
    let galley = text::line(painter, name, text::small(ui), t.text, plot.width());
    text::place(
        painter,
        pos2(plot.center().x, bottom),
        Align2::CENTER_BOTTOM,
        galley,
    );
    let baseline = data.baseline_score().mean;
    if !baseline.is_finite() {
        return;
    }
    let (words, at) = if x.contains(baseline) {
        let at = x.point(baseline).round() + 0.5;
        let ends = [pos2(at, plot.top()), pos2(at, plot.bottom())];
        let stroke = Stroke::new(1.2, t.weak);
        painter.extend(eframe::egui::Shape::dashed_line(&ends, stroke, 2.0, 2.0));
        (format!("baseline {}", number::score(baseline)), None)
    } else if baseline < x.low {
        (
            format!("← baseline {}", number::score(baseline)),
            Some((plot.left(), Align2::LEFT_BOTTOM)),
        )
    } else {
        (
            format!("baseline {} →", number::score(baseline)),
            Some((plot.right(), Align2::RIGHT_BOTTOM)),
        )
    };
    let (left, anchor) = at.unwrap_or((plot.left(), Align2::LEFT_BOTTOM));
    let galley = text::line(painter, words, text::small(ui), t.weak, plot.width() * 0.45);
    text::place(painter, pos2(left, bottom), anchor, galley);
}

/// Badges and names at the left; a row selects its model.
fn rows(
    ui: &Ui,
    t: &Tokens,
    data: &Comparison<'_>,
    area: Rect,
    plot: Rect,
    row: f32,
    names: f32,
) -> Option<usize> {
    let mut clicked = None;
    for (i, model) in data.models.iter().enumerate() {
        let top = plot.top() + i as f32 * row;
        let rect = Rect::from_min_size(pos2(area.left(), top), vec2(names - 6.0, row));
        let id = ui.scope_id().with(("fold row", &model.model.letter));
        let response = ui.interact(rect, id, Sense::click());
        let selected = data.selected == Some(i);
        response.widget_info(|| {
            WidgetInfo::selected(Role::Button, ui.is_enabled(), selected, data.spoken(model))
        });
        let ground = if selected {
            Some(t.soft)
        } else {
            response.hovered().then_some(t.hover)
        };
        if let Some(ground) = ground {
            ui.painter()
                .rect_filled(rect.shrink2(vec2(0.0, 2.0)), 4.0, ground);
        }
        let center = pos2(rect.left() + 4.0 + badge::SIZE / 2.0, rect.center().y);
        badge::paint(ui, ui.painter(), t, center, badge::SIZE, &model.model);
        let at = pos2(center.x + badge::SIZE / 2.0 + 8.0, center.y);
        let name = &model.model.name;
        let galley = text::line(
            ui.painter(),
            name,
            text::medium(ui),
            t.strong,
            rect.right() - at.x,
        );
        text::place(ui.painter(), at, Align2::LEFT_CENTER, galley);
        if i > 0 {
            let stroke = Stroke::new(1.0, Frame::grid_color(t));
            ui.painter()
                .hline(plot.x_range(), top.round() + 0.5, stroke);
        }
        focus_ring(ui, &response, t);
        if response.clicked() {
            clicked = Some(i);
        }
    }
    clicked
}

/// A fold's place in a row: folds a little apart, so that equal scores do not hide each other.
fn place(
    data: &Comparison<'_>,
    plot: Rect,
    row: f32,
    x: &Axis,
    model: usize,
    fold: usize,
) -> Option<Pos2> {
    let folds = &data.models[model].folds;
    let value = folds.get(fold).copied().filter(|v| v.is_finite())?;
    let spread = if folds.len() > 1 {
        (fold as f32 / (folds.len() - 1) as f32 - 0.5) * row * 0.4
    } else {
        0.0
    };
    let y = plot.top() + (model as f32 + 0.5) * row + spread;
    Some(pos2(x.point(value), y))
}

fn dots(ui: &Ui, t: &Tokens, data: &Comparison<'_>, plot: Rect, row: f32, x: &Axis) {
    let painter = ui.painter();
    let most = data.models.iter().map(|m| m.folds.len()).max().unwrap_or(0);
    let pointer = ui
        .input(|i| i.pointer.hover_pos())
        .filter(|p| plot.contains(*p));
    let mut nearest: Option<(f32, usize, usize)> = None;
    for model in 0..data.models.len() {
        for fold in 0..most {
            let (Some(at), Some(p)) = (place(data, plot, row, x, model, fold), pointer) else {
                continue;
            };
            let far = at.distance(p);
            if far < 12.0 && nearest.is_none_or(|(least, ..)| far < least) {
                nearest = Some((far, model, fold));
            }
        }
    }
    let hovered = nearest.map(|(_, model, fold)| (model, fold));
    for fold in 0..most {
        let lit = hovered.is_some_and(|(_, f)| f == fold);
        let stroke = if lit {
            Stroke::new(2.0, t.strong)
        } else {
            Stroke::new(1.0, t.control.gamma_multiply(0.5))
        };
        let mut last: Option<Pos2> = None;
        for model in 0..data.models.len() {
            let at = place(data, plot, row, x, model, fold);
            if let (Some(a), Some(b)) = (last, at) {
                painter.line_segment([a, b], stroke);
            }
            last = at.or(last);
        }
    }
    for (i, model) in data.models.iter().enumerate() {
        let color = model.model.color(t);
        if model.score.mean.is_finite() && x.contains(model.score.mean) {
            let at = x.point(model.score.mean);
            let middle = plot.top() + (i as f32 + 0.5) * row;
            let half = row * 0.32;
            painter.vline(at, middle - half..=middle + half, Stroke::new(3.0, color));
        }
        for fold in 0..model.folds.len() {
            let Some(at) = place(data, plot, row, x, i, fold) else {
                continue;
            };
            let fill = if model.model.hollow { t.plot } else { color };
            let edge = if model.model.hollow { color } else { t.plot };
            painter.circle(at, 4.0, fill, Stroke::new(1.25, edge));
        }
    }
    if let Some((model, fold)) = hovered {
        tooltip(ui, data, plot, model, fold);
    }
}

fn tooltip(ui: &Ui, data: &Comparison<'_>, plot: Rect, model: usize, fold: usize) {
    let id = ui.scope_id().with("fold tooltip");
    let response = ui.interact(plot, id, Sense::hover());
    let it = &data.models[model];
    let value = it.folds.get(fold).copied().unwrap_or(f64::NAN);
    response.on_hover_text_at_pointer(format!(
        "{} {}, fold {}: {}",
        it.model.letter,
        it.model.name,
        fold + 1,
        number::score(value)
    ));
}
