//! Everything that the window can do by name: one list that feeds the menus, the palette and the keys.

use eframe::egui::{Context, Key, KeyboardShortcut, Modifiers, Popup};

use super::act::{Act, Dialog, Page, Scrub, Tab, ThemeChoice};
use super::frame::Frame;
use super::tab::model::draw;
use super::taking::{How, TableOf, Take};
use super::using::Use;
use crate::prepare::Role;
use crate::project::Command;
use crate::view::plane::Tool;
use crate::view::scrubber::SPEEDS;
use crate::widget::icons;

/// The menus of the top bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Menu {
    File,
    Edit,
    Data,
    Model,
    View,
    Help,
}

impl Menu {
    pub const ALL: [Menu; 6] = [
        Menu::File,
        Menu::Edit,
        Menu::Data,
        Menu::Model,
        Menu::View,
        Menu::Help,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Menu::File => "File",
            Menu::Edit => "Edit",
            Menu::Data => "Data",
            Menu::Model => "Model",
            Menu::View => "View",
            Menu::Help => "Help",
        }
    }
}

#[derive(Clone, Debug)]
pub struct Action {
    pub menu: Menu,
    /// Actions of one group stand together in the menu.
    pub group: u8,
    pub name: String,
    pub icon: Option<&'static str>,
    /// Any of these; the first is shown.
    pub keys: Vec<KeyboardShortcut>,
    /// Why it cannot be done now.
    pub why_not: Option<String>,
    /// A choice that is made now.
    pub on: bool,
    pub act: Act,
}

impl Action {
    fn new(menu: Menu, group: u8, name: impl Into<String>, act: Act) -> Self {
        Action {
            menu,
            group,
            name: name.into(),
            icon: None,
            keys: Vec::new(),
            why_not: None,
            on: false,
            act,
        }
    }

    fn icon(mut self, icon: &'static str) -> Self {
        self.icon = Some(icon);
        self
    }

    fn key(mut self, modifiers: Modifiers, key: Key) -> Self {
        self.keys.push(KeyboardShortcut::new(modifiers, key));
        self
    }

    fn unless(mut self, refused: bool, why: &str) -> Self {
        if refused && self.why_not.is_none() {
            self.why_not = Some(why.to_owned());
        }
        self
    }

    fn on(mut self, on: bool) -> Self {
        self.on = on;
        self
    }

    /// The first key in words, empty where there is none.
    pub fn shortcut(&self) -> String {
        self.keys.first().map_or_else(String::new, words)
    }
}

/// "Ctrl Shift Z", or with the signs of a Mac.
pub fn words(shortcut: &KeyboardShortcut) -> String {
    let m = shortcut.modifiers;
    let names = if cfg!(target_os = "macos") {
        ["⌘", "⌥", "⇧"]
    } else {
        ["Ctrl", "Alt", "Shift"]
    };
    let mut parts: Vec<&str> = [m.command || m.ctrl, m.alt, m.shift]
        .into_iter()
        .zip(names)
        .filter_map(|(held, name)| held.then_some(name))
        .collect();
    parts.push(match shortcut.logical_key {
        Key::ArrowLeft => "←",
        Key::ArrowRight => "→",
        Key::ArrowUp => "↑",
        Key::ArrowDown => "↓",
        Key::Minus => "−",
        other => other.symbol_or_name(),
    });
    parts.join(" ")
}

const CTRL: Modifiers = Modifiers::COMMAND;
const ALT: Modifiers = Modifiers::ALT;
const NONE: Modifiers = Modifiers::NONE;

/// All actions, in the order of the menus.
pub fn all(frame: &Frame<'_>) -> Vec<Action> {
    let menus = Menu::ALL.into_iter();
    menus.flat_map(|menu| of(frame, menu)).collect()
}

/// Those of one menu.
pub fn of(frame: &Frame<'_>, menu: Menu) -> Vec<Action> {
    let mut list = Vec::with_capacity(24);
    match menu {
        Menu::File => file(frame, &mut list),
        Menu::Edit => edit(frame, &mut list),
        Menu::Data => data(frame, &mut list),
        Menu::Model => model(frame, &mut list),
        Menu::View => view(frame, &mut list),
        Menu::Help => help(&mut list),
    }
    list
}

