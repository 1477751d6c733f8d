//! A fit is a resumable machine; what it has learned so far is a model.

use std::fmt::Debug;
use std::sync::Arc;

use super::Saved;
use crate::base::{Cancel, Outcome};
use crate::numeric::{Dendrogram, Matrix, Network, Tree};

/// A machine that learns step by step. After any step it has a model.
pub trait Fit: Send {
    /// Steps planned in all: trees, epochs, iterations; 1 for what does not iterate.
    fn planned(&self) -> usize;

    /// Steps taken so far.
    fn taken(&self) -> usize;

    /// No further step would change anything: all taken, or converged.
    fn is_finished(&self) -> bool {
        self.taken() >= self.planned()
    }

    /// Takes one step. After `Halt::Cancelled` it may be called again and goes on where it was.
    fn step(&mut self, cancel: &Cancel) -> Outcome<()>;

    /// The model as of the last step; cheap (shares what it can). Needs one step taken.
    fn model(&self) -> Arc<dyn Model>;

    /// The loss that the fit itself minimises, on its training rows, where it has one.
    fn loss(&self) -> Option<f64> {
        None
    }

    /// Sentences for the person: "did not converge in 100 iterations".
    fn notes(&self) -> Vec<String> {
        Vec::new()
    }

    /// Brings predictions of `x` up to the last step. Sums of stages (forests) add their newest
    /// stages only; the rest predicts anew.
    fn refresh(&self, x: &Matrix, running: &mut Running, cancel: &Cancel) -> Outcome<()> {
        let model = self.model();
        running.values.resize(x.rows() * model.outputs(), 0.0);
        running.steps = self.taken();
        model.predict(x.values(), x.columns(), &mut running.values, cancel)
    }
}

/// Predictions of fixed rows that follow a fit.
#[derive(Clone, Debug, Default)]
pub struct Running {
    /// Rows x outputs, as `Model::predict` gives them.
    pub values: Vec<f64>,
    /// For sums of stages: rows x outputs, not yet divided by the stages.
    pub sums: Vec<f64>,
    /// Steps that `values` stand for.
    pub steps: usize,
}

/// What a fit has learned: flat, immutable, shared between threads.
pub trait Model: Send + Sync + Debug {
    /// Numbers a prediction has: one per class or cluster, or 1.
    fn outputs(&self) -> usize;

    /// Predicts `rows` (row-major, `columns` wide) into `out` (rows x outputs): class probabilities
    /// (0 or 1 where the model has none), a number, or 0 and 1 for clusters. Looks at `cancel` at
    /// least every 10 ms.
    fn predict(
        &self,
        rows: &[f64],
        columns: usize,
        out: &mut [f64],
        cancel: &Cancel,
    ) -> Outcome<()>;

    /// Predicts a grid, x running fastest; overridden where a plane is quicker than its points.
    fn predict_grid(&self, grid: &Grid, out: &mut [f64], cancel: &Cancel) -> Outcome<()> {
        for (first, points) in grid.parts() {
            cancel.check()?;
            let places = first * self.outputs()..(first + points.rows()) * self.outputs();
            self.predict(points.values(), points.columns(), &mut out[places], cancel)?;
        }
        Ok(())
    }

    /// Whether class outputs are probabilities rather than 0 and 1.
    fn has_probabilities(&self) -> bool {
        true
    }

    /// The output that stands for rows of no cluster, where a clustering leaves some out.
    fn noise(&self) -> Option<usize> {
        None
    }

    /// What matters in it, for the card and the command line.
    fn inside(&self) -> Inside {
        Inside::default()
    }

    /// Of neighbours: the training rows that decide what it says of `row`, by number, nearest first, with
    /// their distances; None where no rows do, or a search takes more than a moment.
    fn deciding_rows(&self, _row: &[f64]) -> Option<Vec<(u32, f64)>> {
        None
    }

    /// In how many stages it can be shown growing, itself the last: a tree's leaves.
    fn stages(&self) -> usize {
        1
    }

    /// Itself at this stage, from 1: a tree with so many leaves. None where it does not grow.
    fn grown(&self, _stage: usize) -> Option<Arc<dyn Model>> {
        None
    }

    /// Size in memory, for byte budgets.
    fn bytes(&self) -> usize;

    /// Itself for a file; None where it cannot be kept. `saved` says how a model becomes savable.
    fn save(&self) -> Option<Saved> {
        None
    }
}

/// Numbers of the points of a plane that are written out at once.
const POINT_NUMBERS: usize = 1 << 21;

/// An axis-parallel plane through the matrix's space: all columns at `base` but two.
#[derive(Clone, Debug)]
pub struct Grid {
    pub base: Vec<f64>,
    pub x_column: usize,
    pub x_values: Vec<f64>,
    /// Where there is one feature only, there is one row of the grid and no y column.
    pub y_column: Option<usize>,
    pub y_values: Vec<f64>,
}

