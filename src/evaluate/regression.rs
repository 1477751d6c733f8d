//! Metrics of predicted numbers; values agree with `sklearn.metrics`.

use super::{Metric, Scores};

/// All regression metrics in one call.
pub fn scores(actual: &[f64], predicted: &[f64]) -> Scores {
    let mut scores = Scores::default();
    scores.push(Metric::Rmse, rmse(actual, predicted));
    scores.push(Metric::Mae, mae(actual, predicted));
    scores.push(Metric::Mape, mape(actual, predicted));
    scores.push(Metric::R2, r2(actual, predicted));
    scores.push(Metric::Mse, mse(actual, predicted));
    if actual.is_empty() {
        scores.warn("the metrics have", "there are no rows to score");
        return scores;
    }
    if actual.len() == 1 {
        scores.warn("R2 has", "there is only one row to score");
    } else if is_constant(actual) {
        scores.warn("R2 has", "the actual values to score are all the same");
    }
    if predicted.iter().any(|value| !value.is_finite()) {
        let why = "a prediction is not a finite number";
        scores.warn("the metrics have", why);
    } else if scores.get(Metric::Mse).is_none() {
        scores.warn("MSE has", "the errors are too large to be squared");
    }
    if actual.contains(&0.0) {
        let warning = "MAPE divides by actual values of 0 and says little";
        scores.warnings.push(crate::base::Problem::new(warning));
    }
    scores
}

fn mean_of(actual: &[f64], predicted: &[f64], error: impl Fn(f64, f64) -> f64) -> Option<f64> {
    let errors = actual.iter().zip(predicted).map(|(a, p)| error(*a, *p));
    (!actual.is_empty()).then(|| errors.sum::<f64>() / actual.len() as f64)
}

pub fn mse(actual: &[f64], predicted: &[f64]) -> Option<f64> {
    mean_of(actual, predicted, |a, p| (a - p) * (a - p))
}

/// Does not overflow where the squares of the errors would.
pub fn rmse(actual: &[f64], predicted: &[f64]) -> Option<f64> {
    let mean = mse(actual, predicted)?;
    if mean > 0.0 && mean.is_finite() {
        return Some(mean.sqrt());
    }
    let errors = actual.iter().zip(predicted).map(|(a, p)| (a - p).abs());
    let largest = errors.fold(0.0, f64::max);
    if largest == 0.0 || !largest.is_finite() {
        return Some(mean.sqrt());
    }
    let mean = mean_of(actual, predicted, |a, p| ((a - p) / largest).powi(2))?;
    Some(largest * mean.sqrt())
}

pub fn mae(actual: &[f64], predicted: &[f64]) -> Option<f64> {
    mean_of(actual, predicted, |a, p| (a - p).abs())
}

/// A fraction, not a percentage. Actual values nearer to 0 than the machine epsilon count as it.
pub fn mape(actual: &[f64], predicted: &[f64]) -> Option<f64> {
    mean_of(actual, predicted, |a, p| {
        (a - p).abs() / a.abs().max(f64::EPSILON)
    })
}

/// One minus residual over total sum of squares; `None` where the actual values are all the same.
pub fn r2(actual: &[f64], predicted: &[f64]) -> Option<f64> {
    if actual.len() < 2 || is_constant(actual) {
        return None;
    }
    // Extreme values are brought near one, so that squares neither overflow nor vanish.
    let largest = actual.iter().fold(0.0f64, |most, a| most.max(a.abs()));
    let unit = if (1e-100..1e100).contains(&largest) {
        1.0
    } else {
        largest
    };
    let mean = mean_of(actual, predicted, |a, _| a / unit)?;
    let total = mean_of(actual, predicted, |a, _| (a / unit - mean).powi(2))?;
    let residual = mean_of(actual, predicted, |a, p| (a / unit - p / unit).powi(2))?;
    (total > 0.0).then(|| 1.0 - residual / total)
}

fn is_constant(values: &[f64]) -> bool {
    values.windows(2).all(|pair| pair[0] == pair[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_value_is_none_and_told() {
        let constant = scores(&[2.0, 2.0], &[2.0, 2.0]);
        assert_eq!(constant.get(Metric::R2), None);
        assert_eq!(constant.get(Metric::Rmse), Some(0.0));
        assert!(constant.warnings[0].what.contains("R2 has no value"));
        assert_eq!(scores(&[1.0], &[1.0]).get(Metric::R2), None);
        let nothing = scores(&[], &[]);
        assert!(nothing.values.iter().all(|(_, value)| value.is_none()));
        assert_eq!(nothing.warnings.len(), 1);
        assert!(!scores(&[1.0, 0.0], &[1.0, 1.0]).warnings.is_empty());
        let infinite = scores(&[1.0, 2.0], &[f64::INFINITY, 2.0]);
        assert!(infinite.values.iter().all(|(_, value)| value.is_none()));
        assert!(infinite.warnings[0].what.contains("not a finite number"));
    }

    #[test]
    fn huge_and_tiny_errors_keep_their_size() {
        assert_eq!(rmse(&[1e200, 0.0], &[0.0, 1e200]), Some(1e200));
        assert!((rmse(&[1e-200], &[0.0]).unwrap() / 1e-200 - 1.0).abs() < 1e-15);
        let huge = scores(&[1e200, -1e200], &[1e200, 0.0]);
        assert_eq!(huge.get(Metric::Mse), None);
        assert!((huge.get(Metric::R2).unwrap() - 0.5).abs() < 1e-15);
    }
}
