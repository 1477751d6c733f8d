//! Tables drawn from a formula and a seed: `moons:n=400,noise=0.2,seed=1`.
//!
//! A generator is one file with one declaration; the list below is all there is to add it to. The last
//! column is the target.

mod blobs;
mod checkerboard;
mod circles;
mod friedman;
mod imbalanced;
mod knobs;
mod line;
mod linear;
mod moons;
mod plane;
mod sine;
mod spiral;
mod step;
mod xor;

use super::near::near;
use super::{Column, Purpose, Table, TableBuilder};
use crate::base::{Problem, Random};

pub use knobs::{Knob, Knobs};

/// The declaration of a generator.
#[derive(Debug)]
pub struct Generator {
    pub id: &'static str,
    pub name: &'static str,
    /// One sentence: what it draws, and what it shows.
    pub help: &'static str,
    pub purpose: Purpose,
    /// The first is `n`, the last `seed`.
    pub knobs: &'static [Knob],
    draw: fn(&Knobs, &mut Random) -> Vec<Column>,
}

/// All of them, as they should be listed.
pub fn generators() -> &'static [Generator] {
    static ALL: [Generator; 13] = [
        moons::MOONS,
        circles::CIRCLES,
        blobs::BLOBS,
        xor::XOR,
        spiral::SPIRAL,
        checkerboard::CHECKERBOARD,
        linear::LINEAR,
        imbalanced::IMBALANCED,
        line::LINE,
        sine::SINE,
        step::STEP,
        plane::PLANE,
        friedman::FRIEDMAN,
    ];
    &ALL
}

pub fn generator(id: &str) -> Option<&'static Generator> {
    generators()
        .iter()
        .find(|g| g.id.eq_ignore_ascii_case(id.trim()))
}

impl Generator {
    /// Every knob at its default.
    pub fn defaults(&'static self) -> Knobs {
        Knobs::defaults(self.knobs)
    }

    /// The table of these knobs; the same knobs always give the same table.
    pub fn make(&self, knobs: &Knobs) -> Result<Table, Problem> {
        let mut random = Random::new(knobs.get("seed") as u64);
        let columns = (self.draw)(knobs, &mut random);
        let names: Vec<String> = columns.iter().map(|c| c.name.clone()).collect();
        let mut builder = TableBuilder::new(self.id);
        if let [x, y, _, ..] = names.as_slice() {
            builder = builder.axes(x, y);
        }
        if let Some(target) = names.last() {
            builder = builder.target(target);
        }
        for column in columns {
            builder = builder.column(column);
        }
        builder.build()
    }

    /// `moons:n=400,noise=0.2,seed=1`, which `parse` reads back.
    pub fn spell(&self, knobs: &Knobs) -> String {
        format!("{}:{knobs}", self.id)
    }
}

/// Reads `id` or `id:knob=value,...`; knobs that are not named keep their defaults.
pub fn parse(text: &str) -> Result<(&'static Generator, Knobs), Problem> {
    let (id, settings) = text.split_once(':').unwrap_or((text, ""));
    let generator = generator(id).ok_or_else(|| {
        Problem::new(format!("there is no generator “{}”", id.trim()))
            .fix(near(id.trim(), generators().iter().map(|g| g.id)))
    })?;
    let mut knobs = generator.defaults();
    for setting in settings.split(',').map(str::trim).filter(|s| !s.is_empty()) {
        let (name, value) = setting.split_once('=').ok_or_else(|| {
            Problem::new(format!("“{setting}” does not set a knob"))
                .at(text)
                .fix("Write name=value, such as n=400")
        })?;
        knobs
            .set_text(name.trim(), value.trim())
            .map_err(|problem| problem.at(text))?;
    }
    Ok((generator, knobs))
}

/// Two features and the class of each row.
fn classes(x1: Vec<f64>, x2: Vec<f64>, class: Vec<u32>, levels: Vec<String>) -> Vec<Column> {
    vec![
        Column::numbers("x1", x1),
        Column::numbers("x2", x2),
        Column::categories("class", class, levels),
    ]
}

