//! The experiment log as a table: sorted by its heads, filtered by words, each row with a note and the
//! way back to its setting.
//!
//! ```text
//!  [Filter        ]  12 experiments                                  [Export…]
//!  Time v | Data     | Model             | Parameters     | Score          | Note
//!  3 min  | Penguins | [B] Random forest | Depth limit 6  | 0.973 ± 0.012  | deep   ↺ 🗑
//! ```

use std::cmp::Ordering;

use eframe::egui::{
    Align, Align2, Frame, Id, Layout, Margin, Rect, Role, ScrollArea, Sense, Stroke, TextEdit, Ui,
    UiBuilder, WidgetInfo, pos2, vec2,
};

use super::parts::{badge, text};
use crate::project::LogRow;
use crate::widget::button::{self, IconButton};
use crate::widget::theme::{Tokens, focus_ring};
use crate::widget::{format, icons};

const ROW: f32 = 28.0;
const HEADER: f32 = 30.0;

/// What a column shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogColumn {
    Time,
    Data,
    Model,
    Parameters,
    Preparation,
    Score,
    Seconds,
    Note,
}

impl LogColumn {
    fn name(self) -> &'static str {
        match self {
            LogColumn::Time => "Time",
            LogColumn::Data => "Data",
            LogColumn::Model => "Model",
            LogColumn::Parameters => "Parameters",
            LogColumn::Preparation => "Set-up",
            LogColumn::Score => "Score",
            LogColumn::Seconds => "Fit",
            LogColumn::Note => "Note",
        }
    }

    /// Points, and the share that it takes of what is left.
    fn width(self) -> (f32, f32) {
        match self {
            LogColumn::Time => (90.0, 0.0),
            LogColumn::Data => (76.0, 0.2),
            LogColumn::Model => (124.0, 0.4),
            LogColumn::Parameters => (88.0, 1.0),
            LogColumn::Preparation => (120.0, 0.6),
            LogColumn::Score => (106.0, 0.0),
            LogColumn::Seconds => (64.0, 0.0),
            LogColumn::Note => (84.0, 0.8),
        }
    }

    fn numeric(self) -> bool {
        matches!(self, LogColumn::Score | LogColumn::Seconds)
    }

    /// What comes first at the first click: the newest, the best; else A before Z.
    fn begins_ascending(self) -> bool {
        !matches!(self, LogColumn::Time | LogColumn::Score)
    }
}

/// Where there is no room for all, these go first.
const GO_FIRST: [LogColumn; 3] = [LogColumn::Preparation, LogColumn::Seconds, LogColumn::Data];
/// The buttons at the end of a row.
const BUTTONS: f32 = 60.0;

/// What is shown.
#[derive(Clone, Copy)]
pub struct LogShown<'a> {
    pub rows: &'a [LogRow],
    /// Goes up with every change of the rows.
    pub revision: u64,
    /// Why a row's setting cannot be brought back now.
    pub why_not_restored: &'a dyn Fn(&LogRow) -> Option<String>,
    /// Seconds since 1970; None shows no ages.
    pub now: Option<u64>,
}

/// Sorting, filter and the note that is being written.
#[derive(Clone, Debug)]
pub struct LogState {
    pub sort: (LogColumn, bool),
    pub filter: String,
    editing: Option<(u64, String)>,
    order: Vec<usize>,
    order_of: Option<(u64, (LogColumn, bool), String)>,
}

impl LogState {
    /// The note that is being written, and the row's number; it counts as finished from now on.
    pub fn take_draft(&mut self) -> Option<(u64, String)> {
        self.editing.take()
    }
}

