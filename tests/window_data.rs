//! A person's own data in the window: opened with and without choices, pasted, filtered, searched,
//! edited, lengthened and saved.
#![cfg(feature = "gui")]
mod common;

use std::path::PathBuf;

use common::window::{State, harness, has, perform, settle, until, window, with_models};
use eframe::egui::{Event, Key, Modifiers, PointerButton, Role, pos2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use seefit::app::act::{Act, Dialog, Tab};

/// The tab Table on iris, settled.
fn begun() -> Harness<'static, State> {
    let mut harness = harness("iris");
    harness.step();
    settle(&mut harness);
    perform(&mut harness, Act::Tab(Tab::Table));
    settle(&mut harness);
    harness
}

/// A file among the temporary ones, gone at the end.
struct Temp(PathBuf);

impl Temp {
    fn new(name: &str, content: impl AsRef<[u8]>) -> Self {
        let folder =
            std::env::temp_dir().join(format!("seefit-window-data-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let path = folder.join(name);
        std::fs::write(&path, content).expect("a file");
        Temp(path)
    }

    fn spec(&self) -> String {
        self.0.to_string_lossy().into_owned()
    }
}

impl Drop for Temp {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn name(harness: &Harness<'static, State>) -> String {
    window(harness).desk.project().table.name().to_owned()
}

fn cell(harness: &Harness<'static, State>, column: usize, row: usize) -> String {
    let table = &window(harness).desk.project().table;
    table.columns()[column].cell(row).into_owned()
}

#[test]
fn rows_are_filtered_by_ticking_values_and_by_searching() {
    let mut harness = begun();
    harness.get_by_label("Filter by species").click();
    harness.run_steps(2);
    harness
        .get_by_role_and_label(Role::CheckBox, "setosa")
        .click();
    settle(&mut harness);
    assert!(has(&harness, "50 of 150 rows"));
    assert!(has(&harness, "Remove species = setosa"));
    harness
        .get_by_role_and_label(Role::CheckBox, "virginica")
        .click();
    settle(&mut harness);
    assert!(has(&harness, "100 of 150 rows"));
    harness.key_press(Key::Escape);
    harness.run_steps(2);
    // A search narrows what the filter leaves: "7.9" is one virginica's length.
    let search = harness.get_by_label("Search the table");
    search.focus();
    harness.run_steps(2);
    harness.get_by_label("Search the table").type_text("7.9");
    settle(&mut harness);
    assert!(has(&harness, "1 of 150 rows"), "the search");
    assert!(has(&harness, "Row 132:"));
    harness.get_by_label("Clear the search").click();
    harness.run_steps(2);
    harness
        .get_by_label("Remove species = setosa or virginica")
        .click();
    settle(&mut harness);
    assert!(has(&harness, "Table, 150 rows"));
}

#[test]
fn a_cell_is_edited_and_undone_and_a_wrong_value_is_refused() {
    let mut harness = begun();
    let before = window(&harness).desk.project().table.fingerprint();
    // At the right of the row stands a column of numbers.
    let row = harness.get_by_label_contains("Row 1:").rect();
    let pos = pos2(row.right() - 70.0, row.center().y);
    harness.event(Event::PointerMoved(pos));
    for pressed in [true, false] {
        harness.event(Event::PointerButton {
            pos,
            button: PointerButton::Secondary,
            pressed,
            modifiers: Modifiers::NONE,
        });
    }
    harness.run_steps(3);
    harness.get_by_label("Edit this cell").click();
    harness.run_steps(3);
    assert!(has(&harness, "Cell"), "a field over the cell");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.get_by_label("Cell").type_text("oops");
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    harness.run_steps(2);
    assert!(has(&harness, "Cell"), "the field stays");
    assert_eq!(name(&harness), "Iris");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.get_by_label("Cell").type_text("77.5");
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    settle(&mut harness);
    assert_eq!(name(&harness), "Iris (edited)");
    let changed = (0..4)
        .filter(|column| cell(&harness, *column, 0) == "77.5")
        .count();
    assert_eq!(changed, 1);
    perform(&mut harness, Act::Undo);
    settle(&mut harness);
    let after = window(&harness).desk.project().table.fingerprint();
    assert_eq!((name(&harness).as_str(), after), ("Iris", before));
}

#[test]
fn what_is_pasted_is_a_table() {
    let mut harness = begun();
    let mut text = String::from("length\tkind\n");
    for row in 0..40 {
        text.push_str(&format!("{},5\t{}\n", row, ["a", "b"][row % 2]));
    }
    harness.event(Event::Paste(text));
    until(&mut harness, "the pasted table", |h| {
        name(h) == "Pasted table"
    });
    settle(&mut harness);
    assert_eq!(window(&harness).desk.project().table.rows(), 40);
    assert_eq!(cell(&harness, 0, 3), "3.5");
    // Text that goes into a field is no table.
    harness.get_by_label("Search the table").focus();
    harness.run_steps(2);
    harness.event(Event::Paste("x,y\n1,2\n".to_owned()));
    harness.run_steps(3);
    settle(&mut harness);
    assert_eq!(name(&harness), "Pasted table");
}

#[test]
fn a_file_opens_with_choices_that_the_preview_follows() {
    let mut harness = begun();
    let mut text = String::from("a;b;c\n");
    for row in 0..30 {
        text.push_str(&format!("{row};{};x{}\n", row * 2, row % 3));
    }
    let file = Temp::new("choices.csv", &text);
    perform(&mut harness, Act::Import(file.spec()));
    until(&mut harness, "the preview", |h| {
        has(h, "3 columns · 30 rows")
    });
    assert_eq!(name(&harness), "Iris", "nothing is opened yet");
    // A column is left out.
    harness.get_by_role_and_label(Role::CheckBox, "b").click();
    until(&mut harness, "the shorter list", |h| {
        has(h, "2 of 3 columns")
    });
    harness.get_by_label("Delimiter").click();
    harness.run_steps(2);
    harness
        .get_by_role_and_label(Role::MenuItem, "none: one column")
        .click();
    until(&mut harness, "one column", |h| has(h, "1 column · 30 rows"));
    harness.get_by_label("Delimiter").click();
    harness.run_steps(2);
    harness
        .get_by_role_and_label(Role::MenuItem, "semicolon")
        .click();
    until(&mut harness, "three columns", |h| {
        has(h, "2 of 3 columns · 30 rows")
    });
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    until(&mut harness, "the file", |h| name(h) == "choices.csv");
    settle(&mut harness);
    let table = &window(&harness).desk.project().table;
    let names: Vec<&str> = table.columns().iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["a", "c"]);
}

#[test]
fn dates_that_can_be_read_in_two_ways_are_asked_about() {
    let mut harness = begun();
    let mut text = String::from("when,value\n");
    for row in 0..30 {
        text.push_str(&format!(
            "{:02}/{:02}/2024,{row}\n",
            row % 12 + 1,
            row % 7 + 1
        ));
    }
    let file = Temp::new("dates.csv", &text);
    perform(&mut harness, Act::Open(file.spec()));
    until(&mut harness, "the question", |h| {
        has(h, "could be day/month")
    });
    assert_eq!(name(&harness), "Iris");
    harness.key_press(Key::Escape);
    harness.run_steps(3);
    assert!(!has(&harness, "could be day/month"));
    assert_eq!(name(&harness), "Iris", "nothing was opened");
    perform(&mut harness, Act::Open(file.spec()));
    until(&mut harness, "the preview", |h| {
        has(h, "2 columns · 30 rows")
    });
    harness.get_by_label("Dates").click();
    harness.run_steps(2);
    harness
        .get_by_role_and_label(Role::MenuItem, "month first")
        .click();
    until(&mut harness, "the preview", |h| !has(h, "reading"));
    harness.run_steps(2);
    harness.get_by_role_and_label(Role::Button, "Open").click();
    until(&mut harness, "the file", |h| name(h) == "dates.csv");
    assert_eq!(cell(&harness, 0, 1), "2024-02-02");
    assert_eq!(cell(&harness, 0, 7), "2024-08-01");
}

#[test]
fn rows_are_added_and_the_rows_shown_are_saved() {
    let mut harness = begun();
    let more = Temp::new(
        "more.csv",
        "species,sepal_length,colour\nsetosa,9.5,blue\nnew one,9.6,red\n",
    );
    perform(&mut harness, Act::Chosen(Dialog::AddRows, more.0.clone()));
    until(&mut harness, "the longer table", |h| {
        window(h).desk.project().table.rows() == 152
    });
    settle(&mut harness);
    assert_eq!(name(&harness), "Iris (edited)");
    harness.get_by_label("Search the table").focus();
    harness.run_steps(2);
    harness.get_by_label("Search the table").type_text("9.");
    settle(&mut harness);
    let out = Temp::new("out.parquet", "");
    perform(&mut harness, Act::Dialog(Dialog::SaveData));
    harness.run_steps(3);
    harness.get_by_label("Rows").click();
    harness.run_steps(2);
    let shown = harness.get_by_role_and_label(Role::MenuItem, "the 2 shown");
    shown.click();
    harness.run_steps(2);
    harness.get_by_label("Path").focus();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.get_by_label("Path").type_text(&out.spec());
    harness.run_steps(2);
    harness.get_by_role_and_label(Role::Button, "Save").click();
    harness.run_steps(3);
    harness.get_by_label("Replace it").click();
    until(&mut harness, "the file", |_| {
        std::fs::metadata(&out.0).is_ok_and(|about| about.len() > 0)
    });
    let back = seefit::data::open(&out.spec(), &Default::default(), &Default::default());
    let back = back.expect("a table");
    assert_eq!(back.rows(), 2);
    let lengths = back.column("sepal_length").expect("a column");
    assert!((0..back.rows()).any(|row| lengths.number(row) == Some(9.6)));
}

#[test]
fn a_long_text_shows_its_first_rows_and_what_is_stopped_leaves_no_trace() {
    let mut harness = begun();
    let mut text = String::from("x,y,kind\n");
    let mut row = 0u32;
    while text.len() < 18 << 20 {
        text.push_str(&format!(
            "{row},{}.25,{}\n",
            row % 1000,
            ["a", "b"][(row % 2) as usize]
        ));
        row += 1;
    }
    let file = Temp::new("long.csv", &text);
    perform(&mut harness, Act::Open(file.spec()));
    assert!(window(&harness).loading().is_some());
    perform(&mut harness, Act::StopOpening);
    assert_eq!(window(&harness).loading(), None);
    harness.run_steps(20);
    assert_eq!(name(&harness), "Iris");
    perform(&mut harness, Act::Open(file.spec()));
    until(&mut harness, "the first rows", |h| name(h) == "long.csv");
    until(&mut harness, "all rows", |h| window(h).loading().is_none());
    assert_eq!(window(&harness).desk.project().table.rows(), row as usize);
    // First rows and all rows are one step.
    perform(&mut harness, Act::Undo);
    harness.run_steps(2);
    assert_eq!(name(&harness), "Iris");
    // A kind that is chosen with the first rows holds for all.
    use seefit::data::Kind;
    perform(&mut harness, Act::Open(file.spec()));
    until(&mut harness, "the first rows", |h| name(h) == "long.csv");
    perform(&mut harness, Act::ReadAs(2, Kind::Text));
    let kind = |h: &Harness<'static, State>| window(h).desk.project().table.columns()[2].kind;
    until(&mut harness, "all rows", |h| {
        window(h).loading().is_none() && kind(h) == Kind::Text
    });
    assert_eq!(window(&harness).desk.project().table.rows(), row as usize);
}

#[test]
fn a_double_click_opens_once() {
    let mut harness = begun();
    let file = Temp::new("twice.csv", "a,b\n1,2\n2,3\n3,5\n4,4\n");
    perform(&mut harness, Act::Open(file.spec()));
    perform(&mut harness, Act::Open(file.spec()));
    until(&mut harness, "the file", |h| window(h).loading().is_none());
    assert_eq!(name(&harness), "twice.csv");
    assert!(window(&harness).problem.is_none());
}

#[test]
fn a_chosen_kind_outlives_another_reading() {
    use seefit::data::Kind;
    let mut harness = begun();
    let mut text = String::from("code,value\n");
    for row in 0..40 {
        text.push_str(&format!("{},{row}\n", row % 4));
    }
    let file = Temp::new("kinds.csv", &text);
    perform(&mut harness, Act::Open(file.spec()));
    until(&mut harness, "the file", |h| name(h) == "kinds.csv");
    let kinds = |h: &Harness<'static, State>| {
        let table = &window(h).desk.project().table;
        table.columns().iter().map(|c| c.kind).collect::<Vec<_>>()
    };
    assert_eq!(kinds(&harness), [Kind::Number, Kind::Number]);
    // Two at once: the second finds another table than it was asked of.
    perform(&mut harness, Act::ReadAs(0, Kind::Category));
    perform(&mut harness, Act::ReadAs(1, Kind::Text));
    until(&mut harness, "both kinds", |h| {
        kinds(h) == [Kind::Category, Kind::Text]
    });
    let mut options = window(&harness).catalog.options_of(&file.spec());
    options.missing.push("3".to_owned());
    perform(&mut harness, Act::ReadWith(options));
    until(&mut harness, "the other reading", |h| {
        window(h).desk.project().table.columns()[0].missing.count() == 10
    });
    assert_eq!(kinds(&harness), [Kind::Category, Kind::Text]);
}

#[test]
fn rows_shown_of_one_table_are_not_those_of_another() {
    let mut harness = begun();
    harness.get_by_label("Search the table").focus();
    harness.run_steps(2);
    harness.get_by_label("Search the table").type_text("7.9");
    settle(&mut harness);
    let table = |h: &Harness<'static, State>| window(h).desk.project().table.clone();
    let shown = |h: &Harness<'static, State>| window(h).memory.table.shown(&table(h));
    assert_eq!(shown(&harness).map(|rows| rows.len()), Some(1));
    perform(&mut harness, Act::Tab(Tab::Model));
    perform(&mut harness, Act::Open("wine".into()));
    until(&mut harness, "wine", |h| window(h).loading().is_none());
    assert!(shown(&harness).is_none());
}

#[test]
fn the_words_of_a_column_become_features_and_undo_takes_them_back() {
    use seefit::data::Kind;
    use seefit::prepare::{Role as Used, TextFeatures, Weights};
    use seefit::project::Axes;
    let mut harness = begun();
    let mut text = String::from("remark,verdict\n");
    for row in 0..60 {
        let said = ["a good film and a warm one", "a bad film and a cold one"][row % 2];
        text.push_str(&format!("{said} number {row},{}\n", ["yes", "no"][row % 2]));
    }
    let file = Temp::new("remarks.csv", &text);
    perform(&mut harness, Act::Open(file.spec()));
    until(&mut harness, "the file", |h| name(h) == "remarks.csv");
    perform(&mut harness, Act::ReadAs(0, Kind::Text));
    until(&mut harness, "the text", |h| {
        window(h).desk.project().table.columns()[0].kind == Kind::Text
    });
    settle(&mut harness);
    let used = |h: &Harness<'static, State>| {
        let project = window(h).desk.project();
        let how = project.recipe.texts.get("remark").copied();
        (project.settings.roles.get(0), how)
    };
    assert_eq!(used(&harness), (Used::Ignored, None));
    // The box alone uses the words as they mostly are.
    harness.get_by_label("Use remark").click();
    settle(&mut harness);
    let offered = TextFeatures::offered();
    assert_eq!(used(&harness), (Used::Feature, Some(offered)));
    assert_eq!(
        window(&harness).desk.project().settings.axes,
        Axes::Components
    );
    assert!(
        window(&harness)
            .scene()
            .is_some_and(|s| s.points.len() == 60)
    );
    let desk = &window(&harness).desk;
    let model = desk.project().selected().expect("a model").id;
    let entry = desk.entry(model).expect("an entry");
    assert!(entry.problem.is_none(), "{:?}", entry.problem);
    assert!(entry.surface.is_some(), "{:?}", entry.no_surface);
    // The menu has the choices, and stays open for the next.
    harness.get_by_label("Role and kind of remark").click();
    harness.run_steps(3);
    for choice in ["counts", "1–2"] {
        harness
            .get_by_role_and_label(Role::RadioButton, choice)
            .click();
        harness.run_steps(3);
    }
    harness.key_press(Key::Escape);
    settle(&mut harness);
    let chosen = TextFeatures {
        weights: Weights::Counts,
        ngram_range: (1, 2),
        ..offered
    };
    assert_eq!(used(&harness), (Used::Feature, Some(chosen)));
    let rows = window(&harness).desk.log.rows();
    let said = |row: &seefit::project::LogRow| row.preparation();
    let words = "remark as counts of 1 to 2 words, 1000 terms at most";
    let logged = rows.iter().any(|row| said(row).contains(words));
    assert!(logged || rows.is_empty(), "{:?}", rows.last().map(said));
    for _ in 0..3 {
        perform(&mut harness, Act::Undo);
    }
    settle(&mut harness);
    assert_eq!(used(&harness), (Used::Ignored, None));
    // What was the target becomes no feature by itself, as its words would be.
    use seefit::project::Command;
    let (column, role) = (0, Used::Target);
    perform(&mut harness, Act::Do(Command::SetRole { column, role }));
    let (column, role) = (1, Used::Target);
    perform(&mut harness, Act::Do(Command::SetRole { column, role }));
    assert_eq!(used(&harness), (Used::Ignored, None));
}

