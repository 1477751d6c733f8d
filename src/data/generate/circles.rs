//! The shape of scikit-learn's `make_circles`.

use super::knobs::{Knob, Knobs, N, SEED, noise};
use super::{Generator, classes, two};
use crate::base::Random;
use crate::data::{Column, Purpose};

pub(super) const CIRCLES: Generator = Generator {
    id: "circles",
    name: "Circles",
    help: "A ring inside a ring: distance from the middle decides, not a direction.",
    purpose: Purpose::Classification,
    knobs: &[N, noise(0.1), FACTOR, SEED],
    draw,
};

fn draw(knobs: &Knobs, random: &mut Random) -> Vec<Column> {
    let (n, noise, factor) = (knobs.count("n"), knobs.get("noise"), knobs.get("factor"));
    let (mut x1, mut x2) = (Vec::with_capacity(n), Vec::with_capacity(n));
    for row in 0..n {
        let steps = n.div_ceil(2).max(1) as f64;
        let (sin, cos) = ((row / 2) as f64 / steps * std::f64::consts::TAU).sin_cos();
        let radius = if row % 2 == 0 { 1.0 } else { factor };
        x1.push(radius * cos + noise * random.normal());
        x2.push(radius * sin + noise * random.normal());
    }
    let class = (0..n).map(|row| (row % 2) as u32).collect();
    classes(x1, x2, class, two("outer ring", "inner ring"))
}

const FACTOR: Knob = Knob::number(
    "factor",
    [0.0, 0.99],
    0.5,
    "The inner ring's radius as a share of the outer one's; near 1 they touch.",
);
