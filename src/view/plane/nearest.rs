//! Finding points by place: which is under the pointer, which lie in a box, how full is a corner.
//!
//! Points are sorted once into the cells of an even grid over their own extent, so that the view may pan
//! and zoom without any rebuilding.

use std::ops::RangeInclusive;

/// Built off the window's thread; 4 bytes a point.
#[derive(Clone, Debug, Default)]
pub struct PointIndex {
    /// Extent of the finite points.
    x: [f64; 2],
    y: [f64; 2],
    /// Cells a unit.
    scale: [f64; 2],
    side: usize,
    /// `order[starts[cell]..starts[cell + 1]]` are the points of a cell, ascending.
    starts: Vec<u32>,
    order: Vec<u32>,
}

impl PointIndex {
    /// Points with a coordinate that is not finite are left out.
    pub fn new(x: &[f64], y: &[f64]) -> Self {
        let (mut xs, mut ys) = (
            [f64::INFINITY, f64::NEG_INFINITY],
            [f64::INFINITY, f64::NEG_INFINITY],
        );
        let mut count = 0usize;
        for (&x, &y) in x.iter().zip(y) {
            if x.is_finite() && y.is_finite() {
                xs = [xs[0].min(x), xs[1].max(x)];
                ys = [ys[0].min(y), ys[1].max(y)];
                count += 1;
            }
        }
        if count == 0 {
            return PointIndex::default();
        }
        let side = ((count as f64 / 4.0).sqrt() as usize).clamp(1, 1024);
        let mut index = PointIndex {
            x: xs,
            y: ys,
            scale: [xs, ys].map(|[low, high]| side as f64 / (high - low)),
            side,
            starts: vec![0; side * side + 1],
            order: vec![0; count],
        };
        let finite = |i: usize| x[i].is_finite() && y[i].is_finite();
        let n = x.len().min(y.len());
        for i in (0..n).filter(|&i| finite(i)) {
            let cell = index.cell(x[i], y[i]);
            index.starts[cell + 1] += 1;
        }
        for cell in 0..side * side {
            index.starts[cell + 1] += index.starts[cell];
        }
        let mut next = index.starts.clone();
        for i in (0..n).filter(|&i| finite(i)) {
            let cell = index.cell(x[i], y[i]);
            index.order[next[cell] as usize] = i as u32;
            next[cell] += 1;
        }
        index
    }

    /// The extent of the finite points, if there are any: x and y.
    pub fn extent(&self) -> Option<[[f64; 2]; 2]> {
        (!self.order.is_empty()).then_some([self.x, self.y])
    }

    #[inline]
    fn along(&self, value: f64, [low, _]: [f64; 2], scale: f64) -> usize {
        // A difference that overflows gives infinity or NaN, and `as` brings both into range.
        (((value - low) * scale) as usize).min(self.side - 1)
    }

    fn cell(&self, x: f64, y: f64) -> usize {
        let [across, up] = self.scale;
        self.along(y, self.y, up) * self.side + self.along(x, self.x, across)
    }

    /// Runs of points whose cells touch a box, and whether the whole cell lies inside it.
    fn runs(&self, xs: [f64; 2], ys: [f64; 2]) -> impl Iterator<Item = &[u32]> {
        let apart = self.order.is_empty()
            || xs[1] < self.x[0]
            || xs[0] > self.x[1]
            || ys[1] < self.y[0]
            || ys[0] > self.y[1];
        let cells = |range: [f64; 2], extent: [f64; 2], scale: f64| -> RangeInclusive<usize> {
            self.along(range[0].max(extent[0]), extent, scale)
                ..=self.along(range[1].min(extent[1]), extent, scale)
        };
        let (columns, rows) = if apart {
            (0..=0, RangeInclusive::new(1, 0))
        } else {
            (
                cells(xs, self.x, self.scale[0]),
                cells(ys, self.y, self.scale[1]),
            )
        };
        rows.map(move |row| {
            let first = self.starts[row * self.side + columns.start()];
            let end = self.starts[row * self.side + columns.end() + 1];
            &self.order[first as usize..end as usize]
        })
    }

    /// The point nearest to `at` and at most `radius` pixels away, where a data unit is `scale` pixels
    /// along x and y. Among points in the same place the last, which is drawn on top.
    pub fn nearest(
        &self,
        [x, y]: [&[f64]; 2],
        at: [f64; 2],
        scale: [f64; 2],
        radius: f64,
    ) -> Option<u32> {
        // Where points lie close, the nearest is found in a small neighbourhood.
        let radii = [1.0 / 16.0, 1.0 / 4.0, 1.0].map(|share| radius * share);
        radii
            .iter()
            .find_map(|radius| self.nearest_within([x, y], at, scale, *radius))
    }

