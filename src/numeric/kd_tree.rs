//! A k-d tree: nearest rows without looking at all of them, for few features.
//!
//! Friedman, Bentley and Finkel (1977), with tight boxes around the points of every node: the bound
//! on what a node can hold is the distance to its box. Terms are folded in the same order for points
//! and boxes, so the bound is never above the distance of a point inside, not even by rounding, and
//! the answers equal brute force, ties included.

use super::closest::Closest;
use super::metric::{Absolutes, Largest, Measure, Powers, Squares};
use super::{Matrix, Metric};
use crate::base::{Cancel, Halt, Outcome, Problem};

/// Above this size a node is split at the median of a sample, by passes that can be stopped.
const LARGE: usize = 1 << 16;
const LEAF: usize = 12;
/// Queries, and points measured, between two looks at the flag.
const QUERIES: usize = 64;
const MEASURED: usize = 1 << 13;

/// Called with the number of a query and its nearest rows as (reduced distance, row).
pub type Found<'a> = dyn FnMut(usize, &[(f64, u32)]) + 'a;

/// Rows arranged for searching. Holds its own copy of the points.
pub struct KdTree {
    columns: usize,
    cells: Cells,
}

/// The same tree for a fixed number of coordinates each; spare ones are zero and add nothing.
enum Cells {
    Two(Tree<2>),
    Four(Tree<4>),
    Eight(Tree<8>),
    Sixteen(Tree<16>),
}

impl KdTree {
    /// With more features a tree does not pay.
    pub const MOST_FEATURES: usize = 16;

    /// Of at most [`KdTree::MOST_FEATURES`] features, all finite.
    pub fn build(points: &Matrix, cancel: &Cancel) -> Outcome<KdTree> {
        let columns = points.columns();
        let cells = match columns {
            0..=2 => Cells::Two(Tree::build(points, cancel)?),
            3..=4 => Cells::Four(Tree::build(points, cancel)?),
            5..=8 => Cells::Eight(Tree::build(points, cancel)?),
            9..=16 => Cells::Sixteen(Tree::build(points, cancel)?),
            _ => {
                let most = KdTree::MOST_FEATURES;
                let what = format!("a k-d tree takes at most {most} features, not {columns}");
                return Err(Halt::Failed(Problem::new(what)));
            }
        };
        Ok(KdTree { columns, cells })
    }

    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Size in memory.
    pub fn bytes(&self) -> usize {
        match &self.cells {
            Cells::Two(tree) => tree.bytes(),
            Cells::Four(tree) => tree.bytes(),
            Cells::Eight(tree) => tree.bytes(),
            Cells::Sixteen(tree) => tree.bytes(),
        }
    }

    /// The `k` nearest rows as (reduced distance, row), nearest first; of equally near ones the lower
    /// row. Fewer where there are fewer rows.
    pub fn nearest(&self, query: &[f64], k: usize, metric: Metric, out: &mut Vec<(f64, u32)>) {
        out.clear();
        // A flag that nobody holds is never set.
        let _ = self.nearest_each(query, k, metric, &Cancel::new(), &mut |_, near| {
            out.extend_from_slice(near);
        });
    }

    /// [`KdTree::nearest`] of many queries, row after row: `each` gets the number of the query and
    /// its nearest rows.
    pub fn nearest_each(
        &self,
        queries: &[f64],
        k: usize,
        metric: Metric,
        cancel: &Cancel,
        each: &mut Found<'_>,
    ) -> Outcome<()> {
        let asked = Asked {
            queries,
            columns: self.columns,
            k,
            metric,
        };
        match &self.cells {
            Cells::Two(tree) => tree.by_metric(asked, cancel, each),
            Cells::Four(tree) => tree.by_metric(asked, cancel, each),
            Cells::Eight(tree) => tree.by_metric(asked, cancel, each),
            Cells::Sixteen(tree) => tree.by_metric(asked, cancel, each),
        }
    }

