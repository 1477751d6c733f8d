//! The legend: class names with their markers, or the scale of a number, over the emptiest corner.

use std::sync::Arc;

use eframe::egui::{
    self, Align2, FontId, Galley, Mesh, Rect, Shape, Stroke, TextureId, Ui, Vec2, pos2, vec2,
};

use super::axis::{Sizes, elided};
use super::markers::{MarkerSheet, Mask};
use super::nearest::PointIndex;
use super::palette::{ClassLook, Palette, sequential};
use super::tooltip::panel;
use super::view_range::View;
use crate::widget::theme::Tokens;

/// A class and its look.
#[derive(Clone, Debug, PartialEq)]
pub struct LegendEntry {
    pub label: String,
    pub look: ClassLook,
}

/// What a legend lists.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Legend {
    #[default]
    None,
    Classes(Vec<LegendEntry>),
    /// Of what the sequential map is, and its ends.
    Scale {
        name: String,
        low: String,
        high: String,
    },
}

impl Legend {
    /// One entry a class that has a look of its own, and "other" for those that share the grey one.
    pub fn of_classes(names: &[String], palette: &Palette) -> Self {
        let grouped = names.len() > super::palette::CLASS_LOOKS;
        let mut entries = Vec::new();
        let mut other = None;
        for (class, name) in names.iter().enumerate() {
            let look = palette.class(class as u16);
            let slot = palette.groups.get(class).copied();
            if grouped && slot == Some(super::palette::OTHER_SLOT) {
                other = Some(look);
            } else {
                let label = name.clone();
                entries.push(LegendEntry { label, look });
            }
        }
        entries.extend(other.map(|look| LegendEntry {
            label: "other".to_owned(),
            look,
        }));
        Legend::Classes(entries)
    }
}

/// A corner of the frame: right, bottom.
pub(super) type Corner = [bool; 2];

/// A legend laid out, ready to be placed.
pub(super) struct LegendBox {
    rows: Vec<(Arc<Galley>, Option<ClassLook>)>,
    /// Entries side by side, and the width of each.
    columns: usize,
    column: f32,
    /// Name and ends.
    scale: Option<[Arc<Galley>; 3]>,
    note: Option<Arc<Galley>>,
    sizes: Sizes,
    pub size: Vec2,
}

impl LegendBox {
    /// `None` if there is nothing to say. `rings` adds the line that explains them.
    pub fn new(
        ui: &Ui,
        legend: &Legend,
        rings: bool,
        frame: Vec2,
        sizes: Sizes,
        t: &Tokens,
    ) -> Option<Self> {
        let font: FontId = sizes.body_font();
        let room = (frame.x * 0.4).clamp(40.0, 180.0 * sizes.scale);
        let rows: Vec<_> = match legend {
            Legend::Classes(entries) => entries
                .iter()
                .map(|e| {
                    let galley = elided(ui, &e.label, font.clone(), t.strong, room);
                    (galley, Some(e.look))
                })
                .collect(),
            _ => Vec::new(),
        };
        let scale = match legend {
            Legend::Scale { name, low, high } => {
                let room = SCALE_WIDTH * sizes.scale - 16.0 * sizes.scale;
                let text =
                    |text: &str, room: f32| elided(ui, text, sizes.small_font(), t.strong, room);
                Some([
                    text(name, room),
                    text(low, room / 2.0),
                    text(high, room / 2.0),
                ])
            }
            _ => None,
        };
        if rows.is_empty() && scale.is_none() {
            return None;
        }
        let small = sizes.small_font();
        let note = rings.then(|| {
            let text = "ring = wrong when held out";
            elided(ui, text, small, t.strong, room * 1.5)
        });
        let widest = rows.iter().map(|(g, _)| g.size().x).fold(0.0, f32::max);
        let column = widest + 24.0 * sizes.scale + 10.0 * sizes.scale;
        let columns = columns(rows.len(), column, frame.x * 0.55);
        let lines = rows.len().div_ceil(columns);
        let mut size = vec2(
            column * columns as f32,
            row_height(sizes) * lines as f32 + 6.0 * sizes.scale,
        );
        if scale.is_some() {
            size = vec2(SCALE_WIDTH, 34.0) * sizes.scale;
            size.y += scale_name_height(sizes);
        }
        if let Some(note) = &note {
            size.x = size.x.max(note.size().x + 16.0 * sizes.scale);
            size.y += note_height(sizes);
        }
        // A legend that would hide half of the picture hides nothing of it.
        let fits = size.x < frame.x * 0.6 && size.y < frame.y * 0.7;
        fits.then_some(LegendBox {
            rows,
            columns,
            column,
            scale,
            note,
            sizes,
            size,
        })
    }

