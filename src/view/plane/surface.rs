//! The model's answer on a grid over the plane, and its picture.
//!
//! A pixel's colour mixes the class fills by squared probability, and stands out from the plot colour
//! the more the model is sure: `plot + tint * (0.18 + 0.82 * c^0.8) * (sum p^2 fill / sum p^2 - plot)`
//! with `c = (p_max - 1/K) / (1 - 1/K)`. With two classes that is blue, plot colour, orange.

use std::sync::Arc;

use eframe::egui::{Color32, ColorImage};

use super::palette::Palette;

/// What the outputs of a grid are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SurfaceKind {
    /// One probability a class.
    Classes,
    /// One number, in the sequential map.
    Numbers,
    /// One number around zero, blue below, orange above.
    Residuals,
}

/// A model's answers at the centres of the cells of a grid. Row 0 is the lowest y.
#[derive(Clone, Debug, PartialEq)]
pub struct SurfaceGrid {
    pub kind: SurfaceKind,
    pub columns: usize,
    pub rows: usize,
    /// From the left edge of the first cell to the right edge of the last, in data units.
    pub x: [f64; 2],
    pub y: [f64; 2],
    pub outputs: usize,
    /// `rows * columns * outputs` values, row by row from the lowest y.
    pub values: Arc<[f32]>,
}

impl SurfaceGrid {
    /// `None` if the values do not fill the grid.
    pub fn new(
        kind: SurfaceKind,
        [columns, rows]: [usize; 2],
        [x, y]: [[f64; 2]; 2],
        outputs: usize,
        values: impl Into<Arc<[f32]>>,
    ) -> Option<Self> {
        let values = values.into();
        let filled = columns > 0 && rows > 0 && outputs > 0;
        (filled && values.len() == columns * rows * outputs).then_some(SurfaceGrid {
            kind,
            columns,
            rows,
            x,
            y,
            outputs,
            values,
        })
    }

    /// The x of a column's centre.
    pub fn x_at(&self, column: usize) -> f64 {
        centre(self.x, self.columns, column)
    }

    /// The y of a row's centre.
    pub fn y_at(&self, row: usize) -> f64 {
        centre(self.y, self.rows, row)
    }

    #[inline]
    pub fn cell(&self, column: usize, row: usize) -> &[f32] {
        let start = (row * self.columns + column) * self.outputs;
        &self.values[start..start + self.outputs]
    }
}

/// The centre of cell `index` where `count` cells share a range: where a worker evaluates the model.
pub fn centre([low, high]: [f64; 2], count: usize, index: usize) -> f64 {
    low + (high - low) * ((index as f64 + 0.5) / count as f64)
}

/// The grid as an image of one pixel a cell, top row first, to be drawn with linear filtering.
pub fn paint(grid: &SurfaceGrid, palette: &Palette) -> ColorImage {
    let mut pixels = Vec::with_capacity(grid.columns * grid.rows);
    let painter = CellPainter::new(grid, palette);
    for row in (0..grid.rows).rev() {
        for column in 0..grid.columns {
            pixels.push(painter.colour(grid.cell(column, row)));
        }
    }
    ColorImage::new([grid.columns, grid.rows], pixels)
}

/// The colours of one grid's cells, with what does not change from cell to cell computed once.
pub(super) struct CellPainter<'a> {
    palette: &'a Palette,
    kind: SurfaceKind,
    fills: Vec<[f32; 3]>,
    plot: [f32; 3],
    largest: f64,
}

impl<'a> CellPainter<'a> {
    pub fn new(grid: &SurfaceGrid, palette: &'a Palette) -> Self {
        let rgb = |c: Color32| [c.r(), c.g(), c.b()].map(f32::from);
        let classes = match grid.kind {
            SurfaceKind::Classes => grid.outputs,
            _ => 0,
        };
        CellPainter {
            palette,
            kind: grid.kind,
            fills: (0..classes)
                .map(|class| rgb(palette.class(class as u16).fill))
                .collect(),
            plot: rgb(palette.plot),
            largest: palette.range[0].abs().max(palette.range[1].abs()),
        }
    }

    #[inline]
    pub fn colour(&self, outputs: &[f32]) -> Color32 {
        match self.kind {
            SurfaceKind::Classes => self.class_colour(outputs),
            SurfaceKind::Numbers => self.palette.number(f64::from(outputs[0])),
            SurfaceKind::Residuals => self.palette.residual(f64::from(outputs[0]), self.largest),
        }
    }

