//! One case: an algorithm of the family, everything else from its number.

use std::panic::{AssertUnwindSafe, catch_unwind};

use seefit::base::{Halt, Problem, Random};
use seefit::model::algorithm;
use seefit::train::panic_text;

use super::watch::Watch;
use super::{direct, road, settings};

/// How a case that is as it should be may end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ending {
    /// Fitted to the end, or to the last step that the case asks for; predictions are sound.
    Finished,
    /// One sentence says why not.
    Refused,
    /// Cancelled when its time was over, or before by chance.
    Stopped,
}

pub struct Fault {
    pub what: String,
    pub panicked: bool,
}

/// After a cancel a case has so long; more than the promised 100 ms, as the machine may be at other work.
const STOPS_WITHIN_MILLIS: u64 = 10_000;

pub fn run(
    family: &str,
    members: &[&'static str],
    seed: u64,
    number: u64,
    watch: &Watch,
    shown: bool,
) -> Result<Ending, Fault> {
    let id = members[(number % members.len() as u64) as usize];
    // The same number is another case in each family.
    let salt = family.bytes().fold(0u64, |salt, byte| {
        salt.wrapping_mul(31).wrapping_add(u64::from(byte))
    });
    let mut random = Random::stream(seed ^ (salt << 20), number);
    let name = format!("case {number} of {family} ({id}), seed {seed}");
    let cancel = watch.begin(&name);
    let mut described = String::new();
    let work = || -> Result<Ending, String> {
        let algorithm = algorithm(id).ok_or("there is no such algorithm")?;
        let params = settings::params(&mut random, algorithm)?;
        described = params
            .iter()
            .map(|(parameter, value)| format!("{}={value}", parameter.name))
            .fold(params.engine().id().to_owned(), |text, part| {
                format!("{text} {part}")
            });
        if shown {
            println!("{name}: {described}");
        }
        match random.below(2) {
            0 => direct::run(&mut random, &params, &cancel, shown),
            _ => road::run(&mut random, params, &cancel, shown),
        }
    };
    let caught = catch_unwind(AssertUnwindSafe(work));
    let stop = watch.end();
    let (what, panicked) = match caught {
        Ok(Ok(ending)) => match stop.filter(|millis| *millis > STOPS_WITHIN_MILLIS) {
            None => return Ok(ending),
            Some(millis) => (format!("stops {millis} ms after its cancel"), false),
        },
        Ok(Err(what)) => (what, false),
        Err(payload) => (format!("panics: {}", panic_text(payload.as_ref())), true),
    };
    Err(Fault {
        what: format!("{id} on {described}: {what}"),
        panicked,
    })
}

/// What a halt may be: stopped where the flag is set, else one sentence.
pub fn halted(halt: Halt, cancelled: bool) -> Result<Ending, String> {
    match halt {
        Halt::Cancelled if cancelled => Ok(Ending::Stopped),
        Halt::Cancelled => Err("is cancelled by nobody".into()),
        Halt::Failed(problem) => refused(&problem),
    }
}

pub fn refused(problem: &Problem) -> Result<Ending, String> {
    let sentence = problem.to_string();
    if problem.what.trim().is_empty() || sentence.contains("panicked") {
        return Err(format!("says “{sentence}”"));
    }
    Ok(Ending::Refused)
}
