//! Numbers as people read them: "−0.050", "12.5 %", thin spaces between thousands.

const THIN_SPACE: char = '\u{2009}';

/// A score or a spread: three decimals.
pub fn score(value: f64) -> String {
    fixed(value, 3)
}

/// `0.973 ± 0.012`; no spread where it is not a number.
pub fn score_and_spread(mean: f64, spread: f64) -> String {
    if spread.is_finite() {
        format!("{} ± {}", score(mean), score(spread))
    } else {
        score(mean)
    }
}

/// With a sign always: `+0.012`, `−0.050`.
pub fn signed_score(value: f64) -> String {
    if value >= 0.0 {
        format!("+{}", score(value))
    } else {
        score(value)
    }
}

/// This many decimals, thousands apart, "–" for what has no value.
pub fn fixed(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return "–".into();
    }
    if value.abs() >= 1e15 {
        return exponent(value);
    }
    let digits = format!("{:.decimals$}", value.abs());
    let (whole, fraction) = digits
        .split_once('.')
        .map_or((digits.as_str(), ""), |parts| parts);
    let zero = digits.bytes().all(|b| b == b'0' || b == b'.');
    let mut out = String::with_capacity(digits.len() + 6);
    if value < 0.0 && !zero {
        out.push('−');
    }
    out.push_str(&grouped(whole));
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// Three significant digits, whole numbers whole: `48.8`, `0.0123`, `5 700`, `1.2e12`.
pub fn short(value: f64) -> String {
    if !value.is_finite() {
        return "–".into();
    }
    let size = value.abs();
    if size != 0.0 && !(1e-4..1e9).contains(&size) {
        return exponent(value);
    }
    fixed(value, decimals(value))
}

/// How many decimals three significant digits of this value take; whole numbers take none.
pub fn decimals(value: f64) -> usize {
    let size = value.abs();
    if !size.is_finite() || size == 0.0 || size.fract() == 0.0 {
        return 0;
    }
    (2 - size.log10().floor() as i32).clamp(0, 7) as usize
}

/// A whole number, thousands apart.
pub fn count(value: u64) -> String {
    grouped(&value.to_string())
}

/// `12.5 %`; one decimal below 99.95, none at 0 and 100.
pub fn percent(share: f64) -> String {
    let value = share * 100.0;
    if !value.is_finite() {
        return "–".into();
    }
    let decimals = usize::from(value != 0.0 && value.abs() < 99.95);
    format!("{} %", fixed(value, decimals))
}

/// As many decimals as grid lines this far apart need.
pub fn tick(value: f64, step: f64) -> String {
    if !value.is_finite() || !step.is_finite() || step <= 0.0 {
        return short(value);
    }
    let size = value.abs().max(step);
    if !(1e-5..1e7).contains(&size) {
        return exponent(value);
    }
    let decimals = (-(step * 1.000_001).log10().floor()).max(0.0) as usize;
    let text = fixed(value, decimals.min(9));
    // Four digits stand without a gap on an axis, as years do.
    if value.abs() < 10_000.0 {
        text.replace(THIN_SPACE, "")
    } else {
        text
    }
}

/// `1.2e-5` with a true minus.
fn exponent(value: f64) -> String {
    if value == 0.0 {
        return "0".into();
    }
    let text = format!("{value:.2e}");
    let (digits, power) = text.split_once('e').unwrap_or((&text, "0"));
    let digits = if digits.contains('.') {
        digits.trim_end_matches('0').trim_end_matches('.')
    } else {
        digits
    };
    format!("{digits}e{power}").replace('-', "−")
}

fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 * THIN_SPACE.len_utf8());
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(THIN_SPACE);
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(score(-0.05), "−0.050");
        assert_eq!(score(-0.0001), "0.000");
        assert_eq!(score_and_spread(0.9734, 0.0121), "0.973 ± 0.012");
        assert_eq!(score_and_spread(0.5, f64::NAN), "0.500");
        assert_eq!(signed_score(0.012), "+0.012");
        assert_eq!(short(48.833), "48.8");
        assert_eq!(short(0.012_345), "0.0123");
        assert_eq!(short(5700.0), "5\u{2009}700");
        assert_eq!(short(1.25e12), "1.25e12");
        assert_eq!(short(-1e-7), "−1e−7");
        assert_eq!(short(0.0), "0");
        assert_eq!(short(f64::NAN), "–");
        assert_eq!(count(1_000_000), "1\u{2009}000\u{2009}000");
        assert_eq!(percent(0.125), "12.5 %");
        assert_eq!(percent(1.0), "100 %");
        assert_eq!(percent(0.0), "0 %");
    }

    #[test]
    fn ticks_take_the_decimals_of_their_step() {
        assert_eq!(tick(0.2 * 3.0, 0.2), "0.6");
        assert_eq!(tick(170.0, 10.0), "170");
        assert_eq!(tick(0.25, 0.05), "0.25");
        assert_eq!(tick(2007.0, 1.0), "2007");
        assert_eq!(tick(0.0, 0.5), "0.0");
        assert_eq!(tick(-1.0, 1.0), "−1");
        assert_eq!(tick(3e9, 1e9), "3e9");
    }
}
