//! The table of the data: any number of rows and columns, of which only the visible are made.
//!
//! ```text
//!  344 rows · 5 selected                [ ] Selected rows only
//!  row | ◎ Species  | # Bill length mm ^ | [B] prediction
//!    1 | ● Adelie   |               39.1 | ● Adelie
//!    4 | ● Adelie   |                  – | ◉ Chinstrap
//! ```

mod cell;
mod filter;
mod header;
mod offers;
mod order;
mod row;
mod scroll;
mod toolbar;

use std::ops::RangeInclusive;

use eframe::egui::{
    Align2, EventFilter, Key, Rect, Response, Role, Sense, Ui, WidgetInfo, pos2, vec2,
};

pub use cell::{Cell, data_cell, date, exact};
pub use filter::{Filter, Test, Watch, keep_also, keep_rows};
pub use offers::{Head, Offers};
pub use order::{filter_order, sort_order};

use self::row::Line;
use self::scroll::Scroll;
use super::parts::badge::ModelKey;
use super::parts::{number, text};
use crate::data::Kind;
use crate::widget::theme::{Tokens, focus_ring};

/// Where a column comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    Data {
        kind: Kind,
        target: bool,
    },
    /// A model's out-of-fold answers.
    Model(ModelKey),
}

/// A column's head.
#[derive(Clone, Debug, PartialEq)]
pub struct TableColumn {
    pub name: String,
    pub unit: Option<String>,
    pub source: Source,
    /// Numbers stand at the right.
    pub numeric: bool,
    pub width: f32,
}

/// What is shown. Positions count the rows shown, from 0; rows are the data's own, from 0 here and
/// from 1 on the screen.
#[derive(Clone, Copy)]
pub struct DataTable<'a> {
    pub columns: &'a [TableColumn],
    /// How many rows the data have.
    pub rows: usize,
    /// The rows shown, sorted and filtered by a worker; none is all in the data's order.
    pub order: Option<&'a [u32]>,
    /// The sorted column, and whether it ascends.
    pub sort: Option<(usize, bool)>,
    pub selected: &'a dyn Fn(u32) -> bool,
    pub selected_count: usize,
    pub only_selected: bool,
    pub cell: &'a dyn Fn(u32, usize) -> Cell,
}

impl DataTable<'_> {
    fn shown(&self) -> usize {
        self.order.map_or(self.rows, <[u32]>::len)
    }

    fn row(&self, position: usize) -> u32 {
        self.order.map_or(position as u32, |order| order[position])
    }
}

/// Where the table is scrolled to, and where a range of selected rows begins.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TableState {
    /// The first visible row, with a fraction.
    pub top: f64,
    /// Points by which columns are scrolled.
    pub left: f32,
    /// The position that the keys move.
    pub cursor: usize,
    /// Where Shift extends from.
    pub anchor: usize,
    /// The row under the pointer.
    pub hovered: Option<u32>,
    /// Row and column that were clicked last.
    pub at: Option<(u32, usize)>,
    /// Row and column that have just been double-clicked.
    pub opened: Option<(u32, usize)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SelectHow {
    Replace,
    /// Each row of the range changes sides.
    Toggle,
}

#[derive(Clone, Debug, PartialEq)]
pub enum TableAction {
    Sort {
        column: usize,
        ascending: bool,
    },
    /// Back to the data's order.
    Unsort,
    Select {
        positions: RangeInclusive<usize>,
        how: SelectHow,
    },
    OnlySelected(bool),
}

pub const ROW: f32 = 24.0;
const HEADER: f32 = 30.0;
/// For what is said of each column.
const HEAD_MORE: f32 = 38.0;

/// Draws into all the space that `ui` has, under a line that counts the rows.
pub fn data_table(
    ui: &mut Ui,
    t: &Tokens,
    data: &DataTable<'_>,
    state: &mut TableState,
) -> Option<TableAction> {
    let action = toolbar::show(ui, t, data);
    table_with(ui, t, data, state, &mut Offers::default()).or(action)
}

