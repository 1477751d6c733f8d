//! What all pictures of a data set share: its rows as points of the shown plane, axes, classes, the
//! range of the target. Built on a worker whenever table, roles or axes change.

use std::sync::Arc;

use crate::base::{Cancel, Halt, Hash128, Hasher128, Outcome, Problem, some_of};
use crate::data::{Column, Kind, Table, Values};
use crate::model::Task;
use crate::numeric::{Matrix, Pca};
use crate::prepare::{Recipe, Roles, Scaling, Target};
use crate::project::{Axes, Project};
use crate::train::{Plane, PlaneBase};
use crate::view::plane::palette::CLASS_LOOKS;
use crate::view::plane::{Axis, AxisKind, Legend, Palette, PointSet, Targets, View};
use crate::widget::format;
use crate::widget::tokens::Tokens;

/// All that decides a scene.
#[derive(Clone)]
pub struct SceneInput {
    pub table: Table,
    pub roles: Roles,
    pub recipe: Recipe,
    pub axes: Axes,
    pub task: Task,
    /// The row through which the plane is cut; None: medians and most frequent values.
    pub row: Option<u32>,
    /// Clusters by table row, of the selected clustering.
    pub clusters: Option<Arc<[u32]>>,
}

impl SceneInput {
    pub fn of(project: &Project, row: Option<u32>, clusters: Option<Arc<[u32]>>) -> Self {
        SceneInput {
            table: project.table.clone(),
            roles: project.settings.roles.clone(),
            recipe: project.recipe.clone(),
            axes: project.settings.axes.clone(),
            task: project.task(),
            row,
            clusters,
        }
    }

    fn colours(&self) -> Hash128 {
        let mut hasher = Hasher128::new();
        hasher
            .hash(self.table.fingerprint())
            .word(self.task as u64)
            .word(self.roles.target().map_or(u64::MAX, |c| c as u64));
        for &cluster in self.clusters.iter().flat_map(|c| c.iter()) {
            hasher.word(u64::from(cluster));
        }
        hasher.finish()
    }

    /// Two inputs of one key make one scene.
    pub fn key(&self) -> Hash128 {
        let mut hasher = Hasher128::new();
        hasher.hash(self.table.fingerprint());
        self.roles.hash(&mut hasher);
        self.recipe.hash(&mut hasher);
        match self.axes {
            Axes::Columns { x, y } => {
                hasher
                    .word(1)
                    .word(x as u64)
                    .word(y.map_or(u64::MAX, |y| y as u64));
            }
            Axes::Components => {
                hasher.word(2);
            }
        }
        hasher
            .word(self.task as u64)
            .word(self.row.map_or(u64::MAX, u64::from));
        if let Some(clusters) = &self.clusters {
            hasher.word(clusters.len() as u64);
            for &cluster in clusters
                .iter()
                .step_by(clusters.len().div_ceil(4096).max(1))
            {
                hasher.word(u64::from(cluster));
            }
        }
        hasher.finish()
    }
}

/// Names and row counts of the classes that colour the points.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Classes {
    pub names: Arc<[String]>,
    pub counts: Vec<usize>,
}

pub struct Scene {
    /// Another for a scene of some rows and for that of all.
    pub key: Hash128,
    /// The key of the input.
    pub asked: Hash128,
    /// Of so many rows one is shown; 1 where all are.
    pub every: usize,
    pub features: usize,
    pub table: Table,
    pub points: Arc<PointSet>,
    pub x: Axis,
    pub y: Axis,
    /// The view that shows all points.
    pub fit: View,
    pub plane: Plane,
    /// Empty where the target is a number.
    pub classes: Classes,
    /// Of a number as target.
    pub range: [f64; 2],
    /// The y axis is the target and the model's answer a curve.
    pub is_line: bool,
    /// Which plane this is, where there are more features than two.
    pub caption: String,
    /// Where the features stand that are not shown, a sentence; empty where all are.
    pub others: String,
    pub target: Option<Target>,
    /// Names table, target and clusters: what colours rows, whatever the axes.
    pub colours: Hash128,
    input: SceneInput,
}

