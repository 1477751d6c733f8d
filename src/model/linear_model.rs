//! The model behind least squares: one weight a column and an intercept.

use std::sync::Arc;

use super::saved::{Saved, Stored, finite};
use super::separable::{in_blocks, plane};
use super::{Coefficients, Grid, Inside, Model, Samples};
use crate::base::{Cancel, Outcome};
use crate::numeric::{Labels, LinearFit};

/// The numbers to predict, shared.
pub(super) fn target(samples: &Samples) -> Arc<[f64]> {
    match &samples.y {
        Some(Labels::Numbers(numbers)) => Arc::clone(numbers),
        _ => Arc::from([]),
    }
}

/// A linear function of the columns.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(super) struct LinearModel {
    pub(super) fit: LinearFit,
}

impl Stored for LinearModel {
    const KIND: &'static str = "linear";

    fn open(self, columns: usize) -> Option<Arc<dyn Model>> {
        let fit = &self.fit;
        let sound = fit.coefficients.len() == columns
            && finite(&fit.coefficients)
            && fit.intercept.is_finite();
        sound.then(|| Arc::new(self) as _)
    }
}

impl Model for LinearModel {
    fn outputs(&self) -> usize {
        1
    }

    fn predict(
        &self,
        rows: &[f64],
        columns: usize,
        out: &mut [f64],
        cancel: &Cancel,
    ) -> Outcome<()> {
        in_blocks(rows, columns, 1, out, cancel, |rows, out| {
            self.fit.predict(rows, out)
        })
    }

    fn predict_grid(&self, grid: &Grid, out: &mut [f64], cancel: &Cancel) -> Outcome<()> {
        let part = |_, column: usize, value: f64| self.fit.coefficients[column] * value;
        let finish = |scores: &mut [f64], out: &mut [f64]| out.copy_from_slice(scores);
        plane(grid, &[self.fit.intercept], part, out, cancel, finish)
    }

    fn inside(&self) -> Inside {
        let columns = self.fit.coefficients.len();
        let rank = self.fit.rank.filter(|rank| *rank < columns);
        let used = self.fit.coefficients.iter().filter(|w| **w != 0.0).count();
        let fact = match rank {
            Some(rank) => Some(("Independent columns", rank)),
            None => (used < columns).then_some(("Columns with a weight", used)),
        };
        Inside {
            coefficients: Some(Coefficients {
                weights: vec![self.fit.coefficients.clone()],
                intercepts: vec![self.fit.intercept],
            }),
            facts: fact
                .map(|(name, count)| (name, format!("{count} of {columns}")))
                .into_iter()
                .collect(),
            ..Inside::default()
        }
    }

    fn bytes(&self) -> usize {
        8 * (self.fit.coefficients.len() + 1)
    }

    fn save(&self) -> Option<Saved> {
        Saved::of(self)
    }
}
