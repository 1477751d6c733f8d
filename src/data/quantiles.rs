//! Quartiles and a histogram of a column of numbers, without sorting it.

/// Least and greatest value, quartiles, and counts.
pub(super) struct Quantiles {
    pub min: f64,
    pub max: f64,
    /// Interpolated between neighbours, as numpy's default does.
    pub quartiles: [f64; 3],
    /// Counts in [`BINS`] equal parts from `min` to `max`; one bin where they are equal.
    pub histogram: Vec<usize>,
}

pub const BINS: usize = 24;
/// Each bin is cut in so many: the values beside a quartile are then few, and only they are sorted.
const CUTS: usize = 2048;

impl Quantiles {
    /// `values` are finite; nothing of none.
    pub(super) fn of(values: &[f64]) -> Option<Quantiles> {
        let first = *values.first()?;
        let (min, max) = values.iter().fold((first, first), |(min, max), &value| {
            (
                if value < min { value } else { min },
                if value > max { value } else { max },
            )
        });
        if min == max {
            return Some(Quantiles {
                min,
                max,
                quartiles: [min; 3],
                histogram: vec![values.len()],
            });
        }
        // Divided before subtracted: the range itself may be beyond f64.
        let scale = 1.0 / (max / BINS as f64 - min / BINS as f64);
        let scale = if scale.is_finite() { scale } else { 0.0 };
        let least = min * scale;
        let bin = |value: f64| {
            let at = (value * scale - least) * CUTS as f64;
            (at as usize).min(BINS * CUTS - 1)
        };
        let mut counts = vec![0u32; BINS * CUTS];
        for &value in values {
            counts[bin(value)] += 1;
        }
        let quartiles = quartiles(values, &counts, &bin);
        let histogram = counts
            .chunks(CUTS)
            .map(|bin| bin.iter().map(|&count| count as usize).sum())
            .collect();
        Some(Quantiles {
            min,
            max,
            quartiles,
            histogram,
        })
    }
}

fn quartiles(values: &[f64], counts: &[u32], bin: &impl Fn(f64) -> usize) -> [f64; 3] {
    let places = [0.25, 0.5, 0.75].map(|share| {
        let at = share * (values.len() - 1) as f64;
        let below = at.floor() as usize;
        (below, (below + 1).min(values.len() - 1), at.fract())
    });
    let mut ranks: Vec<usize> = places.iter().flat_map(|p| [p.0, p.1]).collect();
    ranks.sort_unstable();
    ranks.dedup();
    // The bins that hold these ranks, and where their values come to stand among the gathered.
    let mut wanted = vec![false; counts.len()];
    let mut found = Vec::with_capacity(ranks.len());
    let (mut below, mut gathered, mut at) = (0, 0, 0);
    for (bin, &count) in counts.iter().enumerate() {
        let count = count as usize;
        let first = at;
        while at < ranks.len() && ranks[at] < below + count {
            found.push(gathered + ranks[at] - below);
            at += 1;
        }
        if at > first {
            wanted[bin] = true;
            gathered += count;
        }
        below += count;
    }
    let mut near = Vec::with_capacity(gathered);
    near.extend(values.iter().copied().filter(|&value| wanted[bin(value)]));
    near.sort_unstable_by(f64::total_cmp);
    let value = |rank: usize| {
        let place = ranks.binary_search(&rank).ok().and_then(|at| found.get(at));
        place
            .and_then(|&place| near.get(place))
            .copied()
            .unwrap_or(f64::NAN)
    };
    places.map(|(below, above, part)| value(below) * (1.0 - part) + value(above) * part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Random;

    /// By sorting.
    fn plainly(values: &[f64]) -> [f64; 3] {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        [0.25, 0.5, 0.75].map(|share| {
            let at = share * (sorted.len() - 1) as f64;
            let below = at.floor() as usize;
            let above = (below + 1).min(sorted.len() - 1);
            sorted[below] * (1.0 - at.fract()) + sorted[above] * at.fract()
        })
    }

    #[test]
    fn quartiles_are_those_of_the_sorted_values() {
        let mut random = Random::new(1);
        for n in [2, 3, 4, 7, 100, 5001] {
            let uniform: Vec<f64> = (0..n).map(|_| random.uniform()).collect();
            let skewed: Vec<f64> = uniform.iter().map(|v| (30.0 * v).exp() - 1e9).collect();
            let few: Vec<f64> = uniform.iter().map(|v| (v * 3.0).floor()).collect();
            let mut outlier = uniform.clone();
            outlier[0] = -1e300;
            let huge: Vec<f64> = uniform.iter().map(|v| (v * 2.0 - 1.0) * 1.7e308).collect();
            let tiny: Vec<f64> = uniform.iter().map(|v| v * 1e-320).collect();
            for values in [uniform, skewed, few, outlier, huge, tiny] {
                let found = Quantiles::of(&values).unwrap();
                assert_eq!(found.quartiles, plainly(&values));
                assert_eq!(found.histogram.iter().sum::<usize>(), n);
            }
        }
        assert!(Quantiles::of(&[]).is_none());
        let same = Quantiles::of(&[2.0; 5]).unwrap();
        assert_eq!((same.quartiles, same.histogram), ([2.0; 3], vec![5]));
    }
}
