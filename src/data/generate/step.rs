//! y is the number of the step that x, uniform from 0 to 1, stands on.

use super::knobs::{Knob, Knobs, N, SEED, noise};
use super::{Generator, curve};
use crate::base::Random;
use crate::data::{Column, Purpose};

pub(super) const STEP: Generator = Generator {
    id: "step",
    name: "Step",
    help: "A staircase: trees find the edges, smooth models round them off.",
    purpose: Purpose::Regression,
    knobs: &[N, STEPS, noise(0.2), SEED],
    draw,
};

fn draw(knobs: &Knobs, random: &mut Random) -> Vec<Column> {
    let (n, noise, steps) = (knobs.count("n"), knobs.get("noise"), knobs.get("steps"));
    let (mut x, mut y) = (Vec::with_capacity(n), Vec::with_capacity(n));
    for _ in 0..n {
        let at = random.uniform();
        x.push(at);
        y.push((at * steps).floor() + noise * random.normal());
    }
    curve(x, y)
}

const STEPS: Knob = Knob::whole(
    "steps",
    [2.0, 20.0],
    4.0,
    "How many steps; more make each one narrower.",
);