fn help(list: &mut Vec<Action>) {
    let help = Action::new(Menu::Help, 0, "First steps and keys", Act::Help(true));
    list.push(help.icon(icons::QUESTION).key(NONE, Key::F1));
    let find = Action::new(Menu::Help, 0, "Find a command", Act::Palette(true));
    list.push(find.icon(icons::SEARCH).key(CTRL, Key::K));
}

fn file(frame: &Frame<'_>, list: &mut Vec<Action>) {
    let menu = Menu::File;
    let dialog = |group, name: &str, dialog| Action::new(menu, group, name, Act::Dialog(dialog));
    list.push(
        dialog(0, "Open data or a project…", Dialog::OpenData)
            .icon(icons::FOLDER_OPEN)
            .key(CTRL, Key::O),
    );
    list.push(dialog(0, "Open with choices…", Dialog::OpenChoices).icon(icons::SLIDERS));
    for path in frame.settings.recent.iter().take(5) {
        let name = std::path::Path::new(path)
            .file_name()
            .map_or_else(|| path.clone(), |n| n.to_string_lossy().into_owned());
        let open = Action::new(menu, 0, format!("Open {name}"), Act::Open(path.clone()));
        list.push(open.icon(icons::FILE));
    }
    list.push(dialog(0, "Open model…", Dialog::OpenModel).icon(icons::FOLDER_OPEN));
    let why = "No model has been scored yet.";
    let own = frame.keeping.own_file(frame.desk).is_some();
    let saved = own && !frame.keeping.is_unsaved(frame.desk);
    let save = if own { "Save" } else { "Save…" };
    list.push(
        Action::new(menu, 1, save, Act::Save)
            .icon(icons::SAVE)
            .key(CTRL, Key::S)
            .unless(saved, "Everything is saved."),
    );
    list.push(
        dialog(1, "Save as…", Dialog::SaveProject)
            .icon(icons::SAVE)
            .key(CTRL | Modifiers::SHIFT, Key::S),
    );
    list.push(dialog(2, "Save picture of the window…", Dialog::SavePicture).icon(icons::IMAGE));
    for (name, how) in [
        ("Save picture as PNG…", How::Png(2)),
        ("Save picture as SVG…", How::Svg),
        ("Copy picture", How::Copy(2)),
    ] {
        let take = Act::Take(Take::Picture { how, title: None });
        list.push(Action::new(menu, 2, name, take).icon(icons::IMAGE));
    }
    list.push(dialog(2, "Save table…", Dialog::SaveData).icon(icons::TABLE));
    list.push(
        dialog(2, "Save predictions…", Dialog::SavePredictions)
            .icon(icons::TABLE)
            .unless(!scored(frame), why),
    );
    list.push(
        dialog(2, "Save scores…", Dialog::SaveScores)
            .icon(icons::CHART_BAR)
            .unless(!scored(frame), why),
    );
    list.push(
        dialog(2, "Save the log…", Dialog::SaveLog)
            .icon(icons::CLIPBOARD)
            .unless(frame.desk.log.rows().is_empty(), why),
    );
    let scored_of = |of: TableOf| match of {
        TableOf::Data => true,
        TableOf::Log => !frame.desk.log.rows().is_empty(),
        _ => scored(frame),
    };
    for of in TableOf::IN_MENU {
        let copy = Act::Take(Take::Copy(of));
        list.push(
            Action::new(menu, 3, format!("Copy {}", of.words()), copy)
                .icon(icons::COPY)
                .unless(!scored_of(of), "No model has been scored yet."),
        );
    }
    list.push(Action::new(menu, 4, "Quit", Act::Quit).key(CTRL, Key::Q));
}

/// Whether a shown model has a score.
fn scored(frame: &Frame<'_>) -> bool {
    frame.desk.shown().any(|m| {
        let entry = frame.desk.entry(m.id);
        entry.is_some_and(|e| e.report.is_some())
    })
}

