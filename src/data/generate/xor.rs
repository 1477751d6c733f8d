//! Exclusive or: the class is whether both features have one sign.

use super::knobs::{Knobs, N, SEED, noise};
use super::{Generator, classes, two};
use crate::base::Random;
use crate::data::{Column, Purpose};

pub(super) const XOR: Generator = Generator {
    id: "xor",
    name: "Xor",
    help: "Four squares, opposite ones of a class: each feature alone tells nothing.",
    purpose: Purpose::Classification,
    knobs: &[N, noise(0.1), SEED],
    draw,
};

fn draw(knobs: &Knobs, random: &mut Random) -> Vec<Column> {
    let (n, noise) = (knobs.count("n"), knobs.get("noise"));
    let (mut x1, mut x2) = (Vec::with_capacity(n), Vec::with_capacity(n));
    let mut class = Vec::with_capacity(n);
    for _ in 0..n {
        let (x, y) = (2.0 * random.uniform() - 1.0, 2.0 * random.uniform() - 1.0);
        class.push(u32::from((x > 0.0) != (y > 0.0)));
        x1.push(x + noise * random.normal());
        x2.push(y + noise * random.normal());
    }
    classes(x1, x2, class, two("same sign", "different signs"))
}
