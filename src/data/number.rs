//! Numbers as people write them: `1,234.5`, `1.234,5`, `1 234`, `−3`, `5.e-3`, `inf`.

/// A number read from text; infinite where the text says so or the number is beyond `f64`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Number {
    pub value: f64,
    /// Written with thousands separators.
    pub grouped: bool,
}

/// Reads one trimmed number. `decimal_comma` turns the roles of comma and point round. Never NaN.
#[inline]
pub(crate) fn parse(text: &str, decimal_comma: bool) -> Option<Number> {
    if !decimal_comma && let Some(value) = parse_quickly(text.as_bytes()) {
        return Some(Number {
            value,
            grouped: false,
        });
    }
    parse_any(text, decimal_comma)
}

const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

/// `-12.34` with a mantissa below 2^53 and at most 22 decimals: both then are exact as `f64`, so that
/// one division rounds correctly (Clinger, "How to read floating point numbers accurately", 1990).
#[inline]
fn parse_plain(text: &[u8]) -> Option<f64> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, text),
    };
    if digits.len() > 20 {
        return None;
    }
    let (whole, mantissa) = run(digits, 0);
    let (mut decimals, mut mantissa, mut end) = (0, mantissa, whole);
    if digits.get(whole) == Some(&b'.') {
        let fraction = &digits[whole + 1..];
        (decimals, mantissa) = run(fraction, mantissa);
        end = whole + 1 + decimals;
    }
    let count = whole + decimals;
    if end != digits.len() || count == 0 || count > 19 || mantissa > 1 << 53 {
        return None;
    }
    let value = mantissa as f64 / POWERS[decimals];
    Some(if negative { -value } else { value })
}

/// As [`parse_quickly`], of the text from `start` to `end` of `source`. Short ones are read without a loop:
/// 16 bytes that end with the last digit, the point taken out, nothing but digits left.
#[inline]
pub(crate) fn parse_within(source: &[u8], start: usize, end: usize) -> Option<f64> {
    let negative = source.get(start) == Some(&b'-');
    let first = start + usize::from(negative);
    let length = end.wrapping_sub(first);
    let window = end.checked_sub(16).and_then(|at| source.get(at..end));
    if let Some(window) = window.and_then(|window| window.first_chunk::<16>())
        && (1..=16).contains(&length)
        && let Some(value) = parse_short(u128::from_le_bytes(*window), length as u32)
    {
        // The sign is as good as random: no branch guesses it.
        return Some(f64::from_bits(value.to_bits() | u64::from(negative) << 63));
    }
    parse_quickly(source.get(start..end)?)
}

/// The number that the last `length` of 16 characters are, the first of them lowest.
#[inline]
fn parse_short(window: u128, length: u32) -> Option<f64> {
    let own = u128::MAX << (8 * (16 - length));
    let window = window & own | ALL_ZEROS & !own;
    let dots = {
        let word = window ^ ALL_DOTS;
        !(((word & MOST) + MOST) | word | MOST)
    };
    let (mut digits, mut decimals) = (window, 0);
    if dots != 0 {
        let at = dots.trailing_zeros() / 8;
        let before = !(u128::MAX << (8 * at));
        let after = !((before << 8) | 0xff);
        digits = (window & before) << 8 | window & after | u128::from(b'0');
        decimals = 15 - at;
    }
    let word = digits.wrapping_sub(ALL_ZEROS);
    if (word | word.wrapping_add(ALL_SIXES)) & ALL_HIGH != 0 || length < 1 + u32::from(dots != 0) {
        return None;
    }
    let mantissa = eight(word as u64) * 100_000_000 + eight((word >> 64) as u64);
    (mantissa <= 1 << 53).then(|| mantissa as f64 / POWERS[decimals as usize])
}

/// The number of eight digits, the first lowest, each from 0 to 9.
#[inline]
fn eight(digits: u64) -> u64 {
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8);
    let high = (pairs & PAIRS).wrapping_mul(100 + (1_000_000 << 32));
    let low = (pairs >> 16 & PAIRS).wrapping_mul(1 + (10_000 << 32));
    high.wrapping_add(low) >> 32
}

const ALL_ZEROS: u128 = (ZEROS as u128) << 64 | ZEROS as u128;
const ALL_DOTS: u128 = u128::from_le_bytes([b'.'; 16]);
const ALL_HIGH: u128 = u128::from_le_bytes([0xf0; 16]);
const ALL_SIXES: u128 = u128::from_le_bytes([6; 16]);
const MOST: u128 = u128::from_le_bytes([0x7f; 16]);

