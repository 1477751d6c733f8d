//! A regression over one feature: rows, the fitted curve, and the residuals as sticks between them.

use std::sync::Arc;

use eframe::egui::{self, Color32, Id, Shape, Stroke, Ui, pos2};
use egui_plot::PlotTransform;

use super::PlaneTexture;
use super::axes::{PlotArea, Tool};
use super::axis::{Axis, Sizes};
use super::cache::{self, Cache, PointLayer};
use super::layers;
use super::palette::Palette;
use super::picture::{self, PlaneResponse, Pointing, STALE};
use super::points::{PointSet, RowSet, SINGLE_POINTS};
use super::tooltip::Tooltip;
use super::view_range::View;
use crate::widget::theme::Tokens;

/// The same as of any plane.
pub type CurveResponse = PlaneResponse;

/// Up to so many rows all sticks are drawn; beyond, those of the hovered and selected rows.
const ALL_STICKS: usize = 60;
/// A selection of more rows than this shows no sticks: they would be a curtain.
const MOST_STICKS: usize = 400;

/// Everything that the picture shows; x is the feature, y the target.
pub struct CurvePicture<'a> {
    pub id: Id,
    pub tokens: &'a Tokens,
    pub palette: &'a Palette,
    pub x: &'a Axis,
    pub y: &'a Axis,
    pub view: View,
    pub fit: View,
    pub points: &'a Arc<PointSet>,
    pub selected: &'a RowSet,
    pub lit: Option<u32>,
    /// The fitted value over the feature, x ascending. A new curve is a new `Arc`.
    pub curve: Option<&'a Arc<[Vec<[f64; 2]>]>>,
    /// The model's colour.
    pub colour: Color32,
    /// The model's answer for each point; without it the sticks end at the curve.
    pub fitted: Option<&'a [f64]>,
    pub density: Option<&'a PlaneTexture>,
    pub stale: bool,
    pub caption: Option<&'a str>,
    pub hover_text: &'a dyn Fn(u32) -> Tooltip,
    pub tool: Tool,
    pub scale: f32,
}

impl CurvePicture<'_> {
    /// Fills the room that is left.
    pub fn show(self, ui: &mut Ui) -> CurveResponse {
        let sizes = Sizes::new(self.scale);
        let (outer, _) = ui.allocate_exact_size(ui.available_size(), egui::Sense::hover());
        crate::widget::picture::show(ui.ctx(), "Fitted curve", outer);
        let outer = picture::caption(ui, outer, self.caption, sizes, self.tokens);
        let context = ui.ctx().clone();
        let markers = cache::markers(
            &context,
            picture::marker_radius(sizes),
            picture::outline(sizes),
        );
        let cache = Cache::of(&context, self.id);
        let strength = if self.stale { STALE } else { 1.0 };
        let dense = self.density.is_some() && self.points.len() > SINGLE_POINTS;
        let none = RowSet::default();

        let under = |transform: &PlotTransform, shapes: &mut Vec<Shape>| {
            let plot = Shape::rect_filled(*transform.frame(), 0.0, self.tokens.plot);
            shapes.push(plot);
        };
        let over = |transform: &PlotTransform, shapes: &mut Vec<Shape>| {
            if let Some(density) = self.density.filter(|_| dense) {
                let ranges = [density.x, density.y];
                shapes.push(layers::image(transform, density.texture.id(), ranges, 1.0));
            }
            self.sticks(transform, strength, sizes, shapes);
            let layer = PointLayer {
                points: self.points,
                palette: self.palette,
                wrong: &none,
                selected: self.selected,
                ring_strength: 1.0,
                dense,
                bare: true,
                markers: &markers,
            };
            shapes.push(cache.points(&layer, transform, context.pixels_per_point()));
            if let Some(curve) = self.curve {
                // The fit lies over the rows: it is what the picture is about.
                let width = if sizes.scale > 1.4 { 4.0 } else { 2.0 };
                let stroke = cache::weakened(width, self.colour, strength);
                shapes.push(cache.lines(curve, stroke, transform, &context));
            }
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
        let transform = area.transform;
        let pointing = Pointing {
            draws: self.tool == Tool::Draw,
            points: self.points,
            palette: self.palette,
            markers: &markers,
            wrong: &none,
            lit: self.lit,
            covered: None,
            hover_text: self.hover_text,
            sizes,
            tokens: self.tokens,
        };
        let response = pointing.respond(ui, area, self.view);
        if let Some(row) = response.hovered_row
            && let Some(point) = self.points.point_of(row)
        {
            let painter = ui.painter().with_clip_rect(response.frame);
            painter.extend(self.stick(point as usize, &transform, 1.0, sizes));
        }
        response
    }

    fn sticks(&self, transform: &PlotTransform, strength: f32, sizes: Sizes, to: &mut Vec<Shape>) {
        if self.points.len() <= ALL_STICKS {
            let all = 0..self.points.len();
            to.extend(all.filter_map(|p| self.stick(p, transform, strength, sizes)));
        } else if self.selected.len() <= MOST_STICKS {
            let chosen = self.selected.iter();
            let chosen = chosen.filter_map(|row| self.points.point_of(row));
            to.extend(chosen.filter_map(|p| self.stick(p as usize, transform, strength, sizes)));
        }
    }

    /// From the row's value to the model's: orange where the row lies above the fit, blue below.
    fn stick(
        &self,
        point: usize,
        transform: &PlotTransform,
        strength: f32,
        sizes: Sizes,
    ) -> Option<Shape> {
        let (x, y) = (*self.points.x.get(point)?, *self.points.y.get(point)?);
        let fitted = match self.fitted {
            Some(fitted) => *fitted.get(point)?,
            None => self.curve.and_then(|curve| height(curve.first()?, x))?,
        };
        if !(x.is_finite() && y.is_finite() && fitted.is_finite()) {
            return None;
        }
        let colour = self.palette.diverging[usize::from(y > fitted)];
        let at = |y: f64| {
            pos2(
                transform.position_from_point_x(x),
                transform.position_from_point_y(y),
            )
        };
        let stroke = Stroke::new(1.5 * sizes.scale, colour.gamma_multiply(strength));
        Some(Shape::line_segment([at(y), at(fitted)], stroke))
    }
}

/// The curve's value at x, linear between its points; `None` outside.
pub fn height(curve: &[[f64; 2]], x: f64) -> Option<f64> {
    let after = curve.partition_point(|p| p[0] < x);
    let [x1, y1] = *curve.get(after)?;
    if x1 == x {
        return Some(y1);
    }
    let [x0, y0] = *curve.get(after.checked_sub(1)?)?;
    Some(y0 + (y1 - y0) * (x - x0) / (x1 - x0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_is_read_between_its_points() {
        let curve = [[0.0, 1.0], [2.0, 5.0], [2.0, 9.0], [3.0, 9.0]];
        assert_eq!(height(&curve, 0.0), Some(1.0));
        assert_eq!(height(&curve, 1.0), Some(3.0));
        assert_eq!(height(&curve, 2.5), Some(9.0));
        assert_eq!(height(&curve, -0.1), None);
        assert_eq!(height(&curve, 3.1), None);
        assert_eq!(height(&[], 0.0), None);
    }
}
