//! Whether probabilities are true: of the rows that were said to be of a class with 70 %, do 70 %
//! come out so?

/// Rows whose probabilities lie near each other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CalibrationBin {
    /// Probabilities from `low` up to `high`, which counts as in.
    pub low: f64,
    pub high: f64,
    pub rows: u64,
    /// `None` of no rows.
    pub mean_predicted: Option<f64>,
    /// The part of the rows that is of the class; `None` of no rows.
    pub fraction: Option<f64>,
}

/// Bins of equal width over 0 to 1, the rows of `scored` = (probability, is of the class) in them;
/// as `calibration_curve(strategy="uniform")`, with the empty bins kept. Rows whose probability is
/// no number or outside 0 to 1 are left out.
pub fn calibration(scored: &[(f64, bool)], bins: usize) -> Vec<CalibrationBin> {
    let bins = bins.max(1);
    let edge = |i: usize| i as f64 / bins as f64;
    let mut sums = vec![(0u64, 0.0, 0u64); bins];
    for &(probability, positive) in scored {
        if !(0.0..=1.0).contains(&probability) {
            continue;
        }
        // The bin's upper edge counts as in, as numpy.searchsorted has it.
        let mut bin = ((probability * bins as f64) as usize).min(bins - 1);
        while bin > 0 && probability <= edge(bin) {
            bin -= 1;
        }
        while bin + 1 < bins && probability > edge(bin + 1) {
            bin += 1;
        }
        let sum = &mut sums[bin];
        sum.0 += 1;
        sum.1 += probability;
        sum.2 += u64::from(positive);
    }
    let bins = sums.into_iter().enumerate();
    bins.map(|(i, (rows, predicted, positives))| CalibrationBin {
        low: edge(i),
        high: edge(i + 1),
        rows,
        mean_predicted: (rows > 0).then(|| predicted / rows as f64),
        fraction: (rows > 0).then(|| positives as f64 / rows as f64),
    })
    .collect()
}

/// The mean squared difference between the probability of one class and what came true (0 to 1);
/// `None` of no rows.
pub fn brier_of_class(scored: &[(f64, bool)]) -> Option<f64> {
    let squares = scored
        .iter()
        .filter(|(probability, _)| !probability.is_nan())
        .map(|&(probability, positive)| (probability - f64::from(u8::from(positive))).powi(2));
    let (sum, n) = squares.fold((0.0, 0u64), |(sum, n), s| (sum + s, n + 1));
    (n > 0).then(|| sum / n as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_belong_to_the_lower_bin_and_nothing_is_lost() {
        let scored = [0.0, 0.1, 0.100_001, 0.3, 0.999, 1.0, f64::NAN, 1.5].map(|p| (p, p > 0.2));
        let bins = calibration(&scored, 10);
        let rows: Vec<u64> = bins.iter().map(|b| b.rows).collect();
        assert_eq!(rows, [2, 1, 1, 0, 0, 0, 0, 0, 0, 2]);
        assert_eq!(bins[3].fraction, None);
        assert_eq!(bins[9].fraction, Some(1.0));
        assert!(
            calibration(&[], 10)
                .iter()
                .all(|b| b.mean_predicted.is_none())
        );
        assert_eq!(brier_of_class(&[]), None);
    }
}
