//! The shape of scikit-learn's `make_moons`.

use super::knobs::{Knobs, N, SEED, noise};
use super::{Generator, classes, two};
use crate::base::Random;
use crate::data::{Column, Purpose};

pub(super) const MOONS: Generator = Generator {
    id: "moons",
    name: "Moons",
    help: "Two interleaving half circles: a straight border cannot part them.",
    purpose: Purpose::Classification,
    knobs: &[N, noise(0.2), SEED],
    draw,
};

fn draw(knobs: &Knobs, random: &mut Random) -> Vec<Column> {
    let (n, noise) = (knobs.count("n"), knobs.get("noise"));
    let (mut x1, mut x2) = (Vec::with_capacity(n), Vec::with_capacity(n));
    for row in 0..n {
        // Even steps along each moon, as many on one as on the other.
        let steps = n.div_ceil(2).saturating_sub(1).max(1) as f64;
        let (sin, cos) = ((row / 2) as f64 / steps * std::f64::consts::PI).sin_cos();
        let (x, y) = if row % 2 == 0 {
            (cos, sin)
        } else {
            (1.0 - cos, 0.5 - sin)
        };
        x1.push(x + noise * random.normal());
        x2.push(y + noise * random.normal());
    }
    let class = (0..n).map(|row| (row % 2) as u32).collect();
    classes(x1, x2, class, two("upper moon", "lower moon"))
}
