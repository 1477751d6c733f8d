//! What is reported of a clustering: sizes, inertia and other measures, agreement with a column.

use std::sync::Arc;

use super::event::best;
use super::prepared::Part;
use super::report::Agreement;
use super::{Job, Report};
use crate::base::{Cancel, Outcome};
use crate::evaluate::clustering;
use crate::model::Model;
use crate::prepare::Target;

/// The likeliest cluster of each row of predictions; `NOISE` where that is the output for it.
pub fn labels(values: &[f64], outputs: usize, noise: Option<usize>) -> Vec<u32> {
    let label = |row: &[f64]| match best(row).0 {
        found if Some(found) == noise => clustering::NOISE,
        found => found as u32,
    };
    values.chunks_exact(outputs.max(1)).map(label).collect()
}

/// The cluster of each row that the fit has seen.
fn of_fit_rows(model: &dyn Model, part: &Part, cancel: &Cancel) -> Outcome<Vec<u32>> {
    let x = &part.samples.x;
    let mut values = vec![0.0; x.rows() * model.outputs()];
    model.predict(x.values(), x.columns(), &mut values, cancel)?;
    Ok(labels(&values, model.outputs(), model.noise()))
}

/// The same by table row, up to the last that the fit has seen; `NOISE` between them.
fn of_table_rows(part: &Part, clusters: &[u32]) -> Vec<u32> {
    let rows = part.rows.iter().map(|&row| row as usize);
    let mut of_rows = vec![clustering::NOISE; rows.clone().max().map_or(0, |row| row + 1)];
    for (row, cluster) in rows.zip(clusters) {
        of_rows[row] = *cluster;
    }
    of_rows
}

/// Up to so many rows each step tells their clusters.
const TOLD_ROWS: usize = 100_000;

/// The cluster of each table row as a step has it; empty where there are too many rows for that.
pub fn of_step(model: &dyn Model, part: &Part, cancel: &Cancel) -> Outcome<Arc<[u32]>> {
    if part.rows.len() > TOLD_ROWS {
        return Ok(Arc::default());
    }
    let clusters = of_fit_rows(model, part, cancel)?;
    Ok(Arc::from(of_table_rows(part, &clusters)))
}

/// Fills the report's clusters, sizes and measures (the silhouette of a sample above 2,000 rows, and
/// says so).
pub fn describe(report: &mut Report, part: &Part, job: &Job, cancel: &Cancel) -> Outcome<()> {
    let Some(fitted) = &report.fitted else {
        return Ok(());
    };
    let x = &part.samples.x;
    let (outputs, noise) = (fitted.model.outputs(), fitted.model.noise());
    let clusters = of_fit_rows(&*fitted.model, part, cancel)?;
    cancel.check()?;
    let (sizes, left_out) = clustering::sizes(&clusters, outputs - usize::from(noise.is_some()));
    match clustering::silhouette(x, &clusters, job.seed, cancel)? {
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
    if report.inertia.is_none() {
        report.inertia = clustering::inertia(x, &clusters, cancel)?;
    }
    report.davies_bouldin = clustering::davies_bouldin(x, &clusters, cancel)?;
    report.calinski_harabasz = clustering::calinski_harabasz(x, &clusters, cancel)?;
    cancel.check()?;
    report.noise = noise.map(|_| left_out);
    let of_rows = of_table_rows(part, &clusters);
    report.agreement = agreement(job, &of_rows);
    report.clusters = Arc::from(of_rows);
    report.sizes = sizes;
    Ok(())
}

/// How the clusters agree with the target, which the fit has not seen, where that has classes. Rows
/// of no cluster are a group of their own.
fn agreement(job: &Job, clusters: &[u32]) -> Option<Agreement> {
    let column = job.table.columns().get(job.roles.target()?)?;
    let target = Target::as_classes(column).ok()?;
    let rows: Vec<u32> = target.rows().iter().copied().collect();
    let crate::numeric::Labels::Classes { codes, .. } = target.labels(&rows) else {
        return None;
    };
    let found: Vec<u32> = rows
        .iter()
        .map(|&row| {
            clusters
                .get(row as usize)
                .copied()
                .unwrap_or(clustering::NOISE)
        })
        .collect();
    Some(Agreement {
        column: column.name.clone(),
        adjusted_rand: clustering::adjusted_rand(&codes, &found)?,
        mutual_information: clustering::normalized_mutual_information(&codes, &found)?,
    })
}
