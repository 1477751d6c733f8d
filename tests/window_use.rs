//! Models in use, as a person goes: a card's model is saved, opened again, and predicts other data; what
//! is odd about those is told before.
#![cfg(feature = "gui")]
mod common;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use common::Painter;
use eframe::egui::{self, OutputCommand, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use seefit::app::act::{Act, Dialog, Page, Tab};
use seefit::app::taking::{How, TableOf, Take};
use seefit::app::using::{Stage, Use};
use seefit::app::{Options, Window};
use seefit::model::{Params, algorithm};
use seefit::widget::theme;

type Shell = Harness<'static, Option<Window>>;

fn shell(data: &str, models: &[&str]) -> Shell {
    let mut options = Some(Options {
        data: Some(data.to_owned()),
        still: true,
        ..Options::default()
    });
    let mut harness = Harness::builder()
        .with_size(vec2(1280.0, 800.0))
        .with_pixels_per_point(1.0)
        .with_context_setup(|ctx| theme::install(ctx, 1.0, true))
        .renderer(Painter::default())
        .build_ui_state(
            move |ui, state: &mut Option<Window>| {
                let ctx = ui.ctx().clone();
                let window = state
                    .get_or_insert_with(|| Window::new(&ctx, options.take().expect("one window")));
                window.logic(&ctx);
                window.ui(ui);
            },
            None,
        );
    harness.run_steps(2);
    let params = models
        .iter()
        .map(|id| Params::defaults(algorithm(id).expect("a model")));
    let state = harness.state_mut().as_mut().expect("a window");
    state.desk.replace_models(params.collect());
    until(&mut harness, "the end of fitting", |w| w.is_settled());
    harness
}

fn window(harness: &Shell) -> &Window {
    harness.state().as_ref().expect("a window")
}

fn until(harness: &mut Shell, what: &str, done: impl Fn(&Window) -> bool) {
    let end = Instant::now() + Duration::from_secs(120);
    loop {
        harness.run_steps(1);
        if done(window(harness)) {
            break;
        }
        assert!(Instant::now() < end, "{what} did not come");
        std::thread::sleep(Duration::from_millis(5));
    }
    harness.run_steps(2);
}

fn act(harness: &mut Shell, act: Act) {
    let ctx = harness.ctx.clone();
    let window = harness.state_mut().as_mut().expect("a window");
    window.perform(&ctx, act);
    harness.run_steps(2);
}

fn click(harness: &mut Shell, label: &str) {
    harness.get_by_label(label).click();
    harness.run_steps(3);
}

fn has(harness: &Shell, label: &str) -> bool {
    harness.query_all_by_label_contains(label).next().is_some()
}

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
        .join("use")
        .join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn stage(window: &Window) -> Option<&Stage> {
    window.using.sheet.as_ref().map(|sheet| &sheet.stage)
}

fn checked(window: &Window) -> bool {
    matches!(stage(window), Some(Stage::Checked(_)))
}

fn done(window: &Window) -> bool {
    matches!(stage(window), Some(Stage::Done(..)))
}

/// Saves the selected card's model by its menu.
fn save_model(harness: &mut Shell, path: &Path) {
    let id = window(harness)
        .desk
        .project()
        .selected()
        .expect("a card")
        .id;
    act(harness, Act::Use(Use::Save(id)));
    until(harness, "what travels", |w| {
        w.using.travels_with(id).contains("training rows")
            || w.using.travels_with(id).contains("no row")
    });
    assert!(has(harness, "Save model"));
    act(harness, Act::Chosen(Dialog::SaveModel(id), path.to_owned()));
    // The sheet was not answered itself.
    harness.key_press(egui::Key::Escape);
    harness.run_steps(3);
    let there = path.to_owned();
    until(harness, "the file", move |_| there.is_file());
}

/// What goes to the clipboard next.
fn copied<T>(harness: &mut Shell, of: impl Fn(&OutputCommand) -> Option<T>) -> T {
    let end = Instant::now() + Duration::from_secs(60);
    loop {
        harness.step();
        let commands = &harness.output().platform_output.commands;
        if let Some(found) = commands.iter().find_map(&of) {
            return found;
        }
        assert!(Instant::now() < end, "nothing was copied");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_saved_model_opens_and_predicts_the_same() {
    let folder = folder("same");
    let path = folder.join("flowers.model");
    let mut harness = shell("iris", &["decision_tree_classifier"]);
    save_model(&mut harness, &path);
    // Opened as any file is; its card stays when the sheet is closed.
    act(&mut harness, Act::Open(path.to_string_lossy().into_owned()));
    until(&mut harness, "the model", |w| w.using.sheet.is_some());
    assert!(has(&harness, "Predict with flowers.model"));
    assert!(has(&harness, "what the file says, not checked here"));
    click(&mut harness, "Iris (at work)");
    until(&mut harness, "the look at the columns", checked);
    assert!(has(&harness, "All 4 columns are there"));
    assert!(has(&harness, "petal_length, number, petal_length"));
    click(&mut harness, "Predict 150 rows");
    until(&mut harness, "the predictions", done);
    assert!(has(&harness, "Classification accuracy"));
    common::keep_picture(&mut harness, "use-done");
    let Some(Stage::Done(_, made)) = stage(window(&harness)) else {
        panic!("no predictions");
    };
    // As the card's own model says.
    let card = window(&harness)
        .desk
        .project()
        .selected()
        .expect("a card")
        .id;
    let report = window(&harness)
        .desk
        .entry(card)
        .and_then(|e| e.report.clone());
    let fitted = report.expect("a score").fitted.clone().expect("a model");
    let table = &window(&harness).desk.project().table;
    let rows: Vec<u32> = (0..150).collect();
    let cancel = seefit::base::Cancel::new();
    let x = fitted
        .recipe
        .apply(table, &rows, &cancel)
        .expect("a matrix");
    let mut outputs = vec![0.0; 150 * 3];
    fitted
        .model
        .predict(x.values(), x.columns(), &mut outputs, &cancel)
        .expect("predictions");
    let columns = made.table.columns();
    for row in 0..150 {
        for class in 0..3 {
            let said = columns[made.columns + 1 + class].number(row);
            assert_eq!(said, Some(outputs[row * 3 + class]));
        }
    }
    let out = folder.join("out.csv");
    act(
        &mut harness,
        Act::Chosen(Dialog::SavePredicted, out.clone()),
    );
    let there = out.clone();
    until(&mut harness, "the CSV", move |_| there.is_file());
    let text = std::fs::read_to_string(&out).expect("the CSV");
    assert!(
        text.lines()
            .next()
            .is_some_and(|head| head.ends_with("probability virginica"))
    );
    assert_eq!(text.lines().count(), 151);
    harness.get_by_label("Copy").click();
    let copied = copied(&mut harness, |command| match command {
        OutputCommand::CopyText(text) => Some(text.clone()),
        _ => None,
    });
    assert_eq!(copied.lines().count(), 151);
    assert!(copied.contains('\t'));
    harness.run_steps(2);
    harness.key_press(egui::Key::Escape);
    harness.run_steps(3);
    assert!(window(&harness).using.sheet.is_none());
    assert!(has(&harness, "flowers.model"), "the card stays");
    click(&mut harness, "Close flowers.model");
    assert!(window(&harness).using.files.is_empty());
}

#[test]
fn what_is_odd_is_told_before_anything_is_predicted() {
    let folder = folder("odd");
    let lacking = folder.join("lacking.csv");
    std::fs::write(&lacking, "sepal_length,sepal_width\n1,2\n3,4\n").expect("a file");
    let odd = folder.join("odd.csv");
    let rows = "Sepal_Length,sepal_width,petal_length,petal_width,colour\n\
                5.1,3.5,1.4,0.2,red\n6.0,n. a.,4.0,1.3,blue\n";
    std::fs::write(&odd, rows).expect("a file");
    let mut harness = shell("iris", &["gaussian_nb"]);
    let id = window(&harness)
        .desk
        .project()
        .selected()
        .expect("a card")
        .id;
    act(
        &mut harness,
        Act::Use(Use::CardOn(id, lacking.to_string_lossy().into_owned())),
    );
    until(&mut harness, "the look at the columns", checked);
    assert!(has(&harness, "2 of 4 columns are there"));
    assert!(has(&harness, "petal_width, number, –, not in the data"));
    // Nothing happens by this button.
    click(&mut harness, "Predict 2 rows");
    assert!(checked(window(&harness)));
    // Another file, as if it were dropped on the sheet.
    act(
        &mut harness,
        Act::Use(Use::On(odd.to_string_lossy().into_owned())),
    );
    until(&mut harness, "the look at the columns", |w| {
        checked(w) && w.using.sheet.as_ref().is_some_and(|s| s.problem.is_none())
    });
    assert!(has(&harness, "taken for it"));
    assert!(has(&harness, "1 other is left as it is"));
    assert!(has(&harness, "there will be no scores"));
    common::keep_picture(&mut harness, "use-columns");
    click(&mut harness, "Predict 2 rows");
    until(&mut harness, "the predictions", done);
    assert!(!has(&harness, "Classification accuracy"));
}

#[test]
fn a_file_that_cannot_be_opened_is_named() {
    let folder = folder("broken");
    let path = folder.join("broken.model");
    std::fs::write(&path, "seefit model 1\n{}\n").expect("a file");
    let mut harness = shell("iris", &["gaussian_nb"]);
    act(&mut harness, Act::Open(path.to_string_lossy().into_owned()));
    until(&mut harness, "a problem", |w| w.problem.is_some());
    assert!(has(&harness, "broken.model was not loaded"));
    assert!(window(&harness).using.files.is_empty());
    let id = window(&harness)
        .desk
        .project()
        .selected()
        .expect("a card")
        .id;
    act(
        &mut harness,
        Act::Use(Use::CardOn(id, "/no/such.csv".into())),
    );
    until(&mut harness, "a problem", |w| {
        w.using.sheet.as_ref().is_some_and(|s| s.problem.is_some())
    });
    assert!(matches!(stage(window(&harness)), Some(Stage::Choose)));
}

fn wait_for(harness: &mut Shell, path: &Path) -> Vec<u8> {
    let there = path.to_owned();
    until(harness, "the file", move |_| there.is_file());
    std::fs::read(path).expect("the file")
}

#[test]
fn pictures_come_out_as_files_and_to_the_clipboard() {
    let folder = folder("pictures");
    let mut harness = shell("iris", &["gaussian_nb"]);
    // By the menu at the tabs' right: all of the tab as SVG.
    click(&mut harness, "Take out pictures and tables");
    assert!(has(&harness, "All of the tab"));
    for words in ["Predictions", "Confusion matrices", "Copy table"] {
        assert!(has(&harness, words), "{words}");
    }
    common::keep_picture(&mut harness, "use-menu");
    click(&mut harness, "Save SVG…");
    assert!(has(&harness, "can be changed in a drawing program"));
    let path = folder.join("iris.svg");
    act(&mut harness, Act::Chosen(Dialog::SaveSvg, path.clone()));
    let svg = String::from_utf8(wait_for(&mut harness, &path)).expect("text");
    assert!(svg.starts_with("<?xml") && svg.trim_end().ends_with("</svg>"));
    for part in [
        "petal_length (cm)",
        "data:image/png;base64,",
        "<circle",
        "setosa",
    ] {
        assert!(svg.contains(part), "no {part}");
    }
    // The dialog is not in the picture, nor is what lies beside the tab.
    assert!(!svg.contains("drawing program") && !svg.contains("Preparation"));
    // One picture alone, three pixels a point.
    act(&mut harness, Act::Tab(Tab::Evaluate));
    act(&mut harness, Act::Page(Page::Quality));
    until(&mut harness, "the curves", |w| w.is_settled());
    let titles: Vec<&str> = window(&harness)
        .memory
        .shown
        .iter()
        .map(|(title, _)| title.as_str())
        .collect();
    assert!(titles.contains(&"ROC curve"), "{titles:?}");
    let (_, place) = window(&harness)
        .memory
        .shown
        .iter()
        .find(|(title, _)| title == "ROC curve")
        .cloned()
        .expect("a place");
    let take = |how| {
        let title = Some("ROC curve".to_owned());
        Act::Take(Take::Picture { how, title })
    };
    act(&mut harness, take(How::Png(3)));
    let path = folder.join("roc.png");
    act(&mut harness, Act::Chosen(Dialog::SavePng(3), path.clone()));
    let png = wait_for(&mut harness, &path);
    let side = |at: usize| u32::from_be_bytes([png[at], png[at + 1], png[at + 2], png[at + 3]]);
    let expected = place.round().size() * 3.0;
    assert_eq!((side(16) as f32, side(20) as f32), (expected.x, expected.y));
    act(&mut harness, take(How::Copy(2)));
    let image = copied(&mut harness, |command| match command {
        OutputCommand::CopyImage(image) => Some(image.clone()),
        _ => None,
    });
    assert_eq!(image.size[0] as f32, place.round().width() * 2.0);
    let first = image.pixels[0];
    assert!(image.pixels.iter().any(|p| *p != first), "an empty picture");
}

#[test]
fn every_picture_of_a_tab_can_be_taken_alone() {
    let mut harness = shell("iris", &["gaussian_nb", "mlp_classifier"]);
    let titles = |harness: &Shell| -> Vec<String> {
        let shown = &window(harness).memory.shown;
        shown.iter().map(|(title, _)| title.clone()).collect()
    };
    let wanted = [
        (Tab::Explore, &["Plane", "Distribution of"][..]),
        (
            Tab::Model,
            &["Plane", "Confusion matrix", "Training curves"],
        ),
        (
            Tab::Compare,
            &["Boundaries", "A Gaussian naive Bayes", "B Neural network"],
        ),
        (Tab::Evaluate, &["ROC curve", "Confusion matrix"]),
    ];
    for (tab, parts) in wanted {
        act(&mut harness, Act::Tab(tab));
        until(&mut harness, "the tab", |w| w.is_settled());
        harness.run_steps(3);
        let titles = titles(&harness);
        for part in parts {
            assert!(
                titles.iter().any(|t| t.starts_with(part)),
                "{tab:?}: {part} of {titles:?}"
            );
        }
    }
}

#[test]
fn tables_come_out_as_text() {
    let mut harness = shell("iris", &["logistic_regression"]);
    act(&mut harness, Act::Page(Page::Matters));
    until(&mut harness, "what matters", |w| {
        !w.memory.importance.is_empty()
    });
    for (of, lines, part) in [
        (TableOf::Data, 151, "petal_width (cm)"),
        (TableOf::Predictions, 151, "actual species"),
        (TableOf::Scores, 11, "model\tmetric\tmean"),
        // Three classes by three; as many weights and an intercept a class; a column each.
        (
            TableOf::Confusion,
            10,
            "A Logistic regression\tsetosa\tsetosa\t50",
        ),
        (TableOf::Weights, 16, "intercept"),
        (TableOf::Matters, 5, "model\tcolumn\tloss of score\tstd"),
    ] {
        let ctx = harness.ctx.clone();
        let window = harness.state_mut().as_mut().expect("a window");
        window.perform(&ctx, Act::Take(Take::Copy(of)));
        let text = copied(&mut harness, |command| match command {
            OutputCommand::CopyText(text) => Some(text.clone()),
            _ => None,
        });
        assert_eq!(text.lines().count(), lines, "{of:?}");
        assert!(text.contains(part), "{of:?}");
    }
}

#[test]
fn shuffling_the_columns_stops_and_starts_again() {
    // Five forests take longer than a click.
    let mut harness = shell("breast_cancer", &["random_forest_classifier"]);
    act(&mut harness, Act::Page(Page::Matters));
    until(&mut harness, "the page", |w| w.scene().is_some());
    let begun = has(&harness, "Stop shuffling");
    if !begun {
        click(&mut harness, "Shuffle the columns");
    }
    click(&mut harness, "Stop shuffling");
    assert!(has(&harness, "It was stopped."));
    // Nothing begins anew by itself.
    harness.run_steps(5);
    assert!(has(&harness, "It was stopped."));
    click(&mut harness, "Shuffle the columns");
    assert!(has(&harness, "Stop shuffling") || has(&harness, "Drop of accuracy"));
    // Whoever stops it is answered at once, and the answer of the first run is not taken for the second's.
    if has(&harness, "Stop shuffling") {
        click(&mut harness, "Stop shuffling");
    }
}

#[test]
fn a_file_dropped_on_a_card_without_a_fit_says_so() {
    let folder = folder("unfitted");
    let data = folder.join("rows.csv");
    std::fs::write(&data, "a,b\n1,2\n").expect("a file");
    let mut harness = shell("iris", &["decision_tree_classifier"]);
    let id = window(&harness)
        .desk
        .project()
        .selected()
        .expect("a card")
        .id;
    let path = data.to_string_lossy().into_owned();
    let ctx = harness.ctx.clone();
    let w = harness.state_mut().as_mut().expect("a window");
    // Its fit begins with the next frame at the earliest.
    w.perform(&ctx, Act::Do(seefit::project::Command::SetSeed(7)));
    w.perform(&ctx, Act::Use(Use::CardOn(id, path)));
    assert!(w.using.sheet.is_none());
    harness.run_steps(2);
    assert!(has(&harness, "It has not been fitted yet."));
}
