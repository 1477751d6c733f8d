//! A report as one JSON object with stable names. What a task does not have is left out; what has no
//! value is null, and a warning says so.

use serde_json::{Map, Value as Json, json};

use super::fitting::Done;
use crate::evaluate::{Confusion, Metric, Spread};
use crate::model::{Params, Task, Value};
use crate::train::{CurvePoint, Report};

/// Everything but the warnings of the command itself, which `add_warnings` brings in.
pub fn object(done: &Done, with_curve: bool) -> Map<String, Json> {
    let report = &done.report;
    let algorithm = report.params.algorithm();
    let mut object = Map::new();
    let mut put = |name: &str, value: Json| object.insert(name.to_owned(), value);
    put("model", json!(algorithm.id));
    put("engine", json!(report.engine.id()));
    put("task", json!(report.task().name()));
    put("params", params(&report.params));
    put("rows", json!(report.rows));
    put("features", json!(report.features));
    put(
        "validation",
        json!({ "scheme": report.scheme, "folds": report.folds, "seed": report.seed }),
    );
    put("metrics", metrics(&report.metrics));
    if let Some(reduction) = report.fitted.as_ref().and_then(|f| f.recipe.reduction()) {
        put(
            "columns",
            json!(report.fitted.as_ref().map(|f| f.recipe.names())),
        );
        if let Some(projection) = &reduction.projection {
            put("projection", json!(projection.method));
            put(
                "explained_variance_ratio",
                json!(projection.explained_variance_ratio),
            );
            put("singular_values", json!(projection.singular_values));
        }
    }
    if let Some(confusion) = &report.confusion {
        put("confusion", confusion_matrix(confusion));
    }
    if !report.linear.is_empty() {
        let (coefficients, intercept) = linear(report);
        put("coefficients", coefficients);
        put("intercept", intercept);
    }
    if !report.importances.is_empty() {
        put("importances", named(&report.importances));
    }
    if with_curve {
        let parameter = over_parameter(done);
        put("curve_parameter", json!(parameter.unwrap_or("step")));
        put("curve", curve(report.task(), points(done)));
        // What trains in steps may have both.
        if let (None, Some(curve)) = (parameter, &algorithm.curve) {
            put("second_curve_parameter", json!(curve.parameter));
            put(
                "second_curve",
                self::curve(report.task(), &done.over_parameter),
            );
        }
    }
    if report.task() == Task::Clustering {
        put("sizes", json!(report.sizes));
        put("inertia", json!(report.inertia));
        put("silhouette", json!(report.silhouette));
        put("davies_bouldin", json!(report.davies_bouldin));
        put("calinski_harabasz", json!(report.calinski_harabasz));
        if let Some(noise) = report.noise {
            put("noise", json!(noise));
        }
        if let Some(agreement) = &report.agreement {
            put(
                "agreement",
                json!({
                    "column": agreement.column,
                    "adjusted_rand": agreement.adjusted_rand,
                    "normalized_mutual_information": agreement.mutual_information,
                }),
            );
        }
    }
    put("fit_seconds", json!(report.fit_seconds));
    put("warnings", json!(report.warnings));
    object
}

/// Puts the sentences of the command before those of the report, each once.
pub fn add_warnings(object: &mut Map<String, Json>, notes: &[String]) {
    let mut all: Vec<Json> = notes.iter().map(|note| json!(note)).collect();
    if let Some(Json::Array(own)) = object.get("warnings") {
        for warning in own {
            if !all.contains(warning) {
                all.push(warning.clone());
            }
        }
    }
    object.insert("warnings".to_owned(), Json::Array(all));
}

