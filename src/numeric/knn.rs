//! What the nearest rows say: votes for classes, means of numbers, for several k from one search.

use serde::{Deserialize, Serialize};

use super::Metric;

/// How much a neighbour counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Weights {
    /// All the same.
    Uniform,
    /// The inverse of the distance; where some are at distance zero, only these count, as in
    /// scikit-learn (`_get_weights`).
    Distance,
}

impl Weights {
    /// Weights of the nearest rows, nearest first.
    ///
    /// Those of distances so small that their sum could overflow are all smaller by one factor, which
    /// no share and no mean shows.
    fn of<'a>(
        self,
        near: &'a [(f64, u32)],
        metric: Metric,
    ) -> impl Iterator<Item = (f64, usize)> + Clone + 'a {
        let inverse = move |reduced: f64| 1.0 / metric.distance(reduced);
        let most = near.first().map_or(0.0, |n| inverse(n.0));
        let count = 2.0 * near.len() as f64;
        let unit = if most * count < f64::INFINITY {
            1.0
        } else {
            count
        };
        // A distance so small that its inverse overflows is zero too.
        let touching =
            self == Weights::Distance && near.first().is_some_and(|n| inverse(n.0).is_infinite());
        near.iter().map(move |&(reduced, row)| {
            let weight = match self {
                Weights::Uniform => 1.0,
                Weights::Distance if touching => f64::from(inverse(reduced).is_infinite()),
                Weights::Distance => inverse(reduced) / unit,
            };
            (weight, row as usize)
        })
    }
}

/// Shares of the classes among the first `k` of `near`, for each `k` of `ks` (ascending, from 1),
/// into `shares`: `ks` times `count`. The predicted class is the first with the largest share. A `k`
/// above the number of rows takes them all.
pub fn class_shares(
    near: &[(f64, u32)],
    metric: Metric,
    weights: Weights,
    codes: &[u32],
    count: usize,
    ks: &[usize],
    shares: &mut [f64],
) {
    let mut votes = weights.of(near, metric);
    let mut taken = 0;
    for (number, &k) in ks.iter().enumerate() {
        // Each k goes on from the votes of the one before; normalised at the end.
        if number > 0 {
            shares.copy_within((number - 1) * count..number * count, number * count);
        } else {
            shares[..count].fill(0.0);
        }
        let shares = &mut shares[number * count..(number + 1) * count];
        for (weight, row) in votes.by_ref().take(k.saturating_sub(taken)) {
            shares[codes[row] as usize] += weight;
        }
        taken = taken.max(k);
    }
    for shares in shares[..ks.len() * count].chunks_exact_mut(count.max(1)) {
        let sum: f64 = shares.iter().sum();
        if sum > 0.0 {
            shares.iter_mut().for_each(|share| *share /= sum);
        } else {
            // All infinitely far.
            shares.fill(1.0 / count as f64);
        }
    }
}

/// Weighted means of the numbers of the first `k` of `near`, for each `k` of `ks` (ascending, from 1).
/// A `k` above the number of rows takes them all.
pub fn means(
    near: &[(f64, u32)],
    metric: Metric,
    weights: Weights,
    numbers: &[f64],
    ks: &[usize],
    out: &mut [f64],
) {
    let mut all = weights.of(near, metric);
    let (mut taken, mut total, mut sum) = (0, 0.0, 0.0);
    for (&k, out) in ks.iter().zip(out) {
        for (weight, row) in all.by_ref().take(k.saturating_sub(taken)) {
            total += weight;
            sum += weight * numbers[row];
        }
        taken = taken.max(k);
        let first = &near[..k.min(near.len())];
        *out = if total == 0.0 {
            // All infinitely far.
            mean(first.iter().map(|n| (1.0, numbers[n.1 as usize])))
        } else if sum.is_finite() {
            sum / total
        } else {
            // Numbers so huge that their sum overflows.
            let weights = weights.of(first, metric);
            mean(weights.map(|(weight, row)| (weight, numbers[row])))
        };
    }
}

