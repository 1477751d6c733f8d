//! Clusterings that are their training rows: a new row goes where the nearest of them has gone.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::Grid;
use super::neighbour_search::{is_worth_projecting, projected};
use super::saved::finite;
use crate::base::{Cancel, Outcome};
use crate::numeric::{Matrix, Metric, Neighbours};

/// Rows with a label each; the search over them is made when it is first needed.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct LabelledPoints {
    columns: usize,
    /// Row after row.
    points: Vec<f64>,
    labels: Vec<u32>,
    #[serde(skip)]
    search: OnceLock<Neighbours>,
}

impl LabelledPoints {
    /// `points` has `columns` values for each label.
    pub fn new(columns: usize, points: Vec<f64>, labels: Vec<u32>) -> Self {
        LabelledPoints {
            columns,
            points,
            labels,
            search: OnceLock::new(),
        }
    }

    /// `each` gets the number of a row of `queries`, the label of the nearest point and its Euclidean
    /// distance; it is not called where there are no points.
    pub fn nearest(
        &self,
        queries: &[f64],
        cancel: &Cancel,
        mut each: impl FnMut(usize, u32, f64),
    ) -> Outcome<()> {
        cancel.check()?;
        if self.labels.is_empty() {
            return Ok(());
        }
        let search = match self.search.get() {
            Some(search) => search,
            None => {
                let points = Matrix::new(self.labels.len(), self.columns, self.points.clone());
                let made = Neighbours::build(&points, Metric::Euclidean, cancel)?;
                self.search.get_or_init(|| made)
            }
        };
        search.search(queries, 1, cancel, &mut |query, near| {
            if let [(distance, row), ..] = near {
                each(query, self.labels[*row as usize], distance.sqrt());
            }
        })
    }

    /// The same for the points of a plane, x running fastest.
    pub fn nearest_of_grid(
        &self,
        grid: &Grid,
        cancel: &Cancel,
        mut each: impl FnMut(usize, u32, f64),
    ) -> Outcome<()> {
        if self.labels.is_empty() || !is_worth_projecting(grid, 1) {
            return self.nearest(grid.points().values(), cancel, each);
        }
        let points = Matrix::new(self.labels.len(), self.columns, self.points.clone());
        let (search, queries) = projected(&points, Metric::Euclidean, grid, cancel)?;
        search.search(queries.values(), 1, cancel, &mut |query, near| {
            if let [(distance, row), ..] = near {
                each(query, self.labels[*row as usize], distance.sqrt());
            }
        })
    }

    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there is a point of so many numbers for each label, and the labels are below `clusters`:
    /// for points read from a file.
    pub fn is_sound(&self, columns: usize, clusters: usize) -> bool {
        columns > 0
            && self.columns == columns
            && self.labels.len().checked_mul(columns) == Some(self.points.len())
            && self.labels.iter().all(|&label| (label as usize) < clusters)
            && finite(&self.points)
    }

    /// Size in memory, once it has been searched.
    pub fn bytes(&self) -> usize {
        let searched = 2 * 8 * self.points.len();
        8 * self.points.len() + 4 * self.labels.len() + searched
    }
}
