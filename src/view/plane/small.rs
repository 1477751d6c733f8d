//! Small multiples and thumbnails, painted whole off the window's thread: surface, boundary, points.

use eframe::egui::{Color32, ColorImage};

use super::boundary::Boundary;
use super::density;
use super::markers::{Marker, Stamp};
use super::palette::Palette;
use super::points::{PointSet, SINGLE_POINTS, Targets};
use super::raster::Canvas;
use super::surface::{CellPainter, SurfaceGrid};
use super::view_range::View;

/// Positions inside a pixel that markers are drawn at, along x and y.
const PHASES: usize = 4;

/// What a small picture shows.
pub struct SmallPicture<'a> {
    pub view: View,
    pub grid: Option<&'a SurfaceGrid>,
    pub boundary: Option<&'a Boundary>,
    pub points: Option<&'a PointSet>,
    pub palette: &'a Palette,
    /// Radius of a marker in points; 2 suits a small multiple, 1.5 a thumbnail.
    pub marker_radius: f32,
}

/// Paints it at a size in pixels; `pixels_per_point` sets the strength of lines and markers.
pub fn paint_small(
    picture: &SmallPicture<'_>,
    size: [usize; 2],
    pixels_per_point: f32,
) -> ColorImage {
    let size = size.map(|side| side.clamp(1, 4096));
    let ppp = pixels_per_point.clamp(0.25, 8.0);
    let palette = picture.palette;
    let mut canvas = Canvas::new(size, palette.plot);
    if let Some(grid) = picture.grid {
        surface(&mut canvas, grid, picture);
    }
    let to_pixel = |x: f64, y: f64| {
        let View { x: xs, y: ys } = picture.view;
        [
            ((x - xs[0]) / (xs[1] - xs[0]) * size[0] as f64) as f32,
            ((ys[1] - y) / (ys[1] - ys[0]) * size[1] as f64) as f32,
        ]
    };
    if let Some(boundary) = picture.boundary {
        let lines: Vec<Vec<[f32; 2]>> = boundary
            .lines
            .iter()
            .map(|line| line.iter().map(|&[x, y]| to_pixel(x, y)).collect())
            .collect();
        canvas.lines(&lines, ppp, palette.strong.gamma_multiply(0.6));
    }
    match picture.points {
        Some(points) if points.len() > SINGLE_POINTS * 2 => {
            let dot = density::dot_size(points.len() * 4, ppp);
            let image = density::paint_some(points, picture.view, size, dot, palette);
            canvas.over(&image);
        }
        Some(points) => {
            // Classes tell themselves from the ground by colour and shape; numbers need their outline.
            let outlined = !matches!(points.targets, Targets::Classes(_));
            let outline = if outlined { ppp } else { 0.0 };
            let stamps = Stamps::new(picture.marker_radius * ppp, outline);
            for point in 0..points.len() {
                let at = to_pixel(points.x[point], points.y[point]);
                let near = points.nearness.as_ref().and_then(|n| n.get(point));
                let strength = near.map_or(1.0, |n| n.clamp(0.15, 1.0));
                let look = points.look(point, palette);
                // Rows without a class are hollow on the screen; here they show by their ink.
                let fill = match look == palette.unknown {
                    true => look.ink,
                    false => look.fill,
                };
                let [fill, ink] = [fill, look.ink].map(|c| c.gamma_multiply(strength));
                stamps.draw(&mut canvas, look.marker, at, fill, outlined.then_some(ink));
            }
        }
        None => {}
    }
    canvas.image
}

/// The grid under the whole image: colours between cell centres are mixed, as linear filtering does.
fn surface(canvas: &mut Canvas, grid: &SurfaceGrid, picture: &SmallPicture<'_>) {
    let painter = CellPainter::new(grid, picture.palette);
    let colours: Vec<[f32; 3]> = (0..grid.rows)
        .flat_map(|row| (0..grid.columns).map(move |column| (column, row)))
        .map(|(column, row)| painter.colour(grid.cell(column, row)))
        .map(|c| [c.r(), c.g(), c.b()].map(f32::from))
        .collect();
    let [width, height] = canvas.image.size;
    let columns = samples(picture.view.x, width, grid.x, grid.columns);
    let mut rows = samples(picture.view.y, height, grid.y, grid.rows);
    rows.reverse();
    for (y, row) in rows.iter().enumerate() {
        let Some((r0, r1, fy)) = *row else { continue };
        for (x, column) in columns.iter().enumerate() {
            let Some((c0, c1, fx)) = *column else {
                continue;
            };
            let at = |r: usize, c: usize| colours[r * grid.columns + c];
            let (a, b, c, d) = (at(r0, c0), at(r0, c1), at(r1, c0), at(r1, c1));
            let channel = |i: usize| {
                let low = a[i] + (b[i] - a[i]) * fx;
                let high = c[i] + (d[i] - c[i]) * fx;
                (low + (high - low) * fy + 0.5) as u8
            };
            canvas.image.pixels[y * width + x] =
                Color32::from_rgb(channel(0), channel(1), channel(2));
        }
    }
}

