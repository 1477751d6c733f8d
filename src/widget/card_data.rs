//! What a model card shows, and what it may ask for.
use super::score_track::Track;
use super::text::Rich;

/// How a model's fit stands.
#[derive(Clone, Debug, PartialEq)]
pub enum CardState {
    Waiting,
    Fitting,
    Done,
    Stopped {
        /// "The score and the surface are those of the first 37 trees."
        detail: String,
    },
    Failed {
        /// "Failed at epoch 3".
        words: String,
        detail: Rich,
        /// What can be done, the best first.
        fixes: Vec<String>,
    },
    CannotRun {
        reason: Rich,
        fixes: Vec<String>,
    },
    /// It could run, but would take long: the first answer lets it.
    Asks {
        reason: Rich,
        fixes: Vec<String>,
    },
}

/// A bar that counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Progress {
    /// 0 to 1.
    pub share: f32,
    /// "62 of 100 trees".
    pub words: String,
}

/// The engines a model can run on; without any the card's menu offers none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Engines {
    pub names: Vec<String>,
    pub selected: usize,
}

/// Everything that a model card shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    /// Stable while the model exists; two cards never share it.
    pub key: u64,
    /// Which colour and letter: the model's place in the flow.
    pub model: usize,
    pub name: String,
    pub state: CardState,
    /// Mean and spread, in words of [`super::format::score_with_spread`].
    pub score: Option<(String, String)>,
    pub track: Track,
    pub progress: Option<Progress>,
    /// The row of the progress stays when the fit is done: what stands below must not jump.
    pub keeps_row: bool,
    /// Says whose score is still shown, as "score of C = 1, until the new one is in".
    pub stale: Option<String>,
    pub engines: Engines,
    pub selected: bool,
    /// Left out of the pictures.
    pub hidden: bool,
    /// There is a model to save and to predict with.
    pub fitted: bool,
    /// The knobs are shown.
    pub open: bool,
}

/// What the hand asked of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardAction {
    Select,
    /// Show or hide the knobs.
    ToggleOpen,
    Stop,
    Continue,
    StartOver,
    /// The n-th answer to a failure, or to a reason why it cannot run.
    Fix(usize),
    Duplicate,
    ToggleHidden,
    Colour,
    /// All parameters back to their defaults.
    Reset,
    Engine(usize),
    /// Keep the fitted model in a file.
    SaveModel,
    /// Let it predict other data.
    Predict,
    Remove,
}
