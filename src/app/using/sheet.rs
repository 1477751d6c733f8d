//! The sheet in which a model predicts other data: what it is, which data, what of its columns they
//! have, and then what it said.
//!
//! ```text
//!  Predict with trees.model                                     x
//!  Predicts      species (Adelie, Chinstrap, Gentoo)
//!  Trained on    Penguins, 344 rows
//!  Data  [Present data] [Open file…]   or drop a file here
//!  All 8 columns are there. The target species is there too
//!  | Column | Kind | In the data | To know |
//!  [Predict 344 rows]
//! ```

use std::sync::atomic::Ordering;

use eframe::egui::{Align, Label, Layout, RichText, ScrollArea, Ui, vec2};

use super::check::{self, Line, State};
use super::{Data, Predicted, Sheet, Stage, Use, about};
use crate::app::act::{Act, Dialog};
use crate::app::frame::Frame;
use crate::app::parts;
use crate::base::problem::visible;
use crate::data::Kind;
use crate::evaluate::Metric;
use crate::view::data_table::exact;
use crate::view::small_table::{Head, Ink, Part, SmallTable, height, small_table};
use crate::widget::button;
use crate::widget::model_card::bar;
use crate::widget::notice::{Notice, Weight, notice};
use crate::widget::text::Rich;
use crate::widget::{format, icons};

const WIDTH: f32 = 900.0;

/// Draws the sheet, where there is one.
pub fn show(ui: &mut Ui, frame: &Frame<'_>, sheet: Option<&Sheet>, acts: &mut Vec<Act>) {
    let Some(sheet) = sheet else { return };
    let most = ui.ctx().content_rect().height() - 130.0;
    let title = format!("Predict with {}", sheet.name);
    let open = parts::sheet(ui, &title, WIDTH, |ui| {
        ScrollArea::vertical()
            .id_salt("predict sheet")
            .max_height(most)
            .min_scrolled_height(most)
            .show(ui, |ui| content(ui, frame, sheet, most, acts));
    });
    if !open {
        acts.push(Act::Use(Use::Close));
    }
}

fn content(ui: &mut Ui, frame: &Frame<'_>, sheet: &Sheet, most: f32, acts: &mut Vec<Act>) {
    let before = ui.cursor().top();
    for (name, words) in &sheet.about {
        labelled(ui, frame, name, 18.0, |ui| {
            ui.add(Label::new(RichText::new(words).color(frame.tokens.text)).wrap());
        });
    }
    ui.add_space(6.0);
    labelled(ui, frame, "Data", 28.0, |ui| choose(ui, frame, sheet, acts));
    if let Some(problem) = &sheet.problem {
        let shown = Notice {
            weight: Weight::Failure,
            words: Rich::default().plain(problem.to_string()),
            buttons: Vec::new(),
            closable: false,
        };
        notice(ui, &shown);
    }
    ui.add_space(4.0);
    let left = most - (ui.cursor().top() - before);
    match &sheet.stage {
        Stage::Choose => {}
        Stage::Reading { name } => weak(ui, frame, &format!("Reading {} …", visible(name))),
        Stage::Checked(data) | Stage::Predicting { data, .. } => {
            columns(ui, frame, sheet, data, left);
            ui.add_space(6.0);
            go(ui, sheet, data, acts);
        }
        Stage::Done(data, made) => done(ui, frame, sheet, data, made, left, acts),
    }
}

/// A name at the left, so high, and what belongs to it.
fn labelled(ui: &mut Ui, frame: &Frame<'_>, name: &str, height: f32, add: impl FnOnce(&mut Ui)) {
    ui.horizontal_top(|ui| {
        let centred = Layout::left_to_right(Align::Center);
        ui.allocate_ui_with_layout(vec2(96.0, height), centred, |ui| {
            ui.set_min_size(vec2(96.0, height));
            ui.label(RichText::new(name).color(frame.tokens.weak));
        });
        ui.vertical(|ui| add(ui));
    });
}

fn weak(ui: &mut Ui, frame: &Frame<'_>, words: &str) {
    ui.add(Label::new(RichText::new(words).color(frame.tokens.weak)).wrap());
}

fn choose(ui: &mut Ui, frame: &Frame<'_>, sheet: &Sheet, acts: &mut Vec<Act>) {
    let busy = matches!(sheet.stage, Stage::Predicting { .. });
    let why = busy.then_some("Stop the prediction first.");
    ui.horizontal(|ui| {
        let present = format!("{} (at work)", visible(frame.desk.project().table.name()));
        let present = button::secondary(&present)
            .icon(icons::DATABASE)
            .tooltip("The data set that is open in the window.")
            .disabled_because(why);
        if ui.add(present).clicked() {
            acts.push(Act::Use(Use::Present));
        }
        let file = button::secondary("Open file…")
            .icon(icons::FOLDER_OPEN)
            .disabled_because(why);
        if ui.add(file).clicked() {
            acts.push(Act::Dialog(Dialog::PredictData));
        }
        let words = match sheet.data() {
            Some(data) => format!(
                "{}: {}",
                visible(&data.name),
                format::counted(data.table.rows(), "row", "rows")
            ),
            None => "or drop a file here".to_owned(),
        };
        weak(ui, frame, &words);
    });
}

