//! What forests share: parameters, and a fit that takes one tree a step.

use std::collections::VecDeque;
use std::sync::Arc;

use super::checks::{engine_has_all, two_classes};
use super::out_of_bag::OutOfBag;
use super::parameter::{Default, Parameter, ParameterKind};
use super::separable::told_if_none;
use super::tree_growth::{class_weight, impurity, max_features, without};
use super::tree_model::{ForestModel, Grown, Importances, divide};
use super::{
    Context, Engine, Facts, Fit, Model, Params, Running, Samples, Tags, Task, smartcore_trees,
};
use crate::base::{Cancel, Hasher128, Outcome, Problem, Random};
use crate::numeric::{BinnedColumn, ForestParams, ForestPlan, Labels, Matrix, Splitter, Tree};

pub(super) const TAGS: Tags = Tags {
    needs_scaling: false,
    probabilities: true,
    steps: Some("trees"),
    ends_early: false,
    objective: None,
    grows: None,
    coarse_rows: 2_000,
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
    "How many trees answer together; more make the answer steadier, never wilder, and take longer.",
)
.common();

const FEATURES: ParameterKind = ParameterKind::Choice(&[
    ("sqrt", "Square root"),
    ("log2", "Logarithm"),
    ("none", "All"),
]);

const FEATURES_HELP: &str = "How many features, drawn anew in each node, may be asked for; fewer make the trees differ more from each other.";

/// With the default of a classifier.
pub(super) const MAX_FEATURES: Parameter = Parameter::new(
    "max_features",
    "Features tried",
    FEATURES,
    Default::Choice("sqrt"),
    FEATURES_HELP,
)
.common();

/// With the default of a regressor.
pub(super) const MAX_FEATURES_ALL: Parameter = Parameter::new(
    "max_features",
    "Features tried",
    FEATURES,
    Default::Choice("none"),
    FEATURES_HELP,
)
.common();

const BOOTSTRAP_HELP: &str = "Whether each tree gets rows drawn with replacement, so that it misses about a third of them, or all rows.";

/// With the default of a random forest.
pub(super) const BOOTSTRAP: Parameter = Parameter::new(
    "bootstrap",
    "Draw rows",
    ParameterKind::Switch,
    Default::Switch(true),
    BOOTSTRAP_HELP,
)
.only(Engine::Seefit);

/// With the default of extra trees.
pub(super) const NO_BOOTSTRAP: Parameter = Parameter::new(
    "bootstrap",
    "Draw rows",
    ParameterKind::Switch,
    Default::Switch(false),
    BOOTSTRAP_HELP,
)
.only(Engine::Seefit);

pub(super) const MAX_SAMPLES: Parameter = Parameter::new(
    "max_samples",
    "Rows drawn",
    ParameterKind::Real {
        min: 0.01,
        max: 1.0,
        log: false,
    },
    Default::Real(1.0),
    "How many rows each tree draws, as a fraction of the training rows.",
)
.visible_if("bootstrap", &["true"])
.only(Engine::Seefit);

pub(super) fn check(facts: &Facts, params: &Params) -> Result<(), Problem> {
    engine_has_all(params)?;
    let classes = params.algorithm().task == Task::Classification;
    match params.engine() {
        // Ours answers one class for certain.
        Engine::Smartcore if classes => two_classes(facts),
        _ => Ok(()),
    }
}

/// Rows that are asked for between two looks at the flag.
const ROWS: usize = 4096;

/// One tree a step. Tree `i` is the same whatever the number of trees and of threads.
pub(super) struct ForestFit {
    samples: Arc<Samples>,
    params: Params,
    context: Context,
    splitter: Splitter,
    plan: Option<Arc<ForestPlan>>,
    trees: Vec<Grown>,
    /// Grown together with the last one and not taken yet.
    ready: VecDeque<Grown>,
    /// Follows the trees.
    out_of_bag: OutOfBag,
}

impl ForestFit {
    pub fn start(
        samples: Arc<Samples>,
        params: &Params,
        context: &Context,
        splitter: Splitter,
    ) -> Outcome<Box<dyn Fit>> {
        Ok(Box::new(ForestFit {
            samples,
            params: params.clone(),
            context: context.clone(),
            splitter,
            plan: None,
            trees: Vec::new(),
            ready: VecDeque::new(),
            out_of_bag: OutOfBag::default(),
        }))
    }

