//! What a picture keeps between frames: the marker texture, the mesh of the points and where its lines
//! run on the screen, each made anew only when what it is made from has changed.

use std::sync::{Arc, Mutex, PoisonError};

use eframe::egui::{
    self, Color32, Context, Id, Mesh, Pos2, Shape, Stroke, TextureHandle, TextureOptions, Vec2,
};
use egui_plot::{PlotPoint, PlotTransform};

use super::legend::Corner;
use super::markers::MarkerSheet;
use super::palette::Palette;
use super::points::{self, MarkerStyle, PointSet, RowSet};
use super::vector;
use crate::widget::picture::textures::{self, Stamp};

/// Masks of one marker size and their texture.
#[derive(Clone)]
pub(super) struct Markers {
    pub sheet: Arc<MarkerSheet>,
    pub texture: TextureHandle,
}

/// The markers of a size in points, shared by all pictures.
pub(super) fn markers(ctx: &Context, radius: f32, outline: f32) -> Markers {
    let ppp = ctx.pixels_per_point();
    let points = (radius, outline);
    let (radius, outline) = (radius * ppp, outline * ppp);
    let id = Id::unique(("marker sheet", radius.to_bits(), outline.to_bits()));
    if let Some(markers) = ctx.data(|d| d.get_temp::<Markers>(id)) {
        return markers;
    }
    let sheet = Arc::new(MarkerSheet::new(radius, outline));
    let texture = ctx.load_texture("markers", sheet.image.clone(), TextureOptions::LINEAR);
    let stamps = sheet.masks().map(|(mask, _, uv)| Stamp {
        uv,
        shape: vector::shape(mask, points.0, points.1),
    });
    textures::set_stamps(ctx, &texture, stamps.collect());
    let markers = Markers { sheet, texture };
    ctx.data_mut(|d| d.insert_temp(id, markers.clone()));
    markers
}

/// Where the data lies on the screen.
#[derive(Clone, Copy, PartialEq)]
struct Placing {
    bounds: [[f64; 2]; 2],
    frame: egui::Rect,
    pixels_per_point: f32,
}

impl Placing {
    fn new(transform: &PlotTransform, pixels_per_point: f32) -> Self {
        Placing {
            bounds: [transform.bounds().min(), transform.bounds().max()],
            frame: *transform.frame(),
            pixels_per_point,
        }
    }
}

struct PointsKey {
    placing: Placing,
    points: Arc<PointSet>,
    palette: Palette,
    wrong: RowSet,
    selected: RowSet,
    ring_strength: f32,
    only_selected: bool,
    bare: bool,
    texture: egui::TextureId,
}

struct LinesKey {
    placing: Placing,
    /// Kept alive, so that its address stays its own.
    lines: Arc<[Vec<[f64; 2]>]>,
    stroke: Stroke,
}

#[derive(Default)]
struct Kept {
    points: Option<(PointsKey, Arc<Mesh>)>,
    lines: Option<(LinesKey, Vec<Shape>)>,
    corner: Option<Corner>,
}

/// The memory of one picture. Cheap to clone; clones share it.
#[derive(Clone, Default)]
pub(super) struct Cache {
    kept: Arc<Mutex<Kept>>,
}

/// The points of a picture and how they are drawn.
pub(super) struct PointLayer<'a> {
    pub points: &'a Arc<PointSet>,
    pub palette: &'a Palette,
    pub wrong: &'a RowSet,
    pub selected: &'a RowSet,
    pub ring_strength: f32,
    /// A density image stands for the points that are not selected.
    pub dense: bool,
    /// No surface lies under them.
    pub bare: bool,
    pub markers: &'a Markers,
}

impl Cache {
    pub fn of(ctx: &Context, id: Id) -> Self {
        ctx.data_mut(|d| d.get_temp_mut_or_default::<Cache>(id).clone())
    }

