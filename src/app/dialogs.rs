//! Where files come from and go to: the system's own dialog on a thread of its own, and beside it a
//! sheet with a path and the files opened lately, for systems that have no dialog.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use eframe::egui::{Id, Key, ScrollArea, TextEdit, Ui};

use super::act::{Act, Dialog};
use super::made::Made;
use super::parts;
use super::save_table;
use super::saving;
use super::taking::TableOf;
use super::using::Use;
use super::window::Window;
use crate::base::{Cancel, Halt, Problem};
use crate::data::{self, ReadOptions};
use crate::project;
use crate::widget::combo::MenuRow;
use crate::widget::icons;
use crate::widget::notice::{Notice, NoticeAction, Weight, notice};
use crate::widget::text::Rich;
use crate::widget::{button, choice};

#[derive(Default)]
pub struct Dialogs {
    sheet: Option<Sheet>,
    /// When the system's dialog was asked for; one at a time.
    native: Option<Instant>,
    /// What of the table is saved, as it was chosen last.
    pub(super) table: save_table::Choices,
}

struct Sheet {
    dialog: Dialog,
    path: String,
    /// A file stands there already and the person has been asked.
    asked: bool,
    /// Why nothing can be saved where it was to be.
    refused: Option<Problem>,
    fresh: bool,
    /// Of the dialog that saves the table.
    table: save_table::Choices,
}

/// A system without dialogs answers sooner than any hand.
const SOONER_THAN_A_HAND: Duration = Duration::from_millis(1200);

impl Dialog {
    fn title(self) -> &'static str {
        match self {
            Dialog::OpenData => "Open data or a project",
            Dialog::ProjectData => "Choose the project's data",
            Dialog::SaveProject => "Save project",
            Dialog::SaveLog => "Save the log",
            Dialog::TestFile => "Test on another file",
            Dialog::SavePicture | Dialog::SavePng(_) | Dialog::SaveSvg => "Save picture",
            Dialog::SaveTable(of) => of.title(),
            Dialog::SavePredictions => "Save predictions",
            Dialog::SaveScores => "Save scores",
            Dialog::SaveModel(_) => "Save model",
            Dialog::OpenModel => "Open model",
            Dialog::PredictData => "Data to predict",
            Dialog::SavePredicted => "Save predictions",
            Dialog::SaveData => "Save table",
            Dialog::AddRows => "Add rows from a file",
            Dialog::OpenChoices => "Open with choices",
        }
    }

    fn saves(self) -> bool {
        !matches!(
            self,
            Dialog::OpenData
                | Dialog::TestFile
                | Dialog::ProjectData
                | Dialog::OpenModel
                | Dialog::PredictData
                | Dialog::AddRows
                | Dialog::OpenChoices
        )
    }

    fn file_name(self, table: &str) -> String {
        let stem = Path::new(table)
            .file_stem()
            .map_or_else(|| table.to_owned(), |s| s.to_string_lossy().into_owned());
        let stem = stem.to_lowercase().replace([' ', '/', '\\'], "-");
        match self {
            Dialog::SavePicture | Dialog::SavePng(_) => format!("{stem}.png"),
            Dialog::SaveSvg => format!("{stem}.svg"),
            Dialog::SaveTable(of) => format!("{stem}{}.csv", of.ending()),
            Dialog::SavePredictions => format!("{stem}-predictions.csv"),
            Dialog::SaveScores => format!("{stem}-scores.csv"),
            Dialog::SaveProject => format!("{stem}.seefit"),
            Dialog::SaveLog => format!("{stem}-log.csv"),
            Dialog::SaveModel(_) => format!("{stem}.model"),
            Dialog::SavePredicted => format!("{stem}-predicted.csv"),
            Dialog::SaveData => format!("{stem}.csv"),
            Dialog::OpenData
            | Dialog::TestFile
            | Dialog::ProjectData
            | Dialog::AddRows
            | Dialog::OpenChoices
            | Dialog::OpenModel
            | Dialog::PredictData => String::new(),
        }
    }

    fn filter(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Dialog::SavePicture | Dialog::SavePng(_) => ("Picture", &["png"]),
            Dialog::SaveSvg => ("Vector picture", &["svg"]),
            Dialog::SaveTable(_) => ("Table", &["csv"]),
            Dialog::SavePredictions
            | Dialog::SaveScores
            | Dialog::SaveLog
            | Dialog::SavePredicted => ("Table", &["csv"]),
            Dialog::SaveModel(_) | Dialog::OpenModel => ("Seefit model", &["model"]),
            Dialog::SaveProject => ("Seefit project", &["seefit"]),
            Dialog::OpenData => (
                "Data and projects",
                &[
                    "seefit", "csv", "tsv", "tab", "txt", "data", "dat", "gz", "zst", "zip",
                    "parquet", "xlsx", "xls", "xlsm", "xlsb", "ods", "json", "jsonl", "ndjson",
                    "arff", "sqlite", "sqlite3", "db",
                ],
            ),
            Dialog::SaveData => ("Table", &save_table::ENDINGS),
            Dialog::TestFile
            | Dialog::ProjectData
            | Dialog::AddRows
            | Dialog::OpenChoices
            | Dialog::PredictData => (
                "Table",
                &[
                    "csv", "tsv", "tab", "txt", "data", "dat", "gz", "zst", "zip", "parquet",
                    "xlsx", "xls", "xlsm", "xlsb", "ods", "json", "jsonl", "ndjson", "arff",
                    "sqlite", "sqlite3", "db",
                ],
            ),
        }
    }
}

