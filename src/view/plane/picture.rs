//! The main picture: rows over the model's answer, with hover, selection, legend and caption.
//!
//! ```text
//!   60 +-----------------------------+
//!      |   o  o   |      .-------.   |   surface, grid, density, boundary, markers and rings,
//!   50 |  o (o)   /  ^ ^ |legend |   |   crosshair; above them legend and tooltip
//!      |----------'   ^  '-------'   |
//!   40 +-----------------------------+
//!        180   190   200   210   220
//!              Flipper length (mm)
//!   The plane of ...; the others at their median                                   caption
//! ```

use std::sync::Arc;

use eframe::egui::{self, Id, Rect, Response, Shape, TextureHandle, Ui, Vec2};
use egui_plot::PlotTransform;

use super::axes::{AreaResponse, PlotArea, Tool};
use super::axis::{self, Axis, Sizes};
use super::boundary::Boundary;
use super::cache::{self, Cache, Markers, PointLayer};
use super::layers;
use super::legend::{Legend, LegendBox, emptiest_corner};
use super::marks::{self, Marks};
use super::palette::Palette;
use super::points::{self, MarkerStyle, PointSet, RowSet, SINGLE_POINTS};
use super::tooltip::{self, Tooltip};
use super::view_range::View;
use crate::widget::picture;
use crate::widget::theme::Tokens;

/// Strength of a picture that waits for its successor.
pub const STALE: f32 = 0.45;
/// How near the pointer must be to a point, in points.
const REACH: f32 = 8.0;
/// About so many points of a box are found on the window's thread.
const AT_ONCE: usize = 50_000;

/// An image that covers ranges of the data: a surface or a density.
#[derive(Clone)]
pub struct PlaneTexture {
    pub texture: TextureHandle,
    pub x: [f64; 2],
    pub y: [f64; 2],
}

/// Everything that the picture shows. Plain data: whoever shows it owns view and selection and changes
/// them by the [`PlaneResponse`].
pub struct PlanePicture<'a> {
    /// Stable: the picture keeps its meshes under it.
    pub id: Id,
    pub tokens: &'a Tokens,
    pub palette: &'a Palette,
    pub x: &'a Axis,
    pub y: &'a Axis,
    pub view: View,
    /// What a double click shows.
    pub fit: View,
    pub points: &'a Arc<PointSet>,
    /// Rows that the model got wrong when they were held out.
    pub wrong: &'a RowSet,
    pub selected: &'a RowSet,
    /// A row that is hovered elsewhere: it gets the crosshair.
    pub lit: Option<u32>,
    pub surface: Option<&'a PlaneTexture>,
    pub boundary: Option<&'a Boundary>,
    /// Stands for the points from [`SINGLE_POINTS`] on; stretched until a sharp one comes.
    pub density: Option<&'a PlaneTexture>,
    /// What is inside the model: centres, rows that hold the boundary, neighbours of the pointer.
    pub marks: &'a Marks,
    /// The model's part of the picture waits for its successor.
    pub stale: bool,
    pub legend: &'a Legend,
    /// Which plane this is, where the model has more features than two.
    pub caption: Option<&'a str>,
    pub hover_text: &'a dyn Fn(u32) -> Tooltip,
    pub tool: Tool,
    /// 1 at the desk, 1.75 at the projector.
    pub scale: f32,
}

/// Rows chosen with a box.
#[derive(Clone, Debug, PartialEq)]
pub struct BoxSelection {
    pub x: [f64; 2],
    pub y: [f64; 2],
    /// Table rows inside, in the order of the points; None of so many points that a worker has to find
    /// them, by [`PointSet::rows_inside`].
    pub rows: Option<Vec<u32>>,
    /// To be added to the selection instead of replacing it.
    pub add: bool,
}