/// Sentences about scores that are null, where the report itself has none.
pub fn missing_values(report: &Report) -> Vec<String> {
    let mut notes = Vec::new();
    if report.metrics.is_empty() {
        if report.task() == Task::Clustering && report.inertia.is_none() {
            notes.push("inertia has no value: no row is in a cluster.".to_owned());
        }
        return notes;
    }
    let with = |without: &dyn Fn(&Spread) -> bool| {
        let found = report.metrics.iter().filter(|(_, spread)| without(spread));
        found
            .map(|(metric, _)| metric.name())
            .collect::<Vec<&str>>()
            .join(", ")
    };
    if report.folds == 1 {
        notes.push("std has no value: the scores are of one split.".to_owned());
    } else {
        let few = with(&|s| s.mean.is_some() && s.std.is_none());
        if !few.is_empty() {
            notes.push(format!(
                "std of {few} has no value: only one fold has this score."
            ));
        }
    }
    let none = with(&|s| s.mean.is_none() && s.pooled.is_some());
    if !none.is_empty() {
        notes.push(format!("mean and std of {none} have no value: the folds are too small for a score of their own."));
    }
    notes
}

pub fn params(params: &Params) -> Json {
    let pairs = params
        .iter()
        .map(|(parameter, v)| (parameter.name.to_owned(), value(v)));
    Json::Object(pairs.collect())
}

pub fn value(value: &Value) -> Json {
    match value {
        Value::Integer(v) => json!(v),
        Value::Real(v) => json!(v),
        Value::Choice(v) => json!(v),
        Value::Switch(v) => json!(v),
        Value::Integers(v) => json!(v),
        Value::None => Json::Null,
    }
}

fn metrics(metrics: &[(Metric, Spread)]) -> Json {
    let each = metrics.iter().map(|(metric, spread)| {
        let value = json!({ "mean": spread.mean, "std": spread.std, "pooled": spread.pooled });
        (metric.name().to_owned(), value)
    });
    Json::Object(each.collect())
}

pub fn confusion_matrix(confusion: &Confusion) -> Json {
    let counts: Vec<&[u64]> = confusion
        .counts
        .chunks(confusion.classes().max(1))
        .collect();
    json!({ "labels": confusion.labels.as_ref(), "counts": counts })
}

fn named(pairs: &[(String, f64)]) -> Json {
    Json::Object(
        pairs
            .iter()
            .map(|(name, number)| (name.clone(), json!(number)))
            .collect(),
    )
}

/// One set of weights as it is; several by class.
fn linear(report: &Report) -> (Json, Json) {
    if let [only] = report.linear.as_slice() {
        return (named(&only.coefficients), json!(only.intercept));
    }
    let mut coefficients = Map::new();
    let mut intercepts = Map::new();
    for terms in &report.linear {
        let class = terms.class.clone().unwrap_or_default();
        coefficients.insert(class.clone(), named(&terms.coefficients));
        intercepts.insert(class, json!(terms.intercept));
    }
    (Json::Object(coefficients), Json::Object(intercepts))
}

/// The parameter that the curve runs over, where it does not run over steps.
pub fn over_parameter(done: &Done) -> Option<&'static str> {
    let curve = done.report.params.algorithm().curve.as_ref()?;
    let only = done.report.curve.is_empty() && !done.over_parameter.is_empty();
    only.then_some(curve.parameter)
}

pub fn points(done: &Done) -> &[CurvePoint] {
    if done.report.curve.is_empty() {
        &done.over_parameter
    } else {
        &done.report.curve
    }
}

/// CA or R2 as means over the folds, with the loss beside it; of a clustering the loss, which then
/// stands for `train`, and over a parameter the silhouette.
fn curve(task: Task, points: &[CurvePoint]) -> Json {
    let clustering = task == Task::Clustering;
    let point = |point: &CurvePoint| {
        let mean = |values: &[Option<f64>]| Spread::new(values.to_vec(), None).mean;
        if clustering {
            let loss = mean(&point.training_loss);
            let mut json = json!({ "step": point.x, "train": loss, "validation": null });
            if !point.training.is_empty() {
                json["silhouette"] = json!(mean(&point.training));
            }
            return json;
        }
        json!({
            "step": point.x,
            "train": mean(&point.training),
            "validation": mean(&point.validation),
            "train_loss": mean(&point.training_loss),
            "validation_loss": mean(&point.validation_loss),
        })
    };
    points.iter().map(point).collect()
}
