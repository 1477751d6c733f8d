//! y = 3 x1 - 2 x2 + 1, features normal.

use super::Generator;
use super::knobs::{Knobs, N, SEED, noise};
use crate::base::Random;
use crate::data::{Column, Purpose};

pub(super) const PLANE: Generator = Generator {
    id: "plane",
    name: "Plane",
    help: "A tilted plane over two features: two coefficients say all.",
    purpose: Purpose::Regression,
    knobs: &[N, noise(0.5), SEED],
    draw,
};

fn draw(knobs: &Knobs, random: &mut Random) -> Vec<Column> {
    let (n, noise) = (knobs.count("n"), knobs.get("noise"));
    let (mut x1, mut x2) = (Vec::with_capacity(n), Vec::with_capacity(n));
    let mut y = Vec::with_capacity(n);
    for _ in 0..n {
        let (a, b) = (random.normal(), random.normal());
        y.push(3.0 * a - 2.0 * b + 1.0 + noise * random.normal());
        x1.push(a);
        x2.push(b);
    }
    vec![
        Column::numbers("x1", x1),
        Column::numbers("x2", x2),
        Column::numbers("y", y),
    ]
}
