//! How far apart two rows are.

use serde::{Deserialize, Serialize};

use super::unit_rows::cosine;
use crate::base::Hasher128;

/// A distance between two rows. Searches compare a cheaper number that puts rows in the same order,
/// the *reduced* distance: squared for Euclidean, to the power `p` for Minkowski, else the distance.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Metric {
    Euclidean,
    Manhattan,
    Chebyshev,
    /// 1 less the cosine of the angle at the origin.
    Cosine,
    /// `p > 0`; use [`Metric::minkowski`] to get the special cases by their fast names.
    Minkowski(f64),
}

impl Metric {
    /// The metric of this power: 1 is Manhattan, 2 Euclidean, infinity Chebyshev.
    pub fn minkowski(p: f64) -> Metric {
        if p == 1.0 {
            Metric::Manhattan
        } else if p == 2.0 {
            Metric::Euclidean
        } else if p == f64::INFINITY {
            Metric::Chebyshev
        } else {
            Metric::Minkowski(p)
        }
    }

    /// What names it among others.
    pub fn hash_into(self, hasher: &mut Hasher128) {
        match self {
            Metric::Chebyshev => hasher.word(0),
            Metric::Manhattan => hasher.word(1),
            Metric::Euclidean => hasher.word(2),
            Metric::Minkowski(p) => hasher.word(3).number(p),
            Metric::Cosine => hasher.word(4),
        };
    }

    /// The distance in the units of the features.
    #[inline]
    pub fn distance(self, reduced: f64) -> f64 {
        match self {
            Metric::Euclidean => reduced.sqrt(),
            Metric::Manhattan | Metric::Chebyshev | Metric::Cosine => reduced,
            Metric::Minkowski(p) => reduced.powf(1.0 / p),
        }
    }

    /// The inverse of [`Metric::distance`].
    #[inline]
    pub fn reduced(self, distance: f64) -> f64 {
        match self {
            Metric::Euclidean => distance * distance,
            Metric::Manhattan | Metric::Chebyshev | Metric::Cosine => distance,
            Metric::Minkowski(p) => distance.powf(p),
        }
    }

    /// The reduced distance between two rows.
    pub fn between(self, a: &[f64], b: &[f64]) -> f64 {
        match self {
            Metric::Euclidean => Squares.between(a, b),
            Metric::Manhattan => Absolutes.between(a, b),
            Metric::Chebyshev => Largest.between(a, b),
            Metric::Cosine => cosine(a, b),
            Metric::Minkowski(p) => Powers(p).between(a, b),
        }
    }
}

/// One metric with its arithmetic known to the compiler. Every search folds the terms feature by
/// feature, so that a tree and brute force get the same number to the last bit.
pub(super) trait Measure: Copy {
    /// What a lower bound is multiplied with before it is compared: 1 where `term` is monotonic in
    /// floating point, a little less where it need not be.
    const SLACK: f64 = 1.0;

    /// The part of one feature.
    fn term(self, difference: f64) -> f64;

    #[inline(always)]
    fn join(self, sum: f64, term: f64) -> f64 {
        sum + term
    }

    #[inline(always)]
    fn between(self, a: &[f64], b: &[f64]) -> f64 {
        a.iter()
            .zip(b)
            .fold(0.0, |sum, (a, b)| self.join(sum, self.term(a - b)))
    }
}

#[derive(Clone, Copy)]
pub(super) struct Squares;
#[derive(Clone, Copy)]
pub(super) struct Absolutes;
#[derive(Clone, Copy)]
pub(super) struct Largest;
#[derive(Clone, Copy)]
pub(super) struct Powers(pub f64);

impl Measure for Squares {
    #[inline(always)]
    fn term(self, difference: f64) -> f64 {
        difference * difference
    }
}

impl Measure for Absolutes {
    #[inline(always)]
    fn term(self, difference: f64) -> f64 {
        difference.abs()
    }
}

impl Measure for Largest {
    #[inline(always)]
    fn term(self, difference: f64) -> f64 {
        difference.abs()
    }
    #[inline(always)]
    fn join(self, sum: f64, term: f64) -> f64 {
        sum.max(term)
    }
}

impl Measure for Powers {
    const SLACK: f64 = 1.0 - 1e-12;

    #[inline(always)]
    fn term(self, difference: f64) -> f64 {
        difference.abs().powf(self.0)
    }
}
