//! Times one model on one data set by the library alone: no file of a person's, no folds, no window.
//! `benches/against_scikit_learn.py` writes the data, starts this once a model and reads what it prints.
//!
//! ```text
//! fit DATA --model ID [--set NAME=VALUE]... [--threads N] [--times N] [--seconds S] [--out FILE] [--memory]
//! fit --plane COLUMNS [--model ID] [--set NAME=VALUE]...
//! fit --compare ROWS
//! ```
//!
//! The first prints one JSON object: seconds of each fit and prediction, by the clock and (one thread) of the
//! processor, the parameters in force, and with `--memory` the most bytes that a fit held beside its data.
//! The second prints milliseconds of one thread over a plane, after a fit on 1,000 rows of so many columns.
//! The third prints how soon ten models that are fitted at once have their first scores.
#![forbid(unsafe_code)]

mod compare;
mod data;
mod plane;

use std::sync::Arc;
use std::time::{Duration, Instant};

use seefit::base::{Cancel, Halt, Outcome};
use seefit::model::{Algorithm, Context, Fit, Model, Params, Samples, Value, algorithm};
use serde_json::{Map, json};

use data::Data;

fn main() {
    let asked = match Asked::read() {
        Ok(asked) => asked,
        Err(sentence) => {
            eprintln!("{sentence}");
            std::process::exit(2);
        }
    };
    let done = match (asked.plane, asked.compare) {
        (Some(columns), _) => plane::measure(columns, &asked.models, &asked.settings),
        (None, Some(rows)) => compare::measure(rows),
        (None, None) => asked.fit(),
    };
    if let Err(sentence) = done {
        eprintln!("{sentence}");
        std::process::exit(1);
    }
}

struct Asked {
    data: Option<String>,
    models: Vec<&'static Algorithm>,
    settings: Vec<(String, String)>,
    threads: usize,
    /// Repeats at most, and the seconds after which no further one begins.
    times: usize,
    seconds: f64,
    /// Where the predictions of the test rows go.
    out: Option<String>,
    memory: bool,
    plane: Option<usize>,
    compare: Option<usize>,
}

impl Asked {
    fn read() -> Result<Self, String> {
        let mut asked = Asked {
            data: None,
            models: Vec::new(),
            settings: Vec::new(),
            threads: 1,
            times: 5,
            seconds: 20.0,
            out: None,
            memory: false,
            plane: None,
            compare: None,
        };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or(format!("{word} takes a value"));
            match word.as_str() {
                "--model" => {
                    let id = value()?;
                    let found = algorithm(&id).ok_or(format!("there is no model {id}"))?;
                    asked.models.push(found);
                }
                "--set" => {
                    let text = value()?;
                    let (name, value) = text.split_once('=').ok_or("--set takes NAME=VALUE")?;
                    asked.settings.push((name.to_owned(), value.to_owned()));
                }
                "--threads" => asked.threads = number(&value()?)?,
                "--times" => asked.times = number(&value()?)?,
                "--seconds" => asked.seconds = number(&value()?)?,
                "--out" => asked.out = Some(value()?),
                "--plane" => asked.plane = Some(number(&value()?)?),
                "--compare" => asked.compare = Some(number(&value()?)?),
                "--memory" => asked.memory = true,
                // cargo's own.
                "--bench" => {}
                _ => asked.data = Some(word),
            }
        }
        Ok(asked)
    }

    fn fit(&self) -> Result<(), String> {
        let path = self.data.as_ref().ok_or("which data?")?;
        let &algorithm = self.models.first().ok_or("which --model?")?;
        let data = Data::read(path).map_err(|e| format!("{path}: {e}"))?;
        let params = settled(algorithm, &self.settings)?;
        let before = self.memory.then(data::resident_bytes).flatten();
        let mut fits = Times::default();
        let mut model = None;
        while fits.go_on(self) {
            model = None;
            let done = fits.time(self, |cancel| {
                let fit = run(algorithm, &data.samples, &params, self.threads, cancel)?;
                let steps = fit.taken();
                Ok((fit.model(), steps, fit.notes()))
            });
            match done {
                Ok(done) => model = Some(done),
                Err(Halt::Cancelled) => break,
                Err(Halt::Failed(problem)) => return Err(problem.to_string()),
            }
        }
        let peak = before.and_then(|before| Some(data::peak_bytes()?.saturating_sub(before)));
        let mut predictions = Times::default();
        let (mut steps, mut notes, mut outputs) = (0, Vec::new(), 0);
        if let Some((model, taken, said)) = model {
            (steps, notes, outputs) = (taken, said, model.outputs());
            let mut out = Vec::new();
            while !self.memory && predictions.go_on(self) {
                let done = predictions.time(self, |cancel| {
                    out = vec![0.0; data.test.rows() * outputs];
                    predict(&*model, &data, self.threads, &mut out, cancel)
                });
                if done.is_err() {
                    break;
                }
            }
            if let Some(path) = &self.out {
                let bytes: Vec<u8> = out.iter().flat_map(|v| v.to_le_bytes()).collect();
                std::fs::write(path, bytes).map_err(|e| format!("{path}: {e}"))?;
            }
        }
        let values: Map<_, _> = params
            .iter()
            .map(|(p, v)| (p.name.to_owned(), json_of(v)))
            .collect();
        println!(
            "{}",
            json!({
                "model": algorithm.id, "engine": params.engine().id(), "params": values,
                "fit": fits.json(), "predict": predictions.json(), "steps": steps, "outputs": outputs,
                "notes": notes, "bytes": peak,
            })
        );
        Ok(())
    }
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse()
        .map_err(|_| format!("{text} is no such number"))
}

