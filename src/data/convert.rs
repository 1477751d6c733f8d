//! A column read as another kind, without going back to the file.

use std::collections::HashMap;

use super::date::{self, Order};
use super::{Column, Kind, Mask, Values, number};
use crate::base::Problem;

/// Levels by the spelling that is known: yes and no go by their words, whatever their case.
pub(crate) fn as_known(levels: &[String], known: &[String], kind: Kind) -> Vec<String> {
    let spelled = |level: &String| {
        if kind != Kind::YesNo || known.contains(level) {
            return level.clone();
        }
        let same = known.iter().find(|other| other.eq_ignore_ascii_case(level));
        same.unwrap_or(level).clone()
    };
    levels.iter().map(spelled).collect()
}

impl Column {
    /// The same values as another kind. Cells that the new kind cannot hold become missing: compare
    /// `missing.count()` to tell how many. Fails where fewer than half of the cells could be kept.
    pub fn as_kind(&self, kind: Kind) -> Result<Column, Problem> {
        if kind == self.kind {
            return Ok(self.clone());
        }
        let column = match kind {
            Kind::Number => self.to_number(),
            Kind::Date => self.to_date(),
            Kind::Category => self.to_category(),
            Kind::YesNo => self.to_yes_no()?,
            Kind::Text => self.to_text(),
        };
        let (before, after) = (
            self.len() - self.missing.count(),
            column.len() - column.missing.count(),
        );
        if after * 2 < before {
            let culprit = (0..self.len())
                .find(|&row| !self.missing.is_missing(row) && column.missing.is_missing(row))
                .map(|row| self.cell(row).into_owned())
                .unwrap_or_default();
            return Err(Problem::new(format!(
                "{} of {before} values cannot be read as {}, “{culprit}” is the first",
                before - after,
                kind.name()
            ))
            .at(format!("Column {}", self.name))
            .fix("Leave the column as it is"));
        }
        Ok(column)
    }

    fn with(&self, kind: Kind, values: Values, missing: Mask) -> Column {
        Column {
            name: self.name.clone(),
            unit: self.unit.clone(),
            kind,
            values,
            missing,
        }
    }

    /// Each row through `read`, each level of a category once; NaN is missing.
    fn read_cells(&self, kind: Kind, read: impl Fn(&str) -> f64) -> Column {
        let values: Vec<f64> = match &self.values {
            Values::Category { levels, .. } => {
                let of_level: Vec<f64> = levels.iter().map(|level| read(level)).collect();
                (0..self.len())
                    .map(|row| match self.code(row) {
                        Some(code) => of_level[code as usize],
                        None => f64::NAN,
                    })
                    .collect()
            }
            _ => (0..self.len())
                .map(|row| match self.missing.is_missing(row) {
                    true => f64::NAN,
                    false => read(&self.cell(row)),
                })
                .collect(),
        };
        let missing = Mask::from_rows(values.iter().map(|v| !v.is_finite()));
        self.with(kind, Values::Number(values.into()), missing)
    }

    fn to_number(&self) -> Column {
        if let (Values::Number(_), Kind::Date) = (&self.values, self.kind) {
            return self.with(Kind::Number, self.values.clone(), self.missing.clone());
        }
        if self.kind == Kind::YesNo {
            let values = (0..self.len())
                .map(|row| self.code(row).map_or(f64::NAN, f64::from))
                .collect();
            let missing = self.missing.clone();
            return self.with(Kind::Number, Values::Number(values), missing);
        }
        let (mut points, mut commas) = (0, 0);
        let mut count = |text: &str| {
            points += usize::from(number::parse(text, false).is_some());
            commas += usize::from(number::parse(text, true).is_some());
        };
        match &self.values {
            Values::Category { levels, .. } => levels.iter().for_each(|level| count(level)),
            _ => (0..self.len().min(1000)).for_each(|row| count(&self.cell(row))),
        }
        let decimal_comma = commas > points;
        self.read_cells(Kind::Number, |text| {
            let text = match number::split_unit(text) {
                Some((number, _)) if number::parse(text, decimal_comma).is_none() => number,
                _ => text,
            };
            number::parse(text, decimal_comma).map_or(f64::NAN, |n| n.value)
        })
    }

    fn to_date(&self) -> Column {
        if let (Values::Number(_), Kind::Number) = (&self.values, self.kind) {
            // Whole years from 1000 to 2999 as the first of January, all else as no date.
            let year = |v: f64| v == v.trunc() && (1000.0..3000.0).contains(&v);
            return self.read_cells(Kind::Date, |text| match text.parse() {
                Ok(value) if year(value) => {
                    date::parse(&format!("{text}-01-01"), Order::DayFirst).unwrap_or(f64::NAN)
                }
                _ => f64::NAN,
            });
        }
        let (mut day_first, mut month_first) = (0, 0);
        for row in 0..self.len().min(10_000) {
            let (day, month) = date::votes(&self.cell(row));
            day_first += usize::from(day);
            month_first += usize::from(month);
        }
        let order = if month_first > day_first {
            Order::MonthFirst
        } else {
            Order::DayFirst
        };
        self.read_cells(Kind::Date, |text| {
            date::parse(text.trim(), order).unwrap_or(f64::NAN)
        })
    }

