//! Many points as one image, exact to the pixel: each pixel counts the points in it by class.
//!
//! The colour is the mean of the class fills weighted by count (for numbers, the mean value in the
//! sequential map), the opacity grows with the logarithm of the count.

use eframe::egui::{Color32, ColorImage};

use super::palette::Palette;
use super::points::{PointSet, Targets};
use super::view_range::View;
use crate::base::some_of;

/// More classes than this are counted as if they had none; nobody can tell so many apart.
pub(super) const MAX_CHANNELS: usize = 64;
/// Opacity of a pixel with one point.
const SINGLE: f32 = 0.65;

/// Points a pixel and channel: one channel a class, the last for points without one.
#[derive(Clone, Debug, PartialEq)]
pub struct Counts {
    pub width: usize,
    pub height: usize,
    pub channels: usize,
    /// `counts[(y * width + x) * channels + channel]`, top row first.
    pub counts: Vec<u32>,
    /// Sum of the targets a pixel, for numbers.
    pub sums: Vec<f64>,
}

impl Counts {
    /// Pixels with points.
    fn filled(&self) -> usize {
        let pixels = self.counts.chunks_exact(self.channels.max(1));
        pixels
            .filter(|counts| counts.iter().any(|&n| n > 0))
            .count()
    }
}

/// Counts the points of a view, `classes` of them with a channel of their own.
pub fn count(points: &PointSet, view: View, pixels: [usize; 2], classes: usize) -> Counts {
    count_some(points, view, pixels, classes, 1)
}

/// As [`count`], of every so many points one.
fn count_some(
    points: &PointSet,
    view: View,
    [width, height]: [usize; 2],
    classes: usize,
    every: usize,
) -> Counts {
    let classes = match points.targets {
        Targets::Classes(_) => classes.min(MAX_CHANNELS),
        _ => 0,
    };
    let channels = classes + 1;
    let numbers = matches!(points.targets, Targets::Numbers(_));
    let mut result = Counts {
        width,
        height,
        channels,
        counts: vec![0; width * height * channels],
        sums: vec![0.0; if numbers { width * height } else { 0 }],
    };
    if points.len() / every < PARTED {
        add(&mut result, points, view, some_of(0..points.len(), every));
        return result;
    }
    // Counts are added as they come; sums in always so many parts and in their order: the same picture
    // whatever the number of processors.
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get());
    let parts = if numbers { PARTS } else { threads.min(8) };
    let part = points.len().div_ceil(parts).next_multiple_of(every);
    let empty = result.clone();
    let counted = std::thread::scope(|scope| {
        let each = (0..parts).map(|at| {
            let mut counts = empty.clone();
            let range = (at * part).min(points.len())..((at + 1) * part).min(points.len());
            scope.spawn(move || {
                add(&mut counts, points, view, some_of(range, every));
                counts
            })
        });
        let threads: Vec<_> = each.collect();
        threads
            .into_iter()
            .filter_map(|thread| thread.join().ok())
            .collect::<Vec<_>>()
    });
    for counts in counted {
        for (sum, count) in result.counts.iter_mut().zip(&counts.counts) {
            *sum += count;
        }
        for (sum, more) in result.sums.iter_mut().zip(&counts.sums) {
            *sum += more;
        }
    }
    result
}

/// From so many points on they are counted in parts, each on a thread of its own.
const PARTED: usize = 500_000;
const PARTS: usize = 4;

/// Counts these points.
fn add(result: &mut Counts, points: &PointSet, view: View, range: impl Iterator<Item = usize>) {
    let (width, height, channels) = (result.width, result.height, result.channels);
    let classes = channels - 1;
    let values = match &points.targets {
        Targets::Numbers(values) => Some(values),
        _ => None,
    };
    let scale_x = width as f64 / (view.x[1] - view.x[0]);
    let scale_y = height as f64 / (view.y[1] - view.y[0]);
    for point in range {
        let x = (points.x[point] - view.x[0]) * scale_x;
        let y = (view.y[1] - points.y[point]) * scale_y;
        // Also false where a coordinate is not a number.
        if !(x >= 0.0 && x <= width as f64 && y >= 0.0 && y <= height as f64) {
            continue;
        }
        let pixel = (y as usize).min(height - 1) * width + (x as usize).min(width - 1);
        result.counts[pixel * channels + points.channel(point, classes)] += 1;
        if let Some(values) = values {
            let value = values.get(point).copied().unwrap_or(f64::NAN);
            if value.is_finite() {
                result.sums[pixel] += value;
            }
        }
    }
}

/// The density image of a view: transparent where there is no point. `dot` is how many pixels wide one
/// point is, see [`dot_size`].
pub fn paint(
    points: &PointSet,
    view: View,
    pixels: [usize; 2],
    dot: usize,
    palette: &Palette,
) -> ColorImage {
    paint_every(points, 1, view, pixels, dot, palette)
}

