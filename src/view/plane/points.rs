//! The rows as points of the plane, and their markers as one mesh.

use std::sync::Arc;

use eframe::egui::{Color32, Mesh, Pos2, Rect, TextureId, pos2, vec2};
use egui_plot::PlotTransform;

use super::density::MAX_CHANNELS;
use super::markers::{MarkerSheet, Mask};
use super::nearest::PointIndex;
use super::palette::{ClassLook, Palette};
use crate::base::some_of;

/// Up to so many points are drawn as markers; beyond, the density image stands for them.
pub const SINGLE_POINTS: usize = 2000;
/// How strong a point that is not selected stays while others are.
pub const FADED: f32 = 0.35;

/// What colours the points.
#[derive(Clone, Debug)]
pub enum Targets {
    /// A class a point; a code without a class means that the row has none.
    Classes(Arc<[u16]>),
    Numbers(Arc<[f64]>),
    /// No target: all points in one neutral look.
    None,
}

/// Points of the plane, with an index to find them by. Built off the window's thread, never changed; a
/// new set is a new `Arc`.
#[derive(Clone, Debug)]
pub struct PointSet {
    pub x: Arc<[f64]>,
    pub y: Arc<[f64]>,
    pub targets: Targets,
    /// The table's row of each point, ascending.
    pub rows: Arc<[u32]>,
    /// How near each point is to the shown plane, 1 on it and towards 0 far away; none where the model
    /// has no features beside the two.
    pub nearness: Option<Arc<[f32]>>,
    pub index: PointIndex,
}

impl PointSet {
    /// All columns have one entry a point. Points with a coordinate that is not finite are not drawn.
    pub fn new(x: Arc<[f64]>, y: Arc<[f64]>, targets: Targets, rows: Arc<[u32]>) -> Self {
        let index = PointIndex::new(&x, &y);
        PointSet {
            x,
            y,
            targets,
            rows,
            nearness: None,
            index,
        }
    }

    pub fn with_nearness(mut self, nearness: Arc<[f32]>) -> Self {
        self.nearness = Some(nearness);
        self
    }

    pub fn len(&self) -> usize {
        self.x.len().min(self.y.len())
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The table's row of a point.
    pub fn row(&self, point: u32) -> Option<u32> {
        self.rows.get(point as usize).copied()
    }

    /// The table's rows inside a box, in the order of the points.
    pub fn rows_inside(&self, x: [f64; 2], y: [f64; 2]) -> Vec<u32> {
        let inside = self.index.inside([&self.x, &self.y], x, y);
        inside.into_iter().filter_map(|p| self.row(p)).collect()
    }

    /// The point of a table row.
    pub fn point_of(&self, row: u32) -> Option<u32> {
        let point = self.rows.binary_search(&row).ok()?;
        (point < self.len()).then_some(point as u32)
    }

    /// Fill, outline and marker of a point.
    pub fn look(&self, point: usize, palette: &Palette) -> ClassLook {
        match &self.targets {
            Targets::Classes(classes) => match classes.get(point) {
                Some(&class) => palette.class(class),
                None => palette.unknown,
            },
            Targets::Numbers(values) => {
                let value = values.get(point).copied().unwrap_or(f64::NAN);
                ClassLook {
                    fill: palette.number(value),
                    ink: palette.number_ink(value),
                    ..palette.unknown
                }
            }
            Targets::None => ClassLook {
                fill: palette.sequential[2],
                ink: palette.control,
                ..palette.unknown
            },
        }
    }

    /// The count channel of a point in a density image, of `channels` classes and one for none.
    #[inline]
    pub(super) fn channel(&self, point: usize, channels: usize) -> usize {
        match &self.targets {
            Targets::Classes(classes) => {
                (classes.get(point).map_or(MAX_CHANNELS, |&c| c as usize)).min(channels)
            }
            _ => channels,
        }
    }
}

/// A set of rows, one bit each. Cheap to clone; a changed set is a new one.
#[derive(Clone, Debug, Default)]
pub struct RowSet {
    bits: Arc<[u64]>,
    count: usize,
}

impl RowSet {
    pub fn from_rows(rows: impl IntoIterator<Item = u32>) -> Self {
        let mut bits: Vec<u64> = Vec::new();
        for row in rows {
            let word = row as usize / 64;
            if word >= bits.len() {
                bits.resize(word + 1, 0);
            }
            bits[word] |= 1 << (row % 64);
        }
        RowSet {
            count: bits.iter().map(|word| word.count_ones() as usize).sum(),
            bits: bits.into(),
        }
    }