fn folder(window: &Window) -> PathBuf {
    let known = window.settings.folder.clone().filter(|f| f.is_dir());
    known
        .or_else(|| directories::UserDirs::new().map(|d| d.home_dir().to_path_buf()))
        .unwrap_or_default()
}

/// Whether the data at work came from this file.
fn is_read_from(window: &Window, path: &Path) -> bool {
    let spec = window.catalog.spec_of(&window.desk.project().table);
    !spec.is_empty() && std::path::absolute(spec).is_ok_and(|spec| spec == path)
}

impl Dialogs {
    /// A path is being asked for.
    pub fn is_open(&self) -> bool {
        self.sheet.is_some()
    }

    pub fn open(&mut self, window: &mut Window, dialog: Dialog) {
        let folder = folder(window);
        let name = dialog.file_name(window.desk.project().table.name());
        let mut path = folder.join(&name);
        if dialog == Dialog::SaveData && is_read_from(window, &path) {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy();
            let ending = path.extension().unwrap_or_default().to_string_lossy();
            path = folder.join(format!("{stem}-copy.{ending}"));
        }
        let path = match dialog.saves() {
            true => path.to_string_lossy().into_owned(),
            false => String::new(),
        };
        self.sheet = Some(Sheet {
            dialog,
            path,
            asked: false,
            refused: None,
            fresh: true,
            table: save_table::Choices::default(),
        });
        if !window.is_still() {
            self.ask_system(window, dialog, folder, name);
        }
    }

    fn ask_system(&mut self, window: &Window, dialog: Dialog, folder: PathBuf, name: String) {
        if self.native.is_some() {
            return;
        }
        let (sender, wake) = (window.sender(), window.context().clone());
        let ask = move || {
            let (kind, endings) = dialog.filter();
            let mut asked = rfd::FileDialog::new()
                .set_title(dialog.title())
                .set_directory(folder)
                .add_filter(kind, endings);
            let path = if dialog.saves() {
                asked.set_file_name(name).save_file()
            } else {
                asked = asked.add_filter("All files", &["*"]);
                asked.pick_file()
            };
            let _ = sender.send(Made::Picked { dialog, path });
            wake.request_repaint();
        };
        let thread = std::thread::Builder::new().name("seefit-dialog".into());
        if thread.spawn(ask).is_ok() {
            self.native = Some(Instant::now());
        }
    }

