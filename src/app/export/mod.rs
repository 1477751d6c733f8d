//! What can be taken out of the window as a table: held-out predictions, and scores; and a table as text.

pub mod told;

use std::sync::Arc;

use crate::base::Problem;
use crate::data::{Column, Table, TableBuilder};
use crate::train::Report;

/// Cells of a table that are copied at most: some hundred megabytes of text.
const MOST_CELLS: usize = 10_000_000;

/// A table as a clipboard and a spreadsheet take it: lines of cells with tabs between them.
pub fn as_text(table: &Table) -> Result<String, Problem> {
    let unwritten =
        |error: &dyn std::fmt::Display| Problem::new(format!("it cannot be copied ({error})"));
    if table.rows().saturating_mul(table.columns().len()) > MOST_CELLS {
        return Err(Problem::new("the table is too large to be copied")
            .at(table.name())
            .fix("Save it as CSV"));
    }
    let mut writer = ::csv::WriterBuilder::new()
        .delimiter(b'\t')
        .from_writer(Vec::new());
    let titles = table.columns().iter().map(Column::title);
    writer.write_record(titles).map_err(|e| unwritten(&e))?;
    for row in 0..table.rows() {
        for column in table.columns() {
            let cell = column.cell(row);
            writer
                .write_field(cell.as_bytes())
                .map_err(|e| unwritten(&e))?;
        }
        let end = writer.write_record(None::<&[u8]>);
        end.map_err(|e| unwritten(&e))?;
    }
    let bytes = writer.into_inner().map_err(|e| unwritten(&e))?;
    String::from_utf8(bytes).map_err(|e| unwritten(&e))
}

/// A card with its result.
pub struct Scored {
    /// `B Random forest`.
    pub name: String,
    pub report: Arc<Report>,
}

/// One row a row of the table: its number, its target, and for each model what was said about it
/// when it was held out. What was never held out is missing.
pub fn predictions(
    table: &Table,
    target: Option<usize>,
    models: &[Scored],
) -> Result<Table, Problem> {
    let rows = table.rows();
    let mut builder = TableBuilder::new("predictions");
    let numbers = (1..=rows).map(|row| row as f64).collect();
    builder = builder.column(Column::numbers("row", numbers));
    if let Some(column) = target.and_then(|c| table.columns().get(c)) {
        let name = format!("actual {}", column.name);
        builder = builder.column(Column {
            name,
            ..column.clone()
        });
    }
    for Scored { name, report } in models {
        let held_out = &report.held_out;
        if !report.clusters.is_empty() {
            let cluster = |row: usize| match report.clusters.get(row) {
                Some(&c) if c != u32::MAX => f64::from(c) + 1.0,
                _ => f64::NAN,
            };
            let values = (0..rows).map(cluster).collect();
            builder = builder.column(Column::numbers(format!("{name}: cluster"), values));
        } else if report.class_names.is_empty() {
            let value = |row| held_out.row(row).and_then(|v| v.first().copied());
            let values = (0..rows)
                .map(|row| value(row).unwrap_or(f64::NAN))
                .collect();
            builder = builder.column(Column::numbers(format!("{name}: predicted"), values));
        } else {
            let said: Vec<Option<(usize, f64)>> =
                (0..rows).map(|row| held_out.class(row)).collect();
            let code = |s: &Option<(usize, f64)>| s.map_or(u32::MAX, |(class, _)| class as u32);
            let codes = said.iter().map(code).collect();
            let levels = report.class_names.clone();
            let title = format!("{name}: predicted");
            builder = builder.column(Column::categories(title, codes, levels));
            let share = |s: &Option<(usize, f64)>| s.map_or(f64::NAN, |(_, share)| share);
            let shares = said.iter().map(share).collect();
            builder = builder.column(Column::numbers(format!("{name}: probability"), shares));
        }
    }
    builder.build()
}

/// One row a model and metric: mean, standard deviation over the folds, pooled, and each fold's.
pub fn scores(models: &[Scored]) -> Result<Table, Problem> {
    let mut lines = Vec::new();
    for (at, scored) in models.iter().enumerate() {
        for (metric, spread) in &scored.report.metrics {
            lines.push((at as u32, metric.name(), spread));
        }
    }
    let folds = lines.iter().map(|l| l.2.per_fold.len()).max().unwrap_or(0);
    let mut metrics: Vec<String> = Vec::new();
    let mut codes = Vec::new();
    for (_, metric, _) in &lines {
        let known = metrics.iter().position(|m| m == metric);
        codes.push(known.unwrap_or(metrics.len()) as u32);
        if known.is_none() {
            metrics.push((*metric).to_owned());
        }
    }
    let numbers = |name: String, value: &dyn Fn(&crate::evaluate::Spread) -> Option<f64>| {
        let values = lines.iter().map(|(_, _, s)| value(s).unwrap_or(f64::NAN));
        Column::numbers(name, values.collect())
    };
    let names = models.iter().map(|m| m.name.clone()).collect();
    let of = lines.iter().map(|l| l.0).collect();
    let mut builder = TableBuilder::new("scores")
        .column(Column::categories("model", of, names))
        .column(Column::categories("metric", codes, metrics))
        .column(numbers("mean".into(), &|s| s.mean))
        .column(numbers("std".into(), &|s| s.std))
        .column(numbers("pooled".into(), &|s| s.pooled));
    for fold in 0..folds {
        let value = |s: &crate::evaluate::Spread| s.per_fold.get(fold).copied().flatten();
        builder = builder.column(numbers(format!("fold {}", fold + 1), &value));
    }
    builder.build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_becomes_lines_with_tabs() {
        let table = TableBuilder::new("t")
            .column(Column::numbers("a", vec![0.1, f64::NAN]).with_unit("mm"))
            .column(Column::categories(
                "b",
                vec![0, 1],
                vec!["x\ty".into(), "z".into()],
            ))
            .build()
            .unwrap();
        assert_eq!(as_text(&table).unwrap(), "a (mm)\tb\n0.1\t\"x\ty\"\n\tz\n");
    }
}