/// The defaults with these changes; what the model does not have is an error.
pub fn settled(
    algorithm: &'static Algorithm,
    settings: &[(String, String)],
) -> Result<Params, String> {
    let mut params = Params::defaults(algorithm);
    for (name, value) in settings {
        params
            .set_text(name, value)
            .map_err(|problem| problem.to_string())?;
    }
    Ok(params)
}

/// All steps, with nothing kept from a former fit.
pub fn run(
    algorithm: &'static Algorithm,
    samples: &Arc<Samples>,
    params: &Params,
    threads: usize,
    cancel: &Cancel,
) -> Outcome<Box<dyn Fit>> {
    let context = Context {
        seed: 42,
        threads,
        ..Context::default()
    };
    let mut fit = (algorithm.start)(samples.clone(), params, &context)?;
    while !fit.is_finished() {
        fit.step(cancel)?;
    }
    Ok(fit)
}

/// In one part a thread, as the pictures are asked for.
fn predict(
    model: &dyn Model,
    data: &Data,
    threads: usize,
    out: &mut [f64],
    cancel: &Cancel,
) -> Outcome<()> {
    let (columns, outputs) = (data.test.columns(), model.outputs());
    let part = data.test.rows().div_ceil(threads.max(1)).max(1);
    std::thread::scope(|scope| {
        let parts = data.test.values().chunks(part * columns);
        let mut parts = parts.zip(out.chunks_mut(part * outputs));
        let first = parts.next();
        let ask = |(rows, out): (&[f64], &mut [f64])| model.predict(rows, columns, out, cancel);
        let others: Vec<_> = parts.map(|part| scope.spawn(move || ask(part))).collect();
        first.map_or(Ok(()), ask)?;
        let joined = |worker: std::thread::ScopedJoinHandle<'_, Outcome<()>>| {
            worker.join().expect("a prediction does not panic")
        };
        others.into_iter().try_for_each(joined)
    })
}

#[derive(Default)]
struct Times {
    wall: Vec<f64>,
    processor: Vec<f64>,
    /// It was longer than it may be.
    stopped: bool,
}

impl Times {
    fn go_on(&self, asked: &Asked) -> bool {
        let spent: f64 = self.wall.iter().sum();
        !self.stopped && self.wall.len() < asked.times.max(1) && spent < asked.seconds / 4.0
    }

    /// Stopped from another thread once its seconds are over.
    fn time<T>(&mut self, asked: &Asked, work: impl FnOnce(&Cancel) -> Outcome<T>) -> Outcome<T> {
        let cancel = Cancel::new();
        let limit = Duration::from_secs_f64(asked.seconds);
        let (over, waits) = std::sync::mpsc::channel::<()>();
        let stop = cancel.clone();
        let watch = std::thread::spawn(move || {
            if waits.recv_timeout(limit) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
                stop.cancel();
            }
        });
        let (begun, processor) = (Instant::now(), data::processor_seconds());
        let done = work(&cancel);
        self.wall.push(begun.elapsed().as_secs_f64());
        self.processor.push(data::processor_seconds() - processor);
        drop(over);
        let _ = watch.join();
        self.stopped |= done.is_err();
        done
    }

    fn json(&self) -> serde_json::Value {
        json!({"wall": self.wall, "processor": self.processor, "stopped": self.stopped})
    }
}

fn json_of(value: &Value) -> serde_json::Value {
    match value {
        Value::Integer(v) => json!(v),
        Value::Real(v) => json!(v),
        Value::Choice(v) => json!(v),
        Value::Switch(v) => json!(v),
        Value::Integers(v) => json!(v),
        Value::None => serde_json::Value::Null,
    }
}