    /// Every row whose squared Euclidean distance is at most `within`, in no order.
    pub fn within(
        &self,
        query: &[f64],
        within: f64,
        cancel: &Cancel,
        each: &mut dyn FnMut(u32),
    ) -> Outcome<()> {
        match &self.cells {
            Cells::Two(tree) => tree.within(query, within, cancel, each),
            Cells::Four(tree) => tree.within(query, within, cancel, each),
            Cells::Eight(tree) => tree.within(query, within, cancel, each),
            Cells::Sixteen(tree) => tree.within(query, within, cancel, each),
        }
    }
}

/// What is searched for.
#[derive(Clone, Copy)]
struct Asked<'a> {
    queries: &'a [f64],
    columns: usize,
    k: usize,
    metric: Metric,
}

#[derive(Clone, Copy)]
struct Point<const D: usize> {
    at: [f64; D],
    row: u32,
}

#[derive(Clone, Copy)]
struct Bounds<const D: usize> {
    low: [f64; D],
    high: [f64; D],
}

impl<const D: usize> Bounds<D> {
    fn around(points: &[Point<D>]) -> Self {
        let mut bounds = Bounds {
            low: [f64::INFINITY; D],
            high: [f64::NEG_INFINITY; D],
        };
        for point in points {
            for d in 0..D {
                bounds.low[d] = bounds.low[d].min(point.at[d]);
                bounds.high[d] = bounds.high[d].max(point.at[d]);
            }
        }
        bounds
    }

    /// The widest side and its length.
    fn widest(&self) -> (usize, f64) {
        let mut widest = (0, self.high[0] - self.low[0]);
        for d in 1..D {
            let width = self.high[d] - self.low[d];
            if width > widest.1 {
                widest = (d, width);
            }
        }
        widest
    }

    #[inline(always)]
    fn distance<M: Measure>(&self, query: &[f64; D], measure: M) -> f64 {
        let mut sum = 0.0;
        for (&at, (low, high)) in query.iter().zip(self.low.iter().zip(&self.high)) {
            let outside = (low - at).max(at - high);
            sum = measure.join(sum, measure.term(outside.max(0.0)));
        }
        sum * M::SLACK
    }
}

#[derive(Clone, Copy)]
struct Node {
    /// The left child; the right one follows it. 0 in a leaf: the root is nobody's child.
    child: u32,
    start: u32,
    end: u32,
    /// A leaf of equal points, lowest row first: the first k are enough.
    alike: bool,
}

struct Tree<const D: usize> {
    nodes: Vec<Node>,
    bounds: Vec<Bounds<D>>,
    points: Vec<Point<D>>,
}

impl<const D: usize> Tree<D> {
    fn build(matrix: &Matrix, cancel: &Cancel) -> Outcome<Self> {
        let columns = matrix.columns();
        let mut points = Vec::with_capacity(matrix.rows());
        for row in 0..matrix.rows() {
            if row % LARGE == 0 {
                cancel.check()?;
            }
            let mut at = [0.0; D];
            at[..columns].copy_from_slice(matrix.row(row));
            let row = row as u32;
            points.push(Point { at, row });
        }
        let root = Node {
            child: 0,
            start: 0,
            end: points.len() as u32,
            alike: false,
        };
        let mut nodes = vec![root];
        let mut bounds = vec![Bounds::around(&points)];
        let mut open = vec![0];
        while let Some(node) = open.pop() {
            let (start, end) = (nodes[node].start as usize, nodes[node].end as usize);
            let inside = &mut points[start..end];
            if inside.len() > 1024 {
                cancel.check()?;
            }
            let (axis, width) = bounds[node].widest();
            if width <= 0.0 {
                inside.sort_unstable_by_key(|point| point.row);
                nodes[node].alike = true;
                continue;
            }
            if inside.len() <= LEAF {
                continue;
            }
            let middle = start + split(inside, axis, cancel)?;
            nodes[node].child = nodes.len() as u32;
            for (from, to) in [(start, middle), (middle, end)] {
                open.push(nodes.len());
                nodes.push(Node {
                    child: 0,
                    start: from as u32,
                    end: to as u32,
                    alike: false,
                });
                bounds.push(Bounds::around(&points[from..to]));
            }
        }
        Ok(Tree {
            nodes,
            bounds,
            points,
        })
    }