    pub fn rect(&self, corner: Corner, frame: Rect) -> Rect {
        let frame = frame.shrink(8.0 * self.sizes.scale);
        let x = [frame.left(), frame.right() - self.size.x][usize::from(corner[0])];
        let y = [frame.top(), frame.bottom() - self.size.y][usize::from(corner[1])];
        Rect::from_min_size(pos2(x, y), self.size)
    }

    pub fn paint(
        &self,
        ui: &Ui,
        rect: Rect,
        palette: &Palette,
        (sheet, texture): (&MarkerSheet, TextureId),
        t: &Tokens,
    ) {
        let (painter, sizes) = (ui.painter(), self.sizes);
        let ppp = ui.ctx().pixels_per_point();
        panel(painter, rect, 0.9, false, t);
        let mut mesh = Mesh::with_texture(texture);
        let top = rect.top() + 3.0 * sizes.scale;
        // Down, then right.
        let lines = self.rows.len().div_ceil(self.columns).max(1);
        for (place, (galley, look)) in self.rows.iter().enumerate() {
            let (column, line) = (place / lines, place % lines);
            let left = rect.left() + column as f32 * self.column;
            let centre = top + (line as f32 + 0.5) * row_height(sizes);
            if let Some(look) = look {
                let at = pos2(left + 12.0 * sizes.scale, centre);
                for (mask, tint) in [
                    (Mask::Fill(look.marker), look.fill),
                    (Mask::Outline(look.marker), look.ink),
                ] {
                    let (side, uv) = sheet.place(mask);
                    let snap = |v: f32| (v * ppp - side as f32 / 2.0).round() / ppp;
                    let min = pos2(snap(at.x), snap(at.y));
                    let size = Vec2::splat(side as f32 / ppp);
                    mesh.add_rect_with_uv(Rect::from_min_size(min, size), uv, tint);
                }
            }
            let at = pos2(left + 24.0 * sizes.scale, centre);
            let place = Align2::LEFT_CENTER.anchor_size(at, galley.size());
            painter.galley(place.min, galley.clone(), t.strong);
        }
        painter.add(Shape::mesh(mesh));
        if let Some([name, low, high]) = &self.scale {
            let min = rect.min + vec2(8.0, 5.0) * sizes.scale;
            painter.galley(min, name.clone(), t.strong);
            let bar = Rect::from_min_size(
                min + vec2(0.0, 2.0 * sizes.scale + scale_name_height(sizes)),
                vec2(rect.width() - 16.0 * sizes.scale, 8.0 * sizes.scale),
            );
            scale_bar(ui, bar, palette, t);
            let y = bar.bottom() + 2.0 * sizes.scale;
            painter.galley(pos2(bar.left(), y), low.clone(), t.strong);
            let right = bar.right() - high.size().x;
            painter.galley(pos2(right, y), high.clone(), t.strong);
        }
        if let Some(note) = &self.note {
            let y = rect.bottom() - note_height(sizes);
            painter.hline(rect.x_range(), y, Stroke::new(1.0, t.line));
            let at = pos2(
                rect.left() + 8.0 * sizes.scale,
                y + note_height(sizes) / 2.0,
            );
            let place = Align2::LEFT_CENTER.anchor_size(at, note.size());
            painter.galley(place.min, note.clone(), t.strong);
        }
    }
}

/// Up to five entries stand one under the other; more take as many columns as make the box about as
/// wide as high, and have room.
fn columns(entries: usize, column: f32, room: f32) -> usize {
    if entries <= 5 {
        return 1;
    }
    let most = (room / column).floor().clamp(1.0, 5.0) as usize;
    most.min(entries.div_ceil(4))
}

fn row_height(sizes: Sizes) -> f32 {
    sizes.body * 1.62
}