/// The rows over any two columns, coloured as in the scene.
pub struct Cloud {
    pub points: Arc<PointSet>,
    pub x: Axis,
    pub y: Axis,
    /// The view that shows all points.
    pub fit: View,
    /// Rows without a value in one of the columns.
    pub left_out: usize,
}

impl Scene {
    /// Of each row of the table, where a clustering is shown; `u32::MAX`: of none.
    pub fn clusters(&self) -> Option<&Arc<[u32]>> {
        self.input.clusters.as_ref()
    }

    /// One feature is shown: of a model's surface every row of pixels is the same.
    pub fn is_one_feature(&self) -> bool {
        is_one_feature(&self.plane)
    }

    pub fn palette(&self, tokens: &Tokens) -> Palette {
        if self.classes.names.is_empty() {
            Palette::for_numbers(tokens, self.range)
        } else if self.input.task == Task::Clustering && self.classes.counts.len() < CLASS_LOOKS {
            // Another clustering may find more: each number of a cluster has its look everywhere.
            let mut counts = self.classes.counts.clone();
            counts.resize(CLASS_LOOKS, 0);
            Palette::for_classes(tokens, &counts)
        } else {
            Palette::for_classes(tokens, &self.classes.counts)
        }
    }

    /// The points in the clusters of another clustering than the selected one.
    pub fn points_in(&self, clusters: &[u32]) -> PointSet {
        let cluster = |row: &u32| clusters.get(*row as usize).copied().unwrap_or(u32::MAX);
        let codes = self.points.rows.iter().map(cluster);
        let codes = codes
            .map(|c| u16::try_from(c).unwrap_or(u16::MAX))
            .collect();
        PointSet {
            targets: Targets::Classes(codes),
            ..(*self.points).clone()
        }
    }

    pub fn legend(&self, palette: &Palette) -> Legend {
        if !self.classes.names.is_empty() {
            Legend::of_classes(&self.classes.names, palette)
        } else if self.target.is_some() && !self.is_line {
            self.scale()
        } else {
            Legend::None
        }
    }

    /// The scale of a target that is a number.
    pub fn scale(&self) -> Legend {
        let target = self.input.roles.target();
        let column = target.and_then(|at| self.input.table.columns().get(at));
        Legend::Scale {
            name: column.map_or_else(String::new, Column::title),
            low: format::number(self.range[0]),
            high: format::number(self.range[1]),
        }
    }

    /// The class or cluster of each row of the table, and how many there are.
    pub fn row_classes(&self) -> Option<(&[u32], usize)> {
        let of_target = self.target.as_ref().and_then(Target::classes);
        let clusters = self.input.clusters.as_deref();
        of_target.or(clusters.map(|c| (c, self.classes.names.len())))
    }

    /// Places every so many rows over two columns; for a worker.
    pub fn cloud(&self, x: usize, y: usize, every: usize) -> Cloud {
        let all = self.table.columns();
        let (x, y) = (&all[x.min(all.len() - 1)], &all[y.min(all.len() - 1)]);
        let room = self.table.rows().div_ceil(every);
        let (mut xs, mut ys) = (Vec::with_capacity(room), Vec::with_capacity(room));
        let mut rows = Vec::with_capacity(room);
        for row in some_of(0..self.table.rows(), every) {
            if let (Some(x), Some(y)) = (place(x, row), place(y, row)) {
                xs.push(x);
                ys.push(y);
                rows.push(row as u32);
            }
        }
        let left_out = room - rows.len();
        let (targets, ..) = targets(&self.input, &self.target, &rows, false);
        let points = PointSet::new(xs.into(), ys.into(), targets, rows.into());
        let [x_extent, y_extent] = points.index.extent().unwrap_or([[0.0, 1.0]; 2]);
        Cloud {
            points: Arc::new(points),
            x: axis(x),
            y: axis(y),
            fit: View::around(x_extent, y_extent),
            left_out,
        }
    }

