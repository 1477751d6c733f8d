//! The lines where a model's answer changes from one class to another.
//!
//! Marching squares (Lorensen and Cline 1987, in the plane) over the cell centres. On an edge between
//! answers a and b the line crosses where `p_a = p_b`, linearly interpolated: between two classes that is
//! the level 0 of `p_i - max(others)`, and where three meet their lines end in one point.

use std::sync::Arc;

use super::surface::{SurfaceGrid, SurfaceKind};

/// Polylines in data units. Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Boundary {
    pub lines: Arc<[Vec<[f64; 2]>]>,
}

const NONE: u32 = u32::MAX;

/// Traces the boundary of a grid of probabilities; other grids have none. `groups` has the group of each
/// class (see [`super::Palette::groups`]); classes of one group have no line between them, and an empty
/// slice means that every class is its own.
pub fn trace(grid: &SurfaceGrid, groups: &[u16]) -> Boundary {
    if grid.kind != SurfaceKind::Classes || grid.outputs < 2 {
        return Boundary::default();
    }
    let mut tracer = Tracer::new(grid, groups);
    for j in 0..tracer.height - 1 {
        for i in 0..tracer.width - 1 {
            tracer.square(i, j);
        }
    }
    Boundary {
        lines: chain(&tracer.points, &tracer.segments).into(),
    }
}

struct Tracer<'a> {
    grid: &'a SurfaceGrid,
    groups: Vec<u16>,
    /// Nodes: the cell centres and, so that lines reach the frame, a rim of copies on it.
    width: usize,
    height: usize,
    winner: Vec<u16>,
    /// Point on the edge to the right of (even) and above (odd) each node.
    edges: Vec<u32>,
    points: Vec<[f64; 2]>,
    segments: Vec<[u32; 2]>,
}

impl<'a> Tracer<'a> {
    fn new(grid: &'a SurfaceGrid, groups: &[u16]) -> Self {
        let (width, height) = (grid.columns + 2, grid.rows + 2);
        let mut tracer = Tracer {
            grid,
            groups: (0..grid.outputs)
                .map(|class| groups.get(class).copied().unwrap_or(class as u16))
                .collect(),
            width,
            height,
            winner: Vec::with_capacity(width * height),
            edges: vec![NONE; width * height * 2],
            points: Vec::new(),
            segments: Vec::new(),
        };
        for j in 0..height {
            for i in 0..width {
                let cell = tracer.cell(i, j);
                let mut best = 0;
                for class in 1..cell.len() {
                    if cell[class] > cell[best] {
                        best = class;
                    }
                }
                tracer.winner.push(tracer.groups[best]);
            }
        }
        tracer
    }

