//! A knob is turned: how soon the picture answers, and how old it is while the knob moves on.

use std::time::{Duration, Instant};

use seefit::app::act::Act;
use seefit::base::Hash128;
use seefit::model::Value;
use seefit::project::{Command, ModelId};

use crate::drive::{Drive, is_full};
use crate::report::{Report, quantile, spread};

pub struct Knob {
    pub model: &'static str,
    pub parameter: &'static str,
    /// So many different values, from 1.
    pub values: i64,
}

pub const KNOBS: [Knob; 3] = [
    Knob {
        model: "knn_classifier",
        parameter: "n_neighbors",
        values: 100,
    },
    Knob {
        model: "decision_tree_classifier",
        parameter: "max_depth",
        values: 50,
    },
    Knob {
        model: "random_forest_classifier",
        parameter: "max_depth",
        values: 50,
    },
];

/// Cards beside the one that is turned: their fits stand in the same queues.
const OTHERS: [&str; 2] = ["logistic_regression", "mlp_classifier"];
const CHANGES: i64 = 50;
/// Frames at the beginning that do not count: fonts and first layouts.
const WARM_UP: usize = 30;

fn begin(rows: usize, knob: &Knob) -> (Drive, ModelId) {
    let mut drive = Drive::start(&format!("moons:n={rows}"));
    let id = drive.models(&[knob.model, OTHERS[0], OTHERS[1]]);
    let settled = |d: &mut Drive| d.window().is_settled();
    // A million rows are not waited for: a knob is turned while they are fitted, too.
    drive.until(Duration::from_secs(5), settled);
    (drive, id)
}

fn turn(drive: &mut Drive, id: ModelId, knob: &Knob, value: i64, gesture: Option<u64>) -> Hash128 {
    let command = Command::SetParameter {
        id,
        name: knob.parameter,
        value: Value::Integer(value),
    };
    drive.perform(match gesture {
        Some(gesture) => Act::Drag(command, gesture),
        None => Act::Do(command),
    });
    drive.window().desk.key(id).expect("the card has a job")
}

/// Single changes, each waited for.
pub fn changes(rows: usize, knob: &Knob, report: &mut Report) {
    let (mut drive, id) = begin(rows, knob);
    let (mut coarse, mut full) = (Vec::new(), Vec::new());
    let longest = Duration::from_millis(if rows > 10_000 { 400 } else { 1500 });
    for value in 1..=CHANGES {
        let begun = Instant::now();
        turn(&mut drive, id, knob, value, None);
        let ms = || begun.elapsed().as_secs_f64() * 1e3;
        let mut seen = false;
        while begun.elapsed() < longest {
            drive.next_frame();
            let Some(surface) = drive.shown(id) else {
                continue;
            };
            if !seen {
                seen = true;
                coarse.push(ms());
            }
            if is_full(&surface) {
                full.push(ms());
                break;
            }
        }
    }
    let name = format!("{} of {}, {rows} rows", knob.parameter, knob.model);
    let all = coarse.len() == CHANGES as usize;
    let p99 = quantile(&coarse, 0.99).filter(|_| all);
    let words = spread(&coarse, CHANGES as usize);
    report.line(
        &format!("coarse picture: {name}"),
        p99,
        &words,
        [100.0, 33.0],
    );
    let words = spread(&full, CHANGES as usize);
    let iterates = knob.model.starts_with("random");
    if rows <= 10_000 && !iterates {
        let all = full.len() == CHANGES as usize;
        let p99 = quantile(&full, 0.99).filter(|_| all);
        report.line(&format!("full picture: {name}"), p99, &words, [100.0, 50.0]);
    } else {
        report.note(&format!("full picture: {name}"), &words);
    }
    frames(&drive, &name, report);
}

/// A drag over all values, one a frame, up and down for two seconds.
pub fn drag(rows: usize, knob: &Knob, report: &mut Report) {
    let (mut drive, id) = begin(rows, knob);
    let mut asked: Vec<(Hash128, Instant)> = Vec::new();
    let (mut ages, mut pictures, mut last) = (Vec::new(), 0, None);
    let begun = Instant::now();
    let mut at = 0;
    while begun.elapsed() < Duration::from_millis(2500) {
        // Every second frame: a hand moves a knob by some 60 values a second at most.
        if at % 2 == 0 {
            let step = at / 2 % (2 * knob.values);
            let value = if step < knob.values {
                step + 1
            } else {
                2 * knob.values - step
            };
            let key = turn(&mut drive, id, knob, value, Some(1));
            if asked.last().map(|(k, _)| *k) != Some(key) {
                asked.push((key, Instant::now()));
            }
        }
        at += 1;
        drive.next_frame();
        let shown = (0..asked.len())
            .rev()
            .find(|&i| drive.shows(id, asked[i].0))
            .or(last);
        if shown != last {
            pictures += 1;
            last = shown;
        }
        // The oldest change that is newer than what the screen shows.
        let unanswered = asked.get(shown.map_or(0, |i| i + 1));
        ages.push(unanswered.map_or(0.0, |(_, at)| at.elapsed().as_secs_f64() * 1e3));
    }
    let name = format!("{} of {}, {rows} rows", knob.parameter, knob.model);
    let words = format!(
        "{}; {pictures} pictures in {} changes",
        spread(&ages, ages.len()),
        asked.len()
    );
    report.line(
        &format!("age of the picture in a drag: {name}"),
        quantile(&ages, 0.99),
        &words,
        [150.0, 66.0],
    );
    frames(&drive, &format!("drag, {name}"), report);
}

fn frames(drive: &Drive, name: &str, report: &mut Report) {
    let cpu = drive.cpu_ms.get(WARM_UP..).unwrap_or_default();
    let worst = quantile(cpu, 1.0).unwrap_or(0.0);
    let words = format!("{}, longest {worst:.1}", spread(cpu, cpu.len()));
    report.line(
        &format!("window's thread a frame: {name}"),
        quantile(cpu, 0.99),
        &words,
        [8.0, 4.0],
    );
}