    /// These rows at these places, coloured as in the scene.
    pub fn points_at(&self, x: Vec<f64>, y: Vec<f64>, rows: Vec<u32>) -> PointSet {
        let (targets, ..) = targets(&self.input, &self.target, &rows, false);
        PointSet::new(x.into(), y.into(), targets, rows.into())
    }

    /// What it was built from.
    pub fn input(&self) -> &SceneInput {
        &self.input
    }

    /// The class of a row, if it has one.
    pub fn class_of(&self, row: u32) -> Option<usize> {
        let (codes, count) = self.target.as_ref()?.classes()?;
        let code = *codes.get(row as usize)? as usize;
        (code < count).then_some(code)
    }

    /// The target's number in a row, if it has one.
    pub fn number_of(&self, row: u32) -> Option<f64> {
        let target = self.target.as_ref()?;
        let numbers = target.numbers()?;
        target.rows().binary_search(&row).ok()?;
        numbers.get(row as usize).copied()
    }
}

/// Cells that are placed for a first picture, about, and its rows.
const FIRST_CELLS: usize = 4 << 20;
const FIRST_ROWS: std::ops::RangeInclusive<usize> = 1_000..=200_000;

/// Of so many rows one is in a first picture that comes within a moment; 1 where all can be.
pub fn first_every(rows: usize, columns: usize) -> usize {
    if rows.saturating_mul(columns) <= 2 * FIRST_CELLS {
        return 1;
    }
    let wanted = (FIRST_CELLS / columns.max(1)).clamp(*FIRST_ROWS.start(), *FIRST_ROWS.end());
    (rows / wanted).max(1)
}

impl SceneInput {
    /// See [`first_every`].
    pub fn first_every(&self) -> usize {
        let axes = 2;
        let features = self.roles.features().len();
        first_every(self.table.rows(), features + axes)
    }
}

/// Builds the scene of every so many rows; those without a value on an axis are left out and counted in
/// the caption.
pub fn build(input: &SceneInput, every: usize, cancel: &Cancel) -> Outcome<Scene> {
    let table = &input.table;
    let every = every.max(1);
    let target_column = input.roles.target().map(|c| &table.columns()[c]);
    let target = match (input.task, target_column) {
        (Task::Classification, Some(column)) => Target::as_classes(column).ok(),
        (Task::Regression, Some(column)) => Target::as_numbers(column).ok(),
        _ => None,
    };
    let features = input.roles.features();
    let mut placed = match input.axes {
        Axes::Components if Axes::has_components(table, &input.roles) => {
            match components(input, &features, every, cancel) {
                Ok(placed) => placed,
                Err(Halt::Cancelled) => return Err(Halt::Cancelled),
                Err(_) => {
                    // Words lie on no axis.
                    let text = |c: &usize| table.columns()[*c].kind == Kind::Text;
                    let mut axes = features.iter().copied().filter(|c| !text(c));
                    let x = axes.next().unwrap_or(0);
                    columns(input, x, axes.next(), every, &target)
                }
            }
        }
        Axes::Components => {
            let x = features.first().copied().unwrap_or(0);
            columns(input, x, None, every, &target)
        }
        Axes::Columns { x, y } => columns(input, x, y, every, &target),
    };
    cancel.check()?;
    let is_line = is_one_feature(&placed.plane) && input.task == Task::Regression;
    let (targets, classes, range) = targets(input, &target, &placed.rows, is_line);
    let candidates = table.rows().div_ceil(every);
    let left_out = candidates - placed.rows.len();
    if left_out > 0 && every == 1 {
        let rows = format::counted(left_out, "row", "rows");
        placed
            .caption
            .push_str(&format!("{rows} without these values not shown."));
    }
    if every > 1 {
        let (shown, all) = (format::count(candidates), format::count(table.rows()));
        let words = format!("A first picture: {shown} of {all} rows. ");
        placed.caption.insert_str(0, &words);
    }
    cancel.check()?;
    let mut points = PointSet::new(
        placed.x.into(),
        placed.y.into(),
        targets,
        placed.rows.into(),
    );
    if let Some(nearness) = placed.nearness {
        points = points.with_nearness(nearness.into());
    }
    let [mut x_extent, mut y_extent] = points.index.extent().unwrap_or([[0.0, 1.0]; 2]);
    if every > 1
        && let Plane::Columns { x, y: Some(y), .. } = placed.plane
    {
        // The picture of all rows shall lie where the first one does.
        x_extent = joined(x_extent, extent(&table.columns()[x]));
        y_extent = joined(y_extent, extent(&table.columns()[y]));
    }
    let asked = input.key();
    Ok(Scene {
        key: match every {
            1 => asked,
            every => Hasher128::new().hash(asked).word(every as u64).finish(),
        },
        asked,
        every,
        features: features.len(),
        table: table.clone(),
        fit: View::around(x_extent, y_extent),
        points: Arc::new(points),
        x: placed.x_axis,
        y: placed.y_axis,
        plane: placed.plane,
        classes,
        range,
        is_line,
        caption: placed.caption,
        others: placed.others,
        target,
        colours: input.colours(),
        input: input.clone(),
    })
}