    /// The system's dialog has answered.
    pub fn picked(&mut self, dialog: Dialog, path: Option<PathBuf>) -> Option<Act> {
        let took = self.native.take().map(|since| since.elapsed());
        let sheet = self.sheet.as_mut().filter(|s| s.dialog == dialog)?;
        let Some(path) = path else {
            // The person closed it; the sheet alone would be in the way.
            if took.is_some_and(|t| t > SOONER_THAN_A_HAND) {
                self.sheet = None;
            }
            return None;
        };
        let whole = completed(dialog, path.clone());
        if whole != path && whole.is_file() {
            // The system asked about another name, if it asked at all.
            sheet.path = whole.to_string_lossy().into_owned();
            sheet.asked = true;
            return None;
        }
        if dialog == Dialog::SaveData {
            self.table = sheet.table;
        }
        self.sheet = None;
        Some(Act::Chosen(dialog, whole))
    }

    pub fn show(&mut self, ui: &mut Ui, window: &Window, acts: &mut Vec<Act>) {
        let Some(sheet) = &mut self.sheet else { return };
        let mut answer = None;
        let mut browse = false;
        let open = parts::sheet(ui, sheet.dialog.title(), 520.0, |ui| {
            let native = self.native.is_some();
            (answer, browse) = sheet_ui(ui, sheet, window, native, acts);
        });
        let (dialog, table) = (sheet.dialog, sheet.table);
        if browse {
            let name = dialog.file_name(window.desk.project().table.name());
            self.ask_system(window, dialog, folder(window), name);
        }
        if let Some(path) = answer {
            if dialog == Dialog::SaveData {
                self.table = table;
            }
            self.sheet = None;
            acts.push(Act::Chosen(dialog, path));
        } else if !open {
            self.sheet = None;
        }
    }
}

/// Of what is written as CSV: whether spreadsheets shall find formulas in it.
fn formulas_ui(ui: &mut Ui, sheet: &Sheet, window: &Window, acts: &mut Vec<Act>) {
    let path = completed(sheet.dialog, full(&sheet.path));
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    let other = save_table::ENDINGS[1..]
        .iter()
        .any(|e| ending.eq_ignore_ascii_case(e));
    let table = matches!(
        sheet.dialog,
        Dialog::SaveTable(_)
            | Dialog::SavePredictions
            | Dialog::SaveScores
            | Dialog::SaveLog
            | Dialog::SavePredicted
            | Dialog::SaveData
    );
    if !table || other {
        return;
    }
    ui.add_space(8.0);
    let on = window.settings.neutralise_formulas;
    let label = "Put ' before what a spreadsheet would run as a formula";
    if let Some(on) = choice::checkbox(ui, label, on) {
        acts.push(Act::NeutraliseFormulas(on));
    }
    let words = "Texts from elsewhere that begin with = + - or @ can do harm there. With the ' they do not \
                 read back as they were.";
    let t = crate::widget::tokens::Tokens::of(ui);
    let words = eframe::egui::RichText::new(words).small().color(t.weak);
    ui.add(eframe::egui::Label::new(words).wrap());
}

