//! One row of the table: its cells, and what a click on it selects.

use eframe::egui::{
    Align2, Modifiers, Painter, Rect, Response, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2,
};

use super::{Cell, DataTable, Offers, ROW, SelectHow, TableAction, TableState};
use crate::view::parts::{marker, number, text};
use crate::widget::theme::Tokens;

/// One visible row.
pub struct Line<'a> {
    pub data: &'a DataTable<'a>,
    pub position: usize,
    pub rect: Rect,
    pub body: Rect,
    pub left: f32,
    pub columns: &'a [(usize, f32)],
}

impl Line<'_> {
    pub fn show(
        &self,
        ui: &Ui,
        t: &Tokens,
        table: &Response,
        state: &mut TableState,
        offers: &mut Offers<'_>,
    ) -> Option<TableAction> {
        let row = self.data.row(self.position);
        let selected = (self.data.selected)(row);
        let clip = Rect::from_min_max(pos2(self.rect.left(), self.body.top()), self.body.max);
        let hit = self.rect.intersect(clip);
        let id = ui.scope_id().with(("row", row));
        // Rows are reached with the arrow keys of the table, not with Tab one by one.
        let response = ui.interact(hit, id, Sense::CLICK);
        response.widget_info(|| {
            WidgetInfo::selected(Role::Row, ui.is_enabled(), selected, self.spoken(row))
        });
        if response.hovered() {
            state.hovered = Some(row);
        }
        let painter = ui.painter().with_clip_rect(clip.intersect(ui.clip_rect()));
        if selected {
            painter.rect_filled(self.rect, 0.0, t.soft);
        } else if response.hovered() {
            painter.rect_filled(self.rect, 0.0, t.hover);
        }
        let rule = Stroke::new(1.0, t.line);
        painter.hline(self.rect.x_range(), self.rect.bottom() - 0.5, rule);
        let label = number::count(u64::from(row) + 1);
        let galley = text::line(&painter, label, text::body(ui), t.weak, 200.0);
        let at = pos2(self.body.left() - 10.0, self.rect.center().y);
        text::place(&painter, at, Align2::RIGHT_CENTER, galley);
        if table.has_focus() && self.position == state.cursor {
            let bar = Rect::from_min_size(self.rect.min, vec2(3.0, ROW));
            painter.rect_filled(bar, 0.0, t.accent);
        }
        let cells = ui
            .painter()
            .with_clip_rect(self.body.intersect(ui.clip_rect()));
        for &(column, edge) in self.columns {
            let width = self.data.columns[column].width;
            let min = pos2(self.body.left() + edge - self.left, self.rect.top());
            let rect = Rect::from_min_size(min, vec2(width, ROW)).shrink2(vec2(8.0, 0.0));
            paint_cell(ui, &cells, t, &(self.data.cell)(row, column), rect);
        }
        let pressed = response.clicked() || response.secondary_clicked();
        if pressed && let Some(column) = self.column_under(ui) {
            state.at = Some((row, column));
        }
        if response.double_clicked() {
            state.opened = state.at;
        }
        if let Some(menu) = &mut offers.cell_menu
            && let Some((_, column)) = state.at.filter(|(of, _)| *of == row)
        {
            response.context_menu(|ui| menu(ui, row, column));
        }
        if !response.clicked() {
            return None;
        }
        table.request_focus();
        let modifiers = ui.input(|i| i.modifiers);
        Some(self.select(modifiers, state))
    }

    fn select(&self, modifiers: Modifiers, state: &mut TableState) -> TableAction {
        state.cursor = self.position;
        if modifiers.shift {
            let (a, b) = (state.anchor, self.position);
            return TableAction::Select {
                positions: a.min(b)..=a.max(b),
                how: SelectHow::Replace,
            };
        }
        state.anchor = self.position;
        TableAction::Select {
            positions: self.position..=self.position,
            how: if modifiers.command {
                SelectHow::Toggle
            } else {
                SelectHow::Replace
            },
        }
    }

    fn column_under(&self, ui: &Ui) -> Option<usize> {
        let x = ui.input(|i| i.pointer.interact_pos())?.x - self.body.left() + self.left;
        let under = |(column, edge): &&(usize, f32)| {
            (*edge..edge + self.data.columns[*column].width).contains(&x)
        };
        self.columns.iter().find(under).map(|(column, _)| *column)
    }

    /// "Row 4: Species Adelie, Bill length missing".
    fn spoken(&self, row: u32) -> String {
        let cells: Vec<String> = self
            .columns
            .iter()
            .map(|&(column, _)| {
                let name = &self.data.columns[column].name;
                format!("{name} {}", (self.data.cell)(row, column).spoken())
            })
            .collect();
        format!("Row {}: {}", u64::from(row) + 1, cells.join(", "))
    }
}

fn paint_cell(ui: &Ui, painter: &Painter, t: &Tokens, cell: &Cell, rect: Rect) {
    let font = text::body(ui);
    let middle = rect.left_center();
    let marked = |words: &str, look: usize, wrong: bool| {
        let center = middle + vec2(7.0, 0.0);
        painter.add(marker::shape(t, center, 4.0, look));
        if wrong {
            painter.circle_stroke(center, 8.0, Stroke::new(1.5, t.strong));
        }
        let galley = text::line(painter, words, font.clone(), t.text, rect.width() - 20.0);
        text::place(
            painter,
            middle + vec2(20.0, 0.0),
            Align2::LEFT_CENTER,
            galley,
        );
    };
    match cell {
        Cell::Missing => {
            let galley = text::line(painter, "–", font, t.weak, rect.width());
            text::place(painter, rect.right_center(), Align2::RIGHT_CENTER, galley);
        }
        Cell::Number(words) => {
            let galley = text::line(painter, words, font, t.text, rect.width());
            text::place(painter, rect.right_center(), Align2::RIGHT_CENTER, galley);
        }
        Cell::Text(words) => {
            let galley = text::line(painter, words, font, t.text, rect.width());
            text::place(painter, middle, Align2::LEFT_CENTER, galley);
        }
        Cell::Class { text, look } => marked(text, *look, false),
        Cell::Prediction {
            text,
            look: Some(look),
            wrong,
        } => marked(text, *look, *wrong),
        Cell::Prediction {
            text: words,
            look: None,
            ..
        } => {
            let galley = text::line(painter, words, font, t.text, rect.width());
            text::place(painter, rect.right_center(), Align2::RIGHT_CENTER, galley);
        }
    }
}
