//! `seefit describe`: what is in a table, column by column.

use serde_json::{Map, Value as Json, json};

use super::arguments::DescribeArgs;
use super::text::{self, count, significant};
use super::{Failure, setup};
use crate::base::problem::visible;
use crate::base::{Cancel, Halt, Problem};
use crate::data::{Column, ColumnSummary, Kind, NumberSummary, Summary, Table, Values, summarise};

pub fn run(args: &DescribeArgs) -> Result<String, Failure> {
    let table = setup::open(&args.data, &args.read)?;
    let summary = match summarise(&table, &Cancel::new()) {
        Ok(summary) => summary,
        Err(Halt::Failed(problem)) => return Err(Failure::input(problem)),
        Err(Halt::Cancelled) => return Err(Failure::work(Problem::new("the work was stopped"))),
    };
    Ok(if args.json {
        format!("{}\n", object(&table, &summary))
    } else {
        described(&table, &summary)
    })
}

/// What the reader guessed, then what should be seen before a model is trusted.
fn warnings(table: &Table, summary: &Summary) -> Vec<String> {
    table
        .notes()
        .iter()
        .chain(&summary.warnings)
        .map(Problem::to_string)
        .collect()
}

fn object(table: &Table, summary: &Summary) -> Json {
    let columns: Vec<Json> = summary.columns.iter().map(column).collect();
    json!({
        "name": table.name(),
        "rows": summary.rows,
        "columns": columns,
        "duplicates": summary.duplicates,
        "target": table.suggested_target(),
        "parts": table.parts().map(|parts| json!({
            "called": parts.called, "names": parts.names, "chosen": parts.chosen,
        })),
        "warnings": warnings(table, summary),
    })
}

/// Numbers have `min` to `histogram`, categories `values`; dates are spelt out.
fn column(summary: &ColumnSummary) -> Json {
    let mut object = Map::new();
    let mut put = |name: &str, value: Json| object.insert(name.to_owned(), value);
    put("name", json!(summary.name));
    put("unit", json!(summary.unit));
    put("kind", json!(summary.kind));
    put("missing", json!(summary.missing));
    put("distinct", json!(summary.distinct));
    if summary.distinct_estimated {
        put("distinct_estimated", json!(true));
    }
    if let Some(numbers) = &summary.numbers {
        let date = summary.kind == Kind::Date;
        let value = |v: f64| if date { json!(date_text(v)) } else { json!(v) };
        put("min", value(numbers.min));
        put("q1", value(numbers.q1));
        put("median", value(numbers.median));
        put("q3", value(numbers.q3));
        put("max", value(numbers.max));
        if !date {
            put("mean", json!(numbers.mean));
            put("std", json!(numbers.std));
        }
        put("histogram", json!(numbers.histogram));
    }
    if matches!(summary.kind, Kind::Category | Kind::YesNo) {
        let level = |(value, count): &(String, usize)| json!({ "value": value, "count": count });
        put("values", summary.levels.iter().map(level).collect());
    }
    Json::Object(object)
}

fn described(table: &Table, summary: &Summary) -> String {
    let mut rows = vec![
        ["column", "kind", "missing", "distinct", "distribution"]
            .map(str::to_owned)
            .to_vec(),
    ];
    for (column, found) in table.columns().iter().zip(&summary.columns) {
        rows.push(vec![
            column.title(),
            found.kind.name().to_owned(),
            found.missing.to_string(),
            match found.distinct_estimated {
                true => format!("≈ {}", found.distinct),
                false => found.distinct.to_string(),
            },
            distribution(found),
        ]);
    }
    let target = table
        .suggested_target()
        .map_or(String::new(), |name| format!("; target {}", visible(name)));
    let mut out = format!(
        "{}: {}, {}{target}\n\n{}",
        visible(table.name()),
        count(summary.rows, "row", "rows"),
        count(summary.columns.len(), "column", "columns"),
        text::table(&rows, &[2, 3])
    );
    let warnings = warnings(table, summary);
    if !warnings.is_empty() {
        out.push('\n');
    }
    for warning in warnings {
        out.push_str(&format!("Note: {warning}\n"));
    }
    out
}

/// `4.3 ▁▃▆█▅▂ 7.9, mean 5.843, std 0.8281`, `setosa 50, versicolor 50, virginica 50`.
fn distribution(summary: &ColumnSummary) -> String {
    match (&summary.numbers, summary.kind) {
        (Some(numbers), Kind::Date) => {
            format!(
                "{} {} {}",
                date_text(numbers.min),
                bars(numbers),
                date_text(numbers.max)
            )
        }
        (Some(numbers), _) => {
            let n = |value| significant(value, 4);
            format!(
                "{} {} {}, mean {}, std {}",
                n(numbers.min),
                bars(numbers),
                n(numbers.max),
                n(numbers.mean),
                n(numbers.std)
            )
        }
        (None, _) => {
            let shown = summary.levels.iter().take(MOST_LEVELS);
            let mut parts: Vec<String> = shown.map(|(level, n)| format!("{level} {n}")).collect();
            if summary.distinct > parts.len() && !parts.is_empty() {
                parts.push(format!("and {} more", summary.distinct - parts.len()));
            }
            parts.join(", ")
        }
    }
}

const MOST_LEVELS: usize = 6;

/// Two bins of the histogram a letter; a bin with rows is never blank.
fn bars(numbers: &NumberSummary) -> String {
    const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let bins: Vec<usize> = numbers
        .histogram
        .chunks(2)
        .map(|pair| pair.iter().sum())
        .collect();
    let most = bins.iter().copied().max().unwrap_or(0).max(1);
    let bar = |n: usize| {
        if n == 0 {
            ' '
        } else {
            BLOCKS[(n * 7).div_ceil(most).min(7)]
        }
    };
    bins.into_iter().map(bar).collect()
}

/// As a cell of a date column is written.
fn date_text(seconds: f64) -> String {
    let column = Column {
        kind: Kind::Date,
        values: Values::Number([seconds].into()),
        ..Column::numbers("", vec![seconds])
    };
    column.cell(0).into_owned()
}
