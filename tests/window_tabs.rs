//! Through the tabs as a person goes: what they show, and that what is chosen in one is seen in the
//! others.
#![cfg(feature = "gui")]
mod common;

use std::time::{Duration, Instant};

use common::Painter;
use eframe::egui::{Role, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use seefit::app::act::{Act, Tab};
use seefit::app::settings::Settings;
use seefit::app::{Options, Window};
use seefit::prepare::{Project, Select};
use seefit::project::Command;
use seefit::widget::theme;

struct State {
    window: Option<Window>,
    data: &'static str,
}

fn harness(data: &'static str) -> Harness<'static, State> {
    let state = State { window: None, data };
    Harness::builder()
        .with_size(vec2(1280.0, 800.0))
        .with_pixels_per_point(1.0)
        .with_context_setup(|ctx| theme::install(ctx, 1.0, true))
        .renderer(Painter::default())
        .build_ui_state(
            |ui, state: &mut State| {
                let data = state.data.to_owned();
                let window = state.window.get_or_insert_with(|| {
                    let options = Options {
                        data: Some(data.clone()),
                        settings: Settings {
                            data,
                            ..Settings::default()
                        },
                        still: true,
                        ..Options::default()
                    };
                    Window::new(ui.ctx(), options)
                });
                window.logic(&ui.ctx().clone());
                window.ui(ui);
            },
            state,
        )
}

/// Steps until `there`, at most two minutes.
fn until(
    harness: &mut Harness<'static, State>,
    what: &str,
    there: impl Fn(&Harness<'static, State>) -> bool,
) {
    let end = Instant::now() + Duration::from_secs(120);
    loop {
        harness.step();
        if there(harness) {
            return;
        }
        assert!(Instant::now() < end, "{what} did not come");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn window<'a>(harness: &'a Harness<'static, State>) -> &'a Window {
    harness.state().window.as_ref().expect("a window")
}

fn settle(harness: &mut Harness<'static, State>) {
    until(harness, "the end of fitting", |h| window(h).is_settled());
    harness.run_steps(3);
    until(harness, "the end of drawing", |h| window(h).is_settled());
    harness.run_steps(2);
}

fn has(harness: &Harness<'static, State>, label: &str) -> bool {
    harness.query_all_by_label_contains(label).next().is_some()
}

/// Goes to a tab; a menu may have the same name.
fn tab(harness: &Harness<'static, State>, name: &str) {
    harness.get_by_role_and_label(Role::Tab, name).click();
}

#[test]
fn rows_of_a_confused_cell_are_the_tables_selected_rows() {
    let mut harness = harness("iris");
    settle(&mut harness);
    // The fullest cell of the second class: those that the model got right.
    let context = window(&harness).context().clone();
    let state = harness.state_mut().window.as_mut().expect("a window");
    let cell = Act::SelectCell {
        actual: 1,
        predicted: 1,
        add: false,
    };
    state.perform(&context, cell);
    let count = window(&harness).look.selection.len();
    assert!((30..=50).contains(&count), "{count}");
    tab(&harness, "Table");
    settle(&mut harness);
    assert_eq!(window(&harness).look.tab, Tab::Table);
    assert!(has(&harness, &format!("150 rows · {count} selected")));
    harness.get_by_label("Selected rows only").click();
    settle(&mut harness);
    assert!(has(&harness, &format!("Table, {count} rows")));
    // A click on a row selects it alone, and the shown rows stay.
    let rows: Vec<_> = harness.get_all_by_label_contains("Row ").collect();
    rows[2].click();
    drop(rows);
    settle(&mut harness);
    assert_eq!(window(&harness).look.selection.len(), 1);
    assert!(has(&harness, &format!("Table, {count} rows")));
}

#[test]
fn a_click_on_a_head_sorts_by_that_column() {
    let mut harness = harness("iris");
    settle(&mut harness);
    tab(&harness, "Table");
    settle(&mut harness);
    let head = harness
        .get_all_by_label_contains("Sort by")
        .nth(3)
        .expect("heads");
    head.click();
    settle(&mut harness);
    assert!(has(&harness, ", ascending"));
    let top = |h: &Harness<'static, State>| {
        let mut rows: Vec<(f32, String)> = h
            .get_all_by_label_contains("Row ")
            .filter_map(|n| {
                let label = n.accesskit_node().label()?;
                label.starts_with("Row ").then(|| (n.rect().top(), label))
            })
            .collect();
        rows.sort_by(|a, b| a.0.total_cmp(&b.0));
        rows[0].1.clone()
    };
    let first = top(&harness);
    harness.get_by_label_contains(", ascending").click();
    settle(&mut harness);
    assert!(has(&harness, ", descending"));
    assert_ne!(first, top(&harness));
}

#[test]
fn compare_shows_every_models_score_and_selects_by_click() {
    let mut harness = harness("iris");
    settle(&mut harness);
    tab(&harness, "Compare");
    settle(&mut harness);
    let names: Vec<(String, String)> = {
        let window = window(&harness);
        let metric = window.desk.leading_metric().expect("a metric");
        window
            .desk
            .shown()
            .map(|m| {
                let score = window.desk.score(m.id, metric).and_then(|s| s.mean);
                let start = format!("{} {}: ", m.badge(), m.params.algorithm().name);
                (start, format!("{:.3} ±", score.expect("a score")))
            })
            .collect()
    };
    assert!(names.len() >= 2);
    for (name, score) in &names {
        assert!(has(&harness, &format!("{name}{score}")), "{name}{score}");
    }
    let last = &names[names.len() - 1].0;
    harness.get_by_label_contains(last).click();
    harness.run_steps(2);
    let selected = window(&harness)
        .desk
        .project()
        .selected()
        .map(|m| m.badge());
    assert_eq!(selected.as_deref(), last.split(' ').next());
    for tab in ["Show: Scores", "Show: Folds", "Show: Boundaries"] {
        harness.get_by_label(tab).click();
        harness.run_steps(3);
        assert!(has(&harness, last));
    }
}

#[test]
fn explore_summarises_the_column_that_is_clicked() {
    let mut harness = harness("penguins");
    settle(&mut harness);
    tab(&harness, "Explore");
    settle(&mut harness);
    harness.get_by_label("Histograms").click();
    settle(&mut harness);
    let is_chosen = |h: &Harness<'static, State>| {
        let column = h.get_by_role_and_label(Role::Button, "Column island");
        format!("{:?}", column.accesskit_node().toggled())
    };
    assert_eq!(is_chosen(&harness), "Some(False)");
    harness
        .get_by_role_and_label(Role::Button, "Column island")
        .click();
    settle(&mut harness);
    assert_eq!(is_chosen(&harness), "Some(True)");
    // The rail stands for the cards, and opens them.
    harness.get_by_label("Show models").click();
    harness.run_steps(3);
    assert!(has(&harness, "Fit all quick models"));
}

#[test]
fn a_regression_shows_its_errors_in_the_place_of_the_surface() {
    let mut harness = harness("diabetes");
    settle(&mut harness);
    harness.get_by_label("Residuals").click();
    settle(&mut harness);
    assert!(has(&harness, "Residuals against predicted"));
    assert!(!has(&harness, "Predicted against actual"));
    harness.get_by_label("Predicted").click();
    settle(&mut harness);
    assert!(has(&harness, "Predicted against actual"));
    harness.get_by_label("Surface").click();
    harness.run_steps(3);
    assert!(!has(&harness, "Predicted against actual"));
}

#[test]
fn every_tab_works_on_every_kind_of_data() {
    for data in ["digits", "moons:n=3000", "line:n=40"] {
        let mut harness = harness(data);
        for name in ["Explore", "Compare", "Table", "Model"] {
            tab(&harness, name);
            harness.run_steps(6);
        }
        settle(&mut harness);
    }
}

/// Steps with a scrubber, or what each number of clusters gives.
#[test]
fn a_clustering_shows_its_steps_or_a_curve_over_the_clusters() {
    let mut harness = harness("blobs");
    settle(&mut harness);
    let without_target = Act::Do(Command::SetRole {
        column: 2,
        role: seefit::prepare::Role::Ignored,
    });
    let context = harness.ctx.clone();
    let state = harness.state_mut().window.as_mut().expect("a window");
    state.perform(&context, without_target);
    settle(&mut harness);
    assert!(has(&harness, "Inertia by iteration"));
    for measure in ["Silhouette", "Elbow"] {
        harness.get_by_label(&format!("Curve: {measure}")).click();
        until(&mut harness, measure, |h| {
            has(h, &format!("{measure} over Clusters"))
        });
    }
    until(&mut harness, "the curve", |h| {
        let window = window(h);
        let selected = window.desk.project().selected().expect("a model");
        let entry = window.desk.entry(selected.id);
        entry.is_some_and(|entry| entry.sweep.len() > 5)
    });
    harness.get_by_label("Curve: Steps").click();
    until(&mut harness, "the steps", |h| {
        has(h, "Inertia by iteration")
    });
}

/// Chooses in one of the menus of the preparation.
fn choose(harness: &mut Harness<'static, State>, step: &str, way: &str) {
    harness.get_by_role_and_label(Role::ComboBox, step).click();
    harness.run_steps(3);
    harness.get_by_role_and_label(Role::MenuItem, way).click();
    settle(harness);
}

fn perform(harness: &mut Harness<'static, State>, act: Act) {
    let context = harness.ctx.clone();
    let state = harness.state_mut().window.as_mut().expect("a window");
    state.perform(&context, act);
    settle(harness);
}

#[test]
fn columns_are_selected_and_projected_and_both_can_be_undone() {
    let mut harness = harness("iris");
    settle(&mut harness);
    let score = |h: &Harness<'static, State>| {
        let desk = &window(h).desk;
        let selected = desk.project().selected().expect("a model");
        let metric = desk.leading_metric().expect("a metric");
        desk.score(selected.id, metric).and_then(|score| score.mean)
    };
    let at_first = score(&harness).expect("a score");
    assert!(!has(&harness, "Columns kept") && !has(&harness, "Components"));
    choose(&mut harness, "Select columns", "best");
    choose(&mut harness, "Columns kept", "2");
    let recipe = window(&harness).desk.project().recipe.clone();
    assert_eq!(recipe.select, Select::Best(2));
    choose(&mut harness, "Project columns", "LDA");
    choose(&mut harness, "Components", "1");
    let recipe = window(&harness).desk.project().recipe.clone();
    assert_eq!(recipe.project, Project::Lda { n_components: 1 });
    // One discriminant of two columns still tells irises apart, if not as all four columns do.
    let projected = score(&harness).expect("a score");
    assert!(projected > 0.9 && projected != at_first, "{projected}");
    for _ in 0..4 {
        perform(&mut harness, Act::Undo);
    }
    let recipe = window(&harness).desk.project().recipe.clone();
    assert_eq!(recipe.select, Select::All);
    assert_eq!(recipe.project, Project::None);
    assert_eq!(score(&harness), Some(at_first));
    assert!(!has(&harness, "Columns kept") && !has(&harness, "Components"));
}

#[test]
fn a_biplot_shows_what_the_axes_are_made_of() {
    let mut harness = harness("iris");
    settle(&mut harness);
    tab(&harness, "Explore");
    settle(&mut harness);
    harness
        .get_by_role_and_label(Role::RadioButton, "Components")
        .click();
    settle(&mut harness);
    until(&mut harness, "the components", |h| has(h, "Loadings of"));
    // Of the standardised columns, as scikit-learn's PCA has it.
    assert!(has(&harness, ": 0.73"), "the first component's share");
}

#[test]
fn the_dendrogram_of_an_agglomerative_clustering_is_drawn() {
    let mut harness = harness("blobs");
    settle(&mut harness);
    let without_target = Command::SetRole {
        column: 2,
        role: seefit::prepare::Role::Ignored,
    };
    perform(&mut harness, Act::Do(without_target));
    let algorithm = seefit::model::algorithm("agglomerative").expect("an algorithm");
    let params = seefit::model::Params::defaults(algorithm);
    perform(&mut harness, Act::Do(Command::AddModel(params)));
    tab(&harness, "Evaluate");
    settle(&mut harness);
    let desk = &window(&harness).desk;
    let selected = desk.project().selected().expect("a model");
    assert_eq!(selected.params.algorithm().id, "agglomerative");
    let clusters = selected.params.size("n_clusters");
    assert!(has(&harness, &format!("rows, {clusters} clusters")));
    assert!(has(&harness, "Dendrogram of"));
}
