//! How fast the live loop is, as a table with bounds: the window without a screen is driven frame by
//! frame, as a person would drive it.
//!
//! ```text
//! cargo bench --bench live                       everything; ten minutes
//! cargo bench --bench live -- knob drag 10000    some rows of the table, some sizes of the data
//! ```
//!
//! What is missing here of a real window is the drawing by the graphics driver, the start of the
//! process and the wait for the screen; `seefit --timings FILE` measures with them.
#![forbid(unsafe_code)]

mod drive;
mod knob;
mod report;
mod start;
mod stop;
mod surface;

use report::Report;

/// Rows of the data.
const SIZES: [usize; 4] = [150, 10_000, 100_000, 1_000_000];
const PARTS: [&str; 5] = ["start", "knob", "drag", "surface", "stop"];

fn main() {
    let mut parts: Vec<String> = Vec::new();
    let mut sizes: Vec<usize> = Vec::new();
    let mut only: Vec<String> = Vec::new();
    // What begins with a dash is cargo's.
    for word in std::env::args().skip(1).filter(|w| !w.starts_with('-')) {
        match word.parse() {
            Ok(size) => sizes.push(size),
            Err(_) if PARTS.contains(&word.as_str()) => parts.push(word),
            Err(_) if seefit::model::algorithm(&word).is_some() => only.push(word),
            Err(_) => {
                eprintln!(
                    "{word}: no such part; there are {}, numbers of rows and ids of models.",
                    PARTS.join(", ")
                );
                std::process::exit(2);
            }
        }
    }
    if sizes.is_empty() {
        sizes = SIZES.to_vec();
    }
    let wanted = |part: &str| parts.is_empty() || parts.iter().any(|p| p == part);
    let models = |id: &str| only.is_empty() || only.iter().any(|o| o == id);
    let mut report = Report::begin();
    if wanted("start") {
        sizes.iter().for_each(|&n| start::measure(n, &mut report));
    }
    if wanted("knob") {
        for &n in &sizes {
            for knob in knob::KNOBS.iter().filter(|k| models(k.model)) {
                knob::changes(n, knob, &mut report);
            }
        }
    }
    if wanted("drag") {
        for &n in &sizes {
            for knob in knob::KNOBS.iter().filter(|k| models(k.model)) {
                knob::drag(n, knob, &mut report);
            }
        }
    }
    if wanted("surface") {
        surface::measure(models, &mut report);
    }
    if wanted("stop") {
        stop::measure(models, &mut report);
    }
    report.end();
}
