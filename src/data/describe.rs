//! A table in numbers: what each column holds, and what should be seen before a model is trusted.

use std::borrow::Cow;

use serde::Serialize;

use super::distinct::Distinct;
use super::quantiles::Quantiles;
use super::{Column, Kind, Table, Values, guess_target, parallel};
use crate::base::{Cancel, Hasher128, Outcome, Problem};

/// Computed once a table, off the window's thread.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    pub rows: usize,
    pub columns: Vec<ColumnSummary>,
    /// Rows that repeat an earlier one in every column.
    pub duplicates: usize,
    pub warnings: Vec<Problem>,
    /// Warnings that ask to leave a column out: the place of the warning and that of the column.
    pub useless: Vec<(usize, usize)>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ColumnSummary {
    pub name: String,
    pub unit: Option<String>,
    pub kind: Kind,
    pub missing: usize,
    /// Different values, missing apart.
    pub distinct: usize,
    /// `distinct` is an estimate, good to a percent or two: there are more than ten thousand.
    pub distinct_estimated: bool,
    /// Of numbers and dates (in seconds since 1970); nothing where every value is missing.
    #[serde(flatten)]
    pub numbers: Option<NumberSummary>,
    /// Of categories: the most frequent first, at most [`TOP_LEVELS`].
    pub levels: Vec<(String, usize)>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NumberSummary {
    pub min: f64,
    pub max: f64,
    pub mean: f64,
    /// Divided by n - 1; 0 for one value.
    pub std: f64,
    /// Quartiles interpolate between neighbours, as numpy's default does.
    pub q1: f64,
    pub median: f64,
    pub q3: f64,
    /// Counts in [`BINS`] equal parts from `min` to `max`; one bin where they are equal.
    pub histogram: Vec<usize>,
}

pub use super::quantiles::BINS;
/// Rows between two looks at the cancel flag.
const BLOCK: usize = 1 << 14;
pub const TOP_LEVELS: usize = 20;

/// Describes every column. Looks at `cancel` between its steps.
pub fn summarise(table: &Table, cancel: &Cancel) -> Outcome<Summary> {
    let columns = parallel::columns(table.columns().len(), table.rows(), |at| {
        cancel.check()?;
        column_summary(&table.columns()[at], cancel)
    })?;
    let duplicates = duplicates(table, cancel)?;
    let mut warnings = Vec::new();
    let mut useless = Vec::new();
    for (at, (column, summary)) in table.columns().iter().zip(&columns).enumerate() {
        let place = || format!("Column {}", column.name);
        if let Some(warning) = useless_warning(column, summary) {
            useless.push((warnings.len(), at));
            warnings.push(warning.at(place()));
        } else if summary.missing * 2 > column.len() {
            let share = 100 * summary.missing / column.len();
            let missing = Problem::new(format!("{share} % of its values are missing"));
            warnings.push(missing.at(place()));
        }
    }
    warnings.extend(target_warning(table));
    warnings.extend(empty_rows_warning(table));
    if duplicates > 0 {
        let verb = if duplicates == 1 {
            "row repeats"
        } else {
            "rows repeat"
        };
        warnings.push(
            Problem::new(format!("{duplicates} {verb} an earlier one"))
                .fix("In cross-validation a repeated row may be trained on and tested on"),
        );
    }
    Ok(Summary {
        rows: table.rows(),
        columns,
        duplicates,
        warnings,
        useless,
    })
}

fn column_summary(column: &Column, cancel: &Cancel) -> Outcome<ColumnSummary> {
    let mut summary = ColumnSummary {
        name: column.name.clone(),
        unit: column.unit.clone(),
        kind: column.kind,
        missing: column.missing.count(),
        distinct: 0,
        distinct_estimated: false,
        numbers: None,
        levels: Vec::new(),
    };
    match &column.values {
        Values::Number(values) => {
            let present: Cow<'_, [f64]> = match summary.missing {
                0 => Cow::Borrowed(values),
                _ => (0..values.len())
                    .filter_map(|row| column.number(row))
                    .collect(),
            };
            let (mean, std) = mean_and_std(&present);
            let mut distinct = Distinct::new(present.len());
            for block in present.chunks(BLOCK) {
                cancel.check()?;
                block.iter().for_each(|value| distinct.add_number(*value));
            }
            summary.set_distinct(&distinct, present.len());
            cancel.check()?;
            summary.numbers = numbers(&present, mean, std);
        }
        Values::Category { levels, .. } => {
            let mut counts = vec![0; levels.len()];
            for row in 0..column.len() {
                if let Some(code) = column.code(row) {
                    counts[code as usize] += 1;
                }
            }
            let mut found: Vec<(usize, usize)> = counts
                .into_iter()
                .enumerate()
                .filter(|(_, count)| *count > 0)
                .collect();
            summary.distinct = found.len();
            found.sort_by_key(|&(code, count)| (std::cmp::Reverse(count), code));
            found.truncate(TOP_LEVELS);
            summary.levels = found
                .into_iter()
                .map(|(code, count)| (levels[code].clone(), count))
                .collect();
        }
        Values::Text(values) => {
            let mut distinct = Distinct::new(values.len());
            for (row, value) in values.iter().enumerate() {
                if row % 4096 == 0 {
                    cancel.check()?;
                }
                if !column.missing.is_missing(row) {
                    distinct.add_text(value);
                }
            }
            summary.set_distinct(&distinct, values.len() - summary.missing);
        }
    }
    Ok(summary)
}