    fn outputs(&self) -> usize {
        match &self.samples.y {
            Some(Labels::Classes { count, .. }) => *count,
            _ => 1,
        }
    }

    /// smartcore sorts all columns for every forest, so trees come in growing handfuls: the first
    /// alone, to be seen soon. Where a handful starts decides its seed.
    fn by_smartcore(&self, cancel: &Cancel) -> Outcome<VecDeque<Grown>> {
        let first = self.trees.len();
        let handful = first.next_power_of_two().clamp(1, 8);
        let most = handful.min(self.planned() - first);
        let seed = Random::stream(self.context.seed, first as u64).word() >> 1;
        let samples = &self.samples;
        let trees =
            smartcore_trees::forest(samples, &self.params, self.splitter, most, seed, cancel)?;
        Ok(trees.into())
    }

    /// As many trees as there are threads.
    fn by_seefit(&mut self, cancel: &Cancel) -> Outcome<VecDeque<Grown>> {
        let plan = match &self.plan {
            Some(plan) => Arc::clone(plan),
            None => Arc::clone(self.plan.insert(Arc::new(self.make_plan(cancel)?))),
        };
        let first = self.trees.len();
        let most = self.context.threads.clamp(1, self.planned() - first);
        let one = |tree| self.tree(&plan, tree, cancel);
        if most == 1 {
            return Ok(VecDeque::from([one(first)?]));
        }
        std::thread::scope(|scope| {
            let one = &one;
            let others: Vec<_> = (first + 1..first + most)
                .map(|tree| scope.spawn(move || one(tree)))
                .collect();
            let mut grown = VecDeque::from([one(first)]);
            for other in others {
                grown.push_back(match other.join() {
                    Ok(tree) => tree,
                    Err(panic) => std::panic::resume_unwind(panic),
                });
            }
            grown.into_iter().collect()
        })
    }

    fn make_plan(&self, cancel: &Cancel) -> Outcome<ForestPlan> {
        let bytes = |made: &Arc<Vec<BinnedColumn>>| made.iter().map(BinnedColumn::bytes).sum();
        let make = || Ok(Arc::new(BinnedColumn::all(&self.samples.x, cancel)?));
        let reuse = &self.context.reuse;
        let bins = reuse.get_or_make(self.samples.key, "bins", 0, bytes, make)?;
        let params = &self.params;
        let growth = ForestParams {
            criterion: impurity(params),
            splitter: self.splitter,
            max_features: max_features(params),
            max_depth: params.limit("max_depth"),
            min_samples_split: params.size("min_samples_split"),
            min_samples_leaf: params.size("min_samples_leaf"),
            bootstrap: params.switch("bootstrap"),
            max_samples: Some(params.real("max_samples")),
            class_weight: class_weight(&self.samples, params),
            seed: self.context.seed,
        };
        let none = Labels::Numbers(Arc::from([]));
        let y = self.samples.y.as_ref().unwrap_or(&none);
        ForestPlan::on_bins(Arc::clone(&bins), y, growth)
    }

    /// What the rows that a tree did not draw say of it; none without a bootstrap.
    fn out_of_bag(&self) -> Option<f64> {
        match self.out_of_bag.trees() {
            0 => None,
            _ => self.out_of_bag.score(&self.samples),
        }
    }

    /// Asks the next tree about the rows that it did not draw, where it drew any.
    fn follow(&mut self, cancel: &Cancel) -> Outcome<()> {
        let (Some(plan), Some(grown)) = (&self.plan, self.ready.front()) else {
            return Ok(());
        };
        if !self.params.switch("bootstrap") {
            return Ok(());
        }
        let (samples, tree) = (&self.samples, &grown.tree);
        self.out_of_bag.follow(plan, samples, tree, cancel)
    }

    /// A tree that a fit with another number of trees has grown is found again.
    fn tree(&self, plan: &ForestPlan, tree: usize, cancel: &Cancel) -> Outcome<Grown> {
        let mut key = Hasher128::new();
        key.word(self.context.seed).word(tree as u64);
        without(&self.params, &["n_estimators"]).hash(&mut key);
        let make = || plan.grow(tree, cancel);
        let variant = key.finish().0 as u64;
        let reuse = &self.context.reuse;
        let key = self.samples.key;
        Ok(Grown {
            tree: reuse.get_or_make(key, "forest tree", variant, Tree::bytes, make)?,
            importances: Importances::OfTree,
        })
    }
}

