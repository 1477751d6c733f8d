//! Lines of several models in one plot, with bands, a guide, a legend and a mark that moves: ROC,
//! precision and recall, calibration, quantiles, partial dependence.
//!
//! ```text
//! |      .--======
//! |   .-'    .'      [A] AUC 0.993 ± 0.004
//! | .'    .'         [B] AUC 0.981 ± 0.010
//! |/   .'            - - baseline
//! ```

use eframe::egui::{
    Align2, Color32, Mesh, Painter, Pos2, Rect, Sense, Shape, Stroke, StrokeKind, Ui, Vec2,
    WidgetInfo, pos2, vec2,
};

use super::parts::badge::{self, ModelKey};
use super::parts::plot::{Around, Placed, begin};
use super::parts::{axis, number, text};
use super::plane::AxisKind;
use super::plane::ticks::ticks;
use crate::widget::picture;
use crate::widget::theme::Tokens;

/// One model's line.
#[derive(Clone, Debug)]
pub struct Line<'a> {
    pub model: &'a ModelKey,
    pub points: &'a [[f64; 2]],
    /// x, lower and upper edge.
    pub band: &'a [[f64; 3]],
    /// Dots at the points.
    pub dots: bool,
    /// Behind the badge in the legend.
    pub label: String,
    /// Drawn over the others, and marked.
    pub selected: bool,
    pub mark: Option<[f64; 2]>,
}

/// What guessing, or perfection, would look like.
#[derive(Clone, Debug, PartialEq)]
pub enum Guide {
    None,
    /// From the lower left to the upper right.
    Diagonal(String),
    Level(f64, String),
}

/// The strip of bars under a calibration curve: from, to, rows.
#[derive(Clone, Copy, Debug)]
pub struct Counts<'a> {
    pub bins: &'a [(f64, f64, u64)],
    pub model: &'a ModelKey,
}

#[derive(Clone, Debug)]
pub struct Lines<'a> {
    pub title: &'a str,
    pub x_title: &'a str,
    pub y_title: &'a str,
    pub x: (f64, f64),
    pub y: (f64, f64),
    pub lines: &'a [Line<'a>],
    /// Thin lines behind the others, of single rows.
    pub single: &'a [Vec<[f64; 2]>],
    /// Categories along x at 0, 1, 2, ... in the place of numbers.
    pub names: &'a [String],
    /// x counts seconds since 1970: its ticks are the calendar's.
    pub dates: bool,
    pub guide: Guide,
    /// Where the legend stands, unless lines leave more room in another corner.
    pub corner: Align2,
    pub counts: Option<Counts<'a>>,
    /// In the place of lines, where there are none.
    pub empty: &'a str,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LinesResponse {
    /// Line and point under the pointer.
    pub hovered: Option<(usize, usize)>,
    pub clicked: Option<(usize, usize)>,
}

const STRIP: f32 = 38.0;
const LEGEND_ROW: f32 = 18.0;
/// Legend rows beyond this many are counted in the last one.
const MOST_NAMED: usize = 8;

/// Draws into a place of this size; `tip` says what stands at a point of a line.
pub fn lines(
    ui: &mut Ui,
    t: &Tokens,
    size: eframe::egui::Vec2,
    data: &Lines<'_>,
    tip: &dyn Fn(usize, usize) -> String,
) -> LinesResponse {
    let (area, _) = ui.allocate_exact_size(size, Sense::empty());
    picture::show(ui.ctx(), data.title, area);
    let strip = data.counts.map_or(0.0, |_| STRIP);
    let around = Around {
        title: data.title,
        x_title: data.x_title,
        y_title: data.y_title,
        x: data.x,
        y: data.y,
        x_numbers: data.names.is_empty() && !data.dates,
        below: strip,
    };
    let mut plot = begin(ui, t, area, &around);
    guide(&plot, t, &data.guide);
    let thin = Stroke::new(1.0, t.weak.gamma_multiply(0.18));
    for single in data.single {
        plot.painter.add(Shape::line(places(&plot, single), thin));
    }
    // The selected model's line lies over the others.
    let order = || {
        let of = |selected: bool| {
            let lines = data.lines.iter().enumerate();
            lines.filter(move |(_, l)| l.selected == selected)
        };
        of(false).chain(of(true))
    };
    for (_, line) in order() {
        band(&plot, line.band, line.model.color(t));
    }
    for (_, line) in order() {
        draw(&plot, t, line);
    }
    match data.counts {
        Some(counts) => {
            plot.finish_without_x(ui);
            bars(ui, t, &plot, &counts);
        }
        None => plot.finish(ui),
    }
    names(ui, t, &plot, data.names);
    if data.dates {
        dates(ui, t, &plot);
    }
    if data.lines.iter().all(|l| l.points.is_empty()) && !data.empty.is_empty() {
        let width = plot.rect.width() - 24.0;
        let galley = text::wrapped(ui.painter(), data.empty, text::body(ui), t.weak, width);
        text::place(
            ui.painter(),
            plot.rect.center(),
            Align2::CENTER_CENTER,
            galley,
        );
    } else {
        legend(ui, t, &plot, data);
    }
    respond(ui, t, &plot, data, tip)
}

