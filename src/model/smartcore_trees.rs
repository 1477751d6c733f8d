//! smartcore's trees and forests, read out into ours. Their depth counts the root: one is added.

use std::sync::Arc;

use serde::Serialize;
use smartcore::ensemble::extra_trees_regressor::{
    ExtraTreesRegressor, ExtraTreesRegressorParameters,
};
use smartcore::ensemble::random_forest_classifier::{
    RandomForestClassifier, RandomForestClassifierParameters,
};
use smartcore::ensemble::random_forest_regressor::{
    RandomForestRegressor, RandomForestRegressorParameters,
};
use smartcore::tree::decision_tree_classifier::{
    DecisionTreeClassifier, DecisionTreeClassifierParameters, SplitCriterion,
};
use smartcore::tree::decision_tree_regressor::{
    DecisionTreeRegressor, DecisionTreeRegressorParameters,
};

use super::saved::finite;
use super::tree_growth::{impurity, max_features};
use super::tree_model::{Grown, Importances, is_sound};
use super::{Params, Samples};
use crate::base::{Cancel, Outcome, Problem};
use crate::numeric::{Impurity, Labels, Splitter, Tree, Watched, guarded, smartcore_trees};

fn their_depth(depth: Option<usize>) -> Option<u16> {
    depth.map(|depth| u16::try_from(depth + 1).unwrap_or(u16::MAX))
}

fn their_criterion(params: &Params) -> SplitCriterion {
    match impurity(params) {
        Impurity::Gini => SplitCriterion::Gini,
        Impurity::Entropy => SplitCriterion::Entropy,
    }
}

/// Trees as smartcore wrote them; a damaged one would make predictions run astray.
fn read(fitted: &impl Serialize, columns: usize) -> Outcome<Vec<Tree>> {
    let trees = smartcore_trees(fitted, columns);
    if trees.is_empty() || !trees.iter().all(Tree::is_sound) {
        let problem = Problem::new("smartcore's tree cannot be read");
        return Err(problem.fix("Choose the engine seefit").into());
    }
    Ok(trees)
}

/// One decision tree on all rows, its nodes filled by us: smartcore keeps neither the shares of the
/// classes nor impurities.
pub(super) fn tree(
    samples: &Samples,
    params: &Params,
    depth: Option<usize>,
    cancel: &Cancel,
) -> Outcome<Tree> {
    let x = Watched::new(&samples.x, cancel);
    let columns = samples.x.columns();
    let max_depth = their_depth(depth);
    let min_samples_leaf = params.size("min_samples_leaf");
    let min_samples_split = params.size("min_samples_split");
    let (trees, y, criterion) = match &samples.y {
        Some(y @ Labels::Classes { codes, .. }) => {
            let parameters = DecisionTreeClassifierParameters {
                criterion: their_criterion(params),
                max_depth,
                min_samples_leaf,
                min_samples_split,
                seed: Some(0),
            };
            let codes = codes.to_vec();
            let tree = guarded(cancel, || {
                DecisionTreeClassifier::fit(&x, &codes, parameters)
            })?;
            (read(&tree, columns)?, y, impurity(params))
        }
        Some(y @ Labels::Numbers(numbers)) => {
            let parameters = DecisionTreeRegressorParameters {
                max_depth,
                min_samples_leaf,
                min_samples_split,
                seed: Some(0),
            };
            let numbers = numbers.to_vec();
            let tree = guarded(cancel, || {
                DecisionTreeRegressor::fit(&x, &numbers, parameters)
            })?;
            (read(&tree, columns)?, y, Impurity::Gini)
        }
        None => return Err(Problem::new("A tree needs a target").into()),
    };
    trees[0].filled(&samples.x, y, criterion, cancel)
}

/// So many trees of a forest, from a seed of their own. A classifier's trees vote: 1 for a class.
pub(super) fn forest(
    samples: &Samples,
    params: &Params,
    splitter: Splitter,
    trees: usize,
    seed: u64,
    cancel: &Cancel,
) -> Outcome<Vec<Grown>> {
    let x = Watched::new(&samples.x, cancel);
    let columns = samples.x.columns();
    let max_depth = their_depth(params.limit("max_depth"));
    let min_samples_leaf = params.size("min_samples_leaf");
    let min_samples_split = params.size("min_samples_split");
    let m = Some(max_features(params).of(columns));
    let (trees, importances) = match (&samples.y, splitter) {
        (Some(Labels::Classes { codes, count }), _) => {
            let parameters = RandomForestClassifierParameters {
                criterion: their_criterion(params),
                max_depth,
                min_samples_leaf,
                min_samples_split,
                n_trees: trees as u16,
                m,
                keep_samples: false,
                seed,
            };
            let mut codes = codes.to_vec();
            let forest = guarded(cancel, || {
                RandomForestClassifier::fit(&x, &codes, parameters)
            })?;
            let mut trees = read(&forest, columns)?;
            // smartcore numbers the classes that occur.
            codes.sort_unstable();
            codes.dedup();
            for tree in &mut trees {
                vote(tree, &codes, *count);
            }
            (trees, Importances::Unknown)
        }
        (Some(Labels::Numbers(numbers)), Splitter::Best) => {
            let parameters = RandomForestRegressorParameters {
                max_depth,
                min_samples_leaf,
                min_samples_split,
                n_trees: trees,
                m,
                keep_samples: false,
                seed,
            };
            let numbers = numbers.to_vec();
            let forest = guarded(cancel, || {
                RandomForestRegressor::fit(&x, &numbers, parameters)
            })?;
            let importances = guarded(cancel, || forest.compute_feature_importances())?;
            (read(&forest, columns)?, told(importances))
        }
        (Some(Labels::Numbers(numbers)), Splitter::Random) => {
            let parameters = ExtraTreesRegressorParameters {
                max_depth,
                min_samples_leaf,
                min_samples_split,
                n_trees: trees,
                m,
                keep_samples: false,
                seed,
            };
            let numbers = numbers.to_vec();
            let forest = guarded(cancel, || {
                ExtraTreesRegressor::fit(&x, &numbers, parameters)
            })?;
            let importances = guarded(cancel, || forest.compute_feature_importances())?;
            (read(&forest, columns)?, told(importances))
        }
        (None, _) => return Err(Problem::new("A forest needs a target").into()),
    };
    let grown = |tree| Grown {
        tree: Arc::new(tree),
        importances: importances.clone(),
    };
    // Huge numbers become thresholds or means that are none: such a forest could not be read back.
    if !trees.iter().all(|tree| is_sound(tree, columns)) {
        let problem = Problem::new("smartcore's forest holds numbers that are too large");
        return Err(problem
            .fix("Choose the engine seefit, or scale the columns")
            .into());
    }
    Ok(trees.into_iter().map(grown).collect())
}

/// smartcore's own, unless squares of a huge target made no numbers of them.
fn told(importances: Vec<f64>) -> Importances {
    match finite(&importances) {
        true => Importances::Told(Arc::new(importances)),
        false => Importances::Unknown,
    }
}

/// Turns places among the present classes into one vote for a class.
fn vote(tree: &mut Tree, present: &[u32], count: usize) {
    let places = std::mem::take(&mut tree.values);
    tree.outputs = count;
    tree.values = vec![0.0; places.len() * count];
    for (votes, place) in tree.values.chunks_exact_mut(count).zip(places) {
        if let Some(&class) = present.get(place as usize) {
            votes[class as usize] = 1.0;
        }
    }
}