impl ColumnSummary {
    fn set_distinct(&mut self, distinct: &Distinct, present: usize) {
        let (count, estimated) = distinct.count();
        self.distinct = count.min(present);
        self.distinct_estimated = estimated;
    }
}

/// `values` are finite.
fn numbers(values: &[f64], mean: f64, std: f64) -> Option<NumberSummary> {
    let found = Quantiles::of(values)?;
    Some(NumberSummary {
        min: found.min,
        max: found.max,
        mean,
        std,
        q1: found.quartiles[0],
        median: found.quartiles[1],
        q3: found.quartiles[2],
        histogram: found.histogram,
    })
}

/// In two passes, scaled where squares would leave f64.
fn mean_and_std(values: &[f64]) -> (f64, f64) {
    let largest = largest(values);
    let scale = if largest > 1e100 || (largest > 0.0 && largest < 1e-100) {
        largest
    } else {
        1.0
    };
    let n = values.len().max(1) as f64;
    let (mean, squares) = match scale == 1.0 {
        true => {
            let mean = sum(values, |v| v) / n;
            (mean, sum(values, |v| (v - mean) * (v - mean)))
        }
        false => {
            let mean = sum(values, |v| v / scale) / n;
            (mean, sum(values, |v| (v / scale - mean).powi(2)))
        }
    };
    let std = if values.len() > 1 {
        (squares / (n - 1.0)).sqrt()
    } else {
        0.0
    };
    (mean * scale, std * scale)
}

/// In eight sums side by side, which a processor adds at once; always in this order.
#[inline]
fn sum(values: &[f64], of: impl Fn(f64) -> f64) -> f64 {
    let (eights, rest) = values.as_chunks::<8>();
    let mut sums = [0.0; 8];
    for eight in eights {
        for (sum, value) in sums.iter_mut().zip(eight) {
            *sum += of(*value);
        }
    }
    sums.iter().sum::<f64>() + rest.iter().map(|value| of(*value)).sum::<f64>()
}

/// By size, of finite values; 0 of none.
fn largest(values: &[f64]) -> f64 {
    let larger = |a: f64, b: f64| if b > a { b } else { a };
    let (eights, rest) = values.as_chunks::<8>();
    let mut most = [0.0; 8];
    for eight in eights {
        for (most, value) in most.iter_mut().zip(eight) {
            *most = larger(*most, value.abs());
        }
    }
    let rest = rest.iter().map(|value| value.abs());
    most.into_iter().chain(rest).fold(0.0, larger)
}

