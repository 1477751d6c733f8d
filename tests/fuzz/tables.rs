//! Random tables: small, and of every kind that does harm somewhere.

use seefit::base::Random;
use seefit::data::{Column, Kind, Table, TableBuilder};
use seefit::model::Task;
use seefit::numeric::{Labels, Matrix};

use super::settings::{chance, pick};

/// Numbers at the edges of what f64 holds.
const EXTREMES: [f64; 14] = [
    0.0,
    -0.0,
    5e-324,
    -5e-324,
    1e-310,
    f64::MIN_POSITIVE,
    1e-200,
    1.0,
    -1.0,
    1e150,
    -1e154,
    1e300,
    f64::MAX,
    -f64::MAX,
];

/// How the rows of a table come about: so many, and from these originals.
pub struct Rows {
    /// The original of each row: fewer originals than rows give duplicates.
    of: Vec<usize>,
}

pub fn rows(random: &mut Random) -> Rows {
    let count = match random.below(40) {
        0 => 0,
        1 => 1,
        2 | 3 => 2,
        4 | 5 => 3,
        6..=13 => 4 + random.below(9),
        14..=37 => 13 + random.below(48),
        _ => 61 + random.below(140),
    };
    let originals = match random.below(10) {
        0 => 1 + random.below(4),
        _ => count.max(1),
    };
    Rows {
        of: (0..count).map(|row| row % originals).collect(),
    }
}

/// One number a row, of some shape.
fn numbers(random: &mut Random, rows: usize, earlier: &[Vec<f64>]) -> Vec<f64> {
    let n = rows;
    match random.below(20) {
        0 => {
            let value = *pick(random, &[0.0, 3.0, -1e300, 1e-310]);
            vec![value; n]
        }
        1 => {
            let offset = *pick(random, &[1e8, -1e12, 1e15]);
            (0..n).map(|_| offset + random.normal()).collect()
        }
        2 => {
            let power = random.below(600) as i32 - 300;
            let scale = 10f64.powi(power);
            (0..n).map(|_| random.normal() * scale).collect()
        }
        3 => (0..n).map(|_| *pick(random, &EXTREMES)).collect(),
        4 if !earlier.is_empty() => {
            let times = *pick(random, &[1.0, -2.0, 1e5]);
            pick(random, earlier).iter().map(|v| v * times).collect()
        }
        5 if earlier.len() > 1 => {
            let (a, b) = (pick(random, earlier).clone(), pick(random, earlier));
            a.iter().zip(b).map(|(a, b)| a + b).collect()
        }
        6 => {
            let mut values = vec![0.0; n];
            if n > 0 {
                values[random.below(n)] = *pick(random, &[1.0, 1e150, 1e300]);
            }
            values
        }
        7 | 8 => {
            let most = 1 + random.below(6);
            (0..n).map(|_| random.below(most + 1) as f64).collect()
        }
        9 => (0..n).map(|row| row as f64).collect(),
        10 => (0..n).map(|_| 10f64.powf(random.normal() * 20.0)).collect(),
        _ => (0..n).map(|_| random.normal()).collect(),
    }
}

fn with_gaps(random: &mut Random, values: &mut [f64]) {
    let part = match random.below(12) {
        0 => 0.1,
        1 => 0.6,
        2 if chance(random, 0.3) => 1.0,
        _ => return,
    };
    for value in values {
        if chance(random, part) {
            // Both are missing: infinity is no number.
            *value = *pick(random, &[f64::NAN, f64::INFINITY, f64::NEG_INFINITY]);
        }
    }
}

fn categories(random: &mut Random, name: &str, rows: usize, levels: usize) -> Column {
    let skewed = chance(random, 0.4);
    let gaps = chance(random, 0.2);
    let codes = (0..rows).map(|_| match random.below(8) {
        0 if gaps => u32::MAX,
        1..=6 if skewed => 0,
        _ => random.below(levels) as u32,
    });
    let codes = codes.collect();
    Column::categories(name, codes, (0..levels).map(|l| format!("l{l}")).collect())
}