fn two(first: &str, second: &str) -> Vec<String> {
    vec![first.to_owned(), second.to_owned()]
}

/// One feature and the target of a regression.
fn curve(x: Vec<f64>, y: Vec<f64>) -> Vec<Column> {
    vec![Column::numbers("x", x), Column::numbers("y", y)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_generator_draws_at_every_end_of_every_knob() {
        for generator in generators() {
            assert_eq!(generator.knobs.first().map(|k| k.name), Some("n"));
            assert_eq!(generator.knobs.last().map(|k| k.name), Some("seed"));
            for knob in generator.knobs {
                assert!(
                    (knob.min..=knob.max).contains(&knob.default),
                    "{}",
                    knob.name
                );
                for value in [knob.min, knob.max] {
                    let mut knobs = generator.defaults();
                    // A million rows are drawn once, below.
                    knobs
                        .set(
                            knob.name,
                            if knob.name == "n" {
                                value.min(1000.0)
                            } else {
                                value
                            },
                        )
                        .unwrap();
                    let table = generator.make(&knobs).unwrap();
                    assert_eq!(table.rows(), knobs.count("n"), "{}", generator.id);
                    assert!(
                        table.columns().iter().all(|c| c.missing.count() == 0),
                        "{}",
                        generator.id
                    );
                    assert!(
                        table
                            .suggested_target()
                            .is_some_and(|t| table.column(t).is_some())
                    );
                }
            }
        }
    }

    #[test]
    fn a_seed_tells_all_and_every_class_is_drawn() {
        for generator in generators() {
            let knobs = generator.defaults();
            let (table, again) = (
                generator.make(&knobs).unwrap(),
                generator.make(&knobs).unwrap(),
            );
            assert_eq!(table.fingerprint(), again.fingerprint());
            let mut other = knobs.clone();
            other.set("seed", 2.0).unwrap();
            assert_ne!(
                generator.make(&other).unwrap().fingerprint(),
                table.fingerprint()
            );
            let class = table.columns().last().unwrap();
            for level in 0..class.levels().len() as u32 {
                assert!(
                    (0..class.len()).any(|row| class.code(row) == Some(level)),
                    "{}",
                    generator.id
                );
            }
            assert_eq!(
                class.levels().is_empty(),
                generator.purpose == Purpose::Regression
            );
        }
    }

    #[test]
    fn spellings_read_back_and_mistakes_are_named() {
        for generator in generators() {
            let mut knobs = generator.defaults();
            knobs.set("n", 7.0).unwrap();
            let (found, read) = parse(&generator.spell(&knobs)).unwrap();
            assert_eq!((found.id, read), (generator.id, knobs));
        }
        let (moons, knobs) = parse("Moons: n=400, noise=0.2 ,seed=1").unwrap();
        assert_eq!(moons.spell(&knobs), "moons:n=400,noise=0.2,seed=1");
        for (text, part) in [
            ("moon", "moons"),
            ("moons:nois=1", "noise"),
            ("moons:n=0", "from 1 to 1000000"),
            ("moons:n=1.5", "whole"),
            ("moons:noise=-1", "from 0"),
            ("moons:noise=abc", "number"),
            ("moons:noise=nan", "number"),
            ("moons:noise", "name=value"),
        ] {
            let problem = parse(text).unwrap_err().to_string();
            assert!(problem.contains(part), "{text}: {problem}");
        }
    }

    #[test]
    fn moons_without_noise_lie_on_two_half_circles() {
        let (moons, knobs) = parse("moons:n=101,noise=0").unwrap();
        let table = moons.make(&knobs).unwrap();
        let at = |column: usize, row| table.columns()[column].number(row).unwrap();
        for row in 0..table.rows() {
            let (x, y) = (at(0, row), at(1, row));
            let radius = match table.columns()[2].code(row) {
                Some(0) => x.hypot(y),
                _ => (x - 1.0).hypot(y - 0.5),
            };
            assert!((radius - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn a_million_rows() {
        let (blobs, knobs) = parse("blobs:n=1000000").unwrap();
        assert_eq!(blobs.make(&knobs).unwrap().rows(), 1_000_000);
    }
}