/// How many digits there are in a row, and the number that they continue; eight at a time as far as they
/// go (Lemire, "Number parsing at a gigabyte per second", 2021, section 3).
#[inline]
fn run(text: &[u8], mut number: u64) -> (usize, u64) {
    let mut rest = text;
    while let Some((digits, after)) = rest.split_first_chunk::<8>() {
        let word = u64::from_le_bytes(*digits).wrapping_sub(ZEROS);
        // A byte below 0 borrows, one above 9 carries into its high half.
        if (word | word.wrapping_add(TO_HIGH)) & HIGH_HALVES != 0 {
            break;
        }
        number = number.wrapping_mul(100_000_000).wrapping_add(eight(word));
        rest = after;
    }
    while let [digit @ b'0'..=b'9', after @ ..] = rest {
        let digit = u64::from(digit - b'0');
        number = number.wrapping_mul(10).wrapping_add(digit);
        rest = after;
    }
    (text.len() - rest.len(), number)
}

const ZEROS: u64 = 0x3030_3030_3030_3030;
const TO_HIGH: u64 = 0x0606_0606_0606_0606;
const HIGH_HALVES: u64 = 0xf0f0_f0f0_f0f0_f0f0;
const PAIRS: u64 = 0x0000_00ff_0000_00ff;

/// A number of nothing but digits, a point, a minus and an exponent; the same value as [`parse`] gives, which
/// reads much more.
#[inline]
pub(crate) fn parse_quickly(text: &[u8]) -> Option<f64> {
    // So many digits are hardly ever exact.
    let found = if text.len() > 18 {
        None
    } else {
        parse_plain(text)
    };
    found.or_else(|| parse_long(text))
}

/// `-0.12345678901234567` and `1.5e-7`: what programs write with more digits or an exponent.
fn parse_long(text: &[u8]) -> Option<f64> {
    // Between two digits nothing but a point, an exponent and its sign is read.
    match text.strip_prefix(b"-").unwrap_or(text) {
        [b'0'..=b'9', .., b'0'..=b'9'] => fast_float2::parse(text).ok(),
        _ => None,
    }
}

/// Everything else: signs, exponents, thousands in groups of three, infinities.
fn parse_any(text: &str, decimal_comma: bool) -> Option<Number> {
    let text = text.trim();
    // Bookkeepers' negatives: `(1,234.50)`, and `1.234,50-` as SAP writes it.
    let amount = match text.as_bytes() {
        [b'(', b'0'..=b'9', .., b')'] => Some(&text[1..text.len() - 1]),
        [b'0'..=b'9', .., b'0'..=b'9', b'-'] | [b'0'..=b'9', b'-'] => Some(&text[..text.len() - 1]),
        _ => None,
    };
    if let Some(amount) = amount {
        let number = parse_any(amount, decimal_comma).filter(|number| number.value >= 0.0)?;
        return Some(Number {
            value: -number.value,
            ..number
        });
    }
    let (negative, rest) = match text.chars().next()? {
        '-' | '\u{2212}' => (true, &text[text.chars().next()?.len_utf8()..]),
        '+' => (false, &text[1..]),
        _ => (false, text),
    };
    let sign = if negative { -1.0 } else { 1.0 };
    if rest.eq_ignore_ascii_case("inf") || rest.eq_ignore_ascii_case("infinity") || rest == "∞" {
        return Some(Number {
            value: sign * f64::INFINITY,
            grouped: false,
        });
    }
    let first = rest.bytes().next()?;
    let mark = if decimal_comma { ',' } else { '.' };
    if !first.is_ascii_digit() && first != mark as u8 {
        return None;
    }
    let mut plain = String::with_capacity(rest.len());
    let mut groups = Groups::default();
    let mut chars = rest.char_indices();
    let mut tail = "";
    for (at, c) in chars.by_ref() {
        if c.is_ascii_digit() {
            plain.push(c);
            groups.digit();
        } else if c == mark || c == 'e' || c == 'E' {
            tail = &rest[at..];
            break;
        } else {
            groups.separator(c, decimal_comma)?;
        }
    }
    let grouped = groups.finish()?;
    let mut tail = tail.chars().peekable();
    if tail.next_if_eq(&mark).is_some() {
        plain.push('.');
        while let Some(digit) = tail.next_if(char::is_ascii_digit) {
            plain.push(digit);
        }
    }
    if !plain.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if tail.next_if(|&c| c == 'e' || c == 'E').is_some() {
        plain.push('e');
        if let Some(sign) = tail.next_if(|&c| c == '-' || c == '+') {
            plain.push(sign);
        }
        tail.peek()?;
        while let Some(digit) = tail.next_if(char::is_ascii_digit) {
            plain.push(digit);
        }
    }
    if tail.next().is_some() {
        return None;
    }
    let value: f64 = fast_float2::parse(plain.as_bytes()).ok()?;
    Some(Number {
        value: sign * value,
        grouped,
    })
}

