//! Bringing numbers to a common scale, learned from the training rows.

use super::impute::{mean, sum};
use crate::base::Problem;

/// What the person asks for.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// Standard for methods that need it (distances, gradients), none for the others.
    #[default]
    Auto,
    Standard,
    MinMax,
    None,
}

/// What is done once the method is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scaling {
    /// Mean 0 and deviation 1 over the training rows (divided by n, as StandardScaler).
    Standard,
    /// 0 to 1 over the training rows.
    MinMax,
    None,
}

impl Scale {
    pub const ALL: [Scale; 4] = [Scale::Auto, Scale::Standard, Scale::MinMax, Scale::None];

    /// The spelling of the command line.
    pub fn name(self) -> &'static str {
        match self {
            Scale::Auto => "auto",
            Scale::Standard => "standard",
            Scale::MinMax => "min_max",
            Scale::None => "none",
        }
    }

    pub fn parse(text: &str) -> Result<Scale, Problem> {
        let found = Scale::ALL.into_iter().find(|scale| scale.name() == text);
        found.ok_or_else(|| {
            Problem::new(format!("“{text}” is not a scaling"))
                .fix("Use auto, standard, min_max or none")
        })
    }

    pub fn resolve(self, method_needs_scaling: bool) -> Scaling {
        match self {
            Scale::Auto if method_needs_scaling => Scaling::Standard,
            Scale::Auto | Scale::None => Scaling::None,
            Scale::Standard => Scaling::Standard,
            Scale::MinMax => Scaling::MinMax,
        }
    }
}

/// `scaled = (value - shift) / scale`; the scale is above 0.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Affine {
    pub shift: f64,
    pub scale: f64,
}

impl Affine {
    pub const IDENTITY: Affine = Affine {
        shift: 0.0,
        scale: 1.0,
    };

    /// A finite value gives a finite value, however large: it is cut at the largest number.
    #[inline]
    pub fn scaled(self, value: f64) -> f64 {
        let scaled = (value - self.shift) / self.scale;
        if scaled.is_finite() {
            scaled
        } else {
            let apart = value / self.scale - self.shift / self.scale;
            if apart.is_nan() {
                // Both are too far away for a scale so small; the side of the shift is known.
                f64::MAX.copysign(value / 2.0 - self.shift / 2.0)
            } else {
                apart.clamp(-f64::MAX, f64::MAX)
            }
        }
    }

    #[inline]
    pub fn original(self, scaled: f64) -> f64 {
        scaled * self.scale + self.shift
    }

    /// From training values without gaps. A constant column keeps its unit: its scale is 1.
    pub(super) fn fit(scaling: Scaling, values: &[f64]) -> Affine {
        if values.is_empty() {
            return Affine::IDENTITY;
        }
        match scaling {
            Scaling::None => Affine::IDENTITY,
            Scaling::Standard => standard(values),
            Scaling::MinMax => {
                let min = values.iter().copied().fold(f64::INFINITY, f64::min);
                let max = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                let range = (max - min).min(f64::MAX);
                Affine {
                    shift: min,
                    scale: if range > 0.0 { range } else { 1.0 },
                }
            }
        }
    }
}

/// Mean and population deviation in two passes with the correction term, as scikit-learn's
/// `_incremental_mean_and_var`: Chan, Golub and LeVeque (1983), eq. 1.7. Exponents are brought near
/// one first, so that squares neither overflow nor vanish.
fn standard(values: &[f64]) -> Affine {
    let largest = values.iter().fold(0.0f64, |most, v| most.max(v.abs()));
    let Some(mean) = mean(values).filter(|_| largest > 0.0) else {
        return Affine {
            shift: 0.0,
            scale: 1.0,
        };
    };
    let unit = if (1e-100..1e100).contains(&largest) {
        1.0
    } else {
        largest
    };
    let n = values.len() as f64;
    let centred = || values.iter().map(|value| value / unit - mean / unit);
    let squares = sum(centred().map(|d| d * d));
    let rest = sum(centred());
    let variance = ((squares - rest * rest / n) / n).max(0.0);
    let deviation = variance.sqrt() * unit;
    // What rounding of the mean alone could give is no deviation.
    let constant = deviation <= 10.0 * f64::EPSILON * mean.abs();
    Affine {
        shift: mean,
        scale: if constant { 1.0 } else { deviation },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standard_scaling_divides_by_n() {
        let fitted = Affine::fit(Scaling::Standard, &[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]);
        assert_eq!(fitted.shift, 5.0);
        assert!((fitted.scale - 2.0).abs() < 1e-15);
        assert_eq!(fitted.scaled(9.0), 2.0);
        assert_eq!(fitted.original(2.0), 9.0);
    }

    #[test]
    fn min_max_spans_zero_to_one() {
        let fitted = Affine::fit(Scaling::MinMax, &[3.0, -1.0, 7.0]);
        assert_eq!(fitted.scaled(-1.0), 0.0);
        assert_eq!(fitted.scaled(7.0), 1.0);
        assert_eq!(fitted.scaled(11.0), 1.5);
    }

    #[test]
    fn constant_columns_keep_their_unit() {
        for scaling in [Scaling::Standard, Scaling::MinMax] {
            for value in [0.0, 0.1, 1e9, -3e200] {
                let fitted = Affine::fit(scaling, &[value; 7]);
                assert_eq!(fitted.scale, 1.0, "{scaling:?} of {value}");
                assert!(fitted.scaled(value).abs() <= 1e-6 * value.abs());
            }
        }
        let small_steps_far_out = [1.7e9, 1.7e9 + 1.0, 1.7e9 + 2.0];
        let fitted = Affine::fit(Scaling::Standard, &small_steps_far_out);
        assert!((fitted.scale - (2.0f64 / 3.0).sqrt()).abs() < 1e-9);
    }

    #[test]
    fn huge_and_tiny_values_stay_finite() {
        let narrow = Affine {
            shift: 3.0,
            scale: 1e-320,
        };
        assert_eq!(
            (narrow.scaled(2.0), narrow.scaled(4.0)),
            (-f64::MAX, f64::MAX)
        );
        for values in [
            [f64::MAX, -f64::MAX, 0.0],
            [1e-300, 2e-300, 3e-300],
            [1e200, -1e200, 1.0],
        ] {
            for scaling in [Scaling::Standard, Scaling::MinMax, Scaling::None] {
                let fitted = Affine::fit(scaling, &values);
                assert!(fitted.scale.is_finite() && fitted.scale > 0.0);
                assert!(values.iter().all(|&v| fitted.scaled(v).is_finite()));
                assert!(fitted.scaled(f64::MAX).is_finite());
            }
        }
        let fitted = Affine::fit(Scaling::Standard, &[1e-300, 2e-300, 3e-300]);
        assert!((fitted.scaled(3e-300) - 1.5f64.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn auto_follows_the_method_and_names_are_read_back() {
        assert_eq!(Scale::Auto.resolve(true), Scaling::Standard);
        assert_eq!(Scale::Auto.resolve(false), Scaling::None);
        assert_eq!(Scale::MinMax.resolve(false), Scaling::MinMax);
        for scale in Scale::ALL {
            assert_eq!(Scale::parse(scale.name()), Ok(scale));
        }
        assert!(Scale::parse("minmax").is_err());
    }
}
