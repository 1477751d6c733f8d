//! What both gradient boostings share: parameters, a fit that takes one stage a step, the model.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::checks::engine_has_all;
use super::parameter::{Default, Parameter, ParameterKind};
use super::saved::{Saved, Stored, finite};
use super::separable::told_if_none;
use super::smartcore_boosting::Residuals;
use super::tree_model::is_sound;
use super::{
    Context, Engine, Facts, Fit, Grid, Inside, Model, Params, Running, Samples, Tags, Task,
};
use crate::base::{Cancel, Outcome, Problem};
use crate::numeric::{
    Axis, BinnedColumn, Boosting, BoostingLimits, BoostingLoss, BoostingParams, Labels, Matrix,
    Tree, softmax_rows,
};

pub(super) const TAGS: Tags = Tags {
    needs_scaling: false,
    probabilities: true,
    steps: Some("trees"),
    ends_early: true,
    objective: None,
    grows: None,
    coarse_rows: 5_000,
    row_limit: 200_000,
};

pub(super) const N_ESTIMATORS: Parameter = Parameter::new(
    "n_estimators",
    "Trees",
    ParameterKind::Integer {
        min: 1,
        max: 1_000,
        log: true,
        none: false,
    },
    Default::Integer(100),
    "How many trees follow each other, each correcting the sum of those before; too many follow the noise too.",
)
.common();

pub(super) const LEARNING_RATE: Parameter = Parameter::new(
    "learning_rate",
    "Learning rate",
    ParameterKind::Real {
        min: 0.001,
        max: 1.0,
        log: true,
    },
    Default::Real(0.1),
    "How much of each tree's correction is taken; smaller is calmer and needs more trees.",
)
.common();

pub(super) const MAX_DEPTH: Parameter = Parameter::new(
    "max_depth",
    "Depth",
    ParameterKind::Integer {
        min: 1,
        max: 30,
        log: true,
        none: true,
    },
    Default::Integer(3),
    "How many questions may follow each other in a tree; a depth of d lets d features act together.",
)
.common();

pub(super) const MAX_LEAF_NODES: Parameter = Parameter::new(
    "max_leaf_nodes",
    "Leaves",
    ParameterKind::Integer {
        min: 2,
        max: 1_000,
        log: true,
        none: true,
    },
    Default::None,
    "The most leaves of a tree; the node whose split gains most is split first.",
)
.only(Engine::Seefit);

pub(super) const MIN_SAMPLES_LEAF: Parameter = Parameter::new(
    "min_samples_leaf",
    "Rows a leaf",
    ParameterKind::Integer {
        min: 1,
        max: 10_000,
        log: true,
        none: false,
    },
    Default::Integer(1),
    "The fewest training rows that a leaf keeps; more make the trees smaller and calmer.",
)
.common();

pub(super) const SUBSAMPLE: Parameter = Parameter::new(
    "subsample",
    "Rows drawn",
    ParameterKind::Real {
        min: 0.01,
        max: 1.0,
        log: false,
    },
    Default::Real(1.0),
    "The share of the training rows that each tree draws; less than all makes the trees differ and the sum calmer.",
);

pub(super) const L2_REGULARIZATION: Parameter = Parameter::new(
    "l2_regularization",
    "L2 penalty",
    ParameterKind::Real {
        min: 0.0,
        max: 1_000.0,
        log: true,
    },
    Default::Real(0.0),
    "Penalty on squared values of leaves: more draws them towards zero, those of few rows most.",
);

pub(super) const N_ITER_NO_CHANGE: Parameter = Parameter::new(
    "n_iter_no_change",
    "Patience",
    ParameterKind::Integer {
        min: 1,
        max: 100,
        log: true,
        none: true,
    },
    Default::None,
    "Holds out some training rows and stops once their loss has not fallen for so many trees; none takes all trees.",
)
.only(Engine::Seefit);

pub(super) const VALIDATION_FRACTION: Parameter = Parameter::new(
    "validation_fraction",
    "Held out",
    ParameterKind::Real {
        min: 0.01,
        max: 0.9,
        log: false,
    },
    Default::Real(0.1),
    "The share of the training rows that is held out where a patience is set.",
)
.only(Engine::Seefit);

