//! Models of k nearest neighbours in files: their training rows, arranged anew when they are opened.

use serde::{Deserialize, Serialize};

use super::neighbour_search::Search;
use super::saved::finite;
use super::{Engine, Samples};
use crate::base::Hasher128;
use crate::numeric::{Labels, Matrix, Metric};

/// Training rows and how they are searched.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct StoredRows {
    columns: usize,
    /// Row after row.
    values: Vec<f64>,
    search: Search,
    /// Searched by smartcore rather than by us.
    smartcore: bool,
}

impl StoredRows {
    pub fn new(x: &Matrix, search: Search, engine: Engine) -> StoredRows {
        StoredRows {
            columns: x.columns(),
            values: x.values().to_vec(),
            search,
            smartcore: engine == Engine::Smartcore,
        }
    }

    pub fn engine(&self) -> Engine {
        if self.smartcore {
            Engine::Smartcore
        } else {
            Engine::Seefit
        }
    }

    pub fn search(&self) -> Search {
        self.search
    }

    /// Rows and labels again; None where they do not fit together.
    pub fn samples(self, columns: usize, labels: Labels) -> Option<Samples> {
        let power = match self.search.metric {
            Metric::Minkowski(p) => p.is_finite() && p >= 1.0,
            _ => true,
        };
        let sound = power
            && columns > 0
            && self.columns == columns
            && labels.len().checked_mul(columns) == Some(self.values.len())
            && (1..=labels.len()).contains(&self.search.k)
            && finite(&self.values);
        if !sound {
            return None;
        }
        let mut key = Hasher128::new();
        for value in &self.values {
            key.number(*value);
        }
        Some(Samples {
            x: Matrix::new(labels.len(), columns, self.values),
            y: Some(labels),
            key: key.finish(),
        })
    }
}