/// Draws the table alone into all the space that `ui` has, with what its owner offers beside the look.
pub fn table_with(
    ui: &mut Ui,
    t: &Tokens,
    data: &DataTable<'_>,
    state: &mut TableState,
    offers: &mut Offers<'_>,
) -> Option<TableAction> {
    let mut action = None;
    let header = if offers.heads.is_some() {
        HEADER + HEAD_MORE
    } else {
        HEADER
    };
    let size = ui.available_size().max(vec2(120.0, header + 2.0 * ROW));
    let (area, _) = ui.allocate_exact_size(size, Sense::empty());
    let font = text::body(ui);
    let last = number::count(data.rows.max(1) as u64);
    let gutter = (text::width(ui.painter(), &last, &font) + 18.0)
        .max(36.0)
        .round();
    let body = Rect::from_min_max(
        pos2(area.left() + gutter, area.top() + header),
        area.max - vec2(scroll::BAR, scroll::BAR),
    );
    let (rows, columns) = scroll_ui(ui, t, data, state, body, area);

    ui.painter().rect_filled(area, 2.0, t.card);
    let all = Rect::from_min_max(pos2(area.left(), body.top()), body.max);
    let table = ui.interact(all, ui.scope_id().with("data table"), Sense::click());
    table.widget_info(|| {
        let name = format!("Table, {} rows", number::count(data.shown() as u64));
        WidgetInfo::labeled(Role::Table, ui.is_enabled(), name)
    });
    if table.has_focus() {
        action = keys(ui, &table, data, state, rows.page).or(action);
    }
    let visible = visible_columns(data.columns, state.left, columns.page as f32);
    state.hovered = None;
    state.opened = None;
    let first = state.top.floor() as usize;
    let count = rows.page.ceil() as usize + 1;
    for position in first..(first + count).min(data.shown()) {
        let y = body.top() + ((position as f64 - state.top) as f32) * ROW;
        let rect = Rect::from_min_size(pos2(area.left(), y), vec2(body.right() - area.left(), ROW));
        let line = Line {
            data,
            position,
            rect,
            body,
            left: state.left,
            columns: &visible,
        };
        if let Some(select) = line.show(ui, t, &table, state, offers) {
            action = Some(select);
        }
    }
    let head = Rect::from_min_max(area.min, pos2(body.right(), body.top()));
    action = header::show(ui, t, data, head, gutter, state.left, &visible, offers).or(action);
    let right = Rect::from_min_max(
        pos2(body.right(), body.top()),
        pos2(area.right(), body.bottom()),
    );
    if let Some(at) = scroll::bar(ui, t, right, rows, true) {
        state.top = at;
    }
    let below = Rect::from_min_max(
        pos2(body.left(), body.bottom()),
        pos2(body.right(), area.bottom()),
    );
    if let Some(at) = scroll::bar(ui, t, below, columns, false) {
        state.left = at as f32;
    }
    if data.shown() == 0 {
        let words = match offers.empty {
            _ if data.only_selected => "No rows are selected",
            Some(words) => words,
            None => "No rows",
        };
        let galley = text::line(ui.painter(), words, font, t.weak, all.width());
        text::place(ui.painter(), all.center(), Align2::CENTER_CENTER, galley);
    }
    focus_ring(ui, &table, t);
    editor(ui, data, state, offers, body, &visible);
    action
}

/// Draws the field over the cell that is being edited; none while that is scrolled out of sight.
fn editor(
    ui: &mut Ui,
    data: &DataTable<'_>,
    state: &TableState,
    offers: &mut Offers<'_>,
    body: Rect,
    visible: &[(usize, f32)],
) {
    let Some((position, column, draw)) = &mut offers.editor else {
        return;
    };
    let Some((_, edge)) = visible.iter().find(|(index, _)| index == column) else {
        return;
    };
    let y = body.top() + ((*position as f64 - state.top) as f32) * ROW;
    let min = pos2(body.left() + edge - state.left, y);
    let cell = Rect::from_min_size(min, vec2(data.columns[*column].width, ROW));
    if body.contains(cell.center()) {
        draw(ui, cell.intersect(body));
    }
}

