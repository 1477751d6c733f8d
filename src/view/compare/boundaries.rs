//! Small multiples: a picture a model with its score, as large as fits, wrapped into rows.

use eframe::egui::{
    Align2, Color32, Pos2, Rect, Response, Role, ScrollArea, Sense, Shape, Stroke, StrokeKind, Ui,
    Vec2, WidgetInfo, pos2, vec2,
};

use super::{Compared, Comparison, Standing, mark, mark_width};
use crate::view::parts::{badge, number, text};
use crate::widget::format;
use crate::widget::picture;
use crate::widget::theme::{Tokens, focus_ring};

const GAP: f32 = 8.0;
const NARROWEST: f32 = 160.0;
const WIDEST: f32 = 640.0;
const HEAD: f32 = 26.0;
const LINE: f32 = 22.0;

/// How cells lie: columns, a cell's width, and whether score and mark stand on two lines.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cells {
    pub columns: usize,
    pub width: f32,
    pub foot: f32,
}

impl Cells {
    /// The number of columns that gives the widest cells without scrolling; where none does, as
    /// many columns as the narrowest cell allows. `foot` is the text's height for a width.
    pub fn of(n: usize, room: Vec2, aspect: f32, foot: impl Fn(f32) -> f32) -> Self {
        let most = (((room.x + GAP) / (NARROWEST + GAP)).floor() as usize).clamp(1, n.max(1));
        let across = |columns: usize| {
            let width = (room.x - GAP * (columns - 1) as f32) / columns as f32;
            width.min(WIDEST).floor().max(60.0)
        };
        let cells = |columns: usize, width: f32| Cells {
            columns,
            width,
            foot: foot(width),
        };
        // Of equal widths the fewest columns win: they fill their rows best.
        (1..=most)
            .rev()
            .filter_map(|columns| {
                let rows = n.div_ceil(columns) as f32;
                let each = (room.y / rows).floor() - GAP;
                let text = HEAD + foot(NARROWEST) + 4.0;
                let down = ((each - text) * aspect).floor();
                let width = across(columns).min(down);
                (width >= NARROWEST.min(across(most))).then(|| cells(columns, width))
            })
            .max_by(|a, b| a.width.total_cmp(&b.width))
            .unwrap_or_else(|| cells(most, across(most)))
    }

    /// Width to height of pictures that are as high as the room allows, up to squares.
    fn filling(&self, n: usize, room: f32, aspect: f32) -> f32 {
        let rows = n.div_ceil(self.columns.max(1)) as f32;
        let high = (room / rows).floor() - GAP - self.height(f32::INFINITY);
        if high > 0.0 {
            (self.width / high).clamp(aspect.min(1.0), aspect)
        } else {
            aspect
        }
    }

    pub fn height(&self, aspect: f32) -> f32 {
        HEAD + (self.width / aspect).round() + self.foot + 4.0
    }
}

/// Answers the model that was clicked; `shown` becomes the size of the pictures.
pub fn show(
    ui: &mut Ui,
    t: &Tokens,
    data: &Comparison<'_>,
    shown: &mut Option<Vec2>,
) -> Option<usize> {
    let mut clicked = None;
    let n = data.models.len();
    if n == 0 {
        ui.label(eframe::egui::RichText::new("Add a model to compare").color(t.weak));
        return None;
    }
    let baseline = data.baseline_score();
    let below = if baseline.mean.is_finite() { LINE } else { 0.0 };
    let room = ui.available_size() - vec2(8.0, below + 4.0);
    let aspect = if data.aspect.is_finite() {
        data.aspect.clamp(0.3, 4.0)
    } else {
        1.6
    };
    let foot = |width: f32| {
        let two = data.models.iter().any(|m| foot_width(ui, m) > width);
        if two { 2.0 * LINE - 4.0 } else { LINE + 2.0 }
    };
    let cells = Cells::of(n, room, aspect, foot);
    let aspect = cells.filling(n, room.y, aspect);
    *shown = Some(vec2(cells.width, (cells.width / aspect).round()));
    ScrollArea::vertical()
        .id_salt("boundaries")
        .auto_shrink([false, false])
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing = vec2(GAP, GAP);
            for start in (0..n).step_by(cells.columns) {
                ui.horizontal(|ui| {
                    for i in start..(start + cells.columns).min(n) {
                        if cell(ui, t, data, i, cells, aspect).clicked() {
                            clicked = Some(i);
                        }
                    }
                });
            }
            if baseline.mean.is_finite() {
                let words = format!(
                    "baseline {} ({})",
                    number::score_and_spread(baseline.mean, baseline.std),
                    data.baseline_name
                );
                ui.label(eframe::egui::RichText::new(words).small().color(t.weak));
            }
        });
    clicked
}

/// The width that score, spread and mark take on one line.
fn foot_width(ui: &Ui, model: &Compared) -> f32 {
    if model.progress.is_some() || model.problem.is_some() {
        return 0.0;
    }
    score_width(ui, model) + 8.0 + mark_width(ui, model.standing)
}

fn score_width(ui: &Ui, model: &Compared) -> f32 {
    let mean = number::score(model.score.mean);
    let spread = format!(" ± {}", number::score(model.score.std));
    text::width(ui.painter(), &mean, &text::strong(ui))
        + text::width(ui.painter(), &spread, &text::body(ui))
        + 2.0
}