    fn bytes(&self) -> usize {
        size_of_val(&self.points[..]) + size_of_val(&self.nodes[..]) + size_of_val(&self.bounds[..])
    }

    fn by_metric(&self, asked: Asked<'_>, cancel: &Cancel, each: &mut Found<'_>) -> Outcome<()> {
        match asked.metric {
            // For cosines it holds rows of length 1.
            Metric::Euclidean | Metric::Cosine => self.search(asked, Squares, cancel, each),
            Metric::Manhattan => self.search(asked, Absolutes, cancel, each),
            Metric::Chebyshev => self.search(asked, Largest, cancel, each),
            Metric::Minkowski(p) => self.search(asked, Powers(p), cancel, each),
        }
    }

    fn search<M: Measure>(
        &self,
        asked: Asked<'_>,
        measure: M,
        cancel: &Cancel,
        each: &mut Found<'_>,
    ) -> Outcome<()> {
        let Asked {
            queries,
            columns,
            k,
            metric,
        } = asked;
        let mut closest = Closest::new(k);
        let mut query = [0.0; D];
        let mut last = query;
        let mut within = f64::INFINITY;
        let mut seen = 0;
        for (number, row) in queries.chunks_exact(columns.max(1)).enumerate() {
            if number % QUERIES == 0 {
                cancel.check()?;
            }
            query[..columns].copy_from_slice(&row[..columns]);
            // Neighbouring queries have neighbouring answers: the k rows found last are no farther
            // from here than from there and from there to here. A little more for rounding.
            if within < f64::INFINITY {
                let step = metric.distance(measure.between(&last, &query));
                within = metric.reduced((within + step) * (1.0 + 1e-9));
            }
            closest.clear(within);
            self.descend(&query, measure, k, &mut closest, &mut seen, cancel)?;
            if within < f64::INFINITY && closest.len() < k.min(self.points.len()) {
                // Distances so small that their squares vanish.
                closest.clear(f64::INFINITY);
                self.descend(&query, measure, k, &mut closest, &mut seen, cancel)?;
            }
            last = query;
            within = match metric {
                // No triangle inequality below 1.
                Metric::Minkowski(p) if p < 1.0 => f64::INFINITY,
                _ => metric.distance(closest.worst()),
            };
            each(number, closest.sorted());
        }
        Ok(())
    }

    fn within(
        &self,
        row: &[f64],
        within: f64,
        cancel: &Cancel,
        each: &mut dyn FnMut(u32),
    ) -> Outcome<()> {
        let mut query = [0.0; D];
        query[..row.len()].copy_from_slice(row);
        let (mut waiting, mut seen) = (vec![0usize], 0);
        while let Some(number) = waiting.pop() {
            if self.bounds[number].distance(&query, Squares) > within {
                continue;
            }
            let node = &self.nodes[number];
            if node.child != 0 {
                waiting.extend([node.child as usize, node.child as usize + 1]);
                continue;
            }
            let points = &self.points[node.start as usize..node.end as usize];
            seen += points.len();
            if seen > LARGE {
                seen = 0;
                cancel.check()?;
            }
            for point in points {
                if Squares.between(&query, &point.at) <= within {
                    each(point.row);
                }
            }
        }
        Ok(())
    }

