//! The window as a hand and a keyboard meet it: menus, palette, keys, data strip, columns.
#![cfg(feature = "gui")]
mod common;

use std::time::{Duration, Instant};

use common::Painter;
use eframe::egui::{self, Key, Modifiers, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use seefit::app::act::{Act, Dialog, Tab, ThemeChoice};
use seefit::app::{Options, Window};
use seefit::model::Task;
use seefit::prepare::Role;
use seefit::widget::theme;

type Shell = Harness<'static, Option<Window>>;

fn shell_of(data: &str, width: f32, height: f32) -> Shell {
    let data = data.to_owned();
    let mut harness = Harness::builder()
        .with_size(vec2(width, height))
        .with_pixels_per_point(1.0)
        .with_context_setup(|ctx| theme::install(ctx, 1.0, true))
        .renderer(Painter::default())
        .build_ui_state(
            move |ui, state: &mut Option<Window>| {
                let ctx = ui.ctx().clone();
                let window = state.get_or_insert_with(|| {
                    let options = Options {
                        data: Some(data.clone()),
                        still: true,
                        ..Options::default()
                    };
                    Window::new(&ctx, options)
                });
                window.logic(&ctx);
                window.ui(ui);
            },
            None,
        );
    harness.run_steps(3);
    harness
}

fn shell() -> Shell {
    shell_of("penguins", 1280.0, 800.0)
}

fn window(harness: &Shell) -> &Window {
    harness.state().as_ref().expect("a window")
}

/// Frames until `done`; workers need a moment.
fn until(harness: &mut Shell, what: &str, done: impl Fn(&Window) -> bool) {
    let end = Instant::now() + Duration::from_secs(60);
    while !done(window(harness)) {
        assert!(Instant::now() < end, "{what} did not happen");
        harness.run_steps(1);
        std::thread::sleep(Duration::from_millis(5));
    }
    harness.run_steps(2);
}

fn press(harness: &mut Shell, modifiers: Modifiers, key: Key) {
    harness.key_press_modifiers(modifiers, key);
    harness.run_steps(3);
}

fn act(harness: &mut Shell, act: Act) {
    let ctx = harness.ctx.clone();
    let window = harness.state_mut().as_mut().expect("a window");
    window.perform(&ctx, act);
    harness.run_steps(2);
}

#[test]
fn the_palette_opens_by_its_key_and_runs_what_is_found() {
    let mut harness = shell();
    press(&mut harness, Modifiers::COMMAND, Key::K);
    assert!(window(&harness).palette_box.open);
    harness.get_by_label("Find").type_text("dark");
    harness.run_steps(3);
    press(&mut harness, Modifiers::NONE, Key::Enter);
    assert!(!window(&harness).palette_box.open);
    assert_eq!(window(&harness).settings.theme, ThemeChoice::Dark);
    press(&mut harness, Modifiers::COMMAND, Key::K);
    press(&mut harness, Modifiers::NONE, Key::Escape);
    assert!(!window(&harness).palette_box.open);
}

/// Quick hands, or a slow frame: the key, the letters and Enter come in two frames.
#[test]
fn what_is_typed_on_after_the_key_of_the_palette_is_not_lost() {
    let mut harness = shell_of("iris", 1280.0, 800.0);
    harness.event(key(Modifiers::COMMAND, Key::K));
    harness.event(egui::Event::Text("Dark".into()));
    harness.step();
    harness.event(egui::Event::Text(" th".into()));
    harness.event(key(Modifiers::NONE, Key::Enter));
    harness.step();
    harness.run_steps(2);
    let window = window(&harness);
    assert!(!window.palette_box.open);
    assert_eq!(window.settings.theme, ThemeChoice::Dark);
}

fn key(modifiers: Modifiers, key: Key) -> egui::Event {
    egui::Event::Key {
        key,
        physical_key: None,
        pressed: true,
        repeat: false,
        modifiers,
    }
}

#[test]
fn arrows_in_the_palette_do_not_reach_the_data_strip() {
    let mut harness = shell();
    press(&mut harness, Modifiers::COMMAND, Key::K);
    harness.get_by_label("Find").type_text("predict");
    harness.run_steps(3);
    press(&mut harness, Modifiers::NONE, Key::ArrowDown);
    press(&mut harness, Modifiers::NONE, Key::ArrowUp);
    assert_eq!(window(&harness).loading(), None);
    common::keep_picture(&mut harness, "shell-palette");
}

#[test]
fn a_role_is_undone_and_redone_by_keys() {
    let mut harness = shell();
    let target = |w: &Window| w.desk.project().settings.roles.target();
    let species = target(window(&harness));
    assert_eq!(window(&harness).desk.project().task(), Task::Classification);
    harness.get_by_label("body_mass_g").hover();
    harness.run_steps(2);
    harness.get_by_label("Predict body_mass_g").click();
    harness.run_steps(3);
    assert_eq!(window(&harness).desk.project().task(), Task::Regression);
    press(&mut harness, Modifiers::COMMAND, Key::Z);
    assert_eq!(target(window(&harness)), species);
    press(&mut harness, Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    assert_eq!(window(&harness).desk.project().task(), Task::Regression);
}

#[test]
fn a_tick_uses_a_column_and_the_menu_sets_its_role() {
    let mut harness = shell();
    let role = |w: &Window, name: &str| {
        let project = w.desk.project();
        project
            .settings
            .roles
            .get(project.table.position(name).unwrap())
    };
    assert_eq!(role(window(&harness), "bill_depth_mm"), Role::Ignored);
    harness.get_by_label("Use bill_depth_mm").click();
    harness.run_steps(3);
    assert_eq!(role(window(&harness), "bill_depth_mm"), Role::Feature);
    harness
        .get_by_label("Role and kind of bill_depth_mm")
        .click();
    harness.run_steps(3);
    harness.get_by_label("It names the rows").click();
    harness.run_steps(3);
    assert_eq!(role(window(&harness), "bill_depth_mm"), Role::Id);
}

#[test]
fn a_kind_is_changed_and_can_be_undone() {
    let mut harness = shell();
    let kind = |w: &Window| w.desk.project().table.column("year").unwrap().kind;
    let before = kind(window(&harness));
    harness.get_by_label("Role and kind of year").click();
    harness.run_steps(3);
    harness.get_by_label("Read as category").click();
    until(&mut harness, "another kind", |w| kind(w) != before);
    assert_eq!(
        window(&harness).desk.history.undo_line(),
        Some("year read as category")
    );
    press(&mut harness, Modifiers::COMMAND, Key::Z);
    assert_eq!(kind(window(&harness)), before);
}

#[test]
fn menus_open_and_what_cannot_be_done_does_nothing() {
    let mut harness = shell();
    harness.get_by_label("Edit").click();
    harness.run_steps(3);
    // It cannot be done now: the click does not even shut the menu.
    harness.get_by_label("Clear the selection").click();
    harness.run_steps(2);
    assert!(harness.query_by_label("Clear the selection").is_some());
    press(&mut harness, Modifiers::NONE, Key::Escape);
    harness.get_by_label("View").click();
    harness.run_steps(3);
    common::keep_picture(&mut harness, "shell-menu");
    let row = egui::accesskit::Role::MenuItem;
    harness.get_by_role_and_label(row, "Dark theme").click();
    harness.run_steps(3);
    assert_eq!(window(&harness).settings.theme, ThemeChoice::Dark);
}

#[test]
fn the_arrow_key_goes_to_the_next_data_set() {
    let mut harness = shell();
    until(&mut harness, "the first data", |w| w.loading().is_none());
    press(&mut harness, Modifiers::NONE, Key::ArrowDown);
    until(&mut harness, "another data set", |w| {
        w.desk.project().table.name() != "Penguins" && w.loading().is_none()
    });
    let name = window(&harness).desk.project().table.name().to_owned();
    press(&mut harness, Modifiers::NONE, Key::ArrowUp);
    until(&mut harness, "the way back", |w| {
        w.desk.project().table.name() != name
    });
    // One step of undo leads back to where the second key came from.
    press(&mut harness, Modifiers::COMMAND, Key::Z);
    assert_eq!(window(&harness).desk.project().table.name(), name);
}

#[test]
fn keys_without_ctrl_are_left_to_a_field_that_has_the_focus() {
    let mut harness = shell();
    let seed = |w: &Window| w.desk.project().seed;
    let before = seed(window(&harness));
    let field = egui::accesskit::Role::TextInput;
    harness.get_by_role_and_label(field, "Seed").focus();
    harness.run_steps(2);
    press(&mut harness, Modifiers::NONE, Key::ArrowUp);
    assert_eq!(seed(window(&harness)), before + 1);
    assert_eq!(window(&harness).loading(), None, "the strip moved as well");
    press(&mut harness, Modifiers::COMMAND, Key::Num5);
    assert_eq!(window(&harness).look.tab, Tab::Table);
}

#[test]
fn a_generator_follows_its_knobs_as_one_step() {
    let mut harness = shell_of("moons:n=60,noise=0.1,seed=3", 1280.0, 800.0);
    let rows = |w: &Window| w.desk.project().table.rows();
    assert_eq!(rows(window(&harness)), 60);
    for n in [80, 90] {
        let spec = format!("moons:n={n},noise=0.1,seed=3");
        act(&mut harness, Act::Generate(spec, Some(9)));
    }
    until(&mut harness, "ninety rows", |w| rows(w) == 90);
    press(&mut harness, Modifiers::COMMAND, Key::Z);
    assert_eq!(rows(window(&harness)), 60);
    let w = window(&harness);
    let spec = w.catalog.spec_of(&w.desk.project().table);
    assert_eq!(spec, "moons:n=60,noise=0.1,seed=3");
}

#[test]
fn predictions_and_scores_are_written_whole() {
    let mut harness = shell_of("iris", 1280.0, 800.0);
    until(&mut harness, "all scores", |w| w.desk.is_settled());
    let folder = std::env::temp_dir().join(format!("seefit-shell-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    for (dialog, name) in [
        (Dialog::SavePredictions, "predictions.csv"),
        (Dialog::SaveScores, "scores.csv"),
    ] {
        let path = folder.join(name);
        act(&mut harness, Act::Chosen(dialog, path.clone()));
        until(&mut harness, name, |_| path.is_file());
    }
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let (predictions, scores) = (read("predictions.csv"), read("scores.csv"));
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(predictions.lines().count(), 151);
    let head = predictions.lines().next().unwrap();
    assert!(head.starts_with("row,actual "), "{head}");
    assert!(
        head.contains("A Logistic regression: probability"),
        "{head}"
    );
    let row = predictions.lines().nth(1).unwrap();
    assert!(row.starts_with("1,"), "{row}");
    assert!(!row.contains(",,"), "a row was never held out: {row}");
    assert!(
        scores.starts_with("model,metric,mean,std,pooled,fold 1"),
        "{scores}"
    );
    assert!(scores.contains("A Logistic regression,CA,"), "{scores}");
}

#[test]
fn a_file_that_is_there_is_replaced_only_when_asked() {
    let mut harness = shell();
    let path = std::env::temp_dir().join(format!("seefit-there-{}.csv", std::process::id()));
    std::fs::write(&path, "kept").unwrap();
    act(&mut harness, Act::Dialog(Dialog::SaveScores));
    let field = harness.get_by_label("Path");
    field.focus();
    harness.run_steps(1);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.run_steps(1);
    harness
        .get_by_label("Path")
        .type_text(&path.to_string_lossy());
    harness.run_steps(2);
    harness.get_by_label("Save").click();
    harness.run_steps(3);
    assert!(harness.query_by_label("Replace it").is_some());
    common::keep_picture(&mut harness, "shell-replace");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "kept");
    std::fs::remove_file(&path).unwrap();
}

#[test]
fn the_projector_is_left_by_escape() {
    let mut harness = shell_of("moons:n=80", 1280.0, 800.0);
    until(&mut harness, "a picture", |w| {
        w.desk.is_settled() && w.desk.is_drawn()
    });
    press(&mut harness, Modifiers::NONE, Key::F5);
    assert!(window(&harness).look.projector);
    harness.run_steps(3);
    common::keep_picture(&mut harness, "shell-projector");
    press(&mut harness, Modifiers::NONE, Key::Escape);
    assert!(!window(&harness).look.projector);
    // From a tab without a picture it shows the model's, and leads back.
    press(&mut harness, Modifiers::COMMAND, Key::Num5);
    assert_eq!(window(&harness).look.tab, Tab::Table);
    press(&mut harness, Modifiers::NONE, Key::F5);
    assert_eq!(window(&harness).look.tab, Tab::Model);
    press(&mut harness, Modifiers::NONE, Key::Escape);
    assert_eq!(window(&harness).look.tab, Tab::Table);
}

#[test]
fn help_opens_and_closes_by_keys() {
    let mut harness = shell();
    press(&mut harness, Modifiers::NONE, Key::F1);
    assert!(window(&harness).memory.help_open);
    common::keep_picture(&mut harness, "shell-help");
    press(&mut harness, Modifiers::NONE, Key::Escape);
    assert!(!window(&harness).memory.help_open);
}

#[test]
fn the_panel_opens_over_the_picture_where_there_is_no_room() {
    let mut harness = shell_of("penguins", 1024.0, 700.0);
    assert!(harness.query_by_label("Columns").is_none());
    press(&mut harness, Modifiers::COMMAND, Key::B);
    assert!(harness.query_by_label("Columns").is_some());
    common::keep_picture(&mut harness, "shell-over");
    press(&mut harness, Modifiers::NONE, Key::Escape);
    assert!(harness.query_by_label("Columns").is_none());
}

#[test]
fn the_next_panel_takes_the_focus() {
    let mut harness = shell();
    let focus = |h: &Shell| h.ctx.memory(|m| m.focused());
    let mut seen: Vec<egui::Id> = Vec::new();
    for _ in 0..4 {
        press(&mut harness, Modifiers::NONE, Key::F6);
        seen.extend(focus(&harness));
    }
    seen.dedup();
    assert_eq!(seen.len(), 4, "{seen:?}");
}

#[test]
fn nothing_in_the_bar_is_cut_at_the_smallest_size() {
    for (width, height) in [(800.0, 560.0), (1024.0, 640.0), (640.0, 480.0)] {
        let harness = shell_of("penguins", width, height);
        for label in ["Undo", "Seed", "Another seed", "Projector", "Dark theme"] {
            let rect = harness.get_by_label(label).rect();
            assert!(
                rect.left() >= 0.0 && rect.right() <= width,
                "{label} at {rect:?} of {width}"
            );
        }
    }
}

#[test]
fn esc_closes_the_panel_over_the_picture_and_nothing_else() {
    let mut harness = shell_of("penguins", 860.0, 700.0);
    act(&mut harness, Act::SelectRows(vec![1, 2, 3], false));
    act(&mut harness, Act::ToggleLeft);
    assert!(harness.query_by_label("Use bill_depth_mm").is_some());
    press(&mut harness, Modifiers::NONE, Key::Escape);
    assert!(harness.query_by_label("Use bill_depth_mm").is_none());
    assert_eq!(window(&harness).look.selection.len(), 3);
    press(&mut harness, Modifiers::NONE, Key::Escape);
    assert!(window(&harness).look.selection.is_empty());
}

#[test]
fn each_click_on_a_curve_over_a_parameter_is_a_step_of_undo() {
    let mut harness = shell_of("iris", 1280.0, 800.0);
    let knn = seefit::model::algorithm("knn_classifier").expect("a model");
    let state = harness.state_mut().as_mut().expect("a window");
    state
        .desk
        .replace_models(vec![seefit::model::Params::defaults(knn)]);
    act(&mut harness, Act::Tab(Tab::Model));
    until(&mut harness, "the curve", |w| w.is_settled());
    let steps = |h: &Shell| window(h).desk.history.past_lines().count();
    let before = steps(&harness);
    for (share, done) in [(0.2, 1), (0.7, 2)] {
        let curve = harness.get_by_label_contains("Score over").rect();
        let pos = egui::pos2(curve.left() + share * curve.width(), curve.center().y);
        harness.event(egui::Event::PointerMoved(pos));
        for pressed in [true, false] {
            harness.event(egui::Event::PointerButton {
                pos,
                button: egui::PointerButton::Primary,
                pressed,
                modifiers: Modifiers::NONE,
            });
        }
        harness.run_steps(3);
        // Until then there is nothing to click on.
        until(&mut harness, "the other fit", |w| w.is_settled());
        assert_eq!(steps(&harness), before + done);
    }
}