fn cell(
    ui: &mut Ui,
    t: &Tokens,
    data: &Comparison<'_>,
    index: usize,
    cells: Cells,
    aspect: f32,
) -> Response {
    let model = &data.models[index];
    let size = vec2(cells.width, cells.height(aspect));
    let (_, rect) = ui.allocate_space(size);
    let id = ui.scope_id().with(("compare", &model.model.letter));
    let response = ui.interact(rect, id, Sense::click());
    let selected = data.selected == Some(index);
    response.widget_info(|| {
        WidgetInfo::selected(Role::Button, ui.is_enabled(), selected, data.spoken(model))
    });
    let title = format!("{} {}", model.model.letter, model.model.name);
    picture::show(ui.ctx(), &title, rect.intersect(ui.clip_rect()));
    let painter = ui.painter();
    if selected {
        painter.rect_filled(rect.expand(3.0), 6.0, t.soft);
    } else if response.hovered() {
        painter.rect_filled(rect.expand(3.0), 6.0, t.hover);
    }
    let head = Rect::from_min_size(rect.min, vec2(rect.width(), HEAD));
    let cut = heading(ui, t, model, head);
    let shown = Rect::from_min_size(
        pos2(rect.left(), head.bottom()),
        vec2(rect.width(), (cells.width / aspect).round()),
    );
    boundary(ui, t, model, shown);
    let foot = Rect::from_min_max(pos2(rect.left() + 1.0, shown.bottom() + 4.0), rect.max);
    footer(ui, t, model, foot, cells.foot > LINE + 4.0);
    focus_ring(ui, &response, t);
    if cut {
        response.on_hover_text(&model.model.name)
    } else {
        response
    }
}

fn heading(ui: &Ui, t: &Tokens, model: &Compared, head: Rect) -> bool {
    let painter = ui.painter();
    let center = pos2(head.left() + badge::SIZE / 2.0, head.center().y - 1.0);
    badge::paint(ui, painter, t, center, badge::SIZE, &model.model);
    let at = pos2(head.left() + badge::SIZE + 7.0, center.y);
    let room = head.right() - at.x;
    let galley = text::line(painter, &model.model.name, text::medium(ui), t.strong, room);
    let cut = galley.elided;
    text::place(painter, at, Align2::LEFT_CENTER, galley);
    cut
}

fn boundary(ui: &Ui, t: &Tokens, model: &Compared, rect: Rect) {
    let painter = ui.painter();
    painter.rect_filled(rect, 2.0, t.plot);
    match model.picture {
        Some(texture) => {
            let uv = Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0));
            painter.image(texture, rect, uv, Color32::WHITE);
        }
        None => {
            let waits = match model.score.mean.is_finite() {
                true => "its picture is being drawn",
                false => "not fitted yet",
            };
            let words = model.problem.as_deref().unwrap_or(waits);
            let inside = rect.shrink(8.0);
            let font = text::small(ui);
            let galley = text::wrapped(painter, words, font, t.weak, inside.width());
            let painter = painter.with_clip_rect(rect.intersect(painter.clip_rect()));
            text::place(&painter, inside.center(), Align2::CENTER_CENTER, galley);
        }
    }
    if model.problem.is_some() {
        let corners = [
            rect.left_top(),
            rect.right_top(),
            rect.right_bottom(),
            rect.left_bottom(),
            rect.left_top(),
        ];
        painter.extend(Shape::dashed_line(
            &corners,
            Stroke::new(1.0, t.control),
            4.0,
            3.0,
        ));
        return;
    }
    let edge = Stroke::new(1.0, t.control.gamma_multiply(0.55));
    painter.rect_stroke(rect, 2.0, edge, StrokeKind::Inside);
    if model.standing == Standing::Best {
        painter.rect_stroke(rect, 2.0, Stroke::new(2.0, t.done), StrokeKind::Outside);
    }
}

/// Score, spread and mark; a bar that counts while it fits; or why it cannot run.
fn footer(ui: &Ui, t: &Tokens, model: &Compared, rect: Rect, two_lines: bool) {
    let painter = ui.painter();
    let first = rect.top() + 9.0;
    if model.problem.is_some() {
        let words = if model.waits {
            "Waits for you"
        } else {
            "Cannot run"
        };
        let galley = text::line(painter, words, text::small(ui), t.weak, rect.width());
        text::place(
            painter,
            pos2(rect.left(), first),
            Align2::LEFT_CENTER,
            galley,
        );
        return;
    }
    if let Some((share, words)) = &model.progress {
        let galley = text::line(painter, words, text::small(ui), t.text, rect.width() * 0.7);
        let right = pos2(rect.right(), first);
        let placed = text::place(painter, right, Align2::RIGHT_CENTER, galley);
        let bar = Rect::from_min_max(
            pos2(rect.left(), first - 2.0),
            pos2(placed.left() - 8.0, first + 2.0),
        );
        if bar.width() > 8.0 {
            painter.rect_filled(bar, 2.0, t.rail);
            let done = vec2(bar.width() * share.clamp(0.0, 1.0), bar.height());
            painter.rect_filled(Rect::from_min_size(bar.min, done), 2.0, t.accent);
        }
        return;
    }
    if !model.score.mean.is_finite() {
        return;
    }
    let (mean, spread) = format::score_with_spread(
        model.score.mean,
        Some(model.score.std).filter(|s| s.is_finite()),
    );
    let spread = format!(" {}", model.note.as_ref().unwrap_or(&spread));
    let pieces = [
        (mean.as_str(), text::strong(ui), t.strong),
        (spread.as_str(), text::body(ui), t.weak),
    ];
    let galley = text::pieces(painter, &pieces, rect.width());
    text::place(
        painter,
        pos2(rect.left(), first),
        Align2::LEFT_CENTER,
        galley,
    );
    if two_lines {
        let at = pos2(
            rect.left() + mark_width(ui, model.standing),
            first + LINE - 4.0,
        );
        mark(ui, t, model.standing, at);
    } else {
        mark(ui, t, model.standing, pos2(rect.right() - 1.0, first));
    }
}
