//! Learning, step by step: a tree that grows, clusters that move, a network, the rows that decide.
#![cfg(feature = "gui")]
mod common;

use common::window::{State, has, perform, settle, until, window, with_models};
use common::{is_drawn, keep_picture};
use eframe::egui::pos2;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use seefit::app::act::{Act, Page, Scrub, Tab};
use seefit::app::desk::Along;
use seefit::data::edit::{Canvas, Edit, Ink};
use seefit::model::{Params, Value, algorithm};
use seefit::prepare::Role;
use seefit::project::Command;

/// The step that the selected model's picture shows.
fn step(harness: &Harness<'static, State>) -> usize {
    let desk = &window(harness).desk;
    let id = desk.project().selected().expect("a model").id;
    let entry = desk.entry(id).expect("a result");
    let surface = entry.surface.as_ref().expect("a picture");
    surface.fitted.step
}

#[test]
fn a_tree_grows_leaf_by_leaf_under_the_scrubber() {
    let mut harness = with_models("moons:n=200,seed=3", &["decision_tree_classifier"]);
    perform(&mut harness, Act::Tab(Tab::Model));
    harness.run_steps(3);
    // It has a curve over its depth; asked for its leaves, it is shown growing.
    harness.get_by_label_contains("Leaves").click();
    until(&mut harness, "the growth", |h| {
        let desk = &window(h).desk;
        let id = desk.project().selected().expect("a model").id;
        desk.entry(id).is_some_and(|e| e.grown)
    });
    settle(&mut harness);
    let id = window(&harness).desk.project().selected().unwrap().id;
    let planned = window(&harness)
        .desk
        .entry(id)
        .unwrap()
        .fitted()
        .unwrap()
        .planned;
    assert!(planned > 3);
    perform(&mut harness, Act::Scrub(Scrub::At(2.0 / planned as f64)));
    settle(&mut harness);
    assert_eq!(step(&harness), 2);
    assert!(has(&harness, &format!("2 of {planned} leaves")));
    keep_picture(&mut harness, "play_tree");
    perform(&mut harness, Act::ScrubBy(1.0));
    settle(&mut harness);
    assert_eq!(step(&harness), 3);
    perform(&mut harness, Act::Along(Along::Parameter));
    settle(&mut harness);
    assert_eq!(step(&harness), planned);
}

#[test]
fn centres_move_between_two_assignments() {
    let mut harness = with_models("moons:n=150,seed=5", &["kmeans"]);
    // Without a target there are clusters to find.
    let column = 2;
    let role = Role::Ignored;
    perform(&mut harness, Act::Do(Command::SetRole { column, role }));
    perform(&mut harness, Act::Tab(Tab::Model));
    settle(&mut harness);
    let state = harness.state_mut().window.as_mut().expect("a window");
    let params = Params::defaults(algorithm("kmeans").expect("a model"));
    state.desk.replace_models(vec![params]);
    settle(&mut harness);
    let desk = &window(&harness).desk;
    let id = desk.project().selected().unwrap().id;
    let entry = desk.entry(id).unwrap();
    let planned = entry.fitted().unwrap().planned;
    assert!(planned > 2, "{planned}");
    let first = entry.snapshots[0].clusters.clone().expect("clusters");
    let last = entry.snapshots.last().unwrap().clusters.clone().unwrap();
    assert_eq!(first.len(), 150);
    assert_ne!(first, last);
    perform(&mut harness, Act::Scrub(Scrub::At(1.0 / planned as f64)));
    settle(&mut harness);
    assert_eq!(step(&harness), 1);
    keep_picture(&mut harness, "play_kmeans_assigned");
    assert!(is_drawn(harness.output(), "Each row goes to the centre"));
    perform(&mut harness, Act::ScrubBy(1.0));
    settle(&mut harness);
    assert_eq!(step(&harness), 1);
    assert!(is_drawn(harness.output(), "The centres move"));
    keep_picture(&mut harness, "play_kmeans");
    perform(&mut harness, Act::ScrubBy(1.0));
    settle(&mut harness);
    assert_eq!(step(&harness), 2);
}

#[test]
fn neighbours_and_support_vectors_are_shown_where_they_decide() {
    let models = ["knn_classifier", "svm_classifier"];
    let mut harness = with_models("moons:n=120,seed=1", &models);
    perform(&mut harness, Act::Tab(Tab::Model));
    settle(&mut harness);
    let ids: Vec<_> = window(&harness).desk.shown().map(|m| m.id).collect();
    perform(&mut harness, Act::SelectModel(ids[0]));
    settle(&mut harness);
    harness.hover_at(pos2(560.0, 300.0));
    harness.run_steps(3);
    settle(&mut harness);
    assert!(is_drawn(harness.output(), "Joined: the 5 rows"));
    keep_picture(&mut harness, "play_neighbours");
    perform(&mut harness, Act::SelectModel(ids[1]));
    settle(&mut harness);
    assert!(is_drawn(harness.output(), "support vectors, which hold"));
    keep_picture(&mut harness, "play_support");
}