/// Takes the wheel and clamps; answers the scroll of rows and of columns.
fn scroll_ui(
    ui: &Ui,
    _t: &Tokens,
    data: &DataTable<'_>,
    state: &mut TableState,
    body: Rect,
    area: Rect,
) -> (Scroll, Scroll) {
    if ui.rect_contains_pointer(area) {
        let delta = ui.input_mut(|i| std::mem::take(&mut i.smooth_scroll_delta));
        state.top -= f64::from(delta.y / ROW);
        state.left -= delta.x;
    }
    let width: f32 = data.columns.iter().map(|c| c.width).sum();
    let mut rows = Scroll {
        at: state.top,
        total: data.shown() as f64,
        page: f64::from((body.height() / ROW).max(0.0)),
    };
    let mut columns = Scroll {
        at: f64::from(state.left),
        total: f64::from(width),
        page: f64::from(body.width().max(0.0)),
    };
    rows.at = rows.clamped(rows.at);
    columns.at = columns.clamped(columns.at);
    (state.top, state.left) = (rows.at, columns.at as f32);
    state.cursor = state.cursor.min(data.shown().saturating_sub(1));
    state.anchor = state.anchor.min(data.shown().saturating_sub(1));
    (rows, columns)
}

/// Index and left edge (before scrolling) of each column that is at least partly visible.
fn visible_columns(columns: &[TableColumn], left: f32, width: f32) -> Vec<(usize, f32)> {
    let mut edge = 0.0;
    let mut out = Vec::new();
    for (i, column) in columns.iter().enumerate() {
        if edge >= left + width {
            break;
        }
        if edge + column.width > left {
            out.push((i, edge));
        }
        edge += column.width;
    }
    out
}

/// Up, down, page and ends move the cursor (with Shift the range), space changes a row's side, left
/// and right scroll columns.
fn keys(
    ui: &Ui,
    table: &Response,
    data: &DataTable<'_>,
    state: &mut TableState,
    page: f64,
) -> Option<TableAction> {
    let filter = EventFilter {
        horizontal_arrows: true,
        vertical_arrows: true,
        ..EventFilter::default()
    };
    ui.memory_mut(|m| m.set_focus_lock_filter(table.id, filter));
    let last = data.shown().checked_sub(1)?;
    let page_rows = (page.floor() as usize).max(1);
    let (to, shift, space, sideways) = ui.input(|i| {
        let now = state.cursor;
        let down = i.num_presses(Key::ArrowDown) + page_rows * i.num_presses(Key::PageDown);
        let up = i.num_presses(Key::ArrowUp) + page_rows * i.num_presses(Key::PageUp);
        let mut to = (now + down).saturating_sub(up).min(last);
        if i.key_pressed(Key::Home) {
            to = 0;
        }
        if i.key_pressed(Key::End) {
            to = last;
        }
        let sideways = i.num_presses(Key::ArrowRight) as f32 - i.num_presses(Key::ArrowLeft) as f32;
        (to, i.modifiers.shift, i.key_pressed(Key::Space), sideways)
    });
    state.left += sideways * 60.0;
    if space {
        return Some(TableAction::Select {
            positions: state.cursor..=state.cursor,
            how: SelectHow::Toggle,
        });
    }
    if to == state.cursor {
        return None;
    }
    state.cursor = to;
    let at = to as f64;
    state.top = state.top.clamp((at + 1.0 - page).max(0.0), at.max(0.0));
    if !shift {
        state.anchor = to;
    }
    Some(TableAction::Select {
        positions: state.anchor.min(to)..=state.anchor.max(to),
        how: SelectHow::Replace,
    })
}

#[cfg(test)]
mod tests;
