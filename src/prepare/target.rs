//! The column that is to be predicted, as classes or as numbers.

use std::sync::Arc;

use crate::base::Problem;
use crate::data::{Column, Kind, Values as Cells};
use crate::numeric::Labels;

/// A number is taken as classes up to this many different integers.
const MAX_NUMBER_CLASSES: usize = 20;
/// More levels than this are names of rows, not classes.
const MAX_CLASSES: usize = 1000;
/// Above, numbers no longer tell neighbouring integers apart.
const EXACT_INTEGERS: f64 = 9_007_199_254_740_992.0;

/// A checked target: a value for each row, and which rows have one.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    name: String,
    unit: Option<String>,
    values: Values,
    class_names: Arc<[String]>,
    rows: Arc<[u32]>,
    warnings: Vec<Problem>,
}

#[derive(Clone, Debug, PartialEq)]
enum Values {
    /// Indices into the class names, `u32::MAX` where missing.
    Classes(Arc<[u32]>),
    /// Meaningless in rows that are not usable.
    Numbers(Arc<[f64]>),
}

impl Target {
    /// The column's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn unit(&self) -> Option<&str> {
        self.unit.as_deref()
    }

    /// The rows that have a target, ascending: the only ones to learn from and to score.
    pub fn rows(&self) -> &Arc<[u32]> {
        &self.rows
    }

    /// In level order, numbers by value; empty where the target is a number.
    pub fn class_names(&self) -> &Arc<[String]> {
        &self.class_names
    }

    /// The class of each row of the table (`u32::MAX` where missing) and how many classes there
    /// are; `None` where the target is a number.
    pub fn classes(&self) -> Option<(&[u32], usize)> {
        match &self.values {
            Values::Classes(codes) => Some((codes, self.class_names.len())),
            Values::Numbers(_) => None,
        }
    }

    /// One a row of the table, meaningless in rows that are not usable; `None` for classes.
    pub fn numbers(&self) -> Option<&[f64]> {
        match &self.values {
            Values::Numbers(numbers) => Some(numbers),
            Values::Classes(_) => None,
        }
    }

    /// What a fit on these rows learns to predict; the rows must be usable ones.
    pub fn labels(&self, rows: &[u32]) -> Labels {
        match &self.values {
            Values::Classes(codes) => Labels::Classes {
                codes: rows.iter().map(|&row| codes[row as usize]).collect(),
                count: self.class_names.len(),
            },
            Values::Numbers(numbers) => {
                Labels::Numbers(rows.iter().map(|&row| numbers[row as usize]).collect())
            }
        }
    }

    pub fn warnings(&self) -> &[Problem] {
        &self.warnings
    }

    /// The same target in another table: classes go by name. Rows with a class that is not known
    /// here are left out with a warning. Fails where the column is of another kind or no row is
    /// left.
    pub fn of_other(&self, column: &Column) -> Result<Target, Problem> {
        let Values::Classes(_) = &self.values else {
            return Target::as_numbers(column);
        };
        let (rows, mut warnings) = usable_rows(column)?;
        let (names, mut codes) = match &column.values {
            Cells::Category { codes, levels } => occurring_levels(codes, levels, &rows),
            Cells::Number(values) if column.kind == Kind::Number => {
                integer_classes(&column.name, values, &rows)?
            }
            Cells::Text(texts) => text_classes(texts, &rows),
            _ => {
                return Err(
                    Problem::new("it has other classes here than in the first table")
                        .at(format!("Column {}", column.name))
                        .fix("Give the column the same kind in both tables"),
                );
            }
        };
        let here = |name: &String| self.class_names.iter().position(|n| n == name);
        let class_of: Vec<u32> = names
            .iter()
            .map(|name| here(name).map_or(u32::MAX, |class| class as u32))
            .collect();
        for code in &mut codes {
            *code = class_of.get(*code as usize).copied().unwrap_or(u32::MAX);
        }
        let known: Arc<[u32]> = rows
            .iter()
            .copied()
            .filter(|row| codes[*row as usize] != u32::MAX)
            .collect();
        let unknown = rows.len() - known.len();
        if known.is_empty() {
            return Err(
                Problem::new("none of its classes occurs in the first table")
                    .at(format!("Column {}", column.name))
                    .fix("Choose a table with the same classes"),
            );
        }
        if unknown > 0 {
            let first = names.iter().find(|name| here(name).is_none());
            warnings.push(
                Problem::new(format!(
                    "{unknown} of its rows have a class that the first table does not have ({}) \
                     and are left out",
                    first.map_or("", String::as_str)
                ))
                .at(format!("Column {}", column.name)),
            );
        }
        Ok(Target {
            name: self.name.clone(),
            unit: self.unit.clone(),
            values: Values::Classes(codes.into()),
            class_names: self.class_names.clone(),
            rows: known,
            warnings,
        })
    }

    /// For a classifier. Numbers are classes if they are integral and few.
    ///
    /// Text is read as classes, with a warning. Fails on dates and other numbers, on fewer than two
    /// classes and on far too many.
    pub fn as_classes(column: &Column) -> Result<Target, Problem> {
        let name = &column.name;
        let (rows, mut warnings) = usable_rows(column)?;
        let (names, codes) = match &column.values {
            Cells::Category { codes, levels } => occurring_levels(codes, levels, &rows),
            Cells::Number(_) if column.kind == Kind::Date => {
                return Err(
                    Problem::new(format!("{name} is a date, a classifier needs classes"))
                        .fix("Choose another target"),
                );
            }
            Cells::Number(values) => integer_classes(name, values, &rows)?,
            Cells::Text(texts) => {
                let (names, codes) = text_classes(texts, &rows);
                let read = format!("it is text and is read as {} classes", names.len());
                warnings.push(Problem::new(read).at(format!("Column {name}")));
                (names, codes)
            }
        };
        match names.len() {
            0 => return Err(no_values(column)),
            1 => {
                return Err(
                    Problem::new(format!("the target has one class only ({})", names[0]))
                        .at(format!("Column {name}"))
                        .fix("Choose a target with two classes or more"),
                );
            }
            n if n > MAX_CLASSES => {
                return Err(Problem::new(format!(
                    "the target has {n} classes; at most {MAX_CLASSES} can be told apart"
                ))
                .at(format!("Column {name}"))
                .fix("Choose another target"));
            }
            n if n == rows.len() && n > 2 => {
                return Err(Problem::new(
                    "every row has a class of its own, so nothing can be learned",
                )
                .at(format!("Column {name}"))
                .fix("Choose another target"));
            }
            _ => {}
        }
        Ok(Target {
            name: name.clone(),
            unit: column.unit.clone(),
            values: Values::Classes(codes.into()),
            class_names: names.into(),
            rows,
            warnings,
        })
    }

    /// For a regressor: numbers only.
    pub fn as_numbers(column: &Column) -> Result<Target, Problem> {
        let name = &column.name;
        let kind = match column.kind {
            Kind::Category => "a category",
            Kind::YesNo => "yes/no",
            Kind::Text => return Err(text_problem(name)),
            Kind::Date => "a date",
            Kind::Number => "",
        };
        let Cells::Number(values) = &column.values else {
            return Err(
                Problem::new(format!("{name} is {kind}, a regressor needs numbers"))
                    .fix("Use a classifier such as logistic_regression"),
            );
        };
        if column.kind == Kind::Date {
            return Err(
                Problem::new(format!("{name} is a date, a regressor needs numbers"))
                    .fix("Choose another target"),
            );
        }
        let (rows, mut warnings) = usable_rows(column)?;
        let mut present = rows.iter().map(|&row| values[row as usize]);
        let first = present.next().unwrap_or(0.0);
        if rows.len() > 1 && present.all(|value| value == first) {
            warnings.push(
                Problem::new(format!("all its values are {first}, so R2 has no value"))
                    .at(format!("Column {name}")),
            );
        }
        Ok(Target {
            name: name.clone(),
            unit: column.unit.clone(),
            values: Values::Numbers(values.clone()),
            class_names: Arc::new([]),
            rows,
            warnings,
        })
    }
}

