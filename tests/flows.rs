//! Whole flows through the window without a display: acts in, frames on, and what stands at the end.
#![cfg(feature = "gui")]

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use eframe::egui::{self, Shape};
use seefit::app::act::{Act, Scrub};
use seefit::app::screenshot::Headless;
use seefit::app::settings::Settings;
use seefit::app::{Options, Window};
use seefit::evaluate::Metric;
use seefit::model::{Params, Task, Value, algorithm};
use seefit::prepare::Role;
use seefit::project::{Command, Entry, ModelId};
use seefit::train::Report;

/// A deadline for what must come some time; no test waits for a time to pass.
const LONGEST: Duration = Duration::from_secs(180);

fn start(data: Option<&str>) -> Headless {
    let options = Options {
        data: data.map(str::to_owned),
        settings: Settings::default(),
        still: true,
        ..Options::default()
    };
    Headless::new(options, [1280, 800])
}

/// Frames until `there`; gives the last one.
fn until(headless: &mut Headless, what: &str, there: impl Fn(&Window) -> bool) -> egui::FullOutput {
    let end = Instant::now() + LONGEST;
    loop {
        let output = headless.frame();
        if there(&headless.window) {
            return output;
        }
        let waits = headless.window.waits_for();
        assert!(
            Instant::now() < end,
            "{what} did not come; it waits for {waits:?}"
        );
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Frames until nothing is on its way, also not after some frames more.
fn settle(headless: &mut Headless) {
    for _ in 0..3 {
        until(headless, "the end", |w| w.is_settled());
        headless.frame();
        headless.frame();
    }
    until(headless, "the end", |w| w.is_settled());
}

fn act(headless: &mut Headless, act: Act) {
    let context = headless.context.clone();
    headless.window.perform(&context, act);
}

fn apply(headless: &mut Headless, command: Command) {
    act(headless, Act::Do(command));
}

fn params(id: &str, set: &[(&str, &str)]) -> Params {
    let mut params = Params::defaults(algorithm(id).expect("an algorithm"));
    for (name, value) in set {
        params.set_text(name, value).expect("a value");
    }
    params
}

fn selected(headless: &Headless) -> ModelId {
    let project = headless.window.desk.project();
    project.selected().expect("a selected card").id
}

fn entry(headless: &Headless, id: ModelId) -> &Entry {
    headless.window.desk.entry(id).expect("an entry")
}

fn report(headless: &Headless, id: ModelId) -> Arc<Report> {
    entry(headless, id).report.clone().expect("a report")
}

fn score(headless: &Headless, id: ModelId) -> f64 {
    let desk = &headless.window.desk;
    let metric = desk.leading_metric().expect("a metric");
    let score = desk.score(id, metric).expect("a score");
    score.mean.or(score.pooled).expect("a number")
}

fn shown(headless: &Headless) -> Vec<ModelId> {
    headless.window.desk.shown().map(|m| m.id).collect()
}

/// What must hold whenever nothing is on its way: cards of the right task, each scored or with a
/// problem, each surface of the present table and plane.
fn assert_consistent(headless: &Headless) {
    let desk = &headless.window.desk;
    let project = desk.project();
    let table = project.table.fingerprint();
    let plane = desk.plane().expect("a plane");
    assert_eq!(plane.table.fingerprint(), table);
    let scene = headless.window.scene().expect("a scene");
    assert_eq!(scene.table.fingerprint(), table);
    for model in desk.shown() {
        let name = format!(
            "{} on {}",
            model.params.algorithm().id,
            project.table.name()
        );
        let job = desk.job(model.id).expect("a job");
        assert_eq!(job.table.fingerprint(), table, "{name}");
        let entry = desk.entry(model.id).expect("an entry");
        if let Some(problem) = &entry.problem {
            panic!("{name}: {problem}");
        }
        assert_eq!(model.params.algorithm().task, project.task(), "{name}");
        let report = entry.report.as_ref().expect("a report");
        assert!(!report.stopped, "{name}");
        assert_eq!(report.key, job.key(), "{name}");
        assert_eq!(report.params, model.params, "{name}");
        if let Some(surface) = &entry.surface {
            assert_eq!(surface.request, plane.name(), "{name}");
            assert_eq!(surface.columns, plane.full[0], "{name}");
            // Of the others only small pictures are seen.
            if project.selected().map(|m| m.id) == Some(model.id) {
                let drawn = headless.window.pictures.drawn(model.id).expect("a picture");
                assert!(Arc::ptr_eq(&drawn.surface, surface), "{name}");
            }
        } else {
            assert!(entry.no_surface.is_some(), "{name} has no surface");
        }
        let steps: Vec<f64> = entry.curve.iter().map(|p| p.x).collect();
        assert!(steps.windows(2).all(|w| w[0] < w[1]), "{name}: {steps:?}");
    }
}

/// All words in a frame.
fn words(output: &egui::FullOutput) -> String {
    fn collect(shape: &Shape, all: &mut String) {
        match shape {
            Shape::Vec(shapes) => shapes.iter().for_each(|s| collect(s, all)),
            Shape::Text(text) => {
                all.push_str(&text.galley.job.text);
                all.push('\n');
            }
            _ => {}
        }
    }
    let mut all = String::new();
    for clipped in &output.shapes {
        collect(&clipped.shape, &mut all);
    }
    all
}

/// A file in a folder of its own.
fn file(name: &str, text: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("flows");
    std::fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join(name);
    std::fs::write(&path, text).expect("a file");
    path
}

fn open(headless: &mut Headless, path: &std::path::Path) {
    act(headless, Act::Open(path.to_string_lossy().into_owned()));
    until(headless, "the file", |w| w.loading().is_none());
}

#[test]
fn the_first_start_shows_three_fitted_models() {
    let mut headless = start(None);
    settle(&mut headless);
    assert_consistent(&headless);
    let ids = shown(&headless);
    assert_eq!(ids.len(), 3);
    let baseline = headless.window.desk.baseline_score(Metric::Accuracy);
    let baseline = baseline.and_then(|s| s.mean).expect("a baseline");
    for id in ids {
        assert!(score(&headless, id) > baseline + 0.1);
        assert!(entry(&headless, id).surface.is_some());
    }
    let text = words(&headless.frame());
    assert!(text.contains("Random forest"), "{text}");
}

#[test]
fn a_file_is_opened_and_a_bad_one_changes_nothing() {
    let mut headless = start(None);
    let mut text = String::from("length,width,kind\n");
    for i in 0..60 {
        let kind = if i % 2 == 0 { "plum" } else { "pear" };
        let length = f64::from(i % 7) + if i % 2 == 0 { 0.0 } else { 9.0 };
        text.push_str(&format!("{length},{},{kind}\n", i % 5));
    }
    open(&mut headless, &file("fruit.csv", &text));
    settle(&mut headless);
    assert_consistent(&headless);
    let fruit = headless.window.desk.project().table.clone();
    assert_eq!((fruit.rows(), fruit.columns().len()), (60, 3));
    assert_eq!(headless.window.desk.project().task(), Task::Classification);
    assert!(score(&headless, selected(&headless)) > 0.9);
    // Neither a missing nor a damaged file takes anything away.
    let none = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("flows/is_not_there.csv");
    for bad in [
        none,
        file("nothing.csv", ""),
        file("half.json", "[{\"a\": 1"),
    ] {
        open(&mut headless, &bad);
        let (what, problem) = headless.window.problem.clone().expect("a problem");
        assert_eq!(what, bad.to_string_lossy());
        let text = words(&headless.frame());
        assert!(
            text.contains(problem.what.trim_end_matches('.')),
            "{problem}: {text}"
        );
        let present = headless.window.desk.project().table.fingerprint();
        assert_eq!(present, fruit.fingerprint());
        assert_consistent(&headless);
    }
    act(&mut headless, Act::CloseProblem);
    assert!(headless.window.problem.is_none());
}

#[test]
fn ten_quick_steps_through_the_data_end_at_the_tenth() {
    let mut headless = start(None);
    headless.frame();
    let first = headless.window.catalog.current.expect("a data set");
    for _ in 0..10 {
        act(&mut headless, Act::Step(1));
        headless.frame();
    }
    settle(&mut headless);
    let catalog = &headless.window.catalog;
    assert_eq!(catalog.current, Some((first + 10) % catalog.items.len()));
    assert_consistent(&headless);
    // Back with a breath between: every step is seen.
    for _ in 0..3 {
        act(&mut headless, Act::Step(-1));
        until(&mut headless, "the data", |w| w.loading().is_none());
    }
    settle(&mut headless);
    let catalog = &headless.window.catalog;
    assert_eq!(catalog.current, Some((first + 7) % catalog.items.len()));
    assert_consistent(&headless);
}

fn neighbours(id: ModelId, k: i64) -> Command {
    Command::SetParameter {
        id,
        name: "n_neighbors",
        value: Value::Integer(k),
    }
}

#[test]
fn a_drag_is_one_step_of_undo_and_comes_back_from_the_cache() {
    let mut headless = start(Some("iris"));
    let added = Command::AddModel(params("knn_classifier", &[]));
    apply(&mut headless, added);
    settle(&mut headless);
    let id = selected(&headless);
    let before = report(&headless, id);
    let steps = |h: &Headless| h.window.desk.history.undo_line().map(str::to_owned);
    for k in (1..=100).rev() {
        act(&mut headless, Act::Drag(neighbours(id, k + 10), 7));
        if k % 3 == 0 {
            headless.frame();
        }
    }
    act(&mut headless, Act::Drag(neighbours(id, 90), 7));
    act(&mut headless, Act::EndGesture);
    settle(&mut headless);
    assert_consistent(&headless);
    let after = report(&headless, id);
    let accuracy = |r: &Report| r.score(Metric::Accuracy).and_then(|s| s.mean);
    assert!(accuracy(&after) < accuracy(&before), "90 of 120 neighbours");
    let line = steps(&headless).expect("a step");
    assert!(line.ends_with("5 to 90"), "{line}");
    // At once, without a frame: nothing is fitted again.
    act(&mut headless, Act::Undo);
    assert!(Arc::ptr_eq(&report(&headless, id), &before));
    act(&mut headless, Act::Redo);
    assert!(Arc::ptr_eq(&report(&headless, id), &after));
    settle(&mut headless);
    assert_consistent(&headless);
    assert!(Arc::ptr_eq(&report(&headless, id), &after));
    assert!(!entry(&headless, id).sweep.is_empty());
}

#[test]
fn a_drag_that_comes_back_changes_nothing() {
    let mut headless = start(Some("iris"));
    let added = Command::AddModel(params("knn_classifier", &[]));
    apply(&mut headless, added);
    settle(&mut headless);
    let id = selected(&headless);
    let before = report(&headless, id);
    for k in [6, 7, 8, 7, 6, 5] {
        act(&mut headless, Act::Drag(neighbours(id, k), 1));
    }
    act(&mut headless, Act::EndGesture);
    assert!(Arc::ptr_eq(&report(&headless, id), &before));
    settle(&mut headless);
    assert_consistent(&headless);
    assert!(Arc::ptr_eq(&report(&headless, id), &before));
}

#[test]
fn a_cell_of_the_matrix_selects_as_many_rows_as_it_counts() {
    let mut headless = start(None);
    settle(&mut headless);
    let id = selected(&headless);
    let confusion = report(&headless, id).confusion.clone().expect("a matrix");
    let classes = confusion.classes();
    for actual in 0..classes {
        for predicted in 0..classes {
            let cell = Act::SelectCell {
                actual,
                predicted,
                add: false,
            };
            act(&mut headless, cell);
            let rows = headless.window.look.selection.len() as u64;
            assert_eq!(rows, confusion.count(actual, predicted));
        }
    }
    for class in 0..classes {
        let cell = Act::SelectCell {
            actual: class,
            predicted: class,
            add: class > 0,
        };
        act(&mut headless, cell);
    }
    // The cell of the last class was the last selected alone: a click on it would have cleared it.
    let right: u64 = (0..classes).map(|c| confusion.count(c, c)).sum();
    assert_eq!(headless.window.look.selection.len() as u64, right);
    // At an earlier step the rows are those of that step.
    act(&mut headless, Act::Scrub(Scrub::At(0.0)));
    let cell = |actual, predicted| Act::SelectCell {
        actual,
        predicted,
        add: false,
    };
    act(&mut headless, cell(0, 0));
    let first = entry(&headless, id)
        .snapshots
        .first()
        .expect("a snapshot")
        .clone();
    let scene = headless.window.scene().expect("a scene");
    let rows = (0..scene.table.rows() as u32).filter(|&row| {
        let predicted = first.held_out.class(row as usize).map(|(class, _)| class);
        scene.class_of(row) == Some(0) && predicted == Some(0)
    });
    assert_eq!(headless.window.look.selection.len(), rows.count());
}

#[test]
fn the_scrubbed_step_stays_in_the_picture_while_the_plane_moves() {
    let mut headless = start(Some("moons"));
    settle(&mut headless);
    let forest = shown(&headless)[1];
    let steps = entry(&headless, forest).snapshots.len();
    assert!(steps > 10);
    act(&mut headless, Act::Scrub(Scrub::At(0.1)));
    headless.frame();
    settle(&mut headless);
    let step = |h: &Headless| {
        entry(h, forest)
            .surface
            .as_ref()
            .expect("a surface")
            .fitted
            .step
    };
    let scrubbed = step(&headless);
    let newest = entry(&headless, forest).fitted().expect("a model").step;
    assert!(scrubbed < newest / 5, "{scrubbed} of {newest}");
    let mut view = headless.window.look.view;
    view.x[0] -= 0.5;
    act(&mut headless, Act::View(view));
    headless.frame();
    settle(&mut headless);
    assert_eq!(step(&headless), scrubbed);
    act(&mut headless, Act::Scrub(Scrub::Live));
    headless.frame();
    settle(&mut headless);
    assert_eq!(step(&headless), newest);
    assert_consistent(&headless);
}

#[test]
fn undo_and_redo_lead_through_roles_models_and_knobs() {
    let mut headless = start(Some("iris"));
    settle(&mut headless);
    let original = shown(&headless);
    let reports: Vec<Arc<Report>> = original.iter().map(|id| report(&headless, *id)).collect();
    let project = headless.window.desk.project();
    let width = project.settings.roles.features()[1];
    let name = project.table.columns()[width].name.clone();
    apply(
        &mut headless,
        Command::SetRole {
            column: width,
            role: Role::Ignored,
        },
    );
    settle(&mut headless);
    apply(
        &mut headless,
        Command::AddModel(params("knn_classifier", &[])),
    );
    let added = selected(&headless);
    settle(&mut headless);
    apply(&mut headless, neighbours(added, 21));
    settle(&mut headless);
    assert_consistent(&headless);
    let last = report(&headless, added);
    assert!(!last.features.contains(&name));
    act(&mut headless, Act::Undo);
    act(&mut headless, Act::Undo);
    assert_eq!(shown(&headless), original);
    act(&mut headless, Act::Undo);
    headless.frame();
    for (id, before) in original.iter().zip(&reports) {
        assert!(Arc::ptr_eq(&report(&headless, *id), before));
    }
    settle(&mut headless);
    assert_consistent(&headless);
    for _ in 0..3 {
        act(&mut headless, Act::Redo);
    }
    act(&mut headless, Act::Redo);
    settle(&mut headless);
    assert_consistent(&headless);
    assert!(Arc::ptr_eq(&report(&headless, added), &last));
}

fn long_fit() -> Params {
    let set = [
        ("max_iter", "600"),
        ("tol", "0"),
        ("n_iter_no_change", "600"),
        ("hidden_layer_sizes", "8"),
    ];
    params("mlp_classifier", &set)
}

/// Frames until the model has taken some steps and is not done.
fn begin(headless: &mut Headless, id: ModelId) {
    until(headless, "the first steps", |w| {
        w.desk.entry(id).is_some_and(|e| e.curve.len() > 2)
    });
}

#[test]
fn a_stopped_fit_reports_and_goes_on_to_the_end() {
    let mut headless = start(Some("iris"));
    headless.window.desk.replace_models(vec![long_fit()]);
    let id = selected(&headless);
    begin(&mut headless, id);
    act(&mut headless, Act::Stop(id));
    until(&mut headless, "the stop", |w| {
        w.desk
            .entry(id)
            .is_some_and(|e| e.report.as_ref().is_some_and(|r| r.stopped))
    });
    settle(&mut headless);
    let stopped = report(&headless, id);
    let step = stopped.fitted.as_ref().expect("a model").step;
    assert!(stopped.stopped && step < 600, "{step}");
    assert!(words(&headless.frame()).contains("Stopped"));
    // It stands still.
    for _ in 0..20 {
        headless.frame();
    }
    assert!(Arc::ptr_eq(&report(&headless, id), &stopped));
    act(&mut headless, Act::Continue(id));
    until(&mut headless, "the next steps", |w| {
        w.desk.entry(id).is_some_and(|e| e.report.is_none())
    });
    settle(&mut headless);
    assert_consistent(&headless);
    let curve = &entry(&headless, id).curve;
    assert_eq!(curve.first().map(|p| p.x), Some(1.0));
    assert_eq!(curve.last().map(|p| p.x), Some(600.0));
}

#[test]
fn stop_all_stops_also_what_has_not_begun() {
    let mut headless = start(Some("iris"));
    let models = vec![
        long_fit(),
        params("random_forest_classifier", &[("n_estimators", "1000")]),
    ];
    headless.window.desk.replace_models(models);
    act(&mut headless, Act::StopAll);
    let ids = shown(&headless);
    until(&mut headless, "the stops", |w| {
        let stopped = |id: &ModelId| w.desk.entry(*id).is_some_and(|e| e.report.is_some());
        ids.iter().all(stopped)
    });
    for id in &ids {
        assert!(report(&headless, *id).stopped);
        act(&mut headless, Act::StartOver(*id));
    }
    let first = ids[0];
    begin(&mut headless, first);
    // Started over, it counts from the first step.
    let xs: Vec<f64> = entry(&headless, first).curve.iter().map(|p| p.x).collect();
    assert_eq!(xs[..3], [1.0, 2.0, 3.0]);
}

#[test]
fn other_data_while_fits_run() {
    let mut headless = start(Some("moons:n=3000"));
    for spec in ["iris", "moons:n=3000", "diabetes", "circles", "iris"] {
        until(&mut headless, "a model", |w| {
            w.desk
                .shown()
                .any(|m| w.desk.entry(m.id).is_some_and(|e| e.fitted().is_some()))
        });
        act(&mut headless, Act::Open(spec.into()));
        until(&mut headless, "the data", |w| w.loading().is_none());
    }
    settle(&mut headless);
    assert_consistent(&headless);
    assert_eq!(headless.window.desk.project().table.rows(), 150);
    // Back by undo, through all of them.
    for _ in 0..5 {
        act(&mut headless, Act::Undo);
        headless.frame();
    }
    settle(&mut headless);
    assert_consistent(&headless);
    assert_eq!(headless.window.desk.project().table.rows(), 3000);
}

#[test]
fn undo_to_another_table_forgets_rows_that_are_not_its() {
    let mut headless = start(Some("iris"));
    settle(&mut headless);
    act(&mut headless, Act::Open("moons".into()));
    until(&mut headless, "the data", |w| w.loading().is_none());
    settle(&mut headless);
    act(&mut headless, Act::SelectRows(vec![160, 170], false));
    act(&mut headless, Act::CutAt(Some(170)));
    act(&mut headless, Act::HoverRow(Some(170)));
    headless.frame();
    act(&mut headless, Act::Undo);
    headless.frame();
    let look = &headless.window.look;
    assert!(look.selection.is_empty() && look.cut.is_none() && look.hovered.is_none());
    settle(&mut headless);
    assert_consistent(&headless);
}

#[test]
fn the_selected_model_is_hidden_duplicated_and_removed_while_it_fits() {
    let mut headless = start(Some("iris"));
    let models = vec![long_fit(), params("gaussian_nb", &[])];
    headless.window.desk.replace_models(models);
    let id = selected(&headless);
    begin(&mut headless, id);
    apply(&mut headless, Command::HideModel { id, hidden: true });
    headless.frame();
    assert!(!shown(&headless).contains(&id));
    apply(&mut headless, Command::HideModel { id, hidden: false });
    begin(&mut headless, id);
    apply(&mut headless, Command::DuplicateModel(id));
    let twin = selected(&headless);
    assert_ne!(twin, id);
    // Both cards are of one job: one fit serves them.
    assert_eq!(headless.window.desk.key(id), headless.window.desk.key(twin));
    headless.frame();
    apply(&mut headless, Command::RemoveModel(id));
    begin(&mut headless, twin);
    settle(&mut headless);
    assert_consistent(&headless);
    assert_eq!(shown(&headless).len(), 2);
    act(&mut headless, Act::SelectModel(twin));
    apply(&mut headless, Command::RemoveModel(twin));
    settle(&mut headless);
    assert_eq!(shown(&headless).len(), 1);
    act(&mut headless, Act::Undo);
    act(&mut headless, Act::Undo);
    settle(&mut headless);
    assert_consistent(&headless);
    assert_eq!(shown(&headless).len(), 3);
}

#[test]
fn the_target_goes_from_a_category_to_a_number_and_back() {
    let mut headless = start(None);
    settle(&mut headless);
    let before: Vec<Arc<Report>> = shown(&headless)
        .into_iter()
        .map(|id| report(&headless, id))
        .collect();
    let target = |column| Command::SetRole {
        column,
        role: Role::Target,
    };
    let project = headless.window.desk.project();
    let columns = project.table.columns();
    let number = (0..columns.len())
        .rfind(|&c| columns[c].kind == seefit::data::Kind::Number)
        .expect("a number");
    apply(&mut headless, target(number));
    assert_eq!(headless.window.desk.project().task(), Task::Regression);
    settle(&mut headless);
    assert_consistent(&headless);
    for id in shown(&headless) {
        assert!(report(&headless, id).score(Metric::R2).is_some());
    }
    act(&mut headless, Act::Undo);
    headless.frame();
    assert_eq!(headless.window.desk.project().task(), Task::Classification);
    for (id, before) in shown(&headless).into_iter().zip(&before) {
        assert!(Arc::ptr_eq(&report(&headless, id), before));
    }
    // Without a target: clusters.
    let target = headless.window.desk.project().settings.roles.target();
    apply(
        &mut headless,
        Command::SetRole {
            column: target.expect("a target"),
            role: Role::Ignored,
        },
    );
    assert_eq!(headless.window.desk.project().task(), Task::Clustering);
    settle(&mut headless);
    assert_consistent(&headless);
    act(&mut headless, Act::Undo);
    settle(&mut headless);
    assert_consistent(&headless);
}

#[test]
fn a_model_that_cannot_run_says_why_and_the_others_run() {
    let mut headless = start(Some("diabetes"));
    settle(&mut headless);
    let others = shown(&headless);
    apply(
        &mut headless,
        Command::AddModel(params("knn_classifier", &[])),
    );
    let id = selected(&headless);
    settle(&mut headless);
    let problem = entry(&headless, id).problem.clone().expect("a problem");
    assert!(problem.to_string().contains("regress"), "{problem}");
    let text = words(&headless.frame());
    assert!(text.contains("Cannot run"), "{text}");
    let start: String = problem.what.chars().take(20).collect();
    assert!(text.contains(&start), "{start}: {text}");
    for id in others {
        assert!(entry(&headless, id).is_complete());
    }
    // More neighbours than rows in a fold.
    act(&mut headless, Act::Open("iris".into()));
    until(&mut headless, "the data", |w| w.loading().is_none());
    apply(
        &mut headless,
        Command::AddModel(params("knn_classifier", &[])),
    );
    let id = selected(&headless);
    apply(&mut headless, neighbours(id, 130));
    settle(&mut headless);
    let problem = entry(&headless, id).problem.clone().expect("a problem");
    assert!(problem.to_string().contains("120"), "{problem}");
    apply(&mut headless, neighbours(id, 100));
    settle(&mut headless);
    assert_consistent(&headless);
}

#[test]
fn without_features_nothing_breaks_and_a_tick_brings_all_back() {
    let mut headless = start(Some("iris"));
    settle(&mut headless);
    let features = headless.window.desk.project().settings.roles.features();
    for column in &features {
        let role = Role::Ignored;
        apply(
            &mut headless,
            Command::SetRole {
                column: *column,
                role,
            },
        );
        headless.frame();
    }
    for _ in 0..30 {
        headless.frame();
    }
    let text = words(&headless.frame());
    assert!(text.contains("No features yet"), "{text}");
    apply(
        &mut headless,
        Command::SetRole {
            column: features[0],
            role: Role::Feature,
        },
    );
    settle(&mut headless);
    assert_consistent(&headless);
}

#[test]
fn a_drag_shows_pictures_of_settings_on_the_way() {
    let mut headless = start(Some("iris"));
    apply(
        &mut headless,
        Command::AddModel(params("knn_classifier", &[])),
    );
    settle(&mut headless);
    let id = selected(&headless);
    // Each setting is left before its picture can come: the frame that shows it is a later one.
    let mut seen = std::collections::HashSet::new();
    let end = Instant::now() + LONGEST;
    let mut k = 5;
    while seen.len() < 3 {
        k = if k >= 100 { 5 } else { k + 1 };
        act(&mut headless, Act::Drag(neighbours(id, k), 1));
        headless.frame();
        if let Some(key) = headless.window.desk.stale_key(id) {
            let drawn = headless.window.pictures.drawn(id).expect("a picture");
            let entry = headless.window.desk.stale_entry(id).expect("an entry");
            if entry
                .surface
                .as_ref()
                .is_some_and(|s| Arc::ptr_eq(s, &drawn.surface))
            {
                seen.insert(key);
            }
        }
        assert!(Instant::now() < end, "{} pictures", seen.len());
    }
}

#[test]
fn the_curve_over_k_stays_while_k_is_turned() {
    let mut headless = start(Some("iris"));
    apply(
        &mut headless,
        Command::AddModel(params("knn_classifier", &[])),
    );
    let id = selected(&headless);
    let curve = |headless: &Headless| {
        let entry = headless.window.desk.curve_entry(id);
        entry.map_or(Vec::new(), |e| e.sweep.iter().map(|p| p.x).collect())
    };
    let end = Instant::now() + LONGEST;
    while curve(&headless).is_empty() {
        headless.frame();
        assert!(Instant::now() < end, "no curve");
    }
    let before = curve(&headless);
    for k in 6..40 {
        act(&mut headless, Act::Drag(neighbours(id, k), 1));
        assert_eq!(curve(&headless), before, "k = {k}");
        headless.frame();
        assert_eq!(curve(&headless), before, "k = {k}");
    }
}

#[test]
fn the_strip_says_how_many_rows_a_generator_makes_after_undo_too() {
    let mut headless = start(Some("moons:n=300"));
    settle(&mut headless);
    let detail = |headless: &Headless| {
        let catalog = &headless.window.catalog;
        let at = catalog.current.expect("a data set");
        catalog.items[at].detail.clone()
    };
    let before = detail(&headless);
    assert!(before.contains("300 rows"), "{before}");
    act(&mut headless, Act::Open("moons:n=500".into()));
    until(&mut headless, "the data", |w| w.loading().is_none());
    settle(&mut headless);
    assert!(detail(&headless).contains("500 rows"));
    act(&mut headless, Act::Undo);
    settle(&mut headless);
    assert_eq!(detail(&headless), before);
}

#[test]
fn settings_that_ask_for_very_much_work_wait_for_a_click() {
    let mut headless = start(Some("moons:n=30000"));
    let forest = |trees| params("random_forest_classifier", &[("n_estimators", trees)]);
    apply(&mut headless, Command::AddModel(forest("100")));
    assert!(headless.window.desk.waits(selected(&headless)).is_none());
    apply(&mut headless, Command::AddModel(forest("1000")));
    let id = selected(&headless);
    let why = headless.window.desk.waits(id).expect("a question");
    assert!(why.contains("with these settings are 1.5 times"), "{why}");
    headless.window.desk.allow(id);
    assert!(headless.window.desk.waits(id).is_none());
}
