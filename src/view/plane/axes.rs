//! The plot area: frame, grid, ticks, titles, pan, zoom, fit and box selection.
//!
//! The area itself is egui_plot's: it keeps the transform, pans, clips and takes our layers as one plot
//! item. The ticks around it are ours, for three reasons: the frame lies on whole pixels, which the density
//! image needs; it is known before anything is drawn, so that nothing jumps a frame later (egui_plot
//! learns the width of its labels by drawing them); and the grid lies above the surface, not below.

use std::sync::Arc;

use eframe::egui::{
    self, Color32, CornerRadius, CursorIcon, Galley, Id, PointerButton, Pos2, Rect, Response, Role,
    Shape, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, epaint::TextShape, pos2,
};
use egui_plot::{Plot, PlotBounds, PlotTransform};

use super::axis::{Axis, AxisKind, Sizes, axis_ticks, elided};
use super::layers::{LayerItem, Layers};
use super::ticks::Tick;
use super::view_range::View;
use crate::widget::theme::{Tokens, focus_ring};

/// What a drag with the primary button does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tool {
    /// Moves the plane; with Ctrl or Cmd it selects, with Shift it adds to the selection.
    #[default]
    Pan,
    /// Selects; with Shift it adds. The middle button moves the plane.
    Select,
    /// Draws rows, deletes or moves them: what it does is told as a [`Pen`](super::Pen). The middle
    /// button moves the plane.
    Draw,
}

/// A plot area to be shown.
pub(super) struct PlotArea<'a> {
    pub id: Id,
    pub tokens: &'a Tokens,
    pub x: &'a Axis,
    pub y: &'a Axis,
    pub view: View,
    /// What a double click shows.
    pub fit: View,
    pub tool: Tool,
    pub sizes: Sizes,
}

/// What happened on a plot area.
pub(super) struct AreaResponse {
    pub response: Response,
    pub transform: PlotTransform,
    pub view: View,
    /// A finished box: ranges of x and y, and whether it adds.
    pub boxed: Option<([[f64; 2]; 2], bool)>,
    /// A box is being drawn, or the plane moved: no hover then.
    pub busy: bool,
}