/// Digits in groups: 1 to 3, then threes, one separator throughout.
#[derive(Default)]
struct Groups {
    separator: Option<char>,
    in_group: usize,
}

impl Groups {
    fn digit(&mut self) {
        self.in_group += 1;
    }

    fn separator(&mut self, c: char, decimal_comma: bool) -> Option<()> {
        let mark = if decimal_comma { '.' } else { ',' };
        let known = c == mark || matches!(c, ' ' | '\'' | '’' | '\u{a0}' | '\u{202f}' | '\u{2009}');
        let fits = match self.separator {
            None => (1..=3).contains(&self.in_group),
            Some(separator) => separator == c && self.in_group == 3,
        };
        self.separator = Some(c);
        self.in_group = 0;
        (known && fits).then_some(())
    }

    /// Whether there were groups; nothing where the last one is not of three digits.
    fn finish(&self) -> Option<bool> {
        match self.separator {
            None => Some(false),
            Some(_) => (self.in_group == 3).then_some(true),
        }
    }
}

/// `3 kg` is (`3`, `kg`), `$5` is (`5`, `$`): the number's text and what stands beside it, if anything does.
pub(crate) fn split_unit(text: &str) -> Option<(&str, &str)> {
    const CURRENCIES: [char; 6] = ['$', '€', '£', '¥', '₹', '₽'];
    let first = text.chars().next()?;
    if CURRENCIES.contains(&first) {
        let (unit, number) = text.split_at(first.len_utf8());
        return Some((number.trim_start(), unit));
    }
    let last_digit = text.rfind(|c: char| c.is_ascii_digit())?;
    let end = match text.as_bytes().get(last_digit + 1) {
        Some(b'.') => last_digit + 2,
        _ => last_digit + 1,
    };
    let (number, unit) = text.split_at(end);
    let unit = unit.trim_start();
    let speaks = unit.chars().any(|c| {
        c.is_alphabetic() || matches!(c, '%' | '‰' | '°' | '"' | '\'') || CURRENCIES.contains(&c)
    });
    // `7;female` is two cells of another delimiter.
    let two_cells = unit.contains([';', '|', '\t']);
    (speaks && !two_cells && unit.chars().count() <= 12).then_some((number, unit))
}