    fn nearest_within(
        &self,
        [x, y]: [&[f64]; 2],
        at: [f64; 2],
        scale: [f64; 2],
        radius: f64,
    ) -> Option<u32> {
        let reach = [radius / scale[0], radius / scale[1]];
        if !reach.iter().chain(&at).all(|v| v.is_finite()) {
            return None;
        }
        let mut best: Option<(f64, u32)> = None;
        let xs = [at[0] - reach[0], at[0] + reach[0]];
        let ys = [at[1] - reach[1], at[1] + reach[1]];
        for &point in self.runs(xs, ys).flatten() {
            let dx = (x[point as usize] - at[0]) * scale[0];
            let dy = (y[point as usize] - at[1]) * scale[1];
            let distance = dx * dx + dy * dy;
            let closer = match best {
                Some((least, other)) => distance < least || (distance == least && point > other),
                None => distance <= radius * radius,
            };
            if closer {
                best = Some((distance, point));
            }
        }
        best.map(|(_, point)| point)
    }

    /// The points inside a box, ascending.
    pub fn inside(&self, [x, y]: [&[f64]; 2], xs: [f64; 2], ys: [f64; 2]) -> Vec<u32> {
        let mut found: Vec<u32> = self
            .runs(xs, ys)
            .flatten()
            .copied()
            .filter(|&point| {
                (xs[0]..=xs[1]).contains(&x[point as usize])
                    && (ys[0]..=ys[1]).contains(&y[point as usize])
            })
            .collect();
        found.sort_unstable();
        found
    }

    /// About how many points a box holds: cells that it touches count whole.
    pub fn about(&self, xs: [f64; 2], ys: [f64; 2]) -> usize {
        self.runs(xs, ys).map(<[u32]>::len).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Random;

    fn cloud(n: usize) -> (Vec<f64>, Vec<f64>) {
        let mut random = Random::new(7);
        let x = (0..n).map(|_| random.normal() * 3.0).collect();
        let y = (0..n).map(|_| random.normal() + 40.0).collect();
        (x, y)
    }

    #[test]
    fn finds_what_a_full_search_finds() {
        let (x, y) = cloud(3000);
        let index = PointIndex::new(&x, &y);
        let scale = [20.0, 55.0];
        for probe in 0..200 {
            let at = [x[probe] + 0.1, y[probe * 3] - 0.05];
            let full = (0..x.len())
                .map(|i| {
                    let dx = (x[i] - at[0]) * scale[0];
                    let dy = (y[i] - at[1]) * scale[1];
                    (dx * dx + dy * dy, i as u32)
                })
                .filter(|(d, _)| *d <= 64.0)
                .min_by(|a, b| a.0.total_cmp(&b.0))
                .map(|(_, i)| i);
            assert_eq!(index.nearest([&x, &y], at, scale, 8.0), full);
        }
    }

    #[test]
    fn a_box_holds_exactly_what_is_inside() {
        let (x, y) = cloud(2000);
        let index = PointIndex::new(&x, &y);
        let (xs, ys) = ([-1.5, 2.0], [39.5, 40.25]);
        let full: Vec<u32> = (0..2000u32)
            .filter(|&i| {
                let i = i as usize;
                x[i] >= xs[0] && x[i] <= xs[1] && y[i] >= ys[0] && y[i] <= ys[1]
            })
            .collect();
        assert!(full.len() > 50);
        assert_eq!(index.inside([&x, &y], xs, ys), full);
        assert!(index.about(xs, ys) >= full.len());
        assert!(index.inside([&x, &y], [90.0, 91.0], ys).is_empty());
        assert_eq!(index.inside([&x, &y], [-1e9, 1e9], [-1e9, 1e9]).len(), 2000);
    }

    #[test]
    fn odd_sets_are_fine() {
        let none = PointIndex::new(&[], &[]);
        assert_eq!(none.nearest([&[], &[]], [0.0, 0.0], [1.0, 1.0], 8.0), None);
        assert_eq!(none.extent(), None);
        let (x, y) = ([1.0, f64::NAN, 1.0], [2.0, 5.0, 2.0]);
        let same = PointIndex::new(&x, &y);
        let found = same.nearest([&x, &y], [1.0, 2.0], [1.0, 1.0], 8.0);
        assert_eq!(found, Some(2), "the one on top");
        assert_eq!(same.inside([&x, &y], [1.0; 2], [2.0; 2]), vec![0u32, 2]);
        let huge = [f64::MIN, f64::MAX];
        let wide = PointIndex::new(&huge, &huge);
        assert_eq!(wide.inside([&huge, &huge], huge, huge), vec![0u32, 1]);
    }
}