/// The pointer held down with [`Tool::Draw`], in the units of the axes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pen {
    pub at: [f64; 2],
    /// Units of the axes a point of the screen.
    pub per_point: [f64; 2],
    /// Pressed in this frame.
    pub down: bool,
    /// Let go in this frame.
    pub up: bool,
    /// The row under it.
    pub row: Option<u32>,
}

/// What the user did.
pub struct PlaneResponse {
    pub response: Response,
    pub hovered_row: Option<u32>,
    pub clicked_row: Option<u32>,
    /// A click where no point is: clears the selection.
    pub clicked_nothing: bool,
    /// The click or box was made with Shift, Ctrl or Cmd.
    pub add: bool,
    pub boxed: Option<BoxSelection>,
    pub pen: Option<Pen>,
    /// Where the pointer is over the plane, in the units of the axes.
    pub pointer: Option<[f64; 2]>,
    /// The view to show from now on.
    pub view: View,
    pub view_changed: bool,
    /// The frame on the screen, in points.
    pub frame: Rect,
    /// The frame in pixels: the size that an exact density image has.
    pub pixels: [usize; 2],
}

impl PlanePicture<'_> {
    /// Fills the room that is left.
    pub fn show(self, ui: &mut Ui) -> PlaneResponse {
        let sizes = Sizes::new(self.scale);
        let (outer, _) = ui.allocate_exact_size(ui.available_size(), egui::Sense::hover());
        picture::show(ui.ctx(), "Plane", outer);
        let outer = caption(ui, outer, self.caption, sizes, self.tokens);
        let markers = cache::markers(ui.ctx(), marker_radius(sizes), outline(sizes));
        let cache = Cache::of(ui.ctx(), self.id);
        let strength = if self.stale { STALE } else { 1.0 };
        let dense = self.density.is_some() && self.points.len() > SINGLE_POINTS;

        let under = |transform: &PlotTransform, shapes: &mut Vec<Shape>| {
            let plot = Shape::rect_filled(*transform.frame(), 0.0, self.tokens.plot);
            shapes.push(plot);
            if let Some(surface) = self.surface {
                let ranges = [surface.x, surface.y];
                shapes.push(layers::image(
                    transform,
                    surface.texture.id(),
                    ranges,
                    strength,
                ));
            }
        };
        let context = ui.ctx().clone();
        let names = marks::names(ui, self.marks, sizes, self.tokens);
        let over = |transform: &PlotTransform, shapes: &mut Vec<Shape>| {
            if let Some(density) = self.density.filter(|_| dense) {
                let faded = match self.selected.is_empty() {
                    true => 1.0,
                    false => points::FADED,
                };
                let ranges = [density.x, density.y];
                shapes.push(layers::image(
                    transform,
                    density.texture.id(),
                    ranges,
                    faded,
                ));
            }
            if let Some(boundary) = self.boundary {
                let ink = self.tokens.strong;
                let stroke = cache::weakened(1.25 * sizes.scale, ink, 0.6 * strength);
                shapes.push(cache.lines(&boundary.lines, stroke, transform, &context));
            }
            let layer = PointLayer {
                points: self.points,
                palette: self.palette,
                wrong: self.wrong,
                selected: self.selected,
                ring_strength: strength,
                dense,
                bare: self.surface.is_none(),
                markers: &markers,
            };
            marks::held(self.marks, transform, sizes, self.tokens, strength, shapes);
            shapes.push(cache.points(&layer, transform, context.pixels_per_point()));
            marks::draw(
                self.marks,
                transform,
                sizes,
                self.tokens,
                strength,
                &names,
                shapes,
            );
        };
        let area = PlotArea {
            id: self.id.with("area"),
            tokens: self.tokens,
            x: self.x,
            y: self.y,
            view: self.view,
            fit: self.fit,
            tool: self.tool,
            sizes,
        }
        .show(ui, outer, &under, &over);

        let rings = !self.wrong.is_empty() && !dense;
        let covered = self.legend(ui, &area, rings, &cache, &markers, sizes);
        let pointing = Pointing {
            points: self.points,
            palette: self.palette,
            markers: &markers,
            wrong: self.wrong,
            lit: self.lit,
            covered,
            draws: self.tool == Tool::Draw,
            hover_text: self.hover_text,
            sizes,
            tokens: self.tokens,
        };
        pointing.respond(ui, area, self.view)
    }

    /// Draws the legend and tells where it is.
    fn legend(
        &self,
        ui: &Ui,
        area: &AreaResponse,
        rings: bool,
        cache: &Cache,
        markers: &Markers,
        sizes: Sizes,
    ) -> Option<Rect> {
        let frame = *area.transform.frame();
        let legend = LegendBox::new(ui, self.legend, rings, frame.size(), sizes, self.tokens)?;
        let share = (legend.size + Vec2::splat(16.0 * sizes.scale)) / frame.size();
        let share = [f64::from(share.x), f64::from(share.y)];
        let corner =
            cache.corner(|before| emptiest_corner(&self.points.index, area.view, share, before));
        let rect = legend.rect(corner, frame);
        let sheet = (&*markers.sheet, markers.texture.id());
        legend.paint(ui, rect, self.palette, sheet, self.tokens);
        Some(rect)
    }
}

