//! Dates as feature columns: their parts, learned from the training rows.

use super::scale::{Affine, Scaling};

/// How a date column is used.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Dates {
    /// Year, month, day of the month, day of the week, hour where there are times, and days since
    /// the first training date: those of them that vary over the training rows.
    #[default]
    Parts,
    /// One column of seconds since 1970.
    Seconds,
}

impl Dates {
    pub const ALL: [Dates; 2] = [Dates::Parts, Dates::Seconds];

    pub fn name(self) -> &'static str {
        match self {
            Dates::Parts => "parts",
            Dates::Seconds => "seconds",
        }
    }
}

/// One number made of a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Part {
    Year,
    /// From 1.
    Month,
    /// Of the month, from 1.
    Day,
    /// From Monday, 0, to Sunday, 6, as pandas counts.
    Weekday,
    /// With its minutes and seconds.
    Hour,
    /// Since the first training date.
    Days,
}

impl Part {
    const ALL: [Part; 6] = [
        Part::Year,
        Part::Month,
        Part::Day,
        Part::Weekday,
        Part::Hour,
        Part::Days,
    ];

    /// What stands behind `column.`.
    pub fn name(self) -> &'static str {
        match self {
            Part::Year => "year",
            Part::Month => "month",
            Part::Day => "day",
            Part::Weekday => "weekday",
            Part::Hour => "hour",
            Part::Days => "days",
        }
    }

    /// `seconds` since 1970; `first` of the training dates.
    fn of(self, seconds: f64, first: f64) -> f64 {
        const DAY: f64 = 86_400.0;
        // Beyond some 270,000 years the calendar makes no sense.
        let seconds = seconds.clamp(-8.0e12, 8.0e12);
        let day = (seconds / DAY).floor();
        let (year, month, of_month) = civil(day as i64);
        match self {
            Part::Year => year as f64,
            Part::Month => month as f64,
            Part::Day => of_month as f64,
            // 1970-01-01 was a Thursday.
            Part::Weekday => (day as i64 + 3).rem_euclid(7) as f64,
            Part::Hour => (seconds - day * DAY) / 3600.0,
            Part::Days => (seconds - first) / DAY,
        }
    }
}

/// Howard Hinnant, "chrono-compatible low-level date algorithms": year, month and day of the month of
/// a day since 1970-01-01.
fn civil(day: i64) -> (i64, i64, i64) {
    let day = day + 719_468;
    let era = day.div_euclid(146_097);
    let of_era = day.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year + era * 400 + i64::from(month <= 2);
    (year, month, of_year - (153 * shifted + 2) / 5 + 1)
}

/// The parts of one column.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub(super) struct FittedDates {
    /// What fills gaps, in seconds.
    pub fill: f64,
    /// The median of the training rows.
    pub typical: f64,
    first: f64,
    pub parts: Vec<(Part, Affine)>,
}

impl FittedDates {
    /// `values`: the training dates, gaps filled.
    pub fn fit(values: &[f64], fill: f64, typical: f64, scaling: Scaling) -> FittedDates {
        let first = values.iter().copied().fold(f64::INFINITY, f64::min);
        let first = if first.is_finite() { first } else { 0.0 };
        let mut parts = Vec::new();
        for part in Part::ALL {
            let found: Vec<f64> = values.iter().map(|&value| part.of(value, first)).collect();
            let varies = found.windows(2).any(|pair| pair[0] != pair[1]);
            // One column stays in any case.
            if varies || (part == Part::Days && parts.is_empty()) {
                parts.push((part, Affine::fit(scaling, &found)));
            }
        }
        FittedDates {
            fill,
            typical,
            first,
            parts,
        }
    }

    /// `out`: one number a part.
    #[inline]
    pub fn write(&self, seconds: f64, out: &mut [f64]) {
        for ((part, affine), out) in self.parts.iter().zip(out) {
            *out = affine.scaled(part.of(seconds, self.first));
        }
    }

    /// `year, month, day and days since 2024-01-01`.
    pub fn described(&self) -> String {
        let since = crate::data::format_date(self.first);
        let mut names: Vec<String> = self
            .parts
            .iter()
            .map(|(part, _)| match part {
                Part::Day => "day of the month".to_owned(),
                Part::Days => format!("days since {since}"),
                part => part.name().to_owned(),
            })
            .collect();
        let last = names.pop().unwrap_or_default();
        match names.as_slice() {
            [] => last,
            names => format!("{} and {last}", names.join(", ")),
        }
    }

    /// Gives numbers for numbers: false only for a damaged file.
    pub fn is_sound(&self) -> bool {
        let mut numbers = vec![self.fill, self.typical, self.first];
        numbers.extend(self.parts.iter().flat_map(|(_, a)| [a.shift, a.scale]));
        !self.parts.is_empty()
            && self.parts.len() <= Part::ALL.len()
            && numbers.iter().all(|number| number.is_finite())
            && self.parts.iter().all(|(_, affine)| affine.scale > 0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// pandas: `Timestamp(text)`'s timestamp(), year, month, day, dayofweek.
    const KNOWN: [(f64, [f64; 4]); 6] = [
        (0.0, [1970.0, 1.0, 1.0, 3.0]),
        (951_782_400.0, [2000.0, 2.0, 29.0, 1.0]),
        (1_709_164_800.0, [2024.0, 2.0, 29.0, 3.0]),
        (1_735_689_599.0, [2024.0, 12.0, 31.0, 1.0]),
        (-86_400.0, [1969.0, 12.0, 31.0, 2.0]),
        (-2_208_988_800.0, [1900.0, 1.0, 1.0, 0.0]),
    ];

    #[test]
    fn parts_are_the_calendars() {
        for (seconds, expected) in KNOWN {
            let parts = [Part::Year, Part::Month, Part::Day, Part::Weekday];
            assert_eq!(
                parts.map(|part| part.of(seconds, 0.0)),
                expected,
                "{seconds}"
            );
        }
        assert_eq!(Part::Hour.of(86_400.0 * 3.0 + 5400.0, 0.0), 1.5);
        assert_eq!(Part::Days.of(86_400.0 * 3.0, 86_400.0), 2.0);
        for huge in [f64::MAX, -f64::MAX, 1e300] {
            assert!(Part::ALL.iter().all(|part| part.of(huge, 0.0).is_finite()));
        }
    }

    #[test]
    fn only_what_varies_becomes_a_column() {
        let day = 86_400.0;
        let in_may = [1.0, 5.0, 9.0].map(|d| 1_714_521_600.0 + d * day);
        let fitted = FittedDates::fit(&in_may, 0.0, in_may[1], Scaling::None);
        let parts: Vec<Part> = fitted.parts.iter().map(|(part, _)| *part).collect();
        assert_eq!(parts, [Part::Day, Part::Weekday, Part::Days]);
        assert_eq!(
            fitted.described(),
            "day of the month, weekday and days since 2024-05-02"
        );
        let mut out = [0.0; 3];
        fitted.write(in_may[2], &mut out);
        assert_eq!(out, [10.0, 4.0, 8.0]);
        let same = FittedDates::fit(&[0.0; 4], 0.0, 0.0, Scaling::Standard);
        assert_eq!(same.parts.len(), 1);
        assert!(same.is_sound() && FittedDates::fit(&[], 0.0, 0.0, Scaling::None).is_sound());
    }
}