/// As [`paint`], for a picture so small that of very many points some say the same.
pub fn paint_some(
    points: &PointSet,
    view: View,
    pixels: [usize; 2],
    dot: usize,
    palette: &Palette,
) -> ColorImage {
    let every = (points.len() / ENOUGH).max(1);
    paint_every(points, every, view, pixels, dot, palette)
}

fn paint_every(
    points: &PointSet,
    every: usize,
    view: View,
    pixels: [usize; 2],
    dot: usize,
    palette: &Palette,
) -> ColorImage {
    let mut counts = count_some(points, view, pixels, palette.classes.len(), every);
    let dot = dot.max(dot_for(counts.filled(), pixels));
    if dot > 1 {
        widen(&mut counts, dot);
    }
    let numbers = matches!(points.targets, Targets::Numbers(_));
    colour(&counts, palette, numbers)
}

/// Points that fill a small picture.
const ENOUGH: usize = 400_000;

/// A few thousand points would be dust at one pixel each: the fewer, the wider their dots.
pub fn dot_size(points: usize, pixels_per_point: f32) -> usize {
    let width = match points {
        0..=20_000 => 3.0,
        20_001..=100_000 => 2.0,
        _ => 1.0,
    };
    (width * pixels_per_point).round().clamp(1.0, 8.0) as usize
}

/// Many points in few places, such as whole numbers, are dust as well.
fn dot_for(filled: usize, [width, height]: [usize; 2]) -> usize {
    match filled as f64 / (width * height).max(1) as f64 {
        0.0 => 1,
        share if share < 0.03 => 3,
        share if share < 0.12 => 2,
        _ => 1,
    }
}

/// Spreads each count over a square of `dot` pixels, along x and then along y.
fn widen(counts: &mut Counts, dot: usize) {
    let (w, h, k) = (counts.width, counts.height, counts.channels);
    let before = dot / 2;
    let sources =
        |i: usize, count: usize| i.saturating_sub(dot - 1 - before)..(i + before + 1).min(count);
    fn spread<T: Copy + Default + std::ops::AddAssign>(
        data: &mut Vec<T>,
        [w, h, k]: [usize; 3],
        along_x: bool,
        sources: &dyn Fn(usize, usize) -> std::ops::Range<usize>,
    ) {
        let mut wide = vec![T::default(); data.len()];
        for y in 0..h {
            for x in 0..w {
                let range = if along_x {
                    sources(x, w)
                } else {
                    sources(y, h)
                };
                let to = (y * w + x) * k;
                for i in range {
                    let from = if along_x { y * w + i } else { i * w + x } * k;
                    for channel in 0..k {
                        wide[to + channel] += data[from + channel];
                    }
                }
            }
        }
        *data = wide;
    }
    for along_x in [true, false] {
        spread(&mut counts.counts, [w, h, k], along_x, &sources);
        if !counts.sums.is_empty() {
            spread(&mut counts.sums, [w, h, 1], along_x, &sources);
        }
    }
}

