//! Limited-memory BFGS for smooth functions, one iterate a call.
//!
//! Nocedal and Wright, Numerical Optimization, 2nd ed.: algorithm 7.4 (two-loop recursion), 3.5 and
//! 3.6 (line search for the strong Wolfe conditions, cubic interpolation); close to the minimum,
//! where differences of the function drown in rounding, the approximate Wolfe conditions of Hager
//! and Zhang (2005). A step that lowers neither the value by more than its rounding nor the gradient
//! is the last.

use std::collections::VecDeque;

use super::dense::{add_scaled, dot};
use crate::base::Outcome;

const MEMORY: usize = 10;
const LEAST_DECREASE: f64 = 2.0 * f64::EPSILON;
const C1: f64 = 1e-4;
const C2: f64 = 0.9;
const TRIALS: usize = 40;

/// Where a minimisation is.
#[derive(Clone, Debug)]
pub(super) struct Lbfgs {
    pub(super) at: Vec<f64>,
    pub(super) value: f64,
    pub(super) gradient: Vec<f64>,
    /// Steps, changes of the gradient and 1 / their product, oldest first.
    history: VecDeque<(Vec<f64>, Vec<f64>, f64)>,
}

/// A point on the search line.
#[derive(Clone, Copy)]
struct Trial {
    t: f64,
    value: f64,
    slope: f64,
}

/// What a step found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Step {
    Moved,
    /// No further decrease that rounding lets us see.
    Flat,
}

impl Lbfgs {
    /// `objective(point, gradient)` returns the value and fills the gradient.
    pub(super) fn new(
        start: Vec<f64>,
        objective: &mut impl FnMut(&[f64], &mut [f64]) -> Outcome<f64>,
    ) -> Outcome<Self> {
        let mut gradient = vec![0.0; start.len()];
        let value = objective(&start, &mut gradient)?;
        Ok(Lbfgs {
            at: start,
            value,
            gradient,
            history: VecDeque::with_capacity(MEMORY + 1),
        })
    }

    pub(super) fn greatest_gradient(&self) -> f64 {
        self.gradient
            .iter()
            .fold(0.0, |top, g| f64::max(top, g.abs()))
    }

    /// One iterate. If the objective halts nothing has changed and the step can be taken again.
    pub(super) fn step(
        &mut self,
        objective: &mut impl FnMut(&[f64], &mut [f64]) -> Outcome<f64>,
    ) -> Outcome<Step> {
        let mut direction = self.direction();
        let mut slope = dot(&direction, &self.gradient);
        if slope.is_nan() || slope >= 0.0 {
            self.history.clear();
            direction = self.gradient.iter().map(|g| -g).collect();
            slope = -dot(&self.gradient, &self.gradient);
        }
        if slope == 0.0 || !slope.is_finite() {
            return Ok(Step::Flat);
        }
        let first = if self.history.is_empty() {
            (1.0 / dot(&direction, &direction).sqrt()).min(1.0)
        } else {
            1.0
        };
        let mut line = Line {
            from: self,
            direction: &direction,
            point: vec![0.0; self.at.len()],
            gradient: vec![0.0; self.at.len()],
            start: Trial {
                t: 0.0,
                value: self.value,
                slope,
            },
        };
        let Some(found) = line.search(first, objective)? else {
            if self.history.is_empty() {
                return Ok(Step::Flat);
            }
            // The memory misleads: once more, straight downhill.
            self.history.clear();
            return self.step(objective);
        };
        let (point, gradient) = (line.point, line.gradient);
        let moved: Vec<f64> = point.iter().zip(&self.at).map(|(a, b)| a - b).collect();
        let turned: Vec<f64> = gradient
            .iter()
            .zip(&self.gradient)
            .map(|(a, b)| a - b)
            .collect();
        let curvature = dot(&moved, &turned);
        if curvature > f64::EPSILON * dot(&turned, &turned) {
            self.history.push_back((moved, turned, 1.0 / curvature));
            if self.history.len() > MEMORY {
                self.history.pop_front();
            }
        }
        let scale = self.value.abs().max(found.value.abs()).max(1.0);
        let greatest = self.greatest_gradient();
        let lowered = self.value - found.value > LEAST_DECREASE * scale;
        self.at = point;
        self.gradient = gradient;
        self.value = found.value;
        // Where the value drowns in rounding the gradient may still tell the way.
        if lowered || self.greatest_gradient() < greatest {
            Ok(Step::Moved)
        } else {
            Ok(Step::Flat)
        }
    }

    fn direction(&self) -> Vec<f64> {
        let mut q: Vec<f64> = self.gradient.iter().map(|g| -g).collect();
        let mut alphas = Vec::with_capacity(self.history.len());
        for (s, y, rho) in self.history.iter().rev() {
            let alpha = rho * dot(s, &q);
            add_scaled(&mut q, -alpha, y);
            alphas.push(alpha);
        }
        if let Some((_, y, rho)) = self.history.back() {
            let scale = 1.0 / (rho * dot(y, y));
            q.iter_mut().for_each(|q| *q *= scale);
        }
        for ((s, y, rho), alpha) in self.history.iter().zip(alphas.iter().rev()) {
            let beta = rho * dot(y, &q);
            add_scaled(&mut q, alpha - beta, s);
        }
        q
    }
}

/// The function along one direction; `point` and `gradient` are those of the last trial.
struct Line<'a> {
    from: &'a Lbfgs,
    direction: &'a [f64],
    point: Vec<f64>,
    gradient: Vec<f64>,
    start: Trial,
}