impl Fit for ForestFit {
    fn planned(&self) -> usize {
        self.params.size("n_estimators").max(1)
    }

    fn taken(&self) -> usize {
        self.trees.len()
    }

    fn step(&mut self, cancel: &Cancel) -> Outcome<()> {
        if self.is_finished() {
            return Ok(());
        }
        cancel.check()?;
        if self.ready.is_empty() {
            self.ready = match self.params.engine() {
                Engine::Seefit => self.by_seefit(cancel)?,
                Engine::Smartcore => self.by_smartcore(cancel)?,
            };
        }
        self.follow(cancel)?;
        self.trees.extend(self.ready.pop_front());
        Ok(())
    }

    fn model(&self) -> Arc<dyn Model> {
        Arc::new(ForestModel {
            trees: self.trees.clone(),
            outputs: self.outputs(),
            classes: self.params.algorithm().task == Task::Classification,
            out_of_bag: self.out_of_bag(),
        })
    }

    /// Adds the newest trees; the same sums as predicting anew.
    fn refresh(&self, x: &Matrix, running: &mut Running, cancel: &Cancel) -> Outcome<()> {
        let outputs = self.outputs();
        let length = x.rows() * outputs;
        if running.sums.len() != length || running.steps > self.trees.len() {
            running.sums.clear();
            running.sums.resize(length, 0.0);
            running.steps = 0;
        }
        for grown in &self.trees[running.steps..] {
            for (block, sums) in running.sums.chunks_mut(ROWS * outputs).enumerate() {
                if let Err(halt) = cancel.check() {
                    // This tree may be in some sums and not in others.
                    running.sums.clear();
                    return Err(halt);
                }
                let start = block * ROWS * x.columns();
                let end = start + sums.len() / outputs * x.columns();
                grown.tree.add_predictions(&x.values()[start..end], sums);
            }
            running.steps += 1;
        }
        running.values.clone_from(&running.sums);
        divide(&mut running.values, self.trees.len());
        told_if_none(&running.values)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::sample::{fitted, params, predictions};
    use super::super::{Algorithm, Samples};
    use super::*;
    use crate::base::Halt;

    /// Trees come one a step, in the same order with any number of threads and trees; running sums
    /// equal predictions to the last bit, also after a stop.
    pub fn steps_threads_and_sums(algorithm: &'static Algorithm, samples: &Arc<Samples>) {
        for engine in algorithm.engines.available {
            let settings = [("engine", engine.id()), ("n_estimators", "11")];
            let all = params(algorithm, &settings);
            let expected = predictions(&*fitted(algorithm, samples, &settings), samples);
            let context = Context {
                threads: 3,
                ..Context::default()
            };
            let go = Cancel::new();
            let stop = Cancel::new();
            stop.cancel();
            let mut fit = (algorithm.start)(Arc::clone(samples), &all, &context).unwrap();
            let mut running = Running::default();
            while !fit.is_finished() {
                fit.step(&go).unwrap();
                if fit.taken().is_multiple_of(3) {
                    let stopped = fit.refresh(&samples.x, &mut running, &stop);
                    assert_eq!(stopped, Err(Halt::Cancelled));
                }
                if fit.taken() != 5 {
                    fit.refresh(&samples.x, &mut running, &go).unwrap();
                    assert_eq!(running.values, predictions(&*fit.model(), samples));
                    assert_eq!(running.steps, fit.taken());
                }
            }
            assert_eq!(fit.taken(), 11);
            assert_eq!(running.values, expected);

            // Fewer trees are the first of more.
            let short = params(algorithm, &[("engine", engine.id()), ("n_estimators", "6")]);
            let mut few = (algorithm.start)(Arc::clone(samples), &short, &context).unwrap();
            let mut more = (algorithm.start)(Arc::clone(samples), &all, &context).unwrap();
            for _ in 0..6 {
                few.step(&go).unwrap();
                more.step(&go).unwrap();
            }
            assert!(few.is_finished() && !more.is_finished());
            assert_eq!(
                predictions(&*few.model(), samples),
                predictions(&*more.model(), samples)
            );
        }
    }
}
