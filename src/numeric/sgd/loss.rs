//! Losses of stochastic gradient descent, and their derivatives by the score.

use super::SgdLink;

/// For classes y is 1 or -1; `p` is the score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SgdLoss {
    /// Linear support vector machine.
    Hinge,
    /// Logistic regression.
    LogLoss,
    /// Hinge without a margin.
    Perceptron,
    ModifiedHuber,
    SquaredHinge,
    SquaredError,
    /// Squared up to epsilon, linear beyond.
    Huber {
        epsilon: f64,
    },
    /// Nothing up to epsilon, linear beyond.
    EpsilonInsensitive {
        epsilon: f64,
    },
    SquaredEpsilonInsensitive {
        epsilon: f64,
    },
}

impl SgdLoss {
    #[inline]
    pub(super) fn value(self, y: f64, p: f64) -> f64 {
        let (z, away) = (y * p, y - p);
        match self {
            SgdLoss::Hinge => (1.0 - z).max(0.0),
            SgdLoss::Perceptron => (-z).max(0.0),
            SgdLoss::SquaredHinge => (1.0 - z).max(0.0).powi(2),
            // ln(1 + exp(-z)), without overflow.
            SgdLoss::LogLoss => (-z).max(0.0) + (-z.abs()).exp().ln_1p(),
            SgdLoss::ModifiedHuber if z >= -1.0 => (1.0 - z).max(0.0).powi(2),
            SgdLoss::ModifiedHuber => -4.0 * z,
            SgdLoss::SquaredError => 0.5 * away * away,
            SgdLoss::Huber { epsilon } if away.abs() <= epsilon => 0.5 * away * away,
            SgdLoss::Huber { epsilon } => epsilon * away.abs() - 0.5 * epsilon * epsilon,
            SgdLoss::EpsilonInsensitive { epsilon } => (away.abs() - epsilon).max(0.0),
            SgdLoss::SquaredEpsilonInsensitive { epsilon } => {
                (away.abs() - epsilon).max(0.0).powi(2)
            }
        }
    }

    #[inline]
    pub(super) fn slope(self, y: f64, p: f64) -> f64 {
        let (z, away) = (y * p, p - y);
        match self {
            SgdLoss::Hinge if z <= 1.0 => -y,
            SgdLoss::Perceptron if z <= 0.0 => -y,
            SgdLoss::Hinge | SgdLoss::Perceptron => 0.0,
            SgdLoss::SquaredHinge if z < 1.0 => -2.0 * y * (1.0 - z),
            SgdLoss::SquaredHinge => 0.0,
            SgdLoss::LogLoss => {
                let e = (-z.abs()).exp();
                -y * if z > 0.0 { e } else { 1.0 } / (1.0 + e)
            }
            SgdLoss::ModifiedHuber if z >= 1.0 => 0.0,
            SgdLoss::ModifiedHuber if z >= -1.0 => -2.0 * y * (1.0 - z),
            SgdLoss::ModifiedHuber => -4.0 * y,
            SgdLoss::SquaredError => away,
            SgdLoss::Huber { epsilon } => away.clamp(-epsilon, epsilon),
            SgdLoss::EpsilonInsensitive { epsilon } if away.abs() > epsilon => away.signum(),
            SgdLoss::EpsilonInsensitive { .. } => 0.0,
            SgdLoss::SquaredEpsilonInsensitive { epsilon } => {
                2.0 * (away.abs() - epsilon).max(0.0) * away.signum()
            }
        }
    }

    /// What a classifier's scores stand for.
    pub(super) fn link(self) -> SgdLink {
        match self {
            SgdLoss::LogLoss => SgdLink::Logistic,
            SgdLoss::ModifiedHuber => SgdLink::ModifiedHuber,
            _ => SgdLink::Greatest,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slopes_are_those_of_the_values() {
        let epsilon = 0.3;
        let losses = [
            SgdLoss::Hinge,
            SgdLoss::LogLoss,
            SgdLoss::Perceptron,
            SgdLoss::ModifiedHuber,
            SgdLoss::SquaredHinge,
            SgdLoss::SquaredError,
            SgdLoss::Huber { epsilon },
            SgdLoss::EpsilonInsensitive { epsilon },
            SgdLoss::SquaredEpsilonInsensitive { epsilon },
        ];
        for loss in losses {
            for y in [-1.0, 1.0] {
                for p in [-30.0, -2.7, -0.95, -0.2, 0.15, 0.83, 1.2, 40.0] {
                    let (up, down) = (loss.value(y, p + 1e-6), loss.value(y, p - 1e-6));
                    let slope = (up - down) / 2e-6;
                    let found = loss.slope(y, p);
                    assert!(
                        (slope - found).abs() < 1e-6,
                        "{loss:?} {y} {p}: {slope} {found}"
                    );
                }
            }
        }
    }
}
