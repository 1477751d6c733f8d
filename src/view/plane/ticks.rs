//! Where an axis has ticks and what they say: 1-2-5 steps for numbers, the calendar for dates, level
//! names for categories.

use super::axis::AxisKind;

/// One tick: its place in data units and its label.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    pub value: f64,
    pub label: String,
}

/// Ticks of a shown range, about `count` of them and never many more.
pub fn ticks(kind: &AxisKind, [low, high]: [f64; 2], count: f64) -> Vec<Tick> {
    let count = count.clamp(1.0, 100.0);
    if !(low < high && (high - low).is_finite()) {
        return Vec::new();
    }
    match kind {
        AxisKind::Number => numbers(low, high, count),
        AxisKind::Date => dates(low, high, count),
        AxisKind::Category(levels) => {
            let first = low.ceil().max(0.0) as usize;
            let end = (high.floor().max(-1.0) + 1.0).min(levels.len() as f64) as usize;
            let stride = (((end.saturating_sub(first)) as f64 / count).ceil() as usize).max(1);
            (first..end)
                .step_by(stride)
                .map(|level| Tick {
                    value: level as f64,
                    label: levels[level].clone(),
                })
                .collect()
        }
    }
}

/// The step of an axis with about `count` ticks: 1, 2 or 5 times a power of ten.
pub fn nice_step(span: f64, count: f64) -> f64 {
    let raw = span / count;
    let power = 10f64.powf(raw.log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|m| m * power)
        .find(|step| *step >= raw * (1.0 - 1e-9))
        .unwrap_or(raw)
}

fn numbers(low: f64, high: f64, count: f64) -> Vec<Tick> {
    let step = nice_step(high - low, count);
    multiples(low, high, step)
        .map(|value| Tick {
            value,
            label: label(value, step, low.abs().max(high.abs())),
        })
        .collect()
}

fn multiples(low: f64, high: f64, step: f64) -> impl Iterator<Item = f64> {
    let first = (low / step - 1e-9).ceil();
    let count = ((high / step + 1e-9).floor() - first + 1.0).clamp(0.0, 200.0) as usize;
    // Adding 0 turns a negative zero into a zero.
    (0..count).map(move |i| (first + i as f64) * step + 0.0)
}

/// A tick's number with as many decimals as its step needs, a minus sign that is one, and thin spaces
/// between thousands from 10 000 on.
fn label(value: f64, step: f64, largest: f64) -> String {
    if largest >= 1e9 || step < 1e-6 {
        // As many digits as tell two ticks apart.
        let digits = (largest / step).log10().ceil().clamp(0.0, 15.0) as usize;
        let text = format!("{value:.digits$e}");
        let (mantissa, power) = text.split_once('e').unwrap_or((&text, "0"));
        let mantissa = match mantissa.contains('.') {
            true => mantissa.trim_end_matches('0').trim_end_matches('.'),
            false => mantissa,
        };
        let text = match value == 0.0 {
            true => "0".to_owned(),
            false => format!("{mantissa}e{power}"),
        };
        return text.replace('-', "−");
    }
    let decimals = (-step.log10().floor()).clamp(0.0, 12.0) as usize;
    let text = format!("{value:.decimals$}");
    let (whole, rest) = match text.split_once('.') {
        Some((whole, rest)) => (whole, format!(".{rest}")),
        None => (text.as_str(), String::new()),
    };
    let (sign, digits) = match whole.strip_prefix('-') {
        Some(digits) => ("−", digits),
        None => ("", whole),
    };
    let mut spaced = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && digits.len() > 4 && (digits.len() - i).is_multiple_of(3) {
            spaced.push('\u{2009}');
        }
        spaced.push(digit);
    }
    format!("{sign}{spaced}{rest}")
}

const MINUTE: f64 = 60.0;
const HOUR: f64 = 3600.0;
const DAY: f64 = 86_400.0;

/// Ticks of a range of seconds since 1970-01-01 00:00 UTC.
fn dates(low: f64, high: f64, count: f64) -> Vec<Tick> {
    const STEPS: [f64; 15] = [
        1.0,
        5.0,
        15.0,
        30.0,
        MINUTE,
        5.0 * MINUTE,
        15.0 * MINUTE,
        30.0 * MINUTE,
        HOUR,
        3.0 * HOUR,
        6.0 * HOUR,
        12.0 * HOUR,
        DAY,
        2.0 * DAY,
        7.0 * DAY,
    ];
    // Beyond, the calendar has no years that anybody would read.
    const FARTHEST: f64 = 1e13;
    if low.abs().max(high.abs()) > FARTHEST {
        return numbers(low, high, count);
    }
    let raw = (high - low) / count;
    if raw < 0.5 {
        return numbers(low, high, count);
    }
    if let Some(step) = STEPS.into_iter().find(|step| *step >= raw) {
        return multiples(low, high, step)
            .map(|value| Tick {
                value,
                label: moment(value, step),
            })
            .collect();
    }
    let month = 30.44 * DAY;
    let months = match raw / month {
        m if m <= 1.0 => 1,
        m if m <= 3.0 => 3,
        m if m <= 6.0 => 6,
        m => 12 * nice_step((m / 12.0).max(1.0), 1.0) as i64,
    };
    let (year, of_year, _) = civil((low / DAY).floor() as i64);
    let first = (year * 12 + of_year - 1).div_euclid(months) * months;
    (0..200)
        .map(|i| first + i * months)
        .map(|index| (index.div_euclid(12), index.rem_euclid(12) + 1))
        .map(|(year, month)| Tick {
            value: days(year, month) as f64 * DAY,
            label: match months < 12 {
                true => format!("{year:04}-{month:02}"),
                false => year.to_string(),
            },
        })
        .skip_while(|tick| tick.value < low)
        .take_while(|tick| tick.value <= high)
        .collect()
}