/// What the model needs, and what of it is there.
fn columns(ui: &mut Ui, frame: &Frame<'_>, sheet: &Sheet, data: &Data, left: f32) {
    let target = sheet.model.pipeline.target.as_ref();
    let words = check::summary(&data.account, target.map(|t| t.name.as_str()));
    ui.add(Label::new(RichText::new(words).color(frame.tokens.strong)).wrap());
    ui.add_space(4.0);
    let heads = [
        Head::new("Column of the model", 230.0),
        Head::new("Kind", 84.0),
        Head::new("In the data", 190.0),
        Head::new("To know", 320.0),
    ];
    let cell = |row: usize, column: usize| column_cell(&data.lines[row], column);
    let table = SmallTable {
        name: "Columns",
        heads: &heads,
        rows: data.lines.len(),
        cell: &cell,
    };
    small_table(ui, frame.tokens, &table, (left - 84.0).max(120.0));
}

fn column_cell(line: &Line, column: usize) -> Part {
    let (icon, ink) = match line.state {
        State::Lacking => (icons::X_CIRCLE, Ink::Bad),
        State::Odd => (icons::WARNING, Ink::Warn),
        State::Good => (icons::CHECK_CIRCLE, Ink::Good),
        State::Extra => (icons::MINUS, Ink::Weak),
    };
    match column {
        0 => Part {
            icon: Some(icon),
            text: if line.state == State::Extra {
                "none".to_owned()
            } else {
                line.name.clone()
            },
            ink,
        },
        1 => Part::new(line.kind, Ink::Weak),
        2 => Part::new(&line.found, Ink::Plain),
        _ => Part::new(
            &line.note,
            match line.state {
                State::Lacking => Ink::Bad,
                State::Odd => Ink::Warn,
                _ => Ink::Weak,
            },
        ),
    }
}

/// The button, or how far it is.
fn go(ui: &mut Ui, sheet: &Sheet, data: &Data, acts: &mut Vec<Act>) {
    let rows = data.table.rows();
    if let Stage::Predicting { done, .. } = &sheet.stage {
        let done = done.load(Ordering::Relaxed).min(rows);
        ui.horizontal(|ui| {
            let t = crate::widget::tokens::Tokens::of(ui);
            let (place, _) =
                ui.allocate_exact_size(vec2(260.0, 28.0), eframe::egui::Sense::empty());
            let line = place.with_min_y(place.center().y - 2.0);
            let line = line.with_max_y(place.center().y + 2.0);
            bar(ui, line, done as f32 / rows.max(1) as f32, t.accent);
            let words = format!("{} of {} rows", format::count(done), format::count(rows));
            ui.label(RichText::new(words).color(t.text));
            if ui
                .add(button::secondary("Stop").icon(icons::STOP))
                .clicked()
            {
                acts.push(Act::Use(Use::Stop));
            }
        });
        // The count is the thread's; nothing else wakes the window for it.
        ui.ctx()
            .request_repaint_after(std::time::Duration::from_millis(60));
        return;
    }
    let why = check::why_not(&data.account);
    let words = format!("Predict {}", format::counted(rows, "row", "rows"));
    ui.horizontal(|ui| {
        let predict = button::primary(&words).disabled_because(why.as_deref());
        if ui.add(predict).clicked() {
            acts.push(Act::Use(Use::Predict));
        }
        if check::fillable(&data.account) {
            let lacking = data.account.lacking().count();
            let words = match lacking {
                1 => "Count it as missing".to_owned(),
                n => format!("Count the {n} as missing"),
            };
            let fill = button::secondary(&words).tooltip(
                "Every row goes without a value there, filled in as in training. Expect worse predictions than the scores say.",
            );
            if ui.add(fill).clicked() {
                acts.push(Act::Use(Use::Predict));
            }
        }
        if let Some(why) = &why {
            let t = crate::widget::tokens::Tokens::of(ui);
            ui.add(Label::new(RichText::new(why).color(t.fail)).wrap());
        }
    });
}

