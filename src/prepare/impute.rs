//! What stands in for missing values, learned from the training rows.

/// For numbers and dates.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum ImputeNumbers {
    #[default]
    Median,
    Mean,
    Zero,
}

impl ImputeNumbers {
    pub const ALL: [ImputeNumbers; 3] = [
        ImputeNumbers::Median,
        ImputeNumbers::Mean,
        ImputeNumbers::Zero,
    ];

    pub fn name(self) -> &'static str {
        match self {
            ImputeNumbers::Median => "median",
            ImputeNumbers::Mean => "mean",
            ImputeNumbers::Zero => "zero",
        }
    }
}

/// For categories and yes/no.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum ImputeCategories {
    #[default]
    MostFrequent,
    /// Missing becomes a level of its own, where it occurs in the training rows.
    OwnLevel,
}

impl ImputeCategories {
    pub const ALL: [ImputeCategories; 2] =
        [ImputeCategories::MostFrequent, ImputeCategories::OwnLevel];

    pub fn name(self) -> &'static str {
        match self {
            ImputeCategories::MostFrequent => "most_frequent",
            ImputeCategories::OwnLevel => "own_level",
        }
    }
}

/// The middle value, of an even number the mean of the two in the middle (as numpy.median);
/// `None` of nothing. Reorders the values.
pub(super) fn median(values: &mut [f64]) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    let middle = values.len() / 2;
    let even = values.len().is_multiple_of(2);
    let (below, upper, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    let upper = *upper;
    if !even {
        return Some(upper);
    }
    let lower = below.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let sum = lower + upper;
    Some(if sum.is_finite() {
        sum / 2.0
    } else {
        lower / 2.0 + upper / 2.0
    })
}

/// The mean, safe against overflow; `None` of nothing.
pub(super) fn mean(values: &[f64]) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    let n = values.len() as f64;
    let sum = sum(values.iter().copied());
    Some(if sum.is_finite() {
        sum / n
    } else {
        values.iter().map(|value| value / n).sum()
    })
}

/// Adds up in blocks, so that the error does not grow with the rows.
pub(super) fn sum(values: impl Iterator<Item = f64>) -> f64 {
    let (mut total, mut block, mut in_block) = (0.0, 0.0, 0);
    for value in values {
        block += value;
        in_block += 1;
        if in_block == 1024 {
            total += block;
            (block, in_block) = (0.0, 0);
        }
    }
    total + block
}

/// The level that occurs most often, of equals the first; `None` where none occurs.
pub(super) fn most_frequent(counts: &[u32]) -> Option<u32> {
    let most = counts.iter().copied().max().filter(|&count| count > 0)?;
    counts
        .iter()
        .position(|&count| count == most)
        .map(|code| code as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_and_means_are_numpys() {
        assert_eq!(median(&mut [3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&mut [4.0, 1.0, 3.0, 2.0]), Some(2.5));
        assert_eq!(median(&mut [7.0]), Some(7.0));
        assert_eq!(median(&mut []), None);
        assert_eq!(median(&mut [1.0, 1.0, 5.0, 5.0]), Some(3.0));
        assert_eq!(mean(&[1.0, 2.0, 6.0]), Some(3.0));
        assert_eq!(mean(&[]), None);
    }

    #[test]
    fn the_largest_numbers_do_not_overflow() {
        assert_eq!(median(&mut [f64::MAX, f64::MAX]), Some(f64::MAX));
        let mean = mean(&[f64::MAX, f64::MAX]).unwrap();
        assert!((mean / f64::MAX - 1.0).abs() < 1e-15);
    }

    #[test]
    fn of_equally_frequent_levels_the_first_wins() {
        assert_eq!(most_frequent(&[1, 3, 3]), Some(1));
        assert_eq!(most_frequent(&[0, 0]), None);
        assert_eq!(most_frequent(&[]), None);
    }
}
