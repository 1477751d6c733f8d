//! A tree over a plane, painted rectangle by rectangle: all features but two are fixed, so every leaf
//! covers a rectangle of the grid, or nothing.

use super::{LEAF, Tree};

/// An axis of the plane: which feature runs along it, and where, ascending.
#[derive(Clone, Copy)]
pub struct Axis<'a> {
    /// None where the axis has one place only, that of the base.
    pub feature: Option<usize>,
    pub values: &'a [f64],
}

impl Axis<'_> {
    /// Whether a plane along this axis can be painted.
    pub fn is_ascending(&self) -> bool {
        self.values.is_sorted()
    }

    fn is(&self, feature: usize) -> bool {
        self.feature == Some(feature)
    }

    /// Where, between these places, what is above the threshold starts.
    fn above(&self, from: usize, to: usize, threshold: f64) -> usize {
        from + self.values[from..to].partition_point(|&value| value <= threshold)
    }
}

impl Tree {
    /// Adds the predictions for all points of the plane through `base` to `sums`: `outputs` numbers a
    /// point, points along `x` together. The same sums as point by point.
    pub fn add_plane(&self, base: &[f64], x: Axis<'_>, y: Axis<'_>, sums: &mut [f64]) {
        let width = x.values.len();
        let mut waiting = vec![(0, 0..width, 0..y.values.len())];
        while let Some((node, columns, rows)) = waiting.pop() {
            if columns.is_empty() || rows.is_empty() {
                continue;
            }
            if self.feature[node] == LEAF {
                let value = self.value(node);
                for row in rows {
                    let start = (row * width + columns.start) * self.outputs;
                    let end = (row * width + columns.end) * self.outputs;
                    add(&mut sums[start..end], value);
                }
                continue;
            }
            let feature = self.feature[node] as usize;
            let threshold = self.threshold[node];
            let (left, right) = (self.left[node] as usize, self.right[node] as usize);
            // Where one feature is on both axes, y has the last word.
            if y.is(feature) {
                let middle = y.above(rows.start, rows.end, threshold);
                waiting.push((left, columns.clone(), rows.start..middle));
                waiting.push((right, columns, middle..rows.end));
            } else if x.is(feature) {
                let middle = x.above(columns.start, columns.end, threshold);
                waiting.push((left, columns.start..middle, rows.clone()));
                waiting.push((right, middle..columns.end, rows));
            } else if base[feature] <= threshold {
                waiting.push((left, columns, rows));
            } else {
                waiting.push((right, columns, rows));
            }
        }
    }
}

/// Adds `value` over and over.
fn add(sums: &mut [f64], value: &[f64]) {
    if let [value] = value {
        sums.iter_mut().for_each(|sum| *sum += value);
    } else if let [first, second] = value {
        for pair in sums.chunks_exact_mut(2) {
            pair[0] += first;
            pair[1] += second;
        }
    } else {
        for sums in sums.chunks_exact_mut(value.len()) {
            for (sum, value) in sums.iter_mut().zip(value) {
                *sum += value;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::cart::tests::reference_data;
    use super::super::{Sorted, TreeParams};
    use super::*;
    use crate::base::Cancel;

    #[test]
    fn a_painted_plane_is_the_plane_point_by_point() {
        let (x, classes, numbers) = reference_data();
        let sorted = Sorted::new(&x, &Cancel::new()).unwrap();
        let base = [3.05, 8.0, 12.95, 1.0];
        let across: Vec<f64> = (0..41).map(|i| f64::from(i) * 0.55 - 0.5).collect();
        let up: Vec<f64> = (0..17).map(|i| f64::from(i) * 1.3).collect();
        for y in [&classes, &numbers] {
            let tree = Tree::grow(&sorted, y, &TreeParams::default(), &Cancel::new()).unwrap();
            for (first, second) in [(0, Some(2)), (2, Some(1)), (3, None), (1, Some(1))] {
                let up = if second.is_some() { &up[..] } else { &[0.0] };
                let mut expected = Vec::new();
                for y in up {
                    for x in &across {
                        let mut row = base;
                        row[first] = *x;
                        if let Some(second) = second {
                            row[second] = *y;
                        }
                        expected.extend(tree.predict_row(&row).iter().map(|v| v + 0.25));
                    }
                }
                let mut sums = vec![0.25; expected.len()];
                let x = Axis {
                    feature: Some(first),
                    values: &across,
                };
                let y = Axis {
                    feature: second,
                    values: up,
                };
                tree.add_plane(&base, x, y, &mut sums);
                assert_eq!(sums, expected);
            }
        }
    }
}