fn edit(frame: &Frame<'_>, list: &mut Vec<Action>) {
    let menu = Menu::Edit;
    let history = &frame.desk.history;
    let named = |word: &str, line: Option<&str>| match line {
        Some(line) => format!("{word}: {line}"),
        None => word.to_owned(),
    };
    let undo = named("Undo", history.undo_line());
    list.push(
        Action::new(menu, 0, undo, Act::Undo)
            .icon(icons::UNDO)
            .key(CTRL, Key::Z)
            .unless(history.undo_line().is_none(), "Nothing has been done yet."),
    );
    let redo = named("Redo", history.redo_line());
    list.push(
        Action::new(menu, 0, redo, Act::Redo)
            .icon(icons::REDO)
            .key(CTRL | Modifiers::SHIFT, Key::Z)
            .key(CTRL, Key::Y)
            .unless(history.redo_line().is_none(), "Nothing has been undone."),
    );
    let nothing_done = history.past_lines().len() + history.future_lines().len() == 0;
    list.push(
        Action::new(menu, 0, "History", Act::History)
            .icon(icons::CLOCK)
            .unless(nothing_done, "Nothing has been done yet."),
    );
    let nothing = frame.look.selection.is_empty();
    let canvas = draw::canvas(frame);
    list.push(
        Action::new(menu, 1, "Delete the selected rows", Act::DeleteSelected)
            .icon(icons::TRASH)
            .key(NONE, Key::Delete)
            .unless(nothing, "No row is selected.")
            .unless(canvas.is_err(), canvas.err().unwrap_or_default()),
    );
    list.push(
        Action::new(
            menu,
            1,
            "Clear the selection",
            Act::SelectRows(Vec::new(), false),
        )
        .unless(nothing, "No row is selected."),
    );
}

fn data(frame: &Frame<'_>, list: &mut Vec<Action>) {
    let menu = Menu::Data;
    let project = frame.desk.project();
    list.push(
        Action::new(menu, 0, "Next data set", Act::Step(1))
            .icon(icons::ARROW_DOWN)
            .key(NONE, Key::ArrowDown),
    );
    list.push(
        Action::new(menu, 0, "Previous data set", Act::Step(-1))
            .icon(icons::ARROW_UP)
            .key(NONE, Key::ArrowUp),
    );
    list.push(
        Action::new(
            menu,
            1,
            "Test on another file…",
            Act::Dialog(Dialog::TestFile),
        )
        .icon(icons::FILE)
        .unless(
            project.task() == crate::model::Task::Clustering,
            "Clusterings are not tested: choose a target first.",
        ),
    );
    list.push(
        Action::new(menu, 1, "Paste table", Act::AskPaste)
            .icon(icons::CLIPBOARD)
            .key(CTRL, Key::V),
    );
    let add = Act::Dialog(Dialog::AddRows);
    list.push(Action::new(menu, 1, "Add rows from…", add).icon(icons::ROWS));
    list.push(
        Action::new(menu, 1, "Search the table", Act::SearchTable)
            .icon(icons::SEARCH)
            .key(CTRL, Key::F),
    );
    let seed = Command::SetSeed(next_seed(project.seed));
    list.push(Action::new(menu, 1, "Another seed", Act::Do(seed)).icon(icons::DICE));
    let recipe = crate::prepare::Recipe::default();
    let same = project.recipe == recipe;
    list.push(
        Action::new(
            menu,
            1,
            "Reset the preparation",
            Act::Do(Command::SetRecipe(recipe)),
        )
        .icon(icons::RESET)
        .unless(same, "It is as it was at the start."),
    );
    let target = project.settings.roles.target();
    let clusters = Command::SetRole {
        column: target.unwrap_or(0),
        role: Role::Ignored,
    };
    let clusters = Action::new(menu, 1, "Find clusters: predict nothing", Act::Do(clusters));
    list.push(
        clusters
            .icon(icons::MINUS)
            .unless(target.is_none(), "There is no target."),
    );
    let draws = frame.look.tool == Tool::Draw;
    let tool = Act::Tool(if draws { Tool::Pan } else { Tool::Draw });
    let refused = draw::canvas(frame).err();
    list.push(Action::new(menu, 2, "Empty plane to draw on", Act::Blank).icon(icons::PENCIL));
    list.push(
        Action::new(menu, 2, "Draw rows", tool)
            .icon(icons::PENCIL)
            .on(draws)
            .unless(!draws && refused.is_some(), refused.unwrap_or_default()),
    );
}

