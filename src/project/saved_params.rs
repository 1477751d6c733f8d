//! Parameters as text: what the project file and the log keep of a model.

use serde::{Deserialize, Serialize};
use serde_json::Map;

use crate::base::Problem;
use crate::base::problem::visible;
use crate::model::{Engine, Params, algorithm};

/// An algorithm with its parameters, each in the spelling of the command line.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SavedParams {
    pub algorithm: String,
    /// Name and text of every parameter, also of those at their default: defaults may change.
    pub parameters: Map<String, serde_json::Value>,
    /// None is `auto`.
    pub engine: Option<String>,
}

impl SavedParams {
    pub fn of(params: &Params) -> Self {
        let text = |value: &crate::model::Value| serde_json::Value::String(value.to_string());
        SavedParams {
            algorithm: params.algorithm().id.to_owned(),
            parameters: params
                .iter()
                .map(|(p, value)| (p.name.to_owned(), text(value)))
                .collect(),
            engine: params.asked_engine().map(|e| e.id().to_owned()),
        }
    }

    /// Checked parameters, and what of them could not be taken over: those stand at their defaults.
    /// Fails where there is no such algorithm.
    pub fn params(&self) -> Result<(Params, Vec<Problem>), Problem> {
        let known = algorithm(&self.algorithm).ok_or_else(|| {
            Problem::new(format!(
                "there is no algorithm “{}”",
                visible(&shortened(&self.algorithm))
            ))
        })?;
        let mut params = Params::defaults(known);
        let mut lost = Vec::new();
        for (name, value) in &self.parameters {
            // A number written by hand without quotes is as good.
            let text = match value {
                serde_json::Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            // `engine` has a field of its own.
            let set = if name == "engine" {
                Err(Problem::new("there is no parameter “engine”"))
            } else {
                params.set_text(name, &text)
            };
            if let Err(problem) = set {
                lost.push(Problem {
                    what: shortened(&problem.what),
                    place: shortened(&problem.place),
                    fix: String::new(),
                });
            }
        }
        if let Some(engine) = &self.engine
            && let Err(problem) = params.set_text("engine", engine)
        {
            lost.push(problem);
        }
        Ok((params, lost))
    }
}

/// "Depth 6, Trees 50": what does not stand at its default; empty where all does.
pub fn differences(params: &Params) -> String {
    let mut parts: Vec<String> = params
        .changed()
        .map(|p| format!("{} {}", p.label, params.get(p.name)))
        .collect();
    if let Some(engine) = params.asked_engine() {
        parts.push(format!("Engine {}", Engine::id(engine)));
    }
    parts.join(", ")
}

/// A name from a file as long as a sentence can bear.
pub(super) fn shortened(text: &str) -> String {
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ALGORITHMS;

    #[test]
    fn every_algorithms_parameters_come_back() {
        for algorithm in ALGORITHMS {
            let mut params = Params::defaults(algorithm);
            params.ask_engine(algorithm.engines.available.last().copied());
            let saved = SavedParams::of(&params);
            let text = serde_json::to_string(&saved).unwrap();
            let read: SavedParams = serde_json::from_str(&text).unwrap();
            let (back, lost) = read.params().unwrap();
            assert_eq!(back, params, "{}", algorithm.id);
            assert!(lost.is_empty(), "{lost:?}");
        }
    }

    #[test]
    fn what_is_out_of_range_is_named_and_stands_at_its_default() {
        let text = r#"{"algorithm": "random_forest_classifier", "engine": "abacus",
            "parameters": {"n_estimators": "-5", "max_depth": 7, "no_such": "1"}}"#;
        let saved: SavedParams = serde_json::from_str(text).unwrap();
        let (params, lost) = saved.params().unwrap();
        assert_eq!(params.limit("max_depth"), Some(7));
        let lost: Vec<String> = lost.iter().map(Problem::to_string).collect();
        assert_eq!(lost.len(), 3, "{lost:?}");
        assert!(lost[0].contains("n_estimators"), "{lost:?}");
        assert_eq!(differences(&params), "Depth 7");
        let none = SavedParams {
            algorithm: "x".repeat(1000),
            ..saved
        };
        assert!(none.params().unwrap_err().to_string().len() < 200);
    }
}