    fn class_colour(&self, probabilities: &[f32]) -> Color32 {
        let (mut squares, mut largest, mut sum) = (0.0, 0.0f32, [0.0; 3]);
        for (&p, fill) in probabilities.iter().zip(&self.fills) {
            let square = p * p;
            squares += square;
            largest = largest.max(p);
            for channel in 0..3 {
                sum[channel] += square * fill[channel];
            }
        }
        // Also where a probability is not a number: the model says nothing here.
        if !(squares > 0.0 && squares.is_finite()) {
            return self.palette.plot;
        }
        let even = 1.0 / self.fills.len() as f32;
        let sure = if even < 1.0 {
            ((largest - even) / (1.0 - even)).clamp(0.0, 1.0)
        } else {
            1.0
        };
        let strength = self.palette.tint * (0.18 + 0.82 * sure.powf(0.8));
        let channel = |i: usize| {
            let plot = self.plot[i];
            (plot + strength * (sum[i] / squares - plot) + 0.5) as u8
        };
        Color32::from_rgb(channel(0), channel(1), channel(2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::plane::palette::look;
    use crate::widget::theme::{DARK, LIGHT};

    fn pixel(palette: &Palette, p: &[f32]) -> Color32 {
        let grid = SurfaceGrid::new(
            SurfaceKind::Classes,
            [1, 1],
            [[0.0, 1.0]; 2],
            p.len(),
            p.to_vec(),
        );
        paint(&grid.unwrap(), palette).pixels[0]
    }

    /// The formula in one line, for one channel.
    fn expected(plot: u8, fill: f64, tint: f64, sure: f64) -> u8 {
        let plot = f64::from(plot);
        (plot + tint * (0.18 + 0.82 * sure.powf(0.8)) * (fill - plot)).round() as u8
    }

    #[test]
    fn a_sure_pixel_takes_the_tint_of_its_class() {
        for tokens in [&LIGHT, &DARK] {
            let palette = Palette::for_classes(tokens, &[1, 1, 1]);
            let found = pixel(&palette, &[0.0, 1.0, 0.0]);
            let fill = look(tokens, 1).fill;
            let tint = f64::from(tokens.surface_tint);
            let want = expected(tokens.plot.r(), f64::from(fill.r()), tint, 1.0);
            assert_eq!(found.r(), want);
            let want = expected(tokens.plot.b(), f64::from(fill.b()), tint, 1.0);
            assert_eq!(found.b(), want);
        }
    }

    #[test]
    fn an_even_pixel_is_nearly_the_plot_colour() {
        let palette = Palette::for_classes(&LIGHT, &[1, 1, 1]);
        let found = pixel(&palette, &[1.0 / 3.0; 3]);
        let mean = (0..3)
            .map(|slot| f64::from(look(&LIGHT, slot).fill.g()) / 3.0)
            .sum();
        let want = expected(255, mean, f64::from(LIGHT.surface_tint), 0.0);
        assert!(found.g().abs_diff(want) <= 1, "{} {want}", found.g());
        assert!(found.g() > 245);
    }

    #[test]
    fn nothing_to_say_is_the_plot_colour() {
        let palette = Palette::for_classes(&LIGHT, &[1, 1]);
        assert_eq!(pixel(&palette, &[0.0, 0.0]), LIGHT.plot);
        assert_eq!(pixel(&palette, &[f32::NAN, 0.5]), LIGHT.plot);
        let one = Palette::for_classes(&LIGHT, &[1]);
        assert_ne!(pixel(&one, &[1.0]), LIGHT.plot);
    }

    #[test]
    fn the_top_pixel_row_is_the_highest_y() {
        let palette = Palette::for_numbers(&LIGHT, [0.0, 1.0]);
        let values = vec![0.0, 0.0, 1.0, 1.0];
        let grid = SurfaceGrid::new(SurfaceKind::Numbers, [2, 2], [[0.0, 2.0]; 2], 1, values);
        let grid = grid.unwrap();
        let image = paint(&grid, &palette);
        assert_eq!(image.pixels[0], LIGHT.sequential[4]);
        assert_eq!(image.pixels[3], LIGHT.sequential[0]);
        assert_eq!((grid.x_at(0), grid.y_at(1)), (0.5, 1.5));
    }

    #[test]
    fn a_grid_knows_its_size() {
        let kind = SurfaceKind::Numbers;
        assert!(SurfaceGrid::new(kind, [2, 2], [[0.0, 1.0]; 2], 1, vec![0.0; 3]).is_none());
        assert!(SurfaceGrid::new(kind, [0, 2], [[0.0, 1.0]; 2], 1, Vec::new()).is_none());
    }
}