fn model(frame: &Frame<'_>, list: &mut Vec<Action>) {
    let menu = Menu::Model;
    let new = |group, name: &str, act| Action::new(menu, group, name, act);
    list.push(new(0, "Add model…", Act::AddModelMenu(true)).icon(icons::PLUS));
    list.push(
        new(0, "Fit all quick models", Act::FitAllQuick)
            .icon(icons::LIGHTNING)
            .key(CTRL, Key::Enter),
    );
    let running = frame.desk.shown().any(|m| {
        let entry = frame.desk.entry(m.id);
        entry.is_some_and(|e| e.report.is_none() && e.problem.is_none())
    });
    list.push(
        new(0, "Stop all fits", Act::StopAll)
            .icon(icons::STOP)
            .unless(!running, "Nothing is being fitted."),
    );
    if let Some(selected) = frame.selected() {
        let (id, badge) = (selected.id, selected.badge());
        let of = |word: &str, act| new(1, &format!("{word} {badge}"), act);
        list.push(of("Duplicate", Act::Do(Command::DuplicateModel(id))).icon(icons::COPY));
        list.push(of("Reset", Act::Do(Command::ResetModel(id))).icon(icons::RESET));
        list.push(of("Start over", Act::StartOver(id)).icon(icons::AGAIN));
        let hide = Command::HideModel {
            id,
            hidden: !selected.hidden,
        };
        let word = if selected.hidden { "Show" } else { "Hide" };
        list.push(of(word, Act::Do(hide)).icon(icons::EYE_SLASH));
        let fitted = frame.desk.entry(id).and_then(|e| e.report.as_ref());
        let unfitted = fitted.is_none_or(|report| report.fitted.is_none());
        let why = "It has not been fitted yet.";
        list.push(
            new(
                1,
                &format!("Predict other data with {badge}…"),
                Act::Use(Use::Card(id)),
            )
            .icon(icons::TABLE)
            .unless(unfitted, why),
        );
        list.push(
            new(1, &format!("Save model {badge}…"), Act::Use(Use::Save(id)))
                .icon(icons::SAVE)
                .unless(unfitted, why),
        );
        list.push(of("Remove", Act::Do(Command::RemoveModel(id))).icon(icons::TRASH));
    }
    for file in &frame.using.files {
        let name = format!("Predict with {}…", file.name);
        list.push(new(1, &name, Act::Use(Use::File(file.number))).icon(icons::FILE));
    }
    scrubber(frame, list);
    for entry in frame.desk.project().models() {
        let badge = entry.badge();
        let name = format!("Select {badge}, {}", entry.params.algorithm().name);
        let mut action = new(3, &name, Act::SelectModel(entry.id))
            .on(frame.selected().map(|m| m.id) == Some(entry.id));
        if let Some(key) = Key::from_name(&badge) {
            action = action.key(ALT, key);
        }
        list.push(action);
    }
}

fn scrubber(frame: &Frame<'_>, list: &mut Vec<Action>) {
    let steps = frame.desk.shown().any(|m| {
        let entry = frame.desk.entry(m.id);
        entry.is_some_and(|e| e.snapshots.len() > 1)
    });
    let why = "No shown model has steps to look back on.";
    let word = if frame.look.playing {
        "Pause the training"
    } else {
        "Play the training"
    };
    let icon = if frame.look.playing {
        icons::PAUSE
    } else {
        icons::PLAY
    };
    let menu = Menu::Model;
    list.push(
        Action::new(menu, 2, word, Act::Play(!frame.look.playing))
            .icon(icon)
            .key(NONE, Key::Space)
            .unless(!steps, why),
    );
    for (name, by, key, modifiers) in [
        ("One step back", -1.0, Key::ArrowLeft, NONE),
        ("One step on", 1.0, Key::ArrowRight, NONE),
        ("Ten steps back", -10.0, Key::ArrowLeft, Modifiers::SHIFT),
        ("Ten steps on", 10.0, Key::ArrowRight, Modifiers::SHIFT),
    ] {
        list.push(
            Action::new(menu, 2, name, Act::ScrubBy(by))
                .key(modifiers, key)
                .unless(!steps, why),
        );
    }
    for (name, by) in [("Play faster", 2.0), ("Play slower", 0.5)] {
        let speed = frame.look.speed * by;
        let possible = SPEEDS.contains(&speed);
        list.push(
            Action::new(menu, 2, name, Act::Speed(speed))
                .unless(!possible, "That is the last of the speeds."),
        );
    }
    list.push(
        Action::new(menu, 2, "Follow the newest step", Act::Scrub(Scrub::Live))
            .icon(icons::BROADCAST)
            .unless(
                frame.look.scrub == Scrub::Live,
                "The newest step is shown already.",
            ),
    );
}