    fn cell(&self, i: usize, j: usize) -> &'a [f32] {
        let column = i.saturating_sub(1).min(self.grid.columns - 1);
        let row = j.saturating_sub(1).min(self.grid.rows - 1);
        self.grid.cell(column, row)
    }

    fn place(&self, i: usize, j: usize) -> [f64; 2] {
        let grid = self.grid;
        let along = |index: usize, count: usize, range: [f64; 2], at: &dyn Fn(usize) -> f64| {
            if index == 0 {
                range[0]
            } else if index > count {
                range[1]
            } else {
                at(index - 1)
            }
        };
        [
            along(i, grid.columns, grid.x, &|c| grid.x_at(c)),
            along(j, grid.rows, grid.y, &|r| grid.y_at(r)),
        ]
    }

    fn best_of(&self, cell: &[f32], group: u16) -> f32 {
        cell.iter()
            .zip(&self.groups)
            .filter(|&(_, &g)| g == group)
            .fold(0.0, |best, (&p, _)| best.max(p))
    }

    /// The crossing on the edge that goes from node (i, j) to the right or up, if there is one.
    fn crossing(&mut self, i: usize, j: usize, up: bool) -> Option<u32> {
        let node = j * self.width + i;
        let other = if up { node + self.width } else { node + 1 };
        let (a, b) = (self.winner[node], self.winner[other]);
        if a == b {
            return None;
        }
        let edge = node * 2 + usize::from(up);
        if self.edges[edge] == NONE {
            let (i2, j2) = if up { (i, j + 1) } else { (i + 1, j) };
            let margin = |cell: &[f32]| self.best_of(cell, a) - self.best_of(cell, b);
            let (from, to) = (margin(self.cell(i, j)), margin(self.cell(i2, j2)));
            let share = if from - to > 0.0 {
                f64::from(from / (from - to)).clamp(0.0, 1.0)
            } else {
                0.5
            };
            let (p, q) = (self.place(i, j), self.place(i2, j2));
            self.edges[edge] = self.points.len() as u32;
            self.points
                .push([0, 1].map(|axis| p[axis] + (q[axis] - p[axis]) * share));
        }
        Some(self.edges[edge])
    }

    fn square(&mut self, i: usize, j: usize) {
        let node = j * self.width + i;
        let corners = [node, node + 1, node + self.width + 1, node + self.width]
            .map(|corner| self.winner[corner]);
        if corners.iter().all(|&c| c == corners[0]) {
            return;
        }
        // Bottom, right, top, left.
        let crossings = [
            self.crossing(i, j, false),
            self.crossing(i + 1, j, true),
            self.crossing(i, j + 1, false),
            self.crossing(i, j, true),
        ];
        let mut found = [0; 4];
        let mut count = 0;
        for point in crossings.into_iter().flatten() {
            found[count] = point;
            count += 1;
        }
        let saddle = corners[0] == corners[2] && corners[1] == corners[3];
        match (count, crossings) {
            (2, _) => self.segments.push([found[0], found[1]]),
            (4, [Some(bottom), Some(right), Some(top), Some(left)]) if saddle => {
                let (a, b) = (corners[0], corners[1]);
                let margin: f32 = [(0, 0), (1, 0), (1, 1), (0, 1)]
                    .map(|(di, dj)| self.cell(i + di, j + dj))
                    .iter()
                    .map(|cell| self.best_of(cell, a) - self.best_of(cell, b))
                    .sum();
                // The class that holds the middle stays connected.
                self.segments.extend(if margin > 0.0 {
                    [[bottom, right], [top, left]]
                } else {
                    [[left, bottom], [right, top]]
                });
            }
            _ => {
                let mut middle = [0.0; 2];
                for &point in &found[..count] {
                    let place = self.points[point as usize];
                    middle[0] += place[0] / count as f64;
                    middle[1] += place[1] / count as f64;
                }
                let centre = self.points.len() as u32;
                self.points.push(middle);
                self.segments
                    .extend(found[..count].iter().map(|&point| [point, centre]));
            }
        }
    }
}