const SCALE_WIDTH: f32 = 120.0;

fn scale_name_height(sizes: Sizes) -> f32 {
    sizes.small * 1.35
}

fn note_height(sizes: Sizes) -> f32 {
    sizes.small * 1.9
}

fn scale_bar(ui: &Ui, bar: Rect, palette: &Palette, t: &Tokens) {
    let mut mesh = Mesh::default();
    const STEPS: u32 = 16;
    for i in 0..=STEPS {
        let share = i as f32 / STEPS as f32;
        let colour = sequential(&palette.sequential, share);
        let x = bar.left() + bar.width() * share;
        mesh.colored_vertex(pos2(x, bar.top()), colour);
        mesh.colored_vertex(pos2(x, bar.bottom()), colour);
        if i > 0 {
            let base = i * 2;
            mesh.add_triangle(base - 2, base - 1, base);
            mesh.add_triangle(base - 1, base, base + 1);
        }
    }
    ui.painter().add(Shape::mesh(mesh));
    let stroke = Stroke::new(1.0, t.control);
    ui.painter()
        .rect_stroke(bar, 0.0, stroke, egui::StrokeKind::Inside);
}

/// The corner with the fewest points under a legend of this size. `before` keeps its corner unless
/// another is clearly emptier, so that the legend does not wander while the plane moves.
pub(super) fn emptiest_corner(
    index: &PointIndex,
    view: View,
    share: [f64; 2],
    before: Option<Corner>,
) -> Corner {
    let points = |corner: Corner| {
        let part = |[low, high]: [f64; 2], share: f64, upper: bool| {
            let length = (high - low) * share.min(1.0);
            match upper {
                true => [high - length, high],
                false => [low, low + length],
            }
        };
        let xs = part(view.x, share[0], corner[0]);
        // The bottom of the frame is the lower end of y.
        index.about(xs, part(view.y, share[1], !corner[1]))
    };
    let corners = [[true, true], [true, false], [false, false], [false, true]];
    let best = corners
        .into_iter()
        .min_by_key(|&c| points(c))
        .unwrap_or([true, true]);
    match before {
        Some(corner) if points(best) * 10 >= points(corner) * 7 => corner,
        _ => best,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::widget::theme::LIGHT;

    #[test]
    fn the_legend_goes_where_no_points_are() {
        let x: Vec<f64> = (0..400).map(|i| f64::from(i % 20)).collect();
        let y: Vec<f64> = (0..400).map(|i| f64::from(i / 20)).collect();
        // All but the top left.
        let (x, y): (Vec<f64>, Vec<f64>) = x
            .into_iter()
            .zip(y)
            .filter(|(x, y)| !(*x < 8.0 && *y > 12.0))
            .unzip();
        let index = PointIndex::new(&x, &y);
        let view = View::new([0.0, 20.0], [0.0, 20.0]);
        let found = emptiest_corner(&index, view, [0.3, 0.3], None);
        assert_eq!(found, [false, false]);
        let stays = emptiest_corner(&PointIndex::default(), view, [0.3; 2], Some([true, false]));
        assert_eq!(stays, [true, false]);
    }

    #[test]
    fn many_short_names_stand_side_by_side() {
        assert_eq!(columns(3, 40.0, 300.0), 1);
        assert_eq!(columns(10, 40.0, 300.0), 3);
        assert_eq!(columns(10, 120.0, 250.0), 2);
        assert_eq!(columns(10, 400.0, 250.0), 1);
    }

    #[test]
    fn rare_classes_are_listed_as_other() {
        let names: Vec<String> = (0..12).map(|i| format!("class {i}")).collect();
        let palette = Palette::for_classes(&LIGHT, &[4; 12]);
        let Legend::Classes(entries) = Legend::of_classes(&names, &palette) else {
            panic!("no classes");
        };
        assert_eq!(entries.len(), 10);
        assert_eq!(entries[9].label, "other");
        let palette = Palette::for_classes(&LIGHT, &[4; 9]);
        let Legend::Classes(entries) = Legend::of_classes(&names[..9], &palette) else {
            panic!("no classes");
        };
        assert_eq!(entries[7].label, "class 7");
    }
}
