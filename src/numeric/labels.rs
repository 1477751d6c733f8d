//! What a fit learns to predict.

use std::sync::Arc;

/// The target of a fit, one a row.
#[derive(Clone, Debug)]
pub enum Labels {
    /// Codes `0..count`.
    Classes {
        codes: Arc<[u32]>,
        count: usize,
    },
    Numbers(Arc<[f64]>),
}

impl Labels {
    pub fn len(&self) -> usize {
        match self {
            Labels::Classes { codes, .. } => codes.len(),
            Labels::Numbers(values) => values.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The labels of these rows, in their order.
    pub fn select(&self, rows: &[u32]) -> Labels {
        match self {
            Labels::Classes { codes, count } => Labels::Classes {
                codes: rows.iter().map(|&row| codes[row as usize]).collect(),
                count: *count,
            },
            Labels::Numbers(values) => {
                Labels::Numbers(rows.iter().map(|&row| values[row as usize]).collect())
            }
        }
    }
}
