//! What trees and forests have learned: predictions, planes, importances.

use std::sync::Arc;

use super::saved::{Saved, Stored, finite};
use super::separable::{in_blocks, told_if_none};
use super::{Grid, Inside, Model};
use crate::base::{Cancel, Outcome};
use crate::numeric::{Axis, Tree};

/// One decision tree.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub(super) struct TreeModel {
    pub tree: Arc<Tree>,
    /// Classes rather than a number.
    pub classes: bool,
}

/// Every prediction ends, and is a number.
pub(super) fn is_sound(tree: &Tree, columns: usize) -> bool {
    tree.columns == columns
        && tree.is_sound()
        && finite(&tree.values)
        && finite(&tree.impurity)
        && !tree.threshold.iter().any(|threshold| threshold.is_nan())
}

impl Stored for TreeModel {
    const KIND: &'static str = "tree";

    fn open(self, columns: usize) -> Option<Arc<dyn Model>> {
        is_sound(&self.tree, columns).then(|| Arc::new(self) as _)
    }
}

impl Stored for ForestModel {
    const KIND: &'static str = "forest";

    fn open(self, columns: usize) -> Option<Arc<dyn Model>> {
        let sound = |grown: &Grown| {
            let told = match &grown.importances {
                Importances::Told(told) => told.len() == columns && finite(told),
                Importances::OfTree | Importances::Unknown => true,
            };
            told && grown.tree.outputs == self.outputs && is_sound(&grown.tree, columns)
        };
        (!self.trees.is_empty() && self.trees.iter().all(sound)).then(|| Arc::new(self) as _)
    }
}

impl Model for TreeModel {
    fn outputs(&self) -> usize {
        self.tree.outputs
    }

    fn predict(
        &self,
        rows: &[f64],
        columns: usize,
        out: &mut [f64],
        cancel: &Cancel,
    ) -> Outcome<()> {
        in_blocks(rows, columns, self.outputs(), out, cancel, |rows, out| {
            self.tree.predict(rows, out);
        })
    }

    fn predict_grid(&self, grid: &Grid, out: &mut [f64], cancel: &Cancel) -> Outcome<()> {
        mean_over_plane([&self.tree], grid, out, cancel)
    }

    fn has_probabilities(&self) -> bool {
        self.classes
    }

    fn inside(&self) -> Inside {
        Inside {
            importances: Some(self.tree.importances()),
            facts: vec![
                ("Leaves", self.tree.leaves().to_string()),
                ("Depth", self.tree.depth().to_string()),
            ],
            trees: vec![Arc::clone(&self.tree)],
            ..Inside::default()
        }
    }

    fn stages(&self) -> usize {
        self.tree.leaves().max(1)
    }

    fn grown(&self, stage: usize) -> Option<Arc<dyn Model>> {
        Some(Arc::new(TreeModel {
            tree: Arc::new(self.tree.with_leaves(stage)),
            classes: self.classes,
        }))
    }

    fn bytes(&self) -> usize {
        self.tree.bytes()
    }

    fn save(&self) -> Option<Saved> {
        Saved::of(self)
    }
}

/// Trees that are asked about a block of rows between two looks at the flag.
const TREES: usize = 8;

/// A tree of a forest, and what its features are worth.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(super) struct Grown {
    pub tree: Arc<Tree>,
    /// Where the tree itself cannot tell: smartcore's, of the trees grown together; none for its
    /// classifiers.
    pub importances: Importances,
}

#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Importances {
    OfTree,
    Told(Arc<Vec<f64>>),
    Unknown,
}

/// The mean of many trees.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub(super) struct ForestModel {
    pub trees: Vec<Grown>,
    pub outputs: usize,
    pub classes: bool,
    /// Accuracy or R2 of the training rows, each as predicted by the trees that did not draw it.
    pub out_of_bag: Option<f64>,
}

