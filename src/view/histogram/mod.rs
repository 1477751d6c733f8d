//! A column's histogram by class, or bars for categories.
//!
//! ```text
//! |  _##_      ● Adelie |     stacked:  |  ▒▒
//! | ####¦###_           |               | ▒##_
//! ```

mod bins;

use eframe::egui::{
    Align2, Color32, Pos2, Rect, Sense, Shape, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

pub use bins::{Bins, Range, bars, bins, nice_range};

use super::data_table::date;
use super::parts::axis::{Axis, Frame};
use super::parts::marker::{self, ClassKey};
use super::parts::{number, text};
use crate::widget::theme::Tokens;

/// How classes share the plot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Arrangement {
    /// One plot a class, one above the other.
    #[default]
    ByClass,
    Stacked,
    /// On top of each other, see-through.
    Overlaid,
}

/// What is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Histogram<'a> {
    /// One group a class, then possibly one of the rows without a class.
    pub bins: &'a Bins,
    /// Empty where there are no classes.
    pub classes: &'a [ClassKey],
    /// Each group's mean, drawn as a dashed line; NaN or absent is none.
    pub means: &'a [f64],
    /// Names of the bars where the column holds categories.
    pub levels: &'a [String],
    /// The values are seconds since 1970.
    pub dates: bool,
}

impl Histogram<'_> {
    fn fill(&self, t: &Tokens, group: usize) -> Color32 {
        match self.classes.get(group) {
            Some(class) => marker::fill(t, class.look),
            None if self.classes.is_empty() => t.control,
            None => t.off,
        }
    }

    fn ink(&self, t: &Tokens, group: usize) -> Color32 {
        match self.classes.get(group) {
            Some(class) => marker::ink(t, class.look),
            None => t.strong,
        }
    }

    fn mean(&self, group: usize) -> Option<f64> {
        self.means.get(group).copied().filter(|m| m.is_finite())
    }

    fn x_axis(&self, rect: Rect) -> Axis {
        let inside = rect.shrink2(vec2(4.0, 0.0));
        Axis::x(self.bins.low, self.bins.high(), false, inside)
    }

    /// "33 to 34.4: 12 Adelie, 3 Gentoo".
    fn sentence(&self, bin: usize) -> String {
        let place = match self.levels.get(bin) {
            Some(level) => level.clone(),
            None => {
                let low = self.bins.low + bin as f64 * self.bins.width;
                let high = low + self.bins.width;
                match self.dates {
                    true => format!("{} to {}", date(low), date(high)),
                    false => format!("{} to {}", number::short(low), number::short(high)),
                }
            }
        };
        let parts: Vec<String> = (0..self.bins.groups())
            .filter(|&g| self.bins.count(g, bin) > 0 || self.bins.groups() == 1)
            .map(|g| {
                let count = number::count(u64::from(self.bins.count(g, bin)));
                match self.classes.get(g) {
                    Some(class) => format!("{count} {}", class.name),
                    None if self.classes.is_empty() => format!("{count} rows"),
                    None => format!("{count} without class"),
                }
            })
            .collect();
        let parts = if parts.is_empty() {
            "no rows".into()
        } else {
            parts.join(", ")
        };
        format!("{place}: {parts}")
    }
}

const GAP: f32 = 4.0;

/// Draws into the width that `ui` has, `height` high with the axis' numbers. Answers the bin that
/// was clicked.
pub fn histogram(
    ui: &mut Ui,
    t: &Tokens,
    data: &Histogram<'_>,
    arrangement: Arrangement,
    height: f32,
) -> Option<usize> {
    let font = text::small(ui);
    let (area, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::click());
    let plots = Rect::from_min_max(
        area.min,
        pos2(area.right(), area.bottom() - font.size - 7.0),
    );
    let groups = data.bins.groups();
    let x = data.x_axis(plots);
    if arrangement == Arrangement::ByClass && groups > 1 {
        let each = (plots.height() - GAP * (groups - 1) as f32) / groups as f32;
        for group in 0..groups {
            let top = plots.top() + group as f32 * (each + GAP);
            let rect = Rect::from_min_size(pos2(plots.left(), top), vec2(plots.width(), each));
            plot(ui, t, data, &[group], rect, false);
            class_label(ui, t, data, group, rect);
        }
    } else {
        let all: Vec<usize> = (0..groups).collect();
        plot(
            ui,
            t,
            data,
            &all,
            plots,
            arrangement == Arrangement::Overlaid,
        );
    }
    if data.dates {
        date_labels(ui, t, data, plots);
    } else if data.levels.is_empty() {
        let frame = Frame {
            x_ticks: f64::from(plots.width() / 45.0).clamp(2.0, 8.0),
            ..Frame::new(t, font)
        };
        frame.x_labels(ui.painter(), plots, &x);
    } else {
        level_labels(ui, t, data, plots, &x);
    }
    response.widget_info(|| {
        let name = if data.levels.is_empty() {
            "Histogram"
        } else {
            "Bar chart"
        };
        WidgetInfo::labeled(eframe::egui::Role::Button, ui.is_enabled(), name)
    });
    let bin_at = |p: Pos2| {
        let bin = ((x.value(p.x) - data.bins.low) / data.bins.width).floor();
        (bin >= 0.0 && bin < data.bins.count as f64 && plots.contains(p)).then_some(bin as usize)
    };
    let clicked = response
        .clicked()
        .then(|| response.interact_pointer_pos().and_then(bin_at))
        .flatten();
    if let Some(bin) = response.hover_pos().and_then(bin_at) {
        let left = x.point(data.bins.low + bin as f64 * data.bins.width);
        let right = x.point(data.bins.low + (bin + 1) as f64 * data.bins.width);
        let band = Rect::from_x_y_ranges(left..=right, plots.y_range());
        ui.painter()
            .rect_filled(band, 0.0, t.strong.gamma_multiply(0.08));
        response.on_hover_ui_at_pointer(|ui| {
            ui.label(data.sentence(bin));
        });
    }
    clicked
}