/// Joins segments into lines that end only at the frame or where three or more lines meet.
fn chain(points: &[[f64; 2]], segments: &[[u32; 2]]) -> Vec<Vec<[f64; 2]>> {
    let mut starts = vec![0u32; points.len() + 1];
    for end in segments.iter().flatten() {
        starts[*end as usize + 1] += 1;
    }
    for i in 1..starts.len() {
        starts[i] += starts[i - 1];
    }
    let mut fill = starts.clone();
    let mut touching = vec![0u32; segments.len() * 2];
    for (index, segment) in segments.iter().enumerate() {
        for &end in segment {
            touching[fill[end as usize] as usize] = index as u32;
            fill[end as usize] += 1;
        }
    }
    let around = |point: u32| {
        &touching[starts[point as usize] as usize..starts[point as usize + 1] as usize]
    };
    let mut used = vec![false; segments.len()];
    let mut lines = Vec::new();
    let mut walk = |start: u32, used: &mut Vec<bool>| {
        while let Some(&first) = around(start).iter().find(|&&s| !used[s as usize]) {
            let mut line = vec![points[start as usize]];
            let (mut at, mut segment) = (start, first);
            loop {
                used[segment as usize] = true;
                let [a, b] = segments[segment as usize];
                at = if a == at { b } else { a };
                line.push(points[at as usize]);
                let next = around(at);
                match next.iter().find(|&&s| !used[s as usize]) {
                    Some(&s) if next.len() == 2 => segment = s,
                    _ => break,
                }
            }
            lines.push(line);
        }
    };
    // Ends and meeting points first; what remains are closed loops.
    for point in 0..points.len() as u32 {
        if around(point).len() != 2 {
            walk(point, &mut used);
        }
    }
    for point in 0..points.len() as u32 {
        walk(point, &mut used);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(
        size: usize,
        range: [f64; 2],
        classes: usize,
        scores: impl Fn(f64, f64, usize) -> f64,
    ) -> SurfaceGrid {
        let at = |i| super::super::surface::centre(range, size, i);
        let mut values = Vec::new();
        for row in 0..size {
            for column in 0..size {
                let e: Vec<f64> = (0..classes)
                    .map(|c| scores(at(column), at(row), c).exp())
                    .collect();
                let sum: f64 = e.iter().sum();
                values.extend(e.iter().map(|v| (v / sum) as f32));
            }
        }
        SurfaceGrid::new(SurfaceKind::Classes, [size; 2], [range; 2], classes, values).unwrap()
    }

    #[test]
    fn a_linear_split_is_one_straight_line() {
        // The classes change where x + 2 y = 1.3.
        let grid = grid(40, [0.0, 1.0], 2, |x, y, c| {
            c as f64 * 3.0 * (x + 2.0 * y - 1.3)
        });
        let boundary = trace(&grid, &[]);
        assert_eq!(boundary.lines.len(), 1);
        let line = &boundary.lines[0];
        // On the rim the nearest cell's answer is repeated, half a cell away.
        for [x, y] in line.iter().filter(|[x, _]| *x > 0.02 && *x < 0.98) {
            assert!((x + 2.0 * y - 1.3).abs() < 1e-3, "{x} {y}");
        }
        let ends: Vec<f64> = [line[0][0], line[line.len() - 1][0]].to_vec();
        assert!(ends.contains(&0.0) && ends.contains(&1.0), "{ends:?}");
    }

    #[test]
    fn a_circle_is_one_closed_loop() {
        let grid = grid(60, [-1.0, 1.0], 2, |x, y, c| {
            c as f64 * 4.0 * (x * x + y * y - 0.36)
        });
        let boundary = trace(&grid, &[]);
        assert_eq!(boundary.lines.len(), 1);
        let line = &boundary.lines[0];
        assert_eq!(line[0], line[line.len() - 1]);
        for [x, y] in line {
            assert!((x.hypot(*y) - 0.6).abs() < 0.005);
        }
    }

    #[test]
    fn three_classes_meet_in_one_point() {
        let towards = [[0.0, 1.0], [-0.8, -0.5], [0.8, -0.5]];
        let grid = grid(41, [-1.0, 1.0], 3, |x, y, c| {
            5.0 * (towards[c][0] * x + towards[c][1] * y)
        });
        let boundary = trace(&grid, &[]);
        assert_eq!(boundary.lines.len(), 3);
        let meet = |line: &Vec<[f64; 2]>| {
            let end = |p: [f64; 2]| p[0].hypot(p[1]) < 0.05;
            end(line[0]) || end(line[line.len() - 1])
        };
        assert!(boundary.lines.iter().all(meet));
    }

    #[test]
    fn classes_of_one_group_have_no_line() {
        let grid = grid(20, [-1.0, 1.0], 3, |x, _, c| 9.0 * x * c as f64);
        assert!(!trace(&grid, &[]).lines.is_empty());
        assert!(trace(&grid, &[7, 7, 7]).lines.is_empty());
    }

    #[test]
    fn a_sure_model_and_numbers_have_none() {
        let sure = grid(5, [0.0, 1.0], 2, |_, _, c| c as f64);
        assert!(trace(&sure, &[]).lines.is_empty());
        let numbers = SurfaceGrid::new(
            SurfaceKind::Numbers,
            [1, 2],
            [[0.0, 1.0]; 2],
            1,
            vec![0.0, 1.0],
        );
        assert!(trace(&numbers.unwrap(), &[]).lines.is_empty());
    }

    #[test]
    fn a_chequered_grid_of_hard_answers_closes() {
        let values: Vec<f32> = (0..64)
            .flat_map(|i| {
                let one = ((i % 8) + (i / 8)) % 2;
                [one as f32, 1.0 - one as f32]
            })
            .collect();
        let grid =
            SurfaceGrid::new(SurfaceKind::Classes, [8, 8], [[0.0, 8.0]; 2], 2, values).unwrap();
        let lines = trace(&grid, &[]).lines;
        assert!(lines.iter().all(|line| line.len() >= 2));
        assert!(lines.iter().flatten().flatten().all(|v| v.is_finite()));
    }
}
