//! What panels ask for. They read a frame and push acts; only the window carries them out.

use std::sync::Arc;

use super::desk::Along;
use super::keeping::Answer;
use crate::data::edit::{Canvas, Edit};
use crate::data::{Kind, ReadOptions};
use crate::project::{Command, ModelId};
use crate::view::confusion::Shares;
use crate::view::curves::Measure;
use crate::view::plane::{PointSet, Tool, View};

/// The centre's pictures, by question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tab {
    Explore,
    Model,
    Compare,
    Evaluate,
    Table,
    Log,
}

impl Tab {
    pub const ALL: [Tab; 6] = [
        Tab::Explore,
        Tab::Model,
        Tab::Compare,
        Tab::Evaluate,
        Tab::Table,
        Tab::Log,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Tab::Explore => "Explore",
            Tab::Model => "Model",
            Tab::Compare => "Compare",
            Tab::Evaluate => "Evaluate",
            Tab::Table => "Table",
            Tab::Log => "Log",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ThemeChoice {
    Light,
    Dark,
}

/// What the tab Evaluate asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Page {
    /// How good the predictions are.
    #[default]
    Quality,
    /// What they rest on.
    Matters,
    /// What a row of other values would get.
    WhatIf,
}

impl Page {
    pub const ALL: [Page; 3] = [Page::Quality, Page::Matters, Page::WhatIf];
    pub const NAMES: [&str; 3] = ["Quality", "What matters", "What if"];
}

/// Where the scrubber stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scrub {
    /// Follows the newest step.
    Live,
    /// A step of the shown models, as a share of those planned (0 to 1).
    At(f64),
}

impl Scrub {
    /// None: the newest step.
    pub fn share(self) -> Option<f64> {
        match self {
            Scrub::Live => None,
            Scrub::At(share) => Some(share),
        }
    }
}

#[derive(Clone, Debug)]
pub enum Act {
    /// A step of undo.
    Do(Command),
    /// Part of a gesture; one step of undo together with the others of this number.
    Drag(Command, u64),
    EndGesture,
    Undo,
    Redo,
    /// So many steps back (below 0) or forward.
    GoTo(i32),
    /// Opens the list of what was done.
    History,
    /// Saves the project; asks for a name where it has none.
    Save,
    /// An answer to the question that is open.
    Answer(Answer),
    /// What an earlier window left unsaved.
    RestoreWork,
    DiscardWork,
    /// The person has read what of a file could not be read.
    CloseNotes,
    /// Rows of the log, by number.
    RestoreRow(u64),
    NoteRow(u64, String),
    RemoveRow(u64),
    /// A row that was removed comes back.
    ReturnRow(Box<crate::project::LogRow>),
    SelectModel(ModelId),
    OpenCard(ModelId, bool),
    Stop(ModelId),
    Continue(ModelId),
    StartOver(ModelId),
    /// Let a dear fit start.
    Allow(ModelId),
    StopAll,
    /// DATA as the command line spells it: a path, a shipped name, a generator.
    Open(String),
    /// One data set on (1) or back (-1) in the strip.
    Step(i32),
    /// The present generator with other knobs, as the command line spells it; changes of one number
    /// are one step of undo.
    Generate(String, Option<u64>),
    /// Rows drawn or changed by hand; those of one number are one step of undo.
    Draw(Edit, Canvas, Option<u64>),
    /// Deletes the selected rows, as drawing does.
    DeleteSelected,
    /// An empty plane to draw on.
    Blank,
    /// Goes to the table's search.
    SearchTable,
    /// Asks the system for the clipboard's text.
    AskPaste,
    /// A table as text, from the clipboard.
    Paste(String),
    /// Opens the sheet with choices about a file, as the command line spells it.
    Import(String),
    /// The same of the text that was pasted last.
    ImportPasted,
    Imported(super::import::Decided),
    /// Stops what is being opened.
    StopOpening,
    /// By its place among those under way.
    StopSaving(usize),
    /// Reads a column, by position, as another kind.
    ReadAs(usize, Kind),
    /// Reads the present file anew.
    ReadWith(ReadOptions),
    /// This many steps of training on or back.
    ScrubBy(f64),
    Tab(Tab),
    /// A page of the tab Evaluate.
    Page(Page),
    /// Table rows; the second says that they are added to the selection.
    SelectRows(Vec<u32>, bool),
    /// The rows of many points inside a box, which a worker finds; to be added to the selection or not.
    SelectInside {
        points: Arc<PointSet>,
        x: [f64; 2],
        y: [f64; 2],
        add: bool,
    },
    HoverRow(Option<u32>),
    /// Cuts the plane through this row; None: through the medians.
    CutAt(Option<u32>),
    View(View),
    Fit,
    Tool(Tool),
    Scrub(Scrub),
    Play(bool),
    Measure(Measure),
    /// What the curves run along.
    Along(Along),
    /// How fast the scrubber plays; 1 is as usual.
    Speed(f32),
    Shares(Shares),
    /// Cells of the confusion matrix whose rows are selected; the second adds.
    SelectCell {
        actual: usize,
        predicted: usize,
        add: bool,
    },
    Theme(ThemeChoice),
    Zoom(f32),
    TextLarger,
    TextSmaller,
    TextNormal,
    ToggleLeft,
    ToggleBottom,
    Projector(bool),
    Palette(bool),
    Help(bool),
    AddModelMenu(bool),
    FitAllQuick,
    /// A picture or a table out of the window.
    Take(super::taking::Take),
    /// Models in use: saved, opened, and let predict.
    Use(super::using::Use),
    Dialog(Dialog),
    /// A dialog has its path; what stands there may be replaced.
    Chosen(Dialog, std::path::PathBuf),
    /// The person has read why something did not open.
    CloseProblem,
    /// A sentence that goes away by itself.
    Say(String),
    /// Importance by permutation, of a card.
    Importance(ModelId),
    FullScreen,
    /// No movement in the window, or movement again.
    ReduceMotion(bool),
    /// CSV files get ' before what a spreadsheet would run, from now on.
    NeutraliseFormulas(bool),
    /// Moves the focus into the next panel.
    NextPanel,
    Quit,
}

/// The parts of the window that F6 goes through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Top,
    Left,
    Centre,
    Right,
}

impl Place {
    pub fn next(self) -> Self {
        match self {
            Place::Top => Place::Left,
            Place::Left => Place::Centre,
            Place::Centre => Place::Right,
            Place::Right => Place::Top,
        }
    }
}

/// What the file dialogs are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialog {
    OpenData,
    /// The window as it is on the screen.
    SavePicture,
    /// The picture that was taken, so many pixels a point.
    SavePng(u8),
    SaveSvg,
    SaveTable(super::taking::TableOf),
    SavePredictions,
    SaveScores,
    TestFile,
    SaveProject,
    SaveLog,
    /// A card's model.
    SaveModel(ModelId),
    OpenModel,
    /// Data for the model whose sheet is open.
    PredictData,
    /// What it predicted.
    SavePredicted,
    /// The data of a project that does not hold them.
    ProjectData,
    SaveData,
    /// A file that is opened with choices.
    OpenChoices,
    /// Rows of another file behind the present ones.
    AddRows,
}
