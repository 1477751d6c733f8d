//! What can be turned on a generator, declared once for the window, the command line and the checks.

use std::fmt;

use crate::base::Problem;
use crate::data::near::near;

/// A number that shapes what a generator draws.
#[derive(Debug, PartialEq)]
pub struct Knob {
    pub name: &'static str,
    /// One sentence: what it does when it grows.
    pub help: &'static str,
    pub min: f64,
    pub max: f64,
    pub default: f64,
    /// Whole numbers only.
    pub whole: bool,
}

impl Knob {
    pub(super) const fn number(
        name: &'static str,
        range: [f64; 2],
        default: f64,
        help: &'static str,
    ) -> Knob {
        Knob {
            name,
            help,
            min: range[0],
            max: range[1],
            default,
            whole: false,
        }
    }

    pub(super) const fn whole(
        name: &'static str,
        range: [f64; 2],
        default: f64,
        help: &'static str,
    ) -> Knob {
        let mut knob = Knob::number(name, range, default, help);
        knob.whole = true;
        knob
    }
}

/// How many rows.
pub(super) const N: Knob = Knob::whole(
    "n",
    [1.0, 1_000_000.0],
    400.0,
    "How many rows are drawn; more make the pattern plainer and fits slower.",
);

pub(super) const SEED: Knob = Knob::whole(
    "seed",
    [0.0, 4_294_967_295.0],
    1.0,
    "Another number draws other rows of the same kind.",
);

/// How far rows stray from the pattern.
pub(super) const fn noise(default: f64) -> Knob {
    Knob::number(
        "noise",
        [0.0, 10.0],
        default,
        "How far rows stray from the pattern (standard deviation); more makes it harder to learn.",
    )
}

/// A value for each knob of one generator, always within its range.
#[derive(Clone, Debug, PartialEq)]
pub struct Knobs {
    knobs: &'static [Knob],
    values: Vec<f64>,
}

impl Knobs {
    pub(super) fn defaults(knobs: &'static [Knob]) -> Knobs {
        Knobs {
            knobs,
            values: knobs.iter().map(|k| k.default).collect(),
        }
    }

    /// Each knob with its value, in the order declared.
    pub fn iter(&self) -> impl Iterator<Item = (&'static Knob, f64)> + '_ {
        self.knobs.iter().zip(self.values.iter().copied())
    }

    /// 0 where there is no such knob.
    pub fn get(&self, name: &str) -> f64 {
        self.iter()
            .find(|(knob, _)| knob.name == name)
            .map_or(0.0, |(_, value)| value)
    }

    pub fn count(&self, name: &str) -> usize {
        self.get(name) as usize
    }

    /// Fails where there is no such knob or the value is out of its range.
    pub fn set(&mut self, name: &str, value: f64) -> Result<(), Problem> {
        let Some(at) = self.knobs.iter().position(|knob| knob.name == name) else {
            return Err(Problem::new(format!("there is no knob “{name}”"))
                .fix(near(name, self.knobs.iter().map(|knob| knob.name))));
        };
        let knob = &self.knobs[at];
        let (min, max) = (knob.min, knob.max);
        if !(min..=max).contains(&value) {
            return Err(
                Problem::new(format!("{name} goes from {min} to {max}, not {value}"))
                    .fix("Choose a value in this range"),
            );
        }
        if knob.whole && value != value.trunc() {
            return Err(
                Problem::new(format!("{name} is a whole number, not {value}"))
                    .fix(format!("Choose {}", value.round())),
            );
        }
        self.values[at] = value;
        Ok(())
    }

    pub(super) fn set_text(&mut self, name: &str, text: &str) -> Result<(), Problem> {
        match text.parse::<f64>() {
            Ok(value) if !value.is_nan() => self.set(name, value),
            _ => Err(Problem::new(format!("{name} takes a number, not “{text}”"))),
        }
    }
}

/// `n=400,noise=0.2,seed=1`.
impl fmt::Display for Knobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (knob, value)) in self.iter().enumerate() {
            let comma = if at > 0 { "," } else { "" };
            write!(f, "{comma}{}={value}", knob.name)?;
        }
        Ok(())
    }
}
