//! Through the tab Evaluate as a person goes: curves, a threshold that counts follow, what matters, and
//! what if; and what stands there where there is nothing to evaluate.
#![cfg(feature = "gui")]
mod common;

use common::window::{State, harness, has, settle, window};
use eframe::egui::{Key, Role};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use seefit::app::act::{Act, Page, Tab};
use seefit::model::{Params, algorithm};
use seefit::train::{Plane, PlaneBase};

/// The tab Evaluate of a data set with these models, settled.
fn evaluate(data: &'static str, models: &[&str], page: Page) -> Harness<'static, State> {
    let mut harness = harness(data);
    harness.step();
    let context = window(&harness).context().clone();
    let state = harness.state_mut().window.as_mut().expect("a window");
    let params = models
        .iter()
        .map(|id| Params::defaults(algorithm(id).expect("a model")));
    state.desk.replace_models(params.collect());
    state.perform(&context, Act::Page(page));
    settle(&mut harness);
    harness
}

/// The first number in the labels that hold these words: "13 benign were taken for ...".
fn count_of(harness: &Harness<'static, State>, words: &str) -> u32 {
    let mut nodes = harness.query_all_by_label_contains(words);
    let label = nodes.next().and_then(|n| n.accesskit_node().label());
    let label = label.unwrap_or_else(|| panic!("nothing says {words}"));
    let number = label.split(' ').next().unwrap_or_default();
    number.replace('\u{2009}', "").parse().expect("a count")
}

#[test]
fn counts_follow_the_threshold() {
    let models = ["logistic_regression", "gaussian_nb"];
    let mut harness = evaluate("breast_cancer", &models, Page::Quality);
    for picture in ["ROC curve", "Precision and recall", "Calibration"] {
        assert!(has(&harness, picture), "{picture}");
    }
    let names = window(&harness)
        .scene()
        .expect("a scene")
        .classes
        .names
        .clone();
    let missed = format!("{} were taken for {}", names[1], names[0]);
    let at_half = count_of(&harness, &missed);
    let field = harness.get_by_role_and_label(Role::TextInput, "Threshold value");
    field.click();
    harness.run_steps(2);
    let field = harness.get_by_role_and_label(Role::TextInput, "Threshold value");
    field.type_text("0.99");
    harness.run_steps(2);
    harness.key_press(eframe::egui::Key::Enter);
    harness.run_steps(3);
    assert!(count_of(&harness, &missed) > at_half);
    // A cell's rows are selected by a click.
    let count = count_of(&harness, &missed);
    harness.get_by_label_contains(&missed).click();
    harness.run_steps(2);
    assert_eq!(window(&harness).look.selection.len(), count as usize);
}

#[test]
fn a_regression_has_errors_in_the_place_of_curves() {
    let models = ["linear_regression", "decision_tree_regressor"];
    let mut harness = evaluate("diabetes", &models, Page::Quality);
    for picture in [
        "Predicted against actual",
        "Residuals against predicted",
        "Error by tenth",
    ] {
        assert!(has(&harness, picture), "{picture}");
    }
    harness.get_by_label("Quantiles").click();
    settle(&mut harness);
    assert!(has(&harness, "Residuals against a normal distribution"));
    let context = window(&harness).context().clone();
    let state = harness.state_mut().window.as_mut().expect("a window");
    state.perform(&context, Act::Page(Page::Matters));
    settle(&mut harness);
    // Weights of the linear model, with their intervals.
    assert!(has(&harness, "t interval of the fit on all rows"));
    assert!(has(&harness, "intercept: "));
}

#[test]
fn what_matters_shows_columns_and_the_tree() {
    let mut harness = evaluate("iris", &["decision_tree_classifier"], Page::Matters);
    assert!(has(&harness, "Drop of accuracy on held-out rows"));
    assert!(has(&harness, "Partial dependence"));
    assert!(has(&harness, " ≤ "), "a split in words");
    let column = harness
        .get_all_by_label_contains("sepal_width: ")
        .next()
        .expect("a column");
    column.click();
    settle(&mut harness);
    assert!(has(&harness, "Partial dependence"));
}

#[test]
fn what_if_answers_and_finds_the_other_class() {
    let mut harness = evaluate(
        "iris",
        &["logistic_regression", "gaussian_nb"],
        Page::WhatIf,
    );
    let head = |h: &Harness<'static, State>| {
        let node = h
            .get_all_by_label_contains("A Logistic regression: ")
            .next();
        node.and_then(|n| n.accesskit_node().label())
            .expect("an answer")
    };
    let before = head(&harness);
    harness.get_by_label("Find the smallest change").click();
    settle(&mut harness);
    harness
        .get_all_by_label("Set the knobs to it")
        .next()
        .expect("a change")
        .click();
    settle(&mut harness);
    assert_ne!(head(&harness), before);
    // The picture beside the knobs is cut at the row, that of the tab Model where it was.
    let cut = |h: &Harness<'static, State>| match window(h).desk.plane().map(|p| p.plane.clone()) {
        Some(Plane::Columns { base, .. }) => base,
        _ => panic!("no plane of columns"),
    };
    // What changed are the two features that the plane shows: it is still the same plane.
    assert_eq!(cut(&harness), PlaneBase::Typical);
    let knob = harness.get_all_by_role(Role::Slider).find(|node| {
        let label = node.accesskit_node().label();
        label.is_some_and(|label| label.contains("sepal"))
    });
    knob.expect("a knob of a feature that is not shown").focus();
    harness.run_steps(2);
    harness.key_press(Key::ArrowRight);
    settle(&mut harness);
    assert!(matches!(cut(&harness), PlaneBase::Point(point) if point.len() == 4));
    let context = window(&harness).context().clone();
    let state = harness.state_mut().window.as_mut().expect("a window");
    state.perform(&context, Act::Tab(Tab::Model));
    settle(&mut harness);
    assert_eq!(cut(&harness), PlaneBase::Typical);
}

#[test]
fn where_there_is_nothing_to_evaluate_a_sentence_says_so() {
    let mut harness = harness("old_faithful");
    settle(&mut harness);
    let context = window(&harness).context().clone();
    for page in Page::ALL {
        let state = harness.state_mut().window.as_mut().expect("a window");
        state.perform(&context, Act::Page(page));
        settle(&mut harness);
        assert_eq!(window(&harness).look.tab, Tab::Evaluate);
    }
    let state = harness.state_mut().window.as_mut().expect("a window");
    state.desk.replace_models(Vec::new());
    harness.run_steps(3);
    let nothing =
        has(&harness, "No model is shown") || has(&harness, "Nothing to check clusters against");
    assert!(nothing);
}
