//! All metrics of all models as a table; in each column the best is boxed.

use eframe::egui::{
    Align2, Rect, Role, ScrollArea, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

use super::{Comparison, MetricName, Score};
use crate::view::parts::{badge, text};
use crate::widget::format;
use crate::widget::theme::{RADIUS_SMALL, Tokens, focus_ring};

const ROW: f32 = 32.0;
const COLUMN: f32 = 126.0;

/// The rows that share the best mean as it is shown; none where no model has one.
pub fn best_rows(metric: &MetricName, scores: &[Score]) -> Vec<usize> {
    let worth = |s: &Score| {
        if metric.higher_is_better {
            s.mean
        } else {
            -s.mean
        }
    };
    let finite = || {
        scores
            .iter()
            .enumerate()
            .filter(|(_, s)| s.mean.is_finite())
    };
    let Some(best) = finite().map(|(_, s)| worth(s)).max_by(f64::total_cmp) else {
        return Vec::new();
    };
    finite()
        .filter(|(_, s)| (worth(s) - best).abs() < 0.0005)
        .map(|(i, _)| i)
        .collect()
}

pub fn show(ui: &mut Ui, t: &Tokens, data: &Comparison<'_>) -> Option<usize> {
    let mut clicked = None;
    let name_width = (ui.available_width() * 0.3).clamp(130.0, 240.0);
    let columns = data.metrics.len() as f32;
    let width = (name_width + columns * COLUMN).max(ui.available_width() - 8.0);
    let each = ((width - name_width) / columns.max(1.0)).min(180.0);
    let best: Vec<Vec<usize>> = data
        .metrics
        .iter()
        .enumerate()
        .map(|(m, metric)| {
            let scores: Vec<Score> = data
                .models
                .iter()
                .map(|model| model.metrics.get(m).copied().unwrap_or(Score::NONE))
                .collect();
            best_rows(metric, &scores)
        })
        .collect();
    ScrollArea::both()
        .id_salt("scores")
        .auto_shrink([false, false])
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
            heading(ui, t, data, name_width, each, width);
            for (i, model) in data.models.iter().enumerate() {
                let (rect, _) = ui.allocate_exact_size(vec2(width, ROW), Sense::empty());
                let id = ui.scope_id().with(("score row", &model.model.letter));
                let response = ui.interact(rect, id, Sense::click());
                let selected = data.selected == Some(i);
                response.widget_info(|| {
                    WidgetInfo::selected(
                        Role::Button,
                        ui.is_enabled(),
                        selected,
                        data.spoken(model),
                    )
                });
                if selected {
                    ui.painter().rect_filled(rect, RADIUS_SMALL, t.soft);
                } else if response.hovered() {
                    ui.painter().rect_filled(rect, RADIUS_SMALL, t.hover);
                }
                let center = pos2(rect.left() + 4.0 + badge::SIZE / 2.0, rect.center().y);
                badge::paint(ui, ui.painter(), t, center, badge::SIZE, &model.model);
                let at = pos2(center.x + badge::SIZE / 2.0 + 8.0, center.y);
                let room = name_width - (at.x - rect.left()) - 6.0;
                let name = &model.model.name;
                let galley = text::line(ui.painter(), name, text::medium(ui), t.strong, room);
                text::place(ui.painter(), at, Align2::LEFT_CENTER, galley);
                for (m, best) in best.iter().enumerate() {
                    let score = model.metrics.get(m).copied().unwrap_or(Score::NONE);
                    let right = rect.left() + name_width + (m + 1) as f32 * each;
                    let cell = Rect::from_min_max(
                        pos2(right - each, rect.top()),
                        pos2(right, rect.bottom()),
                    );
                    value(ui, t, score, cell, best.contains(&i), false);
                }
                rule(ui, t, rect);
                focus_ring(ui, &response, t);
                if response.clicked() {
                    clicked = Some(i);
                }
            }
            if !data.baseline.is_empty() {
                baseline(ui, t, data, name_width, each, width);
            }
        });
    clicked
}