    #[inline]
    pub fn contains(&self, row: u32) -> bool {
        self.bits
            .get(row as usize / 64)
            .is_some_and(|word| word >> (row % 64) & 1 == 1)
    }

    pub fn len(&self) -> usize {
        self.count
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub fn iter(&self) -> impl Iterator<Item = u32> {
        self.bits.iter().enumerate().flat_map(|(word, &bits)| {
            // The lowest bit that is left, until none is.
            let mut left = bits;
            std::iter::from_fn(move || {
                let bit = (left != 0).then(|| left.trailing_zeros())?;
                left &= left - 1;
                Some(word as u32 * 64 + bit)
            })
        })
    }

    /// The same bits in the same memory: what a cache may rely on.
    pub(super) fn same(&self, other: &RowSet) -> bool {
        (self.is_empty() && other.is_empty()) || Arc::ptr_eq(&self.bits, &other.bits)
    }
}

/// What a mesh of markers is made from, beside the points.
pub(super) struct MarkerStyle<'a> {
    pub palette: &'a Palette,
    pub sheet: &'a MarkerSheet,
    pub texture: TextureId,
    pub pixels_per_point: f32,
    pub wrong: &'a RowSet,
    /// Strength of the rings: they belong to the model, and fade with a stale picture.
    pub ring_strength: f32,
    pub selected: &'a RowSet,
    /// Where there are too many points: only the selected ones, or every n-th until the density stands.
    pub only_selected: bool,
    pub stride: usize,
    /// No surface lies under the points.
    pub bare: bool,
}

impl MarkerStyle<'_> {
    /// The outlines of numbers stand out from a surface; without one they are all alike.
    fn look(&self, points: &PointSet, point: usize) -> ClassLook {
        let look = points.look(point, self.palette);
        match (&points.targets, self.bare) {
            (Targets::Numbers(_), true) => ClassLook {
                ink: self.palette.bare_ink(),
                ..look
            },
            _ => look,
        }
    }
}

/// Markers in row order, then the selected ones, then ringed ones, each with its ring beneath it.
pub(super) fn mesh(points: &PointSet, transform: &PlotTransform, style: &MarkerStyle<'_>) -> Mesh {
    let mut mesh = Mesh::with_texture(style.texture);
    let frame = transform.frame().expand(24.0);
    let choosing = !style.selected.is_empty();
    let mut last = Vec::new();
    let mut rings = Vec::new();
    let stride = style.stride.max(1);
    let candidates: Vec<usize> = if style.only_selected {
        let chosen: Vec<u32> = style.selected.iter().collect();
        some_of(0..chosen.len(), stride)
            .filter_map(|at| points.point_of(chosen[at]))
            .map(|point| point as usize)
            .collect()
    } else {
        some_of(0..points.len(), stride).collect()
    };
    for point in candidates {
        let row = points.row(point as u32).unwrap_or(u32::MAX);
        let selected = choosing && style.selected.contains(row);
        let at = place(points, point, transform);
        if !frame.contains(at) {
            continue;
        }
        let strength = if selected {
            1.0
        } else {
            let near = points
                .nearness
                .as_ref()
                .and_then(|n| n.get(point))
                .map_or(1.0, |n| n.clamp(0.15, 1.0));
            near * if choosing { FADED } else { 1.0 }
        };
        if style.wrong.contains(row) {
            rings.push((point, at, strength));
        } else if selected {
            last.push((point, at));
        } else {
            marker(&mut mesh, at, style.look(points, point), strength, style);
        }
    }
    for (point, at) in last {
        marker(&mut mesh, at, style.look(points, point), 1.0, style);
    }
    for (point, at, strength) in rings {
        let palette = style.palette;
        let ring = strength * style.ring_strength;
        stamp(
            &mut mesh,
            at,
            Mask::Halo,
            palette.plot.gamma_multiply(0.85 * ring),
            style,
        );
        stamp(
            &mut mesh,
            at,
            Mask::Ring,
            palette.strong.gamma_multiply(ring),
            style,
        );
        marker(&mut mesh, at, style.look(points, point), strength, style);
    }
    mesh
}

/// One point on a light disc, with its ring if it has one: what is hovered stands above its neighbours.
pub(super) fn single(
    points: &PointSet,
    point: usize,
    at: Pos2,
    ringed: bool,
    style: &MarkerStyle<'_>,
) -> Mesh {
    let mut mesh = Mesh::with_texture(style.texture);
    let palette = style.palette;
    if ringed {
        stamp(&mut mesh, at, Mask::Halo, palette.plot, style);
        stamp(&mut mesh, at, Mask::Ring, palette.strong, style);
    }
    marker(&mut mesh, at, style.look(points, point), 1.0, style);
    mesh
}

