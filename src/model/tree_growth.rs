//! What both decision trees share: parameters, checks, one deep tree for every depth.

use std::sync::Arc;

use super::checks::{engine_has_all, two_classes};
use super::parameter::{Default, Parameter, ParameterKind};
use super::tree_model::TreeModel;
use super::{
    Context, Engine, Facts, Fit, Model, OneStep, Params, Samples, Tags, Task, ValidationCurve,
    Value, smartcore_trees,
};
use crate::base::{Cancel, Hasher128, Outcome, Problem};
use crate::numeric::{
    Impurity, Labels, Matrix, MaxFeatures, Sorted, Tree, TreeParams, balanced_weights,
};

/// Up to so many rows a tree is grown to its end, so that every `max_depth` is a cut of it.
const ROWS_TO_THE_END: usize = 100_000;

pub(super) const TAGS: Tags = Tags {
    needs_scaling: false,
    probabilities: true,
    steps: None,
    ends_early: false,
    objective: None,
    grows: Some("leaves"),
    coarse_rows: 10_000,
    row_limit: 2_000_000,
};

pub(super) const MAX_DEPTH: Parameter = Parameter::new(
    "max_depth",
    "Depth",
    ParameterKind::Integer {
        min: 1,
        max: 50,
        log: true,
        none: true,
    },
    Default::None,
    "How many questions may follow each other; deeper trees follow the training rows, and their noise.",
)
.common();

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
    "The fewest training rows that a leaf keeps; more make the tree smaller and calmer.",
)
.common();

pub(super) const MIN_SAMPLES_SPLIT: Parameter = Parameter::new(
    "min_samples_split",
    "Rows to split",
    ParameterKind::Integer {
        min: 2,
        max: 10_000,
        log: true,
        none: false,
    },
    Default::Integer(2),
    "Nodes with fewer training rows are not split any more.",
);

pub(super) const CRITERION: Parameter = Parameter::new(
    "criterion",
    "Impurity",
    ParameterKind::Choice(&[
        ("gini", "Gini"),
        ("entropy", "Entropy"),
        ("log_loss", "Log loss"),
    ]),
    Default::Choice("gini"),
    "How mixed a node is, which splits are to lower: the chance of a wrong draw, or the information missing (log loss is entropy by another name).",
);

pub(super) const MAX_FEATURES: Parameter = Parameter::new(
    "max_features",
    "Features tried",
    ParameterKind::Choice(&[
        ("none", "All"),
        ("sqrt", "Square root"),
        ("log2", "Logarithm"),
    ]),
    Default::Choice("none"),
    "How many features, drawn anew in each node, may be asked for: all, or so few that the tree depends on the seed.",
)
.only(Engine::Seefit);

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
    "The most leaves; the node whose split gains most is split first.",
)
.only(Engine::Seefit);

pub(super) const CLASS_WEIGHT: Parameter = Parameter::new(
    "class_weight",
    "Class weights",
    ParameterKind::Choice(&[("none", "By rows"), ("balanced", "Balanced")]),
    Default::Choice("none"),
    "Whether every row counts alike, or every class, so that rare ones are heard too.",
)
.only(Engine::Seefit);

/// How much a row of each class counts, where they do not count alike.
pub(super) fn class_weight(samples: &Samples, params: &Params) -> Option<Arc<[f64]>> {
    let (codes, count) = samples.classes();
    let known = params.algorithm().parameter("class_weight").is_some();
    (known && count > 0 && params.choice("class_weight") == "balanced")
        .then(|| balanced_weights(codes, count))
}

/// Of classes; numbers take the squared error, whatever this says.
pub(super) fn impurity(params: &Params) -> Impurity {
    match params.algorithm().task {
        Task::Classification if params.choice("criterion") != "gini" => Impurity::Entropy,
        _ => Impurity::Gini,
    }
}

pub(super) fn max_features(params: &Params) -> MaxFeatures {
    match params.choice("max_features") {
        "sqrt" => MaxFeatures::Sqrt,
        "log2" => MaxFeatures::Log2,
        _ => MaxFeatures::All,
    }
}

/// By depth, as far as so many rows can be split evenly twice over.
pub(super) const CURVE: ValidationCurve = ValidationCurve {
    parameter: "max_depth",
    log: false,
    values: |rows| {
        let halvings = rows.max(2).ilog2() as i64;
        (1..=(2 * halvings).clamp(3, 20))
            .map(|depth| depth as f64)
            .collect()
    },
};

pub(super) fn check(facts: &Facts, params: &Params) -> Result<(), Problem> {
    engine_has_all(params)?;
    let classes = params.algorithm().task == Task::Classification;
    match params.engine() {
        // Ours answers one class for certain.
        Engine::Smartcore if classes => two_classes(facts),
        _ => Ok(()),
    }
}

pub(super) fn start(
    samples: Arc<Samples>,
    params: &Params,
    context: &Context,
) -> Outcome<Box<dyn Fit>> {
    let (params, context) = (params.clone(), context.clone());
    OneStep::start(move |cancel| {
        let depth = params.limit("max_depth");
        let deep = grown(&samples, &params, depth, &context, cancel)?;
        Ok(Arc::new(TreeModel {
            tree: finished(&deep, depth, params.real("ccp_alpha")),
            classes: params.algorithm().task == Task::Classification,
        }) as Arc<dyn Model>)
    })
}