/// The path that was settled on, and whether the system's dialog is asked for.
fn sheet_ui(
    ui: &mut Ui,
    sheet: &mut Sheet,
    window: &Window,
    native: bool,
    acts: &mut Vec<Act>,
) -> (Option<PathBuf>, bool) {
    let t = crate::widget::tokens::Tokens::of(ui);
    let mut answer = None;
    let hint = if sheet.dialog == Dialog::OpenData {
        "A path, or a generator such as moons:n=400"
    } else {
        "A path"
    };
    let edit = TextEdit::singleline(&mut sheet.path)
        .id(Id::unique("path field"))
        .hint_text(hint)
        .desired_width(f32::INFINITY)
        .margin(eframe::egui::Margin::symmetric(8, 6));
    let field = ui.add(edit).accessible_name("Path");
    if std::mem::take(&mut sheet.fresh) {
        field.request_focus();
    }
    if field.changed() {
        sheet.asked = false;
        sheet.refused = None;
    }
    let entered = field.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter));
    ui.add_space(4.0);
    if sheet.dialog == Dialog::SaveData {
        save_table::choices(ui, window, &mut sheet.path, &mut sheet.table);
    }
    if sheet.dialog.saves() {
        let words = match sheet.dialog {
            Dialog::SaveModel(id) => window.using.travels_with(id),
            other => what(other),
        };
        let words = eframe::egui::RichText::new(words).color(t.weak);
        ui.add(eframe::egui::Label::new(words).wrap());
        formulas_ui(ui, sheet, window, acts);
    } else {
        if let Some(path) = recent(ui, window) {
            answer = Some(path);
        }
        if sheet.dialog == Dialog::OpenData {
            let words = "A file dropped onto the window opens as well.";
            ui.label(eframe::egui::RichText::new(words).color(t.weak));
        }
    }
    let path = completed(sheet.dialog, full(&sheet.path));
    let there = sheet.dialog.saves() && path.is_file();
    if sheet.asked && there {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let what = match is_read_from(window, &path) {
            true => format!("{name} is the file that the data were read from. "),
            false => format!("{name} is there already. "),
        };
        let words = Rich::default()
            .bold(what)
            .plain("Its content will be lost.");
        let shown = Notice {
            weight: Weight::Warning,
            words,
            buttons: vec!["Replace it".into(), "Choose another name".into()],
            closable: false,
        };
        ui.add_space(6.0);
        match notice(ui, &shown) {
            Some(NoticeAction::Button(0)) => return (Some(path), false),
            Some(_) => {
                sheet.asked = false;
                field.request_focus();
            }
            None => {}
        }
        return (None, false);
    }
    if let Some(problem) = &sheet.refused {
        let shown = Notice {
            weight: Weight::Failure,
            words: Rich::default().plain(problem.to_string()),
            buttons: Vec::new(),
            closable: false,
        };
        ui.add_space(6.0);
        notice(ui, &shown);
    }
    ui.add_space(8.0);
    let mut browse = false;
    ui.horizontal(|ui| {
        let empty = sheet.path.trim().is_empty();
        let why = empty.then_some("Type a path first.");
        let word = if sheet.dialog.saves() { "Save" } else { "Open" };
        let go = ui
            .add(button::primary(word).disabled_because(why))
            .clicked();
        let why = native.then_some("The system's dialog is open already.");
        let more = button::secondary("Browse…")
            .icon(icons::FOLDER_OPEN)
            .disabled_because(why);
        browse = ui.add(more).clicked();
        if (go || entered) && !empty {
            sheet.refused = refused(&path).filter(|_| sheet.dialog.saves());
            if sheet.refused.is_some() {
                field.request_focus();
            } else if there {
                sheet.asked = true;
            } else {
                answer = Some(path);
            }
        }
    });
    (answer, browse)
}

fn what(dialog: Dialog) -> &'static str {
    match dialog {
        Dialog::SavePng(1) => "The picture as a PNG, one pixel a point.",
        Dialog::SavePng(2) => "The picture as a PNG, two pixels a point.",
        Dialog::SavePng(3) => "The picture as a PNG, three pixels a point.",
        Dialog::SavePng(_) => "The picture as a PNG, four pixels a point.",
        Dialog::SaveSvg => {
            "The picture as SVG: points, lines and words can be changed in a drawing program."
        }
        Dialog::SaveTable(_) => "The table as CSV, which every spreadsheet reads.",
        Dialog::SavePicture => "The window as it is now, as a PNG.",
        Dialog::SaveData => "The table as it stands, with what was edited.",
        Dialog::SaveProject => {
            "Data, models, settings and the log in one file, which opens on any computer with Seefit."
        }
        Dialog::SavePredicted => "The data with what the model predicted behind them, as CSV.",
        Dialog::SaveLog => "Each row of the log, as CSV.",
        Dialog::SavePredictions => {
            "Each row with its target, and what every shown model said about it when it was held out, as CSV."
        }
        _ => "Every metric of every shown model: mean, spread, pooled and each fold, as CSV.",
    }
}