fn moment(seconds: f64, step: f64) -> String {
    let day = (seconds / DAY).floor();
    let (year, month, of_month) = civil(day as i64);
    let rest = (seconds - day * DAY).round() as i64;
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    if step >= DAY {
        format!("{year:04}-{month:02}-{of_month:02}")
    } else if rest == 0 && step >= MINUTE {
        format!("{month:02}-{of_month:02}")
    } else if step >= MINUTE {
        format!("{hour:02}:{minute:02}")
    } else {
        format!("{hour:02}:{minute:02}:{second:02}")
    }
}

/// Year, month and day of a count of days since 1970-01-01 (Howard Hinnant, "chrono-compatible low-level
/// date algorithms", `civil_from_days`).
fn civil(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let of_era = z.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// Days from 1970-01-01 to the first of a month; the inverse of [`civil`].
fn days(year: i64, month: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let shifted = if month > 2 { month - 3 } else { month + 9 };
    let of_year = (153 * shifted + 2) / 5;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(kind: &AxisKind, range: [f64; 2], count: f64) -> Vec<String> {
        ticks(kind, range, count)
            .into_iter()
            .map(|t| t.label)
            .collect()
    }

    #[test]
    fn numbers_step_by_one_two_and_five() {
        let number = AxisKind::Number;
        assert_eq!(
            labels(&number, [168.0, 236.0], 7.0),
            ["170", "180", "190", "200", "210", "220", "230"]
        );
        assert_eq!(
            labels(&number, [-0.25, 0.41], 4.0),
            ["−0.2", "0.0", "0.2", "0.4"]
        );
        assert_eq!(
            labels(&number, [9000.0, 21_000.0], 3.0),
            ["10\u{2009}000", "15\u{2009}000", "20\u{2009}000"]
        );
        assert_eq!(labels(&number, [0.0, 2e12], 2.0), ["0", "1e12", "2e12"]);
        assert_eq!(labels(&number, [0.0, 4e-9], 2.0), ["0", "2e−9", "4e−9"]);
    }

    #[test]
    fn no_range_gives_endless_ticks() {
        for range in [
            [0.0, 0.0],
            [f64::NAN, 1.0],
            [0.0, f64::INFINITY],
            [1e15, 1e15 + 1.0],
            [-1e300, 1e300],
        ] {
            for kind in [AxisKind::Number, AxisKind::Date] {
                assert!(ticks(&kind, range, 7.0).len() < 202);
            }
        }
    }

    #[test]
    fn categories_show_their_levels() {
        let levels = AxisKind::Category(["a", "b", "c"].map(String::from).into());
        assert_eq!(labels(&levels, [-0.5, 2.5], 10.0), ["a", "b", "c"]);
        assert_eq!(labels(&levels, [0.5, 9.0], 10.0), ["b", "c"]);
        assert_eq!(labels(&levels, [-9.0, -1.0], 10.0), [""; 0]);
        assert_eq!(labels(&levels, [-0.5, 2.5], 2.0), ["a", "c"]);
    }

    #[test]
    fn dates_follow_the_calendar() {
        let year = 365.25 * DAY;
        let date = AxisKind::Date;
        // 2007-01-01 is 1 167 609 600 seconds after the epoch.
        let start = 1_167_609_600.0;
        assert_eq!(
            labels(&date, [start, start + 3.01 * year], 4.0),
            ["2007", "2008", "2009", "2010"]
        );
        assert_eq!(
            labels(&date, [start, start + 0.5 * year], 3.0),
            ["2007-01", "2007-04", "2007-07"]
        );
        assert_eq!(
            labels(&date, [start, start + DAY], 2.0),
            ["01-01", "12:00", "01-02"]
        );
        assert_eq!(
            labels(&date, [-DAY, 0.0], 1.0),
            ["1969-12-31", "1970-01-01"]
        );
        for day in [-1_000_000, -1, 0, 59, 11_016, 20_000_000] {
            let (year, month, of_month) = civil(day);
            assert_eq!(days(year, month) + of_month - 1, day);
        }
    }
}