fn places(plot: &Placed<'_>, points: &[[f64; 2]]) -> Vec<Pos2> {
    let finite = points
        .iter()
        .filter(|p| p[0].is_finite() && p[1].is_finite());
    finite
        .map(|p| axis::at(&plot.x, &plot.y, p[0], p[1]))
        .collect()
}

fn guide(plot: &Placed<'_>, t: &Tokens, guide: &Guide) {
    let ends = match guide {
        Guide::None => return,
        Guide::Diagonal(_) => {
            let low = plot.x.low.max(plot.y.low);
            let high = plot.x.high.min(plot.y.high);
            [low, high].map(|v| axis::at(&plot.x, &plot.y, v, v))
        }
        Guide::Level(level, _) => {
            [plot.x.low, plot.x.high].map(|x| axis::at(&plot.x, &plot.y, x, *level))
        }
    };
    plot.painter.extend(Shape::dashed_line(
        &ends,
        Stroke::new(1.0, t.weak),
        4.0,
        3.0,
    ));
}

fn band(plot: &Placed<'_>, band: &[[f64; 3]], color: Color32) {
    let fill = color.gamma_multiply(0.16);
    let mut mesh = Mesh::default();
    for [x, low, high] in band.iter().filter(|b| b.iter().all(|v| v.is_finite())) {
        let next = mesh.vertices.len() as u32;
        mesh.colored_vertex(axis::at(&plot.x, &plot.y, *x, *low), fill);
        mesh.colored_vertex(axis::at(&plot.x, &plot.y, *x, *high), fill);
        if next >= 2 {
            mesh.add_triangle(next - 2, next - 1, next);
            mesh.add_triangle(next - 1, next, next + 1);
        }
    }
    plot.painter.add(Shape::mesh(mesh));
}

fn draw(plot: &Placed<'_>, t: &Tokens, line: &Line<'_>) {
    let color = line.model.color(t);
    let points = places(plot, line.points);
    if line.dots {
        for at in &points {
            plot.painter
                .circle(*at, 3.5, color, Stroke::new(1.0, t.plot));
        }
    }
    let width = if line.selected { 2.5 } else { 1.75 };
    plot.painter
        .add(Shape::line(points, Stroke::new(width, color)));
    if let Some([x, y]) = line.mark {
        let at = axis::at(&plot.x, &plot.y, x, y);
        let wide = plot.painter.with_clip_rect(plot.rect.expand(8.0));
        wide.circle(at, 6.0, t.plot, Stroke::new(2.5, color));
        wide.circle_stroke(at, 7.75, Stroke::new(1.0, t.strong));
    }
}