fn is_one_feature(plane: &Plane) -> bool {
    matches!(plane, Plane::Columns { y: None, .. })
}

struct Placed {
    x: Vec<f64>,
    y: Vec<f64>,
    rows: Vec<u32>,
    nearness: Option<Vec<f32>>,
    x_axis: Axis,
    y_axis: Axis,
    plane: Plane,
    caption: String,
    others: String,
}

fn axis(column: &Column) -> Axis {
    Axis {
        title: column.name.clone(),
        unit: column.unit_beside_name().map(str::to_owned),
        kind: match column.kind {
            Kind::Date => AxisKind::Date,
            Kind::Number => AxisKind::Number,
            _ => AxisKind::Category(column.levels().to_vec().into()),
        },
    }
}

/// Where a row stands on a column's axis; levels are spread a little, always in the same way.
fn place(column: &Column, row: usize) -> Option<f64> {
    column.number(row).or_else(|| {
        let code = column.code(row)?;
        let mixed = (row as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
        Some(f64::from(code) + (mixed as f64 / (1u64 << 24) as f64 - 0.5) * 0.5)
    })
}

/// Of the numbers of a column.
fn extent(column: &Column) -> Option<[f64; 2]> {
    let Values::Number(values) = &column.values else {
        return None;
    };
    let present = (0..values.len()).filter(|row| !column.missing.is_missing(*row));
    let (low, high) = present.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), row| {
        (low.min(values[row]), high.max(values[row]))
    });
    (low <= high).then_some([low, high])
}

fn joined(seen: [f64; 2], whole: Option<[f64; 2]>) -> [f64; 2] {
    whole.map_or(seen, |[low, high]| [low.min(seen[0]), high.max(seen[1])])
}