/// Files opened lately; one that was clicked.
fn recent(ui: &mut Ui, window: &Window) -> Option<PathBuf> {
    let mut clicked = None;
    ScrollArea::vertical()
        .max_height(168.0)
        .auto_shrink([false, true])
        .show(ui, |ui| {
            for path in &window.settings.recent {
                if MenuRow::new(path).icon(icons::FILE).show(ui) {
                    clicked = Some(PathBuf::from(path));
                }
            }
        });
    clicked
}

/// `~` is the home folder.
fn full(typed: &str) -> PathBuf {
    let typed = typed.trim();
    let home = typed
        .strip_prefix("~/")
        .and_then(|rest| directories::UserDirs::new().map(|d| d.home_dir().join(rest)));
    home.unwrap_or_else(|| PathBuf::from(typed))
}

/// With the ending that the file gets, where none of its kind was typed ("study.v2" and "noise=0.2" are
/// names without one): what stands there already has it too.
pub fn completed(dialog: Dialog, path: PathBuf) -> PathBuf {
    let endings: &[&str] = match dialog {
        Dialog::SavePicture | Dialog::SavePng(_) => &["png"],
        Dialog::SaveSvg => &["svg"],
        Dialog::SaveTable(_)
        | Dialog::SavePredictions
        | Dialog::SaveScores
        | Dialog::SaveLog
        | Dialog::SavePredicted => &["csv", "txt"],
        Dialog::SaveData => &save_table::ENDINGS,
        Dialog::SaveModel(_) => &["model"],
        Dialog::SaveProject => &[project::file::EXTENSION],
        Dialog::OpenData
        | Dialog::TestFile
        | Dialog::ProjectData
        | Dialog::AddRows
        | Dialog::OpenChoices
        | Dialog::OpenModel
        | Dialog::PredictData => return path,
    };
    let typed = path.extension().unwrap_or_default().to_string_lossy();
    let known = endings
        .iter()
        .any(|ending| typed.eq_ignore_ascii_case(ending));
    match path.file_name() {
        Some(name) if !known => {
            let name = name.to_string_lossy();
            path.with_file_name(format!("{}.{}", name.trim_end_matches('.'), endings[0]))
        }
        _ => path,
    }
}

/// Why nothing can be saved at this path, as far as a glance tells.
fn refused(path: &Path) -> Option<Problem> {
    let place = |problem: Problem| problem.at(path.display().to_string());
    if path.is_dir() {
        let problem = Problem::new("this is a folder").fix("Add the name of a file");
        return Some(place(problem));
    }
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    folder.filter(|folder| !folder.is_dir())?;
    let problem =
        Problem::new("there is no such folder").fix("Choose another one, or make it first");
    Some(place(problem))
}