pub(super) const TOL: Parameter = Parameter::new(
    "tol",
    "Tolerance",
    ParameterKind::Real {
        min: 0.0,
        max: 10.0,
        log: true,
    },
    Default::Real(1e-4),
    "By how much the loss of the rows held out must fall to count, where a patience is set.",
)
.only(Engine::Seefit);

pub(super) fn check(_: &Facts, params: &Params) -> Result<(), Problem> {
    engine_has_all(params)
}

pub(super) fn start(
    samples: Arc<Samples>,
    params: &Params,
    context: &Context,
) -> Outcome<Box<dyn Fit>> {
    Ok(Box::new(StageFit {
        model: BoostedModel {
            trees: Vec::new(),
            start: Vec::new(),
            classes: match params.algorithm().task {
                Task::Classification => samples.classes().1.max(2),
                _ => 0,
            },
            columns: samples.x.columns(),
        },
        samples,
        params: params.clone(),
        context: context.clone(),
        engine: None,
    }))
}

enum Machine {
    Seefit(Box<Boosting>),
    Smartcore(Residuals),
}

/// One stage a step: a tree a score.
struct StageFit {
    samples: Arc<Samples>,
    params: Params,
    context: Context,
    engine: Option<Machine>,
    model: BoostedModel,
}

impl StageFit {
    fn machine(&self, cancel: &Cancel) -> Outcome<Machine> {
        let (samples, params) = (&self.samples, &self.params);
        if params.engine() == Engine::Smartcore {
            return Ok(Machine::Smartcore(Residuals::new(
                samples,
                params,
                self.context.seed,
            )?));
        }
        let bytes = |made: &Arc<Vec<BinnedColumn>>| made.iter().map(BinnedColumn::bytes).sum();
        let make = || Ok(Arc::new(BinnedColumn::all(&samples.x, cancel)?));
        let reuse = &self.context.reuse;
        let bins = reuse.get_or_make(samples.key, "bins", 0, bytes, make)?;
        let boosting = BoostingParams {
            loss: loss(params),
            learning_rate: params.real("learning_rate"),
            limits: BoostingLimits {
                max_depth: params.limit("max_depth"),
                max_leaf_nodes: params.limit("max_leaf_nodes"),
                min_samples_leaf: params.size("min_samples_leaf"),
                l2_regularization: params.real("l2_regularization"),
            },
            subsample: params.real("subsample"),
            n_iter_no_change: params.limit("n_iter_no_change"),
            validation_fraction: params.real("validation_fraction"),
            tol: params.real("tol"),
            seed: self.context.seed,
            threads: self.context.threads,
        };
        let none = Labels::Numbers(Arc::from([]));
        let y = samples.y.as_ref().unwrap_or(&none);
        let machine = Boosting::new(&samples.x, Arc::clone(&bins), y, boosting)?;
        Ok(Machine::Seefit(Box::new(machine)))
    }
}

fn loss(params: &Params) -> BoostingLoss {
    if params.algorithm().task == Task::Classification {
        return BoostingLoss::LogLoss;
    }
    let alpha = params.real("alpha");
    match params.choice("loss") {
        "absolute_error" => BoostingLoss::AbsoluteError,
        "huber" => BoostingLoss::Huber { alpha },
        "quantile" => BoostingLoss::Quantile { alpha },
        _ => BoostingLoss::SquaredError,
    }
}

impl Fit for StageFit {
    fn planned(&self) -> usize {
        self.params.size("n_estimators").max(1)
    }

    fn taken(&self) -> usize {
        self.model.stages()
    }

    fn is_finished(&self) -> bool {
        let stopped = matches!(&self.engine, Some(Machine::Seefit(b)) if b.is_stopped());
        stopped || self.taken() >= self.planned()
    }