impl Default for LogState {
    fn default() -> Self {
        LogState {
            sort: (LogColumn::Time, false),
            filter: String::new(),
            editing: None,
            order: Vec::new(),
            order_of: None,
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum LogAction {
    /// By the row's number.
    Restore(u64),
    Note(u64, String),
    Remove(u64),
    Export,
}

/// Draws into all the space that `ui` has.
pub fn log(
    ui: &mut Ui,
    t: &Tokens,
    shown: &LogShown<'_>,
    state: &mut LogState,
) -> Option<LogAction> {
    follow(shown, state);
    let mut action = toolbar(ui, shown, state);
    ui.add_space(4.0);
    let area = ui.available_rect_before_wrap();
    let columns = columns(area.width());
    ui.painter().rect_filled(area, 2.0, t.card);
    heads(ui, t, area, &columns, state);
    let body = area.with_min_y(area.top() + HEADER);
    ui.scope_builder(UiBuilder::new().max_rect(body), |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        if state.order.is_empty() {
            ui.add_space(12.0);
            ui.horizontal(|ui| {
                ui.add_space(10.0);
                ui.weak("No row has these words.");
            });
            return;
        }
        let scroll = ScrollArea::vertical().auto_shrink(false);
        scroll.show_rows(ui, ROW, state.order.len(), |ui, range| {
            for place in range {
                let row = &shown.rows[state.order[place]];
                action = action
                    .take()
                    .or(row_ui(ui, t, shown, row, &columns, &mut state.editing));
            }
        });
    });
    action
}

/// Sorts and filters anew where anything changed.
fn follow(shown: &LogShown<'_>, state: &mut LogState) {
    let of = (shown.revision, state.sort, state.filter.clone());
    if state.order_of.as_ref() == Some(&of) && state.order.len() <= shown.rows.len() {
        return;
    }
    state.order = order(shown.rows, state.sort, &state.filter);
    state.order_of = Some(of);
}

/// Positions of the rows that have all words of the filter, sorted; equal ones the newest first.
fn order(rows: &[LogRow], (by, ascending): (LogColumn, bool), filter: &str) -> Vec<usize> {
    let words: Vec<String> = filter.split_whitespace().map(str::to_lowercase).collect();
    let fits = |row: &LogRow| {
        let text = format!(
            "{}\n{} {}\n{}\n{}\n{}\n{}",
            row.data,
            row.badge,
            row.model_name(),
            row.differences,
            row.preparation(),
            row.target,
            row.note
        );
        let text = text.to_lowercase();
        words.iter().all(|word| text.contains(word.as_str()))
    };
    let mut order: Vec<usize> = (0..rows.len()).filter(|&at| fits(&rows[at])).collect();
    order.sort_by(|&a, &b| {
        let (x, y) = (&rows[a], &rows[b]);
        let directed = |o: Ordering| if ascending { o } else { o.reverse() };
        let compared = match by {
            LogColumn::Time => directed((x.when, x.number).cmp(&(y.when, y.number))),
            LogColumn::Data => directed(x.data.cmp(&y.data)),
            LogColumn::Model => {
                let name = |row: &LogRow| row.model_name().to_lowercase();
                directed((name(x), &x.badge).cmp(&(name(y), &y.badge)))
            }
            LogColumn::Parameters => directed(x.differences.cmp(&y.differences)),
            LogColumn::Preparation => directed(x.preparation().cmp(&y.preparation())),
            LogColumn::Seconds => directed(x.seconds.total_cmp(&y.seconds)),
            LogColumn::Note => directed(x.note.cmp(&y.note)),
            // Rows without a score come last both ways.
            LogColumn::Score => match (x.mean, y.mean) {
                (Some(x), Some(y)) => directed(x.total_cmp(&y)),
                (x, y) => y.is_some().cmp(&x.is_some()),
            },
        };
        compared.then(y.number.cmp(&x.number))
    });
    order
}

fn toolbar(ui: &mut Ui, shown: &LogShown<'_>, state: &mut LogState) -> Option<LogAction> {
    let mut action = None;
    ui.horizontal(|ui| {
        let edit = TextEdit::singleline(&mut state.filter)
            .id(Id::unique("log filter"))
            .hint_text("Filter by data, model, note…")
            .desired_width(210.0)
            .margin(Margin::symmetric(8, 5));
        ui.add(edit).accessible_name("Filter the log");
        let all = format::counted(shown.rows.len(), "experiment", "experiments");
        let words = if state.order.len() < shown.rows.len() {
            format!("{} of {all}", format::count(state.order.len()))
        } else {
            all
        };
        ui.weak(words);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let export = button::secondary("Export…").icon(icons::EXPORT);
            if ui.add(export.tooltip("All rows as CSV")).clicked() {
                action = Some(LogAction::Export);
            }
        });
    });
    action
}

/// A column with its left edge and its width.
type Placed = (LogColumn, f32, f32);