/// The first and the last day.
fn date_labels(ui: &Ui, t: &Tokens, data: &Histogram<'_>, plots: Rect) {
    let ends = [
        (data.bins.low, plots.left(), Align2::LEFT_TOP),
        (data.bins.high(), plots.right(), Align2::RIGHT_TOP),
    ];
    for (value, x, align) in ends {
        let words = date(value);
        let words = words.split(' ').next().unwrap_or("").to_owned();
        let galley = text::line(
            ui.painter(),
            words,
            text::small(ui),
            t.text,
            plots.width() / 2.0,
        );
        text::place(ui.painter(), pos2(x, plots.bottom() + 3.0), align, galley);
    }
}

/// One framed plot of these groups, stacked or overlaid.
fn plot(ui: &Ui, t: &Tokens, data: &Histogram<'_>, groups: &[usize], rect: Rect, overlaid: bool) {
    let painter = ui.painter();
    let x = data.x_axis(rect);
    let tallest = (0..data.bins.count)
        .map(|bin| {
            let counts = groups.iter().map(|&g| data.bins.count(g, bin));
            if overlaid {
                counts.max().unwrap_or(0)
            } else {
                counts.sum()
            }
        })
        .max()
        .unwrap_or(0);
    let y = Axis::y(0.0, f64::from(tallest.max(1)) * 1.06, rect);
    let frame = Frame {
        x_ticks: f64::from(rect.width() / 45.0).clamp(2.0, 8.0),
        y_ticks: 0.0,
        ..Frame::new(t, text::small(ui))
    };
    if data.levels.is_empty() {
        frame.ground(painter, rect, &x, &y);
    } else {
        painter.rect_filled(rect, 2.0, t.plot);
    }
    for bin in 0..data.bins.count {
        let low = data.bins.low + bin as f64 * data.bins.width;
        let (left, right) = (x.point(low), x.point(low + data.bins.width));
        // Bars stand apart by a point where there is room for it.
        let apart = if right - left > 4.0 { 0.5 } else { 0.0 };
        let apart = if data.levels.is_empty() {
            apart
        } else {
            ((right - left) * 0.08).max(apart)
        };
        let mut base = 0.0;
        for &group in groups {
            let count = f64::from(data.bins.count(group, bin));
            if count == 0.0 {
                continue;
            }
            let from = if overlaid { 0.0 } else { base };
            base += count;
            let bar = Rect::from_min_max(
                pos2(left + apart, y.point(from + count)),
                pos2(right - apart, y.point(from).min(rect.bottom() - 1.0)),
            );
            let fill = data.fill(t, group);
            let fill = if overlaid {
                fill.gamma_multiply(0.5)
            } else {
                fill
            };
            painter.rect_filled(bar, 0.0, fill);
            if overlaid {
                painter.hline(
                    bar.x_range(),
                    bar.top(),
                    Stroke::new(1.5, data.ink(t, group)),
                );
            }
        }
    }
    for &group in groups {
        if let Some(mean) = data.mean(group).filter(|_| data.levels.is_empty()) {
            let at = x.point(mean).round() + 0.5;
            let ends = [pos2(at, rect.top()), pos2(at, rect.bottom())];
            let ink = if overlaid {
                data.ink(t, group)
            } else {
                t.strong
            };
            // A pale edge keeps the line readable on bars of its own colour.
            painter.line_segment(ends, Stroke::new(2.5, t.plot.gamma_multiply(0.4)));
            painter.extend(Shape::dashed_line(&ends, Stroke::new(1.5, ink), 3.0, 2.5));
        }
    }
    let edge = Stroke::new(1.0, t.control.gamma_multiply(0.55));
    painter.rect_stroke(rect, 2.0, edge, StrokeKind::Inside);
}

