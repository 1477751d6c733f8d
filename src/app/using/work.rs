//! What is asked of models in use is carried out here; what grows with the rows, on threads.

use std::path::PathBuf;
use std::sync::Arc;

use super::check::lines;
use super::{Data, OpenFile, Predicted, Sheet, Stage, Use, UseMade, With, about, file_name};
use crate::app::act::{Act, Dialog};
use crate::app::made::Made;
use crate::app::window::Window;
use crate::base::{Cancel, Halt, Problem};
use crate::data::{self, Kind, ReadOptions, Table};
use crate::project::ModelId;
use crate::project::model_file::ModelFile;
use crate::train::apply::{Pipeline, account, apply_filling, joined};
use crate::widget::toast::Tone;

impl Window {
    /// Does it on a thread of its own and sends what it made. A system without another thread to
    /// give leaves the question open, to be asked again.
    fn on_thread(&self, name: &str, work: impl FnOnce() -> UseMade + Send + 'static) {
        let (sender, wake) = (self.sender(), self.context().clone());
        let work = move || {
            let _ = sender.send(Made::Use(work()));
            wake.request_repaint();
        };
        let _ = std::thread::Builder::new().name(name.into()).spawn(work);
    }

    pub(in crate::app) fn use_model(&mut self, now: f64, what: Use) {
        match what {
            Use::Save(id) => self.ask_where_to_save(now, id),
            Use::Card(id) => {
                self.sheet_of_card(now, id);
            }
            Use::File(number) => {
                self.sheet_of_file(number);
            }
            Use::CloseFile(number) => self.using.files.retain(|file| file.number != number),
            Use::CardOn(id, path) => {
                // Without its own sheet another model's would take the file.
                if self.sheet_of_card(now, id) {
                    self.use_model(now, Use::On(path));
                }
            }
            Use::FileOn(number, path) => {
                if self.sheet_of_file(number) {
                    self.use_model(now, Use::On(path));
                }
            }
            Use::Present => {
                let table = self.desk.project().table.clone();
                self.look_at(table.name().to_owned(), move |_, _| Ok(table));
            }
            Use::On(path) => {
                let name = file_name(std::path::Path::new(&path));
                self.look_at(name, move |pipeline, cancel| {
                    data::open(&path, &as_trained(pipeline), cancel)
                });
            }
            Use::Predict => self.predict(),
            Use::Stop => {
                if let Some(sheet) = &self.using.sheet {
                    sheet.cancel.cancel();
                }
            }
            Use::Copy => {
                if let Some(Stage::Done(_, made)) = self.using.sheet.as_ref().map(|s| &s.stage) {
                    let table = made.table.clone();
                    self.copy_table("Predictions", move || Ok(table));
                }
            }
            Use::Close => self.using.sheet = None,
        }
    }

    pub(in crate::app) fn used(&mut self, now: f64, made: UseMade) {
        match made {
            UseMade::Opened {
                number,
                path,
                result,
            } => {
                if let Some(number) = number {
                    let Some(loading) = self.loading.take_if(|l| l.number == number) else {
                        return;
                    };
                    self.begin_with_something(&loading);
                }
                match *result {
                    Ok(model) => self.model_opened(path, model),
                    Err(problem) => {
                        self.problem = Some((path.to_string_lossy().into_owned(), problem));
                    }
                }
            }
            UseMade::Travels(id, words) => {
                if let Some((of, told)) = &mut self.using.travels
                    && *of == id
                {
                    *told = Some(words);
                }
            }
            UseMade::Checked { run, result } => {
                let Some(sheet) = self.using.sheet.as_mut().filter(|s| s.run == run) else {
                    return;
                };
                match result {
                    Ok(data) => sheet.stage = Stage::Checked(Arc::new(data)),
                    Err(problem) => {
                        sheet.stage = Stage::Choose;
                        sheet.problem = Some(problem);
                    }
                }
            }
            UseMade::Predicted { run, result } => {
                let Some(sheet) = self.using.sheet.as_mut().filter(|s| s.run == run) else {
                    return;
                };
                let Some(data) = sheet.data().cloned() else {
                    return;
                };
                sheet.stage = match result {
                    Some(Ok(made)) => Stage::Done(data, made),
                    Some(Err(problem)) => {
                        sheet.problem = Some(problem);
                        Stage::Checked(data)
                    }
                    None => Stage::Checked(data),
                };
            }
            UseMade::Text { what, result } => match result {
                Ok(text) => {
                    self.context().copy_text(text);
                    let words = format!("{what} copied");
                    self.toasts.push(now, Tone::Done, words, None);
                }
                Err(problem) => {
                    let words = problem.to_string();
                    self.toasts.push(now, Tone::Failed, words, None);
                }
            },
        }
    }

