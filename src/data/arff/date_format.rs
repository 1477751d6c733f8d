//! The part of Java's `SimpleDateFormat` that ARFF files use.

use crate::data::date::{self, Order};

/// What a file without a format means.
pub(super) const ISO: &str = "yyyy-MM-dd'T'HH:mm:ss";

/// Seconds since 1970. What the format does not fit is tried as a date that people write.
pub(super) fn parse(text: &str, format: &str) -> Option<f64> {
    by_format(text, format).or_else(|| date::parse(text, Order::DayFirst))
}

fn by_format(text: &str, format: &str) -> Option<f64> {
    let mut rest = text;
    let (mut year, mut month, mut day) = (1970, 1, 1);
    let (mut hour, mut minute, mut second, mut millisecond) = (0, 0, 0, 0);
    let mut letters = format.chars().peekable();
    let mut literal = false;
    while let Some(letter) = letters.next() {
        if letter == '\'' {
            literal = !literal;
            continue;
        }
        if literal || !letter.is_ascii_alphabetic() {
            rest = rest.strip_prefix(letter)?;
            continue;
        }
        let mut width = 1;
        while letters.next_if_eq(&letter).is_some() {
            width += 1;
        }
        // The last field before a separator may be longer than its letters, one before another may not.
        let most = match letters.peek() {
            Some(next) if next.is_ascii_alphabetic() => width,
            _ => width.max(if letter == 'y' { 4 } else { 2 }),
        };
        let digits = rest
            .bytes()
            .take(most)
            .take_while(u8::is_ascii_digit)
            .count();
        let value: i64 = rest.get(..digits)?.parse().ok()?;
        rest = &rest[digits..];
        match letter {
            'y' if digits == 2 => {
                year = if value < 69 {
                    2000 + value
                } else {
                    1900 + value
                }
            }
            'y' | 'u' => year = value,
            'M' => month = value,
            'd' => day = value,
            'H' => hour = value,
            'm' => minute = value,
            's' => second = value,
            'S' => millisecond = value,
            _ => return None,
        }
    }
    if !rest.is_empty() {
        return None;
    }
    let shown =
        format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{millisecond:03}");
    date::parse(&shown, Order::DayFirst)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_of_java() {
        for (text, format, shown) in [
            ("2024-01-31T10:20:30", ISO, "2024-01-31 10:20:30"),
            ("31.12.2024", "dd.MM.yyyy", "2024-12-31"),
            ("12/31/24", "MM/dd/yy", "2024-12-31"),
            ("20240131", "yyyyMMdd", "2024-01-31"),
            ("03.04.2024", "MM.dd.yyyy", "2024-03-04"),
            ("2024-01-31", ISO, "2024-01-31"),
        ] {
            let seconds = parse(text, format);
            assert_eq!(
                seconds.map(date::format).as_deref(),
                Some(shown),
                "{text} {format}"
            );
        }
        assert_eq!(parse("2024-13-01", ISO), None);
        assert_eq!(parse("", "yyyy"), None);
    }
}
