//! y = 2 x + 1, x uniform from -5 to 5.

use super::knobs::{Knob, Knobs, N, SEED, noise};
use super::{Generator, curve};
use crate::base::Random;
use crate::data::{Column, Purpose};

pub(super) const LINE: Generator = Generator {
    id: "line",
    name: "Line",
    help: "A straight line with noise, and a few outliers if you like.",
    purpose: Purpose::Regression,
    knobs: &[N, noise(1.0), OUTLIERS, SEED],
    draw,
};

fn draw(knobs: &Knobs, random: &mut Random) -> Vec<Column> {
    let (n, noise, outliers) = (knobs.count("n"), knobs.get("noise"), knobs.get("outliers"));
    let (mut x, mut y) = (Vec::with_capacity(n), Vec::with_capacity(n));
    for _ in 0..n {
        let at = 10.0 * random.uniform() - 5.0;
        let is_outlier = random.uniform() < outliers;
        x.push(at);
        y.push(2.0 * at + 1.0 + noise * random.normal() + if is_outlier { 20.0 } else { 0.0 });
    }
    curve(x, y)
}

const OUTLIERS: Knob = Knob::number(
    "outliers",
    [0.0, 0.5],
    0.0,
    "The share of rows far above the line; more drag least squares away from it.",
);