/// The shortest text that reads back as the same number: `3`, `0.1`, `1e300`.
pub(crate) fn format(value: f64) -> String {
    // Below 2^53 every digit of a whole number is its own.
    if value == value.trunc() && value.abs() < 9_007_199_254_740_992.0 {
        // `+ 0.0` turns -0 into 0.
        format!("{}", value + 0.0)
    } else {
        format!("{value:?}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str, comma: bool) -> Option<f64> {
        parse(text, comma).map(|n| n.value)
    }

    #[test]
    fn numbers_as_people_write_them() {
        for (text, expected) in [
            ("0", 0.0),
            ("-12.5", -12.5),
            ("+3", 3.0),
            (".5", 0.5),
            ("5.", 5.0),
            ("1e3", 1000.0),
            ("1.5E-3", 0.0015),
            ("1,234", 1234.0),
            ("1,234,567.5", 1_234_567.5),
            ("1 234", 1234.0),
            ("1'234.5", 1234.5),
            ("(1,234.5)", -1234.5),
            ("12.50-", -12.5),
            ("\u{2212}7", -7.0),
            ("123456789012345678901", 123_456_789_012_345_680_000.0),
            ("0.1234567890123456789", 0.123_456_789_012_345_68),
            ("-inf", f64::NEG_INFINITY),
            ("1e999", f64::INFINITY),
        ] {
            assert_eq!(value(text, false), Some(expected), "{text}");
        }
        for text in [
            "",
            "-",
            ".",
            "e5",
            "1e",
            "1e+",
            "1,23",
            "1,2345",
            ",123",
            "12,34,567",
            "1.2.3",
            "nan",
            "0x10",
            "1 2",
            "5%",
            "1,234 567",
            "--1",
            "1234,567",
            "1-2",
            "(-5)",
            "((5))",
            "5--",
            "infinit",
        ] {
            assert_eq!(value(text, false), None, "{text}");
        }
        assert_eq!(value("1,5", true), Some(1.5));
        assert_eq!(value("1.234,5", true), Some(1234.5));
        assert_eq!(value("1.5", true), None);
        assert_eq!(value("12", true), Some(12.0));
        assert!(parse("1,234", false).unwrap().grouped);
    }

    #[test]
    fn every_plain_number_reads_as_std_reads_it() {
        let mut random = crate::base::Random::new(3);
        for _ in 0..20_000 {
            let digits = 1 + random.below(17);
            let scale = random.below(20) as i32 - 3;
            let number = (random.word() % 10u64.pow(digits as u32)) as f64 / 10f64.powi(scale);
            for text in [
                format!("{number}"),
                format!("{number:?}"),
                format!("-{number:.4}"),
            ] {
                assert_eq!(value(&text, false), text.parse().ok(), "{text}");
            }
            assert_eq!(format(number).parse(), Ok(number));
        }
    }

    #[test]
    fn digits_are_read_eight_at_a_time_and_one_by_one() {
        let digits = "1234567890123456789";
        for length in 0..=digits.len() {
            for tail in ["", ".", "/", ":", "x", "\u{e9}", "\0"] {
                let text = format!("{}{tail}", &digits[..length]);
                let number = digits[..length].parse().unwrap_or(0);
                assert_eq!(run(text.as_bytes(), 0), (length, number), "{text}");
            }
        }
        // Each byte that is no digit ends them, wherever it stands among the eight.
        for at in 0..8 {
            for byte in 0..=255u8 {
                let mut text = *b"00000000";
                text[at] = byte;
                let expected = if byte.is_ascii_digit() { 8 } else { at };
                assert_eq!(run(&text, 7).0, expected, "{byte} at {at}");
            }
        }
        for (text, whole) in [
            ("1e5.2", false),
            ("1-2", false),
            ("1e5", true),
            ("1.5e-3", true),
        ] {
            assert_eq!(parse_quickly(text.as_bytes()).is_some(), whole, "{text}");
        }
    }

    #[test]
    fn what_stands_within_a_text_is_read_as_alone() {
        let mut random = crate::base::Random::new(11);
        let mut texts: Vec<String> = [
            "",
            "-",
            ".",
            "-.",
            "0",
            "-0",
            "1.",
            ".5",
            "1..2",
            "1.2.3",
            "1-2",
            "--1",
            "1e5",
            "12:30",
            "/1",
            "9007199254740992",
            "9007199254740993",
            "9999999999999999",
            "0000000000000001",
            "1 ",
            " 1",
            "123456789012345.",
            ".123456789012345",
            "1234567.89012345",
            "\u{e9}1",
            "1,5",
            "-9.99",
        ]
        .map(str::to_owned)
        .into();
        for _ in 0..20_000 {
            let number = random.normal() * 10f64.powi(random.below(12) as i32 - 4);
            let decimals = random.below(17);
            texts.push(format!("{number:.decimals$}"));
            texts.push(format!("{number}"));
            // Any byte may stand anywhere.
            let mut bytes = format!("{number:.3}").into_bytes();
            let at = random.below(bytes.len());
            bytes[at] = random.below(128) as u8;
            texts.extend(String::from_utf8(bytes));
        }
        for text in texts {
            for before in ["", "7", "-12.5,99,x.1,-3.25,"] {
                let source = format!("{before}{text},5");
                let (start, end) = (before.len(), before.len() + text.len());
                let within = parse_within(source.as_bytes(), start, end);
                let alone = parse_quickly(text.as_bytes());
                assert_eq!(
                    within.map(f64::to_bits),
                    alone.map(f64::to_bits),
                    "{source}"
                );
            }
            if let Some(value) = parse_quickly(text.as_bytes()) {
                assert_eq!(
                    Ok(value.to_bits()),
                    text.parse().map(f64::to_bits),
                    "{text}"
                );
            }
        }
    }

    #[test]
    fn units_stand_behind_and_currencies_before() {
        assert_eq!(split_unit("5%"), Some(("5", "%")));
        assert_eq!(split_unit("3.5 kg"), Some(("3.5", "kg")));
        assert_eq!(split_unit("$1,000"), Some(("1,000", "$")));
        assert_eq!(split_unit("12"), None);
        assert_eq!(split_unit("abc"), None);
        assert_eq!(split_unit("12-"), None);
    }
}
