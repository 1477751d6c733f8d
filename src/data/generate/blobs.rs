//! The shape of scikit-learn's `make_blobs`: centres uniform in a square from -10 to 10.

use super::knobs::{Knob, Knobs, N, SEED, noise};
use super::{Generator, classes};
use crate::base::Random;
use crate::data::{Column, Purpose};

pub(super) const BLOBS: Generator = Generator {
    id: "blobs",
    name: "Blobs",
    help: "Round clouds of rows around random centres, one a class.",
    purpose: Purpose::Classification,
    knobs: &[N, CLASSES, noise(1.0), SEED],
    draw,
};

fn draw(knobs: &Knobs, random: &mut Random) -> Vec<Column> {
    let (n, count, noise) = (knobs.count("n"), knobs.count("classes"), knobs.get("noise"));
    let centres: Vec<[f64; 2]> = (0..count)
        .map(|_| [(); 2].map(|()| 20.0 * random.uniform() - 10.0))
        .collect();
    let (mut x1, mut x2) = (Vec::with_capacity(n), Vec::with_capacity(n));
    for row in 0..n {
        let [x, y] = centres[row % count];
        x1.push(x + noise * random.normal());
        x2.push(y + noise * random.normal());
    }
    let class = (0..n).map(|row| (row % count) as u32).collect();
    let levels = (1..=count).map(|blob| format!("blob {blob}")).collect();
    classes(x1, x2, class, levels)
}

const CLASSES: Knob = Knob::whole(
    "classes",
    [2.0, 10.0],
    3.0,
    "How many clouds; more make it likelier that some overlap.",
);