    fn with<R>(&self, work: impl FnOnce(&mut Kept) -> R) -> R {
        work(&mut self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn corner(&self, choose: impl FnOnce(Option<Corner>) -> Corner) -> Corner {
        self.with(|kept| *kept.corner.insert(choose(kept.corner)))
    }

    /// The markers as one mesh.
    pub fn points(&self, layer: &PointLayer<'_>, transform: &PlotTransform, ppp: f32) -> Shape {
        let placing = Placing::new(transform, ppp);
        let texture = layer.markers.texture.id();
        self.with(|kept| {
            if let Some((key, mesh)) = &kept.points
                && key.placing == placing
                && Arc::ptr_eq(&key.points, layer.points)
                && key.wrong.same(layer.wrong)
                && key.selected.same(layer.selected)
                && key.ring_strength == layer.ring_strength
                && key.only_selected == layer.dense
                && key.bare == layer.bare
                && key.texture == texture
                && key.palette == *layer.palette
            {
                return Shape::mesh(mesh.clone());
            }
            let shown = match layer.dense {
                true => layer.selected.len(),
                false => layer.points.len(),
            };
            let style = MarkerStyle {
                palette: layer.palette,
                sheet: &layer.markers.sheet,
                texture,
                pixels_per_point: ppp,
                wrong: layer.wrong,
                ring_strength: layer.ring_strength,
                selected: layer.selected,
                only_selected: layer.dense,
                // Until the density stands, or for a large selection, every n-th point.
                stride: shown.div_ceil(points::SINGLE_POINTS),
                bare: layer.bare,
            };
            let mesh = if layer.dense && layer.selected.is_empty() {
                Arc::new(Mesh::with_texture(texture))
            } else {
                Arc::new(points::mesh(layer.points, transform, &style))
            };
            let key = PointsKey {
                placing,
                points: layer.points.clone(),
                palette: layer.palette.clone(),
                wrong: layer.wrong.clone(),
                selected: layer.selected.clone(),
                ring_strength: layer.ring_strength,
                only_selected: layer.dense,
                bare: layer.bare,
                texture,
            };
            kept.points = Some((key, mesh.clone()));
            Shape::mesh(mesh)
        })
    }

    /// Polylines in data units on the screen.
    pub fn lines(
        &self,
        lines: &Arc<[Vec<[f64; 2]>]>,
        stroke: Stroke,
        transform: &PlotTransform,
        ctx: &Context,
    ) -> Shape {
        let placing = Placing::new(transform, ctx.pixels_per_point());
        self.with(|kept| {
            if let Some((key, shapes)) = &kept.lines
                && key.placing == placing
                && Arc::ptr_eq(&key.lines, lines)
                && key.stroke == stroke
            {
                return Shape::Vec(shapes.clone());
            }
            let lines_shown = lines.iter().map(|line| screen_line(line, transform));
            let lines_shown = lines_shown.filter(|points| points.len() > 1);
            let shapes: Vec<Shape> = lines_shown
                .map(|points| Shape::line(points, stroke))
                .collect();
            let key = LinesKey {
                placing,
                lines: lines.clone(),
                stroke,
            };
            kept.lines = Some((key, shapes.clone()));
            Shape::Vec(shapes)
        })
    }
}

/// Points of a line on the screen may be left out where it moves by no more than so many points.
const STRAIGHT: f32 = 0.1;

/// A line on the screen, without points that fall together or that lie on a straight stretch.
fn screen_line(line: &[[f64; 2]], transform: &PlotTransform) -> Vec<Pos2> {
    let places = line.iter().filter_map(|&[x, y]| {
        let at = transform.position_from_point(&PlotPoint::new(x, y));
        (at.x.is_finite() && at.y.is_finite()).then_some(at)
    });
    simplified(places, STRAIGHT)
}

/// A line through fewer points, none of those left out further than `tolerance` from it: a stretch goes
/// on as long as some direction from its beginning passes near enough to all its points.
fn simplified(line: impl Iterator<Item = Pos2>, tolerance: f32) -> Vec<Pos2> {
    let mut points: Vec<Pos2> = Vec::new();
    // The last point that may still be left out, and the directions that are open: their middle, and how
    // far they reach to either side.
    let mut pending: Option<(Pos2, Vec2, f32, f32)> = None;
    for at in line {
        let Some(&begin) = points.last() else {
            points.push(at);
            continue;
        };
        let (from, known) = match pending {
            Some((last, middle, low, high)) => (last, Some((last, middle, low, high))),
            None => (begin, None),
        };
        if from.distance_sq(at) <= 0.04 {
            continue;
        }
        let slack = |way: Vec2| (tolerance / way.length()).min(1.0).asin();
        let way = at - begin;
        let Some((last, middle, low, high)) = known else {
            pending = Some((at, way, -slack(way), slack(way)));
            continue;
        };
        let cross = middle.x * way.y - middle.y * way.x;
        let angle = cross.atan2(middle.dot(way));
        let farther = way.length_sq() >= (last - begin).length_sq();
        if farther && (low..=high).contains(&angle) {
            let (low, high) = (low.max(angle - slack(way)), high.min(angle + slack(way)));
            pending = Some((at, middle, low, high));
        } else {
            points.push(last);
            let way = at - last;
            pending = Some((at, way, -slack(way), slack(way)));
        }
    }
    points.extend(pending.map(|(last, ..)| last));
    points
}

/// A stroke whose colour is weakened by `strength`.
pub(super) fn weakened(width: f32, colour: Color32, strength: f32) -> Stroke {
    Stroke::new(width, colour.gamma_multiply(strength))
}

#[cfg(test)]
mod tests {
    use super::*;
    use eframe::egui::pos2;

    /// How far `at` is from the nearest place of the line.
    fn off(at: Pos2, line: &[Pos2]) -> f32 {
        let to = |pair: &[Pos2]| {
            let (begin, way) = (pair[0], pair[1] - pair[0]);
            let share = (at - begin).dot(way) / way.length_sq();
            at.distance(begin + share.clamp(0.0, 1.0) * way)
        };
        line.windows(2).map(to).fold(f32::INFINITY, f32::min)
    }

    #[test]
    fn a_line_through_fewer_points_is_the_same_line() {
        let circle = (0..=600).map(|i| {
            let angle = i as f32 * std::f32::consts::TAU / 600.0;
            pos2(200.0, 200.0) + 150.0 * Vec2::angled(angle)
        });
        // To and fro on one place, and stairs as a tree's boundary has them.
        let ways = [
            pos2(0.0, 0.0),
            pos2(50.0, 0.0),
            pos2(20.0, 0.0),
            pos2(80.0, 0.0),
        ];
        let stairs = (0..400).map(|i| {
            let step = (i / 40) as f32;
            let along = (i % 40) as f32;
            pos2(
                30.0 * step + along.min(20.0),
                15.0 * step + (along - 20.0).max(0.0),
            )
        });
        let lines = [
            circle.collect(),
            ways.to_vec(),
            stairs.collect::<Vec<Pos2>>(),
        ];
        for (line, most) in lines.iter().zip([130, 4, 40]) {
            let few = simplified(line.iter().copied(), 0.1);
            assert!(few.len() <= most, "{} of {}", few.len(), line.len());
            assert_eq!((few.first(), few.last()), (line.first(), line.last()));
            for at in line {
                assert!(off(*at, &few) < 0.11, "{at:?} is off by {}", off(*at, &few));
            }
        }
        assert_eq!(simplified([pos2(1.0, 2.0)].into_iter(), 0.1).len(), 1);
    }
}