    fn step(&mut self, cancel: &Cancel) -> Outcome<()> {
        if self.is_finished() {
            return Ok(());
        }
        cancel.check()?;
        let machine = match &mut self.engine {
            Some(machine) => machine,
            None => {
                let machine = self.machine(cancel)?;
                self.model.start = match &machine {
                    Machine::Seefit(boosting) => boosting.start().to_vec(),
                    Machine::Smartcore(residuals) => vec![residuals.start()],
                };
                self.engine.insert(machine)
            }
        };
        let trees = match machine {
            Machine::Seefit(boosting) => boosting.step(cancel)?,
            Machine::Smartcore(residuals) => vec![residuals.step(cancel)?],
        };
        self.model.trees.extend(trees.into_iter().map(Arc::new));
        Ok(())
    }

    fn model(&self) -> Arc<dyn Model> {
        Arc::new(self.model.clone())
    }

    fn loss(&self) -> Option<f64> {
        match &self.engine {
            Some(Machine::Seefit(boosting)) => boosting.loss(),
            Some(Machine::Smartcore(residuals)) => residuals.loss(),
            None => None,
        }
    }

    fn notes(&self) -> Vec<String> {
        let (taken, planned) = (self.taken(), self.planned());
        if self.is_finished() && taken < planned {
            vec![format!(
                "Stopped after {taken} of {planned} trees: the loss of the rows held out fell no more."
            )]
        } else {
            Vec::new()
        }
    }

    /// Adds the newest stages; the same sums as predicting anew.
    fn refresh(&self, x: &Matrix, running: &mut Running, cancel: &Cancel) -> Outcome<()> {
        let model = &self.model;
        let per_row = model.start.len().max(1);
        let length = x.rows() * per_row;
        if running.sums.len() != length || running.steps > model.stages() || running.steps == 0 {
            running.sums = model.planes(x.rows());
            running.steps = 0;
        }
        for tree in running.steps * per_row..model.trees.len() {
            let plane = tree % per_row * x.rows();
            let rows = x.values().chunks(ROWS * x.columns().max(1));
            for (block, rows) in rows.enumerate() {
                if let Err(halt) = cancel.check() {
                    // This stage may be in some scores and not in others.
                    running.sums.clear();
                    return Err(halt);
                }
                let start = plane + block * ROWS;
                let end = (start + ROWS).min(plane + x.rows());
                model.trees[tree].add_predictions(rows, &mut running.sums[start..end]);
            }
        }
        running.steps = model.stages();
        running.values.resize(x.rows() * model.outputs(), 0.0);
        model.finish(&running.sums, &mut running.values);
        told_if_none(&running.values)
    }
}

/// A sum of trees.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct BoostedModel {
    /// Stage by stage, within a stage score by score.
    trees: Vec<Arc<Tree>>,
    /// The scores before the first stage: one for a number or two classes, else one a class.
    start: Vec<f64>,
    /// 0 for a number.
    classes: usize,
    columns: usize,
}

/// Rows that are asked for between two looks at the flag.
const ROWS: usize = 1024;

impl BoostedModel {
    fn stages(&self) -> usize {
        self.trees.len() / self.start.len().max(1)
    }

    /// The scores of so many rows before the first stage, score by score.
    fn planes(&self, rows: usize) -> Vec<f64> {
        let of = |start: &f64| std::iter::repeat_n(*start, rows);
        self.start.iter().flat_map(of).collect()
    }

    /// Scores, score by score, into outputs, row by row.
    fn finish(&self, planes: &[f64], out: &mut [f64]) {
        match self.classes {
            0 => out.copy_from_slice(planes),
            2 => {
                for (out, score) in out.chunks_exact_mut(2).zip(planes) {
                    (out[0], out[1]) = (0.0, *score);
                }
                softmax_rows(out, 2);
            }
            classes => {
                let rows = out.len() / classes;
                for (row, out) in out.chunks_exact_mut(classes).enumerate() {
                    for (class, out) in out.iter_mut().enumerate() {
                        *out = planes[class * rows + row];
                    }
                }
                softmax_rows(out, classes);
            }
        }
    }

