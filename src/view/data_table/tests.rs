use std::cell::RefCell;

use eframe::egui;
use eframe::egui::Modifiers;
use egui_kittest::kittest::Queryable as _;

use super::*;
use crate::view::test_picture;

fn columns(more: usize) -> Vec<TableColumn> {
    let data = |name: &str, unit: Option<&str>, kind: Kind, target: bool, width: f32| TableColumn {
        name: name.into(),
        unit: unit.map(String::from),
        source: Source::Data { kind, target },
        numeric: kind == Kind::Number,
        width,
    };
    let model = |place: usize, name: &str, width: f32| TableColumn {
        name: name.into(),
        unit: None,
        source: Source::Model(ModelKey::of(place, "Random forest")),
        numeric: false,
        width,
    };
    let mut out = vec![
        data("Species", None, Kind::Category, true, 120.0),
        data("Bill length", Some("mm"), Kind::Number, false, 140.0),
        data("Island", None, Kind::Category, false, 110.0),
        data("Sex", None, Kind::YesNo, false, 90.0),
        data("Sampled on", None, Kind::Date, false, 120.0),
        model(1, "prediction", 130.0),
        model(1, "probability", 120.0),
    ];
    out.extend((0..more).map(|i| data(&format!("x{i}"), None, Kind::Number, false, 90.0)));
    out
}

fn cell(row: u32, column: usize) -> Cell {
    let names = ["Adelie", "Chinstrap", "Gentoo"];
    let class = (row % 3) as usize;
    match column {
        0 => Cell::Class {
            text: names[class].into(),
            look: class,
        },
        1 if row % 7 == 3 => Cell::Missing,
        1 => Cell::Number(exact(f64::from(row % 97) * 0.3 + 32.1)),
        2 => Cell::Text("Torgersen".into()),
        3 => Cell::Text(
            if row.is_multiple_of(2) {
                "female"
            } else {
                "male"
            }
            .into(),
        ),
        4 => Cell::Text(date(1_194_739_200.0 + 86_400.0 * f64::from(row))),
        5 => {
            let wrong = row % 5 == 2;
            let said = (class + usize::from(wrong)) % 3;
            Cell::Prediction {
                text: names[said].into(),
                look: Some(said),
                wrong,
            }
        }
        6 => Cell::Number("0.973".into()),
        _ => Cell::Number(format!("{row}")),
    }
}

fn table<'a>(columns: &'a [TableColumn], rows: usize) -> DataTable<'a> {
    DataTable {
        columns,
        rows,
        order: None,
        sort: Some((1, true)),
        selected: &|row| (4..7).contains(&row),
        selected_count: 3,
        only_selected: false,
        cell: &cell,
    }
}

#[test]
fn it_draws_in_both_themes() {
    let columns = columns(193);
    test_picture::draw("table", vec2(860.0, 320.0), |ui, t| {
        data_table(ui, t, &table(&columns, 344), &mut TableState::default());
    });
    test_picture::draw("table-million", vec2(500.0, 260.0), |ui, t| {
        let mut state = TableState {
            top: 2e6,
            left: 400.0,
            ..TableState::default()
        };
        data_table(ui, t, &table(&columns, 1_000_000), &mut state);
        assert!(state.top > 999_900.0 && state.top < 1_000_000.0);
    });
}

#[test]
fn only_visible_cells_are_made() {
    let columns = columns(193);
    let made = RefCell::new(0usize);
    let count = |row: u32, column: usize| {
        *made.borrow_mut() += 1;
        cell(row, column)
    };
    let mut harness = test_picture::harness(vec2(860.0, 320.0), |ui, t| {
        *made.borrow_mut() = 0;
        let data = DataTable {
            cell: &count,
            ..table(&columns, 1_000_000)
        };
        data_table(ui, t, &data, &mut TableState::default());
    });
    harness.run_steps(1);
    drop(harness);
    // Once painted, twice for the accessibility tree at most.
    assert!(made.into_inner() < 20 * 10 * 3);
}

#[test]
fn clicks_select_and_sort() {
    let columns = columns(0);
    let done = RefCell::new(Vec::new());
    let mut state = TableState::default();
    let mut harness = test_picture::harness(vec2(860.0, 320.0), |ui, t| {
        done.borrow_mut()
            .extend(data_table(ui, t, &table(&columns, 344), &mut state));
    });
    harness
        .get_by_label("Sort by Bill length, ascending")
        .click();
    harness.run_steps(2);
    harness.get_by_label("Sort by Island").click();
    harness.run_steps(2);
    harness.get_by_label_contains("Row 3:").click();
    harness.run_steps(2);
    harness
        .get_by_label_contains("Row 6:")
        .click_modifiers(Modifiers::SHIFT);
    harness.run_steps(2);
    harness
        .get_by_label_contains("Row 2:")
        .click_modifiers(Modifiers::COMMAND);
    harness.run_steps(2);
    harness.key_press(Key::ArrowDown);
    harness.run_steps(2);
    harness.key_press(Key::End);
    harness.run_steps(2);
    harness.get_by_label_contains("Row 344:");
    harness.get_by_label("Selected rows only").click();
    harness.run_steps(2);
    drop(harness);
    let select = |positions, how| TableAction::Select { positions, how };
    assert_eq!(
        done.into_inner(),
        [
            TableAction::Sort {
                column: 1,
                ascending: false
            },
            TableAction::Sort {
                column: 2,
                ascending: true
            },
            select(2..=2, SelectHow::Replace),
            select(2..=5, SelectHow::Replace),
            select(1..=1, SelectHow::Toggle),
            select(2..=2, SelectHow::Replace),
            select(343..=343, SelectHow::Replace),
            TableAction::OnlySelected(true),
        ]
    );
}

#[test]
fn a_filtered_table_keeps_the_datas_row_numbers() {
    let columns = columns(0);
    let order = [7u32, 3];
    let harness = test_picture::harness(egui::vec2(860.0, 320.0), |ui, t| {
        let data = DataTable {
            order: Some(&order),
            only_selected: true,
            ..table(&columns, 344)
        };
        data_table(
            ui,
            t,
            &data,
            &mut TableState {
                top: 99.0,
                ..TableState::default()
            },
        );
    });
    let first = harness.get_by_label_contains("Row 8:").rect();
    assert!(first.top() < harness.get_by_label_contains("Row 4:").rect().top());
}
