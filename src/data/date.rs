//! Dates and times as people write them, as seconds since 1970-01-01 00:00 UTC.

/// Which of `03/04/2024`'s numbers is the day. Dates that start with the year are always year, month, day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    DayFirst,
    MonthFirst,
}

/// One trimmed date, with or without a time. Times without a zone count as UTC.
pub(crate) fn parse(text: &str, order: Order) -> Option<f64> {
    if let Some(seconds) = parse_iso(text.as_bytes()) {
        return Some(seconds);
    }
    // A quick no for what cannot be a date.
    if text.len() < 6 || text.len() > 40 || !text.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    let (date, time) = split_time(without_weekday(text));
    let (year, month, day) = parse_day(date, order)?;
    if !(1..=12).contains(&month) || day < 1 || day > days_in(year, month) {
        return None;
    }
    let seconds = match time {
        "" => 0.0,
        time => parse_time(time)?,
    };
    Some(days_from_civil(year, month, day) as f64 * 86_400.0 + seconds)
}

/// A date as a person types it, the day before the month where the year does not come first.
pub fn read(text: &str) -> Option<f64> {
    parse(text.trim(), Order::DayFirst)
}

/// Whether the order of day and month does not matter, since the year comes first.
pub(crate) fn starts_with_year(text: &str) -> bool {
    matches!(text.as_bytes(), [a, b, c, d, b'-' | b'/' | b'.', ..]
        if [a, b, c, d].iter().all(|byte| byte.is_ascii_digit()))
}

/// The quick way for `2024-01-02` and `2024-01-02T10:30:00`, with `T` or a blank; nothing for all else.
fn parse_iso(text: &[u8]) -> Option<f64> {
    let (day, time) = match text.len() {
        10 => (text, None),
        19 if matches!(text[10], b'T' | b' ') => (&text[..10], Some(&text[11..])),
        _ => return None,
    };
    let two = |text: &[u8], at: usize| -> Option<i64> {
        let (a, b) = (text[at].wrapping_sub(b'0'), text[at + 1].wrapping_sub(b'0'));
        (a <= 9 && b <= 9).then(|| i64::from(a) * 10 + i64::from(b))
    };
    if (day[4], day[7]) != (b'-', b'-') {
        return None;
    }
    let year = two(day, 0)? * 100 + two(day, 2)?;
    let (month, of_month) = (two(day, 5)?, two(day, 8)?);
    if !(1..=12).contains(&month) || of_month < 1 || of_month > days_in(year, month) {
        return None;
    }
    let seconds = match time {
        None => 0,
        Some(time) => {
            let (hour, minute, second) = (two(time, 0)?, two(time, 3)?, two(time, 6)?);
            if (time[2], time[5]) != (b':', b':') || hour > 23 || minute > 59 || second > 60 {
                return None;
            }
            hour * 3600 + minute * 60 + second
        }
    };
    Some((days_from_civil(year, month, of_month) * 86_400 + seconds) as f64)
}

/// `10:30`, `10:30:15.5` or `5:30 PM` alone, in seconds since midnight.
pub(crate) fn parse_time_of_day(text: &str) -> Option<f64> {
    // A quick no: an hour, a colon, minutes of two digits, no zone. `16:9` is no time.
    let colon = text.find(':')?;
    let minutes = text.as_bytes().get(colon + 1..colon + 3)?;
    if text.len() > 20
        || !(1..=2).contains(&colon)
        || !minutes.iter().all(u8::is_ascii_digit)
        || text.contains(['+', '-', 'Z', 'z', 'U', 'G'])
    {
        return None;
    }
    parse_time(text)
}

/// `Mon, 2 Jan 2006 15:04:05` without `Mon,`.
fn without_weekday(text: &str) -> &str {
    const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    match text.split_once(',') {
        Some((day, rest)) if day.len() >= 3 && day.is_ascii() => {
            let known = DAYS
                .iter()
                .any(|known| day[..3].eq_ignore_ascii_case(known));
            let is_day = known && day.bytes().all(|b| b.is_ascii_alphabetic());
            if is_day { rest.trim_start() } else { text }
        }
        _ => text,
    }
}

/// Whether the text is a date under neither, one or both orders: (day first, month first).
pub(crate) fn votes(text: &str) -> (bool, bool) {
    (
        parse(text, Order::DayFirst).is_some(),
        parse(text, Order::MonthFirst).is_some(),
    )
}

