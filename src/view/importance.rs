//! Coefficients or permutation importances as bars: the largest first, negative to the left.
//!
//! ```text
//! Flipper length   |########   0.412 ± 0.03
//! Bill depth   ####|          −0.207
//!                  3 more
//! ```

use eframe::egui::{Align2, Rect, Response, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

use super::parts::{number, text};
use crate::widget::theme::{Tokens, focus_ring};

/// One feature's weight; `std` is NaN where there is no spread.
#[derive(Clone, Debug, PartialEq)]
pub struct Weight {
    pub name: String,
    pub value: f64,
    pub std: f64,
    /// Without a bar where it is of another kind than the others, as an intercept.
    pub bar: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportanceResponse {
    /// The feature whose row was clicked.
    pub clicked: Option<String>,
    /// "n more" or "Show fewer" was clicked.
    pub toggle_all: bool,
}

/// The largest first by size, names breaking ties; what is no number comes last.
pub fn sorted(mut weights: Vec<Weight>) -> Vec<Weight> {
    let size = |w: &Weight| {
        if w.value.is_finite() {
            w.value.abs()
        } else {
            -1.0
        }
    };
    weights.sort_by(|a, b| {
        size(b)
            .total_cmp(&size(a))
            .then_with(|| a.name.cmp(&b.name))
    });
    weights
}

/// The largest `top` of any number of features, without a copy of the others, and how many there are.
pub fn leading<'a>(
    weights: impl Iterator<Item = (&'a str, f64, f64)>,
    top: usize,
) -> (Vec<Weight>, usize) {
    let mut all: Vec<(&str, f64, f64)> = weights.collect();
    let size = |w: &(&str, f64, f64)| if w.1.is_finite() { w.1.abs() } else { -1.0 };
    let total = all.len();
    if top < total {
        all.select_nth_unstable_by(top, |a, b| size(b).total_cmp(&size(a)).then(a.0.cmp(b.0)));
        all.truncate(top);
    }
    let named = all.into_iter().map(|(name, value, std)| Weight {
        name: name.to_owned(),
        value,
        std,
        bar: true,
    });
    (sorted(named.collect()), total)
}

const ROW: f32 = 24.0;
/// Of more than so many only those in sight are laid out.
const MANY: usize = 200;

/// Draws `weights` (sorted) into the width that `ui` has: the first `top`, all where `all` is set.
pub fn importance(
    ui: &mut Ui,
    t: &Tokens,
    weights: &[Weight],
    top: usize,
    all: bool,
) -> ImportanceResponse {
    let shown = if all {
        weights.len()
    } else {
        weights.len().min(top)
    };
    let hidden = weights.len().saturating_sub(top);
    rows(ui, t, &weights[..shown], (hidden, all))
}

/// Draws these rows; `hidden` of all there are go away, or are not shown, as `all` says.
pub fn rows(
    ui: &mut Ui,
    t: &Tokens,
    weights_shown: &[Weight],
    (hidden, all): (usize, bool),
) -> ImportanceResponse {
    let mut out = ImportanceResponse::default();
    let width = ui.available_width();
    let body = text::body(ui);
    let decimals = common_decimals(weights_shown);
    let value_text = |w: &Weight| value_text(w, decimals);
    let widest = |f: &dyn Fn(&Weight) -> String| {
        let longest = weights_shown.iter().skip(MANY).max_by_key(|w| w.name.len());
        let measured = weights_shown.iter().take(MANY).chain(longest);
        measured
            .map(|w| text::width(ui.painter(), &f(w), &body))
            .fold(0.0, f32::max)
    };
    let name_width = widest(&|w| w.name.clone()).min(width * 0.4);
    let value_width = widest(&value_text).min(width * 0.35);
    let bars = width - name_width - value_width - 20.0;
    let extent = |sign: f64| {
        weights_shown
            .iter()
            .filter(|w| w.bar)
            .map(|w| (w.value + sign * w.std.max(0.0)) * sign)
            .filter(|v| v.is_finite())
            .fold(0.0, f64::max)
    };
    let (left, right) = (extent(-1.0), extent(1.0));
    let total = (left + right).max(f64::MIN_POSITIVE);
    ui.spacing_mut().item_spacing.y = 0.0;
    let (above, below) = out_of_sight(ui, weights_shown.len());
    skip(ui, width, above);
    for weight in &weights_shown[above..weights_shown.len() - below] {
        let (rect, response) = ui.allocate_exact_size(vec2(width, ROW), Sense::click());
        response.widget_info(|| {
            let label = format!("{}: {}", weight.name, value_text(weight));
            WidgetInfo::labeled(Role::Button, ui.is_enabled(), label)
        });
        if response.hovered() {
            ui.painter().rect_filled(rect, 4.0, t.hover);
        }
        let middle = rect.center().y;
        let galley = text::line(
            ui.painter(),
            &weight.name,
            body.clone(),
            t.text,
            name_width + 1.0,
        );
        let cut = galley.elided;
        text::place(
            ui.painter(),
            pos2(rect.left(), middle),
            Align2::LEFT_CENTER,
            galley,
        );
        let start = rect.left() + name_width + 10.0;
        let at = |value: f64| start + bars * ((value + left) / total) as f32;
        bar(ui, t, weight, rect, at);
        value(
            ui,
            t,
            &value_text(weight),
            pos2(rect.right(), middle),
            value_width + 1.0,
        );
        focus_ring(ui, &response, t);
        if response.clicked() {
            out.clicked = Some(weight.name.clone());
        }
        if cut {
            response.on_hover_text(&weight.name);
        }
    }
    skip(ui, width, below);
    if hidden > 0 {
        let label = if all {
            "Show fewer".into()
        } else {
            format!("{} more", number::count(hidden as u64))
        };
        out.toggle_all = more(ui, t, &label).clicked();
    }
    out
}

/// How many rows at the top and at the end cannot be seen; few rows are all laid out.
fn out_of_sight(ui: &Ui, count: usize) -> (usize, usize) {
    if count <= MANY {
        return (0, 0);
    }
    let (top, clip) = (ui.cursor().top(), ui.clip_rect());
    let above = ((clip.top() - top) / ROW).floor().max(0.0) as usize;
    let end = ((clip.bottom() - top) / ROW).ceil().max(0.0) as usize;
    let above = above.min(count);
    (above, count - end.clamp(above, count))
}

fn skip(ui: &mut Ui, width: f32, rows: usize) {
    if rows > 0 {
        ui.allocate_exact_size(vec2(width, ROW * rows as f32), Sense::empty());
        ui.skip_ahead_auto_ids(rows - 1);
    }
}

/// The decimals that the largest value needs, so that numbers under each other line up.
fn common_decimals(weights: &[Weight]) -> usize {
    let values = weights
        .iter()
        .filter(|w| w.bar)
        .map(|w| w.value.abs())
        .filter(|v| v.is_finite());
    let largest = values.fold(0.0, f64::max);
    if largest == 0.0 {
        return 3;
    }
    (2 - largest.log10().floor() as i32).clamp(0, 7) as usize
}

fn value_text(weight: &Weight, decimals: usize) -> String {
    // What would be written as 0 and is none gets two digits of its own: the spread, or the value where
    // there is none.
    let least = match weight.std > 0.0 {
        true => weight.std,
        false => weight.value.abs(),
    };
    let hidden = least >= 1e-6 && least < 0.5 * 10f64.powi(-(decimals as i32));
    let decimals = match hidden {
        true => (1 - least.log10().floor() as i32) as usize,
        false => decimals,
    };
    let show = |v: f64| {
        if (1e-6..1e9).contains(&v.abs()) || v == 0.0 {
            number::fixed(v, decimals)
        } else {
            number::short(v)
        }
    };
    if weight.std.is_finite() {
        format!("{} ± {}", show(weight.value), show(weight.std))
    } else {
        show(weight.value)
    }
}

fn bar(ui: &Ui, t: &Tokens, weight: &Weight, row: Rect, at: impl Fn(f64) -> f32) {
    let painter = ui.painter();
    let zero = at(0.0).round();
    if weight.bar && weight.value.is_finite() {
        let end = at(weight.value);
        let bar = Rect::from_x_y_ranges(
            zero.min(end)..=zero.max(end),
            row.center().y - 5.0..=row.center().y + 5.0,
        );
        painter.rect_filled(bar, 2.0, t.sequential[3]);
        if weight.std.is_finite() && weight.std > 0.0 {
            let y = row.center().y.round() + 0.5;
            let whisker = at(weight.value - weight.std)..=at(weight.value + weight.std);
            painter.hline(whisker, y, Stroke::new(3.5, t.panel));
            let whisker = at(weight.value - weight.std)..=at(weight.value + weight.std);
            painter.hline(whisker, y, Stroke::new(1.5, t.strong));
        }
    }
    painter.vline(zero + 0.5, row.y_range(), Stroke::new(1.0, t.control));
}

/// The value strong, its spread weak.
fn value(ui: &Ui, t: &Tokens, full: &str, at: eframe::egui::Pos2, width: f32) {
    let (mean, spread) = full.split_at(full.find(" ±").unwrap_or(full.len()));
    let pieces = [
        (mean, text::medium(ui), t.strong),
        (spread, text::body(ui), t.weak),
    ];
    let galley = text::pieces(ui.painter(), &pieces, width + 6.0);
    text::place(ui.painter(), at, Align2::RIGHT_CENTER, galley);
}

fn more(ui: &mut Ui, t: &Tokens, label: &str) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), label));
    let galley = text::line(
        ui.painter(),
        label,
        text::medium(ui),
        t.accent,
        rect.width(),
    );
    text::place(
        ui.painter(),
        rect.left_center(),
        Align2::LEFT_CENTER,
        galley,
    );
    focus_ring(ui, &response, t);
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::test_picture;
    use egui_kittest::kittest::Queryable as _;

    fn weight(name: &str, value: f64, std: f64) -> Weight {
        Weight {
            name: name.into(),
            value,
            std,
            bar: true,
        }
    }

    #[test]
    fn nothing_is_written_as_zero_that_is_none() {
        let text = |value, std| value_text(&weight("a", value, std), 1);
        assert_eq!(text(0.2931, 0.0061), "0.2931 ± 0.0061");
        assert_eq!(text(0.013, f64::NAN), "0.013");
        // A spread that is seen says enough of what is less.
        assert_eq!(text(0.02, 0.11), "0.0 ± 0.1");
        assert_eq!(text(0.0, 0.0), "0.0 ± 0.0");
        assert_eq!(text(-13.42, 0.11), "−13.4 ± 0.1");
    }

    #[test]
    fn the_largest_come_first_and_no_numbers_last() {
        let names = |w: Vec<Weight>| w.into_iter().map(|w| w.name).collect::<Vec<_>>();
        let weights = vec![
            weight("none", f64::NAN, f64::NAN),
            weight("b", 0.5, 0.0),
            weight("minus", -2.0, 0.0),
            weight("a", 0.5, 0.0),
        ];
        assert_eq!(names(sorted(weights)), ["minus", "a", "b", "none"]);
    }

    #[test]
    fn the_leading_ones_are_those_that_sorting_puts_first() {
        let values: Vec<f64> = (0..500).map(|i| ((i * 37) % 101) as f64 - 50.0).collect();
        let names: Vec<String> = (0..500).map(|i| format!("c{i}")).collect();
        let each = || {
            names
                .iter()
                .zip(&values)
                .map(|(n, v)| (n.as_str(), *v, 0.0))
        };
        let all = sorted(each().map(|(n, v, s)| weight(n, v, s)).collect());
        assert_eq!(leading(each(), 6), (all[..6].to_vec(), 500));
        assert_eq!(leading(each(), 500).0, all);
        assert_eq!(leading(std::iter::empty(), 6), (Vec::new(), 0));
    }

    #[test]
    fn of_thousands_those_in_sight_are_laid_out_and_all_can_be_reached() {
        let many: Vec<Weight> = (0..10_000)
            .map(|i| weight(&format!("c{i}"), f64::from(10_000 - i), 0.0))
            .collect();
        let height = std::cell::Cell::new(0.0);
        let harness = test_picture::harness(vec2(360.0, 160.0), |ui, t| {
            importance(ui, t, &many, 10, true);
            height.set(ui.min_rect().height());
        });
        assert!(height.get() > 10_000.0 * ROW, "{}", height.get());
        assert!(harness.query_by_label_contains("c0: ").is_some());
        assert!(harness.query_by_label_contains("c5000: ").is_none());
    }

    #[test]
    fn it_draws_in_both_themes() {
        let nan = f64::NAN;
        let signed = sorted(vec![
            weight("Flipper length", 3.41, nan),
            weight("Bill depth", -2.07, nan),
            weight("A feature with a name that is much too long", 1.2, nan),
            weight("Body mass", -0.51, nan),
            weight("island=Dream", 0.08, nan),
            weight("Year", 0.0, nan),
        ]);
        test_picture::draw("importance-signed", vec2(360.0, 160.0), |ui, t| {
            importance(ui, t, &signed, 5, false);
        });
        let positive = sorted(vec![
            weight("Flipper length", 0.412, 0.031),
            weight("Bill length", 0.207, 0.02),
            weight("Sex", 0.003, 0.008),
        ]);
        test_picture::draw("importance-spread", vec2(360.0, 110.0), |ui, t| {
            importance(ui, t, &positive, 10, false);
        });
        let harness = test_picture::harness(vec2(360.0, 160.0), |ui, t| {
            importance(ui, t, &signed, 5, false);
        });
        harness.get_by_label("1 more");
        harness.get_by_label("Bill depth: −2.07");
    }
}
