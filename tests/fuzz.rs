//! Random tables with random settings, legal and illegal, through preparation, check, fit and prediction.
//! Whatever comes, there is a sound model or one sentence: no panic, no hang, no number that is none.
//!
//! ```text
//! SEEFIT_FUZZ_CASES    cases of each family (about a thousand in all where it is not set)
//! SEEFIT_FUZZ_FAMILY   one family only: linear, descent, discriminants, neighbours, trees, forests,
//!                      boosting, vectors, bayes, clusters, dummies
//! SEEFIT_FUZZ_SEED     another series of cases
//! SEEFIT_FUZZ_ONLY     the number of one case, to see it again
//! SEEFIT_FUZZ_MILLIS   after so long a case is cancelled
//! ```
//!
//! The nightly script is `benches/fuzz.sh`.

mod fuzz {
    pub mod case;
    pub mod direct;
    pub mod family;
    pub mod road;
    pub mod settings;
    pub mod sound;
    pub mod tables;
    pub mod watch;
}

use std::collections::BTreeMap;

use fuzz::case::{Ending, run};
use fuzz::family::FAMILIES;
use fuzz::watch::Watch;

fn asked<T: std::str::FromStr>(name: &str) -> Option<T> {
    let text = std::env::var(name).ok()?;
    match text.parse() {
        Ok(value) => Some(value),
        Err(_) => panic!("{name} cannot be “{text}”"),
    }
}

#[test]
fn random_cases_give_sound_models_or_a_sentence() {
    let cases: u64 = asked("SEEFIT_FUZZ_CASES").unwrap_or(91);
    let seed: u64 = asked("SEEFIT_FUZZ_SEED").unwrap_or(1);
    let only: Option<u64> = asked("SEEFIT_FUZZ_ONLY");
    let family: Option<String> = asked("SEEFIT_FUZZ_FAMILY");
    let watch = Watch::start(asked("SEEFIT_FUZZ_MILLIS").unwrap_or(40));

    let families: Vec<_> = FAMILIES
        .iter()
        .filter(|(name, _)| family.as_deref().is_none_or(|asked| asked == *name))
        .collect();
    assert!(!families.is_empty(), "there is no such family");
    let numbers = only.map_or(0..cases, |only| only..only + 1);
    let mut endings: BTreeMap<(&str, Ending), u64> = BTreeMap::new();
    let mut wrong = Vec::new();
    let (mut tried, mut panics) = (0u64, 0u64);
    for number in numbers {
        // Round by round, so that a series that is cut short has as many of each family.
        for (name, members) in &families {
            let outcome = run(name, members, seed, number, &watch, only.is_some());
            tried += 1;
            match outcome {
                Ok(ending) => *endings.entry((name, ending)).or_default() += 1,
                Err(fault) => {
                    panics += u64::from(fault.panicked);
                    let line = format!(
                        "SEEFIT_FUZZ_SEED={seed} SEEFIT_FUZZ_FAMILY={name} SEEFIT_FUZZ_ONLY={number}: {}",
                        fault.what
                    );
                    // At once: a long series may be cut short.
                    eprintln!("{line}");
                    wrong.push(line);
                }
            }
        }
        if number % 1000 == 999 {
            println!(
                "{tried} cases, {} of each family, {panics} panics, {} wrong; slowest stop {} ms",
                number + 1,
                wrong.len(),
                watch.slowest_stop_millis()
            );
        }
    }
    println!(
        "{tried} cases, {panics} panics, {} wrong; slowest stop {} ms",
        wrong.len(),
        watch.slowest_stop_millis()
    );
    for ((family, ending), count) in &endings {
        println!("{family}: {count} {ending:?}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    if only.is_none() && cases >= 50 {
        // Cases that all end early would find nothing.
        for (name, _) in &families {
            let finished = endings
                .get(&(*name, Ending::Finished))
                .copied()
                .unwrap_or(0);
            assert!(
                finished * 5 > cases,
                "{name}: only {finished} of {cases} cases reach their end"
            );
        }
    }
}
