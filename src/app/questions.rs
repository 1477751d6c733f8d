//! What the person is asked about files, and what they must know about the one that was opened.

use std::time::SystemTime;

use eframe::egui::{Key, Label, Panel, RichText, Ui};

use super::act::Act;
use super::frame::Frame;
use super::keeping::{After, Answer, Keeping, Loose, Question};
use super::panel::ground;
use super::parts;
use crate::base::problem::visible;
use crate::widget::button;
use crate::widget::format;
use crate::widget::notice::{Notice, NoticeAction, Weight, buttons, notice};
use crate::widget::text::Rich;

/// Draws the question that waits for an answer.
pub fn show(ui: &mut Ui, keeping: &Keeping, acts: &mut Vec<Act>) {
    let Some(question) = &keeping.question else {
        return;
    };
    let mut answer = None;
    let open = match question {
        Question::Unsaved(After::Close) if keeping.only_loose() => {
            parts::sheet(ui, "Data in no file", 440.0, |ui| {
                let (words, these) = loose(keeping, |_| true);
                words
                    .plain(format!(" {these} in no file. What is not saved is lost."))
                    .show(ui);
                ui.add_space(8.0);
                let words = ["Save it…", "Close without saving", "Cancel"].map(str::to_owned);
                let answers = [Answer::SaveLoose, Answer::DoNotSave, Answer::Cancel];
                answer = buttons(ui, &words).map(|at| answers[at].clone());
            })
        }
        Question::Unsaved(after) => {
            // The project's file is of other data: saving asks for a name.
            let (lead, name) = match (&keeping.other, keeping.name()) {
                (Some(data), _) => ("Save the work on ", format!("“{}”", visible(data))),
                (None, Some(name)) => ("Save the changes to ", format!("“{name}”")),
                (None, None) => ("Save the changes to ", "this project".into()),
            };
            parts::sheet(ui, "Unsaved changes", 440.0, |ui| {
                let words = Rich::default()
                    .plain(lead)
                    .bold(name)
                    .plain("? What is not saved is lost.");
                words.show(ui);
                if *after == After::Close && keeping.loose.iter().any(|l| !l.at_work) {
                    ui.add_space(4.0);
                    let (words, these) = loose(keeping, |l| !l.at_work);
                    let words =
                        words.plain(format!(" {these} in no file, and in no project either."));
                    words.show(ui);
                }
                ui.add_space(8.0);
                let without = match after {
                    After::Close => "Close without saving",
                    After::Open(_) => "Open without saving",
                    After::Restore => "Restore without saving",
                };
                let words = ["Save", without, "Cancel"].map(str::to_owned);
                let answers = [Answer::Save, Answer::DoNotSave, Answer::Cancel];
                answer = buttons(ui, &words).map(|at| answers[at].clone());
            })
        }
        Question::Data { source, data, .. } => {
            parts::sheet(ui, "Read the data of this project?", 560.0, |ui| {
                let words = Rich::default()
                    .bold(format!("“{}”", visible(&source.name())))
                    .plain(
                        " does not hold its data. It names this file, which has not been touched:",
                    );
                words.show(ui);
                ui.add_space(4.0);
                let t = crate::widget::tokens::Tokens::of(ui);
                let path = RichText::new(visible(&data.spec))
                    .monospace()
                    .color(t.strong);
                ui.add(Label::new(path).wrap());
                ui.add_space(8.0);
                ui.horizontal(|ui| {
                    if ui.add(button::primary("Read this file")).clicked() {
                        answer = Some(Answer::ReadData);
                    }
                    if ui.add(button::secondary("Choose another file…")).clicked() {
                        answer = Some(Answer::OtherData);
                    }
                    if ui.add(button::quiet("Cancel")).clicked() {
                        answer = Some(Answer::Cancel);
                    }
                });
            })
        }
    };
    // Enter is the first button, where no other has the focus.
    let enter = ui.input(|i| i.key_pressed(Key::Enter));
    if enter && ui.memory(|m| m.focused().is_none()) && open {
        answer = answer.or(match question {
            Question::Unsaved(After::Close) if keeping.only_loose() => Some(Answer::SaveLoose),
            Question::Unsaved(_) => Some(Answer::Save),
            // A stranger's file names it: nothing is read without a click.
            Question::Data { .. } => None,
        });
    }
    let answer = answer.or((!open).then_some(Answer::Cancel));
    acts.extend(answer.map(Act::Answer));
}

/// The names of data sets that are only in this window, and how a sentence goes on about them.
fn loose(keeping: &Keeping, which: impl Fn(&Loose) -> bool) -> (Rich, &'static str) {
    let named: Vec<&Loose> = keeping.loose.iter().filter(|l| which(l)).collect();
    let mut words = Rich::default();
    for (at, loose) in named.iter().enumerate() {
        let between = match at {
            0 => "",
            at if at + 1 == named.len() => " and ",
            _ => ", ",
        };
        words = words
            .plain(between)
            .bold(format!("“{}”", visible(&loose.name)));
    }
    (words, if named.len() == 1 { "is" } else { "are" })
}

/// Work that an earlier window left, and what of a file could not be read; above the pictures.
pub fn notices(ui: &mut Ui, frame: &Frame<'_>, acts: &mut Vec<Act>) {
    let keeping = frame.keeping;
    let t = frame.tokens;
    if let Some(left) = keeping.offers.first() {
        let of = match &left.file {
            Some(file) => format!("“{}”", visible(&super::keeping::stem(file))),
            None => "an untitled project".to_owned(),
        };
        let since = SystemTime::now().duration_since(left.when);
        let ago = format::ago(since.map_or(0.0, |s| s.as_secs_f64()));
        let shown = Notice {
            weight: Weight::Warning,
            words: Rich::default()
                .bold("Unsaved work was found. ")
                .plain(format!(
                    "Seefit ended without saving {of}; its last change was {ago}."
                )),
            buttons: vec!["Restore".into(), "Discard".into()],
            closable: false,
        };
        Panel::top("unsaved work")
            .frame(ground(t.panel, 12))
            .show(ui, |ui| match notice(ui, &shown) {
                Some(NoticeAction::Button(0)) => acts.push(Act::RestoreWork),
                Some(_) => acts.push(Act::DiscardWork),
                None => {}
            });
    }
    if let Some((name, notes)) = &keeping.notes {
        const MOST: usize = 4;
        let words = notes
            .iter()
            .take(MOST)
            .map(|note| sentence(&note.to_string()));
        let mut detail = words.collect::<Vec<_>>().join(" ");
        if notes.len() > MOST {
            detail.push_str(&format!(" And {} more.", notes.len() - MOST));
        }
        let fact = match keeping.file {
            Some(_) => format!("{}. ", visible(name)),
            None => format!("{} was opened as an untitled copy. ", visible(name)),
        };
        let shown = Notice {
            weight: Weight::Warning,
            words: Rich::default().bold(fact).plain(detail),
            buttons: Vec::new(),
            closable: true,
        };
        Panel::top("notes of the file")
            .frame(ground(t.panel, 12))
            .show(ui, |ui| {
                if notice(ui, &shown).is_some() {
                    acts.push(Act::CloseNotes);
                }
            });
    }
}

/// With a capital at its beginning.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}
