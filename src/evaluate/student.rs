//! Student's t distribution.

/// The probability that |T| is at least |t|, for `df` > 0 degrees of freedom; `None` for bad input.
///
/// It is the regularised incomplete beta function I_x(df / 2, 1 / 2) at x = df / (df + t²)
/// (Abramowitz and Stegun 26.7.1 with 26.5.27).
pub fn two_sided(t: f64, df: f64) -> Option<f64> {
    if t.is_nan() || df.is_nan() || df <= 0.0 || df.is_infinite() {
        return None;
    }
    if t.is_infinite() {
        return Some(0.0);
    }
    // x and 1 - x are both made without cancellation.
    let ratio = t * t / df;
    let (x, rest) = if ratio.is_finite() {
        (1.0 / (1.0 + ratio), ratio / (1.0 + ratio))
    } else {
        (0.0, 1.0)
    };
    Some(incomplete_beta(df / 2.0, 0.5, x, rest).clamp(0.0, 1.0))
}

/// The t that |T| stays below with this confidence (0 to 1, exclusive), for interval estimates; `None`
/// for bad input. Found by bisection of `two_sided`.
pub fn critical_value(confidence: f64, df: f64) -> Option<f64> {
    if !(confidence > 0.0 && confidence < 1.0) {
        return None;
    }
    let beyond = 1.0 - confidence;
    let (mut low, mut high) = (0.0, 1.0);
    while two_sided(high, df)? > beyond {
        high *= 2.0;
        if high > 1e300 {
            return None;
        }
    }
    for _ in 0..200 {
        let middle = (low + high) / 2.0;
        if two_sided(middle, df)? > beyond {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some((low + high) / 2.0)
}

/// I_x(a, b), given x and 1 - x.
fn incomplete_beta(a: f64, b: f64, x: f64, rest: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if rest <= 0.0 {
        return 1.0;
    }
    let log_beta = ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b);
    let front = (a * x.ln() + b * rest.ln() - log_beta).exp();
    // The fraction converges fast below the mean; above, the symmetric one does.
    if x < (a + 1.0) / (a + b + 2.0) {
        front * fraction(a, b, x) / a
    } else {
        1.0 - front * fraction(b, a, rest) / b
    }
}

/// The continued fraction of the incomplete beta function (Abramowitz and Stegun 26.5.8), by Lentz's
/// method as modified by Thompson and Barnett (1986).
fn fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let nonzero = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / nonzero(1.0 - (a + b) * x / (a + 1.0));
    let mut value = d;
    for m in 1..10_000 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / nonzero(1.0 + even * d);
        c = nonzero(1.0 + even / c);
        value *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / nonzero(1.0 + odd * d);
        c = nonzero(1.0 + odd / c);
        value *= d * c;
        if (d * c - 1.0).abs() < 1e-15 {
            break;
        }
    }
    value
}

/// Lanczos' approximation with g = 7 and nine terms (Godfrey 2001), for x > 0: about 1e-15.
fn ln_gamma(x: f64) -> f64 {
    const TERMS: [f64; 8] = [
        676.520_368_121_885_1,
        -1_259.139_216_722_402_8,
        771.323_428_777_653_1,
        -176.615_029_162_140_6,
        12.507_343_278_686_905,
        -0.138_571_095_265_720_12,
        9.984_369_578_019_572e-6,
        1.505_632_735_149_311_6e-7,
    ];
    if x < 0.5 {
        let reflected = std::f64::consts::PI / (std::f64::consts::PI * x).sin();
        return reflected.ln() - ln_gamma(1.0 - x);
    }
    let x = x - 1.0;
    let mut sum = 0.999_999_999_999_809_9;
    for (place, term) in TERMS.iter().enumerate() {
        sum += term / (x + place as f64 + 1.0);
    }
    let t = x + 7.5;
    0.5 * (2.0 * std::f64::consts::PI).ln() + (x + 0.5) * t.ln() - t + sum.ln()
}
