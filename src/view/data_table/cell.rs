//! What stands in a table's cells, and how values become text.

use crate::data::{Column, Kind, Values};
use crate::view::parts::marker::ClassKey;
use crate::view::parts::number;

/// One cell, made only for visible rows and columns.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Missing,
    /// Right-aligned.
    Number(String),
    Text(String),
    /// With the class' marker.
    Class {
        text: String,
        look: usize,
    },
    /// A model's held-out answer; `wrong` adds the ring.
    Prediction {
        text: String,
        look: Option<usize>,
        wrong: bool,
    },
}

impl Cell {
    /// As a screen reader says it.
    pub fn spoken(&self) -> String {
        match self {
            Cell::Missing => "missing".into(),
            Cell::Number(text) | Cell::Text(text) | Cell::Class { text, .. } => text.clone(),
            Cell::Prediction { text, wrong, .. } => {
                format!("{text}{}", if *wrong { " (wrong)" } else { "" })
            }
        }
    }
}

/// The cell of a data column; with `classes` its levels are classes, by code.
pub fn data_cell(column: &Column, row: usize, classes: Option<&[ClassKey]>) -> Cell {
    if row >= column.len() || column.missing.is_missing(row) {
        return Cell::Missing;
    }
    match &column.values {
        Values::Number(values) if column.kind == Kind::Date => Cell::Text(date(values[row])),
        Values::Number(values) => Cell::Number(exact(values[row])),
        Values::Category { codes, levels } => {
            let code = codes[row] as usize;
            let text = levels.get(code).cloned().unwrap_or_default();
            match classes.and_then(|c| c.get(code)) {
                Some(class) => Cell::Class {
                    text,
                    look: class.look,
                },
                None => Cell::Text(text),
            }
        }
        Values::Text(texts) => Cell::Text(one_line(&texts[row])),
    }
}

/// The shortest text that reads back as this number; six significant digits where that is long.
pub fn exact(value: f64) -> String {
    let text = value.to_string();
    if text.len() > 11 && value.is_finite() {
        let size = value.abs();
        if size != 0.0 && !(1e-4..1e9).contains(&size) {
            return number::short(value);
        }
        let decimals = (5 - size.max(1e-300).log10().floor() as i32).clamp(0, 9) as usize;
        let text = format!("{value:.decimals$}");
        let text = if text.contains('.') {
            text.trim_end_matches('0').trim_end_matches('.')
        } else {
            &text
        };
        return text.replace('-', "−");
    }
    text.replace('-', "−")
}

/// `2007-11-11`, with the time where it is not midnight. Days to a date by Howard Hinnant's
/// `civil_from_days` (chrono-compatible low-level date algorithms).
pub fn date(seconds: f64) -> String {
    if !seconds.is_finite() || seconds.abs() > 1e13 {
        return "–".into();
    }
    let whole = seconds.floor() as i64;
    let (days, of_day) = (whole.div_euclid(86_400), whole.rem_euclid(86_400));
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let date = format!("{year:04}-{month:02}-{day:02}");
    if of_day == 0 {
        return date;
    }
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    if second == 0 {
        format!("{date} {hour:02}:{minute:02}")
    } else {
        format!("{date} {hour:02}:{minute:02}:{second:02}")
    }
}

/// The first line's worth of a text, line breaks and tabs as spaces.
fn one_line(text: &str) -> String {
    text.chars()
        .take(200)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_show_as_they_are() {
        assert_eq!(exact(39.1), "39.1");
        assert_eq!(exact(-0.5), "−0.5");
        assert_eq!(exact(0.1 + 0.2), "0.3");
        assert_eq!(exact(1e300), "1e300");
        assert_eq!(date(0.0), "1970-01-01");
        assert_eq!(date(951_782_400.0 + 3600.0 * 14.5), "2000-02-29 14:30");
        assert_eq!(date(-1.0), "1969-12-31 23:59:59");
        assert_eq!(date(f64::INFINITY), "–");
    }

    #[test]
    fn cells_know_classes_and_missing() {
        let column = Column::categories("s", vec![1, u32::MAX], vec!["a".into(), "b".into()]);
        let classes = [ClassKey::new("a", 0), ClassKey::new("b", 1)];
        let cell = data_cell(&column, 0, Some(&classes));
        assert_eq!(
            cell,
            Cell::Class {
                text: "b".into(),
                look: 1
            }
        );
        assert_eq!(data_cell(&column, 1, None), Cell::Missing);
        assert_eq!(data_cell(&column, 9, None), Cell::Missing);
        let numbers = Column::numbers("n", vec![1.5, f64::NAN]);
        assert_eq!(data_cell(&numbers, 0, None), Cell::Number("1.5".into()));
        assert_eq!(data_cell(&numbers, 1, None).spoken(), "missing");
    }
}
