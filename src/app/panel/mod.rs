//! The window's panels in flow order: data at the left, pictures in the centre, models at the right.

pub mod bottom;
pub(in crate::app) mod card;
pub(in crate::app) mod columns;
mod history;
pub mod left;
mod opening;
mod preparation;
pub mod rail;
mod reading;
mod reduction;
pub mod right;
pub mod top;

use std::collections::HashMap;

use eframe::egui::{Frame as Paint, Margin, Panel, Ui};

use super::act::{Act, Place, Tab};
use super::frame::Frame;
use super::tab;
use crate::base::{Hash128, Problem};
use crate::model::Task;
use crate::train::Painter;
use crate::view::plane::Axis;
use crate::widget::notice::{Notice, NoticeAction, Weight, notice};
use crate::widget::text::Rich;

/// What panels keep between frames beside egui's own memory.
#[derive(Default)]
pub struct Memory {
    /// Where the pictures stood in the last frame: answers come up at its lower right.
    pub centre: Option<eframe::egui::Rect>,
    /// Where the tab with all its pictures is, curves below included.
    pub whole: Option<eframe::egui::Rect>,
    pub plane_axes: Option<(Axis, Axis, Hash128)>,
    pub painter: Option<((usize, Task), Painter)>,
    /// Pixel sizes of the small multiples on the screen, asked for by the shown tab.
    pub small_sizes: Option<Vec<[usize; 2]>>,
    /// Pixel size of the picture whose points are a density.
    pub density_size: Option<[usize; 2]>,
    /// The pictures that the last frame showed, and which of them is to be taken out.
    pub shown: Vec<(String, eframe::egui::Rect)>,
    pub taking: super::taking::TakingMemory,
    pub help_open: bool,
    /// Number of the present gesture of a knob; the next gesture takes the next number.
    pub gesture: u64,
    /// Work for the workers that the shown tab asks for.
    pub wanted: Vec<tab::Wanted>,
    pub importance: HashMap<Hash128, Result<Vec<(String, f64, f64)>, Problem>>,
    /// The panel that takes the focus when it is drawn next.
    pub focus: Option<Place>,
    pub left: left::LeftMemory,
    pub right: right::RightMemory,
    pub top: top::TopMemory,
    pub explore: tab::explore::ExploreMemory,
    pub model: tab::model::ModelMemory,
    pub compare: tab::compare::CompareMemory,
    pub evaluate: tab::evaluate::EvaluateMemory,
    pub table: tab::table::TableMemory,
    pub log: crate::view::log::LogState,
    /// The knob that the projector shows of an algorithm, where one was chosen.
    pub projected: HashMap<&'static str, &'static str>,
}

impl Memory {
    /// Gives the focus to a widget if its panel is to have it.
    pub fn take_focus(&mut self, place: Place, response: &eframe::egui::Response) {
        if self.focus == Some(place) {
            self.focus = None;
            response.request_focus();
        }
    }
}

/// A panel's ground in a colour of the theme.
pub fn ground(colour: eframe::egui::Color32, margin: i8) -> Paint {
    Paint::new().fill(colour).inner_margin(Margin::same(margin))
}

/// Tabs, a problem with what was opened, the tab's pictures, the curves.
pub fn centre(
    ui: &mut Ui,
    frame: &Frame<'_>,
    memory: &mut Memory,
    acts: &mut Vec<Act>,
    problem: Option<&(String, Problem)>,
) {
    let t = frame.tokens;
    tabs(ui, frame, memory, acts);
    super::questions::notices(ui, frame, acts);
    opening::show(ui, frame, acts);
    if let Some((what, problem)) = problem {
        Panel::top("problem")
            .frame(ground(t.panel, 12))
            .show(ui, |ui| {
                // Its name is said once.
                let alone = Problem {
                    place: String::new(),
                    ..problem.clone()
                };
                let named = short(&problem.place) == short(what);
                let said = match named {
                    true => alone.to_string(),
                    false => problem.to_string(),
                };
                let stop = if named { ":" } else { "." };
                let shown = Notice {
                    weight: Weight::Failure,
                    words: Rich::default()
                        .bold(format!("{} was not loaded{stop} ", short(what)))
                        .plain(said),
                    buttons: vec!["Choose another file…".into()],
                    closable: true,
                };
                match notice(ui, &shown) {
                    Some(NoticeAction::Button(_)) => {
                        acts.push(Act::Dialog(super::act::Dialog::OpenData))
                    }
                    Some(NoticeAction::Close) => acts.push(Act::CloseProblem),
                    None => {}
                }
            });
    }
    memory.whole = Some(ui.available_rect_before_wrap());
    if frame.look.bottom_open && frame.look.tab == Tab::Model {
        bottom::show(ui, frame, memory, acts);
    }
    memory.centre = Some(ui.available_rect_before_wrap());
    eframe::egui::CentralPanel::default()
        .frame(ground(t.panel, 0))
        .show(ui, |ui| picture(ui, frame, memory, acts));
}

/// What the chosen tab shows, in the room that is left.
pub fn picture(ui: &mut Ui, frame: &Frame<'_>, memory: &mut Memory, acts: &mut Vec<Act>) {
    match frame.look.tab {
        Tab::Explore => tab::explore::show(ui, frame, memory, acts),
        Tab::Model => tab::model::show(ui, frame, memory, acts),
        Tab::Compare => tab::compare::show(ui, frame, memory, acts),
        Tab::Evaluate => tab::evaluate::show(ui, frame, memory, acts),
        Tab::Table => tab::table::show(ui, frame, memory, acts),
        Tab::Log => tab::log::show(ui, frame, memory, acts),
    }
}

fn short(what: &str) -> String {
    std::path::Path::new(what)
        .file_name()
        .map_or_else(|| what.to_owned(), |n| n.to_string_lossy().into_owned())
}

fn tabs(ui: &mut Ui, frame: &Frame<'_>, memory: &mut Memory, acts: &mut Vec<Act>) {
    Panel::top("tabs")
        .exact_size(36.0)
        .resizable(false)
        .frame(ground(frame.tokens.panel, 0))
        .show(ui, |ui| {
            ui.horizontal(|ui| {
                ui.add_space(12.0);
                for tab in Tab::ALL {
                    let shown = tab == frame.look.tab;
                    let response = super::parts::tab_button(ui, tab.name(), shown);
                    if response.clicked() {
                        acts.push(Act::Tab(tab));
                    }
                    if shown {
                        memory.take_focus(Place::Centre, &response);
                    }
                }
                super::taking::button_ui(ui, frame, memory, acts);
            });
        });
}