/// Where a point is on the screen.
pub(super) fn place(points: &PointSet, point: usize, transform: &PlotTransform) -> Pos2 {
    pos2(
        transform.position_from_point_x(points.x[point]),
        transform.position_from_point_y(points.y[point]),
    )
}

fn marker(mesh: &mut Mesh, at: Pos2, look: ClassLook, strength: f32, style: &MarkerStyle<'_>) {
    let tint = |colour: Color32| colour.gamma_multiply(strength);
    stamp(mesh, at, Mask::Fill(look.marker), tint(look.fill), style);
    stamp(mesh, at, Mask::Outline(look.marker), tint(look.ink), style);
}

/// One mask, its pixels exactly on the screen's, so that all markers of a kind are equally crisp.
fn stamp(mesh: &mut Mesh, at: Pos2, mask: Mask, tint: Color32, style: &MarkerStyle<'_>) {
    let (side, uv) = style.sheet.place(mask);
    let ppp = style.pixels_per_point;
    let snap = |v: f32| ((v * ppp - side as f32 / 2.0).round()) / ppp;
    let rect = Rect::from_min_size(
        pos2(snap(at.x), snap(at.y)),
        vec2(side as f32, side as f32) / ppp,
    );
    mesh.add_rect_with_uv(rect, uv, tint);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::widget::theme::LIGHT;
    use egui_plot::PlotBounds;

    fn set() -> PointSet {
        PointSet::new(
            [0.0, 5.0, 10.0, f64::NAN].into(),
            [0.0, 5.0, 10.0, 1.0].into(),
            Targets::Classes([0, 1, u16::MAX, 0].into()),
            [10, 11, 12, 13].into(),
        )
    }

    fn quads(wrong: &RowSet, selected: &RowSet, only_selected: bool) -> Mesh {
        let transform = PlotTransform::new(
            Rect::from_min_size(pos2(0.0, 0.0), vec2(100.0, 100.0)),
            PlotBounds::from_min_max([0.0, 0.0], [10.0, 10.0]),
            false,
        );
        let palette = Palette::for_classes(&LIGHT, &[2, 1]);
        mesh(
            &set(),
            &transform,
            &MarkerStyle {
                palette: &palette,
                sheet: &MarkerSheet::new(3.5, 1.25),
                texture: TextureId::default(),
                pixels_per_point: 1.0,
                wrong,
                ring_strength: 1.0,
                selected,
                only_selected,
                stride: 1,
                bare: false,
            },
        )
    }

    #[test]
    fn a_point_is_two_quads_and_a_ring_two_more() {
        let none = RowSet::default();
        assert_eq!(quads(&none, &none, false).vertices.len(), 3 * 2 * 4);
        let wrong = RowSet::from_rows([11, 13, 99]);
        assert_eq!(quads(&wrong, &none, false).vertices.len(), (3 * 2 + 2) * 4);
        assert_eq!(quads(&none, &wrong, true).vertices.len(), 2 * 4);
    }

    #[test]
    fn what_is_not_selected_fades() {
        let none = RowSet::default();
        let mesh = quads(&none, &RowSet::from_rows([11]), false);
        let alpha: Vec<u8> = mesh.vertices.iter().map(|v| v.color.a()).collect();
        assert_eq!(alpha.iter().filter(|&&a| a == 255).count(), 8);
        assert_eq!(alpha.iter().filter(|&&a| a.abs_diff(89) <= 1).count(), 16);
        // The selected one comes last, on top.
        assert!(alpha[16..].iter().all(|&a| a == 255));
    }

    #[test]
    fn a_marker_is_centred_on_its_pixel() {
        let none = RowSet::default();
        let mesh = quads(&none, &none, false);
        let middle =
            |i: usize| (mesh.vertices[i].pos + mesh.vertices[i + 3].pos.to_vec2()).to_vec2() / 2.0;
        assert!((middle(8) - vec2(50.0, 50.0)).abs().max_elem() <= 0.5);
    }

    #[test]
    fn a_row_set_knows_its_rows() {
        let set = RowSet::from_rows([0, 63, 64, 200, 64]);
        assert_eq!(set.iter().collect::<Vec<_>>(), [0, 63, 64, 200]);
        assert_eq!(set.len(), 4);
        assert!(set.contains(200) && !set.contains(1) && !set.contains(100_000));
        assert!(set.same(&set.clone()) && !set.same(&RowSet::from_rows([1])));
    }
}