/// At the `T` or blank before the first hour: `2024-01-02T10:30`.
fn split_time(text: &str) -> (&str, &str) {
    let Some(colon) = text.find(':') else {
        return (text, "");
    };
    match text[..colon].rfind([' ', 'T']) {
        Some(cut) => (text[..cut].trim_end_matches([' ', ',']), &text[cut + 1..]),
        None => ("", text),
    }
}

fn parse_day(text: &str, order: Order) -> Option<(i64, i64, i64)> {
    if text.chars().any(char::is_alphabetic) {
        return parse_named(text);
    }
    let separator = text.bytes().find(|b| !b.is_ascii_digit())?;
    if !matches!(separator, b'-' | b'/' | b'.') {
        return None;
    }
    let mut parts = text.split(separator as char);
    let (a, b, c) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    if a.len() == 4 {
        return Some((digits(a, 4)?, digits(b, 2)?, digits(c, 2)?));
    }
    let year = year(c)?;
    let (a, b) = (digits(a, 2)?, digits(b, 2)?);
    Some(match order {
        Order::DayFirst => (year, b, a),
        Order::MonthFirst => (year, a, b),
    })
}

/// A month's name or its first three letters or more, from 1: English, else German.
fn month(name: &str) -> Option<i64> {
    const MONTHS: [[&str; 12]; 2] = [
        [
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
        ],
        [
            "januar",
            "februar",
            "märz",
            "april",
            "mai",
            "juni",
            "juli",
            "august",
            "september",
            "oktober",
            "november",
            "dezember",
        ],
    ];
    let name = name.to_lowercase();
    if name.chars().count() < 3 {
        return None;
    }
    let found = |months: &[&str; 12]| months.iter().position(|m| m.starts_with(&name));
    MONTHS.iter().find_map(found).map(|at| at as i64 + 1)
}

/// `12 Mar 2024`, `Mar 12, 2024`, `12-March-24`, `12. Mai 2024`.
fn parse_named(text: &str) -> Option<(i64, i64, i64)> {
    let mut parts = text
        .split([' ', '-', '/', ',', '.'])
        .filter(|part| !part.is_empty());
    let (a, b, c) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    match (month(a), month(b)) {
        (Some(month), _) => Some((year(c)?, month, digits(b, 2)?)),
        (_, Some(month)) => Some((year(c)?, month, digits(a, 2)?)),
        _ => None,
    }
}

/// Two digits are 1969 to 2068, as POSIX reads them.
fn year(text: &str) -> Option<i64> {
    match text.len() {
        4 => digits(text, 4),
        2 => digits(text, 2).map(|y| if y < 69 { 2000 + y } else { 1900 + y }),
        _ => None,
    }
}

fn digits(text: &str, most: usize) -> Option<i64> {
    let right = !text.is_empty() && text.len() <= most && text.bytes().all(|b| b.is_ascii_digit());
    if right { text.parse().ok() } else { None }
}