impl PlotArea<'_> {
    /// Fills `outer` with the frame, its ticks and titles; `under` paints below the grid, `over` above.
    pub fn show(
        mut self,
        ui: &mut Ui,
        outer: Rect,
        under: &Layers<'_>,
        over: &Layers<'_>,
    ) -> AreaResponse {
        let before = self.view;
        self.view = View::new(before.x, before.y);
        let frame = self.frame(ui, outer);
        let mut view = self.zoomed(ui, frame);
        let drag_id = self.id.with("box");
        let mut start: Option<Pos2> = ui.data(|d| d.get_temp(drag_id)).flatten();
        let modifiers = ui.input(|i| i.modifiers);
        let selects = match self.tool {
            Tool::Select => true,
            Tool::Pan => modifiers.command || modifiers.shift,
            Tool::Draw => false,
        };
        let mover = match self.tool {
            Tool::Pan => PointerButton::Primary,
            Tool::Select | Tool::Draw => PointerButton::Middle,
        };
        let pans = start.is_none() && !(selects && self.tool == Tool::Pan);

        let tokens = self.tokens;
        let (x, y) = (self.x, self.y);
        let sizes = self.sizes;
        let layers = |transform: &PlotTransform, shapes: &mut Vec<Shape>| {
            under(transform, shapes);
            grid(transform, [x, y], sizes, tokens, shapes);
            over(transform, shapes);
        };
        let mut area = ui.new_child(egui::UiBuilder::new().max_rect(frame));
        let shown = Plot::new("area")
            .id(self.id)
            .width(frame.width())
            .height(frame.height())
            .min_size(Vec2::splat(1.0))
            .show_axes(false)
            .show_grid(false)
            .show_background(false)
            .show_x(false)
            .show_y(false)
            .allow_zoom(false)
            .allow_scroll(false)
            .allow_boxed_zoom(false)
            .allow_axis_zoom_drag(false)
            .allow_double_click_reset(false)
            .allow_drag(pans)
            .pan_pointer_button(mover)
            .show(&mut area, |plot| {
                let (min, max) = ([view.x[0], view.y[0]], [view.x[1], view.y[1]]);
                plot.set_plot_bounds(PlotBounds::from_min_max(min, max));
                plot.add(LayerItem::new(&layers));
            });

        let (response, transform) = (shown.response, shown.transform);
        let bounds = transform.bounds();
        let moved = View::new(
            [bounds.min()[0], bounds.max()[0]],
            [bounds.min()[1], bounds.max()[1]],
        );
        let panned = response.dragged_by(mover) && start.is_none() && pans;
        if panned {
            view = moved;
        }
        if response.double_clicked() && self.tool != Tool::Draw {
            view = self.fit;
        }
        if view != before {
            ui.ctx().request_repaint();
        }

        // The box selection, in the coordinates of the screen.
        let pointer = response.interact_pointer_pos();
        if selects && response.drag_started_by(PointerButton::Primary) {
            start = ui.input(|i| i.pointer.press_origin());
        }
        let mut boxed = None;
        if let (Some(from), Some(to)) = (start, pointer) {
            let chosen = Rect::from_two_pos(from, to).intersect(frame);
            if response.drag_stopped() {
                let [a, b] = [chosen.left_bottom(), chosen.right_top()]
                    .map(|p| transform.value_from_position(p));
                boxed = Some(([[a.x, b.x], [a.y, b.y]], modifiers.shift));
            } else {
                let painter = ui.painter().with_clip_rect(frame);
                painter.rect(
                    chosen,
                    CornerRadius::same(2),
                    tokens.accent.gamma_multiply(0.12),
                    Stroke::new(1.0 * sizes.scale, tokens.accent),
                    StrokeKind::Inside,
                );
            }
        }
        if !response.dragged() {
            start = None;
        }
        ui.data_mut(|d| d.insert_temp(drag_id, start));
        let crosses = start.is_some() || selects || self.tool == Tool::Draw;
        let response = match (crosses, panned) {
            (true, _) => response.on_hover_cursor(CursorIcon::Crosshair),
            (false, true) => response.on_hover_cursor(CursorIcon::Grabbing),
            (false, false) => response,
        };
        focus_ring(ui, &response, tokens);
        let name = format!("{} over {}", self.y.title, self.x.title);
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &name));

        self.surroundings(ui, outer, &transform);
        AreaResponse {
            busy: start.is_some() || panned,
            response,
            transform,
            view,
            boxed,
        }
    }

    fn ticks(&self, axis: &Axis, range: [f64; 2], length: f32) -> Vec<Tick> {
        axis_ticks(axis, range, length, self.sizes, std::ptr::eq(axis, self.y))
    }

    /// Where the frame lies in the room given, on whole pixels.
    fn frame(&self, ui: &Ui, outer: Rect) -> Rect {
        let sizes = self.sizes;
        let length = outer.height() - 40.0 * sizes.scale;
        let widest = self.label_width(ui, self.view.y, length, self.y_room(outer));
        let title = |axis: &Axis| match axis.title.is_empty() {
            true => 0.0,
            false => sizes.body * 1.5,
        };
        let left = title(self.y) + widest + 8.0 * sizes.scale.min(1.3);
        let below = title(self.x) + sizes.small * 1.3 + 6.0 * sizes.scale;
        let ppp = ui.ctx().pixels_per_point();
        let snap = |v: f32| (v * ppp).round() / ppp;
        let least = Vec2::splat(16.0);
        let min = pos2(snap(outer.left() + left), snap(outer.top() + 1.0));
        let max = pos2(snap(outer.right() - 1.0), snap(outer.bottom() - below));
        Rect::from_min_max(min, max.max(min + least))
    }

    /// Width of the y labels, in steps, so that the frame stays while they change under a pan.
    fn label_width(&self, ui: &Ui, range: [f64; 2], length: f32, room: f32) -> f32 {
        let widest = self
            .ticks(self.y, range, length)
            .iter()
            .map(|tick| label_galley(ui, &tick.label, self.sizes, room).size().x)
            .fold(0.0, f32::max);
        let step = 6.0 * self.sizes.scale;
        (widest / step).ceil() * step
    }

    fn y_room(&self, outer: Rect) -> f32 {
        (outer.width() * 0.28).min(110.0 * self.sizes.scale)
    }

    /// The view after the wheel and pinches.
    fn zoomed(&self, ui: &Ui, frame: Rect) -> View {
        let pointer = ui.input(|i| i.pointer.hover_pos());
        let Some(at) = pointer.filter(|p| frame.contains(*p)) else {
            return self.view;
        };
        let free = ui
            .ctx()
            .layer_id_at(at)
            .is_none_or(|layer| layer == ui.layer_id());
        if !(free && ui.clip_rect().contains(at) && ui.is_enabled()) {
            return self.view;
        }
        let (wheel, pinch) = ui.input(|i| (i.smooth_scroll_delta.y, i.zoom_delta()));
        let factor = (wheel * 0.005).exp() * pinch;
        if factor == 1.0 {
            return self.view;
        }
        // Taken: a list around the picture must not scroll as well.
        ui.input_mut(|i| i.smooth_scroll_delta = Vec2::ZERO);
        let share = (at - frame.min) / frame.size();
        let along = |[low, high]: [f64; 2], share: f32| low + (high - low) * f64::from(share);
        self.view.zoomed(
            f64::from(factor),
            [
                along(self.view.x, share.x),
                along(self.view.y, 1.0 - share.y),
            ],
        )
    }

    /// Frame, tick labels and titles.
    fn surroundings(&self, ui: &Ui, outer: Rect, transform: &PlotTransform) {
        let (sizes, tokens) = (self.sizes, self.tokens);
        let frame = *transform.frame();
        let painter = ui.painter();
        painter.rect_stroke(
            frame,
            CornerRadius::same(2),
            Stroke::new(1.0, tokens.control.gamma_multiply(0.55)),
            StrokeKind::Outside,
        );
        let (view_x, view_y) = (bounds(transform, 0), bounds(transform, 1));
        let x_ticks = self.ticks(self.x, view_x, frame.width());
        let room = match self.x.kind {
            AxisKind::Category(_) => frame.width() / x_ticks.len().max(1) as f32 - 6.0,
            _ => f32::INFINITY,
        };
        for tick in &x_ticks {
            let galley = label_galley(ui, &tick.label, sizes, room);
            let x = transform.position_from_point_x(tick.value);
            let at = pos2(
                x - galley.size().x / 2.0,
                frame.bottom() + 5.0 * sizes.scale,
            );
            painter.galley(at, galley, tokens.weak);
        }
        let room = self.y_room(outer);
        for tick in self.ticks(self.y, view_y, frame.height()) {
            let galley = label_galley(ui, &tick.label, sizes, room);
            let y = transform.position_from_point_y(tick.value);
            let left = frame.left() - 6.0 * sizes.scale.min(1.3) - galley.size().x;
            // At the very end of the frame the number still stands whole.
            let top = (y - galley.size().y / 2.0).max(outer.top());
            painter.galley(pos2(left, top), galley, tokens.weak);
        }
        let title = |axis: &Axis, length: f32| {
            let font = sizes.body_font();
            elided(ui, &axis.label(), font, tokens.text, length)
        };
        if !self.x.title.is_empty() {
            let galley = title(self.x, frame.width());
            let top = frame.bottom() + sizes.small * 1.3 + 7.0 * sizes.scale;
            let at = pos2(frame.center().x - galley.size().x / 2.0, top);
            painter.galley(at, galley, tokens.text);
        }
        if !self.y.title.is_empty() {
            let galley = title(self.y, frame.height());
            let widest = self.label_width(ui, view_y, frame.height(), room);
            let right = frame.left() - 8.0 * sizes.scale.min(1.3) - widest;
            let left = right - galley.size().y - 1.0;
            let at = pos2(left, frame.center().y + galley.size().x / 2.0);
            let angle = -std::f32::consts::FRAC_PI_2;
            painter.add(TextShape::new(at, galley, tokens.text).with_angle(angle));
        }
    }
}

fn bounds(transform: &PlotTransform, axis: usize) -> [f64; 2] {
    let bounds = transform.bounds();
    [bounds.min()[axis], bounds.max()[axis]]
}

/// Faint lines at the ticks.
fn grid(
    transform: &PlotTransform,
    [x, y]: [&Axis; 2],
    sizes: Sizes,
    tokens: &Tokens,
    shapes: &mut Vec<Shape>,
) {
    let frame = transform.frame();
    let stroke = Stroke::new(1.0, tokens.text.gamma_multiply(0.1));
    for tick in axis_ticks(x, bounds(transform, 0), frame.width(), sizes, false) {
        let at = transform.position_from_point_x(tick.value);
        shapes.push(Shape::vline(at, frame.y_range(), stroke));
    }
    for tick in axis_ticks(y, bounds(transform, 1), frame.height(), sizes, true) {
        let at = transform.position_from_point_y(tick.value);
        shapes.push(Shape::hline(frame.x_range(), at, stroke));
    }
}

fn label_galley(ui: &Ui, text: &str, sizes: Sizes, room: f32) -> Arc<Galley> {
    elided(ui, text, sizes.small_font(), Color32::PLACEHOLDER, room)
}