    /// `seen` counts the points that were measured since `cancel` was looked at.
    #[inline]
    fn descend<M: Measure>(
        &self,
        query: &[f64; D],
        measure: M,
        k: usize,
        closest: &mut Closest,
        seen: &mut usize,
        cancel: &Cancel,
    ) -> Outcome<()> {
        // Splits leave at least a quarter on either side while a node is large and half after that:
        // 2^32 rows are at most 55 levels.
        let mut waiting = [(0.0, 0); 64];
        let mut depth = 1;
        'waiting: while depth > 0 {
            depth -= 1;
            let (bound, number) = waiting[depth];
            if bound > closest.worst() {
                continue;
            }
            let mut node = &self.nodes[number as usize];
            while node.child != 0 {
                let child = node.child as usize;
                let left = self.bounds[child].distance(query, measure);
                let right = self.bounds[child + 1].distance(query, measure);
                let (near, far, near_child, far_child) = if left <= right {
                    (left, right, child, child + 1)
                } else {
                    (right, left, child + 1, child)
                };
                if near > closest.worst() {
                    continue 'waiting;
                }
                if far <= closest.worst() {
                    waiting[depth] = (far, far_child as u32);
                    depth += 1;
                }
                node = &self.nodes[near_child];
            }
            let mut end = node.end as usize;
            if node.alike {
                end = end.min((node.start as usize).saturating_add(k));
            }
            let points = &self.points[node.start as usize..end];
            *seen += points.len();
            if *seen > MEASURED {
                *seen = 0;
                cancel.check()?;
            }
            for point in points {
                closest.offer(measure.between(query, &point.at), point.row);
            }
        }
        Ok(())
    }
}

/// Puts the lower part of the points along this axis first and returns its size; neither part is
/// empty. The axis has some width.
fn split<const D: usize>(points: &mut [Point<D>], axis: usize, cancel: &Cancel) -> Outcome<usize> {
    let quarter = points.len() / 4;
    if points.len() > LARGE {
        let stride = points.len() / 1023;
        let mut sample: Vec<f64> = points.iter().step_by(stride).map(|p| p.at[axis]).collect();
        let middle = sample.len() / 2;
        let (_, &mut pivot, _) = sample.select_nth_unstable_by(middle, f64::total_cmp);
        let lower = put_first(points, |point| point.at[axis] < pivot, cancel)?;
        if lower >= quarter && points.len() - lower >= quarter {
            return Ok(lower);
        }
    }
    // Many equal values, or a small node: by position.
    let middle = points.len() / 2;
    let (mut from, mut to) = (0, points.len());
    while to - from > LARGE {
        let inside = &mut points[from..to];
        let stride = inside.len() / 1023;
        let mut sample: Vec<f64> = inside.iter().step_by(stride).map(|p| p.at[axis]).collect();
        let place = (middle - from) * (sample.len() - 1) / (to - from);
        let (_, &mut pivot, _) = sample.select_nth_unstable_by(place, f64::total_cmp);
        let below = put_first(inside, |point| point.at[axis] < pivot, cancel)?;
        let equal = put_first(
            &mut inside[below..],
            |point| point.at[axis] == pivot,
            cancel,
        )?;
        if middle < from + below {
            to = from + below;
        } else if middle < from + below + equal {
            return Ok(middle);
        } else {
            from += below + equal;
        }
    }
    let at = middle - from;
    points[from..to].select_nth_unstable_by(at, |a, b| a.at[axis].total_cmp(&b.at[axis]));
    Ok(middle)
}

/// Puts the points that are such first, and counts them.
fn put_first<const D: usize>(
    points: &mut [Point<D>],
    is_such: impl Fn(&Point<D>) -> bool,
    cancel: &Cancel,
) -> Outcome<usize> {
    let mut first = 0;
    for start in (0..points.len()).step_by(LARGE) {
        cancel.check()?;
        for at in start..(start + LARGE).min(points.len()) {
            let such = is_such(&points[at]);
            points.swap(at, first);
            first += usize::from(such);
        }
    }
    Ok(first)
}
