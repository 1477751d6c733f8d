//! The summary of one column beside the scatter plots: histograms by class, a small table, how much
//! the classes explain, what is missing.

mod rows;
mod summary;

use eframe::egui::{Align2, FontId, Rect, RichText, Sense, Ui, pos2, vec2};

use self::rows::{ROW, Rows, line};
pub use summary::{Classes, ColumnSummary, Group};

use super::histogram::{Arrangement, Histogram, histogram};
use super::parts::marker::ClassKey;
use super::parts::{icon, number, text};
use crate::data::Kind;
use crate::widget::theme::Tokens;

/// What the panel shows.
#[derive(Clone, Copy, Debug)]
pub struct ColumnPanel<'a> {
    pub name: &'a str,
    pub unit: Option<&'a str>,
    pub kind: Kind,
    pub summary: &'a ColumnSummary,
    /// The target's classes, in the order of the summary's groups; empty without classes.
    pub classes: &'a [ClassKey],
    /// The target's name, for "Explained by species".
    pub target: &'a str,
    /// The column's own levels, where it holds categories.
    pub levels: &'a [String],
}

/// Draws from top to bottom into the width that `ui` has; answers the bin that was clicked.
/// `controls` draws the role and kind of the column under its name.
pub fn column_panel(
    ui: &mut Ui,
    t: &Tokens,
    data: &ColumnPanel<'_>,
    controls: impl FnOnce(&mut Ui),
) -> Option<usize> {
    heading(ui, t, data);
    controls(ui);
    ui.add_space(8.0);
    let clicked = picture(ui, t, data);
    ui.add_space(10.0);
    if data.kind == Kind::Number {
        number_table(ui, t, data);
    } else if !data.summary.top.is_empty() {
        level_table(ui, t, data);
    }
    explained(ui, t, data);
    counts(ui, t, data);
    clicked
}

fn heading(ui: &mut Ui, t: &Tokens, data: &ColumnPanel<'_>) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 26.0), Sense::empty());
    let body = text::heading(ui);
    let regular = FontId::new(body.size, text::body(ui).family);
    let glyph = format!("{}  ", icon::of_kind(data.kind));
    let unit = data.unit.map(|u| format!(" {u}")).unwrap_or_default();
    let galley = text::pieces(
        ui.painter(),
        &[
            (&glyph, regular.clone(), t.weak),
            (data.name, body, t.strong),
            (&unit, regular, t.weak),
        ],
        rect.width(),
    );
    let cut = galley.elided;
    text::place(
        ui.painter(),
        rect.left_center(),
        Align2::LEFT_CENTER,
        galley,
    );
    if cut {
        let id = ui.scope_id().with("column name");
        ui.interact(rect, id, Sense::hover())
            .on_hover_text(data.name);
    }
}

fn picture(ui: &mut Ui, t: &Tokens, data: &ColumnPanel<'_>) -> Option<usize> {
    let bins = data.summary.bins.as_ref()?;
    // Stacked classes hide whose mean a line is.
    let means: Vec<f64> = if data.classes.is_empty() {
        vec![data.summary.all.mean]
    } else if bins.groups() > 8 {
        Vec::new()
    } else {
        data.summary.groups.iter().map(|g| g.mean).collect()
    };
    let picture = Histogram {
        bins,
        classes: data.classes,
        means: &means,
        levels: data.levels,
        dates: data.kind == Kind::Date,
    };
    let each = if bins.groups() > 4 { 44.0 } else { 56.0 };
    let (arrangement, height) = if !data.levels.is_empty() {
        (Arrangement::Stacked, 130.0)
    } else if bins.groups() > 1 && bins.groups() <= 8 {
        (
            Arrangement::ByClass,
            bins.groups() as f32 * (each + 4.0) + 14.0,
        )
    } else {
        (Arrangement::Stacked, 120.0)
    };
    let place = Rect::from_min_size(ui.cursor().min, vec2(ui.available_width(), height));
    let title = format!("Distribution of {}", data.name);
    crate::widget::picture::show(ui.ctx(), &title, place.intersect(ui.clip_rect()));
    histogram(ui, t, &picture, arrangement, height)
}