#[test]
fn a_network_shows_its_units() {
    let mut harness = with_models("moons:n=120,seed=1", &["mlp_classifier"]);
    perform(&mut harness, Act::Page(Page::Matters));
    settle(&mut harness);
    assert!(is_drawn(harness.output(), "The network"));
    harness.get_by_label("Unit 1 of hidden layer 1").hover();
    harness.run_steps(4);
    settle(&mut harness);
    keep_picture(&mut harness, "play_network");
}

#[test]
fn the_speed_of_playing_is_chosen() {
    let mut harness = with_models("moons:n=80,seed=1", &["random_forest_classifier"]);
    perform(&mut harness, Act::Speed(0.25));
    harness.run_steps(2);
    assert_eq!(window(&harness).look.speed, 0.25);
    perform(&mut harness, Act::Speed(1e9));
    assert_eq!(window(&harness).look.speed, 4.0);
}

#[test]
fn a_knob_turned_too_far_stays_to_be_turned_back() {
    let mut harness = with_models("iris", &["knn_classifier"]);
    settle(&mut harness);
    let id = window(&harness).desk.project().models()[0].id;
    let turn = |neighbours| {
        Act::Do(Command::SetParameter {
            id,
            name: "n_neighbors",
            value: Value::Integer(neighbours),
        })
    };
    perform(&mut harness, turn(140));
    until(&mut harness, "the reason", |h| {
        h.query_by_label_contains("are more than").is_some()
    });
    assert!(has(&harness, "Neighbours value"));
    assert!(has(&harness, "Reset parameters"));
    perform(&mut harness, turn(7));
    settle(&mut harness);
    assert!(!has(&harness, "Reset parameters"));
    assert!(has(&harness, "Neighbours value"));
}

#[test]
fn a_setting_that_was_stopped_and_left_starts_anew_when_it_comes_back() {
    let mut harness = with_models("iris", &["random_forest_classifier"]);
    let id = window(&harness).desk.project().models()[0].id;
    let context = window(&harness).context().clone();
    let state = harness.state_mut().window.as_mut().expect("a window");
    let mut turn = |trees| {
        let value = Value::Integer(trees);
        let name = "n_estimators";
        state.perform(&context, Act::Do(Command::SetParameter { id, name, value }));
        if trees == 900 {
            state.perform(&context, Act::Stop(id));
        }
        state.desk.is_stopping(id)
    };
    // No frame between: nothing has been reported.
    assert!(turn(900));
    assert!(!turn(50));
    state.perform(&context, Act::Undo);
    assert!(!state.desk.is_stopping(id));
}

#[test]
fn a_stroke_is_one_line_that_counts_its_rows() {
    let mut harness = with_models("moons:n=40,seed=3", &[]);
    let mut draw = |rows: usize, gesture: Option<u64>| {
        let add = Edit::Add {
            at: vec![[0.5, 0.5]; rows],
            target: Some(2),
            ink: Ink::Class(0),
        };
        perform(&mut harness, Act::Draw(add, Canvas { x: 0, y: 1 }, gesture));
        let history = &window(&harness).desk.history;
        let line = history.undo_line().unwrap_or_default().to_owned();
        (line, history.past_lines().len())
    };
    let (line, before) = draw(2, Some(7));
    assert_eq!(line, "2 rows drawn");
    assert_eq!(draw(3, Some(7)), ("5 rows drawn".to_owned(), before));
    assert_eq!(draw(4, None), ("4 rows drawn".to_owned(), before + 1));
    // The first gesture of a window has the number 0.
    assert_eq!(draw(1, Some(0)), ("1 row drawn".to_owned(), before + 2));
    assert_eq!(draw(1, Some(0)), ("2 rows drawn".to_owned(), before + 2));
}

#[test]
fn an_empty_plane_is_there_to_be_drawn_on() {
    let mut harness = with_models("moons:n=40,seed=3", &[]);
    perform(&mut harness, Act::Blank);
    settle(&mut harness);
    assert_eq!(window(&harness).desk.project().table.rows(), 0);
    assert!(has(&harness, "Erase") && !has(&harness, "No rows"));
    keep_picture(&mut harness, "play_blank");
    // The first row is alone: the plane stays.
    let add = Edit::Add {
        at: vec![[0.5, 0.5]],
        target: Some(2),
        ink: Ink::Class(0),
    };
    perform(&mut harness, Act::Draw(add, Canvas { x: 0, y: 1 }, Some(0)));
    settle(&mut harness);
    assert!(has(&harness, "Erase") && !has(&harness, "One row alone"));
}