    /// What each feature's splits gained, over all trees, adding up to 1.
    fn importances(&self) -> Vec<f64> {
        let mut sums = vec![0.0; self.columns];
        for tree in &self.trees {
            let weighted = |node: usize| tree.impurity[node] * f64::from(tree.samples[node]);
            for node in (0..tree.nodes()).filter(|&node| !tree.is_leaf(node)) {
                let children =
                    weighted(tree.left[node] as usize) + weighted(tree.right[node] as usize);
                sums[tree.feature[node] as usize] += (weighted(node) - children).max(0.0);
            }
        }
        let all: f64 = sums.iter().sum();
        if all > 0.0 && all.is_finite() {
            sums.iter_mut().for_each(|sum| *sum /= all);
        }
        sums
    }
}

impl Stored for BoostedModel {
    const KIND: &'static str = "boosted";

    fn open(self, columns: usize) -> Option<Arc<dyn Model>> {
        let scores = match self.classes {
            0 | 2 => 1,
            classes => classes,
        };
        let sound = self.classes != 1
            && self.columns == columns
            && self.start.len() == scores
            && finite(&self.start)
            && self.trees.len().is_multiple_of(scores)
            && self
                .trees
                .iter()
                .all(|tree| tree.outputs == 1 && is_sound(tree, columns));
        sound.then(|| Arc::new(self) as _)
    }
}

impl Model for BoostedModel {
    fn outputs(&self) -> usize {
        self.classes.max(1)
    }

    fn predict(
        &self,
        rows: &[f64],
        columns: usize,
        out: &mut [f64],
        cancel: &Cancel,
    ) -> Outcome<()> {
        let outputs = self.outputs();
        let per_row = self.start.len().max(1);
        for (block, out) in out.chunks_mut(ROWS * outputs).enumerate() {
            let count = out.len() / outputs;
            let rows = &rows[block * ROWS * columns..][..count * columns];
            let mut planes = self.planes(count);
            for (at, tree) in self.trees.iter().enumerate() {
                cancel.check()?;
                let plane = at % per_row * count;
                tree.add_predictions(rows, &mut planes[plane..plane + count]);
            }
            self.finish(&planes, out);
            told_if_none(out)?;
        }
        Ok(())
    }

    /// Every leaf covers a rectangle of the plane: painting those is quicker than asking for each point.
    fn predict_grid(&self, grid: &Grid, out: &mut [f64], cancel: &Cancel) -> Outcome<()> {
        let x = Axis {
            feature: Some(grid.x_column),
            values: &grid.x_values,
        };
        let y = Axis {
            feature: grid.y_column,
            values: &grid.y_values,
        };
        if !x.is_ascending() || !y.is_ascending() {
            let points = grid.points();
            return self.predict(points.values(), points.columns(), out, cancel);
        }
        let points = grid.len();
        let per_row = self.start.len().max(1);
        let mut planes = self.planes(points);
        cancel.check()?;
        for (at, tree) in self.trees.iter().enumerate() {
            cancel.check()?;
            let plane = at % per_row * points;
            tree.add_plane(&grid.base, x, y, &mut planes[plane..plane + points]);
        }
        self.finish(&planes, out);
        told_if_none(out)
    }

    fn has_probabilities(&self) -> bool {
        self.classes > 0
    }

    fn inside(&self) -> Inside {
        let trees = self.trees.len().max(1) as f64;
        let leaves: usize = self.trees.iter().map(|tree| tree.leaves()).sum();
        let depth: usize = self.trees.iter().map(|tree| tree.depth()).sum();
        Inside {
            importances: Some(self.importances()),
            facts: vec![
                ("Trees", self.trees.len().to_string()),
                ("Leaves a tree", format!("{:.0}", leaves as f64 / trees)),
                ("Depth of a tree", format!("{:.0}", depth as f64 / trees)),
            ],
            ..Inside::default()
        }
    }

    fn bytes(&self) -> usize {
        let trees: usize = self.trees.iter().map(|tree| tree.bytes()).sum();
        trees + 8 * self.start.len()
    }

    fn save(&self) -> Option<Saved> {
        Saved::of(self)
    }
}