/// The rows that have a target, and a warning about the others.
fn usable_rows(column: &Column) -> Result<(Arc<[u32]>, Vec<Problem>), Problem> {
    let rows: Arc<[u32]> = (0..column.len())
        .filter(|&row| !column.missing.is_missing(row))
        .map(|row| row as u32)
        .collect();
    if rows.is_empty() {
        return Err(no_values(column));
    }
    let mut warnings = Vec::new();
    let without = column.len() - rows.len();
    if without > 0 {
        let text = match without {
            1 => "1 row has no target and is left out".to_owned(),
            _ => format!("{without} rows have no target and are left out"),
        };
        warnings.push(Problem::new(text).at(format!("Column {}", column.name)));
    }
    Ok((rows, warnings))
}

fn no_values(column: &Column) -> Problem {
    if column.is_empty() {
        return Problem::new("there is no row to learn from")
            .fix("Draw or add some, not all alike");
    }
    Problem::new("the target has no values")
        .at(format!("Column {}", column.name))
        .fix("Choose another target")
}

fn text_problem(name: &str) -> Problem {
    Problem::new(format!("{name} is text and cannot be a target"))
        .fix("Read it as a category, or choose another target")
}

/// The different texts in order, as classes; `u32::MAX` in the other rows.
fn text_classes(texts: &[Box<str>], rows: &[u32]) -> (Vec<String>, Vec<u32>) {
    let mut names: Vec<&str> = rows.iter().map(|&row| &*texts[row as usize]).collect();
    names.sort_unstable();
    names.dedup();
    let mut codes = vec![u32::MAX; texts.len()];
    for &row in rows {
        // Every row's text is among the names.
        if let Ok(class) = names.binary_search(&&*texts[row as usize]) {
            codes[row as usize] = class as u32;
        }
    }
    (names.into_iter().map(str::to_owned).collect(), codes)
}