    /// The model that a card ended with; a toast says why where there is none.
    fn model_of(&mut self, now: f64, id: ModelId) -> Option<Arc<ModelFile>> {
        let report = self.desk.entry(id).and_then(|entry| entry.report.clone());
        let (Some(job), Some(report)) = (self.desk.job(id).cloned(), report) else {
            let words = "It has not been fitted yet.";
            self.toasts.push(now, Tone::Info, words, None);
            return None;
        };
        match ModelFile::of(&job, &report) {
            Ok(model) => Some(Arc::new(model)),
            Err(problem) => {
                let words = problem.to_string();
                self.toasts.push(now, Tone::Failed, words, None);
                None
            }
        }
    }

    fn ask_where_to_save(&mut self, now: f64, id: ModelId) {
        let Some(model) = self.model_of(now, id) else {
            return;
        };
        self.using.travels = Some((id, None));
        self.on_thread("seefit-save", move || {
            UseMade::Travels(id, model.what_travels())
        });
        let context = self.context().clone();
        self.perform(&context, Act::Dialog(Dialog::SaveModel(id)));
    }

    /// A name was settled on for a card's model.
    pub(in crate::app) fn save_model(&mut self, now: f64, id: ModelId, path: PathBuf) {
        let Some(model) = self.model_of(now, id) else {
            return;
        };
        let (sender, wake) = (self.sender(), self.context().clone());
        let save = move || {
            let result = model.save(&path).map(|_| path);
            let what = "Model".to_owned();
            let _ = sender.send(Made::Saved { what, result });
            wake.request_repaint();
        };
        let thread = std::thread::Builder::new().name("seefit-save".into());
        let _ = thread.spawn(save);
    }

    pub(in crate::app) fn open_model(&self, path: PathBuf) {
        self.on_thread("seefit-open", move || UseMade::Opened {
            number: None,
            result: Box::new(ModelFile::open(&path)),
            path,
        });
    }

    /// A card at the right, and the sheet in front.
    pub(in crate::app) fn model_opened(&mut self, path: PathBuf, model: ModelFile) {
        self.problem = None;
        self.settings.remember_file(&path.to_string_lossy());
        self.using.files.retain(|file| file.path != path);
        let number = self.using.number();
        self.using.files.push(OpenFile {
            number,
            name: file_name(&path),
            path,
            model: Arc::new(model),
        });
        self.sheet_of_file(number);
    }

    /// Whether there is one.
    fn sheet_of_card(&mut self, now: f64, id: ModelId) -> bool {
        let Some(model) = self.model_of(now, id) else {
            return false;
        };
        let Some(entry) = self.desk.project().model(id) else {
            return false;
        };
        let name = format!("{} {}", entry.badge(), entry.params.algorithm().name);
        self.put_sheet(With::Card(id), name, model);
        true
    }

    /// Whether there is one.
    fn sheet_of_file(&mut self, number: u64) -> bool {
        let Some(file) = self.using.file(number) else {
            return false;
        };
        let (name, model) = (file.name.clone(), file.model.clone());
        self.put_sheet(With::File, name, model);
        true
    }