impl Grid {
    pub fn len(&self) -> usize {
        self.x_values.len() * self.y_values.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The points of some lines at a time, each part with the number of its first point: all points of
    /// a wide table would not fit the memory.
    pub fn parts(&self) -> impl Iterator<Item = (usize, Matrix)> + '_ {
        let width = self.x_values.len();
        let lines = (POINT_NUMBERS / (width * self.base.len()).max(1)).max(1);
        let parts = self.y_values.chunks(lines).enumerate();
        parts.map(move |(part, ys)| {
            let grid = Grid {
                y_values: ys.to_vec(),
                ..self.clone()
            };
            (part * lines * width, grid.points())
        })
    }

    /// Every point as a matrix row, x running fastest.
    pub fn points(&self) -> Matrix {
        let columns = self.base.len();
        let mut values = Vec::with_capacity(self.len() * columns);
        for y in &self.y_values {
            for x in &self.x_values {
                let start = values.len();
                values.extend_from_slice(&self.base);
                values[start + self.x_column] = *x;
                if let Some(column) = self.y_column {
                    values[start + column] = *y;
                }
            }
        }
        Matrix::new(self.len(), columns, values)
    }
}

/// What is inside a model, in the units of the matrix (train turns coefficients into original units).
#[derive(Clone, Debug, Default)]
pub struct Inside {
    pub coefficients: Option<Coefficients>,
    /// One a column, adding up to 1.
    pub importances: Option<Vec<f64>>,
    /// A decision tree's nodes; of a forest those of all its trees. A node has the rows that reached it
    /// and their shares of the classes, or their mean.
    pub trees: Vec<Arc<Tree>>,
    /// Clusters x columns.
    pub centroids: Option<Matrix>,
    /// Sum of squared distances to the nearest centroid.
    pub inertia: Option<f64>,
    /// Numbers of the training rows of the fit that hold the boundary up, ascending.
    pub support: Option<Vec<u32>>,
    /// The merges of an agglomerative clustering of the training rows, in their order.
    pub dendrogram: Option<Arc<Dendrogram>>,
    /// The units and weights of a multi-layer perceptron.
    pub network: Option<Network>,
    /// Name and value, such as ("Leaves", "12").
    pub facts: Vec<(&'static str, String)>,
}

impl Inside {
    /// The tree of a model that is one.
    pub fn tree(&self) -> Option<&Arc<Tree>> {
        match &self.trees[..] {
            [tree] => Some(tree),
            _ => None,
        }
    }
}

/// A linear model: one row of weights an output (binary classifiers: one, for the second class).
#[derive(Clone, Debug)]
pub struct Coefficients {
    pub weights: Vec<Vec<f64>>,
    pub intercepts: Vec<f64>,
}

/// A model, and sentences for the person.
type Done = (Arc<dyn Model>, Vec<String>);
type Work = dyn Fn(&Cancel) -> Outcome<Done> + Send;

/// A fit in one step, for algorithms that do not iterate.
pub struct OneStep {
    work: Box<Work>,
    done: Option<Done>,
}

impl OneStep {
    /// `work` does the whole fit; it runs again where it was cancelled and is asked once more.
    pub fn start(
        work: impl Fn(&Cancel) -> Outcome<Arc<dyn Model>> + Send + 'static,
    ) -> Outcome<Box<dyn Fit>> {
        Self::start_with_notes(move |cancel| Ok((work(cancel)?, Vec::new())))
    }

    /// The same for work that has something to say.
    pub fn start_with_notes(
        work: impl Fn(&Cancel) -> Outcome<Done> + Send + 'static,
    ) -> Outcome<Box<dyn Fit>> {
        Ok(Box::new(OneStep {
            work: Box::new(work),
            done: None,
        }))
    }
}

impl Fit for OneStep {
    fn planned(&self) -> usize {
        1
    }

    fn taken(&self) -> usize {
        usize::from(self.done.is_some())
    }

    fn step(&mut self, cancel: &Cancel) -> Outcome<()> {
        if self.done.is_none() {
            // For work that is too short to look at the flag itself.
            cancel.check()?;
            self.done = Some((self.work)(cancel)?);
        }
        Ok(())
    }

    fn model(&self) -> Arc<dyn Model> {
        match &self.done {
            Some((model, _)) => model.clone(),
            None => Arc::new(Unfitted),
        }
    }

    fn notes(&self) -> Vec<String> {
        self.done
            .as_ref()
            .map_or(Vec::new(), |(_, notes)| notes.clone())
    }
}

/// Stands for the model of a fit that has taken no step.
#[derive(Debug)]
pub(super) struct Unfitted;

impl Model for Unfitted {
    fn outputs(&self) -> usize {
        1
    }

    fn predict(&self, _: &[f64], _: usize, out: &mut [f64], _: &Cancel) -> Outcome<()> {
        out.fill(0.0);
        Ok(())
    }

    fn bytes(&self) -> usize {
        0
    }
}
