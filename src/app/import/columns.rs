//! The columns of what is being opened: which come along, and as which kind.

use eframe::egui::{RichText, ScrollArea, TextEdit, Ui, vec2};

use crate::data::{Kind, ReadOptions, Table};
use crate::widget::choice;
use crate::widget::combo::Combo;
use crate::widget::tokens::Tokens;
use crate::widget::{button, format};

const ROW: f32 = 28.0;
/// With more columns than this, one is found by its name.
const MANY: usize = 12;

pub fn show(ui: &mut Ui, table: &Table, options: &mut ReadOptions, find: &mut String) {
    let t = Tokens::of(ui);
    let columns = table.columns();
    ui.horizontal(|ui| {
        ui.label(RichText::new("Columns").strong().color(t.strong));
        if columns.len() > MANY {
            let edit = TextEdit::singleline(find)
                .hint_text("Find a column")
                .desired_width(140.0);
            ui.add(edit).accessible_name("Find a column");
        }
        if !options.leave_out.is_empty() && ui.add(button::link("Take all")).clicked() {
            options.leave_out.clear();
        }
        if columns.len() > MANY && ui.add(button::link("Take none of these")).clicked() {
            options.leave_out = found(table, find)
                .map(|at| columns[at].name.clone())
                .collect();
        }
    });
    let shown: Vec<usize> = found(table, find).collect();
    ScrollArea::vertical()
        .id_salt("columns to open")
        .auto_shrink(false)
        .show_rows(ui, ROW, shown.len(), |ui, rows| {
            for at in &shown[rows] {
                let column = &columns[*at];
                ui.push_id(&column.name, |ui| row(ui, table, *at, options));
            }
        });
}

fn found<'a>(table: &'a Table, find: &str) -> impl Iterator<Item = usize> + 'a {
    let find = find.trim().to_lowercase();
    let hit = move |at: &usize| {
        let name = &table.columns()[*at].name;
        find.is_empty() || name.to_lowercase().contains(&find)
    };
    (0..table.columns().len()).filter(hit)
}

fn row(ui: &mut Ui, table: &Table, at: usize, options: &mut ReadOptions) {
    let t = Tokens::of(ui);
    let column = &table.columns()[at];
    ui.horizontal(|ui| {
        ui.set_min_height(ROW);
        let on = !options.leave_out.contains(&column.name);
        let words = column.title();
        let room = (ui.available_width() - 250.0).clamp(100.0, 260.0);
        ui.allocate_ui(vec2(room, ROW), |ui| {
            ui.set_min_width(room);
            ui.set_clip_rect(ui.max_rect().intersect(ui.clip_rect()));
            if let Some(on) = choice::checkbox(ui, &words, on) {
                match on {
                    true => options.leave_out.retain(|name| *name != column.name),
                    false => options.leave_out.push(column.name.clone()),
                }
            }
        });
        let names = Kind::ALL.map(Kind::name);
        let now = Kind::ALL.iter().position(|kind| *kind == column.kind);
        let combo = Combo::new("Kind").without_label().width(104.0).height(24.0);
        if let Some(to) = combo.show(ui, &names, now.unwrap_or(0)) {
            options.kinds.retain(|(name, _)| *name != column.name);
            options.kinds.push((column.name.clone(), Kind::ALL[to]));
        }
        let missing = column.missing.count();
        if missing > 0 {
            let share = missing as f64 / column.len().max(1) as f64;
            let words = format!("{} missing", format::percent(share));
            ui.label(RichText::new(words).small().color(t.weak));
        }
    });
}
