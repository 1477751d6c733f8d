//! Curves of several folds as one, with their spread: averaged at equal x.

use super::{PrecisionPoint, RocPoint};

/// A mean curve and the standard deviation (n - 1 below) around it, at each x.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Band {
    pub x: Vec<f64>,
    pub mean: Vec<f64>,
    pub std: Vec<f64>,
}

/// Vertical averaging (Fawcett 2006, section 8.1): the true positive rates of all folds at each of
/// `steps` + 1 false positive rates. The mean curve begins at (0, 0). `None` of no curve.
pub fn roc_band(folds: &[Vec<RocPoint>], steps: usize) -> Option<Band> {
    averaged(folds, steps, |roc, x| match x {
        0.0 => 0.0,
        x => height_at(roc, x),
    })
}

/// The precisions of all folds at each of `steps` + 1 recalls: that of the highest threshold at which a
/// fold has found so many, as average precision counts it. `None` of no curve.
pub fn precision_band(folds: &[Vec<PrecisionPoint>], steps: usize) -> Option<Band> {
    averaged(folds, steps, |curve, x| {
        // A recall is a share of whole rows: what was rounded is the same one.
        let at = curve.partition_point(|p| p.recall < x - 1e-9);
        curve.get(at).map_or(f64::NAN, |p| p.precision)
    })
}

fn averaged<T>(folds: &[T], steps: usize, height: impl Fn(&T, f64) -> f64) -> Option<Band> {
    if folds.is_empty() || steps == 0 {
        return None;
    }
    let mut band = Band::default();
    for step in 0..=steps {
        let x = step as f64 / steps as f64;
        let values: Vec<f64> = folds.iter().map(|fold| height(fold, x)).collect();
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let squares: f64 = values.iter().map(|v| (v - mean).powi(2)).sum();
        band.x.push(x);
        band.mean.push(mean);
        band.std.push(if values.len() > 1 {
            (squares / (n - 1.0)).sqrt()
        } else {
            f64::NAN
        });
    }
    Some(band)
}

/// The curve's height at `x`; where it rises straight up, its upper end (as `numpy.interp`).
fn height_at(roc: &[RocPoint], x: f64) -> f64 {
    let after = roc.partition_point(|p| p.false_positive_rate <= x);
    let Some(left) = after.checked_sub(1).map(|i| roc[i]) else {
        return 0.0;
    };
    let Some(right) = roc.get(after) else {
        return left.true_positive_rate;
    };
    let width = right.false_positive_rate - left.false_positive_rate;
    let share = (x - left.false_positive_rate) / width;
    left.true_positive_rate + share * (right.true_positive_rate - left.true_positive_rate)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Cancel;
    use crate::evaluate::Ranking;

    #[test]
    fn one_fold_is_its_own_mean_without_a_spread() {
        let scored = vec![(0.9, true), (0.6, false), (0.4, true), (0.1, false)];
        let roc = Ranking::new(scored, &Cancel::new()).unwrap().unwrap().roc();
        let band = roc_band(&[roc], 4).unwrap();
        assert_eq!(band.x, [0.0, 0.25, 0.5, 0.75, 1.0]);
        assert_eq!(band.mean, [0.0, 0.5, 1.0, 1.0, 1.0]);
        assert!(band.std.iter().all(|s| s.is_nan()));
        assert_eq!(roc_band(&[], 4), None);
    }

    #[test]
    fn precision_holds_up_to_the_recall_at_which_it_was_reached() {
        let ranking = |scored: &[(f64, bool)]| {
            let ranking = Ranking::new(scored.to_vec(), &Cancel::new()).unwrap();
            ranking.unwrap().precision_recall()
        };
        // Found at 1 of 1, then 2 of 3.
        let a = ranking(&[(0.9, true), (0.6, false), (0.4, true), (0.1, false)]);
        // Found at 1 of 2, then 2 of 3.
        let b = ranking(&[(0.9, false), (0.6, true), (0.4, true), (0.1, false)]);
        let band = precision_band(&[a, b], 4).unwrap();
        assert_eq!(band.x, [0.0, 0.25, 0.5, 0.75, 1.0]);
        let third = 2.0 / 3.0;
        assert_eq!(band.mean, [1.0, 0.75, 0.75, third, third]);
        let std = 0.125f64.sqrt();
        assert_eq!(band.std, [0.0, std, std, 0.0, 0.0]);
        assert_eq!(precision_band(&[], 4), None);
    }
}