/// How many rows stand behind each point of a calibration curve.
fn bars(ui: &Ui, t: &Tokens, plot: &Placed<'_>, counts: &Counts<'_>) {
    let painter = ui.painter();
    let top = plot.rect.bottom() + 5.0;
    let strip = Rect::from_x_y_ranges(plot.rect.x_range(), top..=top + STRIP - 6.0);
    painter.rect_filled(strip, 2.0, t.plot);
    let most = counts.bins.iter().map(|b| b.2).max().unwrap_or(0).max(1);
    for (from, to, rows) in counts.bins.iter().filter(|b| b.2 > 0) {
        let height = (strip.height() - 3.0) * (*rows as f32 / most as f32).max(0.04);
        let bar = Rect::from_x_y_ranges(
            plot.x.point(*from) + 1.0..=plot.x.point(*to) - 1.0,
            strip.bottom() - height..=strip.bottom(),
        );
        painter.rect_filled(bar, 1.0, counts.model.color(t).gamma_multiply(0.75));
    }
    let edge = Stroke::new(1.0, t.control.gamma_multiply(0.55));
    painter.rect_stroke(strip, 2.0, edge, StrokeKind::Inside);
    let font = text::small(ui);
    let most = text::line(painter, number::count(most), font.clone(), t.weak, 60.0);
    text::place(
        painter,
        pos2(strip.left() - 6.0, strip.top()),
        Align2::RIGHT_TOP,
        most,
    );
    plot.numbers_at(ui, strip.bottom());
}

fn names(ui: &Ui, t: &Tokens, plot: &Placed<'_>, names: &[String]) {
    let room = plot.rect.width() / names.len().max(1) as f32 - 6.0;
    for (i, name) in names.iter().enumerate() {
        let at = pos2(plot.x.point(i as f64), plot.rect.bottom() + 4.0);
        let galley = text::line(ui.painter(), name, text::small(ui), t.text, room);
        text::place(ui.painter(), at, Align2::CENTER_TOP, galley);
    }
}

/// Days, months or years below the plot, none running into its neighbour.
fn dates(ui: &Ui, t: &Tokens, plot: &Placed<'_>) {
    let count = f64::from(plot.rect.width() / 80.0).clamp(1.0, 8.0);
    let mut free = f32::NEG_INFINITY;
    for tick in ticks(&AxisKind::Date, [plot.x.low, plot.x.high], count) {
        let at = pos2(plot.x.point(tick.value), plot.rect.bottom() + 4.0);
        let galley = text::line(ui.painter(), &tick.label, text::small(ui), t.weak, 120.0);
        let half = galley.size().x / 2.0;
        if at.x - half < free {
            continue;
        }
        free = at.x + half + 6.0;
        text::place(ui.painter(), at, Align2::CENTER_TOP, galley);
    }
}

/// The corner whose place the fewest pieces of lines cross; the wished one among equals.
fn emptiest(plot: &Placed<'_>, data: &Lines<'_>, size: Vec2, inside: Rect) -> Rect {
    let corners = [
        data.corner,
        Align2::RIGHT_BOTTOM,
        Align2::RIGHT_TOP,
        Align2::LEFT_TOP,
        Align2::LEFT_BOTTOM,
    ];
    let crossed = |ground: &Rect| -> usize {
        let pieces = data.lines.iter().flat_map(|line| line.points.windows(2));
        let within = pieces.map(|pair| {
            let [a, b] = [pair[0], pair[1]].map(|p| axis::at(&plot.x, &plot.y, p[0], p[1]));
            let steps = (a.distance(b) / 6.0).clamp(1.0, 60.0) as usize;
            let at = |i: usize| a.lerp(b, i as f32 / steps as f32);
            (0..=steps).filter(|i| ground.contains(at(*i))).count()
        });
        within.sum()
    };
    let places = corners.map(|corner| corner.align_size_within_rect(size, inside));
    let least = places.into_iter().min_by_key(crossed);
    least.unwrap_or(inside)
}