/// Radius of a marker in points: 6 at the projector.
pub(super) fn marker_radius(sizes: Sizes) -> f32 {
    3.45 * sizes.scale
}

pub(super) fn outline(sizes: Sizes) -> f32 {
    1.25 * sizes.scale
}

/// Writes the caption below and gives back the room above it.
pub(super) fn caption(
    ui: &Ui,
    outer: Rect,
    text: Option<&str>,
    sizes: Sizes,
    tokens: &Tokens,
) -> Rect {
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return outer;
    };
    let height = sizes.small * 1.3;
    let galley = axis::elided(
        ui,
        text,
        sizes.small_font(),
        tokens.weak,
        outer.width() - 8.0,
    );
    let at = egui::pos2(outer.left() + 4.0, outer.bottom() - height);
    ui.painter().galley(at, galley, tokens.weak);
    outer.with_max_y(at.y - 4.0 * sizes.scale)
}

/// Hover, click and box over points: the same for every picture of rows.
pub(super) struct Pointing<'a> {
    pub points: &'a PointSet,
    pub palette: &'a Palette,
    pub markers: &'a Markers,
    /// Rows that have a ring.
    pub wrong: &'a RowSet,
    pub lit: Option<u32>,
    /// A part of the frame under which nothing is hovered.
    pub covered: Option<Rect>,
    /// The pointer draws rather than picks.
    pub draws: bool,
    pub hover_text: &'a dyn Fn(u32) -> Tooltip,
    pub sizes: Sizes,
    pub tokens: &'a Tokens,
}

