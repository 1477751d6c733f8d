//! Probabilities from decision values, as libsvm has them.
//!
//! Platt, "Probabilistic outputs for support vector machines" (2000), by the method of Lin, Lin and
//! Weng, "A note on Platt's probabilistic outputs" (2007); for several classes Wu, Lin and Weng,
//! "Probability estimates for multi-class classification by pairwise coupling" (2004), the second
//! approach.

use serde::{Deserialize, Serialize};

use crate::base::{Cancel, Outcome};

/// Rows between two looks at the flag.
const BLOCK: usize = 1 << 15;

/// 1 / (1 + exp(a f + b)) for a decision value f.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sigmoid {
    pub a: f64,
    pub b: f64,
}

impl Sigmoid {
    /// The most likely one where `positive` rows should get 1 and the others 0; Newton's method with
    /// backtracking. Looks at `cancel` every some thousand rows.
    pub fn fit(decisions: &[f64], positive: &[bool], cancel: &Cancel) -> Outcome<Sigmoid> {
        let ones = positive.iter().filter(|p| **p).count() as f64;
        let zeros = positive.len() as f64 - ones;
        let (high, low) = ((ones + 1.0) / (ones + 2.0), 1.0 / (zeros + 2.0));
        let target = |positive: bool| if positive { high } else { low };
        let rows = |block: usize| {
            let end = decisions.len().min((block + 1) * BLOCK);
            let places = block * BLOCK..end;
            let targets = positive[places.clone()].iter().map(|p| target(*p));
            decisions[places].iter().zip(targets)
        };
        let blocks = 0..decisions.len().div_ceil(BLOCK);
        let value = |s: Sigmoid| -> Outcome<f64> {
            let of = |(f, t): (&f64, f64)| {
                let z = s.a * f + s.b;
                if z >= 0.0 {
                    t * z + (-z).exp().ln_1p()
                } else {
                    (t - 1.0) * z + z.exp().ln_1p()
                }
            };
            let mut sum = 0.0;
            for block in blocks.clone() {
                cancel.check()?;
                rows(block).for_each(|row| sum += of(row));
            }
            Ok(sum)
        };
        let mut here = Sigmoid {
            a: 0.0,
            b: ((zeros + 1.0) / (ones + 1.0)).ln(),
        };
        let mut cost = value(here)?;
        for _ in 0..100 {
            let (mut h11, mut h22, mut h21, mut g1, mut g2) = (1e-12, 1e-12, 0.0, 0.0, 0.0);
            for block in blocks.clone() {
                cancel.check()?;
                for (f, t) in rows(block) {
                    let p = here.apply(*f);
                    let d2 = p * (1.0 - p);
                    h11 += f * f * d2;
                    h22 += d2;
                    h21 += f * d2;
                    g1 += f * (t - p);
                    g2 += t - p;
                }
            }
            if g1.abs() < 1e-5 && g2.abs() < 1e-5 {
                break;
            }
            let det = h11 * h22 - h21 * h21;
            let (da, db) = (-(h22 * g1 - h21 * g2) / det, -(h11 * g2 - h21 * g1) / det);
            let slope = g1 * da + g2 * db;
            let mut step = 1.0;
            loop {
                let next = Sigmoid {
                    a: here.a + step * da,
                    b: here.b + step * db,
                };
                let lower = value(next)?;
                if lower < cost + 1e-4 * step * slope {
                    (here, cost) = (next, lower);
                    break;
                }
                step /= 2.0;
                // NaN ends here too.
                if !(step >= 1e-10) {
                    return Ok(here);
                }
            }
        }
        Ok(here)
    }

    #[inline]
    pub fn apply(self, decision: f64) -> f64 {
        let z = self.a * decision + self.b;
        if z >= 0.0 {
            let e = (-z).exp();
            e / (1.0 + e)
        } else {
            1.0 / (1.0 + z.exp())
        }
    }
}

/// Class probabilities from those of each pair: `pairs[i * classes + j]` is the chance of `i` against
/// `j`. `out` has one place a class.
pub(super) fn couple(pairs: &[f64], out: &mut [f64]) {
    let classes = out.len();
    out.fill(1.0 / classes.max(1) as f64);
    let mut q = vec![0.0; classes * classes];
    for t in 0..classes {
        for j in 0..classes {
            if j != t {
                let against = pairs[j * classes + t];
                q[t * classes + t] += against * against;
                q[t * classes + j] = -against * pairs[t * classes + j];
            }
        }
    }
    let mut qp = vec![0.0; classes];
    for _ in 0..classes.max(100) {
        let mut all = 0.0;
        for t in 0..classes {
            let row = &q[t * classes..(t + 1) * classes];
            qp[t] = row.iter().zip(&*out).map(|(q, p)| q * p).sum();
            all += out[t] * qp[t];
        }
        let worst = qp.iter().map(|v| (v - all).abs()).fold(0.0, f64::max);
        if worst < 0.005 / classes as f64 {
            break;
        }
        for t in 0..classes {
            let own = q[t * classes + t];
            let change = (all - qp[t]) / own;
            out[t] += change;
            all = (all + change * (change * own + 2.0 * qp[t])) / (1.0 + change) / (1.0 + change);
            for j in 0..classes {
                qp[j] = (qp[j] + change * q[t * classes + j]) / (1.0 + change);
                out[j] /= 1.0 + change;
            }
        }
    }
    // The last digits, so that they add up to 1.
    let sum: f64 = out.iter().sum();
    out.iter_mut().for_each(|p| *p /= sum);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sigmoid_is_where_its_slopes_vanish() {
        let decisions: Vec<f64> = (0..60).map(|i| f64::from(i) / 10.0 - 3.0).collect();
        let positive: Vec<bool> = (0..60).map(|i| i > 30 || i % 7 == 0).collect();
        let s = Sigmoid::fit(&decisions, &positive, &Cancel::new()).unwrap();
        let ones = positive.iter().filter(|p| **p).count() as f64;
        let (high, low) = ((ones + 1.0) / (ones + 2.0), 1.0 / (62.0 - ones));
        let errors: Vec<f64> = decisions
            .iter()
            .zip(&positive)
            .map(|(f, p)| if *p { high } else { low } - s.apply(*f))
            .collect();
        let by_value: f64 = errors.iter().zip(&decisions).map(|(e, f)| e * f).sum();
        assert!(errors.iter().sum::<f64>().abs() < 1e-4 && by_value.abs() < 1e-4);
        assert!(s.a < 0.0 && s.apply(3.0) > 0.8 && s.apply(-3.0) < 0.4);
        for decisions in [&[1e300, -1e300, 3.0][..], &[0.0, 0.0, 0.0], &[]] {
            let positive = &[true, false, true][..decisions.len()];
            let s = Sigmoid::fit(decisions, positive, &Cancel::new()).unwrap();
            assert!(s.apply(1.0).is_finite());
        }
    }

    #[test]
    fn consistent_pairs_give_their_classes() {
        let p = [0.5, 0.3, 0.2];
        let pairs: Vec<f64> = (0..9).map(|k| p[k / 3] / (p[k / 3] + p[k % 3])).collect();
        let mut out = [0.0; 3];
        couple(&pairs, &mut out);
        for (a, b) in out.iter().zip(p) {
            assert!((a - b).abs() < 0.01);
        }
        assert!((out.iter().sum::<f64>() - 1.0).abs() < 1e-15);
        let mut two = [0.0; 2];
        couple(&[0.5, 0.9, 0.1, 0.5], &mut two);
        assert!((two[0] - 0.9).abs() < 0.01);
    }
}