/// Rows whose hash was there before, by blocks of rows whose hashes stay in the cache.
pub(super) fn duplicates(table: &Table, cancel: &Cancel) -> Outcome<usize> {
    let mix =
        |hash: u64, word: u64| (hash.rotate_left(23) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let rows = table.rows();
    let hashed = parallel::columns(rows.div_ceil(BLOCK), rows.min(BLOCK), |block| {
        let rows = block * BLOCK..rows.min((block + 1) * BLOCK);
        let mut hashes = vec![0u64; rows.len()];
        for column in table.columns() {
            cancel.check()?;
            let missing = |row: usize| column.missing.is_missing(row);
            let each = hashes.iter_mut().zip(rows.clone());
            match &column.values {
                Values::Number(values) => each.for_each(|(hash, row)| {
                    let word = if missing(row) {
                        u64::MAX
                    } else {
                        values[row].to_bits()
                    };
                    *hash = mix(*hash, word);
                }),
                Values::Category { codes, .. } => each.for_each(|(hash, row)| {
                    let word = if missing(row) {
                        u64::MAX
                    } else {
                        codes[row].into()
                    };
                    *hash = mix(*hash, word);
                }),
                Values::Text(values) => each.for_each(|(hash, row)| {
                    let of_text = || Hasher128::new().text(&values[row]).finish().0 as u64;
                    *hash = mix(*hash, if missing(row) { u64::MAX } else { of_text() });
                }),
            }
        }
        Ok(hashes)
    })?;
    let mut hashes = hashed.concat();
    cancel.check()?;
    hashes.sort_unstable();
    Ok(hashes.windows(2).filter(|pair| pair[0] == pair[1]).count())
}

/// Of a column that no model can learn from.
fn useless_warning(column: &Column, summary: &ColumnSummary) -> Option<Problem> {
    let present = column.len() - summary.missing;
    if present == 0 {
        return Some(Problem::new("all its values are missing").fix("Leave it out"));
    }
    if summary.distinct == 1 && column.len() > 1 {
        let row = (0..column.len()).find(|&row| !column.missing.is_missing(row))?;
        return Some(
            Problem::new(format!("all its values are “{}”", column.cell(row)))
                .fix("It cannot help to tell rows apart; leave it out"),
        );
    }
    let is_words = matches!(column.values, Values::Text(_) | Values::Category { .. });
    if is_words && present >= 20 && summary.distinct * 10 > present * 9 {
        return Some(
            Problem::new(
                "nearly every value is different, so it names rows rather than groups them",
            )
            .fix("Leave it out"),
        );
    }
    None
}

/// Classes so rare that accuracy misleads, or so many that each is rare.
fn target_warning(table: &Table) -> Option<Problem> {
    let column = &table.columns()[guess_target(table)?];
    let mut counts = vec![0usize; column.levels().len()];
    for row in 0..column.len() {
        if let Some(code) = column.code(row) {
            counts[code as usize] += 1;
        }
    }
    let present: usize = counts.iter().sum();
    let (rarest, &count) = counts
        .iter()
        .enumerate()
        .filter(|(_, c)| **c > 0)
        .min_by_key(|(_, c)| **c)?;
    let most = counts.iter().max()?;
    let warning = if counts.len() > 50 {
        Problem::new(format!("it has {} classes", counts.len()))
            .fix("Check that it is the column to predict")
    } else if most / count >= 10 {
        let share = 100.0 * count as f64 / present as f64;
        Problem::new(format!(
            "only {share:.1} % of the rows are “{}”",
            column.levels()[rarest]
        ))
        .fix("Look at F1 or MCC, accuracy alone misleads")
    } else {
        return None;
    };
    Some(warning.at(format!("Column {}", column.name)))
}

/// Rows without any of the measurements that are missing anywhere.
fn empty_rows_warning(table: &Table) -> Option<Problem> {
    let gappy: Vec<&Column> = table
        .columns()
        .iter()
        .filter(|c| c.kind == Kind::Number && (1..c.len()).contains(&c.missing.count()))
        .collect();
    if gappy.len() < 2 {
        return None;
    }
    let mut empty =
        (0..table.rows()).filter(|&row| gappy.iter().all(|c| c.missing.is_missing(row)));
    let first = empty.next()?;
    let count = 1 + empty.count();
    let verb = if count == 1 { "row has" } else { "rows have" };
    Some(
        Problem::new(format!(
            "{count} {verb} none of {} measurements",
            gappy.len()
        ))
        .at(format!("Row {}", first + 1))
        .fix("Such rows are filled in whole or left out"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Halt;
    use crate::data::TableBuilder;

    fn summary(columns: Vec<Column>) -> Summary {
        let mut builder = TableBuilder::new("t");
        for column in columns {
            builder = builder.column(column);
        }
        summarise(&builder.build().unwrap(), &Cancel::new()).unwrap()
    }

    #[test]
    fn numbers_agree_with_numpy() {
        // numpy.percentile([3, 1, 4, 1, 5, 9, 2, 6], [25, 50, 75]), mean and std(ddof=1).
        let values = vec![3.0, 1.0, 4.0, f64::NAN, 1.0, 5.0, 9.0, 2.0, 6.0];
        let found = &summary(vec![Column::numbers("a", values)]).columns[0];
        let numbers = found.numbers.as_ref().unwrap();
        assert_eq!((found.missing, found.distinct), (1, 7));
        assert_eq!((numbers.min, numbers.max, numbers.mean), (1.0, 9.0, 3.875));
        assert!((numbers.std - 2.748_376_143_938_713_5).abs() < 1e-14);
        assert_eq!((numbers.q1, numbers.median, numbers.q3), (1.75, 3.5, 5.25));
        assert_eq!(numbers.histogram.iter().sum::<usize>(), 8);
        assert_eq!((numbers.histogram[0], numbers.histogram[BINS - 1]), (2, 1));
    }

    #[test]
    fn huge_equal_and_missing_values_do_no_harm() {
        let found = summary(vec![
            Column::numbers("huge", vec![-1.7e308, 1.7e308, 0.0]),
            Column::numbers("same", vec![2.0; 3]),
            Column::numbers("none", vec![f64::NAN; 3]),
        ]);
        let huge = found.columns[0].numbers.as_ref().unwrap();
        assert!(huge.std.is_finite() && huge.mean == 0.0);
        assert_eq!(huge.histogram.iter().sum::<usize>(), 3);
        assert_eq!(found.columns[1].numbers.as_ref().unwrap().histogram, [3]);
        assert_eq!(found.columns[2].numbers, None);
        let places: Vec<&str> = found.warnings.iter().map(|w| w.place.as_str()).collect();
        assert_eq!(places, ["Column same", "Column none"]);
        assert_eq!(found.useless, [(0, 1), (1, 2)]);
        assert!(
            summary(vec![Column::numbers("a", vec![])]).columns[0]
                .numbers
                .is_none()
        );
    }

    #[test]
    fn levels_duplicates_imbalance_and_empty_rows() {
        let codes = [vec![0; 30], vec![1; 2], vec![u32::MAX]].concat();
        let gaps = |from: f64| {
            (0..33)
                .map(|r| {
                    if r == 4 {
                        f64::NAN
                    } else {
                        from + f64::from(r / 2)
                    }
                })
                .collect()
        };
        let found = summary(vec![
            Column::numbers("a", gaps(0.0)),
            Column::numbers("b", gaps(5.0)),
            Column::categories(
                "class",
                codes,
                vec!["x".into(), "y".into(), "unused".into()],
            ),
        ]);
        assert_eq!(
            found.columns[2].levels,
            [("x".to_owned(), 30), ("y".to_owned(), 2)]
        );
        assert_eq!(
            (found.columns[2].distinct, found.columns[2].missing),
            (2, 1)
        );
        // Rows 0 and 1, 2 and 3, 6 and 7, ... 30 and 31; row 5 lost its twin.
        assert_eq!(found.duplicates, 15);
        let text = found
            .warnings
            .iter()
            .map(|w| w.to_string())
            .collect::<Vec<_>>()
            .join("\n");
        assert!(text.contains("6.2 % of the rows are “y”"), "{text}");
        assert!(
            text.contains("Row 5: 1 row has none of 2 measurements"),
            "{text}"
        );
    }

    #[test]
    fn it_can_be_stopped() {
        let table = TableBuilder::new("t")
            .column(Column::numbers("a", vec![1.0]))
            .build()
            .unwrap();
        let cancel = Cancel::new();
        cancel.cancel();
        assert_eq!(summarise(&table, &cancel), Err(Halt::Cancelled));
    }
}
