//! `seefit models`: the registry, from the declarations alone.

use serde_json::{Value as Json, json};

use super::arguments::ModelsArgs;
use super::projection::{Declared, PROJECTIONS};
use super::report_json;
use super::text;
use crate::model::{ALGORITHMS, Algorithm, Parameter, ParameterKind};

pub fn run(args: &ModelsArgs) -> String {
    if args.json {
        let models: Vec<Json> = ALGORITHMS
            .iter()
            .map(|algorithm| object(algorithm))
            .chain(PROJECTIONS.iter().map(projection))
            .collect();
        return format!("{}\n", json!({ "models": models }));
    }
    let mut out = String::new();
    for algorithm in ALGORITHMS {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&described(algorithm));
    }
    for declared in PROJECTIONS {
        let Declared {
            id, name, summary, ..
        } = declared;
        out.push_str(&format!(
            "\n{id}\n  {name}, projection, engine seefit\n  {summary}\n{}",
            parameters(declared.parameters)
        ));
    }
    out
}

/// In the shape of a model.
fn projection(declared: &Declared) -> Json {
    let parameters: Vec<Json> = declared.parameters.iter().map(parameter).collect();
    json!({
        "id": declared.id,
        "name": declared.name,
        "task": "projection",
        "summary": declared.summary,
        "engines": ["seefit"],
        "engine_reason": "Our own goes over the rows once; smartcore's took 3 to 6 times scikit-learn's time.",
        "needs_scaling": declared.id == "pca",
        "probabilities": false,
        "steps": null,
        "parameters": parameters,
    })
}

fn engines(algorithm: &Algorithm) -> Vec<&'static str> {
    algorithm
        .engines
        .available
        .iter()
        .map(|engine| engine.id())
        .collect()
}

/// One line a parameter.
fn parameters(all: &[Parameter]) -> String {
    let rows: Vec<Vec<String>> = all
        .iter()
        .map(|p| {
            vec![
                p.name.to_owned(),
                p.default_value().to_string(),
                p.range(),
                p.help.to_owned(),
            ]
        })
        .collect();
    text::indented(&text::indented(&text::table(&rows, &[])))
}

fn described(algorithm: &Algorithm) -> String {
    format!(
        "{}\n  {}, {}, engine {}\n  {}\n{}",
        algorithm.id,
        algorithm.name,
        algorithm.task.name(),
        engines(algorithm).join(" or "),
        algorithm.summary,
        parameters(algorithm.parameters)
    )
}

/// `engines`: the first is what `auto` takes, for the reason given.
fn object(algorithm: &Algorithm) -> Json {
    let parameters: Vec<Json> = algorithm.parameters.iter().map(parameter).collect();
    json!({
        "id": algorithm.id,
        "name": algorithm.name,
        "task": algorithm.task.name(),
        "summary": algorithm.summary,
        "engines": engines(algorithm),
        "engine_reason": algorithm.engines.reason,
        "needs_scaling": algorithm.tags.needs_scaling,
        "probabilities": algorithm.tags.probabilities,
        "steps": algorithm.tags.steps,
        "parameters": parameters,
    })
}

/// `min` and `max` are null where the kind has none; `values` lists the choices, `none` among them
/// where the parameter may be without a limit.
fn parameter(parameter: &Parameter) -> Json {
    let (kind, min, max, values) = match parameter.kind {
        ParameterKind::Integer { min, max, none, .. } => {
            let values = if none { json!(["none"]) } else { Json::Null };
            ("integer", json!(min), json!(max), values)
        }
        ParameterKind::Real { min, max, .. } => ("real", json!(min), json!(max), Json::Null),
        ParameterKind::Choice(options) => {
            let values: Vec<&str> = options.iter().map(|(value, _)| *value).collect();
            ("choice", Json::Null, Json::Null, json!(values))
        }
        ParameterKind::Switch => ("switch", Json::Null, Json::Null, json!([true, false])),
        ParameterKind::Integers { min, max, .. } => {
            ("integers", json!(min), json!(max), Json::Null)
        }
    };
    json!({
        "name": parameter.name,
        "kind": kind,
        "min": min,
        "max": max,
        "values": values,
        "default": report_json::value(&parameter.default_value()),
        "help": parameter.help,
        "engine": parameter.engine.map(|engine| engine.id()),
    })
}
