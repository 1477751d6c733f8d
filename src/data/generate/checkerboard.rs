//! A board of `size` times `size` squares with sides of 1.

use super::knobs::{Knob, Knobs, N, SEED, noise};
use super::{Generator, classes, two};
use crate::base::Random;
use crate::data::{Column, Purpose};

pub(super) const CHECKERBOARD: Generator = Generator {
    id: "checkerboard",
    name: "Checkerboard",
    help: "Squares of two classes in turn: borders must be many and sharp.",
    purpose: Purpose::Classification,
    knobs: &[N, SIZE, noise(0.0), SEED],
    draw,
};

fn draw(knobs: &Knobs, random: &mut Random) -> Vec<Column> {
    let (n, size, noise) = (knobs.count("n"), knobs.get("size"), knobs.get("noise"));
    let (mut x1, mut x2) = (Vec::with_capacity(n), Vec::with_capacity(n));
    let mut class = Vec::with_capacity(n);
    for _ in 0..n {
        let (x, y) = (size * random.uniform(), size * random.uniform());
        class.push((x as u32 + y as u32) % 2);
        x1.push(x + noise * random.normal());
        x2.push(y + noise * random.normal());
    }
    classes(x1, x2, class, two("dark", "light"))
}

const SIZE: Knob = Knob::whole(
    "size",
    [2.0, 10.0],
    4.0,
    "Squares along each side; more need more rows to be learned.",
);