    fn to_category(&self) -> Column {
        if let Values::Category { .. } = &self.values {
            return self.with(Kind::Category, self.values.clone(), self.missing.clone());
        }
        let mut of_text: HashMap<String, u32> = HashMap::new();
        let mut codes = Vec::with_capacity(self.len());
        for row in 0..self.len() {
            if self.missing.is_missing(row) {
                codes.push(u32::MAX);
                continue;
            }
            let cell = self.cell(row);
            let next = of_text.len() as u32;
            let code = match of_text.get(cell.as_ref()) {
                Some(&code) => code,
                None => *of_text.entry(cell.into_owned()).or_insert(next),
            };
            codes.push(code);
        }
        let mut levels = vec![String::new(); of_text.len()];
        for (text, code) in of_text {
            levels[code as usize] = text;
        }
        let (codes, levels) = sorted_levels(codes, levels);
        let values = Values::Category {
            codes: codes.into(),
            levels: levels.into(),
        };
        self.with(Kind::Category, values, self.missing.clone())
    }

    fn to_yes_no(&self) -> Result<Column, Problem> {
        let mut column = self.to_category();
        let levels = column.levels().len();
        if levels != 2 {
            return Err(Problem::new(format!(
                "yes/no needs two different values, the column has {levels}"
            ))
            .at(format!("Column {}", self.name))
            .fix("Read it as a category"));
        }
        column.kind = Kind::YesNo;
        Ok(column)
    }

    fn to_text(&self) -> Column {
        let texts = (0..self.len()).map(|row| self.cell(row).into()).collect();
        self.with(Kind::Text, Values::Text(texts), self.missing.clone())
    }
}

/// Levels in the order in which they are shown: by value where all are numbers, else by letters.
pub(super) fn sorted_levels(mut codes: Vec<u32>, levels: Vec<String>) -> (Vec<u32>, Vec<String>) {
    let numbers: Option<Vec<f64>> = levels
        .iter()
        .map(|level| number::parse(level, false).map(|n| n.value))
        .collect();
    let mut order: Vec<u32> = (0..levels.len() as u32).collect();
    order.sort_by(|&a, &b| {
        let (a, b) = (a as usize, b as usize);
        let by_value = numbers
            .as_ref()
            .map_or(std::cmp::Ordering::Equal, |n| n[a].total_cmp(&n[b]));
        by_value.then_with(|| levels[a].cmp(&levels[b]))
    });
    let mut rank = vec![0; levels.len()];
    for (place, &code) in order.iter().enumerate() {
        rank[code as usize] = place as u32;
    }
    for code in &mut codes {
        if *code != u32::MAX {
            *code = rank[*code as usize];
        }
    }
    let mut levels: Vec<Option<String>> = levels.into_iter().map(Some).collect();
    let sorted = order
        .iter()
        .filter_map(|&code| levels[code as usize].take())
        .collect();
    (codes, sorted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(cells: &[&str]) -> Column {
        let values = cells.iter().map(|&cell| cell.into()).collect();
        Column {
            name: "c".into(),
            unit: None,
            kind: Kind::Text,
            values: Values::Text(values),
            missing: Mask::from_rows(cells.iter().map(|cell| cell.is_empty())),
        }
    }

    #[test]
    fn there_and_back_keeps_values_and_missing() {
        let numbers = Column::numbers("n", vec![10.0, f64::NAN, 9.0, 10.0, -0.5]);
        let category = numbers.as_kind(Kind::Category).unwrap();
        assert_eq!(category.levels(), ["-0.5", "9", "10"]);
        assert_eq!(category.code(0), Some(2));
        assert_eq!(
            category.as_kind(Kind::Number).unwrap().number(4),
            Some(-0.5)
        );
        assert_eq!(category.as_kind(Kind::Text).unwrap().cell(2), "9");
        let back = numbers
            .as_kind(Kind::Text)
            .unwrap()
            .as_kind(Kind::Number)
            .unwrap();
        assert_eq!(back.missing, numbers.missing);
        assert_eq!(back.number(3), Some(10.0));
    }

    #[test]
    fn few_misfits_become_missing_and_many_are_refused() {
        let column = text(&["1", "2", "abc", "", "4"])
            .as_kind(Kind::Number)
            .unwrap();
        assert_eq!(column.missing.count(), 2);
        let problem = text(&["a", "b", "3"]).as_kind(Kind::Number).unwrap_err();
        assert!(problem.what.contains("“a”"), "{problem}");
    }

    #[test]
    fn dates_and_yes_no() {
        let dates = text(&["2024-01-31", "", "01/02/2024"])
            .as_kind(Kind::Date)
            .unwrap();
        assert_eq!(dates.cell(2), "2024-02-01");
        assert_eq!(
            dates.as_kind(Kind::Category).unwrap().levels(),
            ["2024-01-31", "2024-02-01"]
        );
        let years = Column::numbers("y", vec![1999.0, 2000.0])
            .as_kind(Kind::Date)
            .unwrap();
        assert_eq!(years.cell(0), "1999-01-01");
        let flags = Column::numbers("f", vec![0.0, 1.0, 1.0])
            .as_kind(Kind::YesNo)
            .unwrap();
        assert_eq!((flags.kind, flags.code(1)), (Kind::YesNo, Some(1)));
        assert_eq!(flags.as_kind(Kind::Number).unwrap().number(2), Some(1.0));
        assert!(text(&["a", "b", "c"]).as_kind(Kind::YesNo).is_err());
    }
}