/// For each pixel of an axis the two cells around its middle and the share of the second; `None` outside
/// the grid.
fn samples(
    view: [f64; 2],
    pixels: usize,
    range: [f64; 2],
    cells: usize,
) -> Vec<Option<(usize, usize, f32)>> {
    (0..pixels)
        .map(|pixel| {
            let value = super::surface::centre(view, pixels, pixel);
            let place = (value - range[0]) / (range[1] - range[0]);
            if !(0.0..=1.0).contains(&place) {
                return None;
            }
            let place = (place * cells as f64 - 0.5).clamp(0.0, cells as f64 - 1.0);
            let low = place as usize;
            Some((low, (low + 1).min(cells - 1), (place - low as f64) as f32))
        })
        .collect()
}

/// Every marker at every position inside a pixel.
struct Stamps {
    stamps: Vec<Stamp>,
}

impl Stamps {
    fn new(radius: f32, outline: f32) -> Self {
        let phase = |i: usize| (i as f32 + 0.5) / PHASES as f32 - 0.5;
        let stamps = Marker::ALL
            .into_iter()
            .flat_map(|marker| (0..PHASES * PHASES).map(move |p| (marker, p)))
            .map(|(marker, p)| {
                Stamp::new(
                    marker,
                    radius,
                    outline,
                    [phase(p % PHASES), phase(p / PHASES)],
                )
            })
            .collect();
        Stamps { stamps }
    }

    fn draw(
        &self,
        canvas: &mut Canvas,
        marker: Marker,
        at: [f32; 2],
        fill: Color32,
        ink: Option<Color32>,
    ) {
        if !at.iter().all(|v| v.abs() < 1e6) {
            return;
        }
        let [x, y] = at.map(f32::floor);
        let phase = |v: f32, floor: f32| (((v - floor) * PHASES as f32) as usize).min(PHASES - 1);
        let place = phase(at[1], y) * PHASES + phase(at[0], x);
        let stamp = &self.stamps[marker as usize * PHASES * PHASES + place];
        canvas.stamp(stamp, &stamp.fill, x as i64, y as i64, fill);
        if let Some(ink) = ink {
            canvas.stamp(stamp, &stamp.outline, x as i64, y as i64, ink);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::plane::palette::look;
    use crate::view::plane::surface::SurfaceKind;
    use crate::widget::theme::LIGHT;

    #[test]
    fn a_point_lies_where_it_belongs() {
        let points = PointSet::new(
            [0.25, f64::NAN].into(),
            [0.75, 0.5].into(),
            Targets::Classes([1, 0].into()),
            [0, 1].into(),
        );
        let palette = Palette::for_classes(&LIGHT, &[1, 1]);
        let picture = SmallPicture {
            view: View::default(),
            grid: None,
            boundary: None,
            points: Some(&points),
            palette: &palette,
            marker_radius: 3.0,
        };
        let image = paint_small(&picture, [40, 40], 1.0);
        assert_eq!(image.pixels[10 * 40 + 10], look(&LIGHT, 1).fill);
        assert_eq!(image.pixels[30 * 40 + 30], LIGHT.plot);
    }

    #[test]
    fn the_surface_fills_its_ranges_only() {
        let palette = Palette::for_numbers(&LIGHT, [0.0, 1.0]);
        let kind = SurfaceKind::Numbers;
        let grid = SurfaceGrid::new(kind, [1, 2], [[0.0, 0.5], [0.0, 1.0]], 1, vec![0.0, 1.0]);
        let grid = grid.unwrap();
        let picture = SmallPicture {
            view: View::default(),
            grid: Some(&grid),
            boundary: None,
            points: None,
            palette: &palette,
            marker_radius: 2.0,
        };
        let image = paint_small(&picture, [10, 10], 1.0);
        assert_eq!(image.pixels[0], LIGHT.sequential[4], "top left: high y");
        assert_eq!(image.pixels[90], LIGHT.sequential[0], "bottom left");
        assert_eq!(image.pixels[9], LIGHT.plot, "outside the grid");
    }
}