fn heading(ui: &mut Ui, t: &Tokens, data: &Comparison<'_>, names: f32, each: f32, width: f32) {
    let (rect, _) = ui.allocate_exact_size(vec2(width, 26.0), Sense::empty());
    for (m, metric) in data.metrics.iter().enumerate() {
        let arrow = if metric.higher_is_better { "" } else { " ↓" };
        let label = format!("{}{arrow}", metric.name);
        let (font, ink) = if m == data.ranking {
            (text::small_strong(ui), t.strong)
        } else {
            (text::small(ui), t.weak)
        };
        let galley = text::line(ui.painter(), label, font, ink, each - 8.0);
        let at = pos2(
            rect.left() + names + (m + 1) as f32 * each - 10.0,
            rect.center().y,
        );
        let placed = text::place(ui.painter(), at, Align2::RIGHT_CENTER, galley);
        let id = ui.scope_id().with(("metric", &metric.name));
        let hint = if metric.higher_is_better {
            "Higher is better"
        } else {
            "Lower is better"
        };
        ui.interact(placed, id, Sense::hover()).on_hover_text(hint);
    }
    rule(ui, t, rect);
}

fn value(ui: &Ui, t: &Tokens, score: Score, cell: Rect, best: bool, weak: bool) {
    let painter = ui.painter();
    let std = Some(score.std).filter(|s| s.is_finite());
    let (mean, spread) = format::score_with_spread(score.mean, std);
    let spread = match std {
        Some(_) if score.mean.is_finite() => format!(" {spread}"),
        _ => String::new(),
    };
    let (font, ink) = if weak {
        (text::body(ui), t.weak)
    } else {
        (text::strong(ui), t.strong)
    };
    let pieces = [
        (mean.as_str(), font, ink),
        (spread.as_str(), text::body(ui), t.weak),
    ];
    let galley = text::pieces(painter, &pieces, cell.width() - 8.0);
    let at = pos2(cell.right() - 10.0, cell.center().y);
    let placed = text::place(painter, at, Align2::RIGHT_CENTER, galley);
    if best {
        painter.rect_stroke(
            placed.expand2(vec2(6.0, 3.0)).round(),
            RADIUS_SMALL,
            Stroke::new(1.5, t.done),
            StrokeKind::Inside,
        );
    }
}

fn baseline(ui: &mut Ui, t: &Tokens, data: &Comparison<'_>, names: f32, each: f32, width: f32) {
    let (rect, _) = ui.allocate_exact_size(vec2(width, ROW + 6.0), Sense::empty());
    let tick = pos2(rect.left() + 4.0 + badge::SIZE / 2.0, rect.center().y);
    ui.painter().vline(
        tick.x,
        tick.y - 7.0..=tick.y + 7.0,
        Stroke::new(2.0, t.weak),
    );
    let at = tick + vec2(badge::SIZE / 2.0 + 8.0, 0.0);
    let room = names - (at.x - rect.left()) - 6.0;
    let up = text::line(ui.painter(), "Baseline", text::body(ui), t.text, room);
    text::place(ui.painter(), at - vec2(0.0, 8.0), Align2::LEFT_CENTER, up);
    let down = text::line(
        ui.painter(),
        data.baseline_name,
        text::small(ui),
        t.weak,
        room,
    );
    text::place(ui.painter(), at + vec2(0.0, 8.0), Align2::LEFT_CENTER, down);
    for (m, score) in data.baseline.iter().enumerate().take(data.metrics.len()) {
        let right = rect.left() + names + (m + 1) as f32 * each;
        let cell = Rect::from_min_max(pos2(right - each, rect.top()), pos2(right, rect.bottom()));
        value(ui, t, *score, cell, false, true);
    }
}

fn rule(ui: &Ui, t: &Tokens, rect: Rect) {
    let stroke = Stroke::new(1.0, t.line);
    ui.painter()
        .hline(rect.x_range(), rect.bottom() - 0.5, stroke);
}
