//! The declaration of an algorithm: all that the window, the command line, the documentation and
//! the tests need to know of it.

use std::sync::Arc;

use super::{Context, Fit, Parameter, Params, Samples};
use crate::base::{Cancel, Outcome, Problem};
use crate::numeric::Matrix;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Task {
    Classification,
    Regression,
    Clustering,
}

impl Task {
    pub fn name(self) -> &'static str {
        match self {
            Task::Classification => "classification",
            Task::Regression => "regression",
            Task::Clustering => "clustering",
        }
    }
}

/// Whose code runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Engine {
    Seefit,
    Smartcore,
}

impl Engine {
    pub fn id(self) -> &'static str {
        match self {
            Engine::Seefit => "seefit",
            Engine::Smartcore => "smartcore",
        }
    }
}

/// The engines that an algorithm has, the one that `auto` takes, and why.
#[derive(Debug)]
pub struct Engines {
    /// All of them; `auto` is the first.
    pub available: &'static [Engine],
    /// One sentence: why `auto` takes the first.
    pub reason: &'static str,
}

/// What an algorithm needs and gives.
#[derive(Debug)]
pub struct Tags {
    /// Distances or gradients: numbers are scaled unless the person says otherwise.
    pub needs_scaling: bool,
    /// Gives class probabilities (both engines may differ: the model has the last word).
    pub probabilities: bool,
    /// The unit of a step, plural: `trees`, `epochs`, `iterations`. None: it does not iterate.
    pub steps: Option<&'static str>,
    /// It may take fewer steps than planned: it converges, or stops where nothing gets better.
    pub ends_early: bool,
    /// What a clustering makes smaller step by step, as the title of its curve.
    pub objective: Option<&'static str>,
    /// What it is fitted of at once, but can be shown growing of, plural: `leaves`. See `Model::grown`.
    pub grows: Option<&'static str>,
    /// The most rows that one coarse fit of about 50 ms takes (at most 10,000).
    pub coarse_rows: usize,
    /// Above so many training rows the fit waits for a click.
    pub row_limit: usize,
}

/// A curve over one parameter: the score of a supervised model, silhouette and inertia of a clustering.
/// Where the algorithm has no [`Sweep`], a sample of the rows is fitted anew for each value.
#[derive(Debug)]
pub struct ValidationCurve {
    /// A parameter that takes numbers, such as `n_neighbors`, `max_depth` or `alpha`.
    pub parameter: &'static str,
    /// The axis is logarithmic.
    pub log: bool,
    /// The values to try, ascending, for so many training rows; whole for whole parameters.
    pub values: fn(rows: usize) -> Vec<f64>,
}

/// 10 to the power of `first`, about 3 times that, and so on to 10 to the power of `last`, as exact as
/// they are written: values of a logarithmic [`ValidationCurve`].
pub(super) fn half_decades(first: i32, last: i32) -> Vec<f64> {
    let written = |(digit, power): (u8, i32)| format!("{digit}e{power}").parse().unwrap_or(1.0);
    let mut all: Vec<f64> = (first..last)
        .flat_map(|power| [(1, power), (3, power)].map(written))
        .collect();
    all.push(written((1, last)));
    all
}

/// Predictions of `queries` for each value of the validation curve's parameter at once, from one
/// search or one deep tree: as many results as values, each `queries.rows()` x outputs, row-major.
pub type Sweep = fn(
    samples: &Arc<Samples>,
    params: &Params,
    values: &[f64],
    queries: &Matrix,
    context: &Context,
    cancel: &Cancel,
) -> Outcome<Vec<Vec<f64>>>;

/// What `check` may know of the training data before a fit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Facts {
    /// Training rows of the smallest fold.
    pub rows: usize,
    /// Columns of the matrix, dummies counted one by one.
    pub columns: usize,
    /// Classes of the target; 0 where it is a number or there is none.
    pub classes: usize,
}

pub struct Algorithm {
    /// The field's term in snake_case: `random_forest_classifier`.
    pub id: &'static str,
    /// Sentence case, as on a card: `Random forest`.
    pub name: &'static str,
    pub task: Task,
    /// One sentence: how it thinks.
    pub summary: &'static str,
    pub tags: Tags,
    pub engines: Engines,
    /// The most useful first; the card opens with those that are `common`.
    pub parameters: &'static [Parameter],
    pub curve: Option<ValidationCurve>,
    pub sweep: Option<Sweep>,
    /// One clear sentence where these parameters cannot run on such data. Ranges are checked already.
    pub check: fn(&Facts, &Params) -> Result<(), Problem>,
    /// A machine that has taken no step yet. Must be quick: heavy work belongs into the steps.
    pub start: fn(Arc<Samples>, &Params, &Context) -> Outcome<Box<dyn Fit>>,
}

impl Algorithm {
    pub fn parameter(&self, name: &str) -> Option<&'static Parameter> {
        self.parameters.iter().find(|p| p.name == name)
    }

    pub fn is_dummy(&self) -> bool {
        self.id.starts_with("dummy_")
    }
}

impl std::fmt::Debug for Algorithm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.id)
    }
}

impl PartialEq for Algorithm {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}