fn feature(random: &mut Random, name: &str, rows: usize, earlier: &mut Vec<Vec<f64>>) -> Column {
    match random.below(12) {
        0 | 1 => {
            let levels = *pick(random, &[1, 2, 3, 5, 30]);
            categories(random, name, rows, levels)
        }
        2 => {
            let words = [
                "the", "Red", "red", "fox", "é", "\u{202e}", "x1", "", "  ", "fox, fox",
            ];
            let texts = (0..rows).map(|_| match random.below(9) {
                0 => None,
                _ => {
                    let count = random.below(5);
                    let chosen: Vec<&str> = (0..count).map(|_| *pick(random, &words)).collect();
                    Some(chosen.join(" ").into_boxed_str())
                }
            });
            Column::texts(name, texts.collect())
        }
        3 => {
            let seconds = (0..rows).map(|_| match random.below(12) {
                0 => f64::NAN,
                1 => *pick(random, &EXTREMES),
                _ => random.below(2_000_000_000) as f64,
            });
            let mut column = Column::numbers(name, seconds.collect());
            column.kind = Kind::Date;
            column
        }
        _ => {
            let mut values = numbers(random, rows, earlier);
            earlier.push(values.clone());
            with_gaps(random, &mut values);
            Column::numbers(name, values)
        }
    }
}

/// A target that mostly fits the task, and sometimes does not.
fn target(random: &mut Random, task: Task, rows: usize, earlier: &[Vec<f64>]) -> Column {
    let misfit = chance(random, 0.03);
    if (task == Task::Regression) == misfit {
        let classes = *pick(random, &[1, 2, 2, 2, 3, 3, 4, 6, 12]);
        return match (earlier.first(), random.below(3)) {
            // Classes that the first column tells apart.
            (Some(first), 0) => {
                let codes = first
                    .iter()
                    .map(|v| (v.abs() % f64::from(classes)) as u32 % classes);
                let levels = (0..classes).map(|l| format!("l{l}")).collect();
                Column::categories("target", codes.collect(), levels)
            }
            (_, 1) => {
                let whole = (0..rows).map(|_| random.below(classes as usize) as f64);
                Column::numbers("target", whole.collect())
            }
            _ => categories(random, "target", rows, classes as usize),
        };
    }
    let mut values = match earlier.first() {
        Some(first) if chance(random, 0.5) => first
            .iter()
            .map(|v| 2.0 * v + 0.1 * random.normal())
            .collect(),
        _ => numbers(random, rows, earlier),
    };
    with_gaps(random, &mut values);
    Column::numbers("target", values)
}

/// Rows x columns as a fit gets them: finite, and nothing else is promised.
pub fn matrix(random: &mut Random, rows: &Rows) -> Matrix {
    let columns = match random.below(12) {
        0 => 7 + random.below(40),
        _ => 1 + random.below(6),
    };
    let n = rows.of.len();
    let mut all: Vec<Vec<f64>> = Vec::new();
    for _ in 0..columns {
        let mut column = numbers(random, n, &all);
        for value in &mut column {
            *value = value.clamp(-f64::MAX, f64::MAX);
        }
        all.push(column);
    }
    let values = rows
        .of
        .iter()
        .flat_map(|&row| all.iter().map(move |column| column[row]));
    Matrix::new(n, columns, values.collect())
}

