//! `seefit predict`: a saved model on other data, block after block, so that the rows may be more than
//! the memory holds.

mod answer;
mod out;
mod source;

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::arguments::PredictArgs;
use super::{Failure, fitting};
use crate::base::{Cancel, Halt, Problem};
use crate::project::model_file::ModelFile;
use crate::train::apply::Applier;
use answer::{Answer, First};
use out::Out;
use source::Source;

pub fn run(args: &PredictArgs) -> Result<String, Failure> {
    let work = || predict(args);
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| {
        let what = crate::train::panic_text(payload.as_ref());
        Err(Failure::work(
            Problem::new(format!("the prediction broke down ({what})"))
                .at(args.model.display().to_string())
                .fix("This is a defect of Seefit: please report it with the command"),
        ))
    })
}

fn predict(args: &PredictArgs) -> Result<String, Failure> {
    let file = ModelFile::open(&args.model)?;
    let mut source = Source::open(&args.data, &args.read, &file.pipeline)?;
    let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
    let threads = args.threads.unwrap_or(cores);
    let mut applier = {
        let names = source.names();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let make = match args.fill_missing_columns {
            true => Applier::filling,
            false => Applier::new,
        };
        make(file.pipeline.clone(), &names, threads)
            .map_err(|problem| {
                let problem = match args.fill_missing_columns {
                    true => problem,
                    false => problem.fix(
                        "Add them, rename the columns that hold them, or let them count as missing with --fill-missing-columns",
                    ),
                };
                Failure::input(source.explain(problem))
            })?
    };
    source.want(&mut applier);
    let titles = source.titles();
    let mut out = match &args.out {
        Some(path) => Some(Out::create(
            path,
            &titles,
            &file.pipeline,
            args.neutralise_formulas,
        )?),
        None => None,
    };
    let mut first = First::new(titles, &file.pipeline);
    let cancel = Cancel::new();
    let input = |halt: Halt| Failure::input(fitting::problem(halt));
    while let Some(part) = source.next(&cancel).map_err(input)? {
        let target = part.target.as_ref();
        let predictions = applier
            .block(part.features, target, &cancel)
            .map_err(input)?;
        match &mut out {
            Some(out) => out
                .write(&part.rows, &predictions, &file.pipeline)
                .map_err(Failure::work)?,
            None => first.take(&part.rows, &predictions, &file.pipeline),
        }
    }
    let mut notes = Vec::new();
    if let Some(out) = out {
        notes.extend(out.renamed().iter().cloned());
        out.keep().map_err(Failure::work)?;
    }
    notes.extend(source.notes());
    let answer = Answer {
        file: &file,
        data: &args.data,
        out: args.out.as_deref(),
        applied: applier.finish(),
        first,
        notes,
    };
    Ok(if args.json {
        format!("{}\n", answer.json())
    } else {
        answer.text()
    })
}