impl Line<'_> {
    fn trial(
        &mut self,
        t: f64,
        objective: &mut impl FnMut(&[f64], &mut [f64]) -> Outcome<f64>,
    ) -> Outcome<Trial> {
        self.point.copy_from_slice(&self.from.at);
        add_scaled(&mut self.point, t, self.direction);
        let value = objective(&self.point, &mut self.gradient)?;
        let slope = dot(&self.gradient, self.direction);
        Ok(Trial { t, value, slope })
    }

    fn descends(&self, trial: &Trial) -> bool {
        trial.value <= self.start.value + C1 * trial.t * self.start.slope
    }

    fn is_good(&self, trial: &Trial) -> bool {
        if self.descends(trial) && trial.slope.abs() <= -C2 * self.start.slope {
            return true;
        }
        // Within rounding of the start the slopes alone decide.
        let noise = 4.0 * f64::EPSILON * self.start.value.abs();
        trial.value <= self.start.value + noise
            && trial.slope <= (2.0 * C1 - 1.0) * self.start.slope
            && trial.slope >= C2 * self.start.slope
    }

    fn search(
        &mut self,
        first: f64,
        objective: &mut impl FnMut(&[f64], &mut [f64]) -> Outcome<f64>,
    ) -> Outcome<Option<Trial>> {
        let mut before = self.start;
        let mut t = first;
        for round in 0..TRIALS {
            let trial = self.trial(t, objective)?;
            if !trial.value.is_finite() || !trial.slope.is_finite() {
                t = before.t + 0.1 * (t - before.t);
                continue;
            }
            if self.is_good(&trial) {
                return Ok(Some(trial));
            }
            if !self.descends(&trial) || (round > 0 && trial.value >= before.value) {
                return self.zoom(before, trial, objective);
            }
            if trial.slope >= 0.0 {
                return self.zoom(trial, before, objective);
            }
            let next = cubic(&before, &trial).unwrap_or(2.0 * t);
            let stretch = t - before.t;
            t = next.clamp(t + 0.1 * stretch, t + 4.0 * stretch);
            before = trial;
        }
        Ok(None)
    }

    /// `low` descends and has the lower value; the minimum lies between.
    fn zoom(
        &mut self,
        mut low: Trial,
        mut high: Trial,
        objective: &mut impl FnMut(&[f64], &mut [f64]) -> Outcome<f64>,
    ) -> Outcome<Option<Trial>> {
        for _ in 0..TRIALS {
            let width = high.t - low.t;
            if width.abs() <= 1e-14 * low.t.abs().max(high.t.abs()) {
                break;
            }
            let middle = low.t + 0.5 * width;
            let share = cubic(&low, &high).map_or(0.5, |t| (t - low.t) / width);
            let t = if (0.05..=0.95).contains(&share) {
                low.t + share * width
            } else {
                middle
            };
            let trial = self.trial(t, objective)?;
            let usable = trial.value.is_finite() && trial.slope.is_finite();
            if usable && self.is_good(&trial) {
                return Ok(Some(trial));
            }
            if !usable || !self.descends(&trial) || trial.value >= low.value {
                high = if usable { trial } else { Trial { t, ..high } };
            } else {
                if trial.slope * width >= 0.0 {
                    high = low;
                }
                low = trial;
            }
        }
        // Not good, but lower: better than nothing.
        if low.t > 0.0 && low.value < self.start.value {
            return Ok(Some(self.trial(low.t, objective)?));
        }
        Ok(None)
    }
}

/// The minimum of the cubic through two trials (equation 3.59).
fn cubic(a: &Trial, b: &Trial) -> Option<f64> {
    let d1 = a.slope + b.slope - 3.0 * (a.value - b.value) / (a.t - b.t);
    let inside = d1 * d1 - a.slope * b.slope;
    if inside.is_nan() || inside < 0.0 {
        return None;
    }
    let d2 = (b.t - a.t).signum() * inside.sqrt();
    let t = b.t - (b.t - a.t) * (b.slope + d2 - d1) / (b.slope - a.slope + 2.0 * d2);
    t.is_finite().then_some(t)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Halt;

    fn rosenbrock(x: &[f64], g: &mut [f64]) -> Outcome<f64> {
        let (a, b) = (1.0 - x[0], x[1] - x[0] * x[0]);
        g[0] = -2.0 * a - 400.0 * x[0] * b;
        g[1] = 200.0 * b;
        Ok(a * a + 100.0 * b * b)
    }

    #[test]
    fn finds_the_minimum_of_rosenbrocks_function() {
        let mut search = Lbfgs::new(vec![-1.2, 1.0], &mut rosenbrock).unwrap();
        let mut steps = 0;
        while search.greatest_gradient() > 1e-9 && steps < 100 {
            let before = search.value;
            search.step(&mut rosenbrock).unwrap();
            assert!(search.value <= before);
            steps += 1;
        }
        assert!(steps < 60, "{steps}");
        assert!((search.at[0] - 1.0).abs() < 1e-8 && (search.at[1] - 1.0).abs() < 1e-8);
        assert_eq!(
            Lbfgs::new(vec![1.0, 1.0], &mut rosenbrock)
                .unwrap()
                .step(&mut rosenbrock),
            Ok(Step::Flat)
        );
    }

    #[test]
    fn a_halt_leaves_the_iterate_as_it_was() {
        let mut search = Lbfgs::new(vec![-1.2, 1.0], &mut rosenbrock).unwrap();
        search.step(&mut rosenbrock).unwrap();
        let (at, value) = (search.at.clone(), search.value);
        let mut stop = |_: &[f64], _: &mut [f64]| Err(Halt::Cancelled);
        assert_eq!(search.step(&mut stop), Err(Halt::Cancelled));
        assert_eq!((search.at, search.value), (at, value));
    }
}