fn legend(ui: &Ui, t: &Tokens, plot: &Placed<'_>, data: &Lines<'_>) {
    let font = text::small(ui);
    let guide = match &data.guide {
        Guide::None => None,
        Guide::Diagonal(words) | Guide::Level(_, words) => Some(words.as_str()),
    };
    let named: Vec<&Line<'_>> = data.lines.iter().filter(|l| !l.label.is_empty()).collect();
    let more = named.len().saturating_sub(MOST_NAMED);
    let mut rows: Vec<(Option<&ModelKey>, String)> = named
        .iter()
        .take(MOST_NAMED)
        .map(|l| (Some(l.model), l.label.clone()))
        .collect();
    if more > 0 {
        rows.push((None, format!("{more} more")));
    }
    let guide_at = rows.len();
    rows.extend(
        guide
            .filter(|w| !w.is_empty())
            .map(|w| (None, w.to_owned())),
    );
    if rows.is_empty() {
        return;
    }
    let painter = ui.painter();
    let widest = rows.iter().map(|r| text::width(painter, &r.1, &font));
    let width = (widest.fold(0.0, f32::max) + 34.0).min(plot.rect.width() - 8.0);
    let size = vec2(width, rows.len() as f32 * LEGEND_ROW + 6.0);
    let inside = plot.rect.shrink(6.0);
    let ground = emptiest(plot, data, size, inside);
    painter.rect(
        ground,
        4.0,
        t.card.gamma_multiply(0.9),
        Stroke::new(1.0, t.line),
        StrokeKind::Inside,
    );
    for (i, (model, words)) in rows.iter().enumerate() {
        let y = ground.top() + 3.0 + LEGEND_ROW * (i as f32 + 0.5);
        let left = pos2(ground.left() + 14.0, y);
        match model {
            Some(model) => badge::paint(ui, painter, t, left, 14.0, model),
            None if i == guide_at => {
                let ends = [left - vec2(7.0, 0.0), left + vec2(7.0, 0.0)];
                let stroke = Stroke::new(1.0, t.weak);
                painter.extend(Shape::dashed_line(&ends, stroke, 4.0, 3.0));
            }
            None => {}
        }
        let galley = text::line(painter, words, font.clone(), t.text, width - 30.0);
        text::place(painter, left + vec2(13.0, 0.0), Align2::LEFT_CENTER, galley);
    }
}

fn respond(
    ui: &Ui,
    t: &Tokens,
    plot: &Placed<'_>,
    data: &Lines<'_>,
    tip: &dyn Fn(usize, usize) -> String,
) -> LinesResponse {
    let mut out = LinesResponse::default();
    let id = ui.scope_id().with(data.title);
    let response = ui.interact(plot.rect, id, Sense::click_and_drag());
    response.widget_info(|| {
        let role = eframe::egui::Role::Button;
        WidgetInfo::labeled(role, ui.is_enabled(), data.title)
    });
    let dragged = response.dragged();
    let pointer = response.interact_pointer_pos().filter(|_| dragged);
    let Some(pointer) = pointer.or(response.hover_pos()) else {
        return out;
    };
    // Who drags means the selected line, wherever the pointer goes.
    let reach = if dragged { f32::INFINITY } else { 14.0 };
    let mut nearest: Option<(f32, usize, usize, Pos2)> = None;
    for (l, line) in data.lines.iter().enumerate() {
        if dragged && !line.selected {
            continue;
        }
        for (p, point) in line.points.iter().enumerate() {
            let at = axis::at(&plot.x, &plot.y, point[0], point[1]);
            let far = at.distance(pointer) - if line.selected { 1.0 } else { 0.0 };
            if far <= reach && nearest.is_none_or(|n| far < n.0) {
                nearest = Some((far, l, p, at));
            }
        }
    }
    let Some((_, l, p, at)) = nearest else {
        return out;
    };
    out.hovered = Some((l, p));
    out.clicked = (response.clicked() || dragged).then_some((l, p));
    crosshair(&plot.painter, t, at);
    let words = tip(l, p);
    if !words.is_empty() {
        response.on_hover_ui_at_pointer(|ui| {
            ui.strong(format!(
                "{} {}",
                data.lines[l].model.letter, data.lines[l].model.name
            ));
            ui.label(words);
        });
    }
    out
}