/// The pages of the tab Evaluate as commands.
const PAGES: [&str; 3] = [
    "Evaluate: curves, thresholds and errors",
    "Evaluate: what matters",
    "Evaluate: what if",
];

fn view(frame: &Frame<'_>, list: &mut Vec<Action>) {
    let menu = Menu::View;
    let (look, settings) = (frame.look, frame.settings);
    let keys = [
        Key::Num1,
        Key::Num2,
        Key::Num3,
        Key::Num4,
        Key::Num5,
        Key::Num6,
    ];
    for (tab, key) in Tab::ALL.into_iter().zip(keys) {
        list.push(
            Action::new(menu, 0, tab.name(), Act::Tab(tab))
                .on(look.tab == tab)
                .key(CTRL, key),
        );
    }
    let new = |group, name: &str, act| Action::new(menu, group, name, act);
    for (page, name) in Page::ALL.into_iter().zip(PAGES) {
        let on = look.tab == Tab::Evaluate && look.page == page;
        list.push(new(1, name, Act::Page(page)).on(on));
    }
    list.push(
        new(1, "Data and columns", Act::ToggleLeft)
            .on(look.left_open)
            .key(CTRL, Key::B),
    );
    list.push(
        new(1, "Training curves", Act::ToggleBottom)
            .on(look.bottom_open)
            .key(CTRL, Key::J),
    );
    list.push(new(1, "Show all rows", Act::Fit).icon(icons::FIT));
    list.push(new(1, "Next panel", Act::NextPanel).key(NONE, Key::F6));
    let dark = if look.projector {
        settings.projector_dark
    } else {
        settings.theme == ThemeChoice::Dark
    };
    let other = if dark {
        ThemeChoice::Light
    } else {
        ThemeChoice::Dark
    };
    list.push(new(2, "Dark theme", Act::Theme(other)).on(dark));
    let still = settings.reduce_motion;
    list.push(new(2, "Reduce motion", Act::ReduceMotion(!still)).on(still));
    list.push(
        new(2, "Larger text", Act::TextLarger)
            .icon(icons::ZOOM_IN)
            .key(CTRL, Key::Plus)
            .key(CTRL, Key::Equals)
            .unless(settings.zoom >= 2.5, "It cannot be larger than 250 %."),
    );
    list.push(
        new(2, "Smaller text", Act::TextSmaller)
            .icon(icons::ZOOM_OUT)
            .key(CTRL, Key::Minus)
            .unless(settings.zoom <= 0.75, "It cannot be smaller than 75 %."),
    );
    list.push(new(2, "Text at 100 %", Act::TextNormal).key(CTRL, Key::Num0));
    list.push(
        new(3, "Projector", Act::Projector(!look.projector))
            .icon(icons::PROJECTOR)
            .on(look.projector)
            .key(NONE, Key::F5),
    );
    list.push(new(3, "Full screen", Act::FullScreen).key(NONE, Key::F11));
}

/// A seed that looks nothing like this one; always the same for the same one.
pub fn next_seed(seed: u64) -> u64 {
    crate::base::Random::new(seed).below(10_000) as u64
}

/// What had the keyboard when the frame began.
#[derive(Clone, Copy, Debug, Default)]
pub struct Held {
    /// A widget had the focus.
    pub focus: bool,
    /// A menu, the palette or a dialog was open.
    pub popup: bool,
}

impl Held {
    pub fn now(ctx: &Context) -> Self {
        Held {
            focus: ctx.egui_wants_keyboard_input(),
            popup: Popup::is_any_open(ctx) || ctx.memory(|m| m.top_modal_layer().is_some()),
        }
    }
}