/// Labels for the task, one a row; of classes every code occurs, as after the preparation.
pub fn labels(random: &mut Random, task: Task, x: &Matrix) -> Option<Labels> {
    let rows = x.rows();
    match task {
        Task::Clustering => None,
        Task::Regression => {
            let mut values = match random.below(3) {
                0 => x.column(0).map(|v| v * 2.0).collect(),
                _ => numbers(random, rows, &[]),
            };
            values
                .iter_mut()
                .for_each(|v| *v = v.clamp(-f64::MAX, f64::MAX));
            Some(Labels::Numbers(values.into()))
        }
        Task::Classification => {
            let most = (*pick(random, &[1, 2, 2, 2, 3, 3, 4, 6, 12])).min(rows.max(1));
            let skewed = chance(random, 0.4);
            let by_column = chance(random, 0.4);
            let middle = x.column(0).sum::<f64>() / rows.max(1) as f64;
            let codes = (0..rows).map(|row| match row {
                _ if row < most => row,
                _ if skewed && chance(random, 0.9) => 0,
                _ if by_column => usize::from(x.at(row, 0) > middle).min(most - 1),
                _ => random.below(most),
            });
            Some(Labels::Classes {
                codes: codes.map(|code| code as u32).collect(),
                count: most,
            })
        }
    }
}

/// Other rows for a model of so many columns: like those of the fit, and extreme ones.
pub fn queries(random: &mut Random, x: &Matrix) -> Matrix {
    let (rows, columns) = (random.below(12), x.columns());
    let extreme = chance(random, 0.4);
    let values = (0..rows * columns).map(|at| match random.below(3) {
        0 if extreme => *pick(random, &EXTREMES),
        0 => random.normal(),
        1 => 1e3 * random.normal(),
        _ if x.rows() == 0 => 0.0,
        _ => x.at(random.below(x.rows()), at % columns),
    });
    Matrix::new(rows, columns, values.collect())
}

/// The columns of one table, and how the next with the same columns is drawn.
pub fn table(random: &mut Random, task: Task, rows: &Rows) -> Option<Table> {
    let count = match random.below(12) {
        0 => 7 + random.below(30),
        _ => 1 + random.below(6),
    };
    let mut earlier = Vec::new();
    let n = rows.of.len();
    let mut columns: Vec<Column> = (0..count)
        .map(|at| feature(random, &format!("c{at}"), n, &mut earlier))
        .collect();
    columns.push(target(random, task, n, &earlier));
    let builder = columns
        .iter()
        .fold(TableBuilder::new("t"), |builder, column| {
            builder.column(picked(column, &rows.of))
        });
    builder.build().ok()
}

/// Another table with the columns of this one: other numbers, levels that the first did not have.
pub fn other(random: &mut Random, table: &Table) -> Option<Table> {
    let rows = random.below(20);
    let columns = table.columns().iter().map(|column| {
        if column.levels().is_empty() && column.kind != Kind::Text {
            let mut values = numbers(random, rows, &[]);
            if chance(random, 0.3) {
                values
                    .iter_mut()
                    .for_each(|v| *v = *pick(random, &EXTREMES));
            }
            with_gaps(random, &mut values);
            let mut made = Column::numbers(&*column.name, values);
            made.kind = column.kind;
            made
        } else if column.kind == Kind::Text {
            let texts = (0..rows).map(|_| *pick(random, &[None, Some("red fox"), Some("unseen")]));
            Column::texts(
                &*column.name,
                texts.map(|text| text.map(Into::into)).collect(),
            )
        } else {
            let levels = column.levels().len() + 1;
            let mut made = categories(random, &column.name, rows, levels);
            made.kind = column.kind;
            made
        }
    });
    let columns: Vec<Column> = columns.collect();
    let builder = columns
        .into_iter()
        .fold(TableBuilder::new("other"), TableBuilder::column);
    builder.build().ok()
}

fn picked(column: &Column, rows: &[usize]) -> Column {
    let mut made = match (column.kind, column.levels().is_empty()) {
        (Kind::Text, _) => {
            let cells = rows
                .iter()
                .map(|&row| Some(column.cell(row).into_owned().into()));
            Column::texts(&*column.name, cells.collect())
        }
        (_, true) => {
            let cells = rows
                .iter()
                .map(|&row| column.number(row).unwrap_or(f64::NAN));
            Column::numbers(&*column.name, cells.collect())
        }
        _ => {
            let cells = rows.iter().map(|&row| column.code(row).unwrap_or(u32::MAX));
            Column::categories(&*column.name, cells.collect(), column.levels().to_vec())
        }
    };
    made.kind = column.kind;
    made
}
