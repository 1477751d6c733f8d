//! `exp` over a slice, in a form that compilers turn into vector instructions.

use super::wide::{Loop, wide};

/// 1.5 * 2^52: adding it leaves the nearest integer in the low bits.
const MAGIC: f64 = 6_755_399_441_055_744.0;
const LN2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;

/// `exp`, within 2 units in the last place between -708 and 709; beyond, the value at that bound.
/// NaN stays NaN.
#[inline(always)]
pub(super) fn exp(x: f64) -> f64 {
    let x = if x < -708.0 { -708.0 } else { x };
    let x = if x > 709.0 { 709.0 } else { x };
    let shifted = x * std::f64::consts::LOG2_E + MAGIC;
    let n = shifted - MAGIC;
    let r = (x - n * LN2_HIGH) - n * LN2_LOW;
    // Taylor to r^13 / 13!: below 1e-17 relative for |r| <= ln 2 / 2.
    let mut p = 1.0 / 6_227_020_800.0;
    p = p * r + 1.0 / 479_001_600.0;
    p = p * r + 1.0 / 39_916_800.0;
    p = p * r + 1.0 / 3_628_800.0;
    p = p * r + 1.0 / 362_880.0;
    p = p * r + 1.0 / 40_320.0;
    p = p * r + 1.0 / 5_040.0;
    p = p * r + 1.0 / 720.0;
    p = p * r + 1.0 / 120.0;
    p = p * r + 1.0 / 24.0;
    p = p * r + 1.0 / 6.0;
    p = p * r + 0.5;
    p = p * r + 1.0;
    p = p * r + 1.0;
    // The low bits of `shifted` are n; in the exponent field they scale by 2^n.
    let scale = f64::from_bits((shifted.to_bits() << 52).wrapping_add(1023 << 52));
    p * scale
}

/// Turns rows of `classes` scores into probabilities; the greatest score is taken off first, so
/// nothing overflows, and what is below 1e-300 is 0. Returns the sum over the rows of
/// ln(sum of exp(score)).
pub fn softmax_rows(scores: &mut [f64], classes: usize) -> f64 {
    wide(Softmax { scores, classes })
}

struct Softmax<'a> {
    scores: &'a mut [f64],
    classes: usize,
}

impl Loop for Softmax<'_> {
    type Output = f64;

    #[inline(always)]
    fn run(self) -> f64 {
        // A known number of classes unrolls the loops over them.
        match self.classes {
            2 => softmax(self.scores, 2),
            3 => softmax(self.scores, 3),
            classes => softmax(self.scores, classes.max(1)),
        }
    }
}

#[inline(always)]
fn softmax(scores: &mut [f64], classes: usize) -> f64 {
    let mut log_sums = 0.0;
    for row in scores.chunks_exact_mut(classes) {
        let mut top = f64::NEG_INFINITY;
        for score in &*row {
            top = if *score > top { *score } else { top };
        }
        row.iter_mut().for_each(|score| *score -= top);
        log_sums += top;
    }
    for score in &mut *scores {
        let value = exp(*score);
        *score = if value < 1e-300 { 0.0 } else { value };
    }
    for row in scores.chunks_exact_mut(classes) {
        let sum: f64 = row.iter().sum();
        let inverse = 1.0 / sum;
        row.iter_mut().for_each(|score| *score *= inverse);
        log_sums += sum.ln();
    }
    log_sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_standard_library() {
        for i in -70_800..=70_900 {
            let x = f64::from(i) * 0.01 + 0.001_234;
            if (-708.0..=709.0).contains(&x) {
                let (ours, theirs) = (exp(x), x.exp());
                assert!(
                    (ours - theirs).abs() <= 5e-16 * theirs,
                    "{x}: {ours} {theirs}"
                );
            }
        }
        assert_eq!(exp(0.0), 1.0);
        assert!(exp(f64::NAN).is_nan());
        assert!(exp(-1e9) < 1e-300 && exp(1e9).is_finite());
    }

    #[test]
    fn softmax_holds_for_huge_scores() {
        let mut scores = vec![1e300, 1e300, 0.0, -5.0, 1.0, 2.0];
        let sums = softmax_rows(&mut scores, 3);
        assert!((scores[0] - 0.5).abs() < 1e-15 && scores[2] == 0.0);
        assert!((scores[3..].iter().sum::<f64>() - 1.0).abs() < 1e-15);
        assert!(sums.is_finite());
    }
}
