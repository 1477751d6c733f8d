//! Archimedean spirals, one arm a class.

use super::knobs::{Knob, Knobs, N, SEED, noise};
use super::{Generator, classes};
use crate::base::Random;
use crate::data::{Column, Purpose};

pub(super) const SPIRAL: Generator = Generator {
    id: "spiral",
    name: "Spiral",
    help: "Arms that wind around each other: the hardest of the small pictures.",
    purpose: Purpose::Classification,
    knobs: &[N, CLASSES, TURNS, noise(0.05), SEED],
    draw,
};

fn draw(knobs: &Knobs, random: &mut Random) -> Vec<Column> {
    let (n, count) = (knobs.count("n"), knobs.count("classes"));
    let (turns, noise) = (knobs.get("turns"), knobs.get("noise"));
    let (mut x1, mut x2) = (Vec::with_capacity(n), Vec::with_capacity(n));
    for row in 0..n {
        let arm = (row % count) as f64 / count as f64;
        // The root spreads rows evenly along the arm, which is longer outside.
        let radius = random.uniform().sqrt();
        let (sin, cos) = ((radius * turns + arm) * std::f64::consts::TAU).sin_cos();
        x1.push(radius * cos + noise * random.normal());
        x2.push(radius * sin + noise * random.normal());
    }
    let class = (0..n).map(|row| (row % count) as u32).collect();
    let levels = (1..=count).map(|arm| format!("arm {arm}")).collect();
    classes(x1, x2, class, levels)
}

const CLASSES: Knob = Knob::whole(
    "classes",
    [2.0, 6.0],
    2.0,
    "How many arms wind around each other.",
);

const TURNS: Knob = Knob::number(
    "turns",
    [0.25, 4.0],
    1.25,
    "How often each arm goes round; more makes borders longer and finer.",
);
