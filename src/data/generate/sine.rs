//! y = sin(2 pi periods x), x uniform from 0 to 1.

use super::knobs::{Knob, Knobs, N, SEED, noise};
use super::{Generator, curve};
use crate::base::Random;
use crate::data::{Column, Purpose};

pub(super) const SINE: Generator = Generator {
    id: "sine",
    name: "Sine",
    help: "A wave: straight lines fail, flexible models follow it or its noise.",
    purpose: Purpose::Regression,
    knobs: &[N, PERIODS, noise(0.2), SEED],
    draw,
};

fn draw(knobs: &Knobs, random: &mut Random) -> Vec<Column> {
    let (n, noise, periods) = (knobs.count("n"), knobs.get("noise"), knobs.get("periods"));
    let (mut x, mut y) = (Vec::with_capacity(n), Vec::with_capacity(n));
    for _ in 0..n {
        let at = random.uniform();
        x.push(at);
        y.push((std::f64::consts::TAU * periods * at).sin() + noise * random.normal());
    }
    curve(x, y)
}

const PERIODS: Knob = Knob::number(
    "periods",
    [0.25, 10.0],
    1.5,
    "How many waves; more need a more flexible model and more rows.",
);
