//! Work is kept: saved, opened, asked about, found after a crash, logged, and walked through step by step.
#![cfg(feature = "gui")]
mod common;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use common::Painter;
use eframe::egui::{Key, Modifiers, ViewportCommand, ViewportEvent, ViewportId, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use seefit::app::act::{Act, Dialog, Tab};
use seefit::app::settings::Settings;
use seefit::app::{Options, Window};
use seefit::model::Value;
use seefit::project::Command;
use seefit::widget::theme;

type Shell = Harness<'static, Option<Window>>;

fn shell_with(options: Options) -> Shell {
    let mut options = Some(options);
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
    harness.run_steps(3);
    // A project is read beside the first frames.
    until(&mut harness, "what it starts with", |w| {
        w.loading().is_none()
    });
    harness
}

fn shell(data: &str) -> Shell {
    shell_with(Options {
        data: Some(data.to_owned()),
        still: true,
        ..Options::default()
    })
}

fn window(harness: &Shell) -> &Window {
    harness.state().as_ref().expect("a window")
}

fn until(harness: &mut Shell, what: &str, done: impl Fn(&Window) -> bool) {
    let end = Instant::now() + Duration::from_secs(120);
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

fn click(harness: &mut Shell, label: &str) {
    harness.get_by_label(label).click();
    harness.run_steps(3);
}

/// Does these one after the other, before any answer of a worker can come in.
fn at_once(harness: &mut Shell, acts: impl IntoIterator<Item = Act>) {
    let ctx = harness.ctx.clone();
    let window = harness.state_mut().as_mut().expect("a window");
    acts.into_iter().for_each(|act| window.perform(&ctx, act));
}

fn spec(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn set_seed(harness: &mut Shell, seed: u64) {
    act(harness, Act::Do(Command::SetSeed(seed)));
}

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
        .join("keep")
        .join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn save(harness: &mut Shell, path: &Path) {
    act(harness, Act::Chosen(Dialog::SaveProject, path.to_owned()));
    until(harness, "the saving", |w| {
        w.keeping.file.as_deref() == Some(path)
    });
}

fn unsaved(harness: &Shell) -> bool {
    let window = window(harness);
    window.keeping.is_unsaved(&window.desk)
}

/// Asks the window to close, as its cross does; whether it refused for a question.
fn close(harness: &mut Shell) -> bool {
    let viewports = &mut harness.input_mut().viewports;
    let root = viewports.entry(ViewportId::ROOT).or_default();
    root.events.push(ViewportEvent::Close);
    harness.step();
    let viewports = &mut harness.input_mut().viewports;
    viewports
        .entry(ViewportId::ROOT)
        .or_default()
        .events
        .clear();
    let refused = commands(harness).contains(&ViewportCommand::CancelClose);
    harness.run_steps(2);
    refused
}

fn commands(harness: &Shell) -> Vec<ViewportCommand> {
    let output = harness.output();
    let root = output.viewport_output.get(&ViewportId::ROOT);
    root.map(|root| root.commands.clone()).unwrap_or_default()
}

#[test]
fn a_project_is_saved_and_opens_as_it_was() {
    let folder = folder("saved");
    let path = folder.join("birds.seefit");
    let mut harness = shell("penguins");
    let forest = window(&harness)
        .desk
        .project()
        .selected()
        .expect("a card")
        .id;
    act(
        &mut harness,
        Act::Do(Command::SetParameter {
            id: forest,
            name: "max_depth",
            value: Value::Integer(3),
        }),
    );
    set_seed(&mut harness, 7);
    act(&mut harness, Act::Tab(Tab::Compare));
    act(&mut harness, Act::SelectRows(vec![3, 4, 5, 90], false));
    assert_eq!(
        window(&harness).keeping.title(&window(&harness).desk),
        "• Untitled — Seefit"
    );
    // Without a name it asks for one.
    press(&mut harness, Modifiers::COMMAND, Key::S);
    assert!(harness.query_by_label("Path").is_some());
    press(&mut harness, Modifiers::NONE, Key::Escape);
    save(&mut harness, &path);
    assert_eq!(
        window(&harness).keeping.title(&window(&harness).desk),
        "birds — Seefit"
    );
    let key = window(&harness).desk.key(forest);
    set_seed(&mut harness, 8);
    assert_eq!(
        window(&harness).keeping.title(&window(&harness).desk),
        "• birds — Seefit"
    );
    // Undo leads back to what is saved.
    act(&mut harness, Act::Undo);
    assert!(!unsaved(&harness));
    drop(harness);

    let mut harness = shell(path.to_str().expect("a path"));
    let w = window(&harness);
    assert_eq!(w.desk.key(forest), key);
    assert_eq!(w.desk.project().seed, 7);
    assert_eq!(w.look.tab, Tab::Compare);
    assert_eq!(w.look.selection.iter().collect::<Vec<_>>(), [3, 4, 5, 90]);
    assert_eq!(w.keeping.title(&w.desk), "birds — Seefit");
    assert_eq!(w.catalog.spec_of(&w.desk.project().table), "penguins");
    assert!(!close(&mut harness));
}

#[test]
fn unsaved_changes_are_asked_about_once_and_nothing_else_is() {
    let mut harness = shell("penguins");
    assert!(!close(&mut harness), "nothing was done");
    act(&mut harness, Act::Open("iris".into()));
    until(&mut harness, "iris", |w| {
        w.desk.project().table.rows() == 150
    });
    assert!(!close(&mut harness), "looking at data is no work");
    set_seed(&mut harness, 3);
    assert!(close(&mut harness));
    common::keep_picture(&mut harness, "keep-question");
    click(&mut harness, "Cancel");
    assert!(harness.query_by_label("Close without saving").is_none());
    assert!(close(&mut harness));
    harness.get_by_label("Close without saving").click();
    let mut closed = false;
    for _ in 0..4 {
        harness.step();
        closed |= commands(&harness).contains(&ViewportCommand::Close);
    }
    assert!(closed);
    assert!(!close(&mut harness), "it was asked already");
    // Measured runs are not work.
    let mut harness = shell_with(Options {
        timings: Some(folder("timings").join("t.json")),
        still: true,
        ..Options::default()
    });
    set_seed(&mut harness, 3);
    assert!(!close(&mut harness));
}

#[test]
fn a_project_with_data_elsewhere_asks_before_it_touches_them() {
    use seefit::project::file::{Data, pack};
    let folder = folder("elsewhere");
    let data = folder.join("fruit.csv");
    let lines = (0..60).map(|i| format!("{},{},{}\n", i % 7, i % 5, ["plum", "pear"][i % 2]));
    let text = format!("length,width,kind\n{}", lines.collect::<String>());
    std::fs::write(&data, text).expect("a file");
    let mut harness = shell(data.to_str().expect("a path"));
    set_seed(&mut harness, 5);
    let work = window(&harness).work();
    let path = folder.join("fruit.seefit");
    let bytes = pack(&work, Some(&folder), Data::Apart).expect("a project");
    std::fs::write(&path, bytes).expect("a file");
    drop(harness);

    let mut harness = shell("penguins");
    act(&mut harness, Act::Open(path.to_string_lossy().into_owned()));
    until(&mut harness, "the question", |w| {
        w.keeping.question.is_some()
    });
    assert_eq!(window(&harness).desk.project().table.name(), "Penguins");
    assert!(
        harness
            .query_by_label(data.to_str().expect("a path"))
            .is_some()
    );
    common::keep_picture(&mut harness, "keep-data");
    click(&mut harness, "Read this file");
    until(&mut harness, "the data", |w| {
        w.desk.project().table.rows() == 60
    });
    let w = window(&harness);
    assert_eq!(w.desk.project().seed, 5);
    assert!(w.keeping.notes.is_none() && !w.keeping.is_unsaved(&w.desk));
    // What has changed since is said, and the work still opens.
    std::fs::write(&data, "length,width,kind\n1,2,plum\n2,3,pear\n3,1,plum\n").expect("a file");
    act(&mut harness, Act::Open(path.to_string_lossy().into_owned()));
    until(&mut harness, "the question", |w| {
        w.keeping.question.is_some()
    });
    click(&mut harness, "Read this file");
    until(&mut harness, "the data", |w| {
        w.desk.project().table.rows() == 3
    });
    let notes = window(&harness).keeping.notes.as_ref().expect("a note");
    assert!(notes.1[0].to_string().contains("60 rows then"), "{notes:?}");
}

#[test]
fn a_damaged_file_opens_as_an_untitled_copy_and_says_what_is_lost() {
    let folder = folder("damaged");
    let path = folder.join("work.seefit");
    let mut harness = shell("iris");
    set_seed(&mut harness, 11);
    save(&mut harness, &path);
    let mut bytes = std::fs::read(&path).expect("a file");
    bytes.truncate(bytes.len() / 2);
    std::fs::write(&path, &bytes).expect("a file");
    act(&mut harness, Act::Open(path.to_string_lossy().into_owned()));
    until(&mut harness, "what is left", |w| w.keeping.notes.is_some());
    let w = window(&harness);
    assert_eq!(w.keeping.file, None);
    assert_eq!(w.desk.project().seed, 11);
    common::keep_picture(&mut harness, "keep-damaged");
    click(&mut harness, "Close notice");
    assert!(window(&harness).keeping.notes.is_none());
    // What is no project changes nothing.
    std::fs::write(&path, b"a,b\n1,2\n").expect("a file");
    act(&mut harness, Act::Open(path.to_string_lossy().into_owned()));
    until(&mut harness, "a problem", |w| w.problem.is_some());
    assert_eq!(window(&harness).desk.project().seed, 11);
}

#[test]
fn unsaved_work_is_found_at_the_next_start_and_comes_back_only_when_asked() {
    let folder = folder("journal");
    let journals = || Options {
        journals: Some(folder.join("journals")),
        still: true,
        ..Options::default()
    };
    // An earlier window's, found as a killed one leaves it.
    let left = || {
        let mut harness = shell_with(journals());
        set_seed(&mut harness, 77);
        let copy = folder.join("copy");
        let journal = || {
            let entries = std::fs::read_dir(folder.join("journals"))
                .into_iter()
                .flatten();
            entries
                .flatten()
                .map(|e| e.path())
                .find(|p| p.join("state.seefit").is_file())
        };
        let end = Instant::now() + Duration::from_secs(60);
        while journal().is_none() {
            assert!(Instant::now() < end, "no journal was written");
            harness.run_steps(1);
            std::thread::sleep(Duration::from_millis(5));
        }
        std::fs::create_dir_all(&copy).expect("a folder");
        for file in std::fs::read_dir(journal().expect("a journal"))
            .expect("it")
            .flatten()
        {
            std::fs::copy(file.path(), copy.join(file.file_name())).expect("a copy");
        }
        // The window itself is closed and takes its own away.
        harness.state_mut().as_mut().expect("a window").close();
        drop(harness);
        std::fs::rename(&copy, folder.join("journals").join("1-1")).expect("a folder");
    };
    left();
    let mut harness = shell_with(journals());
    until(&mut harness, "an offer", |w| !w.keeping.offers.is_empty());
    assert_eq!(window(&harness).desk.project().seed, 42);
    common::keep_picture(&mut harness, "keep-found");
    click(&mut harness, "Restore");
    until(&mut harness, "the work", |w| w.desk.project().seed == 77);
    assert!(unsaved(&harness) && close(&mut harness));
    until(&mut harness, "the old one's end", |_| {
        !folder.join("journals").join("1-1").exists()
    });
    harness.state_mut().as_mut().expect("a window").close();
    drop(harness);
    left();
    let mut harness = shell_with(journals());
    until(&mut harness, "an offer", |w| !w.keeping.offers.is_empty());
    click(&mut harness, "Discard");
    assert_eq!(window(&harness).desk.project().seed, 42);
    until(&mut harness, "its end", |_| {
        !folder.join("journals").join("1-1").exists()
    });
}

#[test]
fn the_history_is_a_list_that_leads_back_and_forth() {
    let mut harness = shell("iris");
    for seed in [1, 2, 3] {
        set_seed(&mut harness, seed);
    }
    click(&mut harness, "History");
    common::keep_picture(&mut harness, "keep-history");
    click(&mut harness, "Seed: 42 to 1");
    assert_eq!(window(&harness).desk.project().seed, 1);
    act(&mut harness, Act::History);
    click(&mut harness, "Seed: 2 to 3, undone");
    assert_eq!(window(&harness).desk.project().seed, 3);
    act(&mut harness, Act::GoTo(-3));
    assert_eq!(window(&harness).desk.project().seed, 42);
}

#[test]
fn what_stands_is_logged_noted_restored_and_kept() {
    let folder = folder("log");
    let mut harness = shell("iris");
    let rows = |w: &Window| w.desk.log.rows().len();
    until(&mut harness, "three scores", |w| rows(w) == 3);
    assert!(!unsaved(&harness), "scores alone are no work");
    let id = window(&harness).desk.project().models()[1].id;
    let depth = |harness: &mut Shell, depth: i64| {
        let value = Value::Integer(depth);
        let name = "max_depth";
        act(harness, Act::Do(Command::SetParameter { id, name, value }));
    };
    depth(&mut harness, 2);
    until(&mut harness, "a fourth", |w| rows(w) == 4);
    press(&mut harness, Modifiers::COMMAND, Key::Num6);
    assert_eq!(window(&harness).look.tab, Tab::Log);
    harness.get_by_label("Note of experiment 4").focus();
    harness.run_steps(2);
    harness
        .get_by_label("Note of experiment 4")
        .type_text("too shallow");
    harness.run_steps(2);
    press(&mut harness, Modifiers::NONE, Key::Enter);
    assert_eq!(
        window(&harness).desk.log.row(4).expect("a row").note,
        "too shallow"
    );
    common::keep_picture(&mut harness, "keep-log");
    act(&mut harness, Act::Undo);
    click(&mut harness, "Restore experiment 4");
    let value = |w: &Window| {
        w.desk
            .project()
            .model(id)
            .expect("B")
            .params
            .get("max_depth")
            .clone()
    };
    assert_eq!(value(window(&harness)), Value::Integer(2));
    assert_eq!(
        window(&harness).desk.history.undo_line(),
        Some("B as in the log")
    );
    click(&mut harness, "Sort by Score");
    harness.get_by_label("Filter the log").focus();
    harness.run_steps(2);
    harness.get_by_label("Filter the log").type_text("shallow");
    harness.run_steps(3);
    assert!(harness.query_by_label("Note of experiment 4").is_some());
    assert!(harness.query_by_label("Note of experiment 1").is_none());
    let csv = folder.join("log.csv");
    act(&mut harness, Act::Chosen(Dialog::SaveLog, csv.clone()));
    until(&mut harness, "a file", |_| csv.is_file());
    let text = std::fs::read_to_string(&csv).expect("a file");
    assert!(
        text.contains("max_depth=2") && text.contains("too shallow"),
        "{text}"
    );
    let path = folder.join("log.seefit");
    save(&mut harness, &path);
    drop(harness);
    let harness = shell(path.to_str().expect("a path"));
    let log = window(&harness).desk.log.rows().clone();
    assert_eq!(log[3].note, "too shallow");
    assert!(log.iter().all(|row| row.from_file || row.mean.is_some()));
}

#[test]
fn the_log_and_the_notices_are_drawn_in_the_dark_too() {
    let settings = Settings {
        theme: seefit::app::act::ThemeChoice::Dark,
        ..Settings::default()
    };
    let mut harness = shell_with(Options {
        data: Some("iris".into()),
        settings,
        still: true,
        ..Options::default()
    });
    until(&mut harness, "three scores", |w| {
        w.desk.log.rows().len() == 3
    });
    act(&mut harness, Act::Tab(Tab::Log));
    common::keep_picture(&mut harness, "keep-log-dark");
    set_seed(&mut harness, 1);
    click(&mut harness, "History");
    common::keep_picture(&mut harness, "keep-history-dark");
}

/// Scores in a file are shown as what the file claims until the models have been fitted here, and nothing
/// takes them for results.
#[test]
fn saved_scores_are_claims_until_the_fit_replaces_them() {
    use seefit::evaluate::Metric;
    use seefit::project::file;
    let path = folder("claims").join("claims.seefit");
    let mut harness = shell("iris");
    until(&mut harness, "the end of fitting", Window::is_settled);
    save(&mut harness, &path);
    let mut work = window(&harness).work();
    let id = window(&harness)
        .desk
        .project()
        .selected()
        .expect("a card")
        .id;
    let real = window(&harness).desk.score(id, Metric::Accuracy);
    assert_eq!(work.results.len(), window(&harness).desk.shown().count());
    drop(harness);
    // A stranger may write what they like.
    for saved in &mut work.results {
        for (_, spread) in &mut saved.scores {
            spread.mean = Some(0.999);
        }
    }
    file::save(&work, &path).expect("a file");
    let mut harness = shell(path.to_str().expect("a path"));
    let desk = &window(&harness).desk;
    let claim = desk.claim(id, Metric::Accuracy).and_then(|s| s.mean);
    assert_eq!(claim, Some(0.999));
    assert!(
        desk.entry(id).is_none_or(|e| e.report.is_none())
            || desk.score(id, Metric::Accuracy) == real
    );
    until(&mut harness, "the end of fitting", Window::is_settled);
    let desk = &window(&harness).desk;
    assert_eq!(desk.score(id, Metric::Accuracy), real);
    let saved = desk.saved_scores();
    assert!(
        saved
            .iter()
            .all(|s| s.score(Metric::Accuracy).and_then(|s| s.mean) != Some(0.999))
    );
    // The experiment log has not taken them either.
    assert!(
        window(&harness)
            .desk
            .log
            .rows()
            .iter()
            .all(|row| row.mean != Some(0.999))
    );
    // Another setting has no claim.
    set_seed(&mut harness, 99);
    assert!(window(&harness).desk.claim(id, Metric::Accuracy).is_none());
}

/// Two projects, saved with these seeds.
fn two_projects(harness: &mut Shell, folder: &Path) -> [PathBuf; 2] {
    [("a.seefit", 1), ("b.seefit", 2)].map(|(name, seed)| {
        let path = folder.join(name);
        set_seed(harness, seed);
        act(harness, Act::Chosen(Dialog::SaveProject, path.clone()));
        until(harness, "the saving", |w| {
            w.keeping.file.as_deref() == Some(&path) && !w.keeping.is_unsaved(&w.desk)
        });
        path
    })
}

#[test]
fn a_file_that_another_program_has_changed_is_not_written_over() {
    let folder = folder("meanwhile");
    let mut harness = shell("iris");
    let [_, b] = two_projects(&mut harness, &folder);
    std::fs::write(&b, b"of another program").expect("a file");
    set_seed(&mut harness, 7);
    act(&mut harness, Act::Save);
    until(&mut harness, "the question", |w| !w.toasts.is_empty());
    harness.run_steps(2);
    let said = harness.query_by_label_contains("changed by another program");
    assert!(said.is_some());
    let sheet = harness.query_by_label("Path");
    assert!(sheet.is_some(), "another name is asked for");
    assert_eq!(std::fs::read(&b).expect("a file"), b"of another program");
    assert!(window(&harness).keeping.is_unsaved(&window(&harness).desk));
    // Chosen by name it is replaced, and from then on it is this window's again.
    act(&mut harness, Act::Chosen(Dialog::SaveProject, b.clone()));
    until(&mut harness, "the saving", |w| {
        !w.keeping.is_unsaved(&w.desk)
    });
    set_seed(&mut harness, 8);
    act(&mut harness, Act::Save);
    until(&mut harness, "the saving", |w| {
        !w.keeping.is_unsaved(&w.desk)
    });
    assert!(seefit::project::file::open(&b).is_ok());
}

#[test]
fn savings_are_written_in_their_order_and_credited_to_their_own_project() {
    let folder = folder("order");
    let mut harness = shell("iris");
    let [a, b] = two_projects(&mut harness, &folder);
    // Two savings at once: the file holds what came last.
    at_once(
        &mut harness,
        [
            Act::Do(Command::SetSeed(3)),
            Act::Save,
            Act::Do(Command::SetSeed(4)),
            Act::Save,
        ],
    );
    until(&mut harness, "both savings", |w| {
        !w.keeping.is_unsaved(&w.desk)
    });
    drop(harness);
    let mut harness = shell(b.to_str().expect("a path"));
    assert_eq!(window(&harness).desk.project().seed, 4);
    // One under way while another project is opened: that one is not said to be saved by it.
    at_once(
        &mut harness,
        [
            Act::Do(Command::SetSeed(5)),
            Act::Save,
            Act::Open(spec(&a)),
            Act::Answer(seefit::app::keeping::Answer::DoNotSave),
        ],
    );
    until(&mut harness, "the other project", |w| {
        w.desk.project().seed == 1 && w.loading().is_none()
    });
    for _ in 0..20 {
        harness.run_steps(1);
        std::thread::sleep(Duration::from_millis(10));
    }
    let w = window(&harness);
    assert_eq!(w.keeping.file.as_deref(), Some(&*a));
    assert!(!w.keeping.is_unsaved(&w.desk));
    set_seed(&mut harness, 6);
    act(&mut harness, Act::Save);
    until(&mut harness, "the saving", |w| {
        !w.keeping.is_unsaved(&w.desk)
    });
    drop(harness);
    assert_eq!(window(&shell(&spec(&a))).desk.project().seed, 6);
    assert_eq!(window(&shell(&spec(&b))).desk.project().seed, 5);
}

#[test]
fn a_project_that_is_not_waited_for_any_more_does_not_come() {
    let folder = folder("superseded");
    let mut harness = shell("iris");
    let [a, b] = two_projects(&mut harness, &folder);
    let seed = |h: &Shell| window(h).desk.project().seed;
    let breathe = |harness: &mut Shell| {
        for _ in 0..30 {
            harness.run_steps(1);
            std::thread::sleep(Duration::from_millis(10));
        }
    };
    at_once(&mut harness, [Act::Open(spec(&a)), Act::StopOpening]);
    breathe(&mut harness);
    assert_eq!(seed(&harness), 2, "it was stopped");
    at_once(&mut harness, [Act::Open(spec(&a)), Act::Open(spec(&b))]);
    until(&mut harness, "the second", |w| w.loading().is_none());
    breathe(&mut harness);
    assert_eq!(seed(&harness), 2, "the later one counts");
    assert_eq!(window(&harness).keeping.file.as_deref(), Some(&*b));
    // Work that is done while it is read is asked about.
    at_once(
        &mut harness,
        [Act::Open(spec(&a)), Act::Do(Command::SetSeed(9))],
    );
    until(&mut harness, "the question", |w| {
        w.keeping.question.is_some()
    });
    assert_eq!(seed(&harness), 9);
    click(&mut harness, "Open without saving");
    until(&mut harness, "the project", |w| w.desk.project().seed == 1);
    assert!(!unsaved(&harness));
}

fn paste(harness: &mut Shell, rows: usize) {
    let lines = (0..rows).map(|i| format!("{i}.5\t{}\n", ["a", "b"][i % 2]));
    let text = format!("length\tkind\n{}", lines.collect::<String>());
    act(harness, Act::Paste(text));
    until(harness, "the pasted table", |w| {
        w.desk.project().table.rows() == rows && w.loading().is_none()
    });
}

#[test]
fn pasted_data_are_not_lost_unasked() {
    let folder = folder("pasted");
    let mut harness = shell("iris");
    paste(&mut harness, 40);
    assert!(unsaved(&harness) && close(&mut harness));
    click(&mut harness, "Cancel");
    // A second one takes nothing from the first.
    paste(&mut harness, 30);
    act(&mut harness, Act::Open("edited:Pasted table".into()));
    assert_eq!(window(&harness).desk.project().table.rows(), 40);
    act(&mut harness, Act::Open("edited:Pasted table 2".into()));
    assert_eq!(window(&harness).desk.project().table.rows(), 30);
    save(&mut harness, &folder.join("pasted.seefit"));
    until(&mut harness, "the saving", |w| {
        !w.keeping.is_unsaved(&w.desk)
    });
    // The first lies in no file yet, and is named.
    assert!(close(&mut harness));
    let mut named = harness.query_all_by_label_contains("“Pasted table”");
    assert!(named.next().is_some());
    drop(named);
    click(&mut harness, "Save it…");
    assert_eq!(window(&harness).desk.project().table.rows(), 40);
    assert!(harness.query_by_label("Path").is_some());
    let csv = folder.join("first.csv");
    act(&mut harness, Act::Chosen(Dialog::SaveData, csv.clone()));
    until(&mut harness, "the file", |w| w.keeping.loose.is_empty());
    assert!(csv.is_file());
    press(&mut harness, Modifiers::NONE, Key::Escape);
    act(&mut harness, Act::Undo);
    assert!(!unsaved(&harness) && !close(&mut harness));
}

#[test]
fn an_edit_made_anew_after_undo_takes_the_place_of_the_first() {
    use seefit::data::edit::{Canvas, Edit};
    let mut harness = shell("iris");
    let delete = |row: u32| {
        Act::Draw(
            Edit::Delete { rows: vec![row] },
            Canvas { x: 0, y: 1 },
            None,
        )
    };
    let copies = |h: &Shell| {
        let items = &window(h).catalog.items;
        items.iter().filter(|i| i.name.contains("(edited")).count()
    };
    act(&mut harness, delete(3));
    act(&mut harness, Act::Undo);
    assert!(
        window(&harness).keeping.loose.is_empty(),
        "nobody misses it"
    );
    act(&mut harness, delete(4));
    act(&mut harness, delete(5));
    assert_eq!(copies(&harness), 1);
    assert_eq!(window(&harness).desk.project().table.rows(), 148);
    // Iris itself, edited otherwise, is another copy.
    act(&mut harness, Act::Open("iris".into()));
    until(&mut harness, "iris", |w| {
        w.desk.project().table.rows() == 150
    });
    act(&mut harness, delete(6));
    assert_eq!(copies(&harness), 2);
    assert_eq!(window(&harness).keeping.loose.len(), 2);
    act(&mut harness, Act::Open("edited:Iris (edited)".into()));
    assert_eq!(window(&harness).desk.project().table.rows(), 148);
}

#[test]
fn a_note_counts_although_its_field_was_not_left_and_a_removed_row_comes_back() {
    let mut harness = shell("iris");
    until(&mut harness, "three scores", |w| {
        w.desk.log.rows().len() == 3
    });
    act(&mut harness, Act::Tab(Tab::Log));
    harness.get_by_label("Note of experiment 2").focus();
    harness.run_steps(2);
    harness
        .get_by_label("Note of experiment 2")
        .type_text("by hand");
    harness.run_steps(2);
    let note = |h: &Shell| window(h).desk.log.row(2).map(|row| row.note.clone());
    assert_eq!(note(&harness).as_deref(), Some(""));
    assert!(close(&mut harness), "it is unsaved work");
    assert_eq!(note(&harness).as_deref(), Some("by hand"));
    click(&mut harness, "Cancel");
    click(&mut harness, "Remove experiment 2");
    assert_eq!(note(&harness), None);
    // The toast's own, not the one at the top.
    harness
        .query_all_by_label("Undo")
        .max_by(|a, b| a.rect().top().total_cmp(&b.rect().top()))
        .expect("a way back")
        .click();
    harness.run_steps(3);
    assert_eq!(note(&harness).as_deref(), Some("by hand"));
    let numbers: Vec<u64> = window(&harness)
        .desk
        .log
        .rows()
        .iter()
        .map(|r| r.number)
        .collect();
    assert_eq!(numbers, [1, 2, 3]);
}

#[test]
fn the_next_start_can_open_what_is_remembered() {
    let folder = folder("remembered");
    let data = folder.join("fruit.csv");
    let lines = (0..60).map(|i| format!("{},{}\n", i % 7, ["plum", "pear"][i % 2]));
    let text = format!("length,kind\n{}", lines.collect::<String>());
    std::fs::write(&data, text).expect("a file");
    // From where the tests run.
    let here = std::env::current_dir().expect("a folder");
    let up: PathBuf = here.components().skip(1).map(|_| "..").collect();
    let relative = data
        .strip_prefix("/")
        .map_or(data.clone(), |rest| up.join(rest));
    let mut harness = shell("iris");
    act(&mut harness, Act::Open(spec(&relative)));
    until(&mut harness, "the file", |w| {
        w.desk.project().table.rows() == 60
    });
    let remembered = |h: &Shell| window(h).settings.data.clone();
    let whole = |path: &str| {
        let path = Path::new(path);
        assert!(path.is_absolute(), "{path:?}");
        path.canonicalize().ok()
    };
    let here = data.canonicalize().ok();
    assert_eq!(whole(&remembered(&harness)), here);
    assert_eq!(whole(&window(&harness).settings.recent[0]), here);
    // What can be read again only here is not.
    paste(&mut harness, 20);
    harness.state_mut().as_mut().expect("a window").close();
    assert_eq!(whole(&remembered(&harness)), here);
    act(&mut harness, Act::ToggleBottom);
    assert!(!window(&harness).settings.bottom_open);
}

#[test]
fn another_data_set_is_not_saved_into_the_file_of_the_first() {
    let folder = folder("another");
    let [first, second] = ["first", "second"].map(|name| folder.join(format!("{name}.seefit")));
    let mut harness = shell("iris");
    save(&mut harness, &first);
    let held = std::fs::read(&first).expect("the project");
    act(&mut harness, Act::Open("wine".into()));
    until(&mut harness, "wine", |w| {
        w.loading().is_none() && w.desk.project().table.name() == "Wine"
    });
    set_seed(&mut harness, 7);
    // A name is asked for; had it been written over, that would come before the second in the order.
    act(&mut harness, Act::Save);
    assert!(window(&harness).keeping.other.is_some());
    save(&mut harness, &second);
    assert_eq!(std::fs::read(&first).expect("the project"), held);
    assert!(window(&harness).keeping.other.is_none());
}