fn columns(width: f32) -> Vec<Placed> {
    let mut shown = vec![
        LogColumn::Time,
        LogColumn::Data,
        LogColumn::Model,
        LogColumn::Parameters,
        LogColumn::Preparation,
        LogColumn::Score,
        LogColumn::Seconds,
        LogColumn::Note,
    ];
    let room = width - BUTTONS - 8.0;
    let needed = |shown: &[LogColumn]| shown.iter().map(|c| c.width().0).sum::<f32>();
    for column in GO_FIRST {
        if needed(&shown) > room {
            shown.retain(|c| *c != column);
        }
    }
    let rest = (room - needed(&shown)).max(0.0);
    let shares: f32 = shown.iter().map(|c| c.width().1).sum();
    let mut left = 0.0;
    shown
        .into_iter()
        .map(|column| {
            let (least, share) = column.width();
            let width = (least + rest * share / shares.max(1e-3)).floor();
            let placed = (column, left, width);
            left += width;
            placed
        })
        .collect()
}

fn heads(ui: &Ui, t: &Tokens, area: Rect, columns: &[Placed], state: &mut LogState) {
    let painter = ui.painter();
    let bar = area.with_max_y(area.top() + HEADER);
    painter.rect_filled(bar, 2.0, t.panel);
    for &(column, left, width) in columns {
        let cell = Rect::from_min_size(bar.min + vec2(left, 0.0), vec2(width, HEADER));
        let id = ui.scope_id().with(("log head", column.name()));
        let response = ui.interact(cell, id, Sense::click());
        let sorted = (state.sort.0 == column).then_some(state.sort.1);
        response.widget_info(|| {
            let how = match sorted {
                Some(true) => ", ascending",
                Some(false) => ", descending",
                None => "",
            };
            let label = format!("Sort by {}{how}", column.name());
            WidgetInfo::labeled(Role::Button, ui.is_enabled(), label)
        });
        if response.hovered() {
            painter.rect_filled(cell, 0.0, t.hover);
        }
        let inside = cell.shrink2(vec2(8.0, 0.0));
        let words = text::line(painter, column.name(), text::medium(ui), t.strong, width);
        let arrow = match sorted {
            Some(true) => icons::ARROW_UP,
            Some(false) => icons::ARROW_DOWN,
            None => "",
        };
        let arrow = text::line(painter, arrow, text::body(ui), t.accent, 16.0);
        if column.numeric() {
            let placed = text::place(painter, inside.right_center(), Align2::RIGHT_CENTER, words);
            let at = pos2(placed.left() - 3.0, cell.center().y);
            text::place(painter, at, Align2::RIGHT_CENTER, arrow);
        } else {
            let placed = text::place(painter, inside.left_center(), Align2::LEFT_CENTER, words);
            let at = pos2(placed.right() + 3.0, cell.center().y);
            text::place(painter, at, Align2::LEFT_CENTER, arrow);
        }
        if response.clicked() {
            let ascending = sorted.map_or(column.begins_ascending(), |up| !up);
            state.sort = (column, ascending);
        }
        focus_ring(ui, &response, t);
    }
    let edge = Stroke::new(1.0, t.control.gamma_multiply(0.55));
    painter.hline(bar.x_range(), bar.bottom() - 0.5, edge);
}

fn row_ui(
    ui: &mut Ui,
    t: &Tokens,
    shown: &LogShown<'_>,
    row: &LogRow,
    columns: &[Placed],
    editing: &mut Option<(u64, String)>,
) -> Option<LogAction> {
    let size = vec2(ui.available_width(), ROW);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| {
        let words = format!("{} {}, {}", row.badge, row.model_name(), score(row).0);
        WidgetInfo::labeled(
            Role::Row,
            true,
            format!("Experiment {}: {words}", row.number),
        )
    });
    if response.contains_pointer() {
        ui.painter().rect_filled(rect, 0.0, t.hover);
    }
    let rule = Stroke::new(1.0, t.line);
    ui.painter()
        .hline(rect.x_range(), rect.bottom() - 0.5, rule);
    let mut action = None;
    for &(column, left, width) in columns {
        let cell = Rect::from_min_size(rect.min + vec2(left, 0.0), vec2(width, ROW));
        if column == LogColumn::Note {
            action = action.or(note(ui, t, row, cell, editing));
        } else {
            cell_ui(ui, t, shown, row, column, cell);
        }
    }
    action.or(row_buttons(ui, shown, row, rect))
}

