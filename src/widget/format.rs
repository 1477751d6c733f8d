//! Numbers as people read them: the rules of every score, count and value on the screen.
//!
//! Scores have three decimals, a spread as many as its mean, everything else three significant digits;
//! thousands are set apart by a thin space, and a minus is a minus. What has no value shows as "–".

/// Between thousands, and before "%": U+2009.
pub const THIN_SPACE: char = '\u{2009}';
/// U+2212, as wide as a plus.
pub const MINUS: char = '−';
/// Stands where there is no value.
pub const NONE: &str = "–";

/// A whole number: `12 345`.
pub fn count(n: usize) -> String {
    group(&n.to_string())
}

/// `1 row`, `344 rows`: a count and its noun.
pub fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{} {}", count(n), if n == 1 { one } else { many })
}

/// `100 trees`, `1 tree`; `units` is the plural.
pub fn steps(count: usize, units: &'static str) -> String {
    let one = match units {
        "leaves" => "leaf",
        units => units.strip_suffix('s').unwrap_or(units),
    };
    counted(count, one, units)
}

/// A whole number written out: `7 023 596`, `−12`.
pub fn whole(n: i64) -> String {
    minus(&group(&n.to_string()))
}

/// The words of a sentence, which begins with a capital letter.
pub fn capital(words: &str) -> String {
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// A value at three significant digits, whole digits never rounded away: `63.4`, `6 300`, `−0.56`.
///
/// From a million on and below a ten thousandth it is `1.23e6`, `4.5e−5`.
pub fn number(x: f64) -> String {
    significant(x, 3)
}

/// As [`number`], with `digits` significant digits at most; zeros at the end are left out.
pub fn significant(x: f64, digits: usize) -> String {
    if !x.is_finite() {
        return not_finite(x);
    }
    if x == 0.0 {
        return "0".into();
    }
    let size = x.abs();
    let digits = digits.max(1);
    if !(1e-4..1e6).contains(&size) {
        let text = format!("{x:.*e}", digits - 1);
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        return minus(&format!("{}e{exponent}", trim_zeros(mantissa)));
    }
    minus(&group(&trim_zeros(&format!(
        "{x:.*}",
        decimals(size, digits)
    ))))
}

/// A score at three decimals: `0.973`; at three significant digits where those say more, as for an
/// error of `1 230` or `4.5e−5`.
pub fn score(x: f64) -> String {
    score_and_decimals(x).0
}

/// A score and what stands behind it: `("0.973", "± 0.012")`.
///
/// `spread` is the standard deviation over the folds, `None` where only one split was scored.
pub fn score_with_spread(mean: f64, spread: Option<f64>) -> (String, String) {
    let (text, decimals) = score_and_decimals(mean);
    let spread = match spread {
        None => "one split".into(),
        Some(s) if !s.is_finite() => format!("± {NONE}"),
        Some(s) => match decimals {
            Some(decimals) => format!("± {}", group(&format!("{s:.decimals$}"))),
            None => format!("± {}", significant(s, 2)),
        },
    };
    (text, spread)
}

/// A difference with its sign: `+0.012`, `−0.050`.
pub fn difference(x: f64) -> String {
    let text = score(x);
    if x > 0.0 { format!("+{text}") } else { text }
}

/// A share of one in percent: `12.5 %`, `0 %`, `100 %`; never "0 %" or "100 %" for a share between.
pub fn percent(share: f64) -> String {
    let text = if !share.is_finite() {
        return NONE.into();
    } else if share > 0.0 && share < 0.0005 {
        "< 0.1".into()
    } else if share < 1.0 && share > 0.9995 {
        "> 99.9".into()
    } else {
        minus(&trim_zeros(&format!("{:.1}", share * 100.0)))
    };
    format!("{text}{THIN_SPACE}%")
}

/// A duration the way one says it: `0.03 s`, `0.4 s`, `12 s`, `3 min`, `2 h`.
pub fn seconds(secs: f64) -> String {
    if !secs.is_finite() || secs < 0.0 {
        NONE.into()
    } else if secs > 0.0 && secs < 0.001 {
        "< 0.001 s".into()
    } else if secs < 0.095 {
        format!("{} s", significant(secs, 1))
    } else if secs < 9.95 {
        format!("{} s", trim_zeros(&format!("{secs:.1}")))
    } else if secs < 99.5 {
        format!("{secs:.0} s")
    } else if secs < 99.5 * 60.0 {
        format!("{:.0} min", secs / 60.0)
    } else {
        format!("{:.0} h", secs / 3600.0)
    }
}

/// How long ago something was: `just now`, `5 min ago`, `3 h ago`, `12 days ago`.
pub fn ago(secs: f64) -> String {
    let (minutes, hours) = (secs / 60.0, secs / 3600.0);
    if minutes < 1.0 || !secs.is_finite() {
        "just now".into()
    } else if minutes < 60.0 {
        format!("{minutes:.0} min ago", minutes = minutes.floor())
    } else if hours < 48.0 {
        format!("{hours:.0} h ago", hours = hours.floor())
    } else {
        format!("{days:.0} days ago", days = (hours / 24.0).floor())
    }
}

/// Reads a number as typed: this module's own minus, thin spaces and exponents, and a decimal comma.
pub fn parse(text: &str) -> Option<f64> {
    let mut plain: String = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| if c == MINUS { '-' } else { c })
        .collect();
    if !plain.contains('.') && plain.matches(',').count() == 1 {
        plain = plain.replace(',', ".");
    }
    plain.parse().ok().filter(|x: &f64| x.is_finite())
}