/// Only levels that occur are classes; the codes are moved together.
fn occurring_levels(codes: &[u32], levels: &[String], rows: &[u32]) -> (Vec<String>, Vec<u32>) {
    let mut seen = vec![false; levels.len()];
    for &row in rows {
        seen[codes[row as usize] as usize] = true;
    }
    let mut class_of = vec![u32::MAX; levels.len()];
    let mut names = Vec::new();
    for (level, name) in levels.iter().enumerate() {
        if seen[level] {
            class_of[level] = names.len() as u32;
            names.push(name.clone());
        }
    }
    let mut classes = vec![u32::MAX; codes.len()];
    for &row in rows {
        classes[row as usize] = class_of[codes[row as usize] as usize];
    }
    (names, classes)
}

fn integer_classes(
    name: &str,
    values: &[f64],
    rows: &[u32],
) -> Result<(Vec<String>, Vec<u32>), Problem> {
    let present = || rows.iter().map(|&row| values[row as usize]);
    let not_classes = |what: String| {
        Problem::new(format!("{what}, a classifier needs classes"))
            .at(format!("Column {name}"))
            .fix("Use a regressor such as linear_regression")
    };
    if let Some(value) = present().find(|v| v.fract() != 0.0 || v.abs() > EXACT_INTEGERS) {
        return Err(not_classes(format!(
            "the target has numbers such as {value:?}"
        )));
    }
    // -0 and 0 are one class: adding 0 makes them one number.
    let mut distinct: Vec<f64> = Vec::with_capacity(MAX_NUMBER_CLASSES + 1);
    for value in present().map(|value| value + 0.0) {
        if let Err(place) = distinct.binary_search_by(|probe| probe.total_cmp(&value)) {
            if distinct.len() == MAX_NUMBER_CLASSES {
                let mut all: Vec<f64> = present().map(|value| value + 0.0).collect();
                all.sort_unstable_by(f64::total_cmp);
                all.dedup();
                return Err(not_classes(format!(
                    "the target has {} different numbers",
                    all.len()
                )));
            }
            distinct.insert(place, value);
        }
    }
    let mut codes = vec![u32::MAX; values.len()];
    for &row in rows {
        let value = values[row as usize] + 0.0;
        let place = distinct.binary_search_by(|probe| probe.total_cmp(&value));
        codes[row as usize] = place.unwrap_or(0) as u32;
    }
    Ok((distinct.iter().map(f64::to_string).collect(), codes))
}

#[cfg(test)]
mod tests;