/// The mean as text, and its spread.
fn score(row: &LogRow) -> (String, String) {
    match row.mean {
        // A clustering's silhouette has no folds to spread over.
        Some(mean) if row.metric == "Silhouette" => (format::score(mean), String::new()),
        Some(mean) => format::score_with_spread(mean, row.std),
        None => ("–".to_owned(), String::new()),
    }
}

fn cell_ui(ui: &Ui, t: &Tokens, shown: &LogShown<'_>, row: &LogRow, column: LogColumn, cell: Rect) {
    let painter = ui.painter();
    let inside = cell.shrink2(vec2(8.0, 0.0));
    let middle = cell.center().y;
    let mut left = inside.left();
    let (words, ink) = match column {
        LogColumn::Time => {
            let age = shown
                .now
                .map_or(0.0, |now| now.saturating_sub(row.when) as f64);
            (format::ago(age), t.weak)
        }
        LogColumn::Data => (row.data.clone(), t.text),
        LogColumn::Model => {
            let letter = row.badge.bytes().next().map_or(0, |b| b.wrapping_sub(b'A'));
            let round = row.badge.get(1..).and_then(|r| r.parse::<usize>().ok());
            let place = usize::from(letter.min(25)) + 26 * round.map_or(0, |r| r.clamp(2, 10) - 1);
            let key = badge::ModelKey::of(place, row.model_name());
            badge::paint(ui, painter, t, pos2(left + 8.0, middle), 16.0, &key);
            left += 22.0;
            (row.model_name().to_owned(), t.text)
        }
        LogColumn::Parameters if row.differences.is_empty() => ("defaults".to_owned(), t.weak),
        LogColumn::Parameters => (row.differences.clone(), t.text),
        LogColumn::Preparation => (row.preparation(), t.weak),
        LogColumn::Seconds => (format::seconds(row.seconds), t.text),
        LogColumn::Score => return score_ui(ui, t, row, inside),
        LogColumn::Note => return,
    };
    let line = text::line(painter, &words, text::body(ui), ink, inside.right() - left);
    let cut = line.elided;
    if column.numeric() {
        text::place(painter, inside.right_center(), Align2::RIGHT_CENTER, line);
    } else {
        text::place(painter, pos2(left, middle), Align2::LEFT_CENTER, line);
    }
    let told = match column {
        LogColumn::Time => Some(format!("{} UTC", row.time())),
        // What the narrow window has no column for.
        LogColumn::Parameters => Some(format!(
            "{words}\n{}: {}, {} rows\n{}",
            row.data,
            row.target,
            format::count(row.rows),
            row.preparation()
        )),
        _ => cut.then_some(words),
    };
    if let Some(told) = told {
        let id = ui.scope_id().with((row.number, column.name()));
        ui.interact(cell, id, Sense::hover()).on_hover_text(told);
    }
}

fn score_ui(ui: &Ui, t: &Tokens, row: &LogRow, inside: Rect) {
    let painter = ui.painter();
    let (mean, spread) = score(row);
    // A claim is no result: its numbers are weak, and marked.
    let strong = if row.from_file { t.weak } else { t.strong };
    let spread = if spread.is_empty() {
        spread
    } else {
        format!(" {spread}")
    };
    let pieces = [
        (mean.as_str(), text::strong(ui), strong),
        (spread.as_str(), text::body(ui), t.weak),
    ];
    let line = text::pieces(painter, &pieces, inside.width());
    text::place(painter, inside.right_center(), Align2::RIGHT_CENTER, line);
    let file = row.from_file;
    if file {
        let mark = text::line(painter, icons::FILE, text::body(ui), t.weak, 16.0);
        let at = pos2(inside.left() - 8.0, inside.center().y);
        text::place(painter, at, Align2::LEFT_CENTER, mark);
    }
    let told = if file {
        format!("{}, as the file says: it was not scored here.", row.metric)
    } else {
        row.metric.clone()
    };
    let id = ui.scope_id().with((row.number, "score"));
    ui.interact(inside, id, Sense::hover()).on_hover_text(told);
}