#[test]
fn rows_are_filtered_by_what_the_model_said() {
    let mut harness = begun();
    let of = |h: &Harness<'static, State>| {
        let table = window(h).desk.project().table.clone();
        window(h).memory.table.shown(&table).map(|rows| rows.len())
    };
    assert_eq!(of(&harness), None);
    harness.get_by_label("Filter by held out").click();
    harness.run_steps(3);
    harness
        .get_by_role_and_label(Role::CheckBox, "virginica")
        .click();
    settle(&mut harness);
    let held_out = of(&harness).expect("rows");
    assert!((40..=60).contains(&held_out), "{held_out}");
    assert!(has(&harness, "Remove held out = virginica"));
    harness.key_press(Key::Escape);
    harness.run_steps(2);
    // Together with a condition on the data: those that the model got wrong.
    harness.get_by_label("Filter by species").click();
    harness.run_steps(3);
    harness
        .get_by_role_and_label(Role::CheckBox, "versicolor")
        .click();
    settle(&mut harness);
    let wrong = of(&harness).expect("rows");
    assert!(wrong < 12, "{wrong}");
    harness.key_press(Key::Escape);
    harness.run_steps(2);
    harness.get_by_label("Remove held out = virginica").click();
    settle(&mut harness);
    assert_eq!(of(&harness), Some(50));
}