/// `10:30`, `10:30:15.5`, `5:30 PM`, each with `Z` or `+01:00` behind it or not.
fn parse_time(text: &str) -> Option<f64> {
    let mut text = text.trim();
    let mut zone = 0.0;
    for name in ["UTC", "GMT"] {
        text = text.strip_suffix(name).unwrap_or(text).trim_end();
    }
    if let Some(rest) = text.strip_suffix(['Z', 'z']) {
        text = rest.trim_end();
    } else if let Some(at) = text.rfind(['+', '-']) {
        let (rest, offset) = text.split_at(at);
        let (hours, minutes) = match offset[1..].split_once(':') {
            Some((hours, minutes)) => (hours, minutes),
            None if offset.len() == 5 && offset.is_ascii() => (&offset[1..3], &offset[3..]),
            None => (&offset[1..], "0"),
        };
        let shift = digits(hours, 2)? * 3600 + digits(minutes, 2)? * 60;
        zone = if offset.starts_with('-') {
            -shift
        } else {
            shift
        } as f64;
        text = rest.trim_end();
    }
    let mut half = None;
    if text.len() > 2 && text.is_char_boundary(text.len() - 2) {
        let (rest, suffix) = text.split_at(text.len() - 2);
        if suffix.eq_ignore_ascii_case("am") || suffix.eq_ignore_ascii_case("pm") {
            half = Some(suffix.eq_ignore_ascii_case("pm"));
            text = rest.trim_end();
        }
    }
    let mut parts = text.split(':');
    let mut hour = digits(parts.next()?, 2)?;
    let minute = digits(parts.next()?, 2)?;
    let second = match parts.next() {
        None => 0.0,
        Some(text) => {
            let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
            if fraction.len() > 9 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            let part = match fraction {
                "" => 0.0,
                digits => digits.parse::<f64>().ok()? / 10f64.powi(digits.len() as i32),
            };
            digits(whole, 2)? as f64 + part
        }
    };
    if let Some(afternoon) = half {
        if !(1..=12).contains(&hour) {
            return None;
        }
        hour = hour % 12 + if afternoon { 12 } else { 0 };
    }
    if parts.next().is_some() || hour > 23 || minute > 59 || second >= 61.0 {
        return None;
    }
    Some((hour * 3600 + minute * 60) as f64 + second - zone)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Howard Hinnant, "chrono-compatible low-level date algorithms": days since 1970-01-01.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// `2024-01-02`, with ` 10:30:00` behind it where there is a time of day.
pub fn format(seconds: f64) -> String {
    // Beyond the years that a date can have, the number itself.
    if !seconds.is_finite() || seconds.abs() > 8.0e12 {
        return super::number::format(seconds);
    }
    let milliseconds = (seconds * 1000.0).round() as i64;
    let (days, of_day) = (
        milliseconds.div_euclid(86_400_000),
        milliseconds.rem_euclid(86_400_000),
    );
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    let date = format!("{year:04}-{month:02}-{day:02}");
    if of_day == 0 {
        return date;
    }
    let (second, thousandth) = (of_day / 1000, of_day % 1000);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    if thousandth == 0 {
        format!("{date} {hour:02}:{minute:02}:{second:02}")
    } else {
        format!("{date} {hour:02}:{minute:02}:{second:02}.{thousandth:03}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_read_and_write() {
        for (text, shown) in [
            ("1970-01-01", "1970-01-01"),
            ("2024-02-29", "2024-02-29"),
            ("2024-2-9", "2024-02-09"),
            ("1899-12-31", "1899-12-31"),
            ("2024-01-02T10:30:15Z", "2024-01-02 10:30:15"),
            ("2024-01-02 10:30:15.250", "2024-01-02 10:30:15.250"),
            ("2024-01-02 10:30+02:00", "2024-01-02 08:30:00"),
            ("31/12/2023", "2023-12-31"),
            ("3.4.24", "2024-04-03"),
            ("03-04-1999 5:30 PM", "1999-04-03 17:30:00"),
            ("12 Mar 2024", "2024-03-12"),
            ("March 12, 2024", "2024-03-12"),
            ("2024/01/02 12:05 am", "2024-01-02 00:05:00"),
            ("31.12.2024, 23:59", "2024-12-31 23:59:00"),
            ("12. März 2024", "2024-03-12"),
            ("3. Dez. 2024", "2024-12-03"),
            ("Tue, 02 Jan 2024 15:04:05 GMT", "2024-01-02 15:04:05"),
            ("2024-01-02 15:04 UTC", "2024-01-02 15:04:00"),
        ] {
            let seconds = parse(text, Order::DayFirst);
            assert_eq!(seconds.map(format).as_deref(), Some(shown), "{text}");
        }
        assert_eq!(parse("1970-01-02", Order::DayFirst), Some(86_400.0));
        assert_eq!(
            parse("12/31/2023", Order::MonthFirst),
            parse("2023-12-31", Order::DayFirst)
        );
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "2023-02-29",
            "2024-13-01",
            "32/01/2024",
            "1.2.3",
            "12:30",
            "2024-01-02 25:00",
            "2024",
            "20240101",
            "1234-5678",
            "May",
            "May 2024",
            "a b c d e f",
            "2024-01-02 10:30 XM",
            "12/ä1/2024",
            "2024-01-02 ää:00",
            "2024-01-02 10:00+ä",
            "1/1/1/2024",
            "::::::",
            "T:aaaaaa",
        ] {
            assert_eq!(parse(text, Order::DayFirst), None, "{text}");
        }
    }

    #[test]
    fn times_of_day_are_seconds() {
        for (text, seconds) in [
            ("10:30", Some(37_800.0)),
            ("0:00:01.5", Some(1.5)),
            ("5:30 PM", Some(63_000.0)),
            ("24:00", None),
            ("10:30Z", None),
            ("1:2:3:4", None),
            ("a:30", None),
            ("16:9", None),
            ("1e:", None),
        ] {
            assert_eq!(parse_time_of_day(text), seconds, "{text}");
        }
    }

    #[test]
    fn votes_tell_the_order() {
        assert_eq!(votes("13/01/2024"), (true, false));
        assert_eq!(votes("01/13/2024"), (false, true));
        assert_eq!(votes("01/02/2024"), (true, true));
    }
}