/// A path was settled on, and replacing what stands there agreed to.
pub fn chosen(window: &mut Window, dialog: Dialog, path: PathBuf) {
    if let Some(folder) = path.parent().filter(|f| f.is_dir()) {
        window.settings.folder = Some(folder.to_path_buf());
    }
    match dialog {
        Dialog::OpenData => window.open(path.to_string_lossy().into_owned()),
        Dialog::TestFile => test_file(window, path),
        Dialog::AddRows => add_rows(window, path),
        Dialog::OpenChoices => {
            let spec = path.to_string_lossy().into_owned();
            let options = window.catalog.options_of(&spec);
            window.begin_import(super::import::Source::File(spec), options, None);
        }
        Dialog::SaveData => {
            let scored = window.scored();
            save_table::save(window, path, scored);
        }
        Dialog::SavePicture => picture(window, path),
        Dialog::SavePng(_) | Dialog::SaveSvg => window.save_taken(dialog, path),
        Dialog::SaveTable(of) => {
            if let Some(make) = window.table_of(of) {
                let whole = window.desk.project().table.fingerprint();
                let whole = (of == TableOf::Data).then_some(whole);
                let make = move || Ok((make()?, None));
                saving::begin(window, of.word(), path, whole, make);
            }
        }
        Dialog::SavePredictions => chosen(window, Dialog::SaveTable(TableOf::Predictions), path),
        Dialog::SaveProject => window.save_named(path),
        Dialog::OpenModel => window.open_model(path),
        Dialog::PredictData => {
            let context = window.context().clone();
            let path = path.to_string_lossy().into_owned();
            window.perform(&context, Act::Use(Use::On(path)));
        }
        Dialog::SavePredicted => {
            if let Some(table) = window.predicted() {
                saving::begin(window, "Predictions", path, None, move || Ok((table, None)));
            }
        }
        // With a time for its answer: the window does it.
        Dialog::SaveModel(_) => {}
        Dialog::ProjectData => window.read_other_data(&path),
        Dialog::SaveLog => chosen(window, Dialog::SaveTable(TableOf::Log), path),
        Dialog::SaveScores => chosen(window, Dialog::SaveTable(TableOf::Scores), path),
    }
}

/// The frame after this one, without the sheet on it.
fn picture(window: &Window, path: PathBuf) {
    let (sender, wake) = (window.sender(), window.context().clone());
    window.context().request_screenshot(move |image| {
        let write = move || {
            let rgba = crate::widget::cpu_renderer::to_rgba(&image);
            let beside = path.with_extension("png.part");
            let saved =
                crate::widget::cpu_renderer::save_png(&beside, image.size[0], image.size[1], &rgba);
            let renamed = saved.and_then(|()| {
                std::fs::rename(&beside, &path).map_err(|error| {
                    Problem::new(format!("the picture was not saved ({error})"))
                        .at(path.display().to_string())
                        .fix("Choose another folder or file name")
                })
            });
            let result = renamed.map(|()| path);
            let what = "Picture".to_owned();
            let _ = sender.send(Made::Saved { what, result });
            wake.request_repaint();
        };
        let _ = std::thread::Builder::new()
            .name("seefit-save".into())
            .spawn(write);
    });
}

/// Reads a file as the present one was read and puts its rows behind the present ones.
fn add_rows(window: &Window, path: PathBuf) {
    let table = window.desk.project().table.clone();
    let kinds = table.columns().iter().map(|c| (c.name.clone(), c.kind));
    let present = window.catalog.options_of(window.catalog.spec_of(&table));
    let options = ReadOptions {
        kinds: kinds.collect(),
        sheet: None,
        table: None,
        query: None,
        ..present
    };
    let name = super::catalog::edited_name(table.name());
    window.work_on_table(move || {
        let spec = path.to_string_lossy().into_owned();
        let more = data::open(&spec, &options, &Cancel::new()).map_err(|halt| match halt {
            Halt::Failed(problem) => problem,
            Halt::Cancelled => Problem::new("opening was stopped"),
        })?;
        let data::edit::Appended { table, notes } = data::edit::append(&table, &more, &name)?;
        let rows = crate::widget::format::counted(more.rows(), "row", "rows");
        Ok(super::made::Edited {
            table,
            line: format!("{rows} added from {}", more.name()),
            notes,
        })
    });
}