/// The mean of (weight, number), part by part, so that nothing overflows that the mean itself does not.
fn mean(parts: impl Iterator<Item = (f64, f64)> + Clone) -> f64 {
    let total: f64 = parts.clone().map(|(weight, _)| weight).sum();
    parts.map(|(weight, number)| weight / total * number).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEAR: [(f64, u32); 4] = [(1.0, 2), (4.0, 0), (4.0, 1), (16.0, 3)];

    #[test]
    fn votes_of_nearly_no_distance_do_not_overflow() {
        let (metric, codes, mut shares) = (Metric::Manhattan, [0, 1, 1], [0.0; 2]);
        let near = [(8e-309, 0), (8e-309, 1), (8e-309, 2)];
        class_shares(
            &near,
            metric,
            Weights::Distance,
            &codes,
            2,
            &[3],
            &mut shares,
        );
        assert!((shares[0] - 1.0 / 3.0).abs() < 1e-12 && (shares[1] - 2.0 / 3.0).abs() < 1e-12);
        // One over a denormal number is infinite.
        let near = [(5e-324, 0), (8e-309, 1), (8e-309, 2)];
        class_shares(
            &near,
            metric,
            Weights::Distance,
            &codes,
            2,
            &[3],
            &mut shares,
        );
        assert_eq!(shares, [1.0, 0.0]);
    }

    #[test]
    fn votes_for_several_k_are_the_votes_for_each() {
        let mut shares = [0.0; 6];
        let codes = [0, 1, 1, 0];
        let (metric, ks) = (Metric::Euclidean, [1, 2, 4]);
        class_shares(&NEAR, metric, Weights::Uniform, &codes, 2, &ks, &mut shares);
        assert_eq!(shares, [0.0, 1.0, 0.5, 0.5, 0.5, 0.5]);
        class_shares(
            &NEAR,
            metric,
            Weights::Distance,
            &codes,
            2,
            &ks,
            &mut shares,
        );
        // Weights 1, 1/2, 1/2, 1/4.
        let expected = [0.0, 1.0, 1.0 / 3.0, 2.0 / 3.0, 1.0 / 3.0, 2.0 / 3.0];
        for (share, expected) in shares.iter().zip(expected) {
            assert!((share - expected).abs() < 1e-15);
        }
    }

    #[test]
    fn at_distance_zero_only_those_count() {
        let near = [(0.0, 1), (0.0, 2), (1.0, 0)];
        let mut shares = [9.0; 4];
        let codes = [0, 1, 0];
        let (metric, ks) = (Metric::Euclidean, [1, 3]);
        class_shares(
            &near,
            metric,
            Weights::Distance,
            &codes,
            2,
            &ks,
            &mut shares,
        );
        assert_eq!(shares, [0.0, 1.0, 0.5, 0.5]);
        let mut mean = [0.0; 2];
        let numbers = [100.0, 3.0, 5.0];
        means(&near, metric, Weights::Distance, &numbers, &ks, &mut mean);
        assert_eq!(mean, [3.0, 4.0]);
    }

    #[test]
    fn means_of_numbers() {
        let mut mean = [0.0; 3];
        let numbers = [2.0, 4.0, 6.0, 100.0];
        let metric = Metric::Euclidean;
        means(
            &NEAR,
            metric,
            Weights::Uniform,
            &numbers,
            &[1, 3, 9],
            &mut mean,
        );
        assert_eq!(mean, [6.0, 4.0, 28.0]);
        means(
            &NEAR,
            metric,
            Weights::Distance,
            &numbers,
            &[1, 2, 3],
            &mut mean,
        );
        assert!((mean[1] - (6.0 + 1.0) / 1.5).abs() < 1e-12);
        assert!((mean[2] - (6.0 + 1.0 + 2.0) / 2.0).abs() < 1e-12);
    }

    #[test]
    fn huge_numbers_have_a_mean() {
        let (metric, ks) = (Metric::Euclidean, [1, 2, 4]);
        let (near, numbers) = ([(1.0, 0), (1.0, 1), (4.0, 2), (4.0, 3)], [1.6e308; 4]);
        for weights in [Weights::Uniform, Weights::Distance] {
            let mut mean = [0.0; 3];
            means(&near, metric, weights, &numbers, &ks, &mut mean);
            let same = mean.iter().all(|mean| (mean / 1.6e308 - 1.0).abs() < 1e-15);
            assert!(same, "{weights:?}: {mean:?}");
        }
        // Distances whose inverse is just a number, and the sum of four of them is none.
        let near = [(3.6e-308, 0), (3.6e-308, 1), (3.6e-308, 2), (1e-300, 3)];
        let (metric, numbers) = (Metric::Manhattan, [1.0, 2.0, 3.0, 1e300]);
        let mut mean = [0.0; 3];
        means(
            &near,
            metric,
            Weights::Distance,
            &numbers,
            &[1, 3, 4],
            &mut mean,
        );
        assert_eq!(mean[..2], [1.0, 2.0]);
        assert!(mean[2].is_finite() && mean[2] > 1e291, "{mean:?}");
    }

    #[test]
    fn infinitely_far_rows_count_alike() {
        let near = [(f64::INFINITY, 0), (f64::INFINITY, 1)];
        let mut shares = [0.0; 2];
        let metric = Metric::Euclidean;
        class_shares(
            &near,
            metric,
            Weights::Distance,
            &[0, 1],
            2,
            &[2],
            &mut shares,
        );
        assert_eq!(shares, [0.5, 0.5]);
        let mut mean = [0.0];
        means(
            &near,
            metric,
            Weights::Distance,
            &[1.0, 3.0],
            &[2],
            &mut mean,
        );
        assert_eq!(mean, [2.0]);
    }
}
