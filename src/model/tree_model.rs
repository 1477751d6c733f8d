//! What trees and forests have learned: predictions, planes, importances.

use std::sync::Arc;

use super::separable::in_blocks;
use super::{Grid, Inside, Model};
use crate::base::{Cancel, Outcome};
use crate::numeric::{Axis, Tree};

/// One decision tree.
#[derive(Debug)]
pub(super) struct TreeModel {
    pub tree: Arc<Tree>,
    /// Classes rather than a number.
    pub classes: bool,
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
            tree: Some(self.tree.clone()),
            facts: vec![
                ("Leaves", self.tree.leaves().to_string()),
                ("Depth", self.tree.depth().to_string()),
            ],
            ..Inside::default()
        }
    }

    fn bytes(&self) -> usize {
        self.tree.bytes()
    }
}

/// A tree of a forest, and what its features are worth.
#[derive(Clone, Debug)]
pub(super) struct Grown {
    pub tree: Arc<Tree>,
    /// Where the tree itself cannot tell: smartcore's, of the trees grown together; none for its
    /// classifiers.
    pub importances: Importances,
}

#[derive(Clone, Debug)]
pub(super) enum Importances {
    OfTree,
    Told(Arc<Vec<f64>>),
    Unknown,
}

/// The mean of many trees.
#[derive(Debug)]
pub(super) struct ForestModel {
    pub trees: Vec<Grown>,
    pub outputs: usize,
    pub classes: bool,
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
        in_blocks(rows, columns, self.outputs, out, cancel, |rows, out| {
            out.fill(0.0);
            for grown in &self.trees {
                grown.tree.add_predictions(rows, out);
            }
            divide(out, self.trees.len());
        })
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
        Inside {
            importances: self.importances(),
            facts: vec![
                ("Trees", self.trees.len().to_string()),
                ("Leaves a tree", format!("{:.0}", leaves as f64 / trees)),
                ("Depth of a tree", format!("{:.0}", depth as f64 / trees)),
            ],
            ..Inside::default()
        }
    }

    fn bytes(&self) -> usize {
        self.trees.iter().map(|grown| grown.tree.bytes()).sum()
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
    Ok(())
}