fn crosshair(painter: &Painter, t: &Tokens, at: Pos2) {
    painter.circle_stroke(at, 5.0, Stroke::new(1.5, t.strong));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::test_picture;
    use egui_kittest::kittest::Queryable as _;
    use std::cell::RefCell;

    #[test]
    fn it_draws_lines_bands_and_counts_in_both_themes() {
        let (a, b) = (
            ModelKey::of(0, "Logistic regression"),
            ModelKey::of(6, "Tree"),
        );
        let points: Vec<[f64; 2]> = (0..=50)
            .map(|i| [f64::from(i) / 50.0, (f64::from(i) / 50.0).sqrt()])
            .collect();
        let edges: Vec<[f64; 3]> = points
            .iter()
            .map(|p| [p[0], p[1] - 0.1, p[1] + 0.05])
            .collect();
        let straight = [[0.0, 0.0], [0.4, 0.5], [1.0, 1.0]];
        fn line<'a>(model: &'a ModelKey, points: &'a [[f64; 2]], selected: bool) -> Line<'a> {
            Line {
                model,
                points,
                band: &[],
                dots: !selected,
                label: "AUC 0.993 ± 0.004".into(),
                selected,
                mark: None,
            }
        }
        let both = [
            Line {
                band: &edges,
                mark: Some([0.25, 0.5]),
                ..line(&a, &points, true)
            },
            line(&b, &straight, false),
        ];
        let bins = [(0.0, 0.5, 40), (0.5, 1.0, 13)];
        let mut data = Lines {
            title: "ROC curve",
            x_title: "false positive rate",
            y_title: "true positive rate",
            x: (0.0, 1.0),
            y: (0.0, 1.0),
            lines: &both,
            single: &[],
            names: &[],
            dates: false,
            guide: Guide::Diagonal("guessing".into()),
            corner: Align2::RIGHT_BOTTOM,
            counts: Some(Counts {
                bins: &bins,
                model: &a,
            }),
            empty: "",
        };
        let size = vec2(340.0, 330.0);
        test_picture::draw("lines", size + vec2(24.0, 24.0), |ui, t| {
            lines(ui, t, size, &data, &|_, _| String::new());
        });
        let day = |share: f64| [1.6e9 + share * 6e7, share];
        let dated = [0.0, 0.3, 0.6, 1.0].map(day);
        let dated = [line(&a, &dated, true)];
        let calendar = Lines {
            title: "Partial dependence",
            x_title: "date",
            x: (1.6e9, 1.66e9),
            lines: &dated,
            dates: true,
            guide: Guide::None,
            counts: None,
            ..data
        };
        let words = test_picture::draw("lines-dates", size + vec2(24.0, 24.0), |ui, t| {
            lines(ui, t, size, &calendar, &|_, _| String::new());
        });
        // From September 2020 to August 2022: days of the calendar, not seconds.
        assert!(words.iter().any(|w| w.contains("2021")), "{words:?}");
        assert!(!words.iter().any(|w| w.contains("1.6")), "{words:?}");
        data.lines = &[];
        data.counts = None;
        data.empty = "No held-out row is of the class.";
        test_picture::draw("lines-none", size + vec2(24.0, 24.0), |ui, t| {
            lines(ui, t, size, &data, &|_, _| String::new());
        });
    }

    #[test]
    fn a_click_answers_with_the_nearest_point() {
        let model = ModelKey::of(0, "A model");
        let points = [[0.0, 0.0], [0.5, 0.5], [1.0, 1.0]];
        let line = [Line {
            model: &model,
            points: &points,
            band: &[],
            dots: false,
            label: String::new(),
            selected: true,
            mark: None,
        }];
        let clicked = RefCell::new(None);
        let mut harness = test_picture::harness(vec2(324.0, 324.0), |ui, t| {
            let data = Lines {
                title: "Curve",
                x_title: "x",
                y_title: "y",
                x: (0.0, 1.0),
                y: (0.0, 1.0),
                lines: &line,
                single: &[],
                names: &[],
                dates: false,
                guide: Guide::None,
                corner: Align2::RIGHT_BOTTOM,
                counts: None,
                empty: "",
            };
            let out = lines(ui, t, vec2(300.0, 300.0), &data, &|_, _| "here".into());
            if out.clicked.is_some() {
                *clicked.borrow_mut() = out.clicked;
            }
        });
        harness.get_by_label("Curve").click();
        harness.run_steps(2);
        assert_eq!(*clicked.borrow(), Some((0, 1)));
    }
}