/// Acts on the keys of this frame. Keys without Ctrl or Alt are left to whatever has the focus.
pub fn keys(ctx: &Context, frame: &Frame<'_>, before: Held, acts: &mut Vec<Act>) {
    let pressed = ctx.input(|i| {
        i.events
            .iter()
            .any(|event| matches!(event, eframe::egui::Event::Key { pressed: true, .. }))
    });
    if !pressed {
        return;
    }
    let now = Held::now(ctx);
    let busy = before.focus || before.popup || now.focus || now.popup;
    let typing = ctx.text_edit_focused();
    let all = all(frame);
    let mut keyed: Vec<(&Action, &KeyboardShortcut)> = all
        .iter()
        .flat_map(|a| a.keys.iter().map(move |k| (a, k)))
        .collect();
    // Ctrl Shift Z before Ctrl Z, which egui lets it match as well.
    keyed.sort_by_key(|(_, k)| std::cmp::Reverse(count(k.modifiers)));
    for (action, shortcut) in keyed {
        let bare = !(shortcut.modifiers.command || shortcut.modifiers.alt);
        let function =
            shortcut.logical_key.name().starts_with('F') && shortcut.logical_key.name().len() > 1;
        // The table has the focus while its rows are chosen.
        let of_table = shortcut.logical_key == Key::Delete
            && frame.look.tab == Tab::Table
            && !(typing || before.popup || now.popup);
        if bare && !function && busy && !of_table
            || typing && matches!(action.act, Act::Undo | Act::Redo)
        {
            continue;
        }
        if !ctx.input_mut(|i| i.consume_shortcut(shortcut)) {
            continue;
        }
        match &action.why_not {
            None => acts.push(action.act.clone()),
            // What a bare key cannot do now goes without saying.
            Some(why) if !bare => acts.push(Act::Say(why.clone())),
            Some(_) => {}
        }
    }
    // On the projector the knob often has the focus; Esc still leaves at once.
    let leaves = frame.look.projector && !before.popup;
    if (!busy || leaves) && ctx.input(|i| i.key_pressed(Key::Escape)) {
        acts.extend(escape(frame));
    }
}

fn count(m: Modifiers) -> u8 {
    u8::from(m.command || m.ctrl) + u8::from(m.alt) + u8::from(m.shift)
}

/// Esc takes back one thing at a time.
fn escape(frame: &Frame<'_>) -> Option<Act> {
    let look = frame.look;
    if look.projector {
        return Some(Act::Projector(false));
    }
    if look.playing {
        return Some(Act::Play(false));
    }
    if !look.selection.is_empty() || !look.cells.is_empty() {
        return Some(Act::SelectRows(Vec::new(), false));
    }
    if look.scrub != Scrub::Live {
        return Some(Act::Scrub(Scrub::Live));
    }
    let running = frame.desk.shown().any(|m| {
        let entry = frame.desk.entry(m.id);
        entry.is_some_and(|e| e.started.is_some() && e.report.is_none() && e.problem.is_none())
    });
    running.then_some(Act::StopAll)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::window::{Options, Window};
    use std::collections::HashMap;

    fn with_actions(check: impl FnOnce(&[Action])) {
        let ctx = Context::default();
        let options = Options {
            still: true,
            ..Options::default()
        };
        let window = Window::new(&ctx, options);
        let mut check = Some(check);
        let mut output = ctx.run_ui(Default::default(), |ui| {
            if let Some(check) = check.take() {
                check(&all(&window.frame(ui)));
            }
        });
        output.textures_delta.clear();
    }

    #[test]
    fn no_two_actions_share_a_key_or_a_name() {
        with_actions(|all| {
            let mut keys: HashMap<String, &str> = HashMap::new();
            for action in all {
                for key in &action.keys {
                    if let Some(other) = keys.insert(words(key), &action.name) {
                        panic!("{} and {other} share {}", action.name, words(key));
                    }
                }
            }
            assert!(keys.len() > 30, "{keys:?}");
            let mut names: Vec<&str> = all.iter().map(|a| a.name.as_str()).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), all.len());
        });
    }

    #[test]
    fn every_menu_has_actions_in_the_order_of_their_groups() {
        with_actions(|all| {
            for menu in Menu::ALL {
                let groups: Vec<u8> = all
                    .iter()
                    .filter(|a| a.menu == menu)
                    .map(|a| a.group)
                    .collect();
                assert!(!groups.is_empty());
                assert!(groups.is_sorted(), "{menu:?} {groups:?}");
            }
        });
    }

    #[test]
    fn what_cannot_be_done_says_why() {
        with_actions(|all| {
            let undo = all.iter().find(|a| matches!(a.act, Act::Undo)).unwrap();
            assert_eq!(undo.why_not.as_deref(), Some("Nothing has been done yet."));
            assert_eq!(undo.shortcut().rsplit(' ').next(), Some("Z"));
        });
    }

    #[test]
    fn a_new_seed_is_another_one() {
        assert_ne!(next_seed(42), 42);
        assert_eq!(next_seed(42), next_seed(42));
    }
}
