//! Friedman, "Multivariate adaptive regression splines" (1991); scikit-learn's `make_friedman1`.

use super::Generator;
use super::knobs::{Knob, Knobs, N, SEED, noise};
use crate::base::Random;
use crate::data::{Column, Purpose};

pub(super) const FRIEDMAN: Generator = Generator {
    id: "friedman",
    name: "Friedman",
    help: "Five features count, in curves and together; the others are there to mislead.",
    purpose: Purpose::Regression,
    knobs: &[N, FEATURES, noise(1.0), SEED],
    draw,
};

fn draw(knobs: &Knobs, random: &mut Random) -> Vec<Column> {
    let (n, noise, count) = (
        knobs.count("n"),
        knobs.get("noise"),
        knobs.count("features"),
    );
    let mut features = vec![Vec::with_capacity(n); count];
    let mut y = Vec::with_capacity(n);
    for _ in 0..n {
        for feature in &mut features {
            feature.push(random.uniform());
        }
        let x = |at: usize| features[at].last().copied().unwrap_or(0.0);
        let bend = 10.0 * (std::f64::consts::PI * x(0) * x(1)).sin() + 20.0 * (x(2) - 0.5).powi(2);
        y.push(bend + 10.0 * x(3) + 5.0 * x(4) + noise * random.normal());
    }
    let named = features.into_iter().enumerate();
    let mut columns: Vec<Column> = named
        .map(|(at, x)| Column::numbers(format!("x{}", at + 1), x))
        .collect();
    columns.push(Column::numbers("y", y));
    columns
}

const FEATURES: Knob = Knob::whole(
    "features",
    [5.0, 50.0],
    10.0,
    "How many columns; those beyond the fifth have nothing to do with y.",
);
