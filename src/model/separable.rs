//! Predicting quickly: blocks of rows that look at the cancel flag, and grids whose scores are sums
//! of one part a column, so that a plane costs its two sides and not its points.

use super::Grid;
use crate::base::{Cancel, Outcome, Problem, units_a_look};

const ROWS_PER_BLOCK: usize = 1024;

/// Sums and squares of numbers near the largest that there are have no value; a prediction that is none is
/// told, and never shown or scored.
pub(super) fn told_if_none(out: &[f64]) -> Outcome<()> {
    // All of them, without a way out of the loop: so it takes several at a time.
    let sound = out
        .iter()
        .fold(true, |sound, value| sound & value.is_finite());
    if sound {
        return Ok(());
    }
    Err(Problem::new(
        "a prediction is too large to be a number, as some values of the features are",
    )
    .fix("Scale the features, or leave out the rows or columns with huge values")
    .into())
}

/// Calls `predict(rows, out)` block after block; `out` has `outputs` places a row.
pub(super) fn in_blocks(
    rows: &[f64],
    columns: usize,
    outputs: usize,
    out: &mut [f64],
    cancel: &Cancel,
    predict: impl FnMut(&[f64], &mut [f64]),
) -> Outcome<()> {
    // Wide rows with many outputs in smaller blocks.
    let size = units_a_look(columns * outputs / 2).clamp(16, ROWS_PER_BLOCK);
    in_blocks_of(size, rows, columns, outputs, out, cancel, predict)
}

/// The same with so many rows a block, for models that take long over a row.
pub(super) fn in_blocks_of(
    size: usize,
    rows: &[f64],
    columns: usize,
    outputs: usize,
    out: &mut [f64],
    cancel: &Cancel,
    mut predict: impl FnMut(&[f64], &mut [f64]),
) -> Outcome<()> {
    let size = size.clamp(1, ROWS_PER_BLOCK);
    let per_block = size * outputs.max(1);
    for (block, out) in out.chunks_mut(per_block).enumerate() {
        cancel.check()?;
        let start = block * size * columns;
        let count = out.len() / outputs.max(1);
        predict(&rows[start..start + count * columns], out);
        told_if_none(out)?;
    }
    Ok(())
}

/// Fills a grid where score `s` of a point is `offsets[s]` plus `part(s, column, value)` over all
/// columns; `finish(scores, out)` turns the scores of one line of points into its outputs.
pub(super) fn plane(
    grid: &Grid,
    offsets: &[f64],
    part: impl Fn(usize, usize, f64) -> f64,
    out: &mut [f64],
    cancel: &Cancel,
    finish: impl Fn(&mut [f64], &mut [f64]),
) -> Outcome<()> {
    let (scores, width) = (offsets.len(), grid.x_values.len());
    if grid.is_empty() {
        return Ok(());
    }
    let mut base = offsets.to_vec();
    for (column, value) in grid.base.iter().enumerate() {
        if column != grid.x_column && Some(column) != grid.y_column {
            for (score, base) in base.iter_mut().enumerate() {
                *base += part(score, column, *value);
            }
        }
    }
    let line: Vec<f64> = grid
        .x_values
        .iter()
        .flat_map(|x| (0..scores).map(|score| part(score, grid.x_column, *x)))
        .collect();
    let per_line = out.len() / grid.y_values.len();
    let mut values = vec![0.0; width * scores];
    let mut here = vec![0.0; scores];
    for (y, out) in grid
        .y_values
        .iter()
        .zip(out.chunks_exact_mut(per_line.max(1)))
    {
        cancel.check()?;
        for (score, here) in here.iter_mut().enumerate() {
            *here = base[score] + grid.y_column.map_or(0.0, |column| part(score, column, *y));
        }
        let points = values.chunks_exact_mut(scores.max(1));
        for (point, line) in points.zip(line.chunks_exact(scores.max(1))) {
            for ((value, line), here) in point.iter_mut().zip(line).zip(&here) {
                *value = line + here;
            }
        }
        finish(&mut values, out);
        told_if_none(out)?;
    }
    Ok(())
}

/// What every model of a plane is held to: it agrees with its predictions of the points.
#[cfg(test)]
pub(super) fn assert_plane_agrees(model: &dyn super::Model, columns: usize) {
    let values = |n: usize, from: f64| (0..n).map(|i| from + 0.37 * i as f64).collect();
    for y_column in [Some(0), None] {
        let grid = Grid {
            base: (0..columns).map(|c| 0.3 * c as f64 - 0.2).collect(),
            x_column: columns - 1,
            x_values: values(9, -1.5),
            y_column: y_column.filter(|_| columns > 1),
            y_values: if y_column.is_some() {
                values(7, -1.0)
            } else {
                vec![0.0]
            },
        };
        let mut plane = vec![0.0; grid.len() * model.outputs()];
        model
            .predict_grid(&grid, &mut plane, &Cancel::new())
            .unwrap();
        let mut points = vec![0.0; plane.len()];
        model
            .predict(grid.points().values(), columns, &mut points, &Cancel::new())
            .unwrap();
        for (a, b) in plane.iter().zip(&points) {
            assert!((a - b).abs() < 1e-12, "{a} in the plane, {b} at the point");
        }
        assert!(
            model
                .predict_grid(&grid, &mut plane, &{
                    let stopped = Cancel::new();
                    stopped.cancel();
                    stopped
                })
                .is_err()
        );
    }
}