/// The note, written in place.
fn note(
    ui: &mut Ui,
    t: &Tokens,
    row: &LogRow,
    cell: Rect,
    editing: &mut Option<(u64, String)>,
) -> Option<LogAction> {
    let id = Id::unique(("log note", row.number));
    let mut words = match editing {
        Some((number, draft)) if *number == row.number => draft.clone(),
        _ => row.note.clone(),
    };
    let mut place = ui.new_child(UiBuilder::new().id_salt(id).max_rect(cell.shrink(1.0)));
    place.spacing_mut().interact_size = cell.size();
    let edit = TextEdit::singleline(&mut words)
        .id(id)
        .hint_text(eframe::egui::RichText::new("Note…").color(t.weak))
        .frame(Frame::NONE.inner_margin(Margin::symmetric(7, 4)))
        .desired_width(cell.width() - 16.0)
        .char_limit(crate::project::log::LONGEST_NOTE);
    let response = place
        .add(edit)
        .accessible_name(format!("Note of experiment {}", row.number));
    if response.has_focus() {
        let stroke = Stroke::new(2.0, t.accent);
        let kind = eframe::egui::StrokeKind::Inside;
        ui.painter()
            .rect_stroke(cell.shrink(1.0), 2.0, stroke, kind);
    }
    if response.changed() {
        let former = editing.replace((row.number, words));
        // What was written to another row is not lost with it.
        if let Some((number, words)) = former.filter(|(number, _)| *number != row.number) {
            return Some(LogAction::Note(number, words));
        }
    }
    let ended = response.lost_focus();
    let draft = editing.take_if(|(number, _)| ended && *number == row.number);
    draft.map(|(number, words)| LogAction::Note(number, words))
}

fn row_buttons(ui: &mut Ui, shown: &LogShown<'_>, row: &LogRow, rect: Rect) -> Option<LogAction> {
    let middle = rect.center().y;
    let place = |from_right: f32| {
        let center = pos2(rect.right() - from_right, middle);
        Rect::from_center_size(center, vec2(26.0, 24.0))
    };
    let why = (shown.why_not_restored)(row);
    let name = format!("Restore experiment {}", row.number);
    let restore = IconButton::new(icons::RESET, &name, "Restore this setting")
        .small()
        .disabled_because(why.as_deref());
    if restore.at(ui, place(44.0)).clicked() {
        return Some(LogAction::Restore(row.number));
    }
    let name = format!("Remove experiment {}", row.number);
    let remove = IconButton::new(icons::TRASH, &name, "Remove this row").small();
    let clicked = remove.at(ui, place(16.0)).clicked();
    clicked.then_some(LogAction::Remove(row.number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: u64, model: &str, mean: Option<f64>, note: &str) -> LogRow {
        let mut row = LogRow {
            number,
            mean,
            note: note.into(),
            data: "Iris".into(),
            ..LogRow::default()
        };
        row.model.algorithm = model.into();
        row
    }

    #[test]
    fn rows_are_sorted_and_filtered_and_what_has_no_score_is_last() {
        let rows = [
            row(1, "ridge", Some(0.5), "first try"),
            row(2, "knn_classifier", None, ""),
            row(3, "ridge", Some(0.9), "Second TRY"),
        ];
        let of = |by, up, filter| order(&rows, (by, up), filter);
        assert_eq!(of(LogColumn::Time, false, ""), [2, 1, 0]);
        assert_eq!(of(LogColumn::Score, false, ""), [2, 0, 1]);
        assert_eq!(of(LogColumn::Score, true, ""), [0, 2, 1]);
        assert_eq!(of(LogColumn::Model, true, ""), [1, 2, 0]);
        assert_eq!(of(LogColumn::Time, true, "try iris"), [0, 2]);
        assert!(of(LogColumn::Time, true, "nothing like it").is_empty());
    }

    #[test]
    fn columns_fill_the_width_and_the_lesser_ones_go_first() {
        let names = |width| columns(width).iter().map(|c| c.0).collect::<Vec<_>>();
        assert_eq!(names(1200.0).len(), 8);
        assert!(!names(680.0).contains(&LogColumn::Preparation));
        assert!(names(560.0).contains(&LogColumn::Note));
        for width in [560.0, 680.0, 1200.0] {
            let placed = columns(width);
            let (_, left, last) = placed[placed.len() - 1];
            assert!(left + last <= width - BUTTONS, "{width}");
        }
    }
}