fn colour(counts: &Counts, palette: &Palette, numbers: bool) -> ColorImage {
    let k = counts.channels;
    let fills: Vec<[f32; 3]> = (0..k)
        .map(|channel| match channel + 1 == k {
            true if matches!((numbers, k), (false, 1)) => palette.sequential[3],
            true => palette.control,
            false => palette.class(channel as u16).fill,
        })
        .map(|c| [c.r(), c.g(), c.b()].map(f32::from))
        .collect();
    let most = counts
        .counts
        .chunks_exact(k)
        .map(|pixel| pixel.iter().sum::<u32>())
        .max()
        .unwrap_or(0);
    let full = (1.0 + most as f32).ln();
    // Counts repeat: the logarithms of the common ones are looked up.
    let opacity = |total: u32| {
        let share = ((1.0 + total as f32).ln() - 2f32.ln()) / (full - 2f32.ln()).max(1e-6);
        SINGLE + (1.0 - SINGLE) * share.clamp(0.0, 1.0)
    };
    let table: Vec<f32> = (0..256).map(opacity).collect();
    let pixels = counts
        .counts
        .chunks_exact(k)
        .enumerate()
        .map(|(index, pixel)| {
            let total: u32 = pixel.iter().sum();
            if total == 0 {
                return Color32::TRANSPARENT;
            }
            let rgb = if numbers {
                let c = palette.number(counts.sums[index] / f64::from(total));
                [c.r(), c.g(), c.b()].map(f32::from)
            } else {
                let mut sum = [0.0; 3];
                for (&count, fill) in pixel.iter().zip(&fills) {
                    if count > 0 {
                        let share = count as f32 / total as f32;
                        for channel in 0..3 {
                            sum[channel] += share * fill[channel];
                        }
                    }
                }
                sum
            };
            let alpha = if numbers {
                1.0
            } else {
                table
                    .get(total as usize)
                    .copied()
                    .unwrap_or_else(|| opacity(total))
            };
            let [r, g, b] = rgb.map(|v| (v * alpha + 0.5) as u8);
            Color32::from_rgba_premultiplied(r, g, b, (alpha * 255.0 + 0.5) as u8)
        })
        .collect();
    ColorImage::new([counts.width, counts.height], pixels)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Random;
    use crate::view::plane::palette::look;
    use crate::widget::theme::LIGHT;

    fn cloud(n: usize) -> PointSet {
        let mut random = Random::new(3);
        let x: Vec<f64> = (0..n).map(|_| random.normal()).collect();
        let y: Vec<f64> = (0..n).map(|_| random.normal()).collect();
        let classes: Vec<u16> = x.iter().map(|&x| u16::from(x > 0.0)).collect();
        PointSet::new(
            x.into(),
            y.into(),
            Targets::Classes(classes.into()),
            (0..n as u32).collect(),
        )
    }

    #[test]
    fn few_filled_pixels_are_drawn_wide() {
        let size = [100, 50];
        let dots = [0, 1, 149, 150, 599, 600, 5000].map(|filled| dot_for(filled, size));
        assert_eq!(dots, [1, 3, 3, 2, 2, 1, 1]);
        assert_eq!(dot_for(0, [0, 0]), 1);
    }

    #[test]
    fn many_points_are_counted_in_parts_as_few_are_at_once() {
        let n = PARTED + 7;
        let x: Vec<f64> = (0..n).map(|i| (i % 97) as f64).collect();
        let y: Vec<f64> = (0..n).map(|i| (i % 89) as f64).collect();
        let classes: Vec<u16> = (0..n).map(|i| (i % 3) as u16).collect();
        let rows: Vec<u32> = (0..n as u32).collect();
        let targets = Targets::Classes(classes.into());
        let points = PointSet::new(x.into(), y.into(), targets, rows.into());
        let view = View {
            x: [0.0, 97.0],
            y: [0.0, 89.0],
        };
        let counts = count(&points, view, [31, 17], 2);
        let mut once = Counts {
            counts: vec![0; counts.counts.len()],
            sums: Vec::new(),
            ..counts.clone()
        };
        add(&mut once, &points, view, 0..n);
        assert_eq!(counts, once);
        assert_eq!(counts.counts.iter().map(|c| *c as usize).sum::<usize>(), n);
    }

    #[test]
    fn every_point_of_the_view_is_counted_once() {
        let points = cloud(20_000);
        let all = View::new([-9.0, 9.0], [-9.0, 9.0]);
        let counts = count(&points, all, [97, 61], 2);
        assert_eq!(counts.counts.iter().sum::<u32>(), 20_000);
        let right = View::new([0.0, 9.0], [-9.0, 9.0]);
        let counts = count(&points, right, [97, 61], 2);
        let inside = points.x.iter().filter(|&&x| x >= 0.0).count();
        assert_eq!(counts.counts.iter().sum::<u32>() as usize, inside);
        let first: u32 = counts.counts.iter().step_by(3).sum();
        assert_eq!(first, 0, "class 0 lies on the left");
    }

    #[test]
    fn a_point_falls_into_its_pixel_and_the_edge_belongs_to_the_last() {
        let points = PointSet::new(
            [0.0, 2.5, 4.0, f64::NAN].into(),
            [0.0, 1.5, 2.0, 1.0].into(),
            Targets::Classes([0, 9, 0, 0].into()),
            [0, 1, 2, 3].into(),
        );
        let view = View::new([0.0, 4.0], [0.0, 2.0]);
        let counts = count(&points, view, [4, 2], 1);
        assert_eq!(counts.counts[4 * 2], 1, "bottom left");
        assert_eq!(counts.counts[2 * 2 + 1], 1, "no class, top row, third");
        assert_eq!(counts.counts[3 * 2], 1, "top right");
        assert_eq!(counts.counts.iter().sum::<u32>(), 3);
    }

    #[test]
    fn the_colour_is_the_class_and_the_opacity_the_count() {
        let points = PointSet::new(
            [0.5, 1.5, 1.5, 1.5].into(),
            [0.5; 4].into(),
            Targets::Classes([0, 1, 1, 1].into()),
            [0, 1, 2, 3].into(),
        );
        let palette = Palette::for_classes(&LIGHT, &[1, 3]);
        let view = View::new([0.0, 3.0], [0.0, 1.0]);
        let image = paint(&points, view, [3, 1], 1, &palette);
        assert_eq!(image.pixels[1], look(&LIGHT, 1).fill);
        assert_eq!(image.pixels[2], Color32::TRANSPARENT);
        let alpha = image.pixels[0].a();
        assert_eq!(alpha, (SINGLE * 255.0 + 0.5) as u8);
        let wide = paint(&points, view, [3, 1], 3, &palette);
        assert!(wide.pixels.iter().all(|p| p.a() > 0));
    }

    #[test]
    fn numbers_show_their_mean() {
        let points = PointSet::new(
            [0.5, 0.5].into(),
            [0.5, 0.5].into(),
            Targets::Numbers([0.0, 1.0].into()),
            [0, 1].into(),
        );
        let palette = Palette::for_numbers(&LIGHT, [0.0, 1.0]);
        let image = paint(&points, View::default(), [1, 1], 1, &palette);
        assert_eq!(image.pixels[0], LIGHT.sequential[2]);
    }
}