fn test_file(window: &mut Window, path: PathBuf) {
    let number = window.next_number();
    window.test_asked = Some(number);
    let spec = path.to_string_lossy().into_owned();
    let (sender, wake) = (window.sender(), window.context().clone());
    // The test rows are read as the training rows were.
    let present = &window.desk.project().table;
    let of = present.fingerprint();
    let kinds = present.columns().iter().map(|c| (c.name.clone(), c.kind));
    let options = ReadOptions {
        kinds: kinds.collect(),
        ..ReadOptions::default()
    };
    let read = move || {
        let result = data::open(&spec, &options, &Cancel::new()).map_err(|halt| match halt {
            Halt::Failed(problem) => problem,
            Halt::Cancelled => Problem::new("opening was stopped"),
        });
        let _ = sender.send(Made::TestFile {
            number,
            of,
            path: spec,
            result,
        });
        wake.request_repaint();
    };
    let _ = std::thread::Builder::new()
        .name("seefit-open".into())
        .spawn(read);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_after_the_data() {
        let name = |d: Dialog| d.file_name("Bike rides.csv");
        assert_eq!(name(Dialog::SavePicture), "bike-rides.png");
        assert_eq!(name(Dialog::SaveScores), "bike-rides-scores.csv");
        assert_eq!(full(" a/b.csv "), PathBuf::from("a/b.csv"));
    }

    #[test]
    fn a_name_without_an_ending_gets_that_of_its_kind() {
        let name = |dialog, typed: &str| {
            let path = completed(dialog, PathBuf::from(typed));
            path.to_string_lossy().into_owned()
        };
        assert_eq!(name(Dialog::SaveProject, "a/study"), "a/study.seefit");
        assert_eq!(name(Dialog::SaveProject, "a/study.v2"), "a/study.v2.seefit");
        assert_eq!(
            name(Dialog::SaveProject, "a/study.SEEFIT"),
            "a/study.SEEFIT"
        );
        assert_eq!(name(Dialog::SaveSvg, "plane."), "plane.svg");
        assert_eq!(name(Dialog::SavePng(2), "plane"), "plane.png");
        assert_eq!(name(Dialog::SavePng(2), "noise=0.2"), "noise=0.2.png");
        assert_eq!(name(Dialog::SaveData, "rows.tsv"), "rows.tsv.csv");
        assert_eq!(name(Dialog::SaveScores, "scores.txt"), "scores.txt");
        assert_eq!(name(Dialog::SaveData, "rows"), "rows.csv");
        assert_eq!(name(Dialog::SaveData, "rows.parquet"), "rows.parquet");
        assert_eq!(name(Dialog::OpenData, "rows"), "rows");
    }

    #[test]
    fn what_cannot_be_written_to_is_seen_before_the_sheet_closes() {
        let folder = std::env::temp_dir();
        let why = |path: PathBuf| refused(&path).map(|problem| problem.to_string());
        assert_eq!(why(folder.join("seefit-a.csv")), None);
        assert_eq!(why(PathBuf::from("a.csv")), None);
        assert!(why(folder.clone()).unwrap().contains("a folder"));
        let nowhere = folder.join("seefit-no-such-folder/a.csv");
        assert!(why(nowhere).unwrap().contains("no such folder"));
    }

    /// The system's dialog asks about the name as it was typed, not about the one that is written.
    #[test]
    fn a_file_that_only_the_ending_leads_to_is_asked_about() {
        let folder = std::env::temp_dir().join(format!("seefit-endings-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let there = folder.join("study.seefit");
        std::fs::write(&there, "x").unwrap();
        let sheet = || Sheet {
            dialog: Dialog::SaveProject,
            path: String::new(),
            asked: false,
            refused: None,
            fresh: false,
            table: save_table::Choices::default(),
        };
        let mut dialogs = Dialogs {
            sheet: Some(sheet()),
            ..Dialogs::default()
        };
        let picked = dialogs.picked(Dialog::SaveProject, Some(folder.join("study")));
        assert!(picked.is_none());
        let asks = dialogs.sheet.as_ref().unwrap();
        assert!(asks.asked && asks.path == there.to_string_lossy());
        dialogs.sheet = Some(sheet());
        let picked = dialogs.picked(Dialog::SaveProject, Some(folder.join("other")));
        let Some(Act::Chosen(Dialog::SaveProject, path)) = picked else {
            panic!("{picked:?}");
        };
        assert_eq!(path, folder.join("other.seefit"));
        assert!(!dialogs.is_open());
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