impl ForestModel {
    /// As scikit-learn has it: the mean over the trees, adding up to 1.
    fn importances(&self) -> Option<Vec<f64>> {
        let mut sums = vec![0.0; self.trees.first()?.tree.columns];
        for grown in &self.trees {
            let of_tree;
            let importances = match &grown.importances {
                Importances::OfTree => {
                    of_tree = grown.tree.importances();
                    &of_tree
                }
                Importances::Told(told) => told,
                Importances::Unknown => return None,
            };
            for (sum, importance) in sums.iter_mut().zip(importances) {
                *sum += importance;
            }
        }
        let all: f64 = sums.iter().sum();
        if all > 0.0 {
            sums.iter_mut().for_each(|sum| *sum /= all);
        }
        Some(sums)
    }
}

impl Model for ForestModel {
    fn outputs(&self) -> usize {
        self.outputs
    }

    fn predict(
        &self,
        rows: &[f64],
        columns: usize,
        out: &mut [f64],
        cancel: &Cancel,
    ) -> Outcome<()> {
        let mut halted = Ok(());
        in_blocks(rows, columns, self.outputs, out, cancel, |rows, out| {
            out.fill(0.0);
            for (at, grown) in self.trees.iter().enumerate() {
                if at % TREES == 0 {
                    halted = halted.clone().and(cancel.check());
                    if halted.is_err() {
                        return;
                    }
                }
                grown.tree.add_predictions(rows, out);
            }
            divide(out, self.trees.len());
        })?;
        halted
    }

    fn predict_grid(&self, grid: &Grid, out: &mut [f64], cancel: &Cancel) -> Outcome<()> {
        mean_over_plane(self.trees.iter().map(|g| &g.tree), grid, out, cancel)
    }

    fn has_probabilities(&self) -> bool {
        self.classes
    }

    fn inside(&self) -> Inside {
        let trees = self.trees.len().max(1) as f64;
        let leaves: usize = self.trees.iter().map(|g| g.tree.leaves()).sum();
        let depth: usize = self.trees.iter().map(|g| g.tree.depth()).sum();
        let mut facts = vec![
            ("Trees", self.trees.len().to_string()),
            ("Leaves a tree", format!("{:.0}", leaves as f64 / trees)),
            ("Depth of a tree", format!("{:.0}", depth as f64 / trees)),
        ];
        if let Some(score) = self.out_of_bag {
            let name = match self.classes {
                true => "Out-of-bag CA",
                false => "Out-of-bag R2",
            };
            facts.push((name, format!("{score:.3}")));
        }
        Inside {
            importances: self.importances(),
            facts,
            trees: self.trees.iter().map(|g| Arc::clone(&g.tree)).collect(),
            ..Inside::default()
        }
    }

    fn bytes(&self) -> usize {
        self.trees.iter().map(|grown| grown.tree.bytes()).sum()
    }

    fn save(&self) -> Option<Saved> {
        Saved::of(self)
    }
}

/// Sums into means.
pub(super) fn divide(sums: &mut [f64], trees: usize) {
    let trees = trees.max(1) as f64;
    sums.iter_mut().for_each(|sum| *sum /= trees);
}

/// Every leaf covers a rectangle of the plane: painting those is quicker than asking for each point.
fn mean_over_plane<'a>(
    trees: impl IntoIterator<Item = &'a Arc<Tree>>,
    grid: &Grid,
    out: &mut [f64],
    cancel: &Cancel,
) -> Outcome<()> {
    let x = Axis {
        feature: Some(grid.x_column),
        values: &grid.x_values,
    };
    let y = Axis {
        feature: grid.y_column,
        values: &grid.y_values,
    };
    let ascending = x.is_ascending() && y.is_ascending();
    let points = (!ascending).then(|| grid.points());
    out.fill(0.0);
    let mut count = 0;
    for tree in trees {
        cancel.check()?;
        count += 1;
        match &points {
            None => tree.add_plane(&grid.base, x, y, out),
            Some(points) => tree.add_predictions(points.values(), out),
        }
    }
    divide(out, count);
    told_if_none(out)
}
