//! Whether two models differ by more than noise.

use super::student::two_sided;

/// The outcome of a comparison of a first with a second model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    FirstIsBetter,
    SecondIsBetter,
    /// The difference may well be noise.
    NotDistinguishable,
    /// Fewer than two folds have both scores: one split tells nothing about noise.
    TooFewFolds,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// Mean of first minus second.
    pub difference: f64,
    pub t: Option<f64>,
    /// Two-sided.
    pub p: Option<f64>,
    /// Folds in which both have a score.
    pub folds: usize,
    pub verdict: Verdict,
}

/// Below this p two models count as different.
pub const SIGNIFICANCE: f64 = 0.05;

/// The corrected resampled t-test of Nadeau and Bengio (2003), paired by fold, which Weka's
/// Experimenter uses: training parts overlap, so the variance of the mean difference is not s²/J
/// but s² (1/J + test rows / training rows).
///
/// `first` and `second` are scores of the same folds; folds without a score in either are left out.
/// `train` and `test` are mean row counts of the folds.
pub fn compare(
    first: &[Option<f64>],
    second: &[Option<f64>],
    train: f64,
    test: f64,
    higher_is_better: bool,
) -> Comparison {
    let pairs = first.iter().zip(second);
    let pairs: Vec<(f64, f64)> = pairs
        .filter_map(|(first, second)| Some(((*first)?, (*second)?)))
        .collect();
    let differences: Vec<f64> = pairs.iter().map(|(a, b)| a - b).collect();
    let folds = differences.len();
    let n = folds as f64;
    let difference = match folds {
        0 => 0.0,
        _ => differences.iter().sum::<f64>() / n,
    };
    if folds < 2 {
        return Comparison {
            difference,
            t: None,
            p: None,
            folds,
            verdict: Verdict::TooFewFolds,
        };
    }
    let squares: f64 = differences.iter().map(|d| (d - difference).powi(2)).sum();
    let variance = squares / (n - 1.0);
    let ratio = if train > 0.0 { test / train } else { 0.0 };
    let error = (variance * (1.0 / n + ratio)).sqrt();
    // Rounding of the scores alone is no difference.
    let largest = pairs
        .iter()
        .fold(0.0f64, |most, (a, b)| most.max(a.abs()).max(b.abs()));
    let t = if difference.abs() <= 1e-12 * largest {
        0.0
    } else {
        difference / error
    };
    let p = two_sided(t, n - 1.0);
    let differ = p.is_some_and(|p| p < SIGNIFICANCE);
    let verdict = match (differ, (difference > 0.0) == higher_is_better) {
        (false, _) => Verdict::NotDistinguishable,
        (true, true) => Verdict::FirstIsBetter,
        (true, false) => Verdict::SecondIsBetter,
    };
    Comparison {
        difference,
        t: Some(t).filter(|t| t.is_finite()),
        p,
        folds,
        verdict,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(first: &[f64], second: &[f64], higher: bool) -> Comparison {
        let some = |scores: &[f64]| scores.iter().copied().map(Some).collect::<Vec<_>>();
        compare(&some(first), &some(second), 80.0, 20.0, higher)
    }

    #[test]
    fn where_small_is_good_the_verdict_turns() {
        let (low, high) = ([0.1, 0.12, 0.11, 0.1, 0.13], [0.5, 0.55, 0.5, 0.52, 0.5]);
        assert_eq!(of(&low, &high, true).verdict, Verdict::SecondIsBetter);
        assert_eq!(of(&low, &high, false).verdict, Verdict::FirstIsBetter);
    }

    #[test]
    fn equal_scores_are_not_distinguishable() {
        let same = of(&[0.9; 5], &[0.9; 5], true);
        assert_eq!((same.t, same.p), (Some(0.0), Some(1.0)));
        assert_eq!(same.verdict, Verdict::NotDistinguishable);
        let rounding = of(&[0.1 + 0.2, 0.5], &[0.3, 0.5], true);
        assert_eq!(rounding.verdict, Verdict::NotDistinguishable);
        // Scores in a tiny unit are not rounding.
        let tiny = of(&[1e-20, 1.1e-20, 1e-20], &[9e-20, 9.1e-20, 9.2e-20], false);
        assert_eq!(tiny.verdict, Verdict::FirstIsBetter);
    }

    #[test]
    fn one_split_tells_nothing_and_gaps_are_left_out() {
        assert_eq!(of(&[0.9], &[0.1], true).verdict, Verdict::TooFewFolds);
        assert_eq!(of(&[], &[], true).difference, 0.0);
        let gaps = compare(
            &[Some(1.0), None, Some(0.8)],
            &[Some(0.5), Some(0.1), None],
            8.0,
            2.0,
            true,
        );
        assert_eq!((gaps.folds, gaps.verdict), (1, Verdict::TooFewFolds));
        assert_eq!(gaps.difference, 0.5);
    }
}
