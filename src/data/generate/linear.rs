//! Normal features, parted by a line through the middle in a random direction.

use super::knobs::{Knobs, N, SEED, noise};
use super::{Generator, classes, two};
use crate::base::Random;
use crate::data::{Column, Purpose};

pub(super) const LINEAR: Generator = Generator {
    id: "linear",
    name: "Linear",
    help: "A straight border: what linear models are made for.",
    purpose: Purpose::Classification,
    knobs: &[N, noise(0.3), SEED],
    draw,
};

fn draw(knobs: &Knobs, random: &mut Random) -> Vec<Column> {
    let (n, noise) = (knobs.count("n"), knobs.get("noise"));
    let (sin, cos) = (random.uniform() * std::f64::consts::TAU).sin_cos();
    let (mut x1, mut x2) = (Vec::with_capacity(n), Vec::with_capacity(n));
    let mut class = Vec::with_capacity(n);
    for _ in 0..n {
        let (x, y) = (random.normal(), random.normal());
        // Noise blurs the border, so that rows near it may be of either class.
        class.push(u32::from(cos * x + sin * y + noise * random.normal() > 0.0));
        x1.push(x);
        x2.push(y);
    }
    classes(x1, x2, class, two("behind", "ahead"))
}
