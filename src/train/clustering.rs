//! What is reported of a clustering: sizes, inertia, silhouette.

use std::sync::Arc;

use super::Report;
use super::event::best;
use super::prepared::Part;
use crate::base::{Cancel, Outcome};
use crate::evaluate::clustering;

/// Fills the report's clusters, sizes and silhouette (of a sample above 2,000 rows, and says so).
pub fn describe(report: &mut Report, part: &Part, seed: u64, cancel: &Cancel) -> Outcome<()> {
    let Some(fitted) = &report.fitted else {
        return Ok(());
    };
    let x = &part.samples.x;
    let outputs = fitted.model.outputs();
    let mut values = vec![0.0; x.rows() * outputs];
    fitted
        .model
        .predict(x.values(), x.columns(), &mut values, cancel)?;
    let clusters: Vec<u32> = values
        .chunks_exact(outputs.max(1))
        .map(|row| best(row).0 as u32)
        .collect();
    let (sizes, _) = clustering::sizes(&clusters, outputs);
    match clustering::silhouette(x, &clusters, seed, cancel)? {
        Some(silhouette) => {
            report.silhouette = Some(silhouette.mean);
            if silhouette.sampled {
                let rows = silhouette.rows;
                report
                    .warnings
                    .push(format!("The silhouette is of a sample of {rows} rows."));
            }
        }
        None => report
            .warnings
            .push("The silhouette has no value: it takes two clusters.".into()),
    }
    let rows = part.rows.iter().map(|&row| row as usize);
    let mut of_rows = vec![u32::MAX; rows.clone().max().map_or(0, |row| row + 1)];
    for (row, cluster) in rows.zip(&clusters) {
        of_rows[row] = *cluster;
    }
    report.clusters = Arc::from(of_rows);
    report.sizes = sizes;
    Ok(())
}
