//! Fills a tree of known splits with what its training rows say.

use super::criterion::{Criterion, Entropy, EntropyTable, Gini, SquaredError};
use super::{Impurity, Labels, Matrix, Tree};
use crate::base::{Cancel, Outcome};
use std::sync::Arc;

impl Tree {
    /// The same splits with samples, impurities and predictions of every node taken from these rows:
    /// shares of the classes, or means. For trees that another engine grew on the same rows.
    pub fn filled(
        &self,
        x: &Matrix,
        y: &Labels,
        impurity: Impurity,
        cancel: &Cancel,
    ) -> Outcome<Tree> {
        match y {
            Labels::Classes { codes, count } => match impurity {
                Impurity::Gini => self.fill(x, Gini::new(*count), *count, cancel, |r| codes[r]),
                Impurity::Entropy => {
                    let table = Arc::new(EntropyTable::new(x.rows()));
                    let criterion = Entropy::new(*count, table);
                    self.fill(x, criterion, *count, cancel, |row| codes[row])
                }
            },
            Labels::Numbers(numbers) => {
                let centre = SquaredError::centre(numbers);
                let criterion = SquaredError::new(centre);
                self.fill(x, criterion, 1, cancel, |row| numbers[row] - centre)
            }
        }
    }

    fn fill<C: Criterion>(
        &self,
        x: &Matrix,
        mut criterion: C,
        outputs: usize,
        cancel: &Cancel,
        target: impl Fn(usize) -> C::Target,
    ) -> Outcome<Tree> {
        let mut tree = Tree::new(self.columns, outputs);
        let mut rows: Vec<u32> = (0..x.rows() as u32).collect();
        let mut spare = rows.clone();
        // The stretch of `rows` in each node; children come after their parent.
        let mut stretch = vec![(0, 0); self.nodes()];
        if let Some(root) = stretch.first_mut() {
            *root = (0, x.rows());
        }
        for node in 0..self.nodes() {
            cancel.check()?;
            let (start, end) = stretch[node];
            let inside = &mut rows[start..end];
            criterion.open(inside.iter().map(|&row| (target(row as usize), 1)));
            let pure = criterion.is_pure();
            let impurity = if pure { 0.0 } else { criterion.impurity() };
            tree.push(self.depth[node], impurity, inside.len() as u32);
            criterion.predict(&mut tree.values);
            if self.is_leaf(node) {
                continue;
            }
            let (feature, threshold) = (self.feature[node] as usize, self.threshold[node]);
            tree.feature[node] = self.feature[node];
            tree.threshold[node] = threshold;
            tree.left[node] = self.left[node];
            tree.right[node] = self.right[node];
            let (mut left, mut right) = (0, 0);
            for at in 0..inside.len() {
                let row = inside[at];
                let is_left = usize::from(x.at(row as usize, feature) <= threshold);
                inside[left] = row;
                spare[right] = row;
                left += is_left;
                right += 1 - is_left;
            }
            inside[left..].copy_from_slice(&spare[..right]);
            stretch[self.left[node] as usize] = (start, start + left);
            stretch[self.right[node] as usize] = (start + left, end);
        }
        Ok(tree)
    }
}

#[cfg(test)]
mod tests {
    use super::super::cart::tests::reference_data;
    use super::super::{Sorted, TreeParams};
    use super::*;

    #[test]
    fn a_tree_filled_with_its_own_rows_is_itself() {
        let (x, classes, numbers) = reference_data();
        let cancel = Cancel::new();
        let sorted = Sorted::new(&x, &cancel).unwrap();
        for criterion in [Impurity::Gini, Impurity::Entropy] {
            for y in [&classes, &numbers] {
                let params = TreeParams {
                    criterion,
                    ..TreeParams::default()
                };
                let tree = Tree::grow(&sorted, y, &params, &cancel).unwrap();
                let mut bare = tree.clone();
                bare.values = vec![0.0; tree.nodes()];
                bare.outputs = 1;
                bare.impurity.fill(9.0);
                bare.samples.fill(0);
                let filled = bare.filled(&x, y, criterion, &cancel).unwrap();
                assert_eq!(filled.samples, tree.samples);
                assert_eq!((&filled.left, &filled.right), (&tree.left, &tree.right));
                for (a, b) in filled.values.iter().zip(&tree.values) {
                    assert!((a - b).abs() < 1e-12);
                }
                for (a, b) in filled.impurity.iter().zip(&tree.impurity) {
                    assert!((a - b).abs() < 1e-9);
                }
            }
        }
    }
}