/// The text, and its decimals where it is not in the form with an exponent.
fn score_and_decimals(x: f64) -> (String, Option<usize>) {
    if !x.is_finite() {
        return (not_finite(x), Some(3));
    }
    let size = x.abs();
    if size != 0.0 && !(5e-4..1e6).contains(&size) {
        return (significant(x, 3), None);
    }
    let decimals = if size < 9.9995 { 3 } else { decimals(size, 3) };
    (minus(&group(&format!("{x:.decimals$}"))), Some(decimals))
}

/// Decimals that show `digits` significant digits of `size`, which lies in 1e-4..1e6.
fn decimals(size: f64, digits: usize) -> usize {
    let magnitude = size.log10().floor() as i32;
    usize::try_from(digits as i32 - 1 - magnitude).unwrap_or(0)
}

fn not_finite(x: f64) -> String {
    match x {
        f64::INFINITY => "∞".into(),
        f64::NEG_INFINITY => format!("{MINUS}∞"),
        _ => NONE.into(),
    }
}

/// "-0.000" keeps no sign.
fn minus(text: &str) -> String {
    match text.strip_prefix('-') {
        Some(rest) if rest.chars().all(|c| matches!(c, '0' | '.')) => rest.to_owned(),
        _ => text.replace('-', &MINUS.to_string()),
    }
}

fn trim_zeros(text: &str) -> String {
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text.to_owned()
    }
}

/// Thin spaces between thousands of the whole part, from five digits on as years have four.
fn group(text: &str) -> String {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text),
    };
    let (whole, fraction) = rest
        .split_once('.')
        .map_or((rest, None), |(w, f)| (w, Some(f)));
    let mut out = sign.to_owned();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && whole.len() > 4 && (whole.len() - i) % 3 == 0 {
            out.push(THIN_SPACE);
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_group_their_thousands() {
        assert_eq!(count(0), "0");
        assert_eq!(count(2007), "2007");
        assert_eq!(count(12_345), "12\u{2009}345");
        assert_eq!(count(1_000_000), "1\u{2009}000\u{2009}000");
        assert_eq!(counted(1, "row", "rows"), "1 row");
        assert_eq!(counted(344, "row", "rows"), "344 rows");
    }

    #[test]
    fn numbers_have_three_significant_digits() {
        for (x, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (63.44, "63.4"),
            (-0.5604, "−0.56"),
            (2007.0, "2007"),
            (6300.4, "6300"),
            (54_321.0, "54\u{2009}321"),
            (0.000_123_4, "0.000123"),
            (0.000_012_34, "1.23e−5"),
            (1.5e9, "1.5e9"),
            (f64::NAN, "–"),
            (f64::NEG_INFINITY, "−∞"),
        ] {
            assert_eq!(number(x), text, "{x}");
        }
    }

    #[test]
    fn scores_have_three_decimals_and_their_spread_as_many() {
        let pair = |m, s| {
            let (mean, spread) = score_with_spread(m, s);
            format!("{mean} {spread}")
        };
        assert_eq!(pair(0.9734, Some(0.01249)), "0.973 ± 0.012");
        assert_eq!(pair(-0.05, Some(0.0)), "−0.050 ± 0.000");
        assert_eq!(pair(1.0, None), "1.000 one split");
        assert_eq!(pair(12.345, Some(1.26)), "12.3 ± 1.3");
        assert_eq!(pair(54_321.4, Some(1234.5)), "54\u{2009}321 ± 1234");
        assert_eq!(pair(0.000_012, Some(0.000_003_4)), "1.2e−5 ± 3.4e−6");
        assert_eq!(pair(f64::NAN, Some(f64::NAN)), "– ± –");
        assert_eq!(score(-0.0001), "−0.0001");
        assert_eq!(score(0.0), "0.000");
        assert_eq!(difference(0.0123), "+0.012");
        assert_eq!(difference(-0.05), "−0.050");
    }

    #[test]
    fn percents_never_say_all_or_nothing_wrongly() {
        assert_eq!(percent(0.125), "12.5\u{2009}%");
        assert_eq!(percent(0.0), "0\u{2009}%");
        assert_eq!(percent(1.0), "100\u{2009}%");
        assert_eq!(percent(0.0001), "< 0.1\u{2009}%");
        assert_eq!(percent(0.9999), "> 99.9\u{2009}%");
        assert_eq!(percent(f64::NAN), "–");
    }

    #[test]
    fn durations_read_naturally() {
        assert_eq!(
            [0.04, 0.36, 9.96, 75.0, 150.0, 7200.0].map(seconds),
            ["0.04 s", "0.4 s", "10 s", "75 s", "2 min", "2 h"]
        );
    }

    #[test]
    fn what_is_shown_reads_back() {
        for x in [0.0, -0.56, 54_321.0, 1.23e-5, 1.5e9, 2007.0] {
            assert_eq!(parse(&number(x)), Some(x), "{}", number(x));
        }
        assert_eq!(parse(" 0,5 "), Some(0.5));
        assert_eq!(parse("1,2,3"), None);
        assert_eq!(parse("none"), None);
        assert_eq!(parse("inf"), None);
        assert_eq!(parse(""), None);
    }
}
