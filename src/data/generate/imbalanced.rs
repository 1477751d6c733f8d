//! Two overlapping normal clouds of very different size.

use super::knobs::{Knob, Knobs, N, SEED, noise};
use super::{Generator, classes, two};
use crate::base::Random;
use crate::data::{Column, Purpose};

pub(super) const IMBALANCED: Generator = Generator {
    id: "imbalanced",
    name: "Imbalanced",
    help: "A rare class in the skirts of a common one: accuracy alone misleads.",
    purpose: Purpose::Classification,
    knobs: &[N, SHARE, noise(1.0), SEED],
    draw,
};

fn draw(knobs: &Knobs, random: &mut Random) -> Vec<Column> {
    let (n, noise) = (knobs.count("n"), knobs.get("noise"));
    let rare = ((n as f64 * knobs.get("share")).round() as usize).clamp(1, n);
    let (mut x1, mut x2) = (Vec::with_capacity(n), Vec::with_capacity(n));
    let mut class = Vec::with_capacity(n);
    for row in 0..n {
        // The rare rows are spread evenly over the table.
        let is_rare = (row + 1) * rare / n > row * rare / n;
        let centre = if is_rare { 2.0 } else { 0.0 };
        class.push(u32::from(is_rare));
        x1.push(centre + noise * random.normal());
        x2.push(centre + noise * random.normal());
    }
    classes(x1, x2, class, two("common", "rare"))
}

const SHARE: Knob = Knob::number(
    "share",
    [0.001, 0.5],
    0.05,
    "The rare class's share of the rows; the smaller, the harder it is to find.",
);