/// Marker and name in the corner with the lower bars.
fn class_label(ui: &Ui, t: &Tokens, data: &Histogram<'_>, group: usize, rect: Rect) {
    let painter = ui.painter();
    let half = data.bins.count / 2;
    let tallest = |bins: std::ops::Range<usize>| bins.map(|b| data.bins.count(group, b)).max();
    let at_right = tallest(half..data.bins.count) <= tallest(0..half);
    let name = data
        .classes
        .get(group)
        .map_or("no class", |c| c.name.as_str());
    let font = text::small(ui);
    let galley = text::line(painter, name, font, t.text, rect.width() * 0.5);
    let width = galley.size().x + 18.0;
    let left = if at_right {
        rect.right() - width - 5.0
    } else {
        rect.left() + 5.0
    };
    let ground = Rect::from_min_size(pos2(left, rect.top() + 4.0), vec2(width, 16.0));
    painter.rect_filled(ground, 2.0, t.plot.gamma_multiply(0.85));
    let middle = ground.center().y;
    if let Some(class) = data.classes.get(group) {
        painter.add(marker::shape(t, pos2(left + 7.0, middle), 4.0, class.look));
    }
    text::place(
        painter,
        pos2(left + 15.0, middle),
        Align2::LEFT_CENTER,
        galley,
    );
}

/// Names under the bars, shortened; every second or third where they stand too close.
fn level_labels(ui: &Ui, t: &Tokens, data: &Histogram<'_>, rect: Rect, x: &Axis) {
    let painter = ui.painter();
    let font = text::small(ui);
    let each = rect.width() / data.bins.count.max(1) as f32;
    let every = (30.0 / each.max(0.5)).ceil().max(1.0) as usize;
    for (bin, level) in data.levels.iter().enumerate().step_by(every) {
        let at = x.point(data.bins.low + (bin as f64 + 0.5) * data.bins.width);
        let room = each * every as f32 - 4.0;
        let galley = text::line(painter, level, font.clone(), t.weak, room);
        text::place(
            painter,
            pos2(at, rect.bottom() + 4.0),
            Align2::CENTER_TOP,
            galley,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Cancel;
    use crate::data::Mask;
    use crate::view::test_picture;

    fn bells() -> (Vec<f64>, Vec<u32>, Vec<ClassKey>) {
        let names = ["Adelie", "Chinstrap", "Gentoo"];
        let classes = names
            .iter()
            .enumerate()
            .map(|(i, n)| ClassKey::new(*n, i))
            .collect();
        let mut values = Vec::new();
        let mut codes = Vec::new();
        for (class, (mean, n)) in [(38.8, 151), (48.8, 68), (47.5, 123)]
            .into_iter()
            .enumerate()
        {
            for i in 0..n {
                // Quantiles of a logistic distribution: a bell without chance.
                let p: f64 = (f64::from(i) + 0.5) / f64::from(n);
                values.push(mean + 1.6 * (p / (1.0 - p)).ln());
                codes.push(class as u32);
            }
        }
        (values, codes, classes)
    }

    #[test]
    fn it_draws_in_both_themes() {
        let (values, codes, classes) = bells();
        let missing = Mask::default();
        let range = nice_range(&values, &missing, 22, &Cancel::new()).unwrap();
        let bins = bins(&values, &missing, Some(&codes), 3, range, &Cancel::new()).unwrap();
        let means = [38.8, 48.8, 47.5];
        let data = Histogram {
            bins: &bins,
            classes: &classes,
            means: &means,
            levels: &[],
            dates: false,
        };
        test_picture::draw("histogram-by-class", vec2(272.0, 220.0), |ui, t| {
            histogram(ui, t, &data, Arrangement::ByClass, 196.0);
        });
        for (name, arrangement) in [
            ("histogram-stacked", Arrangement::Stacked),
            ("histogram-overlaid", Arrangement::Overlaid),
        ] {
            test_picture::draw(name, vec2(272.0, 160.0), |ui, t| {
                histogram(ui, t, &data, arrangement, 136.0);
            });
        }
        let levels: Vec<String> = ["Biscoe", "Dream", "Torgersen"].map(String::from).to_vec();
        let codes: Vec<u32> = (0..300).map(|i| (i * i % 7 % 3) as u32).collect();
        let by: Vec<u32> = (0..300).map(|i| (i % 5 % 3) as u32).collect();
        let bars = bars(&codes, &missing, 3, Some(&by), 3, &Cancel::new()).unwrap();
        let data = Histogram {
            bins: &bars,
            classes: &classes,
            means: &[],
            levels: &levels,
            dates: false,
        };
        test_picture::draw("histogram-bars", vec2(272.0, 160.0), |ui, t| {
            histogram(ui, t, &data, Arrangement::Stacked, 136.0);
        });
    }

    #[test]
    fn bins_speak() {
        let (values, codes, classes) = bells();
        let missing = Mask::default();
        let range = bins::Range {
            low: 30.0,
            width: 10.0,
            count: 3,
        };
        let counted = bins(&values, &missing, Some(&codes), 3, range, &Cancel::new()).unwrap();
        let data = Histogram {
            bins: &counted,
            classes: &classes,
            means: &[],
            levels: &[],
            dates: false,
        };
        assert!(
            data.sentence(0).starts_with("30 to 40: "),
            "{}",
            data.sentence(0)
        );
        assert!(data.sentence(0).contains("Adelie"));
        test_picture::harness(vec2(272.0, 220.0), |ui, t| {
            histogram(ui, t, &data, Arrangement::ByClass, 196.0);
        });
    }
}