/// All numbers of the table with the decimals of the overall mean, and not more than the largest of
/// them needs for three digits: the table is narrow.
fn number_table(ui: &mut Ui, t: &Tokens, data: &ColumnPanel<'_>) {
    let all = &data.summary.all;
    let largest = all.min.abs().max(all.max.abs());
    let enough = if largest.is_finite() && largest > 0.0 {
        (2 - largest.log10().floor() as i32).clamp(0, 7) as usize
    } else {
        7
    };
    let decimals = number::decimals(all.mean).min(enough);
    let cells = |g: &Group| {
        let show = |v: f64| {
            // What rounding has left of zero is zero.
            let v = if v.abs() < 1e-12 * largest { 0.0 } else { v };
            if v.abs() < 1e7 && (v == 0.0 || v.abs() > 1e-4) {
                number::fixed(v, decimals)
            } else {
                number::short(v)
            }
        };
        let rows = number::count(g.rows);
        let numbers = [g.mean, g.std, g.min, g.max].map(show);
        std::iter::once(rows).chain(numbers).collect::<Vec<_>>()
    };
    let mut rows: Vec<_> = data
        .classes
        .iter()
        .zip(&data.summary.groups)
        .map(|(class, group)| (Some(class), class.name.clone(), cells(group)))
        .collect();
    rows.push((None, "All".to_owned(), cells(all)));
    let table = Rows {
        titles: &["rows", "mean", "spread", "min", "max"],
        rows,
        total: !data.classes.is_empty(),
    };
    table.show(ui, t);
}

/// Rows and shares of the most frequent values.
fn level_table(ui: &mut Ui, t: &Tokens, data: &ColumnPanel<'_>) {
    let summary = data.summary;
    let total = (summary.rows - summary.missing.min(summary.rows)).max(1);
    let rows = summary
        .top
        .iter()
        .map(|(name, rows)| {
            let share = *rows as f64 / total as f64;
            (
                None,
                name.clone(),
                vec![number::count(*rows), number::percent(share)],
            )
        })
        .collect();
    let table = Rows {
        titles: &["rows", "share"],
        rows,
        total: false,
    };
    table.show(ui, t);
    let more = summary.distinct.saturating_sub(summary.top.len());
    if more > 0 {
        let more = format!("{} more values", number::count(more as u64));
        ui.label(RichText::new(more).small().color(t.weak));
    }
}

/// "Explained by species 70.8 %", a bar, and which classes the column tells apart.
fn explained(ui: &mut Ui, t: &Tokens, data: &ColumnPanel<'_>) {
    let Some(share) = data.summary.explained else {
        return;
    };
    line(ui, t, 14.0);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 24.0), Sense::empty());
    let score = text::line(
        ui.painter(),
        number::percent(share),
        text::score(ui),
        t.strong,
        100.0,
    );
    let room = rect.width() - score.size().x - 8.0;
    let right = pos2(rect.right(), rect.center().y);
    text::place(ui.painter(), right, Align2::RIGHT_CENTER, score);
    let label = format!("Explained by {}", data.target);
    let galley = text::line(ui.painter(), label, text::body(ui), t.text, room);
    text::place(
        ui.painter(),
        rect.left_center(),
        Align2::LEFT_CENTER,
        galley,
    );
    ui.add_space(4.0);
    let (bar, _) = ui.allocate_exact_size(vec2(ui.available_width(), 4.0), Sense::empty());
    ui.painter().rect_filled(bar, 2.0, t.rail);
    let done = Rect::from_min_size(bar.min, vec2(bar.width() * share as f32, 4.0));
    ui.painter().rect_filled(done, 2.0, t.sequential[3]);
    ui.add_space(6.0);
    let mut words = String::from("Share of the variance that lies between the classes.");
    if let Some([near, far]) = data.summary.nearest_and_farthest() {
        let name = |i: usize| data.classes.get(i).map_or("?", |c| c.name.as_str());
        words.push_str(&format!(
            " Farthest apart are {} and {} ({} spreads), nearest {} and {} ({}).",
            name(far.0),
            name(far.1),
            number::fixed(far.2, 1),
            name(near.0),
            name(near.1),
            number::fixed(near.2, 1),
        ));
    }
    let galley = text::wrapped(
        ui.painter(),
        words,
        text::small(ui),
        t.weak,
        ui.available_width(),
    );
    let (rect, _) = ui.allocate_exact_size(galley.size(), Sense::empty());
    text::place(ui.painter(), rect.min, Align2::LEFT_TOP, galley);
}

