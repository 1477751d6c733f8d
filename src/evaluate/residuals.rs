//! How a regression errs: the residuals' histogram, their quantiles beside a normal distribution's,
//! and the error's size by the size of the target.

use super::normal_quantile;

/// Rows whose actual values are neighbours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ErrorGroup {
    /// Lowest and highest actual value.
    pub low: f64,
    pub high: f64,
    pub rows: usize,
    /// Mean size of the errors.
    pub mean_absolute: f64,
    /// Mean of predicted less actual: above zero where the model says too much.
    pub bias: f64,
}

/// Rows by actual value in `groups` groups of equal size (to one), fewer where there are fewer rows.
/// Equal values stay together with the group that they begin in.
pub fn errors_by_actual(actual: &[f64], predicted: &[f64], groups: usize) -> Vec<ErrorGroup> {
    let mut pairs: Vec<(f64, f64)> = actual
        .iter()
        .zip(predicted)
        .filter(|(a, p)| a.is_finite() && p.is_finite())
        .map(|(a, p)| (*a, *p))
        .collect();
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let n = pairs.len();
    let groups = groups.clamp(1, n.max(1));
    let mut out = Vec::with_capacity(groups);
    let mut start = 0;
    for group in 1..=groups {
        let mut end = (n * group / groups).max(start);
        while end > start && end < n && pairs[end].0 == pairs[end - 1].0 {
            end += 1;
        }
        let rows = &pairs[start..end];
        start = end;
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
            continue;
        };
        let count = rows.len() as f64;
        out.push(ErrorGroup {
            low: first.0,
            high: last.0,
            rows: rows.len(),
            mean_absolute: rows.iter().map(|(a, p)| (p - a).abs()).sum::<f64>() / count,
            bias: rows.iter().map(|(a, p)| p - a).sum::<f64>() / count,
        });
    }
    out
}

/// (normal quantile, standardised residual) by rising residual, at most `most` of them evenly
/// chosen; the normal quantiles at (i - 0.5) / n (Hazen). Empty where all residuals are equal.
pub fn quantile_pairs(residuals: &[f64], most: usize) -> Vec<(f64, f64)> {
    let mut sorted: Vec<f64> = residuals
        .iter()
        .copied()
        .filter(|r| r.is_finite())
        .collect();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len();
    let mean = sorted.iter().sum::<f64>() / n as f64;
    let squares: f64 = sorted.iter().map(|r| (r - mean).powi(2)).sum();
    let std = (squares / (n as f64 - 1.0)).sqrt();
    if !(std > 0.0 && std.is_finite()) {
        return Vec::new();
    }
    let shown = n.min(most.max(2));
    (0..shown)
        .map(|i| i * (n - 1) / (shown - 1).max(1))
        .map(|i| {
            let share = (i as f64 + 0.5) / n as f64;
            (normal_quantile(share), (sorted[i] - mean) / std)
        })
        .collect()
}

/// Counts in `bins` bins of equal width between `low` and `high`, whose upper end is in.
pub fn histogram(values: &[f64], low: f64, high: f64, bins: usize) -> Vec<u64> {
    let mut counts = vec![0; bins];
    if bins == 0 || low >= high || !(high - low).is_finite() {
        return counts;
    }
    for value in values.iter().filter(|v| (low..=high).contains(*v)) {
        let share = (value - low) / (high - low);
        counts[((share * bins as f64) as usize).min(bins - 1)] += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_of_equal_size_and_hold_every_row() {
        let actual: Vec<f64> = (0..25).map(f64::from).collect();
        let predicted: Vec<f64> = actual
            .iter()
            .map(|a| a + if *a < 5.0 { -2.0 } else { 1.0 })
            .collect();
        let groups = errors_by_actual(&actual, &predicted, 5);
        assert_eq!(groups.len(), 5);
        assert!(groups.iter().all(|g| g.rows == 5));
        assert_eq!((groups[0].bias, groups[0].mean_absolute), (-2.0, 2.0));
        assert_eq!((groups[4].low, groups[4].high), (20.0, 24.0));
        assert!(errors_by_actual(&[], &[], 5).is_empty());
        let tied = errors_by_actual(&[1.0; 7], &[2.0; 7], 3);
        assert_eq!((tied.len(), tied[0].rows), (1, 7));
        let few = errors_by_actual(&[3.0, 1.0], &[3.0, 2.0], 10);
        assert_eq!((few.len(), few[0].low, few[0].bias), (2, 1.0, 1.0));
    }

    #[test]
    fn quantiles_of_equal_residuals_say_nothing() {
        assert!(quantile_pairs(&[], 10).is_empty());
        assert!(quantile_pairs(&[1.0], 10).is_empty());
        assert!(quantile_pairs(&[2.0; 9], 10).is_empty());
        let pairs = quantile_pairs(&[3.0, -3.0, 0.0], 100);
        assert_eq!(pairs[1], (0.0, 0.0));
        assert_eq!(pairs[2].1, 1.0);
        let many: Vec<f64> = (0..1000).map(f64::from).collect();
        let pairs = quantile_pairs(&many, 50);
        assert_eq!(pairs.len(), 50);
        assert!(pairs[49].0 > 3.2 && pairs[0].1 < -1.7);
    }

    #[test]
    fn a_histogram_counts_its_ends() {
        assert_eq!(
            histogram(&[0.0, 0.4, 0.5, 1.0, 1.1, f64::NAN], 0.0, 1.0, 2),
            [2, 2]
        );
        assert_eq!(histogram(&[1.0], 1.0, 1.0, 3), [0, 0, 0]);
    }
}
