//! The data with its predictions behind it, as one table.

use super::{Pipeline, Predictions};
use crate::base::Problem;
use crate::data::{Column, Table, TableBuilder};
use crate::model::Task;
use crate::train::best;

/// The columns of `table`, then what was predicted for each of its rows: classes as categories with
/// their probabilities, numbers as numbers, clusters by their number from 1 (missing: of no cluster).
/// A name that is taken gets `_` behind it.
pub fn joined(
    pipeline: &Pipeline,
    table: &Table,
    predictions: &Predictions,
) -> Result<Table, Problem> {
    let mut builder = TableBuilder::new(table.name());
    for column in table.columns() {
        builder = builder.column(column.clone());
    }
    let mut taken: Vec<String> = table.columns().iter().map(|c| c.name.clone()).collect();
    let mut names = pipeline.added_names().into_iter().map(|mut name| {
        while taken.contains(&name) {
            name.push('_');
        }
        taken.push(name.clone());
        name
    });
    let rows = || (0..predictions.rows()).map(|row| predictions.row(row));
    let name = names.next().unwrap_or_default();
    builder = builder.column(match pipeline.task {
        Task::Classification => {
            let codes = rows().map(|outputs| best(outputs).0 as u32).collect();
            Column::categories(name, codes, pipeline.classes.to_vec())
        }
        Task::Regression => {
            let values = rows().map(|outputs| outputs.first().copied().unwrap_or(f64::NAN));
            Column::numbers(name, values.collect())
        }
        Task::Clustering => {
            let codes = rows().map(|outputs| match best(outputs) {
                (cluster, share) if share > 0.0 => cluster as u32,
                _ => u32::MAX,
            });
            let levels = (1..=predictions.outputs).map(|cluster| cluster.to_string());
            Column::categories(name, codes.collect(), levels.collect())
        }
    });
    for (class, name) in names.enumerate() {
        let values = rows().map(|outputs| outputs.get(class).copied().unwrap_or(f64::NAN));
        builder = builder.column(Column::numbers(name, values.collect()));
    }
    builder.build()
}