impl Pointing<'_> {
    pub fn respond(&self, ui: &Ui, area: AreaResponse, before: View) -> PlaneResponse {
        let frame = *area.transform.frame();
        let add = ui.input(|i| i.modifiers.shift || i.modifiers.command);
        let hovered = self.hovered(&area);
        let row = |point: Option<u32>| point.and_then(|point| self.points.row(point));
        let hovered_row = row(hovered);
        let shown = hovered.or_else(|| self.points.point_of(self.lit?));
        if let Some(point) = shown {
            let at = points::place(self.points, point as usize, &area.transform);
            if frame.contains(at) {
                let ringed = row(shown).is_some_and(|row| self.wrong.contains(row));
                let inner = marker_radius(self.sizes) * if ringed { 2.0 } else { 1.5 };
                let disc = self.tokens.plot.gamma_multiply(0.8);
                let painter = ui.painter().with_clip_rect(frame);
                painter.circle_filled(at, inner, disc);
                let style = MarkerStyle {
                    palette: self.palette,
                    sheet: &self.markers.sheet,
                    texture: self.markers.texture.id(),
                    pixels_per_point: ui.ctx().pixels_per_point(),
                    wrong: self.wrong,
                    ring_strength: 1.0,
                    selected: self.wrong,
                    only_selected: false,
                    stride: 1,
                    // The hovered point stands on a disc of the ground.
                    bare: true,
                };
                let point = points::single(self.points, point as usize, at, ringed, &style);
                painter.add(Shape::mesh(point));
                tooltip::crosshair(ui, at, inner, frame, self.sizes, self.tokens);
                if let Some(row) = hovered_row.filter(|_| !self.draws) {
                    let text = (self.hover_text)(row);
                    tooltip::card(ui, at, &text, self.sizes, self.tokens);
                }
            }
        }
        let clicked = area.response.clicked() && !area.response.double_clicked();
        let free = |p: egui::Pos2| !self.covered.is_some_and(|rect| rect.contains(p));
        let on_plane = area.response.interact_pointer_pos().is_some_and(free);
        let boxed = area.boxed.map(|([x, y], add)| {
            let few = self.points.index.about(x, y) <= AT_ONCE;
            let rows = few.then(|| self.points.rows_inside(x, y));
            BoxSelection { x, y, rows, add }
        });
        let ppp = ui.ctx().pixels_per_point();
        let pixels = |length: f32| (length * ppp).round().max(1.0) as usize;
        let clicked = clicked && !self.draws;
        PlaneResponse {
            pen: self.pen(ui, &area),
            pointer: self.pointer(&area),
            hovered_row,
            clicked_row: hovered_row.filter(|_| clicked),
            clicked_nothing: clicked && hovered_row.is_none() && on_plane,
            add,
            boxed,
            view: area.view,
            view_changed: area.view != before,
            frame,
            pixels: [pixels(frame.width()), pixels(frame.height())],
            response: area.response,
        }
    }

    fn pen(&self, ui: &Ui, area: &AreaResponse) -> Option<Pen> {
        let (response, primary) = (&area.response, egui::PointerButton::Primary);
        let (pressed, released, held) = ui.input(|i| {
            let pointer = &i.pointer;
            (
                pointer.button_pressed(primary),
                pointer.button_released(primary),
                pointer.button_down(primary),
            )
        });
        let mine =
            response.is_pointer_button_down_on() || response.drag_stopped() || response.clicked();
        if !self.draws || !mine || !(held || released) {
            return None;
        }
        let pointer = response.interact_pointer_pos()?;
        let frame = *area.transform.frame();
        if pressed && self.covered.is_some_and(|rect| rect.contains(pointer)) {
            return None;
        }
        let at = area
            .transform
            .value_from_position(pointer.clamp(frame.min, frame.max));
        let per_point = area.transform.dvalue_dpos().map(f64::abs);
        Some(Pen {
            at: [at.x, at.y],
            per_point,
            down: pressed,
            up: released,
            row: self.hovered(area).and_then(|point| self.points.row(point)),
        })
    }

    fn pointer(&self, area: &AreaResponse) -> Option<[f64; 2]> {
        let pointer = area.response.hover_pos()?;
        if area.busy || self.covered.is_some_and(|rect| rect.contains(pointer)) {
            return None;
        }
        let at = area.transform.value_from_position(pointer);
        Some([at.x, at.y])
    }

    /// The point under the pointer.
    fn hovered(&self, area: &AreaResponse) -> Option<u32> {
        let pointer = area.response.hover_pos()?;
        if area.busy || self.covered.is_some_and(|rect| rect.contains(pointer)) {
            return None;
        }
        let at = area.transform.value_from_position(pointer);
        let scale = area.transform.dpos_dvalue().map(f64::abs);
        let reach = f64::from(REACH * self.sizes.scale);
        let columns = [&*self.points.x, &*self.points.y];
        self.points
            .index
            .nearest(columns, [at.x, at.y], scale, reach)
    }
}