fn counts(ui: &mut Ui, t: &Tokens, data: &ColumnPanel<'_>) {
    line(ui, t, 14.0);
    let s = data.summary;
    let missing = format!(
        "{} of {}",
        number::count(s.missing as u64),
        number::count(s.rows as u64)
    );
    let share = if s.missing > 0 {
        format!(
            "  {}",
            number::percent(s.missing as f64 / s.rows.max(1) as f64)
        )
    } else {
        String::new()
    };
    fact(ui, t, "Missing", &missing, &share);
    fact(
        ui,
        t,
        "Different values",
        &number::count(s.distinct as u64),
        "",
    );
    let Some(quartiles) = s.quartiles else { return };
    if data.kind == Kind::Date {
        for (name, value) in [
            ("From", s.all.min),
            ("Middle", quartiles[1]),
            ("To", s.all.max),
        ] {
            fact(ui, t, name, &super::data_table::date(value), "");
        }
        return;
    }
    let [low, median, high] = quartiles.map(number::short);
    fact(ui, t, "Quartiles", &format!("{low} to {high}"), "");
    fact(ui, t, "Median", &median, "");
    let share = match s.outliers {
        0 => String::new(),
        n => format!("  {}", number::percent(n as f64 / s.all.rows.max(1) as f64)),
    };
    fact(ui, t, "Outliers", &number::count(s.outliers), &share);
}

fn fact(ui: &mut Ui, t: &Tokens, name: &str, value: &str, weak: &str) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::empty());
    let pieces = [
        (value, text::strong(ui), t.strong),
        (weak, text::body(ui), t.weak),
    ];
    let galley = text::pieces(ui.painter(), &pieces, rect.width() * 0.7);
    let right = pos2(rect.right(), rect.center().y);
    let placed = text::place(ui.painter(), right, Align2::RIGHT_CENTER, galley);
    let room = placed.left() - rect.left() - 8.0;
    let galley = text::line(ui.painter(), name, text::body(ui), t.text, room);
    text::place(
        ui.painter(),
        rect.left_center(),
        Align2::LEFT_CENTER,
        galley,
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Cancel;
    use crate::data::Column;
    use crate::view::test_picture;

    #[test]
    fn it_draws_in_both_themes() {
        let names = ["Adelie", "Chinstrap", "Gentoo"];
        let classes: Vec<ClassKey> = names
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
                let p: f64 = (f64::from(i) + 0.5) / f64::from(n);
                values.push(mean + 1.6 * (p / (1.0 - p)).ln());
                codes.push(class as u32);
            }
        }
        values[7] = f64::NAN;
        let column = Column::numbers("Bill length", values.clone());
        let by = Classes {
            codes: &codes,
            count: 3,
        };
        let summary = ColumnSummary::compute(&column, Some(by), 22, &Cancel::new()).unwrap();
        let data = ColumnPanel {
            name: "Bill length",
            unit: Some("mm"),
            kind: Kind::Number,
            summary: &summary,
            classes: &classes,
            target: "Species",
            levels: &[],
        };
        test_picture::draw("explore-column", vec2(272.0, 580.0), |ui, t| {
            column_panel(ui, t, &data, |_| {});
        });
        let plain = ColumnSummary::compute(&column, None, 22, &Cancel::new()).unwrap();
        let data = ColumnPanel {
            summary: &plain,
            classes: &[],
            ..data
        };
        test_picture::draw("explore-column-alone", vec2(272.0, 330.0), |ui, t| {
            column_panel(ui, t, &data, |_| {});
        });
        let levels: Vec<String> = ["Biscoe", "Dream", "Torgersen"].map(String::from).to_vec();
        let own: Vec<u32> = (0..342).map(|i| (i * 7 % 11 % 3) as u32).collect();
        let column = Column::categories("Island", own, levels.clone());
        let summary = ColumnSummary::compute(&column, Some(by), 22, &Cancel::new()).unwrap();
        let data = ColumnPanel {
            name: "Island with quite a long name of its own",
            unit: None,
            kind: Kind::Category,
            summary: &summary,
            classes: &classes,
            levels: &levels,
            ..data
        };
        test_picture::draw("explore-category", vec2(272.0, 360.0), |ui, t| {
            column_panel(ui, t, &data, |_| {});
        });
    }
}