    fn put_sheet(&mut self, with: With, name: String, model: Arc<ModelFile>) {
        let run = self.using.number();
        self.using.sheet = Some(Sheet {
            about: about::lines(&model, with),
            with,
            name,
            model,
            stage: Stage::Choose,
            problem: None,
            run,
            cancel: Cancel::new(),
        });
    }

    /// Reads data for the sheet and looks at their columns.
    fn look_at(
        &mut self,
        name: String,
        read: impl FnOnce(&Pipeline, &Cancel) -> crate::base::Outcome<Table> + Send + 'static,
    ) {
        let run = self.using.number();
        let Some(sheet) = &mut self.using.sheet else {
            return;
        };
        // What was asked before is not waited for.
        sheet.cancel.cancel();
        sheet.cancel = Cancel::new();
        sheet.run = run;
        sheet.problem = None;
        sheet.stage = Stage::Reading { name: name.clone() };
        let (model, cancel) = (sheet.model.clone(), sheet.cancel.clone());
        self.on_thread("seefit-open", move || {
            let pipeline = &model.pipeline;
            let result = read(pipeline, &cancel).map(|table| {
                let account = account(pipeline, &table);
                Data {
                    name,
                    lines: lines(&account),
                    table,
                    account,
                }
            });
            UseMade::Checked {
                run,
                result: result.map_err(|halt| match halt {
                    Halt::Failed(problem) => problem,
                    Halt::Cancelled => Problem::new("the reading was stopped"),
                }),
            }
        });
    }

    fn predict(&mut self) {
        let run = self.using.number();
        let Some(sheet) = &mut self.using.sheet else {
            return;
        };
        let Stage::Checked(data) = &sheet.stage else {
            return;
        };
        let data = data.clone();
        sheet.cancel = Cancel::new();
        sheet.run = run;
        sheet.problem = None;
        let done = Arc::default();
        sheet.stage = Stage::Predicting {
            data: data.clone(),
            done: Arc::clone(&done),
        };
        let (model, cancel) = (sheet.model.clone(), sheet.cancel.clone());
        self.on_thread("seefit-predict", move || {
            // One core is left to the window.
            let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
            let threads = cores.saturating_sub(1).max(1);
            let pipeline = &model.pipeline;
            let applied = apply_filling(pipeline, &data.table, threads, done, &cancel);
            let made = applied.and_then(|(predictions, applied)| {
                Ok(Box::new(Predicted {
                    table: joined(pipeline, &data.table, &predictions)?,
                    columns: data.table.columns().len(),
                    applied,
                }))
            });
            UseMade::Predicted {
                run,
                result: match made {
                    Ok(made) => Some(Ok(made)),
                    Err(Halt::Failed(problem)) => Some(Err(problem)),
                    Err(Halt::Cancelled) => None,
                },
            }
        });
    }

    /// The table with the predictions, where there is one.
    pub(in crate::app) fn predicted(&self) -> Option<Table> {
        match &self.using.sheet.as_ref()?.stage {
            Stage::Done(_, made) => Some(made.table.clone()),
            _ => None,
        }
    }

    /// A table to the clipboard, as text that spreadsheets take.
    pub(in crate::app) fn copy_table(
        &self,
        what: &str,
        make: impl FnOnce() -> Result<Table, Problem> + Send + 'static,
    ) {
        let what = what.to_owned();
        self.on_thread("seefit-copy", move || UseMade::Text {
            result: make().and_then(|table| crate::app::export::as_text(&table)),
            what,
        });
    }
}

/// Words stay words: `01` is no number where the model knows categories. Numbers and dates are read as
/// they look and then converted, so that what is unreadable is counted.
fn as_trained(pipeline: &Pipeline) -> ReadOptions {
    let columns = pipeline.columns.iter().chain(&pipeline.target);
    let words = columns.filter(|c| !matches!(c.kind, Kind::Number | Kind::Date));
    ReadOptions {
        kinds: words.map(|c| (c.name.clone(), c.kind)).collect(),
        ..ReadOptions::default()
    }
}
