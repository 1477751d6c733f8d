//! `seefit train`: fits one model, scores it on held-out rows, and saves it where that is asked for.

use super::arguments::TrainArgs;
use super::setup::Setup;
use super::{Failure, fitting, projection, report_json, report_text};
use crate::base::{NewFile, Problem, Progress};
use crate::model::{Algorithm, Context, Params, Reuse, algorithm};
use crate::project::model_file::ModelFile;
use crate::train::PreparedCache;

pub fn run(args: &TrainArgs) -> Result<String, Failure> {
    if let Some(declared) = projection::find(&args.model) {
        return projection::run(declared, args);
    }
    let params = params(&args.model, &args.set)?;
    if let Some(path) = &args.save {
        // Told before the fit, which may take long.
        NewFile::create(path)?;
    }
    let setup = Setup::load(&args.data)?;
    let (job, mut notes) = setup.job(&params)?;
    let context = Context {
        seed: job.seed,
        threads: setup.threads,
        progress: Progress::new(),
        reuse: Reuse::default(),
    };
    let done = fitting::run(&job, &PreparedCache::default(), context, args.curve)?;
    if args.curve {
        notes.extend(no_curve(params.algorithm()));
    }
    notes.extend(report_json::missing_values(&done.report));
    if let Some(path) = &args.save {
        let file = ModelFile::of(&job, &done.report).map_err(Failure::work)?;
        notes.push(file.save(path).map_err(Failure::work)?);
    }
    if args.json {
        let mut object = report_json::object(&done, args.curve);
        if let Some(path) = &args.save {
            object.insert("saved".to_owned(), path.display().to_string().into());
        }
        report_json::add_warnings(&mut object, &notes);
        Ok(format!("{}\n", serde_json::Value::Object(object)))
    } else {
        Ok(report_text::text(
            &done,
            setup.table.name(),
            args.curve,
            &notes,
        ))
    }
}

/// The model's defaults with what `--set` changes.
fn params(id: &str, set: &[(String, String)]) -> Result<Params, Problem> {
    let algorithm = find(id)?;
    let mut params = Params::defaults(algorithm);
    for (name, value) in set {
        params.set_text(name, value)?;
    }
    Ok(params)
}

/// The arguments' parser has looked the id up already; whoever fills the arguments otherwise gets
/// the sentence here.
pub fn find(id: &str) -> Result<&'static Algorithm, Problem> {
    algorithm(id)
        .ok_or_else(|| Problem::new(format!("there is no model “{id}”")).fix("See seefit models"))
}

fn no_curve(algorithm: &Algorithm) -> Option<String> {
    let none = algorithm.tags.steps.is_none() && algorithm.curve.is_none();
    none.then(|| {
        format!(
            "--curve: {} does not train in steps and has no curve over a parameter, so its curve is empty.",
            algorithm.id
        )
    })
}