fn columns(
    input: &SceneInput,
    x: usize,
    y: Option<usize>,
    every: usize,
    target: &Option<Target>,
) -> Placed {
    let table = &input.table;
    let all = table.columns();
    let x_column = &all[x.min(all.len() - 1)];
    let target_column = input.roles.target().map(|c| &all[c]);
    // On one feature, a regression shows the target upwards, all else spreads the rows.
    let y_column = match y {
        Some(y) => Some(&all[y.min(all.len() - 1)]),
        None if input.task == Task::Regression => target_column,
        None => None,
    };
    let room = table.rows().div_ceil(every);
    let (mut xs, mut ys, mut rows) = (
        Vec::with_capacity(room),
        Vec::with_capacity(room),
        Vec::with_capacity(room),
    );
    for row in some_of(0..table.rows(), every) {
        let y = match y_column {
            Some(column) => place(column, row),
            None => Some(
                ((row as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as f64
                    / (1u64 << 24) as f64,
            ),
        };
        if let (Some(x), Some(y)) = (place(x_column, row), y) {
            xs.push(x);
            ys.push(y);
            rows.push(row as u32);
        }
    }
    let features = input.roles.features();
    let shown = |c: usize| c == x || Some(c) == y;
    let others: Vec<usize> = features.iter().copied().filter(|&c| !shown(c)).collect();
    let mut sentence = String::new();
    let mut nearness = None;
    let line_of_target = y.is_none() && target.is_some();
    if !others.is_empty() {
        sentence = match input.row {
            Some(row) => format!("The others as in row {}. ", row + 1),
            None => {
                let count = format::counted(others.len(), "other feature", "other features");
                match others.len() {
                    1 => "The other feature at its median or most frequent value. ".to_owned(),
                    _ => format!("The {count} at their median or most frequent value. "),
                }
            }
        };
        if !line_of_target {
            nearness = Some(near(table, &others, &rows, input.row));
        }
    }
    let y_axis = match y_column {
        Some(column) => axis(column),
        None => match target.as_ref().map(|t| &t.class_names()[..]) {
            // Of two classes the model's answer is drawn as a curve over the rows.
            Some([_, second]) => Axis::number(format!("probability of {second}"), None),
            _ => Axis::number("rows, spread out", None),
        },
    };
    Placed {
        x: xs,
        y: ys,
        rows,
        nearness,
        x_axis: axis(x_column),
        y_axis,
        plane: Plane::Columns {
            x,
            y,
            base: input.row.map_or(PlaneBase::Typical, PlaneBase::Row),
        },
        caption: String::new(),
        others: sentence,
    }
}

/// How near each row is to the shown plane: 1 on it, half at two standard deviations a feature.
fn near(table: &Table, others: &[usize], rows: &[u32], base: Option<u32>) -> Vec<f32> {
    let mut sums = vec![0.0f32; rows.len()];
    for &column in others {
        let column = &table.columns()[column];
        match &column.values {
            Values::Number(_) => {
                let mut values: Vec<f64> = some_of(0..rows.len(), rows.len().div_ceil(5000))
                    .filter_map(|at| column.number(rows[at] as usize))
                    .collect();
                values.sort_by(f64::total_cmp);
                let Some(median) = values.get(values.len() / 2).copied() else {
                    continue;
                };
                let center = base
                    .and_then(|r| column.number(r as usize))
                    .unwrap_or(median);
                let n = values.len() as f64;
                let variance = values.iter().map(|v| (v - median).powi(2)).sum::<f64>() / n;
                let scale = variance.sqrt().max(f64::MIN_POSITIVE);
                for (sum, &row) in sums.iter_mut().zip(rows) {
                    let value = column.number(row as usize).unwrap_or(center);
                    *sum += (((value - center) / scale) as f32).powi(2).min(16.0);
                }
            }
            _ => {
                let center = base
                    .and_then(|r| column.code(r as usize))
                    .or_else(|| most_frequent(column, rows));
                for (sum, &row) in sums.iter_mut().zip(rows) {
                    *sum += if column.code(row as usize) == center {
                        0.0
                    } else {
                        2.0
                    };
                }
            }
        }
    }
    let n = others.len() as f32;
    sums.iter()
        .map(|sum| (1.0 / (1.0 + sum / n / 4.0)).clamp(0.3, 1.0))
        .collect()
}

fn most_frequent(column: &Column, rows: &[u32]) -> Option<u32> {
    let mut counts = vec![0usize; column.levels().len()];
    for &row in rows {
        if let Some(code) = column.code(row as usize) {
            counts[code as usize] += 1;
        }
    }
    (0..counts.len())
        .rev()
        .max_by_key(|&c| counts[c])
        .map(|c| c as u32)
}

/// Rows from which the components are computed at most, and cells, about: the same for a first picture
/// and for that of all rows.
const COMPONENT_ROWS: usize = 20_000;
const COMPONENT_CELLS: usize = 4 << 20;
/// With so many columns only the leading components are computed.
const WIDE: usize = 256;
/// Cells of rows that are laid onto the plane at a time.
const PLACED_CELLS: usize = 1 << 20;

fn components(
    input: &SceneInput,
    features: &[usize],
    every: usize,
    cancel: &Cancel,
) -> Outcome<Placed> {
    let table = &input.table;
    let some = |every| -> Vec<u32> {
        some_of(0..table.rows(), every)
            .map(|row| row as u32)
            .collect()
    };
    let shown: Vec<u32> = some(every);
    let most = (COMPONENT_CELLS / features.len().max(1)).clamp(200, COMPONENT_ROWS);
    let apart = table.rows().div_ceil(most).max(1);
    let sample: Vec<u32> = some(apart);
    // Scaled, so that no unit outweighs the others; the plane is stored in units before scaling.
    let recipe = input
        .recipe
        .fit(table, features, &sample, Scaling::Standard, cancel)?;
    let x = recipe.encode(table, &sample, cancel)?;
    let pca = match x.columns() > WIDE {
        true => Pca::leading(&x, 2, cancel)?,
        false => Pca::fit(&x, 2, cancel)?,
    };
    drop(x);
    if pca.len() < 2 {
        return Err(Problem::new("the rows lie on a line").into());
    }
    let (mut xs, mut ys, mut nearness) = (Vec::new(), Vec::new(), Vec::new());
    for rows in shown.chunks((PLACED_CELLS / recipe.width().max(1)).max(64)) {
        cancel.check()?;
        let matrix = recipe.encode(table, rows, cancel)?;
        let mut coordinates = vec![0.0; rows.len() * 2];
        pca.project(matrix.values(), &mut coordinates);
        let projected = Matrix::new(rows.len(), 2, coordinates);
        xs.extend(projected.column(0));
        ys.extend(projected.column(1));
        nearness.extend(distances(&pca, &matrix, &projected));
    }
    let outputs = recipe.outputs();
    let unscaled = |v: &[f64], moved: f64| -> Arc<[f64]> {
        v.iter()
            .zip(outputs)
            .map(|(v, o)| v * o.scale + moved * o.shift)
            .collect()
    };
    let component = |index: usize| {
        unscaled(
            &pca.components[index * pca.columns..(index + 1) * pca.columns],
            0.0,
        )
    };
    let shares = &pca.explained_variance_ratio;
    let name = |index: usize| {
        let share = shares.get(index).copied().unwrap_or(0.0);
        format!("Component {} ({})", index + 1, format::percent(share))
    };
    Ok(Placed {
        x: xs,
        y: ys,
        rows: shown,
        nearness: Some(nearness),
        x_axis: Axis::number(name(0), None),
        y_axis: Axis::number(name(1), None),
        plane: Plane::Components {
            center: unscaled(&pca.means, 1.0),
            first: component(0),
            second: component(1),
            names: outputs.iter().map(|output| output.name.clone()).collect(),
        },
        caption: format!(
            "The plane of the first two principal components of {}. ",
            match (features.len(), recipe.width()) {
                (1, terms) => format::counted(terms, "term", "terms"),
                (features, _) => format::counted(features, "feature", "features"),
            }
        ),
        others: String::new(),
    })
}

fn distances(pca: &Pca, matrix: &Matrix, projected: &Matrix) -> Vec<f32> {
    let columns = matrix.columns() as f64;
    let far = (0..matrix.rows()).map(|row| {
        let total: f64 = matrix
            .row(row)
            .iter()
            .zip(&pca.means)
            .map(|(v, m)| (v - m).powi(2))
            .sum();
        let inside: f64 = projected.row(row).iter().map(|v| v * v).sum();
        ((total - inside).max(0.0) / columns) as f32
    });
    far.map(|far| (1.0 / (1.0 + far / 4.0)).clamp(0.3, 1.0))
        .collect()
}

/// One class is too few for a model, but has its colour all the same: that of the first rows drawn.
fn one_class(
    input: &SceneInput,
    target: &Option<Target>,
    rows: &[u32],
) -> Option<(Targets, Classes, [f64; 2])> {
    let column = &input.table.columns()[input.roles.target()?];
    if target.is_some() || input.task != Task::Classification {
        return None;
    }
    let mut codes = rows.iter().map(|&row| column.code(row as usize));
    let first = codes.find_map(|code| code)?;
    let other = |code: Option<u32>| code.is_some_and(|code| code != first);
    let name = column.levels().get(first as usize)?.clone();
    if codes.any(other) || first > u32::from(u16::MAX) {
        return None;
    }
    let count = |row: &&u32| column.code(**row as usize).is_some();
    let of = |&row: &u32| match column.code(row as usize) {
        Some(_) => 0,
        None => u16::MAX,
    };
    let classes = Classes {
        names: Arc::from([name]),
        counts: vec![rows.iter().filter(count).count()],
    };
    Some((
        Targets::Classes(rows.iter().map(of).collect()),
        classes,
        [0.0, 1.0],
    ))
}

fn targets(
    input: &SceneInput,
    target: &Option<Target>,
    rows: &[u32],
    is_line: bool,
) -> (Targets, Classes, [f64; 2]) {
    let none = [0.0, 1.0];
    if let Some((codes, count)) = target.as_ref().and_then(Target::classes) {
        let names = target
            .as_ref()
            .map(|t| t.class_names().clone())
            .unwrap_or_default();
        let mut counts = vec![0; count];
        for &code in codes.iter().filter(|&&code| (code as usize) < count) {
            counts[code as usize] += 1;
        }
        let of = |&row: &u32| u16::try_from(codes[row as usize]).unwrap_or(u16::MAX);
        return (
            Targets::Classes(rows.iter().map(of).collect()),
            Classes { names, counts },
            none,
        );
    }
    if let Some(found) = one_class(input, target, rows) {
        return found;
    }
    if let Some(numbers) = target.as_ref().and_then(Target::numbers) {
        let usable = target
            .as_ref()
            .map(|t| t.rows().clone())
            .unwrap_or_default();
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for &row in usable.iter() {
            low = low.min(numbers[row as usize]);
            high = high.max(numbers[row as usize]);
        }
        let range = if low <= high { [low, high] } else { none };
        if is_line {
            return (Targets::None, Classes::default(), range);
        }
        let missing = input
            .roles
            .target()
            .map(|c| &input.table.columns()[c].missing);
        let of = |&row: &u32| match missing {
            Some(mask) if mask.is_missing(row as usize) => f64::NAN,
            _ => numbers[row as usize],
        };
        return (
            Targets::Numbers(rows.iter().map(of).collect()),
            Classes::default(),
            range,
        );
    }
    if let Some(clusters) = &input.clusters {
        let count = clusters
            .iter()
            .filter(|&&c| c != u32::MAX)
            .max()
            .map_or(0, |&c| c as usize + 1);
        let mut counts = vec![0; count];
        for &cluster in clusters.iter().filter(|&&c| c != u32::MAX) {
            counts[cluster as usize] += 1;
        }
        let names = (1..=count).map(|i| format!("Cluster {i}")).collect();
        let of = |&row: &u32| {
            clusters
                .get(row as usize)
                .map_or(u16::MAX, |&c| u16::try_from(c).unwrap_or(u16::MAX))
        };
        return (
            Targets::Classes(rows.iter().map(of).collect()),
            Classes { names, counts },
            none,
        );
    }
    (Targets::None, Classes::default(), none)
}