/// Predictions for several depths from one tree.
pub(super) fn sweep(
    samples: &Arc<Samples>,
    params: &Params,
    values: &[f64],
    queries: &Matrix,
    context: &Context,
    cancel: &Cancel,
) -> Outcome<Vec<Vec<f64>>> {
    let depths: Vec<usize> = values.iter().map(|&depth| depth as usize).collect();
    let deepest = depths.iter().copied().max();
    let cuts = params.limit("max_leaf_nodes").is_none();
    let mut results = Vec::with_capacity(depths.len());
    for depth in depths {
        cancel.check()?;
        // The second time it is found, not grown.
        let grow_to = if cuts { deepest } else { Some(depth) };
        let deep = grown(samples, params, grow_to, context, cancel)?;
        let mut out = vec![0.0; queries.rows() * deep.outputs];
        let alpha = params.real("ccp_alpha");
        if alpha > 0.0 || !cuts {
            finished(&deep, Some(depth), alpha).predict(queries.values(), &mut out);
        } else {
            deep.predict_to_depth(queries.values(), depth, &mut out);
        }
        results.push(out);
    }
    Ok(results)
}

/// A tree at least this deep, before pruning. Kept: other depths and prunings find it again.
fn grown(
    samples: &Samples,
    params: &Params,
    depth: Option<usize>,
    context: &Context,
    cancel: &Cancel,
) -> Outcome<Arc<Tree>> {
    let to_the_end =
        params.limit("max_leaf_nodes").is_none() && samples.x.rows() <= ROWS_TO_THE_END;
    let depth = if to_the_end { None } else { depth };
    let mut key = Hasher128::new();
    key.text(params.engine().id());
    key.word(depth.map_or(u64::MAX, |depth| depth as u64));
    if max_features(params) != MaxFeatures::All {
        key.word(context.seed);
    }
    without(params, &["max_depth", "ccp_alpha"]).hash(&mut key);
    let make = || match params.engine() {
        Engine::Seefit => by_seefit(samples, params, depth, context, cancel),
        Engine::Smartcore => smartcore_trees::tree(samples, params, depth, cancel),
    };
    let variant = key.finish().0 as u64;
    let reuse = &context.reuse;
    reuse.get_or_make(samples.key, "deep tree", variant, Tree::bytes, make)
}

/// The same parameters with these at their defaults: what a part of a fit depends on.
pub(super) fn without(params: &Params, names: &[&str]) -> Params {
    let mut others = params.clone();
    for name in names {
        let parameter = params.algorithm().parameter(name);
        let default = parameter.map_or(Value::None, Parameter::default_value);
        // A default is always allowed.
        let _ = others.set(name, default);
    }
    others
}

fn by_seefit(
    samples: &Samples,
    params: &Params,
    max_depth: Option<usize>,
    context: &Context,
    cancel: &Cancel,
) -> Outcome<Tree> {
    let features = max_features(params);
    let growth = TreeParams {
        criterion: impurity(params),
        max_depth,
        min_samples_split: params.size("min_samples_split"),
        min_samples_leaf: params.size("min_samples_leaf"),
        max_features: match features {
            MaxFeatures::All => None,
            some => Some(some.of(samples.x.columns())),
        },
        max_leaf_nodes: params.limit("max_leaf_nodes"),
        min_impurity_decrease: params.real("min_impurity_decrease"),
        ccp_alpha: 0.0,
        class_weight: class_weight(samples, params),
        seed: context.seed,
    };
    let make = || Sorted::new(&samples.x, cancel);
    let reuse = &context.reuse;
    let sorted = reuse.get_or_make(samples.key, "sorted columns", 0, Sorted::bytes, make)?;
    let none = Labels::Numbers(Arc::from([]));
    Tree::grow(
        &sorted,
        samples.y.as_ref().unwrap_or(&none),
        &growth,
        cancel,
    )
}

fn finished(deep: &Arc<Tree>, depth: Option<usize>, ccp_alpha: f64) -> Arc<Tree> {
    let mut tree = Arc::clone(deep);
    if let Some(depth) = depth
        && tree.depth() > depth
    {
        tree = Arc::new(tree.cut(depth));
    }
    if ccp_alpha > 0.0 {
        tree = Arc::new(tree.prune(ccp_alpha));
    }
    tree
}

/// Whether the tree of these settings is shown to be what its algorithm's tests expect.
#[cfg(test)]
pub(super) mod tests {
    use super::super::Algorithm;
    use super::super::sample::{fitted, params, predictions};
    use super::*;

    /// Depths by one sweep equal depths one by one, on each engine and with each kind of limit.
    pub fn sweep_is_every_fit(algorithm: &'static Algorithm, samples: &Arc<Samples>) {
        let values = [1.0, 2.0, 3.0, 5.0, 20.0];
        for settings in [
            &[][..],
            &[("engine", "smartcore")],
            &[("ccp_alpha", "0.01")],
            &[("max_leaf_nodes", "5")],
            &[("max_features", "sqrt")],
        ] {
            let (context, cancel) = (Context::default(), Cancel::new());
            let all = params(algorithm, settings);
            let swept = sweep(samples, &all, &values, &samples.x, &context, &cancel).unwrap();
            for (depth, swept) in values.iter().zip(&swept) {
                let depth = depth.to_string();
                let mut one = settings.to_vec();
                one.push(("max_depth", &depth));
                let model = fitted(algorithm, samples, &one);
                assert_eq!(&predictions(&*model, samples), swept, "{one:?}");
            }
        }
    }
}