fn done(
    ui: &mut Ui,
    frame: &Frame<'_>,
    sheet: &Sheet,
    data: &Data,
    made: &Predicted,
    left: f32,
    acts: &mut Vec<Act>,
) {
    let t = frame.tokens;
    let top = ui.cursor().top();
    let mut odd = made.applied.account.warnings();
    if let Some(scores) = &made.applied.scores {
        odd.extend(scores.warnings.iter().map(ToString::to_string));
    }
    let trained = &sheet.model.about.trained_on;
    if trained.is_of(&data.table) {
        let seen = "The model was trained on these very rows: scores here say nothing of new ones.";
        odd.insert(0, seen.to_owned());
    }
    for warning in odd.iter().take(4) {
        let words = format!("{}  {warning}", icons::WARNING);
        ui.add(Label::new(RichText::new(words).color(t.warn)).wrap());
    }
    if odd.len() > 4 {
        weak(ui, frame, &format!("and {} more", odd.len() - 4));
    }
    scores(ui, frame, sheet, made);
    ui.add_space(4.0);
    let left = left - (ui.cursor().top() - top);
    rows(ui, frame, data, made, (left - 46.0).max(150.0));
    ui.add_space(6.0);
    ui.horizontal(|ui| {
        let save = button::primary("Save as CSV…").icon(icons::DOWNLOAD);
        if ui.add(save).clicked() {
            acts.push(Act::Dialog(Dialog::SavePredicted));
        }
        let copy = button::secondary("Copy").icon(icons::COPY);
        if ui.add(copy).clicked() {
            acts.push(Act::Use(Use::Copy));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if ui.add(button::quiet("Close")).clicked() {
                acts.push(Act::Use(Use::Close));
            }
        });
    });
}

/// Scores here beside those that were expected.
fn scores(ui: &mut Ui, frame: &Frame<'_>, sheet: &Sheet, made: &Predicted) {
    let Some(scores) = &made.applied.scores else {
        return;
    };
    let heads = [
        Head::new("Score", 230.0),
        Head::new("Here", 110.0).right(),
        Head::new("Expected", 150.0).right(),
        Head::new("", 100.0),
    ];
    let about = &sheet.model.about;
    let cell = |row: usize, column: usize| {
        let (metric, value) = &scores.values[row];
        score_cell(
            *metric,
            *value,
            about.score(*metric).and_then(about::words),
            column,
        )
    };
    let table = SmallTable {
        name: "Scores",
        heads: &heads,
        rows: scores.values.len(),
        cell: &cell,
    };
    small_table(ui, frame.tokens, &table, height(4));
}

fn score_cell(
    metric: Metric,
    value: Option<f64>,
    expected: Option<(String, String)>,
    column: usize,
) -> Part {
    match column {
        0 => Part::new(metric.full_name(), Ink::Plain),
        1 => match value {
            Some(value) => Part::new(format::score(value), Ink::Strong),
            None => Part::new("–", Ink::Weak),
        },
        2 => match expected {
            Some((mean, spread)) => Part::new(format!("{mean} {spread}"), Ink::Weak),
            None => Part::new("–", Ink::Weak),
        },
        _ => Part::default(),
    }
}

/// The rows with what was predicted first.
fn rows(ui: &mut Ui, frame: &Frame<'_>, data: &Data, made: &Predicted, most: f32) {
    let columns = made.table.columns();
    let target = data.account.target.as_ref();
    let target = target.and_then(|name| made.table.position(name));
    // The row's number, the predictions, the target beside them, the rest.
    let mut order: Vec<usize> = (made.columns..columns.len()).collect();
    order.insert(1.min(order.len()), target.unwrap_or(usize::MAX));
    order.retain(|at| *at != usize::MAX);
    order.extend((0..made.columns).filter(|at| Some(*at) != target).take(60));
    let mut heads = vec![Head::new("Row", 64.0).right()];
    heads.extend(order.iter().map(|&at| {
        let column = &columns[at];
        let width = (column.title().chars().count() as f32 * 7.2 + 22.0).clamp(84.0, 240.0);
        match column.kind {
            Kind::Number => Head::new(visible(&column.title()), width).right(),
            _ => Head::new(visible(&column.title()), width),
        }
    }));
    let cell = |row: usize, place: usize| {
        let Some(&at) = place.checked_sub(1).and_then(|place| order.get(place)) else {
            return Part::new(format::count(row + 1), Ink::Weak);
        };
        let column = &columns[at];
        let predicted = at >= made.columns;
        let ink = match (predicted, Some(at) == target) {
            (true, _) => Ink::Strong,
            (false, true) => Ink::Plain,
            _ => Ink::Weak,
        };
        if column.missing.is_missing(row) {
            return Part::new("–", Ink::Weak);
        }
        match column.number(row) {
            // Probabilities.
            Some(value) if at > made.columns => Part::new(format!("{value:.3}"), Ink::Plain),
            Some(value) if column.kind == Kind::Number => Part::new(exact(value), ink),
            _ => Part::new(visible(&column.cell(row)), ink),
        }
    };
    let table = SmallTable {
        name: "Predictions",
        heads: &heads,
        rows: made.table.rows(),
        cell: &cell,
    };
    small_table(ui, frame.tokens, &table, most);
}