#[test]
fn what_a_spreadsheet_would_run_is_neutralised_where_that_is_ticked() {
    let mut harness = begun();
    let file = Temp::new("said.csv", "said,n\n=1+1,1\nplain,-2\n-x,3\nplain,4\n");
    perform(&mut harness, Act::Open(file.spec()));
    until(&mut harness, "the file", |h| name(h) == "said.csv");
    settle(&mut harness);
    let label = "Put ' before what a spreadsheet would run as a formula";
    for (at, expected) in [(0, "said,n\n=1+1,1\n"), (1, "said,n\n'=1+1,1\n")] {
        perform(&mut harness, Act::Dialog(Dialog::SaveData));
        harness.run_steps(3);
        if at == 1 {
            harness.get_by_label(label).click();
            harness.run_steps(3);
        }
        harness.key_press(Key::Escape);
        harness.run_steps(3);
        let out = Temp::new(&format!("neutral-{at}.csv"), "");
        perform(&mut harness, Act::Chosen(Dialog::SaveData, out.0.clone()));
        until(&mut harness, "the file", |_| {
            std::fs::metadata(&out.0).is_ok_and(|about| about.len() > 0)
        });
        let text = std::fs::read_to_string(&out.0).expect("a text");
        assert!(text.starts_with(expected), "{text}");
    }
    assert!(window(&harness).settings.neutralise_formulas);
}

#[test]
fn pictures_of_other_data_go_at_once_and_come_back_with_their_data() {
    let moons = "moons:n=4000";
    let mut harness = with_models(moons, &["gaussian_nb"]);
    let drawn = |harness: &Harness<'static, State>| {
        let pictures = &window(harness).pictures;
        let id = window(harness).desk.project().models()[0].id;
        (pictures.density.is_some(), pictures.drawn(id).is_some())
    };
    until(&mut harness, "the density", |h| drawn(h) == (true, true));
    perform(&mut harness, Act::Open("iris".into()));
    until(&mut harness, "iris", |h| name(h) == "Iris");
    assert!(!drawn(&harness).0, "the density of the moons is gone");
    settle(&mut harness);
    assert_eq!(drawn(&harness), (false, true));
    perform(&mut harness, Act::Open(moons.into()));
    settle(&mut harness);
    until(&mut harness, "the density", |h| drawn(h) == (true, true));
}
